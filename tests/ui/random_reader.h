/* A reader who does anything at all: keys, wheel, clicks and drags anywhere in
 * a window of the viewer and on title bars, chosen by a seed and sent through
 * the X server. All of it is listed in a log. */
#pragma once

#include "core/random.h"
#include "tests/support/xtest.h"
#include "ui/window.h"

#include <stdio.h>

typedef struct {
  CapWindow *window; /* borrowed; may be another one later */
  CapXtest input;
  CapRandom random;
  FILE *log;                          /* borrowed */
  int n_events;                       /* so far */
  int n_moved, n_maximized, n_closed; /* by title bars */
} CapRandomReader;

/* Before a window is known. LOG stays the caller's. */
void cap_random_reader_start(CapRandomReader *reader, guint64 seed, FILE *log);
/* Closes what would end the session early, then sends some events,
 * before the window may draw. */
void cap_random_reader_act(CapRandomReader *reader);
/* Adds a line to the log. */
void cap_random_reader_note(CapRandomReader *reader, const char *format, ...)
    G_GNUC_PRINTF(2, 3);
/* Closes every window but the reader's. */
void cap_random_reader_close_others(CapRandomReader *reader);
