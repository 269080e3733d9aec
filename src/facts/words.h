/* The words of a brief as they were written: characters it may hold, and a few of them as evidence. */
#ifndef AV_FACTS_WORDS_H
#define AV_FACTS_WORDS_H

#include "base/arena.h"
#include "source/diag.h"

/** Whether a brief may hold this code point: no control characters but tab and line breaks. */
bool av_words_allowed(uint32_t code_point);
/**
 * Reports bytes that are not UTF-8 and control characters of source `source`, the first twenty one
 * by one, and puts a question mark in the place of each of their bytes, so that the rest can be
 * read. `text` receives the source's text or a copy in `arena`.
 */
av_status av_words_clean(av_arena *arena, av_diags *diags, uint16_t source,
                         av_text *text) AV_MUST_USE;
/** The words on one line, cut off with an ellipsis where they are long. ptr is NULL on memory
 * failure. */
av_text av_words_evidence(av_arena *arena, av_text text) AV_MUST_USE;

enum { AV_WORDS_EVIDENCE = 240 /**< longest evidence in bytes, the ellipsis apart */ };

#endif
