/* Text is a pointer and a length; the bytes are UTF-8 and need no NUL at the end. */
#ifndef AV_BASE_TEXT_H
#define AV_BASE_TEXT_H

#include <string.h>

#include "base/common.h"

typedef struct av_text {
    const char *ptr;
    size_t len;
} av_text;

/** A string literal as text. */
#define AV_TEXT(literal) ((av_text){(literal), sizeof(literal) - 1})
/** For printf's "%.*s": the length is capped so that the int cannot overflow. */
#define AV_TEXT_ARG(t) (int)((t).len > 0x7fffff ? 0x7fffff : (t).len), (t).ptr

/** A C string as text; its bytes are not copied. */
static inline av_text av_text_from(const char *nul_ended) {
    return (av_text){nul_ended, strlen(nul_ended)};
}

/** Bytewise. Inline, as most texts that differ do so in their length. */
static inline bool av_text_equal(av_text a, av_text b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/** Bytewise order: negative, zero or positive. For UTF-8 this is code point order. */
int av_text_compare(av_text a, av_text b);
bool av_text_starts(av_text text, av_text prefix);
bool av_text_ends(av_text text, av_text suffix);
/** Offset of the first `needle` at or after `from`, or SIZE_MAX. An empty needle is found at
 * `from`. */
size_t av_text_find(av_text text, av_text needle, size_t from);
/** The text without the white space at both ends. */
av_text av_text_trim(av_text text);
/** Bytes from..from+len, both clipped to the text. */
static inline av_text av_text_slice(av_text text, size_t from, size_t len) {
    if (from >= text.len) {
        from = text.len;
        len = 0;
    } else if (len > text.len - from) {
        len = text.len - from;
    }
    return (av_text){text.ptr ? text.ptr + from : NULL, len};
}

/** How many bytes from `from` on are surely printable ASCII: the count is a multiple of eight, and the
 * byte after them may be printable too. */
size_t av_text_printable(av_text text, size_t from);
/** Offset of the first byte that is not valid UTF-8 (surrogates and overlong forms are not), or
 * SIZE_MAX. */
size_t av_utf8_invalid(av_text text);
/** Decodes the code point at `offset` (which must be < len) and stores its byte length in `size`.
 *  A byte that is not valid UTF-8 gives U+FFFD and 1. */
uint32_t av_utf8_decode(av_text text, size_t offset, size_t *size);
/** Writes 1..4 bytes to `out`; returns how many (0 if not a scalar value). */
size_t av_utf8_encode(uint32_t code_point, char out[4]);
/** Letters, marks and numbers of any script. */
bool av_utf8_is_letter(uint32_t code_point);
/** Code points in the text; an invalid byte counts as one. */
size_t av_utf8_length(av_text text);
/** Terminal columns the text takes (wide characters 2, combining 0), by utf8proc; a tab counts
 * 1. */
size_t av_utf8_columns(av_text text);

#endif
