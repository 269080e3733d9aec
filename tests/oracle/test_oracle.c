/* The machine against the plain evaluator: every program there is, over every brief and every test's facts. What either says
 * is compared byte for byte, and a program read back from its image with both. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "code/image.h"
#include "engine/tester.h"
#include "oracle/plain.h"
#include "sema/sema.h"
#include "support/policy.h"
#include "support/snapshot.h"
#include "support/unit.h"
#include "vm/vm.h"

enum { SUBJECTS = 3 };

/* The plain evaluator takes seconds for a brief of the shipped rules, so of their tests one in so many is compared by what it
 * reports, one in so many by its whole evaluation, and of their briefs one in so many. Of other programs all. */
typedef struct sample {
    uint32_t reports, whole, briefs;
} sample;

static const sample quick = {.reports = 16, .whole = 96, .briefs = 6},
                    slow = {.reports = 1, .whole = 16, .briefs = 2},
                    all = {.reports = 1, .whole = 1, .briefs = 1};
static const sample *of_shipped = &quick;

/** One program as three evaluators see it. */
typedef struct bench {
    av_policy policy;
    av_program *image;
    struct {
        const char *name;
        const av_program *program;
        av_execute_fn *execute;
    } subjects[SUBJECTS];
    size_t compared;
} bench;

static av_program *through_image(const av_policy *policy) {
    av_program *program;
    const char *why;
    av_buf bytes;
    av_buf_init(&bytes, &policy->host, AV_IMAGE_BYTES);
    assert_ok(av_image_write(policy->program, &bytes));
    assert_ok(av_image_read(&policy->host, av_buf_text(&bytes), &program, &why));
    av_buf_free(&bytes);
    return program;
}

static void open_bench(bench *b, const av_disk *files) {
    *b = (bench){0};
    av_policy_compile(&b->policy, files);
    b->image = through_image(&b->policy);
    b->subjects[0].name = "the plain evaluator";
    b->subjects[0].program = b->policy.program;
    b->subjects[0].execute = av_plain_execute;
    b->subjects[1].name = "the machine";
    b->subjects[1].program = b->policy.program;
    b->subjects[1].execute = av_vm_execute;
    b->subjects[2].name = "the machine over an image";
    b->subjects[2].program = b->image;
    b->subjects[2].execute = av_vm_execute;
}

static void close_bench(bench *b) {
    av_program_free(b->image);
    av_policy_free(&b->policy);
}

/** Compares what the subjects said and frees it. */
static void compare(bench *b, const char *about, av_buf said[SUBJECTS]) {
    bool same = true;
    for (size_t i = 0; i < SUBJECTS; i++) assert_ok(said[i].status);
    assert_true(said[0].len > 0);
    for (size_t i = 1; i < SUBJECTS && same; i++)
        same = av_snapshot_same(about, b->subjects[0].name, av_buf_text(&said[0]),
                                b->subjects[i].name, av_buf_text(&said[i]));
    for (size_t i = 0; i < SUBJECTS; i++) av_buf_free(&said[i]);
    if (!same) fail_msg("%s: evaluators differ", about);
    b->compared++;
}

/** The plain evaluator keeps no results of calls and so takes the same steps and makes the same texts again and again. */
static const av_run_limits *limits_of(av_execute_fn *execute) {
    static const av_run_limits plenty = {.steps = (uint64_t)1 << 40, .memory = (size_t)4 << 30};
    return execute == av_plain_execute ? &plenty : NULL;
}

static void compare_brief(bench *b, const char *about, av_text brief, unsigned parts) {
    av_buf said[SUBJECTS];
    for (size_t i = 0; i < SUBJECTS; i++) {
        av_briefed briefed;
        av_buf_init(&said[i], &b->policy.host, 0);
        assert_ok(av_briefed_open(&briefed, b->subjects[i].program, &b->policy.host,
                                  limits_of(b->subjects[i].execute), b->subjects[i].execute,
                                  brief));
        av_snapshot(briefed.run, parts, &said[i]);
        av_briefed_close(&briefed);
    }
    compare(b, about, said);
}

/** Everything a run over the facts of a test says. */
static void put_run(const av_program *program, const av_test *test, const av_alloc *host,
                    av_execute_fn *execute, av_buf *out) {
    av_arena arena;
    av_arena_init(&arena, host, 0);
    av_run *given = av_run_new(program, NULL, host, limits_of(execute), execute);
    assert_non_null(given);
    av_facts facts;
    assert_ok(av_test_facts(program, test, given, &arena, &facts));
    av_run *run = av_run_new(program, &facts, host, limits_of(execute), execute);
    assert_non_null(run);
    av_snapshot(run, AV_SNAPSHOT_DEFS, out);
    av_run_free(run);
    av_run_free(given);
    av_arena_free(&arena);
}

static void compare_test(bench *b, uint32_t index, bool whole) {
    char about[256];
    av_buf said[SUBJECTS];
    const av_alloc *host = &b->policy.host;
    for (size_t i = 0; i < SUBJECTS; i++) {
        const av_program *program = b->subjects[i].program;
        const av_test *test = &program->tests[index];
        bool passed;
        av_buf_init(&said[i], host, 0);
        snprintf(about, sizeof about, "test \"%.*s\"", AV_TEXT_ARG(test->title));
        assert_ok(
            av_test_run(program, test, host, NULL, b->subjects[i].execute, &passed, &said[i]));
        av_buf_puts(&said[i], passed ? "verdict: passed\n" : "verdict: failed\n");
        if (whole) put_run(program, test, host, b->subjects[i].execute, &said[i]);
    }
    compare(b, about, said);
}

/** Tests of the program, and the brief that states nothing. */
static void compare_program(bench *b, const char *about, const sample *of) {
    compare_brief(b, about, AV_TEXT("{}"), AV_SNAPSHOT_ALL);
    for (uint32_t i = 0; i < b->policy.program->test_count; i += of->reports)
        compare_test(b, i, i % of->whole == 0);
}

static void test_shipped_rules(void **state) {
    (void)state;
    av_disk rules = {0}, briefs = {0};
    bench b;
    av_disk_add(&rules, "rules", ".arch");
    av_disk_add(&briefs, "examples", ".facts");
    open_bench(&b, &rules);
    const sample *of = of_shipped;
    for (size_t i = 0; i < briefs.count; i += of->briefs)
        compare_brief(&b, briefs.items[i].path, av_disk_text(&briefs.items[i]), AV_SNAPSHOT_ALL);
    compare_program(&b, "the shipped rules over an empty brief", of);
    assert_true(briefs.count >= 10);
    const size_t tests = b.policy.program->test_count;
    assert_int_equal(b.compared, (briefs.count + of->briefs - 1) / of->briefs + 1 +
                                     (tests + of->reports - 1) / of->reports);
    print_message("%zu evaluations of the shipped rules compared\n", b.compared);
    close_bench(&b);
    av_disk_free(&briefs);
    av_disk_free(&rules);
}

/** The fenced `arch` blocks of a page, in place. One that holds fences of its own stands in a longer fence. */
static void keep_blocks(av_disk_file *page) {
    size_t kept = 0, fence = 0;
    for (size_t at = 0; at < page->len;) {
        const av_text rest = {page->bytes + at, page->len - at};
        const size_t line_end = av_text_find(rest, AV_TEXT("\n"), 0);
        const av_text line = av_text_slice(rest, 0, line_end == SIZE_MAX ? rest.len : line_end + 1);
        at += line.len;
        size_t length = 0;
        while (length < line.len && line.ptr[length] == '`') length++;
        const av_text word = av_text_slice(line, length, line.len);
        if (fence && length == fence && av_text_equal(word, AV_TEXT("\n"))) fence = 0;
        if (fence) {
            memmove(page->bytes + kept, line.ptr, line.len);
            kept += line.len;
        }
        if (!fence && length >= 3 && av_text_equal(word, AV_TEXT("arch\n"))) fence = length;
    }
    page->len = kept;
}

static void test_one_file(const char *path, bool page) {
    av_disk file = {0};
    bench b;
    av_disk_add(&file, path, "");
    if (page) keep_blocks(&file.items[0]);
    open_bench(&b, &file);
    compare_program(&b, path, &all);
    close_bench(&b);
    av_disk_free(&file);
}

static void test_language_page(void **state) {
    (void)state;
    test_one_file("docs/language.md", true);
}

static void test_every_node(void **state) {
    (void)state;
    test_one_file("tests/unit/code/every_node.arch", false);
}

static void test_everything(void **state) {
    (void)state;
    test_one_file("tests/lang/everything.arch", false);
}

static void test_starter(void **state) {
    (void)state;
    av_disk rules = {0}, brief = {0};
    bench b;
    av_disk_add(&rules, "src/cli/starter/rules", ".arch");
    av_disk_add(&brief, "src/cli/starter/brief.facts", "");
    open_bench(&b, &rules);
    compare_brief(&b, "the starter policy", av_disk_text(&brief.items[0]), AV_SNAPSHOT_ALL);
    compare_program(&b, "the starter policy", &all);
    close_bench(&b);
    av_disk_free(&brief);
    av_disk_free(&rules);
}

/** With an argument, more of them. */
int main(int argc, char **argv) {
    (void)argv;
    if (argc > 1) of_shipped = &slow;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_node),    cmocka_unit_test(test_everything),
        cmocka_unit_test(test_language_page), cmocka_unit_test(test_starter),
        cmocka_unit_test(test_shipped_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
