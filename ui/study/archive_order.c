/* CapArchiveOrder: see archive_order.h. */
#include "ui/study/archive_order.h"

#include "core/language.h"
#include "core/told.h"

void
cap_archive_order_free(CapArchiveOrder *order)
{
  for (int i = 0; i < CAP_FIELD_N; i++)
    g_free(order->match[i]);
  g_free(order->config);
  g_free(order->archive);
  g_free(order->study_uid);
  g_free(order->folder);
  g_free(order);
}

static CapArchive *
open_archive(const CapArchiveOrder *order, CapArchiveSettings **settings,
             GError **error)
{
  *settings = cap_archive_settings_read(order->config, order->archive, error);
  return *settings != NULL ? cap_archive_open(*settings, error) : NULL;
}

static GPtrArray *
find(CapJob *job, const CapArchiveOrder *order, GError **error)
{
  g_autoptr(CapArchiveSettings) settings = NULL;
  g_autoptr(CapArchive) archive = open_archive(order, &settings, error);
  CapArchiveQuery query = {.level = CAP_LEVEL_STUDY,
                           .limit = CAP_ARCHIVE_ORDER_MAX_ROWS};
  for (int i = 0; i < CAP_FIELD_N; i++)
    query.match[i] = order->match[i];
  return archive != NULL
             ? cap_archive_find(archive, &query, cap_job_progress(job), error)
             : NULL;
}

/* The path of the whole study; NULL with an error. */
static char *
get(CapJob *job, const CapArchiveOrder *order, GError **error)
{
  g_autoptr(CapArchiveSettings) settings = NULL;
  g_autoptr(CapArchive) archive = open_archive(order, &settings, error);
  g_auto(CapArchiveReceipt) receipt = {0};
  if (archive == NULL ||
      !cap_archive_get(archive, order->study_uid, NULL, order->folder, &receipt,
                       cap_job_progress(job), error))
    return NULL;
  const int there = receipt.received + receipt.kept;
  if (there == receipt.expected)
    return g_strdup(order->folder);
  g_autofree char *why = cap_told_capital(
      receipt.problems->len > 0 ? (char *)receipt.problems->pdata[0] : "");
  g_set_error(
      error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
      _("Only %d of %d images came, so the study is not opened; the rest "
        "is fetched when you try again. %s"),
      there, receipt.expected, why);
  return NULL;
}

/* Connections belong to the thread's main context: it must not be the window's.
 */
static gpointer
in_own_context(CapJob *job, const CapArchiveOrder *order, GError **error)
{
  g_autoptr(GMainContext) context = g_main_context_new();
  g_main_context_push_thread_default(context);
  gpointer result = order->study_uid != NULL
                        ? (gpointer)get(job, order, error)
                        : (gpointer)find(job, order, error);
  g_main_context_pop_thread_default(context);
  return result;
}

gpointer
cap_archive_order_work(CapJob *job, gpointer data, GError **error)
{
  return in_own_context(job, data, error);
}
