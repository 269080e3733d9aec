#include "base/hash.h"
#include "code/image_io.h"
#include "sema/sema.h"

#include <string.h>

bool av_image_is(av_text bytes) {
    return bytes.len >= sizeof av_image_magic &&
           memcmp(bytes.ptr, av_image_magic, sizeof av_image_magic) == 0;
}

typedef struct header {
    uint32_t version, oldest;
    uint64_t size, checksum, machine, reserved;
} header;

/** NULL when the header is that of an image which can be read here. */
static const char *check_header(av_text bytes) {
    if (!av_image_is(bytes)) return "the file is no compiled rules";
    if (bytes.len < AV_IMAGE_HEADER) return "the file is cut short";
    av_image_io io = {
        .reading = true, .bytes = bytes.ptr, .at = sizeof av_image_magic, .end = AV_IMAGE_HEADER};
    header h = {0};
    av_io_u32(&io, &h.version);
    av_io_u32(&io, &h.oldest);
    av_io_u64(&io, &h.size);
    av_io_u64(&io, &h.checksum);
    av_io_u64(&io, &h.machine);
    av_io_u64(&io, &h.reserved);
    if (h.version < AV_IMAGE_OLDEST || h.oldest > AV_IMAGE_VERSION || h.oldest > h.version)
        return "the rules were compiled by a version of archvm that is too old or too new";
    if (h.size != bytes.len) return "the file is longer or shorter than it says";
    if (bytes.len > AV_IMAGE_BYTES) return "the file is too large";
    if (h.checksum != av_hash(av_text_slice(bytes, AV_IMAGE_HEADER, bytes.len), 0))
        return "the file's checksum is wrong";
    if (h.machine != av_image_machine())
        return "the rules were compiled for another instruction set";
    return h.reserved == 0 ? NULL : "a reserved number is not 0";
}

static void read_sections(av_image_io *io, av_program *program, size_t size) {
    size_t count;
    const av_image_section *sections = av_image_sections(&count);
    for (size_t i = 0; i < count && io->status == AV_OK; i++) {
        uint32_t tag = 0, reserved = 0;
        uint64_t length = 0;
        io->end = size;
        av_io_u32(io, &tag);
        av_io_u32(io, &reserved);
        av_io_u64(io, &length);
        if (tag != sections[i].tag || reserved != 0)
            av_io_fail(io, "a section is missing or unknown");
        if (length > size - io->at) av_io_fail(io, "a section is longer than the file");
        if (io->status != AV_OK) return;
        io->end = io->at + (size_t)length;
        sections[i].visit(io, program);
        if (io->at != io->end) av_io_fail(io, "a section is longer than its contents");
    }
    if (io->at != size) av_io_fail(io, "something follows the last section");
}

av_status av_image_read(const av_alloc *host, av_text bytes, av_program **out, const char **why) {
    *out = NULL;
    *why = check_header(bytes);
    if (*why != NULL) return AV_ERR_CORRUPT;
    av_program *program = av_alloc_new(host, sizeof *program);
    if (program == NULL) return AV_ERR_MEMORY;
    memset(program, 0, sizeof *program);
    av_arena_init(&program->arena, host, 0);
    av_text copy = av_arena_text(&program->arena, bytes);
    av_image_io io = {
        .reading = true, .bytes = copy.ptr, .at = AV_IMAGE_HEADER, .arena = &program->arena};
    if (copy.ptr == NULL)
        io.status = AV_ERR_MEMORY;
    else
        read_sections(&io, program, bytes.len);
    if (io.status == AV_OK) io.status = av_verify(program, &io.why);
    *why = io.why;
    if (io.status == AV_OK)
        *out = program;
    else
        av_program_free(program);
    return io.status;
}
