/* Annotations of a slice view: see annotation.h. */
#include "ui/view/annotation.h"

#include "core/language.h"
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

const char *
cap_annotation_plane_name(CapPlane plane)
{
  static const char *const names[] = {N_("Axial"), N_("Coronal"),
                                      N_("Sagittal")};
  return _(names[plane]);
}

char *
cap_annotation_date(const char *date)
{
  if (strlen(date) == 8 && strspn(date, "0123456789") == 8)
    return g_strdup_printf("%.4s-%.2s-%.2s", date, date + 4, date + 6);
  return g_strdup(date);
}

char *
cap_annotation_person(const char *name)
{
  g_auto(GStrv) groups = g_strsplit(name, "=", 2);
  if (groups[0] == NULL)
    return g_strdup("");
  /* Family^Given^Middle^Prefix^Suffix, PS3.5 6.2.1.1. */
  g_auto(GStrv) parts = g_strsplit(groups[0], "^", -1);
  g_autoptr(GString) text = g_string_new(NULL);
  for (int i = 0; parts[i] != NULL; i++) {
    const char *part = g_strstrip(parts[i]);
    if (*part != '\0')
      g_string_append_printf(text, "%s%s",
                             text->len == 0 ? ""
                             : i == 1       ? ", "
                                            : " ",
                             part);
  }
  return g_strdup(text->str);
}

/* ---- corners ---- */

typedef struct {
  GtkSnapshot *snapshot;
  CapTextCache *texts;
  double width, height;
  int line_height, max_width;
  GdkRGBA color;
} Corners;

/* Line LINE (from the edge) of a corner: RIGHT and BOTTOM are 0 or 1. */
static void
corner(const Corners *c, int right, int bottom, int line, const char *text)
{
  const double inset = MARGIN + line * c->line_height;
  cap_text_cache_draw(c->texts, c->snapshot, text,
                      &(CapTextPlace){.x = right ? c->width - MARGIN : MARGIN,
                                      .y = bottom ? c->height - inset : inset,
                                      .anchor_x = right,
                                      .anchor_y = bottom,
                                      .max_width = c->max_width,
                                      .color = c->color});
}

void
cap_annotation_letters(GtkSnapshot *snapshot, const CapViewport *port,
                       CapTextCache *texts)
{
  char letter[4][4];
  cap_slice_letters(port->volume, port->view.plane, letter);
  const double width = cap_viewport_screen_width(port);
  const double height = cap_viewport_screen_height(port);
  const CapTextPlace places[4] = {
      {MARGIN, height / 2, 0, 0.5},
      {width - MARGIN, height / 2, 1, 0.5},
      {width / 2, MARGIN, 0.5, 0},
      {width / 2, height - MARGIN, 0.5, 1},
  };
  for (int i = 0; i < 4; i++) {
    CapTextPlace place = places[i];
    place.color = CAP_RGB(CAP_COLOR_WARM, 1.0f);
    cap_text_cache_draw(texts, snapshot, letter[i], &place);
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

static void
patient_texts(const Corners *c, const CapSource *source)
{
  g_autofree char *name = cap_annotation_person(source->patient_name);
  g_autofree char *who =
      g_strjoin("  ", *name != '\0' ? name : source->patient_id,
                source->patient_sex, NULL);
  g_autofree char *born = cap_annotation_date(source->patient_birth_date);
  g_autofree char *identity =
      *name == '\0' ? g_strdup("")
      : *born != '\0'
          ? g_strdup_printf(_("%s  born %s"), source->patient_id, born)
          : g_strdup(source->patient_id);
  corner(c, 0, 0, 1, who);
  corner(c, 0, 0, 2, identity);
  g_autofree char *date = cap_annotation_date(source->study_date);
  g_autofree char *when =
      g_strstrip(g_strdup_printf("%s  %s", source->study_description, date));
  g_autofree char *what =
      *source->kernel != '\0'
          ? g_strdup_printf("%s  %s", source->series_description,
                            source->kernel)
          : g_strdup(source->series_description);
  corner(c, 1, 0, 0, when);
  corner(c, 1, 0, 1, g_strstrip(what));
  if (source->slice_thickness_mm > 0) {
    g_autofree char *thick =
        g_strdup_printf(_("thickness %.1f mm"), source->slice_thickness_mm);
    corner(c, 1, 0, 2, thick);
  }
}

/* "R 32.5 mm": where the plane lies along its normal, in patient space. */
static char *
plane_place(const CapViewport *port)
{
  static const char letters[3][2] = {{'F', 'H'}, {'A', 'P'}, {'R', 'L'}};
  const CapPlane plane = port->view.plane;
  const CapPoint at = port->view.center_mm;
  const double value = plane == CAP_PLANE_AXIAL     ? at.z
                       : plane == CAP_PLANE_CORONAL ? at.y
                                                    : at.x;
  return g_strdup_printf("%c %.1f mm", letters[plane][value >= 0], fabs(value));
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
  int letter; /* of the direction that lies between the corners */
  cap_text_cache_size(style->texts, "W", &letter, &c.line_height);
  c.max_width = MAX(40, (int)(c.width - letter) / 2 - 2 * MARGIN);
  if (c.height < 8 * c.line_height)
    return;
  const CapPlane plane = port->view.plane;
  g_autofree char *title = g_strdup_printf(
      "%s  %d/%d", cap_annotation_plane_name(plane),
      cap_slice_index(port->volume, plane, port->view.center_mm) + 1,
      cap_slice_count(port->volume, plane));
  g_autofree char *place = plane_place(port);
  corner(&c, 0, 0, 0, title);
  const CapSource *source = cap_session_source(session);
  int line = 0;
  corner(&c, 0, 1, line++, place);
  if (style->detailed && source != NULL) {
    patient_texts(&c, source);
    g_autofree char *window = g_strdup_printf(
        "W %.0f  L %.0f", port->view.window_hu, port->view.level_hu);
    corner(&c, 0, 1, line++, window);
  }
  Corners loud = c;
  loud.color = CAP_RGB(CAP_COLOR_WARM, 1.0f);
  if (port->view.slab.kind != CAP_SLAB_OFF) {
    g_autofree char *slab = cap_look_slab_text(port->view.slab);
    corner(&loud, 0, 1, line++, slab);
  }
  if (cap_session_is_key_image(session, plane))
    corner(&loud, 0, 1, line++, _("★ Key image"));
  g_autofree char *zoom =
      g_strdup_printf("%.1f px/mm", cap_viewport_zoom(port));
  corner(&c, 1, 1, 0, zoom);
  scale_bar(&c, port);
  cap_annotation_letters(snapshot, port, style->texts);
}
