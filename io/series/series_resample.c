/* Straightening tilted and uneven stacks: linear in plane for the shear, linear
 * along the stack for uneven steps. See series_plan.h. */
#include "io/series/series_plan.h"

#include <math.h>
#include <string.h>

static const CapStackPlane *
plane_at(const CapSeriesPlan *plan, int i)
{
  return &g_array_index(plan->planes, CapStackPlane, i);
}

/* Value of a source slice at fractional COLUMN, ROW; air outside. */
static float
sample(const int16_t *voxels, int columns, int rows, double column, double row)
{
  const int c = (int)floor(column), r = (int)floor(row);
  const float u = (float)(column - c), v = (float)(row - r);
  float sum = 0;
  for (int dr = 0; dr < 2; dr++)
    for (int dc = 0; dc < 2; dc++) {
      const float weight = (dc ? u : 1 - u) * (dr ? v : 1 - v);
      const gboolean inside =
          c + dc >= 0 && c + dc < columns && r + dr >= 0 && r + dr < rows;
      if (weight > 0)
        sum += weight * (inside ? voxels[(gsize)(r + dr) * columns + c + dc]
                                : CAP_HU_AIR);
    }
  return sum;
}

/* Adds WEIGHT times plane I, moved to its place on the grid, to SUM. */
static void
add_plane(const CapSeriesPlan *plan, const CapVolume *source, int i,
          float weight, float *sum)
{
  const CapVolume *grid = &plan->grid;
  const CapStackPlane *plane = plane_at(plan, i);
  const int16_t *voxels = cap_volume_slice(source, i);
  const double shift[2] = {plan->pad[0] + plane->shift[0],
                           plan->pad[1] + plane->shift[1]};
  /* Positions are decimal text: what is a hair off a pixel is on it. */
  const double column0 =
      fabs(shift[0] - rint(shift[0])) < 1e-4 ? rint(shift[0]) : shift[0];
  const double row0 =
      fabs(shift[1] - rint(shift[1])) < 1e-4 ? rint(shift[1]) : shift[1];
#pragma omp parallel for schedule(static)
  for (int r = 0; r < grid->rows; r++)
    for (int c = 0; c < grid->columns; c++)
      sum[(gsize)r * grid->columns + c] +=
          weight *
          sample(voxels, source->columns, source->rows, c - column0, r - row0);
}

void
cap_series_plan_resample(const CapSeriesPlan *plan, const CapVolume *source,
                         CapVolume *target)
{
  const gsize n = (gsize)target->rows * target->columns;
  const int n_planes = plan->planes->len;
  const double first = plane_at(plan, 0)->distance_mm;
  g_autofree float *sum = g_try_new(float, n);
  for (int s = 0, i = 0; s < target->slices; s++) {
    const double at = first + s * target->spacing_mm[2];
    while (i + 1 < n_planes - 1 && plane_at(plan, i + 1)->distance_mm <= at)
      i++;
    const int above = MIN(i + 1, n_planes - 1);
    const double step =
        plane_at(plan, above)->distance_mm - plane_at(plan, i)->distance_mm;
    double weight = step > 0 ? (at - plane_at(plan, i)->distance_mm) / step : 0;
    /* An even stack is only sheared: each plane is one source plane. */
    if (fabs(weight) * step < 0.05 * target->spacing_mm[2])
      weight = 0;
    if (fabs(1 - weight) * step < 0.05 * target->spacing_mm[2])
      weight = 1;
    weight = CLAMP(weight, 0, 1);
    target->valid[s] = sum != NULL && plan->plane_of_slice[s] >= 0 &&
                       (weight == 1 || source->valid[i]) &&
                       (weight == 0 || source->valid[above]);
    if (!target->valid[s])
      continue;
    memset(sum, 0, n * sizeof *sum);
    if (weight < 1)
      add_plane(plan, source, i, 1 - weight, sum);
    if (weight > 0)
      add_plane(plan, source, above, weight, sum);
    int16_t *out = cap_volume_slice(target, s);
    for (gsize v = 0; v < n; v++)
      out[v] = (int16_t)lrintf(sum[v]);
  }
}
