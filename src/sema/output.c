/* Bodies of sections, documents, emits; heading levels. Tests, which say what all of it should
 * be. */
#include "sema/checker.h"

#include "base/suggest.h"

static av_type_id markdown_type(av_checker *c) {
    return av_ck_type(c, (av_type){.kind = AV_T_FRAGMENT, .index = AV_FORMAT_MARKDOWN});
}

/* A title is Markdown heading text: its values are escaped for a heading when the document is put
 * together. */
static uint32_t title_proc(av_checker *c, const av_ast *title, av_text fallback, av_span span) {
    if (title) return av_ck_text_proc(c, "title", title);
    c->slot_count = 0;
    return av_ck_push_proc(c, "title", av_ck_text_const(c, fallback, span), span);
}

void av_ck_section(av_checker *c, av_decl *decl) {
    const av_ast *ast = decl->ast;
    av_ck_begin(c, decl->file, decl->index);
    const av_ast *when = av_ck_clause(ast->items, AV_WORD_WHEN);
    av_type_id type = c->program->defs[decl->index].type;
    av_node *condition = when ? av_ck_condition(c, when->a) : NULL;
    av_node *body = ast->b ? av_ck_text(c, ast->b, AV_FORMAT_MARKDOWN, markdown_type(c))
                           : av_ck_error_node(c, ast->span);
    if (condition) {
        av_node *node = av_ck_node(c, AV_N_IF, type, ast->span);
        node->a = condition;
        node->b = body;
        node->c = av_ck_const(c, av_none(), AV_TYPE_NONE, ast->span);
        body = node;
    }
    uint32_t proc = av_ck_push_proc(c, "", body, ast->span);
    uint32_t title = title_proc(c, ast->c, c->program->defs[decl->index].label, ast->name_span);
    c->program->defs[decl->index].proc = proc;
    c->program->defs[decl->index].title = title;
    av_ck_end(c);
}

void av_ck_document(av_checker *c, av_decl *decl) {
    const av_ast *ast = decl->ast;
    av_ck_begin(c, decl->file, decl->index);
    const av_ast *to = av_ck_clause(ast->items, AV_WORD_TO);
    if (!to)
        av_ck_error(c, AV_E_MISSING_CLAUSE, ast->name_span,
                    "document `%.*s` does not say `to \"path\"`", AV_TEXT_ARG(ast->name));
    size_t count = 0;
    const av_ast *bodies[16] = {ast};
    uint32_t files[16] = {decl->file};
    size_t body_count = 1;
    for (const av_extension *x = decl->extensions; x && body_count < AV_COUNT(bodies);
         x = x->next) {
        bodies[body_count] = x->ast;
        files[body_count++] = x->file;
    }
    for (size_t b = 0; b < body_count; b++) {
        const av_ast *sections = av_ck_clause(bodies[b]->items, AV_WORD_SECTIONS);
        count += sections ? av_ast_count(sections->items) : 0;
    }
    uint32_t *list = AV_NEW_ARRAY(&c->program->arena, uint32_t, count ? count : 1), n = 0;
    for (size_t b = 0; b < body_count && list; b++) {
        const av_ast *sections = av_ck_clause(bodies[b]->items, AV_WORD_SECTIONS);
        c->file = files[b];
        for (const av_ast *s = sections ? sections->items : NULL; s; s = s->next) {
            av_decl *section = av_ck_find(c, s->name, s->span);
            if (!section || section->ast->kind != AV_AST_SECTION) {
                av_suggest near;
                av_suggest_init(&near, s->name);
                for (size_t i = 0; i < c->decl_count; i++)
                    if (c->decls[i].ast->kind == AV_AST_SECTION)
                        av_suggest_offer(&near, c->decls[i].ast->name);
                av_diag *d = av_ck_error(c, AV_E_UNKNOWN_NAME, s->span,
                                         "there is no section `%.*s`", AV_TEXT_ARG(s->name));
                av_diag_suggest(c->diags, d, near.best);
                continue;
            }
            for (uint32_t i = 0; i < n; i++)
                if (list[i] == section->index)
                    av_ck_error(c, AV_E_DUPLICATE, s->span,
                                "section `%.*s` stands twice in this document",
                                AV_TEXT_ARG(s->name));
            list[n++] = section->index;
            av_ck_read(c, section->index);
        }
    }
    if (!list) av_ck_fail(c, AV_ERR_MEMORY);
    if (!n)
        av_ck_error(c, AV_E_EMPTY, ast->name_span, "document `%.*s` has no sections",
                    AV_TEXT_ARG(ast->name));
    c->file = decl->file;
    uint32_t path = av_ck_text_proc(c, "path", to ? to->a : NULL);
    uint32_t title = title_proc(c, ast->c, c->program->defs[decl->index].label, ast->name_span);
    av_def *def = &c->program->defs[decl->index];
    def->sections = list;
    def->section_count = n;
    def->path = path;
    def->title = title;
    def->format = AV_FORMAT_MARKDOWN;
    av_ck_end(c);
}

static bool structured(av_format format) {
    return format == AV_FORMAT_JSON || format == AV_FORMAT_YAML;
}

void av_ck_emit(av_checker *c, av_decl *decl) {
    const av_ast *ast = decl->ast;
    av_ck_begin(c, decl->file, decl->index);
    const av_ast *to = av_ck_clause(ast->items, AV_WORD_TO),
                 *format = av_ck_clause(ast->items, AV_WORD_FORMAT),
                 *value = av_ck_clause(ast->items, AV_WORD_VALUE),
                 *when = av_ck_clause(ast->items, AV_WORD_WHEN),
                 *loop = av_ck_clause(ast->items, AV_WORD_FOR);
    av_format f = AV_FORMAT_PLAIN;
    if (!to)
        av_ck_error(c, AV_E_MISSING_CLAUSE, ast->name_span,
                    "emit `%.*s` does not say `to \"path\"`", AV_TEXT_ARG(ast->name));
    if (!format) {
        av_ck_error(c, AV_E_MISSING_CLAUSE, ast->name_span, "emit `%.*s` does not say its `format`",
                    AV_TEXT_ARG(ast->name));
    } else {
        f = AV_FORMAT_COUNT;
        av_suggest near;
        av_suggest_init(&near, format->a->name);
        for (uint32_t i = 0; i < AV_FORMAT_COUNT; i++) {
            av_text name = av_text_from(av_format_name((av_format)i));
            if (av_text_equal(name, format->a->name)) f = (av_format)i;
            av_suggest_offer(&near, name);
        }
        if (f == AV_FORMAT_COUNT) {
            av_diag *d = av_ck_error(c, AV_E_UNKNOWN_NAME, format->a->span,
                                     "there is no format `%.*s`", AV_TEXT_ARG(format->a->name));
            av_diag_suggest(c->diags, d, near.best);
            f = AV_FORMAT_PLAIN;
        }
    }
    if (value && !structured(f) && format)
        av_ck_error(c, AV_E_MISPLACED_CLAUSE, value->span,
                    "`value` is for the formats json and yaml; %s wants a template",
                    av_format_name(f));
    if (!value && !ast->b)
        av_ck_error(c, AV_E_MISSING_CLAUSE, ast->name_span,
                    "emit `%.*s` has neither a template nor a `value`", AV_TEXT_ARG(ast->name));
    av_node *items = av_ck_node(c, AV_N_FOR, AV_TYPE_ERROR, ast->span);
    if (loop) items->items = av_ck_generators(c, loop->items, &items->count);
    av_node *condition = when ? av_ck_condition(c, when->a) : NULL;
    av_type_id artifact_type =
        av_ck_type(c, (av_type){.kind = AV_T_RECORD, .index = c->program->model.artifact});
    av_node *artifact = av_ck_node(c, AV_N_RECORD, artifact_type, ast->span);
    artifact->index = c->program->model.artifact;
    artifact->bits = 3;
    artifact->items = av_ck_items(c, 2);
    if (artifact->items) {
        artifact->items[0] =
            to ? av_ck_expr(c, to->a, AV_TYPE_TEXT) : av_ck_text_const(c, AV_TEXT(""), ast->span);
        artifact->items[1] =
            value    ? av_ck_expr_raw(c, value->a, AV_TYPE_ERROR)
            : ast->b ? av_ck_text(c, ast->b, f,
                                  av_ck_type(c, (av_type){.kind = AV_T_FRAGMENT, .index = f}))
                     : av_ck_const(c, av_none(), AV_TYPE_NONE, ast->span);
        artifact->count = 2;
    }
    av_type_id list_type = av_ck_list_of(c, artifact_type);
    av_node *tree;
    if (items->count) {
        av_node *last = items->items[items->count - 1];
        if (condition && last->b) {
            av_node *both = av_ck_node(c, AV_N_AND, AV_TYPE_BOOL, condition->span);
            both->a = last->b;
            both->b = condition;
            last->b = both;
        } else if (condition) {
            last->b = condition;
        }
        items->c = artifact;
        items->type = list_type;
        tree = items;
    } else {
        tree = av_ck_node(c, AV_N_LIST, list_type, ast->span);
        tree->items = av_ck_items(c, 1);
        av_node *element = artifact;
        if (condition) {
            element = av_ck_node(c, AV_N_ELEMENT, artifact_type, ast->span);
            element->a = artifact;
            element->b = condition;
        }
        if (tree->items) tree->items[tree->count++] = element;
    }
    uint32_t proc = av_ck_push_proc(c, "", tree, ast->span);
    c->program->defs[decl->index].proc = proc;
    c->program->defs[decl->index].format = f;
    av_ck_end(c);
}

/* ---- heading levels: a section stands on one level wherever it is used */

static void set_level(av_checker *c, uint32_t section, uint32_t level, uint32_t depth) {
    av_def *def = &c->program->defs[section];
    if (def->level >= level || depth > 8) return;
    def->level = level;
    for (size_t i = 0; i < c->nest_count; i++)
        if (c->nests[i].outer == section) set_level(c, c->nests[i].inner, level + 1, depth + 1);
}

void av_ck_levels(av_checker *c) {
    for (uint32_t i = 0; i < c->program->def_count; i++) {
        const av_def *def = &c->program->defs[i];
        if (def->kind != AV_DEF_DOCUMENT) continue;
        for (uint32_t s = 0; s < def->section_count; s++) set_level(c, def->sections[s], 2, 0);
    }
    for (uint32_t i = 0; i < c->program->def_count; i++)
        if (c->program->defs[i].kind == AV_DEF_SECTION && !c->program->defs[i].level)
            set_level(c, i, 2, 0);
}
