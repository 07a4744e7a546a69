/* The running program's own files, wherever it was installed or built. */
#pragma once

#include <glib.h>

/* PATH from the folder of the program ("../share/capsight"). Returns; NULL when
 * nothing is there. */
char *cap_program_find(const char *path);
