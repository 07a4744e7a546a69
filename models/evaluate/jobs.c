/* The scans of an evaluation: see jobs.h. */
#include "models/evaluate/jobs.h"

#include "core/error.h"
#include "datasets/lidc_messages.h"
#include "io/dicom/dicom_file.h"
#include "io/series/file_walk.h"
#include "io/volume_file.h"

#include <string.h>

static void
job_free(gpointer data)
{
  CapEvalJob *job = data;
  g_free(job->series_uid);
  g_free(job->patient);
  g_free(job->images);
  g_free(job->image_uid);
  g_free(job->annotations);
  g_clear_pointer(&job->points, g_ptr_array_unref);
  g_free(job->fault);
  g_free(job);
}

static int
compare_jobs(gconstpointer pa, gconstpointer pb)
{
  const CapEvalJob *a = *(CapEvalJob *const *)pa, *b = *(CapEvalJob *const *)pb;
  return strcmp(a->series_uid, b->series_uid);
}

CapEvalJobs *
cap_eval_jobs_new(CapEvalKind kind)
{
  CapEvalJobs *jobs = g_new0(CapEvalJobs, 1);
  jobs->kind = kind;
  jobs->jobs = g_ptr_array_new_with_free_func(job_free);
  jobs->warnings = g_ptr_array_new_with_free_func(g_free);
  return jobs;
}

void
cap_eval_jobs_free(CapEvalJobs *jobs)
{
  if (jobs == NULL)
    return;
  g_ptr_array_unref(jobs->jobs);
  g_ptr_array_unref(jobs->warnings);
  cap_luna16_free(jobs->luna);
  g_clear_pointer(&jobs->points, g_ptr_array_unref);
  g_clear_pointer(&jobs->shared, g_hash_table_unref);
  g_free(jobs);
}

CapEvalJob *
cap_eval_jobs_add(CapEvalJobs *jobs, const char *uid, const char *patient,
                  const char *images)
{
  CapEvalJob *job = g_new0(CapEvalJob, 1);
  job->series_uid = g_strdup(uid);
  job->patient = g_strdup(patient && *patient ? patient : uid);
  job->images = g_strdup(images);
  job->image_uid = g_strdup(uid);
  job->scan = -1;
  g_ptr_array_add(jobs->jobs, job);
  return job;
}

void
cap_eval_jobs_warn(CapEvalJobs *jobs, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_ptr_array_add(jobs->warnings, g_strdup_vprintf(format, arguments));
  va_end(arguments);
}

/* Only those: a table of all folders would grow with the collection. */
static GHashTable *
shared_images(const GPtrArray *jobs)
{
  GHashTable *shared =
      g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < jobs->len; i++) {
    char *images = ((CapEvalJob *)jobs->pdata[i])->images;
    if (images != NULL && !g_hash_table_add(seen, images))
      g_hash_table_insert(shared, images, NULL);
  }
  return shared;
}

void
cap_eval_jobs_sort(CapEvalJobs *jobs)
{
  g_ptr_array_sort(jobs->jobs, compare_jobs);
  g_clear_pointer(&jobs->shared, g_hash_table_unref);
  jobs->shared = shared_images(jobs->jobs);
}

/* ---- images of LIDC-IDRI ---- */

gboolean
cap_eval_jobs_is_table(const char *path)
{
  static const char *const endings[] = {".xml", ".csv", ".txt", ".json",
                                        ".pdf", ".raw", ".zraw"};
  for (gsize i = 0; i < G_N_ELEMENTS(endings); i++)
    if (g_str_has_suffix(path, endings[i]))
      return TRUE;
  return FALSE;
}

/* “LIDC-IDRI-0001” when a folder of PATH is called so, else NULL. */
static char *
patient_of_path(const char *path)
{
  const char *at = strstr(path, "LIDC-IDRI-");
  return at != NULL && strlen(at) >= 14 ? g_strndup(at, 14) : NULL;
}

/* Adds the CT series that one DICOM file is of, once. */
static void
add_series_of_file(CapEvalJobs *jobs, GHashTable *seen, const char *path,
                   const char *folder)
{
  g_autoptr(CapDicomFile) file = cap_dicom_file_read(path);
  const char *uid = file->text[CAP_DICOM_SERIES_UID];
  const char *modality = file->text[CAP_DICOM_MODALITY];
  if (uid == NULL || *uid == '\0' || g_strcmp0(modality, "CT") != 0 ||
      !g_hash_table_add(seen, g_strdup(uid)))
    return;
  cap_eval_jobs_add(jobs, uid, file->text[CAP_DICOM_PATIENT_ID], folder);
}

/* The series in one folder's files FROM … TO-1 of PATHS: by the folder's name,
 * else by its first and last file, and by all when those two differ. */
static void
add_folder(CapEvalJobs *jobs, const CapLidcMessages *messages, GHashTable *seen,
           char **paths, guint n)
{
  g_autofree char *folder = g_path_get_dirname(paths[0]);
  g_autofree char *name = g_path_get_basename(folder);
  if (cap_lidc_messages_get(messages, name) != NULL) {
    g_autofree char *patient = patient_of_path(folder);
    if (g_hash_table_add(seen, g_strdup(name)))
      cap_eval_jobs_add(jobs, name, patient, folder);
    return;
  }
  const guint before = jobs->jobs->len;
  add_series_of_file(jobs, seen, paths[0], folder);
  add_series_of_file(jobs, seen, paths[n - 1], folder);
  for (guint i = 1; jobs->jobs->len > before + 1 && i + 1 < n; i++)
    add_series_of_file(jobs, seen, paths[i], folder);
}

static int
compare_texts(gconstpointer a, gconstpointer b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* By folder, then by name: a folder's files stand together. */
static int
compare_paths(gconstpointer a, gconstpointer b)
{
  g_autofree char *x = g_path_get_dirname(*(char *const *)a);
  g_autofree char *y = g_path_get_dirname(*(char *const *)b);
  const int order = strcmp(x, y);
  return order != 0 ? order : compare_texts(a, b);
}

static gboolean
same_folder(const char *a, const char *b)
{
  const char *x = strrchr(a, '/'), *y = strrchr(b, '/');
  return x != NULL && y != NULL && x - a == y - b &&
         strncmp(a, b, (gsize)(x - a)) == 0;
}

static gboolean
add_images(CapEvalJobs *jobs, const CapLidcMessages *messages,
           const GPtrArray *files, const CapProgress *progress, GError **error)
{
  g_autoptr(GHashTable) seen =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GPtrArray) images = g_ptr_array_new();
  for (guint i = 0; i < files->len; i++) {
    char *path = files->pdata[i];
    if (cap_eval_jobs_is_table(path))
      continue;
    if (!cap_volume_file_is_name(path)) {
      g_ptr_array_add(images, path);
      continue;
    }
    g_autofree char *uid = cap_volume_file_series_uid(path);
    g_autofree char *patient = patient_of_path(path);
    if (g_hash_table_add(seen, g_strdup(uid)))
      cap_eval_jobs_add(jobs, uid, patient, path);
  }
  g_ptr_array_sort(images, compare_paths);
  for (guint from = 0, to; from < images->len; from = to) {
    for (to = from + 1; to < images->len &&
                        same_folder(images->pdata[from], images->pdata[to]);)
      to++;
    if (!cap_progress_step(progress, "looking for scans",
                           (double)from / images->len, error))
      return FALSE;
    add_folder(jobs, messages, seen, (char **)images->pdata + from, to - from);
  }
  return TRUE;
}

CapEvalJobs *
cap_eval_jobs_lidc(const char *folder, const char *xml,
                   const CapProgress *progress, GError **error)
{
  g_autoptr(CapLidcMessages) messages =
      cap_lidc_messages_find(xml ? xml : folder, progress, error);
  if (messages == NULL)
    return NULL;
  if (!g_file_test(folder, G_FILE_TEST_IS_DIR)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT, "%s is not a folder",
                folder);
    return NULL;
  }
  g_autoptr(GPtrArray) files = cap_file_walk(folder, TRUE, progress, error);
  if (files == NULL)
    return NULL;
  g_autoptr(CapEvalJobs) jobs = cap_eval_jobs_new(CAP_EVAL_LIDC);
  if (!add_images(jobs, messages, files, progress, error))
    return NULL;
  cap_eval_jobs_sort(jobs);
  guint n_annotated = 0;
  for (guint i = 0; i < jobs->jobs->len; i++) {
    CapEvalJob *job = jobs->jobs->pdata[i];
    const CapLidcMessage *m = cap_lidc_messages_get(messages, job->series_uid);
    job->annotations = m ? g_strdup(m->path) : NULL;
    n_annotated += m != NULL;
  }
  for (guint i = 0; i < messages->faults->len; i++)
    g_ptr_array_add(jobs->warnings, g_strdup(messages->faults->pdata[i]));
  if (messages->messages->len > n_annotated)
    cap_eval_jobs_warn(jobs, "%u annotated series have no images below %s",
                       messages->messages->len - n_annotated, folder);
  if (jobs->jobs->len == 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "no CT series was found below %s", folder);
    return NULL;
  }
  return g_steal_pointer(&jobs);
}
