/* Labels that read from the left, as panels, lists and popovers have them. */
#pragma once

#include <gtk/gtk.h>

/* TEXT in one line with CSS_CLASS (or NULL). Returns a floating widget. */
GtkWidget *cap_label_new(const char *text, const char *css_class);
/* The same, cut short with an ellipsis where there is no room for it. */
GtkWidget *cap_label_ellipsized_new(const char *text, const char *css_class);
/* The same, broken into lines of about MAX_CHARS characters, or of the width
 * there is for -1. */
GtkWidget *cap_label_wrapped_new(const char *text, const char *css_class,
                                 int max_chars);
