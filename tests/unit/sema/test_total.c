/* What the analysis says of random decisions, against every assignment of facts tried one by one; and that its witnesses are
 * tests that can be pasted. */
#include <archvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/embedded.h"
#include "base/set.h"
#include "engine/stdlib.h"
#include "oracle/plain.h"
#include "sema/sema.h"
#include "support/fail_alloc.h"
#include "support/rules.h"
#include "support/unit.h"
#include "vm/run.h"

enum { PROGRAMS = 200, CASES_MOST = 7, TEXT_BYTES = 32 * 1024, FIRST_CASE_LINE = 18 };

/* ---- random rules: enum, ordered enum, bool, bounded int and set facts, a decision over them, a decision over both */

static const char declarations[] =
    "module m\n"
    "enum A { A0, A1, A2 }\n"
    "enum B ordered { B0, B1, B2, B3 }\n"
    "enum Out { O0, O1, O2, O3, O4, O5, O6, Other }\n"
    "const three: int = 2 + 1\n"
    "func high(k: int): bool = k >= three\n"
    "fact a: A \"A\" { group \"G\" ask \"?\" }\n"
    "infer a { otherwise A0 because \"b\" confidence low risk \"r\" }\n"
    "fact b: B \"B\" { group \"G\" ask \"?\" }\n"
    "infer b { otherwise B0 because \"b\" confidence low risk \"r\" }\n"
    "fact c: bool \"C\" { group \"G\" ask \"?\" }\n"
    "infer c { otherwise true because \"b\" confidence low risk \"r\" }\n"
    "fact n: int 0..6 \"N\" { group \"G\" ask \"?\" }\n"
    "infer n { otherwise 1 as one because \"b\" confidence low risk \"r\" }\n"
    "fact s: set of A \"S\" { group \"G\" ask \"?\" }\n"
    "infer s { otherwise [] as nothing because \"b\" confidence low risk \"r\" }\n";

typedef struct script {
    char text[TEXT_BYTES];
    size_t len;
    uint32_t seed;
    bool inner; /* the first decision is being written: it cannot read itself */
} script;

static unsigned pick(script *s, unsigned below) {
    s->seed = s->seed * 1664525u + 1013904223u;
    return (s->seed >> 10) % below;
}

static void put(script *s, const char *text) {
    size_t len = strlen(text);
    assert_true(s->len + len < sizeof s->text);
    memcpy(s->text + s->len, text, len + 1);
    s->len += len;
}

static void put_number(script *s, const char *before, unsigned number) {
    char text[40];
    snprintf(text, sizeof text, "%s%u", before, number);
    put(s, text);
}

static void atom(script *s) {
    static const char *const orders[] = {" < ", " <= ", " > ", " >= ", " == ", " != "};
    unsigned first = pick(s, 3);
    switch (pick(s, s->inner ? 10 : 12)) {
    case 0: put_number(s, "a == A", first); break;
    case 1:
        put_number(s, "a in [A", first);
        put_number(s, ", A", (first + 1) % 3);
        put(s, "]");
        break;
    case 2:
        put(s, "b");
        put(s, orders[pick(s, 6)]);
        put_number(s, "B", pick(s, 4));
        break;
    case 3: put(s, "c"); break;
    case 4:
        put(s, "n");
        put(s, orders[pick(s, 6)]);
        put_number(s, "", pick(s, 7));
        break;
    case 5:
        put_number(s, "n in ", first);
        put_number(s, "..", first + pick(s, 4));
        break;
    case 6:
        put_number(s, "A", first);
        put(s, pick(s, 2) ? " in s" : " not in s");
        break;
    case 7:
        put_number(s, "overlaps(s, [A", first);
        put_number(s, ", A", (first + 2) % 3);
        put(s, "])");
        break;
    case 8:
        put_number(s, "s == [A", first);
        put(s, "]");
        break;
    case 9: put(s, "high(n)"); break;
    case 10: put_number(s, "e == A", first); break;
    default: put(s, "e == a"); break;
    }
}

static void condition(script *s, unsigned depth) {
    unsigned kind = depth ? pick(s, 8) : 7;
    if (kind >= 6) {
        atom(s);
        return;
    }
    if (kind < 2) {
        static const char *const groups[] = {"any { ", "all { ", "at least 2 of { "};
        put(s, groups[pick(s, 3)]);
        for (unsigned i = 0; i < 3; i++) {
            condition(s, depth - 1);
            put(s, i < 2 ? "; " : " }");
        }
    } else if (kind == 2) {
        put(s, "not (");
        condition(s, depth - 1);
        put(s, ")");
    } else if (kind == 3) {
        put(s, "(if ");
        condition(s, depth - 1);
        put(s, " then ");
        condition(s, depth - 1);
        put(s, " else ");
        condition(s, depth - 1);
        put(s, ")");
    } else {
        put(s, "(");
        condition(s, depth - 1);
        put(s, kind == 4 ? " or " : " and ");
        condition(s, depth - 1);
        put(s, ")");
    }
}

/* Two texts of equal lines: one decision ends with `otherwise Other`, one does not. */
static unsigned make(script *s, uint32_t seed, bool total) {
    *s = (script){.seed = seed, .inner = true};
    put(s, declarations);
    put(s, "decision e: A \"E\" { case A0 when ");
    condition(s, 1);
    put(s, " because \"b\" case A1 when ");
    condition(s, 1);
    put(s, " because \"b\" otherwise A2 because \"b\" }\n");
    s->inner = false;
    unsigned count = 2 + pick(s, CASES_MOST - 1);
    put(s, "decision d: Out \"D\" {");
    for (unsigned i = 0; i < count; i++) {
        put_number(s, "\ncase O", i);
        put(s, " when ");
        condition(s, 2);
        put(s, " because \"b\"");
    }
    put(s, total ? "\notherwise Other because \"b\" }\n" : "\n}\n");
    return count;
}

/* ---- the analysis */

static av_status analyse(av_rules *rules, const av_alloc *host, const char *text) {
    static av_syntax files[64];
    uint32_t next_id = 0;
    uint16_t source;
    size_t count = 0;
    *rules = (av_rules){.host = *host};
    av_arena_init(&rules->arena, &rules->host, 64 * 1024 * 1024);
    AV_TRY(av_sources_init(&rules->sources, &rules->arena));
    av_diags_init(&rules->diags, &rules->arena, &rules->sources);
    for (size_t i = 0; i <= av_stdlib_file_count && count < AV_COUNT(files); i++) {
        bool last = i == av_stdlib_file_count;
        av_text path = last ? AV_TEXT("test.arch") : av_text_from(av_stdlib_files[i].path);
        av_text bytes =
            last ? av_text_from(text)
                 : (av_text){(const char *)av_stdlib_files[i].bytes, av_stdlib_files[i].length};
        AV_TRY(av_sources_add(&rules->sources, path, bytes, 0, &source));
        rules->sources.items[source].standard_library = !last;
        AV_TRY(av_parse(&rules->arena, &rules->diags, source, &next_id, &files[count++]));
    }
    if (rules->diags.error_count) return AV_ERR_INPUT;
    return av_check_program(&rules->diags, &rules->sources, files, count,
                            &(av_check_options){.analyse = true}, &rules->host, AV_ALONE,
                            &rules->program);
}

typedef struct found {
    bool dead[CASES_MOST], falls, other;
    char witness[2000]; /* the items of `given` */
} found;

static void read_findings(av_rules *rules, found *f) {
    for (size_t i = 0; i < rules->diags.count; i++) {
        const av_diag *d = &rules->diags.items[i];
        uint32_t line = av_sources_place(&rules->sources, d->span).line;
        if (d->code == AV_E_FALLS_THROUGH) {
            size_t from = av_text_find(d->help, AV_TEXT("  given {"), 0),
                   to = av_text_find(d->help, AV_TEXT("  }\n"), 0);
            f->falls = true;
            if (from != SIZE_MAX)
                snprintf(f->witness, sizeof f->witness, "%.*s", (int)(to + 4 - from),
                         d->help.ptr + from);
        } else if (d->code == AV_E_UNREACHABLE || d->code == AV_E_NEVER_HOLDS) {
            if (line > FIRST_CASE_LINE && line <= FIRST_CASE_LINE + CASES_MOST)
                f->dead[line - FIRST_CASE_LINE - 1] = true;
        } else if (d->severity == AV_SEVERITY_ERROR || d->code == AV_W_MAY_FALL_THROUGH) {
            f->other = true;
            print_error("%.*s\n", AV_TEXT_ARG(d->message));
        }
    }
}

/* ---- every assignment, run */

typedef struct tried {
    bool reached[CASES_MOST + 1]; /* the last: none of the cases */
} tried;

static void state(av_rules *rules, av_stated *stated, const char *fact, av_value value) {
    stated[av_rules_def(rules, fact)] = (av_stated){.stated = true, .value = value};
}

static av_value member(av_rules *rules, const char *fact, uint32_t index) {
    const av_program *p = rules->program;
    return av_enum(p->types[p->defs[av_rules_def(rules, fact)].type].index, index);
}

static void try_all(const char *text, tried *t) {
    av_rules rules;
    av_stated stated[60] = {{0}};
    av_rules_compile(&rules, text);
    assert_true(rules.program->def_count <= AV_COUNT(stated));
    av_facts facts = {.stated = stated, .def_count = rules.program->def_count};
    uint32_t d = av_rules_def(&rules, "d"), set_of = member(&rules, "a", 0).type;
    for (uint32_t i = 0; i < 3 * 4 * 2 * 7 * 8; i++) {
        state(&rules, stated, "a", member(&rules, "a", i % 3));
        state(&rules, stated, "b", member(&rules, "b", i / 3 % 4));
        state(&rules, stated, "c", av_bool(i / 12 % 2));
        state(&rules, stated, "n", av_int(i / 24 % 7));
        av_run *run = av_run_new(rules.program, &facts, &rules.host, NULL, av_plain_execute);
        av_value value, set;
        assert_ok(av_set_new(av_run_arena(run), set_of, &(av_members){{i / 168}}, &set));
        state(&rules, stated, "s", set);
        assert_non_null(run);
        assert_ok(av_run_value(run, d, &value));
        t->reached[value.as.integer] = true;
        av_run_free(run);
    }
    av_rules_free(&rules);
}

static int failed_test(void *payload, const archvm_test_result *result) {
    (void)payload;
    if (!result->passed) print_error("%.*s\n", (int)result->message.len, result->message.ptr);
    return 0;
}

/* The witness as a test of the rules with `otherwise`: it must come to that. */
static void paste(script *total, const char *given) {
    put(total, "test \"pasted\" {\n");
    put(total, given);
    put(total, "expect d == Other }\n");
    archvm_engine *engine = archvm_engine_new(NULL);
    archvm_program *program = NULL;
    archvm_source source = {.path = {"a_test.arch", 11}, .bytes = {total->text, total->len}};
    archvm_load_options options = ARCHVM_LOAD_OPTIONS_INIT;
    archvm_test_options how = ARCHVM_TEST_OPTIONS_INIT;
    archvm_test_summary summary = {0};
    options.with_tests = 1;
    how.each = failed_test;
    assert_int_equal(archvm_program_load(engine, &source, 1, &options, &program, NULL), ARCHVM_OK);
    assert_int_equal(archvm_program_test(program, &how, &summary), ARCHVM_OK);
    assert_int_equal(summary.passed, 1);
    archvm_program_free(program);
    archvm_engine_free(engine);
}

static void findings_are_what_trying_everything_shows(void **unused) {
    (void)unused;
    static script open, total;
    unsigned dead = 0, falling = 0;
    for (uint32_t seed = 1; seed <= PROGRAMS; seed++) {
        av_alloc host = av_alloc_default();
        av_rules rules;
        found f = {.falls = false};
        tried t = {{false}};
        unsigned count = make(&open, seed * 7919, false);
        make(&total, seed * 7919, true);
        assert_true(analyse(&rules, &host, open.text) != AV_ERR_MEMORY);
        read_findings(&rules, &f);
        av_rules_free(&rules);
        assert_false(f.other);
        try_all(total.text, &t);
        bool right = f.falls == t.reached[CASES_MOST];
        for (unsigned i = 0; i < count; i++) {
            right = right && f.dead[i] == !t.reached[i];
            dead += f.dead[i];
        }
        if (!right) fail_msg("the analysis errs about\n%s", open.text + sizeof declarations - 1);
        falling += f.falls;
        if (f.falls) paste(&total, f.witness);
    }
    /* both answers were put to the test */
    assert_true(dead > 10 && falling > 10 && falling < PROGRAMS - 10);
}

/* ---- memory */

static av_status analyse_over(const av_alloc *host, void *context) {
    av_rules rules;
    av_status status = analyse(&rules, host, context);
    av_rules_free(&rules);
    return status == AV_ERR_INPUT ? AV_OK : status;
}

static void every_allocation_may_fail(void **unused) {
    (void)unused;
    static script open;
    make(&open, 5, false);
    put(&open,
        "conflict x { between a when a == A0 and a == A1 tension \"t\" impact low effect \"e\" }\n"
        "table u(k: A, f: bool): int { | k | f || value | | A0 | - || 1 | | A0, A1 | true || 2 | "
        "}\n"
        "matrix v: A \"V\" { option A0 { +1 one when c because \"b\" veto no when c because \"v\" "
        "} "
        "option A1 { +2 two when n > 3 because \"b\" secondary when c } }\n"
        "check w \"W\" { for m in [1, 2] where m > n require n < 10 else \"no\" }\n");
    av_fail_each(analyse_over, open.text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_are_what_trying_everything_shows),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
