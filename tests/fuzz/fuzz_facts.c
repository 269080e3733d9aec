/* Any bytes as a brief, for a small program with facts of every type and for the shipped rules, which are then run. */
#include "fuzz.h"

#include "base/json.h"
#include "support/snapshot.h"
#include "vm/vm.h"

static const char every_type[] =
    "enum Size ordered { Small \"small\" also \"1\", \"tiny one\" Large \"very large\" }\n"
    "record Limit { key name: text  low: int 0..100 = 5  cost: option of money  sizes: set of Size "
    "}\n"
    "record Rule { key name: text  limits: list of Limit  ratio: decimal = 0.5  when: Size = Small "
    "}\n"
    "fact name: text { ask \"?\" } infer name { otherwise \"x\" because \"b\" confidence low risk "
    "\"r\" }\n"
    "fact size: Size { ask \"?\" } infer size { otherwise Small because \"b\" confidence low risk "
    "\"r\" }\n"
    "fact sizes: set of Size { ask \"?\" } infer sizes { otherwise [] as e because \"b\" "
    "confidence low risk \"r\" }\n"
    "fact users: int 0..1000000 { ask \"?\" } infer users { otherwise 1 as o because \"b\" "
    "confidence low risk \"r\" }\n"
    "fact whole: int { ask \"?\" } infer whole { otherwise 1 as o because \"b\" confidence low "
    "risk \"r\" }\n"
    "fact ratio: decimal { ask \"?\" } infer ratio { otherwise 0.5 as o because \"b\" confidence "
    "low risk \"r\" }\n"
    "fact budget: money { ask \"?\" } infer budget { otherwise USD 5 as o because \"b\" confidence "
    "low risk \"r\" }\n"
    "fact open: bool { ask \"?\" } infer open { otherwise true as o because \"b\" confidence low "
    "risk \"r\" }\n"
    "fact note: option of text { ask \"?\" } infer note { otherwise none as o because \"b\" "
    "confidence low risk \"r\" }\n"
    "fact words: list of text { ask \"?\" } infer words { otherwise [] as o because \"b\" "
    "confidence low risk \"r\" }\n"
    "fact rules: list of Rule { ask \"?\" } infer rules { otherwise [] as o because \"b\" "
    "confidence low risk \"r\" }\n"
    "fact top: option of Limit { ask \"?\" } infer top { otherwise none as o because \"b\" "
    "confidence low risk \"r\" }\n";

static av_policy small, shipped;
static unsigned accepted;

static void make_programs(void) {
    const av_alloc host = av_alloc_default();
    const archvm_source source = {.path = {"types.arch", 10},
                                  .bytes = {every_type, sizeof every_type - 1}};
    const av_status status = av_policy_try(&small, &host, &source, 1, false);
    FUZZ_REQUIRE(status == AV_OK, "the program of this fuzzer does not compile");
    av_disk rules = {0};
    av_disk_add(&rules, "rules", ".arch");
    av_policy_compile(&shipped, &rules);
    av_disk_free(&rules);
}

static void show_stated(const av_policy *policy, const av_facts *facts) {
    av_buf out;
    av_buf_init(&out, &policy->host, 0);
    for (size_t i = 0; i < facts->def_count; i++) {
        if (!facts->stated[i].stated) continue;
        av_snapshot_value(policy->program, facts->stated[i].value, &out);
        av_json_quote(&out, facts->stated[i].at);
        av_json_quote(&out, facts->stated[i].evidence);
    }
    av_buf_free(&out);
}

/** Without limits of the test's own: what a brief states within the reader's limits can be run. */
static void run_all(const av_policy *policy, const av_briefed *briefed) {
    av_buf out;
    av_buf_init(&out, &policy->host, 0);
    av_snapshot(briefed->run, AV_SNAPSHOT_GATE | AV_SNAPSHOT_TEXTS | AV_SNAPSHOT_JSON, &out);
    av_buf_free(&out);
}

static void read_brief(const av_policy *policy, av_text brief, bool run) {
    av_briefed briefed;
    const av_status status =
        av_briefed_open(&briefed, policy->program, &policy->host, NULL, av_vm_execute, brief);
    FUZZ_REQUIRE(status == AV_OK || status == AV_ERR_INPUT, "reading ends with status %d",
                 (int)status);
    FUZZ_REQUIRE((status == AV_OK) == (briefed.texts->diags.error_count == 0),
                 "status %d and %zu errors", (int)status, briefed.texts->diags.error_count);
    fuzz_render(&briefed.texts->diags);
    if (status == AV_OK) {
        show_stated(policy, &briefed.facts);
        if (run && accepted++ % fuzz_run_every == 0) run_all(policy, &briefed);
    }
    av_briefed_close(&briefed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const av_text brief = {(const char *)data, size};
    if (small.program == NULL) make_programs();
    if (size > AV_FACTS_BYTES) return 0;
    read_brief(&small, brief, false);
    read_brief(&shipped, brief, true);
    return 0;
}
