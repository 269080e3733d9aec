/* Feeds a fuzzer without libFuzzer: files as they are, cut short, damaged, or bytes made at random.
 *
 *     fuzz_x PATH...                    each file, and each file of each folder
 *     fuzz_x --truncate STEP PATH...    each file cut after 0, STEP, 2 * STEP ... bytes
 *     fuzz_x --flip STEP PATH...        each file with its byte 0, STEP, 2 * STEP ... changed
 *     fuzz_x --random COUNT             so many inputs of random bytes, short and long, the same in every run
 *     fuzz_x --run-every N ...          see fuzz.h
 *
 * An input that takes longer than ten seconds ends the process. With FUZZ_TRACE in the environment each input is named first. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "support/disk.h"

enum { SECONDS_MOST = 10, RANDOM_BYTES = 2000, NAME_BYTES = 400 };

static char current[NAME_BYTES];
static bool tracing;
static size_t inputs;

static void too_slow(int number) {
    static const char words[] = ": takes too long\n";
    (void)number;
    if (write(STDERR_FILENO, current, strlen(current)) < 0 ||
        write(STDERR_FILENO, words, sizeof words - 1) < 0)
        _exit(2);
    _exit(1);
}

/** A copy as long as the input, so that reading past its end is seen. */
static void feed(const char *bytes, size_t len) {
    uint8_t *copy = malloc(len > 0 ? len : 1);
    if (copy == NULL) abort();
    if (len > 0) memcpy(copy, bytes, len);
    if (tracing) fprintf(stderr, "%s\n", current);
    alarm(SECONDS_MOST);
    (void)LLVMFuzzerTestOneInput(copy, len);
    alarm(0);
    free(copy);
    inputs++;
}

static void feed_cut(const av_disk_file *file, size_t step) {
    for (size_t len = 0; len < file->len; len += step) {
        snprintf(current, sizeof current, "%s cut after %zu bytes", file->path, len);
        feed(file->bytes, len);
    }
}

static void feed_damaged(const av_disk_file *file, size_t step) {
    static const char changes[] = {0x01, (char)0x80, (char)0xff, 0x20};
    for (size_t at = 0; at < file->len; at += step) {
        snprintf(current, sizeof current, "%s with byte %zu changed", file->path, at);
        const char before = file->bytes[at];
        file->bytes[at] = (char)(before ^ changes[at / step % sizeof changes]);
        feed(file->bytes, file->len);
        file->bytes[at] = before;
    }
}

static void feed_random(size_t count) {
    uint64_t seed = 0x9E3779B97F4A7C15u;
    char bytes[RANDOM_BYTES];
    for (size_t i = 0; i < count; i++) {
        const size_t len = i % 3 == 0   ? 5 * (1 + i % 5)
                           : i % 3 == 1 ? sizeof bytes / 10
                                        : sizeof bytes;
        for (size_t j = 0; j < len; j++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            bytes[j] = (char)(seed >> 56);
        }
        snprintf(current, sizeof current, "random input %zu", i);
        feed(bytes, len);
    }
}

static size_t number(const char *word) {
    const size_t value = word != NULL ? strtoul(word, NULL, 10) : 0;
    if (value > 0) return value;
    fprintf(stderr,
            "usage: [--run-every N] [--truncate STEP | --flip STEP | --random COUNT] PATH...\n");
    exit(2);
}

int main(int argc, char **argv) {
    size_t truncate = 0, flip = 0;
    tracing = getenv("FUZZ_TRACE") != NULL;
    signal(SIGALRM, too_slow);
    for (int i = 1; i < argc; i++) {
        const char *next = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(argv[i], "--truncate") == 0) truncate = number(next), i++;
        else if (strcmp(argv[i], "--flip") == 0) flip = number(next), i++;
        else if (strcmp(argv[i], "--run-every") == 0) fuzz_run_every = (unsigned)number(next), i++;
        else if (strcmp(argv[i], "--random") == 0) feed_random(number(next)), i++;
        else {
            av_disk files = {0};
            av_disk_add(&files, argv[i], "");
            for (size_t j = 0; j < files.count; j++) {
                snprintf(current, sizeof current, "%s", files.items[j].path);
                if (truncate > 0) feed_cut(&files.items[j], truncate);
                if (flip > 0) feed_damaged(&files.items[j], flip);
                if (truncate == 0 && flip == 0) feed(files.items[j].bytes, files.items[j].len);
            }
            av_disk_free(&files);
        }
    }
    printf("%zu inputs\n", inputs);
    return inputs > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
