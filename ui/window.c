/* CapWindow: see window.h. */
#include "ui/window.h"

#include "core/language.h"
#include "ui/commands.h"
#include "ui/edit/edit_commands.h"
#include "ui/findings/finding_panel.h"
#include "ui/foot.h"
#include "ui/keys.h"
#include "ui/measure/measure_bar.h"
#include "ui/measure/measure_commands.h"
#include "ui/popovers.h"
#include "ui/preferences/reader.h"
#include "ui/preferences/window_preferences.h"
#include "ui/prior/prior_bar.h"
#include "ui/prior/prior_commands.h"
#include "ui/study/case_banner.h"
#include "ui/study/failed_page.h"
#include "ui/study/recent.h"
#include "ui/study/study_commands.h"
#include "ui/study/study_list.h"
#include "ui/toast.h"
#include "ui/view/cine_bar.h"
#include "ui/view/slab_button.h"
#include "ui/view/status_line.h"
#include "ui/view/window_button.h"
#include "ui/window_bars.h"
#include "ui/window_drop.h"
#include "ui/window_keys.h"
#include "ui/window_title.h"
#include "ui/work/work_bar.h"

#define RECENT_ROWS 6
#define NARROW_PX 1200 /* below this the findings lie over the images */

struct _CapWindow {
  AdwApplicationWindow parent;
  CapSession *session;
  CapOpener *opener;
  CapDetection *detection;
  CapCine *cine;
  GSettings *preferences; /* NULL: nothing is remembered */
  char **opening; /* paths of which it is not known yet whether they can be */
  CapReportLoader *report_loader;
  AdwToast *offer; /* to load a report, or NULL */
  CapJudging *judging;
  CapPriorPairs *prior_pairs; /* and alignment and scan, which it holds */
  GPtrArray *about_images;    /* actions that are there while images are */
  GAction *explain;           /* while a finding is selected */
  GtkWidget *views, *recent, *cine_bar, *measure_bar, *panel, *studies, *status;
  gboolean image_only, had_series, had_findings, studies_shown, narrow;

  GtkWidget *toasts, *header, *title, *stack, *empty_box, *scanning_page,
      *findings_flap, *series_flap, *views_overlay, *status_box, *explain_word,
      *detect_word, *report_word, *layout_button, *window_button, *slab_button,
      *slab_steps, *detect_button;
};

G_DEFINE_FINAL_TYPE(CapWindow, cap_window, ADW_TYPE_APPLICATION_WINDOW)

/* ---- states ---- */

static void
show_recent(CapWindow *self)
{
  if (self->recent != NULL)
    gtk_box_remove(GTK_BOX(self->empty_box), self->recent);
  self->recent = cap_recent_list_new(RECENT_ROWS);
  if (self->recent != NULL)
    gtk_box_append(GTK_BOX(self->empty_box), self->recent);
}

/* A button that is off says why. */
static void
update_detect_button(CapWindow *self)
{
  const char *why = cap_session_undetectable(self->session);
  g_autofree char *refusal = g_strdup_printf(
      _("This series cannot be searched for nodules: %s."), why);
  gtk_widget_set_tooltip_text(
      self->detect_button, *why != '\0' ? refusal : _("Find nodules (Ctrl+D)"));
}

static void
offer(CapWindow *self, GAction *action, gboolean offered)
{
  if (offered)
    g_action_map_add_action(G_ACTION_MAP(self), action);
  else
    g_action_map_remove_action(G_ACTION_MAP(self), g_action_get_name(action));
}

/* What is about nothing cannot be used. Actions of properties are always
 * enabled, so that they go. */
static void
update_actions(CapWindow *self)
{
  const CapPhase phase = cap_session_phase(self->session);
  const gboolean reading =
      phase == CAP_PHASE_READY || phase == CAP_PHASE_LOADING;
  gboolean explains;
  g_object_get(self->session, "explain", &explains, NULL);
  for (guint i = 0; i < self->about_images->len; i++)
    offer(self, self->about_images->pdata[i], reading);
  offer(self, self->explain,
        reading && (explains || cap_session_selected(self->session) != NULL));
  gtk_widget_set_sensitive(self->layout_button, reading);
  gtk_widget_set_sensitive(self->window_button, reading);
  gtk_widget_set_sensitive(self->slab_button, reading);
  cap_commands_update(self);
}

static void
update_phase(CapWindow *self)
{
  const char *page = "reading";
  switch (cap_session_phase(self->session)) {
  case CAP_PHASE_EMPTY:
    show_recent(self);
    page = "empty";
    break;
  case CAP_PHASE_SCANNING:
    page = "scanning";
    break;
  case CAP_PHASE_CHOOSING:
    page = "studies";
    break;
  case CAP_PHASE_FAILED:
    page = "failed";
    break;
  case CAP_PHASE_LOADING:
  case CAP_PHASE_READY:
    break;
  }
  if (self->studies_shown)
    page = "studies";
  gtk_stack_set_visible_child_name(GTK_STACK(self->stack), page);
  gtk_widget_set_visible(self->status_box,
                         g_str_equal(page, "reading") && !self->image_only);
  if (g_str_equal(page, "studies"))
    cap_study_list_focus(CAP_STUDY_LIST(self->studies));
  if (g_str_equal(page, "reading"))
    gtk_widget_grab_focus(
        GTK_WIDGET(cap_views_pane(CAP_VIEWS(self->views), CAP_PLANE_AXIAL)));
  update_detect_button(self);
  update_actions(self);
}

static void
update_title(CapWindow *self)
{
  cap_window_title_update(ADW_WINDOW_TITLE(self->title), GTK_WINDOW(self),
                          self->session);
}

/* Only what can be opened is a recent study. */
static void
remember(CapWindow *self)
{
  const CapPhase phase = cap_session_phase(self->session);
  if (self->opening == NULL || phase == CAP_PHASE_SCANNING ||
      phase == CAP_PHASE_LOADING)
    return;
  for (char **path = self->opening; *path != NULL; path++)
    if (phase == CAP_PHASE_READY || phase == CAP_PHASE_CHOOSING)
      cap_recent_add(*path);
    else if (phase == CAP_PHASE_FAILED && self->opening[1] == NULL)
      cap_recent_add_failed(*path);
  g_clear_pointer(&self->opening, g_strfreev);
}

static void
on_phase(CapWindow *self)
{
  remember(self);
  if (self->offer != NULL) /* it was about what is open no longer */
    adw_toast_dismiss(self->offer);
  g_clear_object(&self->offer);
  update_phase(self);
  update_title(self);
}

static void
on_warning(CapWindow *self, const char *text)
{
  cap_window_toast(self, text);
}

static void
on_report_found(const char *sentence, gpointer data)
{
  CapWindow *self = data;
  AdwToast *toast = adw_toast_new(sentence);
  g_set_object(&self->offer, toast);
  adw_toast_set_button_label(toast, _("Load its findings"));
  adw_toast_set_action_name(toast, "win.load-report");
  adw_toast_set_timeout(toast, 0); /* until it is answered */
  adw_toast_overlay_add_toast(ADW_TOAST_OVERLAY(self->toasts), toast);
}

static void
bind_session(CapWindow *self)
{
  const struct {
    const char *signal;
    GCallback callback;
  } handlers[] = {
      {"notify::phase", G_CALLBACK(on_phase)},
      {"volume-changed", G_CALLBACK(update_title)},
      {"notify::detecting", G_CALLBACK(update_actions)},
      {"notify::selected", G_CALLBACK(update_actions)},
      {"findings-state", G_CALLBACK(update_actions)},
      {"marks-changed", G_CALLBACK(update_actions)},
      {"notify::tool", G_CALLBACK(update_actions)},
      {"warning", G_CALLBACK(on_warning)},
  };
  for (guint i = 0; i < G_N_ELEMENTS(handlers); i++)
    g_signal_connect_object(self->session, handlers[i].signal,
                            handlers[i].callback, self, G_CONNECT_SWAPPED);
  g_signal_connect_object(cap_session_ruler(self->session), "notify",
                          G_CALLBACK(cap_commands_update), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(cap_session_look(self->session), "notify",
                          G_CALLBACK(cap_commands_update), self,
                          G_CONNECT_SWAPPED);
}

/* ---- construction ---- */

/* GTK keeps the actions of a closed window until another one opens, and these
 * would keep the study. */
static void
remove_actions(CapWindow *self)
{
  g_auto(GStrv) names = g_action_group_list_actions(G_ACTION_GROUP(self));
  for (char **name = names; *name != NULL; name++)
    g_action_map_remove_action(G_ACTION_MAP(self), *name);
}

static void
cap_window_dispose(GObject *object)
{
  CapWindow *self = CAP_WINDOW(object);
  remove_actions(self);
  g_ptr_array_set_size(self->about_images, 0);
  g_clear_object(&self->explain);
  g_clear_pointer(&self->report_loader, cap_report_loader_free);
  g_clear_pointer(&self->opener, cap_opener_free);
  g_clear_pointer(&self->detection, cap_detection_free);
  g_clear_pointer(&self->judging, cap_judging_free);
  G_OBJECT_CLASS(cap_window_parent_class)->dispose(object);
}

static void
cap_window_finalize(GObject *object)
{
  g_ptr_array_unref(CAP_WINDOW(object)->about_images);
  g_clear_object(&CAP_WINDOW(object)->offer);
  g_clear_object(&CAP_WINDOW(object)->prior_pairs);
  g_clear_object(&CAP_WINDOW(object)->session);
  g_clear_object(&CAP_WINDOW(object)->preferences);
  g_clear_object(&CAP_WINDOW(object)->cine);
  g_strfreev(CAP_WINDOW(object)->opening);
  G_OBJECT_CLASS(cap_window_parent_class)->finalize(object);
}

/* The images, and what lies over their foot, keep to what the sheet of findings
 * leaves. */
static void
place_bars(CapWindow *self)
{
  AdwFlap *findings = ADW_FLAP(self->findings_flap);
  const gboolean shown = adw_flap_get_reveal_flap(findings);
  GtkWidget *room = gtk_overlay_get_child(GTK_OVERLAY(self->views_overlay));
  int sheet = 0;
  if (shown && adw_flap_get_folded(findings))
    gtk_widget_measure(adw_flap_get_flap(findings), GTK_ORIENTATION_HORIZONTAL,
                       -1, NULL, &sheet, NULL, NULL);
  for (GtkWidget *bar = gtk_widget_get_next_sibling(room); bar != NULL;
       bar = gtk_widget_get_next_sibling(bar))
    gtk_widget_set_margin_end(bar, sheet);
  cap_views_set_covered(CAP_VIEWS(self->views), sheet);
  cap_measure_bar_set_narrow(self->measure_bar, shown && self->narrow);
}

/* In a narrow window the findings are a sheet for which the images make room,
 * but not beside the earlier scan, which is there to be seen with the other. */
static void
fold_findings(CapWindow *self)
{
  CapPriorStudy *prior = cap_prior_pairs_prior(self->prior_pairs);
  const gboolean over = self->narrow && !cap_prior_study_is_shown(prior);
  adw_flap_set_fold_policy(ADW_FLAP(self->findings_flap),
                           over ? ADW_FLAP_FOLD_POLICY_ALWAYS
                                : ADW_FLAP_FOLD_POLICY_NEVER);
  place_bars(self);
}

static void
cap_window_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
  CapWindow *self = CAP_WINDOW(widget);
  const gboolean narrow = width < NARROW_PX;
  if (narrow != self->narrow) {
    self->narrow = narrow;
    gtk_widget_set_visible(self->slab_steps, !narrow);
    fold_findings(self);
  }
  GtkWidget *const words[] = {self->explain_word, self->detect_word,
                              self->report_word, NULL};
  cap_window_title_fit(self->title, words, width);
  GTK_WIDGET_CLASS(cap_window_parent_class)
      ->size_allocate(widget, width, height, baseline);
}

static const char *const menus[] = {"open_menu", "layout_menu", "main_menu"};

static void
cap_window_class_init(CapWindowClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = cap_window_dispose;
  G_OBJECT_CLASS(klass)->finalize = cap_window_finalize;
  widget->size_allocate = cap_window_size_allocate;
  cap_popovers_close_with_windows();
  gtk_widget_class_set_template_from_resource(
      widget, "/org/capsight/Viewer/templates/window.ui");
#define CHILD(name)                                                            \
  gtk_widget_class_bind_template_child(widget, CapWindow, name)
  CHILD(toasts);
  CHILD(header);
  CHILD(title);
  CHILD(stack);
  CHILD(empty_box);
  CHILD(scanning_page);
  CHILD(findings_flap);
  CHILD(series_flap);
  CHILD(views_overlay);
  CHILD(status_box);
  CHILD(detect_button);
  CHILD(explain_word);
  CHILD(detect_word);
  CHILD(report_word);
  CHILD(layout_button);
#undef CHILD
  for (guint i = 0; i < G_N_ELEMENTS(menus); i++)
    gtk_widget_class_bind_template_child_full(widget, menus[i], FALSE, 0);
}

static GAction *
property_action_new(const char *name, gpointer object)
{
  return G_ACTION(g_property_action_new(name, object, name));
}

static void
make_property_actions(CapWindow *self)
{
  static const char *const of_look[] = {"invert", "interpolate", "crosshair",
                                        "slab"};
  CapLook *look = cap_session_look(self->session);
  self->about_images = g_ptr_array_new_with_free_func(g_object_unref);
  for (guint i = 0; i < G_N_ELEMENTS(of_look); i++)
    g_ptr_array_add(self->about_images, property_action_new(of_look[i], look));
  g_ptr_array_add(
      self->about_images,
      g_property_action_new("show-series", self->series_flap, "reveal-flap"));
  g_ptr_array_add(self->about_images,
                  g_property_action_new("show-findings", self->findings_flap,
                                        "reveal-flap"));
  self->explain = property_action_new("explain", self->session);
  g_autoptr(GAction) first =
      property_action_new("first-reading", self->session);
  g_action_map_add_action(G_ACTION_MAP(self), first);
}

/* Beside the images: series on the left, findings on the right. */
static void
add_sheets(CapWindow *self)
{
  adw_flap_set_flap(ADW_FLAP(self->series_flap),
                    cap_series_bar_new(self->session));
  adw_flap_set_flap(
      ADW_FLAP(self->findings_flap),
      cap_findings_bar_new(self->session, self->prior_pairs, &self->panel));
  g_signal_connect_object(self->findings_flap, "notify::reveal-flap",
                          G_CALLBACK(place_bars), self, G_CONNECT_SWAPPED);
  g_signal_connect_object(cap_prior_pairs_prior(self->prior_pairs),
                          "notify::shown", G_CALLBACK(fold_findings), self,
                          G_CONNECT_SWAPPED);
}

static void
cap_window_init(CapWindow *self)
{
  self->session = cap_session_new();
  g_autofree char *reader = cap_reader_name();
  cap_session_set_reader(self->session, reader);
  self->opener = cap_opener_new(self->session);
  self->detection = cap_detection_new(self->session);
  self->cine = cap_cine_new(self->session);
  self->report_loader =
      cap_report_loader_new(self->session, on_report_found, self);
  self->judging = cap_judging_new(self->session);
  self->prior_pairs = cap_prior_pairs_new(self->session);
  gtk_widget_init_template(GTK_WIDGET(self));
  for (guint i = 0; i < G_N_ELEMENTS(menus); i++)
    cap_keys_into_menu(G_MENU(gtk_widget_get_template_child(
        GTK_WIDGET(self), CAP_TYPE_WINDOW, menus[i])));

  self->views = cap_views_new(self->session);
  cap_views_set_prior(CAP_VIEWS(self->views),
                      cap_prior_pairs_prior(self->prior_pairs));
  GtkWidget *room = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_vexpand(self->views, TRUE);
  gtk_box_append(GTK_BOX(room), cap_case_banner_new(self->session));
  gtk_box_append(GTK_BOX(room), self->views);
  gtk_overlay_set_child(GTK_OVERLAY(self->views_overlay), room);
  self->studies = cap_study_list_new(self->session);
  gtk_stack_add_named(GTK_STACK(self->stack), self->studies, "studies");
  gtk_stack_add_named(GTK_STACK(self->stack),
                      cap_failed_page_new(self->session), "failed");
  gtk_overlay_add_overlay(GTK_OVERLAY(self->views_overlay),
                          cap_foot_new(self->session, &self->measure_bar));
  self->cine_bar = cap_cine_bar_new(self->cine);
  gtk_box_insert_child_after(GTK_BOX(gtk_widget_get_parent(self->status_box)),
                             self->cine_bar, self->stack);
  gtk_box_insert_child_after(GTK_BOX(gtk_widget_get_parent(self->status_box)),
                             cap_prior_bar_new(self->prior_pairs), self->stack);
  adw_status_page_set_child(ADW_STATUS_PAGE(self->scanning_page),
                            cap_work_bar_new(self->session));
  self->window_button = cap_window_button_new(self->session);
  self->slab_button = cap_slab_button_new(self->session);
  adw_header_bar_pack_end(ADW_HEADER_BAR(self->header), self->window_button);
  self->slab_steps = adw_bin_new();
  adw_bin_set_child(ADW_BIN(self->slab_steps),
                    cap_slab_steps_new(self->session));
  adw_header_bar_pack_end(ADW_HEADER_BAR(self->header), self->slab_steps);
  adw_header_bar_pack_end(ADW_HEADER_BAR(self->header), self->slab_button);
  self->status = cap_status_line_new(self->session, CAP_VIEWS(self->views));
  gtk_widget_set_hexpand(self->status, TRUE);
  GtkWidget *scroller = gtk_scrolled_window_new(); /* large text needs it */
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller),
                                 GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), self->status);
  gtk_box_append(GTK_BOX(self->status_box), scroller);
  gtk_box_append(GTK_BOX(self->status_box), cap_measure_button_new());

  add_sheets(self);
  make_property_actions(self);
  cap_commands_install(self);
  cap_study_commands_install(self);
  cap_edit_commands_install(self);
  cap_measure_commands_install(self);
  cap_prior_commands_install(self);
  self->preferences = cap_window_preferences_bind(self, self->cine);
  bind_session(self);
  cap_window_keys_attach(self);
  cap_window_drop_attach(self);
  update_phase(self);
}

CapWindow *
cap_window_new(AdwApplication *application)
{
  return g_object_new(CAP_TYPE_WINDOW, "application", application, NULL);
}

void
cap_window_open(CapWindow *self, const char *const *paths, const char *findings)
{
  g_strfreev(self->opening);
  self->opening = g_strdupv((char **)paths);
  self->studies_shown = FALSE;
  cap_opener_open(self->opener, paths, findings);
}

void
cap_window_open_path(CapWindow *self, const char *path, const char *findings)
{
  cap_window_open(self, (const char *const[]){path, NULL}, findings);
}

void
cap_window_show_studies(CapWindow *self, gboolean shown)
{
  self->studies_shown = shown && cap_session_series_list(self->session) != NULL;
  update_phase(self);
}

void
cap_window_show_cases(CapWindow *self)
{
  cap_status_line_show_cases(CAP_STATUS_LINE(self->status));
}

void
cap_window_toast(CapWindow *self, const char *text)
{
  cap_toast(self->toasts, text, 8);
}

void
cap_window_focus_comment(CapWindow *self)
{
  cap_finding_panel_focus_comment(CAP_FINDING_PANEL(self->panel));
}

CapSession *
cap_window_session(CapWindow *self)
{
  return self->session;
}

CapOpener *
cap_window_opener(CapWindow *self)
{
  return self->opener;
}

CapDetection *
cap_window_detection(CapWindow *self)
{
  return self->detection;
}

CapReportLoader *
cap_window_report_loader(CapWindow *self)
{
  return self->report_loader;
}

CapJudging *
cap_window_judging(CapWindow *self)
{
  return self->judging;
}

CapPriorPairs *
cap_window_prior_pairs(CapWindow *self)
{
  return self->prior_pairs;
}

CapViews *
cap_window_views(CapWindow *self)
{
  return CAP_VIEWS(self->views);
}

void
cap_window_toggle_cine(CapWindow *self)
{
  cap_cine_set_plane(self->cine,
                     cap_pane_plane(cap_views_active(CAP_VIEWS(self->views))));
  gtk_widget_set_visible(self->cine_bar, TRUE);
  g_object_set(self->cine, "playing", !cap_cine_is_playing(self->cine), NULL);
}

const char *
cap_window_page(CapWindow *self)
{
  return gtk_stack_get_visible_child_name(GTK_STACK(self->stack));
}

void
cap_window_set_image_only(CapWindow *self, gboolean image_only)
{
  if (self->image_only == image_only)
    return;
  self->image_only = image_only;
  AdwFlap *series = ADW_FLAP(self->series_flap);
  AdwFlap *findings = ADW_FLAP(self->findings_flap);
  if (image_only) {
    self->had_series = adw_flap_get_reveal_flap(series);
    self->had_findings = adw_flap_get_reveal_flap(findings);
  }
  adw_flap_set_reveal_flap(series, !image_only && self->had_series);
  adw_flap_set_reveal_flap(findings, !image_only && self->had_findings);
  gtk_widget_set_visible(self->header, !image_only);
  update_phase(self);
}
