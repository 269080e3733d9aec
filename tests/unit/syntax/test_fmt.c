/* The canonical layout: data/layout.txt shows it; every other case and every rule file of the
 * project keeps its promises: twice is once, the tree stays, all comments survive. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cases.h"
#include "support/fail_alloc.h"
#include "support/unit.h"
#include "syntax/fmt.h"

typedef struct formatted {
    av_arena arena;
    av_sources sources;
    av_diags diags;
    av_buf out;
    uint32_t nodes;
} formatted;

static void start(formatted *f, const av_alloc *host) {
    *f = (formatted){0};
    av_arena_init(&f->arena, host, 0);
    av_buf_init(&f->out, host, 0);
}

static void stop(formatted *f) {
    av_buf_free(&f->out);
    av_arena_free(&f->arena);
}

static av_status parse(formatted *f, av_text text, uint16_t *source, av_syntax *syntax) {
    if (f->sources.items == NULL) {
        AV_TRY(av_sources_init(&f->sources, &f->arena));
        av_diags_init(&f->diags, &f->arena, &f->sources);
    }
    AV_TRY(av_sources_add(&f->sources, AV_TEXT("x"), text, 0, source));
    return av_parse(&f->arena, &f->diags, *source, &f->nodes, syntax);
}

/* Checks the promises; the text's layout is left in f->out. False when the text has syntax
 * errors. */
static bool keeps_promises(formatted *f, av_text name, av_text text) {
    uint16_t source, again;
    av_syntax first, second;
    av_buf twice, before, after;
    av_alloc host = av_alloc_default();
    av_buf_init(&twice, &host, 0);
    av_buf_init(&before, &host, 0);
    av_buf_init(&after, &host, 0);
    assert_ok(parse(f, text, &source, &first));
    if (first.has_errors) {
        assert_int_equal(av_format_file(&f->arena, &f->sources, source, &first, &f->out),
                         AV_ERR_INPUT);
        return false;
    }
    assert_ok(av_format_file(&f->arena, &f->sources, source, &first, &f->out));
    assert_ok(parse(f, av_buf_text(&f->out), &again, &second));
    if (second.has_errors)
        fail_msg("%.*s: the layout does not parse\n%.*s", AV_TEXT_ARG(name),
                 AV_TEXT_ARG(av_buf_text(&f->out)));
    assert_ok(av_format_file(&f->arena, &f->sources, again, &second, &twice));
    av_case same = {.name = name, .expected = av_buf_text(&f->out)};
    av_case_check(&same, av_buf_text(&twice));
    av_ast_dump(first.file, &before);
    av_ast_dump(second.file, &after);
    same.expected = av_buf_text(&before);
    av_case_check(&same, av_buf_text(&after));
    assert_int_equal(first.comment_count, second.comment_count);
    for (size_t i = 0; i < first.comment_count; i++) {
        av_text one = av_sources_text(&f->sources, first.comments[i].span);
        assert_true(av_text_equal(one, av_sources_text(&f->sources, second.comments[i].span)));
    }
    av_buf_free(&twice);
    av_buf_free(&before);
    av_buf_free(&after);
    return true;
}

static void layout_case(const av_case *at, void *context) {
    (void)context;
    formatted f;
    av_alloc host = av_alloc_default();
    start(&f, &host);
    assert_true(keeps_promises(&f, at->name, at->input));
    av_case_check(at, av_buf_text(&f.out));
    stop(&f);
}

static void test_layout(void **state) {
    (void)state;
    av_cases_run("tests/unit/syntax/data/layout.txt", layout_case, NULL);
}

static void promise_case(const av_case *at, void *context) {
    (void)context;
    formatted f;
    av_alloc host = av_alloc_default();
    start(&f, &host);
    (void)keeps_promises(&f, at->name, at->input);
    stop(&f);
}

static void test_every_case(void **state) {
    (void)state;
    av_cases_run("tests/unit/syntax/data/trees.txt", promise_case, NULL);
    av_cases_run("tests/unit/syntax/data/errors.txt", promise_case, NULL);
}

/* A comment after each white space of a case outside texts: none is lost, wherever it stands. */
static void commented_case(const av_case *at, void *context) {
    (void)context;
    if (av_text_find(at->input, AV_TEXT("\"\"\""), 0) != SIZE_MAX) return;
    char *copy = malloc(at->input.len + 16);
    assert_non_null(copy);
    bool quoted = false;
    for (size_t i = 0; i < at->input.len; i++) {
        char c = at->input.ptr[i];
        if (c == '"' && (i == 0 || at->input.ptr[i - 1] != '\\')) quoted = !quoted;
        if (quoted || (c != ' ' && c != '\n')) continue;
        memcpy(copy, at->input.ptr, i);
        memcpy(copy + i, " // note\n", 9);
        memcpy(copy + i + 9, at->input.ptr + i, at->input.len - i);
        formatted f;
        av_alloc host = av_alloc_default();
        start(&f, &host);
        (void)keeps_promises(&f, at->name, (av_text){copy, at->input.len + 9});
        stop(&f);
    }
    free(copy);
}

static void test_comments_anywhere(void **state) {
    (void)state;
    av_cases_run("tests/unit/syntax/data/trees.txt", commented_case, NULL);
    av_cases_run("tests/unit/syntax/data/layout.txt", commented_case, NULL);
}

static void test_rule_files(void **state) {
    (void)state;
    static const char *const patterns[] = {"rules/*.arch", "rules/*/*.arch", "rules/*/*/*.arch",
                                           "stdlib/*/*.arch", "stdlib/*.arch"};
    for (size_t i = 0; i < AV_COUNT(patterns); i++) {
        glob_t found = {0};
        if (glob(patterns[i], 0, NULL, &found) != 0) continue;
        for (size_t k = 0; k < found.gl_pathc; k++) {
            size_t len;
            char *bytes = av_file_read(found.gl_pathv[k], &len);
            formatted f;
            av_alloc host = av_alloc_default();
            start(&f, &host);
            (void)keeps_promises(&f, av_text_from(found.gl_pathv[k]), (av_text){bytes, len});
            stop(&f);
            free(bytes);
        }
        globfree(&found);
    }
}

static av_status starved(const av_alloc *host, void *context) {
    const av_case *at = context;
    formatted f;
    uint16_t source;
    av_syntax syntax;
    start(&f, host);
    av_status status = parse(&f, at->input, &source, &syntax);
    if (status == AV_OK) status = av_format_file(&f.arena, &f.sources, source, &syntax, &f.out);
    stop(&f);
    return status;
}

static void starved_case(const av_case *at, void *context) {
    (void)context;
    av_case copy = *at;
    if (at->input.len < 400) av_fail_each(starved, &copy);
}

static void test_out_of_memory(void **state) {
    (void)state;
    av_cases_run("tests/unit/syntax/data/layout.txt", starved_case, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_every_case),
        cmocka_unit_test(test_comments_anywhere),
        cmocka_unit_test(test_rule_files),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
