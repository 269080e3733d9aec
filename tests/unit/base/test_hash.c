#include "base/hash.h"

#include "support/unit.h"

static void hashes_are_those_of_xxh3(void **state) {
    (void)state;
    char hex[32];
    /* From the reference: XXH3 of no bytes, 64 and 128 bits, seed 0. */
    assert_true(av_hash(AV_TEXT(""), 0) == UINT64_C(0x2D06800538D394C2));
    assert_true(av_hash((av_text){NULL, 0}, 0) == UINT64_C(0x2D06800538D394C2));
    av_hash_hex((av_text){NULL, 0}, hex);
    assert_text(((av_text){hex, sizeof hex}), "99aa06d3014798d86001c324468d497f");
}

static void bytes_and_seed_matter(void **state) {
    (void)state;
    char a[32], b[32];
    assert_true(av_hash(AV_TEXT("policy"), 1) == av_hash(AV_TEXT("policy"), 1));
    assert_false(av_hash(AV_TEXT("policy"), 1) == av_hash(AV_TEXT("policy"), 2));
    assert_false(av_hash(AV_TEXT("policy"), 1) == av_hash(AV_TEXT("policz"), 1));
    av_hash_hex(AV_TEXT("policy"), a);
    av_hash_hex(AV_TEXT("policy "), b);
    assert_memory_not_equal(a, b, sizeof a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_those_of_xxh3),
        cmocka_unit_test(bytes_and_seed_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
