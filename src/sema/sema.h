/* Stage 4: from syntax trees to a checked program. */
#ifndef AV_SEMA_SEMA_H
#define AV_SEMA_SEMA_H

#include "base/executor.h"
#include "sema/program.h"
#include "syntax/ast.h"

/** How the numbers of a share are those of the program: what it numbered itself, each from 0, is counted on; of types and records
 * the first ones are the program's, the others are looked up. */
typedef struct av_placement {
    uint32_t procs, rules, origins; /**< number of its first */
    uint32_t proc_count;
    uint32_t type_base, record_base; /**< number of the first of its own */
    const av_type_id *types;         /**< of its own, from type_base on */
    const uint32_t *records;
} av_placement;

static inline av_type_id av_place_type(const av_placement *p, av_type_id type) {
    return type < p->type_base ? type : p->types[type - p->type_base];
}

static inline uint32_t av_place_record(const av_placement *p, uint32_t record) {
    return record < p->record_base ? record : p->records[record - p->record_base];
}

/** What is done with procedures as soon as their trees are made, while those are at hand. Shares are checked side by side: `body` and
 * `end` are called on several threads, of one share on one of them. */
typedef struct av_on_bodies {
    void *payload;
    /** Once, before all others: constants and defaults are checked, and so many shares follow. */
    av_status (*begin)(void *payload, const av_program *program, size_t shares);
    /** A procedure of a share in which no mistake was found so far. Numbers in its tree are those of `part`, apart from procedures
     * and definitions, which are the program's. `function`: its number in the program, for others AV_NO_INDEX. */
    void (*body)(void *payload, size_t share, const av_program *part, av_proc *proc,
                 uint32_t function);
    /** No more procedures come of this share. */
    void (*end)(void *payload, size_t share);
    /** Where the share's procedures are in the program: once all are checked. */
    void (*place)(void *payload, size_t share, const av_placement *placement);
} av_on_bodies;

typedef struct av_check_options {
    /** look also for what can never happen and what nothing uses (`archvm check`, `archvm test`); else only for what could leave a
     * fact or a decision without a value */
    bool analyse;
    /** trees are asked for by `on_bodies` alone: most make room for others while bodies are checked, and their procedures have none */
    bool trees_go;
    const av_on_bodies *on_bodies; /**< or NULL */
} av_check_options;

/**
 * Checks `files` (in program order: standard library modules, then the layers' files) and makes the
 * program. All mistakes of all files go to `diags`. AV_ERR_INPUT when there was an error, and then
 * `*out` is NULL; otherwise the caller owns `*out` and frees it with av_program_free. The trees in
 * it refer to the arenas of `files` and of `sources`, which must outlive any use of av_proc.tree;
 * everything else is copied.
 */
av_status av_check_program(av_diags *diags, av_sources *sources, const av_syntax *files,
                           size_t file_count, const av_check_options *options, const av_alloc *host,
                           const av_executor *executor, av_program **out) AV_MUST_USE;

/** Frees a program and all it owns. NULL is fine. */
void av_program_free(av_program *program);

#endif
