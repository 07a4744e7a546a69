/* Instances on their way into a folder: see received.h. */
#include "io/archive/received.h"

#include "core/error.h"
#include "core/language.h"
#include "io/archive/staging.h"
#include "io/atomic_file.h"
#include "io/dicom/dicom_file.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#define MAX_PROBLEMS 20

struct CapReceived {
  const CapArchiveSettings *settings;
  CapStaging *staging;
  GPtrArray *wanted; /* of char * */
  GHashTable *is_wanted;
  CapAtomicFile *incoming;
  guint64 incoming_bytes, n_bytes, n_dropped_bytes;
  int n_new, n_there; /* came in this run; wanted and there */
  GPtrArray *problems;
};

CapReceived *
cap_received_new(const char *folder, const CapArchiveSettings *settings,
                 GError **error)
{
  CapStaging *staging = cap_staging_open(folder, error);
  if (staging == NULL)
    return NULL;
  CapReceived *r = g_new0(CapReceived, 1);
  r->settings = settings;
  r->staging = staging;
  r->wanted = g_ptr_array_new_with_free_func(g_free);
  r->is_wanted = g_hash_table_new(g_str_hash, g_str_equal);
  r->problems = g_ptr_array_new_with_free_func(g_free);
  return r;
}

void
cap_received_free(CapReceived *r)
{
  if (r == NULL)
    return;
  cap_received_abort(r);
  cap_staging_free(r->staging);
  g_hash_table_unref(r->is_wanted);
  g_ptr_array_unref(r->wanted);
  g_ptr_array_unref(r->problems);
  g_free(r);
}

/* ---- what is wanted ---- */

gboolean
cap_received_has(const CapReceived *r, const char *sop_uid)
{
  return cap_staging_has(r->staging, sop_uid);
}

void
cap_received_want(CapReceived *r, const char *sop_uid)
{
  if (g_hash_table_contains(r->is_wanted, sop_uid))
    return;
  char *copy = g_strdup(sop_uid);
  g_ptr_array_add(r->wanted, copy);
  g_hash_table_add(r->is_wanted, copy);
  r->n_there += cap_received_has(r, sop_uid);
}

GPtrArray *
cap_received_missing(const CapReceived *r)
{
  GPtrArray *missing = g_ptr_array_new();
  for (guint i = 0; i < r->wanted->len; i++)
    if (!cap_received_has(r, r->wanted->pdata[i]))
      g_ptr_array_add(missing, r->wanted->pdata[i]);
  return missing;
}

int
cap_received_n_wanted(const CapReceived *r)
{
  return (int)r->wanted->len;
}

gboolean
cap_received_step(const CapReceived *r, const CapProgress *progress,
                  GError **error)
{
  return cap_progress_step(
      progress, N_("receiving"),
      r->wanted->len > 0 ? (double)r->n_there / r->wanted->len : 0, error);
}

/* ---- one instance ---- */

void
cap_received_abort(CapReceived *r)
{
  g_clear_pointer(&r->incoming, cap_atomic_file_free);
}

gboolean
cap_received_begin(CapReceived *r, GError **error)
{
  cap_received_abort(r);
  g_autofree char *path = cap_staging_incoming(r->staging);
  r->incoming_bytes = 0;
  r->incoming = cap_atomic_file_new(path, error);
  return r->incoming != NULL;
}

/* The bytes that came so far, and those on their way, against the limits. */
static gboolean
check_limits(const CapReceived *r, GError **error)
{
  const CapArchiveSettings *s = r->settings;
  const gboolean one = r->incoming_bytes > s->max_instance_bytes;
  if (!one &&
      r->n_bytes + r->n_dropped_bytes + r->incoming_bytes <= s->max_total_bytes)
    return TRUE;
  g_set_error(
      error, CAP_ERROR, CAP_ERROR_LIMIT,
      one ? N_("archive “%s” sends more than %zu bytes in one instance; "
               "max-instance-gb in the list of archives raises the limit")
          : N_("archive “%s” sends more than %zu bytes at once; max-total-gb "
               "in the list of archives raises the limit"),
      s->name, (gsize)(one ? s->max_instance_bytes : s->max_total_bytes));
  return FALSE;
}

gboolean
cap_received_write(CapReceived *r, const void *bytes, gsize n_bytes,
                   GError **error)
{
  r->incoming_bytes += n_bytes;
  if (!check_limits(r, error))
    return FALSE;
  return cap_atomic_file_write(r->incoming, bytes, n_bytes, error);
}

static void
note(CapReceived *r, const char *sop_uid, const char *sentence)
{
  if (*sop_uid == '\0')
    sop_uid = N_("without a UID");
  if (r->problems->len < MAX_PROBLEMS)
    g_ptr_array_add(r->problems, g_strdup_printf(sentence, sop_uid));
}

/* What is wrong with FILE, where its UID goes in; NULL when it is to be kept.
 */
static const char *
fault_of(const CapReceived *r, const CapDicomFile *file)
{
  if (file->prescan.status != CAP_PRESCAN_OK || file->prescan.pixels_cut ||
      file->state == CAP_DICOM_BROKEN)
    return N_("instance %s came damaged or cut short and was dropped");
  if (!g_hash_table_contains(r->is_wanted, file->sop_uid))
    return N_("instance %s came without having been asked for and was dropped");
  return cap_received_has(r, file->sop_uid) ? N_("instance %s came twice")
                                            : NULL;
}

static gboolean
keep(CapReceived *r, const char *path, const CapDicomFile *file, GError **error)
{
  if (!cap_staging_put(r->staging, path, file->sop_uid,
                       file->text[CAP_DICOM_SERIES_UID], r->incoming_bytes,
                       error))
    return FALSE;
  r->n_bytes += r->incoming_bytes;
  r->n_new++;
  r->n_there++;
  return TRUE;
}

/* Looks at the file PATH of R's incoming_bytes and keeps or drops it. */
static gboolean
judge(CapReceived *r, const char *path, GError **error)
{
  g_autoptr(CapDicomFile) file = cap_dicom_file_read(path);
  const char *fault = fault_of(r, file);
  if (fault == NULL)
    return keep(r, path, file, error);
  g_unlink(path);
  r->n_dropped_bytes += r->incoming_bytes;
  note(r, file->sop_uid, fault);
  return TRUE;
}

gboolean
cap_received_end(CapReceived *r, GError **error)
{
  g_autofree char *path = cap_staging_incoming(r->staging);
  const gboolean written = cap_atomic_file_commit(r->incoming, error);
  cap_received_abort(r);
  return written && judge(r, path, error);
}

gboolean
cap_received_take(CapReceived *r, const char *path, GError **error)
{
  struct stat about;
  const gboolean usable =
      lstat(path, &about) == 0 && S_ISREG(about.st_mode) && about.st_size >= 0;
  r->incoming_bytes = usable ? (guint64)about.st_size : 0;
  if (!usable) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_WRITE,
                "“%s” was announced but is not there", path);
    return FALSE;
  }
  return check_limits(r, error) && judge(r, path, error);
}

char *
cap_received_inbox(CapReceived *r, GError **error)
{
  return cap_staging_inbox(r->staging, error);
}

int
cap_received_n_new(const CapReceived *r)
{
  return r->n_new;
}

guint64
cap_received_n_bytes(const CapReceived *r)
{
  return r->n_bytes;
}

const char *
cap_received_place(const CapReceived *r)
{
  return cap_staging_path(r->staging);
}

const GPtrArray *
cap_received_problems(const CapReceived *r)
{
  return r->problems;
}

gboolean
cap_received_finish(CapReceived *r, GError **error)
{
  cap_received_abort(r);
  return cap_staging_finish(r->staging, error);
}
