/* The graph of definitions: who reads whom; no cycles; chains short enough to be followed on a stack. */
#include "sema/checker.h"

typedef struct walk {
    uint32_t def, next; /* next read to follow */
} walk;

static void report_cycle(av_checker *c, const walk *stack, size_t from, size_t count, const av_span *spans) {
    av_buf path;
    av_buf_init(&path, &c->scratch->host, 0);
    for (size_t i = from; i < count; i++) {
        av_buf_put(&path, c->program->defs[stack[i].def].name);
        av_buf_puts(&path, " -> ");
    }
    av_buf_put(&path, c->program->defs[stack[from].def].name);
    av_diag *d = av_ck_error(c, AV_E_CYCLE, spans[stack[from].def], "`%.*s` depends on itself: %.*s",
                             AV_TEXT_ARG(c->program->defs[stack[from].def].name), AV_TEXT_ARG(av_buf_text(&path)));
    for (size_t i = from + 1; i < count && i < from + 4; i++)
        av_diag_label_add(c->diags, d, spans[stack[i].def], "through `%.*s`", AV_TEXT_ARG(c->program->defs[stack[i].def].name));
    av_buf_free(&path);
}

void av_ck_graph(av_checker *c) {
    av_program *p = c->program;
    uint8_t *state = AV_NEW_ARRAY(c->scratch, uint8_t, p->def_count + 1);
    walk *stack = AV_NEW_ARRAY(c->scratch, walk, p->def_count + 1);
    av_span *spans = AV_NEW_ARRAY(c->scratch, av_span, p->def_count + 1);
    if (!state || !stack || !spans) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    for (size_t i = 0; i < c->decl_count; i++)
        if (c->decls[i].index != AV_NO_INDEX && c->decls[i].ast->kind != AV_AST_ENUM && c->decls[i].ast->kind != AV_AST_RECORD)
            spans[c->decls[i].index] = c->decls[i].ast->name_span;
    for (uint32_t root = 0; root < p->def_count; root++) {
        if (state[root]) continue;
        size_t count = 0;
        stack[count++] = (walk){root, 0};
        state[root] = 1;
        while (count) {
            walk *top = &stack[count - 1];
            av_def *def = &p->defs[top->def];
            if (top->next < def->read_count) {
                uint32_t read = def->reads[top->next++];
                if (state[read] == 0) {
                    state[read] = 1;
                    stack[count++] = (walk){read, 0};
                } else if (state[read] == 1) {
                    size_t from = count;
                    while (from && stack[from - 1].def != read) from--;
                    report_cycle(c, stack, from ? from - 1 : 0, count, spans);
                } else if (p->defs[read].depth + 1 > def->depth) {
                    def->depth = p->defs[read].depth + 1;
                }
                continue;
            }
            state[top->def] = 2;
            count--;
            if (count && p->defs[stack[count - 1].def].depth < def->depth + 1) p->defs[stack[count - 1].def].depth = def->depth + 1;
            if (def->depth == AV_DEF_DEPTH)
                av_ck_error(c, AV_E_TOO_MANY, spans[top->def], "definitions read each other in a chain longer than %d", AV_DEF_DEPTH);
        }
    }
}
