/* What the fuzzers share. Each fuzz_<surface>.c defines LLVMFuzzerTestOneInput; a promise that is broken stops the process
 * with FUZZ_REQUIRE, as a sanitizer would. */
#ifndef AV_TEST_FUZZ_H
#define AV_TEST_FUZZ_H

#include "support/policy.h"

/** The fuzzed function, called with every input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Stops the process with a message when `condition` does not hold. */
#define FUZZ_REQUIRE(condition, ...)                                                               \
    do {                                                                                           \
        if (!(condition)) fuzz_stop(__FILE__, __LINE__, __VA_ARGS__);                              \
    } while (0)
_Noreturn void fuzz_stop(const char *file, int line, const char *format, ...) AV_PRINTF(3, 4);

/** Of so many inputs that could be run after they were read, one is. The driver's --run-every. */
extern unsigned fuzz_run_every;

/** Diagnostics in every style; the JSON must be JSON. */
void fuzz_render(av_diags *diags);

/** An image that is written, read and written again has the same bytes. */
void fuzz_image_identity(const av_program *program);

/**
 * Evaluates everything in the program over no facts, by the plain evaluator, the machine, and the machine over the program's
 * image, under small budgets. They must say the same unless a budget was spent.
 */
void fuzz_agree(const av_policy *policy);

/** Budgets under which anything that is accepted may be run. */
extern const av_run_limits fuzz_limits;

#endif
