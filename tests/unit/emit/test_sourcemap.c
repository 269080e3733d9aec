#include "emit/sourcemap.h"
#include "support/unit.h"

#include <jansson.h>
#include <stdlib.h>

/* A program of five definitions: facts b and a, a decision that reads both through a constant, a
 * section, an emit. */
enum { FACT_B, FACT_A, DECISION, SECTION, EMIT };

static const uint32_t decision_reads[] = {FACT_B, FACT_A}, section_reads[] = {DECISION},
                      emit_reads[] = {FACT_A};

static av_def defs[] = {
    [FACT_B] = {.kind = AV_DEF_FACT, .name = {"beta", 4}},
    [FACT_A] = {.kind = AV_DEF_FACT, .name = {"alpha", 5}},
    [DECISION] = {.kind = AV_DEF_DECISION,
                  .name = {"choice", 6},
                  .reads = decision_reads,
                  .read_count = 2},
    [SECTION] = {.kind = AV_DEF_SECTION,
                 .name = {"overview", 8},
                 .reads = section_reads,
                 .read_count = 1},
    [EMIT] = {.kind = AV_DEF_EMIT,
              .name = {"facts", 5},
              .site = {0, 9, 1},
              .reads = emit_reads,
              .read_count = 1},
};
static const uint32_t reads_decision[] = {DECISION}, reads_beta[] = {FACT_B};
static av_origin origins[] = {
    {.def = SECTION, .site = {0, 3, 1}},
    {.def = SECTION, .site = {0, 4, 1}, .reads = reads_decision, .read_count = 1},
    {.def = SECTION, .site = {0, 4, 9}, .reads = reads_beta, .read_count = 1},
    {.def = SECTION, .site = {0, 5, 1}, .reads = reads_beta, .read_count = 1},
};
static const av_text paths[] = {{"rules/x.arch", 12}};
static const av_program program = {.paths = paths,
                                   .path_count = 1,
                                   .defs = defs,
                                   .def_count = 5,
                                   .origins = origins,
                                   .origin_count = 4};

/* "title\n" 0, "choice X" 1, " and beta\n" 2, "b1\nb2\n" 3 */
#define TEXT "title\nchoice X and beta\nb1\nb2\n"
static const av_mark marks[] = {{0, 0}, {6, 1}, {14, 2}, {24, 3}};
static const av_fragment fragment = {
    .text = {TEXT, sizeof TEXT - 1}, .mark_count = 4, .marks = marks};

static av_file file_of_text(void) {
    av_value content = {.kind = AV_FRAGMENT, .type = AV_FORMAT_MARKDOWN, .as.fragment = &fragment};
    return (av_file){.artifact = {.def = SECTION, .content = content},
                     .path = AV_TEXT("A.md"),
                     .bytes = fragment.text};
}

static void test_map(void **unused) {
    (void)unused;
    av_alloc host = av_alloc_default();
    av_file items[] = {file_of_text(),
                       {.artifact = {.def = EMIT, .content = {.kind = AV_LIST}},
                        .path = AV_TEXT("f.json"),
                        .bytes = AV_TEXT("[\n]\n")}};
    av_files files = {.items = items, .count = 2};
    av_buf out;
    av_buf_init(&out, &host, 0);
    assert_ok(av_sourcemap_write(&program, &files, &out));
    json_t *root = json_loadb(out.ptr, out.len, JSON_REJECT_DUPLICATES, NULL);
    char *compact = json_dumps(root, JSON_COMPACT);
    assert_string_equal(
        compact,
        "{\"version\":1,\"files\":{\"A.md\":["
        "{\"line\":1,\"end\":1,\"rule\":\"overview\",\"at\":\"rules/x.arch:3:1\",\"facts\":0},"
        "{\"line\":2,\"end\":2,\"rule\":\"overview\",\"at\":\"rules/x.arch:4:1\",\"facts\":1},"
        "{\"line\":3,\"end\":4,\"rule\":\"overview\",\"at\":\"rules/x.arch:5:1\",\"facts\":2}],"
        "\"f.json\":[{\"line\":1,\"end\":2,\"rule\":\"facts\",\"at\":\"rules/"
        "x.arch:9:1\",\"facts\":3}]},"
        "\"fact_sets\":[[],[\"alpha\",\"beta\"],[\"beta\"],[\"alpha\"]]}");
    json_decref(root);
    free(compact);
    av_buf_free(&out);
}

static void test_one_line(void **unused) {
    (void)unused;
    av_alloc host = av_alloc_default();
    av_arena arena;
    av_arena_init(&arena, &host, 0);
    av_file file = file_of_text();
    av_line_origin origin;
    assert_ok(av_sourcemap_line(&arena, &program, &file, 2, &origin));
    assert_int_equal(origin.def, SECTION);
    assert_int_equal(origin.site.line, 4);
    assert_int_equal(origin.fact_count, 2);
    assert_text(origin.facts[0], "alpha");
    assert_ok(av_sourcemap_line(&arena, &program, &file, 4, &origin));
    assert_int_equal(origin.site.line, 5);
    assert_ok(av_sourcemap_line(&arena, &program, &file, 5, &origin));
    assert_int_equal(origin.def, AV_NO_INDEX);
    assert_ok(av_sourcemap_line(&arena, &program, &file, 0, &origin));
    assert_int_equal(origin.def, AV_NO_INDEX);
    av_arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_map),
        cmocka_unit_test(test_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
