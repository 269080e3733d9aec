/* What the commands share: an engine, the rules named on the command line, diagnostics shown to
 * people. */
#ifndef AV_CLI_SESSION_H
#define AV_CLI_SESSION_H

#include "archvm.h"
#include "cli/files.h"
#include "cli/term.h"

typedef struct cli_session {
    const cli_args *args;
    archvm_engine *engine;
    archvm_program *program;
    av_arena arena; /**< texts read */
    cli_files files;
    bool whole; /**< a compiled program is verified whole, not as far as it runs */
} cli_session;

/** CLI_OK, or CLI_SYSTEM with a message. cli_session_end may be called in either case. */
int cli_session_begin(cli_session *session, const cli_args *args) AV_MUST_USE;
/** Frees everything; safe on a zeroed session. */
void cli_session_end(cli_session *session);

/** Reads the first `count` operands as RULES, without compiling them. An exit status; messages are
 * shown. */
int cli_session_read(cli_session *session, size_t count) AV_MUST_USE;
/**
 * Reads and compiles the first `count` operands: several layers, or one compiled program. Errors
 * are shown, warnings not. An exit status.
 */
int cli_session_load(cli_session *session, size_t count, bool with_tests) AV_MUST_USE;
/** Compiles what cli_session_read has read; `report` is the caller's. With tests, the rules are
 * also analysed. */
archvm_status cli_session_compile(cli_session *session, bool with_tests,
                                  archvm_report **report) AV_MUST_USE;

/** Reads and binds a brief; errors are shown, and unless --quiet warnings. An exit status; `out` NULL unless it is CLI_OK. */
int cli_session_facts(cli_session *session, const cli_file *brief, archvm_facts **out) AV_MUST_USE;
/** A run with the limits of --steps and --memory. An exit status. */
int cli_session_run(cli_session *session, const archvm_facts *facts, archvm_run **out) AV_MUST_USE;

/** The exit status of a library call, with a message when none has been shown yet by a report. */
int cli_exit_status(archvm_status status);
/** Shows why a call on `run` failed; an exit status. */
int cli_run_failure(cli_session *session, const archvm_run *run, archvm_status status);
/** Shows a report on standard error; NULL is fine. Warnings alone are not shown. */
void cli_show_errors(cli_session *session, archvm_report *report);
void cli_show_report(cli_session *session, archvm_report *report);
/** Writes a caller's text to standard output and frees it; an exit status. */
int cli_put_text(cli_session *session, archvm_text *text) AV_MUST_USE;

/** The same bytes as a text of the other kind; nothing is copied. */
av_text cli_text(archvm_text text);
archvm_text cli_api_text(av_text text);

#endif
