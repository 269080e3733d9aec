/* Any bytes as Markdown: an outline holds together and is no larger than its text allows. */
#include "fuzz.h"

#include <string.h>

#include "outline/outline.h"

static void require_text(av_text text, const char *what) {
    FUZZ_REQUIRE(text.ptr != NULL, "%s is missing", what);
    for (size_t i = 0; i < text.len; i++)
        FUZZ_REQUIRE((unsigned char)text.ptr[i] >= ' ', "%s holds a control character", what);
}

static void require_part(const av_outline *outline, uint32_t i, uint32_t lines) {
    const av_outline_part *part = &outline->parts[i];
    FUZZ_REQUIRE(part->kind < AV_OUTLINE_KINDS, "kind %u", part->kind);
    FUZZ_REQUIRE(part->line >= 1 && part->line <= lines, "line %u of %u", part->line, lines);
    FUZZ_REQUIRE(part->heading <= i && part->parent <= i && part->owner <= i + 1,
                 "part %u stands under a later one", i + 1);
    FUZZ_REQUIRE(part->heading == 0 || outline->parts[part->heading - 1].kind == AV_OUTLINE_HEADING,
                 "part %u stands under a heading that is none", i + 1);
    FUZZ_REQUIRE(part->owner == 0 || outline->parts[part->owner - 1].id.len > 0,
                 "part %u belongs to a part without an id", i + 1);
    FUZZ_REQUIRE(part->prefix.len <= part->id.len, "a prefix longer than its id");
    require_text(part->id, "an id");
    require_text(part->tag, "a tag");
    require_text(part->bold, "bold words");
    require_text(part->label, "a label");
    require_text(part->text, "a text");
    for (uint32_t c = 0; c < part->cell_count; c++) {
        require_text(part->header[c], "a column's name");
        require_text(part->cells[c], "a cell");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const av_alloc host = av_alloc_default();
    av_arena arena;
    av_outline outline;
    av_arena_init(&arena, &host, 0);
    const av_text text = {(const char *)data, size};
    const av_status status = av_outline_read(&arena, text, &outline);
    FUZZ_REQUIRE(status == AV_OK, "reading ends with status %d", (int)status);
    FUZZ_REQUIRE(outline.count <= AV_OUTLINE_PARTS + 1, "%u parts", outline.count);
    uint32_t lines = 1;
    for (size_t i = 0; i < size; i++) lines += data[i] == '\n';
    for (uint32_t i = 0; i < outline.count; i++) require_part(&outline, i, lines);
    av_arena_free(&arena);
    return 0;
}
