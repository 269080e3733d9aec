#include "base/map.h"

enum {
    SLOTS_FIRST = 16,
    ENTRIES_MOST = 1 << 30 /**< slots hold entry indexes + 1 in 32 bits */
};

/* Spreads the bits of small and aligned keys over the whole word; a bijection. */
static uint64_t mix(uint64_t key) {
    key = (key ^ (key >> 32)) * UINT64_C(0x9E3779B97F4A7C15);
    key = (key ^ (key >> 29)) * UINT64_C(0xD1B54A32D192ED03);
    return key ^ (key >> 32);
}

/* The slot that holds `key`, or the free one where it belongs. */
static size_t find_slot(const av_map *map, uint64_t key) {
    size_t mask = map->slot_count - 1;
    size_t at = (size_t)mix(key) & mask;
    while (map->slots[at] && map->entries[map->slots[at] - 1].key != key) at = (at + 1) & mask;
    return at;
}

static av_status grow_slots(av_map *map) {
    size_t count = map->slot_count ? map->slot_count * 2 : SLOTS_FIRST;
    uint32_t *slots = AV_NEW_ARRAY(map->arena, uint32_t, count);
    if (!slots) return AV_ERR_MEMORY;
    map->slots = slots;
    map->slot_count = count;
    for (size_t i = 0; i < map->count; i++)
        slots[find_slot(map, map->entries[i].key)] = (uint32_t)i + 1;
    return AV_OK;
}

void av_map_init(av_map *map, av_arena *arena) {
    *map = (av_map){.arena = arena};
}

av_status av_map_set(av_map *map, uint64_t key, uint64_t value) {
    if (map->count >= map->slot_count / 4 * 3) AV_TRY(grow_slots(map));
    size_t slot = find_slot(map, key);
    if (map->slots[slot]) {
        map->entries[map->slots[slot] - 1].value = value;
        return AV_OK;
    }
    if (map->count >= ENTRIES_MOST) return AV_ERR_LIMIT;
    av_map_entry *entries =
        av_arena_grow(map->arena, map->entries, map->count, &map->cap, sizeof *entries);
    if (!entries) return AV_ERR_MEMORY;
    map->entries = entries;
    entries[map->count++] = (av_map_entry){key, value};
    map->slots[slot] = (uint32_t)map->count;
    return AV_OK;
}

bool av_map_get(const av_map *map, uint64_t key, uint64_t *value) {
    if (map->slot_count == 0) return false;
    uint32_t slot = map->slots[find_slot(map, key)];
    if (!slot) return false;
    *value = map->entries[slot - 1].value;
    return true;
}
