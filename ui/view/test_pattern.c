/* Greyscale test pattern: see test_pattern.h. */
#include "ui/view/test_pattern.h"

#include "core/language.h"
#include "ui/drawing.h"
#include "ui/gestures.h"

#include <math.h>

#define BACKGROUND 128
#define LINE 191      /* grid and border */
#define CORNER_GREY 4 /* how far the corners of a step differ from it */
#define GRID_SQUARES 16
#define COLUMNS (CAP_PATTERN_STEPS / 2)

static void
set_grey(cairo_t *cr, int grey)
{
  cairo_set_source_rgb(cr, grey / 255.0, grey / 255.0, grey / 255.0);
}

/* Whole pixels only, so that no grey is mixed. */
static void
fill_rect(cairo_t *cr, int grey, double x, double y, double width,
          double height)
{
  const double left = floor(x + 0.5), top = floor(y + 0.5);
  set_grey(cr, grey);
  cairo_rectangle(cr, left, top, floor(x + width + 0.5) - left,
                  floor(y + height + 0.5) - top);
  cairo_fill(cr);
}

int
cap_test_pattern_grey(int i)
{
  return (int)floor(i * 255.0 / (CAP_PATTERN_STEPS - 1) + 0.5);
}

/* Two rows, dark to bright and back, so that ends meet in the middle. */
void
cap_test_pattern_step(int width, int height, int i, double *x, double *y,
                      double *side)
{
  const int row = i / COLUMNS;
  const int column = row == 0 ? i : CAP_PATTERN_STEPS - 1 - i;
  *side = fmin(width / (COLUMNS + 3.0), height / 7.0);
  *x = width / 2.0 + (column - (COLUMNS - 1) / 2.0) * *side;
  *y = height / 2.0 + (row - 0.5) * *side;
}

static void
draw_geometry(cairo_t *cr, int width, int height)
{
  const double step = fmin(width, height) / GRID_SQUARES;
  for (double x = fmod(width / 2.0, step); x < width; x += step)
    fill_rect(cr, LINE, x, 0, 1, height);
  for (double y = fmod(height / 2.0, step); y < height; y += step)
    fill_rect(cr, LINE, 0, y, width, 1);
  fill_rect(cr, 255, 0, 0, width, 1);
  fill_rect(cr, 255, 0, height - 1, width, 1);
  fill_rect(cr, 255, 0, 0, 1, height);
  fill_rect(cr, 255, width - 1, 0, 1, height);
}

static void
draw_step(cairo_t *cr, int width, int height, int i)
{
  double x, y, side;
  cap_test_pattern_step(width, height, i, &x, &y, &side);
  const int grey = cap_test_pattern_grey(i);
  const double left = x - side / 2, top = y - side / 2, small = side / 6;
  fill_rect(cr, grey, left, top, side, side);
  for (int corner = 0; corner < 4; corner++) {
    const int off = corner == 0 || corner == 3 ? CORNER_GREY : -CORNER_GREY;
    fill_rect(cr, CLAMP(grey + off, 0, 255),
              corner & 1 ? left + side - 2 * small : left + small,
              corner & 2 ? top + side - 2 * small : top + small, small, small);
  }
  g_autofree char *text = g_strdup_printf("%d", grey);
  cairo_text_extents_t size;
  set_grey(cr, grey < 128 ? grey + 70 : grey - 70);
  cairo_set_font_size(cr, fmax(side / 8, 8));
  cairo_text_extents(cr, text, &size);
  cairo_move_to(cr, x - size.x_advance / 2, top + side - small * 0.4);
  cairo_show_text(cr, text);
}

/* 5 % in black and 95 % in white: both inner squares must be seen. */
static void
draw_ends(cairo_t *cr, double x, double y, double side)
{
  fill_rect(cr, 0, x, y, side, side);
  fill_rect(cr, 13, x + side / 3, y + side / 3, side / 3, side / 3);
  fill_rect(cr, 255, x + side, y, side, side);
  fill_rect(cr, 242, x + side * 4 / 3, y + side / 3, side / 3, side / 3);
}

/* Black and white lines of PIXELS, upright on the left, level on the right. */
static void
draw_line_pairs(cairo_t *cr, int pixels, double x, double y, double side)
{
  x = floor(x), y = floor(y), side = floor(side);
  fill_rect(cr, 0, x, y, 2 * side, side);
  for (int at = 0; at < side; at += 2 * pixels) {
    fill_rect(cr, 255, x + at, y, fmin(pixels, side - at), side);
    fill_rect(cr, 255, x + side, y + at, side, fmin(pixels, side - at));
  }
}

static void
draw_ramp(cairo_t *cr, double x, double y, double width, double height)
{
  for (int grey = 0; grey < 256; grey++)
    fill_rect(cr, grey, x + width * grey / 256, y, width / 256, height);
}

void
cap_test_pattern_draw(cairo_t *cr, int width, int height)
{
  cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE);
  fill_rect(cr, BACKGROUND, 0, 0, width, height);
  draw_geometry(cr, width, height);
  for (int i = 0; i < CAP_PATTERN_STEPS; i++)
    draw_step(cr, width, height, i);
  double x, y, side;
  cap_test_pattern_step(width, height, 0, &x, &y, &side);
  const double left = x - side / 2, top = y - side / 2;
  const double right = left + COLUMNS * side;
  draw_ramp(cr, left, top + 2.25 * side, COLUMNS * side, side / 2);
  draw_ends(cr, left, top - 1.25 * side, side);
  for (int pixels = 1; pixels <= 2; pixels++)
    draw_line_pairs(cr, pixels, right - 2 * side,
                    top - 1.25 * side + (pixels - 1) * side / 2, side / 2);
}

static void
on_draw(GtkDrawingArea *area, cairo_t *cr, int width, int height,
        gpointer unused)
{
  const int scale = gtk_widget_get_scale_factor(GTK_WIDGET(area));
  cairo_scale(cr, 1.0 / scale, 1.0 / scale);
  cap_test_pattern_draw(cr, width * scale, height * scale);
}

static gboolean
on_key(GtkEventControllerKey *controller, guint key, guint code,
       GdkModifierType state, gpointer window)
{
  gtk_window_destroy(window);
  return GDK_EVENT_STOP;
}

static void
on_click(GtkGestureClick *click, int n, double x, double y, gpointer window)
{
  gtk_window_destroy(window);
}

GtkWidget *
cap_test_pattern_window_new(GtkWindow *parent)
{
  GtkWidget *window = gtk_window_new();
  GtkWidget *area = cap_drawing_new(
      _("Greyscale test pattern; any key closes it"), 0, 0, on_draw, NULL);
  gtk_window_set_title(GTK_WINDOW(window), _("Greyscale test pattern"));
  gtk_window_set_transient_for(GTK_WINDOW(window), parent);
  gtk_window_set_child(GTK_WINDOW(window), area);
  gtk_window_set_default_size(GTK_WINDOW(window), 1024, 768);
  gtk_window_fullscreen(GTK_WINDOW(window));
  GtkEventController *key = gtk_event_controller_key_new();
  g_signal_connect(key, "key-pressed", G_CALLBACK(on_key), window);
  gtk_widget_add_controller(window, key);
  GtkGesture *click = gtk_gesture_click_new();
  g_signal_connect(click, "released", G_CALLBACK(on_click), window);
  gtk_widget_add_controller(area, GTK_EVENT_CONTROLLER(click));
  cap_gestures_end_unseen(area);
  return window;
}
