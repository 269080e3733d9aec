#include "code/code.h"
#include "code/disasm.h"
#include "code/image.h"
#include "support/rules.h"
#include "support/unit.h"

#include <stdio.h>
#include <string.h>

enum { FILE_BYTES = 64 * 1024 };

static av_rules every;

static int compile_every(void **state) {
    static char text[FILE_BYTES];
    FILE *file = fopen("tests/unit/code/every_node.arch", "rb");
    (void)state;
    assert_non_null(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    text[length] = '\0';
    av_rules_compile(&every, text);
    return av_generate(every.program, NULL, &every.diags, AV_ALONE) == AV_OK ? 0 : -1;
}

static int free_every(void **state) {
    (void)state;
    av_rules_free(&every);
    return 0;
}

static void test_every_instruction_is_generated(void **state) {
    (void)state;
    bool used[AV_I_COUNT] = {false};
    for (uint32_t i = 0; i < every.program->code_count; i++) used[every.program->code[i].op] = true;
    for (uint16_t op = 0; op < AV_I_COUNT; op++)
        if (!used[op]) fail_msg("nothing generates %s", av_op_describe(op)->name);
}

static void test_every_instruction_is_listed(void **state) {
    (void)state;
    av_buf listing;
    av_buf_init(&listing, &every.host, 0);
    av_disasm(every.program, AV_NO_INDEX, &listing);
    assert_ok(listing.status);
    assert_int_equal(av_utf8_invalid(av_buf_text(&listing)), SIZE_MAX);
    for (uint16_t op = 0; op < AV_I_COUNT; op++) {
        char name[64];
        (void)snprintf(name, sizeof name, "  %s ", av_op_describe(op)->name);
        assert_true(av_text_find(av_buf_text(&listing), av_text_from(name), 0) != SIZE_MAX);
    }
    av_buf_free(&listing);
}

static void test_listing_of_one_definition(void **state) {
    (void)state;
    av_buf listing;
    av_buf_init(&listing, &every.host, 0);
    av_disasm(every.program, av_rules_def(&every, "twice"), &listing);
    assert_text(av_buf_text(&listing), "proc #0 twice: int, 1 parameters, 2 registers\n"
                                       "        ; test.arch:31:27\n"
                                       "     0  add         r1 r0 r0\n"
                                       "     1  return      r1\n"
                                       "\n");
    av_buf_free(&listing);
}

/* ---- what the verifier refuses */

static const char *verify(void) {
    const char *why = NULL;
    av_status status = av_verify(every.program, &why);
    assert_int_equal(status, why == NULL ? AV_OK : AV_ERR_CORRUPT);
    return why;
}

/* The first instruction with this number. */
static av_instruction *find(av_opcode op) {
    for (uint32_t i = 0; i < every.program->code_count; i++)
        if (every.program->code[i].op == op) return &every.program->code[i];
    fail_msg("there is no %s", av_op_describe((uint16_t)op)->name);
    return NULL;
}

static bool is_free(av_operand kind) {
    return kind == AV_X_HIGH || kind == AV_X_LENGTH || kind == AV_X_NUMBER || kind == AV_X_SLOT ||
           kind == AV_X_SIGNED || kind == AV_X_ORIGIN;
}

static void test_operands_are_checked(void **state) {
    (void)state;
    assert_null(verify());
    for (uint16_t op = 0; op < AV_I_COUNT; op++) {
        const av_op_info *info = av_op_describe(op);
        av_instruction *at = find((av_opcode)op);
        const av_instruction kept = *at;
        for (uint32_t n = 0; n < 3; n++) {
            if (is_free(info->operands[n])) continue;
            uint16_t *operand = n == 0 ? &at->a : n == 1 ? &at->b : &at->c;
            *operand = UINT16_MAX;
            if (n < 2 && info->operands[n + 1] == AV_X_HIGH) at->c = UINT16_MAX - 1;
            if (verify() == NULL) fail_msg("operand %u of %s is not checked", n, info->name);
            *at = kept;
        }
    }
    av_instruction *any = find(AV_I_MOVE);
    const av_instruction kept = *any;
    any->op = AV_I_COUNT;
    assert_string_equal(verify(), "an unknown instruction");
    *any = kept;
    assert_null(verify());
}

typedef struct mutation {
    const char *name;
    av_opcode op;
    void (*change)(av_instruction *at);
    const char *why;
} mutation;

static uint32_t position(const av_instruction *at, const av_proc **proc) {
    uint32_t index = (uint32_t)(at - every.program->code);
    *proc = every.program->procs;
    for (uint32_t i = 0; i < every.program->proc_count; i++) {
        *proc = &every.program->procs[i];
        if (index >= (*proc)->code_start && index - (*proc)->code_start < (*proc)->code_count)
            return index - (*proc)->code_start;
    }
    return 0;
}

static void jump_to_itself(av_instruction *at) {
    const av_proc *proc;
    *at = av_op_make_wide(AV_I_JUMP, 0, position(at, &proc));
}

static void loop_forwards(av_instruction *at) {
    const av_proc *proc;
    *at = av_op_make_wide(AV_I_LOOP, at->a, position(at, &proc) + 1);
}

static void run_off(av_instruction *at) {
    const av_proc *proc;
    (void)position(at, &proc);
    every.program->code[proc->code_start + proc->code_count - 1] =
        (av_instruction){.op = AV_I_TEXT_BEGIN};
}

static void call_itself(av_instruction *at) {
    const av_proc *proc;
    (void)position(at, &proc);
    *at = av_op_make_wide(AV_I_CALL, 0, (uint32_t)(proc - every.program->procs));
}

static void read_itself(av_instruction *at) {
    const av_proc *proc;
    (void)position(at, &proc);
    *at = av_op_make_wide(AV_I_DEF, 0, proc->def);
}

static void no_jump(av_instruction *at) {
    at[1] = (av_instruction){.op = AV_I_TEXT_BEGIN};
}

static void test_structure_is_checked(void **state) {
    (void)state;
    static const mutation mutations[] = {
        {"jump", AV_I_JUMP, jump_to_itself, "a jump that goes backwards"},
        {"loop", AV_I_LOOP, loop_forwards, "a loop that goes forwards"},
        {"end", AV_I_MOVE, run_off, "a procedure without an end"},
        {"call", AV_I_CALL, call_itself, "a definition or function that needs itself"},
        {"read", AV_I_DEF, read_itself, "a definition or function that needs itself"},
        {"switch", AV_I_SWITCH, no_jump, "a switch without its jumps"},
    };
    size_t size = every.program->code_count * sizeof *every.program->code;
    av_instruction *kept = test_malloc(size);
    memcpy(kept, every.program->code, size);
    for (size_t i = 0; i < AV_COUNT(mutations); i++) {
        mutations[i].change(find(mutations[i].op));
        const char *why = verify();
        if (why == NULL || strcmp(why, mutations[i].why) != 0)
            fail_msg("%s: %s", mutations[i].name, why != NULL ? why : "accepted");
        memcpy(every.program->code, kept, size);
    }
    test_free(kept);
    assert_null(verify());
}

/* ---- constants */

static void test_equal_constants_are_one(void **state) {
    (void)state;
    av_rules rules;
    av_rules_compile(&rules,
                     "record R { a: int = 0  b: text }\n"
                     "const x: list of R = [{ a: 0 b: \"t\" }, { b: \"t\" }, { a: 0 b: \"t\" }]\n"
                     "const y: list of text = [\"t\", \"t\"]\n"
                     "const z: list of text = [\"t\", \"t\"]\n");
    uint32_t before = rules.program->constant_count;
    assert_ok(av_generate(rules.program, NULL, &rules.diags, AV_ALONE));
    uint32_t lists = 0;
    const av_value *x = NULL;
    for (uint32_t i = before; i < rules.program->constant_count; i++) {
        if (rules.program->constants[i].kind != AV_LIST) continue;
        const av_list *list = rules.program->constants[i].as.list;
        if (list->count == 3) x = list->items;
        if (list->count == 2) lists++;
    }
    assert_int_equal(lists, 1);
    /* a written field and a default are not the same, though the values are */
    assert_non_null(x);
    assert_true(av_value_equal(x[0], x[1]));
    assert_int_equal(x[0].as.record->given, 3);
    assert_int_equal(x[1].as.record->given, 2);
    av_rules_free(&rules);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_instruction_is_generated),
        cmocka_unit_test(test_every_instruction_is_listed),
        cmocka_unit_test(test_listing_of_one_definition),
        cmocka_unit_test(test_operands_are_checked),
        cmocka_unit_test(test_structure_is_checked),
        cmocka_unit_test(test_equal_constants_are_one),
    };
    return cmocka_run_group_tests(tests, compile_every, free_every);
}
