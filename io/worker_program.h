/* Where the programs are that capsight starts for risky work. */
#pragma once

#include <glib.h>

/* The program NAME: what the environment's VARIABLE says, beside this program,
 * in the build tree, or installed. Returns; NULL when it is nowhere. */
char *cap_worker_program_find(const char *name, const char *variable);
