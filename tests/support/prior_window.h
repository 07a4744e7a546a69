/* The viewer's window on two scans of one patient (prior_case.h), for suites
 * about earlier scans. */
#pragma once

#include "tests/support/prior_case.h"
#include "tests/support/ui.h"
#include "tests/support/xtest.h"
#include "ui/application.h"
#include "ui/window.h"

typedef struct {
  char *folder;       /* of the case: now, then, other, block */
  CapTransform truth; /* from the present scan to the earlier one */
  AdwApplication *app;
  CapWindow *window;
  CapSession *session, *prior_session;
  CapPriorPairs *pairs;
  CapPriorStudy *prior;
  CapPriorAlignment *alignment;
  CapXtest input;
} CapPriorWindow;

/* Writes the case, once for all tests and without threads: a forked test has
 * none of them, and what GLib keeps for each would count as leaked. */
void cap_prior_window_make_case(CapPriorWindow *w);
void cap_prior_window_remove_case(CapPriorWindow *w);

/* An empty window that has the keys; alignments are not started by itself. */
void cap_prior_window_open(CapPriorWindow *w);
void cap_prior_window_close(CapPriorWindow *w);

/* The scan NAME of the case, or with "" all of them, until its images stand. */
void cap_prior_window_open_current(CapPriorWindow *w, const char *name);
void cap_prior_window_open_prior(CapPriorWindow *w, const char *name);
void cap_prior_window_set_true_map(CapPriorWindow *w);

/* A label with TEXT is shown. */
gboolean cap_prior_window_says(const CapPriorWindow *w, const char *text);
