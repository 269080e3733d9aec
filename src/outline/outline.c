/* From the events of md4c to parts: blocks gather their marked text, segments of it become parts. */
#include "outline/outline.h"

#include <md4c.h>
#include <string.h>

#include "base/buf.h"
#include "outline/marked.h"

enum {
    LEVELS = 10, /* of headings, see av_outline_part.level */
    LEVEL_BOLD = 7,
    LEVEL_BOLD_ID = 8,
    LEVEL_BOLD_COLON = 9,
    LEVEL_LEAD = 10,
    LEAD_BYTES = 60,         /* longest line that introduces a list as a heading does */
    BLOCK_BYTES = 64 * 1024, /* longest text of one block; the rest of it is left out */
    STOP = 1                 /* what a callback returns to end the reading */
};

typedef struct item {
    uint32_t first, owner; /* number of its first part, 0: none yet */
} item;

typedef struct builder {
    av_arena *arena;
    av_outline_part *parts;
    size_t cap;
    uint32_t count;
    av_status status;
    bool cut;
    /* the place of the last text in the source */
    av_text source;
    size_t at;
    uint32_t line;
    /* the block at work */
    av_buf block;
    uint32_t block_line; /* 0: nothing of it was seen yet */
    unsigned silent;     /* images are open: their words are not ours */
    unsigned bold, struck;
    /* where we are */
    uint32_t headings[LEVELS + 1]; /* number of the open heading of each level, 0: none */
    item items[AV_OUTLINE_DEPTH];
    uint32_t depth, lists, quotes;
    bool code, html, heading;
    uint8_t level;
    uint32_t lead; /* the paragraph that a list or table right behind it belongs to */
    /* the last paragraph with an id under this heading: further ones go on with it */
    uint32_t owner;
    /* tables */
    bool head;
    uint32_t cells_read;
    av_text *header, *cells;
    uint32_t header_count, cell_count;
    size_t header_cap, cell_cap;
    av_text first_cell; /* with marks */
    bool broken;        /* a heading stood in the table: what follows is no row */
} builder;

static int fail(builder *b, av_status status) {
    if (b->status == AV_OK) b->status = status;
    return STOP;
}

/** The parser may go on for a while after a callback asked it to stop. */
static bool has_stopped(const builder *b) {
    return b->cut || b->status != AV_OK;
}

/* ---- parts */

static uint32_t open_heading(const builder *b) {
    for (size_t level = LEVELS; level > 0; level--)
        if (b->headings[level] > 0) return b->headings[level];
    return 0;
}

static uint32_t heading_owner(const builder *b, size_t below) {
    for (size_t level = below; level-- > 1;)
        if (b->headings[level] > 0 && b->parts[b->headings[level] - 1].owner > 0)
            return b->parts[b->headings[level] - 1].owner;
    return 0;
}

static const item *open_item(const builder *b) {
    for (uint32_t d = b->depth; d > 0; d--)
        if (b->items[d - 1].first > 0) return &b->items[d - 1];
    return NULL;
}

/** A new part with kind, level and line; NULL when there may be no more of them or no memory. */
static av_outline_part *add(builder *b, av_outline_kind kind, uint8_t level, uint32_t line) {
    if (b->count >= AV_OUTLINE_PARTS && kind != AV_OUTLINE_REST) {
        b->cut = true;
        return NULL;
    }
    av_outline_part *parts = av_arena_grow(b->arena, b->parts, b->count, &b->cap, sizeof *parts);
    if (!parts) {
        (void)fail(b, AV_ERR_MEMORY);
        return NULL;
    }
    b->parts = parts;
    av_outline_part *part = &parts[b->count++];
    *part =
        (av_outline_part){.kind = (uint8_t)kind, .level = level, .line = line > 0 ? line : b->line};
    const av_text nothing = AV_TEXT("");
    part->id = part->prefix = part->tag = part->bold = part->label = part->text = nothing;
    part->heading = open_heading(b);
    return part;
}

static void place(builder *b, av_outline_part *part, uint32_t within_block) {
    const item *above = NULL;
    if (part->kind == AV_OUTLINE_ITEM) {
        for (uint32_t d = b->depth - 1; d > 0 && !above; d--)
            if (b->items[d - 1].first > 0) above = &b->items[d - 1];
    } else {
        above = open_item(b);
    }
    part->parent = above ? above->first : b->lead > 0 ? b->lead : part->heading;
    if (part->id.len > 0) part->owner = b->count;
    else if (within_block > 0) part->owner = within_block;
    else if (above && above->owner > 0) part->owner = above->owner;
    else if (b->lead > 0 && b->parts[b->lead - 1].owner > 0)
        part->owner = b->parts[b->lead - 1].owner;
    else if (b->owner > 0 && part->kind == AV_OUTLINE_PARAGRAPH && part->label.len == 0)
        part->owner = b->owner;
    else part->owner = heading_owner(b, LEVELS + 1);
}

static int add_heading(builder *b, uint8_t level, uint32_t line, av_text marked) {
    for (size_t deeper = level; deeper <= LEVELS; deeper++) b->headings[deeper] = 0;
    av_outline_part *part = add(b, AV_OUTLINE_HEADING, level, line < b->line ? line : b->line);
    if (!part) return STOP;
    if (av_marked_head(b->arena, marked, part) != AV_OK) return fail(b, AV_ERR_MEMORY);
    if (av_text_ends(part->text, AV_TEXT(":"))) part->text.len--;
    part->parent = part->heading;
    part->owner = part->id.len > 0 ? b->count : heading_owner(b, level);
    b->headings[level] = b->count;
    b->lead = b->owner = 0;
    return 0;
}

/** `owner`: of the segment before in the same block, 0: none; moves on. */
static int add_segment(builder *b, av_outline_kind kind, const av_marked_segment *segment,
                       uint32_t *owner) {
    uint8_t level = kind == AV_OUTLINE_ITEM ? (uint8_t)b->depth : 0;
    /* a line break without a line feed is none where lines are counted */
    uint32_t line = b->block_line + segment->new_lines;
    av_outline_part *part = add(b, kind, level, line < b->line ? line : b->line);
    if (!part) return STOP;
    if (kind == AV_OUTLINE_CODE || kind == AV_OUTLINE_QUOTE) {
        part->text = av_marked_plain(b->arena, segment->text);
        if (!part->text.ptr) return fail(b, AV_ERR_MEMORY);
    } else if (av_marked_head(b->arena, segment->text, part) != AV_OK) {
        return fail(b, AV_ERR_MEMORY);
    }
    place(b, part, *owner);
    if (part->id.len > 0) *owner = part->owner;
    if (kind == AV_OUTLINE_ITEM) {
        item *mine = &b->items[b->depth - 1];
        if (mine->first == 0) mine->first = b->count;
        if (part->id.len > 0 || mine->owner == 0) mine->owner = part->owner;
    }
    if (kind == AV_OUTLINE_PARAGRAPH && part->id.len > 0 && !open_item(b)) b->owner = b->count;
    return 0;
}

static int add_segments(builder *b, av_outline_kind kind, av_text block) {
    size_t at = 0;
    uint32_t new_lines = 0, owner = 0;
    av_marked_segment segment;
    while (av_marked_next(block, false, &at, &new_lines, &segment))
        if (add_segment(b, kind, &segment, &owner)) return STOP;
    return 0;
}

static bool has_words(av_text marked) {
    for (size_t i = 0; i < marked.len; i++)
        if ((unsigned char)marked.ptr[i] > ' ') return true;
    return false;
}

/** A line that is bold as a whole. */
static int add_bold_line(builder *b, const av_marked_segment *segment) {
    av_outline_part probe = {.kind = AV_OUTLINE_HEADING};
    if (av_marked_head(b->arena, segment->text, &probe) != AV_OK) return fail(b, AV_ERR_MEMORY);
    av_text plain = av_marked_plain(b->arena, segment->text);
    if (!plain.ptr) return fail(b, AV_ERR_MEMORY);
    /* under a real heading with an id, bold lines divide what is said of it */
    bool within = av_text_ends(plain, AV_TEXT(":")) || heading_owner(b, LEVEL_BOLD) > 0;
    uint8_t level = probe.id.len > 0 ? LEVEL_BOLD_ID : within ? LEVEL_BOLD_COLON : LEVEL_BOLD;
    return add_heading(b, level, b->block_line + segment->new_lines, segment->text);
}

/** A paragraph outside of lists and quotes: bold lines are headings, others may lead to what follows. */
static int add_paragraph(builder *b, av_text block) {
    size_t at = 0;
    uint32_t new_lines = 0, owner = 0;
    av_marked_segment segment;
    b->headings[LEVEL_LEAD] = 0;
    while (av_marked_next(block, true, &at, &new_lines, &segment)) {
        b->lead = 0;
        if (!has_words(segment.text)) continue;
        if (av_marked_all_bold(segment.text)) {
            if (add_bold_line(b, &segment)) return STOP;
            owner = 0;
            continue;
        }
        if (add_segment(b, AV_OUTLINE_PARAGRAPH, &segment, &owner)) return STOP;
        const av_outline_part *last = &b->parts[b->count - 1];
        if (last->id.len > 0 || av_text_ends(last->text, AV_TEXT(":"))) b->lead = b->count;
    }
    return 0;
}

/** What the block at work has gathered becomes parts. */
static int flush(builder *b) {
    if (b->block.status != AV_OK) return fail(b, b->block.status);
    av_text block = av_buf_text(&b->block);
    int stop = 0;
    if (has_words(block)) {
        if (b->code) stop = add_segments(b, AV_OUTLINE_CODE, block);
        else if (b->heading) stop = add_heading(b, b->level, b->block_line, block);
        else if (b->quotes > 0) stop = add_segments(b, AV_OUTLINE_QUOTE, block);
        else if (b->depth > 0) stop = add_segments(b, AV_OUTLINE_ITEM, block);
        else stop = add_paragraph(b, block);
    }
    av_buf_clear(&b->block);
    b->block_line = 0;
    return stop;
}

/** A list or table begins: the short line before it that ends in a colon is its heading. */
static void take_lead(builder *b) {
    if (b->depth > 0 || b->lists > 0 || b->lead == 0) return;
    av_outline_part *lead = &b->parts[b->lead - 1];
    if (lead->id.len > 0 || lead->text.len > LEAD_BYTES || lead->label.len > 0 ||
        !av_text_ends(lead->text, AV_TEXT(":")))
        return;
    lead->kind = AV_OUTLINE_HEADING;
    lead->level = LEVEL_LEAD;
    lead->text.len--;
    b->headings[LEVEL_LEAD] = b->lead;
    b->lead = 0;
}

static void end_of_lead(builder *b) {
    if (b->depth > 0 || b->lists > 0) return;
    b->lead = 0;
    b->headings[LEVEL_LEAD] = 0;
}

/* ---- tables */

static int add_cell(builder *b) {
    if (b->block.status != AV_OK) return fail(b, b->block.status);
    if (++b->cells_read > AV_OUTLINE_CELLS) {
        b->cut = true;
        return STOP;
    }
    av_text **list = b->head ? &b->header : &b->cells;
    uint32_t *count = b->head ? &b->header_count : &b->cell_count;
    size_t *cap = b->head ? &b->header_cap : &b->cell_cap;
    av_text *grown = av_arena_grow(b->arena, *list, *count, cap, sizeof *grown);
    if (!grown) return fail(b, AV_ERR_MEMORY);
    *list = grown;
    av_text marked = av_buf_text(&b->block);
    grown[*count] = av_marked_plain(b->arena, marked);
    if (!grown[*count].ptr) return fail(b, AV_ERR_MEMORY);
    if (!b->head && *count == 0) {
        b->first_cell = av_arena_text(b->arena, marked);
        if (!b->first_cell.ptr) return fail(b, AV_ERR_MEMORY);
    }
    ++*count;
    av_buf_clear(&b->block);
    return 0;
}

/** The depth of a heading that the parser took for a row, as it does right below a table; 0: none. */
static uint8_t heading_in_row(const builder *b) {
    uint8_t level = 0;
    for (uint32_t i = 1; i < b->cell_count; i++)
        if (b->cells[i].len > 0) return 0;
    while (level < b->first_cell.len && level < 7 && b->first_cell.ptr[level] == '#') level++;
    return level < 7 && level < b->first_cell.len && b->first_cell.ptr[level] == ' ' ? level : 0;
}

static void end_row(builder *b) {
    b->cells = NULL;
    b->cell_count = 0;
    b->cell_cap = 0;
}

static int add_row(builder *b) {
    uint32_t line = b->block_line;
    b->block_line = 0;
    if (b->head) return 0;
    uint8_t level = b->cell_count > 0 ? heading_in_row(b) : 0;
    if (level > 0) {
        b->broken = true;
        end_row(b);
        return add_heading(b, level, line, av_text_slice(b->first_cell, level, b->first_cell.len));
    }
    if (b->broken && b->cell_count > 0) {
        b->block_line = line;
        end_row(b);
        int stop = add_paragraph(b, b->first_cell);
        b->block_line = 0;
        return stop;
    }
    av_outline_part *part = add(b, AV_OUTLINE_ROW, 0, line);
    if (!part) return STOP;
    part->cells = b->cells;
    part->cell_count = b->cell_count < b->header_count ? b->cell_count : b->header_count;
    part->header = b->header;
    if (b->cell_count > 0 && av_marked_head(b->arena, b->first_cell, part) != AV_OK)
        return fail(b, AV_ERR_MEMORY);
    place(b, part, 0);
    end_row(b);
    return 0;
}

/* ---- events */

static int enter_block(MD_BLOCKTYPE type, void *detail, void *context) {
    builder *b = context;
    if (has_stopped(b)) return STOP;
    switch (type) {
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
        if (flush(b)) return STOP;
        take_lead(b);
        b->lists++;
        break;
    case MD_BLOCK_LI:
        if (flush(b)) return STOP;
        if (b->depth < AV_OUTLINE_DEPTH) b->depth++;
        b->items[b->depth - 1] = (item){0, 0};
        break;
    case MD_BLOCK_QUOTE:
        if (flush(b)) return STOP;
        b->quotes++;
        break;
    case MD_BLOCK_H:
        if (flush(b)) return STOP;
        b->heading = true;
        b->level = (uint8_t)((const MD_BLOCK_H_DETAIL *)detail)->level;
        break;
    case MD_BLOCK_CODE:
        if (flush(b)) return STOP;
        b->code = true;
        break;
    case MD_BLOCK_HTML:
        if (flush(b)) return STOP;
        b->html = true;
        break;
    case MD_BLOCK_P:
        if (flush(b)) return STOP;
        break;
    case MD_BLOCK_TABLE:
        if (flush(b)) return STOP;
        take_lead(b);
        b->broken = false;
        b->header = NULL;
        b->header_count = 0;
        b->header_cap = 0;
        break;
    case MD_BLOCK_THEAD: b->head = true; break;
    default: break;
    }
    return 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *context) {
    builder *b = context;
    (void)detail;
    if (has_stopped(b)) return STOP;
    switch (type) {
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
        if (b->lists > 0) b->lists--;
        end_of_lead(b);
        break;
    case MD_BLOCK_LI:
        if (flush(b)) return STOP;
        if (b->depth > 0) b->depth--;
        break;
    case MD_BLOCK_QUOTE:
        if (flush(b)) return STOP;
        b->quotes--;
        break;
    case MD_BLOCK_H: {
        int stop = flush(b);
        b->heading = false;
        return stop;
    }
    case MD_BLOCK_CODE: {
        int stop = flush(b);
        b->code = false;
        return stop;
    }
    case MD_BLOCK_HTML: b->html = false; break;
    case MD_BLOCK_P: return flush(b);
    case MD_BLOCK_TH:
    case MD_BLOCK_TD: return add_cell(b);
    case MD_BLOCK_TR: return add_row(b);
    case MD_BLOCK_THEAD: b->head = false; break;
    case MD_BLOCK_TABLE: end_of_lead(b); break;
    default: break;
    }
    return 0;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *context) {
    builder *b = context;
    (void)detail;
    if (type == MD_SPAN_IMG) b->silent++;
    if (type == MD_SPAN_STRONG && b->bold++ == 0) av_buf_putc(&b->block, AV_MARK_BOLD);
    if (type == MD_SPAN_DEL && b->struck++ == 0) av_buf_putc(&b->block, AV_MARK_STRIKE);
    if (type == MD_SPAN_CODE) av_buf_putc(&b->block, AV_MARK_CODE);
    return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *context) {
    builder *b = context;
    (void)detail;
    if (type == MD_SPAN_IMG && b->silent > 0) b->silent--;
    if (type == MD_SPAN_STRONG && --b->bold == 0) av_buf_putc(&b->block, AV_MARK_PLAIN);
    if (type == MD_SPAN_DEL && --b->struck == 0) av_buf_putc(&b->block, AV_MARK_UNSTRIKE);
    if (type == MD_SPAN_CODE) av_buf_putc(&b->block, AV_MARK_CODE);
    return 0;
}

/** Texts come in their order and, but for a few of the parser's own, out of the source itself. */
static void follow(builder *b, const char *text) {
    if (text < b->source.ptr + b->at || text >= b->source.ptr + b->source.len) return;
    size_t to = (size_t)(text - b->source.ptr);
    while (b->at < to) {
        const char *end = memchr(b->source.ptr + b->at, '\n', to - b->at);
        if (!end) break;
        b->line++;
        b->at = (size_t)(end - b->source.ptr) + 1;
    }
    b->at = to;
}

static void put_entity(builder *b, av_text entity) {
    static const struct {
        av_text name, text;
    } known[] = {{{"&amp;", 5}, {"&", 1}},
                 {{"&lt;", 4}, {"<", 1}},
                 {{"&gt;", 4}, {">", 1}},
                 {{"&quot;", 6}, {"\"", 1}},
                 {{"&nbsp;", 6}, {" ", 1}},
                 {{"&apos;", 6}, {"'", 1}},
                 {{"&le;", 4}, {"<=", 2}},
                 {{"&ge;", 4}, {">=", 2}},
                 {{"&ndash;", 7}, {"\xE2\x80\x93", 3}},
                 {{"&mdash;", 7}, {"\xE2\x80\x94", 3}}};
    for (size_t i = 0; i < AV_COUNT(known); i++)
        if (av_text_equal(entity, known[i].name)) {
            av_buf_put(&b->block, known[i].text);
            return;
        }
    av_buf_put(&b->block, entity);
}

static int text(MD_TEXTTYPE type, const MD_CHAR *chars, MD_SIZE size, void *context) {
    builder *b = context;
    follow(b, chars);
    if (b->silent > 0 || b->html || b->block.len > BLOCK_BYTES) return 0;
    if (b->block_line == 0 && size > 0) b->block_line = b->line;
    switch (type) {
    case MD_TEXT_SOFTBR:
    case MD_TEXT_BR: av_buf_putc(&b->block, '\n'); break;
    case MD_TEXT_ENTITY: put_entity(b, (av_text){chars, size}); break;
    case MD_TEXT_HTML: av_buf_putc(&b->block, ' '); break;
    case MD_TEXT_NULLCHAR: break;
    default:
        for (MD_SIZE i = 0; i < size; i++) {
            char c = chars[i];
            bool control = (unsigned char)c < ' ' && c != '\n';
            if (b->block.len >= BLOCK_BYTES && ((unsigned char)c & 0xC0) != 0x80) break;
            av_buf_putc(&b->block, control ? ' ' : c);
        }
    }
    return b->block.status == AV_OK ? 0 : fail(b, b->block.status);
}

/* ---- front matter */

static av_text next_line(av_text t, size_t *at) {
    size_t end = av_text_find(t, AV_TEXT("\n"), *at);
    if (end == SIZE_MAX) end = t.len;
    av_text line = av_text_slice(t, *at, end - *at);
    *at = end < t.len ? end + 1 : t.len;
    while (line.len > 0 && (line.ptr[line.len - 1] == '\r' || line.ptr[line.len - 1] == ' '))
        line.len--;
    return line;
}

static av_text unquoted(av_text t) {
    t = av_text_trim(t);
    bool quoted =
        t.len >= 2 && (t.ptr[0] == '"' || t.ptr[0] == '\'') && t.ptr[t.len - 1] == t.ptr[0];
    return quoted ? av_text_slice(t, 1, t.len - 2) : t;
}

static av_status add_meta(builder *b, av_text line, uint32_t number, av_text *key) {
    av_text text = av_text_trim(line);
    size_t colon = av_text_find(line, AV_TEXT(":"), 0);
    if (av_text_starts(text, AV_TEXT("- "))) {
        text = unquoted(av_text_slice(text, 2, text.len));
    } else if (colon != SIZE_MAX) {
        *key = av_text_trim(av_text_slice(line, 0, colon));
        text = unquoted(av_text_slice(line, colon + 1, line.len));
    }
    if (text.len == 0) return AV_OK;
    av_outline_part *part = add(b, AV_OUTLINE_META, 0, number);
    if (!part) return b->status;
    part->label = av_marked_plain(b->arena, *key);
    part->text = av_marked_plain(b->arena, text);
    return part->label.ptr && part->text.ptr ? AV_OK : AV_ERR_MEMORY;
}

/** Lines between "---" and "---" at the very start. Returns where Markdown begins. */
static av_status read_meta(builder *b, size_t *body) {
    size_t at = 0;
    *body = 0;
    if (!av_text_equal(next_line(b->source, &at), AV_TEXT("---"))) return AV_OK;
    size_t first = at, end = 0;
    while (at < b->source.len && end == 0)
        if (av_text_equal(next_line(b->source, &at), AV_TEXT("---"))) end = at;
    if (end == 0) return AV_OK;
    av_text key = AV_TEXT("");
    uint32_t line = 2;
    for (at = first; at < end; line++) {
        av_text content = next_line(b->source, &at);
        if (at < end) AV_TRY(add_meta(b, content, line, &key));
    }
    b->line = line;
    *body = end;
    return AV_OK;
}

/* ---- rows of hyphens below the names of columns */

/** Whether a line is such a row with fewer hyphens in a column than the parser wants, which is three. */
static bool is_short_rule(av_text line) {
    size_t run = 0;
    bool bars = false, hyphens = false, few = false;
    for (size_t i = 0; i < line.len; i++) {
        char c = line.ptr[i];
        if (c == '-' || c == ':') {
            hyphens = hyphens || c == '-';
            run++;
            continue;
        }
        if (c != '|' && c != ' ' && c != '\t') return false;
        few = few || (run > 0 && run < 3);
        run = 0;
        bars = bars || c == '|';
    }
    return bars && hyphens && (few || (run > 0 && run < 3));
}

static void put_long_rule(av_buf *out, av_text line) {
    size_t run = 0;
    for (size_t i = 0; i < line.len; i++) {
        char c = line.ptr[i];
        run = c == '-' || c == ':' ? run + 1 : 0;
        bool last =
            run > 0 && (i + 1 == line.len || (line.ptr[i + 1] != '-' && line.ptr[i + 1] != ':'));
        /* a colon stays at its end of the column */
        if (last && run < 3) av_buf_fill(out, '-', c == ':' && run == 1 ? 2 : 3 - run);
        av_buf_putc(out, c);
    }
}

/**
 * The source with long rules in the place of short ones; its lines stay what they are. A NUL follows
 * it: md4c looks for the ends of lines with strcspn, which asks for one.
 */
static av_status lengthen_rules(builder *b, size_t body) {
    av_buf longer;
    av_buf_init(&longer, &b->arena->host, 0);
    size_t done = body;
    for (size_t at = body; at < b->source.len;) {
        size_t start = at;
        av_text line = next_line(b->source, &at);
        if (!is_short_rule(line)) continue;
        av_buf_put(&longer, av_text_slice(b->source, done, start - done));
        put_long_rule(&longer, line);
        done = start + line.len;
    }
    av_buf_put(&longer, av_text_slice(b->source, done, b->source.len));
    av_buf_putc(&longer, '\0');
    av_status status = longer.status;
    if (status == AV_OK) {
        const av_text copy = av_arena_text(b->arena, av_buf_text(&longer));
        if (copy.ptr == NULL) status = AV_ERR_MEMORY;
        b->source = av_text_slice(copy, 0, longer.len - 1);
        b->at = 0;
    }
    av_buf_free(&longer);
    return status;
}

/* ---- */

static av_status read_parts(builder *b) {
    size_t body;
    AV_TRY(read_meta(b, &body));
    AV_TRY(lengthen_rules(b, body));
    const MD_PARSER parser = {
        .flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS |
                 MD_FLAG_NOINDENTEDCODEBLOCKS | MD_FLAG_PERMISSIVEATXHEADERS,
        .enter_block = enter_block,
        .leave_block = leave_block,
        .enter_span = enter_span,
        .leave_span = leave_span,
        .text = text,
    };
    const int result = md_parse(b->source.ptr, (MD_SIZE)b->source.len, &parser, b);
    if (b->status != AV_OK) return b->status;
    if (result < 0) return AV_ERR_MEMORY;
    if (b->cut && !add(b, AV_OUTLINE_REST, 0, b->line)) return b->status;
    return AV_OK;
}

av_status av_outline_read(av_arena *arena, av_text source, av_outline *out) {
    *out = (av_outline){0};
    builder b = {.arena = arena, .source = source, .line = 1};
    if (source.len == 0 || source.len > UINT32_MAX / 2)
        return source.len == 0 ? AV_OK : AV_ERR_LIMIT;
    av_buf_init(&b.block, &arena->host, 0);
    const av_status status = read_parts(&b);
    av_buf_free(&b.block);
    *out = (av_outline){b.parts, b.count};
    return status;
}
