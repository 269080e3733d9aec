#include "vm/run.h"

#include <stdio.h>
#include <string.h>

#include "oracle/plain.h"
#include "support/fail_alloc.h"
#include "support/rules.h"
#include "support/unit.h"
#include "vm/render.h"

/* ---- a run over rules, and questions to it */

typedef struct av_bench {
    av_rules rules;
    av_stated stated[200];
    av_facts facts;
    av_run *run;
} av_bench;

static void start(av_bench *b, const char *text) {
    memset(b, 0, sizeof *b);
    av_rules_compile(&b->rules, text);
    assert_true(b->rules.program->def_count <= AV_COUNT(b->stated));
    b->facts = (av_facts){.stated = b->stated, .def_count = b->rules.program->def_count};
    b->run = av_run_new(b->rules.program, &b->facts, &b->rules.host, NULL, av_plain_execute);
    assert_non_null(b->run);
}

static void finish(av_bench *b) {
    av_run_free(b->run);
    av_rules_free(&b->rules);
}

static void again(av_bench *b, const av_run_limits *limits) {
    av_run_free(b->run);
    b->run = av_run_new(b->rules.program, &b->facts, &b->rules.host, limits, av_plain_execute);
    assert_non_null(b->run);
}

static void state(av_bench *b, const char *fact, av_value value) {
    uint32_t def = av_rules_def(&b->rules, fact);
    b->stated[def] = (av_stated){.stated = true,
                                 .value = value,
                                 .at = AV_TEXT("brief.yaml:2:3"),
                                 .evidence = AV_TEXT("as said")};
}

static void state_member(av_bench *b, const char *fact, uint32_t member) {
    const av_program *p = b->rules.program;
    state(b, fact, av_enum(p->types[p->defs[av_rules_def(&b->rules, fact)].type].index, member));
}

static void expect_ok(av_bench *b, av_status status) {
    if (status == AV_ERR_RUN) {
        const av_run_error *e = av_run_last_error(b->run);
        fail_msg("%.*s: %.*s", AV_TEXT_ARG(e->name), AV_TEXT_ARG(e->message));
    }
    assert_ok(status);
}

static av_text shown(av_bench *b, av_value v) {
    av_text text = {NULL, 0};
    assert_ok(av_render_format_text(b->run, v, &text));
    return text;
}

static av_text value(av_bench *b, const char *name) {
    av_value v;
    expect_ok(b, av_run_value(b->run, av_rules_def(&b->rules, name), &v));
    return shown(b, v);
}

static av_value meta_value(av_bench *b, const char *name, av_meta meta) {
    av_value v = av_none();
    expect_ok(b, av_run_meta(b->run, av_rules_def(&b->rules, name), meta, &v));
    return v;
}

static av_text meta(av_bench *b, const char *name, av_meta which) {
    return shown(b, meta_value(b, name, which));
}

static av_value field(av_bench *b, av_value record, const char *name) {
    assert_int_equal(record.kind, AV_RECORD);
    uint32_t slot = av_record_slot(&b->rules.program->records[record.type], av_text_from(name));
    assert_true(slot != AV_NO_INDEX);
    return record.as.record->fields[slot];
}

static av_value item(av_value list, size_t i) {
    assert_int_equal(list.kind, AV_LIST);
    assert_true(i < list.as.list->count);
    return list.as.list->items[i];
}

static bool fired(av_bench *b, const char *rule) {
    uint32_t index = av_program_find_rule(b->rules.program, av_text_from(rule));
    bool result;
    assert_true(index != AV_NO_INDEX);
    expect_ok(b, av_run_fired(b->run, index, &result));
    return result;
}

static void expect_error(av_bench *b, const char *name, av_diag_code code) {
    av_value v;
    assert_int_equal(av_run_value(b->run, av_rules_def(&b->rules, name), &v), AV_ERR_RUN);
    assert_int_equal(av_run_last_error(b->run)->code, code);
}

/* ---- facts and decisions */

static const char teams[] =
    "module m\n"
    "enum Size ordered { Solo \"One person\" Few \"A few\" Many \"Many\" }\n"
    "enum Shape { One \"One piece\" Parts \"Parts\" Mixed \"Mixed\" }\n"
    "fact users: int \"Users\" { group \"Product\" ask \"How many?\" }\n"
    "infer users { otherwise 50 because \"no number was given\" confidence low risk \"load\" }\n"
    "fact size: Size \"Team size\" { group \"Team\" ask \"How many people?\" }\n"
    "infer size {\n"
    "  case Solo when users < 100 because \"{users} users need few hands\" confidence medium risk "
    "\"slow\"\n"
    "  otherwise Many because \"it is usual\" confidence low risk \"cost\"\n"
    "}\n"
    "decision shape: Shape \"Shape\" {\n"
    "  case One when size == Solo because \"a team of {size} runs one piece\" rejected \"the team "
    "is too large for it\"\n"
    "  case Parts when size >= Few and users > 1_000 because \"many users\"\n"
    "  otherwise Mixed because \"nothing fits better\"\n"
    "}\n"
    "conflict crowd {\n"
    "  between size, users\n"
    "  when size == Solo and users > 1_000\n"
    "  tension \"one person and {users} users\" impact high binds size effect \"growth waits\"\n"
    "}\n";

static void facts_are_inferred_with_their_reasons(void **state_) {
    (void)state_;
    av_bench b;
    start(&b, teams);
    assert_text(value(&b, "users"), "50");
    assert_text(value(&b, "size"), "One person");
    assert_text(meta(&b, "size", AV_META_SOURCE), "inferred");
    assert_text(meta(&b, "size", AV_META_RULE), "size/Solo");
    assert_text(meta(&b, "size", AV_META_BECAUSE), "50 users need few hands");
    assert_text(meta(&b, "size", AV_META_CONFIDENCE), "medium");
    assert_text(meta(&b, "size", AV_META_RISK), "slow");
    assert_text(meta(&b, "size", AV_META_GROUP), "Team");
    assert_text(meta(&b, "size", AV_META_ASK), "How many people?");
    assert_text(meta(&b, "size", AV_META_AT), "");
    assert_true(fired(&b, "size/Solo"));
    assert_false(fired(&b, "size/otherwise"));
    finish(&b);
}

static void stated_facts_need_no_rule(void **state_) {
    (void)state_;
    av_bench b;
    start(&b, teams);
    state_member(&b, "size", 1);
    assert_text(value(&b, "size"), "A few");
    assert_text(meta(&b, "size", AV_META_SOURCE), "stated");
    assert_text(meta(&b, "size", AV_META_BECAUSE), "stated in the brief");
    assert_text(meta(&b, "size", AV_META_AT), "brief.yaml:2:3");
    assert_text(meta(&b, "size", AV_META_EVIDENCE), "as said");
    assert_text(meta(&b, "size", AV_META_RULE), "");
    assert_false(fired(&b, "size/Solo"));
    finish(&b);
}

static void the_first_case_that_holds_decides(void **state_) {
    (void)state_;
    av_bench b;
    start(&b, teams);
    assert_text(value(&b, "shape"), "One piece");
    assert_text(meta(&b, "shape", AV_META_BECAUSE), "a team of One person runs one piece");
    av_value rejected = meta_value(&b, "shape", AV_META_REJECTED);
    assert_int_equal(rejected.as.list->count, 2);
    assert_text(shown(&b, field(&b, item(rejected, 0), "option")), "Parts");
    assert_true(shown(&b, field(&b, item(rejected, 0), "because")).len > 0);
    assert_text(shown(&b, field(&b, item(rejected, 1), "because")),
                "an earlier case matched first: One piece");
    state_member(&b, "size", 2);
    again(&b, NULL);
    assert_text(value(&b, "shape"), "Mixed");
    rejected = meta_value(&b, "shape", AV_META_REJECTED);
    assert_text(shown(&b, field(&b, item(rejected, 0), "because")), "the team is too large for it");
    assert_true(shown(&b, field(&b, item(rejected, 0), "condition")).len > 0);
    assert_true(fired(&b, "shape/otherwise"));
    finish(&b);
}

static void a_later_case_that_holds_too_is_said_to(void **state_) {
    (void)state_;
    av_bench b;
    start(&b, "module m\n"
              "enum E { A B C }\n"
              "fact n: int \"N\" { group \"G\" ask \"?\" }\n"
              "infer n { otherwise 5 because \"b\" confidence low risk \"r\" }\n"
              "decision d: E \"D\" { case A when n > 1 because \"a\" case B when n > 2 because "
              "\"b\" otherwise C because \"c\" }\n");
    av_value rejected = meta_value(&b, "d", AV_META_REJECTED);
    assert_text(shown(&b, field(&b, item(rejected, 0), "because")),
                "an earlier case matched first: A");
    finish(&b);
}

static void conflicts_are_raised(void **state_) {
    (void)state_;
    av_bench b;
    start(&b, teams);
    assert_text(value(&b, "crowd"), "no");
    state_member(&b, "size", 0);
    state(&b, "users", av_int(5000));
    again(&b, NULL);
    assert_text(value(&b, "crowd"), "yes");
    assert_text(meta(&b, "crowd", AV_META_TENSION), "one person and 5000 users");
    assert_text(meta(&b, "crowd", AV_META_IMPACT), "high");
    assert_text(meta(&b, "crowd", AV_META_BINDS), "size");
    assert_text(meta(&b, "crowd", AV_META_BETWEEN), "size, users");
    finish(&b);
}

static void flips_are_found_by_running(void **state_) {
    (void)state_;
    av_bench b;
    start(&b, teams);
    av_value flips;
    expect_ok(&b, av_run_flips(b.run, av_rules_def(&b.rules, "size"), &flips));
    assert_text(shown(&b, flips), "shape");
    expect_ok(&b, av_run_flips(b.run, av_rules_def(&b.rules, "users"), &flips));
    assert_text(shown(&b, flips), "");
    /* The search leaves no trace. */
    assert_text(value(&b, "shape"), "One piece");
    assert_text(meta(&b, "size", AV_META_SOURCE), "inferred");
    assert_false(fired(&b, "shape/otherwise"));
    av_value facts;
    expect_ok(&b, av_run_facts_of(b.run, av_rules_def(&b.rules, "shape"), &facts));
    assert_text(shown(&b, facts), "users, size");
    finish(&b);
}

/* A reason can change while the value it explains stays: also when a function asks for it, or another reason. */
static void flips_follow_reasons(void **state_) {
    (void)state_;
    av_bench b;
    start(
        &b,
        "module m\n"
        "enum E { A B C }\n"
        "enum Size { Small Large }\n"
        "fact a: E \"A\" { group \"G\" ask \"?\" }\n"
        "infer a { otherwise A because \"b\" confidence low risk \"r\" }\n"
        "decision size: Size \"Size\" {\n"
        "  case Large when a == C because \"c\"\n"
        "  case Small when a == B because \"b\"\n"
        "  otherwise Small because \"a is {a}\"\n"
        "}\n"
        "decision same: Size \"Same\" { case Small when size == Small because \"{size.because}\" "
        "otherwise Small because \"no\" }\n"
        "func note(): text = size.because\n"
        "decision direct: text \"Direct\" { otherwise \"{size.because}\" as d because \"\" }\n"
        "decision through: text \"Through\" { otherwise \"{note()}\" as d because \"\" }\n"
        "decision of_reason: text \"Of a reason\" { otherwise \"{same.because}\" as d because \"\" "
        "}\n"
        "decision labelled: text \"Labelled\" { otherwise \"{size.label}\" as d because \"\" }\n");
    av_value flips;
    expect_ok(&b, av_run_flips(b.run, av_rules_def(&b.rules, "a"), &flips));
    assert_text(shown(&b, flips), "size, direct, through, of_reason");
    assert_text(meta(&b, "size", AV_META_BECAUSE), "a is A");
    assert_text(value(&b, "of_reason"), "a is A");
    finish(&b);
}

/* ---- matrices */

static const char stores[] =
    "module m\n"
    "enum Store { Table \"Tables\" Tree \"Trees\" Heap \"Heap\" }\n"
    "fact linked: bool \"Linked\" { group \"G\" ask \"?\" }\n"
    "infer linked { otherwise true because \"b\" confidence low risk \"r\" }\n"
    "fact fast: bool \"Fast\" { group \"G\" ask \"?\" }\n"
    "infer fast { otherwise true because \"b\" confidence low risk \"r\" }\n"
    "matrix store: Store \"Store\" {\n"
    "  option Table { +2 joins when linked because \"rows refer to rows\" wrong_if \"links "
    "vanish\" }\n"
    "  option Tree { +2 nested when fast because \"one read\" -4 loose when linked because \"links "
    "break\" }\n"
    "  option Heap { +5 hot when fast because \"in memory\" veto lost when linked because \"it "
    "forgets\" secondary when true }\n"
    "  secondary from 1\n"
    "}\n";

static void the_highest_score_wins(void **state_) {
    (void)state_;
    av_bench b;
    start(&b, stores);
    assert_text(value(&b, "store"), "Tables");
    assert_text(meta(&b, "store", AV_META_BECAUSE), "rows refer to rows");
    assert_text(meta(&b, "store", AV_META_RULE), "store/Table");
    assert_text(meta(&b, "store", AV_META_SCORE), "2");
    assert_text(meta(&b, "store", AV_META_WRONG_IF), "links vanish");
    assert_text(meta(&b, "store", AV_META_VETOED), "Heap");
    assert_text(meta(&b, "store", AV_META_SECONDARY), "");
    assert_true(fired(&b, "store/Tree/loose"));
    assert_true(fired(&b, "store/Heap/lost"));
    av_value rejected = meta_value(&b, "store", AV_META_REJECTED);
    assert_int_equal(rejected.as.list->count, 2);
    assert_text(shown(&b, field(&b, item(rejected, 0), "because")),
                "-2 points against 2 of Tables (+2 nested, -4 loose); links break");
    assert_text(shown(&b, field(&b, item(rejected, 1), "because")),
                "5 points against 2 of Tables (+5 hot); vetoed: it forgets");
    av_value scores = meta_value(&b, "store", AV_META_SCORES);
    assert_int_equal(scores.as.list->count, 3);
    av_value lines = field(&b, item(scores, 1), "lines");
    assert_text(shown(&b, field(&b, item(lines, 1), "points")), "-4");
    assert_text(shown(&b, field(&b, item(lines, 1), "because")), "links break");
    finish(&b);
}

static void ties_go_to_the_option_listed_first(void **state_) {
    (void)state_;
    av_bench b;
    start(&b, stores);
    state(&b, "linked", av_bool(false));
    state(&b, "fast", av_bool(false));
    assert_text(value(&b, "store"), "Tables");
    av_value rejected = meta_value(&b, "store", AV_META_REJECTED);
    assert_text(shown(&b, field(&b, item(rejected, 0), "because")),
                "0 points against 0 of Tables; on a tie Tables comes first");
    state(&b, "fast", av_bool(true));
    again(&b, NULL);
    assert_text(value(&b, "store"), "Trees");
    assert_text(meta(&b, "store", AV_META_SECONDARY), "Heap");
    finish(&b);
}

static void a_matrix_without_a_possible_winner_fails(void **state_) {
    (void)state_;
    av_bench b;
    start(&b,
          "module m\nenum E { A B }\n"
          "fact f: bool \"F\" { group \"G\" ask \"?\" }\n"
          "infer f { otherwise true because \"b\" confidence low risk \"r\" }\n"
          "matrix x: E \"X\" {\n"
          "  option A { +1 one when f because \"b\" veto no when count([f]) == 1 because \"v\" }\n"
          "  option B { +1 two when f because \"b\" secondary when f }\n"
          "}\n");
    expect_error(&b, "x", AV_E_NO_PRIMARY);
    finish(&b);
}

/* ---- collections, checks, repairs */

static const char shop[] =
    "module m\n"
    "record Field { key name: text  kind: text = \"text\"  indexed: bool = false }\n"
    "record Entity { key name: text  purpose: text = \"\"  fields: list of Field = []  indexes: "
    "list of text = [] }\n"
    "fact audited: bool \"Audited\" { group \"G\" ask \"?\" }\n"
    "infer audited { otherwise true because \"b\" confidence low risk \"r\" }\n"
    "collection entities: Entity \"Entities\"\n"
    "derive entities/base \"Base\" {\n"
    "  because \"always\"\n"
    "  users { purpose: \"people\" fields: [ email { indexed: true } name { } ] indexes: [\"id\"] "
    "}\n"
    "  orders { purpose: \"sales\" fields: [ total { kind: \"money\" } ] }\n"
    "}\n"
    "derive entities/audit \"Audit\" {\n"
    "  when audited\n"
    "  because \"asked for\"\n"
    "  users { fields: [ email { kind: \"address\" } seen { kind: \"time\" indexed: true } ] "
    "indexes: [\"id\", \"seen\"] }\n"
    "}\n"
    "check indexed_fields \"Indexes\" {\n"
    "  item \"Q-1\"\n"
    "  for e in entities\n"
    "  for f in e.fields where f.indexed\n"
    "  require f.name in e.indexes\n"
    "  else \"{e.name}.{f.name} has no index\"\n"
    "  repair e.indexes = e.indexes + [f.name] because \"an index is cheap\"\n"
    "}\n"
    "check purposes \"Purposes\" { for e in entities require e.purpose != \"sales\" else "
    "\"{e.name} sells\" }\n"
    "section overview \"Over*view\" {\n"
    "  \"\"\"\n"
    "  {for e in entities}\n"
    "  - {e.name}: {e.indexes}\n"
    "  {end}\n"
    "\n"
    "  {section detail}\n"
    "  \"\"\"\n"
    "}\n"
    "section detail \"Detail\" { when audited \"\"\"\n"
    "  Audited: {audited}.\n"
    "  \"\"\" }\n"
    "document whole \"The shop\" { to \"docs/SHOP.md\" sections overview }\n"
    "emit lists { for e in entities to \"out/{e.name}.txt\" format plain \"\"\"\n"
    "  {e.purpose}\n"
    "  \"\"\" }\n";

static av_value element(av_bench *b, const char *collection, size_t i) {
    av_value v;
    expect_ok(b, av_run_value(b->run, av_rules_def(&b->rules, collection), &v));
    return item(v, i);
}

static void records_of_one_key_merge(void **state_) {
    (void)state_;
    av_bench b;
    start(&b, shop);
    assert_text(value(&b, "entities"), "users, orders");
    av_value users = element(&b, "entities", 0);
    assert_text(shown(&b, field(&b, users, "purpose")), "people");
    assert_text(shown(&b, field(&b, users, "fields")), "email, name, seen");
    assert_text(shown(&b, field(&b, users, "indexes")), "id, seen");
    av_value email = item(field(&b, users, "fields"), 0);
    assert_text(shown(&b, field(&b, email, "kind")), "address");
    assert_text(shown(&b, field(&b, email, "indexed")), "yes");
    assert_true(fired(&b, "entities/audit"));
    state(&b, "audited", av_bool(false));
    again(&b, NULL);
    assert_text(shown(&b, field(&b, element(&b, "entities", 0), "fields")), "email, name");
    assert_false(fired(&b, "entities/audit"));
    finish(&b);
}

static void the_gate_repairs_what_it_can(void **state_) {
    (void)state_;
    av_bench b;
    start(&b, shop);
    const av_check_result *results;
    size_t count;
    expect_ok(&b, av_run_gate(b.run, &results, &count));
    assert_int_equal(count, 2);
    assert_int_equal(results[0].status, AV_CHECK_REPAIRED);
    assert_int_equal(results[0].message_count, 1);
    assert_text(results[0].messages[0], "users.email has no index");
    assert_int_equal(results[1].status, AV_CHECK_FAIL);
    assert_text(results[1].messages[0], "orders sells");
    assert_text(shown(&b, field(&b, element(&b, "entities", 0), "indexes")), "id, seen, email");
    assert_true(av_run_trace(b.run, av_rules_def(&b.rules, "entities"))->patched);
    finish(&b);
}

static void several_repairs_of_one_field_all_take_hold(void **state_) {
    (void)state_;
    av_bench b;
    start(&b,
          "module m\n"
          "record E { key name: text  parts: list of text = []  seen: list of text = [] }\n"
          "collection es: E \"Es\"\n"
          "derive es/one { because \"b\" e { parts: [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", "
          "\"g\", \"h\", \"i\", \"j\"] } }\n"
          "check seen \"Seen\" { for e in es for p in e.parts require p in e.seen else \"{p}\"\n"
          "  repair e.seen = e.seen + [p] because \"b\" }\n");
    const av_check_result *results;
    size_t count;
    expect_ok(&b, av_run_gate(b.run, &results, &count));
    assert_int_equal(results[0].status, AV_CHECK_REPAIRED);
    assert_text(shown(&b, field(&b, element(&b, "es", 0), "seen")), "a, b, c, d, e, f, g, h, i, j");
    finish(&b);
}

static void a_decision_can_be_repaired(void **state_) {
    (void)state_;
    av_bench b;
    start(&b, "module m\nenum E { A B }\n"
              "fact f: bool \"F\" { group \"G\" ask \"?\" }\n"
              "infer f { otherwise true because \"b\" confidence low risk \"r\" }\n"
              "decision d: E \"D\" { case A when f because \"a\" otherwise B because \"b\" }\n"
              "decision e: E \"E\" { case A when d == A because \"a\" otherwise B because \"b\" }\n"
              "check not_a \"Not A\" { require d != A else \"d is A\" repair d = B because \"A "
              "does not work here\" }\n");
    assert_text(value(&b, "e"), "A");
    const av_check_result *results;
    size_t count;
    expect_ok(&b, av_run_gate(b.run, &results, &count));
    assert_int_equal(results[0].status, AV_CHECK_REPAIRED);
    assert_text(value(&b, "d"), "B");
    assert_text(value(&b, "e"), "B");
    assert_text(meta(&b, "d", AV_META_BECAUSE), "A does not work here");
    av_value rejected = meta_value(&b, "d", AV_META_REJECTED);
    assert_int_equal(rejected.as.list->count, 1);
    assert_text(shown(&b, field(&b, item(rejected, 0), "option")), "A");
    assert_text(shown(&b, field(&b, item(rejected, 0), "because")), "A does not work here");
    finish(&b);
}

/* ---- documents */

static void documents_are_put_together(void **state_) {
    (void)state_;
    av_bench b;
    start(&b, shop);
    av_artifact document;
    expect_ok(&b, av_run_document(b.run, av_rules_def(&b.rules, "whole"), &document));
    assert_text(document.path, "docs/SHOP.md");
    assert_int_equal(document.content.kind, AV_FRAGMENT);
    assert_text(document.content.as.fragment->text, "# The shop\n"
                                                    "\n"
                                                    "## Over\\*view\n"
                                                    "\n"
                                                    "- users: id, seen, email\n"
                                                    "- orders: \n"
                                                    "\n"
                                                    "### Detail\n"
                                                    "\n"
                                                    "Audited: yes.\n");
    const av_fragment *f = document.content.as.fragment;
    assert_true(f->mark_count > 3);
    for (size_t i = 1; i < f->mark_count; i++) {
        assert_true(f->marks[i].offset > f->marks[i - 1].offset);
        assert_true(f->marks[i].offset < f->text.len);
    }
    state(&b, "audited", av_bool(false));
    again(&b, NULL);
    expect_ok(&b, av_run_document(b.run, av_rules_def(&b.rules, "whole"), &document));
    assert_text(document.content.as.fragment->text,
                "# The shop\n\n## Over\\*view\n\n- users: id, email\n- orders:\n");
    av_value section;
    expect_ok(&b, av_run_section(b.run, av_rules_def(&b.rules, "detail"), &section));
    assert_int_equal(section.kind, AV_NONE);
    finish(&b);
}

static void emits_give_artefacts(void **state_) {
    (void)state_;
    av_bench b;
    start(&b, shop);
    av_artifact *artifacts;
    size_t count;
    expect_ok(&b, av_run_emit(b.run, av_rules_def(&b.rules, "lists"), &artifacts, &count));
    assert_int_equal(count, 2);
    assert_text(artifacts[1].path, "out/orders.txt");
    assert_int_equal(artifacts[1].format, AV_FORMAT_PLAIN);
    assert_text(artifacts[1].content.as.fragment->text, "sales\n");
    finish(&b);
}

static void paths_stay_below_the_folder(void **state_) {
    (void)state_;
    static const char *const paths[] = {"/etc/x", "a/../b", "..",     "a//b",
                                        "a/",     "",       "a\\\\b", "C:x"};
    for (size_t i = 0; i < AV_COUNT(paths); i++) {
        char text[300];
        snprintf(text, sizeof text,
                 "module m\nconst target: text = \"%s\" because \"b\"\nemit x { to \"{target}\" "
                 "format plain \"\"\"\n  a\n  \"\"\" }\n",
                 paths[i]);
        av_bench b;
        start(&b, text);
        av_artifact *artifacts;
        size_t count;
        assert_int_equal(av_run_emit(b.run, av_rules_def(&b.rules, "x"), &artifacts, &count),
                         AV_ERR_RUN);
        assert_int_equal(av_run_last_error(b.run)->code, AV_E_BAD_PATH);
        finish(&b);
    }
}

/* ---- the engine's lists */

static void lists_tell_of_the_run(void **state_) {
    (void)state_;
    char text[8000];
    snprintf(text, sizeof text, "%s%s%s", "module m\nuse std.model\n", strchr(teams, '\n') + 1,
             "func one_fact(f: FactInfo): text = \"{f.name}={f.value} ({f.source}, "
             "{f.confidence}): {f.flips}\"\n"
             "const facts_text: text = join(for f in all_facts yield one_fact(f), \"; \") because "
             "\"b\"\n"
             "func inventory(): json = \"\"\"[{for f at n in all_facts}{f.as_json}{if n < "
             "2},{end}{end}]\"\"\"\n"
             "const facts_json: text = text_of(inventory()) because \"b\"\n"
             "const decisions_text: text = join(for d in all_decisions yield \"{d.name}={d.value}: "
             "{d.facts}\", \"; \") because \"b\"\n"
             "const conflicts_text: text = join(for c in all_conflicts yield c.name, \"; \") "
             "because \"b\"\n"
             "const checks_text: text = join(for c in all_checks yield \"{c.id} {c.status}\", \"; "
             "\") because \"b\"\n"
             "check fine \"Fine\" { item \"Q\" require users > 0 else \"none\" }\n");
    av_bench b;
    start(&b, text);
    state_member(&b, "size", 0);
    assert_text(value(&b, "facts_text"),
                "users=50 (inferred, low): ; size=One person (stated, ): ");
    assert_text(value(&b, "facts_json"), "[50,\"One person\"]");
    assert_text(value(&b, "decisions_text"), "shape=One piece: users, size");
    assert_text(value(&b, "conflicts_text"), "");
    assert_text(value(&b, "checks_text"), "Q pass");
    finish(&b);
}

/* ---- what stops a run */

static void budgets_end_a_run(void **state_) {
    (void)state_;
    av_bench b;
    start(&b, "module m\n"
              "const many: list of int = for x in range(1, 1_000) for y in range(1, 1_000) yield x "
              "* y because \"b\"\n"
              "const huge: list of int = range(1, 500_000) because \"b\"\n"
              "const n: int = 9_000_000_000_000_000_000 because \"b\"\n"
              "const more: int = n + n because \"b\"\n");
    const av_run_limits steps = {.steps = 10000}, memory = {.memory = 1000000};
    again(&b, &steps);
    expect_error(&b, "many", AV_E_STEP_BUDGET);
    assert_text(av_run_last_error(b.run)->name, "many");
    again(&b, &memory);
    expect_error(&b, "huge", AV_E_MEMORY_BUDGET);
    assert_int_equal(av_run_last_error(b.run)->site.line, 3);
    again(&b, NULL);
    expect_error(&b, "more", AV_E_OVERFLOW);
    assert_text(value(&b, "n"), "9000000000000000000");
    finish(&b);
}

static av_status everything(const av_alloc *host, void *context) {
    av_bench *b = context;
    const av_program *program = b->rules.program;
    av_run *run = av_run_new(program, &b->facts, host, NULL, av_plain_execute);
    if (!run) return AV_ERR_MEMORY;
    av_status status = AV_OK;
    for (uint32_t i = 0; i < program->def_count && status == AV_OK; i++) {
        av_value v;
        av_artifact artifact;
        if (program->defs[i].kind == AV_DEF_DOCUMENT) status = av_run_document(run, i, &artifact);
        if (program->defs[i].kind == AV_DEF_DECISION)
            status = av_run_meta(run, i, AV_META_REJECTED, &v);
        if (program->defs[i].kind == AV_DEF_MATRIX)
            status = av_run_meta(run, i, AV_META_SCORES, &v);
        if (program->defs[i].kind == AV_DEF_FACT) status = av_run_flips(run, i, &v);
    }
    av_run_free(run);
    return status;
}

static void every_allocation_may_fail(void **state_) {
    (void)state_;
    static const char *const texts[] = {teams, stores, shop};
    for (size_t i = 0; i < AV_COUNT(texts); i++) {
        av_bench b;
        start(&b, texts[i]);
        av_fail_each(everything, &b);
        finish(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_inferred_with_their_reasons),
        cmocka_unit_test(stated_facts_need_no_rule),
        cmocka_unit_test(the_first_case_that_holds_decides),
        cmocka_unit_test(a_later_case_that_holds_too_is_said_to),
        cmocka_unit_test(conflicts_are_raised),
        cmocka_unit_test(flips_are_found_by_running),
        cmocka_unit_test(flips_follow_reasons),
        cmocka_unit_test(the_highest_score_wins),
        cmocka_unit_test(ties_go_to_the_option_listed_first),
        cmocka_unit_test(a_matrix_without_a_possible_winner_fails),
        cmocka_unit_test(records_of_one_key_merge),
        cmocka_unit_test(the_gate_repairs_what_it_can),
        cmocka_unit_test(several_repairs_of_one_field_all_take_hold),
        cmocka_unit_test(a_decision_can_be_repaired),
        cmocka_unit_test(documents_are_put_together),
        cmocka_unit_test(emits_give_artefacts),
        cmocka_unit_test(paths_stay_below_the_folder),
        cmocka_unit_test(lists_tell_of_the_run),
        cmocka_unit_test(budgets_end_a_run),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
