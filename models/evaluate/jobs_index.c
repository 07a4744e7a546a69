/* A researcher's own volumes as an evaluation's jobs: see jobs.h. */
#include "models/evaluate/jobs.h"

#include "core/error.h"
#include "datasets/points.h"
#include "models/evaluate/case.h"

/* Rows, jobs and names while an index is sorted. */
typedef struct {
  CapEvalJobs *jobs;
  GHashTable *by_path; /* path -> CapEvalJob */
  const char *index_path;
} Sorting;

static void
set_fault(CapEvalJob *job, char *fault)
{
  if (job->fault == NULL)
    job->fault = fault;
  else
    g_free(fault);
}

static CapEvalJob *
new_job(Sorting *s, const CapIndexPoint *point)
{
  const char *patient = point->nodule ? point->nodule->patient : NULL;
  CapEvalJob *job =
      cap_eval_jobs_add(s->jobs, point->series_uid, patient, point->path);
  job->points = g_ptr_array_new();
  g_free(job->image_uid);
  job->image_uid = g_strdup(point->image_uid);
  g_hash_table_insert(s->by_path, job->images, job);
  return job;
}

/* What POINT says otherwise than the first row of its volume. */
static void
check_agreement(const Sorting *s, CapEvalJob *job, const CapIndexPoint *point)
{
  const char *patient = point->nodule ? point->nodule->patient : job->patient;
  const gboolean other_name = !g_str_equal(job->series_uid, point->series_uid);
  if (!other_name && g_str_equal(job->patient, patient))
    return;
  const CapIndexPoint *first = job->points->pdata[0];
  set_fault(job,
            g_strdup_printf(
                "%s, line %d: %s is of %s “%s” here and of “%s” on line %d",
                s->index_path, point->line, point->file,
                other_name ? "series" : "patient",
                other_name ? point->series_uid : patient,
                other_name ? job->series_uid : job->patient, first->line));
}

static gboolean
is_repeated(const CapEvalJob *job, const CapIndexPoint *point, int *line)
{
  for (guint i = 0; i < job->points->len; i++) {
    const CapIndexPoint *p = job->points->pdata[i];
    *line = p->line;
    if (p->has_point && point->has_point && p->at.x == point->at.x &&
        p->at.y == point->at.y && p->at.z == point->at.z)
      return TRUE;
  }
  return FALSE;
}

static void
add_row(Sorting *s, CapIndexPoint *point)
{
  if (*point->file == '\0') {
    cap_eval_jobs_warn(s->jobs, "%s; the row is passed over", point->fault);
    return;
  }
  int line;
  CapEvalJob *job = g_hash_table_lookup(s->by_path, point->path);
  if (job == NULL)
    job = new_job(s, point);
  else
    check_agreement(s, job, point);
  if (point->fault != NULL)
    set_fault(job, g_strdup(point->fault));
  else if (is_repeated(job, point, &line)) {
    cap_eval_jobs_warn(s->jobs,
                       "%s, line %d: the same point as on line %d; the second "
                       "is passed over",
                       s->index_path, point->line, line);
    return;
  }
  g_ptr_array_add(job->points, point);
}

/* Two volumes of one name are told apart by what the index calls their files.
 */
static void
tell_apart(CapEvalJobs *jobs)
{
  g_autoptr(GHashTable) count =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < jobs->jobs->len; i++) {
    const CapEvalJob *job = jobs->jobs->pdata[i];
    const int n =
        GPOINTER_TO_INT(g_hash_table_lookup(count, job->series_uid)) + 1;
    g_hash_table_insert(count, g_strdup(job->series_uid), GINT_TO_POINTER(n));
  }
  for (guint i = 0; i < jobs->jobs->len; i++) {
    CapEvalJob *job = jobs->jobs->pdata[i];
    if (GPOINTER_TO_INT(g_hash_table_lookup(count, job->series_uid)) < 2)
      continue;
    g_free(job->series_uid);
    job->series_uid =
        g_strdup(((const CapIndexPoint *)job->points->pdata[0])->file);
  }
}

/* Every case is a file of its own. */
static gboolean
check_names(const Sorting *s, GError **error)
{
  g_autoptr(GHashTable) names =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < s->jobs->jobs->len; i++) {
    const CapEvalJob *job = s->jobs->jobs->pdata[i];
    char *name = cap_eval_case_path("", job->series_uid);
    const CapEvalJob *other = g_hash_table_lookup(names, name);
    g_hash_table_insert(names, name, (gpointer)job);
    if (other == NULL)
      continue;
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s: the results of %s and %s would have the same name; tell "
                "them apart in a column “seriesuid”",
                s->index_path, other->images, job->images);
    return FALSE;
  }
  return TRUE;
}

CapEvalJobs *
cap_eval_jobs_index(const char *index_path, GError **error)
{
  g_autoptr(CapEvalJobs) jobs = cap_eval_jobs_new(CAP_EVAL_INDEX);
  jobs->points = cap_index_points_read(index_path, error);
  if (jobs->points == NULL)
    return NULL;
  g_autoptr(GHashTable) by_path = g_hash_table_new(g_str_hash, g_str_equal);
  Sorting sorting = {jobs, by_path, index_path};
  for (guint i = 0; i < jobs->points->len; i++)
    add_row(&sorting, jobs->points->pdata[i]);
  if (jobs->jobs->len == 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA, "%s names no volume",
                index_path);
    return NULL;
  }
  tell_apart(jobs);
  if (!check_names(&sorting, error))
    return NULL;
  cap_eval_jobs_sort(jobs);
  return g_steal_pointer(&jobs);
}
