/* CapWorkBar: what runs in the background, how far it is, and a way to stop it.
 */
#pragma once

#include "ui/session/session.h"

/* A revealer that shows itself while the session loads or detects; its button
 * activates "win.cancel". */
GtkWidget *cap_work_bar_new(CapSession *session);
