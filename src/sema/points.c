/* Which values of a subject stand for all others, and how they are written. */
#include "sema/domain.h"

#include <stdlib.h>
#include <string.h>

/* ---- the points of a subject */

static void add_point(av_dom *d, av_subject *s, size_t *cap, av_value value) {
    av_value *points =
        s->point_count >= AV_DOM_POINTS
            ? NULL
            : av_arena_grow(&d->arena, s->points, s->point_count, cap, sizeof *points);
    if (!points) {
        d->too_complex = true;
        return;
    }
    s->points = points;
    points[s->point_count++] = value;
}

static int by_value(const void *a, const void *b) {
    const av_value *x = a, *y = b;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    return x->kind == AV_DECIMAL ? av_decimal_compare(av_as_decimal(*x), av_as_decimal(*y))
                                 : av_value_compare(*x, *y);
}

/* Constants in order, each once. */
static void sort_constants(av_subject *s) {
    size_t n = 0;
    if (s->constant_count) qsort(s->constants, s->constant_count, sizeof *s->constants, by_value);
    for (size_t i = 0; i < s->constant_count; i++)
        if (!n || by_value(&s->constants[n - 1], &s->constants[i]) != 0)
            s->constants[n++] = s->constants[i];
    s->constant_count = n;
}

static av_value with_integer(av_value like, int64_t i) {
    like.as.integer = i;
    return like;
}

/* Whole numbers low..high: the constants, and next to each one value of every gap. */
static void integer_points(av_dom *d, av_subject *s, size_t *cap, av_value like, int64_t low,
                           int64_t high) {
    int64_t next = low; /* first value not stood for */
    bool done = false;
    for (size_t i = 0; i < s->constant_count && !done; i++) {
        if (s->constants[i].kind != like.kind) continue;
        int64_t k = s->constants[i].as.integer;
        if (k < next || k > high) {
            if (k > high) break;
            continue;
        }
        if (k > next) add_point(d, s, cap, with_integer(like, i && next > low ? next : k - 1));
        add_point(d, s, cap, with_integer(like, k));
        done = k == high;
        next = done ? k : k + 1;
    }
    if (!done) add_point(d, s, cap, with_integer(like, next == INT64_MIN ? 0 : next));
}

static void decimal_points(av_dom *d, av_subject *s, size_t *cap) {
    av_decimal one = av_decimal_from_int(1), two = av_decimal_from_int(2),
               last = av_decimal_from_int(0), value;
    bool first = true;
    for (size_t i = 0; i < s->constant_count; i++) {
        if (s->constants[i].kind != AV_DECIMAL) continue;
        av_decimal k = av_as_decimal(s->constants[i]);
        if (first && av_decimal_sub(k, one, &value)) add_point(d, s, cap, av_decimal_value(value));
        if (!first && av_decimal_add(last, k, &value) && av_decimal_div(value, two, &value) &&
            av_decimal_compare(value, last) > 0 && av_decimal_compare(value, k) < 0)
            add_point(d, s, cap, av_decimal_value(value));
        add_point(d, s, cap, s->constants[i]);
        last = k;
        first = false;
    }
    if (av_decimal_add(last, one, &value)) add_point(d, s, cap, av_decimal_value(value));
}

/* Values that are only compared for equality. */
static void equality_points(av_dom *d, av_subject *s, size_t *cap) {
    for (size_t i = 0; i < s->constant_count; i++)
        if (s->constants[i].kind != AV_NONE) add_point(d, s, cap, s->constants[i]);
    add_point(d, s, cap, (av_value){.kind = AV_DOM_OTHER});
}

static void integer_range(const av_subject *s, const av_type *t, int64_t *low, int64_t *high) {
    *low = INT64_MIN;
    *high = INT64_MAX;
    if (t->ranged) {
        *low = t->low;
        *high = t->high;
    } else if (s->node->kind == AV_N_BUILTIN && s->slot == AV_NO_INDEX) {
        uint32_t f = s->node->index;
        if (f == AV_B_COUNT || f == AV_B_SIZE || f == AV_B_LENGTH) *low = 0;
        if (f == AV_B_INDEX) *low = 1;
    }
}

/* A matrix gives only members that are its options. */
static void option_points(av_dom *d, av_subject *s, size_t *cap, uint32_t enum_index) {
    const av_def *def = &d->c->program->defs[s->node->index];
    for (uint32_t m = 0; m < d->c->program->enums[enum_index].member_count; m++)
        for (uint32_t o = 0; o < def->option_count; o++)
            if (def->options[o].member == m) {
                add_point(d, s, cap, av_enum(enum_index, m));
                break;
            }
}

static void choose_points(av_dom *d, av_subject *s) {
    const av_checker *c = d->c;
    size_t cap = 0;
    const av_type *whole = av_ck_type_of(c, s->type),
                  *t = av_ck_type_of(c, av_ck_strip(c, s->type));
    sort_constants(s);
    if (s->member != AV_NO_INDEX || t->kind == AV_T_BOOL) {
        if (s->member == AV_NO_INDEX && whole->kind == AV_T_OPTION)
            add_point(d, s, &cap, av_none());
        add_point(d, s, &cap, av_bool(false));
        add_point(d, s, &cap, av_bool(true));
        return;
    }
    if (whole->kind == AV_T_OPTION) add_point(d, s, &cap, av_none());
    switch (t->kind) {
    case AV_T_ENUM:
        if (s->node->kind == AV_N_DEF && s->slot == AV_NO_INDEX &&
            c->program->defs[s->node->index].kind == AV_DEF_MATRIX)
            option_points(d, s, &cap, t->index);
        else
            for (uint32_t m = 0; m < c->program->enums[t->index].member_count; m++)
                add_point(d, s, &cap, av_enum(t->index, m));
        break;
    case AV_T_INT: {
        int64_t low, high;
        integer_range(s, t, &low, &high);
        integer_points(d, s, &cap, av_int(0), low, high);
        break;
    }
    case AV_T_MONEY: {
        av_value like = s->constant_count ? s->constants[s->constant_count - 1] : av_int(0);
        integer_points(d, s, &cap, like, INT64_MIN, INT64_MAX);
        break;
    }
    case AV_T_DECIMAL: decimal_points(d, s, &cap); break;
    default: equality_points(d, s, &cap); break;
    }
}

void av_dom_ready(av_dom *d) {
    for (size_t i = 0; i < d->subject_count && !d->too_complex; i++) {
        av_subject *s = &d->subjects[i];
        choose_points(d, s);
        s->first_word = d->word_count;
        s->words = (s->point_count + 63) / 64;
        d->word_count += s->words;
    }
    d->box = AV_NEW_ARRAY(&d->arena, uint64_t, d->word_count ? d->word_count : 1);
    if (!d->box) d->too_complex = true;
}

/* ---- reading the box */

static bool possible(const av_dom *d, const av_subject *s, uint32_t point) {
    return d->box[s->first_word + point / 64] >> (point % 64) & 1;
}

static bool restricted(const av_dom *d, const av_subject *s) {
    for (uint32_t i = 0; i < s->point_count; i++)
        if (!possible(d, s, i)) return true;
    return false;
}

/* The point shown: the first possible one that is a value, constants before the values between them would hide the point
 * of a comparison, so the first in order is taken. */
static av_value shown_point(const av_dom *d, const av_subject *s) {
    for (uint32_t i = 0; i < s->point_count; i++)
        if (possible(d, s, i)) return s->points[i];
    return av_none();
}

bool av_dom_exact(const av_dom *d) {
    for (size_t i = 0; i < d->subject_count; i++)
        if (d->subjects[i].kind == AV_SUBJECT_OTHER && restricted(d, &d->subjects[i])) return false;
    return true;
}

/* ---- writing */

static void print_text(av_text text, av_buf *out) {
    av_buf_putc(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        char ch = text.ptr[i];
        if (ch == '"' || ch == '\\') av_buf_putc(out, '\\');
        if (ch == '\n') {
            av_buf_puts(out, "\\n");
            continue;
        }
        if (ch == '{' || ch == '}') av_buf_putc(out, ch);
        av_buf_putc(out, ch);
    }
    av_buf_putc(out, '"');
}

void av_dom_print_value(const av_dom *d, av_value value, av_buf *out) {
    switch (value.kind) {
    case AV_NONE: av_buf_puts(out, "none"); break;
    case AV_BOOL: av_buf_puts(out, value.as.integer ? "true" : "false"); break;
    case AV_INT: av_buf_printf(out, "%lld", (long long)value.as.integer); break;
    case AV_DECIMAL: av_decimal_format(av_as_decimal(value), out); break;
    case AV_MONEY: {
        uint8_t digits = av_currency_digits(value.type);
        int64_t unit = 1;
        for (uint8_t i = 0; i < digits; i++) unit *= 10;
        av_currency_format(value.type, out);
        av_buf_printf(out, " %s%lld", value.as.integer < 0 ? "-" : "",
                      (long long)(value.as.integer / unit < 0 ? -(value.as.integer / unit)
                                                              : value.as.integer / unit));
        if (digits)
            av_buf_printf(out, ".%0*lld", (int)digits,
                          (long long)(value.as.integer % unit < 0 ? -(value.as.integer % unit)
                                                                  : value.as.integer % unit));
        break;
    }
    case AV_STRING: print_text(*value.as.string, out); break;
    case AV_ENUM:
        av_buf_put(out, d->c->program->enums[value.type].members[value.as.integer].name);
        break;
    case AV_DOM_OTHER: av_buf_puts(out, "\"something else\""); break;
    default: av_buf_puts(out, "..."); break;
    }
}

/* How a subject is called: a fact by its name, anything else as written. */
static void print_subject(av_dom *d, const av_subject *s, av_buf *out) {
    if (s->node->kind == AV_N_DEF) {
        av_buf_put(out, d->c->program->defs[s->node->index].name);
    } else {
        av_text text = av_sources_text(d->c->sources, s->node->span);
        for (size_t i = 0; i < text.len && i < 80; i++) {
            char ch = text.ptr[i] == '\n' || text.ptr[i] == '\r' || text.ptr[i] == '\t'
                          ? ' '
                          : text.ptr[i];
            if (ch != ' ' || (i && out->len && out->ptr[out->len - 1] != ' ')) av_buf_putc(out, ch);
        }
    }
    if (s->slot == AV_NO_INDEX) return;
    const av_type *t = av_ck_type_of(d->c, s->node->type);
    if (t->kind == AV_T_RECORD) {
        av_buf_putc(out, '.');
        av_buf_put(out, d->c->program->records[t->index].fields[s->slot].name);
    }
}

static bool same_whole(const av_subject *a, const av_subject *b) {
    return a->node->kind == b->node->kind && a->node->index == b->node->index &&
           a->slot == b->slot && a->env == b->env &&
           (a->node->kind == AV_N_DEF || a->node->kind == AV_N_LOCAL || a->node == b->node);
}

/* The value of the subject at `at`; of a set all members that are in. */
static void print_found(av_dom *d, size_t at, av_buf *out) {
    const av_subject *s = &d->subjects[at];
    if (s->member == AV_NO_INDEX) {
        av_dom_print_value(d, shown_point(d, s), out);
        return;
    }
    const av_type *t = av_ck_type_of(d->c, av_ck_strip(d->c, s->type));
    bool any = false;
    av_buf_putc(out, '[');
    for (size_t i = 0; i < d->subject_count; i++) {
        const av_subject *o = &d->subjects[i];
        if (o->member == AV_NO_INDEX || !same_whole(o, s) || possible(d, o, 0)) continue;
        if (any) av_buf_puts(out, ", ");
        av_buf_put(out, d->c->program->enums[t->index].members[o->member].name);
        any = true;
    }
    av_buf_putc(out, ']');
}

/* Whether an earlier subject is a member of the same set, which shows it whole. */
static bool shown_before(const av_dom *d, size_t at) {
    if (d->subjects[at].member == AV_NO_INDEX) return false;
    for (size_t i = 0; i < at; i++)
        if (d->subjects[i].member != AV_NO_INDEX && same_whole(&d->subjects[i], &d->subjects[at]) &&
            restricted(d, &d->subjects[i]))
            return true;
    return false;
}

/* Subjects in the order of their definitions or parameters: the one after `*at` (SIZE_MAX before the first). */
static bool next_subject(const av_dom *d, bool *done, size_t *at) {
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < d->subject_count; i++) {
        const av_subject *s = &d->subjects[i], *b = best == SIZE_MAX ? NULL : &d->subjects[best];
        if (!done[i] && (!b || s->kind < b->kind ||
                         (s->kind == b->kind && s->kind != AV_SUBJECT_OTHER &&
                          s->node->index < b->node->index)))
            best = i;
    }
    if (best == SIZE_MAX) return false;
    done[best] = true;
    *at = best;
    return true;
}

static bool *none_done(av_dom *d) {
    return AV_NEW_ARRAY(&d->arena, bool, d->subject_count + 1);
}

static void print_equation(av_dom *d, size_t at, av_buf *out) {
    const av_subject *s = &d->subjects[at];
    bool condition = s->kind == AV_SUBJECT_OTHER && s->member == AV_NO_INDEX &&
                     s->slot == AV_NO_INDEX && s->type == AV_TYPE_BOOL &&
                     s->node->kind != AV_N_DEF && s->node->kind != AV_N_LOCAL;
    if (condition) {
        bool holds = shown_point(d, s).as.integer;
        av_buf_puts(out, holds ? "" : "not (");
        print_subject(d, s, out);
        av_buf_puts(out, holds ? "" : ")");
        return;
    }
    print_subject(d, s, out);
    av_buf_puts(out, " = ");
    print_found(d, at, out);
}

void av_dom_print_values(av_dom *d, av_buf *out) {
    size_t start = out->len, i = 0;
    bool *done = none_done(d);
    while (done && next_subject(d, done, &i)) {
        if (!restricted(d, &d->subjects[i]) || shown_before(d, i)) continue;
        if (out->len > start) av_buf_puts(out, ", ");
        print_equation(d, i, out);
    }
}

void av_dom_print_given(av_dom *d, av_buf *out) {
    bool any = false, *done = none_done(d);
    size_t i = 0;
    while (done && next_subject(d, done, &i)) { /* facts come first */
        const av_subject *s = &d->subjects[i];
        if (!restricted(d, s) || shown_before(d, i) || s->kind == AV_SUBJECT_PARAMETER) continue;
        if (s->kind == AV_SUBJECT_FACT) {
            if (!any) av_buf_puts(out, "  given {\n");
            any = true;
            av_buf_puts(out, "    ");
            av_buf_put(out, d->c->program->defs[s->node->index].name);
            av_buf_puts(out, ": ");
            print_found(d, i, out);
        } else {
            if (any) av_buf_puts(out, "  }\n");
            any = false;
            av_buf_puts(out, "  // where ");
            print_equation(d, i, out);
        }
        av_buf_putc(out, '\n');
    }
    if (any) av_buf_puts(out, "  }\n");
}

void av_dom_print_parameter(av_dom *d, uint32_t slot, av_type_id type, av_buf *out) {
    for (size_t i = 0; i < d->subject_count; i++) {
        const av_subject *s = &d->subjects[i];
        if (s->kind == AV_SUBJECT_PARAMETER && s->node->index == slot && s->slot == AV_NO_INDEX &&
            restricted(d, s)) {
            print_found(d, i, out);
            return;
        }
    }
    const av_type *t = av_ck_type_of(d->c, type);
    switch (t->kind) {
    case AV_T_BOOL: av_buf_puts(out, "true"); break;
    case AV_T_INT:
    case AV_T_DECIMAL: av_buf_printf(out, "%lld", t->ranged ? (long long)t->low : 1LL); break;
    case AV_T_ENUM: av_dom_print_value(d, av_enum(t->index, 0), out); break;
    case AV_T_SET:
    case AV_T_LIST: av_buf_puts(out, "[]"); break;
    case AV_T_OPTION: av_buf_puts(out, "none"); break;
    case AV_T_TEXT: av_buf_puts(out, "\"any\""); break;
    default: av_buf_puts(out, "..."); break;
    }
}
