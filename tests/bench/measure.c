/* Runs commands in turn as whole processes and prints what they cost:
 *
 *     measure RUNS NAME COMMAND [ARG...] [-- NAME COMMAND [ARG...]]...
 *
 * A line per command: name, best and median wall time in milliseconds, peak memory in KiB, ratio of its median to that of the
 * first command. Commands take turns, so that a machine whose speed drifts treats them alike. Standard output of the commands is
 * thrown away. In an argument `@` stands for the number of the round, so that every run can have a folder of its own. Exit status 1
 * when a command fails. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS = 16, RUNS = 1000, ARGUMENTS = 32, ARGUMENT_BYTES = 4096 };

typedef struct command {
    char *name;
    char **argv;
    double times[RUNS];
    long peak;
} command;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* The arguments of round `number`; false when they are too many or too long. */
static int fill_in(char *const *given, int number, char *out[ARGUMENTS + 1]) {
    static char texts[ARGUMENTS][ARGUMENT_BYTES];
    for (int i = 0; i < ARGUMENTS; i++) {
        out[i] = given[i];
        if (given[i] == NULL) return 1;
        const char *at = strchr(given[i], '@');
        if (at == NULL) continue;
        const int length = snprintf(texts[i], ARGUMENT_BYTES, "%.*s%d%s", (int)(at - given[i]),
                                    given[i], number, at + 1);
        if (length < 0 || length >= ARGUMENT_BYTES) return 0;
        out[i] = texts[i];
    }
    return 0;
}

/* One run; its wall time, or a negative number when it failed. */
static double run(command *c, int number) {
    char *arguments[ARGUMENTS + 1];
    if (!fill_in(c->argv, number, arguments)) return -1;
    double start = now();
    pid_t pid = fork();
    if (pid < 0) return -1;
    if (!pid) {
        int null = open("/dev/null", O_WRONLY);
        if (null >= 0) dup2(null, STDOUT_FILENO);
        execvp(arguments[0], arguments);
        _exit(127);
    }
    int status = 0;
    struct rusage usage;
    if (wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) || WEXITSTATUS(status))
        return -1;
    if (usage.ru_maxrss > c->peak) c->peak = usage.ru_maxrss;
    return now() - start;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
    static command commands[COMMANDS];
    int count = 0, runs = argc > 1 ? atoi(argv[1]) : 0;
    for (int i = 2; i < argc && count < COMMANDS; i++) {
        commands[count].name = argv[i++];
        commands[count].argv = &argv[i];
        while (i < argc && strcmp(argv[i], "--")) i++;
        if (i < argc) argv[i] = NULL;
        count++;
    }
    if (runs < 1 || runs > RUNS || !count) {
        fprintf(stderr,
                "usage: measure RUNS NAME COMMAND [ARG...] [-- NAME COMMAND [ARG...]]...\n");
        return 2;
    }
    for (int r = -1; r < runs; r++) /* the first round warms up and is not counted */
        for (int c = 0; c < count; c++) {
            double t = run(&commands[c], r + 1);
            if (t < 0) {
                fprintf(stderr, "measure: %s failed\n", commands[c].name);
                return 1;
            }
            if (r >= 0) commands[c].times[r] = t;
        }
    printf("%-34s %9s %9s %10s %8s\n", "command", "best ms", "median ms", "peak KiB", "ratio");
    double first = 0;
    for (int c = 0; c < count; c++) {
        qsort(commands[c].times, (size_t)runs, sizeof(double), ascending);
        double median = commands[c].times[runs / 2];
        if (!c) first = median;
        printf("%-34s %9.2f %9.2f %10ld %8.2f\n", commands[c].name, commands[c].times[0], median,
               commands[c].peak, first > 0 ? median / first : 0);
    }
    return 0;
}
