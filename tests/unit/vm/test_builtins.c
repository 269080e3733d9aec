#include "vm/builtins.h"

#include <string.h>

#include "support/consts.h"
#include "support/unit.h"

static const char declarations[] =
    "enum Size ordered { Small \"S\" Middle \"M\" Large \"L\" }\n"
    "record Thing { key name: text  n: int = 0  tags: list of text = [] }\n";

static const av_const_case cases[] = {
    {"int", "count([1, 2, 3])", "3", 0},
    {"int", "size({set}[Small, Large])", "2", 0},
    {"int", "sum([1, 2, 3])", "6", 0},
    {"decimal", "sum([0.1, 0.2])", "0.3", 0},
    {"decimal", "sum(for x in [0.5] where x > 1 yield x)", "0", 0},
    {"money", "sum([USD 1.50, USD 2])", "USD 3.50", 0},
    {"money", "sum([USD 1, EUR 2])", NULL, AV_E_CURRENCY},
    {"money", "sum(for x in [USD 1] where x > USD 2 yield x)", NULL, AV_E_EMPTY_SUM},
    {"int", "min([3, 1, 2]) ?? 0", "1", 0},
    {"int", "max([3, 1, 2]) ?? 0", "3", 0},
    {"int", "max(for x in [1] where x > 1 yield x) ?? 7", "7", 0},
    {"money", "max([USD 1, EUR 2]) ?? USD 0", NULL, AV_E_CURRENCY},
    {"Size", "lesser(Large, Middle)", "M", 0},
    {"decimal", "greater(1.5, 1.25)", "1.5", 0},
    {"text", "first_of([\"a\", \"b\"]) ?? \"-\"", "a", 0},
    {"text", "last_of([\"a\", \"b\"]) ?? \"-\"", "b", 0},
    {"list of int", "take([1, 2, 3], 2)", "1, 2", 0},
    {"list of int", "take([1, 2, 3], 9)", "1, 2, 3", 0},
    {"list of int", "take([1, 2, 3], -1)", "", 0},
    {"list of int", "drop([1, 2, 3], 2)", "3", 0},
    {"list of int", "drop([1, 2, 3], 4)", "", 0},
    {"list of int", "reverse([1, 2, 3])", "3, 2, 1", 0},
    {"list of int", "distinct([2, 1, 2, 1])", "2, 1", 0},
    {"list of int", "distinct([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 3, 10])",
     "1, 2, 3, 4, 5, 6, 7, 8, 9, 10", 0},
    {"list of int", "flatten([[1], [2, 3]])", "1, 2, 3", 0},
    {"list of int", "union([1, 2], [2, 3])", "1, 2, 3", 0},
    {"list of int", "for t in union([a_thing], [a_more]) yield t.n", "5", 0},
    {"list of int", "without([1, 2, 3], [2])", "1, 3", 0},
    {"list of text", "merge(a_thing, a_more).tags", "x, y", 0},
    {"int", "merge(a_more, a_plain).n", "5", 0},
    {"list of text", "keys([a_thing])", "a", 0},
    {"list of Size", "members({set}[Large, Small])", "S, L", 0},
    {"bool", "overlaps({set}[Small], {set}[Small, Large])", "yes", 0},
    {"bool", "overlaps({set}[Small], {set}[Large])", "no", 0},
    {"list of Size", "members(joined({set}[Small], {set}[Large]))", "S, L", 0},
    {"list of Size", "members(removed({set}[Small, Large], {set}[Large]))", "S", 0},
    {"list of int", "range(2, 4)", "2, 3, 4", 0},
    {"list of int", "range(2, 1)", "", 0},
    {"list of int", "range(1, 2_000_000)", NULL, AV_E_TOO_LARGE},
    {"decimal", "divide(1, 4) ?? 0", "0.25", 0},
    {"decimal", "divide(1, 0) ?? -1", "-1", 0},
    {"decimal", "round(2.5)", "2", 0},
    {"decimal", "round(2.345, 2)", "2.34", 0},
    {"int", "floor(-0.5)", "-1", 0},
    {"int", "ceil(0.1)", "1", 0},
    {"int", "nearest(3.5)", "4", 0},
    {"decimal", "amount(USD 12.50)", "12.5", 0},
    {"money", "money_of(1.005, USD 0)", "USD 1.00", 0},
    {"money", "money_of(12.6, JPY 0)", "JPY 13", 0},
    {"text", "text_of(true)", "yes", 0},
    {"text", "text_of([Small, Large])", "S, L", 0},
    {"text", "text_of(a_thing)", "a", 0},
    {"text", "label(Middle)", "M", 0},
    {"text", "name(Middle)", "Middle", 0},
    {"int", "position(Middle)", "2", 0},
    {"text", "join([\"a\", \"b\"], \"-\")", "a-b", 0},
    {"text", "listing([\"a\"])", "a", 0},
    {"text", "listing([\"a\", \"b\"])", "a and b", 0},
    {"text", "listing([\"a\", \"b\", \"c\"], \"or\")", "a, b or c", 0},
    {"list of text", "split(\"a-b-\", \"-\")", "a, b, ", 0},
    {"list of text", "split(\"ab\", \"\")", "ab", 0},
    {"text", "replace(\"banana\", \"an\", \"o\")", "booa", 0},
    {"text", "replace(\"banana\", \"\", \"o\")", "banana", 0},
    {"text", "trim(\"  a b \\n\")", "a b", 0},
    {"int", "length(\"a\\u{1F600}\\u{E9}\")", "3", 0},
    {"bool", "has(\"banana\", \"nan\")", "yes", 0},
    {"bool", "starts_with(\"banana\", \"ba\")", "yes", 0},
    {"bool", "ends_with(\"banana\", \"ba\")", "no", 0},
    {"text", "upper(\"caf\\u{E9}\")", "CAF\xC3\x89", 0},
    {"text", "lower(\"\\u{C9}T\\u{C9}\")", "\xC3\xA9t\xC3\xA9", 0},
    {"text", "snake(\"HTTPServer nextPort2\")", "http_server_next_port2", 0},
    {"text", "ascii(\"\\u{C4}rztehaus \\u{141}\\u{F3}d\\u{17A} \\u{DF}1\")", "Arztehaus Lodz ss1",
     0},
    {"text", "ascii(\"\\u{5317}\\u{4EAC} No. \\u{2460} \\u{FB01}sh\")", " No. 1 fish", 0},
    {"text", "ascii(\"\")", "", 0},
    {"text", "kebab(\"order_item\")", "order-item", 0},
    {"text", "camel(\"order item\")", "orderItem", 0},
    {"text", "pascal(\"order-item id\")", "OrderItemId", 0},
    {"text", "constant_case(\"orderItem\")", "ORDER_ITEM", 0},
    {"text", "title_case(\"order_item list\")", "Order Item List", 0},
    {"text", "sentence(\"order_item list\")", "Order item list", 0},
    {"text", "capital(\"order_item List\")", "Order_item List", 0},
    {"text", "capital(\"éclair\")", "Éclair", 0},
    {"text", "capital(\"\")", "", 0},
    {"text", "plural_of(\"entity\")", "entities", 0},
    {"text", "plural_of(\"OrderStatus\")", "OrderStatuses", 0},
    {"text", "plural_of(\"sales_person\")", "sales_people", 0},
    {"text", "plural_of(\"Person\")", "People", 0},
    {"text", "plural_of(\"metadata\")", "metadata", 0},
    {"text", "plural_of(\"key\")", "keys", 0},
    {"text", "plural_of(\"API\")", "APIs", 0},
    {"text", "singular_of(\"order_entities\")", "order_entity", 0},
    {"text", "singular_of(\"addresses\")", "address", 0},
    {"text", "singular_of(\"statuses\")", "status", 0},
    {"text", "singular_of(\"status\")", "status", 0},
    {"text", "singular_of(\"databases\")", "database", 0},
    {"text", "singular_of(\"piece_glazes\")", "piece_glaze", 0},
    {"text", "singular_of(\"waltzes\")", "waltz", 0},
    {"text", "singular_of(\"causes\")", "cause", 0},
    {"text", "singular_of(\"loaves\")", "loaf", 0},
    {"text", "plural(\"entity\", 1)", "1 entity", 0},
    {"text", "plural(\"entity\", 1200)", "1,200 entities", 0},
    {"text", "ordinal(1)", "1st", 0},
    {"text", "ordinal(12)", "12th", 0},
    {"text", "ordinal(22)", "22nd", 0},
    {"text", "ordinal(103)", "103rd", 0},
    {"text", "grouped(1_234_567)", "1,234,567", 0},
    {"text", "grouped(1234.5)", "1,234.5", 0},
    {"text", "grouped(USD 1234)", "USD 1,234.00", 0},
    {"text", "bytes(999)", "999 B", 0},
    {"text", "bytes(1_500_000_000)", "1.5 GB", 0},
    {"text", "bytes(999_999)", "1 MB", 0},
    {"text", "percent(0.125)", "12.5 %", 0},
    {"text", "percent(0.99955, 2)", "99.96 %", 0},
    {"text", "duration(90)", "90 s", 0},
    {"text", "duration(900)", "15 min", 0},
    {"text", "duration(86_400)", "24 h", 0},
    {"text", "duration(604_800)", "7 d", 0},
    {"text", "duration(0)", "0 s", 0},
    {"text", "indent(\"a\\nb\\n\\nc\", 2)", "a\n  b\n\n  c", 0},
    {"list of text", "lines(\"a\\nb\\n\")", "a, b", 0},
    {"list of text",
     "for p in outline(\"# A\\n- **F-1** [M] x\\n\") yield \"{p.number}.{p.parent} {p.line} "
     "{p.path} {p.id}:{p.tag}:{p.text}\"",
     "1.0 1  ::A, 2.1 2 A F-1:M:x", 0},
    {"list of text", "words(\"Sign-in: the User's 99.95% of 10,000 \\u{C4}pfel, v2.\")",
     "sign, in, the, user, s, 99.95%, of, 10,000, \xC3\xA4pfel, v2", 0},
    {"list of text", "words(\" -- .% \")", "", 0},
    {"list of text", "stems(\"Searches, searching: 10,000 Users' parcels\")",
     "search, search, 10,000, user, parcel", 0},
    {"list of text", "stems(\"-\")", "", 0},
    {"int", "count(outline(\"\"))", "0", 0},
};

/* Sets have no literal without a type: a function gives it. */
static av_const_case with_sets(const av_const_case *c, char *out, size_t size) {
    size_t len = 0;
    for (const char *p = c->expression; *p && len + 8 < size;) {
        if (strncmp(p, "{set}[", 6) == 0) {
            memcpy(out + len, "sizes([", 7);
            len += 7;
            p += 6;
            while (*p && *p != ']') out[len++] = *p++;
            out[len++] = *p++;
            out[len++] = ')';
        } else {
            out[len++] = *p++;
        }
    }
    out[len] = '\0';
    av_const_case result = *c;
    result.expression = out;
    return result;
}

static void every_function_gives_what_it_says(void **state) {
    (void)state;
    static char texts[AV_COUNT(cases)][200];
    av_const_case all[AV_COUNT(cases)];
    char declared[1000] = "";
    strcat(declared, declarations);
    strcat(declared, "func sizes(s: set of Size): set of Size = s\n"
                     "const a_thing: Thing = a { tags: [\"x\"] } because \"b\"\n"
                     "const a_more: Thing = a { n: 5 tags: [\"x\", \"y\"] } because \"b\"\n"
                     "const a_plain: Thing = a { } because \"b\"\n");
    for (size_t i = 0; i < AV_COUNT(cases); i++)
        all[i] = with_sets(&cases[i], texts[i], sizeof texts[i]);
    av_check_consts(declared, all, AV_COUNT(all));
}

static void every_function_is_tried(void **state) {
    (void)state;
    static const char *const names[] = {
#define AV_BUILTIN(identifier, name, signature, meaning) name "(",
#include "sema/builtins.h"
#undef AV_BUILTIN
    };
    for (size_t i = 0; i < AV_COUNT(names); i++) {
        bool found = false;
        for (size_t k = 0; k < AV_COUNT(cases); k++)
            found = found || strncmp(cases[k].expression, names[i], strlen(names[i])) == 0 ||
                    strstr(cases[k].expression, names[i]) != NULL;
        if (!found) fail_msg("no case tries %s)", names[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_function_gives_what_it_says),
        cmocka_unit_test(every_function_is_tried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
