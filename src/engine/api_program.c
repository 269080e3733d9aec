/* archvm.h: programs and their tests. */
#include "engine/api.h"
#include "engine/compile.h"
#include "engine/tester.h"
#include "facts/facts.h"
#include "sema/sema.h"

archvm_status archvm_program_load(const archvm_engine *engine, const archvm_source *sources,
                                  size_t count, const archvm_load_options *options,
                                  archvm_program **out, archvm_report **report) {
    if (report != NULL) *report = NULL;
    if (out != NULL) *out = NULL;
    archvm_load_options taken = ARCHVM_LOAD_OPTIONS_INIT;
    if (engine == NULL || out == NULL || (sources == NULL && count > 0) ||
        !AV_TAKE_OPTIONS(taken, options))
        return ARCHVM_ERR_ARGUMENT;
    av_texts *texts = av_texts_new(&engine->host);
    archvm_program *program = av_alloc_new(&engine->host, sizeof *program);
    if (texts == NULL || program == NULL) {
        av_texts_release(texts);
        av_alloc_free(&engine->host, program, sizeof *program);
        return ARCHVM_ERR_MEMORY;
    }
    *program = (archvm_program){.engine = engine};
    /* The machine needs no trees. */
    const av_status compiled = av_compile(&engine->host, &engine->executor, texts, sources, count,
                                          &taken, false, &program->program);
    archvm_status status = av_public_status(compiled, ARCHVM_ERR_RULES);
    /* A ceiling that was reached is reported like any other mistake in the rules. */
    if (compiled == AV_ERR_LIMIT && texts->diags.error_count > 0) status = ARCHVM_ERR_RULES;
    av_texts_report(texts, report);
    if (status == ARCHVM_OK) *out = program;
    else archvm_program_free(program);
    return status;
}

void archvm_program_free(archvm_program *program) {
    if (program == NULL) return;
    const av_alloc host = program->engine->host;
    av_program_free(program->program);
    av_alloc_free(&host, program, sizeof *program);
}

archvm_text archvm_program_hash(const archvm_program *program) {
    if (program == NULL) return (archvm_text){NULL, 0};
    return (archvm_text){program->program->hash, sizeof program->program->hash};
}

/* ---- what it defines */

size_t archvm_program_definitions(const archvm_program *program) {
    return program != NULL ? program->program->def_count : 0;
}

static archvm_definition_kind public_kind(av_def_kind kind) {
    switch (kind) {
    case AV_DEF_FACT: return ARCHVM_FACT;
    case AV_DEF_DECISION: return ARCHVM_DECISION;
    case AV_DEF_MATRIX: return ARCHVM_MATRIX;
    case AV_DEF_CONFLICT: return ARCHVM_CONFLICT;
    case AV_DEF_COLLECTION: return ARCHVM_COLLECTION;
    case AV_DEF_CHECK: return ARCHVM_CHECK;
    case AV_DEF_SECTION: return ARCHVM_SECTION;
    case AV_DEF_DOCUMENT: return ARCHVM_DOCUMENT;
    case AV_DEF_EMIT: return ARCHVM_EMIT;
    case AV_DEF_TEST: return ARCHVM_TEST;
    default: return ARCHVM_OTHER;
    }
}

static archvm_text site_path(const av_program *program, av_site site) {
    if (site.path >= program->path_count) return (archvm_text){NULL, 0};
    return av_outer_text(program->paths[site.path]);
}

archvm_status archvm_program_definition(const archvm_program *program, size_t index,
                                        archvm_definition *out) {
    if (program == NULL || out == NULL) return ARCHVM_ERR_ARGUMENT;
    if (index >= program->program->def_count) return ARCHVM_ERR_NOT_FOUND;
    const av_def *def = &program->program->defs[index];
    *out = (archvm_definition){
        .kind = public_kind(def->kind),
        .name = av_outer_text(def->name),
        .label = av_outer_text(def->label),
        .path = site_path(program->program, def->site),
        .line = def->site.line,
        .column = def->site.column,
    };
    return ARCHVM_OK;
}

size_t archvm_program_changes(const archvm_program *program) {
    return program != NULL ? program->program->change_count : 0;
}

archvm_status archvm_program_change(const archvm_program *program, size_t index,
                                    archvm_change *out) {
    if (program == NULL || out == NULL) return ARCHVM_ERR_ARGUMENT;
    if (index >= program->program->change_count) return ARCHVM_ERR_NOT_FOUND;
    const av_layer_change *change = &program->program->changes[index];
    *out = (archvm_change){
        .what = av_outer_text(change->what),
        .by_path = site_path(program->program, change->by),
        .of_path = site_path(program->program, change->of),
        .by_line = change->by.line,
        .of_line = change->of.line,
        .extends = change->extends,
    };
    return ARCHVM_OK;
}

/* ---- tests */

static bool is_chosen(const av_program *program, const av_test *test, av_text pattern) {
    return av_text_find(test->title, pattern, 0) != SIZE_MAX ||
           av_text_find(av_inner_text(site_path(program, test->site)), pattern, 0) != SIZE_MAX;
}

static archvm_status run_test(const archvm_program *program, const av_test *test,
                              const archvm_test_options *options, archvm_test_summary *summary) {
    const av_alloc *host = &program->engine->host;
    const av_run_limits limits = {.steps = options->steps, .memory = options->memory};
    av_buf message;
    av_buf_init(&message, host, 0);
    bool passed;
    const av_status status =
        av_test_run(program->program, test, host, &limits, NULL, &passed, &message);
    archvm_status result = av_public_status(status, ARCHVM_ERR_RUN);
    if (status == AV_OK) {
        summary->passed += passed;
        summary->failed += !passed;
        const archvm_test_result told = {
            .title = av_outer_text(test->title),
            .path = site_path(program->program, test->site),
            .line = test->site.line,
            .column = test->site.column,
            .passed = passed,
            .message = av_outer_text(av_buf_text(&message)),
        };
        if (options->each != NULL && options->each(options->payload, &told) != 0)
            result = ARCHVM_ERR_CANCELLED;
    }
    av_buf_free(&message);
    return result;
}

archvm_status archvm_program_test(const archvm_program *program, const archvm_test_options *options,
                                  archvm_test_summary *summary) {
    archvm_test_options taken = ARCHVM_TEST_OPTIONS_INIT;
    archvm_test_summary counts = {0};
    if (summary != NULL) *summary = counts;
    if (program == NULL || !AV_TAKE_OPTIONS(taken, options)) return ARCHVM_ERR_ARGUMENT;
    const av_program *p = program->program;
    archvm_status status = ARCHVM_OK;
    for (uint32_t i = 0; i < p->test_count && status == ARCHVM_OK; i++) {
        if (is_chosen(p, &p->tests[i], av_inner_text(taken.pattern)))
            status = run_test(program, &p->tests[i], &taken, &counts);
        else counts.skipped++;
    }
    if (summary != NULL) *summary = counts;
    return status;
}
