/* All patterns of a program as one automaton over words.
 *
 *     "<n: count> (software)? engineers"      count -> software -> engineer
 *                                                  \------------^
 *
 * A position is a place in a pattern where one word is taken; its edges lead to the positions that
 * may take the next word (Glushkov's construction: no empty moves). Reading a word costs at most
 * one look at each edge of the positions that are alive, so time is linear in the text. */
#ifndef AV_PROSE_NET_H
#define AV_PROSE_NET_H

#include "base/arena.h"
#include "prose/quantity.h"

enum {
    AV_NET_POSITIONS = 400000, /**< places in all patterns together */
    AV_NET_EDGES = 4000000,
    AV_NET_WORDS = 200000, /**< different words in patterns */
    AV_NET_PATTERNS = 100000,
    AV_NET_GAP = 8,      /**< most words a gap may skip */
    AV_NET_CAPTURES = 2, /**< most numbers one pattern may take */
    AV_NET_DEPTH = 32,   /**< deepest nesting of groups in a pattern, of classes in each other */
    AV_NET_CUES = 64,    /**< most cues of a program */
    AV_NET_FUZZY = 5     /**< shortest word in which one mistake is forgiven */
};

/** What a word can be to a pattern. The numbers of quantities come first (av_quantity_kind), then
 * words and classes. */
typedef uint32_t av_symbol;

enum { AV_SYMBOL_ANY = 0, AV_SYMBOL_WORDS = AV_QUANTITY_KINDS };

typedef enum av_net_word_kind {
    AV_NET_STEM,   /**< any form of the word */
    AV_NET_EXACT,  /**< as written, capitals too */
    AV_NET_PREFIX, /**< begins so */
    AV_NET_KNOWN   /**< a full form: never taken for a mistake, and mistakes are taken for it */
} av_net_word_kind;

typedef struct av_net_word {
    uint8_t kind; /**< av_net_word_kind */
    av_text form;
    uint32_t first, count; /**< its symbols: run of av_net.symbols. KNOWN: those of its stem */
} av_net_word;

typedef struct av_net_position {
    av_symbol symbol;
    uint32_t first, count; /**< its edges: run of av_net.edges */
    uint32_t accept;       /**< pattern that may end here, or UINT32_MAX */
    uint8_t capture;       /**< 1..AV_NET_CAPTURES: the word taken here is kept; 0: it is not */
    uint8_t comma;         /**< not 0: only after a comma */
    uint16_t unused;
} av_net_position;

/** What a pattern is for. */
typedef enum av_net_use {
    AV_NET_SIGNAL, /**< owner: signal */
    AV_NET_AHEAD,  /**< owner: cue that holds from the pattern to the end of its reach */
    AV_NET_BEHIND, /**< ... up to the pattern */
    AV_NET_AROUND, /**< ... on both sides */
    AV_NET_WITHIN, /**< owner: cue that holds for words which are part of the pattern's */
    AV_NET_UNTIL,  /**< owner: cue whose reach ends here */
    AV_NET_USES
} av_net_use;

typedef struct av_net_pattern {
    uint32_t use; /**< av_net_use */
    uint32_t owner;
    uint32_t reach; /**< words a cue reaches; 0: to the end of the sentence */
} av_net_pattern;

typedef struct av_net_start {
    av_symbol symbol;
    uint32_t position;
} av_net_start;

typedef struct av_net {
    av_net_word *words; /**< KNOWN ones last, by first byte and length */
    uint32_t word_count;
    av_symbol *symbols;
    uint32_t symbol_ref_count;
    uint32_t symbol_count; /**< different symbols */
    av_net_position *positions;
    uint32_t position_count;
    uint32_t *edges;
    uint32_t edge_count;
    av_net_start *starts; /**< where patterns begin, by symbol */
    uint32_t start_count;
    av_net_pattern *patterns;
    uint32_t pattern_count;
} av_net;

/** Whether every index lies inside its table and every table is in the order it promises, so that
 * no automaton read from a file can lead the matcher astray. `owners`: signals and cues there are. */
bool av_net_is_sound(const av_net *net, uint32_t signals, uint32_t cues);

/* ---- building */

typedef struct av_net_builder av_net_builder;

/** A class of words, known to patterns as <name>. */
typedef struct av_net_class {
    av_text name;
    const av_text *members; /**< patterns without captures */
    uint32_t member_count;
    bool used; /**< set when a pattern asks for it */
    /* the builder's */
    av_symbol symbol;          /**< of its members of one plain word; 0: not read yet */
    bool flat;                 /**< has such members */
    struct av_pattern *longer; /**< its other members, chained by next */
    bool open;                 /**< being put into a pattern now */
} av_net_class;

/** A capture a pattern declares. */
typedef struct av_net_capture {
    av_text name;
    av_quantity_kind kind;
    bool taken; /**< by the pattern added last */
} av_net_capture;

/** NULL on memory failure. Memory comes from `scratch`; the stemmer is given back by
 * av_net_builder_free. */
av_net_builder *av_net_builder_new(av_arena *scratch, av_net_class *classes, size_t class_count);
void av_net_builder_free(av_net_builder *builder);

typedef struct av_net_mistake {
    av_text message; /**< empty: none */
    av_text help;
    av_text name; /**< the unknown class or kind, to look for a near one */
} av_net_mistake;

/**
 * Adds one pattern. Captures are added to `captures` (of AV_NET_CAPTURES) unless one of that name
 * is there; `capture_count` counts them. What is wrong with the pattern goes to `mistake`, and then
 * nothing was added. AV_ERR_LIMIT when a ceiling is reached.
 */
av_status av_net_add(av_net_builder *builder, av_text pattern, av_net_pattern meaning,
                     av_net_capture *captures, uint32_t *capture_count,
                     av_net_mistake *mistake) AV_MUST_USE;

/** What is wrong with the form of a pattern by itself, whatever classes there are. */
av_status av_net_check(av_arena *scratch, av_text pattern, av_net_mistake *mistake) AV_MUST_USE;

/** Makes a class's words known as they are, though no pattern asks for it. */
av_status av_net_know(av_net_builder *builder, const av_net_class *words) AV_MUST_USE;

/** The finished automaton, in `arena`. */
av_status av_net_finish(av_net_builder *builder, av_arena *arena, av_net *out) AV_MUST_USE;

/* ---- stems */

typedef struct av_stemmer av_stemmer;

/** A stemmer for English (Snowball); NULL on memory failure. */
av_stemmer *av_stemmer_new(void);
void av_stemmer_free(av_stemmer *stemmer);
/** The stem of a folded word, until the next call; the word itself when memory fails. */
av_text av_stem(av_stemmer *stemmer, av_text word);

#endif
