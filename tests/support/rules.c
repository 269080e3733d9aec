#include "support/rules.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/embedded.h"
#include "code/code.h"
#include "engine/stdlib.h"
#include "sema/sema.h"
#include "support/unit.h"

enum { FILES_MOST = 2000, PATH_MOST = 500, ARENA_BYTES = 64 * 1024 * 1024 };

static av_status add(av_rules *rules, av_text path, av_text text, uint32_t layer, uint32_t *next_id,
                     av_syntax *file) {
    uint16_t source;
    AV_TRY(av_sources_add(&rules->sources, path, text, layer, &source));
    rules->sources.items[source].standard_library = layer == 0;
    return av_parse(&rules->arena, &rules->diags, source, next_id, file);
}

static av_status start(av_rules *rules, const av_alloc *host, av_syntax *files, size_t *count,
                       uint32_t *next_id) {
    *rules = (av_rules){.host = *host};
    av_arena_init(&rules->arena, &rules->host, ARENA_BYTES);
    AV_TRY(av_sources_init(&rules->sources, &rules->arena));
    av_diags_init(&rules->diags, &rules->arena, &rules->sources);
    for (size_t i = 0; i < av_stdlib_file_count && *count < FILES_MOST - 1; i++) {
        const av_embedded_file *f = &av_stdlib_files[i];
        av_text text = {(const char *)f->bytes, f->length};
        AV_TRY(add(rules, av_text_from(f->path), text, 0, next_id, &files[(*count)++]));
    }
    return AV_OK;
}

av_status av_rules_try(av_rules *rules, const av_alloc *host, const char *text) {
    av_syntax files[FILES_MOST];
    uint32_t next_id = 0;
    size_t count = 0;
    AV_TRY(start(rules, host, files, &count, &next_id));
    AV_TRY(add(rules, AV_TEXT("test.arch"), av_text_from(text), 1, &next_id, &files[count++]));
    if (rules->diags.error_count) return AV_ERR_INPUT;
    return av_check_program(&rules->diags, &rules->sources, files, count, &(av_check_options){0},
                            &rules->host, AV_ALONE, &rules->program);
}

static void expect_no_mistakes(av_rules *rules, av_status status) {
    if (status == AV_OK) return;
    av_buf shown;
    av_buf_init(&shown, &rules->host, 0);
    av_diags_render_text(&rules->diags, false, &shown);
    print_error("%.*s\n", AV_TEXT_ARG(av_buf_text(&shown)));
    av_buf_free(&shown);
    fail_msg("the rules of the test do not compile");
}

void av_rules_compile(av_rules *rules, const char *text) {
    av_alloc host = av_alloc_default();
    expect_no_mistakes(rules, av_rules_try(rules, &host, text));
}

/* Paths of the rule files below a folder; tests are left out. */
static void gather(const char *folder, bool with_tests, char (*paths)[PATH_MOST], size_t *count) {
    DIR *dir = opendir(folder);
    if (!dir) fail_msg("cannot read the folder %s", folder);
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        char path[PATH_MOST];
        size_t len = strlen(e->d_name);
        if (e->d_name[0] == '.') continue;
        assert_true(snprintf(path, sizeof path, "%s/%s", folder, e->d_name) < PATH_MOST);
        if (!strchr(e->d_name, '.')) gather(path, with_tests, paths, count);
        if (len < 5 || strcmp(e->d_name + len - 5, ".arch") != 0) continue;
        if (!with_tests && len >= 10 && strcmp(e->d_name + len - 10, "_test.arch") == 0) continue;
        assert_true(*count < FILES_MOST);
        memcpy(paths[(*count)++], path, sizeof path);
    }
    (void)closedir(dir);
}

static int by_path(const void *a, const void *b) {
    return strcmp(a, b);
}

static av_status add_file(av_rules *rules, const char *path, uint32_t *next_id, av_syntax *file) {
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    char *bytes = malloc(AV_SOURCE_BYTES);
    assert_non_null(bytes);
    size_t size = fread(bytes, 1, AV_SOURCE_BYTES, in);
    (void)fclose(in);
    av_status status = add(rules, av_text_from(path), (av_text){bytes, size}, 1, next_id, file);
    free(bytes);
    return status;
}

void av_rules_compile_folder(av_rules *rules, const char *folder, bool with_tests) {
    static char paths[FILES_MOST][PATH_MOST];
    static av_syntax files[FILES_MOST];
    av_alloc host = av_alloc_default();
    size_t path_count = 0, count = 0;
    uint32_t next_id = 0;
    gather(folder, with_tests, paths, &path_count);
    qsort(paths, path_count, sizeof paths[0], by_path);
    assert_ok(start(rules, &host, files, &count, &next_id));
    assert_true(count + path_count <= FILES_MOST);
    for (size_t i = 0; i < path_count; i++)
        assert_ok(add_file(rules, paths[i], &next_id, &files[count++]));
    expect_no_mistakes(rules, rules->diags.error_count ? AV_ERR_INPUT : AV_OK);
    expect_no_mistakes(rules, av_check_program(&rules->diags, &rules->sources, files, count,
                                               &(av_check_options){0}, &rules->host, AV_ALONE,
                                               &rules->program));
    expect_no_mistakes(rules, av_generate(rules->program, NULL, &rules->diags, AV_ALONE));
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
