/* Writes a text value so that it is harmless and readable where it stands. The place was found at
 * compile time (sema/place.h). */
#ifndef AV_VM_ESCAPE_H
#define AV_VM_ESCAPE_H

#include "sema/program.h"

/**
 * Appends `text`, written for the place `mode`. In every mode control characters and characters
 * that change the direction of text are left out and bytes that are not UTF-8 become U+FFFD; only
 * AV_ESCAPE_NONE lets line breaks through. Gives the buffer's status.
 */
av_status av_escape_append(av_escape mode, av_text text, av_buf *out) AV_MUST_USE;

#endif
