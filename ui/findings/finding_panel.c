/* CapFindingPanel: see finding_panel.h. */
#include "ui/findings/finding_panel.h"

#include "core/image/unit.h"
#include "core/language.h"
#include "core/measure/malignancy.h"
#include "io/report/words_tables.h"
#include "ui/explain/explanation.h"
#include "ui/findings/comment_box.h"
#include "ui/findings/guideline_section.h"
#include "ui/findings/rating_chart.h"
#include "ui/label.h"
#include "ui/view/annotation.h"

#include <math.h>

enum { SIZE, SOLID, VOLUME, DENSITY, PLACE, N_FACTS };

struct _CapFindingPanel {
  GtkWidget parent;
  CapSession *session;
  CapFindingItem *item;
  gulong changed_handler;

  GtkWidget *pinned, *box, *title, *subtitle, *warning, *measured,
      *facts[N_FACTS], *solid_name;
  GtkWidget *malignancy, *malignancy_text;
  GtkWidget *status_buttons[4], *comment;
};

G_DEFINE_FINAL_TYPE(CapFindingPanel, cap_finding_panel, GTK_TYPE_WIDGET)

/* ---- filling ---- */

static void G_GNUC_PRINTF(2, 3)
    set_textf(GtkWidget *label, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_autofree char *shown = cap_label_minus(text);
  gtk_label_set_text(GTK_LABEL(label), shown);
}

static void
update_facts(CapFindingPanel *self, const CapFinding *f)
{
  const char *mm = cap_unit_length(f->unknown);
  set_textf(self->facts[SIZE], _("%.1f × %.1f %s, mean %.1f %s"),
            f->long_axis_mm, f->short_axis_mm, mm, f->mean_diameter_mm, mm);
  const gboolean solid =
      f->solid_mean_diameter_mm > 0 && f->type == CAP_TYPE_PART_SOLID;
  set_textf(self->facts[SOLID], _("mean %.1f %s"), f->solid_mean_diameter_mm,
            mm);
  gtk_widget_set_visible(self->facts[SOLID], solid);
  gtk_widget_set_visible(self->solid_name, solid);
  set_textf(self->facts[VOLUME], "%.0f %s³", f->volume_mm3, mm);
  set_textf(self->facts[DENSITY], "%.0f ± %.0f%s, %.0f … %.0f", f->hu_mean,
            f->hu_sd, cap_unit_after_value(f->unknown), f->hu_min, f->hu_max);
  g_autofree char *place =
      cap_annotation_place(cap_session_volume(self->session), f->center_mm);
  g_autofree char *image =
      cap_annotation_image(cap_session_volume(self->session), f->source_slice);
  if (image != NULL)
    set_textf(self->facts[PLACE], _("%s, slice %d, %s"), place,
              f->source_slice + 1, image);
  else
    set_textf(self->facts[PLACE], _("%s, slice %d"), place,
              f->source_slice + 1);
}

static void
update_malignancy(CapFindingPanel *self, const CapFinding *f)
{
  cap_rating_chart_set(CAP_RATING_CHART(self->malignancy), &f->malignancy);
  set_textf(self->malignancy_text,
            _("Rated above 3 with probability %.2f. Size alone (%.1f mm) would "
              "give %.2f."),
            f->malignancy_probability, f->mean_diameter_mm,
            cap_malignancy_from_size(f->volume_mm3));
}

static void
update_status(CapFindingPanel *self)
{
  for (int i = 0; i < 4; i++) {
    if (self->status_buttons[i] == NULL)
      continue;
    const gboolean on = self->item != NULL &&
                        cap_finding_item_status(self->item) == (CapStatus)i;
    if (on)
      gtk_widget_add_css_class(self->status_buttons[i], "current");
    else
      gtk_widget_remove_css_class(self->status_buttons[i], "current");
    gtk_accessible_update_state(
        GTK_ACCESSIBLE(self->status_buttons[i]), GTK_ACCESSIBLE_STATE_PRESSED,
        on ? GTK_ACCESSIBLE_TRISTATE_TRUE : GTK_ACCESSIBLE_TRISTATE_FALSE, -1);
  }
}

/* Why its mark is dashed, a line for each reason. */
static char *
warning_text(CapFindingItem *item)
{
  const CapFinding *f = cap_finding_item_get(item);
  g_autoptr(GPtrArray) doubts = cap_words_doubts(f);
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
  if (f->near_gap)
    g_ptr_array_add(lines, g_strdup(_("In or beside a missing slice: "
                                      "measurements may be too small.")));
  if (cap_finding_item_is_undecided(item))
    g_ptr_array_add(lines,
                    g_strdup(_("The network is undecided about this one.")));
  if (doubts->len > 0)
    g_ptr_array_add(lines, g_strdup(_("Do not trust this judgement.")));
  for (guint i = 0; i < doubts->len; i++)
    g_ptr_array_add(lines,
                    g_strdup_printf("• %s", (const char *)doubts->pdata[i]));
  g_ptr_array_add(lines, NULL);
  return g_strjoinv("\n", (char **)lines->pdata);
}

/* Explanations scroll what is said above them out of sight. */
static void
update_pinned(CapFindingPanel *self)
{
  gtk_widget_set_visible(
      self->pinned,
      self->item != NULL && cap_session_explain(self->session) &&
          cap_finding_is_doubted(cap_finding_item_get(self->item)));
}

static void
update(CapFindingPanel *self)
{
  CapFindingItem *item = self->item;
  const CapFinding *f = cap_finding_item_get(item);
  g_autofree char *probability = cap_finding_item_probability(item);
  set_textf(self->title, _("Finding %d  ·  %s"), f->id,
            cap_finding_item_site(item));
  set_textf(self->subtitle, _("%s  ·  nodule probability %s"),
            _(cap_nodule_type_name(f->type)), probability);
  g_autofree char *warning = warning_text(item);
  gtk_label_set_text(GTK_LABEL(self->warning), warning);
  gtk_widget_set_visible(self->warning, *warning != '\0');
  update_facts(self, f);
  update_malignancy(self, f);
  update_status(self);
  update_pinned(self);
}

static void
set_item(CapFindingPanel *self, CapFindingItem *item)
{
  if (self->item != NULL)
    g_clear_signal_handler(&self->changed_handler, self->item);
  g_set_object(&self->item, item);
  gtk_widget_set_visible(GTK_WIDGET(self), item != NULL);
  if (item == NULL) {
    update_pinned(self);
    return;
  }
  self->changed_handler =
      g_signal_connect_swapped(item, "changed", G_CALLBACK(update), self);
  update(self);
}

static void
on_selected(CapFindingPanel *self)
{
  set_item(self, cap_session_selected(self->session));
}

/* ---- construction ---- */

static void
dispose(GObject *object)
{
  CapFindingPanel *self = CAP_FINDING_PANEL(object);
  if (self->item != NULL)
    g_clear_signal_handler(&self->changed_handler, self->item);
  g_clear_object(&self->item);
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_object(&self->pinned);
  g_clear_object(&self->session);
  G_OBJECT_CLASS(cap_finding_panel_parent_class)->dispose(object);
}

static void
cap_finding_panel_class_init(CapFindingPanelClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name(widget, "findingpanel");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
add_section(CapFindingPanel *self, const char *title, GtkWidget *content)
{
  if (title != NULL)
    gtk_box_append(GTK_BOX(self->box), cap_label_new(title, "section-title"));
  gtk_box_append(GTK_BOX(self->box), content);
}

static GtkWidget *
facts_new(CapFindingPanel *self)
{
  static const char *const names[N_FACTS] = {
      N_("Size"), N_("Solid part"), N_("Volume"), N_("Density"), N_("Place")};
  GtkWidget *grid = gtk_grid_new();
  gtk_grid_set_column_spacing(GTK_GRID(grid), 12);
  gtk_grid_set_row_spacing(GTK_GRID(grid), 3);
  for (int i = 0; i < N_FACTS; i++) {
    GtkWidget *name = cap_label_new(_(names[i]), "quiet");
    if (i == SOLID)
      self->solid_name = name;
    gtk_label_set_yalign(GTK_LABEL(name), 0);
    self->facts[i] = cap_label_wrapped_new("", "numeric", 30);
    gtk_widget_set_hexpand(self->facts[i], TRUE);
    gtk_grid_attach(GTK_GRID(grid), name, 0, i, 1, 1);
    gtk_grid_attach(GTK_GRID(grid), self->facts[i], 1, i, 1, 1);
  }
  return grid;
}

static GtkWidget *
status_row_new(CapFindingPanel *self)
{
  static const struct {
    CapStatus status;
    const char *label, *tooltip, *css_class;
  } buttons[] = {
      {CAP_STATUS_ACCEPTED, N_("✓ Accept"), N_("Accept (A)"), "accepted"},
      {CAP_STATUS_REJECTED, N_("✕ Reject"), N_("Reject (R)"), "rejected"},
      {CAP_STATUS_UNCERTAIN, N_("? Uncertain"), N_("Uncertain (U)"),
       "uncertain"},
  };
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_box_set_homogeneous(GTK_BOX(row), TRUE);
  for (guint i = 0; i < G_N_ELEMENTS(buttons); i++) {
    GtkWidget *button = gtk_button_new_with_label(_(buttons[i].label));
    gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.status");
    gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "s",
                                     cap_status_name(buttons[i].status));
    gtk_widget_set_tooltip_text(button, _(buttons[i].tooltip));
    gtk_widget_add_css_class(button, "status");
    gtk_widget_add_css_class(button, buttons[i].css_class);
    gtk_box_append(GTK_BOX(row), button);
    self->status_buttons[buttons[i].status] = button;
  }
  return row;
}

static void
cap_finding_panel_init(CapFindingPanel *self)
{
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
  gtk_widget_add_css_class(self->box, "finding-panel");
  self->pinned = g_object_ref_sink(
      cap_label_wrapped_new(_("Do not trust this judgement."), "grave", 40));
  gtk_widget_add_css_class(self->pinned, "panel-head");
  self->title = cap_label_wrapped_new("", "heading", 40);
  self->subtitle = cap_label_wrapped_new("", "quiet", 40);
  self->warning = cap_label_wrapped_new("", "grave", 40);
  add_section(self, NULL, self->title);
  add_section(self, NULL, self->subtitle);
  add_section(self, NULL, self->warning);
  add_section(self, NULL, status_row_new(self));
  self->comment = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  add_section(self, _("Comment"), self->comment);
  self->measured = facts_new(self);
  add_section(self, _("Measured"), self->measured);
  self->malignancy = cap_rating_chart_new(_("Malignancy"), TRUE);
  self->malignancy_text = cap_label_wrapped_new("", "quiet", 40);
  add_section(self, _("Malignancy as readers would rate it, 1 – 5"),
              self->malignancy);
  add_section(self, NULL, self->malignancy_text);
}

GtkWidget *
cap_finding_panel_new(CapSession *session)
{
  CapFindingPanel *self = g_object_new(CAP_TYPE_FINDING_PANEL, NULL);
  self->session = g_object_ref(session);
  gtk_box_insert_child_after(
      GTK_BOX(self->box), cap_guideline_section_new(session), self->measured);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Selected finding"), -1);
  g_signal_connect_object(session, "notify::selected", G_CALLBACK(on_selected),
                          self, G_CONNECT_SWAPPED);
  gtk_box_append(GTK_BOX(self->box), cap_explanation_new(session));
  gtk_box_append(GTK_BOX(self->comment), cap_comment_box_new(session));
  g_signal_connect_object(session, "notify::explain", G_CALLBACK(update_pinned),
                          self, G_CONNECT_SWAPPED);
  set_item(self, cap_session_selected(session));
  return GTK_WIDGET(self);
}

void
cap_finding_panel_focus_comment(CapFindingPanel *self)
{
  gtk_widget_child_focus(self->comment, GTK_DIR_TAB_FORWARD);
}

GtkWidget *
cap_finding_panel_pinned(CapFindingPanel *self)
{
  return self->pinned;
}

void
cap_finding_panel_add_section(CapFindingPanel *self, GtkWidget *section)
{
  gtk_box_insert_child_after(GTK_BOX(self->box), section, self->measured);
}
