/* Calls of functions, tables with parameters and built-in functions. */
#include "sema/checker.h"

#include <string.h>

#include "base/suggest.h"

static const struct {
    av_text name;
    const char *signature;
} builtins[] = {
#define AV_BUILTIN(id, name, signature, meaning) {{name, sizeof(name) - 1}, signature},
#include "sema/builtins.h"
#undef AV_BUILTIN
};

/* ---- functions declared in rules */

static const av_ast *argument_for(const av_ast *call, const av_ast *param, size_t position) {
    size_t i = 0;
    for (const av_ast *a = call->items; a; a = a->next, i++) {
        if (a->name.len ? av_text_equal(a->name, param->name) : i == position) return a;
    }
    return NULL;
}

/* False when an argument has an unknown name, which then is most likely the one that seems to be
 * missing. */
static bool check_arguments(av_checker *c, const av_ast *ast, const av_decl *decl) {
    size_t params = av_ast_count(decl->ast->items), position = 0;
    bool named = false, all_known = true;
    for (const av_ast *a = ast->items; a; a = a->next, position++) {
        bool known = false;
        if (!a->name.len) {
            if (named)
                av_ck_error(c, AV_E_ARITY, a->span,
                            "an argument by position cannot follow one by name");
            if (position == params) {
                av_diag *d = av_ck_error(c, AV_E_ARITY, a->span, "`%.*s` takes %zu argument%s",
                                         AV_TEXT_ARG(ast->name), params, params == 1 ? "" : "s");
                av_diag_label_add(c->diags, d, decl->ast->name_span, "declared here");
            }
            continue;
        }
        named = true;
        av_suggest near;
        av_suggest_init(&near, a->name);
        for (const av_ast *p = decl->ast->items; p; p = p->next) {
            known = known || av_text_equal(p->name, a->name);
            av_suggest_offer(&near, p->name);
        }
        if (!known) {
            av_diag *d = av_ck_error(c, AV_E_ARITY, a->name_span, "`%.*s` has no parameter `%.*s`",
                                     AV_TEXT_ARG(ast->name), AV_TEXT_ARG(a->name));
            av_diag_suggest(c->diags, d, near.best);
        }
        all_known = all_known && known;
    }
    return all_known;
}

/* A parameter's default is checked where it was written: its file's names, none of the caller's
 * variables. */
static av_node *default_argument(av_checker *c, const av_ast *value, av_type_id type,
                                 uint32_t file) {
    size_t locals = c->local_count;
    uint32_t here = c->file;
    c->local_count = 0;
    c->file = file;
    av_node *node = av_ck_expr(c, value, type);
    c->local_count = locals;
    c->file = here;
    return node;
}

static av_node *declared_call(av_checker *c, const av_ast *ast, av_decl *decl) {
    av_node *node = av_ck_node(c, AV_N_CALL, c->program->defs[decl->index].type, ast->span);
    node->index = c->program->defs[decl->index].proc;
    node->items = av_ck_items(c, decl->param_count);
    av_ck_read(c, decl->index);
    if (!node->items) return node;
    bool all_known = check_arguments(c, ast, decl);
    size_t position = 0;
    for (const av_ast *p = decl->ast->items; p && node->count < decl->param_count;
         p = p->next, position++) {
        const av_ast *a = argument_for(ast, p, position);
        const av_ast *value = a ? a->a : p->a;
        if (!value) {
            if (all_known) {
                av_diag *d = av_ck_error(c, AV_E_ARITY, ast->span, "`%.*s` is not told its `%.*s`",
                                         AV_TEXT_ARG(ast->name), AV_TEXT_ARG(p->name));
                av_diag_label_add(c->diags, d, decl->ast->name_span, "declared here");
            }
            node->items[node->count++] = av_ck_error_node(c, ast->span);
            continue;
        }
        node->items[node->count] =
            a ? av_ck_expr(c, value, decl->params[node->count])
              : default_argument(c, value, decl->params[node->count], decl->file);
        node->count++;
    }
    return node;
}

/* ---- built-in functions: signatures are read as they stand in the table */

typedef struct signature {
    av_type_id bound[26]; /* what the letters T, U, N, E, K stand for so far */
    av_type_id hint[26];  /* what the result is expected to make of them */
} signature;

/* Reads one type of a signature at *at. `problem` receives what a letter demands, e.g. "a
 * number". */
static av_type_id read_type(av_checker *c, const char **at, const signature *s, bool use_hint) {
    const char *p = *at;
    av_type_id type = AV_TYPE_ERROR;
    if (*p == '[') {
        p++;
        av_type_id element = read_type(c, &p, s, use_hint);
        p++; /* ] */
        type = element == AV_TYPE_ERROR ? AV_TYPE_ERROR : av_ck_list_of(c, element);
    } else if (*p == '{') {
        av_type_id element = s->bound['E' - 'A'];
        p += 3;
        if (element != AV_TYPE_ERROR)
            type = av_ck_type(
                c, (av_type){.kind = AV_T_SET, .index = av_ck_type_of(c, element)->index});
    } else if (*p == '?') {
        p++;
        av_type_id element = read_type(c, &p, s, use_hint);
        type = element == AV_TYPE_ERROR ? AV_TYPE_ERROR : av_ck_option_of(c, element);
    } else if (*p >= 'A' && *p <= 'Z') {
        type = s->bound[*p - 'A'];
        if (type == AV_TYPE_ERROR && use_hint) type = s->hint[*p - 'A'];
        p++;
    } else if (strncmp(p, "part", 4) == 0) {
        type =
            av_ck_type(c, (av_type){.kind = AV_T_RECORD, .index = c->program->model.outline_part});
        p += 4;
    } else {
        static const struct {
            av_text name;
            av_type_id type;
        } names[] = {{{"bool", 4}, AV_TYPE_BOOL},       {{"int", 3}, AV_TYPE_INT},
                     {{"decimal", 7}, AV_TYPE_DECIMAL}, {{"money", 5}, AV_TYPE_MONEY},
                     {{"text", 4}, AV_TYPE_TEXT},       {{"any", 3}, AV_TYPE_ANY}};
        for (size_t i = 0; i < AV_COUNT(names); i++)
            if (strncmp(p, names[i].name.ptr, names[i].name.len) == 0) {
                type = names[i].type;
                p += names[i].name.len;
                break;
            }
    }
    *at = p;
    return type;
}

/* Binds the letters of the signature at `p` to the parts of `type`; false when the shapes
 * differ. */
static bool bind(av_checker *c, const char **p, av_type_id type, av_type_id *bound) {
    const av_type t = *av_ck_type_of(c, type);
    if (t.kind == AV_T_ERROR) {
        signature none = {{0}, {0}};
        read_type(c, p, &none, false);
        return true;
    }
    if (**p == '[') {
        ++*p;
        if (t.kind != AV_T_LIST) return false;
        bool ok = bind(c, p, t.element, bound);
        ++*p;
        return ok;
    }
    if (**p == '?') {
        ++*p;
        return bind(c, p, av_ck_strip(c, type), bound);
    }
    if (**p == '{') {
        *p += 3;
        if (t.kind != AV_T_SET) return false;
        bound['E' - 'A'] = av_ck_type(c, (av_type){.kind = AV_T_ENUM, .index = t.index});
        return true;
    }
    if (**p >= 'A' && **p <= 'Z') {
        char letter = *(*p)++;
        bool ok = letter == 'N'
                      ? t.kind == AV_T_INT || t.kind == AV_T_DECIMAL || t.kind == AV_T_MONEY
                  : letter == 'E' ? t.kind == AV_T_ENUM
                  : letter == 'K'
                      ? t.kind == AV_T_RECORD && c->program->records[t.index].key != AV_NO_INDEX
                      : true;
        if (!ok) return false;
        av_type_id *place = &bound[letter - 'A'];
        if (letter == 'N' && t.kind == AV_T_INT) type = AV_TYPE_INT;
        if (*place == AV_TYPE_ERROR) {
            *place = type;
            return true;
        }
        av_type_id joined = av_ck_join(c, *place, type);
        if (joined == AV_TYPE_ERROR) return false;
        *place = joined;
        return true;
    }
    signature none = {{0}, {0}};
    av_type_id fixed = read_type(c, p, &none, false);
    return av_ck_fits(c, type, fixed) || (fixed == AV_TYPE_DECIMAL && t.kind == AV_T_INT);
}

static const char *next_param(const char *p) {
    while (*p && *p != ',' && *p != ':') p++;
    return p;
}

static void wrong_argument(av_checker *c, const av_ast *ast, const av_node *arg,
                           const char *param) {
    av_diag *d = av_ck_error(c, AV_E_TYPE, arg->span, "`%.*s` cannot take %.*s here",
                             AV_TEXT_ARG(ast->name), AV_TEXT_ARG(av_ck_type_text(c, arg->type)));
    static const struct {
        const char *sign, *meaning;
    } words[] = {{"[[T]]", "a list of lists"},
                 {"[N]", "a list of numbers or of money"},
                 {"[K]", "a list of records with a key"},
                 {"[text]", "a list of text"},
                 {"{E}", "a set"},
                 {"[T]", "a list"},
                 {"K", "a record with a key"},
                 {"E", "a member of an enum"},
                 {"N", "a number"},
                 {"int", "a whole number"},
                 {"decimal", "a number"},
                 {"money", "an amount of money"},
                 {"text", "a text"},
                 {"T", "a value of the same type as the first"}};
    for (size_t i = 0; i < AV_COUNT(words); i++)
        if (av_text_starts(av_text_from(param), av_text_from(words[i].sign))) {
            av_diag_help(c->diags, d, "it wants %s", words[i].meaning);
            break;
        }
}

/* What the sum of an empty list is goes along as an argument of its own: values of a list do not
 * say their type. */
static void add_zero(av_checker *c, av_node *sum) {
    av_value zero = sum->type == AV_TYPE_INT       ? av_int(0)
                    : sum->type == AV_TYPE_DECIMAL ? av_decimal_value(av_decimal_from_int(0))
                                                   : av_none();
    sum->items[sum->count++] =
        av_ck_const(c, zero, zero.kind == AV_NONE ? AV_TYPE_NONE : sum->type, sum->span);
}

static av_node *builtin_call(av_checker *c, const av_ast *ast, av_builtin id, av_type_id expected) {
    const char *p = builtins[id].signature;
    signature s = {{0}, {0}};
    const char *result = p;
    while (*result != ':') result++;
    if (expected != AV_TYPE_ERROR && av_ck_type_of(c, expected)->kind != AV_T_ANY) {
        const char *at = result + 1;
        bind(c, &at, expected, s.hint);
    }
    av_node *node = av_ck_node(c, AV_N_BUILTIN, AV_TYPE_ERROR, ast->span);
    node->index = id;
    size_t most = 1;
    for (const char *q = p; q < result; q++) most += *q == ',';
    node->items = av_ck_items(c, most + 1);
    const char *params[8] = {NULL};
    const av_ast *a = ast->items;
    bool failed = false;
    while (p < result && node->items) {
        params[node->count] = p;
        bool optional = next_param(p)[-1] == '=';
        if (a && a->name.len)
            av_ck_error(c, AV_E_ARITY, a->name_span,
                        "built-in functions take their arguments by position");
        if (!a) {
            if (!optional) {
                av_ck_error(c, AV_E_ARITY, ast->span, "`%.*s` takes %zu argument%s",
                            AV_TEXT_ARG(ast->name), most, most == 1 ? "" : "s");
                return av_ck_error_node(c, ast->span);
            }
            node->items[node->count++] = av_ck_const(c, av_none(), AV_TYPE_NONE, ast->span);
        } else {
            const char *at = p;
            av_type_id want = read_type(c, &at, &s, true);
            if (want == AV_TYPE_ANY) want = AV_TYPE_ERROR;
            av_node *arg = av_ck_expr_raw(c, a->a, want);
            at = p;
            if (arg->type == AV_TYPE_ERROR) failed = true;
            if (!bind(c, &at, arg->type, s.bound) && !failed) {
                wrong_argument(c, ast, arg, p);
                failed = true;
            }
            node->items[node->count++] = arg;
            a = a->next;
        }
        p = next_param(p);
        if (*p == ',') p++;
    }
    if (a) {
        av_ck_error(c, AV_E_ARITY, a->span, "`%.*s` takes %zu argument%s", AV_TEXT_ARG(ast->name),
                    most, most == 1 ? "" : "s");
        failed = true;
    }
    for (uint32_t i = 0; i < node->count && !failed; i++) {
        const char *at = params[i];
        av_type_id want = read_type(c, &at, &s, false);
        if (want != AV_TYPE_ANY && want != AV_TYPE_ERROR && node->items[i]->type != AV_TYPE_NONE)
            node->items[i] = av_ck_coerce(c, node->items[i], want);
    }
    const char *at = result + 1;
    node->type = failed ? AV_TYPE_ERROR : read_type(c, &at, &s, true);
    if (id == AV_B_SUM && !failed) add_zero(c, node);
    return node;
}

av_node *av_ck_call(av_checker *c, const av_ast *ast, av_type_id expected) {
    uint64_t index = 0;
    if (av_map_get(&c->decl_by_name, av_intern_find(&c->names, ast->name), &index)) {
        av_decl *decl = av_ck_find(c, ast->name, ast->name_span);
        if (decl->ast->kind == AV_AST_FUNC || (decl->ast->kind == AV_AST_TABLE && decl->ast->items))
            return declared_call(c, ast, decl);
        av_diag *d = av_ck_error(c, AV_E_NOT_A_VALUE, ast->name_span, "`%.*s` is not a function",
                                 AV_TEXT_ARG(ast->name));
        av_diag_label_add(c->diags, d, decl->ast->name_span, "declared here");
        return av_ck_error_node(c, ast->span);
    }
    for (size_t b = 0; b < AV_COUNT(builtins); b++)
        if (av_text_equal(ast->name, builtins[b].name))
            return builtin_call(c, ast, (av_builtin)b, expected);
    av_suggest near;
    av_suggest_init(&near, ast->name);
    for (size_t b = 0; b < AV_COUNT(builtins); b++) av_suggest_offer(&near, builtins[b].name);
    for (size_t i = 0; i < c->decl_count; i++)
        if (c->decls[i].ast->kind == AV_AST_FUNC || c->decls[i].ast->kind == AV_AST_TABLE)
            av_suggest_offer(&near, c->decls[i].ast->name);
    av_diag *d = av_ck_error(c, AV_E_UNKNOWN_NAME, ast->name_span, "there is no function `%.*s`",
                             AV_TEXT_ARG(ast->name));
    av_diag_suggest(c->diags, d, near.best);
    for (const av_ast *a = ast->items; a; a = a->next) av_ck_expr_raw(c, a->a, AV_TYPE_ERROR);
    return av_ck_error_node(c, ast->span);
}
