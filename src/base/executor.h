/* Work that may be done side by side. The library starts no threads; a host that has some lends them. Tasks of one call share
 * nothing they change, so that the result is the same on any number of threads, one included. */
#ifndef AV_BASE_EXECUTOR_H
#define AV_BASE_EXECUTOR_H

#include "base/common.h"

/** Task number `index` of a piece of work. */
typedef void av_task_fn(void *work, size_t index);

/** Runs tasks 0 .. count - 1, each once and in any order, and returns when all have ended. */
typedef void av_tasks_fn(void *payload, size_t count, av_task_fn *task, void *work);

typedef struct av_executor {
    av_tasks_fn *call; /**< NULL: one task after the other */
    void *payload;
} av_executor;

/** Everything on the caller's thread. */
#define AV_ALONE (&(const av_executor){NULL, NULL})

static inline void av_do_tasks(const av_executor *executor, size_t count, av_task_fn *task,
                               void *work) {
    if (executor->call != NULL && count > 1) {
        executor->call(executor->payload, count, task, work);
        return;
    }
    for (size_t i = 0; i < count; i++) task(work, i);
}

#endif
