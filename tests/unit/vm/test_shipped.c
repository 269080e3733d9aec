/* The shipped rules under many briefs: the machine agrees with the plain evaluator, and flips with running them. */
#include "oracle/plain.h"
#include "support/rules.h"
#include "support/unit.h"
#include "vm/run.h"

enum {
    DEFS_MOST = 5000,
    ROUNDS = 8,
    FLIP_ROUNDS = 2,
    FLIP_RARITY = 4 /**< one fact in so many is tried: each takes a run for every value */
};

typedef struct av_shipped {
    av_rules rules;
    av_stated stated[DEFS_MOST];
    av_facts facts;
    uint64_t random;
} av_shipped;

static av_shipped shipped;

static int setup(void **state) {
    (void)state;
    av_rules_compile_folder(&shipped.rules, "rules", false);
    assert_true(shipped.rules.program->def_count <= DEFS_MOST);
    shipped.facts =
        (av_facts){.stated = shipped.stated, .def_count = shipped.rules.program->def_count};
    shipped.random = 20240607;
    return 0;
}

static int teardown(void **state) {
    (void)state;
    av_rules_free(&shipped.rules);
    return 0;
}

/* xorshift: the same briefs on every machine. */
static uint32_t draw(uint32_t below) {
    shipped.random ^= shipped.random << 13;
    shipped.random ^= shipped.random >> 7;
    shipped.random ^= shipped.random << 17;
    return (uint32_t)((shipped.random >> 11) % below);
}

/* Number of values a fact can have, when they are few, and the i-th of them. */
static uint32_t value_count(const av_type *type) {
    if (type->kind == AV_T_BOOL) return 2;
    if (type->kind == AV_T_ENUM) return shipped.rules.program->enums[type->index].member_count;
    if (type->kind == AV_T_INT && type->ranged && type->high - type->low < AV_FLIP_RANGE)
        return (uint32_t)(type->high - type->low) + 1;
    return 0;
}

static av_value value_at(const av_type *type, uint32_t i) {
    if (type->kind == AV_T_BOOL) return av_bool(i != 0);
    if (type->kind == AV_T_ENUM) return av_enum(type->index, i);
    return av_int(type->low + i);
}

/* A brief that states each fact of few values with a probability of one in `rarity`. */
static void draw_brief(uint32_t rarity) {
    const av_program *p = shipped.rules.program;
    for (uint32_t i = 0; i < p->def_count; i++) {
        const av_type *type = &p->types[p->defs[i].type];
        shipped.stated[i] = (av_stated){.stated = false};
        if (p->defs[i].kind != AV_DEF_FACT || !value_count(type) || draw(rarity)) continue;
        shipped.stated[i] =
            (av_stated){.stated = true, .value = value_at(type, draw(value_count(type)))};
    }
}

static av_run *new_run(av_execute_fn *execute) {
    av_run *run =
        av_run_new(shipped.rules.program, &shipped.facts, &shipped.rules.host, NULL, execute);
    assert_non_null(run);
    return run;
}

static bool has_value(const av_program *p, const av_def *d) {
    if (d->kind == AV_DEF_FUNC || d->kind == AV_DEF_TEST) return false;
    return d->kind != AV_DEF_TABLE || p->procs[d->proc].param_count == 0;
}

static void evaluators_agree(void **state) {
    (void)state;
    const av_program *p = shipped.rules.program;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        draw_brief(round % 4 + 1);
        av_run *runs[2] = {new_run(NULL), new_run(av_plain_execute)};
        for (uint32_t i = 0; i < p->def_count; i++) {
            av_value values[2];
            av_status status[2];
            if (!has_value(p, &p->defs[i])) continue;
            for (size_t k = 0; k < 2; k++) status[k] = av_run_value(runs[k], i, &values[k]);
            bool same = status[0] == status[1] &&
                        (status[0] != AV_OK || av_value_equal(values[0], values[1]));
            if (status[0] == AV_ERR_RUN && same)
                same = av_run_last_error(runs[0])->code == av_run_last_error(runs[1])->code;
            if (!same) fail_msg("round %u: `%.*s` differs", round, AV_TEXT_ARG(p->defs[i].name));
            const av_trace *a = av_run_trace(runs[0], i), *b = av_run_trace(runs[1], i);
            if (a->rule != b->rule)
                fail_msg("round %u: the rule of `%.*s` differs", round,
                         AV_TEXT_ARG(p->defs[i].name));
        }
        av_run_free(runs[0]);
        av_run_free(runs[1]);
    }
}

static bool listed(av_value names, av_text name) {
    for (size_t i = 0; i < names.as.list->count; i++)
        if (av_text_equal(*names.as.list->items[i].as.string, name)) return true;
    return false;
}

/* Whether some decision or matrix but for those in `flips` differs under another value of `fact`, or one of them never does. */
static void check_flips(av_run *run, uint32_t fact, av_value flips) {
    const av_program *p = shipped.rules.program;
    static bool differs[DEFS_MOST];
    const av_type *type = &p->types[p->defs[fact].type];
    const av_stated before = shipped.stated[fact];
    av_value now;
    assert_ok(av_run_value(run, fact, &now));
    for (uint32_t i = 0; i < p->def_count; i++) differs[i] = false;
    for (uint32_t v = 0; v < value_count(type); v++) {
        if (av_value_equal(now, value_at(type, v))) continue;
        shipped.stated[fact] = (av_stated){.stated = true, .value = value_at(type, v)};
        av_run *other = new_run(NULL);
        for (uint32_t i = 0; i < p->def_count; i++) {
            av_value a, b;
            if (p->defs[i].kind != AV_DEF_DECISION && p->defs[i].kind != AV_DEF_MATRIX) continue;
            if (av_run_value(run, i, &a) != AV_OK || av_run_value(other, i, &b) != AV_OK) continue;
            differs[i] = differs[i] || !av_value_equal(a, b);
        }
        av_run_free(other);
    }
    shipped.stated[fact] = before;
    for (uint32_t i = 0; i < p->def_count; i++)
        if (differs[i] != listed(flips, p->defs[i].name))
            fail_msg("`%.*s` %s flip `%.*s`", AV_TEXT_ARG(p->defs[fact].name),
                     differs[i] ? "should" : "should not", AV_TEXT_ARG(p->defs[i].name));
}

static void flips_are_what_running_shows(void **state) {
    (void)state;
    const av_program *p = shipped.rules.program;
    for (uint32_t round = 0; round < FLIP_ROUNDS; round++) {
        draw_brief(round ? 2 : 1000000);
        av_run *run = new_run(NULL);
        for (uint32_t i = 0; i < p->def_count; i++) {
            av_value flips;
            if (p->defs[i].kind != AV_DEF_FACT || draw(FLIP_RARITY)) continue;
            assert_ok(av_run_flips(run, i, &flips));
            check_flips(run, i, flips);
        }
        av_run_free(run);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evaluators_agree),
        cmocka_unit_test(flips_are_what_running_shows),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
