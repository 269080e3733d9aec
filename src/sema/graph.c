/* The graph of definitions: who reads whom; no cycles; chains short enough to be followed on a stack. */
#include "sema/checker.h"

typedef struct walk {
    uint32_t def, next; /* next read to follow */
} walk;

typedef struct graph {
    av_checker *c;
    uint8_t *state;  /* by definition: 0 not seen, 1 on the path, 2 done */
    uint32_t *calls; /* by definition: functions in the longest chain of calls that begins here */
    walk *path;
    size_t count;
    av_span *spans;
} graph;

/* What the engine's own lists are made of: each reads every definition of its kinds. */
static bool is_listed(const av_def *list, av_def_kind kind) {
    if (av_text_equal(list->name, AV_TEXT("all_facts"))) return kind == AV_DEF_FACT;
    if (av_text_equal(list->name, AV_TEXT("all_decisions")))
        return kind == AV_DEF_DECISION || kind == AV_DEF_MATRIX;
    if (av_text_equal(list->name, AV_TEXT("all_conflicts"))) return kind == AV_DEF_CONFLICT;
    return av_text_equal(list->name, AV_TEXT("all_checks")) && kind == AV_DEF_CHECK;
}

/* The next definition that the last one on the path reads; false when there are no more. */
static bool next_read(graph *g, uint32_t *read) {
    const av_program *p = g->c->program;
    walk *top = &g->path[g->count - 1];
    const av_def *def = &p->defs[top->def];
    if (def->kind != AV_DEF_MODEL) {
        if (top->next >= def->read_count) return false;
        *read = def->reads[top->next++];
        return true;
    }
    while (top->next < p->def_count && !is_listed(def, p->defs[top->next].kind)) top->next++;
    *read = top->next;
    return top->next++ < p->def_count;
}

/* The path from `from` on is a cycle. It is told from the first definition that stands in the rules. */
static void report_cycle(graph *g, size_t from) {
    av_checker *c = g->c;
    const av_program *p = c->program;
    size_t length = g->count - from, first = 0;
    while (first + 1 < length && p->defs[g->path[from + first].def].kind == AV_DEF_MODEL) first++;
    uint32_t head = g->path[from + first].def;
    av_buf path;
    av_buf_init(&path, &c->scratch->host, 0);
    for (size_t i = 0; i < length; i++) {
        av_buf_put(&path, p->defs[g->path[from + (first + i) % length].def].name);
        av_buf_puts(&path, " -> ");
    }
    av_buf_put(&path, p->defs[head].name);
    av_diag *d = av_ck_error(c, AV_E_CYCLE, g->spans[head], "`%.*s` depends on itself: %.*s",
                             AV_TEXT_ARG(p->defs[head].name), AV_TEXT_ARG(av_buf_text(&path)));
    for (size_t i = 1; i < length && i < 4; i++) {
        uint32_t def = g->path[from + (first + i) % length].def;
        if (p->defs[def].kind != AV_DEF_MODEL)
            av_diag_label_add(c->diags, d, g->spans[def], "through `%.*s`",
                              AV_TEXT_ARG(p->defs[def].name));
    }
    av_buf_free(&path);
}

static bool is_called(const av_def *def) {
    return def->kind == AV_DEF_FUNC || def->kind == AV_DEF_TABLE;
}

/* `read` is done: what is below it is also below its reader. */
static void pass_up(graph *g, uint32_t read, uint32_t reader) {
    av_def *defs = g->c->program->defs;
    if (defs[reader].depth < defs[read].depth + 1) defs[reader].depth = defs[read].depth + 1;
    uint32_t calls = is_called(&defs[read]) ? g->calls[read] + 1 : 0;
    if (g->calls[reader] < calls) g->calls[reader] = calls;
}

static void leave(graph *g) {
    uint32_t def = g->path[--g->count].def;
    g->state[def] = 2;
    if (g->c->program->defs[def].depth == AV_DEF_DEPTH)
        av_ck_error(g->c, AV_E_TOO_MANY, g->spans[def],
                    "definitions read each other in a chain longer than %d", AV_DEF_DEPTH);
    if (g->calls[def] == AV_CALL_DEPTH)
        av_ck_error(g->c, AV_E_TOO_MANY, g->spans[def],
                    "functions call each other in a chain of %d or more", AV_CALL_DEPTH);
    if (g->count) pass_up(g, def, g->path[g->count - 1].def);
}

static void walk_from(graph *g, uint32_t root) {
    uint32_t read;
    g->path[g->count++] = (walk){root, 0};
    g->state[root] = 1;
    while (g->count) {
        uint32_t reader = g->path[g->count - 1].def;
        if (!next_read(g, &read)) {
            leave(g);
        } else if (g->state[read] == 0) {
            g->state[read] = 1;
            g->path[g->count++] = (walk){read, 0};
        } else if (g->state[read] == 1) {
            size_t from = g->count - 1;
            while (from && g->path[from].def != read) from--;
            report_cycle(g, from);
        } else {
            pass_up(g, read, reader);
        }
    }
}

void av_ck_graph(av_checker *c) {
    uint32_t count = c->program->def_count;
    graph g = {.c = c,
               .state = AV_NEW_ARRAY(c->scratch, uint8_t, count + 1),
               .calls = AV_NEW_ARRAY(c->scratch, uint32_t, count + 1),
               .path = AV_NEW_ARRAY(c->scratch, walk, count + 1),
               .spans = AV_NEW_ARRAY(c->scratch, av_span, count + 1)};
    if (!g.state || !g.calls || !g.path || !g.spans) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    for (size_t i = 0; i < c->decl_count; i++)
        if (c->decls[i].index != AV_NO_INDEX && av_ck_is_definition(&c->decls[i]))
            g.spans[c->decls[i].index] = c->decls[i].ast->name_span;
    for (uint32_t root = 0; root < count; root++)
        if (!g.state[root]) walk_from(&g, root);
}
