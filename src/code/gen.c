/* Code generation: the driver; registers, instructions, labels and constants. */
#include "code/gen.h"

#include <string.h>

void av_gen_fail(av_gen *g, av_status status) {
    if (g->status == AV_OK) g->status = status;
}

void av_gen_limit(av_gen *g, const char *what, uint32_t most) {
    if (g->status == AV_OK && g->diags != NULL)
        av_diag_add(g->diags, AV_E_RULES_TOO_LARGE, g->span, "`%.*s` needs too many %s: more than %lu", AV_TEXT_ARG(g->proc->name), what,
                    (unsigned long)most);
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

static uint32_t path_index(av_gen *g, uint16_t source) {
    if (g->diags == NULL || g->diags->sources == NULL || source >= g->path_cap) return AV_NO_INDEX;
    if (g->path_of_source[source] != 0) return g->path_of_source[source] - 1;
    av_program *program = g->program;
    av_text path = g->diags->sources->items[source].path;
    uint32_t index = 0;
    while (index < program->path_count && !av_text_equal(program->paths[index], path)) index++;
    if (index == program->path_count) {
        av_text *paths = AV_NEW_ARRAY(&program->arena, av_text, (size_t)index + 1);
        if (paths == NULL) {
            av_gen_fail(g, AV_ERR_MEMORY);
            return AV_NO_INDEX;
        }
        if (index > 0) memcpy(paths, program->paths, index * sizeof *paths);
        paths[index] = av_arena_text(&program->arena, path);
        if (paths[index].ptr == NULL) {
            av_gen_fail(g, AV_ERR_MEMORY);
            return AV_NO_INDEX;
        }
        program->paths = paths;
        program->path_count = index + 1;
    }
    g->path_of_source[source] = index + 1;
    return index;
}

/** The next instruction may fail: it belongs to the place of the node at work. */
static void add_site(av_gen *g) {
    bool none_yet = g->site_count == g->first_site;
    if (g->span.source == 0 && g->span.end == 0) return;
    if (!none_yet && memcmp(&g->span, &g->site_span, sizeof g->span) == 0) return;
    uint32_t path = path_index(g, g->span.source);
    if (path == AV_NO_INDEX) return;
    av_code_site *sites = av_arena_grow(&g->scratch, g->sites, g->site_count, &g->site_cap, sizeof *sites);
    if (sites == NULL) {
        av_gen_fail(g, AV_ERR_MEMORY);
        return;
    }
    g->sites = sites;
    g->site_span = g->span;
    av_code_site site = {av_gen_here(g), {.path = path}};
    av_sources_line_column(g->diags->sources, g->span, &site.site.line, &site.site.column);
    sites[g->site_count++] = site;
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
    av_instruction *code = av_arena_grow(&g->scratch, g->code, g->code_count, &g->code_cap, sizeof *code);
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

/** Equal in every respect, unlike av_value_equal, for which 1.0 is 1.00 and written fields are like defaults. */
static bool same(av_value a, av_value b) {
    if (a.kind != b.kind || a.scale != b.scale || a.type != b.type) return false;
    if (a.kind == AV_LIST) {
        if (a.as.list->count != b.as.list->count) return false;
        for (size_t i = 0; i < a.as.list->count; i++)
            if (!same(a.as.list->items[i], b.as.list->items[i])) return false;
        return true;
    }
    if (a.kind == AV_RECORD) {
        if (a.as.record->count != b.as.record->count || a.as.record->given != b.as.record->given) return false;
        for (uint32_t i = 0; i < a.as.record->count; i++)
            if (!same(a.as.record->fields[i], b.as.record->fields[i])) return false;
        return true;
    }
    return av_value_equal(a, b);
}

/** A copy that lives as long as the program. */
static av_status keep(av_arena *arena, av_value value, av_value *out) {
    *out = value;
    if (value.kind == AV_STRING) {
        av_text text = av_arena_text(arena, *value.as.string);
        return text.ptr == NULL ? AV_ERR_MEMORY : av_string(arena, text, out);
    }
    if (value.kind == AV_FRAGMENT) {
        av_fragment *copy = AV_NEW(arena, av_fragment);
        if (copy == NULL) return AV_ERR_MEMORY;
        *copy = (av_fragment){.text = av_arena_text(arena, value.as.fragment->text)};
        out->as.fragment = copy;
        return copy->text.ptr == NULL ? AV_ERR_MEMORY : AV_OK;
    }
    if (value.kind == AV_SET) {
        av_members members = {{0}};
        av_members_unite(&members, value);
        return av_set_new(arena, value.type, &members, out);
    }
    if (value.kind == AV_LIST) {
        av_value *items;
        AV_TRY(av_list_new(arena, value.as.list->count, out, &items));
        for (size_t i = 0; i < value.as.list->count; i++) AV_TRY(keep(arena, value.as.list->items[i], &items[i]));
    }
    if (value.kind == AV_RECORD) {
        const av_record *record = value.as.record;
        av_record *copy = av_arena_take(arena, sizeof *copy + record->count * sizeof(av_value));
        if (copy == NULL) return AV_ERR_MEMORY;
        copy->given = record->given;
        copy->count = record->count;
        for (uint32_t i = 0; i < record->count; i++) AV_TRY(keep(arena, record->fields[i], &copy->fields[i]));
        out->as.record = copy;
    }
    return AV_OK;
}

static bool grow_constant_slots(av_gen *g) {
    size_t count = g->constant_slot_count == 0 ? 256 : g->constant_slot_count * 2;
    uint32_t *slots = AV_NEW_ARRAY(&g->scratch, uint32_t, count);
    if (slots == NULL) return false;
    for (size_t i = 0; i < g->constant_count; i++) {
        size_t at = (size_t)g->constant_hashes[i] & (count - 1);
        while (slots[at] != 0) at = (at + 1) & (count - 1);
        slots[at] = (uint32_t)i + 1;
    }
    g->constant_slots = slots;
    g->constant_slot_count = count;
    return true;
}

uint32_t av_gen_constant(av_gen *g, av_value value) {
    if (g->status != AV_OK) return 0;
    if (g->constant_count * 2 >= g->constant_slot_count && !grow_constant_slots(g)) goto memory;
    size_t mask = g->constant_slot_count - 1;
    const uint64_t hash = av_value_hash(value, 0);
    size_t at = (size_t)hash & mask;
    for (; g->constant_slots[at] != 0; at = (at + 1) & mask) {
        const uint32_t index = g->constant_slots[at] - 1;
        if (g->constant_hashes[index] == hash && same(g->constants[index], value)) return index;
    }
    if (g->constant_count >= UINT32_MAX / 2) {
        av_gen_limit(g, "constants", UINT32_MAX / 2);
        return 0;
    }
    av_value *constants =
        av_arena_grow(&g->scratch, g->constants, g->constant_count, &g->constant_cap, sizeof *constants);
    uint64_t *hashes =
        av_arena_grow(&g->scratch, g->constant_hashes, g->constant_count, &g->constant_hash_cap, sizeof *hashes);
    if (constants != NULL) g->constants = constants;
    if (hashes != NULL) g->constant_hashes = hashes;
    if (constants == NULL || hashes == NULL) goto memory;
    hashes[g->constant_count] = hash;
    av_status status = keep(&g->program->arena, value, &constants[g->constant_count]);
    if (status != AV_OK) {
        av_gen_fail(g, status);
        return 0;
    }
    g->constant_slots[at] = (uint32_t)++g->constant_count;
    return (uint32_t)g->constant_count - 1;
memory:
    av_gen_fail(g, AV_ERR_MEMORY);
    return 0;
}

void av_gen_load(av_gen *g, uint32_t to, av_value value) {
    if (value.kind == AV_NONE) {
        av_gen_emit(g, AV_I_NONE, to, 0, 0);
    } else if (value.kind == AV_BOOL) {
        av_gen_emit(g, AV_I_BOOL, to, value.as.integer != 0, 0);
    } else if (value.kind == AV_INT && value.as.integer >= INT32_MIN && value.as.integer <= INT32_MAX) {
        av_gen_wide(g, AV_I_INT, to, (uint32_t)value.as.integer);
    } else {
        av_gen_wide(g, AV_I_CONST, to, av_gen_constant(g, value));
    }
}

/* ---- procedures */

static bool prepare_slots(av_gen *g, uint32_t count) {
    if (count > g->slot_cap) {
        g->slots = AV_NEW_ARRAY(&g->scratch, uint16_t, count);
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

static void gen_proc(av_gen *g, av_proc *proc) {
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
}

/** `count` elements copied from scratch memory into the program's arena. */
static void *finish(av_gen *g, const void *items, size_t count, size_t size) {
    void *copy = av_arena_array(&g->program->arena, count, size);
    if (copy == NULL) av_gen_fail(g, AV_ERR_MEMORY);
    else if (count > 0) memcpy(copy, items, count * size);
    return copy;
}

av_status av_generate(av_program *program, av_diags *diags) {
    av_gen g = {.program = program, .diags = diags};
    av_arena_init(&g.scratch, &program->arena.host, 0);
    g.known_defs = AV_NEW_ARRAY(&g.scratch, av_known_def, program->def_count);
    if (g.known_defs == NULL) av_gen_fail(&g, AV_ERR_MEMORY);
    if (diags != NULL && diags->sources != NULL && diags->sources->count > 0) {
        g.path_cap = diags->sources->count;
        g.path_of_source = AV_NEW_ARRAY(&g.scratch, uint32_t, g.path_cap);
        if (g.path_of_source == NULL) av_gen_fail(&g, AV_ERR_MEMORY);
    }
    for (uint32_t i = 0; i < program->proc_count && g.status == AV_OK; i++)
        gen_proc(&g, &program->procs[i]);
    if (g.status == AV_OK) {
        program->code = finish(&g, g.code, g.code_count, sizeof *g.code);
        program->code_count = (uint32_t)g.code_count;
        program->constants = finish(&g, g.constants, g.constant_count, sizeof *g.constants);
        program->constant_count = (uint32_t)g.constant_count;
        program->code_sites = finish(&g, g.sites, g.site_count, sizeof *g.sites);
        program->code_site_count = (uint32_t)g.site_count;
    }
    av_arena_free(&g.scratch);
    return g.status;
}
