/* Rules written in a test, compiled with the standard library. */
#ifndef AV_TEST_SUPPORT_RULES_H
#define AV_TEST_SUPPORT_RULES_H

#include "sema/program.h"
#include "source/diag.h"

typedef struct av_rules {
    av_alloc host;
    av_arena arena;
    av_sources sources;
    av_diags diags;
    av_program *program; /**< NULL when the rules have mistakes */
} av_rules;

/** Compiles rules without analysis. The status of the first stage that failed; mistakes stay in `rules->diags`. */
av_status av_rules_try(av_rules *rules, const av_alloc *host, const char *text) AV_MUST_USE;
/** The same over the C library's allocator; fails the CMocka test, showing the mistakes, when there are any. */
void av_rules_compile(av_rules *rules, const char *text);
/** Compiles every .arch file below `folder`, tests only if asked for, in order of path, and generates its instructions. */
void av_rules_compile_folder(av_rules *rules, const char *folder, bool with_tests);
void av_rules_free(av_rules *rules);
/** The definition of this name; fails the test when there is none. */
uint32_t av_rules_def(const av_rules *rules, const char *name);

#endif
