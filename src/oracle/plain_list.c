/* Lists, loops and groups. */
#include "oracle/frame.h"

av_status av_gather(av_frame *f, av_gathered *to, av_value value) {
    av_value *items =
        av_arena_grow(av_run_arena(f->run), to->items, to->count, &to->cap, sizeof value);
    if (!items) return AV_ERR_MEMORY;
    to->items = items;
    items[to->count++] = value;
    return AV_OK;
}

av_status av_plain_each(av_frame *f, av_node *const *generators, uint32_t count, av_each_fn *each,
                        void *payload, const bool *stop) {
    if (count == 0) return each(f, payload);
    const av_node *g = generators[0];
    av_value source;
    const av_value *items;
    size_t item_count;
    AV_TRY(av_plain_eval(f, g->a, &source));
    AV_TRY(av_op_items(f->run, &source, f->proc, f->site, &items, &item_count));
    for (size_t i = 0; i < item_count && !*stop; i++) {
        bool wanted = true;
        AV_TRY(av_frame_bind(f, g->index, items[i]));
        if (g->extra != AV_NO_INDEX) AV_TRY(av_frame_bind(f, g->extra, av_int((int64_t)i + 1)));
        if (g->b) AV_TRY(av_plain_bool(f, g->b, &wanted));
        if (wanted) AV_TRY(av_plain_each(f, generators + 1, count - 1, each, payload, stop));
    }
    return AV_OK;
}

av_status av_plain_order(av_frame *f, const av_gathered *keys, bool descending,
                         const uint32_t **out) {
    uint32_t *order = AV_NEW_ARRAY(av_run_arena(f->run), uint32_t, keys->count);
    uint32_t *work = AV_NEW_ARRAY(av_run_arena(f->run), uint32_t, keys->count);
    if (!order || !work) return AV_ERR_MEMORY;
    av_op_sort(keys->items, keys->count, descending, order, work);
    *out = order;
    return AV_OK;
}

typedef struct yielding {
    const av_node *node; /**< AV_N_FOR */
    av_gathered values, keys;
} yielding;

static av_status yield_one(av_frame *f, void *payload) {
    yielding *y = payload;
    av_value v;
    if (y->node->b) {
        AV_TRY(av_plain_eval(f, y->node->b, &v));
        AV_TRY(av_gather(f, &y->keys, v));
    }
    AV_TRY(av_plain_eval(f, y->node->c, &v));
    return av_gather(f, &y->values, v);
}

static av_status eval_for(av_frame *f, const av_node *node, av_value *out) {
    const bool never = false;
    yielding y = {.node = node};
    AV_TRY(av_plain_each(f, node->items, node->count, yield_one, &y, &never));
    if (!node->b) return av_op_list(f->run, y.values.items, y.values.count, out);
    const uint32_t *order;
    av_value *items;
    AV_TRY(av_plain_order(f, &y.keys, node->flag, &order));
    AV_TRY(av_list_new(av_run_arena(f->run), y.values.count, out, &items));
    for (size_t i = 0; i < y.values.count; i++) items[i] = y.values.items[order[i]];
    return AV_OK;
}

typedef struct searching {
    const av_node *condition;
    bool wanted; /**< SOME looks for one that holds, EVERY for one that does not */
    bool found;
} searching;

static av_status search_one(av_frame *f, void *payload) {
    searching *s = payload;
    bool holds;
    AV_TRY(av_plain_bool(f, s->condition, &holds));
    if (holds == s->wanted) s->found = true;
    return AV_OK;
}

static av_status eval_search(av_frame *f, const av_node *node, av_value *out) {
    searching s = {.condition = node->c, .wanted = node->kind == AV_N_SOME};
    AV_TRY(av_plain_each(f, node->items, node->count, search_one, &s, &s.found));
    *out = av_bool(s.found == s.wanted);
    return AV_OK;
}

static av_status eval_group(av_frame *f, const av_node *node, av_value *out) {
    av_value source, key;
    const av_value *items;
    size_t count;
    av_gathered keys = {0};
    AV_TRY(av_plain_eval(f, node->a, &source));
    AV_TRY(av_op_items(f->run, &source, f->proc, f->site, &items, &count));
    for (size_t i = 0; i < count; i++) {
        AV_TRY(av_frame_bind(f, node->index, items[i]));
        AV_TRY(av_plain_eval(f, node->b, &key));
        AV_TRY(av_gather(f, &keys, key));
    }
    return av_op_group(f->run, items, keys.items, count, node->extra, f->proc, f->site, out);
}

static av_status add_items(av_frame *f, const av_node *item, av_gathered *to) {
    av_value v;
    if (item->kind == AV_N_SPLICE) {
        const av_value *items;
        size_t count;
        AV_TRY(av_plain_eval(f, item->a, &v));
        AV_TRY(av_op_items(f->run, &v, f->proc, f->site, &items, &count));
        for (size_t i = 0; i < count; i++) AV_TRY(av_gather(f, to, items[i]));
        return AV_OK;
    }
    if (item->kind == AV_N_ELEMENT) {
        bool wanted = true;
        if (item->b) AV_TRY(av_plain_bool(f, item->b, &wanted));
        if (!wanted) return AV_OK;
        item = item->a;
    }
    AV_TRY(av_plain_eval(f, item, &v));
    return av_gather(f, to, v);
}

av_status av_plain_list(av_frame *f, const av_node *node, av_value *out) {
    if (node->kind == AV_N_FOR) return eval_for(f, node, out);
    if (node->kind == AV_N_GROUP) return eval_group(f, node, out);
    if (node->kind != AV_N_LIST) return eval_search(f, node, out);
    av_gathered gathered = {0};
    for (uint32_t i = 0; i < node->count; i++) AV_TRY(add_items(f, node->items[i], &gathered));
    return av_op_list(f->run, gathered.items, gathered.count, out);
}
