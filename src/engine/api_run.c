/* archvm.h: runs and what they decide. */
#include "engine/api.h"
#include "engine/eval_json.h"

archvm_status archvm_run_new(const archvm_program *program, const archvm_facts *facts,
                             const archvm_run_options *options, archvm_run **out) {
    if (out != NULL) *out = NULL;
    archvm_run_options taken = ARCHVM_RUN_OPTIONS_INIT;
    if (program == NULL || out == NULL || !AV_TAKE_OPTIONS(taken, options))
        return ARCHVM_ERR_ARGUMENT;
    const av_alloc *host = &program->engine->host;
    archvm_run *run = av_alloc_new(host, sizeof *run);
    if (run == NULL) return ARCHVM_ERR_MEMORY;
    *run = (archvm_run){.engine = program->engine, .program = program};
    const av_run_limits limits = {
        .steps = taken.steps, .memory = taken.memory, .executor = &program->engine->executor};
    run->run =
        av_run_new(program->program, facts != NULL ? &facts->facts : NULL, host, &limits, NULL);
    if (run->run == NULL) {
        archvm_run_free(run);
        return ARCHVM_ERR_MEMORY;
    }
    *out = run;
    return ARCHVM_OK;
}

void archvm_run_free(archvm_run *run) {
    if (run == NULL) return;
    const av_alloc host = run->engine->host;
    av_run_free(run->run);
    av_alloc_free(&host, run, sizeof *run);
}

archvm_status av_run_status(archvm_run *run, av_status status) {
    if (status == AV_ERR_RUN) run->failed = true;
    return av_public_status(status, ARCHVM_ERR_RUN);
}

/** The place of a rule whose text is not at hand. */
static av_status add_place(av_texts *texts, const av_program *program, av_site site, av_span *out) {
    *out = (av_span){0};
    if (site.line == 0 || site.path >= program->path_count) return AV_OK;
    AV_TRY(
        av_sources_add(&texts->sources, program->paths[site.path], AV_TEXT(""), 0, &out->source));
    av_source *source = &texts->sources.items[out->source];
    source->lines_before = site.line - 1;
    source->columns_before = site.column > 0 ? site.column - 1 : 0;
    return AV_OK;
}

archvm_report *archvm_run_error(const archvm_run *run) {
    if (run == NULL || !run->failed) return NULL;
    const av_run_error *error = av_run_last_error(run->run);
    av_texts *texts = av_texts_new(&run->engine->host);
    if (texts == NULL) return NULL;
    av_span span;
    if (add_place(texts, run->program->program, error->site, &span) == AV_OK) {
        av_diag *diag =
            av_diag_add(&texts->diags, error->code, span, "%.*s", AV_TEXT_ARG(error->message));
        if (diag != NULL && error->name.len > 0)
            av_diag_help(&texts->diags, diag, "found while evaluating %.*s",
                         AV_TEXT_ARG(error->name));
    }
    archvm_report *report;
    av_texts_report(texts, &report);
    return report;
}

archvm_status archvm_run_gate(archvm_run *run, archvm_gate *out) {
    if (out != NULL) *out = (archvm_gate){0};
    if (run == NULL) return ARCHVM_ERR_ARGUMENT;
    const av_check_result *results;
    size_t count;
    const av_status status = av_run_gate(run->run, &results, &count);
    if (status != AV_OK) return av_run_status(run, status);
    archvm_gate gate = {0};
    for (size_t i = 0; i < count; i++) {
        gate.passed += results[i].status == AV_CHECK_PASS;
        gate.repaired += results[i].status == AV_CHECK_REPAIRED;
        gate.failed += results[i].status == AV_CHECK_FAIL;
    }
    if (out != NULL) *out = gate;
    return ARCHVM_OK;
}

static void put_failure(const av_program *program, const av_check_result *result, size_t number,
                        av_buf *out) {
    const av_def *def = &program->defs[result->def];
    av_buf_printf(out, "%3zu. ", number);
    if (def->item.len > 0 && !av_text_equal(def->item, def->name)) {
        av_buf_put(out, def->item);
        av_buf_putc(out, ' ');
    }
    av_buf_put(out, def->label.len > 0 ? def->label : def->name);
    av_buf_putc(out, '\n');
    for (uint32_t i = 0; i < result->message_count; i++) {
        av_buf_puts(out, "       ");
        av_buf_put(out, result->messages[i]);
        av_buf_putc(out, '\n');
    }
}

archvm_status archvm_run_failures(archvm_run *run, archvm_text *out) {
    if (run == NULL || out == NULL) return ARCHVM_ERR_ARGUMENT;
    *out = (archvm_text){NULL, 0};
    const av_check_result *results;
    size_t count, number = 0;
    const av_status status = av_run_gate(run->run, &results, &count);
    if (status != AV_OK) return av_run_status(run, status);
    av_buf buf;
    av_buf_init(&buf, &run->engine->host, 0);
    for (size_t i = 0; i < count; i++)
        if (results[i].status == AV_CHECK_FAIL)
            put_failure(run->program->program, &results[i], ++number, &buf);
    return av_give_text(run->engine, &buf, out);
}

/** Gives the buffer's text unless what filled it failed. */
static archvm_status give(archvm_run *run, av_status status, av_buf *buf, archvm_text *out) {
    if (status == AV_OK) return av_give_text(run->engine, buf, out);
    av_buf_free(buf);
    return av_run_status(run, status);
}

archvm_status archvm_run_json(archvm_run *run, unsigned flags, archvm_text *out) {
    if (run == NULL || out == NULL) return ARCHVM_ERR_ARGUMENT;
    *out = (archvm_text){NULL, 0};
    av_buf buf;
    av_buf_init(&buf, &run->engine->host, 0);
    const bool pretty = (flags & ARCHVM_JSON_LINE) == 0;
    const av_status status = (flags & ARCHVM_JSON_VALUES) != 0
                                 ? av_eval_values(run->run, pretty, &buf)
                                 : av_eval_json(run->run, pretty, &buf);
    return give(run, status, &buf, out);
}

archvm_status archvm_run_intake(archvm_run *run, archvm_text *out) {
    if (run == NULL || out == NULL) return ARCHVM_ERR_ARGUMENT;
    *out = (archvm_text){NULL, 0};
    av_buf buf;
    av_buf_init(&buf, &run->engine->host, 0);
    const av_status status = av_intake(run->run, &buf);
    return give(run, status, &buf, out);
}

/** The definition of that name which is not the compiler's own, or AV_NO_INDEX. */
static uint32_t find(const archvm_run *run, archvm_text name) {
    const av_program *program = run->program->program;
    const uint32_t def = av_program_find(program, av_inner_text(name));
    return def != AV_NO_INDEX && !program->defs[def].hidden ? def : AV_NO_INDEX;
}

archvm_status archvm_run_trace(archvm_run *run, archvm_text name, archvm_text *out) {
    if (run == NULL || out == NULL) return ARCHVM_ERR_ARGUMENT;
    *out = (archvm_text){NULL, 0};
    const uint32_t def = find(run, name);
    if (def == AV_NO_INDEX) return ARCHVM_ERR_NOT_FOUND;
    av_buf buf;
    av_buf_init(&buf, &run->engine->host, 0);
    bool found;
    const av_status status = av_eval_trace(run->run, def, &buf, &found);
    if (!found) {
        av_buf_free(&buf);
        return ARCHVM_ERR_NOT_FOUND;
    }
    return give(run, status, &buf, out);
}

/** Whether a definition is a value: functions need arguments, texts are emitted. */
static bool has_value(const av_program *program, const av_def *def) {
    switch (def->kind) {
    case AV_DEF_CONST:
    case AV_DEF_FACT:
    case AV_DEF_CONFLICT:
    case AV_DEF_DECISION:
    case AV_DEF_MATRIX:
    case AV_DEF_COLLECTION: return true;
    case AV_DEF_TABLE: return program->procs[def->proc].param_count == 0;
    default: return false;
    }
}

archvm_status archvm_run_value(archvm_run *run, archvm_text name, archvm_value *out) {
    if (run == NULL || out == NULL) return ARCHVM_ERR_ARGUMENT;
    *out = (archvm_value){{0, 0}};
    const uint32_t def = find(run, name);
    const av_program *program = run->program->program;
    if (def == AV_NO_INDEX || !has_value(program, &program->defs[def])) return ARCHVM_ERR_NOT_FOUND;
    av_value value;
    const av_status status = av_run_value(run->run, def, &value);
    if (status != AV_OK) return av_run_status(run, status);
    memcpy(out, &value, sizeof value);
    return ARCHVM_OK;
}
