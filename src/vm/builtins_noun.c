/* English nouns in the singular and the plural: the last word of a phrase or of a name in any style
 * of code. */
#include <string.h>

#include "vm/builtins.h"

/* Words whose plural the endings below do not give; lower case. Both forms begin with the same letter. */
static const struct {
    const char *one, *many;
} irregular[] = {
    {"person", "people"},
    {"child", "children"},
    {"man", "men"},
    {"woman", "women"},
    {"mouse", "mice"},
    {"foot", "feet"},
    {"tooth", "teeth"},
    {"datum", "data"},
    {"medium", "media"},
    {"criterion", "criteria"},
    {"analysis", "analyses"},
    {"basis", "bases"},
    {"axis", "axes"},
    {"crisis", "crises"},
    {"thesis", "theses"},
    {"hypothesis", "hypotheses"},
    {"leaf", "leaves"},
    {"life", "lives"},
    {"half", "halves"},
    {"shelf", "shelves"},
    {"knife", "knives"},
    {"wife", "wives"},
    {"self", "selves"},
    {"hero", "heroes"},
    {"veto", "vetoes"},
    {"echo", "echoes"},
    {"quiz", "quizzes"},
    {"movie", "movies"},
    {"cookie", "cookies"},
    {"cache", "caches"},
    {"database", "databases"},
    {"purchase", "purchases"},
    {"response", "responses"},
    {"house", "houses"},
    {"course", "courses"},
    {"license", "licenses"},
    {"expense", "expenses"},
    {"case", "cases"},
    {"phase", "phases"},
    {"release", "releases"},
    {"warehouse", "warehouses"},
    {"use", "uses"},
    {"clause", "clauses"},
    {"lease", "leases"},
    {"size", "sizes"},
    {"prize", "prizes"},
    {"exercise", "exercises"},
    {"franchise", "franchises"},
    {"index", "indexes"},
    {"tie", "ties"},
    {"potato", "potatoes"},
    {"tomato", "tomatoes"},
    {"cargo", "cargoes"},
    {"loaf", "loaves"},
    {"calf", "calves"},
    {"wolf", "wolves"},
    {"pie", "pies"},
};

static const char *const uncountable[] = {
    "metadata", "information", "equipment", "series", "species",  "news",    "software",
    "hardware", "staff",       "feedback",  "money",  "research", "traffic", "inventory",
};

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* `other` is in lower case. Most words differ in their first letter. */
static bool same_word(av_text word, const char *other) {
    size_t i = 0;
    while (i < word.len && other[i] != '\0' && lower(word.ptr[i]) == other[i]) i++;
    return i == word.len && other[i] == '\0';
}

/* Whether the word ends so; case is ignored. */
static bool ends(av_text word, const char *suffix) {
    size_t len = strlen(suffix);
    return word.len >= len && same_word((av_text){word.ptr + word.len - len, len}, suffix);
}

static bool is_letter(char c) {
    return lower(c) >= 'a' && lower(c) <= 'z';
}

/* Where the last word begins: after the last byte that is no letter, or at a capital after a small
 * letter. */
static size_t last_word(av_text text) {
    size_t at = text.len;
    while (at > 0 && is_letter(text.ptr[at - 1])) {
        at--;
        bool capital = text.ptr[at] != lower(text.ptr[at]);
        bool after_small =
            at > 0 && is_letter(text.ptr[at - 1]) && text.ptr[at - 1] == lower(text.ptr[at - 1]);
        if (capital && after_small) break;
    }
    return at;
}

static bool is_vowel(char c) {
    c = lower(c);
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

static bool is_capital(char c) {
    return c >= 'A' && c <= 'Z';
}

/* Whether a word is written in capitals; short ones are abbreviations, whose endings stay small:
 * APIs. */
static bool is_shouted(av_text word) {
    for (size_t i = 0; i < word.len; i++)
        if (!is_capital(word.ptr[i])) return false;
    return word.len > 4;
}

/* A word of the tables in the case of the word it stands for: Person, PERSON. */
static void put_like(av_buf *buf, av_text like, const char *word) {
    av_text text = av_text_from(word);
    bool all = is_shouted(like);
    for (size_t i = 0; i < text.len; i++) {
        bool raise = all || (i == 0 && like.len && is_capital(like.ptr[0]));
        av_buf_putc(buf, raise ? (char)(text.ptr[i] - 'a' + 'A') : text.ptr[i]);
    }
}

static bool is_uncountable(av_text word) {
    for (size_t i = 0; i < AV_COUNT(uncountable); i++)
        if (same_word(word, uncountable[i])) return true;
    return false;
}

/* The place of a word in the table of irregular ones, in either form; their count when it is none of them. */
static size_t find_irregular(av_text word) {
    const char first = word.len > 0 ? lower(word.ptr[0]) : '\0';
    size_t i = 0;
    while (i < AV_COUNT(irregular) &&
           (irregular[i].one[0] != first ||
            (!same_word(word, irregular[i].one) && !same_word(word, irregular[i].many))))
        i++;
    return i;
}

static void put_plural(av_buf *buf, av_text text) {
    size_t at = last_word(text);
    av_text word = av_text_slice(text, at, text.len);
    av_buf_put(buf, av_text_slice(text, 0, at));
    if (!word.len || is_uncountable(word)) {
        av_buf_put(buf, word);
        return;
    }
    const size_t found = find_irregular(word);
    if (found < AV_COUNT(irregular)) {
        put_like(buf, word, irregular[found].many);
        return;
    }
    bool shout = is_shouted(word);
    if (ends(word, "y") && word.len > 1 && !is_vowel(word.ptr[word.len - 2])) {
        av_buf_put(buf, av_text_slice(word, 0, word.len - 1));
        av_buf_puts(buf, shout ? "IES" : "ies");
        return;
    }
    av_buf_put(buf, word);
    if (ends(word, "s") || ends(word, "x") || ends(word, "z") || ends(word, "ch") ||
        ends(word, "sh"))
        av_buf_puts(buf, shout ? "ES" : "es");
    else av_buf_puts(buf, shout ? "S" : "s");
}

static void put_singular(av_buf *buf, av_text text) {
    size_t at = last_word(text);
    av_text word = av_text_slice(text, at, text.len);
    av_buf_put(buf, av_text_slice(text, 0, at));
    const size_t found = find_irregular(word);
    if (found < AV_COUNT(irregular)) {
        put_like(buf, word, irregular[found].one);
        return;
    }
    size_t cut = 0;
    const char *instead = "";
    if (is_uncountable(word) || ends(word, "ss") || ends(word, "us") || ends(word, "is")) {
        cut = 0;
    } else if (ends(word, "ies") && word.len > 3) {
        cut = 3;
        instead = is_shouted(word) ? "Y" : "y";
    } else if (ends(word, "sses") || ends(word, "xes") || ends(word, "tzes") ||
               ends(word, "zzes") || ends(word, "ches") || ends(word, "shes") ||
               (ends(word, "uses") && !ends(word, "auses"))) {
        cut = 2;
    } else if (ends(word, "s") && word.len > 1) {
        cut = 1;
    }
    av_buf_put(buf, av_text_slice(word, 0, word.len - cut));
    av_buf_puts(buf, instead);
}

static av_status noun(const av_call *call, void (*put)(av_buf *buf, av_text text)) {
    av_text text;
    AV_TRY(av_call_text(call, 0, &text));
    av_buf buf;
    av_buf_init(&buf, &av_run_arena(call->run)->host, 0);
    put(&buf, text);
    return av_call_give_buf(call, &buf);
}

AV_IMPLEMENT(AV_B_PLURAL_OF) {
    return noun(call, put_plural);
}

AV_IMPLEMENT(AV_B_SINGULAR_OF) {
    return noun(call, put_singular);
}

AV_IMPLEMENT(AV_B_PLURAL) {
    av_text text;
    int64_t n;
    AV_TRY(av_call_text(call, 0, &text));
    AV_TRY(av_call_int(call, 1, 0, &n));
    av_buf buf;
    av_buf_init(&buf, &av_run_arena(call->run)->host, 0);
    av_int_format_grouped(n, &buf);
    av_buf_putc(&buf, ' ');
    if (n == 1 || n == -1) av_buf_put(&buf, text);
    else put_plural(&buf, text);
    return av_call_give_buf(call, &buf);
}
