#include "vm/render.h"

#include "base/set.h"
#include "oracle/plain.h"
#include "support/rules.h"
#include "support/unit.h"

typedef struct av_page {
    av_rules rules;
    av_run *run;
} av_page;

static int setup(void **state) {
    static av_page page;
    av_rules_compile(&page.rules, "module m\nenum Size { Small \"S*\" Large \"L\" }\nrecord Pair { "
                                  "a: int = 1  b: text = \"x\" }\n"
                                  "const pair: Pair = Pair { } because \"b\"\n"
                                  "const truths: hcl = \"\"\"c = \"{2 > 1}\", a = {1 > 2}, b = [{2 "
                                  "> 1}]\"\"\" because \"b\"\n"
                                  "const facts: yaml = \"\"\"a: {2 > 1}\"\"\" because \"b\"\n");
    page.run = av_run_new(page.rules.program, NULL, &page.rules.host, NULL, av_plain_execute);
    *state = &page;
    return page.run ? 0 : 1;
}

static int teardown(void **state) {
    av_page *page = *state;
    av_run_free(page->run);
    av_rules_free(&page->rules);
    return 0;
}

static av_value text_value(av_page *page, const char *text) {
    av_value value = av_none();
    assert_ok(av_string(av_run_arena(page->run), av_text_from(text), &value));
    return value;
}

static av_value set_of(av_page *page, uint32_t enum_index, uint64_t members) {
    av_value value = av_none();
    assert_ok(av_set_new(av_run_arena(page->run), enum_index, &(av_members){{members}}, &value));
    return value;
}

static av_value fragment(av_page *page, const char *first, const char *second) {
    av_render r = av_render_begin(page->run);
    av_value value = av_none();
    assert_ok(av_render_literal(page->run, r, av_text_from(first), 1));
    assert_ok(av_render_literal(page->run, r, av_text_from(second), 2));
    assert_ok(av_render_fragment(page->run, r, AV_FORMAT_MARKDOWN, &value));
    return value;
}

static void prints(av_page *page, av_value value, av_escape mode, const char *expected) {
    av_render r = av_render_begin(page->run);
    av_value out = av_none();
    assert_ok(av_render_value(page->run, r, value, mode, 0, AV_NO_INDEX));
    assert_ok(av_render_text(page->run, r, &out));
    assert_text(*out.as.string, expected);
}

static void builders_nest(void **state) {
    av_page *page = *state;
    av_render outer = av_render_begin(page->run);
    assert_ok(av_render_literal(page->run, outer, AV_TEXT("a"), 7));
    av_value inner = fragment(page, "b", "c"), all = av_none();
    assert_text(inner.as.fragment->text, "bc");
    assert_text(av_render_so_far(page->run, outer), "a");
    assert_ok(av_render_value(page->run, outer, inner, AV_ESCAPE_NONE, 0, 8));
    assert_ok(av_render_fragment(page->run, outer, AV_FORMAT_PLAIN, &all));
    const av_fragment *f = all.as.fragment;
    assert_text(f->text, "abc");
    assert_int_equal(f->mark_count, 3);
    assert_int_equal(f->marks[0].origin, 7);
    assert_int_equal(f->marks[1].origin, 1);
    assert_int_equal(f->marks[2].origin, 2);
    assert_int_equal(f->marks[2].offset, 2);
}

static void lines_of_fragments_are_indented(void **state) {
    av_page *page = *state;
    av_render r = av_render_begin(page->run);
    av_value out = av_none();
    assert_ok(av_render_literal(page->run, r, AV_TEXT("  "), 0));
    assert_ok(
        av_render_value(page->run, r, fragment(page, "a\n\nb", "c\nd\n"), AV_ESCAPE_NONE, 2, 0));
    assert_ok(av_render_literal(page->run, r, AV_TEXT("!"), 0));
    assert_ok(av_render_fragment(page->run, r, AV_FORMAT_PLAIN, &out));
    assert_text(out.as.fragment->text, "  a\n\n  bc\n  d!");
    assert_int_equal(out.as.fragment->mark_count, 4);
}

static void values_print_for_people_and_for_programs(void **state) {
    av_page *page = *state;
    const av_value size = page->rules.program->enum_count
                              ? av_enum(page->rules.program->enum_count - 1, 0)
                              : av_none();
    av_value pair;
    assert_ok(av_run_value(page->run, av_rules_def(&page->rules, "pair"), &pair));
    prints(page, av_bool(true), AV_ESCAPE_NONE, "yes");
    prints(page, av_bool(true), AV_ESCAPE_MD_CELL, "yes");
    prints(page, av_bool(false), AV_ESCAPE_JSON_VALUE, "false");
    prints(page, av_bool(false), AV_ESCAPE_YAML_PLAIN, "false");
    prints(page, av_int(-42), AV_ESCAPE_JSON_VALUE, "-42");
    prints(page, av_decimal_value((av_decimal){9995, 2}), AV_ESCAPE_NONE, "99.95");
    prints(page, av_money(123450, 'U' << 16 | 'S' << 8 | 'D'), AV_ESCAPE_NONE, "USD 1,234.50");
    prints(page, size, AV_ESCAPE_NONE, "S*");
    prints(page, size, AV_ESCAPE_MD_TEXT, "S\\*");
    prints(page, set_of(page, size.type, 3), AV_ESCAPE_NONE, "S*, L");
    prints(page, pair, AV_ESCAPE_NONE, "a: 1, b: x");
    prints(page, av_none(), AV_ESCAPE_NONE, "");
    prints(page, av_none(), AV_ESCAPE_JSON_VALUE, "null");
    prints(page, text_value(page, "a\"b"), AV_ESCAPE_JSON_VALUE, "\"a\\\"b\"");
    av_value list, *items;
    assert_ok(av_list_new(av_run_arena(page->run), 2, &list, &items));
    items[0] = text_value(page, "a\"");
    items[1] = av_int(1);
    prints(page, list, AV_ESCAPE_JSON_VALUE, "[\"a\\\"\", 1]");
    prints(page, list, AV_ESCAPE_NONE, "a\", 1");
    prints(page, set_of(page, size.type, 3), AV_ESCAPE_JSON_VALUE, "[\"S*\", \"L\"]");
    prints(page, set_of(page, size.type, 0), AV_ESCAPE_HCL_VALUE, "[]");
}

static void truth_is_written_as_the_language_of_the_place_has_it(void **state) {
    av_page *page = *state;
    av_value value;
    assert_ok(av_run_value(page->run, av_rules_def(&page->rules, "truths"), &value));
    assert_text(value.as.fragment->text, "c = \"true\", a = false, b = [true]");
    assert_ok(av_run_value(page->run, av_rules_def(&page->rules, "facts"), &value));
    assert_text(value.as.fragment->text, "a: true");
}

static void tidy(av_page *page, const char *text, const char *expected) {
    av_render r = av_render_begin(page->run);
    av_value out = av_none();
    assert_ok(av_render_tidy(page->run, r, fragment(page, text, "").as.fragment, 0));
    assert_ok(av_render_text(page->run, r, &out));
    assert_text(*out.as.string, expected);
}

static void blank_lines_become_one_outside_fences(void **state) {
    av_page *page = *state;
    tidy(page, "\n\na\n\n\n\nb\n\n", "a\n\nb");
    tidy(page, "a\n```sql\nb\n\n\nc\n```\n\n\nd", "a\n```sql\nb\n\n\nc\n```\n\nd");
    tidy(page, "````\n```\n\n\n````\n\n\na", "````\n```\n\n\n````\n\na");
    tidy(page, "~~~\n```\n\n\n~~~\n\n\na", "~~~\n```\n\n\n~~~\n\na");
    tidy(page, "\n\n", "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builders_nest),
        cmocka_unit_test(lines_of_fragments_are_indented),
        cmocka_unit_test(values_print_for_people_and_for_programs),
        cmocka_unit_test(truth_is_written_as_the_language_of_the_place_has_it),
        cmocka_unit_test(blank_lines_become_one_outside_fences),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
