#include "support/disk.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void give_up(const char *what, const char *path) {
    fprintf(stderr, "cannot %s %s\n", what, path);
    exit(EXIT_FAILURE);
}

static void *need(void *block) {
    if (block == NULL) give_up("find memory for", "files");
    return block;
}

static char *join(const char *folder, const char *name) {
    const size_t size = strlen(folder) + strlen(name) + 2;
    char *path = need(malloc(size));
    snprintf(path, size, "%s/%s", folder, name);
    return path;
}

static void add_file(av_disk *disk, const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) give_up("read", path);
    size_t cap = 1 << 14, len = 0, got;
    char *bytes = need(malloc(cap));
    while ((got = fread(bytes + len, 1, cap - len, file)) > 0) {
        len += got;
        if (len == cap) bytes = need(realloc(bytes, cap *= 2));
    }
    fclose(file);
    /* As long as its contents, so that reading past them is seen. */
    bytes = need(realloc(bytes, len > 0 ? len : 1));
    disk->items = need(realloc(disk->items, (disk->count + 1) * sizeof *disk->items));
    char *copy = need(malloc(strlen(path) + 1));
    strcpy(copy, path);
    disk->items[disk->count++] = (av_disk_file){.path = copy, .bytes = bytes, .len = len};
}

static void add(av_disk *disk, const char *path, const char *suffix) {
    struct stat info;
    if (stat(path, &info) != 0) give_up("find", path);
    if (!S_ISDIR(info.st_mode)) {
        if (av_text_ends(av_text_from(path), av_text_from(suffix))) add_file(disk, path);
        return;
    }
    DIR *dir = opendir(path);
    if (dir == NULL) give_up("open", path);
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (entry->d_name[0] == '.') continue;
        char *below = join(path, entry->d_name);
        add(disk, below, suffix);
        free(below);
    }
    closedir(dir);
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const av_disk_file *)a)->path, ((const av_disk_file *)b)->path);
}

void av_disk_add(av_disk *disk, const char *path, const char *suffix) {
    const size_t before = disk->count;
    char *whole = path[0] == '/' ? NULL : join(AV_TEST_SOURCE_DIR, path);
    add(disk, whole != NULL ? whole : path, suffix);
    free(whole);
    if (disk->count > before)
        qsort(disk->items + before, disk->count - before, sizeof *disk->items, by_path);
}

void av_disk_free(av_disk *disk) {
    for (size_t i = 0; i < disk->count; i++) {
        free(disk->items[i].path);
        free(disk->items[i].bytes);
    }
    free(disk->items);
    *disk = (av_disk){0};
}
