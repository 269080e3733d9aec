#include "base/text.h"

#include <utf8proc.h>

enum { REPLACEMENT = 0xFFFD };

int av_text_compare(av_text a, av_text b) {
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter ? memcmp(a.ptr, b.ptr, shorter) : 0;
    if (order) return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool av_text_starts(av_text text, av_text prefix) {
    return text.len >= prefix.len && av_text_equal(av_text_slice(text, 0, prefix.len), prefix);
}

bool av_text_ends(av_text text, av_text suffix) {
    return text.len >= suffix.len &&
           av_text_equal(av_text_slice(text, text.len - suffix.len, suffix.len), suffix);
}

size_t av_text_find(av_text text, av_text needle, size_t from) {
    if (from > text.len || needle.len > text.len - from) return SIZE_MAX;
    if (needle.len == 0) return from;
    size_t last = text.len - needle.len;
    for (size_t at = from; at <= last;) {
        const char *hit = memchr(text.ptr + at, needle.ptr[0], last - at + 1);
        if (!hit) return SIZE_MAX;
        if (memcmp(hit, needle.ptr, needle.len) == 0) return (size_t)(hit - text.ptr);
        at = (size_t)(hit - text.ptr) + 1;
    }
    return SIZE_MAX;
}

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

av_text av_text_trim(av_text text) {
    size_t from = 0, to = text.len;
    while (from < to && is_blank(text.ptr[from])) from++;
    while (to > from && is_blank(text.ptr[to - 1])) to--;
    return av_text_slice(text, from, to - from);
}

/* The code point at `offset` < len and its length; -1 and 1 when the bytes there are not valid
 * UTF-8. */
static int32_t decode(av_text text, size_t offset, size_t *size) {
    unsigned char first = (unsigned char)text.ptr[offset];
    *size = 1;
    if (first < 0x80) return first;
    size_t left = text.len - offset;
    utf8proc_int32_t code_point;
    utf8proc_ssize_t taken = utf8proc_iterate((const utf8proc_uint8_t *)text.ptr + offset,
                                              left < 4 ? (utf8proc_ssize_t)left : 4, &code_point);
    if (taken <= 0 || code_point < 0) return -1;
    *size = (size_t)taken;
    return code_point;
}

/* How many of the bytes from `at` on are ASCII, in steps of eight; the rest is left to the
 * caller. */
static size_t ascii_run(av_text text, size_t at) {
    size_t run = 0;
    uint64_t word;
    while (text.len - at - run >= sizeof word) {
        memcpy(&word, text.ptr + at + run, sizeof word);
        if (word & UINT64_C(0x8080808080808080)) break;
        run += sizeof word;
    }
    return run;
}

size_t av_text_printable(av_text text, size_t from) {
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = UINT64_C(0x8080808080808080);
    size_t run = 0;
    /* Adding one carries DEL into the top bit of its byte; subtracting a space borrows into that of a control character (or
     * of one beside it, which only ends the run). */
    for (uint64_t word; text.len - from - run >= sizeof word; run += sizeof word) {
        memcpy(&word, text.ptr + from + run, sizeof word);
        if (((word | (word + ones) | (word - ones * ' ')) & tops) != 0) break;
    }
    return run;
}

size_t av_utf8_invalid(av_text text) {
    size_t size;
    for (size_t at = 0; at < text.len; at += size) {
        at += ascii_run(text, at);
        if (at == text.len) break;
        if (decode(text, at, &size) < 0) return at;
    }
    return SIZE_MAX;
}

uint32_t av_utf8_decode(av_text text, size_t offset, size_t *size) {
    int32_t code_point = decode(text, offset, size);
    return code_point < 0 ? REPLACEMENT : (uint32_t)code_point;
}

size_t av_utf8_encode(uint32_t code_point, char out[4]) {
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) return 0;
    return (size_t)utf8proc_encode_char((utf8proc_int32_t)code_point, (utf8proc_uint8_t *)out);
}

size_t av_utf8_length(av_text text) {
    size_t count = 0, size;
    for (size_t at = 0; at < text.len; at += size) {
        size_t run = ascii_run(text, at);
        count += run;
        at += run;
        if (at == text.len) break;
        (void)decode(text, at, &size);
        count++;
    }
    return count;
}

size_t av_utf8_columns(av_text text) {
    size_t columns = 0, size;
    for (size_t at = 0; at < text.len; at += size) {
        int32_t code_point = decode(text, at, &size);
        if (code_point < 0 || code_point == '\t' || (code_point >= 0x20 && code_point < 0x7F))
            columns++;
        else columns += (size_t)utf8proc_charwidth(code_point);
    }
    return columns;
}

bool av_utf8_is_letter(uint32_t c) {
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return true;
    default: return false;
    }
}
