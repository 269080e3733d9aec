#include "vm/render.h"

#include <string.h>

#include "base/set.h"
#include "vm/escape.h"
#include "vm/state.h"

av_render av_render_begin(const av_run *run) {
    return (av_render){(uint32_t)run->text.len, (uint32_t)run->mark_count};
}

void av_render_drop(av_run *run, av_render render) {
    av_buf_truncate(&run->text, render.text);
    if (render.marks < run->mark_count) run->mark_count = render.marks;
}

av_text av_render_so_far(const av_run *run, av_render render) {
    av_text all = av_buf_text(&run->text);
    return av_text_slice(all, render.text, all.len);
}

void av_render_shorten(av_run *run, av_render render, size_t len) {
    av_buf_truncate(&run->text, render.text + len);
    while (run->mark_count > render.marks && run->marks[run->mark_count - 1].offset > run->text.len)
        run->mark_count--;
}

/* The bytes from the buffer's end on come from `origin`. */
static av_status mark(av_run *run, av_render render, uint32_t origin) {
    uint32_t offset = (uint32_t)run->text.len;
    if (run->mark_count > render.marks) {
        av_mark *last = &run->marks[run->mark_count - 1];
        if (last->origin == origin) return AV_OK;
        if (last->offset == offset) {
            last->origin = origin;
            return AV_OK;
        }
    }
    if (run->mark_count == run->mark_cap) {
        size_t cap = run->mark_cap ? run->mark_cap * 2 : 64;
        av_mark *moved = av_alloc_resize(&run->host, run->marks, run->mark_cap * sizeof *moved,
                                         cap * sizeof *moved);
        if (!moved) return AV_ERR_MEMORY;
        run->marks = moved;
        run->mark_cap = cap;
    }
    run->marks[run->mark_count++] = (av_mark){offset, origin};
    return AV_OK;
}

av_status av_render_literal(av_run *run, av_render render, av_text text, uint32_t origin) {
    if (!text.len) return AV_OK;
    AV_TRY(mark(run, render, origin));
    av_buf_put(&run->text, text);
    return run->text.status;
}

/* Appends text whose lines after the first begin with `indent` spaces unless they are empty. */
static void put_indented(av_buf *out, av_text text, uint32_t indent, bool *line_start) {
    for (size_t at = 0; at < text.len;) {
        if (*line_start && text.ptr[at] != '\n') av_buf_fill(out, ' ', indent);
        const char *line_break = memchr(text.ptr + at, '\n', text.len - at);
        size_t end = line_break != NULL ? (size_t)(line_break - text.ptr) + 1 : text.len;
        *line_start = line_break != NULL;
        av_buf_put(out, av_text_slice(text, at, end - at));
        at = end;
    }
}

/* Bytes from..to of a fragment. */
static av_status put_fragment(av_run *run, av_render render, const av_fragment *fragment,
                              size_t from, size_t to, uint32_t indent, uint32_t origin) {
    bool line_start = false;
    size_t at = from;
    for (size_t i = 0; i <= fragment->mark_count; i++) {
        size_t end = i < fragment->mark_count && fragment->marks[i].offset < to
                         ? fragment->marks[i].offset
                         : to;
        uint32_t here = i ? fragment->marks[i - 1].origin : origin;
        if (end <= at) continue;
        AV_TRY(mark(run, render, here == AV_NO_INDEX ? origin : here));
        put_indented(&run->text, av_text_slice(fragment->text, at, end - at), indent, &line_start);
        at = end;
    }
    return run->text.status;
}

/* The fence a line opens or closes: its character and length in `mark`, 0 for none. */
static size_t fence_of(av_text line, char *mark) {
    size_t at = 0, from;
    while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '\t')) at++;
    from = at;
    if (at == line.len || (line.ptr[at] != '`' && line.ptr[at] != '~')) return 0;
    *mark = line.ptr[at];
    while (at < line.len && line.ptr[at] == *mark) at++;
    return at - from >= 3 ? at - from : 0;
}

static bool is_blank(av_text line) {
    return line.len == 0 || ((unsigned char)line.ptr[0] <= ' ' && av_text_trim(line).len == 0);
}

av_status av_render_tidy(av_run *run, av_render render, const av_fragment *fragment,
                         uint32_t origin) {
    av_text text = fragment->text;
    size_t from = 0, to = text.len, fence = 0, blank = 1;
    while (to > 0 && (text.ptr[to - 1] == '\n' || text.ptr[to - 1] == ' ')) to--;
    char open = 0, mark = 0;
    for (size_t at = 0; at < to;) {
        const char *line_break = memchr(text.ptr + at, '\n', to - at);
        size_t end = line_break != NULL ? (size_t)(line_break - text.ptr) : to;
        av_text line = av_text_slice(text, at, end - at);
        size_t length = fence_of(line, &mark);
        if (length && !fence) {
            fence = length;
            open = mark;
        } else if (length >= fence && mark == open) {
            fence = 0;
        }
        blank = !fence && is_blank(line) ? blank + 1 : 0;
        size_t next = end < to ? end + 1 : end;
        if (blank > 1) { /* left out: what came before is written, what follows begins after it */
            AV_TRY(put_fragment(run, render, fragment, from, at, 0, origin));
            from = next;
        }
        at = next;
    }
    return put_fragment(run, render, fragment, from, to, 0, origin);
}

/* Whether the notation of the place has numbers and true, false of its own. */
static bool has_literals(av_escape mode) {
    return mode == AV_ESCAPE_JSON_VALUE || mode == AV_ESCAPE_HCL_VALUE ||
           mode == AV_ESCAPE_YAML_PLAIN || mode == AV_ESCAPE_SQL_LITERAL;
}

/* Whether the place is read by programs rather than people. */
static bool is_data(av_escape mode) {
    switch (mode) {
    case AV_ESCAPE_NONE:
    case AV_ESCAPE_MD_TEXT:
    case AV_ESCAPE_MD_LINE_START:
    case AV_ESCAPE_MD_CELL:
    case AV_ESCAPE_MD_TEXT_APART:
    case AV_ESCAPE_MD_CELL_APART:
    case AV_ESCAPE_MD_HEADING:
    case AV_ESCAPE_MD_LINK_TEXT:
    case AV_ESCAPE_MERMAID_LABEL:
    case AV_ESCAPE_MERMAID_TEXT:
    case AV_ESCAPE_HTML_TEXT:
    case AV_ESCAPE_YAML_COMMENT:
    case AV_ESCAPE_SQL_COMMENT:
    case AV_ESCAPE_HASH_COMMENT:
    case AV_ESCAPE_SLASH_COMMENT: return false;
    default: return true;
    }
}

static av_text text_of(av_value value, const av_buf *scratch) {
    if (value.kind == AV_STRING) return *value.as.string;
    if (value.kind == AV_FRAGMENT) return value.as.fragment->text;
    return av_buf_text(scratch);
}

static bool is_bracketed(av_value value, av_escape mode) {
    return (mode == AV_ESCAPE_JSON_VALUE || mode == AV_ESCAPE_HCL_VALUE) &&
           (value.kind == AV_LIST || value.kind == AV_SET);
}

/* The members of a set between the brackets of a notation that has lists. */
static av_status put_members(const av_program *program, av_value set, av_escape mode, av_buf *out) {
    bool first = true;
    for (AV_EACH_MEMBER(m, set)) {
        const av_enum_member *member = av_program_member(program, set.type, m);
        if (member == NULL) continue;
        if (!first) av_buf_puts(out, ", ");
        first = false;
        AV_TRY(av_escape_append(mode, member->label, out));
    }
    return out->status;
}

static av_status put_escaped(av_run *run, av_value value, av_escape mode, av_buf *scratch,
                             av_buf *out);

static av_status put_items(av_run *run, const av_list *list, av_escape mode, av_buf *scratch,
                           av_buf *out) {
    for (size_t i = 0; i < list->count; i++) {
        if (i) av_buf_puts(out, ", ");
        if (list->items[i].kind == AV_LIST) continue;
        AV_TRY(put_escaped(run, list->items[i], mode, scratch, out));
    }
    return out->status;
}

/* Appends one value, escaped; `scratch` holds nothing of use before or after. */
static av_status put_escaped(av_run *run, av_value value, av_escape mode, av_buf *scratch,
                             av_buf *out) {
    if (is_bracketed(value, mode)) {
        av_buf_putc(out, '[');
        AV_TRY(value.kind == AV_SET ? put_members(run->program, value, mode, out)
                                    : put_items(run, value.as.list, mode, scratch, out));
        av_buf_putc(out, ']');
        return out->status;
    }
    if (value.kind == AV_NONE && has_literals(mode)) {
        av_buf_puts(out, mode == AV_ESCAPE_SQL_LITERAL ? "NULL" : "null");
        return out->status;
    }
    av_buf_clear(scratch);
    if (value.kind != AV_STRING && value.kind != AV_FRAGMENT)
        av_render_format(run->program, value, is_data(mode), scratch);
    if (scratch->status != AV_OK) return scratch->status;
    bool bare = value.kind == AV_INT || value.kind == AV_DECIMAL || value.kind == AV_BOOL;
    return av_escape_append(bare && has_literals(mode) ? AV_ESCAPE_NONE : mode,
                            text_of(value, scratch), out);
}

av_status av_render_value(av_run *run, av_render render, av_value value, av_escape mode,
                          uint32_t indent, uint32_t origin) {
    if (mode >= AV_ESCAPE_COUNT) mode = AV_ESCAPE_NONE;
    if (value.kind == AV_FRAGMENT && mode == AV_ESCAPE_NONE) {
        av_text text = value.as.fragment->text;
        size_t to = text.len && text.ptr[text.len - 1] == '\n' ? text.len - 1 : text.len;
        return put_fragment(run, render, value.as.fragment, 0, to, indent, origin);
    }
    AV_TRY(mark(run, render, origin));
    av_buf scratch, escaped;
    av_buf_init(&scratch, &run->host, 0);
    av_buf_init(&escaped, &run->host, 0);
    av_status status = put_escaped(run, value, mode, &scratch, indent ? &escaped : &run->text);
    if (status == AV_OK && indent) {
        bool line_start = false;
        put_indented(&run->text, av_buf_text(&escaped), indent, &line_start);
        status = run->text.status;
    }
    av_buf_free(&scratch);
    av_buf_free(&escaped);
    return status;
}

/* The bytes built so far, copied into the arena. */
static av_status take_text(av_run *run, av_render render, av_text *out) {
    if (run->text.status != AV_OK) return run->text.status;
    *out = av_arena_text(&run->arena, av_render_so_far(run, render));
    return out->ptr ? AV_OK : AV_ERR_MEMORY;
}

av_status av_render_text(av_run *run, av_render render, av_value *out) {
    av_text text;
    AV_TRY(take_text(run, render, &text));
    av_render_drop(run, render);
    return av_string(&run->arena, text, out);
}

av_status av_render_fragment(av_run *run, av_render render, uint32_t format, av_value *out) {
    av_fragment *fragment = AV_NEW(&run->arena, av_fragment);
    if (!fragment) return AV_ERR_MEMORY;
    AV_TRY(take_text(run, render, &fragment->text));
    size_t count = run->mark_count > render.marks ? run->mark_count - render.marks : 0;
    av_mark *marks = AV_NEW_ARRAY(&run->arena, av_mark, count);
    if (!marks) return AV_ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        marks[i] = run->marks[render.marks + i];
        marks[i].offset -= render.text;
    }
    fragment->marks = marks;
    fragment->mark_count = count;
    av_render_drop(run, render);
    *out = (av_value){.kind = AV_FRAGMENT, .type = format, .as.fragment = fragment};
    return AV_OK;
}

/* ---- values as people read them */

static void put_member(const av_program *program, uint32_t enum_index, int64_t member,
                       av_buf *out) {
    const av_enum_member *m = av_program_member(program, enum_index, member);
    if (m != NULL) av_buf_put(out, m->label);
}

static void put_set(const av_program *program, av_value set, av_buf *out) {
    bool first = true;
    for (AV_EACH_MEMBER(m, set)) {
        if (!first) av_buf_puts(out, ", ");
        first = false;
        put_member(program, set.type, m, out);
    }
}

enum { FORMAT_DEPTH = 8 /**< records and lists nested deeper print as nothing */ };

static void put_value(const av_program *program, av_value value, bool data, unsigned depth,
                      av_buf *out);

static void put_record(const av_program *program, av_value value, bool data, unsigned depth,
                       av_buf *out) {
    if (value.type >= program->record_count) return;
    const av_record_type *type = &program->records[value.type];
    const av_record *record = value.as.record;
    if (type->key < record->count) {
        put_value(program, record->fields[type->key], data, depth + 1, out);
        return;
    }
    bool first = true;
    for (uint32_t i = 0; i < record->count && i < type->field_count; i++) {
        if (record->fields[i].kind == AV_NONE) continue;
        if (!first) av_buf_puts(out, ", ");
        first = false;
        av_buf_put(out, type->fields[i].name);
        av_buf_puts(out, ": ");
        put_value(program, record->fields[i], data, depth + 1, out);
    }
}

static void put_value(const av_program *program, av_value value, bool data, unsigned depth,
                      av_buf *out) {
    if (depth > FORMAT_DEPTH) return;
    switch ((av_kind)value.kind) {
    case AV_NONE: break;
    case AV_BOOL:
        if (data) av_buf_puts(out, value.as.integer ? "true" : "false");
        else av_buf_puts(out, value.as.integer ? "yes" : "no");
        break;
    case AV_INT:
    case AV_DECIMAL: av_decimal_format(av_as_decimal(value), out); break;
    case AV_MONEY: av_money_format(value.as.integer, value.type, out); break;
    case AV_STRING: av_buf_put(out, *value.as.string); break;
    case AV_FRAGMENT: av_buf_put(out, value.as.fragment->text); break;
    case AV_ENUM: put_member(program, value.type, value.as.integer, out); break;
    case AV_SET: put_set(program, value, out); break;
    case AV_LIST:
        for (size_t i = 0; i < value.as.list->count; i++) {
            if (i) av_buf_puts(out, ", ");
            put_value(program, value.as.list->items[i], data, depth + 1, out);
        }
        break;
    case AV_RECORD: put_record(program, value, data, depth, out); break;
    }
}

void av_render_format(const av_program *program, av_value value, bool data, av_buf *out) {
    put_value(program, value, data, 0, out);
}

av_status av_render_format_text(av_run *run, av_value value, av_text *out) {
    if (value.kind == AV_STRING) {
        *out = *value.as.string;
        return AV_OK;
    }
    av_buf buf;
    av_buf_init(&buf, &run->host, 0);
    av_render_format(run->program, value, false, &buf);
    av_status status = buf.status;
    if (status == AV_OK) {
        *out = av_arena_text(&run->arena, av_buf_text(&buf));
        if (!out->ptr) status = AV_ERR_MEMORY;
    }
    av_buf_free(&buf);
    return status;
}
