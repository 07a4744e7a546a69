/* What is known of a phantom's nodules: see phantom_study.h. */
#include "datasets/phantom/phantom_study.h"

#include <math.h>
#include <string.h>

static void
clear_nodule(gpointer data)
{
  g_clear_pointer(&((CapPhantomNodule *)data)->mask, cap_mask_free);
}

/* LIDC levels that four readers would agree on, more or less. */
static void
rate(CapPhantomNodule *n, const CapPhantomShape *s)
{
  if (n->diameter_mm < 3)
    return;
  const gboolean glass = n->kind == CAP_PHANTOM_GROUND_GLASS,
                 part = n->kind == CAP_PHANTOM_PART_SOLID,
                 calcified = n->kind == CAP_PHANTOM_CALCIFIED,
                 spiculated = n->kind == CAP_PHANTOM_SPICULATED,
                 lobulated = n->kind == CAP_PHANTOM_LOBULATED;
  const double d = n->diameter_mm;
  const int subtlety = glass ? (d > 12 ? 3 : 2) : d < 5 ? 3 : d < 8 ? 4 : 5;
  const int malignancy = calcified    ? 1
                         : spiculated ? 5
                         : part       ? 4
                         : lobulated  ? (d > 10 ? 4 : 3)
                                      : (d < 6 ? 2 : 3);
  const int values[9] = {
      subtlety,
      1,
      calcified ? (s->core_radius > 0.75 * s->radius ? 3 : 6 - 2) : 6,
      spiculated                            ? 3
      : lobulated                           ? 3
      : n->kind == CAP_PHANTOM_JUXTAPLEURAL ? 3
                                            : 5,
      glass        ? 2
      : part       ? 3
      : spiculated ? 3
                   : 5,
      lobulated    ? 4
      : spiculated ? 3
                   : 1,
      spiculated ? 5 : 1,
      glass  ? 1
      : part ? 3
             : 5,
      malignancy,
  };
  memcpy(n->ratings, values, sizeof values);
}

CapMask *
cap_phantom_truth_mask(const CapPhantomStudy *study, const CapPhantomShape *s,
                       double grow, double rough, uint32_t seed, GError **error)
{
  const CapVolume *v = study->volume;
  const CapPoint first = study->scene.first;
  const double r = cap_phantom_shape_reach(s) + fmax(grow, 0) + rough;
  const double at[3] = {s->center.x - first.x, s->center.y - first.y,
                        s->center.z - first.z};
  const int size[3] = {v->columns, v->rows, v->slices};
  int low[3], n[3], middle[3];
  for (int i = 0; i < 3; i++) {
    low[i] = CLAMP((int)floor((at[i] - r) / v->spacing_mm[i]), 0, size[i] - 1);
    n[i] = CLAMP((int)ceil((at[i] + r) / v->spacing_mm[i]), 0, size[i] - 1) -
           low[i] + 1;
    middle[i] =
        CLAMP((int)lround(at[i] / v->spacing_mm[i]) - low[i], 0, n[i] - 1);
  }
  CapMask *mask = cap_mask_new(n[0], n[1], n[2], error);
  if (mask == NULL)
    return NULL;
  memcpy(mask->first, low, sizeof low);
  uint8_t *out = mask->voxels;
  for (int k = 0; k < n[2]; k++)
    for (int j = 0; j < n[1]; j++)
      for (int i = 0; i < n[0]; i++) {
        const CapPoint p = {first.x + (low[0] + i) * v->spacing_mm[0],
                            first.y + (low[1] + j) * v->spacing_mm[1],
                            first.z + (low[2] + k) * v->spacing_mm[2]};
        double d = cap_phantom_shape_distance(s, p) - grow;
        if (rough > 0)
          d += rough * cap_phantom_noise(seed, (float)p.x / 4, (float)p.y / 4,
                                         (float)p.z / 4);
        *out++ = d < 0 &&
                 (!s->clipped ||
                  cap_phantom_lung_distance(study->anatomy, p) < fmax(grow, 0));
      }
  mask->voxels[((gsize)middle[2] * n[1] + middle[1]) * n[0] + middle[0]] = 1;
  return mask;
}

GArray *
cap_phantom_truth_tell(const CapPhantomStudy *study, GError **error)
{
  const CapPhantomScene *scene = &study->scene;
  const CapVolume *v = study->volume;
  g_autoptr(GArray) truth = g_array_new(FALSE, TRUE, sizeof(CapPhantomNodule));
  g_array_set_clear_func(truth, clear_nodule);
  for (guint i = 0; i < scene->nodules->len; i++) {
    const CapPhantomShape *s =
        &g_array_index(scene->nodules, CapPhantomShape, i);
    const CapPoint c = s->centroid;
    CapPhantomNodule n = {.kind = s->kind,
                          .volume_mm3 = s->volume_mm3,
                          .hu = s->hu,
                          .solid_hu = s->hu};
    n.center_mm = (CapPoint){c.x - scene->first.x + v->origin_mm.x,
                             c.y - scene->first.y + v->origin_mm.y,
                             c.z - scene->first.z + v->origin_mm.z};
    n.diameter_mm = cbrt(6 / G_PI * s->volume_mm3);
    n.solid_diameter_mm = n.diameter_mm;
    if (s->kind == CAP_PHANTOM_PART_SOLID) {
      n.solid_hu = s->core_hu;
      n.solid_diameter_mm = cbrt(6 / G_PI * s->core_volume_mm3);
    } else if (s->kind == CAP_PHANTOM_GROUND_GLASS) {
      n.solid_hu = n.solid_diameter_mm = 0;
    } else if (s->kind == CAP_PHANTOM_CALCIFIED) {
      n.solid_hu = s->core_hu;
    }
    rate(&n, s);
    n.mask = cap_phantom_truth_mask(study, s, 0, 0, 0, error);
    if (n.mask == NULL)
      return NULL;
    g_array_append_val(truth, n);
  }
  return g_steal_pointer(&truth);
}
