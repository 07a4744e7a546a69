/* Finding windows and widgets of this process. What is found is borrowed. */
#pragma once

#include <adwaita.h>

typedef gboolean (*CapUiMatch)(GtkWidget *widget, const char *text);
/* IN, or the first widget in it, that MATCHes; NULL. */
GtkWidget *cap_ui_find_match(GtkWidget *in, CapUiMatch match, const char *text);
gboolean cap_ui_is_button(GtkWidget *widget, const char *label);
/* It holds TEXT, and is shown. */
gboolean cap_ui_is_visible_label(GtkWidget *widget, const char *text);

/* The first widget of TYPE in and below IN, shown or not; NULL. */
GtkWidget *cap_ui_find(GtkWidget *in, GType type);
/* All of them, in order; not what is in them again. Caller unrefs. */
GPtrArray *cap_ui_find_all(GtkWidget *in, GType type);
/* The first label that has PART in its text, shown or not; NULL. */
GtkWidget *cap_ui_find_label(GtkWidget *in, const char *part);
/* The row of preferences with TITLE; NULL. */
GtkWidget *cap_ui_find_row(GtkWidget *in, const char *title);

/* What the labels of IN that are shown say, a line each. Caller frees. */
char *cap_ui_text(GtkWidget *in);
/* The window of TYPE that is not MAIN; NULL. */
GtkWindow *cap_ui_dialog(gpointer main, GType type);
