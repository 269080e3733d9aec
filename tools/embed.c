/* embed OUT HEADER SYMBOL ROOT FILE...: writes to OUT the C source of the arrays SYMBOL_files and
 * SYMBOL_file_count that HEADER declares, one entry a FILE, named by its path below ROOT (which ends
 * in a slash). A build tool; runs on the machine that compiles. */
#include <stdio.h>
#include <string.h>

static int embed_bytes(FILE *out, const char *path, int index, size_t *length) {
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        perror(path);
        return 1;
    }
    /* An array may not be empty: each ends in a zero byte that its length does not count. */
    fprintf(out, "static const unsigned char file_%d[] = {", index);
    *length = 0;
    for (int byte = fgetc(in); byte != EOF; byte = fgetc(in)) {
        fprintf(out, "%s%d,", *length % 24 == 0 ? "\n    " : "", byte);
        ++*length;
    }
    fputs("\n    0};\n", out);
    int failed = ferror(in);
    return fclose(in) != 0 || failed != 0;
}

int main(int argc, char **argv) {
    enum { MAX_FILES = 1024, FIRST_FILE = 5 };
    static size_t lengths[MAX_FILES];
    if (argc < FIRST_FILE || argc - FIRST_FILE > MAX_FILES) {
        fputs("usage: embed OUT HEADER SYMBOL ROOT FILE... (at most 1024 files)\n", stderr);
        return 2;
    }
    const int count = argc - FIRST_FILE;
    const char *symbol = argv[3], *root = argv[4];
    const size_t root_length = strlen(root);
    FILE *out = fopen(argv[1], "wb");
    if (out == NULL) {
        perror(argv[1]);
        return 1;
    }
    int failed = 0;
    fprintf(out, "#include \"%s\"\n\n", argv[2]);
    for (int i = 0; i < count; i++)
        failed |= embed_bytes(out, argv[i + FIRST_FILE], i, &lengths[i]);
    fprintf(out, "const av_embedded_file %s_files[] = {\n", symbol);
    for (int i = 0; i < count; i++) {
        const char *path = argv[i + FIRST_FILE];
        if (strncmp(path, root, root_length) == 0) path += root_length;
        fprintf(out, "    {\"%s\", file_%d, %zu},\n", path, i, lengths[i]);
    }
    fprintf(out, "    {0, 0, 0}};\nconst size_t %s_file_count = %d;\n", symbol, count);
    failed |= ferror(out);
    failed |= fclose(out) != 0;
    if (failed != 0) remove(argv[1]);
    return failed != 0;
}
