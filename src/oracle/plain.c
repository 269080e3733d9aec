#include "oracle/plain.h"

#include <string.h>

#include "oracle/frame.h"
#include "vm/builtins.h"

av_status av_frame_slot(av_frame *f, uint32_t slot, av_value **out) {
    if (slot >= f->slot_count)
        return av_run_fail(f->run, AV_E_WRONG_KIND, f->proc, f->site, "there is no variable %u",
                           slot);
    *out = &f->slots[slot];
    return AV_OK;
}

av_status av_frame_bind(av_frame *f, uint32_t slot, av_value value) {
    av_value *place = NULL;
    AV_TRY(av_frame_slot(f, slot, &place));
    *place = value;
    return AV_OK;
}

av_status av_plain_bool(av_frame *f, const av_node *node, bool *out) {
    av_value v;
    AV_TRY(av_plain_eval(f, node, &v));
    if (v.kind != AV_BOOL) return av_op_wrong(f->run, v, f->proc, f->site);
    *out = v.as.integer != 0;
    return AV_OK;
}

/* Values of the first `count` items, in the run's arena. */
static av_status eval_items(av_frame *f, const av_node *node, av_value **out) {
    av_value *values = AV_NEW_ARRAY(av_run_arena(f->run), av_value, node->count);
    if (!values) return AV_ERR_MEMORY;
    for (uint32_t i = 0; i < node->count; i++)
        if (node->items[i]) AV_TRY(av_plain_eval(f, node->items[i], &values[i]));
    *out = values;
    return AV_OK;
}

static av_status eval_call(av_frame *f, const av_node *node, av_value *out) {
    av_value *args;
    AV_TRY(eval_items(f, node, &args));
    if (node->kind == AV_N_BUILTIN)
        return av_builtin_call(f->run, (av_builtin)node->index, args, node->count, f->proc, f->site,
                               out);
    return av_run_call(f->run, node->index, args, out);
}

static av_status eval_record(av_frame *f, const av_node *node, av_value *out) {
    av_value base = av_none(), *values;
    if (node->kind == AV_N_WITH) AV_TRY(av_plain_eval(f, node->a, &base));
    AV_TRY(eval_items(f, node, &values));
    if (node->kind == AV_N_WITH)
        return av_op_with(f->run, base, node->bits, values, f->proc, f->site, out);
    return av_op_record(f->run, node->index, values, node->count, node->bits, out);
}

static av_status eval_two(av_frame *f, const av_node *node, av_value *out) {
    av_value a, b;
    bool result;
    AV_TRY(av_plain_eval(f, node->a, &a));
    AV_TRY(av_plain_eval(f, node->b, &b));
    switch ((av_node_kind)node->kind) {
    case AV_N_ARITH: return av_op_arith(f->run, node->op, a, b, f->proc, f->site, out);
    case AV_N_LOOKUP: return av_op_lookup(f->run, a, b, node->index, f->proc, f->site, out);
    case AV_N_IN: AV_TRY(av_op_in(f->run, a, b, f->proc, f->site, &result)); break;
    default: AV_TRY(av_op_compare(f->run, node->op, a, b, f->proc, f->site, &result)); break;
    }
    *out = av_bool(result);
    return AV_OK;
}

static av_status eval_in_range(av_frame *f, const av_node *node, av_value *out) {
    av_value v, low, high;
    bool above, below = false;
    AV_TRY(av_plain_eval(f, node->a, &v));
    AV_TRY(av_plain_eval(f, node->b, &low));
    AV_TRY(av_plain_eval(f, node->c, &high));
    AV_TRY(av_op_compare(f->run, AV_OP_LE, low, v, f->proc, f->site, &above));
    if (above) AV_TRY(av_op_compare(f->run, AV_OP_LE, v, high, f->proc, f->site, &below));
    *out = av_bool(above && below);
    return AV_OK;
}

static av_status eval_one(av_frame *f, const av_node *node, av_value *out) {
    av_value a;
    AV_TRY(av_plain_eval(f, node->a, &a));
    switch ((av_node_kind)node->kind) {
    case AV_N_FIELD: return av_op_field(f->run, a, node->index, f->proc, f->site, out);
    case AV_N_NEGATE: return av_op_negate(f->run, a, f->proc, f->site, out);
    case AV_N_TO_DECIMAL: return av_op_to_decimal(f->run, a, f->proc, f->site, out);
    case AV_N_TO_SET: return av_op_to_set(f->run, a, node->index, f->proc, f->site, out);
    default: /* AV_N_CHECK_RANGE */
        *out = a;
        return av_op_check_range(f->run, a, node->type, f->proc, f->site);
    }
}

static av_status eval_logic(av_frame *f, const av_node *node, av_value *out) {
    bool result;
    AV_TRY(av_plain_bool(f, node->a, &result));
    if (node->kind == AV_N_NOT) result = !result;
    else if (result == (node->kind == AV_N_AND)) AV_TRY(av_plain_bool(f, node->b, &result));
    *out = av_bool(result);
    return AV_OK;
}

static av_status eval_at_least(av_frame *f, const av_node *node, av_value *out) {
    uint32_t held = 0;
    for (uint32_t i = 0; i < node->count && held < node->index; i++) {
        bool holds;
        /* Stops when the conditions left cannot make up the number. */
        if (node->count - i < node->index - held) break;
        AV_TRY(av_plain_bool(f, node->items[i], &holds));
        held += holds;
    }
    *out = av_bool(held >= node->index);
    return AV_OK;
}

static av_status eval_branch(av_frame *f, const av_node *node, av_value *out) {
    if (node->kind == AV_N_ELSE_NONE) {
        AV_TRY(av_plain_eval(f, node->a, out));
        return out->kind == AV_NONE ? av_plain_eval(f, node->b, out) : AV_OK;
    }
    if (node->kind == AV_N_LET) {
        av_value value;
        AV_TRY(av_plain_eval(f, node->a, &value));
        AV_TRY(av_frame_bind(f, node->index, value));
        return av_plain_eval(f, node->b, out);
    }
    bool holds;
    AV_TRY(av_plain_bool(f, node->a, &holds));
    return av_plain_eval(f, holds ? node->b : node->c, out);
}

static av_status eval_choose(av_frame *f, const av_node *node, av_value *out) {
    for (uint32_t i = 0; i < node->count; i++) {
        const av_node *choice = node->items[i];
        bool holds = true;
        if (choice->a) AV_TRY(av_plain_bool(f, choice->a, &holds));
        if (!holds) continue;
        *f->chosen = choice->index;
        return av_plain_eval(f, choice->b, out);
    }
    return av_run_fail(f->run, AV_E_NO_CASE, f->proc, f->site, "no case applies");
}

static av_status dispatch(av_frame *f, const av_node *node, av_value *out) {
    av_value *slot = NULL;
    switch ((av_node_kind)node->kind) {
    case AV_N_CONST: *out = node->value; return AV_OK;
    case AV_N_LOCAL:
        AV_TRY(av_frame_slot(f, node->index, &slot));
        *out = *slot;
        return AV_OK;
    case AV_N_DEF: return av_run_value(f->run, node->index, out);
    case AV_N_META: return av_run_meta(f->run, node->index, (av_meta)node->op, out);
    case AV_N_CALL:
    case AV_N_BUILTIN: return eval_call(f, node, out);
    case AV_N_RECORD:
    case AV_N_WITH: return eval_record(f, node, out);
    case AV_N_ARITH:
    case AV_N_LOOKUP:
    case AV_N_IN:
    case AV_N_COMPARE: return eval_two(f, node, out);
    case AV_N_IN_RANGE: return eval_in_range(f, node, out);
    case AV_N_FIELD:
    case AV_N_NEGATE:
    case AV_N_TO_DECIMAL:
    case AV_N_TO_SET:
    case AV_N_CHECK_RANGE: return eval_one(f, node, out);
    case AV_N_NOT:
    case AV_N_AND:
    case AV_N_OR: return eval_logic(f, node, out);
    case AV_N_AT_LEAST: return eval_at_least(f, node, out);
    case AV_N_IF:
    case AV_N_ELSE_NONE:
    case AV_N_LET: return eval_branch(f, node, out);
    case AV_N_CHOOSE: return eval_choose(f, node, out);
    case AV_N_LIST:
    case AV_N_FOR:
    case AV_N_GROUP:
    case AV_N_SOME:
    case AV_N_EVERY: return av_plain_list(f, node, out);
    case AV_N_TEMPLATE: return av_plain_template(f, node, out);
    default:
        return av_run_fail(f->run, AV_E_WRONG_KIND, f->proc, f->site, "node %u is no expression",
                           node->kind);
    }
}

av_status av_plain_eval(av_frame *f, const av_node *node, av_value *out) {
    AV_TRY(av_run_spend(f->run, 1, f->proc, f->site));
    AV_TRY(av_run_enter(f->run, f->proc, f->site));
    /* Not into *out at once: the node may read the variable that stands there. */
    av_value value = av_none();
    av_status status = dispatch(f, node, &value);
    av_run_leave(f->run);
    if (status == AV_OK) *out = value;
    return status;
}

av_status av_plain_execute(av_run *run, uint32_t proc, const av_value *args, av_value *out,
                           uint32_t *chosen) {
    const av_proc *p = &av_run_program(run)->procs[proc];
    av_frame frame = {
        .run = run, .proc = proc, .site = p->site, .slot_count = p->slot_count, .chosen = chosen};
    if (!p->tree)
        return av_run_fail(run, AV_E_WRONG_KIND, proc, p->site, "the procedure has no tree");
    if (p->param_count > p->slot_count || p->slot_count > AV_SLOTS)
        return av_run_fail(run, AV_E_WRONG_KIND, proc, p->site,
                           "the procedure has too many variables");
    const av_alloc *host = &av_run_arena(run)->host;
    size_t size = (p->slot_count + (size_t)1) * sizeof(av_value);
    frame.slots = av_alloc_new(host, size);
    if (!frame.slots) return AV_ERR_MEMORY;
    memset(frame.slots, 0, size);
    if (p->param_count) memcpy(frame.slots, args, p->param_count * sizeof *args);
    av_status status = av_plain_eval(&frame, p->tree, out);
    av_alloc_free(host, frame.slots, size);
    return status;
}
