/* What hearing prose costs, and how the time grows with the text:
 *
 *     bench_prose RUNS RULES TEXT
 *
 * TEXT is repeated to 1, 2, 4 and 8 MB and heard by the signals of the files below RULES; so is noise, words no signal knows. A
 * line per size: best time of the processor in milliseconds and MB a second; then the slope, the time of a further MB between the smallest and the
 * largest, beside the time of the first: about 1 when time is linear. Exit status 1 when hearing fails. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "prose/hear.h"
#include "support/disk.h"
#include "support/policy.h"

enum { MEGABYTE = 1000 * 1000, SIZES = 4, RUNS = 1000 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static av_status ignore(void *payload, const av_heard *heard) {
    (void)payload;
    (void)heard;
    return AV_OK;
}

/* Best time of `runs`; negative on failure. */
static double measure(const av_policy *policy, av_text text, int runs) {
    double best = -1;
    for (int i = 0; i < runs; i++) {
        av_arena arena;
        av_heard_sums sums;
        av_arena_init(&arena, &policy->host, 0);
        const double start = now();
        av_hearing *hearing = av_hearing_new(&arena, &policy->program->net, text.len);
        const av_status status =
            hearing != NULL ? av_hear(hearing, text, ignore, NULL, &sums) : AV_ERR_MEMORY;
        const double time = now() - start;
        av_hearing_end(hearing);
        av_arena_free(&arena);
        if (status != AV_OK) return -1;
        if (best < 0 || time < best) best = time;
    }
    return best;
}

static int report(const av_policy *policy, const char *name, const char *text, int runs) {
    static const size_t sizes[SIZES] = {1, 2, 4, 8};
    double times[SIZES];
    for (size_t i = 0; i < SIZES; i++) {
        times[i] = measure(policy, (av_text){text, sizes[i] * MEGABYTE}, runs);
        if (times[i] < 0) return 1;
        printf("  %-8s %zu MB %8.1f ms %7.1f MB/s\n", name, sizes[i], times[i],
               (double)sizes[i] * 1e3 / times[i]);
    }
    const double slope = (times[SIZES - 1] - times[0]) / (double)(sizes[SIZES - 1] - sizes[0]);
    printf("  %-8s slope: %.1f ms a further MB, %.2f of the first\n", name, slope,
           slope / times[0]);
    return 0;
}

/* Words of three to ten letters that mean nothing. */
static void fill_noise(char *to, size_t size) {
    uint32_t random = 1;
    for (size_t i = 0, left = 5; i < size; i++) {
        random = random * 1664525u + 1013904223u;
        to[i] = left == 0 ? ' ' : (char)('a' + (random >> 24) % 26);
        left = left == 0 ? 3 + (random >> 16) % 8 : left - 1;
    }
}

static char *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) return NULL;
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(*size + 1);
    if (text != NULL) *size = fread(text, 1, *size, file);
    fclose(file);
    return text;
}

int main(int argc, char **argv) {
    const int runs = argc == 4 ? atoi(argv[1]) : 0;
    if (runs < 1 || runs > RUNS) {
        fprintf(stderr, "usage: bench_prose RUNS RULES TEXT\n");
        return 2;
    }
    av_disk files = {0};
    av_policy policy;
    av_disk_add(&files, argv[2], ".arch");
    av_policy_compile(&policy, &files);
    av_disk_free(&files);
    size_t size = 0, most = 8u * MEGABYTE;
    char *once = read_file(argv[3], &size), *text = malloc(most), *noise = malloc(most);
    if (once == NULL || text == NULL || noise == NULL || size == 0) return 1;
    for (size_t at = 0; at < most; at += size)
        memcpy(text + at, once, size < most - at ? size : most - at);
    fill_noise(noise, most);
    printf("  %u signals, %u patterns, %u places\n", policy.program->signal_count,
           policy.program->net.pattern_count, policy.program->net.position_count);
    int status = report(&policy, "prose", text, runs);
    if (status == 0) status = report(&policy, "noise", noise, runs);
    free(once);
    free(text);
    free(noise);
    av_policy_free(&policy);
    return status;
}
