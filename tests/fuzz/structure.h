/* What a reader of a format sees of a text, without the words in it: two texts that differ in values alone have one structure. */
#ifndef AV_TEST_FUZZ_STRUCTURE_H
#define AV_TEST_FUZZ_STRUCTURE_H

#include "sema/program.h"

/**
 * Appends the structure, by cmark-gfm, libyaml, jansson or a scanner of quotes, comments and brackets. Blocks of code in Markdown
 * are read as their own format. False when the text is none of the format at all.
 */
bool fuzz_structure(av_format format, av_text text, av_buf *out);

/** The value that shows what a template's own structure is. */
#define FUZZ_PLAIN "qz7"

#endif
