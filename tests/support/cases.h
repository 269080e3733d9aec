/* Files of test cases: data beside code.
 *
 *     === name of the case
 *     input
 *     ---
 *     what is expected */
#ifndef AV_TEST_SUPPORT_CASES_H
#define AV_TEST_SUPPORT_CASES_H

#include "base/text.h"

typedef struct av_case {
    av_text name, input, expected; /**< expected is empty when the case has no `---` */
} av_case;

typedef void av_case_run(const av_case *at, void *context);

/** Runs every case of the file (a path from the source folder); fails the CMocka test when there is
 * none. */
void av_cases_run(const char *path, av_case_run *run, void *context);

/** The whole file; to be given back with free(). Fails the CMocka test when it cannot be read. */
char *av_file_read(const char *path, size_t *len);

/** Fails the CMocka test, showing both texts, when they differ. */
void av_case_check(const av_case *at, av_text actual);

#endif
