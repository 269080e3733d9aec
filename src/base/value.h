/* Values of the language at run time. Sixteen bytes; larger things live in an arena and are never
 * changed once made.
 *
 *     +------+-------+-------+---------------------------+
 *     | kind | scale | words | type (enum, record, money) |  8 bytes
 *     +------+-------+-------+---------------------------+
 *     | payload: a number, or a pointer into an arena     |  8 bytes
 *     +---------------------------------------------------+
 *
 * An option is either AV_NONE or the value itself (options do not nest). */
#ifndef AV_BASE_VALUE_H
#define AV_BASE_VALUE_H

#include "base/arena.h"
#include "base/num.h"

typedef enum av_kind {
    AV_NONE,    /**< an option without a value */
    AV_BOOL,    /**< as.integer 0 or 1 */
    AV_INT,     /**< as.integer */
    AV_DECIMAL, /**< as.integer / 10^scale */
    AV_MONEY,   /**< as.integer minor units, type = currency */
    AV_STRING,  /**< as.string */
    AV_ENUM,    /**< as.integer member index, type = enum index */
    AV_SET,     /**< as.words, type = enum index; see base/set.h */
    AV_LIST,    /**< as.list */
    AV_RECORD,  /**< as.record, type = record index */
    AV_FRAGMENT /**< as.fragment: rendered text in some format, with the origin of each part */
} av_kind;

enum {
    AV_SET_MEMBERS = 256,  /**< an enum used in a set has at most this many members */
    AV_RECORD_FIELDS = 64, /**< a record has at most this many fields (one bit each in `given`) */
    AV_LIST_ITEMS = 1000000,
    AV_VALUE_DEPTH = 500, /**< comparing and hashing look no deeper into nested values ... */
    /** ... and at no more of them; beyond, values count as equal */
    AV_VALUE_VISITS = 4 * 1024 * 1024
};

typedef struct av_list av_list;
typedef struct av_record av_record;
typedef struct av_fragment av_fragment;

typedef struct av_value {
    uint8_t kind;   /**< av_kind */
    uint8_t scale;  /**< AV_DECIMAL only */
    uint16_t words; /**< AV_SET only: how many as.words there are, the last of them not 0 */
    uint32_t type;  /**< AV_ENUM, AV_SET: enum index; AV_RECORD: record index; AV_MONEY: currency;
                      AV_FRAGMENT: format */
    union {
        int64_t integer;
        const uint64_t *words;
        const av_text *string;
        const av_list *list;
        const av_record *record;
        const av_fragment *fragment;
    } as;
} av_value;

struct av_list {
    size_t count;
    av_value items[];
};

struct av_record {
    uint64_t given; /**< bit i: field i was written by a rule or brief rather than filled from its
                       default */
    uint32_t count;
    uint32_t unused;
    av_value fields[];
};

/** Where the bytes from `offset` on (up to the next mark) came from. */
typedef struct av_mark {
    uint32_t offset;
    uint32_t origin; /**< index into the program's origins */
} av_mark;

struct av_fragment {
    av_text text;
    size_t mark_count;
    const av_mark *marks; /**< ascending offsets */
};

av_value av_none(void);
av_value av_bool(bool b);
av_value av_int(int64_t i);
av_value av_decimal_value(av_decimal d);
av_value av_money(int64_t minor, av_currency currency);
av_value av_enum(uint32_t enum_index, uint32_t member);
/** Copies the av_text header (not the bytes) into the arena. */
av_status av_string(av_arena *arena, av_text text, av_value *out) AV_MUST_USE;
/** A list with `count` items, all none, to be filled by the caller before anybody else sees it. */
av_status av_list_new(av_arena *arena, size_t count, av_value *out, av_value **items) AV_MUST_USE;
/** A record with `count` fields, all none and none given, to be filled in the same way. */
av_status av_record_new(av_arena *arena, uint32_t record_index, uint32_t count, av_value *out,
                        av_value **fields) AV_MUST_USE;

/** The number of an int or decimal. */
av_decimal av_as_decimal(av_value v);
/** Total order within one kind: numbers by size, text bytewise, enums by member, lists and records
 * item by item. */
int av_value_compare(av_value a, av_value b);
/** Structural equality; values of different kinds are unequal. Fragments compare by text. */
static inline bool av_value_equal(av_value a, av_value b) {
    if (a.kind != b.kind) return false;
    if (a.kind == AV_STRING)
        return a.as.string == b.as.string || av_text_equal(*a.as.string, *b.as.string);
    if (a.kind == AV_INT || a.kind == AV_BOOL) return a.as.integer == b.as.integer;
    if (a.kind == AV_ENUM) return a.type == b.type && a.as.integer == b.as.integer;
    return av_value_compare(a, b) == 0;
}
/** Equal values hash equally. */
uint64_t av_value_hash(av_value v, uint64_t seed);

#endif
