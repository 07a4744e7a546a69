/* Writes a small DICOM series with findings about it, for shell tests:
 *   make-findings FOLDER [STATUS…]
 * one finding (at most 3) for each STATUS: accepted, rejected, uncertain or
 * unreviewed, and the same once more as FOLDER/case.review; or
 *   make-findings FOLDER --shape oblique|tilted|uneven|multiframe
 * three findings, accepted, rejected and uncertain, on a series of that shape;
 * or
 *   make-findings FOLDER --measured
 * FOLDER/case.review of a reader who has measured once of each kind and marked
 * two key images, an axial and a coronal one, where nobody has searched.
 */
#include "io/findings/findings_json.h"
#include "io/findings/findings_masks.h"
#include "io/review/review_commands.h"
#include "io/series/series.h"
#include "tests/support/findings.h"
#include "tests/support/report_case.h"
#include "tests/support/shaped_series.h"

#include <glib/gstdio.h>
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

static CapVolume *
load_series(const char *folder, GError **error)
{
  g_autofree char *dicom = g_build_filename(folder, "dicom", NULL);
  g_autoptr(CapSeriesList) list = cap_series_scan(dicom, NULL, error);
  return list ? cap_series_load(list->series->pdata[0], NULL, NULL, error)
              : NULL;
}

static CapReview *
new_review(const char *folder, const CapVolume *volume,
           const CapFindings *findings, GError **error)
{
  g_autofree char *path = g_build_filename(folder, "case.review", NULL);
  g_autoptr(CapReview) review = cap_review_open(path, volume, error);
  return review != NULL && cap_review_import(review, findings, error)
             ? g_steal_pointer(&review)
             : NULL;
}

static gboolean
make_review(const char *folder, GError **error)
{
  g_autofree char *json = g_build_filename(folder, CAP_FINDINGS_FILE, NULL);
  g_autoptr(CapVolume) volume = load_series(folder, error);
  g_autoptr(CapFindings) findings =
      volume ? cap_findings_json_load(json, volume, error) : NULL;
  g_autoptr(CapReview) review =
      findings ? new_review(folder, volume, findings, error) : NULL;
  return review != NULL;
}

static gboolean
mark_slices(CapReview *review, const CapVolume *volume, GError **error)
{
  for (int i = 0; i < 2; i++) {
    CapReviewImage *image = cap_review_image_new();
    image->plane = i == 0 ? CAP_PLANE_AXIAL : CAP_PLANE_CORONAL;
    image->position_mm = cap_volume_to_patient(volume, (CapPoint){30, 25, 9});
    image->window_hu = i == 0 ? 1500 : 400;
    image->level_hu = i == 0 ? -600 : 40;
    if (i == 1)
      image->slab = (CapSlab){CAP_SLAB_MAX, 10};
    g_free(image->comment);
    image->comment = g_strdup(i == 0 ? "scar, or Ödem?" : "");
    if (cap_review_add_key_image(review, image, error) == 0)
      return FALSE;
  }
  return TRUE;
}

static int
make_measured(const char *folder)
{
  g_autoptr(GError) error = NULL;
  cap_test_report_case(folder, 0, NULL);
  g_autofree char *json = g_build_filename(folder, CAP_FINDINGS_FILE, NULL);
  g_unlink(json);
  g_autoptr(CapVolume) volume = load_series(folder, &error);
  g_autoptr(CapFindings) findings =
      volume ? cap_findings_new_unsearched(volume) : NULL;
  if (findings != NULL)
    cap_test_measure(findings, volume);
  g_autoptr(CapReview) review =
      findings ? new_review(folder, volume, findings, &error) : NULL;
  if (review != NULL && mark_slices(review, volume, &error))
    return 0;
  fprintf(stderr, "make-findings: %s\n", error->message);
  return 1;
}

int
main(int argc, char **argv)
{
  if (argc == 4 && g_str_equal(argv[2], "--shape"))
    return make_shaped(argv[1], argv[3]);
  if (argc == 3 && g_str_equal(argv[2], "--measured"))
    return make_measured(argv[1]);
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
