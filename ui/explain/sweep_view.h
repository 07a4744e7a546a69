/* CapSweepView: what the decoder makes of the nodule capsule while one
 * component of its pose is moved: original, rebuilt and difference in three
 * planes, at the window of the views, and in words what moving it does where a
 * study of patients that the network was not trained on supports that. */
#pragma once

#include "ui/explain/explainer.h"

#include <gtk/gtk.h>

#define CAP_TYPE_SWEEP_VIEW (cap_sweep_view_get_type())
G_DECLARE_FINAL_TYPE(CapSweepView, cap_sweep_view, CAP, SWEEP_VIEW, GtkWidget)

/* Mean correlation whose 95 % interval stays beyond this is put in words. */
#define CAP_SWEEP_SUPPORTED 0.5

/* EXPLAINER is borrowed and must outlive it. */
GtkWidget *cap_sweep_view_new(CapSession *session, CapExplainer *explainer);
/* Which component (-1: none), moved by how many spreads. */
void cap_sweep_view_set(CapSweepView *view, int component, double spreads);
/* What moving COMPONENT up does, a sentence a measure; "" where nothing is
 * supported. Returns; g_free. */
char *cap_sweep_view_effect(const CapReference *reference, int component);
