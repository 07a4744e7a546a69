/* CapExplanation: why the network judged the selected finding as it did.
 *
 * Off until the session is to explain (E): nothing of it exists before. Whose
 * heat map and how much of it, attributes, capsules with their poses, what the
 * decoder makes of the nodule capsule, nodules like this one. */
#pragma once

#include "ui/session/session.h"

#define CAP_TYPE_EXPLANATION (cap_explanation_get_type())
G_DECLARE_FINAL_TYPE(CapExplanation, cap_explanation, CAP, EXPLANATION,
                     GtkWidget)

GtkWidget *cap_explanation_new(CapSession *session);
