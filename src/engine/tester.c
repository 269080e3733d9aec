#include "engine/tester.h"

#include "emit/artifacts.h"
#include "engine/show.h"

/** One test at work. */
typedef struct tester {
    const av_program *program;
    const av_test *test;
    av_run *run;   /* over the given facts */
    av_run *given; /* that computed them; their values live in it */
    av_buf *report;
    bool failed;
} tester;

static void put_site(const tester *t, av_site site) {
    const av_text path =
        site.path < t->program->path_count ? t->program->paths[site.path] : AV_TEXT("?");
    av_buf_printf(t->report, "%.*s:%u:%u: ", AV_TEXT_ARG(path), site.line, site.column);
}

static void put_name(const tester *t, uint32_t def) {
    av_buf_put(t->report, t->program->defs[def].name);
}

/** The test's line, once, and the expectation's; what was found follows. */
static void start_failure(tester *t, const av_expect *expect) {
    if (!t->failed) {
        put_site(t, t->test->site);
        av_buf_printf(t->report, "failed: %.*s\n", AV_TEXT_ARG(t->test->title));
    }
    t->failed = true;
    av_buf_puts(t->report, "  ");
    put_site(t, expect->site);
    av_buf_printf(t->report, "%.*s\n    found: ", AV_TEXT_ARG(expect->source));
}

/** A text, or when it is long what it is about. */
static void put_quoted(tester *t, av_text text) {
    enum { SHOWN = 300 };
    av_json_quote(t->report, av_text_slice(text, 0, SHOWN));
    if (text.len > SHOWN) av_buf_printf(t->report, " and %zu bytes more", text.len - SHOWN);
}

static av_status text_of_proc(tester *t, uint32_t proc, av_text *out) {
    *out = AV_TEXT("");
    if (proc == AV_NO_INDEX) return AV_OK;
    av_value value;
    AV_TRY(av_run_proc(t->run, proc, &value));
    if (value.kind == AV_STRING) *out = *value.as.string;
    return AV_OK;
}

static bool contains(av_text text, av_text part) {
    return av_text_find(text, part, 0) != SIZE_MAX;
}

/* ---- each kind of expectation: AV_OK, and start_failure called when it does not hold */

static av_status expect_true(tester *t, const av_expect *expect) {
    av_value value, left, right;
    AV_TRY(av_run_proc(t->run, expect->proc, &value));
    if ((value.as.integer != 0) != expect->negated) return AV_OK;
    start_failure(t, expect);
    if (expect->left == AV_NO_INDEX || expect->right == AV_NO_INDEX) {
        av_buf_puts(t->report, value.as.integer != 0 ? "true\n" : "false\n");
        return AV_OK;
    }
    AV_TRY(av_run_proc(t->run, expect->left, &left));
    AV_TRY(av_run_proc(t->run, expect->right, &right));
    av_show_value(t->program, left, t->report);
    av_buf_puts(t->report, " on the left, ");
    av_show_value(t->program, right, t->report);
    av_buf_puts(t->report, " on the right\n");
    return AV_OK;
}

/** What a rule's definition came to instead. */
static av_status put_decided(tester *t, uint32_t def) {
    const av_def *d = &t->program->defs[def];
    av_value value;
    AV_TRY(av_run_value(t->run, def, &value));
    const av_trace *trace = av_run_trace(t->run, def);
    put_name(t, def);
    if (d->kind == AV_DEF_CHECK) {
        av_buf_puts(t->report, "\n");
        return AV_OK;
    }
    av_buf_puts(t->report, " is ");
    av_show_value(t->program, value, t->report);
    if (trace->stated) av_buf_puts(t->report, ", stated by the test");
    else if (trace->rule != AV_NO_INDEX)
        av_buf_printf(t->report, " by %.*s", AV_TEXT_ARG(t->program->rules[trace->rule].id));
    av_buf_putc(t->report, '\n');
    return AV_OK;
}

static av_status expect_fired(tester *t, const av_expect *expect) {
    const av_rule *rule = &t->program->rules[expect->target];
    bool fired;
    av_value value;
    AV_TRY(av_run_value(t->run, rule->def, &value));
    AV_TRY(av_run_fired(t->run, expect->target, &fired));
    if (fired != expect->negated) return AV_OK;
    start_failure(t, expect);
    return put_decided(t, rule->def);
}

/** The text of a field of a Rejected record. */
static av_text rejected_text(const tester *t, av_value record, const char *field) {
    const uint32_t slot = av_record_slot(&t->program->records[record.type], av_text_from(field));
    if (slot >= record.as.record->count || record.as.record->fields[slot].kind != AV_STRING)
        return AV_TEXT("");
    return *record.as.record->fields[slot].as.string;
}

/** Whether a Rejected record is about the member of the definition's enum. */
static bool is_about(const tester *t, av_value record, const av_expect *expect) {
    const av_def *def = &t->program->defs[expect->target];
    const av_type *type = &t->program->types[def->type];
    if (type->kind == AV_T_OPTION) type = &t->program->types[type->element];
    const av_text option = rejected_text(t, record, "option");
    if (type->kind != AV_T_ENUM || expect->option >= t->program->enums[type->index].member_count)
        return false;
    const av_enum_member *member = &t->program->enums[type->index].members[expect->option];
    return av_text_equal(option, member->label) || av_text_equal(option, member->name);
}

static av_status expect_rejected(tester *t, const av_expect *expect) {
    av_value value;
    av_text wanted;
    AV_TRY(av_run_meta(t->run, expect->target, AV_META_REJECTED, &value));
    AV_TRY(text_of_proc(t, expect->contains, &wanted));
    bool about = false, held = false;
    av_text because = AV_TEXT(""), condition = AV_TEXT("");
    for (size_t i = 0; value.kind == AV_LIST && i < value.as.list->count; i++) {
        const av_value record = value.as.list->items[i];
        if (record.kind != AV_RECORD || !is_about(t, record, expect)) continue;
        about = true;
        because = rejected_text(t, record, "because");
        condition = rejected_text(t, record, "condition");
        held = contains(because, wanted) || contains(condition, wanted);
        if (held) break;
    }
    if (expect->contains != AV_NO_INDEX && expect->contains_negated) held = about && !held;
    if (held != expect->negated) return AV_OK;
    start_failure(t, expect);
    if (!about) return put_decided(t, expect->target);
    av_buf_puts(t->report, "rejected because ");
    put_quoted(t, because.len > 0 ? because : condition);
    if (because.len > 0 && condition.len > 0 && !av_text_equal(because, condition)) {
        av_buf_puts(t->report, "; condition: ");
        put_quoted(t, condition);
    }
    av_buf_putc(t->report, '\n');
    return AV_OK;
}

static av_status expect_conflict(tester *t, const av_expect *expect) {
    av_value value;
    AV_TRY(av_run_value(t->run, expect->target, &value));
    if ((value.as.integer != 0) != expect->negated) return AV_OK;
    start_failure(t, expect);
    av_buf_puts(t->report,
                value.as.integer != 0 ? "the conflict is raised" : "no such conflict is raised");
    for (uint32_t i = 0; i < t->program->def_count; i++) {
        if (t->program->defs[i].kind != AV_DEF_CONFLICT || i == expect->target) continue;
        AV_TRY(av_run_value(t->run, i, &value));
        if (value.as.integer == 0) continue;
        av_buf_puts(t->report, "; raised is ");
        put_name(t, i);
    }
    av_buf_putc(t->report, '\n');
    return AV_OK;
}

static av_status expect_check(tester *t, const av_expect *expect, av_check_status wanted) {
    static const char *const words[] = {"passed", "repaired", "failed"};
    const av_check_result *results;
    size_t count;
    AV_TRY(av_run_gate(t->run, &results, &count));
    for (size_t i = 0; i < count; i++) {
        if (results[i].def != expect->target) continue;
        if ((results[i].status == wanted) != expect->negated) return AV_OK;
        start_failure(t, expect);
        av_buf_puts(t->report, words[results[i].status]);
        for (uint32_t j = 0; j < results[i].message_count; j++) {
            av_buf_puts(t->report, j == 0 ? ": " : "; ");
            av_buf_put(t->report, results[i].messages[j]);
        }
        av_buf_putc(t->report, '\n');
    }
    return AV_OK;
}

/** Whether a text is there and holds what is wanted of it. */
static av_status judge_text(tester *t, const av_expect *expect, bool there, av_text text) {
    av_text wanted;
    AV_TRY(text_of_proc(t, expect->contains, &wanted));
    bool held = there;
    if (there && expect->contains != AV_NO_INDEX)
        held = contains(text, wanted) != expect->contains_negated;
    if (!there && expect->contains_negated) held = true;
    if (held != expect->negated) return AV_OK;
    start_failure(t, expect);
    if (there) put_quoted(t, text);
    else av_buf_puts(t->report, "nothing is written");
    av_buf_putc(t->report, '\n');
    return AV_OK;
}

static av_status expect_section(tester *t, const av_expect *expect) {
    av_value value;
    AV_TRY(av_run_section(t->run, expect->target, &value));
    const bool there = value.kind == AV_FRAGMENT;
    return judge_text(t, expect, there, there ? value.as.fragment->text : AV_TEXT(""));
}

static av_status expect_document(tester *t, const av_expect *expect) {
    av_artifact artifact;
    AV_TRY(av_run_document(t->run, expect->target, &artifact));
    return judge_text(t, expect, true, artifact.content.as.fragment->text);
}

static av_status put_artifact(tester *t, const av_artifact *artifact, av_buf *out) {
    if (artifact->content.kind != AV_FRAGMENT) return av_artifact_serialise(t->run, artifact, out);
    av_buf_put(out, artifact->content.as.fragment->text);
    return out->status;
}

/** All files of an emit as one text. */
static av_status expect_emit(tester *t, const av_expect *expect) {
    av_artifact *artifacts;
    size_t count;
    AV_TRY(av_run_emit(t->run, expect->target, &artifacts, &count));
    av_buf text;
    av_buf_init(&text, &t->report->host, 0);
    av_status status = AV_OK;
    for (size_t i = 0; i < count && status == AV_OK; i++)
        status = put_artifact(t, &artifacts[i], &text);
    if (status == AV_OK) status = judge_text(t, expect, count > 0, av_buf_text(&text));
    av_buf_free(&text);
    return status;
}

static av_status check_expect(tester *t, const av_expect *expect) {
    switch (expect->kind) {
    case AV_EXPECT_TRUE: return expect_true(t, expect);
    case AV_EXPECT_FIRED: return expect_fired(t, expect);
    case AV_EXPECT_REJECTED: return expect_rejected(t, expect);
    case AV_EXPECT_CONFLICT: return expect_conflict(t, expect);
    case AV_EXPECT_PASSED: return expect_check(t, expect, AV_CHECK_PASS);
    case AV_EXPECT_FAILED: return expect_check(t, expect, AV_CHECK_FAIL);
    case AV_EXPECT_REPAIRED: return expect_check(t, expect, AV_CHECK_REPAIRED);
    case AV_EXPECT_SECTION: return expect_section(t, expect);
    case AV_EXPECT_DOCUMENT: return expect_document(t, expect);
    case AV_EXPECT_EMIT: return expect_emit(t, expect);
    }
    return AV_OK;
}

/** An evaluation that stops fails the expectation, with the reason. */
static av_status check_or_explain(tester *t, const av_expect *expect) {
    const av_status status = check_expect(t, expect);
    if (status != AV_ERR_RUN) return status;
    const av_run_error *error = av_run_last_error(t->run);
    start_failure(t, expect);
    av_buf_printf(t->report, "%.*s in %.*s\n", AV_TEXT_ARG(error->message),
                  AV_TEXT_ARG(error->name));
    return AV_OK;
}

/* ---- the given facts */

static av_status signal_value(void *payload, uint32_t proc, const av_value *args, av_value *out) {
    return av_run_call(payload, proc, args, out);
}

av_status av_test_facts(const av_program *program, const av_test *test, av_run *giver,
                        av_arena *arena, av_facts *facts) {
    *facts = (av_facts){.arena = arena, .def_count = program->def_count};
    facts->stated = AV_NEW_ARRAY(arena, av_stated, program->def_count);
    if (facts->stated == NULL) return AV_ERR_MEMORY;
    for (uint32_t i = 0; i < test->given_count; i++) {
        const av_given *given = &test->given[i];
        av_value value;
        AV_TRY(av_run_proc(giver, given->proc, &value));
        const av_text at =
            av_arena_format(arena, "%.*s:%u:%u", AV_TEXT_ARG(program->paths[test->site.path]),
                            test->site.line, test->site.column);
        if (at.ptr == NULL) return AV_ERR_MEMORY;
        facts->stated[given->fact] = (av_stated){
            .stated = true, .value = value, .at = at, .evidence = AV_TEXT("given by a test")};
    }
    const av_facts_options options = {.signal = signal_value, .payload = giver};
    return av_facts_hear_prose(program, NULL, &options, facts);
}

/** A test whose facts cannot be computed fails. */
static void explain_given(tester *t) {
    const av_run_error *error = av_run_last_error(t->given);
    put_site(t, t->test->site);
    av_buf_printf(t->report, "failed: %.*s\n  given: %.*s\n", AV_TEXT_ARG(t->test->title),
                  AV_TEXT_ARG(error->message));
    t->failed = true;
}

static av_status run_expects(tester *t, const av_alloc *host, const av_run_limits *limits,
                             av_execute_fn *execute, av_arena *arena) {
    av_facts facts;
    const av_status given = av_test_facts(t->program, t->test, t->given, arena, &facts);
    if (given == AV_ERR_RUN) {
        explain_given(t);
        return AV_OK;
    }
    AV_TRY(given);
    t->run = av_run_new(t->program, &facts, host, limits, execute);
    if (t->run == NULL) return AV_ERR_MEMORY;
    av_status status = AV_OK;
    for (uint32_t i = 0; i < t->test->expect_count && status == AV_OK; i++)
        status = check_or_explain(t, &t->test->expects[i]);
    av_run_free(t->run);
    return status;
}

av_status av_test_run(const av_program *program, const av_test *test, const av_alloc *host,
                      const av_run_limits *limits, av_execute_fn *execute, bool *passed,
                      av_buf *report) {
    tester t = {.program = program, .test = test, .report = report};
    t.given = av_run_new(program, NULL, host, limits, execute);
    if (t.given == NULL) return AV_ERR_MEMORY;
    av_arena arena;
    av_arena_init(&arena, host, 0);
    av_status status = run_expects(&t, host, limits, execute, &arena);
    av_arena_free(&arena);
    av_run_free(t.given);
    *passed = !t.failed;
    return status != AV_OK ? status : report->status;
}
