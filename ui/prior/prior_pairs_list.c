/* CapPriorPairsList: see prior_pairs_list.h. */
#include "ui/prior/prior_pairs_list.h"

#include "core/language.h"
#include "io/report/words_prior.h"
#include "ui/follow.h"
#include "ui/label.h"

#define MOST_HEIGHT 420

typedef struct {
  CapPriorPairs *pairs; /* borrowed */
  GtkWidget *button, *text, *list, *scroller, *detect;
} List;

static CapSession *
current_of(const List *list)
{
  return cap_prior_study_current(cap_prior_pairs_prior(list->pairs));
}

static CapSession *
prior_of(const List *list)
{
  return cap_prior_study_session(cap_prior_pairs_prior(list->pairs));
}

/* ---- rows ---- */

static GtkWidget *
row_new(const char *title, const char *detail, int current, int prior)
{
  GtkWidget *row = gtk_list_box_row_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *name = cap_label_new(title, "finding-name");
  GtkWidget *words = cap_label_wrapped_new(detail, "quiet", 46);
  gtk_label_set_width_chars(GTK_LABEL(name), 14);
  gtk_widget_set_hexpand(words, TRUE);
  gtk_box_append(GTK_BOX(box), name);
  gtk_box_append(GTK_BOX(box), words);
  gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
  g_object_set_data(G_OBJECT(row), "cap-current", GINT_TO_POINTER(current));
  g_object_set_data(G_OBJECT(row), "cap-prior", GINT_TO_POINTER(prior));
  return row;
}

static void
add_current(const List *list, const CapFinding *f)
{
  const CapPrior *then = &f->prior;
  g_autofree char *title =
      then->state == CAP_PRIOR_MATCHED
          ? g_strdup_printf(_("%d was %d"), f->id, then->id)
      : then->state == CAP_PRIOR_NEW ? g_strdup_printf(_("%d is new"), f->id)
                                     : g_strdup_printf("%d", f->id);
  g_autofree char *change = cap_words_change(f);
  const char *by =
      cap_prior_pairs_is_chosen(list->pairs, f->id) ? _("by the reader") : "";
  g_autofree char *detail =
      then->state == CAP_PRIOR_NONE
          ? g_strdup(_("not compared, or not reached by the earlier scan"))
          : g_strjoin(*by != '\0' && *change != '\0' ? "  ·  " : "", change, by,
                      NULL);
  gtk_list_box_append(GTK_LIST_BOX(list->list),
                      row_new(title, detail, f->id,
                              then->state == CAP_PRIOR_MATCHED ? then->id : 0));
}

static void
add_gone(const List *list, const CapFinding *f)
{
  g_autofree char *title = g_strdup_printf(_("%d is gone"), f->id);
  g_autofree char *detail =
      g_strdup_printf(_("of the earlier scan: %s, %.1f mm, has no partner now"),
                      _(cap_nodule_type_name(f->type)), f->mean_diameter_mm);
  gtk_list_box_append(GTK_LIST_BOX(list->list),
                      row_new(title, detail, 0, f->id));
}

static void
fill(const List *list)
{
  for (GtkWidget *row; (row = gtk_widget_get_first_child(list->list)) != NULL;)
    gtk_list_box_remove(GTK_LIST_BOX(list->list), row);
  if (!cap_prior_pairs_are_made(list->pairs))
    return;
  GListModel *items = cap_session_all_items(current_of(list));
  for (guint i = 0; i < g_list_model_get_n_items(items); i++) {
    g_autoptr(CapFindingItem) item = g_list_model_get_item(items, i);
    const CapFinding *f = cap_finding_item_get(item);
    if (f->status != CAP_STATUS_REJECTED)
      add_current(list, f);
  }
  const CapFindings *then = cap_session_findings(prior_of(list));
  for (guint i = 0; then != NULL && i < then->items->len; i++) {
    const CapFinding *f = then->items->pdata[i];
    if (f->status != CAP_STATUS_REJECTED &&
        cap_prior_pairs_partner(list->pairs, f->id) == NULL)
      add_gone(list, f);
  }
}

/* ---- the button ---- */

static void
update(List *list)
{
  const char *obstacle = cap_prior_pairs_obstacle(list->pairs);
  const gboolean made = cap_prior_pairs_are_made(list->pairs);
  int matched, fresh, gone;
  cap_prior_pairs_count(list->pairs, &matched, &fresh, &gone);
  g_autofree char *label =
      obstacle != NULL || !made
          ? g_strdup(_("No pairs"))
          : g_strdup_printf(_("%d paired, %d new, %d gone"), matched, fresh,
                            gone);
  gtk_menu_button_set_label(GTK_MENU_BUTTON(list->button), label);
  gtk_widget_set_visible(list->button, cap_prior_study_is_shown(
                                           cap_prior_pairs_prior(list->pairs)));
  gtk_label_set_text(GTK_LABEL(list->text),
                     obstacle != NULL ? obstacle
                     : made           ? _("A click shows a nodule in both "
                                                    "scans. The panel of a finding pairs it "
                                                    "otherwise.")
                            : _("The findings of the two scans are not paired "
                                "yet. Accept how the scans lie on each other, "
                                "or pair them now."));
  gtk_widget_set_visible(list->detect,
                         cap_prior_pairs_lacks_search(list->pairs));
  gtk_widget_set_visible(list->scroller, obstacle == NULL && made);
  fill(list);
}

static void
on_row(GtkListBox *box, GtkListBoxRow *row, gpointer data)
{
  const List *list = data;
  const int current =
      GPOINTER_TO_INT(g_object_get_data(G_OBJECT(row), "cap-current"));
  const int prior =
      GPOINTER_TO_INT(g_object_get_data(G_OBJECT(row), "cap-prior"));
  CapFindingItem *now = cap_session_item(current_of(list), current);
  CapFindingItem *then = cap_session_item(prior_of(list), prior);
  cap_session_select(prior_of(list), then, now == NULL);
  if (now != NULL)
    cap_session_select(current_of(list), now, TRUE);
}

static GtkWidget *
action_new(const char *label, const char *action)
{
  GtkWidget *button = gtk_button_new_with_label(label);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), action);
  return button;
}

static GtkWidget *
content_new(List *list)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_add_css_class(box, "popover-form");
  list->text = cap_label_wrapped_new("", "quiet", 56);
  list->list = gtk_list_box_new();
  gtk_list_box_set_selection_mode(GTK_LIST_BOX(list->list), GTK_SELECTION_NONE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(list->list),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Pairs of nodules"), -1);
  g_signal_connect(list->list, "row-activated", G_CALLBACK(on_row), list);
  list->scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(list->scroller),
                                 GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height(
      GTK_SCROLLED_WINDOW(list->scroller), TRUE);
  gtk_scrolled_window_set_max_content_height(
      GTK_SCROLLED_WINDOW(list->scroller), MOST_HEIGHT);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(list->scroller),
                                list->list);
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  list->detect =
      action_new(_("Detect on the earlier scan"), "win.detect-prior");
  gtk_box_append(GTK_BOX(row), list->detect);
  gtk_box_append(GTK_BOX(row), action_new(_("Pair now"), "win.pair-prior"));
  gtk_box_append(GTK_BOX(box), list->text);
  gtk_box_append(GTK_BOX(box), list->scroller);
  gtk_box_append(GTK_BOX(box), row);
  return box;
}

static void
follow(List *list, gpointer object, const char *signal)
{
  cap_follow(list->button, object, signal, G_CALLBACK(update), list);
}

GtkWidget *
cap_prior_pairs_list_new(CapPriorPairs *pairs)
{
  List *list = g_new0(List, 1);
  list->pairs = pairs;
  list->button = gtk_menu_button_new();
  gtk_widget_set_tooltip_text(list->button, _("Nodules of both scans, paired"));
  GtkWidget *popover = gtk_popover_new();
  gtk_popover_set_child(GTK_POPOVER(popover), content_new(list));
  gtk_menu_button_set_popover(GTK_MENU_BUTTON(list->button), popover);
  g_object_set_data_full(G_OBJECT(list->button), "cap-pairs-list", list,
                         g_free);
  follow(list, pairs, "changed");
  update(list);
  return list->button;
}
