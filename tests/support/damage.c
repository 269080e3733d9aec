#include "support/damage.h"

#include "base/hash.h"
#include "code/disasm.h"
#include "code/image_io.h"
#include "sema/sema.h"
#include "vm/run.h"
#include "vm/vm.h"

static void put_number(char *at, uint64_t value) {
    for (size_t i = 0; i < 8; i++) at[i] = (char)(value >> (8 * i) & 0xff);
}

void av_damage_seal(char *bytes, size_t length) {
    put_number(bytes + 16, length);
    put_number(bytes + 24,
               av_hash((av_text){bytes + AV_IMAGE_HEADER, length - AV_IMAGE_HEADER}, 0));
}

/* Everything that can be asked of one definition; failures are fine. */
static av_status ask(av_run *run, uint32_t def) {
    const av_program *program = av_run_program(run);
    av_value value;
    av_artifact *artifacts;
    size_t count;
    av_status status = av_run_value(run, def, &value);
    for (unsigned meta = 0; meta < AV_META_COUNT; meta++)
        if (av_run_meta(run, def, (av_meta)meta, &value) != AV_OK) status = AV_ERR_RUN;
    if (program->defs[def].kind == AV_DEF_SECTION) status = av_run_section(run, def, &value);
    if (program->defs[def].kind == AV_DEF_EMIT) status = av_run_emit(run, def, &artifacts, &count);
    return status;
}

bool av_damage_run(const av_alloc *host, av_text bytes) {
    av_program *program;
    const char *why;
    const av_executor alone = {0};
    if (av_image_open(host, &alone, bytes, &program, &why) != AV_OK) return false;
    const av_run_limits limits = {.steps = 100000, .memory = 4 * 1024 * 1024};
    av_run *run = av_run_new(program, NULL, host, &limits, av_vm_execute);
    if (run != NULL) {
        size_t failed = 0, count;
        const av_check_result *results;
        av_value value;
        for (uint32_t def = 0; def < program->def_count; def++) failed += ask(run, def) != AV_OK;
        for (uint32_t proc = 0; proc < program->proc_count; proc++)
            failed += av_run_proc(run, proc, &value) != AV_OK;
        for (uint32_t rule = 0; rule < program->rule_count; rule++) {
            bool fired;
            failed += av_run_fired(run, rule, &fired) != AV_OK;
        }
        failed += av_run_gate(run, &results, &count) != AV_OK;
        (void)failed;
        av_run_free(run);
    }
    av_buf listing;
    av_buf_init(&listing, host, 0);
    av_disasm(program, AV_NO_INDEX, &listing);
    av_buf_free(&listing);
    const bool sound = av_verify_code(program, &why) == AV_OK;
    av_program_free(program);
    return sound;
}
