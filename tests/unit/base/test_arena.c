#include "base/arena.h"

#include "support/fail_alloc.h"
#include "support/unit.h"

#include <string.h>

static void pieces_are_zeroed_aligned_and_apart(void **state) {
    (void)state;
    enum { PIECES = 500 };
    av_alloc host = av_alloc_default();
    av_arena arena;
    unsigned char *pieces[PIECES];
    av_arena_init(&arena, &host, 0);
    for (size_t i = 0; i < PIECES; i++) {
        pieces[i] = av_arena_take(&arena, i);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % _Alignof(uint64_t), 0);
        for (size_t j = 0; j < i; j++) assert_int_equal(pieces[i][j], 0);
        memset(pieces[i], (int)(i & 0xFF), i);
    }
    for (size_t i = 0; i < PIECES; i++)
        for (size_t j = 0; j < i; j++) assert_int_equal(pieces[i][j], i & 0xFF);
    assert_false(arena.failed);
    av_arena_free(&arena);
    assert_null(arena.last);
}

static void a_large_piece_does_not_end_the_arena(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    av_arena arena;
    av_arena_init(&arena, &host, 0);
    unsigned char *large = av_arena_take(&arena, (size_t)5 << 20);
    assert_non_null(large);
    large[((size_t)5 << 20) - 1] = 1;
    assert_non_null(av_arena_take(&arena, 1));
    av_arena_free(&arena);
    av_arena zeroed = {0};
    av_arena_free(&zeroed);
}

static void the_ceiling_holds(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    av_arena arena;
    av_arena_init(&arena, &host, 64);
    assert_non_null(av_arena_take(&arena, 48));
    assert_non_null(av_arena_take(&arena, 16));
    assert_int_equal(av_arena_used(&arena), 64);
    assert_null(av_arena_take(&arena, 1));
    assert_true(arena.failed);
    av_arena_free(&arena);
    assert_false(arena.failed);
    assert_int_equal(av_arena_used(&arena), 0);
}

static void sizes_beyond_the_address_space_fail(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    av_arena arena;
    av_arena_init(&arena, &host, 0);
    /* else the compiler sees that no object is so large, and warns */
    volatile size_t beyond = SIZE_MAX;
    assert_null(av_arena_take(&arena, beyond));
    assert_null(av_arena_array(&arena, SIZE_MAX / 2, 3));
    size_t cap = SIZE_MAX / 2 + 1;
    assert_null(av_arena_grow(&arena, NULL, cap, &cap, 1));
    assert_true(arena.failed);
    assert_non_null(av_arena_array(&arena, 0, 8));
    av_arena_free(&arena);
}

static av_status texts_and_growth(const av_alloc *host, void *context) {
    (void)context;
    av_arena arena;
    av_arena_init(&arena, host, 0);
    av_status status = AV_ERR_MEMORY;
    uint32_t *items = NULL;
    size_t cap = 0;
    av_text copy = av_arena_text(&arena, AV_TEXT("a copy"));
    if (!copy.ptr) goto done;
    assert_text(copy, "a copy");
    av_text empty = av_arena_text(&arena, (av_text){NULL, 0});
    if (!empty.ptr) goto done;
    assert_int_equal(empty.len, 0);
    av_text formatted = av_arena_format(&arena, "%s-%d-%.*s", "x", 42, AV_TEXT_ARG(copy));
    if (!formatted.ptr) goto done;
    assert_text(formatted, "x-42-a copy");
    for (uint32_t i = 0; i < 5000; i++) {
        uint32_t *grown = av_arena_grow(&arena, items, i, &cap, sizeof *items);
        if (!grown) goto done;
        items = grown;
        items[i] = i;
    }
    for (uint32_t i = 0; i < 5000; i++) assert_int_equal(items[i], i);
    status = AV_OK;
done:
    assert_int_equal(arena.failed, status != AV_OK);
    av_arena_free(&arena);
    return status;
}

static void growth_survives_failing_allocations(void **state) {
    (void)state;
    av_fail_each(texts_and_growth, NULL);
}

static void an_arena_adopts_another(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    av_arena arena, other, third;
    av_arena_init(&arena, &host, 0);
    av_arena_init(&other, &host, 0);
    av_arena_init(&third, &host, 0);
    third.chunk = 64;
    av_text kept = av_arena_text(&other, AV_TEXT("kept"));
    for (int i = 0; i < 20; i++) assert_non_null(av_arena_take(&third, 24));
    av_arena_adopt(&arena, &other); /* an empty one goes on where the other was */
    assert_int_equal(av_arena_used(&arena), 8);
    assert_int_equal(av_arena_used(&other), 0);
    assert_null(other.last);
    assert_non_null(av_arena_take(&arena, 16));
    av_arena_adopt(&arena, &third);
    assert_int_equal(av_arena_used(&arena), 8 + 16 + 20 * 24);
    assert_non_null(av_arena_take(&arena, 16));
    av_arena_adopt(&arena, &other); /* nothing to take */
    assert_text(kept, "kept");
    av_text joined = av_arena_join(&arena, kept, AV_TEXT("/"), AV_TEXT(""));
    assert_text(joined, "kept/");
    other.failed = true;
    av_arena_adopt(&arena, &other);
    assert_true(arena.failed);
    av_arena_free(&arena);
}

static void an_arena_is_used_again(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    av_arena arena;
    av_arena_init(&arena, &host, 20000);
    av_arena_rewind(&arena);                   /* nothing to take back */
    for (int round = 0; round < 50; round++) { /* more in all than the ceiling allows at a time */
        size_t cap = 0;
        uint32_t *items = NULL;
        unsigned char *piece = av_arena_take(&arena, 9000);
        assert_non_null(piece);
        for (size_t i = 0; i < 9000; i++) assert_int_equal(piece[i], 0);
        memset(piece, 0xff, 9000);
        for (uint32_t i = 0; i < 1000; i++) {
            items = av_arena_grow(&arena, items, i, &cap, sizeof *items);
            assert_non_null(items);
            items[i] = i;
        }
        for (uint32_t i = 0; i < 1000; i++) assert_int_equal(items[i], i);
        av_arena_rewind(&arena);
        assert_int_equal(av_arena_used(&arena), 0);
    }
    assert_null(av_arena_take(&arena, 20001));
    av_arena_rewind(&arena);
    assert_true(arena.failed); /* still */
    assert_non_null(av_arena_take(&arena, 20000));
    av_arena_free(&arena);
}

/** What was adopted may lie beyond the ceiling: it is then missing from the pool, and nothing is handed out unpaid. */
static void adopted_pieces_count(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    av_arena arena, other;
    _Atomic size_t pool;
    atomic_init(&pool, 400);
    av_arena_init(&arena, &host, 96);
    av_arena_init(&other, &host, 0);
    arena.pool = &pool;
    assert_non_null(av_arena_piece(&arena, 96));
    assert_non_null(av_arena_piece(&other, 160));
    av_arena_adopt(&arena, &other);
    size_t taken = 96 + 160;
    for (; av_arena_piece(&arena, 8) != NULL; taken += 8) assert_true(taken < 1000);
    assert_int_equal(av_arena_used(&arena), taken);
    assert_true(taken <= 96 + 400 && taken > 96 + 400 - 8);
    av_arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(a_large_piece_does_not_end_the_arena),
        cmocka_unit_test(the_ceiling_holds),
        cmocka_unit_test(sizes_beyond_the_address_space_fail),
        cmocka_unit_test(growth_survives_failing_allocations),
        cmocka_unit_test(an_arena_adopts_another),
        cmocka_unit_test(adopted_pieces_count),
        cmocka_unit_test(an_arena_is_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
