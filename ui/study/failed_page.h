/* The page that stands where images would be when what was opened cannot be
 * shown: why, and what can be opened instead. */
#pragma once

#include "ui/session/session.h"

/* A page that follows SESSION; its button activates "win.open". */
GtkWidget *cap_failed_page_new(CapSession *session);
