/* Any bytes as a template of some format: what compiles has the same structure whatever its values are. The first byte chooses
 * the format; what follows a zero byte is a hostile value besides those below. The template may use `v`, a text, `vs`, a list
 * of texts, `n`, an int, and `b`, a bool. */
#include "fuzz.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "structure.h"
#include "vm/vm.h"

static const char *const hostile[] = {
    "x\"; DROP TABLE users;-- | <b>{{",
    "](javascript:alert(1)) [a]: b",
    "``` a\n```\n\n# b\n",
    "'; */ -- # // $(a) `b` ${c}",
    "- a\n1. b\n> c\n| d | e |\n| --- | --- |",
    "a\r\n: b\n  - c: [d, {e}] &f *g !h %i @j",
    "-->B; end\nclick a \"b\"",
    "**a** _b_ ~~c~~ <!-- d --> &amp; \\",
};

enum { ARGUMENTS = 4, TEMPLATE_BYTES = 4096 };

static bool render(const av_policy *policy, uint32_t proc, av_text value, int64_t number,
                   av_buf *out) {
    bool rendered = false;
    av_run *run = av_run_new(policy->program, NULL, &policy->host, &fuzz_limits, av_vm_execute);
    FUZZ_REQUIRE(run != NULL, "no memory");
    av_value args[ARGUMENTS], *items, result;
    FUZZ_REQUIRE(av_string(av_run_arena(run), value, &args[0]) == AV_OK, "no memory");
    FUZZ_REQUIRE(av_list_new(av_run_arena(run), 2, &args[1], &items) == AV_OK, "no memory");
    items[0] = items[1] = args[0];
    args[2] = av_int(number);
    args[3] = av_bool(number % 2 == 0);
    if (av_run_call(run, proc, args, &result) == AV_OK && result.kind == AV_FRAGMENT) {
        av_buf_put(out, result.as.fragment->text);
        rendered = true;
    }
    av_run_free(run);
    return rendered;
}

static bool has_letter(av_text text) {
    for (size_t i = 0; i < text.len; i++)
        if (isalpha((unsigned char)text.ptr[i])) return true;
    return false;
}

static void compare(const av_policy *policy, uint32_t proc, av_format format, av_text value,
                    int64_t number) {
    av_buf plain, filled, expected, seen;
    av_buf *const all[] = {&plain, &filled, &expected, &seen};
    for (size_t i = 0; i < AV_COUNT(all); i++) av_buf_init(all[i], &policy->host, 0);
    if (render(policy, proc, AV_TEXT(FUZZ_PLAIN), number, &plain) &&
        fuzz_structure(format, av_buf_text(&plain), &expected)) {
        FUZZ_REQUIRE(render(policy, proc, value, number, &filled), "a value stops the evaluation");
        const bool read = fuzz_structure(format, av_buf_text(&filled), &seen);
        FUZZ_REQUIRE(read && av_text_equal(av_buf_text(&expected), av_buf_text(&seen)),
                     "%s: another structure\n%.*s\n----\n%.*s\n----\n%.*s\n%.*s",
                     av_format_name(format), AV_TEXT_ARG(av_buf_text(&plain)),
                     AV_TEXT_ARG(av_buf_text(&filled)), AV_TEXT_ARG(av_buf_text(&expected)),
                     AV_TEXT_ARG(av_buf_text(&seen)));
    }
    for (size_t i = 0; i < AV_COUNT(all); i++) av_buf_free(all[i]);
}

/** With FUZZ_SHOW in the environment, the errors of templates that do not compile are shown. */
static void show(const av_policy *policy) {
    av_buf said;
    av_buf_init(&said, &policy->host, 0);
    av_diags_render_text(&policy->texts->diags, false, &said);
    fprintf(stderr, "%.*s\n", AV_TEXT_ARG(av_buf_text(&said)));
    av_buf_free(&said);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2 || size > TEMPLATE_BYTES) return 0;
    const av_alloc host = av_alloc_default();
    const av_format format = (av_format)(data[0] % AV_FORMAT_COUNT);
    const uint8_t *zero = memchr(data + 1, 0, size - 1);
    const size_t length = zero != NULL ? (size_t)(zero - data) - 1 : size - 1;
    const av_text own =
        zero != NULL ? (av_text){(const char *)zero + 1, size - length - 2} : AV_TEXT("");
    av_buf text;
    av_policy policy;
    av_buf_init(&text, &host, 0);
    av_buf_printf(&text, "func t(v: text, vs: list of text, n: int, b: bool): %s = \"\"\"\n",
                  av_format_name(format));
    av_buf_put(&text, (av_text){(const char *)data + 1, length});
    av_buf_puts(&text, "\n\"\"\"\n");
    const archvm_source source = {.path = {"fuzz.arch", 9}, .bytes = {text.ptr, text.len}};
    const av_status status = av_policy_try(&policy, &host, &source, 1, false);
    FUZZ_REQUIRE(status == AV_OK || status == AV_ERR_INPUT || status == AV_ERR_LIMIT,
                 "compiling ends with status %d", (int)status);
    if (status != AV_OK && getenv("FUZZ_SHOW") != NULL) show(&policy);
    const uint32_t def =
        status == AV_OK ? av_program_find(policy.program, AV_TEXT("t")) : AV_NO_INDEX;
    if (def != AV_NO_INDEX && policy.program->defs[def].kind == AV_DEF_FUNC &&
        policy.program->procs[policy.program->defs[def].proc].param_count == ARGUMENTS) {
        const uint32_t proc = policy.program->defs[def].proc;
        for (size_t i = 0; i < AV_COUNT(hostile); i++)
            compare(&policy, proc, format, av_text_from(hostile[i]), (int64_t)i % 2);
        if (has_letter(own)) compare(&policy, proc, format, own, 3);
    }
    av_policy_free(&policy);
    av_buf_free(&text);
    return 0;
}
