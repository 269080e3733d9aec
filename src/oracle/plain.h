/* The plain evaluator: walks typed trees, slowly and obviously. The machine is tested against it.
 * It shares the operators, the built-in functions and the builder of texts with the machine,
 * nothing else. */
#ifndef AV_ORACLE_PLAIN_H
#define AV_ORACLE_PLAIN_H

#include "vm/run.h"

/** An av_execute_fn: evaluates the procedure's tree; a program read from an image has none and
 * fails. */
av_status av_plain_execute(av_run *run, uint32_t proc, const av_value *args, av_value *out,
                           uint32_t *chosen) AV_MUST_USE;

#endif
