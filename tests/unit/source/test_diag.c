#include "source/diag.h"

#include "support/fail_alloc.h"
#include "support/unit.h"

#include <string.h>

typedef struct av_desk {
    av_arena arena;
    av_sources sources;
    av_diags diags;
} av_desk;

static void set_up(av_desk *desk) {
    av_alloc host = av_alloc_default();
    uint16_t index;
    av_arena_init(&desk->arena, &host, 0);
    assert_ok(av_sources_init(&desk->sources, &desk->arena));
    assert_ok(av_sources_add(&desk->sources, AV_TEXT("a.arch"), AV_TEXT("abc\ndef\n"), 0, &index));
    av_diags_init(&desk->diags, &desk->arena, &desk->sources);
}

static av_span at(uint16_t source, uint32_t start) {
    return (av_span){.start = start, .end = start + 1, .source = source};
}

/* Some code of the severity, or AV_DIAG_CODE_COUNT. */
static av_diag_code code_of(av_severity severity) {
    for (int code = 0; code < AV_DIAG_CODE_COUNT; code++)
        if (av_diag_describe((av_diag_code)code)->severity == severity) return (av_diag_code)code;
    return AV_DIAG_CODE_COUNT;
}

static void codes_are_well_formed_and_unique(void **state) {
    (void)state;
    for (int i = 0; i < AV_DIAG_CODE_COUNT; i++) {
        const av_diag_info *info = av_diag_describe((av_diag_code)i);
        const char letter = info->severity == AV_SEVERITY_ERROR ? 'E' : 'W';
        assert_int_equal(strlen(info->code), 5);
        assert_int_equal(info->code[0], letter);
        assert_int_equal(strspn(info->code + 1, "0123456789"), 4);
        assert_true(strlen(info->title) > 0);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(info->code, av_diag_describe((av_diag_code)j)->code);
    }
    assert_string_equal(av_severity_name(AV_SEVERITY_ERROR), "error");
    assert_string_equal(av_severity_name(AV_SEVERITY_WARNING), "warning");
}

static void equal_ones_are_merged(void **state) {
    (void)state;
    av_desk desk;
    set_up(&desk);
    assert_non_null(av_diag_add(&desk.diags, AV_E_SYNTAX, at(1, 0), "one %d", 1));
    assert_null(av_diag_add(&desk.diags, AV_E_SYNTAX, at(1, 0), "one 1"));
    assert_non_null(av_diag_add(&desk.diags, AV_E_SYNTAX, at(1, 0), "one 2"));
    assert_non_null(av_diag_add(&desk.diags, AV_E_SYNTAX, at(1, 1), "one 1"));
    assert_non_null(av_diag_add(&desk.diags, AV_E_BAD_NUMBER, at(1, 0), "one 1"));
    assert_int_equal(desk.diags.count, 4);
    assert_int_equal(desk.diags.error_count, 4);
    assert_int_equal(desk.diags.dropped, 0);
    av_arena_free(&desk.arena);
}

static void order_is_that_of_places(void **state) {
    (void)state;
    static const struct {
        av_diag_code code;
        uint16_t source;
        uint32_t start;
        const char *message;
    } added[] = {
        {AV_E_SYNTAX, 2, 0, "7"},     {AV_E_SYNTAX, 1, 9, "6"},   {AV_E_SYNTAX, 1, 3, "4"},
        {AV_E_SYNTAX, 1, 3, "5"},     {AV_E_BAD_UTF8, 1, 3, "3"}, {AV_E_BAD_NUMBER, 1, 0, "2"},
        {AV_E_BAD_NUMBER, 0, 0, "1"},
    };
    av_desk desk;
    set_up(&desk);
    for (size_t i = 0; i < AV_COUNT(added); i++)
        (void)av_diag_add(&desk.diags, added[i].code, at(added[i].source, added[i].start), "%s",
                          added[i].message);
    av_diags_sort(&desk.diags);
    char order[AV_COUNT(added) + 1] = "";
    for (size_t i = 0; i < desk.diags.count; i++) order[i] = desk.diags.items[i].message.ptr[0];
    assert_string_equal(order, "1234567");
    av_arena_free(&desk.arena);
}

static void the_rest_is_counted(void **state) {
    (void)state;
    enum { EXTRA = 50 };
    av_desk desk;
    set_up(&desk);
    for (uint32_t i = 0; i < AV_DIAG_MAX + EXTRA; i++) {
        av_diag *diag = av_diag_add(&desk.diags, AV_E_SYNTAX, at(1, i), "message");
        assert_int_equal(diag != NULL, i < AV_DIAG_MAX);
        av_diag_label_add(&desk.diags, diag, at(1, 0), "label");
        av_diag_help(&desk.diags, diag, "help");
        av_diag_suggest(&desk.diags, diag, AV_TEXT("near"));
    }
    assert_int_equal(desk.diags.count, AV_DIAG_MAX);
    assert_int_equal(desk.diags.error_count, AV_DIAG_MAX + EXTRA);
    assert_int_equal(desk.diags.dropped, EXTRA);
    assert_false(desk.diags.failed);
    av_arena_free(&desk.arena);
}

static void errors_come_before_warnings_when_places_are_short(void **state) {
    (void)state;
    enum { ERRORS = 3 };
    const av_diag_code warning = code_of(AV_SEVERITY_WARNING);
    if (warning == AV_DIAG_CODE_COUNT) skip();
    av_desk desk;
    set_up(&desk);
    for (uint32_t i = 0; i < AV_DIAG_MAX + 1; i++)
        (void)av_diag_add(&desk.diags, warning, at(1, i), "warning");
    for (uint32_t i = 0; i < ERRORS; i++)
        assert_non_null(av_diag_add(&desk.diags, AV_E_SYNTAX, at(1, i), "error"));
    assert_int_equal(desk.diags.count, AV_DIAG_MAX);
    assert_int_equal(desk.diags.warning_count, AV_DIAG_MAX + 1);
    assert_int_equal(desk.diags.error_count, ERRORS);
    assert_int_equal(desk.diags.dropped, ERRORS + 1);
    size_t errors = 0;
    for (size_t i = 0; i < desk.diags.count; i++)
        errors += desk.diags.items[i].severity == AV_SEVERITY_ERROR;
    assert_int_equal(errors, ERRORS);
    /* The warnings that went are the last ones. */
    assert_int_equal(desk.diags.items[0].span.start, 0);
    assert_int_equal(desk.diags.items[AV_DIAG_MAX - ERRORS - 1].span.start,
                     AV_DIAG_MAX - ERRORS - 1);
    av_arena_free(&desk.arena);
}

static void labels_have_a_ceiling(void **state) {
    (void)state;
    av_desk desk;
    set_up(&desk);
    av_diag *diag = av_diag_add(&desk.diags, AV_E_SYNTAX, at(1, 0), "message");
    for (uint32_t i = 0; i < AV_DIAG_LABELS + 2; i++)
        av_diag_label_add(&desk.diags, diag, at(1, i), "label %u", (unsigned)i);
    assert_int_equal(diag->label_count, AV_DIAG_LABELS);
    assert_text(diag->labels[3].text, "label 3");
    assert_text(diag->help, "");
    av_diag_suggest(&desk.diags, diag, AV_TEXT(""));
    assert_text(diag->help, "");
    av_diag_suggest(&desk.diags, diag, AV_TEXT("near"));
    assert_text(diag->help, "did you mean `near`?");
    av_arena_free(&desk.arena);
}

static void a_long_message_is_cut(void **state) {
    (void)state;
    enum { LONG = AV_DIAG_TEXT * 2 };
    static char bytes[LONG];
    av_desk desk;
    set_up(&desk);
    /* Two-byte characters at even and at odd offsets. */
    for (uint32_t odd = 0; odd <= 1; odd++) {
        memset(bytes, 'x', sizeof bytes);
        for (size_t i = odd; i + 1 < LONG; i += 2) memcpy(bytes + i, "\xC3\xA9", 2);
        av_diag *diag =
            av_diag_add(&desk.diags, AV_E_SYNTAX, at(1, odd), "%.*s", (int)sizeof bytes, bytes);
        assert_non_null(diag);
        assert_true(diag->message.len <= AV_DIAG_TEXT + 3);
        assert_true(diag->message.len > AV_DIAG_TEXT - 4);
        assert_true(av_text_ends(diag->message, AV_TEXT("...")));
        assert_int_equal(av_utf8_invalid(diag->message), SIZE_MAX);
    }
    av_diag *diag = av_diag_add(&desk.diags, AV_E_SYNTAX, at(1, 5), "%.*s", AV_DIAG_TEXT, bytes);
    assert_int_equal(diag->message.len, AV_DIAG_TEXT);
    av_arena_free(&desk.arena);
}

static av_status record_and_render(const av_alloc *host, void *context) {
    (void)context;
    av_arena arena;
    av_sources sources;
    av_diags diags = {.failed = false};
    av_buf out;
    uint16_t index;
    av_arena_init(&arena, host, 0);
    av_buf_init(&out, host, 0);
    av_status status = av_sources_init(&sources, &arena);
    if (status == AV_OK)
        status = av_sources_add(&sources, AV_TEXT("a.arch"), AV_TEXT("abc\n"), 0, &index);
    if (status == AV_OK) {
        av_diags_init(&diags, &arena, &sources);
        for (uint32_t i = 0; i < 20; i++) {
            av_diag *diag = av_diag_add(&diags, AV_E_SYNTAX, at(1, i), "message %u", (unsigned)i);
            av_diag_label_add(&diags, diag, at(1, 0), "label");
            av_diag_help(&diags, diag, "help");
        }
        assert_int_equal(diags.error_count, 20);
        av_diags_sort(&diags);
        av_diags_render_text(&diags, true, &out);
        av_diags_render_plain(&diags, &out);
        av_diags_render_json(&diags, &out);
        status = out.status;
        if (diags.failed) status = AV_ERR_MEMORY;
    }
    av_buf_free(&out);
    av_arena_free(&arena);
    return status;
}

/* What two sinks hold, one after the other, is what one sink would hold. */
static void sinks_are_put_together(void **state) {
    (void)state;
    av_desk one, first, second;
    set_up(&one);
    set_up(&first);
    set_up(&second);
    for (uint32_t i = 0; i < AV_DIAG_MAX + 50; i++) {
        av_diags *part = i < AV_DIAG_MAX - 20 ? &first.diags : &second.diags;
        av_diag_code code = i % 3 == 0 ? code_of(AV_SEVERITY_WARNING) : AV_E_SYNTAX;
        av_diag_help(part, av_diag_add(part, code, at(1, i), "number %u", (unsigned)i), "help");
        av_diag_help(&one.diags, av_diag_add(&one.diags, code, at(1, i), "number %u", (unsigned)i),
                     "help");
    }
    av_desk together;
    set_up(&together);
    av_diags_take(&together.diags, &first.diags);
    av_diags_take(&together.diags, &second.diags);
    assert_int_equal(together.diags.count, one.diags.count);
    assert_int_equal(together.diags.error_count, one.diags.error_count);
    assert_int_equal(together.diags.warning_count, one.diags.warning_count);
    assert_int_equal(together.diags.dropped, one.diags.dropped);
    for (size_t i = 0; i < one.diags.count; i++) {
        assert_int_equal(together.diags.items[i].span.start, one.diags.items[i].span.start);
        assert_text(together.diags.items[i].help, "help");
    }
    av_arena_free(&one.arena);
    av_arena_free(&together.arena);
    av_arena_free(&first.arena);
    av_arena_free(&second.arena);
}

static void errors_are_counted_without_memory(void **state) {
    (void)state;
    av_fail_each(record_and_render, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_well_formed_and_unique),
        cmocka_unit_test(equal_ones_are_merged),
        cmocka_unit_test(order_is_that_of_places),
        cmocka_unit_test(the_rest_is_counted),
        cmocka_unit_test(errors_come_before_warnings_when_places_are_short),
        cmocka_unit_test(labels_have_a_ceiling),
        cmocka_unit_test(a_long_message_is_cut),
        cmocka_unit_test(sinks_are_put_together),
        cmocka_unit_test(errors_are_counted_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
