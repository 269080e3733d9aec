/* A growing run of bytes with a ceiling. Stays failed after the first failure, so a builder is
 * asked once at the end. */
#ifndef AV_BASE_BUF_H
#define AV_BASE_BUF_H

#include "base/alloc.h"
#include "base/text.h"

#include <string.h>

typedef struct av_buf {
    av_alloc host;
    char *ptr;
    size_t len, cap, ceiling;
    av_status status; /**< AV_OK, AV_ERR_MEMORY or AV_ERR_LIMIT: the first failure, kept */
} av_buf;

/** `ceiling` 0 means AV_BUF_CEILING. */
void av_buf_init(av_buf *buf, const av_alloc *host, size_t ceiling);
/** Gives the memory back. Safe on a zeroed buffer. */
void av_buf_free(av_buf *buf);
/** Empties the buffer and keeps its memory; a failure is kept too. */
void av_buf_clear(av_buf *buf);

/** Makes room for `more` bytes and one beyond them; false on a failed buffer. */
bool av_buf_reserve(av_buf *buf, size_t more);

/** All of these do nothing on a failed buffer. */
static inline void av_buf_put(av_buf *buf, av_text text) {
    const bool fits = buf->status == AV_OK && text.len < buf->cap - buf->len;
    if (text.len == 0 || (!fits && !av_buf_reserve(buf, text.len))) return;
    memcpy(buf->ptr + buf->len, text.ptr, text.len);
    buf->len += text.len;
}

static inline void av_buf_putc(av_buf *buf, char c) {
    const bool fits = buf->status == AV_OK && 1 < buf->cap - buf->len;
    if (!fits && !av_buf_reserve(buf, 1)) return;
    buf->ptr[buf->len++] = c;
}

void av_buf_puts(av_buf *buf, const char *nul_ended);
/** A whole number in decimal digits. */
void av_buf_put_int(av_buf *buf, int64_t number);
void av_buf_fill(av_buf *buf, char c, size_t count);
void av_buf_printf(av_buf *buf, const char *format, ...) AV_PRINTF(2, 3);
/** Shortens to `len` bytes. */
void av_buf_truncate(av_buf *buf, size_t len);

/** What was written so far; until the next change. */
av_text av_buf_text(const av_buf *buf);

enum { AV_BUF_CEILING = 64 * 1024 * 1024 }; /**< no single text archvm builds is longer */

#endif
