/* Passes 2 and 3: enums and records become types; every other declaration becomes a definition with
 * a type. */
#include "sema/checker.h"

#include <string.h>

#include "base/hash.h"

av_text av_ck_literal(av_checker *c, const av_ast *ast) {
    if (!ast) return AV_TEXT("");
    if (ast->items) {
        av_ck_error(c, AV_E_NOT_LITERAL, ast->span,
                    "this text is fixed: it may not hold {expressions}");
        return AV_TEXT("");
    }
    return av_ck_keep(c, ast->name);
}

/* "low_scale_users" -> "Low scale users" */
static av_text humanise(av_checker *c, av_text name) {
    av_text copy = av_ck_keep(c, name);
    char *bytes = (char *)(uintptr_t)copy.ptr;
    if (!copy.len) return copy;
    for (size_t i = 0; i < copy.len; i++)
        if (bytes[i] == '_') bytes[i] = ' ';
    if (bytes[0] >= 'a' && bytes[0] <= 'z') bytes[0] = (char)(bytes[0] - 'a' + 'A');
    return copy;
}

static av_text label_of(av_checker *c, const av_ast *ast) {
    return ast->c ? av_ck_literal(c, ast->c) : humanise(c, ast->name);
}

/* ---- enums */

static uint32_t count_members(const av_decl *decl) {
    size_t count = av_ast_count(decl->ast->items);
    for (const av_extension *x = decl->extensions; x; x = x->next)
        count += av_ast_count(x->ast->items);
    return (uint32_t)count;
}

static void add_members(av_checker *c, const av_ast *first, uint32_t enum_index,
                        av_enum_member *members, uint32_t *count) {
    for (const av_ast *a = first; a; a = a->next) {
        if (a->kind != AV_AST_MEMBER) continue;
        bool twice = false;
        for (uint32_t i = 0; i < *count; i++)
            twice = twice || av_text_equal(members[i].name, a->name);
        if (twice) {
            av_ck_error(c, AV_E_DUPLICATE, a->name_span, "`%.*s` is a member already",
                        AV_TEXT_ARG(a->name));
            continue;
        }
        av_enum_member *m = &members[(*count)++];
        m->name = av_ck_keep(c, a->name);
        m->label = a->c ? av_ck_literal(c, a->c) : m->name;
        size_t spellings = av_ast_count(a->items);
        av_text *texts = AV_NEW_ARRAY(&c->program->arena, av_text, spellings ? spellings : 1);
        if (!texts) {
            av_ck_fail(c, AV_ERR_MEMORY);
            return;
        }
        for (const av_ast *t = a->items; t; t = t->next)
            texts[m->spelling_count++] = av_ck_literal(c, t);
        m->spellings = texts;
        av_name name = av_ck_name(c, a->name);
        uint64_t other = 0;
        bool known = av_map_get(&c->member_enums, name, &other);
        if (av_map_set(&c->member_enums, name, known ? 0 : enum_index + 1) != AV_OK)
            av_ck_fail(c, AV_ERR_MEMORY);
    }
}

static void declare_enum(av_checker *c, av_decl *decl) {
    av_program *p = c->program;
    av_enum_type *enums =
        av_arena_grow(&p->arena, p->enums, p->enum_count, &c->enum_cap, sizeof *enums);
    uint32_t total = count_members(decl);
    av_enum_member *members = AV_NEW_ARRAY(&p->arena, av_enum_member, total ? total : 1);
    if (enums) p->enums = enums;
    if (!enums || !members) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    decl->index = p->enum_count++;
    av_enum_type *e = &enums[decl->index];
    *e = (av_enum_type){.name = av_ck_keep(c, decl->ast->name),
                        .label = label_of(c, decl->ast),
                        .ordered = decl->ast->flags & AV_AST_F_ORDERED,
                        .members = members,
                        .site = av_ck_site(c, decl->ast->name_span)};
    uint32_t count = 0;
    add_members(c, decl->ast->items, decl->index, members, &count);
    for (const av_extension *x = decl->extensions; x; x = x->next) {
        c->file = x->file;
        add_members(c, x->ast->items, decl->index, members, &count);
    }
    p->enums[decl->index].member_count = count;
    if (!count)
        av_ck_error(c, AV_E_EMPTY, decl->ast->name_span, "enum `%.*s` has no members",
                    AV_TEXT_ARG(decl->ast->name));
}

/* ---- records */

static uint32_t new_record(av_checker *c, av_text name, av_text label, av_record_field *fields,
                           uint32_t field_count, av_site site) {
    av_program *p = c->program;
    av_record_type *records =
        av_arena_grow(&p->arena, p->records, p->record_count, &c->record_cap, sizeof *records);
    if (!records) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return 0;
    }
    p->records = records;
    records[p->record_count] = (av_record_type){.name = name,
                                                .label = label,
                                                .fields = fields,
                                                .field_count = field_count,
                                                .key = AV_NO_INDEX,
                                                .site = site};
    return p->record_count++;
}

static void declare_record(av_checker *c, av_decl *decl) {
    decl->index = new_record(c, av_ck_keep(c, decl->ast->name), label_of(c, decl->ast), NULL, 0,
                             av_ck_site(c, decl->ast->name_span));
}

static void declare_fields(av_checker *c, av_decl *decl) {
    const av_ast *ast = decl->ast;
    size_t count = av_ast_count(ast->items);
    if (count > AV_RECORD_FIELDS) {
        av_ck_error(c, AV_E_TOO_MANY, ast->name_span,
                    "record `%.*s` has %zu fields; %d is the most", AV_TEXT_ARG(ast->name), count,
                    AV_RECORD_FIELDS);
        count = AV_RECORD_FIELDS;
    }
    av_record_field *fields = AV_NEW_ARRAY(&c->program->arena, av_record_field, count ? count : 1);
    if (!fields) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    uint32_t n = 0, key = AV_NO_INDEX;
    for (const av_ast *f = ast->items; f && n < count; f = f->next) {
        if (f->kind != AV_AST_FIELD) continue;
        for (uint32_t i = 0; i < n; i++)
            if (av_text_equal(fields[i].name, f->name))
                av_ck_error(c, AV_E_DUPLICATE, f->name_span, "record `%.*s` has two fields `%.*s`",
                            AV_TEXT_ARG(ast->name), AV_TEXT_ARG(f->name));
        av_type_id type = av_ck_resolve_type(c, f->type);
        if (f->flags & AV_AST_F_KEY) {
            if (key != AV_NO_INDEX)
                av_ck_error(c, AV_E_DUPLICATE, f->name_span, "a record has at most one key");
            else if (type != AV_TYPE_TEXT && type != AV_TYPE_ERROR)
                av_ck_error(c, AV_E_BAD_TYPE, f->type->span, "a key is a text");
            key = n;
        }
        fields[n] = (av_record_field){
            .name = av_ck_keep(c, f->name), .type = type, .default_def = AV_NO_INDEX};
        fields[n].emitted = f->c ? av_ck_literal(c, f->c) : fields[n].name;
        av_type_kind kind = av_ck_type_of(c, type)->kind;
        if (f->a || kind == AV_T_LIST ||
            kind == AV_T_OPTION) { /* without a default of their own: empty, none */
            av_text name = av_arena_join(&c->program->arena, ast->name, AV_TEXT("."), f->name);
            if (!name.ptr) av_ck_fail(c, AV_ERR_MEMORY);
            fields[n].default_def =
                av_ck_push_def(c, (av_def){.kind = AV_DEF_CONST,
                                           .hidden = true,
                                           .name = name,
                                           .label = name,
                                           .type = type,
                                           .proc = AV_NO_INDEX,
                                           .layer = c->files[decl->file].layer,
                                           .site = av_ck_site(c, f->name_span)});
        }
        n++;
    }
    av_record_type *r = &c->program->records[decl->index];
    r->fields = fields;
    r->field_count = n;
    r->key = key;
    r->by_key = ast->flags & AV_AST_F_BY_KEY;
    if (r->by_key && key == AV_NO_INDEX) {
        av_diag *d = av_ck_error(c, AV_E_BAD_TYPE, ast->name_span,
                                 "record `%.*s` is to be written by key and has none",
                                 AV_TEXT_ARG(ast->name));
        av_diag_help(c->diags, d, "mark the field that identifies it: `key name: text`");
    }
}

/* The engine's own records hold values of any type, which rules cannot declare. */
static uint32_t engine_record(av_checker *c, const char *name, const char *const fields[],
                              const av_type_id types[], uint32_t count) {
    av_record_field *list = AV_NEW_ARRAY(&c->program->arena, av_record_field, count);
    if (!list) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return 0;
    }
    for (uint32_t i = 0; i < count; i++) {
        list[i] = (av_record_field){.type = types[i], .default_def = AV_NO_INDEX};
        list[i].name = list[i].emitted = av_ck_keep(c, av_text_from(fields[i]));
    }
    av_text kept = av_ck_keep(c, av_text_from(name));
    return new_record(c, kept, kept, list, count, (av_site){0, 0, 0});
}

static uint32_t model_record(av_checker *c, const char *name) {
    for (uint32_t i = 0; i < c->program->record_count; i++)
        if (av_text_equal(c->program->records[i].name, av_text_from(name))) return i;
    av_ck_error(c, AV_E_UNKNOWN_NAME, (av_span){0, 0, 0, 0},
                "the standard library's record `%s` is missing", name);
    return 0;
}

void av_ck_declare_types(av_checker *c) {
    for (size_t i = 0; i < c->decl_count; i++) {
        av_decl *d = &c->decls[i];
        c->file = d->file;
        if (d->ast->kind == AV_AST_ENUM) declare_enum(c, d);
        if (d->ast->kind == AV_AST_RECORD) declare_record(c, d);
    }
    for (size_t i = 0; i < c->decl_count; i++) {
        c->file = c->decls[i].file;
        if (c->decls[i].ast->kind == AV_AST_RECORD) declare_fields(c, &c->decls[i]);
    }
    av_program *p = c->program;
    p->model.violation =
        engine_record(c, "Violation", (const char *const[]){"message", "target", "value"},
                      (const av_type_id[]){AV_TYPE_TEXT, AV_TYPE_ANY, AV_TYPE_ANY}, 3);
    p->model.artifact = engine_record(c, "Artifact", (const char *const[]){"path", "content"},
                                      (const av_type_id[]){AV_TYPE_TEXT, AV_TYPE_ANY}, 2);
    p->model.rejected = model_record(c, "Rejected");
    p->model.score_line = model_record(c, "ScoreLine");
    p->model.option_score = model_record(c, "OptionScore");
    p->model.fact_info = model_record(c, "FactInfo");
    p->model.decision_info = model_record(c, "DecisionInfo");
    p->model.conflict_info = model_record(c, "ConflictInfo");
    p->model.check_info = model_record(c, "CheckInfo");
    p->model.document_info = model_record(c, "DocumentInfo");
    p->model.outline_part = model_record(c, "OutlinePart");
}

/* ---- definitions */

static av_def_kind def_kind(av_ast_kind kind) {
    switch (kind) {
    case AV_AST_CONST: return AV_DEF_CONST;
    case AV_AST_FUNC: return AV_DEF_FUNC;
    case AV_AST_FACT: return AV_DEF_FACT;
    case AV_AST_CONFLICT: return AV_DEF_CONFLICT;
    case AV_AST_DECISION: return AV_DEF_DECISION;
    case AV_AST_MATRIX: return AV_DEF_MATRIX;
    case AV_AST_TABLE: return AV_DEF_TABLE;
    case AV_AST_COLLECTION: return AV_DEF_COLLECTION;
    case AV_AST_CHECK: return AV_DEF_CHECK;
    case AV_AST_SECTION: return AV_DEF_SECTION;
    case AV_AST_DOCUMENT: return AV_DEF_DOCUMENT;
    default: return AV_DEF_EMIT;
    }
}

static void declare_params(av_checker *c, av_decl *decl) {
    size_t count = av_ast_count(decl->ast->items);
    decl->params = AV_NEW_ARRAY(c->scratch, av_type_id, count ? count : 1);
    if (!decl->params) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    for (const av_ast *p = decl->ast->items; p; p = p->next) {
        if (p->kind != AV_AST_PARAM) continue;
        decl->params[decl->param_count++] = av_ck_resolve_type(c, p->type);
    }
}

static av_type_id declared_type(av_checker *c, av_decl *decl, av_def_kind kind) {
    const av_ast *ast = decl->ast;
    switch (kind) {
    case AV_DEF_CONST: return ast->type ? av_ck_resolve_type(c, ast->type) : AV_TYPE_ERROR;
    case AV_DEF_FUNC: declare_params(c, decl); return av_ck_resolve_type(c, ast->type);
    case AV_DEF_TABLE: {
        declare_params(c, decl);
        av_type_id type = av_ck_resolve_type(c, ast->type);
        return ast->flags & AV_AST_F_HIT_COLLECT && type != AV_TYPE_ERROR ? av_ck_list_of(c, type)
                                                                          : type;
    }
    case AV_DEF_FACT:
    case AV_DEF_DECISION: return av_ck_resolve_type(c, ast->type);
    case AV_DEF_MATRIX: {
        av_type_id type = av_ck_resolve_type(c, ast->type);
        if (type != AV_TYPE_ERROR && av_ck_type_of(c, type)->kind != AV_T_ENUM) {
            av_ck_error(c, AV_E_BAD_TYPE, ast->type->span,
                        "a matrix chooses a member of an enum, not %.*s",
                        AV_TEXT_ARG(av_ck_type_text(c, type)));
            return AV_TYPE_ERROR;
        }
        return type;
    }
    case AV_DEF_COLLECTION: {
        av_type_id type = av_ck_resolve_type(c, ast->type);
        if (type != AV_TYPE_ERROR && av_ck_type_of(c, type)->kind != AV_T_RECORD) {
            av_ck_error(c, AV_E_BAD_TYPE, ast->type->span, "a collection holds records, not %.*s",
                        AV_TEXT_ARG(av_ck_type_text(c, type)));
            return AV_TYPE_ERROR;
        }
        return type == AV_TYPE_ERROR ? type : av_ck_list_of(c, type);
    }
    case AV_DEF_CONFLICT: return AV_TYPE_BOOL;
    case AV_DEF_SECTION:
        return av_ck_option_of(
            c, av_ck_type(c, (av_type){.kind = AV_T_FRAGMENT, .index = AV_FORMAT_MARKDOWN}));
    default: return AV_TYPE_ANY;
    }
}

static void declare_def(av_checker *c, av_decl *decl) {
    av_def_kind kind = def_kind((av_ast_kind)decl->ast->kind);
    c->file = decl->file;
    /* a title may hold expressions */
    bool has_title = kind == AV_DEF_SECTION || kind == AV_DEF_DOCUMENT;
    decl->index = av_ck_push_def(
        c, (av_def){.kind = kind,
                    .name = av_ck_keep(c, decl->ast->name),
                    .label = has_title ? humanise(c, decl->ast->name) : label_of(c, decl->ast),
                    .type = declared_type(c, decl, kind),
                    .site = av_ck_site(c, decl->ast->name_span),
                    .module = av_ck_keep(c, av_intern_text(&c->names, decl->module)),
                    .layer = c->files[decl->file].layer,
                    .proc = AV_NO_INDEX,
                    .ask = AV_NO_INDEX,
                    .parts = AV_NO_INDEX,
                    .binds = AV_NO_INDEX,
                    .tension = AV_NO_INDEX,
                    .effect = AV_NO_INDEX,
                    .repair_target = AV_NO_INDEX,
                    .repair_slot = AV_NO_INDEX,
                    .repair_because = AV_NO_INDEX,
                    .title = AV_NO_INDEX,
                    .path = AV_NO_INDEX,
                    .test = AV_NO_INDEX,
                    .secondary_from = INT32_MAX});
    if (kind == AV_DEF_FUNC ||
        kind == AV_DEF_TABLE) { /* callers need the procedure's number before its body is checked */
        c->def = decl->index;
        av_node *none = av_ck_error_node(c, decl->ast->span);
        c->slot_count = 0;
        uint32_t proc = av_ck_push_proc(c, "", none, decl->ast->name_span);
        if (decl->index < c->program->def_count) c->program->defs[decl->index].proc = proc;
    }
}

static void declare_model(av_checker *c, const char *name, const char *label, uint32_t record) {
    av_type_id type =
        av_ck_list_of(c, av_ck_type(c, (av_type){.kind = AV_T_RECORD, .index = record}));
    av_ck_push_def(c, (av_def){.kind = AV_DEF_MODEL,
                               .name = av_ck_keep(c, av_text_from(name)),
                               .label = av_ck_keep(c, av_text_from(label)),
                               .type = type,
                               .proc = AV_NO_INDEX,
                               .module = av_ck_keep(c, AV_TEXT("std.model"))});
}

/* Sources in which parts of a definition stand that is declared elsewhere. */
static void declare_paths(av_checker *c, const av_decl *decl) {
    if (decl->infer) av_ck_path(c, c->files[decl->infer_file].source);
    for (const av_extension *x = decl->extensions; x; x = x->next)
        av_ck_path(c, c->files[x->file].source);
}

void av_ck_declare_defs(av_checker *c) {
    av_program *p = c->program;
    declare_model(c, "all_facts", "All facts", p->model.fact_info);
    declare_model(c, "all_decisions", "All decisions", p->model.decision_info);
    declare_model(c, "all_conflicts", "All conflicts", p->model.conflict_info);
    declare_model(c, "all_checks", "All checks", p->model.check_info);
    declare_model(c, "all_documents", "All documents", p->model.document_info);
    for (size_t i = 0; i < c->decl_count; i++)
        if (av_ck_is_definition(&c->decls[i])) declare_def(c, &c->decls[i]);
    for (size_t i = 0; i < c->decl_count; i++) declare_paths(c, &c->decls[i]);
    for (uint32_t i = 0; i < p->def_count; i++) {
        uint64_t hash = av_hash(p->defs[i].name, 0), other = 0;
        while (av_map_get(&p->def_by_name, hash, &other)) {
            /* reported as a duplicate already */
            if (av_text_equal(p->defs[other].name, p->defs[i].name)) break;
            hash++;
        }
        if (av_map_set(&p->def_by_name, hash, i) != AV_OK) av_ck_fail(c, AV_ERR_MEMORY);
    }
}

void av_ck_need_const(av_checker *c, av_decl *decl) {
    if (decl->state == 2) return;
    if (decl->state == 1) {
        av_ck_error(c, AV_E_CYCLE, decl->ast->name_span, "constant `%.*s` needs its own value",
                    AV_TEXT_ARG(decl->ast->name));
        return;
    }
    decl->state = 1;
    av_checker before = *c; /* what was being checked: put back below, all else is kept */
    c->locals = NULL;
    c->local_count = c->local_cap = 0;
    c->reads = NULL;
    c->read_count = c->read_cap = 0;
    c->reasons = NULL;
    c->reason_count = c->reason_cap = 0;
    av_ck_begin(c, decl->file, decl->index);
    av_node *tree = av_ck_expr(c, decl->ast->a, c->program->defs[decl->index].type);
    if (!decl->ast->type) c->program->defs[decl->index].type = tree->type;
    if (!decl->ast->type &&
        (tree->type == AV_TYPE_NONE || (av_ck_type_of(c, tree->type)->kind == AV_T_LIST &&
                                        av_ck_type_of(c, tree->type)->element == AV_TYPE_ERROR)))
        av_ck_error(c, AV_E_BAD_TYPE, decl->ast->name_span,
                    "the type of `%.*s` cannot be told: write `const %.*s: type = ...`",
                    AV_TEXT_ARG(decl->ast->name), AV_TEXT_ARG(decl->ast->name));
    uint32_t proc =
        av_ck_push_proc(c, "", tree, decl->ast->a ? decl->ast->a->span : decl->ast->span);
    c->program->defs[decl->index].proc = proc;
    if (decl->ast->b) av_ck_text(c, decl->ast->b, AV_FORMAT_PLAIN, AV_TYPE_TEXT);
    av_ck_end(c);
    c->file = before.file;
    c->def = before.def;
    c->locals = before.locals;
    c->local_count = before.local_count;
    c->local_cap = before.local_cap;
    c->slot_count = before.slot_count;
    c->reads = before.reads;
    c->read_count = before.read_count;
    c->read_cap = before.read_cap;
    c->reasons = before.reasons;
    c->reason_count = before.reason_count;
    c->reason_cap = before.reason_cap;
    decl->state = 2;
}
