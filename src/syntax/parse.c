/* Stage 3: feeds the generated parser and mends what does not fit.
 *
 * Each token is tried on the parser's tables first. One that does not fit is reported once and then
 *
 *     mended       a misspelled word, `=` for `==`, a missing bracket: the token meant is fed and
 *                  nothing is lost
 *     or skipped   recovery brings the parser back to the innermost list; tokens are dropped, brackets in
 *                  pairs, until one fits there
 *
 * A declaration's word in the first column closes whatever is open. */
#include "syntax/parse_driver.h"

#include <string.h>

#include "base/buf.h"
#include "grammar.h"

enum {
    OPEN_BRACKETS = AV_PARSE_STACK, /* brackets followed at once */
    SAFE_HEIGHT = AV_PARSE_STACK - 2 * AV_PARSE_MOVES
};

av_tok av_drive_value_of(const av_token *token) {
    return (av_tok){token->start, token->end};
}

av_span av_drive_span_of(const av_driver *d, const av_token *token) {
    return (av_span){.start = token->start, .end = token->end, .source = d->parser.source};
}

av_text av_drive_text_of(const av_driver *d, const av_token *token) {
    return av_text_slice(d->parser.text, token->start, token->end - token->start);
}

/* ---- brackets */

uint8_t av_drive_closer_of(uint8_t kind) {
    switch (kind) {
    case AV_TOKEN_LBRACE: return AV_TOKEN_RBRACE;
    case AV_TOKEN_LPAREN:
    case AV_TOKEN_CALL: return AV_TOKEN_RPAREN;
    case AV_TOKEN_LBRACKET:
    case AV_TOKEN_INDEX: return AV_TOKEN_RBRACKET;
    case AV_TOKEN_OPEN: return AV_TOKEN_CLOSE;
    case AV_TOKEN_TEXT_OPEN: return AV_TOKEN_TEXT_CLOSE;
    case AV_TOKEN_TEMPLATE_OPEN: return AV_TOKEN_TEMPLATE_CLOSE;
    default: return 0;
    }
}

/* ---- feeding */

bool av_drive_fits(const av_driver *d, uint8_t kind) {
    return av_grammar_fits(d->grammar, kind);
}

bool av_drive_fits_then(const av_driver *d, uint8_t kind, uint8_t after) {
    uint8_t kinds[] = {kind, after};
    return av_grammar_accepts(d->grammar, kinds, 2);
}

/* What a kind of token means to what is open. */
typedef enum role {
    ROLE_NONE,
    ROLE_OPENS,
    ROLE_CLOSES,
    ROLE_LET,  /* its `in` ends the value */
    ROLE_LOOP, /* its `in` begins the list */
} role;

static const uint8_t roles[UINT8_MAX + 1] = {
    [AV_TOKEN_LBRACE] = ROLE_OPENS,      [AV_TOKEN_LPAREN] = ROLE_OPENS,
    [AV_TOKEN_CALL] = ROLE_OPENS,        [AV_TOKEN_LBRACKET] = ROLE_OPENS,
    [AV_TOKEN_INDEX] = ROLE_OPENS,       [AV_TOKEN_OPEN] = ROLE_OPENS,
    [AV_TOKEN_TEXT_OPEN] = ROLE_OPENS,   [AV_TOKEN_TEMPLATE_OPEN] = ROLE_OPENS,
    [AV_TOKEN_RBRACE] = ROLE_CLOSES,     [AV_TOKEN_RPAREN] = ROLE_CLOSES,
    [AV_TOKEN_RBRACKET] = ROLE_CLOSES,   [AV_TOKEN_CLOSE] = ROLE_CLOSES,
    [AV_TOKEN_TEXT_CLOSE] = ROLE_CLOSES, [AV_TOKEN_TEMPLATE_CLOSE] = ROLE_CLOSES,
    [AV_TOKEN_LET] = ROLE_LET,           [AV_TOKEN_FOR] = ROLE_LOOP,
    [AV_TOKEN_SOME] = ROLE_LOOP,         [AV_TOKEN_EVERY] = ROLE_LOOP,
    [AV_TOKEN_GROUP] = ROLE_LOOP,        [AV_TOKEN_TABLE] = ROLE_LOOP,
};

bool av_drive_is_closer(uint8_t kind) {
    return roles[kind] == ROLE_CLOSES;
}

static void note_pending(av_bracket *top, av_pending what) {
    if (top->pending_count == AV_COUNT(top->pending)) {
        memmove(top->pending, top->pending + 1, AV_COUNT(top->pending) - 1);
        top->pending_count--;
    }
    top->pending[top->pending_count++] = (uint8_t)what;
}

/* `in` ends the value of the innermost `let` unless a loop waits for its own. */
uint8_t av_drive_kind_of_in(av_driver *d) {
    av_bracket *top = &d->brackets[d->open];
    if (top->pending_count == 0) return AV_TOKEN_IN;
    return top->pending[--top->pending_count] == AV_PENDING_LET ? AV_TOKEN_LET_IN : AV_TOKEN_IN;
}

void av_drive_track(av_driver *d, uint8_t kind, size_t index) {
    switch ((role)roles[kind]) {
    case ROLE_NONE: break;
    case ROLE_OPENS:
        if (d->open + 1 < OPEN_BRACKETS) {
            av_bracket *bracket = &d->brackets[++d->open];
            bracket->kind = kind;
            bracket->pending_count = 0;
            bracket->token = (uint32_t)index;
        }
        break;
    case ROLE_CLOSES:
        if (d->open > 0) d->open--;
        break;
    case ROLE_LET: note_pending(&d->brackets[d->open], AV_PENDING_LET); break;
    case ROLE_LOOP: note_pending(&d->brackets[d->open], AV_PENDING_LOOP); break;
    }
}

void av_drive_feed(av_driver *d, uint8_t kind, size_t index) {
    (void)av_grammar(d->grammar, kind, av_drive_value_of(&d->tokens[index]));
    av_drive_track(d, kind, index);
    d->recovering = false;
}

/* ---- recovering */

static bool begins_declaration(uint8_t kind) {
    switch (kind) {
    case AV_TOKEN_MODULE:
    case AV_TOKEN_USE:
    case AV_TOKEN_ENUM:
    case AV_TOKEN_RECORD:
    case AV_TOKEN_CONST:
    case AV_TOKEN_FUNC:
    case AV_TOKEN_FACT:
    case AV_TOKEN_INFER:
    case AV_TOKEN_CONFLICT:
    case AV_TOKEN_DECISION:
    case AV_TOKEN_MATRIX:
    case AV_TOKEN_TABLE:
    case AV_TOKEN_COLLECTION:
    case AV_TOKEN_DERIVE:
    case AV_TOKEN_CHECK:
    case AV_TOKEN_SECTION:
    case AV_TOKEN_DOCUMENT:
    case AV_TOKEN_EMIT:
    case AV_TOKEN_TEST:
    case AV_TOKEN_EXTEND:
    case AV_TOKEN_OVERRIDE: return true;
    default: return false;
    }
}

/* Back to the innermost list that still has the parser's trust. */
static void recover(av_driver *d, size_t index) {
    av_grammar_recover(d->grammar, av_drive_value_of(&d->tokens[index]));
    d->level = av_grammar_brackets(d->grammar);
    d->recovering = true;
}

/* Closes whatever is open, so that a declaration can begin or the file end. */
static void close_all(av_driver *d, size_t index, bool quiet) {
    const av_token *token = &d->tokens[index];
    /* the lexer gave up on what stood there */
    bool broken = index > 0 && (token[-1].flags & AV_TOKEN_F_ERROR);
    if (!quiet && !broken && !av_drive_is_known(d, index)) {
        const av_bracket *culprit = &d->brackets[d->open];
        av_buf out;
        av_buf_init(&out, &d->parser.arena->host, 0);
        av_buf_printf(&out, "`%s` is missing before ",
                      av_drive_mark_of(av_drive_closer_of(culprit->kind)));
        av_drive_put_found(d, &out, token);
        av_diag *diag = av_drive_report(d, AV_E_UNCLOSED, token, &out);
        av_buf_free(&out);
        if (diag != NULL) {
            av_diag_label_add(d->parser.diags, diag,
                              av_drive_span_of(d, &d->tokens[culprit->token]),
                              "`%s` was opened here", av_drive_mark_of(culprit->kind));
        }
    }
    d->open = av_grammar_brackets(d->grammar) < d->open ? av_grammar_brackets(d->grammar) : d->open;
    while (d->open > 0 && d->parser.status == AV_OK) {
        uint8_t closer = av_drive_closer_of(d->brackets[d->open].kind);
        if (!av_drive_fits(d, closer)) {
            recover(d, index);
            if (d->open > d->level) d->open = d->level;
            if (d->open == 0) break;
            closer = av_drive_closer_of(d->brackets[d->open].kind);
        }
        if (av_drive_fits(d, closer)) {
            av_drive_feed(d, closer, index);
        } else {
            av_grammar_unwind(d->grammar, d->open - 1);
            d->open--;
        }
    }
    d->brackets[0].pending_count = 0;
}

/* One token while recovering: true when it was used up (dropped or fed). */
static bool skip(av_driver *d, size_t *at) {
    size_t index = *at;
    const av_token *token = &d->tokens[index];
    uint8_t kind = token->kind;
    if (kind == AV_TOKEN_END_OF_FILE ||
        ((token->flags & AV_TOKEN_F_COLUMN) && begins_declaration(kind))) {
        if (d->level < d->open) d->open = d->level;
        if (d->open > 0) close_all(d, index, true);
        d->recovering = false;
        if (kind != AV_TOKEN_END_OF_FILE && !av_drive_fits(d, kind)) recover(d, index);
        return false;
    }
    if (d->open > d->level) {
        if (av_drive_is_closer(kind)) {
            size_t match = d->open;
            while (match > 0 && av_drive_closer_of(d->brackets[match].kind) != kind) match--;
            if (match > d->level) {
                d->open = match - 1;
                return true;
            }
            if (match == 0) return true;
            d->open = d->level;
        } else {
            if (av_drive_closer_of(kind) != 0) av_drive_track(d, kind, index);
            return true;
        }
    }
    bool anchor =
        av_drive_is_closer(kind) || kind == AV_TOKEN_COMMA || kind == AV_TOKEN_SEMICOLON ||
        kind == AV_TOKEN_NAME_COLON || kind == AV_TOKEN_CHUNK ||
        (token->word != AV_NO_WORD && !av_drive_begins_value(kind) && !av_drive_goes_on(kind)) ||
        (token->flags & AV_TOKEN_F_FIRST);
    if (anchor && av_drive_fits(d, kind)) {
        d->recovering = false;
        return false;
    }
    if ((token->flags & AV_TOKEN_F_FIRST) && !av_drive_is_known(d, index)) {
        int mended = av_drive_mend(d, at);
        if (mended != 0) return mended == 1;
    }
    if (av_drive_closer_of(kind) != 0) av_drive_track(d, kind, index);
    return true;
}

/* ---- the loop */

static void too_deep(av_driver *d, size_t index) {
    if (!d->parser.too_deep) {
        av_diag_add(d->parser.diags, AV_E_TOO_DEEP, av_drive_span_of(d, &d->tokens[index]),
                    "this is nested too deep");
    }
    d->parser.too_deep = true;
    av_grammar_unwind(d->grammar, 0);
    d->level = 0;
    d->recovering = true;
    av_grammar_recover(d->grammar, av_drive_value_of(&d->tokens[index]));
}

static void take(av_driver *d, size_t *index) {
    const av_token *token = &d->tokens[*index];
    uint8_t kind = token->kind;
    if (kind == AV_TOKEN_BAD) return;
    if (d->recovering && skip(d, index)) return;
    if (d->recovering) return;
    if (kind == AV_TOKEN_IN) kind = av_drive_kind_of_in(d);
    if (av_grammar_height(d->grammar) >= SAFE_HEIGHT) {
        too_deep(d, *index);
        return;
    }
    if (av_grammar(d->grammar, kind, av_drive_value_of(token))) {
        av_drive_track(d, kind, *index);
        return;
    }
    bool declaration = (token->flags & AV_TOKEN_F_COLUMN) && begins_declaration(kind);
    if (d->open > 0 && (declaration || kind == AV_TOKEN_END_OF_FILE)) {
        close_all(d, *index, false);
        if (av_drive_fits(d, kind)) {
            av_drive_feed(d, kind, *index);
            return;
        }
    }
    int mended = av_drive_mend(d, index);
    if (mended == 2) av_drive_feed(d, kind, *index);
    if (mended != 0) return;
    if (av_drive_is_closer(kind) &&
        (d->open == 0 || av_drive_closer_of(d->brackets[d->open].kind) != kind)) {
        size_t match = d->open;
        while (match > 0 && av_drive_closer_of(d->brackets[match].kind) != kind) match--;
        uint8_t meant = d->open > 0 ? av_drive_closer_of(d->brackets[d->open].kind) : 0;
        bool follows = *index + 1 < d->count && token[1].kind == meant;
        if (match == 0 && meant != 0 && !follows && av_drive_fits(d, meant)) {
            av_diag *diag = av_drive_say(d, AV_E_UNCLOSED, *index,
                                         "this does not close the bracket that is open");
            av_drive_label_open(d, diag);
            av_drive_feed(d, meant, *index);
            return;
        }
        if (match == 0) {
            av_drive_say(d, AV_E_UNCLOSED, *index, "nothing is open that this could close");
            return;
        }
    }
    av_drive_report_unexpected(d, *index);
    recover(d, *index);
    if (skip(d, index)) return;
    if (!d->recovering && av_drive_fits(d, kind)) av_drive_feed(d, kind, *index);
}

static av_status run(av_driver *d) {
    for (size_t i = 0; i < d->count; i++) {
        take(d, &i);
        if (d->parser.diags->failed) d->parser.status = AV_ERR_MEMORY;
        if (d->parser.status != AV_OK) return d->parser.status;
    }
    return AV_OK;
}

av_status av_parse(av_arena *arena, av_diags *diags, uint16_t source, uint32_t *node_count,
                   av_syntax *out) {
    const av_alloc *host = &arena->host;
    size_t errors_before = diags->error_count;
    av_driver d = {.parser = {.arena = arena,
                              .texts = diags->arena,
                              .diags = diags,
                              .source = source,
                              .text = diags->sources->items[source].text,
                              .node_count = node_count}};
    *out = (av_syntax){0};
    d.parser.file = av_node(&d.parser, &(av_ast){.kind = AV_AST_FILE});
    /* Neither is read before it is written; clearing them would cost more than a small file
     * does. */
    d.grammar = av_alloc_new(host, av_grammar_size());
    d.brackets = av_alloc_new(host, OPEN_BRACKETS * sizeof(av_bracket));
    av_status status = d.parser.status;
    if (status == AV_OK && (d.grammar == NULL || d.brackets == NULL)) status = AV_ERR_MEMORY;
    if (status == AV_OK) status = av_lex(&d.lexer, arena, diags, source);
    if (status == AV_OK) {
        d.brackets[0] = (av_bracket){0};
        d.tokens = d.lexer.tokens;
        d.count = d.lexer.count;
        av_grammarInit(d.grammar, &d.parser);
        status = run(&d);
    }
    if (status == AV_OK) {
        d.parser.file->span = (av_span){.end = (uint32_t)d.parser.text.len, .source = source};
        out->file = d.parser.file;
        out->comments = d.lexer.comments;
        out->comment_count = d.lexer.comment_count;
        out->has_errors = diags->error_count > errors_before;
    }
    av_lex_free(&d.lexer);
    av_alloc_free(host, d.grammar, av_grammar_size());
    av_alloc_free(host, d.brackets, OPEN_BRACKETS * sizeof(av_bracket));
    return status;
}
