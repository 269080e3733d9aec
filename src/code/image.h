/* The `.archc` file: a checked, compiled program without its trees, in a form that is the same on
 * every machine.
 *
 *     +--------+---------+--------+------+----------+---------+------------------------+
 *     | magic  | version | oldest | size | checksum | machine | section section ...    |
 *     +--------+---------+--------+------+----------+---------+------------------------+
 *                                                     section: tag, size, contents
 *
 * Numbers are little-endian and of fixed width, texts are a length and UTF-8. `machine` is a hash
 * of the tables of instructions, built-in functions and the like: an image for another table is
 * refused rather than misread. */
#ifndef AV_CODE_IMAGE_H
#define AV_CODE_IMAGE_H

#include "sema/program.h"

enum {
    AV_IMAGE_VERSION = 3,              /**< of the images written here */
    AV_IMAGE_OLDEST = 3,               /**< oldest images still read */
    AV_IMAGE_BYTES = 256 * 1024 * 1024 /**< longest image */
};

/** Appends the image of a generated program to `out` (which needs a ceiling of AV_IMAGE_BYTES). */
av_status av_image_write(const av_program *program, av_buf *out) AV_MUST_USE;

/** Whether bytes begin like an image. */
bool av_image_is(av_text bytes);

/**
 * Reads and verifies an image. `bytes` are copied. On success the caller frees `*out` with
 * av_program_free; on AV_ERR_CORRUPT
 * `*why` says what is wrong (a sentence that needs no freeing).
 */
av_status av_image_read(const av_alloc *host, av_text bytes, av_program **out,
                        const char **why) AV_MUST_USE;

/**
 * Accepts a program whose every index and operand lies inside its tables, whose jumps stay inside
 * their procedures, and whose definitions and functions need neither themselves nor more depth than
 * the machine has. AV_ERR_CORRUPT and `*why` otherwise. What a register holds when an instruction
 * looks at it is checked by the machine.
 */
av_status av_verify(const av_program *program, const char **why) AV_MUST_USE;

#endif
