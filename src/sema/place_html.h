/* The small machine of HTML, shared by HTML templates and by HTML within Markdown. */
#ifndef AV_SEMA_PLACE_HTML_H
#define AV_SEMA_PLACE_HTML_H

#include "sema/program.h"

enum {
    AV_HTML_TEXT,
    AV_HTML_TAG, /**< between < and >, outside quotes */
    AV_HTML_DOUBLE,
    AV_HTML_SINGLE,
    AV_HTML_ADDRESS_DOUBLE, /**< an attribute that holds an address */
    AV_HTML_ADDRESS_SINGLE,
    AV_HTML_COMMENT,
    AV_HTML_RAW_TAG, /**< the opening tag of a script or style */
    AV_HTML_RAW      /**< its content */
};

/** The mode after the byte at `at`. */
uint8_t av_html_step(uint8_t mode, av_text text, size_t at);
/** How a text value must be escaped in this mode. */
av_escape av_html_escape(uint8_t mode);

#endif
