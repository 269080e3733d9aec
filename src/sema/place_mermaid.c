#include "sema/place_rules.h"

/* START, IDENTIFIER and NAME count as the same place: where names stand. */
enum {
    MERMAID_START, /**< before the word that says what kind of diagram it is */
    MERMAID_IDENTIFIER,
    MERMAID_NAME, /**< directly after a character of a name */
    MERMAID_TEXT, /**< to the end of the line */
    MERMAID_QUOTED,
    MERMAID_BRACKET, /**< within the brackets of a node, outside quotes */
    MERMAID_EDGE,    /**< between | and | */
    MERMAID_LINK,    /**< within -- text --> */
    MERMAID_COMMENT
};

/* Kinds of diagrams, in detail. */
enum { KIND_UNKNOWN, KIND_FLOW, KIND_SEQUENCE, KIND_ENTITY, KIND_NAMES, KIND_COLON, KIND_TEXT };

enum {
    IN_EDGE = 0x01,     /**< the quotes stand between bars */
    BRACKET_ONE = 0x10, /**< upper four bits: depth of brackets of a node */
    BRACKET_MASK = 0xF0
};

static const struct {
    const char *word;
    uint8_t kind;
} kinds[] = {
    {"flowchart", KIND_FLOW},           {"graph", KIND_FLOW},
    {"sequenceDiagram", KIND_SEQUENCE}, {"erDiagram", KIND_ENTITY},
    {"classDiagram", KIND_COLON},       {"stateDiagram", KIND_COLON},
    {"C4Context", KIND_NAMES},          {"C4Container", KIND_NAMES},
    {"C4Component", KIND_NAMES},        {"C4Dynamic", KIND_NAMES},
    {"C4Deployment", KIND_NAMES},       {"block", KIND_FLOW},
    {"gitGraph", KIND_NAMES},           {"requirementDiagram", KIND_NAMES},
};

/** Words after which the rest of a line of a sequence diagram is text. */
static const char *const sequence_words[] = {"loop",   "alt",   "else",  "opt",  "par", "and",
                                             "option", "break", "title", "rect", "box", "critical"};

/** The run of name characters at `at`. */
static av_text word_at(av_text text, size_t at) {
    size_t end = at;
    while (end < text.len && av_place_is_word(text.ptr[end])) end++;
    return av_text_slice(text, at, end - at);
}

static uint8_t kind_of(av_text word) {
    for (size_t i = 0; i < AV_COUNT(kinds); i++) {
        if (av_text_equal(word, av_text_from(kinds[i].word))) return kinds[i].kind;
    }
    return KIND_TEXT;
}

/** The place at the start of each line. */
static uint8_t line_mode(const av_place_state *state) {
    if (state->detail == KIND_UNKNOWN) return MERMAID_START;
    return state->detail == KIND_TEXT ? MERMAID_TEXT : MERMAID_IDENTIFIER;
}

static uint8_t mode_outside_quotes(const av_place_state *state) {
    if ((state->flags & BRACKET_MASK) != 0) return MERMAID_BRACKET;
    if ((state->flags & IN_EDGE) != 0) return MERMAID_EDGE;
    return line_mode(state);
}

static bool opens(char c) {
    return c == '[' || c == '(' || c == '{';
}

static bool closes(char c) {
    return c == ']' || c == ')' || c == '}';
}

static void open_bracket(av_place_state *state) {
    if ((state->flags & BRACKET_MASK) != BRACKET_MASK) {
        state->flags = (uint8_t)(state->flags + BRACKET_ONE);
    }
    state->mode = MERMAID_BRACKET;
}

static void close_bracket(av_place_state *state) {
    if ((state->flags & BRACKET_MASK) != 0) state->flags = (uint8_t)(state->flags - BRACKET_ONE);
    if ((state->flags & BRACKET_MASK) == 0) state->mode = MERMAID_IDENTIFIER;
}

/** Whether the space at `at` follows the first half of a link with text: `--`, `==` or `-.` and no
 * more. */
static bool opens_link(av_text text, size_t at) {
    if (at < 2) return false;
    char second = text.ptr[at - 1], first = text.ptr[at - 2];
    bool pair =
        (first == '-' && (second == '-' || second == '.')) || (first == '=' && second == '=');
    return pair && (at < 3 || (text.ptr[at - 3] != first && text.ptr[at - 3] != '.'));
}

/** Where names stand, at a word's first character: what the word changes. Returns the bytes it
 * takes. */
static size_t word_step(av_place_state *state, av_text text, size_t at) {
    av_text word = word_at(text, at);
    if (state->mode == MERMAID_START) {
        state->detail = kind_of(word);
        state->mode = state->detail == KIND_TEXT ? MERMAID_TEXT : MERMAID_NAME;
        return word.len;
    }
    bool first = true;
    for (size_t i = 0; first && i < state->column && i < at; i++)
        first = av_place_is_space(text.ptr[at - 1 - i]);
    if (state->detail == KIND_SEQUENCE) {
        bool to_text = av_text_equal(word, AV_TEXT("as"));
        for (size_t i = 0; first && i < AV_COUNT(sequence_words); i++) {
            to_text = to_text || av_text_equal(word, av_text_from(sequence_words[i]));
        }
        state->mode = to_text ? MERMAID_TEXT : MERMAID_NAME;
        return word.len;
    }
    state->mode = MERMAID_NAME;
    return word.len;
}

static size_t name_step(av_place_state *state, av_text text, size_t at) {
    char c = text.ptr[at];
    if (c == '%' && av_place_byte(text, at + 1) == '%') {
        state->mode = MERMAID_COMMENT;
        return 2;
    }
    if (av_place_is_word(c)) {
        if (state->mode == MERMAID_NAME && at == 0) return word_at(text, at).len;
        return word_step(state, text, at);
    }
    if (state->mode == MERMAID_START) return 1;
    state->mode = MERMAID_IDENTIFIER;
    if (c == '"') {
        state->mode = MERMAID_QUOTED;
    } else if (c == ':' && (state->detail == KIND_SEQUENCE || state->detail == KIND_COLON)) {
        bool class_mark = av_place_byte(text, at + 1) == ':' || (at > 0 && text.ptr[at - 1] == ':');
        if (!class_mark) state->mode = MERMAID_TEXT;
    } else if (state->detail == KIND_FLOW) {
        if (opens(c)) {
            open_bracket(state);
        } else if (c == '|') {
            state->mode = MERMAID_EDGE;
            state->flags |= IN_EDGE;
        } else if (c == ' ' && opens_link(text, at)) {
            state->mode = MERMAID_LINK;
        }
    }
    return 1;
}

static void mermaid_literal(av_place_state *state, av_text text) {
    for (size_t at = 0; at < text.len;) {
        char c = text.ptr[at];
        size_t taken = 1;
        if (c == '\n' && state->mode != MERMAID_QUOTED && state->mode != MERMAID_BRACKET) {
            state->flags &= (uint8_t)~IN_EDGE;
            state->mode = line_mode(state);
        } else {
            switch (state->mode) {
            case MERMAID_TEXT:
                if (c == '"' && state->detail != KIND_SEQUENCE) state->mode = MERMAID_QUOTED;
                if (c == '%' && av_place_byte(text, at + 1) == '%' && state->column == 0) {
                    state->mode = MERMAID_COMMENT;
                }
                break;
            case MERMAID_QUOTED:
                if (c == '"') state->mode = mode_outside_quotes(state);
                break;
            case MERMAID_BRACKET:
                if (c == '"') {
                    state->mode = MERMAID_QUOTED;
                } else if (opens(c)) {
                    open_bracket(state);
                } else if (closes(c)) {
                    close_bracket(state);
                }
                break;
            case MERMAID_EDGE:
                if (c == '"') {
                    state->mode = MERMAID_QUOTED;
                } else if (c == '|') {
                    state->flags &= (uint8_t)~IN_EDGE;
                    state->mode = MERMAID_IDENTIFIER;
                }
                break;
            case MERMAID_LINK:
                if (c == '"') {
                    state->mode = MERMAID_QUOTED;
                } else if (c == '-' || c == '=' || c == '.') {
                    state->mode = MERMAID_IDENTIFIER;
                }
                break;
            case MERMAID_COMMENT: break;
            default: taken = name_step(state, text, at); break;
            }
        }
        for (size_t i = 0; i < taken; i++) av_place_column(state, text.ptr[at + i]);
        at += taken;
    }
}

static void mermaid_value(av_place_state *state) {
    if (state->mode == MERMAID_IDENTIFIER || state->mode == MERMAID_START)
        state->mode = MERMAID_NAME;
    av_place_column(state, 'x');
}

static av_escape mermaid_escape(const av_place_state *state) {
    switch (state->mode) {
    case MERMAID_START:
    case MERMAID_IDENTIFIER:
        return state->detail == KIND_ENTITY ? AV_ESCAPE_MERMAID_ENTITY
                                            : AV_ESCAPE_MERMAID_IDENTIFIER;
    case MERMAID_NAME: return AV_ESCAPE_NAME_PART;
    case MERMAID_QUOTED: return AV_ESCAPE_MERMAID_LABEL;
    case MERMAID_COMMENT: return AV_ESCAPE_HASH_COMMENT;
    default: return AV_ESCAPE_MERMAID_TEXT;
    }
}

static bool mermaid_open(const av_place_state *state) {
    return state->mode <= MERMAID_NAME || (state->mode == MERMAID_TEXT && state->column == 0);
}

static uint32_t mermaid_essence(const av_place_state *state) {
    uint32_t mode = state->mode <= MERMAID_NAME ? MERMAID_START : state->mode;
    return mode << 8 | (state->flags & (BRACKET_MASK | IN_EDGE));
}

const av_place_rules av_place_mermaid = {mermaid_literal, mermaid_value, mermaid_escape,
                                         mermaid_open, mermaid_essence};
