/* Terminals and pipes: colour, standard output that is written as a whole, messages on standard
 * error. */
#ifndef AV_CLI_TERM_H
#define AV_CLI_TERM_H

#include "base/buf.h"
#include "cli/command.h"

/** A pipe that is closed must end a write with an error, not the process with a signal. Call once,
 * first. */
void cli_term_init(void);

/** Whether messages on standard error are coloured: --color, then NO_COLOR, TERM and whether it is
 * a terminal. */
bool cli_color(const cli_args *args);

enum {
    CLI_GONE = -1 /**< the reader of standard output has closed it: stop quietly; exits as CLI_OK */
};

/** Writes to standard output: CLI_OK, CLI_GONE, or CLI_SYSTEM with a message. */
int cli_put(av_text text) AV_MUST_USE;

/** "archvm: MESSAGE" on standard error. */
void cli_error(const char *format, ...) AV_PRINTF(1, 2);
/** The same with the text of `error_number`: "archvm: MESSAGE: No space left on device". */
void cli_system_error(int error_number, const char *format, ...) AV_PRINTF(2, 3);
/** A note on standard error unless --quiet. */
void cli_note(const cli_args *args, const char *format, ...) AV_PRINTF(2, 3);
/** Text on standard error, as it is. */
void cli_put_error(av_text text);

#endif
