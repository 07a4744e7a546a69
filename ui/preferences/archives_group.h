/* The archives in the preferences: which there are, and add, edit, remove. */
#pragma once

#include <adwaita.h>

/* Of the list at PATH; NULL: the user's, which the command line reads too. */
GtkWidget *cap_archives_group_new(const char *path);
