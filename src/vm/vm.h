/* Stage 6: the machine. Executes the instructions of code/ops.h over the values of one run. */
#ifndef AV_VM_VM_H
#define AV_VM_VM_H

#include "vm/run.h"

/** The machine's stacks, kept in the run between calls so that a call allocates nothing. */
typedef struct av_vm av_vm;

/**
 * Executes a procedure (an av_execute_fn). Safe for any program that av_verify accepts: what an
 * instruction finds in its registers is checked, and what does not fit ends the run with
 * AV_E_WRONG_KIND.
 */
av_status av_vm_execute(av_run *run, uint32_t proc, const av_value *args, av_value *out,
                        uint32_t *chosen) AV_MUST_USE;

/** Frees the stacks. NULL is fine. */
void av_vm_free(av_vm *vm);

#endif
