/* Bodies of conflicts, collections and checks. */
#include "sema/checker.h"

static const av_ast *need_clause(av_checker *c, const av_ast *ast, av_word word, const char *what) {
    const av_ast *clause = av_ck_clause(ast->items, word);
    if (!clause)
        av_ck_error(c, AV_E_MISSING_CLAUSE, ast->name_span, "%s `%.*s` does not say `%s`", what,
                    AV_TEXT_ARG(ast->name), av_word_spelling(word));
    return clause;
}

static uint32_t named_def(av_checker *c, const av_ast *name) {
    av_decl *decl = name ? av_ck_find(c, name->name, name->span) : NULL;
    if (decl && decl->index != AV_NO_INDEX && av_ck_is_definition(decl)) return decl->index;
    if (name) av_ck_unknown(c, name->name, name->span, "fact or decision", AV_TYPE_ERROR);
    return AV_NO_INDEX;
}

static av_level impact_of(av_checker *c, const av_ast *clause) {
    if (!clause || !clause->a) return AV_LEVEL_NONE;
    if (av_text_equal(clause->a->name, AV_TEXT("high"))) return AV_LEVEL_HIGH;
    if (av_text_equal(clause->a->name, AV_TEXT("medium"))) return AV_LEVEL_MEDIUM;
    if (av_text_equal(clause->a->name, AV_TEXT("low"))) return AV_LEVEL_LOW;
    av_ck_error(c, AV_E_UNKNOWN_NAME, clause->a->span, "`%.*s` is none of high, medium and low",
                AV_TEXT_ARG(clause->a->name));
    return AV_LEVEL_NONE;
}

void av_ck_conflict(av_checker *c, av_decl *decl) {
    const av_ast *ast = decl->ast;
    av_ck_begin(c, decl->file, decl->index);
    const av_ast *between = need_clause(c, ast, AV_WORD_BETWEEN, "conflict"),
                 *when = need_clause(c, ast, AV_WORD_WHEN, "conflict"),
                 *tension = need_clause(c, ast, AV_WORD_TENSION, "conflict"),
                 *impact = need_clause(c, ast, AV_WORD_IMPACT, "conflict"),
                 *effect = need_clause(c, ast, AV_WORD_EFFECT, "conflict"),
                 *binds = av_ck_clause(ast->items, AV_WORD_BINDS);
    size_t count = between ? av_ast_count(between->items) : 0, n = 0;
    uint32_t *sides = AV_NEW_ARRAY(&c->program->arena, uint32_t, count ? count : 1);
    if (!sides) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    for (const av_ast *a = between ? between->items : NULL; a; a = a->next) {
        uint32_t side = named_def(c, a);
        if (side != AV_NO_INDEX) sides[n++] = side;
    }
    av_node *condition = when ? av_ck_condition(c, when->a) : av_ck_error_node(c, ast->span);
    uint32_t slots = c->slot_count;
    uint32_t proc = av_ck_push_proc(c, "when", condition, ast->span);
    av_rule rule = {.def = decl->index,
                    .option = AV_NO_INDEX,
                    .when = proc,
                    .value = AV_NO_INDEX,
                    .because = AV_NO_INDEX,
                    .rejected = AV_NO_INDEX,
                    .risk = AV_NO_INDEX,
                    .site = av_ck_site(c, ast->name_span)};
    rule.id = rule.name = c->program->defs[decl->index].name;
    c->slot_count = slots;
    rule.condition = av_ck_push_proc(c, "condition", av_ck_why(c, condition), ast->span);
    rule.failure = av_ck_push_proc(c, "failure", av_ck_why_not(c, condition), ast->span);
    uint32_t first_rule = av_ck_push_rule(c, rule);
    uint32_t tension_proc = av_ck_text_proc(c, "tension", tension ? tension->a : NULL);
    uint32_t effect_proc = av_ck_text_proc(c, "effect", effect ? effect->a : NULL);
    uint32_t bound = binds ? named_def(c, binds->a) : AV_NO_INDEX;
    av_level level = impact_of(c, impact);
    av_def *def = &c->program->defs[decl->index];
    def->proc = proc;
    def->first_rule = first_rule;
    def->rule_count = 1;
    def->between = sides;
    def->between_count = (uint32_t)n;
    def->binds = bound;
    def->impact = level;
    def->tension = tension_proc;
    def->effect = effect_proc;
    av_ck_end(c);
}

void av_ck_collection(av_checker *c, av_decl *decl) {
    av_ck_begin(c, decl->file, decl->index);
    av_type_id type = c->program->defs[decl->index].type;
    uint32_t first_rule = c->program->rule_count;
    for (const av_extension *x = decl->extensions; x; x = x->next) {
        const av_ast *ast = x->ast;
        if (ast->kind != AV_AST_DERIVE) continue;
        c->file = x->file;
        c->slot_count = 0;
        c->local_count = 0;
        av_text name = ast->a ? ast->a->name : AV_TEXT("all");
        for (uint32_t i = first_rule; i < c->program->rule_count; i++)
            if (av_text_equal(c->program->rules[i].name, name))
                av_ck_error(c, AV_E_DUPLICATE, ast->a ? ast->a->span : ast->name_span,
                            "`%.*s/%.*s` is derived twice", AV_TEXT_ARG(ast->name),
                            AV_TEXT_ARG(name));
        const av_ast *when = av_ck_clause(ast->items, AV_WORD_WHEN),
                     *because = av_ck_clause(ast->items, AV_WORD_BECAUSE);
        av_node *condition = when ? av_ck_condition(c, when->a) : NULL;
        av_node *list = av_ck_elements(c, ast->body, ast->span, type);
        if (condition) {
            av_node *some = av_ck_node(c, AV_N_IF, list->type, ast->span);
            some->a = condition;
            some->b = list;
            some->c = av_ck_node(c, AV_N_LIST, list->type, ast->span);
            list = some;
        }
        uint32_t slots = c->slot_count;
        av_text id = av_arena_join(&c->program->arena, ast->name, AV_TEXT("/"), name);
        if (!id.ptr) av_ck_fail(c, AV_ERR_MEMORY);
        av_rule rule = {.id = id,
                        .name = av_ck_keep(c, name),
                        .def = decl->index,
                        .option = AV_NO_INDEX,
                        .site = av_ck_site(c, ast->span),
                        .when = AV_NO_INDEX,
                        .rejected = AV_NO_INDEX,
                        .risk = AV_NO_INDEX,
                        .condition = AV_NO_INDEX,
                        .failure = AV_NO_INDEX};
        rule.value = av_ck_push_proc(c, "derive", list, ast->span);
        if (condition) {
            c->slot_count = slots;
            rule.condition = av_ck_push_proc(c, "condition", av_ck_why(c, condition), ast->span);
            rule.failure = av_ck_push_proc(c, "failure", av_ck_why_not(c, condition), ast->span);
        }
        rule.because = av_ck_text_proc(c, "because", because ? because->a : NULL);
        av_ck_push_rule(c, rule);
    }
    av_def *def = &c->program->defs[decl->index];
    def->first_rule = first_rule;
    def->rule_count = c->program->rule_count - first_rule;
    av_ck_end(c);
}

/* ---- checks */

typedef struct target {
    uint32_t def, slot;
    av_node *record; /* the element to patch, or NULL for a decision */
    av_type_id type; /* of the new value */
} target;

static target repair_target(av_checker *c, const av_ast *ast) {
    target none = {AV_NO_INDEX, AV_NO_INDEX, NULL, AV_TYPE_ERROR};
    if (ast->kind == AV_AST_GET && ast->a->kind == AV_AST_NAME) {
        for (size_t i = c->local_count; i-- > 0;) {
            const av_local local = c->locals[i];
            if (!av_text_equal(local.name, ast->a->name)) continue;
            if (local.collection == AV_NO_INDEX) break;
            const av_type t = *av_ck_type_of(c, local.type);
            uint32_t slot = t.kind == AV_T_RECORD
                                ? av_record_slot(&c->program->records[t.index], ast->name)
                                : AV_NO_INDEX;
            if (slot == AV_NO_INDEX) {
                av_ck_error(c, AV_E_NO_FIELD, ast->name_span, "%.*s has no field `%.*s`",
                            AV_TEXT_ARG(av_ck_type_text(c, local.type)), AV_TEXT_ARG(ast->name));
                return none;
            }
            if (slot == c->program->records[t.index].key) {
                av_ck_error(c, AV_E_BAD_REPAIR, ast->name_span,
                            "a repair cannot change a key: other records refer to it");
                return none;
            }
            target found = {local.collection, slot,
                            av_ck_node(c, AV_N_LOCAL, local.type, ast->a->span),
                            c->program->records[t.index].fields[slot].type};
            found.record->index = local.slot;
            return found;
        }
    }
    if (ast->kind == AV_AST_NAME) {
        av_decl *decl = av_ck_find(c, ast->name, ast->span);
        if (decl && (decl->ast->kind == AV_AST_DECISION || decl->ast->kind == AV_AST_MATRIX))
            return (target){decl->index, AV_NO_INDEX, NULL, c->program->defs[decl->index].type};
    }
    av_diag *d = av_ck_error(c, AV_E_BAD_REPAIR, ast->span, "this cannot be repaired");
    av_diag_help(c->diags, d,
                 "a repair changes a field of a variable that runs over a collection (`e.indexes = "
                 "...`), or a decision (`name = ...`)");
    return none;
}

/* Puts all `for` clauses of a check into one list of generators. */
static av_node *all_generators(av_checker *c, const av_ast *ast) {
    av_node *loop = av_ck_node(c, AV_N_FOR, AV_TYPE_ERROR, ast->span);
    size_t count = 0;
    for (const av_ast *a = ast->items; a; a = a->next)
        if (a->kind == AV_AST_CLAUSE && a->word == AV_WORD_FOR) count += av_ast_count(a->items);
    loop->items = av_ck_items(c, count);
    for (const av_ast *a = ast->items; a && loop->items; a = a->next) {
        if (a->kind != AV_AST_CLAUSE || a->word != AV_WORD_FOR) continue;
        uint32_t n = 0;
        av_node **some = av_ck_generators(c, a->items, &n);
        for (uint32_t i = 0; i < n; i++) loop->items[loop->count++] = some[i];
    }
    return loop;
}

void av_ck_check(av_checker *c, av_decl *decl) {
    const av_ast *ast = decl->ast;
    av_ck_begin(c, decl->file, decl->index);
    const av_ast *item = av_ck_clause(ast->items, AV_WORD_ITEM),
                 *require = need_clause(c, ast, AV_WORD_REQUIRE, "check"),
                 *message = need_clause(c, ast, AV_WORD_ELSE, "check"),
                 *repair = av_ck_clause(ast->items, AV_WORD_REPAIR);
    av_node *loop = all_generators(c, ast);
    av_node *condition = require ? av_ck_condition(c, require->a) : av_ck_error_node(c, ast->span);
    av_type_id violation_type =
        av_ck_type(c, (av_type){.kind = AV_T_RECORD, .index = c->program->model.violation});
    av_node *violation = av_ck_node(c, AV_N_RECORD, violation_type, ast->span);
    violation->index = c->program->model.violation;
    violation->bits = 7;
    violation->items = av_ck_items(c, 3);
    target t = {AV_NO_INDEX, AV_NO_INDEX, NULL, AV_TYPE_ERROR};
    av_node *value = NULL;
    if (repair) {
        t = repair_target(c, repair->a);
        value = av_ck_expr(c, repair->b, t.type);
    }
    if (violation->items) {
        violation->items[0] = message ? av_ck_expr(c, message->a, AV_TYPE_TEXT)
                                      : av_ck_text_const(c, AV_TEXT(""), ast->span);
        violation->items[1] =
            t.record ? t.record : av_ck_const(c, av_none(), AV_TYPE_NONE, ast->span);
        violation->items[2] = value ? value : av_ck_const(c, av_none(), AV_TYPE_NONE, ast->span);
        violation->count = 3;
    }
    av_node *broken = av_ck_node(c, AV_N_NOT, AV_TYPE_BOOL, condition->span);
    broken->a = condition;
    av_type_id list_type = av_ck_list_of(c, violation_type);
    av_node *tree;
    if (loop->count) { /* the condition is the last generator's `where` */
        av_node *last = loop->items[loop->count - 1];
        if (last->b) {
            av_node *both = av_ck_node(c, AV_N_AND, AV_TYPE_BOOL, condition->span);
            both->a = last->b;
            both->b = broken;
            last->b = both;
        } else {
            last->b = broken;
        }
        loop->c = violation;
        loop->type = list_type;
        tree = loop;
    } else {
        tree = av_ck_node(c, AV_N_LIST, list_type, ast->span);
        tree->items = av_ck_items(c, 1);
        av_node *element = av_ck_node(c, AV_N_ELEMENT, violation_type, ast->span);
        element->a = violation;
        element->b = broken;
        if (tree->items) tree->items[tree->count++] = element;
    }
    uint32_t proc = av_ck_push_proc(c, "", tree, require ? require->span : ast->span);
    uint32_t because = av_ck_text_proc(c, "repair because", repair ? repair->c : NULL);
    av_text id = item ? av_ck_literal(c, item->a) : c->program->defs[decl->index].name;
    av_def *def = &c->program->defs[decl->index];
    def->proc = proc;
    def->item = id;
    def->repair_target = t.def;
    def->repair_slot = t.slot;
    def->repair_because = because;
    def->guard = av_ck_clause(ast->items, AV_WORD_GUARD) != NULL;
    av_ck_end(c);
}
