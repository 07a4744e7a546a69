/* Lines of text that are typed. None is longer than anybody means it: what is
 * pasted by mistake, again and again, would stop the program. */
#pragma once

#include <gtk/gtk.h>

#define CAP_LINE_CHARS 1000

/* Each returns a floating widget. */

/* A GtkEntry. */
GtkWidget *cap_line_entry_new(void);
/* A GtkSearchEntry; NAME says what is searched, in the entry and to assistive
 * tools. */
GtkWidget *cap_line_entry_search_new(const char *name);
/* An AdwEntryRow; SECRET: what is typed is not shown. */
GtkWidget *cap_line_entry_row_new(const char *title, gboolean secret);
