#include "prose/words.h"

#include <string.h>
#include <utf8proc.h>

/* ---- characters */

static bool is_digit(uint32_t c) {
    return c >= '0' && c <= '9';
}

static bool is_currency(uint32_t c) {
    return c == '$' ||
           (c >= 0x80 && utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_SC);
}

static bool is_space(uint32_t c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0xA0 || c == 0x202F;
}

static bool is_apostrophe(uint32_t c) {
    return c == '\'' || c == 0x2019 || c == 0x02BC;
}

static bool is_hyphen(uint32_t c) {
    return c == '-' || c == 0x2010 || c == 0x2011;
}

/** 0 at the end. */
static uint32_t peek(const av_prose_reader *r, size_t at, size_t *size) {
    *size = 0;
    if (at >= r->text.len) return 0;
    unsigned char byte = (unsigned char)r->text.ptr[at];
    if (byte < 0x80) {
        *size = 1;
        return byte;
    }
    return av_utf8_decode(r->text, at, size);
}

/* ---- between words */

/** Where the words of a line begin that starts here with a mark of a list, heading, quotation or table,
 * or is empty; SIZE_MAX for any other line. The number of a list item is part of its mark. */
static size_t item_at(const av_prose_reader *r, size_t at) {
    size_t size;
    uint32_t c = peek(r, at, &size);
    while (c == ' ' || c == '\t' || c == '\r') c = peek(r, at += size, &size);
    if (c == 0 || c == '\n' || c == '#' || c == '>' || c == '|' || c == 0x2022) return at;
    if (c == '-' || c == '*' || c == '+') {
        c = peek(r, at + 1, &size);
        return is_space(c) || c == '-' || c == '*' ? at : SIZE_MAX;
    }
    size_t digits = 0;
    while (is_digit(c) && digits < 4) {
        c = peek(r, at += size, &size);
        digits++;
    }
    bool mark =
        digits > 0 && (c == '.' || c == ')') && at + 1 < r->text.len && r->text.ptr[at + 1] == ' ';
    return mark ? at + 1 : SIZE_MAX;
}

typedef struct gap {
    uint8_t border;
    bool hyphen, slash, space;
} gap;

static void raise_border(gap *g, uint8_t border) {
    if (g->border < border) g->border = border;
}

/** Takes the character between words at reader->at. */
static void skip(av_prose_reader *r, uint32_t c, size_t size, gap *g) {
    size_t next_size;
    uint32_t next = peek(r, r->at + size, &next_size);
    bool space_before = g->space;
    r->at += size;
    if (is_space(c)) {
        g->space = true;
        size_t item = c == '\n' ? item_at(r, r->at) : SIZE_MAX;
        if (item == SIZE_MAX) return;
        raise_border(g, AV_BORDER_SENTENCE);
        r->at = item;
        return;
    }
    switch (c) {
    case '.':
        if (r->dots && !space_before) return;
        if (next == 0 || is_space(next) || next == '"' || next == ')' || next == '\'' ||
            next == '.')
            raise_border(g, AV_BORDER_SENTENCE);
        return;
    case '!':
    case '?':
    case ';':
    case 0x3002: /* ideographic full stop */
    case '|': raise_border(g, AV_BORDER_SENTENCE); return;
    case ',':
    case ':':
    case '(':
    case ')':
    case '[':
    case ']':
    case 0x2013: /* dashes */
    case 0x2014: raise_border(g, AV_BORDER_COMMA); return;
    case '/':
        if (!space_before) g->slash = true;
        return;
    default:
        if (!is_hyphen(c)) return;
        if (!space_before && !is_space(next)) g->hyphen = true;
        if (space_before && is_space(next)) raise_border(g, AV_BORDER_COMMA);
        return;
    }
}

/* ---- a word */

/** Whether the mark `c` at `at` stands within a word: node.js, don't, 10,000, 1.5, foo_bar. */
static bool joins(const av_prose_reader *r, uint32_t c, size_t at, size_t size, uint32_t before) {
    size_t next_size;
    uint32_t next = peek(r, at + size, &next_size);
    if (c == '_' || c == '&' || c == '@') return av_utf8_is_letter(next);
    if (c == '.')
        return av_utf8_is_letter(next) && (is_digit(before) == is_digit(next) || !is_digit(before));
    if (is_apostrophe(c)) return av_utf8_is_letter(next);
    if (c != ',' || !is_digit(before)) return false;
    for (int i = 0; i < 3; i++) {
        if (!is_digit(next)) return false;
        next = peek(r, at + size + 1 + (size_t)i, &next_size);
    }
    next = peek(r, at + size + 3, &next_size);
    return !is_digit(next);
}

/** Signs that end a word and belong to it: c#, c++, 99%, 500€. */
static bool is_tail(uint32_t c, uint32_t before) {
    if (c == '#') return before == 'c' || before == 'C' || before == 'f' || before == 'F';
    if (c == '+') return before == 'c' || before == 'C' || before == '+' || is_digit(before);
    return is_digit(before) && (c == '%' || is_currency(c));
}

static size_t word_end(const av_prose_reader *r, size_t start) {
    size_t at = start, size;
    uint32_t before = 0, c = peek(r, at, &size);
    if (is_currency(c) || c == '.') c = peek(r, at += size, &size);
    while (c != 0) {
        if (!av_utf8_is_letter(c) && !(before != 0 && joins(r, c, at, size, before))) break;
        before = c;
        c = peek(r, at += size, &size);
    }
    while (c != 0 && before != 0 && is_tail(c, before)) {
        before = c;
        c = peek(r, at += size, &size);
    }
    return at;
}

static void fold_ascii(av_text raw, av_prose_word *out) {
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.ptr[i];
        out->form[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    out->len = (uint8_t)raw.len;
}

static void fold(av_text raw, av_prose_word *out) {
    utf8proc_int32_t points[4 * AV_PROSE_FORM];
    const utf8proc_option_t how = UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
                                  UTF8PROC_STRIPMARK | UTF8PROC_IGNORE;
    out->len = 0;
    if (raw.len > 2 * AV_PROSE_FORM) return;
    utf8proc_ssize_t count =
        utf8proc_decompose((const utf8proc_uint8_t *)raw.ptr, (utf8proc_ssize_t)raw.len, points,
                           (utf8proc_ssize_t)AV_COUNT(points), how);
    if (count < 0 || (size_t)count > AV_COUNT(points)) return;
    size_t len = 0;
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        char bytes[4];
        uint32_t c = is_apostrophe((uint32_t)points[i]) ? '\'' : (uint32_t)points[i];
        size_t size = av_utf8_encode(c, bytes);
        if (len + size > AV_PROSE_FORM) return;
        memcpy(out->form + len, bytes, size);
        len += size;
    }
    out->len = (uint8_t)len;
}

static bool is_ascii(av_text text) {
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0x80) return false;
    return true;
}

/** e.g, i.e, vs, approx, a single letter: what is written with a full stop inside a sentence. */
static bool is_abbreviation(const av_prose_word *word) {
    static const char *const known[] = {"vs", "approx", "incl", "nr", "dr", "mr", "mrs"};
    av_text form = av_prose_form(word);
    if (form.len == 3 && form.ptr[1] == '.') return true;
    for (size_t i = 0; i < AV_COUNT(known); i++)
        if (av_text_equal(form, av_text_from(known[i]))) return true;
    return false;
}

/** A sign after a space that belongs to the number before it: "99.5 %", "500 €". */
static size_t take_sign(const av_prose_reader *r, size_t end, av_prose_word *out) {
    size_t space, size, next_size;
    if (out->len == 0 || !is_digit((unsigned char)out->form[out->len - 1])) return end;
    uint32_t c = peek(r, end, &space);
    if (c != ' ' && c != 0xA0 && c != 0x202F) return end;
    c = peek(r, end + space, &size);
    if (c != '%' && !is_currency(c)) return end;
    uint32_t next = peek(r, end + space + size, &next_size);
    if (av_utf8_is_letter(next) || out->len + size > AV_PROSE_FORM) return end;
    memcpy(out->form + out->len, r->text.ptr + end + space, size);
    out->len = (uint8_t)(out->len + size);
    out->end = (uint32_t)(end + space + size);
    return out->end;
}

bool av_prose_next(av_prose_reader *r, av_prose_word *out) {
    gap g = {0};
    size_t size, next_size;
    for (;;) {
        uint32_t c = peek(r, r->at, &size);
        if (size == 0) return false;
        uint32_t next = peek(r, r->at + size, &next_size);
        bool begins =
            av_utf8_is_letter(c) || (is_currency(c) && is_digit(next)) ||
            (c == '.' && av_utf8_is_letter(next) && !is_digit(next) && (g.space || r->at == 0));
        if (begins) break;
        skip(r, c, size, &g);
    }
    size_t end = word_end(r, r->at);
    *out = (av_prose_word){.start = (uint32_t)r->at,
                           .end = (uint32_t)end,
                           .border = r->open_sentence ? g.border : AV_BORDER_SENTENCE,
                           .hyphen = g.hyphen && !g.space,
                           .slash = g.slash && !g.space};
    av_text raw = av_text_slice(r->text, r->at, end - r->at);
    if (raw.len <= AV_PROSE_FORM && is_ascii(raw)) fold_ascii(raw, out);
    else fold(raw, out);
    end = take_sign(r, end, out);
    r->dots = is_abbreviation(out);
    r->open_sentence = true;
    r->at = end;
    return true;
}
