/* Values of the language as JSON, and as rules write them. */
#ifndef AV_ENGINE_JSON_VALUE_H
#define AV_ENGINE_JSON_VALUE_H

#include "base/json.h"
#include "sema/program.h"

/**
 * A value: enums and sets by label, money as {"value": minor units, "unit": "USD cents"}, rendered
 * text as text, none as null.
 */
void av_json_value(av_json *json, const av_program *program, av_value value);
/** "USD cents", "JPY": what whole minor units of a currency are called. */
void av_money_unit(av_currency currency, av_buf *out);
/** As a rule would write it: enum members by name, texts in quotes; for messages of tests. */
void av_show_value(const av_program *program, av_value value, av_buf *out);

#endif
