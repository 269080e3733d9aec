#include "base/json.h"
#include "source/diag.h"

static void put_text(av_json *json, const char *key, av_text value) {
    av_json_key(json, av_text_from(key));
    av_json_text(json, value);
}

static void put_int(av_json *json, const char *key, uint32_t value) {
    av_json_key(json, av_text_from(key));
    av_json_int(json, value);
}

static void put_span(av_json *json, av_sources *sources, av_span span) {
    av_place start = av_sources_place(sources, span);
    span.start = span.end > span.start ? span.end : span.start;
    av_place end = av_sources_place(sources, span);
    av_json_key(json, AV_TEXT("path"));
    if (start.line) av_json_text(json, start.path);
    else av_json_null(json);
    put_int(json, "line", start.line);
    put_int(json, "column", start.column);
    put_int(json, "end_line", end.line);
    put_int(json, "end_column", end.column);
}

static void put_diag(av_json *json, av_sources *sources, const av_diag *diag) {
    av_json_object(json);
    put_text(json, "code", av_text_from(av_diag_describe(diag->code)->code));
    put_text(json, "severity", av_text_from(av_severity_name(diag->severity)));
    put_text(json, "message", diag->message);
    put_span(json, sources, diag->span);
    av_json_key(json, AV_TEXT("labels"));
    av_json_array(json);
    for (size_t i = 0; i < diag->label_count; i++) {
        av_json_object(json);
        put_text(json, "message", diag->labels[i].text);
        put_span(json, sources, diag->labels[i].span);
        av_json_end(json);
    }
    av_json_end(json);
    put_text(json, "help", diag->help);
    av_json_end(json);
}

void av_diags_render_json(av_diags *diags, av_buf *out) {
    av_json json;
    av_json_init(&json, out, true);
    av_json_array(&json);
    for (size_t i = 0; i < diags->count; i++) put_diag(&json, diags->sources, &diags->items[i]);
    av_json_end(&json);
    av_buf_putc(out, '\n');
}
