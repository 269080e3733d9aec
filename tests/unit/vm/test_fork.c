/* A run and its fork: what either knows afterwards, and that both live on one budget. */
#include "oracle/plain.h"
#include "support/rules.h"
#include "support/unit.h"
#include "vm/run.h"

enum {
    STEPS = 100 * 1000,       /**< budget of steps */
    MEMORY = 4 * 1024 * 1024, /**< budget of bytes */
    PIECE = 1000              /**< bytes taken at a time */
};

static const char rules[] = "module shop\n"
                            "enum Size { Small \"small\" Large \"large\" }\n"
                            "const left: int = 1 + 2\n"
                            "const right: int = 3 + 4\n"
                            "fact paid: bool \"Paid\" { ask \"Is it?\" }\n"
                            "infer paid { otherwise true as sold because \"most are\" "
                            "confidence low risk \"none\" }\n"
                            "fact kept: bool \"Kept\" { ask \"Is it?\" }\n"
                            "infer kept { otherwise true as put because \"most are\" "
                            "confidence low risk \"none\" }\n"
                            "decision size: Size \"Size\" {\n"
                            "  case Large when paid and kept because \"both\" rejected \"one\"\n"
                            "  otherwise Small because \"enough\"\n"
                            "}\n"
                            "section body \"Body\" { \"\"\"{size}{for f in all_facts}{f.label} "
                            "{end}\"\"\" }\n"
                            "document page \"Page\" { to \"PAGE.md\" sections body }\n";

typedef struct bench {
    av_rules rules;
    av_run *run, *fork;
    size_t lent; /**< calls of threads_of_one */
    av_executor threads;
} bench;

/** The caller's thread does every task; `payload` counts. */
static void threads_of_one(void *payload, size_t count, av_task_fn *task, void *work) {
    ++*(size_t *)payload;
    for (size_t i = 0; i < count; i++) task(work, i);
}

static void start(bench *b) {
    b->lent = 0;
    b->threads = (av_executor){threads_of_one, &b->lent};
    const av_run_limits limits = {.steps = STEPS, .memory = MEMORY, .executor = &b->threads};
    av_rules_compile(&b->rules, rules);
    b->run = av_run_new(b->rules.program, NULL, &b->rules.host, &limits, av_plain_execute);
    assert_non_null(b->run);
    b->fork = NULL;
}

static void divide(bench *b) {
    b->fork = av_run_fork(b->run);
    assert_non_null(b->fork);
}

static void finish(bench *b) {
    av_run_free(b->run);
    av_rules_free(&b->rules);
}

static bool spend(av_run *run, uint64_t steps) {
    return av_run_spend(run, steps, AV_NO_INDEX, (av_site){0, 0, 0}) == AV_OK;
}

static void test_steps_are_shared(void **state) {
    (void)state;
    bench b;
    start(&b);
    assert_true(spend(b.run, 1000));
    divide(&b);
    uint64_t spent = 1000;
    /* One side alone may have nearly all, and both have no more than there is. */
    for (int i = 0; i < 90; i++, spent += 1000) assert_true(spend(b.fork, 1000));
    while (spend(b.run, 1)) spent++;
    while (spend(b.fork, 1)) spent++;
    assert_int_equal(spent, STEPS);
    assert_int_equal(av_run_last_error(b.fork)->code, AV_E_STEP_BUDGET);
    av_run_join(b.run, b.fork);
    finish(&b);
}

static void test_steps_left_come_back(void **state) {
    (void)state;
    bench b;
    start(&b);
    for (int i = 0; i < 3; i++) {
        divide(&b);
        assert_true(spend(b.run, 10));
        assert_true(spend(b.fork, 20));
        av_run_join(b.run, b.fork);
    }
    assert_true(spend(b.run, STEPS - 90));
    assert_false(spend(b.run, 1));
    finish(&b);
}

static size_t take_all(av_run *run) {
    size_t taken = 0;
    while (av_arena_piece(av_run_arena(run), PIECE) != NULL) taken += PIECE;
    return taken;
}

static void test_memory_is_shared(void **state) {
    (void)state;
    bench b;
    start(&b);
    assert_non_null(av_arena_piece(av_run_arena(b.run), PIECE));
    divide(&b);
    size_t taken = PIECE;
    for (int i = 0; i < 3000; i++, taken += PIECE)
        assert_non_null(av_arena_piece(av_run_arena(b.fork), PIECE));
    taken += take_all(b.run);
    taken += take_all(b.fork);
    assert_true(taken <= MEMORY);
    assert_true(taken > MEMORY - MEMORY / 8);
    av_run_join(b.run, b.fork);
    assert_true(av_arena_used(av_run_arena(b.run)) <= MEMORY);
    finish(&b);
}

static void test_both_are_known(void **state) {
    (void)state;
    bench b;
    av_value value;
    start(&b);
    const uint32_t left = av_rules_def(&b.rules, "left"), right = av_rules_def(&b.rules, "right");
    divide(&b);
    assert_ok(av_run_value(b.run, left, &value));
    assert_ok(av_run_value(b.fork, right, &value));
    assert_int_equal(av_run_trace(b.run, right)->state, AV_TRACE_NONE);
    av_run_join(b.run, b.fork);
    assert_int_equal(av_run_trace(b.run, left)->value.as.integer, 3);
    assert_int_equal(av_run_trace(b.run, right)->value.as.integer, 7);
    finish(&b);
}

/** What a run asks for that would be shared out is done by itself while it has a fork: there is one purse. */
static void test_one_fork_at_a_time(void **state) {
    (void)state;
    bench b;
    av_value value;
    start(&b);
    const uint32_t facts = av_rules_def(&b.rules, "all_facts");
    divide(&b);
    assert_ok(av_run_value(b.run, facts, &value));
    assert_int_equal(value.as.list->count, 2);
    assert_int_equal(b.lent, 0);
    uint64_t spent = 0;
    while (spend(b.run, 1)) spent++;
    while (spend(b.fork, 1)) spent++;
    av_run_join(b.run, b.fork);
    while (spend(b.run, 1)) spent++;
    assert_true(spent < STEPS);
    finish(&b);
    start(&b);
    assert_ok(av_run_value(b.run, av_rules_def(&b.rules, "all_facts"), &value));
    assert_int_equal(b.lent, 1);
    finish(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps_are_shared),   cmocka_unit_test(test_steps_left_come_back),
        cmocka_unit_test(test_memory_is_shared),   cmocka_unit_test(test_both_are_known),
        cmocka_unit_test(test_one_fork_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
