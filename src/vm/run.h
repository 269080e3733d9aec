/* Stage 6: one evaluation of a program over one brief. Definitions are computed on demand and kept.
 *
 *     av_run_value(def) -> stated fact? kept? else: run its procedures -> keep
 *
 * How a procedure is executed is exchangeable: the machine (vm/vm.h) runs instructions; the plain
 * evaluator (oracle/plain.h) walks typed trees. All else - facts, decisions, matrices, collections,
 * checks, repairs, documents - is done once, here. */
#ifndef AV_VM_RUN_H
#define AV_VM_RUN_H

#include "base/executor.h"
#include "facts/facts.h"
#include "sema/program.h"

typedef struct av_run av_run;

/**
 * Executes procedure `proc` with `args` (param_count values); `chosen`, AV_NO_INDEX before the
 * call, receives the rule of an AV_N_CHOOSE root.
 */
typedef av_status av_execute_fn(av_run *run, uint32_t proc, const av_value *args, av_value *out,
                                uint32_t *chosen);

typedef struct av_run_limits {
    uint64_t steps;              /**< instructions or tree nodes; 0: AV_RUN_STEPS */
    size_t memory;               /**< bytes of values; 0: AV_RUN_MEMORY */
    const av_executor *executor; /**< threads lent to the run, as long as it lives; NULL: none */
} av_run_limits;

enum {
    AV_RUN_STEPS = 200 * 1000 * 1000,
    AV_RUN_MEMORY = 512 * 1024 * 1024,
    AV_RUN_DEPTH = 5000, /**< levels of av_run_enter: bounds the C stack */
    /** a bounded int of at most so many values has them all tried by av_run_flips */
    AV_FLIP_RANGE = 16,
    AV_GATE_ROUNDS = 8 /**< rounds of repair before a check counts as failed */
};

/** Why an evaluation stopped. */
typedef struct av_run_error {
    av_diag_code code;
    av_text message; /**< lives as long as the run */
    av_text name;    /**< procedure that was running: rule and what of it */
    av_site site;
} av_run_error;

typedef enum av_trace_state {
    AV_TRACE_NONE, /**< not computed */
    AV_TRACE_COMPUTING,
    AV_TRACE_DONE,
    AV_TRACE_DOUBTFUL /**< while flips are sought: computed before a fact was replaced */
} av_trace_state;

/** How one definition came to its value. */
typedef struct av_trace {
    uint8_t state; /**< av_trace_state */
    bool stated;   /**< AV_DEF_FACT */
    bool patched;  /**< replaced by a repair */
    uint32_t rule; /**< rule that decided, or AV_NO_INDEX */
    av_value value;
    struct av_matrix_result *matrix;   /**< AV_DEF_MATRIX */
    const struct av_known_meta *metas; /**< what has been asked for already */
} av_trace;

typedef struct av_matrix_option_result {
    int64_t score;
    bool vetoed, secondary_only;
    uint64_t held; /**< bit i: line i of the option's rules held; lines beyond 63 are not allowed by
                      sema */
} av_matrix_option_result;

typedef struct av_matrix_result {
    uint32_t winner; /**< index into the matrix's options */
    av_matrix_option_result options[];
} av_matrix_result;

typedef enum av_check_status { AV_CHECK_PASS, AV_CHECK_REPAIRED, AV_CHECK_FAIL } av_check_status;

typedef struct av_check_result {
    uint32_t def;
    av_check_status status;
    const av_text *messages; /**< of the first round in which it failed */
    uint32_t message_count;
} av_check_result;

/**
 * A new run. `facts` may be NULL (no fact stated) and must outlive the run, as must `program`.
 * `execute` NULL means the machine. Nothing is evaluated yet. NULL on memory failure.
 */
av_run *av_run_new(const av_program *program, const av_facts *facts, const av_alloc *host,
                   const av_run_limits *limits, av_execute_fn *execute);
/** Gives everything back, with the values and texts it gave; NULL is fine. */
void av_run_free(av_run *run);

/**
 * A run that knows what `run` knows and goes on by itself, so that two threads can evaluate different definitions. Both
 * share the steps and the memory that are left: where these hardly suffice, it is up to chance which of them is refused, as what both
 * need is worked out by each. `run`, which has one fork at a time, may be used meanwhile, but must not be freed, forked or repaired.
 * The host's allocator must be safe for both threads. NULL on memory failure.
 */
av_run *av_run_fork(av_run *run);
/** Takes over all that a fork has found out, with the memory its values and texts live in, and frees it: no thread may use either
 * meanwhile. NULL is fine. */
void av_run_join(av_run *run, av_run *fork);
/** Fails as a fork of the run did, which is joined by now: the error is a copy of the fork's. AV_ERR_RUN. */
av_status av_run_fail_again(av_run *run, const av_run_error *error) AV_MUST_USE;

/** The facts the run was given; NULL when there are none. */
const av_facts *av_run_facts(const av_run *run);
/** What the run was made from, and the arena in which its values live. */
const av_program *av_run_program(const av_run *run);
av_arena *av_run_arena(av_run *run);
/** The threads lent to it; NULL: none. */
const av_executor *av_run_executor(const av_run *run);

/** Value of a definition; AV_ERR_RUN with av_run_last_error set when evaluation fails. */
av_status av_run_value(av_run *run, uint32_t def, av_value *out) AV_MUST_USE;
/** What is known about the definition besides its value; evaluates it first. */
av_status av_run_meta(av_run *run, uint32_t def, av_meta meta, av_value *out) AV_MUST_USE;
/** A procedure without parameters (reasons, titles, paths). */
av_status av_run_proc(av_run *run, uint32_t proc, av_value *out) AV_MUST_USE;
/** How `def` came to its value; evaluate it first. */
const av_trace *av_run_trace(const av_run *run, uint32_t def);
/** Whether a rule took part: the case that decided, a line that held, a derivation that added
 * something. */
av_status av_run_fired(av_run *run, uint32_t rule, bool *out) AV_MUST_USE;
/** Why the last call failed with AV_ERR_RUN. */
const av_run_error *av_run_last_error(const av_run *run);

/**
 * The gate: runs every check, applies repairs, runs again, until nothing changes or AV_GATE_ROUNDS.
 * Results in the order of the checks' definition. Later calls return the same results.
 */
av_status av_run_gate(av_run *run, const av_check_result **results, size_t *count) AV_MUST_USE;
/**
 * Names of the decisions and matrices that some other value of `fact` would change, found by
 * running them. Only facts of enum type, bools and ints of a small range have any.
 */
av_status av_run_flips(av_run *run, uint32_t fact, av_value *list_of_text) AV_MUST_USE;

/** The same for `count` facts, a list for each, side by side where threads are lent and the run has no fork. */
av_status av_run_flips_all(av_run *run, const uint32_t *facts, size_t count,
                           av_value *lists) AV_MUST_USE;

/** One emitted file or document: text with the origin of its lines, or a value still to be
 * serialised. */
typedef struct av_artifact {
    uint32_t def;
    av_text path; /**< relative, '/' separated */
    av_format format;
    av_value content; /**< AV_FRAGMENT, or any value for structured formats */
} av_artifact;

/** A document: title heading, then its sections in order, as one Markdown fragment. */
av_status av_run_document(av_run *run, uint32_t document, av_artifact *out) AV_MUST_USE;
/** All artefacts of an emit definition, in the run's arena. */
av_status av_run_emit(av_run *run, uint32_t emit, av_artifact **out, size_t *count) AV_MUST_USE;
/** A section alone (none when its condition does not hold). */
av_status av_run_section(av_run *run, uint32_t section, av_value *out) AV_MUST_USE;

/** Names of the facts a definition reads, directly or through other definitions that are not facts;
 * in program order. */
av_status av_run_facts_of(av_run *run, uint32_t def, av_value *list_of_text) AV_MUST_USE;

/* ---- for executors (vm.c, plain.c) */

/** Calls the procedure of a function or table. An executor that calls them itself reports their
 * rules to av_run_note_rule. */
av_status av_run_call(av_run *run, uint32_t proc, const av_value *args, av_value *out) AV_MUST_USE;
/** Notes that the rule took part, as av_run_fired tells. */
void av_run_note_rule(av_run *run, uint32_t rule);
/** One level deeper on the C stack, to be left by av_run_leave; fails (and is not to be left) at
 * AV_RUN_DEPTH. */
av_status av_run_enter(av_run *run, uint32_t proc, av_site site) AV_MUST_USE;
void av_run_leave(av_run *run);

/** Spends `count` steps; AV_ERR_RUN with the budget's message when there are not enough. */
av_status av_run_spend(av_run *run, uint64_t count, uint32_t proc, av_site site) AV_MUST_USE;
/** Records why evaluation stops and returns AV_ERR_RUN. */
av_status av_run_fail(av_run *run, av_diag_code code, uint32_t proc, av_site site,
                      const char *format, ...) AV_PRINTF(5, 6) AV_MUST_USE;

#endif
