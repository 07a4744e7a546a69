/* capsight froc: LUNA16's evaluation of anybody's detector marks. */
#include "app/command.h"
#include "core/error.h"
#include "datasets/luna16.h"
#include "io/json.h"

#include <stdio.h>

enum { CURVE_POINTS = 97 };

#define DESCRIPTION                                                            \
  "Evaluates detector marks by the rule of the LUNA16 challenge: sensitivity " \
  "at 1/8 … 8 false\nmarks a scan and their mean (CPM), with bands from a "  \
  "bootstrap over scans. Prints JSON."

typedef struct {
  char *annotations, *excluded, *series, *results;
  int samples, cap;
  CapCommon common;
} Arguments;

static void
arguments_clear(Arguments *a)
{
  g_free(a->annotations);
  g_free(a->excluded);
  g_free(a->series);
  g_free(a->results);
  cap_common_clear(&a->common);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)

static gboolean
check_arguments(const Arguments *a, int argc, GError **error)
{
  const char *wrong = NULL;
  if (argc != 1)
    wrong = "froc takes its files by option; `capsight froc --help` lists them";
  else if (a->annotations == NULL || a->results == NULL)
    wrong = "name the nodules with --annotations and the marks with --results";
  else if (a->samples < 0 || a->samples > 1000000)
    wrong = "--bootstrap lies between 0 (none) and 1000000";
  else if (a->cap < 0)
    wrong = "--max-marks takes a number from 0 (no limit)";
  if (wrong != NULL)
    g_set_error_literal(error, CAP_ERROR, CAP_ERROR_USAGE, wrong);
  return wrong == NULL;
}

static void
print_band(CapJson *json, const CapFrocBand *band)
{
  cap_json_begin_array(json, "sensitivity_ci95", TRUE);
  for (int i = 0; i < CAP_FROC_N_POINTS; i++)
    cap_json_numbers(json, NULL, band->sensitivity[i], 2, 4);
  cap_json_end_array(json);
  cap_json_numbers(json, "cpm_ci95", band->cpm, 2, 4);
}

static void
print_curve(CapJson *json, const CapFroc *froc, const CapFrocBand *band)
{
  double own[CURVE_POINTS];
  for (int i = 0; i < band->n_points; i++)
    own[i] = cap_froc_sensitivity(froc, band->false_marks[i]);
  cap_json_begin_object(json, "curve", FALSE);
  cap_json_numbers(json, "false_marks_per_scan", band->false_marks,
                   band->n_points, 4);
  cap_json_numbers(json, "sensitivity", own, band->n_points, 4);
  cap_json_numbers(json, "mean", band->mean, band->n_points, 4);
  cap_json_numbers(json, "low", band->low, band->n_points, 4);
  cap_json_numbers(json, "high", band->high, band->n_points, 4);
  cap_json_end_object(json);
}

static void
print_json(const CapFroc *froc, const Arguments *a)
{
  double sensitivity[CAP_FROC_N_POINTS];
  const double cpm = cap_froc_score(froc, sensitivity);
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_int(json, "scans", froc->n_scans);
  cap_json_int(json, "nodules", froc->n_nodules);
  cap_json_int(json, "marks", froc->n_marks);
  cap_json_int(json, "marks_kept", froc->n_kept);
  cap_json_int(json, "tp", froc->tp);
  cap_json_int(json, "fp", froc->fp);
  cap_json_int(json, "fn", froc->fn);
  cap_json_int(json, "on_excluded", froc->ignored);
  cap_json_int(json, "doubles", froc->doubles);
  cap_json_numbers(json, "false_marks_per_scan", cap_froc_points,
                   CAP_FROC_N_POINTS, 3);
  cap_json_numbers(json, "sensitivity", sensitivity, CAP_FROC_N_POINTS, 4);
  cap_json_number(json, "cpm", cpm, 4);
  if (a->samples > 0) {
    g_autoptr(CapFrocBand) band = cap_froc_bootstrap(
        froc, a->samples, 0.95, CURVE_POINTS, (guint64)a->common.seed);
    print_band(json, band);
    cap_json_int(json, "bootstrap_samples", a->samples);
    cap_json_int(json, "seed", a->common.seed);
    print_curve(json, froc, band);
  }
  cap_json_end_object(json);
  g_autofree char *text = cap_json_finish(json);
  fputs(text, stdout);
}

static gboolean
run(const Arguments *a, GError **error)
{
  const CapLuna16Tables tables = {.annotations = a->annotations,
                                  .excluded = a->excluded,
                                  .series = a->series};
  g_autoptr(CapLuna16) luna = cap_luna16_read(&tables, error);
  if (luna == NULL)
    return FALSE;
  g_autoptr(GArray) marks = cap_luna16_read_marks(luna, a->results, error);
  if (marks == NULL)
    return FALSE;
  for (guint i = 0; i < luna->warnings->len && !a->common.quiet; i++)
    fprintf(stderr, "warning: %s\n", (char *)luna->warnings->pdata[i]);
  g_autoptr(CapFroc) froc =
      cap_froc_new((CapFrocNodule *)luna->nodules->data,
                   (int)luna->nodules->len, (CapFrocMark *)marks->data,
                   (int)marks->len, (int)luna->series->len, a->cap);
  print_json(froc, a);
  return TRUE;
}

int
cap_cmd_froc(int argc, char **argv)
{
  g_auto(Arguments) a = {.samples = 1000, .cap = 100};
  const GOptionEntry entries[] = {
      {"annotations", 0, 0, G_OPTION_ARG_FILENAME, &a.annotations,
       "Nodules: seriesuid,coordX,coordY,coordZ,diameter_mm", "CSV"},
      {"excluded", 0, 0, G_OPTION_ARG_FILENAME, &a.excluded,
       "Findings on which marks count neither way, same columns", "CSV"},
      {"series", 0, 0, G_OPTION_ARG_FILENAME, &a.series,
       "Scans, one UID a line (default: those with a nodule)", "CSV"},
      {"results", 0, 0, G_OPTION_ARG_FILENAME, &a.results,
       "Marks: seriesuid,coordX,coordY,coordZ,probability", "CSV"},
      {"bootstrap", 0, 0, G_OPTION_ARG_INT, &a.samples,
       "Resamples of the scans for the bands (default 1000; 0: none)", "N"},
      {"max-marks", 0, 0, G_OPTION_ARG_INT, &a.cap,
       "Marks kept in a scan (default 100, the challenge's; 0: all)", "N"},
      {NULL},
  };
  if (!cap_command_parse(&argc, &argv, "", DESCRIPTION, entries, &a.common))
    return 2;
  g_autoptr(GError) error = NULL;
  if (!check_arguments(&a, argc, &error) || !run(&a, &error))
    return cap_command_fail(error);
  return 0;
}
