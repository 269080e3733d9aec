/* Two evaluations of one brief side by side. A fork begins with all that its run knows; what either finds out afterwards is its
 * own until they are joined. Definitions are pure, so that what both compute is the same. */
#include <string.h>

#include "vm/state.h"
#include "vm/vm.h"

av_run *av_run_fork(const av_run *run) {
    const size_t used = av_arena_used(&run->arena);
    const av_run_limits left = {.memory =
                                    run->arena.ceiling > used ? run->arena.ceiling - used : 1};
    av_run *fork = av_run_new(run->program, run->facts, &run->outer, &left, run->execute);
    if (!fork) return NULL;
    const av_program *program = run->program;
    fork->steps = fork->steps_at_start = run->steps;
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
    const uint64_t spent = fork->steps_at_start - fork->steps;
    run->steps = run->steps > spent ? run->steps - spent : 0;
    run->host_failed |= fork->host_failed;
    av_arena_adopt(&run->arena, &fork->arena);
    av_arena_adopt(&run->notes, &fork->notes);
    av_run_free(fork);
}

av_status av_run_fail_again(av_run *run, const av_run_error *error) {
    run->error = *error;
    return AV_ERR_RUN;
}
