#include "emit/artifacts.h"
#include "support/unit.h"

static void test_paths(void **unused) {
    (void)unused;
    static const char *const good[] = {"ARCHITECTURE.md",
                                       "docs/adr/0001-a b.md",
                                       ".github/workflows/ci.yml",
                                       "a/b/c/d",
                                       "\xC3\xA9/x",
                                       "..a/x",
                                       "a...b"};
    static const char *const bad[] = {"",
                                      "/etc/passwd",
                                      "../x",
                                      "a/../b",
                                      "a/..",
                                      "./a",
                                      "a/.",
                                      "a//b",
                                      "a/",
                                      "a\\b",
                                      "C:x",
                                      "a\nb",
                                      "a\x01",
                                      "a\x7F",
                                      "a\xE2\x80\xAE.b",
                                      "a\xE2\x80\x8B",
                                      "a\xFF",
                                      "a.",
                                      "a /b",
                                      " a",
                                      "a/ b",
                                      "a./b"};
    for (size_t i = 0; i < AV_COUNT(good); i++) assert_null(av_path_problem(av_text_from(good[i])));
    for (size_t i = 0; i < AV_COUNT(bad); i++)
        assert_non_null(av_path_problem(av_text_from(bad[i])));
    char longest[AV_PATH_BYTES + 2];
    for (size_t i = 0; i < sizeof longest; i++) longest[i] = i % 100 == 99 ? '/' : 'x';
    longest[AV_PATH_BYTES - 1] = 'x';
    assert_null(av_path_problem((av_text){longest, AV_PATH_BYTES}));
    assert_non_null(av_path_problem((av_text){longest, AV_PATH_BYTES + 1}));
    for (size_t i = 0; i < sizeof longest; i++) longest[i] = 'x';
    assert_null(av_path_problem((av_text){longest, AV_PATH_SEGMENT}));
    assert_non_null(av_path_problem((av_text){longest, AV_PATH_SEGMENT + 1}));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_paths)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
