/* What every unit test includes: CMocka with the headers it wants, and checks of av_text. */
#ifndef AV_TEST_SUPPORT_UNIT_H
#define AV_TEST_SUPPORT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/text.h"

#define assert_ok(call) assert_int_equal((call), AV_OK)

/** `actual` has exactly the bytes of `expected` (NUL-ended). Prints both when not. */
#define assert_text(actual, expected) av_assert_text((actual), (expected), __FILE__, __LINE__)

void av_assert_text(av_text actual, const char *expected, const char *file, int line);

#endif
