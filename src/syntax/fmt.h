/* The one canonical layout of a rule file. */
#ifndef AV_SYNTAX_FMT_H
#define AV_SYNTAX_FMT_H

#include "syntax/ast.h"

enum {
    AV_FMT_COLUMNS = 100, /**< a line is broken when it would be longer, where it can be */
    AV_FMT_INDENT = 2
};

/**
 * Appends the file's canonical text to `out`. Layout follows from the tree, the comments and the
 * blank lines between items, so that formatting twice is formatting once; the tree stays the same
 * but for places. Comments stay before, or on the line of, what they stood at. Texts and templates
 * keep their bytes; a template is moved as a whole to its indentation. `arena` is for scratch.
 * AV_ERR_INPUT when the file has syntax errors; AV_ERR_MEMORY, AV_ERR_LIMIT.
 */
av_status av_format_file(av_arena *arena, const av_sources *sources, uint16_t source,
                         const av_syntax *syntax, av_buf *out) AV_MUST_USE;

#endif
