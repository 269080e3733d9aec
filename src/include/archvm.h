/* archvm: architecture policy as code, as a library.
 *
 *     texts of rules --load--> program --+
 *                                        +--> run --> values, traces, checks, documents and files
 * in memory text of a brief --read--> facts ---+
 *
 * The library does no input or output of its own, reads no clock, no environment and no locale: the
 * same bytes in give the same bytes out. Every object is made by one function, freed by one
 * function, and must be freed before what it was made from: an engine outlives its programs, a
 * program its facts and runs, facts the runs over them, a run its outputs.
 *
 * Threads: an engine, a program and facts never change once made and may be used by any number of
 * threads at a time. A run, a report and an output belong to one thread at a time; different ones
 * are independent.
 *
 * Stability: names and meanings stay within one major version. Option structs begin with their
 * size, set by their INIT macro, so that a later version can add fields; all other structs keep
 * their layout. Enumerations may gain members. */
#ifndef ARCHVM_H
#define ARCHVM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ARCHVM_API __attribute__((visibility("default")))
#else
#define ARCHVM_API
#endif

/** What a call came to. Zero is success. */
typedef enum archvm_status {
    ARCHVM_OK = 0,
    ARCHVM_ERR_MEMORY = 1, /**< the allocator returned NULL */
    ARCHVM_ERR_LIMIT = 2,  /**< an input or result is larger than archvm accepts */
    ARCHVM_ERR_RULES = 3,  /**< the rules have errors; the report lists all of them */
    ARCHVM_ERR_FACTS = 4,  /**< the brief has errors; the report lists all of them */
    ARCHVM_ERR_RUN = 5, /**< evaluation stopped: overflow, a spent budget; the report says where */
    ARCHVM_ERR_IMAGE = 6,     /**< the bytes are no compiled program of this version, or damaged */
    ARCHVM_ERR_GATE = 7,      /**< checks failed, so nothing was emitted */
    ARCHVM_ERR_CANCELLED = 8, /**< a callback of the host returned non-zero */
    ARCHVM_ERR_NOT_FOUND = 9, /**< the program has nothing of that name */
    /** a required pointer is NULL, a size field is unknown, or a value has another kind */
    ARCHVM_ERR_ARGUMENT = 10
} archvm_status;

/** Bytes with a length; UTF-8 unless said otherwise. `ptr` may be NULL when `len` is 0. */
typedef struct archvm_text {
    const char *ptr;
    size_t len;
} archvm_text;

typedef struct archvm_engine archvm_engine;
typedef struct archvm_program archvm_program;
typedef struct archvm_facts archvm_facts;
typedef struct archvm_run archvm_run;
typedef struct archvm_output archvm_output;
typedef struct archvm_report archvm_report;

/** The version of the library, as in "0.1.0". A constant; never NULL. */
ARCHVM_API const char *archvm_version(void);

/** A few words for a status, as in "the rules have errors". A constant; never NULL, also for
 * unknown numbers. */
ARCHVM_API const char *archvm_status_text(archvm_status status);

/* ---- engine */

/**
 * All memory comes through this one function. `new_size` 0: free `block` (never NULL then) and
 * return NULL. Otherwise: resize `block`, or make one when it is NULL, and return it, aligned for
 * any type; NULL means failure and leaves `block` as it was. `old_size` is always the size last
 * asked for. Must be thread-safe when objects of one engine are used by several threads.
 */
typedef void *archvm_realloc_fn(void *payload, void *block, size_t old_size, size_t new_size);

/** One of several tasks that archvm wants done: number `index` of `work`. */
typedef void archvm_task_fn(void *work, size_t index);

/**
 * Does tasks 0 to `count` - 1 of `work`, each exactly once, in any order, on any threads, and returns when the last has ended.
 * Tasks do not wait for each other, and none has tasks of its own done. One may need as much stack as the call it serves. It is called
 * on the thread that uses the engine: by several at once when several use it. What archvm makes is the same bytes whatever runs them.
 * The allocator must be thread-safe.
 */
typedef void archvm_execute_fn(void *payload, size_t count, archvm_task_fn *task, void *work);

typedef struct archvm_engine_options {
    size_t size;
    archvm_realloc_fn *realloc_fn; /**< NULL: the C library's allocator */
    void *payload; /**< handed to realloc_fn and execute_fn; not touched by archvm */
    archvm_execute_fn *execute_fn; /**< NULL: everything is done on the caller's thread */
} archvm_engine_options;
#define ARCHVM_ENGINE_OPTIONS_INIT                                                                 \
    { sizeof(archvm_engine_options), NULL, NULL, NULL }

/** A new engine, or NULL when memory fails or `options->size` is unknown. `options` may be NULL and
 * is copied. */
ARCHVM_API archvm_engine *archvm_engine_new(const archvm_engine_options *options);
/** Frees the engine; everything made with it must be freed before. NULL is fine. */
ARCHVM_API void archvm_engine_free(archvm_engine *engine);

/**
 * Frees a text that a function handed to the caller ("the caller's text") and empties it. Such a
 * text is followed by one zero byte that `len` does not count. NULL or an empty text is fine.
 */
ARCHVM_API void archvm_text_free(const archvm_engine *engine, archvm_text *text);

/* ---- reports: diagnostics */

typedef enum archvm_style {
    ARCHVM_STYLE_TEXT = 0,  /**< place and message, the source line, a caret, help */
    ARCHVM_STYLE_COLOR = 1, /**< the same with ANSI colours */
    ARCHVM_STYLE_PLAIN = 2, /**< one line each: path:line:col: error: message [code] */
    ARCHVM_STYLE_JSON = 3   /**< a JSON array of objects */
} archvm_style;

/** Number of errors and warnings, those not kept (beyond the first 200) included. 0 for NULL. */
ARCHVM_API size_t archvm_report_errors(const archvm_report *report);
ARCHVM_API size_t archvm_report_warnings(const archvm_report *report);
/** All diagnostics in order of place, as the caller's text. A NULL report renders as no
 * diagnostics. */
ARCHVM_API archvm_status archvm_report_render(const archvm_engine *engine, archvm_report *report,
                                              archvm_style style, archvm_text *out);
/** Needs nothing but its engine: a report may outlive the program or facts it is about. NULL is
 * fine. */
ARCHVM_API void archvm_report_free(archvm_report *report);

/* ---- programs */

/** One file of rules. Nothing is kept: path and bytes need to live only during the call. */
typedef struct archvm_source {
    archvm_text path; /**< as shown in messages, '/' between its parts; names the module when the
                         file does not */
    archvm_text bytes;
    uint32_t layer;    /**< 0 is the base; a higher layer may extend and override lower ones */
    uint32_t reserved; /**< 0 */
} archvm_source;

typedef struct archvm_load_options {
    size_t size;
    int with_tests; /**< non-zero: also sources whose path ends in "_test.arch"; otherwise these are
                       left out */
    int analyse; /**< non-zero: also find what can never happen and what nothing uses; takes longer
                  */
} archvm_load_options;
#define ARCHVM_LOAD_OPTIONS_INIT                                                                   \
    { sizeof(archvm_load_options), 0, 0 }

/**
 * Compiles rules. The order of `sources` does not matter: they are taken by layer, then bytewise by
 * path. Modules of the standard library come with the library. `options` may be NULL.
 *
 * ARCHVM_OK: `*out` is a program. Any other status: `*out` is NULL. `report` may be NULL; otherwise
 * `*report` receives the diagnostics (also warnings of a success), or NULL when there are none.
 */
ARCHVM_API archvm_status archvm_program_load(const archvm_engine *engine,
                                             const archvm_source *sources, size_t count,
                                             const archvm_load_options *options,
                                             archvm_program **out, archvm_report **report);
/**
 * Makes a program of an image that archvm_program_save wrote. Any bytes are safe to load: what does
 * not pass verification is ARCHVM_ERR_IMAGE, with the reason in the report. `path` is for messages.
 * `*out` and `*report` as in archvm_program_load.
 */
ARCHVM_API archvm_status archvm_program_load_image(const archvm_engine *engine, archvm_text path,
                                                   archvm_text image, archvm_program **out,
                                                   archvm_report **report);
/**
 * The same in a fraction of the time: `image` is not copied and must stay as it is until the program
 * is freed, and each part of its code is verified before it runs for the first time rather than now.
 * What does not pass then ends the run with ARCHVM_ERR_RUN.
 */
ARCHVM_API archvm_status archvm_program_open_image(const archvm_engine *engine, archvm_text path,
                                                   archvm_text image, archvm_program **out,
                                                   archvm_report **report);
/** The program as an image, the caller's text (binary): the same rules give the same bytes on every
 * machine. */
ARCHVM_API archvm_status archvm_program_save(const archvm_program *program, archvm_text *out);
/** Facts and runs of the program must be freed before. NULL is fine. */
ARCHVM_API void archvm_program_free(archvm_program *program);

/** Hash of the rules, 32 hexadecimal digits; lives as long as the program. Empty for NULL. */
ARCHVM_API archvm_text archvm_program_hash(const archvm_program *program);
/** JSON Schema (2020-12) of the briefs the program accepts, the caller's text. */
ARCHVM_API archvm_status archvm_program_schema(const archvm_program *program, archvm_text *out);
/**
 * The instructions of all procedures, or of those of the definition or rule called `name` (empty:
 * all), as the caller's text. ARCHVM_ERR_NOT_FOUND when there is none of that name.
 */
ARCHVM_API archvm_status archvm_program_disassemble(const archvm_program *program, archvm_text name,
                                                    archvm_text *out);

/** What a program defines, for listings. */
typedef enum archvm_definition_kind {
    ARCHVM_FACT = 0,
    ARCHVM_DECISION = 1,
    ARCHVM_MATRIX = 2,
    ARCHVM_CONFLICT = 3,
    ARCHVM_COLLECTION = 4,
    ARCHVM_CHECK = 5,
    ARCHVM_SECTION = 6,
    ARCHVM_DOCUMENT = 7,
    ARCHVM_EMIT = 8,
    ARCHVM_TEST = 9,
    ARCHVM_OTHER = 10
} archvm_definition_kind;

typedef struct archvm_definition {
    archvm_definition_kind kind;
    archvm_text name, label, path; /**< live as long as the program */
    uint32_t line, column;
} archvm_definition;

/** Number of definitions, in program order; 0 for NULL. */
ARCHVM_API size_t archvm_program_definitions(const archvm_program *program);
/** ARCHVM_ERR_NOT_FOUND when `index` is out of range. */
ARCHVM_API archvm_status archvm_program_definition(const archvm_program *program, size_t index,
                                                   archvm_definition *out);

/** One thing that a later layer replaced or extended. Texts live as long as the program. */
typedef struct archvm_change {
    archvm_text what; /**< "decision shape", "case shape/OneService" */
    archvm_text by_path, of_path;
    uint32_t by_line, of_line;
    int extends; /**< 0: replaced */
} archvm_change;

ARCHVM_API size_t archvm_program_changes(const archvm_program *program);
ARCHVM_API archvm_status archvm_program_change(const archvm_program *program, size_t index,
                                               archvm_change *out);

/** One rule file in the one canonical layout, the caller's text. ARCHVM_ERR_RULES (with a report)
 * when it does not parse. */
ARCHVM_API archvm_status archvm_format(const archvm_engine *engine, archvm_text path,
                                       archvm_text bytes, archvm_text *out, archvm_report **report);

/* ---- tests of a program */

typedef struct archvm_test_result {
    archvm_text title, path;
    uint32_t line, column;
    int passed;
    archvm_text message; /**< why it failed: `path:line:col: ...` lines, each ended by a line break;
                            empty when it passed */
} archvm_test_result;

/** Called after each test; texts live during the call. Non-zero stops the tests with
 * ARCHVM_ERR_CANCELLED. */
typedef int archvm_test_fn(void *payload, const archvm_test_result *result);

typedef struct archvm_test_options {
    size_t size;
    archvm_text pattern;  /**< only tests whose title or path contains it; empty: all */
    archvm_test_fn *each; /**< may be NULL */
    void *payload;
    uint64_t steps; /**< step budget of each test; 0: the default */
    size_t memory;  /**< memory budget of each test in bytes; 0: the default */
} archvm_test_options;
#define ARCHVM_TEST_OPTIONS_INIT                                                                   \
    { sizeof(archvm_test_options), {NULL, 0}, NULL, NULL, 0, 0 }

typedef struct archvm_test_summary {
    size_t passed, failed, skipped; /**< skipped: not chosen by the pattern */
} archvm_test_summary;

/**
 * Runs the tests of a program that was loaded with tests. ARCHVM_OK when all that ran have a
 * result, failed ones included: ask the summary. `options` and `summary` may be NULL.
 */
ARCHVM_API archvm_status archvm_program_test(const archvm_program *program,
                                             const archvm_test_options *options,
                                             archvm_test_summary *summary);

/* ---- facts */

typedef struct archvm_facts_options {
    size_t size;
    uint32_t lines_before; /**< lines of the file before `bytes`, when that is one record of many:
                              places count from there */
    archvm_text as; /**< name of the fact of type text that `bytes` are as a whole; empty: by the
                       ending of `path`, as the rules say, else a brief */
} archvm_facts_options;
#define ARCHVM_FACTS_OPTIONS_INIT                                                                  \
    {                                                                                              \
        sizeof(archvm_facts_options), 0, {                                                         \
            NULL, 0                                                                                \
        }                                                                                          \
    }

/**
 * Reads a brief: YAML, or the JSON subset of it; or a text that is one fact as a whole. Nothing is
 * kept of `path` and `bytes`. ARCHVM_ERR_FACTS: every mistake is in the report.
 * ARCHVM_ERR_NOT_FOUND: no fact of type text is called as `options` say. `options` may be NULL. `*out` and `*report` as
 * in archvm_program_load.
 */
ARCHVM_API archvm_status archvm_facts_read(const archvm_program *program, archvm_text path,
                                           archvm_text bytes, const archvm_facts_options *options,
                                           archvm_facts **out, archvm_report **report);
/** Runs over the facts must be freed before. NULL is fine. */
ARCHVM_API void archvm_facts_free(archvm_facts *facts);

/* ---- runs */

/**
 * Ceilings, not measures: what a run takes varies a little, as results of calls are kept by where their arguments lie, and what two tasks
 * need is worked out by both. Leave room above what a run needs.
 */
typedef struct archvm_run_options {
    size_t size;
    uint64_t steps; /**< instructions the run may take; 0: 200 million */
    size_t memory;  /**< bytes its values may take; 0: 512 MiB */
} archvm_run_options;
#define ARCHVM_RUN_OPTIONS_INIT                                                                    \
    { sizeof(archvm_run_options), 0, 0 }

/**
 * A run of a program over facts. `facts` NULL: no fact is stated. `options` may be NULL. Nothing is
 * evaluated yet: everything is on demand, and at most once. On failure `*out` is NULL.
 */
ARCHVM_API archvm_status archvm_run_new(const archvm_program *program, const archvm_facts *facts,
                                        const archvm_run_options *options, archvm_run **out);
/** NULL is fine. Values and texts of the run end with it. */
ARCHVM_API void archvm_run_free(archvm_run *run);

/**
 * Why the last call on the run returned ARCHVM_ERR_RUN: a report (the caller's) naming rule and
 * place, or NULL when no call did or memory failed.
 */
ARCHVM_API archvm_report *archvm_run_error(const archvm_run *run);

typedef struct archvm_gate {
    size_t passed, repaired, failed;
} archvm_gate;

/**
 * Runs all checks and their repairs, once; later calls give the same result. ARCHVM_OK also when
 * checks fail. Values asked for after it are those of the repaired model. `out` may be NULL.
 */
ARCHVM_API archvm_status archvm_run_gate(archvm_run *run, archvm_gate *out);
/** The failed checks as numbered lines, the caller's text; empty when all passed. Runs the gate
 * when it has not run. */
ARCHVM_API archvm_status archvm_run_failures(archvm_run *run, archvm_text *out);

/** How archvm_run_json writes. May be combined. */
enum {
    ARCHVM_JSON_VALUES = 1, /**< one flat object of names and values */
    ARCHVM_JSON_LINE = 2    /**< in one line; otherwise indented. Both end in a line break */
};

/** Facts, decisions, scores, conflicts, collections and checks as JSON, the caller's text. Runs the
 * gate. */
ARCHVM_API archvm_status archvm_run_json(archvm_run *run, unsigned flags, archvm_text *out);
/** What is understood of the facts, as a brief in YAML that gives the same facts, the caller's text: the
 * words each was read from stand beside it as comments, and what is assumed as comments too. */
ARCHVM_API archvm_status archvm_run_intake(archvm_run *run, archvm_text *out);
/**
 * How the definition called `name` came to its value, as one JSON object (source, rule, reasons,
 * rejected options, scores), the caller's text. ARCHVM_ERR_NOT_FOUND when no fact, decision,
 * matrix, conflict, collection or check bears the name.
 */
ARCHVM_API archvm_status archvm_run_trace(archvm_run *run, archvm_text name, archvm_text *out);

/* ---- values */

typedef enum archvm_kind {
    ARCHVM_NONE = 0, /**< an option without a value */
    ARCHVM_BOOL = 1,
    ARCHVM_INT = 2,
    ARCHVM_DECIMAL = 3, /**< exact: a coefficient and a number of digits after the point */
    ARCHVM_MONEY = 4,   /**< whole minor units and a currency */
    ARCHVM_TEXT = 5,    /**< also rendered text of some format */
    ARCHVM_ENUM = 6,    /**< read as text: its label */
    ARCHVM_SET = 7,     /**< items: its members, in the enumeration's order */
    ARCHVM_LIST = 8,    /**< items */
    ARCHVM_RECORD = 9   /**< items: its fields, each with a name */
} archvm_kind;

/** A value of a run: plain data to copy about, valid as long as the run. All zeros is "none". */
typedef struct archvm_value {
    uint64_t opaque[2];
} archvm_value;

/** The value of the definition called `name`. ARCHVM_ERR_NOT_FOUND when none has that name or it
 * has no value of its own. */
ARCHVM_API archvm_status archvm_run_value(archvm_run *run, archvm_text name, archvm_value *out);

ARCHVM_API archvm_kind archvm_value_kind(archvm_value value);
/** Each is ARCHVM_ERR_ARGUMENT when the value is of another kind, and leaves `out` alone then. */
ARCHVM_API archvm_status archvm_value_bool(archvm_value value, int *out);
ARCHVM_API archvm_status archvm_value_int(archvm_value value, int64_t *out);
/** The number is coefficient / 10^scale. Whole numbers have scale 0; kind INT is accepted. */
ARCHVM_API archvm_status archvm_value_decimal(archvm_value value, int64_t *coefficient,
                                              unsigned *scale);
/** `currency` receives three capitals and a zero byte. */
ARCHVM_API archvm_status archvm_value_money(archvm_value value, int64_t *minor_units,
                                            char currency[4]);
/** TEXT or ENUM; the bytes live as long as the run. */
ARCHVM_API archvm_status archvm_value_text(const archvm_run *run, archvm_value value,
                                           archvm_text *out);
/** Number of items of a SET, LIST or RECORD; 0 for all else. */
ARCHVM_API size_t archvm_value_count(archvm_value value);
/** ARCHVM_ERR_NOT_FOUND when `index` is out of range. */
ARCHVM_API archvm_status archvm_value_item(const archvm_run *run, archvm_value value, size_t index,
                                           archvm_value *out);
/** The name of a RECORD's field; lives as long as the program. ARCHVM_ERR_NOT_FOUND when out of
 * range. */
ARCHVM_API archvm_status archvm_value_field_name(const archvm_run *run, archvm_value value,
                                                 size_t index, archvm_text *out);
/** The field of a RECORD called `name`, or ARCHVM_ERR_NOT_FOUND. */
ARCHVM_API archvm_status archvm_value_field(const archvm_run *run, archvm_value value,
                                            archvm_text name, archvm_value *out);
/** The value as one line of JSON without a line break, the caller's text. */
ARCHVM_API archvm_status archvm_value_json(const archvm_run *run, archvm_value value,
                                           archvm_text *out);

/* ---- output: documents and files, in memory */

typedef struct archvm_emit_options {
    size_t size;
    archvm_text name; /**< only the document or emit of this name; empty: all */
    int draft; /**< non-zero: emit although checks fail; documents then say that they are unverified
                */
} archvm_emit_options;
#define ARCHVM_EMIT_OPTIONS_INIT                                                                   \
    { sizeof(archvm_emit_options), {NULL, 0}, 0 }

/** One file. Texts live as long as the output. */
typedef struct archvm_artifact {
    archvm_text name;   /**< the document or emit it comes from */
    archvm_text path;   /**< relative, '/' between its parts; never empty, absolute or with "." or
                           ".." parts */
    archvm_text format; /**< "markdown", "json" ... */
    archvm_text bytes;
} archvm_artifact;

/**
 * Runs the gate, then writes documents and emits into memory, in program order. All or
 * nothing: on any failure `*out` is NULL. ARCHVM_ERR_GATE: checks failed and `draft` is 0.
 * ARCHVM_ERR_RUN: see archvm_run_error; two artefacts of one path are such an error. `options` may
 * be NULL.
 */
ARCHVM_API archvm_status archvm_run_emit(archvm_run *run, const archvm_emit_options *options,
                                         archvm_output **out);
/** 0 for NULL. */
ARCHVM_API size_t archvm_output_count(const archvm_output *output);
/** ARCHVM_ERR_NOT_FOUND when `index` is out of range. */
ARCHVM_API archvm_status archvm_output_artifact(const archvm_output *output, size_t index,
                                                archvm_artifact *out);

/** Where a line of an artefact came from. Texts live as long as the program. */
typedef struct archvm_origin {
    archvm_text definition; /**< the section, emit or rule that wrote it */
    archvm_text path;       /**< of the rule file */
    uint32_t line, column;  /**< in the rule file */
} archvm_origin;

/**
 * The origin of line `line` (from 1) of artefact `index`. ARCHVM_ERR_NOT_FOUND when there is no
 * such artefact or line, or the line is the engine's own.
 */
ARCHVM_API archvm_status archvm_output_origin(archvm_output *output, size_t index, size_t line,
                                              archvm_origin *out);
/**
 * The origins of all lines of all artefacts, with the facts behind them, as JSON: {"version": 1,
 * "files": {PATH: {"lines":
 * [{"line", "end", "rule", "at", "facts"}]}}}. The caller's text.
 */
ARCHVM_API archvm_status archvm_output_map(const archvm_output *output, archvm_text *out);
/** Must be freed before its run. NULL is fine. */
ARCHVM_API void archvm_output_free(archvm_output *output);

#ifdef __cplusplus
}
#endif

#endif
