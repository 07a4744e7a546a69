/* The window of preferences: see preferences_window.h. */
#include "ui/preferences/preferences_window.h"

#include "ui/escape.h"
#include "ui/follow.h"
#include "ui/line_entry.h"
#include "ui/phrase.h"
#include "ui/preferences/archives_group.h"
#include "ui/preferences/cache_row.h"
#include "ui/preferences/preferences.h"
#include "ui/preferences/weights_row.h"
#include "ui/row_search.h"
#include "ui/toast.h"

#include <glib/gstdio.h>

typedef struct {
  GSettings *settings;
  GtkWidget *window, *search, *pages;
} Form;

/* A choice: what is shown and what is kept for it, each ended by NULL. */
typedef struct {
  const char *key, *title;
  const char *words[8], *kept[8];
} Choice;

static const Choice scheme = {
    "color-scheme",
    N_("Colours"),
    {N_("Dark, for the reading room"), N_("As the desktop")},
    {"dark", "desktop"}};
static const Choice layout = {
    "layout",
    N_("Layout"),
    {N_("Axial large, two beside it"), N_("Three side by side"),
     N_("Four with the overview"), N_("Axial alone"), N_("Coronal alone"),
     N_("Sagittal alone")},
    {"large", "three", "four", "axial", "coronal", "sagittal"}};
static const Choice preset = {
    "preset",
    N_("Window at the start"),
    {N_("Lung"), N_("Mediastinum"), N_("Bone"), N_("Vessels"),
     N_("Ground glass"), N_("Whole range")},
    {"lung", "mediastinum", "bone", "vessels", "ground-glass", "whole"}};
static const Choice slab = {"slab",
                            N_("Slab at the start"),
                            {N_("Single slice"), N_("MIP: brightest"),
                             N_("Average"), N_("MinIP: darkest")},
                            {"off", "mip", "average", "minip"}};
static const Choice wheel = {"wheel",
                             N_("Wheel towards you goes"),
                             {N_("To the feet"), N_("To the head")},
                             {"feet", "head"}};
static const Choice setting = {
    "setting",
    N_("Setting, where nothing is said"),
    {N_("Not known"), N_("Screening"), N_("Incidental finding")},
    {"unknown", "screening", "incidental"}};

/* ---- rows ---- */

static void
on_choice(AdwComboRow *row, GParamSpec *spec, gpointer data)
{
  GSettings *settings = data;
  const Choice *choice = g_object_get_data(G_OBJECT(row), "cap-choice");
  g_settings_set_string(settings, choice->key,
                        choice->kept[adw_combo_row_get_selected(row)]);
}

static GtkWidget *
choice_new(Form *form, const Choice *choice)
{
  GtkWidget *row = adw_combo_row_new();
  g_autoptr(GtkStringList) words = cap_phrase_list_new(choice->words);
  g_autofree char *now = g_settings_get_string(form->settings, choice->key);
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), _(choice->title));
  adw_combo_row_set_model(ADW_COMBO_ROW(row), G_LIST_MODEL(words));
  for (guint i = 0; choice->kept[i] != NULL; i++)
    if (g_str_equal(choice->kept[i], now))
      adw_combo_row_set_selected(ADW_COMBO_ROW(row), i);
  g_object_set_data(G_OBJECT(row), "cap-choice", (gpointer)choice);
  g_signal_connect(row, "notify::selected", G_CALLBACK(on_choice),
                   form->settings);
  return row;
}

static GtkWidget *
row_new(const char *title, const char *subtitle, GtkWidget *suffix)
{
  GtkWidget *row = adw_action_row_new();
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
  adw_action_row_set_subtitle(ADW_ACTION_ROW(row), subtitle);
  gtk_widget_set_valign(suffix, GTK_ALIGN_CENTER);
  gtk_accessible_update_property(GTK_ACCESSIBLE(suffix),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_action_row_add_suffix(ADW_ACTION_ROW(row), suffix);
  adw_action_row_set_activatable_widget(ADW_ACTION_ROW(row), suffix);
  return row;
}

static GtkWidget *
switch_new(Form *form, const char *key, const char *title, const char *subtitle)
{
  GtkWidget *toggle = gtk_switch_new();
  g_settings_bind(form->settings, key, toggle, "active",
                  G_SETTINGS_BIND_DEFAULT);
  return row_new(title, subtitle, toggle);
}

static GtkWidget *
number_new(Form *form, const char *key, const char *title, const char *subtitle,
           const double range[3])
{
  GtkWidget *spin =
      gtk_spin_button_new_with_range(range[0], range[1], range[2]);
  g_settings_bind(form->settings, key, spin, "value", G_SETTINGS_BIND_DEFAULT);
  return row_new(title, subtitle, spin);
}

static GtkWidget *
entry_new(Form *form, const char *key, const char *title)
{
  GtkWidget *entry = cap_line_entry_row_new(title, FALSE);
  g_settings_bind(form->settings, key, entry, "text", G_SETTINGS_BIND_DEFAULT);
  return entry;
}

/* ---- pages ---- */

static gpointer
stack_page(const Form *form, GtkWidget *page)
{
  return adw_view_stack_get_page(ADW_VIEW_STACK(form->pages), page);
}

static void
add_row(const Form *form, GtkWidget *row, GtkWidget *group)
{
  const char *subtitle = ADW_IS_ACTION_ROW(row)
                             ? adw_action_row_get_subtitle(ADW_ACTION_ROW(row))
                             : NULL;
  g_autofree char *words =
      g_strjoin(" ", adw_preferences_row_get_title(ADW_PREFERENCES_ROW(row)),
                adw_preferences_group_get_title(ADW_PREFERENCES_GROUP(group)),
                subtitle, NULL);
  adw_preferences_group_add(ADW_PREFERENCES_GROUP(group), row);
  cap_row_search_add(form->search, row, group, words);
}

static void
add_group(const Form *form, GtkWidget *page, const char *title,
          GtkWidget *const *rows, guint n)
{
  GtkWidget *group = adw_preferences_group_new();
  adw_preferences_group_set_title(ADW_PREFERENCES_GROUP(group), title);
  cap_row_search_add(form->search, group, stack_page(form, page), NULL);
  for (guint i = 0; i < n; i++)
    add_row(form, rows[i], group);
  adw_preferences_page_add(ADW_PREFERENCES_PAGE(page),
                           ADW_PREFERENCES_GROUP(group));
}

static GtkWidget *
page_new(const Form *form, const char *title, const char *icon)
{
  GtkWidget *page = adw_preferences_page_new();
  adw_view_stack_add_titled(ADW_VIEW_STACK(form->pages), page, title, title);
  adw_view_stack_page_set_icon_name(stack_page(form, page), icon);
  cap_row_search_add(form->search, stack_page(form, page), NULL, NULL);
  return page;
}

static void
add_viewing_page(Form *form)
{
  GtkWidget *page = page_new(form, _("Viewing"), "image-x-generic-symbolic");
  GtkWidget *const room[] = {choice_new(form, &scheme),
                             choice_new(form, &layout)};
  GtkWidget *const image[] = {
      choice_new(form, &preset), choice_new(form, &slab),
      number_new(form, "slab-thickness", _("Slab thickness"), _("Millimetres"),
                 (const double[]){0.5, 100, 0.5}),
      switch_new(form, "interpolate", _("Interpolate slices"),
                 _("Off: the voxels as they were measured")),
      switch_new(form, "crosshair", _("Cross-hair"), NULL)};
  GtkWidget *const mouse[] = {choice_new(form, &wheel)};
  add_group(form, page, _("Room"), room, G_N_ELEMENTS(room));
  add_group(form, page, _("Image"), image, G_N_ELEMENTS(image));
  add_group(form, page, _("Mouse"), mouse, G_N_ELEMENTS(mouse));
}

static void
add_reading_page(Form *form)
{
  GtkWidget *page = page_new(form, _("Reading"), "document-edit-symbolic");
  GtkWidget *const reader[] = {
      entry_new(form, "reader", _("Name of the reader")),
      switch_new(form, "first-reading", _("Read first, then see the findings"),
                 NULL)};
  GtkWidget *const guidelines[] = {choice_new(form, &setting)};
  GtkWidget *const network[] = {
      cap_weights_row_new(form->settings),
      number_new(form, "threads", _("Processors at work"), _("0: all of them"),
                 (const double[]){0, 256, 1})};
  add_group(form, page, _("Reader"), reader, G_N_ELEMENTS(reader));
  add_group(form, page, _("Guidelines"), guidelines, G_N_ELEMENTS(guidelines));
  add_group(form, page, _("Network"), network, G_N_ELEMENTS(network));
}

static void
add_files_page(Form *form)
{
  GtkWidget *page = page_new(form, _("Files"), "folder-symbolic");
  GtkWidget *const rows[] = {cap_cache_row_new()};
  add_group(form, page, _("Files"), rows, G_N_ELEMENTS(rows));
  GtkWidget *archives = cap_archives_group_new(NULL);
  adw_preferences_page_add(ADW_PREFERENCES_PAGE(page),
                           ADW_PREFERENCES_GROUP(archives));
  cap_row_search_add(
      form->search, archives, stack_page(form, page),
      adw_preferences_group_get_title(ADW_PREFERENCES_GROUP(archives)));
}

static void
form_free(gpointer data)
{
  Form *form = data;
  g_object_unref(form->settings);
  g_free(form);
}

/* ---- searching ---- */

/* Away from a page in which nothing is found: AdwViewStack of libadwaita 1.2
 * stays there. */
static void
turn_to_found(const Form *form)
{
  AdwViewStack *stack = ADW_VIEW_STACK(form->pages);
  GtkWidget *now = adw_view_stack_get_visible_child(stack);
  if (now != NULL && adw_view_stack_page_get_visible(stack_page(form, now)))
    return;
  g_autoptr(GtkSelectionModel) pages = adw_view_stack_get_pages(stack);
  for (guint i = 0; i < g_list_model_get_n_items(G_LIST_MODEL(pages)); i++) {
    g_autoptr(AdwViewStackPage) page =
        g_list_model_get_item(G_LIST_MODEL(pages), i);
    if (adw_view_stack_page_get_visible(page)) {
      adw_view_stack_set_visible_child(stack,
                                       adw_view_stack_page_get_child(page));
      return;
    }
  }
}

static gboolean
begin_search(GtkWidget *window, GVariant *unused, gpointer button)
{
  gtk_toggle_button_set_active(button, TRUE);
  return TRUE;
}

/* Opened by BUTTON, by Ctrl+F, and by typing where nothing else is typed. */
static GtkWidget *
search_bar_new(const Form *form, GtkWidget *button)
{
  GtkWidget *bar = gtk_search_bar_new();
  GtkEventController *keys = gtk_shortcut_controller_new();
  gtk_search_bar_set_child(GTK_SEARCH_BAR(bar), form->search);
  gtk_search_bar_connect_entry(GTK_SEARCH_BAR(bar), GTK_EDITABLE(form->search));
  gtk_search_bar_set_key_capture_widget(GTK_SEARCH_BAR(bar), form->window);
  g_object_bind_property(bar, "search-mode-enabled", button, "active",
                         G_BINDING_BIDIRECTIONAL);
  gtk_shortcut_controller_add_shortcut(
      GTK_SHORTCUT_CONTROLLER(keys),
      gtk_shortcut_new(gtk_keyval_trigger_new(GDK_KEY_f, GDK_CONTROL_MASK),
                       gtk_callback_action_new(begin_search, button, NULL)));
  gtk_widget_add_controller(form->window, keys);
  return bar;
}

/* ---- construction ---- */

static GtkWidget *
header_new(const Form *form, GtkWidget *button, GtkWidget *names_below)
{
  GtkWidget *header = adw_header_bar_new();
  GtkWidget *names = adw_view_switcher_title_new();
  gtk_button_set_icon_name(GTK_BUTTON(button), "edit-find-symbolic");
  gtk_widget_set_tooltip_text(button, _("Search (Ctrl+F)"));
  gtk_accessible_update_property(GTK_ACCESSIBLE(button),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Search the preferences"), -1);
  adw_view_switcher_title_set_stack(ADW_VIEW_SWITCHER_TITLE(names),
                                    ADW_VIEW_STACK(form->pages));
  adw_view_switcher_title_set_title(ADW_VIEW_SWITCHER_TITLE(names),
                                    _("Preferences"));
  g_object_bind_property(names, "title-visible", names_below, "visible",
                         G_BINDING_SYNC_CREATE);
  adw_header_bar_pack_start(ADW_HEADER_BAR(header), button);
  adw_header_bar_set_title_widget(ADW_HEADER_BAR(header), names);
  return header;
}

/* The names of pages below them, shown where the window is narrow: not slid in,
 * since libadwaita 1.2 gives them less room than their border on the way. */
static GtkWidget *
names_below_new(const Form *form)
{
  GtkWidget *names = adw_view_switcher_bar_new();
  adw_view_switcher_bar_set_stack(ADW_VIEW_SWITCHER_BAR(names),
                                  ADW_VIEW_STACK(form->pages));
  adw_view_switcher_bar_set_reveal(ADW_VIEW_SWITCHER_BAR(names), TRUE);
  return names;
}

/* The pages below their names, as AdwPreferencesWindow has them: that of
 * libadwaita 1.2 never frees the rows of its pages. */
static GtkWidget *
content_new(Form *form)
{
  GtkWidget *button = gtk_toggle_button_new();
  GtkWidget *names_below = names_below_new(form);
  GtkWidget *toasts = adw_toast_overlay_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  adw_toast_overlay_set_child(
      ADW_TOAST_OVERLAY(toasts),
      cap_row_search_stack_new(form->search, form->pages,
                               _("No preference is like this")));
  gtk_box_append(GTK_BOX(box), header_new(form, button, names_below));
  gtk_box_append(GTK_BOX(box), search_bar_new(form, button));
  gtk_box_append(GTK_BOX(box), toasts);
  gtk_box_append(GTK_BOX(box), names_below);
  g_signal_connect_swapped(form->search, "search-changed",
                           G_CALLBACK(turn_to_found), form);
  return box;
}

GtkWidget *
cap_preferences_window_new(GtkWindow *parent)
{
  GSettings *settings = cap_preferences_new();
  if (settings == NULL)
    return NULL;
  GtkWidget *window = adw_window_new();
  Form *form = g_new0(Form, 1);
  form->settings = settings;
  form->window = window;
  gtk_window_set_transient_for(GTK_WINDOW(window), parent);
  gtk_window_set_modal(GTK_WINDOW(window), TRUE);
  g_object_set_data_full(G_OBJECT(window), "cap-form", form, form_free);
  form->search = cap_row_search_new(_("Search the preferences"));
  form->pages = adw_view_stack_new();
  add_viewing_page(form);
  add_reading_page(form);
  add_files_page(form);
  adw_window_set_content(ADW_WINDOW(window), content_new(form));
  gtk_window_set_title(GTK_WINDOW(window), _("Preferences"));
  gtk_window_set_default_size(GTK_WINDOW(window), 640, 576);
  cap_escape_closes(window);
  return window;
}
