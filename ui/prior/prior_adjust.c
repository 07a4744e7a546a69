/* CapPriorAdjust: see prior_adjust.h. */
#include "ui/prior/prior_adjust.h"

#include "core/language.h"
#include "ui/follow.h"
#include "ui/label.h"
#include "ui/number_entry.h"

#define FARTHEST_MM 500.0
#define N_KINDS (CAP_PRIOR_MAP_AFFINE + 1)

typedef struct {
  CapPriorAlignment *alignment; /* borrowed */
  GtkWidget *button, *result, *kinds, *spins[3];
  CapPriorMapKind offered[N_KINDS]; /* the rows of KINDS */
  guint n_offered;
  gboolean filling;
} Adjust;

static const CapPriorMap *
map_of(const Adjust *adjust)
{
  return cap_prior_study_map(cap_prior_alignment_prior(adjust->alignment));
}

/* ---- filling ---- */

/* The guess, and what registration came to. */
static void
fill_kinds(Adjust *adjust)
{
  const CapPriorMapKind now = map_of(adjust)->kind;
  CapPriorMapKind kinds[N_KINDS];
  guint n = 0, chosen = 0;
  const gboolean aligned =
      cap_prior_alignment_state(adjust->alignment) == CAP_PRIOR_ALIGNED;
  kinds[n++] = cap_prior_alignment_guess(adjust->alignment);
  for (int k = CAP_PRIOR_MAP_CENTERS; aligned && k < N_KINDS; k++)
    kinds[n++] = (CapPriorMapKind)k;
  for (guint i = 0; i < n; i++)
    if (kinds[i] == now)
      chosen = i;
  if (n != adjust->n_offered || kinds[0] != adjust->offered[0]) {
    g_autoptr(GtkStringList) names = gtk_string_list_new(NULL);
    for (guint i = 0; i < n; i++) {
      adjust->offered[i] = kinds[i];
      gtk_string_list_append(names, _(cap_prior_map_name(kinds[i])));
    }
    adjust->n_offered = n;
    gtk_drop_down_set_model(GTK_DROP_DOWN(adjust->kinds), G_LIST_MODEL(names));
  }
  gtk_drop_down_set_selected(GTK_DROP_DOWN(adjust->kinds), chosen);
}

static void
update(Adjust *adjust)
{
  const CapPoint nudge = map_of(adjust)->nudge_mm;
  const double values[3] = {nudge.x, nudge.y, nudge.z};
  adjust->filling = TRUE;
  fill_kinds(adjust);
  for (int i = 0; i < 3; i++)
    gtk_spin_button_set_value(GTK_SPIN_BUTTON(adjust->spins[i]), values[i]);
  g_autofree char *text = cap_prior_alignment_describe(adjust->alignment);
  gtk_label_set_text(GTK_LABEL(adjust->result), text);
  adjust->filling = FALSE;
}

/* ---- what the reader does ---- */

static void
on_kind(Adjust *adjust)
{
  const guint row = gtk_drop_down_get_selected(GTK_DROP_DOWN(adjust->kinds));
  if (!adjust->filling && row < adjust->n_offered)
    cap_prior_alignment_use(adjust->alignment, adjust->offered[row]);
}

static void
on_spin(Adjust *adjust)
{
  if (adjust->filling)
    return;
  CapPriorMap map = *map_of(adjust);
  map.nudge_mm =
      (CapPoint){gtk_spin_button_get_value(GTK_SPIN_BUTTON(adjust->spins[0])),
                 gtk_spin_button_get_value(GTK_SPIN_BUTTON(adjust->spins[1])),
                 gtk_spin_button_get_value(GTK_SPIN_BUTTON(adjust->spins[2]))};
  cap_prior_study_set_map(cap_prior_alignment_prior(adjust->alignment), &map);
}

/* ---- construction ---- */

static GtkWidget *
grid_new(Adjust *adjust)
{
  static const char *const names[3] = {
      N_("To the left (mm)"), N_("To the back (mm)"), N_("To the head (mm)")};
  GtkWidget *grid = gtk_grid_new();
  gtk_grid_set_column_spacing(GTK_GRID(grid), 12);
  gtk_grid_set_row_spacing(GTK_GRID(grid), 6);
  adjust->kinds = gtk_drop_down_new(NULL, NULL);
  gtk_accessible_update_property(GTK_ACCESSIBLE(adjust->kinds),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, _("Align by"),
                                 -1);
  g_signal_connect_swapped(adjust->kinds, "notify::selected",
                           G_CALLBACK(on_kind), adjust);
  gtk_grid_attach(GTK_GRID(grid),
                  cap_label_wrapped_new(_("Align by"), "quiet", 36), 0, 0, 1,
                  1);
  gtk_grid_attach(GTK_GRID(grid), adjust->kinds, 1, 0, 1, 1);
  for (int i = 0; i < 3; i++) {
    adjust->spins[i] =
        cap_number_entry_new((double[]){-FARTHEST_MM, FARTHEST_MM, 1}, 1);
    gtk_accessible_update_property(GTK_ACCESSIBLE(adjust->spins[i]),
                                   GTK_ACCESSIBLE_PROPERTY_LABEL, _(names[i]),
                                   -1);
    g_signal_connect_swapped(adjust->spins[i], "value-changed",
                             G_CALLBACK(on_spin), adjust);
    gtk_grid_attach(GTK_GRID(grid),
                    cap_label_wrapped_new(_(names[i]), "quiet", 36), 0, i + 1,
                    1, 1);
    gtk_grid_attach(GTK_GRID(grid), adjust->spins[i], 1, i + 1, 1, 1);
  }
  return grid;
}

static GtkWidget *
buttons_new(void)
{
  static const struct {
    const char *label, *action, *tooltip;
  } buttons[] = {
      {N_("Match cross-hairs"), "win.match-prior",
       N_("The point under the cross-hair of the earlier scan is the one under "
          "the cross-hair of the present one")},
      {N_("Reset"), "win.reset-prior", N_("Without what was moved by hand")},
      {N_("Align again"), "win.align-prior",
       N_("Lay the lungs on each other by registration")},
      {N_("Accept"), "win.accept-prior",
       N_("The scans lie well on each other: pair their nodules")},
  };
  GtkWidget *grid = gtk_grid_new();
  gtk_grid_set_row_homogeneous(GTK_GRID(grid), TRUE);
  gtk_grid_set_column_homogeneous(GTK_GRID(grid), TRUE);
  gtk_grid_set_column_spacing(GTK_GRID(grid), 6);
  gtk_grid_set_row_spacing(GTK_GRID(grid), 6);
  for (guint i = 0; i < G_N_ELEMENTS(buttons); i++) {
    GtkWidget *button = gtk_button_new_with_label(_(buttons[i].label));
    gtk_actionable_set_action_name(GTK_ACTIONABLE(button), buttons[i].action);
    gtk_widget_set_tooltip_text(button, _(buttons[i].tooltip));
    gtk_grid_attach(GTK_GRID(grid), button, (int)i % 2, (int)i / 2, 1, 1);
  }
  return grid;
}

GtkWidget *
cap_prior_adjust_new(CapPriorAlignment *alignment)
{
  Adjust *adjust = g_new0(Adjust, 1);
  adjust->alignment = alignment;
  adjust->button = gtk_menu_button_new();
  gtk_menu_button_set_label(GTK_MENU_BUTTON(adjust->button), _("Adjust"));
  gtk_widget_set_tooltip_text(
      adjust->button,
      _("How the earlier scan lies on the present one (Ctrl and drag it)"));
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 10);
  gtk_widget_add_css_class(box, "popover-form");
  adjust->result = cap_label_wrapped_new("", "quiet", 36);
  gtk_box_append(GTK_BOX(box), adjust->result);
  gtk_box_append(GTK_BOX(box), grid_new(adjust));
  gtk_box_append(GTK_BOX(box), buttons_new());
  GtkWidget *popover = gtk_popover_new();
  gtk_popover_set_child(GTK_POPOVER(popover), box);
  gtk_menu_button_set_popover(GTK_MENU_BUTTON(adjust->button), popover);
  g_object_set_data_full(G_OBJECT(adjust->button), "cap-adjust", adjust,
                         g_free);
  cap_follow(adjust->button, alignment, "changed", G_CALLBACK(update), adjust);
  update(adjust);
  return adjust->button;
}
