/* Closing: see closing.h. */
#include "core/image/closing.h"

#include "core/error.h"
#include "core/image/itk_filters.h"

#include <math.h>
#include <string.h>

/* The part of the mask that a closing can change. */
typedef struct {
  int low[3], size[3];
  gsize n;
} Box;

static gboolean
box_around(const uint8_t *mask, const int size[3], uint8_t label, int margin,
           Box *box)
{
  int low[3] = {size[0], size[1], size[2]}, high[3] = {-1, -1, -1};
  for (int s = 0; s < size[2]; s++)
    for (int r = 0; r < size[1]; r++) {
      const uint8_t *row = mask + ((gsize)s * size[1] + r) * size[0];
      for (int c = 0; c < size[0]; c++) {
        if (row[c] != label)
          continue;
        const int at[3] = {c, r, s};
        for (int i = 0; i < 3; i++) {
          low[i] = MIN(low[i], at[i]);
          high[i] = MAX(high[i], at[i]);
        }
      }
    }
  box->n = 1;
  for (int i = 0; i < 3; i++) {
    box->low[i] = MAX(low[i] - margin, 0);
    box->size[i] = MIN(high[i] + margin, size[i] - 1) - box->low[i] + 1;
    box->n *= (gsize)MAX(box->size[i], 0);
  }
  return high[0] >= 0;
}

static gsize
row_of(const Box *box, const int size[3], int r, int s)
{
  return ((gsize)(s + box->low[2]) * size[1] + r + box->low[1]) * size[0] +
         box->low[0];
}

static void
cut_out(const uint8_t *mask, const int size[3], uint8_t label, const Box *box,
        uint8_t *out)
{
  for (int s = 0; s < box->size[2]; s++)
    for (int r = 0; r < box->size[1]; r++) {
      const uint8_t *row = mask + row_of(box, size, r, s);
      for (int c = 0; c < box->size[0]; c++)
        *out++ = row[c] == label;
    }
}

static void
put_back(uint8_t *mask, const int size[3], uint8_t label, const Box *box,
         const uint8_t *closed)
{
  for (int s = 0; s < box->size[2]; s++)
    for (int r = 0; r < box->size[1]; r++) {
      uint8_t *row = mask + row_of(box, size, r, s);
      for (int c = 0; c < box->size[0]; c++, closed++)
        if (*closed && row[c] == 0)
          row[c] = label;
    }
}

/* Sets in PART what its complement encloses: all but the largest part of the
 * complement. */
static gboolean
fill_holes(uint8_t *part, const Box *box, int32_t *labels, GError **error)
{
  g_autofree gsize *volumes = NULL;
  int n = 0;
  for (gsize i = 0; i < box->n; i++)
    part[i] = !part[i];
  if (!cap_itk_label_parts(part, box->size, labels, &n, &volumes, error))
    return FALSE;
  for (gsize i = 0; i < box->n; i++)
    part[i] = labels[i] != 1;
  return TRUE;
}

/* Distances run between voxel centres, so the eroded ball is half a voxel
 * smaller on either side: a closing must not lose what it started from. */
static gboolean
close_part(uint8_t *part, const Box *box, double radius_vox, float *distance,
           GError **error)
{
  if (!cap_itk_distance(part, box->size, distance, error))
    return FALSE;
  for (gsize i = 0; i < box->n; i++)
    part[i] = distance[i] <= radius_vox;
  if (!cap_itk_distance(part, box->size, distance, error))
    return FALSE;
  for (gsize i = 0; i < box->n; i++)
    part[i] = -distance[i] >= radius_vox - 1.0;
  return TRUE;
}

gboolean
cap_closing_ball(uint8_t *mask, const int size[3], uint8_t label,
                 double radius_vox, GError **error)
{
  Box box;
  if (!box_around(mask, size, label, (int)ceil(radius_vox) + 2, &box))
    return TRUE;
  g_autofree uint8_t *part = g_try_malloc(box.n);
  g_autofree float *distance = g_try_new(float, box.n);
  if (part == NULL || distance == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to close a mask of %d x %d x %d",
                box.size[0], box.size[1], box.size[2]);
    return FALSE;
  }
  cut_out(mask, size, label, &box, part);
  if (!close_part(part, &box, radius_vox, distance, error) ||
      !fill_holes(part, &box, (int32_t *)distance, error))
    return FALSE;
  put_back(mask, size, label, &box, part);
  return TRUE;
}
