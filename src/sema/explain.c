/* Why a condition holds or fails, as expressions over the same definitions: evaluated only when somebody asks. */
#include "sema/checker.h"

#include <string.h>

/* ---- small builders of text expressions */

typedef struct part_list {
    av_node **items;
    size_t count, cap;
    av_text text; /**< literal text not among the items yet: what follows may be text as well */
} part_list;

static void add(av_checker *c, part_list *list, av_node *part) {
    av_node **items =
        av_arena_grow(c->scratch, list->items, list->count, &list->cap, sizeof *items);
    if (!items) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    list->items = items;
    items[list->count++] = part;
}

static void add_text(av_checker *c, part_list *list, av_text text) {
    if (!list->text.len) {
        list->text = text;
        return;
    }
    char *bytes = av_arena_take(c->scratch, list->text.len + text.len);
    if (!bytes) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    memcpy(bytes, list->text.ptr, list->text.len);
    if (text.len) memcpy(bytes + list->text.len, text.ptr, text.len);
    list->text = (av_text){bytes, list->text.len + text.len};
}

static void end_text(av_checker *c, part_list *list, av_span span) {
    if (!list->text.len) return;
    add(c, list, av_ck_text_part(c, list->text, span));
    list->text = AV_TEXT("");
}

/* A value that is itself a template gives its parts. */
static void add_value(av_checker *c, part_list *list, av_node *value) {
    if (value->kind == AV_N_TEMPLATE && value->type == AV_TYPE_TEXT && c->status == AV_OK) {
        for (uint32_t i = 0; i < value->count; i++) {
            av_node *part = value->items[i];
            if (part->kind == AV_N_PART_TEXT) {
                add_text(c, list, *part->value.as.string);
            } else {
                end_text(c, list, value->span);
                add(c, list, part);
            }
        }
        return;
    }
    end_text(c, list, value->span);
    av_node *part = av_ck_node(c, AV_N_PART_VALUE, AV_TYPE_TEXT, value->span);
    part->a = value;
    part->index = 0;
    add(c, list, part);
}

static av_node *template_of(av_checker *c, part_list *list, av_span span) {
    end_text(c, list, span);
    av_node *node = av_ck_node(c, AV_N_TEMPLATE, AV_TYPE_TEXT, span);
    node->index = AV_FORMAT_PLAIN;
    node->items = list->items;
    node->count = (uint32_t)list->count;
    return node;
}

static av_node *choose(av_checker *c, av_node *when, av_node *then, av_node *other, av_span span) {
    av_node *node = av_ck_node(c, AV_N_IF, AV_TYPE_TEXT, span);
    node->a = when;
    node->b = then;
    node->c = other;
    return node;
}

/* The condition as written, its white space folded. */
static av_text as_written(av_checker *c, av_span span) {
    av_text text = av_sources_text(c->sources, span);
    char *bytes = AV_NEW_ARRAY(c->scratch, char, text.len ? text.len : 1);
    if (!bytes) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return AV_TEXT("");
    }
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char ch =
            text.ptr[i] == '\n' || text.ptr[i] == '\t' || text.ptr[i] == '\r' ? ' ' : text.ptr[i];
        if (ch == ' ' && (!len || bytes[len - 1] == ' ')) continue;
        bytes[len++] = ch;
    }
    return (av_text){bytes, len};
}

/* ---- the definitions a condition reads, with their values */

enum { SHOWN = 6 /* most definitions named for one condition */ };

typedef struct seen {
    uint32_t defs[SHOWN];
    size_t count;
} seen;

static bool shown(const av_checker *c, uint32_t def) {
    const av_def *d = &c->program->defs[def];
    const av_type *t = av_ck_type_of(c, d->type);
    switch (d->kind) {
    case AV_DEF_FACT:
    case AV_DEF_DECISION:
    case AV_DEF_MATRIX:
    case AV_DEF_CONFLICT:
    case AV_DEF_TABLE: break;
    default: return false;
    }
    switch (t->kind) {
    case AV_T_BOOL:
    case AV_T_INT:
    case AV_T_DECIMAL:
    case AV_T_MONEY:
    case AV_T_TEXT:
    case AV_T_ENUM:
    case AV_T_SET: return true;
    case AV_T_OPTION: {
        av_type_kind k = av_ck_type_of(c, t->element)->kind;
        return k == AV_T_INT || k == AV_T_DECIMAL || k == AV_T_MONEY || k == AV_T_TEXT ||
               k == AV_T_ENUM || k == AV_T_BOOL;
    }
    default: return false;
    }
}

static void collect(const av_checker *c, const av_node *n, seen *s) {
    if (!n || c->status != AV_OK) return; /* a tree that could not be made may hold itself */
    if (n->kind == AV_N_DEF && n->index < c->program->def_count && shown(c, n->index)) {
        for (size_t i = 0; i < s->count; i++)
            if (s->defs[i] == n->index) return;
        if (s->count < SHOWN) s->defs[s->count++] = n->index;
        return;
    }
    collect(c, n->a, s);
    if (av_node_has_b(n)) {
        collect(c, n->b, s);
        collect(c, n->c, s);
    }
    for (uint32_t i = 0; i < n->count; i++) collect(c, n->items[i], s);
}

/* `before`, then "team_size = Solo, stage = MVP"; nothing when no value is to be shown. */
static bool add_values(av_checker *c, part_list *list, const av_node *atom, av_text before) {
    seen s = {{0}, 0};
    collect(c, atom, &s);
    for (size_t i = 0; i < s.count; i++) {
        const av_def *d = &c->program->defs[s.defs[i]];
        add_text(c, list, i ? AV_TEXT(", ") : before);
        add_text(c, list, d->name);
        add_text(c, list, AV_TEXT(" = "));
        av_node *value = av_ck_node(c, AV_N_DEF, d->type, atom->span);
        value->index = s.defs[i];
        if (av_ck_type_of(c, d->type)->kind ==
            AV_T_OPTION) { /* an absent value is shown as the word none */
            av_node *text = av_ck_node(c, AV_N_BUILTIN, AV_TYPE_TEXT, atom->span);
            text->index = AV_B_TEXT;
            text->items = av_ck_items(c, 1);
            if (text->items) text->items[text->count++] = value;
            value = text;
        }
        add_value(c, list, value);
    }
    return s.count > 0;
}

static av_node *atom_holds(av_checker *c, const av_node *atom) {
    part_list list = {0};
    if (!add_values(c, &list, atom, AV_TEXT(""))) add_text(c, &list, as_written(c, atom->span));
    return template_of(c, &list, atom->span);
}

static av_node *atom_fails(av_checker *c, const av_node *atom) {
    part_list list = {.text = AV_TEXT("needs ")};
    add_text(c, &list, as_written(c, atom->span));
    (void)add_values(c, &list, atom, AV_TEXT(", but "));
    return template_of(c, &list, atom->span);
}

static av_node *joined(av_checker *c, av_node *a, av_text between, av_node *b, av_span span) {
    part_list list = {0};
    add_value(c, &list, a);
    add_text(c, &list, between);
    add_value(c, &list, b);
    return template_of(c, &list, span);
}

/* Of several conditions: the texts of those that hold (or fail), with "; " between them. */
static av_node *those(av_checker *c, const av_node *group, bool hold) {
    part_list list = {0};
    for (uint32_t i = 0; i < group->count; i++) {
        av_node *item = group->items[i];
        av_node *text = hold ? av_ck_why(c, item) : av_ck_why_not(c, item);
        part_list one = {0};
        add_value(c, &one, text);
        add_text(c, &one, AV_TEXT("; "));
        av_node *some = template_of(c, &one, item->span),
                *nothing = av_ck_text_const(c, AV_TEXT(""), item->span);
        add_value(c, &list,
                  hold ? choose(c, item, some, nothing, item->span)
                       : choose(c, item, nothing, some, item->span));
    }
    return template_of(c, &list, group->span);
}

/* The first of several conditions that holds (or fails). */
static av_node *first_of(av_checker *c, const av_node *group, bool hold) {
    av_node *text = NULL;
    for (uint32_t i = group->count; i-- > 0;) {
        av_node *item = group->items[i];
        av_node *mine = hold ? av_ck_why(c, item) : av_ck_why_not(c, item);
        text = !text  ? mine
               : hold ? choose(c, item, mine, text, item->span)
                      : choose(c, item, text, mine, item->span);
    }
    return text ? text : av_ck_text_const(c, AV_TEXT(""), group->span);
}

static av_node *all_of(av_checker *c, const av_node *group, bool hold) {
    av_node *text = NULL;
    for (uint32_t i = 0; i < group->count; i++) {
        av_node *mine = hold ? av_ck_why(c, group->items[i]) : av_ck_why_not(c, group->items[i]);
        text = text ? joined(c, text, hold ? AV_TEXT(" and ") : AV_TEXT("; "), mine, group->span)
                    : mine;
    }
    return text ? text : av_ck_text_const(c, AV_TEXT(""), group->span);
}

av_node *av_ck_why(av_checker *c, const av_node *when) {
    if (!when || when->type == AV_TYPE_ERROR || c->status != AV_OK)
        return av_ck_text_const(c, AV_TEXT(""), (av_span){0, 0, 0, 0});
    switch (when->kind) {
    case AV_N_AND:
        return joined(c, av_ck_why(c, when->a), AV_TEXT(" and "), av_ck_why(c, when->b),
                      when->span);
    case AV_N_OR:
        return choose(c, when->a, av_ck_why(c, when->a), av_ck_why(c, when->b), when->span);
    case AV_N_AT_LEAST:
        if (when->index == when->count) return all_of(c, when, true);
        return when->index == 1 ? first_of(c, when, true) : those(c, when, true);
    default: return atom_holds(c, when);
    }
}

av_node *av_ck_why_not(av_checker *c, const av_node *when) {
    if (!when || when->type == AV_TYPE_ERROR || c->status != AV_OK)
        return av_ck_text_const(c, AV_TEXT(""), (av_span){0, 0, 0, 0});
    switch (when->kind) {
    case AV_N_AND:
        return choose(c, when->a, av_ck_why_not(c, when->b), av_ck_why_not(c, when->a), when->span);
    case AV_N_OR:
        return joined(c, av_ck_why_not(c, when->a), AV_TEXT("; "), av_ck_why_not(c, when->b),
                      when->span);
    case AV_N_AT_LEAST:
        if (when->index == 1) return all_of(c, when, false);
        return when->index == when->count ? first_of(c, when, false) : those(c, when, false);
    default: return atom_fails(c, when);
    }
}
