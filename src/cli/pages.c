/* Man pages and completion scripts as files, for installation. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/files.h"
#include "cli/help.h"
#include "cli/term.h"

enum { PATH_BYTES = 4096 };

static bool make_directory(const char *dir) {
    if (mkdir(dir, 0777) == 0 || errno == EEXIST) return true;
    cli_system_error(errno, "%s", dir);
    return false;
}

/** Writes what was built below DIR and empties the buffer. */
static int write_page(const char *dir, const char *folder, const char *name, av_buf *page) {
    char path[PATH_BYTES];
    const int length = snprintf(path, sizeof path, "%s/%s/%s", dir, folder, name);
    if (page->status != AV_OK || length < 0 || length >= PATH_BYTES) {
        cli_error("%s/%s: cannot be made", folder, name);
        return CLI_SYSTEM;
    }
    const int status = cli_write_file(path, av_buf_text(page));
    av_buf_clear(page);
    return status;
}

static int write_man_pages(const char *dir, av_buf *page) {
    cli_man(NULL, page);
    int status = write_page(dir, "man", "archvm.1", page);
    for (size_t i = 0; i < cli_command_count && status == CLI_OK; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "archvm-%s.1", cli_commands[i].name);
        cli_man(&cli_commands[i], page);
        status = write_page(dir, "man", name, page);
    }
    return status;
}

static int write_completions(const char *dir, av_buf *page) {
    static const struct {
        const char *shell, *name;
    } scripts[] = {{"bash", "archvm.bash"}, {"zsh", "_archvm"}, {"fish", "archvm.fish"}};
    int status = CLI_OK;
    for (size_t i = 0; i < AV_COUNT(scripts) && status == CLI_OK; i++) {
        (void)cli_completion_script(scripts[i].shell, page);
        status = write_page(dir, "completions", scripts[i].name, page);
    }
    return status;
}

int cli_write_pages(const char *dir) {
    static const char *const folders[] = {"", "/man", "/completions"};
    for (size_t i = 0; i < AV_COUNT(folders); i++) {
        char path[PATH_BYTES];
        const int length = snprintf(path, sizeof path, "%s%s", dir, folders[i]);
        if (length < 0 || length >= PATH_BYTES || !make_directory(path)) return CLI_SYSTEM;
    }
    const av_alloc host = av_alloc_default();
    av_buf page;
    av_buf_init(&page, &host, 0);
    int status = write_man_pages(dir, &page);
    if (status == CLI_OK) status = write_completions(dir, &page);
    av_buf_free(&page);
    return status;
}
