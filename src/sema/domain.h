/* Conditions as formulas over finite domains: what totality is decided with. Internal to this folder.
 *
 * A condition is taken apart down to atoms "subject against constant". A subject is a fact, a parameter, or any other
 * expression; equal expressions are one subject. Every subject gets points that stand for all its values: the constants it is
 * compared with and one value between each two of them. Constants, functions, decisions, conflicts and tables are looked
 * through. A set is one subject for each member that is asked for.
 *
 *     condition --> formula over atoms --> box: for each subject the points still possible --> search narrows the box
 *
 * Subjects are independent here. Facts and parameters truly are, so what is found of them is exact; other subjects may have
 * fewer combinations in truth, so "no assignment" stays exact and "this assignment" becomes a guess. */
#ifndef AV_SEMA_DOMAIN_H
#define AV_SEMA_DOMAIN_H

#include "sema/checker.h"

enum {
    AV_DOM_BUDGET = 1 << 20, /**< most formula evaluations for one definition */
    AV_DOM_TOTAL = 1 << 26,  /**< and for all definitions together */
    AV_DOM_DEPTH = 1000,     /**< most subjects narrowed on one path of the search */
    AV_DOM_INLINE = 12,      /**< deepest chain of definitions looked through */
    AV_DOM_POINTS = 4096,    /**< most points of one subject */
    AV_DOM_NODES = 1 << 18   /**< most formulas of one definition */
};

/** What a subject can be. */
typedef enum av_subject_kind {
    AV_SUBJECT_FACT,      /**< a brief can state it freely */
    AV_SUBJECT_PARAMETER, /**< of the table in hand: a caller can pass anything */
    AV_SUBJECT_OTHER      /**< worked out from other values */
} av_subject_kind;

/** Local variables with known values: arguments of a function that is looked through, `let`. */
typedef struct av_binding av_binding;

typedef struct av_subject {
    av_subject_kind kind;
    const av_node *node;
    const av_binding *env;
    uint32_t slot;   /**< field of the value, or AV_NO_INDEX */
    uint32_t member; /**< of a set: the member; AV_NO_INDEX: the whole value */
    av_type_id type; /**< of the value compared (of the set, for its members) */
    av_value *constants;
    size_t constant_count, constant_cap;
    av_value *points; /**< made by av_dom_ready; a point of kind AV_DOM_OTHER is any value not
                           among the others */
    uint32_t point_count, first_word, words;
} av_subject;

enum { AV_DOM_OTHER = 255 /**< av_value.kind of a point for "another value" */ };

typedef enum av_answer { AV_ANSWER_NO, AV_ANSWER_YES, AV_ANSWER_UNKNOWN } av_answer;

typedef enum av_formula_kind {
    AV_F_NEVER,
    AV_F_ALWAYS,
    AV_F_ATOM,
    AV_F_NOT,
    AV_F_AT_LEAST,
    AV_F_IF
} av_formula_kind;

typedef struct av_term {
    uint8_t op; /**< AV_OP_EQ, AV_OP_LT or AV_OP_LE */
    av_value constant;
    struct av_term *next;
} av_term;

typedef struct av_formula av_formula;
struct av_formula {
    av_formula_kind kind;
    uint32_t subject;   /**< ATOM */
    av_term *terms;     /**< ATOM: holds when one of them does */
    uint64_t *mask;     /**< ATOM: the points where it holds, made when first asked for */
    av_formula **items; /**< NOT: 1, AT_LEAST: count, IF: 3 */
    uint32_t count, least;
    uint32_t stamp; /**< of the box `answer` was found in */
    av_answer answer;
};

/** A formula that must come out as `want`. */
typedef struct av_goal {
    av_formula *formula;
    bool want;
} av_goal;

/** One definition's worth of conditions. Not to be moved once initialised. */
typedef struct av_dom {
    av_checker *c;
    av_arena arena;
    uint32_t param_count; /**< local variables below this slot are parameters */
    const bool *patched;  /**< by definition: a repair may change it, so it is not looked through */
    av_subject *subjects;
    size_t subject_count, subject_cap;
    /** subjects; formulas of the cases of decisions already looked through */
    av_map by_hash, chosen;
    uint32_t depth, formula_count;
    bool too_complex; /**< a limit was met: nothing can be said */
    av_formula constants[2], *never, *always;
    /* the search */
    uint64_t *box;
    uint32_t word_count;
    uint64_t *trail; /**< words of the box as they were */
    size_t trail_len, trail_cap;
    av_goal *goals; /**< of all levels, undecided ones only */
    size_t goal_count, goal_cap;
    uint32_t stamp;
    uint64_t budget;
} av_dom;

/** Empty; av_dom_free gives back what it comes to hold. */
void av_dom_init(av_dom *d, av_checker *c, const bool *patched, uint32_t param_count);
void av_dom_free(av_dom *d);

/** The formula of a bool expression; NULL stands for "always". Never NULL: on failure d->too_complex is set. */
av_formula *av_dom_condition(av_dom *d, const av_node *node);
av_formula *av_dom_not(av_dom *d, av_formula *formula);
/** At least `least` of the formulas. */
av_formula *av_dom_at_least(av_dom *d, uint32_t least, av_formula *const *items, uint32_t count);
/** Ends making formulas: chooses the points. */
void av_dom_ready(av_dom *d);

/** Whether some assignment meets all goals. After AV_ANSWER_YES the box holds it until the next call. */
av_answer av_dom_solve(av_dom *d, const av_goal *goals, size_t count);
/** What the formula comes out as in the box. */
av_answer av_dom_known(av_dom *d, av_formula *formula);
/** Whether the assignment in the box is one a brief (or call) can make. */
bool av_dom_exact(const av_dom *d);
/** The assignment as the items of a `given`, two blanks before each line; what no brief can state as comments. */
void av_dom_print_given(av_dom *d, av_buf *out);
/** The assignment as "team_size = Solo, stage = MVP"; what is not restricted is left out. */
void av_dom_print_values(av_dom *d, av_buf *out);
/** The value of parameter `slot` in the box as the language writes it: any value when it is not restricted. */
void av_dom_print_parameter(av_dom *d, uint32_t slot, av_type_id type, av_buf *out);
/** A constant as the language writes it. */
void av_dom_print_value(const av_dom *d, av_value value, av_buf *out);

/** Whether `value op constant`. */
bool av_dom_term_holds(uint8_t op, av_value value, av_value constant);

#endif
