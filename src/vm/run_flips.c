/* Which values depend on which: forgetting, the facts behind a decision, and the decisions another fact would change. */
#include <string.h>

#include "vm/state.h"

/* Orders the definitions: those that are read before those that read them. */
static av_status sort_by_depth(av_run *run) {
    const av_program *program = run->program;
    uint32_t deepest = 0;
    for (uint32_t i = 0; i < program->def_count; i++)
        if (program->defs[i].depth > deepest) deepest = program->defs[i].depth;
    if (deepest > AV_DEFS_MAX) return AV_ERR_LIMIT;
    uint32_t *order = AV_NEW_ARRAY(&run->notes, uint32_t, program->def_count);
    uint32_t *starts = AV_NEW_ARRAY(&run->notes, uint32_t, deepest + (size_t)2);
    if (!order || !starts) return AV_ERR_MEMORY;
    for (uint32_t i = 0; i < program->def_count; i++)
        starts[program->defs[i].depth + 1]++;
    for (uint32_t i = 0; i <= deepest; i++)
        starts[i + 1] += starts[i];
    for (uint32_t i = 0; i < program->def_count; i++)
        order[starts[program->defs[i].depth]++] = i;
    run->by_depth = order;
    return AV_OK;
}

av_status av_run_dependents(av_run *run, uint8_t *set, bool model) {
    const av_program *program = run->program;
    if (!run->by_depth) AV_TRY(sort_by_depth(run));
    for (uint32_t n = 0; n < program->def_count; n++) {
        uint32_t i = run->by_depth[n];
        const av_def *d = &program->defs[i];
        if (set[i] || av_run_is_stated(run, i)) continue;
        set[i] = model && d->kind == AV_DEF_MODEL;
        for (uint32_t k = 0; k < d->read_count && !set[i]; k++)
            set[i] = set[d->reads[k]];
    }
    return AV_OK;
}

void av_run_forget(av_run *run, const uint8_t *set) {
    for (uint32_t i = 0; i < run->program->def_count; i++)
        if (set[i] && run->traces[i].state == AV_TRACE_DONE) run->traces[i] = (av_trace){.rule = AV_NO_INDEX};
}

/* ---- the facts behind a definition */

static av_status mark_facts(av_run *run, uint32_t def, uint8_t *seen, uint32_t *stack) {
    size_t depth = 0;
    stack[depth++] = def;
    seen[def] = 1;
    while (depth > 0) {
        uint32_t at = stack[--depth];
        const av_def *d = &run->program->defs[at];
        if (d->kind == AV_DEF_FACT && at != def) continue;
        for (uint32_t i = 0; i < d->read_count; i++) {
            if (seen[d->reads[i]]) continue;
            seen[d->reads[i]] = 1;
            stack[depth++] = d->reads[i];
        }
    }
    seen[def] = 0;
    return AV_OK;
}

/* The names of the marked definitions of which `wanted` is true. */
static av_status names_of(av_run *run, const uint8_t *seen, bool facts, av_value *out) {
    const av_program *program = run->program;
    size_t count = 0;
    for (uint32_t i = 0; i < program->def_count; i++)
        count += seen[i] && (!facts || program->defs[i].kind == AV_DEF_FACT);
    av_value list, *items;
    AV_TRY(av_list_new(&run->arena, count, &list, &items));
    for (uint32_t i = 0; i < program->def_count; i++)
        if (seen[i] && (!facts || program->defs[i].kind == AV_DEF_FACT))
            AV_TRY(av_string(&run->arena, program->defs[i].name, items++));
    *out = list;
    return AV_OK;
}

av_status av_run_facts_of(av_run *run, uint32_t def, av_value *out) {
    size_t size = run->program->def_count;
    uint8_t *seen = av_alloc_new(&run->host, size + 1);
    uint32_t *stack = av_alloc_new(&run->host, (size + 1) * sizeof *stack);
    av_status status = seen && stack ? AV_OK : AV_ERR_MEMORY;
    if (status == AV_OK) {
        memset(seen, 0, size + 1);
        status = mark_facts(run, def, seen, stack);
        if (status == AV_OK) status = names_of(run, seen, true, out);
    }
    av_alloc_free(&run->host, seen, size + 1);
    av_alloc_free(&run->host, stack, (size + 1) * sizeof *stack);
    return av_run_explain(run, status, def);
}

/* ---- flips */

/* What a search for flips puts aside and brings back. */
typedef struct searching {
    av_run *run;
    uint32_t fact;
    uint8_t *affected; /**< definitions whose value may depend on the fact */
    uint8_t *flips;    /**< decisions seen to change */
    av_trace *traces;
    uint8_t *fired;
    uint8_t *verdict;
} searching;

static bool is_choice(const av_def *d) {
    return d->kind == AV_DEF_DECISION || d->kind == AV_DEF_MATRIX;
}

/* Values worth trying instead of `now`: how many there are, and the i-th of them. */
static uint32_t value_count(const av_run *run, uint32_t fact) {
    const av_type *type = &run->program->types[run->program->defs[fact].type];
    if (type->kind == AV_T_BOOL) return 2;
    if (type->kind == AV_T_ENUM) return run->program->enums[type->index].member_count;
    if (type->kind == AV_T_INT && type->ranged && type->high >= type->low &&
        (uint64_t)type->high - (uint64_t)type->low < AV_FLIP_RANGE)
        return (uint32_t)(type->high - type->low) + 1;
    return 0;
}

static av_value value_at(const av_run *run, uint32_t fact, uint32_t i) {
    const av_type *type = &run->program->types[run->program->defs[fact].type];
    if (type->kind == AV_T_BOOL) return av_bool(i == 1);
    if (type->kind == AV_T_ENUM) return av_enum(type->index, i);
    return av_int(type->low + (int64_t)i);
}

/* A failure under an invented fact only means that nothing is known about it; a spent budget ends everything. */
static bool is_fatal(const av_run *run, av_status status) {
    if (status == AV_OK) return false;
    return status != AV_ERR_RUN || run->error.code == AV_E_STEP_BUDGET || run->error.code == AV_E_MEMORY_BUDGET;
}

/* Whether a definition that was read is as before the trial. */
static av_status is_unchanged(av_run *run, uint32_t def, bool *same) {
    const av_trial *trial = run->trial;
    const av_def *d = &run->program->defs[def];
    *same = true;
    if (!trial->affected[def]) return AV_OK;
    bool called = d->kind == AV_DEF_FUNC || (d->kind == AV_DEF_TABLE && trial->before[def].state == AV_TRACE_NONE);
    if (called) { /* no value of its own: what its calls gave may differ when what it reads does */
        if (!trial->verdict[def]) {
            AV_TRY(av_run_enter(run, d->proc, d->site));
            av_status status = av_run_verify(run, def, same);
            av_run_leave(run);
            AV_TRY(status);
            trial->verdict[def] = *same ? 1 : 2;
        }
        *same = trial->verdict[def] == 1;
        return AV_OK;
    }
    /* What had no value was not asked for by anything that has one. */
    if (trial->before[def].state != AV_TRACE_DONE) return AV_OK;
    av_value now;
    av_status status = av_run_value(run, def, &now);
    if (is_fatal(run, status)) return status;
    *same = status == AV_OK && av_value_equal(now, trial->before[def].value);
    return AV_OK;
}

av_status av_run_verify(av_run *run, uint32_t def, bool *holds) {
    const av_def *d = &run->program->defs[def];
    *holds = run->trial && !run->uses_meta[def];
    for (uint32_t i = 0; i < d->read_count && *holds; i++)
        AV_TRY(is_unchanged(run, d->reads[i], holds));
    return AV_OK;
}

static av_status try_value(searching *s, av_value value) {
    av_run *run = s->run;
    const av_program *program = run->program;
    const av_trial trial = {s->affected, s->traces, s->verdict};
    av_status status = AV_OK;
    run->override = value;
    run->trial = &trial;
    memset(s->verdict, 0, program->def_count);
    for (uint32_t i = 0; i < program->def_count; i++)
        if (s->affected[i] && run->traces[i].state == AV_TRACE_DONE) run->traces[i].state = AV_TRACE_DOUBTFUL;
    run->traces[s->fact].state = AV_TRACE_NONE;
    for (uint32_t i = 0; i < program->def_count && status == AV_OK; i++) {
        av_value other;
        if (!s->affected[i] || !is_choice(&program->defs[i]) || s->flips[i] || s->traces[i].state != AV_TRACE_DONE)
            continue;
        av_status outcome = av_run_value(run, i, &other);
        if (is_fatal(run, outcome)) status = outcome;
        if (outcome == AV_OK && !av_value_equal(other, s->traces[i].value)) s->flips[i] = 1;
    }
    run->trial = NULL;
    memcpy(run->traces, s->traces, program->def_count * sizeof *run->traces);
    return status;
}

static av_status try_all(searching *s, av_value now) {
    av_run *run = s->run;
    const av_program *program = run->program;
    /* The decisions as they are, to compare with. */
    for (uint32_t i = 0; i < program->def_count; i++) {
        av_value value;
        if (s->affected[i] && is_choice(&program->defs[i]) && run->traces[i].state != AV_TRACE_COMPUTING)
            AV_TRY(av_run_value(run, i, &value));
    }
    memcpy(s->traces, run->traces, program->def_count * sizeof *run->traces);
    memcpy(s->fired, run->fired, program->rule_count);
    /* What the trials make is thrown away with an arena of their own. */
    av_arena kept = run->arena;
    av_run_error error = run->error;
    size_t left = kept.ceiling > kept.used ? kept.ceiling - kept.used : 1;
    av_arena_init(&run->arena, &run->host, kept.ceiling ? left : 0);
    run->overridden = s->fact;
    av_status status = AV_OK;
    for (uint32_t i = 0; i < value_count(run, s->fact) && status == AV_OK; i++) {
        av_value other = value_at(run, s->fact, i);
        if (!av_value_equal(now, other)) status = try_value(s, other);
    }
    run->overridden = AV_NO_INDEX;
    av_arena_free(&run->arena);
    run->arena = kept;
    memcpy(run->fired, s->fired, program->rule_count);
    if (status == AV_OK) run->error = error;
    return status;
}

static av_status search(searching *s, av_value now, av_value *out) {
    const av_program *program = s->run->program;
    memset(s->affected, 0, program->def_count);
    memset(s->flips, 0, program->def_count);
    s->affected[s->fact] = 1;
    AV_TRY(av_run_dependents(s->run, s->affected, false));
    AV_TRY(try_all(s, now));
    return names_of(s->run, s->flips, false, out);
}

av_status av_run_flips(av_run *run, uint32_t fact, av_value *out) {
    const av_program *program = run->program;
    const av_site nowhere = {0, 0, 0};
    if (fact >= program->def_count || program->defs[fact].kind != AV_DEF_FACT)
        return av_run_fail(run, AV_E_WRONG_KIND, AV_NO_INDEX, nowhere, "definition %u is no fact", fact);
    av_value now;
    AV_TRY(av_run_value(run, fact, &now));
    size_t defs = program->def_count, rules = program->rule_count + (size_t)1;
    searching s = {.run = run, .fact = fact};
    s.affected = av_alloc_new(&run->host, defs);
    s.flips = av_alloc_new(&run->host, defs);
    s.traces = av_alloc_new(&run->host, defs * sizeof *s.traces);
    s.fired = av_alloc_new(&run->host, rules);
    s.verdict = av_alloc_new(&run->host, defs);
    bool ready = s.affected && s.flips && s.traces && s.fired && s.verdict;
    av_status status = ready ? search(&s, now, out) : AV_ERR_MEMORY;
    av_alloc_free(&run->host, s.affected, defs);
    av_alloc_free(&run->host, s.flips, defs);
    av_alloc_free(&run->host, s.traces, defs * sizeof *s.traces);
    av_alloc_free(&run->host, s.fired, rules);
    av_alloc_free(&run->host, s.verdict, defs);
    return av_run_explain(run, status, fact);
}
