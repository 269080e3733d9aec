#include "emit/serial.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

bool av_serial_has(av_format format) {
    return format == AV_FORMAT_JSON || format == AV_FORMAT_YAML;
}

/* ---- what both formats share */

static av_text member_label(const av_program *program, uint32_t type, uint32_t member) {
    const av_enum_type *e = &program->enums[type];
    return member < e->member_count ? e->members[member].label : AV_TEXT("");
}

/** A field that is written: all but options without a value. */
static bool is_written(const av_program *program, const av_record_type *record, uint32_t field,
                       av_value value) {
    return value.kind != AV_NONE || program->types[record->fields[field].type].kind != AV_T_OPTION;
}

/* A list of records that are written by key is a mapping. An empty list shows no record: then its declared type says. */
static const av_record_type *mapped(const av_program *program, const av_list *list, av_type_id type) {
    uint32_t record = AV_NO_INDEX;
    if (list->count > 0) {
        if (list->items[0].kind == AV_RECORD) record = list->items[0].type;
    } else {
        const av_type *declared = &program->types[type];
        if (declared->kind == AV_T_OPTION) declared = &program->types[declared->element];
        if (declared->kind == AV_T_LIST) declared = &program->types[declared->element];
        if (declared->kind == AV_T_RECORD) record = declared->index;
    }
    return record != AV_NO_INDEX && program->records[record].by_key ? &program->records[record] : NULL;
}

/* What a key maps to: the record without its key, or, when a field called `value` is all there is besides, that. */
static uint32_t only_value(const av_record_type *record) {
    if (record->field_count != 2) return AV_NO_INDEX;
    uint32_t other = 1 - record->key;
    return av_text_equal(record->fields[other].name, AV_TEXT("value")) ? other : AV_NO_INDEX;
}

static av_text string_of(av_value value) {
    return value.kind == AV_FRAGMENT ? value.as.fragment->text : *value.as.string;
}

/* ---- JSON */

static void write_json(const av_program *program, av_value value, av_type_id type, av_json *json, uint32_t depth);

/* The record's fields but for `without` (AV_NO_INDEX: all of them). */
static void write_json_fields(const av_program *program, av_value value, uint32_t without, av_json *json, uint32_t depth) {
    const av_record_type *record = &program->records[value.type];
    av_json_object(json);
    for (uint32_t f = 0; f < value.as.record->count; f++) {
        av_value field = value.as.record->fields[f];
        if (f == without || !is_written(program, record, f, field)) continue;
        av_json_key(json, record->fields[f].emitted);
        write_json(program, field, record->fields[f].type, json, depth + 1);
    }
    av_json_end(json);
}

static void write_json_mapping(const av_program *program, const av_record_type *record, const av_list *list, av_json *json,
                               uint32_t depth) {
    uint32_t value = only_value(record);
    av_json_object(json);
    for (size_t i = 0; i < list->count; i++) {
        const av_record *item = list->items[i].as.record;
        av_json_key(json, string_of(item->fields[record->key]));
        if (value != AV_NO_INDEX)
            write_json(program, item->fields[value], record->fields[value].type, json, depth + 1);
        else
            write_json_fields(program, list->items[i], record->key, json, depth + 1);
    }
    av_json_end(json);
}

static void write_json(const av_program *program, av_value value, av_type_id type, av_json *json, uint32_t depth) {
    if (depth > AV_SERIAL_DEPTH) {
        if (json->out->status == AV_OK) json->out->status = AV_ERR_LIMIT;
        return;
    }
    switch ((av_kind)value.kind) {
    case AV_NONE:
        av_json_null(json);
        break;
    case AV_BOOL:
        av_json_bool(json, value.as.integer != 0);
        break;
    case AV_INT:
        av_json_int(json, value.as.integer);
        break;
    case AV_DECIMAL:
        av_json_decimal(json, av_as_decimal(value));
        break;
    case AV_MONEY: {
        char code[3] = {(char)(value.type >> 16 & 0x7F), (char)(value.type >> 8 & 0x7F),
                        (char)(value.type & 0x7F)};
        av_json_object(json);
        av_json_key(json, AV_TEXT("amount"));
        av_json_int(json, value.as.integer);
        av_json_key(json, AV_TEXT("currency"));
        av_json_text(json, (av_text){code, sizeof code});
        av_json_end(json);
        break;
    }
    case AV_STRING:
    case AV_FRAGMENT:
        av_json_text(json, string_of(value));
        break;
    case AV_ENUM:
        av_json_text(json, member_label(program, value.type, (uint32_t)value.as.integer));
        break;
    case AV_SET:
        av_json_array(json);
        for (uint32_t m = 0; m < AV_SET_MEMBERS; m++) {
            if ((value.as.bits >> m & 1) != 0)
                av_json_text(json, member_label(program, value.type, m));
        }
        av_json_end(json);
        break;
    case AV_LIST: {
        const av_record_type *record = mapped(program, value.as.list, type);
        if (record != NULL) {
            write_json_mapping(program, record, value.as.list, json, depth);
            break;
        }
        av_json_array(json);
        for (size_t i = 0; i < value.as.list->count; i++)
            write_json(program, value.as.list->items[i], AV_TYPE_ANY, json, depth + 1);
        av_json_end(json);
        break;
    }
    case AV_RECORD:
        write_json_fields(program, value, AV_NO_INDEX, json, depth);
        break;
    }
}

void av_serial_json(const av_program *program, av_value value, av_json *json) {
    write_json(program, value, AV_TYPE_ANY, json, 0);
}

/* ---- YAML */

typedef struct yaml_writer {
    const av_program *program;
    av_buf *out;
    yaml_emitter_t emitter;
    av_buf scratch; /**< a number or the like as text */
    av_status status;
} yaml_writer;

static int take_bytes(void *payload, unsigned char *bytes, size_t size) {
    av_buf *out = payload;
    av_buf_put(out, (av_text){(const char *)bytes, size});
    return out->status == AV_OK;
}

static void emit(yaml_writer *w, yaml_event_t *event, int made) {
    if (!made) {
        if (w->status == AV_OK) w->status = AV_ERR_MEMORY;
        return;
    }
    if (w->status != AV_OK) {
        yaml_event_delete(event);
        return;
    }
    if (!yaml_emitter_emit(&w->emitter, event)) {
        w->status = w->out->status != AV_OK ? w->out->status : AV_ERR_MEMORY;
    }
}

/** Numbers and truth values: plain. */
static void emit_plain(yaml_writer *w, av_text text) {
    yaml_event_t event;
    int made = yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text.ptr,
                                            (int)text.len, 1, 0, YAML_PLAIN_SCALAR_STYLE);
    emit(w, &event, made);
}

/** Whether a reader of any YAML version takes the plain word for a text. */
static bool is_surely_text(av_text text) {
    static const char *const words[] = {"null", "true", "false", "yes", "no",
                                        "on",   "off",  "y",     "n"};
    if (text.len == 0) return false;
    char first = text.ptr[0];
    bool letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') ||
                  first == '/' || (unsigned char)first >= 0x80;
    if (!letter) return false;
    for (size_t i = 0; i < AV_COUNT(words); i++) {
        if (text.len != strlen(words[i])) continue;
        bool same = true;
        for (size_t k = 0; same && k < text.len; k++)
            same = (text.ptr[k] | 0x20) == words[i][k];
        if (same) return false;
    }
    return true;
}

static void emit_text(yaml_writer *w, av_text text) {
    if (text.len > INT32_MAX) {
        w->status = AV_ERR_LIMIT;
        return;
    }
    bool lines = av_text_find(text, AV_TEXT("\n"), 0) != SIZE_MAX;
    yaml_scalar_style_t style = lines                  ? YAML_LITERAL_SCALAR_STYLE
                                : is_surely_text(text) ? YAML_ANY_SCALAR_STYLE
                                                       : YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    yaml_event_t event;
    int made = yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text.ptr,
                                            (int)text.len, 1, 1, style);
    emit(w, &event, made);
}

static void emit_sequence_start(yaml_writer *w) {
    yaml_event_t event;
    int made =
        yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE);
    emit(w, &event, made);
}

static void emit_sequence_end(yaml_writer *w) {
    yaml_event_t event;
    emit(w, &event, yaml_sequence_end_event_initialize(&event));
}

static void emit_mapping_start(yaml_writer *w) {
    yaml_event_t event;
    int made = yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE);
    emit(w, &event, made);
}

static void emit_mapping_end(yaml_writer *w) {
    yaml_event_t event;
    emit(w, &event, yaml_mapping_end_event_initialize(&event));
}

static void emit_scratch(yaml_writer *w) {
    if (w->scratch.status != AV_OK) {
        w->status = w->scratch.status;
        return;
    }
    emit_plain(w, av_buf_text(&w->scratch));
}

static void write_yaml(yaml_writer *w, av_value value, av_type_id type, uint32_t depth);

static void write_yaml_fields(yaml_writer *w, av_value value, uint32_t without, uint32_t depth) {
    const av_record_type *record = &w->program->records[value.type];
    emit_mapping_start(w);
    for (uint32_t f = 0; f < value.as.record->count; f++) {
        av_value field = value.as.record->fields[f];
        if (f == without || !is_written(w->program, record, f, field)) continue;
        emit_text(w, record->fields[f].emitted);
        write_yaml(w, field, record->fields[f].type, depth + 1);
    }
    emit_mapping_end(w);
}

static void write_yaml_mapping(yaml_writer *w, const av_record_type *record, const av_list *list, uint32_t depth) {
    uint32_t value = only_value(record);
    emit_mapping_start(w);
    for (size_t i = 0; i < list->count; i++) {
        const av_record *item = list->items[i].as.record;
        emit_text(w, string_of(item->fields[record->key]));
        if (value != AV_NO_INDEX)
            write_yaml(w, item->fields[value], record->fields[value].type, depth + 1);
        else
            write_yaml_fields(w, list->items[i], record->key, depth + 1);
    }
    emit_mapping_end(w);
}

static void write_yaml(yaml_writer *w, av_value value, av_type_id type, uint32_t depth) {
    if (depth > AV_SERIAL_DEPTH && w->status == AV_OK) w->status = AV_ERR_LIMIT;
    if (w->status != AV_OK) return;
    av_buf_clear(&w->scratch);
    switch ((av_kind)value.kind) {
    case AV_NONE:
        emit_plain(w, AV_TEXT("null"));
        break;
    case AV_BOOL:
        emit_plain(w, value.as.integer != 0 ? AV_TEXT("true") : AV_TEXT("false"));
        break;
    case AV_INT:
        av_buf_printf(&w->scratch, "%lld", (long long)value.as.integer);
        emit_scratch(w);
        break;
    case AV_DECIMAL:
        av_decimal_format(av_as_decimal(value), &w->scratch);
        emit_scratch(w);
        break;
    case AV_MONEY:
        emit_mapping_start(w);
        emit_text(w, AV_TEXT("amount"));
        av_buf_printf(&w->scratch, "%lld", (long long)value.as.integer);
        emit_scratch(w);
        emit_text(w, AV_TEXT("currency"));
        av_buf_clear(&w->scratch);
        av_currency_format(value.type, &w->scratch);
        emit_scratch(w);
        emit_mapping_end(w);
        break;
    case AV_STRING:
    case AV_FRAGMENT:
        emit_text(w, string_of(value));
        break;
    case AV_ENUM:
        emit_text(w, member_label(w->program, value.type, (uint32_t)value.as.integer));
        break;
    case AV_SET:
        emit_sequence_start(w);
        for (uint32_t m = 0; m < AV_SET_MEMBERS; m++) {
            if ((value.as.bits >> m & 1) != 0)
                emit_text(w, member_label(w->program, value.type, m));
        }
        emit_sequence_end(w);
        break;
    case AV_LIST: {
        const av_record_type *record = mapped(w->program, value.as.list, type);
        if (record != NULL) {
            write_yaml_mapping(w, record, value.as.list, depth);
            break;
        }
        emit_sequence_start(w);
        for (size_t i = 0; i < value.as.list->count; i++)
            write_yaml(w, value.as.list->items[i], AV_TYPE_ANY, depth + 1);
        emit_sequence_end(w);
        break;
    }
    case AV_RECORD:
        write_yaml_fields(w, value, AV_NO_INDEX, depth);
        break;
    }
}

static av_status write_yaml_file(const av_program *program, av_value value, av_buf *out) {
    yaml_writer w = {.program = program, .out = out};
    if (!yaml_emitter_initialize(&w.emitter)) return AV_ERR_MEMORY;
    av_buf_init(&w.scratch, &out->host, 0);
    yaml_emitter_set_output(&w.emitter, take_bytes, out);
    yaml_emitter_set_unicode(&w.emitter, 1);
    yaml_emitter_set_width(&w.emitter, -1);
    yaml_event_t event;
    emit(&w, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
    emit(&w, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
    write_yaml(&w, value, AV_TYPE_ANY, 0);
    emit(&w, &event, yaml_document_end_event_initialize(&event, 1));
    emit(&w, &event, yaml_stream_end_event_initialize(&event));
    if (w.status == AV_OK && !yaml_emitter_flush(&w.emitter)) w.status = AV_ERR_MEMORY;
    yaml_emitter_delete(&w.emitter);
    av_buf_free(&w.scratch);
    return w.status;
}

/* ---- reading back */

static av_status check_json(av_text text, av_serial_problem *problem) {
    json_error_t error;
    json_t *root = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (root) {
        json_decref(root);
        return AV_OK;
    }
    if (json_error_code(&error) == json_error_out_of_memory) return AV_ERR_MEMORY;
    problem->line = error.line > 0 ? (uint32_t)error.line : 0;
    problem->column = error.column > 0 ? (uint32_t)error.column : 0;
    (void)snprintf(problem->message, sizeof problem->message, "%s", error.text);
    return AV_ERR_INPUT;
}

static av_status check_yaml(av_text text, av_serial_problem *problem) {
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) return AV_ERR_MEMORY;
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    av_status status = AV_OK;
    for (bool more = true; more && status == AV_OK;) {
        yaml_event_t event;
        if (yaml_parser_parse(&parser, &event)) {
            more = event.type != YAML_STREAM_END_EVENT;
            yaml_event_delete(&event);
            continue;
        }
        if (parser.error == YAML_MEMORY_ERROR) {
            status = AV_ERR_MEMORY;
            break;
        }
        problem->line = (uint32_t)parser.problem_mark.line + 1;
        problem->column = (uint32_t)parser.problem_mark.column + 1;
        (void)snprintf(problem->message, sizeof problem->message, "%s",
                       parser.problem ? parser.problem : "it cannot be read");
        status = AV_ERR_INPUT;
    }
    yaml_parser_delete(&parser);
    return status;
}

av_status av_serial_check(av_format format, av_text text, av_serial_problem *problem) {
    *problem = (av_serial_problem){0};
    if (format == AV_FORMAT_JSON) return check_json(text, problem);
    return format == AV_FORMAT_YAML ? check_yaml(text, problem) : AV_OK;
}

av_status av_serial_write(const av_program *program, av_format format, av_value value,
                          av_buf *out) {
    if (format == AV_FORMAT_YAML) return write_yaml_file(program, value, out);
    if (format != AV_FORMAT_JSON) return AV_ERR_INPUT;
    av_json json;
    av_json_init(&json, out, true);
    av_serial_json(program, value, &json);
    av_buf_putc(out, '\n');
    return out->status;
}
