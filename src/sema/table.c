/* Decision tables: each cell a test of its input, each row a rule. */
#include "sema/checker.h"

#include <stdio.h>

static av_node *and_of(av_checker *c, av_node *a, av_node *b) {
    if (!a) return b;
    av_node *node = av_ck_node(c, AV_N_AND, AV_TYPE_BOOL, b->span);
    node->a = a;
    node->b = b;
    return node;
}

static av_node *cell_test(av_checker *c, av_node *input, const av_ast *cell) {
    av_type type = *av_ck_type_of(c, input->type);
    switch (cell->kind) {
    case AV_AST_ANY_CELL: return NULL;
    case AV_AST_NOT_CELL: {
        av_node *inner = cell_test(c, input, cell->a);
        if (!inner) return NULL;
        av_node *node = av_ck_node(c, AV_N_NOT, AV_TYPE_BOOL, cell->span);
        node->a = inner;
        return node;
    }
    case AV_AST_OR_CELL: {
        av_node *any = av_ck_node(c, AV_N_AT_LEAST, AV_TYPE_BOOL, cell->span);
        any->index = 1;
        any->items = av_ck_items(c, av_ast_count(cell->items));
        for (const av_ast *a = cell->items; a && any->items; a = a->next) {
            av_node *test = cell_test(c, input, a);
            if (test) any->items[any->count++] = test;
        }
        return any;
    }
    case AV_AST_RANGE: {
        av_node *node = av_ck_node(c, AV_N_IN_RANGE, AV_TYPE_BOOL, cell->span);
        av_type_id bound = type.kind == AV_T_INT ? AV_TYPE_INT : input->type;
        node->a = input;
        node->b = av_ck_expr(c, cell->a, bound);
        node->c = av_ck_expr(c, cell->b, bound);
        return node;
    }
    case AV_AST_COMPARE: {
        av_node *node = av_ck_node(c, AV_N_COMPARE, AV_TYPE_BOOL, cell->span);
        node->op = cell->op;
        node->a = input;
        node->b = av_ck_expr(c, cell->a, type.kind == AV_T_INT ? AV_TYPE_INT : input->type);
        return node;
    }
    default: {
        bool set = type.kind == AV_T_SET;
        av_type_id want = set ? av_ck_type(c, (av_type){.kind = AV_T_ENUM, .index = type.index})
                          : type.kind == AV_T_INT ? AV_TYPE_INT
                                                  : input->type;
        av_node *value = av_ck_expr(c, cell, want);
        av_node *node = av_ck_node(c, set ? AV_N_IN : AV_N_COMPARE, AV_TYPE_BOOL, cell->span);
        node->op = AV_OP_EQ;
        node->a = set ? value : input;
        node->b = set ? input : value;
        return node;
    }
    }
}

static av_node *row_output(av_checker *c, const av_decl *decl, const av_ast *row, av_type_id type) {
    const av_ast *headers = decl->ast->b ? decl->ast->b->items : NULL;
    bool single = headers && !headers->next && av_text_equal(headers->name, AV_TEXT("value"));
    size_t cells = av_ast_count(row->b ? row->b->items : NULL), columns = av_ast_count(headers);
    if (cells != columns) {
        av_ck_error(c, AV_E_TABLE_SHAPE, row->span, "this row has %zu result%s, the header has %zu",
                    cells, cells == 1 ? "" : "s", columns);
        return av_ck_error_node(c, row->span);
    }
    if (single) return av_ck_expr(c, row->b->items, type);
    av_ast literal = {.kind = AV_AST_RECORD_LITERAL, .span = row->span};
    av_ast *inits = AV_NEW_ARRAY(c->scratch, av_ast, columns ? columns : 1),
           **link = &literal.items;
    if (!inits) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return av_ck_error_node(c, row->span);
    }
    const av_ast *cell = row->b->items;
    for (const av_ast *h = headers; h; h = h->next, cell = cell->next) {
        if (cell->kind == AV_AST_ANY_CELL) continue; /* `-`: the default */
        *inits = (av_ast){.kind = AV_AST_INIT,
                          .name = h->name,
                          .name_span = h->span,
                          .span = cell->span,
                          .a = (av_ast *)(uintptr_t)cell};
        *link = inits;
        link = &inits->next;
        inits++;
    }
    return av_ck_expr(c, &literal, type);
}

static uint32_t position(const av_node *node) {
    return node->b && node->b->kind == AV_N_CONST && node->b->value.kind == AV_ENUM
               ? (uint32_t)node->b->value.as.integer
               : UINT32_MAX;
}

/* `priority`: the output that stands first in its enum wins, so rows are tried in that order. */
static void sort_by_priority(av_checker *c, av_node *choose) {
    for (uint32_t i = 0; i < choose->count; i++)
        if (position(choose->items[i]) == UINT32_MAX && choose->items[i]->b->type != AV_TYPE_ERROR)
            av_ck_error(c, AV_E_TYPE, choose->items[i]->span,
                        "`hit priority` wants results that are members of an enum");
    for (uint32_t i = 1; i < choose->count; i++)
        for (uint32_t j = i; j && position(choose->items[j]) < position(choose->items[j - 1]);
             j--) {
            av_node *swap = choose->items[j];
            choose->items[j] = choose->items[j - 1];
            choose->items[j - 1] = swap;
        }
}

static void table_rows(av_checker *c, av_decl *decl, const av_ast *first, uint32_t file,
                       av_node **inputs, size_t input_count, av_node *choose, av_type_id type,
                       uint32_t *number) {
    c->file = file;
    for (const av_ast *row = first; row; row = row->next) {
        size_t cells = av_ast_count(row->a ? row->a->items : NULL);
        if (cells != input_count) {
            av_ck_error(c, AV_E_TABLE_SHAPE, row->span,
                        "this row has %zu condition%s, the header has %zu", cells,
                        cells == 1 ? "" : "s", input_count);
            continue;
        }
        av_node *node = av_ck_node(c, AV_N_CASE, type, row->span);
        size_t i = 0;
        for (const av_ast *cell = row->a ? row->a->items : NULL; cell; cell = cell->next) {
            av_node *input = inputs[i++];
            av_node *test = input->type == AV_TYPE_ERROR ? NULL : cell_test(c, input, cell);
            if (test) node->a = and_of(c, node->a, test);
        }
        node->b = row_output(c, decl, row, type);
        char text[16];
        snprintf(text, sizeof text, "%u", ++*number);
        av_rule rule = av_ck_blank_rule();
        rule.def = decl->index;
        rule.name = av_ck_keep(c, av_text_from(text));
        rule.id = av_ck_rule_id(c, AV_TEXT(""), rule.name);
        rule.site = av_ck_site(c, row->span);
        rule.otherwise = !node->a;
        node->index = av_ck_push_rule(c, rule);
        choose->items[choose->count++] = node;
    }
}

void av_ck_table(av_checker *c, av_decl *decl) {
    const av_ast *ast = decl->ast;
    av_ck_begin(c, decl->file, decl->index);
    for (const av_ast *p = ast->items; p; p = p->next)
        av_ck_local(c, p->name,
                    decl->params[c->local_count < decl->param_count ? c->local_count : 0],
                    p->name_span);
    size_t input_count = av_ast_count(ast->a ? ast->a->items : NULL),
           rows = av_ast_count(ast->body), i = 0;
    for (const av_extension *x = decl->extensions; x; x = x->next)
        rows += av_ast_count(x->ast->body);
    av_node **inputs = av_ck_items(c, input_count);
    bool collect = ast->flags & AV_AST_F_HIT_COLLECT;
    av_type_id declared = c->program->defs[decl->index].type;
    av_type_id type =
        collect && declared != AV_TYPE_ERROR ? av_ck_type_of(c, declared)->element : declared;
    av_node *choose = av_ck_node(c, AV_N_CHOOSE, type, ast->span);
    choose->items = av_ck_items(c, rows + 1);
    if (!inputs || !choose->items) return;
    for (const av_ast *h = ast->a ? ast->a->items : NULL; h; h = h->next)
        inputs[i++] = av_ck_expr_raw(c, h, AV_TYPE_ERROR);
    uint32_t first_rule = c->program->rule_count, number = 0;
    for (const av_extension *x = decl->extensions; x; x = x->next)
        table_rows(c, decl, x->ast->body, x->file, inputs, input_count, choose, type, &number);
    table_rows(c, decl, ast->body, decl->file, inputs, input_count, choose, type, &number);
    if (!choose->count)
        av_ck_error(c, AV_E_EMPTY, ast->name_span, "table `%.*s` has no rows",
                    AV_TEXT_ARG(ast->name));
    if (ast->flags & AV_AST_F_HIT_PRIORITY) sort_by_priority(c, choose);
    av_node *tree = choose;
    if (collect) {
        tree = av_ck_node(c, AV_N_LIST, declared, ast->span);
        tree->items = choose->items;
        tree->count = choose->count;
        for (uint32_t r = 0; r < tree->count; r++) {
            av_node *element = av_ck_node(c, AV_N_ELEMENT, type, tree->items[r]->span);
            element->a = tree->items[r]->b;
            element->b = tree->items[r]->a;
            tree->items[r] = element->b ? element : element->a;
        }
    } else if (av_ck_type_of(c, type)->kind == AV_T_OPTION &&
               (!choose->count || choose->items[choose->count - 1]->a)) {
        av_node *none = av_ck_node(c, AV_N_CASE, type, ast->span);
        none->b = av_ck_const(c, av_none(), AV_TYPE_NONE, ast->span);
        choose->items[choose->count++] = none;
    }
    av_ck_set_proc(c, c->program->defs[decl->index].proc, tree, ast->span, decl->param_count);
    av_def *def = &c->program->defs[decl->index];
    def->first_rule = first_rule;
    def->rule_count = c->program->rule_count - first_rule;
    av_ck_end(c);
}
