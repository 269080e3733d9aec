/* Patterns as one automaton, and what it hears: data/hear.txt, data/patterns.txt. */
#include <string.h>

#include "prose/hear.h"
#include "support/cases.h"
#include "support/fail_alloc.h"
#include "support/unit.h"

/* A case's input: lines `name: pattern` (a signal, or a cue when the name is one of the cues below), `<class>: member | ...`, then
 * an empty line, then the text. */
typedef struct listener {
    av_text text;
    av_buf *out;
    av_text names[32];
    uint32_t count;
} listener;

typedef struct cue_word {
    const char *name;
    av_net_use use;
    uint32_t owner, reach;
} cue_word;

static const cue_word cue_words[] = {
    {"ahead", AV_NET_AHEAD, 0, 0},   {"ahead2", AV_NET_AHEAD, 0, 2},
    {"behind", AV_NET_BEHIND, 0, 0}, {"around", AV_NET_AROUND, 1, 0},
    {"within", AV_NET_WITHIN, 2, 0}, {"until", AV_NET_UNTIL, 0, 0},
};

static av_status heard(void *payload, const av_heard *heard) {
    listener *l = payload;
    av_buf_put(l->out, l->names[heard->signal]);
    av_buf_puts(l->out, ": ");
    av_buf_put(l->out, av_text_slice(l->text, heard->start, heard->end - heard->start));
    for (size_t i = 0; i < AV_NET_CAPTURES; i++) {
        if (heard->captures[i].start == heard->captures[i].end) continue;
        av_buf_puts(l->out, " [");
        if (heard->captures[i].quantity.kind != AV_QUANTITY_NONE)
            av_decimal_format(heard->captures[i].quantity.number, l->out);
        else
            av_buf_put(l->out, av_text_slice(l->text, heard->captures[i].start,
                                             heard->captures[i].end - heard->captures[i].start));
        av_buf_puts(l->out, "]");
    }
    static const char *const cues[] = {"near", "around", "within"};
    for (size_t c = 0; c < AV_COUNT(cues); c++)
        if (heard->cues >> c & 1) av_buf_printf(l->out, " (%s)", cues[c]);
    av_buf_putc(l->out, '\n');
    return AV_OK;
}

static const cue_word *find_cue(av_text name) {
    for (size_t i = 0; i < AV_COUNT(cue_words); i++)
        if (av_text_equal(name, av_text_from(cue_words[i].name))) return &cue_words[i];
    return NULL;
}

enum { CLASSES = 8, MEMBERS = 16 };

typedef struct classes {
    av_net_class items[CLASSES];
    av_text members[CLASSES][MEMBERS];
    size_t count;
} classes;

static void add_class(classes *all, av_text line, size_t colon) {
    av_net_class *class = &all->items[all->count];
    av_text *members = all->members[all->count++];
    *class = (av_net_class){.name = av_text_slice(line, 1, colon - 2), .members = members};
    for (size_t at = colon + 1; at < line.len;) {
        size_t end = av_text_find(line, AV_TEXT(";"), at);
        if (end == SIZE_MAX) end = line.len;
        members[class->member_count++] = av_text_trim(av_text_slice(line, at, end - at));
        at = end + 1;
    }
}

static av_status add_line(av_net_builder *b, listener *l, av_text line, size_t colon) {
    const av_text name = av_text_slice(line, 0, colon);
    const cue_word *cue = find_cue(name);
    av_net_mistake mistake;
    av_net_capture captures[AV_NET_CAPTURES];
    uint32_t capture_count = 0;
    av_net_pattern meaning = cue != NULL
                                 ? (av_net_pattern){(uint8_t)cue->use, cue->owner, cue->reach}
                                 : (av_net_pattern){AV_NET_SIGNAL, l->count, 0};
    if (cue == NULL) l->names[l->count++] = name;
    AV_TRY(av_net_add(b, av_text_trim(av_text_slice(line, colon + 1, line.len)), meaning,
                      cue != NULL ? NULL : captures, cue != NULL ? NULL : &capture_count,
                      &mistake));
    if (mistake.message.len == 0) return AV_OK;
    av_buf_printf(l->out, "wrong: %.*s%s%.*s\n", AV_TEXT_ARG(mistake.message),
                  mistake.name.len > 0 ? ": " : "", AV_TEXT_ARG(mistake.name));
    return AV_OK;
}

typedef struct built {
    av_arena scratch, arena;
    av_net net;
    listener listener;
} built;

/* Builds the automaton of a case's patterns; the text is left in the listener. */
static av_status build(built *u, const av_alloc *host, av_text input, av_buf *out) {
    *u = (built){.listener.out = out};
    av_arena_init(&u->scratch, host, 0);
    av_arena_init(&u->arena, host, 0);
    classes all = {.count = 0};
    av_text lines[64];
    size_t colons[64], count = 0, at = 0;
    while (at < input.len && input.ptr[at] != '\n') {
        size_t end = av_text_find(input, AV_TEXT("\n"), at);
        lines[count] = av_text_slice(input, at, end - at);
        colons[count] = av_text_find(lines[count], AV_TEXT(":"), 0);
        assert_int_not_equal(colons[count], SIZE_MAX);
        if (lines[count].ptr[0] == '<') add_class(&all, lines[count], colons[count]);
        else count++;
        at = end + 1;
    }
    u->listener.text = av_text_trim(av_text_slice(input, at, input.len));
    av_net_builder *b = av_net_builder_new(&u->scratch, all.items, all.count);
    if (b == NULL) return AV_ERR_MEMORY;
    av_status status = AV_OK;
    for (size_t i = 0; i < count && status == AV_OK; i++)
        status = add_line(b, &u->listener, lines[i], colons[i]);
    for (size_t i = 0; i < all.count && status == AV_OK; i++)
        status = av_net_know(b, &all.items[i]);
    if (status == AV_OK) status = av_net_finish(b, &u->arena, &u->net);
    av_net_builder_free(b);
    return status;
}

static av_status hear(built *u) {
    av_heard_sums sums;
    av_hearing *h = av_hearing_new(&u->scratch, &u->net, u->listener.text.len);
    if (h == NULL) return AV_ERR_MEMORY;
    av_status status = av_hear(h, u->listener.text, heard, &u->listener, &sums);
    av_hearing_end(h);
    return status;
}

static void release(built *u) {
    av_arena_free(&u->scratch);
    av_arena_free(&u->arena);
}

static av_status work(const av_alloc *host, av_text input, av_buf *out) {
    built u;
    av_status status = build(&u, host, input, out);
    if (status == AV_OK) {
        assert_true(av_net_is_sound(&u.net, u.listener.count, 3));
        status = hear(&u);
    }
    release(&u);
    return status;
}

static void hear_case(const av_case *at, void *unused) {
    (void)unused;
    const av_alloc host = av_alloc_default();
    av_buf out;
    av_buf_init(&out, &host, 0);
    assert_ok(work(&host, at->input, &out));
    if (out.len == 0) av_buf_puts(&out, "nothing\n");
    av_case_check(at, av_buf_text(&out));
    av_buf_free(&out);
}

static void test_hear(void **unused) {
    (void)unused;
    av_cases_run("tests/unit/prose/data/hear.txt", hear_case, NULL);
}

static av_status memory_scenario(const av_alloc *host, void *context) {
    (void)context;
    const av_alloc own = av_alloc_default();
    av_buf out;
    av_buf_init(&out, &own, 0);
    av_status status =
        work(host,
             AV_TEXT("<who>: user; paying customer\nmany: <n: count> (very)? <who>\nlive: "
                     "real-time ..2 chat\n"
                     "ahead: not\nuntil: but\n\nNot 5 users but a realtime group chat."),
             &out);
    if (status == AV_OK)
        assert_text(av_buf_text(&out), "many: 5 users [5] (near)\nlive: realtime group chat\n");
    av_buf_free(&out);
    return status;
}

static void test_every_allocation(void **unused) {
    (void)unused;
    av_fail_each(memory_scenario, NULL);
}

/* An automaton with any one number wrong is refused, or at least harmless. */
static void test_damage(void **unused) {
    (void)unused;
    const av_alloc host = av_alloc_default();
    av_buf out;
    av_buf_init(&out, &host, 0);
    built u;
    assert_ok(build(&u, &host,
                    AV_TEXT("a: <n: count> users\nb: real-time ..2 chat\nahead: not\n\nnot 5 "
                            "users, real-time chat"),
                    &out));
    av_net *net = &u.net;
    assert_true(av_net_is_sound(net, 2, 1));
    assert_false(av_net_is_sound(net, 1, 1));
    assert_false(av_net_is_sound(net, 2, 0));
    uint32_t *const numbers[] = {&net->words[0].first,     &net->words[0].count,
                                 &net->symbols[0],         &net->positions[0].symbol,
                                 &net->positions[0].first, &net->positions[0].count,
                                 &net->edges[0],           &net->starts[0].position,
                                 &net->starts[0].symbol,   &net->patterns[0].owner};
    for (size_t i = 0; i < AV_COUNT(numbers); i++) {
        const uint32_t right = *numbers[i];
        *numbers[i] = 0x7fffffff;
        assert_false(av_net_is_sound(net, 2, 1));
        *numbers[i] = right;
    }
    net->patterns[0].use = AV_NET_USES;
    assert_false(av_net_is_sound(net, 2, 1));
    net->patterns[0].use = AV_NET_SIGNAL;
    net->positions[0].capture = AV_NET_CAPTURES + 1;
    assert_false(av_net_is_sound(net, 2, 1));
    net->positions[0].capture = 1;
    net->positions[0].accept = net->pattern_count;
    assert_false(av_net_is_sound(net, 2, 1));
    release(&u);
    av_buf_free(&out);
}

/* Sentences longer than any limit are heard in parts. */
static void test_long_sentence(void **unused) {
    (void)unused;
    const av_alloc host = av_alloc_default();
    av_buf text, out;
    av_buf_init(&text, &host, 0);
    av_buf_init(&out, &host, 0);
    av_buf_puts(&text, "a: chat\nb: real time\n\n");
    for (int i = 0; i < 5000; i++) av_buf_puts(&text, "chat realtimes ");
    assert_ok(work(&host, av_buf_text(&text), &out));
    size_t lines = 0;
    for (size_t i = 0; i < out.len; i++) lines += out.ptr[i] == '\n';
    assert_int_equal(lines, 5000);
    av_buf_free(&text);
    av_buf_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hear),
        cmocka_unit_test(test_every_allocation),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_long_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
