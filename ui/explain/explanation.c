/* CapExplanation: see explanation.h. */
#include "ui/explain/explanation.h"

#include "core/language.h"
#include "ui/explain/attribute_strip.h"
#include "ui/explain/capsule_grid.h"
#include "ui/explain/capsule_words.h"
#include "ui/explain/explainer.h"
#include "ui/explain/similar_view.h"
#include "ui/explain/sweep_view.h"
#include "ui/label.h"

#include <string.h>

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
  int swept[CAP_N_CAPSULES]; /* steps that the chosen spoke is moved by */
  GtkWidget *attributes, *effect;
  CapCapsuleGrid *capsules;
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
  GtkWidget *label = cap_label_new(title, "section-title");
  gtk_accessible_update_relation(GTK_ACCESSIBLE(content),
                                 GTK_ACCESSIBLE_RELATION_LABELLED_BY, label,
                                 NULL, -1);
  gtk_box_append(GTK_BOX(self->content), label);
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

/* ---- capsules ---- */

/* A click on a capsule shows its heat map. */
static void
on_chosen(CapExplanation *self, int k)
{
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

/* By how much the chosen spoke of capsule K is moved; 0 without one. */
static double
moved_by(CapExplanation *self, int k, int *spoke)
{
  *spoke = cap_capsule_grid_spoke(self->capsules, k);
  return *spoke < 0 ? 0
                    : self->swept[k] * SWEEP_STEP *
                          cap_explainer_spread(self->explainer, k, *spoke);
}

/* Capsule K with its chosen spoke moved, also in its glyph. */
static CapCapsule
show_moved(CapExplanation *self, const CapFinding *f, int k)
{
  int spoke;
  CapCapsule capsule = f->capsules[k];
  const double by = moved_by(self, k, &spoke);
  if (spoke >= 0)
    capsule.pose[spoke] += (float)by;
  cap_capsule_grid_show(self->capsules, k, &capsule);
  return capsule;
}

/* The nodule capsule as it is moved, into its glyph and to be drawn. */
static void
show_sweep(CapExplanation *self, const CapFinding *f)
{
  const CapCapsule capsule = show_moved(self, f, 0);
  cap_sweep_view_set(CAP_SWEEP_VIEW(self->sweep_view),
                     cap_capsule_grid_spoke(self->capsules, 0),
                     self->swept[0] * SWEEP_STEP);
  cap_explainer_draw(self->explainer, f, capsule.pose);
}

/* The rating of attribute capsule K as it is moved. FALSE where that is not
 * known. */
static gboolean
show_rating(CapExplanation *self, const CapFinding *f, int k, CapRating *moved)
{
  const CapAttributeKind kind = (CapAttributeKind)(k - CAP_CAPSULE_ATTRIBUTES);
  const CapAttributeHeads *heads = cap_explainer_heads(self->explainer);
  int spoke;
  const double by = moved_by(self, k, &spoke);
  show_moved(self, f, k);
  if (heads == NULL || spoke < 0)
    return FALSE;
  *moved =
      cap_attribute_heads_move(heads, kind, &f->attributes[kind], spoke, by);
  cap_attribute_strip_move(CAP_ATTRIBUTE_STRIP(self->attributes), kind,
                           &f->attributes[kind], moved);
  return TRUE;
}

/* What comes of capsule K, whose spoke was chosen or moved last. */
static char *
effect_of(CapExplanation *self, const CapFinding *f, int k)
{
  const char *name = cap_capsule_words_name(k);
  const int spoke = cap_capsule_grid_spoke(self->capsules, k);
  CapRating moved;
  if (k == CAP_CAPSULE_NON_NODULE)
    return g_strdup(_("This capsule feeds neither the reconstruction nor a "
                      "rating of its own: nothing is shown of moving it."));
  if (!show_rating(self, f, k, &moved))
    return g_strdup_printf(_("%s: this capsule does not feed the "
                             "reconstruction, and without the weights that "
                             "judged the finding its rating cannot be moved."),
                           name);
  const CapAttributeKind kind = (CapAttributeKind)(k - CAP_CAPSULE_ATTRIBUTES);
  const double by = self->swept[k] * SWEEP_STEP;
  if (cap_attribute_is_classes(kind)) {
    g_autofree char *now = cap_capsule_words_rating(kind, &moved);
    g_autofree char *before =
        cap_capsule_words_rating(kind, &f->attributes[kind]);
    return g_strdup_printf(
        _("%s: component %d moved by %+.2f of its spread in training. "
          "Likeliest "
          "%s, before %s. This capsule does not feed the reconstruction."),
        name, spoke + 1, by, now, before);
  }
  return g_strdup_printf(
      _("%s: component %d moved by %+.2f of its spread in training. Expected "
        "rating %.2f, before %.2f. This capsule does not feed the "
        "reconstruction."),
      name, spoke + 1, by, moved.expected, f->attributes[kind].expected);
}

static void
show_effect(CapExplanation *self, const CapFinding *f, int k)
{
  g_autofree char *text = effect_of(self, f, k);
  gtk_label_set_text(GTK_LABEL(self->effect), text);
}

/* All that is moved, over what the finding has. */
static void
show_all_moved(CapExplanation *self, const CapFinding *f)
{
  show_sweep(self, f);
  for (int k = CAP_CAPSULE_ATTRIBUTES; k < CAP_N_CAPSULES; k++) {
    CapRating moved;
    if (self->swept[k] != 0)
      show_rating(self, f, k, &moved);
  }
}

static void
show_capsule(CapExplanation *self, int k)
{
  if (cap_session_explained(self->session) == NULL)
    return;
  const CapFinding *f = cap_finding_item_get(self->item);
  if (k == CAP_CAPSULE_NODULE)
    show_sweep(self, f);
  else
    show_effect(self, f, k);
}

/* Another spoke starts where it is. */
static void
on_spoke(CapExplanation *self, int k)
{
  self->swept[k] = 0;
  show_capsule(self, k);
}

static void
on_swept(CapExplanation *self, int k, int by)
{
  /* It would look as if something came of it. */
  if (k == CAP_CAPSULE_NON_NODULE)
    by = 0;
  self->swept[k] =
      by == 0 ? 0 : CLAMP(self->swept[k] + by, -SWEEP_MOST, SWEEP_MOST);
  show_capsule(self, k);
  if (k == CAP_CAPSULE_NODULE)
    scroll_to(self->sweep_view);
}

/* Spokes are as long as their spread in training says, once that is read. */
static void
on_drawn(CapExplanation *self)
{
  const CapReference *reference = cap_explainer_reference(self->explainer);
  for (int k = 0; reference != NULL && k < CAP_N_CAPSULES; k++)
    cap_capsule_grid_set_spread(self->capsules, k, reference->spread[k]);
}

static void
update_current(CapExplanation *self)
{
  if (self->content != NULL)
    cap_capsule_grid_set_current(self->capsules,
                                 cap_session_capsule(self->session));
}

static GtkWidget *
capsules_new(CapExplanation *self)
{
  GtkWidget *grid = cap_capsule_grid_new();
  self->capsules = CAP_CAPSULE_GRID(grid);
  g_signal_connect_object(grid, "chosen", G_CALLBACK(on_chosen), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(grid, "spoke", G_CALLBACK(on_spoke), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(grid, "swept", G_CALLBACK(on_swept), self,
                          G_CONNECT_SWAPPED);
  return grid;
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
              self->attributes = cap_attribute_strip_new());
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
  self->effect = note_new(
      _("The spokes of an attribute’s capsule, chosen with ↑ and ↓ and moved "
        "with ← and →, move its rating above. Only the nodule capsule feeds "
        "the reconstruction."));
  gtk_box_append(GTK_BOX(self->content), self->effect);
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
  cap_attribute_strip_set(CAP_ATTRIBUTE_STRIP(self->attributes), f);
  cap_capsule_grid_set(self->capsules, f);
  update_current(self);
  show_all_moved(self, f);
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
  memset(self->swept, 0, sizeof self->swept);
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
