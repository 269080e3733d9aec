/* Words of the language: one table from which the keyword lookup, the names in messages and av_word are made. */
#ifndef AV_SYNTAX_TOKEN_H
#define AV_SYNTAX_TOKEN_H

#include "base/text.h"

/** AV_WORD(identifier, spelling): every reserved word. */
// clang-format off
#define AV_WORDS(AV_WORD)                                                                                              \
    AV_WORD(MODULE, "module") AV_WORD(USE, "use") AV_WORD(ENUM, "enum") AV_WORD(ORDERED, "ordered")                    \
    AV_WORD(RECORD, "record") AV_WORD(KEY, "key") AV_WORD(CONST, "const") AV_WORD(FUNC, "func")                        \
    AV_WORD(FACT, "fact") AV_WORD(INFER, "infer") AV_WORD(CONFLICT, "conflict") AV_WORD(DECISION, "decision")          \
    AV_WORD(MATRIX, "matrix") AV_WORD(TABLE, "table") AV_WORD(COLLECTION, "collection") AV_WORD(DERIVE, "derive")      \
    AV_WORD(CHECK, "check") AV_WORD(SECTION, "section") AV_WORD(DOCUMENT, "document") AV_WORD(EMIT, "emit")            \
    AV_WORD(TEST, "test") AV_WORD(CASE, "case") AV_WORD(OTHERWISE, "otherwise") AV_WORD(WHEN, "when")                  \
    AV_WORD(BECAUSE, "because") AV_WORD(REJECTED, "rejected") AV_WORD(CONFIDENCE, "confidence") AV_WORD(RISK, "risk")  \
    AV_WORD(GROUP, "group") AV_WORD(ASK, "ask") AV_WORD(OPTION, "option") AV_WORD(VETO, "veto")                        \
    AV_WORD(SECONDARY, "secondary") AV_WORD(FROM, "from") AV_WORD(WRONG_IF, "wrong_if") AV_WORD(BETWEEN, "between")    \
    AV_WORD(TENSION, "tension") AV_WORD(IMPACT, "impact") AV_WORD(BINDS, "binds") AV_WORD(EFFECT, "effect")            \
    AV_WORD(ITEM, "item") AV_WORD(FOR, "for") AV_WORD(IN, "in") AV_WORD(WHERE, "where") AV_WORD(SORT, "sort")          \
    AV_WORD(BY, "by") AV_WORD(DESCENDING, "descending") AV_WORD(YIELD, "yield") AV_WORD(REQUIRE, "require")            \
    AV_WORD(ELSE, "else") AV_WORD(REPAIR, "repair") AV_WORD(GUARD, "guard") AV_WORD(GIVEN, "given")                    \
    AV_WORD(EXPECT, "expect") AV_WORD(PROVES, "proves") AV_WORD(FIRED, "fired") AV_WORD(FAILED, "failed")              \
    AV_WORD(PASSED, "passed") AV_WORD(REPAIRED, "repaired") AV_WORD(CONTAINS, "contains") AV_WORD(TO, "to")            \
    AV_WORD(FORMAT, "format") AV_WORD(VALUE, "value") AV_WORD(SECTIONS, "sections") AV_WORD(ANY, "any")                \
    AV_WORD(ALL, "all") AV_WORD(AT, "at") AV_WORD(LEAST, "least") AV_WORD(OF, "of") AV_WORD(SOME, "some")              \
    AV_WORD(EVERY, "every") AV_WORD(SATISFIES, "satisfies") AV_WORD(AND, "and") AV_WORD(OR, "or") AV_WORD(NOT, "not")  \
    AV_WORD(IF, "if") AV_WORD(THEN, "then") AV_WORD(LET, "let") AV_WORD(WITH, "with") AV_WORD(NONE, "none")            \
    AV_WORD(TRUE, "true") AV_WORD(FALSE, "false") AV_WORD(LIST, "list") AV_WORD(SET, "set") AV_WORD(REF, "ref")        \
    AV_WORD(EXTEND, "extend") AV_WORD(OVERRIDE, "override") AV_WORD(AS, "as") AV_WORD(ALSO, "also")                    \
    AV_WORD(ROWS, "rows") AV_WORD(HIT, "hit") AV_WORD(UNIQUE, "unique") AV_WORD(FIRST, "first")                        \
    AV_WORD(PRIORITY, "priority") AV_WORD(COLLECT, "collect") AV_WORD(EMPTY, "empty") AV_WORD(END, "end")                   \
    AV_WORD(SIGNAL, "signal") AV_WORD(WORDS, "words") AV_WORD(CUE, "cue") AV_WORD(SAYS, "says")                        \
    AV_WORD(STRENGTH, "strength") AV_WORD(AHEAD, "ahead") AV_WORD(BEHIND, "behind") AV_WORD(AROUND, "around")          \
    AV_WORD(UNTIL, "until") AV_WORD(NEUTRAL, "neutral") AV_WORD(PROSE, "prose") AV_WORD(UNITES, "unites")        \
    AV_WORD(WITHIN, "within") AV_WORD(BEFORE, "before")
// clang-format on

typedef enum av_word {
    AV_NO_WORD,
#define AV_WORD(identifier, spelling) AV_WORD_##identifier,
    AV_WORDS(AV_WORD)
#undef AV_WORD
        AV_WORD_COUNT
} av_word;

/** "when"; "" for AV_NO_WORD. */
const char *av_word_spelling(av_word word);
/** The keyword spelled so, or AV_NO_WORD. */
av_word av_word_find(av_text text);

#endif
