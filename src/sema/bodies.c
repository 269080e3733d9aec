/* Bodies of definitions, checked side by side. Declarations are cut into shares, neighbours together. A share reads what is declared
 * and writes its own definitions; all else it makes it keeps to itself and numbers from 0, types and records from where the
 * program's end. Joining counts and looks these numbers on: what comes out is the same for any cut and any number of threads. */
#include <stdlib.h>
#include <string.h>

#include "sema/checker.h"

enum {
    /* of source text whose bodies one task checks, unless a single definition has more */
    SHARE_BYTES = 128 * 1024,
    SHARE_CHUNK = 16 * 1024, /* of the memory of what a share keeps */
    SHARE_TYPES = 32         /* types, and records, a share makes before its tables grow */
};

typedef struct share {
    size_t first, end; /* declarations */
    size_t weight;     /* bytes of their texts */
    av_checker c;
    av_program part;
    av_arena lasting, trees;
    av_diags diags;
    av_placement placement;
} share;

struct av_bodies {
    av_checker *c;
    const av_on_bodies *on;
    bool trees_go;
    share *shares;
    size_t count;
    const share **order; /* heaviest first */
};

/* ---- cutting */

static size_t length_of(const av_decl *decl) {
    size_t bytes = decl->ast->span.end - decl->ast->span.start;
    if (decl->infer) bytes += decl->infer->span.end - decl->infer->span.start;
    for (const av_extension *x = decl->extensions; x; x = x->next)
        bytes += x->ast->span.end - x->ast->span.start;
    return bytes;
}

static int heavier(const void *a, const void *b) {
    const share *x = *(const share *const *)a, *y = *(const share *const *)b;
    return x->weight != y->weight ? (x->weight < y->weight ? 1 : -1) : (x > y) - (x < y);
}

av_bodies *av_ck_bodies_cut(av_checker *c, const av_check_options *options) {
    av_bodies *b = AV_NEW(c->lasting, av_bodies);
    size_t bytes = 0;
    for (size_t i = 0; i < c->decl_count; i++) bytes += length_of(&c->decls[i]);
    const size_t most =
        bytes / SHARE_BYTES * 2 + 2; /* two neighbours are more than one share's bytes together */
    if (b) {
        *b = (av_bodies){.c = c,
                         .on = options->on_bodies,
                         .trees_go = options->trees_go,
                         .shares = AV_NEW_ARRAY(c->lasting, share, most),
                         .order = AV_NEW_ARRAY(c->lasting, const share *, most)};
    }
    if (!b || !b->shares || !b->order) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return NULL;
    }
    for (size_t i = 0; i < c->decl_count; i++) {
        const size_t weight = length_of(&c->decls[i]);
        share *last = b->count ? &b->shares[b->count - 1] : NULL;
        if (!last || last->weight + weight > SHARE_BYTES) {
            last = &b->shares[b->count++];
            last->first = i;
        }
        last->weight += weight;
        last->end = i + 1;
    }
    for (size_t i = 0; i < b->count; i++) b->order[i] = &b->shares[i];
    qsort(b->order, b->count, sizeof *b->order, heavier);
    if (c->diags->error_count) b->on = NULL;
    for (size_t f = 0; f < c->file_count; f++)
        if (c->files[f].syntax->has_errors) b->on = NULL;
    if (b->on) {
        const av_status status = b->on->begin(b->on->payload, c->program, b->count);
        if (status != AV_OK) av_ck_fail(c, status);
    }
    return b;
}

size_t av_ck_bodies_count(const av_bodies *b) {
    return b ? b->count : 0;
}

/* ---- one share */

/* The program's types and records may be added to: a share has its own copy of them. */
static bool open_share(const av_bodies *b, share *s) {
    const av_alloc *host = &b->c->lasting->host;
    const av_program *whole = b->c->program;
    av_arena_init(&s->lasting, host, 0);
    av_arena_init(&s->trees, host, 0);
    s->lasting.chunk = SHARE_CHUNK;
    av_diags_init(&s->diags, &s->lasting, b->c->sources);
    s->part = *whole;
    av_arena_init(&s->part.arena, host, 0);
    s->part.arena.chunk = SHARE_CHUNK;
    s->part.procs = NULL;
    s->part.rules = NULL;
    s->part.origins = NULL;
    s->part.proc_count = s->part.rule_count = s->part.origin_count = 0;
    s->placement =
        (av_placement){.type_base = whole->type_count, .record_base = whole->record_count};
    s->c = *b->c;
    s->c.program = &s->part;
    s->c.diags = &s->diags;
    s->c.scratch = s->c.lasting = &s->lasting;
    s->c.proc_cap = s->c.rule_cap = s->c.origin_cap = 0;
    s->c.locals = NULL;
    s->c.reads = s->c.reasons = NULL;
    s->c.local_cap = s->c.read_cap = s->c.reason_cap = 0;
    s->c.nests = NULL;
    s->c.key_uses = NULL;
    s->c.nest_count = s->c.nest_cap = s->c.key_use_count = s->c.key_use_cap = 0;
    s->c.base_types = &b->c->type_by_hash;
    av_map_init(&s->c.type_by_hash, &s->lasting);
    av_map_init(&s->c.keys_given, &s->lasting);
    s->c.decl_used = b->c->decl_used ? AV_NEW_ARRAY(&s->lasting, bool, b->c->decl_count + 1) : NULL;
    s->c.type_cap = whole->type_count + SHARE_TYPES;
    s->c.record_cap = whole->record_count + SHARE_TYPES;
    s->part.types = av_arena_piece(&s->part.arena, s->c.type_cap * sizeof *whole->types);
    s->part.records = av_arena_piece(&s->part.arena, s->c.record_cap * sizeof *whole->records);
    if (s->part.types)
        memcpy(s->part.types, whole->types, whole->type_count * sizeof *whole->types);
    if (s->part.records)
        memcpy(s->part.records, whole->records, whole->record_count * sizeof *whole->records);
    /* Room for one, so that what could not be kept can be written to index 0 without harm. */
    s->part.procs = av_arena_grow(&s->part.arena, NULL, 0, &s->c.proc_cap, sizeof *s->part.procs);
    s->part.rules = av_arena_grow(&s->part.arena, NULL, 0, &s->c.rule_cap, sizeof *s->part.rules);
    return s->part.types && s->part.records && s->part.procs && s->part.rules &&
           (s->c.decl_used || !b->c->decl_used) && av_intern_init(&s->c.keys, &s->lasting) == AV_OK;
}

static bool is_sound(const share *s) {
    return s->c.status == AV_OK && !s->lasting.failed && !s->trees.failed &&
           !s->part.arena.failed && !s->diags.failed;
}

static bool is_function(const av_decl *decl) {
    return decl->ast->kind == AV_AST_FUNC || decl->ast->kind == AV_AST_TABLE;
}

/* Whether what cannot be told of a definition alone, as whether cases leave something over, asks for its trees. */
static bool is_looked_through(const av_decl *decl) {
    switch (decl->ast->kind) {
    case AV_AST_FUNC:
    case AV_AST_TABLE:
    case AV_AST_FACT:
    case AV_AST_DECISION:
    case AV_AST_MATRIX: return true;
    default: return false;
    }
}

static void tell(const av_bodies *b, share *s, const av_decl *decl, uint32_t first) {
    const size_t index = (size_t)(s - b->shares);
    if (is_function(decl)) {
        const uint32_t proc = b->c->program->defs[decl->index].proc;
        b->on->body(b->on->payload, index, &s->part, &b->c->program->procs[proc], proc);
    }
    for (uint32_t i = first; i < s->part.proc_count; i++)
        b->on->body(b->on->payload, index, &s->part, &s->part.procs[i], AV_NO_INDEX);
}

static void check_one(const av_bodies *b, share *s, av_decl *decl) {
    const bool goes = b->trees_go && !b->c->analyse && !is_looked_through(decl);
    const uint32_t first = s->part.proc_count;
    s->c.scratch = goes ? &s->trees : &s->lasting;
    s->c.file = decl->file;
    av_ck_body(&s->c, decl);
    if (b->on && is_sound(s) && !s->diags.error_count) tell(b, s, decl, first);
    if (!goes) return;
    for (uint32_t i = first; i < s->part.proc_count; i++) s->part.procs[i].tree = NULL;
    av_arena_rewind(&s->trees);
}

void av_ck_bodies_share(av_bodies *b, size_t turn) {
    share *s = &b->shares[b->order[turn] - b->shares];
    if (!open_share(b, s)) av_ck_fail(&s->c, AV_ERR_MEMORY);
    for (size_t i = s->first; i < s->end && is_sound(s); i++) check_one(b, s, &b->c->decls[i]);
    if (!is_sound(s)) av_ck_fail(&s->c, AV_ERR_MEMORY);
    av_arena_free(&s->trees);
    if (b->on) b->on->end(b->on->payload, (size_t)(s - b->shares));
}

/* ---- joining: what all shares have together, one after the other */

static void join_keys(av_checker *c, const av_checker *from) {
    av_name *names = AV_NEW_ARRAY(c->lasting, av_name, from->keys.count + 1);
    if (!names) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    for (size_t i = 0; i < from->keys.count; i++) names[i] = av_ck_key(c, from->keys.texts[i]);
    for (size_t i = 0; i < from->keys_given.count; i++) {
        const uint64_t entry = from->keys_given.entries[i].key;
        const uint64_t key = entry >> 32 << 32 | names[(av_name)entry];
        if (av_map_set(&c->keys_given, key, 1) != AV_OK) av_ck_fail(c, AV_ERR_MEMORY);
    }
    for (size_t i = 0; i < from->key_use_count; i++) {
        av_key_use *uses =
            av_arena_grow(c->lasting, c->key_uses, c->key_use_count, &c->key_use_cap, sizeof *uses);
        if (!uses) {
            av_ck_fail(c, AV_ERR_MEMORY);
            return;
        }
        c->key_uses = uses;
        uses[c->key_use_count] = from->key_uses[i];
        uses[c->key_use_count++].key = names[from->key_uses[i].key];
    }
}

static void join_nests(av_checker *c, const av_checker *from) {
    for (size_t i = 0; i < from->nest_count; i++) {
        av_nest *nests =
            av_arena_grow(c->lasting, c->nests, c->nest_count, &c->nest_cap, sizeof *nests);
        if (!nests) {
            av_ck_fail(c, AV_ERR_MEMORY);
            return;
        }
        c->nests = nests;
        nests[c->nest_count++] = from->nests[i];
    }
}

/* A record's fields are of types that came before it, and what is made of it came after: so each finds what it is made of. */
static uint32_t join_record(av_checker *c, const share *s, uint32_t record, uint32_t *records) {
    if (record < s->placement.record_base) return record;
    uint32_t *number = &records[record - s->placement.record_base];
    if (*number == AV_NO_INDEX) {
        const av_record_field *fields = s->part.records[record].fields;
        *number = av_ck_group_record(c, av_place_type(&s->placement, fields[0].type),
                                     av_place_type(&s->placement, fields[1].type));
    }
    return *number;
}

static void join_types(av_checker *c, share *s) {
    av_placement *p = &s->placement;
    const size_t type_count = s->part.type_count - p->type_base,
                 record_count = s->part.record_count - p->record_base;
    av_type_id *types = AV_NEW_ARRAY(c->lasting, av_type_id, type_count + 1);
    uint32_t *records = AV_NEW_ARRAY(c->lasting, uint32_t, record_count + 1);
    if (!types || !records) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    p->types = types;
    p->records = records;
    for (size_t i = 0; i < record_count; i++) records[i] = AV_NO_INDEX;
    for (size_t i = 0; i < type_count; i++) {
        av_type type = s->part.types[p->type_base + i];
        type.element = av_place_type(p, type.element);
        if (type.kind == AV_T_RECORD || type.kind == AV_T_REF)
            type.index = join_record(c, s, type.index, records);
        types[i] = av_ck_type(c, type);
    }
    for (size_t i = 0; i < record_count; i++)
        (void)join_record(c, s, (uint32_t)(p->record_base + i), records);
}

/* Room for `more` elements in a table of the program. */
static void *room(av_checker *c, void *items, size_t count, size_t more, size_t *cap, size_t size) {
    while (items && *cap < count + more)
        items = av_arena_grow_full(&c->program->arena, items, count, cap, size);
    if (!items) av_ck_fail(c, AV_ERR_MEMORY);
    return items;
}

static void join_counts(av_checker *c, av_bodies *b) {
    av_program *p = c->program;
    size_t procs = p->proc_count, rules = p->rule_count, origins = p->origin_count;
    for (size_t i = 0; i < b->count; i++) {
        share *s = &b->shares[i];
        s->placement.procs = (uint32_t)procs;
        s->placement.rules = (uint32_t)rules;
        s->placement.origins = (uint32_t)origins;
        s->placement.proc_count = s->part.proc_count;
        procs += s->part.proc_count;
        rules += s->part.rule_count;
        origins += s->part.origin_count;
    }
    if (rules > AV_RULES_MAX || procs >= AV_NO_INDEX || origins >= AV_NO_INDEX) {
        av_ck_fail(c, AV_ERR_LIMIT);
        return;
    }
    void *proc_room = room(c, p->procs, p->proc_count, procs - p->proc_count, &c->proc_cap,
                           sizeof *p->procs),
         *rule_room = room(c, p->rules, p->rule_count, rules - p->rule_count, &c->rule_cap,
                           sizeof *p->rules),
         *first = av_arena_grow(&p->arena, p->origins, p->origin_count, &c->origin_cap,
                                sizeof *p->origins),
         *origin_room = room(c, first, p->origin_count, origins - p->origin_count, &c->origin_cap,
                             sizeof *p->origins);
    if (first) p->origins = first;
    if (proc_room) p->procs = proc_room;
    if (rule_room) p->rules = rule_room;
    if (origin_room) p->origins = origin_room;
    if (c->status != AV_OK) return;
    p->proc_count = (uint32_t)procs;
    p->rule_count = (uint32_t)rules;
    p->origin_count = (uint32_t)origins;
}

/* ---- joining: what each share has for itself, side by side */

static void place_tree(const av_placement *p, av_node *n) {
    if (!n || n->placed) return;
    n->placed = true;
    n->type = av_place_type(p, n->type);
    switch ((av_node_kind)n->kind) {
    case AV_N_CASE:
        if (n->index != AV_NO_INDEX) n->index += p->rules;
        break;
    case AV_N_RECORD:
    case AV_N_WITH:
        if (n->index != AV_NO_INDEX) n->index = av_place_record(p, n->index);
        break;
    case AV_N_GROUP:
        if (n->extra != AV_NO_INDEX) n->extra = av_place_record(p, n->extra);
        break;
    case AV_N_PART_TEXT:
    case AV_N_PART_VALUE:
    case AV_N_PART_SECTION:
        if (n->extra != AV_NO_INDEX) n->extra += p->origins;
        break;
    default: break;
    }
    place_tree(p, n->a);
    if (av_node_has_b(n)) {
        place_tree(p, n->b);
        place_tree(p, n->c);
    }
    for (uint32_t i = 0; i < n->count; i++) place_tree(p, n->items[i]);
}

static void place_proc(const av_placement *p, av_proc *proc) {
    proc->type = av_place_type(p, proc->type);
    place_tree(p, (av_node *)(uintptr_t)proc->tree);
}

static void place_number(uint32_t *number, uint32_t first) {
    if (*number != AV_NO_INDEX) *number += first;
}

static void place_rule(const av_placement *p, av_rule *rule) {
    uint32_t *procs[] = {&rule->when,    &rule->value,    &rule->because, &rule->condition,
                         &rule->failure, &rule->rejected, &rule->risk};
    for (size_t i = 0; i < AV_COUNT(procs); i++) place_number(procs[i], p->procs);
}

static bool has_rules(const av_def *def) {
    switch (def->kind) {
    case AV_DEF_FACT:
    case AV_DEF_CONFLICT:
    case AV_DEF_DECISION:
    case AV_DEF_MATRIX:
    case AV_DEF_TABLE:
    case AV_DEF_COLLECTION: return true;
    default: return false;
    }
}

static void place_def(const av_placement *p, av_def *def) {
    uint32_t *procs[] = {&def->ask,     &def->title,  &def->path,
                         &def->tension, &def->effect, &def->repair_because};
    for (size_t i = 0; i < AV_COUNT(procs); i++) place_number(procs[i], p->procs);
    if (def->kind != AV_DEF_FUNC && def->kind != AV_DEF_TABLE) place_number(&def->proc, p->procs);
    if (has_rules(def)) def->first_rule += p->rules;
    av_matrix_option *options = (av_matrix_option *)(uintptr_t)def->options;
    for (uint32_t i = 0; i < def->option_count; i++) {
        options[i].first_rule += p->rules;
        place_number(&options[i].secondary, p->rules);
        place_number(&options[i].wrong_if, p->procs);
    }
}

static void place_share(void *work, size_t index) {
    const av_bodies *b = work;
    const share *s = &b->shares[index];
    const av_placement *p = &s->placement;
    const av_program *part = &s->part, *whole = b->c->program;
    for (uint32_t i = 0; i < part->proc_count; i++) {
        place_proc(p, &part->procs[i]);
        whole->procs[p->procs + i] = part->procs[i];
    }
    for (uint32_t i = 0; i < part->rule_count; i++) {
        place_rule(p, &part->rules[i]);
        whole->rules[p->rules + i] = part->rules[i];
    }
    for (uint32_t i = 0; i < part->origin_count; i++)
        whole->origins[p->origins + i] = part->origins[i];
    for (size_t i = s->first; i < s->end; i++) {
        const av_decl *decl = &b->c->decls[i];
        if (!av_ck_is_definition(decl) || decl->ast->kind == AV_AST_CONST) continue;
        av_def *def = &whole->defs[decl->index];
        place_def(p, def);
        if (is_function(decl)) place_proc(p, &whole->procs[def->proc]);
    }
}

void av_ck_bodies_join(av_bodies *b) {
    if (!b) return;
    av_checker *c = b->c;
    for (size_t i = 0; i < b->count; i++) {
        share *s = &b->shares[i];
        if (s->c.status != AV_OK) av_ck_fail(c, s->c.status);
        av_diags_take(c->diags, &s->diags);
        if (c->status == AV_OK) join_types(c, s);
        if (c->status == AV_OK) join_keys(c, &s->c);
        if (c->status == AV_OK) join_nests(c, &s->c);
        for (size_t d = 0; s->c.decl_used && d < c->decl_count; d++)
            c->decl_used[d] = c->decl_used[d] || s->c.decl_used[d];
        av_arena_adopt(c->lasting, &s->lasting);
        av_arena_adopt(&c->program->arena, &s->part.arena);
    }
    if (c->status == AV_OK) join_counts(c, b);
    if (c->status != AV_OK) return;
    av_do_tasks(c->executor, b->count, place_share, b);
    for (size_t i = 0; b->on && i < b->count; i++)
        b->on->place(b->on->payload, i, &b->shares[i].placement);
}
