#include "cli/command.h"

#include <string.h>

const cli_option cli_options[CLI_OPTION_COUNT] = {
#define CLI_OPTION(id, name, letter, argument, choices, meaning)                                   \
    [CLI_OPT_##id] = {name, letter, argument, choices, meaning},
    CLI_OPTIONS(CLI_OPTION)
#undef CLI_OPTION
};

#define BIT(id) (UINT32_C(1) << CLI_OPT_##id)
#define COMMON  (BIT(QUIET) | BIT(COLOR) | BIT(HELP))
#define LIMITS  (BIT(STEPS) | BIT(MEMORY))

#define ABOUT_RULES                                                                                \
    "RULES is a directory (all its .arch files, also in directories below), a .arch file or a "    \
    "compiled .archc file. Several RULES are layers: each may extend and override those before "   \
    "it.\n"

const cli_command cli_commands[] = {
    {"run", "RULES... BRIEF", "Write the architecture document of a brief",
     "Evaluates RULES on the facts of BRIEF, runs the checks with their repairs, and writes the "
     "first document to standard output, or with -o every document and file below DIR. BRIEF is "
     "YAML or JSON, or a file whose ending the rules name for one fact, such as a requirements "
     "document in Markdown; - is standard input. The word run may be left out.\n"
     "Nothing is written while a check fails: the failures are listed and the exit status is 1. "
     "--draft writes all the same, marked as unverified.\n" ABOUT_RULES,
     COMMON | LIMITS | BIT(OUT_DIR) | BIT(DOC) | BIT(LIST) | BIT(DRAFT) | BIT(AS), 2, CLI_MANY,
     CLI_OPERAND_PATHS, cli_run},
    {"eval", "RULES... FACTS", "Print facts, decisions, scores, conflicts and checks as JSON",
     "Evaluates RULES on FACTS and prints everything that was decided as one JSON object. FACTS "
     "is YAML or JSON, a file whose ending the rules name for one fact, or with --ndjson a JSON "
     "object a line; - is standard input.\n"
     "For a brief a line, the output has a line for each. A line that is wrong gives "
     "{\"error\": ...} in its place, its errors go to standard error, and the exit status is that "
     "of the first wrong line.\n" ABOUT_RULES,
     COMMON | LIMITS | BIT(VALUES) | BIT(NDJSON) | BIT(AS), 2, CLI_MANY, CLI_OPERAND_PATHS,
     cli_eval},
    {"intake", "RULES... FILE", "Print what is understood of a text, as a brief to correct",
     "Reads FILE as run does: a text in the user's own words, a requirements document or a brief. "
     "Prints the facts it gives as YAML, each with the words it was read from and their place, and "
     "as comments what is assumed. The output is itself a brief: correct it and run it. - is "
     "standard input.\n" ABOUT_RULES,
     COMMON | LIMITS | BIT(AS), 2, CLI_MANY, CLI_OPERAND_PATHS, cli_intake},
    {"test", "RULES...", "Run the tests written in rule files",
     "Runs the tests of RULES (also those in files ending in _test.arch) and prints why each "
     "failing one failed, then one line with the counts. The exit status is 1 when one "
     "failed.\n" ABOUT_RULES,
     COMMON | LIMITS | BIT(PATTERN), 1, CLI_MANY, CLI_OPERAND_PATHS, cli_test},
    {"check", "RULES...", "Compile rules and report every error and warning",
     "Compiles RULES with their tests and reports all errors and warnings of all files. Lists "
     "what later layers override. Nothing is evaluated.\n" ABOUT_RULES,
     COMMON | BIT(FORMAT), 1, CLI_MANY, CLI_OPERAND_PATHS, cli_check},
    {"fmt", "RULES...", "Bring rule files into the one canonical layout",
     "Rewrites the .arch files of RULES in place; comments and the text of templates are kept. "
     "A file with syntax errors is reported and left alone. With - alone, standard input is "
     "written to standard output.\n",
     COMMON | BIT(VERIFY), 1, CLI_MANY, CLI_OPERAND_PATHS, cli_fmt},
    {"compile", "RULES...", "Compile rules to one .archc file",
     "Writes the compiled program to FILE. Such a file stands for RULES in every command that "
     "evaluates and loads faster; it holds no rule texts.\n" ABOUT_RULES,
     COMMON | BIT(OUT_FILE), 1, CLI_MANY, CLI_OPERAND_PATHS, cli_compile},
    {"disasm", "RULES... [NAME]", "List the instructions of a compiled program",
     "Prints the bytecode of every procedure, or of those of the definition or rule called NAME "
     "(the last operand, when it names no file).\n" ABOUT_RULES,
     COMMON, 1, CLI_MANY, CLI_OPERAND_PATHS, cli_disasm},
    {"schema", "RULES...", "Print the JSON Schema of the briefs that rules accept",
     "Prints a JSON Schema (draft 2020-12). An editor that knows it completes and checks briefs "
     "while they are written.\n" ABOUT_RULES,
     COMMON, 1, CLI_MANY, CLI_OPERAND_PATHS, cli_schema},
    {"init", "DIR", "Start a policy: a few rules, a test that passes and a brief",
     "Writes a small policy into DIR, which must be missing or empty, and says which two "
     "commands to try next.\n",
     COMMON, 1, 1, CLI_OPERAND_PATHS, cli_init},
    {"completion", "SHELL", "Print completion for bash, zsh or fish",
     "Prints the script that completes commands and options. SHELL is bash, zsh or fish.\n"
     "  bash: archvm completion bash > ~/.local/share/bash-completion/completions/archvm\n"
     "  zsh: archvm completion zsh > a directory of $fpath, as _archvm\n"
     "  fish: archvm completion fish > ~/.config/fish/completions/archvm.fish\n",
     COMMON, 1, 1, CLI_OPERAND_SHELL, cli_completion},
    {"version", "", "Show the version", "Prints the version of archvm.\n", COMMON, 0, 0,
     CLI_OPERAND_NONE, cli_version},
    {"help", "[COMMAND]", "Show help on archvm or one command",
     "Prints the commands, or usage, options and description of COMMAND.\n",
     COMMON | BIT(MAN) | BIT(PAGES), 0, 1, CLI_OPERAND_COMMAND, cli_help},
};

const size_t cli_command_count = AV_COUNT(cli_commands);

const cli_command *cli_command_find(const char *name) {
    for (size_t i = 0; i < cli_command_count; i++)
        if (strcmp(cli_commands[i].name, name) == 0) return &cli_commands[i];
    return NULL;
}
