/* DICOM segmentation: one segment for each finding (PS3.3 A.51).
 *
 * Frames lie on the source images' own planes; a stack that was resampled
 * (gantry tilt, uneven steps) keeps the grid that was measured on, and each of
 * its frames names the nearest source image. Empty frames are left out. */
#include "io/dcmtk_seg.h"
#include "io/report/dicom_common.h"
#include "io/report/formats.h"

#include "core/error.h"

#include <string.h>

static CapSegGrid
grid_of(const CapReport *report, const char *frame_of_reference)
{
  const CapVolume *v = report->volume;
  const double thickness = v->source->slice_thickness_mm;
  CapSegGrid grid = {.columns = v->columns,
                     .rows = v->rows,
                     .thickness_mm =
                         thickness > 0 ? thickness : v->spacing_mm[2],
                     .axis = {v->axis[0], v->axis[1]},
                     .study_uid = v->source->study_uid,
                     .frame_of_reference_uid = frame_of_reference};
  memcpy(grid.spacing_mm, v->spacing_mm, sizeof grid.spacing_mm);
  return grid;
}

static gboolean
add_segment(const CapReport *report, CapDcmtkSeg *seg,
            const CapFinding *finding, guint index, GError **error)
{
  g_autofree char *id = cap_report_tracking_id(finding);
  g_autofree char *uid = cap_report_tracking_uid(report, finding);
  g_autofree char *label = g_strdup_printf("Finding %d", finding->id);
  g_autofree char *about =
      g_strdup_printf("%s nodule, %s", cap_nodule_type_name(finding->type),
                      cap_status_name(finding->status));
  const CapMaskMaker maker = cap_report_mask_maker(report, finding);
  /* a reader's outline that no search was made for is grown by this release */
  const gboolean searched = *report->findings->algorithm != '\0';
  g_autofree char *weights =
      cap_report_is_judged(report)
          ? g_strconcat("weights ", report->findings->weights_sha256, NULL)
          : g_strdup("");
  CapSegSegment segment = {
      .label = label,
      .description = about,
      .tracking_id = id,
      .tracking_uid = uid,
      .mask_maker = maker,
      .algorithm = searched ? report->findings->algorithm : "Capsight",
      .algorithm_version =
          searched ? report->findings->algorithm_version : CAP_VERSION,
      .algorithm_parameters = weights,
      .type = cap_code(CAP_CODE_NODULE),
      .site = cap_code_site(finding->side, finding->lobe),
      .side = finding->side == CAP_SIDE_RIGHT  ? cap_code(CAP_CODE_RIGHT)
              : finding->side == CAP_SIDE_LEFT ? cap_code(CAP_CODE_LEFT)
                                               : NULL};
  cap_report_colour(index, segment.cielab);
  return cap_dcmtk_seg_add_segment(seg, &segment, error) > 0;
}

/* One slice of MASK on the whole image; FALSE when nothing of it is there. */
static gboolean
paint(const CapMask *mask, int s, const CapVolume *v, uint8_t *pixels)
{
  gboolean any = FALSE;
  memset(pixels, 0, (gsize)v->columns * v->rows);
  for (int r = 0; r < mask->rows; r++)
    for (int c = 0; c < mask->columns; c++) {
      const int x = c + mask->first[0], y = r + mask->first[1];
      if (mask->voxels[((gsize)s * mask->rows + r) * mask->columns + c] == 0 ||
          x < 0 || x >= v->columns || y < 0 || y >= v->rows)
        continue;
      pixels[(gsize)y * v->columns + x] = 1;
      any = TRUE;
    }
  return any;
}

/* Where the first pixel of SLICE lies. */
static CapPoint
slice_position(const CapReport *report, int slice)
{
  const CapReportImage *image = cap_report_image(report, slice);
  if (!report->resampled)
    return (CapPoint){image->position_mm[0], image->position_mm[1],
                      image->position_mm[2]};
  return cap_volume_to_patient(report->volume, (CapPoint){0, 0, slice});
}

/* PLANES: for each slice, the place it has among the planes that are used. */
static gboolean
add_frames(const CapReport *report, CapDcmtkSeg *seg, int segment,
           const CapFinding *finding, const int *planes, GError **error)
{
  const CapVolume *v = report->volume;
  const CapMask *mask = finding->mask;
  g_autofree uint8_t *pixels = g_malloc((gsize)v->columns * v->rows);
  for (int s = 0; s < mask->slices; s++) {
    const int slice = mask->first[2] + s;
    const CapReportImage *image = cap_report_image(report, slice);
    if (image == NULL || !paint(mask, s, v, pixels))
      continue;
    const CapSrReference source = cap_report_reference(report, image);
    if (!cap_dcmtk_seg_add_frame(seg, segment, slice_position(report, slice),
                                 planes[slice], pixels, &source, error))
      return FALSE;
  }
  return TRUE;
}

/* Slices that any mask touches, numbered from 1 along the stack; the images
 * behind them go to USED. */
static int *
number_planes(const CapReport *report, GPtrArray *used)
{
  int *planes = g_new0(int, report->volume->slices);
  for (guint i = 0; i < report->findings->items->len; i++) {
    g_autoptr(GArray) slices =
        cap_report_mask_slices(report, report->findings->items->pdata[i]);
    for (guint k = 0; k < slices->len; k++)
      planes[g_array_index(slices, int, k)] = 1;
  }
  for (int s = 0, n = 0; s < report->volume->slices; s++)
    if (planes[s] != 0) {
      planes[s] = ++n;
      g_ptr_array_add(used, (gpointer)cap_report_image(report, s));
    }
  return planes;
}

static CapDcmtkObject *
build(const CapReport *report, GPtrArray *used, GError **error)
{
  g_autofree char *frame = cap_report_frame_of_reference(report);
  const CapSegGrid grid = grid_of(report, frame);
  g_autofree int *planes = number_planes(report, used);
  g_autoptr(GArray) segments = cap_report_segments(report);
  g_autoptr(CapDcmtkSeg) seg = cap_dcmtk_seg_new(&grid, error);
  for (guint i = 0; seg != NULL && i < segments->len; i++) {
    const int number = g_array_index(segments, int, i);
    const CapFinding *finding = report->findings->items->pdata[i];
    if (number > 0 &&
        (!add_segment(report, seg, finding, i, error) ||
         !add_frames(report, seg, number, finding, planes, error)))
      return NULL;
  }
  return seg ? cap_dcmtk_seg_finish(seg, error) : NULL;
}

gboolean
cap_report_write_seg(const CapReport *report, const char *path, GError **error)
{
  static const CapReportObject kind = {
      .kind = "seg",
      .sop_class_uid = "1.2.840.10008.5.1.4.1.1.66.4",
      .modality = "SEG",
      .series_description = "Capsight nodule segmentation",
      .series_number = 9002,
      .has_frame_of_reference = TRUE};
  if (!cap_report_need_images(report, "seg", error))
    return FALSE;
  if (!cap_report_has_segments(report)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "seg cannot be written: no finding has a mask on an image of "
                "the series");
    return FALSE;
  }
  g_autoptr(GPtrArray) used = g_ptr_array_new();
  g_autoptr(CapDcmtkObject) object = build(report, used, error);
  if (object == NULL || !cap_report_stamp(report, object, &kind, error))
    return FALSE;
  cap_report_put_instances(report, object, CAP_TAG(0x0008, 0x114a), used);
  return cap_report_save_object(report, object, path, error);
}
