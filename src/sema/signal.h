/* Between the cases of signals (signal.c) and the patterns they and cues are heard by (signal_net.c).
 *
 *     gather: all patterns, in order  ->  build: the automaton, beside the check of everything else  ->  cases and mistakes
 */
#ifndef AV_SEMA_SIGNAL_H
#define AV_SEMA_SIGNAL_H

#include "sema/checker.h"

/** A pattern, and what came of it when it was built. */
typedef struct av_heard {
    const av_ast *text;
    av_text pattern;
    av_net_pattern meaning;
    bool first; /**< of its case: takes its values under names of its own */
    av_net_mistake mistake;
    av_net_capture captures[AV_NET_CAPTURES]; /**< of the case, up to this pattern */
    uint32_t capture_count;
} av_heard;

struct av_heard_by {
    av_checker *checker;
    av_net_class *classes;
    size_t class_count;
    av_heard *items;
    size_t count, cap;
    /* of building, which touches nothing of the checker */
    av_arena work, made; /**< the builder's, the automaton's */
    av_net net;
    size_t built; /**< patterns added */
    av_status status;
    /* the cases of signals */
    struct av_said *cases;
    size_t case_count, case_cap;
    struct av_replacement *replacements;
    size_t replacement_count, replacement_cap;
};

/** Gathers classes, whose members are checked, and the patterns of cues. */
void av_heard_gather(av_heard_by *h);
void av_heard_add(av_heard_by *h, const av_ast *text, av_net_pattern meaning, bool first);
/** After building: the automaton is the program's; what is wrong with the patterns of cues is reported. Fails when building did. */
void av_heard_check(av_heard_by *h);
/** Whether a pattern is right; what is wrong is reported. */
bool av_heard_is_right(av_heard_by *h, const av_heard *pattern);

#endif
