/* Operators and groups of conditions: the types of their operands and of what they give. */
#include "sema/checker.h"

/* Whether the expression needs to be told its type: it is checked after the other operand. */
static bool weak(av_checker *c, const av_ast *ast) {
    uint64_t decl = 0;
    switch (ast->kind) {
    case AV_AST_NONE:
    case AV_AST_LIST:
    case AV_AST_ROWS: return true;
    case AV_AST_RECORD_LITERAL: return true;
    case AV_AST_NAME:
        return !av_ck_find_local(c, ast->name) &&
               !av_map_get(&c->decl_by_name, av_intern_find(&c->names, ast->name), &decl);
    default: return false;
    }
}

static void both(av_checker *c, const av_ast *ast, av_node **a, av_node **b) {
    if (weak(c, ast->a) && !weak(c, ast->b)) {
        *b = av_ck_expr_raw(c, ast->b, AV_TYPE_ERROR);
        *a = av_ck_expr_raw(c, ast->a, (*b)->type);
    } else {
        *a = av_ck_expr_raw(c, ast->a, AV_TYPE_ERROR);
        *b = av_ck_expr_raw(c, ast->b, (*a)->type);
    }
}

static bool comparable(const av_checker *c, av_type_id type) {
    const av_type *t = av_ck_type_of(c, av_ck_strip(c, type));
    switch (t->kind) {
    case AV_T_INT:
    case AV_T_DECIMAL:
    case AV_T_MONEY:
    case AV_T_TEXT:
    case AV_T_REF: return true;
    case AV_T_ENUM: return c->program->enums[t->index].ordered;
    default: return false;
    }
}

static av_node *compare(av_checker *c, const av_ast *ast) {
    av_node *a, *b;
    both(c, ast, &a, &b);
    if (av_ck_is_error(a) || av_ck_is_error(b))
        return av_ck_const(c, av_bool(false), AV_TYPE_ERROR, ast->span);
    bool order = ast->op != AV_OP_EQ && ast->op != AV_OP_NE;
    av_type_id type = av_ck_join(c, a->type, b->type);
    /* a member or a list written on the other side of a set: [A] == set, set == [A] */
    if (type == AV_TYPE_ERROR && av_ck_kind_of(c, a->type) == AV_T_SET) type = a->type;
    if (type == AV_TYPE_ERROR && av_ck_kind_of(c, b->type) == AV_T_SET) type = b->type;
    if (type == AV_TYPE_ERROR) {
        av_ck_error(c, AV_E_TYPE, ast->span, "%.*s and %.*s cannot be compared",
                    AV_TEXT_ARG(av_ck_type_text(c, a->type)),
                    AV_TEXT_ARG(av_ck_type_text(c, b->type)));
        return av_ck_error_node(c, ast->span);
    }
    if (order && (!comparable(c, a->type) || av_ck_kind_of(c, type) == AV_T_OPTION)) {
        const av_type *t = av_ck_type_of(c, a->type);
        av_diag *d = av_ck_error(c, AV_E_TYPE, ast->span, "values of %.*s have no order",
                                 AV_TEXT_ARG(av_ck_type_text(c, type)));
        if (t->kind == AV_T_ENUM)
            av_diag_help(c->diags, d, "declare the enum as `enum %.*s ordered { ... }`",
                         AV_TEXT_ARG(c->program->enums[t->index].name));
        return av_ck_error_node(c, ast->span);
    }
    av_node *node = av_ck_node(c, AV_N_COMPARE, AV_TYPE_BOOL, ast->span);
    node->op = ast->op;
    node->a = av_ck_coerce(c, a, type);
    node->b = av_ck_coerce(c, b, type);
    return node;
}

/* [A, B] of constant members as a constant set, so that `in` is one bit test. */
static av_node *constant_set(av_checker *c, av_node *list, av_type_id element) {
    const av_type *t = av_ck_type_of(c, element);
    if (list->kind != AV_N_LIST || t->kind != AV_T_ENUM ||
        c->program->enums[t->index].member_count > AV_SET_MEMBERS)
        return list;
    av_members members = {{0}};
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->items[i]->kind != AV_N_CONST || list->items[i]->value.kind != AV_ENUM)
            return list;
        av_members_add(&members, (uint32_t)list->items[i]->value.as.integer);
    }
    return av_ck_const_set(c, t->index, &members, list->span);
}

static av_node *negated(av_checker *c, av_node *node, bool negate) {
    if (!negate) return node;
    av_node *n = av_ck_node(c, AV_N_NOT, AV_TYPE_BOOL, node->span);
    n->a = node;
    return n;
}

static av_node *in_range(av_checker *c, const av_ast *ast) {
    av_node *a = av_ck_expr_raw(c, ast->a, AV_TYPE_ERROR);
    if (av_ck_is_error(a)) return a;
    av_type_id type = av_ck_kind_of(c, a->type) == AV_T_INT ? AV_TYPE_INT : a->type;
    if (!comparable(c, type) || av_ck_kind_of(c, type) == AV_T_OPTION) {
        av_ck_error(c, AV_E_TYPE, a->span, "values of %.*s have no order, so no range",
                    AV_TEXT_ARG(av_ck_type_text(c, type)));
        return av_ck_error_node(c, ast->span);
    }
    av_node *node = av_ck_node(c, AV_N_IN_RANGE, AV_TYPE_BOOL, ast->span);
    node->a = a;
    node->b = av_ck_expr(c, ast->b->a, type);
    node->c = av_ck_expr(c, ast->b->b, type);
    return node;
}

static av_node *membership(av_checker *c, const av_ast *ast) {
    bool negate = ast->op == AV_OP_NOT_IN;
    if (ast->b->kind == AV_AST_RANGE) return negated(c, in_range(c, ast), negate);
    av_node *a, *b;
    if (weak(c, ast->a) && ast->b->kind != AV_AST_LIST) {
        b = av_ck_expr_raw(c, ast->b, AV_TYPE_ERROR);
        const av_type t = *av_ck_type_of(c, b->type);
        av_type_id element = t.kind == AV_T_LIST ? t.element
                             : t.kind == AV_T_SET
                                 ? av_ck_type(c, (av_type){.kind = AV_T_ENUM, .index = t.index})
                                 : AV_TYPE_ERROR;
        a = av_ck_expr_raw(c, ast->a, element);
    } else {
        a = av_ck_expr_raw(c, ast->a, AV_TYPE_ERROR);
        av_type_id element = av_ck_strip(c, a->type);
        bool literal = ast->b->kind == AV_AST_LIST && element != AV_TYPE_ERROR;
        b = literal ? constant_set(c, av_ck_expr(c, ast->b, av_ck_list_of(c, element)), element)
                    : av_ck_expr_raw(c, ast->b, AV_TYPE_ERROR);
    }
    if (av_ck_is_error(a) || av_ck_is_error(b)) return av_ck_error_node(c, ast->span);
    const av_type tb = *av_ck_type_of(c, b->type), ta = *av_ck_type_of(c, av_ck_strip(c, a->type));
    bool fits = tb.kind == AV_T_SET
                    ? ta.kind == AV_T_ENUM && ta.index == tb.index
                    : tb.kind == AV_T_LIST && av_ck_join(c, a->type, tb.element) != AV_TYPE_ERROR;
    if (!fits) {
        av_diag *d = av_ck_error(c, AV_E_TYPE, ast->span, "%.*s cannot be in %.*s",
                                 AV_TEXT_ARG(av_ck_type_text(c, a->type)),
                                 AV_TEXT_ARG(av_ck_type_text(c, b->type)));
        if (ta.kind == AV_T_SET)
            av_diag_help(c->diags, d,
                         "to ask whether two sets share a member, write overlaps(a, b)");
        if (tb.kind == AV_T_TEXT)
            av_diag_help(c->diags, d,
                         "to ask whether a text contains another, write has(text, part)");
        return av_ck_error_node(c, ast->span);
    }
    av_node *node = av_ck_node(c, AV_N_IN, AV_TYPE_BOOL, ast->span);
    node->a = a;
    node->b = b;
    return negated(c, node, negate);
}

/* Whether an expression can be shown never to be zero. */
static bool never_zero(const av_checker *c, const av_node *n) {
    if (c->status != AV_OK) return true; /* a tree that could not be made may hold itself */
    const av_type *t = av_ck_type_of(c, n->type);
    if (t->kind == AV_T_INT && t->ranged && (t->low > 0 || t->high < 0)) return true;
    switch (n->kind) {
    case AV_N_CONST: return n->value.as.integer != 0;
    case AV_N_TO_DECIMAL:
    case AV_N_CHECK_RANGE: return never_zero(c, n->a);
    case AV_N_DEF: {
        const av_def *d = &c->program->defs[n->index];
        return d->kind == AV_DEF_CONST && d->proc != AV_NO_INDEX &&
               never_zero(c, c->whole->procs[d->proc].tree);
    }
    case AV_N_ARITH: return n->op == AV_OP_MUL && never_zero(c, n->a) && never_zero(c, n->b);
    case AV_N_BUILTIN: /* the larger of two is positive when one of them is */
        if (n->index != AV_B_GREATEST) return false;
        for (uint32_t i = 0; i < n->count; i++)
            if (n->items[i]->kind != AV_N_LOCAL && never_zero(c, n->items[i]) &&
                (n->items[i]->kind != AV_N_CONST || n->items[i]->value.as.integer > 0))
                return true;
        return false;
    default: return false;
    }
}

static av_node *arithmetic_error(av_checker *c, const av_ast *ast, const av_node *a,
                                 const av_node *b) {
    static const char *const verbs[] = {[AV_OP_ADD] = "added",
                                        [AV_OP_SUB] = "subtracted",
                                        [AV_OP_MUL] = "multiplied",
                                        [AV_OP_DIV] = "divided",
                                        [AV_OP_MOD] = "divided"};
    av_diag *d = av_ck_error(c, AV_E_TYPE, ast->span, "%.*s and %.*s cannot be %s",
                             AV_TEXT_ARG(av_ck_type_text(c, a->type)),
                             AV_TEXT_ARG(av_ck_type_text(c, b->type)), verbs[ast->op]);
    if (av_ck_kind_of(c, a->type) == AV_T_OPTION || av_ck_kind_of(c, b->type) == AV_T_OPTION)
        av_diag_help(c->diags, d, "a value that may be none needs `?? other` first");
    return av_ck_error_node(c, ast->span);
}

static av_node *arithmetic(av_checker *c, const av_ast *ast, av_type_id expected) {
    av_type_kind wanted = av_ck_kind_of(c, expected);
    av_type_id hint = ast->op == AV_OP_ADD && wanted == AV_T_LIST ? expected : AV_TYPE_ERROR;
    av_node *a = av_ck_expr_raw(c, ast->a, hint);
    av_node *b = av_ck_expr_raw(c, ast->b,
                                hint != AV_TYPE_ERROR                    ? hint
                                : av_ck_kind_of(c, a->type) == AV_T_LIST ? a->type
                                                                         : AV_TYPE_ERROR);
    if (av_ck_is_error(a) || av_ck_is_error(b)) return av_ck_error_node(c, ast->span);
    av_type_kind ka = av_ck_kind_of(c, a->type), kb = av_ck_kind_of(c, b->type);
    bool na = ka == AV_T_INT || ka == AV_T_DECIMAL, nb = kb == AV_T_INT || kb == AV_T_DECIMAL;
    av_type_id type = AV_TYPE_ERROR;
    av_op op = (av_op)ast->op;
    bool money = ka == AV_T_MONEY || kb == AV_T_MONEY;
    if (op == AV_OP_MOD) {
        if (ka == AV_T_INT && kb == AV_T_INT) type = AV_TYPE_INT;
    } else if (na && nb) {
        type =
            (ka == AV_T_INT && kb == AV_T_INT && op != AV_OP_DIV) ? AV_TYPE_INT : AV_TYPE_DECIMAL;
        if (type == AV_TYPE_DECIMAL) {
            a = av_ck_coerce(c, a, type);
            b = av_ck_coerce(c, b, type);
        }
    } else if (money && op == AV_OP_MUL && (na || nb)) {
        if (na) {
            av_node *swap = a;
            a = b;
            b = swap;
        }
        b = av_ck_coerce(c, b, AV_TYPE_DECIMAL);
        type = AV_TYPE_MONEY;
    } else if (ka == AV_T_MONEY && op == AV_OP_DIV && nb) {
        b = av_ck_coerce(c, b, AV_TYPE_DECIMAL);
        type = AV_TYPE_MONEY;
    } else if (ka == AV_T_MONEY && kb == AV_T_MONEY && op != AV_OP_MUL) {
        type = op == AV_OP_DIV ? AV_TYPE_DECIMAL : AV_TYPE_MONEY;
    } else if (op == AV_OP_ADD && (ka == AV_T_TEXT || ka == AV_T_REF) &&
               (kb == AV_T_TEXT || kb == AV_T_REF)) {
        type = AV_TYPE_TEXT;
    } else if (op == AV_OP_ADD && ka == AV_T_LIST && kb == AV_T_LIST) {
        type = av_ck_join(c, a->type, b->type);
    }
    if (type == AV_TYPE_ERROR) return arithmetic_error(c, ast, a, b);
    if ((op == AV_OP_DIV || op == AV_OP_MOD) && !never_zero(c, b)) {
        av_diag *d = av_ck_error(c, AV_E_MAYBE_ZERO, ast->b->span, "this divisor may be zero");
        av_diag_help(c->diags, d,
                     "use divide(a, b) ?? other, a divisor of a type such as `int 1..100`, or "
                     "greater(x, 1)");
        return av_ck_error_node(c, ast->span);
    }
    av_node *node = av_ck_node(c, AV_N_ARITH, type, ast->span);
    node->op = ast->op;
    node->a = a;
    node->b = b;
    return node;
}

static av_node *else_none(av_checker *c, const av_ast *ast, av_type_id expected) {
    av_type_id wanted =
        expected == AV_TYPE_ERROR ? AV_TYPE_ERROR : av_ck_option_of(c, av_ck_strip(c, expected));
    av_node *a = av_ck_expr_raw(c, ast->a, wanted);
    if (av_ck_is_error(a)) {
        av_ck_expr_raw(c, ast->b, expected);
        return a;
    }
    if (av_ck_kind_of(c, a->type) != AV_T_OPTION && a->type != AV_TYPE_NONE) {
        av_diag *d = av_ck_error(c, AV_E_NEVER_NONE, ast->a->span,
                                 "this is never none, so what follows `??` is never used");
        av_diag_help(c->diags, d, "leave out `??` and what follows it");
        return a;
    }
    av_node *b =
        av_ck_expr_raw(c, ast->b, expected == AV_TYPE_ERROR ? av_ck_strip(c, a->type) : expected);
    if (av_ck_is_error(b)) return b;
    av_type_id type = av_ck_join(c, av_ck_strip(c, a->type), b->type);
    if (type == AV_TYPE_ERROR) return av_ck_mismatch(c, b, av_ck_strip(c, a->type));
    av_node *node = av_ck_node(c, AV_N_ELSE_NONE, type, ast->span);
    node->a = av_ck_coerce(c, a, av_ck_option_of(c, type));
    node->b = av_ck_coerce(c, b, type);
    return node;
}

static av_node *logic(av_checker *c, av_node_kind kind, const av_ast *ast) {
    av_node *node = av_ck_node(c, kind, AV_TYPE_BOOL, ast->span);
    node->a = av_ck_condition(c, ast->a);
    node->b = av_ck_condition(c, ast->b);
    return node;
}

static av_node *binary(av_checker *c, const av_ast *ast, av_type_id expected) {
    switch ((av_op)ast->op) {
    case AV_OP_AND: return logic(c, AV_N_AND, ast);
    case AV_OP_OR: return logic(c, AV_N_OR, ast);
    case AV_OP_EQ:
    case AV_OP_NE:
    case AV_OP_LT:
    case AV_OP_LE:
    case AV_OP_GT:
    case AV_OP_GE: return compare(c, ast);
    case AV_OP_IN:
    case AV_OP_NOT_IN: return membership(c, ast);
    case AV_OP_ELSE_IF_NONE: return else_none(c, ast, expected);
    default: return arithmetic(c, ast, expected);
    }
}

static av_node *negate(av_checker *c, const av_ast *ast, av_type_id expected) {
    av_node *a = av_ck_expr_raw(c, ast->a, expected);
    av_type_kind kind = av_ck_kind_of(c, a->type);
    if (av_ck_is_error(a)) return a;
    if (kind != AV_T_INT && kind != AV_T_DECIMAL && kind != AV_T_MONEY)
        return av_ck_mismatch(c, a, AV_TYPE_INT);
    av_node *node = av_ck_node(c, AV_N_NEGATE, kind == AV_T_INT ? AV_TYPE_INT : a->type, ast->span);
    node->a = a;
    return node;
}

/* any { }, all { }, at least n of { }: `any` and `all` are chains of or and and. */
static av_node *conditions(av_checker *c, const av_ast *ast) {
    size_t count = av_ast_count(ast->items);
    if (!count) {
        av_ck_error(c, AV_E_EMPTY, ast->span, "there is no condition here");
        return av_ck_error_node(c, ast->span);
    }
    av_node *node = av_ck_node(c, AV_N_AT_LEAST, AV_TYPE_BOOL, ast->span);
    node->items = av_ck_items(c, count);
    if (!node->items) return av_ck_error_node(c, ast->span);
    for (const av_ast *i = ast->items; i; i = i->next)
        node->items[node->count++] = av_ck_condition(c, i);
    if (ast->kind == AV_AST_AT_LEAST) {
        int64_t least = 0;
        if (ast->a->kind != AV_AST_INT || !av_int_parse(ast->a->name, &least) || least < 1 ||
            (uint64_t)least > count) {
            av_ck_error(c, AV_E_OUT_OF_RANGE, ast->a->span,
                        "`at least` wants a number from 1 to the %zu conditions that follow",
                        count);
            return av_ck_error_node(c, ast->span);
        }
        node->index = (uint32_t)least;
    } else {
        node->index = ast->kind == AV_AST_ANY ? 1 : (uint32_t)count;
    }
    return node;
}

av_node *av_ck_operator(av_checker *c, const av_ast *ast, av_type_id expected) {
    switch (ast->kind) {
    case AV_AST_UNARY:
        if (ast->op == AV_OP_NOT) return negated(c, av_ck_condition(c, ast->a), true);
        return negate(c, ast, expected);
    case AV_AST_BINARY: return binary(c, ast, expected);
    default: return conditions(c, ast);
    }
}
