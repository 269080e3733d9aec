/* What operators do to values: shared by every executor, so that they cannot differ. Kinds are
 * checked: a program read from a damaged image ends in an error, not in a wild pointer. `proc` and
 * `site` say where, for the error. */
#ifndef AV_VM_OPS_H
#define AV_VM_OPS_H

#include "syntax/ast.h"
#include "vm/run.h"

/**
 * AV_OP_ADD SUB MUL DIV over ints, decimals, money, texts and lists, AV_OP_MOD over ints; an int
 * beside a decimal counts as one and int / int gives a decimal.
 */
av_status av_op_arith(av_run *run, uint8_t op, av_value a, av_value b, uint32_t proc, av_site site,
                      av_value *out) AV_MUST_USE;
/** The int, decimal or amount with the other sign. */
av_status av_op_negate(av_run *run, av_value a, uint32_t proc, av_site site,
                       av_value *out) AV_MUST_USE;
/** AV_OP_EQ..AV_OP_GE. Amounts of different currencies are unequal and have no order: an error. */
av_status av_op_compare(av_run *run, uint8_t op, av_value a, av_value b, uint32_t proc,
                        av_site site, bool *out) AV_MUST_USE;
/** Whether `a` is in the list or set `b`. */
av_status av_op_in(av_run *run, av_value a, av_value b, uint32_t proc, av_site site,
                   bool *out) AV_MUST_USE;
/** The first record of `list` whose field `slot` is the text `key`, or none. */
av_status av_op_lookup(av_run *run, av_value list, av_value key, uint32_t slot, uint32_t proc,
                       av_site site, av_value *out) AV_MUST_USE;
/** The value in slot `slot` of a record. */
av_status av_op_field(av_run *run, av_value record, uint32_t slot, uint32_t proc, av_site site,
                      av_value *out) AV_MUST_USE;
/** A record of `count` fields, the bits of `given` written by the rule. */
av_status av_op_record(av_run *run, uint32_t record_type, const av_value *fields, uint32_t count,
                       uint64_t given, av_value *out) AV_MUST_USE;
/** A copy of `base` with the slots of `mask` replaced by `values` (one per set bit, ascending) and
 * given. */
av_status av_op_with(av_run *run, av_value base, uint64_t mask, const av_value *values,
                     uint32_t proc, av_site site, av_value *out) AV_MUST_USE;
/** An int as a decimal of the same size. */
av_status av_op_to_decimal(av_run *run, av_value a, uint32_t proc, av_site site,
                           av_value *out) AV_MUST_USE;
/** The set of the enum members in a list. */
av_status av_op_to_set(av_run *run, av_value list, uint32_t enum_index, uint32_t proc, av_site site,
                       av_value *out) AV_MUST_USE;
/** Fails unless an int lies in the range of `type`; other kinds pass. */
av_status av_op_check_range(av_run *run, av_value a, av_type_id type, uint32_t proc,
                            av_site site) AV_MUST_USE;
/** A list of these values. */
av_status av_op_list(av_run *run, const av_value *items, size_t count, av_value *out) AV_MUST_USE;
/** What a generator goes through: the items of a list, the value of an option, nothing for none;
 * they live as long as `v`. */
av_status av_op_items(av_run *run, const av_value *v, uint32_t proc, av_site site,
                      const av_value **items, size_t *count) AV_MUST_USE;
/** Groups of equal keys in order of first appearance, each a record {key, items}. */
av_status av_op_group(av_run *run, const av_value *items, const av_value *keys, size_t count,
                      uint32_t record_type, uint32_t proc, av_site site, av_value *out) AV_MUST_USE;
/**
 * Numbers 0..count-1 in the order of their keys, stable; `descending` keeps equal keys in their
 * order too. `order` has `count` places, as has `work`.
 */
void av_op_sort(const av_value *keys, size_t count, bool descending, uint32_t *order,
                uint32_t *work);

/** The later record laid over the earlier: fields it was given win; lists unite, nested records
 * merge. */
av_status av_op_merge(av_run *run, av_value earlier, av_value later, uint32_t proc, av_site site,
                      av_value *out) AV_MUST_USE;
/**
 * Items of both lists, each once, in order of first appearance: keyed records with equal keys merge
 * in place of the first, other items are left out when equal to an earlier one.
 */
av_status av_op_union(av_run *run, av_value a, av_value b, uint32_t proc, av_site site,
                      av_value *out) AV_MUST_USE;
/** Each item once, in order of first appearance; compared whole: records that share only their key
 * stay apart. */
av_status av_op_distinct(av_run *run, const av_list *list, uint32_t proc, av_site site,
                         av_value *out) AV_MUST_USE;
/** Items of `a` that are not in `b`, compared whole. */
av_status av_op_without(av_run *run, av_value a, av_value b, uint32_t proc, av_site site,
                        av_value *out) AV_MUST_USE;
/** The key of a record that has one; false otherwise. */
bool av_op_key(const av_program *program, av_value record, av_value *key);
/** Records an operand of the wrong kind and returns AV_ERR_RUN. */
av_status av_op_wrong(av_run *run, av_value v, uint32_t proc, av_site site) AV_MUST_USE;

enum { AV_UNION_DEPTH = 32 /**< deepest nesting of records that merge */ };

#endif
