/* Golden tests of diagnostics: every case is run and what archvm says about it is compared with the text beside it.
 *
 *     golden DIR DOC            compares; fails when a code of the table has no case or no entry in DOC
 *     golden DIR DOC --accept   writes the texts anew: read each of them before committing
 *
 * A case is DIR/CODE-what.arch (one rule file) or a folder DIR/CODE-what with any of: NAME.arch (layer 0), N/NAME.arch (layer N),
 * brief.facts (then everything is evaluated and written), steps and memory (budgets of the run, one number each),
 * image.hex (a compiled program instead of rules, as hexadecimal digits) and NAME.repeat files. What is said is in CASE.txt
 * beside it. A file NAME.repeat stands for NAME, which would be too long: its first line is a number, its second is repeated so
 * often, what is before and after it goes on the third and fourth line. "\n" in them is a line break.
 *
 * DOC holds an entry `## CODE: title` for each code, most with an example after "Wrong:" that gives the code and one after
 * "Right:" without any error. The examples stand after the first fenced block of the page; one in YAML is a brief for it. */
#include <archvm.h>

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct code {
    const char *code, *title;
} codes[] = {
#define AV_DIAG(identifier, code, severity, title) {code, title},
#include "source/diag_codes.h"
#undef AV_DIAG
};

/* What no rules and no brief can provoke: the compiler rules it out, the verifier most of what is left. */
static const char *const internal[] = {"E0902", "E0910", "E0914"};

enum {
    CODES = sizeof codes / sizeof codes[0],
    SOURCES_MOST = 40,
    PATH_BYTES = 512,
    CASES_MOST = 500
};

static bool has_case[CODES], accept;
static unsigned failures;

static void failed(const char *name, const char *what) {
    fprintf(stderr, "%s: %s\n", name, what);
    failures++;
}

/* Not a finding: the test itself cannot go on. */
static void die(const char *what) {
    fprintf(stderr, "golden: %s\n", what);
    exit(2);
}

/* ---- growing text */

typedef struct text {
    char *ptr;
    size_t len, cap;
} text;

static void add(text *t, const char *bytes, size_t len) {
    if (t->len + len + 1 > t->cap) {
        t->cap = (t->len + len + 1) * 2;
        t->ptr = realloc(t->ptr, t->cap);
        if (!t->ptr) die("out of memory");
    }
    if (len) memcpy(t->ptr + t->len, bytes, len);
    t->len += len;
    t->ptr[t->len] = 0;
}

static void add_string(text *t, const char *string) {
    add(t, string, strlen(string));
}

static bool read_file(const char *path, text *out) {
    FILE *file = fopen(path, "rb");
    char block[65536];
    size_t got;
    *out = (text){0};
    add(out, "", 0);
    if (!file) return false;
    while ((got = fread(block, 1, sizeof block, file)) > 0) add(out, block, got);
    fclose(file);
    return true;
}

/* ---- one case */

typedef struct test_case {
    archvm_source sources[SOURCES_MOST];
    text texts[SOURCES_MOST], paths[SOURCES_MOST];
    size_t count;
    text brief, image;
    bool has_brief, has_image;
    archvm_run_options limits;
} test_case;

static archvm_text whole(const text *t) {
    return (archvm_text){t->ptr, t->len};
}

static void add_source(test_case *c, const char *path, text content, uint32_t layer) {
    if (c->count == SOURCES_MOST) die("too many files in a case");
    c->texts[c->count] = content;
    add_string(&c->paths[c->count], path);
    c->sources[c->count] = (archvm_source){
        .path = whole(&c->paths[c->count]), .bytes = whole(&c->texts[c->count]), .layer = layer};
    c->count++;
}

static void add_unescaped(text *out, const char *from, size_t len) {
    for (size_t i = 0; i < len; i++) {
        if (from[i] == '\\' && i + 1 < len && from[i + 1] == 'n') {
            add(out, "\n", 1);
            i++;
        } else {
            add(out, from + i, 1);
        }
    }
}

static text expand(const text *recipe) {
    const char *lines[4] = {"0", "", "", ""};
    size_t lengths[4] = {1, 0, 0, 0};
    const char *at = recipe->ptr;
    for (int i = 0; i < 4 && *at; i++) {
        lines[i] = at;
        lengths[i] = strcspn(at, "\n");
        at += lengths[i];
        if (*at) at++;
    }
    text out = {0};
    add_unescaped(&out, lines[2], lengths[2]);
    for (unsigned long n = strtoul(lines[0], NULL, 10); n > 0; n--)
        add_unescaped(&out, lines[1], lengths[1]);
    add_unescaped(&out, lines[3], lengths[3]);
    return out;
}

static text from_hex(const text *hex) {
    text out = {0};
    add(&out, "", 0);
    unsigned value;
    for (const char *at = hex->ptr; sscanf(at, " %2x", &value) == 1;) {
        char byte = (char)value;
        add(&out, &byte, 1);
        at += strspn(at, " \n");
        at += 2;
    }
    return out;
}

static bool ends(const char *name, const char *suffix) {
    size_t a = strlen(name), b = strlen(suffix);
    return a >= b && strcmp(name + a - b, suffix) == 0;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names in a folder, sorted, as copies; closed by NULL. */
static char **names_in(const char *folder) {
    char **names = calloc(CASES_MOST + 1, sizeof *names);
    DIR *dir = opendir(folder);
    size_t count = 0;
    if (!names || !dir) die(folder);
    for (struct dirent *e; (e = readdir(dir));) {
        if (e->d_name[0] == '.') continue;
        if (count == CASES_MOST || !(names[count] = strdup(e->d_name)))
            die("too many names in a folder");
        count++;
    }
    closedir(dir);
    qsort(names, count, sizeof *names, by_name);
    return names;
}

static void free_names(char **names) {
    for (size_t i = 0; names[i]; i++) free(names[i]);
    free(names);
}

static void load_folder(test_case *c, const char *folder, uint32_t layer, const char *prefix) {
    char **names = names_in(folder);
    for (size_t i = 0; names[i]; i++) {
        char path[PATH_BYTES], shown[PATH_BYTES], *name = names[i];
        snprintf(path, sizeof path, "%s/%s", folder, name);
        if (strlen(name) == 1 && name[0] >= '0' && name[0] <= '9') {
            snprintf(shown, sizeof shown, "%s/", name);
            load_folder(c, path, (uint32_t)(name[0] - '0'), shown);
            continue;
        }
        text content;
        if (!read_file(path, &content)) die(path);
        if (ends(name, ".repeat")) {
            text expanded = expand(&content);
            free(content.ptr);
            content = expanded;
            name[strlen(name) - 7] = 0;
        }
        snprintf(shown, sizeof shown, "%s%s", prefix, name);
        if (ends(name, ".arch")) {
            add_source(c, shown, content, layer);
            continue;
        }
        if (strcmp(name, "brief.facts") == 0) {
            c->brief = content;
            c->has_brief = true;
            continue;
        }
        if (strcmp(name, "image.hex") == 0) {
            c->image = from_hex(&content);
            c->has_image = true;
        } else if (strcmp(name, "steps") == 0) {
            c->limits.steps = strtoull(content.ptr, NULL, 10);
        } else if (strcmp(name, "memory") == 0) {
            c->limits.memory = (size_t)strtoull(content.ptr, NULL, 10);
        } else {
            failed(path, "is no part of a case");
        }
        free(content.ptr);
    }
    free_names(names);
}

static void free_case(test_case *c) {
    for (size_t i = 0; i < c->count; i++) {
        free(c->texts[i].ptr);
        free(c->paths[i].ptr);
    }
    free(c->brief.ptr);
    free(c->image.ptr);
}

static void add_report(const archvm_engine *engine, archvm_report *report, text *said) {
    archvm_text rendered = {0};
    if (!report) return;
    if (archvm_report_render(engine, report, ARCHVM_STYLE_TEXT, &rendered) != ARCHVM_OK)
        die("a report cannot be rendered");
    add(said, rendered.ptr, rendered.len);
    archvm_text_free(engine, &rendered);
    archvm_report_free(report);
}

/* Everything a run can be asked for; stops at the first failure. */
static void run_all(const archvm_engine *engine, const archvm_program *program, archvm_facts *facts,
                    const test_case *c, text *said) {
    archvm_run *run = NULL;
    archvm_output *output = NULL;
    archvm_text json = {0};
    archvm_emit_options emit = ARCHVM_EMIT_OPTIONS_INIT;
    emit.draft = 1;
    if (archvm_run_new(program, facts, &c->limits, &run) != ARCHVM_OK) die("a run cannot be made");
    archvm_status status = archvm_run_json(run, 0, &json);
    if (status == ARCHVM_OK) status = archvm_run_emit(run, &emit, &output);
    if (status == ARCHVM_ERR_RUN) add_report(engine, archvm_run_error(run), said);
    else if (status != ARCHVM_OK) add_string(said, archvm_status_text(status));
    archvm_text_free(engine, &json);
    archvm_output_free(output);
    archvm_run_free(run);
}

/* What archvm says about the case. */
static text say(const test_case *c) {
    text said = {0};
    add(&said, "", 0);
    archvm_engine *engine = archvm_engine_new(NULL);
    archvm_program *program = NULL;
    archvm_report *report = NULL;
    archvm_load_options options = ARCHVM_LOAD_OPTIONS_INIT;
    options.with_tests = options.analyse = 1;
    if (!engine) die("out of memory");
    archvm_status status =
        c->has_image
            ? archvm_program_load_image(engine, (archvm_text){"rules.archc", 11}, whole(&c->image),
                                        &program, &report)
            : archvm_program_load(engine, c->sources, c->count, &options, &program, &report);
    add_report(engine, report, &said);
    if (status == ARCHVM_OK && c->has_brief) {
        archvm_facts *facts = NULL;
        report = NULL;
        status = archvm_facts_read(program, (archvm_text){"brief.facts", 11}, whole(&c->brief),
                                   NULL, &facts, &report);
        add_report(engine, report, &said);
        if (status == ARCHVM_OK) run_all(engine, program, facts, c, &said);
        archvm_facts_free(facts);
    }
    archvm_program_free(program);
    archvm_engine_free(engine);
    return said;
}

/* How often the words hold "[CODE]". */
static unsigned gives(const text *said, const char *code) {
    char marked[32];
    unsigned count = 0;
    snprintf(marked, sizeof marked, "[%s]", code);
    for (const char *at = said->ptr; (at = strstr(at, marked)); at++) count++;
    return count;
}

static void compare(const char *name, const char *expected_path, const text *said) {
    text expected;
    if (accept) {
        FILE *file = fopen(expected_path, "wb");
        if (!file || fwrite(said->ptr, 1, said->len, file) != said->len || fclose(file) != 0)
            die(expected_path);
        return;
    }
    if (!read_file(expected_path, &expected)) {
        failed(name, "has no expected text beside it");
    } else if (expected.len != said->len || memcmp(expected.ptr, said->ptr, said->len) != 0) {
        failed(name, "what is said differs");
        fprintf(stderr, "---- expected\n%s---- said\n%s----\n", expected.ptr, said->ptr);
    }
    free(expected.ptr);
}

static void run_case(const char *dir, const char *name) {
    char path[PATH_BYTES], expected[PATH_BYTES], code[6] = "";
    struct stat info;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    if (stat(path, &info) != 0) die(path);
    bool folder = S_ISDIR(info.st_mode);
    if (!folder && !ends(name, ".arch")) {
        if (!ends(name, ".txt")) failed(name, "is neither a case nor an expected text");
        return;
    }
    snprintf(expected, sizeof expected, "%s/%.*s.txt", dir, (int)(strlen(name) - (folder ? 0 : 5)),
             name);
    test_case c = {.limits = ARCHVM_RUN_OPTIONS_INIT};
    if (folder) {
        load_folder(&c, path, 0, "");
    } else {
        text content;
        if (!read_file(path, &content)) die(path);
        add_source(&c, name, content, 0);
    }
    text said = say(&c);
    memcpy(code, name, strlen(name) < 5 ? strlen(name) : 5);
    bool known = false;
    for (size_t i = 0; i < CODES; i++)
        if (strcmp(codes[i].code, code) == 0) known = has_case[i] = true;
    if (known && !gives(&said, code)) {
        failed(name, "does not give the code it is named after");
        fputs(said.ptr, stderr);
    }
    compare(name, expected, &said);
    free(said.ptr);
    free_case(&c);
}

/* ---- the page */

/* The fenced block of this language that begins between from and end; `*after` is where it ends. */
static text block(const char *from, const char *end, const char *language, const char **after) {
    text out = {0};
    char opening[32];
    snprintf(opening, sizeof opening, "\n```%s\n", language);
    const char *fence = strstr(from, opening);
    if (!fence || fence >= end) return out;
    fence += strlen(opening);
    const char *close = strstr(fence, "\n```");
    if (!close || close >= end) return out;
    add(&out, fence, (size_t)(close + 1 - fence));
    *after = close + 1;
    return out;
}

/* The example is rules (after the page's shared declarations), or a brief for these. */
static text say_example(const text *shared, const char *from, const char *end) {
    const char *after = from;
    test_case c = {.limits = ARCHVM_RUN_OPTIONS_INIT};
    text rules = block(from, end, "arch", &after), brief = block(from, end, "yaml", &after),
         base = {0};
    /* `use` stands first in its file */
    bool used = rules.ptr && strncmp(rules.ptr, "use ", 4) == 0;
    size_t uses = used ? strcspn(rules.ptr, "\n") + 1 : 0;
    const char *layer = rules.ptr ? strstr(rules.ptr, "// layer 2\n") : NULL;
    size_t base_len = layer ? (size_t)(layer - rules.ptr) : rules.len;
    if (used) add(&base, rules.ptr, uses);
    add(&base, shared->ptr, shared->len);
    if (rules.ptr) add(&base, rules.ptr + uses, base_len - uses);
    add_source(&c, "example.arch", base, 0);
    if (layer) {
        text second = {0};
        add_string(&second, layer);
        add_source(&c, "second.arch", second, 1);
    }
    if (!brief.ptr) add_string(&brief, "{}\n");
    c.brief = brief;
    c.has_brief = true;
    text said = say(&c);
    free(rules.ptr);
    free_case(&c);
    return said;
}

/* The shared declarations may give the code too (nothing uses them), so it is counted. */
static void check_examples(const struct code *code, const text *shared, const char *wrong,
                           const char *right, const char *end) {
    text bad = say_example(shared, wrong, right), good = say_example(shared, right, end);
    if (gives(&bad, code->code) <= gives(&good, code->code)) {
        failed(code->code, "the wrong example of the page does not give the code");
        fputs(bad.ptr, stderr);
    }
    if (strstr(good.ptr, "error:")) {
        failed(code->code, "the right example of the page has a mistake");
        fputs(good.ptr, stderr);
    }
    free(bad.ptr);
    free(good.ptr);
}

static void check_page(const char *path) {
    text page;
    const char *after = NULL;
    if (!read_file(path, &page)) failed(path, "cannot be read");
    text shared = block(page.ptr, page.ptr + page.len, "arch", &after);
    for (size_t i = 0; i < CODES; i++) {
        char heading[PATH_BYTES];
        snprintf(heading, sizeof heading, "\n## %s: %s\n", codes[i].code, codes[i].title);
        const char *at = strstr(page.ptr, heading);
        if (!at) {
            failed(codes[i].code, "has no entry in docs/diagnostics.md, `## CODE: title`");
            continue;
        }
        const char *end = strstr(at + 1, "\n## "), *wrong = strstr(at, "\nWrong:\n"),
                   *right = strstr(at, "\nRight:\n");
        if (!end) end = page.ptr + page.len;
        if (!wrong || wrong > end) continue;
        if (!right || right > end) {
            failed(codes[i].code, "shows what is wrong and not what is right");
            continue;
        }
        check_examples(&codes[i], &shared, wrong, right, end);
    }
    free(shared.ptr);
    free(page.ptr);
}

static bool is_internal(const char *code) {
    for (size_t i = 0; i < sizeof internal / sizeof internal[0]; i++)
        if (strcmp(internal[i], code) == 0) return true;
    return false;
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    accept = argc > 3 && strcmp(argv[3], "--accept") == 0;
    char **names = names_in(argv[1]);
    for (size_t i = 0; names[i]; i++) run_case(argv[1], names[i]);
    free_names(names);
    for (size_t i = 0; i < CODES; i++)
        if (!has_case[i] && !is_internal(codes[i].code))
            failed(codes[i].code, "has no golden test");
    check_page(argv[2]);
    if (failures) fprintf(stderr, "%u problems\n", failures);
    return failures ? 1 : 0;
}
