/* What lies over the foot of the images, one above the other: what is being
 * measured, and running work. */
#pragma once

#include "ui/session/session.h"

#define CAP_TYPE_FOOT (cap_foot_get_type())
G_DECLARE_FINAL_TYPE(CapFoot, cap_foot, CAP, FOOT, GtkBox)

/* For a GtkOverlay; what is clicked beside the bars is clicked below it.
 * MEASURE_BAR (borrowed) gets the one that has a narrow shape. */
GtkWidget *cap_foot_new(CapSession *session, GtkWidget **measure_bar);
