#include "emit/serial.h"

#include "emit/sink.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/set.h"

bool av_serial_has(av_format format) {
    return format == AV_FORMAT_JSON || format == AV_FORMAT_YAML;
}

/* ---- what both formats share */

static av_text member_label(const av_program *program, uint32_t type, uint32_t member) {
    const av_enum_member *m = av_program_member(program, type, member);
    return m != NULL ? m->label : AV_TEXT("");
}

/** A field that is written: all but options without a value. */
static bool is_written(const av_program *program, const av_record_type *record, uint32_t field,
                       av_value value) {
    return value.kind != AV_NONE || program->types[record->fields[field].type].kind != AV_T_OPTION;
}

/* A list of records that are written by key is a mapping. An empty list shows no record: then its declared type says. */
static const av_record_type *mapped(const av_program *program, const av_list *list,
                                    av_type_id type) {
    uint32_t record = AV_NO_INDEX;
    if (list->count > 0) {
        if (list->items[0].kind == AV_RECORD) record = list->items[0].type;
    } else {
        const av_type *declared = &program->types[type];
        if (declared->kind == AV_T_OPTION) declared = &program->types[declared->element];
        if (declared->kind == AV_T_LIST) declared = &program->types[declared->element];
        if (declared->kind == AV_T_RECORD) record = declared->index;
    }
    return record != AV_NO_INDEX && program->records[record].by_key ? &program->records[record]
                                                                    : NULL;
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

/* ---- a value, in either format */

typedef struct writer {
    const av_program *program;
    const av_sink *sink;
    void *to;
    av_status *status; /**< of what it is written to: sticky */
    av_buf digits;     /**< the number at hand */
    av_arena seen;     /**< keys of the mappings that are open */
    /** receives the first key that a mapping has twice, which ends the writing; NULL: nobody asks */
    av_text *twice;
} writer;

static void put_plain(writer *w, av_text word) {
    w->sink->plain(w->to, word);
}

static void put_text(writer *w, av_text text) {
    w->sink->text(w->to, text);
}

static void put_key(writer *w, av_text key) {
    w->sink->key(w->to, key);
}

static void put_number(writer *w, av_decimal number) {
    av_buf_clear(&w->digits);
    av_decimal_format(number, &w->digits);
    if (w->digits.status == AV_OK) {
        put_plain(w, av_buf_text(&w->digits));
    } else if (*w->status == AV_OK) {
        *w->status = w->digits.status;
    }
}

static void put_money(writer *w, av_value money) {
    char code[3] = {(char)(money.type >> 16 & 0x7F), (char)(money.type >> 8 & 0x7F),
                    (char)(money.type & 0x7F)};
    w->sink->open(w->to, AV_MAPPING);
    put_key(w, AV_TEXT("amount"));
    put_number(w, av_decimal_from_int(money.as.integer));
    put_key(w, AV_TEXT("currency"));
    put_text(w, (av_text){code, sizeof code});
    w->sink->close(w->to, AV_MAPPING);
}

static void put_set(writer *w, av_value set) {
    w->sink->open(w->to, AV_SEQUENCE);
    for (AV_EACH_MEMBER(m, set)) put_text(w, member_label(w->program, set.type, m));
    w->sink->close(w->to, AV_SEQUENCE);
}

static void put_value(writer *w, av_value value, av_type_id type, uint32_t depth);

static void fail(writer *w, av_status status) {
    if (*w->status == AV_OK) *w->status = status;
}

static void refuse_twice(writer *w, av_text key) {
    if (*w->status != AV_OK) return;
    *w->twice = key;
    *w->status = AV_ERR_INPUT;
}

/** Whether a field that was written before has the name of field `f`; `written`: a bit for each. */
static bool is_name_taken(const av_record_type *record, uint64_t written, uint32_t f) {
    const av_text name = record->fields[f].emitted;
    for (uint32_t i = 0; i < f; i++)
        if ((written >> i & 1) != 0 && av_text_equal(record->fields[i].emitted, name)) return true;
    return false;
}

/** The record's fields but for `without` (AV_NO_INDEX: all of them). */
static void put_fields(writer *w, av_value value, uint32_t without, uint32_t depth) {
    const av_record_type *record = &w->program->records[value.type];
    uint64_t written = 0;
    w->sink->open(w->to, AV_MAPPING);
    for (uint32_t f = 0; f < value.as.record->count; f++) {
        av_value field = value.as.record->fields[f];
        if (f == without || !is_written(w->program, record, f, field)) continue;
        if (w->twice != NULL && is_name_taken(record, written, f))
            refuse_twice(w, record->fields[f].emitted);
        written |= (uint64_t)1 << f;
        put_key(w, record->fields[f].emitted);
        put_value(w, field, record->fields[f].type, depth + 1);
    }
    w->sink->close(w->to, AV_MAPPING);
}

/** Notes a key of a mapping, which `keys` maps from their hash to their record's place in the list. */
static void note_key(writer *w, av_map *keys, const av_record_type *record, const av_list *list,
                     size_t at) {
    const av_text key = string_of(list->items[at].as.record->fields[record->key]);
    uint64_t hash = av_hash(key, 0), other;
    for (; av_map_get(keys, hash, &other); hash++)
        if (av_text_equal(key, string_of(list->items[other].as.record->fields[record->key]))) {
            refuse_twice(w, key);
            return;
        }
    const av_status status = av_map_set(keys, hash, at);
    if (status != AV_OK) fail(w, status);
}

/** The records of a list, each under its key. */
static void put_by_key(writer *w, const av_record_type *record, const av_list *list,
                       uint32_t depth) {
    uint32_t value = only_value(record);
    av_map keys;
    av_map_init(&keys, &w->seen);
    w->sink->open(w->to, AV_MAPPING);
    for (size_t i = 0; i < list->count && *w->status == AV_OK; i++) {
        const av_record *item = list->items[i].as.record;
        if (w->twice != NULL) note_key(w, &keys, record, list, i);
        put_key(w, string_of(item->fields[record->key]));
        if (value != AV_NO_INDEX) {
            put_value(w, item->fields[value], record->fields[value].type, depth + 1);
        } else {
            put_fields(w, list->items[i], record->key, depth + 1);
        }
    }
    w->sink->close(w->to, AV_MAPPING);
}

static void put_list(writer *w, const av_list *list, av_type_id type, uint32_t depth) {
    const av_record_type *record = mapped(w->program, list, type);
    if (record != NULL) {
        put_by_key(w, record, list, depth);
        return;
    }
    w->sink->open(w->to, AV_SEQUENCE);
    for (size_t i = 0; i < list->count; i++) put_value(w, list->items[i], AV_TYPE_ANY, depth + 1);
    w->sink->close(w->to, AV_SEQUENCE);
}

static void put_value(writer *w, av_value value, av_type_id type, uint32_t depth) {
    if (depth > AV_SERIAL_DEPTH && *w->status == AV_OK) *w->status = AV_ERR_LIMIT;
    if (*w->status != AV_OK) return;
    switch ((av_kind)value.kind) {
    case AV_NONE: put_plain(w, AV_TEXT("null")); break;
    case AV_BOOL: put_plain(w, value.as.integer != 0 ? AV_TEXT("true") : AV_TEXT("false")); break;
    case AV_INT:
    case AV_DECIMAL: put_number(w, av_as_decimal(value)); break;
    case AV_MONEY: put_money(w, value); break;
    case AV_STRING:
    case AV_FRAGMENT: put_text(w, string_of(value)); break;
    case AV_ENUM:
        put_text(w, member_label(w->program, value.type, (uint32_t)value.as.integer));
        break;
    case AV_SET: put_set(w, value); break;
    case AV_LIST: put_list(w, value.as.list, type, depth); break;
    case AV_RECORD: put_fields(w, value, AV_NO_INDEX, depth); break;
    }
}

/** What is to be written: an av_put_pieces's payload. */
typedef struct piece {
    const av_program *program;
    av_value value;
    const av_alloc *host;
    av_text *twice; /**< of the writer */
} piece;

static void put_pieces(const void *payload, const av_sink *sink, void *to, av_status *status) {
    const piece *whole = payload;
    writer w = {
        .program = whole->program, .sink = sink, .to = to, .status = status, .twice = whole->twice};
    av_buf_init(&w.digits, whole->host, 0);
    av_arena_init(&w.seen, whole->host, 0);
    put_value(&w, whole->value, AV_TYPE_ANY, 0);
    av_arena_free(&w.seen);
    av_buf_free(&w.digits);
}

/* ---- JSON */

static void json_plain(void *to, av_text word) {
    av_json_raw(to, word);
}

static void json_text(void *to, av_text text) {
    av_json_text(to, text);
}

static void json_key(void *to, av_text key) {
    av_json_key(to, key);
}

static void json_open(void *to, av_container kind) {
    if (kind == AV_MAPPING) {
        av_json_object(to);
    } else {
        av_json_array(to);
    }
}

static void json_close(void *to, av_container kind) {
    (void)kind;
    av_json_end(to);
}

static const av_sink json_sink = {json_plain, json_text, json_key, json_open, json_close};

void av_serial_json(const av_program *program, av_value value, av_json *json) {
    const piece whole = {program, value, &json->out->host, NULL};
    put_pieces(&whole, &json_sink, json, &json->out->status);
}

/* ---- files */

static av_status write_json(const piece *whole, av_buf *out) {
    av_json json;
    av_json_init(&json, out, true);
    put_pieces(whole, &json_sink, &json, &out->status);
    av_buf_putc(out, '\n');
    return out->status;
}

/** Of a long key as much as leaves room for what is wrong with it. */
static void say_twice(av_text key, av_serial_problem *problem) {
    enum { SHOWN = 100 };
    _Static_assert(sizeof problem->message > SHOWN + sizeof "the key `...` stands twice",
                   "a message holds it");
    const av_text shown = av_text_slice(key, 0, SHOWN);
    const size_t whole = av_utf8_invalid(shown); /* a cut may split a character */
    (void)snprintf(problem->message, sizeof problem->message, "the key `%.*s%s` stands twice",
                   (int)(whole != SIZE_MAX ? whole : shown.len), shown.ptr,
                   key.len > shown.len ? "..." : "");
}

av_status av_serial_write(const av_program *program, av_format format, av_value value, av_buf *out,
                          av_serial_problem *problem) {
    av_text twice = AV_TEXT("");
    const piece whole = {program, value, &out->host, &twice};
    *problem = (av_serial_problem){0};
    av_status status = AV_ERR_INPUT;
    if (format == AV_FORMAT_YAML) status = av_yaml_write(put_pieces, &whole, out);
    if (format == AV_FORMAT_JSON) status = write_json(&whole, out);
    if (status == AV_ERR_INPUT) say_twice(twice, problem);
    return status;
}

/* ---- reading */

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
    if (format == AV_FORMAT_YAML) return check_yaml(text, problem);
    return AV_OK;
}
