/* archvm.h: values. A public value is an inner one under another name. */
#include "base/set.h"
#include "emit/serial.h"
#include "engine/api.h"

_Static_assert(sizeof(archvm_value) == sizeof(av_value), "a public value holds an inner one");

static av_value inner(archvm_value value) {
    av_value v;
    memcpy(&v, &value, sizeof v);
    return v;
}

static archvm_value outer(av_value v) {
    archvm_value value;
    memcpy(&value, &v, sizeof value);
    return value;
}

static const av_program *program_of(const archvm_run *run) {
    return run->program->program;
}

archvm_kind archvm_value_kind(archvm_value value) {
    switch ((av_kind)inner(value).kind) {
    case AV_NONE: return ARCHVM_NONE;
    case AV_BOOL: return ARCHVM_BOOL;
    case AV_INT: return ARCHVM_INT;
    case AV_DECIMAL: return ARCHVM_DECIMAL;
    case AV_MONEY: return ARCHVM_MONEY;
    case AV_STRING:
    case AV_FRAGMENT: return ARCHVM_TEXT;
    case AV_ENUM: return ARCHVM_ENUM;
    case AV_SET: return ARCHVM_SET;
    case AV_LIST: return ARCHVM_LIST;
    case AV_RECORD: return ARCHVM_RECORD;
    }
    return ARCHVM_NONE;
}

archvm_status archvm_value_bool(archvm_value value, int *out) {
    const av_value v = inner(value);
    if (out == NULL || v.kind != AV_BOOL) return ARCHVM_ERR_ARGUMENT;
    *out = v.as.integer != 0;
    return ARCHVM_OK;
}

archvm_status archvm_value_int(archvm_value value, int64_t *out) {
    const av_value v = inner(value);
    if (out == NULL || v.kind != AV_INT) return ARCHVM_ERR_ARGUMENT;
    *out = v.as.integer;
    return ARCHVM_OK;
}

archvm_status archvm_value_decimal(archvm_value value, int64_t *coefficient, unsigned *scale) {
    const av_value v = inner(value);
    if (coefficient == NULL || scale == NULL || (v.kind != AV_DECIMAL && v.kind != AV_INT))
        return ARCHVM_ERR_ARGUMENT;
    const av_decimal decimal = av_as_decimal(v);
    *coefficient = decimal.coefficient;
    *scale = decimal.scale;
    return ARCHVM_OK;
}

archvm_status archvm_value_money(archvm_value value, int64_t *minor_units, char currency[4]) {
    const av_value v = inner(value);
    if (minor_units == NULL || currency == NULL || v.kind != AV_MONEY) return ARCHVM_ERR_ARGUMENT;
    *minor_units = v.as.integer;
    currency[0] = (char)(v.type >> 16 & 0x7f);
    currency[1] = (char)(v.type >> 8 & 0x7f);
    currency[2] = (char)(v.type & 0x7f);
    currency[3] = '\0';
    return ARCHVM_OK;
}

archvm_status archvm_value_text(const archvm_run *run, archvm_value value, archvm_text *out) {
    if (run == NULL || out == NULL) return ARCHVM_ERR_ARGUMENT;
    const av_value v = inner(value);
    const av_program *program = program_of(run);
    if (v.kind == AV_STRING) {
        *out = av_outer_text(*v.as.string);
    } else if (v.kind == AV_FRAGMENT) {
        *out = av_outer_text(v.as.fragment->text);
    } else if (v.kind == AV_ENUM && v.type < program->enum_count && v.as.integer >= 0 &&
               v.as.integer < program->enums[v.type].member_count) {
        *out = av_outer_text(program->enums[v.type].members[v.as.integer].label);
    } else {
        return ARCHVM_ERR_ARGUMENT;
    }
    return ARCHVM_OK;
}

size_t archvm_value_count(archvm_value value) {
    const av_value v = inner(value);
    switch ((av_kind)v.kind) {
    case AV_SET: return av_set_size(v);
    case AV_LIST: return v.as.list->count;
    case AV_RECORD: return v.as.record->count;
    default: return 0;
    }
}

/** The member number `index` of those in a set. */
static archvm_status set_item(av_value v, size_t index, archvm_value *out) {
    for (AV_EACH_MEMBER(m, v)) {
        if (index-- > 0) continue;
        *out = outer(av_enum(v.type, m));
        return ARCHVM_OK;
    }
    return ARCHVM_ERR_NOT_FOUND;
}

archvm_status archvm_value_item(const archvm_run *run, archvm_value value, size_t index,
                                archvm_value *out) {
    if (run == NULL || out == NULL) return ARCHVM_ERR_ARGUMENT;
    const av_value v = inner(value);
    switch ((av_kind)v.kind) {
    case AV_SET: return set_item(v, index, out);
    case AV_LIST:
        if (index >= v.as.list->count) return ARCHVM_ERR_NOT_FOUND;
        *out = outer(v.as.list->items[index]);
        return ARCHVM_OK;
    case AV_RECORD:
        if (index >= v.as.record->count) return ARCHVM_ERR_NOT_FOUND;
        *out = outer(v.as.record->fields[index]);
        return ARCHVM_OK;
    default: return ARCHVM_ERR_ARGUMENT;
    }
}

archvm_status archvm_value_field_name(const archvm_run *run, archvm_value value, size_t index,
                                      archvm_text *out) {
    const av_value v = inner(value);
    if (run == NULL || out == NULL || v.kind != AV_RECORD) return ARCHVM_ERR_ARGUMENT;
    const av_record_type *type = &program_of(run)->records[v.type];
    if (index >= type->field_count) return ARCHVM_ERR_NOT_FOUND;
    *out = av_outer_text(type->fields[index].name);
    return ARCHVM_OK;
}

archvm_status archvm_value_field(const archvm_run *run, archvm_value value, archvm_text name,
                                 archvm_value *out) {
    const av_value v = inner(value);
    if (run == NULL || out == NULL || v.kind != AV_RECORD) return ARCHVM_ERR_ARGUMENT;
    const uint32_t slot = av_record_slot(&program_of(run)->records[v.type], av_inner_text(name));
    if (slot >= v.as.record->count) return ARCHVM_ERR_NOT_FOUND;
    *out = outer(v.as.record->fields[slot]);
    return ARCHVM_OK;
}

archvm_status archvm_value_json(const archvm_run *run, archvm_value value, archvm_text *out) {
    if (run == NULL || out == NULL) return ARCHVM_ERR_ARGUMENT;
    av_buf buf;
    av_buf_init(&buf, &run->engine->host, 0);
    av_json json;
    av_json_init(&json, &buf, false);
    av_serial_json(program_of(run), inner(value), &json);
    return av_give_text(run->engine, &buf, out);
}
