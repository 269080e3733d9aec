/* Texts as words and numbers: data/words.txt and data/quantities.txt. */
#include <string.h>

#include "prose/quantity.h"
#include "support/cases.h"
#include "support/unit.h"

static void put_word(const av_prose_word *word, av_buf *out) {
    if (word->border == AV_BORDER_COMMA) av_buf_puts(out, ", ");
    if (word->hyphen) av_buf_puts(out, "-");
    if (word->slash) av_buf_puts(out, "/");
    if (word->len == 0) av_buf_puts(out, "?");
    else av_buf_put(out, av_prose_form(word));
}

/* A sentence a line. */
static void words_case(const av_case *at, void *unused) {
    (void)unused;
    const av_alloc host = av_alloc_default();
    av_buf out;
    av_buf_init(&out, &host, 0);
    av_prose_reader reader = {.text = av_text_trim(at->input)};
    av_prose_word word;
    while (av_prose_next(&reader, &word)) {
        if (out.len > 0) av_buf_puts(&out, word.border == AV_BORDER_SENTENCE ? "\n" : " ");
        put_word(&word, &out);
        assert_true(word.start < word.end && word.end <= reader.text.len);
    }
    av_buf_putc(&out, '\n');
    av_case_check(at, av_buf_text(&out));
    av_buf_free(&out);
}

static void put_value(const av_quantity *q, av_buf *out) {
    av_buf_printf(out, "{%s ", av_quantity_name((av_quantity_kind)q->kind));
    const av_value value = av_quantity_value(q, (av_quantity_kind)q->kind);
    if (q->range) {
        av_decimal_format(q->low, out);
        av_buf_puts(out, " to ");
    }
    if (value.kind == AV_MONEY) av_money_format(value.as.integer, value.type, out);
    else av_decimal_format(q->number, out);
    av_buf_puts(out, "}");
}

/* Numbers in braces, all else as words; the text is one sentence. */
static void quantities_case(const av_case *at, void *unused) {
    (void)unused;
    enum { MOST = 64 };
    const av_alloc host = av_alloc_default();
    av_prose_word words[MOST];
    av_quantity quantities[MOST];
    av_prose_reader reader = {.text = av_text_trim(at->input)};
    size_t count = 0;
    while (count < MOST && av_prose_next(&reader, &words[count])) count++;
    count = av_quantities_merge(words, count, quantities);
    av_buf out;
    av_buf_init(&out, &host, 0);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) av_buf_puts(&out, " ");
        if (quantities[i].kind == AV_QUANTITY_NONE) put_word(&words[i], &out);
        else {
            if (words[i].border == AV_BORDER_COMMA) av_buf_puts(&out, ", ");
            put_value(&quantities[i], &out);
        }
    }
    av_buf_putc(&out, '\n');
    av_case_check(at, av_buf_text(&out));
    av_buf_free(&out);
}

static void test_words(void **unused) {
    (void)unused;
    av_cases_run("tests/unit/prose/data/words.txt", words_case, NULL);
}

static void test_quantities(void **unused) {
    (void)unused;
    av_cases_run("tests/unit/prose/data/quantities.txt", quantities_case, NULL);
}

/* Every byte is read once, whatever it is. */
static void test_any_bytes(void **unused) {
    (void)unused;
    char bytes[4096];
    uint32_t random = 1;
    for (int round = 0; round < 200; round++) {
        for (size_t i = 0; i < sizeof bytes; i++) {
            random = random * 1664525u + 1013904223u;
            bytes[i] = (char)(random >> 24);
        }
        av_prose_reader reader = {.text = {bytes, sizeof bytes}};
        av_prose_word word;
        size_t end = 0;
        while (av_prose_next(&reader, &word)) {
            assert_true(word.start >= end && word.end > word.start && word.end <= sizeof bytes);
            assert_true(word.len <= AV_PROSE_FORM);
            end = word.end;
        }
        assert_int_equal(reader.at, sizeof bytes);
    }
}

static void test_dates(void **unused) {
    (void)unused;
    const av_alloc host = av_alloc_default();
    av_arena arena;
    av_arena_init(&arena, &host, 0);
    const av_quantity day = {.kind = AV_QUANTITY_DATE, .number = {20260301, 0}},
                      month = {.kind = AV_QUANTITY_DATE, .number = {20260300, 0}},
                      other = {.kind = AV_QUANTITY_COUNT};
    assert_text(*av_quantity_date(&arena, &day).as.string, "2026-03-01");
    assert_text(*av_quantity_date(&arena, &month).as.string, "2026-03");
    assert_int_equal(av_quantity_date(&arena, &other).kind, AV_NONE);
    assert_int_equal(av_quantity_find(AV_TEXT("money")), AV_QUANTITY_MONEY);
    assert_int_equal(av_quantity_find(AV_TEXT("moneys")), AV_QUANTITY_NONE);
    av_arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_quantities),
        cmocka_unit_test(test_any_bytes),
        cmocka_unit_test(test_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
