/* Built-in functions over texts, and those that print numbers. */
#include <utf8proc.h>

#include "prose/net.h"
#include "vm/builtins.h"
#include "vm/ops.h"
#include "vm/render.h"

static void start(const av_call *call, av_buf *buf) {
    av_buf_init(buf, &av_run_arena(call->run)->host, 0);
}

AV_IMPLEMENT(AV_B_JOIN) {
    const av_list *list;
    av_text between;
    AV_TRY(av_call_list(call, 0, &list));
    AV_TRY(av_call_text(call, 1, &between));
    av_buf buf;
    start(call, &buf);
    for (size_t i = 0; i < list->count; i++) {
        if (i) av_buf_put(&buf, between);
        av_render_format(av_run_program(call->run), list->items[i], false, &buf);
    }
    return av_call_give_buf(call, &buf);
}

AV_IMPLEMENT(AV_B_LISTING) {
    const av_list *list;
    av_text last = AV_TEXT("and");
    AV_TRY(av_call_list(call, 0, &list));
    if (av_call_arg(call, 1).kind != AV_NONE) AV_TRY(av_call_text(call, 1, &last));
    av_buf buf;
    start(call, &buf);
    for (size_t i = 0; i < list->count; i++) {
        if (i && i + 1 == list->count) {
            av_buf_putc(&buf, ' ');
            av_buf_put(&buf, last);
            av_buf_putc(&buf, ' ');
        } else if (i) {
            av_buf_puts(&buf, ", ");
        }
        av_render_format(av_run_program(call->run), list->items[i], false, &buf);
    }
    return av_call_give_buf(call, &buf);
}

/* The parts of a text between separators, as a list of texts that share its bytes. */
static av_status split(const av_call *call, av_text text, av_text between) {
    size_t count = 1;
    for (size_t at = 0; between.len && (at = av_text_find(text, between, at)) != SIZE_MAX;
         at += between.len)
        count++;
    av_value list, *items;
    AV_TRY(av_run_spend(call->run, count, call->proc, call->site));
    AV_TRY(av_list_new(av_run_arena(call->run), count, &list, &items));
    size_t from = 0;
    for (size_t i = 0; i < count; i++) {
        size_t to = i + 1 < count ? av_text_find(text, between, from) : text.len;
        AV_TRY(av_string(av_run_arena(call->run), av_text_slice(text, from, to - from), &items[i]));
        from = to + between.len;
    }
    *call->out = list;
    return AV_OK;
}

AV_IMPLEMENT(AV_B_SPLIT) {
    av_text text, between;
    AV_TRY(av_call_text(call, 0, &text));
    AV_TRY(av_call_text(call, 1, &between));
    return split(call, text, between);
}

AV_IMPLEMENT(AV_B_LINES) {
    av_text text;
    AV_TRY(av_call_text(call, 0, &text));
    if (text.len && text.ptr[text.len - 1] == '\n') text.len--;
    return split(call, text, AV_TEXT("\n"));
}

AV_IMPLEMENT(AV_B_REPLACE) {
    av_text text, old, fresh;
    AV_TRY(av_call_text(call, 0, &text));
    AV_TRY(av_call_text(call, 1, &old));
    AV_TRY(av_call_text(call, 2, &fresh));
    if (!old.len) return av_call_give_text(call, text);
    av_buf buf;
    start(call, &buf);
    size_t from = 0, at;
    while ((at = av_text_find(text, old, from)) != SIZE_MAX) {
        av_buf_put(&buf, av_text_slice(text, from, at - from));
        av_buf_put(&buf, fresh);
        from = at + old.len;
    }
    av_buf_put(&buf, av_text_slice(text, from, text.len));
    return av_call_give_buf(call, &buf);
}

AV_IMPLEMENT(AV_B_TRIM) {
    av_text text;
    AV_TRY(av_call_text(call, 0, &text));
    return av_call_give_text(call, av_text_trim(text));
}

AV_IMPLEMENT(AV_B_LENGTH) {
    av_text text;
    AV_TRY(av_call_text(call, 0, &text));
    *call->out = av_int((int64_t)av_utf8_length(text));
    return AV_OK;
}

static av_status two_texts(const av_call *call, av_text *a, av_text *b) {
    AV_TRY(av_call_text(call, 0, a));
    return av_call_text(call, 1, b);
}

AV_IMPLEMENT(AV_B_HAS) {
    av_text text, part;
    AV_TRY(two_texts(call, &text, &part));
    *call->out = av_bool(av_text_find(text, part, 0) != SIZE_MAX);
    return AV_OK;
}

AV_IMPLEMENT(AV_B_STARTS) {
    av_text text, part;
    AV_TRY(two_texts(call, &text, &part));
    *call->out = av_bool(av_text_starts(text, part));
    return AV_OK;
}

AV_IMPLEMENT(AV_B_ENDS) {
    av_text text, part;
    AV_TRY(two_texts(call, &text, &part));
    *call->out = av_bool(av_text_ends(text, part));
    return AV_OK;
}

/* ---- letters: simple Unicode case mapping, one code point to one, the same in every locale */

static void put_code_point(av_buf *buf, int32_t code_point) {
    char bytes[4];
    size_t size = av_utf8_encode((uint32_t)code_point, bytes);
    av_buf_put(buf, (av_text){bytes, size});
}

static void put_cased(av_buf *buf, av_text text, bool upper) {
    size_t size;
    for (size_t at = 0; at < text.len; at += size) {
        const char byte = text.ptr[at];
        if ((unsigned char)byte < 0x80) {
            const bool turns = upper ? byte >= 'a' && byte <= 'z' : byte >= 'A' && byte <= 'Z';
            av_buf_putc(buf, (char)(turns ? byte ^ 0x20 : byte));
            size = 1;
            continue;
        }
        int32_t c = (int32_t)av_utf8_decode(text, at, &size);
        put_code_point(buf, upper ? utf8proc_toupper(c) : utf8proc_tolower(c));
    }
}

static av_status cased(const av_call *call, bool upper) {
    av_text text;
    AV_TRY(av_call_text(call, 0, &text));
    av_buf buf;
    start(call, &buf);
    put_cased(&buf, text, upper);
    return av_call_give_buf(call, &buf);
}

AV_IMPLEMENT(AV_B_UPPER) {
    return cased(call, true);
}

AV_IMPLEMENT(AV_B_LOWER) {
    return cased(call, false);
}

/* ---- words */

static bool is_ascii_digit(av_text text, size_t at) {
    return at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9';
}

/* Whether the mark at `at` belongs to the number around it: 99.95, 10,000, 50%. */
static bool is_of_number(av_text text, size_t at) {
    if (at == 0 || !is_ascii_digit(text, at - 1)) return false;
    char c = text.ptr[at];
    return c == '%' || ((c == '.' || c == ',') && is_ascii_digit(text, at + 1));
}

/* The words of the argument, with a space between them. */
static void put_words(av_text text, av_buf *buf) {
    bool open = false;
    size_t size;
    for (size_t at = 0; at < text.len; at += size) {
        uint32_t c = av_utf8_decode(text, at, &size);
        bool mark = size == 1 && is_of_number(text, at);
        if (!mark && !av_utf8_is_letter(c)) {
            open = false;
            continue;
        }
        if (!open && buf->len > 0) av_buf_putc(buf, ' ');
        open = c != '%';
        put_code_point(buf, utf8proc_tolower((utf8proc_int32_t)c));
    }
}

/* The parts of the buffer between spaces, which is freed; an empty one has none. */
static av_status give_parts(const av_call *call, av_buf *buf) {
    if (buf->status == AV_OK && buf->len == 0) {
        av_buf_free(buf);
        return av_op_list(call->run, NULL, 0, call->out);
    }
    av_status status = buf->status;
    av_text kept = {NULL, 0};
    if (status == AV_OK) kept = av_arena_text(av_run_arena(call->run), av_buf_text(buf));
    av_buf_free(buf);
    if (status != AV_OK) return status;
    return kept.ptr ? split(call, kept, AV_TEXT(" ")) : AV_ERR_MEMORY;
}

AV_IMPLEMENT(AV_B_WORDS) {
    av_text text;
    AV_TRY(av_call_text(call, 0, &text));
    av_buf buf;
    start(call, &buf);
    put_words(text, &buf);
    return give_parts(call, &buf);
}

static void put_stems(av_stemmer *stemmer, av_text words, av_buf *out) {
    for (size_t at = 0; at < words.len;) {
        size_t space = av_text_find(words, AV_TEXT(" "), at);
        const size_t end = space == SIZE_MAX ? words.len : space;
        if (out->len > 0) av_buf_putc(out, ' ');
        av_buf_put(out, av_stem(stemmer, av_text_slice(words, at, end - at)));
        at = end + 1;
    }
}

AV_IMPLEMENT(AV_B_STEMS) {
    av_text text;
    AV_TRY(av_call_text(call, 0, &text));
    av_buf buf, out;
    start(call, &buf);
    start(call, &out);
    put_words(text, &buf);
    av_stemmer *stemmer = av_stemmer_new();
    if (stemmer == NULL) buf.status = AV_ERR_MEMORY;
    if (buf.status == AV_OK) put_stems(stemmer, av_buf_text(&buf), &out);
    if (buf.status != AV_OK) out.status = buf.status;
    av_stemmer_free(stemmer);
    av_buf_free(&buf);
    return give_parts(call, &out);
}

/* Text with underscores as spaces, its first letter (`every`: the first of each word) in upper
 * case. */
static av_status capitalised(const av_call *call, bool every) {
    av_text text;
    AV_TRY(av_call_text(call, 0, &text));
    av_buf buf;
    start(call, &buf);
    bool first = true;
    size_t size;
    for (size_t at = 0; at < text.len; at += size) {
        int32_t c = (int32_t)av_utf8_decode(text, at, &size);
        if (c == '_') c = ' ';
        put_code_point(&buf, first ? utf8proc_toupper(c) : c);
        first = (first && c == ' ') || (every && c == ' ');
    }
    return av_call_give_buf(call, &buf);
}

AV_IMPLEMENT(AV_B_TITLE) {
    return capitalised(call, true);
}

AV_IMPLEMENT(AV_B_SENTENCE) {
    return capitalised(call, false);
}

AV_IMPLEMENT(AV_B_CAPITAL) {
    av_text text;
    AV_TRY(av_call_text(call, 0, &text));
    av_buf buf;
    start(call, &buf);
    size_t size = 0;
    if (text.len) put_code_point(&buf, utf8proc_toupper((int32_t)av_utf8_decode(text, 0, &size)));
    av_buf_put(&buf, av_text_slice(text, size, text.len - size));
    return av_call_give_buf(call, &buf);
}

/* ---- names in code */

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

/* A byte that belongs to a word; those beyond ASCII do. */
static bool is_word(char c) {
    return is_upper(c) || is_lower(c) || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* The next word at or after `*at`: runs of letters and digits, cut where case says so (orderItem,
 * HTTPServer). */
static av_text next_word(av_text text, size_t *at) {
    size_t from = *at;
    while (from < text.len && !is_word(text.ptr[from])) from++;
    size_t to = from;
    while (to < text.len && is_word(text.ptr[to])) {
        to++;
        if (to == text.len || !is_upper(text.ptr[to])) continue;
        bool after_lower = !is_upper(text.ptr[to - 1]);
        bool last_of_run = to + 1 < text.len && is_lower(text.ptr[to + 1]);
        if (after_lower || last_of_run) break;
    }
    *at = to;
    return av_text_slice(text, from, to - from);
}

typedef enum word_case { WORD_LOWER, WORD_UPPER, WORD_CAPITAL } word_case;

static void put_word(av_buf *buf, av_text word, word_case how) {
    size_t size = 0;
    if (how == WORD_CAPITAL && word.len) {
        int32_t c = (int32_t)av_utf8_decode(word, 0, &size);
        put_code_point(buf, utf8proc_toupper(c));
    }
    put_cased(buf, av_text_slice(word, size, word.len), how == WORD_UPPER);
}

static av_status joined_words(const av_call *call, const char *between, word_case first,
                              word_case rest) {
    av_text text;
    AV_TRY(av_call_text(call, 0, &text));
    av_buf buf;
    start(call, &buf);
    size_t at = 0;
    for (av_text word = next_word(text, &at); word.len; word = next_word(text, &at)) {
        bool is_first = buf.len == 0;
        if (!is_first) av_buf_puts(&buf, between);
        put_word(&buf, word, is_first ? first : rest);
    }
    return av_call_give_buf(call, &buf);
}

AV_IMPLEMENT(AV_B_SNAKE) {
    return joined_words(call, "_", WORD_LOWER, WORD_LOWER);
}

/* Letters of Latin alphabets that are no letter with a mark. */
static const struct {
    int32_t letter;
    const char *plain;
} latin[] = {{0xDF, "ss"}, {0xC6, "AE"},  {0xE6, "ae"},  {0xD8, "O"},   {0xF8, "o"},
             {0xD0, "D"},  {0xF0, "d"},   {0xDE, "Th"},  {0xFE, "th"},  {0x110, "D"},
             {0x111, "d"}, {0x126, "H"},  {0x127, "h"},  {0x131, "i"},  {0x141, "L"},
             {0x142, "l"}, {0x152, "OE"}, {0x153, "oe"}, {0x1E9E, "SS"}};

static void put_ascii(av_buf *buf, int32_t letter) {
    for (size_t i = 0; i < AV_COUNT(latin); i++) {
        if (latin[i].letter == letter) {
            av_buf_puts(buf, latin[i].plain);
            return;
        }
    }
    int32_t parts[8] = {0};
    int boundary = 0;
    utf8proc_ssize_t count = utf8proc_decompose_char(
        letter, parts, AV_COUNT(parts), UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE, &boundary);
    for (utf8proc_ssize_t i = 0; i < count && i < (utf8proc_ssize_t)AV_COUNT(parts); i++) {
        if (parts[i] < 0x80) av_buf_putc(buf, (char)parts[i]);
    }
}

AV_IMPLEMENT(AV_B_ASCII) {
    av_text text;
    AV_TRY(av_call_text(call, 0, &text));
    av_buf buf;
    start(call, &buf);
    size_t size = 0;
    for (size_t at = 0; at < text.len; at += size)
        put_ascii(&buf, (int32_t)av_utf8_decode(text, at, &size));
    return av_call_give_buf(call, &buf);
}

AV_IMPLEMENT(AV_B_KEBAB) {
    return joined_words(call, "-", WORD_LOWER, WORD_LOWER);
}

AV_IMPLEMENT(AV_B_CAMEL) {
    return joined_words(call, "", WORD_LOWER, WORD_CAPITAL);
}

AV_IMPLEMENT(AV_B_PASCAL) {
    return joined_words(call, "", WORD_CAPITAL, WORD_CAPITAL);
}

AV_IMPLEMENT(AV_B_CONSTANT) {
    return joined_words(call, "_", WORD_UPPER, WORD_UPPER);
}

/* ---- numbers in words and figures */

AV_IMPLEMENT(AV_B_ORDINAL) {
    int64_t n;
    AV_TRY(av_call_int(call, 0, 0, &n));
    int64_t tens = n % 100 < 0 ? -(n % 100) : n % 100, ones = tens % 10;
    const char *ending = tens >= 11 && tens <= 13 ? "th"
                         : ones == 1              ? "st"
                         : ones == 2              ? "nd"
                         : ones == 3              ? "rd"
                                                  : "th";
    av_buf buf;
    start(call, &buf);
    av_buf_printf(&buf, "%lld%s", (long long)n, ending);
    return av_call_give_buf(call, &buf);
}

AV_IMPLEMENT(AV_B_GROUPED) {
    av_value v = av_call_arg(call, 0);
    if (v.kind != AV_INT && v.kind != AV_DECIMAL && v.kind != AV_MONEY)
        return av_op_wrong(call->run, v, call->proc, call->site);
    av_buf buf;
    start(call, &buf);
    if (v.kind == AV_MONEY) av_money_format(v.as.integer, v.type, &buf);
    else av_decimal_format_grouped(av_as_decimal(v), &buf);
    return av_call_give_buf(call, &buf);
}

AV_IMPLEMENT(AV_B_BYTES) {
    static const char *const units[] = {" B", " kB", " MB", " GB", " TB", " PB", " EB"};
    av_decimal size, scaled, thousand = {1000, 0};
    AV_TRY(av_call_decimal(call, 0, &size));
    size_t unit = 0;
    /* The unit in which the size, rounded to one digit, is below 1000. */
    for (;; unit++) {
        if (!av_decimal_round(size, 1, &scaled)) return av_call_overflow(call);
        av_decimal positive = {scaled.coefficient < 0 ? -scaled.coefficient : scaled.coefficient,
                               scaled.scale};
        if (unit + 1 == AV_COUNT(units) || av_decimal_compare(positive, thousand) < 0) break;
        if (!av_decimal_div(size, thousand, &size)) return av_call_overflow(call);
    }
    av_buf buf;
    start(call, &buf);
    av_decimal_format_grouped(scaled, &buf);
    av_buf_puts(&buf, units[unit]);
    return av_call_give_buf(call, &buf);
}

AV_IMPLEMENT(AV_B_PERCENT) {
    av_decimal ratio, hundred = {100, 0};
    int64_t digits;
    AV_TRY(av_call_decimal(call, 0, &ratio));
    AV_TRY(av_call_int(call, 1, 1, &digits));
    if (digits < 0) digits = 0;
    if (digits > AV_DECIMAL_SCALE) digits = AV_DECIMAL_SCALE;
    if (!av_decimal_mul(ratio, hundred, &ratio) ||
        !av_decimal_round(ratio, (uint8_t)digits, &ratio))
        return av_call_overflow(call);
    av_buf buf;
    start(call, &buf);
    av_decimal_format_grouped(ratio, &buf);
    av_buf_puts(&buf, " %");
    return av_call_give_buf(call, &buf);
}

AV_IMPLEMENT(AV_B_DURATION) {
    /* A unit is used from `least` seconds on: a day reads as 24 h, two as 2 d. */
    static const struct {
        int64_t seconds, least;
        const char *name;
    } units[] = {{86400, 172800, " d"}, {3600, 3600, " h"}, {60, 60, " min"}, {1, 0, " s"}};
    int64_t seconds;
    AV_TRY(av_call_int(call, 0, 0, &seconds));
    size_t i = 0;
    while (i + 1 < AV_COUNT(units) && (seconds % units[i].seconds != 0 ||
                                       (seconds < units[i].least && seconds > -units[i].least)))
        i++;
    av_buf buf;
    start(call, &buf);
    av_buf_printf(&buf, "%lld%s", (long long)(seconds / units[i].seconds), units[i].name);
    return av_call_give_buf(call, &buf);
}

AV_IMPLEMENT(AV_B_INDENT) {
    enum { INDENT_MOST = 1000 };
    av_text text;
    int64_t spaces;
    AV_TRY(av_call_text(call, 0, &text));
    AV_TRY(av_call_int(call, 1, 0, &spaces));
    if (spaces < 0) spaces = 0;
    if (spaces > INDENT_MOST) spaces = INDENT_MOST;
    av_buf buf;
    start(call, &buf);
    for (size_t at = 0; at < text.len; at++) {
        bool line_start = at > 0 && text.ptr[at - 1] == '\n';
        if (line_start && text.ptr[at] != '\n') av_buf_fill(&buf, ' ', (size_t)spaces);
        av_buf_putc(&buf, text.ptr[at]);
    }
    return av_call_give_buf(call, &buf);
}
