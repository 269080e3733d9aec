/* A program from source: what it contains, and that every allocation on the way may fail. */
#include <stdio.h>
#include <stdlib.h>

#include "sema/sema.h"
#include "support/fail_alloc.h"
#include "support/unit.h"

/* The standard library's module that every program contains, and one of everything the language has. */
static av_text read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *bytes = malloc(1 << 20);
    assert_non_null(bytes);
    size_t len = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return (av_text){bytes, len};
}

typedef struct texts {
    av_text model, rules;
} texts;

static av_status compile(const av_alloc *host, const texts *t, av_arena *arena, av_diags *diags,
                         av_sources *sources, av_program **out) {
    static av_syntax files[2];
    uint32_t next_id = 0;
    uint16_t index = 0;
    *out = NULL;
    av_diags_init(diags, arena, sources);
    AV_TRY(av_sources_init(sources, arena));
    AV_TRY(av_sources_add(sources, AV_TEXT("std/model.arch"), t->model, 0, &index));
    AV_TRY(av_parse(arena, diags, index, &next_id, &files[0]));
    AV_TRY(av_sources_add(sources, AV_TEXT("rules.arch"), t->rules, 1, &index));
    AV_TRY(av_parse(arena, diags, index, &next_id, &files[1]));
    return av_check_program(diags, sources, files, 2, &(av_check_options){.analyse = true}, host,
                            AV_ALONE, out);
}

static av_status scenario(const av_alloc *host, void *context) {
    av_arena arena;
    av_sources sources;
    av_diags diags;
    av_program *program = NULL;
    av_arena_init(&arena, host, 0);
    av_status status = compile(host, context, &arena, &diags, &sources, &program);
    if (status == AV_OK) assert_true(program->def_count > 20);
    av_program_free(program);
    av_arena_free(&arena);
    return status;
}

static void every_allocation_may_fail(void **state) {
    av_fail_each(scenario, *state);
}

static const av_def *def_named(const av_program *program, const char *name) {
    uint32_t index = av_program_find(program, av_text_from(name));
    assert_true(index != AV_NO_INDEX);
    return &program->defs[index];
}

static void what_it_contains(void **state) {
    av_alloc host = av_alloc_default();
    av_arena arena;
    av_sources sources;
    av_diags diags;
    av_program *program = NULL;
    av_arena_init(&arena, &host, 0);
    assert_ok(compile(&host, *state, &arena, &diags, &sources, &program));
    assert_int_equal(def_named(program, "team_size")->kind, AV_DEF_FACT);
    assert_int_equal(def_named(program, "solo_scale")->kind, AV_DEF_CONFLICT);
    const av_def *pattern = def_named(program, "pattern");
    assert_int_equal(pattern->rule_count, 3);
    assert_text(program->rules[pattern->first_rule].id, "pattern/Single");
    assert_text(program->rules[pattern->first_rule + 2].id, "pattern/otherwise");
    uint32_t line = av_program_find_rule(program, AV_TEXT("db/Relational/regulated"));
    assert_true(line != AV_NO_INDEX);
    assert_int_equal(program->rules[line].weight, 2);
    assert_true(program->rules[av_program_find_rule(program, AV_TEXT("db/Document/money"))].veto);
    assert_int_equal(def_named(program, "intro")->level, 2);
    assert_int_equal(def_named(program, "why")->level, 3);
    assert_text(def_named(program, "indexed")->item, "A10-17");
    assert_int_equal(program->test_count, 3);
    /* a decision reads what its conditions and reasons name, ascending and once each */
    for (uint32_t i = 1; i < pattern->read_count; i++)
        assert_true(pattern->reads[i - 1] < pattern->reads[i]);
    assert_true(pattern->depth > 0);
    av_program_free(program);
    av_arena_free(&arena);
}

static int set_up(void **state) {
    static texts t;
    t.model = read_file(AV_TEST_SOURCE_DIR "/stdlib/std/model.arch");
    t.rules = read_file(AV_TEST_SOURCE_DIR "/tests/lang/everything.arch");
    *state = &t;
    return 0;
}

static int tear_down(void **state) {
    texts *t = *state;
    free((void *)(uintptr_t)t->model.ptr);
    free((void *)(uintptr_t)t->rules.ptr);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_it_contains),
                                       cmocka_unit_test(every_allocation_may_fail)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
