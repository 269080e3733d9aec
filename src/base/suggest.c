#include "base/suggest.h"

enum {
    NAME_LONGEST = 128 /**< bytes; longer names are only near to themselves */
};

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same(av_text a, size_t i, av_text b, size_t j) {
    return lower(a.ptr[i]) == lower(b.ptr[j]);
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

size_t av_edit_distance(av_text a, av_text b, size_t limit) {
    size_t common = 0;
    while (common < a.len && common < b.len && same(a, common, b, common)) common++;
    a = av_text_slice(a, common, a.len - common);
    b = av_text_slice(b, common, b.len - common);
    while (a.len && b.len && same(a, a.len - 1, b, b.len - 1)) a.len--, b.len--;
    if (a.len == 0 && b.len == 0) return 0;
    if ((a.len > b.len ? a.len - b.len : b.len - a.len) > limit) return limit + 1;
    if (a.len > NAME_LONGEST || b.len > NAME_LONGEST) return limit + 1;

    /* rows[i % 3][j] is the distance of the first i bytes of `a` to the first j of `b`. */
    size_t rows[3][NAME_LONGEST + 1];
    for (size_t j = 0; j <= b.len; j++) rows[0][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        size_t nearest = row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t changed = above[j - 1] + !same(a, i - 1, b, j - 1);
            row[j] = smaller(changed, smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && same(a, i - 1, b, j - 2) && same(a, i - 2, b, j - 1))
                row[j] = smaller(row[j], two_above[j - 2] + 1);
            nearest = smaller(nearest, row[j]);
        }
        if (nearest > limit) return limit + 1;
    }
    return smaller(rows[a.len % 3][b.len], limit + 1);
}

static size_t allowed(const av_suggest *suggest) {
    size_t third = suggest->wanted.len / 3;
    return third ? third : 1;
}

void av_suggest_init(av_suggest *suggest, av_text wanted) {
    *suggest = (av_suggest){.wanted = wanted, .best = {"", 0}};
    suggest->best_distance = allowed(suggest) + 1;
}

void av_suggest_offer(av_suggest *suggest, av_text candidate) {
    av_text wanted = suggest->wanted;
    if (candidate.len == 0 || wanted.len == 0 || av_text_equal(candidate, wanted)) return;
    size_t distance = av_edit_distance(wanted, candidate, allowed(suggest));
    if (distance >= suggest->best_distance) return;
    if (distance >= wanted.len && distance >= candidate.len) return; /* nothing in common */
    suggest->best = candidate;
    suggest->best_distance = distance;
}
