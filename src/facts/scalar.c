#include "facts/scalar.h"

#include <string.h>
#include <utf8proc.h>

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/** `word` is in lower case. */
static bool is_word(av_text text, const char *word) {
    if (text.len != strlen(word)) return false;
    for (size_t i = 0; i < text.len; i++) {
        if (lower(text.ptr[i]) != word[i]) return false;
    }
    return true;
}

bool av_scalar_bool(av_text text, bool *out) {
    static const char *const words[] = {"true", "yes", "on", "false", "no", "off"};
    text = av_text_trim(text);
    for (size_t i = 0; i < AV_COUNT(words); i++) {
        if (!is_word(text, words[i])) continue;
        *out = i < 3;
        return true;
    }
    return false;
}

/* ---- numbers */

static const struct {
    const char *word;
    uint8_t zeros;
} magnitudes[] = {{"k", 3},       {"thousand", 3}, {"m", 6},       {"mn", 6},
                  {"million", 6}, {"bn", 9},       {"billion", 9}, {"trillion", 12}};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

typedef struct number {
    av_int128 coefficient; /**< with its sign; coefficient / 10^scale is the number */
    unsigned scale;        /**< without trailing zeros, may be 0 */
} number;

enum {
    /** digits read before a number counts as too large: far below 2^127 */
    COEFFICIENT_DIGITS = 24,
    SCALE_MOST = 2 * AV_DECIMAL_SCALE
};

/** Digits with groups of '_' or ',' and a fraction, at the start of `text`; `taken` bytes. */
static av_scalar_result read_digits(av_text text, number *out, size_t *taken) {
    size_t at = 0, digits = 0, group = 0;
    bool commas = false, fraction = false;
    *out = (number){0, 0};
    for (; at < text.len; at++) {
        char c = text.ptr[at];
        if (is_digit(c)) {
            if (digits > 0 || c != '0') digits++;
            if (digits > COEFFICIENT_DIGITS) return AV_SCALAR_OVERFLOW;
            out->coefficient = out->coefficient * 10 + (c - '0');
            if (fraction && ++out->scale > SCALE_MOST) return AV_SCALAR_OVERFLOW;
            group++;
            continue;
        }
        bool between =
            at > 0 && is_digit(text.ptr[at - 1]) && at + 1 < text.len && is_digit(text.ptr[at + 1]);
        if (!between || fraction) break;
        if (c == ',') {
            if (group > 3 || (commas && group != 3)) return AV_SCALAR_MALFORMED;
            commas = true;
        } else if (c == '.') {
            if (commas && group != 3) return AV_SCALAR_MALFORMED;
            fraction = true;
        } else if (c != '_') {
            break;
        }
        if (c != '_') group = 0;
    }
    if (at == 0 || (commas && !fraction && group != 3)) return AV_SCALAR_MALFORMED;
    *taken = at;
    return AV_SCALAR_OK;
}

/** An exponent as in 1e3 or 2.5E-2: moves the point. Returns whether `word` is one that stays
 * within bounds. */
static bool take_exponent(av_text word, number *out) {
    int64_t power;
    if (word.len < 2 || lower(word.ptr[0]) != 'e') return false;
    size_t sign = word.ptr[1] == '+' ? 2 : 1;
    if (!av_int_parse(av_text_slice(word, sign, word.len), &power)) return false;
    if (power < -SCALE_MOST || power > AV_DECIMAL_SCALE) return false;
    for (; power < 0; power++) out->scale++;
    for (; power > 0; power--) {
        if (out->scale > 0) {
            out->scale--;
        } else {
            out->coefficient *= 10;
        }
    }
    return true;
}

/** A whole text: sign, digits, magnitude or exponent. */
static av_scalar_result read_number(av_text text, number *out) {
    text = av_text_trim(text);
    bool negative = text.len > 0 && text.ptr[0] == '-';
    if (text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+'))
        text = av_text_slice(text, 1, text.len);
    size_t taken;
    av_scalar_result result = read_digits(text, out, &taken);
    if (result != AV_SCALAR_OK) return result;
    av_text word = av_text_trim(av_text_slice(text, taken, text.len));
    unsigned zeros = 0;
    if (word.len > 0 && !take_exponent(word, out)) {
        size_t i = 0;
        while (i < AV_COUNT(magnitudes) && !is_word(word, magnitudes[i].word)) i++;
        if (i == AV_COUNT(magnitudes)) return AV_SCALAR_MALFORMED;
        zeros = magnitudes[i].zeros;
    }
    for (; zeros > 0; zeros--) {
        if (out->scale > 0) {
            out->scale--;
        } else {
            out->coefficient *= 10;
        }
    }
    while (out->scale > 0 && out->coefficient % 10 == 0) {
        out->coefficient /= 10;
        out->scale--;
    }
    if (negative) out->coefficient = -out->coefficient;
    return AV_SCALAR_OK;
}

static av_scalar_result narrow(av_int128 wide, int64_t *out) {
    if (wide > INT64_MAX || wide < INT64_MIN) return AV_SCALAR_OVERFLOW;
    *out = (int64_t)wide;
    return AV_SCALAR_OK;
}

av_scalar_result av_scalar_int(av_text text, int64_t *out) {
    number read;
    av_scalar_result result = read_number(text, &read);
    if (result != AV_SCALAR_OK) return result;
    return read.scale > 0 ? AV_SCALAR_FRACTION : narrow(read.coefficient, out);
}

av_scalar_result av_scalar_decimal(av_text text, av_decimal *out) {
    number read;
    av_scalar_result result = read_number(text, &read);
    if (result != AV_SCALAR_OK) return result;
    if (read.scale > AV_DECIMAL_SCALE) return AV_SCALAR_OVERFLOW;
    out->scale = (uint8_t)read.scale;
    return narrow(read.coefficient, &out->coefficient);
}

/* ---- money */

static const struct {
    const char *sign;
    const char *code;
} currency_signs[] = {{"US$", "USD"},      {"$", "USD"},        {"\xE2\x82\xAC", "EUR"},
                      {"\xC2\xA3", "GBP"}, {"\xC2\xA5", "JPY"}, {"\xE2\x82\xB9", "INR"}};

/** Takes a currency off the start (or the end) of `text`. */
static bool take_currency(av_text *text, bool from_start, av_currency *currency) {
    for (size_t i = 0; i < AV_COUNT(currency_signs); i++) {
        av_text sign = av_text_from(currency_signs[i].sign);
        if (from_start ? !av_text_starts(*text, sign) : !av_text_ends(*text, sign)) continue;
        *text = av_text_trim(av_text_slice(*text, from_start ? sign.len : 0, text->len - sign.len));
        return av_currency_parse(av_text_from(currency_signs[i].code), currency);
    }
    if (text->len < 4) return false;
    av_text code = av_text_slice(*text, from_start ? 0 : text->len - 3, 3);
    char before = from_start ? ' ' : text->ptr[text->len - 4];
    if (!(is_digit(before) || before == ' ' ||
          is_word(av_text_slice(*text, text->len - 4, 1), "k") ||
          is_word(av_text_slice(*text, text->len - 4, 1), "m"))) {
        return false;
    }
    char upper[3];
    for (size_t i = 0; i < 3; i++)
        upper[i] =
            code.ptr[i] >= 'a' && code.ptr[i] <= 'z' ? (char)(code.ptr[i] - 32) : code.ptr[i];
    if (!av_currency_parse((av_text){upper, 3}, currency)) return false;
    *text = av_text_trim(av_text_slice(*text, from_start ? 3 : 0, text->len - 3));
    return true;
}

av_scalar_result av_scalar_money(av_text text, int64_t *minor, av_currency *currency) {
    text = av_text_trim(text);
    bool negative = text.len > 0 && text.ptr[0] == '-';
    if (negative) text = av_text_trim(av_text_slice(text, 1, text.len));
    bool found = take_currency(&text, true, currency) || take_currency(&text, false, currency);
    number read;
    av_scalar_result result = read_number(text, &read);
    if (!found) return result == AV_SCALAR_OK ? AV_SCALAR_CURRENCY : AV_SCALAR_MALFORMED;
    if (result != AV_SCALAR_OK) return result;
    unsigned digits = av_currency_digits(*currency);
    if (read.scale > digits) return AV_SCALAR_FRACTION;
    for (; read.scale < digits; read.scale++) read.coefficient *= 10;
    if (negative) read.coefficient = -read.coefficient;
    return narrow(read.coefficient, minor);
}

/* ---- members of enums */

/** The next character that counts in a spelling, in lower case, every dash as '-'; 0 at the end. */
static uint32_t next_character(av_text text, size_t *at) {
    while (*at < text.len) {
        size_t size;
        uint32_t c = av_utf8_decode(text, *at, &size);
        *at += size;
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '_' || c == 0xA0) continue;
        if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212) return '-';
        return (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
    }
    return 0;
}

static bool is_letter(uint32_t c) {
    return (c >= 'a' && c <= 'z') || c >= 0x80;
}

/** As next_character, without hyphens between letters; `last` is the character before. */
static uint32_t next_of_spelling(av_text text, size_t *at, uint32_t last) {
    uint32_t c = next_character(text, at);
    if (c == '-' && is_letter(last)) {
        size_t ahead = *at;
        uint32_t after = next_character(text, &ahead);
        if (is_letter(after)) {
            *at = ahead;
            return after;
        }
    }
    return c;
}

bool av_scalar_same_spelling(av_text a, av_text b) {
    size_t at_a = 0, at_b = 0;
    uint32_t last = 0;
    for (;;) {
        uint32_t in_a = next_of_spelling(a, &at_a, last), in_b = next_of_spelling(b, &at_b, last);
        if (in_a != in_b) return false;
        if (in_a == 0) return true;
        last = in_a;
    }
}

typedef bool same_fn(av_text a, av_text b);

static uint32_t find_member(const av_enum_type *type, av_text text, same_fn *same) {
    for (uint32_t m = 0; m < type->member_count; m++) {
        if (same(type->members[m].label, text)) return m;
    }
    for (uint32_t m = 0; m < type->member_count; m++) {
        if (same(type->members[m].name, text)) return m;
    }
    for (uint32_t m = 0; m < type->member_count; m++) {
        for (uint32_t s = 0; s < type->members[m].spelling_count; s++) {
            if (same(type->members[m].spellings[s], text)) return m;
        }
    }
    return AV_NO_INDEX;
}

uint32_t av_scalar_member(const av_enum_type *type, av_text text) {
    uint32_t exact = find_member(type, text, av_text_equal);
    return exact != AV_NO_INDEX ? exact : find_member(type, text, av_scalar_same_spelling);
}
