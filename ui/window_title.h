/* The title of the window: whose images are open, and which. */
#pragma once

#include "ui/session/session.h"

#include <adwaita.h>

/* In the header bar (TITLE) and for the desktop. */
void cap_window_title_update(AdwWindowTitle *title, GtkWindow *window,
                             CapSession *session);
