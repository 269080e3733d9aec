#include "sema/place.h"

#include "sema/place_rules.h"

/* ---- text without any syntax: only inside a fence something needs an escape, the fence itself */

static void plain_literal(av_place_state *state, av_text text) {
    for (size_t i = 0; i < text.len; i++) av_place_column(state, text.ptr[i]);
}

static void plain_value(av_place_state *state) {
    av_place_column(state, 'x');
}

static av_escape plain_escape(const av_place_state *state) {
    return state->fence_length > 0 ? AV_ESCAPE_FENCE : AV_ESCAPE_NONE;
}

static bool plain_open(const av_place_state *state) {
    (void)state;
    return true;
}

static uint32_t plain_essence(const av_place_state *state) {
    (void)state;
    return 0;
}

const av_place_rules av_place_plain = {plain_literal, plain_value, plain_escape, plain_open,
                                       plain_essence};

/* ---- all formats */

const av_place_rules *av_place_rules_of(av_format format) {
    switch (format) {
    case AV_FORMAT_PLAIN: return &av_place_plain;
    case AV_FORMAT_MARKDOWN: return &av_place_markdown;
    case AV_FORMAT_MERMAID: return &av_place_mermaid;
    case AV_FORMAT_YAML: return &av_place_yaml;
    case AV_FORMAT_HTML: return &av_place_html;
    default: return &av_place_code;
    }
}

/** The tracker of the place itself: of the fence's language inside a fence. */
static const av_place_rules *rules_here(const av_place_state *state) {
    return av_place_rules_of((av_format)state->inner);
}

void av_place_start(av_place_state *state, av_format format) {
    *state = (av_place_state){.format = (uint8_t)format, .inner = (uint8_t)format};
}

void av_place_literal(av_place_state *state, av_text text) {
    av_place_rules_of((av_format)state->format)->literal(state, text);
}

void av_place_value(av_place_state *state) {
    rules_here(state)->value(state);
}

av_escape av_place_escape(const av_place_state *state) {
    return rules_here(state)->escape(state);
}

av_escape av_place_escape_number(const av_place_state *state) {
    av_escape escape = av_place_escape(state);
    switch (escape) {
    case AV_ESCAPE_YAML_PLAIN:
    case AV_ESCAPE_JSON_VALUE:
    case AV_ESCAPE_HCL_VALUE:
    case AV_ESCAPE_SQL_IDENTIFIER:
    case AV_ESCAPE_MERMAID_IDENTIFIER:
    case AV_ESCAPE_MERMAID_ENTITY: return AV_ESCAPE_NONE;
    default: return escape;
    }
}

bool av_place_accepts(const av_place_state *state, av_format format) {
    return state->inner == (uint8_t)format && rules_here(state)->open(state);
}

bool av_place_same(const av_place_state *a, const av_place_state *b) {
    return a->format == b->format && a->inner == b->inner && a->fence_length == b->fence_length &&
           rules_here(a)->essence(a) == rules_here(b)->essence(b);
}

/* In every tracker the mode with the smaller number is the more careful one of those that count as
 * the same. */
void av_place_join(av_place_state *into, const av_place_state *other) {
    uint8_t broken = (uint8_t)((into->flags | other->flags) & AV_PLACE_BROKEN);
    bool unsafe_line = into->unsafe_line || other->unsafe_line;
    if (other->mode < into->mode) *into = *other;
    into->flags |= broken;
    into->unsafe_line = unsafe_line;
}

const char *av_place_problem(const av_place_state *state) {
    if (state->unsafe_line)
        return "a value alone on a line could be the word that ends this text: write something "
               "beside it";
    if ((state->flags & AV_PLACE_BROKEN) == 0) return NULL;
    return "a value here is quoted as a whole, so nothing may stand directly beside it: put quotes "
           "around all of the text";
}

const char *av_place_describe(const av_place_state *state) {
    static const char *const names[AV_ESCAPE_COUNT] = {
        [AV_ESCAPE_NONE] = "plain text",
        [AV_ESCAPE_MD_TEXT] = "Markdown text",
        [AV_ESCAPE_MD_LINE_START] = "the start of a Markdown line",
        [AV_ESCAPE_MD_CELL] = "a Markdown table cell",
        [AV_ESCAPE_MD_HEADING] = "a Markdown heading",
        [AV_ESCAPE_MD_LINK_TEXT] = "the text of a Markdown link",
        [AV_ESCAPE_MD_LINK_TARGET] = "the target of a link",
        [AV_ESCAPE_MD_CODE_SPAN] = "a Markdown code span",
        [AV_ESCAPE_MD_CELL_CODE] = "a code span in a Markdown table",
        [AV_ESCAPE_FENCE] = "a block of text",
        [AV_ESCAPE_MERMAID_LABEL] = "a Mermaid label",
        [AV_ESCAPE_MERMAID_IDENTIFIER] = "a Mermaid identifier",
        [AV_ESCAPE_MERMAID_ENTITY] = "a Mermaid identifier",
        [AV_ESCAPE_MERMAID_TEXT] = "unquoted Mermaid text",
        [AV_ESCAPE_YAML_PLAIN] = "a YAML value",
        [AV_ESCAPE_YAML_DOUBLE] = "a YAML string in double quotes",
        [AV_ESCAPE_YAML_SINGLE] = "a YAML string in single quotes",
        [AV_ESCAPE_YAML_COMMENT] = "a YAML comment",
        [AV_ESCAPE_YAML_PART] = "the middle of an unquoted YAML string",
        [AV_ESCAPE_JSON_STRING] = "a string",
        [AV_ESCAPE_JSON_VALUE] = "a JSON value",
        [AV_ESCAPE_SQL_IDENTIFIER] = "an SQL identifier",
        [AV_ESCAPE_SQL_QUOTED_IDENTIFIER] = "a quoted SQL identifier",
        [AV_ESCAPE_SQL_LITERAL] = "an SQL literal",
        [AV_ESCAPE_SQL_COMMENT] = "an SQL comment",
        [AV_ESCAPE_HTML_TEXT] = "HTML text",
        [AV_ESCAPE_HTML_ATTRIBUTE] = "an HTML attribute",
        [AV_ESCAPE_SHELL_WORD] = "a shell word",
        [AV_ESCAPE_SHELL_DOUBLE] = "a string in double quotes",
        [AV_ESCAPE_SHELL_SINGLE] = "a string in single quotes",
        [AV_ESCAPE_HASH_COMMENT] = "a comment",
        [AV_ESCAPE_HCL_STRING] = "an HCL string",
        [AV_ESCAPE_HCL_VALUE] = "an HCL value",
        [AV_ESCAPE_SLASH_COMMENT] = "a comment",
        [AV_ESCAPE_C_STRING] = "a string",
        [AV_ESCAPE_WORD] = "a bare word",
        [AV_ESCAPE_NAME_PART] = "a part of a name",
        [AV_ESCAPE_C_SINGLE] = "a string in single quotes",
        [AV_ESCAPE_JS_TEMPLATE] = "a template string",
        [AV_ESCAPE_NGINX_STRING] = "a string",
        [AV_ESCAPE_SINGLE_RAW] = "a string in single quotes",
        [AV_ESCAPE_BLOCK_STRING] = "a string in triple quotes",
        [AV_ESCAPE_CODE_WORD] = "a bare word",
        [AV_ESCAPE_HEREDOC] = "a here-document",
    };
    return names[av_place_escape(state)];
}
