/* Files that are compiled in as bytes: made at build time by tools/embed.c, constant, readable from any thread. */
#ifndef AV_BASE_EMBEDDED_H
#define AV_BASE_EMBEDDED_H

#include <stddef.h>

typedef struct av_embedded_file {
    const char *path;           /**< below the folder that is embedded, with forward slashes */
    const unsigned char *bytes; /**< the file as it was */
    size_t length;              /**< of bytes; one zero byte follows that it does not count */
} av_embedded_file;

#endif
