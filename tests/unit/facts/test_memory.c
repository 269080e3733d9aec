/* Every allocation of reading a brief and writing a schema fails once. */
#include "support/brief.h"
#include "support/fail_alloc.h"
#include "support/unit.h"

static const char rules[] =
    "module shop\n"
    "enum Size { Solo \"Solo\"  Few \"2-5\" }\n"
    "record Column { key name: text  kind: text = \"text\"  size: option of int }\n"
    "record Thing { key name: text  columns: list of Column }\n"
    "fact size: Size \"Size\" {}\n"
    "infer size { otherwise Solo because \"small\" confidence high }\n"
    "fact sizes: set of Size \"Sizes\" {}\n"
    "infer sizes { otherwise [] because \"none\" confidence high }\n"
    "fact budget: money \"Budget\" {}\n"
    "infer budget { otherwise USD 0 because \"none\" confidence high }\n"
    "fact things: list of Thing \"Things\" {}\n"
    "infer things { otherwise [] because \"none\" confidence high }\n"
    "fact prompt: text \"Prompt\" { prose \"read\" }\n"
    "infer prompt { otherwise \"\" because \"none\" confidence high }\n"
    "fact people: int \"People\" {}\n"
    "infer people { otherwise 0 because \"none\" confidence high }\n"
    "fact names: list of text \"Names\" {}\n"
    "infer names { otherwise [] because \"none\" confidence high }\n"
    "cue not_so { ahead \"not\" until \",\" }\n"
    "signal people { case n when says \"<n: count> people\" }\n"
    "signal names { case w when says \"called <w: word>\" }\n"
    "fact notes: text \"Notes\" { from \"md\" prose \"read\" }\n"
    "infer notes { otherwise \"\" because \"none\" confidence high }\n";

static const char good[] = "size: &s Solo\nsizes: [*s, 2-5]\nbudget: $5\nthings:\n- name: a\n  "
                           "columns: { x: { size: 3 }, y: }\n- b\nprompt: 5 people, not 6 people, "
                           "7 people called Ann, called Bob\n";
static const char bad[] = "sise: Solo\nsize: Huge\nsizes: [a, b]\nbudget: 5\nthings: { a: { b: c "
                          "}, a: d }\nx\xFF\x01: *n\n";

typedef struct work {
    av_brief *brief;
    av_text text;
    av_status wanted;
    bool whole; /**< the text is the fact `notes` */
} work;

/** The values of these signals are what they capture. */
static av_status first_argument(void *payload, uint32_t proc, const av_value *args, av_value *out) {
    (void)payload;
    (void)proc;
    *out = args[0];
    return AV_OK;
}

static void check_heard(const av_program *program, const av_facts *facts) {
    const av_stated *people = &facts->stated[av_program_find(program, AV_TEXT("people"))];
    const av_stated *names = &facts->stated[av_program_find(program, AV_TEXT("names"))];
    assert_true(people->heard && people->value.as.integer == 5);
    assert_text(people->evidence, "5 people");
    assert_text(people->at, "prompt:1:1");
    assert_int_equal(facts->clash_count, 1);
    assert_int_equal(facts->clashes[0].value.as.integer, 7);
    assert_int_equal(names->value.as.list->count, 2);
    assert_int_equal(names->rule_count, 2);
}

static av_status read_into(av_arena *arena, work *w) {
    av_sources sources;
    av_diags diags;
    uint16_t source;
    AV_TRY(av_sources_init(&sources, arena));
    av_diags_init(&diags, arena, &sources);
    AV_TRY(av_sources_add(&sources, AV_TEXT("brief.facts"), w->text, 0, &source));
    av_facts_options options = av_brief_options(w->brief);
    options.signal = first_argument;
    av_facts facts;
    const av_program *program = w->brief->program;
    const uint32_t notes = av_program_fact_of_file(program, AV_TEXT("x.md"));
    assert_int_not_equal(notes, AV_NO_INDEX);
    av_status status =
        w->whole ? av_facts_read_whole(arena, program, &diags, source, notes, &options, &facts)
                 : av_facts_read(arena, program, &diags, source, &options, &facts);
    if (status == AV_ERR_MEMORY) return status;
    assert_int_equal(status, w->wanted);
    if (status == AV_OK && !w->whole) check_heard(program, &facts);
    return AV_OK;
}

static av_status read_scenario(const av_alloc *host, void *context) {
    av_arena arena;
    av_arena_init(&arena, host, 0);
    av_status status = read_into(&arena, context);
    av_arena_free(&arena);
    return status;
}

static av_status schema_scenario(const av_alloc *host, void *context) {
    av_buf out;
    av_buf_init(&out, host, 0);
    av_status status = av_facts_schema(((work *)context)->brief->program, NULL, &out);
    av_buf_free(&out);
    return status;
}

static void test_every_allocation(void **unused) {
    (void)unused;
    av_brief brief;
    av_brief_open(&brief, rules);
    work w = {&brief, AV_TEXT(good), AV_OK, false};
    av_fail_each(read_scenario, &w);
    w = (work){&brief, AV_TEXT(bad), AV_ERR_INPUT, false};
    av_fail_each(read_scenario, &w);
    w = (work){&brief, AV_TEXT(good), AV_OK, true};
    av_fail_each(read_scenario, &w);
    w = (work){&brief, AV_TEXT(bad), AV_ERR_INPUT, true};
    av_fail_each(read_scenario, &w);
    av_fail_each(schema_scenario, &w);
    av_brief_close(&brief);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_allocation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
