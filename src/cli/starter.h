/* The files of src/cli/starter/: what `archvm init` writes. */
#ifndef AV_CLI_STARTER_H
#define AV_CLI_STARTER_H

#include "base/embedded.h"

extern const av_embedded_file cli_starter_files[];
extern const size_t cli_starter_file_count;

#endif
