#include "vm/builtins.h"

#include "base/set.h"
#include "vm/ops.h"
#include "vm/render.h"

typedef av_status builtin_fn(const av_call *call);

static builtin_fn *const functions[AV_BUILTIN_COUNT] = {
#define AV_BUILTIN(identifier, name, signature, meaning) [identifier] = av_builtin_##identifier,
#include "sema/builtins.h"
#undef AV_BUILTIN
};

av_status av_builtin_call(av_run *run, av_builtin id, const av_value *args, uint32_t count,
                          uint32_t proc, av_site site, av_value *out) {
    const av_call call = {run, args, count, proc, site, out};
    if ((unsigned)id >= AV_BUILTIN_COUNT)
        return av_run_fail(run, AV_E_WRONG_KIND, proc, site, "there is no built-in function %u",
                           (unsigned)id);
    return functions[id](&call);
}

av_value av_call_arg(const av_call *call, uint32_t i) {
    return i < call->count ? call->args[i] : av_none();
}

av_status av_call_kind(const av_call *call, uint32_t i, av_kind kind, av_value *out) {
    *out = av_call_arg(call, i);
    return out->kind == kind ? AV_OK : av_op_wrong(call->run, *out, call->proc, call->site);
}

av_status av_call_list(const av_call *call, uint32_t i, const av_list **out) {
    av_value v;
    AV_TRY(av_call_kind(call, i, AV_LIST, &v));
    *out = v.as.list;
    return av_run_spend(call->run, v.as.list->count / 4, call->proc, call->site);
}

av_status av_call_text(const av_call *call, uint32_t i, av_text *out) {
    av_value v = av_call_arg(call, i);
    if (v.kind == AV_FRAGMENT) {
        *out = v.as.fragment->text;
    } else {
        AV_TRY(av_call_kind(call, i, AV_STRING, &v));
        *out = *v.as.string;
    }
    return av_run_spend(call->run, out->len / 64, call->proc, call->site);
}

av_status av_call_decimal(const av_call *call, uint32_t i, av_decimal *out) {
    av_value v = av_call_arg(call, i);
    if (v.kind != AV_INT && v.kind != AV_DECIMAL)
        return av_op_wrong(call->run, v, call->proc, call->site);
    *out = av_as_decimal(v);
    return AV_OK;
}

av_status av_call_int(const av_call *call, uint32_t i, int64_t otherwise, int64_t *out) {
    av_value v = av_call_arg(call, i);
    *out = otherwise;
    if (v.kind == AV_NONE) return AV_OK;
    AV_TRY(av_call_kind(call, i, AV_INT, &v));
    *out = v.as.integer;
    return AV_OK;
}

av_status av_call_give_text(const av_call *call, av_text text) {
    return av_string(av_run_arena(call->run), text, call->out);
}

av_status av_call_give_buf(const av_call *call, av_buf *buf) {
    av_status status = buf->status;
    av_text copy = {NULL, 0};
    if (status == AV_OK) copy = av_arena_text(av_run_arena(call->run), av_buf_text(buf));
    av_buf_free(buf);
    if (status != AV_OK) return status;
    return copy.ptr ? av_call_give_text(call, copy) : AV_ERR_MEMORY;
}

av_status av_call_overflow(const av_call *call) {
    return av_run_fail(call->run, AV_E_OVERFLOW, call->proc, call->site,
                       "a number becomes too large");
}

/* ---- lists */

AV_IMPLEMENT(AV_B_COUNT) {
    const av_list *list;
    AV_TRY(av_call_list(call, 0, &list));
    *call->out = av_int((int64_t)list->count);
    return AV_OK;
}

AV_IMPLEMENT(AV_B_SUM) {
    const av_list *list;
    AV_TRY(av_call_list(call, 0, &list));
    if (!list->count) {
        *call->out = call->count > 1 ? call->args[1] : av_int(0);
        if (call->out->kind != AV_NONE) return AV_OK;
        return av_run_fail(call->run, AV_E_EMPTY_SUM, call->proc, call->site,
                           "the sum of no amounts has no currency");
    }
    av_value sum = list->items[0];
    if (sum.kind != AV_INT && sum.kind != AV_DECIMAL && sum.kind != AV_MONEY)
        return av_op_wrong(call->run, sum, call->proc, call->site);
    for (size_t i = 1; i < list->count; i++)
        AV_TRY(
            av_op_arith(call->run, AV_OP_ADD, sum, list->items[i], call->proc, call->site, &sum));
    *call->out = sum;
    return AV_OK;
}

/* The item of a list that comes first under `op`; the earlier of equals. */
static av_status extreme(const av_call *call, const av_value *items, size_t count, uint8_t op) {
    *call->out = av_none();
    for (size_t i = 0; i < count; i++) {
        bool better = i == 0;
        if (i)
            AV_TRY(av_op_compare(call->run, op, items[i], *call->out, call->proc, call->site,
                                 &better));
        if (better) *call->out = items[i];
    }
    return AV_OK;
}

AV_IMPLEMENT(AV_B_MIN) {
    const av_list *list;
    AV_TRY(av_call_list(call, 0, &list));
    return extreme(call, list->items, list->count, AV_OP_LT);
}

AV_IMPLEMENT(AV_B_MAX) {
    const av_list *list;
    AV_TRY(av_call_list(call, 0, &list));
    return extreme(call, list->items, list->count, AV_OP_GT);
}

AV_IMPLEMENT(AV_B_LEAST) {
    const av_value both[2] = {av_call_arg(call, 0), av_call_arg(call, 1)};
    return extreme(call, both, 2, AV_OP_LT);
}

AV_IMPLEMENT(AV_B_GREATEST) {
    const av_value both[2] = {av_call_arg(call, 0), av_call_arg(call, 1)};
    return extreme(call, both, 2, AV_OP_GT);
}

AV_IMPLEMENT(AV_B_FIRST) {
    const av_list *list;
    AV_TRY(av_call_list(call, 0, &list));
    *call->out = list->count ? list->items[0] : av_none();
    return AV_OK;
}

AV_IMPLEMENT(AV_B_LAST) {
    const av_list *list;
    AV_TRY(av_call_list(call, 0, &list));
    *call->out = list->count ? list->items[list->count - 1] : av_none();
    return AV_OK;
}

/* The list's first items and how many that are: n, but no fewer than none and no more than all. */
static av_status split_at(const av_call *call, const av_list **list, size_t *at) {
    int64_t n;
    AV_TRY(av_call_list(call, 0, list));
    AV_TRY(av_call_int(call, 1, 0, &n));
    *at = n < 0 ? 0 : (uint64_t)n > (*list)->count ? (*list)->count : (size_t)n;
    return AV_OK;
}

AV_IMPLEMENT(AV_B_TAKE) {
    const av_list *list;
    size_t at;
    AV_TRY(split_at(call, &list, &at));
    return av_op_list(call->run, list->items, at, call->out);
}

AV_IMPLEMENT(AV_B_DROP) {
    const av_list *list;
    size_t at;
    AV_TRY(split_at(call, &list, &at));
    return av_op_list(call->run, list->items + at, list->count - at, call->out);
}

AV_IMPLEMENT(AV_B_REVERSE) {
    const av_list *list;
    av_value reversed, *items;
    AV_TRY(av_call_list(call, 0, &list));
    AV_TRY(av_list_new(av_run_arena(call->run), list->count, &reversed, &items));
    for (size_t i = 0; i < list->count; i++) items[i] = list->items[list->count - 1 - i];
    *call->out = reversed;
    return AV_OK;
}

AV_IMPLEMENT(AV_B_DISTINCT) {
    const av_list *list;
    AV_TRY(av_call_list(call, 0, &list));
    return av_op_distinct(call->run, list, call->proc, call->site, call->out);
}

AV_IMPLEMENT(AV_B_FLATTEN) {
    const av_list *list;
    AV_TRY(av_call_list(call, 0, &list));
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].kind != AV_LIST)
            return av_op_wrong(call->run, list->items[i], call->proc, call->site);
        count += list->items[i].as.list->count;
        if (count > AV_LIST_ITEMS) return AV_ERR_LIMIT;
    }
    av_value flat, *items;
    AV_TRY(av_run_spend(call->run, count / 4, call->proc, call->site));
    AV_TRY(av_list_new(av_run_arena(call->run), count, &flat, &items));
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < list->items[i].as.list->count; k++)
            *items++ = list->items[i].as.list->items[k];
    *call->out = flat;
    return AV_OK;
}

AV_IMPLEMENT(AV_B_UNION) {
    return av_op_union(call->run, av_call_arg(call, 0), av_call_arg(call, 1), call->proc,
                       call->site, call->out);
}

AV_IMPLEMENT(AV_B_WITHOUT) {
    return av_op_without(call->run, av_call_arg(call, 0), av_call_arg(call, 1), call->proc,
                         call->site, call->out);
}

AV_IMPLEMENT(AV_B_MERGE) {
    return av_op_merge(call->run, av_call_arg(call, 0), av_call_arg(call, 1), call->proc,
                       call->site, call->out);
}

AV_IMPLEMENT(AV_B_KEYS) {
    const av_list *list;
    av_value keys, *items;
    AV_TRY(av_call_list(call, 0, &list));
    AV_TRY(av_list_new(av_run_arena(call->run), list->count, &keys, &items));
    for (size_t i = 0; i < list->count; i++)
        if (!av_op_key(av_run_program(call->run), list->items[i], &items[i]))
            return av_op_wrong(call->run, list->items[i], call->proc, call->site);
    *call->out = keys;
    return AV_OK;
}

AV_IMPLEMENT(AV_B_RANGE) {
    int64_t first, last;
    AV_TRY(av_call_int(call, 0, 0, &first));
    AV_TRY(av_call_int(call, 1, 0, &last));
    uint64_t count = last < first ? 0 : (uint64_t)last - (uint64_t)first + 1;
    if (last >= first && (count == 0 || count > AV_LIST_ITEMS)) return AV_ERR_LIMIT;
    av_value list, *items;
    AV_TRY(av_run_spend(call->run, count, call->proc, call->site));
    AV_TRY(av_list_new(av_run_arena(call->run), (size_t)count, &list, &items));
    for (uint64_t i = 0; i < count; i++) items[i] = av_int((int64_t)((uint64_t)first + i));
    *call->out = list;
    return AV_OK;
}

/* ---- sets */

AV_IMPLEMENT(AV_B_SIZE) {
    av_value set;
    AV_TRY(av_call_kind(call, 0, AV_SET, &set));
    *call->out = av_int(av_set_size(set));
    return AV_OK;
}

AV_IMPLEMENT(AV_B_MEMBERS) {
    av_value set, list, *items;
    AV_TRY(av_call_kind(call, 0, AV_SET, &set));
    AV_TRY(av_list_new(av_run_arena(call->run), av_set_size(set), &list, &items));
    for (AV_EACH_MEMBER(m, set)) *items++ = av_enum(set.type, m);
    *call->out = list;
    return AV_OK;
}

static av_status two_sets(const av_call *call, av_value *a, av_value *b) {
    AV_TRY(av_call_kind(call, 0, AV_SET, a));
    return av_call_kind(call, 1, AV_SET, b);
}

AV_IMPLEMENT(AV_B_OVERLAPS) {
    av_value a, b;
    AV_TRY(two_sets(call, &a, &b));
    *call->out = av_bool(av_set_overlaps(a, b));
    return AV_OK;
}

AV_IMPLEMENT(AV_B_JOINED) {
    av_value a, b;
    AV_TRY(two_sets(call, &a, &b));
    av_members members = {{0}};
    av_members_unite(&members, a);
    av_members_unite(&members, b);
    return av_set_new(av_run_arena(call->run), a.type, &members, call->out);
}

AV_IMPLEMENT(AV_B_REMOVED) {
    av_value a, b;
    AV_TRY(two_sets(call, &a, &b));
    av_members members = {{0}};
    av_members_unite(&members, a);
    av_members_remove(&members, b);
    return av_set_new(av_run_arena(call->run), a.type, &members, call->out);
}

/* ---- numbers */

AV_IMPLEMENT(AV_B_DIVIDE) {
    av_decimal a, b, result;
    AV_TRY(av_call_decimal(call, 0, &a));
    AV_TRY(av_call_decimal(call, 1, &b));
    *call->out = av_none();
    if (b.coefficient == 0) return AV_OK;
    if (!av_decimal_div(a, b, &result)) return av_call_overflow(call);
    *call->out = av_decimal_value(result);
    return AV_OK;
}

AV_IMPLEMENT(AV_B_ROUND) {
    av_decimal a, result;
    int64_t digits;
    AV_TRY(av_call_decimal(call, 0, &a));
    AV_TRY(av_call_int(call, 1, 0, &digits));
    if (digits < 0) digits = 0;
    if (digits > AV_DECIMAL_SCALE) digits = AV_DECIMAL_SCALE;
    if (!av_decimal_round(a, (uint8_t)digits, &result)) return av_call_overflow(call);
    *call->out = av_decimal_value(result);
    return AV_OK;
}

static av_status to_int(const av_call *call, bool (*convert)(av_decimal a, int64_t *out)) {
    av_decimal a;
    int64_t result;
    AV_TRY(av_call_decimal(call, 0, &a));
    if (!convert(a, &result)) return av_call_overflow(call);
    *call->out = av_int(result);
    return AV_OK;
}

AV_IMPLEMENT(AV_B_FLOOR) {
    return to_int(call, av_decimal_floor);
}

AV_IMPLEMENT(AV_B_CEIL) {
    return to_int(call, av_decimal_ceil);
}

AV_IMPLEMENT(AV_B_NEAREST) {
    return to_int(call, av_decimal_nearest);
}

AV_IMPLEMENT(AV_B_AMOUNT) {
    av_value money;
    AV_TRY(av_call_kind(call, 0, AV_MONEY, &money));
    av_decimal amount = {money.as.integer, av_currency_digits(money.type)};
    *call->out = av_decimal_value(av_decimal_normal(amount));
    return AV_OK;
}

AV_IMPLEMENT(AV_B_MONEY) {
    av_decimal amount;
    av_value like;
    AV_TRY(av_call_decimal(call, 0, &amount));
    AV_TRY(av_call_kind(call, 1, AV_MONEY, &like));
    int64_t unit = 1, minor;
    for (uint8_t i = av_currency_digits(like.type); i > 0; i--) unit *= 10;
    if (!av_money_scale(unit, amount, &minor)) return av_call_overflow(call);
    *call->out = av_money(minor, like.type);
    return AV_OK;
}

/* ---- enums */

static av_status member(const av_call *call, const av_enum_member **out) {
    av_value v;
    AV_TRY(av_call_kind(call, 0, AV_ENUM, &v));
    *out = av_program_member(av_run_program(call->run), v.type, v.as.integer);
    return *out != NULL ? AV_OK : av_op_wrong(call->run, v, call->proc, call->site);
}

AV_IMPLEMENT(AV_B_LABEL) {
    const av_enum_member *m = NULL;
    AV_TRY(member(call, &m));
    return av_call_give_text(call, m->label);
}

AV_IMPLEMENT(AV_B_NAME) {
    const av_enum_member *m = NULL;
    AV_TRY(member(call, &m));
    return av_call_give_text(call, m->name);
}

AV_IMPLEMENT(AV_B_INDEX) {
    av_value v;
    AV_TRY(av_call_kind(call, 0, AV_ENUM, &v));
    *call->out = av_int(v.as.integer + 1);
    return AV_OK;
}

AV_IMPLEMENT(AV_B_TEXT) {
    av_text text;
    AV_TRY(av_render_format_text(call->run, av_call_arg(call, 0), &text));
    return av_call_give_text(call, text);
}
