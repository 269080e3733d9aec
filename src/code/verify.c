/* Accepts a program only if nothing in it points outside of its tables and nothing needs itself. */
#include "base/set.h"
#include "code/image.h"
#include "code/op.h"

#include <stdatomic.h>
#include <string.h>

typedef struct verifier {
    const av_program *p;
    const char *why; /**< first fault */
} verifier;

static bool fault(verifier *v, const char *why) {
    if (v->why == NULL) v->why = why;
    return false;
}

static bool must(verifier *v, bool holds, const char *why) {
    return holds || fault(v, why);
}

static bool index_or_none(uint32_t index, uint32_t count) {
    return index == AV_NO_INDEX || index < count;
}

static void check_site(verifier *v, av_site site) {
    must(v, site.path < v->p->path_count || (site.path == 0 && site.line == 0),
         "a place in a file that does not exist");
}

/* ---- types and values */

/** What a type consists of at its end: lists and options unwrapped. */
static const av_type *innermost(const av_program *p, av_type_id id) {
    enum { MOST = 64 }; /* deeper nesting is refused by check_types */
    for (unsigned i = 0; i < MOST && id < p->type_count; i++) {
        const av_type *type = &p->types[id];
        if (type->kind != AV_T_LIST && type->kind != AV_T_OPTION) return type;
        id = type->element;
    }
    return NULL;
}

static void check_types(verifier *v) {
    static const av_type_kind fixed[AV_TYPE_FIXED_COUNT] = {
        AV_T_ERROR, AV_T_NONE, AV_T_BOOL, AV_T_INT, AV_T_DECIMAL, AV_T_MONEY, AV_T_TEXT, AV_T_ANY};
    const av_program *p = v->p;
    if (!must(v, p->type_count >= AV_TYPE_FIXED_COUNT, "too few types")) return;
    for (uint32_t i = 0; i < AV_TYPE_FIXED_COUNT; i++)
        must(v, p->types[i].kind == fixed[i], "a fixed type is another one");
    for (uint32_t i = 0; i < p->type_count; i++) {
        const av_type *type = &p->types[i];
        switch (type->kind) {
        case AV_T_ENUM:
            must(v, type->index < p->enum_count, "a type of an enum that does not exist");
            break;
        case AV_T_SET:
            must(v,
                 type->index < p->enum_count &&
                     p->enums[type->index].member_count <= AV_SET_MEMBERS,
                 "a set of an enum that does not exist or is too large");
            break;
        case AV_T_RECORD:
        case AV_T_REF:
            must(v, type->index < p->record_count, "a type of a record that does not exist");
            break;
        case AV_T_FRAGMENT:
            must(v, type->index < AV_FORMAT_COUNT, "a fragment of an unknown format");
            break;
        case AV_T_LIST:
        case AV_T_OPTION: must(v, innermost(p, i) != NULL, "a type that never ends"); break;
        default: break;
        }
    }
}

static void check_enums(verifier *v) {
    for (uint32_t i = 0; i < v->p->enum_count; i++) check_site(v, v->p->enums[i].site);
}

static void check_records(verifier *v) {
    const av_program *p = v->p;
    for (uint32_t i = 0; i < p->record_count; i++) {
        const av_record_type *record = &p->records[i];
        must(v, record->field_count <= AV_RECORD_FIELDS, "a record type with too many fields");
        must(v, index_or_none(record->key, record->field_count), "a key field that does not exist");
        check_site(v, record->site);
        for (uint32_t f = 0; f < record->field_count; f++) {
            must(v, record->fields[f].type < p->type_count,
                 "a field of a type that does not exist");
            must(v, index_or_none(record->fields[f].default_def, p->def_count),
                 "a default that does not exist");
        }
    }
    const uint32_t model[] = {p->model.rejected,   p->model.option_score,  p->model.score_line,
                              p->model.fact_info,  p->model.decision_info, p->model.conflict_info,
                              p->model.check_info, p->model.document_info, p->model.outline_part,
                              p->model.violation,  p->model.artifact};
    for (size_t i = 0; i < AV_COUNT(model); i++)
        must(v, model[i] < p->record_count, "a record type of the engine is missing");
}

static void check_value(verifier *v, av_value value) {
    const av_program *p = v->p;
    switch ((av_kind)value.kind) {
    case AV_BOOL:
        must(v, value.as.integer == 0 || value.as.integer == 1,
             "a bool that is neither true nor false");
        break;
    case AV_DECIMAL:
        must(v, value.scale <= AV_DECIMAL_SCALE, "a decimal with too many digits");
        break;
    case AV_ENUM:
        must(v,
             value.type < p->enum_count &&
                 (uint64_t)value.as.integer < p->enums[value.type].member_count,
             "an enum member that does not exist");
        break;
    case AV_SET:
        if (!must(v, value.type < p->enum_count, "a set of an enum that does not exist")) break;
        must(v, av_set_next(value, p->enums[value.type].member_count) == AV_SET_MEMBERS,
             "a set of members that do not exist");
        break;
    case AV_LIST:
        for (size_t i = 0; i < value.as.list->count; i++) check_value(v, value.as.list->items[i]);
        break;
    case AV_RECORD: {
        const av_record *record = value.as.record;
        must(v, value.type < p->record_count && record->count == p->records[value.type].field_count,
             "a record that does not fit its type");
        must(v, record->count >= AV_RECORD_FIELDS || record->given >> record->count == 0,
             "a given field that does not exist");
        for (uint32_t i = 0; i < record->count; i++) check_value(v, record->fields[i]);
        break;
    }
    default: break;
    }
}

static void check_constants(verifier *v) {
    for (uint32_t i = 0; i < v->p->constant_count && v->why == NULL; i++)
        check_value(v, v->p->constants[i]);
}

/* ---- procedures */

static void check_proc(verifier *v, const av_proc *proc) {
    const av_program *p = v->p;
    must(v, proc->def < p->def_count || proc->def == AV_NO_INDEX,
         "a procedure of a definition that does not exist");
    must(v, proc->type < p->type_count, "a procedure of a type that does not exist");
    must(v, proc->slot_count <= AV_SLOTS && proc->param_count <= proc->slot_count,
         "a procedure with too many variables");
    must(v, proc->register_count <= AV_REGISTERS && proc->param_count <= proc->register_count,
         "a procedure with too many or too few registers");
    must(v, proc->code_count > 0, "a procedure without instructions");
    check_site(v, proc->site);
}

/** Procedures own their instructions: the runs follow each other without gap, so that each is
 * checked once. */
static void check_procs(verifier *v) {
    const av_program *p = v->p;
    uint32_t code = 0, lines = 0;
    if (!must(v, p->code_count <= AV_CODE_MAX, "too many instructions")) return;
    for (uint32_t i = 0; i < p->proc_count && v->why == NULL; i++) {
        const av_proc *proc = &p->procs[i];
        bool fits = proc->code_start == code && proc->code_count <= p->code_count - code &&
                    proc->line_start == lines && proc->line_count <= p->code_site_count - lines;
        if (!must(v, fits, "procedures that do not follow each other")) return;
        check_proc(v, proc);
        code += proc->code_count;
        lines += proc->line_count;
    }
    must(v, code == p->code_count && lines == p->code_site_count, "instructions of no procedure");
}

static void check_code(verifier *v, const av_proc *proc) {
    const av_program *p = v->p;
    uint32_t last = 0;
    for (uint32_t i = 0; i < proc->line_count; i++) {
        const av_code_site *site = &p->code_sites[proc->line_start + i];
        must(v, site->pc >= last, "places of instructions out of order");
        check_site(v, site->site);
        last = site->pc;
    }
    const char *why = av_op_check_all(p, proc);
    if (why != NULL) fault(v, why);
}

const char *av_verify_proc(const av_program *program, uint32_t proc) {
    if (program->verified != NULL &&
        atomic_load_explicit(&program->verified[proc], memory_order_relaxed) != 0)
        return NULL;
    verifier v = {.p = program};
    check_code(&v, &program->procs[proc]);
    /* Threads that run the same program may come here together: they find the same. */
    if (v.why == NULL && program->verified != NULL)
        atomic_store_explicit(&program->verified[proc], 1, memory_order_relaxed);
    return v.why;
}

static void check_proc_index(verifier *v, uint32_t proc) {
    must(v, index_or_none(proc, v->p->proc_count), "a procedure that does not exist");
}

/* ---- rules and definitions */

/** Members of the enum a definition decides on; 0 when it is about something else. */
static uint32_t member_count(const av_program *p, const av_def *def) {
    const av_type *type = innermost(p, def->type);
    return type != NULL && (type->kind == AV_T_ENUM || type->kind == AV_T_SET)
               ? p->enums[type->index].member_count
               : 0;
}

static void check_rule(verifier *v, const av_rule *rule) {
    const av_program *p = v->p;
    if (!must(v, rule->def < p->def_count, "a rule of a definition that does not exist")) return;
    must(v, index_or_none(rule->option, member_count(p, &p->defs[rule->def])),
         "a rule about a member that does not exist");
    check_site(v, rule->site);
    const uint32_t procs[] = {rule->when,    rule->value,    rule->because, rule->condition,
                              rule->failure, rule->rejected, rule->risk};
    for (size_t i = 0; i < AV_COUNT(procs); i++) check_proc_index(v, procs[i]);
}

static void check_indices(verifier *v, const uint32_t *indices, uint32_t count, uint32_t limit,
                          const char *why) {
    for (uint32_t i = 0; i < count; i++) must(v, indices[i] < limit, why);
}

static void check_matrix(verifier *v, const av_def *def) {
    const av_program *p = v->p;
    must(v, p->types[def->type].kind == AV_T_ENUM && def->option_count > 0,
         "a matrix without options");
    for (uint32_t i = 0; i < def->option_count; i++) {
        const av_matrix_option *option = &def->options[i];
        must(v, option->member < member_count(p, def), "an option that does not exist");
        must(v,
             option->first_rule >= def->first_rule &&
                 (uint64_t)option->first_rule + option->rule_count <=
                     (uint64_t)def->first_rule + def->rule_count &&
                 option->rule_count <= 64,
             "an option with rules of others or too many");
        must(v, index_or_none(option->secondary, p->rule_count), "a rule that does not exist");
        check_proc_index(v, option->wrong_if);
    }
}

static void check_repair(verifier *v, const av_def *def) {
    const av_program *p = v->p;
    if (def->repair_target == AV_NO_INDEX) return;
    if (!must(v, def->repair_target < p->def_count, "a repair of a definition that does not exist"))
        return;
    const av_def *target = &p->defs[def->repair_target];
    if (def->repair_slot == AV_NO_INDEX) return;
    const av_type *type = innermost(p, target->type);
    must(v,
         target->kind == AV_DEF_COLLECTION && type != NULL && type->kind == AV_T_RECORD &&
             def->repair_slot < p->records[type->index].field_count,
         "a repair of a field that does not exist");
}

static void check_def(verifier *v, uint32_t index) {
    const av_program *p = v->p;
    const av_def *def = &p->defs[index];
    if (!must(v, def->type < p->type_count, "a definition of a type that does not exist")) return;
    check_site(v, def->site);
    if (!must(v,
              (uint64_t)def->first_rule + def->rule_count <= p->rule_count || def->rule_count == 0,
              "rules that do not exist"))
        return;
    for (uint32_t i = 0; i < def->rule_count; i++)
        must(v, p->rules[def->first_rule + i].def == index, "rules of another definition");
    const uint32_t procs[] = {def->proc,           def->ask,   def->tension, def->effect,
                              def->repair_because, def->title, def->path};
    static const bool needed_by[][AV_DEF_MODEL + 1] = {
        {[AV_DEF_CONST] = true,
         [AV_DEF_FUNC] = true,
         [AV_DEF_FACT] = true,
         [AV_DEF_CONFLICT] = true,
         [AV_DEF_DECISION] = true,
         [AV_DEF_TABLE] = true,
         [AV_DEF_CHECK] = true,
         [AV_DEF_SECTION] = true,
         [AV_DEF_EMIT] = true},
        {[AV_DEF_FACT] = true},
        {[AV_DEF_CONFLICT] = true},
        {[AV_DEF_CONFLICT] = true},
        {[AV_DEF_CHECK] = true},
        {[AV_DEF_SECTION] = true, [AV_DEF_DOCUMENT] = true},
        {[AV_DEF_DOCUMENT] = true},
    };
    for (size_t i = 0; i < AV_COUNT(procs); i++)
        if (needed_by[i][def->kind]) check_proc_index(v, procs[i]);
    check_indices(v, def->reasons, def->reason_count, p->def_count,
                  "reasons asked of a definition that does not exist");
    check_indices(v, def->reads, def->read_count, p->def_count,
                  "a read of a definition that does not exist");
    check_indices(v, def->between, def->between_count, p->def_count,
                  "a conflict between definitions that do not exist");
    check_indices(v, def->sections, def->section_count, p->def_count,
                  "a section that does not exist");
    for (uint32_t i = 0; i < def->section_count && v->why == NULL; i++)
        must(v, p->defs[def->sections[i]].kind == AV_DEF_SECTION,
             "a document of something else than sections");
    if (def->kind == AV_DEF_MATRIX) check_matrix(v, def);
    must(v, def->endings.len == 0 || (def->kind == AV_DEF_FACT && def->type == AV_TYPE_TEXT),
         "a file that is something else than a fact of type text");
    if (def->kind == AV_DEF_CONFLICT)
        must(v, index_or_none(def->binds, p->def_count), "a binding side that does not exist");
    if (def->kind == AV_DEF_CHECK) check_repair(v, def);
    if (def->kind == AV_DEF_TEST) must(v, def->test < p->test_count, "a test that does not exist");
}

/* ---- tests, origins, layers */

static void check_expect(verifier *v, const av_expect *expect) {
    const av_program *p = v->p;
    const uint32_t procs[] = {expect->proc, expect->left, expect->right, expect->contains};
    check_site(v, expect->site);
    if (expect->kind == AV_EXPECT_TRUE) {
        for (size_t i = 0; i < AV_COUNT(procs) - 1; i++) check_proc_index(v, procs[i]);
        return;
    }
    check_proc_index(v, expect->contains);
    must(v, expect->target < (expect->kind == AV_EXPECT_FIRED ? p->rule_count : p->def_count),
         "an expectation of something that does not exist");
    if (v->why == NULL && expect->kind == AV_EXPECT_REJECTED)
        must(v, expect->option < member_count(p, &p->defs[expect->target]),
             "an expectation of a member that does not exist");
}

static void check_tests(verifier *v) {
    const av_program *p = v->p;
    for (uint32_t i = 0; i < p->test_count && v->why == NULL; i++) {
        const av_test *test = &p->tests[i];
        must(v, test->def < p->def_count, "a test without its definition");
        check_site(v, test->site);
        for (uint32_t n = 0; n < test->given_count; n++) {
            must(v, test->given[n].fact < p->def_count, "a given fact that does not exist");
            check_proc_index(v, test->given[n].proc);
        }
        for (uint32_t n = 0; n < test->expect_count && v->why == NULL; n++)
            check_expect(v, &test->expects[n]);
    }
}

/** A procedure of a signal: it takes what the patterns capture. */
static void check_signal_proc(verifier *v, const av_signal *signal, uint32_t proc) {
    const av_program *p = v->p;
    must(v, proc < p->proc_count && p->procs[proc].param_count == signal->capture_count,
         "a signal whose value takes other arguments");
}

/** A prose is a text; the function that tells its parts takes a text and gives records. */
static void check_prose_fact(verifier *v, const av_def *def) {
    const av_program *p = v->p;
    must(v, def->kind == AV_DEF_FACT && def->type == AV_TYPE_TEXT,
         "prose in something that is no text");
    if (def->parts == AV_NO_INDEX) return;
    must(v, def->parts < p->proc_count && p->procs[def->parts].param_count == 1,
         "parts of a prose by something else than a function of it");
}

static void check_prose(verifier *v) {
    const av_program *p = v->p;
    const uint64_t cues = p->cue_count < 64 ? (UINT64_C(1) << p->cue_count) - 1 : UINT64_MAX;
    for (uint32_t i = 0; i < p->def_count; i++)
        if (p->defs[i].prose) check_prose_fact(v, &p->defs[i]);
    for (uint32_t i = 0; i < p->signal_count && v->why == NULL; i++) {
        const av_signal *signal = &p->signals[i];
        if (!must(v, signal->rule < p->rule_count, "a signal without a rule")) return;
        must(v, p->defs[p->rules[signal->rule].def].kind == AV_DEF_FACT,
             "a signal of something that is no fact");
        must(v, signal->capture_count <= AV_NET_CAPTURES && (signal->cues & ~cues) == 0,
             "a signal with captures or cues that do not exist");
        for (size_t c = 0; c < AV_NET_CAPTURES; c++)
            must(v, signal->captures[c] < AV_QUANTITY_KINDS, "a capture of no kind");
        check_signal_proc(v, signal, signal->value);
        if (signal->where != AV_NO_INDEX) check_signal_proc(v, signal, signal->where);
    }
    for (uint32_t i = 0; i < p->cue_count; i++) check_site(v, p->cues[i].site);
    if (v->why == NULL)
        must(v, av_net_is_sound(&p->net, p->signal_count, p->cue_count),
             "an automaton that leads astray");
}

static void check_origins(verifier *v) {
    const av_program *p = v->p;
    for (uint32_t i = 0; i < p->origin_count; i++) {
        must(v, index_or_none(p->origins[i].def, p->def_count),
             "an origin in a definition that does not exist");
        check_site(v, p->origins[i].site);
        check_indices(v, p->origins[i].reads, p->origins[i].read_count, p->def_count,
                      "an origin that reads a definition that does not exist");
    }
    for (uint32_t i = 0; i < p->change_count; i++) {
        check_site(v, p->changes[i].by);
        check_site(v, p->changes[i].of);
    }
}

/* ---- nothing needs itself
 *
 * A graph of definitions (0 .. def_count - 1) and procedures (after them): a definition leads to
 * the procedures its value and its metadata come from, a procedure to what its instructions name.
 * Definitions of kind MODEL lead nowhere: they look at everything, and the run itself ends an
 * evaluation that comes back to one. */

typedef struct walk {
    uint32_t node;
    uint32_t edge; /**< next to follow */
} walk;

typedef struct graph {
    verifier *v;
    uint8_t *state;                   /**< 0 new, 1 on the path, 2 done */
    uint16_t *def_depth, *call_depth; /**< longest chains below and with the node */
    walk *path;
} graph;

/** Procedures that belong to a rule, in turn; AV_NO_INDEX may be among them. */
static uint32_t rule_proc(const av_rule *rule, uint32_t i) {
    const uint32_t procs[] = {rule->when,    rule->value,    rule->because, rule->condition,
                              rule->failure, rule->rejected, rule->risk};
    return procs[i];
}

enum { RULE_PROCS = 7, DEF_PROCS = 7 };

/** The edge's end, AV_NO_INDEX for an edge that leads nowhere; false past the last one. */
static bool def_edge(const av_program *p, const av_def *def, uint32_t edge, uint32_t *to) {
    uint32_t proc;
    if (def->kind == AV_DEF_MODEL) return false;
    if (edge < DEF_PROCS) {
        bool conflict = def->kind == AV_DEF_CONFLICT;
        const uint32_t procs[DEF_PROCS] = {
            def->proc,
            def->kind == AV_DEF_FACT ? def->ask : AV_NO_INDEX,
            conflict ? def->tension : AV_NO_INDEX,
            conflict ? def->effect : AV_NO_INDEX,
            def->kind == AV_DEF_CHECK ? def->repair_because : AV_NO_INDEX,
            def->kind == AV_DEF_SECTION || def->kind == AV_DEF_DOCUMENT ? def->title : AV_NO_INDEX,
            def->kind == AV_DEF_DOCUMENT ? def->path : AV_NO_INDEX,
        };
        proc = procs[edge];
    } else if ((edge -= DEF_PROCS) < def->option_count) {
        proc = def->options[edge].wrong_if;
    } else if ((edge -= def->option_count) < def->section_count) {
        *to = def->sections[edge];
        return true;
    } else if ((edge -= def->section_count) / RULE_PROCS < def->rule_count) {
        proc = rule_proc(&p->rules[def->first_rule + edge / RULE_PROCS], edge % RULE_PROCS);
    } else {
        return false;
    }
    *to = proc < p->proc_count ? p->def_count + proc : AV_NO_INDEX;
    return true;
}

static bool proc_edge(const av_program *p, const av_proc *proc, uint32_t edge, uint32_t *to) {
    if (edge >= proc->code_count) return false;
    av_instruction i = p->code[proc->code_start + edge];
    *to = AV_NO_INDEX;
    if (i.op == AV_I_DEF || i.op == AV_I_TEXT_SECTION) *to = av_op_wide(i);
    else if (i.op == AV_I_META) *to = av_op_wide(i) & ((1u << AV_META_BITS) - 1);
    else if (i.op == AV_I_CALL) *to = p->def_count + av_op_wide(i);
    return true;
}

static void raise(uint16_t *depth, uint32_t to) {
    if (to > *depth) *depth = (uint16_t)(to > UINT16_MAX ? UINT16_MAX : to);
}

/** `node` is done: its depths go up to the one that led to it. */
static void leave(graph *g, uint32_t node, uint32_t from) {
    uint32_t defs = g->v->p->def_count;
    raise(&g->def_depth[from], (uint32_t)g->def_depth[node] + (from < defs ? 1 : 0));
    if (from >= defs && node >= defs)
        raise(&g->call_depth[from], (uint32_t)g->call_depth[node] + 1);
}

static void walk_from(graph *g, uint32_t root) {
    const av_program *p = g->v->p;
    size_t count = 0;
    g->path[count++] = (walk){root, 0};
    g->state[root] = 1;
    while (count > 0 && g->v->why == NULL) {
        walk *top = &g->path[count - 1];
        uint32_t node = top->node, to;
        bool more = node < p->def_count
                        ? def_edge(p, &p->defs[node], top->edge, &to)
                        : proc_edge(p, &p->procs[node - p->def_count], top->edge, &to);
        top->edge++;
        if (!more) {
            must(g->v, g->def_depth[node] <= AV_DEF_DEPTH,
                 "definitions that read each other too deeply");
            must(g->v, g->call_depth[node] <= AV_CALL_DEPTH,
                 "functions that call each other too deeply");
            g->state[node] = 2;
            if (--count > 0) leave(g, node, g->path[count - 1].node);
        } else if (to != AV_NO_INDEX && g->state[to] == 0) {
            g->state[to] = 1;
            g->path[count++] = (walk){to, 0};
        } else if (to != AV_NO_INDEX && g->state[to] == 1) {
            fault(g->v, "a definition or function that needs itself");
        } else if (to != AV_NO_INDEX) {
            leave(g, to, node);
        }
    }
}

static av_status check_graph(verifier *v) {
    const av_program *p = v->p;
    size_t nodes = (size_t)p->def_count + p->proc_count + 1;
    av_arena scratch;
    av_arena_init(&scratch, &p->arena.host, 0);
    graph g = {.v = v,
               .state = AV_NEW_ARRAY(&scratch, uint8_t, nodes),
               .def_depth = AV_NEW_ARRAY(&scratch, uint16_t, nodes),
               .call_depth = AV_NEW_ARRAY(&scratch, uint16_t, nodes),
               .path = AV_NEW_ARRAY(&scratch, walk, nodes)};
    bool memory = !scratch.failed;
    for (uint32_t i = 0; memory && i + 1 < nodes && v->why == NULL; i++)
        if (g.state[i] == 0) walk_from(&g, i);
    av_arena_free(&scratch);
    return memory ? AV_OK : AV_ERR_MEMORY;
}

/* ---- all of it */

av_status av_verify_tables(const av_program *program, const char **why) {
    verifier v = {.p = program};
    must(&v, program->def_count <= AV_DEFS_MAX && program->rule_count <= AV_RULES_MAX,
         "too many definitions or rules");
    check_types(&v);
    if (v.why == NULL) check_enums(&v);
    if (v.why == NULL) check_records(&v);
    if (v.why == NULL) check_procs(&v);
    for (uint32_t i = 0; i < program->rule_count && v.why == NULL; i++)
        check_rule(&v, &program->rules[i]);
    for (uint32_t i = 0; i < program->def_count && v.why == NULL; i++) check_def(&v, i);
    if (v.why == NULL) check_prose(&v);
    if (v.why == NULL) check_tests(&v);
    if (v.why == NULL) check_origins(&v);
    *why = v.why;
    return v.why != NULL ? AV_ERR_CORRUPT : AV_OK;
}

av_status av_verify_constants(const av_program *program, const char **why) {
    verifier v = {.p = program};
    check_constants(&v);
    *why = v.why;
    return v.why != NULL ? AV_ERR_CORRUPT : AV_OK;
}

av_status av_verify_code(const av_program *program, const char **why) {
    verifier v = {.p = program};
    for (uint32_t i = 0; i < program->proc_count && v.why == NULL; i++)
        v.why = av_verify_proc(program, i);
    const av_status status = v.why == NULL ? check_graph(&v) : AV_OK;
    *why = v.why;
    return v.why != NULL ? AV_ERR_CORRUPT : status;
}

av_status av_verify(const av_program *program, const char **why) {
    AV_TRY(av_verify_tables(program, why));
    AV_TRY(av_verify_constants(program, why));
    return av_verify_code(program, why);
}
