/* Sections, documents and emitted files. They are written from the repaired model: the gate runs first. */
#include "vm/render.h"
#include "vm/state.h"

static const av_site nowhere = {0, 0, 0};

enum {
    LEVEL_MOST = 6,   /**< Markdown has no deeper headings */
    PATH_BYTES = 1000 /**< longest path of an artefact */
};

static av_status gate_first(av_run *run) {
    const av_check_result *results;
    size_t count;
    return run->gate == AV_GATE_NOT_RUN ? av_run_gate(run, &results, &count) : AV_OK;
}

static av_status check_def(av_run *run, uint32_t def, av_def_kind kind) {
    if (def < run->program->def_count && run->program->defs[def].kind == kind) return AV_OK;
    return av_run_fail(run, AV_E_WRONG_KIND, AV_NO_INDEX, nowhere,
                       "definition %u is of another kind", def);
}

/* Heading lines have no template of their own: they come from where the definition's first line does. */
static av_status origin_of(av_run *run, uint32_t def, uint32_t *out) {
    const av_program *program = run->program;
    if (!run->first_origin) {
        uint32_t *first = AV_NEW_ARRAY(&run->notes, uint32_t, program->def_count);
        if (!first) return AV_ERR_MEMORY;
        for (uint32_t i = 0; i < program->def_count; i++) first[i] = AV_NO_INDEX;
        for (uint32_t i = program->origin_count; i-- > 0;)
            if (program->origins[i].def < program->def_count) first[program->origins[i].def] = i;
        run->first_origin = first;
    }
    *out = run->first_origin[def];
    return AV_OK;
}

/* One blank line between what was built so far and what comes; more of them become one. */
static av_status blank_line(av_run *run, av_render render, uint32_t origin) {
    av_text built = av_render_so_far(run, render);
    while (av_text_ends(built, AV_TEXT("\n\n\n"))) built.len--;
    av_render_shorten(run, render, built.len);
    if (!built.len || av_text_ends(built, AV_TEXT("\n\n"))) return AV_OK;
    return av_render_literal(
        run, render, av_text_ends(built, AV_TEXT("\n")) ? AV_TEXT("\n") : AV_TEXT("\n\n"), origin);
}

static av_status put_heading(av_run *run, av_render render, uint32_t def, uint32_t level) {
    const av_def *d = &run->program->defs[def];
    uint32_t origin;
    av_text title;
    av_value value;
    AV_TRY(origin_of(run, def, &origin));
    AV_TRY(av_run_text(run, d->title, &title));
    AV_TRY(av_string(&run->arena, title.len ? title : d->label, &value));
    AV_TRY(av_render_literal(run, render, av_text_slice(AV_TEXT("######"), 0, level), origin));
    AV_TRY(av_render_literal(run, render, AV_TEXT(" "), origin));
    return av_render_value(run, render, value, AV_ESCAPE_MD_HEADING, 0, origin);
}

/* Heading and body; the last line is left open. */
static av_status put_section(av_run *run, av_render render, uint32_t section, uint32_t origin) {
    uint32_t first;
    AV_TRY(check_def(run, section, AV_DEF_SECTION));
    AV_TRY(origin_of(run, section, &first));
    const av_def *d = &run->program->defs[section];
    av_value body;
    AV_TRY(av_run_value(run, section, &body));
    if (body.kind == AV_NONE) return AV_OK;
    uint32_t level = d->level < 2 ? 2 : d->level > LEVEL_MOST ? LEVEL_MOST : d->level;
    AV_TRY(blank_line(run, render, origin));
    AV_TRY(put_heading(run, render, section, level));
    const av_fragment plain = {.text = body.kind == AV_STRING ? *body.as.string : AV_TEXT("")};
    const av_fragment *fragment = body.kind == AV_FRAGMENT ? body.as.fragment : &plain;
    if (!av_text_trim(fragment->text).len) return AV_OK;
    AV_TRY(av_render_literal(run, render, AV_TEXT("\n\n"), first));
    return av_render_tidy(run, render, fragment, first);
}

av_status av_render_section(av_run *run, av_render render, uint32_t section, uint32_t origin) {
    return put_section(run, render, section, origin);
}

static av_status finish(av_run *run, av_render render, av_status status, uint32_t def,
                        av_value *out) {
    if (status == AV_OK) status = av_render_literal(run, render, AV_TEXT("\n"), AV_NO_INDEX);
    if (status == AV_OK) status = av_render_fragment(run, render, AV_FORMAT_MARKDOWN, out);
    if (status != AV_OK) {
        av_render_drop(run, render);
        if (run->text.status != AV_OK) run->text.status = AV_OK;
    }
    return av_run_explain(run, status, def);
}

av_status av_run_section(av_run *run, uint32_t section, av_value *out) {
    AV_TRY(check_def(run, section, AV_DEF_SECTION));
    AV_TRY(gate_first(run));
    av_value body;
    AV_TRY(av_run_value(run, section, &body));
    *out = av_none();
    if (body.kind == AV_NONE) return AV_OK;
    av_render render = av_render_begin(run);
    return finish(run, render, put_section(run, render, section, AV_NO_INDEX), section, out);
}

static av_status put_document(av_run *run, av_render render, uint32_t document) {
    const av_def *d = &run->program->defs[document];
    uint32_t origin;
    AV_TRY(origin_of(run, document, &origin));
    AV_TRY(put_heading(run, render, document, 1));
    for (uint32_t i = 0; i < d->section_count; i++)
        AV_TRY(put_section(run, render, d->sections[i], origin));
    return AV_OK;
}

/* Paths are relative and stay below the folder they are written to. */
static av_status check_path(av_run *run, av_text path, uint32_t def) {
    const av_def *d = &run->program->defs[def];
    bool good = path.len > 0 && path.len <= PATH_BYTES && path.ptr[0] != '/';
    size_t from = 0;
    for (size_t i = 0; i <= path.len && good; i++) {
        if (i < path.len && path.ptr[i] != '/') {
            good = (unsigned char)path.ptr[i] >= 0x20 && path.ptr[i] != '\\' &&
                   path.ptr[i] != ':' && path.ptr[i] != 0x7F;
            continue;
        }
        av_text part = av_text_slice(path, from, i - from);
        good = part.len > 0 && !av_text_equal(part, AV_TEXT(".")) &&
               !av_text_equal(part, AV_TEXT(".."));
        from = i + 1;
    }
    if (good) return AV_OK;
    return av_run_fail(run, AV_E_BAD_PATH, d->kind == AV_DEF_DOCUMENT ? d->path : d->proc, d->site,
                       "`%.*s` is no relative path of plain names", AV_TEXT_ARG(path));
}

av_status av_run_document(av_run *run, uint32_t document, av_artifact *out) {
    AV_TRY(check_def(run, document, AV_DEF_DOCUMENT));
    AV_TRY(gate_first(run));
    const av_def *d = &run->program->defs[document];
    *out = (av_artifact){.def = document, .format = AV_FORMAT_MARKDOWN};
    AV_TRY(av_run_text(run, d->path, &out->path));
    if (d->path != AV_NO_INDEX) AV_TRY(check_path(run, out->path, document));
    av_render render = av_render_begin(run);
    return finish(run, render, put_document(run, render, document), document, &out->content);
}

static av_status read_artifact(av_run *run, uint32_t emit, av_value record, av_artifact *out) {
    const av_def *d = &run->program->defs[emit];
    bool good = record.kind == AV_RECORD && record.as.record->count >= 2 &&
                record.as.record->fields[0].kind == AV_STRING;
    if (!good)
        return av_run_fail(run, AV_E_WRONG_KIND, d->proc, d->site, "an emit gives no artefact");
    *out = (av_artifact){.def = emit,
                         .path = *record.as.record->fields[0].as.string,
                         .format = d->format,
                         .content = record.as.record->fields[1]};
    return check_path(run, out->path, emit);
}

av_status av_run_emit(av_run *run, uint32_t emit, av_artifact **out, size_t *count) {
    AV_TRY(check_def(run, emit, AV_DEF_EMIT));
    AV_TRY(gate_first(run));
    const av_def *d = &run->program->defs[emit];
    av_value list;
    AV_TRY(av_run_value(run, emit, &list));
    if (list.kind != AV_LIST)
        return av_run_fail(run, AV_E_WRONG_KIND, d->proc, d->site, "an emit gives no list");
    *count = list.as.list->count;
    *out = AV_NEW_ARRAY(&run->arena, av_artifact, *count);
    if (!*out) return av_run_explain(run, AV_ERR_MEMORY, emit);
    for (size_t i = 0; i < *count; i++)
        AV_TRY(read_artifact(run, emit, list.as.list->items[i], &(*out)[i]));
    return AV_OK;
}
