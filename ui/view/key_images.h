/* The key images of the series, as a list of pictures: a click goes there. */
#pragma once

#include "ui/session/session.h"

/* Hidden while there is none. */
GtkWidget *cap_key_images_new(CapSession *session);
