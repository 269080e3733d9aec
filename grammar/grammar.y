/* The sentences of the language: tokens to the syntax tree (Lemon, LALR(1), no conflicts).
 *
 * Line breaks mean nothing. That is possible because every clause begins with a reserved word, and because the lexer
 * decides by white space between `f(x)` (CALL) and `f (x)` (LPAREN), `xs[k]` (INDEX) and `xs [k]` (LBRACKET),
 * `a -2` (SIGNED) and `a - 2` (MINUS). Names of fields and parameters carry their colon (NAME_COLON).
 *
 * Each list has an `error` production. The driver (src/syntax/parse.c) asks before each token whether it fits, reports
 * what does not, brings the parser back to the innermost list, and goes on at the next token that fits. The C around
 * tables and actions is engine.lemon. */

%name av_grammar
%token_prefix AV_TOKEN_
%token_type {av_tok}
%default_type {av_ast *}
%extra_context {av_parser *ps}
%stack_size AV_PARSE_STACK
%start_symbol file

%include {
#include "grammar.h"
#include "syntax/parse.h"

#include <assert.h>

/* One call makes a node: its kind, then the fields it has. */
#define NODE(...) av_node(ps, &(av_ast){.kind = __VA_ARGS__})
#define FROM(t) .span = av_tok_span(ps, (t), (t))
#define OVER(a, z) .span = av_tok_span(ps, (a), (z))
#define NAMED(t) .name_span = av_tok_span(ps, (t), (t))
#define CLAUSE(WORD, t, ...) NODE(AV_AST_CLAUSE, .word = AV_WORD_##WORD, FROM(t), __VA_ARGS__)
}

// ---- precedence, loosest first -----------------------------------------------------------------------------------
// ITEM is the end of an item in a list without commas: whatever can go on, does (`[a - b]` is one item, `[a b]` two).
// It also ends `if`, `let`, `for`, `some` and `every`, which reach as far to the right as they can.
// `not a == b` denies the comparison. Comparisons do not chain: `a < b < c` compares a bool with a number.

%nonassoc ITEM.
%right OR_ELSE.
%left OR.
%left AND.
%right NOT.
%nonassoc EQ NE LT LE GT GE IN NOT_IN.
%nonassoc DOTDOT.
%left PLUS MINUS.
%left STAR SLASH PERCENT.
%right NEGATE.
%left WITH FIELD INDEX LBRACE COMMA.

// Never part of a sentence: a number that runs into a name, until it is reported.
%token BAD.
// Made by the driver from `in` after `let x = a`.
%token LET_IN.

// ---- words ---------------------------------------------------------------------------------------------------------
// Words that only matter in one place may be names in all others (av_lex_word_is_soft lists the same).

%fallback NAME
    ORDERED KEY FROM DESCENDING LEAST FIRED FAILED PASSED REPAIRED CONTAINS FORMAT VALUE ITEM SECTIONS HIT UNIQUE FIRST
    PRIORITY COLLECT LIST SET REF SIGNAL WORDS CUE SAYS STRENGTH AHEAD BEHIND AROUND UNTIL NEUTRAL PROSE UNITES
    WITHIN BEFORE.

// A step of a rule's identity: primary_database/otherwise
%token_class step NAME|OTHERWISE.

// Any word at all, where a column is named: | key | format |
%token_class word
    NAME|MODULE|USE|ENUM|ORDERED|RECORD|KEY|CONST|FUNC|FACT|INFER|CONFLICT|DECISION|MATRIX|TABLE|COLLECTION|DERIVE
    |CHECK|SECTION|DOCUMENT|EMIT|TEST|CASE|OTHERWISE|WHEN|BECAUSE|REJECTED|CONFIDENCE|RISK|GROUP|ASK|OPTION|VETO
    |SECONDARY|FROM|WRONG_IF|BETWEEN|TENSION|IMPACT|BINDS|EFFECT|ITEM|FOR|IN|WHERE|SORT|BY|DESCENDING|YIELD|REQUIRE
    |ELSE|REPAIR|GUARD|GIVEN|EXPECT|PROVES|FIRED|FAILED|PASSED|REPAIRED|CONTAINS|TO|FORMAT|VALUE|SECTIONS|ANY|ALL|AT
    |LEAST|OF|SOME|EVERY|SATISFIES|AND|OR|NOT|IF|THEN|LET|WITH|NONE|TRUE|FALSE|LIST|SET|REF|EXTEND|OVERRIDE|AS|ALSO
    |ROWS|HIT|UNIQUE|FIRST|PRIORITY|COLLECT|EMPTY|END|SIGNAL|WORDS|CUE|SAYS|STRENGTH|AHEAD|BEHIND|AROUND|UNTIL|NEUTRAL
    |PROSE|UNITES|WITHIN|BEFORE.

// ---- file ----------------------------------------------------------------------------------------------------------
//
//     module storage
//     use intake, std.text

file ::= declarations(L). { ps->file->items = L.first; }

%type declarations {av_nodes}
declarations(A) ::= . { A = (av_nodes){0}; }
declarations(A) ::= declarations(L) declaration(D). { A = av_parse_declared(ps, L, D); }
declarations(A) ::= declarations(L) MODULE dotted(N). { A = L; av_parse_module(ps, N); }
declarations(A) ::= declarations(L) error. { A = av_nodes_add(ps, L, NODE(AV_AST_ERROR, .op = AV_OP_NONE)); }

declaration(A) ::= plain(D). { A = D; }
declaration(A) ::= OVERRIDE(K) plain(D). { A = NODE(AV_AST_OVERRIDE, FROM(K), .a = D); }
declaration(A) ::= EXTEND(K) addition(D). { A = NODE(AV_AST_EXTEND, FROM(K), .a = D); }

plain(A) ::= USE(K) modules(L). { A = NODE(AV_AST_USE, FROM(K), .items = L.first); }
%type modules {av_nodes}
modules(A) ::= dotted(N). { A = av_nodes_add(ps, (av_nodes){0}, N); }
modules(A) ::= modules(L) dotted(N). { A = av_nodes_add(ps, L, N); }
modules(A) ::= modules(L) COMMA. { A = L; }
dotted(A) ::= NAME(N). { A = NODE(AV_AST_NAME, FROM(N), NAMED(N)); }
dotted(A) ::= dotted(D) FIELD(F). { A = av_parse_dotted(ps, D, F); }

%type label {av_ast *}
label(A) ::= . { A = NULL; }
label(A) ::= text(T). { A = T; }

%type names {av_nodes}
names(A) ::= name(N). { A = av_nodes_add(ps, (av_nodes){0}, N); }
names(A) ::= names(L) name(N). { A = av_nodes_add(ps, L, N); }
names(A) ::= names(L) COMMA. { A = L; }
name(A) ::= NAME(N). { A = NODE(AV_AST_NAME, FROM(N), NAMED(N)); }

%type texts {av_nodes}
texts(A) ::= text(T). { A = av_nodes_add(ps, (av_nodes){0}, T); }
texts(A) ::= texts(L) text(T). { A = av_nodes_add(ps, L, T); }
texts(A) ::= texts(L) COMMA. { A = L; }

// ---- enum ----------------------------------------------------------------------------------------------------------
//
//     enum TeamSize ordered "Team size" {
//       Solo      "Solo"   also "1", "just me"
//       UpToFive  "2-5"
//     }

plain(A) ::= ENUM(K) NAME(N) enum_head(H) LBRACE members(L) RBRACE(Z).
    { A = NODE(AV_AST_ENUM, OVER(K, Z), NAMED(N), .c = H.label, .flags = H.flags, .items = L.first); }
%type enum_head {av_head}
enum_head(A) ::= . { A = (av_head){0}; }
enum_head(A) ::= enum_head(H) ORDERED(K). { A = av_head_flag(ps, H, AV_AST_F_ORDERED, K); }
enum_head(A) ::= enum_head(H) text(T). { A = av_head_label(ps, H, T); }
%type members {av_nodes}
members(A) ::= . { A = (av_nodes){0}; }
members(A) ::= members(L) member(M). { A = av_nodes_add(ps, L, M); }
members(A) ::= members(L) COMMA. { A = L; }
members(A) ::= members(L) SEMICOLON. { A = L; }
members(A) ::= members(L) error. { A = L; }
member(A) ::= NAME(N) label(T). { A = NODE(AV_AST_MEMBER, FROM(N), NAMED(N), .c = T); }
member(A) ::= NAME(N) label(T) ALSO texts(L). [ITEM]
    { A = NODE(AV_AST_MEMBER, FROM(N), NAMED(N), .c = T, .items = L.first); }

// ---- record --------------------------------------------------------------------------------------------------------
//
//     record Field "A field" {
//       key name: text
//       type: FieldType
//       required: bool = true
//       target: option of text as "$ref"
//     }
//     record Response by key { ... }

plain(A) ::= RECORD(K) NAME(N) label(T) by_key(B) LBRACE fields(L) RBRACE(Z).
    { A = NODE(AV_AST_RECORD, OVER(K, Z), NAMED(N), .c = T, .items = L.first, .flags = B); }
%type by_key {uint16_t}
by_key(A) ::= . { A = 0; }
by_key(A) ::= BY KEY. { A = AV_AST_F_BY_KEY; }
%type fields {av_nodes}
fields(A) ::= . { A = (av_nodes){0}; }
fields(A) ::= fields(L) field(F). { A = av_nodes_add(ps, L, F); }
fields(A) ::= fields(L) COMMA. { A = L; }
fields(A) ::= fields(L) SEMICOLON. { A = L; }
fields(A) ::= fields(L) error. { A = L; }
field(A) ::= NAME_COLON(N) type(T) default(D) written_as(W).
    { A = NODE(AV_AST_FIELD, FROM(N), NAMED(N), .type = T, .a = D, .c = W); }
field(A) ::= KEY(K) NAME_COLON(N) type(T) default(D) written_as(W).
    { A = NODE(AV_AST_FIELD, FROM(K), NAMED(N), .type = T, .a = D, .c = W, .flags = AV_AST_F_KEY); }
written_as(A) ::= . { A = NULL; }
written_as(A) ::= AS text(T). { A = T; }
default(A) ::= . { A = NULL; }
default(A) ::= ASSIGN expr(E). [ITEM] { A = E; }

// ---- const and func ------------------------------------------------------------------------------------------------
//
//     const low_scale_users: int = 1_000 because "below this one small server answers in time"
//     func monthly(unit: money, n: int): money = unit * n

plain(A) ::= CONST(K) NAME(N) ASSIGN expr(E) reason(B). { A = NODE(AV_AST_CONST, FROM(K), NAMED(N), .a = E, .b = B); }
plain(A) ::= CONST(K) NAME_COLON(N) type(T) label(C) ASSIGN expr(E) reason(B).
    { A = NODE(AV_AST_CONST, FROM(K), NAMED(N), .type = T, .a = E, .b = B, .c = C); }
reason(A) ::= . { A = NULL; }
reason(A) ::= BECAUSE text(T). { A = T; }

plain(A) ::= FUNC(K) NAME(N) parameters(L) COLON type(T) ASSIGN expr(E).
    { A = NODE(AV_AST_FUNC, FROM(K), NAMED(N), .items = L.first, .type = T, .a = E); }
%type parameters {av_nodes}
%type params {av_nodes}
parameters(A) ::= CALL params(L) RPAREN. { A = L; }
params(A) ::= . { A = (av_nodes){0}; }
params(A) ::= params(L) NAME_COLON(N) type(T) default(D).
    { A = av_nodes_add(ps, L, NODE(AV_AST_PARAM, FROM(N), NAMED(N), .type = T, .a = D)); }
params(A) ::= params(L) COMMA. { A = L; }
params(A) ::= params(L) error. { A = L; }

// ---- fact ----------------------------------------------------------------------------------------------------------
//
//     fact team_size: TeamSize "Team size" {
//       group "Product"
//       ask "How many engineers will build and run it?"
//     }
//
//     fact prd: text { from "md", "markdown" }       // files whose whole text is the fact

plain(A) ::= FACT(K) NAME_COLON(N) type(T) label(C). { A = NODE(AV_AST_FACT, FROM(K), NAMED(N), .type = T, .c = C); }
plain(A) ::= FACT(K) NAME_COLON(N) type(T) label(C) LBRACE fact_clauses(L) RBRACE(Z).
    { A = av_parse_once(ps, NODE(AV_AST_FACT, OVER(K, Z), NAMED(N), .type = T, .c = C, .items = L.first)); }
%type fact_clauses {av_nodes}
fact_clauses(A) ::= . { A = (av_nodes){0}; }
fact_clauses(A) ::= fact_clauses(L) GROUP(K) text(T). { A = av_nodes_add(ps, L, CLAUSE(GROUP, K, .a = T)); }
fact_clauses(A) ::= fact_clauses(L) ASK(K) text(T). { A = av_nodes_add(ps, L, CLAUSE(ASK, K, .a = T)); }
fact_clauses(A) ::= fact_clauses(L) FROM(K) texts(T). { A = av_nodes_add(ps, L, CLAUSE(FROM, K, .items = T.first)); }
fact_clauses(A) ::= fact_clauses(L) PROSE(K) text(T). { A = av_nodes_add(ps, L, CLAUSE(PROSE, K, .a = T)); }
fact_clauses(A) ::= fact_clauses(L) PROSE(K) text(T) BY name(N).
    { A = av_nodes_add(ps, L, CLAUSE(PROSE, K, .a = T, .b = N)); }
fact_clauses(A) ::= fact_clauses(L) UNITES(K) text(T). { A = av_nodes_add(ps, L, CLAUSE(UNITES, K, .a = T)); }
fact_clauses(A) ::= fact_clauses(L) SEMICOLON. { A = L; }
fact_clauses(A) ::= fact_clauses(L) error. { A = L; }

// ---- infer and decision --------------------------------------------------------------------------------------------
//
//     infer team_size {
//       case Solo as hobby when users < 100
//         because "one person keeps up with a hundred users"
//         confidence high
//         risk "what it costs if wrong"
//       otherwise Unknown
//         because "..."
//     }
//
//     decision pattern: Pattern "Pattern" {
//       case Small
//         when any { team_size == Solo; stage == First }
//         because "..."
//         rejected "why it lost"
//       otherwise Large
//         because "..."
//     }

plain(A) ::= INFER(K) NAME(N) LBRACE cases(L) RBRACE(Z).
    { A = NODE(AV_AST_INFER, OVER(K, Z), NAMED(N), .items = L.first); }
plain(A) ::= DECISION(K) NAME_COLON(N) type(T) label(C) LBRACE cases(L) RBRACE(Z).
    { A = NODE(AV_AST_DECISION, OVER(K, Z), NAMED(N), .type = T, .c = C, .items = L.first); }
%type cases {av_nodes}
cases(A) ::= . { A = (av_nodes){0}; }
cases(A) ::= cases(L) case(C). { A = av_nodes_add(ps, L, C); }
cases(A) ::= cases(L) OVERRIDE(K) case(C).
    { C->flags |= AV_AST_F_OVERRIDE; C->span.start = K.start; A = av_nodes_add(ps, L, C); }
cases(A) ::= cases(L) error. { A = av_nodes_add(ps, L, NODE(AV_AST_ERROR, .op = AV_OP_NONE)); }
case(A) ::= CASE(K) expr(E) case_name(N) case_clauses(L).
    { A = av_parse_once(ps, NODE(AV_AST_CASE, FROM(K), .a = E, .name_span = N, .items = L.first)); }
case(A) ::= OTHERWISE(K) expr(E) case_name(N) case_clauses(L).
    { A = av_parse_once(ps, NODE(AV_AST_CASE, FROM(K), .a = E, .name_span = N, .items = L.first,
                                 .flags = AV_AST_F_OTHERWISE)); }
%type case_name {av_span}
case_name(A) ::= . { A = (av_span){0}; }
case_name(A) ::= AS NAME(N). { A = av_tok_span(ps, N, N); }
%type case_clauses {av_nodes}
case_clauses(A) ::= . { A = (av_nodes){0}; }
case_clauses(A) ::= case_clauses(L) case_clause(C). { A = av_nodes_add(ps, L, C); }
case_clauses(A) ::= case_clauses(L) SEMICOLON. { A = L; }
case_clauses(A) ::= case_clauses(L) error. { A = L; }
case_clause(A) ::= when(C). { A = C; }
case_clause(A) ::= because(C). { A = C; }
case_clause(A) ::= REJECTED(K) text(T). { A = CLAUSE(REJECTED, K, .a = T); }
case_clause(A) ::= CONFIDENCE(K) name(N). { A = CLAUSE(CONFIDENCE, K, .a = N); }
case_clause(A) ::= RISK(K) text(T). { A = CLAUSE(RISK, K, .a = T); }
case_clause(A) ::= BEFORE(K) step(N). { A = CLAUSE(BEFORE, K, .a = NODE(AV_AST_NAME, FROM(N), NAMED(N))); }
case_clause(A) ::= GUARD(K) text(T). { A = CLAUSE(GUARD, K, .a = T); }
when(A) ::= WHEN(K) expr(E). [ITEM] { A = CLAUSE(WHEN, K, .a = E); }
because(A) ::= BECAUSE(K) text(T). { A = CLAUSE(BECAUSE, K, .a = T); }

// ---- signal, words, cue --------------------------------------------------------------------------------------------
//
//     signal team_count {
//       case n when says "<n: count> engineers", "team of <n: count>" where n < 1000
//       case 0 as nobody when denied says "<engineer>" strength 2
//     }
//     words engineer "People who build" { "engineer" "developer" }
//     cue denied "Not so" {
//       ahead "not", "without"
//       behind 4 "(is | are) not needed"
//       until "but"
//     }

plain(A) ::= SIGNAL(K) NAME(N) LBRACE signal_cases(L) RBRACE(Z).
    { A = NODE(AV_AST_SIGNAL, OVER(K, Z), NAMED(N), .items = L.first); }
%type signal_cases {av_nodes}
signal_cases(A) ::= . { A = (av_nodes){0}; }
signal_cases(A) ::= signal_cases(L) signal_case(C). { A = av_nodes_add(ps, L, C); }
signal_cases(A) ::= signal_cases(L) error. { A = av_nodes_add(ps, L, NODE(AV_AST_ERROR, .op = AV_OP_NONE)); }
signal_case(A) ::= CASE(K) expr(E) case_name(N) signal_clauses(L).
    { A = av_parse_once(ps, NODE(AV_AST_CASE, FROM(K), .a = E, .name_span = N, .items = L.first)); }
%type signal_clauses {av_nodes}
signal_clauses(A) ::= . { A = (av_nodes){0}; }
signal_clauses(A) ::= signal_clauses(L) signal_clause(C). { A = av_nodes_add(ps, L, C); }
signal_clauses(A) ::= signal_clauses(L) SEMICOLON. { A = L; }
signal_clauses(A) ::= signal_clauses(L) error. { A = L; }
signal_clause(A) ::= WHEN(K) heard(H) SAYS texts(L) filter(C).
    { A = CLAUSE(SAYS, K, .items = L.first, .body = H.first, .a = C); }
signal_clause(A) ::= because(C). { A = C; }
signal_clause(A) ::= CONFIDENCE(K) name(N). { A = CLAUSE(CONFIDENCE, K, .a = N); }
signal_clause(A) ::= RISK(K) text(T). { A = CLAUSE(RISK, K, .a = T); }
signal_clause(A) ::= STRENGTH(K) INT(N). { A = CLAUSE(STRENGTH, K, .a = av_parse_integer(ps, N)); }
%type heard {av_nodes}
heard(A) ::= . { A = (av_nodes){0}; }
heard(A) ::= heard(L) name(N). { A = av_nodes_add(ps, L, N); }
heard(A) ::= heard(L) OR. { A = L; }

plain(A) ::= WORDS(K) NAME(N) label(C) LBRACE class_texts(L) RBRACE(Z).
    { A = NODE(AV_AST_WORDS, OVER(K, Z), NAMED(N), .c = C, .items = L.first); }
%type class_texts {av_nodes}
class_texts(A) ::= . { A = (av_nodes){0}; }
class_texts(A) ::= class_texts(L) text(T). { A = av_nodes_add(ps, L, T); }
class_texts(A) ::= class_texts(L) COMMA. { A = L; }
class_texts(A) ::= class_texts(L) SEMICOLON. { A = L; }
class_texts(A) ::= class_texts(L) error. { A = L; }

plain(A) ::= CUE(K) NAME(N) label(C) LBRACE cue_clauses(L) RBRACE(Z).
    { A = NODE(AV_AST_CUE, OVER(K, Z), NAMED(N), .c = C, .items = L.first); }
%type cue_clauses {av_nodes}
cue_clauses(A) ::= . { A = (av_nodes){0}; }
cue_clauses(A) ::= cue_clauses(L) cue_clause(C). { A = av_nodes_add(ps, L, C); }
cue_clauses(A) ::= cue_clauses(L) SEMICOLON. { A = L; }
cue_clauses(A) ::= cue_clauses(L) error. { A = L; }
cue_clause(A) ::= AHEAD(K) reach(R) texts(L). { A = CLAUSE(AHEAD, K, .a = R, .items = L.first); }
cue_clause(A) ::= BEHIND(K) reach(R) texts(L). { A = CLAUSE(BEHIND, K, .a = R, .items = L.first); }
cue_clause(A) ::= AROUND(K) reach(R) texts(L). { A = CLAUSE(AROUND, K, .a = R, .items = L.first); }
cue_clause(A) ::= UNTIL(K) texts(L). { A = CLAUSE(UNTIL, K, .items = L.first); }
cue_clause(A) ::= WITHIN(K) texts(L). { A = CLAUSE(WITHIN, K, .items = L.first); }
cue_clause(A) ::= NEUTRAL(K) text(T). { A = CLAUSE(NEUTRAL, K, .a = T); }
reach(A) ::= . { A = NULL; }
reach(A) ::= INT(N). { A = av_parse_integer(ps, N); }

// ---- conflict ------------------------------------------------------------------------------------------------------
//
//     conflict solo_vs_regions "One person, many regions" {
//       between team_size, regions
//       when team_size == Solo and regions != One
//       tension "..."
//       impact high
//       binds team_size
//       effect "..."
//     }

plain(A) ::= CONFLICT(K) NAME(N) label(C) LBRACE conflict_clauses(L) RBRACE(Z).
    { A = av_parse_once(ps, NODE(AV_AST_CONFLICT, OVER(K, Z), NAMED(N), .c = C, .items = L.first)); }
%type conflict_clauses {av_nodes}
conflict_clauses(A) ::= . { A = (av_nodes){0}; }
conflict_clauses(A) ::= conflict_clauses(L) conflict_clause(C). { A = av_nodes_add(ps, L, C); }
conflict_clauses(A) ::= conflict_clauses(L) SEMICOLON. { A = L; }
conflict_clauses(A) ::= conflict_clauses(L) error. { A = L; }
conflict_clause(A) ::= BETWEEN(K) names(L). { A = CLAUSE(BETWEEN, K, .items = L.first); }
conflict_clause(A) ::= when(C). { A = C; }
conflict_clause(A) ::= TENSION(K) text(T). { A = CLAUSE(TENSION, K, .a = T); }
conflict_clause(A) ::= IMPACT(K) name(N). { A = CLAUSE(IMPACT, K, .a = N); }
conflict_clause(A) ::= BINDS(K) name(N). { A = CLAUSE(BINDS, K, .a = N); }
conflict_clause(A) ::= EFFECT(K) text(T). { A = CLAUSE(EFFECT, K, .a = T); }

// ---- matrix --------------------------------------------------------------------------------------------------------
//
//     matrix store: Store "Store" {
//       option Relational {
//         +2 related when relationships == Many because "..."
//         veto eventual when consistency != Strong because "..."
//         secondary when main_use != Caching because "..."
//         wrong_if "..."
//       }
//       secondary from 2
//     }

plain(A) ::= MATRIX(K) NAME_COLON(N) type(T) label(C) LBRACE options(L) RBRACE(Z).
    { A = av_parse_matrix(ps, NODE(AV_AST_MATRIX, OVER(K, Z), NAMED(N), .type = T, .c = C, .items = L.first)); }
%type options {av_nodes}
options(A) ::= . { A = (av_nodes){0}; }
options(A) ::= options(L) option(O). { A = av_nodes_add(ps, L, O); }
options(A) ::= options(L) OVERRIDE(K) option(O).
    { O->flags |= AV_AST_F_OVERRIDE; O->span.start = K.start; A = av_nodes_add(ps, L, O); }
options(A) ::= options(L) SECONDARY(K) FROM expr(E). [ITEM] { A = av_nodes_add(ps, L, CLAUSE(SECONDARY, K, .a = E)); }
options(A) ::= options(L) error. { A = L; }
option(A) ::= OPTION(K) NAME(N) LBRACE lines(L) RBRACE(Z).
    { A = NODE(AV_AST_OPTION, OVER(K, Z), NAMED(N), .items = L.first); }
%type lines {av_nodes}
lines(A) ::= . { A = (av_nodes){0}; }
lines(A) ::= lines(L) line(N). { A = av_nodes_add(ps, L, N); }
lines(A) ::= lines(L) OVERRIDE(K) line(N).
    { N->flags |= AV_AST_F_OVERRIDE; N->span.start = K.start; A = av_nodes_add(ps, L, N); }
lines(A) ::= lines(L) SECONDARY(K) line_clauses(C). { A = av_nodes_add(ps, L, av_parse_spread(ps, CLAUSE(SECONDARY, K, .op = AV_OP_NONE), C)); }
lines(A) ::= lines(L) WRONG_IF(K) text(T). { A = av_nodes_add(ps, L, CLAUSE(WRONG_IF, K, .a = T)); }
lines(A) ::= lines(L) SEMICOLON. { A = L; }
lines(A) ::= lines(L) error. { A = L; }
line(A) ::= SIGNED(W) NAME(N) line_clauses(C).
    { A = av_parse_spread(ps, NODE(AV_AST_LINE, FROM(W), NAMED(N), .a = av_parse_integer(ps, W)), C); }
line(A) ::= VETO(K) NAME(N) line_clauses(C).
    { A = av_parse_spread(ps, NODE(AV_AST_LINE, OVER(K, N), NAMED(N), .flags = AV_AST_F_VETO), C); }
%type line_clauses {av_nodes}
line_clauses(A) ::= . { A = (av_nodes){0}; }
line_clauses(A) ::= line_clauses(L) when(C). { A = av_nodes_add(ps, L, C); }
line_clauses(A) ::= line_clauses(L) because(C). { A = av_nodes_add(ps, L, C); }

// ---- table ---------------------------------------------------------------------------------------------------------
//
//     table timeouts(kind: CallKind, critical: bool): Timeouts hit first {
//       | kind           | critical || connect | read |
//       | Payment, Email | true     || 2       | 5    |
//       | -              | -        || 2       | 10   |
//     }

plain(A) ::= TABLE(K) NAME(N) parameters(P) COLON type(T) table_head(H) LBRACE table_header(R) table_rows(L) RBRACE(Z).
    { A = NODE(AV_AST_TABLE, OVER(K, Z), NAMED(N), .items = P.first, .type = T, .c = H.label, .flags = H.flags,
               .a = R->a, .b = R->b, .body = L.first); }
plain(A) ::= TABLE(K) NAME_COLON(N) type(T) table_head(H) LBRACE table_header(R) table_rows(L) RBRACE(Z).
    { A = NODE(AV_AST_TABLE, OVER(K, Z), NAMED(N), .type = T, .c = H.label, .flags = H.flags, .a = R->a, .b = R->b,
               .body = L.first); }
%type table_head {av_head}
table_head(A) ::= . { A = (av_head){0}; }
table_head(A) ::= table_head(H) text(T). { A = av_head_label(ps, H, T); }
table_head(A) ::= table_head(H) HIT(K) UNIQUE. { A = av_head_flag(ps, H, AV_AST_F_HIT_UNIQUE, K); }
table_head(A) ::= table_head(H) HIT(K) FIRST. { A = av_head_flag(ps, H, AV_AST_F_HIT_FIRST, K); }
table_head(A) ::= table_head(H) HIT(K) PRIORITY. { A = av_head_flag(ps, H, AV_AST_F_HIT_PRIORITY, K); }
table_head(A) ::= table_head(H) HIT(K) ANY. { A = av_head_flag(ps, H, AV_AST_F_HIT_ANY, K); }
table_head(A) ::= table_head(H) HIT(K) COLLECT. { A = av_head_flag(ps, H, AV_AST_F_HIT_COLLECT, K); }
table_header(A) ::= PIPE(K) table_inputs(I) BARS columns(O).
    { A = NODE(AV_AST_ROW, FROM(K), .a = NODE(AV_AST_ROW, .items = I.first), .b = NODE(AV_AST_ROW, .items = O.first)); }
%type table_inputs {av_nodes}
table_inputs(A) ::= expr(E). [ITEM] { A = av_nodes_add(ps, (av_nodes){0}, E); }
table_inputs(A) ::= table_inputs(L) PIPE expr(E). [ITEM] { A = av_nodes_add(ps, L, E); }
%type columns {av_nodes}
columns(A) ::= column(N) PIPE. { A = av_nodes_add(ps, (av_nodes){0}, N); }
columns(A) ::= columns(L) column(N) PIPE. { A = av_nodes_add(ps, L, N); }
column(A) ::= word(N). { A = NODE(AV_AST_NAME, FROM(N), NAMED(N)); }
%type table_rows {av_nodes}
table_rows(A) ::= . { A = (av_nodes){0}; }
table_rows(A) ::= table_rows(L) PIPE(K) cells(I) BARS row_cells(O).
    { A = av_nodes_add(ps, L, NODE(AV_AST_ROW, FROM(K), .a = NODE(AV_AST_ROW, .items = I.first),
                                   .b = NODE(AV_AST_ROW, .items = O.first))); }
table_rows(A) ::= table_rows(L) error. { A = L; }
%type cells {av_nodes}
cells(A) ::= cell_or(C). { A = av_nodes_add(ps, (av_nodes){0}, C); }
cells(A) ::= cells(L) PIPE cell_or(C). { A = av_nodes_add(ps, L, C); }
%type row_cells {av_nodes}
row_cells(A) ::= cell_or(C) PIPE. { A = av_nodes_add(ps, (av_nodes){0}, C); }
row_cells(A) ::= row_cells(L) cell_or(C) PIPE. { A = av_nodes_add(ps, L, C); }
cell_or(A) ::= cell(C). { A = C; }
cell_or(A) ::= cell_or(L) COMMA cell(C). { A = av_parse_cell_or(ps, L, C); }
cell(A) ::= expr(E). [ITEM] { A = av_parse_cell(ps, E); }
cell(A) ::= MINUS(K). { A = NODE(AV_AST_ANY_CELL, FROM(K)); }
cell(A) ::= expr(L) DOTDOT expr(R). [ITEM] { A = NODE(AV_AST_RANGE, .a = L, .b = R); }
cell(A) ::= LT(K) expr(E). [ITEM] { A = NODE(AV_AST_COMPARE, FROM(K), .op = AV_OP_LT, .a = E); }
cell(A) ::= LE(K) expr(E). [ITEM] { A = NODE(AV_AST_COMPARE, FROM(K), .op = AV_OP_LE, .a = E); }
cell(A) ::= GT(K) expr(E). [ITEM] { A = NODE(AV_AST_COMPARE, FROM(K), .op = AV_OP_GT, .a = E); }
cell(A) ::= GE(K) expr(E). [ITEM] { A = NODE(AV_AST_COMPARE, FROM(K), .op = AV_OP_GE, .a = E); }

// ---- collection and derive -----------------------------------------------------------------------------------------
//
//     collection entities: Entity "Entities"
//     derive entities/social "Social network" {
//       when social in domains
//       because "..."
//       users { purpose: "a person with an account" }
//       for s in services where s.stateful yield store_for(s)
//       audit_log { purpose: "who did what" } when audited
//     }

plain(A) ::= COLLECTION(K) NAME_COLON(N) type(T) label(C).
    { A = NODE(AV_AST_COLLECTION, FROM(K), NAMED(N), .type = T, .c = C); }
plain(A) ::= DERIVE(K) NAME(N) SLASH step(R) label(C) LBRACE derive_clauses(L) elements(E) RBRACE(Z).
    { A = av_parse_once(ps, NODE(AV_AST_DERIVE, OVER(K, Z), NAMED(N), .a = NODE(AV_AST_NAME, FROM(R), NAMED(R)), .c = C,
                                 .items = L.first, .body = E.first)); }
%type derive_clauses {av_nodes}
derive_clauses(A) ::= . { A = (av_nodes){0}; }
derive_clauses(A) ::= derive_clauses(L) when(C). { A = av_nodes_add(ps, L, C); }
derive_clauses(A) ::= derive_clauses(L) because(C). { A = av_nodes_add(ps, L, C); }

// ---- check ---------------------------------------------------------------------------------------------------------
//
//     check foreign_keys "Every foreign key has an index" {
//       item "A10-17"
//       for e in entities
//       for f in e.fields where f.references != none
//       require some i in e.indexes satisfies first(i.columns) == f.name
//       else "{e.name}.{f.name} has no index"
//       repair e.indexes = e.indexes + [index_on(f)] because "..."
//       guard "..."
//     }

plain(A) ::= CHECK(K) NAME(N) label(C) LBRACE check_clauses(L) RBRACE(Z).
    { A = av_parse_once(ps, NODE(AV_AST_CHECK, OVER(K, Z), NAMED(N), .c = C, .items = L.first)); }
%type check_clauses {av_nodes}
check_clauses(A) ::= . { A = (av_nodes){0}; }
check_clauses(A) ::= check_clauses(L) check_clause(C). { A = av_nodes_add(ps, L, C); }
check_clauses(A) ::= check_clauses(L) SEMICOLON. { A = L; }
check_clauses(A) ::= check_clauses(L) error. { A = L; }
check_clause(A) ::= ITEM(K) text(T). { A = CLAUSE(ITEM, K, .a = T); }
check_clause(A) ::= FOR(K) generator(G). { A = CLAUSE(FOR, K, .items = G); }
check_clause(A) ::= REQUIRE(K) expr(E). [ITEM] { A = CLAUSE(REQUIRE, K, .a = E); }
check_clause(A) ::= ELSE(K) text(T). { A = CLAUSE(ELSE, K, .a = T); }
check_clause(A) ::= REPAIR(K) target(G) ASSIGN expr(E) reason(B). { A = CLAUSE(REPAIR, K, .a = G, .b = E, .c = B); }
check_clause(A) ::= GUARD(K) text(T). { A = CLAUSE(GUARD, K, .a = T); }
target(A) ::= name(N). { A = N; }
target(A) ::= target(T) FIELD(F). { A = NODE(AV_AST_GET, .a = T, NAMED(F)); }

// ---- section, document, emit ---------------------------------------------------------------------------------------
//
//     section storage "Storage" {
//       when stores != []
//       """
//       **{store}** leads with {store.score} points.
//       """
//     }
//     document architecture "{product}: architecture" { to "ARCHITECTURE.md" sections overview, storage }
//     emit decisions { for d in adrs to "docs/adr/{d.id}.md" format markdown """...""" }

plain(A) ::= SECTION(K) NAME(N) label(C) LBRACE section_clauses(L) RBRACE(Z).
    { A = av_parse_body(ps, NODE(AV_AST_SECTION, OVER(K, Z), NAMED(N), .c = C, .items = L.first)); }
%type section_clauses {av_nodes}
section_clauses(A) ::= . { A = (av_nodes){0}; }
section_clauses(A) ::= section_clauses(L) when(C). { A = av_nodes_add(ps, L, C); }
section_clauses(A) ::= section_clauses(L) template(T). { A = av_nodes_add(ps, L, T); }
section_clauses(A) ::= section_clauses(L) error. { A = L; }

plain(A) ::= DOCUMENT(K) NAME(N) label(C) LBRACE document_clauses(L) RBRACE(Z).
    { A = av_parse_once(ps, NODE(AV_AST_DOCUMENT, OVER(K, Z), NAMED(N), .c = C, .items = L.first)); }
%type document_clauses {av_nodes}
document_clauses(A) ::= . { A = (av_nodes){0}; }
document_clauses(A) ::= document_clauses(L) TO(K) text(T). { A = av_nodes_add(ps, L, CLAUSE(TO, K, .a = T)); }
document_clauses(A) ::= document_clauses(L) SECTIONS(K) names(N). { A = av_nodes_add(ps, L, CLAUSE(SECTIONS, K, .items = N.first)); }
document_clauses(A) ::= document_clauses(L) SEMICOLON. { A = L; }
document_clauses(A) ::= document_clauses(L) error. { A = L; }

plain(A) ::= EMIT(K) NAME(N) label(C) LBRACE emit_clauses(L) RBRACE(Z).
    { A = av_parse_body(ps, NODE(AV_AST_EMIT, OVER(K, Z), NAMED(N), .c = C, .items = L.first)); }
%type emit_clauses {av_nodes}
emit_clauses(A) ::= . { A = (av_nodes){0}; }
emit_clauses(A) ::= emit_clauses(L) emit_clause(C). { A = av_nodes_add(ps, L, C); }
emit_clauses(A) ::= emit_clauses(L) template(T). { A = av_nodes_add(ps, L, T); }
emit_clauses(A) ::= emit_clauses(L) SEMICOLON. { A = L; }
emit_clauses(A) ::= emit_clauses(L) error. { A = L; }
emit_clause(A) ::= FOR(K) generator(G). { A = CLAUSE(FOR, K, .items = G); }
emit_clause(A) ::= when(C). { A = C; }
emit_clause(A) ::= TO(K) text(T). { A = CLAUSE(TO, K, .a = T); }
emit_clause(A) ::= FORMAT(K) name(N). { A = CLAUSE(FORMAT, K, .a = N); }
emit_clause(A) ::= VALUE(K) expr(E). [ITEM] { A = CLAUSE(VALUE, K, .a = E); }

// ---- test ----------------------------------------------------------------------------------------------------------
//
//     test "a bank keeps its books in one place" {
//       proves "A3-05", "A3-06"
//       given { sensitivity: [Financial] }
//       expect store == Relational
//       expect rejected store/Document contains "-4"
//       expect not conflict solo_vs_regions
//     }

plain(A) ::= TEST(K) text(T) LBRACE test_clauses(L) RBRACE(Z).
    { A = NODE(AV_AST_TEST, OVER(K, Z), .c = T, .items = L.first); }
%type test_clauses {av_nodes}
test_clauses(A) ::= . { A = (av_nodes){0}; }
test_clauses(A) ::= test_clauses(L) test_clause(C). { A = av_nodes_add(ps, L, C); }
test_clauses(A) ::= test_clauses(L) SEMICOLON. { A = L; }
test_clauses(A) ::= test_clauses(L) error. { A = L; }
test_clause(A) ::= PROVES(K) texts(L). { A = CLAUSE(PROVES, K, .items = L.first); }
test_clause(A) ::= GIVEN(K) LBRACE(B) inits(L) RBRACE(Z).
    { A = CLAUSE(GIVEN, K, .a = NODE(AV_AST_RECORD_LITERAL, OVER(B, Z), .items = L.first)); }
test_clause(A) ::= EXPECT(K) expr(E). [ITEM] { A = CLAUSE(EXPECT, K, .a = E); }
test_clause(A) ::= EXPECT(K) claim(C). { C->span.start = K.start; A = C; }
test_clause(A) ::= EXPECT(K) NOT claim(C). { C->span.start = K.start; C->flags |= AV_AST_F_NOT; A = C; }
claim(A) ::= FIRED(K) path(P). { A = CLAUSE(EXPECT, K, .word2 = AV_WORD_FIRED, .b = P); }
claim(A) ::= REJECTED(K) path(P). { A = CLAUSE(EXPECT, K, .word2 = AV_WORD_REJECTED, .b = P); }
claim(A) ::= REJECTED(K) path(P) CONTAINS text(T). { A = CLAUSE(EXPECT, K, .word2 = AV_WORD_REJECTED, .b = P, .c = T); }
claim(A) ::= REJECTED(K) path(P) NOT CONTAINS text(T).
    { A = CLAUSE(EXPECT, K, .word2 = AV_WORD_REJECTED, .b = P, .c = T, .flags = AV_AST_F_NOT_CONTAINS); }
claim(A) ::= CONFLICT(K) name(N). { A = CLAUSE(EXPECT, K, .word2 = AV_WORD_CONFLICT, .b = N); }
claim(A) ::= PASSED(K) name(N). { A = CLAUSE(EXPECT, K, .word2 = AV_WORD_PASSED, .b = N); }
claim(A) ::= FAILED(K) name(N). { A = CLAUSE(EXPECT, K, .word2 = AV_WORD_FAILED, .b = N); }
claim(A) ::= REPAIRED(K) name(N). { A = CLAUSE(EXPECT, K, .word2 = AV_WORD_REPAIRED, .b = N); }
claim(A) ::= written(C). { A = C; }
claim(A) ::= written(C) CONTAINS text(T). { C->c = T; C->span.end = T->span.end; A = C; }
claim(A) ::= written(C) NOT CONTAINS text(T).
    { C->c = T; C->span.end = T->span.end; C->flags |= AV_AST_F_NOT_CONTAINS; A = C; }
written(A) ::= SECTION(K) name(N). { A = CLAUSE(EXPECT, K, .word2 = AV_WORD_SECTION, .b = N); }
written(A) ::= DOCUMENT(K) name(N). { A = CLAUSE(EXPECT, K, .word2 = AV_WORD_DOCUMENT, .b = N); }
written(A) ::= EMIT(K) name(N). { A = CLAUSE(EXPECT, K, .word2 = AV_WORD_EMIT, .b = N); }
path(A) ::= path_steps(L). { A = NODE(AV_AST_PATH, .items = L.first); }
%type path_steps {av_nodes}
path_steps(A) ::= name(N). { A = av_nodes_add(ps, (av_nodes){0}, N); }
path_steps(A) ::= path_steps(L) SLASH step(N). { A = av_nodes_add(ps, L, NODE(AV_AST_NAME, FROM(N), NAMED(N))); }

// ---- extend --------------------------------------------------------------------------------------------------------
//
//     extend decision pattern { case Tiny when ...  override case Small when ... }
//     extend matrix store { option Relational { +1 in_house when true } }

addition(A) ::= ENUM(K) NAME(N) LBRACE members(L) RBRACE(Z).
    { A = NODE(AV_AST_ENUM, OVER(K, Z), NAMED(N), .items = L.first); }
addition(A) ::= INFER(K) NAME(N) LBRACE cases(L) RBRACE(Z).
    { A = NODE(AV_AST_INFER, OVER(K, Z), NAMED(N), .items = L.first); }
addition(A) ::= DECISION(K) NAME(N) LBRACE cases(L) RBRACE(Z).
    { A = NODE(AV_AST_DECISION, OVER(K, Z), NAMED(N), .items = L.first); }
addition(A) ::= MATRIX(K) NAME(N) LBRACE options(L) RBRACE(Z).
    { A = av_parse_matrix(ps, NODE(AV_AST_MATRIX, OVER(K, Z), NAMED(N), .items = L.first)); }
addition(A) ::= WORDS(K) NAME(N) LBRACE class_texts(L) RBRACE(Z).
    { A = NODE(AV_AST_WORDS, OVER(K, Z), NAMED(N), .items = L.first); }
addition(A) ::= CUE(K) NAME(N) LBRACE cue_clauses(L) RBRACE(Z).
    { A = NODE(AV_AST_CUE, OVER(K, Z), NAMED(N), .items = L.first); }
addition(A) ::= TABLE(K) NAME(N) LBRACE table_rows(L) RBRACE(Z).
    { A = NODE(AV_AST_TABLE, OVER(K, Z), NAMED(N), .body = L.first); }
addition(A) ::= DOCUMENT(K) NAME(N) LBRACE document_clauses(L) RBRACE(Z).
    { A = av_parse_once(ps, NODE(AV_AST_DOCUMENT, OVER(K, Z), NAMED(N), .items = L.first)); }

// ---- types ---------------------------------------------------------------------------------------------------------
//
//     int 1..5, list of text, set of Sensitivity, option of ref Entity

type(A) ::= NAME(N). { A = NODE(AV_AST_TYPE_NAME, FROM(N), NAMED(N)); }
type(A) ::= NAME(N) bound(L) DOTDOT bound(R). { A = NODE(AV_AST_TYPE_NAME, FROM(N), NAMED(N), .a = L, .b = R); }
type(A) ::= LIST(K) OF type(T). { A = NODE(AV_AST_TYPE_LIST, FROM(K), .a = T); }
type(A) ::= SET(K) OF type(T). { A = NODE(AV_AST_TYPE_SET, FROM(K), .a = T); }
type(A) ::= OPTION(K) OF type(T). { A = NODE(AV_AST_TYPE_OPTION, FROM(K), .a = T); }
type(A) ::= REF(K) NAME(N). { A = NODE(AV_AST_TYPE_REF, OVER(K, N), NAMED(N)); }
bound(A) ::= INT(N). { A = av_parse_integer(ps, N); }
bound(A) ::= SIGNED(N). { A = av_parse_integer(ps, N); }
bound(A) ::= DECIMAL(N). { A = NODE(AV_AST_DECIMAL, FROM(N), NAMED(N)); }

// ---- expressions ---------------------------------------------------------------------------------------------------

expr(A) ::= NAME(N). [ITEM] { A = NODE(AV_AST_NAME, FROM(N), NAMED(N)); }
expr(A) ::= INT(N). { A = av_parse_integer(ps, N); }
expr(A) ::= SIGNED(N). { A = av_parse_integer(ps, N); }
expr(A) ::= DECIMAL(N). { A = NODE(AV_AST_DECIMAL, FROM(N), NAMED(N)); }
expr(A) ::= MONEY(N). { A = NODE(AV_AST_MONEY, FROM(N), NAMED(N)); }
expr(A) ::= TRUE(K). { A = NODE(AV_AST_BOOL, FROM(K), .flags = AV_AST_F_TRUE); }
expr(A) ::= FALSE(K). { A = NODE(AV_AST_BOOL, FROM(K)); }
expr(A) ::= NONE(K). { A = NODE(AV_AST_NONE, FROM(K)); }
expr(A) ::= text(T). [ITEM] { A = T; }
expr(A) ::= template(T). { A = T; }
expr(A) ::= LPAREN(K) expr(E) RPAREN(Z). { A = av_parse_parentheses(ps, K, E, Z); }

expr(A) ::= expr(L) OR_ELSE expr(R). { A = NODE(AV_AST_BINARY, .op = AV_OP_ELSE_IF_NONE, .a = L, .b = R); }
expr(A) ::= expr(L) OR expr(R). { A = NODE(AV_AST_BINARY, .op = AV_OP_OR, .a = L, .b = R); }
expr(A) ::= expr(L) AND expr(R). { A = NODE(AV_AST_BINARY, .op = AV_OP_AND, .a = L, .b = R); }
expr(A) ::= NOT(K) expr(E). { A = NODE(AV_AST_UNARY, .op = AV_OP_NOT, FROM(K), .a = E); }
expr(A) ::= expr(L) EQ expr(R). { A = NODE(AV_AST_BINARY, .op = AV_OP_EQ, .a = L, .b = R); }
expr(A) ::= expr(L) NE expr(R). { A = NODE(AV_AST_BINARY, .op = AV_OP_NE, .a = L, .b = R); }
expr(A) ::= expr(L) LT expr(R). { A = NODE(AV_AST_BINARY, .op = AV_OP_LT, .a = L, .b = R); }
expr(A) ::= expr(L) LE expr(R). { A = NODE(AV_AST_BINARY, .op = AV_OP_LE, .a = L, .b = R); }
expr(A) ::= expr(L) GT expr(R). { A = NODE(AV_AST_BINARY, .op = AV_OP_GT, .a = L, .b = R); }
expr(A) ::= expr(L) GE expr(R). { A = NODE(AV_AST_BINARY, .op = AV_OP_GE, .a = L, .b = R); }
expr(A) ::= expr(L) IN expr(R). { A = NODE(AV_AST_BINARY, .op = AV_OP_IN, .a = L, .b = R); }
expr(A) ::= expr(L) NOT_IN expr(R). { A = NODE(AV_AST_BINARY, .op = AV_OP_NOT_IN, .a = L, .b = R); }
expr(A) ::= expr(L) IN expr(F) DOTDOT expr(T). [IN]
    { A = NODE(AV_AST_BINARY, .op = AV_OP_IN, .a = L, .b = NODE(AV_AST_RANGE, .a = F, .b = T)); }
expr(A) ::= expr(L) NOT_IN expr(F) DOTDOT expr(T). [IN]
    { A = NODE(AV_AST_BINARY, .op = AV_OP_NOT_IN, .a = L, .b = NODE(AV_AST_RANGE, .a = F, .b = T)); }
expr(A) ::= expr(L) PLUS expr(R). { A = NODE(AV_AST_BINARY, .op = AV_OP_ADD, .a = L, .b = R); }
expr(A) ::= expr(L) MINUS expr(R). { A = NODE(AV_AST_BINARY, .op = AV_OP_SUB, .a = L, .b = R); }
expr(A) ::= expr(L) STAR expr(R). { A = NODE(AV_AST_BINARY, .op = AV_OP_MUL, .a = L, .b = R); }
expr(A) ::= expr(L) SLASH expr(R). { A = NODE(AV_AST_BINARY, .op = AV_OP_DIV, .a = L, .b = R); }
expr(A) ::= expr(L) PERCENT expr(R). { A = NODE(AV_AST_BINARY, .op = AV_OP_MOD, .a = L, .b = R); }
expr(A) ::= MINUS(K) expr(E). [NEGATE] { A = av_parse_negate(ps, K, E); }

expr(A) ::= expr(E) FIELD(F). { A = NODE(AV_AST_GET, .a = E, FROM(F), NAMED(F)); }
expr(A) ::= expr(E) INDEX expr(K) RBRACKET(Z). { A = NODE(AV_AST_LOOKUP, .a = E, .b = K, FROM(Z)); }
expr(A) ::= NAME(N) CALL arguments(L) RPAREN(Z). { A = NODE(AV_AST_CALL, OVER(N, Z), NAMED(N), .items = L.first); }
%type arguments {av_nodes}
arguments(A) ::= . { A = (av_nodes){0}; }
arguments(A) ::= arguments(L) expr(E). [ITEM] { A = av_nodes_add(ps, L, NODE(AV_AST_ARGUMENT, .a = E)); }
arguments(A) ::= arguments(L) NAME_COLON(N) expr(E). [ITEM]
    { A = av_nodes_add(ps, L, NODE(AV_AST_ARGUMENT, FROM(N), NAMED(N), .a = E)); }
arguments(A) ::= arguments(L) COMMA. { A = L; }
arguments(A) ::= arguments(L) error. { A = L; }

// if c then a else b; let x = a in b

expr(A) ::= IF(K) expr(C) THEN expr(L) ELSE expr(R). [ITEM] { A = NODE(AV_AST_IF, FROM(K), .a = C, .b = L, .c = R); }
expr(A) ::= LET(K) NAME(N) ASSIGN expr(E) LET_IN expr(B). [ITEM]
    { A = NODE(AV_AST_LET, FROM(K), NAMED(N), .a = E, .b = B); }

// any { c; c }   all { c; c }   at least 2 of { c; c; c }

expr(A) ::= ANY(K) LBRACE conditions(L) RBRACE(Z). { A = NODE(AV_AST_ANY, OVER(K, Z), .items = L.first); }
expr(A) ::= ALL(K) LBRACE conditions(L) RBRACE(Z). { A = NODE(AV_AST_ALL, OVER(K, Z), .items = L.first); }
expr(A) ::= AT(K) LEAST expr(N) OF LBRACE conditions(L) RBRACE(Z).
    { A = NODE(AV_AST_AT_LEAST, OVER(K, Z), .a = N, .items = L.first); }
%type conditions {av_nodes}
conditions(A) ::= . { A = (av_nodes){0}; }
conditions(A) ::= conditions(L) expr(E). [ITEM] { A = av_nodes_add(ps, L, E); }
conditions(A) ::= conditions(L) SEMICOLON. { A = L; }
conditions(A) ::= conditions(L) COMMA. { A = L; }
conditions(A) ::= conditions(L) error. { A = L; }

// [a, b, for x in xs yield x, c when cond]

expr(A) ::= LBRACKET(K) elements(L) RBRACKET(Z). { A = NODE(AV_AST_LIST, OVER(K, Z), .items = L.first); }
%type elements {av_nodes}
elements(A) ::= . { A = (av_nodes){0}; }
elements(A) ::= elements(L) expr(E). [ITEM] { A = av_nodes_add(ps, L, E); }
elements(A) ::= elements(L) expr(E) WHEN expr(C). [ITEM] { A = av_nodes_add(ps, L, NODE(AV_AST_ELEMENT, .a = E, .b = C)); }
elements(A) ::= elements(L) COMMA. { A = L; }
elements(A) ::= elements(L) SEMICOLON. { A = L; }
elements(A) ::= elements(L) error. { A = L; }

// users { purpose: "..." }   Entity { ... }   { ... }   base with { field: value }

expr(A) ::= NAME(N) LBRACE inits(L) RBRACE(Z). { A = NODE(AV_AST_RECORD_LITERAL, OVER(N, Z), NAMED(N), .items = L.first); }
expr(A) ::= text(T) LBRACE inits(L) RBRACE(Z). { A = NODE(AV_AST_RECORD_LITERAL, FROM(Z), .a = T, .items = L.first); }
expr(A) ::= LBRACE(K) inits(L) RBRACE(Z). { A = NODE(AV_AST_RECORD_LITERAL, OVER(K, Z), .items = L.first); }
expr(A) ::= expr(E) WITH LBRACE inits(L) RBRACE(Z). { A = NODE(AV_AST_WITH, FROM(Z), .a = E, .items = L.first); }
%type inits {av_nodes}
inits(A) ::= . { A = (av_nodes){0}; }
inits(A) ::= inits(L) NAME_COLON(N) expr(E). [ITEM] { A = av_nodes_add(ps, L, NODE(AV_AST_INIT, FROM(N), NAMED(N), .a = E)); }
inits(A) ::= inits(L) COMMA. { A = L; }
inits(A) ::= inits(L) SEMICOLON. { A = L; }
inits(A) ::= inits(L) error. { A = L; }

// rows { | name | type |
//        | a    | Text | }

expr(A) ::= ROWS(K) LBRACE PIPE(P) columns(H) rows(L) RBRACE(Z).
    { A = NODE(AV_AST_ROWS, OVER(K, Z), .a = NODE(AV_AST_ROW, FROM(P), .items = H.first), .items = L.first); }
%type rows {av_nodes}
rows(A) ::= . { A = (av_nodes){0}; }
rows(A) ::= rows(L) PIPE(K) row_cells(C). { A = av_nodes_add(ps, L, NODE(AV_AST_ROW, FROM(K), .items = C.first)); }
rows(A) ::= rows(L) error. { A = L; }

// for x in xs where c for y at n in ys sort by k descending yield e
// some x in xs satisfies c   every x in xs satisfies c   group x in xs by k

expr(A) ::= FOR(K) loop(F) YIELD expr(E). [ITEM] { A = F; A->a = E; A->span.start = K.start; A->span.end = E->span.end; }
expr(A) ::= SOME(K) generator(G) SATISFIES expr(E). [ITEM] { A = NODE(AV_AST_SOME, FROM(K), .items = G, .a = E); }
expr(A) ::= EVERY(K) generator(G) SATISFIES expr(E). [ITEM] { A = NODE(AV_AST_EVERY, FROM(K), .items = G, .a = E); }
expr(A) ::= GROUP(K) NAME(N) IN expr(E) BY expr(B). [ITEM] { A = NODE(AV_AST_GROUP, FROM(K), NAMED(N), .a = E, .b = B); }
loop(A) ::= generators(L). { A = NODE(AV_AST_FOR, .items = L.first); }
loop(A) ::= generators(L) SORT BY expr(E). [ITEM] { A = NODE(AV_AST_FOR, .items = L.first, .b = E); }
loop(A) ::= generators(L) SORT BY expr(E) DESCENDING.
    { A = NODE(AV_AST_FOR, .items = L.first, .b = E, .flags = AV_AST_F_DESCENDING); }
%type generators {av_nodes}
generators(A) ::= generator(G). { A = av_nodes_add(ps, (av_nodes){0}, G); }
generators(A) ::= generators(L) FOR generator(G). { A = av_nodes_add(ps, L, G); }
generator(A) ::= NAME(N) number(M) IN expr(E) filter(C).
    { A = NODE(AV_AST_GENERATOR, FROM(N), NAMED(N), .type = M, .a = E, .b = C); }
number(A) ::= . { A = NULL; }
number(A) ::= AT name(N). { A = N; }
filter(A) ::= . [ITEM] { A = NULL; }
filter(A) ::= WHERE expr(E). [ITEM] { A = E; }

// ---- texts and templates -------------------------------------------------------------------------------------------
//
//     "{n} of {total}"
//     """
//     {if many}
//     {for x at n in xs where x.shown}
//     {n}. {x.name}
//     {empty}
//     nothing
//     {end}
//     {else if one} ... {else} ... {end}
//     {let total = sum(xs)}
//     {section details}
//     {table x in xs sort by x.name | "Name": x.name | "Size": x.size}
//     """

text(A) ::= TEXT(T). { A = av_parse_plain_text(ps, T); }
text(A) ::= TEXT_OPEN(K) text_parts(L) TEXT_CLOSE(Z). { A = av_parse_text(ps, K, L, Z); }
%type text_parts {av_nodes}
text_parts(A) ::= . { A = (av_nodes){0}; }
text_parts(A) ::= text_parts(L) CHUNK(C). { A = av_nodes_add(ps, L, av_parse_chunk(ps, C, true)); }
text_parts(A) ::= text_parts(L) OPEN(K) expr(E) CLOSE(Z). { A = av_nodes_add(ps, L, NODE(AV_AST_VALUE, OVER(K, Z), .a = E)); }
text_parts(A) ::= text_parts(L) OPEN error CLOSE. { A = L; }

template(A) ::= TEMPLATE_OPEN(K) parts(L) TEMPLATE_CLOSE(Z). { A = av_parse_template(ps, K, L, Z); }
%type parts {av_nodes}
parts(A) ::= . { A = (av_nodes){0}; }
parts(A) ::= parts(L) CHUNK(C). { A = av_nodes_add(ps, L, av_parse_chunk(ps, C, false)); }
parts(A) ::= parts(L) OPEN(K) expr(E) CLOSE(Z). { A = av_nodes_add(ps, L, NODE(AV_AST_VALUE, OVER(K, Z), .a = E)); }
parts(A) ::= parts(L) OPEN(K) tag(T) CLOSE(Z).
    { T->span = av_tok_span(ps, K, Z); A = av_nodes_add(ps, L, T); }
parts(A) ::= parts(L) OPEN(K) tag(T) error CLOSE(Z).
    { T->span = av_tok_span(ps, K, Z); A = av_nodes_add(ps, L, T); }
parts(A) ::= parts(L) OPEN error CLOSE. { A = L; }
tag(A) ::= IF(K) expr(E). [ITEM] { A = NODE(AV_AST_T_IF, FROM(K), .a = E); }
tag(A) ::= IF(K) error. { A = NODE(AV_AST_T_IF, FROM(K), .a = NODE(AV_AST_ERROR, FROM(K))); }
tag(A) ::= ELSE(K) IF expr(E). [ITEM] { A = NODE(AV_AST_T_BRANCH, FROM(K), .a = E, .word = AV_WORD_ELSE); }
tag(A) ::= ELSE(K) IF error. { A = NODE(AV_AST_T_BRANCH, FROM(K), .a = NODE(AV_AST_ERROR, FROM(K)), .word = AV_WORD_ELSE); }
tag(A) ::= ELSE(K). { A = NODE(AV_AST_T_BRANCH, FROM(K), .word = AV_WORD_ELSE); }
tag(A) ::= FOR(K) loop(F). { A = NODE(AV_AST_T_FOR, FROM(K), .b = F); }
tag(A) ::= FOR(K) error. { A = NODE(AV_AST_T_FOR, FROM(K), .b = NODE(AV_AST_ERROR, FROM(K))); }
tag(A) ::= EMPTY(K). { A = NODE(AV_AST_T_END_TAG, FROM(K), .word = AV_WORD_EMPTY); }
tag(A) ::= END(K). { A = NODE(AV_AST_T_END_TAG, FROM(K), .word = AV_WORD_END); }
tag(A) ::= LET(K) NAME(N) ASSIGN expr(E). [ITEM] { A = NODE(AV_AST_T_LET, FROM(K), NAMED(N), .a = E); }
tag(A) ::= SECTION(K) NAME(N). { A = NODE(AV_AST_T_SECTION, FROM(K), NAMED(N)); }
tag(A) ::= TABLE(K) loop(F) table_columns(L). { A = NODE(AV_AST_T_TABLE, FROM(K), .b = F, .items = L.first); }
%type table_columns {av_nodes}
table_columns(A) ::= table_column(C). { A = av_nodes_add(ps, (av_nodes){0}, C); }
table_columns(A) ::= table_columns(L) table_column(C). { A = av_nodes_add(ps, L, C); }
table_column(A) ::= PIPE(K) text(T) COLON expr(E). [ITEM] { A = NODE(AV_AST_T_COLUMN, FROM(K), .c = T, .a = E); }
