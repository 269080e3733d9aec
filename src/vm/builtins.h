/* The built-in functions of sema/builtins.h. */
#ifndef AV_VM_BUILTINS_H
#define AV_VM_BUILTINS_H

#include "vm/run.h"

/**
 * Calls a function; an argument that was left out is none or missing at the end. `sum` takes, after
 * its list, what an empty list gives (none: an error); without it that is the int 0.
 */
av_status av_builtin_call(av_run *run, av_builtin id, const av_value *args, uint32_t count,
                          uint32_t proc, av_site site, av_value *out) AV_MUST_USE;

/** One call, as the functions see it. */
typedef struct av_call {
    av_run *run;
    const av_value *args;
    uint32_t count;
    uint32_t proc;
    av_site site;
    av_value *out;
} av_call;

/* One function a line of the table, called av_builtin_<identifier>: a missing one does not link. */
#define AV_BUILTIN(identifier, name, signature, meaning)                                           \
    av_status av_builtin_##identifier(const av_call *call);
#include "sema/builtins.h"
#undef AV_BUILTIN

/* ---- for the files that implement them */

#define AV_IMPLEMENT(identifier) av_status av_builtin_##identifier(const av_call *call)

/** Argument `i`, none when there is none. */
av_value av_call_arg(const av_call *call, uint32_t i);
/** Argument `i`, which must be of this kind. */
av_status av_call_kind(const av_call *call, uint32_t i, av_kind kind, av_value *out) AV_MUST_USE;
/** A list argument; text or fragment as text. Both are charged by their size. */
av_status av_call_list(const av_call *call, uint32_t i, const av_list **out) AV_MUST_USE;
av_status av_call_text(const av_call *call, uint32_t i, av_text *out) AV_MUST_USE;
/** An int or decimal. */
av_status av_call_decimal(const av_call *call, uint32_t i, av_decimal *out) AV_MUST_USE;
/** An int argument, `otherwise` when it was left out. */
av_status av_call_int(const av_call *call, uint32_t i, int64_t otherwise, int64_t *out) AV_MUST_USE;
/** The result is this buffer's text, which is freed. */
av_status av_call_give_buf(const av_call *call, av_buf *buf) AV_MUST_USE;
/** The result is this text, whose bytes live as long as the run. */
av_status av_call_give_text(const av_call *call, av_text text) AV_MUST_USE;
/** Fails: a number becomes too large. */
av_status av_call_overflow(const av_call *call) AV_MUST_USE;

#endif
