#include "code/code.h"
#include "code/image_io.h"
#include "sema/sema.h"
#include "support/damage.h"
#include "support/fail_alloc.h"
#include "support/rules.h"
#include "support/unit.h"

#include <stdio.h>
#include <string.h>

#ifndef AV_TEST_STRIDE
#define AV_TEST_STRIDE 97 /* bytes from one damage to the next */
#endif

enum { FILE_BYTES = 64 * 1024 };

static av_rules every;
static av_buf image;

static int write_every(void **state) {
    static char text[FILE_BYTES];
    FILE *file = fopen("tests/unit/code/every_node.arch", "rb");
    (void)state;
    assert_non_null(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    text[length] = '\0';
    av_rules_compile(&every, text);
    assert_ok(av_generate(every.program, NULL, &every.diags, AV_ALONE));
    av_buf_init(&image, &every.host, AV_IMAGE_BYTES);
    assert_ok(av_image_write(every.program, &image));
    return 0;
}

static int free_every(void **state) {
    (void)state;
    av_buf_free(&image);
    av_rules_free(&every);
    return 0;
}

static void assert_refused(av_text bytes, const char *because) {
    av_program *program;
    const char *why;
    assert_int_equal(av_image_read(&every.host, bytes, &program, &why), AV_ERR_CORRUPT);
    assert_null(program);
    assert_non_null(why);
    if (because != NULL) assert_string_equal(why, because);
}

static void test_write_read_write_is_the_same(void **state) {
    (void)state;
    av_program *program;
    const char *why;
    av_buf again;
    assert_ok(av_image_read(&every.host, av_buf_text(&image), &program, &why));
    av_buf_init(&again, &every.host, AV_IMAGE_BYTES);
    assert_ok(av_image_write(program, &again));
    assert_int_equal(again.len, image.len);
    assert_memory_equal(again.ptr, image.ptr, image.len);
    assert_int_equal(av_program_find(program, AV_TEXT("tier")),
                     av_program_find(every.program, AV_TEXT("tier")));
    assert_int_equal(av_program_find_rule(program, AV_TEXT("tier/huge")),
                     av_program_find_rule(every.program, AV_TEXT("tier/huge")));
    av_buf_free(&again);
    av_program_free(program);
}

/* A copy of the image, with one byte changed. */
static char *copy_with(size_t at, int change) {
    char *copy = test_malloc(image.len);
    memcpy(copy, image.ptr, image.len);
    copy[at] = (char)(copy[at] ^ change);
    return copy;
}

static void test_header_is_checked(void **state) {
    (void)state;
    static const struct {
        size_t at;
        const char *why;
    } headers[] = {
        {0, "the file is no compiled rules"},
        {8, "the rules were compiled by a version of archvm that is too old or too new"},
        {12, "the rules were compiled by a version of archvm that is too old or too new"},
        {16, "the file is longer or shorter than it says"},
        {24, "the file's checksum is wrong"},
        {32, "the rules were compiled for another instruction set"},
        {40, "a reserved number is not 0"},
        {AV_IMAGE_HEADER + 500, "the file's checksum is wrong"},
    };
    for (size_t i = 0; i < AV_COUNT(headers); i++) {
        int change = headers[i].at == 8 ? 4 : headers[i].at == 12 ? 8 : 0x40;
        char *copy = copy_with(headers[i].at, change);
        assert_refused((av_text){copy, image.len}, headers[i].why);
        test_free(copy);
    }
    assert_refused(AV_TEXT(""), "the file is no compiled rules");
    assert_refused(av_text_slice(av_buf_text(&image), 0, 20), "the file is cut short");
}

static void test_cut_images_are_refused(void **state) {
    (void)state;
    for (size_t length = AV_IMAGE_HEADER; length < image.len; length += AV_TEST_STRIDE) {
        char *cut = test_malloc(length);
        memcpy(cut, image.ptr, length);
        assert_refused((av_text){cut, length}, "the file is longer or shorter than it says");
        av_damage_seal(cut, length);
        assert_refused((av_text){cut, length}, NULL);
        test_free(cut);
    }
}

/* Whatever is changed inside: refused, or safe to run. */
static void test_damaged_images_are_refused_or_run(void **state) {
    (void)state;
    static const int changes[] = {0x01, 0x80, 0xff};
    size_t accepted = 0, refused = 0;
    for (size_t at = AV_IMAGE_HEADER; at < image.len; at += AV_TEST_STRIDE) {
        char *copy = copy_with(at, changes[at % AV_COUNT(changes)]);
        av_damage_seal(copy, image.len);
        if (av_damage_run(&every.host, (av_text){copy, image.len})) accepted++;
        else refused++;
        test_free(copy);
    }
    assert_true(accepted > 0);
    assert_true(refused > 0);
}

static av_status write_and_read(const av_alloc *host, void *context) {
    const av_program *program = context;
    av_program *read = NULL;
    const char *why;
    av_buf bytes;
    av_buf_init(&bytes, host, AV_IMAGE_BYTES);
    av_status status = av_image_write(program, &bytes);
    if (status == AV_OK) status = av_image_read(host, av_buf_text(&bytes), &read, &why);
    av_program_free(read);
    av_buf_free(&bytes);
    return status;
}

static av_status compile(const av_alloc *host, void *context) {
    av_rules rules;
    av_status status = av_rules_try(&rules, host, context);
    if (status == AV_OK) status = av_generate(rules.program, NULL, &rules.diags, AV_ALONE);
    if (status == AV_OK) status = write_and_read(host, rules.program);
    av_rules_free(&rules);
    return status;
}

static void test_memory_failures(void **state) {
    (void)state;
    static char rules[] = "enum E { A B C D F }\n"
                          "func pick(e: E, n: int): list of text = for x in range(1, n) where e in "
                          "[A, C] sort by -x yield \"{e}{x}\"\n"
                          "table t(e: E): int hit first { | e || value | | A || 1 | | B || 2 | | C "
                          "|| 3 | | D || 4 | | - || 5 | }\n"
                          "const xs: list of text = [\"a\", \"b\"]\n";
    av_fail_each(compile, rules);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_read_write_is_the_same),
        cmocka_unit_test(test_header_is_checked),
        cmocka_unit_test(test_cut_images_are_refused),
        cmocka_unit_test(test_damaged_images_are_refused_or_run),
        cmocka_unit_test(test_memory_failures),
    };
    return cmocka_run_group_tests(tests, write_every, free_every);
}
