/* Collections and the repairs laid over the model. */
#include <string.h>

#include "vm/ops.h"
#include "vm/state.h"

static const av_site nowhere = {0, 0, 0};

const av_patch *av_run_patch_of(const av_run *run, uint32_t def) {
    for (size_t i = run->patch_count; i > 0; i--)
        if (run->patches[i - 1].def == def && run->patches[i - 1].slot == AV_NO_INDEX)
            return &run->patches[i - 1];
    return NULL;
}

void av_run_patch_value(const av_run *run, uint32_t def, av_trace *trace) {
    const av_patch *patch = av_run_patch_of(run, def);
    if (!patch) return;
    const av_def *d = &run->program->defs[def];
    trace->value = patch->value;
    trace->patched = true;
    for (uint32_t i = 0; trace->matrix && i < d->option_count; i++)
        if (patch->value.kind == AV_ENUM &&
            (int64_t)d->options[i].member == patch->value.as.integer)
            trace->matrix->winner = i;
}

static bool is_target(const av_run *run, av_value item, const av_patch *patch) {
    av_value key, wanted;
    if (av_op_key(run->program, item, &key) && av_op_key(run->program, patch->target, &wanted))
        return av_value_equal(key, wanted);
    return av_value_equal(item, patch->target);
}

static av_status apply(av_run *run, uint32_t def, av_value *list) {
    for (size_t p = 0; p < run->patch_count; p++) {
        const av_patch *patch = &run->patches[p];
        if (patch->def != def) continue;
        av_value copy;
        AV_TRY(av_run_spend(run, list->as.list->count, AV_NO_INDEX, run->program->defs[def].site));
        AV_TRY(av_op_list(run, list->as.list->items, list->as.list->count, &copy));
        av_value *items = ((av_list *)copy.as.list)->items;
        for (size_t i = 0; i < copy.as.list->count; i++) {
            if (!is_target(run, items[i], patch)) continue;
            AV_TRY(av_op_with(run, items[i], (uint64_t)1 << patch->slot, &patch->value, AV_NO_INDEX,
                              nowhere, &items[i]));
            run->traces[def].patched = true;
        }
        *list = copy;
    }
    return AV_OK;
}

/* What a rule adds: a list, or none when it does not apply. */
static av_status derive(av_run *run, const av_rule *rule, av_value *out) {
    bool holds;
    *out = av_none();
    AV_TRY(av_run_holds(run, rule->when, &holds));
    if (!holds || rule->value == AV_NO_INDEX) return AV_OK;
    AV_TRY(av_run_proc(run, rule->value, out));
    return out->kind == AV_LIST ? AV_OK : av_op_wrong(run, *out, rule->value, rule->site);
}

/* In a trial a rule that reads nothing that has changed gives what it gave before. */
static av_status derives_as_before(av_run *run, uint32_t def, uint32_t rule, bool *same) {
    const av_rule *r = &run->program->rules[rule];
    *same = run->trial != NULL && run->trial->before[def].state == AV_TRACE_DONE;
    if (*same && r->when != AV_NO_INDEX) AV_TRY(av_run_verify_proc(run, r->when, same));
    if (*same && run->derived[rule].kind == AV_LIST)
        AV_TRY(av_run_verify_proc(run, r->value, same));
    return AV_OK;
}

static av_status join(av_run *run, const av_def *d, const av_value *parts, size_t total,
                      av_value *out) {
    av_value *items;
    if (total > AV_LIST_ITEMS) return AV_ERR_LIMIT;
    AV_TRY(av_run_spend(run, total, AV_NO_INDEX, d->site));
    AV_TRY(av_list_new(&run->arena, total, out, &items));
    for (uint32_t i = 0; i < d->rule_count; i++) {
        if (parts[i].kind != AV_LIST || !parts[i].as.list->count) continue;
        memcpy(items, parts[i].as.list->items, parts[i].as.list->count * sizeof *items);
        items += parts[i].as.list->count;
    }
    return AV_OK;
}

av_status av_run_collection(av_run *run, uint32_t def, av_value *out) {
    const av_def *d = &run->program->defs[def];
    av_value *parts = AV_NEW_ARRAY(&run->arena, av_value, d->rule_count);
    size_t total = 0;
    bool unchanged = run->trial != NULL && run->trial->before[def].state == AV_TRACE_DONE;
    if (!parts) return AV_ERR_MEMORY;
    for (uint32_t i = 0; i < d->rule_count; i++) {
        const uint32_t rule = d->first_rule + i;
        bool same;
        AV_TRY(derives_as_before(run, def, rule, &same));
        if (same) parts[i] = run->derived[rule];
        else AV_TRY(derive(run, &run->program->rules[rule], &parts[i]));
        unchanged = unchanged && (same || av_value_equal(parts[i], run->derived[rule]));
        if (parts[i].kind != AV_LIST || !parts[i].as.list->count) continue;
        total += parts[i].as.list->count;
        av_run_note_rule(run, rule);
    }
    if (!run->trial && d->rule_count)
        memcpy(&run->derived[d->first_rule], parts, d->rule_count * sizeof *parts);
    if (unchanged) {
        *out = run->trial->before[def].value;
        run->traces[def].patched = run->trial->before[def].patched;
        return AV_OK;
    }
    av_value all, empty, key;
    AV_TRY(join(run, d, parts, total, &all));
    AV_TRY(av_op_list(run, NULL, 0, &empty));
    /* Records with the same key become one; records without a key stay as they are, equal ones too. */
    if (total && av_op_key(run->program, all.as.list->items[0], &key))
        AV_TRY(av_op_union(run, all, empty, d->proc, d->site, &all));
    AV_TRY(apply(run, def, &all));
    *out = all;
    return AV_OK;
}
