/* What prose says: classes of words, cues, and the cases of signals; all their patterns in one automaton. */
#include <stdio.h>

#include "base/suggest.h"
#include "sema/checker.h"

/* A case that a later layer puts in the place of one of the same name. */
typedef struct replacement {
    av_text fact, name;
    uint32_t layer;
    av_span span;
    bool found; /* an earlier layer has such a case */
} replacement;

typedef struct signals {
    av_checker *c;
    replacement *replacements;
    size_t replacement_count, replacement_cap;
    av_net_builder *builder;
    av_net_class *classes;
    size_t class_count;
} signals;

/* ---- mistakes in patterns */

static av_suggest near_class(const signals *s, av_text name) {
    av_suggest near;
    av_suggest_init(&near, name);
    for (size_t i = 0; i < s->class_count; i++)
        av_suggest_offer(&near, s->classes[i].name);
    return near;
}

static void report(signals *s, const av_ast *text, const av_net_mistake *mistake) {
    av_checker *c = s->c;
    bool named = mistake->name.len > 0;
    av_diag *d = named ? av_ck_error(c, AV_E_PATTERN, text->span, "%.*s: `%.*s`", AV_TEXT_ARG(mistake->message),
                                     AV_TEXT_ARG(mistake->name))
                       : av_ck_error(c, AV_E_PATTERN, text->span, "%.*s", AV_TEXT_ARG(mistake->message));
    av_suggest near = near_class(s, mistake->name);
    if (!named) near.best = AV_TEXT("");
    for (int kind = AV_QUANTITY_NONE + 1; named && mistake->help.len && kind < AV_QUANTITY_KINDS; kind++)
        av_suggest_offer(&near, av_text_from(av_quantity_name((av_quantity_kind)kind)));
    if (near.best.len)
        av_diag_suggest(c->diags, d, near.best);
    else if (mistake->help.len)
        av_diag_help(c->diags, d, "%.*s", AV_TEXT_ARG(mistake->help));
}

/* False when the pattern is wrong, which is reported. */
static bool add_pattern(signals *s, const av_ast *text, av_net_pattern meaning, av_net_capture *captures,
                        uint32_t *capture_count) {
    av_net_mistake mistake;
    av_text pattern = av_ck_literal(s->c, text);
    av_status status = av_net_add(s->builder, pattern, meaning, captures, capture_count, &mistake);
    if (status == AV_ERR_LIMIT)
        av_ck_error(s->c, AV_E_TOO_MANY, text->span, "the patterns of the program need more than %d places",
                    AV_NET_POSITIONS);
    if (status != AV_OK)
        av_ck_fail(s->c, status);
    else if (mistake.message.len)
        report(s, text, &mistake);
    return status == AV_OK && !mistake.message.len;
}

/* ---- classes of words */

static uint32_t count_texts(const av_decl *decl) {
    size_t count = av_ast_count(decl->ast->items);
    for (const av_extension *x = decl->extensions; x; x = x->next)
        count += av_ast_count(x->ast->items);
    return (uint32_t)count;
}

static uint32_t add_texts(av_checker *c, const av_ast *first, av_text *out) {
    uint32_t count = 0;
    for (const av_ast *text = first; text; text = text->next)
        out[count++] = av_ck_literal(c, text);
    return count;
}

static void gather_classes(signals *s) {
    av_checker *c = s->c;
    s->classes = AV_NEW_ARRAY(c->scratch, av_net_class, c->decl_count + 1);
    for (size_t i = 0; i < c->decl_count && s->classes; i++) {
        const av_decl *decl = &c->decls[i];
        if (decl->ast->kind != AV_AST_WORDS) continue;
        uint32_t count = count_texts(decl);
        av_text *members = AV_NEW_ARRAY(c->scratch, av_text, count + 1);
        if (!members) break;
        uint32_t n = add_texts(c, decl->ast->items, members);
        for (const av_extension *x = decl->extensions; x; x = x->next)
            n += add_texts(c, x->ast->items, members + n);
        s->classes[s->class_count++] = (av_net_class){.name = decl->ast->name, .members = members, .member_count = n};
        if (!count)
            av_ck_error(c, AV_E_EMPTY, decl->ast->name_span, "class `%.*s` has no words", AV_TEXT_ARG(decl->ast->name));
    }
    if (c->scratch->failed) av_ck_fail(c, AV_ERR_MEMORY);
}

static void check_texts(signals *s, const av_ast *first) {
    for (const av_ast *text = first; text; text = text->next) {
        av_net_mistake mistake;
        if (av_net_check(s->builder, av_ck_literal(s->c, text), &mistake) != AV_OK)
            av_ck_fail(s->c, AV_ERR_MEMORY);
        else if (mistake.message.len)
            report(s, text, &mistake);
    }
}

/* A member that is no pattern is reported where it stands; patterns leave it out. */
static void check_members(signals *s) {
    for (size_t i = 0; i < s->c->decl_count; i++) {
        const av_decl *decl = &s->c->decls[i];
        if (decl->ast->kind != AV_AST_WORDS) continue;
        check_texts(s, decl->ast->items);
        for (const av_extension *x = decl->extensions; x; x = x->next)
            check_texts(s, x->ast->items);
    }
}

/* ---- cues */

static uint32_t reach_of(av_checker *c, const av_ast *clause) {
    int64_t reach = 0;
    if (!clause->a) return 0;
    if (!av_int_parse(clause->a->name, &reach) || reach < 1 || reach > AV_PROSE_SENTENCE)
        av_ck_error(c, AV_E_OUT_OF_RANGE, clause->a->span, "a cue reaches from 1 to %d words", AV_PROSE_SENTENCE);
    return (uint32_t)reach;
}

static void cue_patterns(signals *s, uint32_t cue, const av_ast *items) {
    for (const av_ast *clause = items; clause; clause = clause->next) {
        if (clause->kind != AV_AST_CLAUSE) continue;
        av_net_pattern meaning = {.owner = cue};
        switch (clause->word) {
        case AV_WORD_AHEAD: meaning.use = AV_NET_AHEAD; break;
        case AV_WORD_BEHIND: meaning.use = AV_NET_BEHIND; break;
        case AV_WORD_AROUND: meaning.use = AV_NET_AROUND; break;
        case AV_WORD_WITHIN: meaning.use = AV_NET_WITHIN; break;
        case AV_WORD_UNTIL: meaning.use = AV_NET_UNTIL; break;
        default:
            s->c->program->cues[cue].neutral = true;
            av_ck_literal(s->c, clause->a);
            continue;
        }
        meaning.reach = reach_of(s->c, clause);
        for (const av_ast *text = clause->items; text; text = text->next)
            (void)add_pattern(s, text, meaning, NULL, NULL);
    }
}

static void add_cues(signals *s) {
    av_checker *c = s->c;
    av_program *p = c->program;
    p->cues = AV_NEW_ARRAY(&p->arena, av_cue, AV_NET_CUES);
    if (!p->cues) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    for (size_t i = 0; i < c->decl_count && c->status == AV_OK; i++) {
        av_decl *decl = &c->decls[i];
        if (decl->ast->kind != AV_AST_CUE) continue;
        if (p->cue_count == AV_NET_CUES) {
            av_ck_error(c, AV_E_TOO_MANY, decl->ast->name_span, "a program has at most %d cues", AV_NET_CUES);
            return;
        }
        uint32_t cue = p->cue_count++;
        decl->index = cue;
        c->file = decl->file;
        p->cues[cue] = (av_cue){.name = av_ck_keep(c, decl->ast->name),
                                .label = decl->ast->c ? av_ck_literal(c, decl->ast->c) : av_ck_keep(c, decl->ast->name),
                                .site = av_ck_site(c, decl->ast->name_span)};
        p->cues[cue].label = av_ck_keep(c, p->cues[cue].label);
        cue_patterns(s, cue, decl->ast->items);
        for (const av_extension *x = decl->extensions; x; x = x->next) {
            c->file = x->file;
            cue_patterns(s, cue, x->ast->items);
        }
    }
}

static uint64_t cues_asked_for(signals *s, const av_ast *names) {
    av_checker *c = s->c;
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
        av_diag *d = av_ck_error(c, AV_E_UNKNOWN_NAME, name->span, "there is no cue `%.*s`", AV_TEXT_ARG(name->name));
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

static void declare_captures(av_checker *c, const av_net_capture *captures, uint32_t count, av_span span) {
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
    if (clause && (!av_int_parse(clause->a->name, &strength) || strength < 0 || strength > AV_SIGNAL_STRENGTH))
        av_ck_error(c, AV_E_OUT_OF_RANGE, clause->a->span, "a strength is a whole number from 0 to %d", AV_SIGNAL_STRENGTH);
    return (int32_t)strength;
}

static av_level level_of(av_checker *c, const av_ast *clause) {
    static const char *const names[] = {"low", "medium", "high"};
    if (!clause) return AV_LEVEL_NONE;
    for (size_t i = 0; i < AV_COUNT(names); i++)
        if (av_text_equal(clause->a->name, av_text_from(names[i]))) return (av_level)(AV_LEVEL_LOW + i);
    av_ck_error(c, AV_E_UNKNOWN_NAME, clause->a->span, "`%.*s` is none of high, medium and low",
                AV_TEXT_ARG(clause->a->name));
    return AV_LEVEL_NONE;
}

/* A set or a list is given by one of its members, or as a whole in brackets. */
static av_type_id value_type(av_checker *c, av_type_id fact, const av_ast *value) {
    const av_type type = *av_ck_type_of(c, fact);
    if (type.kind == AV_T_OPTION) return type.element;
    if (value->kind == AV_AST_LIST) return fact;
    if (type.kind == AV_T_SET) return av_ck_type(c, (av_type){.kind = AV_T_ENUM, .index = type.index});
    return type.kind == AV_T_LIST ? type.element : fact;
}

void av_ck_read_early(av_checker *c, uint32_t def, av_span span) {
    av_signal_read *grown =
        av_arena_grow(c->scratch, c->signal_reads, c->signal_read_count, &c->signal_read_cap, sizeof *grown);
    if (!grown) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    c->signal_reads = grown;
    grown[c->signal_read_count++] = (av_signal_read){def, span};
}

static void keep_reads(av_checker *c, av_span span) {
    for (size_t i = 0; i < c->read_count; i++)
        av_ck_read_early(c, c->reads[i], span);
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

static void note_replacement(signals *s, const av_ast *signal, const av_ast *ast, uint32_t layer) {
    av_checker *c = s->c;
    const av_ast *says = av_ck_clause(ast->items, AV_WORD_SAYS);
    if (ast->kind != AV_AST_CASE || !says || !says->items) return;
    replacement *grown = av_arena_grow(c->scratch, s->replacements, s->replacement_count, &s->replacement_cap, sizeof *grown);
    if (!grown) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    s->replacements = grown;
    grown[s->replacement_count++] =
        (replacement){.fact = signal->name, .name = case_name(c, ast, says), .layer = layer, .span = ast->a->span};
}

static void gather_replacements(signals *s) {
    for (size_t f = 0; f < s->c->file_count; f++)
        for (const av_ast *a = s->c->files[f].syntax->file->items; a; a = a->next)
            for (const av_ast *one = a->kind == AV_AST_OVERRIDE && a->a->kind == AV_AST_SIGNAL ? a->a->items : NULL; one;
                 one = one->next)
                note_replacement(s, a->a, one, s->c->files[f].layer);
}

/* Whether a later layer has another case in the place of this one. */
static bool is_replaced(signals *s, av_text fact, av_text name, uint32_t layer) {
    bool replaced = false;
    for (size_t i = 0; i < s->replacement_count; i++) {
        replacement *r = &s->replacements[i];
        if (layer >= r->layer || !av_text_equal(r->fact, fact) || !av_text_equal(r->name, name)) continue;
        r->found = true;
        replaced = true;
    }
    return replaced;
}

static void report_replacements(signals *s) {
    for (size_t i = 0; i < s->replacement_count; i++) {
        const replacement *r = &s->replacements[i];
        uint32_t fact = AV_NO_INDEX;
        for (uint32_t d = 0; d < s->c->program->def_count; d++)
            if (av_text_equal(s->c->program->defs[d].name, r->fact)) fact = d;
        if (!r->found && fact != AV_NO_INDEX) /* one that is no fact is reported already */
            av_ck_error(s->c, AV_E_NOTHING_TO_OVERRIDE, r->span,
                        "no earlier layer has a case `%.*s` of a signal for `%.*s` to override", AV_TEXT_ARG(r->name),
                        AV_TEXT_ARG(r->fact));
    }
}

static av_rule rule_of(av_checker *c, const av_ast *ast, const av_ast *says) {
    av_text name = case_name(c, ast, says);
    av_text id = av_arena_format(&c->program->arena, "%.*s/%.*s", AV_TEXT_ARG(c->program->defs[c->def].name),
                                 AV_TEXT_ARG(name));
    if (!id.ptr) av_ck_fail(c, AV_ERR_MEMORY);
    return (av_rule){.id = id.ptr ? id : AV_TEXT(""),
                     .name = name,
                     .def = c->def,
                     .site = av_ck_site(c, ast->span),
                     .option = AV_NO_INDEX,
                     .when = AV_NO_INDEX,
                     .value = AV_NO_INDEX,
                     .because = AV_NO_INDEX,
                     .condition = AV_NO_INDEX,
                     .failure = AV_NO_INDEX,
                     .rejected = AV_NO_INDEX,
                     .risk = AV_NO_INDEX};
}

/* A case with `because` makes its value likely; then it says how likely. One without states it. */
static void check_clauses(av_checker *c, const av_ast *ast) {
    const av_ast *because = av_ck_clause(ast->items, AV_WORD_BECAUSE),
                 *confidence = av_ck_clause(ast->items, AV_WORD_CONFIDENCE),
                 *risk = av_ck_clause(ast->items, AV_WORD_RISK);
    if (because && !confidence)
        av_ck_error(c, AV_E_MISSING_CLAUSE, because->span, "this case does not say its `confidence`: high, medium or low");
    const av_ast *stray = confidence ? confidence : risk;
    if (!because && stray) {
        av_diag *d = av_ck_error(c, AV_E_MISPLACED_CLAUSE, stray->span, "`%s` belongs to a case that says `because`",
                                 av_word_spelling((av_word)stray->word));
        av_diag_help(c->diags, d, "without `because` the words state the fact; with it they make it likely");
    }
}

/* Every pattern of a case takes the same values, or the case would have none for its own. `before`: values the patterns before
 * this one take; AV_NO_INDEX for the first. */
static bool check_captures(av_checker *c, const av_ast *text, const av_net_capture *captures, uint32_t count,
                           uint32_t before) {
    for (uint32_t i = 0; i < count; i++) {
        if (captures[i].taken && i < before) continue;
        av_ck_error(c, AV_E_PATTERN, text->span, "this pattern takes %s `%.*s`, another of the same case %s",
                    captures[i].taken ? "a value" : "no", AV_TEXT_ARG(captures[i].name),
                    captures[i].taken ? "does not" : "does");
        return false;
    }
    return true;
}

static void signal_case(signals *s, const av_ast *ast, bool overriding) {
    av_checker *c = s->c;
    const av_ast *says = av_ck_clause(ast->items, AV_WORD_SAYS);
    if (!says || !says->items) {
        av_diag *d = av_ck_error(c, AV_E_MISSING_CLAUSE, ast->span, "this case does not say which words give its value");
        av_diag_help(c->diags, d, "case ... when says \"words of the text\"");
        return;
    }
    if (s->replacement_count &&
        is_replaced(s, c->program->defs[c->def].name, case_name(c, ast, says), c->files[c->file].layer))
        return;
    check_clauses(c, ast);
    const av_ast *because = av_ck_clause(ast->items, AV_WORD_BECAUSE), *risk = av_ck_clause(ast->items, AV_WORD_RISK);
    av_signal signal = {.rule = av_ck_push_rule(c, rule_of(c, ast, says)),
                        .where = AV_NO_INDEX,
                        .cues = cues_asked_for(s, says->body),
                        .strength = strength_of(c, ast),
                        .implied = because != NULL};
    c->program->rules[signal.rule].overriding = overriding;
    av_net_capture captures[AV_NET_CAPTURES];
    bool right = true;
    for (const av_ast *text = says->items; text; text = text->next) {
        uint32_t before = text == says->items ? AV_NO_INDEX : signal.capture_count;
        right = add_pattern(s, text, (av_net_pattern){.use = AV_NET_SIGNAL, .owner = c->program->signal_count},
                            captures, &signal.capture_count) &&
                right;
        right = right && check_captures(c, text, captures, signal.capture_count, before);
    }
    if (!right) return; /* what the case's value is made of is not known */
    for (uint32_t i = 0; i < signal.capture_count; i++)
        signal.captures[i] = (uint8_t)captures[i].kind;
    av_type_id type = value_type(c, c->program->defs[c->def].type, ast->a);
    signal.value = capture_proc(c, "signal", ast->a, type, captures, signal.capture_count);
    if (says->a) signal.where = capture_proc(c, "where", says->a, AV_TYPE_BOOL, captures, signal.capture_count);
    uint32_t b = av_ck_text_proc(c, "because", because ? because->a : NULL);
    uint32_t k = av_ck_text_proc(c, "risk", risk ? risk->a : NULL);
    av_rule *rule = &c->program->rules[signal.rule];
    rule->because = b;
    rule->risk = k;
    rule->confidence = level_of(c, av_ck_clause(ast->items, AV_WORD_CONFIDENCE));
    uint32_t index = signal.rule;
    av_ck_push_signal(c, signal);
    check_name(c, index, ast->a->span);
    keep_reads(c, ast->span);
}

static void signal_cases(signals *s, const av_ast *signal, uint32_t file, bool overriding) {
    av_checker *c = s->c;
    for (size_t i = 0; i < c->decl_count; i++) {
        const av_decl *decl = &c->decls[i];
        if (decl->ast->kind != AV_AST_FACT || !av_text_equal(decl->ast->name, signal->name)) continue;
        if (!c->has_prose) {
            av_diag *d = av_ck_error(c, AV_E_NO_PROSE, signal->name_span, "no fact holds the text that signals read");
            av_diag_help(c->diags, d, "fact prompt: text \"Prompt\" { ... prose \"the product in the user's own words\" }");
            return;
        }
        av_ck_begin(c, file, decl->index);
        for (const av_ast *a = signal->items; a; a = a->next)
            if (a->kind == AV_AST_CASE) signal_case(s, a, overriding);
    }
}

void av_ck_signals(av_checker *c) {
    signals s = {.c = c};
    gather_classes(&s);
    if (c->status != AV_OK) return;
    s.builder = av_net_builder_new(c->scratch, s.classes, s.class_count);
    if (!s.builder) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    check_members(&s);
    add_cues(&s);
    gather_replacements(&s);
    for (size_t f = 0; f < c->file_count && c->status == AV_OK; f++)
        for (const av_ast *a = c->files[f].syntax->file->items; a; a = a->next)
            if (a->kind == AV_AST_SIGNAL)
                signal_cases(&s, a, (uint32_t)f, false);
            else if (a->kind == AV_AST_OVERRIDE && a->a->kind == AV_AST_SIGNAL)
                signal_cases(&s, a->a, (uint32_t)f, true);
    report_replacements(&s);
    for (size_t i = 0; i < s.class_count && c->status == AV_OK; i++)
        if (av_net_know(s.builder, &s.classes[i]) != AV_OK) av_ck_fail(c, AV_ERR_MEMORY);
    av_status status = c->status == AV_OK ? av_net_finish(s.builder, &c->program->arena, &c->program->net) : AV_OK;
    if (status != AV_OK) av_ck_fail(c, status);
    av_net_builder_free(s.builder);
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
            if (def->kind != AV_DEF_CONST && def->kind != AV_DEF_FUNC && def->kind != AV_DEF_TABLE) {
                av_diag *d = av_ck_error(c, AV_E_SIGNAL_READS, c->signal_reads[i].span,
                                         "prose is heard before anything is known, so this cannot depend on `%.*s`",
                                         AV_TEXT_ARG(def->name));
                av_diag_help(c->diags, d, "use constants, functions of the captures, and the captures themselves");
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
