#include "prose/pattern.h"

#include <stdio.h>

typedef struct parser {
    av_arena *arena;
    av_text text;
    size_t at;
    unsigned depth;
    av_net_mistake *mistake;
} parser;

static char peek(const parser *p) {
    return p->at < p->text.len ? p->text.ptr[p->at] : '\0';
}

static bool is_white(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_white(parser *p) {
    while (is_white(peek(p))) p->at++;
}

static av_pattern *wrong(parser *p, const char *message, const char *help) {
    if (p->mistake->message.len == 0) {
        p->mistake->message = av_text_from(message);
        p->mistake->help = av_text_from(help);
    }
    return NULL;
}

static av_pattern *make(parser *p, av_pattern shape) {
    av_pattern *made = AV_NEW(p->arena, av_pattern);
    if (made != NULL) *made = shape;
    return made;
}

static bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static av_text name(parser *p) {
    skip_white(p);
    size_t start = p->at;
    while (is_name(peek(p))) p->at++;
    return av_text_slice(p->text, start, p->at - start);
}

static av_pattern *choice(parser *p);

/** <class> or <name: kind> */
static av_pattern *angle(parser *p) {
    p->at++;
    av_text first = name(p);
    skip_white(p);
    av_pattern shape = {.kind = AV_PATTERN_CLASS, .text = first};
    if (peek(p) == ':') {
        p->at++;
        av_text kind = name(p);
        skip_white(p);
        shape.kind = AV_PATTERN_CAPTURE;
        shape.quantity = av_quantity_find(kind);
        if (shape.quantity == AV_QUANTITY_NONE) {
            p->mistake->name = kind;
            return wrong(
                p, "a pattern can take count, number, money, duration, percent, size, date or word",
                "write <n: count>");
        }
    }
    if (first.len == 0 || peek(p) != '>')
        return wrong(p, "`<` begins a class or a capture that does not end",
                     "write <class> or <n: count>");
    p->at++;
    return make(p, shape);
}

static av_pattern *gap(parser *p) {
    p->at += 2;
    uint32_t number = 0;
    size_t start = p->at;
    while (peek(p) >= '0' && peek(p) <= '9' && number < 100)
        number = number * 10 + (uint32_t)(p->text.ptr[p->at++] - '0');
    if (p->at == start || number == 0 || number > AV_NET_GAP)
        return wrong(p, "a gap says how many words it may skip, from 1 to 8", "write ..3");
    return make(p, (av_pattern){.kind = AV_PATTERN_GAP, .number = number});
}

static bool ends_word(char c) {
    return c == '\0' || is_white(c) || c == '(' || c == ')' || c == '|' || c == '<' || c == '>' ||
           c == '?' || c == ',' || c == '*' || c == '!';
}

static av_pattern *word(parser *p) {
    size_t start = p->at;
    while (!ends_word(peek(p))) p->at++;
    av_pattern shape = {.kind = AV_PATTERN_WORD,
                        .text = av_text_slice(p->text, start, p->at - start)};
    if (shape.text.len == 0)
        return wrong(p, "this sign has no place here in a pattern",
                     "a pattern is words, (a | b), word?, ..3, <class> and <n: count>");
    if (peek(p) == '*' || peek(p) == '!') shape.mark = (uint8_t)p->text.ptr[p->at++];
    return make(p, shape);
}

static av_pattern *group(parser *p) {
    if (++p->depth > AV_NET_DEPTH) return wrong(p, "groups are nested too deeply", "");
    p->at++;
    av_pattern *inner = choice(p);
    if (inner == NULL) return NULL;
    if (peek(p) != ')') return wrong(p, "`(` is not closed", "");
    p->at++;
    p->depth--;
    return inner;
}

static av_pattern *item(parser *p) {
    bool comma = false;
    if (peek(p) == ',') {
        comma = true;
        p->at++;
        skip_white(p);
    }
    av_pattern *made;
    char c = peek(p);
    if (c == '(') made = group(p);
    else if (c == '<') made = angle(p);
    else if (comma && (c == '\0' || c == ')' || c == '|'))
        made = make(p, (av_pattern){.kind = AV_PATTERN_ANY});
    else if (c == '.' && p->at + 1 < p->text.len && p->text.ptr[p->at + 1] == '.') made = gap(p);
    else made = word(p);
    if (made == NULL) return NULL;
    if (comma || peek(p) == '?') { /* a wrapper, so that a group's own marks stay */
        av_pattern *inner = made;
        made = make(p, (av_pattern){.kind = AV_PATTERN_SEQUENCE, .items = inner, .comma = comma});
        if (made == NULL) return NULL;
    }
    if (peek(p) == '?') {
        made->optional = true;
        p->at++;
    }
    return made;
}

static av_pattern *sequence(parser *p) {
    av_pattern *first = NULL, **link = &first;
    for (;;) {
        skip_white(p);
        char c = peek(p);
        if (c == '\0' || c == ')' || c == '|') break;
        if (c == '-' || c == '/') { /* between a group or capture and a word: <n: count>-person */
            p->at++;
            continue;
        }
        av_pattern *made = item(p);
        if (made == NULL) return NULL;
        *link = made;
        link = &made->next;
    }
    if (first == NULL) return wrong(p, "a pattern or one of its alternatives has no words", "");
    if (first->next == NULL) return first;
    return make(p, (av_pattern){.kind = AV_PATTERN_SEQUENCE, .items = first});
}

static av_pattern *choice(parser *p) {
    av_pattern *first = sequence(p), *last = first;
    if (first == NULL || peek(p) != '|') return first;
    while (peek(p) == '|') {
        p->at++;
        last->next = sequence(p);
        last = last->next;
        if (last == NULL) return NULL;
    }
    return make(p, (av_pattern){.kind = AV_PATTERN_CHOICE, .items = first});
}

av_pattern *av_pattern_parse(av_arena *arena, av_text text, av_net_mistake *mistake) {
    parser p = {.arena = arena, .text = text, .mistake = mistake};
    av_pattern *tree = choice(&p);
    if (tree != NULL && p.at < text.len) return wrong(&p, "`)` closes nothing", "");
    return tree;
}
