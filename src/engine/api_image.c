/* archvm.h: compiled programs and their listing. */
#include "code/disasm.h"
#include "code/image.h"
#include "engine/api.h"

/** Why an image was refused, as a report. */
static void report_image(const archvm_engine *engine, archvm_text path, const char *why,
                         archvm_report **report) {
    av_texts *texts = av_texts_new(&engine->host);
    uint16_t source;
    if (texts != NULL &&
        av_sources_add(&texts->sources, av_inner_text(path), AV_TEXT(""), 0, &source) == AV_OK)
        (void)av_diag_add(&texts->diags, AV_E_BAD_IMAGE, (av_span){.source = source}, "%s",
                          why != NULL ? why : "the file is damaged");
    av_texts_report(texts, report);
}

/** `whole`: copied and verified to the last instruction. */
static archvm_status load(const archvm_engine *engine, archvm_text path, archvm_text image,
                          bool whole, archvm_program **out, archvm_report **report) {
    if (report != NULL) *report = NULL;
    if (out != NULL) *out = NULL;
    if (engine == NULL || out == NULL || (image.ptr == NULL && image.len > 0))
        return ARCHVM_ERR_ARGUMENT;
    archvm_program *program = av_alloc_new(&engine->host, sizeof *program);
    if (program == NULL) return ARCHVM_ERR_MEMORY;
    *program = (archvm_program){.engine = engine};
    const av_text bytes = av_inner_text(image);
    const char *why = NULL;
    const av_status status =
        whole ? av_image_read(&engine->host, bytes, &program->program, &why)
              : av_image_open(&engine->host, &engine->executor, bytes, &program->program, &why);
    if (status == AV_OK) {
        *out = program;
        return ARCHVM_OK;
    }
    if (status == AV_ERR_CORRUPT) report_image(engine, path, why, report);
    archvm_program_free(program);
    return av_public_status(status, ARCHVM_ERR_IMAGE);
}

archvm_status archvm_program_load_image(const archvm_engine *engine, archvm_text path,
                                        archvm_text image, archvm_program **out,
                                        archvm_report **report) {
    return load(engine, path, image, true, out, report);
}

archvm_status archvm_program_open_image(const archvm_engine *engine, archvm_text path,
                                        archvm_text image, archvm_program **out,
                                        archvm_report **report) {
    return load(engine, path, image, false, out, report);
}

archvm_status archvm_program_save(const archvm_program *program, archvm_text *out) {
    if (program == NULL || out == NULL) return ARCHVM_ERR_ARGUMENT;
    av_buf buf;
    av_buf_init(&buf, &program->engine->host, AV_IMAGE_BYTES);
    const av_status status = av_image_write(program->program, &buf);
    if (status != AV_OK && buf.status == AV_OK) buf.status = status;
    return av_give_text(program->engine, &buf, out);
}

archvm_status archvm_program_disassemble(const archvm_program *program, archvm_text name,
                                         archvm_text *out) {
    if (program == NULL || out == NULL) return ARCHVM_ERR_ARGUMENT;
    *out = (archvm_text){NULL, 0};
    const av_program *p = program->program;
    uint32_t def = AV_NO_INDEX;
    if (name.len > 0) {
        def = av_program_find(p, av_inner_text(name));
        const uint32_t rule =
            def == AV_NO_INDEX ? av_program_find_rule(p, av_inner_text(name)) : AV_NO_INDEX;
        if (rule != AV_NO_INDEX) def = p->rules[rule].def;
        if (def == AV_NO_INDEX) return ARCHVM_ERR_NOT_FOUND;
    }
    av_buf buf;
    av_buf_init(&buf, &program->engine->host, 0);
    av_disasm(p, def, &buf);
    return av_give_text(program->engine, &buf, out);
}
