/* Stage 5: code generation, the compiled image, its verification and its listing. */
#ifndef AV_CODE_CODE_H
#define AV_CODE_CODE_H

#include "base/executor.h"
#include "code/op.h"
#include "source/diag.h"

/**
 * Turns the tree of every procedure into instructions: fills av_program.code, constants and
 * code_sites and the procedures' code fields. Constants are copied into the program's arena.
 * Ceilings that are reached go to `diags` (AV_ERR_LIMIT).
 */
av_status av_generate(av_program *program, av_diags *diags,
                      const av_executor *executor) AV_MUST_USE;

#endif
