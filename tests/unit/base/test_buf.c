#include "base/buf.h"

#include "support/fail_alloc.h"
#include "support/unit.h"

static av_status build(const av_alloc *host, void *context) {
    (void)context;
    av_buf buf;
    av_buf_init(&buf, host, 0);
    av_buf_put(&buf, AV_TEXT("one"));
    av_buf_put(&buf, (av_text){NULL, 0});
    av_buf_putc(&buf, ',');
    av_buf_puts(&buf, "two");
    av_buf_fill(&buf, '.', 3);
    av_buf_fill(&buf, '.', 0);
    av_buf_printf(&buf, "%05d%s", 42, "!");
    for (int i = 0; i < 2000; i++) av_buf_printf(&buf, "%d;", i % 10);
    if (buf.status == AV_OK) {
        av_text text = av_buf_text(&buf);
        assert_int_equal(text.len, 3 + 1 + 3 + 3 + 6 + 4000);
        assert_text(av_text_slice(text, 0, 20), "one,two...00042!0;1;");
        assert_text(av_text_slice(text, text.len - 4, 4), "8;9;");
        av_buf_truncate(&buf, 7);
        av_buf_truncate(&buf, 100);
        assert_text(av_buf_text(&buf), "one,two");
        av_buf_clear(&buf);
        assert_text(av_buf_text(&buf), "");
    }
    av_status status = buf.status;
    av_buf_free(&buf);
    return status;
}

static void pieces_follow_each_other(void **state) {
    (void)state;
    av_fail_each(build, NULL);
}

static void an_untouched_buffer_is_empty_text(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    av_buf buf;
    av_buf_init(&buf, &host, 0);
    assert_non_null(av_buf_text(&buf).ptr);
    assert_text(av_buf_text(&buf), "");
    av_buf_printf(&buf, "%s", "");
    assert_text(av_buf_text(&buf), "");
    assert_int_equal(buf.ceiling, AV_BUF_CEILING);
    av_buf_free(&buf);
}

static void formatted_text_may_fill_the_block(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    for (size_t before = 250; before <= 256; before++) {
        av_buf buf;
        av_buf_init(&buf, &host, 0);
        av_buf_fill(&buf, '.', before);
        av_buf_printf(&buf, "%s", "123456");
        assert_int_equal(av_buf_text(&buf).len, before + 6);
        assert_text(av_text_slice(av_buf_text(&buf), before, 6), "123456");
        av_buf_free(&buf);
    }
}

static void the_ceiling_holds_and_the_failure_stays(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    av_buf buf;
    av_buf_init(&buf, &host, 8);
    av_buf_puts(&buf, "12345678");
    assert_int_equal(buf.status, AV_OK);
    av_buf_putc(&buf, '9');
    assert_int_equal(buf.status, AV_ERR_LIMIT);
    av_buf_clear(&buf);
    av_buf_puts(&buf, "x");
    assert_int_equal(buf.status, AV_ERR_LIMIT);
    assert_text(av_buf_text(&buf), "");
    av_buf_free(&buf);

    av_buf_init(&buf, &host, 8);
    av_buf_printf(&buf, "%s", "12345678");
    assert_int_equal(buf.status, AV_OK);
    assert_text(av_buf_text(&buf), "12345678");
    av_buf_free(&buf);

    av_buf_init(&buf, &host, 8);
    av_buf_printf(&buf, "%s", "123456789");
    assert_int_equal(buf.status, AV_ERR_LIMIT);
    assert_text(av_buf_text(&buf), "");
    av_buf_free(&buf);
}

static void the_first_failure_is_kept(void **state) {
    (void)state;
    av_fail_alloc fail = {.fail_at = 1, .once = true};
    av_alloc host = av_fail_alloc_host(&fail);
    av_buf buf;
    av_buf_init(&buf, &host, 4);
    av_buf_putc(&buf, 'a');
    assert_int_equal(buf.status, AV_ERR_MEMORY);
    av_buf_puts(&buf, "far too long");
    assert_int_equal(buf.status, AV_ERR_MEMORY);
    assert_int_equal(fail.calls, 1);
    av_buf_free(&buf);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_follow_each_other),
        cmocka_unit_test(an_untouched_buffer_is_empty_text),
        cmocka_unit_test(formatted_text_may_fill_the_block),
        cmocka_unit_test(the_ceiling_holds_and_the_failure_stays),
        cmocka_unit_test(the_first_failure_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
