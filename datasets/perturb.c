/* Perturbed patches: see perturb.h. */
#include "datasets/perturb.h"

#include <math.h>
#include <string.h>

/* A margin of tissue for averaging: one and a half of the thickest slices, and
 * three sd of the widest kernel. */
enum {
  EDGE = CAP_PATCH,
  WIDE = CAP_AUGMENT_WIDEST,
  MARGIN = (WIDE - EDGE) / 2
};

static const double sharpened_mm = 1; /* sd of the blur that is taken away */

static const struct {
  const char *name, *unit;
} kinds[CAP_N_PERTURBS] = {
    {"none", ""},        {"rotation-x", "°"}, {"rotation-y", "°"},
    {"rotation-z", "°"}, {"shift", "mm"},     {"noise", "HU"},
    {"thickness", "mm"}, {"smooth", "mm"},    {"sharpen", ""},
};

const char *
cap_perturb_name(CapPerturbKind kind)
{
  return kinds[kind].name;
}

const char *
cap_perturb_unit(CapPerturbKind kind)
{
  return kinds[kind].unit;
}

/* ---- looking from elsewhere ---- */

/* What a place shows at any index of its block, held within its box. */
typedef struct {
  const int16_t *hu;
  int stride[3], last[3]; /* last: index that has a next one */
  float low[3], high[3];
} View;

static View
view_of(const CapPlace *place)
{
  const CapBlock *b = place->block;
  View v = {b->hu, {1, b->size[0], b->size[0] * b->size[1]}, {0}, {0}, {0}};
  for (int i = 0; i < 3; i++) {
    v.last[i] = MAX(b->size[i] - 2, 0);
    v.low[i] = (float)CLAMP(place->low[i], 0, b->size[i] - 1);
    v.high[i] = (float)CLAMP(place->high[i], (double)v.low[i], b->size[i] - 1);
    if (b->size[i] == 1)
      v.stride[i] = 0;
  }
  return v;
}

static inline float
look(const View *v, const float at[3])
{
  const int16_t *p = v->hu;
  float w[3];
  for (int i = 0; i < 3; i++) {
    const float inside = CLAMP(at[i], v->low[i], v->high[i]);
    const int below = MIN((int)inside, v->last[i]);
    p += below * v->stride[i];
    w[i] = inside - (float)below;
  }
  const int dx = v->stride[0], dy = v->stride[1], dz = v->stride[2];
  float plane[2];
  for (int k = 0; k < 2; k++, p += dz) {
    const float a = p[0] + w[0] * (float)(p[dx] - p[0]);
    const float b = p[dy] + w[0] * (float)(p[dy + dx] - p[dy]);
    plane[k] = a + w[1] * (b - a);
  }
  return plane[0] + w[2] * (plane[1] - plane[0]);
}

/* The patch around AUGMENT's centre, turned by ANGLE (radians) about patch axis
 * ABOUT. */
static void
cut_turned(const CapAugment *a, const CapPlace *place, int about, double angle,
           float *out)
{
  const View view = view_of(place);
  const int u = (about + 1) % 3, v = (about + 2) % 3;
  const double center[3] = {place->center.x, place->center.y, place->center.z};
  double turn[3][3] = {{0}}; /* patch offset to turned patch offset */
  turn[about][about] = 1;
  turn[u][u] = turn[v][v] = cos(angle);
  turn[u][v] = -sin(angle);
  turn[v][u] = sin(angle);
  float first[3], step[3][3]; /* block index of voxel 0, and along patch axes */
  for (int k = 0; k < 3; k++) {
    const int axis = a->axis[k];
    const double mm = place->block->spacing_mm[axis];
    double start = center[axis] + a->shift_mm[axis] / mm;
    for (int i = 0; i < 3; i++) {
      const double along = a->sign[k] * a->scale * turn[k][i] / mm;
      step[i][axis] = (float)along;
      start -= along * (EDGE - 1) / 2.0;
    }
    first[axis] = (float)start;
  }
  for (int z = 0; z < EDGE; z++)
    for (int y = 0; y < EDGE; y++)
      for (int x = 0; x < EDGE; x++) {
        float at[3];
        for (int k = 0; k < 3; k++)
          at[k] = first[k] + (float)z * step[2][k] + (float)y * step[1][k] +
                  (float)x * step[0][k];
        *out++ = look(&view, at);
      }
}

/* ---- changing a wide patch ---- */

static gsize
stride_of(int axis)
{
  return axis == 0 ? 1 : axis == 1 ? WIDE : WIDE * WIDE;
}

/* First voxel of line I, J along AXIS of a wide patch. */
static float *
line_of(float *wide, int axis, int i, int j)
{
  return wide + i * stride_of((axis + 1) % 3) + j * stride_of((axis + 2) % 3);
}

/* Each line along AXIS as slices of THICK mm show it: a slice is the mean over
 * its thickness, slices touch, one of them lies PHASE mm above the patch's
 * first voxel, and between slices one interpolates. */
static void
thicken(float *wide, int axis, double thick, double phase)
{
  const gsize stride = stride_of(axis);
  for (int i = 0; i < WIDE; i++)
    for (int j = 0; j < WIDE; j++) {
      float *line = line_of(wide, axis, i, j), sums[WIDE + 1], out[WIDE];
      sums[0] = 0;
      for (int k = 0; k < WIDE; k++)
        sums[k + 1] = sums[k] + line[k * stride];
      for (int k = 0; k < WIDE; k++) {
        const double slice = (k - phase) / thick, below = floor(slice);
        float of[2];
        for (int side = 0; side < 2; side++) {
          /* edges of the slice on the scale of SUMS, where voxel v is from v to
           * v + 1 */
          const double middle = phase + (below + side) * thick + 0.5;
          double sum[2], edge[2];
          for (int e = 0; e < 2; e++) {
            edge[e] = CLAMP(middle + (e - 0.5) * thick, 0, WIDE);
            const int whole = MIN((int)edge[e], WIDE - 1);
            sum[e] = (double)sums[whole] +
                     (edge[e] - whole) * (double)line[whole * stride];
          }
          of[side] = edge[1] > edge[0]
                         ? (float)((sum[1] - sum[0]) / (edge[1] - edge[0]))
                         : line[k * stride];
        }
        out[k] = of[0] + (float)(slice - below) * (of[1] - of[0]);
      }
      for (int k = 0; k < WIDE; k++)
        line[k * stride] = out[k];
    }
}

/* A normal kernel of SD voxels along AXIS, its ends replicated. */
static void
blur(float *wide, int axis, double sd)
{
  float kernel[MARGIN + 1], total = 0;
  const int reach = MIN(MARGIN, (int)ceil(4 * sd));
  for (int k = 0; k <= reach; k++) {
    kernel[k] = (float)exp(-0.5 * k * k / (sd * sd));
    total += (k == 0 ? 1.0f : 2.0f) * kernel[k];
  }
  const gsize stride = stride_of(axis);
  for (int i = 0; i < WIDE; i++)
    for (int j = 0; j < WIDE; j++) {
      float *line = line_of(wide, axis, i, j), out[WIDE];
      for (int k = 0; k < WIDE; k++) {
        out[k] = kernel[0] * line[k * stride];
        for (int d = 1; d <= reach; d++)
          out[k] += kernel[d] * (line[MAX(k - d, 0) * stride] +
                                 line[MIN(k + d, WIDE - 1) * stride]);
      }
      for (int k = 0; k < WIDE; k++)
        line[k * stride] = out[k] / total;
    }
}

/* Kernels of a reconstruction work in the plane of the slices. */
static void
blur_plane(float *wide, int through, double sd)
{
  blur(wide, (through + 1) % 3, sd);
  blur(wide, (through + 2) % 3, sd);
}

static void
change(const CapPerturb *p, int through, float *wide)
{
  enum { N = WIDE * WIDE * WIDE };
  CapRandom random = p->random;
  if (p->kind == CAP_PERTURB_THICKNESS) {
    thicken(wide, through, p->strength,
            cap_random_between(&random, 0, p->strength));
  } else if (p->kind == CAP_PERTURB_SMOOTH) {
    blur_plane(wide, through, p->strength);
  } else {
    g_autofree float *smooth = g_memdup2(wide, N * sizeof *wide);
    blur_plane(smooth, through, sharpened_mm);
    for (int i = 0; i < N; i++)
      wide[i] += (float)p->strength * (wide[i] - smooth[i]);
  }
}

static void
cut_changed(const CapAugment *a, const CapPlace *place, float *hu)
{
  g_autofree float *wide = g_new(float, WIDE *WIDE *WIDE);
  cap_augment_cut_plain(a, place, WIDE, wide);
  int through = 0; /* the patch axis that crosses the slices */
  while (a->axis[through] != 2)
    through++;
  change(&a->perturb, through, wide);
  for (int z = 0; z < EDGE; z++)
    for (int y = 0; y < EDGE; y++, hu += EDGE)
      memcpy(hu, wide + ((z + MARGIN) * WIDE + y + MARGIN) * WIDE + MARGIN,
             EDGE * sizeof *hu);
}

static void
cut_shifted(const CapAugment *augment, const CapPlace *place, float *hu)
{
  CapAugment moved = *augment;
  CapRandom random = augment->perturb.random;
  double direction[3], square = 0;
  for (int i = 0; i < 3; i++) {
    direction[i] = cap_random_normal(&random);
    square += direction[i] * direction[i];
  }
  for (int i = 0; i < 3; i++)
    moved.shift_mm[i] +=
        augment->perturb.strength * direction[i] / sqrt(fmax(square, 1e-12));
  cap_augment_cut(&moved, place, hu);
}

static void
cut_noisy(const CapAugment *augment, const CapPlace *place, float *hu)
{
  cap_augment_cut(augment, place, hu);
  CapRandom random = augment->perturb.random;
  for (int i = 0; i < EDGE * EDGE * EDGE; i++)
    hu[i] += (float)(augment->perturb.strength * cap_random_normal(&random));
}

void
cap_perturb_cut(const CapAugment *augment, const CapPlace *place, float *hu)
{
  const CapPerturb *p = &augment->perturb;
  CapRandom random = p->random;
  if (p->kind == CAP_PERTURB_NONE || p->strength == 0)
    cap_augment_cut(augment, place, hu);
  else if (p->kind <= CAP_PERTURB_ROTATION_Z)
    cut_turned(
        augment, place, p->kind - CAP_PERTURB_ROTATION_X,
        (cap_random_next(&random) & 1 ? 1 : -1) * p->strength * G_PI / 180, hu);
  else if (p->kind == CAP_PERTURB_SHIFT)
    cut_shifted(augment, place, hu);
  else if (p->kind == CAP_PERTURB_NOISE)
    cut_noisy(augment, place, hu);
  else
    cut_changed(augment, place, hu);
}
