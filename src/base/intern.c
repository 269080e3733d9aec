#include "base/intern.h"

#include "base/hash.h"

enum {
    SLOTS_FIRST = 64,
    NAMES_MOST = 1 << 30 /**< distinct names; slots hold ids + 1 in 32 bits */
};

/* The slot that holds `text`, or the free one where it belongs. */
static size_t find_slot(const av_intern *intern, av_text text) {
    size_t mask = intern->slot_count - 1;
    size_t at = (size_t)av_hash(text, 0) & mask;
    while (intern->slots[at] && !av_text_equal(intern->texts[intern->slots[at] - 1], text))
        at = (at + 1) & mask;
    return at;
}

static av_status grow_slots(av_intern *intern) {
    size_t count = intern->slot_count ? intern->slot_count * 2 : SLOTS_FIRST;
    uint32_t *slots = AV_NEW_ARRAY(intern->arena, uint32_t, count);
    if (!slots) return AV_ERR_MEMORY;
    intern->slots = slots;
    intern->slot_count = count;
    for (size_t id = 0; id < intern->count; id++)
        slots[find_slot(intern, intern->texts[id])] = (uint32_t)id + 1;
    return AV_OK;
}

av_status av_intern_init(av_intern *intern, av_arena *arena) {
    *intern = (av_intern){.arena = arena};
    av_name empty;
    return av_intern_add(intern, (av_text){"", 0}, &empty);
}

av_status av_intern_add(av_intern *intern, av_text text, av_name *out) {
    if (intern->count >= intern->slot_count / 4 * 3) AV_TRY(grow_slots(intern));
    size_t slot = find_slot(intern, text);
    if (intern->slots[slot]) {
        *out = intern->slots[slot] - 1;
        return AV_OK;
    }
    if (intern->count >= NAMES_MOST) return AV_ERR_LIMIT;
    av_text *texts =
        av_arena_grow(intern->arena, intern->texts, intern->count, &intern->cap, sizeof *texts);
    if (!texts) return AV_ERR_MEMORY;
    intern->texts = texts;
    av_text copy = intern->borrows ? text : av_arena_text(intern->arena, text);
    if (!copy.ptr) return AV_ERR_MEMORY;
    texts[intern->count] = copy;
    *out = (av_name)intern->count++;
    intern->slots[slot] = *out + 1;
    return AV_OK;
}

av_name av_intern_find(const av_intern *intern, av_text text) {
    if (intern->slot_count == 0) return 0;
    uint32_t slot = intern->slots[find_slot(intern, text)];
    return slot ? slot - 1 : 0;
}

av_text av_intern_text(const av_intern *intern, av_name name) {
    return name < intern->count ? intern->texts[name] : (av_text){"", 0};
}
