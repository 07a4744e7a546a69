/* The study list with real input: several studies are listed before one opens,
 * letters search, Enter opens, Ctrl+L comes back; 1,000 series are no more work
 * than those on the screen. Argument: make-studies. */
#include "core/irregularity.h"
#include "tests/support/dicom_make.h"
#include "tests/support/ui.h"
#include "tests/support/ui_input.h"
#include "ui/application.h"
#include "ui/label.h"
#include "ui/study/case_banner.h"
#include "ui/study/study_item.h"
#include "ui/study/study_list.h"
#include "ui/view/status_line.h"
#include "ui/window.h"

#include <glib/gstdio.h>

static const char *make_studies;
static char *folder;
static CapWindow *window;
static CapXtest input;

static void
setup(void)
{
  cap_ui_setup();
  folder = cap_test_folder();
  window = NULL;
  input = cap_xtest_open(20000);
}

static void
teardown(void)
{
  if (window != NULL)
    gtk_window_destroy(GTK_WINDOW(window));
  cap_xtest_close(&input);
  cap_test_remove(folder);
}

static void
make(const char *patients, const char *studies, const char *series)
{
  const char *arguments[] = {make_studies, folder, patients, studies,
                             series,       "3",    NULL};
  int status = -1;
  ck_assert(g_spawn_sync(NULL, (char **)arguments, NULL, 0, NULL, NULL, NULL,
                         NULL, &status, NULL));
  ck_assert_int_eq(status, 0);
}

static gboolean
has_page(gpointer name)
{
  return g_str_equal(cap_window_page(window), name);
}

static gboolean
is_ready(gpointer unused)
{
  return cap_session_phase(cap_window_session(window)) == CAP_PHASE_READY;
}

/* Opens PATHS in a window of its own. */
static void
open_paths(const char *const *paths)
{
  window = cap_window_new(NULL);
  cap_ui_take_keys(window);
  cap_window_open(window, paths, NULL);
  gtk_window_set_focus_visible(GTK_WINDOW(window), TRUE);
  cap_ui_spin(200);
}

static void
press(KeySym symbol, unsigned modifiers)
{
  cap_xtest_key(&input, symbol, modifiers);
  cap_ui_spin(150);
}

static CapStudyList *
study_list(void)
{
  return CAP_STUDY_LIST(cap_ui_find(GTK_WIDGET(window), CAP_TYPE_STUDY_LIST));
}

/* What the name column says, a row a line. */
static char *
rows_now(void)
{
  GListModel *rows = cap_study_list_rows(study_list());
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < g_list_model_get_n_items(rows); i++) {
    g_autoptr(GtkTreeListRow) row = g_list_model_get_item(rows, i);
    g_autoptr(CapStudyItem) item = gtk_tree_list_row_get_item(row);
    g_autofree char *name = cap_study_item_text(item, CAP_COLUMN_NAME);
    g_string_append_printf(text, "%u %s\n", gtk_tree_list_row_get_depth(row),
                           name);
  }
  return g_string_free(text, FALSE);
}

static guint
n_rows(void)
{
  return g_list_model_get_n_items(cap_study_list_rows(study_list()));
}

static gboolean
has_rows(gpointer n)
{
  return n_rows() == GPOINTER_TO_UINT(n);
}

static gboolean
series_is_selected(void)
{
  GtkSingleSelection *rows =
      GTK_SINGLE_SELECTION(cap_study_list_rows(study_list()));
  GtkTreeListRow *row = gtk_single_selection_get_selected_item(rows);
  g_autoptr(CapStudyItem) item =
      row != NULL ? gtk_tree_list_row_get_item(row) : NULL;
  return item != NULL && cap_study_item_series(item) != NULL;
}

START_TEST(letters_search_and_enter_opens)
{
  make("6", "2", "1");
  open_paths((const char *const[]){folder, NULL});
  cap_ui_wait(has_page, "studies", "the studies are listed");
  ck_assert_uint_eq(n_rows(), 6 + 12 + 12);
  cap_xtest_text(&input,
                 "jane"); /* "a" is no status here, "e" no explanation */
  cap_ui_wait(has_rows, GUINT_TO_POINTER(5), "the search leaves one patient");
  g_autofree char *rows = rows_now();
  ck_assert_str_eq(rows, "0 Doe, Jane\n1 CT chest\n2 Thorax 1\n"
                         "1 CT chest, follow-up\n2 Thorax 1\n");
  for (int i = 0; i < 5 && !series_is_selected(); i++)
    press(XK_Down, 0); /* to the rows, and on */
  ck_assert(series_is_selected());
  press(XK_Return, 0);
  cap_ui_wait(is_ready, NULL, "the series is open");
  ck_assert_str_eq(cap_window_page(window), "reading");
  ck_assert_str_eq(cap_session_source(cap_window_session(window))->patient_name,
                   "Doe^Jane");
  press(XK_l, GDK_CONTROL_MASK);
  ck_assert_str_eq(cap_window_page(window), "studies");
  press(XK_l, GDK_CONTROL_MASK);
  ck_assert_str_eq(cap_window_page(window), "reading");
}
END_TEST

/* The head of the column with TITLE. */
static gboolean
is_head(GtkWidget *widget, const char *title)
{
  return g_str_equal(G_OBJECT_TYPE_NAME(widget), "GtkColumnViewTitle") &&
         cap_ui_find_label(widget, title) != NULL;
}

static void
click_head(const char *title)
{
  GtkWidget *head = cap_ui_find_match(GTK_WIDGET(window), is_head, title);
  ck_assert_msg(head != NULL, "no column %s", title);
  cap_ui_click(&input, head);
  cap_ui_spin(100);
}

static gboolean
rows_begin(const char *first_rows)
{
  g_autofree char *rows = rows_now();
  return g_str_has_prefix(rows, first_rows);
}

START_TEST(heads_of_columns_sort)
{
  make("3", "2", "1");
  open_paths((const char *const[]){folder, NULL});
  cap_ui_wait(has_page, "studies", "the studies are listed");
  ck_assert_uint_eq(n_rows(), 3 + 6 + 6);
  static const struct {
    const char *title, *first_rows;
  } clicks[] = {
      {"Patient, study, series", "0 Σωκράτους, Ελένη\n1 CT chest, follow-up\n"},
      {"ID", "0 Doe, Jane\n"}, /* and back */
      {"ID", "0 Σωκράτους, Ελένη\n"},
      {"Date", "0 Doe, Jane\n1 CT chest\n"},
      {"Date", "0 Σωκράτους, Ελένη\n1 CT chest, follow-up\n"},
      {"Patient, study, series", "0 Doe, Jane\n1 CT chest\n"}};
  for (guint i = 0; i < G_N_ELEMENTS(clicks); i++) {
    click_head(clicks[i].title);
    CAP_UI_WAIT(rows_begin(clicks[i].first_rows));
  }
}
END_TEST

START_TEST(words_of_every_kind_are_found)
{
  make("6", "1", "1");
  open_paths((const char *const[]){folder, NULL});
  cap_ui_wait(has_page, "studies", "the studies are listed");
  static const struct {
    const char *search;
    guint rows;
  } cases[] = {{"pat-00003", 3}, {"muller jur", 3}, {"müll", 3},  {"שרה", 3},
               {"محمد", 3},      {"2016-02", 3},    {"B60f", 18}, {"zebra", 0}};
  g_autoptr(CapShared) list =
      cap_session_share_series_list(cap_window_session(window));
  g_autoptr(GListModel) patients = cap_study_item_tree(list);
  for (guint c = 0; c < G_N_ELEMENTS(cases); c++) {
    guint n = 0;
    for (guint i = 0; i < g_list_model_get_n_items(patients); i++) {
      g_autoptr(CapStudyItem) item = g_list_model_get_item(patients, i);
      n += cap_study_item_matches(item, cases[c].search);
    }
    ck_assert_msg(n == cases[c].rows / 3, "%s: %u", cases[c].search, n);
  }
}
END_TEST

START_TEST(several_paths_are_one_list)
{
  make("3", "1", "1");
  g_autofree char *first = g_build_filename(folder, "p00000", NULL);
  g_autofree char *second =
      g_build_filename(folder, "p00001/st0/se0/i0001.dcm", NULL);
  open_paths((const char *const[]){first, second, first, NULL});
  cap_ui_wait(has_page, "studies", "the studies are listed");
  g_autofree char *rows = rows_now();
  ck_assert_str_eq(rows, "0 Doe, Jane\n1 CT chest\n2 Thorax 1\n"
                         "0 Müller, Jürgen\n1 CT chest\n2 Thorax 1\n");
}
END_TEST

START_TEST(kernels_are_shown_whole)
{
  make("2", "1", "2");
  open_paths((const char *const[]){folder, NULL});
  cap_ui_wait(has_page, "studies", "the studies are listed");
  GtkWidget *kernel = cap_ui_find_match(GTK_WIDGET(window),
                                        cap_ui_is_visible_label, "STANDARD");
  ck_assert_ptr_nonnull(kernel);
  ck_assert(
      !pango_layout_is_ellipsized(gtk_label_get_layout(GTK_LABEL(kernel))));
}
END_TEST

START_TEST(what_is_wrong_is_a_sentence)
{
  g_autofree char *text = g_build_filename(folder, "readme.txt", NULL);
  ck_assert(g_file_set_contents(text, "no image", -1, NULL));
  open_paths((const char *const[]){folder, NULL});
  cap_ui_wait(has_page, "failed", "the failure is shown");
  const char *said = cap_session_message(cap_window_session(window));
  ck_assert_msg(strstr(said, "[CAP-003]") != NULL, "%s", said);
  ck_assert_msg(g_ascii_isupper(*said), "%s", said);
}
END_TEST

static gboolean
is_shown(gpointer widget)
{
  return *cap_case_banner_text(widget) != '\0';
}

START_TEST(the_banner_names_what_is_wrong)
{
  cap_test_series_write(folder, 6);
  g_autofree char *gone = g_build_filename(folder, "i003.dcm", NULL);
  ck_assert_int_eq(g_unlink(gone), 0);
  open_paths((const char *const[]){folder, NULL});
  cap_ui_wait(is_ready, NULL, "the series is open");
  GtkWidget *views = GTK_WIDGET(cap_window_views(window));
  GtkWidget *banner = gtk_widget_get_prev_sibling(views);
  cap_ui_wait(is_shown, banner, "the banner is there");
  ck_assert_str_eq(cap_case_banner_text(banner),
                   "⚠ 1 irregularity: slice missing (CASE-01).");
}
END_TEST

/* What reading turns up is known with the last slice, whether those before it
 * were shown already, as they are of a long series, or not. */
START_TEST(the_banner_comes_after_slices_that_were_shown)
{
  g_autoptr(CapSession) session = cap_session_new();
  GtkWidget *banner = g_object_ref_sink(cap_case_banner_new(session));
  CapVolume *whole = cap_ui_volume();
  g_autoptr(CapShared) preview = cap_shared_new(
      cap_volume_new_sharing(whole), (GDestroyNotify)cap_volume_free);
  g_autoptr(CapShared) volume =
      cap_shared_new(whole, (GDestroyNotify)cap_volume_free);
  g_ptr_array_add(whole->source->irregularities,
                  cap_irregularity_new(1, CAP_SEVERITY_WARNING, NULL,
                                       "a slice is missing", NULL));
  cap_session_set_volume(session, preview, FALSE);
  cap_session_planes_arrived(session);
  ck_assert_str_eq(cap_case_banner_text(banner), "");
  cap_session_set_volume(session, volume, TRUE);
  ck_assert_str_eq(cap_case_banner_text(banner),
                   "⚠ 1 irregularity: slice missing (CASE-01).");
  g_object_unref(banner);
}
END_TEST

/* What the list of recent studies says, a line each. */
static char *
recent_text(void)
{
  g_action_group_activate_action(G_ACTION_GROUP(window), "close-study", NULL);
  cap_ui_wait(has_page, "empty", "the recent studies are listed");
  cap_ui_spin(100);
  return cap_ui_text(GTK_WIDGET(window));
}

static GtkWidget *
remove_button(void)
{
  g_autoptr(GPtrArray) all =
      cap_ui_find_all(GTK_WIDGET(window), GTK_TYPE_BUTTON);
  for (guint i = 0; i < all->len; i++)
    if (gtk_widget_get_mapped(all->pdata[i]) &&
        g_strcmp0(gtk_widget_get_tooltip_text(all->pdata[i]),
                  "Remove from this list") == 0)
      return all->pdata[i];
  return NULL;
}

START_TEST(only_what_was_opened_is_recent)
{
  g_autofree char *good = g_build_filename(folder, "good", NULL);
  g_autofree char *bad = g_build_filename(folder, "bad", NULL);
  gtk_recent_manager_purge_items(gtk_recent_manager_get_default(), NULL);
  g_mkdir(good, 0700);
  g_mkdir(bad, 0700);
  cap_test_series_write(good, 6);
  open_paths((const char *const[]){bad, NULL});
  cap_ui_wait(has_page, "failed", "the failure is shown");
  g_autofree char *none = recent_text();
  ck_assert_msg(strstr(none, "bad") == NULL, "%s", none);

  cap_window_open_path(window, good, NULL);
  cap_ui_wait(is_ready, NULL, "the series is open");
  g_autofree char *one = recent_text();
  ck_assert_msg(strstr(one, "good\n") != NULL, "%s", one);
  ck_assert_msg(strstr(one, "No longer there") == NULL, "%s", one);
  ck_assert_msg(strstr(one, "Could not be opened") == NULL, "%s", one);

  g_autofree char *image = g_build_filename(good, "i000.dcm", NULL);
  for (int k = 0; k < 6; k++) {
    image[strlen(image) - 5] = (char)('0' + k);
    ck_assert_int_eq(g_unlink(image), 0);
  }
  cap_window_open_path(window, good, NULL);
  cap_ui_wait(has_page, "failed", "nothing is in it any more");
  g_autofree char *refused = recent_text();
  ck_assert_msg(strstr(refused, "Could not be opened") != NULL, "%s", refused);

  ck_assert_int_eq(g_rmdir(good), 0);
  cap_window_open_path(window, good, NULL);
  cap_ui_wait(has_page, "failed", "it is gone");
  g_autofree char *gone = recent_text();
  ck_assert_msg(strstr(gone, "No longer there") != NULL, "%s", gone);
  cap_ui_shoot("recent");
  cap_ui_click(&input, remove_button());
  cap_ui_spin(150);
  g_autofree char *removed = recent_text();
  ck_assert_msg(strstr(removed, "good") == NULL, "%s", removed);
}
END_TEST

/* Six images of MODALITY with UID in FOLDER; of ultrasound, which has no
 * rescale, no place and no size of a pixel. */
static void
write_images(const char *modality, const char *uid)
{
  const gboolean bare = g_str_equal(modality, "US");
  for (int k = 0; k < 6; k++) {
    CapTestSlice slice = cap_test_slice(k);
    slice.modality = modality;
    slice.series_uid = uid;
    if (bare) {
      slice.slope = slice.intercept = NULL;
      slice.no_position = slice.no_orientation = TRUE;
      slice.spacing[0] = slice.spacing[1] = 0;
    }
    g_autofree char *name = g_strdup_printf("%s%d.dcm", modality, k);
    cap_test_slice_write(&slice, folder, name);
  }
}

static gboolean
shows_series(gpointer uid)
{
  const CapSource *source = cap_session_source(cap_window_session(window));
  return is_ready(NULL) && source != NULL &&
         g_str_equal(source->series_uid, uid);
}

static void
open_series(const char *uid)
{
  const CapSeriesList *list =
      cap_session_series_list(cap_window_session(window));
  for (guint i = 0; i < list->series->len; i++) {
    const CapSeries *series = list->series->pdata[i];
    if (g_str_equal(series->source->series_uid, uid))
      g_action_group_activate_action(G_ACTION_GROUP(window), "choose-series",
                                     g_variant_new_int32((int)i));
  }
  cap_ui_wait(shows_series, (gpointer)uid, "the series is open");
  cap_ui_spin(100);
}

/* Nothing that is shown has UNIT after a number. */
static void
assert_no_unit(const char *text, const char *unit)
{
  g_autofree char *pattern = g_strdup_printf("[0-9–] %s", unit);
  ck_assert_msg(!g_regex_match_simple(pattern, text, 0, 0), "%s in %s", unit,
                text);
}

/* The first button of ACTION. */
static GtkWidget *
button_of(const char *action)
{
  g_autoptr(GPtrArray) all =
      cap_ui_find_all(GTK_WIDGET(window), GTK_TYPE_BUTTON);
  for (guint i = 0; i < all->len; i++)
    if (g_strcmp0(gtk_actionable_get_action_name(all->pdata[i]), action) == 0)
      return all->pdata[i];
  ck_abort_msg("no button");
  return NULL;
}

static GtkWidget *
detect_button(void)
{
  return button_of("win.detect");
}

/* The list of windows with names. */
static GtkWidget *
presets(void)
{
  return gtk_widget_get_parent(button_of("win.preset"));
}

/* Which millimetres they are, and in the same digits. */
START_TEST(thickness_and_spacing_are_named)
{
  write_images("CT", "1.2.3.2");
  open_paths((const char *const[]){folder, NULL});
  cap_ui_wait(shows_series, "1.2.3.2", "the CT is open");
  g_action_group_change_action_state(G_ACTION_GROUP(window), "show-series",
                                     g_variant_new_boolean(TRUE));
  cap_ui_spin(200);
  cap_ui_shoot("named-mm");
  GtkWidget *title = cap_ui_find(GTK_WIDGET(window), ADW_TYPE_WINDOW_TITLE);
  ck_assert_ptr_nonnull(
      strstr(adw_window_title_get_subtitle(ADW_WINDOW_TITLE(title)),
             "thickness 1.0\u00a0mm"));
  ck_assert_ptr_nonnull(
      cap_ui_find_label(GTK_WIDGET(window), "6 slices  spacing 1.0\u00a0mm"));
  g_autofree char *fine = cap_label_mm(1.25);
  ck_assert_str_eq(fine, "1.25\u00a0mm");
}
END_TEST

START_TEST(what_is_not_ct_has_no_units_and_is_not_searched)
{
  write_images("US", "1.2.3.1");
  write_images("CT", "1.2.3.2");
  open_paths((const char *const[]){folder, NULL});
  cap_ui_wait(shows_series, "1.2.3.2", "the CT is open");
  CapSession *session = cap_window_session(window);
  GActionGroup *actions = G_ACTION_GROUP(window);
  ck_assert(g_action_group_get_action_enabled(actions, "detect"));
  ck_assert_ptr_nonnull(cap_ui_find_label(GTK_WIDGET(window), " HU"));

  open_series("1.2.3.1");
  cap_ui_shoot("ultrasound");
  g_autofree char *text = cap_ui_text(GTK_WIDGET(window));
  assert_no_unit(text, "HU");
  g_autofree char *status = cap_status_line_text(
      CAP_STATUS_LINE(cap_ui_find(GTK_WIDGET(window), CAP_TYPE_STATUS_LINE)));
  assert_no_unit(status, "mm"); /* the title has the header's own thickness */
  ck_assert_msg(strstr(status, "Column 16  Row 16") != NULL, "%s", status);
  GtkWidget *banner =
      gtk_widget_get_prev_sibling(GTK_WIDGET(cap_window_views(window)));
  ck_assert_ptr_nonnull(
      strstr(cap_case_banner_text(banner), "not CT (CASE-30)"));
  ck_assert(!g_action_group_get_action_enabled(actions, "detect"));
  ck_assert_str_eq(gtk_widget_get_tooltip_text(detect_button()),
                   "This series cannot be searched for nodules: it is US, not "
                   "CT.");
  ck_assert_ptr_nonnull(strstr(text, "for nodules: it is US, not CT."));
  /* Its values, 1000 to 1005, are all seen. */
  ck_assert_double_eq(cap_look_window(cap_session_look(session)), 5);
  ck_assert_double_eq(cap_look_level(cap_session_look(session)), 1002.5);
  /* windows of HU are not offered; sizes are in what there is */
  ck_assert(!g_action_group_get_action_enabled(actions, "preset"));
  ck_assert(!gtk_widget_get_visible(presets()));
  ck_assert_ptr_nonnull(
      cap_ui_find_label(GTK_WIDGET(window), "Mean diameter at least, px"));

  open_series("1.2.3.2");
  ck_assert(g_action_group_get_action_enabled(actions, "detect"));
  ck_assert(g_action_group_get_action_enabled(actions, "preset"));
  ck_assert(gtk_widget_get_visible(presets()));
  ck_assert_ptr_nonnull(
      cap_ui_find_label(GTK_WIDGET(window), "Mean diameter at least, mm"));
  ck_assert_str_eq(gtk_widget_get_tooltip_text(detect_button()),
                   "Find nodules (Ctrl+D)");
  ck_assert_double_eq(cap_look_window(cap_session_look(session)), 1500);
}
END_TEST

/* How many rows hold a picture or wait for one. */
static gboolean
has_pictures(gpointer list)
{
  GListModel *rows = cap_study_list_rows(list);
  guint n = 0;
  for (guint i = 0; i < g_list_model_get_n_items(rows); i++) {
    g_autoptr(GtkTreeListRow) row = g_list_model_get_item(rows, i);
    g_autoptr(CapStudyItem) item = gtk_tree_list_row_get_item(row);
    CapSeriesItem *series = cap_study_item_series(item);
    n += series != NULL && cap_series_item_picture(series) != NULL;
  }
  ck_assert_uint_lt(n, 400); /* those on the screen and GTK's reserve */
  return n >= 10;
}

START_TEST(a_thousand_series_make_pictures_of_what_is_seen)
{
  make("100", "1", "10");
  open_paths((const char *const[]){folder, NULL});
  cap_ui_wait(has_page, "studies", "the studies are listed");
  CapStudyList *list = study_list();
  ck_assert_uint_eq(n_rows(), 100 + 100 + 1000);
  cap_ui_wait(has_pictures, list, "the rows on the screen have pictures");
  press(XK_End, GDK_CONTROL_MASK);
  press(XK_Page_Up, 0);
  has_pictures(list);
}
END_TEST

static gboolean
is_null(gpointer place)
{
  return *(gpointer *)place == NULL;
}

/* A volume may take half of the memory. */
START_TEST(a_closed_window_lets_its_study_go)
{
  cap_test_series_write(folder, 6);
  open_paths((const char *const[]){folder, NULL});
  cap_ui_wait(is_ready, NULL, "the study is open");
  CapSession *session = cap_window_session(window);
  g_object_add_weak_pointer(G_OBJECT(session), (gpointer *)&session);
  gtk_window_destroy(GTK_WINDOW(window));
  window = NULL;
  cap_ui_wait(is_null, &session, "the study is let go");
}
END_TEST

int
main(int argc, char **argv)
{
  if (argc < 2)
    return 2;
  make_studies = argv[1];
  Suite *suite = suite_create("study_list");
  TCase *tests = tcase_create("study_list");
  tcase_set_timeout(tests, 120);
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, letters_search_and_enter_opens);
  tcase_add_test(tests, heads_of_columns_sort);
  tcase_add_test(tests, words_of_every_kind_are_found);
  tcase_add_test(tests, several_paths_are_one_list);
  tcase_add_test(tests, kernels_are_shown_whole);
  tcase_add_test(tests, what_is_wrong_is_a_sentence);
  tcase_add_test(tests, only_what_was_opened_is_recent);
  tcase_add_test(tests, the_banner_names_what_is_wrong);
  tcase_add_test(tests, thickness_and_spacing_are_named);
  tcase_add_test(tests, what_is_not_ct_has_no_units_and_is_not_searched);
  tcase_add_test(tests, the_banner_comes_after_slices_that_were_shown);
  tcase_add_test(tests, a_thousand_series_make_pictures_of_what_is_seen);
  tcase_add_test(tests, a_closed_window_lets_its_study_go);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
