/* Texts to trees, and mistakes to diagnostics: the cases are in data/trees.txt and
 * data/errors.txt. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "support/cases.h"
#include "support/fail_alloc.h"
#include "support/unit.h"
#include "syntax/ast.h"

typedef struct parsed {
    av_arena arena;
    av_sources sources;
    av_diags diags;
    av_syntax syntax;
    av_buf out;
    uint32_t nodes;
} parsed;

static av_status parse(parsed *p, const av_alloc *host, av_text text) {
    *p = (parsed){0};
    uint16_t source;
    av_arena_init(&p->arena, host, 0);
    av_buf_init(&p->out, host, 0);
    AV_TRY(av_sources_init(&p->sources, &p->arena));
    av_diags_init(&p->diags, &p->arena, &p->sources);
    AV_TRY(av_sources_add(&p->sources, AV_TEXT("x"), text, 0, &source));
    return av_parse(&p->arena, &p->diags, source, &p->nodes, &p->syntax);
}

static void release(parsed *p) {
    av_buf_free(&p->out);
    av_arena_free(&p->arena);
}

static void parse_ok(parsed *p, av_text text) {
    av_alloc host = av_alloc_default();
    assert_ok(parse(p, &host, text));
    assert_int_equal(p->syntax.has_errors, p->diags.error_count > 0);
}

/* "line:column: message [code]" for each error, in order. */
static av_text errors(parsed *p) {
    av_buf all;
    av_alloc host = av_alloc_default();
    av_buf_init(&all, &host, 0);
    av_diags_sort(&p->diags);
    av_diags_render_plain(&p->diags, &all);
    av_text text = av_buf_text(&all);
    av_buf_clear(&p->out);
    while (text.len > 0) {
        size_t end = av_text_find(text, AV_TEXT("\n"), 0);
        if (end == SIZE_MAX) end = text.len - 1;
        av_buf_put(&p->out, av_text_slice(text, 2, end - 1));
        text = av_text_slice(text, end + 1, text.len);
    }
    av_buf_free(&all);
    return av_buf_text(&p->out);
}

static void tree_case(const av_case *at, void *context) {
    (void)context;
    parsed p;
    parse_ok(&p, at->input);
    if (p.syntax.has_errors) {
        print_error("%.*s: %.*s\n", AV_TEXT_ARG(at->name), AV_TEXT_ARG(errors(&p)));
        fail();
    }
    av_ast_dump(p.syntax.file, &p.out);
    av_case_check(at, av_buf_text(&p.out));
    release(&p);
}

static void test_trees(void **state) {
    (void)state;
    av_cases_run("tests/unit/syntax/data/trees.txt", tree_case, NULL);
}

static void error_case(const av_case *at, void *context) {
    (void)context;
    parsed p;
    parse_ok(&p, at->input);
    av_case_check(at, errors(&p));
    release(&p);
}

static void test_errors(void **state) {
    (void)state;
    av_cases_run("tests/unit/syntax/data/errors.txt", error_case, NULL);
}

/* Children lie within their parents, and every node has one. */
static void check_tree(const av_ast *node, av_span around, av_map *seen) {
    for (; node != NULL; node = node->next) {
        uint64_t before;
        assert_false(av_map_get(seen, (uintptr_t)node, &before));
        assert_ok(av_map_set(seen, (uintptr_t)node, 1));
        if (node->span.end > node->span.start) {
            assert_true(node->span.start >= around.start && node->span.end <= around.end);
            assert_int_equal(node->span.source, around.source);
        }
        const av_ast *children[] = {node->type, node->a, node->b, node->c, node->items, node->body};
        bool block = node->kind >= AV_AST_TEMPLATE; /* the span of a block is that of its tag */
        for (size_t i = 0; i < AV_COUNT(children); i++) {
            check_tree(children[i],
                       block || node->span.end == node->span.start ? around : node->span, seen);
        }
    }
}

static void spans_case(const av_case *at, void *context) {
    (void)context;
    parsed p;
    parse_ok(&p, at->input);
    av_map seen;
    av_map_init(&seen, &p.arena);
    check_tree(p.syntax.file, p.syntax.file->span, &seen);
    assert_true(seen.count <= p.nodes);
    release(&p);
}

static void test_spans(void **state) {
    (void)state;
    av_cases_run("tests/unit/syntax/data/trees.txt", spans_case, NULL);
    av_cases_run("tests/unit/syntax/data/errors.txt", spans_case, NULL);
}

/* Any beginning of any case is either right or has errors with a place; nothing reads past the
 * end. */
static void truncated_case(const av_case *at, void *context) {
    (void)context;
    for (size_t len = 0; len < at->input.len; len++) {
        char *exact = malloc(len > 0 ? len : 1);
        assert_non_null(exact);
        memcpy(exact, at->input.ptr, len);
        parsed p;
        parse_ok(&p, (av_text){exact, len});
        for (size_t i = 0; i < p.diags.count; i++) {
            assert_true(p.diags.items[i].span.end <= len);
            assert_true(p.diags.items[i].message.len > 0);
        }
        release(&p);
        free(exact);
    }
}

static void test_truncated(void **state) {
    (void)state;
    av_cases_run("tests/unit/syntax/data/trees.txt", truncated_case, NULL);
}

/* One byte replaced by another, all over. */
static void damaged_case(const av_case *at, void *context) {
    static const char bytes[] = "\0\"{}()[]|\n\xFF\xC3 a:.=-/";
    unsigned *turn = context;
    char *copy = malloc(at->input.len + 1);
    assert_non_null(copy);
    for (size_t i = 0; i < at->input.len; i++) {
        memcpy(copy, at->input.ptr, at->input.len);
        copy[i] = bytes[(*turn)++ % (sizeof(bytes) - 1)];
        parsed p;
        parse_ok(&p, (av_text){copy, at->input.len});
        release(&p);
    }
    free(copy);
}

static void test_damaged(void **state) {
    (void)state;
    unsigned turn = 0;
    av_cases_run("tests/unit/syntax/data/trees.txt", damaged_case, &turn);
}

static void repeat(av_buf *out, const char *text, size_t count) {
    for (size_t i = 0; i < count; i++) av_buf_puts(out, text);
}

static void nested(const char *open, const char *middle, const char *close, size_t depth,
                   const char *error) {
    av_alloc host = av_alloc_default();
    av_buf text;
    av_buf_init(&text, &host, 0);
    av_buf_puts(&text, "const a = ");
    repeat(&text, open, depth);
    av_buf_puts(&text, middle);
    repeat(&text, close, depth);
    av_buf_puts(&text, "\nconst b = 1\n");
    parsed p;
    parse_ok(&p, av_buf_text(&text));
    if (error == NULL) {
        assert_int_equal(p.diags.error_count, 0);
    } else {
        assert_true(av_text_find(errors(&p), av_text_from(error), 0) != SIZE_MAX);
        assert_int_equal(p.diags.error_count, 1);
    }
    release(&p);
    av_buf_free(&text);
}

static void test_nesting(void **state) {
    (void)state;
    nested("[", "b", "]", AV_AST_DEPTH - 2, NULL);
    nested("[", "b", "]", AV_AST_DEPTH + 50, "nested more than 200 deep");
    nested("(", "b", ")", 1000, NULL);
    nested("(", "b", ")", 100000, "nested too deep");
    nested("not ", "b", "", AV_AST_DEPTH - 2, NULL);
    nested("not ", "b", "", 100000, "nested too deep");
    nested("a + ", "b", "", AV_AST_DEPTH - 2, NULL);
    nested("a + ", "b", "", 100000, "nested more than 200 deep");
    nested("{ a: ", "b", " }", 90, NULL);
    nested("{ a: ", "b", " }", 1000, "nested");
    nested("\"{", "b", "}\"", 15, NULL);
    nested("\"{", "b", "}\"", 100, "deep");
}

static void test_blocks(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    for (size_t depth = 60; depth < 400; depth += 170) {
        av_buf text;
        av_buf_init(&text, &host, 0);
        av_buf_puts(&text, "section s { \"\"\"");
        repeat(&text, "{if a}", depth);
        repeat(&text, "{end}", depth);
        av_buf_puts(&text, "\"\"\" }");
        parsed p;
        parse_ok(&p, av_buf_text(&text));
        assert_int_equal(p.diags.error_count, depth > 64 ? 1 : 0);
        release(&p);
        av_buf_free(&text);
    }
}

/* Long lists take no stack and no more time than their length asks for. */
static void test_long_lists(void **state) {
    (void)state;
    av_alloc host = av_alloc_default();
    av_buf text;
    av_buf_init(&text, &host, 0);
    av_buf_puts(&text, "const a = [");
    repeat(&text, "b, ", 200000);
    av_buf_puts(&text, "]\nconst c = \"");
    repeat(&text, "{d} ", 50000);
    av_buf_puts(&text, "\"\n");
    repeat(&text, "const e = 1\n", 50000);
    parsed p;
    parse_ok(&p, av_buf_text(&text));
    assert_int_equal(p.diags.error_count, 0);
    assert_int_equal(av_ast_count(p.syntax.file->items), 50002);
    release(&p);
    av_buf_clear(&text);
    repeat(&text, "\"{a", 100000);
    parse_ok(&p, av_buf_text(&text));
    assert_true(p.syntax.has_errors);
    release(&p);
    av_buf_free(&text);
}

static void test_bytes(void **state) {
    (void)state;
    static const char nul[] = "const a = b \0 c\nconst d = \"e\0f\"\n// g\0h\n";
    parsed p;
    parse_ok(&p, (av_text){nul, sizeof(nul) - 1});
    assert_text(errors(&p), "1:13: error: a NUL byte cannot stand in a rule file [E0101]\n"
                            "2:13: error: a NUL byte cannot stand in a text [E0101]\n"
                            "3:5: error: a NUL byte cannot stand in a comment [E0101]\n");
    release(&p);
    parse_ok(&p, AV_TEXT("const a = \"\xFF\xFE b\"\nconst \xC3 = 1\n"));
    assert_text(errors(&p), "1:12: error: this is not UTF-8 [E0102]\n"
                            "1:13: error: this is not UTF-8 [E0102]\n"
                            "2:7: error: this is not UTF-8 [E0102]\n");
    release(&p);
    parse_ok(&p, AV_TEXT("\xEF\xBB\xBF"
                         "const a = 1\r\nconst b = \"\"\r\n"));
    assert_int_equal(p.diags.error_count, 0);
    assert_int_equal(av_ast_count(p.syntax.file->items), 2);
    release(&p);
    parse_ok(&p, AV_TEXT(""));
    assert_int_equal(p.diags.error_count, 0);
    assert_null(p.syntax.file->items);
    release(&p);
}

static void test_comments(void **state) {
    (void)state;
    parsed p;
    parse_ok(&p, AV_TEXT("// a  \nconst b = 1 // c\n  // d\nconst e = \"// f\" //"));
    assert_int_equal(p.syntax.comment_count, 4);
    assert_true(p.syntax.comments[0].own_line);
    assert_false(p.syntax.comments[1].own_line);
    assert_true(p.syntax.comments[2].own_line);
    assert_text(av_sources_text(&p.sources, p.syntax.comments[0].span), "// a");
    assert_text(av_sources_text(&p.sources, p.syntax.comments[3].span), "//");
    release(&p);
}

static void test_template_indentation(void **state) {
    (void)state;
    parsed p;
    parse_ok(
        &p,
        AV_TEXT("section s {\n \"\"\"\n    a\n\n      {b}\n  \n    {if c}{end}\n  \"\"\"\n}\n"));
    assert_int_equal(p.diags.error_count, 0);
    assert_int_equal(p.syntax.file->items->b->word, 4);
    release(&p);
}

static void test_words(void **state) {
    (void)state;
    assert_int_equal(av_word_find(AV_TEXT("when")), AV_WORD_WHEN);
    assert_int_equal(av_word_find(AV_TEXT("whe")), AV_NO_WORD);
    assert_int_equal(av_word_find(AV_TEXT("")), AV_NO_WORD);
    assert_string_equal(av_word_spelling(AV_WORD_WRONG_IF), "wrong_if");
    assert_string_equal(av_ast_kind_name(AV_AST_T_FOR), "T_FOR");
}

static av_status starved(const av_alloc *host, void *context) {
    const av_case *at = context;
    parsed p;
    av_status status = parse(&p, host, at->input);
    if (status == AV_OK) status = p.diags.failed ? AV_ERR_MEMORY : AV_OK;
    release(&p);
    return status;
}

static void starved_case(const av_case *at, void *context) {
    const char *only = context;
    if (!av_text_equal(at->name, av_text_from(only))) return;
    av_case copy = *at;
    av_fail_each(starved, &copy);
}

static void test_out_of_memory(void **state) {
    (void)state;
    av_cases_run("tests/unit/syntax/data/errors.txt", starved_case, "ten mistakes, ten errors");
    av_cases_run("tests/unit/syntax/data/trees.txt", starved_case,
                 "template with fences, braces and every tag");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trees),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_spans),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_long_lists),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_comments),
        cmocka_unit_test(test_template_indentation),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
