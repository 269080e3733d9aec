#include "support/consts.h"

#include <stdio.h>

#include "oracle/plain.h"
#include "support/rules.h"
#include "support/unit.h"
#include "vm/render.h"

static bool check(av_run *run, const av_rules *rules, const av_const_case *c, size_t i) {
    char name[32];
    snprintf(name, sizeof name, "c%zu", i);
    av_value value;
    av_status status = av_run_value(run, av_rules_def(rules, name), &value);
    if (status == AV_ERR_RUN) {
        const av_run_error *e = av_run_last_error(run);
        if (!c->expected && e->code == c->code) return true;
        print_error("%s\n  fails: %.*s\n", c->expression, AV_TEXT_ARG(e->message));
        return false;
    }
    assert_ok(status);
    av_text text;
    assert_ok(av_render_format_text(run, value, &text));
    if (c->expected && av_text_equal(text, av_text_from(c->expected))) return true;
    print_error("%s\n  gives: %.*s\n", c->expression, AV_TEXT_ARG(text));
    return false;
}

void av_check_consts(const char *declarations, const av_const_case *cases, size_t count) {
    av_alloc host = av_alloc_default();
    av_buf text;
    av_buf_init(&text, &host, 0);
    av_buf_printf(&text, "module m\n%s\n", declarations);
    for (size_t i = 0; i < count; i++)
        av_buf_printf(&text, "const c%zu: %s = %s because \"a test\"\n", i, cases[i].type,
                      cases[i].expression);
    av_buf_putc(&text, '\0');
    assert_int_equal(text.status, AV_OK);
    av_rules rules;
    av_rules_compile(&rules, text.ptr);
    av_run *run = av_run_new(rules.program, NULL, &host, NULL, av_plain_execute);
    assert_non_null(run);
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) wrong += !check(run, &rules, &cases[i], i);
    av_run_free(run);
    av_rules_free(&rules);
    av_buf_free(&text);
    if (wrong) fail_msg("%zu of %zu expressions differ", wrong, count);
}
