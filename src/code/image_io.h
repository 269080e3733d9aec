/* The image's layout as tables, and what reads and writes by them. Internal to this folder.
 *
 *     section   u32 rows, row row ...          a row: its fields one after the other, zeros up to a multiple of four, then the
 *                                              rows of its inner tables, whose numbers are among the fields
 *     text      u32                            which of the section TEXT; 0: the empty text
 *     value     u8 kind, u8 scale, u16 words, u32 type, u64 payload
 *
 * A text's number is its place in the section TEXT, where each text stands once. A value's payload is its number, its text,
 * the count of a list's items or a record's mask of given fields; items and fields follow it, as do the 64-bit words of a set. */
#ifndef AV_CODE_IMAGE_IO_H
#define AV_CODE_IMAGE_IO_H

#include "code/image.h"

#include <stddef.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define AV_IMAGE_IN_PLACE 1
#else
#define AV_IMAGE_IN_PLACE 0
#endif

enum {
    AV_IMAGE_HEADER = 48,    /**< bytes */
    AV_IMAGE_TAG_BYTES = 16, /**< before each section's contents */
    AV_IMAGE_VALUE_BYTES = 16,
    AV_IMAGE_VALUE_DEPTH = 64 /**< deepest nesting of a constant */
};

extern const unsigned char av_image_magic[8];

typedef enum av_image_kind {
    AV_FIELD_WORDS,  /**< `count` numbers of 32 bits */
    AV_FIELD_LONGS,  /**< of 64 bits */
    AV_FIELD_HALVES, /**< of 16 bits */
    AV_FIELD_BYTES,
    AV_FIELD_CHOICE, /**< a number below `count`, in a byte; in memory an enum, a bool or a byte */
    AV_FIELD_TEXT,
    AV_FIELD_ROWS /**< a pointer to the rows of an inner table, their number at `count` */
} av_image_kind;

typedef struct av_image_field {
    uint8_t kind; /**< av_image_kind */
    uint8_t size; /**< CHOICE: bytes in memory */
    uint16_t offset;
    uint32_t count;
    const struct av_image_row *row; /**< ROWS */
} av_image_field;

typedef struct av_image_row {
    uint32_t size; /**< bytes in memory */
    uint32_t field_count;
    const av_image_field *fields;
    /** The bytes are those a little-endian machine has in memory, and are used where they are. */
    bool plain;
} av_image_row;

/** A table of the program: a section is one or more. */
typedef struct av_image_table {
    uint32_t tag;          /**< four letters: a section begins; 0: it goes on */
    uint32_t items, count; /**< offsets of its pointer and its number of rows in av_program */
    const av_image_row *row;
} av_image_table;

/** The tables, in the order in which they stand. The texts stand before them, the constants after them. */
const av_image_table *av_image_tables(size_t *count);
/** Numbers and bytes of the program itself. */
const av_image_row *av_image_program_row(void);
/** Hash of the tables an image depends on. */
uint64_t av_image_machine(void);

/** Bytes of a row's fields in an image. */
size_t av_image_width(const av_image_row *row);

#define AV_IMAGE_TAG(a, b, c, d)                                                                   \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

#endif
