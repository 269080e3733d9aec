/* The first touch of a page costs a cold process more than the work on what it then holds. Under Linux the heap asks for large
 * pages, and keeps what it has until the process ends. */
#if defined(__linux__)
#define _DEFAULT_SOURCE /* madvise and sbrk */
#endif
#include "cli/memory.h"

#include <stdint.h>
#include <stdlib.h>

#if defined(__linux__) && defined(__GLIBC__)
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    LARGE_PAGE = 2 * 1024 * 1024,
    /** address space the heap grows by; pages that are not touched cost nothing */
    HEAP_STEP = 48 * LARGE_PAGE,
    /** blocks from this size on are no part of the heap (the most mallopt takes) */
    APART = 32 * 1024 * 1024
};

void cli_memory_init(void) {
    mallopt(M_MMAP_THRESHOLD, APART);
    mallopt(M_TRIM_THRESHOLD, INT32_MAX);
    mallopt(M_TOP_PAD, HEAP_STEP);
    /* one heap for all threads: they ask it for large chunks, and seldom */
    mallopt(M_ARENA_MAX, 1);
    void *first = malloc(1); /* makes the heap */
    uintptr_t from = ((uintptr_t)first + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE,
              to = (uintptr_t)sbrk(0);
    free(first);
    /* A wish: small pages serve as well. */
    if (first != NULL && from < to && to - from <= HEAP_STEP + LARGE_PAGE)
        (void)madvise((void *)from, to - from, MADV_HUGEPAGE);
}
#else
void cli_memory_init(void) {}
#endif
