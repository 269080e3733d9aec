#include "source/source.h"

#include "support/fail_alloc.h"
#include "support/unit.h"

#include <string.h>

static const char crlf[] = "first\r\nse\xC3\xA9ond \xE6\xBC\xA2\n\nlast";

static const struct {
    uint32_t offset, line, column;
    const char *line_text;
} crlf_places[] = {
    {0, 1, 1, "first"},
    {4, 1, 5, "first"},
    {5, 1, 6, "first"}, /* the carriage return */
    {6, 1, 7, "first"}, /* the line feed */
    {7, 2, 1, "se\xC3\xA9ond \xE6\xBC\xA2"},
    {9, 2, 3, "se\xC3\xA9ond \xE6\xBC\xA2"},
    {11, 2, 4, "se\xC3\xA9ond \xE6\xBC\xA2"},
    {18, 2, 9, "se\xC3\xA9ond \xE6\xBC\xA2"},
    {19, 3, 1, ""},
    {20, 4, 1, "last"},
    {24, 4, 5, "last"},  /* the end of the file */
    {999, 4, 5, "last"}, /* beyond it */
};

static av_status find_places(const av_alloc *host, void *context) {
    (void)context;
    av_arena arena;
    av_sources sources;
    uint16_t index = 0;
    char path[] = "rules/a.arch", text[sizeof crlf];
    memcpy(text, crlf, sizeof crlf);
    av_arena_init(&arena, host, 0);
    av_status status = av_sources_init(&sources, &arena);
    if (status == AV_OK)
        status = av_sources_add(&sources, av_text_from(path), av_text_from(text), 3, &index);
    if (status == AV_OK) {
        uint32_t hint = 0, line, column;
        av_span first = {.source = index};
        assert_false(av_sources_mapped_place(&sources, first, &hint, &line, &column));
        /* Path and text are copies; a place is found even when there is no memory for the map. */
        memset(path, 'X', sizeof path - 1);
        memset(text, 'X', sizeof text - 1);
        assert_int_equal(index, 1);
        assert_int_equal(sources.items[1].layer, 3);
        assert_int_equal(sources.items[1].text.ptr[sizeof crlf - 1], '\0');
        for (size_t i = 0; i < AV_COUNT(crlf_places); i++) {
            av_span span = {.start = crlf_places[i].offset, .end = UINT32_MAX, .source = index};
            av_place place = av_sources_place(&sources, span);
            assert_text(place.path, "rules/a.arch");
            assert_int_equal(place.line, crlf_places[i].line);
            assert_int_equal(place.column, crlf_places[i].column);
            assert_text(place.line_text, crlf_places[i].line_text);
            if (sources.items[1].line_count == 0) continue; /* no memory for the map */
            assert_true(av_sources_mapped_place(&sources, span, &hint, &line, &column));
            assert_int_equal(line, crlf_places[i].line);
            assert_int_equal(column, crlf_places[i].column);
        }
    }
    av_arena_free(&arena);
    return status;
}

static void places_have_lines_and_columns(void **state) {
    (void)state;
    av_fail_each(find_places, NULL);
}

static void small_sources_have_places_too(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint32_t offset, line, column;
        const char *line_text;
    } cases[] = {
        {"", 0, 1, 1, ""},
        {"\n", 0, 1, 1, ""},
        {"\n", 1, 2, 1, ""},
        {"\r\n", 2, 2, 1, ""},
        {"a\rb", 2, 1, 3, "a\rb"}, /* a carriage return alone ends no line */
        {"a\r", 2, 1, 3, "a\r"},
        {"\xEF\xBB\xBFx", 0, 1, 1, "x"}, /* a byte order mark takes no column */
        {"\xEF\xBB\xBFx", 3, 1, 1, "x"},
        {"\xEF\xBB\xBFx", 4, 1, 2, "x"},
        {"\xFF\xFE!", 2, 1, 3, "\xFF\xFE!"},
    };
    av_alloc host = av_alloc_default();
    av_arena arena;
    av_sources sources;
    uint16_t index;
    av_arena_init(&arena, &host, 0);
    assert_ok(av_sources_init(&sources, &arena));
    for (size_t i = 0; i < AV_COUNT(cases); i++) {
        assert_ok(av_sources_add(&sources, AV_TEXT("x"), av_text_from(cases[i].text), 0, &index));
        av_span span = {.start = cases[i].offset, .end = cases[i].offset, .source = index};
        av_place place = av_sources_place(&sources, span);
        assert_int_equal(place.line, cases[i].line);
        assert_int_equal(place.column, cases[i].column);
        assert_text(place.line_text, cases[i].line_text);
    }
    av_arena_free(&arena);
}

static void spans_have_texts(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    av_arena arena;
    av_sources sources;
    uint16_t index;
    av_arena_init(&arena, &host, 0);
    assert_ok(av_sources_init(&sources, &arena));
    assert_ok(av_sources_add(&sources, AV_TEXT("x"), AV_TEXT("abcdef"), 0, &index));
    assert_text(av_sources_text(&sources, (av_span){1, 3, index, 0}), "bc");
    assert_text(av_sources_text(&sources, (av_span){4, 99, index, 0}), "ef");
    assert_text(av_sources_text(&sources, (av_span){99, 100, index, 0}), "");
    assert_text(av_sources_text(&sources, (av_span){3, 1, index, 0}), "");
    assert_text(av_sources_text(&sources, (av_span){0, 0, 0, 0}), "");
    assert_text(av_sources_text(&sources, (av_span){0, 1, 9, 0}), "");
    assert_int_equal(av_sources_place(&sources, (av_span){0}).line, 0);
    assert_int_equal(av_sources_place(&sources, (av_span){0, 1, 9, 0}).line, 0);
    av_arena_free(&arena);
}

static void sources_have_ceilings(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    av_arena arena;
    av_sources sources;
    uint16_t index = 0;
    av_arena_init(&arena, &host, 0);
    assert_ok(av_sources_init(&sources, &arena));
    const av_text huge = {"", (size_t)AV_SOURCE_BYTES + 1};
    assert_int_equal(av_sources_add(&sources, AV_TEXT("x"), huge, 0, &index), AV_ERR_LIMIT);
    for (uint32_t i = 1; i <= AV_SOURCE_FILES; i++) {
        assert_ok(av_sources_add(&sources, AV_TEXT("x"), AV_TEXT(""), 0, &index));
        assert_int_equal(index, i);
    }
    assert_int_equal(av_sources_add(&sources, AV_TEXT("x"), AV_TEXT(""), 0, &index), AV_ERR_LIMIT);
    av_arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_have_lines_and_columns),
        cmocka_unit_test(small_sources_have_places_too),
        cmocka_unit_test(spans_have_texts),
        cmocka_unit_test(sources_have_ceilings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
