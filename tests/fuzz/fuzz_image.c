/* Compiled programs that were not compiled: what is read is safe to run. An input that begins like an image is one; any other
 * is a list of changes to a sound image, five bytes each: a place (three bytes), a kind of change, an operand. Size and
 * checksum are made to fit, so that what is behind them is reached; of images that are inputs, in one of fuzz_run_every. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "code/image_io.h"
#include "sema/sema.h"
#include "support/damage.h"

enum { CHANGE_BYTES = 5, CHANGES_MOST = 64 };

static av_buf base;
static unsigned seen;

static void make_base(void) {
    av_disk file = {0};
    av_policy policy;
    const av_alloc host = av_alloc_default();
    av_disk_add(&file, "tests/unit/code/every_node.arch", "");
    av_policy_compile(&policy, &file);
    av_buf_init(&base, &host, AV_IMAGE_BYTES);
    FUZZ_REQUIRE(av_image_write(policy.program, &base) == AV_OK, "no image");
    av_policy_free(&policy);
    av_disk_free(&file);
}

static void change(char *bytes, size_t *len, const uint8_t *how) {
    const size_t span = *len - AV_IMAGE_HEADER;
    if (span < 8) return;
    const size_t where = ((size_t)how[0] << 16 | (size_t)how[1] << 8 | how[2]) % (span - 4);
    char *at = bytes + AV_IMAGE_HEADER + where;
    const uint8_t operand = how[4];
    switch (how[3] % 8) {
    case 0: *at = (char)operand; break;
    case 1: *at = (char)(*at ^ (1 << operand % 8)); break;
    case 2: *at = (char)(*at + (operand < 128 ? 1 : -1)); break;
    case 3: memset(at, operand < 128 ? 0xff : 0, 4); break;
    case 4:
        memcpy(at, bytes + AV_IMAGE_HEADER + (where + operand * 4u) % (span - 4), 4);
        break; /* a number from nearby */
    case 5: at[1] = (char)operand, at[0] = 0; break;
    case 6:
        memmove(at, at + 1 + operand % 4, span - where - 1 - operand % 4), *len -= 1 + operand % 4;
        break;
    default: at[0] = (char)(operand % 16), at[1] = at[2] = at[3] = 0; break;
    }
}

static void try_image(char *bytes, size_t len) {
    const av_alloc host = av_alloc_default();
    av_program *program;
    const char *why;
    if (len >= AV_IMAGE_HEADER) av_damage_seal(bytes, len);
    const av_text text = {bytes, len};
    if (!av_damage_run(&host, text)) return;
    FUZZ_REQUIRE(av_image_read(&host, text, &program, &why) == AV_OK,
                 "an image is accepted once only");
    fuzz_image_identity(program);
    av_program_free(program);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const av_alloc host = av_alloc_default();
    if (base.len == 0) make_base();
    const bool raw =
        size >= sizeof av_image_magic && memcmp(data, av_image_magic, sizeof av_image_magic) == 0;
    size_t len = raw ? size : base.len;
    char *bytes = malloc(len + 1);
    FUZZ_REQUIRE(bytes != NULL, "no memory");
    memcpy(bytes, raw ? (const char *)data : base.ptr, len);
    if (raw) {
        /* As it came: most often its size or checksum is wrong. */
        av_program *program;
        const char *why;
        if (av_image_read(&host, (av_text){bytes, len}, &program, &why) == AV_OK)
            av_program_free(program);
    } else {
        for (size_t i = 0; i + CHANGE_BYTES <= size && i < CHANGE_BYTES * (size_t)CHANGES_MOST;
             i += CHANGE_BYTES)
            change(bytes, &len, data + i);
    }
    if (!raw || seen++ % fuzz_run_every == 0) try_image(bytes, len);
    free(bytes);
    return 0;
}
