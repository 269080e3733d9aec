#include "base/map.h"

#include "support/fail_alloc.h"
#include "support/unit.h"

/* Keys that resemble pointers: all low bits zero. */
static uint64_t nth_key(uint64_t n) {
    return n * 4096;
}

static av_status fill(const av_alloc *host, uint64_t count) {
    av_arena arena;
    av_map map;
    uint64_t value = 0;
    av_arena_init(&arena, host, 0);
    av_map_init(&map, &arena);
    assert_false(av_map_get(&map, 0, &value));
    av_status status = AV_OK;
    for (uint64_t i = 0; i < count && status == AV_OK; i++) {
        status = av_map_set(&map, nth_key(i), i);
        if (status == AV_OK) status = av_map_set(&map, nth_key(i), i + 1);
    }
    if (status == AV_OK) {
        assert_int_equal(map.count, count);
        for (uint64_t i = 0; i < count; i++) {
            assert_int_equal(map.entries[i].key, nth_key(i));
            assert_true(av_map_get(&map, nth_key(i), &value));
            assert_int_equal(value, i + 1);
            assert_false(av_map_get(&map, nth_key(i) + 1, &value));
        }
        assert_false(av_map_get(&map, UINT64_MAX, &value));
    }
    av_arena_free(&arena);
    return status;
}

static av_status fill_some(const av_alloc *host, void *context) {
    (void)context;
    return fill(host, 300);
}

static void keys_keep_their_last_value(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    assert_ok(fill(&host, 20000));
}

static void a_failed_set_leaves_the_rest(void **state) {
    (void)state;
    av_fail_each(fill_some, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_keep_their_last_value),
        cmocka_unit_test(a_failed_set_leaves_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
