/* One program and one set of facts, run by several threads at a time: every run gives the same
 * bytes. Built with -fsanitize=thread, a race fails it. */
#include <archvm.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { THREADS = 4, RUNS = 25 };

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
    if (failed) fputs("runs that share a program differ or fail\n", stderr);
    archvm_report_free(report);
    archvm_facts_free(facts);
    archvm_program_free(program);
    archvm_engine_free(engine);
    return failed;
}
