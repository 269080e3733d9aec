/* Diagnostics: collected while a stage works, sorted by place, rendered by one of several
 * renderers. */
#ifndef AV_SOURCE_DIAG_H
#define AV_SOURCE_DIAG_H

#include "base/buf.h"
#include "source/source.h"

typedef enum av_severity { AV_SEVERITY_ERROR, AV_SEVERITY_WARNING } av_severity;

/** One code per diagnostic: AV_E_... and AV_W_..., from diag_codes.h. */
typedef enum av_diag_code {
#define AV_DIAG(name, code, severity, title) name,
#include "source/diag_codes.h"
#undef AV_DIAG
    AV_DIAG_CODE_COUNT
} av_diag_code;

typedef struct av_diag_info {
    const char *code; /**< "E0201" */
    av_severity severity;
    const char *title; /**< the heading in docs/diagnostics.md */
} av_diag_info;

/** The table's row of a code. */
const av_diag_info *av_diag_describe(av_diag_code code);
/** "error" or "warning". */
const char *av_severity_name(av_severity severity);

enum {
    AV_DIAG_LABELS = 4,       /**< most second places shown with one diagnostic */
    AV_DIAG_TEXT = 16 * 1024, /**< bytes of one message, label or help; "..." stands for the rest */
    AV_DIAG_MAX = 200         /**< diagnostics kept; the rest are only counted */
};

typedef struct av_diag_label {
    av_span span;
    av_text text;
} av_diag_label;

typedef struct av_diag {
    av_diag_code code;
    av_severity severity;
    av_span span;
    av_text message;                      /**< what is wrong, in the person's words; no full stop */
    av_diag_label labels[AV_DIAG_LABELS]; /**< "first defined here" */
    uint32_t label_count;
    av_text help; /**< what would be right, also in several lines (a test to paste); may be empty */
} av_diag;

/** The sink. Owned by the caller; not thread-safe. */
typedef struct av_diags {
    av_arena *arena;
    av_sources *sources;
    av_diag *items;
    size_t count, cap;
    size_t kept_errors;                /**< errors among `items` */
    size_t error_count, warning_count; /**< including those not kept */
    size_t dropped;                    /**< diagnostics counted but not kept */
    bool failed;                       /**< out of memory while recording */
} av_diags;

/** An empty sink; texts and diagnostics are kept in the arena. */
void av_diags_init(av_diags *diags, av_arena *arena, av_sources *sources);

/**
 * Records a diagnostic. One with the code, span and message of a kept one is merged with it:
 * neither kept nor counted. When AV_DIAG_MAX are kept, an error takes the place of the last
 * warning. The returned pointer (valid until the next call) takes labels and help; NULL when not
 * kept, which the functions below accept.
 */
av_diag *av_diag_add(av_diags *diags, av_diag_code code, av_span span, const char *format, ...)
    AV_PRINTF(4, 5);
/** Records what another sink holds, whose texts must live as long as this one. */
void av_diags_take(av_diags *diags, const av_diags *from);
/** Adds a second place with its text; none beyond AV_DIAG_LABELS. */
void av_diag_label_add(av_diags *diags, av_diag *diag, av_span span, const char *format, ...)
    AV_PRINTF(4, 5);
/** Sets the help, replacing an earlier one. */
void av_diag_help(av_diags *diags, av_diag *diag, const char *format, ...) AV_PRINTF(3, 4);
/** Help "did you mean `x`?" when `near` is not empty. */
void av_diag_suggest(av_diags *diags, av_diag *diag, av_text near);

/** Stable order: by source, start, code. */
void av_diags_sort(av_diags *diags);

/**
 * Renders all, in order: `path:line:col: error: message [E0201]`, the source line, a caret run,
 * labels, help. `color` uses ANSI colours. Control, bidirectional and other invisible characters
 * are shown as visible pictures, in source lines as in messages. Carets are aligned by display
 * width; a long line is cut to a window around them.
 */
void av_diags_render_text(av_diags *diags, bool color, av_buf *out);
/** One line each, no source: `path:line:col: error: message [E0201]`. */
void av_diags_render_plain(av_diags *diags, av_buf *out);
/**
 * A JSON array of objects: code, severity, message, path (null for "no place"), line, column,
 * end_line, end_column (one-based, code points, the end after the last character), labels (message
 * and the same place members), help.
 */
void av_diags_render_json(av_diags *diags, av_buf *out);

#endif
