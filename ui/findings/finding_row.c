/* CapFindingRow: see finding_row.h. */
#include "ui/findings/finding_row.h"

#include "core/image/unit.h"
#include "core/language.h"
#include "ui/drawing.h"
#include "ui/label.h"
#include "ui/view/marks.h"
#include "ui/view/palette.h"

#include <math.h>

#define RING 26

struct _CapFindingRow {
  GtkWidget parent;
  CapFindingItem *item;
  gulong changed_handler;
  GtkWidget *ring, *probability, *name, *detail, *growth, *status;
};

G_DEFINE_FINAL_TYPE(CapFindingRow, cap_finding_row, GTK_TYPE_WIDGET)

static void
draw_ring(GtkDrawingArea *area, cairo_t *cr, int width, int height,
          gpointer data)
{
  const CapFindingRow *self = data;
  if (self->item == NULL)
    return;
  cairo_translate(cr, width / 2.0, height / 2.0);
  cap_marks_draw_ring(cr, self->item, MIN(width, height) / 2.0 - 5);
}

/* "+64 %" since the earlier scan, "new"; "" where none was compared. */
static char *
growth_text(const CapFinding *f)
{
  if (f->prior.state == CAP_PRIOR_NEW)
    return g_strdup(_("new"));
  if (f->prior.state != CAP_PRIOR_MATCHED || !(f->prior.volume_mm3 > 0))
    return g_strdup("");
  const double percent = 100 * (f->volume_mm3 / f->prior.volume_mm3 - 1);
  return g_strdup_printf("%s%.0f %%",
                         percent >= 0.5    ? "+"
                         : percent <= -0.5 ? "−"
                                           : "±",
                         fabs(percent));
}

static void
update(CapFindingRow *self)
{
  const CapFinding *f = cap_finding_item_get(self->item);
  g_autofree char *probability = cap_finding_item_probability(self->item);
  g_autofree char *name =
      g_strdup_printf("%d  ·  %.1f %s", f->id, f->mean_diameter_mm,
                      cap_unit_length(f->unknown));
  g_autofree char *detail =
      g_strdup_printf("%s  %s", cap_finding_item_site_short(self->item),
                      _(cap_nodule_type_name(f->type)));
  gtk_label_set_text(GTK_LABEL(self->probability), probability);
  gtk_label_set_text(GTK_LABEL(self->name), name);
  gtk_label_set_text(GTK_LABEL(self->detail), detail);
  const char *status =
      f->status == CAP_STATUS_UNREVIEWED ? "" : _(cap_status_name(f->status));
  gtk_label_set_text(GTK_LABEL(self->status), status);
  g_autofree char *growth = growth_text(f);
  gtk_label_set_text(GTK_LABEL(self->growth), growth);
  g_autofree char *sentence = cap_finding_item_describe(self->item);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, sentence, -1);
  gtk_widget_queue_draw(self->ring);
}

void
cap_finding_row_set_item(CapFindingRow *self, CapFindingItem *item)
{
  if (self->item != NULL)
    g_clear_signal_handler(&self->changed_handler, self->item);
  g_set_object(&self->item, item);
  if (item == NULL)
    return;
  self->changed_handler =
      g_signal_connect_swapped(item, "changed", G_CALLBACK(update), self);
  update(self);
}

static void
dispose(GObject *object)
{
  CapFindingRow *self = CAP_FINDING_ROW(object);
  cap_finding_row_set_item(self, NULL);
  for (GtkWidget *child;
       (child = gtk_widget_get_first_child(GTK_WIDGET(self))) != NULL;)
    gtk_widget_unparent(child);
  G_OBJECT_CLASS(cap_finding_row_parent_class)->dispose(object);
}

static void
cap_finding_row_class_init(CapFindingRowClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name(widget, "findingrow");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
add_label(GtkWidget *to, const char *css_class)
{
  GtkWidget *label = cap_label_ellipsized_new("", css_class);
  gtk_widget_set_parent(label, to);
  return label;
}

static void
cap_finding_row_init(CapFindingRow *self)
{
  GtkWidget *widget = GTK_WIDGET(self);
  GtkBoxLayout *box = GTK_BOX_LAYOUT(gtk_widget_get_layout_manager(widget));
  gtk_box_layout_set_spacing(box, 10);
  self->ring = cap_drawing_new(NULL, RING, RING, draw_ring, self);
  gtk_widget_set_parent(self->ring, widget);
  self->probability = add_label(widget, "numeric");
  self->name = add_label(widget, "finding-name");
  gtk_label_set_width_chars(GTK_LABEL(self->name), 11);
  self->detail = add_label(widget, "quiet");
  gtk_widget_set_hexpand(self->detail, TRUE);
  self->growth = add_label(widget, "numeric");
  self->status = add_label(widget, "quiet");
}

GtkWidget *
cap_finding_row_new(void)
{
  return g_object_new(CAP_TYPE_FINDING_ROW, NULL);
}
