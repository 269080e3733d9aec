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

/* What a run nests deepest on its caller's stack must fit a hand's; the system's own default may be a quarter of this, or less. */
enum { STACK_BYTES = 8 * 1024 * 1024 };

/* Hands stand by once they were started: a call costs them a wake-up, not a thread. They end with the process: between calls they
 * hold nothing. A task may call in its turn: whoever calls takes tasks of that call alone, so it waits only for hands that work. */
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

/* Has as many hands stand by as there are threads, the caller's apart; as many as can be had. */
static void muster(void) {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return;
    bool able = pthread_attr_setstacksize(&attributes, STACK_BYTES) == 0 &&
                pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) == 0;
    for (const size_t wanted = cli_thread_count() - 1; able && crew.hands < wanted;) {
        pthread_t hand;
        able = pthread_create(&hand, &attributes, stand_by, NULL) == 0;
        if (able) crew.hands++;
    }
    pthread_attr_destroy(&attributes);
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
