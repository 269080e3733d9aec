#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

enum { BUF_FIRST = 256 /**< bytes of the first block */ };

void av_buf_init(av_buf *buf, const av_alloc *host, size_t ceiling) {
    *buf = (av_buf){.host = *host, .ceiling = ceiling ? ceiling : AV_BUF_CEILING};
}

void av_buf_free(av_buf *buf) {
    if (buf->ptr) av_alloc_free(&buf->host, buf->ptr, buf->cap);
    buf->ptr = NULL;
    buf->len = buf->cap = 0;
}

void av_buf_clear(av_buf *buf) {
    buf->len = 0;
}

static bool grow(av_buf *buf, size_t more) {
    if (more > buf->ceiling - buf->len) {
        buf->status = AV_ERR_LIMIT;
        return false;
    }
    size_t need = buf->len + more;
    if (need == SIZE_MAX) {
        buf->status = AV_ERR_MEMORY;
        return false;
    }
    size_t cap = buf->cap > SIZE_MAX / 2 ? SIZE_MAX : buf->cap * 2;
    if (cap < BUF_FIRST) cap = BUF_FIRST;
    if (cap > buf->ceiling) cap = buf->ceiling; /* doubling goes no further than can be used */
    if (cap <= need) cap = need + 1;
    char *moved = av_alloc_resize(&buf->host, buf->ptr, buf->cap, cap);
    if (!moved) {
        buf->status = AV_ERR_MEMORY;
        return false;
    }
    buf->ptr = moved;
    buf->cap = cap;
    return true;
}

/* The byte beyond is for the NUL vsnprintf writes, so cap <= ceiling + 1. */
bool av_buf_reserve(av_buf *buf, size_t more) {
    if (buf->status != AV_OK) return false;
    return more < buf->cap - buf->len || grow(buf, more);
}

void av_buf_puts(av_buf *buf, const char *nul_ended) {
    av_buf_put(buf, av_text_from(nul_ended));
}

void av_buf_put_int(av_buf *buf, int64_t number) {
    char digits[20]; /* of the longest, and its sign */
    size_t at = sizeof digits;
    uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (number < 0) digits[--at] = '-';
    av_buf_put(buf, (av_text){digits + at, sizeof digits - at});
}

void av_buf_fill(av_buf *buf, char c, size_t count) {
    if (count == 0 || !av_buf_reserve(buf, count)) return;
    memset(buf->ptr + buf->len, c, count);
    buf->len += count;
}

void av_buf_printf(av_buf *buf, const char *format, ...) {
    va_list args;
    if (!av_buf_reserve(buf, 0)) return;
    va_start(args, format);
    int length = vsnprintf(buf->ptr + buf->len, buf->cap - buf->len, format, args);
    va_end(args);
    if (length < 0) {
        buf->status = AV_ERR_LIMIT;
        return;
    }
    size_t needed = (size_t)length;
    if (needed >= buf->cap - buf->len) {
        if (!av_buf_reserve(buf, needed)) return;
        va_start(args, format);
        (void)vsnprintf(buf->ptr + buf->len, buf->cap - buf->len, format, args);
        va_end(args);
    }
    buf->len += needed;
}

void av_buf_truncate(av_buf *buf, size_t len) {
    if (len < buf->len) buf->len = len;
}

av_text av_buf_text(const av_buf *buf) {
    return (av_text){buf->ptr ? buf->ptr : "", buf->len};
}
