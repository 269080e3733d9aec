/* Drives the analysis; declarations that nothing depends on and members that nothing chooses. */
#include "sema/total.h"

/* ---- declarations nothing depends on */

static bool from_library(const av_checker *c, const av_decl *decl) {
    return c->sources->items[c->files[decl->file].source].standard_library;
}

/* Whether a definition is there for its own sake: what is decided, checked or written. */
static bool is_root(av_def_kind kind) {
    switch (kind) {
    case AV_DEF_CONFLICT:
    case AV_DEF_DECISION:
    case AV_DEF_MATRIX:
    case AV_DEF_COLLECTION:
    case AV_DEF_CHECK:
    case AV_DEF_DOCUMENT:
    case AV_DEF_EMIT: return true;
    default: return false;
    }
}

static void report_unused(av_checker *c, const av_decl *decl) {
    const av_text name = decl->ast->name;
    const av_span span = decl->ast->name_span;
    av_diag *d;
    switch (decl->ast->kind) {
    case AV_AST_FACT:
        d = av_ck_error(c, AV_W_UNUSED, span,
                        "nothing that is decided, checked or written depends on fact `%.*s`",
                        AV_TEXT_ARG(name));
        av_diag_help(c->diags, d, "use it in a rule or a section, or do not ask for it");
        break;
    case AV_AST_SECTION:
        d = av_ck_error(c, AV_W_UNUSED, span, "section `%.*s` stands in no document",
                        AV_TEXT_ARG(name));
        av_diag_help(c->diags, d,
                     "name it in the `sections` of a document, or insert it: {section %.*s}",
                     AV_TEXT_ARG(name));
        break;
    default: av_ck_error(c, AV_W_UNUSED, span, "nothing uses `%.*s`", AV_TEXT_ARG(name)); break;
    }
}

/* Whether `named` by a definition counts as a use of `of`: by a test only beside it, where it is a
 * helper of tests. */
static bool counts_as_use(const av_def *of, const av_def *named) {
    return named->kind != AV_DEF_TEST || named->site.path == of->site.path;
}

/* A fact is used when something decided, checked or written depends on it; anything else when
 * another declaration names it. */
static void check_definitions(av_checker *c) {
    const av_program *p = c->program;
    bool *used = AV_NEW_ARRAY(c->scratch, bool, p->def_count + 1),
         *named = AV_NEW_ARRAY(c->scratch, bool, p->def_count + 1);
    uint32_t *stack = AV_NEW_ARRAY(c->scratch, uint32_t, p->def_count + 1), n = 0;
    if (!used || !named || !stack) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    for (uint32_t i = 0; i < p->def_count; i++)
        for (uint32_t r = 0; r < p->defs[i].read_count; r++)
            if (counts_as_use(&p->defs[p->defs[i].reads[r]], &p->defs[i]))
                named[p->defs[i].reads[r]] = true;
    for (uint32_t i = 0; i < p->def_count; i++)
        if (is_root(p->defs[i].kind) || p->defs[i].prose ||
            (p->defs[i].kind == AV_DEF_CONST && p->defs[i].hidden)) {
            used[i] = true;
            stack[n++] = i;
        }
    for (size_t i = 0; i < c->signal_read_count; i++) {
        uint32_t read = c->signal_reads[i].def;
        if (used[read]) continue;
        used[read] = true;
        stack[n++] = read;
    }
    while (n) {
        const av_def *def = &p->defs[stack[--n]];
        for (uint32_t r = 0; r < def->read_count; r++)
            if (!used[def->reads[r]]) {
                used[def->reads[r]] = true;
                stack[n++] = def->reads[r];
            }
    }
    for (size_t i = 0; i < c->decl_count; i++) {
        const av_decl *decl = &c->decls[i];
        bool type = decl->ast->kind == AV_AST_ENUM || decl->ast->kind == AV_AST_RECORD;
        if (!type && !av_ck_is_definition(decl)) continue;
        if (from_library(c, decl) || (type ? c->decl_used[i] : used[decl->index])) continue;
        if (!type && decl->ast->kind != AV_AST_FACT && named[decl->index]) continue;
        report_unused(c, decl);
    }
}

/* ---- members of a decision's enum that nothing chooses */

typedef struct chosen {
    uint8_t state; /* 0 no decision of this type, 1 known, 2 given by something else too */
    bool *members;
    const av_decl *decl; /* a decision of this type */
} chosen;

static void other_use(const av_checker *c, chosen *enums, av_type_id type) {
    const av_type *t = av_ck_type_of(c, type);
    while (t->kind == AV_T_OPTION || t->kind == AV_T_LIST) t = av_ck_type_of(c, t->element);
    if (t->kind == AV_T_ENUM || t->kind == AV_T_SET) enums[t->index].state = 2;
}

/* Marks the members an expression can give; false when that cannot be told. */
static bool mark_results(const av_node *n, chosen *e) {
    if (!n) return true;
    switch (n->kind) {
    case AV_N_CONST:
        if (n->value.kind == AV_ENUM) e->members[n->value.as.integer] = true;
        return true;
    case AV_N_IF: return mark_results(n->b, e) && mark_results(n->c, e);
    case AV_N_ELSE_NONE: return mark_results(n->a, e) && mark_results(n->b, e);
    case AV_N_CHOOSE:
        for (uint32_t i = 0; i < n->count; i++)
            if (!mark_results(n->items[i]->b, e)) return false;
        return true;
    default: return false;
    }
}

static void decision_results(av_checker *c, chosen *enums, const av_decl *decl) {
    const av_def *def = &c->program->defs[decl->index];
    const av_type *t = av_ck_type_of(c, av_ck_strip(c, def->type));
    if (t->kind != AV_T_ENUM) {
        other_use(c, enums, def->type);
        return;
    }
    chosen *e = &enums[t->index];
    if (!e->members) {
        e->members = AV_NEW_ARRAY(c->scratch, bool, c->program->enums[t->index].member_count + 1);
        if (!e->members) {
            av_ck_fail(c, AV_ERR_MEMORY);
            return;
        }
    }
    if (!e->decl) e->decl = decl;
    if (e->state != 2) e->state = 1;
    if (def->kind == AV_DEF_MATRIX) {
        for (uint32_t o = 0; o < def->option_count; o++) e->members[def->options[o].member] = true;
    } else if (def->proc == AV_NO_INDEX || !mark_results(c->program->procs[def->proc].tree, e)) {
        e->state = 2;
    }
}

static const av_ast *member_ast(const av_decl *decl, av_text name) {
    for (const av_ast *a = decl->ast->items; a; a = a->next)
        if (a->kind == AV_AST_MEMBER && av_text_equal(a->name, name)) return a;
    for (const av_extension *x = decl->extensions; x; x = x->next)
        for (const av_ast *a = x->ast->items; a; a = a->next)
            if (a->kind == AV_AST_MEMBER && av_text_equal(a->name, name)) return a;
    return NULL;
}

static void report_members(av_checker *c, const av_decl *decl, const chosen *e) {
    const av_enum_type *type = &c->program->enums[decl->index];
    for (uint32_t m = 0; m < type->member_count && c->status == AV_OK; m++) {
        const av_ast *member = e->members[m] ? NULL : member_ast(decl, type->members[m].name);
        if (!member) continue;
        av_diag *d = av_ck_error(c, AV_W_NEVER_CHOSEN, member->name_span,
                                 "no rule ever chooses `%.*s`", AV_TEXT_ARG(type->members[m].name));
        av_diag_label_add(c->diags, d, e->decl->ast->name_span,
                          "`%.*s` chooses among the members of `%.*s`",
                          AV_TEXT_ARG(e->decl->ast->name), AV_TEXT_ARG(type->name));
    }
}

/* Only enums that nothing but decisions gives values of: a fact or a record may hold any member. */
static void check_members(av_checker *c) {
    const av_program *p = c->program;
    chosen *enums = AV_NEW_ARRAY(c->scratch, chosen, p->enum_count + 1);
    if (!enums) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    for (uint32_t r = 0; r < p->record_count; r++)
        for (uint32_t f = 0; f < p->records[r].field_count; f++)
            other_use(c, enums, p->records[r].fields[f].type);
    for (size_t i = 0; i < c->decl_count; i++) {
        const av_decl *decl = &c->decls[i];
        switch (decl->ast->kind) {
        case AV_AST_DECISION:
        case AV_AST_MATRIX: decision_results(c, enums, decl); break;
        case AV_AST_FACT:
        case AV_AST_FUNC:
        case AV_AST_CONST:
        case AV_AST_TABLE:
            other_use(c, enums, p->defs[decl->index].type);
            for (uint32_t k = 0; k < decl->param_count; k++) other_use(c, enums, decl->params[k]);
            break;
        default: break;
        }
    }
    for (size_t i = 0; i < c->decl_count; i++)
        if (c->decls[i].ast->kind == AV_AST_ENUM && enums[c->decls[i].index].state == 1)
            report_members(c, &c->decls[i], &enums[c->decls[i].index]);
}

void av_unused(av_checker *c) {
    check_definitions(c);
    check_members(c);
}

/* ---- the analysis as a whole */

/* A condition that stands before all else: `if when then ... else nothing`. */
static const av_node *guard_of(const av_checker *c, uint32_t proc) {
    const av_node *tree = proc == AV_NO_INDEX ? NULL : c->program->procs[proc].tree;
    return tree && tree->kind == AV_N_IF ? tree->a : NULL;
}

static void check_conditions(av_checker *c, const av_decl *decl, const bool *patched) {
    const av_program *p = c->program;
    const av_def *def = &p->defs[decl->index];
    switch (decl->ast->kind) {
    case AV_AST_CONFLICT:
        if (def->proc != AV_NO_INDEX)
            av_total_condition(c, p->procs[def->proc].tree, patched,
                               ", so the conflict is never raised");
        break;
    case AV_AST_COLLECTION:
        for (uint32_t r = 0; r < def->rule_count; r++)
            av_total_condition(c, guard_of(c, p->rules[def->first_rule + r].value), patched,
                               ", so nothing is ever derived here");
        break;
    case AV_AST_SECTION:
        if (av_ck_clause(decl->ast->items, AV_WORD_WHEN))
            av_total_condition(c, guard_of(c, def->proc), patched,
                               ", so the section is never written");
        break;
    case AV_AST_CHECK: av_total_check(c, decl, patched); break;
    default: break;
    }
}

static bool is_analysed(const av_checker *c, const av_decl *decl) {
    switch (decl->ast->kind) {
    case AV_AST_FACT:
    case AV_AST_DECISION:
    case AV_AST_TABLE:
    case AV_AST_MATRIX: return true;
    default: return c->analyse && av_ck_is_definition(decl);
    }
}

static void analyse(av_checker *c, const av_decl *decl, const bool *patched) {
    switch (decl->ast->kind) {
    case AV_AST_FACT:
    case AV_AST_DECISION:
    case AV_AST_TABLE: av_total_choice(c, decl, patched); break;
    case AV_AST_MATRIX: av_total_matrix(c, decl, patched); break;
    default: check_conditions(c, decl, patched); break;
    }
}

/* ---- one definition beside the other: each has what it finds and needs to itself */

enum {
    WAVE = 128 /* definitions at a time: what those before have spent bounds what they may */
};

typedef struct item {
    const av_decl *decl;
    av_checker c;
    av_arena arena;
    av_diags diags;
} item;

typedef struct wave {
    const av_checker *c;
    const bool *patched;
    item *items;
    size_t count;
} wave;

static void analyse_item(void *work, size_t index) {
    const wave *w = work;
    item *i = &w->items[index];
    av_arena_init(&i->arena, &w->c->lasting->host, 0);
    av_diags_init(&i->diags, &i->arena, w->c->sources);
    i->c = *w->c;
    i->c.scratch = i->c.lasting = &i->arena;
    i->c.diags = &i->diags;
    analyse(&i->c, i->decl, w->patched);
}

static void analyse_wave(av_checker *c, wave *w) {
    const uint64_t before = c->analysis_spent;
    av_do_tasks(c->executor, w->count, analyse_item, w);
    for (size_t n = 0; n < w->count; n++) {
        item *i = &w->items[n];
        if (i->c.status != AV_OK) av_ck_fail(c, i->c.status);
        c->analysis_spent += i->c.analysis_spent - before;
        av_diags_take(c->diags, &i->diags);
        av_arena_adopt(c->lasting, &i->arena);
    }
    w->count = 0;
}

void av_ck_total(av_checker *c) {
    bool *patched = AV_NEW_ARRAY(c->scratch, bool, c->program->def_count + 1);
    wave w = {.c = c, .patched = patched, .items = AV_NEW_ARRAY(c->scratch, item, WAVE)};
    if (!patched || !w.items) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    for (uint32_t i = 0; i < c->program->def_count; i++) {
        const av_def *def = &c->program->defs[i];
        if (def->kind == AV_DEF_CHECK && def->repair_target != AV_NO_INDEX)
            patched[def->repair_target] = true;
    }
    for (size_t i = 0; i < c->decl_count && c->status == AV_OK; i++) {
        if (is_analysed(c, &c->decls[i])) w.items[w.count++].decl = &c->decls[i];
        if (w.count == WAVE || i + 1 == c->decl_count) analyse_wave(c, &w);
    }
    if (c->analyse && c->status == AV_OK) av_unused(c);
}
