#include "vm/escape.h"

#include <string.h>

/* Look-alikes for characters a place cannot hold in any spelling. */
#define LOOKALIKE_BACKTICK "\xCB\x8B"     /* U+02CB modifier letter grave accent */
#define LOOKALIKE_TILDE    "\xE2\x88\xBC" /* U+223C tilde operator */
#define LOOKALIKE_BAR      "\xE2\x88\xA3" /* U+2223 divides */
#define LOOKALIKE_COLON    "\xE2\x88\xB6" /* U+2236 ratio */
#define LOOKALIKE_HASH     "\xEF\xBC\x83" /* U+FF03 fullwidth number sign */
#define LOOKALIKE_DOLLAR   "\xEF\xBC\x84" /* U+FF04 fullwidth dollar sign */
#define LOOKALIKE_SINGLE   "\xE2\x80\x99" /* U+2019 right single quotation mark */
#define LOOKALIKE_DOUBLE   "\xE2\x80\x9D" /* U+201D right double quotation mark */
#define LOOKALIKE_BACK     "\xE2\x88\x96" /* U+2216 set minus, for a backslash */

/* ---- the characters that go nowhere */

/** Reads one character; malformed bytes give U+FFFD, one at a time. */
static uint32_t read_character(av_text text, size_t at, size_t *size) {
    unsigned char first = (unsigned char)text.ptr[at];
    size_t length = first < 0x80   ? 1
                    : first < 0xC2 ? 0
                    : first < 0xE0 ? 2
                    : first < 0xF0 ? 3
                    : first < 0xF5 ? 4
                                   : 0;
    *size = 1;
    if (length == 1) return first;
    if (length == 0 || at + length > text.len) return 0xFFFD;
    uint32_t c = first & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        unsigned char byte = (unsigned char)text.ptr[at + i];
        if ((byte & 0xC0) != 0x80) return 0xFFFD;
        c = c << 6 | (byte & 0x3Fu);
    }
    if ((length == 3 && c < 0x800) || (length == 4 && (c < 0x10000 || c > 0x10FFFF)) ||
        (c >= 0xD800 && c < 0xE000)) {
        return 0xFFFD;
    }
    *size = length;
    return c;
}

static bool is_line_break(uint32_t c) {
    return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/** Controls, changes of direction, invisible tags and non-characters. */
static bool is_forbidden(uint32_t c) {
    return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7F && c < 0xA0) || c == 0x61C ||
           c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
           (c & 0xFFFE) == 0xFFFE || (c >= 0xE0000 && c <= 0xE007F);
}

/** Whether every byte may stay as it is: printable ASCII, tabs, '\n', and well-formed harmless
 * characters. */
static bool is_clean(av_text text) {
    for (size_t at = 0, size; at < text.len; at += size) {
        at += av_text_printable(text, at);
        if (at == text.len) break;
        unsigned char byte = (unsigned char)text.ptr[at];
        size = 1;
        if (byte >= 0x20 && byte < 0x7F) continue;
        uint32_t c = read_character(text, at, &size);
        if ((c == 0xFFFD && size == 1) || is_forbidden(c) || (is_line_break(c) && c != '\n'))
            return false;
    }
    return true;
}

/** Afterwards line breaks are '\n' and nothing forbidden is left. */
static void clean(av_text text, av_buf *out) {
    for (size_t at = 0, size; at < text.len; at += size) {
        uint32_t c = read_character(text, at, &size);
        if (is_line_break(c)) {
            if (c == '\r' && at + 1 < text.len && text.ptr[at + 1] == '\n') size = 2;
            av_buf_putc(out, '\n');
        } else if (c == 0xFFFD) {
            av_buf_puts(out, "\xEF\xBF\xBD");
        } else if (!is_forbidden(c)) {
            av_buf_put(out, av_text_slice(text, at, size));
        }
    }
}

/* ---- small tests on bytes of a clean text; 0 stands for "outside the value, unknown" */

static char byte_at(av_text text, size_t at) {
    return at < text.len ? text.ptr[at] : 0;
}
static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n';
}
static bool is_alphanumeric(char c) {
    return is_letter(c) || is_digit(c);
}
/** A letter or digit of ASCII, or any character beyond it. */
static bool is_word(char c) {
    return is_alphanumeric(c) || (unsigned char)c >= 0x80;
}
static bool is_punctuation(char c) {
    return c > ' ' && c < 0x7F && !is_alphanumeric(c);
}

/** How often the byte at `at` is repeated from there on. */
static size_t run_length(av_text text, size_t at) {
    size_t end = at;
    while (end < text.len && text.ptr[end] == text.ptr[at]) end++;
    return end - at;
}

/** Whether `&` at `at` could begin a character reference, given that unknown text may follow the
 * value. */
static bool is_entity(av_text text, size_t at) {
    size_t i = at + 1;
    if (i < text.len && text.ptr[i] == '#') i++;
    while (i < text.len && is_alphanumeric(text.ptr[i])) i++;
    return i == text.len || (text.ptr[i] == ';' && i > at + 1);
}

/* ---- Markdown */

/** Whether `<` at `at` could open a tag or an address. */
static bool opens_tag(av_text text, size_t at) {
    char next = byte_at(text, at + 1);
    if (is_space(next)) return false;
    return !is_digit(next) || av_text_find(text, AV_TEXT("@"), at) != SIZE_MAX;
}

/** Whether a run of emphasis marks could open or close emphasis. */
static bool is_emphasis(av_text text, size_t at, size_t run) {
    char before = at > 0 ? text.ptr[at - 1] : 0, after = byte_at(text, at + run);
    if (is_space(before) && is_space(after)) return false;
    return text.ptr[at] != '_' || !is_word(before) || !is_word(after);
}

/** The number of bytes of a block mark (list, heading, quote, rule, table) at the start of `text`
 * that need one backslash before their last byte; 0 if there is none. */
static size_t block_mark(av_text text) {
    char first = byte_at(text, 0), second = byte_at(text, 1);
    switch (first) {
    case '>':
    case '|': return 1;
    case '#': {
        char after = byte_at(text, run_length(text, 0));
        return after == 0 || is_space(after) ? 1 : 0;
    }
    case '=': return run_length(text, 0) == text.len ? 1 : 0;
    case '+': return second == 0 || is_space(second) ? 1 : 0;
    case '-':
        return second == 0 || is_space(second) || second == '-' || second == '|' || second == ':'
                   ? 1
                   : 0;
    case ':': return second == '-' ? 1 : 0;
    default: break;
    }
    size_t digits = 0;
    while (digits < text.len && is_digit(text.ptr[digits])) digits++;
    char mark = byte_at(text, digits), after = byte_at(text, digits + 1);
    if (digits > 0 && digits < 10 && (mark == '.' || mark == ')') &&
        (after == 0 || is_space(after)))
        return digits + 1;
    return 0;
}

enum { BRACKET_REACH = 1000 /* how far the partner of a bracket is looked for */ };

/** Whether the bracket at `at` and its partner stay plain text: a pair that no `(`, `[` or `:` follows makes no link. A box of
 * one character is left out, since a list would make it a task. */
static bool plain_bracket(av_text text, size_t at) {
    bool open = text.ptr[at] == '[';
    size_t depth = 0, i = at, other = SIZE_MAX;
    for (size_t steps = 0; steps < BRACKET_REACH; steps++) {
        depth += text.ptr[i] == (open ? '[' : ']');
        if (text.ptr[i] == (open ? ']' : '[') && --depth == 0) {
            other = i;
            break;
        }
        if (open ? ++i == text.len : i-- == 0) break;
    }
    if (other == SIZE_MAX) return false;
    size_t first = open ? at : other, last = open ? other : at;
    char after = byte_at(text, last + 1);
    return last - first > 2 && after != '(' && after != '[' && after != ':';
}

/** How many bytes from `at` on stand for themselves in Markdown wherever they are: words and single spaces between them. */
static size_t plain_words(av_text text, size_t at) {
    enum { GOES_ON, SPACE, ENDS };
    static const uint8_t kinds[256] = {
        ['*'] = ENDS,  ['_'] = ENDS,  ['~'] = ENDS,  ['`'] = ENDS, ['['] = ENDS,
        [']'] = ENDS,  ['<'] = ENDS,  ['&'] = ENDS,  ['|'] = ENDS, ['#'] = ENDS,
        ['\\'] = ENDS, ['\t'] = ENDS, ['\n'] = ENDS, [' '] = SPACE};
    size_t end = at;
    for (; end < text.len; end++) {
        const uint8_t kind = kinds[(unsigned char)text.ptr[end]];
        if (kind == GOES_ON) continue;
        if (kind == ENDS || end + 1 == text.len || is_space(text.ptr[end + 1])) break;
    }
    return end - at;
}

static void write_markdown(av_escape asked, av_text text, av_buf *out) {
    bool apart = asked == AV_ESCAPE_MD_TEXT_APART || asked == AV_ESCAPE_MD_CELL_APART;
    av_escape mode = asked == AV_ESCAPE_MD_TEXT_APART   ? AV_ESCAPE_MD_TEXT
                     : asked == AV_ESCAPE_MD_CELL_APART ? AV_ESCAPE_MD_CELL
                                                        : asked;
    /* A line break at the end would leave a space before what follows. */
    size_t end = text.len;
    while (end > 0 && is_space(text.ptr[end - 1])) end--;
    if (memchr(text.ptr + end, '\n', text.len - end) != NULL) text.len = end;
    size_t at = 0, heading_end = text.len, mark = 0;
    if (mode == AV_ESCAPE_MD_LINE_START) {
        while (at < text.len && is_space(text.ptr[at])) at++;
        mark = block_mark(av_text_slice(text, at, text.len - at));
        mark = mark > 0 ? at + mark : 0;
    } else if (mode ==
               AV_ESCAPE_MD_HEADING) { /* a last run of # would be taken for the heading's end */
        while (heading_end > 0 && is_space(text.ptr[heading_end - 1])) heading_end--;
        while (heading_end > 0 && text.ptr[heading_end - 1] == '#') heading_end--;
        if (heading_end > 0 && !is_space(text.ptr[heading_end - 1])) heading_end = text.len;
    }
    while (at < text.len) {
        if (at >= mark) {
            const size_t plain = plain_words(text, at);
            av_buf_put(out, av_text_slice(text, at, plain));
            at += plain;
            if (at == text.len) break;
        }
        char c = text.ptr[at], next = byte_at(text, at + 1);
        if (is_space(c)) {
            while (at < text.len && is_space(text.ptr[at])) at++;
            av_buf_putc(out, ' ');
            continue;
        }
        if (c == '*' || c == '_' || c == '~') {
            size_t run = run_length(text, at);
            bool marked =
                is_emphasis(text, at, run) || (mode == AV_ESCAPE_MD_LINE_START && at == 0);
            for (size_t i = 0; i < run; i++) {
                if (marked) av_buf_putc(out, '\\');
                av_buf_putc(out, c);
            }
            at += run;
            continue;
        }
        bool escape = false;
        switch (c) {
        case '`': escape = true; break;
        case '[':
        case ']': escape = !(apart && plain_bracket(text, at)); break;
        case '\\': escape = next == 0 || is_punctuation(next); break;
        case '<': escape = opens_tag(text, at); break;
        case '&': escape = is_entity(text, at); break;
        case '|': escape = mode == AV_ESCAPE_MD_CELL; break;
        case '#': escape = mode == AV_ESCAPE_MD_HEADING && at == heading_end; break;
        default: break;
        }
        if (escape || at + 1 == mark) av_buf_putc(out, '\\');
        av_buf_putc(out, c);
        at++;
    }
}

static void write_code(bool cell, av_text text, av_buf *out) {
    /* two backticks side by side would open another span */
    if (text.len == 0) av_buf_putc(out, ' ');
    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at];
        if (is_space(c)) {
            av_buf_putc(out, ' ');
        } else if (c == '`') {
            av_buf_puts(out, LOOKALIKE_BACKTICK);
        } else if (c == '|' && cell) {
            av_buf_puts(out, at > 0 && text.ptr[at - 1] == '\\' ? LOOKALIKE_BAR : "\\|");
        } else {
            av_buf_putc(out, c);
        }
    }
}

/** In a fence only a run of fence characters is dangerous: three of them, or fewer beside unknown
 * text. */
static void write_fence(av_text text, av_buf *out) {
    for (size_t at = 0; at < text.len;) {
        char c = text.ptr[at];
        size_t run = 1;
        if (c == '`' || c == '~') {
            run = run_length(text, at);
            bool replace = run >= 3 || at == 0 || at + run == text.len;
            for (size_t i = 0; i < run; i++) {
                if (replace) {
                    av_buf_puts(out, c == '`' ? LOOKALIKE_BACKTICK : LOOKALIKE_TILDE);
                } else {
                    av_buf_putc(out, c);
                }
            }
        } else {
            av_buf_putc(out, c == '\n' ? ' ' : c);
        }
        at += run;
    }
}

static const char *const harmless_schemes[] = {"http", "https", "mailto", "tel"};

/** `word` is in lower case. */
static bool equals_ignoring_case(av_text text, const char *word) {
    if (text.len != strlen(word)) return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if ((c >= 'A' && c <= 'Z' ? (char)(c + 32) : c) != word[i]) return false;
    }
    return true;
}

/** Offset of the colon of a scheme that a reader's program might execute, or SIZE_MAX. */
static size_t foreign_scheme(av_text text) {
    size_t colon = 0;
    while (colon < text.len && memchr("/?#", text.ptr[colon], 3) == NULL && text.ptr[colon] != ':')
        colon++;
    if (colon >= text.len || text.ptr[colon] != ':') return SIZE_MAX;
    for (size_t i = 0; i < AV_COUNT(harmless_schemes); i++) {
        if (equals_ignoring_case(av_text_slice(text, 0, colon), harmless_schemes[i]))
            return SIZE_MAX;
    }
    return colon;
}

static void write_target(av_text text, av_buf *out) {
    size_t colon = foreign_scheme(text);
    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at];
        if (c == '&' && is_entity(text, at)) {
            av_buf_puts(out, "&amp;");
        } else if (at == colon || is_space(c) || memchr("()<>\"'\\`|[]{}^", c, 14) != NULL) {
            av_buf_printf(out, "%%%02X", is_space(c) ? 0x20u : (unsigned)(unsigned char)c);
        } else {
            av_buf_putc(out, c);
        }
    }
}

/* ---- Mermaid */

/** `quoted` text stands between double quotes; other text also has to spare brackets, bars and
 * arrows. */
static void write_mermaid(bool quoted, av_text text, av_buf *out) {
    size_t mark = block_mark(text); /* labels are read as Markdown by the renderer */
    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at], next = byte_at(text, at + 1), before = at > 0 ? text.ptr[at - 1] : 0;
        bool doubled = c == next || c == before;
        const char *name = NULL;
        bool code = false;
        switch (c) {
        case '"': name = "quot"; break;
        case '<': name = "lt"; break;
        case '>': name = "gt"; break;
        case '&': name = "amp"; break;
        case '#':
        case '`':
        case '*':
        case '~':
        case '\\': code = true; break;
        case '_': code = !is_word(before) || !is_word(next); break;
        case '%': code = doubled || at == 0 || next == 0 || next == '{'; break;
        case '[':
        case ']':
        case '(':
        case ')':
        case '{':
        case '}':
        case '|':
        case ':':
        case '@':
        case ';': code = !quoted; break;
        case '/': code = !quoted && (at == 0 || next == 0); break;
        case '-':
        case '=': code = !quoted && (doubled || next == 0 || at == 0); break;
        default: break;
        }
        if (is_space(c)) {
            av_buf_putc(out, ' ');
        } else if (name != NULL) {
            av_buf_printf(out, "#%s;", name);
        } else if (code || at + 1 == mark) {
            av_buf_printf(out, "#%u;", (unsigned)(unsigned char)c);
        } else {
            av_buf_putc(out, c);
        }
    }
}

/* ---- names */

/** Words with a meaning of their own in some Mermaid diagram, in lower case: a name gets a '_'
 * behind it. */
static const char *const mermaid_words[] = {
    "end",   "graph",     "subgraph", "style", "click",       "class",   "default",   "flowchart",
    "o",     "linkstyle", "classdef", "href",  "interpolate", "call",    "note",      "namespace",
    "title", "acctitle",  "accdescr", "loop",  "participant", "actor",   "activate",  "deactivate",
    "link",  "links",     "alt",      "else",  "opt",         "par",     "and",       "critical",
    "break", "option",    "rect",     "box",   "create",      "destroy", "autonumber"};
/** The same for entity-relationship diagrams, where most of those are good names of columns. */
static const char *const entity_words[] = {"end",      "subgraph", "style", "class",
                                           "classdef", "one",      "many",  "to",
                                           "pk",       "fk",       "uk",    "erdiagram"};

static bool is_one_of(av_text text, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (equals_ignoring_case(text, words[i])) return true;
    }
    return false;
}

/** Letters, digits and '_'; another character of ASCII becomes '_', one beyond it its number. */
static void write_name(av_escape mode, av_text text, av_buf *out) {
    if (mode != AV_ESCAPE_NAME_PART && (text.len == 0 || is_digit(text.ptr[0])))
        av_buf_putc(out, '_');
    for (size_t at = 0, size; at < text.len; at += size) {
        uint32_t c = read_character(text, at, &size);
        if (c >= 0x80) {
            av_buf_printf(out, "u%04X", (unsigned)c);
        } else {
            av_buf_putc(out, is_alphanumeric((char)c) ? (char)c : '_');
        }
    }
    if ((mode == AV_ESCAPE_MERMAID_IDENTIFIER &&
         is_one_of(text, mermaid_words, AV_COUNT(mermaid_words))) ||
        (mode == AV_ESCAPE_MERMAID_ENTITY &&
         is_one_of(text, entity_words, AV_COUNT(entity_words)))) {
        av_buf_putc(out, '_');
    }
}

/** Letters, digits and the characters of `marks` stay; a run of anything else between two of them
 * becomes one '-'. */
static void write_word(const char *marks, av_text text, av_buf *out) {
    bool gap = false, any = false;
    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at];
        if (!is_alphanumeric(c) && (c == 0 || strchr(marks, c) == NULL)) {
            gap = true;
            continue;
        }
        if (gap && any) av_buf_putc(out, '-');
        av_buf_putc(out, c);
        gap = false;
        any = true;
    }
    if (!any) av_buf_putc(out, '_');
}

/* ---- strings: some characters are written otherwise, all others stay */

typedef struct replacement {
    char from;
    const char *to;
} replacement;

typedef struct string_rules {
    const char *quote;      /**< written before and after; NULL: the template has the quotes */
    const char *line_break; /**< what a line break becomes */
    const char *tab;
    replacement replace[8];
} string_rules;

static const string_rules strings[AV_ESCAPE_COUNT] = {
    [AV_ESCAPE_YAML_DOUBLE] = {NULL, "\\n", "\\t", {{'"', "\\\""}, {'\\', "\\\\"}}},
    [AV_ESCAPE_YAML_SINGLE] = {NULL, " ", " ", {{'\'', "''"}}},
    [AV_ESCAPE_YAML_COMMENT] = {NULL, " ", " ", {{0, NULL}}},
    [AV_ESCAPE_HASH_COMMENT] = {NULL, " ", " ", {{0, NULL}}},
    [AV_ESCAPE_JSON_STRING] = {NULL, "\\n", "\\t", {{'"', "\\\""}, {'\\', "\\\\"}}},
    [AV_ESCAPE_JSON_VALUE] = {"\"", "\\n", "\\t", {{'"', "\\\""}, {'\\', "\\\\"}}},
    [AV_ESCAPE_SQL_QUOTED_IDENTIFIER] = {NULL, " ", " ", {{'"', "\"\""}}},
    [AV_ESCAPE_HTML_TEXT] =
        {NULL,
         " ",
         " ",
         {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'`', "&#96;"}, {'|', "&#124;"}}},
    [AV_ESCAPE_HTML_ATTRIBUTE] = {NULL,
                                  " ",
                                  " ",
                                  {{'&', "&amp;"},
                                   {'<', "&lt;"},
                                   {'>', "&gt;"},
                                   {'"', "&quot;"},
                                   {'\'', "&#39;"},
                                   {'`', "&#96;"},
                                   {'|', "&#124;"},
                                   {'=', "&#61;"}}},
    [AV_ESCAPE_SHELL_DOUBLE] = {NULL,
                                " ",
                                " ",
                                {{'"', "\\\""}, {'\\', "\\\\"}, {'$', "\\$"}, {'`', "\\`"}}},
    [AV_ESCAPE_SHELL_SINGLE] = {NULL, " ", " ", {{'\'', "'\\''"}}},
    [AV_ESCAPE_HEREDOC] = {NULL, " ", " ", {{'\\', "\\\\"}, {'$', "\\$"}, {'`', "\\`"}}},
    [AV_ESCAPE_C_STRING] = {NULL, "\\n", "\\t", {{'"', "\\\""}, {'\\', "\\\\"}}},
    [AV_ESCAPE_C_SINGLE] = {NULL, "\\n", "\\t", {{'\'', "\\'"}, {'\\', "\\\\"}}},
    [AV_ESCAPE_JS_TEMPLATE] = {NULL, "\\n", "\\t", {{'`', "\\`"}, {'$', "\\$"}, {'\\', "\\\\"}}},
    [AV_ESCAPE_NGINX_STRING] =
        {NULL, " ", " ", {{'"', "\\\""}, {'\'', "\\'"}, {'\\', "\\\\"}, {'$', LOOKALIKE_DOLLAR}}},
    [AV_ESCAPE_SINGLE_RAW] = {NULL, " ", " ", {{'\'', LOOKALIKE_SINGLE}}},
};

static void write_string(const string_rules *rules, av_text text, av_buf *out) {
    if (rules->quote != NULL) av_buf_puts(out, rules->quote);
    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at];
        const char *to = c == '\n' ? rules->line_break : c == '\t' ? rules->tab : NULL;
        for (size_t i = 0;
             to == NULL && i < AV_COUNT(rules->replace) && rules->replace[i].to != NULL; i++) {
            if (rules->replace[i].from == c) to = rules->replace[i].to;
        }
        if (to != NULL) {
            av_buf_puts(out, to);
        } else {
            av_buf_putc(out, c);
        }
    }
    if (rules->quote != NULL) av_buf_puts(out, rules->quote);
}

/** Writes `text` on one line; a character that equals its neighbour in `pair` is set apart by a
 * space. */
static void write_apart(av_text text, const char *const *pairs, av_buf *out) {
    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at];
        av_buf_putc(out, is_space(c) ? ' ' : c);
        for (size_t i = 0; pairs[i] != NULL; i++) {
            if (c == pairs[i][0] && byte_at(text, at + 1) == pairs[i][1]) {
                av_buf_putc(out, ' ');
                break;
            }
        }
    }
}

static void write_hcl(bool quote, av_text text, av_buf *out) {
    if (quote) av_buf_putc(out, '"');
    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at], next = byte_at(text, at + 1);
        if (c == '\n') {
            av_buf_puts(out, "\\n");
        } else if (c == '\t') {
            av_buf_puts(out, "\\t");
        } else {
            if (c == '"' || c == '\\') av_buf_putc(out, '\\');
            if ((c == '$' || c == '%') && next == '{') av_buf_putc(out, c);
            av_buf_putc(out, c);
        }
    }
    if (quote) av_buf_putc(out, '"');
}

/** A word of a command as it is when no character of it means anything, else in single quotes. */
static void write_shell_word(av_text text, av_buf *out) {
    bool plain = text.len > 0;
    for (size_t at = 0; plain && at < text.len; at++) {
        char c = text.ptr[at];
        plain = is_alphanumeric(c) || memchr("_./:@%+,-", c, 9) != NULL;
    }
    if (plain) {
        av_buf_put(out, text);
        return;
    }
    av_buf_putc(out, '\'');
    write_string(&strings[AV_ESCAPE_SHELL_SINGLE], text, out);
    av_buf_putc(out, '\'');
}

/** Triple quotes, and quotes that could become triple beside the value, are replaced, as is a
 * backslash at the end, which would make text of quotes that follow. */
static void write_block_string(av_text text, av_buf *out) {
    for (size_t at = 0; at < text.len;) {
        char c = text.ptr[at];
        size_t run = c == '"' ? run_length(text, at) : 1;
        bool replace = c == '"' && (run >= 3 || at == 0 || at + run == text.len);
        for (size_t i = 0; i < run; i++) {
            if (c == '\\' && at + 1 == text.len) {
                av_buf_puts(out, LOOKALIKE_BACK);
            } else if (replace) {
                av_buf_puts(out, LOOKALIKE_DOUBLE);
            } else {
                av_buf_putc(out, is_space(c) ? ' ' : c);
            }
        }
        at += run;
    }
}

/* ---- YAML */

/** Words a YAML reader of any version takes for something else than text. */
static const char *const yaml_words[] = {"null", "true", "false", "yes",  "no",  "on",
                                         "off",  "y",    "n",     ".inf", ".nan"};

/** Whether a whole plain scalar `text` is read back as exactly this text, in block and in flow
 * style. */
static bool is_plain_yaml(av_text text) {
    if (text.len == 0 ||
        !(is_letter(text.ptr[0]) || (unsigned char)text.ptr[0] >= 0x80 || text.ptr[0] == '/'))
        return false;
    if (is_space(text.ptr[text.len - 1])) return false;
    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at], next = byte_at(text, at + 1);
        if (c == '\n' || c == '\t' || memchr(",[]{}\"'`\\&*!|>%@", c, 16) != NULL) return false;
        if (c == ':' && (next == 0 || is_space(next))) return false;
        if (c == '#' && at > 0 && is_space(text.ptr[at - 1])) return false;
    }
    for (size_t i = 0; i < AV_COUNT(yaml_words); i++) {
        if (equals_ignoring_case(text, yaml_words[i])) return false;
    }
    return true;
}

static void write_yaml_plain(av_text text, av_buf *out) {
    if (is_plain_yaml(text)) {
        av_buf_put(out, text);
        return;
    }
    av_buf_putc(out, '"');
    write_string(&strings[AV_ESCAPE_YAML_DOUBLE], text, out);
    av_buf_putc(out, '"');
}

/** Within a plain scalar that the template began. */
static void write_yaml_part(av_text text, av_buf *out) {
    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at], next = byte_at(text, at + 1), before = at > 0 ? text.ptr[at - 1] : 0;
        if (is_space(c)) {
            av_buf_putc(out, ' ');
        } else if (c == ':' && (next == 0 || is_space(next))) {
            av_buf_puts(out, LOOKALIKE_COLON);
        } else if (c == '#' && (before == 0 || is_space(before))) {
            av_buf_puts(out, LOOKALIKE_HASH);
        } else {
            av_buf_putc(out, c);
        }
    }
}

/* ---- all */

static const char *const comment_pairs[] = {"*/", "/*", NULL};
static const char *const dollar_pairs[] = {"$$", NULL};

static void write_sql_literal(av_text text, av_buf *out) {
    for (size_t from = 0;
         from <= text.len;) { /* quotes are doubled; `$$` could end the body of a function */
        size_t quote = av_text_find(text, AV_TEXT("'"), from);
        size_t end = quote == SIZE_MAX ? text.len : quote;
        write_apart(av_text_slice(text, from, end - from), dollar_pairs, out);
        if (quote == SIZE_MAX) return;
        av_buf_puts(out, "''");
        from = quote + 1;
    }
}

static void write_clean(av_escape mode, av_text text, av_buf *out) {
    switch (mode) {
    case AV_ESCAPE_NONE: av_buf_put(out, text); break;
    case AV_ESCAPE_MD_TEXT:
    case AV_ESCAPE_MD_LINE_START:
    case AV_ESCAPE_MD_CELL:
    case AV_ESCAPE_MD_HEADING:
    case AV_ESCAPE_MD_LINK_TEXT:
    case AV_ESCAPE_MD_TEXT_APART:
    case AV_ESCAPE_MD_CELL_APART: write_markdown(mode, text, out); break;
    case AV_ESCAPE_MD_LINK_TARGET: write_target(text, out); break;
    case AV_ESCAPE_MD_CODE_SPAN: write_code(false, text, out); break;
    case AV_ESCAPE_MD_CELL_CODE: write_code(true, text, out); break;
    case AV_ESCAPE_FENCE: write_fence(text, out); break;
    case AV_ESCAPE_MERMAID_LABEL: write_mermaid(true, text, out); break;
    case AV_ESCAPE_MERMAID_TEXT: write_mermaid(false, text, out); break;
    case AV_ESCAPE_MERMAID_IDENTIFIER:
    case AV_ESCAPE_MERMAID_ENTITY:
    case AV_ESCAPE_SQL_IDENTIFIER:
    case AV_ESCAPE_NAME_PART: write_name(mode, text, out); break;
    case AV_ESCAPE_WORD: write_word("_.:/-", text, out); break;
    case AV_ESCAPE_CODE_WORD: write_word("_.-", text, out); break;
    case AV_ESCAPE_YAML_PLAIN: write_yaml_plain(text, out); break;
    case AV_ESCAPE_YAML_PART: write_yaml_part(text, out); break;
    case AV_ESCAPE_SQL_LITERAL: write_sql_literal(text, out); break;
    case AV_ESCAPE_SQL_COMMENT:
    case AV_ESCAPE_SLASH_COMMENT: write_apart(text, comment_pairs, out); break;
    case AV_ESCAPE_SHELL_WORD: write_shell_word(text, out); break;
    case AV_ESCAPE_HCL_STRING: write_hcl(false, text, out); break;
    case AV_ESCAPE_HCL_VALUE: write_hcl(true, text, out); break;
    case AV_ESCAPE_BLOCK_STRING: write_block_string(text, out); break;
    case AV_ESCAPE_YAML_DOUBLE:
    case AV_ESCAPE_YAML_SINGLE:
    case AV_ESCAPE_YAML_COMMENT:
    case AV_ESCAPE_HASH_COMMENT:
    case AV_ESCAPE_JSON_STRING:
    case AV_ESCAPE_JSON_VALUE:
    case AV_ESCAPE_SQL_QUOTED_IDENTIFIER:
    case AV_ESCAPE_HTML_TEXT:
    case AV_ESCAPE_HTML_ATTRIBUTE:
    case AV_ESCAPE_SHELL_DOUBLE:
    case AV_ESCAPE_SHELL_SINGLE:
    case AV_ESCAPE_C_STRING:
    case AV_ESCAPE_C_SINGLE:
    case AV_ESCAPE_JS_TEMPLATE:
    case AV_ESCAPE_NGINX_STRING:
    case AV_ESCAPE_SINGLE_RAW:
    case AV_ESCAPE_HEREDOC: write_string(&strings[mode], text, out); break;
    case AV_ESCAPE_COUNT: break;
    }
}

av_status av_escape_append(av_escape mode, av_text text, av_buf *out) {
    if (is_clean(text)) {
        write_clean(mode, text, out);
        return out->status;
    }
    av_buf cleaned;
    av_buf_init(&cleaned, &out->host, 0);
    clean(text, &cleaned);
    if (cleaned.status == AV_OK) {
        write_clean(mode, av_buf_text(&cleaned), out);
    } else if (out->status == AV_OK) {
        out->status = cleaned.status;
    }
    av_buf_free(&cleaned);
    return out->status;
}
