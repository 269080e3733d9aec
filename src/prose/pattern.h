/* A pattern as a tree, before it becomes positions. Internal to this folder.
 *
 *     pattern := sequence { "|" sequence }
 *     sequence := item item ...
 *     item := ","? atom "?"? | ","
 *     atom := word | word* | word! | ..N | <class> | <name: kind> | "(" pattern ")"
 */
#ifndef AV_PROSE_PATTERN_H
#define AV_PROSE_PATTERN_H

#include "prose/net.h"

typedef enum av_pattern_kind {
    AV_PATTERN_WORD,     /**< text: as written, without its mark */
    AV_PATTERN_ANY,      /**< any one word: what follows a lone comma */
    AV_PATTERN_GAP,      /**< number: words */
    AV_PATTERN_CLASS,    /**< text: name */
    AV_PATTERN_CAPTURE,  /**< text: name, quantity */
    AV_PATTERN_SEQUENCE, /**< items */
    AV_PATTERN_CHOICE    /**< items */
} av_pattern_kind;

typedef struct av_pattern av_pattern;
struct av_pattern {
    uint8_t kind;
    uint8_t mark; /**< of a word: '*', '!' or 0 */
    bool optional, comma;
    uint32_t number;
    av_quantity_kind quantity;
    av_text text;
    av_pattern *items, *next;
    /* of a word without a mark, as the builder read it the first time: a member of a class is part of many patterns */
    av_symbol *symbols; /**< of its parts (24/7 has two), then of the parts as one word; NULL:
                             not read yet */
    uint8_t part_count;
    bool joined; /**< there is such a one word */
};

/** The tree of a pattern; NULL when `mistake` says what is wrong, or memory failed (no message). */
av_pattern *av_pattern_parse(av_arena *arena, av_text text, av_net_mistake *mistake);

#endif
