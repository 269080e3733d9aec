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
    av_value value; /**< in scratch memory */
} av_known_def;

typedef struct av_gen {
    av_program *program;
    av_diags *diags;
    av_arena scratch; /**< freed when generation ends */
    av_status status; /**< first failure */
    av_instruction *code;
    size_t code_count, code_cap;
    av_value *constants;
    uint64_t *constant_hashes; /**< of `constants`, one each */
    size_t constant_count, constant_cap, constant_hash_cap;
    uint32_t *constant_slots; /**< open addressing over constants + 1; a power of two */
    size_t constant_slot_count;
    av_code_site *sites;
    size_t site_count, site_cap;
    av_known_def *known_defs; /**< one per definition */
    uint32_t *path_of_source; /**< 1 + index into the program's paths, 0: not looked up */
    size_t path_cap;
    /* of the procedure at work */
    av_proc *proc;
    size_t start; /**< its first instruction */
    size_t first_site;
    uint32_t next_register, register_count;
    uint16_t *slots; /**< register of each local variable */
    size_t slot_cap;
    const av_node *held; /**< a value that was made before and stays in `held_in`, or NULL */
    uint32_t held_in;
    av_span span;      /**< place of the node at work */
    av_span site_span; /**< place the last site was made for */
    uint32_t origin;   /**< set in the text builder on top, when `origin_known` */
    bool origin_known;
} av_gen;

/** A loop over one generator, open while its body is generated. */
typedef struct av_gen_loop {
    av_label next, done;
    uint32_t iterator, body, mark;
    bool option;
} av_gen_loop;

typedef void av_gen_body(av_gen *g, void *payload);

/* gen.c: registers, instructions, labels, constants */
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
/** Whether the node is known now; then its value, in the scratch arena. */
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
