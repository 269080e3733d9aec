/* From the tree of a brief to typed facts: every mistake is reported, nothing stops at the first. */
#include "base/map.h"
#include "base/set.h"
#include "base/suggest.h"
#include "facts/facts.h"
#include "facts/scalar.h"
#include "facts/tree.h"
#include "facts/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct binder {
    av_arena *arena;
    const av_program *program;
    av_diags *diags;
    av_sources *sources;
    uint16_t source;
    const av_facts_options *options;
    av_status status; /**< AV_ERR_MEMORY or what a default's evaluation gave */
} binder;

enum {
    SHOWN_BYTES = 60,  /**< of a wrong value in a message */
    MEMBERS_SHOWN = 40 /**< members listed in a help */
};

/* ---- messages */

/** A wrong value as a message shows it: one line, not too long. */
static av_text shown(binder *b, av_text text) {
    size_t len = text.len < SHOWN_BYTES ? text.len : SHOWN_BYTES;
    while (len > 0 && len < text.len && ((unsigned char)text.ptr[len] & 0xC0) == 0x80) len--;
    for (size_t i = 0; i < len; i++) {
        if (text.ptr[i] == '\n') len = i;
    }
    if (len == text.len) return text;
    av_text cut = av_arena_format(b->arena, "%.*s...", (int)len, text.ptr);
    return cut.ptr ? cut : AV_TEXT("");
}

static av_diag *report(binder *b, av_diag_code code, av_span span, const char *format, ...)
    AV_PRINTF(4, 5);

static av_diag *report(binder *b, av_diag_code code, av_span span, const char *format, ...) {
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (length < 0) return NULL;
    return av_diag_add(b->diags, code, span, "%s", message);
}

/** A type as the writer of a brief knows it. */
static const char *kind_words(const av_type *type) {
    switch (type->kind) {
    case AV_T_BOOL: return "yes or no";
    case AV_T_INT: return "a whole number";
    case AV_T_DECIMAL: return "a number";
    case AV_T_MONEY: return "an amount of money";
    case AV_T_TEXT: return "a text";
    case AV_T_ENUM: return "one word of a list";
    case AV_T_SET:
    case AV_T_LIST: return "a list";
    case AV_T_RECORD: return "a mapping of fields";
    case AV_T_REF: return "a name";
    default: return "another value";
    }
}

static const char *shape_words(const av_tree *node) {
    switch (node->kind) {
    case AV_TREE_LIST: return "a list";
    case AV_TREE_MAPPING: return "a mapping";
    default: return "a single value";
    }
}

/** The place of a collection in a message: where it begins. */
static av_span head_span(const av_tree *node) {
    av_span span = node->span;
    if (node->kind != AV_TREE_SCALAR && span.end > span.start + 1) span.end = span.start + 1;
    return span;
}

static bool wrong_shape(binder *b, const av_tree *node, const av_type *type, av_text name) {
    report(b, AV_E_FACT_SHAPE, head_span(node), "`%.*s` is %s, not %s", AV_TEXT_ARG(name),
           kind_words(type), shape_words(node));
    return false;
}

static void help_members(binder *b, av_diag *diag, const av_enum_type *type, av_text wrong) {
    if (!diag) return;
    av_suggest suggest;
    av_suggest_init(&suggest, wrong);
    av_buf list;
    av_buf_init(&list, &b->arena->host, 0);
    for (uint32_t m = 0; m < type->member_count; m++) {
        av_suggest_offer(&suggest, type->members[m].label);
        av_suggest_offer(&suggest, type->members[m].name);
        for (uint32_t s = 0; s < type->members[m].spelling_count; s++)
            av_suggest_offer(&suggest, type->members[m].spellings[s]);
        if (m == MEMBERS_SHOWN) av_buf_printf(&list, ", and %u more", type->member_count - m);
        if (m >= MEMBERS_SHOWN) continue;
        av_buf_puts(&list, m > 0 ? ", " : "");
        av_buf_put(&list, type->members[m].label);
    }
    av_text near = suggest.best;
    if (list.status == AV_OK && near.len > 0) {
        av_diag_help(b->diags, diag, "did you mean `%.*s`? It is one of: %.*s", AV_TEXT_ARG(near),
                     AV_TEXT_ARG(av_buf_text(&list)));
    } else if (list.status == AV_OK) {
        av_diag_help(b->diags, diag, "it is one of: %.*s", AV_TEXT_ARG(av_buf_text(&list)));
    } else {
        b->status = list.status;
    }
    av_buf_free(&list);
}

/* ---- single values */

static bool bad_member(binder *b, av_span span, av_text text, av_text name,
                       const av_enum_type *type) {
    av_text wrong = shown(b, text);
    av_diag *diag = report(b, AV_E_FACT_MEMBER, span, "`%.*s` is no value of `%.*s`",
                           AV_TEXT_ARG(wrong), AV_TEXT_ARG(name));
    help_members(b, diag, type, text);
    return false;
}

/** Reports why a number cannot be read, with an example of one that can. */
static bool bad_number(binder *b, const av_tree *node, av_text name, const av_type *type,
                       av_scalar_result result) {
    av_text wrong = shown(b, node->text);
    av_diag *diag = NULL;
    switch (result) {
    case AV_SCALAR_OVERFLOW:
        diag = report(b, AV_E_FACT_RANGE, node->span, "`%.*s` is larger than archvm can count",
                      AV_TEXT_ARG(wrong));
        return false;
    case AV_SCALAR_FRACTION:
        diag = report(b, AV_E_FACT_VALUE, node->span,
                      type->kind == AV_T_MONEY
                          ? "`%.*s` has more digits after the point than its currency"
                          : "`%.*s` has a fraction, but `%.*s` is a whole number",
                      AV_TEXT_ARG(wrong), AV_TEXT_ARG(name));
        return false;
    case AV_SCALAR_CURRENCY:
        diag =
            report(b, AV_E_FACT_VALUE, node->span, "`%.*s` names no currency", AV_TEXT_ARG(wrong));
        break;
    default:
        diag = report(b, AV_E_FACT_VALUE, node->span, "`%.*s` is not %s", AV_TEXT_ARG(wrong),
                      kind_words(type));
        break;
    }
    if (!diag) return false;
    switch (type->kind) {
    case AV_T_MONEY:
        av_diag_help(b->diags, diag,
                     "write the amount with its currency, as in USD 500, $1,500 or 99.90 EUR");
        break;
    case AV_T_BOOL: av_diag_help(b->diags, diag, "write yes or no"); break;
    default:
        av_diag_help(b->diags, diag, "write digits, as in 250, 10_000, 10k or 2 million");
        break;
    }
    return false;
}

static bool bind_int(binder *b, const av_tree *node, const av_type *type, av_text name,
                     av_value *out) {
    int64_t value;
    av_scalar_result result = av_scalar_int(node->text, &value);
    if (result != AV_SCALAR_OK) return bad_number(b, node, name, type, result);
    if (type->ranged && (value < type->low || value > type->high)) {
        report(b, AV_E_FACT_RANGE, node->span, "`%.*s` is a number from %lld to %lld, not %lld",
               AV_TEXT_ARG(name), (long long)type->low, (long long)type->high, (long long)value);
        return false;
    }
    *out = av_int(value);
    return true;
}

static bool bind_text(binder *b, av_text text, av_value *out) {
    av_status status = av_string(b->arena, text, out);
    if (status != AV_OK) b->status = status;
    return status == AV_OK;
}

static bool bind_scalar(binder *b, const av_tree *node, const av_type *type, av_text name,
                        av_value *out) {
    switch (type->kind) {
    case AV_T_BOOL: {
        bool value = false;
        if (!av_scalar_bool(node->text, &value))
            return bad_number(b, node, name, type, AV_SCALAR_MALFORMED);
        *out = av_bool(value);
        return true;
    }
    case AV_T_INT: return bind_int(b, node, type, name, out);
    case AV_T_DECIMAL: {
        av_decimal value;
        av_scalar_result result = av_scalar_decimal(node->text, &value);
        if (result != AV_SCALAR_OK) return bad_number(b, node, name, type, result);
        *out = av_decimal_value(value);
        return true;
    }
    case AV_T_MONEY: {
        int64_t minor;
        av_currency currency;
        av_scalar_result result = av_scalar_money(node->text, &minor, &currency);
        if (result != AV_SCALAR_OK) return bad_number(b, node, name, type, result);
        *out = av_money(minor, currency);
        return true;
    }
    case AV_T_ENUM: {
        const av_enum_type *members = &b->program->enums[type->index];
        uint32_t member = av_scalar_member(members, node->text);
        if (member == AV_NO_INDEX) return bad_member(b, node->span, node->text, name, members);
        *out = av_enum(type->index, member);
        return true;
    }
    case AV_T_REF: {
        av_text text = av_text_trim(node->text);
        return bind_text(b, text, out);
    }
    default: return bind_text(b, node->text, out);
    }
}

/* ---- collections */

static bool bind(binder *b, const av_tree *node, av_type_id type_id, av_text name, av_value *out);

static bool is_none_word(av_text text) {
    return av_scalar_same_spelling(text, AV_TEXT("none"));
}

static bool bind_set(binder *b, const av_tree *node, const av_type *type, av_text name,
                     av_value *out) {
    const av_enum_type *members = &b->program->enums[type->index];
    av_members stated = {{0}};
    bool right = true;
    if (node->kind == AV_TREE_MAPPING) return wrong_shape(b, node, type, name);
    if (node->kind == AV_TREE_LIST) {
        for (size_t i = 0; i < node->count; i++) {
            const av_tree *item = node->items[i];
            if (item->kind != AV_TREE_SCALAR) {
                av_type single = {.kind = AV_T_ENUM};
                right = wrong_shape(b, item, &single, name);
                continue;
            }
            uint32_t member = av_scalar_member(members, item->text);
            if (member == AV_NO_INDEX) {
                right = bad_member(b, item->span, item->text, name, members);
            } else {
                av_members_add(&stated, member);
            }
        }
    } else {
        uint32_t whole = av_scalar_member(members, node->text);
        if (whole != AV_NO_INDEX) {
            av_members_add(&stated, whole);
        } else if (!is_none_word(node->text)) {
            for (size_t from = 0; from <= node->text.len;) {
                size_t comma = av_text_find(node->text, AV_TEXT(","), from);
                size_t end = comma == SIZE_MAX ? node->text.len : comma;
                av_text part = av_text_trim(av_text_slice(node->text, from, end - from));
                uint32_t member = av_scalar_member(members, part);
                if (member == AV_NO_INDEX) {
                    right = bad_member(b, node->span, part, name, members);
                } else {
                    av_members_add(&stated, member);
                }
                from = end + 1;
            }
        }
    }
    b->status = av_set_new(b->arena, type->index, &stated, out);
    return right && b->status == AV_OK;
}

/** The key field of a record type, or NULL. */
static const av_record_field *key_field(const av_record_type *record) {
    return record->key == AV_NO_INDEX ? NULL : &record->fields[record->key];
}

static bool bind_fields(binder *b, const av_tree *node, const av_type *type, const av_tree *key,
                        av_text name, av_value *out);

/** The records of a list by the hash of their keys, and the node of each. */
typedef struct key_set {
    av_map seen;
    const av_tree **nodes;
} key_set;

/** Records of a list may not share a key: notes that of item `at`. */
static bool check_key(binder *b, key_set *keys, const av_value *items, size_t at,
                      const av_record_type *record) {
    av_value key = items[at].as.record->fields[record->key];
    uint64_t hash = av_value_hash(key, 0), first;
    for (; av_map_get(&keys->seen, hash, &first); hash++) {
        if (!av_value_equal(items[first].as.record->fields[record->key], key)) continue;
        av_diag *diag =
            report(b, AV_E_FACT_TWICE, head_span(keys->nodes[at]), "two entries are named `%.*s`",
                   AV_TEXT_ARG(shown(b, *key.as.string)));
        if (diag)
            av_diag_label_add(b->diags, diag, head_span(keys->nodes[first]), "first named here");
        return false;
    }
    av_status status = av_map_set(&keys->seen, hash, at);
    if (status != AV_OK) b->status = status;
    return status == AV_OK;
}

/** A list of records written as a mapping from key to record. */
static bool bind_keyed(binder *b, const av_tree *node, const av_type *element, av_value *out) {
    av_value *items;
    b->status = av_list_new(b->arena, node->count, out, &items);
    if (b->status != AV_OK) return false;
    bool right = true;
    for (size_t i = 0; i < node->count && b->status == AV_OK; i++) {
        const av_tree *key = node->pairs[i].key, *value = node->pairs[i].value;
        if (value->kind == AV_TREE_LIST ||
            (value->kind == AV_TREE_SCALAR && !av_tree_is_null(value))) {
            right = wrong_shape(b, value, element, key->text);
        } else {
            right = bind_fields(b, value, element, key, key->text, &items[i]) && right;
        }
    }
    return right;
}

static bool bind_list(binder *b, const av_tree *node, const av_type *type, av_text name,
                      av_value *out) {
    const av_type *element = &b->program->types[type->element];
    const av_record_type *record =
        element->kind == AV_T_RECORD ? &b->program->records[element->index] : NULL;
    bool keyed = record && key_field(record);
    if (node->kind == AV_TREE_MAPPING) {
        return keyed ? bind_keyed(b, node, element, out) : wrong_shape(b, node, type, name);
    }
    const av_tree *const *nodes = node->items;
    size_t count = node->count;
    if (node->kind == AV_TREE_SCALAR) {
        bool single =
            element->kind == AV_T_TEXT || element->kind == AV_T_ENUM || element->kind == AV_T_REF;
        if (is_none_word(node->text) &&
            (element->kind != AV_T_ENUM ||
             av_scalar_member(&b->program->enums[element->index], node->text) == AV_NO_INDEX)) {
            count = 0;
        } else if (!single || (element->kind != AV_T_ENUM &&
                               av_text_find(node->text, AV_TEXT(","), 0) != SIZE_MAX)) {
            av_diag *diag =
                report(b, AV_E_FACT_SHAPE, node->span, "`%.*s` is a list", AV_TEXT_ARG(name));
            if (diag)
                av_diag_help(b->diags, diag,
                             single ? "write it as [one, two]"
                                    : "write one entry a line, each after a dash");
            return false;
        } else {
            nodes = &node;
            count = 1;
        }
    }
    av_value *items;
    b->status = av_list_new(b->arena, count, out, &items);
    key_set keys = {.nodes = keyed ? AV_NEW_ARRAY(b->arena, const av_tree *, count) : NULL};
    av_map_init(&keys.seen, b->arena);
    if (b->status == AV_OK && keyed && !keys.nodes) b->status = AV_ERR_MEMORY;
    if (b->status != AV_OK) return false;
    bool right = true;
    for (size_t i = 0; i < count && b->status == AV_OK; i++) {
        bool item = bind(b, nodes[i], type->element, name, &items[i]);
        if (keyed) keys.nodes[i] = nodes[i];
        if (item && keyed) item = check_key(b, &keys, items, i, record);
        if (!item) items[i] = av_none();
        right = right && item;
    }
    return right;
}

/* ---- records */

static bool unknown_field(binder *b, const av_tree *key, const av_record_type *record) {
    av_diag *diag = report(b, AV_E_FACT_FIELD, key->span, "%.*s has no field `%.*s`",
                           AV_TEXT_ARG(record->name), AV_TEXT_ARG(shown(b, key->text)));
    if (!diag) return false;
    av_suggest suggest;
    av_suggest_init(&suggest, key->text);
    for (uint32_t f = 0; f < record->field_count; f++)
        av_suggest_offer(&suggest, record->fields[f].name);
    av_diag_suggest(b->diags, diag, suggest.best);
    return false;
}

static bool fill_default(binder *b, const av_record_field *field, const av_tree *node, av_text name,
                         av_value *out) {
    if (field->default_def != AV_NO_INDEX) {
        b->status = b->options && b->options->default_value
                        ? b->options->default_value(b->options->payload, field->default_def, out)
                        : AV_ERR_INPUT;
        return b->status == AV_OK;
    }
    const av_type *type = &b->program->types[field->type];
    if (type->kind == AV_T_OPTION) {
        *out = av_none();
        return true;
    }
    report(b, AV_E_FACT_MISSING, head_span(node), "`%.*s` has no `%.*s`",
           AV_TEXT_ARG(shown(b, name)), AV_TEXT_ARG(field->name));
    return false;
}

/** `key`: the node that gives the key field, when it stands outside the mapping; else NULL. */
static bool bind_fields(binder *b, const av_tree *node, const av_type *type, const av_tree *key,
                        av_text name, av_value *out) {
    const av_record_type *record = &b->program->records[type->index];
    av_value *fields;
    b->status = av_record_new(b->arena, type->index, record->field_count, out, &fields);
    if (b->status != AV_OK) return false;
    uint64_t given = 0;
    bool right = true;
    if (key) {
        given |= UINT64_C(1) << record->key;
        right = bind(b, key, record->fields[record->key].type, record->fields[record->key].name,
                     &fields[record->key]);
    }
    size_t pairs = node->kind == AV_TREE_MAPPING ? node->count : 0;
    for (size_t i = 0; i < pairs && b->status == AV_OK; i++) {
        const av_tree *field_key = node->pairs[i].key;
        uint32_t slot = av_record_slot(record, field_key->text);
        if (slot == AV_NO_INDEX) {
            right = unknown_field(b, field_key, record);
            continue;
        }
        if (key && slot == record->key) {
            report(b, AV_E_FACT_TWICE, field_key->span,
                   "the name before the colon is the `%.*s` already", AV_TEXT_ARG(field_key->text));
            right = false;
            continue;
        }
        given |= UINT64_C(1) << slot;
        right = bind(b, node->pairs[i].value, record->fields[slot].type, field_key->text,
                     &fields[slot]) &&
                right;
    }
    for (uint32_t slot = 0; slot < record->field_count && b->status == AV_OK; slot++) {
        if ((given >> slot & 1) != 0) continue;
        right =
            fill_default(b, &record->fields[slot], key ? key : node, name, &fields[slot]) && right;
    }
    /* The record was made a few lines above and nobody else has it yet. */
    ((av_record *)(uintptr_t)out->as.record)->given = given;
    return right;
}

static bool bind_record(binder *b, const av_tree *node, const av_type *type, av_text name,
                        av_value *out) {
    const av_record_type *record = &b->program->records[type->index];
    if (node->kind == AV_TREE_MAPPING)
        return bind_fields(b, node, type, NULL, record->label.len > 0 ? record->label : name, out);
    if (node->kind == AV_TREE_SCALAR && key_field(record) && !av_tree_is_null(node)) {
        return bind_fields(b, node, type, node, node->text, out);
    }
    return wrong_shape(b, node, type, name);
}

/* ---- any value */

static bool missing(binder *b, const av_tree *node, av_text name) {
    av_diag *diag =
        report(b, AV_E_FACT_MISSING, node->span, "`%.*s` has no value", AV_TEXT_ARG(name));
    if (diag) av_diag_help(b->diags, diag, "write one, or leave the line out");
    return false;
}

static bool bind(binder *b, const av_tree *node, av_type_id type_id, av_text name, av_value *out) {
    if (b->status != AV_OK || node->wrong) return false;
    const av_type *type = &b->program->types[type_id];
    *out = av_none();
    bool option = type->kind == AV_T_OPTION;
    if (option) type = &b->program->types[type->element];
    if (av_tree_is_null(node)) return option ? true : missing(b, node, name);
    if (option && node->kind == AV_TREE_SCALAR && !node->quoted && is_none_word(node->text)) {
        /* a member called None is meant before the absence of a value */
        if (type->kind != AV_T_ENUM ||
            av_scalar_member(&b->program->enums[type->index], node->text) == AV_NO_INDEX)
            return true;
    }
    switch (type->kind) {
    case AV_T_SET: return bind_set(b, node, type, name, out);
    case AV_T_LIST: return bind_list(b, node, type, name, out);
    case AV_T_RECORD: return bind_record(b, node, type, name, out);
    case AV_T_BOOL:
    case AV_T_INT:
    case AV_T_DECIMAL:
    case AV_T_MONEY:
    case AV_T_TEXT:
    case AV_T_ENUM:
    case AV_T_REF:
        if (node->kind != AV_TREE_SCALAR) return wrong_shape(b, node, type, name);
        return bind_scalar(b, node, type, name, out);
    default:
        report(b, AV_E_FACT_SHAPE, head_span(node), "`%.*s` cannot be stated in a brief",
               AV_TEXT_ARG(name));
        return false;
    }
}

/* ---- facts */

static const char *definition_words(av_def_kind kind) {
    switch (kind) {
    case AV_DEF_DECISION:
    case AV_DEF_MATRIX: return "a decision";
    case AV_DEF_CONST: return "a constant of the rules";
    case AV_DEF_COLLECTION: return "a collection that the rules derive";
    case AV_DEF_TABLE: return "a table of the rules";
    case AV_DEF_CONFLICT: return "a conflict that the rules detect";
    default: return NULL;
    }
}

static void unknown_fact(binder *b, const av_tree *key) {
    av_text wrong = shown(b, key->text);
    uint32_t found = av_program_find(b->program, key->text);
    const char *words = found != AV_NO_INDEX && !b->program->defs[found].hidden
                            ? definition_words(b->program->defs[found].kind)
                            : NULL;
    if (words) {
        report(b, AV_E_FACT_UNKNOWN, key->span, "`%.*s` is %s, not a fact: a brief cannot state it",
               AV_TEXT_ARG(wrong), words);
        return;
    }
    av_diag *diag =
        report(b, AV_E_FACT_UNKNOWN, key->span, "no fact is named `%.*s`", AV_TEXT_ARG(wrong));
    if (!diag) return;
    av_suggest suggest;
    av_suggest_init(&suggest, key->text);
    for (uint32_t d = 0; d < b->program->def_count; d++) {
        if (b->program->defs[d].kind == AV_DEF_FACT)
            av_suggest_offer(&suggest, b->program->defs[d].name);
    }
    av_diag_suggest(b->diags, diag, suggest.best);
}

/** The words of the brief, without their quotes. */
static av_text evidence_of(binder *b, const av_tree *node) {
    av_text text = node->kind == AV_TREE_SCALAR && node->quoted
                       ? node->text
                       : av_sources_text(b->sources, node->span);
    av_text words = av_words_evidence(b->arena, text);
    if (!words.ptr) b->status = AV_ERR_MEMORY;
    return words;
}

static void bind_fact(binder *b, const av_tree_pair *pair, av_facts *facts) {
    uint32_t def = av_program_find(b->program, pair->key->text);
    if (def == AV_NO_INDEX || b->program->defs[def].kind != AV_DEF_FACT) {
        unknown_fact(b, pair->key);
        return;
    }
    av_stated *stated = &facts->stated[def];
    if (pair->value->wrong) return;
    if (av_tree_is_null(pair->value) &&
        b->program->types[b->program->defs[def].type].kind != AV_T_OPTION) {
        av_diag *diag = report(b, AV_E_FACT_MISSING, pair->key->span, "`%.*s` has no value",
                               AV_TEXT_ARG(pair->key->text));
        if (diag)
            av_diag_help(b->diags, diag, "write one, or leave the line out to have it inferred");
        return;
    }
    if (!bind(b, pair->value, b->program->defs[def].type, pair->key->text, &stated->value)) return;
    av_place place = av_sources_place(b->sources, pair->value->span);
    stated->stated = true;
    stated->span = pair->value->span;
    stated->at =
        av_arena_format(b->arena, "%.*s:%u:%u", AV_TEXT_ARG(place.path), place.line, place.column);
    stated->evidence = evidence_of(b, pair->value);
    if (!stated->at.ptr && b->status == AV_OK) b->status = AV_ERR_MEMORY;
}

av_status av_facts_read(av_arena *arena, const av_program *program, av_diags *diags,
                        uint16_t source, const av_facts_options *options, av_facts *out) {
    size_t errors = diags->error_count;
    *out = (av_facts){.arena = arena, .def_count = program->def_count};
    out->stated = AV_NEW_ARRAY(arena, av_stated, program->def_count);
    if (!out->stated) return AV_ERR_MEMORY;
    const av_tree *root;
    bool complete;
    AV_TRY(av_tree_read(arena, diags, source, &root, &complete));
    binder b = {.arena = arena,
                .program = program,
                .diags = diags,
                .sources = diags->sources,
                .source = source,
                .options = options};
    if (root && root->kind != AV_TREE_MAPPING && complete && !av_tree_is_null(root)) {
        av_diag *diag =
            report(&b, AV_E_FACT_SHAPE, head_span(root),
                   "a brief is a mapping from facts to values, not %s", shape_words(root));
        if (diag) av_diag_help(diags, diag, "write one fact a line, as in `name: value`");
    }
    for (size_t i = 0;
         root && root->kind == AV_TREE_MAPPING && i < root->count && b.status == AV_OK; i++)
        bind_fact(&b, &root->pairs[i], out);
    if (b.status != AV_OK) return b.status;
    if (diags->failed) return AV_ERR_MEMORY;
    if (diags->error_count > errors) return AV_ERR_INPUT;
    return av_facts_hear_prose(program, diags, options, out);
}
