#include "outline/marked.h"

#include <string.h>

enum {
    ID_LETTERS = 10, /* longest group of letters in an id */
    ID_GROUPS = 4,   /* most groups before the number */
    ID_DIGITS = 6,
    TAG_BYTES = 20,
    LABEL_BYTES = 80
};

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_word(char c) {
    return is_upper(c) || is_digit(c) || (c >= 'a' && c <= 'z') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static bool is_mark(char c) {
    return c > 0 && c < AV_MARKS;
}

static bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t';
}

static char at_or_0(av_text t, size_t at) {
    return at < t.len ? t.ptr[at] : 0;
}

/** The dash of any length or another separator at `at`: its bytes, or 0. */
static size_t separator(av_text t, size_t at) {
    static const av_text wide[] = {
        {"\xE2\x80\x93", 3}, {"\xE2\x80\x94", 3}, {"\xE2\x86\x92", 3}, {"\xEF\xBC\x9A", 3}};
    char c = at_or_0(t, at);
    if (c == ':' || c == '-' || c == '|' || c == '.' || c == ')') return 1;
    for (size_t i = 0; i < AV_COUNT(wide); i++)
        if (at < t.len && av_text_starts(av_text_slice(t, at, t.len), wide[i])) return wide[i].len;
    return 0;
}

/** Behind marks and white space. */
static size_t skip(av_text t, size_t at, bool spaces) {
    while (at < t.len && (is_mark(t.ptr[at]) || (spaces && is_space(t.ptr[at])))) at++;
    return at;
}

/* ---- ids */

typedef struct id_match {
    size_t start, end; /* of the id in the text */
    size_t prefix;     /* bytes of the id before its number */
    bool sure;         /* something separates it from what follows, or brackets hold it */
    size_t next;       /* where the text behind it begins */
    av_text tag;
} id_match;

/** An id as it is written: letters, more letters behind hyphens, a number, numbers behind points, at most a small letter. */
static bool match_letters_and_number(av_text t, size_t at, id_match *m) {
    size_t p = at, groups = 0, letters = 0;
    if (!is_upper(at_or_0(t, p))) return false;
    for (;;) {
        size_t from = p;
        while (is_upper(at_or_0(t, p))) p++;
        if (p == from || p - from > ID_LETTERS || ++groups > ID_GROUPS) return false;
        letters = p;
        if (at_or_0(t, p) == '-' && is_upper(at_or_0(t, p + 1))) {
            p++;
            continue;
        }
        break;
    }
    char c = at_or_0(t, p);
    if ((c == '-' || c == '_' || c == '.' || c == ' ') && is_digit(at_or_0(t, p + 1))) {
        p++;
    } else if (!is_digit(c)) {
        return false;
    }
    size_t digits = p;
    while (is_digit(at_or_0(t, p))) p++;
    if (p - digits > ID_DIGITS) return false;
    while ((at_or_0(t, p) == '.' || at_or_0(t, p) == '-') && is_digit(at_or_0(t, p + 1))) {
        p++;
        while (is_digit(at_or_0(t, p))) p++;
    }
    c = at_or_0(t, p);
    if (c >= 'a' && c <= 'z' && !is_word(at_or_0(t, p + 1))) p++;
    c = at_or_0(t, p);
    if (is_word(c) || c == '%' || c == '/' || c == '+') return false;
    m->start = at;
    m->end = p;
    m->prefix = letters - at;
    m->sure = false;
    return true;
}

/** Words in brackets at `at`, as short as a tag is: false when there are none. */
static bool match_tag(av_text t, size_t at, bool round, av_text *tag, size_t *next) {
    char open = at_or_0(t, at), close = open == '[' ? ']' : ')';
    if (open != '[' && !(round && open == '(')) return false;
    for (size_t p = at + 1; p < t.len && p - at <= TAG_BYTES; p++) {
        if (t.ptr[p] == close) {
            *tag = av_text_trim(av_text_slice(t, at + 1, p - at - 1));
            *next = p + 1;
            return tag->len > 0;
        }
        if (!is_word(t.ptr[p]) && t.ptr[p] != ' ' && t.ptr[p] != '-' && t.ptr[p] != '\'')
            return false;
    }
    return false;
}

/** An id at the head of what begins at `at`, behind markup, an opening bracket or a tag. */
static bool match_id(av_text t, size_t at, id_match *m) {
    *m = (id_match){0};
    size_t p = skip(t, at, true), next;
    av_text tag = {NULL, 0};
    bool bold = false;
    for (size_t i = at; i < p; i++)
        bold = bold || t.ptr[i] == AV_MARK_BOLD || t.ptr[i] == AV_MARK_CODE;
    char open = at_or_0(t, p);
    bool held = false;
    if (open == '[' || open == '(') {
        if (match_letters_and_number(t, p + 1, m)) {
            size_t end = skip(t, m->end, false);
            if (at_or_0(t, end) != (open == '[' ? ']' : ')')) return false;
            held = true;
            p = end + 1;
        } else if (match_tag(t, p, false, &tag, &next)) {
            p = skip(t, next, true);
            if (!match_letters_and_number(t, p, m)) return false;
            p = m->end;
        } else {
            return false;
        }
    } else {
        if (!match_letters_and_number(t, p, m)) return false;
        p = m->end;
    }
    if (tag.len > 0) m->tag = tag;
    m->sure = held || tag.len > 0;
    /* markup that ends at the id sets it off */
    size_t behind = p;
    while (is_mark(at_or_0(t, behind))) {
        m->sure =
            m->sure || (bold && (t.ptr[behind] == AV_MARK_PLAIN || t.ptr[behind] == AV_MARK_CODE));
        behind++;
    }
    behind = skip(t, behind, true);
    if (m->tag.len == 0 && match_tag(t, behind, true, &m->tag, &next)) {
        m->sure = true;
        behind = skip(t, next, true);
    }
    size_t mark = separator(t, behind);
    if (mark > 0) {
        /* a point or a hyphen separates only before white space or the end */
        char c = t.ptr[behind], then = at_or_0(t, skip(t, behind + mark, false));
        if ((c != '.' && c != '-') || then == 0 || is_space(then)) {
            m->sure = true;
            behind = skip(t, behind + mark, true);
        }
    }
    if (behind == t.len) m->sure = true;
    if (m->tag.len == 0 && match_tag(t, behind, false, &m->tag, &next))
        behind = skip(t, next, true);
    m->next = behind;
    if (at_or_0(t, m->start + m->prefix) == ' ') return m->sure && m->prefix >= 2;
    return true;
}

/* ---- labels */

/** The bold words that begin at `at` (behind its mark) and have at most `most` bytes: their end, and
 * where the text behind them begins. */
static bool match_bold(av_text t, size_t at, size_t most, size_t *end, size_t *next) {
    size_t p = at;
    while (p < t.len && t.ptr[p] != AV_MARK_PLAIN)
        if (p++ - at > most) return false;
    if (p == t.len) return false;
    *end = p;
    *next = p + 1;
    return true;
}

static bool ends_in_colon(av_text t) {
    t = av_text_trim(t);
    return t.len > 0 && t.ptr[t.len - 1] == ':';
}

/** Bold words with a colon at `at`, where a mark of bold stands: another part begins here. */
static bool labels(av_text t, size_t at) {
    size_t end, next;
    if (at_or_0(t, at) != AV_MARK_BOLD || !match_bold(t, at + 1, LABEL_BYTES, &end, &next))
        return false;
    return ends_in_colon(av_text_slice(t, at + 1, end - at - 1)) ||
           at_or_0(t, skip(t, next, false)) == ':';
}

/* ---- segments */

/** Without something behind it that sets it off, only a hyphen tells an id from a word: FR-1, but not S3. */
static bool is_id(av_text t, const id_match *m) {
    return m->sure || at_or_0(t, m->start + m->prefix) == '-';
}

static bool begins(av_text t, size_t at, bool line) {
    id_match m;
    if (labels(t, at)) return true;
    if (!match_id(t, at, &m) || !is_id(t, &m)) return false;
    if (line) return true;
    /* within a line an id begins a part only when something follows that it is the id of */
    return m.sure && m.next < t.len && t.ptr[skip(t, at, true)] != '(';
}

/** The line that begins at `at` is bold as a whole. */
static bool is_bold_line(av_text t, size_t at) {
    if (at_or_0(t, at) != AV_MARK_BOLD) return false;
    size_t end = av_text_find(t, AV_TEXT("\n"), at);
    return av_marked_all_bold(av_text_slice(t, at, (end == SIZE_MAX ? t.len : end) - at));
}

bool av_marked_next(av_text block, bool bold_lines, size_t *at, uint32_t *new_lines,
                    av_marked_segment *out) {
    size_t start = *at;
    if (start >= block.len) return false;
    *out = (av_marked_segment){.new_lines = *new_lines};
    bool bold = bold_lines && is_bold_line(block, start);
    for (size_t p = start; p < block.len; p++) {
        char c = block.ptr[p];
        bool line = c == '\n';
        if (line) ++*new_lines;
        bool sentence =
            (c == ' ' && p > start &&
             (block.ptr[p - 1] == '.' || block.ptr[p - 1] == ';' || block.ptr[p - 1] == '|'));
        if (!line && !sentence) continue;
        size_t from = p + 1;
        if (from >= block.len) continue;
        bool ends = line && (bold || (bold_lines && is_bold_line(block, from)));
        if (!ends && !begins(block, from, line)) continue;
        out->text = av_text_slice(block, start, p - start);
        *at = from;
        return true;
    }
    out->text = av_text_slice(block, start, block.len - start);
    *at = block.len;
    return true;
}

/* ---- heads */

av_text av_marked_plain(av_arena *arena, av_text marked) {
    char *to = av_arena_take(arena, marked.len + 1);
    if (!to) return (av_text){NULL, 0};
    size_t len = 0;
    for (size_t p = 0; p < marked.len; p++) {
        char c = marked.ptr[p];
        if (is_mark(c)) continue;
        if ((unsigned char)c > ' ') to[len++] = c;
        else if (len > 0 && to[len - 1] != ' ') to[len++] = ' ';
    }
    while (len > 0 && to[len - 1] == ' ') len--;
    return (av_text){to, len};
}

bool av_marked_all_bold(av_text block) {
    size_t end, next, p = 0;
    while (is_space(at_or_0(block, p))) p++;
    if (at_or_0(block, p) != AV_MARK_BOLD || !match_bold(block, p + 1, block.len, &end, &next))
        return false;
    next = skip(block, next, true);
    if (at_or_0(block, next) == ':') next = skip(block, next + 1, true);
    return next == block.len;
}

static av_status keep(av_arena *arena, av_text marked, av_text *out) {
    *out = av_marked_plain(arena, marked);
    return out->ptr ? AV_OK : AV_ERR_MEMORY;
}

/** The number of a section: "3.2", "4.", "2)". Where the words behind it begin, or `at`. */
static size_t behind_number(av_text t, size_t at) {
    size_t p = skip(t, at, true);
    if (!is_digit(at_or_0(t, p))) return at;
    while (is_digit(at_or_0(t, p)) || (at_or_0(t, p) == '.' && is_digit(at_or_0(t, p + 1)))) p++;
    if (at_or_0(t, p) == '.' || at_or_0(t, p) == ')') p++;
    size_t words = skip(t, p, true);
    return words > p ? words : at;
}

static bool is_struck(av_text t, size_t at) {
    size_t p = at;
    while (p < t.len && (is_space(t.ptr[p]) || (is_mark(t.ptr[p]) && t.ptr[p] != AV_MARK_STRIKE)))
        p++;
    return at_or_0(t, p) == AV_MARK_STRIKE;
}

av_status av_marked_head(av_arena *arena, av_text t, av_outline_part *part) {
    size_t at = 0, end, next;
    part->struck = is_struck(t, 0);
    if (part->kind == AV_OUTLINE_HEADING) at = behind_number(t, 0);
    id_match m;
    bool inside = false; /* the bold words that hold the id go on behind it */
    /* headings that begin like an id have one: "### F1 Login" */
    if (match_id(t, at, &m) && (part->kind == AV_OUTLINE_HEADING || is_id(t, &m))) {
        AV_TRY(keep(arena, av_text_slice(t, m.start, m.end - m.start), &part->id));
        AV_TRY(keep(arena, av_text_slice(t, m.start, m.prefix), &part->prefix));
        AV_TRY(keep(arena, m.tag, &part->tag));
        for (size_t p = at; p < m.next; p++) {
            if (t.ptr[p] == AV_MARK_BOLD) inside = true;
            if (t.ptr[p] == AV_MARK_PLAIN) inside = false;
        }
        at = m.next;
        part->struck = part->struck || is_struck(t, at);
    }
    size_t head = skip(t, at, true);
    for (size_t p = at; p < head; p++) {
        if (t.ptr[p] == AV_MARK_BOLD) inside = true;
        if (t.ptr[p] == AV_MARK_PLAIN) inside = false;
    }
    if (inside && match_bold(t, head, LABEL_BYTES, &end, &next)) {
        size_t behind = skip(t, next, true), mark = separator(t, behind);
        if (mark > 0) behind = skip(t, behind + mark, true);
        /* "**Users** must sign in" stresses a word, "**Sign-in** Users must" names what follows */
        char then = at_or_0(t, behind);
        bool names = mark > 0 || (end > head && separator(t, end - 1) > 0) || is_upper(then);
        AV_TRY(keep(arena, av_text_slice(t, head, end - head), &part->bold));
        while (part->bold.len > 0 && separator(part->bold, part->bold.len - 1) > 0 &&
               part->bold.ptr[part->bold.len - 1] != ')')
            part->bold = av_text_trim(av_text_slice(part->bold, 0, part->bold.len - 1));
        if (behind < t.len && names) {
            part->label = part->bold;
            at = behind;
        }
    }
    AV_TRY(keep(arena, av_text_slice(t, at, t.len), &part->text));
    /* a tag may also stand at the end, in square brackets */
    size_t open = part->text.len;
    while (open > 0 && part->text.len - open < TAG_BYTES && part->text.ptr[open - 1] != '[') open--;
    av_text tag;
    if (part->tag.len == 0 && open > 1 && match_tag(part->text, open - 1, false, &tag, &next) &&
        next == part->text.len) {
        part->tag = tag;
        part->text = av_text_trim(av_text_slice(part->text, 0, open - 1));
    }
    return AV_OK;
}
