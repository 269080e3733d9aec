/* Long instructions: lists and texts under construction. */
#include "vm/machine.h"
#include "vm/ops.h"

#include <string.h>

static const av_site nowhere = {0, 0, 0}; /* the loop puts the instruction's place into the error */

static av_status misplaced(const av_step *step) {
    return av_run_fail(step->run, AV_E_WRONG_KIND, step->proc, nowhere,
                       "an instruction needs a builder that is not open");
}

/** The innermost builder of this call, or NULL when it is of the other sort. */
static av_builder *top(const av_step *step, bool text) {
    av_vm *vm = step->vm;
    if (vm->builder_count <= step->floor) return NULL;
    av_builder *builder = &vm->builders[vm->builder_count - 1];
    return builder->text == text ? builder : NULL;
}

static av_status push(const av_step *step, av_builder builder) {
    av_vm *vm = step->vm;
    AV_TRY(av_vm_reserve(vm, (void **)&vm->builders, &vm->builder_cap, vm->builder_count + 1,
                         AV_VM_BUILDERS, sizeof builder));
    vm->builders[vm->builder_count++] = builder;
    return AV_OK;
}

/* ---- lists */

static av_status reserve_values(av_vm *vm, size_t more) {
    return av_vm_reserve(vm, (void **)&vm->values, &vm->value_cap, vm->value_count + more,
                         AV_VM_VALUES, sizeof(av_value));
}

av_status av_build_list_begin(const av_step *step) {
    AV_TRY(reserve_values(step->vm, 1)); /* also an empty list has a place where its values begin */
    return push(step, (av_builder){.base = step->vm->value_count});
}

av_status av_build_list_add(const av_step *step, av_value value) {
    if (top(step, false) == NULL) return misplaced(step);
    AV_TRY(reserve_values(step->vm, 1));
    step->vm->values[step->vm->value_count++] = value;
    return AV_OK;
}

av_status av_build_list_splice(const av_step *step, av_value list) {
    if (top(step, false) == NULL) return misplaced(step);
    const av_value *items;
    size_t count;
    AV_TRY(av_op_items(step->run, &list, step->proc, nowhere, &items, &count));
    AV_TRY(reserve_values(step->vm, count));
    if (count > 0)
        memcpy(step->vm->values + step->vm->value_count, items, count * sizeof(av_value));
    step->vm->value_count += count;
    return av_run_spend(step->run, count / 8, step->proc, nowhere);
}

av_status av_build_list_end(const av_step *step, av_value *out) {
    av_vm *vm = step->vm;
    const av_builder *builder = top(step, false);
    if (builder == NULL) return misplaced(step);
    const av_value *items = vm->values != NULL ? vm->values + builder->base : NULL;
    AV_TRY(av_op_list(step->run, items, vm->value_count - builder->base, out));
    vm->value_count = builder->base;
    vm->builder_count--;
    return AV_OK;
}

/** Memory for one sort or grouping: keys and items apart, and their order. */
typedef struct pairs {
    av_value *keys, *items;
    uint32_t *order, *work;
    size_t count, bytes;
} pairs;

/** Takes the innermost list, keys and items in turn, apart; `out` is to be freed even on
 * failure. */
static av_status take_pairs(const av_step *step, pairs *out) {
    av_vm *vm = step->vm;
    const av_builder *builder = top(step, false);
    *out = (pairs){0};
    if (builder == NULL || (vm->value_count - builder->base) % 2 != 0) return misplaced(step);
    out->count = (vm->value_count - builder->base) / 2;
    out->bytes = (out->count + 1) * (2 * sizeof(av_value) + 2 * sizeof(uint32_t));
    out->keys = av_alloc_new(&vm->host, out->bytes);
    if (out->keys == NULL) return AV_ERR_MEMORY;
    out->items = out->keys + out->count;
    out->order = (uint32_t *)(out->items + out->count);
    out->work = out->order + out->count;
    for (size_t i = 0; i < out->count; i++) {
        out->keys[i] = vm->values[builder->base + 2 * i];
        out->items[i] = vm->values[builder->base + 2 * i + 1];
    }
    vm->value_count = builder->base;
    vm->builder_count--;
    return AV_OK;
}

static uint64_t sort_cost(size_t count) {
    uint64_t cost = count;
    for (size_t left = count; left > 1; left /= 2) cost += count / 2;
    return cost;
}

static av_status sorted_list(const av_step *step, const pairs *p, bool descending, av_value *out) {
    av_value *items;
    AV_TRY(av_run_spend(step->run, sort_cost(p->count), step->proc, nowhere));
    AV_TRY(av_list_new(av_run_arena(step->run), p->count, out, &items));
    av_op_sort(p->keys, p->count, descending, p->order, p->work);
    for (size_t i = 0; i < p->count; i++) items[i] = p->items[p->order[i]];
    return AV_OK;
}

av_status av_build_list_sort(const av_step *step, bool descending, av_value *out) {
    pairs p;
    av_status status = take_pairs(step, &p);
    if (status == AV_OK) status = sorted_list(step, &p, descending, out);
    av_alloc_free(&step->vm->host, p.keys, p.bytes);
    return status;
}

av_status av_build_list_group(const av_step *step, uint32_t record_type, av_value *out) {
    pairs p;
    av_status status = take_pairs(step, &p);
    if (status == AV_OK) status = av_run_spend(step->run, p.count, step->proc, nowhere);
    if (status == AV_OK)
        status =
            av_op_group(step->run, p.items, p.keys, p.count, record_type, step->proc, nowhere, out);
    av_alloc_free(&step->vm->host, p.keys, p.bytes);
    return status;
}

/* ---- texts */

av_status av_build_text_begin(const av_step *step) {
    return push(
        step,
        (av_builder){.text = true, .render = av_render_begin(step->run), .origin = AV_NO_INDEX});
}

av_status av_build_text_origin(const av_step *step, uint32_t origin) {
    av_builder *builder = top(step, true);
    if (builder == NULL) return misplaced(step);
    builder->origin = origin;
    return AV_OK;
}

av_status av_build_text_put(const av_step *step, av_text text) {
    const av_builder *builder = top(step, true);
    if (builder == NULL) return misplaced(step);
    return av_render_literal(step->run, builder->render, text, builder->origin);
}

av_status av_build_text_value(const av_step *step, av_value value, av_escape mode,
                              uint32_t indent) {
    const av_builder *builder = top(step, true);
    if (builder == NULL) return misplaced(step);
    return av_render_value(step->run, builder->render, value, mode, indent, builder->origin);
}

av_status av_build_text_section(const av_step *step, uint32_t section) {
    const av_builder *builder = top(step, true);
    if (builder == NULL) return misplaced(step);
    return av_render_section(step->run, builder->render, section, builder->origin);
}

av_status av_build_text_end(const av_step *step, av_format format, bool fragment, av_value *out) {
    const av_builder *builder = top(step, true);
    if (builder == NULL) return misplaced(step);
    av_render render = builder->render;
    step->vm->builder_count--;
    return fragment ? av_render_fragment(step->run, render, format, out)
                    : av_render_text(step->run, render, out);
}
