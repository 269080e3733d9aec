#include "prose/hear.h"

#include <string.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/suggest.h"

enum {
    CACHED_SYMBOLS = 6,
    CACHE_LEAST = 256,
    CACHE_MOST = 16384,               /* words remembered */
    LONGEST_KNOWN = AV_PROSE_FORM + 1 /* one letter more than the longest word */
};

/** What a word means, remembered. */
typedef struct memory {
    uint64_t hash; /* of its bytes; 0: empty */
    uint32_t count;
    av_symbol symbols[CACHED_SYMBOLS];
} memory;

/** A way through a pattern that is still open. */
typedef struct thread {
    uint32_t position;
    uint16_t start;
    uint16_t captures[AV_NET_CAPTURES]; /* word + 1; 0: nothing taken */
} thread;

typedef struct threads {
    thread *items;
    uint32_t count;
} threads;

typedef struct match {
    uint32_t pattern;
    uint16_t start, end; /* words, both taken */
    uint16_t captures[AV_NET_CAPTURES];
} match;

/** The words a cue reaches, [from, to). */
typedef struct scope {
    uint32_t from, to;
} scope;

struct av_hearing {
    const av_net *net;
    av_stemmer *stemmer;
    av_map by_form;          /* hash of kind and form -> word; KNOWN ones are not in it */
    uint64_t prefix_lengths; /* bit n: a prefix of n bytes */
    uint32_t known;          /* first KNOWN word */
    /* First KNOWN word that begins with a letter from a to z and has a length, or stands behind. */
    uint32_t by_letter[26][LONGEST_KNOWN + 2];
    uint32_t *letters; /* of each KNOWN word: which letters it has, a bit each */
    memory *memories;
    uint64_t memory_mask;
    /* the sentence */
    av_prose_word words[AV_PROSE_SENTENCE];
    av_quantity quantities[AV_PROSE_SENTENCE];
    match matches[AV_HEAR_MATCHES];
    uint32_t match_count;
    scope scopes[AV_HEAR_MATCHES];       /* of the matches that are cues */
    uint64_t covered[AV_PROSE_SENTENCE]; /* cues that reach each word */
    /* the automaton at work */
    uint32_t *symbol_seen; /* by symbol: the turn in which a word had it last */
    uint32_t *reached;     /* by position: the turn in which it was reached last */
    uint32_t *reached_at;  /* ... and by which thread of that turn */
    uint32_t *last_match;  /* by pattern: its last match in this sentence + 1 */
    uint32_t *match_turn;  /* by pattern: the sentence last_match is of */
    uint32_t *first_start; /* by symbol: its first entry in net->starts; one more at the end */
    uint32_t turn, sentence;
    threads now, next;
};

/* ---- making */

static bool index_words(av_hearing *h) {
    const av_net *net = h->net;
    h->known = net->word_count;
    for (uint32_t w = 0; w < net->word_count; w++) {
        const av_net_word *word = &net->words[w];
        if (word->kind == AV_NET_KNOWN) {
            h->known = w;
            break;
        }
        uint64_t hash = av_hash(word->form, word->kind), taken;
        while (av_map_get(&h->by_form, hash, &taken)) hash++;
        if (av_map_set(&h->by_form, hash, w) != AV_OK) return false;
        if (word->kind == AV_NET_PREFIX && word->form.len < 64)
            h->prefix_lengths |= UINT64_C(1) << word->form.len;
    }
    return true;
}

static uint32_t letters_of(av_text form) {
    uint32_t bits = 0;
    for (size_t i = 0; i < form.len; i++) bits |= UINT32_C(1) << ((unsigned char)form.ptr[i] & 31);
    return bits;
}

static void index_known(av_hearing *h) {
    const av_net *net = h->net;
    uint32_t w = h->known;
    for (unsigned char letter = 'a'; letter <= 'z'; letter++) {
        for (size_t length = 0; length <= LONGEST_KNOWN + 1; length++) {
            while (w < net->word_count && ((unsigned char)net->words[w].form.ptr[0] < letter ||
                                           ((unsigned char)net->words[w].form.ptr[0] == letter &&
                                            net->words[w].form.len < length)))
                w++;
            h->by_letter[letter - 'a'][length] = w;
        }
    }
    for (uint32_t k = h->known; k < net->word_count; k++)
        h->letters[k - h->known] = letters_of(net->words[k].form);
}

static void index_starts(av_hearing *h) {
    const av_net *net = h->net;
    uint32_t s = 0;
    for (uint32_t symbol = 0; symbol <= net->symbol_count; symbol++) {
        while (s < net->start_count && net->starts[s].symbol < symbol) s++;
        h->first_start[symbol] = s;
    }
}

av_hearing *av_hearing_new(av_arena *arena, const av_net *net, size_t bytes) {
    av_hearing *h = AV_NEW(arena, av_hearing);
    if (h == NULL) return NULL;
    h->net = net;
    av_map_init(&h->by_form, arena);
    size_t memories = CACHE_LEAST;
    while (memories < CACHE_MOST && memories < bytes / 8) memories *= 2;
    h->memory_mask = memories - 1;
    h->memories = AV_NEW_ARRAY(arena, memory, memories);
    if (!index_words(h)) return NULL;
    h->letters = AV_NEW_ARRAY(arena, uint32_t, net->word_count - h->known + 1);
    h->symbol_seen = AV_NEW_ARRAY(arena, uint32_t, net->symbol_count + 1);
    h->first_start = AV_NEW_ARRAY(arena, uint32_t, net->symbol_count + 2);
    h->reached = AV_NEW_ARRAY(arena, uint32_t, net->position_count + 1);
    h->reached_at = AV_NEW_ARRAY(arena, uint32_t, net->position_count + 1);
    h->last_match = AV_NEW_ARRAY(arena, uint32_t, net->pattern_count + 1);
    h->match_turn = AV_NEW_ARRAY(arena, uint32_t, net->pattern_count + 1);
    h->now.items = AV_NEW_ARRAY(arena, thread, net->position_count + 1);
    h->next.items = AV_NEW_ARRAY(arena, thread, net->position_count + 1);
    if (arena->failed) return NULL;
    index_known(h);
    index_starts(h);
    h->stemmer = av_stemmer_new();
    return h->stemmer != NULL ? h : NULL;
}

void av_hearing_end(av_hearing *h) {
    if (h != NULL) av_stemmer_free(h->stemmer);
}

/* ---- what a word means */

typedef struct meanings {
    av_symbol symbols[AV_HEAR_SYMBOLS];
    uint32_t count;
} meanings;

static bool add_word(const av_hearing *h, av_net_word_kind kind, av_text form, meanings *out) {
    uint64_t hash = av_hash(form, kind), at;
    for (; av_map_get(&h->by_form, hash, &at); hash++) {
        const av_net_word *word = &h->net->words[at];
        if (word->kind != kind || !av_text_equal(word->form, form)) continue;
        for (uint32_t i = 0; i < word->count && out->count < AV_HEAR_SYMBOLS; i++)
            out->symbols[out->count++] = h->net->symbols[word->first + i];
        return true;
    }
    return false;
}

static bool is_letters(av_text form) {
    for (size_t i = 0; i < form.len; i++)
        if (form.ptr[i] < 'a' || form.ptr[i] > 'z') return false;
    return true;
}

static bool one_mistake(uint32_t letters, uint32_t known_letters) {
    uint32_t different = letters ^ known_letters;
    different &= different - 1; /* one substitution changes two letters at most */
    different &= different - 1;
    return different == 0;
}

/**
 * The known word a word is one mistake away from; itself when it is known. Empty when there is none
 * or more than one stem could be meant. The first letter is taken to be right.
 */
static av_text mend(av_hearing *h, av_text form, bool *known) {
    const av_net *net = h->net;
    const uint32_t *by_length = h->by_letter[form.ptr[0] - 'a'];
    uint32_t letters = letters_of(form);
    av_text found = AV_TEXT("");
    *known = false;
    for (uint32_t w = by_length[form.len - 1]; w < by_length[form.len + 2]; w++) {
        av_text word = net->words[w].form;
        if (!one_mistake(letters, h->letters[w - h->known])) continue;
        if (av_text_equal(word, form)) {
            *known = true;
            return word;
        }
        if (word.len < AV_NET_FUZZY || form.len < AV_NET_FUZZY || !is_letters(word)) continue;
        if (found.len == 0 && av_edit_distance(form, word, 1) == 1) found = word;
    }
    return found;
}

static void look_up(av_hearing *h, const av_prose_word *word, av_text raw, meanings *out) {
    av_text form = av_prose_form(word);
    out->count = 0;
    if (form.len == 0) return;
    bool found = add_word(h, AV_NET_STEM, av_stem(h->stemmer, form), out);
    (void)add_word(h, AV_NET_EXACT, raw, out);
    for (uint64_t left = h->prefix_lengths; left != 0; left &= left - 1) {
        size_t length = (size_t)__builtin_ctzll(left);
        if (length > form.len) break;
        if (add_word(h, AV_NET_PREFIX, av_text_slice(form, 0, length), out)) found = true;
    }
    if (found || form.len < AV_NET_FUZZY || form.len >= LONGEST_KNOWN || !is_letters(form)) return;
    bool known;
    av_text mended = mend(h, form, &known);
    if (mended.len > 0 && !known) (void)add_word(h, AV_NET_STEM, av_stem(h->stemmer, mended), out);
}

/** The same through the memory. */
static void mean(av_hearing *h, const av_prose_word *word, av_text raw, meanings *out) {
    uint64_t hash = av_hash(raw, 0) | 1;
    memory *kept = &h->memories[(hash >> 1) & h->memory_mask];
    if (kept->hash == hash) {
        memcpy(out->symbols, kept->symbols, sizeof kept->symbols);
        out->count = kept->count;
        return;
    }
    look_up(h, word, raw, out);
    if (out->count > CACHED_SYMBOLS) return;
    kept->hash = hash;
    kept->count = out->count;
    memcpy(kept->symbols, out->symbols, sizeof kept->symbols);
}

/* ---- the automaton */

static void record(av_hearing *h, const thread *t, uint32_t pattern, uint16_t at) {
    if (h->match_turn[pattern] == h->sentence) {
        match *last = &h->matches[h->last_match[pattern] - 1];
        bool longer = last->start == t->start;
        if (longer ||
            t->start <= last->end) { /* of words that overlap, the first match, as long as can be */
            if (!longer) return;
            last->end = at;
            memcpy(last->captures, t->captures, sizeof last->captures);
            return;
        }
    }
    if (h->match_count == AV_HEAR_MATCHES) return;
    match *made = &h->matches[h->match_count++];
    *made = (match){.pattern = pattern, .start = t->start, .end = at};
    memcpy(made->captures, t->captures, sizeof made->captures);
    h->last_match[pattern] = h->match_count;
    h->match_turn[pattern] = h->sentence;
}

/** Whether the word at work can be taken at a position. */
static bool takes(const av_hearing *h, const av_net_position *position, uint16_t at) {
    if (position->comma && h->words[at].border != AV_BORDER_COMMA) return false;
    return position->symbol == AV_SYMBOL_ANY || h->symbol_seen[position->symbol] == h->turn;
}

static void reach(av_hearing *h, uint32_t at, thread t, uint16_t word) {
    if (h->net->positions[at].capture > 0)
        t.captures[h->net->positions[at].capture - 1] = (uint16_t)(word + 1);
    t.position = at;
    if (h->reached[at] == h->turn) {
        thread *old = &h->next.items[h->reached_at[at]];
        if (t.start < old->start) *old = t;
        return;
    }
    h->reached[at] = h->turn;
    h->reached_at[at] = h->next.count;
    h->next.items[h->next.count++] = t;
}

static void note_meanings(av_hearing *h, const meanings *m, const av_quantity *q) {
    for (uint32_t i = 0; i < m->count; i++) h->symbol_seen[m->symbols[i]] = h->turn;
    h->symbol_seen[AV_QUANTITY_WORD] = h->turn;
    if (q->kind != AV_QUANTITY_NONE) h->symbol_seen[q->kind] = h->turn;
    if (q->kind == AV_QUANTITY_COUNT) h->symbol_seen[AV_QUANTITY_NUMBER] = h->turn;
}

static void begin(av_hearing *h, av_symbol symbol, uint16_t word) {
    const av_net *net = h->net;
    for (uint32_t s = h->first_start[symbol]; s < h->first_start[symbol + 1]; s++) {
        uint32_t at = net->starts[s].position;
        if (net->positions[at].comma && h->words[word].border != AV_BORDER_COMMA) continue;
        reach(h, at, (thread){.start = word}, word);
    }
}

static void next_turn(av_hearing *h) {
    if (++h->turn != 0) return;
    memset(h->symbol_seen, 0, (h->net->symbol_count + 1) * sizeof *h->symbol_seen);
    memset(h->reached, 0, (h->net->position_count + 1) * sizeof *h->reached);
    h->turn = 1;
}

static void read_word(av_hearing *h, av_text text, uint16_t word) {
    const av_net *net = h->net;
    const av_prose_word *w = &h->words[word];
    const av_quantity *q = &h->quantities[word];
    meanings m = {.count = 0};
    next_turn(h);
    if (!q->merged) mean(h, w, av_text_slice(text, w->start, w->end - w->start), &m);
    note_meanings(h, &m, q);
    h->next.count = 0;
    for (uint32_t i = 0; i < h->now.count; i++) {
        const thread t = h->now.items[i];
        const av_net_position *from = &net->positions[t.position];
        for (uint32_t e = from->first; e < from->first + from->count; e++)
            if (takes(h, &net->positions[net->edges[e]], word)) reach(h, net->edges[e], t, word);
    }
    for (uint32_t i = 0; i < m.count; i++) begin(h, m.symbols[i], word);
    begin(h, AV_QUANTITY_WORD, word);
    if (q->kind != AV_QUANTITY_NONE) begin(h, q->kind, word);
    if (q->kind == AV_QUANTITY_COUNT) begin(h, AV_QUANTITY_NUMBER, word);
    for (uint32_t i = 0; i < h->next.count; i++) {
        uint32_t accept = net->positions[h->next.items[i].position].accept;
        if (accept != UINT32_MAX) record(h, &h->next.items[i], accept, word);
    }
    threads swap = h->now;
    h->now = h->next;
    h->next = swap;
}

/* ---- cues */

static const av_net_pattern *pattern_of(const av_hearing *h, const match *m) {
    return &h->net->patterns[m->pattern];
}

/** Where the reach of the cue in `m` ends: its own ends of reach narrow it. */
static scope scope_of(const av_hearing *h, const match *m, uint32_t count) {
    const av_net_pattern *cue = pattern_of(h, m);
    scope s = {0, count};
    if (cue->use == AV_NET_AHEAD) s.from = m->start;
    if (cue->use == AV_NET_BEHIND) s.to = (uint32_t)m->end + 1;
    if (cue->use == AV_NET_WITHIN) return (scope){m->start, (uint32_t)m->end + 1};
    if (cue->reach > 0) {
        if (s.to > m->end + 1 + cue->reach) s.to = m->end + 1 + cue->reach;
        if (m->start > cue->reach && s.from < m->start - cue->reach) s.from = m->start - cue->reach;
    }
    for (uint32_t i = 0; i < h->match_count; i++) {
        const match *end = &h->matches[i];
        if (pattern_of(h, end)->use != AV_NET_UNTIL || pattern_of(h, end)->owner != cue->owner)
            continue;
        if (end->start > m->end && end->start < s.to) s.to = end->start;
        if (end->start <= m->start && end->start > s.from) s.from = end->start;
    }
    return s;
}

static bool is_cue(uint32_t use) {
    return use == AV_NET_AHEAD || use == AV_NET_BEHIND || use == AV_NET_AROUND ||
           use == AV_NET_WITHIN;
}

static void cover(av_hearing *h, uint32_t count) {
    memset(h->covered, 0, count * sizeof *h->covered);
    for (uint32_t i = 0; i < h->match_count; i++) {
        if (!is_cue(pattern_of(h, &h->matches[i])->use)) continue;
        h->scopes[i] = scope_of(h, &h->matches[i], count);
        for (uint32_t w = h->scopes[i].from; w < h->scopes[i].to; w++)
            h->covered[w] |= UINT64_C(1) << pattern_of(h, &h->matches[i])->owner;
    }
}

/** The cues that hold for a match. A cue among its own words does not: they say it already. */
static uint64_t cues_of(const av_hearing *h, const match *m) {
    uint64_t near = 0, sure = 0;
    for (uint32_t w = m->start; w <= m->end; w++) near |= h->covered[w];
    for (uint32_t i = 0; i < h->match_count && sure != near; i++) {
        const match *other = &h->matches[i];
        if (!is_cue(pattern_of(h, other)->use)) continue;
        bool overlap = other->start <= m->end && other->end >= m->start;
        bool whole = other->start <= m->start && m->end <= other->end &&
                     other->end - other->start > m->end - m->start;
        if (pattern_of(h, other)->use == AV_NET_WITHIN ? !whole : overlap) continue;
        if (h->scopes[i].from <= m->end && h->scopes[i].to > m->start)
            sure |= UINT64_C(1) << pattern_of(h, other)->owner;
    }
    return sure;
}

/* ---- sentences */

static av_status tell(av_hearing *h, uint32_t count, av_heard_fn *heard, void *payload,
                      av_heard_sums *sums) {
    bool covered = false;
    for (uint32_t i = 0; i < h->match_count; i++) {
        const match *m = &h->matches[i];
        const av_net_pattern *pattern = &h->net->patterns[m->pattern];
        if (pattern->use != AV_NET_SIGNAL) continue;
        if (!covered) cover(h, count);
        av_heard out = {.sentence_start = !covered,
                        .signal = pattern->owner,
                        .start = h->words[m->start].start,
                        .end = h->words[m->end].end,
                        .cues = cues_of(h, m)};
        for (size_t c = 0; c < AV_NET_CAPTURES; c++) {
            if (m->captures[c] == 0) continue;
            uint32_t word = m->captures[c] - 1u;
            out.captures[c].quantity = h->quantities[word];
            out.captures[c].start = h->words[word].start;
            out.captures[c].end = h->words[word].end;
        }
        covered = true;
        sums->matches++;
        AV_TRY(heard(payload, &out));
    }
    return AV_OK;
}

static av_status read_sentence(av_hearing *h, av_text text, uint32_t count, av_heard_fn *heard,
                               void *payload, av_heard_sums *sums) {
    sums->words += count;
    count = (uint32_t)av_quantities_merge(h->words, count, h->quantities);
    h->match_count = 0;
    h->now.count = 0;
    h->sentence++;
    for (uint32_t w = 0; w < count; w++) read_word(h, text, (uint16_t)w);
    return tell(h, count, heard, payload, sums);
}

av_status av_hear(av_hearing *h, av_text text, av_heard_fn *heard, void *payload,
                  av_heard_sums *sums) {
    av_prose_reader reader = {.text = text};
    av_prose_word word;
    uint32_t count = 0;
    *sums = (av_heard_sums){0};
    while (av_prose_next(&reader, &word)) {
        if (count == AV_PROSE_SENTENCE || (count > 0 && word.border == AV_BORDER_SENTENCE)) {
            AV_TRY(read_sentence(h, text, count, heard, payload, sums));
            count = 0;
        }
        h->words[count++] = word;
    }
    return count > 0 ? read_sentence(h, text, count, heard, payload, sums) : AV_OK;
}
