/* What tests of the viewer share: a display, a small chest, findings in it. */
#pragma once

#include "tests/support/suite.h"
#include "tests/support/ui_tree.h"
#include "ui/session/session.h"

/* Checked fixture: GTK with the viewer's resources on the display that
 * tests/ui/display.sh provides. */
void cap_ui_setup(void);

/* Makes a German locale in FOLDER and speaks it, children too. Returns; FALSE
 * where the machine cannot. */
gboolean cap_ui_german(const char *folder);

/* Runs the main loop until CONDITION(DATA) holds; ends the test when that takes
 * most of a minute. WHAT is for the message. */
typedef gboolean (*CapUiCondition)(gpointer data);
void cap_ui_wait(CapUiCondition condition, gpointer data, const char *what);
/* The same of an expression, for what may take longer. */
#define CAP_UI_WAIT(condition)                                                 \
  do {                                                                         \
    const gint64 end_ = g_get_monotonic_time() + 120 * G_TIME_SPAN_SECOND;     \
    while (!(condition) && g_get_monotonic_time() < end_)                      \
      cap_ui_spin(20);                                                         \
    ck_assert_msg((condition), "did not happen: %s", #condition);              \
  } while (0)
/* Runs what is pending, and at least MS milliseconds. */
void cap_ui_spin(int ms);

/* 80 x 70 x 40 voxels of 1 x 1 x 2 mm: air with a soft-tissue box and, at
 * (column, row, slice) = (25, 30, 20), a ball of 100 HU and 8 mm radius.
 * Returns; caller frees. */
CapVolume *cap_ui_volume(void);
/* N findings spread over VOLUME, each with a ball as mask; the first is that of
 * the ball above. Returns; caller frees. */
CapFindings *cap_ui_findings(const CapVolume *volume, int n);
/* A session that shows cap_ui_volume, ready. Returns; caller unrefs. */
CapSession *cap_ui_session(void);

/* A window of that size around WIDGET, shown and laid out. */
GtkWindow *cap_ui_show(GtkWidget *widget, int width, int height);
/* The pixels that WIDGET itself (not its children) draws now, RGBA of its size.
 * Returns; g_free. */
uint8_t *cap_ui_pixels(GtkWidget *widget, int *width, int *height);
/* How many pixels differ between two pictures of that size. */
int cap_ui_difference(const uint8_t *a, const uint8_t *b, int width,
                      int height);

/* Relative luminance of a colour, parts 0 … 1, and the contrast of two such
 * (WCAG 2.1). */
double cap_ui_luminance(double red, double green, double blue);
double cap_ui_contrast(double lighter, double darker);

/* The text that WIDGET's clipboard has, once it has one. Caller frees. */
char *cap_ui_clipboard(GtkWidget *widget);
/* A picture of the screen, NAME.png, in the folder that CAP_SHOTS names;
 * nothing without it. For people to look at. */
void cap_ui_shoot(const char *name);

/* Of this process, MiB: most that was ever resident, or with NOW what is; NAN
 * where the system does not say. */
double cap_ui_resident_mb(gboolean now);
