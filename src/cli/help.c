#include "cli/help.h"

#include "cli/term.h"

enum { WIDTH = 80, OPTION_INDENT = 10 };

const cli_exit cli_exits[] = {
    {CLI_OK, "all is well"},
    {CLI_FAILURES, "the work found failures: checks, tests, files in another layout"},
    {CLI_USAGE, "the command line is wrong"},
    {CLI_RULES, "the rules have errors"},
    {CLI_FACTS, "the facts have errors"},
    {CLI_SYSTEM, "input, output or memory failed"},
};
const size_t cli_exit_count = AV_COUNT(cli_exits);

static void wrap_line(av_buf *out, av_text line, size_t indent) {
    size_t column = indent;
    av_buf_fill(out, ' ', indent);
    bool first = true;
    while (line.len > 0) {
        size_t end = av_text_find(line, AV_TEXT(" "), 0);
        if (end == SIZE_MAX) end = line.len;
        if (!first && column + 1 + end > WIDTH) {
            av_buf_putc(out, '\n');
            av_buf_fill(out, ' ', indent);
            column = indent;
            first = true;
        }
        if (!first) {
            av_buf_putc(out, ' ');
            column++;
        }
        av_buf_put(out, av_text_slice(line, 0, end));
        column += end;
        first = false;
        line = av_text_slice(line, end + 1, line.len);
    }
    av_buf_putc(out, '\n');
}

void cli_wrap(av_buf *out, const char *text, size_t indent) {
    av_text rest = av_text_from(text);
    bool first = true, literal_before = false;
    while (rest.len > 0) {
        size_t end = av_text_find(rest, AV_TEXT("\n"), 0);
        if (end == SIZE_MAX) end = rest.len;
        const av_text line = av_text_slice(rest, 0, end);
        const bool literal = av_text_starts(line, AV_TEXT("  "));
        if (!first && !(literal && literal_before)) av_buf_putc(out, '\n');
        if (literal) {
            av_buf_fill(out, ' ', indent);
            av_buf_put(out, line);
            av_buf_putc(out, '\n');
        } else {
            wrap_line(out, line, indent);
        }
        first = false;
        literal_before = literal;
        rest = av_text_slice(rest, end + 1, rest.len);
    }
}

static void put_option(av_buf *out, const cli_option *option) {
    av_buf_printf(out, "  %c%c%s --%s%s%s\n", option->letter != 0 ? '-' : ' ',
                  option->letter != 0 ? option->letter : ' ', option->letter != 0 ? "," : " ",
                  option->name, option->argument != NULL ? " " : "",
                  option->argument != NULL ? option->argument : "");
    cli_wrap(out, option->meaning, OPTION_INDENT);
}

static int put_all(av_buf *out) {
    int status = CLI_SYSTEM;
    if (out->status == AV_OK) status = cli_put(av_buf_text(out));
    else cli_error("out of memory");
    av_buf_free(out);
    return status;
}

int cli_help_overview(void) {
    const av_alloc host = av_alloc_default();
    av_buf out;
    av_buf_init(&out, &host, 0);
    av_buf_puts(&out, "archvm: architecture policy as code\n\n"
                      "usage: archvm RULES... BRIEF        the architecture document of a brief\n"
                      "       archvm COMMAND ...\n\n"
                      "commands:\n");
    for (size_t i = 0; i < cli_command_count; i++)
        av_buf_printf(&out, "  %-12s%s\n", cli_commands[i].name, cli_commands[i].summary);
    av_buf_puts(&out, "\n`archvm help COMMAND` describes one. Exit status:\n");
    for (size_t i = 0; i < cli_exit_count; i++)
        av_buf_printf(&out, "  %d  %s\n", cli_exits[i].status, cli_exits[i].meaning);
    return put_all(&out);
}

int cli_help_command(const cli_command *command) {
    const av_alloc host = av_alloc_default();
    av_buf out;
    av_buf_init(&out, &host, 0);
    av_buf_printf(&out, "%s\n\nusage: archvm %s [OPTION]...%s%s\n\n", command->summary,
                  command->name, command->operands[0] != '\0' ? " " : "", command->operands);
    cli_wrap(&out, command->text, 0);
    av_buf_puts(&out, "\noptions:\n");
    for (size_t i = 0; i < CLI_OPTION_COUNT; i++)
        if ((command->options >> i & 1) != 0) put_option(&out, &cli_options[i]);
    return put_all(&out);
}

int cli_help(const cli_args *args) {
    if (args->given[CLI_OPT_PAGES]) return cli_write_pages(args->value[CLI_OPT_PAGES]);
    const cli_command *command = NULL;
    if (args->count > 0) {
        command = cli_command_find(args->operands[0]);
        if (command == NULL) {
            cli_error("there is no command `%s`; `archvm --help` lists them", args->operands[0]);
            return CLI_USAGE;
        }
    }
    if (!args->given[CLI_OPT_MAN])
        return command != NULL ? cli_help_command(command) : cli_help_overview();
    const av_alloc host = av_alloc_default();
    av_buf out;
    av_buf_init(&out, &host, 0);
    cli_man(command, &out);
    return put_all(&out);
}

int cli_completion(const cli_args *args) {
    const av_alloc host = av_alloc_default();
    av_buf out;
    av_buf_init(&out, &host, 0);
    if (!cli_completion_script(args->operands[0], &out)) {
        cli_error("completion is made for bash, zsh and fish, not for `%s`", args->operands[0]);
        av_buf_free(&out);
        return CLI_USAGE;
    }
    return put_all(&out);
}
