/* Briefs read against rules that a test writes: parsed and checked, nothing is evaluated. */
#ifndef AV_TEST_SUPPORT_BRIEF_H
#define AV_TEST_SUPPORT_BRIEF_H

#include "facts/facts.h"
#include "support/rules.h"

typedef struct av_brief {
    av_alloc host;
    av_rules rules;
    const av_program *program; /**< of the rules */
    av_arena arena;            /**< of the brief read last */
    av_sources sources;
    av_diags diags;
    av_facts facts;
} av_brief;

/** Compiles `rules` beside the standard library; fails the test, showing the mistakes, when there
 * are any. */
void av_brief_open(av_brief *brief, const char *rules);
void av_brief_close(av_brief *brief);

/** Reads `text` as "brief.facts"; what was read before is gone. Defaults must be literals. */
av_status av_brief_read(av_brief *brief, av_text text) AV_MUST_USE;
/** All diagnostics of the last brief as plain lines, in the brief's arena. */
av_text av_brief_messages(av_brief *brief);
/** The value of a fact as compact JSON, in the brief's arena; "-" when the brief does not state
 * it. */
av_text av_brief_value(av_brief *brief, const char *fact);
const av_stated *av_brief_stated(const av_brief *brief, const char *fact);

/** Options with which the brief reads defaults; for tests that call the reader themselves. */
av_facts_options av_brief_options(av_brief *brief);

#endif
