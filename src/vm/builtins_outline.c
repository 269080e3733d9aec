/* The built-in function that reads Markdown: parts of an outline as records of std.model. */
#include "outline/outline.h"

#include "vm/builtins.h"
#include "vm/ops.h"
#include "vm/state.h"

/** The enum of the field `kind`, which an image may have damaged. */
static av_status kinds(const av_call *call, uint32_t *out) {
    const av_program *program = call->run->program;
    const av_record_type *record = &program->records[program->model.outline_part];
    const uint32_t slot = av_record_slot(record, AV_TEXT("kind"));
    const av_type *type = slot != AV_NO_INDEX ? &program->types[record->fields[slot].type] : NULL;
    if (type == NULL || type->kind != AV_T_ENUM ||
        program->enums[type->index].member_count < AV_OUTLINE_KINDS)
        return av_run_fail(call->run, AV_E_WRONG_KIND, call->proc, call->site,
                           "std.model does not say which kinds of parts an outline has");
    *out = type->index;
    return AV_OK;
}

static av_status texts(av_arena *arena, const av_text *from, uint32_t count, av_value *out) {
    av_value *items;
    AV_TRY(av_list_new(arena, count, out, &items));
    for (uint32_t i = 0; i < count; i++) AV_TRY(av_string(arena, from[i], &items[i]));
    return AV_OK;
}

/** The headings above what stands under this heading: its own path and itself. */
static av_status path_below(av_arena *arena, const av_value *path, av_text text, av_value *out) {
    const av_list *above = path->as.list;
    av_value *items;
    AV_TRY(av_list_new(arena, above->count + 1, out, &items));
    for (size_t i = 0; i < above->count; i++) items[i] = above->items[i];
    return av_string(arena, text, &items[above->count]);
}

static av_status make_part(const av_call *call, const av_outline_part *part, uint32_t number,
                           uint32_t kind, av_value path, av_value *out) {
    av_arena *arena = av_run_arena(call->run);
    av_model_record record;
    av_value header, cells;
    AV_TRY(av_model_new(call->run, call->run->program->model.outline_part, &record));
    av_model_set(&record, "kind", av_enum(kind, part->kind));
    av_model_set(&record, "number", av_int(number));
    av_model_set(&record, "line", av_int(part->line));
    av_model_set(&record, "level", av_int(part->level));
    av_model_set(&record, "parent", av_int(part->parent));
    av_model_set(&record, "owner", av_int(part->owner));
    av_model_set(&record, "path", path);
    AV_TRY(av_model_text(&record, "id", part->id));
    AV_TRY(av_model_text(&record, "prefix", part->prefix));
    AV_TRY(av_model_text(&record, "tag", part->tag));
    AV_TRY(av_model_text(&record, "bold", part->bold));
    AV_TRY(av_model_text(&record, "label", part->label));
    AV_TRY(av_model_text(&record, "text", part->text));
    AV_TRY(texts(arena, part->header, part->cell_count, &header));
    AV_TRY(texts(arena, part->cells, part->cell_count, &cells));
    av_model_set(&record, "header", header);
    av_model_set(&record, "cells", cells);
    av_model_set(&record, "struck", av_bool(part->struck));
    *out = record.value;
    return AV_OK;
}

AV_IMPLEMENT(AV_B_OUTLINE) {
    av_arena *arena = av_run_arena(call->run);
    av_text text;
    uint32_t kind = 0;
    av_outline outline;
    av_value list, nothing, *items, *none;
    AV_TRY(av_call_text(call, 0, &text));
    /* rules ask for the same text again and again */
    av_run *run = call->run;
    if (run->outlined.kind == AV_STRING && av_text_equal(*run->outlined.as.string, text)) {
        *call->out = run->outline;
        return AV_OK;
    }
    AV_TRY(kinds(call, &kind));
    AV_TRY(av_outline_read(arena, text, &outline));
    AV_TRY(av_run_spend(call->run, outline.count, call->proc, call->site));
    AV_TRY(av_list_new(arena, outline.count, &list, &items));
    AV_TRY(av_list_new(arena, 0, &nothing, &none));
    /* by number: the path of what stands under a heading */
    av_value *paths = AV_NEW_ARRAY(arena, av_value, (size_t)outline.count + 1);
    if (paths == NULL) return AV_ERR_MEMORY;
    paths[0] = nothing;
    for (uint32_t i = 0; i < outline.count; i++) {
        const av_outline_part *part = &outline.parts[i];
        if (part->kind == AV_OUTLINE_HEADING)
            AV_TRY(path_below(arena, &paths[part->heading], part->text, &paths[i + 1]));
        AV_TRY(make_part(call, part, i + 1, kind, paths[part->heading], &items[i]));
    }
    AV_TRY(av_string(arena, text, &run->outlined));
    *call->out = run->outline = list;
    return AV_OK;
}
