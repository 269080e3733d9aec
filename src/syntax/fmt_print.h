/* Inside the formatter: lines and comments (fmt_line.c), expressions (fmt_expr.c), declarations
 * (fmt.c). */
#ifndef AV_SYNTAX_FMT_PRINT_H
#define AV_SYNTAX_FMT_PRINT_H

#include "syntax/fmt.h"

typedef struct av_fmt {
    av_arena *arena;
    av_buf *out;
    av_buf flat; /**< an expression tried on one line */
    av_text text;
    const av_comment *comments;
    size_t comment_count, next_comment;
    size_t line;     /**< where in `out` the line at hand begins */
    unsigned indent; /**< of the line at hand, in columns */
    uint32_t place;  /**< where in the source the last thing written ended */
    bool opened;     /**< nothing written yet in the body at hand: no blank line */
    bool unlimited;  /**< av_fmt_flat writes what cannot be broken: any length, comments left for
                        later */
} av_fmt;

/** How many blank lines stand before an item. */
typedef enum av_fmt_blank {
    AV_FMT_KEEP /**< one where the source has any */,
    AV_FMT_ONE,
    AV_FMT_NONE
} av_fmt_blank;

/** A new line for what stands at `start` in the source, after the comments that stand before it. */
void av_fmt_begin(av_fmt *f, uint32_t start, av_fmt_blank blank);
/** The end of an item: the comment on its line, if it stands before `limit` (where the next item
 * begins). */
void av_fmt_finish(av_fmt *f, uint32_t end, uint32_t limit);
/** The comments that stand before `limit`, each on a line. */
void av_fmt_comments(av_fmt *f, uint32_t limit, av_fmt_blank blank);
/** The comments directly below what was written last, when a blank line parts them from what
 * follows before `limit`. */
void av_fmt_comments_below(av_fmt *f, uint32_t limit);
/** ` {` or the like, one level deeper. */
void av_fmt_open(av_fmt *f, const char *mark, uint32_t limit);
/** The closing mark that stands at `at`, on its own line. */
void av_fmt_close(av_fmt *f, const char *mark, uint32_t at);
/** A new line, nothing of the source standing before it. */
void av_fmt_line(av_fmt *f);
/** Columns written on the line at hand. */
size_t av_fmt_column(const av_fmt *f);
/** Text as it is. */
void av_fmt_put(av_fmt *f, const char *text);
void av_fmt_name(av_fmt *f, av_text name);
/** A keyword and a space. */
void av_fmt_word(av_fmt *f, uint16_t word);
/** The source text of a node. */
av_text av_fmt_source(const av_fmt *f, const av_ast *node);
/** Whether a comment of the source stands within the span. */
bool av_fmt_has_comment(const av_fmt *f, av_span span);

/** `node` on the line at hand if it fits with `tail` columns after it. */
bool av_fmt_try(av_fmt *f, const av_ast *node, size_t tail);
/** `node` on as few lines as it needs. */
void av_fmt_expr(av_fmt *f, const av_ast *node, size_t tail);
/** After `=`: on the line if it fits or opens a bracket there, else on the next. */
void av_fmt_value(av_fmt *f, const av_ast *node, size_t tail);
/** Elements of a list, a line each; the closing mark stands at `end`. `separator` is written
 * between all when `always`, else only where an item would be read as going on with the one before.
 */
void av_fmt_elements(av_fmt *f, const av_ast *first, char separator, bool always, uint32_t end);
/** Whether `node`, on a new line, would be read as going on with what was written last. */
bool av_fmt_needs_separator(const av_fmt *f, const av_ast *node);
/** One line into `f->flat`; false when it cannot stand on one line. */
bool av_fmt_flat(av_fmt *f, const av_ast *node);
/** Rows of cells with their bars under each other; `header` may be NULL; the last row ends before
 * `limit`. */
void av_fmt_rows(av_fmt *f, const av_ast *header, const av_ast *rows, uint32_t limit);
/** A template between its marks, its lines as they were. */
void av_fmt_template(av_fmt *f, const av_ast *node);

#endif
