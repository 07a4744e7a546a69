/* CapViews: the panes and how they share the room. */
#pragma once

#include "ui/prior/prior_study.h"
#include "ui/view/pane.h"

typedef enum {
  CAP_LAYOUT_LARGE, /* axial large, coronal over sagittal beside it */
  CAP_LAYOUT_THREE, /* side by side */
  CAP_LAYOUT_FOUR,  /* two by two, the fourth is the overview */
  CAP_LAYOUT_AXIAL,
  CAP_LAYOUT_CORONAL,
  CAP_LAYOUT_SAGITTAL,
  CAP_LAYOUT_COMPARE,     /* axial beside the earlier scan's */
  CAP_LAYOUT_COMPARE_ALL, /* three above the three of the earlier scan */
  CAP_N_LAYOUTS
} CapLayout;

#define CAP_TYPE_VIEWS (cap_views_get_type())
G_DECLARE_FINAL_TYPE(CapViews, cap_views, CAP, VIEWS, GtkWidget)

GtkWidget *cap_views_new(CapSession *session);
/* Views of PRIOR (references it) are there while it is shown. Once. */
void cap_views_set_prior(CapViews *views, CapPriorStudy *prior);
CapLayout cap_views_layout(CapViews *views);
/* Panes keep zoom and place; one that has all the room shares it again. */
void cap_views_set_layout(CapViews *views, CapLayout layout);
/* Gives the active pane all the room, with the earlier scan's beside it where
 * the layout compares, or shares it again as the layout says. */
void cap_views_toggle_maximised(CapViews *views);
gboolean cap_views_is_maximised(CapViews *views);
/* So many pixels at the end of the views are under something else: the views
 * keep to the rest, and where that is small the active one has it alone. */
void cap_views_set_covered(CapViews *views, int width);
CapPane *cap_views_pane(CapViews *views, CapPlane plane);
/* The earlier scan's; NULL while none is shown. */
CapPane *cap_views_prior_pane(CapViews *views, CapPlane plane);
/* The pane with the focus or beside it, else the first that is shown. */
CapPane *cap_views_active(CapViews *views);

/* "large", "three" …: as actions and preferences name it; and back, FALSE for
 * another word. */
const char *cap_layout_name(CapLayout layout);
gboolean cap_layout_compares(CapLayout layout); /* needs an earlier scan */
gboolean cap_layout_parse(const char *name, CapLayout *layout);
