/* Code generation: constants, each once. */
#include "code/gen.h"

/** Equal in every respect, unlike av_value_equal, for which 1.0 is 1.00 and written fields are like defaults. */
static bool same(av_value a, av_value b) {
    if (a.kind != b.kind || a.scale != b.scale || a.type != b.type) return false;
    if (a.kind == AV_LIST) {
        if (a.as.list->count != b.as.list->count) return false;
        for (size_t i = 0; i < a.as.list->count; i++)
            if (!same(a.as.list->items[i], b.as.list->items[i])) return false;
        return true;
    }
    if (a.kind == AV_RECORD) {
        if (a.as.record->count != b.as.record->count || a.as.record->given != b.as.record->given)
            return false;
        for (uint32_t i = 0; i < a.as.record->count; i++)
            if (!same(a.as.record->fields[i], b.as.record->fields[i])) return false;
        return true;
    }
    return av_value_equal(a, b);
}

av_status av_constant_keep(av_arena *arena, av_value value, av_value *out) {
    *out = value;
    if (value.kind == AV_STRING) {
        av_text text = av_arena_text(arena, *value.as.string);
        return text.ptr == NULL ? AV_ERR_MEMORY : av_string(arena, text, out);
    }
    if (value.kind == AV_FRAGMENT) {
        av_fragment *copy = AV_NEW(arena, av_fragment);
        if (copy == NULL) return AV_ERR_MEMORY;
        *copy = (av_fragment){.text = av_arena_text(arena, value.as.fragment->text)};
        out->as.fragment = copy;
        return copy->text.ptr == NULL ? AV_ERR_MEMORY : AV_OK;
    }
    if (value.kind == AV_SET) {
        av_members members = {{0}};
        av_members_unite(&members, value);
        return av_set_new(arena, value.type, &members, out);
    }
    if (value.kind == AV_LIST) {
        av_value *items;
        AV_TRY(av_list_new(arena, value.as.list->count, out, &items));
        for (size_t i = 0; i < value.as.list->count; i++)
            AV_TRY(av_constant_keep(arena, value.as.list->items[i], &items[i]));
    }
    if (value.kind == AV_RECORD) {
        const av_record *record = value.as.record;
        av_record *copy = av_arena_take(arena, sizeof *copy + record->count * sizeof(av_value));
        if (copy == NULL) return AV_ERR_MEMORY;
        copy->given = record->given;
        copy->count = record->count;
        for (uint32_t i = 0; i < record->count; i++)
            AV_TRY(av_constant_keep(arena, record->fields[i], &copy->fields[i]));
        out->as.record = copy;
    }
    return AV_OK;
}

static bool grow_slots(av_constants *c) {
    size_t count = c->slot_count == 0 ? 256 : c->slot_count * 2;
    uint32_t *slots = AV_NEW_ARRAY(c->arena, uint32_t, count);
    if (slots == NULL) return false;
    for (size_t i = 0; i < c->count; i++) {
        size_t at = (size_t)c->hashes[i] & (count - 1);
        while (slots[at] != 0) at = (at + 1) & (count - 1);
        slots[at] = (uint32_t)i + 1;
    }
    c->slots = slots;
    c->slot_count = count;
    return true;
}

av_status av_constants_add(av_constants *c, av_value value, uint64_t hash, uint32_t *index,
                           bool *added) {
    if (c->count * 2 >= c->slot_count && !grow_slots(c)) return AV_ERR_MEMORY;
    size_t mask = c->slot_count - 1, at = (size_t)hash & mask;
    *added = false;
    for (; c->slots[at] != 0; at = (at + 1) & mask) {
        *index = c->slots[at] - 1;
        if (c->hashes[*index] == hash && same(c->values[*index], value)) return AV_OK;
    }
    if (c->count >= AV_CONSTANTS) return AV_ERR_LIMIT;
    av_value *values = av_arena_grow(c->arena, c->values, c->count, &c->cap, sizeof *values);
    uint64_t *hashes = av_arena_grow(c->arena, c->hashes, c->count, &c->hash_cap, sizeof *hashes);
    if (values != NULL) c->values = values;
    if (hashes != NULL) c->hashes = hashes;
    if (values == NULL || hashes == NULL) return AV_ERR_MEMORY;
    values[c->count] = value;
    hashes[c->count] = hash;
    *index = (uint32_t)c->count++;
    c->slots[at] = *index + 1;
    *added = true;
    return AV_OK;
}
