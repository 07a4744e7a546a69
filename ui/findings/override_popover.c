/* CapOverridePopover: see override_popover.h. */
#include "ui/findings/override_popover.h"

#include "core/language.h"
#include "ui/line_entry.h"
#include "ui/session/session_guidelines.h"

struct _CapOverridePopover {
  GtkPopover parent;
  CapSession *session;
  CapGuideline guideline;
  GtkWidget *box, *category, *reason, *apply, *undo;
};

G_DEFINE_FINAL_TYPE(CapOverridePopover, cap_override_popover, GTK_TYPE_POPOVER)

static void
update_sensitive(CapOverridePopover *self)
{
  g_autofree char *reason =
      g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(self->reason))));
  gtk_widget_set_sensitive(self->apply, *reason != '\0');
}

/* Shows what the selected finding has. */
static void
fill(CapOverridePopover *self)
{
  CapFindingItem *item = cap_session_selected(self->session);
  const CapOverride *own =
      item != NULL ? cap_finding_item_get(item)->overrides[self->guideline]
                   : NULL;
  const CapGuidelineCategory *all = cap_guideline_categories(self->guideline);
  const CapGuidelineCategory *chosen =
      own ? cap_guideline_category(self->guideline, own->category) : NULL;
  if (chosen != NULL)
    gtk_drop_down_set_selected(GTK_DROP_DOWN(self->category),
                               (guint)(chosen - all));
  gtk_editable_set_text(GTK_EDITABLE(self->reason), own ? own->reason : "");
  gtk_widget_set_visible(self->undo, own != NULL);
  update_sensitive(self);
}

static void
on_apply(CapOverridePopover *self)
{
  if (!gtk_widget_get_sensitive(self->apply))
    return;
  const guint chosen =
      gtk_drop_down_get_selected(GTK_DROP_DOWN(self->category));
  g_autofree char *reason =
      g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(self->reason))));
  cap_session_set_override(
      self->session, self->guideline,
      cap_guideline_categories(self->guideline)[chosen].word, reason);
  gtk_popover_popdown(GTK_POPOVER(self));
}

static void
on_undo(CapOverridePopover *self)
{
  cap_session_set_override(self->session, self->guideline, NULL, NULL);
  gtk_popover_popdown(GTK_POPOVER(self));
}

static void
dispose(GObject *object)
{
  CapOverridePopover *self = CAP_OVERRIDE_POPOVER(object);
  g_clear_object(&self->session);
  G_OBJECT_CLASS(cap_override_popover_parent_class)->dispose(object);
}

static void
cap_override_popover_class_init(CapOverridePopoverClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = dispose;
  gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(klass),
                                       GTK_ACCESSIBLE_ROLE_DIALOG);
}

static void
cap_override_popover_init(CapOverridePopover *self)
{
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_add_css_class(self->box, "popover-form");
  gtk_popover_set_child(GTK_POPOVER(self), self->box);
}

static void
name(GtkWidget *widget, const char *label)
{
  gtk_accessible_update_property(GTK_ACCESSIBLE(widget),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/* "4A  Suspicious"; the title alone where words are only for files. */
static GtkWidget *
category_new(CapGuideline guideline)
{
  g_autoptr(GStrvBuilder) lines = g_strv_builder_new();
  for (const CapGuidelineCategory *c = cap_guideline_categories(guideline);
       c->word != NULL; c++) {
    g_autofree char *line =
        guideline == CAP_LUNGRADS
            ? g_strdup_printf("%s  %s", c->word, _(c->title))
            : g_strdup(_(c->management));
    g_strv_builder_add(lines, line);
  }
  g_auto(GStrv) texts = g_strv_builder_end(lines);
  return gtk_drop_down_new_from_strings((const char *const *)texts);
}

static void
build(CapOverridePopover *self)
{
  self->category = category_new(self->guideline);
  name(self->category, _("Your category"));
  self->reason = cap_line_entry_new();
  gtk_entry_set_placeholder_text(GTK_ENTRY(self->reason), _("Reason (needed)"));
  gtk_editable_set_max_width_chars(GTK_EDITABLE(self->reason), 36);
  name(self->reason, _("Reason for your category"));
  self->apply = gtk_button_new_with_label(_("Use this category"));
  gtk_widget_add_css_class(self->apply, "suggested-action");
  self->undo = gtk_button_new_with_label(_("Back to the rule"));
  GtkWidget *const all[] = {self->category, self->reason, self->apply,
                            self->undo};
  for (guint i = 0; i < G_N_ELEMENTS(all); i++)
    gtk_box_append(GTK_BOX(self->box), all[i]);
  g_signal_connect_swapped(self->reason, "changed",
                           G_CALLBACK(update_sensitive), self);
  g_signal_connect_swapped(self->reason, "activate", G_CALLBACK(on_apply),
                           self);
  g_signal_connect_swapped(self->apply, "clicked", G_CALLBACK(on_apply), self);
  g_signal_connect_swapped(self->undo, "clicked", G_CALLBACK(on_undo), self);
  g_signal_connect(self, "map", G_CALLBACK(fill), NULL);
}

GtkWidget *
cap_override_popover_new(CapSession *session, CapGuideline guideline)
{
  CapOverridePopover *self = g_object_new(CAP_TYPE_OVERRIDE_POPOVER, NULL);
  self->session = g_object_ref(session);
  self->guideline = guideline;
  build(self);
  fill(self);
  return GTK_WIDGET(self);
}
