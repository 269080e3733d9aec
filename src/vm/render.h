/* Builds texts and fragments out of literal pieces and values. Builders nest like brackets: the
 * bytes of all that are open lie one after the other in the run, a builder is the place where its
 * bytes begin.
 *
 *     av_render_begin -> literal, value ... -> av_render_text or av_render_fragment
 *
 * An executor that fails need not close its builders; av_run_execute does. */
#ifndef AV_VM_RENDER_H
#define AV_VM_RENDER_H

#include "vm/run.h"

typedef struct av_render {
    uint32_t text, marks; /**< where its bytes and its marks begin in the run */
} av_render;

/** Opens a builder behind those that are open. */
av_render av_render_begin(const av_run *run);
/** `origin`: index into the program's origins or AV_NO_INDEX. */
av_status av_render_literal(av_run *run, av_render render, av_text text,
                            uint32_t origin) AV_MUST_USE;
/**
 * Appends a value as av_render_format writes it, escaped by `mode`. A fragment at AV_ESCAPE_NONE
 * keeps the marks of its parts and loses the line break at its end, which the text around it has.
 * Lines after the first begin with `indent` spaces unless they are empty.
 */
av_status av_render_value(av_run *run, av_render render, av_value value, av_escape mode,
                          uint32_t indent, uint32_t origin) AV_MUST_USE;
/** What was built so far; until the next change. */
av_text av_render_so_far(const av_run *run, av_render render);
/** Keeps the first `len` bytes of what was built. */
void av_render_shorten(av_run *run, av_render render, size_t len);
/** Appends a Markdown fragment without the blank lines around it; between its lines, outside
 * fences, several become one. */
av_status av_render_tidy(av_run *run, av_render render, const av_fragment *fragment,
                         uint32_t origin) AV_MUST_USE;
/**
 * Appends a section with its heading after a blank line, its last line left open; nothing when its
 * condition does not hold.
 */
av_status av_render_section(av_run *run, av_render render, uint32_t section,
                            uint32_t origin) AV_MUST_USE;
/** Takes what was built out of the run as a text value. */
av_status av_render_text(av_run *run, av_render render, av_value *out) AV_MUST_USE;
/** Takes what was built as a fragment of `format` (av_format) with its marks. */
av_status av_render_fragment(av_run *run, av_render render, uint32_t format,
                             av_value *out) AV_MUST_USE;
/** Throws away what was built. */
void av_render_drop(av_run *run, av_render render);

/**
 * A value as it prints in a document: 42, 99.95, USD 1,234.50, yes, an enum's label, members and
 * items separated by ", ", the key of a keyed record, text as it is; nothing for none. `data`: true
 * and false rather than yes and no.
 */
void av_render_format(const av_program *program, av_value value, bool data, av_buf *out);
/** The same as a text in the run's arena. */
av_status av_render_format_text(av_run *run, av_value value, av_text *out) AV_MUST_USE;

#endif
