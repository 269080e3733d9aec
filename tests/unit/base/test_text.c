#include "base/text.h"

#include "support/unit.h"

#define NOWHERE SIZE_MAX

static void order_is_bytewise(void **state) {
    (void)state;
    const av_text null = {NULL, 0};
    assert_true(av_text_equal(null, AV_TEXT("")));
    assert_true(av_text_equal(AV_TEXT("ab"), AV_TEXT("ab")));
    assert_false(av_text_equal(AV_TEXT("ab"), AV_TEXT("aB")));
    assert_false(av_text_equal(AV_TEXT("ab"), AV_TEXT("abc")));
    static const char *const ascending[] = {
        "", "A", "AB", "B", "a", "a0", "z", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
    for (size_t i = 0; i < AV_COUNT(ascending); i++)
        for (size_t j = 0; j < AV_COUNT(ascending); j++) {
            int order = av_text_compare(av_text_from(ascending[i]), av_text_from(ascending[j]));
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
        }
}

static void parts_are_found(void **state) {
    (void)state;
    const av_text text = AV_TEXT("ababac");
    assert_true(av_text_starts(text, AV_TEXT("aba")));
    assert_true(av_text_starts(text, AV_TEXT("")));
    assert_false(av_text_starts(text, AV_TEXT("b")));
    assert_false(av_text_starts(AV_TEXT("a"), text));
    assert_true(av_text_ends(text, AV_TEXT("bac")));
    assert_false(av_text_ends(text, AV_TEXT("ba")));
    assert_false(av_text_ends(AV_TEXT("c"), text));

    static const struct {
        const char *needle;
        size_t from, at;
    } cases[] = {
        {"aba", 0, 0},
        {"aba", 1, 2},
        {"aba", 3, NOWHERE},
        {"abac", 0, 2},
        {"c", 0, 5},
        {"c", 6, NOWHERE},
        {"", 0, 0},
        {"", 6, 6},
        {"", 7, NOWHERE},
        {"ababac", 0, 0},
        {"ababacx", 0, NOWHERE},
        {"x", 0, NOWHERE},
    };
    for (size_t i = 0; i < AV_COUNT(cases); i++)
        assert_int_equal(av_text_find(text, av_text_from(cases[i].needle), cases[i].from),
                         cases[i].at);
}

static void slices_are_clipped(void **state) {
    (void)state;
    const av_text text = AV_TEXT("abc");
    assert_text(av_text_slice(text, 1, 1), "b");
    assert_text(av_text_slice(text, 1, SIZE_MAX), "bc");
    assert_text(av_text_slice(text, 3, 1), "");
    assert_text(av_text_slice(text, SIZE_MAX, SIZE_MAX), "");
    assert_text(av_text_slice((av_text){NULL, 0}, 1, 1), "");
    assert_text(av_text_trim(AV_TEXT(" \t\r\n a b \v\f")), "a b");
    assert_text(av_text_trim(AV_TEXT("  ")), "");
    assert_text(av_text_trim(AV_TEXT("")), "");
    assert_text(av_text_trim(AV_TEXT("\xC2\xA0x")), "\xC2\xA0x");
}

static void malformed_utf8_is_found(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t invalid, length;
    } cases[] = {
        {"", NOWHERE, 0},
        {"plain", NOWHERE, 5},
        {"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", NOWHERE, 3},
        {"\xF4\x8F\xBF\xBF", NOWHERE, 1},
        {"\xEF\xBF\xBF", NOWHERE, 1},             /* U+FFFF is a scalar value */
        {"a\x80", 1, 2},                          /* continuation without a start */
        {"\xC0\x80", 0, 2},                       /* overlong NUL */
        {"\xC1\xBF", 0, 2},                       /* overlong U+007F */
        {"\xE0\x9F\xBF", 0, 3},                   /* overlong U+07FF */
        {"\xF0\x8F\xBF\xBF", 0, 4},               /* overlong U+FFFF */
        {"x\xED\xA0\x80", 1, 4},                  /* surrogate U+D800 */
        {"\xED\xBF\xBF", 0, 3},                   /* surrogate U+DFFF */
        {"\xED\x9F\xBF\xEE\x80\x80", NOWHERE, 2}, /* the scalar values around them */
        {"\xF4\x90\x80\x80", 0, 4},               /* beyond U+10FFFF */
        {"\xF8\x88\x80\x80\x80", 0, 5},           /* five bytes */
        {"\xFF", 0, 1},
        {"ab\xE2\x82", 2, 4},   /* cut short */
        {"\xE2\x82\x41", 0, 3}, /* interrupted */
    };
    for (size_t i = 0; i < AV_COUNT(cases); i++) {
        av_text text = av_text_from(cases[i].bytes);
        assert_int_equal(av_utf8_invalid(text), cases[i].invalid);
        assert_int_equal(av_utf8_length(text), cases[i].length);
    }
    /* A character that is cut by the length, whole in the bytes after it. */
    assert_int_equal(av_utf8_invalid((av_text){"\xE2\x82\xAC", 2}), 0);
    assert_int_equal(av_utf8_invalid((av_text){"a\0b", 3}), NOWHERE);
}

static void every_scalar_value_goes_both_ways(void **state) {
    (void)state;
    for (uint32_t code_point = 0; code_point <= 0x10FFFF; code_point++) {
        char bytes[4];
        size_t size, wanted = code_point < 0x80      ? 1
                              : code_point < 0x800   ? 2
                              : code_point < 0x10000 ? 3
                                                     : 4;
        size_t written = av_utf8_encode(code_point, bytes);
        if (code_point >= 0xD800 && code_point <= 0xDFFF) {
            assert_int_equal(written, 0);
            continue;
        }
        if (written != wanted) fail_msg("U+%04X: %zu bytes", (unsigned)code_point, written);
        uint32_t back = av_utf8_decode((av_text){bytes, written}, 0, &size);
        if (back != code_point || size != written) fail_msg("U+%04X", (unsigned)code_point);
    }
    char bytes[4];
    assert_int_equal(av_utf8_encode(0x110000, bytes), 0);
    assert_int_equal(av_utf8_encode(UINT32_MAX, bytes), 0);
    size_t size = 0;
    assert_int_equal(av_utf8_decode(AV_TEXT("a\xFF"), 1, &size), 0xFFFD);
    assert_int_equal(size, 1);
}

static void columns_follow_display_width(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t columns;
    } cases[] = {
        {"", 0},
        {"abc", 3},
        {"a\tb", 3},
        {"\xC3\xA9", 1},
        {"e\xCC\x81", 1},
        {"\xE6\xBC\xA2", 2},
        {"\xF0\x9F\x98\x80", 2},
        {"\xFF", 1},
    };
    for (size_t i = 0; i < AV_COUNT(cases); i++)
        assert_int_equal(av_utf8_columns(av_text_from(cases[i].text)), cases[i].columns);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_bytewise),
        cmocka_unit_test(parts_are_found),
        cmocka_unit_test(slices_are_clipped),
        cmocka_unit_test(malformed_utf8_is_found),
        cmocka_unit_test(every_scalar_value_goes_both_ways),
        cmocka_unit_test(columns_follow_display_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
