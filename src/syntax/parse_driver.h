/* Inside the driver of the parser: the loop and recovery (parse.c), messages (parse_say.c), mending
 * (parse_mend.c). */
#ifndef AV_SYNTAX_PARSE_DRIVER_H
#define AV_SYNTAX_PARSE_DRIVER_H

#include "syntax/parse.h"

enum { AV_PENDING = 14 /**< `let`s and loops followed within one bracket */ };

/** What the next `in` means. */
typedef enum av_pending { AV_PENDING_LET, AV_PENDING_LOOP } av_pending;

typedef struct av_bracket {
    uint8_t kind; /**< terminal that opened it */
    uint8_t pending_count;
    uint8_t pending[AV_PENDING]; /**< av_pending, innermost last */
    uint32_t token;              /**< index */
} av_bracket;

typedef struct av_driver {
    av_parser parser;
    av_lexer lexer;
    void *grammar;
    const av_token *tokens;
    size_t count;
    av_bracket *brackets; /**< brackets[1..open] are open; brackets[0] is the file */
    size_t open;
    size_t error_line; /**< offset after the line of the last error, which has no second one */
    bool recovering;   /**< tokens are dropped until one fits */
    size_t level;      /**< brackets open around the list recovered to */
} av_driver;

/** A token as the grammar sees it, its place in the source, its text. */
av_tok av_drive_value_of(const av_token *token);
av_span av_drive_span_of(const av_driver *d, const av_token *token);
av_text av_drive_text_of(const av_driver *d, const av_token *token);

/** The terminal that closes what `kind` opens; 0 when it opens nothing. */
uint8_t av_drive_closer_of(uint8_t kind);
bool av_drive_is_closer(uint8_t kind);
/** The spelling of a mark; NULL when the kind is no mark. */
const char *av_drive_mark_of(uint8_t kind);
/** Tokens that go on with an expression, which nobody forgets to expect. */
bool av_drive_goes_on(uint8_t kind);
/** Tokens with which an expression can begin. */
bool av_drive_begins_value(uint8_t kind);

/** Whether the parser takes a token of this kind next; and `after` directly behind it. */
bool av_drive_fits(const av_driver *d, uint8_t kind);
bool av_drive_fits_then(const av_driver *d, uint8_t kind, uint8_t after);
/** Feeds a terminal with the place of token `index`; recovery is over. */
void av_drive_feed(av_driver *d, uint8_t kind, size_t index);
/** Follows brackets and what waits for its `in`. */
void av_drive_track(av_driver *d, uint8_t kind, size_t index);
/** `in` ends the value of the innermost `let` unless a loop waits for its own. */
uint8_t av_drive_kind_of_in(av_driver *d);

/** Whether an error at token `index` would only repeat one that is known: on the same line as the
 * last, or where the lexer found fault. */
bool av_drive_is_known(av_driver *d, size_t index);
/** A kind of token as messages name it: "`,`", "a name". */
void av_drive_put_kind(av_buf *out, uint8_t kind);
/** A token of the source as messages name it: its text, cut when long. */
void av_drive_put_found(const av_driver *d, av_buf *out, const av_token *token);
/** Reports `message` at the token; later errors on its line are then known. NULL when not kept. */
av_diag *av_drive_report(av_driver *d, av_diag_code code, const av_token *token, av_buf *message);
/** Reports unless known; NULL then. */
av_diag *av_drive_say(av_driver *d, av_diag_code code, size_t index, const char *message);
/** Adds to `diag`, if any, where the innermost open bracket stands. */
void av_drive_label_open(av_driver *d, av_diag *diag);
/** Says what was expected where token `index` stands, unless an error there is known. */
void av_drive_report_unexpected(av_driver *d, size_t index);

/** Tries all mends at token `*index`: 0 none, 1 the tokens up to `*index` are used up, 2 it fits
 * now. */
int av_drive_mend(av_driver *d, size_t *index);

#endif
