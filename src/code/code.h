/* Stage 5: code generation, the compiled image, its verification and its listing. */
#ifndef AV_CODE_CODE_H
#define AV_CODE_CODE_H

#include "base/executor.h"
#include "code/op.h"
#include "sema/sema.h"
#include "source/diag.h"

/** Instructions that are made while bodies are checked, each procedure's right after its tree. */
typedef struct av_codes av_codes;

/** None yet; NULL when there is no memory. `sources` must outlive it. */
av_codes *av_codes_new(const av_alloc *host, const av_sources *sources);
/** What av_check_program is to call, once. */
const av_on_bodies *av_codes_on_bodies(av_codes *codes);
/** NULL is fine. */
void av_codes_free(av_codes *codes);

/**
 * Turns the tree of every procedure into instructions that is not among `codes` (which may be NULL), and links all: fills
 * av_program.code, constants and code_sites and the procedures' code fields. Constants are copied into the program's arena. The
 * same for any `codes`. Ceilings that are reached go to `diags` (AV_ERR_LIMIT), which may be NULL: then no places are kept.
 */
av_status av_generate(av_program *program, av_codes *codes, av_diags *diags,
                      const av_executor *executor) AV_MUST_USE;

#endif
