/* What the grammar's actions do: nodes, lists, and the shapes that are easier said here than in the
 * grammar. */
#include "syntax/parse.h"

#include <string.h>

#include "base/num.h"

/* Where something begins and ends; nothing yet while both are equal. */
typedef struct extent {
    uint32_t start, end;
} extent;

static void widen(extent *over, uint32_t start, uint32_t end) {
    if (end == start) return;
    if (over->end == over->start) *over = (extent){start, end};
    if (start < over->start) over->start = start;
    if (end > over->end) over->end = end;
}

static av_span wider(av_span span, const av_ast *child) {
    extent over = {span.start, span.end};
    widen(&over, child->span.start, child->span.end);
    span.start = over.start;
    span.end = over.end;
    return span;
}

/* The extent and depth of a list of children, added to what there is. */
static void cover(const av_ast *child, extent *over, unsigned *depth) {
    for (; child != NULL; child = child->next) {
        widen(over, child->span.start, child->span.end);
        if (child->kind != AV_AST_CLAUSE && child->word2 > *depth) *depth = child->word2;
    }
}

av_ast *av_node(av_parser *ps, const av_ast *shape) {
    av_ast *node = NULL;
    if (*ps->node_count >= AV_AST_NODES) {
        if (ps->status == AV_OK) {
            ps->status = AV_ERR_LIMIT;
            av_diag_add(ps->diags, AV_E_TOO_MUCH, shape->span,
                        "the program is too large: more than %d parts", (int)AV_AST_NODES);
        }
    } else {
        node = av_arena_copy(ps->arena, shape, sizeof *shape);
        if (node == NULL) ps->status = AV_ERR_MEMORY;
    }
    if (node == NULL) {
        ps->spare = (av_ast){.kind = AV_AST_ERROR};
        return &ps->spare;
    }
    ++*ps->node_count;
    extent over = {node->span.start, node->span.end};
    if (node->name_span.end > node->name_span.start) {
        node->name = av_text_slice(ps->text, node->name_span.start,
                                   node->name_span.end - node->name_span.start);
        widen(&over, node->name_span.start, node->name_span.end);
    }
    unsigned depth = 0;
    if (node->type) cover(node->type, &over, &depth);
    if (node->a) cover(node->a, &over, &depth);
    if (node->b) cover(node->b, &over, &depth);
    if (node->c) cover(node->c, &over, &depth);
    if (node->items) cover(node->items, &over, &depth);
    if (node->body) cover(node->body, &over, &depth);
    node->span = (av_span){.start = over.start, .end = over.end, .source = ps->source};
    if (node->kind == AV_AST_CLAUSE) return node;
    if (depth >= AV_AST_DEPTH) {
        av_span start = node->span;
        start.end = start.start + 1;
        if (!ps->too_deep) {
            av_diag_add(ps->diags, AV_E_TOO_DEEP, start, "this is nested more than %d deep",
                        (int)AV_AST_DEPTH);
        }
        ps->too_deep = true;
        *node = (av_ast){.kind = AV_AST_ERROR, .span = node->span};
        depth = 0;
    }
    node->word2 = (uint16_t)(depth + 1);
    return node;
}

av_nodes av_nodes_add(av_parser *ps, av_nodes list, av_ast *node) {
    if (node == &ps->spare) return list;
    if (list.last == NULL) return (av_nodes){node, node};
    list.last->next = node;
    list.last = node;
    return list;
}

void av_parse_error(av_parser *ps, av_span span, const char *message) {
    av_diag_add(ps->diags, AV_E_SYNTAX, span, "%s", message);
}

av_nodes av_parse_declared(av_parser *ps, av_nodes list, av_ast *declaration) {
    ps->declarations++;
    return av_nodes_add(ps, list, declaration);
}

void av_parse_module(av_parser *ps, av_ast *name) {
    if (ps->file->name.len > 0) {
        av_parse_error(ps, name->span, "the module has its name already");
    } else if (ps->declarations > 0) {
        av_parse_error(ps, name->span, "`module` stands before every other line of its file");
    } else {
        ps->file->name = name->name;
        ps->file->name_span = name->name_span;
    }
}

av_ast *av_parse_dotted(av_parser *ps, av_ast *name, av_tok field) {
    av_text part = av_text_slice(ps->text, field.start, field.end - field.start);
    av_text joined =
        av_arena_format(ps->texts, "%.*s.%.*s", AV_TEXT_ARG(name->name), AV_TEXT_ARG(part));
    if (joined.ptr == NULL) {
        ps->status = AV_ERR_MEMORY;
        return name;
    }
    name->name = joined;
    name->name_span.end = name->span.end = field.end;
    return name;
}

av_head av_head_label(av_parser *ps, av_head head, av_ast *label) {
    if (head.label != NULL) {
        av_parse_error(ps, label->span, "a second label: this declaration has one already");
        return head;
    }
    head.label = label;
    return head;
}

av_head av_head_flag(av_parser *ps, av_head head, uint16_t flags, av_tok at) {
    uint16_t one_of = flags == AV_AST_F_ORDERED
                          ? AV_AST_F_ORDERED
                          : AV_AST_F_HIT_UNIQUE | AV_AST_F_HIT_FIRST | AV_AST_F_HIT_PRIORITY |
                                AV_AST_F_HIT_ANY | AV_AST_F_HIT_COLLECT;
    if (head.flags & one_of) {
        av_parse_error(ps, av_tok_span(ps, at, at),
                       flags == AV_AST_F_ORDERED ? "`ordered` is said already"
                                                 : "`hit` is said already");
        return head;
    }
    head.flags |= flags;
    return head;
}

/* ---- clauses */

static void report_twice(av_parser *ps, const av_ast *first, const av_ast *second) {
    const char *word = av_word_spelling((av_word)second->word);
    av_diag *diag = av_diag_add(ps->diags, AV_E_TWICE, second->span, "`%s` is given twice", word);
    if (diag != NULL) av_diag_label_add(ps->diags, diag, first->span, "first given here");
}

static bool may_repeat(uint16_t word) {
    return word == AV_WORD_FOR || word == AV_WORD_SECTIONS;
}

av_ast *av_parse_once(av_parser *ps, av_ast *node) {
    const av_ast *seen[AV_WORD_COUNT] = {0};
    for (const av_ast *clause = node->items; clause != NULL; clause = clause->next) {
        if (clause->kind != AV_AST_CLAUSE || may_repeat(clause->word)) continue;
        if (seen[clause->word] != NULL) {
            report_twice(ps, seen[clause->word], clause);
        } else {
            seen[clause->word] = clause;
        }
    }
    return node;
}

av_ast *av_parse_matrix(av_parser *ps, av_ast *matrix) {
    av_nodes kept = {0};
    const av_ast *from = NULL;
    for (av_ast *item = matrix->items, *next; item != NULL; item = next) {
        next = item->next;
        item->next = NULL;
        if (item->kind != AV_AST_CLAUSE) {
            kept = av_nodes_add(ps, kept, item);
        } else if (from != NULL) {
            report_twice(ps, from, item);
        } else {
            from = item;
            matrix->a = item->a;
        }
    }
    matrix->items = kept.first;
    return matrix;
}

av_ast *av_parse_spread(av_parser *ps, av_ast *node, av_nodes clauses) {
    const av_ast *when = NULL, *because = NULL;
    bool line = node->kind == AV_AST_LINE;
    for (const av_ast *clause = clauses.first; clause != NULL; clause = clause->next) {
        const av_ast **seen = clause->word == AV_WORD_WHEN ? &when : &because;
        if (*seen != NULL) {
            report_twice(ps, *seen, clause);
            continue;
        }
        *seen = clause;
        if (clause->word == AV_WORD_BECAUSE) {
            node->c = clause->a;
        } else if (line) {
            node->b = clause->a;
        } else {
            node->a = clause->a;
        }
        node->span = wider(node->span, clause);
    }
    return node;
}

av_ast *av_parse_body(av_parser *ps, av_ast *node) {
    av_nodes kept = {0};
    for (av_ast *item = node->items, *next; item != NULL; item = next) {
        next = item->next;
        item->next = NULL;
        if (item->kind != AV_AST_TEMPLATE) {
            kept = av_nodes_add(ps, kept, item);
        } else if (node->b != NULL) {
            av_diag *diag = av_diag_add(ps->diags, AV_E_TWICE, item->span, "a second template");
            if (diag != NULL)
                av_diag_label_add(ps->diags, diag, node->b->span, "the first is here");
        } else {
            node->b = item;
        }
    }
    node->items = kept.first;
    return av_parse_once(ps, node);
}

av_ast *av_parse_cell(av_parser *ps, av_ast *cell) {
    (void)ps;
    if (cell->kind == AV_AST_UNARY && cell->op == AV_OP_NOT &&
        !(cell->flags & AV_AST_F_PARENTHESES)) {
        cell->kind = AV_AST_NOT_CELL;
        cell->op = AV_OP_NONE;
    }
    return cell;
}

av_ast *av_parse_cell_or(av_parser *ps, av_ast *cells, av_ast *cell) {
    if (cells->kind != AV_AST_OR_CELL) {
        return av_node(
            ps, &(av_ast){
                    .kind = AV_AST_OR_CELL,
                    .items = av_nodes_add(ps, av_nodes_add(ps, (av_nodes){0}, cells), cell).first});
    }
    av_ast *last = cells->items;
    while (last != NULL && last->next != NULL) last = last->next;
    if (last != NULL) last->next = cell;
    cells->span = wider(cells->span, cell);
    return cells;
}

/* ---- literals */

av_ast *av_parse_integer(av_parser *ps, av_tok at) {
    av_ast *node = av_node(ps, &(av_ast){.kind = AV_AST_INT, .name_span = av_tok_span(ps, at, at)});
    if (node->name.len > 0 && node->name.ptr[0] == '+')
        node->name = av_text_slice(node->name, 1, node->name.len - 1);
    int64_t value;
    if (node != &ps->spare && !av_int_parse(node->name, &value)) {
        /* A malformed number was reported by the lexer; what is left is too large. */
        bool digits = true;
        for (size_t i = 0; i < node->name.len; i++) {
            char c = node->name.ptr[i];
            bool digit_after = i + 1 < node->name.len && node->name.ptr[i + 1] >= '0' &&
                               node->name.ptr[i + 1] <= '9';
            digits = digits && ((c >= '0' && c <= '9') || ((c == '-' || c == '_') && digit_after));
        }
        if (digits) {
            av_diag_add(ps->diags, AV_E_BAD_NUMBER, node->span,
                        "this number does not fit into 64 bits");
        }
        node->name = AV_TEXT("0");
    }
    return node;
}

av_ast *av_parse_parentheses(av_parser *ps, av_tok open, av_ast *expression, av_tok close) {
    expression->flags |= AV_AST_F_PARENTHESES;
    if (expression->kind != AV_AST_TEXT && expression->kind != AV_AST_TEMPLATE) {
        expression->span = av_tok_span(ps, open, close);
    }
    return expression;
}

av_ast *av_parse_negate(av_parser *ps, av_tok sign, av_ast *expression) {
    bool number = expression->kind == AV_AST_INT || expression->kind == AV_AST_DECIMAL;
    if (!number || expression->name.len == 0 || expression->name.ptr[0] == '-' ||
        expression->name.ptr[0] == '+') {
        return av_node(ps, &(av_ast){.kind = AV_AST_UNARY,
                                     .op = AV_OP_NEGATE,
                                     .span = av_tok_span(ps, sign, sign),
                                     .a = expression});
    }
    av_text name = av_arena_format(ps->texts, "-%.*s", AV_TEXT_ARG(expression->name));
    if (name.ptr == NULL) {
        ps->status = AV_ERR_MEMORY;
        return expression;
    }
    expression->name = name;
    expression->span.start = sign.start;
    expression->flags = 0;
    return expression;
}

static bool escape_value(av_text digits, uint32_t *out) {
    uint32_t value = 0;
    if (digits.len == 0 || digits.len > 6) return false;
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i];
        uint32_t digit;
        if (c >= '0' && c <= '9') {
            digit = (uint32_t)(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            digit = (uint32_t)(c - 'a') + 10;
        } else if (c >= 'A' && c <= 'F') {
            digit = (uint32_t)(c - 'A') + 10;
        } else {
            return false;
        }
        value = value * 16 + digit;
    }
    *out = value;
    return true;
}

static void bad_escape(av_parser *ps, uint32_t start, size_t len, const char *help) {
    av_span span = {.start = start, .end = start + (uint32_t)len, .source = ps->source};
    av_text found = av_text_slice(ps->text, start, len);
    av_diag *diag =
        av_diag_add(ps->diags, AV_E_BAD_ESCAPE, span, "`%.*s` is no escape", AV_TEXT_ARG(found));
    if (diag != NULL) av_diag_help(ps->diags, diag, "%s", help);
}

/* Resolves one escape at raw[at]; writes to out[*len]; returns the bytes read. */
static size_t escape(av_parser *ps, av_text raw, size_t at, uint32_t start, char *out,
                     size_t *len) {
    static const char known[] = "the escapes are \\\" \\\\ \\n \\t and \\u{1F600}";
    char c = at + 1 < raw.len ? raw.ptr[at + 1] : 0;
    switch (c) {
    case '"':
    case '\\': out[(*len)++] = c; return 2;
    case 'n': out[(*len)++] = '\n'; return 2;
    case 't': out[(*len)++] = '\t'; return 2;
    case 'u': {
        size_t close = av_text_find(raw, AV_TEXT("}"), at);
        uint32_t value = 0;
        char bytes[4];
        size_t count = 0;
        if (at + 2 < raw.len && raw.ptr[at + 2] == '{' && close != SIZE_MAX &&
            escape_value(av_text_slice(raw, at + 3, close - at - 3), &value)) {
            count = av_utf8_encode(value, bytes);
        }
        if (count == 0 || value == 0) {
            bad_escape(ps, start + (uint32_t)at, 2,
                       "write the character's hexadecimal number as in \\u{1F600}");
            return 2;
        }
        memcpy(out + *len, bytes, count);
        *len += count;
        return close + 1 - at;
    }
    default: bad_escape(ps, start + (uint32_t)at, c != 0 ? 2 : 1, known); return c != 0 ? 2 : 1;
    }
}

/* raw with escapes, doubled braces, carriage returns and NULs resolved; raw itself when there is
 * nothing to resolve. */
static av_text resolve(av_parser *ps, av_text raw, uint32_t start, bool escapes) {
    size_t plain = 0;
    while (plain < raw.len) {
        char c = raw.ptr[plain];
        if (c == '{' || c == '}' || c == '\r' || c == 0 || (c == '\\' && escapes)) break;
        plain++;
    }
    if (plain == raw.len) return raw;
    char *out = av_arena_take(ps->texts, raw.len);
    if (out == NULL) {
        ps->status = AV_ERR_MEMORY;
        return raw;
    }
    memcpy(out, raw.ptr, plain);
    size_t len = plain;
    for (size_t at = plain; at < raw.len;) {
        char c = raw.ptr[at];
        char after = at + 1 < raw.len ? raw.ptr[at + 1] : 0;
        if (c == '\\' && escapes) {
            at += escape(ps, raw, at, start, out, &len);
        } else if ((c == '{' || c == '}') && after == c) {
            out[len++] = c;
            at += 2;
        } else {
            if (c != 0 && !(c == '\r' && after == '\n')) out[len++] = c;
            at++;
        }
    }
    return (av_text){out, len};
}

av_ast *av_parse_chunk(av_parser *ps, av_tok at, bool escapes) {
    av_ast *node = av_node(ps, &(av_ast){.kind = AV_AST_CHUNK, .span = av_tok_span(ps, at, at)});
    node->name =
        resolve(ps, av_text_slice(ps->text, at.start, at.end - at.start), at.start, escapes);
    return node;
}

av_ast *av_parse_plain_text(av_parser *ps, av_tok at) {
    av_ast *node = av_node(ps, &(av_ast){.kind = AV_AST_TEXT, .span = av_tok_span(ps, at, at)});
    node->name = av_text_slice(ps->text, at.start + 1, at.end - at.start - 2);
    return node;
}

av_ast *av_parse_text(av_parser *ps, av_tok open, av_nodes parts, av_tok close) {
    av_ast *first = parts.first;
    bool plain = first != NULL && first->kind == AV_AST_CHUNK && first->next == NULL;
    av_ast *node = av_node(ps, &(av_ast){.kind = AV_AST_TEXT,
                                         .span = av_tok_span(ps, open, close),
                                         .items = plain ? NULL : first});
    if (plain) node->name = first->name;
    return node;
}

/* ---- templates */

/* One open block: the list its parts go to. */
typedef struct block {
    av_ast *node;   /* AV_AST_T_IF, AV_AST_T_FOR, or the template itself */
    av_ast *branch; /* the branch at hand; the node itself where it holds the parts */
    av_ast *last;
} block;

static void block_put(av_parser *ps, block *at, av_ast *part) {
    if (part == &ps->spare) return;
    if (at->last == NULL) {
        at->branch->items = part;
    } else {
        at->last->next = part;
    }
    at->last = part;
}

static void block_branch(block *at, av_ast *branch) {
    at->branch = branch;
    at->last = NULL;
}

static const char *tag_word(const av_ast *node) {
    return node->kind == AV_AST_T_IF ? "{if}" : "{for}";
}

static void stray_tag(av_parser *ps, const av_ast *tag, const char *spelled, const block *inside,
                      const char *help) {
    av_diag *diag =
        av_diag_add(ps->diags, AV_E_BLOCK_TAG, tag->span, "`%s` belongs to no block", spelled);
    if (diag == NULL) return;
    if (inside->node->kind != AV_AST_TEMPLATE) {
        av_diag_label_add(ps->diags, diag, inside->node->span, "the block around it");
    }
    av_diag_help(ps->diags, diag, "%s", help);
}

static av_ast *end_tag(av_parser *ps, av_span span, av_word word) {
    return av_node(ps, &(av_ast){.kind = AV_AST_T_END_TAG, .span = span, .word = (uint16_t)word});
}

static void take_else(av_parser *ps, block *top, av_ast *branch) {
    branch->word = AV_NO_WORD;
    if (top->node->kind != AV_AST_T_IF) {
        stray_tag(ps, branch, "{else}", top,
                  top->node->kind == AV_AST_T_FOR
                      ? "what a loop writes for an empty list stands after `{empty}`"
                      : "`{if ...}` opens a block that may have `{else}`");
        return;
    }
    if (top->branch->a == NULL) {
        stray_tag(ps, branch, branch->a != NULL ? "{else if}" : "{else}", top,
                  "`{else}` comes last in its block");
        return;
    }
    block_put(ps, top, end_tag(ps, branch->span, AV_WORD_ELSE));
    top->branch->next = branch;
    block_branch(top, branch);
}

static void take_empty(av_parser *ps, block *top, av_ast *tag) {
    if (top->node->kind != AV_AST_T_FOR || top->node->c != NULL) {
        stray_tag(ps, tag, "{empty}", top, "`{for ...}` opens a block that may have one `{empty}`");
        return;
    }
    block_put(ps, top, tag);
    top->node->c = av_node(ps, &(av_ast){.kind = AV_AST_T_BRANCH, .span = tag->span});
    block_branch(top, top->node->c);
}

/* The white space that begins every line of the template, in bytes. Lines without anything else do
 * not count. */
static uint16_t common_indent(const av_parser *ps, av_tok open, const av_ast *parts, av_tok close) {
    size_t least = UINT16_MAX, indent = 0;
    bool at_start = false; /* the text before the first line break stands beside the opening mark */
    for (const av_ast *part = parts; part != NULL; part = part->next) {
        if (part->kind != AV_AST_CHUNK) {
            if (at_start && indent < least) least = indent;
            at_start = false;
            continue;
        }
        for (uint32_t i = part->span.start; i < part->span.end; i++) {
            char c = ps->text.ptr[i];
            if (c == '\n') {
                at_start = true;
                indent = 0;
            } else if (at_start && (c == ' ' || c == '\t')) {
                indent++;
            } else if (at_start && c != '\r') {
                if (indent < least) least = indent;
                at_start = false;
            }
        }
    }
    (void)open;
    (void)close;
    return least == UINT16_MAX ? 0 : (uint16_t)least;
}

av_ast *av_parse_template(av_parser *ps, av_tok open, av_nodes parts, av_tok close) {
    av_ast *template =
        av_node(ps, &(av_ast){.kind = AV_AST_TEMPLATE, .span = av_tok_span(ps, open, close)});
    template->word = common_indent(ps, open, parts.first, close);
    if (template == &ps->spare) return template;
    block blocks[AV_AST_BLOCKS + 1];
    size_t depth = 0, beyond = 0;
    blocks[0] = (block){.node = template, .branch = template};
    for (av_ast *part = parts.first, *next; part != NULL; part = next) {
        next = part->next;
        part->next = NULL;
        if (part->word2 > template->word2) template->word2 = part->word2;
        block *top = &blocks[depth];
        bool opens = part->kind == AV_AST_T_IF || part->kind == AV_AST_T_FOR;
        if (beyond > 0) {
            bool ends = part->kind == AV_AST_T_END_TAG && part->word == AV_WORD_END;
            if (opens) beyond++;
            if (ends) beyond--;
        } else if (opens && depth == AV_AST_BLOCKS) {
            av_diag_add(ps->diags, AV_E_TOO_DEEP, part->span,
                        "template blocks are nested more than %d deep", (int)AV_AST_BLOCKS);
            beyond = 1;
        } else if (opens) {
            block_put(ps, top, part);
            top = &blocks[++depth];
            *top = (block){.node = part, .branch = part};
            if (part->kind == AV_AST_T_IF) {
                part->items = av_node(
                    ps, &(av_ast){.kind = AV_AST_T_BRANCH, .span = part->span, .a = part->a});
                part->items->span = part->span;
                part->a = NULL;
                block_branch(top, part->items);
            }
        } else if (part->kind == AV_AST_T_BRANCH) {
            take_else(ps, top, part);
        } else if (part->kind == AV_AST_T_END_TAG && part->word == AV_WORD_EMPTY) {
            take_empty(ps, top, part);
        } else if (part->kind == AV_AST_T_END_TAG) {
            if (depth == 0) {
                stray_tag(ps, part, "{end}", top,
                          "each `{if ...}` and `{for ...}` has one `{end}`");
                continue;
            }
            block_put(ps, top, part);
            depth--;
        } else {
            block_put(ps, top, part);
        }
    }
    for (; depth > 0; depth--) {
        const av_ast *node = blocks[depth].node;
        av_diag *diag = av_diag_add(ps->diags, AV_E_BLOCK_OPEN, node->span,
                                    "this `%s` block has no `{end}`", tag_word(node));
        if (diag != NULL) {
            av_diag_label_add(ps->diags, diag, av_tok_span(ps, close, close),
                              "the template ends here");
        }
    }
    return template;
}
