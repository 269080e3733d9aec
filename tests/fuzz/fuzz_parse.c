/* Any bytes as a rule file: a tree or errors that can be shown. */
#include "fuzz.h"

#include "syntax/ast.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const av_alloc host = av_alloc_default();
    av_texts *texts = av_texts_new(&host);
    FUZZ_REQUIRE(texts != NULL, "no memory");
    uint16_t source;
    uint32_t next_id = 0;
    av_syntax syntax;
    av_arena trees;
    av_arena_init(&trees, &host, 0);
    const av_text bytes = {(const char *)data, size};
    FUZZ_REQUIRE(av_sources_add(&texts->sources, AV_TEXT("fuzz.arch"), bytes, 0, &source) == AV_OK,
                 "no source");
    FUZZ_REQUIRE(av_parse(&trees, &texts->diags, source, &next_id, &syntax) == AV_OK,
                 "the parser gives up");
    FUZZ_REQUIRE(syntax.has_errors == (texts->diags.error_count > 0),
                 "errors without a diagnostic, or the other way round");
    av_buf dump;
    av_buf_init(&dump, &host, 0);
    av_ast_dump(syntax.file, &dump);
    av_buf_free(&dump);
    fuzz_render(&texts->diags);
    av_arena_free(&trees);
    av_texts_release(texts);
    return 0;
}
