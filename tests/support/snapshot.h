/* Everything one evaluation can say, as lines of text: two evaluations are alike when their bytes are. */
#ifndef AV_TEST_SUPPORT_SNAPSHOT_H
#define AV_TEST_SUPPORT_SNAPSHOT_H

#include "vm/run.h"

enum {
    /** values, how they came about, what is known of them, rules that fired */
    AV_SNAPSHOT_DEFS = 1 << 0,
    AV_SNAPSHOT_GATE = 1 << 1,  /**< checks and repairs */
    AV_SNAPSHOT_TEXTS = 1 << 2, /**< sections, documents, files, their source map */
    AV_SNAPSHOT_FLIPS = 1 << 3, /**< what would change with each fact */
    AV_SNAPSHOT_JSON = 1 << 4,  /**< the contract's object */
    AV_SNAPSHOT_ALL = 31
};

/** One value with its kind, its exact digits, the bits of its written fields and its marks. */
void av_snapshot_value(const av_program *program, av_value value, av_buf *out);

/** One line for each thing that was asked, ended by a line break; a failure is its code and message. */
void av_snapshot(av_run *run, unsigned parts, av_buf *out);

/** Whether both are the same; otherwise shows the first difference on standard error. */
bool av_snapshot_same(const char *about, const char *left_name, av_text left,
                      const char *right_name, av_text right);

#endif
