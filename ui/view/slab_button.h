/* The header's slab menu: kind and thickness, with the slab in force as its
 * label. */
#pragma once

#include "ui/session/session.h"

GtkWidget *cap_slab_button_new(CapSession *session);
