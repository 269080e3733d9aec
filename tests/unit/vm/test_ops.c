#include "vm/ops.h"

#include "oracle/plain.h"
#include "support/consts.h"
#include "support/rules.h"
#include "support/unit.h"

static const char declarations[] =
    "enum Size ordered { Small Middle Large }\n"
    "record Part { key name: text  n: int = 0 }\n"
    "record Inner { a: int = 1  b: int = 2 }\n"
    "record Thing { key name: text  n: int = 3  inner: Inner = Inner { }  parts: list of Part = [] "
    " tags: list of text = [] }\n"
    "const one: Thing = x { n: 5 inner: { a: 7 } parts: [ p { n: 1 } q { } ] tags: [\"a\", \"b\"] "
    "} because \"b\"\n"
    "const two: Thing = x { inner: { b: 8 } parts: [ q { n: 2 } r { } ] tags: [\"b\", \"c\"] } "
    "because \"b\"\n"
    "const both: Thing = merge(one, two) because \"b\"\n"
    "const things: list of Thing = [one] because \"b\"\n"
    "const big: int = 9_223_372_036_854_775_807 because \"b\"\n"
    "const no: int = 0 because \"b\"\n";

static const av_const_case cases[] = {
    {"int", "2 + 3 * 4 - 1", "13", 0},
    {"int", "-7 % 3", "2", 0},
    {"decimal", "0.1 + 0.2", "0.3", 0},
    {"decimal", "7 / 2", "3.5", 0},
    {"decimal", "1 / 3", "0.333333333333", 0},
    {"int", "big + 1", NULL, AV_E_OVERFLOW},
    {"int", "big * 2", NULL, AV_E_OVERFLOW},
    {"int", "-big - 2", NULL, AV_E_OVERFLOW},
    {"money", "USD 10 / 3", "USD 3.33", 0},
    {"money", "USD 0.05 / 2", "USD 0.02", 0},
    {"money", "USD 0.15 / 2", "USD 0.08", 0},
    {"money", "-USD 0.05 / 2", "USD -0.02", 0},
    {"money", "USD 9.99 * 1.5", "USD 14.98", 0},
    {"money", "3 * USD 0.10", "USD 0.30", 0},
    {"decimal", "USD 3 / USD 2", "1.5", 0},
    {"money", "USD 1 + EUR 1", NULL, AV_E_CURRENCY},
    {"bool", "USD 1 < EUR 2", NULL, AV_E_CURRENCY},
    {"bool", "USD 1 == EUR 1", "no", 0},
    {"text", "\"a\" + \"b\"", "ab", 0},
    {"list of int", "[1] + [2, 3]", "1, 2, 3", 0},
    {"bool", "1 < 1.5", "yes", 0},
    {"bool", "1 == 1.0", "yes", 0},
    {"bool", "Small < Large", "yes", 0},
    {"bool", "2 in [1, 2]", "yes", 0},
    {"bool", "2 not in [1, 2]", "no", 0},
    {"bool", "5 in 1..5", "yes", 0},
    {"bool", "6 in 1..5", "no", 0},
    {"bool", "Small in [Middle, Large]", "no", 0},
    {"bool", "true and not false", "yes", 0},
    {"bool", "at least 2 of { 1 == 1; 1 == 2; 2 == 2 }", "yes", 0},
    {"bool", "at least 3 of { 1 == 1; 1 == 2; 2 == 2 }", "no", 0},
    {"bool", "any { 1 == 2; 2 == 2 }", "yes", 0},
    {"bool", "all { 1 == 2; 2 == 2 }", "no", 0},
    {"int", "if 1 > 2 then 1 else 2", "2", 0},
    {"int", "let x = 4 in x * x", "16", 0},
    {"int", "(things[x] ?? two).n", "5", 0},
    {"bool", "things[\"y\"] == none", "yes", 0},
    {"int", "(one with { n: 9 }).n", "9", 0},
    {"int", "both.n", "5", 0},
    {"list of int", "[both.inner.a, both.inner.b]", "7, 8", 0},
    {"list of text", "for p in both.parts yield \"{p.name}{p.n}\"", "p1, q2, r0", 0},
    {"list of text", "both.tags", "a, b, c", 0},
    {"list of int", "for x in [3, 1, 2] sort by x yield x", "1, 2, 3", 0},
    {"list of int", "for x in [3, 1, 2] where x > 1 sort by x descending yield x", "3, 2", 0},
    {"list of text", "for x in [\"bb\", \"a\", \"cc\", \"d\"] sort by length(x) yield x",
     "a, d, bb, cc", 0},
    {"list of text", "for x in [\"bb\", \"a\", \"cc\", \"d\"] sort by length(x) descending yield x",
     "bb, cc, a, d", 0},
    {"list of text", "for x at n in [\"a\", \"b\", \"c\"] where x != \"b\" yield \"{n}{x}\"",
     "1a, 3c", 0},
    {"list of int", "for x in [1, 2] for y in [10, 20] yield x + y", "11, 21, 12, 22", 0},
    {"list of text",
     "for g in group x in [\"aa\", \"b\", \"cc\"] by length(x) yield \"{g.key}: {g.items}\"",
     "2: aa, cc, 1: b", 0},
    {"bool", "some x in [1, 2] satisfies x == 2", "yes", 0},
    {"bool", "every x in [1, 2] satisfies x == 2", "no", 0},
    {"bool", "every x in [1, 2] where x > 5 satisfies x == 2", "yes", 0},
    {"list of int", "[1, 2 when false, for x in [3, 4] yield x * 2, 5 when true]", "1, 6, 8, 5", 0},
};

static void operators_give_what_they_say(void **state) {
    (void)state;
    av_check_consts(declarations, cases, AV_COUNT(cases));
}

/* Values no checked program makes: they come from damaged images only. */
static void wrong_kinds_are_errors(void **state) {
    (void)state;
    const av_site at = {0, 0, 0};
    av_rules rules;
    av_rules_compile(&rules, "module m\nconst x: int = 1 because \"b\"\n");
    av_run *run = av_run_new(rules.program, NULL, &rules.host, NULL, av_plain_execute);
    assert_non_null(run);
    const av_value one = av_int(1), yes = av_bool(true), none = av_none();
    av_value out;
    bool result;
    for (uint8_t op = AV_OP_ADD; op <= AV_OP_MOD; op++) {
        assert_int_equal(av_op_arith(run, op, one, yes, 0, at, &out), AV_ERR_RUN);
        assert_int_equal(av_op_arith(run, op, none, one, 0, at, &out), AV_ERR_RUN);
        assert_int_equal(av_op_arith(run, op, av_money(1, 1), yes, 0, at, &out), AV_ERR_RUN);
    }
    assert_int_equal(av_op_negate(run, yes, 0, at, &out), AV_ERR_RUN);
    assert_int_equal(av_op_compare(run, AV_OP_LT, one, yes, 0, at, &result), AV_ERR_RUN);
    assert_int_equal(av_op_compare(run, 255, one, one, 0, at, &result), AV_ERR_RUN);
    assert_int_equal(av_op_in(run, one, one, 0, at, &result), AV_ERR_RUN);
    assert_int_equal(av_op_lookup(run, one, one, 0, 0, at, &out), AV_ERR_RUN);
    assert_int_equal(av_op_field(run, one, 0, 0, at, &out), AV_ERR_RUN);
    assert_int_equal(av_op_with(run, one, 1, &one, 0, at, &out), AV_ERR_RUN);
    assert_int_equal(av_op_union(run, one, one, 0, at, &out), AV_ERR_RUN);
    assert_int_equal(av_op_without(run, one, one, 0, at, &out), AV_ERR_RUN);
    assert_int_equal(av_op_merge(run, one, one, 0, at, &out), AV_ERR_RUN);
    assert_int_equal(av_op_to_decimal(run, yes, 0, at, &out), AV_ERR_RUN);
    assert_int_equal(av_op_to_set(run, one, 0, 0, at, &out), AV_ERR_RUN);
    av_value record, *fields;
    assert_ok(av_record_new(av_run_arena(run), 0, 1, &record, &fields));
    assert_int_equal(av_op_field(run, record, 1, 0, at, &out), AV_ERR_RUN);
    assert_int_equal(av_op_with(run, record, 2, &one, 0, at, &out), AV_ERR_RUN);
    assert_int_equal(av_run_last_error(run)->code, AV_E_WRONG_KIND);
    av_run_free(run);
    av_rules_free(&rules);
}

static void sorting_is_stable(void **state) {
    (void)state;
    enum { COUNT = 37 };
    av_value keys[COUNT];
    uint32_t order[COUNT], work[COUNT];
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < COUNT; i++) keys[i] = av_int((i * 7) % 5);
        av_op_sort(keys, COUNT, pass == 1, order, work);
        for (uint32_t i = 1; i < COUNT; i++) {
            int64_t a = keys[order[i - 1]].as.integer, b = keys[order[i]].as.integer;
            assert_true(pass ? a >= b : a <= b);
            if (a == b) assert_true(order[i - 1] < order[i]);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_give_what_they_say),
        cmocka_unit_test(wrong_kinds_are_errors),
        cmocka_unit_test(sorting_is_stable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
