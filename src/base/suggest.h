/* Near names for "did you mean". */
#ifndef AV_BASE_SUGGEST_H
#define AV_BASE_SUGGEST_H

#include "base/text.h"

/** Damerau-Levenshtein distance over bytes, case-insensitive for ASCII, capped at `limit` + 1. */
size_t av_edit_distance(av_text a, av_text b, size_t limit);

/** Feed candidates one by one; `best` is the nearest within a third of the wanted name's length (at
 * least 1). */
typedef struct av_suggest {
    av_text wanted, best;
    size_t best_distance;
} av_suggest;

/** Starts looking for a name near `wanted`; `best` is empty so far. */
void av_suggest_init(av_suggest *suggest, av_text wanted);
/** Takes the candidate when it is nearer than the best one; the earlier of equals stays. */
void av_suggest_offer(av_suggest *suggest, av_text candidate);

#endif
