/* The annotation files of a folder: see lidc_messages.h. */
#include "datasets/lidc_messages.h"

#include "core/error.h"
#include "io/lidc_xml.h"
#include "io/series/file_walk.h"

#include <string.h>

static void
message_free(gpointer data)
{
  CapLidcMessage *m = data;
  g_free(m->path);
  g_free(m->series_uid);
  g_free(m->study_uid);
  g_free(m->message_uid);
  g_free(m->service_time);
  g_free(m);
}

static CapLidcMessage *
message_new(const char *path, const CapLidcReads *reads)
{
  CapLidcMessage *m = g_new0(CapLidcMessage, 1);
  m->path = g_strdup(path);
  m->series_uid = g_strdup(reads->series_uid);
  m->study_uid = g_strdup(reads->study_uid);
  m->message_uid = g_strdup(reads->message_uid);
  m->service_time = g_strdup(reads->service_time);
  return m;
}

static gboolean
says_correct(const CapLidcMessage *m)
{
  g_autofree char *name = g_path_get_basename(m->path);
  g_autofree char *small = g_ascii_strdown(name, -1);
  return strstr(small, "correct") != NULL;
}

/* By series, and within one the message that counts first. */
static int
compare_messages(gconstpointer pa, gconstpointer pb)
{
  const CapLidcMessage *a = *(CapLidcMessage *const *)pa;
  const CapLidcMessage *b = *(CapLidcMessage *const *)pb;
  int order = strcmp(a->series_uid, b->series_uid);
  if (order == 0)
    order = -strcmp(a->service_time, b->service_time);
  if (order == 0)
    order = says_correct(b) - says_correct(a);
  /* UIDs of one root end in milliseconds: longer is later, then larger. */
  if (order == 0)
    order = (int)strlen(b->message_uid) - (int)strlen(a->message_uid);
  if (order == 0)
    order = -strcmp(a->message_uid, b->message_uid);
  return order != 0 ? order : strcmp(a->path, b->path);
}

static void
add_file(CapLidcMessages *all, const char *path)
{
  all->n_files++;
  g_autoptr(GError) error = NULL;
  g_autoptr(CapLidcReads) reads = cap_lidc_read_header(path, &error);
  if (reads == NULL && error->code == CAP_ERROR_UNSUPPORTED) {
    if (strstr(error->message, "IdriReadMessage") != NULL)
      all->n_chest_xray++;
    else
      all->n_other++;
    return;
  }
  if (reads == NULL)
    g_ptr_array_add(all->faults, g_strdup(error->message));
  else if (*reads->series_uid == '\0')
    g_ptr_array_add(all->faults,
                    g_strdup_printf("%s names no series in its header", path));
  else
    g_ptr_array_add(all->messages, message_new(path, reads));
}

static gboolean
has_rival(const GPtrArray *messages, guint i)
{
  const CapLidcMessage *m = messages->pdata[i];
  for (int d = -1; d <= 1; d += 2)
    if (i + d < messages->len &&
        g_str_equal(((CapLidcMessage *)messages->pdata[i + d])->series_uid,
                    m->series_uid))
      return TRUE;
  return FALSE;
}

/* A message that is cut short must not hide a whole one of its series. */
static void
drop_broken_rivals(CapLidcMessages *all)
{
  g_autoptr(GPtrArray) broken = g_ptr_array_new();
  for (guint i = 0; i < all->messages->len; i++) {
    CapLidcMessage *m = all->messages->pdata[i];
    if (!has_rival(all->messages, i))
      continue;
    g_autoptr(GError) error = NULL;
    g_autoptr(CapLidcReads) reads = cap_lidc_read(m->path, &error);
    if (reads != NULL)
      continue;
    g_ptr_array_add(all->faults, g_strdup(error->message));
    g_ptr_array_add(broken, m);
  }
  for (guint i = 0; i < broken->len; i++)
    g_ptr_array_remove(all->messages, broken->pdata[i]);
}

/* Moves all but the first message of each series to `replaced`. */
static void
settle(CapLidcMessages *all)
{
  g_ptr_array_sort(all->messages, compare_messages);
  drop_broken_rivals(all);
  GPtrArray *kept = g_ptr_array_new_with_free_func(message_free);
  for (guint i = 0; i < all->messages->len; i++) {
    CapLidcMessage *m = all->messages->pdata[i];
    const CapLidcMessage *last =
        kept->len > 0 ? kept->pdata[kept->len - 1] : NULL;
    const gboolean again =
        last != NULL && g_str_equal(last->series_uid, m->series_uid);
    g_ptr_array_add(again ? all->replaced : kept, m);
  }
  g_ptr_array_set_free_func(all->messages, NULL);
  g_ptr_array_unref(all->messages);
  all->messages = kept;
}

/* Files named on the way: a folder's, or the one file that FOLDER is. */
static GPtrArray *
list_files(const char *folder, const CapProgress *progress, GError **error)
{
  if (!g_file_test(folder, G_FILE_TEST_EXISTS)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT, "%s does not exist",
                folder);
    return NULL;
  }
  if (!g_file_test(folder, G_FILE_TEST_IS_REGULAR))
    return cap_file_walk(folder, TRUE, progress, error);
  GPtrArray *one = g_ptr_array_new_with_free_func(g_free);
  g_ptr_array_add(one, g_strdup(folder));
  return one;
}

CapLidcMessages *
cap_lidc_messages_find(const char *folder, const CapProgress *progress,
                       GError **error)
{
  g_autoptr(GPtrArray) files = list_files(folder, progress, error);
  if (files == NULL)
    return NULL;
  g_autoptr(CapLidcMessages) all = g_new0(CapLidcMessages, 1);
  all->messages = g_ptr_array_new_with_free_func(message_free);
  all->replaced = g_ptr_array_new_with_free_func(message_free);
  all->faults = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < files->len; i++) {
    const char *path = files->pdata[i];
    const gsize length = strlen(path);
    if (length < 4 || g_ascii_strcasecmp(path + length - 4, ".xml") != 0)
      continue;
    if (!cap_progress_step(progress, "reading annotations",
                           (double)i / files->len, error))
      return NULL;
    add_file(all, path);
  }
  settle(all);
  return g_steal_pointer(&all);
}

void
cap_lidc_messages_free(CapLidcMessages *all)
{
  if (all == NULL)
    return;
  g_ptr_array_unref(all->messages);
  g_ptr_array_unref(all->replaced);
  g_ptr_array_unref(all->faults);
  g_free(all);
}

const CapLidcMessage *
cap_lidc_messages_get(const CapLidcMessages *all, const char *series_uid)
{
  guint low = 0, high = all->messages->len;
  while (low < high) {
    const guint middle = (low + high) / 2;
    CapLidcMessage *m = all->messages->pdata[middle];
    const int order = strcmp(m->series_uid, series_uid);
    if (order == 0)
      return m;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}
