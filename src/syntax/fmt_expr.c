#include "syntax/fmt_print.h"

#include <string.h>

/* ---- on one line */

static const char *op_text(uint8_t op) {
    switch (op) {
    case AV_OP_OR: return " or ";
    case AV_OP_AND: return " and ";
    case AV_OP_EQ: return " == ";
    case AV_OP_NE: return " != ";
    case AV_OP_LT: return " < ";
    case AV_OP_LE: return " <= ";
    case AV_OP_GT: return " > ";
    case AV_OP_GE: return " >= ";
    case AV_OP_IN: return " in ";
    case AV_OP_NOT_IN: return " not in ";
    case AV_OP_ADD: return " + ";
    case AV_OP_SUB: return " - ";
    case AV_OP_MUL: return " * ";
    case AV_OP_DIV: return " / ";
    case AV_OP_MOD: return " % ";
    case AV_OP_ELSE_IF_NONE: return " \?\? ";
    default: return " ";
    }
}

static bool flat_text(av_fmt *f, const char *text) {
    av_buf_puts(&f->flat, text);
    return true;
}

static bool flat_name(av_fmt *f, av_text name) {
    av_buf_put(&f->flat, name);
    /* No line takes more bytes than four for each column. */
    return f->unlimited || f->flat.len <= (size_t)AV_FMT_COLUMNS * 4;
}

static bool flat_list(av_fmt *f, const av_ast *first, const char *separator) {
    for (const av_ast *item = first; item != NULL; item = item->next) {
        if (item != first) flat_text(f, separator);
        if (!av_fmt_flat(f, item)) return false;
    }
    return true;
}

static bool flat_bracketed(av_fmt *f, const av_ast *node, const char *open, const char *separator,
                           const char *close, const char *empty) {
    if (av_fmt_has_comment(f, node->span)) return false;
    if (node->items == NULL) return flat_text(f, empty);
    return flat_text(f, open) && flat_list(f, node->items, separator) && flat_text(f, close);
}

static bool flat_pair(av_fmt *f, const av_ast *a, const char *between, const av_ast *b) {
    return av_fmt_flat(f, a) && flat_text(f, between) && av_fmt_flat(f, b);
}

static bool flat_source(av_fmt *f, const av_ast *node) {
    av_text text = av_fmt_source(f, node);
    if (!f->unlimited && av_text_find(text, AV_TEXT("\n"), 0) != SIZE_MAX) return false;
    return flat_name(f, text);
}

static bool flat_loop(av_fmt *f, const av_ast *node) {
    for (const av_ast *generator = node->items; generator != NULL; generator = generator->next) {
        flat_text(f, generator == node->items ? "for " : " for ");
        if (!av_fmt_flat(f, generator)) return false;
    }
    if (node->b != NULL && !(flat_text(f, " sort by ") && av_fmt_flat(f, node->b))) return false;
    if (node->flags & AV_AST_F_DESCENDING) flat_text(f, " descending");
    return node->a == NULL || (flat_text(f, " yield ") && av_fmt_flat(f, node->a));
}

static bool flat_generator(av_fmt *f, const av_ast *node) {
    if (!flat_name(f, node->name)) return false;
    if (node->type != NULL && !(flat_text(f, " at ") && av_fmt_flat(f, node->type))) return false;
    if (!(flat_text(f, " in ") && av_fmt_flat(f, node->a))) return false;
    return node->b == NULL || (flat_text(f, " where ") && av_fmt_flat(f, node->b));
}

static bool flat_row(av_fmt *f, const av_ast *row) {
    return flat_text(f, "| ") && flat_list(f, row->items, " | ") && flat_text(f, " | ");
}

static bool flat_rows(av_fmt *f, const av_ast *node) {
    if (!f->unlimited) return false;
    flat_text(f, "rows { ");
    bool fits = flat_row(f, node->a);
    for (const av_ast *row = node->items; row != NULL; row = row->next)
        fits = fits && flat_row(f, row);
    return fits && flat_text(f, "}");
}

static bool flat_head(av_fmt *f, const av_ast *node) {
    if (node->kind == AV_AST_WITH) return av_fmt_flat(f, node->a) && flat_text(f, " with ");
    if (node->a != NULL) return av_fmt_flat(f, node->a) && flat_text(f, " ");
    return node->name.len == 0 || (flat_name(f, node->name) && flat_text(f, " "));
}

static bool flat_bare(av_fmt *f, const av_ast *node) {
    switch ((av_ast_kind)node->kind) {
    case AV_AST_NAME:
    case AV_AST_INT:
    case AV_AST_DECIMAL:
    case AV_AST_MONEY: return flat_name(f, node->name);
    case AV_AST_BOOL: return flat_text(f, node->flags & AV_AST_F_TRUE ? "true" : "false");
    case AV_AST_NONE: return flat_text(f, "none");
    case AV_AST_TEXT:
    case AV_AST_TEMPLATE: return flat_source(f, node);
    case AV_AST_UNARY:
        return flat_text(f, node->op == AV_OP_NOT ? "not " : "-") && av_fmt_flat(f, node->a);
    case AV_AST_BINARY: return flat_pair(f, node->a, op_text(node->op), node->b);
    case AV_AST_RANGE: return flat_pair(f, node->a, "..", node->b);
    case AV_AST_GET:
        return av_fmt_flat(f, node->a) && flat_text(f, ".") && flat_name(f, node->name);
    case AV_AST_LOOKUP: return flat_pair(f, node->a, "[", node->b) && flat_text(f, "]");
    case AV_AST_CALL:
        return flat_name(f, node->name) && flat_bracketed(f, node, "(", ", ", ")", "()");
    case AV_AST_ARGUMENT:
    case AV_AST_INIT:
        if (node->name.len > 0 && !(flat_name(f, node->name) && flat_text(f, ": "))) return false;
        return av_fmt_flat(f, node->a);
    case AV_AST_IF:
        return flat_text(f, "if ") && flat_pair(f, node->a, " then ", node->b) &&
               flat_text(f, " else ") && av_fmt_flat(f, node->c);
    case AV_AST_LET:
        return flat_text(f, "let ") && flat_name(f, node->name) && flat_text(f, " = ") &&
               flat_pair(f, node->a, " in ", node->b);
    case AV_AST_LIST: return flat_bracketed(f, node, "[", ", ", "]", "[]");
    case AV_AST_ELEMENT: return flat_pair(f, node->a, " when ", node->b);
    case AV_AST_RECORD_LITERAL:
    case AV_AST_WITH: return flat_head(f, node) && flat_bracketed(f, node, "{ ", ", ", " }", "{}");
    case AV_AST_ROWS: return flat_rows(f, node);
    case AV_AST_FOR: return flat_loop(f, node);
    case AV_AST_GENERATOR: return flat_generator(f, node);
    case AV_AST_SOME:
    case AV_AST_EVERY:
        return flat_text(f, node->kind == AV_AST_SOME ? "some " : "every ") &&
               flat_pair(f, node->items, " satisfies ", node->a);
    case AV_AST_ANY: return flat_bracketed(f, node, "any { ", "; ", " }", "any {}");
    case AV_AST_ALL: return flat_bracketed(f, node, "all { ", "; ", " }", "all {}");
    case AV_AST_AT_LEAST:
        return flat_text(f, "at least ") && av_fmt_flat(f, node->a) &&
               flat_bracketed(f, node, " of { ", "; ", " }", " of {}");
    case AV_AST_GROUP:
        return flat_text(f, "group ") && flat_name(f, node->name) && flat_text(f, " in ") &&
               flat_pair(f, node->a, " by ", node->b);
    case AV_AST_ANY_CELL: return flat_text(f, "-");
    case AV_AST_COMPARE: return flat_text(f, op_text(node->op) + 1) && av_fmt_flat(f, node->a);
    case AV_AST_NOT_CELL: return flat_text(f, "not ") && av_fmt_flat(f, node->a);
    case AV_AST_OR_CELL: return flat_list(f, node->items, ", ");
    case AV_AST_PATH: return flat_list(f, node->items, "/");
    case AV_AST_TYPE_NAME:
        return flat_name(f, node->name) &&
               (node->a == NULL || (flat_text(f, " ") && flat_pair(f, node->a, "..", node->b)));
    case AV_AST_TYPE_LIST: return flat_text(f, "list of ") && av_fmt_flat(f, node->a);
    case AV_AST_TYPE_SET: return flat_text(f, "set of ") && av_fmt_flat(f, node->a);
    case AV_AST_TYPE_OPTION: return flat_text(f, "option of ") && av_fmt_flat(f, node->a);
    case AV_AST_TYPE_REF: return flat_text(f, "ref ") && flat_name(f, node->name);
    default: return false;
    }
}

static bool in_parentheses(const av_ast *node) {
    return (node->flags & AV_AST_F_PARENTHESES) && node->kind != AV_AST_NAME;
}

bool av_fmt_flat(av_fmt *f, const av_ast *node) {
    if (!f->unlimited && f->flat.len > (size_t)AV_FMT_COLUMNS * 4) return false;
    if (!in_parentheses(node)) return flat_bare(f, node);
    return flat_text(f, "(") && flat_bare(f, node) && flat_text(f, ")");
}

bool av_fmt_try(av_fmt *f, const av_ast *node, size_t tail) {
    av_buf_clear(&f->flat);
    if (!av_fmt_flat(f, node)) return false;
    av_text text = av_buf_text(&f->flat);
    if (av_fmt_column(f) + av_utf8_columns(text) + tail > AV_FMT_COLUMNS) return false;
    av_buf_put(f->out, text);
    return true;
}

/* ---- on several lines */

static bool opens_bracket(const av_ast *node) {
    if (in_parentheses(node)) return false;
    switch (node->kind) {
    case AV_AST_LIST:
    case AV_AST_RECORD_LITERAL:
    case AV_AST_WITH:
    case AV_AST_ANY:
    case AV_AST_ALL:
    case AV_AST_AT_LEAST:
    case AV_AST_CALL:
    case AV_AST_ROWS:
    case AV_AST_TEXT: return true;
    default: return false;
    }
}

void av_fmt_value(av_fmt *f, const av_ast *node, size_t tail) {
    if (av_fmt_try(f, node, tail)) return;
    size_t before = f->out->len, line = f->line;
    bool hugs = opens_bracket(node);
    if (!hugs || node->kind == AV_AST_CALL) {
        while (f->out->len > line && f->out->ptr[f->out->len - 1] == ' ')
            av_buf_truncate(f->out, f->out->len - 1);
        f->indent += AV_FMT_INDENT;
        av_fmt_line(f);
        bool done = hugs ? av_fmt_try(f, node, tail) : (av_fmt_expr(f, node, tail), true);
        f->indent -= AV_FMT_INDENT;
        if (done) return;
        av_buf_truncate(f->out, before - 1);
        f->line = line;
        av_fmt_put(f, " ");
    }
    av_fmt_expr(f, node, tail);
}

/* What the printed form of a node begins with, where that matters. */
static const av_ast *leftmost(const av_ast *node) {
    for (;;) {
        if (in_parentheses(node)) return node;
        switch (node->kind) {
        case AV_AST_BINARY:
        case AV_AST_GET:
        case AV_AST_LOOKUP:
        case AV_AST_WITH:
        case AV_AST_ELEMENT: node = node->a; break;
        default: return node;
        }
    }
}

bool av_fmt_needs_separator(const av_fmt *f, const av_ast *node) {
    const av_ast *first = leftmost(node);
    if (in_parentheses(first)) return false;
    if (first->kind == AV_AST_UNARY && first->op == AV_OP_NEGATE) return true;
    if (first->kind != AV_AST_RECORD_LITERAL || first->name.len > 0 || first->a != NULL)
        return false;
    char last = f->out->len > 0 ? f->out->ptr[f->out->len - 1] : 0;
    return last != '}' && last != ')' && last != ']';
}

void av_fmt_elements(av_fmt *f, const av_ast *first, char separator, bool always, uint32_t end) {
    for (const av_ast *item = first; item != NULL; item = item->next) {
        av_fmt_begin(f, item->span.start, AV_FMT_KEEP);
        av_fmt_expr(f, item, 1);
        if (item->next != NULL && (always || av_fmt_needs_separator(f, item->next)))
            av_buf_putc(f->out, separator);
        av_fmt_finish(f, item->span.end, item->next != NULL ? item->next->span.start : end);
    }
}

static void bracketed(av_fmt *f, const av_ast *node, const char *open, char separator,
                      const char *close) {
    uint32_t end = node->span.end - 1;
    if (in_parentheses(node)) {
        /* The span is that of the parentheses; the bracket is the last mark within. */
        while (end > node->span.start && f->text.ptr[end] != *close) end--;
    }
    av_fmt_open(f, open, node->items != NULL ? node->items->span.start : end);
    av_fmt_elements(f, node->items, separator, node->kind == AV_AST_CALL, end);
    av_fmt_close(f, close, end);
}

static void continued(av_fmt *f, const char *text) {
    f->indent += AV_FMT_INDENT;
    av_fmt_line(f);
    av_fmt_put(f, text);
}

/* The operands of a chain of one operator, each but the first on its own line. Left-nested, so the
 * first comes out by going down; the depth is that of the tree, hence bounded. */
static void chain(av_fmt *f, const av_ast *node, size_t tail) {
    const av_ast *left = node->a;
    if (left->kind == AV_AST_BINARY && left->op == node->op && !in_parentheses(left)) {
        chain(f, left, 0);
    } else {
        av_fmt_expr(f, left, 0);
    }
    f->indent += AV_FMT_INDENT;
    av_fmt_line(f);
    av_fmt_put(f, op_text(node->op) + 1);
    av_fmt_expr(f, node->b, tail);
    f->indent -= AV_FMT_INDENT;
}

static void binary(av_fmt *f, const av_ast *node, size_t tail) {
    switch (node->op) {
    case AV_OP_OR:
    case AV_OP_AND:
    case AV_OP_ADD:
    case AV_OP_SUB:
    case AV_OP_MUL:
    case AV_OP_ELSE_IF_NONE: chain(f, node, tail); break;
    default:
        av_fmt_expr(f, node->a, tail);
        av_fmt_put(f, op_text(node->op));
        av_fmt_expr(f, node->b, tail);
    }
}

static void loop(av_fmt *f, const av_ast *node, size_t tail) {
    av_fmt_put(f, "for ");
    av_fmt_expr(f, node->items, 0);
    f->indent += AV_FMT_INDENT;
    for (const av_ast *generator = node->items->next; generator != NULL;
         generator = generator->next) {
        av_fmt_line(f);
        av_fmt_put(f, "for ");
        av_fmt_expr(f, generator, 0);
    }
    if (node->b != NULL) {
        av_fmt_line(f);
        av_fmt_put(f, "sort by ");
        av_fmt_expr(f, node->b, 0);
        if (node->flags & AV_AST_F_DESCENDING) av_fmt_put(f, " descending");
    }
    if (node->a != NULL) {
        av_fmt_line(f);
        av_fmt_put(f, "yield ");
        av_fmt_expr(f, node->a, tail);
    }
    f->indent -= AV_FMT_INDENT;
}

static void generator(av_fmt *f, const av_ast *node) {
    av_fmt_name(f, node->name);
    if (node->type != NULL) {
        av_fmt_put(f, " at ");
        av_fmt_name(f, node->type->name);
    }
    av_fmt_put(f, " in ");
    av_fmt_expr(f, node->a, 0);
    if (node->b == NULL) return;
    continued(f, "where ");
    av_fmt_expr(f, node->b, 0);
    f->indent -= AV_FMT_INDENT;
}

static void conditional(av_fmt *f, const av_ast *node, size_t tail) {
    /* At the start of a line the branches stand under each other. */
    unsigned deeper = av_fmt_column(f) == f->indent ? 0 : AV_FMT_INDENT;
    f->indent += deeper;
    for (const av_ast *at = node;; at = at->c) {
        if (at != node) {
            av_fmt_line(f);
            av_fmt_put(f, "else ");
        }
        if (at->kind != AV_AST_IF || (at != node && in_parentheses(at))) {
            av_fmt_expr(f, at, tail);
            break;
        }
        av_fmt_put(f, "if ");
        av_fmt_expr(f, at->a, 5);
        av_fmt_put(f, " then ");
        av_fmt_expr(f, at->b, 0);
    }
    f->indent -= deeper;
}

static void record(av_fmt *f, const av_ast *node) {
    if (node->kind == AV_AST_WITH) {
        av_fmt_expr(f, node->a, 7);
        av_fmt_put(f, " with ");
    } else if (node->a != NULL) {
        av_fmt_expr(f, node->a, 2);
        av_fmt_put(f, " ");
    } else if (node->name.len > 0) {
        av_fmt_name(f, node->name);
        av_fmt_put(f, " ");
    }
    bracketed(f, node, "{", ',', "}");
}

static av_text unlimited_text(av_fmt *f, const av_ast *node,
                              bool (*flat)(av_fmt *f, const av_ast *node)) {
    av_buf_clear(&f->flat);
    f->unlimited = true;
    bool done = flat(f, node);
    f->unlimited = false;
    return done ? av_buf_text(&f->flat) : (av_text){0};
}

static void broken(av_fmt *f, const av_ast *node, size_t tail) {
    switch ((av_ast_kind)node->kind) {
    case AV_AST_UNARY:
        av_fmt_put(f, node->op == AV_OP_NOT ? "not " : "-");
        av_fmt_expr(f, node->a, tail);
        break;
    case AV_AST_BINARY: binary(f, node, tail); break;
    case AV_AST_RANGE:
        av_fmt_expr(f, node->a, 0);
        av_fmt_put(f, "..");
        av_fmt_expr(f, node->b, tail);
        break;
    case AV_AST_GET:
        av_fmt_expr(f, node->a, node->name.len + 1);
        av_fmt_put(f, ".");
        av_fmt_name(f, node->name);
        break;
    case AV_AST_LOOKUP:
        av_fmt_expr(f, node->a, 0);
        av_fmt_put(f, "[");
        av_fmt_expr(f, node->b, 1);
        av_fmt_put(f, "]");
        break;
    case AV_AST_CALL:
        av_fmt_name(f, node->name);
        bracketed(f, node, "(", ',', ")");
        break;
    case AV_AST_ARGUMENT:
    case AV_AST_INIT:
        if (node->name.len > 0) {
            av_fmt_name(f, node->name);
            av_fmt_put(f, ": ");
        }
        av_fmt_expr(f, node->a, tail);
        break;
    case AV_AST_IF: conditional(f, node, tail); break;
    case AV_AST_LET:
        av_fmt_put(f, "let ");
        av_fmt_name(f, node->name);
        av_fmt_put(f, " = ");
        av_fmt_value(f, node->a, 3);
        av_fmt_put(f, " in");
        av_fmt_line(f);
        if (node->b->kind == AV_AST_LET && !in_parentheses(node->b)) {
            broken(f, node->b, tail);
        } else {
            av_fmt_expr(f, node->b, tail);
        }
        break;
    case AV_AST_LIST: bracketed(f, node, "[", ',', "]"); break;
    case AV_AST_ELEMENT:
        av_fmt_expr(f, node->a, 0);
        continued(f, "when ");
        av_fmt_expr(f, node->b, tail);
        f->indent -= AV_FMT_INDENT;
        break;
    case AV_AST_RECORD_LITERAL:
    case AV_AST_WITH: record(f, node); break;
    case AV_AST_ROWS: {
        uint32_t end = node->span.end - 1;
        av_fmt_open(f, "rows {", node->a->span.start);
        av_fmt_rows(f, node->a, node->items, end);
        av_fmt_close(f, "}", end);
        break;
    }
    case AV_AST_FOR: loop(f, node, tail); break;
    case AV_AST_GENERATOR: generator(f, node); break;
    case AV_AST_SOME:
    case AV_AST_EVERY:
        av_fmt_put(f, node->kind == AV_AST_SOME ? "some " : "every ");
        av_fmt_expr(f, node->items, 0);
        continued(f, "satisfies ");
        av_fmt_expr(f, node->a, tail);
        f->indent -= AV_FMT_INDENT;
        break;
    case AV_AST_ANY: bracketed(f, node, "any {", ';', "}"); break;
    case AV_AST_ALL: bracketed(f, node, "all {", ';', "}"); break;
    case AV_AST_AT_LEAST:
        av_fmt_put(f, "at least ");
        av_fmt_expr(f, node->a, 5);
        bracketed(f, node, " of {", ';', "}");
        break;
    case AV_AST_GROUP:
        av_fmt_put(f, "group ");
        av_fmt_name(f, node->name);
        av_fmt_put(f, " in ");
        av_fmt_expr(f, node->a, 0);
        continued(f, "by ");
        av_fmt_expr(f, node->b, tail);
        f->indent -= AV_FMT_INDENT;
        break;
    case AV_AST_TEMPLATE: av_fmt_template(f, node); break;
    case AV_AST_TEXT: av_fmt_name(f, av_fmt_source(f, node)); break;
    default:
        /* Too long for the line and nowhere to break it. */
        av_buf_put(f->out, unlimited_text(f, node, flat_bare));
        break;
    }
}

void av_fmt_expr(av_fmt *f, const av_ast *node, size_t tail) {
    if (av_fmt_try(f, node, tail)) return;
    if (!in_parentheses(node)) {
        broken(f, node, tail);
        return;
    }
    av_fmt_put(f, "(");
    broken(f, node, tail + 1);
    av_fmt_put(f, ")");
}

/* ---- tables */

enum { MOST_CELLS = 64 };

typedef struct grid {
    size_t widths[MOST_CELLS];
    size_t count; /* of the longest row */
} grid;

/* The cells of a row in order, inputs and outputs as one. */
static const av_ast *first_cell(const av_ast *row, bool outputs) {
    if (row->a == NULL) return outputs ? NULL : row->items;
    return outputs ? row->b->items : row->a->items;
}

static av_text cell_text(av_fmt *f, const av_ast *cell) {
    return unlimited_text(f, cell, av_fmt_flat);
}

static void measure(av_fmt *f, grid *sizes, const av_ast *row) {
    size_t column = 0;
    for (int part = 0; part < 2; part++) {
        for (const av_ast *cell = first_cell(row, part == 1); cell != NULL;
             cell = cell->next, column++) {
            size_t width = av_utf8_columns(cell_text(f, cell));
            if (column < MOST_CELLS && width > sizes->widths[column]) sizes->widths[column] = width;
        }
    }
    if (column > sizes->count) sizes->count = column;
}

/* In a table wider than the line the last column is left ragged: nobody sees where it would end. */
static void leave_ragged(const av_fmt *f, grid *sizes) {
    size_t total = f->indent + 1;
    for (size_t i = 0; i < sizes->count && i < MOST_CELLS; i++) total += sizes->widths[i] + 3;
    if (total > AV_FMT_COLUMNS && sizes->count > 0 && sizes->count <= MOST_CELLS)
        sizes->widths[sizes->count - 1] = 0;
}

static void put_row(av_fmt *f, const grid *sizes, const av_ast *row) {
    size_t column = 0;
    for (int part = 0; part < 2; part++) {
        const av_ast *cell = first_cell(row, part == 1);
        if (part == 1 && cell != NULL) av_fmt_put(f, "|");
        for (; cell != NULL; cell = cell->next, column++) {
            av_text text = cell_text(f, cell);
            size_t width = av_utf8_columns(text);
            if (column == 0) av_fmt_put(f, "|");
            av_fmt_put(f, " ");
            av_buf_put(f->out, text);
            if (column < MOST_CELLS && width < sizes->widths[column])
                av_buf_fill(f->out, ' ', sizes->widths[column] - width);
            av_fmt_put(f, " |");
        }
    }
}

void av_fmt_rows(av_fmt *f, const av_ast *header, const av_ast *rows, uint32_t limit) {
    grid widths = {0};
    if (header != NULL) measure(f, &widths, header);
    for (const av_ast *row = rows; row != NULL; row = row->next) measure(f, &widths, row);
    leave_ragged(f, &widths);
    if (header != NULL) {
        av_fmt_begin(f, header->span.start, AV_FMT_NONE);
        put_row(f, &widths, header);
        av_fmt_finish(f, header->span.end, rows != NULL ? rows->span.start : limit);
    }
    for (const av_ast *row = rows; row != NULL; row = row->next) {
        av_fmt_begin(f, row->span.start, AV_FMT_KEEP);
        put_row(f, &widths, row);
        av_fmt_finish(f, row->span.end, row->next != NULL ? row->next->span.start : limit);
    }
}
