#include "prose/quantity.h"

#include <string.h>

/* ---- words that count */

typedef struct counting {
    av_text word;
    int64_t value;
} counting;

#define COUNTS(word, value)                                                                        \
    { {(word), sizeof(word) - 1}, (value) }

// clang-format off
static const counting small_numbers[] = {
    COUNTS("one", 1),       COUNTS("two", 2),        COUNTS("three", 3),     COUNTS("four", 4),      COUNTS("five", 5),
    COUNTS("six", 6),       COUNTS("seven", 7),      COUNTS("eight", 8),     COUNTS("nine", 9),      COUNTS("ten", 10),
    COUNTS("eleven", 11),   COUNTS("twelve", 12),    COUNTS("thirteen", 13), COUNTS("fourteen", 14), COUNTS("fifteen", 15),
    COUNTS("sixteen", 16),  COUNTS("seventeen", 17), COUNTS("eighteen", 18), COUNTS("nineteen", 19), COUNTS("twenty", 20),
    COUNTS("thirty", 30),   COUNTS("forty", 40),     COUNTS("fifty", 50),    COUNTS("sixty", 60),    COUNTS("seventy", 70),
    COUNTS("eighty", 80),   COUNTS("ninety", 90),    COUNTS("zero", 0),
};

static const counting magnitudes[] = {
    COUNTS("hundred", 100),      COUNTS("thousand", 1000),        COUNTS("million", 1000000),
    COUNTS("billion", 1000000000), COUNTS("hundreds", 100),       COUNTS("thousands", 1000),
    COUNTS("millions", 1000000), COUNTS("billions", 1000000000),  COUNTS("mil", 1000000),
    COUNTS("mio", 1000000),      COUNTS("bn", 1000000000),        COUNTS("dozen", 12),
    COUNTS("dozens", 12),        COUNTS("k", 1000),               COUNTS("m", 1000000),
    COUNTS("mn", 1000000),       COUNTS("b", 1000000000),         COUNTS("lakh", 100000),
    COUNTS("crore", 10000000),
};

/* Milliseconds. A month is 30 days, a year 365. */
static const counting durations[] = {
    COUNTS("ms", 1),           COUNTS("msec", 1),           COUNTS("millisecond", 1), COUNTS("milliseconds", 1),
    COUNTS("millis", 1),       COUNTS("s", 1000),           COUNTS("sec", 1000),      COUNTS("secs", 1000),
    COUNTS("second", 1000),    COUNTS("seconds", 1000),     COUNTS("min", 60000),     COUNTS("mins", 60000),
    COUNTS("minute", 60000),   COUNTS("minutes", 60000),    COUNTS("h", 3600000),     COUNTS("hr", 3600000),
    COUNTS("hrs", 3600000),    COUNTS("hour", 3600000),     COUNTS("hours", 3600000), COUNTS("day", 86400000),
    COUNTS("days", 86400000),  COUNTS("week", 604800000),   COUNTS("weeks", 604800000),
    COUNTS("month", 2592000000), COUNTS("months", 2592000000), COUNTS("year", 31536000000), COUNTS("years", 31536000000),
    COUNTS("yr", 31536000000), COUNTS("yrs", 31536000000),
};

static const counting sizes[] = {
    COUNTS("kb", 1000),          COUNTS("mb", 1000000),        COUNTS("gb", 1000000000),
    COUNTS("tb", 1000000000000), COUNTS("pb", 1000000000000000), COUNTS("kib", 1024),
    COUNTS("mib", 1048576),      COUNTS("gib", 1073741824),    COUNTS("tib", 1099511627776),
    COUNTS("kilobytes", 1000),   COUNTS("megabyte", 1000000),  COUNTS("megabytes", 1000000),
    COUNTS("gigabyte", 1000000000), COUNTS("gigabytes", 1000000000), COUNTS("gigs", 1000000000),
    COUNTS("terabyte", 1000000000000), COUNTS("terabytes", 1000000000000),
    COUNTS("petabyte", 1000000000000000), COUNTS("petabytes", 1000000000000000),
};

typedef struct currency_word {
    av_text word;
    const char *code;
} currency_word;

static const currency_word currencies[] = {
    COUNTS("$", "USD"),       COUNTS("usd", "USD"),     COUNTS("dollar", "USD"),  COUNTS("dollars", "USD"), COUNTS("bucks", "USD"),
    COUNTS("\xE2\x82\xAC", "EUR"), COUNTS("eur", "EUR"), COUNTS("euro", "EUR"),   COUNTS("euros", "EUR"),   COUNTS("\xC2\xA3", "GBP"),
    COUNTS("gbp", "GBP"),     COUNTS("pound", "GBP"),   COUNTS("pounds", "GBP"),  COUNTS("quid", "GBP"),    COUNTS("\xC2\xA5", "JPY"),
    COUNTS("jpy", "JPY"),     COUNTS("yen", "JPY"),     COUNTS("\xE2\x82\xB9", "INR"), COUNTS("inr", "INR"), COUNTS("rupees", "INR"),
    COUNTS("chf", "CHF"),     COUNTS("francs", "CHF"),  COUNTS("cad", "CAD"),     COUNTS("aud", "AUD"),     COUNTS("sek", "SEK"),
    COUNTS("nok", "NOK"),     COUNTS("dkk", "DKK"),     COUNTS("pln", "PLN"),     COUNTS("brl", "BRL"),     COUNTS("sgd", "SGD"),
};

static const counting month_names[] = {
    COUNTS("january", 1), COUNTS("february", 2), COUNTS("march", 3),      COUNTS("april", 4),
    COUNTS("may", 5),     COUNTS("june", 6),     COUNTS("july", 7),       COUNTS("august", 8),
    COUNTS("september", 9), COUNTS("october", 10), COUNTS("november", 11), COUNTS("december", 12),
};
// clang-format on

/* Second letters of the words above that can begin a number, by their first: most words of a text
 * are seen to begin none. */
#define LETTER(c) (UINT32_C(1) << ((c) - 'a'))
static const uint32_t second_letters[26] = {
    ['a' - 'a'] = LETTER('n') | LETTER('p') | LETTER('u'),
    ['b' - 'a'] = LETTER('r'),
    ['c' - 'a'] = LETTER('h') | LETTER('a'),
    ['d' - 'a'] = LETTER('e') | LETTER('k'),
    ['e' - 'a'] = LETTER('i') | LETTER('l') | LETTER('u'),
    ['f' - 'a'] = LETTER('o') | LETTER('i') | LETTER('e'),
    ['g' - 'a'] = LETTER('b'),
    ['h' - 'a'] = LETTER('a'),
    ['i' - 'a'] = LETTER('n'),
    ['j' - 'a'] = LETTER('a') | LETTER('u') | LETTER('p'),
    ['m' - 'a'] = LETTER('a'),
    ['n' - 'a'] = LETTER('i') | LETTER('o'),
    ['o' - 'a'] = LETTER('n') | LETTER('c'),
    ['p' - 'a'] = LETTER('l'),
    ['s' - 'a'] = LETTER('i') | LETTER('e') | LETTER('g'),
    ['t' - 'a'] = LETTER('w') | LETTER('h') | LETTER('e'),
    ['u' - 'a'] = LETTER('s'),
    ['z' - 'a'] = LETTER('e'),
};

static bool may_begin(const av_prose_word *word) {
    if (word->len == 0) return false;
    const char first = word->form[0];
    if (first < 'a' || first > 'z') return true;
    if (word->len == 1) return first == 'a';
    const char second = word->form[1];
    return second >= 'a' && second <= 'z' && (second_letters[first - 'a'] & LETTER(second)) != 0;
}

static bool lookup(const counting *table, size_t count, av_text word, int64_t *out) {
    for (size_t i = 0; i < count; i++)
        if (av_text_equal(word, table[i].word)) {
            *out = table[i].value;
            return true;
        }
    return false;
}

#define LOOKUP(table, word, out) lookup((table), AV_COUNT(table), (word), (out))

static bool is_word(const av_prose_word *word, const char *text) {
    return av_text_equal(av_prose_form(word), av_text_from(text));
}

static bool find_currency(av_text word, av_currency *out) {
    for (size_t i = 0; i < AV_COUNT(currencies); i++)
        if (av_text_equal(word, currencies[i].word))
            return av_currency_parse(av_text_from(currencies[i].code), out);
    return false;
}

/* ---- one number */

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool scale(av_decimal *number, int64_t by) {
    return av_decimal_mul(*number, av_decimal_from_int(by), number);
}

/** Digits at the start of a form: the number, and how many bytes it takes; 0 when there is none. */
static size_t digits(av_text form, av_decimal *out) {
    char plain[AV_PROSE_FORM];
    size_t len = 0, at = 0;
    bool point = false;
    for (; at < form.len; at++) {
        char c = form.ptr[at];
        if (is_digit(c)) {
            plain[len++] = c;
        } else if (c == '.' && !point && at + 1 < form.len && is_digit(form.ptr[at + 1]) &&
                   len > 0) {
            point = true;
            plain[len++] = c;
        } else if (!((c == ',' || c == '_') && len > 0 && at + 1 < form.len &&
                     is_digit(form.ptr[at + 1]))) {
            break;
        }
    }
    if (len == 0 || len > 20 || !av_decimal_parse((av_text){plain, len}, out)) return 0;
    return at;
}

/** What follows the digits in the same word: 10k, 100ms, 5gb, 99%. */
static bool take_suffix(av_quantity *q, av_text suffix) {
    int64_t factor;
    av_currency currency;
    if (suffix.len == 0) return true;
    if (av_text_equal(suffix, AV_TEXT("%"))) {
        q->kind = AV_QUANTITY_PERCENT;
        return true;
    }
    if (av_text_equal(suffix, AV_TEXT("+"))) return true;
    if (av_text_ends(suffix, AV_TEXT("+"))) suffix.len--;
    if (LOOKUP(magnitudes, suffix, &factor)) return scale(&q->number, factor);
    if (q->kind == AV_QUANTITY_MONEY) return false;
    if (LOOKUP(durations, suffix, &factor)) {
        q->kind = AV_QUANTITY_DURATION;
        return scale(&q->number, factor);
    }
    if (LOOKUP(sizes, suffix, &factor)) {
        q->kind = AV_QUANTITY_SIZE;
        return scale(&q->number, factor);
    }
    if (!find_currency(suffix, &currency)) return false;
    q->kind = AV_QUANTITY_MONEY;
    q->currency = currency;
    return true;
}

/** A word that begins with digits, perhaps after a currency sign. */
static bool written_number(const av_prose_word *word, av_quantity *q) {
    av_text form = av_prose_form(word);
    *q = (av_quantity){.kind = AV_QUANTITY_NUMBER};
    if (form.len == 0 || (form.ptr[0] >= 'a' && form.ptr[0] <= 'z')) return false;
    for (size_t i = 0; i < AV_COUNT(currencies) && !is_digit(form.ptr[0]); i++) {
        const av_text sign = currencies[i].word;
        if ((unsigned char)sign.ptr[0] >= 'a' && (unsigned char)sign.ptr[0] <= 'z') continue;
        if (!av_text_starts(form, sign)) continue;
        if (!av_currency_parse(av_text_from(currencies[i].code), &q->currency)) return false;
        q->kind = AV_QUANTITY_MONEY;
        form = av_text_slice(form, sign.len, form.len);
        break;
    }
    size_t len = digits(form, &q->number);
    return len > 0 && take_suffix(q, av_text_slice(form, len, form.len));
}

/** "two", "twenty-five", "two hundred and fifty", "three thousand": the words it takes. */
static size_t counted_number(const av_prose_word *words, size_t count, av_quantity *q) {
    int64_t total = 0, part = 0, value;
    size_t used = 0;
    bool small = false; /* the last word was a small number */
    while (used < count && (used == 0 || words[used].border == AV_BORDER_NONE)) {
        size_t at = used;
        bool joined = used > 0 && !small && at + 1 < count && is_word(&words[at], "and");
        if (joined) at++;
        if (LOOKUP(small_numbers, av_prose_form(&words[at]), &value)) {
            bool ones = small && part % 100 >= 20 && part % 10 == 0 && value > 0 && value < 10;
            if (used > 0 && small && !ones) break;
            part += value;
            small = true;
        } else if (used > 0 && !joined && words[at].len > 2 && part > 0 &&
                   LOOKUP(magnitudes, av_prose_form(&words[at]), &value) && value != 12) {
            if (value == 100 && part < 100) {
                part *= 100;
            } else if (value > 100 && part < 1000000) {
                total += part * value;
                part = 0;
            } else {
                break;
            }
            small = false;
        } else {
            break;
        }
        used = at + 1;
        if (total > INT64_C(1000000000000000)) return 0;
    }
    q->number = av_decimal_from_int(total + part);
    return used;
}

/** "two", "twenty-five", "a dozen", "half a million": the words it takes, 0 when it is none. */
static size_t spoken_number(const av_prose_word *words, size_t count, av_quantity *q) {
    int64_t value;
    *q = (av_quantity){.kind = AV_QUANTITY_NUMBER};
    if (is_word(words, "half") && count > 2 && is_word(&words[1], "a") &&
        LOOKUP(magnitudes, av_prose_form(&words[2]), &value) && words[2].len > 2) {
        q->number = (av_decimal){5, 1};
        return scale(&q->number, value) ? 3 : 0;
    }
    if ((is_word(words, "a") || is_word(words, "an")) && count > 1) {
        if (is_word(&words[1], "couple")) {
            q->number = av_decimal_from_int(2);
            return count > 2 && is_word(&words[2], "of") ? 3 : 2;
        }
        if (words[1].len < 5 || words[1].form[words[1].len - 1] == 's' ||
            !LOOKUP(magnitudes, av_prose_form(&words[1]), &value))
            return 0;
        q->number = av_decimal_from_int(value);
        return 2;
    }
    return counted_number(words, count, q);
}

/** A magnitude, unit or currency in the words after the number: how many words it takes. */
static size_t take_unit(const av_prose_word *words, size_t count, av_quantity *q) {
    size_t used = 0;
    int64_t factor;
    av_currency currency;
    const bool spoken_one = is_word(words - 1, "one"); /* "one day we might" is no length of time */
    while (used < count && words[used].border == AV_BORDER_NONE && !words[used].slash &&
           q->kind != AV_QUANTITY_PERCENT) {
        av_text form = av_prose_form(&words[used]);
        bool plain = q->kind == AV_QUANTITY_NUMBER;
        if (!(plain || q->kind == AV_QUANTITY_MONEY)) break;
        /* a letter alone means a magnitude only when it touches the digits */
        bool magnitude = form.len > 1 && LOOKUP(magnitudes, form, &factor);
        if (magnitude && scale(&q->number, factor)) {
            used++;
            continue;
        }
        if (!plain) break;
        if (!(spoken_one && is_word(&words[used], "day")) && LOOKUP(durations, form, &factor) &&
            scale(&q->number, factor)) {
            q->kind = AV_QUANTITY_DURATION;
            return used + 1;
        }
        if (LOOKUP(sizes, form, &factor) && scale(&q->number, factor)) {
            q->kind = AV_QUANTITY_SIZE;
            return used + 1;
        }
        if (av_text_equal(form, AV_TEXT("percent")) || av_text_equal(form, AV_TEXT("%"))) {
            q->kind = AV_QUANTITY_PERCENT;
            return used + 1;
        }
        if (!find_currency(form, &currency)) break;
        q->kind = AV_QUANTITY_MONEY;
        q->currency = currency;
        return used + 1;
    }
    return used;
}

/** A currency before the digits: "USD 500". */
static size_t leading_currency(const av_prose_word *words, size_t count, av_quantity *q) {
    av_currency currency;
    if (count < 2 || words[0].len != 3 || words[1].border != AV_BORDER_NONE ||
        !find_currency(av_prose_form(words), &currency) || !written_number(&words[1], q) ||
        q->kind != AV_QUANTITY_NUMBER)
        return 0;
    q->kind = AV_QUANTITY_MONEY;
    q->currency = currency;
    return 2;
}

/* ---- dates */

static size_t find_month(const av_prose_word *word, int64_t *month) {
    av_text form = av_prose_form(word);
    for (size_t i = 0; i < AV_COUNT(month_names); i++) {
        const av_text name = month_names[i].word;
        if (form.len < 3 || form.ptr[0] != name.ptr[0]) continue;
        if (av_text_equal(form, name) || (form.len == 3 && av_text_starts(name, form))) {
            *month = month_names[i].value;
            return 1;
        }
    }
    return 0;
}

static bool whole(const av_prose_word *word, int64_t low, int64_t high, int64_t *out) {
    av_text form = av_prose_form(word);
    if (form.len > 2 && (av_text_ends(form, AV_TEXT("st")) || av_text_ends(form, AV_TEXT("nd")) ||
                         av_text_ends(form, AV_TEXT("rd")) || av_text_ends(form, AV_TEXT("th"))))
        form.len -= 2;
    for (size_t i = 0; i < form.len; i++)
        if (!is_digit(form.ptr[i])) return false;
    return form.len > 0 && form.len < 5 && av_int_parse(form, out) && *out >= low && *out <= high;
}

static size_t date(const av_prose_word *words, size_t count, av_quantity *q) {
    int64_t year = 0, month = 0, day = 0;
    size_t used = 0;
    if (count >= 3 && words[1].hyphen && words[2].hyphen && whole(words, 1900, 2199, &year) &&
        whole(&words[1], 1, 12, &month) && whole(&words[2], 1, 31, &day))
        used = 3;
    else if (count >= 3 && whole(words, 1, 31, &day) && find_month(&words[1], &month) &&
             whole(&words[2], 1900, 2199, &year))
        used = 3;
    else if (count >= 3 && find_month(words, &month) && whole(&words[1], 1, 31, &day) &&
             whole(&words[2], 1900, 2199, &year))
        used = 3;
    else if (count >= 2 && find_month(words, &month) && whole(&words[1], 1900, 2199, &year))
        used = 2;
    if (used == 0) return 0;
    if (used == 2) day = 0;
    *q = (av_quantity){.kind = AV_QUANTITY_DATE,
                       .number = av_decimal_from_int(year * 10000 + month * 100 + day)};
    return used;
}

/* ---- all of them */

/** One number without a range: the words it takes. */
static size_t single(const av_prose_word *words, size_t count, av_quantity *q) {
    size_t used = leading_currency(words, count, q);
    if (used == 0 && written_number(words, q)) used = 1;
    if (used == 0) used = spoken_number(words, count, q);
    if (used == 0) return 0;
    /* "10 000": a thousand written with a space */
    if (used == 1 && count > 1 && words[1].border == AV_BORDER_NONE && !words[1].hyphen &&
        is_word(&words[1], "000") && words[0].len <= 3 && q->number.scale == 0 &&
        scale(&q->number, 1000)) {
        used = 2;
        if (count > 2 && is_word(&words[2], "000") && scale(&q->number, 1000)) used = 3;
    }
    return used + take_unit(words + used, count - used, q);
}

static bool joins_range(const av_prose_word *words, size_t at, size_t count, size_t *skip) {
    *skip = 0;
    if (at >= count) return false;
    if (words[at].hyphen) return true;
    if (at + 1 < count && words[at].border == AV_BORDER_NONE &&
        words[at + 1].border == AV_BORDER_NONE &&
        (is_word(&words[at], "to") || is_word(&words[at], "or"))) {
        *skip = 1;
        return true;
    }
    /* an en dash between numbers is read as a comma without spaces around it */
    return words[at].border == AV_BORDER_COMMA && words[at].start - words[at - 1].end == 3;
}

/** The number at `words`, with the upper end of its range. */
static size_t find(const av_prose_word *words, size_t count, av_quantity *q) {
    size_t used = date(words, count, q), skip;
    if (used > 0) return used;
    used = single(words, count, q);
    if (used == 0) return 0;
    av_quantity high;
    if (joins_range(words, used, count, &skip)) {
        size_t more = single(words + used + skip, count - used - skip, &high);
        bool same = more > 0 && (high.kind == q->kind || q->kind == AV_QUANTITY_NUMBER ||
                                 (high.kind == AV_QUANTITY_NUMBER && q->kind == AV_QUANTITY_MONEY));
        if (same && (skip == 0 || !is_word(&words[used], "or") || more == 1)) {
            av_decimal low = q->number;
            if (high.kind == AV_QUANTITY_NUMBER) {
                high.kind = q->kind;
                high.currency = q->currency;
            }
            if (av_decimal_compare(low, high.number) < 0) {
                *q = high;
                q->low = low;
                q->range = true;
                return used + skip + more;
            }
        }
    }
    return used;
}

static bool is_whole(av_decimal number) {
    return number.scale == 0;
}

size_t av_quantities_merge(av_prose_word *words, size_t count, av_quantity *quantities) {
    size_t kept = 0;
    for (size_t i = 0; i < count; kept++) {
        av_quantity q;
        size_t used = may_begin(&words[i]) ? find(words + i, count - i, &q) : 0;
        if (kept != i) words[kept] = words[i];
        quantities[kept] = (av_quantity){0};
        if (used > 0) {
            if (q.kind == AV_QUANTITY_NUMBER && is_whole(q.number)) q.kind = AV_QUANTITY_COUNT;
            q.merged = used > 1;
            quantities[kept] = q;
            words[kept].end = words[i + used - 1].end;
        }
        i += used > 0 ? used : 1;
    }
    return kept;
}

av_value av_quantity_value(const av_quantity *q, av_quantity_kind kind) {
    int64_t whole_number;
    switch (kind) {
    case AV_QUANTITY_COUNT: return q->kind == kind ? av_int(q->number.coefficient) : av_none();
    case AV_QUANTITY_NUMBER:
        return q->kind == kind || q->kind == AV_QUANTITY_COUNT ? av_decimal_value(q->number)
                                                               : av_none();
    case AV_QUANTITY_PERCENT: return q->kind == kind ? av_decimal_value(q->number) : av_none();
    case AV_QUANTITY_DURATION:
    case AV_QUANTITY_SIZE:
        if (q->kind != kind || !av_decimal_ceil(q->number, &whole_number)) return av_none();
        return av_int(whole_number);
    case AV_QUANTITY_MONEY: {
        av_decimal minor = q->number;
        int64_t factor = 1;
        for (uint8_t i = 0; i < av_currency_digits(q->currency); i++) factor *= 10;
        if (q->kind != kind || !scale(&minor, factor) || !av_decimal_nearest(minor, &whole_number))
            return av_none();
        return av_money(whole_number, q->currency);
    }
    default: return av_none();
    }
}

av_value av_quantity_date(av_arena *arena, const av_quantity *q) {
    if (q->kind != AV_QUANTITY_DATE) return av_none();
    int64_t n = q->number.coefficient;
    av_text text = n % 100 == 0
                       ? av_arena_format(arena, "%04d-%02d", (int)(n / 10000), (int)(n / 100 % 100))
                       : av_arena_format(arena, "%04d-%02d-%02d", (int)(n / 10000),
                                         (int)(n / 100 % 100), (int)(n % 100));
    av_value value;
    if (text.ptr == NULL || av_string(arena, text, &value) != AV_OK) return av_none();
    return value;
}

av_quantity_kind av_quantity_find(av_text name) {
    for (int kind = AV_QUANTITY_NONE + 1; kind < AV_QUANTITY_KINDS; kind++)
        if (av_text_equal(name, av_text_from(av_quantity_name((av_quantity_kind)kind))))
            return (av_quantity_kind)kind;
    return AV_QUANTITY_NONE;
}

const char *av_quantity_name(av_quantity_kind kind) {
    static const char *const names[] = {"",
#define AV_QUANTITY(identifier, name, meaning) name,
                                        AV_QUANTITIES(AV_QUANTITY)
#undef AV_QUANTITY
    };
    return (size_t)kind < AV_COUNT(names) ? names[kind] : "";
}
