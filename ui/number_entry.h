/* A number that may be below zero, to be typed or stepped. */
#pragma once

#include <gtk/gtk.h>

/* A spin button within RANGE (least, most, step) with so many DIGITS behind the
 * decimal sign. It shows a minus sign (U+2212) and takes a hyphen too; what is
 * no number leaves the value as it was. Returns a floating widget. */
GtkWidget *cap_number_entry_new(const double range[3], guint digits);
