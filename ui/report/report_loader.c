/* CapReportLoader: see report_loader.h. */
#include "ui/report/report_loader.h"

#include "core/error.h"
#include "core/language.h"
#include "io/import/import.h"
#include "ui/work/job.h"

struct CapReportLoader {
  CapSession *session;
  void (*found)(const char *sentence, gpointer user_data);
  gpointer user_data;
  char **paths; /* what was found, or NULL */
  CapJob *job;  /* the one that runs, or NULL */
  gulong handler;
};

/* What a worker needs; PATHS NULL: to find them. */
typedef struct {
  CapShared *list, *volume;
  int index;
  char **paths;
} Work;

typedef struct {
  CapFindings *findings;
  GPtrArray *remarks;
} Read;

static void
work_free(Work *work)
{
  cap_shared_unref(work->list);
  cap_shared_unref(work->volume);
  g_strfreev(work->paths);
  g_free(work);
}

static Work *
work_new(const CapReportLoader *loader)
{
  Work *work = g_new0(Work, 1);
  work->list = cap_session_share_series_list(loader->session);
  work->volume = cap_session_share_volume(loader->session);
  work->index = cap_session_series_index(loader->session);
  work->paths = g_strdupv(loader->paths);
  return work;
}

static const CapSeries *
series_of(const Work *work)
{
  const CapSeriesList *list = cap_shared_get(work->list);
  return list->series->pdata[work->index];
}

/* ---- finding ---- */

static gpointer
find_work(CapJob *job, gpointer data, GError **error)
{
  const Work *work = data;
  const CapSeriesList *list = cap_shared_get(work->list);
  char **paths =
      cap_import_find(list->reports, series_of(work)->source->series_uid);
  if (paths == NULL)
    g_set_error_literal(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                        _("no report lies beside this series"));
  return paths;
}

static void
find_done(gpointer result, const GError *error, gpointer user_data)
{
  CapReportLoader *loader = user_data;
  loader->job = NULL;
  if (error != NULL || cap_session_findings(loader->session) != NULL) {
    g_strfreev(result);
    return;
  }
  loader->paths = result;
  loader->found(_("A report about this series lies beside it."),
                loader->user_data);
}

static void
forget(CapReportLoader *loader)
{
  cap_job_cancel(loader->job);
  loader->job = NULL;
  g_clear_pointer(&loader->paths, g_strfreev);
}

static void
on_phase(CapReportLoader *loader)
{
  CapSession *session = loader->session;
  const CapSeriesList *list = cap_session_series_list(session);
  forget(loader);
  if (cap_session_phase(session) != CAP_PHASE_READY || list == NULL ||
      list->reports->len == 0)
    return;
  loader->job =
      cap_job_start(&(CapJobSpec){.work = find_work,
                                  .work_data = work_new(loader),
                                  .work_data_free = (GDestroyNotify)work_free,
                                  .result_free = (GDestroyNotify)g_strfreev,
                                  .done = find_done,
                                  .user_data = loader});
}

/* ---- reading ---- */

static void
read_free(Read *read)
{
  if (read == NULL)
    return;
  cap_findings_free(read->findings);
  g_ptr_array_unref(read->remarks);
  g_free(read);
}

static gpointer
read_work(CapJob *job, gpointer data, GError **error)
{
  const Work *work = data;
  const CapVolume *volume = cap_shared_get(work->volume);
  g_autoptr(GPtrArray) images = cap_report_images(series_of(work), volume);
  const CapImportPlace place = {volume, images};
  g_autoptr(GPtrArray) remarks = g_ptr_array_new_with_free_func(g_free);
  CapFindings *findings =
      cap_import_read((const char *const *)work->paths, &place, remarks, error);
  if (findings == NULL)
    return NULL;
  Read *read = g_new0(Read, 1);
  read->findings = findings;
  read->remarks = g_steal_pointer(&remarks);
  return read;
}

static void
read_done(gpointer result, const GError *error, gpointer user_data)
{
  CapReportLoader *loader = user_data;
  CapSession *session = loader->session;
  loader->job = NULL;
  if (error != NULL) {
    cap_session_warn(session, error);
    return;
  }
  Read *read = result;
  cap_session_set_findings(session, g_steal_pointer(&read->findings));
  if (read->remarks->len > 0) {
    g_autoptr(GError) partly = g_error_new(
        CAP_ERROR, CAP_ERROR_DATA,
        P_("%u part of the report could not be read: %s",
           "%u parts of the report could not be read; the first is %s",
           read->remarks->len),
        read->remarks->len, (char *)read->remarks->pdata[0]);
    cap_session_warn(session, partly);
  }
  read_free(read);
}

void
cap_report_loader_load(CapReportLoader *loader)
{
  if (loader->paths == NULL || loader->job != NULL)
    return;
  loader->job =
      cap_job_start(&(CapJobSpec){.work = read_work,
                                  .work_data = work_new(loader),
                                  .work_data_free = (GDestroyNotify)work_free,
                                  .result_free = (GDestroyNotify)read_free,
                                  .done = read_done,
                                  .user_data = loader});
}

CapReportLoader *
cap_report_loader_new(CapSession *session,
                      void (*found)(const char *sentence, gpointer user_data),
                      gpointer user_data)
{
  CapReportLoader *loader = g_new0(CapReportLoader, 1);
  loader->session = session;
  loader->found = found;
  loader->user_data = user_data;
  loader->handler = g_signal_connect_swapped(session, "notify::phase",
                                             G_CALLBACK(on_phase), loader);
  return loader;
}

void
cap_report_loader_free(CapReportLoader *loader)
{
  if (loader == NULL)
    return;
  forget(loader);
  g_clear_signal_handler(&loader->handler, loader->session);
  g_free(loader);
}
