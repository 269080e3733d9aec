/* Reading prose with a program's automaton: which signals it gives, from which words, and what the
 * cues around them say.
 *
 *     words of a sentence -> numbers merged -> automaton -> matches of signals and cues -> reach of cues
 *
 * Time is linear in the text and memory does not depend on it: a sentence at a time is kept. */
#ifndef AV_PROSE_HEAR_H
#define AV_PROSE_HEAR_H

#include "prose/net.h"

enum {
    AV_HEAR_MATCHES = 512, /**< most matches kept of one sentence; later ones are not heard */
    AV_HEAR_SYMBOLS = 32   /**< most meanings of one word */
};

/** Words a signal matched. */
typedef struct av_heard {
    uint32_t signal;
    uint32_t start, end; /**< bytes of the text */
    uint64_t cues;       /**< bit c: cue c holds for these words */
    bool sentence_start; /**< the first match that is told of its sentence */
    struct {
        av_quantity quantity;
        uint32_t start, end; /**< equal: nothing was taken */
    } captures[AV_NET_CAPTURES];
} av_heard;

/** What was heard of a text in all. */
typedef struct av_heard_sums {
    uint64_t words, matches;
} av_heard_sums;

typedef struct av_hearing av_hearing;

/** Called in the order of the sentences, within one in no order that means anything. */
typedef av_status av_heard_fn(void *payload, const av_heard *heard);

/** Makes the tables that reading needs, in `arena`. `bytes`: length of the texts to come, about.
 * NULL on memory failure; else give it to av_hearing_end. `net` must outlive it. */
av_hearing *av_hearing_new(av_arena *arena, const av_net *net, size_t bytes);
void av_hearing_end(av_hearing *hearing);

/** Reads one text, which begins and ends sentences. */
av_status av_hear(av_hearing *hearing, av_text text, av_heard_fn *heard, void *payload,
                  av_heard_sums *sums) AV_MUST_USE;

#endif
