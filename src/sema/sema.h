/* Stage 4: from syntax trees to a checked program. */
#ifndef AV_SEMA_SEMA_H
#define AV_SEMA_SEMA_H

#include "base/executor.h"
#include "sema/program.h"
#include "syntax/ast.h"

/**
 * Checks `files` (in program order: standard library modules, then the layers' files) and makes the
 * program. All mistakes of all files go to `diags`. AV_ERR_INPUT when there was an error, and then
 * `*out` is NULL; otherwise the caller owns `*out` and frees it with av_program_free. The trees in
 * it refer to the arenas of `files` and of `sources`, which must outlive any use of av_proc.tree;
 * everything else is copied. `analyse` asks also for what can never happen and what nothing uses
 * (`archvm check`, `archvm test`); without it only what could leave a fact or a decision without a
 * value is looked for.
 */
av_status av_check_program(av_diags *diags, av_sources *sources, const av_syntax *files,
                           size_t file_count, bool analyse, const av_alloc *host,
                           const av_executor *executor, av_program **out) AV_MUST_USE;

/** Frees a program and all it owns. NULL is fine. */
void av_program_free(av_program *program);

#endif
