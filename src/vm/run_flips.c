/* Which values depend on which: forgetting, the facts behind a decision, and the decisions another fact would change. */
#include <stdatomic.h>
#include <string.h>

#include "code/op.h"
#include "vm/state.h"

/* ---- sets of definitions */

av_status av_def_set_init(av_def_set *set, av_arena *arena, uint32_t def_count) {
    set->marks = AV_NEW_ARRAY(arena, uint8_t, def_count);
    set->items = AV_NEW_ARRAY(arena, uint32_t, def_count);
    set->count = 0;
    return set->marks && set->items ? AV_OK : AV_ERR_MEMORY;
}

void av_def_set_clear(av_def_set *set) {
    for (uint32_t i = 0; i < set->count; i++) set->marks[set->items[i]] = 0;
    set->count = 0;
}

void av_def_set_add(av_def_set *set, uint32_t def) {
    if (set->marks[def]) return;
    set->marks[def] = 1;
    set->items[set->count++] = def;
}

/* ---- what a change reaches */

/* How many definitions the value of one needs. What the brief states needs none. */
static uint32_t read_count(const av_run *run, uint32_t def) {
    return av_run_is_stated(run, def) ? 0 : run->program->defs[def].read_count;
}

/* For every definition those that read it: readers[starts[i]] up to readers[starts[i + 1]]. */
static av_status map_readers(av_run *run) {
    const av_program *program = run->program;
    size_t total = 0;
    for (uint32_t i = 0; i < program->def_count; i++) total += read_count(run, i);
    uint32_t *starts = AV_NEW_ARRAY(&run->notes, uint32_t, program->def_count + (size_t)2);
    uint32_t *readers = AV_NEW_ARRAY(&run->notes, uint32_t, total);
    if (!starts || !readers) return AV_ERR_MEMORY;
    /* The counts stand two places on, so that filling a run moves its start to where it belongs. */
    for (uint32_t i = 0; i < program->def_count; i++)
        for (uint32_t k = 0; k < read_count(run, i); k++) starts[program->defs[i].reads[k] + 2]++;
    for (uint32_t i = 2; i <= program->def_count; i++) starts[i] += starts[i - 1];
    for (uint32_t i = 0; i < program->def_count; i++)
        for (uint32_t k = 0; k < read_count(run, i); k++)
            readers[starts[program->defs[i].reads[k] + 1]++] = i;
    run->reader_starts = starts;
    run->readers = readers;
    return AV_OK;
}

av_status av_run_dependents(av_run *run, av_def_set *set) {
    if (!run->readers) AV_TRY(map_readers(run));
    for (uint32_t n = 0; n < set->count; n++) {
        uint32_t at = set->items[n];
        for (uint32_t k = run->reader_starts[at]; k < run->reader_starts[at + 1]; k++)
            av_def_set_add(set, run->readers[k]);
    }
    return AV_OK;
}

void av_run_forget(av_run *run, const av_def_set *set) {
    run->epoch = ++run->epochs;
    for (uint32_t i = 0; i < set->count; i++) {
        av_trace *trace = &run->traces[set->items[i]];
        if (trace->state == AV_TRACE_DONE) *trace = (av_trace){.rule = AV_NO_INDEX};
    }
}

/* ---- the facts behind a definition */

static bool is_choice(const av_def *d) {
    return d->kind == AV_DEF_DECISION || d->kind == AV_DEF_MATRIX;
}

/* The facts and the choices of the program. */
static av_status list_defs(av_run *run) {
    const av_program *program = run->program;
    if (run->fact_defs.items) return AV_OK;
    uint32_t *facts = AV_NEW_ARRAY(&run->notes, uint32_t, program->def_count);
    uint32_t *choices = AV_NEW_ARRAY(&run->notes, uint32_t, program->def_count);
    if (!facts || !choices) return AV_ERR_MEMORY;
    run->fact_defs.items = facts;
    run->choice_defs.items = choices;
    for (uint32_t i = 0; i < program->def_count; i++) {
        if (program->defs[i].kind == AV_DEF_FACT) facts[run->fact_defs.count++] = i;
        if (is_choice(&program->defs[i])) choices[run->choice_defs.count++] = i;
    }
    return AV_OK;
}

static void mark_facts(const av_run *run, uint32_t def, uint8_t *seen, uint32_t *stack) {
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
}

/* The names of marked definitions; `defs` holds at least all marked ones, in program order. */
static av_status names_of(av_run *run, const uint8_t *marked, const av_def_list *defs,
                          av_value *out) {
    size_t count = 0;
    for (uint32_t i = 0; i < defs->count; i++) count += marked[defs->items[i]] != 0;
    av_value list, *items;
    AV_TRY(av_list_new(&run->arena, count, &list, &items));
    for (uint32_t i = 0; i < defs->count; i++)
        if (marked[defs->items[i]])
            AV_TRY(av_string(&run->arena, run->program->defs[defs->items[i]].name, items++));
    *out = list;
    return AV_OK;
}

av_status av_run_facts_of(av_run *run, uint32_t def, av_value *out) {
    size_t size = run->program->def_count;
    uint8_t *seen = av_alloc_new(&run->host, size + 1);
    uint32_t *stack = av_alloc_new(&run->host, (size + 1) * sizeof *stack);
    av_status status = seen && stack ? list_defs(run) : AV_ERR_MEMORY;
    if (status == AV_OK) {
        memset(seen, 0, size + 1);
        mark_facts(run, def, seen, stack);
        status = names_of(run, seen, &run->fact_defs, out);
    }
    av_alloc_free(&run->host, seen, size + 1);
    av_alloc_free(&run->host, stack, (size + 1) * sizeof *stack);
    return av_run_explain(run, status, def);
}

/* ---- flips */

/* What searches for flips put aside and bring back; made once a run. */
struct av_search {
    uint32_t fact;
    uint32_t open;       /**< decisions not seen to change yet */
    av_def_set affected; /**< definitions whose value may depend on the fact */
    av_def_list known;   /**< those of them that have a value */
    av_def_set first;    /**< definitions that a trial is the first to ask for */
    uint8_t *flips;      /**< decisions seen to change */
    av_trace *traces;    /**< of the affected ones as they were: av_trial's */
    uint8_t *fired;
    uint8_t *verdict;
};

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
    return status != AV_ERR_RUN || run->error.code == AV_E_STEP_BUDGET ||
           run->error.code == AV_E_MEMORY_BUDGET;
}

/* Whether the value of a definition that was read is as before the trial. */
static av_status value_holds(av_run *run, uint32_t def, bool *holds) {
    const av_trial *trial = run->trial;
    const av_def *d = &run->program->defs[def];
    *holds = true;
    if (!trial->affected[def]) return AV_OK;
    /* No value of its own: what its calls gave may differ when what it reads does. */
    if (d->kind == AV_DEF_FUNC ||
        (d->kind == AV_DEF_TABLE && trial->before[def].state == AV_TRACE_NONE))
        return av_run_verify(run, def, holds);
    /* What had no value was not asked for by anything that has one. */
    if (trial->before[def].state != AV_TRACE_DONE) return AV_OK;
    av_value now;
    av_status status = av_run_value(run, def, &now);
    if (is_fatal(run, status)) return status;
    *holds = status == AV_OK && av_value_equal(now, trial->before[def].value);
    return AV_OK;
}

/* Whether the reasons of a definition that was asked for them are as before: they are when all it reads is. */
static av_status reasons_hold(av_run *run, uint32_t def, bool *holds) {
    *holds = !run->trial->affected[def];
    return *holds || def == run->overridden ? AV_OK : av_run_verify(run, def, holds);
}

static av_status reads_hold(av_run *run, const av_def *d, bool *holds) {
    *holds = true;
    for (uint32_t i = 0; i < d->read_count && *holds; i++)
        AV_TRY(value_holds(run, d->reads[i], holds));
    for (uint32_t i = 0; i < d->reason_count && *holds; i++)
        AV_TRY(reasons_hold(run, d->reasons[i], holds));
    return AV_OK;
}

enum { VERDICT_NONE, VERDICT_HOLDS, VERDICT_FAILS };

av_status av_run_verify(av_run *run, uint32_t def, bool *holds) {
    const av_def *d = &run->program->defs[def];
    uint8_t *verdict = &run->trial->verdict[def];
    if (*verdict == VERDICT_NONE) {
        AV_TRY(av_run_enter(run, d->proc, d->site));
        av_status status = reads_hold(run, d, holds);
        av_run_leave(run);
        AV_TRY(status);
        *verdict = *holds ? VERDICT_HOLDS : VERDICT_FAILS;
    }
    *holds = *verdict == VERDICT_HOLDS;
    return AV_OK;
}

/* What the instructions of a procedure read: definitions, with REASONS set where it is not their value. */
struct av_proc_reads {
    const uint32_t *items;
    uint32_t count;
    bool known; /* false: not looked at yet, or a call leads to no definition */
};

enum { REASONS = 1 << AV_META_BITS };

/* What one instruction reads; AV_NO_INDEX: nothing, or something that is not known. */
static uint32_t read_by(const av_program *program, av_instruction i, bool *known) {
    const uint32_t wide = av_op_wide(i);
    switch (i.op) {
    case AV_I_DEF:
    case AV_I_TEXT_SECTION: return wide;
    case AV_I_META: return (wide & (REASONS - 1)) | REASONS;
    case AV_I_CALL:
        *known = *known && program->procs[wide].def != AV_NO_INDEX;
        return program->procs[wide].def;
    default: return AV_NO_INDEX;
    }
}

static bool is_among(const uint32_t *items, uint32_t count, uint32_t item) {
    while (count > 0 && items[count - 1] != item) count--;
    return count > 0;
}

static av_status find_reads(av_run *run, uint32_t proc, struct av_proc_reads *reads) {
    const av_program *program = run->program;
    const av_proc *p = &program->procs[proc];
    uint32_t count = 0;
    bool known = p->code_count > 0;
    for (uint32_t pc = 0; pc < p->code_count; pc++)
        count += read_by(program, program->code[p->code_start + pc], &known) != AV_NO_INDEX;
    uint32_t *items = AV_NEW_ARRAY(&run->notes, uint32_t, count);
    if (!items) return AV_ERR_MEMORY;
    count = 0;
    for (uint32_t pc = 0; pc < p->code_count; pc++) {
        const uint32_t read = read_by(program, program->code[p->code_start + pc], &known);
        if (read != AV_NO_INDEX && !is_among(items, count, read)) items[count++] = read;
    }
    *reads = (struct av_proc_reads){items, count, known};
    return AV_OK;
}

av_status av_run_verify_proc(av_run *run, uint32_t proc, bool *holds) {
    if (!run->proc_reads) {
        run->proc_reads = AV_NEW_ARRAY(&run->notes, struct av_proc_reads, run->program->proc_count);
        if (!run->proc_reads) return AV_ERR_MEMORY;
    }
    struct av_proc_reads *reads = &run->proc_reads[proc];
    if (!reads->items) AV_TRY(find_reads(run, proc, reads));
    *holds = reads->known;
    for (uint32_t i = 0; i < reads->count && *holds; i++) {
        const uint32_t def = reads->items[i] & (REASONS - 1);
        AV_TRY(value_holds(run, def, holds));
        if (*holds && (reads->items[i] & REASONS) != 0) AV_TRY(reasons_hold(run, def, holds));
    }
    return AV_OK;
}

static av_status try_value(av_run *run, struct av_search *s, av_value value) {
    const av_program *program = run->program;
    const av_trial trial = {s->affected.marks, s->traces, s->verdict, run->epoch, &s->first};
    av_status status = AV_OK;
    run->override = value;
    run->trial = &trial;
    run->epoch = ++run->epochs;
    memset(s->verdict, VERDICT_NONE, program->def_count);
    for (uint32_t i = 0; i < s->known.count; i++)
        run->traces[s->known.items[i]].state = AV_TRACE_DOUBTFUL;
    run->traces[s->fact].state = AV_TRACE_NONE;
    for (uint32_t n = 0; n < run->choice_defs.count && status == AV_OK; n++) {
        uint32_t i = run->choice_defs.items[n];
        av_value other;
        if (!s->affected.marks[i] || s->flips[i] || s->traces[i].state != AV_TRACE_DONE) continue;
        av_status outcome = av_run_value(run, i, &other);
        if (is_fatal(run, outcome)) status = outcome;
        if (outcome != AV_OK || av_value_equal(other, s->traces[i].value)) continue;
        s->flips[i] = 1;
        s->open--;
    }
    run->trial = NULL;
    for (uint32_t i = 0; i < s->known.count; i++)
        run->traces[s->known.items[i]] = s->traces[s->known.items[i]];
    av_run_forget(run, &s->first);
    av_def_set_clear(&s->first);
    run->epoch = trial.epoch;
    return status;
}

/* The decisions as they are, to compare with. */
static av_status settle(av_run *run, struct av_search *s) {
    s->open = 0;
    for (uint32_t n = 0; n < run->choice_defs.count; n++) {
        uint32_t i = run->choice_defs.items[n];
        av_value value;
        if (!s->affected.marks[i] || run->traces[i].state == AV_TRACE_COMPUTING) continue;
        AV_TRY(av_run_value(run, i, &value));
        s->open++;
    }
    return AV_OK;
}

/* The values that trials replace: most of what a fact may change has none yet. */
static void set_aside(const av_run *run, struct av_search *s) {
    s->known.count = 0;
    for (uint32_t i = 0; i < s->affected.count; i++) {
        const uint32_t def = s->affected.items[i];
        s->traces[def].state = run->traces[def].state;
        if (run->traces[def].state != AV_TRACE_DONE) continue;
        s->traces[def] = run->traces[def];
        s->affected.marks[def] = AV_AFFECTED_KNOWN;
        s->known.items[s->known.count++] = def;
    }
}

static av_status try_all(av_run *run, struct av_search *s, av_value now) {
    const av_program *program = run->program;
    set_aside(run, s);
    memcpy(s->fired, run->fired, program->rule_count);
    /* What the trials make is thrown away with an arena of their own. */
    av_arena kept = run->arena;
    av_run_error error = run->error;
    size_t used = av_arena_used(&kept), left = kept.ceiling > used ? kept.ceiling - used : 1;
    av_arena_init(&run->arena, &run->host, kept.ceiling ? left : 0);
    run->arena.pool = kept.pool;
    run->overridden = s->fact;
    av_status status = AV_OK;
    for (uint32_t i = 0; i < value_count(run, s->fact) && s->open && status == AV_OK; i++) {
        av_value other = value_at(run, s->fact, i);
        if (!av_value_equal(now, other)) status = try_value(run, s, other);
    }
    run->overridden = AV_NO_INDEX;
    if (kept.ceiling) kept.ceiling += run->arena.ceiling - left; /* what it drew is ours to use */
    av_arena_free(&run->arena);
    run->arena = kept;
    memcpy(run->fired, s->fired, program->rule_count);
    if (status == AV_OK) run->error = error;
    return status;
}

static av_status get_search(av_run *run, struct av_search **out) {
    const av_program *program = run->program;
    if (!run->search) {
        struct av_search *s = AV_NEW(&run->notes, struct av_search);
        if (!s) return AV_ERR_MEMORY;
        AV_TRY(av_def_set_init(&s->affected, &run->notes, program->def_count));
        AV_TRY(av_def_set_init(&s->first, &run->notes, program->def_count));
        s->known.items = AV_NEW_ARRAY(&run->notes, uint32_t, program->def_count);
        s->flips = AV_NEW_ARRAY(&run->notes, uint8_t, program->def_count);
        s->traces = AV_NEW_ARRAY(&run->notes, av_trace, program->def_count);
        s->fired = AV_NEW_ARRAY(&run->notes, uint8_t, program->rule_count);
        s->verdict = AV_NEW_ARRAY(&run->notes, uint8_t, program->def_count);
        if (!s->known.items || !s->flips || !s->traces || !s->fired || !s->verdict)
            return AV_ERR_MEMORY;
        run->search = s;
    }
    *out = run->search;
    return AV_OK;
}

/* Marks in the search's `flips` the choices that another value of the fact would change. */
static av_status search(av_run *run, uint32_t fact, struct av_search **out) {
    struct av_search *s;
    av_value now;
    AV_TRY(av_run_value(run, fact, &now));
    AV_TRY(list_defs(run));
    AV_TRY(get_search(run, &s));
    *out = s;
    s->fact = fact;
    memset(s->flips, 0, run->program->def_count);
    av_def_set_clear(&s->affected);
    if (value_count(run, fact) == 0) return AV_OK;
    av_def_set_add(&s->affected, fact);
    AV_TRY(av_run_dependents(run, &s->affected));
    AV_TRY(settle(run, s));
    return s->open ? try_all(run, s, now) : AV_OK;
}

static av_status check_fact(av_run *run, uint32_t fact) {
    const av_program *program = run->program;
    const av_site nowhere = {0, 0, 0};
    if (fact < program->def_count && program->defs[fact].kind == AV_DEF_FACT) return AV_OK;
    return av_run_fail(run, AV_E_WRONG_KIND, AV_NO_INDEX, nowhere, "definition %u is no fact",
                       fact);
}

av_status av_run_flips(av_run *run, uint32_t fact, av_value *out) {
    struct av_search *s;
    AV_TRY(check_fact(run, fact));
    av_status status = search(run, fact, &s);
    if (status == AV_OK) status = names_of(run, s->flips, &run->choice_defs, out);
    return av_run_explain(run, status, fact);
}

/* ---- of several facts, side by side */

enum { SIDES = 2 };

typedef struct searching {
    const uint32_t *facts;
    size_t count;
    atomic_size_t next; /* the first that neither side has taken */
    uint8_t *flips;     /* what each search has marked, a row of all choices for each fact */
    struct {
        av_run *run;
        av_status status;
    } sides[SIDES];
} searching;

static void search_side(void *work, size_t side) {
    searching *w = work;
    av_run *run = w->sides[side].run;
    while (w->sides[side].status == AV_OK) {
        struct av_search *s;
        const size_t i = atomic_fetch_add(&w->next, 1);
        if (i >= w->count) return;
        const av_status status = search(run, w->facts[i], &s);
        for (uint32_t n = 0; n < run->choice_defs.count && status == AV_OK; n++)
            w->flips[i * run->choice_defs.count + n] = s->flips[run->choice_defs.items[n]];
        w->sides[side].status = av_run_explain(run, status, w->facts[i]);
    }
}

/* What the searches compare with, so that they need not find it out on each side. */
static av_status settle_all(av_run *run, const uint32_t *facts, size_t count) {
    struct av_search *s;
    av_value value;
    AV_TRY(list_defs(run));
    AV_TRY(get_search(run, &s));
    av_def_set_clear(&s->affected);
    for (size_t i = 0; i < count; i++) {
        AV_TRY(check_fact(run, facts[i]));
        AV_TRY(av_run_value(run, facts[i], &value));
        if (value_count(run, facts[i]) > 0) av_def_set_add(&s->affected, facts[i]);
    }
    AV_TRY(av_run_dependents(run, &s->affected));
    return settle(run, s);
}

av_status av_run_flips_all(av_run *run, const uint32_t *facts, size_t count, av_value *lists) {
    /* A side of two already does what was shared out. */
    const bool forked = run->purse != NULL;
    if (!run->executor || count < SIDES || run->trial || forked) {
        for (size_t i = 0; i < count; i++) AV_TRY(av_run_flips(run, facts[i], &lists[i]));
        return AV_OK;
    }
    AV_TRY(settle_all(run, facts, count));
    const uint32_t choices = run->choice_defs.count;
    searching w = {.facts = facts,
                   .count = count,
                   .flips = AV_NEW_ARRAY(&run->notes, uint8_t, count * choices)};
    uint8_t *marked = AV_NEW_ARRAY(&run->notes, uint8_t, run->program->def_count);
    if (!w.flips || !marked) return AV_ERR_MEMORY;
    w.sides[0].run = run;
    w.sides[1].run = av_run_fork(run);
    if (!w.sides[1].run) return AV_ERR_MEMORY;
    av_do_tasks(run->executor, SIDES, search_side, &w);
    const av_run_error error = w.sides[1].run->error;
    av_run_join(run, w.sides[1].run);
    if (w.sides[0].status != AV_OK) return w.sides[0].status;
    if (w.sides[1].status == AV_ERR_RUN) return av_run_fail_again(run, &error);
    if (w.sides[1].status != AV_OK) return w.sides[1].status;
    for (size_t i = 0; i < count; i++) {
        for (uint32_t n = 0; n < choices; n++)
            marked[run->choice_defs.items[n]] = w.flips[i * choices + n];
        AV_TRY(names_of(run, marked, &run->choice_defs, &lists[i]));
    }
    return AV_OK;
}
