/* What a format does with the pieces of a value, in their order. Internal to this folder. */
#ifndef AV_EMIT_SINK_H
#define AV_EMIT_SINK_H

#include "base/buf.h"

typedef enum av_container { AV_MAPPING, AV_SEQUENCE } av_container;

typedef struct av_sink {
    void (*plain)(void *to, av_text word); /**< a number, true, false or null */
    void (*text)(void *to, av_text text);
    void (*key)(void *to, av_text key);
    void (*open)(void *to, av_container kind);
    void (*close)(void *to, av_container kind);
} av_sink;

/** Puts a value's pieces into a sink; `status` is of what they are written to, sticky. */
typedef void av_put_pieces(const void *payload, const av_sink *sink, void *to, av_status *status);

/** A value as a YAML document of block mappings and sequences at the end of `out`. */
av_status av_yaml_write(av_put_pieces *put, const void *payload, av_buf *out) AV_MUST_USE;

#endif
