/* Markdown as a flat outline: headings, items, paragraphs, rows of tables and the rest, in the order of
 * the text, each with its line, what it stands under, and the identifier or label at its head. Nothing
 * here knows what a heading means.
 *
 *     ## Payments                      heading 1
 *     - **FR-PAY-04** [M] Refund it    item 2, parent 1, owner 2: id FR-PAY-04, tag M, text "Refund it"
 *       - within a day                 item 3, parent 2, owner 2
 */
#ifndef AV_OUTLINE_OUTLINE_H
#define AV_OUTLINE_OUTLINE_H

#include "base/arena.h"

typedef enum av_outline_kind {
    AV_OUTLINE_HEADING,
    AV_OUTLINE_ITEM,
    AV_OUTLINE_PARAGRAPH,
    AV_OUTLINE_ROW,
    AV_OUTLINE_CODE,
    AV_OUTLINE_QUOTE,
    AV_OUTLINE_META, /**< a line of the front matter: label and text */
    AV_OUTLINE_REST, /**< the last part of an outline that was too long; its line is where it stops */
    AV_OUTLINE_KINDS
} av_outline_kind;

typedef struct av_outline_part {
    uint8_t kind; /**< av_outline_kind */
    /** Headings: 1..6, then 7 for a bold line, 8 for a bold line with an id, 9 for one that ends in a
     * colon, 10 for a short line that introduces a list. Items: depth from 1. Others: 0. */
    uint8_t level;
    bool struck;      /**< the text is struck through */
    uint32_t line;    /**< from 1 */
    uint32_t heading; /**< number of the heading it stands under, 0: none */
    uint32_t parent;  /**< number of the item or else the heading it stands under, 0: none */
    /** number of the nearest part with an id that it belongs to, itself included */
    uint32_t owner;
    av_text id;     /**< FR-001 */
    av_text prefix; /**< FR: the letters of the id before its number */
    av_text tag;    /**< in brackets beside the id or at the end: Must, P0 */
    av_text bold;   /**< bold words at the head, without the id */
    av_text label;  /**< the same where they name what follows, without a colon; else empty */
    av_text text;   /**< what is left, on one line, without markup */
    const av_text *header; /**< row: names of the columns, as many as cells */
    const av_text *cells;  /**< row: the cells as they are */
    uint32_t cell_count;
} av_outline_part;

typedef struct av_outline {
    const av_outline_part *parts; /**< number 1 is parts[0] */
    uint32_t count;
} av_outline;

enum {
    AV_OUTLINE_PARTS = 20000,  /**< most parts; one more says that there was more */
    AV_OUTLINE_CELLS = 200000, /**< most cells of all tables */
    AV_OUTLINE_DEPTH = 32      /**< items nested deeper stand at this depth */
};

/**
 * Reads `text` (UTF-8) into `arena`, texts included. Any text has an outline; time and memory are
 * linear in its length. AV_ERR_MEMORY or AV_OK.
 */
av_status av_outline_read(av_arena *arena, av_text text, av_outline *out) AV_MUST_USE;

#endif
