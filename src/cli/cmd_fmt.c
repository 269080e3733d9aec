/* archvm fmt: rule files in the one canonical layout. */
#include <string.h>

#include "cli/session.h"

/** The canonical text of one file; errors are shown. An exit status. */
static int format(cli_session *session, const cli_file *file, archvm_text *out) {
    archvm_report *report;
    const archvm_status result =
        archvm_format(session->engine, cli_api_text(av_text_from(file->path)),
                      cli_api_text(file->bytes), out, &report);
    cli_show_errors(session, report);
    archvm_report_free(report);
    return cli_exit_status(result);
}

static int format_input(cli_session *session) {
    cli_file file;
    archvm_text text;
    int status = cli_read(&session->arena, "-", &file);
    if (status == CLI_OK) status = format(session, &file, &text);
    if (status != CLI_OK) return status;
    if (!session->args->given[CLI_OPT_VERIFY]) return cli_put_text(session, &text);
    const bool same = av_text_equal(cli_text(text), file.bytes);
    archvm_text_free(session->engine, &text);
    return same ? CLI_OK : CLI_FAILURES;
}

/** Formats one file in place, or with --check names it when it would change. */
static int format_file(cli_session *session, const cli_file *file, size_t *changed) {
    archvm_text text;
    int status = format(session, file, &text);
    if (status != CLI_OK) return status;
    if (!av_text_equal(cli_text(text), file->bytes)) {
        ++*changed;
        if (session->args->given[CLI_OPT_VERIFY]) {
            status = cli_put(av_text_from(file->path));
            if (status == CLI_OK) status = cli_put(AV_TEXT("\n"));
        } else {
            status = cli_write_file(file->path, cli_text(text));
        }
    }
    archvm_text_free(session->engine, &text);
    return status;
}

static int format_files(cli_session *session) {
    const cli_args *args = session->args;
    for (size_t i = 0; i < args->count; i++) {
        if (!cli_is_image(args->operands[i])) continue;
        cli_error("%s: a compiled program has no layout", args->operands[i]);
        return CLI_USAGE;
    }
    int status = cli_session_read(session, args->count), wrong = CLI_OK;
    size_t changed = 0;
    for (size_t i = 0; i < session->files.count && status == CLI_OK; i++) {
        if (session->files.items[i].linked) continue; /* its target has a turn of its own */
        status = format_file(session, &session->files.items[i], &changed);
        if (status == CLI_RULES) {
            wrong = CLI_RULES;
            status = CLI_OK;
        }
    }
    if (status != CLI_OK) return status;
    if (!args->given[CLI_OPT_VERIFY] && changed > 0)
        cli_note(args, "archvm: %zu %s changed", changed, changed == 1 ? "file" : "files");
    if (wrong != CLI_OK) return wrong;
    return args->given[CLI_OPT_VERIFY] && changed > 0 ? CLI_FAILURES : CLI_OK;
}

int cli_fmt(const cli_args *args) {
    cli_session session;
    int status = cli_session_begin(&session, args);
    if (status == CLI_OK) {
        const bool input = args->count == 1 && strcmp(args->operands[0], "-") == 0;
        status = input ? format_input(&session) : format_files(&session);
    }
    cli_session_end(&session);
    return status;
}
