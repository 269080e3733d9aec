#include "base/hash.h"
#include "base/json.h"
#include "emit/accept.h"

#include <string.h>

typedef struct reader {
    const char *bytes;
    size_t at, len;
    uint32_t depth;
    struct {
        bool object;
        uint32_t first_key;
    } open[AV_ACCEPT_DEPTH];
    uint32_t key_count;
    uint64_t keys[AV_ACCEPT_KEYS]; /**< hashes of those of the open objects */
} reader;

static char here(const reader *r) {
    return r->at < r->len ? r->bytes[r->at] : '\0';
}

static void skip_space(reader *r) {
    while (r->at < r->len) {
        const char c = r->bytes[r->at];
        if (c != ' ' && c != '\n' && c != '\t' && c != '\r') return;
        r->at++;
    }
}

/* ---- strings */

static bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/** What follows a backslash. Surrogates are left to the parser. */
static bool read_escape(reader *r) {
    const char c = here(r);
    if (c != 'u') {
        r->at++;
        return c != '\0' && strchr("\"\\/bfnrt", c) != NULL;
    }
    if (r->len - r->at < 5) return false;
    const char *digits = r->bytes + r->at + 1;
    for (size_t i = 0; i < 4; i++)
        if (!is_hex(digits[i])) return false;
    r->at += 5;
    return (digits[0] != 'd' && digits[0] != 'D') && memcmp(digits, "0000", 4) != 0;
}

/** After the opening quote, past the closing one. */
static bool read_string(reader *r, bool *escapes) {
    *escapes = false;
    for (;;) {
        r->at += av_json_plain((av_text){r->bytes + r->at, r->len - r->at});
        if (r->at >= r->len) return false;
        const unsigned char c = (unsigned char)r->bytes[r->at++];
        if (c == '"') return true;
        if (c < 0x20) return false;
        if (c != '\\') continue;
        *escapes = true;
        if (!read_escape(r)) return false;
    }
}

static bool read_key(reader *r) {
    const uint32_t first = r->open[r->depth - 1].first_key;
    bool escapes;
    if (here(r) != '"') return false;
    const size_t start = ++r->at;
    if (!read_string(r, &escapes) || escapes) return false;
    const uint64_t hash = av_hash((av_text){r->bytes + start, r->at - 1 - start}, 0);
    for (uint32_t i = first; i < r->key_count; i++)
        if (r->keys[i] == hash) return false;
    if (r->key_count == AV_ACCEPT_KEYS || r->key_count - first == AV_ACCEPT_OWN) return false;
    r->keys[r->key_count++] = hash;
    skip_space(r);
    if (here(r) != ':') return false;
    r->at++;
    skip_space(r);
    return true;
}

/* ---- other values */

static bool read_digits(reader *r) {
    const size_t start = r->at;
    while (here(r) >= '0' && here(r) <= '9')
        r->at++;
    return r->at > start;
}

static bool read_number(reader *r) {
    if (here(r) == '-') r->at++;
    const bool zero = here(r) == '0';
    const size_t start = r->at;
    if (!read_digits(r) || (zero && r->at - start > 1)) return false;
    if (r->at - start > 18) return false; /* beyond what the parser holds */
    if (here(r) == '.') {
        r->at++;
        if (!read_digits(r)) return false;
    }
    return here(r) != 'e' && here(r) != 'E';
}

static bool read_word(reader *r, av_text word) {
    if (r->len - r->at < word.len || memcmp(r->bytes + r->at, word.ptr, word.len) != 0) return false;
    r->at += word.len;
    return true;
}

static bool read_scalar(reader *r) {
    bool escapes;
    switch (here(r)) {
    case '"':
        r->at++;
        return read_string(r, &escapes);
    case 't':
        return read_word(r, AV_TEXT("true"));
    case 'f':
        return read_word(r, AV_TEXT("false"));
    case 'n':
        return read_word(r, AV_TEXT("null"));
    default:
        return read_number(r);
    }
}

/* ---- all of it */

/** Opens the containers that begin here, up to the first scalar or the end of an empty one. */
static bool read_down(reader *r) {
    for (;;) {
        const char c = here(r);
        if (c != '{' && c != '[') return read_scalar(r);
        if (r->depth == AV_ACCEPT_DEPTH) return false;
        r->open[r->depth].object = c == '{';
        r->open[r->depth++].first_key = r->key_count;
        r->at++;
        skip_space(r);
        if (here(r) == (c == '{' ? '}' : ']')) return true;
        if (c == '{' && !read_key(r)) return false;
    }
}

/** Closes what ends here, up to the comma after which more comes. */
static bool read_up(reader *r, bool *more) {
    for (*more = true;;) {
        skip_space(r);
        if (r->depth == 0) {
            *more = false;
            return true;
        }
        const bool object = r->open[r->depth - 1].object;
        const char c = here(r);
        r->at++;
        if (c == ',') {
            skip_space(r);
            return !object || read_key(r);
        }
        if (c != (object ? '}' : ']')) return false;
        r->key_count = r->open[--r->depth].first_key;
    }
}

bool av_accept_json(av_text text) {
    reader r;
    r.bytes = text.ptr;
    r.len = text.len;
    r.at = r.depth = r.key_count = 0;
    if (text.len == 0 || av_utf8_invalid(text) != SIZE_MAX) return false;
    skip_space(&r);
    for (bool more = true; more;)
        if (!read_down(&r) || !read_up(&r, &more)) return false;
    return r.at == r.len;
}
