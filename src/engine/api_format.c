/* archvm.h: the layout of rule files. */
#include "engine/api.h"
#include "syntax/fmt.h"

static av_status format(const archvm_engine *engine, av_texts *texts, archvm_text path,
                        archvm_text bytes, av_buf *out) {
    uint16_t source;
    uint32_t node_count = 0;
    av_syntax syntax;
    AV_TRY(av_sources_add(&texts->sources, av_inner_text(path), av_inner_text(bytes), 0, &source));
    av_arena trees;
    av_arena_init(&trees, &engine->host, 0);
    av_status status = av_parse(&trees, &texts->diags, source, &node_count, &syntax);
    if (status == AV_OK && syntax.has_errors) status = AV_ERR_INPUT;
    if (status == AV_OK) status = av_format_file(&trees, &texts->sources, source, &syntax, out);
    av_arena_free(&trees);
    return status;
}

archvm_status archvm_format(const archvm_engine *engine, archvm_text path, archvm_text bytes,
                            archvm_text *out, archvm_report **report) {
    if (report != NULL) *report = NULL;
    if (engine == NULL || out == NULL || (bytes.ptr == NULL && bytes.len > 0))
        return ARCHVM_ERR_ARGUMENT;
    *out = (archvm_text){NULL, 0};
    av_texts *texts = av_texts_new(&engine->host);
    if (texts == NULL) return ARCHVM_ERR_MEMORY;
    av_buf buf;
    av_buf_init(&buf, &engine->host, 0);
    const av_status status = format(engine, texts, path, bytes, &buf);
    if (status != AV_OK && buf.status == AV_OK) buf.status = status;
    av_texts_report(texts, report);
    return av_give_text(engine, &buf, out);
}
