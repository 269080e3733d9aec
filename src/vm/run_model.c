/* The engine's own lists: what documents say about facts, decisions, conflicts, checks and documents. */
#include "vm/ops.h"
#include "vm/render.h"
#include "vm/state.h"

static const av_site nowhere = {0, 0, 0};
static const av_text empty_text = {"", 0};
static const av_list empty_list = {0};

av_status av_model_new(av_run *run, uint32_t record_type, av_model_record *out) {
    const av_program *program = run->program;
    if (record_type >= program->record_count)
        return av_run_fail(run, AV_E_WRONG_KIND, AV_NO_INDEX, nowhere,
                           "the program lacks a record of std.model");
    out->run = run;
    out->type = &program->records[record_type];
    out->next = 0;
    AV_TRY(
        av_record_new(&run->arena, record_type, out->type->field_count, &out->value, &out->fields));
    for (uint32_t i = 0; i < out->type->field_count; i++) {
        av_type_kind kind = program->types[out->type->fields[i].type].kind;
        if (kind == AV_T_TEXT)
            out->fields[i] = (av_value){.kind = AV_STRING, .as.string = &empty_text};
        if (kind == AV_T_LIST) out->fields[i] = (av_value){.kind = AV_LIST, .as.list = &empty_list};
    }
    return AV_OK;
}

void av_model_set(av_model_record *record, const char *field, av_value value) {
    av_text name = av_text_from(field);
    uint32_t count = record->type->field_count;
    /* Fields are mostly set in their order. */
    for (uint32_t tried = 0; tried < count; tried++) {
        uint32_t i = (record->next + tried) % count;
        if (!av_text_equal(record->type->fields[i].name, name)) continue;
        record->fields[i] = value;
        ((av_record *)record->value.as.record)->given |= (uint64_t)1 << i;
        record->next = i + 1;
        return;
    }
}

av_status av_model_text(av_model_record *record, const char *field, av_text text) {
    av_value value;
    AV_TRY(av_string(&record->run->arena, text, &value));
    av_model_set(record, field, value);
    return AV_OK;
}

av_status av_model_meta(av_model_record *record, const char *field, uint32_t def, av_meta meta) {
    av_value value;
    AV_TRY(av_run_meta(record->run, def, meta, &value));
    av_model_set(record, field, value);
    return AV_OK;
}

/* Fields that hold metadata under the same name. */
typedef struct meta_field {
    const char *field;
    av_meta meta;
} meta_field;

static av_status set_metas(av_model_record *record, uint32_t def, const meta_field *fields,
                           size_t count) {
    for (size_t i = 0; i < count; i++)
        AV_TRY(av_model_meta(record, fields[i].field, def, fields[i].meta));
    return AV_OK;
}

/* A value in the notation of JSON, as a template would write it there. */
static av_status set_json(av_model_record *record, const char *field, av_value value) {
    av_run *run = record->run;
    av_value json;
    av_render render = av_render_begin(run);
    AV_TRY(av_render_value(run, render, value, AV_ESCAPE_JSON_VALUE, 0, AV_NO_INDEX));
    AV_TRY(av_render_fragment(run, render, AV_FORMAT_JSON, &json));
    av_model_set(record, field, json);
    return AV_OK;
}

/* A definition's value as it prints. */
static av_status set_value(av_model_record *record, uint32_t def) {
    av_value value;
    av_text text;
    AV_TRY(av_run_value(record->run, def, &value));
    AV_TRY(av_render_format_text(record->run, value, &text));
    return av_model_text(record, "value", text);
}

/* All but what another value would change: the searches for that come last, all at once. */
static av_status fact_info(av_run *run, uint32_t def, av_value *out) {
    static const meta_field fields[] = {
        {"name", AV_META_NAME},
        {"label", AV_META_LABEL},
        {"group", AV_META_GROUP},
        {"source", AV_META_SOURCE},
        {"rule", AV_META_RULE},
        {"because", AV_META_BECAUSE},
        {"confidence", AV_META_CONFIDENCE},
        {"risk", AV_META_RISK},
        {"at", AV_META_AT},
        {"evidence", AV_META_EVIDENCE},
        {"ask", AV_META_ASK},
    };
    av_model_record record;
    av_value value;
    AV_TRY(av_model_new(run, run->program->model.fact_info, &record));
    AV_TRY(set_metas(&record, def, fields, AV_COUNT(fields)));
    AV_TRY(set_value(&record, def));
    AV_TRY(av_run_value(run, def, &value));
    AV_TRY(set_json(&record, "as_json", value));
    *out = record.value;
    return AV_OK;
}

static av_status decision_info(av_run *run, uint32_t def, av_value *out) {
    static const meta_field fields[] = {
        {"name", AV_META_NAME},           {"label", AV_META_LABEL},
        {"rule", AV_META_RULE},           {"because", AV_META_BECAUSE},
        {"condition", AV_META_CONDITION}, {"rejected", AV_META_REJECTED},
    };
    static const meta_field matrix_fields[] = {{"scores", AV_META_SCORES},
                                               {"wrong_if", AV_META_WRONG_IF}};
    av_model_record record;
    av_value facts;
    AV_TRY(av_model_new(run, run->program->model.decision_info, &record));
    AV_TRY(set_metas(&record, def, fields, AV_COUNT(fields)));
    if (run->program->defs[def].kind == AV_DEF_MATRIX)
        AV_TRY(set_metas(&record, def, matrix_fields, AV_COUNT(matrix_fields)));
    AV_TRY(set_value(&record, def));
    AV_TRY(av_run_facts_of(run, def, &facts));
    av_model_set(&record, "facts", facts);
    *out = record.value;
    return AV_OK;
}

static av_status conflict_info(av_run *run, uint32_t def, av_value *out) {
    static const meta_field fields[] = {
        {"name", AV_META_NAME},     {"label", AV_META_LABEL}, {"tension", AV_META_TENSION},
        {"impact", AV_META_IMPACT}, {"binds", AV_META_BINDS}, {"effect", AV_META_EFFECT},
    };
    const av_def *d = &run->program->defs[def];
    av_model_record record;
    av_value between, *items;
    AV_TRY(av_model_new(run, run->program->model.conflict_info, &record));
    AV_TRY(set_metas(&record, def, fields, AV_COUNT(fields)));
    AV_TRY(av_list_new(&run->arena, d->between_count, &between, &items));
    for (uint32_t i = 0; i < d->between_count; i++)
        AV_TRY(av_string(&run->arena, run->program->defs[d->between[i]].name, &items[i]));
    av_model_set(&record, "between", between);
    *out = record.value;
    return AV_OK;
}

static av_status check_info(av_run *run, uint32_t def, av_value *out) {
    static const char *const names[] = {
        [AV_CHECK_PASS] = "pass", [AV_CHECK_REPAIRED] = "repaired", [AV_CHECK_FAIL] = "fail"};
    const av_def *d = &run->program->defs[def];
    const av_check_result *results, *result = NULL;
    size_t count;
    AV_TRY(av_run_gate(run, &results, &count));
    for (size_t i = 0; i < count; i++)
        if (results[i].def == def) result = &results[i];
    if (!result)
        return av_run_fail(run, AV_E_WRONG_KIND, AV_NO_INDEX, d->site, "a check without a result");
    av_model_record record;
    av_value messages, *items;
    av_text repair;
    AV_TRY(av_model_new(run, run->program->model.check_info, &record));
    AV_TRY(av_model_text(&record, "name", d->name));
    AV_TRY(av_model_text(&record, "id", d->item.len ? d->item : d->name));
    AV_TRY(av_model_text(&record, "label", d->label));
    AV_TRY(av_model_text(&record, "status", av_text_from(names[result->status])));
    AV_TRY(av_list_new(&run->arena, result->message_count, &messages, &items));
    for (uint32_t i = 0; i < result->message_count; i++)
        AV_TRY(av_string(&run->arena, result->messages[i], &items[i]));
    av_model_set(&record, "messages", messages);
    AV_TRY(av_run_text(run, d->repair_because, &repair));
    AV_TRY(av_model_text(&record, "repair", repair));
    *out = record.value;
    return AV_OK;
}

static av_status document_info(av_run *run, uint32_t def, av_value *out) {
    const av_def *d = &run->program->defs[def];
    av_model_record record;
    av_text title, path;
    AV_TRY(av_model_new(run, run->program->model.document_info, &record));
    AV_TRY(av_run_text(run, d->title, &title));
    AV_TRY(av_run_text(run, d->path, &path));
    AV_TRY(av_model_text(&record, "name", d->name));
    AV_TRY(av_model_text(&record, "title", title));
    AV_TRY(av_model_text(&record, "path", path));
    av_value sections, *items;
    AV_TRY(av_list_new(&run->arena, d->section_count, &sections, &items));
    for (uint32_t i = 0; i < d->section_count; i++)
        AV_TRY(av_string(&run->arena, run->program->defs[d->sections[i]].name, &items[i]));
    av_model_set(&record, "sections", sections);
    *out = record.value;
    return AV_OK;
}

static const struct list {
    const char *name;
    av_def_kind kind, other;
    av_status (*info)(av_run *run, uint32_t def, av_value *out);
} lists[] = {
    {"all_facts", AV_DEF_FACT, AV_DEF_FACT, fact_info},
    {"all_decisions", AV_DEF_DECISION, AV_DEF_MATRIX, decision_info},
    {"all_conflicts", AV_DEF_CONFLICT, AV_DEF_CONFLICT, conflict_info},
    {"all_checks", AV_DEF_CHECK, AV_DEF_CHECK, check_info},
    {"all_documents", AV_DEF_DOCUMENT, AV_DEF_DOCUMENT, document_info},
};

static bool is_listed(const av_def *d, const struct list *list) {
    return !d->hidden && (d->kind == list->kind || d->kind == list->other);
}

/* Sets what other values of the facts would change: `records` are those of all listed facts, in order. */
static av_status set_flips(av_run *run, const struct list *list, const av_value *records) {
    const av_program *program = run->program;
    uint32_t *facts = AV_NEW_ARRAY(&run->arena, uint32_t, program->def_count);
    av_value *flips = AV_NEW_ARRAY(&run->arena, av_value, program->def_count);
    av_value **places = AV_NEW_ARRAY(&run->arena, av_value *, program->def_count);
    size_t count = 0;
    if (!facts || !flips || !places) return AV_ERR_MEMORY;
    const uint32_t slot =
        av_record_slot(&program->records[program->model.fact_info], AV_TEXT("flips"));
    for (uint32_t i = 0; i < program->def_count; i++) {
        if (!is_listed(&program->defs[i], list)) continue;
        av_record *record = (av_record *)(uintptr_t)(records++)->as.record;
        /* what is stated is no open question */
        if (run->traces[i].stated || slot >= record->count) continue;
        record->given |= (uint64_t)1 << slot;
        places[count] = &record->fields[slot];
        facts[count++] = i;
    }
    AV_TRY(av_run_flips_all(run, facts, count, flips));
    for (size_t i = 0; i < count; i++) *places[i] = flips[i];
    return AV_OK;
}

static av_status fill(av_run *run, const struct list *list, av_value *out) {
    const av_program *program = run->program;
    size_t most = 0, count = 0;
    for (uint32_t i = 0; i < program->def_count; i++) most += is_listed(&program->defs[i], list);
    av_value result, *items;
    AV_TRY(av_list_new(&run->arena, most, &result, &items));
    for (uint32_t i = 0; i < program->def_count; i++) {
        if (!is_listed(&program->defs[i], list)) continue;
        if (list->kind == AV_DEF_CONFLICT) {
            av_value raised;
            AV_TRY(av_run_value(run, i, &raised));
            if (raised.kind != AV_BOOL || !raised.as.integer) continue;
        }
        AV_TRY(list->info(run, i, &items[count++]));
    }
    ((av_list *)result.as.list)->count = count;
    *out = result;
    return list->info == fact_info ? set_flips(run, list, result.as.list->items) : AV_OK;
}

av_status av_run_model(av_run *run, uint32_t def, av_value *out) {
    const av_def *d = &run->program->defs[def];
    for (size_t i = 0; i < AV_COUNT(lists); i++)
        if (av_text_equal(d->name, av_text_from(lists[i].name))) return fill(run, &lists[i], out);
    return av_run_fail(run, AV_E_WRONG_KIND, AV_NO_INDEX, d->site, "the engine has no list `%.*s`",
                       AV_TEXT_ARG(d->name));
}
