/* Series of every shape: see shaped_series.h. */
#include "tests/support/shaped_series.h"

#include "tests/support/dicom_make.h"
#include "tests/support/findings.h"

#include <math.h>
#include <string.h>

/* ---- series of every shape ---- */

static int
soft_in_the_middle(double x, double y, double z, gpointer unused)
{
  (void)unused;
  return fabs(x) < 3 && fabs(y) < 3 && fabs(z - 8) < 3 ? 1064 : 200;
}

static void
write_classic(CapTestShape shape, const char *folder)
{
  const double angle = 20 * G_PI / 180;
  for (int k = 0; k < 16; k++) {
    char name[32];
    CapTestSlice slice = cap_test_slice(k);
    slice.pixel = soft_in_the_middle;
    if (shape == CAP_TEST_OBLIQUE) {
      slice.orientation[0] = cos(angle);
      slice.orientation[1] = sin(angle);
      slice.orientation[3] = -sin(angle) * cos(angle);
      slice.orientation[4] = cos(angle) * cos(angle);
      slice.orientation[5] = sin(angle);
      const double n[3] = {sin(angle) * sin(angle), -cos(angle) * sin(angle),
                           cos(angle)};
      for (int i = 0; i < 3; i++)
        slice.position[i] += i == 2 ? k * n[i] - k : k * n[i];
    }
    if (shape == CAP_TEST_TILTED) {
      slice.orientation[4] = cos(angle);
      slice.orientation[5] = sin(angle);
    }
    if (shape == CAP_TEST_UNEVEN && k > 7)
      slice.position[2] = 7 + 1.5 * (k - 7);
    g_snprintf(name, sizeof name, "s%02d", k);
    cap_test_slice_write(&slice, folder, name);
  }
}

void
cap_test_shaped_series(CapTestShape shape, const char *folder)
{
  double z[16], slopes[16];
  int stored[16];
  if (g_mkdir_with_parents(folder, 0777) != 0)
    g_error("no folder %s", folder);
  if (shape != CAP_TEST_MULTIFRAME) {
    write_classic(shape, folder);
    return;
  }
  for (int i = 0; i < 16; i++) {
    z[i] = 15 - i; /* frames in the other order */
    slopes[i] = 1;
    stored[i] = 100 + i;
  }
  g_autoptr(GByteArray) bytes = cap_test_enhanced_bytes(16, z, slopes, stored);
  cap_test_write(folder, "enhanced", bytes->data, bytes->len);
}

/* ---- findings on them ---- */

/* A block of voxels with a corner off, so that no symmetry hides a flip. */
static CapMask *
block_mask(const int at[3])
{
  CapMask *mask = cap_mask_new(4, 5, 3, NULL);
  for (int i = 0; i < 3; i++)
    mask->first[i] = at[i];
  memset(mask->voxels, 1, 4 * 5 * 3);
  mask->voxels[0] = mask->voxels[7] = mask->voxels[33] = 0;
  return mask;
}

/* Moves findings that are made for another volume onto VOLUME. */
static void
place_finding(const CapVolume *volume, CapFinding *f, int k)
{
  const int at[3] = {4 + 7 * k, 20 - 6 * k, 3 + 4 * k};
  const CapPoint index = {at[0] + 1.6, at[1] + 2.1, at[2] + 1};
  g_clear_pointer(&f->mask, cap_mask_free);
  f->mask = block_mask(at);
  f->center_mm = cap_volume_to_patient(volume, index);
  f->source_slice = at[2] + 1;
  g_free(f->sop_uid);
  f->sop_uid = g_strdup(volume->source->sop_uids[f->source_slice]);
  for (int i = 0; i < 2; i++)
    for (int e = 0; e < 2; e++) {
      const double d = e == 0 ? -1.2345 : 1.2345;
      f->axes_mm[i][e] = cap_volume_to_patient(
          volume, (CapPoint){index.x + (i == 0 ? d : 0),
                             index.y + (i == 1 ? d : 0), index.z});
    }
  f->long_axis_mm = 2.469 * volume->spacing_mm[0];
  f->short_axis_mm = 2.469 * volume->spacing_mm[1];
  f->mean_diameter_mm = (f->long_axis_mm + f->short_axis_mm) / 2;
}

CapFindings *
cap_test_shaped_findings(const CapVolume *volume, int n)
{
  static const CapStatus status[] = {CAP_STATUS_ACCEPTED, CAP_STATUS_REJECTED,
                                     CAP_STATUS_UNCERTAIN};
  g_autoptr(CapVolume) model = cap_test_volume();
  g_autoptr(CapFindings) made = cap_test_findings(model, n);
  CapFindings *findings = cap_findings_new(volume);
  g_free(findings->weights_sha256);
  findings->weights_sha256 = g_strdup(made->weights_sha256);
  g_free(findings->settings_json);
  findings->settings_json = g_strdup("{\"flips\":8}");
  findings->n_candidates = made->n_candidates;
  for (int k = 0; k < n; k++) {
    CapFinding *f = cap_finding_copy(made->items->pdata[k]);
    place_finding(volume, f, k);
    f->status = status[k];
    g_ptr_array_add(findings->items, f);
  }
  return findings;
}
