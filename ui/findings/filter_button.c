/* CapFilterButton: see filter_button.h. */
#include "ui/findings/filter_button.h"

#include "core/image/unit.h"
#include "core/language.h"
#include "ui/label.h"
#include "ui/phrase.h"

enum { PROBABILITY, SIZE, MALIGNANCY, N_LIMITS };

struct _CapFilterButton {
  GtkWidget parent;
  CapSession *session;
  GtkWidget *button, *limits[N_LIMITS], *names[N_LIMITS], *side;
};

G_DEFINE_FINAL_TYPE(CapFilterButton, cap_filter_button, GTK_TYPE_WIDGET)

static double
limit(const CapFilterButton *self, int i)
{
  return gtk_spin_button_get_value(GTK_SPIN_BUTTON(self->limits[i]));
}

static void
apply(CapFilterButton *self)
{
  CapFindingFilter filter = *cap_session_filter(self->session);
  filter.probability = limit(self, PROBABILITY);
  filter.diameter_mm = limit(self, SIZE);
  filter.malignancy = limit(self, MALIGNANCY);
  filter.side = (int)gtk_drop_down_get_selected(GTK_DROP_DOWN(self->side)) - 1;
  cap_session_set_filter(self->session, &filter);
  const gboolean on = filter.probability > 0 || filter.diameter_mm > 0 ||
                      filter.malignancy > 0 || filter.side >= 0;
  if (on)
    gtk_widget_add_css_class(self->button, "accent");
  else
    gtk_widget_remove_css_class(self->button, "accent");
}

static void
clear(CapFilterButton *self)
{
  for (int i = 0; i < N_LIMITS; i++)
    gtk_spin_button_set_value(GTK_SPIN_BUTTON(self->limits[i]), 0);
  gtk_drop_down_set_selected(GTK_DROP_DOWN(self->side), 0);
}

/* ---- construction ---- */

static void
cap_filter_button_dispose(GObject *object)
{
  CapFilterButton *self = CAP_FILTER_BUTTON(object);
  g_clear_pointer(&self->button, gtk_widget_unparent);
  g_clear_object(&self->session);
  G_OBJECT_CLASS(cap_filter_button_parent_class)->dispose(object);
}

static void
cap_filter_button_class_init(CapFilterButtonClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = cap_filter_button_dispose;
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name(widget, "filterbutton");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
}

/* Returns the label. */
static GtkWidget *
attach(GtkWidget *grid, const char *text, GtkWidget *widget, int row)
{
  GtkWidget *label = cap_label_new(text, NULL);
  gtk_accessible_update_property(GTK_ACCESSIBLE(widget),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_grid_attach(GTK_GRID(grid), label, 0, row, 1, 1);
  gtk_grid_attach(GTK_GRID(grid), widget, 1, row, 1, 1);
  return label;
}

static void
update_unit(CapFilterButton *self)
{
  g_autofree char *text =
      g_strdup_printf(_("Mean diameter at least, %s"),
                      cap_unit_length(cap_session_unknown(self->session)));
  gtk_label_set_text(GTK_LABEL(self->names[SIZE]), text);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->limits[SIZE]),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static GtkWidget *
grid_new(CapFilterButton *self)
{
  static const struct {
    const char *label;
    double most, step;
    guint digits;
  } limits[N_LIMITS] = {{N_("Probability at least"), 1, 0.05, 2},
                        {NULL, 100, 0.5, 1}, /* see update_unit */
                        {N_("Malignancy at least"), 1, 0.05, 2}};
  static const char *const sides[] = {N_("Any side"), N_("Side unknown"),
                                      N_("Right"), N_("Left"), NULL};
  GtkWidget *grid = gtk_grid_new();
  gtk_grid_set_column_spacing(GTK_GRID(grid), 12);
  gtk_grid_set_row_spacing(GTK_GRID(grid), 6);
  for (int i = 0; i < N_LIMITS; i++) {
    self->limits[i] =
        gtk_spin_button_new_with_range(0, limits[i].most, limits[i].step);
    gtk_spin_button_set_digits(GTK_SPIN_BUTTON(self->limits[i]),
                               limits[i].digits);
    g_signal_connect_swapped(self->limits[i], "value-changed",
                             G_CALLBACK(apply), self);
    self->names[i] =
        attach(grid, i == SIZE ? "" : _(limits[i].label), self->limits[i], i);
  }
  self->side = cap_phrase_drop_down_new(sides);
  g_signal_connect_swapped(self->side, "notify::selected", G_CALLBACK(apply),
                           self);
  attach(grid, _("Site"), self->side, N_LIMITS);
  GtkWidget *all = gtk_button_new_with_label(_("Show all"));
  g_signal_connect_swapped(all, "clicked", G_CALLBACK(clear), self);
  gtk_grid_attach(GTK_GRID(grid), all, 0, N_LIMITS + 1, 2, 1);
  return grid;
}

static void
cap_filter_button_init(CapFilterButton *self)
{
  self->button = gtk_menu_button_new();
  gtk_menu_button_set_icon_name(GTK_MENU_BUTTON(self->button),
                                "edit-find-symbolic");
  gtk_widget_set_tooltip_text(self->button, _("Which findings are listed"));
  gtk_widget_add_css_class(self->button, "flat");
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->button),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Which findings are listed"), -1);
  GtkWidget *popover = gtk_popover_new();
  gtk_popover_set_child(GTK_POPOVER(popover), grid_new(self));
  gtk_menu_button_set_popover(GTK_MENU_BUTTON(self->button), popover);
  gtk_widget_set_parent(self->button, GTK_WIDGET(self));
}

GtkWidget *
cap_filter_button_new(CapSession *session)
{
  CapFilterButton *self = g_object_new(CAP_TYPE_FILTER_BUTTON, NULL);
  self->session = g_object_ref(session);
  g_signal_connect_object(session, "volume-changed", G_CALLBACK(update_unit),
                          self, G_CONNECT_SWAPPED);
  update_unit(self);
  return GTK_WIDGET(self);
}

GtkAdjustment *
cap_filter_button_threshold(CapFilterButton *self)
{
  return gtk_spin_button_get_adjustment(
      GTK_SPIN_BUTTON(self->limits[PROBABILITY]));
}
