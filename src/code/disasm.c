#include "code/disasm.h"

#include "base/set.h"
#include "code/op.h"

enum {
    OPERANDS_COLUMN = 19, /**< where the operands of an instruction begin */
    NOTE_COLUMN = 44,     /**< where what they stand for begins */
    VALUE_BYTES = 60,     /**< longer texts are cut */
    VALUE_ITEMS = 6       /**< longer lists are cut */
};

/* ---- what operands stand for */

static void put_text(av_text text, av_buf *out) {
    bool cut = text.len > VALUE_BYTES;
    size_t length = cut ? VALUE_BYTES : text.len;
    while (cut && length > 0 && ((unsigned char)text.ptr[length] & 0xc0) == 0x80) length--;
    av_buf_putc(out, '"');
    for (size_t i = 0; i < length; i++) {
        char c = text.ptr[i];
        if (c == '\n') av_buf_puts(out, "\\n");
        else if (c == '"' || c == '\\') av_buf_printf(out, "\\%c", c);
        else if ((unsigned char)c < 0x20 || c == 0x7f)
            av_buf_printf(out, "\\u{%x}", (unsigned)(unsigned char)c);
        else av_buf_putc(out, c);
    }
    av_buf_puts(out, cut ? "...\"" : "\"");
}

static void put_member(const av_program *p, uint32_t enum_index, uint64_t member, av_buf *out) {
    const av_enum_member *m = av_program_member(p, enum_index, (int64_t)member);
    if (m != NULL) av_buf_put(out, m->name);
    else av_buf_printf(out, "member %llu", (unsigned long long)member);
}

static void put_set(const av_program *p, av_value set, av_buf *out) {
    const char *between = "";
    av_buf_putc(out, '{');
    for (AV_EACH_MEMBER(m, set)) {
        av_buf_puts(out, between);
        put_member(p, set.type, m, out);
        between = ", ";
    }
    av_buf_putc(out, '}');
}

static void put_value(const av_program *p, av_value value, av_buf *out);

static void put_items(const av_program *p, const av_value *items, size_t count, av_buf *out) {
    for (size_t i = 0; i < count && i < VALUE_ITEMS; i++) {
        if (i > 0) av_buf_puts(out, ", ");
        put_value(p, items[i], out);
    }
    if (count > VALUE_ITEMS) av_buf_printf(out, ", ... %zu items", count);
}

static void put_value(const av_program *p, av_value value, av_buf *out) {
    switch ((av_kind)value.kind) {
    case AV_NONE: av_buf_puts(out, "none"); break;
    case AV_BOOL: av_buf_puts(out, value.as.integer != 0 ? "true" : "false"); break;
    case AV_INT: av_buf_printf(out, "%lld", (long long)value.as.integer); break;
    case AV_DECIMAL: av_decimal_format(av_as_decimal(value), out); break;
    case AV_MONEY: av_money_format(value.as.integer, value.type, out); break;
    case AV_STRING: put_text(*value.as.string, out); break;
    case AV_FRAGMENT: put_text(value.as.fragment->text, out); break;
    case AV_ENUM: put_member(p, value.type, (uint64_t)value.as.integer, out); break;
    case AV_SET: put_set(p, value, out); break;
    case AV_LIST:
        av_buf_putc(out, '[');
        put_items(p, value.as.list->items, value.as.list->count, out);
        av_buf_putc(out, ']');
        break;
    case AV_RECORD:
        if (value.type < p->record_count) av_buf_put(out, p->records[value.type].name);
        av_buf_puts(out, " {");
        put_items(p, value.as.record->fields, value.as.record->count, out);
        av_buf_printf(out, "} given %#llx", (unsigned long long)value.as.record->given);
        break;
    }
}

static const char *const meta_names[AV_META_COUNT] = {
    [AV_META_BECAUSE] = "because",
    [AV_META_RULE] = "rule",
    [AV_META_CONDITION] = "condition",
    [AV_META_REJECTED] = "rejected",
    [AV_META_LABEL] = "label",
    [AV_META_NAME] = "name",
    [AV_META_SOURCE] = "source",
    [AV_META_CONFIDENCE] = "confidence",
    [AV_META_RISK] = "risk",
    [AV_META_EVIDENCE] = "evidence",
    [AV_META_AT] = "at",
    [AV_META_GROUP] = "group",
    [AV_META_ASK] = "ask",
    [AV_META_SCORE] = "score",
    [AV_META_SCORES] = "scores",
    [AV_META_SECONDARY] = "secondary",
    [AV_META_WRONG_IF] = "wrong_if",
    [AV_META_VETOED] = "vetoed",
    [AV_META_TENSION] = "tension",
    [AV_META_IMPACT] = "impact",
    [AV_META_BINDS] = "binds",
    [AV_META_EFFECT] = "effect",
    [AV_META_BETWEEN] = "between",
};

static const char *const builtin_names[AV_BUILTIN_COUNT] = {
#define AV_BUILTIN(id, name, signature, meaning) name,
#include "sema/builtins.h"
#undef AV_BUILTIN
};

static void put_def(const av_program *p, uint32_t def, av_buf *out) {
    if (def < p->def_count) av_buf_put(out, p->defs[def].name);
}

/** What an operand stands for, when a number does not say it. */
static void put_note(const av_program *p, av_operand kind, av_instruction i, uint32_t position,
                     av_buf *out) {
    uint32_t wide = av_op_wide(i), narrow = position == 1 ? i.b : i.c;
    switch (kind) {
    case AV_X_CONSTANT:
    case AV_X_TEMPLATE:
    case AV_X_TEXT:
        if (wide < p->constant_count) put_value(p, p->constants[wide], out);
        break;
    case AV_X_DEF: put_def(p, wide, out); break;
    case AV_X_META:
        put_def(p, wide & ((1u << AV_META_BITS) - 1), out);
        if (wide >> AV_META_BITS < AV_META_COUNT)
            av_buf_printf(out, ".%s", meta_names[wide >> AV_META_BITS]);
        break;
    case AV_X_PROC:
        if (wide < p->proc_count) av_buf_put(out, p->procs[wide].name);
        break;
    case AV_X_RULE:
        if (wide < p->rule_count) av_buf_put(out, p->rules[wide].id);
        break;
    case AV_X_ENUM:
        if (wide < p->enum_count) av_buf_put(out, p->enums[wide].name);
        break;
    case AV_X_RECORD:
        if (wide < p->record_count) av_buf_put(out, p->records[wide].name);
        break;
    case AV_X_RANGE:
        if (wide < p->type_count) av_type_print(p, wide, out);
        break;
    case AV_X_ORIGIN:
        if (wide < p->origin_count) {
            av_site site = p->origins[wide].site;
            av_buf_printf(out, "from %u:%u", site.line, site.column);
        }
        break;
    case AV_X_BUILTIN:
        if (narrow < AV_BUILTIN_COUNT) av_buf_puts(out, builtin_names[narrow]);
        break;
    case AV_X_FORMAT: av_buf_puts(out, av_format_name((av_format)narrow)); break;
    default: break;
    }
}

static void put_operand(av_operand kind, av_instruction i, uint32_t position, av_buf *out) {
    uint32_t wide = av_op_wide(i), narrow = position == 0 ? i.a : position == 1 ? i.b : i.c;
    switch (kind) {
    case AV_X_NO:
    case AV_X_HIGH: return;
    case AV_X_OUT:
    case AV_X_IN:
    case AV_X_INOUT:
    case AV_X_PAIR:
    case AV_X_TRIPLE:
    case AV_X_ITERATOR:
    case AV_X_ARGUMENTS:
    case AV_X_FIELDS:
    case AV_X_CHANGES:
    case AV_X_FIRST: av_buf_printf(out, " r%u", narrow); break;
    case AV_X_SIGNED: av_buf_printf(out, " %d", (int)(int32_t)wide); break;
    case AV_X_JUMP: av_buf_printf(out, " ->%u", wide); break;
    case AV_X_CONSTANT:
    case AV_X_TEMPLATE:
    case AV_X_TEXT: av_buf_printf(out, " k%u", wide); break;
    case AV_X_META: av_buf_printf(out, " #%u", wide & ((1u << AV_META_BITS) - 1)); break;
    case AV_X_COUNT:
    case AV_X_DEF:
    case AV_X_PROC:
    case AV_X_RULE:
    case AV_X_ENUM:
    case AV_X_RECORD:
    case AV_X_RANGE: av_buf_printf(out, " #%u", wide); break;
    case AV_X_ORIGIN:
        if (wide == AV_NO_INDEX) av_buf_puts(out, " -");
        else av_buf_printf(out, " #%u", wide);
        break;
    default: av_buf_printf(out, " %u", narrow); break;
    }
}

/* ---- listings */

static void pad(av_buf *out, size_t line, size_t column) {
    size_t used = out->len - line;
    av_buf_fill(out, ' ', used < column ? column - used : 1);
}

static void put_instruction(const av_program *p, const av_proc *proc, uint32_t pc, av_buf *out) {
    av_instruction i = p->code[proc->code_start + pc];
    const av_op_info *info = av_op_describe(i.op);
    size_t line = out->len;
    av_buf_printf(out, "%6u  ", pc);
    if (info == NULL) {
        av_buf_printf(out, "unknown %u %u %u %u\n", i.op, i.a, i.b, i.c);
        return;
    }
    av_buf_puts(out, info->name);
    pad(out, line, OPERANDS_COLUMN);
    for (uint32_t n = 0; n < 3; n++) put_operand(info->operands[n], i, n, out);
    size_t end = out->len;
    pad(out, line, NOTE_COLUMN);
    size_t note = out->len;
    for (uint32_t n = 1; n < 3; n++) put_note(p, info->operands[n], i, n, out);
    if (out->len == note) av_buf_truncate(out, end);
    av_buf_putc(out, '\n');
}

static void put_site(const av_program *p, av_site site, av_buf *out) {
    if (site.line == 0 || site.path >= p->path_count) return;
    av_buf_puts(out, "        ; ");
    av_buf_put(out, p->paths[site.path]);
    av_buf_printf(out, ":%u:%u\n", site.line, site.column);
}

void av_disasm_proc(const av_program *program, uint32_t index, av_buf *out) {
    const av_proc *proc = &program->procs[index];
    av_buf_printf(out, "proc #%u ", index);
    av_buf_put(out, proc->name);
    av_buf_puts(out, ": ");
    av_type_print(program, proc->type, out);
    av_buf_printf(out, ", %u parameters, %u registers\n", proc->param_count, proc->register_count);
    av_site last = {0, 0, 0};
    for (uint32_t pc = 0; pc < proc->code_count && out->status == AV_OK; pc++) {
        av_site site = av_op_site(program, proc, pc);
        if (site.path != last.path || site.line != last.line || site.column != last.column)
            put_site(program, site, out);
        last = site;
        put_instruction(program, proc, pc, out);
    }
    av_buf_putc(out, '\n');
}

void av_disasm(const av_program *program, uint32_t def, av_buf *out) {
    for (uint32_t i = 0; i < program->proc_count && out->status == AV_OK; i++)
        if (def == AV_NO_INDEX || program->procs[i].def == def) av_disasm_proc(program, i, out);
}
