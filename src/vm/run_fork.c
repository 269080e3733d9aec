/* Two evaluations of one brief side by side. A fork begins with all that its run knows; what either finds out afterwards is its
 * own until they are joined. Definitions are pure, so that what both compute is the same. */
#include <string.h>

#include "vm/state.h"
#include "vm/vm.h"

/* Puts what is left into a purse for both sides. */
static void share(av_run *run, av_run *fork) {
    /* what the arena may hand out without asking stays its own */
    const size_t given = run->arena.full;
    atomic_init(&run->own_purse.steps, run->steps);
    atomic_init(&run->own_purse.memory, run->memory > given ? run->memory - given : 0);
    run->steps = fork->steps = 0;
    run->arena.ceiling = given ? given : 1;
    fork->arena.ceiling = 1;
    run->arena.pool = fork->arena.pool = &run->own_purse.memory;
    run->purse = fork->purse = &run->own_purse;
}

static void unite(av_run *run, const av_run *fork) {
    run->steps += fork->steps + atomic_load(&run->own_purse.steps);
    run->arena.ceiling = run->memory;
    run->arena.pool = NULL;
    run->purse = NULL;
}

av_run *av_run_fork(av_run *run) {
    const av_run_limits limits = {.memory = run->memory};
    av_run *fork = av_run_new(run->program, run->facts, &run->outer, &limits, run->execute);
    if (!fork) return NULL;
    const av_program *program = run->program;
    share(run, fork);
    memcpy(fork->traces, run->traces, program->def_count * sizeof *run->traces);
    memcpy(fork->fired, run->fired, program->rule_count);
    memcpy(fork->derived, run->derived, program->rule_count * sizeof *run->derived);
    fork->fact_defs = run->fact_defs;
    fork->choice_defs = run->choice_defs;
    fork->reader_starts = run->reader_starts;
    fork->readers = run->readers;
    fork->first_origin = run->first_origin;
    fork->epoch = run->epoch;
    fork->epochs = run->epochs;
    fork->current = run->current;
    fork->depth = run->depth;
    fork->patches = run->patches;
    fork->patch_count = fork->patch_cap = run->patch_count;
    fork->gate = run->gate;
    fork->checks = run->checks;
    fork->check_count = run->check_count;
    fork->outlined = run->outlined;
    fork->outline = run->outline;
    return fork;
}

/* What the fork knows of a definition and the run does not. */
static void take_trace(av_run *run, const av_run *fork, uint32_t def) {
    const av_def *d = &run->program->defs[def];
    if (run->traces[def].state != AV_TRACE_NONE || fork->traces[def].state != AV_TRACE_DONE) return;
    run->traces[def] = fork->traces[def];
    if (d->kind == AV_DEF_COLLECTION && d->rule_count)
        memcpy(&run->derived[d->first_rule], &fork->derived[d->first_rule],
               d->rule_count * sizeof *run->derived);
}

void av_run_join(av_run *run, av_run *fork) {
    if (!fork) return;
    const av_program *program = run->program;
    for (uint32_t i = 0; i < program->def_count; i++) take_trace(run, fork, i);
    for (uint32_t i = 0; i < program->rule_count; i++) run->fired[i] |= fork->fired[i];
    unite(run, fork);
    run->host_failed |= fork->host_failed;
    av_arena_adopt(&run->arena, &fork->arena);
    av_arena_adopt(&run->notes, &fork->notes);
    av_run_free(fork);
}

av_status av_run_fail_again(av_run *run, const av_run_error *error) {
    run->error = *error;
    return AV_ERR_RUN;
}
