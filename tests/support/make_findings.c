/* Writes a small DICOM series with findings about it, for shell tests:
 *   make-findings FOLDER [STATUS…]
 * one finding (at most 3) for each STATUS: accepted, rejected, uncertain or
 * unreviewed, and the same once more as FOLDER/case.review; or
 *   make-findings FOLDER --shape oblique|tilted|uneven|multiframe
 * three findings, accepted, rejected and uncertain, on a series of that shape.
 */
#include "io/findings/findings_json.h"
#include "io/findings/findings_masks.h"
#include "io/review/review_commands.h"
#include "io/series/series.h"
#include "tests/support/report_case.h"
#include "tests/support/shaped_series.h"

#include <stdio.h>

static const char *const shapes[CAP_TEST_N_SHAPES] = {
    "even", "oblique", "tilted", "uneven", "multiframe"};

static int
make_shaped(const char *folder, const char *name)
{
  g_autoptr(GError) error = NULL;
  int shape = 0;
  while (shape < CAP_TEST_N_SHAPES && !g_str_equal(name, shapes[shape]))
    shape++;
  if (shape == CAP_TEST_N_SHAPES) {
    fprintf(stderr, "make-findings: no shape “%s”\n", name);
    return 2;
  }
  g_autofree char *dicom = g_build_filename(folder, "dicom", NULL);
  g_autofree char *json = g_build_filename(folder, CAP_FINDINGS_FILE, NULL);
  g_autofree char *masks = g_build_filename(folder, CAP_MASKS_FILE, NULL);
  cap_test_shaped_series((CapTestShape)shape, dicom);
  g_autoptr(CapSeriesList) list = cap_series_scan(dicom, NULL, &error);
  g_autoptr(CapVolume) volume =
      list ? cap_series_load(list->series->pdata[0], NULL, NULL, &error) : NULL;
  g_autoptr(CapFindings) findings =
      volume ? cap_test_shaped_findings(volume, 3) : NULL;
  if (findings != NULL && cap_findings_json_save(findings, json, &error) &&
      cap_findings_masks_save(findings, volume, masks, &error))
    return 0;
  fprintf(stderr, "make-findings: %s\n", error->message);
  return 1;
}

static gboolean
make_review(const char *folder, GError **error)
{
  g_autofree char *dicom = g_build_filename(folder, "dicom", NULL);
  g_autofree char *json = g_build_filename(folder, CAP_FINDINGS_FILE, NULL);
  g_autofree char *path = g_build_filename(folder, "case.review", NULL);
  g_autoptr(CapSeriesList) list = cap_series_scan(dicom, NULL, error);
  g_autoptr(CapVolume) volume =
      list ? cap_series_load(list->series->pdata[0], NULL, NULL, error) : NULL;
  g_autoptr(CapFindings) findings =
      volume ? cap_findings_json_load(json, volume, error) : NULL;
  g_autoptr(CapReview) review =
      findings ? cap_review_open(path, volume, error) : NULL;
  return review != NULL && cap_review_import(review, findings, error);
}

int
main(int argc, char **argv)
{
  if (argc == 4 && g_str_equal(argv[2], "--shape"))
    return make_shaped(argv[1], argv[3]);
  CapStatus status[3];
  int n = 0;
  for (int i = 2; i < argc && n < 3; i++, n++)
    if (!cap_status_parse(argv[i], &status[n])) {
      fprintf(stderr, "make-findings: no status “%s”\n", argv[i]);
      return 2;
    }
  if (argc < 2 || g_mkdir_with_parents(argv[1], 0777) != 0)
    return 2;
  cap_test_report_case(argv[1], n, status);
  g_autoptr(GError) error = NULL;
  if (make_review(argv[1], &error))
    return 0;
  fprintf(stderr, "make-findings: %s\n", error->message);
  return 1;
}
