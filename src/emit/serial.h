/* Value trees as JSON and YAML files.
 *
 *   bool, int, decimal    a truth value or number; decimals with their exact digits
 *   text, ref, fragment   a string; quoted in YAML wherever a reader might take it for something else
 *   enum                  its label;  set: a list of labels, in the enum's order
 *   money                 { "amount": whole minor units, "currency": "USD" }
 *   list                  a list; of records declared `by key` a mapping from each key to the rest of its record, or to its
 *                         field `value` when that is all there is besides
 *   record                a mapping, fields in the order of their declaration under the names they are emitted by; options
 *                         that are none are left out
 *   none                  null, where it cannot be left out
 */
#ifndef AV_EMIT_SERIAL_H
#define AV_EMIT_SERIAL_H

#include "base/json.h"
#include "sema/program.h"

enum {
    AV_SERIAL_DEPTH = 100 /**< deepest nesting of an emitted value; beyond it AV_ERR_LIMIT */
};

/** Whether `format` has a serialiser: JSON and YAML. */
bool av_serial_has(av_format format);

/** Writes a value as the next one of `json`. Failures stay in its buffer. */
void av_serial_json(const av_program *program, av_value value, av_json *json);

/** Why a text is not accepted. */
typedef struct av_serial_problem {
    uint32_t line, column; /**< from 1; 0 if unknown */
    char message[160];     /**< NUL-ended; of a parser in its words */
} av_serial_problem;

/**
 * The whole file at the end of `out`, pretty-printed, ending in a line break. `format` is one that av_serial_has. What is written is
 * valid: parsers of the format read it back as the same value. AV_ERR_INPUT with `problem`, which has no place, when a mapping would
 * have a key twice; AV_ERR_LIMIT beyond AV_SERIAL_DEPTH or the ceiling of `out`. After a failure `out` holds nothing of use.
 */
av_status av_serial_write(const av_program *program, av_format format, av_value value, av_buf *out,
                          av_serial_problem *problem) AV_MUST_USE;

/**
 * Reads `text`, which was not written by av_serial_write, with a parser of the format (libyaml, jansson). AV_ERR_INPUT with
 * `problem` filled if that refuses it; AV_OK also for a format without a parser.
 */
av_status av_serial_check(av_format format, av_text text, av_serial_problem *problem) AV_MUST_USE;

#endif
