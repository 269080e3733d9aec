#include "sema/place_html.h"
#include "sema/place_rules.h"

/* Mode: what kind of line or block it is. START and TEXT count as the same place. */
enum {
    MD_START, /**< only block marks (list, quote) so far in this line */
    MD_TEXT,
    MD_HEADING,
    MD_CELL, /**< in a line that begins with | */
    MD_HTML, /**< in an HTML block: Markdown's marks mean nothing until a blank line */
    MD_INFO  /**< in the line that opens a fence, after a value; the fence's language is unknown */
};

/* Low three bits of flags: what is open within the line. */
enum {
    SPAN_NONE,
    SPAN_CODE, /**< detail: number of backticks */
    SPAN_LINK_TEXT,
    SPAN_LINK_TARGET, /**< detail: depth of parentheses */
    SPAN_HTML,        /**< in a tag or comment; detail: mode of the HTML machine */
    SPAN_MASK = 0x07
};

enum {
    SKIP_NEXT = 0x10,     /**< after a backslash */
    VALUE_BEGINS = 0x20,  /**< directly after a value with which the line's text began */
    TILDE_FENCE = 0x8000, /**< in fence_length: the fence is made of tildes */
    FENCE_LENGTH = 0x7FFF
};

static void set_span(av_place_state *state, uint8_t span, uint32_t detail) {
    state->flags = (uint8_t)((state->flags & ~SPAN_MASK) | span);
    state->detail = detail;
}

static uint8_t span_of(const av_place_state *state) {
    return state->flags & SPAN_MASK;
}

static size_t run_at(av_text text, size_t at) {
    size_t end = at;
    while (end < text.len && text.ptr[end] == text.ptr[at]) end++;
    return end - at;
}

static size_t line_end(av_text text, size_t at) {
    size_t end = av_text_find(text, AV_TEXT("\n"), at);
    return end == SIZE_MAX ? text.len : end;
}

static void advance(av_place_state *state, av_text text, size_t at, size_t count) {
    for (size_t i = 0; i < count && at + i < text.len; i++)
        av_place_column(state, text.ptr[at + i]);
}

/* ---- fences */

/** At the start of a line within a fence: whether the line closes it. A line cut off by a value
 * does not. */
static bool closes_fence(const av_place_state *state, av_text text, size_t at) {
    char mark = (state->fence_length & TILDE_FENCE) != 0 ? '~' : '`';
    av_text line = av_text_trim(av_text_slice(text, at, line_end(text, at) - at));
    return line.len > 0 && line.ptr[0] == mark && run_at(line, 0) == line.len &&
           line.len >= (size_t)(state->fence_length & FENCE_LENGTH);
}

/** Enters the fence whose mark stands at `at`; returns how many bytes the mark and what follows it
 * in the line take. */
static size_t open_fence(av_place_state *state, av_text text, size_t at) {
    size_t run = run_at(text, at), end = line_end(text, at);
    state->fence_length = (uint16_t)(run > FENCE_LENGTH ? (size_t)FENCE_LENGTH : run);
    if (text.ptr[at] == '~') state->fence_length |= TILDE_FENCE;
    av_text info = av_text_trim(av_text_slice(text, at + run, end - at - run));
    size_t word = 0;
    while (word < info.len && !av_place_is_space(info.ptr[word])) word++;
    state->flags &= AV_PLACE_BROKEN;
    state->detail = 0;
    if (end == text.len) {
        state->mode = MD_INFO;
        return end - at;
    }
    av_format format = av_format_of_fence(av_text_slice(info, 0, word));
    bool unknown = format == AV_FORMAT_COUNT || format == AV_FORMAT_MARKDOWN;
    state->inner = (uint8_t)(unknown ? AV_FORMAT_PLAIN : format);
    state->mode = 0;
    return end + 1 - at;
}

/** Literal text within a fence, up to the fence's end or the end of `text`; returns the offset
 * reached. */
static size_t fence_literal(av_place_state *state, av_text text, size_t at) {
    while (at < text.len) {
        size_t end = line_end(text, at);
        if (state->column == 0 && closes_fence(state, text, at)) {
            *state = (av_place_state){.format = state->format,
                                      .inner = state->format,
                                      .flags = state->flags & AV_PLACE_BROKEN,
                                      .unsafe_line = state->unsafe_line};
            state->mode = MD_TEXT;
            advance(state, text, at, end - at);
            return end;
        }
        if (end < text.len) end++;
        av_place_rules_of((av_format)state->inner)
            ->literal(state, av_text_slice(text, at, end - at));
        if (text.ptr[end - 1] == '\n') state->column = 0;
        at = end;
    }
    return at;
}

/* ---- the start of a line */

/** Elements that begin an HTML block. */
static const char *const html_blocks[] = {
    "address", "article", "aside",  "blockquote", "center", "dd",     "details", "div",   "dl",
    "dt",      "figure",  "footer", "form",       "h1",     "h2",     "h3",      "h4",    "h5",
    "h6",      "head",    "header", "hr",         "html",   "iframe", "li",      "link",  "main",
    "menu",    "nav",     "ol",     "p",          "pre",    "script", "section", "style", "summary",
    "table",   "tbody",   "td",     "tfoot",      "th",     "thead",  "tr",      "ul"};

static bool opens_html_block(av_text text, size_t at) {
    if (av_place_at(text, at, AV_TEXT("<!--"))) return true;
    size_t start = at + (av_place_byte(text, at + 1) == '/' ? 2 : 1), end = start;
    while (av_place_is_word(av_place_byte(text, end))) end++;
    for (size_t i = 0; i < AV_COUNT(html_blocks); i++) {
        if (av_text_equal(av_text_slice(text, start, end - start), av_text_from(html_blocks[i]))) {
            return true;
        }
    }
    return false;
}

/** Block marks at the start of a line. Returns the bytes taken; 0 when the line's text begins
 * here. */
static size_t start_step(av_place_state *state, av_text text, size_t at) {
    char c = text.ptr[at], next = av_place_byte(text, at + 1);
    size_t run = run_at(text, at);
    switch (c) {
    case ' ':
    case '\t':
    case '>': return 1;
    case '-':
    case '+':
    case '*':
        if (next == ' ' || next == '\t') return 2;
        break;
    case '#':
        if (run <= 6 && (at + run == text.len || av_place_is_space(text.ptr[at + run]))) {
            state->mode = MD_HEADING;
            return run;
        }
        break;
    case '|': state->mode = MD_CELL; return 1;
    case '`':
    case '~':
        if (run >= 3) return open_fence(state, text, at);
        break;
    case '<':
        if (opens_html_block(text, at)) {
            state->mode = MD_HTML;
            set_span(state, SPAN_HTML, AV_HTML_TEXT);
            return 0;
        }
        break;
    default: {
        size_t digits = 0;
        while (digits < 9 && av_place_byte(text, at + digits) >= '0' &&
               av_place_byte(text, at + digits) <= '9')
            digits++;
        char mark = av_place_byte(text, at + digits);
        if (digits > 0 && (mark == '.' || mark == ')') &&
            av_place_is_space(av_place_byte(text, at + digits + 1))) {
            return digits + 1;
        }
        break;
    }
    }
    state->mode = MD_TEXT;
    return 0;
}

/* ---- within a line */

static size_t code_step(av_place_state *state, av_text text, size_t at) {
    if (text.ptr[at] != '`') return 1;
    size_t run = run_at(text, at);
    if (run == state->detail) set_span(state, SPAN_NONE, 0);
    return run;
}

static size_t plain_step(av_place_state *state, av_text text, size_t at) {
    char c = text.ptr[at], next = av_place_byte(text, at + 1);
    if ((state->flags & SKIP_NEXT) != 0) {
        state->flags &= (uint8_t)~SKIP_NEXT;
        return 1;
    }
    switch (c) {
    case '\\': state->flags |= SKIP_NEXT; break;
    case '`': {
        size_t run = run_at(text, at);
        set_span(state, SPAN_CODE, (uint32_t)run);
        return run;
    }
    case '[': set_span(state, SPAN_LINK_TEXT, 0); break;
    case ']':
        if (span_of(state) == SPAN_LINK_TEXT && next == '(') {
            set_span(state, SPAN_LINK_TARGET, 0);
            return 2;
        }
        set_span(state, SPAN_NONE, 0);
        break;
    case '<': {
        uint8_t mode = av_html_step(AV_HTML_TEXT, text, at);
        if (mode != AV_HTML_TEXT) set_span(state, SPAN_HTML, mode);
        break;
    }
    default: break;
    }
    return 1;
}

static size_t target_step(av_place_state *state, char c) {
    if (c == '(') {
        state->detail++;
    } else if (c == ')') {
        if (state->detail == 0) {
            set_span(state, SPAN_NONE, 0);
        } else {
            state->detail--;
        }
    }
    return 1;
}

static size_t html_step(av_place_state *state, av_text text, size_t at) {
    state->detail = av_html_step((uint8_t)state->detail, text, at);
    if (state->mode != MD_HTML && state->detail == AV_HTML_TEXT) set_span(state, SPAN_NONE, 0);
    return 1;
}

static void line_break(av_place_state *state) {
    if (state->mode == MD_HTML) {
        bool blank = state->column == 0;
        if (!blank) return;
    }
    bool in_tag = span_of(state) == SPAN_HTML && state->mode != MD_HTML;
    if (!in_tag) set_span(state, SPAN_NONE, 0);
    state->flags &= (uint8_t)~SKIP_NEXT;
    state->mode = MD_START;
}

/** `{n}. ` at the start of a line may be a mark of a list, as a number written out would be. */
static bool numbers_item(const av_place_state *state, av_text text) {
    char mark = av_place_byte(text, 0);
    return (state->flags & VALUE_BEGINS) != 0 && (mark == '.' || mark == ')') &&
           av_place_is_space(av_place_byte(text, 1));
}

static void markdown_literal(av_place_state *state, av_text text) {
    if (numbers_item(state, text)) {
        state->mode = MD_START;
        advance(state, text, 0, 1);
        text = av_text_slice(text, 1, text.len - 1);
    }
    state->flags &= (uint8_t)~VALUE_BEGINS;
    for (size_t at = 0; at < text.len;) {
        char c = text.ptr[at];
        size_t taken = 1;
        if (state->mode == MD_INFO && state->fence_length > 0 && state->inner == state->format) {
            if (c == '\n') {
                state->inner = AV_FORMAT_PLAIN;
                state->mode = 0;
                state->column = 0;
                at++;
                continue;
            }
        } else if (state->fence_length > 0) {
            at = fence_literal(state, text, at);
            continue;
        } else if (c == '\n') {
            line_break(state);
        } else if (state->mode == MD_START && span_of(state) == SPAN_NONE) {
            taken = start_step(state, text, at);
            if (state->fence_length > 0) {
                advance(state, text, at, taken);
                at += taken;
                continue;
            }
        } else {
            switch (span_of(state)) {
            case SPAN_CODE: taken = code_step(state, text, at); break;
            case SPAN_LINK_TARGET: taken = target_step(state, c); break;
            case SPAN_HTML: taken = html_step(state, text, at); break;
            default: taken = plain_step(state, text, at); break;
            }
        }
        advance(state, text, at, taken);
        at += taken;
    }
}

static void markdown_value(av_place_state *state) {
    state->flags &= (uint8_t) ~(SKIP_NEXT | VALUE_BEGINS);
    if (state->mode == MD_START && span_of(state) == SPAN_NONE) {
        state->mode = MD_TEXT;
        state->flags |= VALUE_BEGINS;
    }
    av_place_column(state, 'x');
}

static av_escape markdown_escape(const av_place_state *state) {
    if (state->mode == MD_INFO) return AV_ESCAPE_WORD;
    switch (span_of(state)) {
    case SPAN_CODE: return state->mode == MD_CELL ? AV_ESCAPE_MD_CELL_CODE : AV_ESCAPE_MD_CODE_SPAN;
    case SPAN_LINK_TARGET: return AV_ESCAPE_MD_LINK_TARGET;
    case SPAN_HTML: return av_html_escape((uint8_t)state->detail);
    default: break;
    }
    switch (state->mode) {
    case MD_START: return AV_ESCAPE_MD_LINE_START;
    case MD_HEADING: return AV_ESCAPE_MD_HEADING;
    case MD_CELL: return AV_ESCAPE_MD_CELL;
    default: return span_of(state) == SPAN_LINK_TEXT ? AV_ESCAPE_MD_LINK_TEXT : AV_ESCAPE_MD_TEXT;
    }
}

static bool markdown_open(const av_place_state *state) {
    return state->mode != MD_INFO && state->mode != MD_HTML && span_of(state) == SPAN_NONE;
}

static uint32_t markdown_essence(const av_place_state *state) {
    uint32_t mode = state->mode == MD_START ? MD_TEXT : state->mode;
    uint32_t span = span_of(state);
    return mode << 16 | span << 8 |
           (span == SPAN_CODE || span == SPAN_HTML ? state->detail & 0xFF : 0);
}

const av_place_rules av_place_markdown = {markdown_literal, markdown_value, markdown_escape,
                                          markdown_open, markdown_essence};
