/* The controls of running slices: play, direction, rate, what happens at the
 * end. A row of its own, so that it covers no image. */
#pragma once

#include "ui/view/cine.h"

/* Closing it hides the widget and stops CINE (borrowed: must outlive it). */
GtkWidget *cap_cine_bar_new(CapCine *cine);
