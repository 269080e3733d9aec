/* archvm.h from the outside: what each function promises, at its edges. */
#include <stdlib.h>
#include <string.h>

#include "archvm.h"
#include "support/fail_alloc.h"
#include "support/unit.h"

static const char rules[] =
    "module shop\n"
    "enum Size ordered { Small \"small\" Large \"very large\" }\n"
    "enum Region { Here Abroad }\n"
    "fact users: int \"Users\" { ask \"How many?\" }\n"
    "infer users { otherwise 10 as few because \"most start so\" confidence medium risk \"slow\" "
    "}\n"
    "fact budget: money \"Budget\" { ask \"How much?\" }\n"
    "infer budget { otherwise USD 12.50 as cheap because \"a start\" confidence low risk \"none\" "
    "}\n"
    "fact regions: set of Region \"Regions\" { ask \"Where?\" }\n"
    "infer regions { otherwise [Here] as near because \"at home\" confidence low risk \"none\" }\n"
    "const rate: decimal = 0.25 because \"the law\"\n"
    "const nobody: option of int = none\n"
    "func twice(n: int): int = n * 2\n"
    "decision size: Size \"Size\" {\n"
    "  case Large when users > 100 because \"{users} users\" rejected \"too few users\"\n"
    "  otherwise Small because \"enough\"\n"
    "}\n"
    "conflict crowd { between users, budget when users > 500 and budget < USD 100\n"
    "  tension \"many users, little money\" impact high binds budget effect \"users wait\" }\n"
    "record Item { key name: text cost: money note: option of text = none }\n"
    "collection items: Item \"Items\"\n"
    "derive items/base { box { cost: USD 3 } bag { cost: USD 1.05 note: \"soft\" } }\n"
    "check enough \"Enough users\" { item \"C-1\" require users > 0 else \"{users} users\" }\n"
    "section body \"Body\" { \"\"\"Size {size}.\"\"\" }\n"
    "document page \"Page\" { to \"PAGE.md\" sections body }\n"
    "emit list { to \"items.json\" format json value items }\n";
static const char tests[] = "module shop_test\n"
                            "use shop\n"
                            "test \"many\" { given { users: 200 } expect size == Large }\n"
                            "test \"wrong\" { given { users: 2 } expect size == Large }\n";

static archvm_text text(const char *nul_ended) {
    return (archvm_text){nul_ended, strlen(nul_ended)};
}

static av_text inner(archvm_text t) {
    return (av_text){t.ptr, t.len};
}

static bool has(archvm_text t, const char *part) {
    return av_text_find(inner(t), av_text_from(part), 0) != SIZE_MAX;
}

/** An engine with the program above, loaded with its tests, and a run over `brief`. */
typedef struct shop {
    archvm_engine *engine;
    archvm_program *program;
    archvm_facts *facts;
    archvm_run *run;
} shop;

static void open_shop(shop *s, const char *brief) {
    const archvm_source sources[] = {
        {text("rules/shop.arch"), text(rules), 0, 0},
        {text("rules/shop_test.arch"), text(tests), 0, 0},
    };
    archvm_load_options options = ARCHVM_LOAD_OPTIONS_INIT;
    options.with_tests = 1;
    archvm_report *report;
    s->engine = archvm_engine_new(NULL);
    assert_non_null(s->engine);
    const archvm_status loaded =
        archvm_program_load(s->engine, sources, 2, &options, &s->program, &report);
    if (loaded != ARCHVM_OK) {
        archvm_text t;
        assert_int_equal(archvm_report_render(s->engine, report, ARCHVM_STYLE_TEXT, &t), ARCHVM_OK);
        fail_msg("%.*s", (int)t.len, t.ptr);
    }
    archvm_report_free(report);
    assert_int_equal(
        archvm_facts_read(s->program, text("brief.facts"), text(brief), NULL, &s->facts, &report),
        ARCHVM_OK);
    assert_null(report);
    assert_int_equal(archvm_run_new(s->program, s->facts, NULL, &s->run), ARCHVM_OK);
}

static void close_shop(shop *s) {
    archvm_run_free(s->run);
    archvm_facts_free(s->facts);
    archvm_program_free(s->program);
    archvm_engine_free(s->engine);
}

static void assert_has(archvm_text t, const char *part) {
    if (!has(t, part)) fail_msg("`%s` is not in:\n%.*s", part, (int)t.len, t.ptr);
}

/* ---- values */

static void values_are_typed(void **state) {
    (void)state;
    shop s;
    open_shop(&s, "users: 200\nregions: [Here, Abroad]\n");
    archvm_value v, item;
    archvm_text t;
    int64_t number = -1;
    assert_int_equal(archvm_run_value(s.run, text("users"), &v), ARCHVM_OK);
    assert_int_equal(archvm_value_kind(v), ARCHVM_INT);
    assert_int_equal(archvm_value_int(v, &number), ARCHVM_OK);
    assert_int_equal(number, 200);
    assert_int_equal(archvm_value_text(s.run, v, &t), ARCHVM_ERR_ARGUMENT);
    unsigned scale = 9;
    assert_int_equal(archvm_value_decimal(v, &number, &scale), ARCHVM_OK);
    assert_int_equal(scale, 0);

    assert_int_equal(archvm_run_value(s.run, text("size"), &v), ARCHVM_OK);
    assert_int_equal(archvm_value_kind(v), ARCHVM_ENUM);
    assert_int_equal(archvm_value_text(s.run, v, &t), ARCHVM_OK);
    assert_text(inner(t), "very large");

    char currency[4];
    assert_int_equal(archvm_run_value(s.run, text("budget"), &v), ARCHVM_OK);
    assert_int_equal(archvm_value_money(v, &number, currency), ARCHVM_OK);
    assert_int_equal(number, 1250);
    assert_string_equal(currency, "USD");

    assert_int_equal(archvm_run_value(s.run, text("rate"), &v), ARCHVM_OK);
    assert_int_equal(archvm_value_decimal(v, &number, &scale), ARCHVM_OK);
    assert_int_equal(number, 25);
    assert_int_equal(scale, 2);

    assert_int_equal(archvm_run_value(s.run, text("nobody"), &v), ARCHVM_OK);
    assert_int_equal(archvm_value_kind(v), ARCHVM_NONE);

    int raised = -1;
    assert_int_equal(archvm_run_value(s.run, text("crowd"), &v), ARCHVM_OK);
    assert_int_equal(archvm_value_bool(v, &raised), ARCHVM_OK);
    assert_int_equal(raised, 0);

    assert_int_equal(archvm_run_value(s.run, text("regions"), &v), ARCHVM_OK);
    assert_int_equal(archvm_value_count(v), 2);
    assert_int_equal(archvm_value_item(s.run, v, 1, &item), ARCHVM_OK);
    assert_int_equal(archvm_value_text(s.run, item, &t), ARCHVM_OK);
    assert_text(inner(t), "Abroad");
    assert_int_equal(archvm_value_item(s.run, v, 2, &item), ARCHVM_ERR_NOT_FOUND);

    assert_int_equal(archvm_run_value(s.run, text("items"), &v), ARCHVM_OK);
    assert_int_equal(archvm_value_kind(v), ARCHVM_LIST);
    assert_int_equal(archvm_value_item(s.run, v, 1, &item), ARCHVM_OK);
    assert_int_equal(archvm_value_kind(item), ARCHVM_RECORD);
    assert_int_equal(archvm_value_count(item), 3);
    assert_int_equal(archvm_value_field_name(s.run, item, 2, &t), ARCHVM_OK);
    assert_text(inner(t), "note");
    assert_int_equal(archvm_value_field(s.run, item, text("note"), &v), ARCHVM_OK);
    assert_int_equal(archvm_value_text(s.run, v, &t), ARCHVM_OK);
    assert_text(inner(t), "soft");
    assert_int_equal(archvm_value_field(s.run, item, text("colour"), &v), ARCHVM_ERR_NOT_FOUND);
    assert_int_equal(archvm_value_json(s.run, item, &t), ARCHVM_OK);
    assert_text(
        inner(t),
        "{\"name\":\"bag\",\"cost\":{\"amount\":105,\"currency\":\"USD\"},\"note\":\"soft\"}");
    archvm_text_free(s.engine, &t);
    assert_null(t.ptr);
    close_shop(&s);
}

static void names_without_a_value_are_not_found(void **state) {
    (void)state;
    static const char *const names[] = {"",     "user",   "twice", "page", "body",
                                        "list", "enough", "Size",  "many"};
    shop s;
    open_shop(&s, "users: 2");
    archvm_value v;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (archvm_run_value(s.run, text(names[i]), &v) != ARCHVM_ERR_NOT_FOUND)
            fail_msg("%s", names[i]);
    close_shop(&s);
}

/* ---- reasons */

static void traces_say_why(void **state) {
    (void)state;
    shop s;
    open_shop(&s, "users: 2");
    archvm_text t;
    assert_int_equal(archvm_run_trace(s.run, text("size"), &t), ARCHVM_OK);
    assert_has(t, "\"rule\": \"size/otherwise\"");
    assert_has(t, "\"option\": \"very large\"");
    archvm_text_free(s.engine, &t);
    assert_int_equal(archvm_run_trace(s.run, text("users"), &t), ARCHVM_OK);
    assert_has(t, "\"at\": \"brief.facts:1:8\"");
    archvm_text_free(s.engine, &t);
    assert_int_equal(archvm_run_trace(s.run, text("enough"), &t), ARCHVM_OK);
    assert_has(t, "\"status\": \"pass\"");
    archvm_text_free(s.engine, &t);
    assert_int_equal(archvm_run_trace(s.run, text("crowd"), &t), ARCHVM_OK);
    assert_text(inner(t), "null\n");
    archvm_text_free(s.engine, &t);
    assert_int_equal(archvm_run_trace(s.run, text("twice"), &t), ARCHVM_ERR_NOT_FOUND);
    assert_null(t.ptr);
    close_shop(&s);
}

/* ---- output */

static void output_is_in_memory_with_its_origins(void **state) {
    (void)state;
    shop s;
    open_shop(&s, "users: 2");
    archvm_output *output;
    archvm_artifact a;
    archvm_origin origin;
    assert_int_equal(archvm_run_emit(s.run, NULL, &output), ARCHVM_OK);
    assert_int_equal(archvm_output_count(output), 2);
    assert_int_equal(archvm_output_artifact(output, 0, &a), ARCHVM_OK);
    assert_text(inner(a.path), "PAGE.md");
    assert_text(inner(a.format), "markdown");
    assert_text(inner(a.bytes), "# Page\n\n## Body\n\nSize small.\n");
    assert_int_equal(archvm_output_origin(output, 0, 5, &origin), ARCHVM_OK);
    assert_text(inner(origin.definition), "body");
    assert_text(inner(origin.path), "rules/shop.arch");
    assert_int_equal(origin.line, 23);
    assert_int_equal(archvm_output_origin(output, 0, 6, &origin), ARCHVM_ERR_NOT_FOUND);
    assert_int_equal(archvm_output_origin(output, 0, 0, &origin), ARCHVM_ERR_NOT_FOUND);
    assert_int_equal(archvm_output_artifact(output, 2, &a), ARCHVM_ERR_NOT_FOUND);
    archvm_text map;
    assert_int_equal(archvm_output_map(output, &map), ARCHVM_OK);
    assert_has(map, "\"facts\"");
    archvm_text_free(s.engine, &map);
    archvm_output_free(output);

    archvm_emit_options options = ARCHVM_EMIT_OPTIONS_INIT;
    options.name = text("list");
    assert_int_equal(archvm_run_emit(s.run, &options, &output), ARCHVM_OK);
    assert_int_equal(archvm_output_count(output), 1);
    archvm_output_free(output);
    options.name = text("body");
    assert_int_equal(archvm_run_emit(s.run, &options, &output), ARCHVM_ERR_NOT_FOUND);
    assert_null(output);
    close_shop(&s);
}

static void the_gate_stops_output_unless_a_draft_is_wanted(void **state) {
    (void)state;
    shop s;
    open_shop(&s, "users: 0");
    archvm_output *output;
    archvm_gate gate;
    archvm_text t;
    assert_int_equal(archvm_run_gate(s.run, &gate), ARCHVM_OK);
    assert_int_equal(gate.failed, 1);
    assert_int_equal(archvm_run_emit(s.run, NULL, &output), ARCHVM_ERR_GATE);
    assert_null(output);
    assert_int_equal(archvm_run_failures(s.run, &t), ARCHVM_OK);
    assert_text(inner(t), "  1. C-1 Enough users\n       0 users\n");
    archvm_text_free(s.engine, &t);

    archvm_emit_options options = ARCHVM_EMIT_OPTIONS_INIT;
    options.draft = 1;
    archvm_artifact a;
    archvm_origin origin;
    assert_int_equal(archvm_run_emit(s.run, &options, &output), ARCHVM_OK);
    assert_int_equal(archvm_output_artifact(output, 0, &a), ARCHVM_OK);
    assert_text(inner(a.bytes),
                "# Page\n\n> **Unverified draft.** 1 check fails:\n>\n> - Enough users: 0 users\n\n"
                "## Body\n\nSize small.\n");
    /* The note has no origin; what follows keeps its own. */
    assert_int_equal(archvm_output_origin(output, 0, 3, &origin), ARCHVM_ERR_NOT_FOUND);
    assert_int_equal(archvm_output_origin(output, 0, 9, &origin), ARCHVM_OK);
    assert_text(inner(origin.definition), "body");
    archvm_output_free(output);
    close_shop(&s);
}

/* ---- mistakes */

static void mistakes_come_as_reports(void **state) {
    (void)state;
    archvm_engine *engine = archvm_engine_new(NULL);
    const archvm_source wrong = {text("w.arch"),
                                 text("module w\nconst a: Nothing = 1\nconst b: int = c\n"), 0, 0};
    archvm_program *program;
    archvm_report *report;
    archvm_text t;
    assert_int_equal(archvm_program_load(engine, &wrong, 1, NULL, &program, &report),
                     ARCHVM_ERR_RULES);
    assert_null(program);
    assert_true(archvm_report_errors(report) >= 2);
    assert_int_equal(archvm_report_render(engine, report, ARCHVM_STYLE_PLAIN, &t), ARCHVM_OK);
    assert_has(t, "w.arch:2:10: error: ");
    assert_int_equal(t.ptr[t.len], 0);
    archvm_text_free(engine, &t);
    assert_int_equal(archvm_report_render(engine, report, ARCHVM_STYLE_JSON, &t), ARCHVM_OK);
    assert_int_equal(t.ptr[0], '[');
    archvm_text_free(engine, &t);
    assert_int_equal(archvm_report_render(engine, report, (archvm_style)99, &t),
                     ARCHVM_ERR_ARGUMENT);
    archvm_report_free(report);
    assert_int_equal(archvm_program_load(engine, &wrong, 1, NULL, &program, NULL),
                     ARCHVM_ERR_RULES);
    assert_int_equal(archvm_report_render(engine, NULL, ARCHVM_STYLE_TEXT, &t), ARCHVM_OK);
    assert_int_equal(t.len, 0);
    archvm_text_free(engine, &t);
    archvm_engine_free(engine);

    shop s;
    open_shop(&s, "");
    archvm_facts *facts;
    assert_int_equal(
        archvm_facts_read(s.program, text("b"), text("uses: 1\nusers: x\n"), NULL, &facts, &report),
        ARCHVM_ERR_FACTS);
    assert_null(facts);
    assert_int_equal(archvm_report_errors(report), 2);
    archvm_facts_options options = ARCHVM_FACTS_OPTIONS_INIT;
    options.lines_before = 41;
    archvm_report_free(report);
    assert_int_equal(
        archvm_facts_read(s.program, text("b"), text("users: x"), &options, &facts, &report),
        ARCHVM_ERR_FACTS);
    /* A report outlives what it is about. */
    close_shop(&(shop){.program = s.program, .facts = s.facts, .run = s.run});
    assert_int_equal(archvm_report_render(s.engine, report, ARCHVM_STYLE_PLAIN, &t), ARCHVM_OK);
    assert_has(t, "b:42:8: error: ");
    archvm_text_free(s.engine, &t);
    archvm_report_free(report);
    archvm_engine_free(s.engine);
}

static void a_spent_budget_names_the_rule(void **state) {
    (void)state;
    shop s;
    open_shop(&s, "users: 2");
    archvm_run_free(s.run);
    archvm_run_options options = ARCHVM_RUN_OPTIONS_INIT;
    options.steps = 2;
    archvm_text t;
    assert_int_equal(archvm_run_new(s.program, s.facts, &options, &s.run), ARCHVM_OK);
    assert_null(archvm_run_error(s.run));
    assert_int_equal(archvm_run_json(s.run, 0, &t), ARCHVM_ERR_RUN);
    assert_null(t.ptr);
    archvm_report *report = archvm_run_error(s.run);
    assert_non_null(report);
    assert_int_equal(archvm_report_render(s.engine, report, ARCHVM_STYLE_TEXT, &t), ARCHVM_OK);
    assert_has(t, "E0906");
    assert_has(t, "found while evaluating ");
    archvm_text_free(s.engine, &t);
    archvm_report_free(report);
    close_shop(&s);
}

/* ---- programs */

static int count_each(void *payload, const archvm_test_result *result) {
    size_t *calls = payload;
    ++*calls;
    if (!result->passed)
        assert_has(result->message, "found: Small on the left, Large on the right");
    return 0;
}

static int stop_at_once(void *payload, const archvm_test_result *result) {
    (void)payload;
    (void)result;
    return 1;
}

static void tests_are_run_and_told(void **state) {
    (void)state;
    shop s;
    open_shop(&s, "");
    size_t calls = 0;
    archvm_test_summary summary;
    archvm_test_options options = ARCHVM_TEST_OPTIONS_INIT;
    options.each = count_each;
    options.payload = &calls;
    assert_int_equal(archvm_program_test(s.program, &options, &summary), ARCHVM_OK);
    assert_int_equal(calls, 2);
    assert_int_equal(summary.passed, 1);
    assert_int_equal(summary.failed, 1);
    options.pattern = text("man");
    assert_int_equal(archvm_program_test(s.program, &options, &summary), ARCHVM_OK);
    assert_int_equal(summary.skipped, 1);
    options.each = stop_at_once;
    assert_int_equal(archvm_program_test(s.program, &options, &summary), ARCHVM_ERR_CANCELLED);
    assert_int_equal(archvm_program_test(s.program, NULL, NULL), ARCHVM_OK);
    close_shop(&s);
}

static void the_order_of_sources_does_not_matter(void **state) {
    (void)state;
    const archvm_source ab[] = {{text("a.arch"), text("module a const x: int = 1"), 0, 0},
                                {text("b.arch"), text("module b const y: int = 2"), 0, 0},
                                {text("c.arch"), text("module c override const x: int = 3"), 1, 0}};
    const archvm_source ba[] = {ab[2], ab[1], ab[0]};
    archvm_engine *engine = archvm_engine_new(NULL);
    archvm_program *first, *second;
    archvm_report *report;
    archvm_change change;
    assert_int_equal(archvm_program_load(engine, ab, 3, NULL, &first, &report), ARCHVM_OK);
    archvm_report_free(report);
    assert_int_equal(archvm_program_load(engine, ba, 3, NULL, &second, &report), ARCHVM_OK);
    archvm_report_free(report);
    assert_int_equal(archvm_program_hash(first).len, 32);
    assert_memory_equal(archvm_program_hash(first).ptr, archvm_program_hash(second).ptr, 32);
    assert_int_equal(archvm_program_changes(first), 1);
    assert_int_equal(archvm_program_change(first, 0, &change), ARCHVM_OK);
    assert_text(inner(change.by_path), "c.arch");
    assert_int_equal(archvm_program_change(first, 1, &change), ARCHVM_ERR_NOT_FOUND);
    archvm_program_free(first);
    archvm_program_free(second);
    archvm_engine_free(engine);
}

static void definitions_are_listed(void **state) {
    (void)state;
    shop s;
    open_shop(&s, "");
    size_t facts = 0, documents = 0;
    archvm_definition d;
    for (size_t i = 0; i < archvm_program_definitions(s.program); i++) {
        assert_int_equal(archvm_program_definition(s.program, i, &d), ARCHVM_OK);
        facts += d.kind == ARCHVM_FACT;
        documents += d.kind == ARCHVM_DOCUMENT;
    }
    assert_int_equal(facts, 3);
    assert_int_equal(documents, 1);
    assert_int_equal(
        archvm_program_definition(s.program, archvm_program_definitions(s.program), &d),
        ARCHVM_ERR_NOT_FOUND);
    archvm_text t;
    assert_int_equal(archvm_program_schema(s.program, &t), ARCHVM_OK);
    assert_has(t, "How many?");
    archvm_text_free(s.engine, &t);
    assert_int_equal(archvm_program_disassemble(s.program, text("size/Large"), &t), ARCHVM_OK);
    assert_true(t.len > 0);
    archvm_text_free(s.engine, &t);
    assert_int_equal(archvm_program_disassemble(s.program, text("nothing"), &t),
                     ARCHVM_ERR_NOT_FOUND);
    close_shop(&s);
}

static void rule_files_have_one_layout(void **state) {
    (void)state;
    archvm_engine *engine = archvm_engine_new(NULL);
    archvm_text t;
    archvm_report *report;
    assert_int_equal(
        archvm_format(engine, text("a.arch"), text("module a const x:int=1"), &t, &report),
        ARCHVM_OK);
    assert_text(inner(t), "module a\n\nconst x: int = 1\n");
    archvm_text_free(engine, &t);
    assert_int_equal(archvm_format(engine, text("a.arch"), text("const = ="), &t, &report),
                     ARCHVM_ERR_RULES);
    assert_null(t.ptr);
    assert_true(archvm_report_errors(report) > 0);
    archvm_report_free(report);
    archvm_engine_free(engine);
}

static void damaged_images_are_refused(void **state) {
    (void)state;
    shop s;
    open_shop(&s, "users: 2");
    archvm_text image;
    archvm_report *report;
    archvm_program *again;
    assert_int_equal(archvm_program_save(s.program, &image), ARCHVM_OK);
    for (size_t cut = 0; cut < image.len; cut += 1 + image.len / 97) {
        const archvm_text part = {image.ptr, cut};
        assert_int_equal(
            archvm_program_load_image(s.engine, text("x.archc"), part, &again, &report),
            ARCHVM_ERR_IMAGE);
        assert_null(again);
        assert_int_equal(archvm_report_errors(report), 1);
        archvm_report_free(report);
    }
    assert_int_equal(archvm_program_load_image(s.engine, text("x.archc"), image, &again, &report),
                     ARCHVM_OK);
    assert_null(report);
    archvm_text second;
    assert_int_equal(archvm_program_save(again, &second), ARCHVM_OK);
    assert_int_equal(second.len, image.len);
    assert_memory_equal(second.ptr, image.ptr, image.len);
    archvm_text_free(s.engine, &second);
    archvm_text_free(s.engine, &image);
    archvm_program_free(again);
    close_shop(&s);
}

/* ---- arguments */

static void missing_arguments_are_refused(void **state) {
    (void)state;
    archvm_engine *engine = archvm_engine_new(NULL);
    archvm_program *program = (archvm_program *)&engine;
    archvm_facts *facts;
    archvm_run *run;
    archvm_output *output;
    archvm_text t;
    archvm_value v;
    assert_int_equal(archvm_program_load(NULL, NULL, 0, NULL, &program, NULL), ARCHVM_ERR_ARGUMENT);
    assert_null(program);
    assert_int_equal(archvm_program_load(engine, NULL, 1, NULL, &program, NULL),
                     ARCHVM_ERR_ARGUMENT);
    assert_int_equal(archvm_program_load(engine, NULL, 0, NULL, NULL, NULL), ARCHVM_ERR_ARGUMENT);
    archvm_load_options load = {.size = 1};
    assert_int_equal(archvm_program_load(engine, NULL, 0, &load, &program, NULL),
                     ARCHVM_ERR_ARGUMENT);
    load.size = sizeof load + 8;
    assert_int_equal(archvm_program_load(engine, NULL, 0, &load, &program, NULL),
                     ARCHVM_ERR_ARGUMENT);
    /* An older host's struct is shorter. */
    load.size = sizeof(size_t);
    assert_int_equal(archvm_program_load(engine, NULL, 0, &load, &program, NULL), ARCHVM_OK);
    archvm_program_free(program);
    assert_int_equal(archvm_facts_read(NULL, text(""), text(""), NULL, &facts, NULL),
                     ARCHVM_ERR_ARGUMENT);
    assert_int_equal(archvm_run_new(NULL, NULL, NULL, &run), ARCHVM_ERR_ARGUMENT);
    assert_int_equal(archvm_run_value(NULL, text("a"), &v), ARCHVM_ERR_ARGUMENT);
    assert_int_equal(archvm_run_json(NULL, 0, &t), ARCHVM_ERR_ARGUMENT);
    assert_int_equal(archvm_run_gate(NULL, NULL), ARCHVM_ERR_ARGUMENT);
    assert_int_equal(archvm_run_emit(NULL, NULL, &output), ARCHVM_ERR_ARGUMENT);
    assert_int_equal(archvm_output_count(NULL), 0);
    assert_int_equal(archvm_program_definitions(NULL), 0);
    assert_int_equal(archvm_program_hash(NULL).len, 0);
    assert_int_equal(archvm_report_errors(NULL), 0);
    assert_null(archvm_run_error(NULL));
    archvm_run_free(NULL);
    archvm_facts_free(NULL);
    archvm_program_free(NULL);
    archvm_report_free(NULL);
    archvm_output_free(NULL);
    archvm_text_free(NULL, NULL);
    archvm_engine_free(engine);
    archvm_engine_free(NULL);
    for (int i = 0; i <= ARCHVM_ERR_ARGUMENT; i++)
        assert_true(strlen(archvm_status_text((archvm_status)i)) > 5);
    assert_string_equal(archvm_status_text((archvm_status)1000), "unknown status");
}

/* ---- memory */

static av_status status_of(archvm_status status) {
    return status == ARCHVM_OK ? AV_OK : status == ARCHVM_ERR_MEMORY ? AV_ERR_MEMORY : AV_ERR_RUN;
}

static archvm_status use_run(archvm_engine *engine, archvm_run *run) {
    archvm_text json = {NULL, 0};
    archvm_output *output = NULL;
    archvm_status status = archvm_run_json(run, 0, &json);
    archvm_text_free(engine, &json);
    if (status == ARCHVM_OK) status = archvm_run_emit(run, NULL, &output);
    archvm_output_free(output);
    return status;
}

static archvm_status use_program(archvm_engine *engine, archvm_program *program) {
    archvm_facts *facts = NULL;
    archvm_run *run = NULL;
    archvm_text image = {NULL, 0};
    archvm_program *again = NULL;
    archvm_status status =
        archvm_facts_read(program, text("b"), text("users: 2"), NULL, &facts, NULL);
    if (status == ARCHVM_OK) status = archvm_run_new(program, facts, NULL, &run);
    if (status == ARCHVM_OK) status = use_run(engine, run);
    if (status == ARCHVM_OK) status = archvm_program_test(program, NULL, NULL);
    if (status == ARCHVM_OK) status = archvm_program_save(program, &image);
    if (status == ARCHVM_OK)
        status = archvm_program_load_image(engine, text("i"), image, &again, NULL);
    archvm_program_free(again);
    archvm_text_free(engine, &image);
    archvm_run_free(run);
    archvm_facts_free(facts);
    return status;
}

static av_status everything(const av_alloc *host, void *context) {
    (void)context;
    archvm_engine_options options = ARCHVM_ENGINE_OPTIONS_INIT;
    options.realloc_fn = host->call;
    options.payload = host->payload;
    archvm_engine *engine = archvm_engine_new(&options);
    if (engine == NULL) return AV_ERR_MEMORY;
    const archvm_source sources[] = {
        {text("shop.arch"), text(rules), 0, 0},
        {text("shop_test.arch"), text(tests), 0, 0},
    };
    archvm_load_options load = ARCHVM_LOAD_OPTIONS_INIT;
    load.with_tests = 1;
    archvm_program *program = NULL;
    archvm_status status = archvm_program_load(engine, sources, 2, &load, &program, NULL);
    if (status == ARCHVM_OK) status = use_program(engine, program);
    archvm_program_free(program);
    archvm_engine_free(engine);
    return status_of(status);
}

static void no_allocation_is_taken_for_granted(void **state) {
    (void)state;
    av_fail_each(everything, NULL);
}

int main(void) {
    const struct CMUnitTest all[] = {
        cmocka_unit_test(values_are_typed),
        cmocka_unit_test(names_without_a_value_are_not_found),
        cmocka_unit_test(traces_say_why),
        cmocka_unit_test(output_is_in_memory_with_its_origins),
        cmocka_unit_test(the_gate_stops_output_unless_a_draft_is_wanted),
        cmocka_unit_test(mistakes_come_as_reports),
        cmocka_unit_test(a_spent_budget_names_the_rule),
        cmocka_unit_test(tests_are_run_and_told),
        cmocka_unit_test(the_order_of_sources_does_not_matter),
        cmocka_unit_test(definitions_are_listed),
        cmocka_unit_test(rule_files_have_one_layout),
        cmocka_unit_test(damaged_images_are_refused),
        cmocka_unit_test(missing_arguments_are_refused),
        cmocka_unit_test(no_allocation_is_taken_for_granted),
    };
    return cmocka_run_group_tests(all, NULL, NULL);
}
