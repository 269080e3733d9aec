/* Single words of a brief read by the type that was declared: numbers, money, members of enums. */
#ifndef AV_FACTS_SCALAR_H
#define AV_FACTS_SCALAR_H

#include "base/num.h"
#include "sema/program.h"

typedef enum av_scalar_result {
    AV_SCALAR_OK,
    AV_SCALAR_MALFORMED, /**< not such a value */
    AV_SCALAR_FRACTION,  /**< a whole number was wanted; money: more digits than the currency has */
    AV_SCALAR_OVERFLOW,
    AV_SCALAR_CURRENCY /**< money without a currency, or with an unknown one */
} av_scalar_result;

/** true, yes, on and false, no, off in any case. */
bool av_scalar_bool(av_text text, bool *out);
/** 10000, 10_000, 10,000, 10k, 1.5M, 2 million, -3. */
av_scalar_result av_scalar_int(av_text text, int64_t *out);
/** As for int, with a fraction. */
av_scalar_result av_scalar_decimal(av_text text, av_decimal *out);
/** USD 500, $500, 500 EUR, €1.5k: minor units and a currency. */
av_scalar_result av_scalar_money(av_text text, int64_t *minor, av_currency *currency);

/**
 * The member that `text` names: by label, name or further spelling, exactly first, then without
 * regard to case, white space and '_', hyphens between letters, and the kind of dash. AV_NO_INDEX
 * if there is none.
 */
uint32_t av_scalar_member(const av_enum_type *type, av_text text);
/** Whether two spellings of a member count as the same. */
bool av_scalar_same_spelling(av_text a, av_text b);

#endif
