#include "base/intern.h"

#include "support/fail_alloc.h"
#include "support/unit.h"

#include <stdio.h>

enum { NAMES = 3000 };

static av_text nth_name(uint32_t n, char space[16]) {
    int length = snprintf(space, 16, "name%u", (unsigned)n);
    return (av_text){space, (size_t)length};
}

static av_status add_all(const av_alloc *host, uint32_t count) {
    av_arena arena;
    av_intern intern;
    av_name name;
    char space[16];
    av_arena_init(&arena, host, 0);
    av_status status = av_intern_init(&intern, &arena);
    for (uint32_t i = 1; i <= count && status == AV_OK; i++) {
        status = av_intern_add(&intern, nth_name(i, space), &name);
        if (status == AV_OK) assert_int_equal(name, i);
    }
    if (status == AV_OK) {
        assert_int_equal(intern.count, count + 1);
        for (uint32_t i = 1; i <= count; i++) {
            assert_ok(av_intern_add(&intern, nth_name(i, space), &name));
            assert_int_equal(name, i);
            assert_int_equal(av_intern_find(&intern, nth_name(i, space)), i);
            assert_text(av_intern_text(&intern, i), space);
        }
        assert_int_equal(intern.count, count + 1);
    }
    av_arena_free(&arena);
    return status;
}

static av_status add_some(const av_alloc *host, void *context) {
    (void)context;
    return add_all(host, 300);
}

static void equal_names_have_one_id(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    assert_ok(add_all(&host, NAMES));
}

static void the_empty_name_is_zero(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    av_arena arena;
    av_intern intern;
    av_name name = 7;
    av_arena_init(&arena, &host, 0);
    assert_ok(av_intern_init(&intern, &arena));
    assert_ok(av_intern_add(&intern, (av_text){NULL, 0}, &name));
    assert_int_equal(name, 0);
    assert_int_equal(av_intern_find(&intern, AV_TEXT("")), 0);
    assert_int_equal(av_intern_find(&intern, AV_TEXT("unknown")), 0);
    assert_text(av_intern_text(&intern, 0), "");
    assert_text(av_intern_text(&intern, 99), "");
    av_arena_free(&arena);
}

static void a_failed_add_leaves_the_rest(void **state) {
    (void)state;
    av_fail_each(add_some, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_names_have_one_id),
        cmocka_unit_test(the_empty_name_is_zero),
        cmocka_unit_test(a_failed_add_leaves_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
