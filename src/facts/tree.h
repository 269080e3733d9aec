/* A brief as a tree of scalars, lists and mappings, read from libyaml's events before any type is
 * known. Aliases share the node of their anchor, so a tree may be wider when walked than it is in
 * memory; both are bounded. */
#ifndef AV_FACTS_TREE_H
#define AV_FACTS_TREE_H

#include "base/arena.h"
#include "source/diag.h"

typedef enum av_tree_kind { AV_TREE_SCALAR, AV_TREE_LIST, AV_TREE_MAPPING } av_tree_kind;

typedef struct av_tree av_tree;

typedef struct av_tree_pair {
    const av_tree *key; /**< a scalar */
    const av_tree *value;
} av_tree_pair;

struct av_tree {
    uint8_t kind;
    bool quoted;     /**< a scalar that was not written plain */
    bool wrong;      /**< a mistake in it was reported; it has no value */
    uint8_t height;  /**< levels of nesting below and with this node */
    uint32_t weight; /**< nodes below and with this node, aliases expanded */
    av_span span;
    av_text text; /**< scalar */
    const av_tree **items;
    av_tree_pair *pairs;
    size_t count;
};

/**
 * Reads all of source `source`. Mistakes go to `diags`. `root` is NULL for a text without content;
 * after a mistake in the syntax it holds what came before, with `complete` false.
 */
av_status av_tree_read(av_arena *arena, av_diags *diags, uint16_t source, const av_tree **root,
                       bool *complete) AV_MUST_USE;

/** Whether a scalar stands for "nothing": plain and empty, `~`, `null`. */
bool av_tree_is_null(const av_tree *node);

#endif
