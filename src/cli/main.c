/* archvm: the command. The first word names a command; anything else is `archvm run`. */
#include "base/suggest.h"
#include "cli/help.h"
#include "cli/memory.h"
#include "cli/term.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/** A first word that is no path and no option was meant as a command. */
static int unknown_command(const char *word) {
    av_suggest suggest;
    av_suggest_init(&suggest, av_text_from(word));
    for (size_t i = 0; i < cli_command_count; i++)
        av_suggest_offer(&suggest, av_text_from(cli_commands[i].name));
    if (suggest.best.len > 0)
        cli_error("no command and no file is called `%s`; did you mean `%.*s`?", word,
                  AV_TEXT_ARG(suggest.best));
    else cli_error("no command and no file is called `%s`", word);
    cli_error("`archvm --help` lists the commands");
    return CLI_USAGE;
}

static bool looks_like_path(const char *word) {
    struct stat status;
    return word[0] == '-' || strpbrk(word, "/.") != NULL || stat(word, &status) == 0;
}

static int run_command(const cli_command *command, int argc, char **argv) {
    const char **operands = calloc((size_t)argc + 1, sizeof *operands);
    if (operands == NULL) {
        cli_error("out of memory");
        return CLI_SYSTEM;
    }
    cli_args args;
    int status = CLI_USAGE;
    if (cli_args_parse(&args, command, argc, argv, operands))
        status = args.given[CLI_OPT_HELP] ? cli_help_command(command) : command->run(&args);
    free(operands);
    return status == CLI_GONE ? CLI_OK : status;
}

int main(int argc, char **argv) {
    cli_memory_init();
    cli_term_init();
    if (argc < 2) {
        cli_error("usage: archvm RULES... BRIEF, or archvm COMMAND ...");
        cli_error("`archvm --help` lists the commands");
        return CLI_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) word = "help";
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) word = "version";
    const cli_command *command = cli_command_find(word);
    if (command != NULL) return run_command(command, argc - 2, argv + 2);
    if (!looks_like_path(word)) return unknown_command(word);
    return run_command(cli_command_find("run"), argc - 1, argv + 1);
}
