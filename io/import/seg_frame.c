/* Frames of segmentations: see seg_frame.h. */
#include "io/import/seg_frame.h"

#include <string.h>

/* N numbers of TAG in the first item of SEQUENCE of OWN, else of SHARED. */
static gboolean
read_numbers(CapDcmtkItem *const groups[2], guint32 sequence, guint32 tag,
             double *values, guint n)
{
  for (int i = 0; i < 2; i++) {
    CapDcmtkItem *item =
        groups[i] ? cap_dcmtk_get_item(groups[i], sequence, 0) : NULL;
    g_autoptr(GArray) read = item ? cap_dcmtk_get_numbers(item, tag) : NULL;
    if (read == NULL || read->len != n)
      continue;
    memcpy(values, read->data, n * sizeof(double));
    return TRUE;
  }
  return FALSE;
}

static void
read_source(CapDcmtkItem *own, CapSegFrame *frame)
{
  CapDcmtkItem *derivation =
      cap_dcmtk_get_item(own, CAP_TAG(0x0008, 0x9124), 0);
  CapDcmtkItem *source =
      derivation ? cap_dcmtk_get_item(derivation, CAP_TAG(0x0008, 0x2112), 0)
                 : NULL;
  if (source == NULL) {
    frame->source_uid = g_strdup("");
    return;
  }
  frame->source_uid = cap_dcmtk_get(source, CAP_TAG(0x0008, 0x1155));
  frame->source_frame = cap_dcmtk_get_int(source, CAP_TAG(0x0008, 0x1160), 0);
}

CapSegFrame
cap_seg_frame_read(CapDcmtkItem *own, CapDcmtkItem *shared)
{
  CapDcmtkItem *const groups[2] = {own, shared};
  CapSegFrame frame = {0};
  double segment = 0;
  if (read_numbers(groups, CAP_TAG(0x0062, 0x000a), CAP_TAG(0x0062, 0x000b),
                   &segment, 1) &&
      segment >= 0 && segment <= G_MAXUINT16)
    frame.segment = (int)segment;
  frame.placed = read_numbers(groups, CAP_TAG(0x0020, 0x9113),
                              CAP_TAG(0x0020, 0x0032), frame.position_mm, 3) &&
                 read_numbers(groups, CAP_TAG(0x0020, 0x9116),
                              CAP_TAG(0x0020, 0x0037), frame.orientation, 6) &&
                 read_numbers(groups, CAP_TAG(0x0028, 0x9110),
                              CAP_TAG(0x0028, 0x0030), frame.spacing_mm, 2) &&
                 frame.spacing_mm[0] > 0 && frame.spacing_mm[1] > 0;
  read_source(own, &frame);
  return frame;
}

void
cap_seg_frame_clear(gpointer frame)
{
  g_free(((CapSegFrame *)frame)->source_uid);
}

gboolean
cap_seg_frame_locate(const CapSegFrame *frame, const CapImportPlace *place,
                     CapPoint index[3])
{
  const double *at = frame->position_mm, *axes = frame->orientation;
  const double *spacing = frame->spacing_mm;
  const CapReportImage *image =
      cap_import_image(place, frame->source_uid, frame->source_frame);
  if (!frame->placed && image == NULL)
    return FALSE;
  if (!frame->placed) {
    at = image->position_mm;
    axes = image->orientation;
    spacing = image->spacing_mm;
  }
  const CapVolume *v = place->volume;
  index[0] = cap_volume_to_index(v, (CapPoint){at[0], at[1], at[2]});
  for (int i = 0; i < 2; i++) {
    const double step = spacing[1 - i];
    const CapPoint next =
        cap_volume_to_index(v, (CapPoint){at[0] + step * axes[3 * i],
                                          at[1] + step * axes[3 * i + 1],
                                          at[2] + step * axes[3 * i + 2]});
    index[i + 1] = (CapPoint){next.x - index[0].x, next.y - index[0].y,
                              next.z - index[0].z};
  }
  return TRUE;
}
