#include "support/cases.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/unit.h"

char *av_file_read(const char *path, size_t *len) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) fail_msg("cannot read %s", path);
    size_t cap = 1 << 16;
    char *bytes = malloc(cap);
    *len = 0;
    for (;;) {
        assert_non_null(bytes);
        size_t got = fread(bytes + *len, 1, cap - *len, file);
        if (got == 0) break;
        *len += got;
        if (*len == cap) bytes = realloc(bytes, cap *= 2);
    }
    fclose(file);
    return bytes;
}

void av_cases_run(const char *path, av_case_run *run, void *context) {
    size_t len, count = 0;
    char *bytes = av_file_read(path, &len);
    av_text text = {bytes, len};
    for (size_t at = av_text_find(text, AV_TEXT("=== "), 0); at != SIZE_MAX; count++) {
        size_t next = av_text_find(text, AV_TEXT("\n=== "), at);
        av_text block = av_text_slice(text, at, next == SIZE_MAX ? len - at : next + 1 - at);
        size_t line = av_text_find(block, AV_TEXT("\n"), 0);
        size_t bar = av_text_find(block, AV_TEXT("\n---\n"), 0);
        av_case found = {.name = av_text_slice(block, 4, line - 4)};
        found.input =
            av_text_slice(block, line + 1, (bar == SIZE_MAX ? block.len : bar + 1) - line - 1);
        if (bar != SIZE_MAX) found.expected = av_text_slice(block, bar + 5, block.len - bar - 5);
        run(&found, context);
        at = next == SIZE_MAX ? SIZE_MAX : next + 1;
    }
    free(bytes);
    assert_true(count > 0);
}

void av_case_check(const av_case *at, av_text actual) {
    if (av_text_equal(at->expected, actual)) return;
    print_error("--- %.*s: expected\n%.*s--- but got\n%.*s", AV_TEXT_ARG(at->name),
                AV_TEXT_ARG(at->expected), AV_TEXT_ARG(actual));
    fail();
}
