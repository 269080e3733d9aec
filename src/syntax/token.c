#include "syntax/token.h"

#include <string.h>

static const struct {
    const char *text;
    uint8_t len;
} words[AV_WORD_COUNT] = {[AV_NO_WORD] = {"", 0},
#define AV_WORD(identifier, spelling) [AV_WORD_##identifier] = {spelling, sizeof(spelling) - 1},
                          AV_WORDS(AV_WORD)
#undef AV_WORD
};

const char *av_word_spelling(av_word word) {
    return word < AV_WORD_COUNT ? words[word].text : "";
}

av_word av_word_find(av_text text) {
    for (int word = AV_NO_WORD + 1; word < AV_WORD_COUNT; word++) {
        if (words[word].len == text.len && memcmp(words[word].text, text.ptr, text.len) == 0)
            return (av_word)word;
    }
    return AV_NO_WORD;
}
