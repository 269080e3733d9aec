#include "base/hash.h"
#include "base/intern.h"
#include "code/image_io.h"

#include <string.h>

/** Texts get their numbers while the sections behind them are written; both are put together at the end. */
typedef struct writer {
    av_buf *out;
    av_arena scratch;
    av_intern texts;
    av_status status;
} writer;

static inline void set_number(char *at, uint64_t value, size_t width) {
    for (size_t i = 0; i < width; i++) at[i] = (char)(value >> (8 * i) & 0xff);
}

static inline void put_number(av_buf *out, uint64_t value, size_t width) {
    const bool fits = out->status == AV_OK && width < out->cap - out->len;
    if (!fits && !av_buf_reserve(out, width)) return;
    set_number(out->ptr + out->len, value, width);
    out->len += width;
}

/** `count` numbers of `width` bytes from memory. */
static void put_run(av_buf *out, const char *from, uint32_t count, size_t width) {
    for (uint32_t i = 0; i < count; i++, from += width) {
        uint16_t half = 0;
        uint32_t word = 0;
        uint64_t whole = 0;
        memcpy(width == 2 ? (void *)&half : width == 4 ? (void *)&word : &whole, from, width);
        put_number(out, half | word | whole, width);
    }
}

static uint32_t number_of(writer *w, av_text text) {
    av_name name = 0;
    if (text.len > UINT32_MAX && w->status == AV_OK) w->status = AV_ERR_LIMIT;
    if (w->status == AV_OK) w->status = av_intern_add(&w->texts, text, &name);
    return name;
}

/* ---- rows */

static void put_rows(writer *w, const av_image_row *row, const char *to_items, uint32_t count);

static uint32_t load_count(const char *item, const av_image_field *field) {
    uint32_t count;
    memcpy(&count, item + field->count, sizeof count);
    return count;
}

static void put_choice(writer *w, const av_image_field *field, const char *from) {
    uint32_t wide = (unsigned char)*from;
    if (field->size == sizeof wide) memcpy(&wide, from, sizeof wide);
    put_number(w->out, wide, 1);
}

static void put_row(writer *w, const av_image_row *row, const char *item) {
    const size_t start = w->out->len;
    const av_image_field *end = row->fields + row->field_count;
    for (const av_image_field *field = row->fields; field < end; field++) {
        const char *from = item + field->offset;
        switch ((av_image_kind)field->kind) {
        case AV_FIELD_WORDS: put_run(w->out, from, field->count, 4); break;
        case AV_FIELD_LONGS: put_run(w->out, from, field->count, 8); break;
        case AV_FIELD_HALVES: put_run(w->out, from, field->count, 2); break;
        case AV_FIELD_BYTES: av_buf_put(w->out, (av_text){from, field->count}); break;
        case AV_FIELD_CHOICE: put_choice(w, field, from); break;
        case AV_FIELD_TEXT: {
            av_text text;
            memcpy(&text, from, sizeof text);
            put_number(w->out, number_of(w, text), 4);
            break;
        }
        case AV_FIELD_ROWS: put_number(w->out, load_count(item, field), 4); break;
        }
    }
    av_buf_fill(w->out, 0, (start - w->out->len) % 4);
    for (const av_image_field *field = row->fields; field < end; field++)
        if (field->kind == AV_FIELD_ROWS)
            put_rows(w, field->row, item + field->offset, load_count(item, field));
}

static void put_rows(writer *w, const av_image_row *row, const char *to_items, uint32_t count) {
    const char *items;
    memcpy(&items, to_items, sizeof items);
    if (AV_IMAGE_IN_PLACE && row->plain) {
        av_buf_put(w->out, (av_text){items, (size_t)count * row->size});
        return;
    }
    for (uint32_t i = 0; i < count && w->status == AV_OK && w->out->status == AV_OK; i++)
        put_row(w, row, items + (size_t)i * row->size);
}

static void put_table(writer *w, const av_image_table *table, const av_program *program) {
    uint32_t count;
    memcpy(&count, (const char *)program + table->count, sizeof count);
    put_number(w->out, count, 4);
    put_rows(w, table->row, (const char *)program + table->items, count);
}

/* ---- constants */

static void put_value(writer *w, av_value value, unsigned depth) {
    uint64_t payload = (uint64_t)value.as.integer;
    const av_value *items = NULL;
    size_t count = 0;
    if (depth > AV_IMAGE_VALUE_DEPTH && w->status == AV_OK) w->status = AV_ERR_LIMIT;
    if (w->status != AV_OK || w->out->status != AV_OK) return;
    if (value.kind == AV_STRING) {
        payload = number_of(w, *value.as.string);
    } else if (value.kind == AV_LIST) {
        items = value.as.list->items;
        payload = count = value.as.list->count;
    } else if (value.kind == AV_RECORD) {
        items = value.as.record->fields;
        count = value.as.record->count;
        payload = value.as.record->given;
    } else if (value.kind == AV_SET) {
        payload = 0;
    }
    put_number(w->out, value.kind, 1);
    put_number(w->out, value.scale, 1);
    put_number(w->out, value.kind == AV_SET ? value.words : 0, 2);
    put_number(w->out, value.type, 4);
    put_number(w->out, payload, 8);
    for (uint32_t i = 0; value.kind == AV_SET && i < value.words; i++)
        put_number(w->out, value.as.words[i], 8);
    for (size_t i = 0; i < count; i++) put_value(w, items[i], depth + 1);
}

static void put_constants(writer *w, const av_program *program) {
    put_number(w->out, program->constant_count, 4);
    for (uint32_t i = 0; i < program->constant_count; i++) put_value(w, program->constants[i], 0);
}

/* ---- all of it */

static size_t begin_section(av_buf *out, uint32_t tag) {
    const size_t head = out->len;
    put_number(out, tag, 4);
    av_buf_fill(out, 0, AV_IMAGE_TAG_BYTES - 4);
    return head;
}

static void end_section(av_buf *out, size_t head) {
    if (out->status == AV_OK)
        set_number(out->ptr + head + 8, out->len - head - AV_IMAGE_TAG_BYTES, 8);
}

/** All sections but the texts, whose numbers are given out here. */
static void put_program(writer *w, const av_program *program) {
    size_t count, head = begin_section(w->out, AV_IMAGE_TAG('P', 'R', 'O', 'G'));
    const av_image_table *tables = av_image_tables(&count);
    put_row(w, av_image_program_row(), (const char *)program);
    for (size_t i = 0; i < count && w->status == AV_OK; i++) {
        if (tables[i].tag != 0) {
            end_section(w->out, head);
            head = begin_section(w->out, tables[i].tag);
        }
        put_table(w, &tables[i], program);
    }
    end_section(w->out, head);
    head = begin_section(w->out, AV_IMAGE_TAG('C', 'O', 'N', 'S'));
    put_constants(w, program);
    end_section(w->out, head);
}

static void put_texts(const av_intern *texts, av_buf *out) {
    const size_t head = begin_section(out, AV_IMAGE_TAG('T', 'E', 'X', 'T'));
    put_number(out, texts->count, 4);
    for (size_t i = 0; i < texts->count; i++) put_number(out, texts->texts[i].len, 4);
    for (size_t i = 0; i < texts->count; i++) av_buf_put(out, texts->texts[i]);
    av_buf_fill(out, 0, (head - out->len) % 4);
    end_section(out, head);
}

/** Bytes of the tables in memory: about what the sections take, so that their buffer need not grow. */
static size_t table_bytes(const av_program *program) {
    size_t count, bytes = program->constant_count * (size_t)AV_IMAGE_VALUE_BYTES;
    const av_image_table *tables = av_image_tables(&count);
    for (size_t i = 0; i < count; i++) {
        uint32_t rows;
        memcpy(&rows, (const char *)program + tables[i].count, sizeof rows);
        bytes += (size_t)rows * tables[i].row->size;
    }
    return bytes;
}

static size_t text_bytes(const av_intern *texts) {
    size_t bytes = texts->count * sizeof(uint32_t);
    for (size_t i = 0; i < texts->count; i++) bytes += texts->texts[i].len;
    return bytes;
}

static av_status write_all(writer *w, const av_program *program, av_buf *out) {
    AV_TRY(av_intern_init(&w->texts, &w->scratch));
    w->texts.borrows = true;
    if (!av_buf_reserve(w->out, table_bytes(program))) return w->out->status;
    put_program(w, program);
    if (w->status == AV_OK) w->status = w->out->status;
    if (w->status != AV_OK) return w->status;
    const size_t start = out->len;
    if (!av_buf_reserve(out, AV_IMAGE_HEADER + 2 * AV_IMAGE_TAG_BYTES + text_bytes(&w->texts) +
                                 w->out->len))
        return out->status;
    av_buf_fill(out, 0, AV_IMAGE_HEADER);
    put_texts(&w->texts, out);
    av_buf_put(out, av_buf_text(w->out));
    if (out->status != AV_OK) return out->status;
    if (out->len - start > AV_IMAGE_BYTES) return AV_ERR_LIMIT;
    char *header = out->ptr + start;
    const av_text body = {header + AV_IMAGE_HEADER, out->len - start - AV_IMAGE_HEADER};
    memcpy(header, av_image_magic, sizeof av_image_magic);
    set_number(header + 8, AV_IMAGE_VERSION, 4);
    set_number(header + 12, AV_IMAGE_OLDEST, 4);
    set_number(header + 16, out->len - start, 8);
    set_number(header + 24, av_hash(body, 0), 8);
    set_number(header + 32, av_image_machine(), 8);
    return AV_OK;
}

av_status av_image_write(const av_program *program, av_buf *out) {
    av_buf sections;
    writer w = {.out = &sections};
    av_buf_init(&sections, &out->host, AV_IMAGE_BYTES);
    av_arena_init(&w.scratch, &out->host, 0);
    const av_status status = write_all(&w, program, out);
    av_buf_free(&sections);
    av_arena_free(&w.scratch);
    return status;
}
