#include "syntax/parse_driver.h"

#include <string.h>

#include "base/buf.h"
#include "grammar.h"

enum { EXPECTED_MAX = 6 /* most things a message says were expected */ };

enum {
    VALUE = 1,   /**< begins an expression */
    GOES_ON = 2, /**< goes on with an expression */
    COMPARES = 4 /**< a comparison */
};

/** What messages know about a kind of token; reserved words are looked up by their spelling. */
typedef struct token_kind {
    const char *mark;   /**< its spelling; NULL when it has several */
    const char *called; /**< what it is called instead */
    uint8_t traits;
} token_kind;

static const token_kind token_kinds[] = {
    [AV_TOKEN_LBRACE] = {.mark = "{", .traits = VALUE},
    [AV_TOKEN_OPEN] = {.mark = "{"},
    [AV_TOKEN_RBRACE] = {.mark = "}"},
    [AV_TOKEN_CLOSE] = {.mark = "}"},
    [AV_TOKEN_LPAREN] = {.mark = "(", .traits = VALUE},
    [AV_TOKEN_CALL] = {.mark = "(", .traits = GOES_ON},
    [AV_TOKEN_RPAREN] = {.mark = ")"},
    [AV_TOKEN_LBRACKET] = {.mark = "[", .traits = VALUE},
    [AV_TOKEN_INDEX] = {.mark = "[", .traits = GOES_ON},
    [AV_TOKEN_RBRACKET] = {.mark = "]"},
    [AV_TOKEN_TEXT_OPEN] = {.mark = "\"", .traits = VALUE},
    [AV_TOKEN_TEXT_CLOSE] = {.mark = "\""},
    [AV_TOKEN_TEMPLATE_OPEN] = {.mark = "\"\"\"", .traits = VALUE},
    [AV_TOKEN_TEMPLATE_CLOSE] = {.mark = "\"\"\""},
    [AV_TOKEN_COMMA] = {.mark = ",", .traits = GOES_ON},
    [AV_TOKEN_SEMICOLON] = {.mark = ";", .traits = GOES_ON},
    [AV_TOKEN_COLON] = {.mark = ":"},
    [AV_TOKEN_PIPE] = {.mark = "|"},
    [AV_TOKEN_BARS] = {.mark = "||"},
    [AV_TOKEN_ASSIGN] = {.mark = "="},
    [AV_TOKEN_EQ] = {.mark = "==", .traits = GOES_ON | COMPARES},
    [AV_TOKEN_NE] = {.mark = "!=", .traits = GOES_ON | COMPARES},
    [AV_TOKEN_LT] = {.mark = "<", .traits = GOES_ON | COMPARES},
    [AV_TOKEN_LE] = {.mark = "<=", .traits = GOES_ON | COMPARES},
    [AV_TOKEN_GT] = {.mark = ">", .traits = GOES_ON | COMPARES},
    [AV_TOKEN_GE] = {.mark = ">=", .traits = GOES_ON | COMPARES},
    [AV_TOKEN_IN] = {.traits = GOES_ON | COMPARES},
    [AV_TOKEN_NOT_IN] = {.mark = "not in", .traits = GOES_ON | COMPARES},
    [AV_TOKEN_PLUS] = {.mark = "+", .traits = GOES_ON},
    [AV_TOKEN_MINUS] = {.mark = "-", .traits = VALUE | GOES_ON},
    [AV_TOKEN_STAR] = {.mark = "*", .traits = GOES_ON},
    [AV_TOKEN_SLASH] = {.mark = "/", .traits = GOES_ON},
    [AV_TOKEN_PERCENT] = {.mark = "%", .traits = GOES_ON},
    [AV_TOKEN_OR_ELSE] = {.mark = "??", .traits = GOES_ON},
    [AV_TOKEN_DOTDOT] = {.mark = "..", .traits = GOES_ON},
    [AV_TOKEN_OR] = {.traits = GOES_ON},
    [AV_TOKEN_AND] = {.traits = GOES_ON},
    [AV_TOKEN_WITH] = {.traits = GOES_ON},
    [AV_TOKEN_FIELD] = {.called = "a field, as in `.name`", .traits = GOES_ON},
    [AV_TOKEN_NAME] = {.called = "a name", .traits = VALUE},
    [AV_TOKEN_NAME_COLON] = {.called = "a name with its colon, as in `name:`"},
    [AV_TOKEN_INT] = {.called = "a number", .traits = VALUE},
    [AV_TOKEN_SIGNED] = {.called = "a weight, as in `+2`", .traits = VALUE},
    [AV_TOKEN_DECIMAL] = {.traits = VALUE},
    [AV_TOKEN_MONEY] = {.traits = VALUE},
    [AV_TOKEN_TEXT] = {.called = "a text in quotes", .traits = VALUE},
    [AV_TOKEN_END_OF_FILE] = {.called = "the end of the file"},
    [AV_TOKEN_TRUE] = {.traits = VALUE},
    [AV_TOKEN_FALSE] = {.traits = VALUE},
    [AV_TOKEN_NONE] = {.traits = VALUE},
    [AV_TOKEN_NOT] = {.traits = VALUE},
    [AV_TOKEN_IF] = {.traits = VALUE},
    [AV_TOKEN_LET] = {.traits = VALUE},
    [AV_TOKEN_FOR] = {.traits = VALUE},
    [AV_TOKEN_SOME] = {.traits = VALUE},
    [AV_TOKEN_EVERY] = {.traits = VALUE},
    [AV_TOKEN_GROUP] = {.traits = VALUE},
    [AV_TOKEN_ANY] = {.traits = VALUE},
    [AV_TOKEN_ALL] = {.traits = VALUE},
    [AV_TOKEN_AT] = {.traits = VALUE},
    [AV_TOKEN_ROWS] = {.traits = VALUE},
};

static token_kind token_kind_of(uint8_t kind) {
    return kind < AV_COUNT(token_kinds) ? token_kinds[kind] : (token_kind){0};
}

const char *av_drive_mark_of(uint8_t kind) {
    return token_kind_of(kind).mark;
}

bool av_drive_goes_on(uint8_t kind) {
    return (token_kind_of(kind).traits & GOES_ON) != 0;
}

bool av_drive_begins_value(uint8_t kind) {
    return (token_kind_of(kind).traits & VALUE) != 0;
}

void av_drive_put_kind(av_buf *out, uint8_t kind) {
    token_kind info = token_kind_of(kind);
    if (info.called != NULL) {
        av_buf_puts(out, info.called);
        return;
    }
    for (int word = AV_NO_WORD + 1; info.mark == NULL && word < AV_WORD_COUNT; word++) {
        if (av_lex_word_kind((av_word)word) == kind) info.mark = av_word_spelling((av_word)word);
    }
    if (info.mark != NULL) {
        av_buf_printf(out, "`%s`", info.mark);
    } else {
        av_buf_puts(out, "something else");
    }
}

void av_drive_put_found(const av_driver *d, av_buf *out, const av_token *token) {
    av_text text = av_drive_text_of(d, token);
    size_t line = av_text_find(text, AV_TEXT("\n"), 0);
    if (line != SIZE_MAX) text.len = line;
    switch (token->kind) {
    case AV_TOKEN_END_OF_FILE: av_buf_puts(out, "the end of the file"); return;
    case AV_TOKEN_NAME_COLON: av_buf_printf(out, "`%.*s:`", AV_TEXT_ARG(text)); return;
    case AV_TOKEN_FIELD: av_buf_printf(out, "`.%.*s`", AV_TEXT_ARG(text)); return;
    case AV_TOKEN_TEXT_OPEN: av_buf_puts(out, "a text"); return;
    case AV_TOKEN_TEMPLATE_OPEN: av_buf_puts(out, "a template"); return;
    case AV_TOKEN_CHUNK: av_buf_puts(out, "text"); return;
    default:
        if (text.len > 40) {
            av_buf_printf(out, "`%.*s...`", 37, text.ptr);
        } else {
            av_buf_printf(out, "`%.*s`", AV_TEXT_ARG(text));
        }
    }
}

/* Words that end the item at hand rather than go on with it: said only when there is room. */
static bool begins_next(uint8_t kind) {
    return kind == AV_TOKEN_CASE || kind == AV_TOKEN_OTHERWISE || kind == AV_TOKEN_OVERRIDE ||
           kind == AV_TOKEN_AS;
}

/* The kinds of token that fit, the most telling first; an expression counts as one. Returns how
 * many. */
static size_t expected(const av_driver *d, uint8_t *kinds, size_t max, bool *value) {
    size_t count = 0;
    bool after_value = av_drive_fits(d, AV_TOKEN_AND);
    *value = av_drive_fits(d, AV_TOKEN_NAME) && av_drive_fits(d, AV_TOKEN_LPAREN) &&
             av_drive_fits(d, AV_TOKEN_NOT);
    static const uint8_t marks[] = {
        AV_TOKEN_NAME,   AV_TOKEN_NAME_COLON, AV_TOKEN_TEXT,  AV_TOKEN_SIGNED, AV_TOKEN_INT,
        AV_TOKEN_ASSIGN, AV_TOKEN_COLON,      AV_TOKEN_CALL,  AV_TOKEN_SLASH,  AV_TOKEN_PIPE,
        AV_TOKEN_BARS,   AV_TOKEN_DOTDOT,     AV_TOKEN_LBRACE};
    for (size_t i = 0; i < AV_COUNT(marks) && count < max; i++) {
        uint8_t kind = marks[i];
        if (*value && av_drive_begins_value(kind)) continue;
        if (after_value && (av_drive_goes_on(kind) || kind == AV_TOKEN_LBRACE)) continue;
        if (av_drive_fits(d, kind)) kinds[count++] = kind;
    }
    for (int next = 0; next < 2; next++) {
        for (int word = AV_NO_WORD + 1; word < AV_WORD_COUNT && count < max; word++) {
            uint8_t kind = av_lex_word_kind((av_word)word);
            if (begins_next(kind) != (next == 1)) continue;
            if ((after_value && av_drive_goes_on(kind)) || (*value && av_drive_begins_value(kind)))
                continue;
            if (av_lex_word_is_soft((av_word)word) && av_drive_fits(d, AV_TOKEN_NAME)) continue;
            if (av_drive_fits(d, kind)) kinds[count++] = kind;
        }
    }
    static const uint8_t closers[] = {AV_TOKEN_RBRACE, AV_TOKEN_RPAREN, AV_TOKEN_RBRACKET,
                                      AV_TOKEN_CLOSE};
    for (size_t i = 0; i < AV_COUNT(closers) && count < max; i++) {
        if (av_drive_fits(d, closers[i])) kinds[count++] = closers[i];
    }
    return count;
}

/* No second error on the line of `token`. Each line is gone through once. */
static void line_is_known(av_driver *d, const av_token *token) {
    av_text text = d->parser.text;
    size_t line_end = token->end;
    while (line_end < text.len && text.ptr[line_end] != '\n') line_end++;
    d->error_line = line_end + 1;
}

av_diag *av_drive_report(av_driver *d, av_diag_code code, const av_token *token, av_buf *message) {
    if (message->status != AV_OK) {
        d->parser.status = message->status;
        return NULL;
    }
    line_is_known(d, token);
    return av_diag_add(d->parser.diags, code, av_drive_span_of(d, token), "%.*s",
                       AV_TEXT_ARG(av_buf_text(message)));
}

static bool lexer_found_fault(const av_driver *d, size_t index) {
    for (size_t i = index + 1; i-- > 0;) {
        if (d->tokens[i].flags & AV_TOKEN_F_ERROR) return true;
        if (d->tokens[i].flags & AV_TOKEN_F_FIRST) break;
    }
    for (size_t i = index + 1; i < d->count && !(d->tokens[i].flags & AV_TOKEN_F_FIRST); i++) {
        if (d->tokens[i].flags & AV_TOKEN_F_ERROR) return true;
    }
    return false;
}

bool av_drive_is_known(av_driver *d, size_t index) {
    const av_token *token = &d->tokens[index];
    if (token->start < d->error_line) return true;
    if (!lexer_found_fault(d, index)) return false;
    line_is_known(d, token);
    return true;
}

void av_drive_label_open(av_driver *d, av_diag *diag) {
    if (diag == NULL || d->open == 0) return;
    const av_bracket *top = &d->brackets[d->open];
    av_diag_label_add(d->parser.diags, diag, av_drive_span_of(d, &d->tokens[top->token]),
                      "opened here");
}

/* The commonest words of other languages where ours has another. */
static const char *foreign_word(av_text word) {
    static const struct {
        const char *theirs, *ours;
    } words[] = {
        {"elif", "`else if`"},
        {"elseif", "`else if`"},
        {"endif", "`end`"},
        {"endfor", "`end`"},
        {"null", "`none`"},
        {"nil", "`none`"},
        {"return", "only the expression"},
        {"var", "`const`"},
        {"def", "`func`"},
        {"fn", "`func`"},
        {"function", "`func`"},
        {"import", "`use`"},
        {"include", "`use`"},
        {"switch", "`decision`"},
        {"default", "`otherwise`"},
        {"struct", "`record`"},
        {"reason", "`because`"},
        {"desc", "`descending`"},
        {"foreach", "`for`"},
        {"assert", "`expect`"},
        {"unless", "`when not`"},
    };
    for (size_t i = 0; i < AV_COUNT(words); i++) {
        if (av_text_equal(word, av_text_from(words[i].theirs))) return words[i].ours;
    }
    return NULL;
}

static void advise(av_driver *d, av_diag *diag, size_t index) {
    if (diag == NULL) return;
    const av_token *token = &d->tokens[index], *last = index > 0 ? token - 1 : NULL;
    av_diags *diags = d->parser.diags;
    const char *foreign =
        token->kind == AV_TOKEN_NAME ? foreign_word(av_drive_text_of(d, token)) : NULL;
    if (foreign == NULL && last != NULL && last->kind == AV_TOKEN_NAME)
        foreign = foreign_word(av_drive_text_of(d, last));
    if (foreign != NULL) {
        av_diag_help(diags, diag, "write %s", foreign);
    } else if (token->kind == AV_TOKEN_INT && av_drive_fits(d, AV_TOKEN_SIGNED)) {
        av_diag_help(diags, diag, "a weight has its sign: write `+%.*s`",
                     AV_TEXT_ARG(av_drive_text_of(d, token)));
    } else if (token->kind == AV_TOKEN_CALL && last != NULL && last->kind == AV_TOKEN_FIELD) {
        av_diag_help(diags, diag, "functions are called by name: f(x), not x.f()");
    } else if (token->kind == AV_TOKEN_DOTDOT) {
        av_diag_help(diags, diag, "a range stands after `in`, in a type, or in a cell of a table");
    } else if ((token->kind == AV_TOKEN_PIPE || token->kind == AV_TOKEN_BARS) && last != NULL &&
               (last->kind == AV_TOKEN_PIPE || last->kind == AV_TOKEN_BARS)) {
        av_diag_help(diags, diag, "an empty cell is written `-`");
    } else if (token->kind == AV_TOKEN_BARS) {
        av_diag_help(diags, diag,
                     "`||` parts the inputs of a table from its outputs; the operator is `or`");
    } else if (token->kind == AV_TOKEN_NAME && last != NULL && last->kind == AV_TOKEN_NAME &&
               av_drive_fits(d, AV_TOKEN_ASSIGN)) {
        av_diag_help(diags, diag, "a type stands after a colon: `%.*s: %.*s`",
                     AV_TEXT_ARG(av_drive_text_of(d, last)),
                     AV_TEXT_ARG(av_drive_text_of(d, token)));
    }
}

av_diag *av_drive_say(av_driver *d, av_diag_code code, size_t index, const char *message) {
    if (av_drive_is_known(d, index)) return NULL;
    av_buf out;
    av_buf_init(&out, &d->parser.arena->host, 0);
    av_buf_puts(&out, message);
    av_diag *diag = av_drive_report(d, code, &d->tokens[index], &out);
    av_buf_free(&out);
    return diag;
}

/* Mistakes whose name says more than what was expected. */
static bool report_by_name(av_driver *d, size_t index) {
    const av_token *token = &d->tokens[index];
    if (!av_drive_fits(d, AV_TOKEN_AND)) return false;
    const char *message, *help;
    if ((token_kind_of(token->kind).traits & COMPARES) != 0) {
        message = "comparisons do not chain";
        help = "write `a < b and b < c`";
    } else if (token->kind == AV_TOKEN_SIGNED ||
               (token->kind == AV_TOKEN_DECIMAL && av_drive_fits(d, AV_TOKEN_PLUS) &&
                strchr("+-", d->parser.text.ptr[token->start]) != NULL)) {
        message = "a sign directly before a number makes a number of its own";
        help = "write a space after the sign to add or subtract";
    } else {
        return false;
    }
    av_diag *diag = av_drive_say(d, AV_E_SYNTAX, index, message);
    if (diag != NULL) av_diag_help(d->parser.diags, diag, "%s", help);
    return true;
}

void av_drive_report_unexpected(av_driver *d, size_t index) {
    if (av_drive_is_known(d, index) || report_by_name(d, index)) return;
    const av_token *token = &d->tokens[index];
    uint8_t kinds[64];
    bool value;
    size_t count = expected(d, kinds, AV_COUNT(kinds), &value);
    av_buf out;
    av_buf_init(&out, &d->parser.arena->host, 0);
    bool found = false;
    if (count == 0 && !value) {
        av_drive_put_found(d, &out, token);
        av_buf_puts(&out,
                    token->kind == AV_TOKEN_END_OF_FILE ? " comes too early" : " does not fit");
    } else {
        bool top = av_drive_fits(d, AV_TOKEN_ENUM) && av_drive_fits(d, AV_TOKEN_DECISION);
        bool more = count > EXPECTED_MAX && !top;
        if (more) count = EXPECTED_MAX - 1;
        if (top) count = 0;
        av_buf_puts(&out, top ? "expected a declaration" : "expected ");
        if (value) {
            av_buf_puts(&out, "an expression");
            if (count > 0 && !more) av_buf_puts(&out, count > 1 ? ", " : " or ");
            if (more) count = 0;
        }
        for (size_t i = 0; i < count; i++) {
            av_drive_put_kind(&out, kinds[i]);
            if (i + 2 < count || (more && i + 1 < count)) av_buf_puts(&out, ", ");
            if (i + 2 == count && !more) av_buf_puts(&out, " or ");
        }
        if (more && !value) av_buf_puts(&out, " or the like");
        found = true;
    }
    if (index > 0 && token[-1].kind != AV_TOKEN_CHUNK) {
        av_buf_puts(&out, " after ");
        av_drive_put_found(d, &out, token - 1);
    }
    if (found) {
        av_buf_puts(&out, ", found ");
        av_drive_put_found(d, &out, token);
    }
    av_diag *diag = av_drive_report(d, AV_E_SYNTAX, token, &out);
    av_buf_free(&out);
    advise(d, diag, index);
}
