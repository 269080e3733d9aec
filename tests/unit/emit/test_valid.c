/* Whatever value is written as a file, the parsers of its format read it back as that value: which is why files made from values
 * need not be read again before they are accepted. */
#include "emit/serial.h"
#include "support/brief.h"
#include "support/unit.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

static const char rules[] = "module shop\n"
                            "record Entry by key { key name: text  value: text }\n"
                            "record Line { key name: text  note: option of text }\n"
                            "fact lines: list of Line \"Lines\" {}\n"
                            "infer lines { otherwise [] because \"none\" confidence high }\n"
                            "fact entries: list of Entry \"Entries\" {}\n"
                            "infer entries { otherwise [] because \"none\" confidence high }\n";

enum {
    DOCUMENTS = 2000, /**< made by chance */
    DEPTH = 4,        /**< of their lists and records */
    ITEMS = 5,        /**< most of one of them */
    PIECES = 6,       /**< most of a text */
    /** bytes of a long text: beyond what parsers allow a key that stands on a line with its value */
    LONG = 1500
};

static av_brief brief;
static uint32_t entry_type, line_type;

static uint32_t find_record(const char *name) {
    for (uint32_t i = 0; i < brief.program->record_count; i++)
        if (av_text_equal(brief.program->records[i].name, av_text_from(name))) return i;
    fail_msg("no record %s", name);
    return AV_NO_INDEX;
}

static int open_rules(void **state) {
    (void)state;
    av_brief_open(&brief, rules);
    assert_ok(av_brief_read(&brief, AV_TEXT("lines: []\n")));
    entry_type = find_record("Entry");
    line_type = find_record("Line");
    return 0;
}

static int close_rules(void **state) {
    (void)state;
    av_brief_close(&brief);
    return 0;
}

/* ---- reading back */

static av_text text_of(av_value value) {
    assert_int_equal(value.kind, AV_STRING);
    return *value.as.string;
}

/** Whether a reader would take a word without quotes for something else than a text. */
static bool is_other_than_text(av_text text) {
    static const char *const words[] = {"", "~", "null", "true", "false", "yes", "no", "<<", "="};
    char number[32], *end;
    for (size_t i = 0; i < AV_COUNT(words); i++)
        if (av_text_equal(text, av_text_from(words[i]))) return true;
    if (text.len >= sizeof number || !(text.ptr[0] >= '+' && text.ptr[0] <= '9')) return false;
    memcpy(number, text.ptr, text.len);
    number[text.len] = '\0';
    (void)strtod(number, &end);
    return *end == '\0';
}

static void same_yaml_text(const yaml_node_t *node, av_text text) {
    assert_int_equal(node->type, YAML_SCALAR_NODE);
    if (node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE) assert_false(is_other_than_text(text));
    assert_int_equal(node->data.scalar.length, text.len);
    assert_memory_equal(node->data.scalar.value, text.ptr, text.len);
}

static void same_yaml(yaml_document_t *document, int at, av_value value) {
    yaml_node_t *node = yaml_document_get_node(document, at);
    assert_non_null(node);
    if (value.kind == AV_STRING) {
        same_yaml_text(node, text_of(value));
    } else if (value.kind == AV_INT) {
        assert_int_equal(node->type, YAML_SCALAR_NODE);
        assert_int_equal(node->data.scalar.style, YAML_PLAIN_SCALAR_STYLE);
        assert_int_equal(strtoll((const char *)node->data.scalar.value, NULL, 10),
                         value.as.integer);
    } else if (value.kind == AV_RECORD) {
        const av_value *fields = value.as.record->fields;
        const bool whole = fields[1].kind != AV_NONE;
        assert_int_equal(node->type, YAML_MAPPING_NODE);
        const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
        assert_int_equal(node->data.mapping.pairs.top - pair, whole ? 2 : 1);
        same_yaml(document, pair[0].value, fields[0]);
        if (whole) same_yaml(document, pair[1].value, fields[1]);
    } else {
        const av_list *list = value.as.list;
        const bool mapping = list->count > 0 && list->items[0].kind == AV_RECORD &&
                             list->items[0].type == entry_type;
        assert_int_equal(node->type, mapping ? YAML_MAPPING_NODE : YAML_SEQUENCE_NODE);
        for (size_t i = 0; i < list->count; i++) {
            if (!mapping) {
                same_yaml(document, node->data.sequence.items.start[i], list->items[i]);
                continue;
            }
            const yaml_node_pair_t *pair = &node->data.mapping.pairs.start[i];
            same_yaml(document, pair->key, list->items[i].as.record->fields[0]);
            same_yaml(document, pair->value, list->items[i].as.record->fields[1]);
        }
    }
}

static void same_json(const json_t *node, av_value value) {
    if (value.kind == AV_STRING) {
        const av_text text = text_of(value);
        assert_true(json_is_string(node));
        assert_int_equal(json_string_length(node), text.len);
        assert_memory_equal(json_string_value(node), text.ptr, text.len);
    } else if (value.kind == AV_INT) {
        assert_true(json_is_integer(node));
        assert_int_equal(json_integer_value(node), value.as.integer);
    } else if (value.kind == AV_RECORD) {
        const av_value *fields = value.as.record->fields;
        assert_int_equal(json_object_size(node), fields[1].kind != AV_NONE ? 2 : 1);
        same_json(json_object_get(node, "name"), fields[0]);
        if (fields[1].kind != AV_NONE) same_json(json_object_get(node, "note"), fields[1]);
    } else {
        const av_list *list = value.as.list;
        const bool mapping = list->count > 0 && list->items[0].kind == AV_RECORD &&
                             list->items[0].type == entry_type;
        assert_true(mapping ? json_is_object(node) : json_is_array(node));
        assert_int_equal(mapping ? json_object_size(node) : json_array_size(node), list->count);
        for (size_t i = 0; i < list->count; i++) {
            if (!mapping) {
                same_json(json_array_get(node, i), list->items[i]);
                continue;
            }
            const av_value *fields = list->items[i].as.record->fields;
            const av_text key = text_of(fields[0]);
            same_json(json_object_getn(node, key.ptr, key.len), fields[1]);
        }
    }
}

static void write(av_format format, av_value value, av_buf *out) {
    av_serial_problem problem;
    av_buf_clear(out);
    const av_status status = av_serial_write(brief.program, format, value, out, &problem);
    if (status != AV_OK) print_message("%s\n", problem.message);
    assert_ok(status);
}

static void comes_back(av_value value) {
    av_buf out;
    av_buf_init(&out, &brief.host, 0);
    write(AV_FORMAT_JSON, value, &out);
    json_error_t error;
    json_t *root = json_loadb(out.ptr, out.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (root == NULL) fail_msg("%s in\n%.*s", error.text, AV_TEXT_ARG(av_buf_text(&out)));
    same_json(root, value);
    json_decref(root);

    write(AV_FORMAT_YAML, value, &out);
    yaml_parser_t parser;
    yaml_document_t document;
    assert_int_equal(yaml_parser_initialize(&parser), 1);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)out.ptr, out.len);
    if (!yaml_parser_load(&parser, &document))
        fail_msg("%s in\n%.*s", parser.problem, AV_TEXT_ARG(av_buf_text(&out)));
    same_yaml(&document, 1, value);
    yaml_document_delete(&document);
    assert_int_equal(yaml_parser_load(&parser, &document), 1); /* nothing follows */
    assert_null(yaml_document_get_root_node(&document));
    yaml_document_delete(&document);
    yaml_parser_delete(&parser);
    av_buf_free(&out);
}

/* ---- values by chance, the same in every run */

static uint64_t state = 1;

static uint32_t chance(uint32_t below) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33) % below;
}

// clang-format off
static const char *const pieces[] = {
    "a", " ", "  ", "\n", "\n\n", "\t", "\r", "- ", ": ", ":", " #", "#", "'", "\"", "\\", "{", "}", "[", "]",
    ",", "&", "*", "!", "|", ">", "%", "@", "`", "?", "-", "0", "1e3", "~", "null", "true", "yes", "...",
    "---", "<<", "=", "\x01", "\x1b", "\x7f", "\xC2\x85", "\xC2\xA0", "\xE2\x80\xA8", "\xE2\x80\xA9",
    "\xEF\xBB\xBF", "\xEF\xBF\xBD", "\xC3\xA4", "\xE6\xBC\xA2", "\xF0\x9F\x98\x80", "word", "Two words",
};
// clang-format on

static av_value some_text(bool key) {
    av_buf text;
    av_value value;
    av_buf_init(&text, &brief.host, 0);
    const uint32_t count = chance(PIECES + 1);
    for (uint32_t i = 0; i < count; i++) av_buf_puts(&text, pieces[chance(AV_COUNT(pieces))]);
    if (chance(key ? 20 : 50) == 0) av_buf_fill(&text, 'x', LONG);
    assert_ok(text.status);
    assert_ok(av_string(&brief.arena, av_arena_text(&brief.arena, av_buf_text(&text)), &value));
    av_buf_free(&text);
    return value;
}

static av_value some_value(uint32_t depth);

static av_value some_record(uint32_t type, av_value first, av_value second) {
    av_value value, *fields;
    assert_ok(av_record_new(&brief.arena, type, 2, &value, &fields));
    fields[0] = first;
    fields[1] = second;
    return value;
}

/** Texts that differ from one another: what follows the key tells them apart. */
static av_value some_entry(uint32_t number, uint32_t depth) {
    const av_text text = text_of(some_text(true));
    av_value key;
    const av_text apart = av_arena_format(&brief.arena, "%.*s%u", AV_TEXT_ARG(text), number);
    assert_ok(av_string(&brief.arena, chance(2) == 0 && number == 0 ? text : apart, &key));
    return some_record(entry_type, key, some_value(depth));
}

static av_value some_list(uint32_t depth) {
    const uint32_t count = chance(ITEMS + 1);
    const bool entries = chance(3) == 0;
    av_value list, *items;
    assert_ok(av_list_new(&brief.arena, count, &list, &items));
    for (uint32_t i = 0; i < count; i++)
        items[i] = entries ? some_entry(i, depth + 1) : some_value(depth + 1);
    /* A list is written by key when it begins with an entry. */
    if (!entries && count > 0 && items[0].kind == AV_RECORD && items[0].type == entry_type)
        items[0] = av_int(7);
    return list;
}

static av_value some_value(uint32_t depth) {
    switch (depth < DEPTH ? chance(5) : chance(2)) {
    case 0: return some_text(false);
    case 1: return av_int((int64_t)chance(UINT32_MAX) - INT32_MAX);
    case 2:
        return some_record(line_type, some_text(false),
                           chance(2) == 0 ? av_none() : some_value(depth + 1));
    default: return some_list(depth);
    }
}

static void test_chance(void **unused) {
    (void)unused;
    for (int i = 0; i < DOCUMENTS; i++) comes_back(some_value(0));
}

/** Every character alone, among others, between lines, and as a key. */
static void test_characters(void **unused) {
    (void)unused;
    static const struct {
        uint32_t from, to;
    } ranges[] = {{0x01, 0x250},    {0x2000, 0x2070},  {0xD7F0, 0xD7FF},   {0xE000, 0xE010},
                  {0xFDD0, 0xFDEF}, {0xFEF0, 0x10010}, {0x1F600, 0x1F604}, {0x10FFF0, 0x10FFFF}};
    static const char *const forms[] = {"%.*s",   "a%.*sb",       "%.*s b",
                                        "a %.*s", "a\n%.*s\nb\n", "%.*s\nb"};
    for (size_t r = 0; r < AV_COUNT(ranges); r++)
        for (uint32_t c = ranges[r].from; c <= ranges[r].to; c++) {
            char bytes[4];
            const av_text one = {bytes, av_utf8_encode(c, bytes)};
            av_value list, *items;
            assert_ok(av_list_new(&brief.arena, AV_COUNT(forms), &list, &items));
            for (size_t i = 0; i < AV_COUNT(forms); i++) {
                av_value text;
                assert_ok(av_string(&brief.arena,
                                    av_arena_format(&brief.arena, forms[i], AV_TEXT_ARG(one)),
                                    &text));
                items[i] = some_record(entry_type, text, text);
            }
            comes_back(list);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chance),
        cmocka_unit_test(test_characters),
    };
    return cmocka_run_group_tests(tests, open_rules, close_rules);
}
