/* CapViews: see views.h. */
#include "ui/view/views.h"

#include "core/language.h"
#include "ui/prior/compare_title.h"
#include "ui/prior/prior_input.h"
#include "ui/prior/prior_overlay.h"
#include "ui/view/annotation.h"
#include "ui/view/overview.h"

#include <math.h>

#define GAP 2
#define LARGE 0.64
#define SMALL_PX 640 /* beside a sheet: less than that is for one view … */
#define LEAST_PX 160 /* … and than this no image */

/* The panes by CapPlane, the overview, the earlier scan's panes. */
enum { OVERVIEW = 3, PRIOR = 4, N_CELLS = 7 };

struct _CapViews {
  GtkWidget parent;
  CapLayout layout;
  int maximised; /* a plane; -1: none */
  int lone;      /* the plane of which alone there is room for; -1: all */
  int covered;   /* pixels at the end */
  GtkWidget *cells[N_CELLS];
  GtkWidget *titles[N_CELLS]; /* above the panes that are compared, or NULL */
  CapPriorStudy *prior;       /* or NULL */
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
    [CAP_LAYOUT_COMPARE] =
        {[CAP_PLANE_AXIAL] = {0, 0, 0.5, 1}, [PRIOR] = {0.5, 0, 0.5, 1}},
    [CAP_LAYOUT_COMPARE_ALL] = {{0, 0, 1 / 3.0, 0.5},
                                {1 / 3.0, 0, 1 / 3.0, 0.5},
                                {2 / 3.0, 0, 1 / 3.0, 0.5},
                                {0},
                                {0, 0.5, 1 / 3.0, 0.5},
                                {1 / 3.0, 0.5, 1 / 3.0, 0.5},
                                {2 / 3.0, 0.5, 1 / 3.0, 0.5}},
};

/* Without an earlier scan there is nothing to compare with. */
static CapLayout
layout_now(const CapViews *self)
{
  return cap_layout_compares(self->layout) && self->cells[PRIOR] == NULL
             ? CAP_LAYOUT_LARGE
             : self->layout;
}

static Share
share_of(const CapViews *self, int cell)
{
  const CapLayout layout = layout_now(self);
  const gboolean compares = cap_layout_compares(layout);
  if (self->cells[cell] == NULL)
    return (Share){0};
  const int alone = self->maximised >= 0 ? self->maximised : self->lone;
  if (alone < 0)
    return shares[layout][cell];
  if (compares && cell == PRIOR + alone)
    return (Share){0.5, 0, 0.5, 1};
  return cell == alone ? (Share){0, 0, compares ? 0.5 : 1, 1} : (Share){0};
}

static gboolean
is_shown(const CapViews *self, int cell)
{
  return share_of(self, cell).width > 0;
}

/* Three panes of one scan beside each other have one title over all of them,
 * which has room for its words. */
static gboolean
has_rows(const CapViews *self)
{
  return layout_now(self) == CAP_LAYOUT_COMPARE_ALL && self->maximised < 0;
}

/* The cell whose title stands over CELL. */
static int
titled(const CapViews *self, int cell)
{
  return !has_rows(self) ? cell : cell < OVERVIEW ? 0 : PRIOR;
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

/* The title over CELL takes the top of ROOM; one over a row all of WIDTH. */
static void
allocate_title(CapViews *self, int cell, int width, GtkAllocation *room)
{
  GtkWidget *title = self->titles[titled(self, cell)];
  int height;
  if (title == NULL || !gtk_widget_get_child_visible(title))
    return;
  gtk_widget_measure(title, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL,
                     NULL);
  gtk_widget_measure(title, GTK_ORIENTATION_VERTICAL, -1, NULL, &height, NULL,
                     NULL);
  height = MIN(height, room->height - 1);
  if (titled(self, cell) == cell)
    gtk_widget_size_allocate(
        title,
        &(GtkAllocation){room->x, room->y, has_rows(self) ? width : room->width,
                         height},
        -1);
  room->y += height;
  room->height -= height;
}

/* Whose image it is stands on the first view, and on the first of the earlier
 * scan. */
static void
show_cells(CapViews *self)
{
  const gboolean compares = cap_layout_compares(layout_now(self));
  int first = -1, first_prior = -1;
  for (int i = 0; i < N_CELLS; i++) {
    const gboolean shown = is_shown(self, i);
    if (self->cells[i] != NULL)
      gtk_widget_set_child_visible(self->cells[i], shown);
    if (self->titles[i] != NULL)
      gtk_widget_set_child_visible(self->titles[i],
                                   shown && compares && titled(self, i) == i);
    if (shown && i < OVERVIEW && first < 0)
      first = i;
    if (shown && i >= PRIOR && first_prior < 0)
      first_prior = i;
  }
  for (int i = 0; i < N_CELLS; i++)
    if (i != OVERVIEW && self->cells[i] != NULL)
      cap_pane_set_detailed(CAP_PANE(self->cells[i]),
                            i == first || i == first_prior);
}

static void
update(CapViews *self)
{
  show_cells(self);
  gtk_widget_queue_resize(GTK_WIDGET(self));
}

/* In WIDTH pixels. */
static void
choose_lone(CapViews *self, int width)
{
  const gboolean small = self->covered > 0 && width < SMALL_PX &&
                         !cap_layout_compares(layout_now(self));
  if (small == (self->lone >= 0))
    return;
  self->lone = small ? (int)cap_pane_plane(cap_views_active(self)) : -1;
  show_cells(self);
}

static void
cap_views_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
  CapViews *self = CAP_VIEWS(widget);
  if (width - self->covered >= LEAST_PX)
    width -= self->covered;
  choose_lone(self, width);
  for (int i = 0; i < N_CELLS; i++) {
    if (self->cells[i] == NULL || !gtk_widget_should_layout(self->cells[i]))
      continue;
    /* Children measure themselves before they may be allocated. */
    gtk_widget_measure(self->cells[i], GTK_ORIENTATION_HORIZONTAL, -1, NULL,
                       NULL, NULL, NULL);
    const Share share = share_of(self, i);
    GtkAllocation room;
    divide(width, share.x, share.width, &room.x, &room.width);
    divide(height, share.y, share.height, &room.y, &room.height);
    allocate_title(self, i, width, &room);
    gtk_widget_size_allocate(self->cells[i], &room, -1);
  }
}

/* With the session and all that it has made of it, even when somebody still
 * holds CELL, as GTK may for longer than it is shown (see ui/gestures.h). */
static void
remove_cell(GtkWidget *cell)
{
  g_object_ref(cell);
  gtk_widget_unparent(cell);
  g_object_run_dispose(G_OBJECT(cell));
  g_object_unref(cell);
}

static void
cap_views_dispose(GObject *object)
{
  CapViews *self = CAP_VIEWS(object);
  for (int i = 0; i < N_CELLS; i++) {
    g_clear_pointer(&self->cells[i], remove_cell);
    g_clear_pointer(&self->titles[i], gtk_widget_unparent);
  }
  g_clear_object(&self->prior);
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
  self->maximised = self->lone = -1;
  gtk_widget_set_hexpand(GTK_WIDGET(self), TRUE);
  gtk_widget_set_vexpand(GTK_WIDGET(self), TRUE);
}

GtkWidget *
cap_views_new(CapSession *session)
{
  CapViews *self = g_object_new(CAP_TYPE_VIEWS, NULL);
  for (int plane = 0; plane < 3; plane++)
    self->cells[plane] = cap_pane_new(session, (CapPlane)plane);
  self->cells[OVERVIEW] = cap_overview_new(session);
  for (int i = 0; i < PRIOR; i++)
    gtk_widget_set_parent(self->cells[i], GTK_WIDGET(self));
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Slice views"), -1);
  update(self);
  return GTK_WIDGET(self);
}

/* ---- the earlier scan ---- */

static CapPoint
to_prior(CapPoint at_mm, gpointer data)
{
  return cap_prior_map_to_prior(cap_prior_study_map(data), at_mm);
}

static void
add_title(CapViews *self, int cell)
{
  self->titles[cell] = cap_compare_title_new(self->prior, cell >= PRIOR);
  gtk_widget_insert_before(self->titles[cell], GTK_WIDGET(self),
                           self->cells[cell]);
}

static void
add_prior_pane(CapViews *self, CapPlane plane)
{
  GtkWidget *pane = cap_pane_new(cap_prior_study_session(self->prior), plane);
  self->cells[PRIOR + plane] = pane;
  gtk_widget_set_parent(pane, GTK_WIDGET(self));
  gtk_widget_add_css_class(pane, "prior");
  static const char *const labels[] = {N_("Axial view of the earlier scan"),
                                       N_("Coronal view of the earlier scan"),
                                       N_("Sagittal view of the earlier scan")};
  gtk_accessible_update_property(GTK_ACCESSIBLE(pane),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _(labels[plane]), -1);
  cap_pane_follow(CAP_PANE(pane), cap_views_pane(self, plane), to_prior,
                  self->prior);
  cap_prior_input_attach(CAP_PANE(pane), self->prior);
  add_title(self, (int)plane);
  add_title(self, PRIOR + (int)plane);
}

static void
on_prior_shown(CapViews *self)
{
  const gboolean shown = cap_prior_study_is_shown(self->prior);
  for (int plane = 0; plane < 3; plane++) {
    if (shown && self->cells[PRIOR + plane] == NULL) {
      add_prior_pane(self, (CapPlane)plane);
    } else if (!shown) {
      g_clear_pointer(&self->cells[PRIOR + plane], remove_cell);
      g_clear_pointer(&self->titles[PRIOR + plane], gtk_widget_unparent);
      g_clear_pointer(&self->titles[plane], gtk_widget_unparent);
    }
  }
  update(self);
}

static void
on_prior_map(CapViews *self)
{
  for (int i = PRIOR; i < N_CELLS; i++)
    if (self->cells[i] != NULL)
      gtk_widget_queue_draw(self->cells[i]);
}

void
cap_views_set_prior(CapViews *self, CapPriorStudy *prior)
{
  self->prior = g_object_ref(prior);
  for (int plane = 0; plane < 3; plane++)
    cap_prior_overlay_attach(cap_views_pane(self, (CapPlane)plane), prior);
  g_signal_connect_object(prior, "notify::shown", G_CALLBACK(on_prior_shown),
                          self, G_CONNECT_SWAPPED);
  g_signal_connect_object(prior, "map-changed", G_CALLBACK(on_prior_map), self,
                          G_CONNECT_SWAPPED);
  on_prior_shown(self);
}

CapPane *
cap_views_prior_pane(CapViews *self, CapPlane plane)
{
  GtkWidget *pane = self->cells[PRIOR + plane];
  return pane != NULL ? CAP_PANE(pane) : NULL;
}

/* ---- layouts ---- */

CapLayout
cap_views_layout(CapViews *self)
{
  return self->layout;
}

void
cap_views_set_layout(CapViews *self, CapLayout layout)
{
  self->layout = layout;
  self->maximised = self->lone = -1;
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

void
cap_views_set_covered(CapViews *self, int width)
{
  if (width == self->covered)
    return;
  self->covered = width;
  gtk_widget_queue_allocate(GTK_WIDGET(self));
}

CapPane *
cap_views_pane(CapViews *self, CapPlane plane)
{
  return CAP_PANE(self->cells[plane]);
}

CapPane *
cap_views_active(CapViews *self)
{
  for (int plane = 0; plane < 3; plane++) {
    GtkWidget *beside = self->cells[PRIOR + plane];
    if (is_shown(self, plane) &&
        (gtk_widget_is_focus(self->cells[plane]) ||
         (beside != NULL && gtk_widget_is_focus(beside))))
      return CAP_PANE(self->cells[plane]);
  }
  return CAP_PANE(self->cells[first_shown(self)]);
}

static const char *const names[CAP_N_LAYOUTS] = {
    "large",   "three",    "four",    "axial",
    "coronal", "sagittal", "compare", "compare-all"};

const char *
cap_layout_name(CapLayout layout)
{
  return names[layout];
}

gboolean
cap_layout_compares(CapLayout layout)
{
  return layout == CAP_LAYOUT_COMPARE || layout == CAP_LAYOUT_COMPARE_ALL;
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
