/* The viewer in each state: see viewer_states.h. */
#include "tests/support/viewer_states.h"

#include "core/error.h"
#include "core/language.h"
#include "tests/support/ui_input.h"
#include "ui/measure/measuring.h"
#include "ui/preferences/archive_editor.h"
#include "ui/session/session_weights.h"
#include "ui/study/recent.h"

/* ---- steps ---- */

static void
act(CapPriorWindow *w, const char *detailed)
{
  g_autofree char *name = NULL;
  g_autoptr(GVariant) target = NULL;
  g_assert_true(g_action_parse_detailed_name(detailed, &name, &target, NULL));
  g_action_group_activate_action(G_ACTION_GROUP(w->window), name, target);
}

static void
look(CapPriorWindow *w, gboolean complete)
{
  CapShared *volume =
      cap_shared_new(cap_ui_volume(), (GDestroyNotify)cap_volume_free);
  cap_session_set_volume(w->session, volume, complete);
  cap_session_set_phase(w->session,
                        complete ? CAP_PHASE_READY : CAP_PHASE_LOADING);
  cap_shared_unref(volume);
}

static void
find(CapPriorWindow *w, int n)
{
  look(w, TRUE);
  cap_session_set_findings(w->session,
                           cap_ui_findings(cap_session_volume(w->session), n));
  cap_session_select_step(w->session, 1);
}

/* The window over W's that ACTION opens. */
static GtkWidget *
open_by(CapPriorWindow *w, const char *action)
{
  act(w, action);
  CAP_UI_WAIT(cap_ui_dialog(w->window, GTK_TYPE_WINDOW) != NULL);
  return GTK_WIDGET(cap_ui_dialog(w->window, GTK_TYPE_WINDOW));
}

static GError *
some_error(void)
{
  return g_error_new(CAP_ERROR, CAP_ERROR_DATA,
                     "/data/study/1: something is wrong with this file");
}

/* ---- opening ---- */

static GtkWidget *
empty(CapPriorWindow *w)
{
  cap_recent_add(w->folder);
  cap_session_set_phase(w->session, CAP_PHASE_SCANNING);
  cap_session_set_phase(w->session, CAP_PHASE_EMPTY);
  return GTK_WIDGET(w->window);
}

static GtkWidget *
scanning(CapPriorWindow *w)
{
  cap_session_set_phase(w->session, CAP_PHASE_SCANNING);
  cap_session_set_progress(w->session, "reading headers", 0.4);
  return GTK_WIDGET(w->window);
}

static GtkWidget *
loading(CapPriorWindow *w)
{
  look(w, FALSE);
  cap_session_set_progress(w->session, "reading slices", 0.4);
  return GTK_WIDGET(w->window);
}

static GtkWidget *
failed(CapPriorWindow *w)
{
  g_autofree char *path = g_build_filename(w->folder, "nothing", NULL);
  cap_window_open_path(w->window, path, NULL);
  CAP_UI_WAIT(cap_session_phase(w->session) == CAP_PHASE_FAILED);
  return GTK_WIDGET(w->window);
}

static GtkWidget *
studies(CapPriorWindow *w)
{
  cap_window_open_path(w->window, w->folder, NULL);
  CAP_UI_WAIT(cap_session_phase(w->session) == CAP_PHASE_CHOOSING);
  return GTK_WIDGET(w->window);
}

/* ---- reading ---- */

static GtkWidget *
not_searched(CapPriorWindow *w)
{
  cap_prior_window_open_current(w, "other");
  act(w, "show-series");
  return GTK_WIDGET(w->window);
}

static GtkWidget *
detecting(CapPriorWindow *w)
{
  look(w, TRUE);
  cap_session_set_detecting(w->session, TRUE);
  cap_session_set_progress(w->session, "finding candidates", 0.3);
  return GTK_WIDGET(w->window);
}

static GtkWidget *
detection_failed(CapPriorWindow *w)
{
  g_autoptr(GError) error = some_error();
  look(w, TRUE);
  cap_session_set_detection_failure(w->session, error);
  return GTK_WIDGET(w->window);
}

static GtkWidget *
nothing_found(CapPriorWindow *w)
{
  find(w, 0);
  return GTK_WIDGET(w->window);
}

static GtkWidget *
findings(CapPriorWindow *w)
{
  find(w, 6);
  return GTK_WIDGET(w->window);
}

static GtkWidget *
many_findings(CapPriorWindow *w)
{
  find(w, 300);
  return GTK_WIDGET(w->window);
}

static GtkWidget *
none_like_this(CapPriorWindow *w)
{
  const CapFindingFilter filter = {.status = CAP_STATUS_REJECTED, .side = -1};
  find(w, 6);
  cap_session_set_filter(w->session, &filter);
  return GTK_WIDGET(w->window);
}

static GtkWidget *
first_reading(CapPriorWindow *w)
{
  find(w, 6);
  cap_session_set_first_reading(w->session, TRUE);
  return GTK_WIDGET(w->window);
}

/* With what the network's weights show: sweeps, similar nodules. */
static GtkWidget *
explained(CapPriorWindow *w)
{
  cap_session_set_weights(w->session, g_getenv("CAPSIGHT_TEST_WEIGHTS"));
  find(w, 3);
  act(w, "explain");
  cap_ui_spin(2000);
  return GTK_WIDGET(w->window);
}

/* An ellipse in air, which is below zero. */
static GtkWidget *
measuring(CapPriorWindow *w)
{
  static const double ends[4][2] = {{8, 12}, {20, 12}, {14, 8}, {14, 16}};
  CapMeasurement *m = cap_measurement_new(CAP_MEASURE_ELLIPSE);
  find(w, 3);
  const CapVolume *volume = cap_session_volume(w->session);
  for (int i = 0; i < 4; i++)
    m->ends_mm[i] =
        cap_volume_to_patient(volume, (CapPoint){ends[i][0], ends[i][1], 20});
  cap_measurement_work_out(m, volume);
  cap_measuring_add(w->session, m);
  act(w, "measure");
  return GTK_WIDGET(w->window);
}

/* Two bars over the foot of the images. */
static GtkWidget *
measuring_meanwhile(CapPriorWindow *w)
{
  measuring(w);
  cap_session_set_detecting(w->session, TRUE);
  cap_session_set_progress(w->session, "finding candidates", 0.3);
  return GTK_WIDGET(w->window);
}

static GtkWidget *
four_views(CapPriorWindow *w)
{
  find(w, 6);
  cap_session_toggle_key_image(w->session, CAP_PLANE_AXIAL,
                               &(CapImageField){CAP_FIELD_WHOLE});
  act(w, "next-slab");
  act(w, "show-series");
  g_action_group_change_action_state(G_ACTION_GROUP(w->window), "layout",
                                     g_variant_new_string("four"));
  cap_window_toggle_cine(w->window);
  cap_window_toggle_cine(w->window);
  return GTK_WIDGET(w->window);
}

static void
open_both(CapPriorWindow *w, const char *prior)
{
  cap_prior_window_open_current(w, "now");
  cap_prior_window_open_prior(w, prior);
}

static GtkWidget *
prior(CapPriorWindow *w)
{
  open_both(w, "then");
  cap_prior_window_set_true_map(w);
  act(w, "accept-prior");
  cap_session_select_step(w->session, 1);
  g_action_group_change_action_state(G_ACTION_GROUP(w->window), "layout",
                                     g_variant_new_string("compare-all"));
  return GTK_WIDGET(w->window);
}

/* The question that comes before the images of another patient. */
static GtkWidget *
alarm_of(CapPriorWindow *w)
{
  open_both(w, "other");
  CAP_UI_WAIT(cap_ui_dialog(w->window, GTK_TYPE_WINDOW) != NULL);
  return GTK_WIDGET(cap_ui_dialog(w->window, GTK_TYPE_WINDOW));
}

static GtkWidget *
other_patient(CapPriorWindow *w)
{
  gtk_window_destroy(GTK_WINDOW(alarm_of(w)));
  cap_prior_study_confirm(w->prior);
  return GTK_WIDGET(w->window);
}

/* ---- windows over it ---- */

static GtkWidget *
prior_choice(CapPriorWindow *w)
{
  cap_prior_window_open_current(w, "");
  return open_by(w, "open-prior");
}

static GtkWidget *
archive_editor(CapPriorWindow *w)
{
  g_autofree char *path = g_build_filename(w->folder, "archives.ini", NULL);
  GtkWidget *editor = cap_archive_editor_new(GTK_WINDOW(w->window), path, NULL);
  gtk_window_present(GTK_WINDOW(editor));
  return editor;
}

static GtkWidget *
report(CapPriorWindow *w)
{
  find(w, 3);
  return open_by(w, "report");
}

static GtkWidget *
history(CapPriorWindow *w)
{
  find(w, 3);
  cap_session_set_status(w->session, CAP_STATUS_ACCEPTED);
  return open_by(w, "history");
}

static gboolean
asks_for_reason(GtkWidget *widget, const char *label)
{
  return cap_ui_is_button(widget, label) && gtk_widget_get_mapped(widget);
}

static GtkWidget *
conclusion(CapPriorWindow *w)
{
  find(w, 0);
  cap_ui_spin(100);
  GtkWidget *button = cap_ui_find_match(GTK_WIDGET(w->window), asks_for_reason,
                                        _("Not evaluable…"));
  g_assert_nonnull(button);
  g_signal_emit_by_name(button, "clicked");
  CAP_UI_WAIT(cap_ui_dialog(w->window, GTK_TYPE_WINDOW) != NULL);
  return GTK_WIDGET(cap_ui_dialog(w->window, GTK_TYPE_WINDOW));
}

const CapViewerState cap_viewer_states[] = {
    {"nothing open", empty, 120},
    {"looking for series", scanning, 120},
    {"loading", loading, 120},
    {"it cannot be shown", failed, 120},
    {"list of studies", studies, 140},
    {"not searched", not_searched, 130},
    {"detecting", detecting, 120},
    {"detection failed", detection_failed, 120},
    {"nothing found", nothing_found, 120},
    {"findings", findings, 130},
    {"many findings", many_findings, 300},
    {"no finding is like this", none_like_this, 120},
    {"first reading", first_reading, 120},
    {"explained", explained, 140},
    {"measuring", measuring, 130},
    {"measuring during a search", measuring_meanwhile, 130},
    {"four views", four_views, 130},
    {"earlier scan", prior, 140},
    {"another patient's scan", other_patient, 140},
    {"alarm", alarm_of, 4},
    {"choice of an earlier scan", prior_choice, 6},
    {"choice of a file", NULL, 0, "open-file"},
    {"archive", NULL, 10, "open-archive"},
    {"set-up of an archive", archive_editor, 20},
    {"preferences", NULL, 30, "preferences"},
    {"reader", NULL, 4, "reader"},
    {"report", report, 36},
    {"history", history, 5},
    {"conclusion", conclusion, 4},
    {"keys", NULL, 90, "shortcuts"},
    {"about", NULL, 0, "about"},
    {"test pattern", NULL, 0, "test-pattern"},
};
const guint cap_n_viewer_states = G_N_ELEMENTS(cap_viewer_states);

int
cap_viewer_state_find(const char *name)
{
  guint i = 0;
  while (i < cap_n_viewer_states &&
         !g_str_equal(cap_viewer_states[i].name, name))
    i++;
  g_assert_cmpuint(i, <, cap_n_viewer_states);
  return (int)i;
}

GtkWidget *
cap_viewer_state_enter(CapPriorWindow *w, int i)
{
  cap_prior_window_open(w);
  const CapViewerState *state = &cap_viewer_states[i];
  GtkWidget *root =
      state->opens != NULL ? open_by(w, state->opens) : state->enter(w);
  cap_ui_take_keys(root);
  cap_ui_spin(200);
  return root;
}

void
cap_viewer_state_leave(CapPriorWindow *w)
{
  cap_prior_window_close(w);
}
