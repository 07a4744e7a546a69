/* CapConclusionBar: what the reader says of the scan as a whole. That nothing
 * was found, or that the scan cannot be evaluated, is a result: it is
 * confirmed, kept in the review, and reported. */
#pragma once

#include "ui/session/session.h"

#define CAP_TYPE_CONCLUSION_BAR (cap_conclusion_bar_get_type())
G_DECLARE_FINAL_TYPE(CapConclusionBar, cap_conclusion_bar, CAP, CONCLUSION_BAR,
                     GtkWidget)

GtkWidget *cap_conclusion_bar_new(CapSession *session);
