/* Threads of the command: as many as there are processors at hand, for work that may be done side by side. */
#ifndef AV_CLI_THREADS_H
#define AV_CLI_THREADS_H

#include <stddef.h>

enum { CLI_THREADS = 16 /**< most threads at a time, the caller's included */ };

/** Threads that cli_execute uses for work of many tasks. */
size_t cli_thread_count(void);

/** Does tasks 0 to `count` - 1 of `work`, each once, and returns when the last has ended. Threads are started at the first call and
 * stand by until the process ends; where none can be started, the caller's does all. A task may call it, too. An archvm_execute_fn;
 * `payload` is not used. */
void cli_execute(void *payload, size_t count, void (*task)(void *work, size_t index), void *work);

#endif
