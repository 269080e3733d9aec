#define _GNU_SOURCE /* renameat2 */

#include "cli/outdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/map.h"
#include "cli/files.h"
#include "cli/term.h"
#include "cli/threads.h"

#define MARKER ".archvm"

enum {
    NAME_BYTES = 255,    /* longest name of a file or directory */
    TREE_DEPTH = 64,     /* deepest directory that is made or removed */
    STAGING_TRIES = 100, /* names tried for the staging directory */
    PATH_BYTES = 4096,   /* longest path of a file that is taken over from the old output */
    BLOCK_BYTES = 65536  /* bytes of a file compared at a time */
};

/* A file of the new output. */
typedef struct out_file {
    char *path; /* NUL-ended */
    av_text bytes;
    struct out_file *next; /* another one of the same folder that is worked on */
    size_t folder;         /* its number, from 0, in the order in which folders were first met */
    bool kept;             /* the old output has the same */
    int failure;           /* of writing it: an errno */
} out_file;

struct cli_outdir {
    char *dir;        /* as given, without trailing slashes */
    const char *base; /* its last part, within dir */
    int parent;       /* the directory that holds it */
    char staging[NAME_BYTES + 1];
    int stage; /* the staging directory, locked; -1 when there is none */
    int old;   /* the output that is to be replaced; -1 when there is none */
    av_arena arena;
    out_file *entries; /* the last one is the marker, once everything is added */
    size_t count, cap;
    av_map folders;  /* hash of a folder's path -> its number; two of one hash count as one */
    size_t prepared; /* so many entries are compared with the old output ... */
    size_t placed;   /* ... and so many are in the staging directory */
    av_buf list;     /* paths added, a line each: the marker's text */
    mode_t mask;     /* the umask */
    uid_t owner;     /* of what is written */
};

/** A stream over the directory `fd`, which it closes at its end; NULL with errno, `fd` then
 * closed. */
static DIR *stream_of(int fd) {
    if (fd < 0) return NULL;
    DIR *stream = fdopendir(fd);
    if (stream == NULL) {
        const int failure = errno;
        close(fd);
        errno = failure;
    }
    return stream;
}

/* ---- removing a tree, never following a link */

static int remove_tree(int directory, const char *name, unsigned depth) {
    if (unlinkat(directory, name, 0) == 0 || errno == ENOENT) return 0;
    if (errno != EISDIR && errno != EPERM) return errno;
    if (depth == TREE_DEPTH) return ELOOP;
    DIR *stream =
        stream_of(openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (stream == NULL) return errno;
    int failure = 0;
    for (const struct dirent *entry = readdir(stream); entry != NULL && failure == 0;
         entry = readdir(stream))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            failure = remove_tree(dirfd(stream), entry->d_name, depth + 1);
    closedir(stream);
    if (failure == 0 && unlinkat(directory, name, AT_REMOVEDIR) != 0) failure = errno;
    return failure;
}

/* ---- the directory and its parent */

static int fail(const cli_outdir *outdir, int error_number) {
    cli_system_error(error_number, "%s", outdir->dir);
    return CLI_SYSTEM;
}

/** Makes the directories that lead to `dir`, as mkdir -p does. */
static int make_parents(cli_outdir *outdir, char *end) {
    for (char *slash = strchr(outdir->dir + 1, '/'); slash != NULL && slash <= end;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        const int made = mkdir(outdir->dir, 0777);
        const int failure = made != 0 && errno != EEXIST ? errno : 0;
        *slash = '/';
        if (failure != 0) return failure;
    }
    return 0;
}

static int open_parent(cli_outdir *outdir) {
    char *slash = strrchr(outdir->dir, '/');
    outdir->base = slash != NULL ? slash + 1 : outdir->dir;
    if (outdir->base[0] == '\0' || strcmp(outdir->base, ".") == 0 ||
        strcmp(outdir->base, "..") == 0) {
        cli_error("%s: output goes to a directory of its own, given by its name", outdir->dir);
        return CLI_USAGE;
    }
    int failure = slash != NULL ? make_parents(outdir, slash) : 0;
    if (failure == 0) {
        if (slash != NULL && slash != outdir->dir) {
            *slash = '\0';
            outdir->parent = open(outdir->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
            failure = errno;
            *slash = '/';
        } else {
            outdir->parent = open(slash != NULL ? "/" : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
            failure = errno;
        }
    }
    return outdir->parent >= 0 ? CLI_OK : fail(outdir, failure);
}

/** Whether the files below `fd` are ours to replace: there are none, or the marker is among
 * them. */
static bool is_ours(int fd) {
    struct stat status;
    if (fstatat(fd, MARKER, &status, AT_SYMLINK_NOFOLLOW) == 0) return S_ISREG(status.st_mode);
    const int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = again >= 0 ? fdopendir(again) : NULL;
    if (stream == NULL) {
        if (again >= 0) close(again);
        return false;
    }
    bool empty = true;
    for (const struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) empty = false;
    closedir(stream);
    return empty;
}

/** CLI_OK when DIR may be replaced; `*old` is then open on it, -1 when it does not exist. */
static int check_target(const cli_outdir *outdir, int *old) {
    struct stat status;
    *old = -1;
    if (fstatat(outdir->parent, outdir->base, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? CLI_OK : fail(outdir, errno);
    if (S_ISLNK(status.st_mode)) {
        cli_error("%s: is a symbolic link; name the directory itself", outdir->dir);
        return CLI_SYSTEM;
    }
    const int fd =
        openat(outdir->parent, outdir->base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return fail(outdir, errno);
    if (is_ours(fd)) {
        *old = fd;
        return CLI_OK;
    }
    close(fd);
    cli_error("%s: holds files that archvm did not write; choose a directory that is new or empty",
              outdir->dir);
    return CLI_SYSTEM;
}

/* ---- staging */

/** ".DIR.archvm-": what all staging names of DIR start with. */
static bool staging_name(const cli_outdir *outdir, const char *rest, char out[NAME_BYTES + 1]) {
    const int length = snprintf(out, NAME_BYTES + 1, ".%s.archvm-%s", outdir->base, rest);
    return length > 0 && length <= NAME_BYTES;
}

/** Removes a directory that another run left behind, unless that run still holds its lock. */
static void clean_one(const cli_outdir *outdir, const char *name) {
    const int fd = openat(outdir->parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return;
    struct stat status;
    if (fstat(fd, &status) == 0 && status.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0)
        (void)remove_tree(outdir->parent, name, 0);
    close(fd);
}

/** Puts back an old output that a killed fallback left aside, then removes stale staging
 * directories. */
static int clean_stale(const cli_outdir *outdir) {
    char prefix[NAME_BYTES + 1], old[NAME_BYTES + 1];
    if (!staging_name(outdir, "", prefix) || !staging_name(outdir, "old", old))
        return fail(outdir, ENAMETOOLONG);
    struct stat status;
    if (fstatat(outdir->parent, outdir->base, &status, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT)
        (void)renameat(outdir->parent, old, outdir->parent, outdir->base);
    const int fd = openat(outdir->parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;
    if (stream == NULL) {
        const int failure = errno;
        if (fd >= 0) close(fd);
        return fail(outdir, failure);
    }
    const size_t length = strlen(prefix);
    for (const struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream))
        if (strncmp(entry->d_name, prefix, length) == 0) clean_one(outdir, entry->d_name);
    closedir(stream);
    return CLI_OK;
}

/** Whether the locked directory still bears its name: a cleaner may have come between making and
 * locking. */
static bool still_there(const cli_outdir *outdir) {
    struct stat by_fd, by_name;
    return fstat(outdir->stage, &by_fd) == 0 &&
           fstatat(outdir->parent, outdir->staging, &by_name, AT_SYMLINK_NOFOLLOW) == 0 &&
           by_fd.st_ino == by_name.st_ino && by_fd.st_dev == by_name.st_dev;
}

static int make_staging(cli_outdir *outdir) {
    for (int try = 0; try < STAGING_TRIES; try++) {
        char rest[64];
        (void)snprintf(rest, sizeof rest, "%ld-%d", (long)getpid(), try);
        if (!staging_name(outdir, rest, outdir->staging)) return fail(outdir, ENAMETOOLONG);
        if (mkdirat(outdir->parent, outdir->staging, 0777) != 0) {
            if (errno == EEXIST) continue;
            return fail(outdir, errno);
        }
        outdir->stage = openat(outdir->parent, outdir->staging,
                               O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (outdir->stage < 0) {
            if (errno == ENOENT) continue;
            return fail(outdir, errno);
        }
        if (flock(outdir->stage, LOCK_EX | LOCK_NB) == 0 && still_there(outdir)) return CLI_OK;
        close(outdir->stage);
        outdir->stage = -1;
    }
    return fail(outdir, EBUSY);
}

int cli_outdir_begin(const char *dir, cli_outdir **out) {
    *out = NULL;
    size_t length = strlen(dir);
    while (length > 1 && dir[length - 1] == '/') length--;
    cli_outdir *outdir = calloc(1, sizeof *outdir);
    char *copy = malloc(length + 1);
    if (outdir == NULL || copy == NULL) {
        free(outdir);
        free(copy);
        cli_error("out of memory");
        return CLI_SYSTEM;
    }
    memcpy(copy, dir, length);
    copy[length] = '\0';
    const av_alloc host = av_alloc_default();
    *outdir = (cli_outdir){
        .dir = copy, .parent = -1, .stage = -1, .old = -1, .mask = umask(0), .owner = geteuid()};
    (void)umask(outdir->mask);
    av_arena_init(&outdir->arena, &host, 0);
    av_buf_init(&outdir->list, &host, 0);
    av_map_init(&outdir->folders, &outdir->arena);
    int result = open_parent(outdir);
    if (result == CLI_OK) result = clean_stale(outdir);
    if (result == CLI_OK) result = check_target(outdir, &outdir->old);
    if (result != CLI_OK) {
        cli_outdir_free(outdir);
        return result;
    }
    *out = outdir;
    return CLI_OK;
}

/* ---- files */

static bool is_part(av_text part) {
    return part.len > 0 && part.len <= NAME_BYTES && !av_text_equal(part, AV_TEXT(".")) &&
           !av_text_equal(part, AV_TEXT("..")) && memchr(part.ptr, '\0', part.len) == NULL;
}

/** Whether a path leads below the directory and not too deep. */
static bool stays_below(av_text path) {
    if (path.len >= PATH_BYTES || av_text_equal(path, AV_TEXT(MARKER))) return false;
    unsigned depth = 0;
    for (size_t from = 0; from <= path.len; depth++) {
        const size_t slash = av_text_find(path, AV_TEXT("/"), from);
        const size_t end = slash == SIZE_MAX ? path.len : slash;
        if (depth == TREE_DEPTH || !is_part(av_text_slice(path, from, end - from))) return false;
        from = end + 1;
    }
    return true;
}

static int add_entry(cli_outdir *outdir, av_text path, av_text bytes) {
    out_file *entries = av_arena_grow(&outdir->arena, outdir->entries, outdir->count, &outdir->cap,
                                      sizeof *entries);
    char *copy = av_arena_take(&outdir->arena, path.len + 1);
    if (entries == NULL || copy == NULL) return fail(outdir, ENOMEM);
    memcpy(copy, path.ptr, path.len);
    outdir->entries = entries;
    size_t name = path.len;
    while (name > 0 && path.ptr[name - 1] != '/') name--;
    const uint64_t folder = av_hash(av_text_slice(path, 0, name), 0);
    uint64_t number;
    if (!av_map_get(&outdir->folders, folder, &number)) {
        number = outdir->folders.count;
        if (av_map_set(&outdir->folders, folder, number) != AV_OK) return fail(outdir, ENOMEM);
    }
    entries[outdir->count++] = (out_file){.path = copy, .bytes = bytes, .folder = (size_t)number};
    return CLI_OK;
}

int cli_outdir_add(cli_outdir *outdir, av_text path, av_text bytes) {
    if (!stays_below(path)) {
        cli_error("%s: the path `%.*s` does not stay below the output directory", outdir->dir,
                  AV_TEXT_ARG(path));
        return CLI_SYSTEM;
    }
    av_buf_put(&outdir->list, path);
    av_buf_putc(&outdir->list, '\n');
    return add_entry(outdir, path, bytes);
}

/** Whether an open file is what writing it again would make: these bytes, our own, under no other name, with the rights that
 * the umask leaves. */
static bool is_same(const cli_outdir *outdir, int fd, av_text bytes) {
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink != 1 ||
        status.st_uid != outdir->owner || (status.st_mode & 07777) != (0666 & ~outdir->mask) ||
        (uint64_t)status.st_size != bytes.len)
        return false;
    char block[BLOCK_BYTES];
    for (size_t at = 0; at < bytes.len;) {
        const ssize_t got = read(fd, block, sizeof block);
        if (got <= 0 || (size_t)got > bytes.len - at ||
            memcmp(block, bytes.ptr + at, (size_t)got) != 0)
            return false;
        at += (size_t)got;
    }
    return true;
}

/** Looks whether the old output has a file already. */
static void compare(cli_outdir *outdir, out_file *e) {
    const int fd = openat(outdir->old, e->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return;
    e->kept = is_same(outdir, fd, e->bytes);
    close(fd);
}

static int write_new(int at, const char *path, av_text bytes) {
    const int fd = openat(at, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0) return errno;
    int failure = cli_write_all(fd, bytes);
    if (close(fd) != 0 && failure == 0) failure = errno;
    return failure;
}

/** Puts a file into the staging directory. */
static void place(cli_outdir *outdir, out_file *e) {
    const bool linked = e->kept && linkat(outdir->old, e->path, outdir->stage, e->path, 0) == 0;
    if (!linked) e->failure = write_new(outdir->stage, e->path, e->bytes);
}

/* What is done with each file of each folder, and with something beside them. */
typedef struct folder_work {
    cli_outdir *outdir;
    void (*each)(cli_outdir *outdir, out_file *file);
    cli_beside beside;
    out_file **first; /* of each folder */
} folder_work;

/** A task for cli_execute: the first is what is done beside the files, then follow the folders. */
static void do_folder(void *payload, size_t index) {
    const folder_work *w = payload;
    if (index > 0)
        for (out_file *e = w->first[index - 1]; e != NULL; e = e->next) w->each(w->outdir, e);
    else if (w->beside.call != NULL) w->beside.call(w->beside.work);
}

/** All files from number `from` on. */
static int do_files(cli_outdir *outdir, size_t from,
                    void (*each)(cli_outdir *outdir, out_file *file), cli_beside beside) {
    const size_t count = outdir->folders.count;
    folder_work w = {outdir, each, beside, AV_NEW_ARRAY(&outdir->arena, out_file *, count)};
    if (w.first == NULL) return fail(outdir, ENOMEM);
    for (size_t i = outdir->count; i-- > from;) {
        out_file *e = &outdir->entries[i];
        e->next = w.first[e->folder];
        w.first[e->folder] = e;
    }
    cli_execute(NULL, count + 1, do_folder, &w);
    return CLI_OK;
}

/** Makes the folders of a path in the staging directory; those it shares with the path before it are there. */
static int make_folders(const cli_outdir *outdir, char *path, const char *before) {
    bool shared = before != NULL;
    for (size_t i = 0; path[i] != '\0'; i++) {
        shared = shared && path[i] == before[i];
        if (path[i] != '/' || shared) continue;
        path[i] = '\0';
        const int failure = mkdirat(outdir->stage, path, 0777) != 0 && errno != EEXIST ? errno : 0;
        path[i] = '/';
        if (failure != 0) return failure;
    }
    return 0;
}

/** Puts what is not there yet into the staging directory, which is made when there is none. */
static int fill(cli_outdir *outdir, cli_beside beside) {
    const int made = outdir->stage < 0 ? make_staging(outdir) : CLI_OK;
    if (made != CLI_OK) return made;
    out_file *failed = NULL;
    for (size_t i = outdir->placed; i < outdir->count && failed == NULL; i++) {
        out_file *e = &outdir->entries[i];
        e->failure = make_folders(outdir, e->path, i > 0 ? outdir->entries[i - 1].path : NULL);
        if (e->failure != 0) failed = e;
    }
    if (failed == NULL) {
        const int done = do_files(outdir, outdir->placed, place, beside);
        if (done != CLI_OK) return done;
    }
    for (size_t i = outdir->placed; i < outdir->count && failed == NULL; i++)
        if (outdir->entries[i].failure != 0) failed = &outdir->entries[i];
    outdir->placed = outdir->count;
    if (failed == NULL) return CLI_OK;
    cli_system_error(failed->failure, "%s/%s", outdir->dir, failed->path);
    return CLI_SYSTEM;
}

int cli_outdir_prepare(cli_outdir *outdir, cli_beside beside) {
    if (outdir->old < 0) return fill(outdir, beside);
    const int done = do_files(outdir, outdir->prepared, compare, beside);
    outdir->prepared = outdir->count;
    return done;
}

/** Adds up the files below `fd`, which is closed; false when there is anything else but folders that have some and the rights
 * the umask leaves. */
static bool count_files(const cli_outdir *outdir, int fd, unsigned depth, size_t *count) {
    struct stat status;
    DIR *stream = stream_of(fd);
    if (stream == NULL) return false;
    const size_t before = *count;
    bool plain = depth < TREE_DEPTH && fstat(dirfd(stream), &status) == 0 &&
                 (status.st_mode & 0777) == (0777 & ~outdir->mask);
    for (const struct dirent *e = plain ? readdir(stream) : NULL; e != NULL && plain;
         e = readdir(stream)) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
        if (e->d_type == DT_REG) {
            ++*count;
            continue;
        }
        plain = e->d_type == DT_DIR &&
                count_files(outdir,
                            openat(dirfd(stream), e->d_name,
                                   O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
                            depth + 1, count);
    }
    closedir(stream);
    return plain && *count > before;
}

/** Whether the old output is the new one: every file the same, and nothing besides. */
static bool is_unchanged(const cli_outdir *outdir) {
    if (outdir->old < 0) return false;
    for (size_t i = 0; i < outdir->count; i++)
        if (!outdir->entries[i].kept) return false;
    size_t files = 0;
    return count_files(outdir, openat(outdir->old, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0,
                       &files) &&
           files == outdir->count;
}

/* ---- the last step */

/** 0, or an errno: EINVAL or ENOSYS where names cannot be exchanged in one step. */
static int exchange(const cli_outdir *outdir) {
#ifdef RENAME_EXCHANGE
    if (renameat2(outdir->parent, outdir->staging, outdir->parent, outdir->base, RENAME_EXCHANGE) ==
        0)
        return 0;
    return errno;
#else
    (void)outdir;
    return ENOSYS;
#endif
}

static int replace_in_two_steps(const cli_outdir *outdir) {
    char old[NAME_BYTES + 1];
    if (!staging_name(outdir, "old", old)) return ENAMETOOLONG;
    if (renameat(outdir->parent, outdir->base, outdir->parent, old) != 0) return errno;
    if (renameat(outdir->parent, outdir->staging, outdir->parent, outdir->base) != 0) {
        const int failure = errno;
        (void)renameat(outdir->parent, old, outdir->parent, outdir->base);
        return failure;
    }
    (void)remove_tree(outdir->parent, old, 0);
    return 0;
}

/** Exchanges the filled staging directory with the output. */
static int replace(cli_outdir *outdir) {
    int old, failure = 0;
    const int result = check_target(outdir, &old);
    if (result != CLI_OK) return result;
    if (old >= 0) {
        close(old);
        failure = exchange(outdir);
        if (failure == EINVAL || failure == ENOSYS) failure = replace_in_two_steps(outdir);
    } else if (renameat(outdir->parent, outdir->staging, outdir->parent, outdir->base) != 0) {
        failure = errno;
    }
    /* The new output is in place; what may now bear the staging name is the old one. */
    return failure == 0 ? CLI_OK : fail(outdir, failure);
}

int cli_outdir_commit(cli_outdir *outdir) {
    if (outdir->list.status != AV_OK) return fail(outdir, ENOMEM);
    int result = add_entry(outdir, AV_TEXT(MARKER), av_buf_text(&outdir->list));
    if (result == CLI_OK) result = cli_outdir_prepare(outdir, (cli_beside){NULL, NULL});
    if (result != CLI_OK || is_unchanged(outdir)) return result;
    result = fill(outdir, (cli_beside){NULL, NULL});
    return result == CLI_OK ? replace(outdir) : result;
}

void cli_outdir_free(cli_outdir *outdir) {
    if (outdir == NULL) return;
    if (outdir->stage >= 0) {
        (void)remove_tree(outdir->parent, outdir->staging, 0);
        close(outdir->stage);
    }
    if (outdir->old >= 0) close(outdir->old);
    if (outdir->parent >= 0) close(outdir->parent);
    av_buf_free(&outdir->list);
    av_arena_free(&outdir->arena);
    free(outdir->dir);
    free(outdir);
}
