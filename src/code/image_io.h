/* One description of the image for both directions: every function here writes what it is given, or
 * reads into it. Internal to this folder. Failure is sticky; after it, reading gives zeros. While
 * writing, nothing of the program is changed. */
#ifndef AV_CODE_IMAGE_IO_H
#define AV_CODE_IMAGE_IO_H

#include "code/image.h"

enum {
    AV_IMAGE_HEADER = 48,     /**< bytes */
    AV_IMAGE_TAG_BYTES = 16,  /**< before each section's contents */
    AV_IMAGE_VALUE_DEPTH = 64 /**< deepest nesting of a constant */
};

extern const unsigned char av_image_magic[8];

typedef struct av_image_io {
    bool reading;
    av_buf *out;       /**< writing */
    const char *bytes; /**< reading: the whole image, which lives as long as the program */
    size_t at, end;    /**< reading: the rest of the section at work */
    av_arena *arena;   /**< reading: the program's */
    av_status status;
    const char *why;
} av_image_io;

/** Records the first failure: the image cannot be read, because `why`. */
void av_io_fail(av_image_io *io, const char *why);
/* Numbers, the lowest byte first. */
void av_io_u8(av_image_io *io, uint8_t *value);
void av_io_u32(av_image_io *io, uint32_t *value);
void av_io_u64(av_image_io *io, uint64_t *value);

typedef void av_image_visit(av_image_io *io, av_program *program);

typedef struct av_image_section {
    uint32_t tag; /**< four letters */
    av_image_visit *visit;
} av_image_section;

/** The sections, in the order in which they stand. */
const av_image_section *av_image_sections(size_t *count);
/** Hash of the tables an image depends on. */
uint64_t av_image_machine(void);

#endif
