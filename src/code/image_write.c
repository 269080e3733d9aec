#include "base/hash.h"
#include "code/image_io.h"

#include <string.h>

static void put_number(char *at, uint64_t value, size_t width) {
    for (size_t i = 0; i < width; i++)
        at[i] = (char)(value >> (8 * i) & 0xff);
}

av_status av_image_write(const av_program *program, av_buf *out) {
    const size_t start = out->len;
    size_t count;
    const av_image_section *sections = av_image_sections(&count);
    av_image_io io = {.out = out};
    av_buf_fill(out, 0, AV_IMAGE_HEADER);
    for (size_t i = 0; i < count && io.status == AV_OK && out->status == AV_OK; i++) {
        size_t head = out->len;
        av_buf_fill(out, 0, AV_IMAGE_TAG_BYTES);
        sections[i].visit(&io, (av_program *)(uintptr_t)program);
        if (out->status != AV_OK) break;
        put_number(out->ptr + head, sections[i].tag, 4);
        put_number(out->ptr + head + 8, out->len - head - AV_IMAGE_TAG_BYTES, 8);
    }
    if (io.status == AV_OK && out->status == AV_OK && out->len - start > AV_IMAGE_BYTES)
        io.status = AV_ERR_LIMIT;
    if (io.status != AV_OK || out->status != AV_OK)
        return io.status != AV_OK ? io.status : out->status;
    char *header = out->ptr + start;
    av_text body = {header + AV_IMAGE_HEADER, out->len - start - AV_IMAGE_HEADER};
    memcpy(header, av_image_magic, sizeof av_image_magic);
    put_number(header + 8, AV_IMAGE_VERSION, 4);
    put_number(header + 12, AV_IMAGE_OLDEST, 4);
    put_number(header + 16, out->len - start, 8);
    put_number(header + 24, av_hash(body, 0), 8);
    put_number(header + 32, av_image_machine(), 8);
    return AV_OK;
}
