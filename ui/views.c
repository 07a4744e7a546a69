/* CapViews: see views.h. */
#include "ui/views.h"

#include "core/language.h"
#include "ui/overview.h"

#include <math.h>

#define GAP 2
#define LARGE 0.64
#define N_CELLS 4 /* the panes by CapPlane, then the overview */

struct _CapViews {
  GtkWidget parent;
  CapLayout layout;
  int maximised; /* a cell; -1: none */
  GtkWidget *cells[N_CELLS];
};

G_DEFINE_FINAL_TYPE(CapViews, cap_views, GTK_TYPE_WIDGET)

/* Left, top, width and height of each cell as shares of the room; no width: the
 * cell is not shown. */
typedef struct {
  double x, y, width, height;
} Share;

static const Share shares[CAP_N_LAYOUTS][N_CELLS] = {
    [CAP_LAYOUT_LARGE] = {{0, 0, LARGE, 1},
                          {LARGE, 0, 1 - LARGE, 0.5},
                          {LARGE, 0.5, 1 - LARGE, 0.5}},
    [CAP_LAYOUT_THREE] = {{0, 0, 1 / 3.0, 1},
                          {1 / 3.0, 0, 1 / 3.0, 1},
                          {2 / 3.0, 0, 1 / 3.0, 1}},
    [CAP_LAYOUT_FOUR] = {{0, 0, 0.5, 0.5},
                         {0.5, 0, 0.5, 0.5},
                         {0.5, 0.5, 0.5, 0.5},
                         {0, 0.5, 0.5, 0.5}},
    [CAP_LAYOUT_AXIAL] = {{0, 0, 1, 1}},
    [CAP_LAYOUT_CORONAL] = {{0}, {0, 0, 1, 1}},
    [CAP_LAYOUT_SAGITTAL] = {{0}, {0}, {0, 0, 1, 1}},
};

static Share
share_of(const CapViews *self, int cell)
{
  if (self->maximised >= 0)
    return cell == self->maximised ? (Share){0, 0, 1, 1} : (Share){0};
  return shares[self->layout][cell];
}

static gboolean
is_shown(const CapViews *self, int cell)
{
  return share_of(self, cell).width > 0;
}

static int
first_shown(const CapViews *self)
{
  int cell = 0;
  while (!is_shown(self, cell))
    cell++;
  return cell;
}

static void
cap_views_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
                  int *minimum, int *natural, int *minimum_baseline,
                  int *natural_baseline)
{
  const gboolean across = orientation == GTK_ORIENTATION_HORIZONTAL;
  *minimum = across ? 320 : 260;
  *natural = across ? 1040 : 700;
}

/* Pixels FROM … FROM + SHARE of SIZE, with a gap to the next cell. */
static void
divide(int size, double from, double share, int *start, int *length)
{
  *start = (int)lround(from * (size + GAP));
  *length = MAX((int)lround((from + share) * (size + GAP)) - GAP - *start, 1);
}

static void
cap_views_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
  CapViews *self = CAP_VIEWS(widget);
  for (int i = 0; i < N_CELLS; i++) {
    if (!gtk_widget_should_layout(self->cells[i]))
      continue;
    /* Children measure themselves before they may be allocated. */
    gtk_widget_measure(self->cells[i], GTK_ORIENTATION_HORIZONTAL, -1, NULL,
                       NULL, NULL, NULL);
    const Share share = share_of(self, i);
    GtkAllocation room;
    divide(width, share.x, share.width, &room.x, &room.width);
    divide(height, share.y, share.height, &room.y, &room.height);
    gtk_widget_size_allocate(self->cells[i], &room, -1);
  }
}

static void
cap_views_dispose(GObject *object)
{
  CapViews *self = CAP_VIEWS(object);
  for (int i = 0; i < N_CELLS; i++)
    g_clear_pointer(&self->cells[i], gtk_widget_unparent);
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
  self->maximised = -1;
  gtk_widget_set_hexpand(GTK_WIDGET(self), TRUE);
  gtk_widget_set_vexpand(GTK_WIDGET(self), TRUE);
}

/* Whose image it is stands on the first view. */
static void
update(CapViews *self)
{
  const int first = first_shown(self);
  for (int i = 0; i < N_CELLS; i++)
    gtk_widget_set_child_visible(self->cells[i], is_shown(self, i));
  for (int plane = 0; plane < 3; plane++)
    cap_pane_set_detailed(CAP_PANE(self->cells[plane]), plane == first);
  gtk_widget_queue_resize(GTK_WIDGET(self));
}

GtkWidget *
cap_views_new(CapSession *session)
{
  CapViews *self = g_object_new(CAP_TYPE_VIEWS, NULL);
  for (int plane = 0; plane < 3; plane++)
    self->cells[plane] = cap_pane_new(session, (CapPlane)plane);
  self->cells[3] = cap_overview_new(session);
  for (int i = 0; i < N_CELLS; i++)
    gtk_widget_set_parent(self->cells[i], GTK_WIDGET(self));
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Slice views"), -1);
  update(self);
  return GTK_WIDGET(self);
}

CapLayout
cap_views_layout(CapViews *self)
{
  return self->layout;
}

void
cap_views_set_layout(CapViews *self, CapLayout layout)
{
  self->layout = layout;
  self->maximised = -1;
  update(self);
}

void
cap_views_toggle_maximised(CapViews *self)
{
  CapPane *active = cap_views_active(self);
  self->maximised = self->maximised < 0 ? (int)cap_pane_plane(active) : -1;
  update(self);
}

gboolean
cap_views_is_maximised(CapViews *self)
{
  return self->maximised >= 0;
}

CapPane *
cap_views_pane(CapViews *self, CapPlane plane)
{
  return CAP_PANE(self->cells[plane]);
}

CapPane *
cap_views_active(CapViews *self)
{
  for (int plane = 0; plane < 3; plane++)
    if (gtk_widget_is_focus(self->cells[plane]) && is_shown(self, plane))
      return CAP_PANE(self->cells[plane]);
  return CAP_PANE(self->cells[first_shown(self)]);
}

static const char *const names[CAP_N_LAYOUTS] = {
    "large", "three", "four", "axial", "coronal", "sagittal"};

const char *
cap_layout_name(CapLayout layout)
{
  return names[layout];
}

gboolean
cap_layout_parse(const char *name, CapLayout *layout)
{
  for (int i = 0; i < CAP_N_LAYOUTS; i++)
    if (g_str_equal(name, names[i])) {
      *layout = (CapLayout)i;
      return TRUE;
    }
  return FALSE;
}
