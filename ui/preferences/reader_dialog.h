/* Asks who reads, and keeps the answer. */
#pragma once

#include "ui/session/session.h"

void cap_reader_dialog_show(GtkWindow *parent, CapSession *session);
