/* CapFindingRow: see finding_row.h. */
#include "ui/findings/finding_row.h"

#include "core/guidelines/advice.h"
#include "core/image/unit.h"
#include "core/language.h"
#include "ui/drawing.h"
#include "ui/label.h"
#include "ui/view/marks.h"
#include "ui/view/palette.h"

#define RING 26

struct _CapFindingRow {
  GtkWidget parent;
  CapFindingItem *item;
  gulong changed_handler;
  GtkWidget *ring, *probability, *name, *category, *detail;
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

/* Appends PART, unless it is empty, after a point. */
static void G_GNUC_PRINTF(2, 3) add_part(GString *text, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *part = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  if (*part != '\0')
    g_string_append_printf(text, "%s%s", text->len > 0 ? " · " : "", part);
}

/* All that is not in the first line, which breaks where there is no room. */
static char *
detail_text(CapFindingItem *item)
{
  const CapFinding *f = cap_finding_item_get(item);
  g_autoptr(GString) text = g_string_new(NULL);
  add_part(text, "%s %s", cap_finding_item_site_short(item),
           _(cap_nodule_type_name(f->type)));
  if (!f->unjudged)
    add_part(text, _("malignancy %.2f"), f->malignancy_probability);
  add_part(text, "%s", cap_finding_item_growth(item));
  if (f->status != CAP_STATUS_UNREVIEWED)
    add_part(text, "%s", _(cap_status_name(f->status)));
  return cap_label_parts(text->str);
}

static void
update(CapFindingRow *self)
{
  const CapFinding *f = cap_finding_item_get(self->item);
  g_autofree char *probability = cap_finding_item_probability(self->item);
  g_autofree char *name =
      g_strdup_printf("%d  ·  %.1f %s", f->id, f->mean_diameter_mm,
                      cap_unit_length(f->unknown));
  g_autofree char *detail = detail_text(self->item);
  gtk_label_set_text(GTK_LABEL(self->probability), probability);
  gtk_label_set_text(GTK_LABEL(self->name), name);
  gtk_label_set_text(GTK_LABEL(self->detail), detail);
  gtk_label_set_text(GTK_LABEL(self->category),
                     cap_finding_item_category(self->item));
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

static void
cap_finding_row_init(CapFindingRow *self)
{
  GtkWidget *widget = GTK_WIDGET(self);
  gtk_box_layout_set_spacing(
      GTK_BOX_LAYOUT(gtk_widget_get_layout_manager(widget)), 10);
  self->ring = cap_drawing_new(NULL, RING, RING, draw_ring, self);
  gtk_widget_set_parent(self->ring, widget);
  self->probability = cap_label_new("", "numeric");
  self->name = cap_label_ellipsized_new("", "finding-name");
  gtk_widget_set_hexpand(self->name, TRUE);
  self->category = cap_label_new("", "finding-name");
  gtk_widget_set_tooltip_text(self->category,
                              cap_guideline_title(CAP_LUNGRADS));
  GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 10);
  gtk_box_append(GTK_BOX(head), self->probability);
  gtk_box_append(GTK_BOX(head), self->name);
  gtk_box_append(GTK_BOX(head), self->category);
  self->detail = cap_label_wrapped_new("", "quiet", -1);
  gtk_label_set_wrap_mode(GTK_LABEL(self->detail), PANGO_WRAP_WORD_CHAR);
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append(GTK_BOX(box), head);
  gtk_box_append(GTK_BOX(box), self->detail);
  gtk_widget_set_parent(box, widget);
}

GtkWidget *
cap_finding_row_new(void)
{
  return g_object_new(CAP_TYPE_FINDING_ROW, NULL);
}
