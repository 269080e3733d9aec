#include "syntax/ast.h"

static const char *op_name(uint8_t op) {
    static const char *const names[] = {
        [AV_OP_NONE] = "",
        [AV_OP_OR] = "or",
        [AV_OP_AND] = "and",
        [AV_OP_NOT] = "not",
        [AV_OP_EQ] = "==",
        [AV_OP_NE] = "!=",
        [AV_OP_LT] = "<",
        [AV_OP_LE] = "<=",
        [AV_OP_GT] = ">",
        [AV_OP_GE] = ">=",
        [AV_OP_IN] = "in",
        [AV_OP_NOT_IN] = "not in",
        [AV_OP_ADD] = "+",
        [AV_OP_SUB] = "-",
        [AV_OP_MUL] = "*",
        [AV_OP_DIV] = "/",
        [AV_OP_MOD] = "%",
        [AV_OP_NEGATE] = "negate",
        [AV_OP_ELSE_IF_NONE] = "\?\?",
    };
    return op < AV_COUNT(names) ? names[op] : "";
}

static void put_flags(av_buf *out, uint16_t flags) {
    static const struct {
        uint16_t flag;
        const char *name;
    } names[] = {
        {AV_AST_F_ORDERED, "ordered"},
        {AV_AST_F_KEY, "key"},
        {AV_AST_F_OTHERWISE, "otherwise"},
        {AV_AST_F_OVERRIDE, "override"},
        {AV_AST_F_VETO, "veto"},
        {AV_AST_F_TRUE, "true"},
        {AV_AST_F_DESCENDING, "descending"},
        {AV_AST_F_NOT, "not"},
        {AV_AST_F_NOT_CONTAINS, "not-contains"},
        {AV_AST_F_HIT_UNIQUE, "hit-unique"},
        {AV_AST_F_HIT_FIRST, "hit-first"},
        {AV_AST_F_HIT_PRIORITY, "hit-priority"},
        {AV_AST_F_HIT_ANY, "hit-any"},
        {AV_AST_F_HIT_COLLECT, "hit-collect"},
        {AV_AST_F_BY_KEY, "by-key"},
    };
    for (size_t i = 0; i < AV_COUNT(names); i++) {
        if (flags & names[i].flag) av_buf_printf(out, " %s", names[i].name);
    }
}

static void put_quoted(av_buf *out, av_text text) {
    av_buf_puts(out, " \"");
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\n') {
            av_buf_puts(out, "\\n");
        } else if (c == '"' || c == '\\') {
            av_buf_putc(out, '\\');
            av_buf_putc(out, c);
        } else {
            av_buf_putc(out, c);
        }
    }
    av_buf_putc(out, '"');
}

/* A template's chunk without the indentation its lines share, and of the last chunk without the
 * closing mark's. */
static void put_shed(av_buf *out, av_text text, unsigned indent, bool last) {
    size_t end = text.len;
    while (last && end > 0 && (text.ptr[end - 1] == ' ' || text.ptr[end - 1] == '\t')) end--;
    if (end > 0 && text.ptr[end - 1] == '\n') text.len = end;
    av_buf_puts(out, " \"");
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '"' || c == '\\') av_buf_putc(out, '\\');
        if (c != '\n') {
            av_buf_putc(out, c);
            continue;
        }
        av_buf_puts(out, "\\n");
        size_t white = 0;
        while (i + 1 < text.len && white < indent &&
               (text.ptr[i + 1] == ' ' || text.ptr[i + 1] == '\t')) {
            i++;
            white++;
        }
    }
    av_buf_putc(out, '"');
}

typedef struct dump {
    av_buf *out;
    unsigned indent; /* of the template around */
    bool in_template;
    size_t outer; /* depth of the template's own parts */
} dump;

static void put_node(dump d, const av_ast *node, size_t depth, const char *role);

static void put_list(dump d, const av_ast *first, size_t depth, const char *role) {
    for (; first != NULL; first = first->next) put_node(d, first, depth, role);
}

static void put_node(dump d, const av_ast *node, size_t depth, const char *role) {
    if (node == NULL) return;
    av_buf *out = d.out;
    av_buf_fill(out, ' ', depth * 2);
    av_buf_puts(out, role);
    for (const char *name = av_ast_kind_name((av_ast_kind)node->kind); *name != 0; name++) {
        av_buf_putc(out, (char)(*name >= 'A' && *name <= 'Z' ? *name - 'A' + 'a' : *name));
    }
    if (node->kind == AV_AST_CLAUSE || node->kind == AV_AST_T_END_TAG) {
        av_buf_printf(out, " %s", av_word_spelling((av_word)node->word));
        if (node->kind == AV_AST_CLAUSE && node->word2 != 0) {
            av_buf_printf(out, " %s", av_word_spelling((av_word)node->word2));
        }
    }
    if (node->op != AV_OP_NONE) av_buf_printf(out, " %s", op_name(node->op));
    put_flags(out, node->flags);
    if (node->kind == AV_AST_CHUNK && d.in_template) {
        put_shed(out, node->name, d.indent, node->next == NULL && d.outer == depth);
    } else if (node->name.len > 0 || node->kind == AV_AST_CHUNK) {
        put_quoted(out, node->name);
    }
    av_buf_putc(out, '\n');
    if (node->kind == AV_AST_TEMPLATE) {
        d.in_template = true;
        d.outer = depth + 1;
        d.indent = node->word;
    }
    dump inner = d;
    if (node->kind == AV_AST_TEXT) inner.in_template = false;
    put_node(inner, node->type, depth + 1, "type: ");
    put_node(inner, node->a, depth + 1, "a: ");
    put_node(inner, node->b, depth + 1, "b: ");
    put_node(inner, node->c, depth + 1, "c: ");
    put_list(inner, node->items, depth + 1, "");
    put_list(inner, node->body, depth + 1, "body: ");
}

void av_ast_dump(const av_ast *node, av_buf *out) {
    put_node((dump){.out = out}, node, 0, "");
}
