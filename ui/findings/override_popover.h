/* CapOverridePopover: a reader's own category for the selected finding in place
 * of a guideline's, with the reason, without which it is not taken. */
#pragma once

#include "core/guidelines/override.h"
#include "ui/session/session.h"

#define CAP_TYPE_OVERRIDE_POPOVER (cap_override_popover_get_type())
G_DECLARE_FINAL_TYPE(CapOverridePopover, cap_override_popover, CAP,
                     OVERRIDE_POPOVER, GtkPopover)

GtkWidget *cap_override_popover_new(CapSession *session,
                                    CapGuideline guideline);
