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
 *          bytes                                bytes + size */
struct av_arena_chunk {
    av_arena_chunk *before;
    size_t size;
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
    arena->free = NULL;
    arena->left = arena->full = 0;
    arena->failed = false;
}

/* Bytes from here to the ceiling there is: none beyond it, where adopted pieces may lead. */
static size_t below_ceiling(const av_arena *arena) {
    const size_t used = av_arena_used(arena);
    return used < arena->ceiling ? arena->ceiling - used : 0;
}

/* Sets what may still be handed out of the last chunk, which has `room` bytes: no more than the ceiling allows. */
static void open_room(av_arena *arena, size_t room) {
    const size_t used = av_arena_used(arena);
    if (arena->ceiling) {
        const size_t most = below_ceiling(arena);
        if (room > most) room = most;
    }
    arena->left = room / AV_ARENA_ALIGNMENT * AV_ARENA_ALIGNMENT;
    arena->full = used + arena->left;
}

void av_arena_rewind(av_arena *arena) {
    av_arena_chunk *kept = AV_ARENA_SEPARATE ? NULL : arena->last;
    free_chunks(arena, kept ? kept->before : arena->last);
    free_chunks(arena, arena->grown);
    arena->last = kept;
    arena->grown = NULL;
    arena->free = NULL;
    arena->left = arena->full = 0;
    if (!kept) return;
    kept->before = NULL;
    arena->free = kept->bytes;
    open_room(arena, kept->size);
}

/* Puts all chunks of one chain behind the first of another. */
static void join(av_arena_chunk **chain, av_arena_chunk *other) {
    if (!other) return;
    if (!*chain) {
        *chain = other;
        return;
    }
    av_arena_chunk *end = other;
    while (end->before) end = end->before;
    end->before = (*chain)->before;
    (*chain)->before = other;
}

void av_arena_adopt(av_arena *arena, av_arena *from) {
    if (!arena->last) {
        arena->free = from->free;
        arena->left = from->left;
        arena->full += from->left;
    }
    arena->full += av_arena_used(from);
    join(&arena->last, from->last);
    join(&arena->grown, from->grown);
    arena->failed |= from->failed;
    av_arena_init(from, &from->host, from->ceiling);
}

static void *fail(av_arena *arena) {
    arena->failed = true;
    return NULL;
}

/* Raises the ceiling by `need` bytes out of the pool, and by some more, so that it is seldom asked. */
static bool raise_ceiling(av_arena *arena, size_t need) {
    if (arena->pool == NULL) return false;
    size_t left = atomic_load(arena->pool), taken;
    do {
        if (left < need) return false;
        taken = need + (left - need) / 8;
    } while (!atomic_compare_exchange_weak(arena->pool, &left, left - taken));
    arena->ceiling += taken;
    return true;
}

/* Whether `more` bytes stay below the ceiling. */
static bool affords(av_arena *arena, size_t more) {
    if (more > SIZE_MAX / 2) return false;
    if (!arena->ceiling) return true;
    const size_t then = av_arena_used(arena) + more;
    return then <= arena->ceiling || raise_ceiling(arena, then - arena->ceiling);
}

static size_t round_up(size_t size) {
    return (size + AV_ARENA_ALIGNMENT - 1) / AV_ARENA_ALIGNMENT * AV_ARENA_ALIGNMENT;
}

/* A chunk with room for `need` bytes becomes the last one. */
static bool add_chunk(av_arena *arena, size_t need) {
    size_t size = need;
    if (!AV_ARENA_SEPARATE) {
        size_t usual = arena->chunk  ? arena->chunk
                       : arena->last ? arena->last->size * 2
                                     : CHUNK_FIRST;
        if (usual > CHUNK_LARGEST) usual = CHUNK_LARGEST;
        if (size < usual) size = usual;
    }
    av_arena_chunk *chunk = av_alloc_new(&arena->host, sizeof *chunk + size);
    if (!chunk) return false;
    chunk->before = arena->last;
    chunk->size = size;
    arena->last = chunk;
    arena->free = chunk->bytes;
    return true;
}

void *av_arena_piece_apart(av_arena *arena, size_t size) {
    size_t rounded = size > SIZE_MAX / 2 ? size : round_up(size);
    if (!affords(arena, rounded)) return fail(arena);
    if (size == 0 && arena->free && !AV_ARENA_SEPARATE) return arena->free;
    if (!add_chunk(arena, AV_ARENA_SEPARATE ? size : rounded)) return fail(arena);
    if (AV_ARENA_SEPARATE) {
        arena->full += rounded; /* and nothing is left */
        return arena->free;
    }
    open_room(arena, arena->last->size);
    return size ? av_arena_piece(arena, size) : arena->free;
}

void *av_arena_array(av_arena *arena, size_t count, size_t size) {
    if (size && count > SIZE_MAX / size) return fail(arena);
    return av_arena_take(arena, count * size);
}

av_text av_arena_text(av_arena *arena, av_text text) {
    char *copy = av_arena_copy(arena, text.ptr, text.len);
    return (av_text){copy, copy ? text.len : 0};
}

av_text av_arena_join(av_arena *arena, av_text a, av_text b, av_text c) {
    char *text = av_arena_piece(arena, a.len + b.len + c.len);
    if (!text) return (av_text){NULL, 0};
    if (a.len) memcpy(text, a.ptr, a.len);
    if (b.len) memcpy(text + a.len, b.ptr, b.len);
    if (c.len) memcpy(text + a.len + b.len, c.ptr, c.len);
    return (av_text){text, a.len + b.len + c.len};
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
    char *text = av_arena_piece(arena, size);
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
    while (items && *link && (*link)->bytes != items) link = &(*link)->before;
    av_arena_chunk *old = items ? *link : NULL, *before = old ? old->before : NULL;
    size_t more = round_up(size) - (old ? round_up(old->size) : 0);
    if (!affords(arena, more)) return fail(arena);
    av_arena_chunk *chunk =
        av_alloc_resize(&arena->host, old, old ? sizeof *old + old->size : 0, sizeof *chunk + size);
    if (!chunk) return fail(arena);
    arena->full += more;
    if (arena->ceiling) open_room(arena, arena->left);
    chunk->size = size;
    if (old) *link = before;
    else if (old_size) memcpy(chunk->bytes, items, old_size);
    chunk->before = arena->grown;
    arena->grown = chunk;
    return chunk->bytes;
}

void *av_arena_grow_full(av_arena *arena, void *items, size_t count, size_t *cap, size_t size) {
    if (*cap > SIZE_MAX / 4) return fail(arena);
    size_t larger = *cap ? *cap * 2 : GROW_FIRST;
    if (size && larger > SIZE_MAX / 4 / size) return fail(arena);
    void *moved;
    if (larger * size >= GROW_APART) {
        moved = grow_apart(arena, items, count * size, larger * size);
    } else {
        moved = av_arena_piece(arena, larger * size);
        if (moved && count) memcpy(moved, items, count * size);
    }
    if (moved) *cap = larger;
    return moved;
}
