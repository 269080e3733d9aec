#include "support/brief.h"

#include "emit/serial.h"
#include "engine/stdlib.h"
#include "sema/sema.h"
#include "support/unit.h"

enum { FILES = 64 };

static void parse(av_brief *b, av_text path, av_text text, bool library, uint32_t *next_id,
                  av_syntax *out) {
    uint16_t source;
    assert_ok(av_sources_add(&b->rule_sources, path, text, library ? 0 : 1, &source));
    b->rule_sources.items[source].standard_library = library;
    assert_ok(av_parse(&b->rules, &b->rule_diags, source, next_id, out));
}

void av_brief_open(av_brief *b, const char *rules) {
    *b = (av_brief){.host = av_alloc_default()};
    av_arena_init(&b->rules, &b->host, 0);
    av_arena_init(&b->arena, &b->host, 0);
    assert_ok(av_sources_init(&b->rule_sources, &b->rules));
    av_diags_init(&b->rule_diags, &b->rules, &b->rule_sources);
    av_syntax files[FILES];
    uint32_t next_id = 0;
    size_t count = 0;
    for (; count < av_stdlib_file_count && count + 1 < FILES; count++) {
        const av_embedded_file *file = &av_stdlib_files[count];
        parse(b, av_text_from(file->path), (av_text){(const char *)file->bytes, file->length}, true,
              &next_id, &files[count]);
    }
    parse(b, AV_TEXT("test.arch"), av_text_from(rules), false, &next_id, &files[count++]);
    av_status status = av_check_program(&b->rule_diags, &b->rule_sources, files, count, false,
                                        &b->host, &b->program);
    if (status == AV_OK) return;
    av_buf said;
    av_buf_init(&said, &b->host, 0);
    av_diags_render_text(&b->rule_diags, false, &said);
    print_error("%.*s\n", AV_TEXT_ARG(av_buf_text(&said)));
    av_buf_free(&said);
    fail_msg("the rules of this test do not compile");
}

void av_brief_close(av_brief *b) {
    av_program_free(b->program);
    av_arena_free(&b->arena);
    av_arena_free(&b->rules);
}

static av_status literal(void *payload, uint32_t def, av_value *out) {
    av_brief *b = payload;
    const av_node *tree = b->program->procs[b->program->defs[def].proc].tree;
    *out = tree->value;
    if (tree->kind == AV_N_CONST) return AV_OK;
    av_value *items;
    return tree->kind == AV_N_LIST && tree->count == 0 ? av_list_new(&b->arena, 0, out, &items)
                                                       : AV_ERR_RUN;
}

av_facts_options av_brief_options(av_brief *b) {
    return (av_facts_options){.default_value = literal, .payload = b};
}

av_status av_brief_read(av_brief *b, av_text text) {
    av_arena_free(&b->arena);
    av_arena_init(&b->arena, &b->host, 0);
    assert_ok(av_sources_init(&b->sources, &b->arena));
    av_diags_init(&b->diags, &b->arena, &b->sources);
    uint16_t source;
    assert_ok(av_sources_add(&b->sources, AV_TEXT("brief.facts"), text, 0, &source));
    av_facts_options options = av_brief_options(b);
    return av_facts_read(&b->arena, b->program, &b->diags, source, &options, &b->facts);
}

av_text av_brief_messages(av_brief *b) {
    av_buf said;
    av_buf_init(&said, &b->host, 0);
    av_diags_sort(&b->diags);
    av_diags_render_plain(&b->diags, &said);
    av_text text = av_arena_text(&b->arena, av_buf_text(&said));
    av_buf_free(&said);
    return text;
}

const av_stated *av_brief_stated(const av_brief *b, const char *fact) {
    uint32_t def = av_program_find(b->program, av_text_from(fact));
    assert_int_not_equal(def, AV_NO_INDEX);
    return &b->facts.stated[def];
}

av_text av_brief_value(av_brief *b, const char *fact) {
    const av_stated *stated = av_brief_stated(b, fact);
    if (!stated->stated) return AV_TEXT("-");
    av_buf buf;
    av_buf_init(&buf, &b->host, 0);
    av_json json;
    av_json_init(&json, &buf, false);
    av_serial_json(b->program, stated->value, &json);
    assert_ok(buf.status);
    av_text text = av_arena_text(&b->arena, av_buf_text(&buf));
    av_buf_free(&buf);
    return text;
}
