/* Pass 1: every top-level name, its module, its layer; what extends and what overrides what. */
#include "sema/checker.h"

#include <string.h>

#include "base/suggest.h"

static const char *kind_word(av_ast_kind kind) {
    switch (kind) {
    case AV_AST_ENUM: return "enum";
    case AV_AST_RECORD: return "record";
    case AV_AST_CONST: return "const";
    case AV_AST_FUNC: return "func";
    case AV_AST_FACT: return "fact";
    case AV_AST_INFER: return "infer";
    case AV_AST_CONFLICT: return "conflict";
    case AV_AST_DECISION: return "decision";
    case AV_AST_MATRIX: return "matrix";
    case AV_AST_TABLE: return "table";
    case AV_AST_COLLECTION: return "collection";
    case AV_AST_DERIVE: return "derive";
    case AV_AST_CHECK: return "check";
    case AV_AST_SECTION: return "section";
    case AV_AST_DOCUMENT: return "document";
    case AV_AST_EMIT: return "emit";
    case AV_AST_SIGNAL: return "signal";
    case AV_AST_WORDS: return "words";
    case AV_AST_CUE: return "cue";
    default: return "declaration";
    }
}

static av_decl *decl_of(av_checker *c, av_name name) {
    uint64_t index = 0;
    return av_map_get(&c->decl_by_name, name, &index) ? &c->decls[index] : NULL;
}

static void add_decl(av_checker *c, const av_ast *ast, uint32_t file) {
    av_name name = av_ck_name(c, ast->name);
    av_decl *old = decl_of(c, name);
    if (old) {
        av_diag *d = av_ck_error(c, AV_E_DUPLICATE, ast->name_span, "`%.*s` is declared twice",
                                 AV_TEXT_ARG(ast->name));
        av_diag_label_add(c->diags, d, old->ast->name_span, "first declared here");
        if (c->files[old->file].layer != c->files[file].layer)
            av_diag_help(
                c->diags, d,
                "to replace it in this layer write `override %s %.*s ...`; to add to it, `extend`",
                kind_word((av_ast_kind)ast->kind), AV_TEXT_ARG(ast->name));
        return;
    }
    av_decl *decls =
        av_arena_grow(c->scratch, c->decls, c->decl_count, &c->decl_cap, sizeof *decls);
    if (decls) c->decls = decls;
    if (!decls || av_map_set(&c->decl_by_name, name, c->decl_count) != AV_OK) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    decls[c->decl_count++] = (av_decl){.ast = ast,
                                       .file = file,
                                       .name = name,
                                       .module = c->files[file].module,
                                       .index = AV_NO_INDEX,
                                       .infer_file = file};
}

static void push_change(av_checker *c, const av_ast *by, const av_ast *of, bool extends) {
    av_program *p = c->program;
    av_layer_change *changes =
        av_arena_grow(&p->arena, p->changes, p->change_count, &c->change_cap, sizeof *changes);
    if (!changes) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    p->changes = changes;
    av_text what = av_arena_format(&p->arena, "%s %.*s", kind_word((av_ast_kind)by->kind),
                                   AV_TEXT_ARG(by->name));
    if (!what.ptr) av_ck_fail(c, AV_ERR_MEMORY);
    changes[p->change_count++] = (av_layer_change){.what = what,
                                                   .extends = extends,
                                                   .by = av_ck_site(c, by->name_span),
                                                   .of = av_ck_site(c, of->name_span)};
}

static void report_missing(av_checker *c, const av_ast *ast, const char *verb) {
    av_suggest near;
    av_suggest_init(&near, ast->name);
    for (size_t i = 0; i < c->decl_count; i++)
        if (c->decls[i].ast->kind == ast->kind) av_suggest_offer(&near, c->decls[i].ast->name);
    av_diag *d =
        av_ck_error(c, AV_E_NOTHING_TO_OVERRIDE, ast->name_span, "there is no %s `%.*s` to %s",
                    kind_word((av_ast_kind)ast->kind), AV_TEXT_ARG(ast->name), verb);
    av_diag_suggest(c->diags, d, near.best);
}

static bool same_kind(av_checker *c, const av_ast *ast, const av_decl *decl, const char *verb) {
    if (decl->ast->kind == ast->kind) return true;
    av_diag *d = av_ck_error(c, AV_E_NOTHING_TO_OVERRIDE, ast->name_span,
                             "`%.*s` is a %s and cannot be %s as a %s", AV_TEXT_ARG(ast->name),
                             kind_word((av_ast_kind)decl->ast->kind), verb,
                             kind_word((av_ast_kind)ast->kind));
    av_diag_label_add(c->diags, d, decl->ast->name_span, "declared here");
    return false;
}

static void override_decl(av_checker *c, const av_ast *ast, uint32_t file) {
    av_decl *decl = decl_of(c, av_ck_name(c, ast->name));
    if (!decl) {
        report_missing(c, ast, "override");
        return;
    }
    const av_ast *before = ast->kind == AV_AST_INFER ? decl->infer : decl->ast;
    uint32_t before_file = ast->kind == AV_AST_INFER ? decl->infer_file : decl->file;
    if (ast->kind != AV_AST_INFER && !same_kind(c, ast, decl, "overridden")) return;
    if (!before) {
        report_missing(c, ast, "override");
        return;
    }
    if (c->files[before_file].layer >= c->files[file].layer) {
        av_diag *d = av_ck_error(c, AV_E_BAD_LAYER, ast->name_span,
                                 "`%.*s` is overridden in the layer that declares it",
                                 AV_TEXT_ARG(ast->name));
        av_diag_label_add(c->diags, d, before->name_span, "declared here");
        av_diag_help(
            c->diags, d,
            "change the declaration itself, or put the override into a later RULES argument");
        return;
    }
    push_change(c, ast, before, false);
    if (ast->kind == AV_AST_INFER) {
        decl->infer = ast;
        decl->infer_file = file;
    } else {
        decl->ast = ast;
        decl->file = file;
        decl->extensions = decl->last_extension = NULL;
    }
}

static void add_extension(av_checker *c, av_decl *decl, const av_ast *ast, uint32_t file) {
    av_extension *x = AV_NEW(c->scratch, av_extension);
    if (!x) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    x->ast = ast;
    x->file = file;
    if (decl->last_extension) decl->last_extension->next = x;
    else decl->extensions = x;
    decl->last_extension = x;
}

static void extend_decl(av_checker *c, const av_ast *ast, uint32_t file) {
    av_decl *decl = decl_of(c, av_ck_name(c, ast->name));
    if (!decl) {
        report_missing(c, ast, "extend");
        return;
    }
    if (ast->kind != AV_AST_INFER && !same_kind(c, ast, decl, "extended")) return;
    if (ast->kind == AV_AST_INFER && !decl->infer) {
        report_missing(c, ast, "extend");
        return;
    }
    if (c->files[file].layer != c->files[decl->file].layer) push_change(c, ast, decl->ast, true);
    add_extension(c, decl, ast, file);
}

static void add_infer(av_checker *c, const av_ast *ast, uint32_t file) {
    av_decl *decl = decl_of(c, av_ck_name(c, ast->name));
    if (!decl || decl->ast->kind != AV_AST_FACT) {
        av_suggest near;
        av_suggest_init(&near, ast->name);
        for (size_t i = 0; i < c->decl_count; i++)
            if (c->decls[i].ast->kind == AV_AST_FACT)
                av_suggest_offer(&near, c->decls[i].ast->name);
        av_diag *d = av_ck_error(c, AV_E_UNKNOWN_NAME, ast->name_span,
                                 "there is no fact `%.*s` to infer", AV_TEXT_ARG(ast->name));
        av_diag_suggest(c->diags, d, near.best);
        return;
    }
    if (decl->infer) {
        av_diag *d = av_ck_error(c, AV_E_DUPLICATE, ast->name_span, "`%.*s` is inferred twice",
                                 AV_TEXT_ARG(ast->name));
        av_diag_label_add(c->diags, d, decl->infer->name_span, "first inferred here");
        av_diag_help(c->diags, d, "a fact has one `infer` that holds all its cases");
        return;
    }
    decl->infer = ast;
    decl->infer_file = file;
}

/* A signal reads a fact out of prose; what is in it is looked at when all facts are known. */
static void check_signal(av_checker *c, const av_ast *ast) {
    av_decl *decl = decl_of(c, av_ck_name(c, ast->name));
    if (decl && decl->ast->kind == AV_AST_FACT) return;
    av_suggest near;
    av_suggest_init(&near, ast->name);
    for (size_t i = 0; i < c->decl_count; i++)
        if (c->decls[i].ast->kind == AV_AST_FACT) av_suggest_offer(&near, c->decls[i].ast->name);
    av_diag *d =
        av_ck_error(c, AV_E_UNKNOWN_NAME, ast->name_span,
                    "there is no fact `%.*s` to read out of prose", AV_TEXT_ARG(ast->name));
    av_diag_suggest(c->diags, d, near.best);
}

/* Notes that a later layer replaces cases of a signal; which, is looked at with the signals. */
static void override_signal(av_checker *c, const av_ast *ast, uint32_t file) {
    check_signal(c, ast);
    for (size_t f = 0; f < c->file_count; f++) {
        if (c->files[f].layer >= c->files[file].layer) continue;
        for (const av_ast *a = c->files[f].syntax->file->items; a; a = a->next)
            if (a->kind == AV_AST_SIGNAL && av_text_equal(a->name, ast->name)) {
                push_change(c, ast, a, false);
                return;
            }
    }
}

static void add_derive(av_checker *c, const av_ast *ast, uint32_t file) {
    av_decl *decl = decl_of(c, av_ck_name(c, ast->name));
    if (!decl || decl->ast->kind != AV_AST_COLLECTION) {
        av_suggest near;
        av_suggest_init(&near, ast->name);
        for (size_t i = 0; i < c->decl_count; i++)
            if (c->decls[i].ast->kind == AV_AST_COLLECTION)
                av_suggest_offer(&near, c->decls[i].ast->name);
        av_diag *d = av_ck_error(c, AV_E_UNKNOWN_NAME, ast->name_span,
                                 "there is no collection `%.*s`", AV_TEXT_ARG(ast->name));
        av_diag_suggest(c->diags, d, near.best);
        return;
    }
    add_extension(c, decl, ast, file);
}

static av_text stem(av_text path) {
    size_t start = 0;
    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] == '/') start = i + 1;
    av_text name = av_text_slice(path, start, path.len);
    if (av_text_ends(name, AV_TEXT(".arch"))) name.len -= 5;
    return name;
}

static void open_file(av_checker *c, const av_syntax *syntax, uint32_t index) {
    av_checked_file *file = &c->files[index];
    const av_ast *root = syntax->file;
    file->syntax = syntax;
    file->source = root->span.source;
    file->layer = c->sources->items[file->source].layer;
    file->module =
        av_ck_name(c, root->name.len ? root->name : stem(c->sources->items[file->source].path));
    if (av_map_set(&c->modules, file->module, 1) != AV_OK) av_ck_fail(c, AV_ERR_MEMORY);
    size_t count = 0;
    for (const av_ast *a = root->items; a; a = a->next)
        if (a->kind == AV_AST_USE) count += av_ast_count(a->items);
    file->uses = AV_NEW_ARRAY(c->scratch, av_name, count ? count : 1);
    if (!file->uses) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    for (const av_ast *a = root->items; a; a = a->next)
        if (a->kind == AV_AST_USE)
            for (const av_ast *m = a->items; m; m = m->next)
                file->uses[file->use_count++] = av_ck_name(c, m->name);
}

static void check_uses(av_checker *c) {
    for (size_t f = 0; f < c->file_count; f++)
        for (const av_ast *a = c->files[f].syntax->file->items; a; a = a->next) {
            if (a->kind != AV_AST_USE) continue;
            for (const av_ast *m = a->items; m; m = m->next) {
                uint64_t one = 0;
                if (av_map_get(&c->modules, av_ck_name(c, m->name), &one)) continue;
                av_suggest near;
                av_suggest_init(&near, m->name);
                for (size_t i = 0; i < c->modules.count; i++)
                    av_suggest_offer(&near,
                                     av_intern_text(&c->names, (av_name)c->modules.entries[i].key));
                av_diag *d = av_ck_error(c, AV_E_UNKNOWN_MODULE, m->span,
                                         "there is no module `%.*s`", AV_TEXT_ARG(m->name));
                av_diag_suggest(c->diags, d, near.best);
            }
        }
}

static void collect_first(av_checker *c, const av_ast *a, uint32_t file) {
    switch (a->kind) {
    case AV_AST_ENUM:
    case AV_AST_RECORD:
    case AV_AST_CONST:
    case AV_AST_FUNC:
    case AV_AST_FACT:
    case AV_AST_CONFLICT:
    case AV_AST_DECISION:
    case AV_AST_MATRIX:
    case AV_AST_TABLE:
    case AV_AST_COLLECTION:
    case AV_AST_CHECK:
    case AV_AST_SECTION:
    case AV_AST_DOCUMENT:
    case AV_AST_EMIT:
    case AV_AST_WORDS:
    case AV_AST_CUE: add_decl(c, a, file); break;
    default: break;
    }
}

static void collect_second(av_checker *c, const av_ast *a, uint32_t file) {
    switch (a->kind) {
    case AV_AST_DERIVE: add_derive(c, a, file); break;
    case AV_AST_SIGNAL: check_signal(c, a); break;
    case AV_AST_OVERRIDE:
        if (a->a->kind == AV_AST_SIGNAL) override_signal(c, a->a, file);
        else override_decl(c, a->a, file);
        break;
    case AV_AST_EXTEND: extend_decl(c, a->a, file); break;
    default: break;
    }
}

void av_ck_collect(av_checker *c, const av_syntax *files, size_t count) {
    c->files = AV_NEW_ARRAY(c->scratch, av_checked_file, count ? count : 1);
    if (!c->files) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    c->file_count = count;
    for (size_t f = 0; f < count; f++) open_file(c, &files[f], (uint32_t)f);
    check_uses(c);
    for (size_t f = 0; f < count; f++)
        for (const av_ast *a = files[f].file->items; a; a = a->next)
            collect_first(c, a, (uint32_t)f);
    for (size_t f = 0; f < count; f++)
        for (const av_ast *a = files[f].file->items; a; a = a->next)
            if (a->kind == AV_AST_INFER) add_infer(c, a, (uint32_t)f);
    for (size_t f = 0; f < count; f++)
        for (const av_ast *a = files[f].file->items; a; a = a->next)
            collect_second(c, a, (uint32_t)f);
    c->decl_used = AV_NEW_ARRAY(c->scratch, bool, c->decl_count ? c->decl_count : 1);
    if (!c->decl_used) av_ck_fail(c, AV_ERR_MEMORY);
}

static bool visible(const av_checker *c, const av_decl *decl) {
    const av_checked_file *here = &c->files[c->file];
    if (here->module == decl->module) return true;
    for (size_t i = 0; i < here->use_count; i++)
        if (here->uses[i] == decl->module) return true;
    return false;
}

av_decl *av_ck_find(av_checker *c, av_text name, av_span span) {
    av_decl *decl = decl_of(c, av_intern_find(&c->names, name));
    if (!decl) return NULL;
    if (!visible(c, decl)) {
        av_text module = av_intern_text(&c->names, decl->module);
        av_diag *d =
            av_ck_error(c, AV_E_NOT_VISIBLE, span,
                        "`%.*s` is declared in module `%.*s`, which this file does not use",
                        AV_TEXT_ARG(name), AV_TEXT_ARG(module));
        av_diag_label_add(c->diags, d, decl->ast->name_span, "declared here");
        av_diag_help(c->diags, d, "add `use %.*s` at the top of the file", AV_TEXT_ARG(module));
    }
    if (c->decl_used) c->decl_used[decl - c->decls] = true;
    return decl;
}

/* Whether a declaration is of the kind that is looked for, so that its name may have been meant. */
static bool may_be_meant(const av_ast *ast, av_text what) {
    switch (ast->kind) {
    case AV_AST_ENUM: return av_text_equal(what, AV_TEXT("type"));
    case AV_AST_RECORD:
        return av_text_equal(what, AV_TEXT("type")) || av_text_equal(what, AV_TEXT("record"));
    case AV_AST_SECTION: return av_text_equal(what, AV_TEXT("section"));
    case AV_AST_FACT:
    case AV_AST_DECISION:
    case AV_AST_MATRIX:
    case AV_AST_CONFLICT:
        if (av_text_equal(what, AV_TEXT("fact or decision"))) return true;
        break;
    case AV_AST_CONST:
    case AV_AST_FUNC:
    case AV_AST_TABLE:
    case AV_AST_COLLECTION: break;
    default: return false;
    }
    return av_text_equal(what, AV_TEXT("name")) || av_text_equal(what, AV_TEXT("member or name"));
}

static void offer_members(const av_checker *c, av_suggest *near, uint32_t enum_index) {
    const av_enum_type *e = &c->program->enums[enum_index];
    for (uint32_t m = 0; m < e->member_count; m++) av_suggest_offer(near, e->members[m].name);
}

void av_ck_unknown(av_checker *c, av_text name, av_span span, const char *what,
                   av_type_id expected) {
    static const char *const types[] = {"bool", "int", "decimal", "money", "text"};
    const av_text kind = av_text_from(what);
    bool any_name =
        av_text_equal(kind, AV_TEXT("name")) || av_text_equal(kind, AV_TEXT("member or name"));
    av_suggest near;
    av_suggest_init(&near, name);
    for (size_t i = c->local_count; any_name && i-- > 0;)
        av_suggest_offer(&near, c->locals[i].name);
    const av_type *t = av_ck_type_of(c, av_ck_strip(c, expected));
    bool of_enum = t->kind == AV_T_ENUM || t->kind == AV_T_SET;
    if (of_enum) offer_members(c, &near, t->index);
    for (size_t i = 0; i < AV_COUNT(types) && av_text_equal(kind, AV_TEXT("type")); i++)
        av_suggest_offer(&near, av_text_from(types[i]));
    for (size_t i = 0; i < c->decl_count; i++)
        if (may_be_meant(c->decls[i].ast, kind)) av_suggest_offer(&near, c->decls[i].ast->name);
    for (uint32_t e = 0; e < c->program->enum_count && any_name && !near.best.len; e++)
        offer_members(c, &near, e);
    av_diag *d;
    if (any_name && of_enum)
        d = av_ck_error(c, AV_E_UNKNOWN_NAME, span,
                        "`%.*s` is neither a member of %.*s nor another name", AV_TEXT_ARG(name),
                        AV_TEXT_ARG(c->program->enums[t->index].name));
    else if (any_name)
        d = av_ck_error(c, AV_E_UNKNOWN_NAME, span, "nothing is called `%.*s`", AV_TEXT_ARG(name));
    else if (of_enum)
        d = av_ck_error(c, AV_E_UNKNOWN_NAME, span, "%.*s has no member `%.*s`",
                        AV_TEXT_ARG(c->program->enums[t->index].name), AV_TEXT_ARG(name));
    else
        d = av_ck_error(c, AV_E_UNKNOWN_NAME, span, "there is no %s `%.*s`", what,
                        AV_TEXT_ARG(name));
    av_diag_suggest(c->diags, d, near.best);
}
