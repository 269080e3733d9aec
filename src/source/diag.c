#include "source/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const av_diag_info infos[AV_DIAG_CODE_COUNT] = {
#define AV_DIAG(name, code, severity, title) [name] = {code, severity, title},
#include "source/diag_codes.h"
#undef AV_DIAG
};

const av_diag_info *av_diag_describe(av_diag_code code) {
    return &infos[code];
}

const char *av_severity_name(av_severity severity) {
    static const char *const names[] = {"error", "warning"};
    return names[severity];
}

void av_diags_init(av_diags *diags, av_arena *arena, av_sources *sources) {
    *diags = (av_diags){.arena = arena, .sources = sources};
}

/* Formats into the arena; an empty text and `failed` when that cannot be done. */
static av_text format_text(av_diags *diags, const char *format, va_list args) AV_PRINTF(2, 0);

static av_text format_text(av_diags *diags, const char *format, va_list args) {
    static const char dots[] = "...";
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    size_t len = length < 0 ? 0 : (size_t)length;
    bool cut = len > AV_DIAG_TEXT;
    if (cut) len = AV_DIAG_TEXT;
    char *text = length < 0 ? NULL : av_arena_take(diags->arena, len + sizeof dots);
    if (!text || vsnprintf(text, len + 1, format, args) < 0) {
        diags->failed = true;
        return (av_text){"", 0};
    }
    if (cut) {
        while (len > AV_DIAG_TEXT - 4 && ((unsigned char)text[len - 1] & 0xC0) == 0x80) len--;
        if ((unsigned char)text[len - 1] >= 0x80) len--; /* the start of a character cut short */
        memcpy(text + len, dots, sizeof dots - 1);
        len += sizeof dots - 1;
    }
    return (av_text){text, len};
}

static bool same_span(av_span a, av_span b) {
    return a.source == b.source && a.start == b.start && a.end == b.end;
}

static bool is_kept(const av_diags *diags, av_diag_code code, av_span span, av_text message) {
    for (size_t i = 0; i < diags->count; i++) {
        const av_diag *item = &diags->items[i];
        if (item->code == code && same_span(item->span, span) &&
            av_text_equal(item->message, message))
            return true;
    }
    return false;
}

static void count_severity(av_diags *diags, av_severity severity) {
    if (severity == AV_SEVERITY_ERROR) diags->error_count++;
    if (severity == AV_SEVERITY_WARNING) diags->warning_count++;
}

/* A place for one more diagnostic, or NULL when there is none or no memory. */
static av_diag *take_item(av_diags *diags, av_severity severity) {
    if (diags->count == AV_DIAG_MAX) {
        size_t last = diags->count - 1;
        while (diags->items[last].severity == AV_SEVERITY_ERROR) last--;
        size_t after = diags->count - 1 - last;
        memmove(&diags->items[last], &diags->items[last + 1], after * sizeof *diags->items);
        diags->count--;
        diags->dropped++;
    }
    av_diag *items =
        av_arena_grow(diags->arena, diags->items, diags->count, &diags->cap, sizeof *items);
    if (!items) {
        diags->failed = true;
        return NULL;
    }
    diags->items = items;
    if (severity == AV_SEVERITY_ERROR) diags->kept_errors++;
    return &items[diags->count++];
}

/* Whether there is no place for another of this severity. */
static bool is_full(const av_diags *diags, av_severity severity) {
    return diags->count == AV_DIAG_MAX &&
           (severity != AV_SEVERITY_ERROR || diags->kept_errors == AV_DIAG_MAX);
}

/* Keeps a diagnostic unless it is known. */
static av_diag *keep(av_diags *diags, const av_diag *given) {
    if (is_kept(diags, given->code, given->span, given->message)) return NULL;
    count_severity(diags, given->severity);
    av_diag *item = take_item(diags, given->severity);
    if (!item) {
        diags->dropped++;
        return NULL;
    }
    *item = *given;
    return item;
}

av_diag *av_diag_add(av_diags *diags, av_diag_code code, av_span span, const char *format, ...) {
    av_severity severity = infos[code].severity;
    if (is_full(diags, severity)) {
        count_severity(diags, severity);
        diags->dropped++;
        return NULL;
    }
    va_list args;
    va_start(args, format);
    av_text message = format_text(diags, format, args);
    va_end(args);
    return keep(diags, &(av_diag){
                           .code = code,
                           .severity = severity,
                           .span = span,
                           .message = message,
                           .help = AV_TEXT(""),
                       });
}

void av_diags_take(av_diags *diags, const av_diags *from) {
    diags->error_count += from->error_count - from->kept_errors;
    diags->warning_count += from->warning_count - (from->count - from->kept_errors);
    diags->dropped += from->dropped;
    diags->failed |= from->failed;
    for (size_t i = 0; i < from->count; i++) {
        const av_diag *item = &from->items[i];
        if (is_full(diags, item->severity)) {
            count_severity(diags, item->severity);
            diags->dropped++;
        } else {
            (void)keep(diags, item);
        }
    }
}

void av_diag_label_add(av_diags *diags, av_diag *diag, av_span span, const char *format, ...) {
    if (!diag || diag->label_count == AV_DIAG_LABELS) return;
    va_list args;
    va_start(args, format);
    av_text text = format_text(diags, format, args);
    va_end(args);
    diag->labels[diag->label_count++] = (av_diag_label){span, text};
}

void av_diag_help(av_diags *diags, av_diag *diag, const char *format, ...) {
    if (!diag) return;
    va_list args;
    va_start(args, format);
    diag->help = format_text(diags, format, args);
    va_end(args);
}

void av_diag_suggest(av_diags *diags, av_diag *diag, av_text near) {
    if (near.len) av_diag_help(diags, diag, "did you mean `%.*s`?", AV_TEXT_ARG(near));
}

static bool goes_before(const av_diag *a, const av_diag *b) {
    if (a->span.source != b->span.source) return a->span.source < b->span.source;
    if (a->span.start != b->span.start) return a->span.start < b->span.start;
    return a->code < b->code;
}

void av_diags_sort(av_diags *diags) {
    /* Insertion: stable, in place, and there are at most AV_DIAG_MAX. */
    for (size_t i = 1; i < diags->count; i++) {
        av_diag moving = diags->items[i];
        size_t at = i;
        for (; at > 0 && goes_before(&moving, &diags->items[at - 1]); at--)
            diags->items[at] = diags->items[at - 1];
        diags->items[at] = moving;
    }
}
