#include "emit/serial.h"
#include "support/brief.h"
#include "support/unit.h"

#include <string.h>
#include <yaml.h>

static const char rules[] = "module shop\n"
                            "enum Size { Solo \"Solo\"  Few \"2-5\"  Off \"no\" }\n"
                            "record Part { key name: text  note: option of text  size: Size  "
                            "sizes: set of Size = []  cost: money = EUR 1.50\n"
                            "  share: decimal = 99.95  count: int = -3  live: bool = true  tags: "
                            "list of text  parts: list of Part }\n"
                            "fact parts: list of Part \"Parts\" {}\n"
                            "infer parts { otherwise [] because \"none\" confidence high }\n"
                            "fact tags: list of text \"Tags\" {}\n"
                            "infer tags { otherwise [] because \"none\" confidence high }\n";

static av_brief brief;

static int open_rules(void **state) {
    (void)state;
    av_brief_open(&brief, rules);
    return 0;
}

static int close_rules(void **state) {
    (void)state;
    av_brief_close(&brief);
    return 0;
}

/** The fact `name` of a brief in a format; NUL-ended. */
static void write(const char *text, const char *fact, av_format format, av_buf *out) {
    av_status status = av_brief_read(&brief, av_text_from(text));
    if (status != AV_OK) print_message("%.*s\n", AV_TEXT_ARG(av_brief_messages(&brief)));
    assert_ok(status);
    av_buf_clear(out);
    av_serial_problem problem;
    assert_ok(av_serial_write(brief.program, format, av_brief_stated(&brief, fact)->value, out,
                              &problem));
    assert_ok(av_serial_check(format, av_buf_text(out), &problem));
    av_buf_putc(out, 0);
}

static const char nested[] =
    "parts:\n- { name: a, note: 'x: y', size: no, sizes: [2-5, solo], tags: ['1', 'yes', "
    "\"two\\nlines\\n\"] }\n"
    "- { name: b, size: solo, parts: { c: { size: solo, cost: USD 7 } } }\n";

static void test_yaml(void **unused) {
    (void)unused;
    av_buf out;
    av_buf_init(&out, &brief.host, 0);
    write(nested, "parts", AV_FORMAT_YAML, &out);
    assert_string_equal(out.ptr, "- name: a\n"
                                 "  note: 'x: y'\n"
                                 "  size: \"no\"\n"
                                 "  sizes:\n"
                                 "  - Solo\n"
                                 "  - \"2-5\"\n"
                                 "  cost:\n"
                                 "    amount: 150\n"
                                 "    currency: EUR\n"
                                 "  share: 99.95\n"
                                 "  count: -3\n"
                                 "  live: true\n"
                                 "  tags:\n"
                                 "  - \"1\"\n"
                                 "  - \"yes\"\n"
                                 "  - |\n"
                                 "    two\n"
                                 "    lines\n"
                                 "  parts: []\n"
                                 "- name: b\n"
                                 "  size: Solo\n"
                                 "  sizes: []\n"
                                 "  cost:\n"
                                 "    amount: 150\n"
                                 "    currency: EUR\n"
                                 "  share: 99.95\n"
                                 "  count: -3\n"
                                 "  live: true\n"
                                 "  tags: []\n"
                                 "  parts:\n"
                                 "  - name: c\n"
                                 "    size: Solo\n"
                                 "    sizes: []\n"
                                 "    cost:\n"
                                 "      amount: 700\n"
                                 "      currency: USD\n"
                                 "    share: 99.95\n"
                                 "    count: -3\n"
                                 "    live: true\n"
                                 "    tags: []\n"
                                 "    parts: []\n");
    av_buf_free(&out);
}

static void test_json(void **unused) {
    (void)unused;
    av_buf out;
    av_buf_init(&out, &brief.host, 0);
    write("parts: [ { name: a, note: none, size: 2-5, tags: ['q\"'] } ]", "parts", AV_FORMAT_JSON,
          &out);
    assert_string_equal(out.ptr, "[\n"
                                 "  {\n"
                                 "    \"name\": \"a\",\n"
                                 "    \"size\": \"2-5\",\n"
                                 "    \"sizes\": [],\n"
                                 "    \"cost\": {\n"
                                 "      \"amount\": 150,\n"
                                 "      \"currency\": \"EUR\"\n"
                                 "    },\n"
                                 "    \"share\": 99.95,\n"
                                 "    \"count\": -3,\n"
                                 "    \"live\": true,\n"
                                 "    \"tags\": [\n"
                                 "      \"q\\\"\"\n"
                                 "    ],\n"
                                 "    \"parts\": []\n"
                                 "  }\n"
                                 "]\n");
    av_buf_free(&out);
}

/* Every text comes back as it went in, whatever a YAML reader might take it for. */
static void test_texts_survive(void **unused) {
    (void)unused;
    static const char *const texts[] = {"",
                                        " ",
                                        "a ",
                                        " a",
                                        "null",
                                        "~",
                                        "Yes",
                                        "off",
                                        "1",
                                        "1.5",
                                        "-",
                                        "- a",
                                        "? b",
                                        "a: b",
                                        "a:",
                                        "#c",
                                        "a #c",
                                        "'",
                                        "\"",
                                        "\\",
                                        "{a}",
                                        "[a]",
                                        "*a",
                                        "&a",
                                        "!a",
                                        "|",
                                        ">",
                                        "%a",
                                        "@a",
                                        "`a",
                                        "---",
                                        "...",
                                        "2024-01-01",
                                        "0x1F",
                                        "1e3",
                                        ".inf",
                                        "=",
                                        "<<",
                                        "\ttab",
                                        "a\ttab",
                                        "two\nlines",
                                        "two\nlines\n",
                                        "two\n\nlines\n\n",
                                        "\nfirst",
                                        "  indented\nlines",
                                        "trailing \nspace",
                                        "x\"; DROP TABLE users;-- | <b>{{",
                                        "\xE2\x82\xAC",
                                        "\xF0\x9F\x98\x80",
                                        ("a\xC2\xA0"
                                         "b"),
                                        "/path/x",
                                        "a,b",
                                        "y",
                                        "N"};
    av_buf out;
    av_serial_problem problem;
    av_buf_init(&out, &brief.host, 0);
    for (size_t i = 0; i < AV_COUNT(texts); i++) {
        av_value list, *items;
        assert_ok(av_list_new(&brief.arena, 1, &list, &items));
        assert_ok(av_string(&brief.arena, av_text_from(texts[i]), &items[0]));
        av_buf_clear(&out);
        assert_ok(av_serial_write(brief.program, AV_FORMAT_YAML, list, &out, &problem));
        yaml_parser_t parser;
        yaml_document_t document;
        assert_int_equal(yaml_parser_initialize(&parser), 1);
        yaml_parser_set_input_string(&parser, (const unsigned char *)out.ptr, out.len);
        assert_int_equal(yaml_parser_load(&parser, &document), 1);
        yaml_node_t *node = yaml_document_get_node(
            &document, *yaml_document_get_root_node(&document)->data.sequence.items.start);
        assert_int_equal(node->type, YAML_SCALAR_NODE);
        assert_string_equal((const char *)node->data.scalar.value, texts[i]);
        char first = texts[i][0];
        if (first == 0 || first == '~' || (first >= '0' && first <= '9') ||
            strcmp(texts[i], "Yes") == 0 || first == '.') {
            assert_int_not_equal(node->data.scalar.style, YAML_PLAIN_SCALAR_STYLE);
        }
        yaml_document_delete(&document);
        yaml_parser_delete(&parser);
    }
    av_buf_free(&out);
}

static void test_limits_and_refusals(void **unused) {
    (void)unused;
    av_value list, *items;
    assert_ok(av_list_new(&brief.arena, 0, &list, &items));
    for (int depth = 0; depth < AV_SERIAL_DEPTH + 10; depth++) {
        av_value outer;
        assert_ok(av_list_new(&brief.arena, 1, &outer, &items));
        items[0] = list;
        list = outer;
    }
    av_buf out;
    av_serial_problem problem;
    av_buf_init(&out, &brief.host, 0);
    assert_int_equal(av_serial_write(brief.program, AV_FORMAT_YAML, list, &out, &problem),
                     AV_ERR_LIMIT);
    av_buf_free(&out);
    av_buf_init(&out, &brief.host, 0);
    assert_int_equal(av_serial_write(brief.program, AV_FORMAT_JSON, list, &out, &problem),
                     AV_ERR_LIMIT);
    av_buf_free(&out);
    assert_int_equal(av_serial_check(AV_FORMAT_JSON, AV_TEXT("{\n \"a\": x}"), &problem),
                     AV_ERR_INPUT);
    assert_int_equal(problem.line, 2);
    assert_true(strlen(problem.message) > 0);
    assert_int_equal(av_serial_check(AV_FORMAT_JSON, AV_TEXT("{\"a\": 1, \"a\": 2}"), &problem),
                     AV_ERR_INPUT);
    assert_int_equal(av_serial_check(AV_FORMAT_YAML, AV_TEXT("a: [b\nc: d"), &problem),
                     AV_ERR_INPUT);
    assert_int_equal(problem.line, 2);
    assert_ok(av_serial_check(AV_FORMAT_SQL, AV_TEXT("'"), &problem));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_yaml),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_texts_survive),
        cmocka_unit_test(test_limits_and_refusals),
    };
    return cmocka_run_group_tests(tests, open_rules, close_rules);
}
