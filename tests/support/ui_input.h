/* Real input on the widgets of a window of this process. */
#pragma once

#include "tests/support/xtest.h"

#include <gtk/gtk.h>

/* Shows WINDOW and waits until the window manager has put it on the screen and
 * given it the keys. */
void cap_ui_take_keys(gpointer window);
/* Where the point (IN_X, IN_Y) of WIDGET is on the screen. */
void cap_ui_on_screen(const CapXtest *x, GtkWidget *widget, double in_x,
                      double in_y, int *at_x, int *at_y);
/* The same of the point (FX, FY), as shares of WIDGET. */
void cap_ui_place_of(const CapXtest *x, GtkWidget *widget, double fx, double fy,
                     int *at_x, int *at_y);
/* Turns the wheel beside what is scrolled with WIDGET until WIDGET is seen. */
void cap_ui_roll_to(const CapXtest *x, GtkWidget *widget);
/* Opens CHOICE, a drop-down or a row of choices, and clicks on what stands in
 * place ROW of its list. */
void cap_ui_choose(const CapXtest *x, GtkWidget *choice, guint row);
/* Types TEXT where the focus is, instead of what was there. */
void cap_ui_retype(const CapXtest *x, const char *text);
/* On the middle of WIDGET, or with a turn of the wheel (BUTTON) left above it.
 */
void cap_ui_click(const CapXtest *x, GtkWidget *widget);
void cap_ui_wheel(const CapXtest *x, GtkWidget *widget, unsigned button);
