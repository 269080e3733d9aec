/* Trees no checked program holds. What right trees give is tested through rules, in tests/unit/vm. */
#include "oracle/plain.h"

#include "support/rules.h"
#include "support/unit.h"

enum { DEEP = AV_RUN_DEPTH + 10 };

/* Evaluates the constant `x` with this tree in place of its own. */
static void expect_failure(const av_node *tree, uint32_t slot_count, av_diag_code code) {
    av_rules rules;
    av_rules_compile(&rules, "module m\nconst x: bool = true because \"b\"\n");
    uint32_t def = av_rules_def(&rules, "x");
    av_proc *proc = &rules.program->procs[rules.program->defs[def].proc];
    proc->tree = tree;
    proc->slot_count = slot_count;
    av_run *run = av_run_new(rules.program, NULL, &rules.host, NULL, av_plain_execute);
    assert_non_null(run);
    av_value value;
    assert_int_equal(av_run_value(run, def, &value), AV_ERR_RUN);
    assert_int_equal(av_run_last_error(run)->code, code);
    assert_text(av_run_last_error(run)->name, "x");
    /* A failed value is not kept as one, and fails the same way again. */
    assert_int_equal(av_run_trace(run, def)->state, AV_TRACE_NONE);
    assert_int_equal(av_run_value(run, def, &value), AV_ERR_RUN);
    av_run_free(run);
    av_rules_free(&rules);
}

static void a_procedure_without_a_tree_fails(void **state) {
    (void)state;
    expect_failure(NULL, 0, AV_E_WRONG_KIND);
}

static void nesting_is_bounded(void **state) {
    (void)state;
    static av_node nodes[DEEP];
    for (size_t i = 0; i < DEEP; i++)
        nodes[i] = (av_node){.kind = AV_N_NOT, .a = i + 1 < DEEP ? &nodes[i + 1] : NULL};
    nodes[DEEP - 1] = (av_node){.kind = AV_N_CONST, .value = av_bool(true)};
    expect_failure(nodes, 0, AV_E_RUN_DEPTH);
}

static void variables_stay_within_the_frame(void **state) {
    (void)state;
    const av_node local = {.kind = AV_N_LOCAL, .index = 3};
    expect_failure(&local, 3, AV_E_WRONG_KIND);
    expect_failure(&local, AV_SLOTS + 1, AV_E_WRONG_KIND);
}

static void a_choice_without_a_case_fails(void **state) {
    (void)state;
    av_node no = {.kind = AV_N_CONST, .value = av_bool(false)},
            one = {.kind = AV_N_CASE, .a = &no, .b = &no};
    av_node *cases[] = {&one};
    const av_node choose = {.kind = AV_N_CHOOSE, .items = cases, .count = 1};
    expect_failure(&choose, 0, AV_E_NO_CASE);
}

static void parts_of_templates_are_no_expressions(void **state) {
    (void)state;
    const av_node part = {.kind = AV_N_PART_BLOCK};
    expect_failure(&part, 0, AV_E_WRONG_KIND);
}

static void definitions_that_need_themselves_fail(void **state) {
    (void)state;
    av_rules rules;
    av_rules_compile(&rules, "module m\nconst x: bool = true because \"b\"\n");
    const uint32_t def = av_rules_def(&rules, "x");
    av_rules_free(&rules);
    const av_node self = {.kind = AV_N_DEF, .index = def};
    expect_failure(&self, 0, AV_E_NEEDS_ITSELF);
    const av_node nobody = {.kind = AV_N_DEF, .index = 100000};
    expect_failure(&nobody, 0, AV_E_WRONG_KIND);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_procedure_without_a_tree_fails),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(variables_stay_within_the_frame),
        cmocka_unit_test(a_choice_without_a_case_fails),
        cmocka_unit_test(parts_of_templates_are_no_expressions),
        cmocka_unit_test(definitions_that_need_themselves_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
