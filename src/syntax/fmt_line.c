#include "syntax/fmt_print.h"

#include <string.h>

size_t av_fmt_column(const av_fmt *f) {
    if (f->out->len <= f->line) return 0;
    return av_utf8_columns((av_text){f->out->ptr + f->line, f->out->len - f->line});
}

void av_fmt_put(av_fmt *f, const char *text) {
    av_buf_puts(f->out, text);
}

void av_fmt_name(av_fmt *f, av_text name) {
    av_buf_put(f->out, name);
}

void av_fmt_word(av_fmt *f, uint16_t word) {
    av_buf_puts(f->out, av_word_spelling((av_word)word));
    av_buf_putc(f->out, ' ');
}

av_text av_fmt_source(const av_fmt *f, const av_ast *node) {
    return av_text_slice(f->text, node->span.start, node->span.end - node->span.start);
}

void av_fmt_line(av_fmt *f) {
    if (f->out->len > 0) av_buf_putc(f->out, '\n');
    f->line = f->out->len;
    av_buf_fill(f->out, ' ', f->indent);
}

static bool blank_between(const av_fmt *f, uint32_t from, uint32_t to) {
    size_t breaks = 0;
    for (uint32_t at = from; at < to && breaks < 2; at++) breaks += f->text.ptr[at] == '\n';
    return breaks > 1;
}

static void new_line(av_fmt *f, uint32_t start, av_fmt_blank blank) {
    bool one = blank == AV_FMT_ONE || (blank == AV_FMT_KEEP && blank_between(f, f->place, start));
    if (one && !f->opened && f->out->len > 0) av_buf_putc(f->out, '\n');
    av_fmt_line(f);
    f->opened = false;
}

void av_fmt_comments(av_fmt *f, uint32_t limit, av_fmt_blank blank) {
    while (f->next_comment < f->comment_count && f->comments[f->next_comment].span.start < limit) {
        av_span span = f->comments[f->next_comment++].span;
        new_line(f, span.start, blank);
        blank = AV_FMT_KEEP;
        av_buf_put(f->out, av_text_slice(f->text, span.start, span.end - span.start));
        f->place = span.end;
    }
}

void av_fmt_comments_below(av_fmt *f, uint32_t limit) {
    size_t last = f->next_comment;
    uint32_t place = f->place;
    for (; last < f->comment_count && f->comments[last].span.start < limit; last++) {
        if (blank_between(f, place, f->comments[last].span.start)) break;
        place = f->comments[last].span.end;
    }
    if (last == f->next_comment) return;
    uint32_t next = last < f->comment_count && f->comments[last].span.start < limit
                        ? f->comments[last].span.start
                        : limit;
    if (blank_between(f, place, next))
        av_fmt_comments(f, f->comments[last - 1].span.end, AV_FMT_NONE);
}

void av_fmt_begin(av_fmt *f, uint32_t start, av_fmt_blank blank) {
    size_t before = f->next_comment;
    av_fmt_comments(f, start, blank);
    new_line(f, start, f->next_comment > before ? AV_FMT_KEEP : blank);
}

void av_fmt_finish(av_fmt *f, uint32_t end, uint32_t limit) {
    if (end > f->place) f->place = end;
    if (f->next_comment == f->comment_count) return;
    const av_comment *comment = &f->comments[f->next_comment];
    if (comment->own_line || comment->span.start >= limit) return;
    av_buf_putc(f->out, ' ');
    av_buf_put(f->out, av_text_slice(f->text, comment->span.start,
                                     comment->span.end - comment->span.start));
    f->place = comment->span.end;
    f->next_comment++;
}

void av_fmt_open(av_fmt *f, const char *mark, uint32_t limit) {
    av_fmt_put(f, mark);
    av_fmt_finish(f, f->place, limit);
    f->indent += AV_FMT_INDENT;
    f->opened = true;
}

void av_fmt_close(av_fmt *f, const char *mark, uint32_t at) {
    av_fmt_comments(f, at, AV_FMT_KEEP);
    f->indent -= AV_FMT_INDENT;
    bool empty =
        f->opened && f->out->len > 0 && strchr("{[(", f->out->ptr[f->out->len - 1]) != NULL;
    f->opened = false;
    if (!empty) av_fmt_line(f);
    av_fmt_put(f, mark);
    if (at + 1 > f->place) f->place = at + 1;
}

bool av_fmt_has_comment(const av_fmt *f, av_span span) {
    if (f->unlimited) return false;
    for (size_t i = f->next_comment; i < f->comment_count; i++) {
        if (f->comments[i].span.start >= span.end) return false;
        if (f->comments[i].span.start > span.start) return true;
    }
    return false;
}

/* One line of a template: `text` without the indentation shed, at the indentation given. */
static void template_line(av_fmt *f, av_text text, size_t shed) {
    size_t white = 0;
    while (white < shed && white < text.len && (text.ptr[white] == ' ' || text.ptr[white] == '\t'))
        white++;
    text = av_text_slice(text, white, text.len - white);
    if (text.len > 0 && text.ptr[text.len - 1] == '\r') text.len--;
    av_buf_putc(f->out, '\n');
    f->line = f->out->len;
    if (text.len == 0) return;
    av_buf_fill(f->out, ' ', f->indent);
    av_buf_put(f->out, text);
}

void av_fmt_template(av_fmt *f, const av_ast *node) {
    av_text text = av_fmt_source(f, node);
    size_t at = av_text_find(text, AV_TEXT("\n"), 0);
    av_text first = at == SIZE_MAX ? text : av_text_slice(text, 0, at);
    if (first.len > 0 && first.ptr[first.len - 1] == '\r') first.len--;
    av_buf_put(f->out, first);
    while (at != SIZE_MAX) {
        size_t next = av_text_find(text, AV_TEXT("\n"), at + 1);
        av_text line = av_text_slice(text, at + 1, (next == SIZE_MAX ? text.len : next) - at - 1);
        bool last = next == SIZE_MAX;
        bool closing = last && av_text_equal(av_text_trim(line), AV_TEXT("\"\"\""));
        template_line(f, line, closing ? line.len : node->word);
        at = next;
    }
    f->place = node->span.end;
}
