/* From the texts of rules to a program with its code. */
#ifndef AV_ENGINE_COMPILE_H
#define AV_ENGINE_COMPILE_H

#include "engine/engine.h"
#include "syntax/ast.h"

/** Syntax trees: of the standard library's modules that are used, then of the layers. */
typedef struct av_parsed {
    av_syntax *files;
    size_t count;
} av_parsed;

/** The first step of av_compile alone. Trees and the array live in `trees`; syntax errors go to
 * texts->diags and are no failure. */
av_status av_parse_sources(const av_executor *executor, av_texts *texts,
                           const archvm_source *sources, size_t count, bool with_tests,
                           av_arena *trees, av_parsed *out) AV_MUST_USE;

/**
 * Takes the sources by layer, then bytewise by path, adds the standard library's modules that are
 * used (std.model always), parses all, checks them and generates code. Mistakes go to texts->diags:
 * AV_ERR_INPUT. `*out` is NULL unless AV_OK; free it with av_program_free. `with_trees`: it keeps its
 * typed trees (av_proc.tree), which live in `texts`; a program that only the machine runs needs none.
 */
av_status av_compile(const av_alloc *host, const av_executor *executor, av_texts *texts,
                     const archvm_source *sources, size_t count, const archvm_load_options *options,
                     bool with_trees, av_program **out) AV_MUST_USE;

#endif
