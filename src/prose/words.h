/* Prose as words: where they stand, how they read, what ends before them.
 *
 *     "We don't need real-time."  ->  we | don't | need | real | time
 *
 * A word is folded: NFKC, without case and accents. Nothing here knows what a word means. */
#ifndef AV_PROSE_WORDS_H
#define AV_PROSE_WORDS_H

#include "base/text.h"

enum {
    AV_PROSE_FORM = 40,      /**< longest folded word in bytes; a longer one matches nothing */
    AV_PROSE_SENTENCE = 256, /**< most words of a sentence; a longer one is read in parts */
    AV_PROSE_BYTES = 16 * 1024 * 1024 /**< longest text */
};

/** What ends before a word. */
typedef enum av_prose_border {
    AV_BORDER_NONE,
    AV_BORDER_COMMA,   /**< , : ( ) or a dash between words */
    AV_BORDER_SENTENCE /**< . ! ? ;, an empty line, the start of a list item, heading or table row */
} av_prose_border;

typedef struct av_prose_word {
    uint32_t start, end; /**< bytes of the text; after quantities are merged, of all their words */
    uint8_t border;      /**< av_prose_border before it */
    bool hyphen;         /**< joined to the word before by a hyphen */
    bool slash;          /**< joined to the word before by a slash */
    uint8_t len;         /**< of the folded form; 0 for a word too long to match */
    char form[AV_PROSE_FORM];
} av_prose_word;

/** Reads one text from its start to its end. */
typedef struct av_prose_reader {
    av_text text;
    size_t at;
    bool open_sentence; /**< a word was read since the last end of a sentence */
    uint8_t dots;       /**< the last word was an abbreviation: a full stop after it ends nothing */
} av_prose_reader;

/** The next word; false at the end. */
bool av_prose_next(av_prose_reader *reader, av_prose_word *out);

static inline av_text av_prose_form(const av_prose_word *word) {
    return (av_text){word->form, word->len};
}

#endif
