/* Stage 5: instructions. Enum, names and properties made from the table in code/ops.h. */
#ifndef AV_CODE_OP_H
#define AV_CODE_OP_H

#include "sema/program.h"

typedef enum av_opcode {
#define AV_OP(identifier, name, a, b, c, flags, meaning) AV_I_##identifier,
#include "code/ops.h"
#undef AV_OP
    AV_I_COUNT
} av_opcode;

/** What an operand is; see each instruction's meaning in code/ops.h. */
// clang-format off
typedef enum av_operand {
    AV_X_NO,        /**< not used: 0 */
    AV_X_HIGH,      /**< upper half of the operand before */
    AV_X_OUT,       /**< register written */
    AV_X_IN,        /**< register read */
    AV_X_INOUT,     /**< register read and written */
    AV_X_PAIR,      /**< two registers read */
    AV_X_TRIPLE,    /**< three registers read */
    AV_X_ITERATOR,  /**< three registers: list, number of the item from 1, item */
    AV_X_ARGUMENTS, /**< registers read, one per parameter; the first is written */
    AV_X_FIELDS,    /**< registers read, one per field of the template; the first is written */
    AV_X_CHANGES,   /**< a register read and written, then one per given field of the template */
    AV_X_FIRST,     /**< registers read, as many as the LENGTH after it says; the first one exists
                         in any case */
    AV_X_LENGTH,
    AV_X_NUMBER,    /**< any number */
    AV_X_FLAG,      /**< 0 or 1 */
    AV_X_SLOT,      /**< field of a record, checked when it runs */
    AV_X_SIGNED,    /**< any 32 bits, two's complement */
    AV_X_COUNT,     /**< so many jumps and one more follow */
    AV_X_JUMP,      /**< instruction of the same procedure */
    AV_X_CONSTANT,
    AV_X_TEMPLATE,  /**< constant of kind record */
    AV_X_TEXT,      /**< constant of kind text */
    AV_X_DEF,
    AV_X_META,      /**< definition in the lower 24 bits, av_meta in the upper 8 */
    AV_X_PROC, AV_X_RULE, AV_X_ENUM, AV_X_RECORD,
    AV_X_RANGE,     /**< type with bounds */
    AV_X_ORIGIN,    /**< or AV_NO_INDEX */
    AV_X_BUILTIN, AV_X_ESCAPE, AV_X_FORMAT
} av_operand;
// clang-format on

typedef enum av_op_flag {
    AV_F_FAILS = 1, /**< may stop the run of a sound program: has a place in the rules */
    AV_F_JUMPS = 2, /**< may go on at its JUMP operand */
    AV_F_ENDS = 4,  /**< never goes on at the next instruction */
    AV_F_BACK = 8   /**< jumps backwards; all others jump forwards */
} av_op_flag;

typedef struct av_op_info {
    const char *name;
    av_operand operands[3];
    unsigned flags;
    const char *meaning;
} av_op_info;

enum {
    AV_REGISTERS = 65535,           /**< of one procedure */
    AV_CODE_MAX = 64 * 1024 * 1024, /**< instructions of one program */
    AV_META_BITS = 24               /**< of a META operand for the definition */
};

/** NULL for a number that is no instruction. */
const av_op_info *av_op_describe(uint16_t op);

/** The 32-bit operand of an instruction with HIGH in c. */
static inline uint32_t av_op_wide(av_instruction i) {
    return (uint32_t)i.b | (uint32_t)i.c << 16;
}

static inline av_instruction av_op_make_wide(av_opcode op, uint32_t a, uint32_t wide) {
    return (av_instruction){(uint16_t)op, (uint16_t)a, (uint16_t)(wide & 0xffff),
                            (uint16_t)(wide >> 16)};
}

/**
 * Why the instruction at `pc` (within the procedure) may not be executed, or NULL: every operand checked by its kind against the
 * program's tables. Needs a procedure whose run of code lies inside the program's.
 */
const char *av_op_check(const av_program *program, const av_proc *proc, uint32_t pc);
/** The same for all instructions of a procedure. */
const char *av_op_check_all(const av_program *program, const av_proc *proc);

/** Where instruction `pc` (within the procedure) comes from; the procedure's own place when nothing nearer is known. */
av_site av_op_site(const av_program *program, const av_proc *proc, uint32_t pc);

#endif
