/* CapOverview: the whole chest at a glance.
 *
 * The average through the whole depth, from front to back, like a chest
 * radiograph: every finding has its ring on it, wherever it lies, and the
 * cross-hair shows what the slices show. A click goes to a finding or to that
 * level. Has a window of its own, found from the image. */
#pragma once

#include "ui/session/session.h"

#define CAP_TYPE_OVERVIEW (cap_overview_get_type())
G_DECLARE_FINAL_TYPE(CapOverview, cap_overview, CAP, OVERVIEW, GtkWidget)

GtkWidget *cap_overview_new(CapSession *session);
