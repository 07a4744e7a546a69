/* One frame of a segmentation: which segment it is of, and where it lies. */
#pragma once

#include "io/import/place.h"

typedef struct {
  int segment; /* 0: whichever its pixels name */
  gboolean placed;
  double position_mm[3], orientation[6];
  double spacing_mm[2]; /* between rows, between columns */
  char *source_uid;     /* of the image that it was drawn on; "" */
  int source_frame;
} CapSegFrame;

/* From a frame's OWN functional groups and those that all frames SHARE (may be
 * NULL). Clear with cap_seg_frame_clear. */
CapSegFrame cap_seg_frame_read(CapDcmtkItem *own, CapDcmtkItem *shared);
void cap_seg_frame_clear(gpointer frame);

/* INDEX[0]: where the first pixel of FRAME lies on the grid of PLACE's volume;
 * INDEX[1] and [2]: the steps that a column and a row make there. A frame
 * without a position takes that of its source image; FALSE when it has neither.
 */
gboolean cap_seg_frame_locate(const CapSegFrame *frame,
                              const CapImportPlace *place, CapPoint index[3]);
