/* Real input on the widgets of a window of this process, and how to find them.
 */
#pragma once

#include "tests/support/xtest.h"

#include <gtk/gtk.h>

/* Where the point (FX, FY), as shares of WIDGET, is on the screen. */
void cap_ui_place_of(const CapXtest *x, GtkWidget *widget, double fx, double fy,
                     int *at_x, int *at_y);
/* On the middle of WIDGET, or with a turn of the wheel (BUTTON) left above it.
 */
void cap_ui_click(const CapXtest *x, GtkWidget *widget);
void cap_ui_wheel(const CapXtest *x, GtkWidget *widget, unsigned button);

typedef gboolean (*CapUiMatch)(GtkWidget *widget, const char *text);
/* IN, or the first widget in it, that MATCHes; NULL. */
GtkWidget *cap_ui_find_match(GtkWidget *in, CapUiMatch match, const char *text);
gboolean cap_ui_is_button(GtkWidget *widget, const char *label);
/* It holds TEXT, and is shown. */
gboolean cap_ui_is_visible_label(GtkWidget *widget, const char *text);
