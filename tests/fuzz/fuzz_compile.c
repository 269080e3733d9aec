/* Any bytes as a program of one file: errors, or a program that has an image and that all evaluators agree on. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const av_alloc host = av_alloc_default();
    const archvm_source source = {.path = {"fuzz.arch", 9}, .bytes = {(const char *)data, size}};
    av_policy policy;
    const av_status status = av_policy_try(&policy, &host, &source, 1, true);
    FUZZ_REQUIRE(status == AV_OK || status == AV_ERR_INPUT || status == AV_ERR_LIMIT,
                 "compiling ends with status %d", (int)status);
    FUZZ_REQUIRE((status == AV_OK) == (policy.texts->diags.error_count == 0),
                 "status %d and %zu errors", (int)status, policy.texts->diags.error_count);
    fuzz_render(&policy.texts->diags);
    if (status == AV_OK) {
        fuzz_image_identity(policy.program);
        fuzz_agree(&policy);
    }
    av_policy_free(&policy);
    return 0;
}
