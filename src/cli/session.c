#include "cli/session.h"

#include <string.h>

#include "cli/threads.h"

/* Bytes: beside one large file there is little else, and a chunk as large as that would be pages touched for nothing. */
enum { SMALL_CHUNK = 64 * 1024 };

av_text cli_text(archvm_text text) {
    return (av_text){text.ptr, text.len};
}

archvm_text cli_api_text(av_text text) {
    return (archvm_text){text.ptr, text.len};
}

int cli_session_begin(cli_session *session, const cli_args *args) {
    *session = (cli_session){.args = args};
    const av_alloc host = av_alloc_default();
    av_arena_init(&session->arena, &host, 0);
    session->arena.chunk = SMALL_CHUNK;
    session->files.arena = &session->arena;
    archvm_engine_options options = ARCHVM_ENGINE_OPTIONS_INIT;
    options.execute_fn = cli_execute;
    session->engine = archvm_engine_new(&options);
    return session->engine != NULL ? CLI_OK : cli_exit_status(ARCHVM_ERR_MEMORY);
}

void cli_session_end(cli_session *session) {
    archvm_program_free(session->program);
    archvm_engine_free(session->engine);
    av_arena_free(&session->arena);
    *session = (cli_session){0};
}

int cli_exit_status(archvm_status status) {
    switch (status) {
    case ARCHVM_OK: return CLI_OK;
    case ARCHVM_ERR_GATE: return CLI_FAILURES;
    case ARCHVM_ERR_RULES:
    case ARCHVM_ERR_IMAGE:
    case ARCHVM_ERR_RUN: return CLI_RULES;
    case ARCHVM_ERR_FACTS: return CLI_FACTS;
    default: cli_error("%s", archvm_status_text(status)); return CLI_SYSTEM;
    }
}

void cli_show_report(cli_session *session, archvm_report *report) {
    archvm_style style = cli_color(session->args) ? ARCHVM_STYLE_COLOR : ARCHVM_STYLE_TEXT;
    const char *format = session->args->value[CLI_OPT_FORMAT];
    if (format != NULL && strcmp(format, "plain") == 0) style = ARCHVM_STYLE_PLAIN;
    archvm_text text;
    if (archvm_report_render(session->engine, report, style, &text) != ARCHVM_OK) {
        cli_error("out of memory");
        return;
    }
    cli_put_error(cli_text(text));
    archvm_text_free(session->engine, &text);
}

void cli_show_errors(cli_session *session, archvm_report *report) {
    if (archvm_report_errors(report) > 0) cli_show_report(session, report);
}

int cli_put_text(cli_session *session, archvm_text *text) {
    const int status = cli_put(cli_text(*text));
    archvm_text_free(session->engine, text);
    return status;
}

int cli_session_read(cli_session *session, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const char *operand = session->args->operands[i];
        if (count > 1 && cli_is_image(operand)) {
            cli_error("%s: a compiled program stands alone: it cannot be layered with other rules",
                      operand);
            return CLI_USAGE;
        }
        const int status = cli_read_rules(&session->files, operand, (uint32_t)i);
        if (status != CLI_OK) return status;
    }
    return CLI_OK;
}

archvm_status cli_session_compile(cli_session *session, bool with_tests, archvm_report **report) {
    const cli_files *files = &session->files;
    if (files->count == 1 && cli_is_image(files->items[0].path))
        return (session->whole ? archvm_program_load_image : archvm_program_open_image)(
            session->engine, cli_api_text(av_text_from(files->items[0].path)),
            cli_api_text(files->items[0].bytes), &session->program, report);
    archvm_source *sources = AV_NEW_ARRAY(&session->arena, archvm_source, files->count);
    *report = NULL;
    if (sources == NULL) return ARCHVM_ERR_MEMORY;
    for (size_t i = 0; i < files->count; i++)
        sources[i] = (archvm_source){
            .path = cli_api_text(av_text_from(files->items[i].path)),
            .bytes = cli_api_text(files->items[i].bytes),
            .layer = files->items[i].layer,
        };
    archvm_load_options options = ARCHVM_LOAD_OPTIONS_INIT;
    options.with_tests = with_tests;
    options.analyse = with_tests;
    return archvm_program_load(session->engine, sources, files->count, &options, &session->program,
                               report);
}

int cli_session_load(cli_session *session, size_t count, bool with_tests) {
    session->files.without_tests = !with_tests;
    const int status = cli_session_read(session, count);
    if (status != CLI_OK) return status;
    archvm_report *report;
    const archvm_status result = cli_session_compile(session, with_tests, &report);
    cli_show_errors(session, report);
    archvm_report_free(report);
    return cli_exit_status(result);
}

int cli_session_facts(cli_session *session, const cli_file *brief, archvm_facts **out) {
    archvm_report *report;
    archvm_facts_options options = ARCHVM_FACTS_OPTIONS_INIT;
    const char *as = session->args->value[CLI_OPT_AS];
    if (as != NULL) options.as = cli_api_text(av_text_from(as));
    const archvm_status status =
        archvm_facts_read(session->program, cli_api_text(av_text_from(brief->path)),
                          cli_api_text(brief->bytes), &options, out, &report);
    if (status == ARCHVM_ERR_NOT_FOUND) {
        cli_error("the rules have no fact `%s` of type text", as);
        return CLI_USAGE;
    }
    if (session->args->given[CLI_OPT_QUIET]) cli_show_errors(session, report);
    else cli_show_report(session, report);
    archvm_report_free(report);
    return cli_exit_status(status);
}

int cli_session_run(cli_session *session, const archvm_facts *facts, archvm_run **out) {
    archvm_run_options options = ARCHVM_RUN_OPTIONS_INIT;
    options.steps = cli_args_number(session->args, CLI_OPT_STEPS);
    options.memory = (size_t)cli_args_number(session->args, CLI_OPT_MEMORY);
    return cli_exit_status(archvm_run_new(session->program, facts, &options, out));
}

int cli_run_failure(cli_session *session, const archvm_run *run, archvm_status status) {
    if (status == ARCHVM_ERR_RUN) {
        archvm_report *report = archvm_run_error(run);
        if (report == NULL) return cli_exit_status(ARCHVM_ERR_MEMORY);
        cli_show_report(session, report);
        archvm_report_free(report);
    }
    return cli_exit_status(status);
}
