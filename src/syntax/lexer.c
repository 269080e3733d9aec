#include "syntax/lexer.h"

#include <string.h>

#include "grammar.h"

enum {
    BYTES_PER_TOKEN = 5, /* expected at least */
    LONGEST_WORD = 10,   /* "confidence", "collection", "descending" */
    LITERAL_SCANS = 64,  /* unclosed `{` looked into per source before `{` is taken at its word */
    SCAN_BYTES = 8192    /* how far the `}` of a `{` in a template is looked for */
};

uint8_t av_lex_word_kind(av_word word) {
    static const uint8_t kinds[AV_WORD_COUNT] = {
#define AV_WORD(identifier, spelling) [AV_WORD_##identifier] = AV_TOKEN_##identifier,
        AV_WORDS(AV_WORD)
#undef AV_WORD
    };
    return kinds[word];
}

bool av_lex_word_is_soft(av_word word) {
    switch (word) {
    case AV_WORD_ORDERED:
    case AV_WORD_KEY:
    case AV_WORD_FROM:
    case AV_WORD_DESCENDING:
    case AV_WORD_LEAST:
    case AV_WORD_FIRED:
    case AV_WORD_FAILED:
    case AV_WORD_PASSED:
    case AV_WORD_REPAIRED:
    case AV_WORD_CONTAINS:
    case AV_WORD_FORMAT:
    case AV_WORD_VALUE:
    case AV_WORD_ITEM:
    case AV_WORD_SECTIONS:
    case AV_WORD_HIT:
    case AV_WORD_UNIQUE:
    case AV_WORD_FIRST:
    case AV_WORD_PRIORITY:
    case AV_WORD_COLLECT:
    case AV_WORD_LIST:
    case AV_WORD_SET:
    case AV_WORD_REF:
    case AV_WORD_SIGNAL:
    case AV_WORD_WORDS:
    case AV_WORD_CUE:
    case AV_WORD_SAYS:
    case AV_WORD_STRENGTH:
    case AV_WORD_AHEAD:
    case AV_WORD_BEHIND:
    case AV_WORD_AROUND:
    case AV_WORD_UNTIL:
    case AV_WORD_NEUTRAL:
    case AV_WORD_PROSE:
    case AV_WORD_UNITES:
    case AV_WORD_WITHIN:
    case AV_WORD_BEFORE: return true;
    default: return false;
    }
}

static uint8_t word_hash(const char *text, size_t len) {
    unsigned char first = (unsigned char)text[0], middle = (unsigned char)text[len / 2],
                  last = (unsigned char)text[len - 1];
    return (uint8_t)(first * 7u + middle * 31u + last * 3u + len * 17u);
}

static av_word find_word(const av_lexer *lx, const char *text, size_t len) {
    if (len < 2 || len > LONGEST_WORD || text[0] < 'a' || text[0] > 'z') return AV_NO_WORD;
    for (uint8_t slot = word_hash(text, len); lx->words[slot] != 0; slot++) {
        const char *spelling = av_word_spelling((av_word)lx->words[slot]);
        if (strncmp(spelling, text, len) == 0 && spelling[len] == 0)
            return (av_word)lx->words[slot];
    }
    return AV_NO_WORD;
}

static uint32_t offset_of(const av_lexer *lx, const char *at) {
    return (uint32_t)(at - lx->base);
}

static av_span span_of(const av_lexer *lx, const char *start, const char *end) {
    return (av_span){
        .start = offset_of(lx, start), .end = offset_of(lx, end), .source = lx->source};
}

static const av_token *last_token(const av_lexer *lx) {
    return lx->count > 0 ? &lx->tokens[lx->count - 1] : NULL;
}

/* ---- tokens */

/* Room for `cap` tokens, and no more than a source may have. */
static bool more_tokens(av_lexer *lx, size_t cap) {
    if (cap > AV_LEX_TOKENS) cap = AV_LEX_TOKENS;
    av_token *tokens = cap > lx->count
                           ? av_alloc_resize(&lx->keep->host, lx->tokens,
                                             lx->cap * sizeof(av_token), cap * sizeof(av_token))
                           : NULL;
    if (tokens == NULL) {
        lx->status = cap > lx->count ? AV_ERR_MEMORY : AV_ERR_LIMIT;
        return false;
    }
    lx->tokens = tokens;
    lx->cap = cap;
    return true;
}

void av_lex_free(av_lexer *lx) {
    if (lx->tokens != NULL) av_alloc_free(&lx->keep->host, lx->tokens, lx->cap * sizeof(av_token));
    lx->tokens = NULL;
    lx->count = lx->cap = 0;
}

void av_lex_emit_span(av_lexer *lx, uint8_t kind, const char *start, const char *end) {
    if (lx->count == lx->cap && (lx->status != AV_OK || !more_tokens(lx, lx->cap * 2))) {
        if (lx->status == AV_ERR_LIMIT)
            av_diag_add(lx->diags, AV_E_TOO_MUCH, span_of(lx, start, end),
                        "this file has more than %d words and marks", (int)AV_LEX_TOKENS);
        return;
    }
    av_token *token = &lx->tokens[lx->count++];
    token->kind = kind;
    token->flags = (uint8_t)((lx->fresh ? AV_TOKEN_F_FIRST : 0) |
                             (lx->start == lx->line_start ? AV_TOKEN_F_COLUMN : 0) |
                             (lx->error ? AV_TOKEN_F_ERROR : 0));
    token->word = AV_NO_WORD;
    token->start = offset_of(lx, start);
    token->end = offset_of(lx, end);
    lx->fresh = lx->error = false;
}

void av_lex_emit(av_lexer *lx, uint8_t kind) {
    av_lex_emit_span(lx, kind, lx->start, lx->cursor);
}

void av_lex_name(av_lexer *lx) {
    size_t len = (size_t)(lx->cursor - lx->start);
    av_word word = find_word(lx, lx->start, len);
    if (word == AV_NO_WORD) {
        av_lex_emit(lx, AV_TOKEN_NAME);
        return;
    }
    if (word == AV_WORD_IN && lx->count > 0 && lx->tokens[lx->count - 1].kind == AV_TOKEN_NOT) {
        av_token *not_token = &lx->tokens[lx->count - 1];
        not_token->kind = AV_TOKEN_NOT_IN;
        not_token->word = AV_NO_WORD;
        not_token->end = offset_of(lx, lx->cursor);
        lx->fresh = false;
        return;
    }
    size_t before = lx->count;
    av_lex_emit(lx, av_lex_word_kind(word));
    if (lx->count > before) lx->tokens[before].word = (uint16_t)word;
}

void av_lex_bracket(av_lexer *lx, uint8_t apart, uint8_t joined) {
    const av_token *last = last_token(lx);
    bool touches = false;
    if (last != NULL && last->end == offset_of(lx, lx->start)) {
        switch (last->kind) {
        case AV_TOKEN_NAME:
        case AV_TOKEN_FIELD:
        case AV_TOKEN_RPAREN:
        case AV_TOKEN_RBRACKET: touches = true; break;
        default: touches = last->word != AV_NO_WORD && av_lex_word_is_soft((av_word)last->word);
        }
    }
    av_lex_emit(lx, touches ? joined : apart);
}

void av_lex_signed(av_lexer *lx, uint8_t number, uint8_t operation) {
    char before = lx->start > lx->base ? lx->start[-1] : '\n';
    if (strchr(" \t\r\n([{,;|", before) != NULL && before != 0) {
        av_lex_number(lx, number);
    } else {
        lx->cursor = lx->start + 1;
        av_lex_emit(lx, operation);
    }
}

void av_lex_number(av_lexer *lx, uint8_t kind) {
    const char *message = NULL;
    if (kind == AV_TOKEN_BAD) {
        message = "a number runs into a name here";
        kind = AV_TOKEN_INT;
    }
    for (const char *at = lx->start; at < lx->cursor; at++) {
        bool digit_after = at + 1 < lx->cursor && at[1] >= '0' && at[1] <= '9';
        if (*at == '_' && !digit_after && message == NULL)
            message = "`_` stands between two digits of a number";
    }
    if (message != NULL) av_lex_error(lx, AV_E_BAD_NUMBER, message, NULL);
    av_lex_emit(lx, kind);
}

void av_lex_newline(av_lexer *lx) {
    lx->line_start = lx->cursor;
    lx->fresh = true;
}

void av_lex_comment(av_lexer *lx) {
    const char *line_end = memchr(lx->cursor, '\n', (size_t)(lx->limit - lx->cursor));
    const char *end = lx->cursor = line_end != NULL ? line_end : lx->limit;
    while (end > lx->start && (end[-1] == '\r' || end[-1] == ' ' || end[-1] == '\t')) end--;
    const char *nul = memchr(lx->start, 0, (size_t)(end - lx->start));
    if (nul != NULL) {
        av_diag_add(lx->diags, AV_E_BAD_CHARACTER, span_of(lx, nul, nul + 1),
                    "a NUL byte cannot stand in a comment");
    }
    if (lx->depth > 0) {
        av_lex_error(lx, AV_E_BAD_CHARACTER, "a comment cannot stand inside `{...}`", NULL);
        return;
    }
    av_comment *items = av_arena_grow(lx->keep, lx->comments, lx->comment_count, &lx->comment_cap,
                                      sizeof(av_comment));
    if (items == NULL) {
        lx->status = AV_ERR_MEMORY;
        return;
    }
    lx->comments = items;
    items[lx->comment_count++] =
        (av_comment){.span = span_of(lx, lx->start, end), .own_line = lx->fresh};
}

/* ---- modes */

static void push(av_lexer *lx, uint8_t mode) {
    if (lx->depth + 1 == AV_LEX_DEPTH) {
        av_diag_add(lx->diags, AV_E_TOO_DEEP, span_of(lx, lx->start, lx->cursor),
                    "texts and expressions within each other go more than %d deep",
                    (int)AV_LEX_DEPTH);
        lx->error = true;
        /* Nothing after this can be told apart: the rest of the source is left out. */
        lx->cursor = lx->limit;
        lx->depth = 0;
        return;
    }
    lx->stack[++lx->depth] = (av_lex_level){.mode = mode, .opened = offset_of(lx, lx->start)};
}

void av_lex_push(av_lexer *lx, uint8_t mode, uint8_t kind) {
    av_lex_emit(lx, kind);
    push(lx, mode);
}

void av_lex_pop(av_lexer *lx, uint8_t kind) {
    lx->depth--;
    av_lex_emit(lx, kind);
}

void av_lex_open_brace(av_lexer *lx) {
    lx->stack[lx->depth].braces++;
    av_lex_emit(lx, AV_TOKEN_LBRACE);
}

void av_lex_close_brace(av_lexer *lx) {
    av_lex_level *level = &lx->stack[lx->depth];
    if (lx->depth > 0 && level->braces == 0) {
        av_lex_pop(lx, AV_TOKEN_CLOSE);
        return;
    }
    if (level->braces > 0) level->braces--;
    av_lex_emit(lx, AV_TOKEN_RBRACE);
}

/* Whether the `{` at `open` has its `}`: before the end of the line in a text, before the closing
 * mark in a template. */
static bool is_closed(const av_lexer *lx, const char *open, bool one_line) {
    const char *limit = lx->limit - open > SCAN_BYTES ? open + SCAN_BYTES : lx->limit;
    uint32_t braces = 0;
    bool quoted = false;
    for (const char *at = open; at < limit; at++) {
        if (*at == '\n') {
            if (one_line || quoted) return false;
        } else if (*at == '\\' && quoted) {
            at++;
        } else if (*at == '"') {
            if (!one_line && limit - at >= 3 && at[1] == '"' && at[2] == '"') return false;
            quoted = !quoted;
        } else if (*at == '{' && !quoted) {
            braces++;
        } else if (*at == '}' && !quoted && --braces == 0) {
            return true;
        }
    }
    return limit != lx->limit;
}

void av_lex_interpolation(av_lexer *lx, uint8_t code_mode, bool one_line) {
    const char *next = lx->cursor;
    bool opens = false;
    if (next < lx->limit) {
        char c = *next;
        opens = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                c == '_' || c == '"' || c == '(';
    }
    if (opens && lx->literal_scans < LITERAL_SCANS && !is_closed(lx, lx->start, one_line)) {
        lx->literal_scans++;
        av_lex_error(lx, AV_E_UNTERMINATED,
                     one_line ? "this `{` opens an expression that has no `}` on its line"
                              : "this `{` opens an expression that has no `}` in its template",
                     "write `{{` for a brace that is only a character");
        opens = false;
    }
    if (!opens) {
        av_lex_chunk(lx);
        return;
    }
    av_lex_emit(lx, AV_TOKEN_OPEN);
    push(lx, code_mode);
}

void av_lex_chunk(av_lexer *lx) {
    const av_token *last = last_token(lx);
    if (last != NULL && last->kind == AV_TOKEN_CHUNK && last->end == offset_of(lx, lx->start)) {
        lx->tokens[lx->count - 1].end = offset_of(lx, lx->cursor);
        return;
    }
    av_lex_emit(lx, AV_TOKEN_CHUNK);
}

/* ---- what goes wrong */

void av_lex_error(av_lexer *lx, av_diag_code code, const char *message, const char *help) {
    av_diag *diag = av_diag_add(lx->diags, code, span_of(lx, lx->start, lx->cursor), "%s", message);
    if (diag != NULL && help != NULL) av_diag_help(lx->diags, diag, "%s", help);
    lx->error = true;
    lx->last_error = lx->start;
}

static void report_unclosed(av_lexer *lx, uint32_t opened, uint32_t len, const char *message,
                            const char *help) {
    av_span span = {.start = opened, .end = opened + len, .source = lx->source};
    av_diag *diag = av_diag_add(lx->diags, AV_E_UNTERMINATED, span, "%s", message);
    if (diag != NULL && help != NULL) av_diag_help(lx->diags, diag, "%s", help);
    lx->error = true;
}

void av_lex_text_broken(av_lexer *lx) {
    if (lx->last_error == NULL || lx->last_error < lx->line_start) {
        report_unclosed(lx, lx->stack[lx->depth].opened, 1,
                        "this text has no closing quote on its line",
                        "a text of several lines stands between `\"\"\"` marks");
    }
    lx->error = true;
    lx->cursor = lx->start;
    av_lex_pop(lx, AV_TOKEN_TEXT_CLOSE);
}

static bool end_of_source(av_lexer *lx) {
    lx->cursor = lx->limit;
    if (lx->depth == 0) {
        av_lex_emit(lx, AV_TOKEN_END_OF_FILE);
        return false;
    }
    av_lex_level level = lx->stack[lx->depth];
    bool in_code = level.mode == AV_LEX_CODE;
    bool template = !in_code && lx->base[level.opened] == '"' &&
                    lx->limit - lx->base - level.opened >= 3 && lx->base[level.opened + 1] == '"' &&
                    lx->base[level.opened + 2] == '"';
    if (in_code) {
        if (!lx->error) report_unclosed(lx, level.opened, 1, "this `{` is never closed", NULL);
        av_lex_pop(lx, AV_TOKEN_CLOSE);
    } else if (template) {
        if (!lx->error)
            report_unclosed(lx, level.opened, 3, "this template is never closed by `\"\"\"`", NULL);
        av_lex_pop(lx, AV_TOKEN_TEMPLATE_CLOSE);
    } else {
        if (!lx->error)
            report_unclosed(lx, level.opened, 1, "this text has no closing quote", NULL);
        av_lex_pop(lx, AV_TOKEN_TEXT_CLOSE);
    }
    /* One mistake leaves several levels open; the innermost names it. */
    lx->error = lx->depth > 0;
    return true;
}

bool av_lex_nul(av_lexer *lx, const char *message) {
    if (lx->start == lx->limit) return end_of_source(lx);
    while (lx->cursor < lx->limit && *lx->cursor == 0) lx->cursor++;
    av_lex_error(lx, AV_E_BAD_CHARACTER, message, NULL);
    return true;
}

static bool begins_declaration(const av_lexer *lx, const char *at, size_t len) {
    switch (find_word(lx, at, len)) {
    case AV_WORD_ENUM:
    case AV_WORD_RECORD:
    case AV_WORD_CONST:
    case AV_WORD_FUNC:
    case AV_WORD_FACT:
    case AV_WORD_INFER:
    case AV_WORD_CONFLICT:
    case AV_WORD_DECISION:
    case AV_WORD_MATRIX:
    case AV_WORD_COLLECTION:
    case AV_WORD_DERIVE:
    case AV_WORD_CHECK:
    case AV_WORD_SECTION:
    case AV_WORD_DOCUMENT:
    case AV_WORD_EMIT:
    case AV_WORD_TEST:
    case AV_WORD_EXTEND:
    case AV_WORD_OVERRIDE: return true;
    default: return false;
    }
}

void av_lex_template_line(av_lexer *lx) {
    const char *word = lx->start + 1;
    if (!lx->stray_template || !begins_declaration(lx, word, (size_t)(lx->cursor - 1 - word))) {
        av_lex_chunk(lx);
        return;
    }
    report_unclosed(lx, lx->stack[lx->depth].opened, 3, "this template is never closed by `\"\"\"`",
                    NULL);
    lx->stray_template = false;
    lx->cursor = lx->start;
    av_lex_pop(lx, AV_TOKEN_TEMPLATE_CLOSE);
}

void av_lex_foreign_text(av_lexer *lx) {
    const char *end = lx->cursor;
    while (end < lx->limit && *end != '\n' && *end != '\'') {
        bool curly = lx->limit - end >= 3 && end[0] == '\xE2' && end[1] == '\x80' &&
                     (unsigned char)end[2] >= 0x98 && (unsigned char)end[2] <= 0x9F;
        if (curly) {
            end += 2;
            break;
        }
        end++;
    }
    if (end < lx->limit && *end != '\n') end++;
    lx->cursor = end;
    av_lex_error(lx, AV_E_BAD_CHARACTER, "text stands between straight double quotes",
                 "write `\"...\"`");
    av_lex_emit_span(lx, AV_TOKEN_TEXT, lx->start, lx->cursor);
}

void av_lex_block_comment(av_lexer *lx) {
    const char *end = lx->cursor;
    while (end < lx->limit && !(end[0] == '*' && lx->limit - end >= 2 && end[1] == '/')) end++;
    lx->cursor = lx->limit - end >= 2 ? end + 2 : lx->limit;
    av_lex_error(lx, AV_E_BAD_CHARACTER, "there are no block comments",
                 "begin each line of the comment with `//`");
    for (const char *at = lx->start; at < lx->cursor; at++) {
        if (*at == '\n') {
            lx->line_start = at + 1;
            lx->fresh = true;
        }
    }
}

void av_lex_unknown(av_lexer *lx) {
    char first = *lx->start;
    if (first == '#') {
        while (lx->cursor < lx->limit && *lx->cursor != '\n') lx->cursor++;
        av_lex_error(lx, AV_E_BAD_CHARACTER, "`#` does not begin a comment", "write `//`");
        return;
    }
    av_text found = {lx->start, (size_t)(lx->cursor - lx->start)};
    av_span span = span_of(lx, lx->start, lx->cursor);
    lx->error = true;
    if (av_utf8_invalid(found) != SIZE_MAX) return; /* reported for the whole source before */
    if ((unsigned char)first < 0x20 || first == 0x7f) {
        av_diag_add(lx->diags, AV_E_BAD_CHARACTER, span,
                    "an unprintable character cannot stand here");
    } else {
        av_diag_add(lx->diags, AV_E_BAD_CHARACTER, span, "`%.*s` cannot stand here",
                    AV_TEXT_ARG(found));
    }
}

static void check_utf8(av_lexer *lx, av_text text) {
    for (size_t from = 0; from < text.len;) {
        size_t bad = av_utf8_invalid(av_text_slice(text, from, text.len - from));
        if (bad == SIZE_MAX) return;
        size_t end = from + bad + 1;
        while (end < text.len && ((unsigned char)text.ptr[end] & 0xC0) == 0x80) end++;
        av_diag *diag =
            av_diag_add(lx->diags, AV_E_BAD_UTF8,
                        span_of(lx, lx->base + from + bad, lx->base + end), "this is not UTF-8");
        if (diag == NULL) return;
        av_diag_help(lx->diags, diag, "save the file in the UTF-8 encoding");
        from = end;
    }
}

av_status av_lex(av_lexer *lx, av_arena *keep, av_diags *diags, uint16_t source) {
    av_text text = diags->sources->items[source].text;
    *lx = (av_lexer){.keep = keep, .diags = diags, .source = source, .fresh = true};
    if (text.len == 0) text.ptr = "";
    if (text.len > AV_SOURCE_BYTES) return AV_ERR_LIMIT;
    /* Rule files have a token in five to ten bytes: one block nearly always. */
    if (!more_tokens(lx, text.len / BYTES_PER_TOKEN + 16)) return lx->status;
    lx->base = lx->cursor = lx->line_start = text.ptr;
    lx->limit = text.ptr + text.len;
    for (int word = AV_NO_WORD + 1; word < AV_WORD_COUNT; word++) {
        const char *spelling = av_word_spelling((av_word)word);
        uint8_t slot = word_hash(spelling, strlen(spelling));
        while (lx->words[slot] != 0) slot++;
        lx->words[slot] = (uint8_t)word;
    }
    if (av_text_starts(text, AV_TEXT("\xEF\xBB\xBF"))) lx->cursor = lx->line_start = text.ptr + 3;
    check_utf8(lx, text);
    size_t marks = 0;
    for (size_t at = av_text_find(text, AV_TEXT("\"\"\""), 0); at != SIZE_MAX;
         at = av_text_find(text, AV_TEXT("\"\"\""), at + 3)) {
        marks++;
    }
    lx->stray_template = marks % 2 == 1;
    av_lex_scan(lx);
    if (lx->status == AV_OK && diags->failed) lx->status = AV_ERR_MEMORY;
    return lx->status;
}
