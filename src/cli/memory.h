/* Where the command's memory comes from. */
#ifndef AV_CLI_MEMORY_H
#define AV_CLI_MEMORY_H

/** Tells the C library that this process is short and will soon use all it asks for. To be called first. */
void cli_memory_init(void);

#endif
