/* Nodules and the CT around them: see nodule.h. */
#include "datasets/nodule.h"

#include "core/error.h"

#include <math.h>
#include <string.h>

CapNodule *
cap_nodule_new(const char *key, const char *patient)
{
  CapNodule *nodule = g_new0(CapNodule, 1);
  nodule->key = g_strdup(key);
  nodule->patient = g_strdup(patient);
  nodule->kernel = g_strdup("");
  nodule->malignancy_median = NAN;
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    nodule->attribute_means[a] = NAN;
  return nodule;
}

void
cap_nodule_free(CapNodule *nodule)
{
  if (nodule == NULL)
    return;
  g_free(nodule->key);
  g_free(nodule->patient);
  g_free(nodule->kernel);
  g_free(nodule);
}

static int
compare_ints(gconstpointer a, gconstpointer b)
{
  return *(const int *)a - *(const int *)b;
}

gboolean
cap_nodule_set_ratings(CapNodule *nodule, int attribute, const char *text)
{
  enum { MOST = 32 };
  const gboolean malignancy = attribute == CAP_N_ATTRIBUTES;
  const int n_levels =
      malignancy ? 5 : cap_attribute_levels((CapAttributeKind)attribute);
  float *share =
      malignancy ? nodule->malignancy : nodule->attributes[attribute];
  int levels[MOST], n = 0;
  double sum = 0;
  while (*text != '\0') {
    char *end = NULL;
    const gint64 level = g_ascii_strtoll(text, &end, 10);
    if (end == text)
      return strspn(text, " \t\r\n") == strlen(text);
    text = end;
    if (level < 1 || level > n_levels || n == MOST)
      continue;
    levels[n++] = (int)level;
    sum += (double)level;
  }
  memset(share, 0, n_levels * sizeof *share);
  for (int i = 0; i < n; i++)
    share[levels[i] - 1] += 1.0f / n;
  nodule->n_ratings[attribute] = n;
  if (n == 0)
    return TRUE;
  qsort(levels, n, sizeof *levels, compare_ints);
  if (malignancy)
    nodule->malignancy_median = (levels[(n - 1) / 2] + levels[n / 2]) / 2.0;
  else
    nodule->attribute_means[attribute] = sum / n;
  return TRUE;
}

/* ---- blocks ---- */

CapBlock *
cap_block_new(const int size[3], const double spacing_mm[3], GError **error)
{
  const gsize n = (gsize)size[0] * size[1] * size[2];
  int16_t *hu = g_try_new(int16_t, n);
  if (hu == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory for %d x %d x %d voxels", size[0], size[1],
                size[2]);
    return NULL;
  }
  CapBlock *block = g_new0(CapBlock, 1);
  for (int i = 0; i < 3; i++) {
    block->size[i] = size[i];
    block->spacing_mm[i] = spacing_mm[i];
  }
  for (gsize i = 0; i < n; i++)
    hu[i] = CAP_HU_AIR;
  block->hu = hu;
  return block;
}

void
cap_block_free(CapBlock *block)
{
  if (block == NULL)
    return;
  g_free(block->hu);
  g_free(block->readers);
  g_free(block->cut);
  g_free(block);
}

gsize
cap_block_n_voxels(const CapBlock *block)
{
  return (gsize)block->size[0] * block->size[1] * block->size[2];
}

/* OUT = largest value of IN within a disc of RADIUS_PX in the same plane. */
static void
dilate_plane(const guint8 *in, guint8 *out, int columns, int rows,
             double radius_px)
{
  const int reach = (int)floor(radius_px);
  memset(out, 0, (gsize)columns * rows);
  for (int y = 0; y < rows; y++) {
    for (int x = 0; x < columns; x++) {
      const guint8 value = in[y * columns + x];
      if (value == 0)
        continue;
      for (int v = MAX(0, y - reach); v <= MIN(rows - 1, y + reach); v++) {
        const int dy = v - y;
        const int wide = (int)floor(sqrt(radius_px * radius_px - dy * dy));
        for (int u = MAX(0, x - wide); u <= MIN(columns - 1, x + wide); u++)
          out[v * columns + u] = MAX(out[v * columns + u], value);
      }
    }
  }
}

/* Mean over 3 x 3 neighbours, edges replicated. */
static void
blur_plane(const guint8 *in, guint8 *out, int columns, int rows)
{
  for (int y = 0; y < rows; y++) {
    const guint8 *line[3] = {in + MAX(y - 1, 0) * columns, in + y * columns,
                             in + MIN(y + 1, rows - 1) * columns};
    for (int x = 0; x < columns; x++) {
      const int l = MAX(x - 1, 0), r = MIN(x + 1, columns - 1);
      int sum = 0;
      for (int i = 0; i < 3; i++)
        sum += line[i][l] + line[i][x] + line[i][r];
      out[y * columns + x] = (guint8)(sum / 9);
    }
  }
}

gboolean
cap_block_make_cut(CapBlock *block, GError **error)
{
  const gsize plane = (gsize)block->size[0] * block->size[1];
  const gsize n = cap_block_n_voxels(block);
  guint8 *cut = g_try_malloc(n);
  g_autofree guint8 *wide = g_try_malloc(plane);
  if (cut == NULL || wide == NULL) {
    g_free(cut);
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory for the mask of a nodule");
    return FALSE;
  }
  /* Any reader counts, and 2 mm around: the edge must hold all of the nodule. */
  for (gsize i = 0; i < n; i++)
    cut[i] = block->readers != NULL && block->readers[i] > 0 ? 255 : 0;
  for (int s = 0; s < block->size[2]; s++) {
    guint8 *at = cut + s * plane;
    dilate_plane(at, wide, block->size[0], block->size[1],
                 2.0 / block->spacing_mm[0]);
    blur_plane(wide, at, block->size[0], block->size[1]);
    blur_plane(at, wide, block->size[0], block->size[1]);
    memcpy(at, wide, plane);
  }
  g_free(block->cut);
  block->cut = cut;
  return TRUE;
}

void
cap_example_free(CapExample *example)
{
  if (example == NULL)
    return;
  cap_nodule_free(example->nodule);
  cap_block_free(example->block);
  g_free(example);
}

void
cap_example_measure(CapExample *example)
{
  const CapBlock *block = example->block;
  const double center[3] = {example->center.x, example->center.y,
                            example->center.z};
  memset(example->cut_mm, 0, sizeof example->cut_mm);
  gsize i = 0;
  int at[3];
  for (at[2] = 0; at[2] < block->size[2]; at[2]++)
    for (at[1] = 0; at[1] < block->size[1]; at[1]++)
      for (at[0] = 0; at[0] < block->size[0]; at[0]++, i++) {
        if (block->cut[i] == 0)
          continue;
        for (int a = 0; a < 3; a++) {
          const double mm = (at[a] - center[a]) * block->spacing_mm[a];
          example->cut_mm[a][0] = MIN(example->cut_mm[a][0], mm);
          example->cut_mm[a][1] = MAX(example->cut_mm[a][1], mm);
        }
      }
}
