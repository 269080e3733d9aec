#include "support/fail_alloc.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

enum { ALLOCATIONS_MOST = 100000 /**< a scenario that asks for more never ends */ };

static bool refuses(av_fail_alloc *state) {
    state->calls++;
    if (state->fail_at == 0) return false;
    bool refused = state->once ? state->calls == state->fail_at : state->calls >= state->fail_at;
    if (refused) state->failures++;
    return refused;
}

/* Each block starts with its size, in a place as large as the strictest alignment. */
static void *fail_realloc(void *payload, void *block, size_t old_size, size_t size) {
    av_fail_alloc *state = payload;
    const size_t head = sizeof(max_align_t);
    unsigned char *old = block ? (unsigned char *)block - head : NULL;
    if (old) {
        size_t known;
        memcpy(&known, old, sizeof known);
        if (known != old_size) state->size_mismatch = true;
        old_size = known;
    } else {
        old_size = 0;
    }
    unsigned char *made = NULL;
    if (size > 0) {
        if (refuses(state)) return NULL;
        made = malloc(head + size);
        if (!made) return NULL;
        memcpy(made, &size, sizeof size);
        memset(made + head, 0xA5, size);
        if (old) memcpy(made + head, old + head, old_size < size ? old_size : size);
        state->live_blocks++;
        state->live_bytes += size;
    }
    if (old) {
        memset(old + head, 0x5A, old_size);
        free(old);
        state->live_blocks--;
        state->live_bytes -= old_size;
    }
    return made ? made + head : NULL;
}

av_alloc av_fail_alloc_host(av_fail_alloc *state) {
    return (av_alloc){fail_realloc, state};
}

void av_fail_each(av_fail_scenario *scenario, void *context) {
    for (int once = 0; once <= 1; once++) {
        for (size_t n = 1;; n++) {
            assert_true(n <= ALLOCATIONS_MOST);
            av_fail_alloc state = {.fail_at = n, .once = once != 0};
            const av_alloc host = av_fail_alloc_host(&state);
            const av_status status = scenario(&host, context);
            if (state.live_blocks || state.size_mismatch)
                fail_msg("allocation %zu failing%s: %zu blocks (%zu bytes) kept, sizes %s", n,
                         once ? " alone" : "", state.live_blocks, state.live_bytes,
                         state.size_mismatch ? "wrong" : "right");
            if (status != AV_OK && (status != AV_ERR_MEMORY || state.failures == 0))
                fail_msg("allocation %zu failing%s: status %d", n, once ? " alone" : "", status);
            if (state.failures == 0) break;
        }
    }
}
