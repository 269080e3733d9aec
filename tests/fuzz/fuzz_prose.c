/* Any bytes as prose, heard by the shipped signals: what is filled has words of the text as its evidence, a place in it and a
 * rule of its own that heard it. */
#include "fuzz.h"

#include "support/snapshot.h"
#include "vm/vm.h"

static av_policy shipped;

static av_status signal_value(void *payload, uint32_t proc, const av_value *args, av_value *out) {
    return av_run_call(payload, proc, args, out);
}

static void require_facts(const av_program *program, const av_facts *facts, av_text name) {
    av_buf shown;
    av_buf_init(&shown, &facts->arena->host, 0);
    for (uint32_t i = 0; i < program->def_count; i++) {
        const av_stated *stated = &facts->stated[i];
        if (!stated->stated || !stated->heard) continue;
        FUZZ_REQUIRE(program->defs[i].kind == AV_DEF_FACT, "something else than a fact is heard");
        FUZZ_REQUIRE(av_text_starts(stated->at, name), "a place in another text");
        FUZZ_REQUIRE(stated->evidence.len > 0 && av_utf8_invalid(stated->evidence) == SIZE_MAX,
                     "evidence that is no text");
        FUZZ_REQUIRE(stated->rule_count > 0, "nothing heard it");
        for (uint32_t r = 0; r < stated->rule_count; r++)
            FUZZ_REQUIRE(program->rules[stated->rules[r]].def == i,
                         "heard by a rule of another fact");
        av_snapshot_value(program, stated->value, &shown);
    }
    av_buf_free(&shown);
}

static void hear(const av_policy *policy, uint32_t prose, av_text text) {
    const av_program *program = policy->program;
    av_arena arena;
    av_arena_init(&arena, &policy->host, 0);
    av_texts *texts = av_texts_new(&policy->host);
    av_run *giver = av_run_new(program, NULL, &policy->host, NULL, av_vm_execute);
    FUZZ_REQUIRE(texts != NULL && giver != NULL, "out of memory");
    uint16_t source;
    const av_facts_options options = {.signal = signal_value, .payload = giver};
    FUZZ_REQUIRE(av_sources_add(&texts->sources, AV_TEXT("x.txt"), text, 0, &source) == AV_OK,
                 "out of memory");
    av_facts facts;
    const av_status status =
        av_facts_read_whole(&arena, program, &texts->diags, source, prose, &options, &facts);
    FUZZ_REQUIRE(status == AV_OK || status == AV_ERR_INPUT, "hearing ends with status %d",
                 (int)status);
    fuzz_render(&texts->diags);
    if (status == AV_OK) require_facts(program, &facts, program->defs[prose].name);
    av_run_free(giver);
    av_texts_release(texts);
    av_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const av_text text = {(const char *)data, size};
    if (shipped.program == NULL) {
        av_disk rules = {0};
        av_disk_add(&rules, "rules", ".arch");
        av_policy_compile(&shipped, &rules);
        av_disk_free(&rules);
    }
    if (size > 256 * 1024) return 0;
    for (uint32_t i = 0; i < shipped.program->def_count; i++)
        if (shipped.program->defs[i].prose && shipped.program->defs[i].parts == AV_NO_INDEX)
            hear(&shipped, i, text);
    return 0;
}
