/* Where things of a report lie on the source images: see report.h. */
#include "core/error.h"
#include "core/image/point.h"
#include "core/image/unit.h"
#include "io/report/report.h"
#include "io/series/series_plan.h"

#include <math.h>

#define ON_PLANE_MM 0.005

CapReportImage *
cap_report_image_new(void)
{
  CapReportImage *image = g_new0(CapReportImage, 1);
  image->instance_number = G_MININT;
  return image;
}

void
cap_report_image_free(CapReportImage *image)
{
  if (image == NULL)
    return;
  g_free(image->path);
  g_free(image->sop_class_uid);
  g_free(image->sop_uid);
  g_free(image);
}

const CapReportImage *
cap_report_image(const CapReport *report, int slice)
{
  return report->images != NULL && slice >= 0 &&
                 (guint)slice < report->images->len
             ? report->images->pdata[slice]
             : NULL;
}

/* AT_MM lies on the plane of IMAGE, so that a pixel can tell where it is. */
static gboolean
is_on(const CapReportImage *image, CapPoint at_mm)
{
  const double *p = image->position_mm;
  const CapPoint d = cap_point_sub(at_mm, (CapPoint){p[0], p[1], p[2]});
  return fabs(cap_point_dot(d, cap_plane_normal(image->orientation))) <=
         ON_PLANE_MM;
}

const CapReportImage *
cap_report_image_under(const CapReport *report, const CapPoint *points_mm,
                       int n)
{
  if (report->volume == NULL)
    return NULL;
  const double slice = cap_volume_to_index(report->volume, points_mm[0]).z;
  const CapReportImage *image = cap_report_image(
      report, (int)lround(CLAMP(slice, -1, report->volume->slices)));
  for (int i = 0; image != NULL && i < n; i++)
    if (!is_on(image, points_mm[i]))
      return NULL;
  return image;
}

const CapReportImage *
cap_report_measurement_image(const CapReport *report, const CapMeasurement *m)
{
  int n;
  const CapPoint *points = cap_measurement_points(m, &n);
  return cap_report_image_under(report, points, n);
}

const CapReportImage *
cap_report_first_image(const CapReport *report)
{
  for (guint i = 0; report->images && i < report->images->len; i++)
    if (report->images->pdata[i] != NULL)
      return report->images->pdata[i];
  return NULL;
}

gboolean
cap_report_need_images(const CapReport *report, const char *format,
                       GError **error)
{
  if (report->images != NULL)
    return TRUE;
  if (report->volume == NULL)
    g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                "%s refers to the images: say where they are with "
                "--series PATH",
                format);
  else if (report->volume->source->unknown & CAP_UNKNOWN_PLACE)
    g_set_error(error, CAP_ERROR, CAP_ERROR_UNSUPPORTED,
                "%s refers to places in the patient, and these images have no "
                "position or orientation",
                format);
  else
    g_set_error(error, CAP_ERROR, CAP_ERROR_UNSUPPORTED,
                "%s refers to DICOM images, and this series is a volume file",
                format);
  return FALSE;
}

GArray *
cap_report_mask_slices(const CapReport *report, const CapFinding *finding)
{
  GArray *slices = g_array_new(FALSE, FALSE, sizeof(int));
  const CapMask *mask = finding->mask;
  const gsize area = mask ? (gsize)mask->columns * mask->rows : 0;
  for (int s = 0; mask != NULL && s < mask->slices; s++) {
    const int slice = mask->first[2] + s;
    gboolean touched = FALSE;
    for (gsize i = 0; i < area && !touched; i++)
      touched = mask->voxels[s * area + i] != 0;
    if (touched && cap_report_image(report, slice) != NULL)
      g_array_append_val(slices, slice);
  }
  return slices;
}

/* How far SLICE of the volume lies from its source image. */
static double
distance_to_image(const CapReport *report, int slice)
{
  const double *p = cap_report_image(report, slice)->position_mm;
  return fabs(
      cap_volume_to_index(report->volume, (CapPoint){p[0], p[1], p[2]}).z -
      slice);
}

GArray *
cap_report_slices(const CapReport *report, const CapFinding *finding)
{
  g_autoptr(GArray) all = cap_report_mask_slices(report, finding);
  GArray *slices = g_array_new(FALSE, FALSE, sizeof(int));
  for (guint i = 0; i < all->len; i++) {
    const int slice = g_array_index(all, int, i);
    int *last =
        slices->len > 0 ? &g_array_index(slices, int, slices->len - 1) : NULL;
    const CapReportImage *image = cap_report_image(report, slice);
    const CapReportImage *before =
        last ? cap_report_image(report, *last) : NULL;
    if (before == NULL || before->frame != image->frame ||
        !g_str_equal(before->sop_uid, image->sop_uid))
      g_array_append_val(slices, slice);
    else if (distance_to_image(report, slice) <
             distance_to_image(report, *last))
      *last = slice;
  }
  if (slices->len == 0 &&
      cap_report_image(report, finding->source_slice) != NULL)
    g_array_append_val(slices, finding->source_slice);
  return slices;
}

const CapReportImage *
cap_report_key_image(const CapReport *report, const CapFinding *finding)
{
  if (report->images == NULL)
    return NULL;
  g_autoptr(GArray) slices = cap_report_slices(report, finding);
  const CapPoint *ends = finding->axes_mm[0];
  const CapPoint middle = {(ends[0].x + ends[1].x) / 2,
                           (ends[0].y + ends[1].y) / 2,
                           (ends[0].z + ends[1].z) / 2};
  const double wanted = finding->long_axis_mm > 0
                            ? cap_volume_to_index(report->volume, middle).z
                            : finding->source_slice;
  int best = -1;
  for (guint i = 0; i < slices->len; i++) {
    const int slice = g_array_index(slices, int, i);
    if (best < 0 || fabs(slice - wanted) < fabs(best - wanted))
      best = slice;
  }
  return cap_report_image(report, best);
}

gboolean
cap_report_is_placed(const CapReport *report)
{
  for (guint i = 0; i < report->findings->items->len; i++) {
    g_autoptr(GArray) slices =
        cap_report_slices(report, report->findings->items->pdata[i]);
    if (slices->len > 0)
      return TRUE;
  }
  return FALSE;
}

const CapReportImage *
cap_report_marked_image(const CapReport *report, const CapReviewImage *marked)
{
  return report->images != NULL &&
                 cap_slice_is_stored(report->volume, marked->plane)
             ? cap_report_image(report,
                                cap_slice_index(report->volume, marked->plane,
                                                marked->position_mm))
             : NULL;
}

gboolean
cap_report_has_key_image(const CapReport *report)
{
  for (guint i = 0; i < report->key_images->len; i++)
    if (cap_report_marked_image(report, report->key_images->pdata[i]) != NULL)
      return TRUE;
  return cap_report_is_placed(report);
}

gboolean
cap_report_has_flat_measurement(const CapReport *report)
{
  const GPtrArray *list = report->findings->measurements;
  for (guint i = 0; i < list->len; i++)
    if (cap_report_measurement_image(report, list->pdata[i]) != NULL)
      return TRUE;
  return FALSE;
}

gboolean
cap_report_need_drawn(const CapReport *report, const char *format,
                      GError **error)
{
  if (cap_report_is_placed(report) || cap_report_has_flat_measurement(report))
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
              "%s cannot be written: no finding and no measurement lies on an "
              "image of the series",
              format);
  return FALSE;
}

void
cap_report_to_pixel(const CapReportImage *image, CapPoint at_mm,
                    double pixel[2])
{
  const double d[3] = {at_mm.x - image->position_mm[0],
                       at_mm.y - image->position_mm[1],
                       at_mm.z - image->position_mm[2]};
  for (int i = 0; i < 2; i++) {
    const double *axis = image->orientation + 3 * i;
    /* along a row the step is the spacing between columns */
    pixel[i] = (d[0] * axis[0] + d[1] * axis[1] + d[2] * axis[2]) /
                   image->spacing_mm[1 - i] +
               0.5;
  }
}

CapPoint
cap_report_from_pixel(const CapReportImage *image, const double pixel[2])
{
  const double *row = image->orientation, *column = image->orientation + 3;
  const double along = (pixel[0] - 0.5) * image->spacing_mm[1];
  const double down = (pixel[1] - 0.5) * image->spacing_mm[0];
  const double *p = image->position_mm;
  return (CapPoint){p[0] + along * row[0] + down * column[0],
                    p[1] + along * row[1] + down * column[1],
                    p[2] + along * row[2] + down * column[2]};
}
