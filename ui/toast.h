/* Short words at the bottom of a window. */
#pragma once

#include <adwaita.h>

enum { CAP_TOAST_S = 5 }; /* as libadwaita's own */

/* Shows TEXT (no markup) for SECONDS on the toast overlay that WIDGET is, or is
 * in. The toast, which that owns; NULL where there is none. */
AdwToast *cap_toast(GtkWidget *widget, const char *text, guint seconds);
