/* Who reads on this computer: the name in the log of reviews and in reports. */
#pragma once

#include <glib.h>

/* The kept name, else the account's real name, else its login. Returns; g_free.
 */
char *cap_reader_name(void);
/* FALSE where nothing is remembered: then it holds for this window only. */
gboolean cap_reader_set_name(const char *name);
