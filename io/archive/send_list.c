/* What is to be sent to an archive: see archive.h. */
#include "core/error.h"

#include "core/language.h"
#include "io/archive/archive.h"
#include "io/dicom/dicom_file.h"
#include "io/series/file_walk.h"

#include <string.h>

void
cap_send_item_free(CapSendItem *item)
{
  if (item == NULL)
    return;
  g_free(item->path);
  g_free(item->sop_class);
  g_free(item->sop_uid);
  g_free(item->transfer_syntax);
  g_free(item->reason);
  g_free(item);
}

void
cap_send_settle(CapSendItem *item, CapSendOutcome outcome, const char *reason)
{
  item->outcome = outcome;
  g_free(item->reason);
  item->reason = g_strdup(reason);
}

/* Why FILE cannot be sent; NULL when it can. */
static const char *
fault_of(const CapDicomFile *file)
{
  const char *class = file->text[CAP_DICOM_SOP_CLASS_UID];
  if (file->prescan.status != CAP_PRESCAN_OK || file->prescan.pixels_cut ||
      file->state == CAP_DICOM_BROKEN)
    return "it is damaged or cut short";
  if (*file->sop_uid == '\0' || *class == '\0')
    return "it has no SOP class or instance UID";
  if (file->prescan.no_preamble)
    return "it has no DICOM preamble and meta information (PS3.10)";
  return NULL;
}

static CapSendItem *
item_of(const char *path)
{
  g_autoptr(CapDicomFile) file = cap_dicom_file_read(path);
  if (file->prescan.status == CAP_PRESCAN_NOT_DICOM ||
      file->prescan.status == CAP_PRESCAN_UNREADABLE ||
      (file->prescan.status == CAP_PRESCAN_OK && *file->sop_uid == '\0' &&
       *file->text[CAP_DICOM_SERIES_UID] == '\0'))
    return NULL;
  CapSendItem *item = g_new0(CapSendItem, 1);
  item->path = g_strdup(path);
  item->sop_uid = g_strdup(file->sop_uid);
  item->sop_class = g_strdup(file->text[CAP_DICOM_SOP_CLASS_UID]);
  item->transfer_syntax = g_strdup(file->prescan.transfer_syntax);
  item->n_bytes = file->prescan.file_size;
  const char *fault = fault_of(file);
  if (fault != NULL)
    cap_send_settle(item, CAP_SEND_UNUSABLE, fault);
  return item;
}

static GPtrArray *
files_of(const GPtrArray *paths, const CapProgress *progress, GError **error)
{
  g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < paths->len; i++) {
    const char *path = paths->pdata[i];
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                  "there is nothing at “%s”", path);
      return NULL;
    }
    if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
      g_ptr_array_add(files, g_strdup(path));
      continue;
    }
    g_autoptr(GPtrArray) below = cap_file_walk(path, TRUE, progress, error);
    if (below == NULL)
      return NULL;
    g_ptr_array_extend_and_steal(files, g_steal_pointer(&below));
  }
  return g_steal_pointer(&files);
}

GPtrArray *
cap_send_list(const GPtrArray *paths, int *n_skipped,
              const CapProgress *progress, GError **error)
{
  g_autoptr(GPtrArray) files = files_of(paths, progress, error);
  if (files == NULL)
    return NULL;
  g_autoptr(GPtrArray) items =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_send_item_free);
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  *n_skipped = 0;
  for (guint i = 0; i < files->len; i++) {
    if (!cap_progress_step(progress, N_("reading headers"),
                           (double)i / files->len, error))
      return NULL;
    CapSendItem *item = item_of(files->pdata[i]);
    if (item == NULL)
      (*n_skipped)++;
    else if (*item->sop_uid != '\0' && !g_hash_table_add(seen, item->sop_uid))
      cap_send_item_free(item); /* the same instance twice */
    else
      g_ptr_array_add(items, item);
  }
  if (items->len == 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                *n_skipped == 1
                    ? N_("there is nothing to send: %d file, not DICOM")
                    : N_("there is nothing to send: %d files, none of them "
                         "DICOM"),
                *n_skipped);
    return NULL;
  }
  return g_steal_pointer(&items);
}
