/* The `.archc` file: a checked, compiled program without its trees, in a form that is the same on
 * every machine.
 *
 *     +--------+---------+--------+------+----------+---------+------------------------+
 *     | magic  | version | oldest | size | checksum | machine | section section ...    |
 *     +--------+---------+--------+------+----------+---------+------------------------+
 *                                                     section: tag, size, contents
 *
 * Numbers are little-endian and of fixed width; every text stands once, UTF-8, and is named by its
 * number. Code and other tables of numbers alone are used where they are in the file's bytes.
 * `machine` is a hash of the tables of instructions, built-in functions and the like: an image for
 * another table is refused rather than misread.
 *
 * Opening an image verifies its header and its tables. Code may wait: no procedure runs before it
 * was verified, and a run needs a part of them. */
#ifndef AV_CODE_IMAGE_H
#define AV_CODE_IMAGE_H

#include "base/executor.h"
#include "sema/program.h"

enum {
    AV_IMAGE_VERSION = 4,              /**< of the images written here */
    AV_IMAGE_OLDEST = 4,               /**< oldest images still read */
    AV_IMAGE_BYTES = 256 * 1024 * 1024 /**< longest image */
};

/** Appends the image of a generated program to `out` (which needs a ceiling of AV_IMAGE_BYTES). */
av_status av_image_write(const av_program *program, av_buf *out) AV_MUST_USE;

/** Whether bytes begin like an image. */
bool av_image_is(av_text bytes);

/**
 * Reads and verifies all of an image. `bytes` are copied. On success the caller frees `*out` with
 * av_program_free; on AV_ERR_CORRUPT `*why` says what is wrong (a sentence that needs no freeing).
 */
av_status av_image_read(const av_alloc *host, av_text bytes, av_program **out,
                        const char **why) AV_MUST_USE;

/**
 * The same at once: `bytes` are not copied and must stay as they are until the program is freed,
 * and of the code nothing is verified yet: each procedure is when it is first executed.
 */
av_status av_image_open(const av_alloc *host, const av_executor *executor, av_text bytes,
                        av_program **out, const char **why) AV_MUST_USE;

/**
 * Accepts a program whose every index in every table lies inside the table it is for, and whose
 * procedures own their instructions. AV_ERR_CORRUPT and `*why` otherwise.
 */
av_status av_verify_tables(const av_program *program, const char **why) AV_MUST_USE;
/** The same for the constants, which need the program's enums and records alone. */
av_status av_verify_constants(const av_program *program, const char **why) AV_MUST_USE;

/**
 * Why the instructions of a procedure may not be executed, or NULL: every operand lies inside its
 * table and every jump stays inside the procedure. What a register holds when an instruction looks
 * at it is checked by the machine. Needs a program whose tables are verified. Any thread may ask.
 */
const char *av_verify_proc(const av_program *program, uint32_t proc);

/**
 * Every procedure, and that definitions and functions need neither themselves nor more depth than
 * the machine has (which a run finds out on its way). Needs a program whose tables are verified.
 */
av_status av_verify_code(const av_program *program, const char **why) AV_MUST_USE;

/** All of it. */
av_status av_verify(const av_program *program, const char **why) AV_MUST_USE;

#endif
