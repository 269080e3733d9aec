/* What can fall through, overlap or never happen, with the facts that show it. */
#include "sema/total.h"
#include "sema/domain.h"

/* ---- tests to paste */

static av_buf start_test(av_checker *c, av_dom *d, av_text name, const char *title) {
    av_buf w;
    av_buf_init(&w, &c->scratch->host, 0);
    av_buf_printf(&w, "test \"%.*s: %s\" {\n", AV_TEXT_ARG(name), title);
    av_dom_print_given(d, &w);
    av_buf_puts(&w, "  expect ");
    return w;
}

static void end_test(av_checker *c, const av_dom *dom, av_diag *d, av_buf *w) {
    av_buf_puts(w, "\n}");
    if (w->status == AV_ERR_MEMORY) av_ck_fail(c, AV_ERR_MEMORY);
    av_diag_help(c->diags, d, "%s:\n%.*s",
                 av_dom_exact(dom) ? "this test shows it"
                                   : "a test of it, with facts that bring this about",
                 AV_TEXT_ARG(av_buf_text(w)));
    av_buf_free(w);
}

/* "team_size = Solo, stage = MVP" in scratch memory; empty when nothing is restricted. */
static av_text found_values(av_checker *c, av_dom *d) {
    av_buf buf;
    av_buf_init(&buf, &c->scratch->host, 0);
    av_dom_print_values(d, &buf);
    av_text text = av_arena_text(c->scratch, av_buf_text(&buf));
    av_buf_free(&buf);
    return text.ptr ? text : AV_TEXT("");
}

/* The value of the definition as an expression: a table with parameters is called. */
static void print_use(av_dom *d, const av_decl *decl, av_buf *out) {
    const av_def *def = &d->c->program->defs[decl->index];
    av_buf_put(out, def->name);
    if (!decl->param_count) return;
    av_buf_putc(out, '(');
    for (uint32_t i = 0; i < decl->param_count; i++) {
        if (i) av_buf_puts(out, ", ");
        av_dom_print_parameter(d, i, decl->params[i], out);
    }
    av_buf_putc(out, ')');
}

/* `use == value`, with a value the result can have. */
static void print_some_result(av_dom *d, const av_decl *decl, const av_node *result, av_buf *out) {
    print_use(d, decl, out);
    if (result && result->kind == AV_N_RECORD)
        for (uint32_t i = 0; i < result->count; i++)
            if (result->items[i]->kind == AV_N_CONST && result->items[i]->value.kind != AV_NONE) {
                av_buf_putc(out, '.');
                av_buf_put(out, d->c->program->records[result->index].fields[i].name);
                result = result->items[i];
                break;
            }
    av_buf_puts(out, " == ");
    if (result && result->kind == AV_N_CONST && result->value.kind != AV_SET &&
        result->value.kind != AV_LIST)
        av_dom_print_value(d, result->value, out);
    else print_use(d, decl, out);
}

/* ---- a choice: cases of an inference or decision, rows of a table */

typedef struct choice {
    av_checker *c;
    av_dom dom;
    const av_decl *decl;
    const av_node *tree;
    av_formula **whens;
    av_goal *goals;
    bool rows; /* of a table: they are numbered */
} choice;

static av_text name_of(const choice *x, uint32_t i) {
    uint32_t rule = x->tree->items[i]->index;
    return rule < x->c->program->rule_count ? x->c->program->rules[rule].name : AV_TEXT("");
}

static const char *noun(const choice *x) {
    return x->rows ? "row" : "case";
}

static av_diag *falls(choice *x, av_answer answer) {
    av_checker *c = x->c;
    const av_text name = x->decl->ast->name;
    const av_span span = x->decl->ast->kind == AV_AST_FACT && x->decl->infer
                             ? x->decl->infer->name_span
                             : x->decl->ast->name_span;
    if (answer == AV_ANSWER_UNKNOWN) {
        av_diag *d =
            av_ck_error(c, AV_W_MAY_FALL_THROUGH, span,
                        "the %ss of `%.*s` are too many to tell whether one always applies",
                        noun(x), AV_TEXT_ARG(name));
        av_diag_help(c->diags, d,
                     x->rows ? "end the table with a row of `-`" : "end it with `otherwise`");
        return NULL;
    }
    av_text values = found_values(c, &x->dom);
    if (!values.len)
        return av_ck_error(c, AV_E_FALLS_THROUGH, span, "no %s of `%.*s` ever applies", noun(x),
                           AV_TEXT_ARG(name));
    if (av_dom_exact(&x->dom))
        return av_ck_error(c, AV_E_FALLS_THROUGH, span, "no %s of `%.*s` applies when %.*s",
                           noun(x), AV_TEXT_ARG(name), AV_TEXT_ARG(values));
    return av_ck_error(c, AV_W_MAY_FALL_THROUGH, span, "perhaps no %s of `%.*s` applies when %.*s",
                       noun(x), AV_TEXT_ARG(name), AV_TEXT_ARG(values));
}

static void check_falls_through(choice *x) {
    uint32_t n = x->tree->count;
    if (n && !x->tree->items[n - 1]->a) return;
    for (uint32_t i = 0; i < n; i++) x->goals[i] = (av_goal){x->whens[i], false};
    av_answer answer = av_dom_solve(&x->dom, x->goals, n);
    if (answer == AV_ANSWER_NO) return;
    av_diag *d = falls(x, answer);
    if (!d) return;
    av_buf w = start_test(x->c, &x->dom, x->decl->ast->name,
                          x->rows ? "no row applies" : "no case applies");
    print_some_result(&x->dom, x->decl, n ? x->tree->items[0]->b : NULL, &w);
    av_buf_puts(&w, " // or what it should be");
    end_test(x->c, &x->dom, d, &w);
}

/* The condition of a case: where it stands; a row as a whole. */
static av_span when_span(const choice *x, uint32_t i) {
    const av_node *one = x->tree->items[i];
    return x->rows || !one->a ? one->span : one->a->span;
}

/* A case that is always beaten: by one other when that is so. */
static void report_shadowed(choice *x, uint32_t i) {
    av_checker *c = x->c;
    const av_node *one = x->tree->items[i];
    av_dom *dom = &x->dom;
    uint32_t taker = i;
    bool alone = false;
    for (uint32_t j = 0; j < i && !alone; j++) {
        alone = av_dom_solve(dom, (av_goal[]){{x->whens[i], true}, {x->whens[j], false}}, 2) ==
                AV_ANSWER_NO;
        if (alone) taker = j;
    }
    av_answer some = AV_ANSWER_NO;
    for (uint32_t j = alone ? taker : 0; j < i && some != AV_ANSWER_YES; j++) {
        some = av_dom_solve(dom, (av_goal[]){{x->whens[i], true}, {x->whens[j], true}}, 2);
        taker = j;
    }
    av_span span = x->rows || !one->b ? one->span : one->b->span;
    av_text name = name_of(x, i);
    av_diag *d;
    if (alone)
        d = av_ck_error(c, AV_E_UNREACHABLE, span,
                        x->rows ? "no facts reach this %s: row %.*s before it takes all of them"
                                : "no facts reach this %s: `%.*s` before it takes all of them",
                        noun(x), AV_TEXT_ARG(name_of(x, taker)));
    else if (!one->a)
        d = av_ck_error(c, AV_E_UNREACHABLE, span,
                        "nothing is left for `%.*s`: the %ss before it take all facts",
                        AV_TEXT_ARG(name), noun(x));
    else
        d = av_ck_error(c, AV_E_UNREACHABLE, span,
                        "no facts reach this %s: those before it take all of them together",
                        noun(x));
    if (some != AV_ANSWER_YES || !d) return;
    av_diag_label_add(c->diags, d, when_span(x, taker), "this %s is tried first", noun(x));
    if (x->rows) {
        av_diag_help(c->diags, d, "move it before the %s that takes its facts, or remove it",
                     noun(x));
        return;
    }
    av_buf w =
        start_test(c, dom, c->program->defs[x->decl->index].name, "taken by an earlier case");
    av_buf_puts(&w, "fired ");
    av_buf_put(&w, c->program->rules[x->tree->items[taker]->index].id);
    end_test(c, dom, d, &w);
}

static void report_never(av_checker *c, const av_node *when, av_span span, const char *what) {
    av_diag *d = av_ck_error(c, AV_E_NEVER_HOLDS, span, "this condition can never hold%s", what);
    bool parts = when->kind == AV_N_AND || (when->kind == AV_N_AT_LEAST && when->index > 1);
    av_diag_help(c->diags, d,
                 parts ? "its parts exclude each other: change one of them, or remove it"
                       : "what it compares never has such a value: change it, or remove it");
}

/* In order: the condition can hold at all, and facts are left for it. Returns whether the case is in order. */
static bool check_can_hold(choice *x, uint32_t i) {
    if (x->tree->items[i]->a &&
        av_dom_solve(&x->dom, (av_goal[]){{x->whens[i], true}}, 1) == AV_ANSWER_NO) {
        report_never(x->c, x->tree->items[i]->a, when_span(x, i),
                     x->rows ? ", so no facts reach this row" : ", so no facts reach this case");
        x->whens[i] = x->dom.never;
        return false;
    }
    return true;
}

static void check_reached(choice *x, uint32_t i) {
    /* the `none` at the end of a table of options */
    if (x->tree->items[i]->index >= x->c->program->rule_count) return;
    if (x->tree->items[i]->flag || !check_can_hold(x, i)) return;
    x->goals[0] = (av_goal){x->whens[i], true};
    for (uint32_t j = 0; j < i; j++) x->goals[j + 1] = (av_goal){x->whens[j], false};
    if (i && av_dom_solve(&x->dom, x->goals, i + 1) == AV_ANSWER_NO) report_shadowed(x, i);
}

/* ---- rows of tables whose policy forbids overlap */

static bool same_result(const av_node *a, const av_node *b) {
    if (!a || !b || a->kind != b->kind || a->count != b->count || a->index != b->index)
        return false;
    if (a->kind == AV_N_CONST) return av_value_equal(a->value, b->value);
    if (a->kind == AV_N_DEF) return true;
    if (a->kind != AV_N_RECORD) return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!same_result(a->items[i], b->items[i])) return false;
    return true;
}

static void report_overlap(choice *x, uint32_t i, uint32_t j, bool unique) {
    av_checker *c = x->c;
    av_text values = found_values(c, &x->dom);
    bool exact = av_dom_exact(&x->dom);
    const av_text a = name_of(x, i), b = name_of(x, j);
    av_diag *d = av_ck_error(c, exact ? AV_E_OVERLAP : AV_W_MAY_OVERLAP, x->tree->items[j]->span,
                             "rows %.*s and %.*s %s%s%s%.*s", AV_TEXT_ARG(a), AV_TEXT_ARG(b),
                             exact ? "both apply" : "perhaps both apply",
                             unique ? "" : " with different results",
                             values.len ? " when " : " to everything", AV_TEXT_ARG(values));
    if (!d) return;
    av_diag_label_add(c->diags, d, x->tree->items[i]->span, "row %.*s", AV_TEXT_ARG(a));
    av_buf w = start_test(c, &x->dom, x->decl->ast->name, "two rows apply");
    print_some_result(&x->dom, x->decl, x->tree->items[j]->b, &w);
    av_buf_printf(&w, " // row %.*s says otherwise", AV_TEXT_ARG(a));
    end_test(c, &x->dom, d, &w);
}

static void check_overlaps(choice *x, bool unique) {
    for (uint32_t j = 1; j < x->tree->count; j++)
        for (uint32_t i = 0; i < j; i++) {
            const av_node *a = x->tree->items[i], *b = x->tree->items[j];
            if (a->index >= x->c->program->rule_count || b->index >= x->c->program->rule_count)
                continue;
            if (!unique && same_result(a->b, b->b)) continue;
            if (av_dom_solve(&x->dom, (av_goal[]){{x->whens[i], true}, {x->whens[j], true}}, 2) ==
                AV_ANSWER_YES)
                report_overlap(x, i, j, unique);
        }
}

/* ---- choices as a whole */

static bool open_choice(choice *x, av_checker *c, const av_decl *decl, const av_node *tree,
                        const bool *patched) {
    *x = (choice){.c = c, .decl = decl, .tree = tree, .rows = decl->ast->kind == AV_AST_TABLE};
    av_dom_init(&x->dom, c, patched, decl->param_count);
    x->whens = AV_NEW_ARRAY(&x->dom.arena, av_formula *, tree->count + 1);
    x->goals = AV_NEW_ARRAY(&x->dom.arena, av_goal, tree->count + 1);
    if (!x->whens || !x->goals) return false;
    for (uint32_t i = 0; i < tree->count; i++)
        x->whens[i] = av_dom_condition(&x->dom, tree->items[i]->a);
    av_dom_ready(&x->dom);
    return true;
}

/* The rows of `hit collect` are a list; as cases they are looked at one by one. */
static const av_node *rows_of(av_checker *c, const av_def *def, const av_node *tree) {
    if (tree->kind != AV_N_LIST) return tree;
    av_node *choose = av_ck_node(c, AV_N_CHOOSE, tree->type, tree->span);
    choose->items = av_ck_items(c, tree->count);
    for (uint32_t i = 0; i < tree->count && choose->items; i++) {
        const av_node *element = tree->items[i];
        av_node *one = av_ck_node(c, AV_N_CASE, tree->type, element->span);
        one->index = def->first_rule + i;
        if (element->kind == AV_N_ELEMENT) one->a = element->b;
        choose->items[choose->count++] = one;
    }
    return choose;
}

void av_total_choice(av_checker *c, const av_decl *decl, const bool *patched) {
    const av_def *def = &c->program->defs[decl->index];
    const av_node *tree = def->proc == AV_NO_INDEX ? NULL : c->program->procs[def->proc].tree;
    bool collect = decl->ast->flags & AV_AST_F_HIT_COLLECT, table = decl->ast->kind == AV_AST_TABLE;
    if (!tree || (tree->kind != AV_N_CHOOSE && !(collect && tree->kind == AV_N_LIST))) return;
    if (!c->analyse && (collect || !tree->count || !tree->items[tree->count - 1]->a)) return;
    tree = rows_of(c, def, tree);
    choice x;
    if (open_choice(&x, c, decl, tree, patched)) {
        if (!collect) check_falls_through(&x);
        bool unique = table && !(decl->ast->flags & (AV_AST_F_HIT_FIRST | AV_AST_F_HIT_PRIORITY |
                                                     AV_AST_F_HIT_ANY | AV_AST_F_HIT_COLLECT));
        bool any = decl->ast->flags & AV_AST_F_HIT_ANY;
        for (uint32_t i = 0; c->analyse && i < tree->count; i++) {
            if (unique || any || collect) check_can_hold(&x, i);
            else check_reached(&x, i);
        }
        if (c->analyse && (unique || any)) check_overlaps(&x, unique);
    } else {
        av_ck_fail(c, AV_ERR_MEMORY);
    }
    av_dom_free(&x.dom);
}

/* ---- single conditions */

void av_total_condition(av_checker *c, const av_node *when, const bool *patched, const char *what) {
    if (!when || when->kind == AV_N_CONST) return;
    av_dom dom;
    av_dom_init(&dom, c, patched, 0);
    av_formula *f = av_dom_condition(&dom, when);
    av_dom_ready(&dom);
    if (av_dom_solve(&dom, (av_goal[]){{f, true}}, 1) == AV_ANSWER_NO)
        report_never(c, when, when->span, what);
    av_dom_free(&dom);
}

/* ---- checks: `for ... where ... and not condition`, or one guarded element */

void av_total_check(av_checker *c, const av_decl *decl, const bool *patched) {
    const av_def *def = &c->program->defs[decl->index];
    const av_node *tree = def->proc == AV_NO_INDEX ? NULL : c->program->procs[def->proc].tree;
    if (!tree || def->guard) return;
    av_dom dom;
    av_dom_init(&dom, c, patched, 0);
    av_goal *goals = AV_NEW_ARRAY(&dom.arena, av_goal, tree->count + 1);
    size_t n = 0;
    for (uint32_t i = 0; goals && i < tree->count; i++)
        if (tree->items[i]->b)
            goals[n++] = (av_goal){av_dom_condition(&dom, tree->items[i]->b), true};
    av_dom_ready(&dom);
    if (goals && av_dom_solve(&dom, goals, n) == AV_ANSWER_NO) {
        const av_ast *require = av_ck_clause(decl->ast->items, AV_WORD_REQUIRE);
        av_diag *d =
            av_ck_error(c, AV_W_CANNOT_FAIL, require ? require->span : decl->ast->name_span,
                        "check `%.*s` cannot fail", AV_TEXT_ARG(decl->ast->name));
        av_diag_help(
            c->diags, d,
            "if that is its purpose, say so: guard \"why it cannot fail under these rules\"");
    }
    av_dom_free(&dom);
}

/* ---- matrices */

typedef struct matrix {
    av_checker *c;
    av_dom dom;
    const av_decl *decl;
    const av_def *def;
    av_formula **lines; /* by rule, from def->first_rule */
} matrix;

static av_formula *rule_formula(matrix *m, uint32_t rule) {
    const av_program *p = m->c->program;
    uint32_t when = p->rules[rule].when;
    return av_dom_condition(&m->dom, when == AV_NO_INDEX ? NULL : p->procs[when].tree);
}

/* What keeps an option from being the primary: one of its vetoes, or `secondary`. */
static av_formula *kept_out(matrix *m, const av_matrix_option *o) {
    av_formula *items[66];
    uint32_t n = 0;
    for (uint32_t r = o->first_rule; r < o->first_rule + o->rule_count && n < 64; r++)
        if (m->c->program->rules[r].veto) items[n++] = m->lines[r - m->def->first_rule];
    if (o->secondary != AV_NO_INDEX) items[n++] = m->lines[o->secondary - m->def->first_rule];
    return av_dom_at_least(&m->dom, 1, items, n);
}

static bool can(matrix *m, av_formula *f, bool want) {
    return av_dom_solve(&m->dom, (av_goal[]){{f, want}}, 1) != AV_ANSWER_NO;
}

/* Lowest and highest score the lines allow, each taken for itself. */
static void score_range(matrix *m, const av_matrix_option *o, int64_t *low, int64_t *high) {
    *low = *high = 0;
    for (uint32_t r = o->first_rule; r < o->first_rule + o->rule_count; r++) {
        const av_rule *rule = &m->c->program->rules[r];
        if (rule->veto) continue;
        av_formula *f = m->lines[r - m->def->first_rule];
        bool may_hold = can(m, f, true), may_fail = can(m, f, false);
        if (may_hold && (rule->weight > 0 || !may_fail)) *high += rule->weight;
        if (may_hold && (rule->weight < 0 || !may_fail)) *low += rule->weight;
    }
}

static av_span option_span(const matrix *m, uint32_t member) {
    const av_enum_type *e = &m->c->program->enums[m->c->program->types[m->def->type].index];
    for (const av_ast *a = m->decl->ast->items; a; a = a->next)
        if (a->kind == AV_AST_OPTION && av_text_equal(a->name, e->members[member].name))
            return a->name_span;
    return m->decl->ast->name_span;
}

static av_text option_name(const matrix *m, const av_matrix_option *o) {
    return m->c->program->enums[m->c->program->types[m->def->type].index].members[o->member].name;
}

static void check_can_win(matrix *m, av_formula *const *out) {
    av_checker *c = m->c;
    uint32_t best = AV_NO_INDEX;
    int64_t best_low = 0;
    for (uint32_t i = 0; i < m->def->option_count;
         i++) { /* the highest score that some option surely has */
        int64_t low, high;
        if (can(m, out[i], true)) continue;
        score_range(m, &m->def->options[i], &low, &high);
        if (best == AV_NO_INDEX || low > best_low) {
            best = i;
            best_low = low;
        }
    }
    for (uint32_t i = 0; i < m->def->option_count; i++) {
        const av_matrix_option *o = &m->def->options[i];
        bool always_secondary = o->secondary != AV_NO_INDEX &&
                                !can(m, m->lines[o->secondary - m->def->first_rule], false);
        if (always_secondary) continue; /* meant so */
        int64_t low, high;
        if (!can(m, out[i], false)) {
            av_ck_error(c, AV_W_NEVER_WINS, option_span(m, o->member),
                        "option `%.*s` can never win: something always rules it out",
                        AV_TEXT_ARG(option_name(m, o)));
            continue;
        }
        if (best == AV_NO_INDEX || best == i) continue;
        score_range(m, o, &low, &high);
        if (high > best_low || (high == best_low && i < best)) continue;
        const av_matrix_option *winner = &m->def->options[best];
        av_diag *d =
            av_ck_error(c, AV_W_NEVER_WINS, option_span(m, o->member),
                        "option `%.*s` can never win: it scores %lld at most, `%.*s` %lld at least",
                        AV_TEXT_ARG(option_name(m, o)), (long long)high,
                        AV_TEXT_ARG(option_name(m, winner)), (long long)best_low);
        av_diag_label_add(c->diags, d, option_span(m, winner->member),
                          "this one always scores more, or as much and stands first");
    }
}

static void check_some_option(matrix *m, av_formula *const *out) {
    av_goal *goals = AV_NEW_ARRAY(&m->dom.arena, av_goal, m->def->option_count + 1);
    if (!goals) return;
    for (uint32_t i = 0; i < m->def->option_count; i++) goals[i] = (av_goal){out[i], true};
    if (!m->def->option_count ||
        av_dom_solve(&m->dom, goals, m->def->option_count) != AV_ANSWER_YES)
        return;
    av_text values = found_values(m->c, &m->dom);
    bool exact = av_dom_exact(&m->dom);
    av_diag *d = av_ck_error(m->c, exact ? AV_E_FALLS_THROUGH : AV_W_MAY_FALL_THROUGH,
                             m->decl->ast->name_span, "%severy option of `%.*s` is ruled out%s%.*s",
                             exact ? "" : "perhaps ", AV_TEXT_ARG(m->decl->ast->name),
                             values.len ? " when " : "", AV_TEXT_ARG(values));
    av_buf w = start_test(m->c, &m->dom, m->decl->ast->name, "no option is left");
    av_buf_printf(&w, "%.*s == %.*s // or what it should be", AV_TEXT_ARG(m->decl->ast->name),
                  AV_TEXT_ARG(option_name(m, &m->def->options[0])));
    end_test(m->c, &m->dom, d, &w);
}

void av_total_matrix(av_checker *c, const av_decl *decl, const bool *patched) {
    matrix m = {.c = c, .decl = decl, .def = &c->program->defs[decl->index]};
    bool always_one = false; /* an option that nothing can rule out */
    for (uint32_t i = 0; i < m.def->option_count; i++) {
        const av_matrix_option *o = &m.def->options[i];
        bool veto = o->secondary != AV_NO_INDEX;
        for (uint32_t r = o->first_rule; r < o->first_rule + o->rule_count; r++)
            veto = veto || c->program->rules[r].veto;
        always_one = always_one || !veto;
    }
    if (always_one && !c->analyse) return;
    av_dom_init(&m.dom, c, patched, 0);
    m.lines = AV_NEW_ARRAY(&m.dom.arena, av_formula *, m.def->rule_count + 1);
    av_formula **out = AV_NEW_ARRAY(&m.dom.arena, av_formula *, m.def->option_count + 1);
    if (m.lines && out) {
        for (uint32_t i = 0; i < m.def->rule_count; i++)
            m.lines[i] = rule_formula(&m, m.def->first_rule + i);
        for (uint32_t i = 0; i < m.def->option_count; i++)
            out[i] = kept_out(&m, &m.def->options[i]);
        av_dom_ready(&m.dom);
        if (!always_one) check_some_option(&m, out);
        for (uint32_t i = 0; c->analyse && i < m.def->rule_count; i++) {
            uint32_t when = c->program->rules[m.def->first_rule + i].when;
            if (when != AV_NO_INDEX && !can(&m, m.lines[i], true))
                report_never(c, c->program->procs[when].tree, c->program->procs[when].tree->span,
                             "");
        }
        if (c->analyse) check_can_win(&m, out);
    }
    av_dom_free(&m.dom);
}
