/* Operators over lists and keyed records: unions, merges, groups, order. */
#include <string.h>

#include "vm/ops.h"

enum { SEEN_LINEAR = 8 /**< shorter runs of items are searched one by one */ };

/* Which of the items kept so far equals (by key, when it has one) a new one: open addressing over
 * item numbers + 1. */
typedef struct seen {
    const av_alloc *host;
    const av_program *program; /**< NULL: items are compared whole, keys or not */
    uint32_t *slots;
    size_t slot_count; /**< a power of two, or 0: search one by one */
} seen;

static av_status seen_start(seen *s, av_run *run, size_t most, bool by_key) {
    *s = (seen){.host = &av_run_arena(run)->host, .program = by_key ? av_run_program(run) : NULL};
    if (most <= SEEN_LINEAR) return AV_OK;
    size_t count = 16;
    while (count < most * 2) count *= 2;
    s->slots = av_alloc_new(s->host, count * sizeof *s->slots);
    if (!s->slots) return AV_ERR_MEMORY;
    memset(s->slots, 0, count * sizeof *s->slots);
    s->slot_count = count;
    return AV_OK;
}

static void seen_end(seen *s) {
    av_alloc_free(s->host, s->slots, s->slot_count * sizeof *s->slots);
}

static bool same(const seen *s, av_value a, av_value b) {
    av_value left, right;
    if (s->program && a.type == b.type && av_op_key(s->program, a, &left) &&
        av_op_key(s->program, b, &right))
        return av_value_equal(left, right);
    return av_value_equal(a, b);
}

/* Number of the kept item that stands for `item`, or `count` after noting that it becomes item
 * number `count`. */
static size_t seen_find(seen *s, const av_value *kept, size_t count, av_value item) {
    if (!s->slot_count) {
        size_t i = 0;
        while (i < count && !same(s, kept[i], item)) i++;
        return i;
    }
    av_value key;
    bool keyed = s->program && av_op_key(s->program, item, &key);
    uint64_t hash = keyed ? av_value_hash(key, item.type) : av_value_hash(item, 0);
    size_t mask = s->slot_count - 1, at = (size_t)hash & mask;
    for (; s->slots[at]; at = (at + 1) & mask)
        if (same(s, kept[s->slots[at] - 1], item)) return s->slots[at] - 1;
    s->slots[at] = (uint32_t)count + 1;
    return count;
}

bool av_op_key(const av_program *program, av_value record, av_value *key) {
    if (record.kind != AV_RECORD || record.type >= program->record_count) return false;
    uint32_t slot = program->records[record.type].key;
    if (slot >= record.as.record->count) return false;
    *key = record.as.record->fields[slot];
    return key->kind == AV_STRING;
}

av_status av_op_list(av_run *run, const av_value *items, size_t count, av_value *out) {
    av_value list, *places;
    AV_TRY(av_list_new(av_run_arena(run), count, &list, &places));
    if (count) memcpy(places, items, count * sizeof *items);
    *out = list;
    return AV_OK;
}

av_status av_op_items(av_run *run, const av_value *v, uint32_t proc, av_site site,
                      const av_value **items, size_t *count) {
    if (v->kind == AV_LIST) {
        *items = v->as.list->items;
        *count = v->as.list->count;
        return av_run_spend(run, 1, proc, site);
    }
    *items = v;
    *count = v->kind == AV_NONE ? 0 : 1;
    return AV_OK;
}

typedef struct merging {
    av_run *run;
    uint32_t proc;
    av_site site;
} merging;

static av_status merge_records(const merging *m, av_value earlier, av_value later, unsigned depth,
                               av_value *out);

static av_status unite(const merging *m, const av_list *a, const av_list *b, unsigned depth,
                       av_value *out) {
    AV_TRY(av_run_spend(m->run, a->count + b->count, m->proc, m->site));
    size_t most = a->count + b->count, count = 0;
    if (most > AV_LIST_ITEMS) return AV_ERR_LIMIT;
    av_value *kept = av_alloc_new(&av_run_arena(m->run)->host, (most + 1) * sizeof *kept);
    if (!kept) return AV_ERR_MEMORY;
    seen s;
    av_status status = seen_start(&s, m->run, most, true);
    for (size_t i = 0; i < most && status == AV_OK; i++) {
        av_value item = i < a->count ? a->items[i] : b->items[i - a->count], key;
        size_t at = seen_find(&s, kept, count, item);
        if (at == count) kept[count++] = item;
        else if (av_op_key(s.program, item, &key))
            status = merge_records(m, kept[at], item, depth, &kept[at]);
    }
    if (status == AV_OK) status = av_op_list(m->run, kept, count, out);
    seen_end(&s);
    av_alloc_free(s.host, kept, (most + 1) * sizeof *kept);
    return status;
}

static av_status merge_fields(const merging *m, av_value a, av_value b, unsigned depth,
                              av_value *out) {
    if (a.kind == AV_LIST && b.kind == AV_LIST)
        return unite(m, a.as.list, b.as.list, depth + 1, out);
    if (a.kind == AV_RECORD && b.kind == AV_RECORD && a.type == b.type)
        return merge_records(m, a, b, depth + 1, out);
    *out = b;
    return AV_OK;
}

static av_status merge_records(const merging *m, av_value earlier, av_value later, unsigned depth,
                               av_value *out) {
    if (earlier.kind != AV_RECORD) return av_op_wrong(m->run, earlier, m->proc, m->site);
    if (later.kind != AV_RECORD || later.type != earlier.type ||
        later.as.record->count != earlier.as.record->count)
        return av_op_wrong(m->run, later, m->proc, m->site);
    if (depth > AV_UNION_DEPTH)
        return av_run_fail(m->run, AV_E_RUN_DEPTH, m->proc, m->site,
                           "records that merge are nested more than %d deep", AV_UNION_DEPTH);
    const av_record *a = earlier.as.record, *b = later.as.record;
    av_value record, *fields;
    AV_TRY(av_record_new(av_run_arena(m->run), earlier.type, a->count, &record, &fields));
    for (uint32_t i = 0; i < a->count; i++) {
        bool from_a = a->given >> i & 1, from_b = b->given >> i & 1;
        fields[i] = from_b && !from_a ? b->fields[i] : a->fields[i];
        if (from_a && from_b)
            AV_TRY(merge_fields(m, a->fields[i], b->fields[i], depth, &fields[i]));
    }
    ((av_record *)record.as.record)->given = a->given | b->given;
    *out = record;
    return AV_OK;
}

av_status av_op_merge(av_run *run, av_value earlier, av_value later, uint32_t proc, av_site site,
                      av_value *out) {
    return merge_records(&(merging){run, proc, site}, earlier, later, 0, out);
}

av_status av_op_union(av_run *run, av_value a, av_value b, uint32_t proc, av_site site,
                      av_value *out) {
    if (a.kind != AV_LIST) return av_op_wrong(run, a, proc, site);
    if (b.kind != AV_LIST) return av_op_wrong(run, b, proc, site);
    return unite(&(merging){run, proc, site}, a.as.list, b.as.list, 0, out);
}

av_status av_op_without(av_run *run, av_value a, av_value b, uint32_t proc, av_site site,
                        av_value *out) {
    if (a.kind != AV_LIST) return av_op_wrong(run, a, proc, site);
    if (b.kind != AV_LIST) return av_op_wrong(run, b, proc, site);
    const av_list *from = a.as.list;
    av_value *kept;
    av_value list;
    AV_TRY(av_list_new(av_run_arena(run), from->count, &list, &kept));
    size_t count = 0;
    for (size_t i = 0; i < from->count; i++) {
        bool found;
        AV_TRY(av_op_in(run, from->items[i], b, proc, site, &found));
        if (!found) kept[count++] = from->items[i];
    }
    ((av_list *)list.as.list)->count = count;
    *out = list;
    return av_run_spend(run, from->count, proc, site);
}

/* Which group each item belongs to, numbered by first appearance; the number of groups. */
static av_status number_groups(av_run *run, const av_value *keys, size_t count, uint32_t *group,
                               av_value *distinct, size_t *groups) {
    seen s;
    AV_TRY(seen_start(&s, run, count, false));
    *groups = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = seen_find(&s, distinct, *groups, keys[i]);
        if (at == *groups) distinct[(*groups)++] = keys[i];
        group[i] = (uint32_t)at;
    }
    seen_end(&s);
    return AV_OK;
}

static av_status fill_groups(av_run *run, const av_value *items, size_t count,
                             const uint32_t *group, const av_value *distinct, size_t groups,
                             uint32_t record_type, av_value *out) {
    av_arena *arena = av_run_arena(run);
    av_value list, *records;
    AV_TRY(av_list_new(arena, groups, &list, &records));
    for (size_t g = 0; g < groups; g++) {
        av_value *fields;
        AV_TRY(av_record_new(arena, record_type, 2, &records[g], &fields));
        ((av_record *)records[g].as.record)->given = 3;
        fields[0] = distinct[g];
        size_t size = 0;
        for (size_t i = 0; i < count; i++) size += group[i] == g;
        av_value *members;
        AV_TRY(av_list_new(arena, size, &fields[1], &members));
        for (size_t i = 0; i < count; i++)
            if (group[i] == g) *members++ = items[i];
    }
    *out = list;
    return AV_OK;
}

av_status av_op_distinct(av_run *run, const av_list *list, uint32_t proc, av_site site,
                         av_value *out) {
    AV_TRY(av_run_spend(run, list->count, proc, site));
    av_value result, *items;
    AV_TRY(av_list_new(av_run_arena(run), list->count, &result, &items));
    seen s;
    AV_TRY(seen_start(&s, run, list->count, false));
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        if (seen_find(&s, items, count, list->items[i]) == count) items[count++] = list->items[i];
    seen_end(&s);
    ((av_list *)result.as.list)->count = count;
    *out = result;
    return AV_OK;
}

av_status av_op_group(av_run *run, const av_value *items, const av_value *keys, size_t count,
                      uint32_t record_type, uint32_t proc, av_site site, av_value *out) {
    if (count > AV_LIST_ITEMS) return AV_ERR_LIMIT;
    AV_TRY(av_run_spend(run, count, proc, site));
    const av_alloc *host = &av_run_arena(run)->host;
    uint32_t *group = av_alloc_new(host, (count + 1) * sizeof *group);
    av_value *distinct = av_alloc_new(host, (count + 1) * sizeof *distinct);
    size_t groups = 0;
    av_status status = group && distinct ? number_groups(run, keys, count, group, distinct, &groups)
                                         : AV_ERR_MEMORY;
    /* Filling looks at every item once for every group. */
    if (status == AV_OK) status = av_run_spend(run, (uint64_t)groups * count / 16, proc, site);
    if (status == AV_OK)
        status = fill_groups(run, items, count, group, distinct, groups, record_type, out);
    av_alloc_free(host, group, (count + 1) * sizeof *group);
    av_alloc_free(host, distinct, (count + 1) * sizeof *distinct);
    return status;
}

static int ordered(av_value a, av_value b, bool descending) {
    int order = a.kind != b.kind && a.kind <= AV_DECIMAL && b.kind <= AV_DECIMAL &&
                        a.kind >= AV_INT && b.kind >= AV_INT
                    ? av_decimal_compare(av_as_decimal(a), av_as_decimal(b))
                    : av_value_compare(a, b);
    return descending ? -order : order;
}

void av_op_sort(const av_value *keys, size_t count, bool descending, uint32_t *order,
                uint32_t *work) {
    for (size_t i = 0; i < count; i++) order[i] = (uint32_t)i;
    uint32_t *from = order, *to = work;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t start = 0; start < count; start += 2 * width) {
            size_t middle = start + width < count ? start + width : count;
            size_t end = start + 2 * width < count ? start + 2 * width : count;
            size_t left = start, right = middle, at = start;
            while (left < middle && right < end)
                to[at++] = ordered(keys[from[left]], keys[from[right]], descending) <= 0
                               ? from[left++]
                               : from[right++];
            while (left < middle) to[at++] = from[left++];
            while (right < end) to[at++] = from[right++];
        }
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != order && count) memcpy(order, from, count * sizeof *order);
}
