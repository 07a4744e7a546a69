/* DICOM Grayscale Softcopy Presentation State (PS3.3 A.33.1): the series in a
 * lung window with the outlines of the findings drawn on it, each on a layer of
 * its own in the colour that its segment has, and on one more what the reader
 * measured on its images.
 *
 * A place on an image is (column, row) with (0, 0) at the top left corner of
 * the top left pixel, so that pixel centres are halves (C.10.5); the displayed
 * area alone counts pixels from 1 (C.10.4). In a stack that was resampled
 * (gantry tilt, uneven steps) the outline is the one on the grid that was
 * measured on, drawn on the nearest source image. */
#include "io/report/dicom_common.h"
#include "io/report/formats.h"
#include "io/report/measure_codes.h"
#include "io/report/words_measurements.h"
#include "io/report/words_tables.h"

#include "core/image/contour.h"

#include <math.h>

#define LEVEL_HU (-600)
#define WINDOW_HU 1500
/* GraphicData is FL, whose length has 16 bits: at most 8,191 points. */
#define MAX_POINTS 8000

#define REFERENCED_IMAGES CAP_TAG(0x0008, 0x1140)
#define PIXELS "PIXEL"
#define MEASURED "MEASUREMENTS" /* their layer */

typedef struct {
  const CapReport *report;
  CapDcmtkObject *object;
  CapDcmtkItem *root;
} State;

static void
put(const State *s, CapDcmtkItem *item, guint16 group, guint16 element,
    const char *value)
{
  cap_dcmtk_put(s->object, item, CAP_TAG(group, element), value);
}

/* Content identification and when it was made (C.11.10). */
static void
put_identity(const State *s)
{
  const CapReport *report = s->report;
  put(s, s->root, 0x0070, 0x0080, "CAPSIGHT NODULES");
  put(s, s->root, 0x0070, 0x0081,
      "Outlines of lung nodules, not for diagnostic use");
  put(s, s->root, 0x0070, 0x0082, report->date);
  put(s, s->root, 0x0070, 0x0083, report->time);
  put(s, s->root, 0x0070, 0x0084, report->reader);
  put(s, s->root, 0x0018, 0x0015, "CHEST"); /* so it has no laterality */
}

/* The whole image, with pixels as wide and as high as they are (C.10.4). */
static void
put_displayed_area(const State *s, const CapReportImage *image)
{
  CapDcmtkItem *area =
      cap_dcmtk_add_item(s->object, s->root, CAP_TAG(0x0070, 0x005a));
  g_autofree char *corner =
      g_strdup_printf("%d\\%d", image->columns, image->rows);
  put(s, area, 0x0070, 0x0052, "1\\1");
  put(s, area, 0x0070, 0x0053, corner);
  put(s, area, 0x0070, 0x0100, "SCALE TO FIT");
  cap_dcmtk_put_numbers(s->object, area, CAP_TAG(0x0070, 0x0101),
                        image->spacing_mm, 2);
}

static void
put_window(const State *s, CapDcmtkItem *voi, double level, double window)
{
  cap_dcmtk_put_numbers(s->object, voi, CAP_TAG(0x0028, 0x1050), &level, 1);
  cap_dcmtk_put_numbers(s->object, voi, CAP_TAG(0x0028, 0x1051), &window, 1);
  put(s, voi, 0x0028, 0x1055, "LUNG");
}

static gboolean
same_rescale(const CapReportImage *a, const CapReportImage *b)
{
  return a->slope == b->slope && a->intercept == b->intercept;
}

/* A presentation state has one Modality LUT for all its images. Where they need
 * several it has none, and each group of images has the window in stored
 * values, which shows the same. */
static void
put_windows_of_groups(const State *s)
{
  const GPtrArray *images = s->report->images;
  g_autofree gboolean *done = g_new0(gboolean, images->len);
  for (guint i = 0; i < images->len; i++) {
    const CapReportImage *first = images->pdata[i];
    if (first == NULL || done[i])
      continue;
    CapDcmtkItem *voi =
        cap_dcmtk_add_item(s->object, s->root, CAP_TAG(0x0028, 0x3110));
    for (guint k = i; k < images->len; k++) {
      const CapReportImage *image = images->pdata[k];
      if (image == NULL || done[k] || !same_rescale(first, image))
        continue;
      cap_report_put_reference(s->object, voi, REFERENCED_IMAGES, image);
      done[k] = TRUE;
    }
    put_window(s, voi, (LEVEL_HU - first->intercept) / first->slope,
               WINDOW_HU / first->slope);
  }
}

/* Stored values to HU, and the lung window (C.11.1, C.11.8, C.11.6). */
static void
put_grey_scale(const State *s, const CapReportImage *first)
{
  gboolean same = TRUE;
  for (guint i = 0; i < s->report->images->len; i++) {
    const CapReportImage *image = s->report->images->pdata[i];
    same = same && (image == NULL || same_rescale(first, image));
  }
  put(s, s->root, 0x2050, 0x0020, "IDENTITY");
  if (!same) {
    put_windows_of_groups(s);
    return;
  }
  const CapSource *source = s->report->volume->source;
  cap_dcmtk_put_numbers(s->object, s->root, CAP_TAG(0x0028, 0x1052),
                        &first->intercept, 1);
  cap_dcmtk_put_numbers(s->object, s->root, CAP_TAG(0x0028, 0x1053),
                        &first->slope, 1);
  put(s, s->root, 0x0028, 0x1054,
      g_str_equal(source->modality, "CT") ? "HU" : "US");
  put_window(s, cap_dcmtk_add_item(s->object, s->root, CAP_TAG(0x0028, 0x3110)),
             LEVEL_HU, WINDOW_HU);
}

/* Layer NAME (C.10.7), so that a viewer can hide it: ORDER from 0, COLOUR as of
 * a finding. */
static void
put_layer(const State *s, guint order, guint colour_index, const char *name,
          const char *title)
{
  guint16 lab[3];
  cap_report_colour(colour_index, lab);
  g_autofree char *colour =
      g_strdup_printf("%u\\%u\\%u", lab[0], lab[1], lab[2]);
  CapDcmtkItem *layer =
      cap_dcmtk_add_item(s->object, s->root, CAP_TAG(0x0070, 0x0060));
  put(s, layer, 0x0070, 0x0002, name);
  cap_dcmtk_put_int(s->object, layer, CAP_TAG(0x0070, 0x0062), order + 1);
  cap_dcmtk_put_int(s->object, layer, CAP_TAG(0x0070, 0x0066), 65535);
  put(s, layer, 0x0070, 0x0401, colour);
  put(s, layer, 0x0070, 0x0068, title);
}

/* N points (column, row) on IMAGE as TYPE ("POINT", "POLYLINE", "ELLIPSE"). */
static void
put_graphic(const State *s, CapDcmtkItem *annotation, const char *type,
            const double *pairs, int n)
{
  CapDcmtkItem *graphic =
      cap_dcmtk_add_item(s->object, annotation, CAP_TAG(0x0070, 0x0009));
  put(s, graphic, 0x0070, 0x0005, PIXELS);
  cap_dcmtk_put_int(s->object, graphic, CAP_TAG(0x0070, 0x0020), 2);
  cap_dcmtk_put_int(s->object, graphic, CAP_TAG(0x0070, 0x0021), n);
  cap_dcmtk_put_numbers(s->object, graphic, CAP_TAG(0x0070, 0x0022), pairs,
                        2 * n);
  put(s, graphic, 0x0070, 0x0023, type);
  if (n > 1)
    put(s, graphic, 0x0070, 0x0024, "N");
}

/* Columns and rows that something takes on an image. */
typedef struct {
  double low[2], high[2];
} Extent;

/* AT_MM on IMAGE (no further than its border) into PAIR; EXTENT grows. */
static void
place(const CapReportImage *image, CapPoint at_mm, double pair[2],
      Extent *extent)
{
  const int size[2] = {image->columns, image->rows};
  cap_report_to_pixel(image, at_mm, pair);
  for (int i = 0; i < 2; i++) {
    pair[i] = CLAMP(pair[i], 0, size[i]);
    extent->low[i] = fmin(extent->low[i], pair[i]);
    extent->high[i] = fmax(extent->high[i], pair[i]);
  }
}

/* The outline of FINDING's mask on SLICE; its centre where it has no mask. */
static Extent
put_outline(const State *s, CapDcmtkItem *annotation, const CapFinding *finding,
            int slice)
{
  const CapReportImage *image = cap_report_image(s->report, slice);
  Extent extent = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};
  g_autoptr(GPtrArray) loops =
      finding->mask ? cap_contour_loops(finding->mask, slice) : NULL;
  for (guint k = 0; loops != NULL && k < loops->len; k++) {
    GArray *loop = loops->pdata[k];
    double *pairs = &g_array_index(loop, double, 0);
    const int n = (int)loop->len / 2;
    for (int i = 0; i < n; i++) {
      const CapPoint index = {pairs[2 * i], pairs[2 * i + 1], slice};
      place(image, cap_volume_to_patient(s->report->volume, index),
            pairs + 2 * i, &extent);
    }
    for (int from = 0; from + 1 < n; from += MAX_POINTS - 1)
      put_graphic(s, annotation, "POLYLINE", pairs + 2 * from,
                  MIN(n - from, MAX_POINTS));
  }
  if (loops == NULL || loops->len == 0) {
    double pair[2];
    place(image, finding->center_mm, pair, &extent);
    put_graphic(s, annotation, "POINT", pair, 1);
  }
  return extent;
}

/* TEXT beside EXTENT: on its right, or on its left where the image ends. */
static void
put_text(const State *s, CapDcmtkItem *annotation, const char *text,
         const CapReportImage *image, const Extent *extent)
{
  const double gap = 2, width = image->columns / 6.0,
               height = image->rows / 32.0;
  const gboolean right = extent->high[0] + gap + width <= image->columns;
  const double middle = (extent->low[1] + extent->high[1]) / 2;
  const double left =
      right ? extent->high[0] + gap : fmax(0, extent->low[0] - gap - width);
  const double top = CLAMP(middle - height / 2, 0, image->rows - height);
  CapDcmtkItem *item =
      cap_dcmtk_add_item(s->object, annotation, CAP_TAG(0x0070, 0x0008));
  put(s, item, 0x0070, 0x0003, PIXELS);
  put(s, item, 0x0070, 0x0006, text);
  cap_dcmtk_put_numbers(s->object, item, CAP_TAG(0x0070, 0x0010),
                        (double[]){left, top}, 2);
  cap_dcmtk_put_numbers(s->object, item, CAP_TAG(0x0070, 0x0011),
                        (double[]){left + width, top + height}, 2);
  put(s, item, 0x0070, 0x0012, right ? "LEFT" : "RIGHT");
}

static CapDcmtkItem *
add_annotation(const State *s, const CapReportImage *image, const char *layer)
{
  CapDcmtkItem *annotation =
      cap_dcmtk_add_item(s->object, s->root, CAP_TAG(0x0070, 0x0001));
  cap_report_put_reference(s->object, annotation, REFERENCED_IMAGES, image);
  put(s, annotation, 0x0070, 0x0002, layer);
  return annotation;
}

/* One annotation for each slice that FINDING is on (C.10.5). */
static void
put_finding(const State *s, guint index)
{
  const CapFinding *finding = s->report->findings->items->pdata[index];
  g_autoptr(GArray) slices = cap_report_slices(s->report, finding);
  g_autofree char *layer = g_strdup_printf("FINDING %d", finding->id);
  g_autofree char *text = g_strdup_printf("Finding %d", finding->id);
  g_autofree char *title = cap_words_title(finding);
  if (slices->len > 0)
    put_layer(s, index, index, layer, title);
  for (guint i = 0; i < slices->len; i++) {
    const int slice = g_array_index(slices, int, i);
    const CapReportImage *image = cap_report_image(s->report, slice);
    CapDcmtkItem *annotation = add_annotation(s, image, layer);
    const Extent extent = put_outline(s, annotation, finding, slice);
    put_text(s, annotation, text, image, &extent);
  }
}

/* MEASUREMENT on the image that it lies on, with its numbers; one that lies on
 * none has no place in a presentation state. */
static void
put_measurement(const State *s, const CapMeasurement *m)
{
  const CapReportImage *image = cap_report_measurement_image(s->report, m);
  if (image == NULL)
    return;
  static const char *const types[] = {[CAP_SR_POINT] = "POINT",
                                      [CAP_SR_POLYLINE] = "POLYLINE",
                                      [CAP_SR_ELLIPSE] = "ELLIPSE"};
  CapDcmtkItem *annotation = add_annotation(s, image, MEASURED);
  Extent extent = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};
  for (int i = 0;; i++) {
    g_autoptr(GArray) points = cap_measure_shape(m, i);
    if (points == NULL)
      break;
    g_autofree double *pairs = g_new(double, 2 * points->len);
    for (guint k = 0; k < points->len; k++)
      place(image, g_array_index(points, CapPoint, k), pairs + 2 * k, &extent);
    put_graphic(s, annotation, types[cap_measure_graphic(m->kind)], pairs,
                (int)points->len);
  }
  g_autofree char *words = cap_words_measurement(m);
  put_text(s, annotation, words, image, &extent);
}

static void
put_measurements(const State *s)
{
  enum { YELLOW = 3 };
  const GPtrArray *list = s->report->findings->measurements;
  if (!cap_report_has_flat_measurement(s->report))
    return;
  put_layer(s, s->report->findings->items->len, YELLOW, MEASURED,
            "Measured by the reader");
  for (guint i = 0; i < list->len; i++)
    put_measurement(s, list->pdata[i]);
}

gboolean
cap_report_write_gsps(const CapReport *report, const char *path, GError **error)
{
  static const CapReportObject kind = {
      .kind = "gsps",
      .sop_class_uid = "1.2.840.10008.5.1.4.1.1.11.1",
      .modality = "PR",
      .series_description = "Capsight nodule outlines",
      .series_number = 9004,
      .no_content_date = TRUE};
  if (!cap_report_need_images(report, "gsps", error) ||
      !cap_report_need_drawn(report, "gsps", error))
    return FALSE;
  g_autoptr(CapDcmtkObject) object = cap_dcmtk_object_new();
  const State s = {report, object, cap_dcmtk_object_root(object)};
  const CapReportImage *first = cap_report_first_image(report);
  if (!cap_report_stamp(report, object, &kind, error))
    return FALSE;
  put_identity(&s);
  cap_report_put_instances(report, object, REFERENCED_IMAGES, report->images);
  put_displayed_area(&s, first);
  put_grey_scale(&s, first);
  for (guint i = 0; i < report->findings->items->len; i++)
    put_finding(&s, i);
  put_measurements(&s);
  return cap_report_save_object(report, object, path, error);
}
