/* Reading: files, standard input and directories of rules; and writing one file, all or nothing. */
#ifndef AV_CLI_FILES_H
#define AV_CLI_FILES_H

#include "base/arena.h"

enum {
    CLI_FILE_BYTES = 64 * 1024 * 1024, /**< longest file read as a whole */
    CLI_WALK_DEPTH = 32,               /**< deepest directory below a directory of rules */
    CLI_WALK_FILES = 60000             /**< most rule files in one directory of rules */
};

typedef struct cli_file {
    char *path; /**< as shown: the operand, and what is below it */
    av_text bytes;
    uint32_t layer;
    bool linked; /**< reached through a symbolic link in a directory */
} cli_file;

typedef struct cli_files {
    av_arena *arena; /**< owns the array, paths and bytes */
    cli_file *items;
    size_t count, cap;
    bool without_tests; /**< files of a directory that hold tests are not read */
} cli_files;

/** Whether the operand names a compiled program: a file whose name ends in .archc. */
bool cli_is_image(const char *path);
/** Whether anything is called so. */
bool cli_exists(const char *path);

/**
 * Reads a file, or standard input for "-", whole. A directory is refused; pipes and devices are
 * read to their end. CLI_OK, or CLI_SYSTEM with a message.
 */
int cli_read(av_arena *arena, const char *path, cli_file *out) AV_MUST_USE;

/**
 * Adds the rule files of an operand: itself when it is a file; the .arch files in it and below when
 * it is a directory, sorted bytewise by path. Names that start with a dot are passed over, and those
 * that end in _test.arch where the caller has no use for tests. Symbolic
 * links to directories are not followed; one to a file must stay within the directory. CLI_OK,
 * CLI_USAGE or CLI_SYSTEM with a message.
 */
int cli_read_rules(cli_files *files, const char *operand, uint32_t layer) AV_MUST_USE;

/**
 * Writes a file next to its final place, then renames it: what was there stays whole when anything
 * fails. A link to a file is followed and its target replaced; permissions are kept. CLI_OK, or
 * CLI_SYSTEM with a message.
 */
int cli_write_file(const char *path, av_text bytes) AV_MUST_USE;
/** Writes all of `bytes`. 0 or an errno. */
int cli_write_all(int fd, av_text bytes) AV_MUST_USE;

#endif
