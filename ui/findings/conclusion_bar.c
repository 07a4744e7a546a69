/* CapConclusionBar: see conclusion_bar.h. */
#include "ui/findings/conclusion_bar.h"

#include "core/language.h"
#include "io/review/review_commands.h"
#include "ui/label.h"
#include "ui/line_entry.h"

#include <adwaita.h>

#define LARGE_LINE 26 /* pixels; usual are 20 */

struct _CapConclusionBar {
  GtkWidget parent;
  CapSession *session;
  GtkWidget *box, *text, *buttons, *nothing, *not_evaluable, *take_back;
};

G_DEFINE_FINAL_TYPE(CapConclusionBar, cap_conclusion_bar, GTK_TYPE_WIDGET)

static void
conclude(CapSession *session, CapConclusion conclusion, const char *reason)
{
  g_autoptr(GError) error = NULL;
  if (!cap_session_begin_review(session))
    return;
  cap_session_acted(session,
                    cap_review_conclude(cap_session_review(session), conclusion,
                                        reason, &error),
                    error);
}

static void
on_response(AdwMessageDialog *dialog, const char *response, gpointer data)
{
  GtkWidget *entry = adw_message_dialog_get_extra_child(dialog);
  g_autofree char *reason =
      g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(entry))));
  if (g_str_equal(response, "nothing"))
    conclude(data, CAP_CONCLUSION_NOTHING_FOUND, reason);
  else if (g_str_equal(response, "not-evaluable"))
    conclude(data, CAP_CONCLUSION_NOT_EVALUABLE, reason);
}

/* A reason is needed for what cannot be evaluated, and may be given for what
 * was not found. */
static void
on_reason(GtkEditable *entry, AdwMessageDialog *dialog)
{
  g_autofree char *reason = g_strstrip(g_strdup(gtk_editable_get_text(entry)));
  adw_message_dialog_set_response_enabled(dialog, "not-evaluable",
                                          *reason != '\0');
}

static void
ask(CapConclusionBar *self, const char *heading, const char *body,
    const char *const response[2])
{
  GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(self));
  GtkWidget *dialog = adw_message_dialog_new(GTK_WINDOW(root), heading, NULL);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG(dialog);
  adw_message_dialog_set_body(message, body);
  adw_message_dialog_add_responses(message, "cancel", _("_Cancel"), response[0],
                                   response[1], NULL);
  adw_message_dialog_set_response_appearance(message, response[0],
                                             ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response(message, response[0]);
  adw_message_dialog_set_close_response(message, "cancel");
  GtkWidget *entry = cap_line_entry_new();
  gtk_entry_set_placeholder_text(GTK_ENTRY(entry), _("Reason"));
  gtk_entry_set_activates_default(GTK_ENTRY(entry), TRUE);
  gtk_accessible_update_property(
      GTK_ACCESSIBLE(entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Reason"), -1);
  adw_message_dialog_set_extra_child(message, entry);
  if (g_str_equal(response[0], "not-evaluable")) {
    g_signal_connect_object(entry, "changed", G_CALLBACK(on_reason), dialog, 0);
    on_reason(GTK_EDITABLE(entry), message);
  }
  g_signal_connect_object(dialog, "response", G_CALLBACK(on_response),
                          self->session, 0);
  gtk_window_present(GTK_WINDOW(dialog));
}

static void
on_nothing(CapConclusionBar *self)
{
  ask(self, _("Nothing found?"),
      _("The report will say that no lung nodule was found. Findings that "
        "nobody "
        "has accepted are left out."),
      (const char *const[]){"nothing", _("_Nothing found")});
}

static void
on_not_evaluable(CapConclusionBar *self)
{
  ask(self, _("Not evaluable?"),
      _("The report will say that this scan could not be evaluated, and why."),
      (const char *const[]){"not-evaluable", _("_Not evaluable")});
}

static void
on_take_back(CapConclusionBar *self)
{
  conclude(self->session, CAP_CONCLUSION_NONE, "");
}

/* ---- what there is ---- */

static gboolean
has_accepted(const CapFindings *findings)
{
  for (guint i = 0; findings != NULL && i < findings->items->len; i++)
    if (((const CapFinding *)findings->items->pdata[i])->status ==
        CAP_STATUS_ACCEPTED)
      return TRUE;
  return FALSE;
}

/* What the reader says of the scan as a whole; NULL. */
static char *
words_of(CapSession *session)
{
  const CapFindings *findings = cap_session_findings(session);
  if (findings == NULL || findings->conclusion == CAP_CONCLUSION_NONE)
    return NULL;
  const char *said = findings->conclusion == CAP_CONCLUSION_NOTHING_FOUND
                         ? _("Nothing found")
                         : _("Not evaluable");
  return *findings->conclusion_reason == '\0'
             ? g_strdup(said)
             : g_strdup_printf("%s: %s", said, findings->conclusion_reason);
}

static void
update(CapConclusionBar *self)
{
  const CapFindings *findings = cap_session_findings(self->session);
  const gboolean concluded =
      findings != NULL && findings->conclusion != CAP_CONCLUSION_NONE;
  g_autofree char *text = words_of(self->session);
  gtk_label_set_text(GTK_LABEL(self->text), text ? text : _("Conclusion"));
  gtk_widget_set_tooltip_text(self->text, text);
  gtk_widget_set_visible(self->nothing, !concluded);
  gtk_widget_set_visible(self->not_evaluable, !concluded);
  gtk_widget_set_visible(self->take_back, concluded);
  const gboolean accepted = has_accepted(findings);
  gtk_widget_set_sensitive(self->nothing, !accepted);
  gtk_widget_set_tooltip_text(
      self->nothing, accepted ? _("There are accepted findings") : NULL);
  gtk_widget_set_visible(GTK_WIDGET(self),
                         cap_session_phase(self->session) == CAP_PHASE_READY &&
                             !cap_session_is_blind(self->session));
}

/* ---- construction ---- */

static void
cap_conclusion_bar_dispose(GObject *object)
{
  CapConclusionBar *self = CAP_CONCLUSION_BAR(object);
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_object(&self->session);
  G_OBJECT_CLASS(cap_conclusion_bar_parent_class)->dispose(object);
}

/* Beside large text there is no room for the buttons. */
static void
cap_conclusion_bar_css_changed(GtkWidget *widget, GtkCssStyleChange *change)
{
  const CapConclusionBar *self = CAP_CONCLUSION_BAR(widget);
  GTK_WIDGET_CLASS(cap_conclusion_bar_parent_class)
      ->css_changed(widget, change);
  if (self->box == NULL)
    return;
  int line;
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(widget, "0");
  pango_layout_get_pixel_size(layout, NULL, &line);
  gtk_orientable_set_orientation(GTK_ORIENTABLE(self->box),
                                 line > LARGE_LINE
                                     ? GTK_ORIENTATION_VERTICAL
                                     : GTK_ORIENTATION_HORIZONTAL);
}

static void
cap_conclusion_bar_class_init(CapConclusionBarClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = cap_conclusion_bar_dispose;
  widget->css_changed = cap_conclusion_bar_css_changed;
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name(widget, "conclusionbar");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
button_new(CapConclusionBar *self, const char *label, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label(label);
  g_signal_connect_swapped(button, "clicked", callback, self);
  gtk_box_append(GTK_BOX(self->buttons), button);
  return button;
}

static void
cap_conclusion_bar_init(CapConclusionBar *self)
{
  self->box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
  gtk_widget_add_css_class(self->box, "panel-head");
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
  self->text = cap_label_ellipsized_new("", NULL);
  gtk_widget_set_hexpand(self->text, TRUE);
  self->buttons = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
  gtk_box_append(GTK_BOX(self->box), self->text);
  gtk_box_append(GTK_BOX(self->box), self->buttons);
  self->nothing = button_new(self, _("Nothing found…"), G_CALLBACK(on_nothing));
  self->not_evaluable =
      button_new(self, _("Not evaluable…"), G_CALLBACK(on_not_evaluable));
  self->take_back = button_new(self, _("Take back"), G_CALLBACK(on_take_back));
}

GtkWidget *
cap_conclusion_bar_new(CapSession *session)
{
  CapConclusionBar *self = g_object_new(CAP_TYPE_CONCLUSION_BAR, NULL);
  self->session = g_object_ref(session);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Conclusion on the scan"), -1);
  g_signal_connect_object(session, "findings-state", G_CALLBACK(update), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(session, "notify::phase", G_CALLBACK(update), self,
                          G_CONNECT_SWAPPED);
  update(self);
  return GTK_WIDGET(self);
}
