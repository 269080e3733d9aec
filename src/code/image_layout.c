/* What an image holds: a table of fields for each kind of row. */
#include "base/hash.h"
#include "code/image_io.h"
#include "code/op.h"

const unsigned char av_image_magic[8] = {0x89, 'A', 'R', 'C', 'H', 'C', '\r', '\n'};

/* Fields of a struct `type`. A run of numbers, from `first` to `last`, is everything that stands between them in memory. */
// clang-format off
#define RUN(field_kind, type, first, last, bytes)                                                  \
    {.kind = (field_kind),                                                                         \
     .offset = offsetof(type, first),                                                              \
     .count = (uint32_t)((offsetof(type, last) - offsetof(type, first)) / (bytes)) + 1}
#define WORDS(type, first, last)  RUN(AV_FIELD_WORDS, type, first, last, 4)
#define LONGS(type, first, last)  RUN(AV_FIELD_LONGS, type, first, last, 8)
#define HALVES(type, first, last) RUN(AV_FIELD_HALVES, type, first, last, 2)
#define WORD(type, member)        WORDS(type, member, member)
#define BYTES(type, first, many)  {.kind = AV_FIELD_BYTES, .offset = offsetof(type, first), .count = (many)}
#define CHOICE(type, member, limit)                                                                \
    {.kind = AV_FIELD_CHOICE,                                                                      \
     .size = sizeof(((type *)NULL)->member),                                                       \
     .offset = offsetof(type, member),                                                             \
     .count = (uint32_t)(limit)}
#define BOOL(type, member) CHOICE(type, member, 2)
#define TEXT(type, member) {.kind = AV_FIELD_TEXT, .offset = offsetof(type, member)}
#define ROWS(type, items, many, inner)                                                             \
    {.kind = AV_FIELD_ROWS, .offset = offsetof(type, items), .count = offsetof(type, many), .row = &(inner)}
#define SITE(type, member) WORDS(type, member.path, member.column)

#define ROW(name, type, is_plain)                                                                  \
    static const av_image_row name = {sizeof(type), AV_COUNT(name##_fields), name##_fields, is_plain}

/* ---- rows of one thing */

static const av_image_field number_fields[] = {{.kind = AV_FIELD_WORDS, .count = 1}};
ROW(number, uint32_t, true);

static const av_image_field text_fields[] = {{.kind = AV_FIELD_TEXT}};
ROW(text, av_text, false);

/* ---- types */

static const av_image_field type_fields[] = {
    WORD(av_type, index), WORD(av_type, element), LONGS(av_type, low, high),
    CHOICE(av_type, kind, AV_T_ANY + 1), BOOL(av_type, ranged)};
ROW(type, av_type, false);

static const av_image_field member_fields[] = {TEXT(av_enum_member, name), TEXT(av_enum_member, label),
                                               ROWS(av_enum_member, spellings, spelling_count, text)};
ROW(member, av_enum_member, false);

static const av_image_field enumeration_fields[] = {
    TEXT(av_enum_type, name), TEXT(av_enum_type, label), ROWS(av_enum_type, members, member_count, member),
    SITE(av_enum_type, site), BOOL(av_enum_type, ordered)};
ROW(enumeration, av_enum_type, false);

static const av_image_field record_field_fields[] = {
    TEXT(av_record_field, name), TEXT(av_record_field, emitted), WORDS(av_record_field, type, default_def)};
ROW(record_field, av_record_field, false);

static const av_image_field record_fields[] = {
    TEXT(av_record_type, name), TEXT(av_record_type, label),
    ROWS(av_record_type, fields, field_count, record_field), WORD(av_record_type, key),
    SITE(av_record_type, site), BOOL(av_record_type, by_key)};
ROW(record, av_record_type, false);

/* ---- procedures, rules, definitions */

static const av_image_field proc_fields[] = {TEXT(av_proc, name), WORDS(av_proc, def, site.column)};
ROW(proc, av_proc, false);

static const av_image_field rule_fields[] = {
    TEXT(av_rule, id), TEXT(av_rule, name), WORDS(av_rule, def, option), SITE(av_rule, site), WORD(av_rule, weight),
    WORDS(av_rule, when, risk), BOOL(av_rule, otherwise), BOOL(av_rule, veto), BOOL(av_rule, overriding),
    CHOICE(av_rule, confidence, AV_LEVEL_HIGH + 1)};
ROW(rule, av_rule, false);

static const av_image_field option_fields[] = {WORDS(av_matrix_option, member, wrong_if)};
ROW(option, av_matrix_option, true);

static const av_image_field def_fields[] = {
    TEXT(av_def, name), TEXT(av_def, label), TEXT(av_def, module), TEXT(av_def, group), TEXT(av_def, item),
    TEXT(av_def, endings),
    WORD(av_def, type), SITE(av_def, site), WORD(av_def, layer), WORDS(av_def, proc, rule_count), WORD(av_def, depth),
    WORD(av_def, parts), WORD(av_def, ask), WORD(av_def, secondary_from), WORD(av_def, binds),
    WORDS(av_def, tension, effect), WORDS(av_def, repair_target, repair_because), WORDS(av_def, title, level), WORD(av_def, path),
    WORD(av_def, test),
    ROWS(av_def, reads, read_count, number), ROWS(av_def, reasons, reason_count, number),
    ROWS(av_def, options, option_count, option), ROWS(av_def, between, between_count, number),
    ROWS(av_def, sections, section_count, number),
    CHOICE(av_def, kind, AV_DEF_MODEL + 1), BOOL(av_def, hidden), BOOL(av_def, guard), BOOL(av_def, unites),
    BOOL(av_def, prose), CHOICE(av_def, impact, AV_LEVEL_HIGH + 1), CHOICE(av_def, format, AV_FORMAT_COUNT)};
ROW(def, av_def, false);

/* ---- prose */

static const av_image_field signal_fields[] = {
    WORDS(av_signal, rule, where), WORD(av_signal, strength), WORD(av_signal, capture_count), LONGS(av_signal, cues, cues),
    BYTES(av_signal, captures, AV_NET_CAPTURES), BOOL(av_signal, implied)};
ROW(signal, av_signal, false);

static const av_image_field cue_fields[] = {TEXT(av_cue, name), TEXT(av_cue, label), SITE(av_cue, site),
                                            BOOL(av_cue, neutral)};
ROW(cue, av_cue, false);

static const av_image_field word_fields[] = {TEXT(av_net_word, form), WORDS(av_net_word, first, count),
                                             CHOICE(av_net_word, kind, AV_NET_KNOWN + 1)};
ROW(word, av_net_word, false);

static const av_image_field position_fields[] = {WORDS(av_net_position, symbol, accept),
                                                 BYTES(av_net_position, capture, 4)};
ROW(position, av_net_position, true);

static const av_image_field start_fields[] = {WORDS(av_net_start, symbol, position)};
ROW(start, av_net_start, true);

static const av_image_field pattern_fields[] = {WORDS(av_net_pattern, use, reach)};
ROW(pattern, av_net_pattern, true);

/* ---- tests, origins, layers */

static const av_image_field given_fields[] = {WORDS(av_given, fact, proc)};
ROW(given, av_given, true);

static const av_image_field expect_fields[] = {
    WORDS(av_expect, proc, contains), TEXT(av_expect, source), SITE(av_expect, site),
    CHOICE(av_expect, kind, AV_EXPECT_EMIT + 1), BOOL(av_expect, negated), BOOL(av_expect, contains_negated)};
ROW(expect, av_expect, false);

static const av_image_field test_fields[] = {
    TEXT(av_test, title), WORD(av_test, def), ROWS(av_test, proves, proves_count, text),
    ROWS(av_test, given, given_count, given), ROWS(av_test, expects, expect_count, expect), SITE(av_test, site)};
ROW(test, av_test, false);

static const av_image_field origin_fields[] = {WORDS(av_origin, def, site.column),
                                               ROWS(av_origin, reads, read_count, number)};
ROW(origin, av_origin, false);

static const av_image_field change_fields[] = {TEXT(av_layer_change, what), SITE(av_layer_change, by),
                                               SITE(av_layer_change, of), BOOL(av_layer_change, extends)};
ROW(change, av_layer_change, false);

/* ---- code */

static const av_image_field instruction_fields[] = {
    HALVES(av_instruction, op, c)};
ROW(instruction, av_instruction, true);

static const av_image_field code_site_fields[] = {WORDS(av_code_site, pc, site.column)};
ROW(code_site, av_code_site, true);

/* ---- all of it */

static const av_image_field program_fields[] = {
    BYTES(av_program, hash, 32), WORD(av_program, net.symbol_count),
    WORDS(av_program, model.rejected, model.artifact)};
ROW(program, av_program, false);
// clang-format on

const av_image_row *av_image_program_row(void) {
    return &program;
}

#define TABLE(section_tag, pointer, number_of, row_of)                                             \
    { section_tag, offsetof(av_program, pointer), offsetof(av_program, number_of), &(row_of) }

const av_image_table *av_image_tables(size_t *count) {
    static const av_image_table tables[] = {
        TABLE(AV_IMAGE_TAG('L', 'A', 'Y', 'R'), paths, path_count, text),
        TABLE(0, changes, change_count, change),
        TABLE(AV_IMAGE_TAG('T', 'Y', 'P', 'E'), types, type_count, type),
        TABLE(AV_IMAGE_TAG('E', 'N', 'U', 'M'), enums, enum_count, enumeration),
        TABLE(AV_IMAGE_TAG('R', 'E', 'C', 'D'), records, record_count, record),
        TABLE(AV_IMAGE_TAG('P', 'R', 'O', 'C'), procs, proc_count, proc),
        TABLE(AV_IMAGE_TAG('R', 'U', 'L', 'E'), rules, rule_count, rule),
        TABLE(AV_IMAGE_TAG('D', 'E', 'F', 'S'), defs, def_count, def),
        TABLE(AV_IMAGE_TAG('P', 'R', 'O', 'S'), signals, signal_count, signal),
        TABLE(0, cues, cue_count, cue),
        TABLE(0, net.words, net.word_count, word),
        TABLE(0, net.symbols, net.symbol_ref_count, number),
        TABLE(0, net.positions, net.position_count, position),
        TABLE(0, net.edges, net.edge_count, number),
        TABLE(0, net.starts, net.start_count, start),
        TABLE(0, net.patterns, net.pattern_count, pattern),
        TABLE(AV_IMAGE_TAG('T', 'E', 'S', 'T'), tests, test_count, test),
        TABLE(AV_IMAGE_TAG('O', 'R', 'I', 'G'), origins, origin_count, origin),
        TABLE(AV_IMAGE_TAG('C', 'O', 'D', 'E'), code, code_count, instruction),
        TABLE(0, code_sites, code_site_count, code_site),
    };
    *count = AV_COUNT(tables);
    return tables;
}

size_t av_image_width(const av_image_row *row) {
    static const uint8_t each[] = {
        [AV_FIELD_WORDS] = 4, [AV_FIELD_LONGS] = 8, [AV_FIELD_HALVES] = 2, [AV_FIELD_BYTES] = 1};
    size_t width = 0;
    for (uint32_t i = 0; i < row->field_count; i++) {
        const av_image_field *field = &row->fields[i];
        if (field->kind <= AV_FIELD_BYTES) width += (size_t)each[field->kind] * field->count;
        else width += field->kind == AV_FIELD_CHOICE ? 1 : 4;
    }
    return (width + 3) / 4 * 4;
}

uint64_t av_image_machine(void) {
    static const char tables[] =
#define AV_OP(identifier, name, a, b, c, flags, meaning) name " " #a " " #b " " #c "\n"
#include "code/ops.h"
#undef AV_OP
#define AV_BUILTIN(id, name, signature, meaning) name " " signature "\n"
#include "sema/builtins.h"
#undef AV_BUILTIN
#define AV_FORMAT(identifier, name, fences) name "\n"
        AV_FORMATS(AV_FORMAT)
#undef AV_FORMAT
        ;
    const uint64_t counts =
        (uint64_t)AV_META_COUNT << 32 | (uint64_t)AV_ESCAPE_COUNT << 16 | (uint64_t)AV_DEF_MODEL;
    return av_hash((av_text){tables, sizeof tables - 1}, counts);
}
