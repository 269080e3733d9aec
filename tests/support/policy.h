/* Rules as the engine compiles them, with their trees kept, so that every executor can run them. */
#ifndef AV_TEST_SUPPORT_POLICY_H
#define AV_TEST_SUPPORT_POLICY_H

#include "engine/engine.h"
#include "support/disk.h"

typedef struct av_policy {
    av_alloc host;
    av_texts *texts;
    av_program *program; /**< NULL when the rules have mistakes */
} av_policy;

/**
 * Compiles the sources with their tests; `analyse` looks for what can never happen too. The status of av_compile. Free the
 * policy whatever it is.
 */
av_status av_policy_try(av_policy *policy, const av_alloc *host, const archvm_source *sources,
                        size_t count, bool analyse) AV_MUST_USE;
/** The same of files, over the C library's allocator; ends the process, showing the mistakes, when there are any. */
void av_policy_compile(av_policy *policy, const av_disk *files);
void av_policy_free(av_policy *policy);

/** A brief read for a run by one executor, and the run. */
typedef struct av_briefed {
    av_texts *texts;
    av_arena arena;
    av_run *defaults;
    av_facts facts;
    av_run *run; /**< NULL when the brief has mistakes */
} av_briefed;

av_status av_briefed_open(av_briefed *briefed, const av_program *program, const av_alloc *host,
                          const av_run_limits *limits, av_execute_fn *execute,
                          av_text brief) AV_MUST_USE;
void av_briefed_close(av_briefed *briefed);

#endif
