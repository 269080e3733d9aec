#include "fuzz.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "code/image.h"
#include "oracle/plain.h"
#include "sema/sema.h"
#include "support/snapshot.h"
#include "vm/vm.h"

const av_run_limits fuzz_limits = {.steps = 300000, .memory = 16 * 1024 * 1024};
unsigned fuzz_run_every = 10;

void fuzz_stop(const char *file, int line, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%d: ", file, line);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    abort();
}

void fuzz_render(av_diags *diags) {
    av_buf text;
    av_buf_init(&text, &diags->arena->host, 0);
    av_diags_sort(diags);
    av_diags_render_text(diags, false, &text);
    av_diags_render_text(diags, true, &text);
    av_diags_render_plain(diags, &text);
    FUZZ_REQUIRE(text.status == AV_OK, "diagnostics cannot be rendered");
    av_buf_clear(&text);
    av_diags_render_json(diags, &text);
    json_error_t error;
    json_t *root = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, &error);
    FUZZ_REQUIRE(root != NULL, "diagnostics are no JSON: %s\n%.*s", error.text,
                 AV_TEXT_ARG(av_buf_text(&text)));
    json_decref(root);
    av_buf_free(&text);
}

static av_program *read_image(const av_alloc *host, av_text bytes) {
    av_program *program = NULL;
    const char *why = "";
    const av_status status = av_image_read(host, bytes, &program, &why);
    FUZZ_REQUIRE(status == AV_OK, "an image that was written is refused: %s", why);
    return program;
}

void fuzz_image_identity(const av_program *program) {
    const av_alloc host = av_alloc_default();
    av_buf once, twice;
    av_buf_init(&once, &host, AV_IMAGE_BYTES);
    av_buf_init(&twice, &host, AV_IMAGE_BYTES);
    FUZZ_REQUIRE(av_image_write(program, &once) == AV_OK, "no image can be written");
    av_program *read = read_image(&host, av_buf_text(&once));
    FUZZ_REQUIRE(av_image_write(read, &twice) == AV_OK, "no image can be written of an image");
    FUZZ_REQUIRE(av_text_equal(av_buf_text(&once), av_buf_text(&twice)),
                 "the image of an image is another");
    av_program_free(read);
    av_buf_free(&once);
    av_buf_free(&twice);
}

static void say(const av_program *program, av_execute_fn *execute, const av_alloc *host,
                av_buf *out) {
    av_run *run = av_run_new(program, NULL, host, &fuzz_limits, execute);
    FUZZ_REQUIRE(run != NULL, "no run");
    av_buf_init(out, host, 0);
    av_snapshot(run, AV_SNAPSHOT_ALL, out);
    av_run_free(run);
}

/** Budgets count instructions, tree nodes and bytes, of which each evaluator has its own number. */
static bool spent_a_budget(av_text said) {
    static const char *const codes[] = {": E0906", ": E0907", ": E0908", ": E0909"};
    for (size_t i = 0; i < AV_COUNT(codes); i++)
        if (av_text_find(said, av_text_from(codes[i]), 0) != SIZE_MAX) return true;
    return false;
}

void fuzz_agree(const av_policy *policy) {
    av_buf plain, machine, image, bytes;
    say(policy->program, av_plain_execute, &policy->host, &plain);
    say(policy->program, av_vm_execute, &policy->host, &machine);
    av_buf_init(&bytes, &policy->host, AV_IMAGE_BYTES);
    FUZZ_REQUIRE(av_image_write(policy->program, &bytes) == AV_OK, "no image can be written");
    av_program *read = read_image(&policy->host, av_buf_text(&bytes));
    say(read, av_vm_execute, &policy->host, &image);
    const bool comparable = plain.status == AV_OK && machine.status == AV_OK &&
                            !spent_a_budget(av_buf_text(&plain)) &&
                            !spent_a_budget(av_buf_text(&machine));
    if (comparable)
        FUZZ_REQUIRE(av_snapshot_same("a program", "the plain evaluator", av_buf_text(&plain),
                                      "the machine", av_buf_text(&machine)),
                     "the evaluators differ");
    FUZZ_REQUIRE(av_snapshot_same("a program", "the machine", av_buf_text(&machine),
                                  "the machine over an image", av_buf_text(&image)),
                 "a program and its image differ");
    av_program_free(read);
    av_buf_free(&bytes);
    av_buf_free(&image);
    av_buf_free(&machine);
    av_buf_free(&plain);
}
