/* Texts of data/outline.txt and the parts they have; bounds; every allocation fails once. */
#include "outline/outline.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "support/cases.h"
#include "support/fail_alloc.h"
#include "support/unit.h"

static void put_text(av_buf *out, const char *name, av_text text) {
    if (text.len > 0) av_buf_printf(out, " %s=%.*s", name, AV_TEXT_ARG(text));
}

/** A line a part: number, kind and level, line, parent, owner; then what it has. */
static void put_part(const av_outline_part *part, uint32_t number, av_buf *out) {
    static const char *const kinds[AV_OUTLINE_KINDS] = {"heading", "item",  "paragraph", "row",
                                                        "code",    "quote", "meta",      "rest"};
    av_buf_printf(out, "%u %s", number, kinds[part->kind]);
    if (part->level > 0) av_buf_printf(out, "%u", part->level);
    av_buf_printf(out, " line %u", part->line);
    if (part->parent > 0) av_buf_printf(out, " in %u", part->parent);
    if (part->owner > 0) av_buf_printf(out, " of %u", part->owner);
    if (part->struck) av_buf_puts(out, " struck");
    put_text(out, "id", part->id);
    put_text(out, "prefix", part->prefix);
    put_text(out, "tag", part->tag);
    if (!av_text_equal(part->bold, part->label)) put_text(out, "bold", part->bold);
    put_text(out, "label", part->label);
    if (part->text.len > 0) av_buf_printf(out, ": %.*s", AV_TEXT_ARG(part->text));
    for (uint32_t i = 0; i < part->cell_count; i++)
        av_buf_printf(out, " {%.*s: %.*s}", AV_TEXT_ARG(part->header[i]),
                      AV_TEXT_ARG(part->cells[i]));
    av_buf_putc(out, '\n');
}

static void case_has_its_parts(const av_case *at, void *context) {
    (void)context;
    const av_alloc host = av_alloc_default();
    av_arena arena;
    av_buf out;
    av_outline outline;
    av_arena_init(&arena, &host, 0);
    av_buf_init(&out, &host, 0);
    assert_ok(av_outline_read(&arena, at->input, &outline));
    for (uint32_t i = 0; i < outline.count; i++) put_part(&outline.parts[i], i + 1, &out);
    av_case_check(at, av_buf_text(&out));
    av_buf_free(&out);
    av_arena_free(&arena);
}

static void test_cases(void **unused) {
    (void)unused;
    av_cases_run("tests/unit/outline/data/outline.txt", case_has_its_parts, NULL);
}

static void test_front_matter(void **unused) {
    (void)unused;
    const av_case at = {
        AV_TEXT("front matter"),
        AV_TEXT("---\ntitle: \"Seed bank\"\nteam:\n  - Ada\n  - 'Bo'\nempty:\n---\n# One\n"),
        AV_TEXT("1 meta line 2 label=title: Seed bank\n"
                "2 meta line 4 label=team: Ada\n"
                "3 meta line 5 label=team: Bo\n"
                "4 heading1 line 8: One\n")};
    case_has_its_parts(&at, NULL);
    const av_case open = {AV_TEXT("a rule is no front matter"), AV_TEXT("---\na: b\n"),
                          AV_TEXT("1 paragraph line 2: a: b\n")};
    case_has_its_parts(&open, NULL);
    const av_case control = {AV_TEXT("no control characters"),
                             AV_TEXT("---\na\x10z: b\x02\x7f\n---\n"),
                             AV_TEXT("1 meta line 2 label=a z: b\x7f\n")};
    case_has_its_parts(&control, NULL);
}

/** `count` times `piece`; the caller's. */
static av_text repeated(const char *piece, size_t count) {
    const size_t len = strlen(piece);
    char *text = malloc(len * count);
    assert_non_null(text);
    for (size_t i = 0; i < count; i++) memcpy(text + i * len, piece, len);
    return (av_text){text, len * count};
}

typedef struct bound {
    const char *piece;
    size_t count;
    uint32_t parts; /**< with the one that says there was more */
    bool cut;
} bound;

static void test_bounds(void **unused) {
    (void)unused;
    static const bound bounds[] = {
        {"- FR-1: a\n", AV_OUTLINE_PARTS, AV_OUTLINE_PARTS, false},
        {"- FR-1: a\n", AV_OUTLINE_PARTS + 1, AV_OUTLINE_PARTS + 1, true},
        {"# a\n", AV_OUTLINE_PARTS + 7, AV_OUTLINE_PARTS + 1, true},
        {"> ", 40000, 0, false},
        {"- ", 40000, 0, false},
        {"[", 100000, 1, false},
        {"**a", 100000, 1, false},
        {"\n", 100000, 0, false},
        {"", 0, 0, false},
    };
    const av_alloc host = av_alloc_default();
    for (size_t i = 0; i < AV_COUNT(bounds); i++) {
        av_arena arena;
        av_outline outline;
        av_arena_init(&arena, &host, 0);
        av_text text = repeated(bounds[i].piece, bounds[i].count);
        assert_ok(av_outline_read(&arena, text, &outline));
        assert_int_equal(outline.count, bounds[i].parts);
        const bool cut =
            outline.count > 0 && outline.parts[outline.count - 1].kind == AV_OUTLINE_REST;
        assert_int_equal(cut, bounds[i].cut);
        free((char *)(uintptr_t)text.ptr);
        av_arena_free(&arena);
    }
}

/* Rows shorter than their header are filled with empty cells, which would make a square of the text. */
static void test_wide_tables(void **unused) {
    (void)unused;
    const av_alloc host = av_alloc_default();
    av_arena arena;
    av_buf text;
    av_outline outline;
    av_arena_init(&arena, &host, 0);
    av_buf_init(&text, &host, 0);
    enum { COLUMNS = 100, ROWS = AV_OUTLINE_CELLS / COLUMNS + 1 };
    for (int i = 0; i < COLUMNS; i++) av_buf_puts(&text, "|a");
    av_buf_puts(&text, "|\n");
    for (int i = 0; i < COLUMNS; i++) av_buf_puts(&text, "|-");
    av_buf_puts(&text, "|\n");
    for (int i = 0; i < ROWS; i++) av_buf_puts(&text, "|x\n");
    assert_ok(text.status);
    assert_ok(av_outline_read(&arena, av_buf_text(&text), &outline));
    assert_int_equal(outline.count, ROWS - 1);
    assert_int_equal(outline.parts[outline.count - 1].kind, AV_OUTLINE_REST);
    av_buf_free(&text);
    av_arena_free(&arena);
}

/* Items deeper than the deepest level stand at that level. */
static void test_depth(void **unused) {
    (void)unused;
    const av_alloc host = av_alloc_default();
    av_arena arena;
    av_buf text;
    av_outline outline;
    av_arena_init(&arena, &host, 0);
    av_buf_init(&text, &host, 0);
    for (int i = 0; i < AV_OUTLINE_DEPTH + 8; i++) {
        av_buf_fill(&text, ' ', 2 * (size_t)i);
        av_buf_puts(&text, "- a\n");
    }
    assert_ok(text.status);
    assert_ok(av_outline_read(&arena, av_buf_text(&text), &outline));
    assert_int_equal(outline.count, AV_OUTLINE_DEPTH + 8);
    for (uint32_t i = 0; i < outline.count; i++) {
        const uint32_t level = i < AV_OUTLINE_DEPTH ? i + 1 : AV_OUTLINE_DEPTH;
        assert_int_equal(outline.parts[i].level, level);
        assert_int_equal(outline.parts[i].parent, level - 1);
    }
    av_buf_free(&text);
    av_arena_free(&arena);
}

static av_status read_scenario(const av_alloc *host, void *context) {
    av_arena arena;
    av_outline outline;
    av_arena_init(&arena, host, 0);
    av_status status = av_outline_read(&arena, *(const av_text *)context, &outline);
    av_arena_free(&arena);
    return status;
}

static void test_every_allocation(void **unused) {
    (void)unused;
    size_t len;
    char *all = av_file_read("tests/unit/outline/data/outline.txt", &len);
    av_text text = {all, len};
    av_fail_each(read_scenario, &text);
    free(all);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),  cmocka_unit_test(test_front_matter),
        cmocka_unit_test(test_bounds), cmocka_unit_test(test_wide_tables),
        cmocka_unit_test(test_depth),  cmocka_unit_test(test_every_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
