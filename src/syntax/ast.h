/* Stage 3: the syntax tree, exactly as written. Made by the parser, read by sema and the formatter, changed by nobody. */
#ifndef AV_SYNTAX_AST_H
#define AV_SYNTAX_AST_H

#include "source/diag.h"
#include "syntax/token.h"

typedef enum av_ast_kind {
#define AV_NODE(kind, meaning) kind,
#include "syntax/ast_nodes.h"
#undef AV_NODE
    AV_AST_KIND_COUNT
} av_ast_kind;

// clang-format off
typedef enum av_op {
    AV_OP_NONE,
    AV_OP_OR, AV_OP_AND, AV_OP_NOT,
    AV_OP_EQ, AV_OP_NE, AV_OP_LT, AV_OP_LE, AV_OP_GT, AV_OP_GE, AV_OP_IN, AV_OP_NOT_IN,
    AV_OP_ADD, AV_OP_SUB, AV_OP_MUL, AV_OP_DIV, AV_OP_MOD, AV_OP_NEGATE,
    AV_OP_ELSE_IF_NONE /**< ?? */
} av_op;

enum av_ast_flags {
    AV_AST_F_ORDERED      = 1 << 0,
    AV_AST_F_KEY          = 1 << 1,
    AV_AST_F_OTHERWISE    = 1 << 2,
    AV_AST_F_OVERRIDE     = 1 << 3,
    AV_AST_F_VETO         = 1 << 4,
    AV_AST_F_TRUE         = 1 << 5,
    AV_AST_F_DESCENDING   = 1 << 6,
    AV_AST_F_NOT          = 1 << 7, /**< expect not ... */
    AV_AST_F_NOT_CONTAINS = 1 << 8,
    AV_AST_F_HIT_UNIQUE   = 1 << 9,
    AV_AST_F_HIT_FIRST    = 1 << 10,
    AV_AST_F_HIT_PRIORITY = 1 << 11,
    AV_AST_F_HIT_ANY      = 1 << 12,
    AV_AST_F_HIT_COLLECT  = 1 << 13,
    AV_AST_F_BY_KEY       = 1 << 15, /**< record: a list of it is written as a mapping */
    AV_AST_F_PARENTHESES  = 1 << 14 /**< written in parentheses; they say nothing that the tree does
                                         not */
};
// clang-format on

typedef struct av_ast av_ast;
struct av_ast {
    uint8_t kind; /**< av_ast_kind */
    uint8_t op;   /**< av_op */
    uint16_t flags;
    uint16_t word, word2; /**< av_word: the keyword of a clause; word2 of an expression: how deep it
                               is (the parser's) */
    av_span span, name_span;
    av_text name;
    av_ast *type, *a, *b, *c;
    av_ast *items; /**< first of a list, chained by next */
    av_ast *body;  /**< second list where the kind has one (derive, table) */
    av_ast *next;
};

/** A comment, kept for the formatter. */
typedef struct av_comment {
    av_span span;  /**< with the slashes, without the line end */
    bool own_line; /**< nothing but white space before it */
} av_comment;

/** One parsed file. */
typedef struct av_syntax {
    av_ast *file; /**< AV_AST_FILE; never NULL after av_parse returned AV_OK */
    av_comment *comments;
    size_t comment_count;
    bool has_errors;
} av_syntax;

/** The node kind's name without the prefix, lower case: "binary". */
const char *av_ast_kind_name(av_ast_kind kind);
size_t av_ast_count(const av_ast *first);

/**
 * Parses source number `source`; syntax errors go to `diags` (the parser goes on at the next case, clause or declaration).
 * Nodes live in `arena`; their texts are the source's or live in the arena of `diags`. `node_count` counts nodes across files.
 * Returns AV_OK also when there were syntax errors (out->has_errors), AV_ERR_MEMORY or AV_ERR_LIMIT otherwise.
 */
av_status av_parse(av_arena *arena, av_diags *diags, uint16_t source, uint32_t *node_count,
                   av_syntax *out) AV_MUST_USE;

/** The tree as indented text, one node a line, for tests. */
void av_ast_dump(const av_ast *node, av_buf *out);

enum {
    AV_AST_DEPTH = 200, /**< deepest nesting of expressions, records and template blocks */
    AV_AST_NODES = 8 * 1024 * 1024 /**< nodes of one program */
};

#endif
