/* YAML files, written by libyaml. */
#include "emit/sink.h"

#include <string.h>
#include <yaml.h>

/** Whether a reader of any YAML version takes the plain word for a text. */
static bool is_surely_text(av_text text) {
    static const char *const words[] = {"null", "true", "false", "yes", "no",
                                        "on",   "off",  "y",     "n"};
    if (text.len == 0) return false;
    char first = text.ptr[0];
    bool letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') ||
                  first == '/' || (unsigned char)first >= 0x80;
    if (!letter) return false;
    for (size_t i = 0; i < AV_COUNT(words); i++) {
        if (text.len != strlen(words[i])) continue;
        bool same = true;
        for (size_t k = 0; same && k < text.len; k++) same = (text.ptr[k] | 0x20) == words[i][k];
        if (same) return false;
    }
    return true;
}

static bool has_lines(av_text text) {
    return text.len > 0 && memchr(text.ptr, '\n', text.len) != NULL;
}

typedef struct yaml_writer {
    av_buf *out;
    yaml_emitter_t emitter;
    av_status status;
} yaml_writer;

static int take_bytes(void *payload, unsigned char *bytes, size_t size) {
    av_buf *out = payload;
    av_buf_put(out, (av_text){(const char *)bytes, size});
    return out->status == AV_OK;
}

/** Takes over `event`; `made`: whether libyaml could make it. */
static void emit(yaml_writer *w, yaml_event_t *event, int made) {
    if (!made) {
        if (w->status == AV_OK) w->status = AV_ERR_MEMORY;
        return;
    }
    if (w->status != AV_OK) {
        yaml_event_delete(event);
        return;
    }
    if (!yaml_emitter_emit(&w->emitter, event)) {
        w->status = w->out->status != AV_OK ? w->out->status : AV_ERR_MEMORY;
    }
}

static void emit_scalar(yaml_writer *w, av_text text, bool quotable, yaml_scalar_style_t style) {
    if (text.len > INT32_MAX) {
        w->status = AV_ERR_LIMIT;
        return;
    }
    yaml_event_t event;
    int made = yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text.ptr,
                                            (int)text.len, 1, quotable, style);
    emit(w, &event, made);
}

static void put_word(void *to, av_text word) {
    emit_scalar(to, word, false, YAML_PLAIN_SCALAR_STYLE);
}

static void put_text(void *to, av_text text) {
    emit_scalar(to, text, true,
                has_lines(text)        ? YAML_LITERAL_SCALAR_STYLE
                : is_surely_text(text) ? YAML_ANY_SCALAR_STYLE
                                       : YAML_DOUBLE_QUOTED_SCALAR_STYLE);
}

static void put_open(void *to, av_container kind) {
    yaml_event_t event;
    int made = kind == AV_MAPPING ? yaml_mapping_start_event_initialize(&event, NULL, NULL, 1,
                                                                        YAML_BLOCK_MAPPING_STYLE)
                                  : yaml_sequence_start_event_initialize(&event, NULL, NULL, 1,
                                                                         YAML_BLOCK_SEQUENCE_STYLE);
    emit(to, &event, made);
}

static void put_close(void *to, av_container kind) {
    yaml_event_t event;
    emit(to, &event,
         kind == AV_MAPPING ? yaml_mapping_end_event_initialize(&event)
                            : yaml_sequence_end_event_initialize(&event));
}

static const av_sink yaml_sink = {put_word, put_text, put_text, put_open, put_close};

av_status av_yaml_write(av_put_pieces *put, const void *payload, av_buf *out) {
    yaml_writer w = {.out = out};
    if (!yaml_emitter_initialize(&w.emitter)) return AV_ERR_MEMORY;
    yaml_emitter_set_output(&w.emitter, take_bytes, out);
    yaml_emitter_set_unicode(&w.emitter, 1);
    yaml_emitter_set_width(&w.emitter, -1);
    yaml_event_t event;
    emit(&w, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
    emit(&w, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
    put(payload, &yaml_sink, &w, &w.status);
    emit(&w, &event, yaml_document_end_event_initialize(&event, 1));
    emit(&w, &event, yaml_stream_end_event_initialize(&event));
    if (w.status == AV_OK && !yaml_emitter_flush(&w.emitter)) w.status = AV_ERR_MEMORY;
    yaml_emitter_delete(&w.emitter);
    return w.status;
}
