#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define AV_ARENA_SEPARATE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define AV_ARENA_SEPARATE 1
#endif
#endif
#ifndef AV_ARENA_SEPARATE
#define AV_ARENA_SEPARATE 0
#endif

enum {
    ALIGNMENT = 8,           /**< of pieces: what pointers and 64-bit numbers ask for */
    CHUNK_FIRST = 4 * 1024,  /**< bytes of the first chunk; each later one is twice as large ... */
    CHUNK_LARGEST = 1 << 20, /**< ... up to this; a larger piece gets a chunk of its own size */
    GROW_FIRST = 8,          /**< places of a growing array at its first element */
    FORMAT_HERE = 256,       /**< bytes of the longest text that is formatted on the stack */
    /** Bytes from which on a growing array has a chunk of its own that is resized: no copies, no
     * storage left behind. Always under AddressSanitizer, which then sees who kept the old place. */
    GROW_APART = AV_ARENA_SEPARATE ? 1 : 16 * 1024
};

/* +--------+----------------------+------------+
 * | header | pieces handed out    | free       |
 * +--------+----------------------+------------+
 *          bytes                  bytes + used  bytes + size */
struct av_arena_chunk {
    av_arena_chunk *before;
    size_t size, used;
    _Alignas(max_align_t) unsigned char bytes[];
};

void av_arena_init(av_arena *arena, const av_alloc *host, size_t ceiling) {
    *arena = (av_arena){.host = *host, .ceiling = ceiling};
}

static void free_chunks(av_arena *arena, av_arena_chunk *chunk) {
    while (chunk) {
        av_arena_chunk *before = chunk->before;
        av_alloc_free(&arena->host, chunk, sizeof *chunk + chunk->size);
        chunk = before;
    }
}

void av_arena_free(av_arena *arena) {
    free_chunks(arena, arena->last);
    free_chunks(arena, arena->grown);
    arena->last = arena->grown = NULL;
    arena->used = 0;
    arena->failed = false;
}

static void *fail(av_arena *arena) {
    arena->failed = true;
    return NULL;
}

/* A chunk with room for `need` bytes becomes the last one. */
static bool add_chunk(av_arena *arena, size_t need) {
    size_t size = need;
    if (!AV_ARENA_SEPARATE) {
        size_t usual = arena->last ? arena->last->size * 2 : CHUNK_FIRST;
        if (usual > CHUNK_LARGEST) usual = CHUNK_LARGEST;
        if (size < usual) size = usual;
    }
    av_arena_chunk *chunk = av_alloc_new(&arena->host, sizeof *chunk + size);
    if (!chunk) return false;
    chunk->before = arena->last;
    chunk->size = size;
    chunk->used = 0;
    arena->last = chunk;
    return true;
}

/* Whether `more` bytes stay below the ceiling. */
static bool affords(const av_arena *arena, size_t more) {
    if (more > SIZE_MAX / 2) return false;
    return !arena->ceiling ||
           (arena->used <= arena->ceiling && more <= arena->ceiling - arena->used);
}

static size_t round_up(size_t size) {
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* The same without zeroing. */
static void *take(av_arena *arena, size_t size) {
    size_t rounded = size > SIZE_MAX / 2 ? size : round_up(size);
    if (!affords(arena, rounded)) return fail(arena);
    size_t need = AV_ARENA_SEPARATE ? size : rounded;
    av_arena_chunk *chunk = arena->last;
    if (AV_ARENA_SEPARATE || !chunk || chunk->size - chunk->used < need) {
        if (!add_chunk(arena, need)) return fail(arena);
        chunk = arena->last;
    }
    void *piece = chunk->bytes + chunk->used;
    chunk->used += need;
    arena->used += rounded;
    return piece;
}

void *av_arena_take(av_arena *arena, size_t size) {
    void *piece = take(arena, size);
    return piece ? memset(piece, 0, size) : NULL;
}

void *av_arena_copy(av_arena *arena, const void *from, size_t size) {
    void *piece = take(arena, size);
    if (piece && size) memcpy(piece, from, size);
    return piece;
}

void *av_arena_array(av_arena *arena, size_t count, size_t size) {
    if (size && count > SIZE_MAX / size) return fail(arena);
    return av_arena_take(arena, count * size);
}

av_text av_arena_text(av_arena *arena, av_text text) {
    char *copy = av_arena_copy(arena, text.ptr, text.len);
    return (av_text){copy, copy ? text.len : 0};
}

av_text av_arena_format(av_arena *arena, const char *format, ...) {
    char here[FORMAT_HERE]; /* what most texts fit into, so that they are formatted once */
    va_list args;
    va_start(args, format);
    int length = vsnprintf(here, sizeof here, format, args);
    va_end(args);
    if (length < 0) {
        arena->failed = true;
        return (av_text){NULL, 0};
    }
    size_t size = (size_t)length + 1;
    if (size <= sizeof here) {
        const char *copy = av_arena_copy(arena, here, size);
        return (av_text){copy, copy ? size - 1 : 0};
    }
    char *text = take(arena, size);
    if (!text) return (av_text){NULL, 0};
    va_start(args, format);
    length = vsnprintf(text, size, format, args);
    va_end(args);
    return (av_text){text, length < 0 ? 0 : (size_t)length};
}

/* Makes (or resizes, when `items` has one already) the chunk a growing array has to itself. Those that grow are the young ones,
 * so it is looked for from the last grown on. */
static void *grow_apart(av_arena *arena, void *items, size_t old_size, size_t size) {
    av_arena_chunk **link = &arena->grown;
    while (items && *link && (*link)->bytes != items)
        link = &(*link)->before;
    av_arena_chunk *old = items ? *link : NULL, *before = old ? old->before : NULL;
    size_t more = round_up(size) - (old ? round_up(old->size) : 0);
    if (!affords(arena, more)) return fail(arena);
    av_arena_chunk *chunk =
        av_alloc_resize(&arena->host, old, old ? sizeof *old + old->size : 0, sizeof *chunk + size);
    if (!chunk) return fail(arena);
    arena->used += more;
    chunk->size = chunk->used = size;
    if (old)
        *link = before;
    else if (old_size)
        memcpy(chunk->bytes, items, old_size);
    chunk->before = arena->grown;
    arena->grown = chunk;
    return chunk->bytes;
}

void *av_arena_grow(av_arena *arena, void *items, size_t count, size_t *cap, size_t size) {
    if (count < *cap) return items;
    if (*cap > SIZE_MAX / 4) return fail(arena);
    size_t larger = *cap ? *cap * 2 : GROW_FIRST;
    if (size && larger > SIZE_MAX / 4 / size) return fail(arena);
    void *moved;
    if (larger * size >= GROW_APART) {
        moved = grow_apart(arena, items, count * size, larger * size);
    } else {
        moved = take(arena, larger * size);
        if (moved && count) memcpy(moved, items, count * size);
    }
    if (moved) *cap = larger;
    return moved;
}
