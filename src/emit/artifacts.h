/* Everything a run writes, in memory: each document and each emitted file once, under a path that
 * is safe to create. */
#ifndef AV_EMIT_ARTIFACTS_H
#define AV_EMIT_ARTIFACTS_H

#include "vm/run.h"

/** A file: what the rules gave and the bytes that are written. */
typedef struct av_file {
    av_artifact artifact; /**< marks of its fragment are the source map's input */
    av_text path;
    av_text bytes; /**< ends in a line break unless empty */
} av_file;

typedef struct av_files {
    av_file *items; /**< in the order of the definitions */
    size_t count, cap;
} av_files;

enum {
    AV_PATH_BYTES = 1000, /**< longest path of a file */
    AV_PATH_SEGMENT = 200 /**< longest name between two slashes */
};

/**
 * Evaluates and serialises the document or emit `only`, or all when that is AV_NO_INDEX. Texts of structured formats are read by a
 * parser of their format before they are accepted. Sections and files are made side by side where threads are lent to the
 * run. All memory is the run's. AV_ERR_RUN with av_run_last_error set for a value that cannot be evaluated, a path that leaves its
 * folder or is taken already, or a file that its format does not allow.
 */
av_status av_files_collect(av_run *run, uint32_t only, av_files *out) AV_MUST_USE;

/** The content, a value, as a file of the artefact's format at the end of `out`. AV_ERR_RUN with av_run_last_error set when there can
 * be no such file. */
av_status av_artifact_serialise(av_run *run, const av_artifact *artifact, av_buf *out) AV_MUST_USE;

/** Why `path` cannot be the path of a file, or NULL if it can: it must be relative, '/' separated,
 * without "." and "..". */
const char *av_path_problem(av_text path);

#endif
