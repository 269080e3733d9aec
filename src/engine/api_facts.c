/* archvm.h: facts and their schema. */
#include "engine/api.h"

/** Default values of record fields, which read no facts: computed by a run without any. */
static av_status default_value(void *payload, uint32_t def, av_value *out) {
    return av_run_value(payload, def, out);
}

/** Questions of facts, which read no facts either. */
static av_status question(void *payload, uint32_t proc, av_text *out) {
    av_value value;
    AV_TRY(av_run_proc(payload, proc, &value));
    *out = value.kind == AV_STRING ? *value.as.string : AV_TEXT("");
    return AV_OK;
}

/** Values of signals, which read no facts either. */
static av_status signal_value(void *payload, uint32_t proc, const av_value *args, av_value *out) {
    return av_run_call(payload, proc, args, out);
}

archvm_status archvm_program_schema(const archvm_program *program, archvm_text *out) {
    if (program == NULL || out == NULL) return ARCHVM_ERR_ARGUMENT;
    *out = (archvm_text){NULL, 0};
    av_run *run = av_run_new(program->program, NULL, &program->engine->host, NULL, NULL);
    if (run == NULL) return ARCHVM_ERR_MEMORY;
    const av_facts_options options = {
        .default_value = default_value, .ask = question, .payload = run};
    av_buf buf;
    av_buf_init(&buf, &program->engine->host, 0);
    const av_status status = av_facts_schema(program->program, &options, &buf);
    av_run_free(run);
    if (status == AV_OK) return av_give_text(program->engine, &buf, out);
    av_buf_free(&buf);
    return av_public_status(status, ARCHVM_ERR_RULES);
}

/** The fact that the bytes are as a whole, or AV_NO_INDEX. False: none is called so. */
static bool whole_fact(const av_program *program, archvm_text path,
                       const archvm_facts_options *options, uint32_t *fact) {
    if (options->as.len == 0) {
        *fact = av_program_fact_of_file(program, av_inner_text(path));
        return true;
    }
    *fact = av_program_find(program, av_inner_text(options->as));
    return *fact != AV_NO_INDEX && program->defs[*fact].kind == AV_DEF_FACT &&
           program->defs[*fact].type == AV_TYPE_TEXT;
}

static av_status read_facts(const archvm_program *program, archvm_text path, archvm_text bytes,
                            const archvm_facts_options *taken, uint32_t fact, archvm_facts *facts) {
    av_sources *sources = &facts->texts->sources;
    uint16_t source;
    const int most = fact == AV_NO_INDEX ? AV_FACTS_BYTES : AV_FACTS_WHOLE;
    if (bytes.len > (size_t)most) {
        AV_TRY(av_sources_add(sources, av_inner_text(path), AV_TEXT(""), 0, &source));
        (void)av_diag_add(&facts->texts->diags, AV_E_TOO_MANY, (av_span){.source = source},
                          "the brief is longer than %d bytes", most);
        return AV_ERR_INPUT;
    }
    AV_TRY(av_sources_add(sources, av_inner_text(path), av_inner_text(bytes), 0, &source));
    sources->items[source].lines_before = taken->lines_before;
    facts->defaults = av_run_new(program->program, NULL, &program->engine->host, NULL, NULL);
    if (facts->defaults == NULL) return AV_ERR_MEMORY;
    const av_facts_options options = {
        .default_value = default_value, .signal = signal_value, .payload = facts->defaults};
    if (fact != AV_NO_INDEX)
        return av_facts_read_whole(&facts->arena, program->program, &facts->texts->diags, source,
                                   fact, &options, &facts->facts);
    AV_TRY(av_facts_read(&facts->arena, program->program, &facts->texts->diags, source, &options,
                         &facts->facts));
    return facts->texts->diags.failed ? AV_ERR_MEMORY : AV_OK;
}

archvm_status archvm_facts_read(const archvm_program *program, archvm_text path, archvm_text bytes,
                                const archvm_facts_options *options, archvm_facts **out,
                                archvm_report **report) {
    if (report != NULL) *report = NULL;
    if (out != NULL) *out = NULL;
    archvm_facts_options taken = ARCHVM_FACTS_OPTIONS_INIT;
    if (program == NULL || out == NULL || (bytes.ptr == NULL && bytes.len > 0) ||
        !AV_TAKE_OPTIONS(taken, options))
        return ARCHVM_ERR_ARGUMENT;
    uint32_t fact;
    if (!whole_fact(program->program, path, &taken, &fact)) return ARCHVM_ERR_NOT_FOUND;
    const av_alloc *host = &program->engine->host;
    archvm_facts *facts = av_alloc_new(host, sizeof *facts);
    if (facts == NULL) return ARCHVM_ERR_MEMORY;
    *facts = (archvm_facts){.engine = program->engine, .texts = av_texts_new(host)};
    av_arena_init(&facts->arena, host, 0);
    archvm_status status = ARCHVM_ERR_MEMORY;
    if (facts->texts != NULL) {
        status = av_public_status(read_facts(program, path, bytes, &taken, fact, facts),
                                  ARCHVM_ERR_FACTS);
        if (status == ARCHVM_ERR_LIMIT && facts->texts->diags.error_count > 0)
            status = ARCHVM_ERR_FACTS;
        av_texts_report(av_texts_share(facts->texts), report);
    }
    if (status == ARCHVM_OK) *out = facts;
    else archvm_facts_free(facts);
    return status;
}

void archvm_facts_free(archvm_facts *facts) {
    if (facts == NULL) return;
    const av_alloc host = facts->engine->host;
    av_run_free(facts->defaults);
    av_texts_release(facts->texts);
    av_arena_free(&facts->arena);
    av_alloc_free(&host, facts, sizeof *facts);
}
