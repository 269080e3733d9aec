#include "support/brief.h"

#include "emit/serial.h"
#include "support/unit.h"

void av_brief_open(av_brief *b, const char *rules) {
    *b = (av_brief){.host = av_alloc_default()};
    av_arena_init(&b->arena, &b->host, 0);
    av_rules_compile(&b->rules, rules);
    b->program = b->rules.program;
}

void av_brief_close(av_brief *b) {
    av_arena_free(&b->arena);
    av_rules_free(&b->rules);
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
    return &b->facts.stated[av_rules_def(&b->rules, fact)];
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
