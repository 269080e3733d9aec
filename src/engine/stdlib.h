/* The standard library: the .arch modules under stdlib/, compiled into the library as bytes. The
 * table is made at build time; it is constant and may be read from any thread. */
#ifndef AV_ENGINE_STDLIB_H
#define AV_ENGINE_STDLIB_H

#include <stddef.h>

typedef struct av_embedded_file av_embedded_file;
struct av_embedded_file {
    const char *path;           /* below stdlib/, with forward slashes: "text.arch", "sql/types.arch" */
    const unsigned char *bytes; /* the file as it was, UTF-8 */
    size_t length;              /* of bytes; one zero byte follows that it does not count */
};

/* Sorted by path, closed by an entry whose path is NULL. */
extern const av_embedded_file av_stdlib_files[];
/* Entries before the closing one; 0 when the library was built without modules. */
extern const size_t av_stdlib_file_count;

#endif
