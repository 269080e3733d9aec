/* Code generation: procedures; their registers, instructions and labels. */
#include "code/gen.h"

#include <string.h>

enum { KEPT_CHUNK = 16 * 1024 /* of the memory of what is generated */ };

void av_gen_fail(av_gen *g, av_status status) {
    if (g->status == AV_OK) g->status = status;
}

void av_gen_limit(av_gen *g, const char *what, uint32_t most) {
    if (g->status == AV_OK) g->reached = (av_gen_ceiling){what, most, g->span, g->proc->name};
    av_gen_fail(g, AV_ERR_LIMIT);
}

/* ---- registers */

uint32_t av_gen_take(av_gen *g, uint32_t count) {
    if (count > AV_REGISTERS - g->next_register) {
        av_gen_limit(g, "values at a time", AV_REGISTERS);
        return 0;
    }
    uint32_t first = g->next_register;
    g->next_register += count;
    if (g->next_register > g->register_count) g->register_count = g->next_register;
    return first;
}

void av_gen_define(av_gen *g, uint32_t slot, uint32_t in) {
    if (slot < g->slot_cap) g->slots[slot] = (uint16_t)in;
    else av_gen_fail(g, AV_ERR_CORRUPT);
}

/* ---- places */

/** The next instruction may fail: it belongs to the place of the node at work. */
static void add_site(av_gen *g) {
    if (g->sources == NULL || g->span.source == 0 || g->span.source >= g->sources->count) return;
    bool none_yet = g->site_count == g->first_site;
    if (!none_yet && memcmp(&g->span, &g->sites[g->site_count - 1].span, sizeof g->span) == 0)
        return;
    av_gen_site *sites =
        av_arena_grow(&g->lasting, g->sites, g->site_count, &g->site_cap, sizeof *sites);
    if (sites == NULL) {
        av_gen_fail(g, AV_ERR_MEMORY);
        return;
    }
    g->sites = sites;
    sites[g->site_count++] = (av_gen_site){.pc = av_gen_here(g), .span = g->span};
}

/* ---- instructions and labels */

uint32_t av_gen_here(const av_gen *g) {
    return (uint32_t)(g->code_count - g->start);
}

static void put(av_gen *g, av_instruction instruction) {
    if (g->status != AV_OK) return;
    if ((av_op_describe(instruction.op)->flags & AV_F_FAILS) != 0) add_site(g);
    if (g->code_count >= AV_CODE_MAX) {
        av_gen_limit(g, "instructions", AV_CODE_MAX);
        return;
    }
    av_instruction *code =
        av_arena_grow(&g->lasting, g->code, g->code_count, &g->code_cap, sizeof *code);
    if (code == NULL) {
        av_gen_fail(g, AV_ERR_MEMORY);
        return;
    }
    g->code = code;
    code[g->code_count++] = instruction;
}

void av_gen_emit(av_gen *g, av_opcode op, uint32_t a, uint32_t b, uint32_t c) {
    put(g, (av_instruction){(uint16_t)op, (uint16_t)a, (uint16_t)b, (uint16_t)c});
}

void av_gen_wide(av_gen *g, av_opcode op, uint32_t a, uint32_t wide) {
    put(g, av_op_make_wide(op, a, wide));
}

void av_gen_jump(av_gen *g, av_opcode op, uint32_t a, av_label *label) {
    uint32_t at = av_gen_here(g);
    av_gen_wide(g, op, a, label->pending);
    label->pending = at + 1;
}

void av_gen_bind(av_gen *g, av_label *label) {
    uint32_t here = av_gen_here(g);
    while (g->status == AV_OK && label->pending != 0) {
        av_instruction *jump = &g->code[g->start + label->pending - 1];
        label->pending = av_op_wide(*jump);
        *jump = av_op_make_wide((av_opcode)jump->op, jump->a, here);
    }
}

/* ---- constants */

uint32_t av_gen_constant(av_gen *g, av_value value) {
    uint32_t index = 0;
    bool added;
    if (g->status != AV_OK) return 0;
    av_status status =
        av_constants_add(&g->constants, value, av_value_hash(value, 0), &index, &added);
    if (status == AV_ERR_LIMIT) av_gen_limit(g, "constants", AV_CONSTANTS);
    if (status == AV_OK && added)
        status = av_constant_keep(&g->kept, value, &g->constants.values[index]);
    if (status != AV_OK) av_gen_fail(g, status);
    return index;
}

void av_gen_load(av_gen *g, uint32_t to, av_value value) {
    if (value.kind == AV_NONE) {
        av_gen_emit(g, AV_I_NONE, to, 0, 0);
    } else if (value.kind == AV_BOOL) {
        av_gen_emit(g, AV_I_BOOL, to, value.as.integer != 0, 0);
    } else if (value.kind == AV_INT && value.as.integer >= INT32_MIN &&
               value.as.integer <= INT32_MAX) {
        av_gen_wide(g, AV_I_INT, to, (uint32_t)value.as.integer);
    } else {
        av_gen_wide(g, AV_I_CONST, to, av_gen_constant(g, value));
    }
}

/* ---- procedures */

static bool prepare_slots(av_gen *g, uint32_t count) {
    if (count > g->slot_cap) {
        g->slots = AV_NEW_ARRAY(&g->lasting, uint16_t, count);
        g->slot_cap = g->slots != NULL ? count : 0;
    }
    for (uint32_t i = 0; i < count && i < g->slot_cap; i++) g->slots[i] = (uint16_t)i;
    return g->slot_cap >= count;
}

/** The value of the tree ends the procedure; a choice below `let`s still names its rule. */
static void gen_root(av_gen *g, const av_node *node) {
    if (node->kind == AV_N_CHOOSE) {
        av_gen_choose(g, node, true, 0);
    } else if (node->kind == AV_N_LET) {
        uint32_t in = av_gen_take(g, 1);
        av_gen_into(g, node->a, in);
        av_gen_define(g, node->index, in);
        gen_root(g, node->b);
    } else {
        av_gen_emit(g, AV_I_RETURN, av_gen_value(g, node), 0, 0);
    }
}

void av_gen_proc(av_gen *g, av_proc *proc) {
    if (g->status != AV_OK) return;
    g->proc = proc;
    g->start = g->code_count;
    g->first_site = g->site_count;
    g->span = proc->tree != NULL ? proc->tree->span : (av_span){0};
    g->next_register = g->register_count = 0;
    g->held = NULL;
    if (!prepare_slots(g, proc->slot_count)) {
        av_gen_fail(g, AV_ERR_MEMORY);
        return;
    }
    av_gen_take(g, proc->param_count);
    if (proc->tree != NULL) gen_root(g, proc->tree);
    else av_gen_emit(g, AV_I_NO_CASE, 0, 0, 0);
    proc->code_start = (uint32_t)g->start;
    proc->code_count = av_gen_here(g);
    proc->register_count = g->register_count;
    proc->line_start = (uint32_t)g->first_site;
    proc->line_count = (uint32_t)(g->site_count - g->first_site);
    if (g->scratch.failed) av_gen_fail(g, AV_ERR_MEMORY);
    av_arena_rewind(&g->scratch);
}

static void locate_sites(av_gen *g) {
    uint16_t source = 0;
    uint32_t hint = 0;
    for (size_t i = 0; i < g->site_count; i++) {
        av_gen_site *site = &g->sites[i];
        if (site->span.source != source) hint = 0;
        source = site->span.source;
        (void)av_sources_mapped_place(g->sources, site->span, &hint, &site->line, &site->column);
    }
}

/** What was made moves to where it has no room to grow. */
static void pack(av_gen *g) {
    av_arena packed;
    av_arena_init(&packed, &g->lasting.host, 0);
    av_constants *c = &g->constants;
    void *code = av_arena_copy(&packed, g->code, g->code_count * sizeof *g->code),
         *sites = av_arena_copy(&packed, g->sites, g->site_count * sizeof *g->sites),
         *values = av_arena_copy(&packed, c->values, c->count * sizeof *c->values),
         *hashes = av_arena_copy(&packed, c->hashes, c->count * sizeof *c->hashes);
    if (packed.failed) av_gen_fail(g, AV_ERR_MEMORY);
    g->code = code;
    g->sites = sites;
    *c = (av_constants){.values = values, .hashes = hashes, .count = c->count};
    av_arena_free(&g->lasting);
    g->lasting = packed;
}

void av_gen_end(av_gen *g) {
    locate_sites(g);
    av_arena_free(&g->scratch);
    pack(g);
}

void av_gen_open(av_gen *g, const av_alloc *host, const av_program *program,
                 const av_sources *sources) {
    *g = (av_gen){.program = program, .sources = sources};
    av_arena_init(&g->scratch, host, 0);
    av_arena_init(&g->lasting, host, 0);
    av_arena_init(&g->kept, host, 0);
    g->lasting.chunk = g->kept.chunk = KEPT_CHUNK;
    g->constants.arena = &g->lasting;
}

void av_gen_close(av_gen *g) {
    av_arena_free(&g->scratch);
    av_arena_free(&g->lasting);
    av_arena_free(&g->kept);
}
