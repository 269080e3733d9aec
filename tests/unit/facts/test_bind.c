#include "support/brief.h"
#include "support/unit.h"

#include <string.h>

static const char rules[] =
    "module shop\n"
    "enum Size ordered { Solo \"Solo\" also \"1\", \"just me\"  UpToFive \"2\xE2\x80\x93"
    "5\"  Many \"20+\" }\n"
    "enum Topic { Billing \"Billing and tax\" also \"tax\"  MultiSite \"Multi-site\"  Plain  Both "
    "\"a, b\" }\n"
    "enum Yes { Yes \"Yes\"  No \"No\" }\n"
    "record Column { key name: text  kind: text = \"text\"  size: option of int  unique: bool = "
    "false }\n"
    "record Thing { key name: text  purpose: text  columns: list of Column  owner: option of text "
    "= none }\n"
    "record Range { low: int  high: int }\n"
    "fact size: Size \"Size\" { ask \"How many?\" }\n"
    "infer size { otherwise Solo because \"small\" confidence high }\n"
    "fact topics: set of Topic \"Topics\" {}\n"
    "infer topics { otherwise [] because \"none\" confidence high }\n"
    "fact level: int 1..5 \"Level\" {}\n"
    "infer level { otherwise 3 because \"middle\" confidence high }\n"
    "fact users: int \"Users\" {}\n"
    "infer users { otherwise 0 because \"none\" confidence high }\n"
    "fact share: decimal \"Share\" {}\n"
    "infer share { otherwise 0.5 because \"half\" confidence high }\n"
    "fact budget: money \"Budget\" {}\n"
    "infer budget { otherwise USD 0 because \"none\" confidence high }\n"
    "fact live: bool \"Live\" {}\n"
    "infer live { otherwise false because \"not yet\" confidence high }\n"
    "fact answer: Yes \"Answer\" {}\n"
    "infer answer { otherwise No because \"not asked\" confidence high }\n"
    "fact prompt: text \"Prompt\" {}\n"
    "infer prompt { otherwise \"\" because \"nothing said\" confidence high }\n"
    "fact tags: list of text \"Tags\" {}\n"
    "infer tags { otherwise [] because \"none\" confidence high }\n"
    "fact deadline: option of text \"Deadline\" {}\n"
    "infer deadline { otherwise none because \"none\" confidence high }\n"
    "fact choice: option of Size \"Choice\" {}\n"
    "infer choice { otherwise none because \"none\" confidence high }\n"
    "fact things: list of Thing \"Things\" {}\n"
    "infer things { otherwise [] because \"none\" confidence high }\n"
    "fact range: option of Range \"Range\" {}\n"
    "infer range { otherwise none because \"none\" confidence high }\n"
    "decision plan: Yes \"Plan\" { otherwise Yes because \"always\" }\n";

static int open_rules(void **state) {
    static av_brief brief;
    *state = &brief;
    av_brief_open(&brief, rules);
    return 0;
}

static int close_rules(void **state) {
    av_brief_close(*state);
    return 0;
}

/* ---- values */

static const struct {
    const char *brief, *fact, *value;
} good[] = {
    {"size: Solo", "size", "\"Solo\""},
    {"size: 1", "size", "\"Solo\""},
    {"size: Just  ME", "size", "\"Solo\""},
    {"size: 2-5", "size",
     "\"2\xE2\x80\x93"
     "5\""},
    {"size: 2 \xE2\x80\x94 5", "size",
     "\"2\xE2\x80\x93"
     "5\""},
    {"size: up_to_five", "size",
     "\"2\xE2\x80\x93"
     "5\""},
    {"size: up-to-five", "size",
     "\"2\xE2\x80\x93"
     "5\""},
    {"size: \"20+\"", "size", "\"20+\""},
    {"answer: no", "answer", "\"No\""},
    {"topics: [Plain, TAX]", "topics", "[\"Billing and tax\",\"Plain\"]"},
    {"topics: Plain", "topics", "[\"Plain\"]"},
    {"topics: plain, multi site", "topics", "[\"Multi-site\",\"Plain\"]"},
    {"topics: a, b", "topics", "[\"a, b\"]"},
    {"topics: []", "topics", "[]"},
    {"topics: none", "topics", "[]"},
    {"topics:\n- plain\n- plain", "topics", "[\"Plain\"]"},
    {"level: 5", "level", "5"},
    {"level: \"4\"", "level", "4"},
    {"users: 10_000", "users", "10000"},
    {"users: 10,000", "users", "10000"},
    {"users: 1,234,567", "users", "1234567"},
    {"users: 10k", "users", "10000"},
    {"users: 1.5M", "users", "1500000"},
    {"users: 2 million", "users", "2000000"},
    {"users: -3", "users", "-3"},
    {"users: 1e3", "users", "1000"},
    {"share: 2.5E-2", "share", "0.025"},
    {"users: 1.5e+1", "users", "15"},
    {"users: 9223372036854775807", "users", "9223372036854775807"},
    {"users: -9223372036854775808", "users", "-9223372036854775808"},
    {"share: 99.95", "share", "99.95"},
    {"share: 0.10", "share", "0.1"},
    {"share: 7", "share", "7"},
    {"budget: USD 500", "budget", "{\"amount\":50000,\"currency\":\"USD\"}"},
    {"budget: $500", "budget", "{\"amount\":50000,\"currency\":\"USD\"}"},
    {"budget: $1,500.50", "budget", "{\"amount\":150050,\"currency\":\"USD\"}"},
    {"budget: 500 USD", "budget", "{\"amount\":50000,\"currency\":\"USD\"}"},
    {"budget: 500 EUR", "budget", "{\"amount\":50000,\"currency\":\"EUR\"}"},
    {"budget: \xE2\x82\xAC"
     "1.5k",
     "budget", "{\"amount\":150000,\"currency\":\"EUR\"}"},
    {"budget: 2k usd", "budget", "{\"amount\":200000,\"currency\":\"USD\"}"},
    {"budget: JPY 500", "budget", "{\"amount\":500,\"currency\":\"JPY\"}"},
    {"budget: 0.10 USD", "budget", "{\"amount\":10,\"currency\":\"USD\"}"},
    {"budget: -$5", "budget", "{\"amount\":-500,\"currency\":\"USD\"}"},
    {"live: yes", "live", "true"},
    {"live: False", "live", "false"},
    {"prompt: no", "prompt", "\"no\""},
    {"prompt: 08", "prompt", "\"08\""},
    {"prompt: \"\"", "prompt", "\"\""},
    {"prompt: |\n  two\n  lines\n", "prompt", "\"two\\nlines\\n\""},
    {"{\"prompt\": \"j\\u00e9\", \"users\": 5}", "prompt", "\"j\xC3\xA9\""},
    {"tags: [a, 2]", "tags", "[\"a\",\"2\"]"},
    {"tags: one word", "tags", "[\"one word\"]"},
    {"tags: none", "tags", "[]"},
    {"deadline: none", "deadline", "null"},
    {"deadline: ~", "deadline", "null"},
    {"deadline:", "deadline", "null"},
    {"deadline: \"none\"", "deadline", "\"none\""},
    {"choice: solo", "choice", "\"Solo\""},
    {"choice: null", "choice", "null"},
    {"range: { low: 1, high: 2 }", "range", "{\"low\":1,\"high\":2}"},
    {"things:\n  users:\n    purpose: people\n    columns: { mail: { size: 9 }, id: }\n", "things",
     "[{\"name\":\"users\",\"purpose\":\"people\",\"columns\":[{\"name\":\"mail\",\"kind\":"
     "\"text\",\"size\":9,\"unique\":false},"
     "{\"name\":\"id\",\"kind\":\"text\",\"unique\":false}]}]"},
    {"things:\n- name: a\n  purpose: p\n  columns: [x, { name: y, unique: yes }]\n  owner: me\n",
     "things",
     "[{\"name\":\"a\",\"purpose\":\"p\",\"columns\":[{\"name\":\"x\",\"kind\":\"text\",\"unique\":"
     "false},{\"name\":\"y\",\"kind\":"
     "\"text\",\"unique\":true}],\"owner\":\"me\"}]"},
    {"tags: &t [a, b]\nprompt: x", "tags", "[\"a\",\"b\"]"},
    {"prompt: &p hello\ndeadline: *p", "deadline", "\"hello\""},
    {"\xEF\xBB\xBFusers: 3", "users", "3"},
    {"", "users", "-"},
    {"# nothing stated\n", "users", "-"},
    {"---\nusers: 3\n...\n", "users", "3"},
};

static void test_values(void **state) {
    av_brief *brief = *state;
    for (size_t i = 0; i < AV_COUNT(good); i++) {
        av_status status = av_brief_read(brief, av_text_from(good[i].brief));
        if (status != AV_OK)
            print_message("%s\n%.*s\n", good[i].brief, AV_TEXT_ARG(av_brief_messages(brief)));
        assert_ok(status);
        assert_text(av_brief_value(brief, good[i].fact), good[i].value);
    }
}

static void test_provenance(void **state) {
    av_brief *brief = *state;
    assert_ok(av_brief_read(brief, AV_TEXT("# \xC3\xA9\nsize: 'Just me'\nprompt: >\n  a long\n  "
                                           "text\ntopics: [Plain,\n  tax]\n")));
    const av_stated *size = av_brief_stated(brief, "size");
    assert_true(size->stated);
    assert_text(size->at, "brief.facts:2:7");
    assert_text(size->evidence, "Just me");
    assert_text(av_brief_stated(brief, "topics")->at, "brief.facts:6:9");
    assert_text(av_brief_stated(brief, "topics")->evidence, "[Plain, tax]");
    assert_text(av_brief_stated(brief, "prompt")->evidence, "a long text");
    assert_false(av_brief_stated(brief, "level")->stated);
    assert_ok(av_brief_read(
        brief, AV_TEXT("topics:\n  - Plain\n  - tax\n\n# of the size\nsize: Just me\n")));
    assert_text(av_brief_stated(brief, "topics")->evidence, "- Plain - tax");
}

/* Which fields a record was given: overriding and merging depend on it. */
static void test_given_fields(void **state) {
    av_brief *brief = *state;
    assert_ok(av_brief_read(brief, AV_TEXT("things: { a: { purpose: p, owner: none } }")));
    const av_list *things = av_brief_stated(brief, "things")->value.as.list;
    assert_int_equal(things->count, 1);
    assert_int_equal(things->items[0].as.record->given, 1 | 2 | 8);
}

/* ---- mistakes */

static const struct {
    const char *brief, *messages;
} bad[] = {
    {"sise: Solo", "brief.facts:1:1: error: no fact is named `sise` [E0803]\n"},
    {"plan: Yes",
     "brief.facts:1:1: error: `plan` is a decision, not a fact: a brief cannot state it [E0803]\n"},
    {"size: Huge", "brief.facts:1:7: error: `Huge` is no value of `size` [E0805]\n"},
    {"size: [Solo]", "brief.facts:1:7: error: `size` is one word of a list, not a list [E0806]\n"},
    {"size: {a: b}",
     "brief.facts:1:7: error: `size` is one word of a list, not a mapping [E0806]\n"},
    {"size:", "brief.facts:1:1: error: `size` has no value [E0810]\n"},
    {"size: null", "brief.facts:1:1: error: `size` has no value [E0810]\n"},
    {"topics: [Plain, Nope, [x]]",
     "brief.facts:1:17: error: `Nope` is no value of `topics` [E0805]\n"
     "brief.facts:1:23: error: `topics` is one word of a list, not a list [E0806]\n"},
    {"topics: Plain, Nope", "brief.facts:1:9: error: `Nope` is no value of `topics` [E0805]\n"},
    {"level: 9", "brief.facts:1:8: error: `level` is a number from 1 to 5, not 9 [E0808]\n"},
    {"level: high", "brief.facts:1:8: error: `high` is not a whole number [E0807]\n"},
    {"users: 1.5",
     "brief.facts:1:8: error: `1.5` has a fraction, but `users` is a whole number [E0807]\n"},
    {"users: 1,00", "brief.facts:1:8: error: `1,00` is not a whole number [E0807]\n"},
    {"users: 1e99", "brief.facts:1:8: error: `1e99` is not a whole number [E0807]\n"},
    {"users: 15e-1", "brief.facts:1:8: error: `15e-1` has a fraction, but `users` is a whole "
                     "number [E0807]\n"},
    {"users: 9223372036854775808",
     "brief.facts:1:8: error: `9223372036854775808` is larger than archvm can count [E0808]\n"},
    {"users: 99999999999999999999999999999999999999",
     "brief.facts:1:8: error: `99999999999999999999999999999999999999` is larger than archvm can "
     "count [E0808]\n"},
    {"share: 0.0000000000001",
     "brief.facts:1:8: error: `0.0000000000001` is larger than archvm can count [E0808]\n"},
    {"budget: 500", "brief.facts:1:9: error: `500` names no currency [E0807]\n"},
    {"budget: USD 0.001", "brief.facts:1:9: error: `USD 0.001` has more digits after the point "
                          "than its currency [E0807]\n"},
    {"budget: lots", "brief.facts:1:9: error: `lots` is not an amount of money [E0807]\n"},
    {"live: maybe", "brief.facts:1:7: error: `maybe` is not yes or no [E0807]\n"},
    {"prompt: [a]", "brief.facts:1:9: error: `prompt` is a text, not a list [E0806]\n"},
    {"prompt: \"a\\x07\"", "brief.facts:1:9: error: control character U+0007 [E0802]\n"},
    {"tags: a, b", "brief.facts:1:7: error: `tags` is a list [E0806]\n"},
    {"tags: {a: b}", "brief.facts:1:7: error: `tags` is a list, not a mapping [E0806]\n"},
    {"tags: [a, ]\nusers: 1\nusers: 2", "brief.facts:3:1: error: `users` is given twice [E0804]\n"},
    {"things: { a: { purpose: p, porpose: q } }",
     "brief.facts:1:28: error: Thing has no field `porpose` [E0809]\n"},
    {"things: { a: { } }", "brief.facts:1:11: error: `a` has no `purpose` [E0810]\n"},
    {"things: [ { purpose: p } ]", "brief.facts:1:11: error: `Thing` has no `name` [E0810]\n"},
    {"things: [ { name: a, purpose: p }, { name: a, purpose: q } ]",
     "brief.facts:1:36: error: two entries are named `a` [E0804]\n"},
    {"things: { a: { name: b, purpose: p } }",
     "brief.facts:1:16: error: the name before the colon is the `name` already [E0804]\n"},
    {"things: { a: [x] }",
     "brief.facts:1:14: error: `a` is a mapping of fields, not a list [E0806]\n"},
    {"things: 5", "brief.facts:1:9: error: `things` is a list [E0806]\n"},
    {"range: { low: 1 }", "brief.facts:1:8: error: `Range` has no `high` [E0810]\n"},
    {"- a",
     "brief.facts:1:1: error: a brief is a mapping from facts to values, not a list [E0806]\n"},
    {"just words", "brief.facts:1:1: error: a brief is a mapping from facts to values, not a "
                   "single value [E0806]\n"},
    {"size: !!str Solo",
     "brief.facts:1:7: error: tags are not used in briefs (`tag:yaml.org,2002:str`): a fact's "
     "declaration says what its value is [E0811]\n"},
    {"users: 1\n---\nusers: 2",
     "brief.facts:2:1: error: a brief is one YAML document; a second one begins here [E0811]\n"},
    {"<<: { users: 1 }",
     "brief.facts:1:1: error: merge keys are not used in briefs: write the fields out [E0811]\n"},
    {"? [a]\n: b", "brief.facts:1:3: error: a key must be a single word or text [E0811]\n"},
    {"users: *nobody", "brief.facts:1:8: error: no complete value before this place has the anchor "
                       "`nobody` [E0812]\n"},
    {"prompt: a\xFF"
     "b\nlevel: 7",
     "brief.facts:1:10: error: byte 0xFF is not UTF-8 [E0802]\nbrief.facts:2:8: error: `level` is "
     "a number from 1 to 5, not 7 [E0808]\n"},
    {"prompt: a\x01"
     "b",
     "brief.facts:1:10: error: control character U+0001 [E0802]\n"},
};

static void test_mistakes(void **state) {
    av_brief *brief = *state;
    for (size_t i = 0; i < AV_COUNT(bad); i++) {
        assert_int_equal(av_brief_read(brief, av_text_from(bad[i].brief)), AV_ERR_INPUT);
        assert_text(av_brief_messages(brief), bad[i].messages);
    }
}

/* One brief, ten mistakes, ten positioned errors. */
static void test_ten_mistakes(void **state) {
    av_brief *brief = *state;
    assert_int_equal(av_brief_read(brief, AV_TEXT("siez: Solo\n"
                                                  "size: Sollo\n"
                                                  "topics: [Plain, Planes]\n"
                                                  "level: 0\n"
                                                  "users: many\n"
                                                  "budget: 12.345 USD\n"
                                                  "live: perhaps\n"
                                                  "prompt: [not, text]\n"
                                                  "things:\n"
                                                  "  order: { porpose: x }\n"
                                                  "users: 5\n")),
                     AV_ERR_INPUT);
    assert_text(av_brief_messages(brief),
                "brief.facts:1:1: error: no fact is named `siez` [E0803]\n"
                "brief.facts:2:7: error: `Sollo` is no value of `size` [E0805]\n"
                "brief.facts:3:17: error: `Planes` is no value of `topics` [E0805]\n"
                "brief.facts:4:8: error: `level` is a number from 1 to 5, not 0 [E0808]\n"
                "brief.facts:5:8: error: `many` is not a whole number [E0807]\n"
                "brief.facts:6:9: error: `12.345 USD` has more digits after the point than its "
                "currency [E0807]\n"
                "brief.facts:7:7: error: `perhaps` is not yes or no [E0807]\n"
                "brief.facts:8:9: error: `prompt` is a text, not a list [E0806]\n"
                "brief.facts:10:3: error: `order` has no `purpose` [E0810]\n"
                "brief.facts:10:12: error: Thing has no field `porpose` [E0809]\n"
                "brief.facts:11:1: error: `users` is given twice [E0804]\n");
    av_diag *items = brief->diags.items;
    assert_text(items[0].help, "did you mean `size`?");
    assert_text(items[1].help, "did you mean `Solo`? It is one of: Solo, 2\xE2\x80\x93"
                               "5, 20+");
    assert_int_equal(items[10].label_count, 1);
}

/* What stands before a mistake of the syntax is looked at, too. */
static void test_syntax_mistake(void **state) {
    av_brief *brief = *state;
    assert_int_equal(av_brief_read(brief, AV_TEXT("level: 7\nsize: [Solo\nusers: 3\n")),
                     AV_ERR_INPUT);
    av_text messages = av_brief_messages(brief);
    assert_true(av_text_find(messages,
                             AV_TEXT("brief.facts:1:8: error: `level` is a number from 1 to 5"),
                             0) == 0);
    assert_true(av_text_find(messages, AV_TEXT("[E0801]"), 0) != SIZE_MAX);
}

/* One record of a file of records knows its line. */
static void test_lines_before(void **state) {
    av_brief *brief = *state;
    av_sources sources;
    av_diags diags;
    av_arena arena;
    av_facts facts;
    uint16_t source;
    av_arena_init(&arena, &brief->host, 0);
    assert_ok(av_sources_init(&sources, &arena));
    av_diags_init(&diags, &arena, &sources);
    assert_ok(
        av_sources_add(&sources, AV_TEXT("all.ndjson"), AV_TEXT("{\"users\": 5}"), 0, &source));
    sources.items[source].lines_before = 41;
    av_facts_options options = av_brief_options(brief);
    assert_ok(av_facts_read(&arena, brief->program, &diags, source, &options, &facts));
    assert_text(facts.stated[av_program_find(brief->program, AV_TEXT("users"))].at,
                "all.ndjson:42:11");
    av_arena_free(&arena);
}

/* ---- limits */

static void fill(av_buf *buf, const char *unit, size_t count) {
    for (size_t i = 0; i < count; i++) av_buf_puts(buf, unit);
}

static void expect_limit(av_brief *brief, av_buf *buf) {
    assert_ok(buf->status);
    assert_int_equal(av_brief_read(brief, av_buf_text(buf)), AV_ERR_INPUT);
    assert_true(av_text_find(av_brief_messages(brief), AV_TEXT("[E0813]"), 0) != SIZE_MAX);
    av_buf_clear(buf);
}

static void test_limits(void **state) {
    av_brief *brief = *state;
    av_buf buf;
    av_buf_init(&buf, &brief->host, 0);
    av_buf_puts(&buf, "tags: "); /* depth */
    fill(&buf, "[", 100000);
    expect_limit(brief, &buf);
    fill(&buf, "- ", 50000); /* depth in block style */
    expect_limit(brief, &buf);
    av_buf_puts(&buf, "tags: ["); /* nodes */
    fill(&buf, "x,", AV_FACTS_NODES + 10);
    av_buf_puts(&buf, "x]");
    expect_limit(brief, &buf);
    av_buf_puts(&buf, "prompt: "); /* one scalar */
    fill(&buf, "x", AV_FACTS_SCALAR + 1);
    expect_limit(brief, &buf);
    av_buf_puts(&buf, "prompt: x\n# "); /* the whole */
    fill(&buf, "x", AV_FACTS_BYTES);
    expect_limit(brief, &buf);
    av_buf_puts(&buf, "a: &a [x,x,x,x,x,x,x,x,x,x]\n"); /* each line ten times the one before */
    for (char c = 'b'; c < 'k'; c++)
        av_buf_printf(&buf, "%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c - 1,
                      c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1);
    expect_limit(brief, &buf);
    av_buf_puts(&buf, "prompt: ");
    fill(&buf, "x", AV_FACTS_SCALAR);
    assert_ok(av_brief_read(brief, av_buf_text(&buf)));
    av_buf_clear(&buf);
    av_buf_puts(&buf, "tags: [");
    fill(&buf, "x,", AV_FACTS_NODES - 5);
    av_buf_puts(&buf, "x]");
    assert_ok(av_brief_read(brief, av_buf_text(&buf)));
    av_buf_clear(&buf);
    fill(&buf, "\xFF\x01", 100000); /* many bad bytes */
    assert_int_equal(av_brief_read(brief, av_buf_text(&buf)), AV_ERR_INPUT);
    assert_true(brief->diags.count < AV_DIAG_MAX);
    av_buf_free(&buf);
}

/* A brief cut off at any byte gives facts or errors, never a crash. */
static void test_truncation(void **state) {
    av_brief *brief = *state;
    static const char full[] = "# a brief\nsize: \"Just me\"\ntopics: [Plain, 'tax']\nprompt: >-\n "
                               " folded \xE2\x82\xAC\n  text\nthings:\n"
                               "  users: &u\n    purpose: p\n    columns: { mail: { size: 3 }, id: "
                               "}\n  orders: *u\nbudget: \xE2\x82\xAC"
                               "5.50\n"
                               "range: {low: 1, high: 2}\n";
    for (size_t len = 0; len < sizeof full; len++) {
        av_status status = av_brief_read(brief, (av_text){full, len});
        assert_true(status == AV_OK || status == AV_ERR_INPUT);
        assert_int_equal(status == AV_ERR_INPUT, brief->diags.error_count > 0);
    }
    assert_ok(av_brief_read(brief, AV_TEXT(full)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),       cmocka_unit_test(test_provenance),
        cmocka_unit_test(test_given_fields), cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_ten_mistakes), cmocka_unit_test(test_syntax_mistake),
        cmocka_unit_test(test_lines_before), cmocka_unit_test(test_limits),
        cmocka_unit_test(test_truncation),
    };
    return cmocka_run_group_tests(tests, open_rules, close_rules);
}
