/* A reader's hand that works in a window, with real input: a small chest
 * (cap_ui_volume), a review in a file. */
#pragma once

#include "core/measure/measurement.h"
#include "tests/support/xtest.h"
#include "ui/window.h"

typedef struct {
  char *folder, *path; /* path: of the review */
  AdwApplication *app;
  CapWindow *window;
  CapSession *session;
  CapXtest input;
  guint n_drafts;   /* how often what is being drawn has changed */
  gboolean pressed; /* the button is down */
} CapHand;

/* GTK, the window with the chest laid out, and the keys. */
void cap_hand_open(CapHand *hand);
void cap_hand_close(CapHand *hand);

CapPane *cap_hand_pane(const CapHand *hand, CapPlane plane);
/* Brings the views to voxel INDEX. */
void cap_hand_go_to(const CapHand *hand, CapPoint index);
/* The events that the server has made are in the program's hands. */
void cap_hand_arrive(const CapHand *hand);

/* In the view of PLANE, on which INDEX lies, the pointer is brought to that
 * voxel and seen there; with the button down only what is drawn tells that. */
void cap_hand_point(CapHand *hand, CapPlane plane, CapPoint index);
void cap_hand_button(CapHand *hand, gboolean down);
void cap_hand_click(CapHand *hand, CapPlane plane, CapPoint index);
void cap_hand_drag(CapHand *hand, CapPlane plane, CapPoint from, CapPoint to);
void cap_hand_key(CapHand *hand, KeySym symbol, unsigned modifiers);

/* The same where another tool than a measuring one is in hand: the axial view
 * tells nothing before the button is up. */
void cap_hand_pull(CapHand *hand, CapPoint from, CapPoint to);
/* The button of the window that says LABEL. */
void cap_hand_press(CapHand *hand, const char *label);
/* Opens the menu that TOOLTIP is about. Returns its popover. */
GtkWidget *cap_hand_open_menu(CapHand *hand, const char *tooltip);
/* Into ENTRY in place of what it says, and Enter. */
void cap_hand_type(CapHand *hand, GtkWidget *entry, const char *text);

/* ---- what is seen ---- */

/* As cap_ui_pixels. */
uint8_t *cap_hand_pixels(const CapHand *hand, CapPlane plane, int *width,
                         int *height);

/* ---- findings ---- */

/* What detection would have found: N of cap_ui_findings. */
void cap_hand_give(CapHand *hand, int n);
/* Borrowed; NULL while none is. */
const CapFinding *cap_hand_selected(const CapHand *hand);
guint cap_hand_n_listed(const CapHand *hand);
/* Whether SQL gives WANTED (NULL: nothing) in the review's file. */
gboolean cap_hand_answers(const CapHand *hand, const char *sql,
                          const char *wanted);
#define CAP_HAND_EXPECT(hand, sql, wanted)                                     \
  CAP_UI_WAIT(cap_hand_answers(hand, sql, wanted))

/* ---- measurements ---- */

/* Measurement ID of the review; NULL when there is none. Borrowed. */
const CapMeasurement *cap_hand_measured(const CapHand *hand, int id);
/* The number KEY of the newest measurement, as the file has it. */
double cap_hand_number(const CapHand *hand, const char *key);
/* Label on the image, row of the list and report say the same of measurement
 * ID. */
void cap_hand_check_words(const CapHand *hand, int id);
