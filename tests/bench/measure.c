/* Runs commands in turn as whole processes and prints what they cost:
 *
 *     measure RUNS NAME COMMAND [ARG...] [-- NAME COMMAND [ARG...]]...
 *
 * A line per command: name, best and median wall time in milliseconds, peak memory in KiB, ratio of its median to that of the
 * first command. Commands take turns, so that a machine whose speed drifts treats them alike. Standard output of the commands is
 * thrown away. Exit status 1 when a command fails. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS = 16, RUNS = 1000 };

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

/* One run; its wall time, or a negative number when it failed. */
static double run(command *c) {
    double start = now();
    pid_t pid = fork();
    if (pid < 0) return -1;
    if (!pid) {
        int null = open("/dev/null", O_WRONLY);
        if (null >= 0) dup2(null, STDOUT_FILENO);
        execvp(c->argv[0], c->argv);
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
            double t = run(&commands[c]);
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
