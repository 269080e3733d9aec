#include "base/value.h"

#include "base/set.h"
#include "support/fail_alloc.h"
#include "support/unit.h"

enum { VALUES_MOST = 40 };

typedef struct av_samples {
    av_value items[VALUES_MOST];
    size_t count;
} av_samples;

static void add(av_samples *samples, av_value value) {
    assert_true(samples->count < VALUES_MOST);
    samples->items[samples->count++] = value;
}

static av_status add_text(av_samples *samples, av_arena *arena, const char *text) {
    av_value value;
    AV_TRY(av_string(arena, av_text_from(text), &value));
    add(samples, value);
    return AV_OK;
}

static av_status add_list(av_samples *samples, av_arena *arena, size_t count, int64_t last) {
    av_value value, *items;
    AV_TRY(av_list_new(arena, count, &value, &items));
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(items[i].kind, AV_NONE);
        items[i] = av_int(i + 1 == count ? last : 1);
    }
    add(samples, value);
    return AV_OK;
}

static av_status add_set(av_samples *samples, av_arena *arena, uint32_t enum_index,
                         av_members members) {
    av_value value;
    AV_TRY(av_set_new(arena, enum_index, &members, &value));
    add(samples, value);
    return AV_OK;
}

static av_status add_record(av_samples *samples, av_arena *arena, uint32_t type, int64_t field) {
    av_value value, *fields;
    AV_TRY(av_record_new(arena, type, 2, &value, &fields));
    fields[1] = av_int(field);
    add(samples, value);
    return AV_OK;
}

static av_status add_fragment(av_samples *samples, av_arena *arena, av_text text) {
    av_fragment *fragment = AV_NEW(arena, av_fragment);
    if (!fragment) return AV_ERR_MEMORY;
    fragment->text = text;
    add(samples, (av_value){.kind = AV_FRAGMENT, .as.fragment = fragment});
    return AV_OK;
}

/* Values of every kind, ascending within their kind and by kind. */
static av_status make_samples(av_samples *s, av_arena *arena) {
    add(s, av_none());
    add(s, av_bool(false));
    add(s, av_bool(true));
    add(s, av_int(INT64_MIN));
    add(s, av_int(0));
    add(s, av_int(INT64_MAX));
    add(s, av_decimal_value((av_decimal){-5, 1}));
    add(s, av_decimal_value((av_decimal){5, 1}));
    add(s, av_decimal_value((av_decimal){2, 0}));
    add(s, av_decimal_value((av_decimal){INT64_MAX, 0}));
    add(s, av_money(-1, 'E' << 16));
    add(s, av_money(900, 'E' << 16));
    add(s, av_money(5, 'U' << 16));
    AV_TRY(add_text(s, arena, ""));
    AV_TRY(add_text(s, arena, "a"));
    AV_TRY(add_text(s, arena, "ab"));
    AV_TRY(add_text(s, arena, "b"));
    add(s, av_enum(1, 0));
    add(s, av_enum(1, 3));
    add(s, av_enum(2, 0));
    AV_TRY(add_set(s, arena, 1, (av_members){{0}}));
    AV_TRY(add_set(s, arena, 1, (av_members){{6}}));
    AV_TRY(add_set(s, arena, 1, (av_members){{UINT64_MAX}}));
    AV_TRY(add_set(s, arena, 1, (av_members){{0, 1}}));
    AV_TRY(add_set(s, arena, 1, (av_members){{UINT64_MAX, 1}}));
    AV_TRY(add_set(s, arena, 1, (av_members){{0, 2}}));
    AV_TRY(add_set(s, arena, 1, (av_members){{0, 0, 0, 1}}));
    AV_TRY(add_set(s, arena, 2, (av_members){{1}}));
    AV_TRY(add_list(s, arena, 0, 0));
    AV_TRY(add_list(s, arena, 1, 1));
    AV_TRY(add_list(s, arena, 2, 1));
    AV_TRY(add_list(s, arena, 1, 2));
    AV_TRY(add_record(s, arena, 4, 8));
    AV_TRY(add_record(s, arena, 4, 9));
    AV_TRY(add_record(s, arena, 5, 0));
    AV_TRY(add_fragment(s, arena, AV_TEXT("")));
    AV_TRY(add_fragment(s, arena, AV_TEXT("text")));
    return AV_OK;
}

static av_status compare_all(const av_alloc *host, void *context) {
    (void)context;
    av_arena arena;
    av_samples a = {.count = 0}, b = {.count = 0};
    av_arena_init(&arena, host, 0);
    av_status status = make_samples(&a, &arena);
    if (status == AV_OK) status = make_samples(&b, &arena);
    if (status == AV_OK) {
        for (size_t i = 0; i < a.count; i++)
            for (size_t j = 0; j < b.count; j++) {
                int order = av_value_compare(a.items[i], b.items[j]);
                if ((order > 0) - (order < 0) != (i > j) - (i < j))
                    fail_msg("values %zu and %zu: %d", i, j, order);
                assert_int_equal(av_value_equal(a.items[i], b.items[j]), i == j);
                bool same = av_value_hash(a.items[i], 3) == av_value_hash(b.items[j], 3);
                assert_int_equal(same, i == j);
            }
    }
    av_arena_free(&arena);
    return status;
}

static void every_kind_has_order_and_hash(void **state) {
    (void)state;
    av_fail_each(compare_all, NULL);
}

static void decimals_are_equal_by_size(void **state) {
    (void)state;
    av_value a = av_decimal_value((av_decimal){150, 2});
    av_value b = av_decimal_value((av_decimal){15, 1});
    assert_true(av_value_equal(a, b));
    assert_true(av_value_hash(a, 0) == av_value_hash(b, 0));
    assert_int_equal(av_as_decimal(a).scale, 2);
    assert_int_equal(av_as_decimal(av_int(7)).coefficient, 7);
    assert_int_equal(av_as_decimal(av_int(7)).scale, 0);
}

static void what_was_given_is_no_part_of_equality(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    av_arena arena;
    av_value a, b, *fields;
    av_arena_init(&arena, &host, 0);
    assert_ok(av_record_new(&arena, 1, 1, &a, &fields));
    ((av_record *)(void *)((char *)fields - offsetof(av_record, fields)))->given = 1;
    assert_ok(av_record_new(&arena, 1, 1, &b, &fields));
    assert_true(av_value_equal(a, b));
    assert_true(av_value_hash(a, 0) == av_value_hash(b, 0));
    av_arena_free(&arena);
}

static void sizes_have_ceilings(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    av_arena arena;
    av_value value, *items;
    av_arena_init(&arena, &host, 0);
    assert_int_equal(av_list_new(&arena, AV_LIST_ITEMS + 1, &value, &items), AV_ERR_LIMIT);
    assert_int_equal(av_record_new(&arena, 0, AV_RECORD_FIELDS + 1, &value, &items), AV_ERR_LIMIT);
    assert_ok(av_list_new(&arena, AV_LIST_ITEMS, &value, &items));
    items[AV_LIST_ITEMS - 1] = av_int(1);
    assert_ok(av_record_new(&arena, 0, AV_RECORD_FIELDS, &value, &items));
    assert_int_equal(sizeof(av_value), 16);
    av_arena_free(&arena);
}

/* A list of `copies` lists of ... `levels` deep, each level shared. */
static av_value nested(av_arena *arena, size_t levels, size_t copies) {
    av_value value = av_int(1);
    for (size_t level = 0; level < levels; level++) {
        av_value outer, *items;
        assert_ok(av_list_new(arena, copies, &outer, &items));
        for (size_t i = 0; i < copies; i++) items[i] = value;
        value = outer;
    }
    return value;
}

static void test_absurd_nesting_ends(void **state) {
    (void)state;
    static const size_t shapes[][2] = {{100000, 1}, {64, 2}};
    av_alloc host = av_alloc_default();
    for (size_t i = 0; i < AV_COUNT(shapes); i++) {
        av_arena arena;
        av_arena_init(&arena, &host, 0);
        av_value a = nested(&arena, shapes[i][0], shapes[i][1]);
        av_value b = nested(&arena, shapes[i][0], shapes[i][1]);
        assert_true(av_value_equal(a, b));
        assert_true(av_value_hash(a, 0) == av_value_hash(b, 0));
        av_arena_free(&arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_absurd_nesting_ends),
        cmocka_unit_test(every_kind_has_order_and_hash),
        cmocka_unit_test(decimals_are_equal_by_size),
        cmocka_unit_test(what_was_given_is_no_part_of_equality),
        cmocka_unit_test(sizes_have_ceilings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
