/* The patterns of cues and signals, and their automaton. */
#include <string.h>

#include "base/suggest.h"
#include "sema/signal.h"

/* ---- mistakes in patterns */

static av_suggest near_class(const av_heard_by *h, av_text name) {
    av_suggest near;
    av_suggest_init(&near, name);
    for (size_t i = 0; i < h->class_count; i++) av_suggest_offer(&near, h->classes[i].name);
    return near;
}

static void report(av_heard_by *h, const av_ast *text, const av_net_mistake *mistake) {
    av_checker *c = h->checker;
    bool named = mistake->name.len > 0;
    av_diag *d =
        named ? av_ck_error(c, AV_E_PATTERN, text->span, "%.*s: `%.*s`",
                            AV_TEXT_ARG(mistake->message), AV_TEXT_ARG(mistake->name))
              : av_ck_error(c, AV_E_PATTERN, text->span, "%.*s", AV_TEXT_ARG(mistake->message));
    av_suggest near = near_class(h, mistake->name);
    if (!named) near.best = AV_TEXT("");
    for (int kind = AV_QUANTITY_NONE + 1; named && mistake->help.len && kind < AV_QUANTITY_KINDS;
         kind++)
        av_suggest_offer(&near, av_text_from(av_quantity_name((av_quantity_kind)kind)));
    if (near.best.len) av_diag_suggest(c->diags, d, near.best);
    else if (mistake->help.len) av_diag_help(c->diags, d, "%.*s", AV_TEXT_ARG(mistake->help));
}

bool av_heard_is_right(av_heard_by *h, const av_heard *pattern) {
    if (!pattern->mistake.message.len) return true;
    report(h, pattern->text, &pattern->mistake);
    return false;
}

void av_heard_add(av_heard_by *h, const av_ast *text, av_net_pattern meaning, bool first) {
    av_heard *grown =
        av_arena_grow(h->checker->scratch, h->items, h->count, &h->cap, sizeof *grown);
    if (!grown) {
        av_ck_fail(h->checker, AV_ERR_MEMORY);
        return;
    }
    h->items = grown;
    grown[h->count++] = (av_heard){.text = text,
                                   .pattern = av_ck_literal(h->checker, text),
                                   .meaning = meaning,
                                   .first = first};
}

/* ---- classes of words */

static uint32_t count_texts(const av_decl *decl) {
    size_t count = av_ast_count(decl->ast->items);
    for (const av_extension *x = decl->extensions; x; x = x->next)
        count += av_ast_count(x->ast->items);
    return (uint32_t)count;
}

static uint32_t add_texts(av_checker *c, const av_ast *first, av_text *out) {
    uint32_t count = 0;
    for (const av_ast *text = first; text; text = text->next) out[count++] = av_ck_literal(c, text);
    return count;
}

static void gather_classes(av_heard_by *h) {
    av_checker *c = h->checker;
    h->classes = AV_NEW_ARRAY(c->scratch, av_net_class, c->decl_count + 1);
    for (size_t i = 0; i < c->decl_count && h->classes; i++) {
        const av_decl *decl = &c->decls[i];
        if (decl->ast->kind != AV_AST_WORDS) continue;
        uint32_t count = count_texts(decl);
        av_text *members = AV_NEW_ARRAY(c->scratch, av_text, count + 1);
        if (!members) break;
        uint32_t n = add_texts(c, decl->ast->items, members);
        for (const av_extension *x = decl->extensions; x; x = x->next)
            n += add_texts(c, x->ast->items, members + n);
        h->classes[h->class_count++] =
            (av_net_class){.name = decl->ast->name, .members = members, .member_count = n};
        if (!count)
            av_ck_error(c, AV_E_EMPTY, decl->ast->name_span, "class `%.*s` has no words",
                        AV_TEXT_ARG(decl->ast->name));
    }
    if (c->scratch->failed) av_ck_fail(c, AV_ERR_MEMORY);
}

static void check_texts(av_heard_by *h, const av_ast *first) {
    for (const av_ast *text = first; text; text = text->next) {
        av_net_mistake mistake;
        if (av_net_check(h->checker->scratch, av_ck_literal(h->checker, text), &mistake) != AV_OK)
            av_ck_fail(h->checker, AV_ERR_MEMORY);
        else if (mistake.message.len) report(h, text, &mistake);
    }
}

/* A member that is no pattern is reported where it stands; patterns leave it out. */
static void check_members(av_heard_by *h) {
    for (size_t i = 0; i < h->checker->decl_count; i++) {
        const av_decl *decl = &h->checker->decls[i];
        if (decl->ast->kind != AV_AST_WORDS) continue;
        check_texts(h, decl->ast->items);
        for (const av_extension *x = decl->extensions; x; x = x->next)
            check_texts(h, x->ast->items);
    }
}

/* ---- cues */

static uint32_t reach_of(av_checker *c, const av_ast *clause) {
    int64_t reach = 0;
    if (!clause->a) return 0;
    if (!av_int_parse(clause->a->name, &reach) || reach < 1 || reach > AV_PROSE_SENTENCE)
        av_ck_error(c, AV_E_OUT_OF_RANGE, clause->a->span, "a cue reaches from 1 to %d words",
                    AV_PROSE_SENTENCE);
    return (uint32_t)reach;
}

static void cue_patterns(av_heard_by *h, uint32_t cue, const av_ast *items) {
    for (const av_ast *clause = items; clause; clause = clause->next) {
        if (clause->kind != AV_AST_CLAUSE) continue;
        av_net_pattern meaning = {.owner = cue};
        switch (clause->word) {
        case AV_WORD_AHEAD: meaning.use = AV_NET_AHEAD; break;
        case AV_WORD_BEHIND: meaning.use = AV_NET_BEHIND; break;
        case AV_WORD_AROUND: meaning.use = AV_NET_AROUND; break;
        case AV_WORD_WITHIN: meaning.use = AV_NET_WITHIN; break;
        case AV_WORD_UNTIL: meaning.use = AV_NET_UNTIL; break;
        default:
            h->checker->program->cues[cue].neutral = true;
            av_ck_literal(h->checker, clause->a);
            continue;
        }
        meaning.reach = reach_of(h->checker, clause);
        for (const av_ast *text = clause->items; text; text = text->next)
            av_heard_add(h, text, meaning, true);
    }
}

static void add_cues(av_heard_by *h) {
    av_checker *c = h->checker;
    av_program *p = c->program;
    p->cues = AV_NEW_ARRAY(&p->arena, av_cue, AV_NET_CUES);
    if (!p->cues) {
        av_ck_fail(c, AV_ERR_MEMORY);
        return;
    }
    for (size_t i = 0; i < c->decl_count && c->status == AV_OK; i++) {
        av_decl *decl = &c->decls[i];
        if (decl->ast->kind != AV_AST_CUE) continue;
        if (p->cue_count == AV_NET_CUES) {
            av_ck_error(c, AV_E_TOO_MANY, decl->ast->name_span, "a program has at most %d cues",
                        AV_NET_CUES);
            return;
        }
        uint32_t cue = p->cue_count++;
        decl->index = cue;
        c->file = decl->file;
        p->cues[cue] = (av_cue){.name = av_ck_keep(c, decl->ast->name),
                                .label = decl->ast->c ? av_ck_literal(c, decl->ast->c)
                                                      : av_ck_keep(c, decl->ast->name)};
        p->cues[cue].label = av_ck_keep(c, p->cues[cue].label);
        cue_patterns(h, cue, decl->ast->items);
        for (const av_extension *x = decl->extensions; x; x = x->next) {
            c->file = x->file;
            cue_patterns(h, cue, x->ast->items);
        }
    }
}

void av_heard_gather(av_heard_by *h) {
    gather_classes(h);
    if (h->checker->status != AV_OK) return;
    check_members(h);
    add_cues(h);
}

/* ---- building: touches nothing of the checker, which is at work meanwhile */

/* The values a pattern takes are numbered over all patterns of its case. */
static av_status add(av_net_builder *builder, av_heard *pattern) {
    bool valued = pattern->meaning.use == AV_NET_SIGNAL;
    if (!pattern->first) {
        memcpy(pattern->captures, pattern[-1].captures, sizeof pattern->captures);
        pattern->capture_count = pattern[-1].capture_count;
    }
    return av_net_add(builder, pattern->pattern, pattern->meaning,
                      valued ? pattern->captures : NULL, valued ? &pattern->capture_count : NULL,
                      &pattern->mistake);
}

void av_heard_build(av_heard_by *h) {
    av_net_builder *builder = av_net_builder_new(&h->work, h->classes, h->class_count);
    if (!builder) {
        h->status = AV_ERR_MEMORY;
        return;
    }
    while (h->status == AV_OK && h->built < h->count) {
        h->status = add(builder, &h->items[h->built]);
        if (h->status == AV_OK) h->built++;
    }
    for (size_t i = 0; i < h->class_count && h->status == AV_OK; i++)
        h->status = av_net_know(builder, &h->classes[i]);
    if (h->status == AV_OK) h->status = av_net_finish(builder, &h->made, &h->net);
    av_net_builder_free(builder);
    av_arena_free(&h->work); /* bodies take its memory while they are checked */
}

/* ---- what came of it */

void av_heard_check(av_heard_by *h) {
    av_checker *c = h->checker;
    if (h->status == AV_ERR_LIMIT && h->built < h->count)
        av_ck_error(c, AV_E_TOO_MANY, h->items[h->built].text->span,
                    "the patterns of the program need more than %d places", AV_NET_POSITIONS);
    if (h->status != AV_OK) {
        av_ck_fail(c, h->status);
        return;
    }
    for (size_t i = 0; i < h->count; i++)
        if (h->items[i].meaning.use != AV_NET_SIGNAL) (void)av_heard_is_right(h, &h->items[i]);
    for (size_t i = 0; i < c->decl_count; i++)
        if (c->decls[i].ast->kind == AV_AST_CUE)
            c->program->cues[c->decls[i].index].site = av_ck_site(c, c->decls[i].ast->name_span);
    av_arena_adopt(&c->program->arena, &h->made);
    c->program->net = h->net;
}
