/* Names to small ids: each distinct text is stored once; id 0 is the empty text. Not thread-safe
 * while adding. */
#ifndef AV_BASE_INTERN_H
#define AV_BASE_INTERN_H

#include "base/arena.h"

typedef uint32_t av_name;

typedef struct av_intern {
    av_arena *arena; /**< owns the texts and the table; outlives the interner */
    av_text *texts;
    size_t count, cap;
    uint32_t *slots; /**< open addressing over ids + 1; a power of two */
    size_t slot_count;
    bool borrows; /**< texts are not copied and must live as long as this; set before the first */
} av_intern;

/** An interner that knows the empty text alone. */
av_status av_intern_init(av_intern *intern, av_arena *arena) AV_MUST_USE;
/** The id of `text`, adding it when new. */
av_status av_intern_add(av_intern *intern, av_text text, av_name *out) AV_MUST_USE;
/** The id of `text`, or 0 when it was never added (or is empty). */
av_name av_intern_find(const av_intern *intern, av_text text);
/** The text of an id; empty when no text has it. */
av_text av_intern_text(const av_intern *intern, av_name name);

#endif
