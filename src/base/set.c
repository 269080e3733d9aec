#include "base/set.h"

void av_members_add(av_members *members, uint32_t member) {
    members->words[member / AV_SET_WORD_BITS] |= UINT64_C(1) << member % AV_SET_WORD_BITS;
}

void av_members_unite(av_members *members, av_value set) {
    for (uint32_t w = 0; w < set.words; w++) members->words[w] |= set.as.words[w];
}

void av_members_remove(av_members *members, av_value set) {
    for (uint32_t w = 0; w < set.words; w++) members->words[w] &= ~set.as.words[w];
}

av_status av_set_new(av_arena *arena, uint32_t enum_index, const av_members *members,
                     av_value *out) {
    uint16_t count = AV_SET_WORDS;
    while (count > 0 && members->words[count - 1] == 0) count--;
    *out = (av_value){.kind = AV_SET, .type = enum_index, .words = count};
    if (count == 0) return AV_OK;
    out->as.words = av_arena_copy(arena, members->words, count * sizeof members->words[0]);
    return out->as.words == NULL ? AV_ERR_MEMORY : AV_OK;
}

av_status av_set_of_one(av_arena *arena, uint32_t enum_index, uint32_t member, av_value *out) {
    av_members members = {{0}};
    av_members_add(&members, member);
    return av_set_new(arena, enum_index, &members, out);
}

uint32_t av_set_size(av_value set) {
    uint32_t size = 0;
    for (uint32_t w = 0; w < set.words; w++)
        for (uint64_t bits = set.as.words[w]; bits != 0; bits &= bits - 1) size++;
    return size;
}

uint32_t av_set_next(av_value set, uint32_t from) {
    for (uint32_t w = from / AV_SET_WORD_BITS; w < set.words; w++, from = w * AV_SET_WORD_BITS)
        for (uint64_t bits = set.as.words[w] >> from % AV_SET_WORD_BITS; bits != 0;
             bits >>= 1, from++)
            if ((bits & 1) != 0) return from;
    return AV_SET_MEMBERS;
}

bool av_set_overlaps(av_value a, av_value b) {
    for (uint32_t w = 0; w < a.words && w < b.words; w++)
        if ((a.as.words[w] & b.as.words[w]) != 0) return true;
    return false;
}
