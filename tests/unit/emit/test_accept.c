#include "emit/accept.h"
#include "support/unit.h"

#include <jansson.h>
#include <string.h>
#include <yaml.h>

static bool parses_as_json(av_text text) {
    json_error_t error;
    json_t *root = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    json_decref(root);
    return root != NULL;
}

static bool parses_as_yaml(av_text text) {
    yaml_parser_t parser;
    assert_int_equal(yaml_parser_initialize(&parser), 1);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    bool sound = true;
    for (bool more = true; more && sound;) {
        yaml_event_t event;
        sound = yaml_parser_parse(&parser, &event) == 1;
        if (!sound) break;
        more = event.type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return sound;
}

static void test_what_is_written_is_accepted(void **state) {
    (void)state;
    static const char *const json[] = {
        "{}\n", "[]", "\"a\\n\\\"b\\u001f\"", "[1, -2.50, true, false, null, \"\xC3\xA9\"]",
        "{\"a\": {\"b\": [], \"c\": {}}, \"b\": [{\"a\": 1}, {\"a\": 2}]}\n",
    };
    static const char *const yaml[] = {
        "a: 1\nb: \"two \\\" \\x41\"\nc: 'it''s'\n",
        "---\nlist:\n- a\n- b: 1\n  c: 2\n- - x\n  - y\nlast: -1\n",
        "# comment\nmap:\n  inner:\n    - x\n  other: []\n\nempty: {}\n",
        "text: |\n  one\n\n    two\nmore: |-\n  x\nshifted: |2\n    y\n",
        "- a: |\n    text\n  b: null\n-\n  c: 1\n",
        "\"quoted key\": a:b\nurl: http://x/y#z\n\xC3\xA9: \xE2\x80\x93\n",
    };
    for (size_t i = 0; i < AV_COUNT(json); i++)
        if (!av_accept_json(av_text_from(json[i]))) fail_msg("refused: %s", json[i]);
    for (size_t i = 0; i < AV_COUNT(yaml); i++)
        if (!av_accept_yaml(av_text_from(yaml[i]))) fail_msg("refused: %s", yaml[i]);
}

static void test_what_is_broken_is_not(void **state) {
    (void)state;
    static const char *const json[] = {
        "", "{", "[1,]", "{\"a\":1,}", "{\"a\":1 \"b\":2}", "{\"a\":1,\"a\":2}", "01", "1.", "-", "tru", "\"\t\"", "\"\\q\"",
        "\"\\ud800\"", "\"\xFF\"", "[1] 2", "{a: 1}", "[1}", "nul\0l",
    };
    static const char *const yaml[] = {
        "a: b: c\n", "a: 1\n  b: 2\n", "- a\n b\n", "a: \"x\n", "\ta: 1\n", "a: @x\n", "a: %x\n", "a: [1\n", "a:\n- x\n y: 1\n",
        "a: |x\n b\n", "a: 'x\n", "a: 1\n---\nb: 2\n", "a: \"\\q\"\n", "a: \x01\n", "a: \xFF\n", "a: - b\n",
    };
    for (size_t i = 0; i < AV_COUNT(json); i++)
        if (av_accept_json(av_text_from(json[i]))) fail_msg("accepted: %s", json[i]);
    for (size_t i = 0; i < AV_COUNT(yaml); i++)
        if (av_accept_yaml(av_text_from(yaml[i]))) fail_msg("accepted: %s", yaml[i]);
}

/* ---- invented texts: nothing is accepted that the parsers refuse */

enum { TEXTS = 100000, TEXT_BYTES = 512 };

static uint32_t next(uint32_t *seed, uint32_t limit) {
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % limit;
}

static void append(char *text, size_t *length, const char *piece) {
    const size_t more = strlen(piece);
    assert_true(*length + more < TEXT_BYTES);
    memcpy(text + *length, piece, more);
    *length += more;
}

static void test_invented_yaml(void **state) {
    (void)state;
    static const char *const pieces[] = {
        "- ", "- ", "a: ", "b: ", "c:", "\"k\": ", "'q': ", "-", "x", "1", "\"v\"", "'w'", "|", "|-", "|2", "[]",
        "{}", "|+", "# c", "a b", "- -", " ", "a:b", "--", "---", "...", "\"a\\n\"", "\"\\x41\"", "?", "x #y", "\xC3\xA9", ":",
        "\t", "%Y", "a\"b", "]", "}", ",", "&a", "!t", "*a", ">",
    };
    uint32_t seed = 1, accepted = 0;
    for (uint32_t i = 0; i < TEXTS; i++) {
        char text[TEXT_BYTES];
        size_t length = 0;
        for (uint32_t lines = 1 + next(&seed, 7); lines > 0; lines--) {
            for (uint32_t indent = next(&seed, 4) * (1 + next(&seed, 2)); indent > 0; indent--) append(text, &length, " ");
            for (uint32_t n = next(&seed, 4); n > 0; n--)
                append(text, &length, pieces[next(&seed, next(&seed, 3) > 0 ? 16 : AV_COUNT(pieces))]);
            append(text, &length, "\n");
        }
        const av_text made = {text, length};
        if (!av_accept_yaml(made)) continue;
        accepted++;
        if (!parses_as_yaml(made)) fail_msg("accepted: %.*s", AV_TEXT_ARG(made));
    }
    assert_true(accepted > TEXTS / 20);
}

static void test_invented_json(void **state) {
    (void)state;
    static const char *const pieces[] = {"{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "1", "-0.5", "true", "null", " ", "\n",
                                         "\"\\n\"", "\"\\u00e9\"", "\"\\ud834\"", "01", "1e5", "\"\xC3\xA9\"", "\xC3", "x"};
    static const char sound[] = "{\"a\":[1,{\"b\":\"c d e f g h i j\",\"d\":null}],\"e\":-0.5}";
    uint32_t seed = 2, accepted = 0;
    for (uint32_t i = 0; i < TEXTS; i++) {
        char text[TEXT_BYTES];
        size_t length = 0;
        for (uint32_t n = 1 + next(&seed, 7); n > 0; n--) append(text, &length, pieces[next(&seed, AV_COUNT(pieces))]);
        if (i % 2 == 0) { /* a sound text with a piece put in and a byte taken out */
            length = 0;
            append(text, &length, sound);
            const char *piece = pieces[next(&seed, AV_COUNT(pieces))];
            const size_t at = next(&seed, (uint32_t)length), more = strlen(piece);
            memmove(text + at + more, text + at, length - at);
            memcpy(text + at, piece, more);
            length += more;
            const size_t gone = next(&seed, (uint32_t)length);
            memmove(text + gone, text + gone + 1, length - gone - 1);
            length--;
        }
        const av_text made = {text, length};
        if (!av_accept_json(made)) continue;
        accepted++;
        if (!parses_as_json(made)) fail_msg("accepted: %.*s", AV_TEXT_ARG(made));
    }
    assert_true(accepted > TEXTS / 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_is_accepted),
        cmocka_unit_test(test_what_is_broken_is_not),
        cmocka_unit_test(test_invented_yaml),
        cmocka_unit_test(test_invented_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
