/* What is written without libyaml is what libyaml would have written. */
#include "emit/sink.h"
#include "support/unit.h"

#include <string.h>
#include <yaml.h>

enum { DOCUMENTS = 20000, TEXT_BYTES = 64 };

static uint32_t next(uint32_t *seed, uint32_t limit) {
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % limit;
}

static av_text invent(uint32_t *seed, bool key, char *bytes) {
    static const char *const pieces[] = {
        "a",  "word", "Two words", "1",  "-",    ":",          ": ",           " ",    "#",    " #",  "'",    "\"",
        "\\", "/x",   "no",        "",   "\xC3\xA9", "\xE2\x80\x93", "\xC2\xA0", "{", "[",    ",",   "\n",   "\n\n",
        "\n  ", "x\n", "---",      "|",  "\t",   "\xE2\x80\xA8", "\xF0\x9F\x98\x80", "*", "&",  "null",
    };
    size_t length = 0;
    for (uint32_t n = next(seed, 5); n > 0; n--) {
        /* Rare pieces are what the plain forms cannot say. */
        const char *piece = pieces[next(seed, next(seed, 8) > 0 ? (key ? 20 : 26) : AV_COUNT(pieces))];
        memcpy(bytes + length, piece, strlen(piece));
        length += strlen(piece);
    }
    return (av_text){bytes, length};
}

static void put_some(uint32_t *seed, unsigned depth, const av_sink *sink, void *to) {
    char bytes[TEXT_BYTES];
    const uint32_t kind = depth == 0 ? next(seed, 2) : next(seed, depth < 4 ? 6 : 4) + 2;
    if (kind < 2 || kind > 5) {
        const av_container container = kind % 2 == 0 ? AV_MAPPING : AV_SEQUENCE;
        sink->open(to, container);
        for (uint32_t n = next(seed, 4); n > 0; n--) {
            if (container == AV_MAPPING) sink->key(to, invent(seed, true, bytes));
            put_some(seed, depth + 1, sink, to);
        }
        sink->close(to, container);
    } else if (kind == 2) {
        sink->plain(to, next(seed, 2) == 0 ? AV_TEXT("-1.50") : AV_TEXT("true"));
    } else {
        sink->text(to, invent(seed, false, bytes));
    }
}

static void put_document(const void *payload, const av_sink *sink, void *to, av_status *status) {
    uint32_t seed = *(const uint32_t *)payload;
    (void)status;
    put_some(&seed, 0, sink, to);
}

static int take_bytes(void *payload, unsigned char *bytes, size_t size) {
    av_buf_put(payload, (av_text){(const char *)bytes, size});
    return 1;
}

/** What libyaml writes for what it reads in `text`. */
static void write_again(av_text text, av_buf *out) {
    yaml_parser_t parser;
    yaml_emitter_t emitter;
    assert_int_equal(yaml_parser_initialize(&parser), 1);
    assert_int_equal(yaml_emitter_initialize(&emitter), 1);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    yaml_emitter_set_output(&emitter, take_bytes, out);
    yaml_emitter_set_unicode(&emitter, 1);
    yaml_emitter_set_width(&emitter, -1);
    for (bool more = true; more;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) fail_msg("not YAML: %.*s", AV_TEXT_ARG(text));
        more = event.type != YAML_STREAM_END_EVENT;
        assert_int_equal(yaml_emitter_emit(&emitter, &event), 1);
    }
    assert_int_equal(yaml_emitter_flush(&emitter), 1);
    yaml_emitter_delete(&emitter);
    yaml_parser_delete(&parser);
}

static void test_the_same_as_libyaml(void **state) {
    (void)state;
    const av_alloc host = av_alloc_default();
    av_buf ours, theirs;
    av_buf_init(&ours, &host, 0);
    av_buf_init(&theirs, &host, 0);
    for (uint32_t i = 0; i < DOCUMENTS; i++) {
        av_buf_clear(&ours);
        av_buf_clear(&theirs);
        assert_ok(av_yaml_write(put_document, &i, &ours));
        write_again(av_buf_text(&ours), &theirs);
        if (!av_text_equal(av_buf_text(&ours), av_buf_text(&theirs)))
            fail_msg("ours:\n%.*slibyaml's:\n%.*s", AV_TEXT_ARG(av_buf_text(&ours)), AV_TEXT_ARG(av_buf_text(&theirs)));
    }
    av_buf_free(&ours);
    av_buf_free(&theirs);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_same_as_libyaml)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
