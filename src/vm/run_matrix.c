/* Scoring matrices: every line of every option is tried, the breakdown is part of the answer. */
#include "vm/state.h"

/** Lines and vetoes of one option: one bit each in av_matrix_option_result.held. */
enum { LINES_MOST = 64 };

static const av_rule *line_of(const av_run *run, const av_matrix_option *option, uint32_t i) {
    return &run->program->rules[option->first_rule + i];
}

static bool held(const av_matrix_option_result *result, uint32_t line) {
    return line < LINES_MOST && (result->held >> line & 1) != 0;
}

static av_status score_option(av_run *run, const av_matrix_option *option,
                              av_matrix_option_result *result) {
    for (uint32_t i = 0; i < option->rule_count && i < LINES_MOST; i++) {
        const av_rule *rule = line_of(run, option, i);
        bool holds;
        AV_TRY(av_run_holds(run, rule->when, &holds));
        if (!holds) continue;
        result->held |= (uint64_t)1 << i;
        av_run_note_rule(run, option->first_rule + i);
        if (rule->veto) result->vetoed = true;
        else result->score += rule->weight; /* at most 64 weights of 32 bits */
    }
    if (option->secondary == AV_NO_INDEX) return AV_OK;
    AV_TRY(av_run_holds(run, run->program->rules[option->secondary].when, &result->secondary_only));
    if (result->secondary_only) av_run_note_rule(run, option->secondary);
    return AV_OK;
}

av_status av_run_matrix(av_run *run, uint32_t def, av_trace *trace) {
    const av_def *d = &run->program->defs[def];
    size_t size = sizeof(av_matrix_result) + d->option_count * sizeof(av_matrix_option_result);
    av_matrix_result *result = av_arena_take(&run->arena, size);
    if (!result) return AV_ERR_MEMORY;
    result->winner = AV_NO_INDEX;
    for (uint32_t i = 0; i < d->option_count; i++) {
        av_matrix_option_result *option = &result->options[i];
        AV_TRY(score_option(run, &d->options[i], option));
        if (option->vetoed || option->secondary_only) continue;
        if (result->winner == AV_NO_INDEX || option->score > result->options[result->winner].score)
            result->winner = i;
    }
    if (result->winner == AV_NO_INDEX)
        return av_run_fail(run, AV_E_NO_PRIMARY, AV_NO_INDEX, d->site,
                           "every option of `%.*s` is vetoed or may only be a secondary",
                           AV_TEXT_ARG(d->name));
    av_type_id type = d->type;
    trace->matrix = result;
    trace->value = av_enum(run->program->types[type].index, d->options[result->winner].member);
    return AV_OK;
}

static const av_enum_member *member_of(const av_run *run, const av_def *d, uint32_t option) {
    return &run->program->enums[run->program->types[d->type].index]
                .members[d->options[option].member];
}

static void put_between(av_buf *out, size_t start, const char *between) {
    if (out->len > start) av_buf_puts(out, between);
}

/* Texts of the winner's lines that held and spoke for it: their reasons, or their conditions. */
static av_status reasons(av_run *run, const av_def *d, const av_matrix_result *result,
                         bool conditions, av_buf *out) {
    const av_matrix_option *option = &d->options[result->winner];
    for (uint32_t i = 0; i < option->rule_count; i++) {
        const av_rule *rule = line_of(run, option, i);
        av_text text = AV_TEXT("");
        if (!held(&result->options[result->winner], i) || rule->veto || rule->weight <= 0) continue;
        if (!conditions) AV_TRY(av_run_text(run, rule->because, &text));
        if (!text.len) AV_TRY(av_run_text(run, rule->condition, &text));
        if (!text.len) continue;
        put_between(out, 0, "; ");
        av_buf_put(out, text);
    }
    return out->status;
}

/* Options with at least `secondary_from` points that are neither primary nor vetoed, by points, then in order of listing. */
static av_status secondaries(av_run *run, const av_def *d, const av_matrix_result *result,
                             av_value *out) {
    uint32_t enum_index = run->program->types[d->type].index;
    av_value list, *items;
    AV_TRY(av_list_new(&run->arena, d->option_count, &list, &items));
    size_t count = 0;
    for (uint32_t i = 0; i < d->option_count; i++) {
        const av_matrix_option_result *o = &result->options[i];
        if (i == result->winner || o->vetoed || d->secondary_from == INT32_MAX ||
            o->score < d->secondary_from)
            continue;
        size_t at = count++;
        /* Insertion: item values hold the option's number until all are placed. */
        for (; at > 0 && result->options[items[at - 1].as.integer].score < o->score; at--)
            items[at] = items[at - 1];
        items[at] = av_int(i);
    }
    for (size_t i = 0; i < count; i++)
        items[i] = av_enum(enum_index, d->options[items[i].as.integer].member);
    ((av_list *)list.as.list)->count = count;
    *out = list;
    return AV_OK;
}

static av_status vetoed(av_run *run, const av_def *d, const av_matrix_result *result,
                        av_value *out) {
    av_value list, *items;
    AV_TRY(av_list_new(&run->arena, d->option_count, &list, &items));
    size_t count = 0;
    for (uint32_t i = 0; i < d->option_count; i++)
        if (result->options[i].vetoed)
            items[count++] = av_enum(run->program->types[d->type].index, d->options[i].member);
    ((av_list *)list.as.list)->count = count;
    *out = list;
    return AV_OK;
}

/* ---- the breakdown */

static av_status line_because(av_run *run, const av_rule *rule, bool holds, av_text *out) {
    *out = AV_TEXT("");
    if (!holds) return av_run_text(run, rule->failure, out);
    AV_TRY(av_run_text(run, rule->because, out));
    return out->len ? AV_OK : av_run_text(run, rule->condition, out);
}

static av_status score_line(av_run *run, const av_rule *rule, bool holds, av_value *out) {
    av_model_record r;
    av_text because;
    AV_TRY(line_because(run, rule, holds, &because));
    AV_TRY(av_model_new(run, run->program->model.score_line, &r));
    AV_TRY(av_model_text(&r, "name", rule->name));
    AV_TRY(av_model_text(&r, "rule", rule->id));
    av_model_set(&r, "weight", av_int(rule->weight));
    av_model_set(&r, "points", av_int(holds ? rule->weight : 0));
    av_model_set(&r, "held", av_bool(holds));
    AV_TRY(av_model_text(&r, "because", because));
    *out = r.value;
    return AV_OK;
}

/* Why an option is out whatever its score: the reasons of its vetoes. */
static av_status veto_because(av_run *run, const av_matrix_option *option,
                              const av_matrix_option_result *result, av_buf *out) {
    size_t start = out->len;
    for (uint32_t i = 0; i < option->rule_count; i++) {
        const av_rule *rule = line_of(run, option, i);
        av_text text;
        if (!rule->veto || !held(result, i)) continue;
        AV_TRY(line_because(run, rule, true, &text));
        if (!text.len) continue;
        put_between(out, start, "; ");
        av_buf_put(out, text);
    }
    return out->status;
}

static av_status buf_text(av_run *run, av_status status, av_buf *buf, av_text *out) {
    if (status == AV_OK) status = buf->status;
    if (status == AV_OK) {
        *out = av_arena_text(&run->arena, av_buf_text(buf));
        if (!out->ptr) status = AV_ERR_MEMORY;
    }
    av_buf_free(buf);
    return status;
}

static av_status option_score(av_run *run, const av_def *d, uint32_t i,
                              const av_matrix_option_result *result, av_value *out) {
    const av_matrix_option *option = &d->options[i];
    av_model_record r;
    AV_TRY(av_model_new(run, run->program->model.option_score, &r));
    AV_TRY(av_model_text(&r, "option", member_of(run, d, i)->label));
    av_model_set(&r, "score", av_int(result->score));
    av_model_set(&r, "vetoed", av_bool(result->vetoed));
    av_model_set(&r, "secondary_only", av_bool(result->secondary_only));
    av_text text;
    AV_TRY(av_run_text(run, option->wrong_if, &text));
    AV_TRY(av_model_text(&r, "wrong_if", text));
    av_buf buf;
    av_buf_init(&buf, &run->host, 0);
    AV_TRY(buf_text(run, veto_because(run, option, result, &buf), &buf, &text));
    AV_TRY(av_model_text(&r, "veto_because", text));
    av_value lines, *items;
    size_t count = 0;
    AV_TRY(av_list_new(&run->arena, option->rule_count, &lines, &items));
    for (uint32_t k = 0; k < option->rule_count; k++)
        if (!line_of(run, option, k)->veto)
            AV_TRY(score_line(run, line_of(run, option, k), held(result, k), &items[count++]));
    ((av_list *)lines.as.list)->count = count;
    av_model_set(&r, "lines", lines);
    *out = r.value;
    return AV_OK;
}

static av_status scores(av_run *run, const av_def *d, const av_matrix_result *result,
                        av_value *out) {
    av_value list, *items;
    AV_TRY(av_list_new(&run->arena, d->option_count, &list, &items));
    for (uint32_t i = 0; i < d->option_count; i++)
        AV_TRY(option_score(run, d, i, &result->options[i], &items[i]));
    *out = list;
    return AV_OK;
}

/* ---- why the others lost */

/* "+2 relational, -4 regulated": the lines that held. */
static void put_lines(av_run *run, const av_matrix_option *option,
                      const av_matrix_option_result *result, av_buf *out) {
    size_t start = out->len;
    for (uint32_t i = 0; i < option->rule_count; i++) {
        const av_rule *rule = line_of(run, option, i);
        if (rule->veto || !held(result, i)) continue;
        put_between(out, start, ", ");
        av_buf_printf(out, "%+ld %.*s", (long)rule->weight, AV_TEXT_ARG(rule->name));
    }
}

/* Why the lines that cost points held. */
static av_status put_losses(av_run *run, const av_matrix_option *option,
                            const av_matrix_option_result *result, av_buf *out) {
    for (uint32_t i = 0; i < option->rule_count; i++) {
        const av_rule *rule = line_of(run, option, i);
        av_text text;
        if (rule->veto || rule->weight >= 0 || !held(result, i)) continue;
        AV_TRY(line_because(run, rule, true, &text));
        if (!text.len) continue;
        av_buf_puts(out, "; ");
        av_buf_put(out, text);
    }
    return out->status;
}

/* The score stands first, also for a vetoed option: a veto does not hide what the lines said. */
static av_status rejection(av_run *run, const av_def *d, const av_matrix_result *result, uint32_t i,
                           av_buf *out) {
    const av_matrix_option_result *o = &result->options[i];
    const av_matrix_option *option = &d->options[i];
    av_text winner = member_of(run, d, result->winner)->label;
    long long best = (long long)result->options[result->winner].score;
    const char *plural = o->score == 1 || o->score == -1 ? "" : "s";
    av_buf_printf(out, "%lld point%s against %lld of %.*s", (long long)o->score, plural, best,
                  AV_TEXT_ARG(winner));
    if (o->held) {
        av_buf_puts(out, " (");
        size_t start = out->len;
        put_lines(run, option, o, out);
        if (out->len == start) av_buf_truncate(out, start - 2);
        else av_buf_putc(out, ')');
    }
    AV_TRY(put_losses(run, option, o, out));
    if (o->vetoed) {
        av_buf_puts(out, "; vetoed: ");
        size_t start = out->len;
        AV_TRY(veto_because(run, option, o, out));
        if (out->len == start) av_buf_truncate(out, start - 2);
    } else if (o->secondary_only) {
        av_text because;
        AV_TRY(line_because(run, &run->program->rules[option->secondary], true, &because));
        av_buf_puts(out, "; it may only be a secondary");
        if (because.len) av_buf_printf(out, ": %.*s", AV_TEXT_ARG(because));
    } else if (o->score == result->options[result->winner].score) {
        av_buf_printf(out, "; on a tie %.*s comes first", AV_TEXT_ARG(winner));
    }
    return out->status;
}

/* Reasons of the lines that counted against an option. */
static av_status against(av_run *run, const av_matrix_option *option,
                         const av_matrix_option_result *result, av_buf *out) {
    for (uint32_t i = 0; i < option->rule_count; i++) {
        const av_rule *rule = line_of(run, option, i);
        av_text text;
        if (!held(result, i) || (!rule->veto && rule->weight >= 0)) continue;
        AV_TRY(av_run_text(run, rule->condition, &text));
        if (!text.len) continue;
        put_between(out, 0, "; ");
        av_buf_put(out, text);
    }
    return out->status;
}

av_status av_run_matrix_rejected(av_run *run, uint32_t def, av_value *out) {
    const av_def *d = &run->program->defs[def];
    const av_matrix_result *result = run->traces[def].matrix;
    av_value list, *items;
    AV_TRY(av_list_new(&run->arena, d->option_count, &list, &items));
    size_t count = 0;
    for (uint32_t i = 0; i < d->option_count; i++) {
        av_model_record r;
        av_text text;
        if (i == result->winner) continue;
        AV_TRY(av_model_new(run, run->program->model.rejected, &r));
        AV_TRY(av_model_text(&r, "option", member_of(run, d, i)->label));
        av_buf buf;
        av_buf_init(&buf, &run->host, 0);
        AV_TRY(buf_text(run, rejection(run, d, result, i, &buf), &buf, &text));
        AV_TRY(av_model_text(&r, "because", text));
        av_buf_init(&buf, &run->host, 0);
        AV_TRY(buf_text(run, against(run, &d->options[i], &result->options[i], &buf), &buf, &text));
        AV_TRY(av_model_text(&r, "condition", text));
        items[count++] = r.value;
    }
    ((av_list *)list.as.list)->count = count;
    *out = list;
    return AV_OK;
}

av_status av_run_matrix_meta(av_run *run, uint32_t def, av_meta meta, av_value *out) {
    const av_def *d = &run->program->defs[def];
    const av_matrix_result *result = run->traces[def].matrix;
    av_text text;
    av_buf buf;
    av_buf_init(&buf, &run->host, 0);
    switch (meta) {
    case AV_META_BECAUSE:
    case AV_META_CONDITION:
        AV_TRY(
            buf_text(run, reasons(run, d, result, meta == AV_META_CONDITION, &buf), &buf, &text));
        return av_string(&run->arena, text, out);
    case AV_META_RULE:
        text = av_arena_format(&run->arena, "%.*s/%.*s", AV_TEXT_ARG(d->name),
                               AV_TEXT_ARG(member_of(run, d, result->winner)->name));
        return text.ptr ? av_string(&run->arena, text, out) : AV_ERR_MEMORY;
    case AV_META_SCORE: *out = av_int(result->options[result->winner].score); return AV_OK;
    case AV_META_SCORES: return scores(run, d, result, out);
    case AV_META_SECONDARY: return secondaries(run, d, result, out);
    case AV_META_VETOED: return vetoed(run, d, result, out);
    case AV_META_WRONG_IF:
        AV_TRY(av_run_text(run, d->options[result->winner].wrong_if, &text));
        return av_string(&run->arena, text, out);
    default: return av_string(&run->arena, AV_TEXT(""), out);
    }
}
