/* The inside of the machine, for vm.c and ops_build.c.
 *
 *     registers  | frame | frame      | frame ...     a call begins at its arguments in its caller
 *     builders   | list | text | list ...             open builders, innermost last
 *     values     | a a a |      | c c ...             what the list builders hold so far, one after the other
 *
 * Functions are pure, so the results of calls are kept for as long as the definitions they may have read keep their values. */
#ifndef AV_VM_MACHINE_H
#define AV_VM_MACHINE_H

#include "code/op.h"
#include "vm/render.h"
#include "vm/vm.h"

enum {
    AV_VM_REGISTERS = 1 << 20, /**< registers of all calls in progress */
    AV_VM_VALUES = 1 << 22,    /**< values in all open list builders */
    AV_VM_BUILDERS = 1 << 16,  /**< open builders */
    AV_VM_RESULTS = 16384,     /**< most results of calls kept at once; a power of two, as is ... */
    AV_VM_RESULTS_LEAST = 64,  /**< ... the least; between them there are as many as procedures */
    AV_VM_RESULT_ARGS = 2,     /**< calls with more arguments are not kept */
    AV_VM_RESULT_CODE = 4,     /**< nor are those of functions of at most so many instructions */
    AV_VM_BATCH = 1024 /**< instructions executed before the next loop or call charges them */
};

typedef struct av_vm_frame {
    uint32_t proc;
    uint32_t pc;     /**< where the caller goes on */
    size_t base;     /**< its first register */
    size_t builders; /**< open when it began: it may not close these */
    uint32_t result; /**< place in av_vm.results for what it returns, or AV_NO_INDEX */
    uint32_t ticket; /**< that place is still meant for this call when it bears the same number */
} av_vm_frame;

typedef struct av_vm_result {
    uint64_t epoch; /**< of the run at the call; no run is at 0 */
    uint32_t proc;
    uint32_t ticket; /**< of the call it waits for; 0: it is there */
    av_value args[AV_VM_RESULT_ARGS], value;
} av_vm_result;

typedef struct av_builder {
    bool text;
    size_t base;      /**< list: its first value */
    av_render render; /**< text */
    uint32_t origin;  /**< text: of what comes next */
} av_builder;

struct av_vm {
    av_alloc host;
    av_value *registers;
    size_t register_count, register_cap; /**< count: in use by calls in progress */
    av_vm_frame *frames;
    size_t frame_count, frame_cap;
    av_builder *builders;
    size_t builder_count, builder_cap;
    av_value *values;
    size_t value_count, value_cap;
    uint32_t *places; /**< found by hash: number of a result, from 1; 0: none. Made on first use */
    uint32_t place_count;  /**< a power of two */
    av_vm_result *results; /**< in the order in which their places were first used */
    size_t result_count, result_cap;
    uint32_t tickets; /**< given out so far */
};

/** Where an instruction stands, for the operations below. */
typedef struct av_step {
    av_run *run;
    av_vm *vm;
    uint32_t proc;
    size_t floor; /**< builders that belong to callers */
} av_step;

/** Makes room for `need` elements of `size` bytes; AV_ERR_LIMIT above `most`. */
av_status av_vm_reserve(av_vm *vm, void **items, size_t *cap, size_t need, size_t most,
                        size_t size) AV_MUST_USE;

/* ops_build.c: lists and texts under construction. A builder of the wrong sort, or none, fails the
 * run. */
/* Lists: begun, filled by one value or by all of a list, ended as they are, sorted by the keys or
 * grouped by the keys that were added before each value. */
av_status av_build_list_begin(const av_step *step) AV_MUST_USE;
av_status av_build_list_add(const av_step *step, av_value value) AV_MUST_USE;
av_status av_build_list_splice(const av_step *step, av_value list) AV_MUST_USE;
av_status av_build_list_end(const av_step *step, av_value *out) AV_MUST_USE;
av_status av_build_list_sort(const av_step *step, bool descending, av_value *out) AV_MUST_USE;
av_status av_build_list_group(const av_step *step, uint32_t record_type, av_value *out) AV_MUST_USE;
/* Texts: begun, filled with literal text and values, which come from the origin named last. */
av_status av_build_text_begin(const av_step *step) AV_MUST_USE;
av_status av_build_text_origin(const av_step *step, uint32_t origin) AV_MUST_USE;
av_status av_build_text_put(const av_step *step, av_text text) AV_MUST_USE;
av_status av_build_text_value(const av_step *step, av_value value, av_escape mode,
                              uint32_t indent) AV_MUST_USE;
/** The section's fragment, nothing when it does not apply. */
av_status av_build_text_section(const av_step *step, uint32_t section) AV_MUST_USE;
av_status av_build_text_end(const av_step *step, av_format format, bool fragment,
                            av_value *out) AV_MUST_USE;

#endif
