/* The only place that knows libstemmer. Its memory is the C library's own: it takes no allocator. */
#include <libstemmer.h>

#include "prose/net.h"

av_stemmer *av_stemmer_new(void) {
    return (av_stemmer *)sb_stemmer_new("english", NULL);
}

void av_stemmer_free(av_stemmer *stemmer) {
    sb_stemmer_delete((struct sb_stemmer *)stemmer);
}

av_text av_stem(av_stemmer *stemmer, av_text word) {
    struct sb_stemmer *sb = (struct sb_stemmer *)stemmer;
    if (word.len == 0 || word.len > AV_PROSE_FORM) return word;
    const sb_symbol *stem = sb_stemmer_stem(sb, (const sb_symbol *)word.ptr, (int)word.len);
    if (stem == NULL) return word;
    return (av_text){(const char *)stem, (size_t)sb_stemmer_length(sb)};
}
