/* Tables of expressions and what they print: each becomes a constant of a program, which the plain evaluator computes. */
#ifndef AV_TEST_SUPPORT_CONSTS_H
#define AV_TEST_SUPPORT_CONSTS_H

#include <stddef.h>

#include "source/diag.h"

typedef struct av_const_case {
    const char *type, *expression;
    const char *expected; /**< as it prints; NULL: evaluation fails with `code` */
    av_diag_code code;
} av_const_case;

/** Checks all; `declarations` stands before the constants. Fails the CMocka test, naming the expressions that differ. */
void av_check_consts(const char *declarations, const av_const_case *cases, size_t count);

#endif
