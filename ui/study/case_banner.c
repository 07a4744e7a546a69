/* The banner of irregularities: see case_banner.h. */
#include "ui/study/case_banner.h"

#include "core/language.h"
#include "ui/follow.h"
#include "ui/icon_button.h"
#include "ui/label.h"
#include "ui/study/case_words.h"

typedef struct {
  CapSession *session;
  GtkWidget *revealer, *label;
  guint told; /* serial of the volume that it was about */
} Banner;

static void
hide(Banner *banner)
{
  gtk_revealer_set_reveal_child(GTK_REVEALER(banner->revealer), FALSE);
}

/* Once for each volume, when all of it is read. */
static void
update(Banner *banner)
{
  const CapVolume *volume = cap_session_volume(banner->session);
  const guint serial = cap_session_serial(banner->session);
  if (volume == NULL || !cap_session_is_complete(banner->session)) {
    hide(banner);
    return;
  }
  if (serial == banner->told)
    return;
  banner->told = serial;
  const GPtrArray *irregularities = volume->source->irregularities;
  const int n = cap_case_words_number(irregularities);
  g_autofree char *cases = cap_case_words(irregularities, "; ");
  g_autofree char *count = cap_case_words_count(n);
  g_autofree char *text = g_strdup_printf("%s: %s.", count, cases);
  gtk_label_set_text(GTK_LABEL(banner->label), n > 0 ? text : "");
  gtk_revealer_set_reveal_child(GTK_REVEALER(banner->revealer), n > 0);
}

static GtkWidget *
box_new(Banner *banner)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  banner->label = cap_label_wrapped_new("", NULL, -1);
  gtk_widget_set_hexpand(banner->label, TRUE);
  GtkWidget *details = gtk_button_new_with_label(_("Details"));
  gtk_actionable_set_action_name(GTK_ACTIONABLE(details), "win.cases");
  GtkWidget *close =
      cap_icon_button_new("window-close-symbolic", _("Put this away"));
  g_signal_connect_swapped(close, "clicked", G_CALLBACK(hide), banner);
  GtkWidget *const parts[] = {banner->label, details, close};
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
    gtk_box_append(GTK_BOX(box), parts[i]);
  for (guint i = 1; i < G_N_ELEMENTS(parts); i++) {
    gtk_widget_add_css_class(parts[i], "flat");
    gtk_widget_set_valign(parts[i], GTK_ALIGN_CENTER);
  }
  gtk_widget_add_css_class(box, "case-banner");
  return box;
}

GtkWidget *
cap_case_banner_new(CapSession *session)
{
  Banner *banner = g_new0(Banner, 1);
  banner->session = session;
  banner->revealer = gtk_revealer_new();
  gtk_revealer_set_child(GTK_REVEALER(banner->revealer), box_new(banner));
  g_object_set_data_full(G_OBJECT(banner->revealer), "cap-banner", banner,
                         g_free);
  /* Where slices were shown as they arrived, the whole volume is no other. */
  static const char *const signals[] = {"volume-changed", "planes-arrived"};
  for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
    cap_follow(banner->revealer, session, signals[i], G_CALLBACK(update),
               banner);
  return banner->revealer;
}

const char *
cap_case_banner_text(GtkWidget *widget)
{
  const Banner *banner = g_object_get_data(G_OBJECT(widget), "cap-banner");
  return gtk_revealer_get_reveal_child(GTK_REVEALER(widget))
             ? gtk_label_get_text(GTK_LABEL(banner->label))
             : "";
}
