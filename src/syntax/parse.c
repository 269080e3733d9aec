/* Stage 3: feeds the generated parser and mends what does not fit.
 *
 * Each token is tried on the parser's tables first. One that does not fit is reported once and then, in this order,
 *   mended      a misspelled word, `=` for `==`, a missing bracket: the token meant is fed and nothing is lost;
 *   skipped to  BAD brings the parser back to the innermost list; tokens are dropped, brackets in pairs, until one
 *               fits there. A declaration's word in the first column closes whatever is open. */
#include "syntax/parse.h"

#include <string.h>

#include "base/buf.h"
#include "base/suggest.h"
#include "grammar.h"

enum {
    OPEN_BRACKETS = AV_PARSE_STACK, /* brackets followed at once */
    SAFE_HEIGHT   = AV_PARSE_STACK - 64,
    EXPECTED_MAX  = 6 /* most things a message says were expected */
};

/* What `in` means after the words at hand. */
enum pending { PENDING_LET, PENDING_LOOP };

typedef struct bracket {
    uint8_t kind; /* terminal that opened it */
    uint8_t pending[14];
    uint8_t pending_count;
    uint32_t token; /* index */
} bracket;

typedef struct driver {
    av_parser parser;
    av_lexer lexer;
    void *grammar;
    const av_token *tokens;
    size_t count;
    bracket *brackets;
    size_t open;
    size_t errors;          /* reported by the parser itself */
    size_t error_line;      /* offset just after the line of the last error: no second one on the same line */
    bool recovering;        /* tokens are dropped until one fits */
    size_t level;           /* brackets open around the list recovered to */
} driver;

static av_tok value_of(const av_token *token) {
    return (av_tok){token->start, token->end};
}

static av_span span_of(const driver *d, const av_token *token) {
    return (av_span){.start = token->start, .end = token->end, .source = d->parser.source};
}

static av_text text_of(const driver *d, const av_token *token) {
    return av_text_slice(d->parser.text, token->start, token->end - token->start);
}

/* ---- brackets */

static uint8_t closer_of(uint8_t kind) {
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

static bool is_closer(uint8_t kind) {
    switch (kind) {
    case AV_TOKEN_RBRACE:
    case AV_TOKEN_RPAREN:
    case AV_TOKEN_RBRACKET:
    case AV_TOKEN_CLOSE:
    case AV_TOKEN_TEXT_CLOSE:
    case AV_TOKEN_TEMPLATE_CLOSE: return true;
    default: return false;
    }
}

static const char *mark_of(uint8_t kind) {
    switch (kind) {
    case AV_TOKEN_LBRACE:
    case AV_TOKEN_OPEN: return "{";
    case AV_TOKEN_RBRACE:
    case AV_TOKEN_CLOSE: return "}";
    case AV_TOKEN_LPAREN:
    case AV_TOKEN_CALL: return "(";
    case AV_TOKEN_RPAREN: return ")";
    case AV_TOKEN_LBRACKET:
    case AV_TOKEN_INDEX: return "[";
    case AV_TOKEN_RBRACKET: return "]";
    case AV_TOKEN_TEXT_OPEN:
    case AV_TOKEN_TEXT_CLOSE: return "\"";
    case AV_TOKEN_TEMPLATE_OPEN:
    case AV_TOKEN_TEMPLATE_CLOSE: return "\"\"\"";
    case AV_TOKEN_COMMA: return ",";
    case AV_TOKEN_SEMICOLON: return ";";
    case AV_TOKEN_COLON: return ":";
    case AV_TOKEN_PIPE: return "|";
    case AV_TOKEN_BARS: return "||";
    case AV_TOKEN_ASSIGN: return "=";
    case AV_TOKEN_EQ: return "==";
    case AV_TOKEN_NE: return "!=";
    case AV_TOKEN_LT: return "<";
    case AV_TOKEN_LE: return "<=";
    case AV_TOKEN_GT: return ">";
    case AV_TOKEN_GE: return ">=";
    case AV_TOKEN_PLUS: return "+";
    case AV_TOKEN_MINUS: return "-";
    case AV_TOKEN_STAR: return "*";
    case AV_TOKEN_SLASH: return "/";
    case AV_TOKEN_PERCENT: return "%";
    case AV_TOKEN_OR_ELSE: return "??";
    case AV_TOKEN_DOTDOT: return "..";
    case AV_TOKEN_NOT_IN: return "not in";
    default: return NULL;
    }
}

/* ---- feeding */

static bool fits(const driver *d, uint8_t kind) {
    return av_grammar_accepts(d->grammar, &kind, 1);
}

static bool fits_then(const driver *d, uint8_t kind, uint8_t after) {
    uint8_t kinds[] = {kind, after};
    return av_grammar_accepts(d->grammar, kinds, 2);
}

static void note_pending(driver *d, uint8_t kind) {
    bracket *top = &d->brackets[d->open];
    if (kind == AV_TOKEN_LET || kind == AV_TOKEN_FOR || kind == AV_TOKEN_SOME || kind == AV_TOKEN_EVERY ||
        kind == AV_TOKEN_GROUP || kind == AV_TOKEN_TABLE) {
        if (top->pending_count == AV_COUNT(top->pending)) {
            memmove(top->pending, top->pending + 1, AV_COUNT(top->pending) - 1);
            top->pending_count--;
        }
        top->pending[top->pending_count++] = kind == AV_TOKEN_LET ? PENDING_LET : PENDING_LOOP;
    }
}

/* `in` ends the value of the innermost `let` unless a loop waits for its own. */
static uint8_t kind_of_in(driver *d) {
    bracket *top = &d->brackets[d->open];
    if (top->pending_count == 0) return AV_TOKEN_IN;
    return top->pending[--top->pending_count] == PENDING_LET ? AV_TOKEN_LET_IN : AV_TOKEN_IN;
}

static void track(driver *d, uint8_t kind, size_t index) {
    if (closer_of(kind) != 0) {
        if (d->open + 1 < OPEN_BRACKETS) d->brackets[++d->open] = (bracket){.kind = kind, .token = (uint32_t)index};
    } else if (is_closer(kind) && d->open > 0) {
        d->open--;
    } else {
        note_pending(d, kind);
    }
}

static void feed(driver *d, uint8_t kind, size_t index) {
    av_grammar(d->grammar, kind, value_of(&d->tokens[index]));
    track(d, kind, index);
    d->recovering = false;
}

/* ---- what to say */

static void put_kind(av_buf *out, uint8_t kind) {
    const char *mark = mark_of(kind);
    if (mark != NULL) {
        av_buf_printf(out, "`%s`", mark);
        return;
    }
    switch (kind) {
    case AV_TOKEN_NAME: av_buf_puts(out, "a name"); return;
    case AV_TOKEN_NAME_COLON: av_buf_puts(out, "a name with its colon, as in `name:`"); return;
    case AV_TOKEN_FIELD: av_buf_puts(out, "a field, as in `.name`"); return;
    case AV_TOKEN_INT: av_buf_puts(out, "a number"); return;
    case AV_TOKEN_SIGNED: av_buf_puts(out, "a weight, as in `+2`"); return;
    case AV_TOKEN_TEXT: av_buf_puts(out, "a text in quotes"); return;
    case AV_TOKEN_END_OF_FILE: av_buf_puts(out, "the end of the file"); return;
    default: break;
    }
    for (int word = AV_NO_WORD + 1; word < AV_WORD_COUNT; word++) {
        if (av_lex_word_kind((av_word)word) == kind) {
            av_buf_printf(out, "`%s`", av_word_spelling((av_word)word));
            return;
        }
    }
    av_buf_puts(out, "something else");
}

static void put_found(const driver *d, av_buf *out, const av_token *token) {
    av_text text = text_of(d, token);
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

/* Tokens that go on with an expression, which nobody forgets to expect. */
static bool goes_on(uint8_t kind) {
    switch (kind) {
    case AV_TOKEN_OR_ELSE:
    case AV_TOKEN_OR:
    case AV_TOKEN_AND:
    case AV_TOKEN_EQ:
    case AV_TOKEN_NE:
    case AV_TOKEN_LT:
    case AV_TOKEN_LE:
    case AV_TOKEN_GT:
    case AV_TOKEN_GE:
    case AV_TOKEN_IN:
    case AV_TOKEN_NOT_IN:
    case AV_TOKEN_PLUS:
    case AV_TOKEN_MINUS:
    case AV_TOKEN_STAR:
    case AV_TOKEN_SLASH:
    case AV_TOKEN_PERCENT:
    case AV_TOKEN_WITH:
    case AV_TOKEN_FIELD:
    case AV_TOKEN_INDEX:
    case AV_TOKEN_CALL:
    case AV_TOKEN_DOTDOT:
    case AV_TOKEN_COMMA:
    case AV_TOKEN_SEMICOLON: return true;
    default: return false;
    }
}

static bool begins_value(uint8_t kind) {
    switch (kind) {
    case AV_TOKEN_NAME:
    case AV_TOKEN_INT:
    case AV_TOKEN_SIGNED:
    case AV_TOKEN_DECIMAL:
    case AV_TOKEN_MONEY:
    case AV_TOKEN_TRUE:
    case AV_TOKEN_FALSE:
    case AV_TOKEN_NONE:
    case AV_TOKEN_TEXT:
    case AV_TOKEN_TEXT_OPEN:
    case AV_TOKEN_TEMPLATE_OPEN:
    case AV_TOKEN_LPAREN:
    case AV_TOKEN_LBRACKET:
    case AV_TOKEN_LBRACE:
    case AV_TOKEN_NOT:
    case AV_TOKEN_MINUS:
    case AV_TOKEN_IF:
    case AV_TOKEN_LET:
    case AV_TOKEN_FOR:
    case AV_TOKEN_SOME:
    case AV_TOKEN_EVERY:
    case AV_TOKEN_GROUP:
    case AV_TOKEN_ANY:
    case AV_TOKEN_ALL:
    case AV_TOKEN_AT:
    case AV_TOKEN_ROWS: return true;
    default: return false;
    }
}

/* Words that end the item at hand rather than go on with it: said only when there is room. */
static bool begins_next(uint8_t kind) {
    switch (kind) {
    case AV_TOKEN_CASE:
    case AV_TOKEN_OTHERWISE:
    case AV_TOKEN_OVERRIDE:
    case AV_TOKEN_AS: return true;
    default: return false;
    }
}

/* The kinds of token that fit, the most telling first; an expression counts as one. Returns how many. */
static size_t expected(const driver *d, uint8_t *kinds, size_t max, bool *value) {
    size_t count = 0;
    bool after_value = fits(d, AV_TOKEN_AND);
    *value = fits(d, AV_TOKEN_NAME) && fits(d, AV_TOKEN_LPAREN) && fits(d, AV_TOKEN_NOT);
    static const uint8_t marks[] = {AV_TOKEN_NAME,   AV_TOKEN_NAME_COLON, AV_TOKEN_TEXT,  AV_TOKEN_SIGNED, AV_TOKEN_INT,
                                    AV_TOKEN_ASSIGN, AV_TOKEN_COLON,      AV_TOKEN_CALL,  AV_TOKEN_SLASH,  AV_TOKEN_PIPE,
                                    AV_TOKEN_BARS,   AV_TOKEN_DOTDOT,     AV_TOKEN_LBRACE};
    for (size_t i = 0; i < AV_COUNT(marks) && count < max; i++) {
        uint8_t kind = marks[i];
        if (*value && begins_value(kind)) continue;
        if (after_value && (goes_on(kind) || kind == AV_TOKEN_LBRACE)) continue;
        if (fits(d, kind)) kinds[count++] = kind;
    }
    for (int next = 0; next < 2; next++) {
        for (int word = AV_NO_WORD + 1; word < AV_WORD_COUNT && count < max; word++) {
            uint8_t kind = av_lex_word_kind((av_word)word);
            if (begins_next(kind) != (next == 1)) continue;
            if ((after_value && goes_on(kind)) || (*value && begins_value(kind))) continue;
            if (av_lex_word_is_soft((av_word)word) && fits(d, AV_TOKEN_NAME)) continue;
            if (fits(d, kind)) kinds[count++] = kind;
        }
    }
    static const uint8_t closers[] = {AV_TOKEN_RBRACE, AV_TOKEN_RPAREN, AV_TOKEN_RBRACKET, AV_TOKEN_CLOSE};
    for (size_t i = 0; i < AV_COUNT(closers) && count < max; i++) {
        if (fits(d, closers[i])) kinds[count++] = closers[i];
    }
    return count;
}

static av_diag *report(driver *d, av_diag_code code, const av_token *token, av_buf *message) {
    if (message->status != AV_OK) {
        d->parser.status = message->status;
        return NULL;
    }
    d->errors++;
    av_text text = d->parser.text;
    size_t line_end = token->end;
    while (line_end < text.len && text.ptr[line_end] != '\n') line_end++;
    d->error_line = line_end + 1;
    return av_diag_add(d->parser.diags, code, span_of(d, token), "%.*s", AV_TEXT_ARG(av_buf_text(message)));
}

/* Whether an error at token `index` would only repeat one that is known: on the same line as the last, or where the
 * lexer found fault. */
static bool is_known(const driver *d, size_t index) {
    if (d->tokens[index].start < d->error_line) return true;
    for (size_t i = index + 1; i-- > 0;) {
        if (d->tokens[i].flags & AV_TOKEN_F_ERROR) return true;
        if (d->tokens[i].flags & AV_TOKEN_F_FIRST) break;
    }
    for (size_t i = index + 1; i < d->count && !(d->tokens[i].flags & AV_TOKEN_F_FIRST); i++) {
        if (d->tokens[i].flags & AV_TOKEN_F_ERROR) return true;
    }
    return false;
}

static void label_open(driver *d, av_diag *diag) {
    if (diag == NULL || d->open == 0) return;
    const bracket *top = &d->brackets[d->open];
    av_diag_label_add(d->parser.diags, diag, span_of(d, &d->tokens[top->token]), "opened here");
}

/* The commonest words of other languages where ours has another. */
static const char *foreign_word(av_text word) {
    static const struct {
        const char *theirs, *ours;
    } words[] = {
        {"elif", "`else if`"},     {"elseif", "`else if`"}, {"endif", "`end`"},      {"endfor", "`end`"},
        {"null", "`none`"},        {"nil", "`none`"},       {"return", "only the expression"},
        {"var", "`const`"},        {"def", "`func`"},       {"fn", "`func`"},        {"function", "`func`"},
        {"import", "`use`"},       {"include", "`use`"},    {"switch", "`decision`"}, {"default", "`otherwise`"},
        {"struct", "`record`"},    {"reason", "`because`"}, {"desc", "`descending`"}, {"foreach", "`for`"},
        {"assert", "`expect`"},    {"unless", "`when not`"},
    };
    for (size_t i = 0; i < AV_COUNT(words); i++) {
        if (av_text_equal(word, av_text_from(words[i].theirs))) return words[i].ours;
    }
    return NULL;
}

static void advise(driver *d, av_diag *diag, size_t index) {
    if (diag == NULL) return;
    const av_token *token = &d->tokens[index], *last = index > 0 ? token - 1 : NULL;
    av_diags *diags = d->parser.diags;
    const char *foreign = token->kind == AV_TOKEN_NAME ? foreign_word(text_of(d, token)) : NULL;
    if (foreign == NULL && last != NULL && last->kind == AV_TOKEN_NAME) foreign = foreign_word(text_of(d, last));
    if (foreign != NULL) {
        av_diag_help(diags, diag, "write %s", foreign);
    } else if (token->kind == AV_TOKEN_INT && fits(d, AV_TOKEN_SIGNED)) {
        av_diag_help(diags, diag, "a weight has its sign: write `+%.*s`", AV_TEXT_ARG(text_of(d, token)));
    } else if (token->kind == AV_TOKEN_CALL && last != NULL && last->kind == AV_TOKEN_FIELD) {
        av_diag_help(diags, diag, "functions are called by name: f(x), not x.f()");
    } else if (token->kind == AV_TOKEN_DOTDOT) {
        av_diag_help(diags, diag, "a range stands after `in`, in a type, or in a cell of a table");
    } else if ((token->kind == AV_TOKEN_PIPE || token->kind == AV_TOKEN_BARS) && last != NULL &&
               (last->kind == AV_TOKEN_PIPE || last->kind == AV_TOKEN_BARS)) {
        av_diag_help(diags, diag, "an empty cell is written `-`");
    } else if (token->kind == AV_TOKEN_BARS) {
        av_diag_help(diags, diag, "`||` parts the inputs of a table from its outputs; the operator is `or`");
    }
}

static bool compares(uint8_t kind) {
    switch (kind) {
    case AV_TOKEN_EQ:
    case AV_TOKEN_NE:
    case AV_TOKEN_LT:
    case AV_TOKEN_LE:
    case AV_TOKEN_GT:
    case AV_TOKEN_GE:
    case AV_TOKEN_IN:
    case AV_TOKEN_NOT_IN: return true;
    default: return false;
    }
}

static av_diag *say(driver *d, av_diag_code code, size_t index, const char *message) {
    if (is_known(d, index)) return NULL;
    av_buf out;
    av_buf_init(&out, &d->parser.arena->host, 0);
    av_buf_puts(&out, message);
    av_diag *diag = report(d, code, &d->tokens[index], &out);
    av_buf_free(&out);
    return diag;
}

/* Mistakes whose name says more than what was expected. */
static bool report_by_name(driver *d, size_t index) {
    const av_token *token = &d->tokens[index];
    if (!fits(d, AV_TOKEN_AND)) return false;
    const char *message, *help;
    if (compares(token->kind)) {
        message = "comparisons do not chain";
        help = "write `a < b and b < c`";
    } else if (token->kind == AV_TOKEN_SIGNED || (token->kind == AV_TOKEN_DECIMAL && fits(d, AV_TOKEN_PLUS) &&
                                                  strchr("+-", d->parser.text.ptr[token->start]) != NULL)) {
        message = "a sign directly before a number makes a number of its own";
        help = "write a space after the sign to add or subtract";
    } else {
        return false;
    }
    av_diag *diag = say(d, AV_E_SYNTAX, index, message);
    if (diag != NULL) av_diag_help(d->parser.diags, diag, "%s", help);
    return true;
}

static void report_unexpected(driver *d, size_t index) {
    if (is_known(d, index) || report_by_name(d, index)) return;
    const av_token *token = &d->tokens[index];
    uint8_t kinds[64];
    bool value;
    size_t count = expected(d, kinds, AV_COUNT(kinds), &value);
    av_buf out;
    av_buf_init(&out, &d->parser.arena->host, 0);
    bool found = false;
    if (count == 0 && !value) {
        put_found(d, &out, token);
        av_buf_puts(&out, token->kind == AV_TOKEN_END_OF_FILE ? " comes too early" : " does not fit");
    } else {
        bool top = fits(d, AV_TOKEN_ENUM) && fits(d, AV_TOKEN_DECISION);
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
            put_kind(&out, kinds[i]);
            if (i + 2 < count || (more && i + 1 < count)) av_buf_puts(&out, ", ");
            if (i + 2 == count && !more) av_buf_puts(&out, " or ");
        }
        if (more && !value) av_buf_puts(&out, " or the like");
        found = true;
    }
    if (index > 0 && token[-1].kind != AV_TOKEN_CHUNK) {
        av_buf_puts(&out, " after ");
        put_found(d, &out, token - 1);
    }
    if (found) {
        av_buf_puts(&out, ", found ");
        put_found(d, &out, token);
    }
    av_diag *diag = report(d, AV_E_SYNTAX, token, &out);
    av_buf_free(&out);
    advise(d, diag, index);
}

/* ---- mending: each returns true when it fed what was meant; `*index` is the last token used up */

/* One mark for another. */
static bool mend_operator(driver *d, size_t index) {
    static const struct {
        uint8_t found, meant;
        const char *message;
    } slips[] = {
        {AV_TOKEN_ASSIGN, AV_TOKEN_EQ, "`=` gives a name its value; to compare, write `==`"},
        {AV_TOKEN_EQ, AV_TOKEN_ASSIGN, "`==` compares; a name gets its value by `=`"},
        {AV_TOKEN_BARS, AV_TOKEN_OR, "`||` is not an operator; write `or`"},
        {AV_TOKEN_LPAREN, AV_TOKEN_CALL, "the `(` of a call follows the name directly, without a space"},
    };
    for (size_t i = 0; i < AV_COUNT(slips); i++) {
        if (d->tokens[index].kind != slips[i].found || !fits(d, slips[i].meant)) continue;
        say(d, AV_E_SYNTAX, index, slips[i].message);
        feed(d, slips[i].meant, index);
        return true;
    }
    return false;
}

/* `name = value` and `name : value` where `name: value` is meant; `name:` where the name alone is. */
static bool mend_colon(driver *d, size_t *index) {
    const av_token *token = &d->tokens[*index];
    uint8_t next = *index + 1 < d->count ? token[1].kind : (uint8_t)AV_TOKEN_END_OF_FILE;
    if (token->kind == AV_TOKEN_NAME_COLON && fits(d, AV_TOKEN_NAME) && next != AV_TOKEN_NAME) {
        av_diag *diag = say(d, AV_E_SYNTAX, *index, "no `:` stands here after the name");
        if (diag != NULL) label_open(d, diag);
        feed(d, AV_TOKEN_NAME, *index);
        return true;
    }
    bool word = token->kind == AV_TOKEN_NAME || token->word != AV_NO_WORD;
    if (!word || !fits(d, AV_TOKEN_NAME_COLON) || fits(d, AV_TOKEN_NAME)) return false;
    if (next != AV_TOKEN_ASSIGN && next != AV_TOKEN_COLON) {
        if (token->kind != AV_TOKEN_NAME || !fits_then(d, AV_TOKEN_NAME_COLON, next)) return false;
        av_text name = text_of(d, token);
        if (!is_known(d, *index)) {
            av_buf out;
            av_buf_init(&out, &d->parser.arena->host, 0);
            av_buf_printf(&out, "`:` is missing after `%.*s`", AV_TEXT_ARG(name));
            report(d, AV_E_SYNTAX, token, &out);
            av_buf_free(&out);
        }
        feed(d, AV_TOKEN_NAME_COLON, *index);
        return true;
    }
    say(d, AV_E_SYNTAX, *index + 1,
        next == AV_TOKEN_COLON ? "the `:` follows its name directly, without a space"
                               : "a field gets its value by `:` directly after its name, not by `=`");
    feed(d, AV_TOKEN_NAME_COLON, *index);
    ++*index;
    return true;
}

static bool mend_spelling(driver *d, size_t index) {
    const av_token *token = &d->tokens[index];
    if (token->kind != AV_TOKEN_NAME) return false;
    av_suggest near;
    av_text found = text_of(d, token);
    av_suggest_init(&near, found);
    for (int word = AV_NO_WORD + 1; word < AV_WORD_COUNT; word++) {
        const char *spelling = av_word_spelling((av_word)word);
        if (spelling[2] != 0 && fits(d, av_lex_word_kind((av_word)word))) av_suggest_offer(&near, av_text_from(spelling));
    }
    av_word word = near.best.len > 0 ? av_word_find(near.best) : AV_NO_WORD;
    if (word == AV_NO_WORD) return false;
    uint8_t next = index + 1 < d->count ? token[1].kind : (uint8_t)AV_TOKEN_END_OF_FILE;
    if (!fits_then(d, av_lex_word_kind(word), next)) return false;
    if (!is_known(d, index)) {
        av_buf out;
        av_buf_init(&out, &d->parser.arena->host, 0);
        av_buf_printf(&out, "expected `%s`", av_word_spelling(word));
        if (index > 0 && token[-1].kind != AV_TOKEN_CHUNK) {
            av_buf_puts(&out, " after ");
            put_found(d, &out, token - 1);
        }
        av_buf_printf(&out, ", found `%.*s`", AV_TEXT_ARG(found));
        av_diag *diag = report(d, AV_E_SYNTAX, token, &out);
        av_buf_free(&out);
        if (diag != NULL) av_diag_suggest(d->parser.diags, diag, near.best);
    }
    feed(d, av_lex_word_kind(word), index);
    return true;
}

/* A reserved word where a name stands, when what follows agrees that a name was meant. */
static bool mend_reserved(driver *d, size_t index) {
    const av_token *token = &d->tokens[index];
    if (token->word == AV_NO_WORD || index + 1 >= d->count) return false;
    if (!fits_then(d, AV_TOKEN_NAME, token[1].kind)) return false;
    av_text word = text_of(d, token);
    if (!is_known(d, index)) {
        av_buf out;
        av_buf_init(&out, &d->parser.arena->host, 0);
        av_buf_printf(&out, "`%.*s` is a word of the language and cannot be a name here", AV_TEXT_ARG(word));
        av_diag *diag = report(d, AV_E_RESERVED, token, &out);
        av_buf_free(&out);
        if (diag != NULL) {
            av_diag_help(d->parser.diags, diag, "choose another name, such as `the_%.*s`", AV_TEXT_ARG(word));
        }
    }
    feed(d, AV_TOKEN_NAME, index);
    return true;
}

/* Closing marks forgotten before token `index`: up to four that make it fit. */
static bool mend_unclosed(driver *d, size_t index) {
    const av_token *token = &d->tokens[index];
    bool plausible = is_closer(token->kind) || token->word != AV_NO_WORD || token->kind == AV_TOKEN_END_OF_FILE ||
                     token->kind == AV_TOKEN_NAME_COLON || (token->flags & AV_TOKEN_F_FIRST);
    if (!plausible) return false;
    uint8_t kinds[5];
    size_t count = 0;
    while (count < 4 && count < d->open) {
        uint8_t closer = closer_of(d->brackets[d->open - count].kind);
        if (closer == AV_TOKEN_TEXT_CLOSE || closer == AV_TOKEN_TEMPLATE_CLOSE || closer == AV_TOKEN_CLOSE) return false;
        kinds[count++] = closer;
        kinds[count] = token->kind;
        if (av_grammar_accepts(d->grammar, kinds, count + 1)) break;
        if (count == 4 || count == d->open) return false;
    }
    if (count == 0) return false;
    for (size_t i = 0; i < count; i++) {
        const bracket *top = &d->brackets[d->open];
        if (i == 0 && !is_known(d, index)) {
            av_buf out;
            av_buf_init(&out, &d->parser.arena->host, 0);
            av_buf_printf(&out, "`%s` is missing before ", mark_of(kinds[i]));
            put_found(d, &out, token);
            av_diag *diag = report(d, AV_E_UNCLOSED, token, &out);
            av_buf_free(&out);
            if (diag != NULL) {
                av_diag_label_add(d->parser.diags, diag, span_of(d, &d->tokens[top->token]), "`%s` was opened here",
                                  mark_of(top->kind));
            }
        }
        feed(d, kinds[i], index);
    }
    return true;
}

/* A mark or word left out before token `index`, or another word in its place; the result is that of mend(). */
static int mend_missing(driver *d, size_t index) {
    static const uint8_t missing[] = {AV_TOKEN_LBRACE, AV_TOKEN_ASSIGN, AV_TOKEN_OF, AV_TOKEN_THEN, AV_TOKEN_BY, AV_TOKEN_IN};
    const av_token *token = &d->tokens[index];
    uint8_t next = index + 1 < d->count ? token[1].kind : (uint8_t)AV_TOKEN_END_OF_FILE;
    for (size_t i = 0; i < AV_COUNT(missing); i++) {
        uint8_t kind = missing[i];
        if ((kind == AV_TOKEN_LBRACE || kind == AV_TOKEN_IN) && fits(d, AV_TOKEN_AND)) continue;
        uint8_t inserted[] = {kind, token->kind, next};
        bool before = av_grammar_accepts(d->grammar, inserted, 3);
        bool instead = !before && token->kind == AV_TOKEN_NAME && fits_then(d, kind, next);
        if (!before && !instead) continue;
        if (!is_known(d, index)) {
            av_buf out;
            av_buf_init(&out, &d->parser.arena->host, 0);
            if (instead) av_buf_puts(&out, "expected ");
            put_kind(&out, kind);
            av_buf_puts(&out, instead ? ", found " : " is missing before ");
            put_found(d, &out, token);
            report(d, AV_E_SYNTAX, token, &out);
            av_buf_free(&out);
        }
        if (kind == AV_TOKEN_IN) (void)kind_of_in(d);
        feed(d, kind, index);
        return instead ? 1 : 2;
    }
    return 0;
}

/* Tries all mends at token `*index`: 0 none, 1 the token is used up, 2 it fits now. */
static int mend(driver *d, size_t *index) {
    const av_token *token = &d->tokens[*index];
    bool line_start = (token->flags & AV_TOKEN_F_FIRST) && token->word != AV_NO_WORD;
    if (line_start && mend_unclosed(d, *index)) return 2;
    if (mend_operator(d, *index) || mend_reserved(d, *index) || mend_spelling(d, *index) || mend_colon(d, index)) return 1;
    return mend_unclosed(d, *index) ? 2 : mend_missing(d, *index);
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
static void recover(driver *d, size_t index) {
    av_grammar(d->grammar, AV_TOKEN_BAD, value_of(&d->tokens[index]));
    d->level = av_grammar_brackets(d->grammar);
    d->recovering = true;
}

/* Closes whatever is open, so that a declaration can begin or the file end. */
static void close_all(driver *d, size_t index, bool quiet) {
    const av_token *token = &d->tokens[index];
    bool broken = index > 0 && (token[-1].flags & AV_TOKEN_F_ERROR); /* the lexer gave up on what stood there */
    if (!quiet && !broken && !is_known(d, index)) {
        const bracket *culprit = &d->brackets[d->open];
        av_buf out;
        av_buf_init(&out, &d->parser.arena->host, 0);
        av_buf_printf(&out, "`%s` is missing before ", mark_of(closer_of(culprit->kind)));
        put_found(d, &out, token);
        av_diag *diag = report(d, AV_E_UNCLOSED, token, &out);
        av_buf_free(&out);
        if (diag != NULL) {
            av_diag_label_add(d->parser.diags, diag, span_of(d, &d->tokens[culprit->token]), "`%s` was opened here",
                              mark_of(culprit->kind));
        }
    }
    d->open = av_grammar_brackets(d->grammar) < d->open ? av_grammar_brackets(d->grammar) : d->open;
    while (d->open > 0 && d->parser.status == AV_OK) {
        uint8_t closer = closer_of(d->brackets[d->open].kind);
        if (!fits(d, closer)) {
            recover(d, index);
            if (d->open > d->level) d->open = d->level;
            if (d->open == 0) break;
            closer = closer_of(d->brackets[d->open].kind);
        }
        if (fits(d, closer)) {
            feed(d, closer, index);
        } else {
            av_grammar_unwind(d->grammar, d->open - 1);
            d->open--;
        }
    }
    d->brackets[0].pending_count = 0;
}

/* One token while recovering: true when it was used up (dropped or fed). */
static bool skip(driver *d, size_t *at) {
    size_t index = *at;
    const av_token *token = &d->tokens[index];
    uint8_t kind = token->kind;
    if (kind == AV_TOKEN_END_OF_FILE || ((token->flags & AV_TOKEN_F_COLUMN) && begins_declaration(kind))) {
        if (d->level < d->open) d->open = d->level;
        if (d->open > 0) close_all(d, index, true);
        d->recovering = false;
        if (kind != AV_TOKEN_END_OF_FILE && !fits(d, kind)) recover(d, index);
        return false;
    }
    if (d->open > d->level) {
        if (is_closer(kind)) {
            size_t match = d->open;
            while (match > 0 && closer_of(d->brackets[match].kind) != kind) match--;
            if (match > d->level) {
                d->open = match - 1;
                return true;
            }
            if (match == 0) return true;
            d->open = d->level;
        } else {
            if (closer_of(kind) != 0) track(d, kind, index);
            return true;
        }
    }
    bool anchor = is_closer(kind) || kind == AV_TOKEN_COMMA || kind == AV_TOKEN_SEMICOLON ||
                  kind == AV_TOKEN_NAME_COLON || kind == AV_TOKEN_CHUNK ||
                  (token->word != AV_NO_WORD && !begins_value(kind) && !goes_on(kind)) ||
                  (token->flags & AV_TOKEN_F_FIRST);
    if (anchor && fits(d, kind)) {
        d->recovering = false;
        return false;
    }
    if ((token->flags & AV_TOKEN_F_FIRST) && !is_known(d, index)) {
        int mended = mend(d, at);
        if (mended != 0) return mended == 1;
    }
    if (closer_of(kind) != 0) track(d, kind, index);
    return true;
}

/* ---- the loop */

static void too_deep(driver *d, size_t index) {
    if (!d->parser.too_deep) {
        av_diag_add(d->parser.diags, AV_E_TOO_DEEP, span_of(d, &d->tokens[index]), "this is nested too deep");
    }
    d->parser.too_deep = true;
    d->errors++;
    av_grammar_unwind(d->grammar, 0);
    d->level = 0;
    d->recovering = true;
    av_grammar(d->grammar, AV_TOKEN_BAD, value_of(&d->tokens[index]));
}

static void take(driver *d, size_t *index) {
    const av_token *token = &d->tokens[*index];
    uint8_t kind = token->kind;
    if (kind == AV_TOKEN_BAD) return;
    if (d->recovering && skip(d, index)) return;
    if (d->recovering) return;
    if (kind == AV_TOKEN_IN) kind = kind_of_in(d);
    if (av_grammar_height(d->grammar) >= SAFE_HEIGHT) {
        too_deep(d, *index);
        return;
    }
    if (fits(d, kind)) {
        feed(d, kind, *index);
        return;
    }
    bool declaration = (token->flags & AV_TOKEN_F_COLUMN) && begins_declaration(kind);
    if (d->open > 0 && (declaration || kind == AV_TOKEN_END_OF_FILE)) {
        close_all(d, *index, false);
        if (fits(d, kind)) {
            feed(d, kind, *index);
            return;
        }
    }
    int mended = mend(d, index);
    if (mended == 2) feed(d, kind, *index);
    if (mended != 0) return;
    if (is_closer(kind) && (d->open == 0 || closer_of(d->brackets[d->open].kind) != kind)) {
        size_t match = d->open;
        while (match > 0 && closer_of(d->brackets[match].kind) != kind) match--;
        uint8_t meant = d->open > 0 ? closer_of(d->brackets[d->open].kind) : 0;
        bool follows = *index + 1 < d->count && token[1].kind == meant;
        if (match == 0 && meant != 0 && !follows && fits(d, meant)) {
            av_diag *diag = say(d, AV_E_UNCLOSED, *index, "this does not close the bracket that is open");
            label_open(d, diag);
            feed(d, meant, *index);
            return;
        }
        if (match == 0) {
            say(d, AV_E_UNCLOSED, *index, "nothing is open that this could close");
            return;
        }
    }
    report_unexpected(d, *index);
    recover(d, *index);
    if (skip(d, index)) return;
    if (!d->recovering && fits(d, kind)) feed(d, kind, *index);
}

static av_status run(driver *d) {
    for (size_t i = 0; i < d->count; i++) {
        take(d, &i);
        if (d->parser.diags->failed) d->parser.status = AV_ERR_MEMORY;
        if (d->parser.status != AV_OK) return d->parser.status;
    }
    return AV_OK;
}

av_status av_parse(av_arena *arena, av_diags *diags, uint16_t source, uint32_t *next_id, av_syntax *out) {
    av_arena scratch;
    av_arena_init(&scratch, &arena->host, 0);
    size_t errors_before = diags->error_count;
    driver d = {.parser = {.arena = arena,
                           .diags = diags,
                           .source = source,
                           .text = diags->sources->items[source].text,
                           .next_id = next_id}};
    *out = (av_syntax){0};
    d.parser.file = av_node(&d.parser, &(av_ast){.kind = AV_AST_FILE});
    d.grammar = av_arena_take(&scratch, av_grammar_size());
    d.brackets = AV_NEW_ARRAY(&scratch, bracket, OPEN_BRACKETS);
    av_status status = d.parser.status;
    if (status == AV_OK && (d.grammar == NULL || d.brackets == NULL)) status = AV_ERR_MEMORY;
    if (status == AV_OK) status = av_lex(&d.lexer, &scratch, arena, diags, source);
    if (status == AV_OK) {
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
    av_arena_free(&scratch);
    return status;
}
