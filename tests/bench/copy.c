/* The least that writing an output can cost: every file of a directory, read once, put into a new directory by open, write and
 * close, one after the other.
 *
 *     bench_copy FROM TO
 *
 * Only what a copy needs is done: no stage, no comparison, no second thread. Exit status 1 when anything fails. */
#define _XOPEN_SOURCE 700
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, OPEN_FOLDERS = 16 };

/* nftw hands its visitor nothing of the caller's. */
static const char *from_root, *to_root;

static int copy_bytes(const char *from, const char *to, size_t size) {
    const int source = open(from, O_RDONLY), target = open(to, O_WRONLY | O_CREAT | O_EXCL, 0666);
    char *bytes = malloc(size + 1);
    const int done = source >= 0 && target >= 0 && bytes != NULL &&
                     read(source, bytes, size) == (ssize_t)size &&
                     write(target, bytes, size) == (ssize_t)size;
    free(bytes);
    if (source >= 0) close(source);
    return target >= 0 && close(target) == 0 && done ? 0 : 1;
}

static int visit(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)place;
    char to[PATH_BYTES];
    const int length = snprintf(to, sizeof to, "%s%s", to_root, path + strlen(from_root));
    if (length < 0 || (size_t)length >= sizeof to) return 1;
    if (kind == FTW_D) return mkdir(to, 0777);
    return kind == FTW_F ? copy_bytes(path, to, (size_t)status->st_size) : 1;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: bench_copy FROM TO\n");
        return 2;
    }
    from_root = argv[1];
    to_root = argv[2];
    if (nftw(from_root, visit, OPEN_FOLDERS, FTW_PHYS) == 0) return 0;
    fprintf(stderr, "bench_copy: %s could not be copied to %s\n", from_root, to_root);
    return 1;
}
