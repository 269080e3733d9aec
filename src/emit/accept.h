/* Reading structured files back, quickly. Each of these reads a text in one pass, without building anything, and accepts only
 * what it is sure of: a text that is accepted is well-formed; one that is not may be well-formed all the same, and is a matter
 * for the format's own parser. Rules write the plain forms of both formats, so that this is rare. */
#ifndef AV_EMIT_ACCEPT_H
#define AV_EMIT_ACCEPT_H

#include "base/text.h"

enum {
    AV_ACCEPT_DEPTH = 256, /**< deepest nesting that is accepted */
    AV_ACCEPT_KEYS = 4096, /**< most keys of the objects that are open at once in JSON ... */
    AV_ACCEPT_OWN = 512    /**< ... and of one of them: they are compared with each other */
};

/** One JSON value (RFC 8259) in UTF-8; keys of an object differ and need no escapes. */
bool av_accept_json(av_text text);

/**
 * A YAML document of block mappings, block sequences and scalars of one line (plain, single- or double-quoted) or literal ones,
 * with whole-line comments; its only flow collections are `[]` and `{}`.
 */
bool av_accept_yaml(av_text text);

#endif
