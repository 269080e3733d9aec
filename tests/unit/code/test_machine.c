#include "code/code.h"
#include "code/image.h"
#include "oracle/plain.h"
#include "sema/sema.h"
#include "support/rules.h"
#include "support/unit.h"
#include "vm/run.h"
#include "vm/vm.h"

#include <stdio.h>
#include <string.h>

enum { FILE_BYTES = 64 * 1024 };

/* The rules of tests/unit/code/every_node.arch, compiled once. */
static av_rules every;

static int compile_every(void **state) {
    static char text[FILE_BYTES];
    FILE *file = fopen("tests/unit/code/every_node.arch", "rb");
    (void)state;
    assert_non_null(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    text[length] = '\0';
    av_rules_compile(&every, text);
    return av_generate(every.program, NULL, &every.diags, AV_ALONE) == AV_OK ? 0 : -1;
}

static int free_every(void **state) {
    (void)state;
    av_rules_free(&every);
    return 0;
}

/* ---- one program, two executors */

static void show_error(const av_run *run) {
    const av_run_error *error = av_run_last_error(run);
    print_error("%.*s: %u:%u: %.*s\n", AV_TEXT_ARG(error->name), error->site.line,
                error->site.column, AV_TEXT_ARG(error->message));
}

static bool is_true(av_run *run, uint32_t proc) {
    av_value value;
    av_status status = av_run_proc(run, proc, &value);
    if (status != AV_OK) show_error(run);
    return status == AV_OK && value.kind == AV_BOOL && value.as.integer == 1;
}

static void expect_all(const av_program *program, av_execute_fn *execute) {
    av_run *run = av_run_new(program, NULL, &every.host, NULL, execute);
    assert_non_null(run);
    size_t count = 0;
    for (uint32_t t = 0; t < program->test_count; t++) {
        const av_test *test = &program->tests[t];
        for (uint32_t e = 0; e < test->expect_count; e++, count++)
            if (!is_true(run, test->expects[e].proc))
                fail_msg("line %u: expect %.*s", test->expects[e].site.line,
                         AV_TEXT_ARG(test->expects[e].source));
    }
    assert_true(count > 60);
    av_run_free(run);
}

static void test_expectations_hold(void **state) {
    (void)state;
    expect_all(every.program, av_vm_execute);
    expect_all(every.program, av_plain_execute);
}

/* Whether a value can be asked for without arguments. */
static bool has_value(const av_program *program, uint32_t def) {
    const av_def *d = &program->defs[def];
    if (d->kind == AV_DEF_TEST || d->kind == AV_DEF_FUNC) return false;
    return d->kind != AV_DEF_TABLE || program->procs[d->proc].param_count == 0;
}

/* Values are equal, and so are the marks of fragments. */
static void assert_same(const av_program *program, uint32_t def, av_value a, av_value b) {
    if (!av_value_equal(a, b)) fail_msg("%.*s differs", AV_TEXT_ARG(program->defs[def].name));
    if (a.kind != AV_FRAGMENT) return;
    assert_int_equal(a.as.fragment->mark_count, b.as.fragment->mark_count);
    for (size_t i = 0; i < a.as.fragment->mark_count; i++) {
        assert_int_equal(a.as.fragment->marks[i].offset, b.as.fragment->marks[i].offset);
        assert_int_equal(a.as.fragment->marks[i].origin, b.as.fragment->marks[i].origin);
    }
}

static void compare_runs(const av_program *program, const av_program *other,
                         av_execute_fn *execute) {
    av_run *run = av_run_new(program, NULL, &every.host, NULL, av_vm_execute);
    av_run *oracle = av_run_new(other, NULL, &every.host, NULL, execute);
    assert_non_null(run);
    assert_non_null(oracle);
    for (uint32_t def = 0; def < program->def_count; def++) {
        av_value a, b;
        if (!has_value(program, def)) continue;
        if (av_run_value(run, def, &a) != AV_OK) {
            show_error(run);
            fail_msg("%.*s has no value", AV_TEXT_ARG(program->defs[def].name));
        }
        assert_ok(av_run_value(oracle, def, &b));
        assert_same(program, def, a, b);
        assert_int_equal(av_run_trace(run, def)->rule, av_run_trace(oracle, def)->rule);
    }
    for (uint32_t rule = 0; rule < program->rule_count; rule++) {
        bool a, b;
        assert_ok(av_run_fired(run, rule, &a));
        assert_ok(av_run_fired(oracle, rule, &b));
        assert_int_equal(a, b);
    }
    av_run_free(run);
    av_run_free(oracle);
}

static void test_same_as_plain(void **state) {
    (void)state;
    compare_runs(every.program, every.program, av_plain_execute);
}

static void test_image_runs_the_same(void **state) {
    (void)state;
    av_buf bytes;
    av_program *read;
    const char *why;
    av_buf_init(&bytes, &every.host, AV_IMAGE_BYTES);
    assert_ok(av_image_write(every.program, &bytes));
    assert_ok(av_image_read(&every.host, av_buf_text(&bytes), &read, &why));
    assert_null(read->procs[0].tree);
    compare_runs(read, every.program, av_vm_execute);
    expect_all(read, av_vm_execute);
    av_program_free(read);
    av_buf_free(&bytes);
}

/* ---- failures */

typedef struct failure {
    const char *rules;
    av_run_limits limits;
    av_diag_code code;
    uint32_t line;
} failure;

static void assert_failure(const failure *f) {
    av_rules rules;
    av_value value;
    av_rules_compile(&rules, f->rules);
    assert_ok(av_generate(rules.program, NULL, &rules.diags, AV_ALONE));
    av_run *run = av_run_new(rules.program, NULL, &rules.host, &f->limits, av_vm_execute);
    assert_non_null(run);
    if (av_run_value(run, av_rules_def(&rules, "result"), &value) != AV_ERR_RUN)
        fail_msg("no failure: %s", f->rules);
    const av_run_error *error = av_run_last_error(run);
    if (error->code != f->code)
        fail_msg("%.*s instead of %s", AV_TEXT_ARG(error->message),
                 av_diag_describe(f->code)->title);
    assert_int_equal(error->site.line, f->line);
    /* the machine's stacks are whole again: the next evaluation fails in the same way */
    assert_int_equal(av_run_value(run, av_rules_def(&rules, "result"), &value), AV_ERR_RUN);
    av_run_free(run);
    av_rules_free(&rules);
}

static void test_failures_name_their_place(void **state) {
    (void)state;
    static const failure failures[] = {
        {"const many: list of int = range(1, 1000)\n"
         "func work(n: int): int = n * 2\n"
         "table result: int hit first {\n"
         "  | count(for a in many\n"
         "      for b in many where work(a) > b yield b) || value |\n"
         "  | > 3 || 1 |\n  | - || 2 |\n}\n",
         {.steps = 20000},
         AV_E_STEP_BUDGET,
         5},
        {"func big(n: int): int = n * 4_000_000_000\n"
         "table result: int hit first {\n"
         "  | big(\n"
         "      big(4)) || value |\n"
         "  | 3 || 1 |\n  | - || 2 |\n}\n",
         {0},
         AV_E_OVERFLOW,
         1},
        {"func narrow(n: int): int 0..9 = n + 0\n"
         "table result: int hit first {\n  | narrow(\n     10) || value |\n  | 3 || 1 |\n  | - || "
         "2 |\n}\n",
         {0},
         AV_E_RUN_RANGE,
         1},
        {"const many: list of int = range(1, 2000)\n"
         "table result: int hit first {\n"
         "  | count(for a in many for b in many for c in many yield \"{a} {b} {c}\") || value |\n"
         "  | 3 || 1 |\n  | - || 2 |\n}\n",
         {.memory = 1024 * 1024},
         AV_E_MEMORY_BUDGET,
         2},
    };
    for (size_t i = 0; i < AV_COUNT(failures); i++) assert_failure(&failures[i]);
}

/* ---- many cases */

/* A decision over two enums of `side` members each, a case for every pair; gives the steps that the last pair takes. */
static uint64_t steps_of_last_case(unsigned side) {
    av_buf text;
    av_alloc host = av_alloc_default();
    av_buf_init(&text, &host, 0);
    for (unsigned e = 0; e < 2; e++) {
        av_buf_printf(&text, "enum E%u {", e);
        for (unsigned m = 0; m < side; m++) av_buf_printf(&text, " M%u_%u", e, m);
        av_buf_puts(&text, " }\n");
    }
    av_buf_puts(&text, "table pick(a: E0, b: E1): int hit first {\n | a | b || value |\n");
    for (unsigned a = 0; a < side; a++)
        for (unsigned b = 0; b < side; b++)
            av_buf_printf(&text, " | M0_%u | M1_%u || %u |\n", a, b, a * side + b);
    av_buf_printf(
        &text,
        " | - | - || 0 |\n}\ntable result: int hit first {\n | pick(M0_%u, M1_%u) || value |\n",
        side - 1, side - 1);
    av_buf_printf(&text, " | %u || 7 |\n | - || 8 |\n}\n", side * side - 1);
    av_buf_putc(&text, '\0');
    av_rules rules;
    av_value value;
    av_rules_compile(&rules, text.ptr);
    assert_ok(av_generate(rules.program, NULL, &rules.diags, AV_ALONE));
    const char *why;
    if (av_verify(rules.program, &why) != AV_OK) fail_msg("%s", why);
    uint64_t steps = 1;
    for (; steps < 100000; steps++) {
        const av_run_limits limits = {.steps = steps};
        av_run *run = av_run_new(rules.program, NULL, &rules.host, &limits, av_vm_execute);
        av_status status = av_run_value(run, av_rules_def(&rules, "result"), &value);
        av_run_free(run);
        if (status == AV_OK) break;
    }
    assert_int_equal(value.as.integer, 7);
    av_rules_free(&rules);
    av_buf_free(&text);
    return steps;
}

static void test_cost_does_not_grow_with_cases(void **state) {
    (void)state;
    uint64_t few = steps_of_last_case(4), many = steps_of_last_case(40);
    assert_true(few < 30);
    assert_int_equal(few, many);
}

/* ---- results of calls */

static void assert_value(av_run *run, const av_rules *rules, const char *def,
                         const char *expected) {
    av_value value;
    assert_ok(av_run_value(run, av_rules_def(rules, def), &value));
    assert_text(*value.as.string, expected);
}

static void test_results_of_calls_follow_what_they_read(void **state) {
    (void)state;
    av_rules rules;
    av_rules_compile(
        &rules,
        "module m\n"
        "enum E { A B }\n"
        "fact f: bool \"F\" { group \"G\" ask \"?\" }\n"
        "infer f { otherwise true because \"b\" confidence low risk \"r\" }\n"
        "decision d: E \"D\" { case A when f because \"a\" otherwise B because \"b\" }\n"
        "func word(n: int): text = \"{n} {d}{if n > 1 then \"s\" else \"\"}\"\n"
        "decision one: text \"One\" { otherwise \"{word(1)}, {word(1)}\" as x because \"\" }\n"
        "check not_a \"Not A\" { require d != A else \"{word(1)}\" repair d = B because \"no\" "
        "}\n");
    assert_ok(av_generate(rules.program, NULL, &rules.diags, AV_ALONE));
    av_run *run = av_run_new(rules.program, NULL, &rules.host, NULL, av_vm_execute);
    assert_non_null(run);
    assert_value(run, &rules, "one", "1 A, 1 A");
    av_value flips;
    assert_ok(av_run_flips(run, av_rules_def(&rules, "f"), &flips));
    assert_int_equal(flips.as.list->count, 2);
    assert_value(run, &rules, "one", "1 A, 1 A");
    const av_check_result *results;
    size_t count;
    assert_ok(av_run_gate(run, &results, &count));
    assert_int_equal(results[0].status, AV_CHECK_REPAIRED);
    assert_text(results[0].messages[0], "1 A");
    assert_value(run, &rules, "one", "1 B, 1 B");
    av_run_free(run);
    av_rules_free(&rules);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expectations_hold),
        cmocka_unit_test(test_same_as_plain),
        cmocka_unit_test(test_image_runs_the_same),
        cmocka_unit_test(test_failures_name_their_place),
        cmocka_unit_test(test_cost_does_not_grow_with_cases),
        cmocka_unit_test(test_results_of_calls_follow_what_they_read),
    };
    return cmocka_run_group_tests(tests, compile_every, free_every);
}
