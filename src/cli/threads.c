#include "cli/threads.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

typedef struct crew {
    void (*task)(void *work, size_t index);
    void *work;
    size_t count;
    atomic_size_t next; /* the first task that nobody has taken */
} crew;

static void *labour(void *payload) {
    crew *c = payload;
    for (;;) {
        size_t index = atomic_fetch_add_explicit(&c->next, 1, memory_order_relaxed);
        if (index >= c->count) return NULL;
        c->task(c->work, index);
    }
}

size_t cli_thread_count(void) {
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : online > CLI_THREADS ? CLI_THREADS : (size_t)online;
}

void cli_execute(void *payload, size_t count, void (*task)(void *work, size_t index), void *work) {
    (void)payload;
    crew c = {.task = task, .work = work, .count = count};
    atomic_init(&c.next, 0);
    pthread_t helpers[CLI_THREADS];
    size_t wanted = cli_thread_count(), started = 0;
    if (wanted > count) wanted = count;
    while (started + 1 < wanted && pthread_create(&helpers[started], NULL, labour, &c) == 0)
        started++;
    (void)labour(&c);
    for (size_t i = 0; i < started; i++) (void)pthread_join(helpers[i], NULL);
}
