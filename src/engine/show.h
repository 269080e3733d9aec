/* Values of the language as messages show them. */
#ifndef AV_ENGINE_SHOW_H
#define AV_ENGINE_SHOW_H

#include "base/json.h"
#include "sema/program.h"

/** "USD cents", "JPY": what whole minor units of a currency are called. */
void av_money_unit(av_currency currency, av_buf *out);
/** As a rule would write it: enum members by name, texts in quotes; for messages of tests. */
void av_show_value(const av_program *program, av_value value, av_buf *out);

#endif
