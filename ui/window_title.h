/* The title of the window: whose images are open, and which. */
#pragma once

#include "ui/session/session.h"

#include <adwaita.h>

/* In the header bar (TITLE) and for the desktop. */
void cap_window_title_update(AdwWindowTitle *title, GtkWindow *window,
                             CapSession *session);
/* With WIDTH pixels for the header bar that TITLE is in: where they are too few
 * for the whole title, the WORDS of buttons (labels beside an icon, ended by
 * NULL) are not shown. */
void cap_window_title_fit(GtkWidget *title, GtkWidget *const *words, int width);
