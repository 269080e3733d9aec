/* What the files of the code generator share. Internal to this folder.
 *
 * Registers: parameters first, then a stack of temporaries that follows the nesting of the tree; a
 * local variable is the register its value was made in. Failure is sticky: after the first,
 * emitting does nothing, and the driver asks at the end. */
#ifndef AV_CODE_GEN_H
#define AV_CODE_GEN_H

#include "base/set.h"
#include "code/code.h"

/** A place in the code that jumps can be aimed at before it is known. */
typedef struct av_label {
    uint32_t pending; /**< 1 + the last jump waiting for it (the jumps are chained through their
                         operand), or 0 */
} av_label;

/** Whether a constant's value is known while generating. */
typedef struct av_known_def {
    bool looked_at, known;
    av_value value;
} av_known_def;

enum { AV_CONSTANTS = UINT32_MAX / 2 /**< of one program */ };

/** Different values, numbered in the order they came. */
typedef struct av_constants {
    av_arena *arena; /**< of the tables; the values are who added them's */
    av_value *values;
    uint64_t *hashes; /**< of `values`, one each */
    size_t count, cap, hash_cap;
    uint32_t *slots; /**< open addressing over number + 1; a power of two */
    size_t slot_count;
} av_constants;

/** The place of an instruction that may fail, counted from the start of its procedure. */
typedef struct av_gen_site {
    uint32_t pc;
    uint32_t line, column;
    av_span span;
} av_gen_site;

/** Which ceiling stopped a generator; `what` NULL: none. */
typedef struct av_gen_ceiling {
    const char *what;
    uint32_t most;
    av_span span;
    av_text proc; /**< name of the procedure */
} av_gen_ceiling;

/** Generates a share of the procedures. Of the program it changes nothing but their code fields: those count from the share's
 * start until shares are put together (gen_link.c), and so do the numbers of constants. */
typedef struct av_gen {
    const av_program *program; /**< of the procedure at work: all of it, or a part under check */
    const av_sources *sources; /**< NULL: no places are kept */
    av_arena scratch;          /**< of one procedure */
    av_arena lasting;          /**< of what is made, until it is linked */
    av_arena kept;             /**< of constants: the program's, in the end */
    av_status status;          /**< first failure */
    av_gen_ceiling reached;
    av_instruction *code;
    size_t code_count, code_cap;
    av_constants constants;
    av_gen_site *sites;
    size_t site_count, site_cap;
    const av_known_def *known_defs; /**< one per definition */
    av_known_def *knowing;          /**< the same while they are found out */
    /* of the procedure at work */
    av_proc *proc;
    size_t start; /**< its first instruction */
    size_t first_site;
    uint32_t next_register, register_count;
    uint16_t *slots; /**< register of each local variable */
    size_t slot_cap;
    const av_node *held; /**< a value that was made before and stays in `held_in`, or NULL */
    uint32_t held_in;
    av_span span;    /**< place of the node at work */
    uint32_t origin; /**< set in the text builder on top, when `origin_known` */
    bool origin_known;
} av_gen;

/** A loop over one generator, open while its body is generated. */
typedef struct av_gen_loop {
    av_label next, done;
    uint32_t iterator, body, mark;
    bool option;
} av_gen_loop;

typedef void av_gen_body(av_gen *g, void *payload);

/* gen_constants.c */
/** The number of a value equal to `value` in every respect, which is added when there is none. */
av_status av_constants_add(av_constants *constants, av_value value, uint64_t hash, uint32_t *index,
                           bool *added);
/** A copy of a constant that lives as long as the arena. */
av_status av_constant_keep(av_arena *arena, av_value value, av_value *out);

/* gen.c: procedures; registers, instructions, labels */
/** An empty generator, to be closed. */
void av_gen_open(av_gen *g, const av_alloc *host, const av_program *program,
                 const av_sources *sources);
void av_gen_close(av_gen *g);
/** One more procedure. */
void av_gen_proc(av_gen *g, av_proc *proc);
/** No more procedures come: places are looked up, and what is not asked for any more is given back. */
void av_gen_end(av_gen *g);
void av_gen_fail(av_gen *g, av_status status);
/** Reports a ceiling of the procedure at work. */
void av_gen_limit(av_gen *g, const char *what, uint32_t most);
/** `count` registers in a row; gives the first. */
uint32_t av_gen_take(av_gen *g, uint32_t count);
uint32_t av_gen_here(const av_gen *g);
void av_gen_emit(av_gen *g, av_opcode op, uint32_t a, uint32_t b, uint32_t c);
void av_gen_wide(av_gen *g, av_opcode op, uint32_t a, uint32_t wide);
/** A forward jump; `a` is the register it looks at. */
void av_gen_jump(av_gen *g, av_opcode op, uint32_t a, av_label *label);
/** The label is here. */
void av_gen_bind(av_gen *g, av_label *label);
/** Index of a constant equal to `value` in every respect. */
uint32_t av_gen_constant(av_gen *g, av_value value);
void av_gen_load(av_gen *g, uint32_t to, av_value value);

/* gen_expr.c */
/** Makes the node's value in register `to`, which no part of the node reads. */
void av_gen_into(av_gen *g, const av_node *node, uint32_t to);
/** The register that holds the node's value: a local variable's own, or a new one. */
uint32_t av_gen_value(av_gen *g, const av_node *node);
/** Whether the condition is that one of (`all` false), or all of (`all` true) its parts hold. */
bool av_gen_is_joint(const av_node *node, bool all);
/** Parts of such a condition. */
uint32_t av_gen_part_count(const av_node *node);
const av_node *av_gen_part(const av_node *node, uint32_t i);
/** Goes to `label` if the condition's truth is `sense`, else on. */
void av_gen_test(av_gen *g, const av_node *node, bool sense, av_label *label);
/** Whether two nodes are one expression: the same node, or the same variable or definition. */
bool av_gen_same(const av_node *a, const av_node *b);
/** Finds out which constants of the program are known: one per definition, in the generator's memory. NULL when it fails. */
const av_known_def *av_gen_know(av_gen *g);
/** Whether the node is known now; then its value, in the trees or in scratch memory. */
bool av_gen_known(av_gen *g, const av_node *node, av_value *out);
/** Makes a local variable live in register `in`. */
void av_gen_define(av_gen *g, uint32_t slot, uint32_t in);
void av_gen_loop_open(av_gen *g, const av_node *generator, av_gen_loop *loop);
void av_gen_loop_close(av_gen *g, av_gen_loop *loop);
/** `body` inside of loops over `count` generators. */
void av_gen_loops(av_gen *g, av_node *const *generators, uint32_t count, av_gen_body *body,
                  void *payload);

/* gen_choose.c */
/** An AV_N_CHOOSE; ends the procedure if `root`, else leaves the value in `to`. */
void av_gen_choose(av_gen *g, const av_node *node, bool root, uint32_t to);

/* gen_text.c */
void av_gen_template(av_gen *g, const av_node *node, uint32_t to);

#endif
