/* The header's window menu: see window_button.h. */
#include "ui/view/window_button.h"

#include "core/image/unit.h"
#include "core/language.h"
#include "ui/follow.h"
#include "ui/label.h"
#include "ui/number_entry.h"
#include "ui/view/preset.h"

typedef struct {
  CapSession *session;
  CapLook *look;
  GtkWidget *button, *presets, *width, *level, *units[2];
  gboolean updating; /* the numbers follow the look, not the other way */
} Form;

static gboolean
has_hu(const Form *form)
{
  return !(cap_session_unknown(form->session) & CAP_UNKNOWN_HU);
}

static void
update(Form *form)
{
  const double window = cap_look_window(form->look);
  const double level = cap_look_level(form->look);
  const CapPreset *preset =
      has_hu(form) ? cap_preset_find(window, level) : NULL;
  g_autofree char *label =
      preset != NULL ? g_strdup(_(preset->name))
                     : g_strdup_printf("W %.0f L %.0f", window, level);
  g_autofree char *shown = cap_label_minus(label);
  gtk_menu_button_set_label(GTK_MENU_BUTTON(form->button), shown);
  form->updating = TRUE;
  gtk_spin_button_set_value(GTK_SPIN_BUTTON(form->width), window);
  gtk_spin_button_set_value(GTK_SPIN_BUTTON(form->level), level);
  form->updating = FALSE;
}

static void
update_units(Form *form)
{
  const char *unit = cap_unit_value(cap_session_unknown(form->session));
  for (int i = 0; i < 2; i++)
    gtk_label_set_text(GTK_LABEL(form->units[i]), unit);
  gtk_widget_set_visible(form->presets, has_hu(form));
  gtk_widget_set_tooltip_text(
      form->button, has_hu(form) ? _("Window and level (1 – 6, right drag)")
                                 : _("Window and level (right drag)"));
  update(form);
}

static void
on_number(Form *form)
{
  if (!form->updating)
    cap_look_set_window(
        form->look, gtk_spin_button_get_value(GTK_SPIN_BUTTON(form->width)),
        gtk_spin_button_get_value(GTK_SPIN_BUTTON(form->level)));
}

static GtkWidget *
preset_new(int number)
{
  const CapPreset *preset = &cap_presets[number - 1];
  g_autofree char *values =
      g_strdup_printf("W %.0f  L %.0f", preset->window_hu, preset->level_hu);
  g_autofree char *shown = cap_label_minus(values);
  g_autofree char *name = g_strdup_printf("%d  %s", number, _(preset->name));
  GtkWidget *button = gtk_button_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 18);
  GtkWidget *left = cap_label_new(name, NULL);
  GtkWidget *right = cap_label_new(shown, "quiet");
  gtk_widget_set_hexpand(left, TRUE);
  gtk_widget_add_css_class(right, "numeric");
  gtk_box_append(GTK_BOX(box), left);
  gtk_box_append(GTK_BOX(box), right);
  gtk_button_set_child(GTK_BUTTON(button), box);
  gtk_widget_add_css_class(button, "flat");
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.preset");
  gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "i", number);
  return button;
}

/* A whole number within RANGE. */
static GtkWidget *
number_new(Form *form, GtkWidget *grid, int row, const char *text,
           const double range[3])
{
  GtkWidget *label = cap_label_new(text, NULL);
  GtkWidget *spin = cap_number_entry_new(range, 0);
  gtk_widget_set_hexpand(label, TRUE);
  gtk_grid_attach(GTK_GRID(grid), label, 0, row, 1, 1);
  gtk_grid_attach(GTK_GRID(grid), spin, 1, row, 1, 1);
  form->units[row] = gtk_label_new("");
  gtk_grid_attach(GTK_GRID(grid), form->units[row], 2, row, 1, 1);
  g_autofree char *name = g_strdup_printf(_("Window %s"), text);
  gtk_accessible_update_property(GTK_ACCESSIBLE(spin),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_swapped(spin, "value-changed", G_CALLBACK(on_number), form);
  return spin;
}

static GtkWidget *
form_new(Form *form)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  form->presets = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  for (int number = 1; number <= CAP_N_PRESETS; number++)
    gtk_box_append(GTK_BOX(form->presets), preset_new(number));
  gtk_box_append(GTK_BOX(form->presets),
                 gtk_separator_new(GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append(GTK_BOX(box), form->presets);
  GtkWidget *grid = gtk_grid_new();
  gtk_grid_set_row_spacing(GTK_GRID(grid), 6);
  gtk_grid_set_column_spacing(GTK_GRID(grid), 8);
  gtk_widget_set_margin_top(grid, 8);
  form->width = number_new(
      form, grid, 0, _("Width"),
      (double[]){CAP_LOOK_WINDOW_MIN_HU, CAP_LOOK_WINDOW_MAX_HU, 10});
  form->level =
      number_new(form, grid, 1, _("Level"),
                 (double[]){CAP_LOOK_LEVEL_MIN_HU, CAP_LOOK_LEVEL_MAX_HU, 10});
  gtk_box_append(GTK_BOX(box), grid);
  GtkWidget *invert = gtk_check_button_new_with_label(_("Invert"));
  gtk_actionable_set_action_name(GTK_ACTIONABLE(invert), "win.invert");
  gtk_widget_set_margin_top(invert, 6);
  gtk_box_append(GTK_BOX(box), invert);
  gtk_widget_add_css_class(box, "popover-form");
  return box;
}

GtkWidget *
cap_window_button_new(CapSession *session)
{
  Form *form = g_new0(Form, 1);
  form->session = session;
  form->look = cap_session_look(session);
  form->button = gtk_menu_button_new();
  GtkWidget *popover = gtk_popover_new();
  gtk_popover_set_child(GTK_POPOVER(popover), form_new(form));
  gtk_menu_button_set_popover(GTK_MENU_BUTTON(form->button), popover);
  g_object_set_data_full(G_OBJECT(form->button), "cap-form", form, g_free);
  cap_follow(form->button, form->look, "notify", G_CALLBACK(update), form);
  cap_follow(form->button, session, "volume-changed", G_CALLBACK(update_units),
             form);
  update_units(form);
  return form->button;
}
