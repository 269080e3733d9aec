#include "source/source.h"

#include <string.h>

av_status av_sources_init(av_sources *sources, av_arena *arena) {
    *sources = (av_sources){.arena = arena};
    uint16_t nowhere;
    return av_sources_add(sources, AV_TEXT(""), AV_TEXT(""), 0, &nowhere);
}

av_status av_sources_borrow(av_sources *sources, av_text path, av_text text, uint32_t layer,
                            uint16_t *index) {
    if (text.len > AV_SOURCE_BYTES || sources->count > AV_SOURCE_FILES) return AV_ERR_LIMIT;
    av_source *items =
        av_arena_grow(sources->arena, sources->items, sources->count, &sources->cap, sizeof *items);
    if (!items) return AV_ERR_MEMORY;
    sources->items = items;
    av_text path_copy = av_arena_text(sources->arena, path);
    if (!path_copy.ptr) return AV_ERR_MEMORY;
    items[sources->count] = (av_source){.path = path_copy, .text = text, .layer = layer};
    *index = (uint16_t)sources->count++;
    return AV_OK;
}

av_status av_sources_keep(av_sources *sources, uint16_t index, av_arena *arena) {
    av_text *text = &sources->items[index].text;
    char *copy = av_arena_piece(arena, text->len + 1);
    if (!copy) {
        *text = AV_TEXT("");
        return AV_ERR_MEMORY;
    }
    if (text->len) memcpy(copy, text->ptr, text->len);
    copy[text->len] = 0;
    text->ptr = copy;
    return AV_OK;
}

av_status av_sources_add(av_sources *sources, av_text path, av_text text, uint32_t layer,
                         uint16_t *index) {
    AV_TRY(av_sources_borrow(sources, path, text, layer, index));
    return av_sources_keep(sources, *index, sources->arena);
}

/* Where the first line starts: after a byte order mark. */
static uint32_t first_line(av_text text) {
    return av_text_starts(text, AV_TEXT("\xEF\xBB\xBF")) ? 3 : 0;
}

/* The start of the line after the one that holds `from`, or SIZE_MAX. */
static size_t next_line(av_text text, size_t from) {
    const char *end = from < text.len ? memchr(text.ptr + from, '\n', text.len - from) : NULL;
    return end == NULL ? SIZE_MAX : (size_t)(end - text.ptr) + 1;
}

/* Fills line_starts; leaves it empty when there is no memory. */
static void map_lines(av_source *source, av_arena *arena) {
    av_text text = source->text;
    size_t count = 1;
    for (size_t at = next_line(text, 0); at != SIZE_MAX; at = next_line(text, at)) count++;
    uint32_t *starts = AV_NEW_ARRAY(arena, uint32_t, count);
    if (!starts) return;
    size_t line = 0;
    starts[line++] = first_line(text);
    for (size_t at = next_line(text, 0); at != SIZE_MAX; at = next_line(text, at))
        starts[line++] = (uint32_t)at;
    source->line_starts = starts;
    source->line_count = (uint32_t)count;
}

void av_sources_map_lines(av_sources *sources, uint16_t source, av_arena *arena) {
    map_lines(&sources->items[source], arena);
}

/* Zero-based line of `offset` by the map; `start` receives where it begins, `hint` is the line found last. */
static uint32_t find_mapped(const av_source *source, size_t offset, uint32_t *hint, size_t *start) {
    /* The last one and its neighbour first, then by halves. */
    uint32_t low = 0, high = source->line_count;
    if (source->line_starts[*hint] <= offset) {
        low = *hint;
        if (low + 2 < high && offset < source->line_starts[low + 2]) high = low + 2;
    } else {
        high = *hint;
    }
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (source->line_starts[middle] <= offset) low = middle;
        else high = middle;
    }
    *hint = low;
    *start = source->line_starts[low];
    return low;
}

/* The same without a map, for want of memory. */
static uint32_t find_unmapped(const av_source *source, size_t offset, size_t *start) {
    uint32_t line = 0;
    *start = first_line(source->text);
    for (size_t at = next_line(source->text, 0); at <= offset; at = next_line(source->text, at)) {
        *start = at;
        line++;
    }
    return line;
}

static bool is_place(const av_sources *sources, av_span span) {
    return span.source > 0 && span.source < sources->count;
}

static size_t offset_of(const av_source *source, av_span span) {
    return span.start < source->text.len ? span.start : source->text.len;
}

/* The place of `offset`, which is in zero-based line `line`, which begins at `start`. */
static void set_place(const av_source *source, size_t offset, uint32_t line, size_t start,
                      uint32_t *out_line, uint32_t *out_column) {
    if (offset < start) offset = start;
    av_text before = av_text_slice(source->text, start, offset - start);
    *out_line = source->lines_before + line + 1;
    *out_column = (line == 0 ? source->columns_before : 0) + (uint32_t)av_utf8_length(before) + 1;
}

/** Sets line and column of a place; returns the offset at which its line starts. */
static size_t locate(av_sources *sources, av_source *source, av_span span, av_place *out) {
    if (!source->line_count) map_lines(source, sources->arena);
    size_t offset = offset_of(source, span), start;
    uint32_t line = source->line_count ? find_mapped(source, offset, &source->last_line, &start)
                                       : find_unmapped(source, offset, &start);
    set_place(source, offset, line, start, &out->line, &out->column);
    return start;
}

bool av_sources_mapped_place(const av_sources *sources, av_span span, uint32_t *hint,
                             uint32_t *line, uint32_t *column) {
    if (!is_place(sources, span) || !sources->items[span.source].line_count) return false;
    const av_source *source = &sources->items[span.source];
    size_t offset = offset_of(source, span), start;
    uint32_t found = find_mapped(source, offset, hint, &start);
    set_place(source, offset, found, start, line, column);
    return true;
}

void av_sources_line_column(av_sources *sources, av_span span, uint32_t *line, uint32_t *column) {
    av_place place = {.line = 0};
    if (is_place(sources, span)) (void)locate(sources, &sources->items[span.source], span, &place);
    *line = place.line;
    *column = place.column;
}

av_place av_sources_place(av_sources *sources, av_span span) {
    av_place place = {.path = AV_TEXT(""), .line_text = AV_TEXT("")};
    if (!is_place(sources, span)) return place;
    av_source *source = &sources->items[span.source];
    size_t start = locate(sources, source, span, &place);
    size_t end = next_line(source->text, start);
    end = end == SIZE_MAX ? source->text.len : end - 1;
    bool carriage_return =
        end < source->text.len && end > start && source->text.ptr[end - 1] == '\r';
    place.path = source->path;
    place.line_text = av_text_slice(source->text, start, end - start - carriage_return);
    return place;
}

av_text av_sources_text(const av_sources *sources, av_span span) {
    if (!is_place(sources, span) || span.end <= span.start) return AV_TEXT("");
    return av_text_slice(sources->items[span.source].text, span.start, span.end - span.start);
}
