/* The tests beside the shipped rules reach every rule: each case, row and derivation takes part in what some test expects, each
 * matrix line and veto holds in one. A case that says `guard` is reached by none: that is what its guard claims. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/tester.h"
#include "support/rules.h"
#include "support/unit.h"
#include "vm/run.h"

static av_rules shipped;

/* Evaluates what the test asks about, and nothing else. */
static void ask(av_run *run, const av_expect *expect) {
    av_value value;
    const av_check_result *results;
    size_t count;
    switch (expect->kind) {
    case AV_EXPECT_TRUE: assert_ok(av_run_proc(run, expect->proc, &value)); break;
    case AV_EXPECT_FIRED:
        assert_ok(av_run_value(run, shipped.program->rules[expect->target].def, &value));
        break;
    case AV_EXPECT_PASSED:
    case AV_EXPECT_FAILED:
    case AV_EXPECT_REPAIRED: assert_ok(av_run_gate(run, &results, &count)); break;
    case AV_EXPECT_SECTION: assert_ok(av_run_section(run, expect->target, &value)); break;
    case AV_EXPECT_REJECTED:
    case AV_EXPECT_CONFLICT: assert_ok(av_run_value(run, expect->target, &value)); break;
    default: break; /* whole documents read everything, which would prove nothing about a rule */
    }
}

static void note_fired(av_run *run, bool *reached) {
    const av_program *program = shipped.program;
    for (uint32_t r = 0; r < program->rule_count; r++) {
        uint32_t def = program->rules[r].def;
        /* rows are tried by calls, which leave no value behind */
        bool called = program->defs[def].kind == AV_DEF_TABLE;
        if (reached[r] || (!called && av_run_trace(run, def)->state != 2)) continue;
        assert_ok(av_run_fired(run, r, &reached[r]));
    }
}

/* Marks the rules of cases that say `guard`. */
static void note_guarded(bool *guarded) {
    const av_program *program = shipped.program;
    for (uint32_t d = 0; d < program->def_count; d++) {
        const av_def *def = &program->defs[d];
        if (def->proc == AV_NO_INDEX || !program->procs[def->proc].tree) continue;
        const av_node *tree = program->procs[def->proc].tree;
        if (tree->kind != AV_N_CHOOSE) continue;
        for (uint32_t i = 0; i < tree->count; i++)
            if (tree->items[i]->flag) guarded[tree->items[i]->index] = true;
    }
}

static void every_rule_is_reached(void **state) {
    (void)state;
    const av_program *program = shipped.program;
    bool *reached = calloc(program->rule_count, sizeof *reached);
    bool *guarded = calloc(program->rule_count, sizeof *guarded);
    assert_non_null(reached);
    assert_non_null(guarded);
    note_guarded(guarded);
    for (uint32_t t = 0; t < program->test_count; t++) {
        const av_test *test = &program->tests[t];
        av_arena arena;
        av_arena_init(&arena, &shipped.host, 0);
        av_run *giver = av_run_new(program, NULL, &shipped.host, NULL, NULL);
        assert_non_null(giver);
        av_facts facts;
        assert_ok(av_test_facts(program, test, giver, &arena, &facts));
        av_run *run = av_run_new(program, &facts, &shipped.host, NULL, NULL);
        assert_non_null(run);
        for (uint32_t e = 0; e < test->expect_count; e++) ask(run, &test->expects[e]);
        note_fired(run, reached);
        av_run_free(run);
        av_run_free(giver);
        av_arena_free(&arena);
    }
    uint32_t wrong = 0;
    for (uint32_t r = 0; r < program->rule_count; r++) {
        if (reached[r] != guarded[r]) continue;
        const av_rule *rule = &program->rules[r];
        printf("%.*s:%u: %s %.*s\n", AV_TEXT_ARG(program->paths[rule->site.path]), rule->site.line,
               guarded[r] ? "a test reaches the guarded" : "no test reaches",
               AV_TEXT_ARG(rule->id));
        wrong++;
    }
    printf("%u of %u rules are as they should be, in %u tests\n", program->rule_count - wrong,
           program->rule_count, program->test_count);
    free(reached);
    free(guarded);
    assert_int_equal(wrong, 0);
}

static int set_up(void **state) {
    (void)state;
    av_rules_compile_folder(&shipped, "rules", true);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    av_rules_free(&shipped);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_rule_is_reached)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
