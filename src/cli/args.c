#include "base/num.h"
#include "base/suggest.h"
#include "cli/term.h"

#include <string.h>

static bool accepts(const cli_command *command, size_t option) {
    return (command->options >> option & 1) != 0;
}

static size_t find_long(const cli_command *command, av_text name) {
    for (size_t i = 0; i < CLI_OPTION_COUNT; i++)
        if (accepts(command, i) && av_text_equal(av_text_from(cli_options[i].name), name)) return i;
    return CLI_OPTION_COUNT;
}

static size_t find_letter(const cli_command *command, char letter) {
    for (size_t i = 0; i < CLI_OPTION_COUNT; i++)
        if (accepts(command, i) && cli_options[i].letter == letter) return i;
    return CLI_OPTION_COUNT;
}

static void usage_hint(const cli_command *command) {
    cli_error("`archvm %s --help` shows its options", command->name);
}

static void unknown_long(const cli_command *command, av_text name) {
    av_suggest suggest;
    av_suggest_init(&suggest, name);
    for (size_t i = 0; i < CLI_OPTION_COUNT; i++)
        if (accepts(command, i)) av_suggest_offer(&suggest, av_text_from(cli_options[i].name));
    if (suggest.best.len > 0)
        cli_error("%s has no option `--%.*s`; did you mean `--%.*s`?", command->name,
                  AV_TEXT_ARG(name), AV_TEXT_ARG(suggest.best));
    else cli_error("%s has no option `--%.*s`", command->name, AV_TEXT_ARG(name));
    usage_hint(command);
}

static bool is_choice(const char *choices, av_text value) {
    av_text rest = av_text_from(choices);
    while (rest.len > 0) {
        size_t end = av_text_find(rest, AV_TEXT(" "), 0);
        if (end == SIZE_MAX) end = rest.len;
        if (av_text_equal(av_text_slice(rest, 0, end), value)) return true;
        rest = av_text_slice(rest, end + 1, rest.len);
    }
    return false;
}

/** A whole number above 0, for `bytes` with K, M or G behind it. False if it is none. */
static bool read_number(av_text text, bool bytes, uint64_t *out) {
    unsigned shift = 0;
    if (bytes && text.len > 0) {
        switch (text.ptr[text.len - 1]) {
        case 'K': shift = 10; break;
        case 'M': shift = 20; break;
        case 'G': shift = 30; break;
        default: break;
        }
        if (shift > 0) text.len--;
    }
    int64_t value;
    if (!av_int_parse(text, &value) || value <= 0 || value > INT64_MAX >> shift) return false;
    *out = (uint64_t)value << shift;
    return true;
}

uint64_t cli_args_number(const cli_args *args, cli_option_id option) {
    uint64_t number = 0;
    if (args->value[option] != NULL)
        (void)read_number(av_text_from(args->value[option]), option == CLI_OPT_MEMORY, &number);
    return number;
}

static bool set_value(cli_args *args, size_t id, const char *value) {
    const cli_option *option = &cli_options[id];
    const av_text text = av_text_from(value);
    uint64_t number;
    if (option->choices != NULL && !is_choice(option->choices, text)) {
        cli_error("--%s takes one of: %s; not `%s`", option->name, option->choices, value);
        return false;
    }
    if ((id == CLI_OPT_STEPS || id == CLI_OPT_MEMORY) &&
        !read_number(text, id == CLI_OPT_MEMORY, &number)) {
        cli_error("--%s takes a whole number above 0, not `%s`", option->name, value);
        return false;
    }
    if (text.len == 0 && id != CLI_OPT_PATTERN) {
        cli_error("the %s of --%s is empty", option->argument, option->name);
        return false;
    }
    args->value[id] = value;
    return true;
}

typedef struct words {
    int count, at;
    char **list;
} words;

static bool needs_argument(const cli_args *args, size_t id) {
    cli_error("--%s of %s needs %s %s", cli_options[id].name, args->command->name,
              strchr("AEIOU", cli_options[id].argument[0]) != NULL ? "an" : "a",
              cli_options[id].argument);
    return false;
}

/** --name, --name=value, --name value. */
static bool parse_long(cli_args *args, words *in, const char *word) {
    const av_text text = av_text_from(word + 2);
    const size_t equals = av_text_find(text, AV_TEXT("="), 0);
    const av_text name = av_text_slice(text, 0, equals == SIZE_MAX ? text.len : equals);
    const size_t id = find_long(args->command, name);
    if (id == CLI_OPTION_COUNT) {
        unknown_long(args->command, name);
        return false;
    }
    args->given[id] = true;
    if (cli_options[id].argument == NULL) {
        if (equals == SIZE_MAX) return true;
        cli_error("--%s takes no argument", cli_options[id].name);
        return false;
    }
    if (equals != SIZE_MAX) return set_value(args, id, word + 2 + equals + 1);
    if (in->at == in->count) return needs_argument(args, id);
    return set_value(args, id, in->list[in->at++]);
}

/** -q, -qo DIR, -oDIR. */
static bool parse_letters(cli_args *args, words *in, const char *word) {
    for (const char *letter = word + 1; *letter != '\0'; letter++) {
        const size_t id = find_letter(args->command, *letter);
        if (id == CLI_OPTION_COUNT) {
            cli_error("%s has no option `-%c`", args->command->name, *letter);
            usage_hint(args->command);
            return false;
        }
        args->given[id] = true;
        if (cli_options[id].argument == NULL) continue;
        if (letter[1] != '\0') return set_value(args, id, letter + 1);
        if (in->at == in->count) return needs_argument(args, id);
        return set_value(args, id, in->list[in->at++]);
    }
    return true;
}

static bool count_fits(const cli_args *args) {
    const cli_command *command = args->command;
    if (args->given[CLI_OPT_HELP]) return true;
    if (args->count >= command->least && args->count <= command->most) return true;
    cli_error("%s: usage: archvm %s%s%s",
              args->count < command->least ? "too few operands" : "too many operands",
              command->name, command->operands[0] != '\0' ? " " : "", command->operands);
    usage_hint(command);
    return false;
}

bool cli_args_parse(cli_args *args, const cli_command *command, int argc, char **argv,
                    const char **operands) {
    *args = (cli_args){.command = command, .operands = operands};
    words in = {.count = argc, .list = argv};
    bool options = true;
    while (in.at < in.count) {
        const char *word = in.list[in.at++];
        if (!options || word[0] != '-' || word[1] == '\0') {
            operands[args->count++] = word;
        } else if (strcmp(word, "--") == 0) {
            options = false;
        } else if (word[1] == '-') {
            if (!parse_long(args, &in, word)) return false;
        } else if (!parse_letters(args, &in, word)) {
            return false;
        }
    }
    return count_fits(args);
}
