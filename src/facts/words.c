#include "facts/words.h"

#include <string.h>

enum { CHARACTERS_REPORTED = 20 /**< bad characters reported one by one */ };

bool av_words_allowed(uint32_t c) {
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0x7F) || c == 0x85 ||
           (c >= 0xA0 && c < 0xFFFE) || c >= 0x10000;
}

typedef struct cleaner {
    av_arena *arena;
    av_diags *diags;
    uint16_t source;
    av_text text;
    char *copy;
    size_t reported;
} cleaner;

static av_status blank(cleaner *c, size_t at, size_t size, const char *what, unsigned number) {
    if (c->reported++ < CHARACTERS_REPORTED) {
        av_span span = {(uint32_t)at, (uint32_t)(at + size), c->source, 0};
        av_diag_add(c->diags, AV_E_FACTS_CHARACTER, span, what, number);
    }
    if (!c->copy) {
        c->copy = av_arena_take(c->arena, c->text.len);
        if (!c->copy) return AV_ERR_MEMORY;
        memcpy(c->copy, c->text.ptr, c->text.len);
    }
    memset(c->copy + at, '?', size);
    return AV_OK;
}

av_status av_words_clean(av_arena *arena, av_diags *diags, uint16_t source, av_text *out) {
    cleaner c = {arena, diags, source, diags->sources->items[source].text, NULL, 0};
    for (size_t at = 0; at < c.text.len; at++) {
        av_text rest = av_text_slice(c.text, at, c.text.len - at);
        size_t valid = av_utf8_invalid(rest), end = valid == SIZE_MAX ? c.text.len : at + valid;
        for (size_t size; at < end; at += size) {
            unsigned char byte = (unsigned char)c.text.ptr[at];
            size = 1;
            if (byte >= 0x20 && byte < 0x7F) continue;
            uint32_t code_point = av_utf8_decode(c.text, at, &size);
            if (av_words_allowed(code_point)) continue;
            AV_TRY(blank(&c, at, size, "control character U+%04X", code_point));
        }
        if (at == c.text.len) break;
        AV_TRY(blank(&c, at, 1, "byte 0x%02X is not UTF-8", (unsigned char)c.text.ptr[at]));
    }
    *out = c.copy ? (av_text){c.copy, c.text.len} : c.text;
    return AV_OK;
}

av_text av_words_evidence(av_arena *arena, av_text text) {
    text = av_text_trim(text);
    char *words = av_arena_take(arena, AV_WORDS_EVIDENCE + 4);
    if (!words) return (av_text){NULL, 0};
    size_t len = 0;
    bool space = false;
    for (size_t at = 0, size; at < text.len; at += size) {
        char c = text.ptr[at];
        size = 1;
        if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
            space = true;
            continue;
        }
        while (at + size < text.len && ((unsigned char)text.ptr[at + size] & 0xC0) == 0x80) size++;
        if (len + size + 1 > AV_WORDS_EVIDENCE) {
            memcpy(words + len, "...", 3);
            len += 3;
            break;
        }
        if (space) words[len++] = ' ';
        space = false;
        memcpy(words + len, text.ptr + at, size);
        len += size;
    }
    return (av_text){words, len};
}
