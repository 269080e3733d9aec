/* The table of commands and options: parsing, help, man pages and shell completion are made from
 * it. */
#ifndef AV_CLI_COMMAND_H
#define AV_CLI_COMMAND_H

#include "base/common.h"

/** Exit statuses. */
enum {
    CLI_OK = 0,
    CLI_FAILURES = 1, /**< checks, tests or files in another layout were found */
    CLI_USAGE = 2,
    CLI_RULES = 3,
    CLI_FACTS = 4,
    CLI_SYSTEM = 5 /**< input and output, memory */
};

/** CLI_OPTION(identifier, long name, letter or 0, argument or NULL, choices or NULL, meaning) */
#define CLI_OPTIONS(CLI_OPTION)                                                                    \
    CLI_OPTION(OUT_DIR, "output", 'o', "DIR", NULL,                                                \
               "Write every artefact below DIR, all or nothing: DIR is replaced as a whole")       \
    CLI_OPTION(OUT_FILE, "output", 'o', "FILE", NULL, "Write to FILE, all or nothing")             \
    CLI_OPTION(DOC, "doc", 0, "NAME", NULL, "Only the document or emit called NAME")               \
    CLI_OPTION(LIST, "list", 0, NULL, NULL, "List what would be written, a line each")             \
    CLI_OPTION(DRAFT, "draft", 0, NULL, NULL, "Write although checks fail, marked as unverified")  \
    CLI_OPTION(VALUES, "values", 0, NULL, NULL, "Names and values only, one flat object a brief")  \
    CLI_OPTION(AS, "as", 0, "FACT", NULL,                                                          \
               "The brief is the text of FACT as a whole, as files with some endings are")         \
    CLI_OPTION(NDJSON, "ndjson", 0, NULL, NULL,                                                    \
               "The input holds a brief a line (assumed for .ndjson and .jsonl)")                  \
    CLI_OPTION(PATTERN, "pattern", 'k', "PATTERN", NULL,                                           \
               "Only tests whose title or file contains PATTERN")                                  \
    CLI_OPTION(VERIFY, "check", 0, NULL, NULL,                                                     \
               "Change nothing: name the files that are in another layout and exit with 1")        \
    CLI_OPTION(FORMAT, "format", 0, "FORMAT", "text plain json",                                   \
               "How errors and warnings are shown: text, plain or json")                           \
    CLI_OPTION(STEPS, "steps", 0, "N", NULL,                                                       \
               "Most steps an evaluation may take; 200 million when not given")                    \
    CLI_OPTION(MEMORY, "memory", 0, "SIZE", NULL,                                                  \
               "Most memory its values may take: bytes, or with K, M or G; 512M when not given")   \
    CLI_OPTION(QUIET, "quiet", 'q', NULL, NULL, "No notes and no warnings, errors only")           \
    CLI_OPTION(COLOR, "color", 0, "WHEN", "auto always never",                                     \
               "Colour messages: auto (on a terminal, unless NO_COLOR is set), always or never")   \
    CLI_OPTION(MAN, "man", 0, NULL, NULL, "Write the man page instead")                            \
    CLI_OPTION(PAGES, "pages", 0, "DIR", NULL,                                                     \
               "Write all man pages and completion scripts below DIR, for packages")               \
    CLI_OPTION(HELP, "help", 'h', NULL, NULL, "Show help and exit")                                \
    CLI_OPTION(VERSION, "version", 'V', NULL, NULL, "Show the version and exit")

typedef enum cli_option_id {
#define CLI_OPTION(id, name, letter, argument, choices, meaning) CLI_OPT_##id,
    CLI_OPTIONS(CLI_OPTION)
#undef CLI_OPTION
        CLI_OPTION_COUNT
} cli_option_id;

typedef struct cli_option {
    const char *name;
    char letter;
    const char *argument; /**< name of the argument in help; NULL: takes none */
    const char *choices;  /**< the arguments accepted, separated by spaces; NULL: any */
    const char *meaning;
} cli_option;

extern const cli_option cli_options[CLI_OPTION_COUNT];

/** What an operand is, for completion. */
typedef enum cli_operand {
    CLI_OPERAND_NONE,
    CLI_OPERAND_PATHS,
    CLI_OPERAND_COMMAND,
    CLI_OPERAND_SHELL
} cli_operand;

enum { CLI_MANY = 1000 /**< operands: no ceiling of its own */ };

typedef struct cli_args cli_args;

typedef struct cli_command {
    const char *name;
    const char *operands; /**< as in usage lines: "RULES... BRIEF" */
    const char *summary;  /**< a line, no full stop */
    const char *text; /**< paragraphs for help and man page; lines of their own are indented by two
                         spaces */
    uint32_t options; /**< bit set of cli_option_id */
    unsigned least, most; /**< operands accepted */
    cli_operand operand;
    int (*run)(const cli_args *args); /**< returns an exit status */
} cli_command;

extern const cli_command cli_commands[];
extern const size_t cli_command_count;

/** The command of that name, or NULL. */
const cli_command *cli_command_find(const char *name);

/** The command line of one command. */
struct cli_args {
    const cli_command *command;
    bool given[CLI_OPTION_COUNT];
    /** Arguments of the options that were given with one; else NULL. */
    const char *value[CLI_OPTION_COUNT];
    const char **operands;
    size_t count;
};

/**
 * Reads `argc` words after the command's name. `operands` has room for argc pointers. Options may
 * stand anywhere; `--` ends them; `-` is an operand. Complains on stderr and returns false on a
 * mistake.
 */
bool cli_args_parse(cli_args *args, const cli_command *command, int argc, char **argv,
                    const char **operands) AV_MUST_USE;
/** Whole number of --steps or bytes of --memory; 0 when not given. The parser has checked them. */
uint64_t cli_args_number(const cli_args *args, cli_option_id option);

/* The commands, each in the file cmd_*.c of its name or beside others of its sort; exit statuses. */
int cli_run(const cli_args *args);
int cli_eval(const cli_args *args);
int cli_intake(const cli_args *args);
int cli_test(const cli_args *args);
int cli_check(const cli_args *args);
int cli_fmt(const cli_args *args);
int cli_compile(const cli_args *args);
int cli_disasm(const cli_args *args);
int cli_schema(const cli_args *args);
int cli_init(const cli_args *args);
int cli_completion(const cli_args *args);
int cli_version(const cli_args *args);
int cli_help(const cli_args *args);

#endif
