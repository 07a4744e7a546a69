/* The viewer in each state that a reader may meet it in, for suites that hold
 * something everywhere. */
#pragma once

#include "tests/support/prior_window.h"

typedef struct {
  const char *name;
  /* Brings the empty window of W there. Returns what is looked at, borrowed:
   * the window itself, or one over it. */
  GtkWidget *(*enter)(CapPriorWindow *w);
  int n_controls;    /* at least so many are in it */
  const char *opens; /* instead of ENTER: the window's action that does it */
} CapViewerState;

extern const CapViewerState cap_viewer_states[];
extern const guint cap_n_viewer_states;

/* The place of state NAME. */
int cap_viewer_state_find(const char *name);
/* An empty window of W's case in state I, drawn and at rest. */
GtkWidget *cap_viewer_state_enter(CapPriorWindow *w, int i);
void cap_viewer_state_leave(CapPriorWindow *w);
