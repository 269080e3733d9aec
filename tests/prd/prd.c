/* Requirements documents against what is to be found in them.
 *
 *     prd RULES DIR            compares; fails when a document of DIR reads differently than its .expected says
 *     prd RULES DIR --accept   writes the .expected files anew: read each of them before committing
 *
 * A line each: ids of functional and non-functional requirements in the document's order, those made here, stated priorities,
 * what is out of scope, roles, records, and the requirements that nothing answers. */
#include <archvm.h>

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "support/disk.h"

typedef struct reader {
    archvm_engine *engine;
    archvm_program *program;
} reader;

static void die(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(2);
}

static void show_report(const archvm_engine *engine, archvm_report *report) {
    archvm_text text;
    if (archvm_report_render(engine, report, ARCHVM_STYLE_PLAIN, &text) != ARCHVM_OK) return;
    fwrite(text.ptr, 1, text.len, stderr);
    archvm_text_free(engine, &text);
}

static void load(reader *r, const char *folder) {
    av_disk files = {0};
    av_disk_add(&files, folder, ".arch");
    archvm_source *sources = calloc(files.count + 1, sizeof *sources);
    if (sources == NULL) die(folder, "out of memory");
    for (size_t i = 0; i < files.count; i++)
        sources[i] = (archvm_source){
            .path = {files.items[i].path, strlen(files.items[i].path)},
            .bytes = {(const char *)files.items[i].bytes, files.items[i].len},
        };
    archvm_report *report = NULL;
    r->engine = archvm_engine_new(NULL);
    if (archvm_program_load(r->engine, sources, files.count, NULL, &r->program, &report) !=
        ARCHVM_OK) {
        show_report(r->engine, report);
        die(folder, "the rules do not compile");
    }
    archvm_report_free(report);
    free(sources);
    av_disk_free(&files);
}

/** Everything that is decided for a document, as JSON; the caller's. */
static json_t *evaluate(const reader *r, const av_disk_file *file) {
    archvm_facts *facts = NULL;
    archvm_run *run = NULL;
    archvm_report *report = NULL;
    archvm_text text = {NULL, 0};
    const archvm_text path = {file->path, strlen(file->path)};
    const archvm_text bytes = {(const char *)file->bytes, file->len};
    if (archvm_facts_read(r->program, path, bytes, NULL, &facts, &report) != ARCHVM_OK) {
        show_report(r->engine, report);
        die(file->path, "the document cannot be read");
    }
    archvm_report_free(report);
    if (archvm_run_new(r->program, facts, NULL, &run) != ARCHVM_OK ||
        archvm_run_json(run, 0, &text) != ARCHVM_OK) {
        show_report(r->engine, archvm_run_error(run));
        die(file->path, "the rules cannot be run on the document");
    }
    json_error_t error;
    json_t *all = json_loadb(text.ptr, text.len, 0, &error);
    if (all == NULL) die(file->path, error.text);
    archvm_text_free(r->engine, &text);
    archvm_run_free(run);
    archvm_facts_free(facts);
    return all;
}

static const char *field(const json_t *record, const char *name) {
    const char *text = json_string_value(json_object_get(record, name));
    return text != NULL ? text : "";
}

static const json_t *fact(const json_t *all, const char *name) {
    return json_object_get(json_object_get(json_object_get(all, "facts"), name), "value");
}

typedef bool keep_fn(const json_t *item, const char *wanted);

static bool is_kind(const json_t *item, const char *wanted) {
    return strcmp(field(item, "kind"), wanted) == 0;
}

static bool is_made(const json_t *item, const char *wanted) {
    (void)wanted;
    return json_is_true(json_object_get(item, "id_made"));
}

/** Nothing answers it, or only a record that could hold it. */
static bool is_open(const json_t *item, const char *wanted) {
    size_t index;
    json_t *answer;
    (void)wanted;
    json_array_foreach(json_object_get(item, "answers"), index, answer) {
        if (!is_kind(answer, "record")) return false;
    }
    return true;
}

static bool is_any(const json_t *item, const char *wanted) {
    (void)item, (void)wanted;
    return true;
}

/** "title: a | b": one field of the items kept, or the items themselves when they are texts. */
static void put_list(av_buf *out, const char *title, const json_t *list, keep_fn *keep,
                     const char *wanted, const char *name) {
    size_t index, count = 0;
    json_t *item;
    av_buf_printf(out, "%s:", title);
    json_array_foreach((json_t *)(uintptr_t)list, index, item) {
        if (!keep(item, wanted)) continue;
        av_buf_puts(out, count++ > 0 ? " | " : " ");
        av_buf_puts(out, json_is_string(item) ? json_string_value(item) : field(item, name));
    }
    av_buf_putc(out, '\n');
}

static void put_priorities(av_buf *out, const json_t *list) {
    size_t index, count = 0;
    json_t *item;
    av_buf_puts(out, "priorities:");
    json_array_foreach((json_t *)(uintptr_t)list, index, item) {
        if (strcmp(field(item, "priority"), "not stated") == 0) continue;
        av_buf_printf(out, "%s%s %s", count++ > 0 ? " | " : " ", field(item, "id"),
                      field(item, "priority"));
    }
    av_buf_putc(out, '\n');
}

static void summarise(const json_t *all, av_buf *out) {
    const json_t *found = fact(all, "requirements");
    const json_t *traced =
        json_object_get(json_object_get(all, "collections"), "requirements_traced");
    av_buf_printf(out, "product: %s\n", json_string_value(fact(all, "product_name")));
    put_list(out, "functional", found, is_kind, "functional", "id");
    put_list(out, "non-functional", found, is_kind, "non-functional", "id");
    put_list(out, "ids made", found, is_made, NULL, "id");
    put_priorities(out, found);
    put_list(out, "out of scope", fact(all, "out_of_scope"), is_any, NULL, "");
    put_list(out, "roles", fact(all, "roles"), is_any, NULL, "");
    put_list(out, "records", fact(all, "stated_entities"), is_any, NULL, "name");
    put_list(out, "unanswered", traced, is_open, NULL, "id");
    if (json_array_size(found) != json_array_size(traced))
        av_buf_puts(out, "some requirements are not traced\n");
}

static bool judge(const av_disk_file *file, const char *path, const av_buf *found, bool accept) {
    if (accept) {
        FILE *out = fopen(path, "wb");
        if (out == NULL || fwrite(found->ptr, 1, found->len, out) != found->len)
            die(path, "cannot be written");
        fclose(out);
        return true;
    }
    av_disk wanted = {0};
    av_disk_add(&wanted, path, "");
    const bool same = wanted.count == 1 && wanted.items[0].len == found->len &&
                      memcmp(wanted.items[0].bytes, found->ptr, found->len) == 0;
    if (!same)
        printf("not ok - %s\n--- wanted\n%.*s--- found\n%.*s", file->path,
               wanted.count == 1 ? (int)wanted.items[0].len : 0,
               wanted.count == 1 ? (const char *)wanted.items[0].bytes : "", (int)found->len,
               found->ptr);
    av_disk_free(&wanted);
    return same;
}

int main(int argc, char **argv) {
    if (argc < 3) die("usage", "prd RULES DIR [--accept]");
    const bool accept = argc > 3 && strcmp(argv[3], "--accept") == 0;
    const av_alloc host = av_alloc_default();
    reader r;
    load(&r, argv[1]);
    av_disk documents = {0};
    av_disk_add(&documents, argv[2], ".md");
    size_t wrong = 0;
    for (size_t i = 0; i < documents.count; i++) {
        av_buf found, path;
        av_buf_init(&found, &host, 0);
        av_buf_init(&path, &host, 0);
        json_t *all = evaluate(&r, &documents.items[i]);
        summarise(all, &found);
        const size_t stem = strlen(documents.items[i].path) - strlen(".md");
        av_buf_printf(&path, "%.*s.expected", (int)stem, documents.items[i].path);
        av_buf_putc(&path, '\0');
        wrong += !judge(&documents.items[i], path.ptr, &found, accept);
        json_decref(all);
        av_buf_free(&path);
        av_buf_free(&found);
    }
    printf("%zu requirements documents, %zu read otherwise than expected\n", documents.count,
           wrong);
    const bool enough = documents.count >= 10;
    av_disk_free(&documents);
    archvm_program_free(r.program);
    archvm_engine_free(r.engine);
    return wrong == 0 && enough ? 0 : 1;
}
