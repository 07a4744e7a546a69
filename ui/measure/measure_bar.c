/* CapMeasureBar: see measure_bar.h. */
#include "ui/measure/measure_bar.h"

#include "core/language.h"
#include "io/report/words_measurements.h"
#include "ui/follow.h"
#include "ui/label.h"
#include "ui/measure/measuring.h"

#define BAR_DATA "cap-measure-bar"

typedef struct {
  GtkWidget *revealer, *box, *hint;
  CapSession *session;
} MeasureBar;

/* What to do next of KIND with N points placed. */
static const char *
hint_of(CapMeasureKind kind, int n)
{
  switch (kind) {
  case CAP_MEASURE_AXES:
    return n < 2 ? _("Drag along the longest diameter")
                 : _("Drag along the longest diameter across it");
  case CAP_MEASURE_ELLIPSE:
    return _("Drag from corner to corner around the region");
  case CAP_MEASURE_ANGLE:
    return n < 2 ? _("Drag from the end of one arm to the vertex")
                 : _("Click the end of the other arm");
  case CAP_MEASURE_FREEHAND:
    return _("Drag around the region, or click around it and end at the first "
             "point");
  default:
    return _("Drag from end to end");
  }
}

static void
update(MeasureBar *self)
{
  CapMeasureKind kind;
  const gboolean measures =
      cap_measuring_kind(cap_session_tool(self->session), &kind);
  gtk_revealer_set_reveal_child(GTK_REVEALER(self->revealer), measures);
  gtk_widget_set_visible(self->revealer, measures);
  if (measures)
    gtk_label_set_text(
        GTK_LABEL(self->hint),
        hint_of(kind, cap_ruler_n_points(cap_session_ruler(self->session))));
}

static GtkWidget *
tool_new(CapMeasureKind kind)
{
  const char *name = _(cap_words_measure_kind(kind));
  g_autofree char *label = g_strdup_printf("%d  %s", kind + 1, name);
  GtkWidget *button = gtk_toggle_button_new_with_label(label);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.tool");
  gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "s",
                                   cap_measure_kind_name(kind));
  gtk_widget_add_css_class(button, "flat");
  gtk_accessible_update_property(GTK_ACCESSIBLE(button),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return button;
}

/* The kinds side by side; where there is no room they scroll. */
static GtkWidget *
tools_new(void)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *scroller = gtk_scrolled_window_new();
  for (int kind = 0; kind < CAP_N_MEASURE_KINDS; kind++)
    gtk_box_append(GTK_BOX(box), tool_new((CapMeasureKind)kind));
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller),
                                 GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_propagate_natural_width(GTK_SCROLLED_WINDOW(scroller),
                                                  TRUE);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), box);
  return scroller;
}

static GtkWidget *
hint_new(void)
{
  GtkWidget *hint = cap_label_wrapped_new("", NULL, -1);
  gtk_label_set_width_chars(GTK_LABEL(hint), 12);
  gtk_widget_set_hexpand(hint, TRUE);
  gtk_widget_set_margin_start(hint, 10);
  gtk_widget_set_margin_end(hint, 10);
  return hint;
}

static GtkWidget *
done_new(void)
{
  GtkWidget *done = gtk_button_new_with_label(_("Done"));
  gtk_actionable_set_action_name(GTK_ACTIONABLE(done), "win.tool");
  gtk_actionable_set_action_target(GTK_ACTIONABLE(done), "s", "none");
  gtk_widget_set_tooltip_text(done, _("Put the tool down (Esc)"));
  gtk_widget_set_valign(done, GTK_ALIGN_CENTER);
  return done;
}

GtkWidget *
cap_measure_bar_new(CapSession *session)
{
  MeasureBar *self = g_new0(MeasureBar, 1);
  self->session = session;
  self->revealer = gtk_revealer_new();
  gtk_widget_set_halign(self->revealer, GTK_ALIGN_CENTER);
  self->box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *next = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
  gtk_widget_add_css_class(self->box, "work-bar");
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->box),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, _("Measure"),
                                 -1);
  gtk_box_append(GTK_BOX(next), self->hint = hint_new());
  gtk_box_append(GTK_BOX(next), done_new());
  gtk_box_append(GTK_BOX(self->box), tools_new());
  gtk_box_append(GTK_BOX(self->box), next);
  gtk_revealer_set_child(GTK_REVEALER(self->revealer), self->box);
  g_object_set_data_full(G_OBJECT(self->revealer), BAR_DATA, self, g_free);
  const struct {
    gpointer object;
    const char *signal;
  } bound[] = {{session, "notify::tool"},
               {cap_session_ruler(session), "notify::n-points"}};
  for (guint i = 0; i < G_N_ELEMENTS(bound); i++)
    cap_follow(self->revealer, bound[i].object, bound[i].signal,
               G_CALLBACK(update), self);

  update(self);
  return self->revealer;
}

void
cap_measure_bar_set_narrow(GtkWidget *bar, gboolean narrow)
{
  MeasureBar *self = g_object_get_data(G_OBJECT(bar), BAR_DATA);
  gtk_orientable_set_orientation(GTK_ORIENTABLE(self->box),
                                 narrow ? GTK_ORIENTATION_VERTICAL
                                        : GTK_ORIENTATION_HORIZONTAL);
  if (narrow)
    gtk_widget_add_css_class(self->box, "narrow");
  else
    gtk_widget_remove_css_class(self->box, "narrow");
}
