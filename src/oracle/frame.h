/* The inside of the plain evaluator: one procedure being evaluated. */
#ifndef AV_ORACLE_FRAME_H
#define AV_ORACLE_FRAME_H

#include "vm/ops.h"

typedef struct av_frame {
    av_run *run;
    uint32_t proc;
    av_site site;
    av_value *slots;
    uint32_t slot_count;
    uint32_t *chosen;
} av_frame;

/** The value of a node; of a condition. */
av_status av_plain_eval(av_frame *f, const av_node *node, av_value *out) AV_MUST_USE;
av_status av_plain_bool(av_frame *f, const av_node *node, bool *out) AV_MUST_USE;
/** AV_N_LIST, FOR, GROUP, SOME, EVERY. */
av_status av_plain_list(av_frame *f, const av_node *node, av_value *out) AV_MUST_USE;
/** AV_N_TEMPLATE. */
av_status av_plain_template(av_frame *f, const av_node *node, av_value *out) AV_MUST_USE;

/** Where a local variable stands. */
av_status av_frame_slot(av_frame *f, uint32_t slot, av_value **out) AV_MUST_USE;
/** Gives a local variable its value. */
av_status av_frame_bind(av_frame *f, uint32_t slot, av_value value) AV_MUST_USE;

/** Values gathered one by one, in the run's arena. */
typedef struct av_gathered {
    av_value *items;
    size_t count, cap;
} av_gathered;

/** Adds a value. */
av_status av_gather(av_frame *f, av_gathered *to, av_value value) AV_MUST_USE;

/** Called for every combination of the values of generators that passes their conditions. */
typedef av_status av_each_fn(av_frame *f, void *payload);
/** Runs through generators items[0..count-1] of a node; `*stop`, set by the callback, ends all. */
av_status av_plain_each(av_frame *f, av_node *const *generators, uint32_t count, av_each_fn *each,
                        void *payload, const bool *stop) AV_MUST_USE;
/** The numbers 0.. of gathered keys in sorted order, in the run's arena. */
av_status av_plain_order(av_frame *f, const av_gathered *keys, bool descending,
                         const uint32_t **out) AV_MUST_USE;

#endif
