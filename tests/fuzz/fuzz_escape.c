/* Any bytes as a value, in the place of the first byte: the structure around it stays, its letters and digits are there to read,
 * and nothing that a person cannot see gets through. */
#include "fuzz.h"

#include <ctype.h>

#include "structure.h"
#include "vm/escape.h"

static const struct {
    av_format format;
    const char *before, *after;
} places[AV_ESCAPE_COUNT] = {
    [AV_ESCAPE_NONE] = {AV_FORMAT_PLAIN, "", ""},
    [AV_ESCAPE_MD_TEXT] = {AV_FORMAT_MARKDOWN, "a ", " b\n\nc"},
    [AV_ESCAPE_MD_LINE_START] = {AV_FORMAT_MARKDOWN, "", " b\n\nc"},
    [AV_ESCAPE_MD_CELL] = {AV_FORMAT_MARKDOWN, "| h | i |\n| --- | --- |\n| ", " | b |\n"},
    [AV_ESCAPE_MD_HEADING] = {AV_FORMAT_MARKDOWN, "## ", "\n\nc"},
    [AV_ESCAPE_MD_LINK_TEXT] = {AV_FORMAT_MARKDOWN, "a [", "](u) b"},
    [AV_ESCAPE_MD_LINK_TARGET] = {AV_FORMAT_MARKDOWN, "a [t](", ") b"},
    [AV_ESCAPE_MD_TEXT_APART] = {AV_FORMAT_MARKDOWN, "a ", " b\n\nc"},
    [AV_ESCAPE_MD_CELL_APART] = {AV_FORMAT_MARKDOWN, "| h | i |\n| --- | --- |\n| ", " | b |\n"},
    [AV_ESCAPE_MD_CODE_SPAN] = {AV_FORMAT_MARKDOWN, "a `", "` b"},
    [AV_ESCAPE_MD_CELL_CODE] = {AV_FORMAT_MARKDOWN, "| h | i |\n| --- | --- |\n| `", "` | b |\n"},
    [AV_ESCAPE_FENCE] = {AV_FORMAT_MARKDOWN, "```\n", "\n```\n\nc"},
    [AV_ESCAPE_MERMAID_LABEL] = {AV_FORMAT_MERMAID, "graph TD\n  A[\"", "\"] --> B\n"},
    [AV_ESCAPE_MERMAID_IDENTIFIER] = {AV_FORMAT_MERMAID, "graph TD\n  ", " --> B\n"},
    [AV_ESCAPE_MERMAID_ENTITY] = {AV_FORMAT_MERMAID, "erDiagram\n  ", " {\n  }\n"},
    [AV_ESCAPE_MERMAID_TEXT] = {AV_FORMAT_MERMAID, "sequenceDiagram\n  A->>B: ", "\n"},
    [AV_ESCAPE_YAML_PLAIN] = {AV_FORMAT_YAML, "a: ", "\nb: c\n"},
    [AV_ESCAPE_YAML_DOUBLE] = {AV_FORMAT_YAML, "a: \"", "\"\nb: c\n"},
    [AV_ESCAPE_YAML_SINGLE] = {AV_FORMAT_YAML, "a: '", "'\nb: c\n"},
    [AV_ESCAPE_YAML_COMMENT] = {AV_FORMAT_YAML, "a: b # ", "\nb: c\n"},
    [AV_ESCAPE_JSON_STRING] = {AV_FORMAT_JSON, "[\"", "\", 1]"},
    [AV_ESCAPE_JSON_VALUE] = {AV_FORMAT_JSON, "[", ", 1]"},
    [AV_ESCAPE_SQL_IDENTIFIER] = {AV_FORMAT_SQL, "SELECT ", " FROM t;"},
    [AV_ESCAPE_SQL_QUOTED_IDENTIFIER] = {AV_FORMAT_SQL, "SELECT \"", "\" FROM t;"},
    [AV_ESCAPE_SQL_LITERAL] = {AV_FORMAT_SQL, "SELECT '", "' FROM t;"},
    [AV_ESCAPE_SQL_COMMENT] = {AV_FORMAT_SQL, "SELECT /* ", " */ 1;"},
    [AV_ESCAPE_HTML_TEXT] = {AV_FORMAT_HTML, "<p>", "</p>"},
    [AV_ESCAPE_HTML_ATTRIBUTE] = {AV_FORMAT_HTML, "<p id=\"", "\">a</p>"},
    [AV_ESCAPE_SHELL_WORD] = {AV_FORMAT_SHELL, "echo ", " b\n"},
    [AV_ESCAPE_SHELL_DOUBLE] = {AV_FORMAT_SHELL, "echo \"", "\" b\n"},
    [AV_ESCAPE_SHELL_SINGLE] = {AV_FORMAT_SHELL, "echo '", "' b\n"},
    [AV_ESCAPE_HASH_COMMENT] = {AV_FORMAT_SHELL, "echo # ", "\necho b\n"},
    [AV_ESCAPE_HCL_STRING] = {AV_FORMAT_HCL, "a = \"", "\"\nb = 1\n"},
    [AV_ESCAPE_HCL_VALUE] = {AV_FORMAT_HCL, "a = ", "\nb = 1\n"},
    [AV_ESCAPE_SLASH_COMMENT] = {AV_FORMAT_HCL, "a = 1 /* ", " */\nb = 1\n"},
    [AV_ESCAPE_C_STRING] = {AV_FORMAT_PROTO, "a = \"", "\";\n"},
    [AV_ESCAPE_WORD] = {AV_FORMAT_NGINX, "a ", ";\nb c;\n"},
    [AV_ESCAPE_NAME_PART] = {AV_FORMAT_SQL, "SELECT t_", " FROM t;"},
    [AV_ESCAPE_YAML_PART] = {AV_FORMAT_YAML, "a: go ", "\nb: c\n"},
    [AV_ESCAPE_C_SINGLE] = {AV_FORMAT_JAVASCRIPT, "a = '", "';\n"},
    [AV_ESCAPE_JS_TEMPLATE] = {AV_FORMAT_JAVASCRIPT, "a = `", "`;\n"},
    [AV_ESCAPE_NGINX_STRING] = {AV_FORMAT_NGINX, "a \"", "\";\nb c;\n"},
    [AV_ESCAPE_SINGLE_RAW] = {AV_FORMAT_TOML, "a = '", "'\nb = 1\n"},
    [AV_ESCAPE_CODE_WORD] = {AV_FORMAT_JAVASCRIPT, "let ", ";\nlet b;\n"},
    [AV_ESCAPE_HEREDOC] = {AV_FORMAT_SHELL, "cat <<EOF\na ", "\nEOF\necho b\n"},
    [AV_ESCAPE_BLOCK_STRING] = {AV_FORMAT_GRAPHQL, "\"\"\"", "\"\"\"\ntype A { b: C }\n"},
};

static void fill(av_escape mode, av_text value, av_buf *out) {
    av_buf_puts(out, places[mode].before);
    FUZZ_REQUIRE(av_escape_append(mode, value, out) == AV_OK, "no memory");
    av_buf_puts(out, places[mode].after);
}

/** Every letter and digit of ASCII, in order, between the rest. */
static void require_readable(av_escape mode, av_text value, av_text written) {
    size_t at = 0;
    for (size_t i = 0; i < value.len; i++) {
        if (!isalnum((unsigned char)value.ptr[i])) continue;
        while (at < written.len && written.ptr[at] != value.ptr[i]) at++;
        FUZZ_REQUIRE(at < written.len, "place %d: `%c` is lost in %.*s", (int)mode, value.ptr[i],
                     AV_TEXT_ARG(written));
        at++;
    }
}

static void require_visible(av_escape mode, av_text written) {
    FUZZ_REQUIRE(av_utf8_invalid(written) == SIZE_MAX, "place %d: no UTF-8", (int)mode);
    for (size_t at = 0, size; at < written.len; at += size) {
        const uint32_t c = av_utf8_decode(written, at, &size);
        const bool hidden = c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
                            (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029 ||
                            c == 0xfeff;
        const bool kept = mode == AV_ESCAPE_NONE && (c == '\n' || c == '\t');
        FUZZ_REQUIRE(!hidden || kept || c == '\t', "place %d: character U+%04X gets through",
                     (int)mode, (unsigned)c);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2) return 0;
    const av_alloc host = av_alloc_default();
    const av_escape mode = (av_escape)(data[0] % AV_ESCAPE_COUNT);
    const av_text value = {(const char *)data + 1, size - 1};
    av_buf plain, filled, expected, seen, written;
    av_buf *const all[] = {&plain, &filled, &expected, &seen, &written};
    for (size_t i = 0; i < AV_COUNT(all); i++) av_buf_init(all[i], &host, 0);
    FUZZ_REQUIRE(av_escape_append(mode, value, &written) == AV_OK, "no memory");
    require_readable(mode, value, av_buf_text(&written));
    require_visible(mode, av_buf_text(&written));
    fill(mode, AV_TEXT(FUZZ_PLAIN), &plain);
    fill(mode, value, &filled);
    FUZZ_REQUIRE(fuzz_structure(places[mode].format, av_buf_text(&plain), &expected),
                 "place %d itself is wrong", (int)mode);
    const bool read = fuzz_structure(places[mode].format, av_buf_text(&filled), &seen);
    FUZZ_REQUIRE(read && av_text_equal(av_buf_text(&expected), av_buf_text(&seen)),
                 "place %d: another structure\n%.*s\n%.*s\n%.*s", (int)mode,
                 AV_TEXT_ARG(av_buf_text(&filled)), AV_TEXT_ARG(av_buf_text(&expected)),
                 AV_TEXT_ARG(av_buf_text(&seen)));
    for (size_t i = 0; i < AV_COUNT(all); i++) av_buf_free(all[i]);
    return 0;
}
