/* Everything at a path: see anonymize.h. */
#include "io/anonymize/anonymize.h"

#include "core/error.h"
#include "core/folder.h"
#include "io/series/file_walk.h"

#include <stdlib.h>
#include <string.h>

/* Numbers what comes, in the order in which it comes. */
typedef struct {
  GHashTable *numbers; /* key: number, from 1 */
  GHashTable *sizes;   /* parent's key: how many it has */
} Counter;

static int
number_of(Counter *counter, const char *parent, const char *child)
{
  g_autofree char *key = g_strconcat(parent, "/", child, NULL);
  int number = GPOINTER_TO_INT(g_hash_table_lookup(counter->numbers, key));
  if (number > 0)
    return number;
  number = GPOINTER_TO_INT(g_hash_table_lookup(counter->sizes, parent)) + 1;
  g_hash_table_insert(counter->sizes, g_strdup(parent),
                      GINT_TO_POINTER(number));
  g_hash_table_insert(counter->numbers, g_steal_pointer(&key),
                      GINT_TO_POINTER(number));
  return number;
}

/* A name of our own counters alone. */
static char *
name_output(const CapAnonymizedPlace *place, gpointer user_data)
{
  Counter *counter = user_data;
  g_autofree char *series =
      g_strconcat(place->study_uid, "/", place->series_uid, NULL);
  const int patient = number_of(counter, "", place->patient);
  const int study = number_of(counter, place->patient, place->study_uid);
  const int in_study = number_of(counter, place->study_uid, place->series_uid);
  const int file =
      GPOINTER_TO_INT(g_hash_table_lookup(counter->sizes, series)) + 1;
  g_hash_table_insert(counter->sizes, g_steal_pointer(&series),
                      GINT_TO_POINTER(file));
  return g_strdup_printf("patient-%03d/study-%02d/series-%02d/%06d.dcm",
                         patient, study, in_study, file);
}

/* ---- where from, where to ---- */

static GPtrArray *
list_inputs(const char *path, const CapProgress *progress, GError **error)
{
  if (g_file_test(path, G_FILE_TEST_IS_DIR))
    return cap_file_walk(path, TRUE, progress, error);
  if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "there is nothing at “%s”", path);
    return NULL;
  }
  GPtrArray *one = g_ptr_array_new_with_free_func(g_free);
  g_ptr_array_add(one, g_canonicalize_filename(path, NULL));
  return one;
}

static gboolean
is_inside(const char *folder, const char *path)
{
  const gsize n = strlen(folder);
  return g_str_has_prefix(path, folder) &&
         (path[n] == '\0' || path[n] == '/' || g_str_equal(folder, "/"));
}

/* The real path of what exists of PATH, and the rest of it. Caller frees. */
static char *
resolve(const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename(path, NULL);
  char *real = realpath(absolute, NULL);
  if (real != NULL) {
    char *copy = g_strdup(real);
    free(real);
    return copy;
  }
  if (g_str_equal(absolute, "/"))
    return g_steal_pointer(&absolute);
  g_autofree char *parent = g_path_get_dirname(absolute);
  g_autofree char *base = g_path_get_basename(absolute);
  g_autofree char *real_parent = resolve(parent);
  return g_build_filename(real_parent, base, NULL);
}

static gboolean
prepare_output(const char *path, const char *output, GError **error)
{
  g_autofree char *from = resolve(path);
  g_autofree char *to = resolve(output);
  if (is_inside(from, to)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                "the output folder “%s” lies inside what is to be "
                "anonymized; choose one elsewhere",
                output);
    return FALSE;
  }
  if (!cap_folder_make(output, error))
    return FALSE;
  g_autoptr(GDir) dir = g_dir_open(output, 0, NULL);
  if (dir != NULL && g_dir_read_name(dir) == NULL)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT,
              "the folder “%s” is not empty; de-identified files go where "
              "there is nothing else",
              output);
  return FALSE;
}

/* ---- the files ---- */

/* FALSE only for what ends the run: the output has no place left, or the user
 * asked to stop. */
static gboolean
do_file(const CapAnonymizeTarget *target, const char *path, int number,
        CapAnonymizeLog *log, GError **error)
{
  g_autofree char *output = NULL;
  g_autofree char *warning = NULL;
  g_autoptr(GError) why = NULL;
  if (cap_anonymize_file(target, path, log, &output, &warning, &why)) {
    cap_anonymize_log_file(log, number, path, output, warning);
    return TRUE;
  }
  if (g_error_matches(why, CAP_ERROR, CAP_ERROR_NO_INPUT))
    return TRUE; /* passed over */
  if (g_error_matches(why, CAP_ERROR, CAP_ERROR_OUTPUT) ||
      g_error_matches(why, CAP_ERROR, CAP_ERROR_WRITE)) {
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
  }
  cap_anonymize_log_file(log, number, path, NULL, why->message);
  return TRUE;
}

static gboolean
do_files(const CapAnonymizeTarget *target, const GPtrArray *inputs,
         CapAnonymizeLog *log, const CapProgress *progress, GError **error)
{
  for (guint i = 0; i < inputs->len; i++)
    if (!cap_progress_step(progress, "anonymizing", (double)i / inputs->len,
                           error) ||
        !do_file(target, inputs->pdata[i], (int)i + 1, log, error))
      return FALSE;
  return cap_progress_step(progress, "anonymizing", 1, error);
}

CapAnonymizeLog *
cap_anonymize_path(const CapAnonymizer *anonymizer, const char *path,
                   const char *output, const CapProgress *progress,
                   GError **error)
{
  g_autoptr(GPtrArray) inputs = list_inputs(path, progress, error);
  if (inputs == NULL || !prepare_output(path, output, error))
    return NULL;
  Counter counter = {
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
  g_autoptr(CapDecoder) decoder = cap_decoder_new();
  g_autoptr(CapAnonymizeLog) log = cap_anonymize_log_new();
  const CapAnonymizeTarget target = {.anonymizer = anonymizer,
                                     .folder = output,
                                     .name = name_output,
                                     .name_data = &counter,
                                     .decoder = decoder};
  const gboolean done = do_files(&target, inputs, log, progress, error);
  g_hash_table_unref(counter.numbers);
  g_hash_table_unref(counter.sizes);
  if (!done)
    return NULL;
  if (cap_anonymize_log_written(log) + cap_anonymize_log_left_out(log) == 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "there is no DICOM file at “%s”", path);
    return NULL;
  }
  return g_steal_pointer(&log);
}
