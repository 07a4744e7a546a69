/* Airways: see airway.h.
 *
 * Above the carina the trachea is, in an axial slice, a small round island of
 * air in tissue. A chain of such islands through slices gives seeds, and the
 * highest threshold whose 3D region stays small gives the tree: bronchial walls
 * hold it until, one step further, it bursts into the lung. */
#include "core/image/airway.h"

#include "core/error.h"

#include <math.h>
#include <string.h>

#define AREA_MIN_MM2 35.0
#define AREA_MAX_MM2 900.0
#define CORE_HU (-850)     /* a trachea's middle is darker than lung */
#define OFF_MIDDLE_MM 60.0 /* furthest a trachea lies off the middle */
#define CHAIN_MIN_MM 20.0
#define TREE_MAX_MM3 120000.0 /* adult trachea and main bronchi: 40-90 ml */
#define GROW_FROM_HU (-870)
#define GROW_TO_HU (-990)
#define GROW_STEP_HU 10

/* A round section of air in one slice. */
typedef struct {
  int slice, column, row; /* its darkest voxel */
  double x, y, area_mm2;  /* centre in voxels */
  int length, previous;   /* longest chain that ends here */
} Section;

static gsize
plane_size(const CapVolume *v)
{
  return (gsize)v->columns * v->rows;
}

/* Collects the 4-connected region of AIR around SEED into QUEUE and clears it
 * from AIR. Returns the number of pixels. */
static int
take_region(uint8_t *air, int columns, int rows, int seed, int *queue)
{
  int n = 0;
  queue[n++] = seed;
  air[seed] = 0;
  for (int i = 0; i < n; i++) {
    const int c = queue[i] % columns, r = queue[i] / columns;
    const int next[4] = {queue[i] - 1, queue[i] + 1, queue[i] - columns,
                         queue[i] + columns};
    const gboolean exists[4] = {c > 0, c<columns - 1, r> 0, r < rows - 1};
    for (int k = 0; k < 4; k++)
      if (exists[k] && air[next[k]]) {
        air[next[k]] = 0;
        queue[n++] = next[k];
      }
  }
  return n;
}

/* Is this region round, of the right size and dark enough? Fills SECTION. */
static gboolean
describe(const CapVolume *iso, int slice, const int *region, int n,
         Section *section)
{
  const double area = n * iso->spacing_mm[0] * iso->spacing_mm[1];
  if (area < AREA_MIN_MM2 || area > AREA_MAX_MM2)
    return FALSE;
  const int16_t *plane = cap_volume_slice(iso, slice);
  double sum_x = 0, sum_y = 0;
  int low[2] = {iso->columns, iso->rows}, high[2] = {-1, -1}, darkest = 0;
  for (int i = 0; i < n; i++) {
    const int c = region[i] % iso->columns, r = region[i] / iso->columns;
    sum_x += c;
    sum_y += r;
    low[0] = MIN(low[0], c), high[0] = MAX(high[0], c);
    low[1] = MIN(low[1], r), high[1] = MAX(high[1], r);
    if (plane[region[i]] < plane[region[darkest]])
      darkest = i;
  }
  const double w = high[0] - low[0] + 1, h = high[1] - low[1] + 1;
  if (plane[region[darkest]] > CORE_HU || fmax(w, h) > 3.0 * fmin(w, h) ||
      n < 0.5 * w * h)
    return FALSE;
  *section = (Section){.slice = slice,
                       .column = region[darkest] % iso->columns,
                       .row = region[darkest] / iso->columns,
                       .x = sum_x / n,
                       .y = sum_y / n,
                       .area_mm2 = area,
                       .length = 1,
                       .previous = -1};
  return TRUE;
}

/* Column of the body's middle in a slice: mean of what is not air. */
static double
middle_column(const CapVolume *iso, int slice)
{
  const int16_t *plane = cap_volume_slice(iso, slice);
  double sum = 0, n = 0;
  for (int r = 0; r < iso->rows; r++)
    for (int c = 0; c < iso->columns; c++)
      if (plane[(gsize)r * iso->columns + c] > -300) {
        sum += c;
        n++;
      }
  return n > 0 ? sum / n : iso->columns / 2.0;
}

static GArray *
find_sections(const CapVolume *iso, const uint8_t *inside)
{
  const int n_plane = (int)plane_size(iso);
  GArray *sections = g_array_new(FALSE, FALSE, sizeof(Section));
  g_autofree uint8_t *air = g_malloc(n_plane);
  g_autofree int *queue = g_new(int, n_plane);
  for (int s = 0; s < iso->slices; s++) {
    memcpy(air, inside + s * plane_size(iso), n_plane);
    const double middle = middle_column(iso, s);
    for (int i = 0; i < n_plane; i++) {
      Section section;
      if (!air[i])
        continue;
      const int n = take_region(air, iso->columns, iso->rows, i, queue);
      if (describe(iso, s, queue, n, &section) &&
          fabs(section.x - middle) * iso->spacing_mm[0] < OFF_MIDDLE_MM)
        g_array_append_val(sections, section);
    }
  }
  return sections;
}

/* Links every section to the best chain through the slice below it. Returns
 * the end of the longest chain, -1 when all are too short. */
static int
link_sections(GArray *sections, const CapVolume *iso)
{
  int best = -1;
  Section *all = (Section *)sections->data;
  for (int i = 0; i < (int)sections->len; i++) {
    for (int j = i - 1; j >= 0 && all[j].slice >= all[i].slice - 1; j--) {
      const double d =
          hypot(all[i].x - all[j].x, all[i].y - all[j].y) * iso->spacing_mm[0];
      const double ratio = all[i].area_mm2 / all[j].area_mm2;
      if (all[j].slice == all[i].slice - 1 && d < 6.0 && ratio > 0.5 &&
          ratio < 2.0 && all[j].length + 1 > all[i].length) {
        all[i].length = all[j].length + 1;
        all[i].previous = j;
      }
    }
    if (best < 0 || all[i].length > all[best].length)
      best = i;
  }
  if (best >= 0 && all[best].length * iso->spacing_mm[2] < CHAIN_MIN_MM)
    best = -1;
  return best;
}

/* Grows AIRWAY from SEEDS through air darker than BELOW_HU; gives up and
 * returns FALSE when it holds more than LIMIT voxels. */
static gboolean
grow(const CapVolume *iso, const uint8_t *inside, int below_hu, GArray *seeds,
     gsize limit, uint8_t *airway)
{
  const gsize row = iso->columns, plane = plane_size(iso);
  g_autoptr(GArray) queue = g_array_new(FALSE, FALSE, sizeof(gsize));
  memset(airway, 0, cap_volume_n_voxels(iso));
  for (guint i = 0; i < seeds->len; i++) {
    const gsize seed = g_array_index(seeds, gsize, i);
    airway[seed] = 1;
    g_array_append_val(queue, seed);
  }
  for (guint i = 0; i < queue->len; i++) {
    const gsize at = g_array_index(queue, gsize, i);
    const int c = (int)(at % row), r = (int)(at / row % iso->rows),
              s = (int)(at / plane);
    const gsize next[6] = {at - 1,   at + 1,     at - row,
                           at + row, at - plane, at + plane};
    const gboolean exists[6] = {c > 0, c<iso->columns - 1, r> 0,
                                r<iso->rows - 1, s> 0, s < iso->slices - 1};
    for (int k = 0; k < 6; k++) {
      if (!exists[k] || airway[next[k]] || !inside[next[k]] ||
          iso->voxels_hu[next[k]] >= below_hu)
        continue;
      airway[next[k]] = 1;
      g_array_append_val(queue, next[k]);
    }
    if (queue->len > limit)
      return FALSE;
  }
  return TRUE;
}

/* One voxel more all around, for the wall. */
static gboolean
thicken(const CapVolume *iso, uint8_t *airway, GError **error)
{
  const gsize n = cap_volume_n_voxels(iso), row = iso->columns,
              plane = plane_size(iso);
  g_autofree uint8_t *core = g_try_malloc(n);
  if (core == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory for the airways");
    return FALSE;
  }
  memcpy(core, airway, n);
  for (int s = 1; s < iso->slices - 1; s++)
    for (int r = 1; r < iso->rows - 1; r++)
      for (int c = 1; c < iso->columns - 1; c++) {
        const gsize i = s * plane + r * row + c;
        if (core[i])
          airway[i - 1] = airway[i + 1] = airway[i - row] = airway[i + row] =
              airway[i - plane] = airway[i + plane] = 1;
      }
  return TRUE;
}

gboolean
cap_airway_find(const CapVolume *iso, const uint8_t *inside, uint8_t *airway,
                GError **error)
{
  g_autoptr(GArray) sections = find_sections(iso, inside);
  g_autoptr(GArray) seeds = g_array_new(FALSE, FALSE, sizeof(gsize));
  const int end = link_sections(sections, iso);
  for (int i = end; i >= 0;) {
    const Section *section = &g_array_index(sections, Section, i);
    const gsize at = section->slice * plane_size(iso) +
                     (gsize)section->row * iso->columns + section->column;
    g_array_append_val(seeds, at);
    i = section->previous;
  }
  if (end < 0)
    return TRUE;
  const double voxel_mm3 =
      iso->spacing_mm[0] * iso->spacing_mm[1] * iso->spacing_mm[2];
  const gsize limit = (gsize)(TREE_MAX_MM3 / voxel_mm3);
  for (int hu = GROW_FROM_HU; hu >= GROW_TO_HU; hu -= GROW_STEP_HU)
    if (grow(iso, inside, hu, seeds, limit, airway))
      return thicken(iso, airway, error);
  memset(airway, 0, cap_volume_n_voxels(iso));
  return TRUE;
}
