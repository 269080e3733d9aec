/* Values in every kind of place: a template is followed by the tracker, each hole is escaped as it
 * says. */
#include "sema/place.h"
#include "vm/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define HOSTILE "x\"; DROP TABLE users;-- | <b>{{"

/** `@` in the template is a hole for `value`; `^` one for a number. */
static void fill(av_format format, const char *source, const char *value, av_buf *out) {
    av_place_state state;
    av_place_start(&state, format);
    const char *from = source;
    for (;;) {
        size_t length = strcspn(from, "@^");
        av_text literal = {from, length};
        av_place_literal(&state, literal);
        av_buf_put(out, literal);
        if (from[length] == 0) break;
        bool number = from[length] == '^';
        av_escape escape = number ? av_place_escape_number(&state) : av_place_escape(&state);
        av_text text = number ? AV_TEXT("42") : av_text_from(value);
        assert_int_equal(av_escape_append(escape, text, out), AV_OK);
        av_place_value(&state);
        from += length + 1;
    }
    assert_null(av_place_problem(&state));
}

typedef struct place_case {
    av_format format;
    const char *source, *value, *expected;
} place_case;

static const place_case cases[] = {
    /* Markdown: only what would be read as a mark gets a backslash */
    {AV_FORMAT_MARKDOWN, "a @ b", HOSTILE, "a x\"; DROP TABLE users;-- | \\<b>{{ b"},
    {AV_FORMAT_MARKDOWN, "a @ b", "team_size of R&D, 5 < 6, C#, a * b, 50%",
     "a team_size of R&D, 5 < 6, C#, a * b, 50% b"},
    {AV_FORMAT_MARKDOWN, "a @ b", "*x* _y_ `z` [l](u) &lt; ~~s~~ \\*",
     "a \\*x\\* \\_y\\_ \\`z\\` \\[l\\](u) \\&lt; \\~\\~s\\~\\~ \\\\\\* b"},
    {AV_FORMAT_MARKDOWN, "a @ b", "one\r\ntwo\n\n\nthree", "a one two three b"},
    {AV_FORMAT_MARKDOWN, "**@**", "one\n", "**one**"},
    {AV_FORMAT_MARKDOWN, "@. @", "- a", "\\- a. \\- a"},
    {AV_FORMAT_MARKDOWN, "@", "# no heading", "\\# no heading"},
    {AV_FORMAT_MARKDOWN, "@", "#hashtag", "#hashtag"},
    {AV_FORMAT_MARKDOWN, "@", "- no item", "\\- no item"},
    {AV_FORMAT_MARKDOWN, "@", "-5", "-5"},
    {AV_FORMAT_MARKDOWN, "@", "1. no item", "1\\. no item"},
    {AV_FORMAT_MARKDOWN, "@", "1.5 times", "1.5 times"},
    {AV_FORMAT_MARKDOWN, "@", "> no quote", "\\> no quote"},
    {AV_FORMAT_MARKDOWN, "@", "    no code", "no code"},
    {AV_FORMAT_MARKDOWN, "@", "```no fence", "\\`\\`\\`no fence"},
    {AV_FORMAT_MARKDOWN, "@", "---", "\\---"},
    {AV_FORMAT_MARKDOWN, "text\n@", "===", "text\n\\==="},
    {AV_FORMAT_MARKDOWN, "- @\n> @\n1. @", "# x", "- \\# x\n> \\# x\n1. \\# x"},
    {AV_FORMAT_MARKDOWN, "## @", "C #", "## C \\#"},
    {AV_FORMAT_MARKDOWN, "## @", HOSTILE, "## x\"; DROP TABLE users;-- | \\<b>{{"},
    {AV_FORMAT_MARKDOWN, "| @ | `@` |", HOSTILE,
     "| x\"; DROP TABLE users;-- \\| \\<b>{{ | `x\"; DROP TABLE users;-- \\| <b>{{` |"},
    {AV_FORMAT_MARKDOWN, "| @ |", "a\\|b", "| a\\\\\\|b |"},
    {AV_FORMAT_MARKDOWN, "`@`", "a`b\nc",
     "`a\xCB\x8B"
     "b c`"},
    {AV_FORMAT_MARKDOWN, "`@`", "", "` `"},
    {AV_FORMAT_MARKDOWN, "[@](https://x/@)", "a](b) c", "[a\\](b) c](https://x/a%5D%28b%29%20c)"},
    {AV_FORMAT_MARKDOWN, "[t](@)", "javascript:alert(1)", "[t](javascript%3Aalert%281%29)"},
    {AV_FORMAT_MARKDOWN, "[t](@)", "https://e.org/a?b=c&d=e", "[t](https://e.org/a?b=c&d=e)"},
    {AV_FORMAT_MARKDOWN, "<details><summary>@</summary>\n\n@", "<i> *x*",
     "<details><summary>&lt;i&gt; *x*</summary>\n\n\\<i> \\*x\\*"},
    {AV_FORMAT_MARKDOWN, "see <a title=\"@\">x</a> @", "\"><i>",
     "see <a title=\"&quot;&gt;&lt;i&gt;\">x</a> \">\\<i>"},
    {AV_FORMAT_MARKDOWN, "```\n@\n```\n@", "```\n# x",
     "```\n\xCB\x8B\xCB\x8B\xCB\x8B # x\n```\n\\`\\`\\` # x"},
    {AV_FORMAT_MARKDOWN, "~~~text\n@\n~~~", "~~~~",
     "~~~text\n\xE2\x88\xBC\xE2\x88\xBC\xE2\x88\xBC\xE2\x88\xBC\n~~~"},
    {AV_FORMAT_MARKDOWN, "````sql\n```\nselect '@'\n````\n`@`", "it's",
     "````sql\n```\nselect 'it''s'\n````\n`it's`"},
    {AV_FORMAT_MARKDOWN, "- x\n\n  ```sh\n  echo @\n  ```\n- @", "a b*",
     "- x\n\n  ```sh\n  echo 'a b*'\n  ```\n- a b\\*"},
    {AV_FORMAT_MARKDOWN, "```@\n@\n```\n*", "js `x`", "```js-x\njs `x\xCB\x8B\n```\n*"},
    /* Mermaid */
    {AV_FORMAT_MERMAID, "flowchart LR\n  @[\"@\"] --> b", HOSTILE,
     "flowchart LR\n  x___DROP_TABLE_users_______b___[\"x#quot;; DROP TABLE users;-- | "
     "#lt;b#gt;{{\"] --> b"},
    {AV_FORMAT_MERMAID, "graph TD\n  a[@] -->|@| b(@)\n  a -- @ --> b", "x] | y) \"--> z",
     "graph TD\n  a[x#93; #124; y#41; #quot;#45;#45;#gt; z] -->|x#93; #124; y#41; "
     "#quot;#45;#45;#gt; z| "
     "b(x#93; #124; y#41; #quot;#45;#45;#gt; z)\n  a -- x#93; #124; y#41; #quot;#45;#45;#gt; z --> "
     "b"},
    {AV_FORMAT_MERMAID, "flowchart LR\n  svc_@ --> n^ --> ^", "end",
     "flowchart LR\n  svc_end --> n42 --> 42"},
    {AV_FORMAT_MERMAID, "flowchart LR\n  @ --> b", "end", "flowchart LR\n  end_ --> b"},
    {AV_FORMAT_MERMAID, "flowchart LR\n a[\"@\"]", "1. # `x` *y* team_size R&D \\n",
     "flowchart LR\n a[\"1#46; #35; #96;x#96; #42;y#42; team_size R#amp;D #92;n\"]"},
    {AV_FORMAT_MERMAID, "erDiagram\n  @ ||--o{ @ : \"@\"\n  @ {\n    @ @ PK \"@\"\n  }", "a b",
     "erDiagram\n  a_b ||--o{ a_b : \"a b\"\n  a_b {\n    a_b a_b PK \"a b\"\n  }"},
    {AV_FORMAT_MERMAID, "sequenceDiagram\n  participant @ as @\n  @->>b: @\n  loop @\n  end",
     "a; b",
     "sequenceDiagram\n  participant a__b as a#59; b\n  a__b->>b: a#59; b\n  loop a#59; b\n  end"},
    {AV_FORMAT_MERMAID, "pie title @\n  \"@\" : ^", "a \"b\"",
     "pie title a #quot;b#quot;\n  \"a #quot;b#quot;\" : 42"},
    {AV_FORMAT_MERMAID, "flowchart LR\n  %% @\n  a", "x\ny", "flowchart LR\n  %% x y\n  a"},
    {AV_FORMAT_MERMAID, "flowchart LR\n a -->|@| b[@]", "/a: @b/",
     "flowchart LR\n a -->|#47;a#58; #64;b#47;| b[#47;a#58; #64;b#47;]"},
    {AV_FORMAT_MERMAID, "erDiagram\n  @ {\n    text title_@\n    text @\n  }", "to",
     "erDiagram\n  to_ {\n    text title_to\n    text to_\n  }"},
    {AV_FORMAT_MERMAID, "erDiagram\n  a {\n    text @\n  }", "title",
     "erDiagram\n  a {\n    text title\n  }"},
    {AV_FORMAT_MERMAID, "sequenceDiagram\n  @->>b: x", "actor", "sequenceDiagram\n  actor_->>b: x"},
    /* YAML */
    {AV_FORMAT_YAML, "name: @\nport: ^\nlist:\n  - @\n", HOSTILE,
     "name: \"x\\\"; DROP TABLE users;-- | <b>{{\"\nport: 42\nlist:\n  - \"x\\\"; DROP TABLE "
     "users;-- | <b>{{\"\n"},
    {AV_FORMAT_YAML, "a: @", "no", "a: \"no\""},
    {AV_FORMAT_YAML, "a: @", "8080", "a: \"8080\""},
    {AV_FORMAT_YAML, "a: @", "", "a: \"\""},
    {AV_FORMAT_YAML, "a: @ # @", "plain text", "a: plain text # plain text"},
    {AV_FORMAT_YAML, "a: \"@\"\nb: '@'", "q\" \\ '\n", "a: \"q\\\" \\\\ '\\n\"\nb: 'q\" \\ '' '"},
    {AV_FORMAT_YAML, "a: [@, x-@, {b: @}]", "p, q]", "a: [\"p, q]\", x-p-q, {b: \"p, q]\"}]"},
    {AV_FORMAT_YAML, "a: x-@", "y: z #c",
     "a: x-y\xE2\x88\xB6 z \xEF\xBC\x83"
     "c"},
    {AV_FORMAT_YAML, "run: |\n  echo @\n  x: @\nb: @", "\"p\"",
     "run: |\n  echo \"p\"\n  x: \"p\"\nb: \"\\\"p\\\"\""},
    {AV_FORMAT_YAML, "- run: |\n    @\n  b: @", "'p'", "- run: |\n    'p'\n  b: \"'p'\""},
    {AV_FORMAT_YAML, "@: @", "a b", "a b: a b"},
    /* JSON */
    {AV_FORMAT_JSON, "{\"a@\": @, \"n\": ^, \"l\": [@]}", HOSTILE,
     "{\"ax\\\"; DROP TABLE users;-- | <b>{{\": \"x\\\"; DROP TABLE users;-- | <b>{{\", \"n\": 42, "
     "\"l\": "
     "[\"x\\\"; DROP TABLE users;-- | <b>{{\"]}"},
    {AV_FORMAT_JSON, "{\"a\": \"\\\"@\"}", "q\"\t\n", "{\"a\": \"\\\"q\\\"\\t\\n\"}"},
    /* SQL */
    {AV_FORMAT_SQL, "create table @ (idx_@ int default ^); -- @\nselect \"@\", 'it''s @' /* @ */",
     HOSTILE,
     "create table x___DROP_TABLE_users_______b___ (idx_x___DROP_TABLE_users_______b___ int "
     "default 42); -- "
     "x\"; DROP TABLE users;-- | <b>{{\nselect \"x\"\"; DROP TABLE users;-- | <b>{{\", 'it''s x\"; "
     "DROP TABLE users;-- | "
     "<b>{{' /* x\"; DROP TABLE users;-- | <b>{{ */"},
    {AV_FORMAT_SQL, "select '@' /* @ */ as @", "'; */ $$",
     "select '''; */ $ $' /* '; * / $$ */ as ________"},
    {AV_FORMAT_SQL, "@", "2fa", "_2fa"},
    /* HTML */
    {AV_FORMAT_HTML, "<p class=\"@\" id=@>@</p><!-- @ --><a href=\"@\">", "\"><i>-->",
     "<p class=\"&quot;&gt;&lt;i&gt;--&gt;\" id=i--->\"&gt;&lt;i&gt;--&gt;</p><!-- "
     "\"&gt;&lt;i&gt;--&gt; -->"
     "<a href=\"%22%3E%3Ci%3E--%3E\">"},
    {AV_FORMAT_HTML, "<script>var a = \"@\";</script>@", "</script>",
     "<script>var a = \"/script\";</script>&lt;/script&gt;"},
    /* shell */
    {AV_FORMAT_SHELL, "rm @ \"@\" '@' # @\n", "$(id) 'x' `y`",
     "rm '$(id) '\\''x'\\'' `y`' \"\\$(id) 'x' \\`y\\`\" '$(id) '\\''x'\\'' `y`' # $(id) 'x' "
     "`y`\n"},
    {AV_FORMAT_SHELL, "a=\"$(echo @) @\" @", "; b", "a=\"$(echo '; b') ; b\" '; b'"},
    {AV_FORMAT_SHELL, "cat <<EOF\na @\nEOF\n", "\"b\" `c`", "cat <<EOF\na \"b\" \\`c\\`\nEOF\n"},
    {AV_FORMAT_SHELL, "cd /opt/@/bin", "app-1.2", "cd /opt/app-1.2/bin"},
    {AV_FORMAT_SHELL, "cat <<EOF\n@ it's\nEOF\necho @\n", "$x y",
     "cat <<EOF\n\\$x y it's\nEOF\necho '$x y'\n"},
    /* HCL */
    {AV_FORMAT_HCL,
     "resource \"@\" \"x\" {\n  a = @\n  b = \"y-@\"\n  c = var.@\n  n = ^\n  # @\n}",
     "p ${x} \"q\"",
     "resource \"p $${x} \\\"q\\\"\" \"x\" {\n  a = \"p $${x} \\\"q\\\"\"\n  b = \"y-p $${x} "
     "\\\"q\\\"\"\n  c = var.p___x___q_\n"
     "  n = 42\n  # p ${x} \"q\"\n}"},
    /* the rest */
    {AV_FORMAT_DOCKERFILE, "# @\nLABEL a=\"@\"\nFROM @", "x\n$y",
     "# x $y\nLABEL a=\"x \\$y\"\nFROM x-y"},
    {AV_FORMAT_NGINX, "server_name @; # @\nadd_header X \"@\";", "a; $b",
     "server_name a-b; # a; $b\nadd_header X \"a; \xEF\xBC\x84"
     "b\";"},
    {AV_FORMAT_PROTO, "// @\nmessage @ { option (x) = \"@\"; } /* @ */", "a \"b\" */",
     "// a \"b\" * /\nmessage a-b { option (x) = \"a \\\"b\\\" */\"; } /* a \"b\" * / */"},
    {AV_FORMAT_GRAPHQL, "\"\"\"@\"\"\"\ntype @ { a: Int @deprecated(reason: \"@\") } # @",
     "x \"\"\" y",
     "\"\"\"x \xE2\x80\x9D\xE2\x80\x9D\xE2\x80\x9D y\"\"\"\ntype x-y { a: Int "
     "x-ydeprecated(reason: \"x \\\"\\\"\\\" y\") } # x \"\"\" y"},
    {AV_FORMAT_JAVASCRIPT, "const a = '@', b = \"@\", c = `@ ${@}`; // @", "it's ${x} `y`",
     "const a = 'it\\'s ${x} `y`', b = \"it's ${x} `y`\", c = `it's \\${x} \\`y\\` ${it-s-x-y}`; "
     "// it's ${x} `y`"},
    {AV_FORMAT_JAVASCRIPT, "let @;", "// a", "let a;"},
    {AV_FORMAT_GRAPHQL, "\"\"\"@\"\"\"", "a\\", "\"\"\"a\xE2\x88\x96\"\"\""},
    {AV_FORMAT_PROMQL, "up{job=\"@\"} > ^", "a\"b\\", "up{job=\"a\\\"b\\\\\"} > 42"},
    {AV_FORMAT_ENVFILE, "A=@\nB=\"@\"\n# @", "x $y", "A=x-y\nB=\"x \\$y\"\n# x $y"},
    {AV_FORMAT_TOML, "a = \"@\"\nb = '@'\n[@]", "q\"'",
     "a = \"q\\\"'\"\nb = 'q\"\xE2\x80\x99'\n[q]"},
    {AV_FORMAT_PLAIN, "a @", "x\ny \"*", "a x\ny \"*"},
};

static void test_values_in_places(void **unused) {
    (void)unused;
    av_alloc host = av_alloc_default();
    for (size_t i = 0; i < AV_COUNT(cases); i++) {
        av_buf out;
        av_buf_init(&out, &host, 0);
        fill(cases[i].format, cases[i].source, cases[i].value, &out);
        av_buf_putc(&out, 0);
        if (strcmp(out.ptr, cases[i].expected) != 0)
            print_message("case %zu: %s\n", i, cases[i].source);
        assert_string_equal(out.ptr, cases[i].expected);
        av_buf_free(&out);
    }
}

/* Controls, changes of direction, line breaks of every kind, bytes that are not UTF-8. */
static void test_nothing_forbidden_gets_through(void **unused) {
    (void)unused;
    av_alloc host = av_alloc_default();
    const char value[] = "a\x01\x1B[2J\x7F\xC2\x85"
                         "b\xE2\x80\xAE\xE2\x81\xA6\xE2\x80\xA8\xEF\xBB\xBF\xF3\xA0\x80\xA1\x00\r"
                         "\xFF\xC0\xAF\xED\xA0\x80\xF5z";
    for (int mode = 0; mode < AV_ESCAPE_COUNT; mode++) {
        av_buf out;
        av_buf_init(&out, &host, 0);
        assert_int_equal(
            av_escape_append((av_escape)mode, (av_text){value, sizeof value - 1}, &out), AV_OK);
        av_text text = av_buf_text(&out);
        assert_int_equal(av_utf8_invalid(text), SIZE_MAX);
        for (size_t at = 0, size; at < text.len; at += size) {
            uint32_t c = av_utf8_decode(text, at, &size);
            assert_true(c >= 0x20 || (c == '\n' && mode == AV_ESCAPE_NONE));
            assert_true(c < 0x7F || c > 0x9F);
            assert_true(c != 0x202E && c != 0x2066 && c != 0x2028 && c != 0xFEFF && c != 0xE0021);
        }
        assert_true(text.len > 1 &&
                    text.ptr[0] == (mode == AV_ESCAPE_JSON_VALUE || mode == AV_ESCAPE_HCL_VALUE ||
                                            mode == AV_ESCAPE_YAML_PLAIN
                                        ? '"'
                                    : mode == AV_ESCAPE_SHELL_WORD ? '\''
                                                                   : 'a'));
        av_buf_free(&out);
    }
}

static av_place_state after(av_format format, const char *source) {
    av_place_state state;
    av_place_start(&state, format);
    for (const char *from = source;;) {
        size_t length = strcspn(from, "@");
        av_place_literal(&state, (av_text){from, length});
        if (from[length] == 0) return state;
        av_place_value(&state);
        from += length + 1;
    }
}

static void test_text_glued_to_a_quoted_value_is_a_problem(void **unused) {
    (void)unused;
    static const struct {
        av_format format;
        const char *source;
        bool problem;
    } glued[] = {
        {AV_FORMAT_YAML, "a: @-x", true},
        {AV_FORMAT_YAML, "a: @@", true},
        {AV_FORMAT_YAML, "a: x-@", false},
        {AV_FORMAT_YAML, "a: \"@-x\"", false},
        {AV_FORMAT_YAML, "@: @ # c\n", false},
        {AV_FORMAT_YAML, "[@, @]", false},
        {AV_FORMAT_JSON, "[@, @]", false},
        {AV_FORMAT_JSON, "{\"a\": @x}", true},
        {AV_FORMAT_JSON, "[@@]", true},
        {AV_FORMAT_HCL, "a = @\nb = [@, @]", false},
        {AV_FORMAT_HCL, "a = @x", true},
        {AV_FORMAT_MARKDOWN, "```yaml\na: @-x\n```\n", true},
        {AV_FORMAT_MARKDOWN, "a: @-x", false},
        {AV_FORMAT_SHELL, "cat <<EOF\na\n@\nEOF\n", true},
        {AV_FORMAT_SHELL, "cat <<'EOF'\n@@\nEOF\n", true},
        {AV_FORMAT_SHELL, "cat <<EOF\n@ a\na @\nEOF\n@\n", false},
        {AV_FORMAT_HCL, "a = <<EOT\n@\nEOT\n", true},
        {AV_FORMAT_MARKDOWN, "```sh\ncat <<EOF\n@\nEOF\n```\n", true},
    };
    for (size_t i = 0; i < AV_COUNT(glued); i++) {
        av_place_state state = after(glued[i].format, glued[i].source);
        assert_int_equal(av_place_problem(&state) != NULL, glued[i].problem);
    }
}

static void test_branches(void **unused) {
    (void)unused;
    static const struct {
        av_format format;
        const char *a, *b;
        bool same;
    } pairs[] = {
        {AV_FORMAT_MARKDOWN, "", "text", true},
        {AV_FORMAT_MARKDOWN, "text\n", "text", true},
        {AV_FORMAT_MARKDOWN, "`x", "x", false},
        {AV_FORMAT_MARKDOWN, "| a", "a", false},
        {AV_FORMAT_MARKDOWN, "```sql\n", "", false},
        {AV_FORMAT_MARKDOWN, "```sql\nx\n```", "", true},
        {AV_FORMAT_MARKDOWN, "[x](y", "[x", false},
        {AV_FORMAT_JSON, "{\"a\": 1", "[", true},
        {AV_FORMAT_JSON, "\"", "", false},
        {AV_FORMAT_YAML, "a: [", "a: ", false},
        {AV_FORMAT_YAML, "a: x\n", "", true},
        {AV_FORMAT_YAML, "a: x", "a: @", true},
        {AV_FORMAT_SQL, "select '", "select ", false},
        {AV_FORMAT_SQL, "select x", "select ", true},
        {AV_FORMAT_MERMAID, "graph TD\n a[", "graph TD\n a", false},
    };
    for (size_t i = 0; i < AV_COUNT(pairs); i++) {
        av_place_state a = after(pairs[i].format, pairs[i].a),
                       b = after(pairs[i].format, pairs[i].b);
        if (av_place_same(&a, &b) != pairs[i].same) print_message("pair %zu\n", i);
        assert_int_equal(av_place_same(&a, &b), pairs[i].same);
    }
    av_place_state text = after(AV_FORMAT_MARKDOWN, "text"),
                   start = after(AV_FORMAT_MARKDOWN, "text\n");
    av_place_join(&text, &start);
    assert_int_equal(av_place_escape(&text), AV_ESCAPE_MD_LINE_START);
}

static void test_fragments(void **unused) {
    (void)unused;
    av_place_state state = after(AV_FORMAT_MARKDOWN, "x\n");
    assert_true(av_place_accepts(&state, AV_FORMAT_MARKDOWN));
    assert_false(av_place_accepts(&state, AV_FORMAT_MERMAID));
    assert_string_equal(av_place_describe(&state), "the start of a Markdown line");
    state = after(AV_FORMAT_MARKDOWN, "x\n```mermaid\n");
    assert_true(av_place_accepts(&state, AV_FORMAT_MERMAID));
    assert_false(av_place_accepts(&state, AV_FORMAT_MARKDOWN));
    state = after(AV_FORMAT_MARKDOWN, "`");
    assert_false(av_place_accepts(&state, AV_FORMAT_MARKDOWN));
    state = after(AV_FORMAT_SQL, "select '");
    assert_false(av_place_accepts(&state, AV_FORMAT_SQL));
    assert_string_equal(av_place_describe(&state), "an SQL literal");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_in_places),
        cmocka_unit_test(test_nothing_forbidden_gets_through),
        cmocka_unit_test(test_text_glued_to_a_quoted_value_is_a_problem),
        cmocka_unit_test(test_branches),
        cmocka_unit_test(test_fragments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
