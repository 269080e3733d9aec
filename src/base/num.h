/* Exact numbers: checked 64-bit integers, decimals and money. No binary floating point. */
#ifndef AV_BASE_NUM_H
#define AV_BASE_NUM_H

#include "base/buf.h"

__extension__ typedef __int128 av_int128;

/** coefficient / 10^scale, exact; normalised: no trailing zero digits in the fraction, zero has
 * scale 0. */
typedef struct av_decimal {
    int64_t coefficient;
    uint8_t scale; /**< 0..AV_DECIMAL_SCALE */
} av_decimal;

enum {
    AV_DECIMAL_SCALE = 12 /**< most digits after the point; division rounds half to even here */
};

/** An ISO 4217 code packed as A<<16 | B<<8 | C. */
typedef uint32_t av_currency;

/** false on overflow (for division: also on a zero divisor), `out` untouched. */
bool av_int_add(int64_t a, int64_t b, int64_t *out);
bool av_int_sub(int64_t a, int64_t b, int64_t *out);
bool av_int_mul(int64_t a, int64_t b, int64_t *out);
/** Floor division and its remainder (the remainder has the divisor's sign). */
bool av_int_div(int64_t a, int64_t b, int64_t *out);
bool av_int_mod(int64_t a, int64_t b, int64_t *out);
/** Digits with optional leading '-' and '_' or nothing between digits. False if malformed or out of
 * range. */
bool av_int_parse(av_text text, int64_t *out);

/** The same number without trailing zero digits in the fraction; `scale` at most
 * AV_DECIMAL_SCALE. */
av_decimal av_decimal_normal(av_decimal a);
av_decimal av_decimal_from_int(int64_t value);
/** -digits[.digits] with single '_' between digits; false if malformed or not exactly
 * representable. */
bool av_decimal_parse(av_text text, av_decimal *out);
/** Exact while the result has at most AV_DECIMAL_SCALE digits after the point and 18 in all; beyond that rounded half to even
 * to the digits there is room for. False when the whole part needs more than 63 bits. */
bool av_decimal_add(av_decimal a, av_decimal b, av_decimal *out);
bool av_decimal_sub(av_decimal a, av_decimal b, av_decimal *out);
bool av_decimal_mul(av_decimal a, av_decimal b, av_decimal *out);
/** Rounded once, half to even, at AV_DECIMAL_SCALE digits or at as many as a large quotient leaves
 * room for. */
bool av_decimal_div(av_decimal a, av_decimal b, av_decimal *out);
int av_decimal_compare(av_decimal a, av_decimal b);
/** Rounded half to even to `digits` after the point. */
bool av_decimal_round(av_decimal a, uint8_t digits, av_decimal *out);
/** Towards minus infinity / plus infinity / nearest (half to even). */
bool av_decimal_floor(av_decimal a, int64_t *out);
bool av_decimal_ceil(av_decimal a, int64_t *out);
bool av_decimal_nearest(av_decimal a, int64_t *out);
/** As written in rules: 99.95, -0.5, 7. */
void av_decimal_format(av_decimal a, av_buf *out);
/** With thousands separators: 1,234,567.5. */
void av_int_format_grouped(int64_t value, av_buf *out);
void av_decimal_format_grouped(av_decimal a, av_buf *out);

/** Digits after the point of a currency's minor unit (ISO 4217: 2 unless listed). */
uint8_t av_currency_digits(av_currency currency);
bool av_currency_parse(av_text code, av_currency *out);
void av_currency_format(av_currency currency, av_buf *out);
/** "500", "0.10" in major units to minor units; false if it has more digits (as written) than the
 * currency or overflows. */
bool av_money_parse(av_text amount, av_currency currency, int64_t *minor);
/** "USD 1,234.50"; whole amounts keep their fraction digits; "USD -0.05". */
void av_money_format(int64_t minor, av_currency currency, av_buf *out);
/** minor * factor, rounded half to even. */
bool av_money_scale(int64_t minor, av_decimal factor, int64_t *out);

#endif
