#include "vm/ops.h"

#include <string.h>

#include "base/set.h"

static const char *const kind_names[] = {
    [AV_NONE] = "none",           [AV_BOOL] = "a bool",         [AV_INT] = "an int",
    [AV_DECIMAL] = "a decimal",   [AV_MONEY] = "money",         [AV_STRING] = "a text",
    [AV_ENUM] = "an enum member", [AV_SET] = "a set",           [AV_LIST] = "a list",
    [AV_RECORD] = "a record",     [AV_FRAGMENT] = "a fragment",
};

av_status av_op_wrong(av_run *run, av_value v, uint32_t proc, av_site site) {
    const char *name = v.kind < AV_COUNT(kind_names) ? kind_names[v.kind] : "an unknown value";
    return av_run_fail(run, AV_E_WRONG_KIND, proc, site, "%s stands where it cannot be used", name);
}

static av_status overflow(av_run *run, uint32_t proc, av_site site) {
    return av_run_fail(run, AV_E_OVERFLOW, proc, site, "a number becomes too large");
}

static av_status zero_divisor(av_run *run, uint32_t proc, av_site site) {
    return av_run_fail(run, AV_E_DIVISION_BY_ZERO, proc, site, "a number is divided by 0");
}

static bool is_number(av_value v) {
    return v.kind == AV_INT || v.kind == AV_DECIMAL;
}

static av_status same_currency(av_run *run, av_value a, av_value b, uint32_t proc, av_site site) {
    if (a.type == b.type) return AV_OK;
    const uint32_t codes[2] = {a.type, b.type};
    char text[2][4] = {"", ""};
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < 3; k++) text[i][k] = (char)(codes[i] >> (16 - 8 * k) & 0x7F);
    return av_run_fail(run, AV_E_CURRENCY, proc, site, "an amount in %s meets one in %s", text[0],
                       text[1]);
}

static av_status int_arith(av_run *run, uint8_t op, int64_t a, int64_t b, uint32_t proc,
                           av_site site, av_value *out) {
    int64_t result;
    if (op == AV_OP_MOD && b == 0) return zero_divisor(run, proc, site);
    bool ok = op == AV_OP_ADD   ? av_int_add(a, b, &result)
              : op == AV_OP_SUB ? av_int_sub(a, b, &result)
              : op == AV_OP_MOD ? av_int_mod(a, b, &result)
                                : av_int_mul(a, b, &result);
    if (!ok) return overflow(run, proc, site);
    *out = av_int(result);
    return AV_OK;
}

static av_status decimal_arith(av_run *run, uint8_t op, av_decimal a, av_decimal b, uint32_t proc,
                               av_site site, av_value *out) {
    av_decimal result;
    if (op == AV_OP_DIV && b.coefficient == 0) return zero_divisor(run, proc, site);
    bool ok = op == AV_OP_ADD   ? av_decimal_add(a, b, &result)
              : op == AV_OP_SUB ? av_decimal_sub(a, b, &result)
              : op == AV_OP_MUL ? av_decimal_mul(a, b, &result)
                                : av_decimal_div(a, b, &result);
    if (!ok) return overflow(run, proc, site);
    *out = av_decimal_value(result);
    return AV_OK;
}

/* minor / divisor, rounded half to even. */
static bool money_divide(int64_t minor, av_decimal divisor, int64_t *out) {
    av_int128 numerator = minor, denominator = divisor.coefficient;
    for (uint8_t i = 0; i < divisor.scale; i++) numerator *= 10;
    if (denominator < 0) {
        numerator = -numerator;
        denominator = -denominator;
    }
    av_int128 quotient = numerator / denominator, rest = numerator % denominator;
    av_int128 size = rest < 0 ? -rest : rest;
    if (size * 2 > denominator || (size * 2 == denominator && quotient % 2 != 0))
        quotient += rest < 0 ? -1 : 1;
    if (quotient < INT64_MIN || quotient > INT64_MAX) return false;
    *out = (int64_t)quotient;
    return true;
}

static av_status money_arith(av_run *run, uint8_t op, av_value a, av_value b, uint32_t proc,
                             av_site site, av_value *out) {
    if (a.kind == AV_MONEY && b.kind == AV_MONEY) {
        if (op == AV_OP_MUL || op == AV_OP_MOD) return av_op_wrong(run, b, proc, site);
        AV_TRY(same_currency(run, a, b, proc, site));
        if (op == AV_OP_DIV)
            return decimal_arith(run, op, av_decimal_from_int(a.as.integer),
                                 av_decimal_from_int(b.as.integer), proc, site, out);
        av_value sum;
        AV_TRY(int_arith(run, op, a.as.integer, b.as.integer, proc, site, &sum));
        *out = av_money(sum.as.integer, a.type);
        return AV_OK;
    }
    if (a.kind != AV_MONEY && op == AV_OP_MUL) {
        av_value swap = a;
        a = b;
        b = swap;
    }
    if (a.kind != AV_MONEY || !is_number(b))
        return av_op_wrong(run, a.kind == AV_MONEY ? b : a, proc, site);
    int64_t minor;
    av_decimal factor = av_as_decimal(b);
    if (op == AV_OP_MUL) {
        if (!av_money_scale(a.as.integer, factor, &minor)) return overflow(run, proc, site);
    } else if (op == AV_OP_DIV) {
        if (factor.coefficient == 0) return zero_divisor(run, proc, site);
        if (!money_divide(a.as.integer, factor, &minor)) return overflow(run, proc, site);
    } else {
        return av_op_wrong(run, b, proc, site);
    }
    *out = av_money(minor, a.type);
    return AV_OK;
}

static av_status join_texts(av_run *run, av_text a, av_text b, av_value *out) {
    if (a.len > AV_BUF_CEILING || b.len > AV_BUF_CEILING - a.len) return AV_ERR_LIMIT;
    char *joined = av_arena_take(av_run_arena(run), a.len + b.len);
    if (!joined) return AV_ERR_MEMORY;
    if (a.len) memcpy(joined, a.ptr, a.len);
    if (b.len) memcpy(joined + a.len, b.ptr, b.len);
    return av_string(av_run_arena(run), (av_text){joined, a.len + b.len}, out);
}

static av_status join_lists(av_run *run, const av_list *a, const av_list *b, uint32_t proc,
                            av_site site, av_value *out) {
    AV_TRY(av_run_spend(run, a->count + b->count, proc, site));
    av_value *items;
    AV_TRY(av_list_new(av_run_arena(run), a->count + b->count, out, &items));
    if (a->count) memcpy(items, a->items, a->count * sizeof *items);
    if (b->count) memcpy(items + a->count, b->items, b->count * sizeof *items);
    return AV_OK;
}

av_status av_op_arith(av_run *run, uint8_t op, av_value a, av_value b, uint32_t proc, av_site site,
                      av_value *out) {
    if (op < AV_OP_ADD || op > AV_OP_MOD) return av_op_wrong(run, a, proc, site);
    if (a.kind == AV_INT && b.kind == AV_INT && op != AV_OP_DIV)
        return int_arith(run, op, a.as.integer, b.as.integer, proc, site, out);
    if (is_number(a) && is_number(b) && op != AV_OP_MOD)
        return decimal_arith(run, op, av_as_decimal(a), av_as_decimal(b), proc, site, out);
    if (a.kind == AV_MONEY || b.kind == AV_MONEY)
        return money_arith(run, op, a, b, proc, site, out);
    if (op == AV_OP_ADD && a.kind == AV_STRING && b.kind == AV_STRING)
        return join_texts(run, *a.as.string, *b.as.string, out);
    if (op == AV_OP_ADD && a.kind == AV_LIST && b.kind == AV_LIST)
        return join_lists(run, a.as.list, b.as.list, proc, site, out);
    return av_op_wrong(run, is_number(a) ? b : a, proc, site);
}

av_status av_op_negate(av_run *run, av_value a, uint32_t proc, av_site site, av_value *out) {
    if (!is_number(a) && a.kind != AV_MONEY) return av_op_wrong(run, a, proc, site);
    int64_t result;
    if (!av_int_sub(0, a.as.integer, &result)) return overflow(run, proc, site);
    *out = a;
    out->as.integer = result;
    return AV_OK;
}

av_status av_op_compare(av_run *run, uint8_t op, av_value a, av_value b, uint32_t proc,
                        av_site site, bool *out) {
    if (a.kind == b.kind && (op == AV_OP_EQ || op == AV_OP_NE)) {
        *out = av_value_equal(a, b) == (op == AV_OP_EQ);
        return AV_OK;
    }
    bool numbers = is_number(a) && is_number(b);
    int order = numbers && a.kind != b.kind ? av_decimal_compare(av_as_decimal(a), av_as_decimal(b))
                                            : av_value_compare(a, b);
    if (op == AV_OP_EQ || op == AV_OP_NE) {
        *out = (order == 0) == (op == AV_OP_EQ);
        return AV_OK;
    }
    if (op < AV_OP_LT || op > AV_OP_GE || (a.kind != b.kind && !numbers))
        return av_op_wrong(run, b, proc, site);
    if (a.kind == AV_MONEY) AV_TRY(same_currency(run, a, b, proc, site));
    *out = op == AV_OP_LT   ? order < 0
           : op == AV_OP_LE ? order <= 0
           : op == AV_OP_GT ? order > 0
                            : order >= 0;
    return AV_OK;
}

av_status av_op_in(av_run *run, av_value a, av_value b, uint32_t proc, av_site site, bool *out) {
    if (b.kind == AV_SET) {
        *out = a.kind == AV_ENUM && a.type == b.type && av_set_has(b, a.as.integer);
        return AV_OK;
    }
    if (b.kind != AV_LIST) return av_op_wrong(run, b, proc, site);
    const av_list *list = b.as.list;
    size_t at = 0;
    while (at < list->count && !av_value_equal(a, list->items[at])) at++;
    *out = at < list->count;
    return av_run_spend(run, at / 8, proc, site);
}

av_status av_op_lookup(av_run *run, av_value list, av_value key, uint32_t slot, uint32_t proc,
                       av_site site, av_value *out) {
    *out = av_none();
    if (key.kind == AV_NONE || list.kind == AV_NONE) return AV_OK;
    if (list.kind != AV_LIST) return av_op_wrong(run, list, proc, site);
    if (key.kind != AV_STRING) return av_op_wrong(run, key, proc, site);
    const av_list *items = list.as.list;
    size_t at = 0;
    for (; at < items->count; at++) {
        av_value item = items->items[at];
        if (item.kind != AV_RECORD || slot >= item.as.record->count)
            return av_op_wrong(run, item, proc, site);
        av_value field = item.as.record->fields[slot];
        if (field.kind == AV_STRING && av_text_equal(*field.as.string, *key.as.string)) {
            *out = item;
            break;
        }
    }
    return av_run_spend(run, at / 8, proc, site);
}

av_status av_op_field(av_run *run, av_value record, uint32_t slot, uint32_t proc, av_site site,
                      av_value *out) {
    if (record.kind != AV_RECORD || slot >= record.as.record->count)
        return av_op_wrong(run, record, proc, site);
    *out = record.as.record->fields[slot];
    return AV_OK;
}

av_status av_op_record(av_run *run, uint32_t record_type, const av_value *fields, uint32_t count,
                       uint64_t given, av_value *out) {
    av_value record, *slots;
    AV_TRY(av_record_new(av_run_arena(run), record_type, count, &record, &slots));
    if (count) memcpy(slots, fields, count * sizeof *fields);
    ((av_record *)record.as.record)->given = given;
    *out = record;
    return AV_OK;
}

av_status av_op_with(av_run *run, av_value base, uint64_t mask, const av_value *values,
                     uint32_t proc, av_site site, av_value *out) {
    if (base.kind != AV_RECORD) return av_op_wrong(run, base, proc, site);
    const av_record *from = base.as.record;
    if (from->count < AV_RECORD_FIELDS && mask >> from->count != 0)
        return av_op_wrong(run, base, proc, site);
    av_value record, *slots;
    AV_TRY(av_record_new(av_run_arena(run), base.type, from->count, &record, &slots));
    for (uint32_t i = 0; i < from->count; i++)
        slots[i] = mask >> i & 1 ? *values++ : from->fields[i];
    ((av_record *)record.as.record)->given = from->given | mask;
    *out = record;
    return AV_OK;
}

av_status av_op_to_decimal(av_run *run, av_value a, uint32_t proc, av_site site, av_value *out) {
    if (!is_number(a) && a.kind != AV_NONE) return av_op_wrong(run, a, proc, site);
    *out = a.kind == AV_INT ? av_decimal_value(av_decimal_from_int(a.as.integer)) : a;
    return AV_OK;
}

av_status av_op_to_set(av_run *run, av_value list, uint32_t enum_index, uint32_t proc, av_site site,
                       av_value *out) {
    if (list.kind == AV_SET) {
        *out = list;
        return AV_OK;
    }
    if (list.kind != AV_LIST) return av_op_wrong(run, list, proc, site);
    av_members members = {{0}};
    for (size_t i = 0; i < list.as.list->count; i++) {
        av_value item = list.as.list->items[i];
        if (item.kind != AV_ENUM || item.type != enum_index || item.as.integer < 0 ||
            item.as.integer >= AV_SET_MEMBERS)
            return av_op_wrong(run, item, proc, site);
        av_members_add(&members, (uint32_t)item.as.integer);
    }
    return av_set_new(av_run_arena(run), enum_index, &members, out);
}

av_status av_op_check_range(av_run *run, av_value a, av_type_id type, uint32_t proc, av_site site) {
    const av_program *program = av_run_program(run);
    if (a.kind != AV_INT || type >= program->type_count) return AV_OK;
    const av_type *range = &program->types[type];
    if (range->kind == AV_T_OPTION && range->element < program->type_count)
        range = &program->types[range->element];
    if (!range->ranged || (a.as.integer >= range->low && a.as.integer <= range->high)) return AV_OK;
    return av_run_fail(run, AV_E_RUN_RANGE, proc, site, "%lld is outside %lld..%lld",
                       (long long)a.as.integer, (long long)range->low, (long long)range->high);
}
