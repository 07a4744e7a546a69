/* CapGuidelineSection: see guideline_section.h. */
#include "ui/findings/guideline_section.h"

#include "core/language.h"
#include "io/report/words_guidelines.h"
#include "ui/findings/context_popover.h"
#include "ui/findings/override_popover.h"
#include "ui/label.h"
#include "ui/session/session_guidelines.h"

struct _CapGuidelineSection {
  GtkWidget parent;
  CapSession *session;
  GtkWidget *box, *exam;
  GtkWidget *verdicts[CAP_N_GUIDELINES], *details[CAP_N_GUIDELINES];
};

G_DEFINE_FINAL_TYPE(CapGuidelineSection, cap_guideline_section, GTK_TYPE_WIDGET)

/* ---- filling ---- */

/* Rule, numbers, management and assumptions, a line each. */
static char *
detail_text(const CapAdvice *advice, const CapFinding *finding)
{
  g_autoptr(GString) text = g_string_new(NULL);
  g_autofree char *management = cap_words_management(advice, finding);
  g_autofree char *rule = cap_words_rule(advice);
  if (*management != '\0')
    g_string_append_printf(text, "%s\n", management);
  if (*rule != '\0')
    g_string_append_printf(text, _("Rule: %s.\n"), rule);
  for (guint i = 0; i < advice->assumed->len; i++)
    g_string_append_printf(text, "%s ",
                           (const char *)advice->assumed->pdata[i]);
  return g_strchomp(g_strdup(text->str));
}

static void
update_exam(CapGuidelineSection *self, const CapFindings *now)
{
  const char *why = cap_findings_not_evaluable(now);
  const CapPending pending = cap_guideline_pending(now, why);
  g_autoptr(GPtrArray) rows = cap_words_exam(now, why, &pending);
  g_autoptr(GString) text = g_string_new(_("Examination\n"));
  for (guint i = 0; i < rows->len; i++) {
    const CapWordsRow *row = rows->pdata[i];
    g_string_append_printf(text, "%s: %s\n", row->label, row->value);
  }
  g_autofree char *shown = g_strchomp(g_strdup(text->str));
  gtk_label_set_text(GTK_LABEL(self->exam), shown);
}

static void
update(CapGuidelineSection *self)
{
  CapFindingItem *item = cap_session_selected(self->session);
  CapFindings *now = item != NULL ? cap_session_now(self->session) : NULL;
  gtk_widget_set_visible(GTK_WIDGET(self), now != NULL);
  if (now == NULL)
    return;
  const CapFinding *finding = cap_finding_item_get(item);
  for (int i = 0; i < CAP_N_GUIDELINES; i++) {
    g_autoptr(CapAdvice) advice =
        cap_guideline_judge((CapGuideline)i, now, finding);
    g_autofree char *verdict = cap_words_verdict(advice, finding);
    g_autofree char *detail = detail_text(advice, finding);
    gtk_label_set_text(GTK_LABEL(self->verdicts[i]), verdict);
    gtk_label_set_text(GTK_LABEL(self->details[i]), detail);
    gtk_widget_set_visible(self->details[i], *detail != '\0');
  }
  update_exam(self, now);
  cap_session_now_free(now);
}

/* ---- the clipboard ---- */

static char *
exam_paragraph(const CapFindings *now)
{
  const char *why = cap_findings_not_evaluable(now);
  const CapPending pending = cap_guideline_pending(now, why);
  return cap_words_exam_paragraph(now, why, &pending);
}

static void
copy(GtkWidget *widget, const char *action, GVariant *parameter)
{
  CapGuidelineSection *self = CAP_GUIDELINE_SECTION(widget);
  CapFindingItem *item = cap_session_selected(self->session);
  CapFindings *now = cap_session_now(self->session);
  if (now == NULL)
    return;
  g_autofree char *text =
      g_str_equal(action, "guidelines.copy-exam") ? exam_paragraph(now)
      : item != NULL
          ? cap_words_finding_paragraph(now, cap_finding_item_get(item))
          : g_strdup("");
  cap_session_now_free(now);
  gdk_clipboard_set_text(gtk_widget_get_clipboard(widget), text);
}

/* ---- construction ---- */

static void
dispose(GObject *object)
{
  CapGuidelineSection *self = CAP_GUIDELINE_SECTION(object);
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_object(&self->session);
  G_OBJECT_CLASS(cap_guideline_section_parent_class)->dispose(object);
}

static void
cap_guideline_section_class_init(CapGuidelineSectionClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_install_action(widget, "guidelines.copy-finding", NULL,
                                  copy);
  gtk_widget_class_install_action(widget, "guidelines.copy-exam", NULL, copy);
}

static void
cap_guideline_section_init(CapGuidelineSection *self)
{
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
}

static GtkWidget *
menu_new(const char *label, const char *tooltip, GtkWidget *popover)
{
  GtkWidget *button = gtk_menu_button_new();
  gtk_menu_button_set_label(GTK_MENU_BUTTON(button), label);
  gtk_menu_button_set_popover(GTK_MENU_BUTTON(button), popover);
  gtk_accessible_update_property(GTK_ACCESSIBLE(popover),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip, -1);
  gtk_widget_set_tooltip_text(button, tooltip);
  gtk_widget_set_halign(button, GTK_ALIGN_END);
  gtk_widget_add_css_class(button, "flat");
  return button;
}

static GtkWidget *
head_new(const char *title, const char *css_class, GtkWidget *button)
{
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = cap_label_wrapped_new(title, css_class, 40);
  gtk_widget_set_hexpand(label, TRUE);
  gtk_box_append(GTK_BOX(row), label);
  if (button != NULL)
    gtk_box_append(GTK_BOX(row), button);
  return row;
}

static void
add_guideline(CapGuidelineSection *self, CapGuideline guideline)
{
  const char *title = cap_guideline_title(guideline);
  g_autofree char *tooltip =
      g_strdup_printf(_("Your own category in place of %s"), title);
  GtkWidget *change =
      cap_guideline_categories(guideline)->word != NULL
          ? menu_new(_("Change"), tooltip,
                     cap_override_popover_new(self->session, guideline))
          : NULL;
  self->verdicts[guideline] =
      cap_label_wrapped_new("", "guideline-verdict", 40);
  self->details[guideline] = cap_label_wrapped_new("", "quiet", 40);
  gtk_box_append(GTK_BOX(self->box), head_new(title, "quiet", change));
  gtk_box_append(GTK_BOX(self->box), self->verdicts[guideline]);
  gtk_box_append(GTK_BOX(self->box), self->details[guideline]);
}

static GtkWidget *
copy_row_new(void)
{
  static const struct {
    const char *label, *action, *tooltip;
  } buttons[] = {
      {N_("Copy finding"), "guidelines.copy-finding",
       N_("A paragraph about this finding to the clipboard")},
      {N_("Copy examination"), "guidelines.copy-exam",
       N_("A paragraph about the examination to the clipboard")},
  };
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_box_set_homogeneous(GTK_BOX(row), TRUE);
  for (guint i = 0; i < G_N_ELEMENTS(buttons); i++) {
    GtkWidget *button = gtk_button_new_with_label(_(buttons[i].label));
    gtk_actionable_set_action_name(GTK_ACTIONABLE(button), buttons[i].action);
    gtk_widget_set_tooltip_text(button, _(buttons[i].tooltip));
    gtk_box_append(GTK_BOX(row), button);
  }
  return row;
}

GtkWidget *
cap_guideline_section_new(CapSession *session)
{
  CapGuidelineSection *self = g_object_new(CAP_TYPE_GUIDELINE_SECTION, NULL);
  self->session = g_object_ref(session);
  gtk_accessible_update_property(
      GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Guidelines"), -1);
  gtk_box_append(GTK_BOX(self->box),
                 head_new(_("Guidelines: support, not a diagnosis"),
                          "section-title",
                          menu_new(_("Patient…"),
                                   _("What guidelines ask about the patient"),
                                   cap_context_popover_new(session))));
  for (int i = 0; i < CAP_N_GUIDELINES; i++)
    add_guideline(self, (CapGuideline)i);
  self->exam = cap_label_wrapped_new("", "guideline-exam", 40);
  gtk_box_append(GTK_BOX(self->box), self->exam);
  gtk_box_append(GTK_BOX(self->box), copy_row_new());
  g_signal_connect_object(session, "notify::selected", G_CALLBACK(update), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(session, "marks-changed", G_CALLBACK(update), self,
                          G_CONNECT_SWAPPED);
  update(self);
  return GTK_WIDGET(self);
}

const char *
cap_guideline_section_verdict(CapGuidelineSection *self, CapGuideline guideline)
{
  return gtk_label_get_text(GTK_LABEL(self->verdicts[guideline]));
}

const char *
cap_guideline_section_exam(CapGuidelineSection *self)
{
  return gtk_label_get_text(GTK_LABEL(self->exam));
}
