/* Texts and templates: white space control, then parts, each value escaped for the place where it stands. */
#include "sema/checker.h"

#include <string.h>

/* ---- white space: the template's pieces in the order of the text */

typedef enum piece_kind { PIECE_CHUNK, PIECE_VALUE, PIECE_TAG } piece_kind;

typedef struct piece {
    piece_kind kind;
    const av_ast *ast;
    av_text text;    /* chunks: what is left of them */
    uint32_t column; /* values: characters before it on its line, when these are only spaces */
    bool alone;      /* values: nothing else on its line */
} piece;

/* A run of a chunk on one line; `newline`: the line ends with it. Values and tags are runs without text. */
typedef struct run {
    size_t piece, start, len;
    bool newline;
} run;

typedef struct layout {
    av_checker *c;
    av_arena arena; /* of all this: a template's layout is done with when its parts are made */
    piece *pieces;
    size_t piece_count, piece_cap;
    run *runs;
    size_t run_count, run_cap;
    av_map by_ast; /* chunk or value -> piece */
} layout;

static void add_piece(layout *l, piece_kind kind, const av_ast *ast) {
    piece *pieces =
        av_arena_grow(&l->arena, l->pieces, l->piece_count, &l->piece_cap, sizeof *pieces);
    if (pieces) l->pieces = pieces;
    if (!pieces || (ast && av_map_set(&l->by_ast, (uintptr_t)ast, l->piece_count) != AV_OK)) {
        av_ck_fail(l->c, AV_ERR_MEMORY);
        return;
    }
    pieces[l->piece_count++] =
        (piece){.kind = kind, .ast = ast, .text = kind == PIECE_CHUNK ? ast->name : AV_TEXT("")};
}

static void flatten(layout *l, const av_ast *first) {
    for (const av_ast *a = first; a; a = a->next) {
        switch (a->kind) {
        case AV_AST_CHUNK: add_piece(l, PIECE_CHUNK, a); break;
        case AV_AST_VALUE:
        case AV_AST_T_SECTION:
        case AV_AST_T_TABLE: add_piece(l, PIECE_VALUE, a); break;
        case AV_AST_T_LET: add_piece(l, PIECE_TAG, NULL); break;
        case AV_AST_T_IF:
            for (const av_ast *branch = a->items; branch; branch = branch->next) {
                add_piece(l, PIECE_TAG, NULL);
                flatten(l, branch->items);
            }
            add_piece(l, PIECE_TAG, NULL);
            break;
        case AV_AST_T_FOR:
            add_piece(l, PIECE_TAG, NULL);
            flatten(l, a->items);
            if (a->c) {
                add_piece(l, PIECE_TAG, NULL);
                flatten(l, a->c->items);
            }
            add_piece(l, PIECE_TAG, NULL);
            break;
        default: break;
        }
    }
}

static void add_run(layout *l, size_t piece_index, size_t start, size_t len, bool newline) {
    run *runs = av_arena_grow(&l->arena, l->runs, l->run_count, &l->run_cap, sizeof *runs);
    if (!runs) {
        av_ck_fail(l->c, AV_ERR_MEMORY);
        return;
    }
    l->runs = runs;
    runs[l->run_count++] = (run){piece_index, start, len, newline};
}

static void split_lines(layout *l) {
    for (size_t i = 0; i < l->piece_count; i++) {
        av_text text = l->pieces[i].text;
        size_t start = 0;
        if (l->pieces[i].kind != PIECE_CHUNK) {
            add_run(l, i, 0, 0, false);
            continue;
        }
        for (size_t p = 0; p < text.len; p++) {
            if (text.ptr[p] != '\n') continue;
            add_run(l, i, start, p - start, true);
            start = p + 1;
        }
        if (start < text.len) add_run(l, i, start, text.len - start, false);
    }
}

typedef struct line {
    size_t first, end; /* runs */
    bool blank;        /* no literal characters but spaces */
    size_t tags, values, indent;
    bool newline;
} line;

static size_t spaces(av_text text) {
    size_t n = 0;
    while (n < text.len && (text.ptr[n] == ' ' || text.ptr[n] == '\t')) n++;
    return n;
}

static av_text run_text(const layout *l, const run *r) {
    return av_text_slice(l->pieces[r->piece].text, r->start, r->len);
}

static line line_at(const layout *l, size_t first) {
    line n = {.first = first, .end = first, .blank = true};
    bool leading = true;
    while (n.end < l->run_count) {
        const run *r = &l->runs[n.end++];
        piece_kind kind = l->pieces[r->piece].kind;
        if (kind == PIECE_CHUNK) {
            av_text text = run_text(l, r);
            size_t blank = spaces(text);
            if (text.len && text.ptr[text.len - 1] == '\r' && r->newline && blank + 1 == text.len)
                blank++;
            if (leading) n.indent += blank;
            if (blank < text.len) n.blank = leading = false;
        } else {
            leading = false;
            n.tags += kind == PIECE_TAG;
            n.values += kind == PIECE_VALUE;
        }
        if (r->newline) {
            n.newline = true;
            break;
        }
    }
    return n;
}

static bool empty_line(const line *n) {
    return n->blank && !n->tags && !n->values;
}

/* Shortens the runs of a line to what the rules of white space leave of them. */
static void keep_line(layout *l, const line *n, size_t number, size_t common, bool last) {
    bool drop = (n->tags && !n->values && n->blank) || (empty_line(n) && (number == 0 || last));
    size_t cut = number == 0 ? 0 : common, column = 0;
    bool leading = true;
    for (size_t i = n->first; i < n->end; i++) {
        run *r = &l->runs[i];
        piece *p = &l->pieces[r->piece];
        if (p->kind != PIECE_CHUNK) {
            if (p->kind == PIECE_VALUE && leading) p->column = (uint32_t)column;
            if (p->kind == PIECE_VALUE) p->alone = n->blank && n->values == 1 && !n->tags;
            leading = false;
            continue;
        }
        av_text text = run_text(l, r);
        size_t skip = cut < spaces(text) ? cut : spaces(text);
        if (!leading) skip = 0;
        cut -= skip;
        if (leading) column += spaces(text) - skip;
        if (spaces(text) < text.len) leading = false;
        r->start += skip;
        r->len -= skip;
        if (drop || (empty_line(n) && !n->values)) r->len = 0;
        if (drop) r->newline = false;
    }
}

static void lay_out(layout *l, size_t common) {
    split_lines(l);
    size_t number = 0;
    for (size_t at = 0; at < l->run_count; number++) {
        line n = line_at(l, at);
        keep_line(l, &n, number, common, !n.newline);
        at = n.end;
    }
    /* what is left of each chunk, joined */
    for (size_t i = 0; i < l->run_count;) {
        size_t p = l->runs[i].piece, total = 0, j = i;
        for (; j < l->run_count && l->runs[j].piece == p; j++)
            total += l->runs[j].len + l->runs[j].newline;
        if (l->pieces[p].kind == PIECE_CHUNK) {
            char *bytes = AV_NEW_ARRAY(l->c->scratch, char, total ? total : 1);
            if (!bytes) {
                av_ck_fail(l->c, AV_ERR_MEMORY);
                return;
            }
            size_t len = 0;
            for (size_t k = i; k < j; k++) {
                av_text text = run_text(l, &l->runs[k]);
                if (text.len) memcpy(bytes + len, text.ptr, text.len);
                len += text.len;
                if (l->runs[k].newline) bytes[len++] = '\n';
            }
            l->pieces[p].text = (av_text){bytes, len};
        }
        i = j;
    }
}

/* ---- parts */

typedef struct writer {
    av_checker *c;
    layout *layout; /* NULL for a text on one line */
    av_place_state place;
    bool origins; /* fragments remember where their parts came from */
    bool glued;   /* av_place_problem was reported */
} writer;

typedef struct part_list {
    av_node **items;
    size_t count, cap;
} part_list;

static void add_part(writer *w, part_list *list, av_node *part) {
    av_node **items =
        av_arena_grow(w->c->scratch, list->items, list->count, &list->cap, sizeof *items);
    if (!items) {
        av_ck_fail(w->c, AV_ERR_MEMORY);
        return;
    }
    list->items = items;
    items[list->count++] = part;
}

static const piece *piece_of(const writer *w, const av_ast *ast) {
    uint64_t index = 0;
    return w->layout && av_map_get(&w->layout->by_ast, (uintptr_t)ast, &index)
               ? &w->layout->pieces[index]
               : NULL;
}

/* Text directly beside a value that brings its own quotes: said once a template. */
static void check_glued(writer *w, av_span span) {
    const char *problem = av_place_problem(&w->place);
    if (problem && !w->glued) av_ck_error(w->c, AV_E_GLUED_VALUE, span, "%s", problem);
    w->glued = problem != NULL;
}

static void literal(writer *w, part_list *list, av_text text, av_span span, av_site site) {
    av_place_literal(&w->place, text);
    check_glued(w, span);
    av_node *part = av_ck_text_part(w->c, text, span);
    if (w->origins) part->extra = av_ck_push_origin(w->c, site, w->c->read_count);
    add_part(w, list, part);
}

/* One part a line, so that each line of output knows its line of the template. */
static void lines(writer *w, part_list *list, av_text text, av_span span) {
    av_site site = w->origins ? av_ck_site(w->c, span) : (av_site){0, 0, 0};
    if (!w->origins) {
        if (text.len) literal(w, list, text, span, site);
        return;
    }
    av_text written = av_sources_text(w->c->sources, span);
    size_t skipped = 0; /* lines of the chunk that white space control removed at its start */
    for (size_t i = 0; i < written.len; i++) skipped += written.ptr[i] == '\n';
    for (size_t i = 0; i < text.len; i++) skipped -= text.ptr[i] == '\n';
    if (skipped > written.len) skipped = 0;
    site.line += (uint32_t)(skipped > 1 ? skipped - 1 : skipped);
    for (size_t start = 0; start < text.len;) {
        size_t end = av_text_find(text, AV_TEXT("\n"), start);
        end = end == SIZE_MAX ? text.len : end + 1;
        literal(w, list, av_text_slice(text, start, end - start), span, site);
        site.line++;
        site.column = 1;
        start = end;
    }
}

static void chunk(writer *w, part_list *list, const av_ast *ast) {
    const piece *p = piece_of(w, ast);
    lines(w, list, p ? p->text : ast->name, ast->span);
}

/* A text of one line without values. */
static bool is_plain(const av_ast *ast) {
    return ast->kind == AV_AST_TEXT && !ast->items;
}

static bool printable(const av_checker *c, av_type_id id) {
    const av_type *t = av_ck_type_of(c, id);
    switch (t->kind) {
    case AV_T_RECORD:
    case AV_T_NONE:
    case AV_T_OPTION: return false;
    case AV_T_LIST: {
        av_type_kind k = av_ck_type_of(c, t->element)->kind;
        return k == AV_T_TEXT || k == AV_T_REF || k == AV_T_ENUM || k == AV_T_INT ||
               k == AV_T_DECIMAL || k == AV_T_ERROR;
    }
    default: return true;
    }
}

/* Whether the text after a value cannot turn a bracket at its end into a link. */
static bool stands_apart(const writer *w, const av_ast *at) {
    if (at->kind == AV_AST_T_COLUMN) return true; /* a space and the cell's bar follow */
    const av_ast *next = at->next;
    if (!next || next->kind != AV_AST_CHUNK) return false;
    const piece *p = piece_of(w, next);
    av_text text = p ? p->text : next->name;
    return text.len && text.ptr[0] != '(' && text.ptr[0] != '[' && text.ptr[0] != ':';
}

static av_escape escape_here(const writer *w, const av_ast *at) {
    av_escape escape = av_place_escape(&w->place);
    if (escape == AV_ESCAPE_MD_TEXT && stands_apart(w, at)) return AV_ESCAPE_MD_TEXT_APART;
    if (escape == AV_ESCAPE_MD_CELL && stands_apart(w, at)) return AV_ESCAPE_MD_CELL_APART;
    return escape;
}

static av_node *value_part(writer *w, const av_ast *expr, const av_ast *at) {
    av_checker *c = w->c;
    size_t mark = c->read_count;
    av_node *part = av_ck_node(c, AV_N_PART_VALUE, AV_TYPE_TEXT, at->span);
    part->a = av_ck_expr_raw(c, expr, AV_TYPE_ERROR);
    part->index = 0;
    const av_type t = *av_ck_type_of(c, part->a->type);
    if (!printable(c, part->a->type)) {
        av_diag *d =
            av_ck_error(c, AV_E_NOT_PRINTABLE, expr->span, "%.*s cannot be written as text",
                        AV_TEXT_ARG(av_ck_type_text(c, part->a->type)));
        if (t.kind == AV_T_OPTION)
            av_diag_help(c->diags, d, "it may be none: say what to write then, `... ?? \"-\"`");
        if (t.kind == AV_T_RECORD) av_diag_help(c->diags, d, "name the field to write");
        if (t.kind == AV_T_LIST)
            av_diag_help(c->diags, d,
                         "run over it with {for x in ...}, or join(...) a list of texts");
    }
    bool number = t.kind == AV_T_INT || t.kind == AV_T_DECIMAL;
    part->op = (uint8_t)(number ? av_place_escape_number(&w->place) : escape_here(w, at));
    if (t.kind == AV_T_FRAGMENT) {
        if (!av_place_accepts(&w->place, (av_format)t.index))
            av_ck_error(c, AV_E_WRONG_PLACE, expr->span, "a %s fragment cannot stand in %s",
                        av_format_name((av_format)t.index), av_place_describe(&w->place));
        part->op = AV_ESCAPE_NONE;
    }
    const piece *p = piece_of(w, at);
    if (p) {
        part->index = p->column;
        part->flag = p->alone;
    }
    if (w->origins) part->extra = av_ck_push_origin(c, av_ck_site(c, at->span), mark);
    av_place_value(&w->place);
    check_glued(w, expr->span);
    return part;
}

static void parts(writer *w, const av_ast *first, part_list *list);
static void text_parts(writer *w, const av_ast *ast, part_list *list);

static av_node *block(writer *w, const av_ast *first, av_span span) {
    part_list list = {NULL, 0, 0};
    size_t outer = w->c->local_count;
    parts(w, first, &list);
    av_ck_leave(w->c, outer);
    av_node *node = av_ck_node(w->c, AV_N_PART_BLOCK, AV_TYPE_TEXT, span);
    node->items = list.items;
    node->count = (uint32_t)list.count;
    return node;
}

static void uneven(writer *w, av_span span, const av_place_state *a, const av_place_state *b) {
    av_diag *d = av_ck_error(w->c, AV_E_UNEVEN_BLOCK, span,
                             "this block begins and ends in different places of the %s text",
                             av_format_name((av_format)w->place.format));
    av_diag_help(w->c->diags, d,
                 "one way leads to %s, another to %s: close what is opened within the block",
                 av_place_describe(a), av_place_describe(b));
}

static av_node *part_if(writer *w, const av_ast *branch, av_span span) {
    if (!branch->a) return block(w, branch->items, span);
    av_checker *c = w->c;
    av_node *node = av_ck_node(c, AV_N_PART_IF, AV_TYPE_TEXT, span);
    node->a = av_ck_condition(c, branch->a);
    av_place_state before = w->place;
    av_node *then = block(w, branch->items, span);
    node->items = then->items;
    node->count = then->count;
    av_place_state after = w->place;
    w->place = before;
    if (branch->next) node->b = part_if(w, branch->next, branch->next->span);
    if (!av_place_same(&w->place, &after)) uneven(w, span, &w->place, &after);
    av_place_join(&w->place, &after);
    if (node->b && node->b->kind == AV_N_PART_IF) {
        av_node *wrapped = av_ck_node(c, AV_N_PART_BLOCK, AV_TYPE_TEXT, span);
        wrapped->items = av_ck_items(c, 1);
        if (wrapped->items) wrapped->items[wrapped->count++] = node->b;
        node->b = wrapped;
    }
    return node;
}

static av_node *loop_head(writer *w, const av_ast *head, av_span span) {
    av_node *node = av_ck_node(w->c, AV_N_PART_FOR, AV_TYPE_TEXT, span);
    node->items = av_ck_generators(w->c, head->items, &node->count);
    if (head->b) {
        node->b = av_ck_expr_raw(w->c, head->b, AV_TYPE_ERROR);
        node->flag = head->flags & AV_AST_F_DESCENDING;
    }
    return node;
}

static av_node *part_for(writer *w, const av_ast *ast) {
    size_t outer = w->c->local_count;
    av_node *node = loop_head(w, ast->b, ast->span);
    av_place_state before = w->place;
    node->c = block(w, ast->items, ast->span);
    if (!av_place_same(&before, &w->place)) uneven(w, ast->span, &before, &w->place);
    av_ck_leave(w->c, outer);
    if (ast->c) {
        w->place = before;
        node->a = block(w, ast->c->items, ast->c->span);
        if (!av_place_same(&before, &w->place)) uneven(w, ast->c->span, &before, &w->place);
    }
    av_place_join(&w->place, &before);
    return node;
}

static void part_let(writer *w, part_list *list, const av_ast *ast) {
    av_node *node = av_ck_node(w->c, AV_N_PART_LET, AV_TYPE_TEXT, ast->span);
    node->a = av_ck_expr_raw(w->c, ast->a, AV_TYPE_ERROR);
    node->index = av_ck_local(w->c, ast->name, node->a->type, ast->name_span)->slot;
    add_part(w, list, node);
}

static void part_section(writer *w, part_list *list, const av_ast *ast) {
    av_checker *c = w->c;
    av_decl *decl = av_ck_find(c, ast->name, ast->name_span);
    if (!decl || decl->ast->kind != AV_AST_SECTION) {
        av_ck_unknown(c, ast->name, ast->name_span, "section", AV_TYPE_ERROR);
        return;
    }
    if (!av_place_accepts(&w->place, AV_FORMAT_MARKDOWN))
        av_ck_error(c, AV_E_WRONG_PLACE, ast->span, "a section cannot stand in %s",
                    av_place_describe(&w->place));
    size_t mark = c->read_count;
    av_ck_read(c, decl->index);
    av_node *node = av_ck_node(c, AV_N_PART_SECTION, AV_TYPE_TEXT, ast->span);
    node->index = decl->index;
    node->flag = true;
    node->extra = av_ck_push_origin(c, av_ck_site(c, ast->span), mark);
    av_place_value(&w->place);
    add_part(w, list, node);
    av_nest *nests =
        av_arena_grow(c->lasting, c->nests, c->nest_count, &c->nest_cap, sizeof *nests);
    if (!nests) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    c->nests = nests;
    nests[c->nest_count++] = (av_nest){c->def, decl->index};
}

/* {table x in xs | "Header": value ...}: a header line, a rule, and a loop over lines. */
static void part_table(writer *w, part_list *list, const av_ast *ast) {
    av_checker *c = w->c;
    av_site site = av_ck_site(c, ast->span);
    if (!av_place_accepts(&w->place, AV_FORMAT_MARKDOWN))
        av_ck_error(c, AV_E_WRONG_PLACE, ast->span, "a table cannot stand in %s",
                    av_place_describe(&w->place));
    for (const av_ast *column = ast->items; column; column = column->next) {
        literal(w, list, column == ast->items ? AV_TEXT("| ") : AV_TEXT(" | "), ast->span, site);
        if (column->c) text_parts(w, column->c, list);
    }
    literal(w, list, AV_TEXT(" |\n|"), ast->span, site);
    for (const av_ast *column = ast->items; column; column = column->next)
        literal(w, list, AV_TEXT(" --- |"), ast->span, site);
    size_t outer = c->local_count;
    av_node *loop = loop_head(w, ast->b, ast->span);
    part_list row = {NULL, 0, 0};
    av_place_state before = w->place;
    for (const av_ast *column = ast->items; column; column = column->next) {
        literal(w, &row, column == ast->items ? AV_TEXT("\n| ") : AV_TEXT(" | "), ast->span, site);
        add_part(w, &row, value_part(w, column->a, column));
    }
    literal(w, &row, AV_TEXT(" |"), ast->span, site);
    w->place = before;
    av_ck_leave(c, outer);
    loop->c = av_ck_node(c, AV_N_PART_BLOCK, AV_TYPE_TEXT, ast->span);
    loop->c->items = row.items;
    loop->c->count = (uint32_t)row.count;
    add_part(w, list, loop);
}

static void parts(writer *w, const av_ast *first, part_list *list) {
    for (const av_ast *a = first; a; a = a->next) {
        switch (a->kind) {
        case AV_AST_CHUNK: chunk(w, list, a); break;
        case AV_AST_VALUE: add_part(w, list, value_part(w, a->a, a)); break;
        case AV_AST_T_IF: add_part(w, list, part_if(w, a->items, a->span)); break;
        case AV_AST_T_FOR: add_part(w, list, part_for(w, a)); break;
        case AV_AST_T_LET: part_let(w, list, a); break;
        case AV_AST_T_SECTION: part_section(w, list, a); break;
        case AV_AST_T_TABLE: part_table(w, list, a); break;
        default: break;
        }
    }
}

/* The parts of a whole text or template. */
static void text_parts(writer *w, const av_ast *ast, part_list *list) {
    if (!is_plain(ast)) {
        parts(w, ast->items, list);
    } else if (ast->name.len) {
        av_span inside = ast->span;
        inside.start++; /* the quotes */
        inside.end--;
        lines(w, list, ast->name, inside);
    }
}

av_node *av_ck_text(av_checker *c, const av_ast *ast, av_format format, av_type_id type) {
    if (is_plain(ast) && type == AV_TYPE_TEXT) return av_ck_text_const(c, ast->name, ast->span);
    layout l = {.c = c};
    writer w = {.c = c, .origins = type != AV_TYPE_TEXT};
    av_place_start(&w.place, format);
    if (ast->kind == AV_AST_TEMPLATE) {
        av_arena_init(&l.arena, &c->scratch->host, 0);
        av_map_init(&l.by_ast, &l.arena);
        flatten(&l, ast->items);
        lay_out(&l, ast->word);
        w.layout = &l;
    }
    part_list list = {NULL, 0, 0};
    size_t outer = c->local_count;
    text_parts(&w, ast, &list);
    av_arena_free(&l.arena);
    av_ck_leave(c, outer);
    if (type == AV_TYPE_TEXT && list.count <= 1 &&
        (!list.count || list.items[0]->kind == AV_N_PART_TEXT)) {
        av_node *constant = av_ck_text_const(c, AV_TEXT(""), ast->span);
        if (list.count) constant->value = list.items[0]->value;
        return constant;
    }
    av_node *node = av_ck_node(c, AV_N_TEMPLATE, type, ast->span);
    node->index = format;
    node->items = list.items;
    node->count = (uint32_t)list.count;
    return node;
}
