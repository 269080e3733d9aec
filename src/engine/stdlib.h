/* The standard library: the .arch modules under stdlib/, compiled into the library as bytes. */
#ifndef AV_ENGINE_STDLIB_H
#define AV_ENGINE_STDLIB_H

#include "base/embedded.h"

/** Paths below stdlib/: "text.arch", "sql/types.arch". Sorted by path, closed by an entry whose
 * path is NULL. */
extern const av_embedded_file av_stdlib_files[];
/** Entries before the closing one; 0 when the library was built without modules. */
extern const size_t av_stdlib_file_count;

#endif
