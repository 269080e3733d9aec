/* Bodies of facts (their inference), decisions and matrices. */
#include "sema/checker.h"

/* ---- shared: cases in order of trial */

typedef struct case_item {
    const av_ast *ast;
    uint32_t file;
} case_item;

typedef struct case_list {
    case_item *items;
    size_t count;
} case_list;

/* Where a case begins: the word and its value. */
static av_span case_span(const av_ast *ast) {
    av_span span = ast->span;
    if (ast->a && ast->a->span.end > span.start) span.end = ast->a->span.end;
    return span;
}

static av_text case_name(const av_ast *ast) {
    if (ast->name.len) return ast->name;
    if (ast->flags & AV_AST_F_OTHERWISE) return AV_TEXT("otherwise");
    if (ast->a && ast->a->kind == AV_AST_NAME) return ast->a->name;
    if (ast->a && ast->a->kind == AV_AST_GET) return ast->a->name;
    return AV_TEXT("");
}

static bool adds(const av_ast *a) {
    return a->kind == AV_AST_CASE && !(a->flags & AV_AST_F_OVERRIDE);
}

static const av_ast *placed_before(const av_ast *a) {
    return av_ck_clause(a->items, AV_WORD_BEFORE);
}

/* Those of an extension that say before which case they stand come later. */
static void add_cases(case_list *list, const av_ast *first, uint32_t file, bool extension) {
    for (const av_ast *a = first; a; a = a->next)
        if (adds(a) && !(extension && placed_before(a)))
            list->items[list->count++] = (case_item){a, file};
}

/* The list has room for all cases of all extensions. */
static void place_cases(av_checker *c, case_list *list, const av_ast *first, uint32_t file) {
    for (const av_ast *a = first; a; a = a->next) {
        const av_ast *before = adds(a) ? placed_before(a) : NULL;
        if (!before) continue;
        size_t at = 0;
        while (at < list->count && !av_text_equal(case_name(list->items[at].ast), before->a->name))
            at++;
        if (at == list->count) {
            av_ck_error(c, AV_E_NOTHING_TO_OVERRIDE, before->span,
                        "there is no case `%.*s` to stand before", AV_TEXT_ARG(before->a->name));
            at = 0;
        }
        for (size_t i = list->count++; i > at; i--) list->items[i] = list->items[i - 1];
        list->items[at] = (case_item){a, file};
    }
}

static void override_cases(av_checker *c, case_list *list, const av_ast *first, uint32_t file) {
    for (const av_ast *a = first; a; a = a->next) {
        if (a->kind != AV_AST_CASE || !(a->flags & AV_AST_F_OVERRIDE)) continue;
        bool found = false;
        for (size_t i = 0; i < list->count && !found; i++)
            if (av_text_equal(case_name(list->items[i].ast), case_name(a))) {
                list->items[i] = (case_item){a, file};
                found = true;
            }
        if (!found)
            av_ck_error(c, AV_E_NOTHING_TO_OVERRIDE, case_span(a),
                        "there is no case `%.*s` to override", AV_TEXT_ARG(case_name(a)));
    }
}

/* Only a case that joins others says before which of them. */
static void refuse_places(av_checker *c, const av_ast *first, uint32_t file, bool extension) {
    for (const av_ast *a = first; a; a = a->next) {
        const av_ast *before = a->kind == AV_AST_CASE ? placed_before(a) : NULL;
        if (!before || (extension && adds(a))) continue;
        c->file = file;
        av_ck_error(c, AV_E_MISPLACED_CLAUSE, before->span,
                    "`before` belongs to a case that an `extend` adds");
    }
}

/* Cases of extensions come first, those of the latest layer before all, unless they say before which case. */
static case_list gather_cases(av_checker *c, const av_decl *decl, const av_ast *body,
                              uint32_t body_file, av_ast_kind kind) {
    size_t count = av_ast_count(body->items), extension_count = 0;
    for (const av_extension *x = decl->extensions; x; x = x->next) {
        count += av_ast_count(x->ast->items);
        extension_count++;
    }
    case_list list = {AV_NEW_ARRAY(c->scratch, case_item, count ? count : 1), 0};
    if (!list.items) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return list;
    }
    for (size_t back = extension_count; back-- > 0;) {
        const av_extension *x = decl->extensions;
        for (size_t i = 0; i < back; i++) x = x->next;
        if (x->ast->kind == kind) add_cases(&list, x->ast->items, x->file, true);
    }
    add_cases(&list, body->items, body_file, false);
    refuse_places(c, body->items, body_file, false);
    for (const av_extension *x = decl->extensions; x; x = x->next) {
        if (x->ast->kind != kind) continue;
        c->file = x->file;
        refuse_places(c, x->ast->items, x->file, true);
        place_cases(c, &list, x->ast->items, x->file);
    }
    for (const av_extension *x = decl->extensions; x; x = x->next) {
        c->file = x->file;
        if (x->ast->kind == kind) override_cases(c, &list, x->ast->items, x->file);
    }
    return list;
}

av_level av_ck_level(av_checker *c, const av_ast *clause) {
    if (!clause || !clause->a) return AV_LEVEL_NONE;
    static const struct {
        av_text name;
        av_level level;
    } levels[] = {
        {{"low", 3}, AV_LEVEL_LOW}, {{"medium", 6}, AV_LEVEL_MEDIUM}, {{"high", 4}, AV_LEVEL_HIGH}};
    for (size_t i = 0; i < AV_COUNT(levels); i++)
        if (av_text_equal(clause->a->name, levels[i].name)) return levels[i].level;
    av_ck_error(c, AV_E_UNKNOWN_NAME, clause->a->span, "`%.*s` is none of high, medium and low",
                AV_TEXT_ARG(clause->a->name));
    return AV_LEVEL_NONE;
}

av_text av_ck_rule_id(av_checker *c, av_text option, av_text name) {
    av_text def = c->program->defs[c->def].name;
    av_text id = option.len
                     ? av_arena_format(&c->program->arena, "%.*s/%.*s/%.*s", AV_TEXT_ARG(def),
                                       AV_TEXT_ARG(option), AV_TEXT_ARG(name))
                     : av_arena_join(&c->program->arena, def, AV_TEXT("/"), name);
    if (!id.ptr) av_ck_fail(c, AV_ERR_MEMORY);
    return id.ptr ? id : AV_TEXT("");
}

static void unique_name(av_checker *c, uint32_t first_rule, av_text name, av_span span) {
    for (uint32_t i = first_rule; i < c->program->rule_count; i++)
        if (av_text_equal(c->program->rules[i].name, name)) {
            av_diag *d =
                av_ck_error(c, AV_E_DUPLICATE, span, "two rules of `%.*s` are called `%.*s`",
                            AV_TEXT_ARG(c->program->defs[c->def].name), AV_TEXT_ARG(name));
            av_diag_help(c->diags, d, "name one of them: `case %.*s as other_name when ...`",
                         AV_TEXT_ARG(name));
            return;
        }
}

/* Why it holds and why it fails, as procedures of their own. */
static void explain(av_checker *c, uint32_t rule, const av_node *when, uint32_t slots,
                    av_span span) {
    if (!when) return;
    c->slot_count = slots;
    av_node *why = av_ck_why(c, when), *why_not = av_ck_why_not(c, when);
    uint32_t condition = av_ck_push_proc(c, "condition", why, span);
    uint32_t failure = av_ck_push_proc(c, "failure", why_not, span);
    c->program->rules[rule].condition = condition;
    c->program->rules[rule].failure = failure;
}

static void finish_case_rule(av_checker *c, uint32_t rule, const av_ast *ast, const av_node *node,
                             uint32_t slots) {
    const av_ast *because = av_ck_clause(ast->items, AV_WORD_BECAUSE),
                 *rejected = av_ck_clause(ast->items, AV_WORD_REJECTED),
                 *risk = av_ck_clause(ast->items, AV_WORD_RISK);
    uint32_t b = av_ck_text_proc(c, "because", because ? because->a : NULL);
    uint32_t r = av_ck_text_proc(c, "rejected", rejected ? rejected->a : NULL);
    uint32_t k = av_ck_text_proc(c, "risk", risk ? risk->a : NULL);
    av_rule *rules = c->program->rules;
    rules[rule].because = b;
    rules[rule].rejected = r;
    rules[rule].risk = k;
    rules[rule].confidence = av_ck_level(c, av_ck_clause(ast->items, AV_WORD_CONFIDENCE));
    if (node->b && node->b->kind == AV_N_CONST && node->b->value.kind == AV_ENUM)
        rules[rule].option = (uint32_t)node->b->value.as.integer;
    if (node->a) { /* on its own: a case after the one that decided may hold too */
        c->slot_count = slots;
        uint32_t when = av_ck_push_proc(c, "when", node->a, ast->span);
        c->program->rules[rule].when = when;
    }
    explain(c, rule, node->a, slots, ast->span);
}

static void check_clauses(av_checker *c, const av_ast *ast, bool inference) {
    if (!av_ck_clause(ast->items, AV_WORD_BECAUSE))
        av_diag_help(
            c->diags,
            av_ck_error(c, AV_E_MISSING_CLAUSE, case_span(ast), "this case does not say `because`"),
            "end it with `because \"why\"`");
    const av_ast *wrong = inference ? av_ck_clause(ast->items, AV_WORD_REJECTED)
                                    : av_ck_clause(ast->items, AV_WORD_CONFIDENCE);
    if (!wrong && !inference) wrong = av_ck_clause(ast->items, AV_WORD_RISK);
    if (wrong)
        av_ck_error(c, AV_E_MISPLACED_CLAUSE, wrong->span, "`%s` belongs to %s",
                    av_word_spelling((av_word)wrong->word),
                    inference ? "the cases of a decision" : "the cases of an inference");
    if (inference && !av_ck_clause(ast->items, AV_WORD_CONFIDENCE))
        av_ck_error(c, AV_E_MISSING_CLAUSE, case_span(ast),
                    "this case does not say its `confidence`: high, medium or low");
    for (const av_ast *a = ast->items; a; a = a->next)
        if (a->kind == AV_AST_CLAUSE && av_ck_clause(a->next, (av_word)a->word))
            av_ck_error(c, AV_E_DUPLICATE, av_ck_clause(a->next, (av_word)a->word)->span,
                        "this case says `%s` twice", av_word_spelling((av_word)a->word));
}

/* Cases become one choice; every case a rule. */
static void cases(av_checker *c, av_decl *decl, const av_ast *body, uint32_t body_file,
                  bool inference) {
    case_list list =
        gather_cases(c, decl, body, body_file, inference ? AV_AST_INFER : AV_AST_DECISION);
    if (!list.items) return;
    av_ck_begin(c, body_file, decl->index);
    av_type_id type = c->program->defs[decl->index].type;
    uint32_t first_rule = c->program->rule_count;
    av_node *choose = av_ck_node(c, AV_N_CHOOSE, type, body->span);
    choose->items = av_ck_items(c, list.count);
    if (!choose->items) return;
    const av_ast *last = NULL;
    for (size_t i = 0; i < list.count; i++) {
        const av_ast *ast = list.items[i].ast;
        c->file = list.items[i].file;
        av_text name = case_name(ast);
        if (!name.len)
            av_ck_error(c, AV_E_UNNAMED, case_span(ast),
                        "this rule needs a name: `case ... as name when ...`");
        else unique_name(c, first_rule, name, case_span(ast));
        if (last)
            av_ck_error(c, AV_E_UNREACHABLE, case_span(ast),
                        "no facts can reach this case: `otherwise` before it takes everything");
        check_clauses(c, ast, inference);
        av_rule rule = av_ck_blank_rule();
        rule.id = av_ck_rule_id(c, AV_TEXT(""), name);
        rule.name = av_ck_keep(c, name);
        rule.def = decl->index;
        rule.site = av_ck_site(c, ast->span);
        rule.otherwise = ast->flags & AV_AST_F_OTHERWISE;
        rule.overriding = ast->flags & AV_AST_F_OVERRIDE;
        av_node *node = av_ck_node(c, AV_N_CASE, type, ast->span);
        node->index = av_ck_push_rule(c, rule);
        const av_ast *when = av_ck_clause(ast->items, AV_WORD_WHEN);
        const av_ast *guard = av_ck_clause(ast->items, AV_WORD_GUARD);
        node->flag = guard != NULL;
        if (guard) av_ck_literal(c, guard->a);
        if (rule.otherwise && when)
            av_ck_error(c, AV_E_MISPLACED_CLAUSE, when->span,
                        "`otherwise` takes no `when`: it is what is left");
        else if (!rule.otherwise && !when)
            av_ck_error(c, AV_E_MISSING_CLAUSE, case_span(ast),
                        "this case does not say `when`; for what is left write `otherwise`");
        node->a = when && !rule.otherwise ? av_ck_condition(c, when->a) : NULL;
        node->b = av_ck_expr(c, ast->a, type);
        choose->items[choose->count++] = node;
        if (rule.otherwise) last = ast;
    }
    if (c->status != AV_OK) return; /* a case may be the spare node */
    uint32_t slots = c->slot_count;
    uint32_t proc = av_ck_push_proc(c, "", choose, body->span);
    for (uint32_t i = 0; i < choose->count; i++) {
        c->file = list.items[i].file;
        finish_case_rule(c, choose->items[i]->index, list.items[i].ast, choose->items[i], slots);
    }
    av_def *def = &c->program->defs[decl->index];
    def->proc = proc;
    def->first_rule = first_rule;
    def->rule_count = c->program->rule_count - first_rule;
    av_ck_end(c);
}

static bool is_ending(av_text text) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) return false;
    }
    return text.len > 0;
}

/** The endings of files that are the fact as a whole, as av_def keeps them. */
static av_text endings(av_checker *c, const av_decl *decl, const av_ast *from) {
    av_text all = AV_TEXT("");
    if (from && c->program->defs[decl->index].type != AV_TYPE_TEXT) {
        av_diag *d = av_ck_error(c, AV_E_TYPE, from->span,
                                 "a file can only be the value of a fact of type text");
        av_diag_label_add(c->diags, d, decl->ast->type->span, "this one is %.*s",
                          AV_TEXT_ARG(av_ck_type_text(c, c->program->defs[decl->index].type)));
        return all;
    }
    for (const av_ast *text = from ? from->items : NULL; text; text = text->next) {
        av_text ending = av_ck_literal(c, text);
        if (!is_ending(ending)) {
            av_diag *d = av_ck_error(c, AV_E_BAD_TYPE, text->span,
                                     "an ending is lower-case letters and digits, without a dot");
            av_diag_help(c->diags, d, "write it as in \"md\" for notes.md");
            continue;
        }
        for (uint32_t i = 0; i <= decl->index; i++) {
            const av_def *other = &c->program->defs[i];
            if (!av_endings_have(i < decl->index ? other->endings : all, ending)) continue;
            av_ck_error(c, AV_E_DUPLICATE, text->span, "files ending in .%.*s are `%.*s` already",
                        AV_TEXT_ARG(ending), AV_TEXT_ARG(other->name));
        }
        all = av_arena_format(&c->program->arena, "%.*s%s%.*s.", AV_TEXT_ARG(all),
                              all.len > 0 ? "" : ".", AV_TEXT_ARG(ending));
        if (!all.ptr) {
            av_ck_fail(c, AV_ERR_MEMORY);
            return AV_TEXT("");
        }
    }
    return all;
}

/* A record that is a part of a prose: its words and the line they begin on. */
static bool is_part(const av_checker *c, av_type_id list) {
    const av_type *type = av_ck_type_of(c, list);
    if (type->kind != AV_T_LIST) return false;
    type = av_ck_type_of(c, type->element);
    if (type->kind != AV_T_RECORD) return false;
    const av_record_type *record = &c->program->records[type->index];
    uint32_t text = av_record_slot(record, AV_TEXT("text")),
             line = av_record_slot(record, AV_TEXT("line"));
    return text != AV_NO_INDEX && line != AV_NO_INDEX &&
           record->fields[text].type == AV_TYPE_TEXT &&
           av_ck_kind_of(c, record->fields[line].type) == AV_T_INT;
}

/* The function that tells the parts of a prose which are to be heard. */
static uint32_t parts_of(av_checker *c, const av_ast *name) {
    av_decl *decl = av_ck_find(c, name->name, name->span);
    if (!decl || decl->ast->kind != AV_AST_FUNC) {
        av_ck_unknown(c, name->name, name->span, "name", AV_TYPE_ERROR);
        return AV_NO_INDEX;
    }
    const av_def *def = &c->program->defs[decl->index];
    if (decl->param_count != 1 || decl->params[0] != AV_TYPE_TEXT || !is_part(c, def->type)) {
        av_diag *d = av_ck_error(c, AV_E_BAD_TYPE, name->span,
                                 "`%.*s` does not make parts of a text: it takes one text and "
                                 "gives a list of records with "
                                 "`text: text` and `line: int`",
                                 AV_TEXT_ARG(name->name));
        av_diag_label_add(c->diags, d, decl->ast->name_span, "declared here");
        return AV_NO_INDEX;
    }
    av_ck_read_early(c, decl->index, name->span);
    return def->proc;
}

/* `prose`: the text is read for the other facts; `unites`: what it says is added to what is inferred. */
static void prose_clauses(av_checker *c, const av_decl *decl) {
    const av_ast *prose = av_ck_clause(decl->ast->items, AV_WORD_PROSE),
                 *unites = av_ck_clause(decl->ast->items, AV_WORD_UNITES);
    const av_type_id type = c->program->defs[decl->index].type;
    if (prose) {
        av_ck_literal(c, prose->a);
        if (type != AV_TYPE_TEXT && type != AV_TYPE_ERROR)
            av_ck_error(c, AV_E_BAD_TYPE, decl->ast->name_span, "prose is a text, not %.*s",
                        AV_TEXT_ARG(av_ck_type_text(c, type)));
        c->has_prose = true;
        uint32_t parts = prose->b ? parts_of(c, prose->b) : AV_NO_INDEX;
        c->program->defs[decl->index].prose = true;
        c->program->defs[decl->index].parts = parts;
    }
    if (!unites) return;
    av_ck_literal(c, unites->a);
    c->program->defs[decl->index].unites = true;
    if (av_ck_kind_of(c, type) != AV_T_SET && type != AV_TYPE_ERROR)
        av_ck_error(c, AV_E_BAD_TYPE, unites->span,
                    "only a set can be united with another, not %.*s",
                    AV_TEXT_ARG(av_ck_type_text(c, type)));
}

void av_ck_fact_clauses(av_checker *c, av_decl *decl) {
    av_ck_begin(c, decl->file, decl->index);
    c->program->defs[decl->index].endings =
        endings(c, decl, av_ck_clause(decl->ast->items, AV_WORD_FROM));
    prose_clauses(c, decl);
}

void av_ck_fact(av_checker *c, av_decl *decl) {
    const av_ast *ast = decl->ast;
    av_ck_begin(c, decl->file, decl->index);
    const av_ast *group = av_ck_clause(ast->items, AV_WORD_GROUP),
                 *ask = av_ck_clause(ast->items, AV_WORD_ASK);
    av_text group_text = group ? av_ck_literal(c, group->a) : AV_TEXT("");
    uint32_t ask_proc = av_ck_text_proc(c, "ask", ask ? ask->a : NULL);
    c->program->defs[decl->index].group = group_text;
    c->program->defs[decl->index].ask = ask_proc;
    av_ck_end(c);
    if (decl->infer) {
        cases(c, decl, decl->infer, decl->infer_file, true);
        return;
    }
    av_diag *d =
        av_ck_error(c, AV_E_NO_INFERENCE, ast->name_span,
                    "fact `%.*s` stays blank when the brief is silent", AV_TEXT_ARG(ast->name));
    av_diag_help(c->diags, d,
                 "infer %.*s {\n  otherwise ... because \"...\" confidence low risk \"...\"\n}",
                 AV_TEXT_ARG(ast->name));
}

void av_ck_decision(av_checker *c, av_decl *decl) {
    cases(c, decl, decl->ast, decl->file, false);
}

/* ---- matrices */

typedef struct option_item {
    av_text member;
    const av_ast *parts[8]; /* the option itself and what layers add to it */
    uint32_t files[8];
    size_t count;
} option_item;

static void add_options(av_checker *c, option_item *options, size_t *count, const av_ast *first,
                        uint32_t file) {
    for (const av_ast *a = first; a; a = a->next) {
        if (a->kind != AV_AST_OPTION) continue;
        option_item *o = NULL;
        for (size_t i = 0; i < *count; i++)
            if (av_text_equal(options[i].member, a->name)) o = &options[i];
        if (!o) {
            if (a->flags & AV_AST_F_OVERRIDE)
                av_ck_error(c, AV_E_NOTHING_TO_OVERRIDE, a->name_span,
                            "there is no option `%.*s` to override", AV_TEXT_ARG(a->name));
            o = &options[(*count)++];
            o->member = a->name;
        } else if (file == o->files[0] && !(a->flags & AV_AST_F_OVERRIDE)) {
            av_ck_error(c, AV_E_DUPLICATE, a->name_span, "option `%.*s` stands twice",
                        AV_TEXT_ARG(a->name));
        }
        if (a->flags & AV_AST_F_OVERRIDE) o->count = 0;
        if (o->count == AV_COUNT(o->parts)) {
            av_ck_error(c, AV_E_TOO_MANY, a->span, "more than %zu layers add to this option",
                        AV_COUNT(o->parts));
            continue;
        }
        o->parts[o->count] = a;
        o->files[o->count++] = file;
    }
}

/* The line in force: a later part may override one of the same name. */
static const av_ast *line_in_force(const option_item *o, size_t part, const av_ast *line,
                                   uint32_t *file) {
    for (size_t later = part + 1; later < o->count; later++)
        for (const av_ast *a = o->parts[later]->items; a; a = a->next)
            if (a->kind == AV_AST_LINE && (a->flags & AV_AST_F_OVERRIDE) &&
                av_text_equal(a->name, line->name)) {
                line = a;
                *file = o->files[later];
            }
    return line;
}

static void matrix_rule(av_checker *c, const char *what, av_rule rule, const av_ast *when,
                        const av_ast *because, av_span span) {
    c->slot_count = 0;
    c->local_count = 0;
    av_node *condition = when ? av_ck_condition(c, when) : NULL;
    uint32_t slots = c->slot_count;
    if (condition) rule.when = av_ck_push_proc(c, what, condition, when->span);
    rule.because = av_ck_text_proc(c, "because", because);
    uint32_t index = av_ck_push_rule(c, rule);
    explain(c, index, condition, slots, span);
}

static void matrix_line(av_checker *c, const option_item *o, uint32_t member, const av_ast *a,
                        uint32_t first_rule) {
    av_rule rule = av_ck_blank_rule();
    rule.def = c->def;
    rule.option = member;
    rule.name = av_ck_keep(c, a->name);
    rule.id = av_ck_rule_id(c, o->member, a->name);
    rule.site = av_ck_site(c, a->span);
    rule.veto = a->flags & AV_AST_F_VETO;
    rule.overriding = a->flags & AV_AST_F_OVERRIDE;
    unique_name(c, first_rule, rule.name, a->name_span);
    int64_t weight = 0;
    if (!rule.veto && (!a->a || !av_int_parse(a->a->name, &weight) || weight < -1000 ||
                       weight > 1000 || weight == 0))
        av_ck_error(c, AV_E_OUT_OF_RANGE, a->a ? a->a->span : a->span,
                    "a weight is a whole number from -1000 to 1000 and not 0");
    rule.weight = (int32_t)weight;
    if (rule.veto && !a->c) av_ck_error(c, AV_E_MISSING_CLAUSE, a->span, "a veto says `because`");
    matrix_rule(c, "when", rule, a->b, a->c, a->span);
}

static av_matrix_option matrix_option(av_checker *c, const option_item *o, uint32_t member) {
    av_matrix_option out = {.member = member,
                            .first_rule = c->program->rule_count,
                            .secondary = AV_NO_INDEX,
                            .wrong_if = AV_NO_INDEX};
    const av_ast *secondary = NULL, *wrong_if = NULL;
    uint32_t secondary_file = 0, wrong_file = 0;
    for (size_t p = 0; p < o->count; p++)
        for (const av_ast *a = o->parts[p]->items; a; a = a->next) {
            uint32_t file = o->files[p];
            if (a->kind == AV_AST_LINE) {
                /* taken where the line it replaces stands */
                if (p && (a->flags & AV_AST_F_OVERRIDE)) continue;
                const av_ast *line = line_in_force(o, p, a, &file);
                c->file = file;
                matrix_line(c, o, member, line, out.first_rule);
            } else if (a->kind == AV_AST_CLAUSE && a->word == AV_WORD_SECONDARY) {
                secondary = a;
                secondary_file = file;
            } else if (a->kind == AV_AST_CLAUSE && a->word == AV_WORD_WRONG_IF) {
                wrong_if = a;
                wrong_file = file;
            }
        }
    out.rule_count = c->program->rule_count - out.first_rule;
    if (out.rule_count > 63)
        av_ck_error(c, AV_E_TOO_MANY, o->parts[0]->span, "an option has at most 63 lines");
    if (secondary) {
        c->file = secondary_file;
        av_rule rule = av_ck_blank_rule();
        rule.def = c->def;
        rule.option = member;
        rule.name = AV_TEXT("secondary");
        rule.id = av_ck_rule_id(c, o->member, rule.name);
        rule.site = av_ck_site(c, secondary->span);
        out.secondary = c->program->rule_count;
        matrix_rule(c, "secondary", rule, secondary->a, secondary->c, secondary->span);
    }
    if (wrong_if) {
        c->file = wrong_file;
        out.wrong_if = av_ck_text_proc(c, "wrong_if", wrong_if->a);
    } else {
        av_diag *d = av_ck_error(c, AV_W_NO_WRONG_IF, o->parts[0]->name_span,
                                 "option `%.*s` does not say what would make it wrong",
                                 AV_TEXT_ARG(o->member));
        av_diag_help(c->diags, d, "wrong_if \"...\"");
    }
    return out;
}

void av_ck_matrix(av_checker *c, av_decl *decl) {
    size_t most = av_ast_count(decl->ast->items), count = 0;
    for (const av_extension *x = decl->extensions; x; x = x->next)
        most += av_ast_count(x->ast->items);
    option_item *items = AV_NEW_ARRAY(c->scratch, option_item, most ? most : 1);
    av_matrix_option *options = AV_NEW_ARRAY(&c->program->arena, av_matrix_option, most ? most : 1);
    if (!items || !options) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    av_ck_begin(c, decl->file, decl->index);
    add_options(c, items, &count, decl->ast->items, decl->file);
    for (const av_extension *x = decl->extensions; x; x = x->next)
        add_options(c, items, &count, x->ast->items, x->file);
    uint32_t first_rule = c->program->rule_count, n = 0;
    const av_type type = *av_ck_type_of(c, c->program->defs[decl->index].type);
    for (size_t i = 0; i < count && type.kind == AV_T_ENUM; i++) {
        const av_enum_type *e = &c->program->enums[type.index];
        uint32_t member = AV_NO_INDEX;
        for (uint32_t m = 0; m < e->member_count; m++)
            if (av_text_equal(e->members[m].name, items[i].member)) member = m;
        if (member == AV_NO_INDEX)
            av_ck_unknown(c, items[i].member, items[i].parts[0]->name_span, "member",
                          c->program->defs[decl->index].type);
        else options[n++] = matrix_option(c, &items[i], member);
    }
    if (!count)
        av_ck_error(c, AV_E_EMPTY, decl->ast->name_span, "matrix `%.*s` has no options",
                    AV_TEXT_ARG(decl->ast->name));
    av_def *def = &c->program->defs[decl->index];
    def->options = options;
    def->option_count = n;
    def->first_rule = first_rule;
    def->rule_count = c->program->rule_count - first_rule;
    int64_t from = 0;
    if (decl->ast->a) {
        if (!av_int_parse(decl->ast->a->name, &from) || from < INT32_MIN || from >= INT32_MAX)
            av_ck_error(c, AV_E_OUT_OF_RANGE, decl->ast->a->span,
                        "`secondary from` wants a whole number");
        else def->secondary_from = (int32_t)from;
    }
    av_ck_end(c);
}
