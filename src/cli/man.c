/* Man pages in roff's man macros. */
#include "cli/help.h"

static void put_roff_char(av_buf *out, char c) {
    switch (c) {
    case '\\': av_buf_puts(out, "\\e"); break;
    case '-': av_buf_puts(out, "\\-"); break;
    default: av_buf_putc(out, c);
    }
}

/** Text at the start of a line or within one: a leading dot or quote would be a request. */
static void put_roff(av_buf *out, av_text text) {
    if (text.len > 0 && (text.ptr[0] == '.' || text.ptr[0] == '\'')) av_buf_puts(out, "\\&");
    for (size_t i = 0; i < text.len; i++) put_roff_char(out, text.ptr[i]);
}

static void put_paragraphs(av_buf *out, const char *text) {
    av_text rest = av_text_from(text);
    while (rest.len > 0) {
        size_t end = av_text_find(rest, AV_TEXT("\n"), 0);
        if (end == SIZE_MAX) end = rest.len;
        const av_text line = av_text_slice(rest, 0, end);
        const bool literal = av_text_starts(line, AV_TEXT("  "));
        av_buf_puts(out, literal ? ".RS 4\n.nf\n" : ".PP\n");
        put_roff(out, av_text_trim(line));
        av_buf_puts(out, literal ? "\n.fi\n.RE\n" : "\n");
        rest = av_text_slice(rest, end + 1, rest.len);
    }
}

static void put_option(av_buf *out, const cli_option *option) {
    av_buf_puts(out, ".TP\n");
    if (option->letter != 0) av_buf_printf(out, "\\fB\\-%c\\fR, ", option->letter);
    av_buf_printf(out, "\\fB\\-\\-%s\\fR", option->name);
    if (option->argument != NULL) av_buf_printf(out, " \\fI%s\\fR", option->argument);
    av_buf_putc(out, '\n');
    put_roff(out, av_text_from(option->meaning));
    av_buf_puts(out, ".\n");
}

static void put_end(av_buf *out) {
    av_buf_puts(out, ".SH EXIT STATUS\n");
    for (size_t i = 0; i < cli_exit_count; i++)
        av_buf_printf(out, ".TP\n%d\n%s\n", cli_exits[i].status, cli_exits[i].meaning);
    av_buf_puts(out, ".SH ENVIRONMENT\n.TP\nNO_COLOR\nWhen set and not empty, messages are not "
                     "coloured unless \\-\\-color says so.\n");
}

void cli_man(const cli_command *command, av_buf *out) {
    av_buf_puts(out, ".TH ARCHVM");
    if (command != NULL) av_buf_puts(out, "\\-");
    for (const char *c = command != NULL ? command->name : ""; *c != '\0'; c++)
        av_buf_putc(out, *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c);
    av_buf_puts(out, " 1 \"\" \"archvm " ARCHVM_VERSION "\" \"User Commands\"\n");
    av_buf_puts(out, ".SH NAME\n");
    if (command != NULL) {
        av_buf_printf(out, "archvm\\-%s \\- ", command->name);
        put_roff(out, av_text_from(command->summary));
        av_buf_printf(out, "\n.SH SYNOPSIS\n\\fBarchvm %s\\fR [\\fIOPTION\\fR]... ", command->name);
        put_roff(out, av_text_from(command->operands));
        av_buf_puts(out, "\n.SH DESCRIPTION\n");
        put_paragraphs(out, command->text);
        av_buf_puts(out, ".SH OPTIONS\n");
        for (size_t i = 0; i < CLI_OPTION_COUNT; i++)
            if ((command->options >> i & 1) != 0) put_option(out, &cli_options[i]);
        put_end(out);
        av_buf_puts(out, ".SH SEE ALSO\n.BR archvm (1)\n");
        return;
    }
    av_buf_puts(out, "archvm \\- architecture policy as code\n"
                     ".SH SYNOPSIS\n\\fBarchvm\\fR \\fIRULES\\fR... \\fIBRIEF\\fR\n.br\n"
                     "\\fBarchvm\\fR \\fICOMMAND\\fR ...\n"
                     ".SH DESCRIPTION\nRules say how the facts of a product decide its "
                     "architecture. archvm evaluates them on a brief and writes the document and "
                     "files that follow, each decision with its reasons.\n.SH COMMANDS\n");
    for (size_t i = 0; i < cli_command_count; i++) {
        av_buf_printf(out, ".TP\n\\fB%s\\fR\n", cli_commands[i].name);
        put_roff(out, av_text_from(cli_commands[i].summary));
        av_buf_printf(out, ".\nSee \\fBarchvm\\-%s\\fR(1).\n", cli_commands[i].name);
    }
    av_buf_puts(
        out,
        ".SH FILES\n.TP\nshare/archvm/rules\nThe rules that come with archvm, below the prefix it "
        "is installed into.\n"
        ".SH EXAMPLES\n");
    put_paragraphs(out,
                   "The document of a brief, by the rules that come with archvm:\n"
                   "  archvm /usr/local/share/archvm/rules brief.facts\n"
                   "All its files at once, with rules of your own laid over those:\n"
                   "  archvm run /usr/local/share/archvm/rules our-policy/ brief.facts -o out\n");
    put_end(out);
}
