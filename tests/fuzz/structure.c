#include "structure.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

/* ---- languages of words, strings and comments */

typedef struct language {
    const char *quotes;    /**< characters that open and close a string; `t` before one: three of
                             them too */
    const char *backslash; /**< those in whose strings a backslash escapes the next character */
    const char *doubled;   /**< those that stand twice for themselves */
    const char *lines;     /**< those whose strings may hold line breaks */
    const char *expands;   /**< those in whose strings `$` means something */
    const char *comments[3];
    const char *word; /**< characters of words besides letters, digits and what is beyond ASCII */
    bool block, triple;
    bool only_triple; /**< between three quotes a backslash escapes only three of them */
    bool heredoc;
    bool glued;  /**< strings are parts of words */
    bool braces; /**< it is `${` that means something */
} language;

// clang-format off
static const language languages[AV_FORMAT_COUNT] = {
    [AV_FORMAT_SQL] = {.quotes = "'\"", .doubled = "'\"", .lines = "'", .comments = {"--"}, .word = "_", .block = true},
    [AV_FORMAT_SHELL] = {.quotes = "'\"", .backslash = "\"", .lines = "'\"", .expands = "\"", .comments = {"#"},
                         .word = "_./:@%+,-=", .glued = true, .heredoc = true},
    [AV_FORMAT_HCL] = {.quotes = "\"", .backslash = "\"", .expands = "\"", .comments = {"#", "//"}, .word = "_-", .block = true,
                       .braces = true, .heredoc = true},
    [AV_FORMAT_DOCKERFILE] = {.quotes = "'\"", .backslash = "\"", .expands = "\"", .comments = {"#"}, .word = "_./:@%+,-=",
                              .glued = true},
    [AV_FORMAT_NGINX] = {.quotes = "'\"", .backslash = "'\"", .lines = "'\"", .expands = "'\"", .comments = {"#"},
                         .word = "_./:@%+,-=~"},
    [AV_FORMAT_PROTO] = {.quotes = "'\"", .backslash = "'\"", .comments = {"//"}, .word = "_./:-", .block = true},
    [AV_FORMAT_GRAPHQL] = {.quotes = "\"", .backslash = "\"", .comments = {"#"}, .word = "_./:-", .triple = true,
                           .only_triple = true},
    [AV_FORMAT_JAVASCRIPT] = {.quotes = "'\"`", .backslash = "'\"`", .lines = "`", .expands = "`", .comments = {"//"},
                              .word = "_./:-", .block = true},
    [AV_FORMAT_PROMQL] = {.quotes = "'\"`", .backslash = "'\"", .lines = "`", .comments = {"#"}, .word = "_./:-"},
    [AV_FORMAT_ENVFILE] = {.quotes = "'\"", .backslash = "\"", .expands = "\"", .comments = {"#"}, .word = "_./:-", .glued = true},
    [AV_FORMAT_TOML] = {.quotes = "'\"", .backslash = "\"", .comments = {"#"}, .word = "_./:-", .triple = true},
    [AV_FORMAT_MERMAID] = {.quotes = "\"", .comments = {"%%"}, .word = "_./-"},
};
// clang-format on

static bool in(const char *set, char c) {
    return set != NULL && c != 0 && strchr(set, c) != NULL;
}

static bool at_word(av_text text, size_t at, const char *word) {
    return word != NULL &&
           av_text_starts(av_text_slice(text, at, text.len - at), av_text_from(word));
}

static bool is_word(const language *l, char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80 || in(l->word, c);
}

static void scan_code(const language *l, av_text text, av_buf *out);

/** After the `$(...)` that begins at `at`, within a string of a shell. */
static size_t skip_command(av_text text, size_t at, av_buf *out) {
    size_t depth = 0, i = at + 1;
    bool single = false;
    for (; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c == '\'') single = !single;
        if (c == '\\' && !single) i++;
        if (single) continue;
        depth += c == '(';
        if (c == ')' && --depth == 0) break;
    }
    av_buf_puts(out, "$");
    if (i >= text.len) return text.len;
    scan_code(&languages[AV_FORMAT_SHELL], av_text_slice(text, at + 1, i + 1 - at - 1), out);
    return i + 1;
}

/** After the string that begins at `at`; notes what is expanded in it and whether it stays open. */
static size_t skip_string(const language *l, av_text text, size_t at, av_buf *out) {
    const char quote = text.ptr[at];
    const char mark[4] = {quote, quote, quote, 0};
    const bool three = l->triple && at_word(text, at, mark);
    for (size_t i = at + (three ? 3 : 1); i < text.len; i++) {
        const char c = text.ptr[i];
        if (three && c == '\\' && l->only_triple) {
            if (at_word(text, i + 1, mark)) i += 3;
        } else if (c == '\\' && in(l->backslash, quote) && !(three && quote == '\'')) {
            i++;
        } else if (three ? at_word(text, i, mark) : c == quote) {
            if (three) return i + 3;
            if (!in(l->doubled, quote) || i + 1 >= text.len || text.ptr[i + 1] != quote)
                return i + 1;
            i++;
        } else if (c == '\n' && !three && !in(l->lines, quote)) {
            av_buf_putc(out, '!');
            return i;
        } else if (c == '$' && in(l->expands, quote)) {
            /* Where only `${` expands, `$${` stands for it. */
            if (l->braces && at_word(text, i, "$${")) i += 2;
            else if (l->glued && at_word(text, i, "$(")) i = skip_command(text, i, out) - 1;
            else if (!l->braces || at_word(text, i, "${")) av_buf_putc(out, '$');
        } else if (c == '`' && l->glued && in(l->expands, quote)) {
            av_buf_putc(out, '`');
        }
    }
    av_buf_putc(out, '!');
    return text.len;
}

/** After the here-document whose mark begins at `at`; `at` when there is none. */
static size_t skip_heredoc(av_text text, size_t at, av_buf *out) {
    size_t i = at + 2;
    if (i < text.len && in("-~", text.ptr[i])) i++;
    const bool raw = i < text.len && in("'\"", text.ptr[i]);
    i += raw;
    const size_t start = i;
    while (i < text.len && is_word(&languages[AV_FORMAT_SQL], text.ptr[i])) i++;
    const av_text word = av_text_slice(text, start, i - start);
    size_t line = av_text_find(text, AV_TEXT("\n"), i);
    if (word.len == 0 || line == SIZE_MAX) return at;
    av_buf_puts(out, "<<");
    while (line + 1 < text.len) {
        const size_t from = line + 1;
        line = av_text_find(text, AV_TEXT("\n"), from);
        if (line == SIZE_MAX) line = text.len;
        if (av_text_equal(av_text_trim(av_text_slice(text, from, line - from)), word)) return line;
        for (size_t k = from; k < line && !raw; k++) {
            if (text.ptr[k] == '\\') k++;
            else if (in("$`", text.ptr[k])) av_buf_putc(out, text.ptr[k]);
        }
    }
    av_buf_putc(out, '!');
    return text.len;
}

static void scan_code(const language *l, av_text text, av_buf *out) {
    bool in_word = false;
    for (size_t i = 0; i < text.len;) {
        const char c = text.ptr[i];
        bool comment = false;
        for (size_t k = 0; k < AV_COUNT(l->comments); k++)
            comment = comment || (at_word(text, i, l->comments[k]) && (!in_word || !l->glued));
        if (comment) {
            while (i < text.len && text.ptr[i] != '\n') i++;
            av_buf_putc(out, '#');
        } else if (l->block && at_word(text, i, "/*")) {
            const size_t end = av_text_find(text, AV_TEXT("*/"), i + 2);
            av_buf_puts(out, end == SIZE_MAX ? "*!" : "*");
            i = end == SIZE_MAX ? text.len : end + 2;
        } else if (l->heredoc && at_word(text, i, "<<") &&
                   skip_heredoc(text, i, &(av_buf){.status = AV_ERR_LIMIT}) > i) {
            in_word = false;
            i = skip_heredoc(text, i, out);
        } else if (in(l->quotes, c)) {
            if (!l->glued) av_buf_putc(out, c);
            if (l->glued && !in_word) av_buf_putc(out, 'w');
            i = skip_string(l, text, i, out);
            in_word = l->glued;
        } else if (l->glued && c == '\\' && i + 1 < text.len) {
            if (!in_word) av_buf_putc(out, 'w');
            in_word = true;
            i += 2;
        } else if (is_word(l, c)) {
            if (!in_word) av_buf_putc(out, 'w');
            in_word = true;
            i++;
        } else {
            in_word = false;
            if (c != ' ' && c != '\t') av_buf_putc(out, c);
            i++;
        }
    }
}

/* A Mermaid label may be any words; only what could end it or the line counts. Codes (`#35;`) are characters of it. */
static void scan_mermaid(av_text text, av_buf *out) {
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c == '#') {
            size_t end = i + 1;
            while (end < text.len && is_word(&languages[AV_FORMAT_MERMAID], text.ptr[end])) end++;
            if (end < text.len && text.ptr[end] == ';' && end > i + 1) {
                i = end;
                continue;
            }
        }
        if (c == '"') quoted = !quoted;
        if (in("\"\n", c) || (!quoted && in("[](){}|;:<>@&", c)) ||
            (!quoted &&
             (at_word(text, i, "--") || at_word(text, i, "%%") || at_word(text, i, "%{"))))
            av_buf_putc(out, c);
    }
}

static void scan_html(av_text text, av_buf *out) {
    for (size_t i = 0; i < text.len;) {
        const char next = i + 1 < text.len ? text.ptr[i + 1] : 0;
        if (at_word(text, i, "<!--")) {
            const size_t end = av_text_find(text, AV_TEXT("-->"), i);
            av_buf_putc(out, 'c');
            i = end == SIZE_MAX ? text.len : end + 3;
        } else if (text.ptr[i] == '<' && (in("/!?", next) || (next >= 'a' && next <= 'z') ||
                                          (next >= 'A' && next <= 'Z'))) {
            char quote = 0;
            bool word = false;
            for (; i < text.len && (quote != 0 || text.ptr[i] != '>'); i++) {
                const char c = text.ptr[i];
                if (quote != 0) {
                    if (c == quote) quote = 0;
                } else if (in("\"'", c)) {
                    quote = c;
                } else if (in("</=", c)) {
                    av_buf_putc(out, c);
                    word = false;
                } else if (in(" \t\n", c)) {
                    word = false;
                } else {
                    if (!word) av_buf_putc(out, 'w');
                    word = true;
                }
            }
            av_buf_puts(out, i < text.len ? ">" : "!");
            i++;
        } else {
            i++;
        }
    }
}

/* ---- data */

static bool read_yaml(av_text text, av_buf *out) {
    yaml_parser_t parser;
    yaml_event_t event;
    bool more = true, good = yaml_parser_initialize(&parser) == 1;
    if (!good) return false;
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    while (more && good) {
        good = yaml_parser_parse(&parser, &event) == 1;
        if (!good) break;
        av_buf_putc(out, (char)('A' + (int)event.type));
        more = event.type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return good;
}

static void show_json(const json_t *value, av_buf *out) {
    av_buf_putc(out, (char)('A' + (int)json_typeof(value)));
    if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value); i++)
            show_json(json_array_get(value, i), out);
        av_buf_putc(out, ']');
    } else if (json_is_object(value)) {
        av_buf_printf(out, "%zu}", json_object_size(value));
    }
}

static bool read_json(av_text text, av_buf *out) {
    json_t *root = json_loadb(text.ptr, text.len, JSON_DECODE_ANY, NULL);
    if (root == NULL) return false;
    show_json(root, out);
    json_decref(root);
    return true;
}

/* ---- Markdown */

static void show_code_block(cmark_node *node, av_buf *out) {
    const av_text info = av_text_from(cmark_node_get_fence_info(node));
    size_t end = 0;
    while (end < info.len && info.ptr[end] != ' ') end++;
    const av_format format = av_format_of_fence(av_text_slice(info, 0, end));
    const av_text literal = av_text_from(cmark_node_get_literal(node));
    size_t lines = 0;
    for (size_t i = 0; i < literal.len; i++) lines += literal.ptr[i] == '\n';
    av_buf_printf(out, "%zu", lines);
    if (format == AV_FORMAT_COUNT || format == AV_FORMAT_MARKDOWN || format == AV_FORMAT_PLAIN)
        return;
    const size_t before = out->len;
    if (!fuzz_structure(format, literal, out)) av_buf_truncate(out, before);
}

static void show_link(cmark_node *node, av_buf *out) {
    static const char *const active[] = {"javascript:", "vbscript:", "data:", "file:"};
    const av_text url = av_text_from(cmark_node_get_url(node));
    for (size_t i = 0; i < AV_COUNT(active); i++) {
        const av_text scheme = av_text_from(active[i]);
        bool same = url.len >= scheme.len;
        for (size_t k = 0; same && k < scheme.len; k++)
            same = (url.ptr[k] | 0x20) == (scheme.ptr[k] | 0x20);
        if (same) av_buf_putc(out, '!');
    }
}

static void show_markdown(cmark_node *root, av_buf *out) {
    cmark_iter *iter = cmark_iter_new(root);
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(iter);
        const cmark_node_type type = cmark_node_get_type(node);
        if (type == CMARK_NODE_TEXT) continue;
        if (event == CMARK_EVENT_EXIT) {
            av_buf_putc(out, '}');
            continue;
        }
        av_buf_printf(out, "{%s", cmark_node_get_type_string(node));
        if (type == CMARK_NODE_HEADING)
            av_buf_printf(out, "%d", cmark_node_get_heading_level(node));
        if (type == CMARK_NODE_LIST) av_buf_printf(out, "%d", (int)cmark_node_get_list_type(node));
        if (type == CMARK_NODE_CODE_BLOCK) show_code_block(node, out);
        if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE) show_link(node, out);
        if (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE)
            scan_html(av_text_from(cmark_node_get_literal(node)), out);
    }
    cmark_iter_free(iter);
}

static void read_markdown(av_text text, av_buf *out) {
    static const char *const extensions[] = {"table", "strikethrough", "tagfilter", "tasklist"};
    cmark_gfm_core_extensions_ensure_registered();
    cmark_parser *parser = cmark_parser_new(CMARK_OPT_DEFAULT);
    for (size_t i = 0; i < AV_COUNT(extensions); i++)
        cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(extensions[i]));
    cmark_parser_feed(parser, text.ptr, text.len);
    cmark_node *root = cmark_parser_finish(parser);
    show_markdown(root, out);
    cmark_node_free(root);
    cmark_parser_free(parser);
}

bool fuzz_structure(av_format format, av_text text, av_buf *out) {
    switch (format) {
    case AV_FORMAT_MARKDOWN: read_markdown(text, out); return true;
    case AV_FORMAT_YAML: return read_yaml(text, out);
    case AV_FORMAT_JSON: return read_json(text, out);
    case AV_FORMAT_HTML: scan_html(text, out); return true;
    case AV_FORMAT_MERMAID: scan_mermaid(text, out); return true;
    case AV_FORMAT_PLAIN: return true;
    default: scan_code(&languages[format], text, out); return true;
    }
}
