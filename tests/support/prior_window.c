/* The viewer's window on two scans: see prior_window.h. */
#include "tests/support/prior_window.h"

#include "io/ct_write.h"
#include "tests/support/ui_input.h"

#include <omp.h>
#include <unistd.h>

/* A box of lung in soft tissue. */
static CapVolume *
box(void)
{
  CapVolume *v = cap_volume_new(90, 90, 100, NULL);
  v->spacing_mm[2] = 1.5;
  v->usable = CAP_USABLE_VIEW | CAP_USABLE_MEASURE | CAP_USABLE_DETECT;
  gsize i = 0;
  for (int s = 0; s < v->slices; s++)
    for (int r = 0; r < v->rows; r++)
      for (int c = 0; c < v->columns; c++, i++)
        v->voxels_hu[i] =
            c < 5 || c > 84 || r < 5 || r > 84 ? 40 : -850 + (7 * c + s) % 30;
  return v;
}

/* A block of water. */
static void
write_block(const CapPriorWindow *w)
{
  g_autofree char *path = g_build_filename(w->folder, "block", NULL);
  g_autoptr(CapVolume) block = cap_volume_new(40, 40, 40, NULL);
  for (gsize i = 0; i < cap_volume_n_voxels(block); i++)
    block->voxels_hu[i] = 0;
  g_free(block->source->series_uid);
  block->source->series_uid = g_strdup("1.2.826.0.1.3680043.10.77.9");
  g_free(block->source->patient_id);
  block->source->patient_id = g_strdup("P-3");
  g_free(block->source->modality);
  block->source->modality = g_strdup("CT");
  g_assert_true(cap_ct_write_series(block, path, NULL, NULL));
}

static char *
path_of(const CapPriorWindow *w, const char *name)
{
  return g_build_filename(w->folder, name, NULL);
}

void
cap_prior_window_make_case(CapPriorWindow *w)
{
  CapPriorCase c;
  const int n_threads = omp_get_max_threads();
  omp_set_num_threads(1);
  w->folder = g_dir_make_tmp("capsight-test-XXXXXX", NULL);
  cap_prior_case_make(&c, box());
  cap_prior_case_write(&c, w->folder);
  w->truth = c.to_prior;
  cap_prior_case_clear(&c);
  write_block(w);
  omp_set_num_threads(n_threads);
}

void
cap_prior_window_remove_case(CapPriorWindow *w)
{
  cap_test_remove(g_steal_pointer(&w->folder));
}

void
cap_prior_window_open(CapPriorWindow *w)
{
  g_autofree char *mine =
      g_strdup_printf("%s/data-%d", g_get_home_dir(), (int)getpid());
  g_setenv("XDG_DATA_HOME", mine, TRUE); /* no test sees another's reviews */
  w->input = cap_xtest_open(20000);
  ck_assert_ptr_nonnull(w->input.display);
  w->app = cap_application_new();
  ck_assert(g_application_register(G_APPLICATION(w->app), NULL, NULL));
  w->window = cap_window_new(w->app);
  w->session = cap_window_session(w->window);
  w->pairs = cap_window_prior_pairs(w->window);
  w->prior = cap_prior_pairs_prior(w->pairs);
  w->alignment = cap_prior_pairs_alignment(w->pairs);
  w->prior_session = cap_prior_study_session(w->prior);
  cap_prior_alignment_set_automatic(w->alignment, FALSE);
  gtk_window_set_default_size(GTK_WINDOW(w->window), 1400, 800);
  cap_ui_take_keys(w->window);
}

void
cap_prior_window_close(CapPriorWindow *w)
{
  gtk_window_destroy(GTK_WINDOW(w->window));
  cap_ui_spin(50);
  cap_xtest_close(&w->input);
}

void
cap_prior_window_open_current(CapPriorWindow *w, const char *name)
{
  g_autofree char *path = path_of(w, name);
  g_autofree char *findings = path_of(w, "now"); /* of several, theirs */
  cap_window_open_path(w->window, path, *name == '\0' ? findings : NULL);
  CAP_UI_WAIT(cap_session_phase(w->session) == CAP_PHASE_READY);
}

void
cap_prior_window_open_prior(CapPriorWindow *w, const char *name)
{
  g_autofree char *path = path_of(w, name);
  cap_prior_study_open(w->prior, path, NULL);
  CAP_UI_WAIT(cap_session_phase(w->prior_session) == CAP_PHASE_READY);
  cap_ui_spin(50);
}

void
cap_prior_window_set_true_map(CapPriorWindow *w)
{
  const CapPriorMap map = {.kind = CAP_PRIOR_MAP_AFFINE, .base = w->truth};
  cap_prior_study_set_map(w->prior, &map);
}

gboolean
cap_prior_window_says(const CapPriorWindow *w, const char *text)
{
  return cap_ui_find_match(GTK_WIDGET(w->window), cap_ui_is_visible_label,
                           text) != NULL;
}
