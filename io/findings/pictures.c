/* finding-NN.png: see pictures.h. */
#include "io/findings/pictures.h"

#include "core/error.h"
#include "core/image/colormap.h"
#include "core/measure/malignancy.h"
#include "core/measure/routing_map.h"
#include "io/atomic_file.h"
#include "io/findings/drawing.h"
#include "io/findings/picture_view.h"
#include "io/report/words.h"

#include <math.h>

enum {
  MARGIN = 20,
  GAP = 8,
  TOP = 64, /* below the title */
  IMAGE = 312,
  SIDE = MARGIN + 3 * IMAGE + 3 * GAP + 12, /* where the words begin */
  SIDE_WIDTH = CAP_PICTURE_WIDTH - SIDE - MARGIN,
};

/* One decimal for millimetres, as radiologists write them. */
static char *
number(double value, int decimals)
{
  char format[8], text[400];
  g_snprintf(format, sizeof format, "%%.%df", decimals);
  return g_strdup(g_ascii_formatd(text, sizeof text, format, value));
}

static char *
site_text(const CapFinding *finding)
{
  if (finding->side == CAP_SIDE_UNKNOWN)
    return g_strdup("site not known");
  if (finding->lobe == CAP_LOBE_UNKNOWN)
    return g_strdup_printf("%s lung", cap_side_name(finding->side));
  return g_strdup_printf("%s %s lobe", cap_side_name(finding->side),
                         cap_lobe_name(finding->lobe));
}

static void
draw_title(cairo_t *cr, const CapFindings *findings, const CapFinding *finding)
{
  g_autofree char *site = site_text(finding);
  g_autofree char *mm = number(finding->mean_diameter_mm, 1);
  g_autofree char *title = g_strdup_printf(
      "Finding %d of %u  ·  %s nodule, %s mm, %s", finding->id,
      findings->items->len, cap_nodule_type_name(finding->type), mm, site);
  const CapTextStyle style = {.size = 21, .colour = CAP_INK_TEXT, .bold = TRUE};
  cap_draw_text(cr, MARGIN, 18, &style, title);
}

/* NAME on the left, VALUE on the right of the side column; returns the next Y.
 */
static double
draw_row(cairo_t *cr, double y, const char *name, const char *value)
{
  CapTextStyle style = {.size = 14, .colour = CAP_INK_DIM};
  cap_draw_text(cr, SIDE, y, &style, name);
  style.colour = CAP_INK_TEXT;
  style.align = CAP_ALIGN_RIGHT;
  cap_draw_text(cr, SIDE + SIDE_WIDTH, y, &style, value);
  return y + 22;
}

static double
draw_heading(cairo_t *cr, double y, const char *text)
{
  const CapTextStyle style = {.size = 15, .colour = CAP_INK_TEXT, .bold = TRUE};
  cap_draw_text(cr, SIDE, y, &style, text);
  cap_draw_colour(cr, CAP_INK_LINE, 1);
  cairo_rectangle(cr, SIDE, y + 22, SIDE_WIDTH, 1);
  cairo_fill(cr);
  return y + 30;
}

static double
draw_measures(cairo_t *cr, double y, const CapFinding *finding)
{
  y = draw_heading(cr, y, "Measured");
  g_autofree char *p = number(finding->probability, 2);
  y = draw_row(cr, y, "Nodule probability", p);
  g_autofree char *a = number(finding->long_axis_mm, 1);
  g_autofree char *b = number(finding->short_axis_mm, 1);
  g_autofree char *mean = number(finding->mean_diameter_mm, 1);
  g_autofree char *size = g_strdup_printf("%s × %s mm, mean %s", a, b, mean);
  y = draw_row(cr, y, "Axes", size);
  g_autofree char *mm3 = number(finding->volume_mm3, 0);
  g_autofree char *volume = g_strdup_printf("%s mm³", mm3);
  y = draw_row(cr, y, "Volume", volume);
  g_autofree char *solid_mm = number(finding->solid_mean_diameter_mm, 1);
  g_autofree char *solid = g_strdup_printf("%s mm", solid_mm);
  if (finding->type == CAP_TYPE_PART_SOLID)
    y = draw_row(cr, y, "Solid part", solid);
  g_autofree char *hu_mean = number(finding->hu_mean, 0);
  g_autofree char *hu_sd = number(finding->hu_sd, 0);
  g_autofree char *hu = g_strdup_printf("%s ± %s HU", hu_mean, hu_sd);
  y = draw_row(cr, y, "Density", hu);
  g_autofree char *cx = number(finding->center_mm.x, 1);
  g_autofree char *cy = number(finding->center_mm.y, 1);
  g_autofree char *cz = number(finding->center_mm.z, 1);
  g_autofree char *place = g_strdup_printf("%s, %s, %s mm", cx, cy, cz);
  y = draw_row(cr, y, "Centre (LPS)", place);
  if (finding->near_gap) {
    const CapTextStyle warn = {.size = 13,
                               .colour = CAP_INK_VERMILION,
                               .bold = TRUE,
                               .width = SIDE_WIDTH};
    y += cap_draw_text(cr, SIDE, y, &warn,
                       "A slice is missing here: do not trust the sizes.");
  }
  return y + 10;
}

/* Five bars, one for each level of the readers' scale. */
static double
draw_malignancy(cairo_t *cr, double y, const CapFinding *finding)
{
  enum { HEIGHT = 46, BAR = 40 };
  y = draw_heading(cr, y, "Malignancy, as readers would rate it");
  const CapRating *rating = &finding->malignancy;
  const double step = (double)SIDE_WIDTH / 5;
  for (int i = 0; i < rating->n_levels && i < 5; i++) {
    const double height = HEIGHT * CLAMP(rating->p[i], 0.0, 1.0);
    const double x = SIDE + step * i + (step - BAR) / 2;
    cap_draw_colour(cr, CAP_INK_PANEL, 1);
    cairo_rectangle(cr, x, y, BAR, HEIGHT);
    cairo_fill(cr);
    cap_draw_colour(cr, CAP_INK_SKY, 1);
    cairo_rectangle(cr, x, y + HEIGHT - height, BAR, height);
    cairo_fill(cr);
    g_autofree char *level = g_strdup_printf("%d", i + 1);
    const CapTextStyle style = {
        .size = 12, .colour = CAP_INK_DIM, .align = CAP_ALIGN_CENTER};
    cap_draw_text(cr, x + BAR / 2.0, y + HEIGHT + 2, &style, level);
  }
  y += HEIGHT + 22;
  g_autofree char *expected = number(rating->expected, 1);
  g_autofree char *sd = number(rating->sd, 1);
  g_autofree char *level = g_strdup_printf("%s ± %s of 5", expected, sd);
  y = draw_row(cr, y, "Expected rating", level);
  g_autofree char *p = number(finding->malignancy_probability, 2);
  y = draw_row(cr, y, "P(rating above 3)", p);
  g_autofree char *alone =
      number(cap_malignancy_from_size(finding->volume_mm3), 2);
  return draw_row(cr, y, "Size alone would say", alone) + 10;
}

/* From LEFT on WIDTH wide: one standard deviation, the expected level. */
static void
draw_scale(cairo_t *cr, const CapRating *rating, double left, double y,
           double width)
{
  const double scale = width / (MAX(rating->n_levels, 2) - 1);
  const double at = left + scale * (rating->expected - 1);
  const double from = MAX(left, at - scale * rating->sd);
  const double to = MIN(left + width, at + scale * rating->sd);
  cap_draw_colour(cr, CAP_INK_LINE, 1);
  cairo_rectangle(cr, left, y + 8, width, 2);
  cairo_fill(cr);
  cap_draw_colour(cr, CAP_INK_SKY, 0.45);
  cairo_rectangle(cr, from, y + 6, MAX(0, to - from), 6);
  cairo_fill(cr);
  cap_draw_colour(cr, CAP_INK_TEXT, 1);
  cairo_arc(cr, at, y + 9, 4, 0, 2 * G_PI);
  cairo_fill(cr);
}

/* A strip a rating: its scale and the expected level, or the likeliest of its
 * classes. */
static double
draw_attributes(cairo_t *cr, double y, const CapFinding *finding)
{
  enum { LABEL = 132 };
  y = draw_heading(cr, y, "Attributes");
  const CapTextStyle name = {.size = 13, .colour = CAP_INK_DIM};
  const CapTextStyle value = {
      .size = 13, .colour = CAP_INK_TEXT, .align = CAP_ALIGN_RIGHT};
  for (int i = 0; i < CAP_N_ATTRIBUTES; i++, y += 20) {
    const CapRating *rating = &finding->attributes[i];
    const char *word = i == CAP_INTERNAL_STRUCTURE
                           ? "internal structure"
                           : cap_attribute_name((CapAttributeKind)i);
    cap_draw_text(cr, SIDE, y, &name, word);
    const gboolean classes = cap_attribute_is_classes((CapAttributeKind)i);
    g_autofree char *level = classes
                                 ? cap_words_rating(rating, (CapAttributeKind)i)
                                 : number(rating->expected, 1);
    cap_draw_text(cr, SIDE + SIDE_WIDTH, y, &value, level);
    if (!classes)
      draw_scale(cr, rating, SIDE + LABEL, y, SIDE_WIDTH - LABEL - 38);
  }
  return y;
}

/* The map's colours with what they mean, under the second row of images. */
static void
draw_legend(cairo_t *cr, double y, const CapFinding *finding)
{
  enum { LENGTH = 180, HEIGHT = 10 };
  const CapTextStyle style = {.size = 12, .colour = CAP_INK_DIM};
  const double x = MARGIN;
  double left = x + cap_draw_text_width(cr, &style, "0") + 8;
  cap_draw_text(cr, x, y - 3, &style, "0");
  for (int i = 0; i < LENGTH; i++) {
    uint8_t rgb[3];
    cap_colormap_heat_opaque(i / (LENGTH - 1.0), rgb);
    cairo_set_source_rgb(cr, rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0);
    cairo_rectangle(cr, left + i, y, 1.2, HEIGHT);
    cairo_fill(cr);
  }
  left += LENGTH + 8;
  g_autofree char *largest = number(cap_routing_map_max(finding, 0), 2);
  cap_draw_text(cr, left, y - 3, &style, largest);
  left += cap_draw_text_width(cr, &style, largest) + 14;
  cap_draw_text(cr, left, y - 3, &style,
                "share of each place's vote that the nodule capsule took "
                "(routing coefficient)");
}

static void
draw_footer(cairo_t *cr, const CapFindings *findings)
{
  const CapTextStyle warn = {.size = 13, .colour = CAP_INK_AMBER, .bold = TRUE};
  const CapTextStyle style = {
      .size = 12, .colour = CAP_INK_DIM, .align = CAP_ALIGN_RIGHT};
  const double y = CAP_PICTURE_HEIGHT - 32;
  cap_draw_text(cr, MARGIN, y, &warn, "Not for diagnostic use");
  g_autofree char *text =
      g_strdup_printf("Capsight %s%s%.8s", CAP_VERSION,
                      *findings->weights_sha256 ? "  ·  weights " : "",
                      findings->weights_sha256);
  cap_draw_text(cr, CAP_PICTURE_WIDTH - MARGIN, y, &style, text);
}

void
cap_picture_draw(cairo_t *cr, const CapVolume *volume,
                 const CapFindings *findings, int index)
{
  g_return_if_fail(index >= 0 && (guint)index < findings->items->len);
  const CapFinding *finding = findings->items->pdata[index];
  cap_draw_colour(cr, CAP_INK_BACKGROUND, 1);
  cairo_rectangle(cr, 0, 0, CAP_PICTURE_WIDTH, CAP_PICTURE_HEIGHT);
  cairo_fill(cr);
  draw_title(cr, findings, finding);
  for (int row = 0; row < 2; row++)
    for (int plane = 0; plane < 3; plane++) {
      const CapPictureView view = {.volume = volume,
                                   .finding = finding,
                                   .plane = (CapPlane)plane,
                                   .field_mm = cap_picture_field_mm(finding),
                                   .size = IMAGE,
                                   .routing = row == 1};
      cap_picture_view_draw(cr, MARGIN + plane * (IMAGE + GAP),
                            TOP + row * (IMAGE + GAP), &view);
    }
  double y = draw_measures(cr, TOP - 2, finding);
  y = draw_malignancy(cr, y, finding);
  draw_attributes(cr, y, finding);
  draw_legend(cr, TOP + 2 * IMAGE + GAP + 14, finding);
  draw_footer(cr, findings);
}

typedef struct {
  CapAtomicFile *file;
  GError **error;
} PngTarget;

static cairo_status_t
write_png_bytes(void *closure, const unsigned char *bytes, unsigned int length)
{
  PngTarget *target = closure;
  return cap_atomic_file_write(target->file, bytes, length, target->error)
             ? CAIRO_STATUS_SUCCESS
             : CAIRO_STATUS_WRITE_ERROR;
}

gboolean
cap_picture_save(const CapVolume *volume, const CapFindings *findings,
                 int index, const char *path, GError **error)
{
  g_autoptr(CapAtomicFile) file = cap_atomic_file_new(path, error);
  if (file == NULL)
    return FALSE;
  cairo_surface_t *surface = cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, CAP_PICTURE_WIDTH, CAP_PICTURE_HEIGHT);
  cairo_t *cr = cairo_create(surface);
  cap_picture_draw(cr, volume, findings, index);
  const gboolean drawn = cairo_status(cr) == CAIRO_STATUS_SUCCESS;
  cairo_destroy(cr);
  PngTarget target = {file, error};
  const cairo_status_t status =
      drawn
          ? cairo_surface_write_to_png_stream(surface, write_png_bytes, &target)
          : CAIRO_STATUS_NO_MEMORY;
  cairo_surface_destroy(surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return cap_atomic_file_commit(file, error);
  if (status != CAIRO_STATUS_WRITE_ERROR)
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY, "%s cannot be drawn: %s",
                path, cairo_status_to_string(status));
  return FALSE;
}
