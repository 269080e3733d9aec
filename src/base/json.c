#include "base/json.h"

enum { LEVEL_OBJECT = 1, LEVEL_FILLED = 2 };

void av_json_init(av_json *json, av_buf *out, bool pretty) {
    *json = (av_json){.out = out, .pretty = pretty, .row = AV_JSON_DEPTH};
}

static bool on_one_line(const av_json *json) {
    return !json->pretty || json->depth > json->row;
}

static void line_break(av_json *json) {
    if (on_one_line(json)) return;
    av_buf_putc(json->out, '\n');
    av_buf_fill(json->out, ' ', (size_t)json->depth * 2);
}

/** Before a value or a key: the comma after the one before it and the place on a line of its
 * own. */
static void next_member(av_json *json) {
    if (json->depth == 0) return;
    uint8_t *level = &json->level[json->depth - 1];
    if ((*level & LEVEL_FILLED) != 0) av_buf_putc(json->out, ',');
    *level |= LEVEL_FILLED;
    line_break(json);
}

static void start_value(av_json *json) {
    if (json->after_key) json->after_key = false;
    else next_member(json);
}

static void open(av_json *json, bool object) {
    start_value(json);
    if (json->depth == AV_JSON_DEPTH) {
        if (json->out->status == AV_OK) json->out->status = AV_ERR_LIMIT;
        return;
    }
    av_buf_putc(json->out, object ? '{' : '[');
    json->level[json->depth++] = object ? LEVEL_OBJECT : 0;
}

void av_json_object(av_json *json) {
    open(json, true);
}

void av_json_array(av_json *json) {
    open(json, false);
}

void av_json_end(av_json *json) {
    if (json->depth == 0) return;
    const bool row = on_one_line(json);
    const uint8_t level = json->level[--json->depth];
    if ((level & LEVEL_FILLED) != 0 && !row) line_break(json);
    if (json->depth == json->row) json->row = AV_JSON_DEPTH;
    av_buf_putc(json->out, (level & LEVEL_OBJECT) != 0 ? '}' : ']');
}

void av_json_row(av_json *json) {
    if (json->row == AV_JSON_DEPTH) json->row = json->depth;
}

void av_json_key(av_json *json, av_text key) {
    next_member(json);
    av_json_quote(json->out, key);
    av_buf_put(json->out, on_one_line(json) ? AV_TEXT(":") : AV_TEXT(": "));
    json->after_key = true;
}

void av_json_text(av_json *json, av_text text) {
    start_value(json);
    av_json_quote(json->out, text);
}

void av_json_int(av_json *json, int64_t value) {
    start_value(json);
    av_buf_put_int(json->out, value);
}

void av_json_decimal(av_json *json, av_decimal value) {
    start_value(json);
    av_decimal_format(value, json->out);
}

void av_json_bool(av_json *json, bool value) {
    start_value(json);
    av_buf_puts(json->out, value ? "true" : "false");
}

void av_json_null(av_json *json) {
    start_value(json);
    av_buf_puts(json->out, "null");
}

void av_json_raw(av_json *json, av_text value) {
    start_value(json);
    av_buf_put(json->out, value);
}

static void put_control(av_buf *out, unsigned char c) {
    static const char digits[] = "0123456789abcdef";
    const char escape[6] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};
    switch (c) {
    case '\n': av_buf_puts(out, "\\n"); break;
    case '\t': av_buf_puts(out, "\\t"); break;
    case '\r': av_buf_puts(out, "\\r"); break;
    default: av_buf_put(out, (av_text){escape, sizeof escape});
    }
}

/** How many bytes from the start on stand for themselves in a JSON string and are ASCII. */
static size_t plain_bytes(av_text text) {
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = UINT64_C(0x8080808080808080);
    size_t run = 0;
    /* Eight at a time: subtracting borrows into the top bit of a byte that is too small; a false alarm only ends the steps. */
    for (uint64_t word; text.len - run >= sizeof word; run += sizeof word) {
        memcpy(&word, text.ptr + run, sizeof word);
        const uint64_t quote = (word ^ ones * '"') - ones, backslash = (word ^ ones * '\\') - ones;
        if (((word | (word + ones) | (word - ones * ' ') | quote | backslash) & tops) != 0) break;
    }
    for (; run < text.len; run++) {
        const unsigned char c = (unsigned char)text.ptr[run];
        if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') break;
    }
    return run;
}

void av_json_quote(av_buf *out, av_text text) {
    av_buf_putc(out, '"');
    const size_t plain = plain_bytes(text); /* mostly all of it */
    av_buf_put(out, av_text_slice(text, 0, plain));
    text = av_text_slice(text, plain, text.len - plain);
    while (text.len > 0) {
        const size_t bad = av_utf8_invalid(text);
        const size_t valid = bad == SIZE_MAX ? text.len : bad;
        size_t from = 0;
        for (size_t i = 0; i < valid; i++) {
            const unsigned char c = (unsigned char)text.ptr[i];
            if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) continue;
            av_buf_put(out, av_text_slice(text, from, i - from));
            from = i + 1;
            if (c == '"' || c == '\\') {
                av_buf_putc(out, '\\');
                av_buf_putc(out, (char)c);
            } else {
                put_control(out, c);
            }
        }
        av_buf_put(out, av_text_slice(text, from, valid - from));
        if (bad == SIZE_MAX) break;
        av_buf_puts(out, "\xEF\xBF\xBD");
        text = av_text_slice(text, bad + 1, text.len - bad - 1);
    }
    av_buf_putc(out, '"');
}
