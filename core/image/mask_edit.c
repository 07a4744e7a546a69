/* Changes to a mask by hand: see mask_edit.h. */
#include "core/image/mask_edit.h"

#include "core/image/parts.h"
#include "core/image/slice_layout.h"

#include <math.h>
#include <string.h>

/* Whole indices of the volume's grid, both ends inside. */
typedef struct {
  int low[3], high[3];
} Box;

static Box
box_of(const CapMask *mask)
{
  Box box;
  const int size[3] = {mask->columns, mask->rows, mask->slices};
  for (int i = 0; i < 3; i++) {
    box.low[i] = mask->first[i];
    box.high[i] = mask->first[i] + size[i] - 1;
  }
  return box;
}

static void
grow(Box *box, const Box *by)
{
  for (int i = 0; i < 3; i++) {
    box->low[i] = MIN(box->low[i], by->low[i]);
    box->high[i] = MAX(box->high[i], by->high[i]);
  }
}

/* Cuts BOX to the volume; FALSE when nothing of it is left. */
static gboolean
clip(Box *box, const CapVolume *volume)
{
  const int size[3] = {volume->columns, volume->rows, volume->slices};
  gboolean some = TRUE;
  for (int i = 0; i < 3; i++) {
    box->low[i] = MAX(box->low[i], 0);
    box->high[i] = MIN(box->high[i], size[i] - 1);
    some = some && box->low[i] <= box->high[i];
  }
  return some;
}

static CapMask *
mask_on(const Box *box, GError **error)
{
  CapMask *mask = cap_mask_new(box->high[0] - box->low[0] + 1,
                               box->high[1] - box->low[1] + 1,
                               box->high[2] - box->low[2] + 1, error);
  if (mask != NULL)
    memcpy(mask->first, box->low, sizeof box->low);
  return mask;
}

/* Whether the voxel AT (of the volume) is inside. */
typedef gboolean (*InsideFunc)(const int at[3], gconstpointer data);

/* The voxels of BOX that INSIDE says, cropped. */
static CapMask *
fill(const Box *box, InsideFunc inside, gconstpointer data, GError **error)
{
  g_autoptr(CapMask) mask = mask_on(box, error);
  if (mask == NULL)
    return NULL;
  uint8_t *out = mask->voxels;
  int at[3];
  for (at[2] = box->low[2]; at[2] <= box->high[2]; at[2]++)
    for (at[1] = box->low[1]; at[1] <= box->high[1]; at[1]++)
      for (at[0] = box->low[0]; at[0] <= box->high[0]; at[0]++)
        *out++ = inside(at, data) != 0;
  return cap_parts_crop(mask);
}

static gboolean
is_set(const CapMask *mask, const int at[3])
{
  return cap_mask_at(mask, at[0], at[1], at[2]) != 0;
}

/* ---- brush ---- */

typedef struct {
  const CapMask *mask; /* or NULL */
  gboolean erase;
  int normal, slice;       /* grid axis of the slice's normal, and its index */
  double from[3], step[3]; /* in voxels: where the line begins, and all of it */
  double mm[3], radius_mm;
} Stroke;

/* Distance in mm, in the slice, of AT from the line. */
static double
distance_from_line(const int at[3], const Stroke *s)
{
  double along = 0, length = 0, sum = 0;
  for (int i = 0; i < 3; i++)
    if (i != s->normal) {
      const double mm2 = s->mm[i] * s->mm[i];
      along += (at[i] - s->from[i]) * s->step[i] * mm2;
      length += s->step[i] * s->step[i] * mm2;
    }
  const double t = length > 0 ? CLAMP(along / length, 0.0, 1.0) : 0;
  for (int i = 0; i < 3; i++)
    if (i != s->normal) {
      const double d = (at[i] - s->from[i] - t * s->step[i]) * s->mm[i];
      sum += d * d;
    }
  return sqrt(sum);
}

static gboolean
is_under_end(const int at[3], const Stroke *s)
{
  for (int t = 0; t <= 1; t++) {
    gboolean here = TRUE;
    for (int i = 0; i < 3; i++)
      here = here && (i == s->normal ||
                      at[i] == (int)floor(s->from[i] + t * s->step[i] + 0.5));
    if (here)
      return TRUE;
  }
  return FALSE;
}

static gboolean
inside_stroke(const int at[3], gconstpointer data)
{
  const Stroke *s = data;
  const gboolean was = s->mask != NULL && is_set(s->mask, at);
  const gboolean painted =
      at[s->normal] == s->slice &&
      (distance_from_line(at, s) <= s->radius_mm || is_under_end(at, s));
  return painted ? !s->erase : was;
}

CapMask *
cap_mask_edit_brush(const CapVolume *volume, const CapMask *mask,
                    const CapMaskStroke *stroke, GError **error)
{
  const CapPoint a = cap_volume_to_index(volume, stroke->from_mm);
  const CapPoint b = cap_volume_to_index(volume, stroke->to_mm);
  Stroke s = {.mask = mask,
              .erase = stroke->erase,
              .normal = cap_slice_layout(volume, stroke->plane).normal,
              .slice = cap_slice_index(volume, stroke->plane, stroke->from_mm),
              .radius_mm = stroke->radius_mm};
  Box box;
  for (int i = 0; i < 3; i++) {
    const double end = cap_slice_component(b, i);
    s.mm[i] = volume->spacing_mm[i];
    s.from[i] = cap_slice_component(a, i);
    s.step[i] = end - s.from[i];
    const double reach = stroke->radius_mm / s.mm[i];
    box.low[i] = (int)floor(fmin(s.from[i], end) - reach);
    box.high[i] = (int)ceil(fmax(s.from[i], end) + reach);
  }
  box.low[s.normal] = box.high[s.normal] = s.slice;
  if (mask != NULL) {
    const Box old = box_of(mask);
    if (stroke->erase)
      box = old;
    else
      grow(&box, &old);
  }
  return clip(&box, volume) ? fill(&box, inside_stroke, &s, error) : NULL;
}

/* ---- copy to a slice ---- */

typedef struct {
  const CapMask *mask;
  int normal, from, to;
} Copy;

static gboolean
inside_copy(const int at[3], gconstpointer data)
{
  const Copy *copy = data;
  int source[3] = {at[0], at[1], at[2]};
  if (at[copy->normal] == copy->to)
    source[copy->normal] = copy->from;
  return is_set(copy->mask, source);
}

CapMask *
cap_mask_edit_copy_slice(const CapVolume *volume, const CapMask *mask,
                         CapPlane plane, const int from_to[2], GError **error)
{
  const CapSliceLayout layout = cap_slice_layout(volume, plane);
  const Copy copy = {mask, layout.normal, from_to[0], from_to[1]};
  Box box = box_of(mask);
  box.low[copy.normal] = MIN(box.low[copy.normal], copy.to);
  box.high[copy.normal] = MAX(box.high[copy.normal], copy.to);
  return clip(&box, volume) ? fill(&box, inside_copy, &copy, error) : NULL;
}

/* ---- place and size ---- */

CapMask *
cap_mask_edit_move(const CapVolume *volume, const CapMask *mask, CapPoint by_mm,
                   CapPoint *moved_mm, GError **error)
{
  const CapPoint origin = volume->origin_mm;
  const CapPoint by = cap_volume_to_index(
      volume,
      (CapPoint){origin.x + by_mm.x, origin.y + by_mm.y, origin.z + by_mm.z});
  const CapPoint whole = {round(by.x), round(by.y), round(by.z)};
  g_autoptr(CapMask) moved = cap_mask_copy(mask);
  moved->first[0] += (int)whole.x;
  moved->first[1] += (int)whole.y;
  moved->first[2] += (int)whole.z;
  if (moved_mm != NULL) {
    const CapPoint at = cap_volume_to_patient(volume, whole);
    *moved_mm = (CapPoint){at.x - origin.x, at.y - origin.y, at.z - origin.z};
  }
  const Copy all = {moved, 0, G_MAXINT, G_MAXINT};
  Box box = box_of(moved);
  return clip(&box, volume) ? fill(&box, inside_copy, &all, error) : NULL;
}

typedef struct {
  const CapMask *mask;
  double center[3]; /* in voxels */
  double factor;
} Scale;

/* The mask between voxels, linear: 0 … 1. */
static double
share_at(const CapMask *mask, const double at[3])
{
  double sum = 0;
  for (int k = 0; k < 8; k++) {
    int corner[3];
    double weight = 1;
    for (int i = 0; i < 3; i++) {
      const double low = floor(at[i]), part = at[i] - low;
      const gboolean upper = (k >> i & 1) != 0;
      corner[i] = (int)low + upper;
      weight *= upper ? part : 1 - part;
    }
    sum += weight > 0 && is_set(mask, corner) ? weight : 0;
  }
  return sum;
}

static gboolean
inside_scale(const int at[3], gconstpointer data)
{
  const Scale *s = data;
  double source[3];
  for (int i = 0; i < 3; i++)
    source[i] = s->center[i] + (at[i] - s->center[i]) / s->factor;
  return share_at(s->mask, source) >= 0.5;
}

CapMask *
cap_mask_edit_scale(const CapVolume *volume, const CapMask *mask, double factor,
                    GError **error)
{
  const CapPoint center =
      cap_volume_to_index(volume, cap_mask_center(volume, mask));
  Scale scale = {.mask = mask, .factor = CLAMP(factor, 0.1, 10.0)};
  Box box = box_of(mask);
  for (int i = 0; i < 3; i++) {
    const double c = scale.center[i] = cap_slice_component(center, i);
    box.low[i] = (int)floor(c + (box.low[i] - 1 - c) * scale.factor);
    box.high[i] = (int)ceil(c + (box.high[i] + 1 - c) * scale.factor);
  }
  return clip(&box, volume) ? fill(&box, inside_scale, &scale, error) : NULL;
}

/* ---- join and part ---- */

static gboolean
inside_either(const int at[3], gconstpointer data)
{
  const CapMask *const *masks = data;
  return is_set(masks[0], at) || is_set(masks[1], at);
}

CapMask *
cap_mask_edit_join(const CapMask *a, const CapMask *b, GError **error)
{
  const CapMask *masks[] = {a, b};
  Box box = box_of(a);
  const Box other = box_of(b);
  grow(&box, &other);
  return fill(&box, inside_either, masks, error);
}

typedef struct {
  const CapMask *mask;
  double from[3], across[3]; /* in voxels; mm of a step, across the cut */
  gboolean beyond;
} Cut;

static gboolean
inside_cut(const int at[3], gconstpointer data)
{
  const Cut *cut = data;
  double side = 0;
  for (int i = 0; i < 3; i++)
    side += (at[i] - cut->from[i]) * cut->across[i];
  return (side > 0) == cut->beyond && is_set(cut->mask, at);
}

static int
larger_first(gconstpointer a, gconstpointer b)
{
  const gsize n = cap_mask_count(*(CapMask *const *)a);
  const gsize m = cap_mask_count(*(CapMask *const *)b);
  return n == m ? 0 : n > m ? -1 : 1;
}

static GPtrArray *
masks_new(void)
{
  return g_ptr_array_new_with_free_func((GDestroyNotify)cap_mask_free);
}

GPtrArray *
cap_mask_edit_cut(const CapVolume *volume, const CapMask *mask, CapPlane plane,
                  const CapPoint line_mm[2], GError **error)
{
  const CapSliceLayout layout = cap_slice_layout(volume, plane);
  const CapPoint a = cap_volume_to_index(volume, line_mm[0]);
  const CapPoint b = cap_volume_to_index(volume, line_mm[1]);
  const int u = layout.right, v = layout.down;
  const double *mm = volume->spacing_mm;
  Cut cut = {.mask = mask};
  for (int i = 0; i < 3; i++)
    cut.from[i] = cap_slice_component(a, i);
  /* A right angle to the line, in mm of the slice. */
  cut.across[u] = -(cap_slice_component(b, v) - cut.from[v]) * mm[v] * mm[u];
  cut.across[v] = (cap_slice_component(b, u) - cut.from[u]) * mm[u] * mm[v];
  const Box box = box_of(mask);
  g_autoptr(GPtrArray) halves = masks_new();
  for (int beyond = 0; beyond <= 1; beyond++) {
    cut.beyond = beyond;
    CapMask *half = fill(&box, inside_cut, &cut, error);
    if (half == NULL)
      return NULL;
    g_ptr_array_add(halves, half);
  }
  g_ptr_array_sort(halves, larger_first);
  return g_steal_pointer(&halves);
}

typedef struct {
  const CapMask *whole, *without;
} Rest;

static gboolean
inside_rest(const int at[3], gconstpointer data)
{
  const Rest *rest = data;
  return is_set(rest->whole, at) && !is_set(rest->without, at);
}

GPtrArray *
cap_mask_edit_parts(const CapMask *mask, GError **error)
{
  g_autoptr(GPtrArray) parts = masks_new();
  g_autoptr(CapMask) rest = cap_mask_copy(mask);
  while (rest != NULL) {
    g_autoptr(CapMask) part = cap_mask_copy(rest);
    if (!cap_parts_keep_largest(part))
      break;
    const Rest without = {rest, part};
    const Box box = box_of(rest);
    CapMask *next = fill(&box, inside_rest, &without, error);
    CapMask *crop = cap_parts_crop(part);
    if (crop != NULL)
      g_ptr_array_add(parts, crop);
    cap_mask_free(rest);
    rest = next;
  }
  return g_steal_pointer(&parts);
}

CapPoint
cap_mask_center_index(const CapMask *mask)
{
  double sum[3] = {0}, n = 0;
  const uint8_t *voxel = mask->voxels;
  for (int s = 0; s < mask->slices; s++)
    for (int r = 0; r < mask->rows; r++)
      for (int c = 0; c < mask->columns; c++)
        if (*voxel++ != 0) {
          sum[0] += c;
          sum[1] += r;
          sum[2] += s;
          n++;
        }
  return (CapPoint){mask->first[0] + sum[0] / n, mask->first[1] + sum[1] / n,
                    mask->first[2] + sum[2] / n};
}

CapPoint
cap_mask_center(const CapVolume *volume, const CapMask *mask)
{
  return cap_volume_to_patient(volume, cap_mask_center_index(mask));
}
