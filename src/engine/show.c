#include "engine/show.h"

#include "base/set.h"

/** The name of an enum's member; one that does not exist (of a damaged image) is shown as "?". */
static av_text name_of(const av_program *program, uint32_t type, int64_t member) {
    const av_enum_member *m = av_program_member(program, type, member);
    return m != NULL ? m->name : AV_TEXT("?");
}

void av_money_unit(av_currency currency, av_buf *out) {
    av_currency_format(currency, out);
    const uint8_t digits = av_currency_digits(currency);
    if (digits == 2) {
        av_buf_puts(out, " cents");
    } else if (digits > 0) {
        av_buf_puts(out, " / 1");
        av_buf_fill(out, '0', digits);
    }
}

static void show_list(const av_program *program, const av_list *list, av_buf *out) {
    enum { SHOWN = 12 /* items shown of a long list */ };
    av_buf_putc(out, '[');
    for (size_t i = 0; i < list->count && i < SHOWN; i++) {
        if (i > 0) av_buf_puts(out, ", ");
        av_show_value(program, list->items[i], out);
    }
    if (list->count > SHOWN) av_buf_printf(out, ", ... %zu more", list->count - SHOWN);
    av_buf_putc(out, ']');
}

static void show_record(const av_program *program, av_value value, av_buf *out) {
    const av_record_type *type = &program->records[value.type];
    av_buf_put(out, type->name);
    av_buf_puts(out, " {");
    bool any = false;
    for (uint32_t i = 0; i < value.as.record->count && i < type->field_count; i++) {
        if ((value.as.record->given >> i & 1) == 0) continue;
        av_buf_puts(out, any ? "; " : " ");
        av_buf_put(out, type->fields[i].name);
        av_buf_puts(out, ": ");
        av_show_value(program, value.as.record->fields[i], out);
        any = true;
    }
    av_buf_puts(out, any ? " }" : "}");
}

void av_show_value(const av_program *program, av_value value, av_buf *out) {
    bool any = false;
    switch ((av_kind)value.kind) {
    case AV_NONE: av_buf_puts(out, "none"); break;
    case AV_BOOL: av_buf_puts(out, value.as.integer != 0 ? "true" : "false"); break;
    case AV_INT:
    case AV_DECIMAL: av_decimal_format(av_as_decimal(value), out); break;
    case AV_MONEY: av_money_format(value.as.integer, value.type, out); break;
    case AV_STRING: av_json_quote(out, *value.as.string); break;
    case AV_ENUM: av_buf_put(out, name_of(program, value.type, value.as.integer)); break;
    case AV_SET:
        av_buf_putc(out, '[');
        for (AV_EACH_MEMBER(m, value)) {
            if (any) av_buf_puts(out, ", ");
            av_buf_put(out, name_of(program, value.type, m));
            any = true;
        }
        av_buf_putc(out, ']');
        break;
    case AV_LIST: show_list(program, value.as.list, out); break;
    case AV_RECORD: show_record(program, value, out); break;
    case AV_FRAGMENT: av_json_quote(out, value.as.fragment->text); break;
    }
}
