/* Listings of compiled programs, for people. */
#ifndef AV_CODE_DISASM_H
#define AV_CODE_DISASM_H

#include "sema/program.h"

/** One procedure: a heading, then an instruction a line with its operands, what they stand for, and
 * where it comes from. */
void av_disasm_proc(const av_program *program, uint32_t proc, av_buf *out);

/** The procedures of all definitions in program order, or, when `def` is not AV_NO_INDEX, of that
 * definition alone. */
void av_disasm(const av_program *program, uint32_t def, av_buf *out);

#endif
