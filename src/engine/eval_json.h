/* What a run decided, as JSON: the contract that other programs build on. */
#ifndef AV_ENGINE_EVAL_JSON_H
#define AV_ENGINE_EVAL_JSON_H

#include "base/json.h"
#include "vm/run.h"

/**
 * One object: archvm, rules, facts, decisions, conflicts, collections, checks. Runs the gate first,
 * so that values are those of the repaired model. AV_ERR_RUN as av_run_value.
 */
av_status av_eval_json(av_run *run, bool pretty, av_buf *out) AV_MUST_USE;
/** One flat object: the values of facts, decisions, matrices and tables without parameters. */
av_status av_eval_values(av_run *run, bool pretty, av_buf *out) AV_MUST_USE;
/** The contract's object of one definition, pretty; `found` false when its kind has none. */
av_status av_eval_trace(av_run *run, uint32_t def, av_buf *out, bool *found) AV_MUST_USE;

/** The facts as a brief in YAML: what is stated or heard, with the words it was read from as
 * comments, and as comments what is assumed. */
av_status av_intake(av_run *run, av_buf *out) AV_MUST_USE;

#endif
