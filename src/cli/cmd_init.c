/* archvm init: a small policy to edit at once. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/files.h"
#include "cli/starter.h"
#include "cli/term.h"

enum { PATH_BYTES = 256 /* longest path of a starter file */ };

/** Opens DIR, made when missing; refuses one that holds something. */
static int open_empty(const char *dir, int *out) {
    if (mkdir(dir, 0777) != 0 && errno != EEXIST) {
        cli_system_error(errno, "%s", dir);
        return CLI_SYSTEM;
    }
    *out = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int again = *out >= 0 ? openat(*out, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    DIR *stream = again >= 0 ? fdopendir(again) : NULL;
    if (stream == NULL) {
        cli_system_error(errno, "%s", dir);
        if (again >= 0) close(again);
        if (*out >= 0) close(*out);
        return CLI_SYSTEM;
    }
    bool empty = true;
    for (const struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) empty = false;
    closedir(stream);
    if (empty) return CLI_OK;
    close(*out);
    cli_error("%s: is not empty; a policy starts in a new or empty directory", dir);
    return CLI_USAGE;
}

/** 0 or an errno. Folders on the way are made. */
static int write_starter(int directory, const av_embedded_file *file) {
    char path[PATH_BYTES];
    const size_t length = strlen(file->path);
    if (length >= sizeof path) return ENAMETOOLONG;
    for (size_t i = 0; i < length; i++) {
        path[i] = file->path[i];
        if (path[i] != '/') continue;
        path[i] = '\0';
        if (mkdirat(directory, path, 0777) != 0 && errno != EEXIST) return errno;
        path[i] = '/';
    }
    path[length] = '\0';
    const int fd =
        openat(directory, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0) return errno;
    int failure = cli_write_all(fd, (av_text){(const char *)file->bytes, file->length});
    if (close(fd) != 0 && failure == 0) failure = errno;
    return failure;
}

int cli_init(const cli_args *args) {
    const char *dir = args->operands[0];
    int fd;
    const int status = open_empty(dir, &fd);
    if (status != CLI_OK) return status;
    int failure = 0;
    for (size_t i = 0; i < cli_starter_file_count && failure == 0; i++)
        failure = write_starter(fd, &cli_starter_files[i]);
    close(fd);
    if (failure != 0) {
        cli_system_error(failure, "%s", dir);
        return CLI_SYSTEM;
    }
    const size_t length = strlen(dir);
    const char *slash = length > 0 && dir[length - 1] == '/' ? "" : "/";
    cli_note(args,
             "archvm: a policy in %s. Next:\n"
             "  archvm test %s%srules\n"
             "  archvm run %s%srules %s%sbrief.facts",
             dir, dir, slash, dir, slash, dir, slash);
    return CLI_OK;
}
