#include "support/unit.h"

void av_assert_text(av_text actual, const char *expected, const char *file, int line) {
    if (av_text_equal(actual, av_text_from(expected))) return;
    print_error("expected: \"%s\"\nactual:   \"%.*s\"\n", expected, AV_TEXT_ARG(actual));
    _fail(file, line);
}
