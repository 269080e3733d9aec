/* Mistakes that leave no doubt what was meant: reported, then read as meant, so that nothing after
 * them is lost. */
#include "syntax/parse_driver.h"

#include "base/buf.h"
#include "base/suggest.h"
#include "grammar.h"

/* Each returns true when it fed what was meant; `*index` is the last token used up. */

/* One mark for another. */
static bool mend_operator(av_driver *d, size_t index) {
    static const struct {
        uint8_t found, meant;
        const char *message;
    } slips[] = {
        {AV_TOKEN_ASSIGN, AV_TOKEN_EQ, "`=` gives a name its value; to compare, write `==`"},
        {AV_TOKEN_EQ, AV_TOKEN_ASSIGN, "`==` compares; a name gets its value by `=`"},
        {AV_TOKEN_BARS, AV_TOKEN_OR, "`||` is not an operator; write `or`"},
        {AV_TOKEN_LPAREN, AV_TOKEN_CALL,
         "the `(` of a call follows the name directly, without a space"},
    };
    for (size_t i = 0; i < AV_COUNT(slips); i++) {
        if (d->tokens[index].kind != slips[i].found || !av_drive_fits(d, slips[i].meant)) continue;
        av_drive_say(d, AV_E_SYNTAX, index, slips[i].message);
        av_drive_feed(d, slips[i].meant, index);
        return true;
    }
    return false;
}

/* `name = value` and `name : value` where `name: value` is meant; `name:` where the name alone
 * is. */
static bool mend_colon(av_driver *d, size_t *index) {
    const av_token *token = &d->tokens[*index];
    uint8_t next = *index + 1 < d->count ? token[1].kind : (uint8_t)AV_TOKEN_END_OF_FILE;
    if (token->kind == AV_TOKEN_NAME_COLON && av_drive_fits(d, AV_TOKEN_NAME) &&
        next != AV_TOKEN_NAME) {
        av_diag *diag = av_drive_say(d, AV_E_SYNTAX, *index, "no `:` stands here after the name");
        if (diag != NULL) av_drive_label_open(d, diag);
        av_drive_feed(d, AV_TOKEN_NAME, *index);
        return true;
    }
    bool word = token->kind == AV_TOKEN_NAME || token->word != AV_NO_WORD;
    if (!word || !av_drive_fits(d, AV_TOKEN_NAME_COLON) || av_drive_fits(d, AV_TOKEN_NAME))
        return false;
    if (next != AV_TOKEN_ASSIGN && next != AV_TOKEN_COLON) {
        if (token->kind != AV_TOKEN_NAME || !av_drive_fits_then(d, AV_TOKEN_NAME_COLON, next))
            return false;
        av_text name = av_drive_text_of(d, token);
        if (!av_drive_is_known(d, *index)) {
            av_buf out;
            av_buf_init(&out, &d->parser.arena->host, 0);
            av_buf_printf(&out, "`:` is missing after `%.*s`", AV_TEXT_ARG(name));
            av_drive_report(d, AV_E_SYNTAX, token, &out);
            av_buf_free(&out);
        }
        av_drive_feed(d, AV_TOKEN_NAME_COLON, *index);
        return true;
    }
    av_drive_say(d, AV_E_SYNTAX, *index + 1,
                 next == AV_TOKEN_COLON
                     ? "the `:` follows its name directly, without a space"
                     : "a field gets its value by `:` directly after its name, not by `=`");
    av_drive_feed(d, AV_TOKEN_NAME_COLON, *index);
    ++*index;
    return true;
}

static bool mend_spelling(av_driver *d, size_t index) {
    const av_token *token = &d->tokens[index];
    if (token->kind != AV_TOKEN_NAME) return false;
    av_suggest near;
    av_text found = av_drive_text_of(d, token);
    av_suggest_init(&near, found);
    for (int word = AV_NO_WORD + 1; word < AV_WORD_COUNT; word++) {
        const char *spelling = av_word_spelling((av_word)word);
        if (spelling[2] != 0 && av_drive_fits(d, av_lex_word_kind((av_word)word)))
            av_suggest_offer(&near, av_text_from(spelling));
    }
    av_word word = near.best.len > 0 ? av_word_find(near.best) : AV_NO_WORD;
    if (word == AV_NO_WORD) return false;
    uint8_t next = index + 1 < d->count ? token[1].kind : (uint8_t)AV_TOKEN_END_OF_FILE;
    if (!av_drive_fits_then(d, av_lex_word_kind(word), next)) return false;
    if (!av_drive_is_known(d, index)) {
        av_buf out;
        av_buf_init(&out, &d->parser.arena->host, 0);
        av_buf_printf(&out, "expected `%s`", av_word_spelling(word));
        if (index > 0 && token[-1].kind != AV_TOKEN_CHUNK) {
            av_buf_puts(&out, " after ");
            av_drive_put_found(d, &out, token - 1);
        }
        av_buf_printf(&out, ", found `%.*s`", AV_TEXT_ARG(found));
        av_diag *diag = av_drive_report(d, AV_E_SYNTAX, token, &out);
        av_buf_free(&out);
        if (diag != NULL) av_diag_suggest(d->parser.diags, diag, near.best);
    }
    av_drive_feed(d, av_lex_word_kind(word), index);
    return true;
}

/* A reserved word where a name stands, when what follows agrees that a name was meant. */
static bool mend_reserved(av_driver *d, size_t index) {
    const av_token *token = &d->tokens[index];
    if (token->word == AV_NO_WORD || index + 1 >= d->count) return false;
    if (!av_drive_fits_then(d, AV_TOKEN_NAME, token[1].kind)) return false;
    av_text word = av_drive_text_of(d, token);
    if (!av_drive_is_known(d, index)) {
        av_buf out;
        av_buf_init(&out, &d->parser.arena->host, 0);
        av_buf_printf(&out, "`%.*s` is a word of the language and cannot be a name here",
                      AV_TEXT_ARG(word));
        av_diag *diag = av_drive_report(d, AV_E_RESERVED, token, &out);
        av_buf_free(&out);
        if (diag != NULL) {
            av_diag_help(d->parser.diags, diag, "choose another name, such as `the_%.*s`",
                         AV_TEXT_ARG(word));
        }
    }
    av_drive_feed(d, AV_TOKEN_NAME, index);
    return true;
}

/* Closing marks forgotten before token `index`: up to four that make it fit. */
static bool mend_unclosed(av_driver *d, size_t index) {
    const av_token *token = &d->tokens[index];
    bool plausible = av_drive_is_closer(token->kind) || token->word != AV_NO_WORD ||
                     token->kind == AV_TOKEN_END_OF_FILE || token->kind == AV_TOKEN_NAME_COLON ||
                     (token->flags & AV_TOKEN_F_FIRST);
    if (!plausible) return false;
    uint8_t kinds[5];
    size_t count = 0;
    while (count < 4 && count < d->open) {
        uint8_t closer = av_drive_closer_of(d->brackets[d->open - count].kind);
        if (closer == AV_TOKEN_TEXT_CLOSE || closer == AV_TOKEN_TEMPLATE_CLOSE ||
            closer == AV_TOKEN_CLOSE)
            return false;
        kinds[count++] = closer;
        kinds[count] = token->kind;
        if (av_grammar_accepts(d->grammar, kinds, count + 1)) break;
        if (count == 4 || count == d->open) return false;
    }
    if (count == 0) return false;
    for (size_t i = 0; i < count; i++) {
        const av_bracket *top = &d->brackets[d->open];
        if (i == 0 && !av_drive_is_known(d, index)) {
            av_buf out;
            av_buf_init(&out, &d->parser.arena->host, 0);
            av_buf_printf(&out, "`%s` is missing before ", av_drive_mark_of(kinds[i]));
            av_drive_put_found(d, &out, token);
            av_diag *diag = av_drive_report(d, AV_E_UNCLOSED, token, &out);
            av_buf_free(&out);
            if (diag != NULL) {
                av_diag_label_add(d->parser.diags, diag,
                                  av_drive_span_of(d, &d->tokens[top->token]),
                                  "`%s` was opened here", av_drive_mark_of(top->kind));
            }
        }
        av_drive_feed(d, kinds[i], index);
    }
    return true;
}

/* A mark or word left out before token `index`, or another word in its place; the result is that of
 * av_drive_mend(). */
static int mend_missing(av_driver *d, size_t index) {
    static const uint8_t missing[] = {AV_TOKEN_LBRACE, AV_TOKEN_ASSIGN, AV_TOKEN_OF,
                                      AV_TOKEN_THEN,   AV_TOKEN_BY,     AV_TOKEN_IN};
    const av_token *token = &d->tokens[index];
    uint8_t next = index + 1 < d->count ? token[1].kind : (uint8_t)AV_TOKEN_END_OF_FILE;
    for (size_t i = 0; i < AV_COUNT(missing); i++) {
        uint8_t kind = missing[i];
        if ((kind == AV_TOKEN_LBRACE || kind == AV_TOKEN_IN) && av_drive_fits(d, AV_TOKEN_AND))
            continue;
        uint8_t inserted[] = {kind, token->kind, next};
        bool before = av_grammar_accepts(d->grammar, inserted, 3);
        bool instead = !before && token->kind == AV_TOKEN_NAME && av_drive_fits_then(d, kind, next);
        if (!before && !instead) continue;
        if (!av_drive_is_known(d, index)) {
            av_buf out;
            av_buf_init(&out, &d->parser.arena->host, 0);
            if (instead) av_buf_puts(&out, "expected ");
            av_drive_put_kind(&out, kind);
            av_buf_puts(&out, instead ? ", found " : " is missing before ");
            av_drive_put_found(d, &out, token);
            av_drive_report(d, AV_E_SYNTAX, token, &out);
            av_buf_free(&out);
        }
        if (kind == AV_TOKEN_IN) (void)av_drive_kind_of_in(d);
        av_drive_feed(d, kind, index);
        return instead ? 1 : 2;
    }
    return 0;
}

/* Tries all mends at token `*index`: 0 none, 1 the token is used up, 2 it fits now. */
int av_drive_mend(av_driver *d, size_t *index) {
    const av_token *token = &d->tokens[*index];
    bool line_start = (token->flags & AV_TOKEN_F_FIRST) && token->word != AV_NO_WORD;
    if (line_start && mend_unclosed(d, *index)) return 2;
    if (mend_operator(d, *index) || mend_reserved(d, *index) || mend_spelling(d, *index) ||
        mend_colon(d, index))
        return 1;
    return mend_unclosed(d, *index) ? 2 : mend_missing(d, *index);
}
