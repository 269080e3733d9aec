/* Completion scripts. Words come from the table only, and hold no character that a shell would read
 * as its own except in summaries, which are quoted. */
#include "cli/help.h"

#include <string.h>

static bool accepts(const cli_command *command, size_t option) {
    return (command->options >> option & 1) != 0;
}

static void put_command_names(av_buf *out) {
    for (size_t i = 0; i < cli_command_count; i++)
        av_buf_printf(out, "%s%s", i > 0 ? " " : "", cli_commands[i].name);
}

static void put_bash_words(av_buf *out, const char *pattern, const cli_command *command) {
    av_buf_printf(out, "    %s) words='", pattern);
    for (size_t j = 0; j < CLI_OPTION_COUNT; j++) {
        if (!accepts(command, j)) continue;
        av_buf_printf(out, "--%s ", cli_options[j].name);
        if (cli_options[j].letter != 0) av_buf_printf(out, "-%c ", cli_options[j].letter);
    }
    if (command->operand == CLI_OPERAND_SHELL) av_buf_puts(out, "bash zsh fish");
    if (command->operand == CLI_OPERAND_COMMAND) put_command_names(out);
    av_buf_puts(out, "' ;;\n");
}

static void put_bash(av_buf *out) {
    av_buf_puts(out,
                "# bash completion for archvm\n"
                "_archvm() {\n"
                "    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
                "    local command=${COMP_WORDS[1]} words=\n"
                "    COMPREPLY=()\n"
                "    case $before in\n");
    for (size_t i = 0; i < CLI_OPTION_COUNT; i++)
        if (cli_options[i].choices != NULL)
            av_buf_printf(
                out,
                "    --%s) mapfile -t COMPREPLY < <(compgen -W '%s' -- \"$current\"); return ;;\n",
                cli_options[i].name, cli_options[i].choices);
    av_buf_puts(out, "    esac\n    if [[ $COMP_CWORD -eq 1 ]]; then\n"
                     "        mapfile -t COMPREPLY < <(compgen -W '");
    put_command_names(out);
    av_buf_puts(out, " --help --version' -- \"$current\"; compgen -f -- \"$current\")\n"
                     "        return\n    fi\n    case $command in\n");
    for (size_t i = 0; i < cli_command_count; i++)
        put_bash_words(out, cli_commands[i].name, &cli_commands[i]);
    put_bash_words(out, "*", cli_command_find("run"));
    av_buf_puts(out,
                "    esac\n"
                "    if [[ $current == -* || $command == completion || $command == help ]]; then\n"
                "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
                "    else\n"
                "        mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n"
                "    fi\n"
                "}\n"
                "complete -o filenames -F _archvm archvm\n");
}

/** Within single quotes of zsh's _arguments: quotes, brackets and colons have a meaning. */
static void put_zsh_text(av_buf *out, const char *text) {
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            av_buf_puts(out, "'\\''");
            continue;
        }
        if (strchr("[]:\\", *text) != NULL) av_buf_putc(out, '\\');
        av_buf_putc(out, *text);
    }
}

static void put_zsh_option(av_buf *out, const cli_option *option, bool letter) {
    if (letter) av_buf_printf(out, " \\\n            '-%c", option->letter);
    else av_buf_printf(out, " \\\n            '--%s", option->name);
    av_buf_putc(out, '[');
    put_zsh_text(out, option->meaning);
    av_buf_putc(out, ']');
    if (option->argument != NULL) {
        av_buf_printf(out, ":%s:", option->argument);
        if (option->choices != NULL) av_buf_printf(out, "(%s)", option->choices);
        else if (strcmp(option->argument, "DIR") == 0) av_buf_puts(out, "_files -/");
        else if (strcmp(option->argument, "FILE") == 0) av_buf_puts(out, "_files");
    }
    av_buf_putc(out, '\'');
}

static void put_zsh(av_buf *out) {
    av_buf_puts(out, "#compdef archvm\n"
                     "_archvm() {\n"
                     "    local -a commands\n"
                     "    commands=(\n");
    for (size_t i = 0; i < cli_command_count; i++) {
        av_buf_printf(out, "        '%s:", cli_commands[i].name);
        put_zsh_text(out, cli_commands[i].summary);
        av_buf_puts(out, "'\n");
    }
    av_buf_puts(out, "    )\n"
                     "    if (( CURRENT == 2 )); then\n"
                     "        _describe command commands\n"
                     "        _files\n"
                     "        return\n"
                     "    fi\n"
                     "    local command=$words[2]\n"
                     "    shift words\n"
                     "    (( CURRENT-- ))\n"
                     "    case $command in\n");
    for (size_t i = 0; i < cli_command_count; i++) {
        const cli_command *command = &cli_commands[i];
        av_buf_printf(out, "    %s)\n        _arguments", command->name);
        for (size_t j = 0; j < CLI_OPTION_COUNT; j++) {
            if (!accepts(command, j)) continue;
            put_zsh_option(out, &cli_options[j], false);
            if (cli_options[j].letter != 0) put_zsh_option(out, &cli_options[j], true);
        }
        if (command->operand == CLI_OPERAND_PATHS)
            av_buf_puts(out, " \\\n            '*:file:_files'");
        if (command->operand == CLI_OPERAND_SHELL)
            av_buf_puts(out, " \\\n            '1:shell:(bash zsh fish)'");
        if (command->operand == CLI_OPERAND_COMMAND) {
            av_buf_puts(out, " \\\n            '1:command:(");
            put_command_names(out);
            av_buf_puts(out, ")'");
        }
        av_buf_puts(out, "\n        ;;\n");
    }
    av_buf_puts(out, "    *) _files ;;\n    esac\n}\n_archvm \"$@\"\n");
}

/** Within single quotes of fish: a quote and a backslash are escaped. */
static void put_fish_text(av_buf *out, const char *text) {
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\') av_buf_putc(out, '\\');
        av_buf_putc(out, *text);
    }
}

static void put_fish(av_buf *out) {
    av_buf_puts(out, "# fish completion for archvm\n");
    for (size_t i = 0; i < cli_command_count; i++) {
        av_buf_printf(out, "complete -c archvm -n __fish_use_subcommand -a %s -d '",
                      cli_commands[i].name);
        put_fish_text(out, cli_commands[i].summary);
        av_buf_puts(out, "'\n");
    }
    for (size_t i = 0; i < cli_command_count; i++) {
        const cli_command *command = &cli_commands[i];
        const char *name = command->name;
        for (size_t j = 0; j < CLI_OPTION_COUNT; j++) {
            const cli_option *option = &cli_options[j];
            if (!accepts(command, j)) continue;
            av_buf_printf(out, "complete -c archvm -n '__fish_seen_subcommand_from %s' -l %s", name,
                          option->name);
            if (option->letter != 0) av_buf_printf(out, " -s %c", option->letter);
            if (option->choices != NULL) av_buf_printf(out, " -x -a '%s'", option->choices);
            else if (option->argument != NULL) av_buf_puts(out, " -r");
            av_buf_puts(out, " -d '");
            put_fish_text(out, option->meaning);
            av_buf_puts(out, "'\n");
        }
        if (command->operand == CLI_OPERAND_SHELL)
            av_buf_printf(
                out,
                "complete -c archvm -n '__fish_seen_subcommand_from %s' -f -a 'bash zsh fish'\n",
                name);
        if (command->operand == CLI_OPERAND_COMMAND) {
            av_buf_printf(out, "complete -c archvm -n '__fish_seen_subcommand_from %s' -f -a '",
                          name);
            put_command_names(out);
            av_buf_puts(out, "'\n");
        }
    }
}

bool cli_completion_script(const char *shell, av_buf *out) {
    if (strcmp(shell, "bash") == 0) put_bash(out);
    else if (strcmp(shell, "zsh") == 0) put_zsh(out);
    else if (strcmp(shell, "fish") == 0) put_fish(out);
    else return false;
    return true;
}
