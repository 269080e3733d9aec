/* The text of one block with its markup as single bytes, and what stands at its head. */
#ifndef AV_OUTLINE_MARKED_H
#define AV_OUTLINE_MARKED_H

#include "outline/outline.h"

/** Markup within the text; input never holds these bytes. A line break of the source is '\n'. */
enum {
    AV_MARK_BOLD = 1, /**< bold begins */
    AV_MARK_PLAIN,    /**< bold ends */
    AV_MARK_STRIKE,
    AV_MARK_UNSTRIKE,
    AV_MARK_CODE, /**< code begins or ends */
    AV_MARKS
};

/** A run of a block that is a part of its own. */
typedef struct av_marked_segment {
    av_text text;       /**< with marks */
    uint32_t new_lines; /**< line breaks of the block before it */
} av_marked_segment;

/**
 * The next segment of a block: from `*at`, which moves behind it. A segment ends where a line or a
 * sentence begins with an id or with bold words and a colon; with `bold_lines`, a line that is bold
 * as a whole is one. False at the end of the block.
 */
bool av_marked_next(av_text block, bool bold_lines, size_t *at, uint32_t *new_lines,
                    av_marked_segment *out);

/** Fills id, prefix, tag, label, text and struck of `part` from a segment. */
av_status av_marked_head(av_arena *arena, av_text segment, av_outline_part *part) AV_MUST_USE;

/** The text without marks, on one line, trimmed. ptr is NULL on memory failure. */
av_text av_marked_plain(av_arena *arena, av_text marked) AV_MUST_USE;

/** Whether the block is bold from its first to its last letter, but for a colon behind it. */
bool av_marked_all_bold(av_text block);

#endif
