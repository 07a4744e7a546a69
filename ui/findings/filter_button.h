/* Which findings are listed: a button whose popover asks for the least
 * probability, size and malignancy, and for the side. */
#pragma once

#include "ui/session/session.h"

#define CAP_TYPE_FILTER_BUTTON (cap_filter_button_get_type())
G_DECLARE_FINAL_TYPE(CapFilterButton, cap_filter_button, CAP, FILTER_BUTTON,
                     GtkWidget)

GtkWidget *cap_filter_button_new(CapSession *session);
/* The least probability that is listed, 0 to 1: for other controls of it.
 * Borrowed. */
GtkAdjustment *cap_filter_button_threshold(CapFilterButton *self);
