/* Scanning: paths in, series out. See series.h. */
#include "core/error.h"

#include "core/language.h"
#include "io/dcmtk_read.h"
#include "io/series/file_walk.h"
#include "io/series/header_cache.h"
#include "io/series/series.h"
#include "io/series/series_build.h"
#include "io/series/series_list.h"
#include "io/series/series_plan.h"
#include "io/volume_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_BROKEN_NOTES 10
#define MANY_FILES 20000
#define MAX_THREADS 16
#define FEW_FILES 16
#define CACHE_FROM_FILES 2000 /* below, reading again is as quick */

/* ---- reading headers on all cores ---- */

typedef struct {
  GPtrArray *paths;
  CapDicomFile **files;  /* one per path, NULL where not read */
  uint8_t *known;        /* per path: came from the cache */
  CapHeaderCache *cache; /* NULL: not worth it */
  int next, done;        /* atomic */
  int stop;              /* atomic */
} HeaderWork;

static gpointer
read_headers(gpointer data)
{
  HeaderWork *work = data;
  while (!g_atomic_int_get(&work->stop)) {
    const int i = g_atomic_int_add(&work->next, 1);
    if (i >= (int)work->paths->len)
      break;
    const char *path = g_ptr_array_index(work->paths, i);
    if (work->cache != NULL)
      work->files[i] = cap_header_cache_find(work->cache, path);
    work->known[i] = work->files[i] != NULL;
    if (work->files[i] == NULL && !cap_volume_file_is_name(path))
      work->files[i] = cap_dicom_file_read(path);
    g_atomic_int_inc(&work->done);
  }
  return NULL;
}

/* What was read, into the cache; hits are there already. */
static void
remember_headers(HeaderWork *work)
{
  const int n = work->paths->len;
  g_autofree CapDicomFile **fresh = g_new0(CapDicomFile *, n);
  for (int i = 0; i < n; i++)
    fresh[i] = work->known[i] ? NULL : work->files[i];
  cap_header_cache_store(work->cache, fresh, n);
}

/* Files in the order of PATHS, volume files left out. What the cache has of
 * other files in the folder FORGET_IN (may be NULL) is dropped. */
static GPtrArray *
read_all_headers(const char *forget_in, GPtrArray *paths,
                 const CapProgress *progress, GError **error)
{
  const int n = paths->len;
  g_autofree uint8_t *known = g_malloc0(n + 1);
  g_autoptr(CapHeaderCache) cache =
      n >= CACHE_FROM_FILES ? cap_header_cache_open() : NULL;
  HeaderWork work = {.paths = paths,
                     .files = g_new0(CapDicomFile *, n),
                     .known = known,
                     .cache = cache};
  const int n_threads =
      CLAMP(MIN((int)g_get_num_processors(), n / 8), 1, MAX_THREADS);
  const gboolean alone = n <= FEW_FILES; /* not worth a thread */
  GThread *threads[MAX_THREADS];
  gboolean ok = cap_progress_step(progress, N_("reading headers"), 0, error);
  g_atomic_int_set(&work.stop, !ok);
  if (alone)
    read_headers(&work);
  for (int t = 0; t < n_threads && !alone; t++)
    threads[t] = g_thread_new("headers", read_headers, &work);
  for (int done; ok && (done = g_atomic_int_get(&work.done)) < n;) {
    ok = cap_progress_step(progress, N_("reading headers"), (double)done / n,
                           error);
    g_usleep(done * 8 < n ? 1000 : 300);
  }
  g_atomic_int_set(&work.stop, !ok);
  for (int t = 0; t < n_threads && !alone; t++)
    g_thread_join(threads[t]);

  if (cache != NULL)
    remember_headers(&work);
  if (cache != NULL && ok && forget_in != NULL)
    cap_header_cache_forget(cache, forget_in, paths);

  GPtrArray *files =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_dicom_file_unref);
  for (int i = 0; i < n; i++)
    if (work.files[i] != NULL)
      g_ptr_array_add(files, work.files[i]);
  g_free(work.files);
  if (ok && cap_progress_step(progress, N_("reading headers"), 1, error))
    return files;
  g_ptr_array_unref(files);
  return NULL;
}

/* ---- volume files ---- */

static void
set_text(char **field, const char *text)
{
  g_free(*field);
  *field = g_strdup(text);
}

static CapSeries *
series_of_volume_file(const char *path, char **data_path, GError **error)
{
  g_auto(CapVolumeFile) file = {0};
  if (!cap_volume_file_read_header(path, &file, error))
    return NULL;
  CapVolume layout = {0};
  int source_axis[3];
  cap_volume_file_layout(&file, &layout, source_axis);
  CapSeries *series = cap_series_new();
  g_ptr_array_add(series->files, g_strdup(path));
  series->columns = layout.columns;
  series->rows = layout.rows;
  series->slices = series->images = layout.slices;
  for (int i = 0; i < 3; i++) {
    const int from = source_axis[i] < 0 ? ~source_axis[i] : source_axis[i];
    series->spacing_mm[i] = file.spacing_mm[from];
  }
  series->usable = cap_volume_file_describe(&file, path, series->source);
  set_text(&series->unusable_text, series->source->unusable_text);
  *data_path = g_strdup(file.data_path);
  return series;
}

/* ---- what concerns the folder rather than one series ---- */

/* A file that cannot be read far enough to name its series is told to every
 * series that has images in the same folder. */
static void
tell_neighbours(CapSeriesList *list, const CapDicomFile *broken)
{
  g_autofree char *folder = g_path_get_dirname(broken->path);
  for (guint i = 0; i < list->series->len; i++) {
    CapSeries *series = cap_series_list_at(list, i);
    if (series->plan == NULL)
      continue;
    g_autofree char *other =
        g_path_get_dirname(g_ptr_array_index(series->files, 0));
    for (guint k = 0; g_str_equal(folder, other) && k < broken->problems->len;
         k++)
      g_ptr_array_add(
          series->source->irregularities,
          cap_irregularity_copy(g_ptr_array_index(broken->problems, k)));
  }
}

static gboolean
has_series(const CapSeriesList *list, const char *uid)
{
  for (guint i = 0; *uid != '\0' && i < list->series->len; i++)
    if (g_str_equal(cap_series_list_at(list, i)->source->series_uid, uid))
      return TRUE;
  return FALSE;
}

static gboolean
is_report(const CapDicomFile *file)
{
  const char *modality = file->text[CAP_DICOM_MODALITY];
  return file->state == CAP_DICOM_OTHER && modality != NULL &&
         (g_str_equal(modality, "SR") || g_str_equal(modality, "SEG"));
}

static void
account_files(CapSeriesList *list, GPtrArray *files, GHashTable *raw_files)
{
  int told = 0;
  for (guint i = 0; i < files->len; i++) {
    const CapDicomFile *file = g_ptr_array_index(files, i);
    if (file->state == CAP_DICOM_IMAGE || file->state == CAP_DICOM_DAMAGED ||
        g_hash_table_contains(raw_files, file->path))
      continue;
    const char *uid = *file->text[CAP_DICOM_SERIES_UID]
                          ? file->text[CAP_DICOM_SERIES_UID]
                          : file->prescan.series_uid;
    if (file->state != CAP_DICOM_OTHER && has_series(list, uid))
      continue; /* already noted there */
    cap_series_list_skip(list, file->path);
    if (is_report(file))
      g_ptr_array_add(list->reports, g_strdup(file->path));
    if (file->state == CAP_DICOM_BROKEN && told++ < MAX_BROKEN_NOTES)
      tell_neighbours(list, file);
  }
}

static gboolean
is_dicomdir(const CapDicomFile *file)
{
  return g_ascii_strcasecmp(file->name, "DICOMDIR") == 0 &&
         file->prescan.status == CAP_PRESCAN_OK;
}

/* What a DICOMDIR claims is compared with what is there; it decides nothing. */
static void
note_dicomdir(CapSeriesList *list, const CapDicomFile *dicomdir)
{
  g_autofree char *folder = g_path_get_dirname(dicomdir->path);
  g_autoptr(GPtrArray) names = cap_dcmtk_read_dicomdir(dicomdir->path);
  int absent = 0;
  for (guint i = 0; names != NULL && i < names->len; i++) {
    g_autofree char *path =
        g_build_filename(folder, g_ptr_array_index(names, i), NULL);
    absent += !g_file_test(path, G_FILE_TEST_IS_REGULAR);
  }
  for (guint i = 0; i < list->series->len; i++) {
    CapSeries *series = cap_series_list_at(list, i);
    if (series->plan == NULL)
      continue;
    if (names == NULL)
      cap_series_note(series, 27, CAP_SEVERITY_WARNING, dicomdir->name,
                      N_("the folder was scanned instead"),
                      N_("the DICOMDIR cannot be read"));
    else
      cap_series_note(series, 27,
                      absent ? CAP_SEVERITY_WARNING : CAP_SEVERITY_INFO,
                      dicomdir->name, N_("the folder itself was scanned"),
                      N_("a DICOMDIR names %u files, of which %d are absent"),
                      names->len, absent);
  }
}

static void
note_folder(CapSeriesList *list, GPtrArray *files, int n_paths)
{
  for (guint i = 0; i < files->len; i++)
    if (is_dicomdir(g_ptr_array_index(files, i)))
      note_dicomdir(list, g_ptr_array_index(files, i));
  for (guint i = 0; i < list->series->len; i++) {
    CapSeries *series = cap_series_list_at(list, i);
    if (series->plan == NULL)
      continue;
    if (list->series->len > 1)
      cap_series_note(series, 4, CAP_SEVERITY_INFO, "",
                      N_("listed with the best one for detection first; "
                         "--series-uid chooses another"),
                      N_("there are %u series here"), list->series->len);
    if (list->skipped_files > 0)
      cap_series_note(series, 12, CAP_SEVERITY_INFO, "", N_("passed over"),
                      list->skipped_files == 1
                          ? N_("%d other file here is no image that is read")
                          : N_("%d other files here are no image that is read"),
                      list->skipped_files);
    if (n_paths > MANY_FILES)
      cap_series_note(series, 29, CAP_SEVERITY_INFO, "",
                      N_("all were looked at"), N_("there are %d files here"),
                      n_paths);
  }
}

/* ---- errors ---- */

static void
set_nothing_found(const char *path, GPtrArray *files, guint n_paths,
                  GError **error)
{
  const CapDicomFile *telling = NULL;
  for (guint i = 0; i < files->len && telling == NULL; i++) {
    const CapDicomFile *file = g_ptr_array_index(files, i);
    if (file->problems->len > 0)
      telling = file;
  }
  if (n_paths == 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "there are no files in “%s”", path);
  } else if (files->len == 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "none of the %u volume files in “%s” can be read", n_paths,
                path);
  } else if (telling != NULL) {
    const CapIrregularity *why = g_ptr_array_index(telling->problems, 0);
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "no series can be read from “%s”: “%s”: %s (%s)", path,
                telling->name, why->text, cap_irregularity_code(why->number));
  } else {
    const CapDicomFile *first = g_ptr_array_index(files, 0);
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                files->len == 1
                    ? N_("none of the %u file in “%s” is a DICOM image or a "
                         "volume (.mha, .mhd, .nii, .nii.gz); the first is "
                         "“%s”")
                    : N_("none of the %u files in “%s” is a DICOM image or a "
                         "volume (.mha, .mhd, .nii, .nii.gz); the first is "
                         "“%s”"),
                files->len, path, first->name);
  }
}

/* ---- scanning ---- */

static void
add_volume_files(CapSeriesList *list, GPtrArray *paths, GHashTable *raw_files)
{
  for (guint i = 0; i < paths->len; i++) {
    const char *path = g_ptr_array_index(paths, i);
    char *data_path = NULL;
    if (!cap_volume_file_is_name(path))
      continue;
    CapSeries *series = series_of_volume_file(path, &data_path, NULL);
    if (series == NULL) {
      cap_series_list_skip(list, path);
      continue;
    }
    g_ptr_array_add(list->series, series);
    g_hash_table_add(raw_files, data_path);
  }
}

static CapSeriesList *
scan_folder(const char *folder, gboolean recursive, const CapProgress *progress,
            GError **error)
{
  g_autoptr(GPtrArray) paths =
      cap_file_walk(folder, recursive, progress, error);
  if (paths == NULL)
    return NULL;
  g_autofree char *all =
      recursive ? g_canonicalize_filename(folder, NULL) : NULL;
  g_autoptr(GPtrArray) files = read_all_headers(all, paths, progress, error);
  if (files == NULL)
    return NULL;
  g_autoptr(CapSeriesList) list = cap_series_list_new();
  g_autoptr(GHashTable) raw_files =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_ptr_array_unref(list->series);
  list->series = cap_series_build(files);
  add_volume_files(list, paths, raw_files);
  account_files(list, files, raw_files);
  if (list->series->len == 0) {
    set_nothing_found(folder, files, paths->len, error);
    return NULL;
  }
  cap_series_list_sort(list);
  note_folder(list, files, paths->len);
  return g_steal_pointer(&list);
}

static CapSeriesList *
scan_volume_file(const char *path, GError **error)
{
  g_autofree char *data_path = NULL;
  g_autofree char *absolute = g_canonicalize_filename(path, NULL);
  CapSeries *series = series_of_volume_file(absolute, &data_path, error);
  if (series == NULL)
    return NULL;
  CapSeriesList *list = cap_series_list_new();
  g_ptr_array_add(list->series, series);
  return list;
}

/* One DICOM file stands for its series in its folder. */
static CapSeriesList *
scan_dicom_file(const char *path, const CapProgress *progress, GError **error)
{
  g_autofree char *folder = g_path_get_dirname(path);
  g_autoptr(CapDicomFile) file = cap_dicom_file_read(path);
  if (is_dicomdir(file))
    return scan_folder(folder, TRUE, progress, error);
  if (file->prescan.status == CAP_PRESCAN_UNREADABLE) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "“%s” cannot be read; is it yours to read?", path);
    return NULL;
  }
  if (file->state == CAP_DICOM_OTHER ||
      *file->text[CAP_DICOM_SERIES_UID] == 0) {
    const CapIrregularity *why =
        file->problems->len > 0 ? g_ptr_array_index(file->problems, 0) : NULL;
    if (why != NULL)
      g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                  "“%s” cannot be read: %s", path, why->text);
    else
      g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                  "“%s” is not a DICOM image or a volume", path);
    return NULL;
  }
  g_autoptr(CapSeriesList) list = scan_folder(folder, FALSE, progress, error);
  for (guint i = list ? list->series->len : 0; i-- > 0;)
    if (!g_str_equal(cap_series_list_at(list, i)->source->series_uid,
                     file->text[CAP_DICOM_SERIES_UID]))
      g_ptr_array_remove_index(list->series, i);
  if (list != NULL && list->series->len == 0) {
    g_autoptr(GPtrArray) alone = g_ptr_array_new();
    g_ptr_array_add(alone, file);
    set_nothing_found(path, alone, 1, error);
    return NULL;
  }
  return g_steal_pointer(&list);
}

CapSeriesList *
cap_series_scan(const char *path, const CapProgress *progress, GError **error)
{
  struct stat about;
  if (stat(path, &about) != 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT, "cannot read “%s”: %s",
                path, g_strerror(errno));
    return NULL;
  }
  if (S_ISDIR(about.st_mode))
    return scan_folder(path, TRUE, progress, error);
  if (!S_ISREG(about.st_mode)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "“%s” is neither a file nor a folder", path);
    return NULL;
  }
  return cap_volume_file_is_name(path) ? scan_volume_file(path, error)
                                       : scan_dicom_file(path, progress, error);
}
