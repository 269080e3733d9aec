/* The state shared by the passes of sema, and what they offer each other. Internal to this folder.
 *
 * Passes, in order (sema.c): collect declarations -> resolve types -> declare definitions -> constants -> check bodies, in
 * shares -> references -> graph (cycles, depth) -> heading levels -> totality.
 *
 * Failure of memory or a ceiling is sticky in `status`: constructors then return a spare object, so that a pass runs to its
 * end and the driver asks once. A mistake in the rules gives the error type, which fits everything and reports nothing more. */
#ifndef AV_SEMA_CHECKER_H
#define AV_SEMA_CHECKER_H

#include "base/set.h"
#include "sema/place.h"
#include "sema/sema.h"

/** A declaration that adds to another: `extend`, or one of several `derive`. */
typedef struct av_extension {
    const av_ast *ast;
    uint32_t file;
    struct av_extension *next;
} av_extension;

/** A name declared at top level. */
typedef struct av_decl {
    const av_ast *ast; /**< the declaration in force (the overriding one, if any) */
    uint32_t file;
    av_name name, module; /**< module: of the first declaration, whatever overrides it */
    const av_ast *infer;  /**< facts */
    uint32_t infer_file;
    av_extension *extensions, *last_extension; /**< in program order */
    uint32_t index;                            /**< enum, record or definition */
    av_type_id *params;                        /**< functions: types of the parameters */
    uint32_t param_count;
    uint8_t state; /**< constants: 0 not looked at, 1 being looked at, 2 done */
} av_decl;

typedef struct av_checked_file {
    const av_syntax *syntax;
    uint16_t source;
    uint32_t layer;
    av_name module;
    av_name *uses;
    size_t use_count;
} av_checked_file;

/** A local variable: parameter, loop variable or `let`. */
typedef struct av_local {
    av_text name;
    av_type_id type;
    uint32_t slot;
    uint32_t collection; /**< definition whose elements it runs over, or AV_NO_INDEX */
} av_local;

/** A key used somewhere (`given` false: must exist) or given to a record (`given` true). */
typedef struct av_key_use {
    uint32_t record;
    av_name key;
    av_span span;
} av_key_use;

/** A definition that the value of a signal reads. */
typedef struct av_signal_read {
    uint32_t def;
    av_span span; /**< of the value */
} av_signal_read;

/** A section within the template of another. */
typedef struct av_nest {
    uint32_t outer, inner; /**< definitions */
} av_nest;

typedef struct av_checker {
    /** of trees, and of what making them takes: until their definition is done with */
    av_arena *scratch;
    av_arena *lasting;   /**< lives as long as the check */
    av_program *program; /**< what is made: the whole, or a share's part of it */
    av_program *whole;   /**< which shares read, but for their own definitions */
    av_diags *diags;
    av_sources *sources;
    const av_executor *executor;
    bool analyse; /**< look also for what can never happen and what nothing uses */
    av_status status;
    av_intern names; /**< of declarations */
    av_intern keys;  /**< of records */
    av_checked_file *files;
    size_t file_count;
    av_decl *decls;
    size_t decl_count, decl_cap;
    av_map decl_by_name; /**< av_name -> decl */
    av_map member_enums; /**< av_name of a member -> enum decl index + 1, or 0 when several have
                              it */
    av_map type_by_hash;
    const av_map *base_types; /**< in a share: those of the program, else NULL */
    av_map modules;           /**< av_name -> 1 */
    uint32_t *path_of_source; /**< one per source: 1 + index of its path, 0: none yet */
    size_t type_cap, enum_cap, record_cap, proc_cap, rule_cap, def_cap, test_cap, origin_cap,
        change_cap, path_cap, signal_cap;
    av_key_use *key_uses;
    size_t key_use_count, key_use_cap;
    av_map keys_given; /**< record << 32 | av_name -> 1 */
    bool *decl_used;
    bool has_prose;               /**< some fact is prose */
    uint64_t analysis_spent;      /**< formula evaluations so far */
    av_signal_read *signal_reads; /**< what the values of signals are made of */
    size_t signal_read_count, signal_read_cap;
    /* what is being checked now */
    uint32_t file, def;
    av_local *locals;
    size_t local_count, local_cap;
    uint32_t slot_count;
    uint32_t *reads; /**< definitions read by the definition in hand, unsorted */
    size_t read_count, read_cap;
    uint32_t *reasons; /**< those of them whose reasons it reads as well */
    size_t reason_count, reason_cap;
    uint16_t hint_source; /**< of the place that was asked for last, and its line */
    uint32_t hint;
    av_nest *nests; /**< what templates of sections hold, in order */
    size_t nest_count, nest_cap;
    av_node spare;   /**< stands for nodes that could not be made */
    av_node nothing; /**< what an expression is once memory has failed: an error node nobody
                          writes to */
} av_checker;

/* ---- base.c: constructors, places, errors */
av_node *av_ck_node(av_checker *c, av_node_kind kind, av_type_id type, av_span span);
/** Places for so many nodes; NULL when memory fails, or has failed before. */
av_node **av_ck_items(av_checker *c, size_t count);
av_node *av_ck_error_node(av_checker *c, av_span span);
av_node *av_ck_const(av_checker *c, av_value value, av_type_id type, av_span span);
/** These members of an enum as a set. */
av_node *av_ck_const_set(av_checker *c, uint32_t enum_index, const av_members *members,
                         av_span span);
/** A constant, a part of a template: `text` must live as long as the trees, as what the sources hold does. */
av_node *av_ck_text_const(av_checker *c, av_text text, av_span span);
av_node *av_ck_text_part(av_checker *c, av_text text, av_span span);
av_site av_ck_site(av_checker *c, av_span span);
/** Gives the path of a source its number. In shares, places are of such sources only. */
void av_ck_path(av_checker *c, uint16_t source);
av_text av_ck_keep(av_checker *c, av_text text); /**< copy into the program */
void av_ck_fail(av_checker *c, av_status status);
av_diag *av_ck_error(av_checker *c, av_diag_code code, av_span span, const char *format, ...)
    AV_PRINTF(4, 5);
/** A type, value or name for a message, in scratch memory. */
av_text av_ck_type_text(av_checker *c, av_type_id type);
uint32_t av_ck_push_proc(av_checker *c, const char *what, const av_node *tree, av_span span);
/** A rule that has none of its parts yet. */
av_rule av_ck_blank_rule(void);
uint32_t av_ck_push_rule(av_checker *c, av_rule rule);
uint32_t av_ck_push_signal(av_checker *c, av_signal signal);
uint32_t av_ck_push_def(av_checker *c, av_def def);
/** `read_mark`: where in c->reads the definitions begin that the value at this place reads. */
uint32_t av_ck_push_origin(av_checker *c, av_site site, size_t read_mark);
/** Fills a procedure made earlier (functions and tables are called before they are checked). */
void av_ck_set_proc(av_checker *c, uint32_t proc, const av_node *tree, av_span span,
                    uint32_t param_count);
/** A procedure that gives the text of `ast`; AV_NO_INDEX when `ast` is NULL. Starts with no variables. */
uint32_t av_ck_text_proc(av_checker *c, const char *what, const av_ast *ast);
/** Note that the definition in hand reads the value of `def`; that it also asks for its reasons. */
void av_ck_read(av_checker *c, uint32_t def);
void av_ck_read_reasons(av_checker *c, uint32_t def);
const av_ast *av_ck_clause(const av_ast *items, av_word word);
av_name av_ck_name(av_checker *c, av_text text);
/** The name of a record's key: of another numbering than av_ck_name, as shares have their own. */
av_name av_ck_key(av_checker *c, av_text text);

/* ---- types.c */
av_type_id av_ck_type(av_checker *c, av_type type);
av_type_id av_ck_list_of(av_checker *c, av_type_id element);
av_type_id av_ck_option_of(av_checker *c, av_type_id element);
av_type_id av_ck_resolve_type(av_checker *c, const av_ast *ast);
/** Whether a value of `from` may stand where `to` is wanted without any change of representation. */
bool av_ck_fits(const av_checker *c, av_type_id from, av_type_id to);
const av_type *av_ck_type_of(const av_checker *c, av_type_id id);
static inline av_type_kind av_ck_kind_of(const av_checker *c, av_type_id id) {
    return av_ck_type_of(c, id)->kind;
}
/** Whether a mistake in the expression was reported, so that nothing more is said of it. */
static inline bool av_ck_is_error(const av_node *node) {
    return node->type == AV_TYPE_ERROR;
}
/** The type without its option. */
av_type_id av_ck_strip(const av_checker *c, av_type_id type);
/** The smallest type both fit, or AV_TYPE_ERROR. */
av_type_id av_ck_join(av_checker *c, av_type_id a, av_type_id b);

/* ---- collect.c */
void av_ck_collect(av_checker *c, const av_syntax *files, size_t count);
/** The declaration a name stands for; NULL when there is none (not reported). One that is not visible here is reported and returned. */
av_decl *av_ck_find(av_checker *c, av_text name, av_span span);
/** Reports an unknown name with a near one. */
void av_ck_unknown(av_checker *c, av_text name, av_span span, const char *what,
                   av_type_id expected);

/* ---- declare.c */
void av_ck_declare_types(av_checker *c);
void av_ck_declare_defs(av_checker *c);
/** Type of a constant, checking it now if that has not happened. */
void av_ck_need_const(av_checker *c, av_decl *decl);

/** The text of a literal that may hold no {expressions}; reports one that does. `ast` may be NULL: empty. */
av_text av_ck_literal(av_checker *c, const av_ast *ast);

/* ---- expr*.c */
/** Checks an expression against `expected` (AV_TYPE_ERROR: nothing expected) and coerces it. */
av_node *av_ck_expr(av_checker *c, const av_ast *ast, av_type_id expected);
/** Without the final coercion. */
av_node *av_ck_expr_raw(av_checker *c, const av_ast *ast, av_type_id expected);
av_node *av_ck_coerce(av_checker *c, av_node *node, av_type_id to);
av_node *av_ck_condition(av_checker *c, const av_ast *ast);
/** Reports that the node is not of type `to`; an error node. */
av_node *av_ck_mismatch(av_checker *c, av_node *node, av_type_id to);
/** Adds the names of a record's fields to a diagnostic as its help. */
void av_ck_help_fields(av_checker *c, av_diag *diag, const av_record_type *record);
/** A prefix or infix operator; any { }, all { }, at least n of { }. */
av_node *av_ck_operator(av_checker *c, const av_ast *ast, av_type_id expected);
/** A list literal, comprehension, quantifier or group. */
av_node *av_ck_list(av_checker *c, const av_ast *ast, av_type_id expected);
/** The elements of a list literal or derivation. */
av_node *av_ck_elements(av_checker *c, const av_ast *first, av_span span, av_type_id expected);
av_node *av_ck_call(av_checker *c, const av_ast *ast, av_type_id expected);
av_node *av_ck_record(av_checker *c, const av_ast *ast, av_type_id expected);
av_node *av_ck_with(av_checker *c, const av_ast *ast);
av_node *av_ck_rows(av_checker *c, const av_ast *ast, av_type_id expected);
/** Generators of a comprehension, as nodes; their variables stay in scope until av_ck_leave. */
av_node **av_ck_generators(av_checker *c, const av_ast *first, uint32_t *count);
/** The innermost variable of this name, or NULL. */
av_local *av_ck_find_local(av_checker *c, av_text name);
/** A new variable in scope. */
av_local *av_ck_local(av_checker *c, av_text name, av_type_id type, av_span span);
void av_ck_leave(av_checker *c, size_t local_count);

/* ---- template.c */
/** A text or template as text (AV_TYPE_TEXT) or as a fragment of its format. */
av_node *av_ck_text(av_checker *c, const av_ast *ast, av_format format, av_type_id type);

/* ---- explain.c */
/** Text of why `when` holds / does not hold, as expressions over the same variables. */
av_node *av_ck_why(av_checker *c, const av_node *when);
av_node *av_ck_why_not(av_checker *c, const av_node *when);

/* ---- decide.c, table.c, model.c, output.c, tests.c: bodies of definitions */
/** The level a clause names (`confidence high`); AV_LEVEL_NONE without one, or after an error where it names none. */
av_level av_ck_level(av_checker *c, const av_ast *clause);
/** Identity of a rule of the definition in hand, "definition/name" or "definition/option/name", owned by the program. Empty when
 * memory ends, which fails the check. */
av_text av_ck_rule_id(av_checker *c, av_text option, av_text name);
/** What a fact says of itself and others must know: before any body. */
void av_ck_fact_clauses(av_checker *c, av_decl *decl);
void av_ck_fact(av_checker *c, av_decl *decl);
void av_ck_decision(av_checker *c, av_decl *decl);
void av_ck_matrix(av_checker *c, av_decl *decl);
void av_ck_table(av_checker *c, av_decl *decl);
void av_ck_conflict(av_checker *c, av_decl *decl);
void av_ck_collection(av_checker *c, av_decl *decl);
void av_ck_check(av_checker *c, av_decl *decl);
void av_ck_section(av_checker *c, av_decl *decl);
void av_ck_document(av_checker *c, av_decl *decl);
void av_ck_emit(av_checker *c, av_decl *decl);
void av_ck_test(av_checker *c, const av_ast *ast, uint32_t file, uint32_t def);
void av_ck_levels(av_checker *c);

/** A record type {key, items} of the program in hand, made when there is none yet. */
uint32_t av_ck_group_record(av_checker *c, av_type_id key, av_type_id items);

/* ---- bodies.c: definitions side by side, in shares */
typedef struct av_bodies av_bodies;
/** Cuts declarations into shares by the length of their texts alone; they live as long as the check. NULL, and the check fails, when
 * there is no memory. */
av_bodies *av_ck_bodies_cut(av_checker *c, const av_check_options *options);
size_t av_ck_bodies_count(const av_bodies *bodies);
/** Checks share number `turn` in order of their weight, once; may run beside the others. What fails is told by joining. */
void av_ck_bodies_share(av_bodies *bodies, size_t turn);
/** Puts what the shares made into the program, in the order of declarations, when all are checked; only once. NULL is fine. */
void av_ck_bodies_join(av_bodies *bodies);
/** The body of one declaration, into the program in hand (sema.c). */
void av_ck_body(av_checker *c, av_decl *decl);

/* ---- signal.c: what prose says */
typedef struct av_heard_by av_heard_by;
/** All patterns, once definitions are declared. NULL when there is no memory, else to be freed. */
av_heard_by *av_ck_signals_gather(av_checker *c);
/** Builds their automaton. May run beside everything else the checker does. */
void av_heard_build(av_heard_by *heard);
/** Once bodies are checked and the automaton is built: the cases of signals. */
void av_ck_signals(av_checker *c, av_heard_by *heard);
void av_ck_signals_free(av_heard_by *heard);
/** Notes that what is read at `span` is read before any fact is known. */
void av_ck_read_early(av_checker *c, uint32_t def, av_span span);
/** Once the graph is known: that no signal needs a fact. */
void av_ck_signal_reads(av_checker *c);

/** Whether a declaration has a place among the program's definitions: types, classes of words and
 * cues have none. */
bool av_ck_is_definition(const av_decl *decl);

/* ---- graph.c */
void av_ck_graph(av_checker *c);

/* ---- total.c: what can fall through, overlap, never happen; what nothing uses */
void av_ck_total(av_checker *c);

/** Starts and ends the checking of a definition's bodies: file, definition, reads. */
void av_ck_begin(av_checker *c, uint32_t file, uint32_t def);
void av_ck_end(av_checker *c);

#endif
