/* Programs made from the input (generate.h): the evaluators agree on them. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include "generate.h"

/** With FUZZ_SHOW in the environment, each program is shown, with its errors. */
static void show(const av_policy *policy, av_text text) {
    av_buf said;
    av_buf_init(&said, &policy->host, 0);
    av_diags_render_text(&policy->texts->diags, false, &said);
    fprintf(stderr, "%.*s\n%.*s\n", AV_TEXT_ARG(text), AV_TEXT_ARG(av_buf_text(&said)));
    av_buf_free(&said);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const av_alloc host = av_alloc_default();
    av_buf text;
    av_buf_init(&text, &host, 0);
    fuzz_generate(data, size, &text);
    const archvm_source source = {.path = {"fuzz.arch", 9}, .bytes = {text.ptr, text.len}};
    av_policy policy;
    const av_status status = av_policy_try(&policy, &host, &source, 1, false);
    FUZZ_REQUIRE(status == AV_OK || status == AV_ERR_INPUT || status == AV_ERR_LIMIT,
                 "compiling ends with status %d", (int)status);
    if (getenv("FUZZ_SHOW") != NULL) show(&policy, av_buf_text(&text));
    if (status == AV_OK) fuzz_agree(&policy);
    av_policy_free(&policy);
    av_buf_free(&text);
    return 0;
}
