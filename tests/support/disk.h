/* Folders of files, read into memory. */
#ifndef AV_TEST_SUPPORT_DISK_H
#define AV_TEST_SUPPORT_DISK_H

#include "base/text.h"

typedef struct av_disk_file {
    char *path; /**< as given: the folder and what is below it */
    char *bytes;
    size_t len;
} av_disk_file;

typedef struct av_disk {
    av_disk_file *items; /**< of each folder in bytewise order of their paths */
    size_t count;
} av_disk;

/**
 * Adds the file, or all files below the folder, whose names end in `suffix`. A relative path starts from the source folder.
 * Ends the process with a message when something cannot be read.
 */
void av_disk_add(av_disk *disk, const char *path, const char *suffix);
void av_disk_free(av_disk *disk);

static inline av_text av_disk_text(const av_disk_file *file) {
    return (av_text){file->bytes, file->len};
}

#endif
