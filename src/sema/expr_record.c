/* Records: literals with a type or a key as head, `with`, rows. */
#include "sema/checker.h"

static void give_key(av_checker *c, uint32_t record, av_text key) {
    uint64_t entry = (uint64_t)record << 32 | av_ck_key(c, key);
    if (av_map_set(&c->keys_given, entry, 1) != AV_OK) av_ck_fail(c, AV_ERR_MEMORY);
}

/* A node for a field that is not written: its default. */
static av_node *default_of(av_checker *c, const av_record_field *field, av_span span) {
    if (field->default_def == AV_NO_INDEX) return NULL;
    av_node *node = av_ck_node(c, AV_N_DEF, field->type, span);
    node->index = field->default_def;
    av_ck_read(c, field->default_def);
    return node;
}

static void no_such_field(av_checker *c, const av_record_type *r, const av_ast *init) {
    av_diag *d = av_ck_error(c, AV_E_NO_FIELD, init->name_span, "record %.*s has no field `%.*s`",
                             AV_TEXT_ARG(r->name), AV_TEXT_ARG(init->name));
    av_ck_help_fields(c, d, r);
}

/* Fills defaults and reports fields that must be written. `written` is the mask of those that
 * are. */
static void finish(av_checker *c, av_node *node, uint32_t record, uint64_t written, bool all_known,
                   av_span span) {
    const av_record_type *r = &c->program->records[record];
    av_buf missing;
    av_buf_init(&missing, &c->scratch->host, 0);
    for (uint32_t i = 0; i < r->field_count; i++) {
        if (node->items[i]) continue;
        if (!(written >> i & 1)) node->items[i] = default_of(c, &r->fields[i], span);
        if (node->items[i]) continue;
        node->items[i] = av_ck_error_node(c, span);
        if (written >> i & 1) continue;
        if (missing.len) av_buf_puts(&missing, ", ");
        av_buf_put(&missing, r->fields[i].name);
    }
    if (missing.len && all_known) /* else the field with the unknown name is most likely meant */
        av_ck_error(c, AV_E_MISSING_FIELD, span, "this %.*s does not say: %.*s",
                    AV_TEXT_ARG(r->name), AV_TEXT_ARG(av_buf_text(&missing)));
    av_buf_free(&missing);
    node->bits = written;
    node->count = r->field_count;
}

static av_node *new_record(av_checker *c, uint32_t record, av_span span) {
    av_node *node = av_ck_node(
        c, AV_N_RECORD, av_ck_type(c, (av_type){.kind = AV_T_RECORD, .index = record}), span);
    node->index = record;
    node->items = av_ck_items(c, c->program->records[record].field_count);
    return node;
}

static av_node *key_node(av_checker *c, uint32_t record, av_text key, av_span span) {
    give_key(c, record, key);
    return av_ck_text_const(c, key, span);
}

av_node *av_ck_record(av_checker *c, const av_ast *ast, av_type_id expected) {
    const av_type want = *av_ck_type_of(c, av_ck_strip(c, expected));
    uint32_t record = want.kind == AV_T_RECORD ? want.index : AV_NO_INDEX;
    av_text head = ast->a ? ast->a->name : ast->name;
    const av_ast *computed = ast->a && ast->a->items ? ast->a : NULL; /* a key with values in it */
    bool has_key = head.len > 0 || computed;
    if (ast->name.len) {
        uint64_t decl = 0;
        if (av_map_get(&c->decl_by_name, av_intern_find(&c->names, ast->name), &decl) &&
            c->decls[decl].ast->kind == AV_AST_RECORD) {
            av_ck_find(c, ast->name, ast->name_span);
            record = c->decls[decl].index;
            has_key = false;
        }
    }
    if (record == AV_NO_INDEX) {
        bool known = expected != AV_TYPE_ERROR && want.kind != AV_T_ANY;
        if (known)
            av_ck_error(c, AV_E_TYPE, ast->span, "expected %.*s, found a record",
                        AV_TEXT_ARG(av_ck_type_text(c, expected)));
        else if (has_key) av_ck_unknown(c, head, ast->name_span, "record", AV_TYPE_ERROR);
        else
            av_ck_error(c, AV_E_TYPE, ast->span,
                        "which record is this? Write its name before the brace: `Name { ... }`");
        return av_ck_error_node(c, ast->span);
    }
    uint32_t key = c->program->records[record].key;
    av_node *node = new_record(c, record, ast->span);
    if (!node->items) return node;
    uint64_t written = 0;
    bool all_known = true;
    if (has_key && key == AV_NO_INDEX) {
        av_ck_error(c, AV_E_TYPE, ast->name_span, "record %.*s has no key for `%.*s` to be",
                    AV_TEXT_ARG(c->program->records[record].name), AV_TEXT_ARG(head));
    } else if (has_key) {
        node->items[key] =
            computed ? av_ck_expr(c, computed, AV_TYPE_TEXT) : key_node(c, record, head, ast->span);
        written |= UINT64_C(1) << key;
    }
    for (const av_ast *init = ast->items; init; init = init->next) {
        uint32_t slot = av_record_slot(&c->program->records[record], init->name);
        if (slot == AV_NO_INDEX) {
            no_such_field(c, &c->program->records[record], init);
            all_known = false;
            continue;
        }
        if (written >> slot & 1) {
            av_ck_error(c, AV_E_DUPLICATE, init->name_span, "`%.*s` is written twice",
                        AV_TEXT_ARG(init->name));
            continue;
        }
        written |= UINT64_C(1) << slot;
        av_type_id type = c->program->records[record].fields[slot].type;
        node->items[slot] = av_ck_expr(c, init->a, type);
        if (slot == key && node->items[slot]->kind == AV_N_CONST &&
            node->items[slot]->value.kind == AV_STRING)
            give_key(c, record, *node->items[slot]->value.as.string);
    }
    finish(c, node, record, written, all_known, ast->span);
    return node;
}

av_node *av_ck_with(av_checker *c, const av_ast *ast) {
    av_node *base = av_ck_expr_raw(c, ast->a, AV_TYPE_ERROR);
    const av_type t = *av_ck_type_of(c, base->type);
    if (t.kind != AV_T_RECORD) {
        if (t.kind != AV_T_ERROR)
            av_ck_error(c, AV_E_TYPE, ast->a->span,
                        "`with` changes fields of a record, not of %.*s",
                        AV_TEXT_ARG(av_ck_type_text(c, base->type)));
        return av_ck_error_node(c, ast->span);
    }
    uint32_t field_count = c->program->records[t.index].field_count;
    av_node *node = av_ck_node(c, AV_N_WITH, base->type, ast->span);
    av_node **by_slot = av_ck_items(c, field_count);
    node->items = av_ck_items(c, field_count);
    node->a = base;
    if (!by_slot || !node->items) return node;
    for (const av_ast *init = ast->items; init; init = init->next) {
        uint32_t slot = av_record_slot(&c->program->records[t.index], init->name);
        if (slot == AV_NO_INDEX) {
            no_such_field(c, &c->program->records[t.index], init);
            continue;
        }
        if (node->bits >> slot & 1)
            av_ck_error(c, AV_E_DUPLICATE, init->name_span, "`%.*s` is written twice",
                        AV_TEXT_ARG(init->name));
        node->bits |= UINT64_C(1) << slot;
        by_slot[slot] = av_ck_expr(c, init->a, c->program->records[t.index].fields[slot].type);
    }
    for (uint32_t slot = 0; slot < field_count; slot++)
        if (node->bits >> slot & 1) node->items[node->count++] = by_slot[slot];
    return node;
}

/* One row: cells stand for the header's fields, `-` leaves the default. */
static av_node *row(av_checker *c, uint32_t record, const uint32_t *slots, uint32_t columns,
                    const av_ast *ast) {
    av_node *node = new_record(c, record, ast->span);
    if (!node->items) return node;
    uint64_t written = 0;
    uint32_t column = 0, key = c->program->records[record].key;
    for (const av_ast *cell = ast->items; cell; cell = cell->next, column++) {
        if (column >= columns || slots[column] == AV_NO_INDEX || cell->kind == AV_AST_ANY_CELL)
            continue;
        uint32_t slot = slots[column];
        written |= UINT64_C(1) << slot;
        if (slot == key && cell->kind == AV_AST_NAME)
            node->items[slot] = key_node(c, record, cell->name, cell->span);
        else node->items[slot] = av_ck_expr(c, cell, c->program->records[record].fields[slot].type);
        if (slot == key && node->items[slot]->kind == AV_N_CONST &&
            node->items[slot]->value.kind == AV_STRING)
            give_key(c, record, *node->items[slot]->value.as.string);
    }
    if (column != columns)
        av_ck_error(c, AV_E_TABLE_SHAPE, ast->span, "this row has %u cell%s, the header has %u",
                    column, column == 1 ? "" : "s", columns);
    bool all_known = true;
    for (uint32_t i = 0; i < columns; i++) all_known = all_known && slots[i] != AV_NO_INDEX;
    finish(c, node, record, written, all_known, ast->span);
    return node;
}

av_node *av_ck_rows(av_checker *c, const av_ast *ast, av_type_id expected) {
    const av_type want = *av_ck_type_of(c, av_ck_strip(c, expected));
    const av_type element = want.kind == AV_T_LIST ? *av_ck_type_of(c, want.element) : want;
    if (want.kind != AV_T_LIST || element.kind != AV_T_RECORD) {
        if (expected == AV_TYPE_ERROR)
            av_ck_error(c, AV_E_TYPE, ast->span,
                        "which records are these rows? The type must be known here, as in `const "
                        "x: list of Name = rows { ... }`");
        else
            av_ck_error(c, AV_E_TYPE, ast->span, "expected %.*s, found rows of records",
                        AV_TEXT_ARG(av_ck_type_text(c, expected)));
        return av_ck_error_node(c, ast->span);
    }
    uint32_t columns = (uint32_t)av_ast_count(ast->a ? ast->a->items : NULL), column = 0;
    uint32_t *slots = AV_NEW_ARRAY(c->scratch, uint32_t, columns ? columns : 1);
    av_node *list = av_ck_node(c, AV_N_LIST, av_ck_strip(c, expected), ast->span);
    list->items = av_ck_items(c, av_ast_count(ast->items));
    if (!slots || !list->items) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return list;
    }
    uint64_t seen = 0;
    for (const av_ast *h = ast->a->items; h; h = h->next, column++) {
        slots[column] = av_record_slot(&c->program->records[element.index], h->name);
        if (slots[column] == AV_NO_INDEX) no_such_field(c, &c->program->records[element.index], h);
        else if (seen >> slots[column] & 1)
            av_ck_error(c, AV_E_DUPLICATE, h->span, "two columns are called `%.*s`",
                        AV_TEXT_ARG(h->name));
        if (slots[column] != AV_NO_INDEX) seen |= UINT64_C(1) << slots[column];
    }
    for (const av_ast *r = ast->items; r; r = r->next)
        list->items[list->count++] = row(c, element.index, slots, columns, r);
    return list;
}
