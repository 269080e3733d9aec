/* The host's allocator: the one door through which all memory comes. */
#ifndef AV_BASE_ALLOC_H
#define AV_BASE_ALLOC_H

#include "base/common.h"

/**
 * One function does it all: `size` 0 frees `block` (NULL is fine) and returns NULL; otherwise the
 * block is resized (or made, when `block` is NULL) and NULL means failure with the old block
 * untouched.
 */
typedef void *av_realloc_fn(void *payload, void *block, size_t old_size, size_t size);

typedef struct av_alloc {
    av_realloc_fn *call;
    void *payload;
} av_alloc;

/** The C library's allocator. Thread-safe as far as malloc is. */
av_alloc av_alloc_default(void);

/** NULL on failure. `size` must not be 0. */
void *av_alloc_new(const av_alloc *host, size_t size) AV_MUST_USE;
/** NULL on failure, the old block then being as it was. */
void *av_alloc_resize(const av_alloc *host, void *block, size_t old_size, size_t size) AV_MUST_USE;
/** Gives a block of `size` bytes back; NULL is fine. */
void av_alloc_free(const av_alloc *host, void *block, size_t size);

#endif
