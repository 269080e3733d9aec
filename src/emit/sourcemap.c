#include "emit/sourcemap.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/map.h"

#include <string.h>

/** The facts every definition reads, directly or through others: one bit a fact, a row a
 * definition, made when asked for. */
typedef struct closure {
    const av_program *program;
    av_arena *arena;
    uint32_t *facts; /**< definitions that are facts, sorted by name */
    uint32_t *bit;   /**< of a definition: its place in `facts`, or AV_NO_INDEX */
    size_t fact_count, words;
    uint64_t **rows; /**< NULL until asked for */
} closure;

/** The sets of facts that lines speak of, each once. */
typedef struct fact_sets {
    av_map by_hash;        /**< hash, or the next free number after it, to a place in `sets` */
    const uint64_t **sets; /**< closure's words each */
    uint32_t count, cap;
} fact_sets;

/** Heap sort of facts by name: the standard library's is not promised to be stable or without
 * allocation. */
static void sift(const av_program *program, uint32_t *facts, size_t root, size_t count) {
    for (size_t child = 2 * root + 1; child < count; root = child, child = 2 * root + 1) {
        if (child + 1 < count && av_text_compare(program->defs[facts[child]].name,
                                                 program->defs[facts[child + 1]].name) < 0)
            child++;
        if (av_text_compare(program->defs[facts[root]].name, program->defs[facts[child]].name) >= 0)
            return;
        uint32_t swap = facts[root];
        facts[root] = facts[child];
        facts[child] = swap;
    }
}

static void sort_facts(const av_program *program, uint32_t *facts, size_t count) {
    for (size_t root = count / 2; root > 0; root--) sift(program, facts, root - 1, count);
    for (size_t end = count; end > 1; end--) {
        uint32_t swap = facts[0];
        facts[0] = facts[end - 1];
        facts[end - 1] = swap;
        sift(program, facts, 0, end - 1);
    }
}

static av_status init_closure(closure *c, av_arena *arena, const av_program *program) {
    *c = (closure){.program = program, .arena = arena};
    c->facts = AV_NEW_ARRAY(arena, uint32_t, program->def_count);
    c->bit = AV_NEW_ARRAY(arena, uint32_t, program->def_count);
    c->rows = AV_NEW_ARRAY(arena, uint64_t *, program->def_count);
    if (!c->facts || !c->bit || !c->rows) return AV_ERR_MEMORY;
    for (uint32_t d = 0; d < program->def_count; d++) {
        c->bit[d] = AV_NO_INDEX;
        if (program->defs[d].kind == AV_DEF_FACT) c->facts[c->fact_count++] = d;
    }
    sort_facts(program, c->facts, c->fact_count);
    for (uint32_t f = 0; f < c->fact_count; f++) c->bit[c->facts[f]] = f;
    c->words = c->fact_count / 64 + 1;
    return AV_OK;
}

/** Adds the facts behind `def`, itself included, to `into`. Recursion ends: definitions do not read each other in a
 * circle (AV_DEF_DEPTH). */
static av_status add_facts(closure *c, uint32_t def, uint64_t *into) {
    if (!c->rows[def]) {
        uint64_t *row = AV_NEW_ARRAY(c->arena, uint64_t, c->words);
        if (!row) return AV_ERR_MEMORY;
        c->rows[def] = row;
        uint32_t bit = c->bit[def];
        if (bit != AV_NO_INDEX) row[bit / 64] |= UINT64_C(1) << bit % 64;
        const av_def *d = &c->program->defs[def];
        for (uint32_t r = 0; r < d->read_count; r++) AV_TRY(add_facts(c, d->reads[r], row));
    }
    for (size_t w = 0; w < c->words; w++) into[w] |= c->rows[def][w];
    return AV_OK;
}

/* ---- lines */

/** What is known of the line that is being looked at. */
typedef struct line_state {
    uint32_t def;
    av_site site;
    uint64_t *facts; /**< closure's words */
} line_state;

/** Walks over the lines of a file. */
typedef struct walker {
    closure *closure;
    const av_file *file;
    const av_fragment *fragment; /**< NULL for a value that was serialised */
    size_t offset, mark;         /**< start of the next line; the mark that holds there */
    uint32_t line;               /**< the line looked at, from 1 */
    line_state now;
} walker;

static av_status start_walk(walker *w, closure *c, const av_file *file) {
    *w = (walker){.closure = c, .file = file};
    if (file->artifact.content.kind == AV_FRAGMENT)
        w->fragment = file->artifact.content.as.fragment;
    w->now.facts = AV_NEW_ARRAY(c->arena, uint64_t, c->words);
    return w->now.facts ? AV_OK : AV_ERR_MEMORY;
}

static av_status add_origin(walker *w, uint32_t origin) {
    const av_program *program = w->closure->program;
    if (origin >= program->origin_count) return AV_OK;
    const av_origin *o = &program->origins[origin];
    if (w->now.def == AV_NO_INDEX) {
        w->now.def = o->def;
        w->now.site = o->site;
    }
    for (uint32_t r = 0; r < o->read_count; r++)
        AV_TRY(add_facts(w->closure, o->reads[r], w->now.facts));
    return AV_OK;
}

/** Looks at the next line; `*more` is false at the end of the file. */
static av_status next_line(walker *w, bool *more) {
    av_text bytes = w->file->bytes;
    *more = w->offset < bytes.len;
    if (!*more) return AV_OK;
    size_t end = av_text_find(bytes, AV_TEXT("\n"), w->offset);
    end = end == SIZE_MAX ? bytes.len : end + 1;
    w->line++;
    w->now.def = AV_NO_INDEX;
    w->now.site = (av_site){0, 0, 0};
    memset(w->now.facts, 0, w->closure->words * sizeof *w->now.facts);
    if (!w->fragment) {
        const av_def *def = &w->closure->program->defs[w->file->artifact.def];
        w->now.def = w->file->artifact.def;
        w->now.site = def->site;
        AV_TRY(add_facts(w->closure, w->now.def, w->now.facts));
    } else if (w->fragment->mark_count > 0) {
        while (w->mark + 1 < w->fragment->mark_count &&
               w->fragment->marks[w->mark + 1].offset <= w->offset)
            w->mark++;
        for (size_t m = w->mark; m < w->fragment->mark_count && w->fragment->marks[m].offset < end;
             m++)
            AV_TRY(add_origin(w, w->fragment->marks[m].origin));
    }
    w->offset = end;
    return AV_OK;
}

/* ---- the map */

static bool same_line(const closure *c, const line_state *a, const line_state *b) {
    return a->def == b->def && a->site.path == b->site.path && a->site.line == b->site.line &&
           a->site.column == b->site.column &&
           memcmp(a->facts, b->facts, c->words * sizeof *a->facts) == 0;
}

/** The number of a set of facts; a new one is kept. */
static av_status number_of(const closure *c, fact_sets *sets, const uint64_t *facts,
                           uint32_t *out) {
    const size_t size = c->words * sizeof *facts;
    uint64_t key = av_hash((av_text){(const char *)facts, size}, 0), at;
    for (; av_map_get(&sets->by_hash, key, &at); key++) {
        *out = (uint32_t)at;
        if (memcmp(sets->sets[at], facts, size) == 0) return AV_OK;
    }
    if (sets->count == sets->cap) {
        const uint32_t cap = sets->cap ? sets->cap * 2 : 64;
        const uint64_t **more = AV_NEW_ARRAY(c->arena, const uint64_t *, cap);
        if (!more) return AV_ERR_MEMORY;
        if (sets->count) memcpy(more, sets->sets, sets->count * sizeof *more);
        sets->sets = more;
        sets->cap = cap;
    }
    uint64_t *copy = AV_NEW_ARRAY(c->arena, uint64_t, c->words);
    if (!copy) return AV_ERR_MEMORY;
    memcpy(copy, facts, size);
    AV_TRY(av_map_set(&sets->by_hash, key, sets->count));
    *out = sets->count;
    sets->sets[sets->count++] = copy;
    return AV_OK;
}

static void put_number(av_buf *out, av_text before, uint32_t number) {
    av_buf_put(out, before);
    av_buf_put_int(out, number);
}

static av_status write_entry(const closure *c, fact_sets *sets, av_json *json,
                             const line_state *state, uint32_t first, uint32_t last,
                             av_buf *entry) {
    const av_program *program = c->program;
    if (state->def == AV_NO_INDEX) return AV_OK;
    uint32_t set;
    AV_TRY(number_of(c, sets, state->facts, &set));
    /* There are many lines: each is put together here and goes into the map as it is. */
    av_buf_clear(entry);
    put_number(entry, AV_TEXT("{\"line\":"), first);
    put_number(entry, AV_TEXT(",\"end\":"), last);
    av_buf_put(entry, AV_TEXT(",\"rule\":"));
    av_json_quote(entry, program->defs[state->def].name);
    if (state->site.line > 0 && state->site.path < program->path_count) {
        av_buf_put(entry, AV_TEXT(",\"at\":"));
        av_json_quote(entry, program->paths[state->site.path]);
        av_buf_truncate(entry, entry->len - 1); /* its last quote */
        put_number(entry, AV_TEXT(":"), state->site.line);
        put_number(entry, AV_TEXT(":"), state->site.column);
        av_buf_putc(entry, '"');
    }
    put_number(entry, AV_TEXT(",\"facts\":"), set);
    av_buf_putc(entry, '}');
    av_json_raw(json, av_buf_text(entry));
    return entry->status;
}

static uint32_t count_lines(av_text bytes) {
    uint32_t count = 0;
    for (size_t at = 0; at < bytes.len; count++) {
        const char *end = memchr(bytes.ptr + at, '\n', bytes.len - at);
        at = end != NULL ? (size_t)(end - bytes.ptr) + 1 : bytes.len;
    }
    return count;
}

static av_status write_file(closure *c, fact_sets *sets, av_json *json, const av_file *file,
                            av_buf *scratch) {
    walker w;
    AV_TRY(start_walk(&w, c, file));
    line_state last = {.def = AV_NO_INDEX, .facts = AV_NEW_ARRAY(c->arena, uint64_t, c->words)};
    if (!last.facts) return AV_ERR_MEMORY;
    uint32_t first = 1;
    av_json_key(json, file->path);
    av_json_array(json);
    for (bool more = true;;) {
        AV_TRY(next_line(&w, &more));
        if (more && !w.fragment) { /* one origin for all lines */
            AV_TRY(write_entry(c, sets, json, &w.now, 1, count_lines(file->bytes), scratch));
            break;
        }
        if (more && w.line > 1 && same_line(c, &last, &w.now)) continue;
        uint32_t end = more ? w.line - 1 : w.line;
        if (end > 0) AV_TRY(write_entry(c, sets, json, &last, first, end, scratch));
        if (!more) break;
        first = w.line;
        last.def = w.now.def;
        last.site = w.now.site;
        memcpy(last.facts, w.now.facts, c->words * sizeof *last.facts);
    }
    av_json_end(json);
    return AV_OK;
}

static void write_sets(const closure *c, const fact_sets *sets, av_json *json) {
    av_json_key(json, AV_TEXT("fact_sets"));
    av_json_array(json);
    for (uint32_t s = 0; s < sets->count; s++) {
        av_json_row(json);
        av_json_array(json);
        for (size_t f = 0; f < c->fact_count; f++)
            if ((sets->sets[s][f / 64] >> f % 64 & 1) != 0)
                av_json_text(json, c->program->defs[c->facts[f]].name);
        av_json_end(json);
    }
    av_json_end(json);
}

av_status av_sourcemap_write(const av_program *program, const av_files *files, av_buf *out) {
    av_arena arena;
    av_arena_init(&arena, &out->host, 0);
    closure c;
    fact_sets sets = {0};
    av_map_init(&sets.by_hash, &arena);
    av_buf scratch;
    av_buf_init(&scratch, &out->host, 0);
    av_json json;
    av_json_init(&json, out, true);
    av_status status = init_closure(&c, &arena, program);
    av_json_object(&json);
    av_json_key(&json, AV_TEXT("version"));
    av_json_int(&json, 1);
    av_json_key(&json, AV_TEXT("files"));
    av_json_object(&json);
    for (size_t i = 0; i < files->count && status == AV_OK; i++)
        status = write_file(&c, &sets, &json, &files->items[i], &scratch);
    av_json_end(&json);
    if (status == AV_OK) write_sets(&c, &sets, &json);
    av_json_end(&json);
    av_buf_putc(out, '\n');
    if (status == AV_OK) status = scratch.status != AV_OK ? scratch.status : out->status;
    av_buf_free(&scratch);
    av_arena_free(&arena);
    return status;
}

av_status av_sourcemap_line(av_arena *arena, const av_program *program, const av_file *file,
                            uint32_t line, av_line_origin *out) {
    *out = (av_line_origin){.def = AV_NO_INDEX};
    closure c;
    walker w;
    AV_TRY(init_closure(&c, arena, program));
    AV_TRY(start_walk(&w, &c, file));
    for (bool more = true; w.line < line;) {
        AV_TRY(next_line(&w, &more));
        if (!more) return AV_OK;
    }
    if (line == 0) return AV_OK;
    av_text *facts = AV_NEW_ARRAY(arena, av_text, c.fact_count);
    if (!facts) return AV_ERR_MEMORY;
    for (size_t f = 0; f < c.fact_count; f++) {
        if ((w.now.facts[f / 64] >> f % 64 & 1) != 0)
            facts[out->fact_count++] = program->defs[c.facts[f]].name;
    }
    out->def = w.now.def;
    out->site = w.now.site;
    out->facts = facts;
    return AV_OK;
}
