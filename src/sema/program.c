#include "sema/program.h"

#include "base/hash.h"
#include "sema/sema.h"

_Static_assert(sizeof(av_node) <= 64, "a node fits into a line of the cache");

uint32_t av_program_find(const av_program *program, av_text name) {
    uint64_t index = 0;
    for (uint64_t hash = av_hash(name, 0); av_map_get(&program->def_by_name, hash, &index); hash++)
        if (av_text_equal(program->defs[index].name, name)) return (uint32_t)index;
    return AV_NO_INDEX;
}

bool av_endings_have(av_text endings, av_text ending) {
    for (size_t from = 1; from < endings.len;) {
        size_t dot = av_text_find(endings, AV_TEXT("."), from), i = 0;
        if (dot == SIZE_MAX) return false;
        while (i < ending.len && i < dot - from) {
            char c = ending.ptr[i];
            if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
            if (c != endings.ptr[from + i]) break;
            i++;
        }
        if (i == ending.len && i == dot - from) return true;
        from = dot + 1;
    }
    return false;
}

uint32_t av_program_fact_of_file(const av_program *program, av_text path) {
    size_t start = path.len;
    while (start > 0 && path.ptr[start - 1] != '.' && path.ptr[start - 1] != '/') start--;
    if (start == 0 || path.ptr[start - 1] != '.' || start == path.len) return AV_NO_INDEX;
    for (uint32_t d = 0; d < program->def_count; d++)
        if (av_endings_have(program->defs[d].endings, av_text_slice(path, start, path.len)))
            return d;
    return AV_NO_INDEX;
}

uint32_t av_program_find_rule(const av_program *program, av_text id) {
    size_t slash = av_text_find(id, AV_TEXT("/"), 0);
    if (slash == SIZE_MAX) return AV_NO_INDEX;
    uint32_t def = av_program_find(program, av_text_slice(id, 0, slash));
    if (def == AV_NO_INDEX) return AV_NO_INDEX;
    const av_def *d = &program->defs[def];
    for (uint32_t i = 0; i < d->rule_count; i++)
        if (av_text_equal(program->rules[d->first_rule + i].id, id)) return d->first_rule + i;
    for (uint32_t i = 0; d->kind == AV_DEF_FACT && i < program->signal_count; i++) {
        const av_rule *rule = &program->rules[program->signals[i].rule];
        if (rule->def == def && av_text_equal(rule->id, id)) return program->signals[i].rule;
    }
    return AV_NO_INDEX;
}

const av_enum_member *av_program_member(const av_program *program, uint32_t enum_index,
                                        int64_t member) {
    if (enum_index >= program->enum_count) return NULL;
    const av_enum_type *type = &program->enums[enum_index];
    return member >= 0 && member < type->member_count ? &type->members[member] : NULL;
}

uint32_t av_record_slot(const av_record_type *record, av_text field) {
    for (uint32_t i = 0; i < record->field_count; i++)
        if (av_text_equal(record->fields[i].name, field)) return i;
    return AV_NO_INDEX;
}

static const struct {
    const char *name, *fences;
} formats[] = {
#define AV_FORMAT(identifier, name, fences) {name, fences},
    AV_FORMATS(AV_FORMAT)
#undef AV_FORMAT
};

const char *av_format_name(av_format format) {
    return (size_t)format < AV_COUNT(formats) ? formats[format].name : "";
}

av_format av_format_of_fence(av_text word) {
    if (!word.len) return AV_FORMAT_COUNT;
    for (size_t f = 0; f < AV_COUNT(formats); f++) {
        av_text rest = av_text_from(formats[f].fences);
        while (rest.len) {
            size_t space = av_text_find(rest, AV_TEXT(" "), 0);
            av_text one = av_text_slice(rest, 0, space == SIZE_MAX ? rest.len : space);
            if (av_text_equal(one, word)) return (av_format)f;
            rest = av_text_slice(rest, one.len + 1, rest.len);
        }
    }
    return AV_FORMAT_COUNT;
}

void av_type_print(const av_program *program, av_type_id type, av_buf *out) {
    /* Types nest only as deep as they were written; a loop suffices because only the last part can
     * be compound. */
    for (;;) {
        const av_type *t = &program->types[type];
        switch (t->kind) {
        case AV_T_ERROR: av_buf_puts(out, "?"); return;
        case AV_T_NONE: av_buf_puts(out, "none"); return;
        case AV_T_BOOL: av_buf_puts(out, "bool"); return;
        case AV_T_INT:
            av_buf_puts(out, "int");
            if (t->ranged) av_buf_printf(out, " %lld..%lld", (long long)t->low, (long long)t->high);
            return;
        case AV_T_DECIMAL: av_buf_puts(out, "decimal"); return;
        case AV_T_MONEY: av_buf_puts(out, "money"); return;
        case AV_T_TEXT: av_buf_puts(out, "text"); return;
        case AV_T_ANY: av_buf_puts(out, "any value"); return;
        case AV_T_ENUM: av_buf_put(out, program->enums[t->index].name); return;
        case AV_T_RECORD: av_buf_put(out, program->records[t->index].name); return;
        case AV_T_FRAGMENT: av_buf_puts(out, av_format_name((av_format)t->index)); return;
        case AV_T_SET:
            av_buf_puts(out, "set of ");
            av_buf_put(out, program->enums[t->index].name);
            return;
        case AV_T_REF:
            av_buf_puts(out, "ref ");
            av_buf_put(out, program->records[t->index].name);
            return;
        case AV_T_LIST:
            av_buf_puts(out, "list of ");
            type = t->element;
            break;
        case AV_T_OPTION:
            av_buf_puts(out, "option of ");
            type = t->element;
            break;
        }
    }
}

void av_program_free(av_program *program) {
    if (!program) return;
    av_alloc host = program->arena.host;
    av_arena_free(&program->arena);
    av_alloc_free(&host, program, sizeof *program);
}
