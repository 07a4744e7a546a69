/* Segmentation objects (the C face of dcmtk_seg.cpp): PS3.3 A.51, binary. */
#pragma once

#include "io/dcmtk_sr.h"

G_BEGIN_DECLS

/* The grid that every frame lies on; frames differ in position alone. */
typedef struct {
  int columns, rows;
  double spacing_mm[3]; /* along columns, rows, slices */
  double thickness_mm;
  CapPoint axis[2]; /* unit vectors along a row and along a column of pixels */
  const char *study_uid, *frame_of_reference_uid;
} CapSegGrid;

typedef struct {
  const char *label, *description;
  const char *tracking_id, *tracking_uid;
  CapMaskMaker mask_maker;
  const char *algorithm; /* not of a manual outline, nor the next two */
  const char *algorithm_version, *algorithm_parameters;
  const CapCode *type, *site;
  const CapCode *side; /* NULL where unknown */
  guint16 cielab[3];   /* as DICOM encodes it (PS3.3 C.10.7.1.1) */
} CapSegSegment;

typedef struct CapDcmtkSeg CapDcmtkSeg;

/* Returns; NULL with CAP_ERROR_INTERNAL or CAP_ERROR_MEMORY. */
CapDcmtkSeg *cap_dcmtk_seg_new(const CapSegGrid *grid, GError **error);
void cap_dcmtk_seg_free(CapDcmtkSeg *seg);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapDcmtkSeg, cap_dcmtk_seg_free)

/* Appends a segment, whose number (from 1) is returned; 0 with an error. */
int cap_dcmtk_seg_add_segment(CapDcmtkSeg *seg, const CapSegSegment *segment,
                              GError **error);
/* Appends a frame of SEGMENT: PIXELS (rows * columns, 0 or 1, borrows), the
 * centre of whose first pixel lies at POSITION_MM. PLANE (from 1) counts the
 * positions along the stack. SOURCE is the image it was drawn on. */
gboolean cap_dcmtk_seg_add_frame(CapDcmtkSeg *seg, int segment,
                                 CapPoint position_mm, int plane,
                                 const uint8_t *pixels,
                                 const CapSrReference *source, GError **error);
/* The whole as an object whose patient, study, series and identity the caller
 * sets. NULL with CAP_ERROR_INTERNAL. */
CapDcmtkObject *cap_dcmtk_seg_finish(CapDcmtkSeg *seg, GError **error);

G_END_DECLS
