/* The tools that change findings, as a row of buttons. */
#pragma once

#include "ui/session/session.h"

/* Its buttons are the actions of ui/edit/edit_commands.h; what would do nothing
 * is off, and its tooltip says why. Borrows SESSION. */
GtkWidget *cap_edit_bar_new(CapSession *session);
