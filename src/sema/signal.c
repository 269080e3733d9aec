/* What prose says: the cases of signals. Their patterns are gathered before bodies are checked and built beside that; what the cases
 * make of what is heard is checked after. */
#include "sema/signal.h"

#include "base/suggest.h"

/** A case that a later layer puts in the place of one of the same name. */
typedef struct av_replacement {
    av_text fact, name;
    uint32_t layer;
    av_span span;
    bool found; /**< an earlier layer has such a case */
} av_replacement;

/** A case whose patterns are gathered. */
typedef struct av_said {
    const av_ast *signal, *ast, *says;
    uint32_t file, fact; /**< the fact's definition */
    bool overriding;
    size_t first, count; /**< its patterns */
} av_said;

static uint64_t cues_asked_for(av_checker *c, const av_ast *names) {
    uint64_t cues = 0;
    for (const av_ast *name = names; name; name = name->next) {
        uint32_t cue = AV_NO_INDEX;
        for (uint32_t i = 0; i < c->program->cue_count; i++)
            if (av_text_equal(c->program->cues[i].name, name->name)) cue = i;
        if (cue != AV_NO_INDEX) {
            cues |= UINT64_C(1) << cue;
            continue;
        }
        av_suggest near;
        av_suggest_init(&near, name->name);
        for (uint32_t i = 0; i < c->program->cue_count; i++)
            av_suggest_offer(&near, c->program->cues[i].name);
        av_diag *d = av_ck_error(c, AV_E_UNKNOWN_NAME, name->span, "there is no cue `%.*s`",
                                 AV_TEXT_ARG(name->name));
        av_diag_suggest(c->diags, d, near.best);
    }
    return cues;
}

/* ---- cases */

static av_type_id capture_type(av_quantity_kind kind) {
    switch (kind) {
    case AV_QUANTITY_NUMBER:
    case AV_QUANTITY_PERCENT: return AV_TYPE_DECIMAL;
    case AV_QUANTITY_MONEY: return AV_TYPE_MONEY;
    case AV_QUANTITY_DATE:
    case AV_QUANTITY_WORD: return AV_TYPE_TEXT;
    default: return AV_TYPE_INT;
    }
}

static void declare_captures(av_checker *c, const av_net_capture *captures, uint32_t count,
                             av_span span) {
    c->local_count = 0;
    c->slot_count = 0;
    for (uint32_t i = 0; i < count; i++)
        av_ck_local(c, captures[i].name, capture_type(captures[i].kind), span);
}

/* "says_real_time_chat" of "real-time (chat | messages)": the words before the first choice. */
static av_text name_after(av_checker *c, av_text pattern) {
    char name[64];
    size_t len = 0;
    bool apart = false;
    for (size_t i = 0; i < pattern.len && len < 48; i++) {
        char ch = pattern.ptr[i];
        if (ch == '<') { /* of a class its name, of a capture nothing */
            size_t end = i, colon = 0;
            while (end < pattern.len && pattern.ptr[end] != '>')
                if (pattern.ptr[end++] == ':') colon = end;
            if (colon > 0) i = end;
        }
        bool letter = (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9');
        if (ch >= 'A' && ch <= 'Z') {
            ch = (char)(ch - 'A' + 'a');
            letter = true;
        }
        if (ch == '|' && len > 0) break;
        if (letter && apart && len > 0) name[len++] = '_';
        if (letter) name[len++] = ch;
        if (ch != '\'') apart = !letter;
    }
    av_text text = av_arena_format(&c->program->arena, "says_%.*s", (int)len, name);
    if (!text.ptr) av_ck_fail(c, AV_ERR_MEMORY);
    return text.ptr ? text : AV_TEXT("");
}

static void check_name(av_checker *c, uint32_t rule, av_span span) {
    const av_program *p = c->program;
    if (av_program_find_rule(p, p->rules[rule].id) == rule) return;
    av_diag *d = av_ck_error(c, AV_E_DUPLICATE, span, "two rules of `%.*s` are called `%.*s`",
                             AV_TEXT_ARG(p->defs[c->def].name), AV_TEXT_ARG(p->rules[rule].name));
    av_diag_help(c->diags, d, "name one of them: `case ... as other_name when says ...`");
}

static int32_t strength_of(av_checker *c, const av_ast *ast) {
    const av_ast *clause = av_ck_clause(ast->items, AV_WORD_STRENGTH);
    int64_t strength = 0;
    if (clause && (!av_int_parse(clause->a->name, &strength) || strength < 0 ||
                   strength > AV_SIGNAL_STRENGTH))
        av_ck_error(c, AV_E_OUT_OF_RANGE, clause->a->span,
                    "a strength is a whole number from 0 to %d", AV_SIGNAL_STRENGTH);
    return (int32_t)strength;
}

/* A set or a list is given by one of its members, or as a whole in brackets. */
static av_type_id value_type(av_checker *c, av_type_id fact, const av_ast *value) {
    const av_type type = *av_ck_type_of(c, fact);
    if (type.kind == AV_T_OPTION) return type.element;
    if (value->kind == AV_AST_LIST) return fact;
    if (type.kind == AV_T_SET)
        return av_ck_type(c, (av_type){.kind = AV_T_ENUM, .index = type.index});
    return type.kind == AV_T_LIST ? type.element : fact;
}

void av_ck_read_early(av_checker *c, uint32_t def, av_span span) {
    av_signal_read *grown = av_arena_grow(c->lasting, c->signal_reads, c->signal_read_count,
                                          &c->signal_read_cap, sizeof *grown);
    if (!grown) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    c->signal_reads = grown;
    grown[c->signal_read_count++] = (av_signal_read){def, span};
}

static void keep_reads(av_checker *c, av_span span) {
    for (size_t i = 0; i < c->read_count; i++) av_ck_read_early(c, c->reads[i], span);
    c->read_count = 0;
    c->reason_count = 0;
}

static uint32_t capture_proc(av_checker *c, const char *what, const av_ast *ast, av_type_id type,
                             const av_net_capture *captures, uint32_t count) {
    declare_captures(c, captures, count, ast->span);
    av_node *tree = type == AV_TYPE_BOOL ? av_ck_condition(c, ast) : av_ck_expr(c, ast, type);
    uint32_t proc = av_ck_push_proc(c, what, tree, ast->span);
    av_ck_set_proc(c, proc, tree, ast->span, count);
    keep_reads(c, ast->span);
    return proc;
}

static av_text case_name(av_checker *c, const av_ast *ast, const av_ast *says) {
    return ast->name.len ? av_ck_keep(c, ast->name) : name_after(c, av_ck_literal(c, says->items));
}

/* ---- layers */

static void note_replacement(av_heard_by *h, const av_ast *signal, const av_ast *ast,
                             uint32_t layer) {
    av_checker *c = h->checker;
    const av_ast *says = av_ck_clause(ast->items, AV_WORD_SAYS);
    if (ast->kind != AV_AST_CASE || !says || !says->items) return;
    av_replacement *grown = av_arena_grow(c->scratch, h->replacements, h->replacement_count,
                                          &h->replacement_cap, sizeof *grown);
    if (!grown) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    h->replacements = grown;
    grown[h->replacement_count++] = (av_replacement){.fact = signal->name,
                                                     .name = case_name(c, ast, says),
                                                     .layer = layer,
                                                     .span = ast->a->span};
}

static void gather_replacements(av_heard_by *h) {
    for (size_t f = 0; f < h->checker->file_count; f++)
        for (const av_ast *a = h->checker->files[f].syntax->file->items; a; a = a->next)
            for (const av_ast *one =
                     a->kind == AV_AST_OVERRIDE && a->a->kind == AV_AST_SIGNAL ? a->a->items : NULL;
                 one; one = one->next)
                note_replacement(h, a->a, one, h->checker->files[f].layer);
}

/* Whether a later layer has another case in the place of this one. */
static bool is_replaced(av_heard_by *h, av_text fact, av_text name, uint32_t layer) {
    bool replaced = false;
    for (size_t i = 0; i < h->replacement_count; i++) {
        av_replacement *r = &h->replacements[i];
        if (layer >= r->layer || !av_text_equal(r->fact, fact) || !av_text_equal(r->name, name))
            continue;
        r->found = true;
        replaced = true;
    }
    return replaced;
}

static void report_replacements(av_heard_by *h) {
    for (size_t i = 0; i < h->replacement_count; i++) {
        const av_replacement *r = &h->replacements[i];
        uint32_t fact = AV_NO_INDEX;
        for (uint32_t d = 0; d < h->checker->program->def_count; d++)
            if (av_text_equal(h->checker->program->defs[d].name, r->fact)) fact = d;
        if (!r->found && fact != AV_NO_INDEX) /* one that is no fact is reported already */
            av_ck_error(h->checker, AV_E_NOTHING_TO_OVERRIDE, r->span,
                        "no earlier layer has a case `%.*s` of a signal for `%.*s` to override",
                        AV_TEXT_ARG(r->name), AV_TEXT_ARG(r->fact));
    }
}

static av_rule rule_of(av_checker *c, const av_ast *ast, const av_ast *says) {
    av_text name = case_name(c, ast, says);
    av_rule rule = av_ck_blank_rule();
    rule.id = av_ck_rule_id(c, AV_TEXT(""), name);
    rule.name = name;
    rule.def = c->def;
    rule.site = av_ck_site(c, ast->span);
    return rule;
}

/* A case with `because` makes its value likely; then it says how likely. One without states it. */
static void check_clauses(av_checker *c, const av_ast *ast) {
    const av_ast *because = av_ck_clause(ast->items, AV_WORD_BECAUSE),
                 *confidence = av_ck_clause(ast->items, AV_WORD_CONFIDENCE),
                 *risk = av_ck_clause(ast->items, AV_WORD_RISK);
    if (because && !confidence)
        av_ck_error(c, AV_E_MISSING_CLAUSE, because->span,
                    "this case does not say its `confidence`: high, medium or low");
    const av_ast *stray = confidence ? confidence : risk;
    if (!because && stray) {
        av_diag *d = av_ck_error(c, AV_E_MISPLACED_CLAUSE, stray->span,
                                 "`%s` belongs to a case that says `because`",
                                 av_word_spelling((av_word)stray->word));
        av_diag_help(c->diags, d,
                     "without `because` the words state the fact; with it they make it likely");
    }
}

/* Every pattern of a case takes the same values, or the case would have none for its own. `before`: values the patterns before
 * this one take; AV_NO_INDEX for the first. */
static bool check_captures(av_checker *c, const av_ast *text, const av_net_capture *captures,
                           uint32_t count, uint32_t before) {
    for (uint32_t i = 0; i < count; i++) {
        if (captures[i].taken && i < before) continue;
        av_ck_error(c, AV_E_PATTERN, text->span,
                    "this pattern takes %s `%.*s`, another of the same case %s",
                    captures[i].taken ? "a value" : "no", AV_TEXT_ARG(captures[i].name),
                    captures[i].taken ? "does not" : "does");
        return false;
    }
    return true;
}

/* ---- gathering */

static void gather_case(av_heard_by *h, const av_said *said) {
    av_checker *c = h->checker;
    const av_ast *says = said->says;
    if (!says || !says->items) {
        av_diag *d = av_ck_error(c, AV_E_MISSING_CLAUSE, said->ast->span,
                                 "this case does not say which words give its value");
        av_diag_help(c->diags, d, "case ... when says \"words of the text\"");
        return;
    }
    if (h->replacement_count &&
        is_replaced(h, c->program->defs[said->fact].name, case_name(c, said->ast, says),
                    c->files[said->file].layer))
        return;
    av_said *grown =
        av_arena_grow(c->scratch, h->cases, h->case_count, &h->case_cap, sizeof *grown);
    if (!grown) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    h->cases = grown;
    av_said *one = &grown[h->case_count];
    *one = *said;
    one->first = h->count;
    av_net_pattern meaning = {.use = AV_NET_SIGNAL, .owner = (uint32_t)h->case_count++};
    for (const av_ast *text = says->items; text; text = text->next)
        av_heard_add(h, text, meaning, text == says->items);
    one->count = h->count - one->first;
}

static void gather_cases(av_heard_by *h, const av_ast *signal, uint32_t file, bool overriding) {
    av_checker *c = h->checker;
    uint64_t index = 0;
    if (!av_map_get(&c->decl_by_name, av_intern_find(&c->names, signal->name), &index)) return;
    const av_decl *decl = &c->decls[index];
    if (decl->ast->kind != AV_AST_FACT) return;
    for (const av_ast *a = signal->items; a; a = a->next)
        if (a->kind == AV_AST_CASE)
            gather_case(h, &(av_said){.signal = signal,
                                      .ast = a,
                                      .says = av_ck_clause(a->items, AV_WORD_SAYS),
                                      .file = file,
                                      .fact = decl->index,
                                      .overriding = overriding});
}

av_heard_by *av_ck_signals_gather(av_checker *c) {
    av_heard_by *h = AV_NEW(c->scratch, av_heard_by);
    if (!h) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return NULL;
    }
    h->checker = c;
    av_arena_init(&h->work, &c->scratch->host, 0);
    av_arena_init(&h->made, &c->scratch->host, 0);
    av_heard_gather(h);
    gather_replacements(h);
    for (size_t f = 0; f < c->file_count && c->status == AV_OK; f++)
        for (const av_ast *a = c->files[f].syntax->file->items; a; a = a->next)
            if (a->kind == AV_AST_SIGNAL) gather_cases(h, a, (uint32_t)f, false);
            else if (a->kind == AV_AST_OVERRIDE && a->a->kind == AV_AST_SIGNAL)
                gather_cases(h, a->a, (uint32_t)f, true);
    report_replacements(h);
    return h;
}

/* ---- what the cases make of it */

/* Whether all patterns of a case are right and take the same values. */
static bool is_right(av_heard_by *h, const av_said *said) {
    bool right = true;
    for (size_t i = said->first; i < said->first + said->count; i++) {
        const av_heard *pattern = &h->items[i];
        uint32_t before = pattern->first ? AV_NO_INDEX : pattern[-1].capture_count;
        right = av_heard_is_right(h, pattern) && right;
        right = right && check_captures(h->checker, pattern->text, pattern->captures,
                                        pattern->capture_count, before);
    }
    return right;
}

static void signal_case(av_heard_by *h, const av_said *said) {
    av_checker *c = h->checker;
    const av_ast *ast = said->ast, *says = said->says;
    check_clauses(c, ast);
    const av_ast *because = av_ck_clause(ast->items, AV_WORD_BECAUSE),
                 *risk = av_ck_clause(ast->items, AV_WORD_RISK);
    av_signal signal = {.rule = av_ck_push_rule(c, rule_of(c, ast, says)),
                        .where = AV_NO_INDEX,
                        .cues = cues_asked_for(c, says->body),
                        .strength = strength_of(c, ast),
                        .implied = because != NULL};
    c->program->rules[signal.rule].overriding = said->overriding;
    if (!is_right(h, said)) return; /* what the case's value is made of is not known */
    const av_heard *last = &h->items[said->first + said->count - 1];
    signal.capture_count = last->capture_count;
    for (uint32_t i = 0; i < signal.capture_count; i++)
        signal.captures[i] = (uint8_t)last->captures[i].kind;
    av_type_id type = value_type(c, c->program->defs[c->def].type, ast->a);
    signal.value = capture_proc(c, "signal", ast->a, type, last->captures, signal.capture_count);
    if (says->a)
        signal.where =
            capture_proc(c, "where", says->a, AV_TYPE_BOOL, last->captures, signal.capture_count);
    uint32_t b = av_ck_text_proc(c, "because", because ? because->a : NULL);
    uint32_t k = av_ck_text_proc(c, "risk", risk ? risk->a : NULL);
    av_rule *rule = &c->program->rules[signal.rule];
    rule->because = b;
    rule->risk = k;
    rule->confidence = av_ck_level(c, av_ck_clause(ast->items, AV_WORD_CONFIDENCE));
    uint32_t index = signal.rule;
    av_ck_push_signal(c, signal);
    check_name(c, index, ast->a->span);
    keep_reads(c, ast->span);
}

void av_ck_signals(av_checker *c, av_heard_by *h) {
    av_heard_check(h);
    const av_ast *signal = NULL;
    for (size_t i = 0; i < h->case_count && c->status == AV_OK; i++) {
        const av_said *said = &h->cases[i];
        if (said->signal == signal) {
            if (!c->has_prose) continue;
        } else {
            signal = said->signal;
            av_ck_begin(c, said->file, said->fact);
            if (!c->has_prose) {
                av_diag *d = av_ck_error(c, AV_E_NO_PROSE, signal->name_span,
                                         "no fact holds the text that signals read");
                av_diag_help(c->diags, d,
                             "fact prompt: text \"Prompt\" { ... prose \"the product in the user's "
                             "own words\" }");
                continue;
            }
        }
        signal_case(h, said);
    }
    av_ck_signals_free(h);
}

void av_ck_signals_free(av_heard_by *h) {
    if (!h) return;
    av_arena_free(&h->work);
    av_arena_free(&h->made);
}

void av_ck_signal_reads(av_checker *c) {
    const av_program *p = c->program;
    uint8_t *seen = AV_NEW_ARRAY(c->scratch, uint8_t, p->def_count + 1);
    uint32_t *stack = AV_NEW_ARRAY(c->scratch, uint32_t, p->def_count + 1);
    if (!seen || !stack) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    for (size_t i = 0; i < c->signal_read_count; i++) {
        size_t count = 0;
        uint8_t turn = 1;
        if (seen[c->signal_reads[i].def]) continue;
        stack[count++] = c->signal_reads[i].def;
        seen[stack[0]] = turn;
        while (count > 0) {
            const av_def *def = &p->defs[stack[--count]];
            if (def->kind != AV_DEF_CONST && def->kind != AV_DEF_FUNC &&
                def->kind != AV_DEF_TABLE) {
                av_diag *d = av_ck_error(
                    c, AV_E_SIGNAL_READS, c->signal_reads[i].span,
                    "prose is heard before anything is known, so this cannot depend on `%.*s`",
                    AV_TEXT_ARG(def->name));
                av_diag_help(
                    c->diags, d,
                    "use constants, functions of the captures, and the captures themselves");
                break;
            }
            for (uint32_t r = 0; r < def->read_count; r++)
                if (!seen[def->reads[r]]) {
                    seen[def->reads[r]] = turn;
                    stack[count++] = def->reads[r];
                }
        }
    }
}
