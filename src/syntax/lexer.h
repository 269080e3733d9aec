/* Stage 2: characters to tokens. grammar/lexer.re holds the rules; lexer.c the frame around the
 * generated scanner.
 *
 * The scanner has three modes, kept on a stack, because texts hold expressions which hold texts:
 *
 *     code --"-->  text      --{--> code --}--> text     --"-->  code
 *     code --"""-> template  --{--> code --}--> template --"""-> code */
#ifndef AV_SYNTAX_LEXER_H
#define AV_SYNTAX_LEXER_H

#include "syntax/ast.h"

enum {
    AV_LEX_CODE = 0,                /**< the mode scanning starts in */
    AV_LEX_DEPTH = 32,              /**< texts within expressions within texts */
    AV_LEX_TOKENS = 8 * 1024 * 1024 /**< tokens of one source */
};

enum av_token_flags {
    AV_TOKEN_F_FIRST = 1 << 0,  /**< first on its line */
    AV_TOKEN_F_COLUMN = 1 << 1, /**< in the first column */
    AV_TOKEN_F_ERROR = 1 << 2   /**< a lexical error was reported at or just before it */
};

/** Kinds are the terminals of the grammar (generated grammar.h); AV_TOKEN_END_OF_FILE ends the
 * list. The span of `name:` leaves out the colon, that of `.name` the point. */
typedef struct av_token {
    uint8_t kind, flags;
    uint16_t word; /**< av_word when it is a reserved word */
    uint32_t start, end;
} av_token;

enum { AV_TOKEN_END_OF_FILE = 0 };

/** One mode of the stack. */
typedef struct av_lex_level {
    uint8_t mode;    /**< condition of the generated scanner */
    uint32_t braces; /**< of code: `{` not yet closed within it */
    uint32_t opened; /**< offset of the mark that opened it */
} av_lex_level;

typedef struct av_lexer {
    av_diags *diags;
    uint16_t source;
    const char *base, *cursor, *limit;
    const char *start;      /**< of the token at hand */
    const char *line_start; /**< of the line at hand, while in code */
    bool fresh;             /**< only white space so far on the line at hand */
    bool error;             /**< to be noted on the next token */
    bool stray_template;    /**< the count of template marks is odd: one is never closed */
    const char *last_error; /**< where the last error began */
    uint32_t literal_scans; /**< unclosed `{` seen; bounds the looking ahead for `}` */
    av_lex_level stack[AV_LEX_DEPTH];
    uint32_t depth;
    uint8_t words[256]; /**< reserved words, hashed */
    av_token *tokens;   /**< from the host of `keep`; given back by av_lex_free */
    size_t count, cap;
    av_arena *keep; /**< of the comments, which outlive the lexer */
    av_comment *comments;
    size_t comment_count, comment_cap;
    av_status status;
} av_lexer;

/**
 * Scans all of source number `source`. Comments are taken from `keep`, tokens from its host.
 * Lexical errors are recorded and scanning goes on; fails with AV_ERR_MEMORY or AV_ERR_LIMIT only.
 * The lexer is to be freed in any case.
 */
av_status av_lex(av_lexer *lexer, av_arena *keep, av_diags *diags, uint16_t source) AV_MUST_USE;
/** Gives the tokens back. Safe on a zeroed lexer. */
void av_lex_free(av_lexer *lexer);

/** The token kind of a reserved word. */
uint8_t av_lex_word_kind(av_word word);
/** Whether the word serves as a name where no rule asks for the word itself. */
bool av_lex_word_is_soft(av_word word);

/* ---- called by the generated scanner */

/** Scans to the end of the source, or until the lexer fails. */
void av_lex_scan(av_lexer *lexer);
/** Adds a token: the bytes scanned, or the run from `start` to `end`. */
void av_lex_emit(av_lexer *lexer, uint8_t kind);
void av_lex_emit_span(av_lexer *lexer, uint8_t kind, const char *start, const char *end);
/** A name or reserved word, with the colon or point that belongs to it. */
void av_lex_name(av_lexer *lexer);
/** `(` and `[`: `joined` directly after something that can be called or looked up in, else
 * `apart`. */
void av_lex_bracket(av_lexer *lexer, uint8_t apart, uint8_t joined);
/** A sign and a number: one token, or the operator alone when it follows a value directly. */
void av_lex_signed(av_lexer *lexer, uint8_t number, uint8_t operation);
/** A number; AV_TOKEN_BAD stands for one that runs into a name. */
void av_lex_number(av_lexer *lexer, uint8_t kind);
void av_lex_newline(av_lexer *lexer);
/** `//`: to the end of the line. */
void av_lex_comment(av_lexer *lexer);
/** A mark that opens or closes a mode: its token, and the mode stack. */
void av_lex_push(av_lexer *lexer, uint8_t mode, uint8_t kind);
void av_lex_pop(av_lexer *lexer, uint8_t kind);
/** `{` and `}` in code; a `}` without its `{` ends the expression of a text or template. */
void av_lex_open_brace(av_lexer *lexer);
void av_lex_close_brace(av_lexer *lexer);
/** `{` within a text or template: an expression, or the character. */
void av_lex_interpolation(av_lexer *lexer, uint8_t code_mode, bool one_line);
/** Literal characters of a text or template, joined with those before. */
void av_lex_chunk(av_lexer *lexer);
/** The end of the line within a one-line text. */
void av_lex_text_broken(av_lexer *lexer);
/** A NUL byte: within the source a mistake. Otherwise the end, and within a text, a template or an expression in one another
 * mistake; false when nothing is open there. */
bool av_lex_nul(av_lexer *lexer, const char *message);
/** A declaration's first words in the first column, within a template: ends it when some template
 * is never closed. */
void av_lex_template_line(av_lexer *lexer);
/** Reports the bytes scanned; `help` may be NULL. The next token carries AV_TOKEN_F_ERROR. */
void av_lex_error(av_lexer *lexer, av_diag_code code, const char *message, const char *help);
void av_lex_foreign_text(av_lexer *lexer);
void av_lex_block_comment(av_lexer *lexer);
void av_lex_unknown(av_lexer *lexer);

#endif
