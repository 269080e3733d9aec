#include "emit/artifacts.h"

#include "base/hash.h"
#include "base/map.h"
#include "emit/serial.h"

#include <stdatomic.h>
#include <stdio.h>
#include <utf8proc.h>

typedef struct collector {
    av_run *run;
    const av_program *program;
    av_arena *arena;
    av_files *files;
    av_map paths;   /**< hash of a path without case -> index of its file */
    av_map folders; /**< hash of a folder without case -> index of a file below it */
} collector;

/* ---- paths */

static const char *segment_problem(av_text segment) {
    if (segment.len == 0) return "it has an empty part";
    if (segment.len > AV_PATH_SEGMENT) return "a part of it is too long";
    if (av_text_equal(segment, AV_TEXT(".")) || av_text_equal(segment, AV_TEXT(".."))) {
        return "`.` and `..` would lead elsewhere";
    }
    if (segment.ptr[segment.len - 1] == '.' || segment.ptr[segment.len - 1] == ' ' ||
        segment.ptr[0] == ' ') {
        return "a part of it begins or ends with a space or ends with a point";
    }
    return NULL;
}

const char *av_path_problem(av_text path) {
    if (path.len == 0) return "it is empty";
    if (path.len > AV_PATH_BYTES) return "it is too long";
    if (path.ptr[0] == '/') return "it must be relative";
    if (av_utf8_invalid(path) != SIZE_MAX) return "it is not UTF-8";
    for (size_t at = 0, size; at < path.len; at += size) {
        uint32_t c = av_utf8_decode(path, at, &size);
        if (c == '\\' || c == ':') return "`\\` and `:` are not portable";
        utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
        if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
            category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP) {
            return "it holds an invisible character";
        }
    }
    for (size_t from = 0; from <= path.len;) {
        size_t slash = av_text_find(path, AV_TEXT("/"), from);
        size_t end = slash == SIZE_MAX ? path.len : slash;
        const char *problem = segment_problem(av_text_slice(path, from, end - from));
        if (problem) return problem;
        from = end + 1;
    }
    return NULL;
}

/** The path in lower case: two files that differ in case alone are one file on many machines. */
static av_status fold(collector *c, av_text path, av_text *out) {
    av_buf folded;
    av_buf_init(&folded, &c->arena->host, 0);
    for (size_t at = 0, size; at < path.len; at += size) {
        char bytes[4];
        uint32_t lower =
            (uint32_t)utf8proc_tolower((utf8proc_int32_t)av_utf8_decode(path, at, &size));
        av_buf_put(&folded, (av_text){bytes, av_utf8_encode(lower, bytes)});
    }
    av_status status = folded.status;
    if (status == AV_OK) {
        *out = av_arena_text(c->arena, av_buf_text(&folded));
        if (!out->ptr) status = AV_ERR_MEMORY;
    }
    av_buf_free(&folded);
    return status;
}

/** The procedure whose site and name stand for the definition in an error. */
static uint32_t proc_of(const av_def *def) {
    return def->kind == AV_DEF_DOCUMENT ? def->path : def->proc;
}

static av_status bad_path(collector *c, const av_artifact *artifact, const char *why) {
    const av_def *def = &c->program->defs[artifact->def];
    return av_run_fail(c->run, AV_E_BAD_PATH, proc_of(def), def->site,
                       "`%.*s` cannot be the path of a file: %s", AV_TEXT_ARG(artifact->path), why);
}

static av_status taken_path(collector *c, const av_artifact *artifact, uint64_t other) {
    const av_def *def = &c->program->defs[artifact->def];
    const av_artifact *first = &c->files->items[other].artifact;
    return av_run_fail(c->run, AV_E_SAME_PATH, proc_of(def), def->site,
                       "`%.*s` collides with `%.*s`, which `%.*s` writes",
                       AV_TEXT_ARG(artifact->path), AV_TEXT_ARG(first->path),
                       AV_TEXT_ARG(c->program->defs[first->def].name));
}

/** Takes the path for the file that comes next. */
static av_status take_path(collector *c, const av_artifact *artifact) {
    const char *why = av_path_problem(artifact->path);
    if (why) return bad_path(c, artifact, why);
    av_text path;
    AV_TRY(fold(c, artifact->path, &path));
    uint64_t hash = av_hash(path, 0), other;
    if (av_map_get(&c->paths, hash, &other) || av_map_get(&c->folders, hash, &other))
        return taken_path(c, artifact, other);
    AV_TRY(av_map_set(&c->paths, hash, c->files->count));
    for (size_t slash = av_text_find(path, AV_TEXT("/"), 0); slash != SIZE_MAX;
         slash = av_text_find(path, AV_TEXT("/"), slash + 1)) {
        uint64_t folder = av_hash(av_text_slice(path, 0, slash), 0);
        if (av_map_get(&c->paths, folder, &other)) return taken_path(c, artifact, other);
        if (!av_map_get(&c->folders, folder, &other))
            AV_TRY(av_map_set(&c->folders, folder, c->files->count));
    }
    return AV_OK;
}

/* ---- content */

static av_status bad_output(av_run *run, const av_artifact *artifact, const char *why) {
    const av_def *def = &av_run_program(run)->defs[artifact->def];
    return av_run_fail(run, AV_E_BAD_OUTPUT, proc_of(def), def->site, "`%.*s` is not valid %s: %s",
                       AV_TEXT_ARG(artifact->path), av_format_name(artifact->format), why);
}

/** Rules may write a text of a structured format by themselves. */
static av_status check(av_run *run, const av_artifact *artifact, av_text bytes) {
    av_serial_problem problem;
    char why[sizeof problem.message + 64];
    const av_status status = av_serial_check(artifact->format, bytes, &problem);
    if (status != AV_ERR_INPUT) return status;
    (void)snprintf(why, sizeof why, "line %u, column %u: %s", problem.line, problem.column,
                   problem.message);
    return bad_output(run, artifact, why);
}

static av_status write_text(av_run *run, av_text text, av_text *out) {
    bool open_end = text.len > 0 && text.ptr[text.len - 1] != '\n';
    *out = open_end ? av_arena_join(av_run_arena(run), text, AV_TEXT("\n"), AV_TEXT("")) : text;
    return out->ptr || text.len == 0 ? AV_OK : AV_ERR_MEMORY;
}

av_status av_artifact_serialise(av_run *run, const av_artifact *artifact, av_buf *out) {
    const av_def *def = &av_run_program(run)->defs[artifact->def];
    if (!av_serial_has(artifact->format)) {
        return av_run_fail(run, AV_E_BAD_OUTPUT, proc_of(def), def->site,
                           "a value can be written as json or yaml, not as %s",
                           av_format_name(artifact->format));
    }
    av_serial_problem problem;
    const av_status status =
        av_serial_write(av_run_program(run), artifact->format, artifact->content, out, &problem);
    if (status == AV_ERR_INPUT) return bad_output(run, artifact, problem.message);
    if (status == AV_ERR_LIMIT) {
        return av_run_fail(run, AV_E_BAD_OUTPUT, proc_of(def), def->site,
                           "`%.*s` is too large or too deeply nested", AV_TEXT_ARG(artifact->path));
    }
    return status;
}

static av_status write_value(av_run *run, const av_artifact *artifact, av_text *out) {
    av_buf buf;
    av_buf_init(&buf, &av_run_arena(run)->host, 0);
    av_status status = av_artifact_serialise(run, artifact, &buf);
    if (status == AV_OK) {
        *out = av_arena_text(av_run_arena(run), av_buf_text(&buf));
        if (!out->ptr) status = AV_ERR_MEMORY;
    }
    av_buf_free(&buf);
    return status;
}

static av_status write_artifact(av_run *run, const av_artifact *artifact, av_text *out) {
    const bool text = artifact->content.kind == AV_STRING && !av_serial_has(artifact->format);
    if (artifact->content.kind != AV_FRAGMENT && !text) return write_value(run, artifact, out);
    AV_TRY(write_text(
        run, text ? *artifact->content.as.string : artifact->content.as.fragment->text, out));
    return check(run, artifact, *out);
}

/* ---- sections and files, on two sides */

/** What a document or emit has given. */
typedef struct made {
    uint32_t def;
    av_artifact *artifacts;
    size_t count;
    av_text *bytes;
    size_t written; /**< all, unless it failed */
    bool tried;
    av_status status;
    av_run_error error;
} made;

static av_status make_files(av_run *run, made *m) {
    av_arena *arena = av_run_arena(run);
    av_artifact *artifacts;
    size_t count = 1;
    if (av_run_program(run)->defs[m->def].kind == AV_DEF_DOCUMENT) {
        av_artifact document;
        AV_TRY(av_run_document(run, m->def, &document));
        artifacts = av_arena_copy(arena, &document, sizeof document);
    } else {
        AV_TRY(av_run_emit(run, m->def, &artifacts, &count));
    }
    m->bytes = AV_NEW_ARRAY(arena, av_text, count);
    if (!artifacts || !m->bytes) return AV_ERR_MEMORY;
    m->artifacts = artifacts;
    m->count = count;
    for (; m->written < m->count; m->written++)
        AV_TRY(write_artifact(run, &m->artifacts[m->written], &m->bytes[m->written]));
    return AV_OK;
}

static void make(av_run *run, made *m) {
    m->tried = true;
    m->status = make_files(run, m);
    if (m->status == AV_ERR_RUN) m->error = *av_run_last_error(run);
}

/** What can be made apart: a file that is no document, or a section of one. */
typedef struct unit {
    made *file;       /**< NULL: a section */
    uint32_t section; /**< its body becomes known to the run */
} unit;

typedef struct making {
    const av_program *program;
    made *items; /**< in the order of the definitions */
    size_t count;
    unit *units;
    size_t unit_count;
    atomic_size_t next; /**< the first unit that neither side has taken */
    av_run *sides[2];
} making;

/** A task. What fails ends its side: the units before it are made or being made, and whatever was not is tried, in order, once the
 * sides are joined; so the failure that is told is the first in the order of the definitions. */
static void make_side(void *work, size_t side) {
    making *w = work;
    av_run *run = w->sides[side];
    for (;;) {
        const size_t i = atomic_fetch_add(&w->next, 1);
        if (i >= w->unit_count) return;
        const unit *u = &w->units[i];
        av_status status;
        av_value body;
        if (u->file) {
            make(run, u->file);
            status = u->file->status;
        } else {
            status = av_run_value(run, u->section, &body);
        }
        if (status != AV_OK) return;
    }
}

/** Sections come last: they are many and small, so that both sides end at the same time. */
static av_status list_units(making *w, av_arena *arena) {
    const av_program *program = w->program;
    bool *listed = AV_NEW_ARRAY(arena, bool, program->def_count);
    w->units = AV_NEW_ARRAY(arena, unit, program->def_count);
    if (!listed || !w->units) return AV_ERR_MEMORY;
    for (size_t i = 0; i < w->count; i++)
        if (program->defs[w->items[i].def].kind != AV_DEF_DOCUMENT)
            w->units[w->unit_count++].file = &w->items[i];
    for (size_t i = 0; i < w->count; i++) {
        const av_def *d = &program->defs[w->items[i].def];
        for (uint32_t k = 0; k < d->section_count; k++) {
            const uint32_t section = d->sections[k];
            if (listed[section]) continue;
            listed[section] = true;
            w->units[w->unit_count++].section = section;
        }
    }
    return AV_OK;
}

static av_status make_all(av_run *run, making *w) {
    AV_TRY(list_units(w, av_run_arena(run)));
    if (av_run_executor(run) && w->unit_count > 1) {
        const av_check_result *results;
        size_t count;
        AV_TRY(av_run_gate(run, &results, &count)); /* repairs are for both */
        w->sides[0] = run;
        w->sides[1] = av_run_fork(run);
        if (!w->sides[1]) return AV_ERR_MEMORY;
        av_do_tasks(av_run_executor(run), AV_COUNT(w->sides), make_side, w);
        av_run_join(run, w->sides[1]);
    }
    for (size_t i = 0; i < w->count; i++) {
        made *m = &w->items[i];
        if (!m->tried) make(run, m);
        if (m->status != AV_OK) break;
    }
    return AV_OK;
}

/* ---- all of them */

static av_status add(collector *c, const av_artifact *artifact, av_text bytes) {
    av_file *items =
        av_arena_grow(c->arena, c->files->items, c->files->count, &c->files->cap, sizeof *items);
    if (!items) return AV_ERR_MEMORY;
    c->files->items = items;
    items[c->files->count++] =
        (av_file){.artifact = *artifact, .path = artifact->path, .bytes = bytes};
    return AV_OK;
}

static av_status collect(collector *c, const made *m) {
    /* there are none when they could not be kept */
    for (size_t i = 0; m->artifacts && i < m->count; i++) {
        AV_TRY(take_path(c, &m->artifacts[i]));
        if (i == m->written) break;
        AV_TRY(add(c, &m->artifacts[i], m->bytes[i]));
    }
    return m->status == AV_ERR_RUN ? av_run_fail_again(c->run, &m->error) : m->status;
}

av_status av_files_collect(av_run *run, uint32_t only, av_files *out) {
    *out = (av_files){0};
    collector c = {
        .run = run, .program = av_run_program(run), .arena = av_run_arena(run), .files = out};
    av_map_init(&c.paths, c.arena);
    av_map_init(&c.folders, c.arena);
    making w = {.program = c.program, .items = AV_NEW_ARRAY(c.arena, made, c.program->def_count)};
    if (!w.items) return AV_ERR_MEMORY;
    for (uint32_t d = 0; d < c.program->def_count; d++) {
        const av_def_kind kind = c.program->defs[d].kind;
        if ((kind == AV_DEF_DOCUMENT || kind == AV_DEF_EMIT) && (only == AV_NO_INDEX || d == only))
            w.items[w.count++].def = d;
    }
    AV_TRY(make_all(run, &w));
    for (size_t i = 0; i < w.count; i++) AV_TRY(collect(&c, &w.items[i]));
    return AV_OK;
}
