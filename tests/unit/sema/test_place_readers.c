/* What a reader of the format sees is the value: random hostile values, written into a template,
 * read back by the format's own parser (cmark-gfm, libyaml, jansson). */
#include "base/buf.h"
#include "sema/place.h"
#include "vm/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <cmocka.h>
#include <jansson.h>
#include <string.h>
#include <yaml.h>

enum { ROUNDS = 4000, VALUE_BYTES = 24 };

static uint32_t next_random(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/** Marks of every format, a few letters, no white space at the ends or doubled. */
static size_t random_value(uint32_t *seed, char *out) {
    static const char marks[] = "ab1 *_`<>[]()|\\&;#-+=~!:.{}\"'$%@,/?^ x";
    size_t length = 1 + next_random(seed) % (VALUE_BYTES - 1), used = 0;
    for (size_t i = 0; i < length; i++) {
        char c = marks[next_random(seed) % (sizeof marks - 1)];
        if (c == ' ' && (used == 0 || out[used - 1] == ' ')) continue;
        out[used++] = c;
    }
    while (used > 0 && out[used - 1] == ' ') used--;
    if (used == 0) out[used++] = 'a';
    out[used] = 0;
    return used;
}

/** The template with every `@` replaced by the value, escaped for its place. */
static void fill(av_format format, const char *source, av_text value, av_buf *out) {
    av_place_state state;
    av_place_start(&state, format);
    av_buf_clear(out);
    for (const char *from = source;;) {
        size_t length = strcspn(from, "@");
        av_text literal = {from, length};
        av_place_literal(&state, literal);
        av_buf_put(out, literal);
        if (from[length] == 0) break;
        assert_int_equal(av_escape_append(av_place_escape(&state), value, out), AV_OK);
        av_place_value(&state);
        from += length + 1;
    }
    av_buf_putc(out, 0);
    assert_int_equal(out->status, AV_OK);
}

/* ---- Markdown */

static cmark_node *parse_markdown(const char *text) {
    static const char *const extensions[] = {"table", "strikethrough", "tagfilter", "tasklist"};
    cmark_gfm_core_extensions_ensure_registered();
    cmark_parser *parser = cmark_parser_new(CMARK_OPT_DEFAULT);
    for (size_t i = 0; i < AV_COUNT(extensions); i++) {
        cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(extensions[i]));
    }
    cmark_parser_feed(parser, text, strlen(text));
    cmark_node *root = cmark_parser_finish(parser);
    cmark_parser_free(parser);
    return root;
}

/** All text and code of the tree, in order; anything that is no plain text shows as its type in
 * braces. */
static void read_markdown(cmark_node *root, av_buf *out) {
    cmark_iter *iter = cmark_iter_new(root);
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(iter);
        if (event != CMARK_EVENT_ENTER) continue;
        cmark_node_type type = cmark_node_get_type(node);
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE || type == CMARK_NODE_CODE_BLOCK) {
            av_buf_puts(out, cmark_node_get_literal(node));
        } else {
            av_buf_printf(out, "{%s}", cmark_node_get_type_string(node));
        }
    }
    cmark_iter_free(iter);
    av_buf_putc(out, 0);
}

static const struct {
    const char *source;
    const char *seen; /**< `@`: the value */
} markdown_places[] = {
    {"a @ b", "{document}{paragraph}a @ b"},
    {"@", "{document}{paragraph}@"},
    {"> @", "{document}{block_quote}{paragraph}@"},
    {"- @", "{document}{list}{item}{paragraph}@"},
    {"p\n@", "{document}{paragraph}p{softbreak}@"},
    {"## @", "{document}{heading}@"},
    {"**@**.", "{document}{paragraph}{strong}@."},
    {"[@](u)", "{document}{paragraph}{link}@"},
    {"[t](@)", "{document}{paragraph}{link}t"},
    {"| h |\n| --- |\n| @ |\n| [@](u) |",
     "{document}{table}{table_header}{table_cell}h{table_row}{table_cell}@"
     "{table_row}{table_cell}{link}@"},
    {"```\n@\n```\nx", NULL},
    {"<div>\n@\n</div>\n\nx", NULL},
};

static void test_markdown(void **unused) {
    (void)unused;
    av_alloc host = av_alloc_default();
    av_buf text, seen, expected;
    av_buf_init(&text, &host, 0);
    av_buf_init(&seen, &host, 0);
    av_buf_init(&expected, &host, 0);
    uint32_t seed = 1;
    for (size_t round = 0; round < ROUNDS; round++) {
        char value[VALUE_BYTES + 1];
        size_t length = random_value(&seed, value);
        for (size_t i = 0; i < AV_COUNT(markdown_places); i++) {
            if (markdown_places[i].seen == NULL) continue;
            fill(AV_FORMAT_MARKDOWN, markdown_places[i].source, (av_text){value, length}, &text);
            cmark_node *root = parse_markdown(text.ptr);
            av_buf_clear(&seen);
            read_markdown(root, &seen);
            cmark_node_free(root);
            av_buf_clear(&expected);
            for (const char *c = markdown_places[i].seen; *c != 0; c++) {
                if (*c == '@') {
                    av_buf_puts(&expected, value);
                } else {
                    av_buf_putc(&expected, *c);
                }
            }
            av_buf_putc(&expected, 0);
            if (strcmp(seen.ptr, expected.ptr) != 0) print_message("written: %s\n", text.ptr);
            assert_string_equal(seen.ptr, expected.ptr);
        }
    }
    av_buf_free(&text);
    av_buf_free(&seen);
    av_buf_free(&expected);
}

/* A fence or an HTML block ends where the template ends it: the paragraph after it is there. */
static void test_markdown_blocks(void **unused) {
    (void)unused;
    av_alloc host = av_alloc_default();
    av_buf text;
    av_buf_init(&text, &host, 0);
    uint32_t seed = 7;
    for (size_t round = 0; round < ROUNDS; round++) {
        char value[VALUE_BYTES + 1];
        size_t length = random_value(&seed, value);
        for (size_t i = 0; i < AV_COUNT(markdown_places); i++) {
            if (markdown_places[i].seen != NULL) continue;
            fill(AV_FORMAT_MARKDOWN, markdown_places[i].source, (av_text){value, length}, &text);
            cmark_node *root = parse_markdown(text.ptr);
            cmark_node *block = cmark_node_first_child(root), *rest = cmark_node_next(block);
            assert_non_null(rest);
            assert_int_equal(cmark_node_get_type(rest), CMARK_NODE_PARAGRAPH);
            assert_null(cmark_node_next(rest));
            if (cmark_node_get_type(block) == CMARK_NODE_HTML_BLOCK) {
                const char *inside = cmark_node_get_literal(block) + strlen("<div>");
                assert_ptr_equal(strchr(inside, '<'), strstr(inside, "</div>"));
            }
            cmark_node_free(root);
        }
    }
    av_buf_free(&text);
}

/* ---- YAML and JSON */

/** The value of `a` in a YAML mapping, or NULL. */
static bool yaml_value_of_a(av_text text, av_buf *out) {
    yaml_parser_t parser;
    yaml_document_t document;
    bool found = false;
    assert_int_equal(yaml_parser_initialize(&parser), 1);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    if (yaml_parser_load(&parser, &document)) {
        yaml_node_t *root = yaml_document_get_root_node(&document);
        assert_non_null(root);
        if (root->type == YAML_MAPPING_NODE &&
            root->data.mapping.pairs.top - root->data.mapping.pairs.start == 2) {
            yaml_node_t *node =
                yaml_document_get_node(&document, root->data.mapping.pairs.start->value);
            if (node->type == YAML_SEQUENCE_NODE)
                node = yaml_document_get_node(&document, *node->data.sequence.items.start);
            if (node->type == YAML_SCALAR_NODE) {
                av_buf_put(out, (av_text){(const char *)node->data.scalar.value,
                                          node->data.scalar.length});
                found = node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE ||
                        node->data.scalar.value[0] > '9' || node->data.scalar.value[0] == '/';
            }
        }
        yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
    return found;
}

static void test_yaml(void **unused) {
    (void)unused;
    static const char *const sources[] = {"a: @\nb: c\n", "a: \"@\"\nb: c\n", "a: '@'\nb: c\n",
                                          "a: [@, x]\nb: c\n", "# @\na:\n  - @\nb: @\n"};
    av_alloc host = av_alloc_default();
    av_buf text, seen;
    av_buf_init(&text, &host, 0);
    av_buf_init(&seen, &host, 0);
    uint32_t seed = 3;
    for (size_t round = 0; round < ROUNDS; round++) {
        char value[VALUE_BYTES + 1];
        size_t length = random_value(&seed, value);
        for (size_t i = 0; i < AV_COUNT(sources); i++) {
            fill(AV_FORMAT_YAML, sources[i], (av_text){value, length}, &text);
            av_buf_clear(&seen);
            bool read = yaml_value_of_a(av_text_slice(av_buf_text(&text), 0, text.len - 1), &seen);
            av_buf_putc(&seen, 0);
            if (!read) print_message("written: %s\n", text.ptr);
            assert_true(read);
            assert_string_equal(seen.ptr, value);
        }
    }
    av_buf_free(&text);
    av_buf_free(&seen);
}

static void test_json(void **unused) {
    (void)unused;
    av_alloc host = av_alloc_default();
    av_buf text;
    av_buf_init(&text, &host, 0);
    uint32_t seed = 5;
    for (size_t round = 0; round < ROUNDS; round++) {
        char value[VALUE_BYTES + 1];
        size_t length = random_value(&seed, value);
        fill(AV_FORMAT_JSON, "{\"a\": @, \"b\": [\"@\"]}", (av_text){value, length}, &text);
        json_t *root = json_loads(text.ptr, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(root);
        assert_string_equal(json_string_value(json_object_get(root, "a")), value);
        assert_string_equal(json_string_value(json_array_get(json_object_get(root, "b"), 0)),
                            value);
        json_decref(root);
    }
    av_buf_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_markdown),
        cmocka_unit_test(test_markdown_blocks),
        cmocka_unit_test(test_yaml),
        cmocka_unit_test(test_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
