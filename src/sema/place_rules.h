/* The trackers behind place.h, one per kind of format. Each owns mode, flags, column and detail of
 * the state. */
#ifndef AV_SEMA_PLACE_RULES_H
#define AV_SEMA_PLACE_RULES_H

#include "sema/place.h"

typedef struct av_place_rules {
    /** Literal text; whole lines or parts of them. */
    void (*literal)(av_place_state *state, av_text text);
    void (*value)(av_place_state *state);
    av_escape (*escape)(const av_place_state *state);
    /** Whether a fragment of the same format may stand here. */
    bool (*open)(const av_place_state *state);
    /** The part of the state in which two branches must agree. */
    uint32_t (*essence)(const av_place_state *state);
} av_place_rules;

extern const av_place_rules av_place_plain, av_place_markdown, av_place_mermaid, av_place_yaml,
    av_place_html, av_place_code;

/** The tracker of a format. */
const av_place_rules *av_place_rules_of(av_format format);

enum {
    AV_PLACE_BROKEN = 0x08 /**< flag of every tracker: av_place_problem has something to say */
};

/** Moves `column` over `c`; a line break sets it to 0. */
static inline void av_place_column(av_place_state *state, char c) {
    if (c == '\n') {
        state->column = 0;
    } else if (state->column < UINT16_MAX) {
        state->column++;
    }
}

static inline bool av_place_is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n';
}
static inline bool av_place_is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
/** Letters, digits, '_' and everything beyond ASCII. */
static inline bool av_place_is_word(char c) {
    return av_place_is_letter(c) || (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}
/** The byte at `at`, or 0 beyond the end of this piece of literal text. */
static inline char av_place_byte(av_text text, size_t at) {
    return at < text.len ? text.ptr[at] : 0;
}
/** Whether `text` continues with `word`, which is not empty, at `at`. */
static inline bool av_place_at(av_text text, size_t at, av_text word) {
    return at < text.len && text.ptr[at] == word.ptr[0] &&
           av_text_equal(av_text_slice(text, at, word.len), word);
}

#endif
