/* The search for an assignment: a box of possible points is narrowed, one atom at a time, until every goal is decided. */
#include "sema/domain.h"

#include <string.h>

/* ---- what a formula comes out as in the box */

static const uint64_t *mask_of(av_dom *d, av_formula *f) {
    if (f->mask) return f->mask;
    const av_subject *s = &d->subjects[f->subject];
    f->mask = AV_NEW_ARRAY(&d->arena, uint64_t, s->words ? s->words : 1);
    if (!f->mask) {
        d->too_complex = true;
        return NULL;
    }
    for (uint32_t p = 0; p < s->point_count; p++)
        for (const av_term *t = f->terms; t; t = t->next)
            if (s->points[p].kind != AV_DOM_OTHER &&
                av_dom_term_holds(t->op, s->points[p], t->constant)) {
                f->mask[p / 64] |= UINT64_C(1) << (p % 64);
                break;
            }
    return f->mask;
}

static av_answer atom_answer(av_dom *d, av_formula *f) {
    const uint64_t *mask = mask_of(d, f);
    const av_subject *s = &d->subjects[f->subject];
    bool in = false, out = false;
    for (uint32_t w = 0; mask && w < s->words; w++) {
        in = in || (d->box[s->first_word + w] & mask[w]);
        out = out || (d->box[s->first_word + w] & ~mask[w]);
    }
    return in && out ? AV_ANSWER_UNKNOWN : in ? AV_ANSWER_YES : AV_ANSWER_NO;
}

static av_answer several_answer(av_dom *d, av_formula *f) {
    uint32_t held = 0, open = 0;
    for (uint32_t i = 0; i < f->count; i++) {
        av_answer a = av_dom_known(d, f->items[i]);
        if (a == AV_ANSWER_YES) held++;
        if (a == AV_ANSWER_UNKNOWN) open++;
        if (held >= f->least) return AV_ANSWER_YES;
        if (held + open + (f->count - i - 1) < f->least) return AV_ANSWER_NO;
    }
    return AV_ANSWER_UNKNOWN;
}

static av_answer if_answer(av_dom *d, av_formula *f) {
    av_answer when = av_dom_known(d, f->items[0]);
    if (when != AV_ANSWER_UNKNOWN) return av_dom_known(d, f->items[when == AV_ANSWER_YES ? 1 : 2]);
    av_answer a = av_dom_known(d, f->items[1]), b = av_dom_known(d, f->items[2]);
    return a == b ? a : AV_ANSWER_UNKNOWN;
}

av_answer av_dom_known(av_dom *d, av_formula *f) {
    if (f->kind == AV_F_NEVER) return AV_ANSWER_NO;
    if (f->kind == AV_F_ALWAYS) return AV_ANSWER_YES;
    if (f->stamp == d->stamp) return f->answer;
    if (d->budget) d->budget--;
    av_answer answer;
    switch (f->kind) {
    case AV_F_ATOM: answer = atom_answer(d, f); break;
    case AV_F_NOT:
        answer = av_dom_known(d, f->items[0]);
        if (answer != AV_ANSWER_UNKNOWN)
            answer = answer == AV_ANSWER_YES ? AV_ANSWER_NO : AV_ANSWER_YES;
        break;
    case AV_F_AT_LEAST: answer = several_answer(d, f); break;
    default: answer = if_answer(d, f); break;
    }
    f->stamp = d->stamp;
    f->answer = answer;
    return answer;
}

/* ---- which atom to decide next */

typedef struct choice {
    av_formula *atom;
    bool holds;  /* what to try first */
    bool forced; /* the other way cannot meet the goal */
} choice;

/* For an undecided formula. */
static choice choose(av_dom *d, av_formula *f, bool want) {
    bool forced = true;
    for (;;) {
        switch (f->kind) {
        case AV_F_NOT:
            f = f->items[0];
            want = !want;
            continue;
        case AV_F_AT_LEAST: {
            uint32_t decided = 0, open = 0, need = want ? f->least : f->count - f->least + 1;
            av_formula *next = NULL;
            for (uint32_t i = 0; i < f->count; i++) {
                av_answer a = av_dom_known(d, f->items[i]);
                if (a == AV_ANSWER_UNKNOWN) {
                    open++;
                    if (!next) next = f->items[i];
                } else if ((a == AV_ANSWER_YES) == want) {
                    decided++;
                }
            }
            forced = forced && decided + open == need;
            if (!next) return (choice){NULL, false, false};
            f = next;
            continue;
        }
        case AV_F_IF: {
            av_answer when = av_dom_known(d, f->items[0]);
            if (when != AV_ANSWER_UNKNOWN) {
                f = f->items[when == AV_ANSWER_YES ? 1 : 2];
                continue;
            }
            av_answer wanted = want ? AV_ANSWER_YES : AV_ANSWER_NO,
                      a = av_dom_known(d, f->items[1]), b = av_dom_known(d, f->items[2]);
            bool then_fails = a != wanted && a != AV_ANSWER_UNKNOWN,
                 else_fails = b != wanted && b != AV_ANSWER_UNKNOWN;
            forced = forced && (then_fails || else_fails);
            want = !then_fails;
            f = f->items[0];
            continue;
        }
        case AV_F_ATOM: return (choice){f, want, forced};
        default: return (choice){NULL, false, false};
        }
    }
}

/* ---- the search */

static bool push_goal(av_dom *d, av_goal goal) {
    av_goal *goals = av_arena_grow(&d->arena, d->goals, d->goal_count, &d->goal_cap, sizeof *goals);
    if (!goals) return false;
    d->goals = goals;
    goals[d->goal_count++] = goal;
    return true;
}

/* Leaves only the points where the atom comes out as `holds`; the words before are on the trail. */
static bool narrow(av_dom *d, const av_formula *atom, bool holds) {
    const av_subject *s = &d->subjects[atom->subject];
    for (uint32_t w = 0; w < s->words; w++) {
        uint64_t *trail =
            av_arena_grow(&d->arena, d->trail, d->trail_len, &d->trail_cap, sizeof *trail);
        if (!trail) return false;
        d->trail = trail;
        trail[d->trail_len++] = d->box[s->first_word + w];
    }
    for (uint32_t w = 0; w < s->words; w++)
        d->box[s->first_word + w] &= holds ? atom->mask[w] : ~atom->mask[w];
    d->stamp++;
    return true;
}

static void widen(av_dom *d, const av_formula *atom) {
    const av_subject *s = &d->subjects[atom->subject];
    d->trail_len -= s->words;
    memcpy(d->box + s->first_word, d->trail + d->trail_len, s->words * sizeof *d->box);
    d->stamp++;
}

static av_answer search(av_dom *d, size_t from, size_t count, unsigned depth) {
    size_t base = d->goal_count;
    choice next = {NULL, false, false};
    for (size_t i = 0; i < count; i++) {
        av_goal goal = d->goals[from + i];
        av_answer a = av_dom_known(d, goal.formula);
        if (a == AV_ANSWER_UNKNOWN) {
            if (!push_goal(d, goal)) return AV_ANSWER_UNKNOWN;
        } else if ((a == AV_ANSWER_YES) != goal.want) {
            d->goal_count = base;
            return AV_ANSWER_NO;
        }
    }
    size_t open = d->goal_count - base;
    if (!open) return AV_ANSWER_YES;
    if (!d->budget || depth == AV_DOM_DEPTH || d->too_complex) return AV_ANSWER_UNKNOWN;
    for (size_t i = 0; i < open && !next.forced; i++) {
        choice c = choose(d, d->goals[base + i].formula, d->goals[base + i].want);
        if (c.atom && (c.forced || !next.atom)) next = c;
    }
    if (!next.atom) return AV_ANSWER_UNKNOWN;
    for (int way = 0; way < (next.forced ? 1 : 2); way++) {
        if (!narrow(d, next.atom, way ? !next.holds : next.holds)) return AV_ANSWER_UNKNOWN;
        av_answer a = search(d, base, open, depth + 1);
        if (a != AV_ANSWER_NO) return a; /* the box stays as it is: it is the assignment */
        widen(d, next.atom);
    }
    d->goal_count = base;
    return AV_ANSWER_NO;
}

av_answer av_dom_solve(av_dom *d, const av_goal *goals, size_t count) {
    if (d->too_complex) return AV_ANSWER_UNKNOWN;
    for (size_t i = 0; i < d->subject_count; i++) {
        const av_subject *s = &d->subjects[i];
        for (uint32_t w = 0; w < s->words; w++)
            d->box[s->first_word + w] = s->point_count - w * 64 >= 64
                                            ? UINT64_MAX
                                            : (UINT64_C(1) << (s->point_count - w * 64)) - 1;
    }
    d->stamp++;
    d->trail_len = d->goal_count = 0;
    for (size_t i = 0; i < count; i++)
        if (!push_goal(d, goals[i])) return AV_ANSWER_UNKNOWN;
    return search(d, 0, count, 0);
}
