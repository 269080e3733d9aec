/* Any bytes as a rule file: the parser ends with a tree or with errors that have a place; what
 * parses keeps its tree and its comments in the canonical layout, and the layout of the layout is
 * itself. */
#include <stdint.h>
#include <stdlib.h>

#include "syntax/fmt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    av_alloc host = av_alloc_default();
    av_arena arena;
    av_sources sources;
    av_diags diags;
    av_syntax first, second;
    av_buf once, twice, before, after;
    uint16_t source, again;
    uint32_t nodes = 0;
    av_arena_init(&arena, &host, 0);
    av_buf_init(&once, &host, 0);
    av_buf_init(&twice, &host, 0);
    av_buf_init(&before, &host, 0);
    av_buf_init(&after, &host, 0);
    require(av_sources_init(&sources, &arena) == AV_OK);
    av_diags_init(&diags, &arena, &sources);
    require(av_sources_add(&sources, AV_TEXT("fuzz"), (av_text){(const char *)data, size}, 0,
                           &source) == AV_OK);
    require(av_parse(&arena, &diags, source, &nodes, &first) == AV_OK);
    for (size_t i = 0; i < diags.count; i++) {
        require(diags.items[i].span.start <= diags.items[i].span.end &&
                diags.items[i].span.end <= size);
    }
    av_diags_render_text(&diags, false, &once);
    av_buf_clear(&once);
    if (!first.has_errors) {
        require(av_format_file(&arena, &sources, source, &first, &once) == AV_OK);
        require(av_sources_add(&sources, AV_TEXT("again"), av_buf_text(&once), 0, &again) == AV_OK);
        require(av_parse(&arena, &diags, again, &nodes, &second) == AV_OK && !second.has_errors);
        require(av_format_file(&arena, &sources, again, &second, &twice) == AV_OK);
        require(av_text_equal(av_buf_text(&once), av_buf_text(&twice)));
        av_ast_dump(first.file, &before);
        av_ast_dump(second.file, &after);
        require(av_text_equal(av_buf_text(&before), av_buf_text(&after)));
        require(first.comment_count == second.comment_count);
    }
    av_buf_free(&once);
    av_buf_free(&twice);
    av_buf_free(&before);
    av_buf_free(&after);
    av_arena_free(&arena);
    return 0;
}
