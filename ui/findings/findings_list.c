/* CapFindingsList: see findings_list.h. */
#include "ui/findings/findings_list.h"

#include "core/told.h"
#include "ui/edit/edit_bar.h"
#include "ui/findings/conclusion_bar.h"
#include "ui/findings/filter_button.h"
#include "ui/findings/finding_row.h"
#include "ui/label.h"
#include "ui/phrase.h"

#include <adwaita.h>

struct _CapFindingsList {
  GtkWidget parent;
  CapSession *session;
  GtkSingleSelection *selection;
  gboolean following; /* the selection is being set from the session */
  GtkWidget *box, *title, *stack, *view, *sort, *status, *filter, *threshold,
      *result, *blind, *failure;
};

G_DEFINE_FINAL_TYPE(CapFindingsList, cap_findings_list, GTK_TYPE_WIDGET)

/* ---- rows ---- */

static void
on_setup(GtkListItemFactory *factory, GtkListItem *item, gpointer data)
{
  gtk_list_item_set_child(item, cap_finding_row_new());
}

static void
on_bind(GtkListItemFactory *factory, GtkListItem *item, gpointer data)
{
  cap_finding_row_set_item(CAP_FINDING_ROW(gtk_list_item_get_child(item)),
                           gtk_list_item_get_item(item));
}

static void
on_unbind(GtkListItemFactory *factory, GtkListItem *item, gpointer data)
{
  cap_finding_row_set_item(CAP_FINDING_ROW(gtk_list_item_get_child(item)),
                           NULL);
}

/* ---- selection ---- */

static void
on_selected(CapFindingsList *self)
{
  CapFindingItem *item =
      gtk_single_selection_get_selected_item(self->selection);
  /* A finding that a filter takes away stays the selected one, and one that
   * only takes another place in the list does not move the views. */
  if (!self->following && item != NULL &&
      item != cap_session_selected(self->session))
    cap_session_select(self->session, item, TRUE);
}

static void
on_activated(CapFindingsList *self, guint position)
{
  GListModel *model = cap_session_visible_items(self->session);
  g_autoptr(CapFindingItem) item = g_list_model_get_item(model, position);
  if (item != NULL)
    cap_session_select(self->session, item, TRUE);
}

static guint
position_of(GListModel *model, CapFindingItem *item)
{
  for (guint i = 0; i < g_list_model_get_n_items(model); i++) {
    g_autoptr(CapFindingItem) at = g_list_model_get_item(model, i);
    if (at == item)
      return i;
  }
  return GTK_INVALID_LIST_POSITION;
}

static void
follow_session(CapFindingsList *self)
{
  const guint position = position_of(cap_session_visible_items(self->session),
                                     cap_session_selected(self->session));
  if (gtk_single_selection_get_selected(self->selection) == position)
    return;
  self->following = TRUE;
  gtk_single_selection_set_selected(self->selection, position);
  self->following = FALSE;
  if (position != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action(self->view, "list.scroll-to-item", "u",
                               position);
}

/* ---- what there is ---- */

static void
update_blind(CapFindingsList *self)
{
  const CapVolume *volume = cap_session_volume(self->session);
  if (volume == NULL)
    return;
  g_autofree char *text =
      g_strdup_printf(_("What the software found is hidden until you have "
                        "looked: %d of %d axial "
                        "slices shown so far. Your own marks (N) are shown."),
                      cap_session_n_seen(self->session),
                      cap_slice_count(volume, CAP_PLANE_AXIAL));
  adw_status_page_set_description(ADW_STATUS_PAGE(self->blind), text);
}

/* Before a search, or where there can be none. */
static char *
not_searched_text(CapFindingsList *self)
{
  const char *why = cap_session_undetectable(self->session);
  return *why != '\0'
             ? g_strdup_printf(
                   _("This series cannot be searched for nodules: %s."), why)
             : g_strdup(_("Detect looks for nodules in this series. Findings "
                          "that were made before are opened from the Open "
                          "menu."));
}

static char *
nothing_found_text(const CapFindings *findings)
{
  return findings->conclusion == CAP_CONCLUSION_NOTHING_FOUND
             ? g_strdup(_("A reader says so."))
             : g_strdup_printf(
                   _("%d candidates were looked at; none reached the "
                     "threshold. "
                     "That is a result, not a proof that there is nothing."),
                   findings->n_candidates);
}

static char *
not_evaluable_text(const char *why)
{
  g_autofree char *told = cap_told_capital(why);
  return g_strdup_printf("%s.", told);
}

/* What stands in place of a list: what the series comes to. */
static void
update_result(CapFindingsList *self)
{
  const char *why, *title;
  g_autofree char *text = NULL;
  switch (cap_session_result(self->session, &why)) {
  case CAP_RESULT_NOT_EVALUABLE:
    title = _("Could not be evaluated");
    text = not_evaluable_text(why);
    break;
  case CAP_RESULT_NOTHING_FOUND:
    title = _("Nothing found");
    text = nothing_found_text(cap_session_findings(self->session));
    break;
  default:
    title = *cap_session_undetectable(self->session) != '\0'
                ? _("Not searched")
                : _("Not searched yet");
    text = not_searched_text(self);
  }
  g_autofree char *markup = g_markup_escape_text(text, -1);
  adw_status_page_set_title(ADW_STATUS_PAGE(self->result), title);
  adw_status_page_set_description(ADW_STATUS_PAGE(self->result), markup);
}

static void
update_page(CapFindingsList *self)
{
  const guint all =
      g_list_model_get_n_items(cap_session_all_items(self->session));
  const guint visible =
      g_list_model_get_n_items(cap_session_visible_items(self->session));
  const char *failure = cap_session_detection_failure(self->session);
  const gboolean blind = cap_session_is_blind(self->session);
  const char *page = *failure != '\0'    ? "failed"
                     : blind && all == 0 ? "blind"
                     : all == 0          ? "result"
                     : visible == 0      ? "filtered"
                                         : "list";
  gtk_stack_set_visible_child_name(GTK_STACK(self->stack), page);
  g_autofree char *title =
      all == 0         ? g_strdup(_("Findings"))
      : visible == all ? g_strdup_printf(_("Findings  %u"), all)
                       : g_strdup_printf(_("Findings  %u of %u"), visible, all);
  gtk_label_set_text(GTK_LABEL(self->title), title);
  gtk_widget_set_visible(self->sort, all > 0);
  gtk_widget_set_visible(self->status, all > 0);
  gtk_widget_set_visible(self->filter, all > 0);
  gtk_widget_set_visible(self->threshold, all > 0);
  gtk_label_set_text(GTK_LABEL(self->failure), failure);
  update_result(self);
  if (blind)
    update_blind(self);
}

static void
on_items(CapFindingsList *self)
{
  update_page(self);
  follow_session(self);
}

static void
on_sort(CapFindingsList *self)
{
  cap_session_set_sort(self->session, (CapSortKey)gtk_drop_down_get_selected(
                                          GTK_DROP_DOWN(self->sort)));
  follow_session(self);
}

static void
on_status(CapFindingsList *self)
{
  CapFindingFilter filter = *cap_session_filter(self->session);
  filter.status =
      (int)gtk_drop_down_get_selected(GTK_DROP_DOWN(self->status)) - 1;
  cap_session_set_filter(self->session, &filter);
}

/* ---- construction ---- */

static void
dispose(GObject *object)
{
  CapFindingsList *self = CAP_FINDINGS_LIST(object);
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_object(&self->selection);
  g_clear_object(&self->session);
  G_OBJECT_CLASS(cap_findings_list_parent_class)->dispose(object);
}

static void
cap_findings_list_class_init(CapFindingsListClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name(widget, "findingslist");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cap_findings_list_init(CapFindingsList *self)
{
}

static GtkWidget *
page_new(const char *title, const char *description)
{
  GtkWidget *page = adw_status_page_new();
  adw_status_page_set_title(ADW_STATUS_PAGE(page), title);
  adw_status_page_set_description(ADW_STATUS_PAGE(page), description);
  gtk_widget_add_css_class(page, "compact");
  return page;
}

static GtkWidget *
drop_down_new(CapFindingsList *self, const char *const *words,
              const char *label, GCallback callback)
{
  GtkWidget *drop_down = cap_phrase_drop_down_new(words);
  gtk_widget_add_css_class(drop_down, "flat");
  gtk_accessible_update_property(GTK_ACCESSIBLE(drop_down),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_tooltip_text(drop_down, label);
  g_signal_connect_swapped(drop_down, "notify::selected", callback, self);
  return drop_down;
}

static GtkWidget *
head_new(CapFindingsList *self)
{
  static const char *const sorts[] = {N_("Probability"),
                                      N_("Size"),
                                      N_("Malignancy"),
                                      N_("Head to feet"),
                                      N_("Site"),
                                      N_("Status"),
                                      NULL};
  static const char *const statuses[] = {N_("All"),       N_("Unreviewed"),
                                         N_("Accepted"),  N_("Rejected"),
                                         N_("Uncertain"), NULL};
  GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
  gtk_widget_add_css_class(head, "panel-head");
  self->title = cap_label_new(_("Findings"), "heading");
  gtk_widget_set_hexpand(self->title, TRUE);
  self->status =
      drop_down_new(self, statuses, _("Show status"), G_CALLBACK(on_status));
  self->sort = drop_down_new(self, sorts, _("Sort by"), G_CALLBACK(on_sort));
  gtk_box_append(GTK_BOX(head), self->title);
  self->filter = cap_filter_button_new(self->session);
  gtk_box_append(GTK_BOX(head), self->filter);
  gtk_box_append(GTK_BOX(head), self->status);
  gtk_box_append(GTK_BOX(head), self->sort);
  return head;
}

/* The threshold, which list and marks follow while it is dragged. */
static GtkWidget *
threshold_new(CapFindingsList *self)
{
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *scale = gtk_scale_new(
      GTK_ORIENTATION_HORIZONTAL,
      cap_filter_button_threshold(CAP_FILTER_BUTTON(self->filter)));
  gtk_scale_set_digits(GTK_SCALE(scale), 2);
  gtk_scale_set_draw_value(GTK_SCALE(scale), TRUE);
  gtk_scale_set_value_pos(GTK_SCALE(scale), GTK_POS_RIGHT);
  gtk_widget_set_hexpand(scale, TRUE);
  gtk_widget_set_tooltip_text(
      scale, _("Findings of at least this probability are listed and marked"));
  gtk_accessible_update_property(GTK_ACCESSIBLE(scale),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Probability at least"), -1);
  gtk_box_append(GTK_BOX(row), gtk_label_new(_("Threshold")));
  gtk_box_append(GTK_BOX(row), scale);
  gtk_widget_add_css_class(row, "panel-head");
  return row;
}

static GtkWidget *
list_new(CapFindingsList *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
  g_signal_connect(factory, "setup", G_CALLBACK(on_setup), NULL);
  g_signal_connect(factory, "bind", G_CALLBACK(on_bind), NULL);
  g_signal_connect(factory, "unbind", G_CALLBACK(on_unbind), NULL);
  self->view = gtk_list_view_new(
      GTK_SELECTION_MODEL(g_object_ref(self->selection)), factory);
  g_signal_connect_swapped(self->view, "activate", G_CALLBACK(on_activated),
                           self);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->view),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, _("Findings"),
                                 -1);
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller),
                                 GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), self->view);
  return scroller;
}

static GtkWidget *
failed_new(CapFindingsList *self)
{
  GtkWidget *page = page_new(_("Detection did not run"), NULL);
  self->failure = gtk_label_new("");
  gtk_label_set_wrap(GTK_LABEL(self->failure), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(self->failure), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars(GTK_LABEL(self->failure), 40);
  gtk_label_set_selectable(GTK_LABEL(self->failure), TRUE);
  gtk_label_set_justify(GTK_LABEL(self->failure), GTK_JUSTIFY_CENTER);
  adw_status_page_set_child(ADW_STATUS_PAGE(page), self->failure);
  return page;
}

static GtkWidget *
blind_new(CapFindingsList *self)
{
  GtkWidget *button = gtk_button_new_with_label(_("I have looked"));
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.looked");
  gtk_widget_set_halign(button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class(button, "pill");
  self->blind = page_new(_("Your reading first"), "");
  adw_status_page_set_child(ADW_STATUS_PAGE(self->blind), button);
  return self->blind;
}

static void
build(CapFindingsList *self)
{
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
  gtk_box_append(GTK_BOX(self->box), head_new(self));
  self->threshold = threshold_new(self);
  gtk_box_append(GTK_BOX(self->box), self->threshold);
  self->stack = gtk_stack_new();
  gtk_stack_set_vhomogeneous(GTK_STACK(self->stack), FALSE);
  gtk_widget_set_vexpand(self->stack, TRUE);
  GtkStack *stack = GTK_STACK(self->stack);
  gtk_stack_add_named(stack, list_new(self), "list");
  self->result = page_new("", "");
  gtk_stack_add_named(stack, self->result, "result");
  gtk_stack_add_named(stack, blind_new(self), "blind");
  gtk_stack_add_named(
      stack,
      page_new(_("No finding is like this"),
               _("Choose “All” above, and “Show all” in the filter, to "
                 "see every finding.")),
      "filtered");
  gtk_stack_add_named(stack, failed_new(self), "failed");
  gtk_box_append(GTK_BOX(self->box), self->stack);
  gtk_box_append(GTK_BOX(self->box), cap_edit_bar_new(self->session));
  gtk_box_append(GTK_BOX(self->box), cap_conclusion_bar_new(self->session));
}

GtkWidget *
cap_findings_list_new(CapSession *session)
{
  CapFindingsList *self = g_object_new(CAP_TYPE_FINDINGS_LIST, NULL);
  self->session = g_object_ref(session);
  GListModel *model = cap_session_visible_items(session);
  self->selection = gtk_single_selection_new(g_object_ref(model));
  gtk_single_selection_set_autoselect(self->selection, FALSE);
  gtk_single_selection_set_can_unselect(self->selection, TRUE);
  build(self);
  g_signal_connect_swapped(self->selection, "notify::selected-item",
                           G_CALLBACK(on_selected), self);
  g_signal_connect_object(model, "items-changed", G_CALLBACK(on_items), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(session, "notify::selected",
                          G_CALLBACK(follow_session), self, G_CONNECT_SWAPPED);
  g_signal_connect_object(session, "notify::phase", G_CALLBACK(update_page),
                          self, G_CONNECT_SWAPPED);
  g_signal_connect_object(session, "findings-state", G_CALLBACK(update_page),
                          self, G_CONNECT_SWAPPED);
  update_page(self);
  return GTK_WIDGET(self);
}

const char *
cap_findings_list_page(CapFindingsList *self)
{
  return gtk_stack_get_visible_child_name(GTK_STACK(self->stack));
}

guint
cap_findings_list_selected(CapFindingsList *self)
{
  return gtk_single_selection_get_selected(self->selection);
}
