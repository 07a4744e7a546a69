/* Two scans of one chest: see prior_case.h. Fails through GLib: programs use it
 * outside of libcheck. */
#include "tests/support/prior_case.h"

#include "core/measure/measure.h"
#include "io/ct_write.h"
#include "io/findings/findings_json.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#define DEGREES 3.0
#define STRETCH 1.03
#define LUNG_HU (-500)
#define TISSUE_HU (-100)

static void
set(char **field, const char *value)
{
  g_free(*field);
  *field = g_strdup(value);
}

static void
identify(CapVolume *v, const char *patient, const char *date, const char *uid)
{
  CapSource *s = v->source;
  g_autofree char *study = g_strdup_printf("%s.1", uid);
  g_autofree char *series = g_strdup_printf("%s.2", uid);
  g_autofree char *frame = g_strdup_printf("%s.3", uid);
  set(&s->patient_id, patient);
  set(&s->patient_name, g_str_equal(patient, "P-1") ? "Doe^Jane" : "Roe^Ann");
  set(&s->patient_sex, "F");
  set(&s->patient_birth_date, "19600101");
  set(&s->study_date, date);
  set(&s->study_description, "CT chest");
  set(&s->series_description, "Chest thin");
  set(&s->modality, "CT");
  set(&s->study_uid, study);
  set(&s->series_uid, series);
  set(&s->frame_of_reference_uid, frame);
  g_clear_pointer(&s->sop_uids, g_strfreev);
  s->slice_thickness_mm = v->spacing_mm[2];
}

static CapVolume *
copy_of(const CapVolume *from)
{
  CapVolume *v = cap_volume_new(from->columns, from->rows, from->slices, NULL);
  g_assert(v != NULL);
  memcpy(v->voxels_hu, from->voxels_hu,
         cap_volume_n_voxels(from) * sizeof *v->voxels_hu);
  memcpy(v->spacing_mm, from->spacing_mm, sizeof v->spacing_mm);
  memcpy(v->axis, from->axis, sizeof v->axis);
  v->origin_mm = from->origin_mm;
  v->usable = from->usable;
  return v;
}

/* Another grid for the same voxels. */
static void
move(CapVolume *v)
{
  const double a = DEGREES * G_PI / 180;
  v->axis[0] = (CapPoint){cos(a), sin(a), 0};
  v->axis[1] = (CapPoint){-sin(a), cos(a), 0};
  v->spacing_mm[2] *= STRETCH;
  v->origin_mm.x += 40;
  v->origin_mm.y -= 4;
  v->origin_mm.z -= 400; /* scanner coordinates do not help */
}

/* From points of NOW to those of THEN that have the same voxel index. */
static CapTransform
truth(const CapVolume *now, const CapVolume *then)
{
  CapTransform map = cap_transform_identity();
  const CapPoint zero = cap_volume_to_patient(
      then, cap_volume_to_index(now, (CapPoint){0, 0, 0}));
  for (int i = 0; i < 3; i++) {
    const CapPoint unit = {i == 0, i == 1, i == 2};
    const CapPoint p =
        cap_volume_to_patient(then, cap_volume_to_index(now, unit));
    map.m[0][i] = p.x - zero.x;
    map.m[1][i] = p.y - zero.y;
    map.m[2][i] = p.z - zero.z;
  }
  map.t = zero;
  return map;
}

/* ---- nodules ---- */

/* Nothing but lung within RADIUS of INDEX. */
static gboolean
has_room(const CapVolume *v, const int index[3], double radius)
{
  int reach[3];
  for (int i = 0; i < 3; i++)
    reach[i] = (int)ceil(radius / v->spacing_mm[i]);
  for (int s = -reach[2]; s <= reach[2]; s++)
    for (int r = -reach[1]; r <= reach[1]; r++)
      for (int c = -reach[0]; c <= reach[0]; c++) {
        const int hu =
            cap_volume_at(v, index[0] + c, index[1] + r, index[2] + s);
        if (hu > LUNG_HU || hu < -980)
          return FALSE;
      }
  return TRUE;
}

#define WALL_MM 4 /* of tissue around lungs; a couch has a thinner shell */

/* How far (C, R), which it moves along WAY, stays above TISSUE_HU or below, mm.
 */
static double
stretch(const CapVolume *v, int s, const int way[2], gboolean tissue, int *c,
        int *r)
{
  const double step = way[0] != 0 ? v->spacing_mm[0] : v->spacing_mm[1];
  double mm = 0;
  while (*c >= 0 && *c < v->columns && *r >= 0 && *r < v->rows &&
         (cap_volume_at(v, *c, *r, s) >= TISSUE_HU) == tissue) {
    *c += way[0];
    *r += way[1];
    mm += step;
  }
  return mm;
}

/* A wall of soft tissue lies on all four sides in its slice: it is no air
 * outside, and no foam. */
static gboolean
is_enclosed(const CapVolume *v, const int index[3])
{
  static const int ways[4][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
  for (int i = 0; i < 4; i++) {
    int c = index[0], r = index[1];
    stretch(v, index[2], ways[i], FALSE, &c, &r);
    if (stretch(v, index[2], ways[i], TRUE, &c, &r) < WALL_MM)
      return FALSE;
  }
  return TRUE;
}

/* The next place with room from *AT (an index of the volume's voxels) on. */
static CapPoint
find_room(const CapVolume *v, gsize *at, double radius)
{
  const gsize plane = (gsize)v->columns * v->rows;
  for (gsize n = plane * v->slices; *at < n; *at += 3) {
    const int index[3] = {(int)(*at % v->columns),
                          (int)(*at / v->columns % v->rows),
                          (int)(*at / plane)};
    if (!is_enclosed(v, index) || !has_room(v, index, radius))
      continue;
    *at += plane * (gsize)ceil(2 * radius / v->spacing_mm[2]);
    return (CapPoint){index[0], index[1], index[2]};
  }
  g_error("the chest has no room for a nodule");
}

static double
diameter(int k)
{
  return 7 + 1.5 * k;
}

static double
factor(int k)
{
  return 1 + 0.5 * k;
}

static void
paint(CapVolume *v, CapPoint index, double mm)
{
  const CapPoint center = cap_volume_to_patient(v, index);
  for (int s = 0; s < v->slices; s++)
    for (int r = 0; r < v->rows; r++)
      for (int c = 0; c < v->columns; c++) {
        const CapPoint p = cap_volume_to_patient(v, (CapPoint){c, r, s});
        const double d = sqrt((p.x - center.x) * (p.x - center.x) +
                              (p.y - center.y) * (p.y - center.y) +
                              (p.z - center.z) * (p.z - center.z));
        int16_t *voxel = cap_volume_slice(v, s) + r * v->columns + c;
        const double share = CLAMP((mm / 2 - d) + 0.5, 0, 1);
        *voxel = (int16_t)lround(*voxel + share * (40.0 - *voxel));
      }
}

static void
add(CapFindings *findings, const CapVolume *v, int id, CapPoint index,
    double mm)
{
  CapFinding *f = cap_finding_new();
  f->id = id;
  f->center_mm = cap_volume_to_patient(v, index);
  f->mask = cap_measure_segment(v, f->center_mm, mm);
  g_assert(f->mask != NULL);
  cap_measure_finding(v, NULL, f);
  f->probability = 0.99 - 0.01 * (id % 10);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++) {
    f->attributes[a].n_levels = cap_attribute_levels((CapAttributeKind)a);
    f->attributes[a].p[0] = 1;
    cap_rating_finish(&f->attributes[a]);
  }
  f->malignancy = (CapRating){.n_levels = 5, .p = {0, 0, 1}};
  cap_rating_finish(&f->malignancy);
  g_ptr_array_add(findings->items, f);
}

void
cap_prior_case_make(CapPriorCase *c, CapVolume *chest)
{
  gsize at = (gsize)chest->columns * chest->rows * (chest->slices / 4);
  CapPoint index[CAP_PRIOR_CASE_N + 1];
  for (int k = 0; k <= CAP_PRIOR_CASE_N; k++)
    index[k] = find_room(chest, &at, 7);
  c->now = chest;
  c->then = copy_of(chest);
  move(c->then);
  identify(c->now, "P-1", "20261129", "1.2.826.0.1.3680043.10.77.1");
  identify(c->then, "P-1", "20260812", "1.2.826.0.1.3680043.10.77.2");
  c->to_prior = truth(c->now, c->then);
  c->now_findings = cap_findings_new(c->now);
  c->then_findings = cap_findings_new(c->then);
  for (int k = 0; k < CAP_PRIOR_CASE_N; k++) {
    paint(c->now, index[k], diameter(k) * cbrt(factor(k)));
    if (k < CAP_PRIOR_CASE_N - 1)
      paint(c->then, index[k], diameter(k));
  }
  paint(c->then, index[CAP_PRIOR_CASE_N], 8);
  for (int k = 0; k < CAP_PRIOR_CASE_N; k++) {
    add(c->now_findings, c->now, k + 1, index[k],
        diameter(k) * cbrt(factor(k)));
    if (k < CAP_PRIOR_CASE_N - 1)
      add(c->then_findings, c->then, 11 + k, index[k], diameter(k));
  }
  add(c->then_findings, c->then, 19, index[CAP_PRIOR_CASE_N], 8);
}

void
cap_prior_case_clear(CapPriorCase *c)
{
  g_clear_pointer(&c->now, cap_volume_free);
  g_clear_pointer(&c->then, cap_volume_free);
  g_clear_pointer(&c->now_findings, cap_findings_free);
  g_clear_pointer(&c->then_findings, cap_findings_free);
}

static void
write_scan(const CapVolume *v, const CapFindings *findings, const char *folder,
           const char *name)
{
  GError *error = NULL;
  g_autofree char *dir = g_build_filename(folder, name, NULL);
  g_autofree char *json = g_build_filename(dir, CAP_FINDINGS_FILE, NULL);
  if (!cap_ct_write_series(v, dir, NULL, &error) ||
      (findings != NULL && !cap_findings_json_save(findings, json, &error)))
    g_error("%s", error->message);
}

void
cap_prior_case_write(const CapPriorCase *c, const char *folder)
{
  /* Suites write before libcheck forks: what GLib keeps for each thread would
   * be a leak in children that have only one. */
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  write_scan(c->now, c->now_findings, folder, "now");
  write_scan(c->then, c->then_findings, folder, "then");
  g_autoptr(CapVolume) other = copy_of(c->then);
  identify(other, "P-2", "20260701", "1.2.826.0.1.3680043.10.77.3");
  write_scan(other, NULL, folder, "other");
  omp_set_num_threads(threads);
}
