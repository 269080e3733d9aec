/* Embedding archvm: rules and a brief in memory, a decision and its reasons out.
 *
 *     cc embed.c $(pkg-config --cflags --libs archvm) -o embed && ./embed
 */
#include <archvm.h>

#include <stdio.h>
#include <string.h>

static const char rules[] =
    "module hosting\n"
    "enum Host { Managed \"managed platform\" Cluster \"own cluster\" }\n"
    "fact engineers: int \"Engineers\" { ask \"How many engineers run it?\" }\n"
    "infer engineers {\n"
    "  otherwise 3 as typical because \"most teams start so\"\n"
    "    confidence low risk \"a platform nobody has time for\"\n"
    "}\n"
    "decision host: Host \"Where it runs\" {\n"
    "  case Cluster when engineers >= 12\n"
    "    because \"{engineers} engineers can take turns being on call\"\n"
    "    rejected \"{engineers} engineers cannot run a cluster as well\"\n"
    "  otherwise Managed because \"{engineers} engineers build the product\"\n"
    "}\n"
    "section place \"Where it runs\" { \"\"\"{host}: {host.because}.\"\"\" }\n"
    "document page \"Hosting\" { to \"HOSTING.md\" sections place }\n";

static const char brief[] = "engineers: 4\n";

static archvm_text text(const char *nul_ended) {
    archvm_text t;
    t.ptr = nul_ended;
    t.len = strlen(nul_ended);
    return t;
}

/* Prints what is wrong with rules or facts; frees the report. */
static void complain(const archvm_engine *engine, archvm_report *report) {
    archvm_text message;
    if (archvm_report_render(engine, report, ARCHVM_STYLE_TEXT, &message) == ARCHVM_OK) {
        fwrite(message.ptr, 1, message.len, stderr);
        archvm_text_free(engine, &message);
    }
    archvm_report_free(report);
}

/* A decision, how it came about, and the document. */
static archvm_status show(const archvm_engine *engine, archvm_run *run) {
    archvm_value host;
    archvm_status status = archvm_run_value(run, text("host"), &host);
    if (status != ARCHVM_OK) return status;
    archvm_text label;
    status = archvm_value_text(run, host, &label);
    if (status != ARCHVM_OK) return status;
    printf("host: %.*s\n", (int)label.len, label.ptr);

    archvm_text trace;
    status = archvm_run_trace(run, text("host"), &trace);
    if (status != ARCHVM_OK) return status;
    fwrite(trace.ptr, 1, trace.len, stdout);
    archvm_text_free(engine, &trace);

    archvm_output *output;
    status = archvm_run_emit(run, NULL, &output);
    if (status != ARCHVM_OK) return status;
    for (size_t i = 0; i < archvm_output_count(output); i++) {
        archvm_artifact artifact;
        if (archvm_output_artifact(output, i, &artifact) != ARCHVM_OK) continue;
        printf("--- %.*s\n%.*s", (int)artifact.path.len, artifact.path.ptr, (int)artifact.bytes.len,
               artifact.bytes.ptr);
    }
    archvm_output_free(output);
    return ARCHVM_OK;
}

int main(void) {
    archvm_engine *engine = archvm_engine_new(NULL);
    if (engine == NULL) return 1;
    archvm_program *program = NULL;
    archvm_facts *facts = NULL;
    archvm_run *run = NULL;
    archvm_report *report = NULL;

    archvm_source source = {{NULL, 0}, {NULL, 0}, 0, 0};
    source.path = text("hosting.arch");
    source.bytes = text(rules);
    archvm_status status = archvm_program_load(engine, &source, 1, NULL, &program, &report);
    if (status != ARCHVM_OK) complain(engine, report);
    else archvm_report_free(report);

    if (status == ARCHVM_OK) {
        status =
            archvm_facts_read(program, text("brief.facts"), text(brief), NULL, &facts, &report);
        if (status != ARCHVM_OK) complain(engine, report);
        else archvm_report_free(report);
    }
    if (status == ARCHVM_OK) status = archvm_run_new(program, facts, NULL, &run);
    if (status == ARCHVM_OK) {
        status = show(engine, run);
        if (status == ARCHVM_ERR_RUN) complain(engine, archvm_run_error(run));
    }
    if (status != ARCHVM_OK) fprintf(stderr, "embed: %s\n", archvm_status_text(status));

    archvm_run_free(run);
    archvm_facts_free(facts);
    archvm_program_free(program);
    archvm_engine_free(engine);
    return status == ARCHVM_OK ? 0 : 1;
}
