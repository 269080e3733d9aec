/* The gate: checks over the model, repairs laid over it, and again, until nothing changes. */
#include "vm/ops.h"
#include "vm/state.h"

static const av_site nowhere = {0, 0, 0};

/* Fields of a Violation, in the order in which a check's procedure fills them. */
enum { VIOLATION_MESSAGE, VIOLATION_TARGET, VIOLATION_VALUE, VIOLATION_FIELDS };

static av_status violations(av_run *run, uint32_t def, const av_list **out) {
    const av_def *d = &run->program->defs[def];
    av_value list;
    AV_TRY(av_run_value(run, def, &list));
    if (list.kind != AV_LIST) return av_op_wrong(run, list, d->proc, d->site);
    for (size_t i = 0; i < list.as.list->count; i++) {
        av_value v = list.as.list->items[i];
        if (v.kind != AV_RECORD || v.as.record->count < VIOLATION_FIELDS)
            return av_op_wrong(run, v, d->proc, d->site);
    }
    *out = list.as.list;
    return AV_OK;
}

static av_status keep_messages(av_run *run, const av_list *found, av_check_result *result) {
    av_text *messages = AV_NEW_ARRAY(&run->arena, av_text, found->count);
    if (!messages) return AV_ERR_MEMORY;
    for (size_t i = 0; i < found->count; i++) {
        av_value message = found->items[i].as.record->fields[VIOLATION_MESSAGE];
        messages[i] = message.kind == AV_STRING ? *message.as.string : AV_TEXT("");
    }
    result->messages = messages;
    result->message_count = (uint32_t)found->count;
    return AV_OK;
}

static av_status add_patch(av_run *run, av_patch patch) {
    av_patch *patches =
        av_arena_grow(&run->notes, run->patches, run->patch_count, &run->patch_cap, sizeof patch);
    if (!patches) return AV_ERR_MEMORY;
    run->patches = patches;
    patches[run->patch_count++] = patch;
    return AV_OK;
}

/* The element of the collection's current value that a violation is about, or NULL. */
static const av_value *find_target(const av_run *run, const av_list *collection, av_value target) {
    av_value key, wanted;
    bool keyed = av_op_key(run->program, target, &wanted);
    for (size_t i = 0; i < collection->count; i++) {
        const av_value *item = &collection->items[i];
        if (keyed ? av_op_key(run->program, *item, &key) && av_value_equal(key, wanted)
                  : av_value_equal(*item, target))
            return item;
    }
    return NULL;
}

/* An earlier patch of the same field in this round, or NULL. */
static av_patch *same_field(av_run *run, size_t from, const av_patch *patch) {
    for (size_t i = run->patch_count; i > from; i--) {
        av_patch *p = &run->patches[i - 1];
        if (p->def == patch->def && p->slot == patch->slot &&
            av_value_equal(p->target, patch->target))
            return p;
    }
    return NULL;
}

/* Two repairs of one round that both change a list from `before`: the second's additions and removals are laid over the first. */
static av_status combine(av_run *run, av_value before, av_value first, av_value second,
                         av_value *out) {
    *out = second;
    if (before.kind != AV_LIST || first.kind != AV_LIST || second.kind != AV_LIST) return AV_OK;
    av_value added, removed, rest;
    AV_TRY(av_op_without(run, second, before, AV_NO_INDEX, nowhere, &added));
    AV_TRY(av_op_without(run, before, second, AV_NO_INDEX, nowhere, &removed));
    AV_TRY(av_op_without(run, first, removed, AV_NO_INDEX, nowhere, &rest));
    return av_op_union(run, rest, added, AV_NO_INDEX, nowhere, out);
}

/* Turns one violation into a patch unless it would change nothing. `from`: patches before this round. */
static av_status repair(av_run *run, uint32_t check, av_value violation, size_t from,
                        av_def_set *changed) {
    const av_def *d = &run->program->defs[check];
    const av_value *fields = violation.as.record->fields;
    av_value current;
    av_patch patch = {.def = d->repair_target,
                      .check = check,
                      .slot = d->repair_slot,
                      .target = av_none(),
                      .value = fields[VIOLATION_VALUE]};
    if (patch.def >= run->program->def_count) return AV_OK;
    AV_TRY(av_run_value(run, patch.def, &current));
    if (patch.slot != AV_NO_INDEX) {
        if (current.kind != AV_LIST) return av_op_wrong(run, current, d->proc, d->site);
        const av_value *item = find_target(run, current.as.list, fields[VIOLATION_TARGET]);
        if (!item) return AV_OK;
        patch.target = *item;
        AV_TRY(av_op_field(run, *item, patch.slot, d->proc, d->site, &current));
    }
    if (av_value_equal(current, patch.value)) return AV_OK;
    av_patch *earlier = same_field(run, from, &patch);
    /* the first repair of a decision wins its round */
    if (earlier && patch.slot == AV_NO_INDEX) return AV_OK;
    if (earlier) return combine(run, current, earlier->value, patch.value, &earlier->value);
    av_def_set_add(changed, patch.def);
    return add_patch(run, patch);
}

/* Runs every check once and repairs what fails. */
static av_status run_checks(av_run *run, bool may_repair, av_def_set *changed) {
    size_t from = run->patch_count;
    for (size_t i = 0; i < run->check_count; i++) {
        av_check_result *result = &run->checks[i];
        const av_list *found = NULL;
        AV_TRY(violations(run, result->def, &found));
        if (!found->count) {
            if (result->status == AV_CHECK_FAIL) result->status = AV_CHECK_REPAIRED;
            continue;
        }
        if (result->status == AV_CHECK_PASS) AV_TRY(keep_messages(run, found, result));
        result->status = AV_CHECK_FAIL;
        bool has_repair = run->program->defs[result->def].repair_target != AV_NO_INDEX;
        for (size_t k = 0; k < found->count && has_repair && may_repair; k++)
            AV_TRY(repair(run, result->def, found->items[k], from, changed));
    }
    return AV_OK;
}

static av_status run_rounds(av_run *run) {
    const av_program *program = run->program;
    av_def_set changed;
    AV_TRY(av_def_set_init(&changed, &run->notes, program->def_count));
    size_t count = 0;
    for (uint32_t i = 0; i < program->def_count; i++)
        count += program->defs[i].kind == AV_DEF_CHECK;
    run->checks = AV_NEW_ARRAY(&run->notes, av_check_result, count);
    if (!run->checks) return AV_ERR_MEMORY;
    run->check_count = 0;
    for (uint32_t i = 0; i < program->def_count; i++)
        if (program->defs[i].kind == AV_DEF_CHECK) run->checks[run->check_count++].def = i;
    for (int round = 0; round <= AV_GATE_ROUNDS; round++) {
        size_t patches = run->patch_count;
        av_def_set_clear(&changed);
        AV_TRY(run_checks(run, round < AV_GATE_ROUNDS, &changed));
        if (run->patch_count == patches) break;
        for (uint32_t i = 0; i < program->def_count;
             i++) /* the engine's own lists may show anything */
            if (program->defs[i].kind == AV_DEF_MODEL) av_def_set_add(&changed, i);
        AV_TRY(av_run_dependents(run, &changed));
        av_run_forget(run, &changed);
    }
    return AV_OK;
}

av_status av_run_gate(av_run *run, const av_check_result **results, size_t *count) {
    if (run->gate == AV_GATE_RUNNING)
        return av_run_fail(run, AV_E_NEEDS_ITSELF, AV_NO_INDEX, nowhere,
                           "a check needs the results of all checks");
    if (run->gate == AV_GATE_NOT_RUN) {
        run->gate = AV_GATE_RUNNING;
        av_status status = run_rounds(run);
        if (run->check_count) status = av_run_explain(run, status, run->checks[0].def);
        run->gate = status == AV_OK ? AV_GATE_DONE : AV_GATE_NOT_RUN;
        AV_TRY(status);
    }
    *results = run->checks;
    *count = run->check_count;
    return AV_OK;
}
