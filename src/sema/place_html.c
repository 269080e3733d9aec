#include "sema/place_html.h"

#include "sema/place_rules.h"

/** Whether the attribute whose quote opens at `at` holds an address. */
static bool is_address(av_text text, size_t at) {
    static const char *const names[] = {"href=", "src=", "action="};
    for (size_t i = 0; i < AV_COUNT(names); i++) {
        av_text name = av_text_from(names[i]);
        if (at >= name.len && av_place_at(text, at - name.len, name)) return true;
    }
    return false;
}

uint8_t av_html_step(uint8_t mode, av_text text, size_t at) {
    char c = text.ptr[at], next = av_place_byte(text, at + 1);
    switch (mode) {
    case AV_HTML_TEXT:
        if (c != '<') return mode;
        if (av_place_at(text, at, AV_TEXT("<!--"))) return AV_HTML_COMMENT;
        if (av_place_at(text, at, AV_TEXT("<script")) || av_place_at(text, at, AV_TEXT("<style"))) {
            return AV_HTML_RAW_TAG;
        }
        return av_place_is_letter(next) || next == '/' || next == '!' || next == '?' ? AV_HTML_TAG
                                                                                     : mode;
    case AV_HTML_TAG:
        if (c == '>') return AV_HTML_TEXT;
        if (c == '"') return is_address(text, at) ? AV_HTML_ADDRESS_DOUBLE : AV_HTML_DOUBLE;
        if (c == '\'') return is_address(text, at) ? AV_HTML_ADDRESS_SINGLE : AV_HTML_SINGLE;
        return mode;
    case AV_HTML_RAW_TAG: return c == '>' ? AV_HTML_RAW : mode;
    case AV_HTML_DOUBLE:
    case AV_HTML_ADDRESS_DOUBLE: return c == '"' ? AV_HTML_TAG : mode;
    case AV_HTML_SINGLE:
    case AV_HTML_ADDRESS_SINGLE: return c == '\'' ? AV_HTML_TAG : mode;
    case AV_HTML_COMMENT:
        return c == '>' && at >= 2 && av_place_at(text, at - 2, AV_TEXT("-->")) ? AV_HTML_TEXT
                                                                                : mode;
    default: /* AV_HTML_RAW */
        return av_place_at(text, at, AV_TEXT("</script")) ||
                       av_place_at(text, at, AV_TEXT("</style"))
                   ? AV_HTML_TAG
                   : mode;
    }
}

av_escape av_html_escape(uint8_t mode) {
    switch (mode) {
    case AV_HTML_TEXT:
    case AV_HTML_COMMENT: return AV_ESCAPE_HTML_TEXT;
    case AV_HTML_DOUBLE:
    case AV_HTML_SINGLE: return AV_ESCAPE_HTML_ATTRIBUTE;
    case AV_HTML_ADDRESS_DOUBLE:
    case AV_HTML_ADDRESS_SINGLE: return AV_ESCAPE_MD_LINK_TARGET;
    default: return AV_ESCAPE_WORD;
    }
}

static void html_literal(av_place_state *state, av_text text) {
    for (size_t at = 0; at < text.len; at++) {
        state->mode = av_html_step(state->mode, text, at);
        av_place_column(state, text.ptr[at]);
    }
}

static void html_value(av_place_state *state) {
    av_place_column(state, 'x');
}

static av_escape html_escape(const av_place_state *state) {
    return av_html_escape(state->mode);
}

static bool html_open(const av_place_state *state) {
    return state->mode == AV_HTML_TEXT;
}

static uint32_t html_essence(const av_place_state *state) {
    return state->mode;
}

const av_place_rules av_place_html = {html_literal, html_value, html_escape, html_open,
                                      html_essence};
