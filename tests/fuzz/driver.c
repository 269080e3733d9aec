/* Replays files through a fuzzer's entry where libFuzzer is not linked: every argument is a file or a folder of files. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_BYTES = 16 * 1024 * 1024, PATH_BYTES = 4096 };

static size_t replayed;

static int replay_file(const char *path) {
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(INPUT_BYTES);
    int status = 1;
    if (file != NULL && bytes != NULL) {
        size_t size = fread(bytes, 1, INPUT_BYTES, file);
        /* a block of the exact size, so that reading past the end is seen */
        uint8_t *exact = malloc(size > 0 ? size : 1);
        if (exact != NULL) {
            memcpy(exact, bytes, size);
            (void)LLVMFuzzerTestOneInput(exact, size);
            replayed++;
            status = 0;
        }
        free(exact);
    }
    if (status != 0) fprintf(stderr, "%s cannot be read\n", path);
    if (file != NULL) (void)fclose(file);
    free(bytes);
    return status;
}

static int replay(const char *path) {
    DIR *folder = opendir(path);
    if (folder == NULL) return replay_file(path);
    int status = 0;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char inner[PATH_BYTES];
        if (entry->d_name[0] == '.') continue;
        int length = snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (length < 0 || (size_t)length >= sizeof inner) status = 1;
        else status |= replay(inner);
    }
    (void)closedir(folder);
    return status;
}

int main(int argc, char **argv) {
    int status = 0;
    for (int i = 1; i < argc; i++) status |= replay(argv[i]);
    printf("%zu inputs\n", replayed);
    return status != 0 || replayed == 0;
}
