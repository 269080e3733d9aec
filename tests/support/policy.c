#include "support/policy.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/compile.h"
#include "sema/sema.h"

av_status av_policy_try(av_policy *policy, const av_alloc *host, const archvm_source *sources,
                        size_t count, bool analyse) {
    const archvm_load_options options = {
        .size = sizeof options, .with_tests = 1, .analyse = analyse};
    *policy = (av_policy){.host = *host};
    policy->texts = av_texts_new(host);
    if (policy->texts == NULL) return AV_ERR_MEMORY;
    return av_compile(host, AV_ALONE, policy->texts, sources, count, &options, true,
                      &policy->program);
}

void av_policy_compile(av_policy *policy, const av_disk *files) {
    const av_alloc host = av_alloc_default();
    archvm_source *sources = calloc(files->count + 1, sizeof *sources);
    if (sources == NULL) abort();
    for (size_t i = 0; i < files->count; i++) {
        sources[i].path = av_outer_text(av_text_from(files->items[i].path));
        sources[i].bytes = av_outer_text(av_disk_text(&files->items[i]));
    }
    const av_status status = av_policy_try(policy, &host, sources, files->count, false);
    free(sources);
    if (status == AV_OK) return;
    av_buf said;
    av_buf_init(&said, &host, 0);
    av_diags_render_text(&policy->texts->diags, false, &said);
    fprintf(stderr, "the rules do not compile\n%.*s", AV_TEXT_ARG(av_buf_text(&said)));
    exit(EXIT_FAILURE);
}

void av_policy_free(av_policy *policy) {
    av_program_free(policy->program);
    av_texts_release(policy->texts);
}

static av_status default_value(void *payload, uint32_t def, av_value *out) {
    return av_run_value(payload, def, out);
}

static av_status signal_value(void *payload, uint32_t proc, const av_value *args, av_value *out) {
    return av_run_call(payload, proc, args, out);
}

av_status av_briefed_open(av_briefed *briefed, const av_program *program, const av_alloc *host,
                          const av_run_limits *limits, av_execute_fn *execute, av_text brief) {
    *briefed = (av_briefed){0};
    av_arena_init(&briefed->arena, host, 0);
    briefed->texts = av_texts_new(host);
    briefed->defaults = av_run_new(program, NULL, host, limits, execute);
    if (briefed->texts == NULL || briefed->defaults == NULL) return AV_ERR_MEMORY;
    uint16_t source;
    AV_TRY(av_sources_add(&briefed->texts->sources, AV_TEXT("brief.facts"), brief, 0, &source));
    const av_facts_options options = {
        .default_value = default_value, .signal = signal_value, .payload = briefed->defaults};
    AV_TRY(av_facts_read(&briefed->arena, program, &briefed->texts->diags, source, &options,
                         &briefed->facts));
    briefed->run = av_run_new(program, &briefed->facts, host, limits, execute);
    return briefed->run != NULL ? AV_OK : AV_ERR_MEMORY;
}

void av_briefed_close(av_briefed *briefed) {
    av_run_free(briefed->run);
    av_run_free(briefed->defaults);
    av_arena_free(&briefed->arena);
    av_texts_release(briefed->texts);
}
