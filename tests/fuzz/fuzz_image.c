/* Damages a good image, seals it and runs what is still accepted. An input is a list of changes: three bytes of place, one byte
 * that is laid over the image's; so that inputs keep their meaning when the format of images changes. */
#include "code/code.h"
#include "code/image.h"
#include "code/image_io.h"
#include "support/damage.h"
#include "support/rules.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char rules_text[] =
    "enum E ordered { A B C D F }\n"
    "record R { key name: text  n: int 0..99 = 1  e: E = B  tags: list of text = [] }\n"
    "fact size: E \"Size\" { group \"g\" ask \"?\" }\n"
    "infer size { otherwise C because \"c\" confidence low risk \"r\" }\n"
    "func twice(n: int): int = n + n\n"
    "decision tier: E \"Tier\" {\n"
    "  case A when size == A because \"a\"\n"
    "  case B when size in [B, C] and twice(2) > 3 because \"b {size}\"\n"
    "  case C when size == D because \"c\"\n"
    "  case D when size == F because \"d\"\n"
    "  otherwise F because \"f\"\n"
    "}\n"
    "matrix engine: E \"Engine\" { option A { +2 big when size >= C because \"x\" wrong_if \"y\" } "
    "option B { +1 always when true because \"z\" wrong_if \"y\" } secondary from 1 }\n"
    "collection rs: R \"Rs\"\n"
    "derive rs/some_of_them { because \"b\" one { n: 3 } for x at i in [\"p\", \"q\"] yield R { name: \"{x}{i}\" tags: [x, \"t\"] } }\n"
    "check tagged \"Tagged\" { item \"T-1\" for r in rs require count(r.tags) > 0 else \"{r.name} has none\" "
    "repair r.tags = r.tags + [\"fixed\"] because \"tags\" }\n"
    "section s \"S\" { \"\"\"\n"
    "{for r in rs sort by r.name descending}\n* {r.name}: {r.n}{if r.e == B} b{end}\n{end}\n\"\"\" }\n"
    "document d \"D {tier}\" { to \"D.md\"  sections s }\n"
    "emit f { for r in rs to \"{r.name}.txt\" format plain \"\"\"{r.name} {join(r.tags, \"-\")}\"\"\" }\n";

static av_buf image;

/* Made once, on the first input. */
static void make_image(void) {
    av_rules rules;
    av_alloc host = av_alloc_default();
    av_buf_init(&image, &host, AV_IMAGE_BYTES);
    if (av_rules_try(&rules, &host, rules_text) != AV_OK || av_generate(rules.program, &rules.diags) != AV_OK ||
        av_image_write(rules.program, &image) != AV_OK)
        abort();
    av_rules_free(&rules);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const av_alloc host = av_alloc_default();
    if (image.len == 0) make_image();
    char *copy = malloc(image.len);
    if (copy == NULL) return 0;
    memcpy(copy, image.ptr, image.len);
    for (size_t i = 0; i + 4 <= size; i += 4) {
        size_t at = (size_t)data[i] | (size_t)data[i + 1] << 8 | (size_t)data[i + 2] << 16;
        size_t body = image.len - AV_IMAGE_HEADER;
        copy[AV_IMAGE_HEADER + at % body] = (char)data[i + 3];
    }
    av_damage_seal(copy, image.len);
    (void)av_damage_run(&host, (av_text){copy, image.len});
    free(copy);
    return 0;
}
