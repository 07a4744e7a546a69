/* CapSweepView: see sweep_view.h. */
#include "ui/explain/sweep_view.h"

#include "core/language.h"
#include "ui/drawing.h"
#include "ui/explain/patch_picture.h"
#include "ui/label.h"
#include "ui/view/palette.h"
#include "ui/view/text_cache.h"

#include <adwaita.h>
#include <math.h>

enum { COLUMNS = 3, GAP = 4, BAR = 8, HEIGHT = 430, MAX_WIDTH = 372 };

struct _CapSweepView {
  GtkWidget parent;
  CapSession *session; /* borrowed, as the next */
  CapExplainer *explainer;
  GtkWidget *box, *title, *area, *effect, *fault;
  CapTextCache *texts;
  int component;
  double spreads;
};

G_DEFINE_FINAL_TYPE(CapSweepView, cap_sweep_view, GTK_TYPE_WIDGET)

/* ---- pictures ---- */

static void
draw_planes(CapSweepView *self, cairo_t *cr, double top, double cell)
{
  const CapDrawing *d = cap_explainer_drawing(self->explainer);
  CapLook *look = cap_session_look(self->session);
  for (int plane = 0; plane < 3; plane++)
    for (int column = 0; column < COLUMNS; column++) {
      const CapPatchPicture picture = {column == 0 ? d->original : d->rebuilt,
                                       column == 0 ? NULL : d->inside,
                                       cap_look_window(look),
                                       cap_look_level(look)};
      cairo_save(cr);
      cairo_translate(cr, column * (cell + GAP), top + plane * (cell + GAP));
      if (column < 2)
        cap_patch_picture_draw(cr, &picture, (CapPlane)plane, cell);
      else
        cap_patch_picture_difference(cr, d->original, d->rebuilt, d->inside,
                                     (CapPlane)plane, cell);
      cairo_restore(cr);
    }
}

/* The colours of differences with their numbers, below the last column. */
static void
draw_legend(cairo_t *cr, double left, double y, double width)
{
  for (int x = 0; x < (int)width; x++) {
    double rgb[3];
    cap_patch_picture_color(
        CAP_PATCH_DIFFERENCE_HU * (2 * (x + 0.5) / width - 1), rgb);
    cairo_set_source_rgb(cr, rgb[0], rgb[1], rgb[2]);
    cairo_rectangle(cr, left + x, y, 1, BAR);
    cairo_fill(cr);
  }
}

static void
draw(GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  CapSweepView *self = data;
  if (cap_explainer_drawing(self->explainer) == NULL)
    return;
  int line;
  cap_text_cache_size(self->texts, "0", &(int){0}, &line);
  const double cell = floor((width - (COLUMNS - 1) * GAP) / (double)COLUMNS);
  draw_planes(self, cr, line + 2, cell);
  draw_legend(cr, (COLUMNS - 1) * (cell + GAP),
              line + 2 + 3.0 * (cell + GAP) + 2, cell);
}

/* Words go on top, where the text cache draws. */
static void
cap_sweep_view_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  CapSweepView *self = CAP_SWEEP_VIEW(widget);
  GTK_WIDGET_CLASS(cap_sweep_view_parent_class)->snapshot(widget, snapshot);
  if (!gtk_widget_get_visible(self->area))
    return;
  const char *const heads[COLUMNS] = {_("Original"), _("Rebuilt"),
                                      _("Difference")};
  double left, top;
  gtk_widget_translate_coordinates(self->area, widget, 0, 0, &left, &top);
  const int width = gtk_widget_get_width(self->area);
  const double cell = floor((width - (COLUMNS - 1) * GAP) / (double)COLUMNS);
  const GdkRGBA color = CAP_RGB(CAP_COLOR_QUIET, 1);
  for (int column = 0; column < COLUMNS; column++)
    cap_text_cache_draw(self->texts, snapshot, heads[column],
                        &(CapTextPlace){left + column * (cell + GAP) + cell / 2,
                                        top, 0.5, 0, (int)cell, color});
  int line;
  cap_text_cache_size(self->texts, "0", &(int){0}, &line);
  const double y = top + line + 2 + 3.0 * (cell + GAP) + BAR + 4;
  g_autofree char *range = g_strdup_printf(
      _("−%.0f … +%.0f HU"), CAP_PATCH_DIFFERENCE_HU, CAP_PATCH_DIFFERENCE_HU);
  cap_text_cache_draw(
      self->texts, snapshot, range,
      &(CapTextPlace){left + width - cell / 2, y, 0.5, 0, 0, color});
}

/* ---- words ---- */

/* Rows: diameter, HU, elongation; what more of a component makes. */
static const char *const upward[CAP_N_SWEEP_MEASURES][2] = {
    {N_("More of it: smaller (correlation %.2f, %.2f to %.2f)."),
     N_("More of it: larger (correlation %.2f, %.2f to %.2f).")},
    {N_("More of it: less dense (correlation %.2f, %.2f to %.2f)."),
     N_("More of it: denser (correlation %.2f, %.2f to %.2f).")},
    {N_("More of it: rounder (correlation %.2f, %.2f to %.2f)."),
     N_("More of it: more elongated (correlation %.2f, %.2f to %.2f).")},
};

char *
cap_sweep_view_effect(const CapReference *reference, int component)
{
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
  for (int m = 0; m < CAP_N_SWEEP_MEASURES; m++) {
    const CapReferenceEffect *e = &reference->effects[m][component];
    const gboolean up = (double)e->low >= CAP_SWEEP_SUPPORTED;
    if (up || (double)e->high <= -CAP_SWEEP_SUPPORTED)
      g_ptr_array_add(lines, g_strdup_printf(_(upward[m][up]), (double)e->rho,
                                             (double)e->low, (double)e->high));
  }
  g_ptr_array_add(lines, NULL);
  return g_strjoinv("\n", (char **)lines->pdata);
}

static void
update_words(CapSweepView *self)
{
  const CapReference *reference = cap_explainer_reference(self->explainer);
  const char *fault = cap_explainer_fault(self->explainer);
  g_autofree char *title =
      self->component < 0
          ? g_strdup(_("Click a spoke of the nodule capsule or choose one with "
                       "↑ and ↓; ← and → move it."))
          : g_strdup_printf(_("Component %d of the nodule capsule, moved by "
                              "%+.2f of its spread in training"),
                            self->component + 1, self->spreads);
  g_autofree char *effect =
      reference != NULL && self->component >= 0
          ? cap_sweep_view_effect(reference, self->component)
          : g_strdup("");
  g_autofree char *title_shown = cap_label_minus(title);
  g_autofree char *effect_shown = cap_label_minus(effect);
  gtk_label_set_text(GTK_LABEL(self->title), title_shown);
  gtk_label_set_text(GTK_LABEL(self->effect), effect_shown);
  gtk_widget_set_visible(self->effect, *effect != '\0' && fault == NULL);
  g_autofree char *why =
      g_strdup_printf(_("There is no decoder to draw this capsule. %s"),
                      fault != NULL ? fault : "");
  gtk_label_set_text(GTK_LABEL(self->fault), why);
  gtk_widget_set_visible(self->fault, fault != NULL);
  gtk_widget_set_visible(self->title, fault == NULL);
  gtk_widget_set_visible(self->area, fault == NULL);
}

static void
update(CapSweepView *self)
{
  update_words(self);
  gtk_widget_queue_draw(self->area);
}

void
cap_sweep_view_set(CapSweepView *self, int component, double spreads)
{
  self->component = component;
  self->spreads = spreads;
  update_words(self);
}

/* ---- construction ---- */

static void
cap_sweep_view_css_changed(GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS(cap_sweep_view_parent_class)->css_changed(widget, change);
  cap_text_cache_clear(CAP_SWEEP_VIEW(widget)->texts);
}

static void
dispose(GObject *object)
{
  CapSweepView *self = CAP_SWEEP_VIEW(object);
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_pointer(&self->texts, cap_text_cache_free);
  G_OBJECT_CLASS(cap_sweep_view_parent_class)->dispose(object);
}

static void
cap_sweep_view_class_init(CapSweepViewClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = dispose;
  widget->snapshot = cap_sweep_view_snapshot;
  widget->css_changed = cap_sweep_view_css_changed;
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name(widget, "sweepview");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
words_new(GtkWidget *box, const char *css_class)
{
  GtkWidget *label = cap_label_wrapped_new("", css_class, 40);
  gtk_box_append(GTK_BOX(box), label);
  return label;
}

static void
cap_sweep_view_init(CapSweepView *self)
{
  self->component = -1;
  self->texts = cap_text_cache_new(GTK_WIDGET(self));
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
  self->title = words_new(self->box, "quiet");
  self->effect = words_new(self->box, "numeric");
  self->area = cap_drawing_new(_("Original, rebuilt and difference"), 0, HEIGHT,
                               draw, self);
  /* Cells of a wider one would not fit into the height. */
  GtkWidget *clamp = g_object_new(ADW_TYPE_CLAMP, "maximum-size", MAX_WIDTH,
                                  "child", self->area, NULL);
  gtk_box_append(GTK_BOX(self->box), clamp);
  self->fault = words_new(self->box, "grave");
}

GtkWidget *
cap_sweep_view_new(CapSession *session, CapExplainer *explainer)
{
  CapSweepView *self = g_object_new(CAP_TYPE_SWEEP_VIEW, NULL);
  self->session = session;
  self->explainer = explainer;
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Original, rebuilt and difference"), -1);
  g_signal_connect_object(explainer, "drawn", G_CALLBACK(update), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(cap_session_look(session), "notify",
                          G_CALLBACK(gtk_widget_queue_draw), self->area,
                          G_CONNECT_SWAPPED);
  update(self);
  return GTK_WIDGET(self);
}
