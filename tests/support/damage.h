/* Damaged images: made so that only what is inside is wrong, and run as far as they go. */
#ifndef AV_TEST_SUPPORT_DAMAGE_H
#define AV_TEST_SUPPORT_DAMAGE_H

#include "base/buf.h"

/** Gives an image the size and checksum that fit its bytes (which must be as long as a header at the least). */
void av_damage_seal(char *bytes, size_t length);

/**
 * Opens the image and, when it is accepted, evaluates everything in it under small budgets, its code verified on the way. Returns
 * whether all of it was accepted. Nothing else is expected of it than to come back.
 */
bool av_damage_run(const av_alloc *host, av_text bytes);

#endif
