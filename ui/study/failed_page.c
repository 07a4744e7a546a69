/* The page of what cannot be shown: see failed_page.h. */
#include "ui/study/failed_page.h"

#include "core/language.h"
#include "ui/follow.h"
#include "ui/study/series_chooser.h"

#include <adwaita.h>

#define LINE_CHARS 72

typedef struct {
  CapSession *session;
  GtkWidget *why, *next, *series;
} FailedPage;

static void
update(FailedPage *page)
{
  if (cap_session_phase(page->session) != CAP_PHASE_FAILED)
    return;
  gtk_label_set_text(GTK_LABEL(page->why), cap_session_message(page->session));
  const CapSeriesList *list = cap_session_series_list(page->session);
  const guint chosen = cap_session_series_index(page->session) >= 0;
  const guint others = list != NULL ? list->series->len - chosen : 0;
  gtk_widget_set_visible(page->series, others > 0);
  g_autofree char *next =
      others > 0
          ? g_strdup_printf(P_("%u other series can be chosen:",
                               "%u other series can be chosen:", others),
                            others)
          : g_strdup(_("Nothing was changed. Another folder or file can be "
                       "opened or dropped here."));
  gtk_label_set_text(GTK_LABEL(page->next), next);
}

static GtkWidget *
centred_label_new(const char *css_class)
{
  GtkWidget *label = gtk_label_new(NULL);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_max_width_chars(GTK_LABEL(label), LINE_CHARS);
  gtk_label_set_justify(GTK_LABEL(label), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class(label, css_class);
  return label;
}

static GtkWidget *
box_new(FailedPage *page)
{
  page->why = centred_label_new("failure");
  gtk_label_set_wrap_mode(GTK_LABEL(page->why), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable(GTK_LABEL(page->why), TRUE);
  page->next = centred_label_new("quiet");
  page->series = cap_series_chooser_new(page->session);
  gtk_widget_set_size_request(page->series, 420, 220);
  gtk_widget_add_css_class(page->series, "card");
  GtkWidget *open = gtk_button_new_with_label(_("Open something else…"));
  gtk_actionable_set_action_name(GTK_ACTIONABLE(open), "win.open");
  gtk_widget_set_halign(open, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class(open, "pill");
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 18);
  gtk_widget_set_halign(box, GTK_ALIGN_CENTER);
  GtkWidget *const parts[] = {page->why, page->next, page->series, open};
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
    gtk_box_append(GTK_BOX(box), parts[i]);
  return box;
}

GtkWidget *
cap_failed_page_new(CapSession *session)
{
  FailedPage *page = g_new0(FailedPage, 1);
  page->session = session;
  GtkWidget *widget = g_object_new(
      ADW_TYPE_STATUS_PAGE, "icon-name", "dialog-warning-symbolic", "title",
      _("This cannot be shown"), "child", box_new(page), NULL);
  cap_follow(widget, session, "notify::phase", G_CALLBACK(update), page);
  g_object_set_data_full(G_OBJECT(widget), "cap-failed-page", page, g_free);
  return widget;
}
