/* CapFindingPanel: see finding_panel.h. */
#include "ui/finding_panel.h"

#include "core/language.h"
#include "core/measure/malignancy.h"
#include "ui/capsule_words.h"
#include "ui/comment_box.h"
#include "ui/glyph.h"
#include "ui/guideline_section.h"
#include "ui/rating_chart.h"

#include <math.h>

#define GLYPH_COLUMNS 4

enum { SIZE, SOLID, VOLUME, DENSITY, PLACE, N_FACTS };

struct _CapFindingPanel {
  GtkWidget parent;
  CapSession *session;
  CapFindingItem *item;
  gulong changed_handler;

  GtkWidget *box, *title, *subtitle, *warning, *measured, *facts[N_FACTS],
      *solid_name;
  GtkWidget *malignancy, *malignancy_text;
  GtkWidget *attributes[CAP_N_ATTRIBUTES], *attribute_words[CAP_N_ATTRIBUTES];
  GtkWidget *glyphs[CAP_N_CAPSULES], *lengths[CAP_N_CAPSULES],
      *length_texts[CAP_N_CAPSULES];
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
  gtk_label_set_text(GTK_LABEL(label), text);
}

static void
update_facts(CapFindingPanel *self, const CapFinding *f)
{
  set_textf(self->facts[SIZE], _("%.1f × %.1f mm, mean %.1f mm"),
            f->long_axis_mm, f->short_axis_mm, f->mean_diameter_mm);
  const gboolean solid =
      f->solid_mean_diameter_mm > 0 && f->type == CAP_TYPE_PART_SOLID;
  set_textf(self->facts[SOLID], _("mean %.1f mm"), f->solid_mean_diameter_mm);
  gtk_widget_set_visible(self->facts[SOLID], solid);
  gtk_widget_set_visible(self->solid_name, solid);
  set_textf(self->facts[VOLUME], "%.0f mm³", f->volume_mm3);
  set_textf(self->facts[DENSITY], "%.0f ± %.0f HU, %.0f … %.0f", f->hu_mean,
            f->hu_sd, f->hu_min, f->hu_max);
  const CapPoint p = f->center_mm;
  set_textf(self->facts[PLACE], _("%c %.1f  %c %.1f  %c %.1f mm, slice %d"),
            p.x < 0 ? 'R' : 'L', fabs(p.x), p.y < 0 ? 'A' : 'P', fabs(p.y),
            p.z < 0 ? 'F' : 'H', fabs(p.z), f->source_slice + 1);
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
update_capsules(CapFindingPanel *self, const CapFinding *f)
{
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++) {
    const CapRating *rating = &f->attributes[a];
    cap_rating_chart_set(CAP_RATING_CHART(self->attributes[a]), rating);
    set_textf(self->attribute_words[a], "%.1f  %s", rating->expected,
              cap_capsule_words_level((CapAttributeKind)a, rating->expected));
  }
  for (int k = 0; k < CAP_N_CAPSULES; k++) {
    cap_glyph_set_capsule(CAP_GLYPH(self->glyphs[k]), &f->capsules[k]);
    gtk_level_bar_set_value(GTK_LEVEL_BAR(self->lengths[k]),
                            CLAMP(f->capsules[k].length, 0.0, 1.0));
    set_textf(self->length_texts[k], "%.2f", f->capsules[k].length);
  }
}

static void
update_current(CapFindingPanel *self)
{
  for (int k = 0; k < CAP_N_CAPSULES; k++)
    cap_glyph_set_current(CAP_GLYPH(self->glyphs[k]),
                          cap_session_explain(self->session) &&
                              cap_session_capsule(self->session) == k);
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

static void
update(CapFindingPanel *self)
{
  CapFindingItem *item = self->item;
  const CapFinding *f = cap_finding_item_get(item);
  set_textf(self->title, _("Finding %d  ·  %s"), f->id,
            cap_finding_item_site(item));
  set_textf(self->subtitle, _("%s  ·  nodule probability %.2f"),
            _(cap_nodule_type_name(f->type)), f->probability);
  gtk_label_set_text(
      GTK_LABEL(self->warning),
      f->near_gap ? _("In or beside an absent slice: measurements may be "
                      "too small.")
      : cap_finding_item_is_doubtful(item)
          ? _("The network is undecided about this one.")
          : "");
  gtk_widget_set_visible(self->warning, cap_finding_item_is_doubtful(item));
  update_facts(self, f);
  update_malignancy(self, f);
  update_capsules(self, f);
  update_current(self);
  update_status(self);
}

static void
set_item(CapFindingPanel *self, CapFindingItem *item)
{
  if (self->item != NULL)
    g_clear_signal_handler(&self->changed_handler, self->item);
  g_set_object(&self->item, item);
  gtk_widget_set_visible(GTK_WIDGET(self), item != NULL);
  if (item == NULL)
    return;
  self->changed_handler =
      g_signal_connect_swapped(item, "changed", G_CALLBACK(update), self);
  update(self);
}

static void
on_selected(CapFindingPanel *self)
{
  set_item(self, cap_session_selected(self->session));
}

/* A click on a capsule asks why: its heat map is shown. */
static void
on_chosen(CapGlyph *glyph, gpointer data)
{
  CapFindingPanel *self = data;
  const int capsule =
      GPOINTER_TO_INT(g_object_get_data(G_OBJECT(glyph), "cap-capsule"));
  g_object_set(self->session, "capsule", capsule, "explain", TRUE, NULL);
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

static GtkWidget *
label_new(const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new(text);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  if (css_class != NULL)
    gtk_widget_add_css_class(label, css_class);
  return label;
}

static GtkWidget *
wrapped_new(const char *css_class)
{
  GtkWidget *label = label_new("", css_class);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_max_width_chars(GTK_LABEL(label), 40);
  return label;
}

static void
add_section(CapFindingPanel *self, const char *title, GtkWidget *content)
{
  if (title != NULL)
    gtk_box_append(GTK_BOX(self->box), label_new(title, "section-title"));
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
    GtkWidget *name = label_new(names[i], "quiet");
    if (i == SOLID)
      self->solid_name = name;
    self->facts[i] = label_new("", "numeric");
    gtk_label_set_ellipsize(GTK_LABEL(self->facts[i]), PANGO_ELLIPSIZE_END);
    gtk_widget_set_hexpand(self->facts[i], TRUE);
    gtk_grid_attach(GTK_GRID(grid), name, 0, i, 1, 1);
    gtk_grid_attach(GTK_GRID(grid), self->facts[i], 1, i, 1, 1);
  }
  return grid;
}

static GtkWidget *
attributes_new(CapFindingPanel *self)
{
  GtkWidget *grid = gtk_grid_new();
  gtk_grid_set_column_spacing(GTK_GRID(grid), 10);
  gtk_grid_set_row_spacing(GTK_GRID(grid), 4);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++) {
    const char *name = cap_capsule_words_name(a + 2);
    self->attributes[a] = cap_rating_chart_new(name, FALSE);
    self->attribute_words[a] = label_new("", "numeric");
    gtk_label_set_ellipsize(GTK_LABEL(self->attribute_words[a]),
                            PANGO_ELLIPSIZE_END);
    gtk_label_set_width_chars(GTK_LABEL(self->attribute_words[a]), 16);
    gtk_label_set_max_width_chars(GTK_LABEL(self->attribute_words[a]), 16);
    gtk_grid_attach(GTK_GRID(grid), label_new(name, "quiet"), 0, a, 1, 1);
    gtk_grid_attach(GTK_GRID(grid), self->attributes[a], 1, a, 1, 1);
    gtk_grid_attach(GTK_GRID(grid), self->attribute_words[a], 2, a, 1, 1);
  }
  return grid;
}

static GtkWidget *
capsule_new(CapFindingPanel *self, int k)
{
  const char *name = cap_capsule_words_name(k);
  GtkWidget *cell = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  self->glyphs[k] = cap_glyph_new(name);
  g_object_set_data(G_OBJECT(self->glyphs[k]), "cap-capsule",
                    GINT_TO_POINTER(k));
  g_signal_connect(self->glyphs[k], "chosen", G_CALLBACK(on_chosen), self);
  GtkWidget *label = label_new(name, "capsule-name");
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
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
  self->length_texts[k] = label_new("", "capsule-length");
  gtk_box_append(GTK_BOX(line), self->lengths[k]);
  gtk_box_append(GTK_BOX(line), self->length_texts[k]);
  gtk_box_append(GTK_BOX(cell), self->glyphs[k]);
  gtk_box_append(GTK_BOX(cell), label);
  gtk_box_append(GTK_BOX(cell), line);
  return cell;
}

static GtkWidget *
capsules_new(CapFindingPanel *self)
{
  GtkWidget *grid = gtk_grid_new();
  gtk_grid_set_column_spacing(GTK_GRID(grid), 8);
  gtk_grid_set_row_spacing(GTK_GRID(grid), 10);
  gtk_grid_set_column_homogeneous(GTK_GRID(grid), TRUE);
  for (int k = 0; k < CAP_N_CAPSULES; k++)
    gtk_grid_attach(GTK_GRID(grid), capsule_new(self, k), k % GLYPH_COLUMNS,
                    k / GLYPH_COLUMNS, 1, 1);
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
  self->title = wrapped_new("heading");
  self->subtitle = wrapped_new("quiet");
  self->warning = wrapped_new("grave");
  add_section(self, NULL, self->title);
  add_section(self, NULL, self->subtitle);
  add_section(self, NULL, self->warning);
  add_section(self, NULL, status_row_new(self));
  self->comment = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  add_section(self, _("Comment"), self->comment);
  self->measured = facts_new(self);
  add_section(self, _("Measured"), self->measured);
  self->malignancy = cap_rating_chart_new(_("Malignancy"), TRUE);
  self->malignancy_text = wrapped_new("quiet");
  add_section(self, _("Malignancy as readers would rate it, 1 – 5"),
              self->malignancy);
  add_section(self, NULL, self->malignancy_text);
  add_section(self, _("Attributes"), attributes_new(self));
  add_section(self, _("Capsules: length and pose"), capsules_new(self));
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
  g_signal_connect_object(session, "notify::explain",
                          G_CALLBACK(update_current), self, G_CONNECT_SWAPPED);
  g_signal_connect_object(session, "notify::capsule",
                          G_CALLBACK(update_current), self, G_CONNECT_SWAPPED);
  gtk_box_append(GTK_BOX(self->comment), cap_comment_box_new(session));
  set_item(self, cap_session_selected(session));
  return GTK_WIDGET(self);
}

void
cap_finding_panel_focus_comment(CapFindingPanel *self)
{
  gtk_widget_child_focus(self->comment, GTK_DIR_TAB_FORWARD);
}
