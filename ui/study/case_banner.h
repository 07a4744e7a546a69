/* The banner above the views: what is irregular about the open series, in plain
 * words with codes, until the reader has put it away. */
#pragma once

#include "ui/session/session.h"

GtkWidget *cap_case_banner_new(CapSession *session);
/* What BANNER says; "" while it says nothing. */
const char *cap_case_banner_text(GtkWidget *banner);
