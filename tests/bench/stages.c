/* What each stage of the main job costs inside one process, warm:
 *
 *     bench_stages RUNS RULES BRIEF
 *
 * On as many threads as the command would use. A line per stage: best and median time in milliseconds and its share of the sum of
 * medians. RULES are the files below a directory, without tests; BRIEF is what `archvm run RULES BRIEF` would read. Exit status 1 when
 * a stage fails. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/threads.h"
#include "code/code.h"
#include "engine/compile.h"
#include "sema/sema.h"
#include "support/disk.h"

enum { RUNS = 1000 };

typedef enum stage {
    PARSE,
    CHECK,
    GENERATE,
    LOAD_IMAGE,
    READ_FACTS,
    GATE,
    WRITE,
    MAP,
    STAGES
} stage;

static const char *const titles[STAGES] = {
    [PARSE] = "parse all rules",
    [CHECK] = "names, types, decisions, code",
    [GENERATE] = "link the code",
    [LOAD_IMAGE] = "load an image instead of these three",
    [READ_FACTS] = "read the brief",
    [GATE] = "decide, collect, check, repair",
    [WRITE] = "write documents and artefacts",
    [MAP] = "map their lines to rules",
};

static double times[STAGES][RUNS];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void must(bool ok, stage at) {
    if (ok) return;
    fprintf(stderr, "bench_stages: failed: %s\n", titles[at]);
    exit(EXIT_FAILURE);
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/** The three stages from texts to a program with its code. */
static void compile(const archvm_source *sources, size_t count, int run) {
    const av_alloc host = av_alloc_default();
    const av_executor threads = {cli_execute, NULL};
    av_texts *texts = av_texts_new(&host);
    must(texts != NULL, PARSE);
    av_arena trees;
    av_arena_init(&trees, &host, 0);
    av_parsed parsed;
    av_program *program = NULL;
    av_codes *codes = av_codes_new(&host, &texts->sources);
    must(codes != NULL, PARSE);
    const av_check_options check = {.trees_go = true, .on_bodies = av_codes_on_bodies(codes)};
    double start = now();
    must(av_parse_sources(&threads, texts, sources, count, false, &trees, &parsed) == AV_OK, PARSE);
    double parsed_at = now();
    must(av_check_program(&texts->diags, &texts->sources, parsed.files, parsed.count, &check, &host,
                          &threads, &program) == AV_OK,
         CHECK);
    double checked_at = now();
    must(av_generate(program, codes, &texts->diags, &threads) == AV_OK &&
             texts->diags.error_count == 0,
         GENERATE);
    times[GENERATE][run] = now() - checked_at;
    times[CHECK][run] = checked_at - parsed_at;
    times[PARSE][run] = parsed_at - start;
    av_codes_free(codes);
    av_program_free(program);
    av_arena_free(&trees);
    av_texts_release(texts);
}

/** From an image and a brief to every file. */
static void execute(const archvm_engine *engine, archvm_text image, archvm_text path,
                    archvm_text brief, int run) {
    archvm_program *program;
    archvm_facts *facts;
    archvm_run *work;
    archvm_output *output;
    archvm_text map;
    double start = now();
    must(archvm_program_open_image(engine, path, image, &program, NULL) == ARCHVM_OK, LOAD_IMAGE);
    times[LOAD_IMAGE][run] = now() - start;
    start = now();
    must(archvm_facts_read(program, path, brief, NULL, &facts, NULL) == ARCHVM_OK, READ_FACTS);
    times[READ_FACTS][run] = now() - start;
    must(archvm_run_new(program, facts, NULL, &work) == ARCHVM_OK, GATE);
    start = now();
    archvm_gate gate;
    must(archvm_run_gate(work, &gate) == ARCHVM_OK && gate.failed == 0 && gate.passed > 0, GATE);
    times[GATE][run] = now() - start;
    start = now();
    must(archvm_run_emit(work, NULL, &output) == ARCHVM_OK && archvm_output_count(output) > 0,
         WRITE);
    times[WRITE][run] = now() - start;
    start = now();
    must(archvm_output_map(output, &map) == ARCHVM_OK && map.len > 0, MAP);
    times[MAP][run] = now() - start;
    archvm_text_free(engine, &map);
    archvm_output_free(output);
    archvm_run_free(work);
    archvm_facts_free(facts);
    archvm_program_free(program);
}

/** Lines of the rules, without their tests, which are not compiled here. */
static size_t count_lines(const av_disk *rules) {
    size_t lines = 0;
    for (size_t i = 0; i < rules->count; i++) {
        const av_text text = av_disk_text(&rules->items[i]);
        if (av_text_ends(av_text_from(rules->items[i].path), AV_TEXT("_test.arch"))) continue;
        for (size_t at = 0; at < text.len; at++) lines += text.ptr[at] == '\n';
    }
    return lines;
}

static void print(int runs, size_t lines) {
    double sum = 0;
    for (int s = 0; s < STAGES; s++) {
        qsort(times[s], (size_t)runs, sizeof times[s][0], ascending);
        if (s != LOAD_IMAGE) sum += times[s][runs / 2];
    }
    printf("%zu threads\n", cli_thread_count());
    printf("%-38s %10s %10s %8s\n", "stage", "best ms", "median ms", "share");
    for (int s = 0; s < STAGES; s++) {
        double median = times[s][runs / 2];
        printf("%-38s %10.2f %10.2f ", titles[s], times[s][0], median);
        if (s == LOAD_IMAGE) printf("%8s\n", "-");
        else printf("%7.1f%%\n", median / sum * 100);
    }
    printf("%-38s %10s %10.2f\n", "all, from source", "", sum);
    const int half = runs / 2;
    printf("compiled in memory: %zu lines, %.0f a millisecond\n", lines,
           (double)lines / (times[PARSE][half] + times[CHECK][half] + times[GENERATE][half]));
}

int main(int argc, char **argv) {
    int runs = argc == 4 ? atoi(argv[1]) : 0;
    if (runs < 1 || runs > RUNS) {
        fprintf(stderr, "usage: bench_stages RUNS RULES BRIEF\n");
        return 2;
    }
    av_disk rules = {0}, brief = {0};
    av_disk_add(&rules, argv[2], ".arch");
    av_disk_add(&brief, argv[3], "");
    archvm_source *sources = calloc(rules.count + 1, sizeof *sources);
    archvm_engine_options options = ARCHVM_ENGINE_OPTIONS_INIT;
    options.execute_fn = cli_execute;
    archvm_engine *engine = archvm_engine_new(&options);
    if (sources == NULL || engine == NULL || brief.count != 1) return 1;
    for (size_t i = 0; i < rules.count; i++) {
        sources[i].path = av_outer_text(av_text_from(rules.items[i].path));
        sources[i].bytes = av_outer_text(av_disk_text(&rules.items[i]));
    }
    archvm_program *program;
    archvm_text image;
    must(archvm_program_load(engine, sources, rules.count, NULL, &program, NULL) == ARCHVM_OK,
         CHECK);
    must(archvm_program_save(program, &image) == ARCHVM_OK, LOAD_IMAGE);
    archvm_program_free(program);
    for (int run = 0; run < runs; run++) {
        compile(sources, rules.count, run);
        execute(engine, image, av_outer_text(av_text_from(brief.items[0].path)),
                av_outer_text(av_disk_text(&brief.items[0])), run);
    }
    print(runs, count_lines(&rules));
    archvm_text_free(engine, &image);
    archvm_engine_free(engine);
    free(sources);
    av_disk_free(&rules);
    av_disk_free(&brief);
    return 0;
}
