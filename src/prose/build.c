/* From patterns to positions: Glushkov's construction, all patterns in one table. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/map.h"
#include "prose/pattern.h"

/** Two numbers that belong together: a position and the next, a word and a symbol, a symbol and a position. */
typedef struct pair {
    uint32_t from, to;
} pair;

struct av_net_builder {
    av_arena *arena;
    av_net_class *classes;
    size_t class_count;
    av_stemmer *stemmer;
    av_map by_form; /* hash of kind and form -> word */
    av_net_word *words;
    size_t word_count, word_cap;
    pair *meanings; /* from words to the symbols they stand for */
    size_t meaning_count, meaning_cap;
    av_net_position *positions;
    size_t position_count, position_cap;
    pair *edges; /* between positions */
    size_t edge_count, edge_cap;
    pair *starts; /* from symbols to positions */
    size_t start_count, start_cap;
    av_net_pattern *patterns;
    size_t pattern_count, pattern_cap;
    av_symbol symbols; /* given out so far */
    av_status status;
    /* the pattern being added */
    av_net_capture *captures;
    uint32_t *capture_count;
    av_net_mistake *mistake;
    unsigned depth;
};

/** Part of a pattern: where it begins and ends. */
typedef struct part {
    uint32_t *first, *last;
    size_t first_count, last_count;
    bool nullable; /* may take no word at all */
    bool wrong;
} part;

static const part nothing_right = {.wrong = true};

av_net_builder *av_net_builder_new(av_arena *scratch, av_net_class *classes, size_t class_count) {
    av_net_builder *b = AV_NEW(scratch, av_net_builder);
    if (b == NULL) return NULL;
    *b = (av_net_builder){.arena = scratch,
                          .classes = classes,
                          .class_count = class_count,
                          .stemmer = av_stemmer_new(),
                          .symbols = AV_SYMBOL_WORDS};
    av_map_init(&b->by_form, scratch);
    return b->stemmer != NULL ? b : NULL;
}

void av_net_builder_free(av_net_builder *b) {
    if (b != NULL) av_stemmer_free(b->stemmer);
}

static void fail(av_net_builder *b, av_status status) {
    if (b->status == AV_OK) b->status = status;
}

#define GROW(b, items, count, cap)                                                                 \
    grow((b), (void **)&(b)->items, (b)->count, &(b)->cap, sizeof *(b)->items)

static bool grow(av_net_builder *b, void **items, size_t count, size_t *cap, size_t size) {
    void *grown = av_arena_grow(b->arena, *items, count, cap, size);
    if (grown == NULL) {
        fail(b, AV_ERR_MEMORY);
        return false;
    }
    *items = grown;
    return true;
}

static part mistaken(av_net_builder *b, const char *message, const char *help, av_text name) {
    if (b->mistake->message.len == 0)
        *b->mistake = (av_net_mistake){av_text_from(message), av_text_from(help), name};
    return nothing_right;
}

/* ---- words and symbols */

/** The word of this kind and form, made when it is new: its number, UINT32_MAX on failure. */
static uint32_t word_of(av_net_builder *b, av_net_word_kind kind, av_text form) {
    uint64_t hash = av_hash(form, kind), at;
    for (; av_map_get(&b->by_form, hash, &at); hash++)
        if (b->words[at].kind == kind && av_text_equal(b->words[at].form, form))
            return (uint32_t)at;
    av_text kept = av_arena_text(b->arena, form);
    if (kept.ptr == NULL) fail(b, AV_ERR_MEMORY);
    if (b->word_count == AV_NET_WORDS) fail(b, AV_ERR_LIMIT);
    if (b->status != AV_OK || !GROW(b, words, word_count, word_cap)) return UINT32_MAX;
    if (av_map_set(&b->by_form, hash, b->word_count) != AV_OK) {
        fail(b, AV_ERR_MEMORY);
        return UINT32_MAX;
    }
    b->words[b->word_count] = (av_net_word){.kind = (uint8_t)kind, .form = kept};
    return (uint32_t)b->word_count++;
}

static void stand_for(av_net_builder *b, uint32_t word, av_symbol symbol) {
    if (word == UINT32_MAX || !GROW(b, meanings, meaning_count, meaning_cap)) return;
    b->meanings[b->meaning_count++] = (pair){word, symbol};
    b->words[word].count++;
}

/** The symbol of a word alone; `first` of a word under construction holds it. */
static av_symbol symbol_of(av_net_builder *b, av_net_word_kind kind, av_text form) {
    uint32_t word = word_of(b, kind, form);
    if (word == UINT32_MAX) return AV_SYMBOL_ANY;
    if (b->words[word].first == 0) {
        b->words[word].first = b->symbols++;
        stand_for(b, word, b->words[word].first);
    }
    return b->words[word].first;
}

/** The symbol of a form's stem; `first` of the form, a known word under construction, holds it: stemming is dear. */
static av_symbol symbol_of_stem(av_net_builder *b, av_text form) {
    uint32_t known = word_of(b, AV_NET_KNOWN, form);
    if (known == UINT32_MAX) return AV_SYMBOL_ANY;
    if (b->words[known].first == 0) {
        av_symbol symbol = symbol_of(b, AV_NET_STEM, av_stem(b->stemmer, form));
        b->words[known].first = symbol;
    }
    return b->words[known].first;
}

/* ---- parts */

static uint32_t *append(av_net_builder *b, const uint32_t *left, size_t left_count,
                        const uint32_t *right, size_t right_count) {
    uint32_t *made = AV_NEW_ARRAY(b->arena, uint32_t, left_count + right_count);
    if (made == NULL) {
        fail(b, AV_ERR_MEMORY);
        return NULL;
    }
    if (left_count > 0) memcpy(made, left, left_count * sizeof *made);
    if (right_count > 0) memcpy(made + left_count, right, right_count * sizeof *made);
    return made;
}

static part take(av_net_builder *b, av_symbol symbol, uint8_t capture) {
    if (b->position_count == AV_NET_POSITIONS) fail(b, AV_ERR_LIMIT);
    if (b->status != AV_OK || !GROW(b, positions, position_count, position_cap))
        return nothing_right;
    uint32_t at = (uint32_t)b->position_count++;
    b->positions[at] =
        (av_net_position){.symbol = symbol, .accept = UINT32_MAX, .capture = capture};
    uint32_t *one = append(b, &at, 1, NULL, 0);
    return (part){
        .first = one, .last = one, .first_count = 1, .last_count = 1, .wrong = one == NULL};
}

static void link_parts(av_net_builder *b, const part *left, const part *right) {
    for (size_t i = 0; i < left->last_count; i++)
        for (size_t k = 0; k < right->first_count; k++) {
            if (b->edge_count == AV_NET_EDGES) fail(b, AV_ERR_LIMIT);
            if (b->status != AV_OK || !GROW(b, edges, edge_count, edge_cap)) return;
            b->edges[b->edge_count++] = (pair){left->last[i], right->first[k]};
        }
}

static part then(av_net_builder *b, part left, part right) {
    if (left.wrong || right.wrong) return nothing_right;
    link_parts(b, &left, &right);
    part out = {.nullable = left.nullable && right.nullable,
                .first = left.first,
                .first_count = left.first_count,
                .last = right.last,
                .last_count = right.last_count};
    if (left.nullable) {
        out.first = append(b, left.first, left.first_count, right.first, right.first_count);
        out.first_count += right.first_count;
    }
    if (right.nullable) {
        out.last = append(b, left.last, left.last_count, right.last, right.last_count);
        out.last_count += left.last_count;
    }
    out.wrong = b->status != AV_OK;
    return out;
}

static part either(av_net_builder *b, part left, part right) {
    if (left.wrong || right.wrong) return nothing_right;
    return (part){.nullable = left.nullable || right.nullable,
                  .first = append(b, left.first, left.first_count, right.first, right.first_count),
                  .first_count = left.first_count + right.first_count,
                  .last = append(b, left.last, left.last_count, right.last, right.last_count),
                  .last_count = left.last_count + right.last_count,
                  .wrong = b->status != AV_OK};
}

static const part empty_part = {.nullable = true};

/* ---- from trees to parts */

enum { WORDS_IN_ONE = 8 /* words a text without spaces may have: real-time, 24/7 */ };

/** Whether a text is one word and its own folded form, as most words of patterns are. */
static bool is_folded(av_text text) {
    if (text.len == 0 || text.len > AV_PROSE_FORM) return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < 'a' || text.ptr[i] > 'z') return false;
    return true;
}

/** The words of a text without spaces. */
static size_t split(av_text text, av_prose_word words[WORDS_IN_ONE], bool *hyphens) {
    av_prose_reader reader = {.text = text};
    size_t count = 0;
    *hyphens = false;
    if (is_folded(text)) {
        words[0].len = (uint8_t)text.len;
        memcpy(words[0].form, text.ptr, text.len);
        return 1;
    }
    while (count < WORDS_IN_ONE && av_prose_next(&reader, &words[count])) {
        if (count > 0 && words[count].hyphen) *hyphens = true;
        count++;
    }
    return count;
}

/** "real-time" is also "realtime"; AV_SYMBOL_ANY when that is no word. */
static av_symbol joined(av_net_builder *b, const av_prose_word *words, size_t count) {
    char form[WORDS_IN_ONE * AV_PROSE_FORM];
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(form + len, words[i].form, words[i].len);
        len += words[i].len;
    }
    return len > AV_PROSE_FORM ? AV_SYMBOL_ANY : symbol_of_stem(b, (av_text){form, len});
}

/** Reads a word that has no mark. */
static void read_word(av_net_builder *b, av_pattern *tree, const av_prose_word *words, size_t count,
                      bool hyphens) {
    tree->symbols = AV_NEW_ARRAY(b->arena, av_symbol, count + 1);
    if (tree->symbols == NULL) {
        fail(b, AV_ERR_MEMORY);
        return;
    }
    for (size_t i = 0; i < count; i++)
        tree->symbols[i] = symbol_of_stem(b, av_prose_form(&words[i]));
    tree->part_count = (uint8_t)count;
    if (hyphens) tree->symbols[count] = joined(b, words, count);
    tree->joined = hyphens && tree->symbols[count] != AV_SYMBOL_ANY;
}

static part word_as_read(av_net_builder *b, const av_pattern *tree) {
    part out = take(b, tree->symbols[0], 0);
    for (size_t i = 1; i < tree->part_count; i++) out = then(b, out, take(b, tree->symbols[i], 0));
    return tree->joined ? either(b, out, take(b, tree->symbols[tree->part_count], 0)) : out;
}

static part plain_word(av_net_builder *b, av_pattern *tree) {
    if (tree->symbols != NULL) return word_as_read(b, tree);
    av_prose_word words[WORDS_IN_ONE];
    bool hyphens;
    size_t count = split(tree->text, words, &hyphens);
    for (size_t i = 0; i < count; i++)
        if (words[i].len == 0)
            return mistaken(b, "this word is longer than any word is read", "", AV_TEXT(""));
    if (count == 0)
        return mistaken(b, "this word has neither a letter nor a digit", "", AV_TEXT(""));
    if (tree->mark != 0) {
        if (count > 1)
            return mistaken(b, "`*` and `!` follow one word without hyphens", "", AV_TEXT(""));
        if (tree->mark == '!') return take(b, symbol_of(b, AV_NET_EXACT, tree->text), 0);
        return take(b, symbol_of(b, AV_NET_PREFIX, av_prose_form(words)), 0);
    }
    read_word(b, tree, words, count, hyphens);
    return b->status == AV_OK ? word_as_read(b, tree) : nothing_right;
}

static part compile(av_net_builder *b, av_pattern *tree);

static av_net_class *find_class(av_net_builder *b, av_text name) {
    for (size_t i = 0; i < b->class_count; i++)
        if (av_text_equal(b->classes[i].name, name)) return &b->classes[i];
    return NULL;
}

/** A member of one plain word shares the class's symbol instead of having a position of its own. */
static bool is_flat(const av_pattern *tree, av_prose_word *word) {
    av_prose_word words[WORDS_IN_ONE];
    bool hyphens;
    if (tree->kind != AV_PATTERN_WORD || tree->mark != 0 || tree->optional || tree->comma)
        return false;
    if (split(tree->text, words, &hyphens) != 1 || words[0].len == 0) return false;
    *word = words[0];
    return true;
}

/** Parses a class's members, once. A wrong one is reported where it stands. */
static void read_class(av_net_builder *b, av_net_class *class) {
    av_pattern **link = &class->longer;
    class->symbol = b->symbols++;
    for (uint32_t m = 0; m < class->member_count && b->status == AV_OK; m++) {
        av_prose_word word;
        av_net_mistake ignored = {0};
        av_pattern *tree = av_pattern_parse(b->arena, class->members[m], &ignored);
        if (tree == NULL) {
            if (ignored.message.len == 0) fail(b, AV_ERR_MEMORY);
        } else if (is_flat(tree, &word)) {
            class->flat = true;
            (void)symbol_of_stem(b, av_prose_form(&word));
            stand_for(b, word_of(b, AV_NET_STEM, av_stem(b->stemmer, av_prose_form(&word))),
                      class->symbol);
        } else {
            *link = tree;
            link = &tree->next;
        }
    }
}

static part class_part(av_net_builder *b, av_text name) {
    av_net_class *class = find_class(b, name);
    const av_quantity_kind quantity = av_quantity_find(name);
    if (class == NULL && quantity != AV_QUANTITY_NONE) return take(b, (av_symbol)quantity, 0);
    if (class == NULL) return mistaken(b, "there is no class of words", "", name);
    if (class->open || ++b->depth > AV_NET_DEPTH)
        return mistaken(b, "a class of words needs itself", "", AV_TEXT(""));
    class->open = true;
    class->used = true;
    if (class->symbol == 0) read_class(b, class);
    part out = {.wrong = false};
    bool any = false;
    for (av_pattern *tree = class->longer; tree != NULL && b->status == AV_OK; tree = tree->next) {
        part member = compile(b, tree);
        out = any ? either(b, out, member) : member;
        any = true;
    }
    if (class->flat) {
        part shared = take(b, class->symbol, 0);
        out = any ? either(b, out, shared) : shared;
        any = true;
    }
    class->open = false;
    b->depth--;
    return any ? out : mistaken(b, "this class has no words", "", AV_TEXT(""));
}

static part capture_part(av_net_builder *b, const av_pattern *tree) {
    if (b->captures == NULL)
        return mistaken(b, "a class of words and a cue cannot take a value", "", AV_TEXT(""));
    uint32_t n = 0;
    while (n < *b->capture_count && !av_text_equal(b->captures[n].name, tree->text)) n++;
    if (n < *b->capture_count && b->captures[n].kind != tree->quantity)
        return mistaken(b, "two patterns of one case take values of different kinds under one name",
                        "give one of them another name", AV_TEXT(""));
    if (n == AV_NET_CAPTURES)
        return mistaken(b, "the patterns of one case take at most 2 values", "", AV_TEXT(""));
    if (n == *b->capture_count)
        b->captures[(*b->capture_count)++] = (av_net_capture){tree->text, tree->quantity, false};
    b->captures[n].taken = true;
    return take(b, (av_symbol)tree->quantity, (uint8_t)(n + 1));
}

static part gap_part(av_net_builder *b, uint32_t words) {
    part out = empty_part;
    for (uint32_t i = 0; i < words; i++) {
        part one = take(b, AV_SYMBOL_ANY, 0);
        one.nullable = true;
        out = then(b, out, one);
    }
    return out;
}

static part compile(av_net_builder *b, av_pattern *tree) {
    part out = empty_part;
    switch ((av_pattern_kind)tree->kind) {
    case AV_PATTERN_WORD: out = plain_word(b, tree); break;
    case AV_PATTERN_ANY: out = take(b, AV_QUANTITY_WORD, 0); break;
    case AV_PATTERN_GAP: out = gap_part(b, tree->number); break;
    case AV_PATTERN_CLASS: out = class_part(b, tree->text); break;
    case AV_PATTERN_CAPTURE: out = capture_part(b, tree); break;
    case AV_PATTERN_SEQUENCE:
        for (av_pattern *i = tree->items; i != NULL; i = i->next) out = then(b, out, compile(b, i));
        break;
    case AV_PATTERN_CHOICE:
        out = compile(b, tree->items);
        for (av_pattern *i = tree->items->next; i != NULL; i = i->next)
            out = either(b, out, compile(b, i));
        break;
    }
    if (out.wrong) return out;
    for (size_t i = 0; tree->comma && i < out.first_count; i++)
        b->positions[out.first[i]].comma = 1;
    if (tree->optional) out.nullable = true;
    return out;
}

/* ---- a pattern */

static bool begins_with_gap(const av_net_builder *b, const part *p) {
    for (size_t i = 0; i < p->first_count; i++)
        if (b->positions[p->first[i]].symbol == AV_SYMBOL_ANY) return true;
    return false;
}

static bool ends_with_gap(const av_net_builder *b, const part *p) {
    for (size_t i = 0; i < p->last_count; i++)
        if (b->positions[p->last[i]].symbol == AV_SYMBOL_ANY) return true;
    return false;
}

av_status av_net_add(av_net_builder *b, av_text text, av_net_pattern meaning,
                     av_net_capture *captures, uint32_t *capture_count, av_net_mistake *mistake) {
    *mistake = (av_net_mistake){0};
    size_t positions = b->position_count, edges = b->edge_count;
    uint32_t taken = capture_count != NULL ? *capture_count : 0;
    b->captures = captures;
    b->capture_count = capture_count;
    b->mistake = mistake;
    b->depth = 0;
    for (uint32_t n = 0; n < taken; n++) captures[n].taken = false;
    av_pattern *tree = av_pattern_parse(b->arena, text, mistake);
    if (tree == NULL) return mistake->message.len > 0 ? AV_OK : AV_ERR_MEMORY;
    part whole = compile(b, tree);
    if (!whole.wrong && whole.nullable)
        whole = mistaken(b, "every word of this pattern may be left out", "", AV_TEXT(""));
    if (!whole.wrong && (begins_with_gap(b, &whole) || ends_with_gap(b, &whole)))
        whole = mistaken(b, "a gap stands between words, not at an end", "", AV_TEXT(""));
    if (b->pattern_count == AV_NET_PATTERNS) fail(b, AV_ERR_LIMIT);
    if (b->status != AV_OK) return b->status;
    if (mistake->message.len > 0) {
        for (size_t i = 0; i < b->class_count; i++) b->classes[i].open = false;
        b->position_count = positions;
        b->edge_count = edges;
        if (capture_count != NULL) *capture_count = taken;
        return AV_OK;
    }
    for (size_t i = 0; i < whole.last_count; i++)
        b->positions[whole.last[i]].accept = (uint32_t)b->pattern_count;
    for (size_t i = 0; i < whole.first_count; i++) {
        if (!GROW(b, starts, start_count, start_cap)) return b->status;
        b->starts[b->start_count++] = (pair){b->positions[whole.first[i]].symbol, whole.first[i]};
    }
    if (!GROW(b, patterns, pattern_count, pattern_cap)) return b->status;
    b->patterns[b->pattern_count++] = meaning;
    return AV_OK;
}

av_status av_net_check(av_arena *scratch, av_text pattern, av_net_mistake *mistake) {
    *mistake = (av_net_mistake){0};
    const av_pattern *tree = av_pattern_parse(scratch, pattern, mistake);
    return tree != NULL || mistake->message.len > 0 ? AV_OK : AV_ERR_MEMORY;
}

av_status av_net_know(av_net_builder *b, const av_net_class *class) {
    for (uint32_t m = 0; m < class->member_count && b->status == AV_OK; m++) {
        av_prose_reader reader = {.text = class->members[m]};
        av_prose_word word;
        if (is_folded(reader.text)) {
            (void)word_of(b, AV_NET_KNOWN, reader.text);
            continue;
        }
        while (av_prose_next(&reader, &word))
            if (word.len > 0) (void)word_of(b, AV_NET_KNOWN, av_prose_form(&word));
    }
    return b->status;
}

/* ---- the finished tables */

static int word_order(const void *left, const void *right) {
    const av_net_word *a = left, *b = right;
    bool a_known = a->kind == AV_NET_KNOWN, b_known = b->kind == AV_NET_KNOWN;
    if (a_known != b_known) return a_known ? 1 : -1;
    if (a_known && a->form.ptr[0] != b->form.ptr[0])
        return (unsigned char)a->form.ptr[0] < (unsigned char)b->form.ptr[0] ? -1 : 1;
    if (a_known && a->form.len != b->form.len) return a->form.len < b->form.len ? -1 : 1;
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    return av_text_compare(a->form, b->form);
}

/** Orders pairs by what they lead to or come from, keeping the order of equal ones: how many there are of each number says
 * where its pairs go. */
static void sort_by(const pair *in, pair *out, size_t count, bool by_from, uint32_t *places,
                    uint32_t numbers) {
    memset(places, 0, (numbers + 1) * sizeof *places);
    for (size_t i = 0; i < count; i++) places[(by_from ? in[i].from : in[i].to) + 1]++;
    for (uint32_t n = 1; n <= numbers; n++) places[n] += places[n - 1];
    for (size_t i = 0; i < count; i++) out[places[by_from ? in[i].from : in[i].to]++] = in[i];
}

/** By where they come from, then by where they lead; both are numbers below `numbers`. */
static void sort_pairs(av_net_builder *b, pair *pairs, size_t count, uint32_t numbers) {
    pair *work = AV_NEW_ARRAY(b->arena, pair, count + 1);
    uint32_t *places = AV_NEW_ARRAY(b->arena, uint32_t, (size_t)numbers + 2);
    if (work == NULL || places == NULL) {
        fail(b, AV_ERR_MEMORY);
        return;
    }
    sort_by(pairs, work, count, false, places, numbers);
    sort_by(work, pairs, count, true, places, numbers);
}

static uint32_t larger(uint32_t a, uint32_t b) {
    return a > b ? a : b;
}

static void *copy(av_net_builder *b, av_arena *arena, const void *from, size_t size) {
    void *made = size > 0 ? av_arena_copy(arena, from, size) : av_arena_take(arena, 1);
    if (made == NULL) fail(b, AV_ERR_MEMORY);
    return made;
}

/** Words with their symbols, which are numbered by the order of words at this time. */
static void finish_words(av_net_builder *b, av_arena *arena, av_net *out) {
    sort_pairs(b, b->meanings, b->meaning_count, larger((uint32_t)b->word_count, b->symbols));
    out->symbols = AV_NEW_ARRAY(arena, av_symbol, b->meaning_count + 1);
    if (out->symbols == NULL) {
        fail(b, AV_ERR_MEMORY);
        return;
    }
    for (size_t w = 0; w < b->word_count; w++) b->words[w].first = b->words[w].count = 0;
    for (size_t i = 0; i < b->meaning_count; i++) {
        av_net_word *word = &b->words[b->meanings[i].from];
        const av_symbol symbol = b->meanings[i].to;
        if (word->count > 0 && out->symbols[word->first + word->count - 1] == symbol) continue;
        if (word->count++ == 0) word->first = out->symbol_ref_count;
        out->symbols[out->symbol_ref_count++] = symbol;
    }
    if (b->word_count > 1) qsort(b->words, b->word_count, sizeof *b->words, word_order);
    out->words = copy(b, arena, b->words, b->word_count * sizeof *b->words);
    if (out->words == NULL) return;
    out->word_count = (uint32_t)b->word_count;
    for (size_t w = 0; w < b->word_count; w++) {
        out->words[w].form = av_arena_text(arena, b->words[w].form);
        if (out->words[w].form.ptr == NULL) fail(b, AV_ERR_MEMORY);
    }
}

av_status av_net_finish(av_net_builder *b, av_arena *arena, av_net *out) {
    *out = (av_net){.symbol_count = b->symbols};
    finish_words(b, arena, out);
    sort_pairs(b, b->edges, b->edge_count, (uint32_t)b->position_count);
    sort_pairs(b, b->starts, b->start_count, larger((uint32_t)b->position_count, b->symbols));
    out->edges = AV_NEW_ARRAY(arena, uint32_t, b->edge_count + 1);
    out->starts = AV_NEW_ARRAY(arena, av_net_start, b->start_count + 1);
    if (out->edges == NULL || out->starts == NULL) fail(b, AV_ERR_MEMORY);
    if (b->status != AV_OK) return b->status;
    for (size_t i = 0; i < b->edge_count; i++) {
        av_net_position *from = &b->positions[b->edges[i].from];
        if (from->count > 0 && out->edges[out->edge_count - 1] == b->edges[i].to) continue;
        if (from->count++ == 0) from->first = out->edge_count;
        out->edges[out->edge_count++] = b->edges[i].to;
    }
    out->positions = copy(b, arena, b->positions, b->position_count * sizeof *b->positions);
    out->position_count = (uint32_t)b->position_count;
    for (size_t i = 0; i < b->start_count; i++)
        out->starts[out->start_count++] = (av_net_start){b->starts[i].from, b->starts[i].to};
    out->patterns = copy(b, arena, b->patterns, b->pattern_count * sizeof *b->patterns);
    out->pattern_count = (uint32_t)b->pattern_count;
    return b->status;
}

/* ---- checking what a file gave */

static bool words_are_sound(const av_net *net) {
    for (uint32_t w = 0; w < net->word_count; w++) {
        const av_net_word *word = &net->words[w];
        if (word->kind > AV_NET_KNOWN || word->form.len == 0 || word->form.len > 2 * AV_PROSE_FORM)
            return false;
        if (word->first > net->symbol_ref_count ||
            word->count > net->symbol_ref_count - word->first)
            return false;
        if (w > 0 && word_order(&net->words[w - 1], word) >= 0) return false;
    }
    for (uint32_t i = 0; i < net->symbol_ref_count; i++)
        if (net->symbols[i] >= net->symbol_count || net->symbols[i] < AV_SYMBOL_WORDS) return false;
    return true;
}

static bool in_order(const av_net_start *a, const av_net_start *b) {
    return a->symbol < b->symbol || (a->symbol == b->symbol && a->position < b->position);
}

bool av_net_is_sound(const av_net *net, uint32_t signals, uint32_t cues) {
    if (net->position_count > AV_NET_POSITIONS || net->edge_count > AV_NET_EDGES ||
        net->word_count > AV_NET_WORDS || net->pattern_count > AV_NET_PATTERNS ||
        net->symbol_count > AV_SYMBOL_WORDS + 2 * AV_NET_WORDS || cues > AV_NET_CUES)
        return false;
    if (!words_are_sound(net)) return false;
    for (uint32_t p = 0; p < net->position_count; p++) {
        const av_net_position *at = &net->positions[p];
        if (at->symbol >= net->symbol_count || at->capture > AV_NET_CAPTURES ||
            at->first > net->edge_count || at->count > net->edge_count - at->first)
            return false;
        if (at->accept != UINT32_MAX && at->accept >= net->pattern_count) return false;
    }
    for (uint32_t e = 0; e < net->edge_count; e++)
        if (net->edges[e] >= net->position_count) return false;
    for (uint32_t s = 0; s < net->start_count; s++) {
        if (net->starts[s].position >= net->position_count ||
            net->starts[s].symbol >= net->symbol_count)
            return false;
        if (s > 0 && !in_order(&net->starts[s - 1], &net->starts[s])) return false;
    }
    for (uint32_t i = 0; i < net->pattern_count; i++) {
        const av_net_pattern *pattern = &net->patterns[i];
        if (pattern->use >= AV_NET_USES) return false;
        if (pattern->owner >= (pattern->use == AV_NET_SIGNAL ? signals : cues)) return false;
    }
    return true;
}
