/* From typed trees to formulas: constants are worked out, definitions looked through, the rest becomes subjects. */
#include "sema/domain.h"

#include <string.h>

#include "base/hash.h"

struct av_binding {
    uint32_t slot;
    const av_node *value;
    const av_binding *env; /**< of the value */
    const av_binding *next;
};

/** "Subject `op` constant", possibly of a field of the subject. */
typedef struct test {
    uint8_t op;
    av_value constant;
    uint32_t slot; /* field of the value tested, or AV_NO_INDEX */
} test;

static av_formula *condition(av_dom *d, const av_node *n, const av_binding *env);
static av_formula *test_of(av_dom *d, const av_node *n, const av_binding *env, test t);

void av_dom_init(av_dom *d, av_checker *c, const bool *patched, uint32_t param_count) {
    *d = (av_dom){.c = c, .patched = patched, .param_count = param_count};
    d->budget = c->analysis_spent >= AV_DOM_TOTAL ? 0 : AV_DOM_BUDGET;
    d->never = &d->constants[0];
    d->always = &d->constants[1];
    d->never->kind = AV_F_NEVER;
    d->always->kind = AV_F_ALWAYS;
    av_arena_init(&d->arena, &c->scratch->host, 0);
    av_map_init(&d->by_hash, &d->arena);
    av_map_init(&d->chosen, &d->arena);
}

void av_dom_free(av_dom *d) {
    if (d->arena.failed) av_ck_fail(d->c, AV_ERR_MEMORY);
    d->c->analysis_spent += AV_DOM_BUDGET - d->budget;
    av_arena_free(&d->arena);
}

/* ---- making formulas */

static av_formula *new_formula(av_dom *d, av_formula_kind kind) {
    av_formula *f = ++d->formula_count > AV_DOM_NODES ? NULL : AV_NEW(&d->arena, av_formula);
    if (!f) {
        d->too_complex = true;
        return d->never;
    }
    f->kind = kind;
    return f;
}

static av_formula *constant_formula(const av_dom *d, bool holds) {
    return holds ? d->always : d->never;
}

av_formula *av_dom_not(av_dom *d, av_formula *a) {
    if (a->kind == AV_F_NEVER) return d->always;
    if (a->kind == AV_F_ALWAYS) return d->never;
    if (a->kind == AV_F_NOT) return a->items[0];
    av_formula *f = new_formula(d, AV_F_NOT), **items = AV_NEW_ARRAY(&d->arena, av_formula *, 1);
    if (!items || f == d->never) return d->never;
    items[0] = a;
    f->items = items;
    f->count = 1;
    return f;
}

av_formula *av_dom_at_least(av_dom *d, uint32_t least, av_formula *const *items, uint32_t count) {
    av_formula **kept = AV_NEW_ARRAY(&d->arena, av_formula *, count ? count : 1);
    if (!kept) {
        d->too_complex = true;
        return d->never;
    }
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (items[i]->kind == AV_F_ALWAYS) {
            if (least) least--;
        } else if (items[i]->kind != AV_F_NEVER) {
            kept[n++] = items[i];
        }
    }
    if (!least) return d->always;
    if (least > n) return d->never;
    if (n == 1) return kept[0];
    av_formula *f = new_formula(d, AV_F_AT_LEAST);
    if (f == d->never) return f;
    f->items = kept;
    f->count = n;
    f->least = least;
    return f;
}

static av_formula *both(av_dom *d, av_formula *a, av_formula *b) {
    return av_dom_at_least(d, 2, (av_formula *[]){a, b}, 2);
}

static av_formula *if_then(av_dom *d, av_formula *when, av_formula *then, av_formula *other) {
    if (when->kind == AV_F_ALWAYS || then == other) return then;
    if (when->kind == AV_F_NEVER) return other;
    if (then->kind == AV_F_ALWAYS && other->kind == AV_F_NEVER) return when;
    if (then->kind == AV_F_NEVER && other->kind == AV_F_ALWAYS) return av_dom_not(d, when);
    av_formula *f = new_formula(d, AV_F_IF), **items = AV_NEW_ARRAY(&d->arena, av_formula *, 3);
    if (!items || f == d->never) return d->never;
    items[0] = when;
    items[1] = then;
    items[2] = other;
    f->items = items;
    f->count = 3;
    return f;
}

/* ---- subjects: equal expressions are one */

static const av_binding *bound(const av_node *n, const av_binding *env) {
    for (; env; env = env->next)
        if (env->slot == n->index) return env;
    return NULL;
}

/* Follows variables to what they stand for. */
static const av_node *follow(const av_node *n, const av_binding **env) {
    while (n->kind == AV_N_LOCAL) {
        const av_binding *b = bound(n, *env);
        if (!b) break;
        n = b->value;
        *env = b->env;
    }
    return n;
}

static uint64_t mix(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

static uint64_t hash_node(const av_node *n, const av_binding *env) {
    if (!n) return 1;
    n = follow(n, &env);
    uint64_t h = mix(n->kind, (uint64_t)n->op << 32 | n->index);
    h = mix(h, n->extra ^ (n->flag ? 7u : 0u));
    if (n->kind == AV_N_CONST || n->kind == AV_N_PART_TEXT) h = mix(h, av_value_hash(n->value, 3));
    if (n->kind == AV_N_RECORD || n->kind == AV_N_WITH) h = mix(h, n->bits);
    if (n->a) h = mix(h, hash_node(n->a, env));
    if (av_node_has_b(n) && n->b) h = mix(h, hash_node(n->b, env));
    if (av_node_has_b(n) && n->c) h = mix(h, hash_node(n->c, env));
    for (uint32_t i = 0; i < n->count; i++) h = mix(h, hash_node(n->items[i], env));
    return h;
}

static bool same_node(const av_node *a, const av_binding *ea, const av_node *b,
                      const av_binding *eb) {
    if (!a || !b) return a == b;
    a = follow(a, &ea);
    b = follow(b, &eb);
    if (a->kind != b->kind || a->op != b->op || a->index != b->index || a->extra != b->extra ||
        a->flag != b->flag || a->count != b->count)
        return false;
    if ((a->kind == AV_N_CONST || a->kind == AV_N_PART_TEXT) && !av_value_equal(a->value, b->value))
        return false;
    if ((a->kind == AV_N_RECORD || a->kind == AV_N_WITH) && a->bits != b->bits) return false;
    if (!same_node(a->a, ea, b->a, eb)) return false;
    if (av_node_has_b(a) && (!same_node(a->b, ea, b->b, eb) || !same_node(a->c, ea, b->c, eb)))
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!same_node(a->items[i], ea, b->items[i], eb)) return false;
    return true;
}

static const av_type *type_of(const av_dom *d, av_type_id type) {
    return av_ck_type_of(d->c, type);
}

static av_subject_kind subject_kind(const av_dom *d, const av_node *n, uint32_t slot) {
    if (n->kind == AV_N_LOCAL && n->index < d->param_count) return AV_SUBJECT_PARAMETER;
    if (n->kind != AV_N_DEF || slot != AV_NO_INDEX ||
        d->c->program->defs[n->index].kind != AV_DEF_FACT)
        return AV_SUBJECT_OTHER;
    const av_type *t = type_of(d, av_ck_strip(d->c, n->type));
    return t->kind == AV_T_LIST || t->kind == AV_T_RECORD ? AV_SUBJECT_OTHER : AV_SUBJECT_FACT;
}

static uint32_t subject_of(av_dom *d, const av_node *n, const av_binding *env, uint32_t slot,
                           uint32_t member) {
    n = follow(n, &env);
    uint64_t hash = mix(mix(hash_node(n, env), slot), member), found = 0;
    for (; av_map_get(&d->by_hash, hash, &found); hash++) {
        const av_subject *s = &d->subjects[found];
        if (s->slot == slot && s->member == member && same_node(s->node, s->env, n, env))
            return (uint32_t)found;
    }
    av_subject *subjects =
        av_arena_grow(&d->arena, d->subjects, d->subject_count, &d->subject_cap, sizeof *subjects);
    if (subjects) d->subjects = subjects;
    if (!subjects || av_map_set(&d->by_hash, hash, d->subject_count) != AV_OK) {
        d->too_complex = true;
        return 0;
    }
    av_type_id type = n->type;
    const av_type *t = type_of(d, type);
    if (slot != AV_NO_INDEX && t->kind == AV_T_RECORD &&
        slot < d->c->program->records[t->index].field_count)
        type = d->c->program->records[t->index].fields[slot].type;
    subjects[d->subject_count] = (av_subject){.kind = subject_kind(d, n, slot),
                                              .node = n,
                                              .env = env,
                                              .slot = slot,
                                              .member = member,
                                              .type = type};
    if (member != AV_NO_INDEX && type_of(d, type)->kind == AV_T_OPTION)
        subjects[d->subject_count].kind = AV_SUBJECT_OTHER;
    return (uint32_t)d->subject_count++;
}

static av_formula *atom(av_dom *d, uint32_t subject, uint8_t op, av_value constant) {
    if (d->too_complex) return d->never;
    av_subject *s = &d->subjects[subject];
    av_value *constants = av_arena_grow(&d->arena, s->constants, s->constant_count,
                                        &s->constant_cap, sizeof *constants);
    if (constants) s->constants = constants;
    av_formula *f = new_formula(d, AV_F_ATOM);
    av_term *term = AV_NEW(&d->arena, av_term);
    if (!constants || !term || f == d->never) {
        d->too_complex = true;
        return d->never;
    }
    constants[s->constant_count++] = constant;
    *term = (av_term){.op = op, .constant = constant};
    f->subject = subject;
    f->terms = term;
    return f;
}

/* Something true or false of which nothing more is known. */
static av_formula *opaque(av_dom *d, const av_node *n, const av_binding *env) {
    return atom(d, subject_of(d, n, env, AV_NO_INDEX, AV_NO_INDEX), AV_OP_EQ, av_bool(true));
}

/* Or of atoms over one subject: one atom, so that the search decides them together. */
static av_formula *merged_any(av_dom *d, av_formula *const *items, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (items[i]->kind != AV_F_ATOM || items[i]->subject != items[0]->subject)
            return av_dom_at_least(d, 1, items, count);
    if (count < 2) return count ? items[0] : d->never;
    av_formula *f = new_formula(d, AV_F_ATOM);
    if (f == d->never) return f;
    f->subject = items[0]->subject;
    for (uint32_t i = 0; i < count; i++)
        for (const av_term *from = items[i]->terms; from; from = from->next) {
            av_term *term = AV_NEW(&d->arena, av_term);
            if (!term) {
                d->too_complex = true;
                return d->never;
            }
            *term = *from;
            term->next = f->terms;
            f->terms = term;
        }
    return f;
}

/* ---- constants */

static bool value_of(av_dom *d, const av_node *n, const av_binding *env, av_value *out);

static bool arithmetic(const av_node *n, av_value a, av_value b, av_value *out) {
    int64_t i = 0;
    av_decimal x;
    if (a.kind == AV_INT && b.kind == AV_INT) {
        bool ok = n->op == AV_OP_ADD   ? av_int_add(a.as.integer, b.as.integer, &i)
                  : n->op == AV_OP_SUB ? av_int_sub(a.as.integer, b.as.integer, &i)
                  : n->op == AV_OP_MUL
                      ? av_int_mul(a.as.integer, b.as.integer, &i)
                      : n->op == AV_OP_MOD && av_int_mod(a.as.integer, b.as.integer, &i);
        *out = av_int(i);
        return ok;
    }
    if (a.kind == AV_DECIMAL && b.kind == AV_DECIMAL) {
        av_decimal p = av_as_decimal(a), q = av_as_decimal(b);
        bool ok = n->op == AV_OP_ADD   ? av_decimal_add(p, q, &x)
                  : n->op == AV_OP_SUB ? av_decimal_sub(p, q, &x)
                  : n->op == AV_OP_MUL ? av_decimal_mul(p, q, &x)
                                       : n->op == AV_OP_DIV && av_decimal_div(p, q, &x);
        if (ok) *out = av_decimal_value(x);
        return ok;
    }
    if (a.kind == AV_MONEY && b.kind == AV_DECIMAL && n->op == AV_OP_MUL) {
        bool ok = av_money_scale(a.as.integer, av_as_decimal(b), &i);
        *out = av_money(i, a.type);
        return ok;
    }
    return false;
}

static bool list_value(av_dom *d, const av_node *n, const av_binding *env, av_value *out) {
    av_value *items = NULL;
    if (av_list_new(&d->arena, n->count, out, &items) != AV_OK) return false;
    for (uint32_t i = 0; i < n->count; i++)
        if (n->items[i]->kind == AV_N_ELEMENT || n->items[i]->kind == AV_N_SPLICE ||
            !value_of(d, n->items[i], env, &items[i]))
            return false;
    return true;
}

static bool set_value(av_dom *d, uint32_t enum_index, const av_list *list, av_value *out) {
    av_members members = {{0}};
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].kind != AV_ENUM) return false;
        av_members_add(&members, (uint32_t)list->items[i].as.integer);
    }
    return av_set_new(&d->arena, enum_index, &members, out) == AV_OK;
}

/* The tree of a definition without parameters that is looked through, or NULL. */
static const av_node *definition_tree(const av_dom *d, uint32_t index) {
    const av_program *p = d->c->program;
    const av_def *def = &p->defs[index];
    switch (def->kind) {
    case AV_DEF_CONST:
    case AV_DEF_DECISION:
    case AV_DEF_CONFLICT:
    case AV_DEF_TABLE:
        return def->proc == AV_NO_INDEX || d->patched[index] ? NULL : p->procs[def->proc].tree;
    default: return NULL;
    }
}

/* The item of a record literal that a constant holds. */
static const av_node *constant_field(const av_dom *d, const av_node *n, uint32_t slot,
                                     const av_binding **env) {
    n = follow(n, env);
    if (n->kind == AV_N_DEF && d->c->program->defs[n->index].kind == AV_DEF_CONST) {
        n = definition_tree(d, n->index);
        *env = NULL;
    }
    return n && n->kind == AV_N_RECORD && slot < n->count ? n->items[slot] : NULL;
}

static bool value_of(av_dom *d, const av_node *n, const av_binding *env, av_value *out) {
    n = follow(n, &env);
    av_value a, b;
    switch (n->kind) {
    case AV_N_CONST: *out = n->value; return n->type != AV_TYPE_ERROR;
    case AV_N_DEF: {
        if (d->c->program->defs[n->index].kind != AV_DEF_CONST || d->depth >= AV_DOM_INLINE)
            return false;
        const av_node *tree = definition_tree(d, n->index);
        d->depth++;
        bool ok = tree && value_of(d, tree, NULL, out);
        d->depth--;
        return ok;
    }
    case AV_N_TO_DECIMAL:
        if (!value_of(d, n->a, env, &a) || a.kind != AV_INT) return false;
        *out = av_decimal_value(av_decimal_from_int(a.as.integer));
        return true;
    case AV_N_CHECK_RANGE: return value_of(d, n->a, env, out);
    case AV_N_NEGATE:
        if (!value_of(d, n->a, env, out) || out->as.integer == INT64_MIN) return false;
        out->as.integer = -out->as.integer;
        return true;
    case AV_N_ARITH:
        return value_of(d, n->a, env, &a) && value_of(d, n->b, env, &b) && arithmetic(n, a, b, out);
    case AV_N_LIST: return list_value(d, n, env, out);
    case AV_N_TO_SET:
        return value_of(d, n->a, env, &a) && a.kind == AV_LIST &&
               set_value(d, n->index, a.as.list, out);
    case AV_N_FIELD: {
        const av_binding *inner = env;
        const av_node *item = constant_field(d, n->a, n->index, &inner);
        return item && value_of(d, item, inner, out);
    }
    default: return false;
    }
}

bool av_dom_term_holds(uint8_t op, av_value value, av_value constant) {
    if (op == AV_OP_EQ) return av_value_equal(value, constant);
    if (value.kind != constant.kind) return false;
    int order = value.kind == AV_DECIMAL
                    ? av_decimal_compare(av_as_decimal(value), av_as_decimal(constant))
                    : av_value_compare(value, constant);
    return op == AV_OP_LT ? order < 0 : order <= 0;
}

/* ---- tests of a value */

static av_formula *test_cases(av_dom *d, const av_node *choose, const av_binding *env, test t,
                              av_formula *const *whens) {
    av_formula *rest = d->never;
    for (uint32_t i = choose->count; i-- > 0;) {
        const av_node *one = choose->items[i];
        av_formula *when = whens ? whens[i] : one->a ? condition(d, one->a, env) : d->always;
        rest = if_then(d, when, test_of(d, one->b, env, t), rest);
    }
    return rest;
}

/* The conditions of a definition's cases, made once. */
static av_formula *const *definition_cases(av_dom *d, uint32_t def, const av_node *choose) {
    uint64_t known = 0;
    if (av_map_get(&d->chosen, def, &known)) return (av_formula *const *)(uintptr_t)known;
    av_formula **whens = AV_NEW_ARRAY(&d->arena, av_formula *, choose->count + 1);
    if (!whens) {
        d->too_complex = true;
        return NULL;
    }
    for (uint32_t i = 0; i < choose->count; i++)
        whens[i] = choose->items[i]->a ? condition(d, choose->items[i]->a, NULL) : d->always;
    if (av_map_set(&d->chosen, def, (uint64_t)(uintptr_t)whens) != AV_OK) d->too_complex = true;
    return whens;
}

static av_formula *test_set(av_dom *d, const av_node *n, const av_binding *env, test t) {
    uint32_t count = d->c->program->enums[t.constant.type].member_count;
    av_formula **items = AV_NEW_ARRAY(&d->arena, av_formula *, count);
    if (!items) {
        d->too_complex = true;
        return d->never;
    }
    for (uint32_t m = 0; m < count; m++) {
        av_formula *in = atom(d, subject_of(d, n, env, t.slot, m), AV_OP_EQ, av_bool(true));
        items[m] = av_set_has(t.constant, m) ? in : av_dom_not(d, in);
    }
    return av_dom_at_least(d, count, items, count);
}

static av_formula *test_leaf(av_dom *d, const av_node *n, const av_binding *env, test t) {
    if (t.constant.kind == AV_SET) return test_set(d, n, env, t);
    uint32_t subject = subject_of(d, n, env, t.slot, AV_NO_INDEX);
    if (d->too_complex) return d->never;
    const av_type *type = type_of(d, av_ck_strip(d->c, d->subjects[subject].type));
    bool ordered = type->kind == AV_T_INT || type->kind == AV_T_ENUM ||
                   type->kind == AV_T_DECIMAL || type->kind == AV_T_MONEY ||
                   type->kind == AV_T_BOOL;
    if (t.op != AV_OP_EQ && !ordered) return opaque(d, n, env);
    const av_subject *s = &d->subjects[subject];
    if (type->kind == AV_T_MONEY && t.constant.kind == AV_MONEY)
        for (size_t i = 0; i < s->constant_count; i++)
            if (s->constants[i].kind == AV_MONEY && s->constants[i].type != t.constant.type) {
                d->too_complex = true; /* amounts of two currencies are not compared */
                return d->never;
            }
    return atom(d, subject, t.op, t.constant);
}

/* An int against a decimal, as a test of the int itself. */
static av_formula *test_as_decimal(av_dom *d, const av_node *n, const av_binding *env, test t) {
    int64_t floor = 0;
    if (t.constant.kind != AV_DECIMAL) return test_of(d, n->a, env, t);
    if (!av_decimal_floor(av_as_decimal(t.constant), &floor)) {
        d->too_complex = true;
        return d->never;
    }
    bool whole = av_decimal_compare(av_decimal_from_int(floor), av_as_decimal(t.constant)) == 0;
    if (!whole && t.op == AV_OP_EQ) return d->never;
    if (!whole) t.op = AV_OP_LE;
    t.constant = av_int(floor);
    return test_of(d, n->a, env, t);
}

static av_formula *test_call(av_dom *d, const av_node *n, const av_binding *env, test t) {
    const av_proc *p = &d->c->program->procs[n->index];
    if (!p->tree || d->depth >= AV_DOM_INLINE || p->param_count != n->count)
        return test_leaf(d, n, env, t);
    const av_binding *inner = NULL;
    for (uint32_t i = 0; i < n->count; i++) {
        av_binding *b = AV_NEW(&d->arena, av_binding);
        if (!b) {
            d->too_complex = true;
            return d->never;
        }
        *b = (av_binding){.slot = i, .value = n->items[i], .env = env, .next = inner};
        inner = b;
    }
    d->depth++;
    av_formula *f = test_of(d, p->tree, inner, t);
    d->depth--;
    return f;
}

static av_formula *test_definition(av_dom *d, const av_node *n, const av_binding *env, test t) {
    const av_node *tree = d->depth < AV_DOM_INLINE ? definition_tree(d, n->index) : NULL;
    if (!tree) return test_leaf(d, n, env, t);
    d->depth++;
    av_formula *const *whens =
        tree->kind == AV_N_CHOOSE ? definition_cases(d, n->index, tree) : NULL;
    av_formula *f = whens ? test_cases(d, tree, NULL, t, whens) : test_of(d, tree, NULL, t);
    d->depth--;
    return f;
}

static const av_binding *bind(av_dom *d, uint32_t slot, const av_node *value,
                              const av_binding *env) {
    av_binding *b = AV_NEW(&d->arena, av_binding);
    if (!b) {
        d->too_complex = true;
        return env;
    }
    *b = (av_binding){.slot = slot, .value = value, .env = env, .next = env};
    return b;
}

static av_formula *test_of(av_dom *d, const av_node *n, const av_binding *env, test t) {
    if (d->too_complex) return d->never;
    n = follow(n, &env);
    av_value value;
    if (t.slot == AV_NO_INDEX && value_of(d, n, env, &value))
        return constant_formula(d, av_dom_term_holds(t.op, value, t.constant));
    switch (n->kind) {
    case AV_N_IF:
        return if_then(d, condition(d, n->a, env), test_of(d, n->b, env, t),
                       test_of(d, n->c, env, t));
    case AV_N_ELSE_NONE: {
        test none = {AV_OP_EQ, av_none(), AV_NO_INDEX};
        return if_then(d, test_of(d, n->a, env, none), test_of(d, n->b, env, t),
                       test_of(d, n->a, env, t));
    }
    case AV_N_LET: return test_of(d, n->b, bind(d, n->index, n->a, env), t);
    case AV_N_CHOOSE: return test_cases(d, n, env, t, NULL);
    case AV_N_CHECK_RANGE: return test_of(d, n->a, env, t);
    case AV_N_TO_DECIMAL: return test_as_decimal(d, n, env, t);
    case AV_N_CALL: return test_call(d, n, env, t);
    case AV_N_DEF: return test_definition(d, n, env, t);
    case AV_N_FIELD:
        if (t.slot != AV_NO_INDEX) break;
        t.slot = n->index;
        return test_of(d, n->a, env, t);
    case AV_N_RECORD:
        if (t.slot == AV_NO_INDEX || t.slot >= n->count) break;
        n = n->items[t.slot];
        t.slot = AV_NO_INDEX;
        return test_of(d, n, env, t);
    case AV_N_NOT:
    case AV_N_AND:
    case AV_N_OR:
    case AV_N_AT_LEAST:
    case AV_N_COMPARE:
    case AV_N_IN:
    case AV_N_IN_RANGE:
    case AV_N_BUILTIN:
        if (t.op == AV_OP_EQ && t.constant.kind == AV_BOOL) {
            av_formula *f = condition(d, n, env);
            return t.constant.as.integer ? f : av_dom_not(d, f);
        }
        break;
    default: break;
    }
    return test_leaf(d, n, env, t);
}

/* ---- conditions */

static av_formula *equal_to_any(av_dom *d, const av_node *n, const av_binding *env,
                                const av_value *values, size_t count) {
    av_formula **items = AV_NEW_ARRAY(&d->arena, av_formula *, count ? count : 1);
    if (!items) {
        d->too_complex = true;
        return d->never;
    }
    for (size_t i = 0; i < count; i++)
        items[i] = test_of(d, n, env, (test){AV_OP_EQ, values[i], AV_NO_INDEX});
    return merged_any(d, items, (uint32_t)count);
}

/* The members of a constant set, none when memory ends. */
static av_value *members_of(av_dom *d, av_value set, size_t *count) {
    av_value *members = AV_NEW_ARRAY(&d->arena, av_value, av_set_size(set));
    *count = 0;
    if (!members) {
        d->too_complex = true;
        return NULL;
    }
    for (AV_EACH_MEMBER(m, set)) members[(*count)++] = av_enum(set.type, m);
    return members;
}

/* Whether a set that is not constant holds a certain member. */
static av_formula *has_member(av_dom *d, const av_node *set, const av_binding *env,
                              av_value member) {
    set = follow(set, &env);
    uint32_t m = (uint32_t)member.as.integer;
    av_value value;
    if (value_of(d, set, env, &value)) return constant_formula(d, av_set_has(value, m));
    if (set->kind == AV_N_IF)
        return if_then(d, condition(d, set->a, env), has_member(d, set->b, env, member),
                       has_member(d, set->c, env, member));
    if (set->kind == AV_N_BUILTIN && (set->index == AV_B_JOINED || set->index == AV_B_REMOVED)) {
        av_formula *a = has_member(d, set->items[0], env, member),
                   *b = has_member(d, set->items[1], env, member);
        if (set->index == AV_B_REMOVED) return both(d, a, av_dom_not(d, b));
        return av_dom_at_least(d, 1, (av_formula *[]){a, b}, 2);
    }
    uint32_t slot = AV_NO_INDEX;
    if (set->kind == AV_N_FIELD) {
        slot = set->index;
        set = set->a;
    }
    return atom(d, subject_of(d, set, env, slot, m), AV_OP_EQ, av_bool(true));
}

static av_formula *membership(av_dom *d, const av_node *n, const av_binding *env) {
    av_value a, b;
    if (value_of(d, n->b, env, &b)) {
        if (b.kind == AV_SET) {
            size_t count;
            const av_value *members = members_of(d, b, &count);
            return equal_to_any(d, n->a, env, members, count);
        }
        if (b.kind == AV_LIST)
            return equal_to_any(d, n->a, env, b.as.list->items, b.as.list->count);
    }
    if (type_of(d, n->b->type)->kind == AV_T_SET && value_of(d, n->a, env, &a) && a.kind == AV_ENUM)
        return has_member(d, n->b, env, a);
    return opaque(d, n, env);
}

static av_formula *overlap(av_dom *d, const av_node *n, const av_binding *env) {
    av_value value;
    const av_node *other = n->items[1];
    if (!value_of(d, n->items[0], env, &value)) {
        other = n->items[0];
        if (!value_of(d, n->items[1], env, &value)) return opaque(d, n, env);
    }
    size_t count;
    const av_value *members = members_of(d, value, &count);
    av_formula **items = AV_NEW_ARRAY(&d->arena, av_formula *, count);
    if (!members || !items) {
        d->too_complex = true;
        return d->never;
    }
    for (size_t i = 0; i < count; i++) items[i] = has_member(d, other, env, members[i]);
    return av_dom_at_least(d, 1, items, (uint32_t)count);
}

/* Two values of a small enum, neither constant: member by member. */
static av_formula *compare_enums(av_dom *d, const av_node *n, const av_binding *env, uint8_t op,
                                 uint32_t enum_index) {
    uint32_t count = d->c->program->enums[enum_index].member_count;
    av_formula **items = AV_NEW_ARRAY(&d->arena, av_formula *, count ? count : 1);
    if (!items) {
        d->too_complex = true;
        return d->never;
    }
    for (uint32_t m = 0; m < count; m++) {
        test is = {AV_OP_EQ, av_enum(enum_index, m), AV_NO_INDEX},
             other = {op, av_enum(enum_index, m), AV_NO_INDEX};
        items[m] = both(d, test_of(d, n->b, env, is), test_of(d, n->a, env, other));
    }
    return av_dom_at_least(d, 1, items, count);
}

enum {
    /* members of enums whose values are compared with each other member by member */
    SMALL_ENUM = 12
};

static av_formula *comparison(av_dom *d, const av_node *n, const av_binding *env) {
    static const uint8_t mirrored[] = {
        [AV_OP_EQ] = AV_OP_EQ, [AV_OP_NE] = AV_OP_NE, [AV_OP_LT] = AV_OP_GT,
        [AV_OP_LE] = AV_OP_GE, [AV_OP_GT] = AV_OP_LT, [AV_OP_GE] = AV_OP_LE};
    uint8_t op = n->op;
    const av_node *a = n->a, *b = n->b;
    av_value k;
    bool constant = value_of(d, b, env, &k);
    if (!constant && value_of(d, a, env, &k)) {
        constant = true;
        a = n->b;
        op = mirrored[op];
    }
    bool negate = op == AV_OP_NE || op == AV_OP_GT || op == AV_OP_GE;
    uint8_t positive = op == AV_OP_NE   ? AV_OP_EQ
                       : op == AV_OP_GT ? AV_OP_LE
                       : op == AV_OP_GE ? AV_OP_LT
                                        : op;
    const av_type *t = type_of(d, a->type);
    av_formula *f;
    if (constant) {
        f = test_of(d, a, env, (test){positive, k, AV_NO_INDEX});
    } else if (t->kind == AV_T_ENUM && type_of(d, b->type)->kind == AV_T_ENUM &&
               d->c->program->enums[t->index].member_count <= SMALL_ENUM) {
        f = compare_enums(d, n, env, positive, t->index);
    } else if (t->kind == AV_T_BOOL && type_of(d, b->type)->kind == AV_T_BOOL &&
               positive == AV_OP_EQ) {
        av_formula *left = condition(d, a, env), *right = condition(d, b, env);
        f = if_then(d, left, right, av_dom_not(d, right));
    } else { /* a <= b is not (b < a), so that both are one subject */
        av_node *less = AV_NEW(&d->arena, av_node);
        if (!less) {
            d->too_complex = true;
            return d->never;
        }
        *less = *n;
        less->op = positive == AV_OP_EQ ? AV_OP_EQ : AV_OP_LT;
        if (positive == AV_OP_LE) {
            less->a = n->b;
            less->b = n->a;
            negate = !negate;
        }
        f = opaque(d, less, env);
    }
    return negate ? av_dom_not(d, f) : f;
}

static av_formula *several(av_dom *d, const av_node *n, const av_binding *env) {
    av_formula **items = AV_NEW_ARRAY(&d->arena, av_formula *, n->count ? n->count : 1);
    if (!items) {
        d->too_complex = true;
        return d->never;
    }
    for (uint32_t i = 0; i < n->count; i++) items[i] = condition(d, n->items[i], env);
    return n->index == 1 ? merged_any(d, items, n->count)
                         : av_dom_at_least(d, n->index, items, n->count);
}

static av_formula *condition(av_dom *d, const av_node *n, const av_binding *env) {
    if (d->too_complex) return d->never;
    switch (n->kind) {
    case AV_N_NOT: return av_dom_not(d, condition(d, n->a, env));
    case AV_N_AND: return both(d, condition(d, n->a, env), condition(d, n->b, env));
    case AV_N_OR:
        return merged_any(d, (av_formula *[]){condition(d, n->a, env), condition(d, n->b, env)}, 2);
    case AV_N_AT_LEAST: return several(d, n, env);
    case AV_N_COMPARE: return comparison(d, n, env);
    case AV_N_IN: return membership(d, n, env);
    case AV_N_IN_RANGE: {
        av_value low, high;
        if (!value_of(d, n->b, env, &low) || !value_of(d, n->c, env, &high))
            return opaque(d, n, env);
        return both(d, av_dom_not(d, test_of(d, n->a, env, (test){AV_OP_LT, low, AV_NO_INDEX})),
                    test_of(d, n->a, env, (test){AV_OP_LE, high, AV_NO_INDEX}));
    }
    case AV_N_BUILTIN:
        if (n->index == AV_B_OVERLAPS) return overlap(d, n, env);
        return opaque(d, n, env);
    default: return test_of(d, n, env, (test){AV_OP_EQ, av_bool(true), AV_NO_INDEX});
    }
}

av_formula *av_dom_condition(av_dom *d, const av_node *node) {
    return node ? condition(d, node, NULL) : d->always;
}
