#include "syntax/fmt.h"

#include "syntax/fmt_print.h"

static void label(av_fmt *f, const av_ast *text) {
    if (text == NULL) return;
    av_fmt_put(f, " ");
    av_fmt_expr(f, text, 2);
}

static void flat(av_fmt *f, const av_ast *node) {
    av_fmt_expr(f, node, 0);
}

static uint32_t start_or(const av_ast *node, uint32_t otherwise) {
    return node != NULL ? node->span.start : otherwise;
}

/* The bracket that ends a declaration. */
static uint32_t closing(const av_ast *node) {
    return node->span.end - 1;
}

static void open_body(av_fmt *f, const av_ast *node, const av_ast *first) {
    if (first != NULL && first->span.start > f->place) f->place = node->name_span.end;
    av_fmt_open(f, " {", start_or(first, closing(node)));
}

/* ---- clauses */

static void names(av_fmt *f, const av_ast *first) {
    size_t width = 0;
    for (const av_ast *name = first; name != NULL; name = name->next) width += name->name.len + 2;
    bool one_line = av_fmt_column(f) + width <= AV_FMT_COLUMNS + 2;
    if (!one_line) f->indent += AV_FMT_INDENT;
    for (const av_ast *name = first; name != NULL; name = name->next) {
        if (!one_line) av_fmt_line(f);
        if (one_line && name != first) av_fmt_put(f, ", ");
        av_fmt_name(f, name->name);
    }
    if (!one_line) f->indent -= AV_FMT_INDENT;
}

static void texts(av_fmt *f, const av_ast *first) {
    for (const av_ast *text = first; text != NULL; text = text->next) {
        if (text != first) av_fmt_put(f, ", ");
        flat(f, text);
    }
}

static void because_below(av_fmt *f, const av_ast *because) {
    f->indent += AV_FMT_INDENT;
    av_fmt_line(f);
    av_fmt_put(f, "because ");
    flat(f, because);
    f->indent -= AV_FMT_INDENT;
}

/* `because` on the line if it fits, else on its own. */
static void because_after(av_fmt *f, const av_ast *because) {
    if (because == NULL) return;
    size_t before = f->out->len;
    av_fmt_put(f, " because ");
    if (av_fmt_try(f, because, 0)) return;
    av_buf_truncate(f->out, before);
    because_below(f, because);
}

static void claim(av_fmt *f, const av_ast *clause) {
    if (clause->flags & AV_AST_F_NOT) av_fmt_put(f, "not ");
    av_fmt_word(f, clause->word2);
    flat(f, clause->b);
    if (clause->c == NULL) return;
    av_fmt_put(f, clause->flags & AV_AST_F_NOT_CONTAINS ? " not contains " : " contains ");
    flat(f, clause->c);
}

/* `when` and `because` of a line, a veto or a secondary: beside it if both fit, else below it. */
static void conditions(av_fmt *f, const av_ast *when, const av_ast *because) {
    size_t before = f->out->len;
    bool fits = true;
    if (when != NULL) {
        av_fmt_put(f, " when ");
        fits = av_fmt_try(f, when, 0);
    }
    if (fits && because != NULL) {
        av_fmt_put(f, " because ");
        fits = av_fmt_try(f, because, 0);
    }
    if (fits) return;
    av_buf_truncate(f->out, before);
    f->indent += AV_FMT_INDENT;
    if (when != NULL) {
        av_fmt_line(f);
        av_fmt_put(f, "when ");
        flat(f, when);
    }
    f->indent -= AV_FMT_INDENT;
    if (because != NULL) because_below(f, because);
}

static void repair(av_fmt *f, const av_ast *clause) {
    av_fmt_put(f, "repair ");
    flat(f, clause->a);
    av_fmt_put(f, " = ");
    av_fmt_value(f, clause->b, 0);
    because_after(f, clause->c);
}

/* Texts on the line at hand while they fit, then on further lines, one level deeper. */
static void flowing(av_fmt *f, const av_ast *first) {
    f->indent += AV_FMT_INDENT;
    for (const av_ast *text = first; text != NULL; text = text->next) {
        size_t tail = text->next != NULL ? 1 : 0;
        size_t before = f->out->len;
        if (text != first) av_fmt_put(f, " ");
        if (!av_fmt_try(f, text, tail)) {
            av_buf_truncate(f->out, before);
            if (text != first) av_fmt_line(f);
            flat(f, text);
        }
        if (tail) av_fmt_put(f, ",");
    }
    f->indent -= AV_FMT_INDENT;
}

/* when denied or future says "a", "b" where n > 3 */
static void says(av_fmt *f, const av_ast *node) {
    av_fmt_put(f, "when ");
    for (const av_ast *cue = node->body; cue != NULL; cue = cue->next) {
        if (cue != node->body) av_fmt_put(f, "or ");
        av_fmt_name(f, cue->name);
        av_fmt_put(f, " ");
    }
    av_fmt_put(f, "says ");
    flowing(f, node->items);
    if (node->a == NULL) return;
    size_t before = f->out->len;
    av_fmt_put(f, " where ");
    if (av_fmt_try(f, node->a, 0)) return;
    av_buf_truncate(f->out, before);
    f->indent += AV_FMT_INDENT;
    av_fmt_line(f);
    av_fmt_put(f, "where ");
    flat(f, node->a);
    f->indent -= AV_FMT_INDENT;
}

static void cue_words(av_fmt *f, const av_ast *node) {
    av_fmt_word(f, node->word);
    if (node->a != NULL) {
        flat(f, node->a);
        av_fmt_put(f, " ");
    }
    flowing(f, node->items);
}

static void clause(av_fmt *f, const av_ast *node) {
    switch (node->word) {
    case AV_WORD_SAYS: says(f, node); break;
    case AV_WORD_PROSE:
        av_fmt_put(f, "prose ");
        flat(f, node->a);
        if (node->b != NULL) {
            av_fmt_put(f, " by ");
            av_fmt_name(f, node->b->name);
        }
        break;
    case AV_WORD_AHEAD:
    case AV_WORD_BEHIND:
    case AV_WORD_AROUND:
    case AV_WORD_UNTIL:
    case AV_WORD_WITHIN: cue_words(f, node); break;
    case AV_WORD_BETWEEN:
    case AV_WORD_SECTIONS:
        av_fmt_put(f, av_word_spelling((av_word)node->word));
        if (node->items != NULL) av_fmt_put(f, " ");
        names(f, node->items);
        while (f->out->len > 0 && f->out->ptr[f->out->len - 1] == ' ')
            av_buf_truncate(f->out, f->out->len - 1);
        break;
    case AV_WORD_PROVES:
    case AV_WORD_FROM:
        av_fmt_word(f, node->word);
        texts(f, node->items);
        break;
    case AV_WORD_FOR:
        av_fmt_put(f, "for ");
        flat(f, node->items);
        break;
    case AV_WORD_REPAIR: repair(f, node); break;
    case AV_WORD_SECONDARY:
        av_fmt_put(f, "secondary");
        conditions(f, node->a, node->c);
        break;
    case AV_WORD_EXPECT:
        av_fmt_put(f, "expect ");
        if (node->word2 != AV_NO_WORD) {
            claim(f, node);
            break;
        }
        flat(f, node->a);
        break;
    default: av_fmt_word(f, node->word); flat(f, node->a);
    }
}

/* `element`, when not NULL, follows the clauses; a condition must not run into it. */
static void clauses_before(av_fmt *f, const av_ast *first, const av_ast *element, uint32_t limit) {
    for (const av_ast *node = first; node != NULL; node = node->next) {
        av_fmt_begin(f, node->span.start, AV_FMT_KEEP);
        clause(f, node);
        bool runs_on = node->next == NULL && element != NULL && node->word == AV_WORD_WHEN;
        if (runs_on && av_fmt_needs_separator(f, element)) av_fmt_put(f, ",");
        av_fmt_finish(f, node->span.end, start_or(node->next, limit));
    }
}

static void clauses(av_fmt *f, const av_ast *first, uint32_t limit) {
    clauses_before(f, first, NULL, limit);
}

/* A clause that holds nothing but the expression `value`, at the end of a body. */
static void template_below(av_fmt *f, const av_ast *template, uint32_t limit) {
    if (template == NULL) return;
    av_fmt_begin(f, template->span.start, AV_FMT_KEEP);
    av_fmt_template(f, template);
    av_fmt_finish(f, template->span.end, limit);
}

static void with_clauses(av_fmt *f, const av_ast *node) {
    const av_ast *first = node->items != NULL ? node->items : node->b;
    open_body(f, node, first);
    clauses(f, node->items, start_or(node->b, closing(node)));
    template_below(f, node->b, closing(node));
    av_fmt_close(f, "}", closing(node));
}

/* ---- items of bodies */

static void case_item(av_fmt *f, const av_ast *node, uint32_t limit) {
    av_fmt_begin(f, node->span.start, AV_FMT_KEEP);
    if (node->flags & AV_AST_F_OVERRIDE) av_fmt_put(f, "override ");
    av_fmt_put(f, node->flags & AV_AST_F_OTHERWISE ? "otherwise " : "case ");
    flat(f, node->a);
    if (node->name.len > 0) {
        av_fmt_put(f, " as ");
        av_fmt_name(f, node->name);
    }
    uint32_t end = node->name.len > 0 ? node->name_span.end : node->a->span.end;
    av_fmt_finish(f, end, start_or(node->items, limit));
    f->indent += AV_FMT_INDENT;
    clauses(f, node->items, limit);
    f->indent -= AV_FMT_INDENT;
}

static void case_body(av_fmt *f, const av_ast *node) {
    open_body(f, node, node->items);
    for (const av_ast *item = node->items; item != NULL; item = item->next) {
        case_item(f, item, start_or(item->next, closing(node)));
    }
    av_fmt_close(f, "}", closing(node));
}

static void members(av_fmt *f, const av_ast *node) {
    open_body(f, node, node->items);
    size_t name_width = 0, label_width = 0;
    for (const av_ast *member = node->items; member != NULL; member = member->next) {
        size_t width = member->c != NULL ? av_utf8_columns(av_fmt_source(f, member->c)) : 0;
        if (member->name.len > name_width) name_width = member->name.len;
        if (width > label_width && member->items != NULL) label_width = width;
    }
    for (const av_ast *member = node->items; member != NULL; member = member->next) {
        av_fmt_begin(f, member->span.start, AV_FMT_KEEP);
        av_fmt_name(f, member->name);
        size_t width = 0;
        if (member->c != NULL || member->items != NULL) {
            av_buf_fill(f->out, ' ', name_width - member->name.len + (member->c != NULL ? 1 : 0));
        }
        if (member->c != NULL) {
            width = av_utf8_columns(av_fmt_source(f, member->c));
            flat(f, member->c);
        }
        if (member->items != NULL) {
            if (label_width > width)
                av_buf_fill(f->out, ' ', label_width - width + (member->c == NULL ? 1 : 0));
            av_fmt_put(f, " also ");
            texts(f, member->items);
        }
        av_fmt_finish(f, member->span.end, start_or(member->next, closing(node)));
    }
    av_fmt_close(f, "}", closing(node));
}

/* A field of a record or a parameter. */
static void typed_name(av_fmt *f, const av_ast *node) {
    if (node->flags & AV_AST_F_KEY) av_fmt_put(f, "key ");
    av_fmt_name(f, node->name);
    av_fmt_put(f, ": ");
    flat(f, node->type);
    if (node->a == NULL) return;
    av_fmt_put(f, " = ");
    av_fmt_expr(f, node->a, 0);
}

static void fields(av_fmt *f, const av_ast *node) {
    open_body(f, node, node->items);
    for (const av_ast *field = node->items; field != NULL; field = field->next) {
        av_fmt_begin(f, field->span.start, AV_FMT_KEEP);
        typed_name(f, field);
        if (field->c != NULL) {
            av_fmt_put(f, " as ");
            flat(f, field->c);
        }
        av_fmt_finish(f, field->span.end, start_or(field->next, closing(node)));
    }
    av_fmt_close(f, "}", closing(node));
}

static void option_line(av_fmt *f, const av_ast *node) {
    if (node->kind == AV_AST_CLAUSE) {
        clause(f, node);
        return;
    }
    if (node->flags & AV_AST_F_OVERRIDE) av_fmt_put(f, "override ");
    if (node->flags & AV_AST_F_VETO) {
        av_fmt_put(f, "veto ");
    } else {
        bool negative = node->a->name.len > 0 && node->a->name.ptr[0] == '-';
        if (!negative) av_fmt_put(f, "+");
        av_fmt_name(f, node->a->name);
        av_fmt_put(f, " ");
    }
    av_fmt_name(f, node->name);
    conditions(f, node->b, node->c);
}

static void option(av_fmt *f, const av_ast *node, uint32_t limit) {
    av_fmt_begin(f, node->span.start, AV_FMT_KEEP);
    if (node->flags & AV_AST_F_OVERRIDE) av_fmt_put(f, "override ");
    av_fmt_put(f, "option ");
    av_fmt_name(f, node->name);
    open_body(f, node, node->items);
    for (const av_ast *line = node->items; line != NULL; line = line->next) {
        av_fmt_begin(f, line->span.start, AV_FMT_KEEP);
        option_line(f, line);
        av_fmt_finish(f, line->span.end, start_or(line->next, closing(node)));
    }
    av_fmt_close(f, "}", closing(node));
    av_fmt_finish(f, node->span.end, limit);
}

static void matrix_body(av_fmt *f, const av_ast *node) {
    const av_ast *last = node->a;
    const av_ast *first = node->items != NULL ? node->items : last;
    open_body(f, node, first);
    for (const av_ast *item = node->items; item != NULL; item = item->next) {
        uint32_t limit = closing(node);
        if (item->next != NULL) {
            limit = item->next->span.start;
        } else if (last != NULL && last->span.start > item->span.start) {
            limit = last->span.start;
        }
        option(f, item, limit);
    }
    if (last != NULL) {
        av_fmt_begin(f, last->span.start, AV_FMT_KEEP);
        av_fmt_put(f, "secondary from ");
        flat(f, last);
        av_fmt_finish(f, last->span.end, closing(node));
    }
    av_fmt_close(f, "}", closing(node));
}

static void parameters(av_fmt *f, const av_ast *node, size_t tail) {
    const av_ast *first = node->items;
    size_t before = f->out->len;
    uint32_t end = node->type != NULL ? node->type->span.start : node->span.end;
    bool one_line = !av_fmt_has_comment(f, (av_span){.start = node->name_span.end, .end = end});
    av_fmt_put(f, "(");
    for (const av_ast *param = first; param != NULL; param = param->next) {
        if (param != first) av_fmt_put(f, ", ");
        typed_name(f, param);
    }
    av_fmt_put(f, ")");
    if (one_line && av_fmt_column(f) + tail <= AV_FMT_COLUMNS) return;
    av_buf_truncate(f->out, before);
    av_fmt_open(f, "(", first->span.start);
    for (const av_ast *param = first; param != NULL; param = param->next) {
        av_fmt_begin(f, param->span.start, AV_FMT_KEEP);
        typed_name(f, param);
        if (param->next != NULL) av_fmt_put(f, ",");
        av_fmt_finish(f, param->span.end, start_or(param->next, end));
    }
    av_fmt_close(f, ")", f->place);
}

static void hit(av_fmt *f, uint16_t flags) {
    if (flags & AV_AST_F_HIT_UNIQUE) av_fmt_put(f, " hit unique");
    if (flags & AV_AST_F_HIT_FIRST) av_fmt_put(f, " hit first");
    if (flags & AV_AST_F_HIT_PRIORITY) av_fmt_put(f, " hit priority");
    if (flags & AV_AST_F_HIT_ANY) av_fmt_put(f, " hit any");
    if (flags & AV_AST_F_HIT_COLLECT) av_fmt_put(f, " hit collect");
}

static void table(av_fmt *f, const av_ast *node) {
    if (node->items != NULL) parameters(f, node, 30);
    if (node->type != NULL) {
        av_fmt_put(f, ": ");
        flat(f, node->type);
        label(f, node->c);
        hit(f, node->flags);
    }
    av_ast header = {.kind = AV_AST_ROW, .a = node->a, .b = node->b};
    const av_ast *first = node->a != NULL ? node->a : node->body;
    if (node->a != NULL) {
        header.span = node->a->span;
        header.span.end = node->b->span.end;
    }
    open_body(f, node, first);
    av_fmt_rows(f, node->a != NULL ? &header : NULL, node->body, closing(node));
    av_fmt_close(f, "}", closing(node));
}

static void derive(av_fmt *f, const av_ast *node) {
    av_fmt_name(f, node->name);
    av_fmt_put(f, "/");
    av_fmt_name(f, node->a->name);
    label(f, node->c);
    open_body(f, node, node->items != NULL ? node->items : node->body);
    clauses_before(f, node->items, node->body, start_or(node->body, closing(node)));
    av_fmt_elements(f, node->body, ',', false, closing(node));
    av_fmt_close(f, "}", closing(node));
}

/* Words of a class: as many on a line as fit; one on a line where comments stand between them. */
static void class_words(av_fmt *f, const av_ast *node) {
    open_body(f, node, node->items);
    bool apart = av_fmt_has_comment(
        f, (av_span){.start = start_or(node->items, node->span.end), .end = closing(node)});
    if (apart || node->items == NULL) {
        for (const av_ast *text = node->items; text != NULL; text = text->next) {
            av_fmt_begin(f, text->span.start, AV_FMT_KEEP);
            flat(f, text);
            av_fmt_finish(f, text->span.end, start_or(text->next, closing(node)));
        }
    } else {
        av_fmt_begin(f, node->items->span.start, AV_FMT_KEEP);
        unsigned indent = f->indent;
        f->indent -= AV_FMT_INDENT; /* further lines stand below the first */
        flowing(f, node->items);
        f->indent = indent;
        const av_ast *last = node->items;
        while (last->next != NULL) last = last->next;
        av_fmt_finish(f, last->span.end, closing(node));
    }
    av_fmt_close(f, "}", closing(node));
}

/* ---- declarations */

static void definition(av_fmt *f, const av_ast *node);

static void headed(av_fmt *f, const av_ast *node) {
    av_fmt_name(f, node->name);
    if (node->type != NULL) {
        av_fmt_put(f, ": ");
        flat(f, node->type);
    }
    label(f, node->c);
}

static void constant(av_fmt *f, const av_ast *node) {
    headed(f, node);
    av_fmt_put(f, " = ");
    av_fmt_value(f, node->a, 0);
    because_after(f, node->b);
}

static void function(av_fmt *f, const av_ast *node) {
    av_fmt_name(f, node->name);
    if (node->items != NULL) {
        parameters(f, node, 24);
    } else {
        av_fmt_put(f, "()");
    }
    av_fmt_put(f, ": ");
    flat(f, node->type);
    av_fmt_put(f, " = ");
    av_fmt_value(f, node->a, 0);
}

static const char *keyword(av_ast_kind kind) {
    switch (kind) {
    case AV_AST_ENUM: return "enum ";
    case AV_AST_RECORD: return "record ";
    case AV_AST_CONST: return "const ";
    case AV_AST_FUNC: return "func ";
    case AV_AST_FACT: return "fact ";
    case AV_AST_INFER: return "infer ";
    case AV_AST_CONFLICT: return "conflict ";
    case AV_AST_DECISION: return "decision ";
    case AV_AST_MATRIX: return "matrix ";
    case AV_AST_TABLE: return "table ";
    case AV_AST_COLLECTION: return "collection ";
    case AV_AST_DERIVE: return "derive ";
    case AV_AST_CHECK: return "check ";
    case AV_AST_SECTION: return "section ";
    case AV_AST_DOCUMENT: return "document ";
    case AV_AST_EMIT: return "emit ";
    case AV_AST_SIGNAL: return "signal ";
    case AV_AST_WORDS: return "words ";
    case AV_AST_CUE: return "cue ";
    case AV_AST_TEST: return "test ";
    case AV_AST_OVERRIDE: return "override ";
    case AV_AST_EXTEND: return "extend ";
    case AV_AST_USE: return "use ";
    default: return "";
    }
}

static void definition(av_fmt *f, const av_ast *node) {
    av_fmt_put(f, keyword((av_ast_kind)node->kind));
    switch ((av_ast_kind)node->kind) {
    case AV_AST_USE: names(f, node->items); break;
    case AV_AST_ENUM:
        av_fmt_name(f, node->name);
        label(f, node->c);
        if (node->flags & AV_AST_F_ORDERED) av_fmt_put(f, " ordered");
        members(f, node);
        break;
    case AV_AST_RECORD:
        headed(f, node);
        if (node->flags & AV_AST_F_BY_KEY) av_fmt_put(f, " by key");
        fields(f, node);
        break;
    case AV_AST_CONST: constant(f, node); break;
    case AV_AST_FUNC: function(f, node); break;
    case AV_AST_FACT:
        headed(f, node);
        if (node->items != NULL) with_clauses(f, node);
        break;
    case AV_AST_COLLECTION: headed(f, node); break;
    case AV_AST_INFER:
    case AV_AST_DECISION:
    case AV_AST_SIGNAL:
        headed(f, node);
        case_body(f, node);
        break;
    case AV_AST_WORDS:
        headed(f, node);
        class_words(f, node);
        break;
    case AV_AST_MATRIX:
        headed(f, node);
        matrix_body(f, node);
        break;
    case AV_AST_TABLE:
        av_fmt_name(f, node->name);
        table(f, node);
        break;
    case AV_AST_DERIVE: derive(f, node); break;
    case AV_AST_CONFLICT:
    case AV_AST_CHECK:
    case AV_AST_SECTION:
    case AV_AST_DOCUMENT:
    case AV_AST_EMIT:
    case AV_AST_CUE:
        headed(f, node);
        with_clauses(f, node);
        break;
    case AV_AST_TEST:
        flat(f, node->c);
        with_clauses(f, node);
        break;
    case AV_AST_OVERRIDE:
    case AV_AST_EXTEND: definition(f, node->a); break;
    default: break;
    }
}

/* Declarations without a body stay together where the source has them so; the rest stand apart. */
static bool has_no_body(const av_ast *node) {
    switch (node->kind) {
    case AV_AST_USE:
    case AV_AST_CONST:
    case AV_AST_FUNC:
    case AV_AST_COLLECTION: return true;
    case AV_AST_FACT: return node->items == NULL;
    default: return false;
    }
}

static void file(av_fmt *f, const av_ast *node) {
    uint32_t end = (uint32_t)f->text.len;
    bool apart = false;
    if (node->name.len > 0) {
        av_fmt_begin(f, node->name_span.start, AV_FMT_KEEP);
        av_fmt_put(f, "module ");
        av_fmt_name(f, node->name);
        av_fmt_finish(f, node->name_span.end, start_or(node->items, end));
        apart = true;
    }
    for (const av_ast *item = node->items; item != NULL; item = item->next) {
        bool alone = !has_no_body(item);
        if (f->out->len > 0) av_fmt_comments_below(f, item->span.start);
        av_fmt_begin(f, item->span.start, apart || alone ? AV_FMT_ONE : AV_FMT_KEEP);
        definition(f, item);
        apart = alone;
        av_fmt_finish(f, item->span.end, start_or(item->next, end));
    }
    av_fmt_comments(f, end, AV_FMT_KEEP);
    if (f->out->len > 0) av_buf_putc(f->out, '\n');
}

av_status av_format_file(av_arena *arena, const av_sources *sources, uint16_t source,
                         const av_syntax *syntax, av_buf *out) {
    if (syntax->has_errors) return AV_ERR_INPUT;
    av_buf text;
    av_buf_init(&text, &out->host, 0);
    av_fmt f = {.arena = arena,
                .out = &text,
                .text = sources->items[source].text,
                .comments = syntax->comments,
                .comment_count = syntax->comment_count};
    av_buf_init(&f.flat, &out->host, 0);
    file(&f, syntax->file);
    av_status status = text.status != AV_OK ? text.status : f.flat.status;
    if (status == AV_OK) {
        av_buf_put(out, av_buf_text(&text));
        status = out->status;
    }
    av_buf_free(&text);
    av_buf_free(&f.flat);
    return status;
}
