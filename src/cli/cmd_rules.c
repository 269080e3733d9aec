/* Commands about rules alone: check, test, compile, disasm, schema. */
#include <string.h>

#include "cli/session.h"

/* ---- check */

static void list_changes(const cli_session *session) {
    const size_t count = archvm_program_changes(session->program);
    for (size_t i = 0; i < count; i++) {
        archvm_change change;
        if (archvm_program_change(session->program, i, &change) != ARCHVM_OK) continue;
        cli_note(session->args, "%.*s:%u: %s %.*s of %.*s:%u",
                 AV_TEXT_ARG(cli_text(change.by_path)), change.by_line,
                 change.extends ? "extends" : "overrides", AV_TEXT_ARG(cli_text(change.what)),
                 AV_TEXT_ARG(cli_text(change.of_path)), change.of_line);
    }
}

static int put_json(cli_session *session, archvm_report *report) {
    archvm_text text;
    const archvm_status status =
        archvm_report_render(session->engine, report, ARCHVM_STYLE_JSON, &text);
    return status == ARCHVM_OK ? cli_put_text(session, &text) : cli_exit_status(status);
}

static int show_findings(cli_session *session, archvm_report *report, archvm_status result) {
    const char *format = session->args->value[CLI_OPT_FORMAT];
    const size_t errors = archvm_report_errors(report), warnings = archvm_report_warnings(report);
    if (format != NULL && strcmp(format, "json") == 0) {
        const int status = put_json(session, report);
        return status != CLI_OK ? status : cli_exit_status(result);
    }
    if (errors > 0 || !session->args->given[CLI_OPT_QUIET]) cli_show_report(session, report);
    if (result == ARCHVM_OK) list_changes(session);
    cli_note(session->args, "archvm: %zu %s, %zu %s in %zu %s", errors,
             errors == 1 ? "error" : "errors", warnings, warnings == 1 ? "warning" : "warnings",
             session->files.count, session->files.count == 1 ? "file" : "files");
    return cli_exit_status(result);
}

int cli_check(const cli_args *args) {
    cli_session session;
    int status = cli_session_begin(&session, args);
    session.whole = true;
    if (status == CLI_OK) status = cli_session_read(&session, args->count);
    if (status == CLI_OK) {
        archvm_report *report;
        const archvm_status result = cli_session_compile(&session, true, &report);
        status = show_findings(&session, report, result);
        archvm_report_free(report);
    }
    cli_session_end(&session);
    return status;
}

/* ---- test */

typedef struct report {
    int status;
} report;

static int each_test(void *payload, const archvm_test_result *result) {
    report *r = payload;
    if (!result->passed) r->status = cli_put(cli_text(result->message));
    return r->status != CLI_OK;
}

static int run_tests(cli_session *session) {
    const cli_args *args = session->args;
    report r = {CLI_OK};
    archvm_test_options options = ARCHVM_TEST_OPTIONS_INIT;
    options.each = each_test;
    options.payload = &r;
    options.steps = cli_args_number(args, CLI_OPT_STEPS);
    options.memory = (size_t)cli_args_number(args, CLI_OPT_MEMORY);
    if (args->value[CLI_OPT_PATTERN] != NULL)
        options.pattern = cli_api_text(av_text_from(args->value[CLI_OPT_PATTERN]));
    archvm_test_summary summary = {0};
    const archvm_status result = archvm_program_test(session->program, &options, &summary);
    if (r.status != CLI_OK) return r.status;
    if (result != ARCHVM_OK) return cli_exit_status(result);
    const av_alloc host = av_alloc_default();
    av_buf line;
    av_buf_init(&line, &host, 0);
    av_buf_printf(&line, "%zu passed, %zu failed", summary.passed, summary.failed);
    if (summary.skipped > 0) av_buf_printf(&line, ", %zu left out", summary.skipped);
    av_buf_putc(&line, '\n');
    int status = cli_put(av_buf_text(&line));
    av_buf_free(&line);
    if (status == CLI_OK && summary.failed > 0) status = CLI_FAILURES;
    if (status == CLI_OK && summary.passed == 0) {
        cli_error(summary.skipped > 0 ? "no test bears such a title" : "these rules hold no test");
        status = CLI_FAILURES;
    }
    return status;
}

int cli_test(const cli_args *args) {
    cli_session session;
    int status = cli_session_begin(&session, args);
    if (status == CLI_OK) status = cli_session_load(&session, args->count, true);
    if (status == CLI_OK) status = run_tests(&session);
    cli_session_end(&session);
    return status;
}

/* ---- compile, disasm, schema */

int cli_compile(const cli_args *args) {
    const char *path = args->value[CLI_OPT_OUT_FILE];
    if (path == NULL) {
        cli_error("compile needs -o FILE, as in `archvm compile rules/ -o rules.archc`");
        return CLI_USAGE;
    }
    if (!cli_is_image(path)) {
        cli_error("%s: the name of a compiled program ends in .archc", path);
        return CLI_USAGE;
    }
    cli_session session;
    archvm_text image = {NULL, 0};
    int status = cli_session_begin(&session, args);
    if (status == CLI_OK) status = cli_session_load(&session, args->count, false);
    if (status == CLI_OK) status = cli_exit_status(archvm_program_save(session.program, &image));
    if (status == CLI_OK) status = cli_write_file(path, cli_text(image));
    if (session.engine != NULL) archvm_text_free(session.engine, &image);
    cli_session_end(&session);
    return status;
}

int cli_disasm(const cli_args *args) {
    cli_session session;
    archvm_text name = {NULL, 0}, text;
    size_t rules = args->count;
    if (rules > 1 && !cli_exists(args->operands[rules - 1]))
        name = cli_api_text(av_text_from(args->operands[--rules]));
    int status = cli_session_begin(&session, args);
    session.whole = true;
    if (status == CLI_OK) status = cli_session_load(&session, rules, false);
    if (status == CLI_OK) {
        const archvm_status result = archvm_program_disassemble(session.program, name, &text);
        if (result == ARCHVM_OK) {
            status = cli_put_text(&session, &text);
        } else if (result == ARCHVM_ERR_NOT_FOUND) {
            cli_error("no file, definition or rule is called `%.*s`", AV_TEXT_ARG(cli_text(name)));
            status = CLI_USAGE;
        } else {
            status = cli_exit_status(result);
        }
    }
    cli_session_end(&session);
    return status;
}

int cli_schema(const cli_args *args) {
    cli_session session;
    archvm_text text;
    int status = cli_session_begin(&session, args);
    if (status == CLI_OK) status = cli_session_load(&session, args->count, false);
    if (status == CLI_OK) status = cli_exit_status(archvm_program_schema(session.program, &text));
    if (status == CLI_OK) status = cli_put_text(&session, &text);
    cli_session_end(&session);
    return status;
}

int cli_version(const cli_args *args) {
    (void)args;
    const char *version = archvm_version();
    const int status = cli_put(AV_TEXT("archvm "));
    if (status != CLI_OK) return status;
    const int second = cli_put(av_text_from(version));
    return second == CLI_OK ? cli_put(AV_TEXT("\n")) : second;
}
