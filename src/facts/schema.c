/* The facts of a program as JSON Schema: what an editor needs to complete and check a brief. It
 * accepts what bind.c accepts, as far as a schema can say it: the range of a number written as text
 * in quotes, near-duplicate keys and the like stay with bind.c. */
#include "base/json.h"
#include "facts/facts.h"
#include "facts/scalar.h"

#include <utf8proc.h>

typedef struct writer {
    const av_program *program;
    av_json *json;
    av_buf *host; /**< whose allocator serves the patterns, too */
} writer;

#define DASHES "[-\xE2\x80\x90-\xE2\x80\x95\xE2\x88\x92]"
#define SPACES "[\\s_]*"
/** Between two letters. */
#define HYPHENS "[\\s_\xE2\x80\x90-\xE2\x80\x95\xE2\x88\x92-]*"
#define NONE    "[Nn][Oo][Nn][Ee]"
#define DIGITS  "[0-9](?:[0-9_]|,[0-9]{3})*"
#define CENTS   DIGITS "(?:\\.[0-9]{1,3})?" SUFFIX
#define SUFFIX                                                                                     \
    "\\s*(?:[Kk]|[Mm]|[Mm][Nn]|[Bb][Nn]|[Tt]housand|[Mm]illion|[Bb]illion|[Tt]rillion)?\\s*"
#define NUMBER DIGITS "(?:\\.[0-9]+)?" SUFFIX

static void key(writer *w, const char *name) {
    av_json_key(w->json, av_text_from(name));
}

static void text(writer *w, const char *name, const char *value) {
    key(w, name);
    av_json_text(w->json, av_text_from(value));
}

/** `{"type": TYPE}` without its closing brace. */
static void open_type(writer *w, const char *type) {
    av_json_object(w->json);
    text(w, "type", type);
}

static void pattern(writer *w, const char *regex) {
    open_type(w, "string");
    text(w, "pattern", regex);
    av_json_end(w->json);
}

static void open_any(writer *w) {
    av_json_object(w->json);
    key(w, "anyOf");
    av_json_array(w->json);
}

static void close_any(writer *w) {
    av_json_end(w->json);
    av_json_end(w->json);
}

/** YAML readers turn plain words into numbers and truth values before a schema sees them; in a text
 * they are welcome. */
static void any_scalar(writer *w) {
    av_json_object(w->json);
    key(w, "type");
    av_json_array(w->json);
    av_json_text(w->json, AV_TEXT("string"));
    av_json_text(w->json, AV_TEXT("number"));
    av_json_text(w->json, AV_TEXT("boolean"));
    av_json_end(w->json);
    text(w, "pattern",
         "^[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u0084\\u0086-\\u009F]*$");
    av_json_end(w->json);
}

static void reference(writer *w, const char *kind, av_text name) {
    av_buf path;
    av_buf_init(&path, &w->host->host, 0);
    av_buf_printf(&path, "#/$defs/%s%.*s", kind, AV_TEXT_ARG(name));
    av_json_object(w->json);
    key(w, "$ref");
    av_json_text(w->json, av_buf_text(&path));
    av_json_end(w->json);
    if (path.status != AV_OK) w->json->out->status = path.status;
    av_buf_free(&path);
}

/* ---- enums: one regular expression for every spelling of every member */

static bool is_letter(uint32_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

static bool is_dash(uint32_t c) {
    return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
}

static bool is_gap(uint32_t c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '_' || c == 0xA0;
}

static void put_code_point(av_buf *out, uint32_t c) {
    char bytes[4];
    size_t size = av_utf8_encode(c, bytes);
    av_buf_put(out, (av_text){bytes, size});
}

static void put_character(av_buf *out, uint32_t c) {
    uint32_t lower = (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
    uint32_t upper = (uint32_t)utf8proc_toupper((utf8proc_int32_t)c);
    if (is_dash(c)) {
        av_buf_puts(out, DASHES);
    } else if (lower != upper) {
        av_buf_putc(out, '[');
        put_code_point(out, upper);
        put_code_point(out, lower);
        av_buf_putc(out, ']');
    } else {
        if (c < 0x80 && av_text_find(AV_TEXT("^$\\.*+?()[]{}|/"), (av_text){(char[]){(char)c}, 1},
                                     0) != SIZE_MAX) {
            av_buf_putc(out, '\\');
        }
        put_code_point(out, c);
    }
}

/** What av_scalar_same_spelling says, as a regular expression; it also lets several hyphens stand
 * between two letters. */
static void put_spelling(av_buf *out, av_text spelling) {
    uint32_t last = 0;
    bool dash = false;
    for (size_t at = 0, size; at < spelling.len; at += size) {
        uint32_t c = av_utf8_decode(spelling, at, &size);
        if (is_gap(c)) continue;
        if (is_dash(c) && is_letter(last)) { /* dropped if a letter follows */
            dash = true;
            continue;
        }
        if (dash && !is_letter(c)) {
            av_buf_puts(out, SPACES DASHES);
            last = '-';
        }
        dash = false;
        if (last != 0) av_buf_puts(out, is_letter(last) && is_letter(c) ? HYPHENS : SPACES);
        put_character(out, c);
        last = c;
    }
    if (dash) av_buf_puts(out, SPACES DASHES);
}

static void put_members(av_buf *out, const av_enum_type *type) {
    av_buf_puts(out, "(?:");
    for (uint32_t m = 0; m < type->member_count; m++) {
        const av_enum_member *member = &type->members[m];
        if (m > 0) av_buf_putc(out, '|');
        put_spelling(out, member->label);
        if (!av_scalar_same_spelling(member->name, member->label)) {
            av_buf_putc(out, '|');
            put_spelling(out, member->name);
        }
        for (uint32_t s = 0; s < member->spelling_count; s++) {
            if (av_scalar_same_spelling(member->spellings[s], member->label)) continue;
            av_buf_putc(out, '|');
            put_spelling(out, member->spellings[s]);
        }
    }
    av_buf_putc(out, ')');
}

static bool is_keyword(av_text word, const char *keyword) {
    av_text lower = av_text_from(keyword);
    if (word.len != lower.len) return false;
    for (size_t i = 0; i < word.len; i++) {
        if ((word.ptr[i] | 0x20) != lower.ptr[i]) return false;
    }
    return true;
}

/** Spellings that a YAML reader takes for numbers or truth values. */
static void typed_spellings(writer *w, const av_enum_type *type) {
    for (uint32_t m = 0; m < type->member_count; m++) {
        for (uint32_t s = 0; s <= type->members[m].spelling_count; s++) {
            av_text word = s == 0 ? type->members[m].label : type->members[m].spellings[s - 1];
            av_decimal number;
            if (av_decimal_parse(word, &number)) av_json_decimal(w->json, number);
            if (is_keyword(word, "true")) av_json_bool(w->json, true);
            if (is_keyword(word, "false")) av_json_bool(w->json, false);
        }
    }
}

/** `list`: also several members, separated by commas, and `none`. */
static void define_enum(writer *w, const av_enum_type *type, bool list) {
    open_any(w);
    av_json_object(w->json);
    key(w, "enum");
    av_json_array(w->json);
    for (uint32_t m = 0; m < type->member_count; m++) av_json_text(w->json, type->members[m].label);
    typed_spellings(w, type);
    av_json_end(w->json);
    av_json_end(w->json);
    av_buf regex;
    av_buf_init(&regex, &w->host->host, 0);
    av_buf_puts(&regex, list ? "^" SPACES "(?:" NONE SPACES "$|(?:" : "^" SPACES);
    put_members(&regex, type);
    av_buf_puts(&regex, list ? SPACES "(?:," SPACES "(?!$)|$))+$)" : SPACES "$");
    open_type(w, "string");
    key(w, "pattern");
    av_json_text(w->json, av_buf_text(&regex));
    av_json_end(w->json);
    close_any(w);
    if (regex.status != AV_OK) w->json->out->status = regex.status;
    av_buf_free(&regex);
}

/* ---- types */

static void whole_number(writer *w, const av_type *type) {
    open_any(w);
    open_type(w, "integer");
    key(w, "minimum");
    av_json_int(w->json, type->ranged ? type->low : INT64_MIN);
    key(w, "maximum");
    av_json_int(w->json, type->ranged ? type->high : INT64_MAX);
    av_json_end(w->json);
    if (type->ranged && type->low >= 0 && type->high <= 9) {
        char digits[32] = "^\\s*[0-9]\\s*$";
        digits[5] = (char)('0' + type->low);
        digits[7] = (char)('0' + type->high);
        pattern(w, digits);
    } else {
        pattern(w, "^\\s*[-+]?" NUMBER "$");
    }
    close_any(w);
}

static void schema_of(writer *w, av_type_id id);

/** Whether a record can be stated by its key alone. */
static bool is_stated_by_key(const writer *w, const av_record_type *record) {
    for (uint32_t f = 0; f < record->field_count; f++) {
        const av_record_field *field = &record->fields[f];
        bool option = w->program->types[field->type].kind == AV_T_OPTION;
        if (f != record->key && field->default_def == AV_NO_INDEX && !option) return false;
    }
    return record->key != AV_NO_INDEX;
}

static void list_of(writer *w, const av_type *type) {
    const av_type *element = &w->program->types[type->element];
    open_any(w);
    open_type(w, "array");
    key(w, "items");
    schema_of(w, type->element);
    av_json_end(w->json);
    if (element->kind == AV_T_TEXT || element->kind == AV_T_REF) {
        av_json_object(w->json);
        key(w, "type");
        av_json_array(w->json);
        av_json_text(w->json, AV_TEXT("string"));
        av_json_text(w->json, AV_TEXT("number"));
        av_json_text(w->json, AV_TEXT("boolean"));
        av_json_end(w->json);
        text(w, "pattern", "^[^,]*$");
        av_json_end(w->json);
    } else {
        if (element->kind == AV_T_ENUM) schema_of(w, type->element);
        pattern(w, "^" SPACES NONE SPACES "$");
    }
    if (element->kind == AV_T_RECORD && w->program->records[element->index].key != AV_NO_INDEX) {
        open_type(w, "object");
        key(w, "additionalProperties");
        reference(w, "body.", w->program->records[element->index].name);
        av_json_end(w->json);
    }
    close_any(w);
}

static void schema_of(writer *w, av_type_id id) {
    const av_type *type = &w->program->types[id];
    switch (type->kind) {
    case AV_T_BOOL:
        open_any(w);
        open_type(w, "boolean");
        av_json_end(w->json);
        pattern(w, "^\\s*(?:[Yy][Ee][Ss]|[Nn][Oo]|[Oo][Nn]|[Oo][Ff][Ff]|[Tt][Rr][Uu][Ee]|[Ff][Aa]["
                   "Ll][Ss][Ee])\\s*$");
        close_any(w);
        break;
    case AV_T_INT: whole_number(w, type); break;
    case AV_T_DECIMAL:
        open_any(w);
        open_type(w, "number");
        av_json_end(w->json);
        pattern(w, "^\\s*[-+]?" NUMBER "$");
        close_any(w);
        break;
    case AV_T_MONEY:
        open_any(w);
        pattern(w, "^\\s*-?\\s*(?:[A-Za-z]{3}|(?:US)?\\$|[\xE2\x82\xAC\xC2\xA3\xC2\xA5\xE2\x82\xB9]"
                   ")\\s*[-+]?" CENTS "$");
        pattern(w, "^\\s*[-+]?\\s*" CENTS
                   "(?:[A-Za-z]{3}|(?:US)?\\$|[\xE2\x82\xAC\xC2\xA3\xC2\xA5\xE2\x82\xB9])\\s*$");
        close_any(w);
        break;
    case AV_T_ENUM: reference(w, "", w->program->enums[type->index].name); break;
    case AV_T_SET:
        open_any(w);
        open_type(w, "array");
        key(w, "items");
        reference(w, "", w->program->enums[type->index].name);
        av_json_end(w->json);
        reference(w, "set.", w->program->enums[type->index].name);
        close_any(w);
        break;
    case AV_T_LIST: list_of(w, type); break;
    case AV_T_OPTION:
        open_any(w);
        schema_of(w, type->element);
        open_type(w, "null");
        av_json_end(w->json);
        pattern(w, "^" SPACES NONE SPACES "$");
        close_any(w);
        break;
    case AV_T_RECORD: {
        const av_record_type *record = &w->program->records[type->index];
        bool by_key = is_stated_by_key(w, record);
        if (by_key) open_any(w);
        reference(w, "", record->name);
        if (by_key) {
            any_scalar(w);
            close_any(w);
        }
        break;
    }
    case AV_T_TEXT:
    case AV_T_REF: any_scalar(w); break;
    default: av_json_bool(w->json, false); break;
    }
}

/* ---- definitions: only those that facts reach */

typedef struct reached {
    bool *enums, *sets, *records, *bodies;
} reached;

static void reach(const av_program *program, reached *r, av_type_id id) {
    const av_type *type = &program->types[id];
    switch (type->kind) {
    case AV_T_ENUM: r->enums[type->index] = true; break;
    case AV_T_SET: r->enums[type->index] = r->sets[type->index] = true; break;
    case AV_T_OPTION: reach(program, r, type->element); break;
    case AV_T_LIST: {
        const av_type *element = &program->types[type->element];
        if (element->kind == AV_T_RECORD && program->records[element->index].key != AV_NO_INDEX) {
            r->bodies[element->index] = true;
        }
        reach(program, r, type->element);
        break;
    }
    case AV_T_RECORD:
        if (r->records[type->index]) break;
        r->records[type->index] = true;
        for (uint32_t f = 0; f < program->records[type->index].field_count; f++)
            reach(program, r, program->records[type->index].fields[f].type);
        break;
    default: break;
    }
}

/** `body`: the record without its key, as the value of a mapping from keys to records. */
static void define_record(writer *w, const av_record_type *record, bool body) {
    av_json_object(w->json);
    if (record->label.len > 0) {
        key(w, "title");
        av_json_text(w->json, record->label);
    }
    bool empty = body && is_stated_by_key(w, record);
    key(w, "type");
    if (empty) av_json_array(w->json);
    av_json_text(w->json, AV_TEXT("object"));
    if (empty) {
        av_json_text(w->json, AV_TEXT("null"));
        av_json_end(w->json);
    }
    key(w, "properties");
    av_json_object(w->json);
    for (uint32_t f = 0; f < record->field_count; f++) {
        if (body && f == record->key) continue;
        av_json_key(w->json, record->fields[f].name);
        schema_of(w, record->fields[f].type);
    }
    av_json_end(w->json);
    key(w, "required");
    av_json_array(w->json);
    for (uint32_t f = 0; f < record->field_count; f++) {
        const av_record_field *field = &record->fields[f];
        bool option = w->program->types[field->type].kind == AV_T_OPTION;
        if (field->default_def == AV_NO_INDEX && !option && !(body && f == record->key)) {
            av_json_text(w->json, field->name);
        }
    }
    av_json_end(w->json);
    key(w, "additionalProperties");
    av_json_bool(w->json, false);
    av_json_end(w->json);
}

static void prefixed_key(writer *w, const char *prefix, av_text name) {
    av_buf full;
    av_buf_init(&full, &w->host->host, 0);
    av_buf_puts(&full, prefix);
    av_buf_put(&full, name);
    av_json_key(w->json, av_buf_text(&full));
    if (full.status != AV_OK) w->json->out->status = full.status;
    av_buf_free(&full);
}

static void definitions(writer *w, const reached *r) {
    const av_program *program = w->program;
    key(w, "$defs");
    av_json_object(w->json);
    for (uint32_t e = 0; e < program->enum_count; e++) {
        if (r->enums[e]) {
            prefixed_key(w, "", program->enums[e].name);
            define_enum(w, &program->enums[e], false);
        }
        if (r->sets[e]) {
            prefixed_key(w, "set.", program->enums[e].name);
            define_enum(w, &program->enums[e], true);
        }
    }
    for (uint32_t i = 0; i < program->record_count; i++) {
        if (r->records[i]) {
            prefixed_key(w, "", program->records[i].name);
            define_record(w, &program->records[i], false);
        }
        if (r->bodies[i]) {
            prefixed_key(w, "body.", program->records[i].name);
            define_record(w, &program->records[i], true);
        }
    }
    av_json_end(w->json);
}

static av_status question(const av_facts_options *options, const av_def *def, av_text *out) {
    *out = AV_TEXT("");
    if (def->ask == AV_NO_INDEX || !options || !options->ask) return AV_OK;
    return options->ask(options->payload, def->ask, out);
}

/** A fact's property: its type's schema beside a title and a question. */
static void property(writer *w, const av_def *def, av_text ask) {
    av_json_key(w->json, def->name);
    av_json_object(w->json);
    key(w, "title");
    av_json_text(w->json, def->label);
    if (ask.len > 0) {
        key(w, "description");
        av_json_text(w->json, ask);
    }
    key(w, "allOf");
    av_json_array(w->json);
    schema_of(w, def->type);
    av_json_end(w->json);
    av_json_end(w->json);
}

av_status av_facts_schema(const av_program *program, const av_facts_options *options, av_buf *out) {
    av_arena arena;
    av_arena_init(&arena, &out->host, 0);
    reached r = {.enums = AV_NEW_ARRAY(&arena, bool, program->enum_count),
                 .sets = AV_NEW_ARRAY(&arena, bool, program->enum_count),
                 .records = AV_NEW_ARRAY(&arena, bool, program->record_count),
                 .bodies = AV_NEW_ARRAY(&arena, bool, program->record_count)};
    av_json *json = AV_NEW(&arena, av_json);
    av_status status = arena.failed ? AV_ERR_MEMORY : AV_OK;
    if (status == AV_OK) {
        writer w = {.program = program, .json = json, .host = out};
        av_json_init(json, out, true);
        av_json_object(json);
        text(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
        text(&w, "title", "Facts of a product brief");
        text(&w, "type", "object");
        key(&w, "properties");
        av_json_object(json);
        for (uint32_t d = 0; d < program->def_count && status == AV_OK; d++) {
            const av_def *def = &program->defs[d];
            if (def->kind != AV_DEF_FACT) continue;
            av_text ask;
            status = question(options, def, &ask);
            reach(program, &r, def->type);
            property(&w, def, ask);
        }
        av_json_end(json);
        key(&w, "additionalProperties");
        av_json_bool(json, false);
        definitions(&w, &r);
        av_json_end(json);
        av_buf_putc(out, '\n');
        if (status == AV_OK) status = out->status;
    }
    av_arena_free(&arena);
    return status;
}
