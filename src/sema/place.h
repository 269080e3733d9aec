/* Where in a template a value stands: follows the literal text of a template at compile time,
 * nested fences included, and says how a value must be escaped there. A small value type: copy it
 * to follow two branches. */
#ifndef AV_SEMA_PLACE_H
#define AV_SEMA_PLACE_H

#include "sema/program.h"

typedef struct av_place_state {
    uint8_t format; /**< av_format of the template itself */
    uint8_t inner; /**< av_format of the fence we are in (Markdown only); = format outside fences */
    uint8_t mode;  /**< the tracker's own state within the format (text, cell, link, string, comment
                      ...) */
    uint8_t flags;
    bool unsafe_line; /**< a value alone on a line of a here-document: it could be the word that
                         ends it */
    uint16_t fence_length; /**< backticks or tildes of the open fence, 0 outside */
    uint16_t column;       /**< bytes since the line began, capped */
    uint32_t detail;
} av_place_state;

/** The beginning of a template of this format. */
void av_place_start(av_place_state *state, av_format format);
/** The literal text `text` comes next. */
void av_place_literal(av_place_state *state, av_text text);
/** A value comes next (its text is unknown; it is assumed to be escaped as av_place_escape
 * says). */
void av_place_value(av_place_state *state);
/** How a text value must be escaped at this place. */
av_escape av_place_escape(const av_place_state *state);
/** How a bool, int or decimal is written: as av_place_escape says, but without quotes where a
 * format knows numbers. */
av_escape av_place_escape_number(const av_place_state *state);
/** Whether a fragment of `format` may stand here as it is. */
bool av_place_accepts(const av_place_state *state, av_format format);
/**
 * Same place for all that follows: both branches of an `if` must end alike, a loop's body where it
 * began. Small differences (a line just begun or not, a name just begun or not) do not count.
 */
bool av_place_same(const av_place_state *a, const av_place_state *b);
/** After two branches that end alike: `into` becomes the place that is right after either of
 * them. */
void av_place_join(av_place_state *into, const av_place_state *other);
/**
 * A mistake in the literal text around values seen so far, as a sentence without its full stop, or
 * NULL: an unquoted scalar of which a value is only a part, a line of a here-document that is
 * nothing but a value. Stays once seen.
 */
const char *av_place_problem(const av_place_state *state);
/** "a Mermaid label", for messages. */
const char *av_place_describe(const av_place_state *state);

#endif
