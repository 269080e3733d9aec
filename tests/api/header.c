/* archvm.h alone, under the strictest flags: as C here, as C++ by header.cc. Uses every option
 * struct's INIT macro. */
#include <archvm.h>

int main(void) {
    archvm_engine_options engine = ARCHVM_ENGINE_OPTIONS_INIT;
    archvm_load_options load = ARCHVM_LOAD_OPTIONS_INIT;
    archvm_test_options test = ARCHVM_TEST_OPTIONS_INIT;
    archvm_facts_options facts = ARCHVM_FACTS_OPTIONS_INIT;
    archvm_run_options run = ARCHVM_RUN_OPTIONS_INIT;
    archvm_emit_options emit = ARCHVM_EMIT_OPTIONS_INIT;
    if (engine.size != sizeof engine || load.size != sizeof load || test.size != sizeof test)
        return 1;
    if (facts.size != sizeof facts || run.size != sizeof run || emit.size != sizeof emit) return 1;
    archvm_engine *made = archvm_engine_new(&engine);
    archvm_engine_free(made);
    return made != NULL && archvm_version()[0] != '\0' ? 0 : 1;
}
