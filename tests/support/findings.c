/* Made-up findings: see findings.h. */
#include "tests/support/findings.h"

#include "core/irregularity.h"

#include <math.h>
#include <string.h>

static const struct {
  CapPoint index; /* column, row, slice */
  double radius_mm, probability;
  CapNoduleType type;
  CapSide side;
  CapLobe lobe;
} truth[] = {
    {{15, 20, 8}, 6.0, 0.97, CAP_TYPE_SOLID, CAP_SIDE_RIGHT, CAP_LOBE_UPPER},
    {{42, 25, 12},
     4.0,
     0.61,
     CAP_TYPE_PART_SOLID,
     CAP_SIDE_LEFT,
     CAP_LOBE_LOWER},
    {{30, 38, 5},
     3.0,
     0.25,
     CAP_TYPE_GROUND_GLASS,
     CAP_SIDE_UNKNOWN,
     CAP_LOBE_UNKNOWN},
};

CapVolume *
cap_test_volume(void)
{
  CapVolume *volume = cap_volume_new(60, 50, 20, NULL);
  volume->spacing_mm[0] = volume->spacing_mm[1] = 0.8;
  volume->spacing_mm[2] = 2.0;
  volume->origin_mm = (CapPoint){-20.25, -30.5, 100.125};
  volume->usable = CAP_USABLE_VIEW | CAP_USABLE_MEASURE | CAP_USABLE_DETECT;
  g_free(volume->source->series_uid);
  volume->source->series_uid = g_strdup("1.2.840.99.1");
  g_free(volume->source->study_uid);
  volume->source->study_uid = g_strdup("1.2.840.99");
  g_ptr_array_add(volume->source->irregularities,
                  cap_irregularity_new(1, CAP_SEVERITY_WARNING, NULL,
                                       "no image at z = 120.1 mm",
                                       "slice 10 treated as missing"));
  for (gsize i = 0; i < cap_volume_n_voxels(volume); i++)
    volume->voxels_hu[i] = (int16_t)(-850 + (int)(i * 7919 % 41) - 20);
  for (guint k = 0; k < G_N_ELEMENTS(truth); k++) {
    const CapPoint center = cap_volume_to_patient(volume, truth[k].index);
    for (int s = 0; s < volume->slices; s++)
      for (int r = 0; r < volume->rows; r++)
        for (int c = 0; c < volume->columns; c++) {
          const CapPoint p = cap_volume_to_patient(volume, (CapPoint){c, r, s});
          const double d = sqrt((p.x - center.x) * (p.x - center.x) +
                                (p.y - center.y) * (p.y - center.y) +
                                (p.z - center.z) * (p.z - center.z));
          if (d <= truth[k].radius_mm)
            cap_volume_slice(volume, s)[r * volume->columns + c] = 40;
        }
  }
  return volume;
}

static CapMask *
ball_mask(const CapVolume *volume, CapPoint index, double radius_mm)
{
  int half[3];
  for (int i = 0; i < 3; i++)
    half[i] = (int)ceil(radius_mm / volume->spacing_mm[i]);
  CapMask *mask =
      cap_mask_new(2 * half[0] + 1, 2 * half[1] + 1, 2 * half[2] + 1, NULL);
  mask->first[0] = (int)index.x - half[0];
  mask->first[1] = (int)index.y - half[1];
  mask->first[2] = (int)index.z - half[2];
  for (int s = 0; s < mask->slices; s++)
    for (int r = 0; r < mask->rows; r++)
      for (int c = 0; c < mask->columns; c++) {
        const double x = (c - half[0]) * volume->spacing_mm[0];
        const double y = (r - half[1]) * volume->spacing_mm[1];
        const double z = (s - half[2]) * volume->spacing_mm[2];
        mask->voxels[(s * mask->rows + r) * mask->columns + c] =
            sqrt(x * x + y * y + z * z) <= radius_mm;
      }
  return mask;
}

static void
fill_explanation(CapFinding *finding, int k)
{
  finding->malignancy.n_levels = 5;
  for (int i = 0; i < 5; i++)
    finding->malignancy.p[i] = 1.0 / (1 + abs(i - 3 + k));
  cap_rating_finish(&finding->malignancy);
  finding->malignancy_probability = 0.71 - 0.2 * k;
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++) {
    CapRating *rating = &finding->attributes[a];
    rating->n_levels = cap_attribute_levels((CapAttributeKind)a);
    for (int i = 0; i < rating->n_levels; i++)
      rating->p[i] = 1.0 + (i + a + k) % 3;
    cap_rating_finish(rating);
  }
  for (int c = 0; c < CAP_N_CAPSULES; c++) {
    CapCapsule *capsule = &finding->capsules[c];
    capsule->length = (c + 1) / 11.0;
    for (int i = 0; i < CAP_POSE_DIM; i++)
      capsule->pose[i] = (float)sin(i + 0.7 * c + k);
    for (int i = 0; i < CAP_GRID * CAP_GRID * CAP_GRID; i++) {
      const double x = i % CAP_GRID - 1.5, y = i / CAP_GRID % CAP_GRID - 1.5;
      const double z = i / (CAP_GRID * CAP_GRID) - 1.5;
      capsule->routing[i] =
          (float)exp(-(x * x + (y - 0.5) * (y - 0.5) + z * z) / 3);
    }
  }
}

CapFindings *
cap_test_findings(const CapVolume *volume, int n)
{
  CapFindings *findings = cap_findings_new(volume);
  findings->n_candidates = 120;
  g_free(findings->weights_sha256);
  findings->weights_sha256 = g_strnfill(64, 'a');
  g_free(findings->settings_json);
  findings->settings_json = g_strdup("{\"flips\":8,\"min_probability\":0.5}");
  for (int k = 0; k < n; k++) {
    CapFinding *finding = cap_finding_new();
    const double d = 2 * truth[k].radius_mm;
    finding->id = k + 1;
    finding->center_mm = cap_volume_to_patient(volume, truth[k].index);
    finding->source_slice = (int)truth[k].index.z;
    finding->mask = ball_mask(volume, truth[k].index, truth[k].radius_mm);
    finding->type = truth[k].type;
    finding->side = truth[k].side;
    finding->lobe = truth[k].lobe;
    finding->probability = truth[k].probability;
    finding->long_axis_mm = finding->mean_diameter_mm = d;
    finding->short_axis_mm = d;
    finding->solid_mean_diameter_mm = d / 2;
    for (int i = 0; i < 2; i++)
      for (int e = 0; e < 2; e++) {
        finding->axes_mm[i][e] = finding->center_mm;
        *(i == 0 ? &finding->axes_mm[i][e].x : &finding->axes_mm[i][e].y) +=
            (e == 0 ? -0.5 : 0.5) * d;
      }
    finding->volume_mm3 = 4.0 / 3 * G_PI * pow(truth[k].radius_mm, 3);
    finding->hu_mean = 40.25;
    finding->hu_sd = 12.5;
    finding->hu_min = -3;
    finding->hu_max = 81;
    finding->near_gap = k == 0;
    fill_explanation(finding, k);
    g_ptr_array_add(findings->items, finding);
  }
  return findings;
}

void
cap_test_measure(CapFindings *findings, const CapVolume *volume)
{
  static const CapPoint index[4] = {
      {8, 20, 9}, {33, 24, 9}, {17, 14, 9}, {21, 30, 9}};
  for (int kind = 0; kind < CAP_N_MEASURE_KINDS; kind++) {
    CapMeasurement *m = cap_measurement_new((CapMeasureKind)kind);
    m->id = kind + 1;
    for (int i = 0; i < 4; i++)
      m->ends_mm[i] = cap_volume_to_patient(volume, index[i]);
    if (kind == CAP_MEASURE_FREEHAND) {
      static const int around[4] = {0, 2, 1, 3};
      for (int i = 0; i < 4; i++)
        g_array_append_val(m->outline_mm, m->ends_mm[around[i]]);
      memset(m->ends_mm, 0, sizeof m->ends_mm);
    }
    if (kind == CAP_MEASURE_AXES) {
      g_free(m->name);
      m->name = g_strdup("Lymph node <4R>, \"hot\"");
    }
    cap_measurement_work_out(m, volume);
    g_ptr_array_add(findings->measurements, m);
  }
}
