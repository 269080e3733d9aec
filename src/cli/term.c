#include "cli/term.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void cli_term_init(void) {
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, NULL);
#ifdef SIGXFSZ
    /* A file that may not grow further is an error of the write, like a full disk. */
    sigaction(SIGXFSZ, &ignore, NULL);
#endif
}

bool cli_color(const cli_args *args) {
    const char *when = args->value[CLI_OPT_COLOR];
    if (when != NULL && strcmp(when, "auto") != 0) return strcmp(when, "always") == 0;
    const char *no_color = getenv("NO_COLOR");
    if (no_color != NULL && no_color[0] != '\0') return false;
    const char *term = getenv("TERM");
    if (term == NULL || strcmp(term, "dumb") == 0) return false;
    return isatty(STDERR_FILENO) == 1;
}

int cli_put(av_text text) {
    while (text.len > 0) {
        const ssize_t done = write(STDOUT_FILENO, text.ptr, text.len);
        if (done < 0) {
            if (errno == EINTR) continue;
            if (errno == EPIPE) return CLI_GONE;
            cli_system_error(errno, "standard output");
            return CLI_SYSTEM;
        }
        text = av_text_slice(text, (size_t)done, text.len - (size_t)done);
    }
    return CLI_OK;
}

void cli_put_error(av_text text) {
    /* A closed standard error leaves nobody to tell. */
    (void)!fwrite(text.ptr, 1, text.len, stderr);
}

void cli_error(const char *format, ...) {
    va_list list;
    va_start(list, format);
    fputs("archvm: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
}

void cli_system_error(int error_number, const char *format, ...) {
    va_list list;
    va_start(list, format);
    fputs("archvm: ", stderr);
    vfprintf(stderr, format, list);
    fprintf(stderr, ": %s\n", strerror(error_number));
    va_end(list);
}

void cli_note(const cli_args *args, const char *format, ...) {
    if (args->given[CLI_OPT_QUIET]) return;
    va_list list;
    va_start(list, format);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
}
