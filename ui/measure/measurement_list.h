/* The measurements of the series, below one another: a click goes there, the
 * name can be written, a button deletes. Hidden while there is none. */
#pragma once

#include "ui/session/session.h"

GtkWidget *cap_measurement_list_new(CapSession *session);
