/* The series of the opened path, as a list to choose from. */
#pragma once

#include "ui/session/session.h"

/* A list that follows SESSION; a row activates "win.choose-series". */
GtkWidget *cap_series_chooser_new(CapSession *session);
