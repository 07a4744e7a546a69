/* CapSimilarView: the nodules of the training set that the network takes for
 * most like the one explained: what readers said of them, and what the decoder
 * makes of their capsules. Nothing of a patient is there to be shown. */
#pragma once

#include "ui/explain/explainer.h"

#include <gtk/gtk.h>

#define CAP_TYPE_SIMILAR_VIEW (cap_similar_view_get_type())
G_DECLARE_FINAL_TYPE(CapSimilarView, cap_similar_view, CAP, SIMILAR_VIEW,
                     GtkWidget)

/* EXPLAINER is borrowed and must outlive it. */
GtkWidget *cap_similar_view_new(CapSession *session, CapExplainer *explainer);
