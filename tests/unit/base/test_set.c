#include "base/set.h"

#include <string.h>

#include "support/fail_alloc.h"
#include "support/unit.h"

static const uint32_t edges[] = {0, 1, 62, 63, 64, 65, 127, 128, 191, 192, 254, 255};

static av_members of_edges(unsigned chosen) {
    av_members members = {{0}};
    for (size_t i = 0; i < AV_COUNT(edges); i++)
        if ((chosen >> i & 1) != 0) av_members_add(&members, edges[i]);
    return members;
}

static bool is_chosen(unsigned chosen, uint32_t member) {
    for (size_t i = 0; i < AV_COUNT(edges); i++)
        if (edges[i] == member) return (chosen >> i & 1) != 0;
    return false;
}

/* Every way of asking gives the members that were added, in order. */
static void assert_holds(av_value set, unsigned chosen) {
    uint32_t count = 0, next = 0;
    for (uint32_t m = 0; m < AV_SET_MEMBERS; m++) {
        assert_int_equal(av_set_has(set, m), is_chosen(chosen, m));
        count += is_chosen(chosen, m);
    }
    assert_int_equal(av_set_size(set), count);
    for (AV_EACH_MEMBER(m, set)) {
        for (; next < m; next++) assert_false(is_chosen(chosen, next));
        assert_true(is_chosen(chosen, next++));
        count--;
    }
    assert_int_equal(count, 0);
}

static av_status hold_all(const av_alloc *host, void *context) {
    (void)context;
    av_arena arena;
    av_arena_init(&arena, host, 0);
    av_status status = AV_OK;
    for (unsigned chosen = 0; chosen < 1u << AV_COUNT(edges) && status == AV_OK;
         chosen += 1 + chosen / 8) {
        const av_members members = of_edges(chosen);
        av_value set;
        status = av_set_new(&arena, 7, &members, &set);
        if (status == AV_OK) assert_holds(set, chosen);
    }
    av_arena_free(&arena);
    return status;
}

static void sets_hold_what_was_added(void **state) {
    (void)state;
    av_fail_each(hold_all, NULL);
}

static void numbers_beyond_the_members_are_in_no_set(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    av_arena arena;
    av_value set;
    av_members all;
    memset(&all, 0xff, sizeof all);
    av_arena_init(&arena, &host, 0);
    assert_ok(av_set_new(&arena, 0, &all, &set));
    assert_int_equal(av_set_size(set), AV_SET_MEMBERS);
    assert_false(av_set_has(set, AV_SET_MEMBERS));
    assert_false(av_set_has(set, -1));
    assert_false(av_set_has(set, INT64_MAX));
    assert_int_equal(av_set_next(set, AV_SET_MEMBERS - 1), AV_SET_MEMBERS - 1);
    assert_int_equal(av_set_next(set, AV_SET_MEMBERS), AV_SET_MEMBERS);
    av_arena_free(&arena);
}

static void sets_unite_and_differ(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    av_arena arena;
    av_arena_init(&arena, &host, 0);
    for (unsigned i = 0; i < 1u << AV_COUNT(edges); i += 37)
        for (unsigned j = 0; j < 1u << AV_COUNT(edges); j += 211) {
            const av_members left = of_edges(i), right = of_edges(j);
            av_members both = left, rest = left;
            av_value a, b, united, removed, expected;
            assert_ok(av_set_new(&arena, 1, &left, &a));
            assert_ok(av_set_new(&arena, 1, &right, &b));
            av_members_unite(&both, b);
            av_members_remove(&rest, b);
            assert_ok(av_set_new(&arena, 1, &both, &united));
            assert_ok(av_set_new(&arena, 1, &rest, &removed));
            assert_holds(united, i | j);
            assert_holds(removed, i & ~j);
            assert_int_equal(av_set_overlaps(a, b), (i & j) != 0);
            /* what has lost its high members is the same set as what never had them */
            const av_members plain = of_edges(i & ~j);
            assert_ok(av_set_new(&arena, 1, &plain, &expected));
            assert_true(av_value_equal(removed, expected));
            assert_true(av_value_hash(removed, 5) == av_value_hash(expected, 5));
        }
    av_arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_hold_what_was_added),
        cmocka_unit_test(numbers_beyond_the_members_are_in_no_set),
        cmocka_unit_test(sets_unite_and_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
