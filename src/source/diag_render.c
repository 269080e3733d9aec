#include "source/diag.h"

#include <utf8proc.h>

enum {
    TAB_COLUMNS = 4,      /**< a tab in a source line is drawn up to the next multiple of this */
    WINDOW_COLUMNS = 120, /**< most columns of a source line that are drawn */
    NEAR_BYTES = 4096, /**< no more of a source line is looked at before and after a span's start */
    COMBINING_RUN = 8, /**< most characters without width drawn one after another */
    PICTURE_BYTES = 16, /**< longest picture of one character */
    GUTTER_COLUMNS = 5  /**< least columns of a line number */
};

/* ---- Characters a terminal might obey are replaced by pictures. ---- */

static bool is_joiner(uint32_t code_point) {
    return code_point == 0x200C || code_point == 0x200D;
}

/* Whether the character could move, hide or reorder what a person sees. */
static bool is_harmful(uint32_t code_point) {
    if (code_point < 0x7F) return code_point < 0x20;
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code_point);
    return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP ||
           (category == UTF8PROC_CATEGORY_CF && !is_joiner(code_point));
}

/* Writes what stands for the character at `at`; returns the length, `size` the bytes it takes in
 * `text`. */
static size_t draw_character(av_text text, size_t at, size_t *size, char out[PICTURE_BYTES]) {
    static const char digits[] = "0123456789ABCDEF";
    uint32_t code_point = av_utf8_decode(text, at, size);
    if (!is_harmful(code_point)) return av_utf8_encode(code_point, out);
    if (code_point < 0x20) return av_utf8_encode(0x2400 + code_point, out);
    if (code_point == 0x7F) return av_utf8_encode(0x2421, out);
    size_t len = 0;
    out[len++] = '<';
    out[len++] = 'U';
    out[len++] = '+';
    unsigned shift = code_point > 0xFFFFF ? 24 : code_point > 0xFFFF ? 20 : 16;
    while (shift > 0) {
        shift -= 4;
        out[len++] = digits[code_point >> shift & 15];
    }
    out[len++] = '>';
    return len;
}

static void put_shown(av_buf *out, av_text text) {
    size_t size;
    for (size_t at = 0; at < text.len; at += size) {
        char picture[PICTURE_BYTES];
        av_buf_put(out, (av_text){picture, draw_character(text, at, &size, picture)});
    }
}

/* ---- Text ---- */

typedef enum av_style {
    STYLE_NONE,
    STYLE_BOLD,
    STYLE_LINE,
    STYLE_ERROR,
    STYLE_WARNING,
    STYLE_NOTE
} av_style;

typedef struct renderer {
    av_diags *diags;
    av_buf *out;
    bool color;
} renderer;

static void paint(const renderer *r, av_style style) {
    static const char *const codes[] = {
        [STYLE_NONE] = "\033[0m",     [STYLE_BOLD] = "\033[1m",       [STYLE_LINE] = "\033[34m",
        [STYLE_ERROR] = "\033[1;31m", [STYLE_WARNING] = "\033[1;35m", [STYLE_NOTE] = "\033[1;36m",
    };
    if (r->color) av_buf_puts(r->out, codes[style]);
}

static av_style severity_style(av_severity severity) {
    return severity == AV_SEVERITY_ERROR ? STYLE_ERROR : STYLE_WARNING;
}

/* Columns of the character at `at` when it is drawn at `column`; its picture goes to `out`. */
static size_t draw_cell(av_text line, size_t at, size_t column, size_t *size,
                        char out[PICTURE_BYTES], size_t *len) {
    if (line.ptr[at] == '\t') {
        *size = 1;
        *len = TAB_COLUMNS - column % TAB_COLUMNS;
        for (size_t i = 0; i < *len; i++) out[i] = ' ';
        return *len;
    }
    *len = draw_character(line, at, size, out);
    return av_utf8_columns((av_text){out, *len});
}

/* The column at which the byte `offset` of the line is drawn, or the first one beyond `most`. */
static size_t column_of(av_text line, size_t offset, size_t most) {
    size_t column = 0, size;
    for (size_t at = 0; at < offset && column <= most; at += size) {
        char picture[PICTURE_BYTES];
        size_t len;
        column += draw_cell(line, at, column, &size, picture, &len);
    }
    return column;
}

static const char ellipsis[] = "\xE2\x80\xA6";

/* Draws the columns from..to of the line; false when there are more after them. */
static bool draw_window(av_buf *out, av_text line, size_t from, size_t to) {
    size_t column = 0, size, combining = 0;
    for (size_t at = 0; at < line.len; at += size) {
        char picture[PICTURE_BYTES];
        size_t len;
        size_t next = column + draw_cell(line, at, column, &size, picture, &len);
        combining = next == column ? combining + 1 : 0;
        if (next > to) return false;
        if (column >= from && combining <= COMBINING_RUN) av_buf_put(out, (av_text){picture, len});
        else if (column < from && next > from) av_buf_fill(out, ' ', next - from);
        column = next;
    }
    return true;
}

/* `at`, or the start of the character it is in. */
static size_t character_start(av_text line, size_t at) {
    for (size_t back = 0; back < 4 && back < at; back++)
        if (((unsigned char)line.ptr[at - back] & 0xC0) != 0x80) return at - back;
    return at;
}

/* The source line and, below it, `mark` under the span; nothing where there is no text to show. */
static void draw_source(const renderer *r, av_span span, av_place place, char mark,
                        av_style style) {
    const av_source *source = &r->diags->sources->items[span.source];
    if (source->text.len == 0 && source->lines_before + source->columns_before > 0) return;
    av_text line = place.line_text;
    const av_text text = source->text;
    size_t line_start = (size_t)(line.ptr - text.ptr);
    size_t start = span.start > line_start ? span.start - line_start : 0;
    size_t end = span.end > line_start ? span.end - line_start : 0;
    if (start > line.len) start = line.len;

    /* Of a very long line only the neighbourhood of the span is measured and drawn. */
    size_t skipped = start > NEAR_BYTES ? character_start(line, start - NEAR_BYTES) : 0;
    size_t stop =
        line.len - start > NEAR_BYTES ? character_start(line, start + NEAR_BYTES) : line.len;
    bool more = stop < line.len;
    line = av_text_slice(line, skipped, stop - skipped);
    start -= skipped;
    end = end > skipped ? end - skipped : 0;
    if (end > line.len) end = line.len;

    size_t first = column_of(line, start, SIZE_MAX), from = 0;
    if (column_of(line, line.len, WINDOW_COLUMNS) > WINDOW_COLUMNS && first > WINDOW_COLUMNS / 2)
        from = first - WINDOW_COLUMNS / 2;
    size_t to = from + WINDOW_COLUMNS;
    size_t last = column_of(line, end, to);
    if (last > to) last = to;
    if (last <= first) last = first + 1;

    paint(r, STYLE_LINE);
    av_buf_printf(r->out, "%*u |", GUTTER_COLUMNS, (unsigned)place.line);
    paint(r, STYLE_NONE);
    if (line.len) av_buf_putc(r->out, ' ');
    bool cut = from > 0 || skipped > 0;
    if (cut) av_buf_puts(r->out, ellipsis);
    if (!draw_window(r->out, line, from, to) || more) av_buf_puts(r->out, ellipsis);
    av_buf_putc(r->out, '\n');

    paint(r, STYLE_LINE);
    size_t gutter = GUTTER_COLUMNS;
    for (uint32_t limit = 99999; place.line > limit && gutter < 10; gutter++)
        limit = limit * 10 + 9;
    av_buf_fill(r->out, ' ', gutter);
    av_buf_puts(r->out, " |");
    paint(r, STYLE_NONE);
    av_buf_fill(r->out, ' ', first - from + (cut ? 2 : 1));
    paint(r, style);
    av_buf_fill(r->out, mark, last - first);
    paint(r, STYLE_NONE);
    av_buf_putc(r->out, '\n');
}

static void put_place(av_buf *out, av_place place) {
    if (place.line == 0) return;
    put_shown(out, place.path);
    av_buf_printf(out, ":%u:%u: ", (unsigned)place.line, (unsigned)place.column);
}

static void put_help(const renderer *r, av_text help) {
    paint(r, STYLE_NOTE);
    av_buf_puts(r->out, "  help: ");
    paint(r, STYLE_NONE);
    for (size_t at = 0;;) {
        size_t end = av_text_find(help, AV_TEXT("\n"), at);
        put_shown(r->out, av_text_slice(help, at, (end == SIZE_MAX ? help.len : end) - at));
        av_buf_putc(r->out, '\n');
        if (end == SIZE_MAX || end + 1 == help.len) return;
        at = end + 1;
        if (help.ptr[at] != '\n') av_buf_puts(r->out, "        ");
    }
}

static void put_heading(const renderer *r, const av_diag *diag, av_place place) {
    paint(r, STYLE_BOLD);
    put_place(r->out, place);
    paint(r, severity_style(diag->severity));
    av_buf_printf(r->out, "%s: ", av_severity_name(diag->severity));
    paint(r, STYLE_NONE);
    paint(r, STYLE_BOLD);
    put_shown(r->out, diag->message);
    paint(r, STYLE_NONE);
    av_buf_printf(r->out, " [%s]\n", av_diag_describe(diag->code)->code);
}

static void put_dropped(const av_diags *diags, av_buf *out) {
    if (diags->dropped)
        av_buf_printf(out, "%zu more problem%s not shown\n", diags->dropped,
                      diags->dropped == 1 ? " is" : "s are");
}

/* A source whose text was not kept has nothing to draw. */
static bool has_text(const av_diags *diags, av_span span) {
    return diags->sources->items[span.source].text.len > 0;
}

void av_diags_render_text(av_diags *diags, bool color, av_buf *out) {
    const renderer r = {diags, out, color};
    for (size_t i = 0; i < diags->count; i++) {
        const av_diag *diag = &diags->items[i];
        av_place place = av_sources_place(diags->sources, diag->span);
        put_heading(&r, diag, place);
        if (place.line && has_text(diags, diag->span))
            draw_source(&r, diag->span, place, '^', severity_style(diag->severity));
        for (size_t j = 0; j < diag->label_count; j++) {
            const av_diag_label *label = &diag->labels[j];
            av_place second = av_sources_place(diags->sources, label->span);
            paint(&r, STYLE_NOTE);
            av_buf_puts(out, "  note: ");
            paint(&r, STYLE_NONE);
            put_place(out, second);
            put_shown(out, label->text);
            av_buf_putc(out, '\n');
            if (second.line && has_text(diags, label->span))
                draw_source(&r, label->span, second, '-', STYLE_NOTE);
        }
        if (diag->help.len) put_help(&r, diag->help);
    }
    put_dropped(diags, out);
}

void av_diags_render_plain(av_diags *diags, av_buf *out) {
    const renderer r = {diags, out, false};
    for (size_t i = 0; i < diags->count; i++)
        put_heading(&r, &diags->items[i], av_sources_place(diags->sources, diags->items[i].span));
    put_dropped(diags, out);
}
