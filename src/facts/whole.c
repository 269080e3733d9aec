/* A file that is, as a whole, the value of one fact. */
#include "facts/facts.h"
#include "facts/words.h"

av_status av_facts_read_whole(av_arena *arena, const av_program *program, av_diags *diags,
                              uint16_t source, uint32_t fact, const av_facts_options *options,
                              av_facts *out) {
    size_t errors = diags->error_count;
    *out = (av_facts){.arena = arena, .def_count = program->def_count};
    out->stated = AV_NEW_ARRAY(arena, av_stated, program->def_count);
    if (!out->stated) return AV_ERR_MEMORY;
    av_text text = diags->sources->items[source].text;
    const size_t binary = av_text_find(text, (av_text){"", 1}, 0);
    if (binary != SIZE_MAX) {
        const av_span span = {(uint32_t)binary, (uint32_t)binary + 1, source, 0};
        av_diag *diag = av_diag_add(diags, AV_E_FACTS_CHARACTER, span,
                                    "this file is no text: it holds a NUL byte");
        av_diag_help(diags, diag, "save it as plain text in UTF-8");
        return diags->failed ? AV_ERR_MEMORY : AV_ERR_INPUT;
    }
    AV_TRY(av_words_clean(arena, diags, source, &text));
    if (text.len >= 3 && av_text_starts(text, AV_TEXT("\xEF\xBB\xBF")))
        text = av_text_slice(text, 3, text.len);
    av_stated *stated = &out->stated[fact];
    AV_TRY(av_string(arena, text, &stated->value));
    stated->span = (av_span){0, (uint32_t)text.len, source, 0};
    av_place place = av_sources_place(diags->sources, stated->span);
    stated->at =
        av_arena_format(arena, "%.*s:%u:%u", AV_TEXT_ARG(place.path), place.line, place.column);
    stated->evidence = av_words_evidence(arena, text);
    if (!stated->at.ptr || !stated->evidence.ptr || diags->failed) return AV_ERR_MEMORY;
    stated->stated = true;
    if (diags->error_count > errors) return AV_ERR_INPUT;
    return av_facts_hear_prose(program, diags, options, out);
}
