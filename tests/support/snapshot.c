#include "support/snapshot.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/json.h"
#include "base/set.h"
#include "emit/artifacts.h"
#include "emit/sourcemap.h"
#include "engine/eval_json.h"

enum { DEPTH = 100, SHOWN = 160 /* bytes of each side around a difference */ };

/* ---- values */

static void put_value(const av_program *program, av_value v, unsigned depth, av_buf *out);

static void put_set(const av_program *program, av_value v, av_buf *out) {
    const av_enum_type *type = &program->enums[v.type];
    av_buf_printf(out, "set %.*s {", AV_TEXT_ARG(type->name));
    for (AV_EACH_MEMBER(m, v))
        av_buf_printf(out, " %.*s",
                      AV_TEXT_ARG(m < type->member_count ? type->members[m].name : AV_TEXT("?")));
    av_buf_puts(out, " }");
}

static void put_record(const av_program *program, av_value v, unsigned depth, av_buf *out) {
    const av_record_type *type = &program->records[v.type];
    av_buf_printf(out, "%.*s given %" PRIx64 " {", AV_TEXT_ARG(type->name), v.as.record->given);
    for (uint32_t i = 0; i < v.as.record->count; i++) {
        av_buf_printf(out, " %.*s: ",
                      AV_TEXT_ARG(i < type->field_count ? type->fields[i].name : AV_TEXT("?")));
        put_value(program, v.as.record->fields[i], depth + 1, out);
    }
    av_buf_puts(out, " }");
}

static void put_fragment(av_value v, av_buf *out) {
    av_buf_printf(out, "%s ", av_format_name((av_format)v.type));
    av_json_quote(out, v.as.fragment->text);
    for (size_t i = 0; i < v.as.fragment->mark_count; i++)
        av_buf_printf(out, " %" PRIu32 "<%" PRIu32, v.as.fragment->marks[i].offset,
                      v.as.fragment->marks[i].origin);
}

static void put_value(const av_program *program, av_value v, unsigned depth, av_buf *out) {
    if (depth > DEPTH) {
        av_buf_puts(out, "...");
        return;
    }
    switch ((av_kind)v.kind) {
    case AV_NONE: av_buf_puts(out, "none"); break;
    case AV_BOOL: av_buf_puts(out, v.as.integer != 0 ? "true" : "false"); break;
    case AV_INT: av_buf_printf(out, "%" PRId64, v.as.integer); break;
    case AV_DECIMAL: av_buf_printf(out, "decimal %" PRId64 "/%u", v.as.integer, v.scale); break;
    case AV_MONEY:
        av_buf_printf(out, "%" PRId64 " of ", v.as.integer);
        av_currency_format(v.type, out);
        break;
    case AV_STRING: av_json_quote(out, *v.as.string); break;
    case AV_ENUM: {
        const av_enum_type *type = &program->enums[v.type];
        const bool known = (uint64_t)v.as.integer < type->member_count;
        av_buf_printf(out, "%.*s.%.*s", AV_TEXT_ARG(type->name),
                      AV_TEXT_ARG(known ? type->members[v.as.integer].name : AV_TEXT("?")));
        break;
    }
    case AV_SET: put_set(program, v, out); break;
    case AV_LIST:
        av_buf_puts(out, "[");
        for (size_t i = 0; i < v.as.list->count; i++) {
            av_buf_puts(out, i > 0 ? ", " : "");
            put_value(program, v.as.list->items[i], depth + 1, out);
        }
        av_buf_puts(out, "]");
        break;
    case AV_RECORD: put_record(program, v, depth, out); break;
    case AV_FRAGMENT: put_fragment(v, out); break;
    }
}

void av_snapshot_value(const av_program *program, av_value value, av_buf *out) {
    put_value(program, value, 0, out);
}

/* ---- what a run says */

static void put_failure(const av_run *run, av_status status, av_buf *out) {
    const av_run_error *error = av_run_last_error(run);
    if (status != AV_ERR_RUN) {
        av_buf_printf(out, "failed with status %d\n", (int)status);
        return;
    }
    av_buf_printf(out, "failed: %s %.*s in %.*s\n", av_diag_describe(error->code)->code,
                  AV_TEXT_ARG(error->message), AV_TEXT_ARG(error->name));
}

static void put_result(const av_run *run, av_status status, av_value value, av_buf *out) {
    if (status != AV_OK) {
        put_failure(run, status, out);
        return;
    }
    av_snapshot_value(av_run_program(run), value, out);
    av_buf_putc(out, '\n');
}

static void put_trace(const av_run *run, uint32_t def, av_buf *out) {
    const av_program *program = av_run_program(run);
    const av_trace *trace = av_run_trace(run, def);
    av_buf_printf(out, "trace %.*s: state %u%s%s", AV_TEXT_ARG(program->defs[def].name),
                  trace->state, trace->stated ? ", stated" : "", trace->patched ? ", patched" : "");
    if (trace->rule != AV_NO_INDEX)
        av_buf_printf(out, ", rule %.*s", AV_TEXT_ARG(program->rules[trace->rule].id));
    if (trace->matrix != NULL) {
        av_buf_printf(out, ", winner %" PRIu32, trace->matrix->winner);
        for (uint32_t i = 0; i < program->defs[def].option_count; i++) {
            const av_matrix_option_result *option = &trace->matrix->options[i];
            av_buf_printf(out, ", option %" PRIu32 ": %" PRId64 "%s%s %" PRIx64, i, option->score,
                          option->vetoed ? " vetoed" : "",
                          option->secondary_only ? " secondary" : "", option->held);
        }
    }
    av_buf_putc(out, '\n');
}

static bool has_value(const av_program *program, const av_def *def) {
    return def->kind != AV_DEF_TEST &&
           (def->proc == AV_NO_INDEX || program->procs[def->proc].param_count == 0);
}

static void put_defs(av_run *run, av_buf *out) {
    const av_program *program = av_run_program(run);
    av_value value;
    for (uint32_t def = 0; def < program->def_count; def++) {
        const av_text name = program->defs[def].name;
        if (!has_value(program, &program->defs[def])) continue;
        av_buf_printf(out, "value %.*s: ", AV_TEXT_ARG(name));
        av_status status = av_run_value(run, def, &value);
        put_result(run, status, value, out);
        put_trace(run, def, out);
        for (unsigned meta = 0; meta < AV_META_COUNT; meta++) {
            av_buf_printf(out, "%.*s meta %u: ", AV_TEXT_ARG(name), meta);
            status = av_run_meta(run, def, (av_meta)meta, &value);
            put_result(run, status, value, out);
        }
    }
    for (uint32_t rule = 0; rule < program->rule_count; rule++) {
        bool fired = false;
        const av_status status = av_run_fired(run, rule, &fired);
        av_buf_printf(out, "rule %.*s: ", AV_TEXT_ARG(program->rules[rule].id));
        put_result(run, status, av_bool(fired), out);
    }
}

static void put_gate(av_run *run, av_buf *out) {
    const av_check_result *results;
    size_t count;
    const av_status status = av_run_gate(run, &results, &count);
    if (status != AV_OK) {
        av_buf_puts(out, "gate: ");
        put_failure(run, status, out);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        av_buf_printf(out, "check %.*s: status %d",
                      AV_TEXT_ARG(av_run_program(run)->defs[results[i].def].name),
                      (int)results[i].status);
        for (uint32_t j = 0; j < results[i].message_count; j++) {
            av_buf_putc(out, ' ');
            av_json_quote(out, results[i].messages[j]);
        }
        av_buf_putc(out, '\n');
    }
}

static void put_artifact(const av_run *run, const av_artifact *artifact, av_buf *out) {
    const av_program *program = av_run_program(run);
    av_buf_printf(out, "written by %.*s: ", AV_TEXT_ARG(program->defs[artifact->def].name));
    av_json_quote(out, artifact->path);
    av_buf_printf(out, " %s ", av_format_name(artifact->format));
    av_snapshot_value(program, artifact->content, out);
    av_buf_putc(out, '\n');
}

static void put_written(av_run *run, uint32_t def, av_buf *out) {
    av_artifact one, *artifacts = &one;
    size_t count = 1;
    const av_status status = av_run_program(run)->defs[def].kind == AV_DEF_DOCUMENT
                                 ? av_run_document(run, def, &one)
                                 : av_run_emit(run, def, &artifacts, &count);
    if (status != AV_OK) {
        av_buf_printf(out, "written by %.*s: ", AV_TEXT_ARG(av_run_program(run)->defs[def].name));
        put_failure(run, status, out);
    }
    for (size_t i = 0; i < count && status == AV_OK; i++) put_artifact(run, &artifacts[i], out);
}

static void put_texts(av_run *run, av_buf *out) {
    const av_program *program = av_run_program(run);
    av_value value;
    for (uint32_t def = 0; def < program->def_count; def++) {
        const av_def_kind kind = program->defs[def].kind;
        if (kind == AV_DEF_SECTION) {
            av_buf_printf(out, "section %.*s: ", AV_TEXT_ARG(program->defs[def].name));
            const av_status status = av_run_section(run, def, &value);
            put_result(run, status, value, out);
        }
        if (kind == AV_DEF_DOCUMENT || kind == AV_DEF_EMIT) put_written(run, def, out);
    }
    av_files files = {0};
    av_status status = av_files_collect(run, AV_NO_INDEX, &files);
    av_buf_puts(out, "files: ");
    put_result(run, status, av_int((int64_t)files.count), out);
    for (size_t i = 0; i < files.count && status == AV_OK; i++) {
        av_buf_printf(out, "file %.*s: ", AV_TEXT_ARG(files.items[i].path));
        av_json_quote(out, files.items[i].bytes);
        av_buf_putc(out, '\n');
    }
    if (status == AV_OK) status = av_sourcemap_write(program, &files, out);
    if (status != AV_OK) put_failure(run, status, out);
}

static void put_flips(av_run *run, av_buf *out) {
    const av_program *program = av_run_program(run);
    for (uint32_t def = 0; def < program->def_count; def++) {
        av_value value;
        if (program->defs[def].kind != AV_DEF_FACT) continue;
        av_buf_printf(out, "flips of %.*s: ", AV_TEXT_ARG(program->defs[def].name));
        const av_status status = av_run_flips(run, def, &value);
        put_result(run, status, value, out);
    }
}

void av_snapshot(av_run *run, unsigned parts, av_buf *out) {
    if (parts & AV_SNAPSHOT_DEFS) put_defs(run, out);
    if (parts & AV_SNAPSHOT_GATE) put_gate(run, out);
    /* What was repaired has another value now. */
    if ((parts & AV_SNAPSHOT_DEFS) && (parts & AV_SNAPSHOT_GATE)) put_defs(run, out);
    if (parts & AV_SNAPSHOT_TEXTS) put_texts(run, out);
    if (parts & AV_SNAPSHOT_FLIPS) put_flips(run, out);
    if (parts & AV_SNAPSHOT_JSON) {
        const size_t before = out->len;
        const av_status status = av_eval_json(run, true, out);
        if (status != AV_OK) {
            av_buf_truncate(out, before);
            put_failure(run, status, out);
        }
    }
}

/* ---- comparing */

static void show_side(const char *name, av_text text, size_t line, size_t at) {
    const size_t from = at - line > SHOWN ? at - SHOWN : line;
    size_t end = av_text_find(text, AV_TEXT("\n"), at);
    if (end == SIZE_MAX) end = text.len;
    if (end - at > SHOWN) end = at + SHOWN;
    fprintf(stderr, "  %s:\n    %s%.*s\n", name, from > line ? "..." : "", (int)(end - from),
            text.ptr + from);
}

bool av_snapshot_same(const char *about, const char *left_name, av_text left,
                      const char *right_name, av_text right) {
    if (av_text_equal(left, right)) return true;
    size_t at = 0, line = 0, head;
    for (; at < left.len && at < right.len && left.ptr[at] == right.ptr[at]; at++)
        if (left.ptr[at] == '\n') line = at + 1;
    head = av_text_find(left, AV_TEXT(": "), line);
    if (head == SIZE_MAX || head - line > SHOWN) head = line;
    fprintf(stderr, "%s: the first difference is in %.*s\n", about, (int)(head - line),
            left.ptr + line);
    show_side(left_name, left, line, at);
    show_side(right_name, right, line, at);
    return false;
}
