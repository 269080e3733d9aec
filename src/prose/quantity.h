/* Numbers with their magnitudes and units: "10 million", "10M", "a dozen", "$500", "500 EUR", "100 ms",
 * "99.95%", "2 TB", "5 to 10", "2026-03-01". */
#ifndef AV_PROSE_QUANTITY_H
#define AV_PROSE_QUANTITY_H

#include "base/arena.h"
#include "base/value.h"
#include "prose/words.h"

/** What a capture can hold. AV_QUANTITY(identifier, name in patterns, meaning) */
#define AV_QUANTITIES(AV_QUANTITY)                                                                 \
    AV_QUANTITY(COUNT, "count", "int: a whole number")                                             \
    AV_QUANTITY(NUMBER, "number", "decimal: any number")                                           \
    AV_QUANTITY(MONEY, "money", "money: an amount with its currency")                              \
    AV_QUANTITY(DURATION, "duration", "int: a length of time in milliseconds")                     \
    AV_QUANTITY(PERCENT, "percent", "decimal: 99.95 for 99.95%")                                   \
    AV_QUANTITY(SIZE, "size", "int: bytes")                                                        \
    AV_QUANTITY(DATE, "date", "text: a day as 2026-03-01 or a month as 2026-03")                   \
    AV_QUANTITY(WORD, "word", "text: any one word as it is written")

typedef enum av_quantity_kind {
    AV_QUANTITY_NONE,
#define AV_QUANTITY(identifier, name, meaning) AV_QUANTITY_##identifier,
    AV_QUANTITIES(AV_QUANTITY)
#undef AV_QUANTITY
        AV_QUANTITY_KINDS
} av_quantity_kind;

/** A number in the text. Of a range ("5 to 10") it is the upper end, `low` the lower. */
typedef struct av_quantity {
    uint8_t kind; /**< COUNT, NUMBER, MONEY, DURATION, PERCENT, SIZE or DATE; NONE: an ordinary
                       word */
    bool merged;  /**< made of several words, which are no words any more */
    bool range;
    av_decimal number, low; /**< of DATE: year * 10000 + month * 100 + day */
    av_currency currency;   /**< MONEY */
} av_quantity;

/** The kind a pattern calls so, or AV_QUANTITY_NONE. */
av_quantity_kind av_quantity_find(av_text name);
/** "count" and so on. */
const char *av_quantity_name(av_quantity_kind kind);

/**
 * Finds the numbers among the words of a sentence. The words of a number become one word, that
 * ends where its last word ends; `quantities` has an entry for each word that is left. Returns how
 * many are left.
 */
size_t av_quantities_merge(av_prose_word *words, size_t count, av_quantity *quantities);

/** The value of a number as a capture of `kind`; AV_NONE when it does not fit. */
av_value av_quantity_value(const av_quantity *quantity, av_quantity_kind kind);

/** The text of a date as a capture, in `arena`: AV_NONE when memory fails. */
av_value av_quantity_date(av_arena *arena, const av_quantity *quantity);

#endif
