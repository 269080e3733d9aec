/* JSON text, written piece by piece: commas, line breaks and escapes are the writer's business.
 * Deterministic. */
#ifndef AV_BASE_JSON_H
#define AV_BASE_JSON_H

#include "base/num.h"

enum { AV_JSON_DEPTH = 256 /**< deepest nesting; beyond it the buffer fails with AV_ERR_LIMIT */ };

typedef struct av_json {
    av_buf *out;
    bool pretty; /**< two spaces a level and a member a line; otherwise one line without white space
                  */
    bool after_key; /**< the next value belongs to the key just written */
    uint32_t row;   /**< containers deeper than this stand on one line; AV_JSON_DEPTH: none do */
    uint32_t depth;
    uint8_t level[AV_JSON_DEPTH]; /**< bit 0: an object; bit 1: has a member already */
} av_json;

/** Starts a document at the end of `out`. Failures stay in `out->status`. */
void av_json_init(av_json *json, av_buf *out, bool pretty);

/** Open a container as the next value; av_json_end closes the innermost one. */
void av_json_object(av_json *json);
void av_json_array(av_json *json);
void av_json_end(av_json *json);
/** The next container, with all it holds, stands on one line without white space. */
void av_json_row(av_json *json);

/** The name of an object's next member. */
void av_json_key(av_json *json, av_text key);

/** Values. Bytes that are not UTF-8 become U+FFFD. */
void av_json_text(av_json *json, av_text text);
void av_json_int(av_json *json, int64_t value);
/** A number with its exact digits: 99.95. */
void av_json_decimal(av_json *json, av_decimal value);
void av_json_bool(av_json *json, bool value);
void av_json_null(av_json *json);
/** A number, true, false or null that is written already. */
void av_json_raw(av_json *json, av_text value);

/** `text` as a JSON string with its quotes, outside any writer. */
void av_json_quote(av_buf *out, av_text text);

#endif
