#include "base/hash.h"

#define XXH_INLINE_ALL /* most texts are shorter than a call through the library takes */
#include <xxhash.h>

static const char *bytes_of(av_text bytes) {
    return bytes.len ? bytes.ptr : "";
}

uint64_t av_hash(av_text bytes, uint64_t seed) {
    return XXH3_64bits_withSeed(bytes_of(bytes), bytes.len, seed);
}

void av_hash_hex(av_text bytes, char out[32]) {
    static const char digits[] = "0123456789abcdef";
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes_of(bytes), bytes.len));
    for (size_t i = 0; i < 16; i++) {
        out[2 * i] = digits[canonical.digest[i] >> 4];
        out[2 * i + 1] = digits[canonical.digest[i] & 15];
    }
}
