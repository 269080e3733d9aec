/* The loop of the machine. Short instructions stand here; the others are in ops.c, ops_list.c, builtins*.c and ops_build.c. */
#include "code/image.h"
#include "code/op.h"
#include "syntax/ast.h"
#include "vm/builtins.h"
#include "vm/machine.h"
#include "vm/ops.h"
#include "vm/state.h"

#include <string.h>

/* ---- stacks */

av_status av_vm_reserve(av_vm *vm, void **items, size_t *cap, size_t need, size_t most,
                        size_t size) {
    if (need <= *cap) return AV_OK;
    if (need > most) return AV_ERR_LIMIT;
    size_t larger = *cap == 0 ? 64 : *cap * 2;
    while (larger < need) larger *= 2;
    void *moved = av_alloc_resize(&vm->host, *items, *cap * size, larger * size);
    if (moved == NULL) return AV_ERR_MEMORY;
    *items = moved;
    *cap = larger;
    return AV_OK;
}

static av_status get_machine(av_run *run, av_vm **out) {
    if (run->machine == NULL) {
        av_vm *vm = av_alloc_new(&run->host, sizeof *vm);
        if (vm == NULL) return AV_ERR_MEMORY;
        *vm = (av_vm){.host = run->host};
        run->machine = vm;
    }
    *out = run->machine;
    return AV_OK;
}

void av_vm_free(av_vm *vm) {
    if (vm == NULL) return;
    av_alloc host = vm->host;
    av_alloc_free(&host, vm->registers, vm->register_cap * sizeof *vm->registers);
    av_alloc_free(&host, vm->frames, vm->frame_cap * sizeof *vm->frames);
    av_alloc_free(&host, vm->builders, vm->builder_cap * sizeof *vm->builders);
    av_alloc_free(&host, vm->values, vm->value_cap * sizeof *vm->values);
    av_alloc_free(&host, vm->places, vm->place_count * sizeof *vm->places);
    av_alloc_free(&host, vm->results, vm->result_cap * sizeof *vm->results);
    av_alloc_free(&host, vm, sizeof *vm);
}

/** Before code that was read from a file runs for the first time. */
static av_status check_code(av_run *run, uint32_t proc) {
    const char *why = av_verify_proc(run->program, proc);
    if (why == NULL) return AV_OK;
    return av_run_fail(run, AV_E_BAD_IMAGE, proc, run->program->procs[proc].site,
                       "the compiled rules are damaged: %s", why);
}

/** A frame for `proc` whose parameters stand at register `base`; its other registers become none. */
static av_status enter(av_run *run, av_vm *vm, uint32_t index, size_t base, uint32_t return_pc) {
    const av_proc *proc = &run->program->procs[index];
    if (run->program->verified != NULL) AV_TRY(check_code(run, index));
    AV_TRY(av_vm_reserve(vm, (void **)&vm->frames, &vm->frame_cap, vm->frame_count + 1,
                         SIZE_MAX / 64, sizeof(av_vm_frame)));
    AV_TRY(av_vm_reserve(vm, (void **)&vm->registers, &vm->register_cap,
                         base + proc->register_count, AV_VM_REGISTERS, sizeof(av_value)));
    memset(vm->registers + base + proc->param_count, 0,
           (proc->register_count - proc->param_count) * sizeof(av_value));
    vm->frames[vm->frame_count++] = (av_vm_frame){.proc = index,
                                                  .pc = return_pc,
                                                  .base = base,
                                                  .builders = vm->builder_count,
                                                  .result = AV_NO_INDEX};
    vm->register_count = base + proc->register_count;
    return AV_OK;
}

/* ---- results of calls */

static uint64_t hash_call(uint32_t proc, const av_value *args, uint32_t count) {
    uint64_t hash = proc;
    for (uint32_t i = 0; i < count; i++) {
        hash = (hash ^ (uint64_t)args[i].as.integer) * UINT64_C(0x9E3779B97F4A7C15);
        hash = (hash ^ hash >> 29 ^ args[i].kind) * UINT64_C(0xD1B54A32D192ED03);
    }
    return hash ^ hash >> 32;
}

/* Texts, sets, lists and records are the same argument when they are the same place. */
static bool same_argument(av_value a, av_value b) {
    return a.kind == b.kind && a.scale == b.scale && a.type == b.type &&
           a.as.integer == b.as.integer;
}

static bool is_valid(const av_run *run, const av_vm_result *result) {
    if (result->epoch == run->epoch) return true;
    return run->trial && result->epoch == run->trial->epoch &&
           !run->trial->affected[run->program->procs[result->proc].def];
}

static bool make_places(const av_run *run, av_vm *vm) {
    uint32_t count = AV_VM_RESULTS_LEAST;
    while (count < run->program->proc_count && count < AV_VM_RESULTS) count *= 2;
    vm->places = av_alloc_new(&vm->host, count * sizeof *vm->places);
    if (vm->places == NULL) return false;
    memset(vm->places, 0, count * sizeof *vm->places);
    vm->place_count = count;
    return true;
}

/** The result at a place; a new one when there is none yet, NULL without memory for it. */
static av_vm_result *result_at(av_vm *vm, uint32_t *place) {
    if (*place == 0) {
        if (av_vm_reserve(vm, (void **)&vm->results, &vm->result_cap, vm->result_count + 1,
                          AV_VM_RESULTS, sizeof *vm->results) != AV_OK)
            return NULL;
        vm->results[vm->result_count] = (av_vm_result){0};
        *place = (uint32_t)++vm->result_count;
    }
    return &vm->results[*place - 1];
}

/** The place for the result of a call, or NULL when it is not kept; `known`: the result is there,
 * otherwise the place waits for it. */
static av_vm_result *find_result(const av_run *run, av_vm *vm, uint32_t proc, const av_value *args,
                                 bool *known) {
    const av_proc *callee = &run->program->procs[proc];
    *known = false;
    if (callee->param_count > AV_VM_RESULT_ARGS || callee->code_count <= AV_VM_RESULT_CODE)
        return NULL;
    if (vm->places == NULL && !make_places(run, vm)) return NULL;
    const uint64_t hash = hash_call(proc, args, callee->param_count);
    av_vm_result *result = result_at(vm, &vm->places[hash & (vm->place_count - 1)]);
    if (result == NULL) return NULL;
    bool same = result->proc == proc && result->ticket == 0 && is_valid(run, result);
    for (uint32_t i = 0; i < callee->param_count && same; i++)
        same = same_argument(result->args[i], args[i]);
    *known = same;
    if (same) return result;
    if (++vm->tickets == 0) vm->tickets = 1;
    result->epoch = run->epoch;
    result->proc = proc;
    result->ticket = vm->tickets;
    for (uint32_t i = 0; i < callee->param_count; i++) result->args[i] = args[i];
    return result;
}

static void keep_result(const av_run *run, av_vm *vm, const av_vm_frame *frame, av_value value) {
    av_vm_result *result = &vm->results[frame->result];
    if (result->ticket != frame->ticket || result->epoch != run->epoch) return;
    result->ticket = 0;
    result->value = value;
}

/* ---- the loop */

#if defined(__GNUC__) && !defined(AV_VM_PLAIN_SWITCH)
#define AV_VM_LABELS 1
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic" /* labels as values */
#else
#define AV_VM_LABELS 0
#endif

#ifdef NDEBUG
#define CHECK_OPERANDS()
#else
#define CHECK_OPERANDS()                                                                           \
    do {                                                                                           \
        const char *why_ = av_op_check(program, proc, (uint32_t)(ip - code));                      \
        if (why_ != NULL) {                                                                        \
            ip++;                                                                                  \
            status = av_run_fail(run, AV_E_WRONG_KIND, step.proc, proc->site, "%s", why_);         \
            goto failed;                                                                           \
        }                                                                                          \
    } while (0)
#endif

#if AV_VM_LABELS
#define CASE(identifier) label_##identifier:
#define NEXT()                                                                                     \
    do {                                                                                           \
        CHECK_OPERANDS();                                                                          \
        steps++;                                                                                   \
        i = *ip++;                                                                                 \
        goto *labels[i.op];                                                                        \
    } while (0)
#else
#define CASE(identifier) case AV_I_##identifier:
#define NEXT()           goto next
#endif

#define WIDE      av_op_wide(i)
#define A         r[i.a]
#define B         r[i.b]
#define C         r[i.c]
#define JUMP_TO() (ip = code + WIDE)
/* An operation whose failure is this instruction's. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        status = (call);                                                                           \
        if (status != AV_OK) goto failed_here;                                                     \
    } while (0)
/* An operation that evaluates something else, which knows itself where it failed; it may move the registers. */
#define TRY_OTHER(call)                                                                            \
    do {                                                                                           \
        status = (call);                                                                           \
        r = vm->registers + base;                                                                  \
        if (status != AV_OK) goto failed;                                                          \
    } while (0)
#define WRONG(value) TRY(av_op_wrong(run, (value), step.proc, nowhere))
/* Steps are charged where the program could stay long. */
#define CHARGE()                                                                                   \
    do {                                                                                           \
        if (steps > AV_VM_BATCH) {                                                                 \
            uint64_t spent_ = steps;                                                               \
            steps = 0;                                                                             \
            TRY(av_run_spend(run, spent_, step.proc, nowhere));                                    \
        }                                                                                          \
    } while (0)

static const av_site nowhere = {0, 0, 0};

static bool simple_pair(av_value a, av_value b) {
    return a.kind == b.kind && (a.kind == AV_INT || a.kind == AV_ENUM || a.kind == AV_BOOL);
}

/** Runs the frames above `entry` until the first of them returns. */
static av_status loop(av_run *run, av_vm *vm, size_t entry, av_value *out, uint32_t *chosen) {
#if AV_VM_LABELS
    static const void *const labels[] = {
#define AV_OP(identifier, name, a, b, c, flags, meaning) &&label_##identifier,
#include "code/ops.h"
#undef AV_OP
    };
#endif
    const av_program *program = run->program;
    const av_value *constants = program->constants;
    av_status status = AV_OK;
    uint64_t steps = 0;
    av_instruction i;
    /* of the innermost frame */
    const av_proc *proc;
    const av_instruction *code, *ip;
    av_value *r;
    size_t base;
    uint32_t resume = 0;
    av_step step = {.run = run, .vm = vm};

frame : {
    const av_vm_frame *frame = &vm->frames[vm->frame_count - 1];
    step.proc = frame->proc;
    step.floor = frame->builders;
    proc = &program->procs[frame->proc];
    code = program->code + proc->code_start;
    ip = code + resume;
    base = frame->base;
    r = vm->registers + base;
}
#if AV_VM_LABELS
    NEXT();
#else
next:
    CHECK_OPERANDS();
    steps++;
    i = *ip++;
    switch ((av_opcode)i.op) {
    case AV_I_COUNT: break;
#endif

    /* registers and constants */
    CASE(MOVE) A = B;
    NEXT();
    CASE(CONST) A = constants[WIDE];
    NEXT();
    CASE(INT) A = av_int((int32_t)WIDE);
    NEXT();
    CASE(BOOL) A = av_bool(i.b != 0);
    NEXT();
    CASE(NONE) A = av_none();
    NEXT();

    /* definitions and functions */
    CASE(DEF) {
        const av_trace *trace = &run->traces[WIDE];
        av_value value = trace->value;
        if (trace->state == AV_TRACE_DONE) {
            A = value;
            NEXT();
        }
        TRY_OTHER(av_run_value(run, WIDE, &value));
        A = value;
        NEXT();
    }
    CASE(META) {
        av_value value;
        TRY_OTHER(av_run_meta(run, WIDE & ((1u << AV_META_BITS) - 1),
                              (av_meta)(WIDE >> AV_META_BITS), &value));
        A = value;
        NEXT();
    }
    CASE(CALL) {
        CHARGE();
        if (vm->frame_count - entry >= AV_CALL_DEPTH)
            TRY(av_run_fail(run, AV_E_RUN_DEPTH, step.proc, nowhere,
                            "functions call each other more than %d deep", AV_CALL_DEPTH));
        bool known;
        av_vm_result *result = find_result(run, vm, WIDE, &A, &known);
        if (known) {
            A = result->value;
            NEXT();
        }
        TRY(enter(run, vm, WIDE, base + i.a, (uint32_t)(ip - code)));
        if (result != NULL) {
            vm->frames[vm->frame_count - 1].result = (uint32_t)(result - vm->results);
            vm->frames[vm->frame_count - 1].ticket = result->ticket;
        }
        resume = 0;
        goto frame;
    }
    CASE(BUILTIN) {
        av_value value;
        TRY(av_builtin_call(run, (av_builtin)i.b, &A, i.c, step.proc, nowhere, &value));
        A = value;
        NEXT();
    }

    /* records */
    CASE(FIELD) {
        if (B.kind != AV_RECORD || i.c >= B.as.record->count) WRONG(B);
        A = B.as.record->fields[i.c];
        NEXT();
    }
    CASE(LOOKUP) {
        av_value value;
        TRY(av_op_lookup(run, B, r[i.b + 1], i.c, step.proc, nowhere, &value));
        A = value;
        NEXT();
    }
    CASE(RECORD) {
        const av_value *like = &constants[WIDE];
        av_value value;
        TRY(av_op_record(run, like->type, &A, like->as.record->count, like->as.record->given,
                         &value));
        A = value;
        NEXT();
    }
    CASE(WITH) {
        const av_value *like = &constants[WIDE];
        av_value value;
        TRY(av_op_with(run, A, like->as.record->given, &A + 1, step.proc, nowhere, &value));
        A = value;
        NEXT();
    }

    /* numbers and comparisons */
#define ARITHMETIC(identifier, function)                                                           \
    CASE(identifier) {                                                                             \
        int64_t fast;                                                                              \
        av_value value;                                                                            \
        if (B.kind == AV_INT && C.kind == AV_INT && function(B.as.integer, C.as.integer, &fast)) { \
            A = av_int(fast);                                                                      \
        } else {                                                                                   \
            TRY(av_op_arith(run, AV_OP_##identifier, B, C, step.proc, nowhere, &value));           \
            A = value;                                                                             \
        }                                                                                          \
        NEXT();                                                                                    \
    }
    ARITHMETIC(ADD, av_int_add)
    ARITHMETIC(SUB, av_int_sub)
    ARITHMETIC(MUL, av_int_mul)
    CASE(DIV) {
        av_value value;
        TRY(av_op_arith(run, AV_OP_DIV, B, C, step.proc, nowhere, &value));
        A = value;
        NEXT();
    }
    CASE(MOD) {
        av_value value;
        TRY(av_op_arith(run, AV_OP_MOD, B, C, step.proc, nowhere, &value));
        A = value;
        NEXT();
    }
    CASE(NEGATE) {
        av_value value;
        TRY(av_op_negate(run, B, step.proc, nowhere, &value));
        A = value;
        NEXT();
    }
    CASE(NOT) {
        if (B.kind != AV_BOOL) WRONG(B);
        A = av_bool(B.as.integer == 0);
        NEXT();
    }
#define COMPARISON(identifier, operator)                                                           \
    CASE(identifier) {                                                                             \
        bool holds;                                                                                \
        if (simple_pair(B, C)) holds = B.as.integer operator C.as.integer;                         \
        else TRY(av_op_compare(run, AV_OP_##identifier, B, C, step.proc, nowhere, &holds));        \
        A = av_bool(holds);                                                                        \
        NEXT();                                                                                    \
    }
    COMPARISON(EQ, ==)
    COMPARISON(NE, !=)
    COMPARISON(LT, <)
    COMPARISON(LE, <=)
    COMPARISON(GT, >)
    COMPARISON(GE, >=)
    CASE(EQ_MEMBER) A = av_bool(B.kind == AV_ENUM && B.as.integer == i.c);
    NEXT();
    CASE(CONTAINS) {
        bool holds;
        TRY(av_op_in(run, B, C, step.proc, nowhere, &holds));
        A = av_bool(holds);
        NEXT();
    }
    CASE(IN_RANGE) {
        bool low, high = false;
        TRY(av_op_compare(run, AV_OP_LE, r[i.b + 1], B, step.proc, nowhere, &low));
        if (low) TRY(av_op_compare(run, AV_OP_LE, B, r[i.b + 2], step.proc, nowhere, &high));
        A = av_bool(low && high);
        NEXT();
    }
    CASE(TO_DECIMAL) {
        av_value value;
        TRY(av_op_to_decimal(run, B, step.proc, nowhere, &value));
        A = value;
        NEXT();
    }
    CASE(TO_SET) {
        av_value value;
        TRY(av_op_to_set(run, A, WIDE, step.proc, nowhere, &value));
        A = value;
        NEXT();
    }
    CASE(CHECK_RANGE) TRY(av_op_check_range(run, A, WIDE, step.proc, nowhere));
    NEXT();

    /* jumps */
    CASE(JUMP) JUMP_TO();
    NEXT();
    CASE(JUMP_TRUE) {
        if (A.kind != AV_BOOL) WRONG(A);
        if (A.as.integer != 0) JUMP_TO();
        NEXT();
    }
    CASE(JUMP_FALSE) {
        if (A.kind != AV_BOOL) WRONG(A);
        if (A.as.integer == 0) JUMP_TO();
        NEXT();
    }
    CASE(JUMP_NONE) {
        if (A.kind == AV_NONE) JUMP_TO();
        NEXT();
    }
    CASE(JUMP_SOME) {
        if (A.kind != AV_NONE) JUMP_TO();
        NEXT();
    }
    CASE(COUNTDOWN) {
        if (A.kind != AV_INT || A.as.integer <= 0) WRONG(A);
        if (--A.as.integer == 0) JUMP_TO();
        NEXT();
    }
    CASE(SWITCH) {
        uint32_t count = WIDE;
        if (A.kind == AV_NONE) {
            ip += count;
        } else {
            if (A.kind != AV_ENUM && A.kind != AV_BOOL) WRONG(A);
            ip += (uint64_t)A.as.integer < count ? (uint32_t)A.as.integer : count;
        }
        NEXT();
    }
    CASE(ITER) {
        if (A.kind != AV_LIST) WRONG(A);
        if (A.as.list->count == 0) {
            JUMP_TO();
        } else {
            r[i.a + 1] = av_int(1);
            r[i.a + 2] = A.as.list->items[0];
        }
        NEXT();
    }
    CASE(LOOP) {
        CHARGE();
        av_value *number = &r[i.a + 1];
        if (A.kind != AV_LIST) WRONG(A);
        if (number->kind != AV_INT || number->as.integer < 0) WRONG(*number);
        if ((uint64_t)number->as.integer < A.as.list->count) {
            r[i.a + 2] = A.as.list->items[number->as.integer++];
            JUMP_TO();
        }
        NEXT();
    }

    /* lists */
    CASE(LIST) {
        av_value value;
        TRY(av_op_list(run, &B, i.c, &value));
        A = value;
        NEXT();
    }
    CASE(ITEM) {
        if (B.kind != AV_LIST || i.c >= B.as.list->count) WRONG(B);
        A = B.as.list->items[i.c];
        NEXT();
    }
    CASE(LIST_BEGIN) TRY(av_build_list_begin(&step));
    NEXT();
    CASE(LIST_ADD) TRY(av_build_list_add(&step, A));
    NEXT();
    CASE(LIST_SPLICE) TRY(av_build_list_splice(&step, A));
    NEXT();
    CASE(LIST_END) TRY(av_build_list_end(&step, &A));
    NEXT();
    CASE(LIST_SORT) TRY(av_build_list_sort(&step, i.b != 0, &A));
    NEXT();
    CASE(LIST_GROUP) TRY(av_build_list_group(&step, WIDE, &A));
    NEXT();

    /* texts */
    CASE(TEXT_BEGIN) TRY(av_build_text_begin(&step));
    NEXT();
    CASE(TEXT_ORIGIN) TRY(av_build_text_origin(&step, WIDE));
    NEXT();
    CASE(TEXT_PUT) TRY(av_build_text_put(&step, *constants[WIDE].as.string));
    NEXT();
    CASE(TEXT_VALUE) TRY(av_build_text_value(&step, A, (av_escape)i.b, i.c));
    NEXT();
    CASE(TEXT_SECTION) TRY_OTHER(av_build_text_section(&step, WIDE));
    NEXT();
    CASE(TEXT_END) TRY(av_build_text_end(&step, (av_format)i.b, i.c != 0, &A));
    NEXT();

    /* ends */
    CASE(CHOSEN) {
        if (vm->frame_count == entry + 1) *chosen = WIDE;
        else av_run_note_rule(run, WIDE);
        NEXT();
    }
    CASE(RETURN) {
        const av_vm_frame *frame = &vm->frames[--vm->frame_count];
        av_value value = A;
        if (vm->builder_count != frame->builders)
            TRY(av_run_fail(run, AV_E_WRONG_KIND, step.proc, nowhere,
                            "a builder is still open at the end"));
        if (vm->frame_count == entry) {
            *out = value;
            return av_run_spend(run, steps, step.proc, proc->site);
        }
        if (frame->result != AV_NO_INDEX) keep_result(run, vm, frame, value);
        r[0] = value; /* where the caller's arguments began */
        resume = frame->pc;
        vm->register_count = vm->frames[vm->frame_count - 1].base +
                             program->procs[vm->frames[vm->frame_count - 1].proc].register_count;
        goto frame;
    }
    CASE(NO_CASE) TRY(av_run_fail(run, AV_E_NO_CASE, step.proc, nowhere, "no case applies"));
#if !AV_VM_LABELS
}
#endif

failed_here : if (status == AV_ERR_RUN) run->error.site =
    av_op_site(program, proc, (uint32_t)(ip - code) - 1);
failed : return status;
}

#if AV_VM_LABELS
#pragma GCC diagnostic pop
#endif

av_status av_vm_execute(av_run *run, uint32_t proc, const av_value *args, av_value *out,
                        uint32_t *chosen) {
    av_vm *vm;
    if (run->program->procs[proc].code_count == 0)
        return av_run_fail(run, AV_E_WRONG_KIND, proc, nowhere,
                           "the procedure has no instructions");
    AV_TRY(get_machine(run, &vm));
    const size_t registers = vm->register_count, frames = vm->frame_count,
                 builders = vm->builder_count, values = vm->value_count;
    uint32_t params = run->program->procs[proc].param_count;
    AV_TRY(av_run_enter(run, proc, run->program->procs[proc].site));
    av_status status = enter(run, vm, proc, registers, 0);
    if (status == AV_OK) {
        if (params > 0) memcpy(vm->registers + registers, args, params * sizeof *args);
        status = loop(run, vm, frames, out, chosen);
    }
    av_run_leave(run);
    vm->register_count = registers;
    vm->frame_count = frames;
    vm->builder_count = builders;
    vm->value_count = values;
    return status;
}
