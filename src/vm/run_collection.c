/* Collections and the repairs laid over the model. */
#include "vm/ops.h"
#include "vm/state.h"

static const av_site nowhere = {0, 0, 0};

const av_patch *av_run_patch_of(const av_run *run, uint32_t def) {
    for (size_t i = run->patch_count; i > 0; i--)
        if (run->patches[i - 1].def == def && run->patches[i - 1].slot == AV_NO_INDEX) return &run->patches[i - 1];
    return NULL;
}

void av_run_patch_value(const av_run *run, uint32_t def, av_trace *trace) {
    const av_patch *patch = av_run_patch_of(run, def);
    if (!patch) return;
    const av_def *d = &run->program->defs[def];
    trace->value = patch->value;
    trace->patched = true;
    for (uint32_t i = 0; trace->matrix && i < d->option_count; i++)
        if (patch->value.kind == AV_ENUM && (int64_t)d->options[i].member == patch->value.as.integer)
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
            AV_TRY(av_op_with(run, items[i], (uint64_t)1 << patch->slot, &patch->value, AV_NO_INDEX, nowhere, &items[i]));
            run->traces[def].patched = true;
        }
        *list = copy;
    }
    return AV_OK;
}

av_status av_run_collection(av_run *run, uint32_t def, av_value *out) {
    const av_def *d = &run->program->defs[def];
    av_value all, empty;
    AV_TRY(av_op_list(run, NULL, 0, &empty));
    all = empty;
    for (uint32_t i = 0; i < d->rule_count; i++) {
        const av_rule *rule = &run->program->rules[d->first_rule + i];
        bool holds;
        AV_TRY(av_run_holds(run, rule->when, &holds));
        if (!holds || rule->value == AV_NO_INDEX) continue;
        av_value added;
        AV_TRY(av_run_proc(run, rule->value, &added));
        if (added.kind != AV_LIST) return av_op_wrong(run, added, rule->value, rule->site);
        if (!added.as.list->count) continue;
        av_run_note_rule(run, d->first_rule + i);
        AV_TRY(av_op_arith(run, AV_OP_ADD, all, added, rule->value, rule->site, &all));
    }
    /* Records with the same key become one; records without a key stay as they are, equal ones too. */
    av_value key;
    if (all.as.list->count && av_op_key(run->program, all.as.list->items[0], &key))
        AV_TRY(av_op_union(run, all, empty, d->proc, d->site, &all));
    AV_TRY(apply(run, def, &all));
    *out = all;
    return AV_OK;
}
