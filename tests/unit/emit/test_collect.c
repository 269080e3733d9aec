/* All files of a run, from rules: hostile names in each format, paths that collide, texts their
 * readers refuse. */
#include "emit/artifacts.h"
#include "emit/sourcemap.h"
#include "oracle/plain.h"
#include "support/fail_alloc.h"
#include "support/rules.h"
#include "support/unit.h"

#include <jansson.h>
#include <string.h>

#define HOSTILE "x\"; DROP TABLE users;-- | <b>{{"

#define FACTS                                                                                      \
    "module shop\n"                                                                                \
    "record Part { key name: text  note: option of text }\n"                                       \
    "fact product_name: text \"Product\" {}\n"                                                     \
    "infer product_name { otherwise \"x\\\"; DROP TABLE users;-- | <b>{{{{\" because \"none "      \
    "given\" confidence high }\n"                                                                  \
    "fact port: int \"Port\" {}\n"                                                                 \
    "infer port { otherwise 8080 because \"usual\" confidence high }\n"

typedef struct bench {
    av_rules rules;
    av_run *run;
    av_files files;
} bench;

static av_status collect(bench *b, const char *text) {
    av_rules_compile(&b->rules, text);
    b->run = av_run_new(b->rules.program, NULL, &b->rules.host, NULL, av_plain_execute);
    assert_non_null(b->run);
    return av_files_collect(b->run, AV_NO_INDEX, &b->files);
}

static void finish(bench *b) {
    av_run_free(b->run);
    av_rules_free(&b->rules);
}

static const char everything[] =
    FACTS "section overview \"About {product_name}\" {\n"
          "  \"\"\"\n"
          "  {product_name} is `{product_name}`.\n"
          "\n"
          "  | Name | Port |\n"
          "  | --- | --- |\n"
          "  | {product_name} | {port} |\n"
          "\n"
          "  ```sql\n"
          "  select '{product_name}', {port};\n"
          "  ```\n"
          "  \"\"\"\n"
          "}\n"
          "document whole \"{product_name}\" { to \"ALL.md\"  sections overview }\n"
          "emit conf { to \"conf/app.yaml\" format yaml \"\"\"\n"
          "  name: {product_name}\n"
          "  port: {port}\n"
          "  \"\"\" }\n"
          "emit parts { to \"conf/parts.json\" format json value [Part { name: product_name  note: "
          "none }] }\n";

static void test_everything(void **unused) {
    (void)unused;
    bench b;
    assert_ok(collect(&b, everything));
    assert_int_equal(b.files.count, 3);
    assert_text(b.files.items[0].path, "ALL.md");
    assert_text(b.files.items[0].bytes,
                "# x\"; DROP TABLE users;-- | \\<b>{{\n"
                "\n"
                "## About x\"; DROP TABLE users;-- | \\<b>{{\n"
                "\n"
                "x\"; DROP TABLE users;-- | \\<b>{{ is `x\"; DROP TABLE users;-- | <b>{{`.\n"
                "\n"
                "| Name | Port |\n"
                "| --- | --- |\n"
                "| x\"; DROP TABLE users;-- \\| \\<b>{{ | 8080 |\n"
                "\n"
                "```sql\n"
                "select 'x\"; DROP TABLE users;-- | <b>{{', 8080;\n"
                "```\n");
    assert_text(b.files.items[1].bytes,
                "name: \"x\\\"; DROP TABLE users;-- | <b>{{\"\nport: 8080\n");
    assert_text(b.files.items[2].bytes,
                "[\n  {\n    \"name\": \"x\\\"; DROP TABLE users;-- | <b>{{\"\n  }\n]\n");
    finish(&b);
}

/* Each line of the document knows its line in the template and its facts. */
static void test_origins(void **unused) {
    (void)unused;
    bench b;
    assert_ok(collect(&b, everything));
    av_line_origin origin;
    av_arena *arena = av_run_arena(b.run);
    assert_ok(av_sourcemap_line(arena, b.rules.program, &b.files.items[0], 9, &origin));
    assert_int_equal(origin.def, av_rules_def(&b.rules, "overview"));
    assert_int_equal(origin.site.line, 13);
    assert_int_equal(origin.fact_count, 2);
    assert_text(origin.facts[0], "port");
    assert_text(origin.facts[1], "product_name");
    assert_ok(av_sourcemap_line(arena, b.rules.program, &b.files.items[1], 2, &origin));
    assert_int_equal(origin.fact_count, 1);
    av_buf map;
    av_buf_init(&map, &b.rules.host, 0);
    assert_ok(av_sourcemap_write(b.rules.program, &b.files, &map));
    json_t *root = json_loadb(map.ptr, map.len, JSON_REJECT_DUPLICATES, NULL);
    json_t *files = json_object_get(root, "files");
    assert_int_equal(json_object_size(files), 3);
    json_t *lines = json_object_get(files, "ALL.md");
    json_t *last = json_array_get(lines, json_array_size(lines) - 1);
    assert_int_equal(json_integer_value(json_object_get(last, "end")), 13);
    size_t at;
    json_t *entry = NULL;
    json_array_foreach(lines, at,
                       entry) if (json_integer_value(json_object_get(entry, "line")) == 9) break;
    const json_int_t set = json_integer_value(json_object_get(entry, "facts"));
    json_t *facts = json_array_get(json_object_get(root, "fact_sets"), (size_t)set);
    assert_int_equal(json_array_size(facts), 2);
    assert_string_equal(json_string_value(json_array_get(facts, 0)), "port");
    json_decref(root);
    av_buf_free(&map);
    finish(&b);
}

/* Of three bytes, so that a key of them is cut within a character. */
#define EURO "\xE2\x82\xAC"
#define TEN  EURO EURO EURO EURO EURO EURO EURO EURO EURO EURO

static const struct {
    const char *rules, *message;
} refused[] = {
    {FACTS "emit a { to \"x/a.txt\" format plain \"\"\"a\"\"\" }\nemit b { to \"X/A.txt\" format "
           "plain \"\"\"b\"\"\" }\n",
     "`X/A.txt` collides with `x/a.txt`, which `a` writes"},
    {FACTS "emit a { to \"x\" format plain \"\"\"a\"\"\" }\nemit b { to \"x/a.txt\" format plain "
           "\"\"\"b\"\"\" }\n",
     "`x/a.txt` collides with `x`, which `a` writes"},
    {FACTS "emit a { to \"x/a.txt\" format plain \"\"\"a\"\"\" }\nemit b { to \"x\" format plain "
           "\"\"\"b\"\"\" }\n",
     "`x` collides with `x/a.txt`, which `a` writes"},
    {FACTS "emit a { to \"a.json\" format json \"\"\"\n{{ \"a\": 1, \"a\": {port} }}\n\"\"\" }\n",
     "`a.json` is not valid json: line 1"},
    {FACTS "record Entry by key { key name: text  port: int }\n"
           "emit a { to \"a.json\" format json value [Entry { name: \"x\"  port: port }, Entry { "
           "name: \"x\"  port: 1 }] }\n",
     "`a.json` is not valid json: the key `x` stands twice"},
    {FACTS "record Entry by key { key name: text  port: int }\n"
           "emit a { to \"a.yaml\" format yaml value [Entry { name: \"x\"  port: port }, Entry { "
           "name: \"x\"  port: 1 }] }\n",
     "`a.yaml` is not valid yaml: the key `x` stands twice"},
    {FACTS "record Two { one: int  other: option of int as \"one\" }\n"
           "emit a { to \"a.json\" format json value Two { one: port  other: 1 } }\n",
     "`a.json` is not valid json: the key `one` stands twice"},
    {FACTS
     "record Entry by key { key name: text  port: int }\n"
     "emit a { to \"a.json\" format json value [Entry { name: \"x\"  port: port }, Entry { "
     "name: \"x\"  port: 1 }, Entry { name: \"y\"  port: 2 }, Entry { name: \"y\"  port: 3 }] "
     "}\n",
     "`a.json` is not valid json: the key `x` stands twice"},
    {FACTS
     "record Entry by key { key name: text  port: int }\n"
     "const long_key = \"" TEN TEN TEN TEN "\"\n"
     "emit a { to \"a.json\" format json value [Entry { name: long_key  port: port }, Entry { "
     "name: long_key  port: 1 }] }\n",
     "`a.json` is not valid json: the key `" TEN TEN TEN EURO EURO EURO "...` stands twice"},
    {FACTS "emit a { to \"a.yaml\" format yaml \"\"\"\na: [{port}\n\"\"\" }\n",
     "`a.yaml` is not valid yaml: line "},
    {FACTS "emit a { to \"a \" format plain \"\"\"a\"\"\" }\n",
     "`a ` cannot be the path of a file: a part of it"},
    {FACTS "emit a { to \"../{port}\" format plain \"\"\"a\"\"\" }\n", "`../8080`"},
};

static void test_refusals(void **unused) {
    (void)unused;
    for (size_t i = 0; i < AV_COUNT(refused); i++) {
        bench b;
        assert_int_equal(collect(&b, refused[i].rules), AV_ERR_RUN);
        av_text message = av_run_last_error(b.run)->message;
        if (!av_text_starts(message, av_text_from(refused[i].message)))
            fail_msg("%.*s", AV_TEXT_ARG(message));
        finish(&b);
    }
}

static av_status scenario(const av_alloc *host, void *context) {
    const av_program *program = context;
    av_run *run = av_run_new(program, NULL, host, NULL, av_plain_execute);
    if (!run) return AV_ERR_MEMORY;
    av_files files;
    av_status status = av_files_collect(run, AV_NO_INDEX, &files);
    if (status == AV_OK) {
        av_buf map;
        av_buf_init(&map, host, 0);
        status = av_sourcemap_write(program, &files, &map);
        av_buf_free(&map);
    }
    av_run_free(run);
    return status;
}

static void test_every_allocation(void **unused) {
    (void)unused;
    av_rules rules;
    av_rules_compile(&rules, everything);
    av_fail_each(scenario, rules.program);
    av_rules_free(&rules);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything),
        cmocka_unit_test(test_origins),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_every_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
