#include "syntax/ast.h"

const char *av_ast_kind_name(av_ast_kind kind) {
    static const char *const names[AV_AST_KIND_COUNT] = {
#define AV_NODE(kind, meaning) [kind] = #kind,
#include "syntax/ast_nodes.h"
#undef AV_NODE
    };
    return kind < AV_AST_KIND_COUNT ? names[kind] + sizeof("AV_AST_") - 1 : "";
}

size_t av_ast_count(const av_ast *first) {
    size_t count = 0;
    for (; first != NULL; first = first->next) count++;
    return count;
}
