#include "support/rules.h"

#include "base/embedded.h"
#include "engine/stdlib.h"
#include "sema/sema.h"
#include "support/unit.h"

enum { FILES_MOST = 64, ARENA_BYTES = 64 * 1024 * 1024 };

static av_status add(av_rules *rules, av_text path, av_text text, uint32_t layer, uint32_t *next_id, av_syntax *file) {
    uint16_t source;
    AV_TRY(av_sources_add(&rules->sources, path, text, layer, &source));
    rules->sources.items[source].standard_library = layer == 0;
    return av_parse(&rules->arena, &rules->diags, source, next_id, file);
}

av_status av_rules_try(av_rules *rules, const av_alloc *host, const char *text) {
    av_syntax files[FILES_MOST];
    uint32_t next_id = 0;
    size_t count = 0;
    *rules = (av_rules){.host = *host};
    av_arena_init(&rules->arena, &rules->host, ARENA_BYTES);
    AV_TRY(av_sources_init(&rules->sources, &rules->arena));
    av_diags_init(&rules->diags, &rules->arena, &rules->sources);
    for (size_t i = 0; i < av_stdlib_file_count && count < FILES_MOST - 1; i++) {
        const av_embedded_file *f = &av_stdlib_files[i];
        AV_TRY(add(rules, av_text_from(f->path), (av_text){(const char *)f->bytes, f->length}, 0, &next_id, &files[count++]));
    }
    AV_TRY(add(rules, AV_TEXT("test.arch"), av_text_from(text), 1, &next_id, &files[count++]));
    if (rules->diags.error_count) return AV_ERR_INPUT;
    return av_check_program(&rules->diags, &rules->sources, files, count, false, &rules->host, &rules->program);
}

void av_rules_compile(av_rules *rules, const char *text) {
    av_alloc host = av_alloc_default();
    if (av_rules_try(rules, &host, text) == AV_OK) return;
    av_buf shown;
    av_buf_init(&shown, &host, 0);
    av_diags_render_text(&rules->diags, false, &shown);
    print_error("%.*s\n", AV_TEXT_ARG(av_buf_text(&shown)));
    av_buf_free(&shown);
    fail_msg("the rules of the test do not compile");
}

void av_rules_free(av_rules *rules) {
    av_program_free(rules->program);
    av_arena_free(&rules->arena);
}

uint32_t av_rules_def(const av_rules *rules, const char *name) {
    uint32_t def = av_program_find(rules->program, av_text_from(name));
    if (def == AV_NO_INDEX) fail_msg("there is no definition %s", name);
    return def;
}
