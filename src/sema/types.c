#include "sema/checker.h"

#include "base/hash.h"

static bool same_type(const av_type *a, const av_type *b) {
    return a->kind == b->kind && a->index == b->index && a->element == b->element &&
           a->ranged == b->ranged && (!a->ranged || (a->low == b->low && a->high == b->high));
}

av_type_id av_ck_type(av_checker *c, av_type type) {
    av_program *p = c->program;
    uint64_t words[5] = {type.kind, type.index, type.element, type.ranged ? (uint64_t)type.low : 0,
                         type.ranged ? (uint64_t)type.high ^ UINT64_C(0x5555) : 0};
    uint64_t hash = av_hash((av_text){(const char *)words, sizeof words}, 0), found = 0;
    while ((c->base_types && av_map_get(c->base_types, hash, &found)) ||
           av_map_get(&c->type_by_hash, hash, &found)) {
        if (same_type(&p->types[found], &type)) return (av_type_id)found;
        hash++; /* an unequal type with the same hash: try the next key */
    }
    av_type *types = av_arena_grow(&p->arena, p->types, p->type_count, &c->type_cap, sizeof *types);
    if (types) p->types = types;
    if (!types || av_map_set(&c->type_by_hash, hash, p->type_count) != AV_OK) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return AV_TYPE_ERROR;
    }
    types[p->type_count] = type;
    return p->type_count++;
}

const av_type *av_ck_type_of(const av_checker *c, av_type_id id) {
    return &c->program->types[id];
}

av_type_id av_ck_list_of(av_checker *c, av_type_id element) {
    return av_ck_type(c, (av_type){.kind = AV_T_LIST, .element = element});
}

av_type_id av_ck_option_of(av_checker *c, av_type_id element) {
    av_type_kind kind = av_ck_type_of(c, element)->kind;
    if (kind == AV_T_OPTION || kind == AV_T_ERROR || kind == AV_T_NONE) return element;
    return av_ck_type(c, (av_type){.kind = AV_T_OPTION, .element = element});
}

av_type_id av_ck_strip(const av_checker *c, av_type_id type) {
    const av_type *t = av_ck_type_of(c, type);
    return t->kind == AV_T_OPTION ? t->element : type;
}

bool av_ck_fits(const av_checker *c, av_type_id from, av_type_id to) {
    if (from == to || from == AV_TYPE_ERROR || to == AV_TYPE_ERROR || to == AV_TYPE_ANY)
        return true;
    const av_type *f = av_ck_type_of(c, from), *t = av_ck_type_of(c, to);
    if (t->kind == AV_T_OPTION)
        return f->kind == AV_T_NONE ||
               av_ck_fits(c, f->kind == AV_T_OPTION ? f->element : from, t->element);
    switch (f->kind) {
    case AV_T_INT:
        return t->kind == AV_T_INT &&
               (!t->ranged || (f->ranged && f->low >= t->low && f->high <= t->high));
    case AV_T_REF: return t->kind == AV_T_TEXT || (t->kind == AV_T_REF && t->index == f->index);
    case AV_T_LIST: return t->kind == AV_T_LIST && av_ck_fits(c, f->element, t->element);
    default: return false;
    }
}

av_type_id av_ck_join(av_checker *c, av_type_id a, av_type_id b) {
    if (a == AV_TYPE_ERROR) return b;
    if (b == AV_TYPE_ERROR) return a;
    if (a == AV_TYPE_NONE) return av_ck_option_of(c, b);
    if (b == AV_TYPE_NONE) return av_ck_option_of(c, a);
    if (av_ck_fits(c, a, b)) return b;
    if (av_ck_fits(c, b, a)) return a;
    av_type ta = *av_ck_type_of(c, a), tb = *av_ck_type_of(c, b);
    if (ta.kind == AV_T_INT && tb.kind == AV_T_INT) return AV_TYPE_INT;
    if ((ta.kind == AV_T_INT && tb.kind == AV_T_DECIMAL) ||
        (ta.kind == AV_T_DECIMAL && tb.kind == AV_T_INT))
        return AV_TYPE_DECIMAL;
    if ((ta.kind == AV_T_REF || ta.kind == AV_T_TEXT) &&
        (tb.kind == AV_T_REF || tb.kind == AV_T_TEXT))
        return AV_TYPE_TEXT;
    if (ta.kind == AV_T_OPTION || tb.kind == AV_T_OPTION) {
        av_type_id inner = av_ck_join(c, av_ck_strip(c, a), av_ck_strip(c, b));
        return inner == AV_TYPE_ERROR || inner == AV_TYPE_DECIMAL ? AV_TYPE_ERROR
                                                                  : av_ck_option_of(c, inner);
    }
    if (ta.kind == AV_T_LIST && tb.kind == AV_T_LIST) {
        av_type_id inner = av_ck_join(c, ta.element, tb.element);
        return inner == AV_TYPE_ERROR || inner == AV_TYPE_DECIMAL ? AV_TYPE_ERROR
                                                                  : av_ck_list_of(c, inner);
    }
    return AV_TYPE_ERROR;
}

static av_type_id named_type(av_checker *c, const av_ast *ast) {
    static const struct {
        av_text name;
        av_type_id type;
    } fixed[] = {{{"bool", 4}, AV_TYPE_BOOL},
                 {{"int", 3}, AV_TYPE_INT},
                 {{"decimal", 7}, AV_TYPE_DECIMAL},
                 {{"money", 5}, AV_TYPE_MONEY},
                 {{"text", 4}, AV_TYPE_TEXT}};
    for (size_t i = 0; i < AV_COUNT(fixed); i++)
        if (av_text_equal(ast->name, fixed[i].name)) {
            if (!ast->a) return fixed[i].type;
            av_type type = {.kind = AV_T_INT, .ranged = true};
            if (fixed[i].type != AV_TYPE_INT || !ast->b || !av_int_parse(ast->a->name, &type.low) ||
                !av_int_parse(ast->b->name, &type.high)) {
                av_ck_error(c, AV_E_BAD_RANGE, ast->span,
                            "only `int` takes bounds, and they are whole numbers: `int 1..5`");
                return AV_TYPE_ERROR;
            }
            if (type.low > type.high) {
                av_ck_error(c, AV_E_BAD_RANGE, ast->span, "the range is empty: %.*s is above %.*s",
                            AV_TEXT_ARG(ast->a->name), AV_TEXT_ARG(ast->b->name));
                return AV_TYPE_ERROR;
            }
            return av_ck_type(c, type);
        }
    for (uint32_t f = 0; f < AV_FORMAT_COUNT; f++)
        if (av_text_equal(ast->name, av_text_from(av_format_name((av_format)f))))
            return av_ck_type(c, (av_type){.kind = AV_T_FRAGMENT, .index = f});
    av_decl *decl = av_ck_find(c, ast->name, ast->span);
    if (decl && decl->ast->kind == AV_AST_ENUM)
        return av_ck_type(c, (av_type){.kind = AV_T_ENUM, .index = decl->index});
    if (decl && decl->ast->kind == AV_AST_RECORD)
        return av_ck_type(c, (av_type){.kind = AV_T_RECORD, .index = decl->index});
    if (decl) {
        av_diag *d = av_ck_error(c, AV_E_NOT_A_TYPE, ast->span, "`%.*s` is not a type",
                                 AV_TEXT_ARG(ast->name));
        av_diag_label_add(c->diags, d, decl->ast->name_span, "it is declared here");
    } else {
        av_ck_unknown(c, ast->name, ast->span, "type", AV_TYPE_ERROR);
    }
    return AV_TYPE_ERROR;
}

av_type_id av_ck_resolve_type(av_checker *c, const av_ast *ast) {
    if (!ast) return AV_TYPE_ERROR;
    switch (ast->kind) {
    case AV_AST_TYPE_NAME: return named_type(c, ast);
    case AV_AST_TYPE_LIST: {
        av_type_id element = av_ck_resolve_type(c, ast->a);
        return element == AV_TYPE_ERROR ? AV_TYPE_ERROR : av_ck_list_of(c, element);
    }
    case AV_AST_TYPE_OPTION: {
        av_type_id element = av_ck_resolve_type(c, ast->a);
        if (av_ck_type_of(c, element)->kind == AV_T_OPTION) {
            av_ck_error(c, AV_E_BAD_TYPE, ast->span,
                        "an option of an option says no more than an option: leave one out");
            return element;
        }
        return av_ck_option_of(c, element);
    }
    case AV_AST_TYPE_SET: {
        av_type_id element = av_ck_resolve_type(c, ast->a);
        av_type t = *av_ck_type_of(c, element);
        if (t.kind == AV_T_ERROR || c->status != AV_OK) return AV_TYPE_ERROR;
        if (t.kind != AV_T_ENUM) {
            av_ck_error(c, AV_E_BAD_TYPE, ast->span,
                        "a set holds members of an enum, not %.*s; use `list of`",
                        AV_TEXT_ARG(av_ck_type_text(c, element)));
            return AV_TYPE_ERROR;
        }
        const av_enum_type *members = &c->program->enums[t.index];
        if (members->member_count > AV_SET_MEMBERS) {
            av_ck_error(c, AV_E_TOO_MANY, ast->span,
                        "enum `%.*s` has %u members, and a set holds members of an enum of at most "
                        "%d; use `list of`",
                        AV_TEXT_ARG(members->name), members->member_count, AV_SET_MEMBERS);
            return AV_TYPE_ERROR;
        }
        return av_ck_type(c, (av_type){.kind = AV_T_SET, .index = t.index});
    }
    case AV_AST_TYPE_REF: {
        av_decl *decl = av_ck_find(c, ast->name, ast->span);
        if (!decl) {
            av_ck_unknown(c, ast->name, ast->span, "record", AV_TYPE_ERROR);
            return AV_TYPE_ERROR;
        }
        if (decl->ast->kind != AV_AST_RECORD) {
            av_ck_error(c, AV_E_BAD_TYPE, ast->span,
                        "`ref` wants a record with a key; `%.*s` is none", AV_TEXT_ARG(ast->name));
            return AV_TYPE_ERROR;
        }
        return av_ck_type(c, (av_type){.kind = AV_T_REF, .index = decl->index});
    }
    default: return AV_TYPE_ERROR;
    }
}
