/* Expressions: names, fields, choices, literals. Operators are in expr_op.c, lists in expr_list.c,
 * records in expr_record.c, calls in expr_call.c. */
#include "sema/checker.h"

av_local *av_ck_find_local(av_checker *c, av_text name) {
    for (size_t i = c->local_count; i-- > 0;)
        if (av_text_equal(c->locals[i].name, name)) return &c->locals[i];
    return NULL;
}

av_local *av_ck_local(av_checker *c, av_text name, av_type_id type, av_span span) {
    if (av_ck_find_local(c, name))
        av_ck_error(c, AV_E_DUPLICATE, span, "`%.*s` names something here already",
                    AV_TEXT_ARG(name));
    if (c->slot_count >= AV_SLOTS) {
        av_ck_error(c, AV_E_TOO_MANY, span, "too many variables in one rule; %d is the most",
                    AV_SLOTS);
        av_ck_fail(c, AV_ERR_LIMIT);
        c->slot_count = 0;
    }
    av_local *locals =
        av_arena_grow(c->lasting, c->locals, c->local_count, &c->local_cap, sizeof *locals);
    static const av_local none;
    if (!locals) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return c->local_count ? &c->locals[0] : (av_local *)(uintptr_t)&none;
    }
    c->locals = locals;
    locals[c->local_count] =
        (av_local){.name = name, .type = type, .slot = c->slot_count++, .collection = AV_NO_INDEX};
    return &locals[c->local_count++];
}

void av_ck_leave(av_checker *c, size_t local_count) {
    if (local_count < c->local_count) c->local_count = local_count;
}

/* ---- coercion */

av_node *av_ck_mismatch(av_checker *c, av_node *node, av_type_id to) {
    av_diag *d = av_ck_error(c, AV_E_TYPE, node->span, "expected %.*s, found %.*s",
                             AV_TEXT_ARG(av_ck_type_text(c, to)),
                             AV_TEXT_ARG(av_ck_type_text(c, node->type)));
    if (av_ck_kind_of(c, node->type) == AV_T_OPTION &&
        av_ck_fits(c, av_ck_strip(c, node->type), to))
        av_diag_help(c->diags, d, "the value may be none: say what to take then, `... ?? other`");
    else if (av_ck_kind_of(c, node->type) == AV_T_TEXT && av_ck_kind_of(c, to) == AV_T_REF)
        av_diag_help(c->diags, d,
                     "a reference is a key written as a name, or the key field of a record");
    return av_ck_error_node(c, node->span);
}

av_node *av_ck_coerce(av_checker *c, av_node *node, av_type_id to) {
    if (to == AV_TYPE_ERROR || av_ck_is_error(node) || av_ck_fits(c, node->type, to)) return node;
    av_type from = *av_ck_type_of(c, node->type), want = *av_ck_type_of(c, av_ck_strip(c, to));
    if (from.kind == AV_T_INT && want.kind == AV_T_DECIMAL) {
        if (node->kind == AV_N_CONST)
            return av_ck_const(c, av_decimal_value(av_decimal_from_int(node->value.as.integer)),
                               AV_TYPE_DECIMAL, node->span);
        av_node *n = av_ck_node(c, AV_N_TO_DECIMAL, AV_TYPE_DECIMAL, node->span);
        n->a = node;
        return n;
    }
    if (from.kind == AV_T_INT && want.kind == AV_T_INT) {
        if (node->kind == AV_N_CONST &&
            (node->value.as.integer < want.low || node->value.as.integer > want.high)) {
            av_ck_error(c, AV_E_OUT_OF_RANGE, node->span, "%lld is outside %lld..%lld",
                        (long long)node->value.as.integer, (long long)want.low,
                        (long long)want.high);
            return av_ck_error_node(c, node->span);
        }
        if (node->kind == AV_N_CONST) return node;
        av_node *n = av_ck_node(c, AV_N_CHECK_RANGE, av_ck_strip(c, to), node->span);
        n->a = node;
        return n;
    }
    if (from.kind == AV_T_LIST && want.kind == AV_T_SET) {
        const av_type *element = av_ck_type_of(c, from.element);
        if (element->kind == AV_T_ENUM && element->index == want.index) {
            av_node *n = av_ck_node(c, AV_N_TO_SET, av_ck_strip(c, to), node->span);
            n->a = node;
            n->index = want.index;
            return n;
        }
    }
    return av_ck_mismatch(c, node, to);
}

av_node *av_ck_expr(av_checker *c, const av_ast *ast, av_type_id expected) {
    return av_ck_coerce(c, av_ck_expr_raw(c, ast, expected), expected);
}

av_node *av_ck_condition(av_checker *c, const av_ast *ast) {
    return av_ck_expr(c, ast, AV_TYPE_BOOL);
}

/* ---- names */

static av_node *enum_member(av_checker *c, uint32_t enum_index, av_text name, av_span span) {
    const av_enum_type *e = &c->program->enums[enum_index];
    for (uint32_t m = 0; m < e->member_count; m++)
        if (av_text_equal(e->members[m].name, name))
            return av_ck_const(c, av_enum(enum_index, m),
                               av_ck_type(c, (av_type){.kind = AV_T_ENUM, .index = enum_index}),
                               span);
    return NULL;
}

static av_node *use_def(av_checker *c, uint32_t def, av_span span) {
    av_node *node = av_ck_node(c, AV_N_DEF, c->program->defs[def].type, span);
    node->index = def;
    av_ck_read(c, def);
    return node;
}

static av_node *decl_value(av_checker *c, av_decl *decl, const av_ast *ast) {
    switch (decl->ast->kind) {
    case AV_AST_CONST:
        if (c->def != decl->index) av_ck_need_const(c, decl);
        return use_def(c, decl->index, ast->span);
    case AV_AST_FACT:
    case AV_AST_DECISION:
    case AV_AST_MATRIX:
    case AV_AST_COLLECTION:
    case AV_AST_CONFLICT: return use_def(c, decl->index, ast->span);
    case AV_AST_TABLE:
        if (!decl->ast->items) return use_def(c, decl->index, ast->span);
        AV_FALLTHROUGH;
    case AV_AST_FUNC:
        av_ck_error(c, AV_E_NOT_A_VALUE, ast->span,
                    "`%.*s` is a function: call it with its arguments, `%.*s(...)`",
                    AV_TEXT_ARG(ast->name), AV_TEXT_ARG(ast->name));
        return av_ck_error_node(c, ast->span);
    default: {
        av_diag *d = av_ck_error(c, AV_E_NOT_A_VALUE, ast->span, "`%.*s` is not a value",
                                 AV_TEXT_ARG(ast->name));
        av_diag_label_add(c->diags, d, decl->ast->name_span, "declared here");
        return av_ck_error_node(c, ast->span);
    }
    }
}

static av_node *key_text(av_checker *c, uint32_t record, const av_ast *ast) {
    av_key_use *uses =
        av_arena_grow(c->lasting, c->key_uses, c->key_use_count, &c->key_use_cap, sizeof *uses);
    if (!uses) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return av_ck_error_node(c, ast->span);
    }
    c->key_uses = uses;
    uses[c->key_use_count++] =
        (av_key_use){.record = record, .key = av_ck_key(c, ast->name), .span = ast->span};
    av_node *node = av_ck_text_const(c, ast->name, ast->span);
    node->type = av_ck_type(c, (av_type){.kind = AV_T_REF, .index = record});
    return node;
}

static av_node *name_value(av_checker *c, const av_ast *ast, av_type_id expected) {
    av_local *local = av_ck_find_local(c, ast->name);
    if (local) {
        av_node *node = av_ck_node(c, AV_N_LOCAL, local->type, ast->span);
        node->index = local->slot;
        return node;
    }
    av_type want = *av_ck_type_of(c, av_ck_strip(c, expected));
    if (want.kind == AV_T_REF) return key_text(c, want.index, ast);
    if (want.kind == AV_T_ENUM || want.kind == AV_T_SET) {
        av_node *member = enum_member(c, want.index, ast->name, ast->span);
        if (member) return member;
    }
    av_decl *decl = av_ck_find(c, ast->name, ast->span);
    if (decl) return decl_value(c, decl, ast);
    uint32_t model = av_program_find(c->program, ast->name);
    if (model != AV_NO_INDEX && c->program->defs[model].kind == AV_DEF_MODEL)
        return use_def(c, model, ast->span);
    uint64_t enum_index = 0;
    if (av_map_get(&c->member_enums, av_intern_find(&c->names, ast->name), &enum_index)) {
        if (enum_index) return enum_member(c, (uint32_t)enum_index - 1, ast->name, ast->span);
        av_diag *d = av_ck_error(c, AV_E_AMBIGUOUS, ast->span, "several enums have a member `%.*s`",
                                 AV_TEXT_ARG(ast->name));
        for (uint32_t e = 0; e < c->program->enum_count; e++)
            for (uint32_t m = 0; m < c->program->enums[e].member_count; m++)
                if (av_text_equal(c->program->enums[e].members[m].name, ast->name)) {
                    av_diag_help(c->diags, d, "say which: `%.*s.%.*s`",
                                 AV_TEXT_ARG(c->program->enums[e].name), AV_TEXT_ARG(ast->name));
                    return av_ck_error_node(c, ast->span);
                }
        return av_ck_error_node(c, ast->span);
    }
    av_ck_unknown(c, ast->name, ast->span, want.kind == AV_T_ENUM ? "member or name" : "name",
                  expected);
    return av_ck_error_node(c, ast->span);
}

/* ---- fields and metadata */

typedef enum meta_type { META_TEXT, META_INT, META_REJECTED, META_SCORES, META_MEMBERS } meta_type;

enum { ON_FACT = 1, ON_DECISION = 2, ON_MATRIX = 4, ON_CONFLICT = 8, ON_ALL = 15 };

static const struct {
    av_text name;
    av_meta meta;
    meta_type type;
    unsigned on;
    bool fixed; /**< the same in every run */
} metas[] = {
    {{"because", 7}, AV_META_BECAUSE, META_TEXT, ON_FACT | ON_DECISION | ON_MATRIX, false},
    {{"rule", 4}, AV_META_RULE, META_TEXT, ON_FACT | ON_DECISION | ON_MATRIX, false},
    {{"condition", 9}, AV_META_CONDITION, META_TEXT, ON_FACT | ON_DECISION | ON_CONFLICT, false},
    {{"rejected", 8}, AV_META_REJECTED, META_REJECTED, ON_DECISION | ON_MATRIX, false},
    {{"label", 5}, AV_META_LABEL, META_TEXT, ON_ALL, true},
    {{"name", 4}, AV_META_NAME, META_TEXT, ON_ALL, true},
    {{"source", 6}, AV_META_SOURCE, META_TEXT, ON_FACT, false},
    {{"confidence", 10}, AV_META_CONFIDENCE, META_TEXT, ON_FACT, false},
    {{"risk", 4}, AV_META_RISK, META_TEXT, ON_FACT, false},
    {{"evidence", 8}, AV_META_EVIDENCE, META_TEXT, ON_FACT, false},
    {{"at", 2}, AV_META_AT, META_TEXT, ON_FACT, false},
    {{"group", 5}, AV_META_GROUP, META_TEXT, ON_FACT, true},
    {{"ask", 3}, AV_META_ASK, META_TEXT, ON_FACT, false},
    {{"score", 5}, AV_META_SCORE, META_INT, ON_MATRIX, false},
    {{"scores", 6}, AV_META_SCORES, META_SCORES, ON_MATRIX, false},
    {{"secondary", 9}, AV_META_SECONDARY, META_MEMBERS, ON_MATRIX, false},
    {{"wrong_if", 8}, AV_META_WRONG_IF, META_TEXT, ON_MATRIX, false},
    {{"vetoed", 6}, AV_META_VETOED, META_MEMBERS, ON_MATRIX, false},
    {{"tension", 7}, AV_META_TENSION, META_TEXT, ON_CONFLICT, false},
    {{"impact", 6}, AV_META_IMPACT, META_TEXT, ON_CONFLICT, true},
    {{"binds", 5}, AV_META_BINDS, META_TEXT, ON_CONFLICT, true},
    {{"effect", 6}, AV_META_EFFECT, META_TEXT, ON_CONFLICT, false},
    {{"between", 7}, AV_META_BETWEEN, META_TEXT, ON_CONFLICT, true},
};

static unsigned meta_kind(av_def_kind kind) {
    return kind == AV_DEF_FACT       ? ON_FACT
           : kind == AV_DEF_DECISION ? ON_DECISION
           : kind == AV_DEF_MATRIX   ? ON_MATRIX
           : kind == AV_DEF_CONFLICT ? ON_CONFLICT
                                     : 0;
}

static av_node *metadata(av_checker *c, const av_node *object, const av_ast *ast) {
    if (object->kind != AV_N_DEF) return NULL;
    const av_def *def = &c->program->defs[object->index];
    unsigned on = meta_kind(def->kind);
    for (size_t i = 0; i < AV_COUNT(metas); i++) {
        if (!(metas[i].on & on) || !av_text_equal(metas[i].name, ast->name)) continue;
        av_type_id type = AV_TYPE_TEXT;
        if (metas[i].type == META_INT) type = AV_TYPE_INT;
        if (metas[i].type == META_MEMBERS) type = av_ck_list_of(c, def->type);
        if (metas[i].type == META_REJECTED || metas[i].type == META_SCORES) {
            uint32_t record = metas[i].type == META_REJECTED ? c->program->model.rejected
                                                             : c->program->model.option_score;
            type = av_ck_list_of(c, av_ck_type(c, (av_type){.kind = AV_T_RECORD, .index = record}));
        }
        av_node *node = av_ck_node(c, AV_N_META, type, ast->span);
        node->index = object->index;
        node->op = (uint8_t)metas[i].meta;
        if (!metas[i].fixed) av_ck_read_reasons(c, node->index);
        return node;
    }
    return NULL;
}

void av_ck_help_fields(av_checker *c, av_diag *diag, const av_record_type *record) {
    av_buf names;
    av_buf_init(&names, &c->scratch->host, 0);
    for (uint32_t i = 0; i < record->field_count; i++) {
        if (i) av_buf_puts(&names, ", ");
        av_buf_put(&names, record->fields[i].name);
    }
    av_diag_help(c->diags, diag, "its fields: %.*s", AV_TEXT_ARG(av_buf_text(&names)));
    av_buf_free(&names);
}

static av_node *no_field(av_checker *c, const av_node *object, const av_ast *ast) {
    const av_type *t = av_ck_type_of(c, object->type);
    av_diag *d = av_ck_error(c, AV_E_NO_FIELD, ast->name_span, "%.*s has no field `%.*s`",
                             AV_TEXT_ARG(av_ck_type_text(c, object->type)), AV_TEXT_ARG(ast->name));
    if (t->kind == AV_T_RECORD) {
        av_ck_help_fields(c, d, &c->program->records[t->index]);
    } else if (t->kind == AV_T_OPTION && av_ck_kind_of(c, t->element) == AV_T_RECORD) {
        av_diag_help(
            c->diags, d,
            "the record may be none: take another with `??`, or run over it with `for x in ...`");
    }
    return av_ck_error_node(c, ast->span);
}

static av_node *get(av_checker *c, const av_ast *ast) {
    if (ast->a->kind == AV_AST_NAME && !av_ck_find_local(c, ast->a->name)) {
        uint64_t decl = 0;
        if (av_map_get(&c->decl_by_name, av_intern_find(&c->names, ast->a->name), &decl) &&
            c->decls[decl].ast->kind == AV_AST_ENUM) {
            av_ck_find(c, ast->a->name, ast->a->span);
            av_node *member = enum_member(c, c->decls[decl].index, ast->name, ast->span);
            if (member) return member;
            av_ck_unknown(
                c, ast->name, ast->name_span, "member",
                av_ck_type(c, (av_type){.kind = AV_T_ENUM, .index = c->decls[decl].index}));
            return av_ck_error_node(c, ast->span);
        }
    }
    av_node *object = av_ck_expr_raw(c, ast->a, AV_TYPE_ERROR);
    if (av_ck_is_error(object)) return object;
    const av_type *t = av_ck_type_of(c, object->type);
    if (t->kind == AV_T_RECORD) {
        const av_record_type *r = &c->program->records[t->index];
        uint32_t slot = av_record_slot(r, ast->name);
        if (slot != AV_NO_INDEX) {
            uint32_t record = t->index;
            av_type_id type = r->fields[slot].type;
            if (slot == r->key) type = av_ck_type(c, (av_type){.kind = AV_T_REF, .index = record});
            av_node *node = av_ck_node(c, AV_N_FIELD, type, ast->span);
            node->a = object;
            node->index = slot;
            return node;
        }
    }
    av_node *meta = metadata(c, object, ast);
    return meta ? meta : no_field(c, object, ast);
}

static av_node *lookup(av_checker *c, const av_ast *ast) {
    av_node *list = av_ck_expr_raw(c, ast->a, AV_TYPE_ERROR);
    if (av_ck_is_error(list)) return list;
    const av_type *t = av_ck_type_of(c, list->type);
    const av_type *element = t->kind == AV_T_LIST ? av_ck_type_of(c, t->element) : NULL;
    if (!element || element->kind != AV_T_RECORD ||
        c->program->records[element->index].key == AV_NO_INDEX) {
        av_ck_error(c, AV_E_TYPE, list->span,
                    "only a list of records with a key can be looked up by key, not %.*s",
                    AV_TEXT_ARG(av_ck_type_text(c, list->type)));
        return av_ck_error_node(c, ast->span);
    }
    uint32_t record = element->index;
    av_type_id record_type = t->element;
    bool name = ast->b->kind == AV_AST_NAME && !av_ck_find_local(c, ast->b->name);
    av_node *key = name ? key_text(c, record, ast->b) : av_ck_expr(c, ast->b, AV_TYPE_TEXT);
    av_node *node = av_ck_node(c, AV_N_LOOKUP, av_ck_option_of(c, record_type), ast->span);
    node->a = list;
    node->b = key;
    node->index = c->program->records[record].key;
    return node;
}

/* ---- choices and literals */

static av_node *choice(av_checker *c, const av_ast *ast, av_type_id expected) {
    av_node *node = av_ck_node(c, AV_N_IF, expected, ast->span);
    node->a = av_ck_condition(c, ast->a);
    av_node *b = av_ck_expr_raw(c, ast->b, expected),
            *d = av_ck_expr_raw(c, ast->c, expected == AV_TYPE_ERROR ? b->type : expected);
    av_type_id type = expected != AV_TYPE_ERROR ? expected : av_ck_join(c, b->type, d->type);
    if (type == AV_TYPE_ERROR && !av_ck_is_error(b) && !av_ck_is_error(d))
        return av_ck_mismatch(c, d, b->type);
    node->b = av_ck_coerce(c, b, type);
    node->c = av_ck_coerce(c, d, type);
    node->type = av_ck_is_error(b) || av_ck_is_error(d) ? AV_TYPE_ERROR : type;
    return node;
}

static av_node *let_in(av_checker *c, const av_ast *ast, av_type_id expected) {
    size_t outer = c->local_count;
    av_node *value = av_ck_expr_raw(c, ast->a, AV_TYPE_ERROR);
    av_local *local = av_ck_local(c, ast->name, value->type, ast->name_span);
    uint32_t slot = local->slot;
    av_node *body = av_ck_expr_raw(c, ast->b, expected);
    av_ck_leave(c, outer);
    av_node *node = av_ck_node(c, AV_N_LET, body->type, ast->span);
    node->index = slot;
    node->a = value;
    node->b = body;
    return node;
}

static av_node *number(av_checker *c, const av_ast *ast, av_type_id expected) {
    int64_t i = 0;
    av_decimal d;
    bool decimal = av_ck_kind_of(c, av_ck_strip(c, expected)) == AV_T_DECIMAL;
    if (ast->kind == AV_AST_INT && !decimal && av_int_parse(ast->name, &i))
        return av_ck_const(c, av_int(i), AV_TYPE_INT, ast->span);
    if (av_decimal_parse(ast->name, &d) && (decimal || ast->kind == AV_AST_DECIMAL))
        return av_ck_const(c, av_decimal_value(d), AV_TYPE_DECIMAL, ast->span);
    av_ck_error(c, AV_E_BAD_NUMBER, ast->span,
                "this number is too large or has more than %d digits after the point",
                AV_DECIMAL_SCALE);
    return av_ck_error_node(c, ast->span);
}

static av_node *money(av_checker *c, const av_ast *ast) {
    av_currency currency = 0;
    int64_t minor = 0;
    if (!av_currency_parse(av_text_slice(ast->name, 0, 3), &currency) ||
        !av_money_parse(av_text_trim(av_text_slice(ast->name, 3, ast->name.len)), currency,
                        &minor)) {
        av_diag *d = av_ck_error(c, AV_E_BAD_NUMBER, ast->span, "this is no amount of money");
        av_diag_help(c->diags, d,
                     "write a currency and an amount with no more digits than it has: `USD 12.50`; "
                     "for a rate use decimal");
        return av_ck_error_node(c, ast->span);
    }
    return av_ck_const(c, av_money(minor, currency), AV_TYPE_MONEY, ast->span);
}

static av_node *text(av_checker *c, const av_ast *ast, av_type_id expected) {
    const av_type *want = av_ck_type_of(c, av_ck_strip(c, expected));
    if (want->kind == AV_T_FRAGMENT)
        return av_ck_text(c, ast, (av_format)want->index, av_ck_strip(c, expected));
    if (want->kind == AV_T_REF && ast->kind == AV_AST_TEXT && ast->name.len)
        return key_text(c, want->index, ast);
    return av_ck_text(c, ast, AV_FORMAT_PLAIN, AV_TYPE_TEXT);
}

av_node *av_ck_expr_raw(av_checker *c, const av_ast *ast, av_type_id expected) {
    /* what is being built is thrown away: go back quickly */
    if (c->status != AV_OK) return &c->nothing;
    if (!ast) return av_ck_error_node(c, (av_span){0, 0, 0, 0});
    switch (ast->kind) {
    case AV_AST_NAME: return name_value(c, ast, expected);
    case AV_AST_INT:
    case AV_AST_DECIMAL: return number(c, ast, expected);
    case AV_AST_MONEY: return money(c, ast);
    case AV_AST_BOOL:
        return av_ck_const(c, av_bool(ast->flags & AV_AST_F_TRUE), AV_TYPE_BOOL, ast->span);
    case AV_AST_NONE: return av_ck_const(c, av_none(), AV_TYPE_NONE, ast->span);
    case AV_AST_TEXT:
    case AV_AST_TEMPLATE: return text(c, ast, expected);
    case AV_AST_UNARY:
    case AV_AST_BINARY:
    case AV_AST_ANY:
    case AV_AST_ALL:
    case AV_AST_AT_LEAST: return av_ck_operator(c, ast, expected);
    case AV_AST_GET: return get(c, ast);
    case AV_AST_LOOKUP: return lookup(c, ast);
    case AV_AST_CALL: return av_ck_call(c, ast, expected);
    case AV_AST_IF: return choice(c, ast, expected);
    case AV_AST_LET: return let_in(c, ast, expected);
    case AV_AST_RECORD_LITERAL: return av_ck_record(c, ast, expected);
    case AV_AST_WITH: return av_ck_with(c, ast);
    case AV_AST_ROWS: return av_ck_rows(c, ast, expected);
    case AV_AST_LIST:
    case AV_AST_FOR:
    case AV_AST_SOME:
    case AV_AST_EVERY:
    case AV_AST_GROUP: return av_ck_list(c, ast, expected);
    case AV_AST_RANGE:
        av_ck_error(c, AV_E_TYPE, ast->span,
                    "a range stands only after `in`; for a list of numbers use range(a, b)");
        return av_ck_error_node(c, ast->span);
    default: return av_ck_error_node(c, ast->span); /* AV_AST_ERROR: reported by the parser */
    }
}
