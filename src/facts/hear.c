/* From what is heard in prose to facts: which signal holds, which of several, from which words. */
#include "prose/hear.h"

#include <string.h>

#include "base/set.h"
#include "facts/facts.h"
#include "facts/words.h"

enum {
    CANDIDATES = 32 /* different values one signal may give in one text; later ones are not heard */
};

/** A value that words gave a fact. */
typedef struct candidate {
    const struct candidate *next; /* of the same fact, the later ones first */
    uint32_t signal;
    av_value value;
    av_text at, evidence;
    uint64_t order; /* place in the whole text */
} candidate;

/** Where the text was counted up to: lines are counted once, as sentences come in order. */
typedef struct cursor {
    size_t at;
    uint32_t line, column;
} cursor;

typedef struct hearer {
    const av_program *program;
    const av_facts_options *options;
    av_facts *facts;
    av_arena scratch;
    const av_prose_piece *piece;
    size_t before; /* bytes of earlier pieces */
    cursor cursor;
    const candidate **candidates; /* by definition */
    uint8_t *given;               /* by signal: values given so far */
    bool known;                   /**< something was heard that the brief states itself */
    /* the sentence */
    av_heard heard[AV_HEAR_MATCHES];
    uint32_t count;
} hearer;

static uint32_t fact_of(const hearer *h, uint32_t signal) {
    return h->program->rules[h->program->signals[signal].rule].def;
}

/** Whether the cues around the words are those the case wants. */
static bool is_accepted(const hearer *h, const av_heard *heard) {
    const av_signal *signal = &h->program->signals[heard->signal];
    uint64_t withheld = 0;
    for (uint32_t c = 0; c < h->program->cue_count; c++)
        if (!h->program->cues[c].neutral) withheld |= UINT64_C(1) << c;
    if ((heard->cues & withheld & ~signal->cues) != 0) return false;
    return signal->cues == 0 || (heard->cues & signal->cues) != 0;
}

/* ---- values */

static bool fits(const hearer *h, av_type_id type_id, av_value value) {
    const av_type *type = &h->program->types[type_id];
    switch (type->kind) {
    case AV_T_BOOL: return value.kind == AV_BOOL;
    case AV_T_INT:
        return value.kind == AV_INT &&
               (!type->ranged || (value.as.integer >= type->low && value.as.integer <= type->high));
    case AV_T_DECIMAL: return value.kind == AV_DECIMAL;
    case AV_T_MONEY: return value.kind == AV_MONEY;
    case AV_T_TEXT:
    case AV_T_REF: return value.kind == AV_STRING;
    case AV_T_ENUM: return value.kind == AV_ENUM && value.type == type->index;
    case AV_T_SET: return value.kind == AV_SET && value.type == type->index;
    case AV_T_RECORD: return value.kind == AV_RECORD && value.type == type->index;
    case AV_T_OPTION: return value.kind == AV_NONE || fits(h, type->element, value);
    case AV_T_LIST:
        if (value.kind != AV_LIST) return false;
        for (size_t i = 0; i < value.as.list->count; i++)
            if (!fits(h, type->element, value.as.list->items[i])) return false;
        return true;
    default: return false;
    }
}

/** A member as a set, an item as a list. */
static av_status widen(const hearer *h, uint32_t fact, av_value *value) {
    const av_type *type = &h->program->types[h->program->defs[fact].type];
    if (type->kind == AV_T_SET && value->kind == AV_ENUM && value->as.integer < AV_SET_MEMBERS)
        AV_TRY(av_set_of_one(h->facts->arena, value->type, (uint32_t)value->as.integer, value));
    if (type->kind != AV_T_LIST || value->kind == AV_LIST) return AV_OK;
    av_value list, *items;
    AV_TRY(av_list_new(h->facts->arena, 1, &list, &items));
    items[0] = *value;
    *value = list;
    return AV_OK;
}

static av_status capture(const hearer *h, const av_heard *heard, const av_signal *signal, size_t i,
                         av_value *out) {
    const av_quantity *quantity = &heard->captures[i].quantity;
    const uint32_t start = heard->captures[i].start, end = heard->captures[i].end;
    *out = av_none();
    if (start == end) return AV_OK;
    switch ((av_quantity_kind)signal->captures[i]) {
    case AV_QUANTITY_WORD:
        return av_string(h->facts->arena, av_text_slice(h->piece->text, start, end - start), out);
    case AV_QUANTITY_DATE: *out = av_quantity_date(h->facts->arena, quantity); return AV_OK;
    default:
        *out = av_quantity_value(quantity, (av_quantity_kind)signal->captures[i]);
        return AV_OK;
    }
}

/** The value of a signal for these words; none when the words do not give one. */
static av_status value_of(const hearer *h, const av_heard *heard, bool *given, av_value *out) {
    const av_signal *signal = &h->program->signals[heard->signal];
    av_value args[AV_NET_CAPTURES] = {av_none(), av_none()}, holds;
    *given = false;
    for (uint32_t i = 0; i < signal->capture_count; i++) {
        AV_TRY(capture(h, heard, signal, i, &args[i]));
        if (args[i].kind == AV_NONE) return AV_OK;
    }
    av_status status = AV_OK;
    if (signal->where != AV_NO_INDEX) {
        status = h->options->signal(h->options->payload, signal->where, args, &holds);
        if (status == AV_OK && !(holds.kind == AV_BOOL && holds.as.integer != 0)) return AV_OK;
    }
    if (status == AV_OK) status = h->options->signal(h->options->payload, signal->value, args, out);
    /* a number too large for its fact, say: nothing was said */
    if (status == AV_ERR_RUN) return AV_OK;
    AV_TRY(status);
    AV_TRY(widen(h, fact_of(h, heard->signal), out));
    *given = fits(h, h->program->defs[fact_of(h, heard->signal)].type, *out);
    return AV_OK;
}

/* ---- places */

static void advance(cursor *c, av_text text, size_t offset) {
    for (; c->at < offset; c->at++) {
        if (text.ptr[c->at] == '\n') {
            c->line++;
            c->column = 1;
        } else if (((unsigned char)text.ptr[c->at] & 0xC0) != 0x80) {
            c->column++;
        }
    }
}

/** A place in the sentence at hand, which begins where the cursor stands. */
static av_text place_of(const hearer *h, uint32_t offset) {
    cursor c = h->cursor;
    advance(&c, h->piece->text, offset);
    return av_arena_format(h->facts->arena, "%.*s:%u:%u", AV_TEXT_ARG(h->piece->name), c.line,
                           c.column);
}

/* ---- candidates */

static av_status add(hearer *h, const av_heard *heard) {
    const uint32_t fact = fact_of(h, heard->signal);
    const av_signal *signal = &h->program->signals[heard->signal];
    const unsigned most = signal->capture_count > 0 ? CANDIDATES : 1;
    if (h->given[heard->signal] >= most) return AV_OK;
    av_value value;
    bool given;
    AV_TRY(value_of(h, heard, &given, &value));
    if (!given) return AV_OK;
    for (const candidate *old = h->candidates[fact]; old != NULL; old = old->next)
        if (old->signal == heard->signal && av_value_equal(old->value, value)) return AV_OK;
    h->given[heard->signal]++;
    candidate *made = AV_NEW(&h->scratch, candidate);
    if (made == NULL) return AV_ERR_MEMORY;
    *made = (candidate){
        .next = h->candidates[fact],
        .signal = heard->signal,
        .value = value,
        .at = place_of(h, heard->start),
        .evidence = av_words_evidence(h->facts->arena, av_text_slice(h->piece->text, heard->start,
                                                                     heard->end - heard->start)),
        .order = h->before + heard->start};
    if (made->at.ptr == NULL || made->evidence.ptr == NULL) return AV_ERR_MEMORY;
    h->candidates[fact] = made;
    return AV_OK;
}

/** Whether other words of the sentence that speak of the same fact hold these and more. */
static bool is_swallowed(const hearer *h, const av_heard *inner) {
    for (uint32_t i = 0; i < h->count; i++) {
        const av_heard *outer = &h->heard[i];
        if (fact_of(h, outer->signal) != fact_of(h, inner->signal)) continue;
        if (outer->start <= inner->start && outer->end >= inner->end &&
            outer->end - outer->start > inner->end - inner->start)
            return true;
    }
    return false;
}

static av_status end_sentence(hearer *h) {
    size_t first = h->piece->text.len;
    for (uint32_t i = 0; i < h->count; i++)
        if (h->heard[i].start < first) first = h->heard[i].start;
    if (h->count > 0) advance(&h->cursor, h->piece->text, first);
    for (uint32_t i = 0; i < h->count; i++)
        if (!is_swallowed(h, &h->heard[i])) AV_TRY(add(h, &h->heard[i]));
    h->count = 0;
    return AV_OK;
}

static av_status take(void *payload, const av_heard *heard) {
    hearer *h = payload;
    if (heard->sentence_start) AV_TRY(end_sentence(h));
    const uint32_t fact = fact_of(h, heard->signal);
    if (!is_accepted(h, heard) || h->count == AV_HEAR_MATCHES) return AV_OK;
    if (h->facts->stated[fact].stated) {
        h->known = true;
        return AV_OK;
    }
    /* words that say nothing, because their `where` does not hold, swallow no others */
    if (h->program->signals[heard->signal].where != AV_NO_INDEX) {
        bool given;
        av_value value;
        AV_TRY(value_of(h, heard, &given, &value));
        if (!given) return AV_OK;
    }
    h->heard[h->count++] = *heard;
    return AV_OK;
}

/* ---- what holds */

/** Stated before likely, then the stronger, then what the text says first. */
static bool is_before(const hearer *h, const candidate *a, const candidate *b) {
    const av_signal *left = &h->program->signals[a->signal],
                    *right = &h->program->signals[b->signal];
    if (left->implied != right->implied) return right->implied;
    if (left->strength != right->strength) return left->strength > right->strength;
    if (a->order != b->order) return a->order < b->order;
    return a->signal < b->signal;
}

static bool has_item(av_value list, size_t count, av_value item) {
    for (size_t i = 0; i < count; i++)
        if (av_value_equal(list.as.list->items[i], item)) return true;
    return false;
}

/** All items of both lists, each once. */
static av_status append(const hearer *h, av_value *list, av_value more) {
    const av_list *left = list->as.list, *right = more.as.list;
    av_value joined, *items;
    AV_TRY(av_list_new(h->facts->arena, left->count + right->count, &joined, &items));
    memcpy(items, left->items, left->count * sizeof *items);
    size_t count = left->count;
    for (size_t i = 0; i < right->count; i++)
        if (!has_item(joined, count, right->items[i])) items[count++] = right->items[i];
    ((av_list *)(uintptr_t)joined.as.list)->count = count;
    *list = joined;
    return AV_OK;
}

static av_status clash(hearer *h, uint32_t fact, const candidate *lost) {
    av_facts *facts = h->facts;
    av_clash *grown = AV_NEW_ARRAY(facts->arena, av_clash, facts->clash_count + 1);
    if (grown == NULL) return AV_ERR_MEMORY;
    if (facts->clash_count > 0) memcpy(grown, facts->clashes, facts->clash_count * sizeof *grown);
    grown[facts->clash_count++] = (av_clash){.fact = fact,
                                             .rule = h->program->signals[lost->signal].rule,
                                             .value = lost->value,
                                             .at = lost->at,
                                             .evidence = lost->evidence};
    facts->clashes = grown;
    return AV_OK;
}

static uint32_t sort(const hearer *h, const candidate *first, const candidate **out) {
    uint32_t count = 0;
    for (const candidate *c = first; c != NULL; c = c->next) {
        uint32_t at = count++;
        for (; at > 0 && is_before(h, c, out[at - 1]); at--) out[at] = out[at - 1];
        out[at] = c;
    }
    return count;
}

static bool same_clash(const av_facts *facts, uint32_t fact, av_value value) {
    for (size_t i = facts->clash_count; i-- > 0 && facts->clashes[i].fact == fact;)
        if (av_value_equal(facts->clashes[i].value, value)) return true;
    return false;
}

static av_status resolve(hearer *h, uint32_t fact) {
    uint32_t count = 0;
    for (const candidate *c = h->candidates[fact]; c != NULL; c = c->next) count++;
    const candidate **sorted = AV_NEW_ARRAY(&h->scratch, const candidate *, count);
    uint32_t *rules = AV_NEW_ARRAY(h->facts->arena, uint32_t, count);
    if (sorted == NULL || rules == NULL) return AV_ERR_MEMORY;
    (void)sort(h, h->candidates[fact], sorted);
    const candidate *best = sorted[0];
    const bool implied = h->program->signals[best->signal].implied;
    av_stated *stated = &h->facts->stated[fact];
    *stated = (av_stated){.stated = true,
                          .heard = true,
                          .implied = implied,
                          .rules = rules,
                          .value = best->value,
                          .at = best->at,
                          .evidence = best->evidence};
    av_members united = {{0}};
    for (uint32_t i = 0; i < count; i++) {
        const candidate *c = sorted[i];
        bool same = av_value_equal(c->value, best->value);
        if (best->value.kind == AV_SET) av_members_unite(&united, c->value);
        else if (best->value.kind == AV_LIST && i > 0) AV_TRY(append(h, &stated->value, c->value));
        else if (!same && h->program->signals[c->signal].implied == implied &&
                 !same_clash(h->facts, fact, c->value))
            AV_TRY(clash(h, fact, c));
        if (same || best->value.kind == AV_SET || best->value.kind == AV_LIST)
            rules[stated->rule_count++] = h->program->signals[c->signal].rule;
    }
    if (best->value.kind != AV_SET) return AV_OK;
    return av_set_new(h->facts->arena, best->value.type, &united, &stated->value);
}

static av_status hear_all(hearer *h, av_hearing *hearing, const av_prose_piece *pieces,
                          size_t count) {
    for (size_t i = 0; i < count; i++) {
        av_heard_sums sums;
        h->piece = &pieces[i];
        h->cursor = (cursor){.line = pieces[i].line, .column = pieces[i].column};
        AV_TRY(av_hear(hearing, pieces[i].text, take, h, &sums));
        AV_TRY(end_sentence(h));
        h->before += pieces[i].text.len;
    }
    return AV_OK;
}

static av_status hear(hearer *h, const av_prose_piece *pieces, size_t count, size_t bytes,
                      size_t *heard) {
    const av_program *p = h->program;
    h->candidates = AV_NEW_ARRAY(&h->scratch, const candidate *, p->def_count + 1);
    h->given = AV_NEW_ARRAY(&h->scratch, uint8_t, p->signal_count + 1);
    if (h->candidates == NULL || h->given == NULL) return AV_ERR_MEMORY;
    av_hearing *hearing = av_hearing_new(&h->scratch, &p->net, bytes);
    if (hearing == NULL) return AV_ERR_MEMORY;
    av_status status = hear_all(h, hearing, pieces, count);
    av_hearing_end(hearing);
    for (uint32_t def = 0; def < p->def_count && status == AV_OK; def++) {
        if (h->candidates[def] == NULL) continue;
        status = resolve(h, def);
        ++*heard;
    }
    return status;
}

av_status av_facts_hear(const av_program *program, const av_facts_options *options,
                        const av_prose_piece *pieces, size_t count, av_facts *out,
                        av_heard_facts *heard) {
    size_t bytes = 0;
    *heard = (av_heard_facts){0};
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].text.len > AV_PROSE_BYTES - bytes) return AV_ERR_LIMIT;
        bytes += pieces[i].text.len;
    }
    hearer *h = av_arena_take(out->arena, sizeof *h);
    if (h == NULL) return AV_ERR_MEMORY;
    h->program = program;
    h->options = options;
    h->facts = out;
    av_arena_init(&h->scratch, &out->arena->host, 0);
    av_status status = hear(h, pieces, count, bytes, &heard->count);
    heard->known = h->known;
    av_arena_free(&h->scratch);
    return status;
}

static void report(av_diags *diags, const av_program *program, const av_facts *facts, av_span span,
                   av_heard_facts heard) {
    for (size_t i = 0; i < facts->clash_count; i++) {
        const av_clash *clash = &facts->clashes[i];
        const av_stated *kept = &facts->stated[clash->fact];
        const av_text fact = program->defs[clash->fact].name;
        av_diag *diag = av_diag_add(
            diags, AV_W_FACT_CLASH, span,
            "the text says two things of `%.*s`: \"%.*s\" (%.*s) is taken, \"%.*s\" (%.*s) is not",
            AV_TEXT_ARG(fact), AV_TEXT_ARG(kept->evidence), AV_TEXT_ARG(kept->at),
            AV_TEXT_ARG(clash->evidence), AV_TEXT_ARG(clash->at));
        av_diag_help(diags, diag, "state `%.*s` in the brief", AV_TEXT_ARG(fact));
    }
    if (heard.count > 0) return;
    av_diag *diag =
        av_diag_add(diags, AV_W_NOTHING_HEARD, span, "%s; every other fact is inferred",
                    heard.known ? "what was understood of this text the brief states itself"
                                : "no phrase of this text states a fact");
    av_diag_help(diags, diag,
                 "say what the product is, for whom, how many people use and build it, and what it "
                 "may cost");
}

/** What is to be heard of the facts that are prose. */
typedef struct collection {
    av_arena *arena;
    av_prose_piece *pieces;
    size_t count, cap;
} collection;

static av_status add_piece(collection *c, av_prose_piece piece) {
    av_prose_piece *grown = av_arena_grow(c->arena, c->pieces, c->count, &c->cap, sizeof *grown);
    if (grown == NULL) return AV_ERR_MEMORY;
    c->pieces = grown;
    grown[c->count++] = piece;
    return AV_OK;
}

/** The parts of a prose that its function gives: records with `text` and `line`. */
static av_status add_parts(collection *c, const av_program *program, const av_def *def,
                           av_value list) {
    for (size_t i = 0; list.kind == AV_LIST && i < list.as.list->count; i++) {
        const av_value part = list.as.list->items[i];
        if (part.kind != AV_RECORD || part.type >= program->record_count) continue;
        const av_record_type *type = &program->records[part.type];
        const uint32_t text = av_record_slot(type, AV_TEXT("text")),
                       line = av_record_slot(type, AV_TEXT("line"));
        if (text >= part.as.record->count || line >= part.as.record->count) continue;
        const av_value words = part.as.record->fields[text], at = part.as.record->fields[line];
        if (words.kind != AV_STRING || at.kind != AV_INT) continue;
        AV_TRY(
            add_piece(c, (av_prose_piece){.text = *words.as.string,
                                          .name = def->name,
                                          .line = at.as.integer > 0 ? (uint32_t)at.as.integer : 1,
                                          .column = 1}));
    }
    return AV_OK;
}

static av_status add_prose(collection *c, const av_program *program,
                           const av_facts_options *options, uint32_t fact, const av_facts *facts) {
    const av_def *def = &program->defs[fact];
    const av_value text = facts->stated[fact].value;
    if (def->parts == AV_NO_INDEX)
        return add_piece(
            c,
            (av_prose_piece){.text = *text.as.string, .name = def->name, .line = 1, .column = 1});
    av_value list;
    AV_TRY(options->signal(options->payload, def->parts, &text, &list));
    return add_parts(c, program, def, list);
}

av_status av_facts_hear_prose(const av_program *program, av_diags *diags,
                              const av_facts_options *options, av_facts *facts) {
    if (options == NULL || options->signal == NULL || program->signal_count == 0) return AV_OK;
    collection c = {.arena = facts->arena};
    av_span span = {0, 0, 0, 0};
    bool any = false;
    for (uint32_t fact = 0; fact < program->def_count; fact++) {
        if (!program->defs[fact].prose || !facts->stated[fact].stated) continue;
        if (!any) span = facts->stated[fact].span;
        any = true;
        av_status status = add_prose(&c, program, options, fact, facts);
        if (status == AV_ERR_RUN && diags != NULL) {
            (void)av_diag_add(diags, AV_E_FACTS_LIMIT, facts->stated[fact].span,
                              "the parts of this text cannot be told: working them out takes more "
                              "than a run may take");
            return AV_ERR_INPUT;
        }
        AV_TRY(status);
    }
    if (!any) return AV_OK;
    av_heard_facts heard;
    AV_TRY(av_facts_hear(program, options, c.pieces, c.count, facts, &heard));
    if (diags == NULL) return AV_OK;
    report(diags, program, facts, span, heard);
    return diags->failed ? AV_ERR_MEMORY : AV_OK;
}
