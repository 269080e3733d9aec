#include "engine/compile.h"

#include <string.h>

#include "code/code.h"
#include "engine/stdlib.h"
#include "sema/sema.h"

typedef struct compiler {
    const av_executor *executor;
    av_texts *texts;
    av_arena *trees; /* syntax trees */
    uint32_t node_count;
    av_syntax *files; /* of the standard library, then the layers' */
    size_t count, cap;
    size_t *modules; /* the standard library's files that are taken, in order of discovery */
    av_syntax *module_files;
    size_t module_count;
} compiler;

static bool is_test(av_text path) {
    return av_text_ends(path, AV_TEXT("_test.arch"));
}

static int source_order(const archvm_source *a, const archvm_source *b) {
    if (a->layer != b->layer) return a->layer < b->layer ? -1 : 1;
    return av_text_compare(av_inner_text(a->path), av_inner_text(b->path));
}

/** Stable, by merging halves. `work` has as many places as `items`. */
static void sort_sources(const archvm_source **items, const archvm_source **work, size_t count) {
    if (count < 2) return;
    const size_t half = count / 2;
    sort_sources(items, work, half);
    sort_sources(items + half, work, count - half);
    memcpy(work, items, half * sizeof *items);
    for (size_t to = 0, a = 0, b = half; a < half; to++)
        items[to] = b < count && source_order(items[b], work[a]) < 0 ? items[b++] : work[a++];
}

/** Reports a text that is longer than a source may be, or one file too many, under the path
 * alone. */
static av_status report_limit(compiler *c, av_text path, const char *message) {
    uint16_t index;
    AV_TRY(av_sources_add(&c->texts->sources, path, AV_TEXT(""), 0, &index));
    (void)av_diag_add(&c->texts->diags, AV_E_RULES_TOO_LARGE, (av_span){.source = index}, "%s",
                      message);
    return AV_ERR_LIMIT;
}

/** Adds a source; `index` receives its number. */
static av_status add(compiler *c, av_text path, av_text bytes, uint32_t layer, bool standard,
                     uint16_t *index) {
    av_sources *sources = &c->texts->sources;
    if (bytes.len > AV_SOURCE_BYTES)
        return report_limit(c, path, "a rule file may have at most 16 MiB");
    AV_TRY(av_sources_borrow(sources, path, bytes, layer, index));
    sources->items[*index].standard_library = standard;
    return AV_OK;
}

/* ---- parsing side by side */

enum {
    /* of source text that one task parses: enough to be worth a thread's while */
    SHARE_BYTES = 64 * 1024,
    TREE_CHUNK = 16 * 1024, /* of the memory of its trees */
    TEXT_CHUNK = 8 * 1024   /* and of its texts */
};

/** Neighbouring sources that one task parses. It touches nothing else but its own places of `files`, `counts` and this. */
typedef struct share {
    uint16_t first, end; /* numbers of the sources */
    av_arena trees, texts;
    av_diags diags;
    av_status status;
} share;

typedef struct shares {
    share *items;
    size_t count;
    uint16_t first;   /* the source that files[0] is of */
    av_syntax *files; /* a tree a source */
    uint32_t *counts; /* of nodes, a number a source */
} shares;

static void parse_share(void *work, size_t index) {
    const shares *all = work;
    share *s = &all->items[index];
    for (uint16_t source = s->first; source < s->end; source++) {
        const av_status kept = av_sources_keep(s->diags.sources, source, &s->texts);
        if (s->status == AV_OK) s->status = kept;
    }
    for (uint16_t source = s->first; source < s->end && s->status == AV_OK; source++) {
        s->status = av_parse(&s->trees, &s->diags, source, &all->counts[source - all->first],
                             &all->files[source - all->first]);
        /* nearly every file has places that are asked for */
        av_sources_map_lines(s->diags.sources, source, &s->texts);
    }
}

/** Cuts the sources into shares by their length alone, so that the shares are the same on any machine. */
static av_status cut(compiler *c, shares *all, uint16_t end) {
    av_sources *sources = &c->texts->sources;
    all->items = AV_NEW_ARRAY(c->trees, share, (size_t)(end - all->first) + 1);
    if (all->items == NULL) return AV_ERR_MEMORY;
    for (uint16_t source = all->first; source < end;) {
        share *s = &all->items[all->count++];
        s->first = source;
        for (size_t bytes = 0; source < end && bytes < SHARE_BYTES; source++)
            bytes += sources->items[source].text.len;
        s->end = source;
        av_arena_init(&s->trees, &c->trees->host, 0);
        s->trees.chunk = TREE_CHUNK;
        av_arena_init(&s->texts, &c->trees->host, 0);
        s->texts.chunk = TEXT_CHUNK;
        av_diags_init(&s->diags, &s->texts, sources);
    }
    return AV_OK;
}

/** Parses the sources that were cut into shares, into all->files. */
static av_status parse_sources(compiler *c, shares *all) {
    av_do_tasks(c->executor, all->count, parse_share, all);
    av_status status = AV_OK;
    for (size_t i = 0; i < all->count; i++) {
        share *s = &all->items[i];
        av_diags_take(&c->texts->diags, &s->diags);
        av_arena_adopt(&c->texts->arena, &s->texts);
        av_arena_adopt(c->trees, &s->trees);
        if (status == AV_OK) status = s->status;
    }
    return status;
}

/** The ceiling on nodes holds for all files together. */
static av_status count_nodes(compiler *c, const shares *all, uint16_t end) {
    for (uint16_t source = all->first; source < end; source++) {
        c->node_count += all->counts[source - all->first];
        if (c->node_count <= AV_AST_NODES) continue;
        (void)av_diag_add(&c->texts->diags, AV_E_TOO_MUCH, (av_span){.source = source},
                          "the program is too large: more than %d parts", (int)AV_AST_NODES);
        return AV_ERR_LIMIT;
    }
    return AV_OK;
}

/* ---- the standard library */

/** Number of the standard library's file that holds the module ("std.text" is std/text.arch), or
 * SIZE_MAX. */
static size_t find_module(av_text module) {
    static const char ending[] = ".arch";
    for (size_t i = 0; i < av_stdlib_file_count; i++) {
        const av_text path = av_text_from(av_stdlib_files[i].path);
        if (path.len != module.len + sizeof ending - 1 || !av_text_ends(path, AV_TEXT(".arch")))
            continue;
        bool same = true;
        for (size_t j = 0; j < module.len && same; j++)
            same = module.ptr[j] == (path.ptr[j] == '/' ? '.' : path.ptr[j]);
        if (same) return i;
    }
    return SIZE_MAX;
}

static av_status take_module(compiler *c, av_text module) {
    const size_t file = find_module(module);
    if (file == SIZE_MAX) return AV_OK;
    for (size_t i = 0; i < c->module_count; i++)
        if (c->modules[i] == file) return AV_OK;
    const av_embedded_file *embedded = &av_stdlib_files[file];
    const av_text path = av_arena_format(c->trees, "<stdlib>/%s", embedded->path);
    if (path.ptr == NULL) return AV_ERR_MEMORY;
    const size_t at = c->module_count++;
    c->modules[at] = file;
    uint16_t source; /* its text is a part of the library, and stays where it is */
    AV_TRY(
        add(c, path, (av_text){(const char *)embedded->bytes, embedded->length}, 0, true, &source));
    return av_parse(c->trees, &c->texts->diags, source, &c->node_count, &c->module_files[at]);
}

/** Takes the standard library's modules that a file uses. */
static av_status take_used(compiler *c, const av_syntax *file) {
    for (const av_ast *item = file->file->items; item != NULL; item = item->next) {
        if (item->kind != AV_AST_USE) continue;
        for (const av_ast *name = item->items; name != NULL; name = name->next)
            AV_TRY(take_module(c, name->name));
    }
    return AV_OK;
}

/** Finds all modules that are reached, then orders them by path: before all layers, each once. */
static av_status take_modules(compiler *c, av_syntax *layers, size_t count) {
    c->modules = AV_NEW_ARRAY(c->trees, size_t, av_stdlib_file_count);
    c->module_files = AV_NEW_ARRAY(c->trees, av_syntax, av_stdlib_file_count);
    if (c->modules == NULL || c->module_files == NULL) return AV_ERR_MEMORY;
    AV_TRY(take_module(c, AV_TEXT("std.model")));
    for (size_t i = 0; i < count; i++) AV_TRY(take_used(c, &layers[i]));
    for (size_t i = 0; i < c->module_count; i++) AV_TRY(take_used(c, &c->module_files[i]));
    c->files = AV_NEW_ARRAY(c->trees, av_syntax, c->module_count + count);
    if (c->files == NULL) return AV_ERR_MEMORY;
    for (size_t file = 0; file < av_stdlib_file_count; file++)
        for (size_t i = 0; i < c->module_count; i++)
            if (c->modules[i] == file) c->files[c->count++] = c->module_files[i];
    for (size_t i = 0; i < count; i++) c->files[c->count++] = layers[i];
    return AV_OK;
}

/** Adds the layers' files and cuts them into shares; `end`: number of the source after the last. */
static av_status add_layers(compiler *c, const archvm_source *const *order, size_t count,
                            shares *all, uint16_t *end) {
    for (size_t i = 0; i < count; i++) {
        uint16_t source;
        AV_TRY(add(c, av_inner_text(order[i]->path), av_inner_text(order[i]->bytes),
                   order[i]->layer + 1, false, &source));
        *end = (uint16_t)(source + 1);
    }
    return cut(c, all, *end);
}

static av_status parse_layers(compiler *c, const archvm_source *sources, size_t count,
                              bool with_tests) {
    const archvm_source **order = AV_NEW_ARRAY(c->trees, const archvm_source *, count);
    const archvm_source **work = AV_NEW_ARRAY(c->trees, const archvm_source *, count);
    av_syntax *layers = AV_NEW_ARRAY(c->trees, av_syntax, count);
    if (order == NULL || work == NULL || layers == NULL) return AV_ERR_MEMORY;
    size_t taken = 0;
    for (size_t i = 0; i < count; i++)
        if (with_tests || !is_test(av_inner_text(sources[i].path))) order[taken++] = &sources[i];
    sort_sources(order, work, taken);
    if (taken + av_stdlib_file_count + 1 > AV_SOURCE_FILES)
        return report_limit(c, av_inner_text(order[taken - 1]->path), "too many rule files");
    shares all = {.files = layers, .first = (uint16_t)c->texts->sources.count};
    uint16_t end = all.first;
    all.counts = AV_NEW_ARRAY(c->trees, uint32_t, taken + 1);
    const av_status added =
        all.counts != NULL ? add_layers(c, order, taken, &all, &end) : AV_ERR_MEMORY;
    if (added != AV_OK) { /* nobody has kept their texts */
        for (uint16_t i = all.first; i < c->texts->sources.count; i++)
            c->texts->sources.items[i].text = AV_TEXT("");
        return added;
    }
    AV_TRY(parse_sources(c, &all));
    AV_TRY(count_nodes(c, &all, end));
    return take_modules(c, layers, taken);
}

av_status av_parse_sources(const av_executor *executor, av_texts *texts,
                           const archvm_source *sources, size_t count, bool with_tests,
                           av_arena *trees, av_parsed *out) {
    compiler c = {.executor = executor, .texts = texts, .trees = trees};
    *out = (av_parsed){0};
    AV_TRY(parse_layers(&c, sources, count, with_tests));
    *out = (av_parsed){c.files, c.count};
    return AV_OK;
}

/** Checks what was parsed, and generates. */
static av_status make(const av_alloc *host, const av_executor *executor, av_texts *texts,
                      const av_parsed *parsed, av_arena *trees, const av_check_options *options,
                      av_codes *codes, av_program **out) {
    AV_TRY(av_check_program(&texts->diags, &texts->sources, parsed->files, parsed->count, options,
                            host, executor, out));
    av_arena_free(trees); /* their memory serves for the code */
    AV_TRY(av_generate(*out, codes, &texts->diags, executor));
    if (texts->diags.failed) return AV_ERR_MEMORY;
    return texts->diags.error_count > 0 ? AV_ERR_INPUT : AV_OK;
}

av_status av_compile(const av_alloc *host, const av_executor *executor, av_texts *texts,
                     const archvm_source *sources, size_t count, const archvm_load_options *options,
                     bool with_trees, av_program **out) {
    av_program *program = NULL;
    av_parsed parsed;
    av_arena trees;
    av_arena_init(&trees, host, 0);
    av_codes *codes = av_codes_new(host, &texts->sources);
    av_status status = codes == NULL ? AV_ERR_MEMORY
                                     : av_parse_sources(executor, texts, sources, count,
                                                        options->with_tests != 0, &trees, &parsed);
    if (status == AV_OK) {
        const av_check_options check = {.analyse = options->analyse != 0,
                                        .trees_go = !with_trees,
                                        .on_bodies = av_codes_on_bodies(codes)};
        status = make(host, executor, texts, &parsed, &trees, &check, codes, &program);
    }
    av_codes_free(codes);
    av_arena_free(&trees);
    if (status != AV_OK) {
        av_program_free(program);
        program = NULL;
    }
    for (uint32_t i = 0; program != NULL && !with_trees && i < program->proc_count; i++)
        program->procs[i].tree = NULL;
    *out = program;
    return status;
}
