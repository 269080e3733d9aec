/* Templates. */
#include "oracle/frame.h"
#include "vm/render.h"

static av_status put_parts(av_frame *f, av_render r, av_node *const *parts, uint32_t count);

static av_status put_block(av_frame *f, av_render r, const av_node *block) {
    return block ? put_parts(f, r, block->items, block->count) : AV_OK;
}

/* The variables of a loop's generators, so that a sorted loop can come back to each round. */
typedef struct looping {
    const av_node *node; /**< AV_N_PART_FOR */
    av_render render;
    size_t rounds;
    av_gathered keys, variables;
} looping;

static av_status each_variable(av_frame *f, looping *loop, size_t *next, bool restore) {
    for (uint32_t i = 0; i < loop->node->count; i++) {
        const uint32_t slots[2] = {loop->node->items[i]->index, loop->node->items[i]->extra};
        for (size_t k = 0; k < 2; k++) {
            av_value *slot = NULL;
            if (slots[k] == AV_NO_INDEX) continue;
            AV_TRY(av_frame_slot(f, slots[k], &slot));
            if (restore) *slot = loop->variables.items[(*next)++];
            else AV_TRY(av_gather(f, &loop->variables, *slot));
        }
    }
    return AV_OK;
}

static av_status loop_round(av_frame *f, void *payload) {
    looping *loop = payload;
    loop->rounds++;
    if (!loop->node->b) return put_block(f, loop->render, loop->node->c);
    av_value key;
    AV_TRY(av_plain_eval(f, loop->node->b, &key));
    AV_TRY(av_gather(f, &loop->keys, key));
    return each_variable(f, loop, NULL, false);
}

static av_status put_for(av_frame *f, av_render r, const av_node *node) {
    const bool never = false;
    looping loop = {.node = node, .render = r};
    AV_TRY(av_plain_each(f, node->items, node->count, loop_round, &loop, &never));
    if (!loop.rounds) return put_block(f, r, node->a);
    if (!node->b) return AV_OK;
    const uint32_t *order;
    AV_TRY(av_plain_order(f, &loop.keys, node->flag, &order));
    size_t width = loop.variables.count / loop.rounds;
    for (size_t i = 0; i < loop.rounds; i++) {
        size_t next = order[i] * width;
        AV_TRY(each_variable(f, &loop, &next, true));
        AV_TRY(put_block(f, r, node->c));
    }
    return AV_OK;
}

static av_status put_part(av_frame *f, av_render r, const av_node *part) {
    av_value v;
    bool holds;
    switch ((av_node_kind)part->kind) {
    case AV_N_PART_TEXT:
        if (part->value.kind != AV_STRING)
            return av_op_wrong(f->run, part->value, f->proc, f->site);
        return av_render_literal(f->run, r, *part->value.as.string, part->extra);
    case AV_N_PART_VALUE:
        AV_TRY(av_plain_eval(f, part->a, &v));
        return av_render_value(f->run, r, v, (av_escape)part->op, part->index, part->extra);
    case AV_N_PART_IF:
        AV_TRY(av_plain_bool(f, part->a, &holds));
        return holds ? put_parts(f, r, part->items, part->count) : put_block(f, r, part->b);
    case AV_N_PART_FOR: return put_for(f, r, part);
    case AV_N_PART_LET:
        AV_TRY(av_plain_eval(f, part->a, &v));
        return av_frame_bind(f, part->index, v);
    case AV_N_PART_SECTION: return av_render_section(f->run, r, part->index, part->extra);
    case AV_N_PART_BLOCK: return put_block(f, r, part);
    default:
        return av_run_fail(f->run, AV_E_WRONG_KIND, f->proc, f->site,
                           "node %u is no part of a template", part->kind);
    }
}

static av_status put_parts(av_frame *f, av_render r, av_node *const *parts, uint32_t count) {
    AV_TRY(av_run_enter(f->run, f->proc, f->site));
    for (uint32_t i = 0; i < count; i++) {
        AV_TRY(av_run_spend(f->run, 1, f->proc, f->site));
        AV_TRY(put_part(f, r, parts[i]));
    }
    av_run_leave(f->run);
    return AV_OK;
}

av_status av_plain_template(av_frame *f, const av_node *node, av_value *out) {
    av_render r = av_render_begin(f->run);
    AV_TRY(put_parts(f, r, node->items, node->count));
    if (av_run_program(f->run)->types[node->type].kind == AV_T_FRAGMENT)
        return av_render_fragment(f->run, r, node->index, out);
    return av_render_text(f->run, r, out);
}
