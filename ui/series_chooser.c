/* The series of the opened path: see series_chooser.h. */
#include "ui/series_chooser.h"

#include "core/irregularity.h"
#include "core/language.h"

static GtkWidget *
label_new(const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new(text);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars(GTK_LABEL(label), 26);
  if (css_class != NULL)
    gtk_widget_add_css_class(label, css_class);
  return label;
}

static int
n_grave(const CapSource *source)
{
  int n = 0;
  for (guint i = 0; i < source->irregularities->len; i++) {
    const CapIrregularity *irregularity = source->irregularities->pdata[i];
    n += irregularity->severity != CAP_SEVERITY_INFO;
  }
  return n;
}

static GtkWidget *
row_new(const CapSeries *series)
{
  const CapSource *source = series->source;
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 1);
  gtk_widget_add_css_class(box, "series-row");
  const char *name = *source->series_description != '\0'
                         ? source->series_description
                     : *source->modality != '\0' ? source->modality
                                                 : _("Series");
  gtk_box_append(GTK_BOX(box), label_new(name, NULL));
  g_autofree char *slices = g_strdup_printf(
      P_("%d slice", "%d slices", series->slices), series->slices);
  g_autofree char *spacing =
      series->spacing_mm[2] > 0
          ? g_strdup_printf("  %.2f mm", series->spacing_mm[2])
          : g_strdup("");
  g_autofree char *size =
      g_strdup_printf("%s  %s%s", source->modality, slices, spacing);
  gtk_box_append(GTK_BOX(box), label_new(g_strstrip(size), "quiet"));
  if (*source->kernel != '\0')
    gtk_box_append(GTK_BOX(box), label_new(source->kernel, "quiet"));
  const int grave = n_grave(source);
  if (!(series->usable & CAP_USABLE_VIEW)) {
    gtk_box_append(GTK_BOX(box), label_new(_("⚠ cannot be shown"), "grave"));
  } else if (grave > 0) {
    g_autofree char *text = g_strdup_printf(
        P_("⚠ %d irregularity", "⚠ %d irregularities", grave), grave);
    gtk_box_append(GTK_BOX(box), label_new(text, "grave"));
  }
  gtk_widget_set_tooltip_text(box, series->unusable_text);
  return box;
}

typedef struct {
  CapSession *session;
  GtkWidget *list;
  const CapSeriesList *shown; /* compared only */
  gboolean filling;
} Chooser;

static void
update(Chooser *chooser)
{
  const CapSeriesList *list = cap_session_series_list(chooser->session);
  GtkListBox *box = GTK_LIST_BOX(chooser->list);
  chooser->filling = TRUE;
  if (list != chooser->shown) {
    for (GtkWidget *row;
         (row = gtk_widget_get_first_child(chooser->list)) != NULL;)
      gtk_list_box_remove(box, row);
    for (guint i = 0; list != NULL && i < list->series->len; i++)
      gtk_list_box_append(box, row_new(list->series->pdata[i]));
    chooser->shown = list;
  }
  const int index = cap_session_series_index(chooser->session);
  gtk_list_box_select_row(
      box, index >= 0 ? gtk_list_box_get_row_at_index(box, index) : NULL);
  chooser->filling = FALSE;
}

static void
on_activated(GtkListBox *box, GtkListBoxRow *row, gpointer data)
{
  const Chooser *chooser = data;
  const int index = gtk_list_box_row_get_index(row);
  if (!chooser->filling && index != cap_session_series_index(chooser->session))
    gtk_widget_activate_action(GTK_WIDGET(box), "win.choose-series", "i",
                               index);
}

GtkWidget *
cap_series_chooser_new(CapSession *session)
{
  Chooser *chooser = g_new0(Chooser, 1);
  chooser->session = session;
  chooser->list = gtk_list_box_new();
  gtk_widget_add_css_class(chooser->list, "navigation-sidebar");
  gtk_accessible_update_property(GTK_ACCESSIBLE(chooser->list),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, _("Series"),
                                 -1);
  g_signal_connect(chooser->list, "row-activated", G_CALLBACK(on_activated),
                   chooser);
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller),
                                 GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), chooser->list);
  gtk_widget_set_size_request(scroller, 230, -1);
  gtk_widget_add_css_class(scroller, "sidebar");
  g_object_set_data_full(G_OBJECT(scroller), "cap-chooser", chooser, g_free);
  GClosure *closure = g_cclosure_new_swap(G_CALLBACK(update), chooser, NULL);
  g_object_watch_closure(G_OBJECT(scroller), closure);
  g_signal_connect_closure(session, "notify::phase", closure, FALSE);
  update(chooser);
  return scroller;
}
