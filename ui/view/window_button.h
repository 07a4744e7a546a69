/* The header's window menu: presets, width and level as numbers, inversion;
 * its label says what is in force. */
#pragma once

#include "ui/session/session.h"

GtkWidget *cap_window_button_new(CapSession *session);
