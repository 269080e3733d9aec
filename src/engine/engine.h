/* What the files behind archvm.h share: the insides of its objects. */
#ifndef AV_ENGINE_ENGINE_H
#define AV_ENGINE_ENGINE_H

#include <stdatomic.h>

#include "archvm.h"
#include "base/executor.h"
#include "facts/facts.h"
#include "sema/program.h"
#include "source/diag.h"
#include "vm/run.h"

struct archvm_engine {
    av_alloc host;
    av_executor executor;
};

/** The texts of a load or a brief with what was found wrong in them; shared by a report and what
 * came of the texts. */
typedef struct av_texts {
    _Atomic uint32_t users;
    av_alloc host;
    av_arena arena; /**< owns the sources and the diagnostics */
    av_sources sources;
    av_diags diags;
} av_texts;

/** With one user; NULL on memory failure. */
av_texts *av_texts_new(const av_alloc *host);
void av_texts_release(av_texts *texts);
/**
 * Hands `texts` over to a report when something was found and the caller wants one, else releases
 * one use. `report` may be NULL. A report that cannot be made for want of memory is NULL.
 */
void av_texts_report(av_texts *texts, archvm_report **report);
/** Another user. */
av_texts *av_texts_share(av_texts *texts);

struct archvm_report {
    av_alloc host;
    av_texts *texts;
};

struct archvm_program {
    const archvm_engine *engine;
    av_program *program;
    /* What the program's trees refer to; NULL and empty for an image. */
    av_texts *texts;
    av_arena trees;
};

struct archvm_facts {
    const archvm_engine *engine;
    av_texts *texts;  /**< evidence may point into the brief */
    av_run *defaults; /**< owns the default values of record fields */
    av_arena arena;
    av_facts facts;
};

struct archvm_run {
    const archvm_engine *engine;
    const archvm_program *program;
    av_run *run;
    bool failed; /**< a call returned ARCHVM_ERR_RUN */
};

/** Of a status inside; AV_ERR_INPUT becomes `input`. */
archvm_status av_public_status(av_status status, archvm_status input);
/** The same for calls on a run: remembers that it failed. */
archvm_status av_run_status(archvm_run *run, av_status status);

/** Gives a buffer's bytes to the caller as archvm.h promises, with a zero byte behind; frees the
 * buffer in any case. */
archvm_status av_give_text(const archvm_engine *engine, av_buf *buf, archvm_text *out);

static inline av_text av_inner_text(archvm_text text) {
    return (av_text){text.ptr, text.len};
}

static inline archvm_text av_outer_text(av_text text) {
    return (archvm_text){text.ptr, text.len};
}

#endif
