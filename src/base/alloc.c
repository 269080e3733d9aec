#include "base/alloc.h"

#include <stdlib.h>

static void *libc_realloc(void *payload, void *block, size_t old_size, size_t size) {
    (void)payload;
    (void)old_size;
    if (size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, size);
}

av_alloc av_alloc_default(void) {
    return (av_alloc){libc_realloc, NULL};
}

void *av_alloc_new(const av_alloc *host, size_t size) {
    return host->call(host->payload, NULL, 0, size);
}

void *av_alloc_resize(const av_alloc *host, void *block, size_t old_size, size_t size) {
    return host->call(host->payload, block, old_size, size);
}

void av_alloc_free(const av_alloc *host, void *block, size_t size) {
    if (block) (void)host->call(host->payload, block, size, 0);
}
