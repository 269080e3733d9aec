/* A hash map from 64-bit keys (names, ids, pointers) to 64-bit values, in an arena. Iteration order
 * is insertion order. */
#ifndef AV_BASE_MAP_H
#define AV_BASE_MAP_H

#include "base/arena.h"

typedef struct av_map_entry {
    uint64_t key, value;
} av_map_entry;

typedef struct av_map {
    av_arena *arena;
    av_map_entry *entries; /**< in insertion order */
    size_t count, cap;
    uint32_t *slots;
    size_t slot_count;
} av_map;

/** An empty map; its memory belongs to the arena. */
void av_map_init(av_map *map, av_arena *arena);
/** Sets `key` to `value`; an existing value is replaced. */
av_status av_map_set(av_map *map, uint64_t key, uint64_t value) AV_MUST_USE;
/** False, with `value` left alone, when the map has no such key. */
bool av_map_get(const av_map *map, uint64_t key, uint64_t *value);

#endif
