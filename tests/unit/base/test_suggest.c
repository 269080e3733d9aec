#include "base/suggest.h"

#include "support/unit.h"

#include <string.h>

static void distances_are_counted(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        size_t limit, distance;
    } cases[] = {
        {"", "", 3, 0},
        {"abc", "abc", 0, 0},
        {"abc", "ABC", 3, 0},
        {"abc", "", 3, 3},
        {"abc", "", 2, 3}, /* capped at limit + 1 */
        {"abc", "abd", 3, 1},
        {"abc", "ab", 3, 1},
        {"abc", "xabc", 3, 1},
        {"abc", "acb", 3, 1}, /* neighbours exchanged */
        {"team_size", "taem_sise", 3, 2},
        {"kitten", "sitting", 5, 3},
        {"kitten", "sitting", 1, 2},
        {"ca", "abc", 5, 3}, /* an exchanged pair is not edited again */
        {"database", "deployment", 2, 3},
        {"abcd", "cdwxyz", 2, 3}, /* near its beginning, far from its end */
    };
    for (size_t i = 0; i < AV_COUNT(cases); i++) {
        av_text a = av_text_from(cases[i].a), b = av_text_from(cases[i].b);
        assert_int_equal(av_edit_distance(a, b, cases[i].limit), cases[i].distance);
        assert_int_equal(av_edit_distance(b, a, cases[i].limit), cases[i].distance);
    }
}

static void long_names_stay_in_bounds(void **state) {
    (void)state;
    enum { LONG = 300 };
    char a[LONG], b[LONG];
    memset(a, 'a', LONG);
    memset(b, 'b', LONG);
    assert_int_equal(av_edit_distance((av_text){a, 128}, (av_text){b, 128}, 200), 128);
    assert_int_equal(av_edit_distance((av_text){a, 129}, (av_text){b, 129}, 200), 201);
    assert_int_equal(av_edit_distance((av_text){a, LONG}, (av_text){a, LONG - 2}, 200), 2);
    a[150] = 'x';
    b[0] = 'x';
    assert_int_equal(av_edit_distance((av_text){a, 151}, (av_text){a, 150}, 200), 1);
}

static av_text nearest(const char *wanted, const char *const *candidates) {
    av_suggest suggest;
    av_suggest_init(&suggest, av_text_from(wanted));
    for (; *candidates; candidates++) av_suggest_offer(&suggest, av_text_from(*candidates));
    return suggest.best;
}

#define NEAREST(wanted, ...) nearest(wanted, (const char *const[]){__VA_ARGS__, NULL})

static void the_nearest_name_is_kept(void **state) {
    (void)state;
    assert_text(NEAREST("team_sise", "budget", "team_size", "team_sites"), "team_size");
    assert_text(NEAREST("regon", "reason", "region"), "region");
    assert_text(NEAREST("Region", "region"), "region");
    assert_text(NEAREST("aac", "aab", "aad"), "aab"); /* the first of equals */
    assert_text(NEAREST("latency", "throughput", "budget"), "");
    assert_text(NEAREST("abcdef", "abcdxyz"), ""); /* three edits of six */
    assert_text(NEAREST("region", "region"), "");  /* the name itself is no advice */
    assert_text(NEAREST("x", "y"), "");            /* nothing in common */
    assert_text(NEAREST("x", "xy"), "xy");
    assert_text(NEAREST("", "a"), "");
    assert_text(NEAREST("a", ""), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_are_counted),
        cmocka_unit_test(long_names_stay_in_bounds),
        cmocka_unit_test(the_nearest_name_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
