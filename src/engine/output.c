/* archvm.h: documents and files, in memory. */
#include "emit/serial.h"
#include "engine/api.h"
#include "vm/escape.h"

/** One file with what is needed to find where its lines came from. */
typedef struct file {
    uint32_t def;
    av_text path, bytes;
    av_format format;
    const av_fragment *fragment; /* lives in the run; NULL for serialised values */
    size_t note_at, note_len;    /* bytes that the engine put in: the mark of a draft */
} file;

struct archvm_output {
    archvm_run *run;
    av_arena arena; /* owns what the run does not */
    file *files;
    size_t count, cap;
    av_text note; /* what marks a document as unverified; empty when it is verified */
};

/* ---- the mark of a draft */

static void put_note(const archvm_output *output, const av_check_result *results, size_t count,
                     size_t failed, av_buf *out) {
    const av_program *program = output->run->program->program;
    av_buf_printf(out, "\n> **Unverified draft.** %zu %s:\n>\n", failed,
                  failed == 1 ? "check fails" : "checks fail");
    for (size_t i = 0; i < count && out->status == AV_OK; i++) {
        if (results[i].status != AV_CHECK_FAIL) continue;
        const av_def *def = &program->defs[results[i].def];
        av_buf_puts(out, "> - ");
        out->status =
            av_escape_append(AV_ESCAPE_MD_TEXT, def->label.len > 0 ? def->label : def->name, out);
        for (uint32_t j = 0; j < results[i].message_count && out->status == AV_OK; j++) {
            av_buf_puts(out, j == 0 ? ": " : "; ");
            out->status = av_escape_append(AV_ESCAPE_MD_TEXT, results[i].messages[j], out);
        }
        av_buf_putc(out, '\n');
    }
}

/** Runs the gate. ARCHVM_ERR_GATE when a check fails, unless a draft is wanted: then the note is
 * made. */
static archvm_status pass_gate(archvm_output *output, bool draft) {
    const av_check_result *results;
    size_t count, failed = 0;
    const av_status status = av_run_gate(output->run->run, &results, &count);
    if (status != AV_OK) return av_run_status(output->run, status);
    for (size_t i = 0; i < count; i++)
        failed += results[i].status == AV_CHECK_FAIL;
    if (failed == 0) return ARCHVM_OK;
    if (!draft) return ARCHVM_ERR_GATE;
    av_buf buf;
    av_buf_init(&buf, &output->run->engine->host, 0);
    put_note(output, results, count, failed, &buf);
    archvm_status result = av_public_status(buf.status, ARCHVM_ERR_RUN);
    if (result == ARCHVM_OK) {
        output->note = av_arena_text(&output->arena, av_buf_text(&buf));
        if (output->note.ptr == NULL) result = ARCHVM_ERR_MEMORY;
    }
    av_buf_free(&buf);
    return result;
}

/* ---- files */

/** The document with the note below its heading. */
static archvm_status add_note(archvm_output *output, file *f) {
    size_t at = av_text_find(f->bytes, AV_TEXT("\n"), 0);
    at = at == SIZE_MAX ? f->bytes.len : at + 1;
    char *bytes = av_arena_take(&output->arena, f->bytes.len + output->note.len);
    if (bytes == NULL) return ARCHVM_ERR_MEMORY;
    memcpy(bytes, f->bytes.ptr, at);
    memcpy(bytes + at, output->note.ptr, output->note.len);
    memcpy(bytes + at + output->note.len, f->bytes.ptr + at, f->bytes.len - at);
    f->note_at = at;
    f->note_len = output->note.len;
    f->bytes = (av_text){bytes, f->bytes.len + output->note.len};
    return ARCHVM_OK;
}

static archvm_status serialise(archvm_output *output, const av_artifact *artifact, file *f) {
    av_buf buf;
    av_buf_init(&buf, &output->run->engine->host, 0);
    const av_program *program = output->run->program->program;
    const av_status status = av_serial(program, artifact->format, artifact->content, &buf);
    archvm_status result = av_public_status(status, ARCHVM_ERR_RUN);
    if (status == AV_ERR_INPUT)
        result = av_run_reason(output->run, AV_E_BAD_ARTIFACT, program->defs[artifact->def].site,
                               "`%.*s` does not read back as %s", AV_TEXT_ARG(artifact->path),
                               av_format_name(artifact->format));
    if (result == ARCHVM_OK) {
        f->bytes = av_arena_text(&output->arena, av_buf_text(&buf));
        if (f->bytes.ptr == NULL) result = ARCHVM_ERR_MEMORY;
    }
    av_buf_free(&buf);
    return result;
}

/** Text formats end in one line break. */
static archvm_status end_line(archvm_output *output, file *f) {
    if (f->bytes.len == 0 || f->bytes.ptr[f->bytes.len - 1] == '\n') return ARCHVM_OK;
    char *bytes = av_arena_take(&output->arena, f->bytes.len + 1);
    if (bytes == NULL) return ARCHVM_ERR_MEMORY;
    memcpy(bytes, f->bytes.ptr, f->bytes.len);
    bytes[f->bytes.len] = '\n';
    f->bytes = (av_text){bytes, f->bytes.len + 1};
    return ARCHVM_OK;
}

static archvm_status fill_file(archvm_output *output, const av_artifact *artifact, file *f) {
    const av_value content = artifact->content;
    if (content.kind == AV_FRAGMENT) {
        f->fragment = content.as.fragment;
        f->bytes = f->fragment->text;
    } else if (av_serial_writes(artifact->format)) {
        return serialise(output, artifact, f);
    } else if (content.kind == AV_STRING) {
        f->bytes = *content.as.string;
    } else {
        return av_run_reason(output->run, AV_E_BAD_ARTIFACT,
                             output->run->program->program->defs[artifact->def].site,
                             "a value cannot be written as %s: only as json or yaml",
                             av_format_name(artifact->format));
    }
    const archvm_status status = end_line(output, f);
    const bool document =
        output->run->program->program->defs[artifact->def].kind == AV_DEF_DOCUMENT;
    return status == ARCHVM_OK && document && output->note.len > 0 ? add_note(output, f) : status;
}

/** A document that names no file is written under its own name. */
static av_text path_of(archvm_output *output, const av_artifact *artifact) {
    if (artifact->path.len > 0) return artifact->path;
    return av_arena_format(&output->arena, "%.*s.md",
                           AV_TEXT_ARG(output->run->program->program->defs[artifact->def].name));
}

static archvm_status add_file(archvm_output *output, const av_artifact *artifact) {
    const av_program *program = output->run->program->program;
    file f = {.def = artifact->def, .path = path_of(output, artifact), .format = artifact->format};
    if (f.path.ptr == NULL) return ARCHVM_ERR_MEMORY;
    for (size_t i = 0; i < output->count; i++)
        if (av_text_equal(output->files[i].path, f.path))
            return av_run_reason(output->run, AV_E_BAD_PATH, program->defs[f.def].site,
                                 "`%.*s` is written by `%.*s` already", AV_TEXT_ARG(f.path),
                                 AV_TEXT_ARG(program->defs[output->files[i].def].name));
    const archvm_status status = fill_file(output, artifact, &f);
    if (status != ARCHVM_OK) return status;
    file *files =
        av_arena_grow(&output->arena, output->files, output->count, &output->cap, sizeof *files);
    if (files == NULL) return ARCHVM_ERR_MEMORY;
    output->files = files;
    files[output->count++] = f;
    return ARCHVM_OK;
}

static archvm_status add_definition(archvm_output *output, uint32_t def) {
    av_artifact document, *artifacts = &document;
    size_t count = 1;
    const bool is_document = output->run->program->program->defs[def].kind == AV_DEF_DOCUMENT;
    const av_status status = is_document ? av_run_document(output->run->run, def, &document)
                                         : av_run_emit(output->run->run, def, &artifacts, &count);
    if (status != AV_OK) return av_run_status(output->run, status);
    archvm_status result = ARCHVM_OK;
    for (size_t i = 0; i < count && result == ARCHVM_OK; i++)
        result = add_file(output, &artifacts[i]);
    return result;
}

static archvm_status add_all(archvm_output *output) {
    static const av_def_kind kinds[] = {AV_DEF_DOCUMENT, AV_DEF_EMIT};
    const av_program *program = output->run->program->program;
    archvm_status status = ARCHVM_OK;
    for (size_t kind = 0; kind < AV_COUNT(kinds); kind++)
        for (uint32_t i = 0; i < program->def_count && status == ARCHVM_OK; i++)
            if (program->defs[i].kind == kinds[kind]) status = add_definition(output, i);
    return status;
}

/** The document or emit of that name, or AV_NO_INDEX. */
static uint32_t find_written(const av_program *program, av_text name) {
    const uint32_t def = av_program_find(program, name);
    if (def == AV_NO_INDEX) return def;
    const av_def_kind kind = program->defs[def].kind;
    return kind == AV_DEF_DOCUMENT || kind == AV_DEF_EMIT ? def : AV_NO_INDEX;
}

archvm_status archvm_run_emit(archvm_run *run, const archvm_emit_options *options,
                              archvm_output **out) {
    if (out != NULL) *out = NULL;
    archvm_emit_options taken = ARCHVM_EMIT_OPTIONS_INIT;
    if (run == NULL || out == NULL || !AV_TAKE_OPTIONS(taken, options)) return ARCHVM_ERR_ARGUMENT;
    uint32_t only = AV_NO_INDEX;
    if (taken.name.len > 0) {
        only = find_written(run->program->program, av_inner_text(taken.name));
        if (only == AV_NO_INDEX) return ARCHVM_ERR_NOT_FOUND;
    }
    archvm_output *output = av_alloc_new(&run->engine->host, sizeof *output);
    if (output == NULL) return ARCHVM_ERR_MEMORY;
    *output = (archvm_output){.run = run};
    av_arena_init(&output->arena, &run->engine->host, 0);
    archvm_status status = pass_gate(output, taken.draft != 0);
    if (status == ARCHVM_OK)
        status = only != AV_NO_INDEX ? add_definition(output, only) : add_all(output);
    if (status == ARCHVM_OK)
        *out = output;
    else
        archvm_output_free(output);
    return status;
}

size_t archvm_output_count(const archvm_output *output) {
    return output != NULL ? output->count : 0;
}

archvm_status archvm_output_artifact(const archvm_output *output, size_t index,
                                     archvm_artifact *out) {
    if (output == NULL || out == NULL) return ARCHVM_ERR_ARGUMENT;
    if (index >= output->count) return ARCHVM_ERR_NOT_FOUND;
    const file *f = &output->files[index];
    *out = (archvm_artifact){
        .name = av_outer_text(output->run->program->program->defs[f->def].name),
        .path = av_outer_text(f->path),
        .format = av_outer_text(av_text_from(av_format_name(f->format))),
        .bytes = av_outer_text(f->bytes),
    };
    return ARCHVM_OK;
}

/* ---- origins */

/** Offset of the first byte of line `line` (from 1), or SIZE_MAX. */
static size_t line_start(av_text bytes, size_t line) {
    size_t at = 0;
    for (size_t i = 1; i < line; i++) {
        at = av_text_find(bytes, AV_TEXT("\n"), at);
        if (at == SIZE_MAX) return at;
        at++;
    }
    return line > 0 && at < bytes.len ? at : SIZE_MAX;
}

/** The origin of the byte: of the last mark at or before it. AV_NO_INDEX when it has none. */
static uint32_t origin_at(const av_fragment *fragment, size_t offset) {
    uint32_t origin = AV_NO_INDEX;
    for (size_t i = 0; i < fragment->mark_count && fragment->marks[i].offset <= offset; i++)
        origin = fragment->marks[i].origin;
    return origin;
}

archvm_status archvm_output_origin(const archvm_output *output, size_t index, size_t line,
                                   archvm_origin *out) {
    if (output == NULL || out == NULL) return ARCHVM_ERR_ARGUMENT;
    if (index >= output->count) return ARCHVM_ERR_NOT_FOUND;
    const file *f = &output->files[index];
    size_t offset = line_start(f->bytes, line);
    if (offset == SIZE_MAX || f->fragment == NULL) return ARCHVM_ERR_NOT_FOUND;
    if (f->note_len > 0 && offset >= f->note_at) {
        if (offset < f->note_at + f->note_len) return ARCHVM_ERR_NOT_FOUND;
        offset -= f->note_len;
    }
    const av_program *program = output->run->program->program;
    const uint32_t found = origin_at(f->fragment, offset);
    if (found >= program->origin_count) return ARCHVM_ERR_NOT_FOUND;
    const av_origin *origin = &program->origins[found];
    if (origin->site.path >= program->path_count || origin->def >= program->def_count)
        return ARCHVM_ERR_NOT_FOUND;
    *out = (archvm_origin){
        .definition = av_outer_text(program->defs[origin->def].name),
        .path = av_outer_text(program->paths[origin->site.path]),
        .line = origin->site.line,
        .column = origin->site.column,
    };
    return ARCHVM_OK;
}

void archvm_output_free(archvm_output *output) {
    if (output == NULL) return;
    const av_alloc host = output->run->engine->host;
    av_arena_free(&output->arena);
    av_alloc_free(&host, output, sizeof *output);
}
