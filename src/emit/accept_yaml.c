#include "emit/accept.h"

#include <string.h>

enum {
    KEY_BYTES = 1000, /**< longest key: the parser looks no further than 1024 characters for its colon */
    NO_COLUMN = -1
};

/** A mapping or sequence whose lines begin at a column. A sequence may stand at the column of the key it is the value of. */
typedef struct block {
    int32_t column;
    bool sequence;
} block;

typedef struct reader {
    const char *bytes;
    size_t at, len;
    bool wants; /**< the innermost key or item, or the document, has no value yet */
    uint32_t depth;
    block open[AV_ACCEPT_DEPTH];
} reader;

static char at(const reader *r, size_t offset) {
    return r->at + offset < r->len ? r->bytes[r->at + offset] : '\n';
}

static bool ends_line(const reader *r) {
    return at(r, 0) == '\n';
}

static size_t skip_spaces(reader *r) {
    const size_t start = r->at;
    while (r->at < r->len && r->bytes[r->at] == ' ')
        r->at++;
    return r->at - start;
}

static void next_line(reader *r) {
    const char *end = memchr(r->bytes + r->at, '\n', r->len - r->at);
    r->at = end != NULL ? (size_t)(end - r->bytes) + 1 : r->len;
}

/* ---- characters */

/** Whether a character of more than one byte may stand anywhere: none that breaks a line, marks an order of bytes or is a
 * control character. The text is UTF-8. */
static bool is_ordinary(const unsigned char *c) {
    if (c[0] == 0xC2) return c[1] >= 0xA0;
    if (c[0] == 0xE2 && c[1] == 0x80) return c[2] != 0xA8 && c[2] != 0xA9;
    if (c[0] == 0xEF) return c[1] < 0xBB || (c[1] == 0xBB && c[2] != 0xBF) || (c[1] > 0xBB && (c[1] != 0xBF || c[2] < 0xBE));
    return true;
}

/** All characters at once, so that nothing behind has to look at them again. */
static bool has_ordinary_characters(av_text text) {
    for (size_t i = 0; i < text.len;) {
        i += av_text_printable(text, i);
        if (i == text.len) break;
        const unsigned char *c = (const unsigned char *)text.ptr + i++;
        if (*c < 0x80 ? (*c < 0x20 && *c != '\n') || *c == 0x7F : (*c >= 0xC0 && !is_ordinary(c))) return false;
    }
    return true;
}

/* ---- scalars of one line */

static bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool read_escape(reader *r) {
    const char c = at(r, 0);
    r->at++;
    if (c != 'x') return c != '\n' && strchr("0abtnvfre \"/\\N_LP", c) != NULL; /* \u and \U are left to the parser */
    const bool hex = is_hex(at(r, 0)) && is_hex(at(r, 1));
    r->at += 2;
    return hex;
}

static bool read_double_quoted(reader *r) {
    for (r->at++; !ends_line(r);) {
        const char c = at(r, 0);
        r->at++;
        if (c == '"') return true;
        if (c == '\\' && !read_escape(r)) return false;
    }
    return false;
}

static bool read_single_quoted(reader *r) {
    for (r->at++; !ends_line(r);) {
        const bool quote = at(r, 0) == '\'';
        r->at++;
        if (!quote) continue;
        if (at(r, 0) != '\'') return true;
        r->at++;
    }
    return false;
}

/** Ends before the colon of a key, or at the end of the line. */
static bool read_plain(reader *r) {
    const char first = at(r, 0);
    const bool dash = first == '-' && at(r, 1) != ' ' && at(r, 1) != '\n';
    if (first == '\n' || (!dash && strchr("-?:,[]{}#&*!|>'\"%@`", first) != NULL)) return false;
    for (; !ends_line(r); r->at++) {
        const char c = at(r, 0), next = at(r, 1);
        if (c == ':' && (next == ' ' || next == '\n')) return true;
        if (c == ' ' && next == '#') return false;
    }
    return true;
}

static bool read_flat(reader *r) {
    if (at(r, 0) == '"') return read_double_quoted(r);
    if (at(r, 0) == '\'') return read_single_quoted(r);
    return read_plain(r);
}

/** `[]` or `{}` and nothing else on the line. */
static bool read_empty(reader *r) {
    const char c = at(r, 0);
    if ((c != '[' && c != '{') || at(r, 1) != (c == '[' ? ']' : '}')) return false;
    r->at += 2;
    return true;
}

/* ---- literal scalars */

/** Lines at least as deep as the first one, which is deeper than `column`; at the header's bar. */
static bool read_literal(reader *r, int32_t column) {
    size_t deep = 0;
    r->at++;
    if (at(r, 0) >= '1' && at(r, 0) <= '9') {
        deep = (size_t)(column < 0 ? 0 : column) + (size_t)(at(r, 0) - '0');
        r->at++;
    }
    if (at(r, 0) == '-' || at(r, 0) == '+') r->at++;
    if (!ends_line(r)) return false;
    next_line(r);
    for (;;) {
        const size_t start = r->at, spaces = skip_spaces(r);
        if (r->at == r->len) return true;
        if (ends_line(r)) {
            if (deep == 0 && spaces > 0) return false;
        } else {
            if (deep == 0) deep = spaces;
            if ((int64_t)deep <= column || deep == 0) return false;
            if (spaces < deep) {
                r->at = start;
                return (int64_t)spaces <= column || column < 0;
            }
        }
        next_line(r);
    }
}

/* ---- blocks */

static bool open_block(reader *r, int32_t column, bool sequence) {
    const int32_t outer = r->depth > 0 ? r->open[r->depth - 1].column : NO_COLUMN;
    const bool beside = sequence && r->depth > 0 && column == outer && !r->open[r->depth - 1].sequence;
    if (!r->wants || (column <= outer && !beside) || r->depth == AV_ACCEPT_DEPTH) return false;
    r->open[r->depth++] = (block){column, sequence};
    return true;
}

/** Goes back to the block whose lines begin at `column`, or opens one. */
static bool go_to(reader *r, int32_t column, bool sequence) {
    while (r->depth > 0 && r->open[r->depth - 1].column > column) {
        r->depth--;
        r->wants = false;
    }
    const block *top = r->depth > 0 ? &r->open[r->depth - 1] : NULL;
    if (top != NULL && top->column == column && top->sequence == sequence) return true;
    if (top != NULL && top->column == column && top->sequence && r->depth > 1 && r->open[r->depth - 2].column == column) {
        r->depth--; /* the key after a sequence that stands at its column */
        return true;
    }
    return open_block(r, column, sequence);
}

/** What is left of a line: a key's or item's value, or nothing; `column`: of the block it belongs to. */
static bool read_value(reader *r, int32_t column) {
    skip_spaces(r);
    r->wants = ends_line(r);
    if (r->wants) {
        next_line(r);
        return true;
    }
    if (at(r, 0) == '|') return read_literal(r, column);
    if (!read_empty(r) && !read_flat(r)) return false;
    skip_spaces(r);
    if (!ends_line(r)) return false;
    next_line(r);
    return true;
}

/** A line's content at `column`: items, then a key with its value or a value alone. */
static bool read_content(reader *r, int32_t column) {
    while (at(r, 0) == '-' && (at(r, 1) == ' ' || at(r, 1) == '\n')) {
        if (!go_to(r, column, true)) return false;
        r->at++;
        r->wants = true;
        if (ends_line(r)) return read_value(r, column);
        column += 1 + (int32_t)skip_spaces(r);
        if (ends_line(r)) return read_value(r, column);
    }
    const size_t start = r->at;
    const int32_t outer = r->depth > 0 ? r->open[r->depth - 1].column : NO_COLUMN;
    if (at(r, 0) == '[' || at(r, 0) == '{' || at(r, 0) == '|') return r->wants && column > outer && read_value(r, outer);
    if (!read_flat(r)) return false;
    if (at(r, 0) == ':' && (at(r, 1) == ' ' || at(r, 1) == '\n')) {
        if (r->at - start > KEY_BYTES || !go_to(r, column, false)) return false;
        r->at++;
        return read_value(r, column);
    }
    r->at = start;
    return r->wants && column > outer && read_value(r, outer);
}

bool av_accept_yaml(av_text text) {
    reader r;
    r.bytes = text.ptr;
    r.len = text.len;
    r.at = r.depth = 0;
    r.wants = true;
    if (text.len == 0 || text.len > INT32_MAX || av_utf8_invalid(text) != SIZE_MAX || !has_ordinary_characters(text)) return false;
    if (av_text_starts(text, AV_TEXT("---\n"))) next_line(&r);
    while (r.at < r.len) {
        const size_t spaces = skip_spaces(&r);
        const av_text rest = {r.bytes + r.at, r.len - r.at};
        if (spaces == 0 && (av_text_starts(rest, AV_TEXT("---")) || av_text_starts(rest, AV_TEXT("..."))))
            return false; /* another document */
        if (ends_line(&r) || at(&r, 0) == '#')
            next_line(&r);
        else if (!read_content(&r, (int32_t)spaces))
            return false;
    }
    return true;
}
