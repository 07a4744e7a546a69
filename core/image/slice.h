/* Slice rendering: plane + window + zoom of a CapVolume to RGBA pixels.
 *
 * The one place where HU become pixels: the viewer shows them, reports print
 * them, tests compare them without a display. Planes are those of the volume's
 * own grid; patient coordinates come in and out through CapVolume. */
#pragma once

#include "core/image/brick.h"
#include "core/image/slab.h"

typedef enum {
  CAP_PLANE_AXIAL,
  CAP_PLANE_CORONAL,
  CAP_PLANE_SAGITTAL
} CapPlane;

typedef struct {
  CapPlane plane;
  CapPoint center_mm;  /* patient point shown at the middle of the image; the
                          plane goes through it */
  double mm_per_pixel; /* in-plane, isotropic; > 0 */
  double window_hu, level_hu;
  gboolean interpolate; /* linear in plane; else nearest */
  gboolean invert;
  CapSlab slab; /* around the plane */
} CapSliceView;

/* Renders VIEW of VOLUME into PIXELS (width*height*4 bytes, RGBA, alpha 255,
 * borrows). Radiological convention: axial and coronal with the patient's right
 * on the left, sagittal with anterior on the left; head up. Outside the volume
 * and on absent planes: a dark neutral, absent planes hatched. */
void cap_slice_render(const CapVolume *volume, const CapSliceView *view,
                      int width, int height, uint8_t *pixels);

/* What a view keeps from one image to the next (borrows). */
typedef struct {
  CapBrick *brick;    /* for sagittal planes, which it makes several times as
                         fast; may be NULL */
  CapSlabCache *slab; /* may be NULL while slabs are off */
} CapSliceKept;

/* The same pixels, faster. */
void cap_slice_render_from(const CapSliceKept *kept, const CapVolume *volume,
                           const CapSliceView *view, int width, int height,
                           uint8_t *pixels);

/* Pixel (x right, y down, origin top-left pixel centre) <-> patient mm. */
CapPoint cap_slice_to_patient(const CapVolume *volume, const CapSliceView *view,
                              int width, int height, double x, double y);
void cap_slice_to_pixel(const CapVolume *volume, const CapSliceView *view,
                        int width, int height, CapPoint patient_mm, double *x,
                        double *y);
/* HU shown at a patient point when PLANE goes through it: of the nearest voxel,
 * or what SLAB makes of those around it. FALSE outside the volume and where all
 * is absent. */
gboolean cap_slice_hu(const CapVolume *volume, CapPlane plane, CapSlab slab,
                      CapPoint patient_mm, int *hu);
/* Signed distance (mm) of a patient point from the view's plane. */
double cap_slice_distance(const CapVolume *volume, const CapSliceView *view,
                          CapPoint patient_mm);
/* Whether the planes of that orientation are the volume's own slices. */
gboolean cap_slice_is_stored(const CapVolume *volume, CapPlane plane);
/* How wide and high the volume is as that plane shows it, mm; returns its
 * middle. */
CapPoint cap_slice_extent(const CapVolume *volume, CapPlane plane,
                          double *width_mm, double *height_mm);
/* "Axial", "Coronal", "Sagittal"; of images without a place in the patient
 * (UNKNOWN, of unit.h) "Image", "Row", "Column". English, to be translated
 * where it is shown; static. */
const char *cap_slice_plane_name(CapPlane plane, unsigned unknown);
/* Number of planes of that orientation, and the index of the plane nearest to
 * the patient point (may lie outside 0 … n-1). */
int cap_slice_count(const CapVolume *volume, CapPlane plane);
int cap_slice_index(const CapVolume *volume, CapPlane plane, CapPoint at_mm);
/* Patient point moved so that it lies on plane INDEX, in-plane place kept. */
CapPoint cap_slice_at_index(const CapVolume *volume, CapPlane plane, int index,
                            CapPoint at_mm);
/* Orientation letters of the four image edges, e.g. "R", "AL"; static-sized
 * strings for left, right, top, bottom (DICOM PS3.3 C.7.6.1.1.1 letters); ""
 * where the volume's place in the patient is not known. */
void cap_slice_letters(const CapVolume *volume, CapPlane plane,
                       char letters[4][4]);
