/* The facts of one brief, bound to a program's declarations. */
#ifndef AV_FACTS_FACTS_H
#define AV_FACTS_FACTS_H

#include "sema/program.h"
#include "source/diag.h"

/** One fact as the brief states it or its prose says it. */
typedef struct av_stated {
    bool stated;
    bool heard;            /**< by signals, out of prose */
    bool implied;          /**< heard, and only likely: counts as inferred, by `rules[0]` */
    const uint32_t *rules; /**< heard: the signals' rules, the one that decided first */
    uint32_t rule_count;
    av_value value;
    av_text at;       /**< "brief.facts:2:12", as shown to people */
    av_text evidence; /**< the words of the brief: the scalar as written, or a prompt's phrase */
    av_span span;
} av_stated;

/** Another value that the prose gives a fact, which lost. */
typedef struct av_clash {
    uint32_t fact, rule;
    av_value value;
    av_text at, evidence;
} av_clash;

typedef struct av_facts {
    av_arena *arena;
    av_stated *stated; /**< indexed by definition; only facts are used */
    size_t def_count;
    av_clash *clashes;
    size_t clash_count;
} av_facts;

/** Gives the default value of a record's field, a definition of kind AV_DEF_CONST (it reads no
 * facts). */
typedef av_status av_default_fn(void *payload, uint32_t def, av_value *out);

/** Gives the text of a procedure that reads no facts: the question of a fact. */
typedef av_status av_ask_fn(void *payload, uint32_t proc, av_text *out);

/** Runs a procedure that reads no facts with arguments; AV_ERR_RUN when it gives no value. */
typedef av_status av_signal_fn(void *payload, uint32_t proc, const av_value *args, av_value *out);

typedef struct av_facts_options {
    av_default_fn *default_value;
    av_signal_fn *signal; /**< NULL: prose is not read */
    av_ask_fn *ask;       /**< for the schema's descriptions; NULL: it has none */
    void *payload;
} av_facts_options;

/**
 * Reads a brief (YAML or the JSON subset of it; source number `source`) and binds it. Every mistake
 * goes to `diags` with its place; AV_ERR_INPUT if there was one, and then nothing may run. Values
 * live in `arena`. One record of a file of records (NDJSON) is a source of its own, whose
 * lines_before says where it stood: all places are then those of the file.
 */
av_status av_facts_read(av_arena *arena, const av_program *program, av_diags *diags,
                        uint16_t source, const av_facts_options *options,
                        av_facts *out) AV_MUST_USE;

/**
 * States one fact of type text: source `source` as it is, without a byte order mark. AV_ERR_INPUT
 * when it holds characters that no brief may hold; they are reported with their places.
 */
av_status av_facts_read_whole(av_arena *arena, const av_program *program, av_diags *diags,
                              uint16_t source, uint32_t fact, const av_facts_options *options,
                              av_facts *out) AV_MUST_USE;

/** A run of prose; `name`, `line` and `column` (from 1) are the place of its first byte. */
typedef struct av_prose_piece {
    av_text text, name;
    uint32_t line, column;
} av_prose_piece;

/** What was heard. */
typedef struct av_heard_facts {
    size_t count; /**< facts that were filled */
    bool known;   /**< something was said of a fact that was stated before */
} av_heard_facts;

/**
 * Reads prose with the program's signals: every fact that is not stated yet and that the pieces say
 * something of is filled, with the words as its evidence and `name:line:column` as its place. The
 * pieces are heard as one text in their order, each beginning a sentence. What two signals say
 * differently is in out->clashes. `text` of the pieces must live as long as `facts`. AV_ERR_LIMIT when
 * they are longer than AV_PROSE_BYTES together.
 */
av_status av_facts_hear(const av_program *program, const av_facts_options *options,
                        const av_prose_piece *pieces, size_t count, av_facts *out,
                        av_heard_facts *heard) AV_MUST_USE;

/** Hears the facts that are prose and stated for what is not stated; warns of what they say twice and
 * of prose that adds nothing (`diags` may be NULL). Both readers do so with their options. */
av_status av_facts_hear_prose(const av_program *program, av_diags *diags,
                              const av_facts_options *options, av_facts *facts) AV_MUST_USE;

/** JSON Schema (draft 2020-12) of the briefs a program accepts, pretty-printed, ending in a line
 * break. `options` may be NULL. */
av_status av_facts_schema(const av_program *program, const av_facts_options *options,
                          av_buf *out) AV_MUST_USE;

enum {
    AV_FACTS_BYTES = 4 * 1024 * 1024,  /**< longest brief in YAML */
    AV_FACTS_WHOLE = 16 * 1024 * 1024, /**< longest file that is one fact */
    AV_FACTS_DEPTH = 32,               /**< deepest nesting */
    AV_FACTS_NODES = 200000,     /**< scalars, lists and mappings together, aliases expanded */
    AV_FACTS_SCALAR = 256 * 1024 /**< longest scalar in bytes */
};

#endif
