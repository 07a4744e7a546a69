/* CapExplanation: see explanation.h. */
#include "ui/explain/explanation.h"

#include "core/language.h"
#include "core/measure/disagreement.h"
#include "ui/explain/capsule_words.h"
#include "ui/explain/explainer.h"
#include "ui/explain/glyph.h"
#include "ui/explain/similar_view.h"
#include "ui/explain/sweep_view.h"
#include "ui/findings/rating_chart.h"
#include "ui/label.h"

#define GLYPH_COLUMNS 4
#define SWEEP_STEP 0.25 /* training spreads */
#define SWEEP_MOST 12   /* steps */

struct _CapExplanation {
  GtkWidget parent;
  CapSession *session;
  CapFindingItem *item; /* that is selected, or NULL */
  gulong changed_handler;

  GtkWidget *box, *ask, *none;
  GtkWidget *content; /* what follows is in it; NULL until it is asked for */
  CapExplainer *explainer;
  GtkWidget *sweep_view;
  int swept; /* steps that the nodule capsule's chosen spoke is moved by */
  GtkWidget *attributes[CAP_N_ATTRIBUTES], *attribute_words[CAP_N_ATTRIBUTES];
  GtkWidget *glyphs[CAP_N_CAPSULES], *lengths[CAP_N_CAPSULES],
      *length_texts[CAP_N_CAPSULES];
};

G_DEFINE_FINAL_TYPE(CapExplanation, cap_explanation, GTK_TYPE_WIDGET)

/* A sentence of small print. */
static GtkWidget *
note_new(const char *text)
{
  return cap_label_wrapped_new(text, "note", 40);
}

static void
add_section(CapExplanation *self, const char *title, GtkWidget *content)
{
  gtk_box_append(GTK_BOX(self->content), cap_label_new(title, "section-title"));
  gtk_box_append(GTK_BOX(self->content), content);
}

/* ---- heat map ---- */

static GtkWidget *
capsule_choice_new(CapSession *session)
{
  const char *names[CAP_N_CAPSULES + 1] = {NULL};
  for (int k = 0; k < CAP_N_CAPSULES; k++)
    names[k] = cap_capsule_words_name(k);
  GtkWidget *choice = gtk_drop_down_new_from_strings(names);
  gtk_widget_set_tooltip_text(choice, _("Capsule whose heat map is shown"));
  gtk_accessible_update_property(GTK_ACCESSIBLE(choice),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Capsule of the heat map"), -1);
  g_object_bind_property(session, "capsule", choice, "selected",
                         G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  return choice;
}

static char *
percent_text(GtkScale *scale, double value, gpointer unused)
{
  return g_strdup_printf("%.0f %%", 100 * value);
}

static GtkWidget *
opacity_new(CapLook *look)
{
  GtkWidget *scale =
      gtk_scale_new_with_range(GTK_ORIENTATION_HORIZONTAL, 0, 1, 0.05);
  gtk_widget_add_css_class(scale, "opacity");
  gtk_scale_set_draw_value(GTK_SCALE(scale), TRUE);
  gtk_scale_set_value_pos(GTK_SCALE(scale), GTK_POS_RIGHT);
  gtk_scale_set_format_value_func(GTK_SCALE(scale), percent_text, NULL, NULL);
  gtk_widget_set_hexpand(scale, TRUE);
  gtk_widget_set_tooltip_text(scale, _("Opacity of the heat map"));
  gtk_accessible_update_property(GTK_ACCESSIBLE(scale),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Opacity of the heat map"), -1);
  g_object_bind_property(look, "heat-opacity",
                         gtk_range_get_adjustment(GTK_RANGE(scale)), "value",
                         G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  return scale;
}

static GtkWidget *
heat_new(CapSession *session)
{
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 10);
  gtk_box_append(GTK_BOX(row), capsule_choice_new(session));
  gtk_box_append(GTK_BOX(row), opacity_new(cap_session_look(session)));
  return row;
}

/* ---- attributes ---- */

static GtkWidget *
attributes_new(CapExplanation *self)
{
  GtkWidget *grid = gtk_grid_new();
  gtk_grid_set_column_spacing(GTK_GRID(grid), 10);
  gtk_grid_set_row_spacing(GTK_GRID(grid), 4);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++) {
    const char *name = cap_capsule_words_name(a + 2);
    self->attributes[a] = cap_rating_chart_new(name, FALSE);
    self->attribute_words[a] = cap_label_new("", "numeric");
    gtk_label_set_ellipsize(GTK_LABEL(self->attribute_words[a]),
                            PANGO_ELLIPSIZE_END);
    gtk_label_set_width_chars(GTK_LABEL(self->attribute_words[a]), 16);
    gtk_label_set_max_width_chars(GTK_LABEL(self->attribute_words[a]), 16);
    gtk_grid_attach(GTK_GRID(grid), cap_label_new(name, "quiet"), 0, a, 1, 1);
    gtk_grid_attach(GTK_GRID(grid), self->attributes[a], 1, a, 1, 1);
    gtk_grid_attach(GTK_GRID(grid), self->attribute_words[a], 2, a, 1, 1);
  }
  return grid;
}

static void
update_attributes(CapExplanation *self, const CapFinding *f)
{
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++) {
    const CapRating *rating = &f->attributes[a];
    g_autofree char *text = g_strdup_printf(
        "%.1f  %s", rating->expected,
        cap_capsule_words_level((CapAttributeKind)a, rating->expected));
    cap_rating_chart_set_beside(
        CAP_RATING_CHART(self->attributes[a]), rating,
        cap_disagreement_sd((CapAttributeKind)a, rating->expected));
    gtk_label_set_text(GTK_LABEL(self->attribute_words[a]), text);
  }
}

/* ---- capsules ---- */

/* A click on a capsule shows its heat map. */
static void
on_chosen(CapGlyph *glyph, gpointer data)
{
  CapExplanation *self = data;
  for (int k = 0; k < CAP_N_CAPSULES; k++)
    if (self->glyphs[k] == GTK_WIDGET(glyph))
      g_object_set(self->session, "capsule", k, NULL);
}

/* Brings the top of WIDGET into view. */
static void
scroll_to(GtkWidget *widget)
{
  GtkWidget *scroller =
      gtk_widget_get_ancestor(widget, GTK_TYPE_SCROLLED_WINDOW);
  double x, y;
  if (scroller == NULL ||
      !gtk_widget_translate_coordinates(widget, scroller, 0, 0, &x, &y))
    return;
  GtkAdjustment *place =
      gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(scroller));
  gtk_adjustment_set_value(place, gtk_adjustment_get_value(place) + y);
}

/* The nodule capsule as it is moved, into its glyph and to be drawn. */
static void
show_sweep(CapExplanation *self)
{
  if (cap_session_explained(self->session) == NULL)
    return;
  const CapFinding *f = cap_finding_item_get(self->item);
  CapGlyph *glyph = CAP_GLYPH(self->glyphs[0]);
  const int spoke = cap_glyph_spoke(glyph);
  CapCapsule capsule = f->capsules[0];
  if (spoke >= 0)
    capsule.pose[spoke] +=
        (float)(self->swept * SWEEP_STEP *
                cap_explainer_spread(self->explainer, spoke));
  cap_glyph_set_capsule(glyph, &capsule);
  cap_sweep_view_set(CAP_SWEEP_VIEW(self->sweep_view), spoke,
                     self->swept * SWEEP_STEP);
  cap_explainer_draw(self->explainer, f, capsule.pose);
}

/* Another spoke starts where it is. */
static void
on_spoke(CapExplanation *self)
{
  self->swept = 0;
  show_sweep(self);
}

static void
on_swept(CapGlyph *glyph, int by, gpointer data)
{
  CapExplanation *self = data;
  self->swept = by == 0 ? 0 : CLAMP(self->swept + by, -SWEEP_MOST, SWEEP_MOST);
  show_sweep(self);
  scroll_to(self->sweep_view);
}

/* Spokes are as long as their spread in training says, once that is read. */
static void
on_drawn(CapExplanation *self)
{
  const CapReference *reference = cap_explainer_reference(self->explainer);
  for (int k = 0; reference != NULL && k < CAP_N_CAPSULES; k++)
    cap_glyph_set_spread(CAP_GLYPH(self->glyphs[k]), reference->spread[k]);
}

static GtkWidget *
capsule_new(CapExplanation *self, int k)
{
  const char *name = cap_capsule_words_name(k);
  GtkWidget *cell = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  self->glyphs[k] = cap_glyph_new(name);
  g_signal_connect(self->glyphs[k], "chosen", G_CALLBACK(on_chosen), self);
  if (k == 0) {
    g_signal_connect_swapped(self->glyphs[k], "notify::spoke",
                             G_CALLBACK(on_spoke), self);
    g_signal_connect(self->glyphs[k], "swept", G_CALLBACK(on_swept), self);
  }
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

static GtkWidget *
capsules_new(CapExplanation *self)
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

static void
update_capsules(CapExplanation *self, const CapFinding *f)
{
  for (int k = 0; k < CAP_N_CAPSULES; k++) {
    const CapCapsule *capsule = &f->capsules[k];
    g_autofree char *length = g_strdup_printf("%.2f", capsule->length);
    cap_glyph_set_capsule(CAP_GLYPH(self->glyphs[k]), capsule);
    gtk_level_bar_set_value(GTK_LEVEL_BAR(self->lengths[k]),
                            CLAMP(capsule->length, 0.0, 1.0));
    gtk_label_set_text(GTK_LABEL(self->length_texts[k]), length);
  }
}

static void
update_current(CapExplanation *self)
{
  for (int k = 0; self->content != NULL && k < CAP_N_CAPSULES; k++)
    cap_glyph_set_current(CAP_GLYPH(self->glyphs[k]),
                          cap_session_capsule(self->session) == k);
}

/* ---- following the session ---- */

static void
build(CapExplanation *self)
{
  self->content = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  gtk_box_append(GTK_BOX(self->box), self->content);
  add_section(self, _("Heat map: where a capsule’s votes came from"),
              heat_new(self->session));
  add_section(self, _("Attributes as readers would rate them"),
              attributes_new(self));
  gtk_box_append(
      GTK_BOX(self->content),
      note_new(_("Tick: expected level. Thin line: the network’s standard "
                 "deviation. Blue band: how far readers of such nodules differ "
                 "(LIDC-IDRI, 1,057 nodules).")));
  self->explainer = cap_explainer_new(self->session);
  self->sweep_view = cap_sweep_view_new(self->session, self->explainer);
  add_section(self, _("Rebuilt from the nodule capsule, 32 mm"),
              self->sweep_view);
  add_section(self, _("Capsules: length and pose"), capsules_new(self));
  add_section(self, _("Most similar nodules of the training set"),
              cap_similar_view_new(self->session, self->explainer));
  gtk_box_append(
      GTK_BOX(self->content),
      note_new(_("Ratings are means of LIDC-IDRI’s readers. Pictures are "
                 "rebuilt by the decoder; no patient’s image is kept.")));
  g_signal_connect_object(self->explainer, "drawn", G_CALLBACK(on_drawn), self,
                          G_CONNECT_SWAPPED);
}

static void
update(CapExplanation *self)
{
  const gboolean wanted =
      self->item != NULL && cap_session_explain(self->session);
  const gboolean shown = cap_session_explained(self->session) != NULL;
  gtk_widget_set_visible(self->ask, !wanted);
  gtk_widget_set_visible(self->none, wanted && !shown);
  if (shown && self->content == NULL)
    build(self);
  if (self->content != NULL)
    gtk_widget_set_visible(self->content, shown);
  if (!shown) {
    if (self->explainer != NULL)
      cap_explainer_clear(self->explainer);
    return;
  }
  const CapFinding *f = cap_finding_item_get(self->item);
  update_attributes(self, f);
  update_capsules(self, f);
  update_current(self);
  show_sweep(self);
}

/* Once what was added has its size: who asks why wants to see the answer. */
static gboolean
scroll_here(gpointer data)
{
  CapExplanation *self = data;
  if (cap_session_explain(self->session))
    scroll_to(GTK_WIDGET(self));
  return G_SOURCE_REMOVE;
}

static void
on_explain(CapExplanation *self)
{
  update(self);
  if (cap_session_explained(self->session) != NULL)
    g_timeout_add_full(G_PRIORITY_DEFAULT_IDLE, 50, scroll_here,
                       g_object_ref(self), g_object_unref);
}

static void
on_selected(CapExplanation *self)
{
  self->swept = 0;
  if (self->item != NULL)
    g_clear_signal_handler(&self->changed_handler, self->item);
  g_set_object(&self->item, cap_session_selected(self->session));
  if (self->item != NULL)
    self->changed_handler = g_signal_connect_swapped(self->item, "changed",
                                                     G_CALLBACK(update), self);
  update(self);
}

/* ---- construction ---- */

static void
dispose(GObject *object)
{
  CapExplanation *self = CAP_EXPLANATION(object);
  if (self->item != NULL)
    g_clear_signal_handler(&self->changed_handler, self->item);
  g_clear_object(&self->item);
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_object(&self->explainer);
  g_clear_object(&self->session);
  G_OBJECT_CLASS(cap_explanation_parent_class)->dispose(object);
}

static void
cap_explanation_class_init(CapExplanationClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name(widget, "explanation");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cap_explanation_init(CapExplanation *self)
{
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
  self->ask = gtk_button_new_with_label(_("Explain this judgement"));
  gtk_actionable_set_action_name(GTK_ACTIONABLE(self->ask), "win.explain");
  gtk_widget_set_tooltip_text(
      self->ask, _("Heat map, attributes, capsules and similar nodules (E)"));
  gtk_widget_set_halign(self->ask, GTK_ALIGN_START);
  gtk_widget_set_margin_top(self->ask, 8);
  self->none =
      cap_label_wrapped_new(_("No network has judged this finding, so there is "
                              "nothing to explain."),
                            "quiet", -1);
  gtk_box_append(GTK_BOX(self->box), self->ask);
  gtk_box_append(GTK_BOX(self->box), self->none);
}

GtkWidget *
cap_explanation_new(CapSession *session)
{
  CapExplanation *self = g_object_new(CAP_TYPE_EXPLANATION, NULL);
  self->session = g_object_ref(session);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Explanation"), -1);
  g_signal_connect_object(session, "notify::explain", G_CALLBACK(on_explain),
                          self, G_CONNECT_SWAPPED);
  g_signal_connect_object(session, "notify::selected", G_CALLBACK(on_selected),
                          self, G_CONNECT_SWAPPED);
  g_signal_connect_object(session, "notify::capsule",
                          G_CALLBACK(update_current), self, G_CONNECT_SWAPPED);
  on_selected(self);
  return GTK_WIDGET(self);
}
