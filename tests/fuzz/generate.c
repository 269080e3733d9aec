#include "generate.h"

#include <stdio.h>

// clang-format off
typedef enum type { BOOL, INT, DECIMAL, MONEY, TEXT, SIZE, KIND, KINDS, INTS, TEXTS, ITEM, ITEMS, MAYBE_INT, MAYBE_TEXT, TYPES } type;
// clang-format on

enum { SHARES = 20, DEPTH = 5, VARIABLES = 24, FUNCTIONS = 5, OUT_BYTES = 48 * 1024 };

typedef struct variable {
    char name[16];
    type type;
} variable;

typedef struct maker {
    const uint8_t *data;
    size_t size, at, end; /* choices are taken from at..end, the share of the declaration at work */
    av_buf *out;
    size_t start, share;
    variable variables[VARIABLES];
    size_t variable_count;
    unsigned depth, names;
    unsigned functions; /* that may be called here */
    bool facts;         /* facts and what follows from them may be read here */
    bool model;         /* decisions and collections too */
} maker;

static unsigned pick(maker *m, unsigned count) {
    if (m->at >= m->end) return 0;
    return m->data[m->at++] % count;
}

/** Each declaration has its own share of the bytes, so that a change in one leaves the others as they are. */
static void next_share(maker *m) {
    m->at = m->share * m->size / SHARES;
    m->share = m->share + 1 < SHARES ? m->share + 1 : 0;
    m->end = m->share > 0 ? m->share * m->size / SHARES : m->size;
}

static void put(maker *m, const char *text) {
    av_buf_puts(m->out, text);
}

static void expression(maker *m, type t);

/** Writes a pattern: %0, %1 ... are expressions of the types given, in that order. */
static void form(maker *m, const char *pattern, type a, type b, type c) {
    const type types[3] = {a, b, c};
    for (const char *p = pattern; *p != 0; p++) {
        if (*p == '%' && p[1] >= '0' && p[1] <= '2') expression(m, types[*++p - '0']);
        else av_buf_putc(m->out, *p);
    }
}

/** Makes a name; what it stands for is bound when its scope begins. */
static unsigned new_name(maker *m) {
    return m->names++;
}

static void bind(maker *m, char letter, unsigned id, type t) {
    if (m->variable_count == VARIABLES) return;
    variable *v = &m->variables[m->variable_count++];
    snprintf(v->name, sizeof v->name, "%c%u", letter, id);
    v->type = t;
}

/** A variable of the type, the last of several or another one; false when there is none. */
static bool use_variable(maker *m, type t) {
    unsigned found = 0, wanted;
    for (size_t i = 0; i < m->variable_count; i++) found += m->variables[i].type == t;
    if (found == 0) return false;
    wanted = pick(m, found);
    for (size_t i = m->variable_count; i-- > 0;)
        if (m->variables[i].type == t && wanted-- == 0) {
            put(m, m->variables[i].name);
            return true;
        }
    return false;
}

static type element_of(type list) {
    return list == INTS ? INT : list == TEXTS ? TEXT : ITEM;
}

static type any_list(maker *m) {
    static const type lists[] = {INTS, TEXTS, ITEMS};
    return lists[pick(m, 3)];
}

/** `for v in list where ...`; the caller writes what is yielded and forgets the variables. */
static void generators(maker *m, type t) {
    const unsigned count = 1 + (pick(m, 4) == 3);
    for (unsigned i = 0; i < count; i++) {
        const unsigned id = new_name(m);
        const bool numbered = pick(m, 3) == 1;
        const type list = i == 0 ? t : any_list(m);
        av_buf_printf(m->out, "for v%u ", id);
        if (numbered) av_buf_printf(m->out, "at n%u ", id);
        form(m, "in (%0) ", list, INT, INT);
        bind(m, 'v', id, element_of(list));
        if (numbered) bind(m, 'n', id, INT);
        if (pick(m, 3) == 1) form(m, "where (%0) ", BOOL, INT, INT);
    }
}

static void sort_clause(maker *m) {
    static const type keys[] = {INT, TEXT, DECIMAL, SIZE};
    if (pick(m, 3) != 1) return;
    form(m, "sort by (%0) ", keys[pick(m, 4)], INT, INT);
    if (pick(m, 2) == 1) put(m, "descending ");
}

static void comprehension(maker *m, type result) {
    const size_t variables = m->variable_count;
    put(m, "(");
    generators(m, any_list(m));
    sort_clause(m);
    put(m, "yield ");
    expression(m, element_of(result));
    put(m, ")");
    m->variable_count = variables;
}

static void list_literal(maker *m, type t) {
    const unsigned count = 1 + pick(m, 4);
    const size_t variables = m->variable_count;
    put(m, "[");
    for (unsigned i = 0; i < count; i++) {
        if (i > 0) put(m, ", ");
        if (pick(m, 6) == 5) {
            generators(m, any_list(m));
            put(m, "yield ");
            expression(m, element_of(t));
            m->variable_count = variables;
        } else {
            expression(m, element_of(t));
            if (pick(m, 4) == 3) form(m, " when (%0)", BOOL, BOOL, BOOL);
        }
    }
    put(m, "]");
}

static void let_in(maker *m, type t) {
    static const type kinds[] = {INT, TEXT, BOOL, DECIMAL, INTS, ITEM};
    const type bound = kinds[pick(m, 6)];
    const size_t variables = m->variable_count;
    const unsigned id = new_name(m);
    av_buf_printf(m->out, "(let v%u = ", id);
    form(m, "(%0) in ", bound, INT, INT);
    bind(m, 'v', id, bound);
    form(m, "%0)", t, INT, INT);
    m->variable_count = variables;
}

static void quantified(maker *m) {
    const size_t variables = m->variable_count;
    const type list = any_list(m);
    const unsigned id = new_name(m);
    av_buf_printf(m->out, pick(m, 2) == 0 ? "(some v%u in " : "(every v%u in ", id);
    form(m, "(%0) satisfies ", list, INT, INT);
    bind(m, 'v', id, element_of(list));
    form(m, "(%0))", BOOL, INT, INT);
    m->variable_count = variables;
}

static void grouped(maker *m) {
    const size_t variables = m->variable_count;
    const unsigned id = new_name(m);
    av_buf_printf(m->out, "(for g%u in (group v%u in ", id, id);
    form(m, "(%0) by ", ITEMS, INT, INT);
    bind(m, 'v', id, ITEM);
    form(m, "(%0)) ", pick(m, 2) == 0 ? INT : TEXT, INT, INT);
    av_buf_printf(m->out, "yield \"{g%u.key}={count(g%u.items)}\")", id, id);
    m->variable_count = variables;
}

static void text_literal(maker *m) {
    static const char *const words[] = {"a",    "order line", "x_y", "",  "2–5", "Zed",
                                        "b, c", "<b>",        "|",   "`", "été", "A B"};
    put(m, "\"");
    put(m, words[pick(m, 12)]);
    if (pick(m, 3) == 1) {
        static const type inside[] = {INT, TEXT, DECIMAL, MONEY, SIZE, KINDS, TEXTS, BOOL};
        put(m, "{(");
        expression(m, inside[pick(m, 8)]);
        put(m, ")}");
    }
    put(m, "\"");
}

static void item_literal(maker *m) {
    static const char *const keys[] = {"\"a\"", "\"b\"", "\"c\"", "\"\""};
    put(m, "Item { name: ");
    put(m, keys[pick(m, 4)]);
    if (pick(m, 2) == 1) form(m, " n: (%0)", INT, INT, INT);
    if (pick(m, 3) == 1) form(m, " note: (%0)", MAYBE_TEXT, INT, INT);
    if (pick(m, 3) == 1) form(m, " sizes: (%0)", TEXTS, INT, INT);
    if (pick(m, 4) == 1) form(m, " kind: (%0)", KIND, INT, INT);
    put(m, " }");
}

/** The simplest of each type. */
static void leaf(maker *m, type t) {
    static const char *const ints[] = {
        "0", "1", "2", "7", "(-3)", "1_000", "9_223_372_036_854_775_807", "40"};
    static const char *const decimals[] = {"0.5",   "2.0", "(-1.25)", "0.000000000001",
                                           "99.95", "0.1", "12.5",    "1.0"};
    static const char *const amounts[] = {"USD 5", "USD 12.50", "EUR 1", "(-(USD 0.05))"};
    static const char *const sizes[] = {"Tiny", "Small", "Large", "Huge", "Giant"};
    static const char *const kinds[] = {"Red", "Green", "Blue"};
    static const char *const sets[] = {"[]", "[Red]", "[Green, Blue]", "[Red, Green, Blue]"};
    switch (t) {
    case BOOL: put(m, pick(m, 2) == 0 ? "true" : "false"); break;
    case INT: put(m, ints[pick(m, 8)]); break;
    case DECIMAL: put(m, decimals[pick(m, 8)]); break;
    case MONEY: put(m, amounts[pick(m, 4)]); break;
    case TEXT: put(m, "\"t\""); break;
    case SIZE: av_buf_printf(m->out, "Size.%s", sizes[pick(m, 5)]); break;
    case KIND: av_buf_printf(m->out, "Kind.%s", kinds[pick(m, 3)]); break;
    case KINDS: av_buf_printf(m->out, "kinds_of(%s)", sets[pick(m, 4)]); break;
    case INTS: put(m, pick(m, 2) == 0 ? "ints_of([3, 1, 2])" : "ints_of([])"); break;
    case TEXTS: put(m, pick(m, 2) == 0 ? "texts_of([\"b\", \"a\"])" : "texts_of([])"); break;
    case ITEM: put(m, "item_of(Item { name: \"k\" })"); break;
    case ITEMS: put(m, pick(m, 2) == 0 ? "items_of([a { n: 4 }, b {}])" : "items_of([])"); break;
    case MAYBE_INT: put(m, pick(m, 2) == 0 ? "maybe_int(5)" : "maybe_int(none)"); break;
    case MAYBE_TEXT: put(m, pick(m, 2) == 0 ? "maybe_text(\"m\")" : "maybe_text(none)"); break;
    case TYPES: break;
    }
}

static void call(maker *m, type t) {
    /* Function i gives the i-th type and takes an int, a text and a list. */
    for (unsigned i = 0; i < m->functions; i++) {
        static const type gives[FUNCTIONS] = {INT, TEXT, BOOL, ITEMS, DECIMAL};
        if (gives[i] != t) continue;
        av_buf_printf(m->out, "f%u(", i);
        form(m, "%0, %1, %2)", INT, TEXT, INTS);
        return;
    }
    leaf(m, t);
}

static void fact_or_leaf(maker *m, type t) {
    static const char *const names[TYPES] = {
        [BOOL] = "open",   [INT] = "users",   [TEXT] = "title",     [SIZE] = "width",
        [KINDS] = "kinds", [TEXTS] = "words", [MAYBE_TEXT] = "nick"};
    static const char *const models[TYPES] = {
        [SIZE] = "tier",  [KIND] = "engine",      [ITEMS] = "stock",
        [BOOL] = "clash", [INT] = "engine.score", [TEXT] = "tier.because"};
    if (m->model && models[t] != NULL && pick(m, 2) == 1) put(m, models[t]);
    else if (m->facts && names[t] != NULL) put(m, names[t]);
    else leaf(m, t);
}

/* Of each type, what there is besides leaves, variables, facts, calls, `if` and `let`. */
typedef struct shape {
    const char *pattern; /* NULL: `special` */
    type a, b, c;
    void (*special)(maker *m);
    void (*special_typed)(maker *m, type t);
} shape;

// clang-format off
static const shape bool_shapes[] = {
    {"(%0 < %1)", INT, INT, INT, NULL, NULL},         {"(%0 >= %1)", DECIMAL, INT, INT, NULL, NULL},
    {"(%0 == %1)", TEXT, TEXT, INT, NULL, NULL},      {"(%0 != %1)", SIZE, SIZE, INT, NULL, NULL},
    {"(%0 <= %1)", SIZE, SIZE, INT, NULL, NULL},      {"(%0 > %1)", MONEY, MONEY, INT, NULL, NULL},
    {"(%0 == %1)", MONEY, MONEY, INT, NULL, NULL},    {"(%0 in %1)", INT, INTS, INT, NULL, NULL},
    {"(%0 not in %1)", KIND, KINDS, INT, NULL, NULL}, {"(%0 in 1..%1)", INT, INT, INT, NULL, NULL},
    {"(%0 in %1..%2)", DECIMAL, DECIMAL, DECIMAL, NULL, NULL},
    {"(%0 in %1..%2)", MONEY, MONEY, MONEY, NULL, NULL},
    {"(not %0)", BOOL, INT, INT, NULL, NULL},         {"(%0 and %1)", BOOL, BOOL, INT, NULL, NULL},
    {"(%0 or %1)", BOOL, BOOL, INT, NULL, NULL},      {"(any { %0; %1; %2 })", BOOL, BOOL, BOOL, NULL, NULL},
    {"(all { %0; %1 })", BOOL, BOOL, INT, NULL, NULL}, {"(at least 2 of { %0; %1; %2 })", BOOL, BOOL, BOOL, NULL, NULL},
    {"(%0 == none)", MAYBE_INT, INT, INT, NULL, NULL}, {"(%0 != none)", MAYBE_TEXT, INT, INT, NULL, NULL},
    {"(%0 == %1)", ITEM, ITEM, INT, NULL, NULL},      {"(%0 == %1)", INTS, INTS, INT, NULL, NULL},
    {"has(%0, %1)", TEXT, TEXT, INT, NULL, NULL},     {"starts_with(%0, %1)", TEXT, TEXT, INT, NULL, NULL},
    {"overlaps(%0, %1)", KINDS, KINDS, INT, NULL, NULL}, {"(%0 == %1)", MAYBE_INT, MAYBE_INT, INT, NULL, NULL},
    {NULL, INT, INT, INT, quantified, NULL}};
static const shape int_shapes[] = {
    {"(%0 + %1)", INT, INT, INT, NULL, NULL},    {"(%0 - %1)", INT, INT, INT, NULL, NULL},
    {"(%0 * %1)", INT, INT, INT, NULL, NULL},    {"(%0 % 7)", INT, INT, INT, NULL, NULL},
    {"(-(%0))", INT, INT, INT, NULL, NULL},        {"count(%0)", INTS, INT, INT, NULL, NULL},
    {"count(%0)", ITEMS, INT, INT, NULL, NULL},  {"sum(%0)", INTS, INT, INT, NULL, NULL},
    {"size(%0)", KINDS, INT, INT, NULL, NULL},   {"length(%0)", TEXT, INT, INT, NULL, NULL},
    {"position(%0)", SIZE, INT, INT, NULL, NULL}, {"floor(%0)", DECIMAL, INT, INT, NULL, NULL},
    {"nearest(%0)", DECIMAL, INT, INT, NULL, NULL}, {"(%0 ?? %1)", MAYBE_INT, INT, INT, NULL, NULL},
    {"(%0).n", ITEM, INT, INT, NULL, NULL},      {"table_first(%0, %1)", SIZE, INT, INT, NULL, NULL},
    {"table_all(%0, %1)", KIND, BOOL, INT, NULL, NULL}, {"lesser(%0, %1)", INT, INT, INT, NULL, NULL},
    {"bounded(%0)", INT, INT, INT, NULL, NULL}};
static const shape decimal_shapes[] = {
    {"(%0 + %1)", DECIMAL, INT, INT, NULL, NULL},     {"(%0 * %1)", DECIMAL, DECIMAL, INT, NULL, NULL},
    {"(%0 / 8)", INT, INT, INT, NULL, NULL},          {"(divide(%0, %1) ?? 0.5)", DECIMAL, DECIMAL, INT, NULL, NULL},
    {"round(%0, 3)", DECIMAL, INT, INT, NULL, NULL},  {"amount(%0)", MONEY, INT, INT, NULL, NULL},
    {"(%0 - %1)", INT, DECIMAL, INT, NULL, NULL},     {"greater(%0, %1)", DECIMAL, DECIMAL, INT, NULL, NULL}};
static const shape money_shapes[] = {
    {"(%0 + %1)", MONEY, MONEY, INT, NULL, NULL},      {"(%0 - %1)", MONEY, MONEY, INT, NULL, NULL},
    {"(%0 * %1)", MONEY, INT, INT, NULL, NULL},        {"(%0 * %1)", MONEY, DECIMAL, INT, NULL, NULL},
    {"(%0 / 3)", MONEY, INT, INT, NULL, NULL},         {"money_of(%0, %1)", DECIMAL, MONEY, INT, NULL, NULL}};
static const shape text_shapes[] = {
    {NULL, INT, INT, INT, text_literal, NULL},       {"(%0 + %1)", TEXT, TEXT, INT, NULL, NULL},
    {"join(%0, \", \")", TEXTS, INT, INT, NULL, NULL}, {"upper(%0)", TEXT, INT, INT, NULL, NULL},
    {"snake(%0)", TEXT, INT, INT, NULL, NULL},       {"title_case(%0)", TEXT, INT, INT, NULL, NULL},
    {"label(%0)", SIZE, INT, INT, NULL, NULL},       {"name(%0)", KIND, INT, INT, NULL, NULL},
    {"replace(%0, \"a\", %1)", TEXT, TEXT, INT, NULL, NULL}, {"listing(%0)", TEXTS, INT, INT, NULL, NULL},
    {"text_of(%0)", MONEY, INT, INT, NULL, NULL},    {"text_of(%0)", ITEMS, INT, INT, NULL, NULL},
    {"plural(%0, %1)", TEXT, INT, INT, NULL, NULL},  {"grouped(%0)", INT, INT, INT, NULL, NULL},
    {"(%0 ?? %1)", MAYBE_TEXT, TEXT, INT, NULL, NULL}, {"(%0).name", ITEM, INT, INT, NULL, NULL},
    {"trim(%0)", TEXT, INT, INT, NULL, NULL},        {"percent(%0)", DECIMAL, INT, INT, NULL, NULL},
    {"ordinal(%0)", INT, INT, INT, NULL, NULL},      {"bytes(%0)", DECIMAL, INT, INT, NULL, NULL},
    {"table_text(%0)", INT, INT, INT, NULL, NULL},   {"duration(%0)", INT, INT, INT, NULL, NULL},
    {"indent(%0, 2)", TEXT, INT, INT, NULL, NULL}};
static const shape size_shapes[] = {{"lesser(%0, %1)", SIZE, SIZE, INT, NULL, NULL},
                                    {"table_size(%0, %1)", INT, BOOL, INT, NULL, NULL}};
static const shape kind_shapes[] = {{"(first_of(members(%0)) ?? Kind.Red)", KINDS, INT, INT, NULL, NULL},
                                    {"((%0).kind)", ITEM, INT, INT, NULL, NULL}};
static const shape kinds_shapes[] = {{"joined(%0, %1)", KINDS, KINDS, INT, NULL, NULL},
                                     {"removed(%0, %1)", KINDS, KINDS, INT, NULL, NULL},
                                     {"kinds_of([%0, Red when %1, %2])", KIND, BOOL, KIND, NULL, NULL}};
static const shape ints_shapes[] = {
    {NULL, INT, INT, INT, NULL, list_literal},       {NULL, INT, INT, INT, NULL, comprehension},
    {"(%0 + %1)", INTS, INTS, INT, NULL, NULL},      {"take(%0, %1)", INTS, INT, INT, NULL, NULL},
    {"drop(%0, %1)", INTS, INT, INT, NULL, NULL},    {"reverse(%0)", INTS, INT, INT, NULL, NULL},
    {"distinct(%0)", INTS, INT, INT, NULL, NULL},    {"flatten([%0, %1])", INTS, INTS, INT, NULL, NULL},
    {"without(%0, %1)", INTS, INTS, INT, NULL, NULL}, {"range(1, (%0 % 20))", INT, INT, INT, NULL, NULL},
    {"table_list(%0)", SIZE, INT, INT, NULL, NULL}};
static const shape texts_shapes[] = {
    {NULL, INT, INT, INT, NULL, list_literal},       {NULL, INT, INT, INT, NULL, comprehension},
    {NULL, INT, INT, INT, grouped, NULL},            {"split(%0, \" \")", TEXT, INT, INT, NULL, NULL},
    {"keys(%0)", ITEMS, INT, INT, NULL, NULL},       {"union(%0, %1)", TEXTS, TEXTS, INT, NULL, NULL},
    {"(%0).sizes", ITEM, INT, INT, NULL, NULL},      {"lines(%0)", TEXT, INT, INT, NULL, NULL}};
static const shape item_shapes[] = {
    {NULL, INT, INT, INT, item_literal, NULL},       {"(%0 with { n: (%1) })", ITEM, INT, INT, NULL, NULL},
    {"(%0 with { note: (%1) sizes: (%2) })", ITEM, MAYBE_TEXT, TEXTS, NULL, NULL},
    {"(first_of(%0) ?? %1)", ITEMS, ITEM, INT, NULL, NULL}, {"merge(%0, %1)", ITEM, ITEM, INT, NULL, NULL},
    {"((%0)[trim(%1)] ?? %2)", ITEMS, TEXT, ITEM, NULL, NULL}};
static const shape items_shapes[] = {
    {NULL, INT, INT, INT, NULL, list_literal},       {NULL, INT, INT, INT, NULL, comprehension},
    {"union(%0, %1)", ITEMS, ITEMS, INT, NULL, NULL}, {"(%0 + %1)", ITEMS, ITEMS, INT, NULL, NULL},
    {"distinct(%0)", ITEMS, INT, INT, NULL, NULL},   {"take(%0, 2)", ITEMS, INT, INT, NULL, NULL},
    {"without(%0, %1)", ITEMS, ITEMS, INT, NULL, NULL}};
static const shape maybe_int_shapes[] = {{"min(%0)", INTS, INT, INT, NULL, NULL},
                                         {"max(%0)", INTS, INT, INT, NULL, NULL},
                                         {"first_of(%0)", INTS, INT, INT, NULL, NULL},
                                         {"last_of(%0)", INTS, INT, INT, NULL, NULL},
                                         {"maybe_int(%0)", INT, INT, INT, NULL, NULL}};
static const shape maybe_text_shapes[] = {{"first_of(%0)", TEXTS, INT, INT, NULL, NULL},
                                          {"(%0).note", ITEM, INT, INT, NULL, NULL},
                                          {"maybe_text(%0)", TEXT, INT, INT, NULL, NULL}};
// clang-format on

#define SHAPES(array)                                                                              \
    { (array), sizeof(array) / sizeof *(array) }
static const struct {
    const shape *items;
    size_t count;
} shapes[TYPES] = {SHAPES(bool_shapes),      SHAPES(int_shapes),       SHAPES(decimal_shapes),
                   SHAPES(money_shapes),     SHAPES(text_shapes),      SHAPES(size_shapes),
                   SHAPES(kind_shapes),      SHAPES(kinds_shapes),     SHAPES(ints_shapes),
                   SHAPES(texts_shapes),     SHAPES(item_shapes),      SHAPES(items_shapes),
                   SHAPES(maybe_int_shapes), SHAPES(maybe_text_shapes)};

static void expression(maker *m, type t) {
    if (m->depth >= DEPTH || m->at >= m->end || m->out->len - m->start > OUT_BYTES) {
        if (!use_variable(m, t)) leaf(m, t);
        return;
    }
    m->depth++;
    const unsigned way = pick(m, 16);
    if (way == 0) {
        leaf(m, t);
    } else if (way <= 2) {
        if (!use_variable(m, t)) fact_or_leaf(m, t);
    } else if (way <= 4) {
        fact_or_leaf(m, t);
    } else if (way == 5) {
        call(m, t);
    } else if (way == 6) {
        form(m, "(if %0 then %1 else %2)", BOOL, t, t);
    } else if (way == 7) {
        let_in(m, t);
    } else {
        const shape *s = &shapes[t].items[pick(m, (unsigned)shapes[t].count)];
        if (s->pattern != NULL) form(m, s->pattern, s->a, s->b, s->c);
        else if (s->special != NULL) s->special(m);
        else s->special_typed(m, t);
    }
    m->depth--;
}

/* ---- declarations */

static const char frame[] =
    "module fuzz\nuse std.model\n"
    "enum Size ordered { Tiny \"tiny\" Small \"Small | one\" Large Huge \"2–5\" Giant }\n"
    "enum Kind { Red \"red\" Green Blue }\n"
    "record Item { key name: text  n: int = 3  note: option of text  sizes: list of text  kind: "
    "Kind = Green }\n"
    "func kinds_of(x: set of Kind): set of Kind = x\n"
    "func ints_of(x: list of int): list of int = x\n"
    "func texts_of(x: list of text): list of text = x\n"
    "func item_of(x: Item): Item = x\n"
    "func items_of(x: list of Item): list of Item = x\n"
    "func maybe_int(x: option of int): option of int = x\n"
    "func maybe_text(x: option of text): option of text = x\n"
    "func bounded(x: int): int -1000..1000 = x\n"
    "table table_first(s: Size, n: int): int hit first {\n | s | n || value |\n | Tiny, Huge | < "
    "10 || 1 |\n"
    " | not Small | 10..20 || 2 |\n | - | >= 5 || 3 |\n | - | - || 4 |\n}\n"
    "table table_all(k: Kind, b: bool): int hit unique {\n | k | b || value |\n | Red | true || 1 "
    "|\n | Red | false || 2 |\n"
    " | Green, Blue | - || 3 |\n}\n"
    "table table_text(n: int): text hit first {\n | n || value |\n | 0 || \"none\" |\n | 1..3 || "
    "\"few\" |\n | - || \"many\" |\n}\n"
    "table table_size(n: int, b: bool): Size hit priority {\n | n | b || value |\n | > 3 | - || "
    "Large |\n | - | true || Tiny |\n | - | - || Giant |\n}\n"
    "table table_list(s: Size): int hit collect {\n | s || value |\n | <= Large || 1 |\n | Small "
    "|| 2 |\n | - || 3 |\n}\n";

static void put_fact(maker *m, const char *name, const char *declared, type t) {
    next_share(m);
    av_buf_printf(m->out, "fact %s: %s \"The %s\" { group \"G\" ask \"?\" }\ninfer %s {\n", name,
                  declared, name, name);
    const unsigned cases = pick(m, 3);
    for (unsigned i = 0; i < cases; i++) {
        put(m, "  case ");
        expression(m, t);
        av_buf_printf(m->out, " as c%u when ", i);
        expression(m, BOOL);
        put(m, " because ");
        text_literal(m);
        put(m, " confidence medium risk \"r\"\n");
    }
    put(m, "  otherwise ");
    leaf(m, t);
    put(m, " as rest because \"b\" confidence low risk \"r\"\n}\n");
}

static void put_functions(maker *m) {
    static const char *const results[FUNCTIONS] = {"int", "text", "bool", "list of Item",
                                                   "decimal"};
    static const type types[FUNCTIONS] = {INT, TEXT, BOOL, ITEMS, DECIMAL};
    for (unsigned i = 0; i < FUNCTIONS; i++) {
        next_share(m);
        m->functions = i;
        m->variables[0] = (variable){"p", INT};
        m->variables[1] = (variable){"q", TEXT};
        m->variables[2] = (variable){"r", INTS};
        m->variable_count = 3;
        av_buf_printf(m->out, "func f%u(p: int, q: text, r: list of int): %s = ", i, results[i]);
        expression(m, types[i]);
        put(m, "\n");
        m->variable_count = 0;
    }
    m->functions = FUNCTIONS;
}

static void put_decision(maker *m) {
    next_share(m);
    static const char *const sizes[] = {"Tiny", "Small", "Large", "Huge", "Giant"};
    put(m, "decision tier: Size \"The tier\" {\n");
    const unsigned cases = 1 + pick(m, 4);
    for (unsigned i = 0; i < cases; i++) {
        av_buf_printf(m->out, "  case %s as c%u when ", sizes[pick(m, 5)], i);
        expression(m, BOOL);
        put(m, " because ");
        text_literal(m);
        if (pick(m, 3) == 1) {
            put(m, " rejected ");
            text_literal(m);
        }
        put(m, "\n");
    }
    put(m, "  otherwise Large because \"rest\"\n}\n");
}

static void put_matrix(maker *m) {
    next_share(m);
    static const char *const kinds[] = {"Red", "Green", "Blue"};
    static const int weights[] = {1, 2, 3, -1, -2, 1};
    put(m, "matrix engine: Kind \"The engine\" {\n");
    for (unsigned i = 0; i < 3; i++) {
        av_buf_printf(m->out, "  option %s {\n", kinds[i]);
        const unsigned lines = 1 + pick(m, 3);
        for (unsigned j = 0; j < lines; j++) {
            if (i > 0 && pick(m, 8) == 7) av_buf_printf(m->out, "    veto w%u when ", j);
            else av_buf_printf(m->out, "    %+d w%u when ", weights[pick(m, 6)], j);
            expression(m, BOOL);
            put(m, " because ");
            text_literal(m);
            put(m, "\n");
        }
        if (i == 2) form(m, "    secondary when %0 because \"s\"\n", BOOL, BOOL, BOOL);
        put(m, "    wrong_if \"w\"\n  }\n");
    }
    put(m, "  secondary from 1\n}\n");
}

static void put_collection(maker *m) {
    next_share(m);
    put(m, "collection stock: Item \"Stock\"\n");
    const unsigned rules = 1 + pick(m, 3);
    for (unsigned i = 0; i < rules; i++) {
        av_buf_printf(m->out, "derive stock/d%u {\n", i);
        if (pick(m, 3) == 1) form(m, "  when %0\n", BOOL, BOOL, BOOL);
        const unsigned items = 1 + pick(m, 3);
        for (unsigned j = 0; j < items; j++) {
            put(m, "  ");
            item_literal(m);
            if (pick(m, 3) == 1) form(m, " when %0", BOOL, BOOL, BOOL);
            put(m, "\n");
        }
        put(m, "}\n");
    }
}

static void put_checks(maker *m) {
    next_share(m);
    put(m, "check counted \"Counted\" {\n  item \"X-1\"\n  for e in stock\n  require ");
    m->variables[0] = (variable){"e", ITEM};
    m->variable_count = 1;
    expression(m, BOOL);
    put(m, "\n  else ");
    text_literal(m);
    if (pick(m, 2) == 1) form(m, "\n  repair e.n = %0 because \"it helps\"", INT, INT, INT);
    m->variable_count = 0;
    put(m, "\n}\ncheck sized \"Sized\" {\n  item \"X-2\"\n  require ");
    expression(m, BOOL);
    put(m, "\n  else ");
    text_literal(m);
    if (pick(m, 2) == 1) form(m, "\n  repair tier = %0 because \"it helps\"", SIZE, INT, INT);
    put(m, "\n}\n");
}

static void block(maker *m, unsigned depth);

static void block_value(maker *m) {
    static const type kinds[] = {TEXT, INT, DECIMAL, SIZE, MONEY, KINDS, TEXTS};
    put(m, "{(");
    expression(m, kinds[pick(m, 7)]);
    put(m, ")}");
}

static void block_line(maker *m, unsigned depth) {
    const size_t variables = m->variable_count;
    switch (pick(m, depth > 2 ? 5 : 9)) {
    case 0: put(m, "  plain words\n"); break;
    case 1: put(m, "  some "), block_value(m), put(m, " here\n"); break;
    case 2: put(m, "  - "), block_value(m), put(m, "\n"); break;
    case 3:
        put(m, "  `"), block_value(m), put(m, "` and **"), block_value(m), put(m, "**\n");
        break;
    case 4: put(m, "  ## "), block_value(m), put(m, "\n\n"); break;
    case 5:
        form(m, "  {if %0}\n", BOOL, BOOL, BOOL);
        block(m, depth + 1);
        if (pick(m, 2) == 1) put(m, "  {else}\n"), block(m, depth + 1);
        put(m, "  {end}\n");
        break;
    case 6:
        put(m, "  {");
        generators(m, any_list(m));
        sort_clause(m);
        put(m, "}\n");
        block(m, depth + 1);
        m->variable_count = variables;
        if (pick(m, 2) == 1) put(m, "  {empty}\n  nothing\n");
        put(m, "  {end}\n");
        break;
    case 7:
        put(m, "\n  {table t in ");
        expression(m, ITEMS);
        put(m, " | \"A | B\": t.name | \"N\": ");
        if (m->variable_count < VARIABLES)
            m->variables[m->variable_count++] = (variable){"t", ITEM};
        expression(m, INT);
        m->variable_count = variables;
        put(m, "}\n\n");
        break;
    default:
        put(m, "\n  ```mermaid\n  graph TD\n    A["), block_value(m), put(m, "]\n  ```\n");
        break;
    }
}

static void block(maker *m, unsigned depth) {
    const unsigned lines = 1 + pick(m, 3);
    for (unsigned i = 0; i < lines; i++) block_line(m, depth);
}

static void put_output(maker *m) {
    next_share(m);
    put(m, "section inner ");
    text_literal(m);
    put(m, " {\n");
    if (pick(m, 2) == 1) form(m, "  when %0\n", BOOL, BOOL, BOOL);
    put(m, "  \"\"\"\n");
    block(m, 0);
    put(m, "  \"\"\"\n}\nsection outer \"Outer\" {\n  \"\"\"\n");
    next_share(m);
    block(m, 0);
    put(m, "  {section inner}\n  {for d in all_decisions}\n  * {d.name}: {d.value} {d.because} "
           "{d.condition}\n  {end}\n  \"\"\"\n}\n"
           "document doc \"The {width}\" { to \"DOC.md\" sections outer }\n"
           "emit data { to \"data.json\" format json value ");
    expression(m, ITEMS);
    put(m, " }\nemit each { for e in stock to \"x/{e.n}.yaml\" format yaml value e }\n");
}

void fuzz_generate(const uint8_t *data, size_t size, av_buf *out) {
    maker m = {.data = data, .size = size, .out = out, .start = out->len};
    put(&m, frame);
    put_functions(&m);
    put_fact(&m, "users", "int", INT);
    put_fact(&m, "title", "text", TEXT);
    put_fact(&m, "open", "bool", BOOL);
    put_fact(&m, "width", "Size", SIZE);
    put_fact(&m, "kinds", "set of Kind", KINDS);
    put_fact(&m, "words", "list of text", TEXTS);
    put_fact(&m, "nick", "option of text", MAYBE_TEXT);
    m.facts = true;
    next_share(&m);
    put(&m, "conflict clash { between users, width when ");
    expression(&m, BOOL);
    put(&m, " tension ");
    text_literal(&m);
    put(&m, " impact high binds users effect \"e\" }\n");
    put_decision(&m);
    put_matrix(&m);
    put_collection(&m);
    m.model = true;
    put_checks(&m);
    put_output(&m);
}
