/* Between the generated parser (grammar/grammar.y) and its driver (parse.c): what the grammar's
 * actions call.
 *
 * Nothing here ever gives the grammar a NULL node: when memory runs out, actions get the parser's
 * spare node and the driver stops after the token at hand. */
#ifndef AV_SYNTAX_PARSE_H
#define AV_SYNTAX_PARSE_H

#include "syntax/lexer.h"

/** Entries of the parser's stack: several for each level of nesting. A macro because the generated
 * code asks in #if. */
#define AV_PARSE_STACK 2400

enum {
    /** rules ended before one token, worked out at once; each may need an entry more */
    AV_PARSE_MOVES = 64,
    AV_AST_BLOCKS = 64 /**< deepest nesting of template blocks */
};

/** The value of a terminal: its place in the source. */
typedef struct av_tok {
    uint32_t start, end;
} av_tok;

/** A list under construction. */
typedef struct av_nodes {
    av_ast *first, *last;
} av_nodes;

typedef struct av_parser {
    av_arena *arena;
    av_arena *texts; /**< of what is written otherwise than it is meant; it outlives the nodes */
    av_diags *diags;
    uint16_t source;
    av_text text;
    uint32_t *node_count;
    av_ast *file;
    size_t declarations; /**< seen so far: `module` must be the first */
    av_ast spare;        /**< stands for every node that could not be made */
    bool too_deep;       /**< reported once a file */
    av_status status;
} av_parser;

/** A copy of `shape` in the arena: numbered, its span widened over its children, its name read at
 * name_span. */
av_ast *av_node(av_parser *ps, const av_ast *shape);

static inline av_span av_tok_span(const av_parser *ps, av_tok from, av_tok to) {
    return (av_span){.start = from.start, .end = to.end, .source = ps->source};
}

av_nodes av_nodes_add(av_parser *ps, av_nodes list, av_ast *node);

/** Records an error at a place the grammar accepted but the language does not. */
void av_parse_error(av_parser *ps, av_span span, const char *message);

/** `module x`: fills the file node. */
void av_parse_module(av_parser *ps, av_ast *name);
/** Adds a declaration to the file. NULL (a module line) is no declaration. */
av_nodes av_parse_declared(av_parser *ps, av_nodes list, av_ast *declaration);
/** `a.b` as one dotted name. */
av_ast *av_parse_dotted(av_parser *ps, av_ast *name, av_tok field);

/** Attributes in any order after a head: ORDERED, HIT_*, and the label. */
typedef struct av_head {
    av_ast *label;
    uint16_t flags;
} av_head;
av_head av_head_label(av_parser *ps, av_head head, av_ast *label);
av_head av_head_flag(av_parser *ps, av_head head, uint16_t flags, av_tok at);

/** Takes the clauses out of a matrix body: options stay, `secondary from` goes to `a`. */
av_ast *av_parse_matrix(av_parser *ps, av_ast *matrix);
/** Moves the `when` and `because` clauses of a line, a secondary clause or a repair into the node's
 * own fields. */
av_ast *av_parse_spread(av_parser *ps, av_ast *node, av_nodes clauses);
/** Takes the template out of a section's or an emit's clauses. */
av_ast *av_parse_body(av_parser *ps, av_ast *node);
/** Clauses that may stand once only. */
av_ast *av_parse_once(av_parser *ps, av_ast *node);
/** A cell of a table: `not x` means another thing than the operator. */
av_ast *av_parse_cell(av_parser *ps, av_ast *cell);
av_ast *av_parse_cell_or(av_parser *ps, av_ast *cells, av_ast *cell);

av_ast *av_parse_integer(av_parser *ps, av_tok at);
/** `(e)`: e, with a mark. Texts keep their own span. */
av_ast *av_parse_parentheses(av_parser *ps, av_tok open, av_ast *expression, av_tok close);
/** `-e`; of a number, the negative number. */
av_ast *av_parse_negate(av_parser *ps, av_tok sign, av_ast *expression);
/** Literal characters; `escapes` resolves backslashes. */
av_ast *av_parse_chunk(av_parser *ps, av_tok at, bool escapes);
/** A text that is one token, quotes included. */
av_ast *av_parse_plain_text(av_parser *ps, av_tok at);
/** A text of several tokens; one without values is as plain as one that is one token. */
av_ast *av_parse_text(av_parser *ps, av_tok open, av_nodes parts, av_tok close);
/** Nests the flat list of a template's parts by its block tags. */
av_ast *av_parse_template(av_parser *ps, av_tok open, av_nodes parts, av_tok close);

/* ---- the generated parser (grammar/engine.lemon), seen from the driver */

size_t av_grammar_size(void);
void av_grammarInit(void *grammar, av_parser *ps);
/** Whether a token of this kind can follow. How it is taken is kept until the next call. */
bool av_grammar_fits(void *grammar, uint8_t kind);
/** Whether the tokens can follow, one after the other. */
bool av_grammar_accepts(const void *grammar, const uint8_t *kinds, size_t count);
/** Takes a token; false when it cannot follow: then nothing has changed, or only rules have ended that had to. */
bool av_grammar(void *grammar, uint8_t kind, av_tok value);
/** Back to the innermost list that has an `error` production, which is taken, at `value`. */
void av_grammar_recover(void *grammar, av_tok value);
/** Brackets open on the parser's stack. */
size_t av_grammar_brackets(const void *grammar);
size_t av_grammar_height(const void *grammar);
/** Pops until no more than `brackets` are open. */
void av_grammar_unwind(void *grammar, size_t brackets);

#endif
