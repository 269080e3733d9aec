/* Sets: some members of an enum. A set value holds no more words than its highest member needs, so that
 * equal sets are equal bytes and those of a small enum are one word. */
#ifndef AV_BASE_SET_H
#define AV_BASE_SET_H

#include "base/value.h"

enum { AV_SET_WORD_BITS = 64, AV_SET_WORDS = AV_SET_MEMBERS / AV_SET_WORD_BITS };

/** Members on their way into a set: bit i of word w is member w * 64 + i. */
typedef struct av_members {
    uint64_t words[AV_SET_WORDS];
} av_members;

/** `member` is below AV_SET_MEMBERS. */
void av_members_add(av_members *members, uint32_t member);
void av_members_unite(av_members *members, av_value set);
void av_members_remove(av_members *members, av_value set);

/** The set of these members of an enum; its words live in the arena. */
av_status av_set_new(av_arena *arena, uint32_t enum_index, const av_members *members,
                     av_value *out) AV_MUST_USE;
/** The set of one member, below AV_SET_MEMBERS. */
av_status av_set_of_one(av_arena *arena, uint32_t enum_index, uint32_t member,
                        av_value *out) AV_MUST_USE;

/** False for any number that is no member. */
static inline bool av_set_has(av_value set, int64_t member) {
    const uint64_t at = (uint64_t)member;
    return at / AV_SET_WORD_BITS < set.words &&
           (set.as.words[at / AV_SET_WORD_BITS] >> at % AV_SET_WORD_BITS & 1) != 0;
}

uint32_t av_set_size(av_value set);
/** The first member from `from` on, AV_SET_MEMBERS when there is none. */
uint32_t av_set_next(av_value set, uint32_t from);
bool av_set_overlaps(av_value a, av_value b);

/** Goes through the members of a set in the enum's order. */
#define AV_EACH_MEMBER(m, set)                                                                     \
    uint32_t m = av_set_next((set), 0);                                                            \
    m < AV_SET_MEMBERS;                                                                            \
    m = av_set_next((set), m + 1)

#endif
