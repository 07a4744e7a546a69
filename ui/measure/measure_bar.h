/* The bar over the images while the reader measures: the kinds of measurement
 * with their keys, and what to do next. */
#pragma once

#include "ui/session/session.h"

GtkWidget *cap_measure_bar_new(CapSession *session);
/* Where there is little room, what to do next stands below the kinds. */
void cap_measure_bar_set_narrow(GtkWidget *bar, gboolean narrow);
