#include "vm/run.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/set.h"
#include "vm/render.h"
#include "vm/state.h"
#include "vm/vm.h"

enum { MESSAGE_BYTES = 512 /**< longer messages are cut */ };

/* The caller's allocator with a note of its failures. */
static void *noting_realloc(void *payload, void *block, size_t old_size, size_t size) {
    av_run *run = payload;
    void *result = run->outer.call(run->outer.payload, block, old_size, size);
    if (!result && size) run->host_failed = true;
    return result;
}

av_run *av_run_new(const av_program *program, const av_facts *facts, const av_alloc *host,
                   const av_run_limits *limits, av_execute_fn *execute) {
    av_run *run = av_alloc_new(host, sizeof *run);
    if (!run) return NULL;
    *run = (av_run){.program = program,
                    .facts = facts,
                    .outer = *host,
                    .overridden = AV_NO_INDEX,
                    .current = AV_NO_INDEX,
                    .epoch = 1,
                    .epochs = 1};
    run->host = (av_alloc){noting_realloc, run};
    run->execute = execute ? execute : av_vm_execute;
    run->executor = limits && limits->executor && limits->executor->call ? limits->executor : NULL;
    run->steps = limits && limits->steps ? limits->steps : AV_RUN_STEPS;
    run->memory = limits && limits->memory ? limits->memory : AV_RUN_MEMORY;
    av_arena_init(&run->arena, &run->host, run->memory);
    av_arena_init(&run->notes, &run->host, 0);
    av_buf_init(&run->text, &run->host, 0);
    run->traces = AV_NEW_ARRAY(&run->notes, av_trace, program->def_count);
    run->fired = AV_NEW_ARRAY(&run->notes, uint8_t, program->rule_count);
    run->derived = AV_NEW_ARRAY(&run->notes, av_value, program->rule_count);
    if (!run->traces || !run->fired || !run->derived) {
        av_run_free(run);
        return NULL;
    }
    for (uint32_t i = 0; i < program->def_count; i++) run->traces[i].rule = AV_NO_INDEX;
    return run;
}

void av_run_free(av_run *run) {
    if (!run) return;
    av_vm_free(run->machine);
    av_alloc_free(&run->host, run->marks, run->mark_cap * sizeof *run->marks);
    av_buf_free(&run->text);
    av_arena_free(&run->arena);
    av_arena_free(&run->notes);
    av_alloc outer = run->outer;
    av_alloc_free(&outer, run, sizeof *run);
}

const av_program *av_run_program(const av_run *run) {
    return run->program;
}

av_arena *av_run_arena(av_run *run) {
    return &run->arena;
}

const av_executor *av_run_executor(const av_run *run) {
    return run->executor;
}

const av_run_error *av_run_last_error(const av_run *run) {
    return &run->error;
}

const av_trace *av_run_trace(const av_run *run, uint32_t def) {
    return &run->traces[def];
}

/* ---- errors and budgets */

av_status av_run_fail(av_run *run, av_diag_code code, uint32_t proc, av_site site,
                      const char *format, ...) {
    char message[MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (length < 0) length = 0;
    size_t size = (size_t)length < sizeof message ? (size_t)length : sizeof message - 1;
    size_t broken = av_utf8_invalid((av_text){message, size}); /* a cut may split a character */
    if (broken != SIZE_MAX) size = broken;
    av_text kept = av_arena_text(&run->notes, (av_text){message, size});
    if (!kept.ptr) return AV_ERR_MEMORY;
    run->error = (av_run_error){.code = code, .message = kept, .site = site};
    if (proc < run->program->proc_count) {
        run->error.name = run->program->procs[proc].name;
        if (!site.line) run->error.site = run->program->procs[proc].site;
    } else if (run->current != AV_NO_INDEX) {
        run->error.name = run->program->defs[run->current].name;
        if (!site.line) run->error.site = run->program->defs[run->current].site;
    }
    return AV_ERR_RUN;
}

/* Takes `need` steps out of the purse, and some more, so that it is seldom asked. */
static bool draw_steps(av_run *run, uint64_t need) {
    if (run->purse == NULL) return false;
    uint64_t left = atomic_load(&run->purse->steps), taken;
    do {
        if (left < need) return false;
        taken = need + (left - need) / 8;
    } while (!atomic_compare_exchange_weak(&run->purse->steps, &left, left - taken));
    run->steps += taken;
    return true;
}

av_status av_run_spend(av_run *run, uint64_t count, uint32_t proc, av_site site) {
    if (count <= run->steps || draw_steps(run, count - run->steps)) {
        run->steps -= count;
        return AV_OK;
    }
    run->steps = 0;
    return av_run_fail(run, AV_E_STEP_BUDGET, proc, site,
                       "the evaluation takes more steps than its budget allows");
}

av_status av_run_enter(av_run *run, uint32_t proc, av_site site) {
    if (run->depth >= AV_RUN_DEPTH)
        return av_run_fail(run, AV_E_RUN_DEPTH, proc, site,
                           "the evaluation is nested more than %d levels deep", AV_RUN_DEPTH);
    run->depth++;
    return AV_OK;
}

void av_run_leave(av_run *run) {
    run->depth--;
}

static av_status explain(av_run *run, av_status status, uint32_t proc, av_site site) {
    if (status == AV_ERR_MEMORY && !run->host_failed)
        return av_run_fail(run, AV_E_MEMORY_BUDGET, proc, site,
                           "the evaluation takes more memory than its budget of %zu bytes allows",
                           run->memory);
    if (status == AV_ERR_LIMIT)
        return av_run_fail(run, AV_E_TOO_LARGE, proc, site,
                           "a list gets more than %d items or a text more than %d bytes",
                           AV_LIST_ITEMS, AV_BUF_CEILING);
    return status;
}

av_status av_run_explain(av_run *run, av_status status, uint32_t def) {
    if (status != AV_ERR_MEMORY && status != AV_ERR_LIMIT) return status;
    status = explain(run, status, run->program->defs[def].proc, run->program->defs[def].site);
    if (status == AV_ERR_RUN && !run->error.name.len)
        run->error.name = run->program->defs[def].name;
    return status;
}

/* ---- procedures */

void av_run_note_rule(av_run *run, uint32_t rule) {
    if (rule < run->program->rule_count) run->fired[rule] = 1;
}

av_status av_run_execute(av_run *run, uint32_t proc, const av_value *args, av_value *out,
                         uint32_t *chosen) {
    const av_site nowhere = {0, 0, 0};
    if (proc >= run->program->proc_count)
        return av_run_fail(run, AV_E_WRONG_KIND, proc, nowhere, "there is no procedure %u", proc);
    av_render open = av_render_begin(run);
    uint32_t depth = run->depth;
    *chosen = AV_NO_INDEX;
    *out = av_none();
    av_status status = run->execute(run, proc, args, out, chosen);
    if (status == AV_OK) {
        av_run_note_rule(run, *chosen);
        return AV_OK;
    }
    av_render_drop(run, open);
    run->text.status = AV_OK;
    run->depth = depth;
    return explain(run, status, proc, run->program->procs[proc].site);
}

av_status av_run_call(av_run *run, uint32_t proc, const av_value *args, av_value *out) {
    uint32_t chosen;
    return av_run_execute(run, proc, args, out, &chosen);
}

av_status av_run_proc(av_run *run, uint32_t proc, av_value *out) {
    if (proc < run->program->proc_count && run->program->procs[proc].param_count)
        return av_run_fail(run, AV_E_WRONG_KIND, proc, run->program->procs[proc].site,
                           "a procedure with parameters needs arguments");
    return av_run_call(run, proc, NULL, out);
}

av_status av_run_text(av_run *run, uint32_t proc, av_text *out) {
    *out = AV_TEXT("");
    if (proc == AV_NO_INDEX) return AV_OK;
    av_value value;
    AV_TRY(av_run_proc(run, proc, &value));
    return av_render_format_text(run, value, out);
}

av_status av_run_holds(av_run *run, uint32_t proc, bool *out) {
    *out = true;
    if (proc == AV_NO_INDEX) return AV_OK;
    av_value value;
    AV_TRY(av_run_proc(run, proc, &value));
    *out = value.kind == AV_BOOL && value.as.integer != 0;
    return AV_OK;
}

/* ---- definitions */

const av_facts *av_run_facts(const av_run *run) {
    return run->facts;
}

bool av_run_is_stated(const av_run *run, uint32_t def) {
    if (run->program->defs[def].kind != AV_DEF_FACT) return false;
    if (run->overridden == def) return true;
    return run->facts && def < run->facts->def_count && run->facts->stated[def].stated;
}

/* What the brief states, or its prose says: the signals that said it have taken part. */
static av_status stated_value(av_run *run, uint32_t def, av_trace *trace) {
    trace->stated = true;
    if (run->overridden == def) {
        trace->value = run->override;
        return AV_OK;
    }
    const av_stated *stated = &run->facts->stated[def];
    trace->value = stated->value;
    if (!stated->heard) return AV_OK;
    trace->stated = !stated->implied;
    trace->rule = stated->rule_count > 0 ? stated->rules[0] : AV_NO_INDEX;
    for (uint32_t i = 0; i < stated->rule_count; i++) av_run_note_rule(run, stated->rules[i]);
    if (!run->program->defs[def].unites || stated->value.kind != AV_SET) return AV_OK;
    av_value inferred;
    uint32_t rule;
    AV_TRY(av_run_execute(run, run->program->defs[def].proc, NULL, &inferred, &rule));
    if (inferred.kind != AV_SET) return AV_OK;
    av_members members = {{0}};
    av_members_unite(&members, stated->value);
    av_members_unite(&members, inferred);
    return av_set_new(&run->arena, inferred.type, &members, &trace->value);
}

static av_status compute(av_run *run, uint32_t def, av_trace *trace) {
    const av_def *d = &run->program->defs[def];
    switch (d->kind) {
    case AV_DEF_FACT:
        if (av_run_is_stated(run, def)) return stated_value(run, def, trace);
        break;
    case AV_DEF_MATRIX: return av_run_matrix(run, def, trace);
    case AV_DEF_COLLECTION: return av_run_collection(run, def, &trace->value);
    case AV_DEF_MODEL: return av_run_model(run, def, &trace->value);
    case AV_DEF_DOCUMENT: {
        av_artifact artifact;
        AV_TRY(av_run_document(run, def, &artifact));
        trace->value = artifact.content;
        return AV_OK;
    }
    default: break;
    }
    if (d->proc == AV_NO_INDEX ||
        (d->proc < run->program->proc_count && run->program->procs[d->proc].param_count))
        return av_run_fail(run, AV_E_WRONG_KIND, AV_NO_INDEX, d->site,
                           "`%.*s` has no value of its own", AV_TEXT_ARG(d->name));
    return av_run_execute(run, d->proc, NULL, &trace->value, &trace->rule);
}

/* Rules of a definition that is computed anew have not taken part yet; those of functions and tables add up over calls. */
static void forget_rules(av_run *run, const av_def *d) {
    for (uint32_t i = 0; i < d->rule_count && d->first_rule + i < run->program->rule_count; i++)
        run->fired[d->first_rule + i] = 0;
}

/* Computes a definition's value into its trace. */
static av_status compute_trace(av_run *run, uint32_t def, av_trace *trace) {
    const av_def *d = &run->program->defs[def];
    uint32_t outer = run->current;
    if (run->trial && run->trial->affected[def] != AV_AFFECTED_KNOWN)
        av_def_set_add(run->trial->first, def);
    *trace = (av_trace){.state = AV_TRACE_COMPUTING, .rule = AV_NO_INDEX};
    forget_rules(run, d);
    run->current = def;
    av_status status = av_run_explain(run, compute(run, def, trace), def);
    run->current = outer;
    if (status != AV_OK) {
        *trace = (av_trace){.rule = AV_NO_INDEX};
        return status;
    }
    av_run_patch_value(run, def, trace);
    trace->state = AV_TRACE_DONE;
    return AV_OK;
}

/* Whether nothing that a definition's value was made from has changed. Where the value comes from one procedure, what its reasons
 * read does not matter. */
static av_status verify_value(av_run *run, uint32_t def, bool *holds) {
    const av_def *d = &run->program->defs[def];
    const bool collected = d->kind == AV_DEF_MATRIX || d->kind == AV_DEF_COLLECTION ||
                           d->kind == AV_DEF_MODEL || d->kind == AV_DEF_DOCUMENT;
    if (!collected && d->proc < run->program->proc_count)
        return av_run_verify_proc(run, d->proc, holds);
    return av_run_verify(run, def, holds);
}

/* A value computed before a fact was replaced is kept if nothing it was made from has changed. */
static av_status renew(av_run *run, uint32_t def, av_trace *trace) {
    bool holds;
    trace->state = AV_TRACE_COMPUTING;
    av_status status = verify_value(run, def, &holds);
    trace->state = AV_TRACE_DONE;
    if (status == AV_OK && !holds) status = compute_trace(run, def, trace);
    if (status != AV_OK) *trace = (av_trace){.rule = AV_NO_INDEX};
    return status;
}

av_status av_run_value(av_run *run, uint32_t def, av_value *out) {
    const av_site nowhere = {0, 0, 0};
    if (def >= run->program->def_count)
        return av_run_fail(run, AV_E_WRONG_KIND, AV_NO_INDEX, nowhere, "there is no definition %u",
                           def);
    av_trace *trace = &run->traces[def];
    if (trace->state != AV_TRACE_DONE) {
        const av_def *d = &run->program->defs[def];
        if (trace->state == AV_TRACE_COMPUTING)
            return av_run_fail(run, AV_E_NEEDS_ITSELF, d->proc, d->site,
                               "`%.*s` needs its own value", AV_TEXT_ARG(d->name));
        AV_TRY(av_run_enter(run, d->proc, d->site));
        av_status status = trace->state == AV_TRACE_DOUBTFUL ? renew(run, def, trace)
                                                             : compute_trace(run, def, trace);
        av_run_leave(run);
        AV_TRY(status);
    }
    *out = trace->value;
    return AV_OK;
}

/* Whether a rule of a matrix held. */
static bool matrix_rule_fired(const av_def *d, uint32_t rule, const av_matrix_result *result) {
    for (uint32_t i = 0; i < d->option_count; i++) {
        const av_matrix_option *option = &d->options[i];
        if (rule == option->secondary) return result->options[i].secondary_only;
        uint32_t line = rule - option->first_rule;
        if (rule >= option->first_rule && line < option->rule_count)
            return line < 64 && (result->options[i].held >> line & 1) != 0;
    }
    return false;
}

av_status av_run_fired(av_run *run, uint32_t rule, bool *out) {
    const av_program *program = run->program;
    *out = false;
    if (rule >= program->rule_count) return AV_OK;
    uint32_t def = program->rules[rule].def;
    const av_def *d = &program->defs[def];
    bool called = d->kind == AV_DEF_FUNC || d->kind == AV_DEF_TABLE;
    if (called && d->proc < program->proc_count && program->procs[d->proc].param_count) {
        *out = run->fired[rule] != 0;
        return AV_OK;
    }
    av_value value;
    AV_TRY(av_run_value(run, def, &value));
    const av_trace *trace = &run->traces[def];
    if (trace->matrix) *out = matrix_rule_fired(d, rule, trace->matrix);
    else if (d->kind == AV_DEF_CONFLICT) *out = value.kind == AV_BOOL && value.as.integer != 0;
    else *out = trace->rule == rule || run->fired[rule] != 0;
    return AV_OK;
}
