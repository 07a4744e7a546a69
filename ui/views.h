/* CapViews: the three panes and how they share the room. */
#pragma once

#include "ui/pane.h"

typedef enum {
  CAP_LAYOUT_THREE, /* axial large, coronal over sagittal beside it */
  CAP_LAYOUT_AXIAL,
  CAP_LAYOUT_CORONAL,
  CAP_LAYOUT_SAGITTAL,
} CapLayout;

#define CAP_TYPE_VIEWS (cap_views_get_type())
G_DECLARE_FINAL_TYPE(CapViews, cap_views, CAP, VIEWS, GtkWidget)

GtkWidget *cap_views_new(CapSession *session);
void cap_views_set_layout(CapViews *views, CapLayout layout);
CapPane *cap_views_pane(CapViews *views, CapPlane plane);
/* The pane with the focus, else the first that is shown. */
CapPane *cap_views_active(CapViews *views);
