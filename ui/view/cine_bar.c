/* The controls of running slices: see cine_bar.h. */
#include "ui/view/cine_bar.h"

#include "ui/icon_button.h"
#include "ui/phrase.h"

static gboolean
to_icon(GBinding *binding, const GValue *from, GValue *to, gpointer unused)
{
  g_value_set_static_string(to, g_value_get_boolean(from)
                                    ? "media-playback-pause-symbolic"
                                    : "media-playback-start-symbolic");
  return TRUE;
}

static GtkWidget *
toggle_new(CapCine *cine, const char *property, const char *icon,
           const char *words)
{
  GtkWidget *toggle = cap_icon_toggle_new(icon, words);
  g_object_bind_property(cine, property, toggle, "active",
                         G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  return toggle;
}

static void
on_close(GtkButton *button, gpointer data)
{
  g_object_set(data, "playing", FALSE, NULL);
  gtk_widget_set_visible(gtk_widget_get_parent(GTK_WIDGET(button)), FALSE);
}

static GtkWidget *
rate_new(CapCine *cine)
{
  GtkWidget *spin = gtk_spin_button_new_with_range(1, 60, 1);
  gtk_spin_button_set_numeric(GTK_SPIN_BUTTON(spin), TRUE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(spin),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Slices a second"), -1);
  g_object_bind_property(cine, "rate", spin, "value",
                         G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  return spin;
}

static GtkWidget *
mode_new(CapCine *cine)
{
  static const char *const modes[] = {N_("Loop"), N_("To and fro"), N_("Once"),
                                      NULL};
  GtkWidget *mode = cap_phrase_drop_down_new(modes);
  gtk_accessible_update_property(GTK_ACCESSIBLE(mode),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("At the last slice"), -1);
  g_object_bind_property(cine, "mode", mode, "selected",
                         G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  return mode;
}

GtkWidget *
cap_cine_bar_new(CapCine *cine)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *play = toggle_new(cine, "playing", "media-playback-start-symbolic",
                               _("Play or pause (P)"));
  g_object_bind_property_full(cine, "playing", play, "icon-name",
                              G_BINDING_SYNC_CREATE, to_icon, NULL, NULL, NULL);
  GtkWidget *close =
      cap_icon_button_new("window-close-symbolic", _("Stop and hide"));
  g_signal_connect(close, "clicked", G_CALLBACK(on_close), cine);
  gtk_box_append(GTK_BOX(box), play);
  gtk_box_append(GTK_BOX(box),
                 toggle_new(cine, "backwards", "media-seek-backward-symbolic",
                            _("Backwards")));
  gtk_box_append(GTK_BOX(box), rate_new(cine));
  gtk_box_append(GTK_BOX(box), gtk_label_new(_("slices/s")));
  gtk_box_append(GTK_BOX(box), mode_new(cine));
  gtk_box_append(GTK_BOX(box), close);
  gtk_widget_add_css_class(box, "tool-row");
  gtk_widget_set_visible(box, FALSE);
  return box;
}
