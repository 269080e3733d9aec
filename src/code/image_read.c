#include "base/hash.h"
#include "base/set.h"
#include "code/image_io.h"
#include "sema/sema.h"

#include <string.h>

/** Failure is sticky; after it, nothing is read. */
typedef struct reader {
    av_program *program;
    av_arena *arena;   /**< for what is made of the bytes */
    const char *bytes; /**< the whole image, which lives as long as the program */
    size_t at, end;    /**< the rest of the section at work */
    av_text *texts;    /**< of the section TEXT */
    uint32_t text_count;
    char *values; /**< room for the lists and records of the constants that are still to come */
    av_status status;
    const char *why;
} reader;

/* ---- numbers */

static bool fail(reader *r, const char *why) {
    if (r->status == AV_OK) {
        r->status = AV_ERR_CORRUPT;
        r->why = why;
    }
    return false;
}

static bool no_memory(reader *r) {
    if (r->status == AV_OK) r->status = AV_ERR_MEMORY;
    return false;
}

/* Little-endian; each becomes one load. */
static inline uint16_t load16(const char *bytes) {
    const unsigned char *b = (const unsigned char *)bytes;
    return (uint16_t)(b[0] | b[1] << 8);
}

static inline uint32_t load32(const char *bytes) {
    const unsigned char *b = (const unsigned char *)bytes;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static inline uint64_t load64(const char *bytes) {
    return load32(bytes) | (uint64_t)load32(bytes + 4) << 32;
}

/** The next `count` bytes of the section, NULL when there are not so many. */
static const char *take(reader *r, uint64_t count) {
    if (r->status != AV_OK) return NULL;
    if (count > r->end - r->at) {
        fail(r, "a section ends too early");
        return NULL;
    }
    const char *bytes = r->bytes + r->at;
    r->at += (size_t)count;
    return bytes;
}

static uint32_t take32(reader *r) {
    const char *bytes = take(r, 4);
    return bytes != NULL ? load32(bytes) : 0;
}

/* ---- rows */

static void read_rows(reader *r, const av_image_row *row, uint32_t count, char *to_items);

static void read_choice(reader *r, const av_image_field *field, unsigned char chosen, char *to) {
    const uint32_t wide = chosen;
    if (chosen >= field->count) fail(r, "a number without a meaning");
    else if (field->size == sizeof wide) memcpy(to, &wide, sizeof wide);
    else memcpy(to, &chosen, 1);
}

static void read_text(reader *r, uint32_t number, char *to) {
    if (number >= r->text_count) fail(r, "a text that does not exist");
    else memcpy(to, &r->texts[number], sizeof *r->texts);
}

/** One row into zeroed memory. */
static void read_row(reader *r, const av_image_row *row, size_t width, char *item) {
    const char *from = take(r, width);
    if (from == NULL) return;
    for (const av_image_field *field = row->fields; field < row->fields + row->field_count;
         field++) {
        char *to = item + field->offset;
        switch ((av_image_kind)field->kind) {
        case AV_FIELD_WORDS:
            if (AV_IMAGE_IN_PLACE) {
                memcpy(to, from, (size_t)field->count * 4);
                from += (size_t)field->count * 4;
                break;
            }
            for (uint32_t i = 0; i < field->count; i++, to += 4, from += 4) {
                const uint32_t word = load32(from);
                memcpy(to, &word, sizeof word);
            }
            break;
        case AV_FIELD_LONGS:
            for (uint32_t i = 0; i < field->count; i++, to += 8, from += 8) {
                const uint64_t word = load64(from);
                memcpy(to, &word, sizeof word);
            }
            break;
        case AV_FIELD_HALVES:
            for (uint32_t i = 0; i < field->count; i++, to += 2, from += 2) {
                const uint16_t word = load16(from);
                memcpy(to, &word, sizeof word);
            }
            break;
        case AV_FIELD_BYTES:
            memcpy(to, from, field->count);
            from += field->count;
            break;
        case AV_FIELD_CHOICE: read_choice(r, field, (unsigned char)*from++, to); break;
        case AV_FIELD_TEXT:
            read_text(r, load32(from), to);
            from += 4;
            break;
        case AV_FIELD_ROWS: {
            const uint32_t count = load32(from);
            from += 4;
            if (count == 0) break;
            memcpy(item + field->count, &count, sizeof count);
            read_rows(r, field->row, count, to);
            break;
        }
        }
    }
}

/** The rows of a table, to which the pointer at `to_items` will point: used where they are when they are plain. */
static void read_rows(reader *r, const av_image_row *row, uint32_t count, char *to_items) {
    const size_t width = av_image_width(row);
    const char *items = NULL;
    if (r->status == AV_OK && count > (r->end - r->at) / width)
        fail(r, "a table larger than its section");
    if (r->status != AV_OK) return;
    if (AV_IMAGE_IN_PLACE && row->plain) {
        items = take(r, (uint64_t)count * width);
    } else {
        char *made = av_arena_array(r->arena, count, row->size);
        if (made == NULL) no_memory(r);
        for (uint32_t i = 0; i < count && r->status == AV_OK; i++)
            read_row(r, row, width, made + (size_t)i * row->size);
        items = made;
    }
    memcpy(to_items, &items, sizeof items);
}

static void read_table(reader *r, const av_image_table *table) {
    char *program = (char *)r->program;
    const uint32_t count = take32(r);
    memcpy(program + table->count, &count, sizeof count);
    read_rows(r, table->row, count, program + table->items);
}

/* ---- texts: u32 texts, u32 length ..., then their bytes, one after the other */

static bool begins_character(char byte) {
    return ((unsigned char)byte & 0xC0) != 0x80;
}

static void read_texts(reader *r) {
    const uint32_t count = take32(r);
    const char *lengths = take(r, (uint64_t)count * 4);
    if (lengths == NULL) return;
    const av_text all = {r->bytes + r->at, r->end - r->at};
    r->texts = av_arena_piece(r->arena, ((size_t)count + 1) * sizeof *r->texts);
    if (r->texts == NULL) {
        no_memory(r);
        return;
    }
    size_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t length = load32(lengths + (size_t)i * 4);
        if (length > all.len - at) {
            fail(r, "a text longer than its section");
            return;
        }
        if (length > 0 && !begins_character(all.ptr[at])) fail(r, "a text that is not UTF-8");
        r->texts[i] = (av_text){all.ptr + at, length};
        at += length;
    }
    /* All together are valid and each begins with a character: so each is valid. */
    if (av_utf8_invalid(av_text_slice(all, 0, at)) != SIZE_MAX) fail(r, "a text that is not UTF-8");
    for (; at < all.len && (r->at + at) % 4 != 0; at++)
        if (all.ptr[at] != 0) fail(r, "something follows the last text");
    if (count == 0 || r->texts[0].len > 0) fail(r, "the first text is not the empty one");
    r->text_count = count;
    r->at += at;
}

/* ---- constants */

static void read_value(reader *r, av_value *to, unsigned depth);

static void read_items(reader *r, av_value *items, size_t count, unsigned depth) {
    for (size_t i = 0; i < count && r->status == AV_OK; i++) read_value(r, &items[i], depth + 1);
}

/* Where a list's or record's items are in the room for values. */
static void *take_values(reader *r, size_t head, size_t count) {
    char *taken = r->values;
    r->values += head + count * sizeof(av_value);
    return taken;
}

static void read_list(reader *r, av_value *to, uint64_t count, unsigned depth) {
    if (count > AV_LIST_ITEMS || count > (r->end - r->at) / AV_IMAGE_VALUE_BYTES) {
        fail(r, "a list larger than its section");
        return;
    }
    av_list *list = take_values(r, sizeof *list, (size_t)count);
    list->count = (size_t)count;
    read_items(r, list->items, list->count, depth);
    *to = (av_value){.kind = AV_LIST, .as.list = list};
}

static void read_record(reader *r, av_value *to, uint32_t type, uint64_t given, unsigned depth) {
    const av_program *p = r->program;
    const uint32_t count =
        type < p->record_count ? p->records[type].field_count : AV_RECORD_FIELDS + 1;
    if (count > AV_RECORD_FIELDS || count > (r->end - r->at) / AV_IMAGE_VALUE_BYTES) {
        fail(r, "a record that does not fit its type");
        return;
    }
    av_record *record = take_values(r, sizeof *record, count);
    *record = (av_record){.given = given, .count = count};
    read_items(r, record->fields, count, depth);
    *to = (av_value){.kind = AV_RECORD, .type = type, .as.record = record};
}

static void read_set(reader *r, av_value *to, uint32_t type, uint16_t count) {
    const char *from = take(r, (uint64_t)count * 8);
    if (from == NULL) return;
    uint64_t *words = take_values(r, (size_t)count * 8, 0);
    for (uint32_t w = 0; w < count; w++) words[w] = load64(from + (size_t)w * 8);
    if (count > AV_SET_WORDS || (count > 0 && words[count - 1] == 0))
        fail(r, "a set with too many members");
    *to = (av_value){
        .kind = AV_SET, .words = count, .type = type, .as.words = count > 0 ? words : NULL};
}

static void read_value(reader *r, av_value *to, unsigned depth) {
    const char *row = take(r, AV_IMAGE_VALUE_BYTES);
    if (depth > AV_IMAGE_VALUE_DEPTH) fail(r, "a constant nested too deeply");
    if (r->status != AV_OK) return;
    const uint32_t type = load32(row + 4);
    const uint64_t payload = load64(row + 8);
    *to = av_none();
    switch ((av_kind)row[0]) {
    case AV_STRING:
        if (payload >= r->text_count) fail(r, "a text that does not exist");
        else *to = (av_value){.kind = AV_STRING, .as.string = &r->texts[payload]};
        break;
    case AV_SET: read_set(r, to, type, load16(row + 2)); break;
    case AV_LIST: read_list(r, to, payload, depth); break;
    case AV_RECORD: read_record(r, to, type, payload, depth); break;
    case AV_FRAGMENT: fail(r, "a number without a meaning"); break;
    default:
        if ((unsigned char)row[0] > AV_FRAGMENT) fail(r, "a number without a meaning");
        *to = (av_value){.kind = (uint8_t)row[0],
                         .scale = (uint8_t)row[1],
                         .type = type,
                         .as.integer = (int64_t)payload};
        break;
    }
}

static void read_constants(reader *r) {
    av_program *p = r->program;
    const uint32_t count = take32(r);
    const size_t rows = (r->end - r->at) / AV_IMAGE_VALUE_BYTES;
    if (count > rows) fail(r, "a table larger than its section");
    if (r->status != AV_OK) return;
    /* Every value stands in one place, and heads at most one list or record. */
    enum {
        MOST = sizeof(av_value) +
               (sizeof(av_record) > sizeof(av_list) ? sizeof(av_record) : sizeof(av_list))
    };
    r->values = av_arena_piece(r->arena, (rows + 1) * MOST);
    if (r->values == NULL) {
        no_memory(r);
        return;
    }
    p->constants = take_values(r, 0, count);
    p->constant_count = count;
    read_items(r, p->constants, count, 0);
}

/* ---- all of it */

typedef struct header {
    uint32_t version, oldest;
    uint64_t size, machine, reserved;
} header;

bool av_image_is(av_text bytes) {
    return bytes.len >= sizeof av_image_magic &&
           memcmp(bytes.ptr, av_image_magic, sizeof av_image_magic) == 0;
}

/** NULL when the header is that of an image which can be read here. */
static const char *check_header(av_text bytes) {
    if (!av_image_is(bytes)) return "the file is no compiled rules";
    if (bytes.len < AV_IMAGE_HEADER) return "the file is cut short";
    const header h = {.version = load32(bytes.ptr + 8),
                      .oldest = load32(bytes.ptr + 12),
                      .size = load64(bytes.ptr + 16),
                      .machine = load64(bytes.ptr + 32),
                      .reserved = load64(bytes.ptr + 40)};
    if (h.version < AV_IMAGE_OLDEST || h.oldest > AV_IMAGE_VERSION || h.oldest > h.version)
        return "the rules were compiled by a version of archvm that is too old or too new";
    if (h.size != bytes.len) return "the file is longer or shorter than it says";
    if (bytes.len > AV_IMAGE_BYTES) return "the file is too large";
    if (h.machine != av_image_machine())
        return "the rules were compiled for another instruction set";
    return h.reserved == 0 ? NULL : "a reserved number is not 0";
}

/** Goes into the section that comes next. */
static void enter_section(reader *r, size_t size, uint32_t expected) {
    if (r->status == AV_OK && r->at != r->end) fail(r, "a section is longer than its contents");
    r->end = size;
    const uint32_t tag = take32(r), reserved = take32(r);
    const char *bytes = take(r, 8);
    if (bytes == NULL) return;
    const uint64_t length = load64(bytes);
    if (tag != expected || reserved != 0) fail(r, "a section is missing or unknown");
    if (length > size - r->at) fail(r, "a section is longer than the file");
    else r->end = r->at + (size_t)length;
}

static void leave_last_section(reader *r, size_t size) {
    if (r->status == AV_OK && r->at != r->end) fail(r, "a section is longer than its contents");
    if (r->status == AV_OK && r->at != size) fail(r, "something follows the last section");
}

/** Reads tables from number `first` on up to the one whose section is called `until`; 0: all. Gives the number of the first that was
 * not read. */
static size_t read_tables(reader *r, size_t size, size_t first, uint32_t until) {
    size_t count, i = first;
    const av_image_table *tables = av_image_tables(&count);
    for (; i < count && r->status == AV_OK && (until == 0 || tables[i].tag != until); i++) {
        if (tables[i].tag != 0) enter_section(r, size, tables[i].tag);
        read_table(r, &tables[i]);
    }
    return i;
}

/** Goes into the section of that name, past those before it. */
static void enter_later_section(reader *r, size_t size, uint32_t wanted) {
    for (uint32_t tag = 0; r->status == AV_OK && tag != wanted;) {
        r->at = r->end;
        r->end = size;
        tag = take32(r);
        (void)take32(r);
        const char *bytes = take(r, 8);
        const uint64_t length = bytes != NULL ? load64(bytes) : 0;
        if (length > size - r->at) fail(r, "a section is longer than the file");
        else r->end = r->at + (size_t)length;
    }
}

/** The map from names to definitions, made the way av_program_find looks into it. */
static av_status map_names(av_program *p) {
    av_map_init(&p->def_by_name, &p->arena);
    for (uint32_t i = 0; i < p->def_count; i++) {
        uint64_t hash = av_hash(p->defs[i].name, 0), taken;
        while (av_map_get(&p->def_by_name, hash, &taken)) hash++;
        AV_TRY(av_map_set(&p->def_by_name, hash, i));
    }
    return AV_OK;
}

/* An image is read in two steps. The first reads what the rest is made of: texts, types, enums and records. Then come, side by
 * side, all other tables; and the constants, which need nothing else, with the checksum: reading is safe whatever the bytes. */
typedef struct opening {
    reader tables, constants;
    size_t next;    /**< number of the first table that is not read yet */
    av_arena arena; /**< of the constants */
    av_text bytes;
    bool intact;
} opening;

static const uint32_t tag_of_procs = AV_IMAGE_TAG('P', 'R', 'O', 'C'),
                      tag_of_constants = AV_IMAGE_TAG('C', 'O', 'N', 'S');

static void read_first(opening *o) {
    reader *r = &o->tables;
    const size_t size = o->bytes.len;
    enter_section(r, size, AV_IMAGE_TAG('T', 'E', 'X', 'T'));
    read_texts(r);
    enter_section(r, size, AV_IMAGE_TAG('P', 'R', 'O', 'G'));
    read_row(r, av_image_program_row(), av_image_width(av_image_program_row()), (char *)r->program);
    o->next = read_tables(r, size, 0, tag_of_procs);
}

static void read_rest(opening *o) {
    reader *r = &o->tables;
    av_program *program = r->program;
    (void)read_tables(r, o->bytes.len, o->next, 0);
    enter_section(r, o->bytes.len, tag_of_constants);
    r->at = r->end; /* which are read elsewhere */
    leave_last_section(r, o->bytes.len);
    if (r->status == AV_OK) r->status = map_names(program);
    if (r->status == AV_OK)
        program->verified = AV_NEW_ARRAY(r->arena, _Atomic uint8_t, program->proc_count);
    if (r->status == AV_OK)
        r->status = program->verified != NULL ? av_verify_tables(program, &r->why) : AV_ERR_MEMORY;
}

static void read_values(opening *o) {
    reader *r = &o->constants;
    enter_later_section(r, o->bytes.len, tag_of_constants);
    read_constants(r);
    leave_last_section(r, o->bytes.len);
    if (r->status == AV_OK) r->status = av_verify_constants(r->program, &r->why);
}

static void open_part(void *work, size_t index) {
    opening *o = work;
    if (index == 0) {
        read_rest(o);
        return;
    }
    o->intact = load64(o->bytes.ptr + 24) ==
                av_hash(av_text_slice(o->bytes, AV_IMAGE_HEADER, o->bytes.len), 0);
    read_values(o);
}

/** Both steps; what failed first in the order of the file. */
static av_status read_all(opening *o, const av_executor *executor) {
    read_first(o);
    o->constants = o->tables;
    o->constants.arena = &o->arena;
    av_do_tasks(executor, 2, open_part, o);
    av_arena_adopt(o->tables.arena, &o->arena);
    if (o->tables.status == AV_OK && o->constants.status != AV_OK) {
        o->tables.status = o->constants.status;
        o->tables.why = o->constants.why;
    }
    if (o->tables.status != AV_ERR_MEMORY && !o->intact) {
        o->tables.status = AV_ERR_CORRUPT;
        o->tables.why = "the file's checksum is wrong";
    }
    return o->tables.status;
}

/** `copy`: the bytes are the caller's and may go away. */
static av_status open_image(const av_alloc *host, const av_executor *executor, av_text bytes,
                            bool copy, av_program **out, const char **why) {
    *out = NULL;
    *why = check_header(bytes);
    if (*why != NULL) return AV_ERR_CORRUPT;
    av_program *program = av_alloc_new(host, sizeof *program);
    if (program == NULL) return AV_ERR_MEMORY;
    memset(program, 0, sizeof *program);
    av_arena_init(&program->arena, host, 0);
    if (copy) bytes.ptr = av_arena_copy(&program->arena, bytes.ptr, bytes.len);
    if (bytes.ptr == NULL) {
        av_program_free(program);
        return AV_ERR_MEMORY;
    }
    opening o = {.tables = {.program = program,
                            .arena = &program->arena,
                            .bytes = bytes.ptr,
                            .at = AV_IMAGE_HEADER,
                            .end = AV_IMAGE_HEADER},
                 .bytes = bytes};
    av_arena_init(&o.arena, host, 0);
    const av_status status = read_all(&o, executor);
    *why = o.tables.why;
    if (status == AV_OK) *out = program;
    else av_program_free(program);
    return status;
}

av_status av_image_open(const av_alloc *host, const av_executor *executor, av_text bytes,
                        av_program **out, const char **why) {
    enum { WORD = sizeof(uint64_t) };
    return open_image(host, executor, bytes, (uintptr_t)bytes.ptr % WORD != 0, out, why);
}

av_status av_image_read(const av_alloc *host, av_text bytes, av_program **out, const char **why) {
    const av_executor alone = {0};
    AV_TRY(open_image(host, &alone, bytes, true, out, why));
    const av_status status = av_verify_code(*out, why);
    if (status != AV_OK) {
        av_program_free(*out);
        *out = NULL;
    }
    return status;
}
