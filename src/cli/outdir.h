/* A directory of output that is replaced as a whole or not at all.
 *
 *     PARENT/DIR                  the output, old until the last step
 *     PARENT/.DIR.archvm-PID-N    staging: the new output is written here, then exchanged with DIR
 *
 * The last step is one renameat2 with RENAME_EXCHANGE: at every moment DIR is whole, old or new,
 * whenever the process is killed. Nothing is synced to the disk, as compilers do not: after a loss
 * of power the same run gives the same bytes again.
 * Where the system or file system lacks it, DIR is first renamed to PARENT/.DIR.archvm-old and the
 * staging directory then to DIR; a kill between the two leaves the old output whole under that
 * name, and the next run puts it back.
 *
 * A file that the old output has with the same bytes is not written again: the new output gets a
 * link to it, and the old one's goes with the old output. Where all are the same, nothing is done.
 * Files are compared and written side by side, on as many threads as there are processors; those of
 * one folder by one thread, because a folder takes one new name at a time.
 *
 * A process holds a lock on its staging directory, so that the next run can tell a stale one from
 * one in use. Only a directory that is missing, empty, or lists itself in its `.archvm` file as
 * written by archvm is replaced: what people put there is never lost. */
#ifndef AV_CLI_OUTDIR_H
#define AV_CLI_OUTDIR_H

#include "base/text.h"

typedef struct cli_outdir cli_outdir;

/** Looks whether DIR may be written, and makes its parents. CLI_OK, CLI_USAGE or CLI_SYSTEM with a
 * message. */
int cli_outdir_begin(const char *dir, cli_outdir **out) AV_MUST_USE;
/**
 * Adds a file. `path` is relative with '/'; one that is absolute, has an empty, "." or ".." part is
 * refused. `bytes` are looked at until the output is committed. CLI_OK or CLI_SYSTEM with a message.
 */
int cli_outdir_add(cli_outdir *outdir, av_text path, av_text bytes) AV_MUST_USE;
/** Something to be done at the same time as files are compared or written. */
typedef struct cli_beside {
    void (*call)(void *work); /**< NULL: nothing */
    void *work;
} cli_beside;

/** Does with the files added so far what can be done before the others are known: need not be
 * called. CLI_OK or CLI_SYSTEM with a message. */
int cli_outdir_prepare(cli_outdir *outdir, cli_beside beside) AV_MUST_USE;
/** Puts the new output in place of the old; a path that was added twice is refused. CLI_OK or CLI_SYSTEM with a message, DIR then being as
 * it was. */
int cli_outdir_commit(cli_outdir *outdir) AV_MUST_USE;
/** Removes the staging directory if there still is one, and frees. NULL is fine. */
void cli_outdir_free(cli_outdir *outdir);

#endif
