#include "base/num.h"

/* Every digit run here is short: the coefficient of a decimal is below 2^63 and its scale at most
 * AV_DECIMAL_SCALE, so an aligned coefficient stays below 2^63 * 10^12 < 2^103 and a product of two
 * coefficients below 2^126. Both fit av_int128 with room to double them. */

enum {
    DIGITS_MOST = 20,   /**< decimal digits of any 64-bit number */
    POWER_MOST = 18,    /**< 10^18 is the largest power of ten below 2^63 */
    CURRENCY_DIGITS = 2 /**< of a currency not listed below */
};

static int64_t power_of_ten(unsigned exponent) {
    static const int64_t powers[POWER_MOST + 1] = {
        1,
        10,
        100,
        1000,
        10000,
        100000,
        1000000,
        10000000,
        100000000,
        1000000000,
        10000000000,
        100000000000,
        1000000000000,
        10000000000000,
        100000000000000,
        1000000000000000,
        10000000000000000,
        100000000000000000,
        1000000000000000000,
    };
    return powers[exponent];
}

static bool fits(av_int128 value, int64_t *out) {
    if (value < INT64_MIN || value > INT64_MAX) return false;
    *out = (int64_t)value;
    return true;
}

static uint64_t magnitude(int64_t value) {
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

/* value / divisor, rounded half to even; divisor > 0 and below 2^126. */
static av_int128 divide_half_even(av_int128 value, av_int128 divisor) {
    av_int128 quotient = value / divisor, rest = value % divisor;
    bool negative = rest < 0;
    if (negative) rest = -rest;
    av_int128 other = divisor - rest;
    if (rest > other || (rest == other && quotient % 2 != 0)) quotient += negative ? -1 : 1;
    return quotient;
}

bool av_int_add(int64_t a, int64_t b, int64_t *out) {
    return fits((av_int128)a + b, out);
}

bool av_int_sub(int64_t a, int64_t b, int64_t *out) {
    return fits((av_int128)a - b, out);
}

bool av_int_mul(int64_t a, int64_t b, int64_t *out) {
    return fits((av_int128)a * b, out);
}

bool av_int_div(int64_t a, int64_t b, int64_t *out) {
    if (b == 0) return false;
    av_int128 quotient = (av_int128)a / b;
    if ((av_int128)a % b != 0 && (a < 0) != (b < 0)) quotient--;
    return fits(quotient, out);
}

bool av_int_mod(int64_t a, int64_t b, int64_t *out) {
    if (b == 0) return false;
    av_int128 rest = (av_int128)a % b;
    if (rest != 0 && (rest < 0) != (b < 0)) rest += b;
    return fits(rest, out);
}

/* A number as written: sign, digits, point, digits, with single '_' between digits. */
typedef struct av_written {
    av_int128 coefficient; /**< without the zeros that end the fraction */
    unsigned scale;
    unsigned fraction_digits; /**< as written, zeros included */
} av_written;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool read_number(av_text text, bool fraction_allowed, av_written *out) {
    size_t at = 0;
    bool negative = text.len > 0 && text.ptr[0] == '-';
    if (negative) at++;
    av_int128 value = 0;
    unsigned scale = 0, zeros = 0, fraction_digits = 0;
    bool in_fraction = false, after_digit = false;
    for (; at < text.len; at++) {
        char c = text.ptr[at];
        bool before_digit = at + 1 < text.len && is_digit(text.ptr[at + 1]);
        if (is_digit(c)) {
            after_digit = true;
            if (in_fraction) {
                if (fraction_digits < UINT8_MAX) fraction_digits++;
                if (c == '0') {
                    if (zeros < UINT8_MAX) zeros++;
                    continue;
                }
                scale += zeros + 1;
                if (scale > AV_DECIMAL_SCALE) return false;
                value = value * power_of_ten(zeros + 1) + (c - '0');
                zeros = 0;
            } else {
                value = value * 10 + (c - '0');
            }
            if (value > (av_int128)INT64_MAX + 1) return false;
        } else if (c == '_' && after_digit && before_digit) {
            after_digit = false;
        } else if (c == '.' && fraction_allowed && !in_fraction && after_digit && before_digit) {
            in_fraction = true;
            after_digit = false;
        } else {
            return false;
        }
    }
    if (!after_digit) return false;
    *out = (av_written){negative ? -value : value, scale, fraction_digits};
    return true;
}

bool av_int_parse(av_text text, int64_t *out) {
    av_written written;
    return read_number(text, false, &written) && fits(written.coefficient, out);
}

av_decimal av_decimal_normal(av_decimal a) {
    if (a.coefficient == 0) a.scale = 0;
    while (a.scale > 0 && a.coefficient % 10 == 0) {
        a.coefficient /= 10;
        a.scale--;
    }
    return a;
}

/* coefficient / 10^scale as a decimal, if it is one without rounding. */
static bool make(av_int128 coefficient, unsigned scale, av_decimal *out) {
    int64_t narrow;
    for (; !fits(coefficient, &narrow); coefficient /= 10, scale--)
        if (scale == 0 || coefficient % 10 != 0) return false;
    if (narrow == 0) scale = 0;
    for (; scale > 0 && narrow % 10 == 0; scale--) narrow /= 10;
    if (scale > AV_DECIMAL_SCALE) return false;
    *out = (av_decimal){narrow, (uint8_t)scale};
    return true;
}

/* The same, rounded half to even to the digits after the point that there is room for; only a whole
 * part can be too large. */
static bool make_rounded(av_int128 coefficient, unsigned scale, av_decimal *out) {
    if (make(coefficient, scale, out)) return true;
    while (scale > 0 && coefficient % 10 == 0) {
        coefficient /= 10;
        scale--;
    }
    av_int128 unit = 1;
    unsigned dropped = 0;
    int64_t narrow;
    for (; dropped < scale &&
           (scale - dropped > AV_DECIMAL_SCALE || !fits(coefficient / unit, &narrow));
         dropped++)
        unit *= 10;
    return make(divide_half_even(coefficient, unit), scale - dropped, out);
}

av_decimal av_decimal_from_int(int64_t value) {
    return (av_decimal){value, 0};
}

bool av_decimal_parse(av_text text, av_decimal *out) {
    av_written written;
    return read_number(text, true, &written) && make(written.coefficient, written.scale, out);
}

/* Both coefficients at the larger of the two scales, which is returned. */
static unsigned align(av_decimal a, av_decimal b, av_int128 *left, av_int128 *right) {
    unsigned scale = a.scale > b.scale ? a.scale : b.scale;
    *left = (av_int128)a.coefficient * power_of_ten(scale - a.scale);
    *right = (av_int128)b.coefficient * power_of_ten(scale - b.scale);
    return scale;
}

bool av_decimal_add(av_decimal a, av_decimal b, av_decimal *out) {
    av_int128 left, right;
    unsigned scale = align(a, b, &left, &right);
    return make_rounded(left + right, scale, out);
}

bool av_decimal_sub(av_decimal a, av_decimal b, av_decimal *out) {
    av_int128 left, right;
    unsigned scale = align(a, b, &left, &right);
    return make_rounded(left - right, scale, out);
}

bool av_decimal_mul(av_decimal a, av_decimal b, av_decimal *out) {
    return make_rounded((av_int128)a.coefficient * b.coefficient, (unsigned)a.scale + b.scale, out);
}

bool av_decimal_div(av_decimal a, av_decimal b, av_decimal *out) {
    if (b.coefficient == 0) return false;
    av_int128 dividend, divisor;
    (void)align(a, b, &dividend, &divisor);
    bool negative = (dividend < 0) != (divisor < 0);
    if (dividend < 0) dividend = -dividend;
    if (divisor < 0) divisor = -divisor;
    /* Long division: `quotient` gains a digit a step while the next one still fits. */
    av_int128 quotient = dividend / divisor, rest = dividend % divisor;
    unsigned scale = 0;
    while (scale < AV_DECIMAL_SCALE && rest != 0 && quotient <= (INT64_MAX - 9) / 10) {
        rest *= 10;
        quotient = quotient * 10 + rest / divisor;
        rest %= divisor;
        scale++;
    }
    av_int128 other = divisor - rest;
    if (rest > other || (rest == other && quotient % 2 != 0)) quotient++;
    return make(negative ? -quotient : quotient, scale, out);
}

int av_decimal_compare(av_decimal a, av_decimal b) {
    av_int128 left, right;
    (void)align(a, b, &left, &right);
    return (left > right) - (left < right);
}

bool av_decimal_round(av_decimal a, uint8_t digits, av_decimal *out) {
    if (digits >= a.scale) {
        *out = av_decimal_normal(a);
        return true;
    }
    int64_t unit = power_of_ten((unsigned)a.scale - digits);
    return make(divide_half_even(a.coefficient, unit), digits, out);
}

bool av_decimal_floor(av_decimal a, int64_t *out) {
    return av_int_div(a.coefficient, power_of_ten(a.scale), out);
}

bool av_decimal_ceil(av_decimal a, int64_t *out) {
    int64_t unit = power_of_ten(a.scale);
    av_int128 quotient = (av_int128)a.coefficient / unit;
    if (a.coefficient > 0 && a.coefficient % unit != 0) quotient++;
    return fits(quotient, out);
}

bool av_decimal_nearest(av_decimal a, int64_t *out) {
    return fits(divide_half_even(a.coefficient, power_of_ten(a.scale)), out);
}

/* Writes value / 10^scale; `grouped` puts a comma between thousands. */
static void write_number(int64_t value, unsigned scale, bool grouped, av_buf *out) {
    char digits[DIGITS_MOST];
    size_t count = 0;
    uint64_t left = magnitude(value);
    while (left > 0 || count <= scale) {
        digits[count++] = (char)('0' + left % 10);
        left /= 10;
    }
    if (value < 0) av_buf_putc(out, '-');
    while (count > 0) {
        av_buf_putc(out, digits[--count]);
        if (count == 0) break;
        if (count == scale) av_buf_putc(out, '.');
        else if (grouped && count > scale && (count - scale) % 3 == 0) av_buf_putc(out, ',');
    }
}

void av_decimal_format(av_decimal a, av_buf *out) {
    write_number(a.coefficient, a.scale, false, out);
}

void av_int_format_grouped(int64_t value, av_buf *out) {
    write_number(value, 0, true, out);
}

void av_decimal_format_grouped(av_decimal a, av_buf *out) {
    write_number(a.coefficient, a.scale, true, out);
}

#define CURRENCY(a, b, c) ((av_currency)(a) << 16 | (av_currency)(b) << 8 | (av_currency)(c))

uint8_t av_currency_digits(av_currency currency) {
    static const struct {
        av_currency currency;
        uint8_t digits;
    } exceptions[] = {
        {CURRENCY('B', 'H', 'D'), 3}, {CURRENCY('B', 'I', 'F'), 0}, {CURRENCY('C', 'L', 'F'), 4},
        {CURRENCY('C', 'L', 'P'), 0}, {CURRENCY('D', 'J', 'F'), 0}, {CURRENCY('G', 'N', 'F'), 0},
        {CURRENCY('I', 'Q', 'D'), 3}, {CURRENCY('I', 'S', 'K'), 0}, {CURRENCY('J', 'O', 'D'), 3},
        {CURRENCY('J', 'P', 'Y'), 0}, {CURRENCY('K', 'M', 'F'), 0}, {CURRENCY('K', 'R', 'W'), 0},
        {CURRENCY('K', 'W', 'D'), 3}, {CURRENCY('L', 'Y', 'D'), 3}, {CURRENCY('O', 'M', 'R'), 3},
        {CURRENCY('P', 'Y', 'G'), 0}, {CURRENCY('R', 'W', 'F'), 0}, {CURRENCY('T', 'N', 'D'), 3},
        {CURRENCY('U', 'G', 'X'), 0}, {CURRENCY('U', 'Y', 'I'), 0}, {CURRENCY('U', 'Y', 'W'), 4},
        {CURRENCY('V', 'N', 'D'), 0}, {CURRENCY('V', 'U', 'V'), 0}, {CURRENCY('X', 'A', 'F'), 0},
        {CURRENCY('X', 'O', 'F'), 0}, {CURRENCY('X', 'P', 'F'), 0},
    };
    for (size_t i = 0; i < AV_COUNT(exceptions); i++)
        if (exceptions[i].currency == currency) return exceptions[i].digits;
    return CURRENCY_DIGITS;
}

bool av_currency_parse(av_text code, av_currency *out) {
    if (code.len != 3) return false;
    av_currency packed = 0;
    for (size_t i = 0; i < 3; i++) {
        if (code.ptr[i] < 'A' || code.ptr[i] > 'Z') return false;
        packed = packed << 8 | (unsigned char)code.ptr[i];
    }
    *out = packed;
    return true;
}

void av_currency_format(av_currency currency, av_buf *out) {
    for (unsigned shift = 24; shift > 0; shift -= 8)
        av_buf_putc(out, (char)(currency >> (shift - 8) & 0x7F));
}

bool av_money_parse(av_text amount, av_currency currency, int64_t *minor) {
    av_written written;
    unsigned digits = av_currency_digits(currency);
    if (!read_number(amount, true, &written) || written.fraction_digits > digits) return false;
    return fits(written.coefficient * power_of_ten(digits - written.scale), minor);
}

void av_money_format(int64_t minor, av_currency currency, av_buf *out) {
    av_currency_format(currency, out);
    av_buf_putc(out, ' ');
    write_number(minor, av_currency_digits(currency), true, out);
}

bool av_money_scale(int64_t minor, av_decimal factor, int64_t *out) {
    return fits(divide_half_even((av_int128)minor * factor.coefficient, power_of_ten(factor.scale)),
                out);
}
