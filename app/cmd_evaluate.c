/* capsight evaluate: detection over a whole collection against its readers. */
#include "app/command.h"
#include "app/evaluation.h"
#include "app/stage_clock.h"
#include "core/error.h"
#include "io/atomic_file.h"
#include "io/json.h"
#include "models/evaluate/run.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DESCRIPTION                                                            \
  "Runs detection on every scan of LIDC-IDRI or LUNA16 below DIR, or of your " \
  "own index (file and\npoint of each nodule), and compares it with the "      \
  "readers. Each scan is a file of its own in\ncases/, so a run can be split " \
  "(--shard) and continued (--resume). Writes\n"                               \
  "results.json, cases.csv, report.html, report.pdf and timing.json."

typedef struct {
  char *output, *xml, *annotations, *excluded, *series, *weights, *shard,
      *subset;
  int samples;
  guint subsets; /* bit n: subsetn */
  CapEvalOptions options;
  CapCommon common;
} Arguments;

static void
arguments_clear(Arguments *a)
{
  char *all[] = {a->output, a->xml,     a->annotations, a->excluded,
                 a->series, a->weights, a->shard,       a->subset};
  for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
    g_free(all[i]);
  cap_common_clear(&a->common);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)

static gboolean
parse_shard(Arguments *a)
{
  int used = 0;
  CapEvalOptions *o = &a->options;
  return a->shard == NULL ||
         (sscanf(a->shard, "%d/%d%n", &o->shard, &o->n_shards, &used) == 2 &&
          a->shard[used] == '\0' && o->shard >= 1 && o->shard <= o->n_shards &&
          o->n_shards <= 1000000);
}

/* “3”, “0,2” or “0-4” into bits. */
static gboolean
parse_subset(Arguments *a)
{
  g_auto(GStrv) parts = g_strsplit(a->subset ? a->subset : "", ",", -1);
  for (char **part = parts; *part != NULL; part++) {
    int from, to, used = 0;
    if (sscanf(*part, "%d%n-%d%n", &from, &used, &to, &used) < 2)
      to = from;
    if (used == 0 || (*part)[used] != '\0' || from < 0 || from > to ||
        to >= CAP_EVAL_N_SUBSETS)
      return FALSE;
    for (int i = from; i <= to; i++)
      a->subsets |= 1u << i;
  }
  return a->subset == NULL || a->subsets != 0;
}

static gboolean
check_arguments(Arguments *a, int argc, char **argv, GError **error)
{
  const char *wrong = NULL;
  const CapDetectOptions *d = &a->options.detect;
  if (argc != 3 ||
      (!g_str_equal(argv[1], "lidc") && !g_str_equal(argv[1], "luna16") &&
       !g_str_equal(argv[1], "index")))
    wrong = "evaluate what? `capsight evaluate lidc|luna16 DIR -o DIR` or "
            "`capsight evaluate index INDEX.csv -o DIR`";
  else if (a->output == NULL || *a->output == '\0')
    wrong = "where to? name the output folder with -o DIR";
  else if (!parse_shard(a))
    wrong = "--shard is k/N with k from 1 to N, as in 3/40";
  else if (!parse_subset(a))
    wrong = "--subset takes numbers from 0 to 9, as in 0,2 or 0-4";
  else if (a->subset != NULL && !g_str_equal(argv[1], "luna16"))
    wrong = "only LUNA16 has subsets";
  else if (!(d->min_probability > 0 && d->min_probability <= 1))
    wrong = "--min-probability lies above 0 and up to 1";
  else if (d->flips != 1 && d->flips != 2 && d->flips != 4 && d->flips != 8)
    wrong = "--flips is 1, 2, 4 or 8";
  else if (d->candidates.max_candidates < 1 ||
           d->candidates.max_candidates > 10000)
    wrong = "--max-candidates lies between 1 and 10000";
  else if (a->options.min_readers < 1 || a->options.min_readers > 4)
    wrong = "--min-readers lies between 1 and 4";
  else if (a->samples < 1 || a->samples > 1000000)
    wrong = "--bootstrap lies between 1 and 1000000";
  if (wrong != NULL)
    g_set_error_literal(error, CAP_ERROR, CAP_ERROR_USAGE, wrong);
  return wrong == NULL;
}

/* Cases done, rate, time left, failures so far. A kept case says nothing of how
 * long one takes: until one is made, rate and time are unknown. */
static void
show_progress(const CapEvalTally *t, int n_jobs, gpointer user_data)
{
  const CapCommon *common = user_data;
  const char *kind = common->progress ? common->progress : "auto";
  const int made = t->done - t->kept;
  char left[G_ASCII_DTOSTR_BUF_SIZE] = "null";
  char rate[G_ASCII_DTOSTR_BUF_SIZE] = "null";
  if (made > 0) {
    const double each = t->seconds / made;
    g_ascii_formatd(left, sizeof left, "%.0f", each * (n_jobs - t->done));
    g_ascii_formatd(rate, sizeof rate, "%.1f", 3600 / each);
  }
  g_autofree char *pace =
      made > 0 ? g_strdup_printf("%s scans an hour, %s s left", rate, left)
               : g_strdup("rate and time left unknown");
  if (g_str_equal(kind, "json"))
    fprintf(stderr,
            "{\"stage\":\"evaluating\",\"done\":%d,\"total\":%d,\"kept\":%d,"
            "\"failed\":%d,\"cases_per_hour\":%s,\"seconds_left\":%s}\n",
            t->done, n_jobs, t->kept, t->failed, rate, left);
  else if (g_str_equal(kind, "auto") && !common->quiet && isatty(2))
    fprintf(stderr, "\r\033[K%d of %d scans, %d failed, %s%s", t->done, n_jobs,
            t->failed, pace, t->done == n_jobs ? "\n" : "");
}

static CapEvalJobs *
find_jobs(const char *kind, const char *path, const Arguments *a,
          const CapProgress *progress, GError **error)
{
  const CapEvalLuna16 luna = {a->annotations, a->excluded, a->series,
                              a->subsets};
  CapEvalJobs *jobs = g_str_equal(kind, "lidc")
                          ? cap_eval_jobs_lidc(path, a->xml, progress, error)
                      : g_str_equal(kind, "luna16")
                          ? cap_eval_jobs_luna16(path, &luna, progress, error)
                          : cap_eval_jobs_index(path, error);
  for (guint i = 0; jobs != NULL && i < jobs->warnings->len; i++)
    if (!a->common.quiet)
      fprintf(stderr, "warning: %s\n", (char *)jobs->warnings->pdata[i]);
  return jobs;
}

/* Written last: where it stands, the shard has come to its end. */
static gboolean
save_timing(const CapEvalTally *t, const char *folder, GError **error)
{
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_int(json, "cases", t->done);
  cap_json_int(json, "kept", t->kept);
  cap_json_number(json, "seconds", t->seconds, 3);
  cap_json_number(json, "seconds_per_case",
                  t->done > t->kept ? t->seconds / (t->done - t->kept) : NAN,
                  3);
  cap_json_number(json, "peak_mib", cap_stage_clock_peak_mib(), 1);
  cap_json_end_object(json);
  g_autofree char *text = cap_json_finish(json);
  g_autofree char *path = g_build_filename(folder, "timing.json", NULL);
  return cap_atomic_file_save(path, text, strlen(text), error);
}

static gboolean
run(char **argv, const Arguments *a, const CapProgress *progress, int *status,
    GError **error)
{
  g_autoptr(CapEvalJobs) jobs = find_jobs(argv[1], argv[2], a, progress, error);
  if (jobs == NULL)
    return FALSE;
  g_autoptr(CapDetector) detector =
      cap_detector_load(a->weights, CAP_DETECTOR_EXPLAINS, error);
  if (detector == NULL ||
      !cap_evaluation_open(a->output, a->options.resume, error))
    return FALSE;
  g_autofree char *cases = g_build_filename(a->output, "cases", NULL);
  CapEvalTally tally;
  if (!cap_eval_run(jobs, detector, &a->options, cases, progress->cancellable,
                    show_progress, (gpointer)&a->common, &tally, error))
    return FALSE;
  if (tally.done == 0) { /* an array wider than the collection */
    if (!a->common.quiet)
      printf("shard %d has no case: there are %u\n", a->options.shard,
             jobs->jobs->len);
    return save_timing(&tally, a->output, error);
  }
  g_autoptr(GPtrArray) folders = g_ptr_array_new();
  g_ptr_array_add(folders, a->output);
  g_autoptr(CapEvalResults) results = cap_eval_results_add_up(
      folders, a->samples, (guint64)a->common.seed, error);
  if (results == NULL ||
      !cap_evaluation_write(results, a->output, a->common.json, a->common.quiet,
                            error))
    return FALSE;
  *status = cap_evaluation_status(results);
  return save_timing(&tally, a->output, error);
}

int
cap_cmd_evaluate(int argc, char **argv)
{
  g_auto(Arguments)
      a = {.samples = 1000, .options = cap_eval_options_default()};
  CapDetectOptions *detect = &a.options.detect;
  const GOptionEntry entries[] = {
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &a.output,
       "Folder for the results", "DIR"},
      {"xml", 0, 0, G_OPTION_ARG_FILENAME, &a.xml,
       "LIDC annotations (default: below the images' folder)", "DIR"},
      {"annotations", 0, 0, G_OPTION_ARG_FILENAME, &a.annotations,
       "LUNA16's nodules (default: annotations.csv below DIR)", "CSV"},
      {"excluded", 0, 0, G_OPTION_ARG_FILENAME, &a.excluded,
       "LUNA16's excluded findings (default: annotations_excluded.csv)", "CSV"},
      {"series", 0, 0, G_OPTION_ARG_FILENAME, &a.series,
       "LUNA16's scans (default: seriesuids.csv)", "CSV"},
      {"subset", 0, 0, G_OPTION_ARG_STRING, &a.subset,
       "LUNA16's subsets to evaluate, as in 0,2 or 0-4 (default: all)", "LIST"},
      {"shard", 0, 0, G_OPTION_ARG_STRING, &a.shard, "Only part k of N, from 1",
       "k/N"},
      {"resume", 0, 0, G_OPTION_ARG_NONE, &a.options.resume,
       "Keep cases that are complete and up to date", NULL},
      {"weights", 'w', 0, G_OPTION_ARG_FILENAME, &a.weights,
       "Weights of the network (default $CAPSIGHT_WEIGHTS, else the shipped)",
       "FILE"},
      {"min-readers", 0, 0, G_OPTION_ARG_INT, &a.options.min_readers,
       "LIDC readers that make a nodule count (default 3)", "N"},
      {"min-probability", 'p', 0, G_OPTION_ARG_DOUBLE, &detect->min_probability,
       "Leave out findings below this (default 0.1)", "P"},
      {"flips", 0, 0, G_OPTION_ARG_INT, &detect->flips,
       "Mirror images averaged: 1, 2, 4 or 8 (default 8)", "N"},
      {"max-candidates", 0, 0, G_OPTION_ARG_INT,
       &detect->candidates.max_candidates, "Candidates to judge (default 300)",
       "N"},
      {"bootstrap", 0, 0, G_OPTION_ARG_INT, &a.samples,
       "Resamples for the bands (default 1000)", "N"},
      {"no-pictures", 0, 0, G_OPTION_ARG_NONE, &a.options.no_pictures,
       "Keep no pictures of misses and false marks", NULL},
      {NULL},
  };
  if (!cap_command_parse(&argc, &argv, "lidc|luna16|index PATH", DESCRIPTION,
                         entries, &a.common))
    return 2;
  g_autoptr(GError) error = NULL;
  if (!check_arguments(&a, argc, argv, &error))
    return cap_command_fail(error);
  if (a.common.jobs > 0)
    omp_set_num_threads(a.common.jobs);
  g_autoptr(CapReporter) reporter = cap_reporter_new(&a.common);
  int status = 0;
  const gboolean done =
      run(argv, &a, cap_reporter_progress(reporter), &status, &error);
  g_clear_pointer(&reporter, cap_reporter_free);
  return done ? status : cap_command_fail(error);
}
