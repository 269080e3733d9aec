/* Stage 1: the texts archvm was given, and places in them. */
#ifndef AV_SOURCE_SOURCE_H
#define AV_SOURCE_SOURCE_H

#include "base/arena.h"

enum {
    AV_SOURCE_BYTES = 16 * 1024 * 1024, /**< longest single source text */
    AV_SOURCE_FILES = 65535             /**< most source texts in one program */
};

/** A half-open run of bytes in one source. Source 0 with length 0 means "no place". */
typedef struct av_span {
    uint32_t start, end;
    uint16_t source; /**< index into av_sources */
    uint16_t unused;
} av_span;

typedef struct av_source {
    av_text path;   /**< as shown to the person, '/' separated */
    av_text text;   /**< followed by one NUL byte that is not part of it, the scanner's end mark */
    uint32_t layer; /**< index of the RULES argument it came from; the standard library is layer 0
                       of its own */
    bool standard_library;
    /* Of its file before the text: a record of an NDJSON file, or a place whose text is not at hand. */
    uint32_t lines_before, columns_before;
    uint32_t *line_starts; /**< made on first use */
    uint32_t line_count;
    uint32_t last_line; /**< the line found last: the next place asked for is often near it */
} av_source;

typedef struct av_sources {
    av_arena *arena;
    av_source *items; /**< item 0 is reserved for "no place" */
    size_t count, cap;
} av_sources;

/** No sources but number 0, "no place". */
av_status av_sources_init(av_sources *sources, av_arena *arena) AV_MUST_USE;
/** Path and text are copied. `index` receives the source's number. */
av_status av_sources_add(av_sources *sources, av_text path, av_text text, uint32_t layer,
                         uint16_t *index) AV_MUST_USE;
/** The same, but the text is not copied: av_sources_keep does that, unless it lives as long as the sources and a NUL follows it. */
av_status av_sources_borrow(av_sources *sources, av_text path, av_text text, uint32_t layer,
                            uint16_t *index) AV_MUST_USE;
/** Copies the text of a source into `arena`, which must live as long as the sources: other sources may be copied meanwhile. The
 * source is empty when there is no memory. */
av_status av_sources_keep(av_sources *sources, uint16_t source, av_arena *arena) AV_MUST_USE;

/** One-based line and column (columns count code points; a byte order mark at the start is not
 * counted); zeros for "no place". */
typedef struct av_place {
    av_text path;
    uint32_t line, column;
    av_text line_text; /**< the line without its end */
} av_place;

/** Maps the lines of a source now, in `arena`, which must live as long as the sources: other sources may be mapped meanwhile. What
 * cannot be mapped for want of memory is mapped on first use. */
void av_sources_map_lines(av_sources *sources, uint16_t source, av_arena *arena);
/** Makes the line map on first use, hence not const and not thread-safe. */
av_place av_sources_place(av_sources *sources, av_span span);
/** Line and column alone, which cost no look at the rest of the line. */
void av_sources_line_column(av_sources *sources, av_span span, uint32_t *line, uint32_t *column);
/** The same on several threads at a time, for sources that are mapped: false for others. `hint` is the caller's, of one source: the
 * line found last, 0 at first. */
bool av_sources_mapped_place(const av_sources *sources, av_span span, uint32_t *hint,
                             uint32_t *line, uint32_t *column);
/** The text a span covers; empty for "no place". */
av_text av_sources_text(const av_sources *sources, av_span span);

#endif
