/* Attributes and small helpers shared by every folder. */
#ifndef AV_BASE_COMMON_H
#define AV_BASE_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define AV_MUST_USE       __attribute__((warn_unused_result))
#define AV_PRINTF(fmt, a) __attribute__((format(printf, fmt, a)))
#define AV_FALLTHROUGH    __attribute__((fallthrough))
#define AV_INLINE         static inline __attribute__((always_inline))
#else
#define AV_INLINE static inline
#define AV_MUST_USE
#define AV_PRINTF(fmt, a)
#define AV_FALLTHROUGH
#endif

/** Number of elements of an array (never of a pointer). */
#define AV_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/** The result of everything that can fail. Zero is success; nothing may ignore it. */
typedef enum av_status {
    AV_OK = 0,
    AV_ERR_MEMORY,   /**< an allocation failed or the host's memory budget is spent */
    AV_ERR_LIMIT,    /**< a named ceiling was reached; a diagnostic names it */
    AV_ERR_INPUT,    /**< rules or facts are wrong; diagnostics say where */
    AV_ERR_RUN,      /**< evaluation failed (overflow, division by zero, step budget ...) */
    AV_ERR_CORRUPT,  /**< a compiled image does not pass verification */
    AV_ERR_CANCELLED /**< the host's callback asked to stop */
} av_status;

/** Leave the function with the status of `call` unless it succeeded. */
#define AV_TRY(call)                                                                               \
    do {                                                                                           \
        av_status av_try_status_ = (call);                                                         \
        if (av_try_status_ != AV_OK) return av_try_status_;                                        \
    } while (0)

#endif
