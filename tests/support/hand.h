/* A reader's hand that measures in a window, with real input, for suites about
 * measurements: a small chest (cap_ui_volume), a review in a file. */
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

/* Measurement ID of the review; NULL when there is none. Borrowed. */
const CapMeasurement *cap_hand_measured(const CapHand *hand, int id);
/* The number KEY of the newest measurement, as the file has it. */
double cap_hand_number(const CapHand *hand, const char *key);
/* Label on the image, row of the list and report say the same of measurement
 * ID. */
void cap_hand_check_words(const CapHand *hand, int id);
