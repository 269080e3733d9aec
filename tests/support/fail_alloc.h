/* An allocator that fails on demand and knows what is still held. */
#ifndef AV_TEST_SUPPORT_FAIL_ALLOC_H
#define AV_TEST_SUPPORT_FAIL_ALLOC_H

#include "base/alloc.h"

typedef struct av_fail_alloc {
    size_t fail_at;  /**< the call to fail, counted from 1; 0 fails none */
    bool once;       /**< only that call fails, otherwise every later one too */
    size_t calls;    /**< allocations and growths asked for so far */
    size_t failures; /**< how many of them were refused */
    size_t live_blocks, live_bytes;
    bool size_mismatch; /**< a block was given back or resized with a size that is not its own */
} av_fail_alloc;

/** The host allocator over `state`, which must outlive it. Every growth moves the block. */
av_alloc av_fail_alloc_host(av_fail_alloc *state);

/**
 * One piece of work over `host`, which gives all its memory back before it returns, also on
 * failure. It returns AV_OK or AV_ERR_MEMORY and checks its results itself when it succeeds.
 */
typedef av_status av_fail_scenario(const av_alloc *host, void *context);

/**
 * Runs the scenario with the n-th allocation failing for n = 1, 2, 3 ... until none fails, each n
 * once alone and once with all later ones. Fails the CMocka test on a leak, a wrong size, a status
 * that is neither success nor AV_ERR_MEMORY, and an undisturbed run that does not succeed.
 */
void av_fail_each(av_fail_scenario *scenario, void *context);

#endif
