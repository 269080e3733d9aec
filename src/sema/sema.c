#include "sema/sema.h"

#include <string.h>

#include "base/hash.h"
#include "base/suggest.h"
#include "sema/checker.h"

static void check_func(av_checker *c, av_decl *decl) {
    av_ck_begin(c, decl->file, decl->index);
    size_t i = 0;
    for (const av_ast *p = decl->ast->items; p && i < decl->param_count; p = p->next, i++) {
        av_ck_local(c, p->name, decl->params[i], p->name_span);
        if (p->a) {
            size_t locals = c->local_count;
            c->local_count = 0;
            av_ck_expr(c, p->a, decl->params[i]);
            c->local_count = locals;
        }
    }
    av_node *body = av_ck_expr(c, decl->ast->a, c->program->defs[decl->index].type);
    av_ck_set_proc(c, c->program->defs[decl->index].proc, body, decl->ast->span, decl->param_count);
    av_ck_end(c);
}

/* Defaults of record fields are constants without a name. */
static void check_defaults(av_checker *c, av_decl *decl) {
    const av_record_type r = c->program->records[decl->index];
    uint32_t slot = 0;
    for (const av_ast *f = decl->ast->items; f && slot < r.field_count; f = f->next) {
        if (f->kind != AV_AST_FIELD) continue;
        const av_record_field field = r.fields[slot++];
        if (field.default_def == AV_NO_INDEX) continue;
        av_ck_begin(c, decl->file, field.default_def);
        av_node *tree = f->a ? av_ck_expr(c, f->a, field.type)
                        : av_ck_type_of(c, field.type)->kind == AV_T_LIST
                            ? av_ck_node(c, AV_N_LIST, field.type, f->span)
                            : av_ck_const(c, av_none(), AV_TYPE_NONE, f->span);
        uint32_t proc = av_ck_push_proc(c, "", tree, f->span);
        c->program->defs[field.default_def].proc = proc;
        av_ck_end(c);
    }
}

void av_ck_body(av_checker *c, av_decl *decl) {
    switch (decl->ast->kind) {
    case AV_AST_FUNC: check_func(c, decl); break;
    case AV_AST_FACT: av_ck_fact(c, decl); break;
    case AV_AST_DECISION: av_ck_decision(c, decl); break;
    case AV_AST_MATRIX: av_ck_matrix(c, decl); break;
    case AV_AST_TABLE: av_ck_table(c, decl); break;
    case AV_AST_CONFLICT: av_ck_conflict(c, decl); break;
    case AV_AST_COLLECTION: av_ck_collection(c, decl); break;
    case AV_AST_CHECK: av_ck_check(c, decl); break;
    case AV_AST_SECTION: av_ck_section(c, decl); break;
    case AV_AST_DOCUMENT: av_ck_document(c, decl); break;
    case AV_AST_EMIT: av_ck_emit(c, decl); break;
    default: break;
    }
}

/* What bodies ask of each other: the values and types of constants, defaults, what facts say of themselves. */
static void check_common(av_checker *c) {
    for (size_t i = 0; i < c->decl_count; i++) {
        av_decl *decl = &c->decls[i];
        c->file = decl->file;
        switch (decl->ast->kind) {
        case AV_AST_RECORD: check_defaults(c, decl); break;
        case AV_AST_CONST: av_ck_need_const(c, decl); break;
        case AV_AST_FACT: av_ck_fact_clauses(c, decl); break;
        default: break;
        }
    }
}

static void check_tests(av_checker *c) {
    for (size_t f = 0; f < c->file_count; f++)
        for (const av_ast *a = c->files[f].syntax->file->items; a; a = a->next) {
            if (a->kind != AV_AST_TEST) continue;
            c->file = (uint32_t)f;
            uint32_t def = av_ck_push_def(c, (av_def){.kind = AV_DEF_TEST,
                                                      .name = AV_TEXT("test"),
                                                      .label = AV_TEXT("test"),
                                                      .type = AV_TYPE_ANY,
                                                      .site = av_ck_site(c, a->span),
                                                      .layer = c->files[f].layer,
                                                      .proc = AV_NO_INDEX,
                                                      .title = AV_NO_INDEX});
            av_ck_test(c, a, (uint32_t)f, def);
        }
}

/* A key that is used must be given to a record of that type somewhere in the rules. */
static void check_keys(av_checker *c) {
    for (size_t i = 0; i < c->key_use_count; i++) {
        const av_key_use *use = &c->key_uses[i];
        uint64_t one = 0;
        if (av_map_get(&c->keys_given, (uint64_t)use->record << 32 | use->key, &one)) continue;
        av_text name = av_intern_text(&c->keys, use->key);
        av_suggest near;
        av_suggest_init(&near, name);
        for (size_t k = 0; k < c->keys_given.count; k++)
            if (c->keys_given.entries[k].key >> 32 == use->record)
                av_suggest_offer(&near,
                                 av_intern_text(&c->keys, (av_name)c->keys_given.entries[k].key));
        av_diag *d =
            av_ck_error(c, AV_E_UNKNOWN_KEY, use->span, "no %.*s is called `%.*s`",
                        AV_TEXT_ARG(c->program->records[use->record].name), AV_TEXT_ARG(name));
        av_diag_suggest(c->diags, d, near.best);
    }
}

/* Room for one element in every table, so that what could not be kept can be written to index 0
 * without harm. */
static bool reserve(av_checker *c) {
    av_program *p = c->program;
    p->types = av_arena_grow(&p->arena, NULL, 0, &c->type_cap, sizeof *p->types);
    p->enums = av_arena_grow(&p->arena, NULL, 0, &c->enum_cap, sizeof *p->enums);
    p->records = av_arena_grow(&p->arena, NULL, 0, &c->record_cap, sizeof *p->records);
    p->procs = av_arena_grow(&p->arena, NULL, 0, &c->proc_cap, sizeof *p->procs);
    p->rules = av_arena_grow(&p->arena, NULL, 0, &c->rule_cap, sizeof *p->rules);
    p->defs = av_arena_grow(&p->arena, NULL, 0, &c->def_cap, sizeof *p->defs);
    p->signals = av_arena_grow(&p->arena, NULL, 0, &c->signal_cap, sizeof *p->signals);
    c->decls = av_arena_grow(c->scratch, NULL, 0, &c->decl_cap, sizeof *c->decls);
    return p->types && p->enums && p->records && p->procs && p->rules && p->defs && p->signals &&
           c->decls;
}

static bool init(av_checker *c) {
    static const av_type_kind fixed[] = {AV_T_ERROR,   AV_T_NONE,  AV_T_BOOL, AV_T_INT,
                                         AV_T_DECIMAL, AV_T_MONEY, AV_T_TEXT, AV_T_ANY};
    av_map_init(&c->decl_by_name, c->scratch);
    av_map_init(&c->member_enums, c->scratch);
    av_map_init(&c->type_by_hash, c->scratch);
    av_map_init(&c->modules, c->scratch);
    c->path_of_source = AV_NEW_ARRAY(c->scratch, uint32_t, c->sources->count);
    av_map_init(&c->keys_given, c->scratch);
    if (av_intern_init(&c->keys, c->scratch) != AV_OK) return false;
    av_map_init(&c->program->def_by_name, &c->program->arena);
    if (!c->path_of_source || !reserve(c) || av_intern_init(&c->names, c->scratch) != AV_OK)
        return false;
    for (size_t i = 0; i < AV_COUNT(fixed); i++) av_ck_type(c, (av_type){.kind = fixed[i]});
    return c->status == AV_OK;
}

/* The hash of all texts, in order, with their paths: two programs with equal hashes were made of
 * equal rules. */
static av_status hash_rules(const av_checker *c, char hash[32]) {
    av_buf all;
    av_buf_init(&all, &c->scratch->host, 512u * 1024 * 1024);
    for (size_t f = 0; f < c->file_count; f++) {
        const av_source *s = &c->sources->items[c->files[f].source];
        if (s->standard_library) continue;
        char digest[32];
        av_hash_hex(s->text, digest);
        av_buf_put(&all, (av_text){digest, sizeof digest});
    }
    av_hash_hex(av_buf_text(&all), hash);
    av_buf_free(&all);
    return all.status;
}

/* What is done side by side: bodies, in shares; the patterns of signals become their automaton, and the rules are hashed. */
typedef struct sides {
    const av_checker *c;
    av_heard_by *heard;
    av_bodies *bodies;
    av_status hashed;
    char hash[32]; /* apart from the program, which shares read */
} sides;

static void check_side(void *work, size_t index) {
    sides *s = work;
    if (index > 0) {
        av_ck_bodies_share(s->bodies, index - 1);
        return;
    }
    av_heard_build(s->heard);
    s->hashed = hash_rules(s->c, s->hash);
}

/* Places are looked up on several threads. */
static bool map_sources(av_checker *c) {
    av_sources *sources = c->sources;
    for (uint16_t i = 1; i < sources->count; i++) {
        if (!sources->items[i].line_count) av_sources_map_lines(sources, i, sources->arena);
        if (!sources->items[i].line_count) return false;
    }
    return true;
}

static void passes(av_checker *c, const av_syntax *files, size_t file_count,
                   const av_check_options *options) {
    c->def = AV_NO_INDEX;
    av_ck_collect(c, files, file_count);
    if (c->status != AV_OK) return;
    av_ck_declare_types(c);
    av_ck_declare_defs(c);
    if (c->status != AV_OK) return;
    check_common(c);
    if (c->status != AV_OK) return;
    sides all = {.c = c, .heard = av_ck_signals_gather(c), .bodies = av_ck_bodies_cut(c, options)};
    if (c->status == AV_OK)
        av_do_tasks(c->executor, 1 + av_ck_bodies_count(all.bodies), check_side, &all);
    if (all.hashed != AV_OK) av_ck_fail(c, all.hashed);
    memcpy(c->program->hash, all.hash, sizeof all.hash);
    av_ck_bodies_join(all.bodies);
    if (c->status != AV_OK) {
        av_ck_signals_free(all.heard);
        return;
    }
    av_ck_signals(c, all.heard);
    check_tests(c);
    check_keys(c);
    if (c->status != AV_OK) return;
    av_ck_graph(c);
    av_ck_signal_reads(c);
    if (!c->diags->error_count) {
        av_ck_levels(c);
        av_ck_total(c);
    }
}

av_status av_check_program(av_diags *diags, av_sources *sources, const av_syntax *files,
                           size_t file_count, const av_check_options *options, const av_alloc *host,
                           const av_executor *executor, av_program **out) {
    *out = NULL;
    av_program *program = av_alloc_new(host, sizeof *program);
    if (!program) return AV_ERR_MEMORY;
    *program = (av_program){0};
    av_arena_init(&program->arena, host, 0);
    av_checker c = {.scratch = diags->arena,
                    .lasting = diags->arena,
                    .program = program,
                    .whole = program,
                    .diags = diags,
                    .sources = sources,
                    .executor = executor,
                    .analyse = options->analyse};
    if (map_sources(&c) && init(&c)) passes(&c, files, file_count, options);
    else av_ck_fail(&c, AV_ERR_MEMORY);
    bool syntax_errors = false;
    for (size_t f = 0; f < file_count; f++) syntax_errors = syntax_errors || files[f].has_errors;
    bool out_of_memory = diags->failed || diags->arena->failed || program->arena.failed;
    av_status status = c.status != AV_OK ? c.status : out_of_memory ? AV_ERR_MEMORY : AV_OK;
    if (status == AV_OK && (diags->error_count || syntax_errors)) status = AV_ERR_INPUT;
    if (status != AV_OK) {
        av_program_free(program);
        return status;
    }
    *out = program;
    return AV_OK;
}
