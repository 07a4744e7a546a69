/* CapViews: see views.h. */
#include "ui/views.h"

#define GAP 2
#define LARGE_SHARE 0.64

struct _CapViews {
  GtkWidget parent;
  CapLayout layout;
  GtkWidget *panes[3]; /* by CapPlane */
};

G_DEFINE_FINAL_TYPE(CapViews, cap_views, GTK_TYPE_WIDGET)

static void
cap_views_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
                  int *minimum, int *natural, int *minimum_baseline,
                  int *natural_baseline)
{
  const gboolean across = orientation == GTK_ORIENTATION_HORIZONTAL;
  *minimum = across ? 320 : 260;
  *natural = across ? 1040 : 700;
}

static void
allocate(GtkWidget *child, int x, int y, int width, int height)
{
  gtk_widget_size_allocate(
      child, &(GtkAllocation){x, y, MAX(width, 1), MAX(height, 1)}, -1);
}

static void
cap_views_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
  CapViews *self = CAP_VIEWS(widget);
  /* Children measure themselves before they may be allocated. */
  for (int i = 0; i < 3; i++)
    if (gtk_widget_should_layout(self->panes[i]))
      gtk_widget_measure(self->panes[i], GTK_ORIENTATION_HORIZONTAL, -1, NULL,
                         NULL, NULL, NULL);
  if (self->layout != CAP_LAYOUT_THREE) {
    allocate(self->panes[self->layout - CAP_LAYOUT_AXIAL], 0, 0, width, height);
    return;
  }
  const int large = (int)((width - GAP) * LARGE_SHARE);
  const int upper = (height - GAP) / 2;
  const int x = large + GAP, y = upper + GAP;
  allocate(self->panes[CAP_PLANE_AXIAL], 0, 0, large, height);
  allocate(self->panes[CAP_PLANE_CORONAL], x, 0, width - x, upper);
  allocate(self->panes[CAP_PLANE_SAGITTAL], x, y, width - x, height - y);
}

static void
cap_views_dispose(GObject *object)
{
  CapViews *self = CAP_VIEWS(object);
  for (int i = 0; i < 3; i++)
    g_clear_pointer(&self->panes[i], gtk_widget_unparent);
  G_OBJECT_CLASS(cap_views_parent_class)->dispose(object);
}

static void
cap_views_class_init(CapViewsClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = cap_views_dispose;
  widget->measure = cap_views_measure;
  widget->size_allocate = cap_views_size_allocate;
  gtk_widget_class_set_css_name(widget, "views");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cap_views_init(CapViews *self)
{
  gtk_widget_set_hexpand(GTK_WIDGET(self), TRUE);
  gtk_widget_set_vexpand(GTK_WIDGET(self), TRUE);
}

GtkWidget *
cap_views_new(CapSession *session)
{
  CapViews *self = g_object_new(CAP_TYPE_VIEWS, NULL);
  for (int plane = 0; plane < 3; plane++) {
    self->panes[plane] =
        cap_pane_new(session, (CapPlane)plane, plane == CAP_PLANE_AXIAL);
    gtk_widget_set_parent(self->panes[plane], GTK_WIDGET(self));
  }
  gtk_accessible_update_property(
      GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, "Slice views", -1);
  return GTK_WIDGET(self);
}

void
cap_views_set_layout(CapViews *self, CapLayout layout)
{
  self->layout = layout;
  for (int plane = 0; plane < 3; plane++)
    gtk_widget_set_child_visible(self->panes[plane],
                                 layout == CAP_LAYOUT_THREE ||
                                     plane == (int)layout - CAP_LAYOUT_AXIAL);
  gtk_widget_queue_resize(GTK_WIDGET(self));
}

CapPane *
cap_views_pane(CapViews *self, CapPlane plane)
{
  return CAP_PANE(self->panes[plane]);
}

CapPane *
cap_views_active(CapViews *self)
{
  for (int plane = 0; plane < 3; plane++)
    if (gtk_widget_is_focus(self->panes[plane]))
      return CAP_PANE(self->panes[plane]);
  return CAP_PANE(self->panes[self->layout == CAP_LAYOUT_THREE
                                  ? CAP_PLANE_AXIAL
                                  : (int)self->layout - CAP_LAYOUT_AXIAL]);
}
