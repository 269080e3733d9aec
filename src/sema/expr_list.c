/* Lists: literals, comprehensions, quantifiers, groups. */
#include "sema/checker.h"

/* ---- generators */

/* What a generator runs over: a list, an option (nothing or one) or a set (its members). */
static av_type_id element_of(av_checker *c, av_node **list, av_span span) {
    const av_type t = *av_ck_type_of(c, (*list)->type);
    switch (t.kind) {
    case AV_T_LIST:
    case AV_T_OPTION: return t.element;
    case AV_T_SET: {
        av_type_id member = av_ck_type(c, (av_type){.kind = AV_T_ENUM, .index = t.index});
        av_node *members = av_ck_node(c, AV_N_BUILTIN, av_ck_list_of(c, member), (*list)->span);
        members->index = AV_B_MEMBERS;
        members->items = av_ck_items(c, 1);
        if (members->items) members->items[members->count++] = *list;
        *list = members;
        return member;
    }
    case AV_T_ERROR: return AV_TYPE_ERROR;
    default:
        av_ck_error(c, AV_E_TYPE, span, "`for` runs over a list, a set or an option, not %.*s",
                    AV_TEXT_ARG(av_ck_type_text(c, (*list)->type)));
        return AV_TYPE_ERROR;
    }
}

av_node **av_ck_generators(av_checker *c, const av_ast *first, uint32_t *count) {
    size_t n = av_ast_count(first);
    av_node **items = av_ck_items(c, n);
    *count = 0;
    for (const av_ast *g = first; g && items; g = g->next) {
        av_node *list =
            g->a && g->a->kind == AV_AST_RANGE ? NULL : av_ck_expr_raw(c, g->a, AV_TYPE_ERROR);
        if (!list) {
            av_node *call = av_ck_node(c, AV_N_BUILTIN, av_ck_list_of(c, AV_TYPE_INT), g->a->span);
            call->index = AV_B_RANGE;
            call->items = av_ck_items(c, 2);
            if (call->items) {
                call->items[call->count++] = av_ck_expr(c, g->a->a, AV_TYPE_INT);
                call->items[call->count++] = av_ck_expr(c, g->a->b, AV_TYPE_INT);
            }
            list = call;
        }
        uint32_t collection =
            list->kind == AV_N_DEF && c->program->defs[list->index].kind == AV_DEF_COLLECTION
                ? list->index
                : AV_NO_INDEX;
        av_type_id element = element_of(c, &list, g->a->span);
        av_node *node = av_ck_node(c, AV_N_GENERATOR, element, g->span);
        node->a = list;
        av_local *local = av_ck_local(c, g->name, element, g->name_span);
        local->collection = collection;
        node->index = local->slot;
        if (g->type) {
            av_type_id number = av_ck_type(
                c, (av_type){.kind = AV_T_INT, .ranged = true, .low = 1, .high = AV_LIST_ITEMS});
            node->extra = av_ck_local(c, g->type->name, number, g->type->span)->slot;
        }
        if (g->b) node->b = av_ck_condition(c, g->b);
        items[(*count)++] = node;
    }
    return items;
}

static av_node *comprehension(av_checker *c, const av_ast *ast, av_type_id expected) {
    size_t outer = c->local_count;
    const av_type *want = av_ck_type_of(c, av_ck_strip(c, expected));
    av_type_id element = want->kind == AV_T_LIST ? want->element : AV_TYPE_ERROR;
    av_node *node = av_ck_node(c, AV_N_FOR, AV_TYPE_ERROR, ast->span);
    node->items = av_ck_generators(c, ast->items, &node->count);
    if (ast->b) {
        node->b = av_ck_expr_raw(c, ast->b, AV_TYPE_ERROR);
        node->flag = ast->flags & AV_AST_F_DESCENDING;
        av_type_kind key = av_ck_kind_of(c, node->b->type);
        if (key == AV_T_RECORD || key == AV_T_LIST || key == AV_T_SET || key == AV_T_OPTION ||
            key == AV_T_FRAGMENT)
            av_ck_error(c, AV_E_TYPE, ast->b->span, "values of %.*s have no order to sort by",
                        AV_TEXT_ARG(av_ck_type_text(c, node->b->type)));
    }
    node->c = av_ck_expr(c, ast->a, element);
    node->type = node->c->type == AV_TYPE_ERROR
                     ? AV_TYPE_ERROR
                     : av_ck_list_of(c, element != AV_TYPE_ERROR ? element : node->c->type);
    av_ck_leave(c, outer);
    return node;
}

static av_node *quantifier(av_checker *c, const av_ast *ast) {
    size_t outer = c->local_count;
    av_node *node =
        av_ck_node(c, ast->kind == AV_AST_SOME ? AV_N_SOME : AV_N_EVERY, AV_TYPE_BOOL, ast->span);
    node->items = av_ck_generators(c, ast->items, &node->count);
    node->c = av_ck_condition(c, ast->a);
    av_ck_leave(c, outer);
    return node;
}

/* Groups are records {key, items}; one record type for each pair of types. */
uint32_t av_ck_group_record(av_checker *c, av_type_id key, av_type_id items) {
    av_program *p = c->program;
    for (uint32_t i = 0; i < p->record_count; i++) {
        const av_record_type *r = &p->records[i];
        if (!r->site.line && r->field_count == 2 && av_text_equal(r->name, AV_TEXT("Group")) &&
            r->fields[0].type == key && r->fields[1].type == items)
            return i;
    }
    av_record_field *fields = AV_NEW_ARRAY(&p->arena, av_record_field, 2);
    av_record_type *records =
        av_arena_grow(&p->arena, p->records, p->record_count, &c->record_cap, sizeof *records);
    if (records) p->records = records;
    if (!fields || !records) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return 0;
    }
    fields[0] = (av_record_field){
        .name = AV_TEXT("key"), .emitted = AV_TEXT("key"), .type = key, .default_def = AV_NO_INDEX};
    fields[1] = (av_record_field){.name = AV_TEXT("items"),
                                  .emitted = AV_TEXT("items"),
                                  .type = items,
                                  .default_def = AV_NO_INDEX};
    records[p->record_count] = (av_record_type){.name = AV_TEXT("Group"),
                                                .label = AV_TEXT("Group"),
                                                .fields = fields,
                                                .field_count = 2,
                                                .key = AV_NO_INDEX};
    return p->record_count++;
}

static av_node *grouping(av_checker *c, const av_ast *ast) {
    size_t outer = c->local_count;
    av_node *node = av_ck_node(c, AV_N_GROUP, AV_TYPE_ERROR, ast->span);
    node->a = av_ck_expr_raw(c, ast->a, AV_TYPE_ERROR);
    av_type_id element = element_of(c, &node->a, ast->a->span);
    node->index = av_ck_local(c, ast->name, element, ast->name_span)->slot;
    node->b = av_ck_expr_raw(c, ast->b, AV_TYPE_ERROR);
    av_ck_leave(c, outer);
    if (element == AV_TYPE_ERROR || node->b->type == AV_TYPE_ERROR) return node;
    node->extra = av_ck_group_record(c, node->b->type, av_ck_list_of(c, element));
    node->type =
        av_ck_list_of(c, av_ck_type(c, (av_type){.kind = AV_T_RECORD, .index = node->extra}));
    return node;
}

/* ---- literals */

static av_node *element(av_checker *c, const av_ast *ast, av_type_id expected,
                        av_type_id expected_list) {
    const av_ast *value = ast->kind == AV_AST_ELEMENT ? ast->a : ast;
    av_node *node;
    if (value->kind == AV_AST_FOR) {
        node = av_ck_node(c, AV_N_SPLICE, AV_TYPE_ERROR, value->span);
        node->a = av_ck_list(c, value, expected_list);
        const av_type *t = av_ck_type_of(c, node->a->type);
        node->type = t->kind == AV_T_LIST ? t->element : AV_TYPE_ERROR;
    } else {
        node = av_ck_expr_raw(c, value, expected);
    }
    if (ast->kind != AV_AST_ELEMENT) return node;
    if (node->kind == AV_N_SPLICE) {
        av_ck_error(c, AV_E_TYPE, ast->b->span,
                    "put the condition into the `for`: `for ... where ... yield ...`");
        return node;
    }
    av_node *guarded = av_ck_node(c, AV_N_ELEMENT, node->type, ast->span);
    guarded->a = node;
    guarded->b = av_ck_condition(c, ast->b);
    return guarded;
}

static av_node *coerce_element(av_checker *c, av_node *node, av_type_id to) {
    if (node->kind == AV_N_ELEMENT) {
        node->a = av_ck_coerce(c, node->a, to);
        node->type = node->a->type;
    } else if (node->kind == AV_N_SPLICE) {
        if (!av_ck_fits(c, node->type, to)) {
            av_node probe = {.kind = AV_N_LOCAL, .type = node->type, .span = node->span};
            av_ck_coerce(c, &probe, to);
        }
    } else {
        return av_ck_coerce(c, node, to);
    }
    return node;
}

av_node *av_ck_elements(av_checker *c, const av_ast *first, av_span span, av_type_id expected) {
    const av_type want = *av_ck_type_of(c, av_ck_strip(c, expected));
    bool set = want.kind == AV_T_SET;
    av_type_id wanted = want.kind == AV_T_LIST ? want.element
                        : set ? av_ck_type(c, (av_type){.kind = AV_T_ENUM, .index = want.index})
                              : AV_TYPE_ERROR;
    av_type_id list_type = wanted == AV_TYPE_ERROR ? AV_TYPE_ERROR : av_ck_list_of(c, wanted);
    av_node *node = av_ck_node(c, AV_N_LIST, list_type, span);
    size_t count = av_ast_count(first);
    node->items = av_ck_items(c, count);
    av_type_id joined = wanted;
    bool constant = true;
    av_members members = {{0}};
    for (const av_ast *a = first; a && node->items; a = a->next) {
        av_node *item = element(c, a, joined, list_type);
        if (wanted == AV_TYPE_ERROR && item->type != AV_TYPE_ERROR) {
            av_type_id both =
                joined == AV_TYPE_ERROR ? item->type : av_ck_join(c, joined, item->type);
            /* reports the mismatch */
            if (both == AV_TYPE_ERROR) item = coerce_element(c, item, joined);
            else joined = both;
        }
        if (item->kind == AV_N_CONST && item->value.kind == AV_ENUM &&
            item->value.as.integer < AV_SET_MEMBERS)
            av_members_add(&members, (uint32_t)item->value.as.integer);
        else constant = false;
        node->items[node->count++] = item;
    }
    for (uint32_t i = 0; i < node->count; i++)
        node->items[i] = coerce_element(c, node->items[i], joined);
    if (joined == AV_TYPE_NONE) joined = AV_TYPE_ERROR;
    node->type = list_type != AV_TYPE_ERROR ? list_type
                 : joined != AV_TYPE_ERROR  ? av_ck_list_of(c, joined)
                                            : AV_TYPE_ERROR;
    if (!count && wanted == AV_TYPE_ERROR) node->type = av_ck_list_of(c, AV_TYPE_ERROR);
    if (!set) return node;
    if (constant) return av_ck_const_set(c, want.index, &members, span);
    av_type_id set_type = av_ck_type(c, (av_type){.kind = AV_T_SET, .index = want.index});
    av_node *made = av_ck_node(c, AV_N_TO_SET, set_type, span);
    made->a = node;
    made->index = want.index;
    return made;
}

av_node *av_ck_list(av_checker *c, const av_ast *ast, av_type_id expected) {
    switch (ast->kind) {
    case AV_AST_FOR: return comprehension(c, ast, expected);
    case AV_AST_SOME:
    case AV_AST_EVERY: return quantifier(c, ast);
    case AV_AST_GROUP: return grouping(c, ast);
    default: return av_ck_elements(c, ast->items, ast->span, expected);
    }
}
