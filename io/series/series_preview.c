/* The middle slice of a series, for lists. See series.h. */
#include "core/error.h"
#include "core/language.h"
#include "io/dicom/decoder.h"
#include "io/series/series.h"
#include "io/series/series_plan.h"

#include <string.h>

/* The plane nearest to the middle that has pixels; NULL where none has. */
static const CapStackPlane *
middle_plane(const CapSeriesPlan *plan)
{
  const int n = (int)plan->planes->len;
  for (int k = 0; k < n; k++) {
    const int i = n / 2 + (k % 2 ? -(k + 1) / 2 : k / 2);
    if (i < 0 || i >= n)
      continue;
    const CapStackPlane *plane = &g_array_index(plan->planes, CapStackPlane, i);
    if (!plane->absent)
      return plane;
  }
  return NULL;
}

static CapVolume *
refuse(const CapSeries *series, const char *why, GError **error)
{
  g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
              N_("no slice of series %s can be shown%s%s"),
              series->source->series_uid, why ? ": " : "", why ? why : "");
  return NULL;
}

/* One slice of VOLUME, from its middle. */
static CapVolume *
cut_middle(const CapVolume *volume, GError **error)
{
  CapVolume *cut =
      cap_volume_new_undefined(volume->columns, volume->rows, 1, error);
  if (cut == NULL)
    return NULL;
  memcpy(cut->spacing_mm, volume->spacing_mm, sizeof volume->spacing_mm);
  memcpy(cut->axis, volume->axis, sizeof volume->axis);
  memcpy(cap_volume_slice(cut, 0), cap_volume_slice(volume, volume->slices / 2),
         sizeof(int16_t) * volume->columns * volume->rows);
  cut->valid[0] = 1;
  return cut;
}

CapVolume *
cap_series_preview(const CapSeries *series, const CapProgress *progress,
                   GError **error)
{
  if (series->plan == NULL) {
    g_autoptr(CapVolume) whole = cap_series_load(series, NULL, progress, error);
    return whole != NULL ? cut_middle(whole, error) : NULL;
  }
  const CapStackPlane *plane = middle_plane(series->plan);
  if (plane == NULL || !(series->usable & CAP_USABLE_VIEW))
    return refuse(series, NULL, error);
  const CapVolume *grid = &series->plan->grid;
  const CapDicomPixels *pixels = &plane->file->pixels;
  g_autoptr(CapVolume) volume =
      cap_volume_new_undefined(pixels->columns, pixels->rows, 1, error);
  if (volume == NULL)
    return NULL;
  memcpy(volume->spacing_mm, grid->spacing_mm, sizeof grid->spacing_mm);
  memcpy(volume->axis, grid->axis, sizeof grid->axis);
  g_autofree char *why = NULL;
  g_autoptr(CapDecoder) decoder = cap_decoder_new();
  if (cap_decoder_read(decoder, plane->file, plane->frame,
                       cap_volume_slice(volume, 0), &why) != CAP_DECODED)
    return refuse(series, why, error);
  volume->valid[0] = 1;
  return g_steal_pointer(&volume);
}
