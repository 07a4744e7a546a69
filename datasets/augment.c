/* Cutting training patches: see augment.h. */
#include "datasets/augment.h"

#include <math.h>
#include <string.h>

enum { EDGE = CAP_PATCH, WIDEST = CAP_AUGMENT_WIDEST };

/* Where the N steps of a patch axis fall along one block axis. */
typedef struct {
  int n;
  int at[WIDEST], next[WIDEST]; /* indices times the axis's stride */
  float weight[WIDEST];         /* of next */
  float inside[WIDEST];         /* 0 beyond the block */
} Steps;

CapPlace
cap_place_whole(const CapBlock *block, CapPoint center)
{
  CapPlace place = {.block = block, .center = center};
  for (int i = 0; i < 3; i++)
    place.high[i] = block->size[i] - 1;
  return place;
}

CapAugmentOptions
cap_augment_options_default(void)
{
  return (CapAugmentOptions){3, 0.1, 25, 15, TRUE};
}

CapAugment
cap_augment_none(void)
{
  return (CapAugment){.axis = {0, 1, 2}, .sign = {1, 1, 1}, .scale = 1};
}

CapAugment
cap_augment_draw(const CapAugmentOptions *options, CapRandom *random)
{
  static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                   {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  CapAugment a = cap_augment_none();
  const int symmetry = cap_random_below(random, 48);
  for (int i = 0; i < 3; i++) {
    a.shift_mm[i] =
        cap_random_between(random, -options->shift_mm, options->shift_mm);
    if (options->symmetries) {
      a.axis[i] = orders[symmetry >> 3][i];
      a.sign[i] = symmetry >> i & 1 ? -1 : 1;
    }
  }
  a.scale = 1 + cap_random_between(random, -options->scale, options->scale);
  a.noise_hu = cap_random_between(random, 0, options->noise_hu);
  a.offset_hu =
      cap_random_between(random, -options->offset_hu, options->offset_hu);
  a.random = cap_random_start(cap_random_next(random), 0, 0);
  return a;
}

/* Steps along block axis AXIS; the patch axis that runs along it is FORWARD. */
static void
fill_steps(Steps *steps, const CapAugment *a, const CapBlock *block, int axis,
           double center, double low, double high)
{
  int forward = 0;
  while (a->axis[forward] != axis)
    forward++;
  const int stride[3] = {1, block->size[0], block->size[0] * block->size[1]};
  const int n = block->size[axis];
  low = CLAMP(low, 0, n - 1);
  high = CLAMP(high, low, n - 1);
  for (int i = 0; i < steps->n; i++) {
    const double offset_mm = a->sign[forward] * (i - (steps->n - 1) / 2.0) *
                                 a->scale + a->shift_mm[axis];
    const double free = center + offset_mm / block->spacing_mm[axis];
    const double at = CLAMP(free, low, high);
    const int below = MIN((int)floor(at), n - 1);
    steps->at[i] = below * stride[axis];
    steps->next[i] = MIN(below + 1, n - 1) * stride[axis];
    steps->weight[i] = (float)(at - below);
    steps->inside[i] = free > -0.5 && free < n - 0.5;
  }
}

/* Steps of all three *patch* axes: x, y, z; as many as each says. */
static void
fill_all_steps(Steps steps[3], const CapAugment *a, const CapPlace *place,
               CapPoint center, gboolean whole)
{
  const double c[3] = {center.x, center.y, center.z};
  for (int i = 0; i < 3; i++) {
    const int axis = a->axis[i];
    fill_steps(&steps[i], a, place->block, axis, c[axis],
               whole ? 0 : place->low[axis],
               whole ? place->block->size[axis] - 1 : place->high[axis]);
  }
}

void
cap_augment_cut_plain(const CapAugment *augment, const CapPlace *place,
                      int edge, float *hu)
{
  Steps s[3];
  for (int i = 0; i < 3; i++)
    s[i].n = edge;
  fill_all_steps(s, augment, place, place->center, FALSE);
  const int16_t *v = place->block->hu;
  const float offset = (float)augment->offset_hu;
  for (int z = 0; z < edge; z++) {
    for (int y = 0; y < edge; y++) {
      const float wz = s[2].weight[z], wy = s[1].weight[y];
      const int16_t *p00 = v + s[2].at[z] + s[1].at[y];
      const int16_t *p01 = v + s[2].at[z] + s[1].next[y];
      const int16_t *p10 = v + s[2].next[z] + s[1].at[y];
      const int16_t *p11 = v + s[2].next[z] + s[1].next[y];
      const float w00 = (1 - wz) * (1 - wy), w01 = (1 - wz) * wy;
      const float w10 = wz * (1 - wy), w11 = wz * wy;
      for (int x = 0; x < edge; x++) {
        const int i = s[0].at[x], j = s[0].next[x];
        const float a = w00 * p00[i] + w01 * p01[i] + w10 * p10[i] +
                        w11 * p11[i];
        const float b = w00 * p00[j] + w01 * p01[j] + w10 * p10[j] +
                        w11 * p11[j];
        *hu++ = a + s[0].weight[x] * (b - a) + offset;
      }
    }
  }
}

void
cap_augment_cut(const CapAugment *augment, const CapPlace *place, float *hu)
{
  cap_augment_cut_plain(augment, place, EDGE, hu);
  CapRandom random = augment->random;
  const float noise = (float)augment->noise_hu;
  if (noise > 0)
    for (int i = 0; i < EDGE * EDGE * EDGE; i++)
      hu[i] += noise * cap_random_noise(&random);
}

void
cap_augment_cut_mask(const CapAugment *augment, const CapPlace *place,
                     const guint8 *mask, CapPoint center,
                     gboolean replicate, float *out)
{
  Steps s[3];
  for (int i = 0; i < 3; i++)
    s[i].n = EDGE;
  fill_all_steps(s, augment, place, center, TRUE);
  for (int i = 0; i < 3 && replicate; i++)
    for (int j = 0; j < EDGE; j++)
      s[i].inside[j] = 1;
  for (int z = 0; z < EDGE; z++) {
    for (int y = 0; y < EDGE; y++) {
      const float in = s[2].inside[z] * s[1].inside[y] / 255.0f;
      if (in == 0) {
        memset(out, 0, EDGE * sizeof *out);
        out += EDGE;
        continue;
      }
      const float wz = s[2].weight[z], wy = s[1].weight[y];
      const guint8 *p00 = mask + s[2].at[z] + s[1].at[y];
      const guint8 *p01 = mask + s[2].at[z] + s[1].next[y];
      const guint8 *p10 = mask + s[2].next[z] + s[1].at[y];
      const guint8 *p11 = mask + s[2].next[z] + s[1].next[y];
      const float w00 = (1 - wz) * (1 - wy), w01 = (1 - wz) * wy;
      const float w10 = wz * (1 - wy), w11 = wz * wy;
      for (int x = 0; x < EDGE; x++) {
        const int i = s[0].at[x], j = s[0].next[x];
        const float a = w00 * p00[i] + w01 * p01[i] + w10 * p10[i] +
                        w11 * p11[i];
        const float b = w00 * p00[j] + w01 * p01[j] + w10 * p10[j] +
                        w11 * p11[j];
        *out++ = in * s[0].inside[x] * (a + s[0].weight[x] * (b - a));
      }
    }
  }
}
