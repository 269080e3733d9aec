/* What can fall through, overlap or never happen. */
#include "sema/checker.h"

void av_ck_total(av_checker *c) {
    for (size_t i = 0; i < c->decl_count; i++) {
        const av_decl *decl = &c->decls[i];
        if (decl->ast->kind != AV_AST_FACT && decl->ast->kind != AV_AST_DECISION) continue;
        const av_def *def = &c->program->defs[decl->index];
        if (!def->rule_count || c->program->rules[def->first_rule + def->rule_count - 1].otherwise) continue;
        av_diag *d = av_ck_error(c, AV_E_FALLS_THROUGH, decl->ast->name_span, "`%.*s` has no value when none of its cases holds",
                                 AV_TEXT_ARG(decl->ast->name));
        av_diag_help(c->diags, d, "end it with `otherwise`");
    }
}
