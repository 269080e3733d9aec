/* YAML files: what libyaml would write. Most values are written here, since they need the plain forms alone; a document that needs
 * more (a key of several lines, a character with an escape) is written by libyaml as a whole. */
#include "emit/sink.h"

#include <string.h>
#include <yaml.h>

enum {
    PLAIN_DEPTH = 256, /**< deepest nesting that is written here */
    KEY_BYTES = 128,   /**< a longer key is written in another form */
    INDENT = 2
};

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
        for (size_t k = 0; same && k < text.len; k++)
            same = (text.ptr[k] | 0x20) == words[i][k];
        if (same) return false;
    }
    return true;
}

static bool has_lines(av_text text) {
    return text.len > 0 && memchr(text.ptr, '\n', text.len) != NULL;
}

/* ---- the plain forms
 *
 *     mapping   key: value           in a mapping the inner lines are two columns further in, those of a sequence are not
 *     sequence  - value              in a sequence an inner mapping or sequence begins beside the dash */

typedef struct frame {
    av_container kind;
    bool filled;    /**< has a member */
    size_t indent;  /**< column of its members */
} frame;

typedef struct plain_writer {
    av_buf *out;
    av_status status; /**< AV_ERR_INPUT: the document needs another form */
    bool line_start;  /**< nothing was written after the last line break */
    size_t depth;
    frame frames[PLAIN_DEPTH];
} plain_writer;

static void give_up(plain_writer *w) {
    if (w->status == AV_OK) w->status = AV_ERR_INPUT;
}

/** Whether every character is written as it is in any form: printable, of the first plane, not a line break of any kind. */
static bool is_simple(av_text text, bool lines) {
    for (size_t i = 0; i < text.len; i++) {
        i += av_text_printable(text, i);
        if (i == text.len) break;
        const unsigned char *c = (const unsigned char *)text.ptr + i;
        if (*c == '\n' ? !lines : *c < 0x20 || *c == 0x7F || *c >= 0xF0) return false;
        const size_t left = text.len - i;
        if ((*c == 0xC2 && left > 1 && c[1] < 0xA0) || (*c == 0xE2 && left > 2 && c[1] == 0x80 && (c[2] == 0xA8 || c[2] == 0xA9)) ||
            (*c == 0xEF && left > 2 && ((c[1] == 0xBB && c[2] == 0xBF) || (c[1] == 0xBF && c[2] >= 0xBE))))
            return false;
    }
    return av_utf8_invalid(text) == SIZE_MAX;
}

static void new_line(plain_writer *w, size_t indent) {
    if (!w->line_start) av_buf_putc(w->out, '\n');
    av_buf_fill(w->out, ' ', indent);
    w->line_start = false;
}

/** Before a member of the innermost container: its line, or its place beside the dash of the sequence around it. */
static void begin_member(plain_writer *w) {
    frame *f = &w->frames[w->depth - 1];
    if (!f->filled && w->depth > 1) {
        const frame *outer = f - 1;
        f->indent = outer->indent + (outer->kind == AV_MAPPING && f->kind == AV_SEQUENCE ? 0 : INDENT);
        if (outer->kind == AV_SEQUENCE) {
            av_buf_putc(w->out, ' ');
            f->filled = true;
            return;
        }
    }
    f->filled = true;
    new_line(w, f->indent);
}

/** Before a value: the dash of its item. */
static void begin_value(plain_writer *w) {
    if (w->depth == 0) {
        give_up(w); /* a document of one scalar */
        return;
    }
    if (w->frames[w->depth - 1].kind != AV_SEQUENCE) return;
    begin_member(w);
    av_buf_putc(w->out, '-');
}

static void put_quoted(plain_writer *w, av_text text, char quote) {
    av_buf_putc(w->out, quote);
    for (size_t from = 0; from < text.len;) {
        size_t to = from;
        while (to < text.len && text.ptr[to] != quote && (quote == '\'' || text.ptr[to] != '\\'))
            to++;
        av_buf_put(w->out, av_text_slice(text, from, to - from));
        if (to < text.len) {
            av_buf_putc(w->out, quote == '\'' ? '\'' : '\\');
            av_buf_putc(w->out, text.ptr[to]);
        }
        from = to + 1;
    }
    av_buf_putc(w->out, quote);
}

/** Whether a text that begins like one reads as itself without quotes. */
static bool is_plain(av_text text) {
    if (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == ':') return false;
    for (size_t i = 0; i + 1 < text.len; i++)
        if ((text.ptr[i] == ':' && text.ptr[i + 1] == ' ') || (text.ptr[i] == ' ' && text.ptr[i + 1] == '#')) return false;
    return true;
}

static void put_flat(plain_writer *w, av_text text) {
    if (!is_simple(text, false))
        give_up(w);
    else if (!is_surely_text(text))
        put_quoted(w, text, '"');
    else if (is_plain(text))
        av_buf_put(w->out, text);
    else
        put_quoted(w, text, '\'');
}

/** A text of several lines, as they are. */
static void put_literal(plain_writer *w, av_text text) {
    const size_t indent = w->frames[w->depth - 1].indent + INDENT;
    const char last = text.ptr[text.len - 1], before = text.len > 1 ? text.ptr[text.len - 2] : '\n';
    if (!is_simple(text, true) || last == ' ' || (last == '\n' && before == '\n') ||
        av_text_find(text, AV_TEXT(" \n"), 0) != SIZE_MAX) {
        give_up(w);
        return;
    }
    av_buf_putc(w->out, '|');
    if (text.ptr[0] == ' ' || text.ptr[0] == '\n') av_buf_put_int(w->out, INDENT);
    if (last != '\n') av_buf_putc(w->out, '-');
    av_buf_putc(w->out, '\n');
    for (size_t at = 0; at < text.len;) {
        const size_t line_break = av_text_find(text, AV_TEXT("\n"), at);
        const size_t end = line_break == SIZE_MAX ? text.len : line_break + 1;
        if (text.ptr[at] != '\n') av_buf_fill(w->out, ' ', indent);
        av_buf_put(w->out, av_text_slice(text, at, end - at));
        at = end;
    }
    w->line_start = last == '\n';
}

static void plain_word(void *to, av_text word) {
    plain_writer *w = to;
    begin_value(w);
    if (w->status != AV_OK) return;
    av_buf_putc(w->out, ' ');
    av_buf_put(w->out, word);
}

static void plain_text(void *to, av_text text) {
    plain_writer *w = to;
    begin_value(w);
    if (w->status != AV_OK) return;
    av_buf_putc(w->out, ' ');
    if (has_lines(text))
        put_literal(w, text);
    else
        put_flat(w, text);
}

static void plain_key(void *to, av_text key) {
    plain_writer *w = to;
    if (w->status != AV_OK) return;
    if (key.len > KEY_BYTES || has_lines(key)) {
        give_up(w);
        return;
    }
    begin_member(w);
    put_flat(w, key);
    av_buf_putc(w->out, ':');
}

static void plain_open(void *to, av_container kind) {
    plain_writer *w = to;
    if (w->depth == PLAIN_DEPTH) give_up(w);
    if (w->status != AV_OK) return;
    if (w->depth > 0) begin_value(w);
    w->frames[w->depth++] = (frame){.kind = kind};
}

static void plain_close(void *to, av_container kind) {
    plain_writer *w = to;
    if (w->status != AV_OK) return;
    if (w->frames[--w->depth].filled) return;
    if (w->depth == 0) give_up(w); /* a document of an empty container */
    av_buf_put(w->out, kind == AV_MAPPING ? AV_TEXT(" {}") : AV_TEXT(" []"));
}

static const av_sink plain_sink = {plain_word, plain_text, plain_key, plain_open, plain_close};

/** AV_ERR_INPUT: the document needs another form, and nothing was written. */
static av_status write_plain(av_put_pieces *put, const void *payload, av_buf *out) {
    const size_t start = out->len;
    plain_writer w;
    w.out = out;
    w.status = AV_OK;
    w.line_start = true;
    w.depth = 0;
    put(payload, &plain_sink, &w, &w.status);
    if (!w.line_start) av_buf_putc(out, '\n');
    if (w.status == AV_ERR_INPUT) av_buf_truncate(out, start);
    return w.status != AV_OK ? w.status : out->status;
}

/* ---- any form */

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

static void any_word(void *to, av_text word) {
    emit_scalar(to, word, false, YAML_PLAIN_SCALAR_STYLE);
}

static void any_text(void *to, av_text text) {
    emit_scalar(to, text, true,
                has_lines(text)        ? YAML_LITERAL_SCALAR_STYLE
                : is_surely_text(text) ? YAML_ANY_SCALAR_STYLE
                                       : YAML_DOUBLE_QUOTED_SCALAR_STYLE);
}

static void any_open(void *to, av_container kind) {
    yaml_event_t event;
    int made = kind == AV_MAPPING ? yaml_mapping_start_event_initialize(&event, NULL, NULL, 1,
                                                                        YAML_BLOCK_MAPPING_STYLE)
                                  : yaml_sequence_start_event_initialize(
                                        &event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE);
    emit(to, &event, made);
}

static void any_close(void *to, av_container kind) {
    yaml_event_t event;
    emit(to, &event,
         kind == AV_MAPPING ? yaml_mapping_end_event_initialize(&event)
                            : yaml_sequence_end_event_initialize(&event));
}

static const av_sink any_sink = {any_word, any_text, any_text, any_open, any_close};

static av_status write_any(av_put_pieces *put, const void *payload, av_buf *out) {
    yaml_writer w = {.out = out};
    if (!yaml_emitter_initialize(&w.emitter)) return AV_ERR_MEMORY;
    yaml_emitter_set_output(&w.emitter, take_bytes, out);
    yaml_emitter_set_unicode(&w.emitter, 1);
    yaml_emitter_set_width(&w.emitter, -1);
    yaml_event_t event;
    emit(&w, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
    emit(&w, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
    put(payload, &any_sink, &w, &w.status);
    emit(&w, &event, yaml_document_end_event_initialize(&event, 1));
    emit(&w, &event, yaml_stream_end_event_initialize(&event));
    if (w.status == AV_OK && !yaml_emitter_flush(&w.emitter)) w.status = AV_ERR_MEMORY;
    yaml_emitter_delete(&w.emitter);
    return w.status;
}

av_status av_yaml_write(av_put_pieces *put, const void *payload, av_buf *out) {
    const av_status status = write_plain(put, payload, out);
    return status == AV_ERR_INPUT ? write_any(put, payload, out) : status;
}
