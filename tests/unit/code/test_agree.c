/* The machine and the plain evaluator over the shipped rules and invented briefs: the same values, reasons, rules, marks, checks
 * and failures. */
#include "base/set.h"
#include "engine/compile.h"
#include "oracle/plain.h"
#include "sema/sema.h"
#include "support/unit.h"
#include "vm/run.h"
#include "vm/vm.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef AV_TEST_BRIEFS
#define AV_TEST_BRIEFS 6 /* briefs invented for each program */
#endif

enum { FILES_MOST = 1000, FILE_BYTES = 1024 * 1024, PATH_BYTES = 1024, NESTING = 4 };

/* ---- rules from the disk */

typedef struct loaded {
    archvm_source files[FILES_MOST];
    size_t count;
    av_alloc host;
    av_texts *texts;
    av_program *program;
} loaded;

static void add_file(loaded *l, const char *path) {
    FILE *file = fopen(path, "rb");
    char *bytes = test_malloc(FILE_BYTES), *name = test_malloc(strlen(path) + 1);
    assert_non_null(file);
    assert_true(l->count < FILES_MOST);
    size_t length = fread(bytes, 1, FILE_BYTES, file);
    (void)fclose(file);
    memcpy(name, path, strlen(path) + 1);
    l->files[l->count++] = (archvm_source){.path = {name, strlen(name)}, .bytes = {bytes, length}};
}

static void add_folder(loaded *l, const char *path) {
    DIR *folder = opendir(path);
    if (folder == NULL) {
        if (av_text_ends(av_text_from(path), AV_TEXT(".arch"))) add_file(l, path);
        return;
    }
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char inner[PATH_BYTES];
        if (entry->d_name[0] == '.') continue;
        (void)snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        add_folder(l, inner);
    }
    (void)closedir(folder);
}

static void load(loaded *l, const char *path) {
    const archvm_load_options options = ARCHVM_LOAD_OPTIONS_INIT;
    *l = (loaded){.host = av_alloc_default()};
    add_folder(l, path);
    l->texts = av_texts_new(&l->host);
    assert_non_null(l->texts);
    if (av_compile(&l->host, AV_ALONE, l->texts, l->files, l->count, &options, true, &l->program) ==
        AV_OK)
        return;
    av_buf said;
    av_buf_init(&said, &l->host, 0);
    av_diags_render_plain(&l->texts->diags, &said);
    print_error("%.*s", AV_TEXT_ARG(av_buf_text(&said)));
    av_buf_free(&said);
    fail_msg("%s does not compile", path);
}

static void unload(loaded *l) {
    av_program_free(l->program);
    av_texts_release(l->texts);
    for (size_t i = 0; i < l->count; i++) {
        test_free((void *)(uintptr_t)l->files[i].path.ptr);
        test_free((void *)(uintptr_t)l->files[i].bytes.ptr);
    }
}

/* ---- invented briefs */

typedef struct inventor {
    const av_program *program;
    av_arena arena;
    uint64_t state;
} inventor;

static uint32_t below(inventor *in, uint32_t limit) {
    in->state = in->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(in->state >> 33) % limit;
}

static av_value invent(inventor *in, av_type_id id, unsigned depth);

static int64_t invent_int(inventor *in, const av_type *type) {
    static const int64_t usual[] = {0,  1,   2,    3,     5,      10,      50,
                                    99, 100, 1000, 10000, 100000, 1000000, 50000000};
    if (!type->ranged) return usual[below(in, AV_COUNT(usual))];
    uint64_t span = (uint64_t)type->high - (uint64_t)type->low + 1;
    return type->low + (int64_t)below(in, span > 1000000 || span == 0 ? 1000000 : (uint32_t)span);
}

static av_value invent_text(inventor *in) {
    static const char *const usual[] = {"",
                                        "users",
                                        "orders",
                                        "a|b",
                                        "x \"quoted\" `y`",
                                        "Two\nlines",
                                        "\xc3\xa9t\xc3\xa9 *bold*",
                                        "email"};
    av_value value = av_none();
    assert_ok(av_string(&in->arena, av_text_from(usual[below(in, AV_COUNT(usual))]), &value));
    return value;
}

static av_value invent_list(inventor *in, const av_type *type, unsigned depth) {
    av_value value, *items;
    uint32_t count = depth >= NESTING ? 0 : below(in, 4);
    assert_ok(av_list_new(&in->arena, count, &value, &items));
    for (uint32_t i = 0; i < count; i++) items[i] = invent(in, type->element, depth + 1);
    return value;
}

static av_value invent_record(inventor *in, const av_type *type, unsigned depth) {
    const av_record_type *record = &in->program->records[type->index];
    av_value value, *fields;
    assert_ok(av_record_new(&in->arena, type->index, record->field_count, &value, &fields));
    for (uint32_t i = 0; i < record->field_count; i++)
        fields[i] = invent(in, record->fields[i].type, depth + 1);
    ((av_record *)(uintptr_t)value.as.record)->given =
        record->field_count < 64 ? (UINT64_C(1) << record->field_count) - 1 : UINT64_MAX;
    return value;
}

/** Any of the members, each with the same chance: few, half or most of them. */
static av_value invent_set(inventor *in, uint32_t enum_index) {
    av_members members = {{0}};
    av_value set;
    uint32_t share = 1 + below(in, 3); /* of four members, so many are in */
    for (uint32_t m = 0; m < in->program->enums[enum_index].member_count; m++)
        if (below(in, 4) < share) av_members_add(&members, m);
    assert_ok(av_set_new(&in->arena, enum_index, &members, &set));
    return set;
}

static av_value invent(inventor *in, av_type_id id, unsigned depth) {
    const av_type *type = &in->program->types[id];
    switch (type->kind) {
    case AV_T_BOOL: return av_bool(below(in, 2) != 0);
    case AV_T_INT: return av_int(invent_int(in, type));
    case AV_T_DECIMAL: return av_decimal_value((av_decimal){(int64_t)below(in, 2000) * 2 + 1, 1});
    case AV_T_MONEY:
        return av_money((int64_t)below(in, 2000000), (av_currency)('U' << 16 | 'S' << 8 | 'D'));
    case AV_T_TEXT:
    case AV_T_REF: return invent_text(in);
    case AV_T_ENUM:
        return av_enum(type->index, below(in, in->program->enums[type->index].member_count));
    case AV_T_SET: return invent_set(in, type->index);
    case AV_T_LIST: return invent_list(in, type, depth);
    case AV_T_OPTION: return below(in, 2) != 0 ? av_none() : invent(in, type->element, depth);
    case AV_T_RECORD: return invent_record(in, type, depth);
    default: return av_none();
    }
}

static void invent_brief(inventor *in, av_facts *facts) {
    const av_program *p = in->program;
    *facts = (av_facts){.arena = &in->arena, .def_count = p->def_count};
    facts->stated = AV_NEW_ARRAY(&in->arena, av_stated, p->def_count);
    assert_non_null(facts->stated);
    uint32_t share = 1 + below(in, 4); /* of four facts, so many are stated */
    for (uint32_t i = 0; i < p->def_count; i++) {
        if (p->defs[i].kind != AV_DEF_FACT || below(in, 4) >= share) continue;
        facts->stated[i] = (av_stated){
            .stated = true, .at = AV_TEXT("brief:1:1"), .evidence = AV_TEXT("invented")};
        facts->stated[i].value = invent(in, p->defs[i].type, 0);
    }
}

/* ---- both executors */

typedef struct pair {
    const av_program *program;
    av_run *machine, *plain;
    uint64_t brief; /**< to find it again */
    size_t values, failures;
} pair;

static void differ(const pair *p, uint32_t def, const char *what) {
    const av_run_error *a = av_run_last_error(p->machine), *b = av_run_last_error(p->plain);
    fail_msg("brief %llu: %.*s: %s\nmachine: %.*s (%.*s)\nplain: %.*s (%.*s)",
             (unsigned long long)p->brief, AV_TEXT_ARG(p->program->defs[def].name), what,
             AV_TEXT_ARG(a->message), AV_TEXT_ARG(a->name), AV_TEXT_ARG(b->message),
             AV_TEXT_ARG(b->name));
}

static void same_value(pair *p, uint32_t def, const char *what, av_value a, av_value b) {
    p->values++;
    if (!av_value_equal(a, b)) differ(p, def, what);
    if (a.kind != AV_FRAGMENT) return;
    if (a.as.fragment->mark_count != b.as.fragment->mark_count) differ(p, def, "number of marks");
    for (size_t i = 0; i < a.as.fragment->mark_count; i++) {
        av_mark x = a.as.fragment->marks[i], y = b.as.fragment->marks[i];
        if (x.offset != y.offset || x.origin != y.origin) differ(p, def, "marks");
    }
}

/* Both succeed or both fail for the same reason; whether they succeeded. */
static bool same_status(pair *p, uint32_t def, const char *what, av_status a, av_status b) {
    if (a != b) differ(p, def, what);
    if (a == AV_ERR_RUN && av_run_last_error(p->machine)->code != av_run_last_error(p->plain)->code)
        differ(p, def, what);
    if (a != AV_OK) p->failures++;
    return a == AV_OK;
}

static void same_def(pair *p, uint32_t def) {
    const av_def *d = &p->program->defs[def];
    av_value a, b;
    if (d->kind == AV_DEF_TEST || d->kind == AV_DEF_FUNC) return;
    if (d->proc != AV_NO_INDEX && d->kind == AV_DEF_TABLE &&
        p->program->procs[d->proc].param_count > 0)
        return;
    if (same_status(p, def, "status", av_run_value(p->machine, def, &a),
                    av_run_value(p->plain, def, &b)))
        same_value(p, def, "value", a, b);
    if (d->kind != AV_DEF_FACT && d->kind != AV_DEF_DECISION && d->kind != AV_DEF_MATRIX &&
        d->kind != AV_DEF_CONFLICT)
        return;
    for (unsigned meta = 0; meta < AV_META_COUNT; meta++)
        if (same_status(p, def, "status of what is known",
                        av_run_meta(p->machine, def, (av_meta)meta, &a),
                        av_run_meta(p->plain, def, (av_meta)meta, &b)))
            same_value(p, def, "what is known", a, b);
}

static void same_checks(pair *p) {
    const av_check_result *a, *b;
    size_t a_count = 0, b_count = 0;
    av_status machine = av_run_gate(p->machine, &a, &a_count),
              plain = av_run_gate(p->plain, &b, &b_count);
    if (!same_status(p, 0, "checks", machine, plain)) return;
    assert_int_equal(a_count, b_count);
    for (size_t i = 0; i < a_count; i++) {
        if (a[i].status != b[i].status || a[i].message_count != b[i].message_count)
            differ(p, a[i].def, "check");
        for (uint32_t m = 0; m < a[i].message_count; m++)
            if (!av_text_equal(a[i].messages[m], b[i].messages[m]))
                differ(p, a[i].def, "message of a check");
    }
}

static void same_brief(pair *p) {
    same_checks(p);
    for (uint32_t def = 0; def < p->program->def_count; def++) same_def(p, def);
    for (uint32_t rule = 0; rule < p->program->rule_count; rule++) {
        bool a = false, b = false;
        uint32_t def = p->program->rules[rule].def;
        av_status machine = av_run_fired(p->machine, rule, &a),
                  plain = av_run_fired(p->plain, rule, &b);
        if (same_status(p, def, "status of a rule", machine, plain) && a != b)
            differ(p, def, "a rule took part");
    }
}

static void agree_on(const char *path) {
    loaded l;
    load(&l, path);
    pair p = {.program = l.program};
    for (uint64_t brief = 0; brief < AV_TEST_BRIEFS; brief++) {
        inventor in = {.program = l.program, .state = brief * UINT64_C(0x9e3779b97f4a7c15) + 1};
        av_facts facts;
        av_arena_init(&in.arena, &l.host, 0);
        invent_brief(&in, &facts);
        p.brief = brief;
        p.machine = av_run_new(l.program, brief == 0 ? NULL : &facts, &l.host, NULL, av_vm_execute);
        /* It keeps no results of calls and so takes the same steps and makes the same texts again and again. */
        const av_run_limits plenty = {.steps = (uint64_t)1 << 40, .memory = (size_t)4 << 30};
        p.plain =
            av_run_new(l.program, brief == 0 ? NULL : &facts, &l.host, &plenty, av_plain_execute);
        assert_non_null(p.machine);
        assert_non_null(p.plain);
        same_brief(&p);
        av_run_free(p.machine);
        av_run_free(p.plain);
        av_arena_free(&in.arena);
    }
    if (p.values < 100) fail_msg("%s: only %zu values", path, p.values);
    print_message("%s: %zu values, %zu failures\n", path, p.values, p.failures);
    unload(&l);
}

static void test_shipped_rules(void **state) {
    (void)state;
    agree_on("rules");
}

static void test_every_node(void **state) {
    (void)state;
    agree_on("tests/unit/code/every_node.arch");
}

static void test_everything(void **state) {
    (void)state;
    agree_on("tests/lang/everything.arch");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_node),
        cmocka_unit_test(test_everything),
        cmocka_unit_test(test_shipped_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
