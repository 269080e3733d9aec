/* The formatter: what it writes parses to the same tree with the same comments, and formatting it again changes nothing. */
#include "fuzz.h"

#include "syntax/fmt.h"

typedef struct layout {
    av_texts *texts;
    av_arena trees;
    uint16_t source;
    av_syntax syntax;
    av_buf tree, out;
} layout;

static bool lay_out(layout *l, av_text bytes) {
    const av_alloc host = av_alloc_default();
    uint32_t next_id = 0;
    *l = (layout){.texts = av_texts_new(&host)};
    av_arena_init(&l->trees, &host, 0);
    av_buf_init(&l->tree, &host, 0);
    av_buf_init(&l->out, &host, 0);
    FUZZ_REQUIRE(av_sources_add(&l->texts->sources, AV_TEXT("fuzz.arch"), bytes, 0, &l->source) ==
                     AV_OK,
                 "no source");
    FUZZ_REQUIRE(av_parse(&l->trees, &l->texts->diags, l->source, &next_id, &l->syntax) == AV_OK,
                 "the parser gives up");
    av_ast_dump(l->syntax.file, &l->tree);
    const av_status status =
        av_format_file(&l->trees, &l->texts->sources, l->source, &l->syntax, &l->out);
    FUZZ_REQUIRE(status == (l->syntax.has_errors ? AV_ERR_INPUT : AV_OK),
                 "formatting ends with status %d", (int)status);
    return status == AV_OK;
}

static void drop(layout *l) {
    av_buf_free(&l->tree);
    av_buf_free(&l->out);
    av_arena_free(&l->trees);
    av_texts_release(l->texts);
}

static void require_same(const char *what, const av_buf *a, const av_buf *b) {
    FUZZ_REQUIRE(av_text_equal(av_buf_text(a), av_buf_text(b)),
                 "%s\n---- once\n%.*s---- twice\n%.*s", what, AV_TEXT_ARG(av_buf_text(a)),
                 AV_TEXT_ARG(av_buf_text(b)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    layout once, twice;
    if (lay_out(&once, (av_text){(const char *)data, size})) {
        FUZZ_REQUIRE(lay_out(&twice, av_buf_text(&once.out)), "the layout does not parse\n%.*s",
                     AV_TEXT_ARG(av_buf_text(&once.out)));
        require_same("formatting twice differs", &once.out, &twice.out);
        require_same("formatting changes the tree", &once.tree, &twice.tree);
        FUZZ_REQUIRE(once.syntax.comment_count == twice.syntax.comment_count,
                     "a comment is lost\n%.*s", AV_TEXT_ARG(av_buf_text(&once.out)));
        for (size_t i = 0; i < once.syntax.comment_count; i++)
            FUZZ_REQUIRE(av_text_equal(
                             av_sources_text(&once.texts->sources, once.syntax.comments[i].span),
                             av_sources_text(&twice.texts->sources, twice.syntax.comments[i].span)),
                         "comment %zu differs", i);
        drop(&twice);
    }
    drop(&once);
    return 0;
}
