/* The inside of a run, for the files of this folder that make it up. Executors use run.h, ops.h and
 * render.h. */
#ifndef AV_VM_STATE_H
#define AV_VM_STATE_H

#include <stdatomic.h>

#include "vm/run.h"

typedef enum av_gate_state { AV_GATE_NOT_RUN, AV_GATE_RUNNING, AV_GATE_DONE } av_gate_state;

/** A set of definitions, in the order in which they were added. */
typedef struct av_def_set {
    uint8_t *marks; /**< one per definition */
    uint32_t *items;
    uint32_t count;
} av_def_set;

/** Some definitions, in program order. */
typedef struct av_def_list {
    uint32_t *items;
    uint32_t count;
} av_def_list;

/** Whether a definition's value may depend on the fact of a trial; beyond that, whether it had one before. */
typedef enum av_affected { AV_AFFECTED_NOT, AV_AFFECTED, AV_AFFECTED_KNOWN } av_affected;

/** One trial of a search for flips: a fact has another value, the rest is computed anew where that
 * can matter. */
typedef struct av_trial {
    const uint8_t *affected; /**< av_affected of each definition */
    /** traces of the affected ones as they were; of those without a value the state alone */
    const av_trace *before;
    uint8_t *verdict;  /**< one per definition: whether what it reads is as before, if known */
    uint64_t epoch;    /**< of the run before the trial */
    av_def_set *first; /**< receives definitions that have a value only since the trial */
} av_trial;

/** One change a repair made to the document model. */
typedef struct av_patch {
    uint32_t def;    /**< collection, decision or matrix */
    uint32_t check;  /**< the check whose repair it is */
    uint32_t slot;   /**< field of the collection's records; AV_NO_INDEX: the whole value */
    av_value target; /**< as the check saw it; its key, when it has one, identifies it */
    av_value value;
} av_patch;

/** What neither a run nor its fork has taken yet: either draws from it what it needs. */
typedef struct av_purse {
    _Atomic uint64_t steps;
    _Atomic size_t memory;
} av_purse;

struct av_run {
    const av_program *program;
    const av_facts *facts;
    av_alloc outer; /**< the caller's allocator */
    av_alloc host;  /**< the same, noting failures: tells "no memory" from "budget spent" */
    bool host_failed;
    av_arena arena;
    av_execute_fn *execute;
    const av_executor *executor; /**< NULL: none */
    uint64_t steps;              /**< left, besides those in the purse */
    size_t memory;               /**< bytes of values that the run and its forks may have */
    av_purse *purse;             /**< of the run and its fork; NULL while there is no fork */
    av_purse own_purse;          /**< that of the fork it has */
    uint32_t depth;
    av_trace *traces;                   /**< one per definition */
    uint8_t *fired;                     /**< one per rule: it took part in some value */
    av_def_list fact_defs, choice_defs; /**< facts; decisions and matrices: made on first use */
    uint32_t *reader_starts, *readers;  /**< for each definition those that read it; made on first
                                        use */
    uint32_t *first_origin;   /**< one per definition, made on first use: its first place in a
                                 template, or AV_NO_INDEX */
    av_value *derived;        /**< one per rule of a collection: the list it gave, or none, when the
                            collection was last computed outside of a trial */
    uint64_t epoch;           /**< names the definitions' values: new when some are forgotten */
    uint64_t epochs;          /**< given out so far */
    uint32_t current;         /**< definition being computed, or AV_NO_INDEX */
    const av_trial *trial;    /**< NULL outside a search for flips */
    struct av_search *search; /**< of run_flips.c, made on first use */
    struct av_proc_reads *proc_reads; /**< the same, one per procedure */
    uint32_t overridden; /**< fact whose value is replaced while flips are sought, or AV_NO_INDEX */
    av_value override;
    av_buf text; /**< of all open builders, one after the other (render.h) */
    av_mark *marks;
    size_t mark_count, mark_cap;
    av_patch *patches; /**< in order of application */
    size_t patch_count, patch_cap;
    av_gate_state gate;
    av_check_result *checks;
    size_t check_count;
    struct av_vm *machine; /**< the stacks of vm.c, made on first use */
    /** the text outline() read last, and what it gave; none at first */
    av_value outlined, outline;
    av_run_error error;
    av_arena notes; /**< texts of errors */
};

/** Runs a procedure through the executor; turns failures of memory and size into errors that name
 * it. */
av_status av_run_execute(av_run *run, uint32_t proc, const av_value *args, av_value *out,
                         uint32_t *chosen) AV_MUST_USE;
/** The text a procedure gives; empty for AV_NO_INDEX. */
av_status av_run_text(av_run *run, uint32_t proc, av_text *out) AV_MUST_USE;
/** What a bool procedure gives; true for AV_NO_INDEX. */
av_status av_run_holds(av_run *run, uint32_t proc, bool *out) AV_MUST_USE;
/** Gives a definition's failure of memory or size its name; other statuses pass. */
av_status av_run_explain(av_run *run, av_status status, uint32_t def) AV_MUST_USE;
/** An empty set for the definitions of a program; its memory belongs to the arena. */
av_status av_def_set_init(av_def_set *set, av_arena *arena, uint32_t def_count) AV_MUST_USE;
/** Takes all out of the set again. */
void av_def_set_clear(av_def_set *set);
/** Adds a definition, once. */
void av_def_set_add(av_def_set *set, uint32_t def);
/** Adds all definitions whose value needs one of the set. Stated facts need none. */
av_status av_run_dependents(av_run *run, av_def_set *set) AV_MUST_USE;
/** Forgets the values of the set's definitions. */
void av_run_forget(av_run *run, const av_def_set *set);
/** In a trial: whether all that a definition reads is as before, so that its value and its reasons
 * still hold. */
av_status av_run_verify(av_run *run, uint32_t def, bool *holds) AV_MUST_USE;
/**
 * In a trial: whether all that a procedure reads is as before, so that it would give the same again. It must have been executed
 * before the trial; false also when its instructions are not known.
 */
av_status av_run_verify_proc(av_run *run, uint32_t proc, bool *holds) AV_MUST_USE;
/** Whether the brief (or a search for flips) gives the fact its value. */
bool av_run_is_stated(const av_run *run, uint32_t def);

/** A record of one of the engine's own types while its fields are set by name; text fields begin
 * empty. */
typedef struct av_model_record {
    av_run *run;
    const av_record_type *type;
    av_value value;
    av_value *fields;
    uint32_t next; /**< where the search for the next field begins */
} av_model_record;

/** Begins a record of the program's type with this number. */
av_status av_model_new(av_run *run, uint32_t record_type, av_model_record *out) AV_MUST_USE;
/** Sets a field by name; one the type does not have is left out. */
void av_model_set(av_model_record *record, const char *field, av_value value);
av_status av_model_text(av_model_record *record, const char *field, av_text text) AV_MUST_USE;
/** The same with what av_run_meta says. */
av_status av_model_meta(av_model_record *record, const char *field, uint32_t def,
                        av_meta meta) AV_MUST_USE;

/* run_matrix.c */
av_status av_run_matrix(av_run *run, uint32_t def, av_trace *trace) AV_MUST_USE;
/** Reason of a matrix (because, condition, scores ...): av_run_meta for the kinds only a matrix
 * has. */
av_status av_run_matrix_meta(av_run *run, uint32_t def, av_meta meta, av_value *out) AV_MUST_USE;
/** Rejected records of a matrix. */
av_status av_run_matrix_rejected(av_run *run, uint32_t def, av_value *out) AV_MUST_USE;
/* run_meta.c */
/** Rejected records of a decision or an inference. */
av_status av_run_case_rejected(av_run *run, uint32_t def, av_value *out) AV_MUST_USE;
/* run_collection.c */
av_status av_run_collection(av_run *run, uint32_t def, av_value *out) AV_MUST_USE;
/** Replaces the value of a decision or matrix that a repair changed. */
void av_run_patch_value(const av_run *run, uint32_t def, av_trace *trace);
/** The repair that gave the definition its value, or NULL. */
const av_patch *av_run_patch_of(const av_run *run, uint32_t def);
/* run_model.c */
av_status av_run_model(av_run *run, uint32_t def, av_value *out) AV_MUST_USE;

#endif
