/* CapAttributeStrip: see attribute_strip.h. */
#include "ui/explain/attribute_strip.h"

#include "core/measure/disagreement.h"
#include "ui/explain/capsule_words.h"
#include "ui/findings/rating_chart.h"
#include "ui/label.h"

#define WORDS_WIDTH 16

struct _CapAttributeStrip {
  GtkWidget parent;
  GtkWidget *grid, *charts[CAP_N_ATTRIBUTES], *words[CAP_N_ATTRIBUTES];
};

G_DEFINE_FINAL_TYPE(CapAttributeStrip, cap_attribute_strip, GTK_TYPE_WIDGET)

static void
show(CapAttributeStrip *self, CapAttributeKind kind, const CapRating *rating,
     const char *words)
{
  CapRatingChart *chart = CAP_RATING_CHART(self->charts[kind]);
  if (cap_attribute_is_classes(kind))
    cap_rating_chart_set_classes(chart, rating, words);
  else
    cap_rating_chart_set_beside(chart, rating,
                                cap_disagreement_sd(kind, rating->expected));
  gtk_label_set_text(GTK_LABEL(self->words[kind]), words);
  gtk_widget_set_tooltip_text(self->words[kind], words);
}

static void
show_unmoved(CapAttributeStrip *self, CapAttributeKind kind,
             const CapRating *rating)
{
  g_autofree char *words = cap_capsule_words_rating(kind, rating);
  gtk_widget_remove_css_class(self->words[kind], "moved");
  show(self, kind, rating, words);
}

void
cap_attribute_strip_set(CapAttributeStrip *self, const CapFinding *f)
{
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    show_unmoved(self, (CapAttributeKind)a, &f->attributes[a]);
}

void
cap_attribute_strip_move(CapAttributeStrip *self, CapAttributeKind kind,
                         const CapRating *rating, const CapRating *moved)
{
  if (moved->expected == rating->expected) {
    show_unmoved(self, kind, rating);
    return;
  }
  g_autofree char *words = cap_capsule_words_moved(kind, rating, moved);
  gtk_widget_add_css_class(self->words[kind], "moved");
  show(self, kind, moved, words);
}

const char *
cap_attribute_strip_words(CapAttributeStrip *self, CapAttributeKind kind)
{
  return gtk_label_get_text(GTK_LABEL(self->words[kind]));
}

static void
dispose(GObject *object)
{
  g_clear_pointer(&CAP_ATTRIBUTE_STRIP(object)->grid, gtk_widget_unparent);
  G_OBJECT_CLASS(cap_attribute_strip_parent_class)->dispose(object);
}

static void
cap_attribute_strip_class_init(CapAttributeStripClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cap_attribute_strip_init(CapAttributeStrip *self)
{
  GtkGrid *grid = GTK_GRID(self->grid = gtk_grid_new());
  gtk_grid_set_column_spacing(grid, 10);
  gtk_grid_set_row_spacing(grid, 4);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++) {
    const char *name = cap_capsule_words_name(CAP_CAPSULE_ATTRIBUTES + a);
    self->charts[a] = cap_rating_chart_new(name, FALSE);
    self->words[a] = cap_label_wrapped_new("", "numeric", WORDS_WIDTH);
    gtk_label_set_width_chars(GTK_LABEL(self->words[a]), WORDS_WIDTH);
    gtk_grid_attach(grid, cap_label_new(name, "quiet"), 0, a, 1, 1);
    gtk_grid_attach(grid, self->charts[a], 1, a, 1, 1);
    gtk_grid_attach(grid, self->words[a], 2, a, 1, 1);
  }
  gtk_widget_set_parent(self->grid, GTK_WIDGET(self));
}

GtkWidget *
cap_attribute_strip_new(void)
{
  return g_object_new(CAP_TYPE_ATTRIBUTE_STRIP, NULL);
}
