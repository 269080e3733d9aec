/* Code generation: procedures are generated in shares, side by side, and put together in order. A jump leads within its procedure,
 * so that of an instruction only numbers change: constants are numbered share after share, rules, origins, types and records as
 * the check placed them. */
#include "code/gen.h"

#include <string.h>

/* Of those that remain: enough to be worth a thread's while, and few enough that shares repeat few constants. */
enum { SHARE_PROCS = 1024 };

/** One generator's work. */
typedef struct share {
    av_gen gen;
    bool open;
    av_placement placement;
    uint32_t *numbers; /* the program's, of each constant */
} share;

struct av_codes {
    av_alloc host;
    const av_sources *sources; /* or NULL */
    av_on_bodies on_bodies;
    av_arena arena;
    share know;  /* what constants are known */
    share *made; /* while bodies were checked */
    size_t made_count;
    uint32_t *share_of; /* 1 + share of each procedure the program had before, 0: none */
    uint32_t before;    /* so many */
};

/* ---- while bodies are checked */

static av_status begin(void *payload, const av_program *program, size_t shares) {
    av_codes *codes = payload;
    codes->before = program->proc_count;
    codes->made = AV_NEW_ARRAY(&codes->arena, share, shares);
    codes->share_of = AV_NEW_ARRAY(&codes->arena, uint32_t, codes->before);
    if (codes->made == NULL || codes->share_of == NULL) return AV_ERR_MEMORY;
    codes->made_count = shares;
    av_gen_open(&codes->know.gen, &codes->host, program, codes->sources);
    codes->know.open = true;
    return av_gen_know(&codes->know.gen) != NULL ? codes->know.gen.status : AV_ERR_MEMORY;
}

static void generate(const av_codes *codes, share *s, const av_program *program, av_proc *proc) {
    if (!s->open) {
        av_gen_open(&s->gen, &codes->host, program, codes->sources);
        s->gen.known_defs = codes->know.gen.known_defs;
        s->open = true;
    }
    av_gen_proc(&s->gen, proc);
}

static void body(void *payload, size_t index, const av_program *part, av_proc *proc,
                 uint32_t function) {
    av_codes *codes = payload;
    generate(codes, &codes->made[index], part, proc);
    if (function != AV_NO_INDEX) codes->share_of[function] = (uint32_t)index + 1;
}

static void end(void *payload, size_t index) {
    share *s = &((av_codes *)payload)->made[index];
    if (s->open) av_gen_end(&s->gen);
}

static void place(void *payload, size_t index, const av_placement *placement) {
    ((av_codes *)payload)->made[index].placement = *placement;
}

av_codes *av_codes_new(const av_alloc *host, const av_sources *sources) {
    av_codes *codes = av_alloc_new(host, sizeof *codes);
    if (codes == NULL) return NULL;
    *codes = (av_codes){.host = *host, .sources = sources};
    codes->on_bodies = (av_on_bodies){codes, begin, body, end, place};
    av_arena_init(&codes->arena, host, 0);
    return codes;
}

const av_on_bodies *av_codes_on_bodies(av_codes *codes) {
    return &codes->on_bodies;
}

static void close_share(share *s) {
    if (s->open) av_gen_close(&s->gen);
}

void av_codes_free(av_codes *codes) {
    if (codes == NULL) return;
    for (size_t i = 0; i < codes->made_count; i++) close_share(&codes->made[i]);
    close_share(&codes->know);
    av_arena_free(&codes->arena);
    const av_alloc host = codes->host;
    av_alloc_free(&host, codes, sizeof *codes);
}

/* ---- what remains */

/** Where a procedure's instructions and their places begin. */
typedef struct start {
    uint32_t code, site;
} start;

typedef struct linker {
    av_program *program;
    av_codes *codes;
    av_diags *diags;
    av_arena scratch;
    share *rest;
    size_t rest_count;
    uint32_t *remaining; /* procedures of which there is no code yet */
    size_t remaining_count;
    share **owner;            /* of each procedure's code */
    av_constants constants;   /* the program's */
    uint32_t *path_of_source; /* 1 + index into the program's paths, 0: not looked up */
    start *starts;            /* of each procedure */
} linker;

static void generate_rest(void *work, size_t index) {
    const linker *l = work;
    size_t first = index * SHARE_PROCS, end = first + SHARE_PROCS;
    share *s = &l->rest[index];
    for (size_t i = first; i < end && i < l->remaining_count; i++)
        generate(l->codes, s, l->program, &l->program->procs[l->remaining[i]]);
    av_gen_end(&s->gen);
}

/** Tells whose code each procedure's is, and which have none yet. */
static av_status divide(linker *l) {
    const av_codes *codes = l->codes;
    const av_program *program = l->program;
    l->owner = AV_NEW_ARRAY(&l->scratch, share *, program->proc_count);
    l->remaining = AV_NEW_ARRAY(&l->scratch, uint32_t, program->proc_count);
    if (l->owner == NULL || l->remaining == NULL) return AV_ERR_MEMORY;
    for (uint32_t i = 0; i < codes->before; i++)
        if (codes->share_of[i] != 0) l->owner[i] = &codes->made[codes->share_of[i] - 1];
    for (size_t i = 0; i < codes->made_count; i++) {
        const av_placement *p = &codes->made[i].placement;
        for (uint32_t n = 0; n < p->proc_count; n++) l->owner[p->procs + n] = &codes->made[i];
    }
    for (uint32_t i = 0; i < program->proc_count; i++)
        if (l->owner[i] == NULL) l->remaining[l->remaining_count++] = i;
    l->rest_count = (l->remaining_count + SHARE_PROCS - 1) / SHARE_PROCS;
    l->rest = AV_NEW_ARRAY(&l->scratch, share, l->rest_count);
    if (l->rest == NULL) return AV_ERR_MEMORY;
    for (size_t i = 0; i < l->rest_count; i++)
        l->rest[i].placement = (av_placement){.type_base = UINT32_MAX, .record_base = UINT32_MAX};
    for (size_t i = 0; i < l->remaining_count; i++)
        l->owner[l->remaining[i]] = &l->rest[i / SHARE_PROCS];
    return AV_OK;
}

static share *share_number(const linker *l, size_t i) {
    return i < l->codes->made_count ? &l->codes->made[i] : &l->rest[i - l->codes->made_count];
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

static av_status find_path(linker *l, uint16_t source) {
    const av_program *program = l->program;
    if (l->path_of_source[source] != 0) return AV_OK;
    av_text path = l->codes->sources->items[source].path;
    uint32_t index = 0;
    while (index < program->path_count && !av_text_equal(program->paths[index], path)) index++;
    if (index == program->path_count) AV_TRY(add_path(l, path));
    l->path_of_source[source] = index + 1;
    return AV_OK;
}

static void link_sites(const linker *l, const av_gen *g, const av_proc *proc, av_code_site *out) {
    for (size_t i = 0; i < proc->line_count; i++) {
        const av_gen_site *site = &g->sites[proc->line_start + i];
        const uint32_t path = l->path_of_source[site->span.source] - 1;
        out[i] = (av_code_site){.pc = site->pc, .site = {path, site->line, site->column}};
    }
}

/* ---- constants and code */

/** The program's numbers of a share's constants. */
static av_status link_constants(linker *l, share *s) {
    const av_constants *from = &s->gen.constants;
    s->numbers = AV_NEW_ARRAY(&l->scratch, uint32_t, from->count + 1);
    if (s->numbers == NULL) return AV_ERR_MEMORY;
    for (size_t i = 0; i < from->count; i++) {
        bool added;
        AV_TRY(av_constants_add(&l->constants, from->values[i], from->hashes[i], &s->numbers[i],
                                &added));
    }
    return AV_OK;
}

static void link_instruction(const share *s, av_instruction *one) {
    static const uint8_t second[] = {
#define AV_OP(identifier, name, a, b, c, flags, meaning) AV_X_##b,
#include "code/ops.h"
#undef AV_OP
    };
    const av_placement *p = &s->placement;
    uint32_t number = av_op_wide(*one);
    switch ((av_operand)second[one->op]) {
    case AV_X_CONSTANT:
    case AV_X_TEMPLATE:
    case AV_X_TEXT: number = s->numbers[number]; break;
    case AV_X_RULE: number += p->rules; break;
    case AV_X_ORIGIN:
        if (number != AV_NO_INDEX) number += p->origins;
        break;
    case AV_X_RANGE: number = av_place_type(p, number); break;
    case AV_X_RECORD: number = av_place_record(p, number); break;
    default: return;
    }
    *one = av_op_make_wide((av_opcode)one->op, one->a, number);
}

/** The code of a share's procedures goes to where it belongs. */
static void link_share(void *work, size_t index) {
    const linker *l = work;
    const av_program *program = l->program;
    const share *s = share_number(l, index);
    for (uint32_t i = 0; i < program->proc_count; i++) {
        if (l->owner[i] != s) continue;
        av_proc *proc = &program->procs[i];
        av_instruction *code = program->code + l->starts[i].code;
        memcpy(code, s->gen.code + proc->code_start, proc->code_count * sizeof *code);
        for (uint32_t n = 0; n < proc->code_count; n++) link_instruction(s, &code[n]);
        link_sites(l, &s->gen, proc, program->code_sites + l->starts[i].site);
        proc->code_start = l->starts[i].code;
        proc->line_start = l->starts[i].site;
    }
}

/* ---- all of it */

/** The first failure of a share, reported. */
static av_status find_failure(const linker *l, size_t count) {
    size_t code_count = 0;
    for (size_t i = 0; i < count; i++) {
        const av_gen *g = &share_number(l, i)->gen;
        av_gen_ceiling reached = g->reached;
        code_count += g->code_count;
        if (reached.what == NULL && code_count > AV_CODE_MAX)
            reached = (av_gen_ceiling){"instructions", AV_CODE_MAX, {0}, g->proc->name};
        if (reached.what != NULL && l->diags != NULL)
            (void)av_diag_add(l->diags, AV_E_RULES_TOO_LARGE, reached.span,
                              "`%.*s` needs too many %s: more than %lu", AV_TEXT_ARG(reached.proc),
                              reached.what, (unsigned long)reached.most);
        if (reached.what != NULL) return AV_ERR_LIMIT;
        if (g->status != AV_OK) return g->status;
    }
    return AV_OK;
}

/** What the program has of all shares together, and where in it each procedure's is. */
static av_status lay_out(linker *l, size_t count) {
    av_program *program = l->program;
    for (size_t i = 0; i < count; i++) {
        share *s = share_number(l, i);
        AV_TRY(link_constants(l, s));
        for (size_t n = 0; n < s->gen.site_count; n++)
            AV_TRY(find_path(l, s->gen.sites[n].span.source));
    }
    l->starts = AV_NEW_ARRAY(&l->scratch, start, program->proc_count);
    if (l->starts == NULL) return AV_ERR_MEMORY;
    start next = {0, 0};
    for (uint32_t i = 0; i < program->proc_count; i++) {
        l->starts[i] = next;
        next.code += program->procs[i].code_count;
        next.site += program->procs[i].line_count;
    }
    program->code = av_arena_piece(&program->arena, next.code * sizeof(av_instruction));
    program->code_sites = av_arena_piece(&program->arena, next.site * sizeof(av_code_site));
    program->constants =
        av_arena_copy(&program->arena, l->constants.values, l->constants.count * sizeof(av_value));
    if (program->code == NULL || program->code_sites == NULL || program->constants == NULL)
        return AV_ERR_MEMORY;
    program->code_count = next.code;
    program->code_site_count = next.site;
    program->constant_count = (uint32_t)l->constants.count;
    return AV_OK;
}

static av_status put_together(linker *l, const av_executor *executor) {
    const size_t count = l->codes->made_count + l->rest_count;
    AV_TRY(find_failure(l, count));
    AV_TRY(lay_out(l, count));
    av_do_tasks(executor, count, link_share, l);
    for (size_t i = 0; i < count; i++)
        av_arena_adopt(&l->program->arena, &share_number(l, i)->gen.kept);
    return AV_OK;
}

static av_status link(linker *l, const av_executor *executor) {
    const av_sources *sources = l->codes->sources;
    l->path_of_source = AV_NEW_ARRAY(&l->scratch, uint32_t, sources != NULL ? sources->count : 0);
    if (l->path_of_source == NULL) return AV_ERR_MEMORY;
    if (!l->codes->know.open) AV_TRY(begin(l->codes, l->program, 0));
    AV_TRY(divide(l));
    av_do_tasks(executor, l->rest_count, generate_rest, l);
    const av_status status = put_together(l, executor);
    for (size_t i = 0; i < l->rest_count; i++) close_share(&l->rest[i]);
    return status;
}

av_status av_generate(av_program *program, av_codes *codes, av_diags *diags,
                      const av_executor *executor) {
    const av_alloc *host = &program->arena.host;
    av_codes *own =
        codes == NULL ? av_codes_new(host, diags != NULL ? diags->sources : NULL) : NULL;
    linker l = {.program = program, .codes = codes != NULL ? codes : own, .diags = diags};
    av_arena_init(&l.scratch, host, 0);
    l.constants.arena = &l.scratch;
    const av_status status = l.codes != NULL ? link(&l, executor) : AV_ERR_MEMORY;
    av_arena_free(&l.scratch);
    av_codes_free(own);
    return status;
}
