#include "cli/threads.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

/** Work somebody asked for: it stands on its caller's stack, and in the crew's list until no task is left to take. */
typedef struct call {
    void (*task)(void *work, size_t index);
    void *work;
    size_t count;
    atomic_size_t next; /* the first task that nobody has taken */
    size_t working;     /* hands at it */
    struct call *below;
} call;

/* Hands stand by once they were started: a call costs them a wake-up, not a thread. They end with the process. A task may call in
 * its turn. */
static struct crew {
    pthread_mutex_t lock;  /* of all but `next` */
    pthread_cond_t called; /* there is a new call */
    pthread_cond_t done;   /* the last hand at a call has put it down */
    size_t hands;
    call *calls; /* the last one first */
} crew = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, NULL};

static void labour(call *c) {
    for (;;) {
        size_t index = atomic_fetch_add_explicit(&c->next, 1, memory_order_relaxed);
        if (index >= c->count) return;
        c->task(c->work, index);
    }
}

static call *find_call(void) {
    call *c = crew.calls;
    while (c != NULL && atomic_load_explicit(&c->next, memory_order_relaxed) >= c->count)
        c = c->below;
    return c;
}

static void *stand_by(void *payload) {
    (void)payload;
    pthread_mutex_lock(&crew.lock);
    for (;;) {
        call *c = find_call();
        if (c == NULL) {
            pthread_cond_wait(&crew.called, &crew.lock);
            continue;
        }
        c->working++; /* the caller waits until this is 0 again */
        pthread_mutex_unlock(&crew.lock);
        labour(c);
        pthread_mutex_lock(&crew.lock);
        if (--c->working == 0) pthread_cond_broadcast(&crew.done);
    }
    return NULL;
}

size_t cli_thread_count(void) {
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : online > CLI_THREADS ? CLI_THREADS : (size_t)online;
}

/* Has as many hands stand by as there are threads, the caller's apart. */
static void muster(void) {
    for (const size_t wanted = cli_thread_count() - 1; crew.hands < wanted; crew.hands++) {
        pthread_t hand;
        if (pthread_create(&hand, NULL, stand_by, NULL) != 0) return;
        pthread_detach(hand);
    }
}

static void dismiss(const call *c) {
    call **link = &crew.calls;
    while (*link != c) link = &(*link)->below;
    *link = c->below;
}

void cli_execute(void *payload, size_t count, void (*task)(void *work, size_t index), void *work) {
    (void)payload;
    call c = {.task = task, .work = work, .count = count};
    atomic_init(&c.next, 0);
    if (count < 2) {
        labour(&c);
        return;
    }
    pthread_mutex_lock(&crew.lock);
    if (crew.hands == 0) muster();
    c.below = crew.calls;
    crew.calls = &c;
    pthread_cond_broadcast(&crew.called);
    pthread_mutex_unlock(&crew.lock);
    labour(&c);
    pthread_mutex_lock(&crew.lock);
    dismiss(&c);
    while (c.working > 0) pthread_cond_wait(&crew.done, &crew.lock);
    pthread_mutex_unlock(&crew.lock);
}
