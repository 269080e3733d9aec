/* Checksums and hashes (xxHash): the same bytes give the same number on every machine. Not for
 * secrets. */
#ifndef AV_BASE_HASH_H
#define AV_BASE_HASH_H

#include "base/text.h"

/** 64-bit hash; different seeds give unrelated numbers. */
uint64_t av_hash(av_text bytes, uint64_t seed);
/** 128-bit hash as 32 lower-case hexadecimal digits (no NUL). */
void av_hash_hex(av_text bytes, char out[32]);

#endif
