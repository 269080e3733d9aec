/* The words of the language: characters to tokens, a condition a mode (code, text, template).
 * A rule picks a token; src/syntax/lexer.c keeps the modes, the places and the errors.
 *
 * A NUL byte follows every source. No rule goes on past one, so that none reads beyond the end; av_lex_nul tells that end from a
 * NUL within the source. */

#include "grammar.h"
#include "syntax/lexer.h"

/*!types:re2c*/

_Static_assert((int)yyccode == (int)AV_LEX_CODE, "scanning starts in code");

void av_lex_scan(av_lexer *lx) {
    const char *cursor = lx->cursor, *marker;

#define TAKE(call)                                                                                 \
    do {                                                                                           \
        lx->cursor = cursor;                                                                       \
        call;                                                                                      \
        cursor = lx->cursor;                                                                       \
        goto again;                                                                                \
    } while (0)
#define YYPEEK()          (unsigned char)*cursor
#define YYSKIP()          ++cursor
#define YYBACKUP()        marker = cursor
#define YYRESTORE()       cursor = marker
#define NUL(message)                                                                               \
    do {                                                                                           \
        lx->cursor = cursor;                                                                       \
        if (!av_lex_nul(lx, message)) return;                                                      \
        cursor = lx->cursor;                                                                       \
        goto again;                                                                                \
    } while (0)
#define TOKEN(kind) TAKE(av_lex_emit(lx, AV_TOKEN_##kind))

again:
    if (lx->status != AV_OK) return;
    marker = lx->start = cursor;

    /*!re2c
    re2c:flags:input = custom;
    re2c:sentinel = 0;
    re2c:yyfill:enable = 0;
    re2c:define:YYCTYPE = "unsigned char";
    re2c:define:YYGETCONDITION = "lx->stack[lx->depth].mode";
    re2c:define:YYGETCONDITION:naked = 1;

    letter  = [A-Za-z_];
    digit   = [0-9];
    name    = letter (letter | digit)*;
    integer = digit (digit | "_")*;
    decimal = integer "." digit (digit | "_")*;
    white   = [ \t\r];

    // ---- code: declarations, expressions, and the expressions inside texts and templates

    <code> white+                 { goto again; }
    <code> "\n"                   { TAKE(av_lex_newline(lx)); }
    <code> "//"                   { TAKE(av_lex_comment(lx)); }

    <code> name                   { TAKE(av_lex_name(lx)); }
    <code> name ":"               { TAKE(av_lex_emit_span(lx, AV_TOKEN_NAME_COLON, lx->start, cursor - 1)); }
    <code> "." name               { TAKE(av_lex_emit_span(lx, AV_TOKEN_FIELD, lx->start + 1, cursor)); }

    <code> integer                { TAKE(av_lex_number(lx, AV_TOKEN_INT)); }
    <code> decimal                { TAKE(av_lex_number(lx, AV_TOKEN_DECIMAL)); }
    <code> (integer | decimal) letter (letter | digit)* { TAKE(av_lex_number(lx, AV_TOKEN_BAD)); }
    <code> [+] integer            { TAKE(av_lex_signed(lx, AV_TOKEN_SIGNED, AV_TOKEN_PLUS)); }
    <code> [-] integer            { TAKE(av_lex_signed(lx, AV_TOKEN_SIGNED, AV_TOKEN_MINUS)); }
    <code> [+] decimal            { TAKE(av_lex_signed(lx, AV_TOKEN_DECIMAL, AV_TOKEN_PLUS)); }
    <code> [-] decimal            { TAKE(av_lex_signed(lx, AV_TOKEN_DECIMAL, AV_TOKEN_MINUS)); }
    <code> [A-Z]{3} " " (integer | decimal) { TAKE(av_lex_number(lx, AV_TOKEN_MONEY)); }

    <code> "\"" [^"\\{}\n\x00]* "\""  { TAKE(av_lex_emit(lx, AV_TOKEN_TEXT)); }
    <code> "\""                   { TAKE(av_lex_push(lx, yyctext, AV_TOKEN_TEXT_OPEN)); }
    <code> "\"\"\""               { TAKE(av_lex_push(lx, yyctemplate, AV_TOKEN_TEMPLATE_OPEN)); }

    <code> "{"                    { TAKE(av_lex_open_brace(lx)); }
    <code> "}"                    { TAKE(av_lex_close_brace(lx)); }
    <code> "("                    { TAKE(av_lex_bracket(lx, AV_TOKEN_LPAREN, AV_TOKEN_CALL)); }
    <code> ")"                    { TOKEN(RPAREN); }
    <code> "["                    { TAKE(av_lex_bracket(lx, AV_TOKEN_LBRACKET, AV_TOKEN_INDEX)); }
    <code> "]"                    { TOKEN(RBRACKET); }
    <code> ","                    { TOKEN(COMMA); }
    <code> ";"                    { TOKEN(SEMICOLON); }
    <code> ":"                    { TOKEN(COLON); }
    <code> "|"                    { TOKEN(PIPE); }
    <code> "||"                   { TOKEN(BARS); }
    <code> "="                    { TOKEN(ASSIGN); }
    <code> "=="                   { TOKEN(EQ); }
    <code> "!="                   { TOKEN(NE); }
    <code> "<"                    { TOKEN(LT); }
    <code> "<="                   { TOKEN(LE); }
    <code> ">"                    { TOKEN(GT); }
    <code> ">="                   { TOKEN(GE); }
    <code> "+"                    { TOKEN(PLUS); }
    <code> "-"                    { TOKEN(MINUS); }
    <code> "*"                    { TOKEN(STAR); }
    <code> "/"                    { TOKEN(SLASH); }
    <code> "%"                    { TOKEN(PERCENT); }
    <code> "??"                   { TOKEN(OR_ELSE); }
    <code> ".."                   { TOKEN(DOTDOT); }

    // slips from other languages, each with its own advice
    <code> "&&"                   { TAKE(av_lex_error(lx, AV_E_BAD_CHARACTER, "`&&` is not an operator", "write `and`");
                                         av_lex_emit(lx, AV_TOKEN_AND)); }
    <code> "!"                    { TAKE(av_lex_error(lx, AV_E_BAD_CHARACTER, "`!` is not an operator", "write `not`");
                                         av_lex_emit(lx, AV_TOKEN_NOT)); }
    <code> "'"                    { TAKE(av_lex_foreign_text(lx)); }
    <code> "\xE2\x80" [\x98-\x9F] { TAKE(av_lex_foreign_text(lx)); }
    <code> "/*"                   { TAKE(av_lex_block_comment(lx)); }
    <code> "#"                    { TAKE(av_lex_unknown(lx)); }
    <code> [\x80-\xFF]+           { TAKE(av_lex_unknown(lx)); }
    <code> *                      { TAKE(av_lex_unknown(lx)); }
    <code> "\x00"                 { NUL("a NUL byte cannot stand in a rule file"); }

    // ---- text: "one line with {expressions} and \n escapes"

    <text> ([^"\\{\n\x00] | "\\" [^\n\x00] | "\\u{" (letter | digit)* "}" | "{{")+ { TAKE(av_lex_chunk(lx)); }
    <text> "{"                    { TAKE(av_lex_interpolation(lx, yyccode, true)); }
    <text> "\""                   { TAKE(av_lex_pop(lx, AV_TOKEN_TEXT_CLOSE)); }
    <text> "\n"                   { TAKE(av_lex_text_broken(lx)); }
    <text> *                      { TAKE(av_lex_chunk(lx)); }
    <text> "\x00"                 { NUL("a NUL byte cannot stand in a text"); }

    // ---- template: """ several lines with {expressions} and {if ...} tags """

    <template> ([^"{\n\x00] | "{{")+ { TAKE(av_lex_chunk(lx)); }
    <template> "\n"               { TAKE(av_lex_chunk(lx)); }
    <template> "\n" [a-z]+ " "    { TAKE(av_lex_template_line(lx)); }
    <template> "{"                { TAKE(av_lex_interpolation(lx, yyccode, false)); }
    <template> "\"\"\""           { TAKE(av_lex_pop(lx, AV_TOKEN_TEMPLATE_CLOSE)); }
    <template> "\""               { TAKE(av_lex_chunk(lx)); }
    <template> *                  { TAKE(av_lex_chunk(lx)); }
    <template> "\x00"                 { NUL("a NUL byte cannot stand in a template"); }
    */
#undef YYPEEK
#undef YYSKIP
#undef YYBACKUP
#undef YYRESTORE
#undef TAKE
#undef NUL
#undef TOKEN
}
