/* What is made from the table of commands and options for people and their shells. */
#ifndef AV_CLI_HELP_H
#define AV_CLI_HELP_H

#include "base/buf.h"
#include "cli/command.h"

/** `archvm --help` and `archvm help COMMAND`, on standard output; an exit status. */
int cli_help_overview(void);
int cli_help_command(const cli_command *command);

/** The man page in roff: of archvm when `command` is NULL. */
void cli_man(const cli_command *command, av_buf *out);
/** The completion script of a shell; false when it is not one of bash, zsh and fish. */
bool cli_completion_script(const char *shell, av_buf *out);

/** Writes DIR/man/archvm.1 and a page for each command, and DIR/completions/; an exit status. */
int cli_write_pages(const char *dir);

/** `text` wrapped at 80 columns: paragraphs end in a line break, lines that start with two spaces
 * stay alone. */
void cli_wrap(av_buf *out, const char *text, size_t indent);

/** Exit statuses and what they mean, for help and man pages. */
typedef struct cli_exit {
    int status;
    const char *meaning;
} cli_exit;
extern const cli_exit cli_exits[];
extern const size_t cli_exit_count;

#endif
