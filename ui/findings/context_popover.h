/* CapContextPopover: what guidelines ask about the patient, to be answered;
 * each answer counts at once. */
#pragma once

#include "ui/session/session.h"

#define CAP_TYPE_CONTEXT_POPOVER (cap_context_popover_get_type())
G_DECLARE_FINAL_TYPE(CapContextPopover, cap_context_popover, CAP,
                     CONTEXT_POPOVER, GtkPopover)

GtkWidget *cap_context_popover_new(CapSession *session);
