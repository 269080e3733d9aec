/* Runs the tests of a program: one run a test, over the facts it gives. */
#ifndef AV_ENGINE_TESTER_H
#define AV_ENGINE_TESTER_H

#include "engine/engine.h"

/**
 * One test. `passed` receives the verdict, `report` lines that say why it failed: the test's place
 * and title, then each expectation that did not hold as written, with what was found. `execute`
 * NULL means the machine. AV_OK whatever the verdict.
 */
av_status av_test_run(const av_program *program, const av_test *test, const av_alloc *host,
                      const av_run_limits *limits, av_execute_fn *execute, bool *passed,
                      av_buf *report) AV_MUST_USE;

/**
 * The facts a test gives, with what its prose says. Their values live in `giver`, a run of the
 * program without facts, and in `arena`. AV_ERR_RUN with the giver's error when one cannot be
 * computed.
 */
av_status av_test_facts(const av_program *program, const av_test *test, av_run *giver,
                        av_arena *arena, av_facts *facts) AV_MUST_USE;

#endif
