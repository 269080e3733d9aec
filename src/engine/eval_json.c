#include "engine/eval_json.h"

#include "emit/serial.h"
#include "engine/show.h"

/** The writer with the run it reports on. */
typedef struct reporter {
    av_run *run;
    const av_program *program;
    av_json json;
} reporter;

static reporter start(av_run *run, bool pretty, av_buf *out) {
    reporter r = {.run = run, .program = av_run_program(run)};
    av_json_init(&r.json, out, pretty);
    return r;
}

static void key(reporter *r, const char *name) {
    av_json_key(&r->json, av_text_from(name));
}

static void text_member(reporter *r, const char *name, av_text text) {
    key(r, name);
    av_json_text(&r->json, text);
}

/** The field of a record that the engine's own modules declare; none when it has no such field. */
static av_value field(const reporter *r, av_value record, const char *name) {
    if (record.kind != AV_RECORD) return av_none();
    const uint32_t slot = av_record_slot(&r->program->records[record.type], av_text_from(name));
    return slot < record.as.record->count ? record.as.record->fields[slot] : av_none();
}

static av_text text_of(av_value value) {
    if (value.kind == AV_STRING) return *value.as.string;
    return value.kind == AV_FRAGMENT ? value.as.fragment->text : AV_TEXT("");
}

static const av_list *list_of(av_value value) {
    static const av_list empty;
    return value.kind == AV_LIST ? value.as.list : &empty;
}

/** A member with a text of the definition's metadata; left out when that is empty. */
static av_status meta_member(reporter *r, const char *name, uint32_t def, av_meta meta) {
    av_value value;
    AV_TRY(av_run_meta(r->run, def, meta, &value));
    const av_text text = text_of(value);
    if (text.len > 0) text_member(r, name, text);
    return AV_OK;
}

/** A definition's value; money as whole minor units, with their unit as a member of its own. */
static av_status value_member(reporter *r, uint32_t def) {
    av_value value;
    AV_TRY(av_run_value(r->run, def, &value));
    key(r, "value");
    if (value.kind != AV_MONEY) {
        av_serial_json(r->program, value, &r->json);
        return AV_OK;
    }
    av_json_int(&r->json, value.as.integer);
    av_buf unit;
    av_buf_init(&unit, &r->json.out->host, 0);
    av_money_unit(value.type, &unit);
    text_member(r, "unit", av_buf_text(&unit));
    const av_status status = unit.status;
    av_buf_free(&unit);
    return status;
}

/** Of a fact that unites what is heard with what is inferred: what was heard. */
static void put_heard(reporter *r, uint32_t def) {
    const av_facts *facts = av_run_facts(r->run);
    if (facts == NULL || !r->program->defs[def].unites || !facts->stated[def].heard) return;
    key(r, "heard");
    av_serial_json(r->program, facts->stated[def].value, &r->json);
}

/** What the prose says of a fact besides the value that is taken. */
static void put_other_readings(reporter *r, uint32_t def) {
    const av_facts *facts = av_run_facts(r->run);
    bool open = false;
    for (size_t i = 0; facts != NULL && i < facts->clash_count; i++) {
        const av_clash *clash = &facts->clashes[i];
        if (clash->fact != def) continue;
        if (!open) {
            key(r, "other_readings");
            av_json_array(&r->json);
        }
        open = true;
        av_json_object(&r->json);
        key(r, "value");
        av_serial_json(r->program, clash->value, &r->json);
        text_member(r, "at", clash->at);
        text_member(r, "evidence", clash->evidence);
        text_member(r, "rule", r->program->rules[clash->rule].id);
        av_json_end(&r->json);
    }
    if (open) av_json_end(&r->json);
}

static av_status put_fact(reporter *r, uint32_t def) {
    av_json_object(&r->json);
    AV_TRY(value_member(r, def));
    AV_TRY(meta_member(r, "source", def, AV_META_SOURCE));
    AV_TRY(meta_member(r, "at", def, AV_META_AT));
    AV_TRY(meta_member(r, "evidence", def, AV_META_EVIDENCE));
    if (av_run_trace(r->run, def)->stated) {
        AV_TRY(meta_member(r, "rule", def, AV_META_RULE));
    } else {
        AV_TRY(meta_member(r, "rule", def, AV_META_RULE));
        AV_TRY(meta_member(r, "because", def, AV_META_BECAUSE));
        AV_TRY(meta_member(r, "condition", def, AV_META_CONDITION));
        AV_TRY(meta_member(r, "confidence", def, AV_META_CONFIDENCE));
        AV_TRY(meta_member(r, "risk", def, AV_META_RISK));
    }
    put_heard(r, def);
    put_other_readings(r, def);
    av_json_end(&r->json);
    return AV_OK;
}

static av_status put_rejected(reporter *r, uint32_t def) {
    av_value value;
    AV_TRY(av_run_meta(r->run, def, AV_META_REJECTED, &value));
    const av_list *list = list_of(value);
    key(r, "rejected");
    av_json_array(&r->json);
    for (size_t i = 0; i < list->count; i++) {
        const av_text because = text_of(field(r, list->items[i], "because"));
        const av_text condition = text_of(field(r, list->items[i], "condition"));
        av_json_object(&r->json);
        text_member(r, "option", text_of(field(r, list->items[i], "option")));
        /* Without an author's reason, the condition that failed is the reason. */
        text_member(r, "because", because.len > 0 ? because : condition);
        if (condition.len > 0 && because.len > 0 && !av_text_equal(because, condition))
            text_member(r, "condition", condition);
        av_json_end(&r->json);
    }
    av_json_end(&r->json);
    return AV_OK;
}

static void put_line(reporter *r, av_value line) {
    const av_value points = field(r, line, "points"), held = field(r, line, "held");
    av_json_object(&r->json);
    text_member(r, "rule", text_of(field(r, line, "rule")));
    key(r, "weight");
    av_json_int(&r->json, points.as.integer);
    key(r, "held");
    av_json_bool(&r->json, held.as.integer != 0);
    text_member(r, "because", text_of(field(r, line, "because")));
    av_json_end(&r->json);
}

static void put_score(reporter *r, av_value score) {
    av_json_object(&r->json);
    text_member(r, "option", text_of(field(r, score, "option")));
    key(r, "score");
    av_json_int(&r->json, field(r, score, "score").as.integer);
    key(r, "lines");
    av_json_array(&r->json);
    const av_list *lines = list_of(field(r, score, "lines"));
    for (size_t i = 0; i < lines->count; i++) put_line(r, lines->items[i]);
    av_json_end(&r->json);
    if (field(r, score, "vetoed").as.integer != 0) {
        key(r, "vetoed");
        av_json_bool(&r->json, true);
        text_member(r, "veto_because", text_of(field(r, score, "veto_because")));
    }
    if (field(r, score, "secondary_only").as.integer != 0) {
        key(r, "secondary_only");
        av_json_bool(&r->json, true);
    }
    av_json_end(&r->json);
}

static av_status put_scores(reporter *r, uint32_t def) {
    av_value value;
    AV_TRY(av_run_meta(r->run, def, AV_META_SCORE, &value));
    key(r, "score");
    av_serial_json(r->program, value, &r->json);
    AV_TRY(meta_member(r, "wrong_if", def, AV_META_WRONG_IF));
    AV_TRY(av_run_meta(r->run, def, AV_META_SECONDARY, &value));
    key(r, "secondary");
    av_serial_json(r->program, value, &r->json);
    AV_TRY(av_run_meta(r->run, def, AV_META_SCORES, &value));
    const av_list *list = list_of(value);
    key(r, "scores");
    av_json_array(&r->json);
    for (size_t i = 0; i < list->count; i++) put_score(r, list->items[i]);
    av_json_end(&r->json);
    return AV_OK;
}

static av_status put_decision(reporter *r, uint32_t def) {
    const av_def_kind kind = r->program->defs[def].kind;
    av_json_object(&r->json);
    AV_TRY(value_member(r, def));
    if (kind == AV_DEF_MATRIX) AV_TRY(put_scores(r, def));
    if (kind != AV_DEF_TABLE) {
        AV_TRY(meta_member(r, "rule", def, AV_META_RULE));
        AV_TRY(meta_member(r, "because", def, AV_META_BECAUSE));
        AV_TRY(meta_member(r, "condition", def, AV_META_CONDITION));
        AV_TRY(put_rejected(r, def));
    }
    if (av_run_trace(r->run, def)->patched) {
        key(r, "repaired");
        av_json_bool(&r->json, true);
    }
    av_json_end(&r->json);
    return AV_OK;
}

static av_status put_conflict(reporter *r, uint32_t def) {
    const av_def *d = &r->program->defs[def];
    av_json_object(&r->json);
    text_member(r, "id", d->name);
    key(r, "between");
    av_json_array(&r->json);
    for (uint32_t i = 0; i < d->between_count; i++)
        av_json_text(&r->json, r->program->defs[d->between[i]].name);
    av_json_end(&r->json);
    AV_TRY(meta_member(r, "tension", def, AV_META_TENSION));
    AV_TRY(meta_member(r, "impact", def, AV_META_IMPACT));
    if (d->binds != AV_NO_INDEX) text_member(r, "binds", r->program->defs[d->binds].name);
    AV_TRY(meta_member(r, "resolution", def, AV_META_EFFECT));
    av_json_end(&r->json);
    return AV_OK;
}

static void put_check(reporter *r, const av_check_result *result) {
    static const char *const statuses[] = {"pass", "repaired", "fail"};
    const av_def *def = &r->program->defs[result->def];
    av_json_object(&r->json);
    text_member(r, "id", def->item.len > 0 ? def->item : def->name);
    text_member(r, "name", def->name);
    text_member(r, "status", av_text_from(statuses[result->status]));
    av_buf message;
    av_buf_init(&message, &r->json.out->host, 0);
    for (uint32_t i = 0; i < result->message_count; i++) {
        if (i > 0) av_buf_puts(&message, "; ");
        av_buf_put(&message, result->messages[i]);
    }
    text_member(r, "message", av_buf_text(&message));
    if (message.status != AV_OK && r->json.out->status == AV_OK)
        r->json.out->status = message.status;
    av_buf_free(&message);
    av_json_end(&r->json);
}

static av_status put_checks(reporter *r) {
    static const char *const names[] = {"passed", "repaired", "failed"};
    const av_check_result *results;
    size_t count, totals[3] = {0};
    AV_TRY(av_run_gate(r->run, &results, &count));
    for (size_t i = 0; i < count; i++) totals[results[i].status]++;
    av_json_object(&r->json);
    for (size_t i = 0; i < AV_COUNT(names); i++) {
        key(r, names[i]);
        av_json_int(&r->json, (int64_t)totals[i]);
    }
    key(r, "items");
    av_json_array(&r->json);
    for (size_t i = 0; i < count; i++) put_check(r, &results[i]);
    av_json_end(&r->json);
    av_json_end(&r->json);
    return AV_OK;
}

/** Tables without parameters are values like decisions. */
static bool is_decision(const reporter *r, const av_def *def) {
    if (def->kind == AV_DEF_TABLE) return r->program->procs[def->proc].param_count == 0;
    return def->kind == AV_DEF_DECISION || def->kind == AV_DEF_MATRIX;
}

typedef av_status put_fn(reporter *r, uint32_t def);

/** An object with a member for each definition of a kind. */
static av_status put_members(reporter *r, const char *name, bool facts, put_fn *put) {
    key(r, name);
    av_json_object(&r->json);
    for (uint32_t i = 0; i < r->program->def_count; i++) {
        const av_def *def = &r->program->defs[i];
        if (def->hidden || (facts ? def->kind != AV_DEF_FACT : !is_decision(r, def))) continue;
        av_json_key(&r->json, def->name);
        AV_TRY(put(r, i));
    }
    av_json_end(&r->json);
    return AV_OK;
}

static av_status put_conflicts(reporter *r) {
    key(r, "conflicts");
    av_json_array(&r->json);
    for (uint32_t i = 0; i < r->program->def_count; i++) {
        if (r->program->defs[i].kind != AV_DEF_CONFLICT) continue;
        av_value raised;
        AV_TRY(av_run_value(r->run, i, &raised));
        if (raised.as.integer != 0) AV_TRY(put_conflict(r, i));
    }
    av_json_end(&r->json);
    return AV_OK;
}

static av_status put_collections(reporter *r) {
    key(r, "collections");
    av_json_object(&r->json);
    for (uint32_t i = 0; i < r->program->def_count; i++) {
        const av_def *def = &r->program->defs[i];
        if (def->kind != AV_DEF_COLLECTION || def->hidden) continue;
        av_value value;
        AV_TRY(av_run_value(r->run, i, &value));
        av_json_key(&r->json, def->name);
        av_serial_json(r->program, value, &r->json);
    }
    av_json_end(&r->json);
    return AV_OK;
}

static av_status run_gate(av_run *run) {
    const av_check_result *results;
    size_t count;
    return av_run_gate(run, &results, &count);
}

av_status av_eval_json(av_run *run, bool pretty, av_buf *out) {
    AV_TRY(run_gate(run));
    reporter r = start(run, pretty, out);
    av_json_object(&r.json);
    text_member(&r, "archvm", AV_TEXT(ARCHVM_VERSION));
    text_member(&r, "rules", (av_text){r.program->hash, sizeof r.program->hash});
    AV_TRY(put_members(&r, "facts", true, put_fact));
    AV_TRY(put_members(&r, "decisions", false, put_decision));
    AV_TRY(put_conflicts(&r));
    AV_TRY(put_collections(&r));
    key(&r, "checks");
    AV_TRY(put_checks(&r));
    av_json_end(&r.json);
    av_buf_putc(out, '\n');
    return out->status;
}

av_status av_eval_values(av_run *run, bool pretty, av_buf *out) {
    AV_TRY(run_gate(run));
    reporter r = start(run, pretty, out);
    av_json_object(&r.json);
    for (uint32_t i = 0; i < r.program->def_count; i++) {
        const av_def *def = &r.program->defs[i];
        if (def->hidden || (def->kind != AV_DEF_FACT && !is_decision(&r, def))) continue;
        av_value value;
        AV_TRY(av_run_value(run, i, &value));
        av_json_key(&r.json, def->name);
        /* Flat: an amount is its number of minor units; its unit is the fact's and stands in the
         * full form. */
        if (value.kind == AV_MONEY) av_json_int(&r.json, value.as.integer);
        else av_serial_json(r.program, value, &r.json);
    }
    av_json_end(&r.json);
    av_buf_putc(out, '\n');
    return out->status;
}

static av_status trace_check(reporter *r, uint32_t def) {
    const av_check_result *results;
    size_t count;
    AV_TRY(av_run_gate(r->run, &results, &count));
    for (size_t i = 0; i < count; i++)
        if (results[i].def == def) put_check(r, &results[i]);
    return AV_OK;
}

static av_status trace_conflict(reporter *r, uint32_t def) {
    av_value raised;
    AV_TRY(av_run_value(r->run, def, &raised));
    if (raised.as.integer != 0) return put_conflict(r, def);
    av_json_null(&r->json);
    return AV_OK;
}

av_status av_eval_trace(av_run *run, uint32_t def, av_buf *out, bool *found) {
    reporter r = start(run, true, out);
    const av_def *d = &r.program->defs[def];
    *found = true;
    av_status status = AV_OK;
    if (d->kind == AV_DEF_FACT) {
        status = put_fact(&r, def);
    } else if (is_decision(&r, d)) {
        status = put_decision(&r, def);
    } else if (d->kind == AV_DEF_CONFLICT) {
        status = trace_conflict(&r, def);
    } else if (d->kind == AV_DEF_CHECK) {
        status = trace_check(&r, def);
    } else if (d->kind == AV_DEF_COLLECTION) {
        av_value value;
        status = av_run_value(run, def, &value);
        if (status == AV_OK) av_serial_json(r.program, value, &r.json);
    } else {
        *found = false;
    }
    av_buf_putc(out, '\n');
    return status != AV_OK ? status : out->status;
}
