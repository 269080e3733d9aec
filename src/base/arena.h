/* Memory with an owner: pieces are taken one by one and given back all at once.
 *
 *     arena -> chunk -> chunk -> chunk(used | free)
 *           -> growing array -> growing array         large ones, a chunk each, the last grown first
 *
 * Under AddressSanitizer every piece is a block of its own, so that an overrun of one piece is
 * seen. */
#ifndef AV_BASE_ARENA_H
#define AV_BASE_ARENA_H

#include <stdatomic.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

typedef struct av_arena_chunk av_arena_chunk;

typedef struct av_arena {
    av_alloc host;
    av_arena_chunk *last, *grown;
    unsigned char *free; /**< where the next piece begins: in the last chunk */
    size_t left;         /**< bytes from there on that may be handed out */
    size_t full;    /**< bytes handed out since the start once those are too (alignment included) */
    size_t ceiling; /**< no more than this many bytes in all; 0 means no ceiling */
    _Atomic size_t *pool; /**< bytes by which arenas may raise their ceilings; NULL: none */
    size_t chunk; /**< so many bytes are chunks, so that little of the last is left over where
                      there are many arenas; 0: each is twice as large as the one before */
    bool failed;  /**< an allocation failed: sticky until the arena is freed */
} av_arena;

enum { AV_ARENA_ALIGNMENT = 8 /**< of pieces: what pointers and 64-bit numbers ask for */ };

void av_arena_init(av_arena *arena, const av_alloc *host, size_t ceiling);
/** Gives all memory back; the arena may be initialised again. Safe on a zeroed arena. */
void av_arena_free(av_arena *arena);

/** Takes all pieces back for new ones: the memory of the last chunk is kept, the rest given back. What failed stays failed. */
void av_arena_rewind(av_arena *arena);

/** Bytes handed out since the start. */
static inline size_t av_arena_used(const av_arena *arena) {
    return arena->full - arena->left;
}

/** A piece for which the last chunk has no room: what av_arena_piece falls back on. */
void *av_arena_piece_apart(av_arena *arena, size_t size) AV_MUST_USE;

/** Moves all pieces of `from`, which is empty then, into `arena`: they stay where they are and live as long as it does. Both have
 * the same host; the ceiling is not asked. */
void av_arena_adopt(av_arena *arena, av_arena *from);

/** `size` bytes that hold nothing defined, aligned for pointers and 64-bit numbers; NULL on failure (and `failed` is set).
 * Size 0 gives a valid pointer. Inline, as nearly all pieces are a few words cut off the last chunk. */
AV_MUST_USE static inline void *av_arena_piece(av_arena *arena, size_t size) {
    if (size == 0 || size > arena->left) return av_arena_piece_apart(arena, size);
    /* `left` is a multiple of the alignment, so the rounded size is not larger either. */
    size = (size + AV_ARENA_ALIGNMENT - 1) / AV_ARENA_ALIGNMENT * AV_ARENA_ALIGNMENT;
    void *piece = arena->free;
    arena->free += size;
    arena->left -= size;
    return piece;
}

/** The same, zeroed. */
AV_MUST_USE static inline void *av_arena_take(av_arena *arena, size_t size) {
    void *piece = av_arena_piece(arena, size);
    return piece ? memset(piece, 0, size) : NULL;
}

/** `count` elements of `size` bytes, zeroed; multiplication overflow is a failure. */
void *av_arena_array(av_arena *arena, size_t count, size_t size) AV_MUST_USE;

/** A copy of `size` bytes, aligned in the same way; NULL on failure. */
AV_MUST_USE static inline void *av_arena_copy(av_arena *arena, const void *from, size_t size) {
    void *piece = av_arena_piece(arena, size);
    if (piece && size) memcpy(piece, from, size);
    return piece;
}

/** A copy of `text` in the arena. On failure ptr is NULL (len 0). */
av_text av_arena_text(av_arena *arena, av_text text) AV_MUST_USE;
/** Three texts as one, as names are made of: what av_arena_format does, without reading a format. On failure ptr is NULL. */
av_text av_arena_join(av_arena *arena, av_text a, av_text b, av_text c) AV_MUST_USE;
/** printf into the arena. On failure ptr is NULL. */
av_text av_arena_format(av_arena *arena, const char *format, ...) AV_PRINTF(2, 3) AV_MUST_USE;

#define AV_NEW(arena, type)          ((type *)av_arena_take((arena), sizeof(type)))
#define AV_NEW_ARRAY(arena, type, n) ((type *)av_arena_array((arena), (n), sizeof(type)))

/** What av_arena_grow does with an array that is full. */
void *av_arena_grow_full(av_arena *arena, void *items, size_t count, size_t *cap,
                         size_t size) AV_MUST_USE;

/**
 * Room for one more element at the end of a growing array that lives in an arena: `items` has
 * `*cap` places of `size` bytes, `count` are in use. Returns the array, which has moved when it is
 * not `items`: nobody may look at the old place any more. New places hold no defined bytes. NULL on
 * failure, with `items` as it was.
 */
AV_MUST_USE static inline void *av_arena_grow(av_arena *arena, void *items, size_t count,
                                              size_t *cap, size_t size) {
    return count < *cap ? items : av_arena_grow_full(arena, items, count, cap, size);
}

#endif
