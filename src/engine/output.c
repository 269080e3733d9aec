/* archvm.h: documents and files, in memory. */
#include "emit/artifacts.h"
#include "emit/sourcemap.h"
#include "engine/api.h"
#include "vm/escape.h"

struct archvm_output {
    archvm_run *run;
    av_files files; /**< their memory is the run's */
    av_arena arena; /**< facts of origins that were asked for */
};

/* ---- the mark of a draft */

static void put_note(const av_program *program, const av_check_result *results, size_t count,
                     size_t failed, av_buf *out) {
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

/**
 * Marks a document as unverified, below its heading. The note has no origin in the rules: the marks
 * of its fragment say so, and those behind it move.
 */
static av_status add_note(av_arena *arena, av_file *file, av_text note) {
    const av_fragment *old = file->artifact.content.as.fragment;
    const size_t line_end = av_text_find(file->bytes, AV_TEXT("\n"), 0);
    const size_t at = line_end == SIZE_MAX ? file->bytes.len : line_end + 1;
    char *bytes = av_arena_take(arena, file->bytes.len + note.len);
    av_fragment *fragment = AV_NEW(arena, av_fragment);
    av_mark *marks = AV_NEW_ARRAY(arena, av_mark, old->mark_count + 2);
    av_text *text = AV_NEW(arena, av_text);
    if (bytes == NULL || fragment == NULL || marks == NULL || text == NULL) return AV_ERR_MEMORY;
    memcpy(bytes, file->bytes.ptr, at);
    memcpy(bytes + at, note.ptr, note.len);
    memcpy(bytes + at + note.len, file->bytes.ptr + at, file->bytes.len - at);
    size_t count = 0, i = 0;
    uint32_t origin = AV_NO_INDEX;
    for (; i < old->mark_count && old->marks[i].offset <= at; i++) {
        origin = old->marks[i].origin;
        if (old->marks[i].offset < at) marks[count++] = old->marks[i];
    }
    marks[count++] = (av_mark){(uint32_t)at, AV_NO_INDEX};
    marks[count++] = (av_mark){(uint32_t)(at + note.len), origin};
    for (; i < old->mark_count; i++)
        marks[count++] = (av_mark){old->marks[i].offset + (uint32_t)note.len, old->marks[i].origin};
    file->bytes = (av_text){bytes, file->bytes.len + note.len};
    *fragment = (av_fragment){.text = file->bytes, .mark_count = count, .marks = marks};
    file->artifact.content.as.fragment = fragment;
    return AV_OK;
}

static av_status add_notes(archvm_output *output, const av_check_result *results, size_t count,
                           size_t failed) {
    const av_program *program = output->run->program->program;
    av_arena *arena = av_run_arena(output->run->run);
    av_buf note;
    av_buf_init(&note, &output->run->engine->host, 0);
    put_note(program, results, count, failed, &note);
    av_status status = note.status;
    for (size_t i = 0; i < output->files.count && status == AV_OK; i++) {
        av_file *file = &output->files.items[i];
        const bool document = program->defs[file->artifact.def].kind == AV_DEF_DOCUMENT;
        if (document && file->artifact.content.kind == AV_FRAGMENT)
            status = add_note(arena, file, av_buf_text(&note));
    }
    av_buf_free(&note);
    return status;
}

/* ---- making */

static archvm_status collect(archvm_output *output, uint32_t only, bool draft) {
    archvm_run *run = output->run;
    const av_check_result *results;
    size_t count, failed = 0;
    av_status status = av_run_gate(run->run, &results, &count);
    if (status != AV_OK) return av_run_status(run, status);
    for (size_t i = 0; i < count; i++) failed += results[i].status == AV_CHECK_FAIL;
    if (failed > 0 && !draft) return ARCHVM_ERR_GATE;
    status = av_files_collect(run->run, only, &output->files);
    if (status == AV_OK && failed > 0) status = add_notes(output, results, count, failed);
    return av_run_status(run, status);
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
    const archvm_status status = collect(output, only, taken.draft != 0);
    if (status == ARCHVM_OK) *out = output;
    else archvm_output_free(output);
    return status;
}

size_t archvm_output_count(const archvm_output *output) {
    return output != NULL ? output->files.count : 0;
}

archvm_status archvm_output_artifact(const archvm_output *output, size_t index,
                                     archvm_artifact *out) {
    if (output == NULL || out == NULL) return ARCHVM_ERR_ARGUMENT;
    if (index >= output->files.count) return ARCHVM_ERR_NOT_FOUND;
    const av_file *file = &output->files.items[index];
    *out = (archvm_artifact){
        .name = av_outer_text(output->run->program->program->defs[file->artifact.def].name),
        .path = av_outer_text(file->path),
        .format = av_outer_text(av_text_from(av_format_name(file->artifact.format))),
        .bytes = av_outer_text(file->bytes),
    };
    return ARCHVM_OK;
}

/* ---- origins */

archvm_status archvm_output_origin(archvm_output *output, size_t index, size_t line,
                                   archvm_origin *out) {
    if (output == NULL || out == NULL) return ARCHVM_ERR_ARGUMENT;
    if (index >= output->files.count || line == 0 || line > UINT32_MAX) return ARCHVM_ERR_NOT_FOUND;
    const av_program *program = output->run->program->program;
    av_line_origin origin;
    const av_status status = av_sourcemap_line(&output->arena, program, &output->files.items[index],
                                               (uint32_t)line, &origin);
    if (status != AV_OK) return av_public_status(status, ARCHVM_ERR_RUN);
    if (origin.def >= program->def_count || origin.site.path >= program->path_count)
        return ARCHVM_ERR_NOT_FOUND;
    *out = (archvm_origin){
        .definition = av_outer_text(program->defs[origin.def].name),
        .path = av_outer_text(program->paths[origin.site.path]),
        .line = origin.site.line,
        .column = origin.site.column,
    };
    return ARCHVM_OK;
}

archvm_status archvm_output_map(const archvm_output *output, archvm_text *out) {
    if (output == NULL || out == NULL) return ARCHVM_ERR_ARGUMENT;
    av_buf buf;
    av_buf_init(&buf, &output->run->engine->host, 0);
    const av_status status =
        av_sourcemap_write(output->run->program->program, &output->files, &buf);
    if (status != AV_OK && buf.status == AV_OK) buf.status = status;
    return av_give_text(output->run->engine, &buf, out);
}

void archvm_output_free(archvm_output *output) {
    if (output == NULL) return;
    const av_alloc host = output->run->engine->host;
    av_arena_free(&output->arena);
    av_alloc_free(&host, output, sizeof *output);
}
