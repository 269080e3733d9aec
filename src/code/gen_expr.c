/* Code generation: expressions, conditions and loops. */
#include "code/gen.h"
#include "syntax/ast.h"

#include <string.h>

static const av_type *type_of(const av_gen *g, const av_node *node) {
    return &g->program->types[node->type];
}

/* ---- what is known now */

static bool known_items(av_gen *g, const av_node *node, av_value *items) {
    for (uint32_t i = 0; i < node->count; i++)
        if (!av_gen_known(g, node->items[i], &items[i])) return false;
    return true;
}

static void look_at(av_gen *g, uint32_t index) {
    const av_def *def = &g->program->defs[index];
    av_known_def *known = &g->knowing[index];
    if (known->looked_at || def->kind != AV_DEF_CONST || def->proc >= g->program->proc_count)
        return;
    const av_node *tree = g->program->procs[def->proc].tree;
    av_value value;
    known->looked_at = true;
    if (tree == NULL || !av_gen_known(g, tree, &value)) return;
    av_status status = av_constant_keep(&g->lasting, value, &known->value);
    if (status != AV_OK) av_gen_fail(g, status);
    known->known = status == AV_OK;
}

static bool known_def(av_gen *g, uint32_t index, av_value *out) {
    if (g->knowing != NULL) look_at(g, index);
    if (!g->known_defs[index].known) return false;
    *out = g->known_defs[index].value;
    return true;
}

const av_known_def *av_gen_know(av_gen *g) {
    g->knowing = AV_NEW_ARRAY(&g->lasting, av_known_def, g->program->def_count);
    if (g->knowing == NULL) {
        av_gen_fail(g, AV_ERR_MEMORY);
        return NULL;
    }
    g->known_defs = g->knowing;
    for (uint32_t i = 0; i < g->program->def_count; i++) look_at(g, i);
    g->knowing = NULL;
    if (g->scratch.failed) av_gen_fail(g, AV_ERR_MEMORY);
    av_arena_free(&g->scratch);
    return g->known_defs;
}

/** A first look at whether all items could be known. */
static bool all_constant(av_gen *g, const av_node *node) {
    for (uint32_t i = 0; i < node->count; i++) {
        av_value value;
        if (node->items[i] == NULL) return false;
        switch ((av_node_kind)node->items[i]->kind) {
        case AV_N_CONST:
        case AV_N_LIST:
        case AV_N_RECORD:
        case AV_N_TO_SET:
        case AV_N_TO_DECIMAL:
        case AV_N_TEMPLATE: break;
        case AV_N_DEF:
            if (!known_def(g, node->items[i]->index, &value)) return false;
            break;
        default: return false;
        }
    }
    return true;
}

static bool known_list(av_gen *g, const av_node *node, av_value *out) {
    av_value *items;
    if (!all_constant(g, node)) return false;
    av_status status = av_list_new(&g->scratch, node->count, out, &items);
    if (status != AV_OK) {
        av_gen_fail(g, status);
        return false;
    }
    return known_items(g, node, items);
}

static av_record *new_record(av_gen *g, uint32_t type, uint32_t count, uint64_t given,
                             av_value *out) {
    av_record *record = av_arena_take(&g->scratch, sizeof *record + count * sizeof(av_value));
    if (record == NULL) {
        av_gen_fail(g, AV_ERR_MEMORY);
        return NULL;
    }
    record->count = count;
    record->given = given;
    *out = (av_value){.kind = AV_RECORD, .type = type, .as.record = record};
    return record;
}

static bool known_record(av_gen *g, const av_node *node, av_value *out) {
    if (!all_constant(g, node)) return false;
    av_record *record = new_record(g, node->index, node->count, node->bits, out);
    return record != NULL && known_items(g, node, record->fields);
}

/** A list of an enum's members as a set; false when one of them has no place in sets. */
static bool set_of_list(av_gen *g, av_value list, uint32_t enum_index, av_value *out) {
    av_members members = {{0}};
    for (size_t i = 0; i < list.as.list->count; i++) {
        av_value item = list.as.list->items[i];
        if (item.kind != AV_ENUM || item.type != enum_index || item.as.integer >= AV_SET_MEMBERS)
            return false;
        av_members_add(&members, (uint32_t)item.as.integer);
    }
    av_status status = av_set_new(&g->scratch, enum_index, &members, out);
    if (status != AV_OK) av_gen_fail(g, status);
    return status == AV_OK;
}

/** A plain text made of literal parts only. */
static bool known_text(av_gen *g, const av_node *node, av_value *out) {
    if (type_of(g, node)->kind != AV_T_TEXT) return false;
    size_t length = 0;
    for (uint32_t i = 0; i < node->count; i++) {
        if (node->items[i]->kind != AV_N_PART_TEXT) return false;
        length += node->items[i]->value.as.string->len;
    }
    char *bytes = av_arena_take(&g->scratch, length);
    if (bytes == NULL) {
        av_gen_fail(g, AV_ERR_MEMORY);
        return false;
    }
    size_t at = 0;
    for (uint32_t i = 0; i < node->count; i++) {
        av_text piece = *node->items[i]->value.as.string;
        if (piece.len > 0) memcpy(bytes + at, piece.ptr, piece.len);
        at += piece.len;
    }
    av_status status = av_string(&g->scratch, (av_text){bytes, length}, out);
    if (status != AV_OK) av_gen_fail(g, status);
    return status == AV_OK;
}

bool av_gen_known(av_gen *g, const av_node *node, av_value *out) {
    switch ((av_node_kind)node->kind) {
    case AV_N_CONST: *out = node->value; return true;
    case AV_N_LIST: return known_list(g, node, out);
    case AV_N_RECORD: return known_record(g, node, out);
    case AV_N_TO_SET:
        return av_gen_known(g, node->a, out) && out->kind == AV_LIST &&
               set_of_list(g, *out, node->index, out);
    case AV_N_TO_DECIMAL:
        if (!av_gen_known(g, node->a, out) || out->kind != AV_INT) return false;
        *out = av_decimal_value(av_decimal_from_int(out->as.integer));
        return true;
    case AV_N_TEMPLATE: return known_text(g, node, out);
    case AV_N_DEF: return known_def(g, node->index, out);
    default: return false;
    }
}

/* ---- registers in a row */

/** `count` (at least one) registers in a row, `to` the first of them when it is the last one taken. */
static uint32_t window(av_gen *g, uint32_t to, uint32_t count) {
    if (count == 0) count = 1;
    if (to + 1 != g->next_register) return av_gen_take(g, count);
    if (count > 1) av_gen_take(g, count - 1);
    return to;
}

static void leave_window(av_gen *g, uint32_t first, uint32_t to) {
    if (first != to) av_gen_emit(g, AV_I_MOVE, to, first, 0);
}

static void into_row(av_gen *g, av_node *const *items, uint32_t count, uint32_t first) {
    for (uint32_t i = 0; i < count; i++) {
        if (items[i] != NULL) av_gen_into(g, items[i], first + i);
        else av_gen_emit(g, AV_I_NONE, first + i, 0, 0);
    }
}

/* ---- loops */

void av_gen_loop_open(av_gen *g, const av_node *generator, av_gen_loop *loop) {
    *loop = (av_gen_loop){.mark = g->next_register,
                          .option = type_of(g, generator->a)->kind == AV_T_OPTION};
    loop->iterator = av_gen_take(g, 3);
    if (loop->option) {
        av_gen_into(g, generator->a, loop->iterator + 2);
        av_gen_jump(g, AV_I_JUMP_NONE, loop->iterator + 2, &loop->done);
        if (generator->extra != AV_NO_INDEX) av_gen_load(g, loop->iterator + 1, av_int(1));
    } else {
        av_gen_into(g, generator->a, loop->iterator);
        av_gen_jump(g, AV_I_ITER, loop->iterator, &loop->done);
    }
    av_gen_define(g, generator->index, loop->iterator + 2);
    if (generator->extra != AV_NO_INDEX) av_gen_define(g, generator->extra, loop->iterator + 1);
    loop->body = av_gen_here(g);
    if (generator->b != NULL) av_gen_test(g, generator->b, false, &loop->next);
}

void av_gen_loop_close(av_gen *g, av_gen_loop *loop) {
    av_gen_bind(g, &loop->next);
    if (!loop->option) av_gen_wide(g, AV_I_LOOP, loop->iterator, loop->body);
    av_gen_bind(g, &loop->done);
    g->next_register = loop->mark;
}

void av_gen_loops(av_gen *g, av_node *const *generators, uint32_t count, av_gen_body *body,
                  void *payload) {
    if (count == 0) {
        body(g, payload);
        return;
    }
    av_gen_loop loop;
    av_gen_loop_open(g, generators[0], &loop);
    av_gen_loops(g, generators + 1, count - 1, body, payload);
    av_gen_loop_close(g, &loop);
}

/** Adds the node's value to the list builder on top. */
static void add_value(av_gen *g, const av_node *node) {
    uint32_t mark = g->next_register;
    av_gen_emit(g, AV_I_LIST_ADD, av_gen_value(g, node), 0, 0);
    g->next_register = mark;
}

static void yield_body(av_gen *g, void *payload) {
    const av_node *node = payload;
    if (node->b != NULL) add_value(g, node->b);
    add_value(g, node->c);
}

static void add_comprehension(av_gen *g, const av_node *node) {
    av_gen_loops(g, node->items, node->count, yield_body, (void *)(uintptr_t)node);
}

static void gen_for(av_gen *g, const av_node *node, uint32_t to) {
    av_gen_emit(g, AV_I_LIST_BEGIN, 0, 0, 0);
    add_comprehension(g, node);
    if (node->b != NULL) av_gen_emit(g, AV_I_LIST_SORT, to, node->flag, 0);
    else av_gen_emit(g, AV_I_LIST_END, to, 0, 0);
}

static void gen_group(av_gen *g, const av_node *node, uint32_t to) {
    av_node generator = {.kind = AV_N_GENERATOR,
                         .index = node->index,
                         .extra = AV_NO_INDEX,
                         .a = node->a,
                         .span = node->span};
    av_gen_loop loop;
    av_gen_emit(g, AV_I_LIST_BEGIN, 0, 0, 0);
    av_gen_loop_open(g, &generator, &loop);
    add_value(g, node->b);
    av_gen_emit(g, AV_I_LIST_ADD, loop.iterator + 2, 0, 0);
    av_gen_loop_close(g, &loop);
    av_gen_wide(g, AV_I_LIST_GROUP, to, node->extra);
}

/* ---- lists and records */

enum { SHORT_LIST = 16 /**< up to so many plain items are made in registers, more in a builder */ };

static bool is_short(const av_node *node) {
    if (node->count > SHORT_LIST) return false;
    for (uint32_t i = 0; i < node->count; i++)
        if (node->items[i]->kind == AV_N_ELEMENT || node->items[i]->kind == AV_N_SPLICE)
            return false;
    return true;
}

static void add_item(av_gen *g, const av_node *item) {
    uint32_t mark = g->next_register;
    if (item->kind == AV_N_ELEMENT) {
        av_label skip = {0};
        if (item->b != NULL) av_gen_test(g, item->b, false, &skip);
        add_value(g, item->a);
        av_gen_bind(g, &skip);
    } else if (item->kind == AV_N_SPLICE && item->a->kind == AV_N_FOR && item->a->b == NULL) {
        add_comprehension(g, item->a);
    } else if (item->kind == AV_N_SPLICE) {
        av_gen_emit(g, AV_I_LIST_SPLICE, av_gen_value(g, item->a), 0, 0);
    } else {
        add_value(g, item);
    }
    g->next_register = mark;
}

static void gen_list(av_gen *g, const av_node *node, uint32_t to) {
    if (is_short(node)) {
        uint32_t first = window(g, to, node->count);
        into_row(g, node->items, node->count, first);
        av_gen_emit(g, AV_I_LIST, to, first, node->count);
        return;
    }
    av_gen_emit(g, AV_I_LIST_BEGIN, 0, 0, 0);
    for (uint32_t i = 0; i < node->count; i++) add_item(g, node->items[i]);
    av_gen_emit(g, AV_I_LIST_END, to, 0, 0);
}

/** A record constant that tells RECORD and WITH type, number of fields and which are given. */
static uint32_t template_constant(av_gen *g, uint32_t type, uint64_t given) {
    av_value value;
    if (new_record(g, type, g->program->records[type].field_count, given, &value) == NULL) return 0;
    return av_gen_constant(g, value);
}

static void gen_record(av_gen *g, const av_node *node, uint32_t to) {
    uint32_t first = window(g, to, node->count);
    into_row(g, node->items, node->count, first);
    av_gen_wide(g, AV_I_RECORD, first, template_constant(g, node->index, node->bits));
    leave_window(g, first, to);
}

static void gen_with(av_gen *g, const av_node *node, uint32_t to) {
    uint32_t first = window(g, to, node->count + 1);
    uint32_t mark = g->next_register;
    av_gen_into(g, node->a, first);
    g->next_register = mark;
    into_row(g, node->items, node->count, first + 1);
    av_gen_wide(g, AV_I_WITH, first, template_constant(g, type_of(g, node)->index, node->bits));
    leave_window(g, first, to);
}

/* ---- conditions */

/** The member a comparison for (in)equality asks for and the other side, or false. */
static bool member_test(const av_node *node, const av_node **subject, uint32_t *member) {
    if (node->kind != AV_N_COMPARE || (node->op != AV_OP_EQ && node->op != AV_OP_NE)) return false;
    const av_node *constant = node->b;
    *subject = node->a;
    if (constant->kind != AV_N_CONST) {
        constant = node->a;
        *subject = node->b;
    }
    if (constant->kind != AV_N_CONST || constant->value.kind != AV_ENUM ||
        constant->value.as.integer > UINT16_MAX)
        return false;
    *member = (uint32_t)constant->value.as.integer;
    return true;
}

bool av_gen_is_joint(const av_node *node, bool all) {
    if (node->kind == AV_N_AT_LEAST)
        return node->count > 0 && node->index == (all ? node->count : 1);
    return node->kind == (all ? AV_N_AND : AV_N_OR);
}

uint32_t av_gen_part_count(const av_node *node) {
    return node->kind == AV_N_AT_LEAST ? node->count : 2;
}

const av_node *av_gen_part(const av_node *node, uint32_t i) {
    if (node->kind == AV_N_AT_LEAST) return node->items[i];
    return i == 0 ? node->a : node->b;
}

/** `all` goes when every part holds, else when one does; the other sense of each is the other's. */
static void test_joint(av_gen *g, const av_node *node, bool all, bool sense, av_label *label) {
    uint32_t count = av_gen_part_count(node);
    av_label skip = {0};
    for (uint32_t i = 0; i < count; i++) {
        if (all == sense && i + 1 < count) av_gen_test(g, av_gen_part(node, i), !sense, &skip);
        else av_gen_test(g, av_gen_part(node, i), sense, label);
    }
    av_gen_bind(g, &skip);
}

typedef struct search {
    const av_node *condition;
    bool some;
    av_label *found;
} search;

static void search_body(av_gen *g, void *payload) {
    const search *s = payload;
    av_gen_test(g, s->condition, s->some, s->found);
}

/** SOME stops at the first item that holds, EVERY at the first that does not. */
static void test_items(av_gen *g, const av_node *node, bool sense, av_label *label) {
    bool some = node->kind == AV_N_SOME;
    av_label stopped = {0};
    search s = {node->c, some, sense == some ? label : &stopped};
    av_gen_loops(g, node->items, node->count, search_body, &s);
    if (sense != some) {
        av_gen_jump(g, AV_I_JUMP, 0, label);
        av_gen_bind(g, &stopped);
    }
}

/** Two counters: conditions that must still hold, and conditions that may not fail any more. */
static void test_at_least(av_gen *g, const av_node *node, bool sense, av_label *label) {
    if (node->index == 0 || node->index > node->count) {
        if (sense == (node->index == 0)) av_gen_jump(g, AV_I_JUMP, 0, label);
        return;
    }
    uint32_t mark = g->next_register;
    uint32_t counters = av_gen_take(g, 2);
    av_label other = {0};
    av_label *holds = sense ? label : &other, *fails = sense ? &other : label;
    av_gen_load(g, counters, av_int(node->index));
    av_gen_load(g, counters + 1, av_int((int64_t)node->count - node->index + 1));
    for (uint32_t i = 0; i < node->count; i++) {
        av_label no = {0}, next = {0};
        av_gen_test(g, node->items[i], false, &no);
        av_gen_jump(g, AV_I_COUNTDOWN, counters, holds);
        av_gen_jump(g, AV_I_JUMP, 0, &next);
        av_gen_bind(g, &no);
        av_gen_jump(g, AV_I_COUNTDOWN, counters + 1, fails);
        av_gen_bind(g, &next);
    }
    av_gen_bind(g, &other);
    g->next_register = mark;
}

/** The bool that is compared with a constant one, and whether both must be equal; NULL when the node is something else. */
static const av_node *truth_test(const av_gen *g, const av_node *node, bool *wanted) {
    if (node->kind != AV_N_COMPARE || (node->op != AV_OP_EQ && node->op != AV_OP_NE)) return NULL;
    const av_node *constant = node->b->kind == AV_N_CONST ? node->b : node->a;
    const av_node *subject = constant == node->b ? node->a : node->b;
    if (constant->kind != AV_N_CONST || constant->value.kind != AV_BOOL ||
        type_of(g, subject)->kind != AV_T_BOOL)
        return NULL;
    *wanted = (constant->value.as.integer != 0) == (node->op == AV_OP_EQ);
    return subject;
}

static void test_value(av_gen *g, const av_node *node, bool sense, av_label *label) {
    uint32_t mark = g->next_register, member;
    bool wanted;
    const av_node *subject = truth_test(g, node, &wanted);
    if (subject != NULL) {
        av_gen_test(g, subject, wanted == sense, label);
    } else if (member_test(node, &subject, &member)) {
        uint32_t in = av_gen_take(g, 1);
        av_gen_emit(g, AV_I_EQ_MEMBER, in, av_gen_value(g, subject), member);
        if (node->op == AV_OP_NE) sense = !sense;
        av_gen_jump(g, sense ? AV_I_JUMP_TRUE : AV_I_JUMP_FALSE, in, label);
    } else {
        av_gen_jump(g, sense ? AV_I_JUMP_TRUE : AV_I_JUMP_FALSE, av_gen_value(g, node), label);
    }
    g->next_register = mark;
}

void av_gen_test(av_gen *g, const av_node *node, bool sense, av_label *label) {
    av_span outer = g->span;
    if (node->span.source != 0) g->span = node->span;
    switch ((av_node_kind)node->kind) {
    case AV_N_CONST:
        if ((node->value.as.integer != 0) == sense) av_gen_jump(g, AV_I_JUMP, 0, label);
        break;
    case AV_N_NOT: av_gen_test(g, node->a, !sense, label); break;
    case AV_N_AND:
    case AV_N_OR:
    case AV_N_AT_LEAST:
        if (av_gen_is_joint(node, true)) test_joint(g, node, true, sense, label);
        else if (av_gen_is_joint(node, false)) test_joint(g, node, false, sense, label);
        else test_at_least(g, node, sense, label);
        break;
    case AV_N_SOME:
    case AV_N_EVERY: test_items(g, node, sense, label); break;
    default: test_value(g, node, sense, label); break;
    }
    g->span = outer;
}

/** A condition made by jumps, as a value. */
static void truth_into(av_gen *g, const av_node *node, uint32_t to) {
    av_label no = {0}, end = {0};
    av_gen_test(g, node, false, &no);
    av_gen_emit(g, AV_I_BOOL, to, 1, 0);
    av_gen_jump(g, AV_I_JUMP, 0, &end);
    av_gen_bind(g, &no);
    av_gen_emit(g, AV_I_BOOL, to, 0, 0);
    av_gen_bind(g, &end);
}

/* ---- operators */

static void gen_compare(av_gen *g, const av_node *node, uint32_t to) {
    const av_node *subject;
    uint32_t member;
    if (member_test(node, &subject, &member)) {
        av_gen_emit(g, AV_I_EQ_MEMBER, to, av_gen_value(g, subject), member);
        if (node->op == AV_OP_NE) av_gen_emit(g, AV_I_NOT, to, to, 0);
        return;
    }
    uint32_t a = av_gen_value(g, node->a), b = av_gen_value(g, node->b);
    switch ((av_op)node->op) {
    case AV_OP_EQ: av_gen_emit(g, AV_I_EQ, to, a, b); break;
    case AV_OP_NE: av_gen_emit(g, AV_I_NE, to, a, b); break;
    case AV_OP_LT: av_gen_emit(g, AV_I_LT, to, a, b); break;
    case AV_OP_LE: av_gen_emit(g, AV_I_LE, to, a, b); break;
    case AV_OP_GT: av_gen_emit(g, AV_I_GT, to, a, b); break;
    default: av_gen_emit(g, AV_I_GE, to, a, b); break;
    }
}

static void gen_arith(av_gen *g, const av_node *node, uint32_t to) {
    uint32_t a = av_gen_value(g, node->a), b = av_gen_value(g, node->b);
    switch ((av_op)node->op) {
    case AV_OP_ADD: av_gen_emit(g, AV_I_ADD, to, a, b); break;
    case AV_OP_SUB: av_gen_emit(g, AV_I_SUB, to, a, b); break;
    case AV_OP_MUL: av_gen_emit(g, AV_I_MUL, to, a, b); break;
    case AV_OP_MOD: av_gen_emit(g, AV_I_MOD, to, a, b); break;
    default: av_gen_emit(g, AV_I_DIV, to, a, b); break;
    }
}

/** A known list of an enum's members is searched as a set: one bit test. */
static void gen_in(av_gen *g, const av_node *node, uint32_t to) {
    uint32_t a = av_gen_value(g, node->a);
    av_value list, set;
    uint32_t b;
    if (av_gen_known(g, node->b, &list) && list.kind == AV_LIST && list.as.list->count > 0 &&
        set_of_list(g, list, list.as.list->items[0].type, &set)) {
        b = av_gen_take(g, 1);
        av_gen_load(g, b, set);
    } else {
        b = av_gen_value(g, node->b);
    }
    av_gen_emit(g, AV_I_CONTAINS, to, a, b);
}

static void gen_if(av_gen *g, const av_node *node, uint32_t to) {
    av_label otherwise = {0}, end = {0};
    uint32_t mark = g->next_register;
    av_gen_test(g, node->a, false, &otherwise);
    av_gen_into(g, node->b, to);
    av_gen_jump(g, AV_I_JUMP, 0, &end);
    av_gen_bind(g, &otherwise);
    g->next_register = mark;
    av_gen_into(g, node->c, to);
    av_gen_bind(g, &end);
}

static void gen_call(av_gen *g, const av_node *node, uint32_t to) {
    uint32_t first = window(g, to, node->count);
    into_row(g, node->items, node->count, first);
    if (node->kind == AV_N_CALL) av_gen_wide(g, AV_I_CALL, first, node->index);
    else av_gen_emit(g, AV_I_BUILTIN, first, node->index, node->count);
    leave_window(g, first, to);
}

/* ---- every node */

static void dispatch(av_gen *g, const av_node *node, uint32_t to) {
    uint32_t first;
    av_value value;
    if (av_gen_known(g, node, &value)) {
        av_gen_load(g, to, value);
        return;
    }
    switch ((av_node_kind)node->kind) {
    case AV_N_LOCAL:
        if (g->slots[node->index] != to) av_gen_emit(g, AV_I_MOVE, to, g->slots[node->index], 0);
        break;
    case AV_N_DEF: av_gen_wide(g, AV_I_DEF, to, node->index); break;
    case AV_N_META:
        av_gen_wide(g, AV_I_META, to, node->index | (uint32_t)node->op << AV_META_BITS);
        break;
    case AV_N_CALL:
    case AV_N_BUILTIN: gen_call(g, node, to); break;
    case AV_N_FIELD: av_gen_emit(g, AV_I_FIELD, to, av_gen_value(g, node->a), node->index); break;
    case AV_N_LOOKUP:
        first = av_gen_take(g, 2);
        av_gen_into(g, node->a, first);
        av_gen_into(g, node->b, first + 1);
        av_gen_emit(g, AV_I_LOOKUP, to, first, node->index);
        break;
    case AV_N_NOT: av_gen_emit(g, AV_I_NOT, to, av_gen_value(g, node->a), 0); break;
    case AV_N_NEGATE: av_gen_emit(g, AV_I_NEGATE, to, av_gen_value(g, node->a), 0); break;
    case AV_N_ARITH: gen_arith(g, node, to); break;
    case AV_N_COMPARE: gen_compare(g, node, to); break;
    case AV_N_IN: gen_in(g, node, to); break;
    case AV_N_IN_RANGE:
        first = av_gen_take(g, 3);
        av_gen_into(g, node->a, first);
        av_gen_into(g, node->b, first + 1);
        av_gen_into(g, node->c, first + 2);
        av_gen_emit(g, AV_I_IN_RANGE, to, first, 0);
        break;
    case AV_N_AND:
    case AV_N_OR:
    case AV_N_AT_LEAST:
    case AV_N_SOME:
    case AV_N_EVERY: truth_into(g, node, to); break;
    case AV_N_IF: gen_if(g, node, to); break;
    case AV_N_ELSE_NONE: {
        av_label end = {0};
        av_gen_into(g, node->a, to);
        av_gen_jump(g, AV_I_JUMP_SOME, to, &end);
        av_gen_into(g, node->b, to);
        av_gen_bind(g, &end);
        break;
    }
    case AV_N_LIST: gen_list(g, node, to); break;
    case AV_N_RECORD: gen_record(g, node, to); break;
    case AV_N_WITH: gen_with(g, node, to); break;
    case AV_N_FOR: gen_for(g, node, to); break;
    case AV_N_GROUP: gen_group(g, node, to); break;
    case AV_N_LET:
        first = av_gen_take(g, 1);
        av_gen_into(g, node->a, first);
        av_gen_define(g, node->index, first);
        av_gen_into(g, node->b, to);
        break;
    case AV_N_TO_DECIMAL: av_gen_emit(g, AV_I_TO_DECIMAL, to, av_gen_value(g, node->a), 0); break;
    case AV_N_TO_SET:
        av_gen_into(g, node->a, to);
        av_gen_wide(g, AV_I_TO_SET, to, node->index);
        break;
    case AV_N_CHECK_RANGE:
        av_gen_into(g, node->a, to);
        av_gen_wide(g, AV_I_CHECK_RANGE, to, node->type);
        break;
    case AV_N_CHOOSE: av_gen_choose(g, node, false, to); break;
    case AV_N_TEMPLATE: av_gen_template(g, node, to); break;
    default:
        av_gen_fail(g, AV_ERR_CORRUPT);
        break; /* parts of lists, loops and templates are made where they stand */
    }
}

bool av_gen_same(const av_node *a, const av_node *b) {
    return a == b || (a->kind == b->kind && (a->kind == AV_N_LOCAL || a->kind == AV_N_DEF) &&
                      a->index == b->index);
}

void av_gen_into(av_gen *g, const av_node *node, uint32_t to) {
    av_span outer = g->span;
    uint32_t mark = g->next_register;
    if (g->held != NULL && av_gen_same(node, g->held)) {
        av_gen_emit(g, AV_I_MOVE, to, g->held_in, 0);
        return;
    }
    if (node->span.source != 0) g->span = node->span;
    dispatch(g, node, to);
    g->next_register = mark;
    g->span = outer;
}

uint32_t av_gen_value(av_gen *g, const av_node *node) {
    if (node->kind == AV_N_LOCAL) return g->slots[node->index];
    if (g->held != NULL && av_gen_same(node, g->held)) return g->held_in;
    uint32_t in = av_gen_take(g, 1);
    av_gen_into(g, node, in);
    return in;
}
