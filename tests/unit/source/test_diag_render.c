#include "source/diag.h"

#include "support/unit.h"

#include <string.h>

typedef struct av_desk {
    av_arena arena;
    av_sources sources;
    av_diags diags;
    av_buf out;
} av_desk;

static void set_up(av_desk *desk, const char *path, av_text text) {
    av_alloc host = av_alloc_default();
    uint16_t index;
    av_arena_init(&desk->arena, &host, 0);
    av_buf_init(&desk->out, &host, 0);
    assert_ok(av_sources_init(&desk->sources, &desk->arena));
    assert_ok(av_sources_add(&desk->sources, av_text_from(path), text, 0, &index));
    av_diags_init(&desk->diags, &desk->arena, &desk->sources);
}

static void tear_down(av_desk *desk) {
    av_buf_free(&desk->out);
    av_arena_free(&desk->arena);
}

static av_span span(uint32_t start, uint32_t end) {
    return (av_span){.start = start, .end = end, .source = 1};
}

/* One error in one source, drawn as text. */
static void check_drawing(av_text text, av_span at, const char *expected) {
    av_desk desk;
    set_up(&desk, "a.arch", text);
    (void)av_diag_add(&desk.diags, AV_E_SYNTAX, at, "m");
    av_diags_render_text(&desk.diags, false, &desk.out);
    assert_text(av_buf_text(&desk.out), expected);
    tear_down(&desk);
}

static void carets_stand_under_the_span(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint32_t start, end;
        const char *drawing;
    } cases[] = {
        {"let x = y\nz", 8, 9,
         "a.arch:1:9: error: m [E0104]\n"
         "    1 | let x = y\n"
         "      |         ^\n"},
        {"one two three", 4, 7,
         "a.arch:1:5: error: m [E0104]\n"
         "    1 | one two three\n"
         "      |     ^^^\n"},
        /* no bytes: one caret */
        {"one", 1, 1,
         "a.arch:1:2: error: m [E0104]\n"
         "    1 | one\n"
         "      |  ^\n"},
        /* the end of the file, with and without a last line end */
        {"one", 3, 3,
         "a.arch:1:4: error: m [E0104]\n"
         "    1 | one\n"
         "      |    ^\n"},
        {"one\n", 4, 4,
         "a.arch:2:1: error: m [E0104]\n"
         "    2 |\n"
         "      | ^\n"},
        {"one\n", 400, 500,
         "a.arch:2:1: error: m [E0104]\n"
         "    2 |\n"
         "      | ^\n"},
        /* no text at all: nothing is drawn */
        {"", 0, 0, "a.arch:1:1: error: m [E0104]\n"},
        /* several lines: to the end of the first */
        {"ab cd\r\nef", 3, 9,
         "a.arch:1:4: error: m [E0104]\n"
         "    1 | ab cd\n"
         "      |    ^^\n"},
        /* the line end itself */
        {"ab\r\ncd", 2, 4,
         "a.arch:1:3: error: m [E0104]\n"
         "    1 | ab\n"
         "      |   ^\n"},
        {"\xEF\xBB\xBFx y", 5, 6,
         "a.arch:1:3: error: m [E0104]\n"
         "    1 | x y\n"
         "      |   ^\n"},
        /* a backward span is an empty one */
        {"abc", 2, 1,
         "a.arch:1:3: error: m [E0104]\n"
         "    1 | abc\n"
         "      |   ^\n"},
    };
    for (size_t i = 0; i < AV_COUNT(cases); i++)
        check_drawing(av_text_from(cases[i].text), span(cases[i].start, cases[i].end),
                      cases[i].drawing);
}

static void carets_follow_display_width(void **state) {
    (void)state;
    /* Tabs go to multiples of four. */
    check_drawing(AV_TEXT("\tab\tc"), span(4, 5),
                  "a.arch:1:5: error: m [E0104]\n"
                  "    1 |     ab  c\n"
                  "      |         ^\n");
    check_drawing(AV_TEXT("a\tb"), span(1, 2),
                  "a.arch:1:2: error: m [E0104]\n"
                  "    1 | a   b\n"
                  "      |  ^^^\n");
    /* Wide characters take two columns, combining ones none. */
    check_drawing(AV_TEXT("\xE6\xBC\xA2\xE5\xAD\x97 x"), span(3, 6),
                  "a.arch:1:2: error: m [E0104]\n"
                  "    1 | \xE6\xBC\xA2\xE5\xAD\x97 x\n"
                  "      |   ^^\n");
    check_drawing(AV_TEXT("e\xCC\x81 x"), span(4, 5),
                  "a.arch:1:4: error: m [E0104]\n"
                  "    1 | e\xCC\x81 x\n"
                  "      |   ^\n");
}

static void nothing_obeys_the_text(void **state) {
    (void)state;
    /* An escape, NUL and DEL as pictures; a right-to-left override and an invisible tag by name. */
    check_drawing(AV_TEXT("\033[2J\0\177 x"), span(7, 8),
                  "a.arch:1:8: error: m [E0104]\n"
                  "    1 | \xE2\x90\x9B[2J\xE2\x90\x80\xE2\x90\xA1 x\n"
                  "      |        ^\n");
    check_drawing(AV_TEXT("\xE2\x80\xAE x"), span(4, 5),
                  "a.arch:1:3: error: m [E0104]\n"
                  "    1 | <U+202E> x\n"
                  "      |          ^\n");
    check_drawing(AV_TEXT("\xF3\xA0\x81\x81\xC2\x85\xE2\x80\xA8x"), span(9, 10),
                  "a.arch:1:4: error: m [E0104]\n"
                  "    1 | <U+E0041><U+0085><U+2028>x\n"
                  "      |                          ^\n");
    /* Joiners belong to words and emoji; bytes that are no text become U+FFFD. */
    check_drawing(AV_TEXT("\xE2\x80\x8D\xFFx"), span(3, 4),
                  "a.arch:1:2: error: m [E0104]\n"
                  "    1 | \xE2\x80\x8D\xEF\xBF\xBDx\n"
                  "      | ^\n");
    av_desk desk;
    set_up(&desk, "a\033.arch", AV_TEXT("x"));
    av_diag *diag = av_diag_add(&desk.diags, AV_E_SYNTAX, span(0, 1), "a\nb\xE2\x80\xAE");
    av_diag_label_add(&desk.diags, diag, (av_span){0}, "l\r");
    av_diag_help(&desk.diags, diag, "h\b");
    av_diags_render_plain(&desk.diags, &desk.out);
    av_diags_render_text(&desk.diags, false, &desk.out);
    assert_text(av_buf_text(&desk.out), "a\xE2\x90\x9B.arch:1:1: error: a\xE2\x90\x8A"
                                        "b<U+202E> [E0104]\n"
                                        "a\xE2\x90\x9B.arch:1:1: error: a\xE2\x90\x8A"
                                        "b<U+202E> [E0104]\n"
                                        "    1 | x\n"
                                        "      | ^\n"
                                        "  note: l\xE2\x90\x8D\n"
                                        "  help: h\xE2\x90\x88\n");
    tear_down(&desk);
}

static size_t count_bytes(av_text text, char byte) {
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) count += text.ptr[i] == byte;
    return count;
}

/* The text between the first and the last newline of line `n` of a drawing, gutter included. */
static av_text line_of(av_text text, size_t n) {
    size_t from = 0;
    while (n-- > 0) from = av_text_find(text, AV_TEXT("\n"), from) + 1;
    return av_text_slice(text, from, av_text_find(text, AV_TEXT("\n"), from) - from);
}

static void long_lines_are_cut_to_a_window(void **state) {
    (void)state;
    enum { LONG = 20000, GUTTER = 8, WINDOW = 120 };
    static const uint32_t starts[] = {0,    59,   60,   61,   100,   119,   120,   121,
                                      4095, 4096, 4097, 9000, 19940, 19990, 19999, 20000};
    char line[LONG];
    for (size_t i = 0; i < LONG; i++) line[i] = (char)('a' + i % 26);
    for (size_t i = 0; i < AV_COUNT(starts); i++) {
        av_desk desk;
        set_up(&desk, "a.arch", (av_text){line, LONG});
        (void)av_diag_add(&desk.diags, AV_E_SYNTAX, span(starts[i], starts[i] + 1), "m");
        av_diags_render_text(&desk.diags, false, &desk.out);
        av_text shown = line_of(av_buf_text(&desk.out), 1);
        av_text marks = line_of(av_buf_text(&desk.out), 2);
        assert_true(av_utf8_columns(shown) <= GUTTER + WINDOW + 2);
        assert_true(starts[i] > 19900 || av_text_ends(shown, AV_TEXT("\xE2\x80\xA6")));
        assert_int_equal(count_bytes(marks, '^'), 1);
        /* The character above the caret is the one the span starts at. */
        size_t column = marks.len - 1, ellipsis = shown.ptr[GUTTER] == '\xE2' ? 2 : 0;
        if (starts[i] < LONG) assert_int_equal(shown.ptr[column + ellipsis], line[starts[i]]);
        else assert_int_equal(av_utf8_columns(shown), column);
        tear_down(&desk);
    }
    /* A span longer than the window is marked as far as it is seen. */
    av_desk desk;
    set_up(&desk, "a.arch", (av_text){line, LONG});
    (void)av_diag_add(&desk.diags, AV_E_SYNTAX, span(10, 19000), "m");
    av_diags_render_text(&desk.diags, false, &desk.out);
    assert_int_equal(count_bytes(av_buf_text(&desk.out), '^'), WINDOW - 10);
    tear_down(&desk);
}

static void a_line_is_never_cut_in_a_character(void **state) {
    (void)state;
    enum { LONG = 6000 };
    static char line[3 * LONG + 3];
    for (size_t before = 0; before < 3; before++) {
        memset(line, 'x', before);
        for (size_t i = 0; i < LONG; i++) memcpy(line + before + 3 * i, "\xE2\x80\x8D", 3);
        av_desk desk;
        set_up(&desk, "a.arch", (av_text){line, before + 3 * (size_t)LONG});
        (void)av_diag_add(&desk.diags, AV_E_SYNTAX,
                          span((uint32_t)before + 9000, (uint32_t)before + 9003), "m");
        av_diags_render_text(&desk.diags, false, &desk.out);
        assert_int_equal(av_utf8_invalid(av_buf_text(&desk.out)), SIZE_MAX);
        assert_int_equal(av_text_find(av_buf_text(&desk.out), AV_TEXT("\xEF\xBF\xBD"), 0),
                         SIZE_MAX);
        assert_text(line_of(av_buf_text(&desk.out), 2), "      |  ^");
        tear_down(&desk);
    }
}

static void stacked_combining_characters_are_few(void **state) {
    (void)state;
    enum { MARKS = 1000, SHOWN = 8 };
    char line[1 + 2 * MARKS + 1];
    line[0] = 'a';
    for (size_t i = 0; i < MARKS; i++) memcpy(line + 1 + 2 * i, "\xCC\x81", 2);
    line[sizeof line - 1] = 'b';
    av_desk desk;
    set_up(&desk, "a.arch", (av_text){line, sizeof line});
    (void)av_diag_add(&desk.diags, AV_E_SYNTAX, span(sizeof line - 1, sizeof line), "m");
    av_diags_render_text(&desk.diags, false, &desk.out);
    assert_int_equal(count_bytes(av_buf_text(&desk.out), '\xCC'), SHOWN);
    assert_text(line_of(av_buf_text(&desk.out), 2), "      |  ^");
    tear_down(&desk);
}

static void labels_and_help_follow(void **state) {
    (void)state;
    av_desk desk;
    set_up(&desk, "a.arch", AV_TEXT("alpha\nbeta\nalpha\n"));
    av_diag *diag = av_diag_add(&desk.diags, AV_E_SYNTAX, span(11, 16), "`alpha` is defined twice");
    av_diag_label_add(&desk.diags, diag, span(0, 5), "first defined here");
    av_diag_label_add(&desk.diags, diag, (av_span){0}, "required by the host");
    av_diag_help(&desk.diags, diag, "remove one\n\ntest {\n}\n");
    diag = av_diag_add(&desk.diags, AV_E_BAD_NUMBER, (av_span){0}, "no place");
    av_diag_suggest(&desk.diags, diag, AV_TEXT("beta"));
    av_diags_render_text(&desk.diags, false, &desk.out);
    assert_text(av_buf_text(&desk.out), "a.arch:3:1: error: `alpha` is defined twice [E0104]\n"
                                        "    3 | alpha\n"
                                        "      | ^^^^^\n"
                                        "  note: a.arch:1:1: first defined here\n"
                                        "    1 | alpha\n"
                                        "      | -----\n"
                                        "  note: required by the host\n"
                                        "  help: remove one\n"
                                        "\n"
                                        "        test {\n"
                                        "        }\n"
                                        "error: no place [E0105]\n"
                                        "  help: did you mean `beta`?\n");
    av_buf_clear(&desk.out);
    av_diags_render_plain(&desk.diags, &desk.out);
    assert_text(av_buf_text(&desk.out), "a.arch:3:1: error: `alpha` is defined twice [E0104]\n"
                                        "error: no place [E0105]\n");
    tear_down(&desk);
}

static void colour_only_adds(void **state) {
    (void)state;
    av_desk desk;
    set_up(&desk, "a.arch", AV_TEXT("x"));
    (void)av_diag_add(&desk.diags, AV_E_SYNTAX, span(0, 1), "m");
    av_diags_render_text(&desk.diags, true, &desk.out);
    assert_text(av_buf_text(&desk.out), "\033[1ma.arch:1:1: \033[1;31merror: \033[0m\033[1mm\033[0m"
                                        " [E0104]\n"
                                        "\033[34m    1 |\033[0m x\n"
                                        "\033[34m      |\033[0m \033[1;31m^\033[0m\n");
    tear_down(&desk);
}

static void line_numbers_widen_the_gutter(void **state) {
    (void)state;
    enum { LINES = 123456 };
    static char text[LINES];
    memset(text, '\n', sizeof text);
    text[sizeof text - 1] = 'x';
    check_drawing((av_text){text, sizeof text}, span(LINES - 1, LINES),
                  "a.arch:123456:1: error: m [E0104]\n"
                  "123456 | x\n"
                  "       | ^\n");
}

static void what_is_not_shown_is_counted(void **state) {
    (void)state;
    av_desk desk;
    set_up(&desk, "a.arch", AV_TEXT("x"));
    for (uint32_t i = 0; i < AV_DIAG_MAX; i++)
        (void)av_diag_add(&desk.diags, AV_E_SYNTAX, span(i, i), "m");
    for (uint32_t i = 1; i <= 2; i++) {
        (void)av_diag_add(&desk.diags, AV_E_SYNTAX, span(0, 1), "more");
        av_buf_clear(&desk.out);
        av_diags_render_plain(&desk.diags, &desk.out);
        const char *end =
            i == 1 ? "\n1 more problem is not shown\n" : "\n2 more problems are not shown\n";
        assert_true(av_text_ends(av_buf_text(&desk.out), av_text_from(end)));
    }
    tear_down(&desk);
}

static void json_holds_everything(void **state) {
    (void)state;
    av_desk desk;
    set_up(&desk, "a\"b.arch", AV_TEXT("alpha\r\nbeta\n"));
    av_diags_render_json(&desk.diags, &desk.out);
    assert_text(av_buf_text(&desk.out), "[]\n");
    av_buf_clear(&desk.out);
    av_diag *diag = av_diag_add(&desk.diags, AV_E_SYNTAX, span(1, 9), "bad \xFF");
    av_diag_label_add(&desk.diags, diag, (av_span){0}, "l");
    av_diag_help(&desk.diags, diag, "a\nb");
    av_diags_render_json(&desk.diags, &desk.out);
    assert_text(av_buf_text(&desk.out), "[\n"
                                        "  {\n"
                                        "    \"code\": \"E0104\",\n"
                                        "    \"severity\": \"error\",\n"
                                        "    \"message\": \"bad \xEF\xBF\xBD\",\n"
                                        "    \"path\": \"a\\\"b.arch\",\n"
                                        "    \"line\": 1,\n"
                                        "    \"column\": 2,\n"
                                        "    \"end_line\": 2,\n"
                                        "    \"end_column\": 3,\n"
                                        "    \"labels\": [\n"
                                        "      {\n"
                                        "        \"message\": \"l\",\n"
                                        "        \"path\": null,\n"
                                        "        \"line\": 0,\n"
                                        "        \"column\": 0,\n"
                                        "        \"end_line\": 0,\n"
                                        "        \"end_column\": 0\n"
                                        "      }\n"
                                        "    ],\n"
                                        "    \"help\": \"a\\nb\"\n"
                                        "  }\n"
                                        "]\n");
    tear_down(&desk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(carets_stand_under_the_span),
        cmocka_unit_test(carets_follow_display_width),
        cmocka_unit_test(nothing_obeys_the_text),
        cmocka_unit_test(long_lines_are_cut_to_a_window),
        cmocka_unit_test(a_line_is_never_cut_in_a_character),
        cmocka_unit_test(stacked_combining_characters_are_few),
        cmocka_unit_test(labels_and_help_follow),
        cmocka_unit_test(colour_only_adds),
        cmocka_unit_test(line_numbers_widen_the_gutter),
        cmocka_unit_test(what_is_not_shown_is_counted),
        cmocka_unit_test(json_holds_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
