/* archvm.h: version, engine, texts and statuses. */
#include "engine/api.h"

const char *archvm_version(void) {
    return ARCHVM_VERSION;
}

const char *archvm_status_text(archvm_status status) {
    switch (status) {
    case ARCHVM_OK: return "no error";
    case ARCHVM_ERR_MEMORY: return "out of memory";
    case ARCHVM_ERR_LIMIT: return "the input or its result is larger than archvm accepts";
    case ARCHVM_ERR_RULES: return "the rules have errors";
    case ARCHVM_ERR_FACTS: return "the facts have errors";
    case ARCHVM_ERR_RUN: return "the evaluation stopped";
    case ARCHVM_ERR_IMAGE: return "the compiled program is damaged or of another version";
    case ARCHVM_ERR_GATE: return "checks failed";
    case ARCHVM_ERR_CANCELLED: return "cancelled";
    case ARCHVM_ERR_NOT_FOUND: return "nothing has that name";
    case ARCHVM_ERR_ARGUMENT: return "an argument is missing or of another kind";
    }
    return "unknown status";
}

archvm_engine *archvm_engine_new(const archvm_engine_options *options) {
    archvm_engine_options taken = ARCHVM_ENGINE_OPTIONS_INIT;
    if (!AV_TAKE_OPTIONS(taken, options)) return NULL;
    av_alloc host = av_alloc_default();
    if (taken.realloc_fn != NULL) host = (av_alloc){taken.realloc_fn, taken.payload};
    archvm_engine *engine = av_alloc_new(&host, sizeof *engine);
    if (engine != NULL)
        *engine = (archvm_engine){.host = host, .executor = {taken.execute_fn, taken.payload}};
    return engine;
}

void archvm_engine_free(archvm_engine *engine) {
    if (engine == NULL) return;
    const av_alloc host = engine->host;
    av_alloc_free(&host, engine, sizeof *engine);
}

void archvm_text_free(const archvm_engine *engine, archvm_text *text) {
    if (engine == NULL || text == NULL || text->ptr == NULL) return;
    av_alloc_free(&engine->host, (void *)(uintptr_t)text->ptr, text->len + 1);
    *text = (archvm_text){NULL, 0};
}

archvm_status av_give_text(const archvm_engine *engine, av_buf *buf, archvm_text *out) {
    archvm_status status = av_public_status(buf->status, ARCHVM_ERR_RULES);
    *out = (archvm_text){NULL, 0};
    if (status == ARCHVM_OK) {
        char *given = av_alloc_resize(&engine->host, buf->ptr, buf->cap, buf->len + 1);
        if (given == NULL) {
            status = ARCHVM_ERR_MEMORY;
        } else {
            given[buf->len] = '\0';
            *out = (archvm_text){given, buf->len};
            *buf = (av_buf){.host = buf->host}; /* its block is the caller's now */
        }
    }
    av_buf_free(buf);
    return status;
}

archvm_status av_public_status(av_status status, archvm_status input) {
    switch (status) {
    case AV_OK: return ARCHVM_OK;
    case AV_ERR_MEMORY: return ARCHVM_ERR_MEMORY;
    case AV_ERR_LIMIT: return ARCHVM_ERR_LIMIT;
    case AV_ERR_INPUT: return input;
    case AV_ERR_RUN: return ARCHVM_ERR_RUN;
    case AV_ERR_CORRUPT: return ARCHVM_ERR_IMAGE;
    case AV_ERR_CANCELLED: return ARCHVM_ERR_CANCELLED;
    }
    return ARCHVM_ERR_RUN;
}
