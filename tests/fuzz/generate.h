/* Programs made from bytes: each byte is a choice, so that a fuzzer that changes bytes changes expressions, cases and templates.
 * Most of what comes out compiles. */
#ifndef AV_TEST_FUZZ_GENERATE_H
#define AV_TEST_FUZZ_GENERATE_H

#include "base/buf.h"

/** Appends a whole program; when the bytes are used up, the simplest choices are taken. */
void fuzz_generate(const uint8_t *data, size_t size, av_buf *out);

#endif
