/* CapCapsuleGrid: see capsule_grid.h. */
#include "ui/explain/capsule_grid.h"

#include "core/language.h"
#include "ui/explain/capsule_words.h"
#include "ui/label.h"

#define COLUMNS 4

struct _CapCapsuleGrid {
  GtkWidget parent;
  GtkWidget *grid, *glyphs[CAP_N_CAPSULES], *lengths[CAP_N_CAPSULES],
      *length_texts[CAP_N_CAPSULES];
};

G_DEFINE_FINAL_TYPE(CapCapsuleGrid, cap_capsule_grid, GTK_TYPE_WIDGET)

enum { CHOSEN, SPOKE, SWEPT, N_SIGNALS };
static guint signals[N_SIGNALS];

static int
index_of(const CapCapsuleGrid *self, gconstpointer glyph)
{
  int k = 0;
  while (k < CAP_N_CAPSULES - 1 && self->glyphs[k] != glyph)
    k++;
  return k;
}

static void
on_chosen(CapGlyph *glyph, gpointer data)
{
  g_signal_emit(data, signals[CHOSEN], 0, index_of(data, glyph));
}

static void
on_spoke(CapGlyph *glyph, GParamSpec *spec, gpointer data)
{
  g_signal_emit(data, signals[SPOKE], 0, index_of(data, glyph));
}

static void
on_swept(CapGlyph *glyph, int by, gpointer data)
{
  g_signal_emit(data, signals[SWEPT], 0, index_of(data, glyph), by);
}

/* ---- what is shown ---- */

void
cap_capsule_grid_set(CapCapsuleGrid *self, const CapFinding *f)
{
  for (int k = 0; k < CAP_N_CAPSULES; k++) {
    const CapCapsule *capsule = &f->capsules[k];
    g_autofree char *length = g_strdup_printf("%.2f", capsule->length);
    cap_capsule_grid_show(self, k, capsule);
    gtk_level_bar_set_value(GTK_LEVEL_BAR(self->lengths[k]),
                            CLAMP(capsule->length, 0.0, 1.0));
    gtk_label_set_text(GTK_LABEL(self->length_texts[k]), length);
  }
}

void
cap_capsule_grid_show(CapCapsuleGrid *self, int k, const CapCapsule *capsule)
{
  cap_glyph_set_capsule(CAP_GLYPH(self->glyphs[k]), capsule);
}

int
cap_capsule_grid_spoke(CapCapsuleGrid *self, int k)
{
  return cap_glyph_spoke(CAP_GLYPH(self->glyphs[k]));
}

void
cap_capsule_grid_set_spread(CapCapsuleGrid *self, int k, const float *spread)
{
  cap_glyph_set_spread(CAP_GLYPH(self->glyphs[k]), spread);
}

void
cap_capsule_grid_set_current(CapCapsuleGrid *self, int current)
{
  for (int k = 0; k < CAP_N_CAPSULES; k++)
    cap_glyph_set_current(CAP_GLYPH(self->glyphs[k]), k == current);
}

/* ---- construction ---- */

static GtkWidget *
capsule_new(CapCapsuleGrid *self, int k)
{
  const char *name = cap_capsule_words_name(k);
  GtkWidget *cell = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  self->glyphs[k] = cap_glyph_new(name);
  g_signal_connect(self->glyphs[k], "chosen", G_CALLBACK(on_chosen), self);
  g_signal_connect(self->glyphs[k], "notify::spoke", G_CALLBACK(on_spoke),
                   self);
  g_signal_connect(self->glyphs[k], "swept", G_CALLBACK(on_swept), self);
  GtkWidget *label = cap_label_ellipsized_new(name, "capsule-name");
  gtk_label_set_max_width_chars(GTK_LABEL(label), 10);
  gtk_label_set_xalign(GTK_LABEL(label), 0.5);
  gtk_widget_set_tooltip_text(label, name);
  GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
  self->lengths[k] = gtk_level_bar_new();
  gtk_widget_set_hexpand(self->lengths[k], TRUE);
  gtk_widget_set_valign(self->lengths[k], GTK_ALIGN_CENTER);
  g_autofree char *bar_label = g_strdup_printf(_("%s capsule length"), name);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->lengths[k]),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, bar_label, -1);
  self->length_texts[k] = cap_label_new("", "capsule-length");
  gtk_box_append(GTK_BOX(line), self->lengths[k]);
  gtk_box_append(GTK_BOX(line), self->length_texts[k]);
  gtk_box_append(GTK_BOX(cell), self->glyphs[k]);
  gtk_box_append(GTK_BOX(cell), label);
  gtk_box_append(GTK_BOX(cell), line);
  return cell;
}

static void
dispose(GObject *object)
{
  g_clear_pointer(&CAP_CAPSULE_GRID(object)->grid, gtk_widget_unparent);
  G_OBJECT_CLASS(cap_capsule_grid_parent_class)->dispose(object);
}

static void
cap_capsule_grid_class_init(CapCapsuleGridClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  const GType type = G_TYPE_FROM_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
  signals[CHOSEN] = g_signal_new("chosen", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[SPOKE] = g_signal_new("spoke", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[SWEPT] = g_signal_new("swept", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_INT);
}

static void
cap_capsule_grid_init(CapCapsuleGrid *self)
{
  GtkGrid *grid = GTK_GRID(self->grid = gtk_grid_new());
  gtk_grid_set_column_spacing(grid, 8);
  gtk_grid_set_row_spacing(grid, 10);
  gtk_grid_set_column_homogeneous(grid, TRUE);
  for (int k = 0; k < CAP_N_CAPSULES; k++)
    gtk_grid_attach(grid, capsule_new(self, k), k % COLUMNS, k / COLUMNS, 1, 1);
  gtk_widget_set_parent(self->grid, GTK_WIDGET(self));
}

GtkWidget *
cap_capsule_grid_new(void)
{
  return g_object_new(CAP_TYPE_CAPSULE_GRID, NULL);
}
