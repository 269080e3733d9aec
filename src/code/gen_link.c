/* Code generation: procedures are generated in shares, side by side, and put together in order. A jump leads within its procedure,
 * so that of an instruction only the number of a constant changes; constants are numbered as one generator would have. */
#include "code/gen.h"

#include <string.h>

enum {
    SHARE_PROCS =
        1024 /* enough to be worth a thread's while, and few enough that shares repeat few constants */
};

typedef struct linker {
    av_program *program;
    av_diags *diags;
    av_gen *shares;
    size_t share_count;
    av_arena scratch;
    av_constants constants;   /* the program's */
    uint32_t *path_of_source; /* 1 + index into the program's paths, 0: not looked up */
    size_t code_count, site_count;
} linker;

static void generate_share(void *work, size_t index) {
    const linker *l = work;
    uint32_t first = (uint32_t)index * SHARE_PROCS, end = first + SHARE_PROCS;
    av_gen_procs(&l->shares[index], first,
                 end < l->program->proc_count ? end : l->program->proc_count);
}

/* ---- places */

static av_status add_path(linker *l, av_text path) {
    av_program *program = l->program;
    av_text *paths = AV_NEW_ARRAY(&program->arena, av_text, (size_t)program->path_count + 1);
    if (paths == NULL) return AV_ERR_MEMORY;
    if (program->path_count > 0) memcpy(paths, program->paths, program->path_count * sizeof *paths);
    paths[program->path_count] = av_arena_text(&program->arena, path);
    if (paths[program->path_count].ptr == NULL) return AV_ERR_MEMORY;
    program->paths = paths;
    program->path_count++;
    return AV_OK;
}

static av_status find_path(linker *l, uint16_t source, uint32_t *out) {
    if (l->path_of_source[source] == 0) {
        const av_program *program = l->program;
        av_text path = l->diags->sources->items[source].path;
        uint32_t index = 0;
        while (index < program->path_count && !av_text_equal(program->paths[index], path)) index++;
        if (index == program->path_count) AV_TRY(add_path(l, path));
        l->path_of_source[source] = index + 1;
    }
    *out = l->path_of_source[source] - 1;
    return AV_OK;
}

static av_status link_sites(linker *l, const av_gen *g, av_code_site *out) {
    for (size_t i = 0; i < g->site_count; i++) {
        const av_gen_site *site = &g->sites[i];
        out[i] =
            (av_code_site){.pc = site->pc, .site = {.line = site->line, .column = site->column}};
        AV_TRY(find_path(l, site->span.source, &out[i].site.path));
        if (site->line == 0)
            av_sources_line_column(l->diags->sources, site->span, &out[i].site.line,
                                   &out[i].site.column);
    }
    return AV_OK;
}

/* ---- constants and code */

/** The program's numbers of a share's constants, which are kept when they are new. */
static av_status link_constants(linker *l, const av_constants *from, uint32_t *numbers) {
    for (size_t i = 0; i < from->count; i++) {
        bool added;
        AV_TRY(
            av_constants_add(&l->constants, from->values[i], from->hashes[i], &numbers[i], &added));
        if (!added) continue;
        av_value *kept = &l->constants.values[numbers[i]];
        AV_TRY(av_constant_keep(&l->program->arena, from->values[i], kept));
    }
    return AV_OK;
}

static bool names_constant(av_instruction i) {
    const av_operand operand = av_op_describe(i.op)->operands[1];
    return operand == AV_X_CONSTANT || operand == AV_X_TEMPLATE || operand == AV_X_TEXT;
}

static void link_code(const av_gen *g, const uint32_t *numbers, av_instruction *out) {
    for (size_t i = 0; i < g->code_count; i++) {
        av_instruction one = g->code[i];
        out[i] = names_constant(one)
                     ? av_op_make_wide((av_opcode)one.op, one.a, numbers[av_op_wide(one)])
                     : one;
    }
}

static av_status link_share(linker *l, size_t index) {
    const av_gen *g = &l->shares[index];
    av_program *program = l->program;
    uint32_t *numbers = AV_NEW_ARRAY(&l->scratch, uint32_t, g->constants.count + 1);
    if (numbers == NULL) return AV_ERR_MEMORY;
    AV_TRY(link_constants(l, &g->constants, numbers));
    link_code(g, numbers, program->code + l->code_count);
    AV_TRY(link_sites(l, g, program->code_sites + l->site_count));
    for (size_t i = index * SHARE_PROCS; i < (index + 1) * SHARE_PROCS && i < program->proc_count;
         i++) {
        program->procs[i].code_start += (uint32_t)l->code_count;
        program->procs[i].line_start += (uint32_t)l->site_count;
    }
    l->code_count += g->code_count;
    l->site_count += g->site_count;
    return AV_OK;
}

/* ---- all of it */

/** The first failure of a share, reported. */
static av_status find_failure(const linker *l) {
    size_t code_count = 0;
    for (size_t i = 0; i < l->share_count; i++) {
        const av_gen *g = &l->shares[i];
        av_gen_ceiling reached = g->reached;
        code_count += g->code_count;
        if (reached.what == NULL && code_count > AV_CODE_MAX)
            reached = (av_gen_ceiling){
                "instructions", AV_CODE_MAX, {0}, &l->program->procs[i * SHARE_PROCS]};
        if (reached.what != NULL && l->diags != NULL)
            (void)av_diag_add(l->diags, AV_E_RULES_TOO_LARGE, reached.span,
                              "`%.*s` needs too many %s: more than %lu",
                              AV_TEXT_ARG(reached.proc->name), reached.what,
                              (unsigned long)reached.most);
        if (reached.what != NULL) return AV_ERR_LIMIT;
        if (g->status != AV_OK) return g->status;
    }
    return AV_OK;
}

static av_status put_together(linker *l) {
    av_program *program = l->program;
    size_t code_count = 0, site_count = 0;
    AV_TRY(find_failure(l));
    for (size_t i = 0; i < l->share_count; i++) {
        code_count += l->shares[i].code_count;
        site_count += l->shares[i].site_count;
    }
    program->code = av_arena_piece(&program->arena, code_count * sizeof(av_instruction));
    program->code_sites = av_arena_piece(&program->arena, site_count * sizeof(av_code_site));
    if (program->code == NULL || program->code_sites == NULL) return AV_ERR_MEMORY;
    for (size_t i = 0; i < l->share_count; i++) AV_TRY(link_share(l, i));
    program->constants =
        av_arena_copy(&program->arena, l->constants.values, l->constants.count * sizeof(av_value));
    if (program->constants == NULL) return AV_ERR_MEMORY;
    program->code_count = (uint32_t)code_count;
    program->code_site_count = (uint32_t)site_count;
    program->constant_count = (uint32_t)l->constants.count;
    return AV_OK;
}

av_status av_generate(av_program *program, av_diags *diags, const av_executor *executor) {
    const av_sources *sources = diags != NULL ? diags->sources : NULL;
    linker l = {.program = program, .diags = diags};
    av_arena_init(&l.scratch, &program->arena.host, 0);
    l.constants.arena = &l.scratch;
    l.share_count = ((size_t)program->proc_count + SHARE_PROCS - 1) / SHARE_PROCS;
    l.shares = AV_NEW_ARRAY(&l.scratch, av_gen, l.share_count);
    l.path_of_source = AV_NEW_ARRAY(&l.scratch, uint32_t, sources != NULL ? sources->count : 0);
    av_status status = l.shares != NULL && l.path_of_source != NULL ? AV_OK : AV_ERR_MEMORY;
    if (status == AV_OK) {
        for (size_t i = 0; i < l.share_count; i++) av_gen_open(&l.shares[i], program, sources);
        av_do_tasks(executor, l.share_count, generate_share, &l);
        status = put_together(&l);
        for (size_t i = 0; i < l.share_count; i++) av_arena_free(&l.shares[i].scratch);
    }
    av_arena_free(&l.scratch);
    return status;
}
