/* Annotations of a slice view: see annotation.h. */
#include "ui/view/annotation.h"

#include "core/date.h"
#include "core/image/unit.h"
#include "core/language.h"
#include "core/person.h"
#include "ui/label.h"
#include "ui/view/palette.h"

#include <math.h>
#include <string.h>

#define MARGIN 8
#define CROSSHAIR_GAP                                                          \
  18                     /* free around the point, so that it stays readable   \
                          */
#define CROSSHAIR_END 28 /* free at the edges, for the orientation letters */

/* ---- cross-hair ---- */

static void
append_rect(GtkSnapshot *snapshot, const GdkRGBA *color, double x, double y,
            double width, double height)
{
  if (width > 0 && height > 0)
    gtk_snapshot_append_color(
        snapshot, color,
        &GRAPHENE_RECT_INIT((float)x, (float)y, (float)width, (float)height));
}

/* A horizontal or vertical line of one pixel with a dark one on either side. */
static void
append_line(GtkSnapshot *snapshot, gboolean horizontal, double at, double from,
            double to)
{
  const GdkRGBA halo = CAP_RGB(CAP_COLOR_HALO, 0.35f);
  const GdkRGBA line = CAP_RGB(0x7fd1d8, 0.75f);
  const double low = floor(at);
  if (horizontal) {
    append_rect(snapshot, &halo, from, low - 1, to - from, 3);
    append_rect(snapshot, &line, from, low, to - from, 1);
  } else {
    append_rect(snapshot, &halo, low - 1, from, 3, to - from);
    append_rect(snapshot, &line, low, from, 1, to - from);
  }
}

void
cap_annotation_crosshair(GtkSnapshot *snapshot, const CapViewport *port,
                         CapPoint at_mm)
{
  const double width = cap_viewport_screen_width(port);
  const double height = cap_viewport_screen_height(port);
  double x, y;
  cap_viewport_to_screen(port, at_mm, &x, &y);
  if (y >= 0 && y < height) {
    const double end = width - CROSSHAIR_END;
    append_line(snapshot, TRUE, y, CROSSHAIR_END, MIN(x - CROSSHAIR_GAP, end));
    append_line(snapshot, TRUE, y, MAX(x + CROSSHAIR_GAP, CROSSHAIR_END), end);
  }
  if (x >= 0 && x < width) {
    const double end = height - CROSSHAIR_END;
    append_line(snapshot, FALSE, x, CROSSHAIR_END, MIN(y - CROSSHAIR_GAP, end));
    append_line(snapshot, FALSE, x, MAX(y + CROSSHAIR_GAP, CROSSHAIR_END), end);
  }
}

/* ---- words ---- */

char *
cap_annotation_place(const CapVolume *volume, CapPoint p)
{
  if (volume->source->unknown & CAP_UNKNOWN_MM) {
    const CapPoint at = cap_volume_to_index(volume, p);
    return g_strdup_printf(_("Column %.0f  Row %.0f"), floor(at.x + 0.5) + 1,
                           floor(at.y + 0.5) + 1);
  }
  return g_strdup_printf("%c %.1f  %c %.1f  %c %.1f mm", p.x < 0 ? 'R' : 'L',
                         fabs(p.x), p.y < 0 ? 'A' : 'P', fabs(p.y),
                         p.z < 0 ? 'F' : 'H', fabs(p.z));
}

char *
cap_annotation_image(const CapVolume *volume, int slice)
{
  const int number = cap_volume_image_number(volume, slice);
  return number != G_MININT ? g_strdup_printf(_("image %d"), number) : NULL;
}

char *
cap_annotation_zoom(const CapViewport *port)
{
  const gboolean pixels = port->volume->source->unknown & CAP_UNKNOWN_MM;
  return g_strdup_printf(pixels ? "%.1f ×" : "%.1f px/mm",
                         cap_viewport_zoom(port));
}

/* ---- corners ---- */

typedef struct {
  GtkSnapshot *snapshot;
  CapTextCache *texts;
  double width, height;
  int line_height, max_width;
  gboolean shortens; /* there is room for enough of a long line */
  GdkRGBA color;
} Corners;

/* What becomes of a line for which there is no room. */
typedef enum {
  LINE_WHOLE, /* it is left out: half a number is another one */
  LINE_PROSE, /* it is shortened, unless hardly anything would be left */
  LINE_LOUD,  /* it is shortened */
} LineKind;

#define ENOUGH "nnnnnnnnnnnn" /* of a line that is shortened */

/* The first of TEXTS (ended by NULL) that there is room for: they say less and
 * less. NULL: none is to be drawn. */
static const char *
choose(const Corners *c, LineKind kind, const char *const *texts)
{
  const char *last = NULL;
  for (int i = 0; texts[i] != NULL; i++) {
    int width, height;
    if (*texts[i] == '\0')
      continue;
    cap_text_cache_size(c->texts, texts[i], &width, &height);
    if (width <= c->max_width)
      return texts[i];
    last = texts[i];
  }
  return kind == LINE_LOUD || (kind == LINE_PROSE && c->shortens) ? last : NULL;
}

/* The next line of a corner (RIGHT and BOTTOM are 0 or 1), which is *LINE from
 * the edge: what fits of the texts, which are ended by NULL. */
static void
corner(const Corners *c, int right, int bottom, int *line, LineKind kind,
       const char *const *texts)
{
  const char *text = choose(c, kind, texts);
  const double inset = MARGIN + *line * c->line_height;
  if (text == NULL)
    return;
  cap_text_cache_draw(c->texts, c->snapshot, text,
                      &(CapTextPlace){.x = right ? c->width - MARGIN : MARGIN,
                                      .y = bottom ? c->height - inset : inset,
                                      .anchor_x = right,
                                      .anchor_y = bottom,
                                      .max_width = c->max_width,
                                      .color = c->color});
  ++*line;
}

#define TEXTS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Where LETTERS of the four edges go: left, right, top, bottom. */
static void
letter_places(const CapViewport *port, char letters[4][4],
              CapTextPlace places[4])
{
  const double width = cap_viewport_screen_width(port);
  const double height = cap_viewport_screen_height(port);
  const GdkRGBA color = CAP_RGB(CAP_COLOR_WARM, 1.0f);
  cap_slice_letters(port->volume, port->view.plane, letters);
  places[0] = (CapTextPlace){MARGIN, height / 2, 0, 0.5, 0, color};
  places[1] = (CapTextPlace){width - MARGIN, height / 2, 1, 0.5, 0, color};
  places[2] = (CapTextPlace){width / 2, MARGIN, 0.5, 0, 0, color};
  places[3] = (CapTextPlace){width / 2, height - MARGIN, 0.5, 1, 0, color};
}

void
cap_annotation_letters(GtkSnapshot *snapshot, const CapViewport *port,
                       CapTextCache *texts)
{
  char letters[4][4];
  CapTextPlace places[4];
  letter_places(port, letters, places);
  for (int i = 0; i < 4 && *letters[i] != '\0'; i++)
    cap_text_cache_draw(texts, snapshot, letters[i], &places[i]);
}

void
cap_annotation_keep_letters(const CapViewport *port, CapTextCache *texts,
                            CapLabelLayout *layout)
{
  char letters[4][4];
  CapTextPlace places[4];
  letter_places(port, letters, places);
  for (int i = 0; i < 4 && *letters[i] != '\0'; i++) {
    int width, height;
    cap_text_cache_size(texts, letters[i], &width, &height);
    cap_label_layout_avoid(layout,
                           (CapBox){places[i].x - places[i].anchor_x * width,
                                    places[i].y - places[i].anchor_y * height,
                                    width, height});
  }
}

/* A vertical rule of a round number of millimetres beside the right edge. */
static void
scale_bar(const Corners *c, const CapViewport *port)
{
  static const int lengths_mm[] = {100, 50, 20, 10, 5, 2, 1};
  const double zoom = cap_viewport_zoom(port);
  int mm = 1;
  for (guint i = 0; i < G_N_ELEMENTS(lengths_mm); i++)
    if (lengths_mm[i] * zoom <= c->height / 4) {
      mm = lengths_mm[i];
      break;
    }
  const double length = mm * zoom;
  const double x = c->width - MARGIN - 1;
  const double y = c->height - MARGIN - c->line_height - 8 - length;
  if (y < c->height / 2 + c->line_height)
    return;
  const GdkRGBA halo = CAP_RGB(CAP_COLOR_HALO, 0.9f);
  const GdkRGBA line = CAP_RGB(CAP_COLOR_QUIET, 1.0f);
  append_rect(c->snapshot, &halo, x - 1, y - 1, 3, length + 2);
  for (int i = 0; i < 2; i++)
    append_rect(c->snapshot, &halo, x - 6, y + i * (length - 1) - 1, 8, 3);
  append_rect(c->snapshot, &line, x, y, 1, length);
  for (int i = 0; i < 2; i++)
    append_rect(c->snapshot, &line, x - 5, y + i * (length - 1), 6, 1);
  g_autofree char *text = g_strdup_printf("%d mm", mm);
  cap_text_cache_draw(c->texts, c->snapshot, text,
                      &(CapTextPlace){x - 8, y + length / 2, 1, 0.5, 0, line});
}

/* Who it is, below the title, which is one line; beside RIGHT lines of the
 * other corner. */
static void
person_texts(const Corners *c, const CapSource *source, int right)
{
  int line = 1;
  Corners alone = *c; /* where nothing is beside it */
  alone.max_width = MAX(c->max_width, (int)c->width - 2 * MARGIN);
  g_autofree char *name = cap_person_text(source->patient_name);
  const char *called = *name != '\0' ? name : source->patient_id;
  g_autofree char *who = g_strjoin("  ", called, source->patient_sex, NULL);
  g_autofree char *born = cap_date_text(source->patient_birth_date);
  g_autofree char *identity =
      *name == '\0' ? g_strdup("")
      : *born != '\0'
          ? g_strdup_printf(_("%s  born %s"), source->patient_id, born)
          : g_strdup(source->patient_id);
  corner(line < right ? c : &alone, 0, 0, &line, LINE_PROSE,
         TEXTS(who, called));
  corner(line < right ? c : &alone, 0, 0, &line, LINE_PROSE,
         TEXTS(identity, *name != '\0' ? source->patient_id : ""));
}

static void
patient_texts(const Corners *c, const CapSource *source)
{
  int right = 0;
  g_autofree char *date = cap_date_text(source->study_date);
  g_autofree char *when =
      g_strstrip(g_strdup_printf("%s  %s", source->study_description, date));
  g_autofree char *what =
      *source->kernel != '\0'
          ? g_strdup_printf("%s  %s", source->series_description,
                            source->kernel)
          : g_strdup(source->series_description);
  corner(c, 1, 0, &right, LINE_PROSE, TEXTS(when, date));
  corner(c, 1, 0, &right, LINE_PROSE,
         TEXTS(g_strstrip(what), source->series_description));
  if (source->slice_thickness_mm > 0) {
    g_autofree char *mm = cap_label_mm(source->slice_thickness_mm);
    g_autofree char *thick = g_strdup_printf(_("thickness %s"), mm);
    corner(c, 1, 0, &right, LINE_WHOLE, TEXTS(thick));
  }
  person_texts(c, source, right);
}

/* "R 32.5 mm": where the plane lies along its normal, in patient space, with so
 * many DIGITS. */
static char *
plane_place(const CapViewport *port, int digits)
{
  static const char letters[3][2] = {{'F', 'H'}, {'A', 'P'}, {'R', 'L'}};
  const CapPlane plane = port->view.plane;
  const CapPoint at = port->view.center_mm;
  const double value = plane == CAP_PLANE_AXIAL     ? at.z
                       : plane == CAP_PLANE_CORONAL ? at.y
                                                    : at.x;
  return g_strdup_printf("%c %.*f mm", letters[plane][value >= 0], digits,
                         fabs(value));
}

static void
top_texts(const Corners *c, const CapViewport *port, const CapSource *patient)
{
  int line = 0;
  const CapPlane plane = port->view.plane;
  const int index = cap_slice_index(port->volume, plane, port->view.center_mm);
  g_autofree char *slice =
      g_strdup_printf("%d/%d", index + 1, cap_slice_count(port->volume, plane));
  g_autofree char *title = g_strdup_printf(
      "%s  %s", _(cap_slice_plane_name(plane, port->volume->source->unknown)),
      slice);
  g_autofree char *image = cap_slice_is_stored(port->volume, plane)
                               ? cap_annotation_image(port->volume, index)
                               : NULL;
  g_autofree char *whole =
      image != NULL ? g_strdup_printf("%s  ·  %s", title, image) : g_strdup("");
  corner(c, 0, 0, &line, LINE_LOUD, TEXTS(whole, title, slice));
  if (patient != NULL)
    patient_texts(c, patient);
}

/* At the bottom left, where it lies; above the letter of the direction where
 * there is no room beside it, since nothing else may say it. */
static void
plane_text(const Corners *c, const CapViewport *port, int *line)
{
  g_autofree char *place = plane_place(port, 1);
  g_autofree char *about = plane_place(port, 0);
  Corners alone = *c;
  alone.max_width = (int)c->width - 2 * MARGIN;
  const gboolean beside = choose(c, LINE_WHOLE, TEXTS(place, about)) != NULL;
  *line += !beside;
  corner(beside ? c : &alone, 0, 1, line, LINE_WHOLE, TEXTS(place, about));
}

static void
bottom_texts(const Corners *c, const CapViewport *port, gboolean detailed,
             gboolean is_key)
{
  int left = 0, right = 0;
  const unsigned unknown = port->volume->source->unknown;
  const gboolean pixels = (unknown & CAP_UNKNOWN_MM) != 0;
  if (!pixels)
    plane_text(c, port, &left);
  if (detailed) {
    g_autofree char *window = g_strdup_printf(
        "W %.0f  L %.0f", port->view.window_hu, port->view.level_hu);
    g_autofree char *shown = cap_label_minus(window);
    corner(c, 0, 1, &left, LINE_WHOLE, TEXTS(shown));
  }
  Corners loud = *c;
  loud.color = CAP_RGB(CAP_COLOR_WARM, 1.0f);
  if (port->view.slab.kind != CAP_SLAB_OFF) {
    g_autofree char *slab = cap_look_slab_text(port->view.slab, unknown);
    corner(&loud, 0, 1, &left, LINE_LOUD, TEXTS(slab));
  }
  if (is_key)
    corner(&loud, 0, 1, &left, LINE_LOUD, TEXTS(_("★ Key image"), "★"));
  g_autofree char *zoom = cap_annotation_zoom(port);
  corner(c, 1, 1, &right, LINE_WHOLE, TEXTS(zoom));
}

void
cap_annotation_texts(GtkSnapshot *snapshot, const CapViewport *port,
                     CapSession *session, const CapAnnotationStyle *style)
{
  Corners c = {.snapshot = snapshot,
               .texts = style->texts,
               .width = cap_viewport_screen_width(port),
               .height = cap_viewport_screen_height(port),
               .color = CAP_RGB(CAP_COLOR_QUIET, 1.0f)};
  int letter, enough; /* LETTER: of the direction, between the corners */
  cap_text_cache_size(style->texts, ENOUGH, &enough, &c.line_height);
  cap_text_cache_size(style->texts, "W", &letter, &c.line_height);
  c.max_width = MAX(40, (int)(c.width - letter) / 2 - 2 * MARGIN);
  c.shortens = c.max_width >= enough;
  if (c.height < 8 * c.line_height)
    return;
  top_texts(&c, port, style->detailed ? cap_session_source(session) : NULL);
  bottom_texts(&c, port, style->detailed && cap_session_source(session) != NULL,
               cap_session_is_key_image(session, port->view.plane));
  if (!(port->volume->source->unknown & CAP_UNKNOWN_MM))
    scale_bar(&c, port);
  cap_annotation_letters(snapshot, port, style->texts);
}
