/* One program and one set of facts, run by several threads at a time: every run gives the same
 * bytes. Rules compiled on the host's threads give the program they give on one. Built with -fsanitize=thread, a race fails it. */
#include <archvm.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 4, RUNS = 25, FILES = 5, PADDING = 100000 };

static const char rules[] =
    "module shop\n"
    "enum Size { Small \"small\" Large \"large\" }\n"
    "fact users: int \"Users\" { ask \"How many?\" }\n"
    "infer users { otherwise 10 as few because \"most start so\" confidence medium risk \"slow\" "
    "}\n"
    "decision size: Size \"Size\" {\n"
    "  case Large when users > 100 because \"{users} users\" rejected \"only {users} users\"\n"
    "  otherwise Small because \"enough\"\n"
    "}\n"
    "record Item { key name: text copies: int = 1 }\n"
    "collection items: Item \"Items\"\n"
    "derive items/base { for n in range(1, 50) yield \"item {n}\" { } }\n"
    "check copies { for i in items require i.copies == 2 else \"one\" repair i.copies = 2 because "
    "\"two\" }\n"
    "check facts_have_labels \"Every fact has a label\" { for f in all_facts require f.label != "
    "\"\" else \"{f.name} "
    "has none\" }\n"
    "section body \"Body\" { \"\"\"{table i in items | \"Item\": i.name | \"Copies\": "
    "i.copies}\"\"\" }\n"
    "document page \"Page\" { to \"PAGE.md\" sections body }\n";

typedef struct worker {
    const archvm_engine *engine;
    const archvm_program *program;
    const archvm_facts *facts;
    const char *expected; /* NULL: the first run says what is expected */
    size_t expected_len;
    int failed;
} worker;

static archvm_text text(const char *nul_ended) {
    archvm_text t;
    t.ptr = nul_ended;
    t.len = strlen(nul_ended);
    return t;
}

static int one_run(const worker *w, archvm_text *json) {
    archvm_run *run = NULL;
    archvm_output *output = NULL;
    archvm_status status = archvm_run_new(w->program, w->facts, NULL, &run);
    if (status == ARCHVM_OK) status = archvm_run_json(run, 0, json);
    if (status == ARCHVM_OK) status = archvm_run_emit(run, NULL, &output);
    archvm_output_free(output);
    archvm_run_free(run);
    return status == ARCHVM_OK;
}

static void *work(void *payload) {
    worker *w = (worker *)payload;
    for (int i = 0; i < RUNS && !w->failed; i++) {
        archvm_text json = {NULL, 0};
        w->failed = !one_run(w, &json) || json.len != w->expected_len ||
                    memcmp(json.ptr, w->expected, json.len) != 0;
        archvm_text_free(w->engine, &json);
    }
    return NULL;
}

static int share(const worker *first) {
    pthread_t threads[THREADS];
    worker workers[THREADS];
    int failed = 0;
    for (int i = 0; i < THREADS; i++) {
        workers[i] = *first;
        if (pthread_create(&threads[i], NULL, work, &workers[i]) != 0) return 1;
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        failed |= workers[i].failed;
    }
    return failed;
}

/* ---- a host's threads: one a task, in batches */

typedef struct labour {
    archvm_task_fn *task;
    void *work;
    size_t index;
} labour;

static _Thread_local int in_task;

static void *do_task(void *payload) {
    const labour *l = (const labour *)payload;
    in_task = 1;
    l->task(l->work, l->index);
    return NULL;
}

static void execute(void *payload, size_t count, archvm_task_fn *task, void *tasks) {
    if (in_task) abort(); /* a host need not be ready for that */
    *(size_t *)payload += count;
    while (count > 0) {
        pthread_t threads[THREADS];
        labour labours[THREADS];
        size_t batch = 0;
        for (; batch < THREADS && count > 0; batch++) {
            labours[batch].task = task;
            labours[batch].work = tasks;
            labours[batch].index = --count;
            if (pthread_create(&threads[batch], NULL, do_task, &labours[batch]) != 0) abort();
        }
        while (batch > 0) pthread_join(threads[--batch], NULL);
    }
}

/* What is numbered while bodies are checked: types and records made for them alone, rules, procedures, origins, constants, keys. */
static const char part[] = "module part%d\n"
                           "use shop\n"
                           "record Thing%d { key name: text kind: int = kind_of%d tags: list of "
                           "text = [] next: list of ref Thing%d = [] }\n"
                           "const kind_of%d = plain_kind%d + %d\n"
                           "const plain_kind%d: int = 2\n"
                           "const names%d = [\"one %d\", \"two\"]\n"
                           "collection things%d: Thing%d \"Things\"\n"
                           "derive things%d/few { when users > %d because \"{users} are more\" "
                           "thing_a { tags: names%d } thing_b { kind: 3 next: [thing_a] } }\n"
                           "func twice%d(n: int): int = n * 2\n"
                           "func kinds%d(): list of int = for g in (group t in things%d by t.kind) "
                           "yield count(g.items) + twice%d(g.key)\n"
                           "decision plan%d: Size \"Plan\" {\n"
                           "  case Large as many when count(things%d) > 1 and users > %d because "
                           "\"{users} of {join(names%d, \", \")}\" rejected \"few\"\n"
                           "  otherwise Small as few because \"enough\"\n"
                           "}\n"
                           "check sound%d { for t in things%d require t.kind > 0 else \"{t.name}\" "
                           "repair t.kind = 1 because \"one\" }\n"
                           "section body%d \"Body\" { \"\"\"{size} {plan%d.because}{for g in "
                           "(group t in things%d by t.tags)}{count(g.items)}{end}\n"
                           "%s\n\"\"\" }\n"
                           "document page%d \"Page\" { to \"PAGE%d.md\" sections body%d }\n"
                           "%s";

/* Mistakes found by the parser, and mistakes found in bodies: the same one in several shares too. */
static const char *const mistakes[] = {
    "", "const = \nfunc oops(: int = \n",
    ("section bad \"Bad\" { \"\"\"{nowhere} {size.nothing}\"\"\" }\n"
     "func worse(): int = [1, none, \"x\"]\n")};

/** `part` with every %d as `number`. */
static void fill(char *out, size_t size, int number, const char *padding, const char *mistake) {
    size_t used = 0;
    int texts = 0;
    for (const char *at = part; *at != '\0' && used + 16 < size; at++) {
        if (at[0] == '%' && at[1] == 'd') {
            used += (size_t)snprintf(out + used, size - used, "%d", number);
            at++;
        } else if (at[0] == '%' && at[1] == 's') {
            used +=
                (size_t)snprintf(out + used, size - used, "%s", texts++ == 0 ? padding : mistake);
            at++;
        } else {
            out[used++] = *at;
        }
    }
    out[used] = '\0';
}

/* The rules and files of definitions and mistakes, long enough that several tasks parse them and check their bodies. The image, or
 * what the report says. */
static int compile(const archvm_engine *engine, const char *padding, int mistaken,
                   archvm_text *out) {
    const size_t room = PADDING + sizeof part + 4000;
    archvm_source sources[FILES + 1];
    char *bytes[FILES];
    char paths[FILES][32];
    archvm_program *program = NULL;
    archvm_report *report = NULL;
    memset(sources, 0, sizeof sources);
    sources[FILES].path = text("shop.arch");
    sources[FILES].bytes = text(rules);
    for (int i = 0; i < FILES; i++) {
        bytes[i] = (char *)malloc(room);
        if (bytes[i] == NULL) return 0;
        snprintf(paths[i], sizeof paths[i], "part%d.arch", i);
        fill(bytes[i], room, i, padding, mistakes[mistaken]);
        sources[i].path = text(paths[i]);
        sources[i].bytes = text(bytes[i]);
    }
    archvm_status status = archvm_program_load(engine, sources, FILES + 1, NULL, &program, &report);
    int as_expected = status == (mistaken ? ARCHVM_ERR_RULES : ARCHVM_OK);
    if (as_expected && mistaken)
        as_expected = archvm_report_render(engine, report, ARCHVM_STYLE_PLAIN, out) == ARCHVM_OK;
    else if (as_expected) as_expected = archvm_program_save(program, out) == ARCHVM_OK;
    else if (archvm_report_render(engine, report, ARCHVM_STYLE_PLAIN, out) == ARCHVM_OK)
        fprintf(stderr, "%.*s\n", (int)out->len, out->ptr);
    archvm_report_free(report);
    archvm_program_free(program);
    for (int i = 0; i < FILES; i++) free(bytes[i]);
    return as_expected;
}

static int compiles_alike(int mistaken) {
    size_t tasks = 0;
    archvm_engine_options options = ARCHVM_ENGINE_OPTIONS_INIT;
    options.execute_fn = execute;
    options.payload = &tasks;
    archvm_engine *alone = archvm_engine_new(NULL), *together = archvm_engine_new(&options);
    archvm_text one = {NULL, 0}, many = {NULL, 0};
    char *padding = (char *)malloc(PADDING + 1);
    int alike = alone != NULL && together != NULL && padding != NULL;
    for (size_t i = 0; alike && i < PADDING; i++) padding[i] = i % 50 == 49 ? '\n' : '/';
    if (alike) padding[PADDING] = '\0';
    alike = alike && compile(alone, padding, mistaken, &one) &&
            compile(together, padding, mistaken, &many);
    alike = alike && tasks > 1 && one.len == many.len && memcmp(one.ptr, many.ptr, one.len) == 0;
    archvm_text_free(alone, &one);
    archvm_text_free(together, &many);
    archvm_engine_free(alone);
    archvm_engine_free(together);
    free(padding);
    return alike;
}

/* ---- sections and files beside each other, flips on two sides before them */

static const char two_sided[] =
    "module shop\n"
    "enum Size { Small \"small\" Large \"large\" }\n"
    "fact users: int 1..9 \"Users\" { ask \"How many?\" }\n"
    "infer users { otherwise 2 as few because \"most start so\" confidence medium risk \"slow\" }\n"
    "fact paid: bool \"Paid\" { ask \"Is it?\" }\n"
    "infer paid { otherwise true as sold because \"most are\" confidence low risk \"none\" }\n"
    "fact name: text \"Name\" { ask \"What?\" }\n"
    "infer name { otherwise \"shop {users}\" as plain because \"none\" confidence low risk "
    "\"none\" }\n"
    "decision size: Size \"Size\" {\n"
    "  case Large when users > 5 and paid because \"{users} users\" rejected \"only {users} "
    "users\"\n"
    "  otherwise Small because \"enough\"\n"
    "}\n"
    "decision copies: Size \"Copies\" {\n"
    "  case Large when users > 3 because \"{users} users\" rejected \"only {users} users\"\n"
    "  otherwise Small because \"enough\"\n"
    "}\n"
    "section body \"Body\" { \"\"\"{table f in all_facts | \"Fact\": f.label | \"Value\": f.value "
    "| \"Flips\": join(f.flips, \", \")}"
    "\"\"\" }\n"
    "document page \"Page\" { to \"PAGE.md\" sections body }\n"
    "emit facts_json { to \"facts.json\" format json value all_facts }\n"
    "emit facts_yaml { to \"facts.yaml\" format yaml value all_facts }\n";
/* Asks for the flips before there are two sides; without it one of them does. */
static const char asked_before[] =
    "check facts_have_labels \"Every fact has a label\" { for f in all_facts require f.label != "
    "\"\" else \"{f.name} has none\" }\n";

/* Every file's path and bytes, and the map of their lines. */
static int write_all(const archvm_engine *engine, const char *text_of_rules, char *out, size_t size,
                     const size_t *tasks, size_t *lent) {
    archvm_program *program = NULL;
    archvm_facts *facts = NULL;
    archvm_run *run = NULL;
    archvm_output *output = NULL;
    archvm_text map = {NULL, 0};
    archvm_source source = {{NULL, 0}, {NULL, 0}, 0, 0};
    source.path = text("shop.arch");
    source.bytes = text(text_of_rules);
    archvm_status status = archvm_program_load(engine, &source, 1, NULL, &program, NULL);
    if (status == ARCHVM_OK)
        status = archvm_facts_read(program, text("b"), text("{}"), NULL, &facts, NULL);
    if (status == ARCHVM_OK) status = archvm_run_new(program, facts, NULL, &run);
    const size_t before = *tasks;
    if (status == ARCHVM_OK) status = archvm_run_emit(run, NULL, &output);
    *lent = *tasks - before;
    if (status == ARCHVM_OK) status = archvm_output_map(output, &map);
    size_t used = 0;
    for (size_t i = 0; i <= archvm_output_count(output) && status == ARCHVM_OK; i++) {
        archvm_artifact artifact = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
        if (i < archvm_output_count(output)) status = archvm_output_artifact(output, i, &artifact);
        else artifact.bytes = map;
        used += (size_t)snprintf(out + used, size - used, "%.*s\n%.*s\n", (int)artifact.path.len,
                                 artifact.path.ptr, (int)artifact.bytes.len, artifact.bytes.ptr);
        if (used >= size) status = ARCHVM_ERR_LIMIT;
    }
    archvm_text_free(engine, &map);
    archvm_output_free(output);
    archvm_run_free(run);
    archvm_facts_free(facts);
    archvm_program_free(program);
    return status == ARCHVM_OK;
}

/* Of these rules many threads are asked for `wanted` tasks. */
static int writes_alike(const char *text_of_rules, size_t wanted) {
    static char one[PADDING], many[PADDING];
    size_t tasks = 0, lent = 0;
    archvm_engine_options options = ARCHVM_ENGINE_OPTIONS_INIT;
    options.execute_fn = execute;
    options.payload = &tasks;
    archvm_engine *alone = archvm_engine_new(NULL), *together = archvm_engine_new(&options);
    int alike = alone != NULL && together != NULL &&
                write_all(alone, text_of_rules, one, sizeof one, &tasks, &lent) && lent == 0;
    alike = alike && write_all(together, text_of_rules, many, sizeof many, &tasks, &lent) &&
            lent == wanted;
    alike = alike && strcmp(one, many) == 0 && strstr(one, "size, copies") != NULL;
    archvm_engine_free(alone);
    archvm_engine_free(together);
    return alike;
}

int main(void) {
    archvm_engine *engine = archvm_engine_new(NULL);
    archvm_program *program = NULL;
    archvm_facts *facts = NULL;
    archvm_report *report = NULL;
    archvm_source source = {{NULL, 0}, {NULL, 0}, 0, 0};
    source.path = text("shop.arch");
    source.bytes = text(rules);
    archvm_status status = archvm_program_load(engine, &source, 1, NULL, &program, &report);
    if (status == ARCHVM_OK)
        status = archvm_facts_read(program, text("b"), text("users: 200"), NULL, &facts, NULL);
    int failed = status != ARCHVM_OK;
    archvm_text message = {NULL, 0};
    if (failed && archvm_report_render(engine, report, ARCHVM_STYLE_TEXT, &message) == ARCHVM_OK)
        fwrite(message.ptr, 1, message.len, stderr);
    archvm_text_free(engine, &message);
    if (!failed) {
        worker first = {engine, program, facts, NULL, 0, 0};
        archvm_text json = {NULL, 0};
        failed = !one_run(&first, &json);
        first.expected = json.ptr;
        first.expected_len = json.len;
        failed = failed || share(&first);
        archvm_text_free(engine, &json);
    }
    if (!compiles_alike(0) || !compiles_alike(1) || !compiles_alike(2)) {
        fputs("rules compiled on several threads give something else\n", stderr);
        failed = 1;
    }
    char asked_for[sizeof two_sided + sizeof asked_before];
    snprintf(asked_for, sizeof asked_for, "%s%s", two_sided, asked_before);
    if (!writes_alike(two_sided, 2) || !writes_alike(asked_for, 4)) {
        fputs("files written on several threads are others\n", stderr);
        failed = 1;
    }
    if (failed) fputs("runs that share a program differ or fail\n", stderr);
    archvm_report_free(report);
    archvm_facts_free(facts);
    archvm_program_free(program);
    archvm_engine_free(engine);
    return failed;
}
