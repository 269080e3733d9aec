#include "base/num.h"

#include "support/unit.h"

#include <string.h>

/* A result as text: NULL in a table means that the operation must refuse. */
typedef struct av_case {
    const char *op, *left, *right, *result;
} av_case;

static void check(const av_case *wanted, bool done, void (*format)(const void *, av_buf *),
                  const void *result) {
    av_alloc host = av_alloc_default();
    av_buf buf;
    av_buf_init(&buf, &host, 0);
    if (done) format(result, &buf);
    bool right = done == (wanted->result != NULL) &&
                 (!done || av_text_equal(av_buf_text(&buf), av_text_from(wanted->result)));
    if (!right)
        print_error("%s %s %s: wanted %s, got %.*s\n", wanted->left, wanted->op,
                    wanted->right ? wanted->right : "", wanted->result ? wanted->result : "refusal",
                    AV_TEXT_ARG(av_buf_text(&buf)));
    av_buf_free(&buf);
    assert_true(right);
}

static void format_int(const void *value, av_buf *out) {
    int64_t number;
    memcpy(&number, value, sizeof number);
    av_decimal_format(av_decimal_from_int(number), out);
}

static void format_decimal(const void *value, av_buf *out) {
    av_decimal number;
    memcpy(&number, value, sizeof number);
    av_decimal_format(number, out);
}

#define LEAST "-9223372036854775808"
#define MOST  "9223372036854775807"

static void integers_are_checked(void **state) {
    (void)state;
    static const av_case cases[] = {
        {"+", "2", "3", "5"},
        {"+", MOST, "0", MOST},
        {"+", MOST, "1", NULL},
        {"+", LEAST, "-1", NULL},
        {"+", LEAST, MOST, "-1"},
        {"-", "2", "3", "-1"},
        {"-", "0", LEAST, NULL},
        {"-", "-1", LEAST, MOST},
        {"-", LEAST, "1", NULL},
        {"*", "-4", "5", "-20"},
        {"*", LEAST, "-1", NULL},
        {"*", LEAST, "1", LEAST},
        {"*", "4294967296", "2147483648", NULL},
        {"*", "-4294967296", "2147483648", LEAST},
        {"/", "7", "2", "3"},
        {"/", "-7", "2", "-4"},
        {"/", "7", "-2", "-4"},
        {"/", "-7", "-2", "3"},
        {"/", "-6", "2", "-3"},
        {"/", "1", "0", NULL},
        {"/", LEAST, "-1", NULL},
        {"/", LEAST, "1", LEAST},
        {"%", "7", "2", "1"},
        {"%", "-7", "2", "1"},
        {"%", "7", "-2", "-1"},
        {"%", "-7", "-2", "-1"},
        {"%", "-6", "2", "0"},
        {"%", "1", "0", NULL},
        {"%", LEAST, "-1", "0"},
        {"%", LEAST, MOST, "9223372036854775806"},
    };
    for (size_t i = 0; i < AV_COUNT(cases); i++) {
        int64_t a, b, result = 77;
        assert_true(av_int_parse(av_text_from(cases[i].left), &a));
        assert_true(av_int_parse(av_text_from(cases[i].right), &b));
        char op = cases[i].op[0];
        bool done = op == '+'   ? av_int_add(a, b, &result)
                    : op == '-' ? av_int_sub(a, b, &result)
                    : op == '*' ? av_int_mul(a, b, &result)
                    : op == '/' ? av_int_div(a, b, &result)
                                : av_int_mod(a, b, &result);
        check(&cases[i], done, format_int, &result);
        if (!done) assert_int_equal(result, 77);
    }
}

static void numbers_are_parsed(void **state) {
    (void)state;
    static const struct {
        const char *text, *as_int, *as_decimal;
    } cases[] = {
        {"0", "0", "0"},
        {"-0", "0", "0"},
        {"007", "7", "7"},
        {"1_000", "1000", "1000"},
        {"1_2_3", "123", "123"},
        {MOST, MOST, MOST},
        {LEAST, LEAST, LEAST},
        {"9223372036854775808", NULL, NULL},
        {"-9223372036854775809", NULL, NULL},
        {"99999999999999999999999999999999999999999999999999", NULL, NULL},
        {"99.95", NULL, "99.95"},
        {"-0.50", NULL, "-0.5"},
        {"1_000.000_1", NULL, "1000.0001"},
        {"0.000000000001", NULL, "0.000000000001"},
        {"0.0000000000001", NULL, NULL},
        {"7.00000000000000000000", NULL, "7"},
        {"9223372.036854775807", NULL, "9223372.036854775807"},
        {"92233720.368547758071", NULL, NULL},
        {"", NULL, NULL},
        {"-", NULL, NULL},
        {"--1", NULL, NULL},
        {"+1", NULL, NULL},
        {".", NULL, NULL},
        {"-.", NULL, NULL},
        {"1.", NULL, NULL},
        {".5", NULL, NULL},
        {"1..2", NULL, NULL},
        {"1.2.3", NULL, NULL},
        {"_1", NULL, NULL},
        {"1_", NULL, NULL},
        {"1__0", NULL, NULL},
        {"1_.5", NULL, NULL},
        {"1._5", NULL, NULL},
        {"-_1", NULL, NULL},
        {" 1", NULL, NULL},
        {"1 ", NULL, NULL},
        {"1e3", NULL, NULL},
        {"0x10", NULL, NULL},
        {"\xD9\xA1", NULL, NULL},
    };
    for (size_t i = 0; i < AV_COUNT(cases); i++) {
        int64_t integer = 77;
        av_decimal decimal = {77, 0};
        av_text text = av_text_from(cases[i].text);
        const av_case as_int = {"as int", cases[i].text, NULL, cases[i].as_int};
        const av_case as_decimal = {"as decimal", cases[i].text, NULL, cases[i].as_decimal};
        bool done = av_int_parse(text, &integer);
        check(&as_int, done, format_int, &integer);
        if (!done) assert_int_equal(integer, 77);
        done = av_decimal_parse(text, &decimal);
        check(&as_decimal, done, format_decimal, &decimal);
        if (!done) assert_int_equal(decimal.coefficient, 77);
    }
    int64_t integer;
    assert_false(av_int_parse((av_text){NULL, 0}, &integer));
    assert_false(av_int_parse((av_text){"1\0", 2}, &integer));
}

static void decimals_are_exact(void **state) {
    (void)state;
    static const av_case cases[] = {
        {"+", "0.1", "0.2", "0.3"},
        {"+", "99.95", "0.05", "100"},
        {"+", "1", "0.000000000001", "1.000000000001"},
        {"+", MOST, "1", NULL},
        {"+", MOST, "0.5", NULL},
        {"+", "9223372036854775806.5", "0.5", NULL}, /* the left side itself does not fit */
        {"+", "922337203685477580.5", "0.5", "922337203685477581"},
        {"-", "0.3", "0.1", "0.2"},
        {"-", "1", "1.0", "0"},
        {"-", LEAST, "1", NULL},
        {"*", "1.5", "1.5", "2.25"},
        {"*", "0.000001", "0.000001", "0.000000000001"},
        {"*", "0.0000001", "0.000001", "0"},                /* 13 digits after the point: rounded */
        {"*", "0.000001", "-0.0000015", "-0.000000000002"}, /* half: to even */
        {"*", "33333333.33333333333", "86400", "2880000000000"},
        {"*", "123456.789", "0.333333333333", "41152.262999958848"},
        {"+", "9223372036854775806", "0.25", "9223372036854775806"},
        {"*", "0.0000005", "0.000002", "0.000000000001"},
        {"*", LEAST, "-1", NULL},
        {"*", "3037000500", "3037000500", NULL},
        {"*", "1.23", "0", "0"},
        {"/", "1", "4", "0.25"},
        {"/", "1", "3", "0.333333333333"},
        {"/", "2", "3", "0.666666666667"},
        {"/", "-2", "3", "-0.666666666667"},
        {"/", "-2", "-3", "0.666666666667"},
        {"/", "1", "0", NULL},
        {"/", "0", "7", "0"},
        {"/", "0.000000000001", "2", "0"},              /* half: to even */
        {"/", "0.000000000003", "2", "0.000000000002"}, /* half: to even */
        {"/", "-0.000000000003", "2", "-0.000000000002"},
        {"/", "0.000000000005", "2", "0.000000000002"},
        {"/", "100000000", "3", "33333333.33333333333"},
        {"/", MOST, "2", "4611686018427387904"}, /* no room for the half: to even */
        {"/", MOST, "1", MOST},
        {"/", LEAST, "-1", NULL},
        {"/", LEAST, "1", LEAST},
        {"/", MOST, "0.5", NULL},
        {"/", "1", "0.000000000001", "1000000000000"},
        {"/", "9223372036854775807", "0.000000000001", NULL},
        {"/", "0.000000000001", "9223372036854775807", "0"},
    };
    for (size_t i = 0; i < AV_COUNT(cases); i++) {
        av_decimal a, b, result = {77, 0};
        bool done = av_decimal_parse(av_text_from(cases[i].left), &a);
        assert_true(av_decimal_parse(av_text_from(cases[i].right), &b));
        char op = cases[i].op[0];
        done = done && (op == '+'   ? av_decimal_add(a, b, &result)
                        : op == '-' ? av_decimal_sub(a, b, &result)
                        : op == '*' ? av_decimal_mul(a, b, &result)
                                    : av_decimal_div(a, b, &result));
        check(&cases[i], done, format_decimal, &result);
        if (!done) assert_int_equal(result.coefficient, 77);
    }
}

static void decimals_have_an_order(void **state) {
    (void)state;
    static const av_decimal ascending[] = {
        {INT64_MIN, 0}, {INT64_MIN, 12}, {-1, 0},   {-1, 12}, {0, 0},          {1, 12},
        {99, 1},        {99, 0},         {9999, 2}, {100, 0}, {INT64_MAX, 12}, {INT64_MAX, 0},
    };
    for (size_t i = 0; i < AV_COUNT(ascending); i++)
        for (size_t j = 0; j < AV_COUNT(ascending); j++)
            assert_int_equal(av_decimal_compare(ascending[i], ascending[j]), (i > j) - (i < j));
    assert_int_equal(av_decimal_compare((av_decimal){150, 2}, (av_decimal){15, 1}), 0);
}

static void decimals_are_rounded(void **state) {
    (void)state;
    static const struct {
        const char *value;
        const char *one_digit;
        int64_t floor, ceil, nearest;
    } cases[] = {
        {"0", "0", 0, 0, 0},
        {"0.5", "0.5", 0, 1, 0},
        {"1.5", "1.5", 1, 2, 2},
        {"2.5", "2.5", 2, 3, 2},
        {"-0.5", "-0.5", -1, 0, 0},
        {"-1.5", "-1.5", -2, -1, -2},
        {"-2.5", "-2.5", -3, -2, -2},
        {"2.51", "2.5", 2, 3, 3},
        {"2.49", "2.5", 2, 3, 2},
        {"0.25", "0.2", 0, 1, 0},
        {"0.35", "0.4", 0, 1, 0},
        {"-0.25", "-0.2", -1, 0, 0},
        {"0.95", "1", 0, 1, 1},
        {MOST, MOST, INT64_MAX, INT64_MAX, INT64_MAX},
        {LEAST, LEAST, INT64_MIN, INT64_MIN, INT64_MIN},
        {"-9223372.036854775808", "-9223372", -9223373, -9223372, -9223372},
    };
    for (size_t i = 0; i < AV_COUNT(cases); i++) {
        av_decimal value, rounded;
        int64_t whole;
        const av_case one_digit = {"to one digit", cases[i].value, NULL, cases[i].one_digit};
        assert_true(av_decimal_parse(av_text_from(cases[i].value), &value));
        check(&one_digit, av_decimal_round(value, 1, &rounded), format_decimal, &rounded);
        assert_true(av_decimal_floor(value, &whole));
        assert_int_equal(whole, cases[i].floor);
        assert_true(av_decimal_ceil(value, &whole));
        assert_int_equal(whole, cases[i].ceil);
        assert_true(av_decimal_nearest(value, &whole));
        assert_int_equal(whole, cases[i].nearest);
    }
    av_decimal normal = av_decimal_normal((av_decimal){-1200, 4});
    assert_int_equal(normal.coefficient, -12);
    assert_int_equal(normal.scale, 2);
    assert_int_equal(av_decimal_normal((av_decimal){0, 7}).scale, 0);
}

static void thousands_are_separated(void **state) {
    (void)state;
    static const struct {
        av_decimal value;
        const char *plain, *grouped;
    } cases[] = {
        {{0, 0}, "0", "0"},
        {{999, 0}, "999", "999"},
        {{1000, 0}, "1000", "1,000"},
        {{-123456, 0}, "-123456", "-123,456"},
        {{12345675, 1}, "1234567.5", "1,234,567.5"},
        {{-5, 1}, "-0.5", "-0.5"},
        {{1, 12}, "0.000000000001", "0.000000000001"},
        {{12345678, 4}, "1234.5678", "1,234.5678"},
        {{INT64_MIN, 0}, LEAST, "-9,223,372,036,854,775,808"},
        {{INT64_MIN, 12}, "-9223372.036854775808", "-9,223,372.036854775808"},
    };
    av_alloc host = av_alloc_default();
    av_buf buf;
    av_buf_init(&buf, &host, 0);
    for (size_t i = 0; i < AV_COUNT(cases); i++) {
        av_buf_clear(&buf);
        av_decimal_format(cases[i].value, &buf);
        assert_text(av_buf_text(&buf), cases[i].plain);
        av_buf_clear(&buf);
        av_decimal_format_grouped(cases[i].value, &buf);
        assert_text(av_buf_text(&buf), cases[i].grouped);
        if (cases[i].value.scale) continue;
        av_buf_clear(&buf);
        av_int_format_grouped(cases[i].value.coefficient, &buf);
        assert_text(av_buf_text(&buf), cases[i].grouped);
    }
    av_buf_free(&buf);
}

static void money_keeps_its_minor_units(void **state) {
    (void)state;
    static const struct {
        const char *currency, *amount;
        bool good;
        int64_t minor;
        const char *shown;
    } cases[] = {
        {"USD", "500", true, 50000, "USD 500.00"},
        {"USD", "0.10", true, 10, "USD 0.10"},
        {"USD", "1_234.5", true, 123450, "USD 1,234.50"},
        {"EUR", "-0.05", true, -5, "EUR -0.05"},
        {"USD", "0.100", false, 0, NULL},
        {"USD", "0.001", false, 0, NULL},
        {"USD", "92233720368547758.07", true, INT64_MAX, "USD 92,233,720,368,547,758.07"},
        {"USD", "92233720368547758.08", false, 0, NULL},
        {"USD", "9223372036854775807", false, 0, NULL},
        {"USD", "", false, 0, NULL},
        {"JPY", "1500", true, 1500, "JPY 1,500"},
        {"JPY", "1500.0", false, 0, NULL},
        {"KWD", "1.5", true, 1500, "KWD 1.500"},
        {"CLF", "0.0001", true, 1, "CLF 0.0001"},
    };
    av_alloc host = av_alloc_default();
    av_buf buf;
    av_buf_init(&buf, &host, 0);
    for (size_t i = 0; i < AV_COUNT(cases); i++) {
        av_currency currency;
        int64_t minor = 77;
        assert_true(av_currency_parse(av_text_from(cases[i].currency), &currency));
        bool good = av_money_parse(av_text_from(cases[i].amount), currency, &minor);
        if (good != cases[i].good) fail_msg("%s %s", cases[i].currency, cases[i].amount);
        assert_int_equal(minor, good ? cases[i].minor : 77);
        if (!good) continue;
        av_buf_clear(&buf);
        av_money_format(minor, currency, &buf);
        assert_text(av_buf_text(&buf), cases[i].shown);
    }
    av_buf_free(&buf);

    av_currency currency;
    static const char *const wrong[] = {"", "US", "usd", "USDT", "U1D", "U D"};
    for (size_t i = 0; i < AV_COUNT(wrong); i++)
        assert_false(av_currency_parse(av_text_from(wrong[i]), &currency));
    assert_true(av_currency_parse(AV_TEXT("ABC"), &currency));
    assert_int_equal(currency, 'A' << 16 | 'B' << 8 | 'C');
}

static void money_is_scaled(void **state) {
    (void)state;
    static const struct {
        int64_t minor;
        av_decimal factor;
        bool good;
        int64_t result;
    } cases[] = {
        {1000, {15, 1}, true, 1500},
        {25, {1, 1}, true, 2}, /* 2.5: half to even */
        {35, {1, 1}, true, 4}, /* 3.5 */
        {-25, {1, 1}, true, -2},
        {-26, {1, 1}, true, -3},
        {INT64_MAX, {1, 0}, true, INT64_MAX},
        {INT64_MAX, {2, 0}, false, 0},
        {INT64_MIN, {-1, 0}, false, 0},
        {INT64_MIN, {INT64_MIN, 12}, false, 0},
        {INT64_MAX, {5, 1}, true, 4611686018427387904},
    };
    for (size_t i = 0; i < AV_COUNT(cases); i++) {
        int64_t result = 77;
        assert_int_equal(av_money_scale(cases[i].minor, cases[i].factor, &result), cases[i].good);
        assert_int_equal(result, cases[i].good ? cases[i].result : 77);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_checked),        cmocka_unit_test(numbers_are_parsed),
        cmocka_unit_test(decimals_are_exact),          cmocka_unit_test(decimals_have_an_order),
        cmocka_unit_test(decimals_are_rounded),        cmocka_unit_test(thousands_are_separated),
        cmocka_unit_test(money_keeps_its_minor_units), cmocka_unit_test(money_is_scaled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
