/* Code generation: the first case that holds.
 *
 * Cases that begin by asking for members of the same enum (or for the same bool) are found by one indexed jump:
 *
 *     case 1: S == A and x        SWITCH S:  A -> [1 x] [3] ...
 *     case 2: S in [B, C]                    B -> [2]
 *     case 3: y                              C -> [2]
 *                                            others -> [3 y] ...
 *
 * Each branch holds the cases that its member leaves possible, in order, without the question already answered, and is made the
 * same way. All others are tried one after the other. Code may grow by a bounded factor; past it, cases are tried in order. */
#include "code/gen.h"
#include "syntax/ast.h"

#include <string.h>

enum {
    SWITCH_CASES = 4,   /**< so many cases asking for the same thing are worth a switch */
    GROWTH = 16,        /**< most branch entries per case */
    GROWTH_BASE = 4096, /**< and so many more */
    WILD_RUN = 8        /**< a switch ends before so many cases in a row that do not ask for it */
};

/** A case that is still possible: its conditions from `asked` on must be tried. */
typedef struct candidate {
    uint32_t index, asked;
} candidate;

typedef struct flat_case {
    const av_node *node;
    const av_node **conditions; /**< all must hold */
    uint32_t count;
    av_label body;
    bool used;
} flat_case;

typedef struct chooser {
    av_gen *g;
    flat_case *cases;
    size_t budget; /**< branch entries that may still be made */
} chooser;

/** Members a condition accepts, of `limit` in all (a bool has two). */
typedef struct accepted {
    const av_node *subject;
    uint32_t limit;
    bool optional, truth; /**< may be none; is a bool */
    uint32_t *members;    /**< some perhaps more than once */
    uint32_t count;
} accepted;

/* ---- conditions */

static uint32_t count_conditions(const av_node *node) {
    if (!av_gen_is_joint(node, true)) return 1;
    uint32_t count = 0;
    for (uint32_t i = 0; i < av_gen_part_count(node); i++)
        count += count_conditions(av_gen_part(node, i));
    return count;
}

static void flatten(const av_node *node, flat_case *to) {
    if (av_gen_is_joint(node, true)) {
        for (uint32_t i = 0; i < av_gen_part_count(node); i++) flatten(av_gen_part(node, i), to);
    } else if (node->kind != AV_N_CONST || node->value.as.integer == 0) {
        to->conditions[to->count++] = node;
    }
}

/** A value a switch could jump by: an enum or a bool. */
static bool is_subject(const av_gen *g, const av_node *node, uint32_t *limit) {
    if (node->kind == AV_N_CONST) return false;
    const av_type *type = &g->program->types[node->type];
    if (type->kind == AV_T_OPTION) type = &g->program->types[type->element];
    *limit = type->kind == AV_T_BOOL   ? 2
             : type->kind == AV_T_ENUM ? g->program->enums[type->index].member_count
                                       : 0;
    return *limit > 0;
}

/** The first value a condition looks at. */
static const av_node *first_of(const av_node *node) {
    for (;;) {
        if (av_gen_is_joint(node, false) || av_gen_is_joint(node, true))
            node = av_gen_part(node, 0);
        else if (node->kind == AV_N_NOT) node = node->a;
        else if (node->kind == AV_N_COMPARE && node->a->kind == AV_N_CONST) return node->b;
        else if (node->kind == AV_N_COMPARE || node->kind == AV_N_IN || node->kind == AV_N_IN_RANGE)
            return node->a;
        else return node;
    }
}

/** The same, NULL when no switch can jump by it. */
static const av_node *subject_of(const av_gen *g, const av_node *node, uint32_t *limit) {
    node = first_of(node);
    return is_subject(g, node, limit) ? node : NULL;
}

static bool holds_for(uint8_t op, int64_t member, int64_t than) {
    switch ((av_op)op) {
    case AV_OP_EQ: return member == than;
    case AV_OP_NE: return member != than;
    case AV_OP_LT: return member < than;
    case AV_OP_LE: return member <= than;
    case AV_OP_GT: return member > than;
    default: return member >= than;
    }
}

static bool known_member(const av_node *node) {
    return node->kind == AV_N_CONST && (node->value.kind == AV_ENUM || node->value.kind == AV_BOOL);
}

/** Room for the members a condition may accept. */
static size_t most_members(av_gen *g, const av_node *node, uint32_t limit) {
    if (av_gen_is_joint(node, false)) {
        size_t most = 0;
        for (uint32_t i = 0; i < av_gen_part_count(node); i++)
            most += most_members(g, av_gen_part(node, i), limit);
        return most;
    }
    if (node->kind == AV_N_COMPARE && node->op == AV_OP_EQ) return 1;
    if (node->kind != AV_N_IN) return limit;
    av_value known;
    if (!av_gen_known(g, node->b, &known)) return 0;
    return known.kind == AV_SET    ? av_set_size(known)
           : known.kind == AV_LIST ? known.as.list->count
                                   : 0;
}

/** The same member may be accepted twice. */
static void accept(accepted *a, int64_t member) {
    if (member >= 0 && member < a->limit) a->members[a->count++] = (uint32_t)member;
}

static bool accept_compare(const av_node *node, accepted *a) {
    bool mirrored = node->a->kind == AV_N_CONST;
    const av_node *constant = mirrored ? node->a : node->b;
    if (!known_member(constant) || !av_gen_same(mirrored ? node->b : node->a, a->subject))
        return false;
    int64_t than = constant->value.as.integer;
    if (node->op == AV_OP_EQ) {
        accept(a, than);
        return true;
    }
    if (mirrored && node->op != AV_OP_NE) return false;
    for (uint32_t m = 0; m < a->limit; m++)
        if (holds_for(node->op, m, than)) accept(a, m);
    /* none differs from every member, and has no place in the set */
    return node->op != AV_OP_NE || !a->optional;
}

static bool accept_in(av_gen *g, const av_node *node, accepted *a) {
    av_value known;
    if (!av_gen_same(node->a, a->subject) || !av_gen_known(g, node->b, &known)) return false;
    if (known.kind == AV_SET)
        for (AV_EACH_MEMBER(m, known)) accept(a, m);
    for (size_t i = 0; known.kind == AV_LIST && i < known.as.list->count; i++) {
        av_value item = known.as.list->items[i];
        if (item.kind != AV_ENUM && item.kind != AV_BOOL) return false;
        accept(a, item.as.integer);
    }
    return known.kind == AV_SET || known.kind == AV_LIST;
}

static bool accept_condition(av_gen *g, const av_node *node, accepted *a);

/** The members that the condition inside of a `not` does not accept. */
static bool accept_not(av_gen *g, const av_node *node, accepted *a) {
    accepted inner = *a;
    inner.count = 0;
    inner.members = AV_NEW_ARRAY(&g->scratch, uint32_t, most_members(g, node, a->limit));
    uint8_t *held = AV_NEW_ARRAY(&g->scratch, uint8_t, a->limit);
    if (inner.members == NULL || held == NULL) {
        av_gen_fail(g, AV_ERR_MEMORY);
        return false;
    }
    if (a->optional || !accept_condition(g, node, &inner)) return false;
    for (uint32_t i = 0; i < inner.count; i++) held[inner.members[i]] = 1;
    for (uint32_t m = 0; m < a->limit; m++)
        if (!held[m]) accept(a, m);
    return true;
}

/** Adds the members for which the condition holds; false when it is not a plain question about the subject. */
static bool accept_condition(av_gen *g, const av_node *node, accepted *a) {
    if (av_gen_is_joint(node, false)) {
        for (uint32_t i = 0; i < av_gen_part_count(node); i++)
            if (!accept_condition(g, av_gen_part(node, i), a)) return false;
        return true;
    }
    switch ((av_node_kind)node->kind) {
    case AV_N_COMPARE: return accept_compare(node, a);
    case AV_N_IN: return accept_in(g, node, a);
    case AV_N_IN_RANGE:
        if (!av_gen_same(node->a, a->subject) || !known_member(node->b) || !known_member(node->c))
            return false;
        for (int64_t m = node->b->value.as.integer; m <= node->c->value.as.integer; m++)
            accept(a, m);
        return true;
    case AV_N_NOT: return accept_not(g, node->a, a);
    default:
        if (!a->truth || !av_gen_same(node, a->subject)) return false;
        accept(a, 1);
        return true;
    }
}

/** What the next condition of a candidate asks; false when no switch can answer it. */
static bool asks(chooser *ch, const candidate *item, accepted *out) {
    av_gen *g = ch->g;
    const flat_case *c = &ch->cases[item->index];
    *out = (accepted){0};
    if (item->asked >= c->count) return false;
    const av_node *condition = c->conditions[item->asked];
    out->subject = subject_of(g, condition, &out->limit);
    if (out->subject == NULL) return false;
    const av_type *type = &g->program->types[out->subject->type];
    out->optional = type->kind == AV_T_OPTION;
    out->truth = type->kind == AV_T_BOOL;
    size_t most = most_members(g, condition, out->limit);
    if (most > ch->budget) return false;
    out->members = AV_NEW_ARRAY(&g->scratch, uint32_t, most);
    if (out->members == NULL) {
        av_gen_fail(g, AV_ERR_MEMORY);
        return false;
    }
    return accept_condition(g, condition, out);
}

/* ---- switches */

typedef struct branch {
    candidate *items;
    uint32_t count;
    uint32_t last;    /**< 1 + the candidate added last */
    uint32_t same_as; /**< an earlier branch with the same candidates, or itself */
} branch;

typedef struct switch_plan {
    const av_node *subject;
    uint32_t limit;
    uint32_t length;   /**< candidates it decides, from the first */
    accepted *answers; /**< one each; subject NULL: does not ask */
} switch_plan;

/** Whether the candidates begin with enough cases that ask for the same thing. */
static bool plan_switch(chooser *ch, const candidate *items, uint32_t count, switch_plan *plan) {
    av_gen *g = ch->g;
    accepted answer;
    if (count < SWITCH_CASES || !asks(ch, &items[0], &answer)) return false;
    *plan = (switch_plan){.subject = answer.subject, .limit = answer.limit};
    uint32_t asking = 0, wild = 0;
    size_t cost = plan->limit, cap = 0;
    for (uint32_t i = 0; i < count && wild < WILD_RUN; i++) {
        bool always = items[i].asked >= ch->cases[items[i].index].count;
        plan->answers = av_arena_grow(&g->scratch, plan->answers, i, &cap, sizeof *plan->answers);
        if (plan->answers == NULL) {
            av_gen_fail(g, AV_ERR_MEMORY);
            return false;
        }
        plan->answers[i] = (accepted){0};
        if (asks(ch, &items[i], &answer) && av_gen_same(answer.subject, plan->subject)) {
            plan->answers[i] = answer;
            cost += answer.count;
            asking++;
            wild = 0;
        } else {
            cost += (size_t)plan->limit + 1;
            wild++;
        }
        if (cost > ch->budget) break;
        if (wild == 0 || always) plan->length = i + 1;
        if (always) break; /* nothing after it is reached */
    }
    if (asking < SWITCH_CASES || plan->length < SWITCH_CASES) return false;
    ch->budget -= cost < ch->budget ? cost : ch->budget;
    return true;
}

/** What the first of several candidates looks at first is looked at in any case: it is made once, for all of them. */
static void hold_first(chooser *ch, const candidate *items, uint32_t count) {
    av_gen *g = ch->g;
    if (count < 2 || items[0].asked >= ch->cases[items[0].index].count) return;
    const av_node *node = first_of(ch->cases[items[0].index].conditions[items[0].asked]);
    if (g->held != NULL && av_gen_same(node, g->held)) return;
    if (node->kind == AV_N_CONST || node->kind == AV_N_LOCAL || node->kind == AV_N_SOME ||
        node->kind == AV_N_EVERY || node->kind == AV_N_AT_LEAST)
        return;
    uint32_t in = av_gen_take(g, 1);
    av_gen_into(g, node, in);
    g->held = node;
    g->held_in = in;
}

static void gen_candidates(chooser *ch, const candidate *items, uint32_t count, av_label *fail);

static bool fill_branches(chooser *ch, const candidate *items, const switch_plan *plan,
                          branch *branches) {
    uint32_t total = plan->limit + 1; /* the last: none */
    for (uint32_t pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < plan->length; i++) {
            const accepted *answer = &plan->answers[i];
            bool any = answer->subject == NULL;
            uint32_t to = any ? total : answer->count;
            for (uint32_t j = 0; j < to; j++) {
                branch *b = &branches[any ? j : answer->members[j]];
                if (b->last == i + 1) continue;
                b->last = i + 1;
                if (pass == 1)
                    b->items[b->count] =
                        (candidate){items[i].index, items[i].asked + (any ? 0 : 1)};
                b->count++;
            }
        }
        for (uint32_t m = 0; pass == 0 && m < total; m++) {
            branches[m].items = AV_NEW_ARRAY(&ch->g->scratch, candidate, branches[m].count);
            if (branches[m].items == NULL) return false;
            branches[m].count = branches[m].last = 0;
        }
    }
    return true;
}

/** Members that leave the same candidates share a branch. */
static void share_branches(branch *branches, uint32_t total) {
    for (uint32_t m = 0; m < total; m++) {
        branches[m].same_as = m;
        /* members of one list stand side by side or far apart; a few looks back find most */
        for (uint32_t back = 1; back <= 16 && back <= m; back++) {
            const branch *before = &branches[m - back];
            if (before->count == branches[m].count &&
                memcmp(before->items, branches[m].items, before->count * sizeof(candidate)) == 0) {
                branches[m].same_as = before->same_as;
                break;
            }
        }
    }
}

static void gen_switch(chooser *ch, const candidate *items, const switch_plan *plan,
                       av_label *fail) {
    av_gen *g = ch->g;
    uint32_t total = plan->limit + 1;
    branch *branches = AV_NEW_ARRAY(&g->scratch, branch, total);
    av_label *labels = AV_NEW_ARRAY(&g->scratch, av_label, total);
    if (branches == NULL || labels == NULL || !fill_branches(ch, items, plan, branches)) {
        av_gen_fail(g, AV_ERR_MEMORY);
        return;
    }
    share_branches(branches, total);
    uint32_t mark = g->next_register;
    uint32_t subject = av_gen_value(g, plan->subject);
    g->next_register = mark;
    av_gen_wide(g, AV_I_SWITCH, subject, plan->limit);
    for (uint32_t m = 0; m < total; m++) {
        branch *b = &branches[m];
        flat_case *only = b->count > 0 ? &ch->cases[b->items[0].index] : NULL;
        av_label *label = &labels[b->same_as];
        if (b->count == 0) {
            label = fail;
        } else if (b->items[0].asked >= only->count) {
            label = &only->body;
            only->used = true;
        }
        av_gen_jump(g, AV_I_JUMP, 0, label);
    }
    for (uint32_t m = 0; m < total && g->status == AV_OK; m++) {
        if (labels[m].pending == 0) continue;
        const av_node *held = g->held;
        uint32_t held_in = g->held_in, outer = g->next_register;
        av_gen_bind(g, &labels[m]);
        hold_first(ch, branches[m].items, branches[m].count);
        gen_candidates(ch, branches[m].items, branches[m].count, fail);
        g->held = held;
        g->held_in = held_in;
        g->next_register = outer;
    }
}

/** Tries one case; goes on after it when it does not hold. */
static void gen_candidate(chooser *ch, const candidate *item) {
    av_gen *g = ch->g;
    flat_case *c = &ch->cases[item->index];
    av_label no = {0};
    for (uint32_t i = item->asked; i + 1 < c->count; i++)
        av_gen_test(g, c->conditions[i], false, &no);
    if (item->asked < c->count) av_gen_test(g, c->conditions[c->count - 1], true, &c->body);
    else av_gen_jump(g, AV_I_JUMP, 0, &c->body);
    c->used = true;
    av_gen_bind(g, &no);
}

/** Goes to the body of the first candidate that holds, or to `fail`; never goes on behind. */
static void gen_candidates(chooser *ch, const candidate *items, uint32_t count, av_label *fail) {
    av_gen *g = ch->g;
    uint32_t at = 0;
    while (at < count && g->status == AV_OK) {
        switch_plan plan;
        if (plan_switch(ch, items + at, count - at, &plan)) {
            av_label rest = {0};
            gen_switch(ch, items + at, &plan, &rest);
            av_gen_bind(g, &rest);
            at += plan.length;
        } else {
            gen_candidate(ch, &items[at]);
            if (items[at].asked >= ch->cases[items[at].index].count) return;
            at++;
        }
    }
    av_gen_jump(g, AV_I_JUMP, 0, fail);
}

/* ---- bodies */

static void gen_body(av_gen *g, flat_case *c, bool root, uint32_t to, av_label *end) {
    uint32_t mark = g->next_register;
    av_span span = g->span;
    if (c->node->span.source != 0) g->span = c->node->span;
    av_gen_bind(g, &c->body);
    if (root) {
        if (c->node->index != AV_NO_INDEX) av_gen_wide(g, AV_I_CHOSEN, 0, c->node->index);
        av_gen_emit(g, AV_I_RETURN, av_gen_value(g, c->node->b), 0, 0);
    } else {
        av_gen_into(g, c->node->b, to);
        av_gen_jump(g, AV_I_JUMP, 0, end);
    }
    g->span = span;
    g->next_register = mark;
}

static bool prepare(av_gen *g, const av_node *node, flat_case *cases, candidate *candidates) {
    for (uint32_t i = 0; i < node->count; i++) {
        const av_node *condition = node->items[i]->a;
        cases[i].node = node->items[i];
        candidates[i].index = i;
        if (condition == NULL) continue;
        cases[i].conditions =
            AV_NEW_ARRAY(&g->scratch, const av_node *, count_conditions(condition));
        if (cases[i].conditions == NULL) return false;
        flatten(condition, &cases[i]);
    }
    return true;
}

void av_gen_choose(av_gen *g, const av_node *node, bool root, uint32_t to) {
    const av_node *held = g->held;
    uint32_t held_in = g->held_in;
    chooser ch = {.g = g, .budget = GROWTH_BASE + (size_t)node->count * GROWTH};
    candidate *candidates = AV_NEW_ARRAY(&g->scratch, candidate, node->count);
    ch.cases = AV_NEW_ARRAY(&g->scratch, flat_case, node->count);
    if (candidates == NULL || ch.cases == NULL || !prepare(g, node, ch.cases, candidates)) {
        av_gen_fail(g, AV_ERR_MEMORY);
        return;
    }
    av_label fail = {0}, end = {0};
    hold_first(&ch, candidates, node->count);
    gen_candidates(&ch, candidates, node->count, &fail);
    for (uint32_t i = 0; i < node->count; i++)
        if (ch.cases[i].used) gen_body(g, &ch.cases[i], root, to, &end);
    if (fail.pending != 0) {
        av_gen_bind(g, &fail);
        av_gen_emit(g, AV_I_NO_CASE, 0, 0, 0);
    }
    av_gen_bind(g, &end);
    g->held = held;
    g->held_in = held_in;
}
