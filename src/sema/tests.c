/* Bodies of tests: given facts, expected values, fired rules, rejected options, conflicts, checks
 * and output. */
#include "sema/checker.h"

#include "base/suggest.h"

static av_given *given_facts(av_checker *c, const av_ast *clause, uint32_t *count) {
    *count = 0;
    size_t most = clause ? av_ast_count(clause->a->items) : 0;
    av_given *given = AV_NEW_ARRAY(&c->program->arena, av_given, most ? most : 1);
    if (!given) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return NULL;
    }
    for (const av_ast *init = clause ? clause->a->items : NULL; init; init = init->next) {
        av_decl *decl = av_ck_find(c, init->name, init->name_span);
        if (!decl || decl->ast->kind != AV_AST_FACT) {
            av_suggest near;
            av_suggest_init(&near, init->name);
            for (size_t i = 0; i < c->decl_count; i++)
                if (c->decls[i].ast->kind == AV_AST_FACT)
                    av_suggest_offer(&near, c->decls[i].ast->name);
            av_diag *d = av_ck_error(c, AV_E_UNKNOWN_NAME, init->name_span,
                                     "there is no fact `%.*s`", AV_TEXT_ARG(init->name));
            av_diag_suggest(c->diags, d, near.best);
            continue;
        }
        for (uint32_t i = 0; i < *count; i++)
            if (given[i].fact == decl->index)
                av_ck_error(c, AV_E_DUPLICATE, init->name_span, "`%.*s` is given twice",
                            AV_TEXT_ARG(init->name));
        c->slot_count = 0;
        av_node *value = av_ck_expr(c, init->a, c->program->defs[decl->index].type);
        given[*count].fact = decl->index;
        given[(*count)++].proc = av_ck_push_proc(c, "given", value, init->span);
    }
    return given;
}

static av_text path_text(av_checker *c, const av_ast *path) {
    av_buf buf;
    av_buf_init(&buf, &c->scratch->host, 0);
    if (path->kind == AV_AST_NAME) av_buf_put(&buf, path->name);
    else
        for (const av_ast *n = path->items; n; n = n->next) {
            if (buf.len) av_buf_putc(&buf, '/');
            av_buf_put(&buf, n->name);
        }
    if (buf.status != AV_OK) av_ck_fail(c, buf.status);
    av_text text = av_arena_text(c->scratch, av_buf_text(&buf));
    av_buf_free(&buf);
    return text.ptr ? text : AV_TEXT("");
}

static uint32_t target_def(av_checker *c, av_text name, av_span span, unsigned kinds,
                           const char *what) {
    av_ck_find(c, name, span);
    uint32_t def = av_program_find(c->program, name);
    if (def != AV_NO_INDEX && (kinds >> c->program->defs[def].kind & 1)) return def;
    av_suggest near;
    av_suggest_init(&near, name);
    for (uint32_t i = 0; i < c->program->def_count; i++)
        if (kinds >> c->program->defs[i].kind & 1)
            av_suggest_offer(&near, c->program->defs[i].name);
    av_diag *d =
        av_ck_error(c, AV_E_UNKNOWN_NAME, span, "there is no %s `%.*s`", what, AV_TEXT_ARG(name));
    av_diag_suggest(c->diags, d, near.best);
    return AV_NO_INDEX;
}

static void fired(av_checker *c, const av_ast *ast, av_expect *e) {
    av_text id = path_text(c, ast->b);
    e->target = av_program_find_rule(c->program, id);
    size_t slash = av_text_find(id, AV_TEXT("/"), 0);
    av_ck_find(c, slash == SIZE_MAX ? id : av_text_slice(id, 0, slash), ast->b->span);
    if (e->target != AV_NO_INDEX) return;
    av_suggest near;
    av_suggest_init(&near, id);
    for (uint32_t i = 0; i < c->program->rule_count; i++)
        av_suggest_offer(&near, c->program->rules[i].id);
    av_diag *d =
        av_ck_error(c, AV_E_UNKNOWN_NAME, ast->b->span, "there is no rule `%.*s`", AV_TEXT_ARG(id));
    av_diag_suggest(c->diags, d, near.best);
}

static void rejected(av_checker *c, const av_ast *ast, av_expect *e) {
    av_text id = path_text(c, ast->b);
    size_t slash = av_text_find(id, AV_TEXT("/"), 0);
    if (slash == SIZE_MAX) {
        av_ck_error(c, AV_E_SYNTAX, ast->b->span,
                    "say of which decision: `expect rejected decision/Option`");
        return;
    }
    e->target = target_def(c, av_text_slice(id, 0, slash), ast->b->span,
                           1u << AV_DEF_DECISION | 1u << AV_DEF_MATRIX, "decision or matrix");
    if (e->target == AV_NO_INDEX) return;
    av_text option = av_text_slice(id, slash + 1, id.len);
    const av_type t = *av_ck_type_of(c, c->program->defs[e->target].type);
    if (t.kind == AV_T_ENUM)
        for (uint32_t m = 0; m < c->program->enums[t.index].member_count; m++)
            if (av_text_equal(c->program->enums[t.index].members[m].name, option)) e->option = m;
    if (e->option == AV_NO_INDEX)
        av_ck_unknown(c, option, ast->b->span, "option", c->program->defs[e->target].type);
}

static av_expect expectation(av_checker *c, const av_ast *ast) {
    av_expect e = {.negated = ast->flags & AV_AST_F_NOT,
                   .contains_negated = ast->flags & AV_AST_F_NOT_CONTAINS,
                   .proc = AV_NO_INDEX,
                   .left = AV_NO_INDEX,
                   .right = AV_NO_INDEX,
                   .target = AV_NO_INDEX,
                   .option = AV_NO_INDEX,
                   .source = av_ck_keep(c, av_text_trim(av_sources_text(c->sources, ast->span))),
                   .site = av_ck_site(c, ast->span)};
    if (!ast->b) {
        e.kind = AV_EXPECT_TRUE;
        c->slot_count = 0;
        av_node *tree = av_ck_condition(c, ast->a);
        e.proc = av_ck_push_proc(c, "expect", tree, ast->span);
        if (tree->kind == AV_N_COMPARE || tree->kind == AV_N_IN) {
            e.left = av_ck_push_proc(c, "left", tree->a, ast->span);
            e.right = av_ck_push_proc(c, "right", tree->b, ast->span);
        }
        return e;
    }
    av_text name = path_text(c, ast->b);
    switch (ast->word2) {
    case AV_WORD_FIRED:
        e.kind = AV_EXPECT_FIRED;
        fired(c, ast, &e);
        break;
    case AV_WORD_REJECTED:
        e.kind = AV_EXPECT_REJECTED;
        rejected(c, ast, &e);
        break;
    case AV_WORD_CONFLICT:
        e.kind = AV_EXPECT_CONFLICT;
        e.target = target_def(c, name, ast->b->span, 1u << AV_DEF_CONFLICT, "conflict");
        break;
    case AV_WORD_PASSED:
    case AV_WORD_FAILED:
    case AV_WORD_REPAIRED:
        e.kind = ast->word2 == AV_WORD_PASSED   ? AV_EXPECT_PASSED
                 : ast->word2 == AV_WORD_FAILED ? AV_EXPECT_FAILED
                                                : AV_EXPECT_REPAIRED;
        e.target = target_def(c, name, ast->b->span, 1u << AV_DEF_CHECK, "check");
        break;
    case AV_WORD_SECTION:
        e.kind = AV_EXPECT_SECTION;
        e.target = target_def(c, name, ast->b->span, 1u << AV_DEF_SECTION, "section");
        break;
    case AV_WORD_DOCUMENT:
        e.kind = AV_EXPECT_DOCUMENT;
        e.target = target_def(c, name, ast->b->span, 1u << AV_DEF_DOCUMENT, "document");
        break;
    default:
        e.kind = AV_EXPECT_EMIT;
        e.target = target_def(c, name, ast->b->span, 1u << AV_DEF_EMIT, "emit");
        break;
    }
    e.contains = AV_NO_INDEX;
    if (ast->c) e.contains = av_ck_text_proc(c, "contains", ast->c);
    return e;
}

void av_ck_test(av_checker *c, const av_ast *ast, uint32_t file, uint32_t def) {
    av_program *p = c->program;
    av_ck_begin(c, file, def);
    size_t proves_count = 0, expects = 0, given_count = 0;
    const av_ast *given = NULL;
    for (const av_ast *a = ast->items; a; a = a->next) {
        if (a->word == AV_WORD_PROVES) proves_count += av_ast_count(a->items);
        if (a->word == AV_WORD_EXPECT) expects++;
        if (a->word == AV_WORD_GIVEN && given_count++)
            av_ck_error(c, AV_E_DUPLICATE, a->span, "a test has one `given`");
        if (a->word == AV_WORD_GIVEN && !given) given = a;
    }
    av_test test = {
        .title = av_ck_literal(c, ast->c), .def = def, .site = av_ck_site(c, ast->span)};
    if (!expects)
        av_ck_error(c, AV_E_EMPTY, ast->span, "this test expects nothing, so it cannot fail");
    av_text *proves = AV_NEW_ARRAY(&p->arena, av_text, proves_count ? proves_count : 1);
    av_expect *list = AV_NEW_ARRAY(&p->arena, av_expect, expects ? expects : 1);
    if (!proves || !list) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    test.given = given_facts(c, given, &test.given_count);
    for (const av_ast *a = ast->items; a; a = a->next) {
        if (a->word == AV_WORD_PROVES)
            for (const av_ast *t = a->items; t; t = t->next)
                proves[test.proves_count++] = av_ck_literal(c, t);
        if (a->word == AV_WORD_EXPECT) list[test.expect_count++] = expectation(c, a);
    }
    test.proves = proves;
    test.expects = list;
    av_test *tests = av_arena_grow(&p->arena, p->tests, p->test_count, &c->test_cap, sizeof *tests);
    if (!tests) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    p->tests = tests;
    p->defs[def].test = p->test_count;
    tests[p->test_count++] = test;
    av_ck_end(c);
}
