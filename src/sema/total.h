/* The parts of the analysis of a checked program. Internal to this folder. `patched` tells by definition whether a repair may
 * change its value. All findings go to the checker's diagnostics. */
#ifndef AV_SEMA_TOTAL_H
#define AV_SEMA_TOTAL_H

#include "sema/checker.h"

/** Inferences, decisions and tables: what falls through; when c->analyse also what is never reached and what overlaps. */
void av_total_choice(av_checker *c, const av_decl *decl, const bool *patched);
/** Matrices: whether an option is always left; when c->analyse also lines and options that never count. */
void av_total_matrix(av_checker *c, const av_decl *decl, const bool *patched);
/** A condition that can never hold; `what` ends the sentence and begins with ", " or is empty. */
void av_total_condition(av_checker *c, const av_node *when, const bool *patched, const char *what);
/** A check that cannot fail and does not say so. */
void av_total_check(av_checker *c, const av_decl *decl, const bool *patched);

/** Declarations nothing depends on, members nothing chooses. */
void av_unused(av_checker *c);

#endif
