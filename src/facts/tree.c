#include "facts/tree.h"

#include "base/hash.h"
#include "base/map.h"
#include "facts/facts.h"
#include "facts/words.h"

#include <string.h>
#include <yaml.h>

/** An anchor's name and node; `node` is NULL while the node is being read. */
typedef struct anchor {
    av_text name;
    const av_tree *node;
} anchor;

/** A list or mapping that is open. */
typedef struct frame {
    av_tree *node;
    const av_tree *key; /**< of a mapping: waits for its value */
    size_t cap;
    size_t anchor; /**< index + 1 */
} frame;

typedef struct reader {
    av_arena *arena;
    av_diags *diags;
    uint16_t source;
    av_text text;
    size_t characters, bytes; /**< the last place asked for, in both measures */
    size_t written;           /**< end of the last scalar, alias or closing bracket */
    yaml_parser_t parser;
    frame frames[AV_FACTS_DEPTH];
    size_t depth;
    anchor *anchors;
    size_t anchor_count, anchor_cap;
    const av_tree *root;
    uint32_t nodes; /**< nodes read, aliases expanded */
    bool stop;      /**< a mistake after which nothing can be read */
    bool failed;    /**< out of memory */
} reader;

/* ---- places */

/** libyaml counts characters, spans count bytes. */
static size_t byte_offset(reader *r, size_t characters) {
    if (characters < r->characters) r->characters = r->bytes = 0;
    while (r->characters < characters && r->bytes < r->text.len) {
        r->bytes++;
        while (r->bytes < r->text.len && ((unsigned char)r->text.ptr[r->bytes] & 0xC0) == 0x80)
            r->bytes++;
        r->characters++;
    }
    return r->bytes;
}

static av_span span_of(reader *r, yaml_mark_t start, yaml_mark_t end) {
    size_t from = byte_offset(r, start.index), to = byte_offset(r, end.index);
    return (av_span){(uint32_t)from, (uint32_t)(to > from ? to : from), r->source, 0};
}

static av_span event_span(reader *r, const yaml_event_t *event) {
    return span_of(r, event->start_mark, event->end_mark);
}

/* ---- nodes */

static av_tree *new_node(reader *r, av_tree_kind kind, av_span span) {
    av_tree *node = AV_NEW(r->arena, av_tree);
    if (!node) {
        r->failed = r->stop = true;
        return NULL;
    }
    node->kind = (uint8_t)kind;
    node->height = 1;
    node->weight = 1;
    node->span = span;
    return node;
}

/** Counts `weight` more nodes; reports once when there are too many. */
static bool count_nodes(reader *r, uint32_t weight, av_span span) {
    if (weight > AV_FACTS_NODES - r->nodes) {
        av_diag_add(r->diags, AV_E_FACTS_LIMIT, span,
                    "a brief holds at most %d values, aliases counted in full", AV_FACTS_NODES);
        r->stop = true;
        return false;
    }
    r->nodes += weight;
    return true;
}

/** Puts a complete node where the reader stands. */
static void place(reader *r, const av_tree *node) {
    if (r->depth == 0) {
        r->root = node;
        return;
    }
    frame *top = &r->frames[r->depth - 1];
    av_tree *parent = top->node;
    parent->weight += node->weight;
    if (node->height >= parent->height) parent->height = (uint8_t)(node->height + 1);
    if (parent->kind == AV_TREE_LIST) {
        const av_tree **items =
            av_arena_grow(r->arena, (void *)parent->items, parent->count, &top->cap, sizeof *items);
        if (!items) {
            r->failed = r->stop = true;
            return;
        }
        parent->items = items;
        items[parent->count++] = node;
        return;
    }
    if (!top->key) {
        top->key = node;
        if (node->kind != AV_TREE_SCALAR) {
            av_diag_add(r->diags, AV_E_FACTS_FEATURE, node->span,
                        "a key must be a single word or text");
        } else if (!node->quoted && av_text_equal(node->text, AV_TEXT("<<"))) {
            av_diag_add(r->diags, AV_E_FACTS_FEATURE, node->span,
                        "merge keys are not used in briefs: write the fields out");
        }
        return;
    }
    const av_tree *key = top->key;
    top->key = NULL;
    if (key->kind != AV_TREE_SCALAR || (!key->quoted && av_text_equal(key->text, AV_TEXT("<<"))))
        return;
    av_tree_pair *pairs =
        av_arena_grow(r->arena, parent->pairs, parent->count, &top->cap, sizeof *pairs);
    if (!pairs) {
        r->failed = r->stop = true;
        return;
    }
    parent->pairs = pairs;
    pairs[parent->count++] = (av_tree_pair){key, node};
}

/** Reports keys that occur twice and drops the later ones. */
static void drop_repeated(reader *r, av_tree *node) {
    av_map seen;
    av_map_init(&seen, r->arena);
    size_t kept = 0;
    for (size_t i = 0; i < node->count; i++) {
        av_text key = node->pairs[i].key->text;
        uint64_t hash = av_hash(key, 0), first;
        if (av_map_get(&seen, hash, &first) && av_text_equal(node->pairs[first].key->text, key)) {
            av_diag *diag = av_diag_add(r->diags, AV_E_FACT_TWICE, node->pairs[i].key->span,
                                        "`%.*s` is given twice", AV_TEXT_ARG(key));
            if (diag)
                av_diag_label_add(r->diags, diag, node->pairs[first].key->span, "first given here");
            continue;
        }
        if (av_map_set(&seen, hash, kept) != AV_OK) {
            r->failed = r->stop = true;
            return;
        }
        node->pairs[kept++] = node->pairs[i];
    }
    node->count = kept;
}

/* ---- anchors */

static av_text c_text(const yaml_char_t *text) {
    return av_text_from((const char *)text);
}

/** Notes an anchor, if there is one; returns its index + 1. */
static size_t add_anchor(reader *r, const yaml_char_t *name) {
    if (!name) return 0;
    anchor *anchors =
        av_arena_grow(r->arena, r->anchors, r->anchor_count, &r->anchor_cap, sizeof *anchors);
    if (anchors) r->anchors = anchors;
    av_text copy = av_arena_text(r->arena, c_text(name));
    if (!anchors || !copy.ptr) {
        r->failed = r->stop = true;
        return 0;
    }
    anchors[r->anchor_count++] = (anchor){copy, NULL};
    return r->anchor_count;
}

static void set_anchor(reader *r, size_t index, const av_tree *node) {
    if (index > 0) r->anchors[index - 1].node = node;
}

static void read_alias(reader *r, const yaml_event_t *event) {
    av_text name = c_text(event->data.alias.anchor);
    av_span span = event_span(r, event);
    const av_tree *node = NULL;
    for (size_t i = r->anchor_count; i > 0 && !node; i--) {
        if (!av_text_equal(r->anchors[i - 1].name, name)) continue;
        node = r->anchors[i - 1].node;
        if (!node) break;
    }
    if (!node) {
        av_diag_add(r->diags, AV_E_FACTS_ALIAS, span,
                    "no complete value before this place has the anchor `%.*s`", AV_TEXT_ARG(name));
        av_tree *stand_in = new_node(r, AV_TREE_SCALAR, span);
        if (!stand_in) return;
        stand_in->wrong = true;
        place(r, stand_in);
        return;
    }
    if (!count_nodes(r, node->weight, span)) return;
    if (r->depth + node->height > AV_FACTS_DEPTH) {
        av_diag_add(r->diags, AV_E_FACTS_LIMIT, span, "a brief is at most %d levels deep",
                    AV_FACTS_DEPTH);
        r->stop = true;
        return;
    }
    place(r, node);
}

/* ---- events */

static void refuse_tag(reader *r, const yaml_char_t *tag, av_span span) {
    if (!tag) return;
    av_text name = c_text(tag);
    av_diag_add(r->diags, AV_E_FACTS_FEATURE, span,
                "tags are not used in briefs (`%.*s`): a fact's declaration says what its value is",
                AV_TEXT_ARG(name));
}

static void read_scalar(reader *r, const yaml_event_t *event) {
    av_span span = event_span(r, event);
    refuse_tag(r, event->data.scalar.tag, span);
    if (!count_nodes(r, 1, span)) return;
    av_tree *node = new_node(r, AV_TREE_SCALAR, span);
    size_t named = add_anchor(r, event->data.scalar.anchor);
    if (!node || r->failed) return;
    av_text text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    if (text.len > AV_FACTS_SCALAR) {
        av_diag_add(r->diags, AV_E_FACTS_LIMIT, span,
                    "a single text is at most %d bytes long, this one has %zu", AV_FACTS_SCALAR,
                    text.len);
        text.len = 0;
        node->wrong = true;
    }
    for (size_t at = 0, size; at < text.len;
         at += size) { /* escapes of quoted scalars can make what was refused */
        uint32_t c = av_utf8_decode(text, at, &size);
        if (av_words_allowed(c) && c != 0xFEFF) continue;
        av_diag_add(r->diags, AV_E_FACTS_CHARACTER, span, "control character U+%04X", (unsigned)c);
        node->wrong = true;
        break;
    }
    node->text = av_arena_text(r->arena, text);
    if (!node->text.ptr) {
        r->failed = r->stop = true;
        return;
    }
    set_anchor(r, named, node);
    place(r, node);
}

static void open_node(reader *r, av_tree_kind kind, const yaml_char_t *name, const yaml_char_t *tag,
                      av_span span) {
    refuse_tag(r, tag, span);
    if (!count_nodes(r, 1, span)) return;
    if (r->depth == AV_FACTS_DEPTH) {
        av_diag_add(r->diags, AV_E_FACTS_LIMIT, span, "a brief is at most %d levels deep",
                    AV_FACTS_DEPTH);
        r->stop = true;
        return;
    }
    av_tree *node = new_node(r, kind, span);
    size_t named = add_anchor(r, name);
    if (!node || r->failed) return;
    r->frames[r->depth++] = (frame){.node = node, .anchor = named};
}

/** `end` is where the node ends in the text. */
static void close_node(reader *r, size_t end) {
    frame *top = &r->frames[--r->depth];
    if (end > top->node->span.start) top->node->span.end = (uint32_t)end;
    if (top->node->kind == AV_TREE_MAPPING) drop_repeated(r, top->node);
    set_anchor(r, top->anchor, top->node);
    place(r, top->node);
}

/** A sentence out of libyaml's words. */
static void report_syntax(reader *r) {
    const yaml_parser_t *p = &r->parser;
    if (p->error == YAML_MEMORY_ERROR) {
        r->failed = true;
        return;
    }
    yaml_mark_t mark = p->error == YAML_READER_ERROR ? p->mark : p->problem_mark;
    av_span span = span_of(r, mark, mark);
    if (span.start < r->text.len) span.end = span.start + 1;
    const char *problem = p->problem ? p->problem : "it cannot be read";
    av_diag *diag = av_diag_add(r->diags, AV_E_FACTS_SYNTAX, span, "this is not YAML: %s", problem);
    if (diag && p->context) {
        av_span context = span_of(r, p->context_mark, p->context_mark);
        av_diag_label_add(r->diags, diag, context, "%s", p->context);
    }
}

/** A list or mapping in block style ends where the next thing begins: behind comments that are not its own. */
static void note_end(reader *r, const yaml_event_t *event) {
    if (event->end_mark.index > event->start_mark.index)
        r->written = byte_offset(r, event->end_mark.index);
}

static bool read_event(reader *r, yaml_event_t *event, size_t *documents) {
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (++*documents > 1) {
            av_diag_add(r->diags, AV_E_FACTS_FEATURE, event_span(r, event),
                        "a brief is one YAML document; a second one begins here");
            return false;
        }
        break;
    case YAML_ALIAS_EVENT:
        read_alias(r, event);
        note_end(r, event);
        break;
    case YAML_SCALAR_EVENT:
        read_scalar(r, event);
        note_end(r, event);
        break;
    case YAML_SEQUENCE_START_EVENT:
        open_node(r, AV_TREE_LIST, event->data.sequence_start.anchor,
                  event->data.sequence_start.tag, event_span(r, event));
        break;
    case YAML_MAPPING_START_EVENT:
        open_node(r, AV_TREE_MAPPING, event->data.mapping_start.anchor,
                  event->data.mapping_start.tag, event_span(r, event));
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        note_end(r, event);
        close_node(r, r->written);
        break;
    case YAML_STREAM_END_EVENT: return false;
    default: break;
    }
    return !r->stop;
}

/** Returns whether the text was read to its end. */
static bool read_events(reader *r) {
    size_t documents = 0;
    for (;;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&r->parser, &event)) {
            report_syntax(r);
            return false;
        }
        bool more = read_event(r, &event, &documents);
        bool end = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
        if (!more) return end && !r->stop;
    }
}

av_status av_tree_read(av_arena *arena, av_diags *diags, uint16_t source, const av_tree **root,
                       bool *complete) {
    *root = NULL;
    *complete = false;
    av_text text = diags->sources->items[source].text;
    if (text.len > AV_FACTS_BYTES) {
        av_diag_add(diags, AV_E_FACTS_LIMIT, (av_span){0, 0, source, 0},
                    "a brief is at most %d bytes long, this one has %zu", AV_FACTS_BYTES, text.len);
        return AV_OK;
    }
    reader *r = AV_NEW(arena, reader);
    if (!r) return AV_ERR_MEMORY;
    *r = (reader){.arena = arena, .diags = diags, .source = source, .text = text};
    AV_TRY(av_words_clean(arena, diags, source, &r->text));
    if (!yaml_parser_initialize(&r->parser)) return AV_ERR_MEMORY;
    yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r->parser, (const unsigned char *)r->text.ptr, r->text.len);
    *complete = read_events(r);
    yaml_parser_delete(&r->parser);
    while (r->depth > 0 && !r->failed) /* what came before a mistake is still looked at */
        close_node(r, r->text.len);
    *root = r->root;
    return r->failed ? AV_ERR_MEMORY : AV_OK;
}

bool av_tree_is_null(const av_tree *node) {
    return node->kind == AV_TREE_SCALAR && !node->quoted &&
           (node->text.len == 0 || av_text_equal(node->text, AV_TEXT("~")) ||
            av_text_equal(node->text, AV_TEXT("null")) ||
            av_text_equal(node->text, AV_TEXT("Null")) ||
            av_text_equal(node->text, AV_TEXT("NULL")));
}
