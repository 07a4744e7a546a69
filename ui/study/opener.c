/* CapOpener: see opener.h. */
#include "ui/study/opener.h"

#include "core/error.h"
#include "core/language.h"
#include "io/findings/findings_json.h"
#include "io/review/identity.h"
#include "io/review/review_commands.h"
#include "ui/study/study_item.h"
#include "ui/work/job.h"

#include <string.h>

typedef struct Load Load;

struct CapOpener {
  CapSession *session;
  char *findings_path; /* asked for by name, or NULL */
  CapJob *job;         /* the one that runs, or NULL */
  Load *load;          /* owned by JOB when that loads, else NULL */
};

/* What a loading worker needs, and the preview that it fills for the window:
 * a volume of its own, so that the window never reads what may be freed. */
struct Load {
  CapJob *job;     /* the worker's handle on itself */
  CapShared *list; /* of CapSeriesList */
  int index;
  char *findings_path; /* to read afterwards, or NULL */
  gboolean findings_required;
  char *reader;
  GMutex lock;
  CapShared *preview; /* of CapVolume; set once, under the lock */
};

typedef struct {
  CapVolume *volume;
  CapFindings *findings;
  CapReview *review;   /* NULL: there is nothing to review yet */
  char *review_path;   /* NULL: it cannot be kept */
  GPtrArray *warnings; /* of GError */
} Loaded;

CapOpener *
cap_opener_new(CapSession *session)
{
  CapOpener *opener = g_new0(CapOpener, 1);
  opener->session = session;
  return opener;
}

static void
drop_job(CapOpener *opener)
{
  cap_job_cancel(opener->job);
  opener->job = NULL;
  opener->load = NULL;
}

void
cap_opener_free(CapOpener *opener)
{
  if (opener == NULL)
    return;
  drop_job(opener);
  g_free(opener->findings_path);
  g_free(opener);
}

/* ---- loading ---- */

static void
load_free(Load *load)
{
  cap_shared_unref(load->list);
  cap_shared_unref(load->preview);
  g_free(load->findings_path);
  g_free(load->reader);
  g_mutex_clear(&load->lock);
  g_free(load);
}

static void
loaded_free(Loaded *loaded)
{
  if (loaded == NULL)
    return;
  cap_volume_free(loaded->volume);
  cap_findings_free(loaded->findings);
  cap_review_close(loaded->review);
  g_free(loaded->review_path);
  g_ptr_array_unref(loaded->warnings);
  g_free(loaded);
}

static void
on_slice(CapVolume *volume, int slice, gpointer user_data)
{
  Load *load = user_data;
  g_mutex_lock(&load->lock);
  if (load->preview == NULL)
    load->preview = cap_shared_new(cap_volume_new_sharing(volume),
                                   (GDestroyNotify)cap_volume_free);
  CapVolume *preview = cap_shared_get(load->preview);
  g_mutex_unlock(&load->lock);
  __atomic_store_n(&preview->valid[slice], 1, __ATOMIC_RELEASE);
  cap_job_wake(load->job);
}

static void
read_findings(Load *load, Loaded *loaded)
{
  if (load->findings_path == NULL)
    return;
  GError *error = NULL;
  loaded->findings =
      cap_findings_json_load(load->findings_path, loaded->volume, &error);
  const gboolean other_series =
      loaded->findings != NULL &&
      g_strcmp0(loaded->findings->series_uid,
                loaded->volume->source->series_uid) != 0;
  if (other_series) {
    g_clear_pointer(&loaded->findings, cap_findings_free);
    g_set_error(
        &error, CAP_ERROR, CAP_ERROR_DATA,
        _("%s holds the findings of another series; open that series or "
          "run detection on this one"),
        load->findings_path);
  }
  if (error != NULL && load->findings_required)
    g_ptr_array_add(loaded->warnings, error);
  else
    g_clear_error(&error);
}

/* Puts the findings that were read into the review: all of them where it is
 * new; asked for by name, like those of another detection. */
static void
review_findings(const Load *load, Loaded *loaded)
{
  GError *error = NULL;
  const CapFindings *read = loaded->findings;
  if (read == NULL)
    return;
  if (cap_review_findings(loaded->review) == NULL)
    cap_review_import(loaded->review, read, &error);
  else if (load->findings_required)
    cap_review_detected(loaded->review, read, &error);
  if (error != NULL)
    g_ptr_array_add(loaded->warnings, error);
}

static void
warn_of_others(Loaded *loaded, int n)
{
  if (n > 0)
    g_ptr_array_add(
        loaded->warnings,
        g_error_new(CAP_ERROR, CAP_ERROR_DATA,
                    P_("There is %d earlier review of this series on other "
                       "images than these; it is kept, and not shown",
                       "There are %d earlier reviews of this series on other "
                       "images than these; they are kept, and not shown",
                       n),
                    n));
}

/* The review of this volume, where there is one or something to put into it. */
static void
open_review(const Load *load, Loaded *loaded)
{
  GError *error = NULL;
  int others = 0;
  loaded->review_path = cap_review_path(loaded->volume, &others, &error);
  const gboolean old = loaded->review_path != NULL &&
                       g_file_test(loaded->review_path, G_FILE_TEST_EXISTS);
  if (old || (loaded->findings != NULL && loaded->review_path != NULL))
    loaded->review =
        cap_review_open(loaded->review_path, loaded->volume, &error);
  if (!old)
    warn_of_others(loaded, others);
  if (error != NULL) { /* nothing of it is touched from here on */
    g_ptr_array_add(loaded->warnings, error);
    g_clear_pointer(&loaded->review_path, g_free);
  }
  if (loaded->review == NULL && loaded->findings != NULL)
    loaded->review = cap_review_open(NULL, loaded->volume, NULL);
  if (loaded->review == NULL)
    return;
  cap_review_set_reader(loaded->review, load->reader);
  if (old && error == NULL)
    cap_review_log(loaded->review, CAP_ACT_OPENED, NULL, NULL);
  review_findings(load, loaded);
}

static gpointer
load_work(CapJob *job, gpointer data, GError **error)
{
  Load *load = data;
  load->job = job;
  const CapSeriesList *list = cap_shared_get(load->list);
  const CapSeries *series = list->series->pdata[load->index];
  CapVolume *volume = cap_series_load_progressive(
      series, NULL, cap_job_progress(job), on_slice, load, error);
  if (volume == NULL)
    return NULL;
  Loaded *loaded = g_new0(Loaded, 1);
  loaded->volume = volume;
  loaded->warnings =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);
  read_findings(load, loaded);
  open_review(load, loaded);
  return loaded;
}

/* Adopts the preview when it appears, then redraws as planes arrive. */
static void
load_tick(const char *stage, double fraction, gpointer user_data)
{
  CapOpener *opener = user_data;
  Load *load = opener->load;
  cap_session_set_progress(opener->session, stage, fraction);
  g_mutex_lock(&load->lock);
  CapShared *preview = load->preview ? cap_shared_ref(load->preview) : NULL;
  g_mutex_unlock(&load->lock);
  if (preview == NULL)
    return;
  if (cap_session_volume(opener->session) == cap_shared_get(preview))
    cap_session_planes_arrived(opener->session);
  else
    cap_session_set_volume(opener->session, preview, FALSE);
  cap_shared_unref(preview);
}

static void
load_done(gpointer result, const GError *error, gpointer user_data)
{
  CapOpener *opener = user_data;
  CapSession *session = opener->session;
  opener->job = NULL;
  opener->load = NULL;
  if (error != NULL) {
    cap_session_set_volume(session, NULL, FALSE);
    cap_session_fail(session, error);
    return;
  }
  Loaded *loaded = result;
  g_autoptr(CapShared) volume = cap_shared_new(g_steal_pointer(&loaded->volume),
                                               (GDestroyNotify)cap_volume_free);
  cap_session_set_volume(session, volume, TRUE);
  cap_session_set_phase(session, CAP_PHASE_READY);
  cap_session_set_review_path(session, loaded->review_path);
  cap_session_set_review(session, g_steal_pointer(&loaded->review));
  for (guint i = 0; i < loaded->warnings->len; i++)
    cap_session_warn(session, loaded->warnings->pdata[i]);
  loaded_free(loaded);
}

/* FOLDER's findings.json; NULL where there is none. */
static char *
findings_in(const char *folder)
{
  g_autofree char *file = g_build_filename(folder, CAP_FINDINGS_FILE, NULL);
  return g_file_test(file, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer(&file)
                                                   : NULL;
}

/* findings.json asked for by name, or one that lies beside the opened path or
 * else beside the images of SERIES. */
static char *
find_findings(const CapOpener *opener, const CapSeries *series)
{
  const char *asked = opener->findings_path;
  if (asked != NULL)
    return g_file_test(asked, G_FILE_TEST_IS_DIR)
               ? g_build_filename(asked, CAP_FINDINGS_FILE, NULL)
               : g_strdup(asked);
  const char *path = cap_session_path(opener->session);
  g_autofree char *folder = g_file_test(path, G_FILE_TEST_IS_DIR)
                                ? g_strdup(path)
                                : g_path_get_dirname(path);
  char *beside = findings_in(folder);
  if (beside != NULL || series->files->len == 0)
    return beside;
  g_autofree char *images = g_path_get_dirname(series->files->pdata[0]);
  return findings_in(images);
}

static void
start_loading(CapOpener *opener, CapShared *list, int index)
{
  Load *load = g_new0(Load, 1);
  load->list = cap_shared_ref(list);
  load->index = index;
  load->findings_path = find_findings(
      opener, ((CapSeriesList *)cap_shared_get(list))->series->pdata[index]);
  load->findings_required = opener->findings_path != NULL;
  load->reader = g_strdup(cap_session_reader(opener->session));
  g_mutex_init(&load->lock);
  cap_session_set_series_index(opener->session, index);
  cap_session_set_progress(opener->session, N_("reading slices"), 0);
  cap_session_set_phase(opener->session, CAP_PHASE_LOADING);
  opener->load = load;
  opener->job =
      cap_job_start(&(CapJobSpec){.work = load_work,
                                  .work_data = load,
                                  .work_data_free = (GDestroyNotify)load_free,
                                  .result_free = (GDestroyNotify)loaded_free,
                                  .tick = load_tick,
                                  .done = load_done,
                                  .user_data = opener});
}

/* ---- scanning ---- */

/* All paths are one list; the first that cannot be read ends it. */
static gpointer
scan_work(CapJob *job, gpointer data, GError **error)
{
  CapSeriesList *all = NULL;
  for (char **path = data; *path != NULL; path++) {
    CapSeriesList *list = cap_series_scan(*path, cap_job_progress(job), error);
    if (list == NULL) {
      cap_series_list_free(all);
      return NULL;
    }
    if (all != NULL)
      cap_series_list_merge(all, list);
    else
      all = list;
  }
  return all;
}

static void
scan_tick(const char *stage, double fraction, gpointer user_data)
{
  const CapOpener *opener = user_data;
  cap_session_set_progress(opener->session, stage, fraction);
}

static int
index_of(const CapSeriesList *list, const CapSeries *series)
{
  guint index;
  return g_ptr_array_find(list->series, series, &index) ? (int)index : -1;
}

static void
scan_done(gpointer result, const GError *error, gpointer user_data)
{
  CapOpener *opener = user_data;
  opener->job = NULL;
  if (error != NULL) {
    cap_session_fail(opener->session, error);
    return;
  }
  g_autoptr(CapShared) list =
      cap_shared_new(result, (GDestroyNotify)cap_series_list_free);
  cap_session_set_series_list(opener->session, list);
  if (cap_study_item_count(result) > 1 && opener->findings_path == NULL) {
    cap_session_set_phase(opener->session, CAP_PHASE_CHOOSING);
    return;
  }
  g_autoptr(GError) none = NULL;
  const CapSeries *best = cap_series_choose(result, NULL, &none);
  if (best == NULL)
    cap_session_fail(opener->session, none);
  else
    start_loading(opener, list, index_of(result, best));
}

/* ---- public ---- */

void
cap_opener_open(CapOpener *opener, const char *const *paths,
                const char *findings)
{
  drop_job(opener);
  char *asked = g_strdup(findings);
  g_free(opener->findings_path);
  opener->findings_path = asked;
  cap_session_reset(opener->session, paths[0]);
  cap_session_set_progress(opener->session, N_("looking for series"), 0);
  cap_session_set_phase(opener->session, CAP_PHASE_SCANNING);
  opener->job = cap_job_start(
      &(CapJobSpec){.work = scan_work,
                    .work_data = g_strdupv((char **)paths),
                    .work_data_free = (GDestroyNotify)g_strfreev,
                    .result_free = (GDestroyNotify)cap_series_list_free,
                    .tick = scan_tick,
                    .done = scan_done,
                    .user_data = opener});
}

void
cap_opener_choose(CapOpener *opener, int index)
{
  g_autoptr(CapShared) list = cap_session_share_series_list(opener->session);
  const CapSeriesList *series = cap_shared_get(list);
  if (series == NULL || index < 0 || index >= (int)series->series->len)
    return;
  drop_job(opener);
  cap_session_set_findings(opener->session, NULL);
  cap_session_set_volume(opener->session, NULL, FALSE);
  start_loading(opener, list, index);
}

void
cap_opener_cancel(CapOpener *opener)
{
  drop_job(opener);
  cap_session_reset(opener->session, "");
  cap_session_set_phase(opener->session, CAP_PHASE_EMPTY);
}
