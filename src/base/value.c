#include "base/value.h"

#include "base/hash.h"

av_value av_none(void) {
    return (av_value){.kind = AV_NONE};
}

av_value av_bool(bool b) {
    return (av_value){.kind = AV_BOOL, .as.integer = b};
}

av_value av_int(int64_t i) {
    return (av_value){.kind = AV_INT, .as.integer = i};
}

av_value av_decimal_value(av_decimal d) {
    return (av_value){.kind = AV_DECIMAL, .scale = d.scale, .as.integer = d.coefficient};
}

av_value av_money(int64_t minor, av_currency currency) {
    return (av_value){.kind = AV_MONEY, .type = currency, .as.integer = minor};
}

av_value av_enum(uint32_t enum_index, uint32_t member) {
    return (av_value){.kind = AV_ENUM, .type = enum_index, .as.integer = member};
}

av_status av_string(av_arena *arena, av_text text, av_value *out) {
    av_text *header = AV_NEW(arena, av_text);
    if (!header) return AV_ERR_MEMORY;
    *header = text;
    *out = (av_value){.kind = AV_STRING, .as.string = header};
    return AV_OK;
}

av_status av_list_new(av_arena *arena, size_t count, av_value *out, av_value **items) {
    if (count > AV_LIST_ITEMS) return AV_ERR_LIMIT;
    av_list *list = av_arena_take(arena, sizeof *list + count * sizeof(av_value));
    if (!list) return AV_ERR_MEMORY;
    list->count = count;
    *out = (av_value){.kind = AV_LIST, .as.list = list};
    *items = list->items;
    return AV_OK;
}

av_status av_record_new(av_arena *arena, uint32_t record_index, uint32_t count, av_value *out,
                        av_value **fields) {
    if (count > AV_RECORD_FIELDS) return AV_ERR_LIMIT;
    av_record *record = av_arena_take(arena, sizeof *record + count * sizeof(av_value));
    if (!record) return AV_ERR_MEMORY;
    record->count = count;
    *out = (av_value){.kind = AV_RECORD, .type = record_index, .as.record = record};
    *fields = record->fields;
    return AV_OK;
}

av_decimal av_as_decimal(av_value v) {
    return (av_decimal){v.as.integer, v.kind == AV_DECIMAL ? v.scale : 0};
}

/** How far one comparison or hash may still go into values that hold values. */
typedef struct reach {
    unsigned depth;
    uint32_t visits;
} reach;

static const reach whole = {AV_VALUE_DEPTH, AV_VALUE_VISITS};

/** One level deeper; false when that is too far. */
static bool go_in(reach *r, size_t count) {
    if (r->depth == 0 || r->visits < count) return false;
    r->depth--;
    r->visits -= (uint32_t)count;
    return true;
}

static int compare_unsigned(uint64_t a, uint64_t b) {
    return (a > b) - (a < b);
}

static int compare_integers(av_value a, av_value b) {
    return (a.as.integer > b.as.integer) - (a.as.integer < b.as.integer);
}

/* As numbers whose digits are the words: the highest member counts most. */
static int compare_sets(av_value a, av_value b) {
    if (a.type != b.type) return compare_unsigned(a.type, b.type);
    if (a.words != b.words) return compare_unsigned(a.words, b.words);
    int order = 0;
    for (uint32_t w = a.words; w > 0 && order == 0; w--)
        order = compare_unsigned(a.as.words[w - 1], b.as.words[w - 1]);
    return order;
}

static int compare(av_value a, av_value b, reach *r);

static int compare_items(const av_value *a, size_t a_count, const av_value *b, size_t b_count,
                         reach *r) {
    int order = 0;
    if (a == b && a_count == b_count) return 0;
    if (!go_in(r, a_count < b_count ? a_count : b_count)) return 0;
    for (size_t i = 0; i < a_count && i < b_count && order == 0; i++)
        order = compare(a[i], b[i], r);
    r->depth++;
    return order ? order : compare_unsigned(a_count, b_count);
}

static int compare(av_value a, av_value b, reach *r) {
    if (a.kind != b.kind) return compare_unsigned(a.kind, b.kind);
    switch ((av_kind)a.kind) {
    case AV_NONE: return 0;
    case AV_BOOL:
    case AV_INT: return compare_integers(a, b);
    case AV_DECIMAL: return av_decimal_compare(av_as_decimal(a), av_as_decimal(b));
    case AV_MONEY:
    case AV_ENUM:
        return a.type != b.type ? compare_unsigned(a.type, b.type) : compare_integers(a, b);
    case AV_STRING: return av_text_compare(*a.as.string, *b.as.string);
    case AV_SET: return compare_sets(a, b);
    case AV_LIST:
        return compare_items(a.as.list->items, a.as.list->count, b.as.list->items, b.as.list->count,
                             r);
    case AV_RECORD:
        if (a.type != b.type) return compare_unsigned(a.type, b.type);
        return compare_items(a.as.record->fields, a.as.record->count, b.as.record->fields,
                             b.as.record->count, r);
    case AV_FRAGMENT: return av_text_compare(a.as.fragment->text, b.as.fragment->text);
    }
    return 0;
}

int av_value_compare(av_value a, av_value b) {
    reach r = whole;
    return compare(a, b, &r);
}

/** Three words and a seed mixed by multiplication (the odd constant is the golden ratio's fraction);
 * the same on every machine. */
static uint64_t hash_words(uint64_t a, uint64_t b, uint64_t c, uint64_t seed) {
    const uint64_t words[3] = {a, b, c};
    uint64_t hash = seed;
    for (size_t i = 0; i < AV_COUNT(words); i++) {
        hash = (hash ^ words[i]) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 32;
    }
    return hash;
}

static uint64_t hash_set(av_value set, uint64_t seed) {
    uint64_t hash = hash_words(set.kind, set.type, set.words, seed);
    for (uint32_t w = 0; w < set.words; w++) hash = hash_words(w, 0, set.as.words[w], hash);
    return hash;
}

static uint64_t hash_value(av_value v, uint64_t seed, reach *r);

static uint64_t hash_items(const av_value *items, size_t count, uint64_t hash, reach *r) {
    if (!go_in(r, count)) return hash;
    for (size_t i = 0; i < count; i++) hash = hash_value(items[i], hash, r);
    r->depth++;
    return hash;
}

static uint64_t hash_value(av_value v, uint64_t seed, reach *r) {
    switch ((av_kind)v.kind) {
    case AV_NONE: return hash_words(v.kind, 0, 0, seed);
    case AV_DECIMAL: {
        av_decimal d = av_decimal_normal(av_as_decimal(v));
        return hash_words(v.kind, d.scale, (uint64_t)d.coefficient, seed);
    }
    case AV_BOOL:
    case AV_INT: return hash_words(v.kind, 0, (uint64_t)v.as.integer, seed);
    case AV_MONEY:
    case AV_ENUM: return hash_words(v.kind, v.type, (uint64_t)v.as.integer, seed);
    case AV_SET: return hash_set(v, seed);
    case AV_STRING: return av_hash(*v.as.string, hash_words(v.kind, 0, v.as.string->len, seed));
    case AV_LIST:
        return hash_items(v.as.list->items, v.as.list->count,
                          hash_words(v.kind, 0, v.as.list->count, seed), r);
    case AV_RECORD:
        return hash_items(v.as.record->fields, v.as.record->count,
                          hash_words(v.kind, v.type, v.as.record->count, seed), r);
    case AV_FRAGMENT:
        return av_hash(v.as.fragment->text, hash_words(v.kind, 0, v.as.fragment->text.len, seed));
    }
    return seed;
}

uint64_t av_value_hash(av_value v, uint64_t seed) {
    reach r = whole;
    return hash_value(v, seed, &r);
}
