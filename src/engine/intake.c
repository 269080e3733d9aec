/* What is understood of a brief, as a brief again: a person corrects it and runs it. */
#include <string.h>

#include "emit/serial.h"
#include "engine/eval_json.h"

typedef struct writer {
    av_run *run;
    const av_program *program;
    const av_facts *facts;
    av_buf *out;
    av_text group; /* of the fact written last */
} writer;

static av_status text_of(writer *w, uint32_t def, av_meta meta, av_text *out) {
    av_value value;
    AV_TRY(av_run_meta(w->run, def, meta, &value));
    *out = value.kind == AV_STRING ? *value.as.string : AV_TEXT("");
    return AV_OK;
}

/* ---- values */

static void put_money(writer *w, av_value value) {
    const uint8_t digits = av_currency_digits(value.type);
    int64_t factor = 1;
    for (uint8_t i = 0; i < digits; i++) factor *= 10;
    av_currency_format(value.type, w->out);
    const int64_t whole = value.as.integer / factor, rest = value.as.integer % factor;
    av_buf_printf(w->out, " %s%lld", value.as.integer < 0 && whole == 0 ? "-" : "",
                  (long long)whole);
    if (rest != 0) av_buf_printf(w->out, ".%0*lld", digits, (long long)(rest < 0 ? -rest : rest));
}

/** On one line: JSON is YAML. */
static void put_value(writer *w, av_value value) {
    av_json json;
    if (value.kind == AV_MONEY) {
        put_money(w, value);
        return;
    }
    av_json_init(&json, w->out, false);
    av_serial_json(w->program, value, &json);
    while (w->out->len > 0 && w->out->ptr[w->out->len - 1] == '\n')
        av_buf_truncate(w->out, w->out->len - 1);
}

/** Text of several lines as a block, which people can read; false when it cannot be one. */
static bool put_block(writer *w, av_text text) {
    if (av_text_find(text, AV_TEXT("\n"), 0) == SIZE_MAX || text.ptr[0] == ' ' ||
        text.ptr[0] == '\n')
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '\r' || text.ptr[i] == '\t') return false;
    bool ends = text.ptr[text.len - 1] == '\n',
         more = ends && text.len > 1 && text.ptr[text.len - 2] == '\n';
    av_buf_puts(w->out, more ? "|+\n" : ends ? "|\n" : "|-\n");
    for (size_t at = 0; at < text.len;) {
        size_t end = av_text_find(text, AV_TEXT("\n"), at);
        if (end == SIZE_MAX) end = text.len;
        if (end > at) av_buf_puts(w->out, "  ");
        av_buf_put(w->out, av_text_slice(text, at, end - at));
        if (end < text.len) av_buf_putc(w->out, '\n');
        at = end + 1;
    }
    if (ends) av_buf_truncate(w->out, w->out->len - 1);
    return true;
}

/** Words as part of a comment: no control characters, nothing that ends the line. */
static void put_comment(writer *w, av_text text) {
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        av_buf_putc(w->out, c < 0x20 || c == 0x7f ? ' ' : (char)c);
    }
}

/* ---- facts */

static void put_group(writer *w, const av_def *def) {
    if (av_text_equal(w->group, def->group)) return;
    w->group = def->group;
    av_buf_puts(w->out, "\n# ");
    put_comment(w, def->group);
    av_buf_putc(w->out, '\n');
}

static void put_pad(writer *w, size_t line) {
    const size_t used = w->out->len - line;
    av_buf_fill(w->out, ' ', used < 40 ? 40 - used : 1);
    av_buf_puts(w->out, "# ");
}

/** The words a fact was heard from. */
static void put_evidence(writer *w, const av_stated *stated) {
    put_comment(w, stated->at);
    if (!stated->heard) return;
    av_buf_puts(w->out, " \"");
    put_comment(w, stated->evidence);
    av_buf_puts(w->out, "\"");
    if (stated->rule_count > 0) {
        av_buf_puts(w->out, " by ");
        put_comment(w, w->program->rules[stated->rules[0]].id);
        if (stated->rule_count > 1) av_buf_printf(w->out, " and %u more", stated->rule_count - 1);
    }
}

static void put_clashes(writer *w, uint32_t fact) {
    for (size_t i = 0; i < w->facts->clash_count; i++) {
        const av_clash *clash = &w->facts->clashes[i];
        if (clash->fact != fact) continue;
        av_buf_puts(w->out, "#   or ");
        put_value(w, clash->value);
        av_buf_puts(w->out, ": ");
        put_comment(w, clash->at);
        av_buf_puts(w->out, " \"");
        put_comment(w, clash->evidence);
        av_buf_puts(w->out, "\"\n");
    }
}

static bool is_long_text(av_value value) {
    return value.kind == AV_STRING && av_text_find(*value.as.string, AV_TEXT("\n"), 0) != SIZE_MAX;
}

static av_status put_stated(writer *w, uint32_t fact, const av_stated *stated) {
    const av_def *def = &w->program->defs[fact];
    av_value value;
    AV_TRY(av_run_value(w->run, fact, &value));
    put_group(w, def);
    if (value.kind == AV_STRING && value.as.string->len > AV_FACTS_SCALAR) {
        av_buf_puts(w->out, "# ");
        av_buf_put(w->out, def->name);
        av_buf_printf(w->out, ": %zu bytes, more than a brief may hold in one value\n",
                      value.as.string->len);
        return AV_OK;
    }
    const size_t line = w->out->len;
    av_buf_put(w->out, def->name);
    av_buf_puts(w->out, ": ");
    if (is_long_text(value) && put_block(w, *value.as.string)) {
        av_buf_putc(w->out, '\n');
        return AV_OK;
    }
    put_value(w, value);
    put_pad(w, line);
    put_evidence(w, stated);
    av_buf_putc(w->out, '\n');
    put_clashes(w, fact);
    return AV_OK;
}

/** What is only likely or assumed: a comment, as the rules come to it again. */
static av_status put_assumed(writer *w, uint32_t fact) {
    const av_def *def = &w->program->defs[fact];
    av_value value;
    av_text confidence;
    AV_TRY(av_run_value(w->run, fact, &value));
    AV_TRY(text_of(w, fact, AV_META_CONFIDENCE, &confidence));
    if (value.kind == AV_STRING && value.as.string->len > 120) value = av_none();
    put_group(w, def);
    const size_t line = w->out->len;
    av_buf_puts(w->out, "# ");
    av_buf_put(w->out, def->name);
    if (value.kind != AV_NONE) {
        av_buf_puts(w->out, ": ");
        put_value(w, value);
    }
    put_pad(w, line);
    const av_stated *stated = w->facts != NULL ? &w->facts->stated[fact] : NULL;
    if (stated != NULL && stated->implied) {
        av_buf_puts(w->out, "likely: ");
        put_evidence(w, stated);
    } else {
        av_buf_puts(w->out, "assumed");
        if (confidence.len > 0) av_buf_printf(w->out, ", %.*s confidence", AV_TEXT_ARG(confidence));
    }
    av_buf_putc(w->out, '\n');
    return AV_OK;
}

static av_status put_facts(writer *w, bool stated, size_t *count) {
    for (uint32_t fact = 0; fact < w->program->def_count; fact++) {
        const av_def *def = &w->program->defs[fact];
        if (def->kind != AV_DEF_FACT || def->hidden) continue;
        const av_stated *said = w->facts != NULL ? &w->facts->stated[fact] : NULL;
        bool is_stated = said != NULL && said->stated && !said->implied;
        if (is_stated != stated) continue;
        ++*count;
        AV_TRY(is_stated ? put_stated(w, fact, said) : put_assumed(w, fact));
    }
    return AV_OK;
}

av_status av_intake(av_run *run, av_buf *out) {
    av_buf facts, assumed;
    av_buf_init(&facts, &out->host, 0);
    av_buf_init(&assumed, &out->host, 0);
    writer w = {
        .run = run, .program = av_run_program(run), .facts = av_run_facts(run), .out = &facts};
    size_t stated = 0, rest = 0;
    av_status status = put_facts(&w, true, &stated);
    w.out = &assumed;
    w.group = AV_TEXT("");
    if (status == AV_OK) status = put_facts(&w, false, &rest);
    av_buf_printf(out,
                  "# What was understood: %zu facts of %zu; the words they were read from stand "
                  "beside them.\n"
                  "# Correct what is wrong and run this file as a brief; what it states comes "
                  "before its prose.\n",
                  stated, stated + rest);
    av_buf_put(out, av_buf_text(&facts));
    av_buf_puts(out, "\n# What was not said. To state one, take away the sign before it.\n");
    av_buf_put(out, av_buf_text(&assumed));
    if (status == AV_OK) status = facts.status != AV_OK ? facts.status : assumed.status;
    av_buf_free(&facts);
    av_buf_free(&assumed);
    return status != AV_OK ? status : out->status;
}
