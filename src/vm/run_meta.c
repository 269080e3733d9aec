/* What is known about a definition besides its value: reasons, sources, the options that lost. */
#include "vm/ops.h"
#include "vm/render.h"
#include "vm/state.h"

static const char *level_name(av_level level) {
    static const char *const names[] = {[AV_LEVEL_NONE] = "",
                                        [AV_LEVEL_LOW] = "low",
                                        [AV_LEVEL_MEDIUM] = "medium",
                                        [AV_LEVEL_HIGH] = "high"};
    return (size_t)level < AV_COUNT(names) ? names[level] : "";
}

static av_text def_name(const av_run *run, uint32_t def) {
    return def < run->program->def_count ? run->program->defs[def].name : AV_TEXT("");
}

/* The rule that decided, or NULL. */
static const av_rule *decider(const av_run *run, uint32_t def) {
    uint32_t rule = run->traces[def].rule;
    return rule < run->program->rule_count ? &run->program->rules[rule] : NULL;
}

static av_status because(av_run *run, uint32_t def, av_text *out) {
    const av_rule *rule = decider(run, def);
    const av_patch *patch = av_run_patch_of(run, def);
    if (patch) return av_run_text(run, run->program->defs[patch->check].repair_because, out);
    if (run->traces[def].stated) {
        *out = AV_TEXT("stated in the brief");
        if (run->overridden == def || !run->facts || !run->facts->stated[def].heard) return AV_OK;
        *out = av_arena_format(&run->arena, "the text says \"%.*s\"",
                               AV_TEXT_ARG(run->facts->stated[def].evidence));
        return out->ptr ? AV_OK : AV_ERR_MEMORY;
    }
    return rule ? av_run_text(run, rule->because, out) : AV_OK;
}

static av_status condition(av_run *run, uint32_t def, av_text *out) {
    const av_rule *rule = decider(run, def);
    if (!rule || run->traces[def].patched) return AV_OK;
    AV_TRY(av_run_text(run, rule->condition, out));
    if (!out->len && rule->otherwise) *out = AV_TEXT("no other case holds");
    return AV_OK;
}

static av_status stated_text(const av_run *run, uint32_t def, av_meta meta, av_text *out) {
    if (run->overridden == def || !run->facts || !av_run_is_stated(run, def)) return AV_OK;
    const av_stated *stated = &run->facts->stated[def];
    *out = meta == AV_META_AT ? stated->at : stated->evidence;
    return AV_OK;
}

static av_status between(av_run *run, const av_def *d, av_text *out) {
    av_render render = av_render_begin(run);
    for (uint32_t i = 0; i < d->between_count; i++) {
        if (i) AV_TRY(av_render_literal(run, render, AV_TEXT(", "), AV_NO_INDEX));
        AV_TRY(av_render_literal(run, render, def_name(run, d->between[i]), AV_NO_INDEX));
    }
    av_value text;
    AV_TRY(av_render_text(run, render, &text));
    *out = *text.as.string;
    return AV_OK;
}

static av_status text_meta(av_run *run, uint32_t def, av_meta meta, av_text *out) {
    const av_def *d = &run->program->defs[def];
    const av_rule *rule = decider(run, def);
    *out = AV_TEXT("");
    switch (meta) {
    case AV_META_BECAUSE: return because(run, def, out);
    case AV_META_RULE:
        if (rule) *out = rule->id;
        return AV_OK;
    case AV_META_CONDITION: return condition(run, def, out);
    case AV_META_LABEL: *out = d->label; return AV_OK;
    case AV_META_NAME: *out = d->name; return AV_OK;
    case AV_META_SOURCE:
        *out = run->traces[def].stated ? AV_TEXT("stated") : AV_TEXT("inferred");
        return AV_OK;
    case AV_META_CONFIDENCE:
        if (rule) *out = av_text_from(level_name(rule->confidence));
        return AV_OK;
    case AV_META_RISK: return rule ? av_run_text(run, rule->risk, out) : AV_OK;
    case AV_META_EVIDENCE:
    case AV_META_AT: return stated_text(run, def, meta, out);
    case AV_META_GROUP: *out = d->group; return AV_OK;
    case AV_META_ASK: return d->kind == AV_DEF_FACT ? av_run_text(run, d->ask, out) : AV_OK;
    case AV_META_TENSION:
        return d->kind == AV_DEF_CONFLICT ? av_run_text(run, d->tension, out) : AV_OK;
    case AV_META_EFFECT:
        return d->kind == AV_DEF_CONFLICT ? av_run_text(run, d->effect, out) : AV_OK;
    case AV_META_IMPACT: *out = av_text_from(level_name(d->impact)); return AV_OK;
    case AV_META_BINDS:
        if (d->kind == AV_DEF_CONFLICT) *out = def_name(run, d->binds);
        return AV_OK;
    case AV_META_BETWEEN: return between(run, d, out);
    default: return AV_OK;
    }
}

/* Whether the answer does not depend on the definition's value. */
static bool is_fixed(av_meta meta) {
    return meta == AV_META_LABEL || meta == AV_META_NAME || meta == AV_META_GROUP ||
           meta == AV_META_ASK || meta == AV_META_TENSION || meta == AV_META_IMPACT ||
           meta == AV_META_BINDS || meta == AV_META_EFFECT || meta == AV_META_BETWEEN;
}

static bool from_matrix(av_meta meta) {
    return meta == AV_META_BECAUSE || meta == AV_META_CONDITION || meta == AV_META_RULE ||
           meta == AV_META_SCORE || meta == AV_META_SCORES || meta == AV_META_SECONDARY ||
           meta == AV_META_VETOED || meta == AV_META_WRONG_IF;
}

/* An answer that is kept with the value it explains. */
typedef struct av_known_meta {
    const struct av_known_meta *next;
    av_meta meta;
    av_value value;
} av_known_meta;

static av_status find_meta(av_run *run, uint32_t def, av_meta meta, av_value *out) {
    const av_trace *trace = &run->traces[def];
    if (meta == AV_META_REJECTED)
        return trace->matrix ? av_run_matrix_rejected(run, def, out)
                             : av_run_case_rejected(run, def, out);
    bool patched = trace->patched && (meta == AV_META_BECAUSE || meta == AV_META_CONDITION);
    if (trace->matrix && from_matrix(meta) && !patched)
        return av_run_matrix_meta(run, def, meta, out);
    av_text text;
    AV_TRY(text_meta(run, def, meta, &text));
    return av_string(&run->arena, text, out);
}

/* The reason of a repair may change while the value it gave stays; a trial brings back only the traces it may affect. */
static bool is_kept(const av_run *run, uint32_t def) {
    return !run->traces[def].patched && (!run->trial || run->trial->affected[def]);
}

/* The same for what explains a value. */
static av_status explain_value(av_run *run, uint32_t def, av_meta meta, av_value *out) {
    av_value value;
    AV_TRY(av_run_value(run, def, &value));
    av_trace *trace = &run->traces[def];
    for (const av_known_meta *known = trace->metas; known; known = known->next)
        if (known->meta == meta) {
            *out = known->value;
            return AV_OK;
        }
    AV_TRY(find_meta(run, def, meta, out));
    if (!is_kept(run, def)) return AV_OK;
    av_known_meta *known = AV_NEW(&run->arena, av_known_meta);
    if (!known) return AV_ERR_MEMORY;
    *known = (av_known_meta){trace->metas, meta, *out};
    trace->metas = known;
    return AV_OK;
}

av_status av_run_meta(av_run *run, uint32_t def, av_meta meta, av_value *out) {
    const av_site nowhere = {0, 0, 0};
    if (def >= run->program->def_count)
        return av_run_fail(run, AV_E_WRONG_KIND, AV_NO_INDEX, nowhere, "there is no definition %u",
                           def);
    AV_TRY(av_run_enter(run, run->program->defs[def].proc, run->program->defs[def].site));
    av_render open = av_render_begin(run);
    av_status status =
        is_fixed(meta) ? find_meta(run, def, meta, out) : explain_value(run, def, meta, out);
    status = av_run_explain(run, status, def);
    if (status != AV_OK) av_render_drop(run, open);
    av_run_leave(run);
    return status;
}

/* ---- cases that lost */

/* An option that lost, put together from all its cases. */
typedef struct rejecting {
    av_run *run;
    const av_def *def;
    const av_rule *winner;
    uint32_t winner_at; /**< its place among the cases */
} rejecting;

static av_text option_name(const av_run *run, const av_def *d, const av_rule *rule) {
    const av_type *type = &run->program->types[d->type];
    if (type->kind == AV_T_OPTION) type = &run->program->types[type->element];
    if (type->kind == AV_T_ENUM && rule->option < run->program->enums[type->index].member_count)
        return run->program->enums[type->index].members[rule->option].label;
    return rule->name;
}

static const av_rule *case_at(const rejecting *r, uint32_t i) {
    return &r->run->program->rules[r->def->first_rule + i];
}

/* Whether two cases stand for the same option. */
static bool same_option(const av_rule *a, const av_rule *b) {
    return a == b || (a->option != AV_NO_INDEX && a->option == b->option);
}

/* Why case `i` did not decide. */
static av_status case_failure(const rejecting *r, uint32_t i, av_text *out) {
    const av_rule *rule = case_at(r, i);
    bool holds = rule->otherwise;
    if (i > r->winner_at && !holds) AV_TRY(av_run_holds(r->run, rule->when, &holds));
    if (!holds) return av_run_text(r->run, rule->failure, out);
    *out = av_arena_format(&r->run->arena, "an earlier case matched first: %.*s",
                           AV_TEXT_ARG(option_name(r->run, r->def, r->winner)));
    return out->ptr ? AV_OK : AV_ERR_MEMORY;
}

static av_status put_text(av_run *run, av_render render, av_text text) {
    if (!text.len) return AV_OK;
    if (run->text.len > render.text)
        AV_TRY(av_render_literal(run, render, AV_TEXT("; "), AV_NO_INDEX));
    return av_render_literal(run, render, text, AV_NO_INDEX);
}

static av_status reject_option(const rejecting *r, uint32_t first, av_value *out) {
    av_run *run = r->run;
    av_text reason = AV_TEXT("");
    av_render failures = av_render_begin(run);
    for (uint32_t i = first; i < r->def->rule_count; i++) {
        const av_rule *rule = case_at(r, i);
        av_text text;
        if (!same_option(rule, case_at(r, first))) continue;
        AV_TRY(case_failure(r, i, &text));
        AV_TRY(put_text(run, failures, text));
        if (!reason.len) AV_TRY(av_run_text(run, rule->rejected, &reason));
    }
    av_value condition;
    AV_TRY(av_render_text(run, failures, &condition));
    if (!reason.len) reason = *condition.as.string;
    av_model_record record;
    AV_TRY(av_model_new(run, run->program->model.rejected, &record));
    AV_TRY(av_model_text(&record, "option", option_name(run, r->def, case_at(r, first))));
    AV_TRY(av_model_text(&record, "because", reason));
    av_model_set(&record, "condition", condition);
    *out = record.value;
    return AV_OK;
}

/* Whether an earlier case stands for the same option as case `i`. */
static bool seen_before(const rejecting *r, uint32_t i) {
    for (uint32_t k = 0; k < i; k++)
        if (same_option(case_at(r, k), case_at(r, i))) return true;
    return false;
}

av_status av_run_case_rejected(av_run *run, uint32_t def, av_value *out) {
    const av_def *d = &run->program->defs[def];
    const av_trace *trace = &run->traces[def];
    rejecting r = {.run = run, .def = d, .winner = decider(run, def)};
    if (!r.winner || trace->rule < d->first_rule) return av_op_list(run, NULL, 0, out);
    r.winner_at = trace->rule - d->first_rule;
    av_value list, *items;
    AV_TRY(av_list_new(&run->arena, d->rule_count, &list, &items));
    size_t count = 0;
    for (uint32_t i = 0; i < d->rule_count; i++) {
        const av_rule *rule = case_at(&r, i);
        /* A repair that replaced the value rejects the option the rules chose. */
        bool chosen = trace->patched ? trace->value.kind == AV_ENUM &&
                                           trace->value.as.integer == (int64_t)rule->option
                                     : same_option(rule, r.winner);
        if (chosen || seen_before(&r, i)) continue;
        if (same_option(rule, r.winner)) {
            av_model_record record;
            av_text reason;
            AV_TRY(because(run, def, &reason));
            AV_TRY(av_model_new(run, run->program->model.rejected, &record));
            AV_TRY(av_model_text(&record, "option", option_name(run, d, rule)));
            AV_TRY(av_model_text(&record, "because", reason));
            items[count++] = record.value;
        } else {
            AV_TRY(reject_option(&r, i, &items[count++]));
        }
    }
    ((av_list *)list.as.list)->count = count;
    *out = list;
    return AV_OK;
}
