/* Code generation: templates. */
#include "code/gen.h"

static void gen_block(av_gen *g, av_node *const *parts, uint32_t count);

/** What is added next comes from `origin`. */
static void set_origin(av_gen *g, uint32_t origin) {
    if (g->origin_known && g->origin == origin) return;
    av_gen_wide(g, AV_I_TEXT_ORIGIN, 0, origin);
    g->origin = origin;
    g->origin_known = true;
}

static void gen_part_value(av_gen *g, const av_node *part) {
    if (part->index > UINT16_MAX) {
        av_gen_limit(g, "columns of indentation", UINT16_MAX);
        return;
    }
    uint32_t value = av_gen_value(g, part->a);
    set_origin(g, part->extra);
    av_gen_emit(g, AV_I_TEXT_VALUE, value, part->op, part->index);
}

static void gen_part_if(av_gen *g, const av_node *part) {
    av_label otherwise = {0}, end = {0};
    av_gen_test(g, part->a, false, &otherwise);
    bool known = g->origin_known;
    uint32_t origin = g->origin;
    gen_block(g, part->items, part->count);
    if (part->b != NULL) {
        av_gen_jump(g, AV_I_JUMP, 0, &end);
        av_gen_bind(g, &otherwise);
        g->origin_known = known;
        g->origin = origin;
        gen_block(g, part->b->items, part->b->count);
    } else {
        av_gen_bind(g, &otherwise);
    }
    av_gen_bind(g, &end);
    g->origin_known = false;
}

/* ---- loops */

typedef struct part_loop {
    const av_node *part;
    uint32_t any; /**< register: whether the body ran; only with an {empty} block */
} part_loop;

static void body(av_gen *g, const part_loop *loop) {
    if (loop->part->a != NULL) av_gen_load(g, loop->any, av_bool(true));
    g->origin_known = false;
    gen_block(g, loop->part->c->items, loop->part->c->count);
}

static void plain_body(av_gen *g, void *payload) {
    body(g, payload);
}

/** The variables of all generators: items, and numbers where asked for. */
static uint32_t count_variables(const av_node *part) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < part->count; i++)
        count += part->items[i]->extra != AV_NO_INDEX ? 2 : 1;
    return count;
}

/** Adds the sort key and the loop variables, a list of them if there are several, to the list builder. */
static void collect_body(av_gen *g, void *payload) {
    const av_node *part = ((const part_loop *)payload)->part;
    uint32_t mark = g->next_register;
    av_gen_emit(g, AV_I_LIST_ADD, av_gen_value(g, part->b), 0, 0);
    g->next_register = mark;
    uint32_t count = count_variables(part);
    if (count == 1) {
        av_gen_emit(g, AV_I_LIST_ADD, g->slots[part->items[0]->index], 0, 0);
        return;
    }
    uint32_t first = av_gen_take(g, count), at = first;
    for (uint32_t i = 0; i < part->count; i++) {
        av_gen_emit(g, AV_I_MOVE, at++, g->slots[part->items[i]->index], 0);
        if (part->items[i]->extra != AV_NO_INDEX)
            av_gen_emit(g, AV_I_MOVE, at++, g->slots[part->items[i]->extra], 0);
    }
    av_gen_emit(g, AV_I_LIST, first, first, count);
    av_gen_emit(g, AV_I_LIST_ADD, first, 0, 0);
    g->next_register = mark;
}

/** Takes the loop variables apart again. */
static void restore_variables(av_gen *g, const av_node *part, uint32_t item) {
    uint32_t count = count_variables(part);
    if (count == 1) {
        av_gen_define(g, part->items[0]->index, item);
        return;
    }
    uint32_t first = av_gen_take(g, count), at = 0;
    for (uint32_t i = 0; i < count; i++) av_gen_emit(g, AV_I_ITEM, first + i, item, i);
    for (uint32_t i = 0; i < part->count; i++) {
        av_gen_define(g, part->items[i]->index, first + at++);
        if (part->items[i]->extra != AV_NO_INDEX)
            av_gen_define(g, part->items[i]->extra, first + at++);
    }
}

static void gen_sorted(av_gen *g, part_loop *loop) {
    uint32_t iterator = av_gen_take(g, 3);
    av_label done = {0};
    av_gen_emit(g, AV_I_LIST_BEGIN, 0, 0, 0);
    av_gen_loops(g, loop->part->items, loop->part->count, collect_body, loop);
    av_gen_emit(g, AV_I_LIST_SORT, iterator, loop->part->flag, 0);
    av_gen_jump(g, AV_I_ITER, iterator, &done);
    uint32_t start = av_gen_here(g);
    restore_variables(g, loop->part, iterator + 2);
    body(g, loop);
    av_gen_wide(g, AV_I_LOOP, iterator, start);
    av_gen_bind(g, &done);
}

static void gen_part_for(av_gen *g, const av_node *part) {
    part_loop loop = {.part = part};
    if (part->a != NULL) {
        loop.any = av_gen_take(g, 1);
        av_gen_load(g, loop.any, av_bool(false));
    }
    if (part->b != NULL) gen_sorted(g, &loop);
    else av_gen_loops(g, part->items, part->count, plain_body, &loop);
    g->origin_known = false;
    if (part->a != NULL) {
        av_label end = {0};
        av_gen_jump(g, AV_I_JUMP_TRUE, loop.any, &end);
        gen_block(g, part->a->items, part->a->count);
        av_gen_bind(g, &end);
        g->origin_known = false;
    }
}

/* ---- parts */

static void gen_part(av_gen *g, const av_node *part) {
    switch ((av_node_kind)part->kind) {
    case AV_N_PART_TEXT:
        if (part->value.as.string->len == 0) return;
        set_origin(g, part->extra);
        av_gen_wide(g, AV_I_TEXT_PUT, 0, av_gen_constant(g, part->value));
        break;
    case AV_N_PART_VALUE: gen_part_value(g, part); break;
    case AV_N_PART_IF: gen_part_if(g, part); break;
    case AV_N_PART_FOR: gen_part_for(g, part); break;
    case AV_N_PART_SECTION:
        set_origin(g, part->extra);
        av_gen_wide(g, AV_I_TEXT_SECTION, 0, part->index);
        break;
    case AV_N_PART_BLOCK: gen_block(g, part->items, part->count); break;
    default: av_gen_fail(g, AV_ERR_CORRUPT); break;
    }
}

/** Parts one after the other; a {let} lives to the end of its block. */
static void gen_block(av_gen *g, av_node *const *parts, uint32_t count) {
    uint32_t outer = g->next_register;
    for (uint32_t i = 0; i < count; i++) {
        const av_node *part = parts[i];
        av_span span = g->span;
        uint32_t mark = g->next_register;
        if (part->span.source != 0) g->span = part->span;
        if (part->kind == AV_N_PART_LET) {
            uint32_t in = av_gen_take(g, 1);
            av_gen_into(g, part->a, in);
            av_gen_define(g, part->index, in);
        } else {
            gen_part(g, part);
            g->next_register = mark;
        }
        g->span = span;
    }
    g->next_register = outer;
}

void av_gen_template(av_gen *g, const av_node *node, uint32_t to) {
    bool known = g->origin_known;
    uint32_t origin = g->origin;
    av_gen_emit(g, AV_I_TEXT_BEGIN, 0, 0, 0);
    g->origin_known = true; /* a new builder comes from nowhere */
    g->origin = AV_NO_INDEX;
    gen_block(g, node->items, node->count);
    bool fragment = g->program->types[node->type].kind == AV_T_FRAGMENT;
    av_gen_emit(g, AV_I_TEXT_END, to, fragment ? node->index : AV_FORMAT_PLAIN, fragment);
    g->origin_known = known;
    g->origin = origin;
}
