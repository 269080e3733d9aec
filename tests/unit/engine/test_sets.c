/* Sets of enums of every size up to the most: in rules, in briefs, in JSON, out of a compiled program. */
#include <stdio.h>
#include <string.h>

#include "archvm.h"
#include "base/buf.h"
#include "base/set.h"
#include "support/unit.h"

/* An enum of `count` members m0, m1 ..., a fact of their set, what the language can do with it, and tests of that. */
static void write_rules(av_buf *out, unsigned count) {
    const unsigned last = count - 1;
    av_buf_puts(out, "module sets\nenum E {");
    for (unsigned m = 0; m < count; m++) av_buf_printf(out, " M%u \"m%u\"", m, m);
    av_buf_puts(out, " }\nfact chosen: set of E \"Chosen\" { ask \"Which?\" }\n");
    av_buf_printf(
        out,
        "infer chosen { otherwise [M%u, M0] because \"the ends\" confidence low risk \"none\" }\n",
        last);
    av_buf_puts(out,
                "fact story: text \"Story\" { ask \"What?\" prose \"read for the others\" }\n"
                "infer story { otherwise \"\" because \"none\" confidence low risk \"none\" }\n");
    av_buf_printf(out,
                  "signal chosen { case M%u as last when says \"omega\" case M0 as first when says "
                  "\"alpha\" }\n",
                  last);
    av_buf_printf(out,
                  "decision kind: text \"Kind\" {\n  case \"ends\" as ends when chosen == [M0, "
                  "M%u] because \"e\"\n"
                  "  case \"last\" as last when M%u in chosen because \"l\"\n"
                  "  otherwise \"none\" because \"n\"\n}\n",
                  last, last);
    av_buf_puts(out, "test \"nothing is stated\" {\n  expect chosen == [M0, ");
    av_buf_printf(out, "M%u]\n  expect kind == \"ends\"\n}\n", last);
    av_buf_printf(
        out, "test \"the last alone\" {\n  given { chosen: [M%u] }\n  expect kind == \"last\"\n",
        last);
    av_buf_printf(out,
                  "  expect size(joined(chosen, [M0])) == 2\n  expect members(joined(chosen, "
                  "[M0])) == [M0, M%u]\n",
                  last);
    av_buf_printf(out,
                  "  expect removed(chosen, [M%u]) == []\n  expect not overlaps(chosen, [M0])\n}\n",
                  last);
    av_buf_printf(out,
                  "test \"a story is heard\" {\n  given { story: \"From alpha to omega.\" }\n"
                  "  expect chosen == [M0, M%u]\n  expect chosen.source == \"stated\"\n}\n",
                  last);
    av_buf_putc(out, '\0');
}

static archvm_text text(const char *nul_ended) {
    return (archvm_text){nul_ended, strlen(nul_ended)};
}

static int failed(void *payload, const archvm_test_result *result) {
    (void)payload;
    if (!result->passed)
        print_error("%.*s: %.*s\n", (int)result->title.len, result->title.ptr,
                    (int)result->message.len, result->message.ptr);
    return 0;
}

/* A brief that states every member, the last first: JSON has them in the enum's order. */
static void expect_json(archvm_engine *engine, const archvm_program *program, unsigned count) {
    av_alloc host = av_alloc_default();
    av_buf brief, expected;
    archvm_facts *facts;
    archvm_run *run;
    archvm_text json;
    av_buf_init(&brief, &host, 0);
    av_buf_init(&expected, &host, 0);
    av_buf_puts(&brief, "chosen: [");
    av_buf_puts(&expected, "\"chosen\":[");
    for (unsigned m = 0; m < count; m++) {
        av_buf_printf(&brief, "%sm%u", m > 0 ? ", " : "", count - 1 - m);
        av_buf_printf(&expected, "%s\"m%u\"", m > 0 ? "," : "", m);
    }
    av_buf_puts(&brief, "]\n");
    av_buf_puts(&expected, "]");
    assert_int_equal(archvm_facts_read(program, text("brief.facts"),
                                       (archvm_text){brief.ptr, brief.len}, NULL, &facts, NULL),
                     ARCHVM_OK);
    assert_int_equal(archvm_run_new(program, facts, NULL, &run), ARCHVM_OK);
    assert_int_equal(archvm_run_json(run, ARCHVM_JSON_VALUES | ARCHVM_JSON_LINE, &json), ARCHVM_OK);
    if (av_text_find((av_text){json.ptr, json.len}, av_buf_text(&expected), 0) == SIZE_MAX)
        fail_msg("%u members: %.*s", count, (int)json.len, json.ptr);
    archvm_text_free(engine, &json);
    archvm_run_free(run);
    archvm_facts_free(facts);
    av_buf_free(&brief);
    av_buf_free(&expected);
}

static void expect_tests(const archvm_program *program) {
    archvm_test_options how = ARCHVM_TEST_OPTIONS_INIT;
    archvm_test_summary summary = {0};
    how.each = failed;
    assert_int_equal(archvm_program_test(program, &how, &summary), ARCHVM_OK);
    assert_int_equal(summary.passed, 3);
}

static archvm_status load(archvm_engine *engine, unsigned count, archvm_program **program,
                          archvm_report **report) {
    av_alloc host = av_alloc_default();
    av_buf rules;
    av_buf_init(&rules, &host, 0);
    write_rules(&rules, count);
    const archvm_source source = {.path = text("sets_test.arch"), .bytes = text(rules.ptr)};
    archvm_load_options options = ARCHVM_LOAD_OPTIONS_INIT;
    options.with_tests = 1;
    const archvm_status status = archvm_program_load(engine, &source, 1, &options, program, report);
    av_buf_free(&rules);
    return status;
}

static void sets_of_every_size(void **state) {
    (void)state;
    static const unsigned sizes[] = {2, 63, 64, 65, 127, 128, 129, 192, 255, 256};
    archvm_engine *engine = archvm_engine_new(NULL);
    for (size_t i = 0; i < AV_COUNT(sizes); i++) {
        archvm_program *program, *read;
        archvm_report *report;
        archvm_text image;
        if (load(engine, sizes[i], &program, &report) != ARCHVM_OK)
            fail_msg("%u members do not compile", sizes[i]);
        assert_null(report);
        expect_tests(program);
        expect_json(engine, program, sizes[i]);
        assert_int_equal(archvm_program_save(program, &image), ARCHVM_OK);
        assert_int_equal(archvm_program_load_image(engine, text("sets.archc"), image, &read, NULL),
                         ARCHVM_OK);
        expect_tests(read);
        expect_json(engine, read, sizes[i]);
        archvm_program_free(read);
        archvm_text_free(engine, &image);
        archvm_program_free(program);
    }
    archvm_engine_free(engine);
}

static void one_more_member_is_refused(void **state) {
    (void)state;
    archvm_engine *engine = archvm_engine_new(NULL);
    archvm_program *program;
    archvm_report *report;
    archvm_text said;
    assert_int_equal(load(engine, AV_SET_MEMBERS + 1, &program, &report), ARCHVM_ERR_RULES);
    assert_int_equal(archvm_report_render(engine, report, ARCHVM_STYLE_TEXT, &said), ARCHVM_OK);
    assert_true(av_text_find((av_text){said.ptr, said.len}, AV_TEXT("enum `E` has 257 members"),
                             0) != SIZE_MAX);
    archvm_text_free(engine, &said);
    archvm_report_free(report);
    archvm_engine_free(engine);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_of_every_size),
        cmocka_unit_test(one_more_member_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
