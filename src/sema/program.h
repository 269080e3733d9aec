/* The checked program: everything later stages see. Made by sema; code generation adds instructions; the image reader makes
 * one without trees. Immutable afterwards and safe to share between threads.
 *
 *     definitions --has--> rules (cases, lines, rows, derivations)      identity, reasons
 *          |                  |
 *          +------has---------+--> procedures: a typed tree and, after code generation, instructions
 */
#ifndef AV_SEMA_PROGRAM_H
#define AV_SEMA_PROGRAM_H

#include "base/intern.h"
#include "base/map.h"
#include "base/value.h"
#include "prose/net.h"
#include "source/source.h"
// clang-format off

#define AV_NO_INDEX UINT32_MAX /**< "none" wherever an index is optional */

/** Where something stands in the rules: kept in images, which have no source texts. Line 0: nowhere. */
typedef struct av_site {
    uint32_t path; /**< index into av_program.paths */
    uint32_t line, column;
} av_site;

/* ---- types */

typedef uint32_t av_type_id; /**< index into av_program.types; the first few are fixed */

typedef enum av_type_kind {
    AV_T_ERROR, /**< follows from a reported mistake; fits everything, reports nothing */
    AV_T_NONE,  /**< the type of the literal `none` */
    AV_T_BOOL, AV_T_INT, AV_T_DECIMAL, AV_T_MONEY, AV_T_TEXT,
    AV_T_ENUM,     /**< index: enum */
    AV_T_SET,      /**< index: enum */
    AV_T_LIST,     /**< element */
    AV_T_OPTION,   /**< element */
    AV_T_RECORD,   /**< index: record */
    AV_T_REF,      /**< index: record; at run time a text */
    AV_T_FRAGMENT, /**< index: av_format */
    AV_T_ANY       /**< any value: only inside the engine's own records */
} av_type_kind;

enum { /* fixed type ids */
    AV_TYPE_ERROR, AV_TYPE_NONE, AV_TYPE_BOOL, AV_TYPE_INT, AV_TYPE_DECIMAL, AV_TYPE_MONEY, AV_TYPE_TEXT, AV_TYPE_ANY,
    AV_TYPE_FIXED_COUNT
};

typedef struct av_type {
    av_type_kind kind;
    uint32_t index;
    av_type_id element;
    bool ranged; /**< AV_T_INT with bounds */
    int64_t low, high;
} av_type;

/** Formats a fragment can have. AV_FORMAT(identifier, type name, file-fence names separated by spaces) */
#define AV_FORMATS(AV_FORMAT)                                                                      \
    AV_FORMAT(PLAIN, "plain", "text txt plain")                                                    \
    AV_FORMAT(MARKDOWN, "markdown", "markdown md")                                                 \
    AV_FORMAT(MERMAID, "mermaid", "mermaid")                                                       \
    AV_FORMAT(YAML, "yaml", "yaml yml")                                                            \
    AV_FORMAT(JSON, "json", "json")                                                                \
    AV_FORMAT(SQL, "sql", "sql")                                                                   \
    AV_FORMAT(HTML, "html", "html")                                                                \
    AV_FORMAT(SHELL, "shell", "shell sh bash")                                                     \
    AV_FORMAT(HCL, "hcl", "hcl terraform tf")                                                      \
    AV_FORMAT(DOCKERFILE, "dockerfile", "dockerfile")                                              \
    AV_FORMAT(NGINX, "nginx", "nginx")                                                             \
    AV_FORMAT(PROTO, "proto", "proto protobuf")                                                    \
    AV_FORMAT(GRAPHQL, "graphql", "graphql")                                                       \
    AV_FORMAT(JAVASCRIPT, "javascript", "javascript js ts typescript")                             \
    AV_FORMAT(PROMQL, "promql", "promql")                                                          \
    AV_FORMAT(ENVFILE, "envfile", "env dotenv")                                                    \
    AV_FORMAT(TOML, "toml", "toml")

typedef enum av_format {
#define AV_FORMAT(identifier, name, fences) AV_FORMAT_##identifier,
    AV_FORMATS(AV_FORMAT)
#undef AV_FORMAT
    AV_FORMAT_COUNT
} av_format;

typedef struct av_enum_member {
    av_text name, label;   /**< label: as spelled in briefs, JSON and documents; the name when none
                                was given */
    const av_text *spellings; /**< further spellings accepted in briefs */
    uint32_t spelling_count;
} av_enum_member;

typedef struct av_enum_type {
    av_text name, label;
    bool ordered;
    const av_enum_member *members;
    uint32_t member_count;
    av_site site;
} av_enum_type;

typedef struct av_record_field {
    av_text name;
    av_text emitted; /**< its name in JSON and YAML files; `name` unless the rules give another */
    av_type_id type;
    uint32_t default_def; /**< hidden AV_DEF_CONST holding the default, or AV_NO_INDEX: must be
                               written */
} av_record_field;

typedef struct av_record_type {
    av_text name, label;
    const av_record_field *fields;
    uint32_t field_count;
    uint32_t key; /**< slot of the key field or AV_NO_INDEX */
    bool by_key;  /**< a list of it is written to JSON and YAML files as a mapping from key to the
                       rest */
    av_site site;
} av_record_type;

/* ---- typed trees */

typedef enum av_node_kind {
    AV_N_CONST,     /**< value */
    AV_N_LOCAL,     /**< index: slot */
    AV_N_DEF,       /**< index: definition; its value */
    AV_N_META,      /**< index: definition, op: av_meta */
    AV_N_CALL,      /**< index: procedure of a func; items: all arguments, in order */
    AV_N_BUILTIN,   /**< index: av_builtin; items: all arguments (none for one left out) */
    AV_N_FIELD,     /**< a, index: slot */
    AV_N_LOOKUP,    /**< a: list of keyed records, b: key (text), index: key's slot; option of the
                         first match */
    AV_N_NOT,       /**< a */
    AV_N_NEGATE,    /**< a: int, decimal or money */
    AV_N_ARITH,     /**< op: AV_OP_ADD SUB MUL DIV MOD; a, b. Kinds: int.int (not DIV),
                         decimal.decimal, money+-money, money*decimal, money/decimal, money/money
                         (decimal), text+text, list+list. MOD: int % int only */
    AV_N_COMPARE,   /**< op: AV_OP_EQ..AV_OP_GE; a, b of one kind (EQ, NE also with none) */
    AV_N_IN,        /**< a in b: b list (equality) or set (bit) */
    AV_N_IN_RANGE,  /**< b <= a <= c */
    AV_N_AND, AV_N_OR, /**< a, b; b only if needed */
    AV_N_IF,        /**< a ? b : c */
    AV_N_ELSE_NONE, /**< a unless none, else b */
    AV_N_AT_LEAST,  /**< items: conditions, index: how many; stops when decided */
    AV_N_LIST,      /**< items: values, AV_N_ELEMENT, AV_N_SPLICE */
    AV_N_ELEMENT,   /**< a: value, b: condition (only inside AV_N_LIST) */
    AV_N_SPLICE,    /**< a: list (only inside AV_N_LIST) */
    AV_N_RECORD,    /**< index: record type; items: one per field; bits: given mask */
    AV_N_WITH,      /**< a: record; items: values for the slots set in bits, ascending; these become
                         given */
    AV_N_FOR,       /**< items: AV_N_GENERATOR, then c: yielded value, b: sort key or NULL; flag:
                         descending. Stable sort */
    AV_N_GENERATOR, /**< index: slot, extra: slot of the item's number in the list, from 1, or
                         AV_NO_INDEX; a: list or option, b: where or NULL */
    AV_N_SOME, AV_N_EVERY, /**< items[0]: AV_N_GENERATOR, c: condition */
    AV_N_GROUP,     /**< index: slot, a: list, b: key, extra: record type {key, items}; groups in
                         order of first appearance */
    AV_N_LET,       /**< index: slot, a: value, b: body */
    AV_N_TO_DECIMAL, /**< a: int */
    AV_N_TO_SET,    /**< a: list of enum members, index: enum */
    AV_N_CHECK_RANGE, /**< a: int, must lie in type's low..high or the run fails */
    AV_N_CHOOSE,    /**< items: AV_N_CASE; the first that holds gives the value; only as the root of
                         a procedure */
    AV_N_CASE,      /**< a: condition or NULL (otherwise), b: value; index: rule; flag: says that no
                         facts may reach it (guard) */
    AV_N_TEMPLATE,  /**< index: av_format; items: parts. Type text (PLAIN) gives AV_STRING, a
                         fragment type AV_FRAGMENT */
    /* parts of templates */
    AV_N_PART_TEXT, /**< value: text; extra: origin or AV_NO_INDEX */
    AV_N_PART_VALUE, /**< a; op: av_escape; index: columns to indent further lines of a fragment;
                          extra: origin */
    AV_N_PART_IF,   /**< a; items: parts when it holds, b: AV_N_PART_BLOCK otherwise or NULL */
    AV_N_PART_FOR,  /**< items: AV_N_GENERATOR..., c: AV_N_PART_BLOCK body, b: sort key or NULL, a:
                         AV_N_PART_BLOCK when empty or NULL */
    AV_N_PART_LET,  /**< index: slot, a: value */
    AV_N_PART_SECTION, /**< index: definition of a section; extra: origin */
    AV_N_PART_BLOCK /**< items: parts */
} av_node_kind;

/** Metadata of a definition, as AV_N_META gives it. */
typedef enum av_meta {
    AV_META_BECAUSE,   /**< text: reason of the rule that decided ("stated in the brief" for stated
                            facts, the words for heard ones) */
    AV_META_RULE,      /**< text: its identity; empty for stated facts */
    AV_META_CONDITION, /**< text: the part of its condition that held, with the values that made it
                            hold */
    AV_META_REJECTED,  /**< list of Rejected */
    AV_META_LABEL, AV_META_NAME, /**< text */
    AV_META_SOURCE,    /**< text: "stated" or "inferred" */
    AV_META_CONFIDENCE, AV_META_RISK, AV_META_EVIDENCE, AV_META_AT, AV_META_GROUP, AV_META_ASK, /**< text */
    AV_META_SCORE,     /**< int */
    AV_META_SCORES,    /**< list of OptionScore */
    AV_META_SECONDARY, /**< list of the matrix's enum */
    AV_META_WRONG_IF,  /**< text */
    AV_META_VETOED,    /**< list of the matrix's enum */
    AV_META_TENSION, AV_META_IMPACT, AV_META_BINDS, AV_META_EFFECT, AV_META_BETWEEN, /**< text */
    AV_META_COUNT
} av_meta;

/** How a value is written where it stands; which one is chosen by sema/place.h, done by vm/escape.h. */
typedef enum av_escape {
    AV_ESCAPE_NONE, /**< plain text, or a fragment that fits */
    AV_ESCAPE_MD_TEXT, AV_ESCAPE_MD_LINE_START, AV_ESCAPE_MD_CELL, AV_ESCAPE_MD_HEADING, AV_ESCAPE_MD_LINK_TEXT, AV_ESCAPE_MD_LINK_TARGET,
    AV_ESCAPE_MD_TEXT_APART, AV_ESCAPE_MD_CELL_APART, /**< what follows cannot join a bracket at the
                                                           value's end to a link */
    AV_ESCAPE_MD_CODE_SPAN, AV_ESCAPE_MD_CELL_CODE, AV_ESCAPE_FENCE, /**< a fence without a known language */
    AV_ESCAPE_MERMAID_LABEL, AV_ESCAPE_MERMAID_IDENTIFIER, AV_ESCAPE_MERMAID_TEXT,
    AV_ESCAPE_YAML_PLAIN, AV_ESCAPE_YAML_DOUBLE, AV_ESCAPE_YAML_SINGLE, AV_ESCAPE_YAML_COMMENT,
    AV_ESCAPE_JSON_STRING, AV_ESCAPE_JSON_VALUE,
    AV_ESCAPE_SQL_IDENTIFIER, AV_ESCAPE_SQL_QUOTED_IDENTIFIER, AV_ESCAPE_SQL_LITERAL, AV_ESCAPE_SQL_COMMENT,
    AV_ESCAPE_HTML_TEXT, AV_ESCAPE_HTML_ATTRIBUTE,
    AV_ESCAPE_SHELL_WORD, AV_ESCAPE_SHELL_DOUBLE, AV_ESCAPE_SHELL_SINGLE, AV_ESCAPE_HASH_COMMENT,
    AV_ESCAPE_HCL_STRING, AV_ESCAPE_HCL_VALUE, AV_ESCAPE_SLASH_COMMENT, AV_ESCAPE_C_STRING, AV_ESCAPE_WORD,
    AV_ESCAPE_MERMAID_ENTITY, /**< a name in an entity-relationship diagram */
    AV_ESCAPE_NAME_PART,    /**< within a name the template began: letters, digits and _ */
    AV_ESCAPE_YAML_PART,    /**< within a plain scalar the template began */
    AV_ESCAPE_C_SINGLE,     /**< a string in single quotes with backslash escapes */
    AV_ESCAPE_JS_TEMPLATE,  /**< between backticks, with ${} */
    AV_ESCAPE_NGINX_STRING, /**< a string in which $ names a variable and cannot be escaped */
    AV_ESCAPE_SINGLE_RAW,   /**< a string in single quotes without escapes */
    AV_ESCAPE_BLOCK_STRING, /**< between triple quotes, without escapes */
    AV_ESCAPE_CODE_WORD,    /**< a bare word of a language in which two slashes begin a comment */
    AV_ESCAPE_HEREDOC,      /**< text of a shell's here-document, in which quotes mean nothing */
    AV_ESCAPE_COUNT
} av_escape;

typedef struct av_node av_node;
struct av_node {
    uint8_t kind; /**< av_node_kind */
    uint8_t op;
    bool flag;
    bool placed; /**< its numbers are the program's: see sema/bodies.c */
    av_type_id type;
    av_span span;
    uint32_t index, extra;
    uint32_t count; /**< of items */
    av_node *a;
    union { /* a program has some hundred thousand nodes: what no kind has both of shares its place */
        av_value value; /**< CONST, PART_TEXT */
        uint64_t bits;  /**< RECORD, WITH */
        struct {
            av_node *b, *c; /**< all others: see av_node_has_b */
        };
    };
    av_node **items;
};

/** Whether a node of any kind has `b` and `c`, NULL or not. */
static inline bool av_node_has_b(const av_node *n) {
    return n->kind != AV_N_CONST && n->kind != AV_N_PART_TEXT && n->kind != AV_N_RECORD && n->kind != AV_N_WITH;
}

/* ---- procedures: what is evaluated */

typedef struct av_proc {
    av_text name;       /**< for messages and listings: a rule's identity and what of it,
                             "stage/greenfield because" */
    uint32_t def;       /**< the definition it belongs to */
    av_type_id type;
    uint32_t param_count; /**< parameters are slots 0.. */
    uint32_t slot_count;  /**< parameters and all local variables of the tree */
    /* made by code generation */
    uint32_t code_start, code_count; /**< run of instructions in av_program.code */
    uint32_t register_count;
    uint32_t line_start, line_count; /**< run of av_program.code_sites */
    av_site site;
    const av_node *tree;  /**< NULL in a program read from an image */
} av_proc;

/* ---- rules: everything that has an identity below a definition */

typedef enum av_level { AV_LEVEL_NONE, AV_LEVEL_LOW, AV_LEVEL_MEDIUM, AV_LEVEL_HIGH } av_level; /**< confidence, impact */

typedef struct av_rule {
    av_text id;        /**< pattern/Simple, storage/Indexed/many_reads */
    av_text name;      /**< its last part */
    uint32_t def;
    uint32_t option;   /**< enum member the rule is about, or AV_NO_INDEX */
    av_site site;
    bool otherwise, veto, overriding;
    int32_t weight;    /**< matrix lines */
    av_level confidence;
    uint32_t when;      /**< procedure: bool; cases, matrix lines and `secondary`; AV_NO_INDEX:
                             always */
    uint32_t value;     /**< procedure: list; derive rules */
    uint32_t because;   /**< procedure: text, or AV_NO_INDEX */
    uint32_t condition; /**< procedure: text: why the condition holds, given that it holds */
    uint32_t failure;   /**< procedure: text: why the condition does not hold, given that it does
                             not */
    uint32_t rejected;  /**< procedure: text by the author, or AV_NO_INDEX */
    uint32_t risk;      /**< procedure: text, or AV_NO_INDEX */
} av_rule;

/* ---- definitions */

typedef enum av_def_kind {
    AV_DEF_CONST, AV_DEF_FUNC, AV_DEF_FACT, AV_DEF_CONFLICT, AV_DEF_DECISION, AV_DEF_MATRIX, AV_DEF_TABLE, AV_DEF_COLLECTION,
    AV_DEF_CHECK, AV_DEF_SECTION, AV_DEF_DOCUMENT, AV_DEF_EMIT, AV_DEF_TEST,
    AV_DEF_MODEL /**< all_facts, all_decisions, ...: built by the engine */
} av_def_kind;

typedef struct av_matrix_option {
    uint32_t member;     /**< of the matrix's enum */
    uint32_t first_rule, rule_count; /**< its lines and vetoes */
    uint32_t secondary;  /**< rule that makes it secondary only, or AV_NO_INDEX; a rule without
                              `when` always does */
    uint32_t wrong_if;   /**< procedure: text, or AV_NO_INDEX */
} av_matrix_option;

typedef struct av_def {
    av_def_kind kind;
    bool hidden;         /**< made by the compiler: a field's default */
    av_text name, label; /**< label: the name made readable when none was given */
    av_type_id type;     /**< of its value; sections and text emits: fragment */
    av_site site;
    av_text module;
    uint32_t layer;
    uint32_t proc;       /**< value; FACT: its inference; CONFLICT: bool; CHECK: list of Violation; SECTION: option of fragment;
                              DOCUMENT: unused; EMIT: list of Artifact; MATRIX, COLLECTION: AV_NO_INDEX (their rules have procedures) */
    uint32_t first_rule, rule_count; /**< all rules of the definition, in order of trial */
    const uint32_t *reads; /**< definitions read directly by any of its procedures, ascending */
    uint32_t read_count;
    const uint32_t *reasons; /**< those of `reads` whose reasons are read as well (AV_N_META),
                                  ascending */
    uint32_t reason_count;
    uint32_t depth;      /**< longest chain of reads below it */
    /* by kind */
    av_text group;       /**< FACT */
    bool prose;          /**< FACT, a text: read for the other facts */
    uint32_t parts;      /**< FACT that is prose: procedure of the function that tells which parts of it
                              are read, from a text to a list of records with `text` and `line`; or
                              AV_NO_INDEX: all of it */
    bool unites;         /**< FACT, a set: what prose says is added to what is inferred */
    uint32_t ask;        /**< FACT: procedure text or AV_NO_INDEX */
    av_text endings;     /**< FACT: of files whose whole text it is, each between two dots: ".md.markdown.";
                              empty: none */
    const av_matrix_option *options; /**< MATRIX */
    uint32_t option_count;
    int32_t secondary_from; /**< MATRIX: lowest score of a secondary; INT32_MAX: none */
    const uint32_t *between; /**< CONFLICT: definitions */
    uint32_t between_count;
    uint32_t binds;      /**< CONFLICT: definition or AV_NO_INDEX */
    av_level impact;     /**< CONFLICT */
    uint32_t tension, effect; /**< CONFLICT: procedures */
    av_text item;        /**< CHECK: id in reports */
    uint32_t repair_target; /**< CHECK: collection or decision to patch, or AV_NO_INDEX */
    uint32_t repair_slot;   /**< CHECK: field of the collection's records; AV_NO_INDEX for a
                                 decision */
    uint32_t repair_because; /**< CHECK: procedure text or AV_NO_INDEX */
    bool guard;          /**< CHECK: declared to be unfailable by these rules alone */
    uint32_t title;      /**< SECTION, DOCUMENT: procedure text; TEST: AV_NO_INDEX (label holds
                              it) */
    uint32_t level;      /**< SECTION: heading level in its document, 2.. */
    const uint32_t *sections; /**< DOCUMENT: definitions */
    uint32_t section_count;
    uint32_t path;       /**< DOCUMENT: procedure text */
    av_format format;    /**< EMIT */
    uint32_t test;       /**< TEST: index into av_program.tests */
} av_def;

/* ---- tests */

typedef enum av_expect_kind {
    AV_EXPECT_TRUE, AV_EXPECT_FIRED, AV_EXPECT_REJECTED, AV_EXPECT_CONFLICT, AV_EXPECT_PASSED, AV_EXPECT_FAILED,
    AV_EXPECT_REPAIRED, AV_EXPECT_SECTION, AV_EXPECT_DOCUMENT, AV_EXPECT_EMIT
} av_expect_kind;

typedef struct av_expect {
    av_expect_kind kind;
    bool negated, contains_negated;
    uint32_t proc;     /**< AV_EXPECT_TRUE: bool */
    uint32_t left, right; /**< AV_EXPECT_TRUE of a comparison: procedures of both sides, to show
                               what was found; or AV_NO_INDEX */
    uint32_t target;   /**< rule (FIRED), else definition */
    uint32_t option;   /**< REJECTED: enum member */
    uint32_t contains; /**< procedure: text, or AV_NO_INDEX */
    av_text source;    /**< as written */
    av_site site;
} av_expect;

typedef struct av_given {
    uint32_t fact; /**< definition */
    uint32_t proc; /**< its value */
} av_given;

typedef struct av_test {
    av_text title;
    uint32_t def;
    const av_text *proves;
    uint32_t proves_count;
    const av_given *given;
    uint32_t given_count;
    const av_expect *expects;
    uint32_t expect_count;
    av_site site;
} av_test;

/* ---- what prose says */

/** Words around a phrase that change what it says: "not", "later", "we moved off". */
typedef struct av_cue {
    av_text name, label;
    bool neutral; /**< a phrase within its reach is heard all the same */
    av_site site;
} av_cue;

/** One case of a `signal`: a value of a fact that words of a text give. Its identity and reasons
 * are its rule's, which is none of the rules between first_rule and rule_count of the fact. */
typedef struct av_signal {
    uint32_t rule;
    uint32_t value; /**< procedure: a value of the fact, or a member or item of it; its parameters
                         are the captures */
    uint32_t where; /**< procedure: bool, with the same parameters, or AV_NO_INDEX */
    uint64_t cues;  /**< bit c: cue c is asked for; one of those asked for must hold */
    int32_t strength;
    bool implied; /**< says why: the words make the value likely, they do not state it */
    uint32_t capture_count;
    uint8_t captures[AV_NET_CAPTURES]; /**< av_quantity_kind */
} av_signal;

enum { AV_SIGNAL_STRENGTH = 9 /**< greatest strength of a signal */ };

/* ---- where output came from */

typedef struct av_origin {
    uint32_t def;
    av_site site;           /**< place in the template */
    const uint32_t *reads;  /**< definitions the value on this place reads directly */
    uint32_t read_count;
} av_origin;

/** One bytecode instruction; see code/ops.h. */
typedef struct av_instruction {
    uint16_t op, a, b, c;
} av_instruction;

typedef struct av_code_site {
    uint32_t pc; /**< first instruction it holds for, relative to the procedure */
    av_site site;
} av_code_site;

/** A definition replaced or extended by a later layer. */
typedef struct av_layer_change {
    av_text what; /**< "decision pattern", "case pattern/Simple" */
    bool extends;
    av_site by, of;
} av_layer_change;

typedef struct av_program {
    av_arena arena; /**< owns everything below */
    char hash[32];  /**< of all rule texts, in order */
    const av_text *paths;
    uint32_t path_count;
    av_type *types;
    uint32_t type_count;
    av_enum_type *enums;
    uint32_t enum_count;
    av_record_type *records;
    uint32_t record_count;
    av_proc *procs;
    uint32_t proc_count;
    av_rule *rules;
    uint32_t rule_count;
    av_def *defs; /**< in program order: layer, path, position */
    uint32_t def_count;
    av_test *tests;
    uint32_t test_count;
    av_origin *origins;
    uint32_t origin_count;
    av_layer_change *changes;
    uint32_t change_count;
    av_signal *signals;
    uint32_t signal_count;
    av_cue *cues;
    uint32_t cue_count;
    av_net net;     /**< the patterns of all signals and cues */
    av_map def_by_name; /**< av_hash of the name -> definition; compare the name */
    /* the engine's own record types, by name from std.model; all exist in every program */
    struct {
        uint32_t rejected, option_score, score_line, fact_info, decision_info, conflict_info, check_info, document_info, outline_part, violation, artifact;
    } model;
    /* code */
    av_instruction *code;
    uint32_t code_count;
    av_value *constants;
    uint32_t constant_count;
    av_code_site *code_sites;
    uint32_t code_site_count;
    /** One per procedure: its code has been verified. NULL: all of it was, or was generated here. */
    _Atomic uint8_t *verified;
} av_program;

/** The definition named so, or AV_NO_INDEX. */
uint32_t av_program_find(const av_program *program, av_text name);
/** Whether an ending ("md") is one of a definition's `endings`; without regard to case. */
bool av_endings_have(av_text endings, av_text ending);
/** The fact that files called so are as a whole, by the ending of `path`, or AV_NO_INDEX. */
uint32_t av_program_fact_of_file(const av_program *program, av_text path);
/** The rule with this identity, or AV_NO_INDEX. */
uint32_t av_program_find_rule(const av_program *program, av_text id);
/** A member of an enum; NULL when there is none such, as a damaged image may say. */
const av_enum_member *av_program_member(const av_program *program, uint32_t enum_index,
                                        int64_t member);
/** Slot of a record's field, or AV_NO_INDEX. */
uint32_t av_record_slot(const av_record_type *record, av_text field);
/** A type as a rule author writes it: "list of Entity". */
void av_type_print(const av_program *program, av_type_id type, av_buf *out);
/** "plain", "markdown" ... and the format of a type name or fence word (AV_FORMAT_COUNT when unknown). */
const char *av_format_name(av_format format);
av_format av_format_of_fence(av_text word);

/* ---- built-in functions */

typedef enum av_builtin {
#define AV_BUILTIN(id, name, signature, meaning) id,
#include "sema/builtins.h"
#undef AV_BUILTIN
    AV_BUILTIN_COUNT
} av_builtin;

enum {
    AV_DEF_DEPTH = 400,     /**< longest chain of definitions that read each other */
    AV_CALL_DEPTH = 100,    /**< longest chain of functions that call each other */
    AV_SLOTS = 4000,        /**< local variables of one procedure */
    AV_DEFS_MAX = 200000, AV_RULES_MAX = 1000000
};

// clang-format on
#endif
