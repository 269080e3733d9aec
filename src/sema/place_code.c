/* Languages made of bare words, strings and comments, by one table. */
#include "sema/place_rules.h"

/** What a quote allows between its marks. */
enum {
    BACKSLASH = 0x1,     /**< a backslash takes the next character's meaning away */
    LINES = 0x2,         /**< line breaks */
    INTERPOLATION = 0x4, /**< `${` opens an expression */
    SUBSTITUTION = 0x8   /**< `$(` opens a command */
};

typedef struct quote_rules {
    av_text mark; /**< opens and closes */
    av_escape escape;
    uint8_t allows;
} quote_rules;

/** How comments and heredocs begin. */
enum {
    HASH = 0x01,    /**< # to the end of the line */
    SLASHES = 0x02, /**< // to the end of the line */
    DASHES = 0x04,  /**< -- to the end of the line */
    BLOCK = 0x08,   /**< slash-star to star-slash */
    HEREDOC = 0x10  /**< <<WORD up to a line with that word alone */
};

enum { QUOTES = 4 };

typedef struct language {
    quote_rules quotes[QUOTES]; /**< longer marks first */
    uint8_t has;                /**< comments and heredocs */
    av_escape comment;
    av_escape bare;  /**< a place of its own */
    av_escape word;  /**< directly after a letter, digit, '_' or '.' */
    av_escape after; /**< after one of = [ , ( : ? */
} language;

#define QUOTE(mark, escape, allows)                                                                \
    { {(mark), sizeof(mark) - 1}, (escape), (allows) }
#define EVERYWHERE(escape) .bare = (escape), .word = (escape), .after = (escape)

static const language languages[AV_FORMAT_COUNT] = {
    [AV_FORMAT_JSON] = {.quotes = {QUOTE("\"", AV_ESCAPE_JSON_STRING, BACKSLASH)},
                        EVERYWHERE(AV_ESCAPE_JSON_VALUE)},
    [AV_FORMAT_SQL] = {.quotes = {QUOTE("'", AV_ESCAPE_SQL_LITERAL, LINES),
                                  QUOTE("\"", AV_ESCAPE_SQL_QUOTED_IDENTIFIER, 0)},
                       .has = DASHES | BLOCK,
                       .comment = AV_ESCAPE_SQL_COMMENT,
                       .bare = AV_ESCAPE_SQL_IDENTIFIER,
                       .word = AV_ESCAPE_NAME_PART,
                       .after = AV_ESCAPE_SQL_IDENTIFIER},
    [AV_FORMAT_SHELL] = {.quotes = {QUOTE("'", AV_ESCAPE_SHELL_SINGLE, LINES),
                                    QUOTE("\"", AV_ESCAPE_SHELL_DOUBLE,
                                          BACKSLASH | LINES | SUBSTITUTION)},
                         .has = HASH | HEREDOC,
                         .comment = AV_ESCAPE_HASH_COMMENT,
                         EVERYWHERE(AV_ESCAPE_SHELL_WORD)},
    [AV_FORMAT_HCL] = {.quotes = {QUOTE("\"", AV_ESCAPE_HCL_STRING, BACKSLASH | INTERPOLATION)},
                       .has = HASH | SLASHES | BLOCK | HEREDOC,
                       .comment = AV_ESCAPE_SLASH_COMMENT,
                       .bare = AV_ESCAPE_CODE_WORD,
                       .word = AV_ESCAPE_NAME_PART,
                       .after = AV_ESCAPE_HCL_VALUE},
    [AV_FORMAT_DOCKERFILE] = {.quotes = {QUOTE("\"", AV_ESCAPE_SHELL_DOUBLE, BACKSLASH),
                                         QUOTE("'", AV_ESCAPE_SHELL_SINGLE, 0)},
                              .has = HASH,
                              .comment = AV_ESCAPE_HASH_COMMENT,
                              EVERYWHERE(AV_ESCAPE_WORD)},
    [AV_FORMAT_NGINX] = {.quotes = {QUOTE("\"", AV_ESCAPE_NGINX_STRING, BACKSLASH | LINES),
                                    QUOTE("'", AV_ESCAPE_NGINX_STRING, BACKSLASH | LINES)},
                         .has = HASH,
                         .comment = AV_ESCAPE_HASH_COMMENT,
                         EVERYWHERE(AV_ESCAPE_WORD)},
    [AV_FORMAT_PROTO] = {.quotes = {QUOTE("\"", AV_ESCAPE_C_STRING, BACKSLASH),
                                    QUOTE("'", AV_ESCAPE_C_SINGLE, BACKSLASH)},
                         .has = SLASHES | BLOCK,
                         .comment = AV_ESCAPE_SLASH_COMMENT,
                         EVERYWHERE(AV_ESCAPE_CODE_WORD)},
    [AV_FORMAT_GRAPHQL] = {.quotes = {QUOTE("\"\"\"", AV_ESCAPE_BLOCK_STRING, LINES),
                                      QUOTE("\"", AV_ESCAPE_JSON_STRING, BACKSLASH)},
                           .has = HASH,
                           .comment = AV_ESCAPE_HASH_COMMENT,
                           EVERYWHERE(AV_ESCAPE_WORD)},
    [AV_FORMAT_JAVASCRIPT] = {.quotes = {QUOTE("\"", AV_ESCAPE_C_STRING, BACKSLASH),
                                         QUOTE("'", AV_ESCAPE_C_SINGLE, BACKSLASH),
                                         QUOTE("`", AV_ESCAPE_JS_TEMPLATE,
                                               BACKSLASH | LINES | INTERPOLATION)},
                              .has = SLASHES | BLOCK,
                              .comment = AV_ESCAPE_SLASH_COMMENT,
                              EVERYWHERE(AV_ESCAPE_CODE_WORD)},
    [AV_FORMAT_PROMQL] = {.quotes = {QUOTE("\"", AV_ESCAPE_C_STRING, BACKSLASH),
                                     QUOTE("'", AV_ESCAPE_C_SINGLE, BACKSLASH),
                                     QUOTE("`", AV_ESCAPE_WORD, LINES)},
                          .has = HASH,
                          .comment = AV_ESCAPE_HASH_COMMENT,
                          EVERYWHERE(AV_ESCAPE_WORD)},
    [AV_FORMAT_ENVFILE] = {.quotes = {QUOTE("\"", AV_ESCAPE_SHELL_DOUBLE, BACKSLASH),
                                      QUOTE("'", AV_ESCAPE_SINGLE_RAW, 0)},
                           .has = HASH,
                           .comment = AV_ESCAPE_HASH_COMMENT,
                           EVERYWHERE(AV_ESCAPE_WORD)},
    [AV_FORMAT_TOML] = {.quotes = {QUOTE("\"\"\"", AV_ESCAPE_JSON_STRING, BACKSLASH | LINES),
                                   QUOTE("'''", AV_ESCAPE_SINGLE_RAW, LINES),
                                   QUOTE("\"", AV_ESCAPE_JSON_STRING, BACKSLASH),
                                   QUOTE("'", AV_ESCAPE_SINGLE_RAW, 0)},
                        .has = HASH,
                        .comment = AV_ESCAPE_HASH_COMMENT,
                        EVERYWHERE(AV_ESCAPE_WORD)},
};

/* Modes. BARE, AFTER_MARK, AFTER_VALUE and WORD differ only in what the character before was. */
enum {
    CODE_BARE,
    CODE_AFTER_MARK,  /**< after = [ , ( : ? and white space */
    CODE_AFTER_VALUE, /**< directly after a value that was written with quotes of its own */
    CODE_WORD,
    CODE_LINE_COMMENT,
    CODE_BLOCK_COMMENT,
    CODE_HEREDOC,     /**< detail: hash of the word that ends it */
    CODE_HEREDOC_RAW, /**< one without expansion */
    CODE_STRING       /**< + index of the quote */
};

enum {
    SKIP_NEXT = 0x01, /**< the next character was escaped by a backslash */
    /** the same flag in a heredoc: its line holds a value and nothing else yet */
    ONLY_VALUES = 0x01,
    HEREDOC_NEXT = 0x02, /**< a heredoc begins with the next line */
    HEREDOC_IS_RAW = 0x04,
    DEPTH_ONE = 0x10, /**< upper four bits: depth of braces within an interpolation */
    DEPTH_MASK = 0xF0
};

static uint32_t word_hash(av_text word) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < word.len; i++) hash = (hash ^ (unsigned char)word.ptr[i]) * 16777619u;
    return hash;
}

/** `<<WORD`, `<<-WORD`, `<<'WORD'`, `<<~WORD` at `at`: notes it; returns the bytes taken, 0 if it
 * is none. */
static size_t open_heredoc(av_place_state *state, av_text text, size_t at) {
    size_t i = at + 2;
    if (av_place_byte(text, i) == '-' || av_place_byte(text, i) == '~') i++;
    char quote = av_place_byte(text, i);
    bool raw = quote == '\'' || quote == '"';
    if (raw) i++;
    size_t start = i;
    while (av_place_is_word(av_place_byte(text, i))) i++;
    if (i == start) return 0;
    state->detail = word_hash(av_text_slice(text, start, i - start));
    state->flags |= raw ? HEREDOC_NEXT | HEREDOC_IS_RAW : HEREDOC_NEXT;
    return (raw && av_place_byte(text, i) == quote ? i + 1 : i) - at;
}

/** At the start of a line of a heredoc: the bytes of the line (without its break) when it ends the
 * heredoc, else 0. */
static size_t close_heredoc(const av_place_state *state, av_text text, size_t at) {
    size_t end = av_text_find(text, AV_TEXT("\n"), at);
    if (end == SIZE_MAX) end = text.len;
    av_text word = av_text_trim(av_text_slice(text, at, end - at));
    return word.len > 0 && word_hash(word) == state->detail ? end - at : 0;
}

static bool is_bare(const av_place_state *state) {
    return state->mode <= CODE_WORD;
}

/** After a run of bare characters that ends with `c`. */
static void set_bare(av_place_state *state, char c) {
    bool mark = c == '=' || c == '[' || c == ',' || c == '(' || c == ':' || c == '?';
    if (av_place_is_space(c)) {
        if (state->mode != CODE_AFTER_MARK || c == '\n') state->mode = CODE_BARE;
    } else if (mark) {
        state->mode = CODE_AFTER_MARK;
    } else {
        state->mode = av_place_is_word(c) || c == '.' ? CODE_WORD : CODE_BARE;
    }
}

/** Handles what begins at `at` in bare code; returns how many bytes it took. */
static size_t bare_step(av_place_state *state, const language *rules, av_text text, size_t at) {
    char c = text.ptr[at], next = av_place_byte(text, at + 1);
    bool spaced = at > 0 ? av_place_is_space(text.ptr[at - 1]) : state->mode != CODE_WORD;
    if (((rules->has & HASH) && c == '#' && (spaced || state->column == 0)) ||
        ((rules->has & SLASHES) && c == '/' && next == '/') ||
        ((rules->has & DASHES) && c == '-' && next == '-')) {
        state->mode = CODE_LINE_COMMENT;
        return 1;
    }
    if ((rules->has & BLOCK) && c == '/' && next == '*') {
        state->mode = CODE_BLOCK_COMMENT;
        return 2;
    }
    for (size_t q = 0; q < QUOTES && rules->quotes[q].mark.len > 0; q++) {
        if (!av_place_at(text, at, rules->quotes[q].mark)) continue;
        if (state->mode == CODE_AFTER_VALUE) state->flags |= AV_PLACE_BROKEN;
        state->mode = (uint8_t)(CODE_STRING + q);
        return rules->quotes[q].mark.len;
    }
    if ((rules->has & HEREDOC) && c == '<' && next == '<' && av_place_byte(text, at + 2) != '<') {
        size_t taken = open_heredoc(state, text, at);
        if (taken > 0) return taken;
    }
    if (c == '\\' && next != 0) {
        state->mode = CODE_WORD;
        return 2;
    }
    if (state->mode == CODE_AFTER_VALUE && (av_place_is_word(c) || c == '-' || c == '.')) {
        state->flags |= AV_PLACE_BROKEN;
    }
    if (c == '\n' && (state->flags & HEREDOC_NEXT) != 0) {
        state->mode = (state->flags & HEREDOC_IS_RAW) != 0 ? CODE_HEREDOC_RAW : CODE_HEREDOC;
        state->flags &= (uint8_t) ~(HEREDOC_NEXT | HEREDOC_IS_RAW);
        return 1;
    }
    set_bare(state, c);
    return 1;
}

/** What opens an expression after `$`; 0: nothing does. */
static char opener(const quote_rules *quote) {
    return (quote->allows & INTERPOLATION) != 0  ? '{'
           : (quote->allows & SUBSTITUTION) != 0 ? '('
                                                 : 0;
}

static size_t string_step(av_place_state *state, const quote_rules *quote, av_text text,
                          size_t at) {
    char c = text.ptr[at];
    if ((state->flags & SKIP_NEXT) != 0) {
        state->flags &= (uint8_t)~SKIP_NEXT;
        return 1;
    }
    if ((state->flags & DEPTH_MASK) != 0) {
        if (c == opener(quote) && (state->flags & DEPTH_MASK) != DEPTH_MASK) {
            state->flags = (uint8_t)(state->flags + DEPTH_ONE);
        } else if (c == (opener(quote) == '(' ? ')' : '}')) {
            state->flags = (uint8_t)(state->flags - DEPTH_ONE);
        }
        return 1;
    }
    if ((quote->allows & BACKSLASH) && c == '\\') {
        state->flags |= SKIP_NEXT;
    } else if (c == '$' && opener(quote) != 0 && av_place_byte(text, at + 1) == opener(quote)) {
        state->flags |= DEPTH_ONE;
        return 2;
    } else if (av_place_at(text, at, quote->mark)) {
        state->mode = CODE_BARE;
        return quote->mark.len;
    } else if (c == '\n' && !(quote->allows & LINES)) {
        state->mode = CODE_BARE;
    }
    return 1;
}

static void code_literal(av_place_state *state, av_text text) {
    const language *rules = &languages[state->inner];
    for (size_t at = 0; at < text.len;) {
        char c = text.ptr[at];
        size_t taken = 1;
        if (is_bare(state)) {
            taken = bare_step(state, rules, text, at);
        } else if (state->mode == CODE_LINE_COMMENT) {
            if (c == '\n') state->mode = CODE_BARE;
        } else if (state->mode == CODE_BLOCK_COMMENT) {
            if (c == '*' && av_place_byte(text, at + 1) == '/') {
                state->mode = CODE_BARE;
                taken = 2;
            }
        } else if (state->mode == CODE_HEREDOC || state->mode == CODE_HEREDOC_RAW) {
            size_t line = state->column == 0 ? close_heredoc(state, text, at) : 0;
            if (c == '\n' && (state->flags & ONLY_VALUES) != 0) state->unsafe_line = true;
            state->flags &= (uint8_t)~ONLY_VALUES;
            if (line > 0) {
                state->mode = CODE_BARE;
                state->detail = 0;
                taken = line;
            }
        } else {
            taken = string_step(state, &rules->quotes[state->mode - CODE_STRING], text, at);
        }
        for (size_t i = 0; i < taken && at + i < text.len; i++)
            av_place_column(state, text.ptr[at + i]);
        at += taken;
    }
}

static av_escape code_escape(const av_place_state *state) {
    const language *rules = &languages[state->inner];
    switch (state->mode) {
    case CODE_BARE: return rules->bare;
    case CODE_AFTER_MARK: return rules->after;
    case CODE_AFTER_VALUE:
    case CODE_WORD: return rules->word;
    case CODE_LINE_COMMENT:
    case CODE_BLOCK_COMMENT: return rules->comment;
    case CODE_HEREDOC:
        return state->inner == AV_FORMAT_HCL ? AV_ESCAPE_HCL_STRING : AV_ESCAPE_HEREDOC;
    case CODE_HEREDOC_RAW: return AV_ESCAPE_FENCE;
    default:
        if ((state->flags & DEPTH_MASK) != 0)
            return state->inner == AV_FORMAT_SHELL ? AV_ESCAPE_SHELL_WORD : AV_ESCAPE_CODE_WORD;
        return rules->quotes[state->mode - CODE_STRING].escape;
    }
}

static void code_value(av_place_state *state) {
    av_escape escape = code_escape(state);
    if (escape == AV_ESCAPE_JSON_VALUE || escape == AV_ESCAPE_HCL_VALUE) {
        if (state->mode == CODE_AFTER_VALUE || state->mode == CODE_WORD) {
            state->flags |= AV_PLACE_BROKEN;
        }
        state->mode = CODE_AFTER_VALUE;
    } else if (is_bare(state)) {
        state->mode = CODE_WORD;
    } else if ((state->mode == CODE_HEREDOC || state->mode == CODE_HEREDOC_RAW) &&
               state->column == 0) {
        state->flags |= ONLY_VALUES;
    }
    av_place_column(state, 'x');
}

static bool code_open(const av_place_state *state) {
    return is_bare(state);
}

static uint32_t code_essence(const av_place_state *state) {
    if (is_bare(state)) return 0;
    return (uint32_t)state->mode << 8 | (state->flags & DEPTH_MASK);
}

const av_place_rules av_place_code = {code_literal, code_value, code_escape, code_open,
                                      code_essence};
