/* What an image holds: one visit of the program, for reading and for writing. */
#include "base/hash.h"
#include "base/set.h"
#include "code/image_io.h"
#include "code/op.h"

#include <string.h>

const unsigned char av_image_magic[8] = {0x89, 'A', 'R', 'C', 'H', 'C', '\r', '\n'};

/* ---- numbers and texts */

void av_io_fail(av_image_io *io, const char *why) {
    if (io->status != AV_OK) return;
    io->status = AV_ERR_CORRUPT;
    io->why = why;
}

/** The next `count` bytes of the section, NULL when there are not so many. */
static inline const unsigned char *take(av_image_io *io, size_t count) {
    if (io->status != AV_OK) return NULL;
    if (count > io->end - io->at) {
        av_io_fail(io, "a section ends too early");
        return NULL;
    }
    const unsigned char *bytes = (const unsigned char *)io->bytes + io->at;
    io->at += count;
    return bytes;
}

/** Little-endian; a width known at the call becomes one load. */
static inline uint64_t load(const unsigned char *bytes, size_t width) {
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

static inline uint64_t number(av_image_io *io, uint64_t value, size_t width) {
    if (io->reading) {
        const unsigned char *bytes = take(io, width);
        return bytes != NULL ? load(bytes, width) : 0;
    }
    char bytes[8];
    for (size_t i = 0; i < width; i++)
        bytes[i] = (char)(value >> (8 * i) & 0xff);
    av_buf_put(io->out, (av_text){bytes, width});
    return value;
}

void av_io_u8(av_image_io *io, uint8_t *value) {
    uint8_t v = (uint8_t)number(io, *value, 1);
    if (io->reading) *value = v;
}

void av_io_u32(av_image_io *io, uint32_t *value) {
    uint32_t v = (uint32_t)number(io, *value, 4);
    if (io->reading) *value = v;
}

void av_io_u64(av_image_io *io, uint64_t *value) {
    uint64_t v = number(io, *value, 8);
    if (io->reading) *value = v;
}

static void io_i32(av_image_io *io, int32_t *value) {
    int32_t v = (int32_t)(uint32_t)number(io, (uint32_t)*value, 4);
    if (io->reading) *value = v;
}

static void io_i64(av_image_io *io, int64_t *value) {
    int64_t v = (int64_t)number(io, (uint64_t)*value, 8);
    if (io->reading) *value = v;
}

/** A number below `limit`. */
static uint32_t io_choice(av_image_io *io, uint32_t value, uint32_t limit) {
    uint32_t v = (uint32_t)number(io, value, 1);
    if (io->reading && v >= limit) {
        av_io_fail(io, "a number without a meaning");
        return 0;
    }
    return v;
}

static void io_bool(av_image_io *io, bool *value) {
    uint32_t v = io_choice(io, *value, 2);
    if (io->reading) *value = v != 0;
}

static void io_text(av_image_io *io, av_text *text) {
    if (!io->reading && text->len > UINT32_MAX) {
        io->status = AV_ERR_LIMIT;
        return;
    }
    uint32_t length = (uint32_t)text->len;
    av_io_u32(io, &length);
    if (!io->reading) {
        av_buf_put(io->out, *text);
        return;
    }
    const unsigned char *bytes = take(io, length);
    if (bytes == NULL) {
        *text = AV_TEXT("");
        return;
    }
    *text = (av_text){(const char *)bytes, length};
    if (av_utf8_invalid(*text) != SIZE_MAX) av_io_fail(io, "a text that is not UTF-8");
}

/**
 * The number of elements, and when reading, room for them. `least`: bytes one element takes in the
 * image at the least, so that a short image cannot ask for much memory.
 */
static void *io_elements(av_image_io *io, const void *items, uint32_t *count, size_t size,
                         size_t least) {
    av_io_u32(io, count);
    if (!io->reading) return (void *)(uintptr_t)items;
    if (io->status == AV_OK && *count > (io->end - io->at) / least)
        av_io_fail(io, "a table larger than its section");
    if (io->status != AV_OK) *count = 0;
    void *made = av_arena_array(io->arena, *count, size);
    if (made == NULL) {
        if (io->status == AV_OK) io->status = AV_ERR_MEMORY;
        *count = 0;
    }
    return made;
}

/* A table: `count` elements at `field`, each visited by `visit`. */
#define IO_TABLE(io, field, count, type, least, visit)                                             \
    do {                                                                                           \
        type *items_ = io_elements((io), (field), &(count), sizeof(type), (least));                \
        if ((io)->reading) (field) = items_;                                                       \
        for (uint32_t n_ = 0; n_ < (count) && (io)->status == AV_OK; n_++)                         \
            visit((io), &items_[n_]);                                                              \
    } while (0)

/* A field whose type is an enum. */
#define IO_CHOICE(io, field, type, limit)                                                          \
    do {                                                                                           \
        uint32_t chosen_ = io_choice((io), (uint32_t)(field), (uint32_t)(limit));                  \
        if ((io)->reading) (field) = (type)chosen_;                                                \
    } while (0)

static void io_site(av_image_io *io, av_site *site) {
    av_io_u32(io, &site->path);
    av_io_u32(io, &site->line);
    av_io_u32(io, &site->column);
}

/* ---- types */

static void io_type(av_image_io *io, av_type *type) {
    IO_CHOICE(io, type->kind, av_type_kind, AV_T_ANY + 1);
    av_io_u32(io, &type->index);
    av_io_u32(io, &type->element);
    io_bool(io, &type->ranged);
    io_i64(io, &type->low);
    io_i64(io, &type->high);
}

static void visit_types(av_image_io *io, av_program *p) {
    IO_TABLE(io, p->types, p->type_count, av_type, 26, io_type);
}

static void io_member(av_image_io *io, av_enum_member *member) {
    io_text(io, &member->name);
    io_text(io, &member->label);
    IO_TABLE(io, member->spellings, member->spelling_count, av_text, 4, io_text);
}

static void io_enum(av_image_io *io, av_enum_type *type) {
    io_text(io, &type->name);
    io_text(io, &type->label);
    io_bool(io, &type->ordered);
    IO_TABLE(io, type->members, type->member_count, av_enum_member, 12, io_member);
    io_site(io, &type->site);
}

static void visit_enums(av_image_io *io, av_program *p) {
    IO_TABLE(io, p->enums, p->enum_count, av_enum_type, 25, io_enum);
}

static void io_record_field(av_image_io *io, av_record_field *field) {
    io_text(io, &field->name);
    io_text(io, &field->emitted);
    av_io_u32(io, &field->type);
    av_io_u32(io, &field->default_def);
}

static void io_record_type(av_image_io *io, av_record_type *type) {
    io_text(io, &type->name);
    io_text(io, &type->label);
    IO_TABLE(io, type->fields, type->field_count, av_record_field, 16, io_record_field);
    av_io_u32(io, &type->key);
    io_bool(io, &type->by_key);
    io_site(io, &type->site);
}

static void visit_records(av_image_io *io, av_program *p) {
    IO_TABLE(io, p->records, p->record_count, av_record_type, 29, io_record_type);
    uint32_t *const model[] = {&p->model.rejected,      &p->model.option_score,
                               &p->model.score_line,    &p->model.fact_info,
                               &p->model.decision_info, &p->model.conflict_info,
                               &p->model.check_info,    &p->model.document_info,
                               &p->model.outline_part,  &p->model.violation,
                               &p->model.artifact};
    for (size_t i = 0; i < AV_COUNT(model); i++)
        av_io_u32(io, model[i]);
}

/* ---- procedures, rules, definitions */

static void io_proc(av_image_io *io, av_proc *proc) {
    io_text(io, &proc->name);
    uint32_t *const numbers[] = {
        &proc->def,        &proc->type,       &proc->param_count,    &proc->slot_count,
        &proc->code_start, &proc->code_count, &proc->register_count, &proc->line_start,
        &proc->line_count};
    for (size_t i = 0; i < AV_COUNT(numbers); i++)
        av_io_u32(io, numbers[i]);
    io_site(io, &proc->site);
}

static void visit_procs(av_image_io *io, av_program *p) {
    IO_TABLE(io, p->procs, p->proc_count, av_proc, 52, io_proc);
}

static void io_rule(av_image_io *io, av_rule *rule) {
    io_text(io, &rule->id);
    io_text(io, &rule->name);
    io_site(io, &rule->site);
    io_bool(io, &rule->otherwise);
    io_bool(io, &rule->veto);
    io_bool(io, &rule->overriding);
    io_i32(io, &rule->weight);
    IO_CHOICE(io, rule->confidence, av_level, AV_LEVEL_HIGH + 1);
    uint32_t *const numbers[] = {&rule->def,     &rule->option,   &rule->when,
                                 &rule->value,   &rule->because,  &rule->condition,
                                 &rule->failure, &rule->rejected, &rule->risk};
    for (size_t i = 0; i < AV_COUNT(numbers); i++)
        av_io_u32(io, numbers[i]);
}

static void visit_rules(av_image_io *io, av_program *p) {
    IO_TABLE(io, p->rules, p->rule_count, av_rule, 64, io_rule);
}

static void io_option(av_image_io *io, av_matrix_option *option) {
    av_io_u32(io, &option->member);
    av_io_u32(io, &option->first_rule);
    av_io_u32(io, &option->rule_count);
    av_io_u32(io, &option->secondary);
    av_io_u32(io, &option->wrong_if);
}

static void io_def(av_image_io *io, av_def *def) {
    IO_CHOICE(io, def->kind, av_def_kind, AV_DEF_MODEL + 1);
    io_bool(io, &def->hidden);
    io_bool(io, &def->guard);
    io_bool(io, &def->unites);
    io_bool(io, &def->prose);
    IO_CHOICE(io, def->impact, av_level, AV_LEVEL_HIGH + 1);
    IO_CHOICE(io, def->format, av_format, AV_FORMAT_COUNT);
    av_text *const texts[] = {&def->name, &def->label, &def->module, &def->group, &def->item, &def->endings};
    for (size_t i = 0; i < AV_COUNT(texts); i++)
        io_text(io, texts[i]);
    io_site(io, &def->site);
    io_i32(io, &def->secondary_from);
    uint32_t *const numbers[] = {&def->type,
                                 &def->layer,
                                 &def->proc,
                                 &def->first_rule,
                                 &def->rule_count,
                                 &def->depth,
                                 &def->ask,
                                 &def->parts,
                                 &def->binds,
                                 &def->tension,
                                 &def->effect,
                                 &def->repair_target,
                                 &def->repair_slot,
                                 &def->repair_because,
                                 &def->title,
                                 &def->level,
                                 &def->path,
                                 &def->test};
    for (size_t i = 0; i < AV_COUNT(numbers); i++)
        av_io_u32(io, numbers[i]);
    IO_TABLE(io, def->reads, def->read_count, uint32_t, 4, av_io_u32);
    IO_TABLE(io, def->reasons, def->reason_count, uint32_t, 4, av_io_u32);
    IO_TABLE(io, def->options, def->option_count, av_matrix_option, 20, io_option);
    IO_TABLE(io, def->between, def->between_count, uint32_t, 4, av_io_u32);
    IO_TABLE(io, def->sections, def->section_count, uint32_t, 4, av_io_u32);
}

/** The map from names to definitions, made the way av_program_find looks into it. */
static void map_names(av_image_io *io, av_program *p) {
    av_map_init(&p->def_by_name, &p->arena);
    for (uint32_t i = 0; i < p->def_count && io->status == AV_OK; i++) {
        uint64_t hash = av_hash(p->defs[i].name, 0), taken;
        while (av_map_get(&p->def_by_name, hash, &taken))
            hash++;
        io->status = av_map_set(&p->def_by_name, hash, i);
    }
}

static void visit_defs(av_image_io *io, av_program *p) {
    IO_TABLE(io, p->defs, p->def_count, av_def, 139, io_def);
    if (io->reading) map_names(io, p);
}

/* ---- prose */

static void io_signal(av_image_io *io, av_signal *signal) {
    av_io_u32(io, &signal->rule);
    av_io_u32(io, &signal->value);
    av_io_u32(io, &signal->where);
    av_io_u64(io, &signal->cues);
    io_i32(io, &signal->strength);
    io_bool(io, &signal->implied);
    av_io_u32(io, &signal->capture_count);
    for (size_t i = 0; i < AV_NET_CAPTURES; i++)
        av_io_u8(io, &signal->captures[i]);
}

static void io_cue(av_image_io *io, av_cue *cue) {
    io_text(io, &cue->name);
    io_text(io, &cue->label);
    io_bool(io, &cue->neutral);
    io_site(io, &cue->site);
}

static void io_net_word(av_image_io *io, av_net_word *word) {
    av_io_u8(io, &word->kind);
    io_text(io, &word->form);
    av_io_u32(io, &word->first);
    av_io_u32(io, &word->count);
}

static void io_net_position(av_image_io *io, av_net_position *position) {
    av_io_u32(io, &position->symbol);
    av_io_u32(io, &position->first);
    av_io_u32(io, &position->count);
    av_io_u32(io, &position->accept);
    av_io_u8(io, &position->capture);
    io_bool(io, &position->comma);
}

static void io_net_start(av_image_io *io, av_net_start *start) {
    av_io_u32(io, &start->symbol);
    av_io_u32(io, &start->position);
}

static void io_net_pattern(av_image_io *io, av_net_pattern *pattern) {
    av_io_u8(io, &pattern->use);
    av_io_u32(io, &pattern->owner);
    av_io_u32(io, &pattern->reach);
}

static void visit_prose(av_image_io *io, av_program *p) {
    IO_TABLE(io, p->signals, p->signal_count, av_signal, 31, io_signal);
    IO_TABLE(io, p->cues, p->cue_count, av_cue, 21, io_cue);
    IO_TABLE(io, p->net.words, p->net.word_count, av_net_word, 13, io_net_word);
    av_io_u32(io, &p->net.symbol_count);
    IO_TABLE(io, p->net.symbols, p->net.symbol_ref_count, av_symbol, 4, av_io_u32);
    IO_TABLE(io, p->net.positions, p->net.position_count, av_net_position, 18, io_net_position);
    IO_TABLE(io, p->net.edges, p->net.edge_count, uint32_t, 4, av_io_u32);
    IO_TABLE(io, p->net.starts, p->net.start_count, av_net_start, 8, io_net_start);
    IO_TABLE(io, p->net.patterns, p->net.pattern_count, av_net_pattern, 9, io_net_pattern);
}

/* ---- tests, origins, layers */

static void io_given(av_image_io *io, av_given *given) {
    av_io_u32(io, &given->fact);
    av_io_u32(io, &given->proc);
}

static void io_expect(av_image_io *io, av_expect *expect) {
    IO_CHOICE(io, expect->kind, av_expect_kind, AV_EXPECT_EMIT + 1);
    io_bool(io, &expect->negated);
    io_bool(io, &expect->contains_negated);
    uint32_t *const numbers[] = {&expect->proc,   &expect->left,   &expect->right,
                                 &expect->target, &expect->option, &expect->contains};
    for (size_t i = 0; i < AV_COUNT(numbers); i++)
        av_io_u32(io, numbers[i]);
    io_text(io, &expect->source);
    io_site(io, &expect->site);
}

static void io_test(av_image_io *io, av_test *test) {
    io_text(io, &test->title);
    av_io_u32(io, &test->def);
    IO_TABLE(io, test->proves, test->proves_count, av_text, 4, io_text);
    IO_TABLE(io, test->given, test->given_count, av_given, 8, io_given);
    IO_TABLE(io, test->expects, test->expect_count, av_expect, 43, io_expect);
    io_site(io, &test->site);
}

static void visit_tests(av_image_io *io, av_program *p) {
    IO_TABLE(io, p->tests, p->test_count, av_test, 32, io_test);
}

static void io_origin(av_image_io *io, av_origin *origin) {
    av_io_u32(io, &origin->def);
    io_site(io, &origin->site);
    IO_TABLE(io, origin->reads, origin->read_count, uint32_t, 4, av_io_u32);
}

static void visit_origins(av_image_io *io, av_program *p) {
    IO_TABLE(io, p->origins, p->origin_count, av_origin, 20, io_origin);
}

static void io_change(av_image_io *io, av_layer_change *change) {
    io_text(io, &change->what);
    io_bool(io, &change->extends);
    io_site(io, &change->by);
    io_site(io, &change->of);
}

static void visit_layers(av_image_io *io, av_program *p) {
    IO_TABLE(io, p->paths, p->path_count, av_text, 4, io_text);
    IO_TABLE(io, p->changes, p->change_count, av_layer_change, 29, io_change);
    for (size_t i = 0; i < sizeof p->hash; i++) {
        uint8_t byte = (uint8_t)p->hash[i];
        av_io_u8(io, &byte);
        if (io->reading) p->hash[i] = (char)byte;
    }
}

/* ---- code */

static void io_instruction(av_image_io *io, av_instruction *instruction) {
    uint64_t word = (uint64_t)instruction->op | (uint64_t)instruction->a << 16 |
                    (uint64_t)instruction->b << 32 | (uint64_t)instruction->c << 48;
    av_io_u64(io, &word);
    if (io->reading)
        *instruction = (av_instruction){(uint16_t)(word & 0xffff), (uint16_t)(word >> 16 & 0xffff),
                                        (uint16_t)(word >> 32 & 0xffff), (uint16_t)(word >> 48)};
}

static void io_code_site(av_image_io *io, av_code_site *site) {
    av_io_u32(io, &site->pc);
    io_site(io, &site->site);
}

static void visit_code(av_image_io *io, av_program *p) {
    IO_TABLE(io, p->code, p->code_count, av_instruction, 8, io_instruction);
    IO_TABLE(io, p->code_sites, p->code_site_count, av_code_site, 16, io_code_site);
}

static void io_value(av_image_io *io, av_value *value, unsigned depth);

static void io_list(av_image_io *io, av_value *value, unsigned depth) {
    uint32_t count = io->reading ? 0 : (uint32_t)value->as.list->count;
    av_io_u32(io, &count);
    const av_value *items = io->reading ? NULL : value->as.list->items;
    if (io->reading) {
        if (count > AV_LIST_ITEMS || count > io->end - io->at)
            av_io_fail(io, "a list larger than its section");
        av_value *made = NULL;
        *value = av_none();
        if (io->status == AV_OK) io->status = av_list_new(io->arena, count, value, &made);
        items = made;
    }
    for (uint32_t i = 0; i < count && io->status == AV_OK; i++)
        io_value(io, (av_value *)(uintptr_t)&items[i], depth + 1);
}

static void io_record(av_image_io *io, av_value *value, unsigned depth) {
    av_record empty = {0},
              *record = io->reading ? &empty : (av_record *)(uintptr_t)value->as.record;
    uint64_t given = record->given;
    uint32_t count = record->count, type = value->type;
    av_io_u64(io, &given);
    av_io_u32(io, &count);
    if (io->reading) {
        if (count > AV_RECORD_FIELDS) av_io_fail(io, "a record with too many fields");
        *value = av_none();
        if (io->status != AV_OK) return;
        record = av_arena_take(io->arena, sizeof *record + count * sizeof(av_value));
        if (record == NULL) {
            io->status = AV_ERR_MEMORY;
            return;
        }
        record->given = given;
        record->count = count;
        *value = (av_value){.kind = AV_RECORD, .type = type, .as.record = record};
    }
    for (uint32_t i = 0; i < count && io->status == AV_OK; i++)
        io_value(io, &record->fields[i], depth + 1);
}

static void io_set(av_image_io *io, av_value *value) {
    av_members members = {{0}};
    uint8_t count = (uint8_t)value->words;
    if (!io->reading) av_members_unite(&members, *value);
    av_io_u8(io, &count);
    if (count > AV_SET_WORDS) av_io_fail(io, "a set with too many members");
    for (uint32_t w = 0; w < count && io->status == AV_OK; w++)
        av_io_u64(io, &members.words[w]);
    if (io->reading && io->status == AV_OK)
        io->status = av_set_new(io->arena, value->type, &members, value);
    if (io->reading && io->status != AV_OK) *value = av_none();
}

static void io_string(av_image_io *io, av_value *value) {
    av_text text = io->reading ? AV_TEXT("") : *value->as.string;
    io_text(io, &text);
    if (io->reading && io->status == AV_OK) io->status = av_string(io->arena, text, value);
    if (io->reading && io->status != AV_OK) *value = av_none();
}

/** Values of a kind that no constant has end as none, which verification refuses where it
 * matters. */
static void io_value(av_image_io *io, av_value *value, unsigned depth) {
    if (depth > AV_IMAGE_VALUE_DEPTH) {
        av_io_fail(io, "a constant nested too deeply");
        if (!io->reading) io->status = AV_ERR_LIMIT;
        return;
    }
    av_value plain = {.kind = (uint8_t)io_choice(io, value->kind, AV_FRAGMENT),
                      .scale = value->scale};
    plain.type = value->type;
    av_io_u8(io, &plain.scale);
    av_io_u32(io, &plain.type);
    if (io->reading) *value = plain;
    switch ((av_kind)plain.kind) {
    case AV_STRING:
        io_string(io, value);
        break;
    case AV_SET:
        io_set(io, value);
        break;
    case AV_LIST:
        io_list(io, value, depth);
        break;
    case AV_RECORD:
        io_record(io, value, depth);
        break;
    default:
        io_i64(io, &value->as.integer);
        break;
    }
}

static void io_constant(av_image_io *io, av_value *value) {
    io_value(io, value, 0);
}

static void visit_constants(av_image_io *io, av_program *p) {
    IO_TABLE(io, p->constants, p->constant_count, av_value, 7, io_constant);
}

/* ---- all of it */

#define TAG(a, b, c, d)                                                                            \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

const av_image_section *av_image_sections(size_t *count) {
    static const av_image_section sections[] = {
        {TAG('L', 'A', 'Y', 'R'), visit_layers},    {TAG('T', 'Y', 'P', 'E'), visit_types},
        {TAG('E', 'N', 'U', 'M'), visit_enums},     {TAG('R', 'E', 'C', 'D'), visit_records},
        {TAG('P', 'R', 'O', 'C'), visit_procs},     {TAG('R', 'U', 'L', 'E'), visit_rules},
        {TAG('D', 'E', 'F', 'S'), visit_defs},      {TAG('P', 'R', 'O', 'S'), visit_prose},
        {TAG('T', 'E', 'S', 'T'), visit_tests},
        {TAG('O', 'R', 'I', 'G'), visit_origins},   {TAG('C', 'O', 'D', 'E'), visit_code},
        {TAG('C', 'O', 'N', 'S'), visit_constants},
    };
    *count = AV_COUNT(sections);
    return sections;
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
