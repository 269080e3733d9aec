/* From the lines of a file to the rules, templates and facts behind them.
 *
 *     { "version": 1,
 *       "files": { "ARCHITECTURE.md": [
 *           {"line":1,"end":3,"rule":"overview","at":"rules/overview.arch:12:3","facts":0} ] },
 *       "fact_sets": [ ["stage","team_size"] ] }
 *
 * Neighbouring lines of one origin are one entry; a line with several values names the facts of all
 * of them. `facts` is a place in `fact_sets`, where each set of facts stands once. */
#ifndef AV_EMIT_SOURCEMAP_H
#define AV_EMIT_SOURCEMAP_H

#include "emit/artifacts.h"

/** The map of all files, pretty-printed, ending in a line break, at the end of `out`. */
av_status av_sourcemap_write(const av_program *program, const av_files *files,
                             av_buf *out) AV_MUST_USE;

/** Where one line came from. */
typedef struct av_line_origin {
    uint32_t def; /**< AV_NO_INDEX: the line has no origin */
    av_site site;
    const av_text *facts; /**< names of the facts read, sorted; in the arena given */
    size_t fact_count;
} av_line_origin;

/** The origin of line `line` (from 1) of a file. A line beyond the end has none. */
av_status av_sourcemap_line(av_arena *arena, const av_program *program, const av_file *file,
                            uint32_t line, av_line_origin *out) AV_MUST_USE;

#endif
