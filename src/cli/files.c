/* The type of a directory's entry, which saves asking for each, is no part of POSIX. */
#define _DEFAULT_SOURCE
#include "cli/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/term.h"
#include "cli/threads.h"

static int no_memory(void) {
    cli_error("out of memory");
    return CLI_SYSTEM;
}

bool cli_is_image(const char *path) {
    return av_text_ends(av_text_from(path), AV_TEXT(".archc"));
}

bool cli_exists(const char *path) {
    struct stat status;
    return stat(path, &status) == 0;
}

static char *copy_path(av_arena *arena, av_text text) {
    char *copy = av_arena_take(arena, text.len + 1);
    if (copy != NULL && text.len > 0) memcpy(copy, text.ptr, text.len);
    return copy;
}

static char *join_path(av_arena *arena, const char *directory, const char *name) {
    const size_t length = strlen(directory), rest = strlen(name);
    char *path = av_arena_take(arena, length + rest + 2);
    if (path == NULL) return NULL;
    memcpy(path, directory, length);
    const bool slash = length > 0 && directory[length - 1] != '/';
    if (slash) path[length] = '/';
    memcpy(path + length + slash, name, rest);
    return path;
}

/* A large file is read in two halves at a time: most of what that costs is pages that are touched for the first time. */
typedef struct halves {
    int fd;
    char *bytes;
    size_t half, length;
    bool whole[2];
} halves;

static void read_half(void *work, size_t index) {
    halves *h = work;
    size_t at = index == 0 ? 0 : h->half;
    const size_t end = index == 0 ? h->half : h->length;
    while (at < end) {
        const ssize_t got = pread(h->fd, h->bytes + at, end - at, (off_t)at);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return;
        at += (size_t)got;
    }
    h->whole[index] = true;
}

/** False when it cannot be read so: its bytes are then to be read one after the other, which tells why. */
static bool read_halves(int fd, char *bytes, size_t length) {
    enum { LARGE = 1024 * 1024 };
    if (length < LARGE || lseek(fd, 0, SEEK_CUR) != 0) return false;
    halves h = {.fd = fd, .bytes = bytes, .half = length / 2, .length = length};
    cli_execute(NULL, 2, read_half, &h);
    return h.whole[0] && h.whole[1];
}

/** All bytes of an open file that has this status. */
static int read_open(av_arena *arena, int fd, const struct stat *status, const char *path,
                     av_text *out) {
    if (S_ISDIR(status->st_mode)) {
        cli_error("%s: is a directory", path);
        return CLI_SYSTEM;
    }
    const bool sized =
        S_ISREG(status->st_mode) && status->st_size > 0 && status->st_size < CLI_FILE_BYTES;
    /* One byte more than the size says: a file that does not fill it has been read as a whole. */
    size_t cap = sized ? (size_t)status->st_size + 1 : 65536;
    char *bytes = av_arena_piece(arena, cap);
    size_t length = 0;
    if (bytes != NULL && sized && read_halves(fd, bytes, cap - 1)) {
        *out = (av_text){bytes, cap - 1};
        return CLI_OK;
    }
    while (bytes != NULL) {
        if (length == cap) {
            char *wider = av_arena_piece(arena, cap * 2);
            if (wider == NULL) return no_memory();
            memcpy(wider, bytes, length);
            bytes = wider;
            cap *= 2;
        }
        const ssize_t got = read(fd, bytes + length, cap - length);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            cli_system_error(errno, "%s", path);
            return CLI_SYSTEM;
        }
        length += (size_t)got;
        if (got == 0 || (sized && length == (size_t)status->st_size)) {
            *out = (av_text){bytes, length};
            return CLI_OK;
        }
        if (length > CLI_FILE_BYTES) {
            cli_error("%s: longer than the %d MiB a file may have", path, CLI_FILE_BYTES >> 20);
            return CLI_SYSTEM;
        }
    }
    return no_memory();
}

int cli_read(av_arena *arena, const char *path, cli_file *out) {
    const bool standard_input = strcmp(path, "-") == 0;
    *out = (cli_file){
        .path = copy_path(arena, standard_input ? AV_TEXT("<stdin>") : av_text_from(path))};
    if (out->path == NULL) return no_memory();
    const int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        cli_system_error(errno, "%s", path);
        return CLI_SYSTEM;
    }
    struct stat status;
    int result = CLI_SYSTEM;
    if (fstat(fd, &status) != 0) cli_system_error(errno, "%s", out->path);
    else result = read_open(arena, fd, &status, out->path, &out->bytes);
    if (!standard_input) close(fd);
    return result;
}

static int add_file(cli_files *files, const cli_file *file) {
    cli_file *items =
        av_arena_grow(files->arena, files->items, files->count, &files->cap, sizeof *items);
    if (items == NULL) return no_memory();
    files->items = items;
    items[files->count++] = *file;
    return CLI_OK;
}

/* ---- directories */

typedef struct walk {
    cli_files *files;
    uint32_t layer;
    const char *operand;
    char *root; /**< the directory's real path, or NULL until a link asks for it */
} walk;

static bool is_wanted(const cli_files *files, const char *name) {
    const av_text text = av_text_from(name);
    return av_text_ends(text, AV_TEXT(".arch")) &&
           !(files->without_tests && av_text_ends(text, AV_TEXT("_test.arch")));
}

/** A link to a rule file must lead to a place below the directory that is being read. */
static int check_link(walk *w, const char *path) {
    if (w->root == NULL) w->root = realpath(w->operand, NULL);
    char *target = realpath(path, NULL);
    if (w->root == NULL || target == NULL) {
        cli_system_error(errno, "%s", path);
        free(target);
        return CLI_SYSTEM;
    }
    const size_t length = strlen(w->root);
    const bool inside =
        strncmp(target, w->root, length) == 0 && (target[length] == '/' || length == 1);
    free(target);
    if (inside) return CLI_OK;
    cli_error("%s: is a link to a file outside of %s", path, w->operand);
    return CLI_SYSTEM;
}

static int add_rule_file(walk *w, int directory, const char *name, char *path, bool linked) {
    if (linked) {
        const int result = check_link(w, path);
        if (result != CLI_OK) return result;
    }
    if (w->files->count >= CLI_WALK_FILES) {
        cli_error("%s: more than %d rule files", w->operand, CLI_WALK_FILES);
        return CLI_SYSTEM;
    }
    /* Not blocking, so that a pipe that bears such a name cannot hang us; it is refused below. */
    const int fd =
        openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (linked ? 0 : O_NOFOLLOW));
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0) {
        cli_system_error(errno, "%s", path);
        if (fd >= 0) close(fd);
        return CLI_SYSTEM;
    }
    int result = CLI_SYSTEM;
    cli_file file = {.path = path, .layer = w->layer, .linked = linked};
    if (S_ISREG(status.st_mode))
        result = read_open(w->files->arena, fd, &status, path, &file.bytes);
    else cli_error("%s: is not a regular file", path);
    close(fd);
    return result == CLI_OK ? add_file(w->files, &file) : result;
}

static int walk_directory(walk *w, int fd, const char *shown, unsigned depth);

typedef enum entry_kind { ENTRY_FILE, ENTRY_LINK, ENTRY_DIRECTORY } entry_kind;

/** False when that cannot be found out, which is reported. */
static bool kind_of(int directory, const struct dirent *entry, const char *path, entry_kind *out) {
#ifdef DT_DIR
    *out = entry->d_type == DT_DIR   ? ENTRY_DIRECTORY
           : entry->d_type == DT_LNK ? ENTRY_LINK
                                     : ENTRY_FILE;
    if (entry->d_type != DT_UNKNOWN) return true;
#endif
    struct stat status;
    if (fstatat(directory, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        cli_system_error(errno, "%s", path);
        return false;
    }
    *out = S_ISDIR(status.st_mode)   ? ENTRY_DIRECTORY
           : S_ISLNK(status.st_mode) ? ENTRY_LINK
                                     : ENTRY_FILE;
    return true;
}

static int visit(walk *w, int directory, const char *shown, const struct dirent *entry,
                 unsigned depth) {
    const char *name = entry->d_name;
    char *path = join_path(w->files->arena, shown, name);
    if (path == NULL) return no_memory();
    entry_kind kind;
    if (!kind_of(directory, entry, path, &kind)) return CLI_SYSTEM;
    if (kind != ENTRY_DIRECTORY)
        return is_wanted(w->files, name)
                   ? add_rule_file(w, directory, name, path, kind == ENTRY_LINK)
                   : CLI_OK;
    if (depth == CLI_WALK_DEPTH) {
        cli_error("%s: more than %d directories deep", path, CLI_WALK_DEPTH);
        return CLI_SYSTEM;
    }
    const int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        cli_system_error(errno, "%s", path);
        return CLI_SYSTEM;
    }
    return walk_directory(w, fd, path, depth + 1);
}

/** Takes over `fd`. */
static int walk_directory(walk *w, int fd, const char *shown, unsigned depth) {
    DIR *stream = fdopendir(fd);
    if (stream == NULL) {
        cli_system_error(errno, "%s", shown);
        close(fd);
        return CLI_SYSTEM;
    }
    int result = CLI_OK;
    while (result == CLI_OK) {
        errno = 0;
        const struct dirent *entry = readdir(stream);
        if (entry == NULL) {
            if (errno != 0) {
                cli_system_error(errno, "%s", shown);
                result = CLI_SYSTEM;
            }
            break;
        }
        if (entry->d_name[0] != '.') result = visit(w, dirfd(stream), shown, entry, depth);
    }
    closedir(stream);
    return result;
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const cli_file *)a)->path, ((const cli_file *)b)->path);
}

int cli_read_rules(cli_files *files, const char *operand, uint32_t layer) {
    const int fd = open(operand, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0) {
        cli_system_error(errno, "%s", operand);
        if (fd >= 0) close(fd);
        return CLI_SYSTEM;
    }
    if (!S_ISDIR(status.st_mode)) {
        cli_file file = {.path = copy_path(files->arena, av_text_from(operand)), .layer = layer};
        int result = file.path != NULL ? read_open(files->arena, fd, &status, operand, &file.bytes)
                                       : no_memory();
        close(fd);
        if (result == CLI_OK) result = add_file(files, &file);
        return result;
    }
    walk w = {.files = files, .layer = layer, .operand = operand};
    const size_t first = files->count;
    int result = walk_directory(&w, fd, operand, 0);
    free(w.root);
    if (result == CLI_OK && files->count == first) {
        cli_error("%s: no .arch file in this directory", operand);
        result = CLI_USAGE;
    }
    if (result == CLI_OK)
        qsort(files->items + first, files->count - first, sizeof *files->items, by_path);
    return result;
}

/* ---- writing one file */

int cli_write_all(int fd, av_text bytes) {
    while (bytes.len > 0) {
        const ssize_t done = write(fd, bytes.ptr, bytes.len);
        if (done < 0) {
            if (errno == EINTR) continue;
            return errno;
        }
        bytes = av_text_slice(bytes, (size_t)done, bytes.len - (size_t)done);
    }
    return 0;
}

static int write_beside(const char *path, char *temporary, av_text bytes) {
    const int fd = mkstemp(temporary);
    if (fd < 0) {
        cli_system_error(errno, "%s", path);
        return CLI_SYSTEM;
    }
    struct stat old;
    mode_t mode;
    if (stat(path, &old) == 0) {
        mode = old.st_mode & 07777;
    } else {
        mode = umask(0);
        umask(mode);
        mode = 0666 & ~mode;
    }
    int failure = cli_write_all(fd, bytes);
    /* What is replaced may be somebody's only copy. */
    if (failure == 0 && fsync(fd) != 0) failure = errno;
    if (failure == 0 && fchmod(fd, mode) != 0) failure = errno;
    if (close(fd) != 0 && failure == 0) failure = errno;
    if (failure == 0 && rename(temporary, path) != 0) failure = errno;
    if (failure == 0) return CLI_OK;
    unlink(temporary);
    cli_system_error(failure, "%s", path);
    return CLI_SYSTEM;
}

int cli_write_file(const char *path, av_text bytes) {
    static const char suffix[] = ".archvm-XXXXXX";
    char *real = realpath(path, NULL);
    const char *target = real != NULL ? real : path;
    const size_t length = strlen(target);
    char *temporary = malloc(length + sizeof suffix);
    int result = CLI_SYSTEM;
    if (temporary == NULL) {
        cli_error("out of memory");
    } else {
        memcpy(temporary, target, length);
        memcpy(temporary + length, suffix, sizeof suffix);
        result = write_beside(target, temporary, bytes);
    }
    free(temporary);
    free(real);
    return result;
}
