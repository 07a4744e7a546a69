/* Labels that read from the left, as panels, lists and popovers have them. */
#pragma once

#include <gtk/gtk.h>

/* TEXT as it is shown: numbers below zero have a minus sign (U+2212), where
 * files and the clipboard have a hyphen. Returns; caller frees. */
char *cap_label_minus(const char *text);
/* A thickness or spacing of slices as it is always told: "4.0 mm", "1.25 mm",
 * in one piece. Returns; caller frees. */
char *cap_label_mm(double mm);
/* TEXT as it wraps: of parts with "·" between them no line begins with that.
 * Returns; caller frees. */
char *cap_label_parts(const char *text);
/* TEXT in one line with CSS_CLASS (or NULL). Returns a floating widget. */
GtkWidget *cap_label_new(const char *text, const char *css_class);
/* The same, cut short with an ellipsis where there is no room for it. */
GtkWidget *cap_label_ellipsized_new(const char *text, const char *css_class);
/* The same, broken into lines of about MAX_CHARS characters, or of the width
 * there is for -1. */
GtkWidget *cap_label_wrapped_new(const char *text, const char *css_class,
                                 int max_chars);
