#include "sema/checker.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"

void av_ck_fail(av_checker *c, av_status status) {
    if (c->status == AV_OK) c->status = status;
}

av_node *av_ck_node(av_checker *c, av_node_kind kind, av_type_id type, av_span span) {
    av_node *node = AV_NEW(c->scratch, av_node);
    if (!node) {
        av_ck_fail(c, AV_ERR_MEMORY);
        memset(&c->spare, 0, sizeof c->spare);
        return &c->spare;
    }
    node->kind = (uint8_t)kind;
    node->type = type;
    node->span = span;
    node->index = node->extra = AV_NO_INDEX;
    node->placed = c->program == c->whole;
    return node;
}

av_node **av_ck_items(av_checker *c, size_t count) {
    /* Once memory has failed a node may be the spare one, which must not have items: it is emptied again and again. */
    av_node **items =
        c->status == AV_OK ? AV_NEW_ARRAY(c->scratch, av_node *, count ? count : 1) : NULL;
    if (!items) av_ck_fail(c, AV_ERR_MEMORY);
    return items;
}

av_node *av_ck_error_node(av_checker *c, av_span span) {
    return av_ck_node(c, AV_N_CONST, AV_TYPE_ERROR, span);
}

av_node *av_ck_const(av_checker *c, av_value value, av_type_id type, av_span span) {
    av_node *node = av_ck_node(c, AV_N_CONST, type, span);
    node->value = value;
    return node;
}

av_node *av_ck_const_set(av_checker *c, uint32_t enum_index, const av_members *members,
                         av_span span) {
    av_type_id type = av_ck_type(c, (av_type){.kind = AV_T_SET, .index = enum_index});
    av_node *node = av_ck_node(c, AV_N_CONST, type, span);
    if (av_set_new(c->scratch, enum_index, members, &node->value) != AV_OK)
        av_ck_fail(c, AV_ERR_MEMORY);
    return node;
}

static av_node *text_node(av_checker *c, av_node_kind kind, av_text text, av_span span) {
    av_node *node = av_ck_node(c, kind, AV_TYPE_TEXT, span);
    if (av_string(c->scratch, text, &node->value) != AV_OK) av_ck_fail(c, AV_ERR_MEMORY);
    return node;
}

av_node *av_ck_text_const(av_checker *c, av_text text, av_span span) {
    return text_node(c, AV_N_CONST, text, span);
}

av_node *av_ck_text_part(av_checker *c, av_text text, av_span span) {
    return text_node(c, AV_N_PART_TEXT, text, span);
}

av_text av_ck_keep(av_checker *c, av_text text) {
    if (!text.len) return AV_TEXT("");
    av_text copy = av_arena_text(&c->program->arena, text);
    if (!copy.ptr) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return AV_TEXT("");
    }
    return copy;
}

void av_ck_path(av_checker *c, uint16_t source) {
    av_program *p = c->program;
    if (c->path_of_source[source]) return;
    av_text *paths = av_arena_grow(&p->arena, (void *)(uintptr_t)p->paths, p->path_count,
                                   &c->path_cap, sizeof *paths);
    if (!paths) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    p->paths = paths;
    paths[p->path_count++] = av_ck_keep(c, c->sources->items[source].path);
    c->path_of_source[source] = p->path_count;
}

av_site av_ck_site(av_checker *c, av_span span) {
    if (c->program == c->whole) av_ck_path(c, span.source);
    if (!c->path_of_source[span.source]) return (av_site){0, 0, 0};
    av_site site = {.path = c->path_of_source[span.source] - 1};
    if (span.source != c->hint_source) c->hint = 0;
    c->hint_source = span.source;
    (void)av_sources_mapped_place(c->sources, span, &c->hint, &site.line, &site.column);
    return site;
}

av_diag *av_ck_error(av_checker *c, av_diag_code code, av_span span, const char *format, ...) {
    char text[600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return av_diag_add(c->diags, code, span, "%s", text);
}

av_text av_ck_type_text(av_checker *c, av_type_id type) {
    av_buf buf;
    av_buf_init(&buf, &c->scratch->host, 0);
    av_type_print(c->program, type, &buf);
    av_text text = av_arena_text(c->scratch, av_buf_text(&buf));
    av_buf_free(&buf);
    return text.ptr ? text : AV_TEXT("?");
}

av_name av_ck_name(av_checker *c, av_text text) {
    av_name name = 0;
    if (av_intern_add(&c->names, text, &name) != AV_OK) av_ck_fail(c, AV_ERR_MEMORY);
    return name;
}

av_name av_ck_key(av_checker *c, av_text text) {
    av_name name = 0;
    if (av_intern_add(&c->keys, text, &name) != AV_OK) av_ck_fail(c, AV_ERR_MEMORY);
    return name;
}

/* The tables of the program grow in its arena; on failure index 0 stands for what could not be kept. */
#define PUSH(table, count_field, cap_field, item)                                                  \
    av_program *p = c->program;                                                                    \
    void *grown =                                                                                  \
        av_arena_grow(&p->arena, p->table, p->count_field, &c->cap_field, sizeof *p->table);       \
    if (!grown) {                                                                                  \
        av_ck_fail(c, AV_ERR_MEMORY);                                                              \
        return 0;                                                                                  \
    }                                                                                              \
    p->table = grown;                                                                              \
    p->table[p->count_field] = (item);                                                             \
    return p->count_field++

av_rule av_ck_blank_rule(void) {
    return (av_rule){.option = AV_NO_INDEX,
                     .when = AV_NO_INDEX,
                     .value = AV_NO_INDEX,
                     .because = AV_NO_INDEX,
                     .condition = AV_NO_INDEX,
                     .failure = AV_NO_INDEX,
                     .rejected = AV_NO_INDEX,
                     .risk = AV_NO_INDEX};
}

uint32_t av_ck_push_rule(av_checker *c, av_rule rule) {
    if (c->program->rule_count >= AV_RULES_MAX) {
        av_ck_fail(c, AV_ERR_LIMIT);
        return 0;
    }
    PUSH(rules, rule_count, rule_cap, rule);
}

uint32_t av_ck_push_signal(av_checker *c, av_signal signal) {
    PUSH(signals, signal_count, signal_cap, signal);
}

uint32_t av_ck_push_def(av_checker *c, av_def def) {
    if (c->program->def_count >= AV_DEFS_MAX) {
        av_ck_fail(c, AV_ERR_LIMIT);
        return 0;
    }
    PUSH(defs, def_count, def_cap, def);
}

uint32_t av_ck_push_proc(av_checker *c, const char *what, const av_node *tree, av_span span) {
    av_text of = c->def != AV_NO_INDEX && c->def < c->program->def_count
                     ? c->program->defs[c->def].name
                     : AV_TEXT("");
    av_text name =
        what[0] ? av_arena_join(&c->program->arena, of, AV_TEXT(" "), av_text_from(what)) : of;
    av_proc proc = {.name = name.ptr ? name : AV_TEXT(""),
                    .def = c->def,
                    .type = tree->type,
                    .slot_count = c->slot_count,
                    .tree = tree,
                    .site = av_ck_site(c, span)};
    PUSH(procs, proc_count, proc_cap, proc);
}

void av_ck_set_proc(av_checker *c, uint32_t proc, const av_node *tree, av_span span,
                    uint32_t param_count) {
    if (proc >= c->whole->proc_count) return; /* the table could not grow: c->status says so */
    av_proc *p = &c->whole->procs[proc];
    p->tree = tree;
    p->type = tree->type;
    p->slot_count = c->slot_count;
    p->param_count = param_count;
    p->site = av_ck_site(c, span);
}

uint32_t av_ck_text_proc(av_checker *c, const char *what, const av_ast *ast) {
    if (!ast) return AV_NO_INDEX;
    c->slot_count = 0;
    c->local_count = 0;
    av_node *tree = av_ck_text(c, ast, AV_FORMAT_PLAIN, AV_TYPE_TEXT);
    return av_ck_push_proc(c, what, tree, ast->span);
}

bool av_ck_is_definition(const av_decl *decl) {
    switch (decl->ast->kind) {
    case AV_AST_ENUM:
    case AV_AST_RECORD:
    case AV_AST_WORDS:
    case AV_AST_CUE: return false;
    default: return true;
    }
}

static int compare_u32(uint32_t a, uint32_t b) {
    return a < b ? -1 : a > b;
}

/* Ascending and without repetition, in the program's arena. Insertion sort: the lists are short. */
static const uint32_t *sorted(av_checker *c, const uint32_t *from, size_t count,
                              uint32_t *out_count) {
    uint32_t *to = AV_NEW_ARRAY(&c->program->arena, uint32_t, count ? count : 1);
    *out_count = 0;
    if (!to) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t low = 0, high = *out_count;
        while (low < high) {
            uint32_t mid = (low + high) / 2;
            if (compare_u32(to[mid], from[i]) < 0) low = mid + 1;
            else high = mid;
        }
        if (low < *out_count && to[low] == from[i]) continue;
        memmove(to + low + 1, to + low, (*out_count - low) * sizeof *to);
        to[low] = from[i];
        ++*out_count;
    }
    return to;
}

uint32_t av_ck_push_origin(av_checker *c, av_site site, size_t read_mark) {
    av_origin origin = {.def = c->def, .site = site};
    if (c->read_count > read_mark)
        origin.reads =
            sorted(c, c->reads + read_mark, c->read_count - read_mark, &origin.read_count);
    PUSH(origins, origin_count, origin_cap, origin);
}

static void push_index(av_checker *c, uint32_t **list, size_t *count, size_t *cap, uint32_t index) {
    if (c->def == AV_NO_INDEX) return;
    uint32_t *grown = av_arena_grow(c->lasting, *list, *count, cap, sizeof *grown);
    if (!grown) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    *list = grown;
    grown[(*count)++] = index;
}

void av_ck_read(av_checker *c, uint32_t def) {
    push_index(c, &c->reads, &c->read_count, &c->read_cap, def);
}

void av_ck_read_reasons(av_checker *c, uint32_t def) {
    push_index(c, &c->reasons, &c->reason_count, &c->reason_cap, def);
}

void av_ck_begin(av_checker *c, uint32_t file, uint32_t def) {
    c->file = file;
    c->def = def;
    c->local_count = 0;
    c->slot_count = 0;
    c->read_count = 0;
    c->reason_count = 0;
}

void av_ck_end(av_checker *c) {
    if (c->def == AV_NO_INDEX || c->def >= c->program->def_count) return;
    av_def *def = &c->program->defs[c->def];
    def->reads = sorted(c, c->reads, c->read_count, &def->read_count);
    def->reasons = sorted(c, c->reasons, c->reason_count, &def->reason_count);
}

const av_ast *av_ck_clause(const av_ast *items, av_word word) {
    for (; items; items = items->next)
        if (items->kind == AV_AST_CLAUSE && items->word == word) return items;
    return NULL;
}
