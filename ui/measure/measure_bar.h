/* The bar over the images while the reader measures: the kinds of measurement
 * with their keys, and what to do next. */
#pragma once

#include "ui/session/session.h"

GtkWidget *cap_measure_bar_new(CapSession *session);
