#include "code/op.h"

static const av_op_info av_op_table[AV_I_COUNT] = {
#define FAILS AV_F_FAILS
#define JUMPS AV_F_JUMPS
#define ENDS  AV_F_ENDS
#define BACK  AV_F_BACK
#define AV_OP(identifier, name, a, b, c, flags, meaning)                                           \
    [AV_I_##identifier] = {name, {AV_X_##a, AV_X_##b, AV_X_##c}, flags, meaning},
#include "code/ops.h"
#undef AV_OP
#undef FAILS
#undef JUMPS
#undef ENDS
#undef BACK
};

const av_op_info *av_op_describe(uint16_t op) {
    return op < AV_I_COUNT ? &av_op_table[op] : NULL;
}

static uint32_t count_bits(uint64_t bits) {
    uint32_t count = 0;
    for (; bits != 0; bits &= bits - 1) count++;
    return count;
}

static const av_value *record_constant(const av_program *program, uint32_t index) {
    if (index >= program->constant_count || program->constants[index].kind != AV_RECORD)
        return NULL;
    return &program->constants[index];
}

static inline const char *check_registers(const av_proc *proc, uint32_t first, uint32_t count) {
    return (uint64_t)first + count <= proc->register_count
               ? NULL
               : "a register outside of the procedure's";
}

static inline const char *check_jump(const av_proc *proc, uint32_t pc, uint32_t target,
                                     unsigned flags) {
    if (target >= proc->code_count) return "a jump out of the procedure";
    if ((flags & AV_F_BACK) != 0) return target <= pc ? NULL : "a loop that goes forwards";
    return target > pc ? NULL : "a jump that goes backwards";
}

/** A SWITCH is followed by its jumps. */
static const char *check_switch(const av_program *program, const av_proc *proc, uint32_t pc,
                                uint32_t count) {
    if ((uint64_t)pc + count + 1 >= proc->code_count) return "a switch cut short";
    for (uint32_t i = 0; i <= count; i++)
        if (program->code[proc->code_start + pc + 1 + i].op != AV_I_JUMP)
            return "a switch without its jumps";
    return NULL;
}

static inline const char *below(uint32_t index, uint32_t count, const char *why) {
    return index < count ? NULL : why;
}

/** One operand; `narrow`: its own number. Inline wherever its kind is known. */
AV_INLINE const char *check_operand(const av_program *program, const av_proc *proc, uint32_t pc,
                                    av_instruction i, av_operand kind, uint32_t narrow) {
    const uint32_t wide = av_op_wide(i);
    switch (kind) {
    case AV_X_NO: return narrow == 0 ? NULL : "an operand that must be 0";
    case AV_X_HIGH:
    case AV_X_LENGTH:
    case AV_X_NUMBER:
    case AV_X_SLOT:
    case AV_X_SIGNED: return NULL;
    case AV_X_FLAG: return below(narrow, 2, "a flag that is neither 0 nor 1");
    case AV_X_OUT:
    case AV_X_IN:
    case AV_X_INOUT: return check_registers(proc, narrow, 1);
    case AV_X_PAIR: return check_registers(proc, narrow, 2);
    case AV_X_TRIPLE:
    case AV_X_ITERATOR: return check_registers(proc, narrow, 3);
    case AV_X_FIRST: return check_registers(proc, narrow, i.c > 0 ? i.c : 1);
    case AV_X_ARGUMENTS: {
        uint32_t count = wide < program->proc_count ? program->procs[wide].param_count : 0;
        return check_registers(proc, narrow, count > 0 ? count : 1);
    }
    case AV_X_FIELDS: {
        const av_value *constant = record_constant(program, wide);
        uint32_t count = constant != NULL ? constant->as.record->count : 0;
        return check_registers(proc, narrow, count > 0 ? count : 1);
    }
    case AV_X_CHANGES: {
        const av_value *constant = record_constant(program, wide);
        return check_registers(proc, narrow,
                               1 + (constant != NULL ? count_bits(constant->as.record->given) : 0));
    }
    case AV_X_COUNT: return check_switch(program, proc, pc, wide);
    case AV_X_JUMP: return check_jump(proc, pc, wide, av_op_table[i.op].flags);
    case AV_X_CONSTANT:
        return below(wide, program->constant_count, "a constant that does not exist");
    case AV_X_TEMPLATE:
        return record_constant(program, wide) != NULL ? NULL : "a constant that is no record";
    case AV_X_TEXT:
        return wide < program->constant_count && program->constants[wide].kind == AV_STRING
                   ? NULL
                   : "a constant that is no text";
    case AV_X_DEF: return below(wide, program->def_count, "a definition that does not exist");
    case AV_X_META:
        if (wide >> AV_META_BITS >= AV_META_COUNT)
            return "an unknown kind of knowledge about a definition";
        return below(wide & ((1u << AV_META_BITS) - 1), program->def_count,
                     "a definition that does not exist");
    case AV_X_PROC: return below(wide, program->proc_count, "a procedure that does not exist");
    case AV_X_RULE: return below(wide, program->rule_count, "a rule that does not exist");
    case AV_X_ENUM: return below(wide, program->enum_count, "an enum that does not exist");
    case AV_X_RECORD:
        /* LIST_GROUP makes records of a key and a list of items */
        return wide < program->record_count && program->records[wide].field_count == 2
                   ? NULL
                   : "a record type unfit for groups";
    case AV_X_RANGE: return below(wide, program->type_count, "a type that does not exist");
    case AV_X_ORIGIN:
        return wide == AV_NO_INDEX
                   ? NULL
                   : below(wide, program->origin_count, "an origin that does not exist");
    case AV_X_BUILTIN: return below(narrow, AV_BUILTIN_COUNT, "an unknown built-in function");
    case AV_X_ESCAPE: return below(narrow, AV_ESCAPE_COUNT, "an unknown way of escaping");
    case AV_X_FORMAT: return below(narrow, AV_FORMAT_COUNT, "an unknown format");
    }
    return "an unknown operand";
}

/* The table once more, as a switch: what an operand is, is known where it is compiled, and what remains of each check is a
 * comparison or two. */
static inline const char *check_operands(const av_program *program, const av_proc *proc,
                                         uint32_t pc, av_instruction i) {
    const char *why = NULL;
    switch (i.op) {
#define AV_OP(identifier, name, first, second, third, flags, meaning)                              \
    case AV_I_##identifier:                                                                        \
        why = check_operand(program, proc, pc, i, AV_X_##first, i.a);                              \
        if (why == NULL) why = check_operand(program, proc, pc, i, AV_X_##second, i.b);            \
        if (why == NULL) why = check_operand(program, proc, pc, i, AV_X_##third, i.c);             \
        break;
#include "code/ops.h"
#undef AV_OP
    default: return "an unknown instruction";
    }
    return why;
}

const char *av_op_check(const av_program *program, const av_proc *proc, uint32_t pc) {
    if (pc >= proc->code_count) return "an instruction outside of the procedure";
    const av_instruction i = program->code[proc->code_start + pc];
    const char *why = check_operands(program, proc, pc, i);
    if (why != NULL) return why;
    return (av_op_table[i.op].flags & AV_F_ENDS) == 0 && pc + 1 == proc->code_count
               ? "a procedure without an end"
               : NULL;
}

const char *av_op_check_all(const av_program *program, const av_proc *proc) {
    const av_instruction *code = program->code + proc->code_start;
    for (uint32_t pc = 0; pc + 1 < proc->code_count; pc++) {
        const char *why = check_operands(program, proc, pc, code[pc]);
        if (why != NULL) return why;
    }
    return proc->code_count > 0 ? av_op_check(program, proc, proc->code_count - 1)
                                : "a procedure without instructions";
}

av_site av_op_site(const av_program *program, const av_proc *proc, uint32_t pc) {
    const av_code_site *sites = program->code_sites + proc->line_start;
    uint32_t low = 0, high = proc->line_count; /* the last site at or before pc is below `low` */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (sites[middle].pc <= pc) low = middle + 1;
        else high = middle;
    }
    return low > 0 ? sites[low - 1].site : proc->site;
}
