/* archvm run: the document on standard output, or everything below a directory. */
#include "cli/outdir.h"
#include "cli/session.h"
#include "cli/threads.h"

/** Name of the document to print: --doc, or the first one that the rules declare. Empty when there
 * is none. */
static archvm_text chosen_document(const cli_session *session) {
    if (session->args->value[CLI_OPT_DOC] != NULL)
        return cli_api_text(av_text_from(session->args->value[CLI_OPT_DOC]));
    const size_t count = archvm_program_definitions(session->program);
    for (size_t i = 0; i < count; i++) {
        archvm_definition definition;
        if (archvm_program_definition(session->program, i, &definition) == ARCHVM_OK &&
            definition.kind == ARCHVM_DOCUMENT)
            return definition.name;
    }
    return (archvm_text){NULL, 0};
}

static int no_such_document(const cli_session *session) {
    cli_error("the rules declare no document or emit called `%s`; `--list` shows those there are",
              session->args->value[CLI_OPT_DOC]);
    return CLI_USAGE;
}

static int show_failures(cli_session *session, archvm_run *run, bool draft) {
    archvm_text failures;
    const archvm_status status = archvm_run_failures(run, &failures);
    if (status != ARCHVM_OK) return cli_run_failure(session, run, status);
    if (failures.len == 0) return CLI_OK;
    if (!draft || !session->args->given[CLI_OPT_QUIET]) {
        cli_put_error(AV_TEXT("these checks failed:\n"));
        cli_put_error(cli_text(failures));
        if (!draft)
            cli_put_error(AV_TEXT(
                "nothing was written; --draft writes all the same, marked as unverified\n"));
    }
    archvm_text_free(session->engine, &failures);
    return CLI_FAILURES;
}

static int list_artifacts(const archvm_output *output) {
    const av_alloc host = av_alloc_default();
    av_buf text;
    av_buf_init(&text, &host, 0);
    for (size_t i = 0; i < archvm_output_count(output); i++) {
        archvm_artifact artifact;
        if (archvm_output_artifact(output, i, &artifact) != ARCHVM_OK) continue;
        av_buf_put(&text, cli_text(artifact.name));
        av_buf_putc(&text, '\t');
        av_buf_put(&text, cli_text(artifact.path));
        av_buf_putc(&text, '\n');
    }
    const int status =
        text.status == AV_OK ? cli_put(av_buf_text(&text)) : cli_exit_status(ARCHVM_ERR_MEMORY);
    av_buf_free(&text);
    return status;
}

/** The map from lines to rules, beside the artefacts; its name is taken, rules may not emit it. */
static const av_text map_path = {"sourcemap.json", 14};

/** The map is made while the files are compared or written. */
typedef struct mapping {
    const archvm_output *output;
    archvm_text map;
    archvm_status result;
} mapping;

static void make_map(void *work) {
    mapping *m = work;
    m->result = archvm_output_map(m->output, &m->map);
}

static int write_files(const cli_session *session, const archvm_output *output,
                       cli_outdir *outdir) {
    mapping m = {.output = output};
    int status = cli_outdir_prepare(outdir, (cli_beside){make_map, &m});
    if (status == CLI_OK && m.result != ARCHVM_OK) status = cli_exit_status(m.result);
    if (status == CLI_OK) status = cli_outdir_add(outdir, map_path, cli_text(m.map));
    if (status == CLI_OK) status = cli_outdir_commit(outdir);
    archvm_text_free(session->engine, &m.map);
    return status;
}

static int write_directory(const cli_session *session, const archvm_output *output) {
    cli_outdir *outdir;
    int status = cli_outdir_begin(session->args->value[CLI_OPT_OUT_DIR], &outdir);
    const size_t count = archvm_output_count(output);
    for (size_t i = 0; i < count && status == CLI_OK; i++) {
        archvm_artifact artifact;
        if (archvm_output_artifact(output, i, &artifact) == ARCHVM_OK)
            status = cli_outdir_add(outdir, cli_text(artifact.path), cli_text(artifact.bytes));
    }
    if (status == CLI_OK) status = write_files(session, output, outdir);
    cli_outdir_free(outdir);
    if (status == CLI_OK)
        cli_note(session->args, "archvm: wrote %zu %s and their source map to %s", count,
                 count == 1 ? "file" : "files", session->args->value[CLI_OPT_OUT_DIR]);
    return status;
}

static int write_output(const cli_session *session, const archvm_output *output) {
    if (session->args->given[CLI_OPT_LIST]) return list_artifacts(output);
    if (session->args->given[CLI_OPT_OUT_DIR]) return write_directory(session, output);
    int status = CLI_OK;
    for (size_t i = 0; i < archvm_output_count(output) && status == CLI_OK; i++) {
        archvm_artifact artifact;
        if (archvm_output_artifact(output, i, &artifact) == ARCHVM_OK)
            status = cli_put(cli_text(artifact.bytes));
    }
    return status;
}

static int emit(cli_session *session, archvm_run *run) {
    const cli_args *args = session->args;
    const bool everything = args->given[CLI_OPT_OUT_DIR] || args->given[CLI_OPT_LIST];
    archvm_emit_options options = ARCHVM_EMIT_OPTIONS_INIT;
    options.draft = args->given[CLI_OPT_DRAFT];
    if (!everything || args->given[CLI_OPT_DOC]) options.name = chosen_document(session);
    if (!everything && options.name.len == 0) {
        cli_error("these rules declare no document; -o DIR writes the files they emit");
        return CLI_RULES;
    }
    archvm_output *output;
    const archvm_status result = archvm_run_emit(run, &options, &output);
    if (result == ARCHVM_ERR_GATE) return show_failures(session, run, false);
    if (result == ARCHVM_ERR_NOT_FOUND) return no_such_document(session);
    if (result != ARCHVM_OK) return cli_run_failure(session, run, result);
    int status = write_output(session, output);
    archvm_output_free(output);
    if (status == CLI_OK && options.draft) status = show_failures(session, run, true);
    return status;
}

int cli_run(const cli_args *args) {
    cli_session session;
    cli_file brief;
    archvm_facts *facts = NULL;
    archvm_run *run = NULL;
    int status = cli_session_begin(&session, args);
    if (status == CLI_OK) status = cli_session_load(&session, args->count - 1, false);
    if (status == CLI_OK)
        status = cli_read(&session.arena, args->operands[args->count - 1], &brief);
    if (status == CLI_OK) status = cli_session_facts(&session, &brief, &facts);
    if (status == CLI_OK) status = cli_session_run(&session, facts, &run);
    if (status == CLI_OK) status = emit(&session, run);
    archvm_run_free(run);
    archvm_facts_free(facts);
    cli_session_end(&session);
    return status;
}
