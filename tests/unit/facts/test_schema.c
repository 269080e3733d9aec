/* The schema's structure; its meaning is tested against real validators in tests/external. */
#include "support/brief.h"
#include "support/unit.h"

#include <jansson.h>
#include <string.h>

static const char rules[] =
    "module shop\n"
    "enum Size ordered { Solo \"Solo\" also \"1\", \"just me\"  UpToFive \"2-5\" }\n"
    "enum Unused { A  B }\n"
    "record Column { key name: text  kind: text = \"text\" }\n"
    "record Thing { key name: text  purpose: text  columns: list of Column  parent: option of "
    "Thing }\n"
    "fact size: Size \"Team size\" { ask \"How many?\" }\n"
    "infer size { otherwise Solo because \"small\" confidence high }\n"
    "fact sizes: set of Size \"Sizes\" {}\n"
    "infer sizes { otherwise [] because \"none\" confidence high }\n"
    "fact level: int 1..5 \"Level\" {}\n"
    "infer level { otherwise 3 because \"middle\" confidence high }\n"
    "fact things: list of Thing \"Things\" {}\n"
    "infer things { otherwise [] because \"none\" confidence high }\n"
    "decision plan: Size \"Plan\" { otherwise Solo because \"always\" }\n";

static av_status ask(void *payload, uint32_t proc, av_text *out) {
    const av_brief *brief = payload;
    *out = *brief->program->procs[proc].tree->value.as.string;
    return AV_OK;
}

/** Every $ref of the schema leads to a definition. */
static size_t check_references(const json_t *defs, const json_t *node) {
    size_t found = 0, index;
    const char *key;
    json_t *child;
    const char *reference = json_string_value(json_object_get(node, "$ref"));
    if (reference) {
        assert_memory_equal(reference, "#/$defs/", 8);
        assert_non_null(json_object_get(defs, reference + 8));
        found++;
    }
    json_object_foreach((json_t *)(uintptr_t)node, key, child) found +=
        check_references(defs, child);
    json_array_foreach(node, index, child) found += check_references(defs, child);
    return found;
}

static void test_structure(void **unused) {
    (void)unused;
    av_brief brief;
    av_brief_open(&brief, rules);
    av_buf out;
    av_buf_init(&out, &brief.host, 0);
    av_facts_options options = {.ask = ask, .payload = &brief};
    assert_ok(av_facts_schema(brief.program, &options, &out));
    assert_int_equal(out.ptr[out.len - 1], '\n');
    json_t *root = json_loadb(out.ptr, out.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    assert_string_equal(json_string_value(json_object_get(root, "$schema")),
                        "https://json-schema.org/draft/2020-12/schema");
    assert_true(json_is_false(json_object_get(root, "additionalProperties")));
    json_t *properties = json_object_get(root, "properties"),
           *defs = json_object_get(root, "$defs");
    assert_int_equal(json_object_size(properties), 4);
    json_t *size = json_object_get(properties, "size");
    assert_string_equal(json_string_value(json_object_get(size, "title")), "Team size");
    assert_string_equal(json_string_value(json_object_get(size, "description")), "How many?");
    assert_true(check_references(defs, root) > 5);
    assert_null(json_object_get(defs, "Unused"));
    json_t *thing = json_object_get(defs, "Thing"), *required = json_object_get(thing, "required");
    assert_true(json_is_false(json_object_get(thing, "additionalProperties")));
    assert_int_equal(json_array_size(required), 2);
    assert_string_equal(json_string_value(json_array_get(required, 0)), "name");
    assert_int_equal(
        json_array_size(json_object_get(json_object_get(defs, "body.Thing"), "required")), 1);
    json_t *labels = json_object_get(
        json_array_get(json_object_get(json_object_get(defs, "Size"), "anyOf"), 0), "enum");
    assert_string_equal(json_string_value(json_array_get(labels, 0)), "Solo");
    assert_int_equal(json_integer_value(json_array_get(labels, 2)), 1);
    json_decref(root);
    av_buf_free(&out);
    av_brief_close(&brief);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_structure)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
