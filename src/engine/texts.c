#include "engine/engine.h"

av_texts *av_texts_new(const av_alloc *host) {
    av_texts *texts = av_alloc_new(host, sizeof *texts);
    if (texts == NULL) return NULL;
    *texts = (av_texts){.host = *host};
    atomic_init(&texts->users, 1);
    av_arena_init(&texts->arena, host, 0);
    if (av_sources_init(&texts->sources, &texts->arena) != AV_OK) {
        av_texts_release(texts);
        return NULL;
    }
    av_diags_init(&texts->diags, &texts->arena, &texts->sources);
    return texts;
}

av_texts *av_texts_share(av_texts *texts) {
    atomic_fetch_add_explicit(&texts->users, 1, memory_order_relaxed);
    return texts;
}

void av_texts_release(av_texts *texts) {
    if (texts == NULL || atomic_fetch_sub_explicit(&texts->users, 1, memory_order_acq_rel) > 1)
        return;
    const av_alloc host = texts->host;
    av_arena_free(&texts->arena);
    av_alloc_free(&host, texts, sizeof *texts);
}

void av_texts_report(av_texts *texts, archvm_report **report) {
    const bool wanted = report != NULL && texts != NULL && texts->diags.count > 0;
    if (report != NULL) *report = NULL;
    archvm_report *made = wanted ? av_alloc_new(&texts->host, sizeof *made) : NULL;
    if (made == NULL) {
        av_texts_release(texts);
        return;
    }
    av_diags_sort(&texts->diags);
    *made = (archvm_report){.host = texts->host, .texts = texts};
    *report = made;
}

size_t archvm_report_errors(const archvm_report *report) {
    return report != NULL ? report->texts->diags.error_count : 0;
}

size_t archvm_report_warnings(const archvm_report *report) {
    return report != NULL ? report->texts->diags.warning_count : 0;
}

archvm_status archvm_report_render(const archvm_engine *engine, archvm_report *report,
                                   archvm_style style, archvm_text *out) {
    if (engine == NULL || out == NULL) return ARCHVM_ERR_ARGUMENT;
    *out = (archvm_text){NULL, 0};
    av_buf buf;
    av_buf_init(&buf, &engine->host, 0);
    if (report == NULL) {
        if (style == ARCHVM_STYLE_JSON) av_buf_puts(&buf, "[]\n");
        return av_give_text(engine, &buf, out);
    }
    av_diags *diags = &report->texts->diags;
    switch (style) {
    case ARCHVM_STYLE_TEXT:
    case ARCHVM_STYLE_COLOR: av_diags_render_text(diags, style == ARCHVM_STYLE_COLOR, &buf); break;
    case ARCHVM_STYLE_PLAIN: av_diags_render_plain(diags, &buf); break;
    case ARCHVM_STYLE_JSON: av_diags_render_json(diags, &buf); break;
    default: av_buf_free(&buf); return ARCHVM_ERR_ARGUMENT;
    }
    if (diags->failed && buf.status == AV_OK) buf.status = AV_ERR_MEMORY;
    return av_give_text(engine, &buf, out);
}

void archvm_report_free(archvm_report *report) {
    if (report == NULL) return;
    const av_alloc host = report->host;
    av_texts_release(report->texts);
    av_alloc_free(&host, report, sizeof *report);
}
