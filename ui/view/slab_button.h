/* The header's slab menu: kind and thickness, with the slab in force as its
 * label. */
#pragma once

#include "ui/session/session.h"

GtkWidget *cap_slab_button_new(CapSession *session);
/* Beside it, while there is a slab: thinner and thicker ("win.step-slab"). */
GtkWidget *cap_slab_steps_new(CapSession *session);
