/* Small things that the files implementing archvm.h share. */
#ifndef AV_ENGINE_API_H
#define AV_ENGINE_API_H

#include <string.h>

#include "engine/engine.h"

/**
 * Copies an option struct of the caller over `to`, which holds the defaults: fields that an older
 * caller does not know keep theirs. False when the struct is from a newer version than this library
 * or its size was not set.
 */
static inline bool av_take_options(void *to, size_t size, const void *from, size_t from_size) {
    if (from == NULL) return true;
    if (from_size < sizeof(size_t) || from_size > size) return false;
    memcpy(to, from, from_size);
    return true;
}
#define AV_TAKE_OPTIONS(to, from)                                                                  \
    av_take_options(&(to), sizeof(to), (from), (from) != NULL ? (from)->size : 0)

#endif
