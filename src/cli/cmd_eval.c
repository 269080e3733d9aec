/* archvm eval: what was decided, as JSON; for one brief or for a brief a line. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/session.h"

enum {
    LINE_BYTES = 4 * 1024 * 1024, /* longest line of a brief a line */
    READ_BYTES = 256 * 1024,
    FLUSH_BYTES = 64 * 1024
};

static const unsigned INTAKE = 1u << 31; /* instead of JSON: what was understood, as a brief */

static int evaluate(cli_session *session, const archvm_facts *facts, unsigned flags,
                    archvm_text *out) {
    archvm_run *run = NULL;
    int status = cli_session_run(session, facts, &run);
    if (status == CLI_OK) {
        const archvm_status result =
            flags == INTAKE ? archvm_run_intake(run, out) : archvm_run_json(run, flags, out);
        if (result != ARCHVM_OK) status = cli_run_failure(session, run, result);
    }
    archvm_run_free(run);
    return status;
}

static int eval_one(cli_session *session, const char *path, unsigned flags) {
    cli_file brief;
    archvm_facts *facts = NULL;
    archvm_text json;
    int status = cli_read(&session->arena, path, &brief);
    if (status == CLI_OK) status = cli_session_facts(session, &brief, &facts);
    if (status == CLI_OK) status = evaluate(session, facts, flags, &json);
    if (status == CLI_OK) status = cli_put_text(session, &json);
    archvm_facts_free(facts);
    return status;
}

/* ---- a brief a line */

typedef struct batch {
    cli_session *session;
    const char *path; /* as shown */
    unsigned flags;
    uint32_t line;  /* lines before the one at work */
    int first_bad;  /* exit status of the first wrong line, or CLI_OK */
    av_buf in, out; /* bytes read and not yet used; lines not yet written */
} batch;

static int flush(batch *b) {
    if (b->out.status != AV_OK) return cli_exit_status(ARCHVM_ERR_MEMORY);
    const int status = cli_put(av_buf_text(&b->out));
    av_buf_clear(&b->out);
    return status;
}

/** The line's place in the output: what went wrong, so that lines still correspond. */
static void put_wrong(batch *b, archvm_text message) {
    av_json json;
    av_json_init(&json, &b->out, false);
    av_json_object(&json);
    av_json_key(&json, AV_TEXT("error"));
    av_json_text(&json, av_text_trim(cli_text(message)));
    av_json_end(&json);
    av_buf_putc(&b->out, '\n');
}

static int wrong_line(batch *b, archvm_report *report, archvm_status status) {
    const int exit_status = cli_exit_status(status);
    if (exit_status == CLI_SYSTEM) {
        archvm_report_free(report);
        return exit_status;
    }
    cli_show_errors(b->session, report);
    archvm_text message;
    const archvm_status rendered =
        archvm_report_render(b->session->engine, report, ARCHVM_STYLE_PLAIN, &message);
    archvm_report_free(report);
    if (rendered != ARCHVM_OK) return cli_exit_status(rendered);
    put_wrong(b, message);
    archvm_text_free(b->session->engine, &message);
    if (b->first_bad == CLI_OK) b->first_bad = exit_status;
    return CLI_OK;
}

static int eval_facts(batch *b, const archvm_facts *facts) {
    archvm_run *run = NULL;
    int status = cli_session_run(b->session, facts, &run);
    if (status == CLI_OK) {
        archvm_text json;
        const archvm_status result = archvm_run_json(run, b->flags, &json);
        if (result == ARCHVM_OK) {
            av_buf_put(&b->out, cli_text(json));
            archvm_text_free(b->session->engine, &json);
        } else {
            status = wrong_line(b, archvm_run_error(run), result);
        }
    }
    archvm_run_free(run);
    return status;
}

static int eval_line(batch *b, av_text line) {
    archvm_facts_options options = ARCHVM_FACTS_OPTIONS_INIT;
    options.lines_before = b->line++;
    if (av_text_trim(line).len == 0) return CLI_OK;
    archvm_facts *facts;
    archvm_report *report;
    const archvm_status result =
        archvm_facts_read(b->session->program, cli_api_text(av_text_from(b->path)),
                          cli_api_text(line), &options, &facts, &report);
    int status;
    if (result != ARCHVM_OK) {
        status = wrong_line(b, report, result);
    } else {
        archvm_report_free(report);
        status = eval_facts(b, facts);
        archvm_facts_free(facts);
    }
    if (status == CLI_OK && b->out.len >= FLUSH_BYTES) status = flush(b);
    return status;
}

/** Uses up the whole lines of the input buffer; at its end also a line that no line break ends. */
static int eval_lines(batch *b, bool end) {
    const av_text text = av_buf_text(&b->in);
    size_t from = 0;
    int status = CLI_OK;
    while (status == CLI_OK && from < text.len) {
        size_t stop = av_text_find(text, AV_TEXT("\n"), from);
        if (stop == SIZE_MAX && !end) break;
        if (stop == SIZE_MAX) stop = text.len;
        status = eval_line(b, av_text_slice(text, from, stop - from));
        from = stop + 1 < text.len ? stop + 1 : text.len;
    }
    if (from > 0) {
        memmove(b->in.ptr, b->in.ptr + from, text.len - from);
        av_buf_truncate(&b->in, text.len - from);
    }
    if (status == CLI_OK && b->in.len > LINE_BYTES) {
        cli_error("%s:%u: a line is longer than %d MiB", b->path, b->line + 1, LINE_BYTES >> 20);
        status = CLI_SYSTEM;
    }
    return status;
}

static int read_batch(batch *b, int fd) {
    char *chunk = av_arena_take(&b->session->arena, READ_BYTES);
    if (chunk == NULL) return cli_exit_status(ARCHVM_ERR_MEMORY);
    int status = CLI_OK;
    while (status == CLI_OK) {
        const ssize_t got = read(fd, chunk, READ_BYTES);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            cli_system_error(errno, "%s", b->path);
            return CLI_SYSTEM;
        }
        av_buf_put(&b->in, (av_text){chunk, (size_t)got});
        if (b->in.status != AV_OK) return cli_exit_status(ARCHVM_ERR_MEMORY);
        status = eval_lines(b, got == 0);
        if (got == 0) break;
    }
    return status;
}

static int eval_batch(cli_session *session, const char *path, unsigned flags) {
    const bool standard_input = strcmp(path, "-") == 0;
    const int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        cli_system_error(errno, "%s", path);
        return CLI_SYSTEM;
    }
    batch b = {.session = session,
               .path = standard_input ? "<stdin>" : path,
               .flags = flags | ARCHVM_JSON_LINE};
    const av_alloc host = av_alloc_default();
    av_buf_init(&b.in, &host, 0);
    av_buf_init(&b.out, &host, 0);
    int status = read_batch(&b, fd);
    if (status == CLI_OK) status = flush(&b);
    if (status == CLI_OK) status = b.first_bad;
    av_buf_free(&b.in);
    av_buf_free(&b.out);
    if (!standard_input) close(fd);
    return status;
}

int cli_eval(const cli_args *args) {
    cli_session session;
    const char *path = args->operands[args->count - 1];
    const av_text name = av_text_from(path);
    const bool lines = args->given[CLI_OPT_NDJSON] || av_text_ends(name, AV_TEXT(".ndjson")) ||
                       av_text_ends(name, AV_TEXT(".jsonl"));
    /* Flat values of one brief are a line too: easy to read by line and to put beside those of
     * others. */
    const unsigned flags = args->given[CLI_OPT_VALUES] ? ARCHVM_JSON_VALUES | ARCHVM_JSON_LINE : 0;
    int status = cli_session_begin(&session, args);
    if (status == CLI_OK) status = cli_session_load(&session, args->count - 1, false);
    if (status == CLI_OK)
        status = lines ? eval_batch(&session, path, flags) : eval_one(&session, path, flags);
    cli_session_end(&session);
    return status;
}

int cli_intake(const cli_args *args) {
    cli_session session;
    int status = cli_session_begin(&session, args);
    if (status == CLI_OK) status = cli_session_load(&session, args->count - 1, false);
    if (status == CLI_OK) status = eval_one(&session, args->operands[args->count - 1], INTAKE);
    cli_session_end(&session);
    return status;
}
