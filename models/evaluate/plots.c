/* Figures of an evaluation: see plots.h. */
#include "models/evaluate/plots.h"

#include "io/findings/drawing.h"
#include "models/evaluate/tables.h"

#include <math.h>

#define LEFT 48.0
#define RIGHT 14.0
#define TOP 12.0
#define BOTTOM 40.0
#define INK 0x222222
#define BLUE 0x0072b2
#define ORANGE 0xd55e00
#define GRID 0xdddddd
#define GUESS 0x888888

/* Data range of both axes; x may be on a log2 scale. */
typedef struct {
  cairo_t *cr;
  double x0, x1, y0, y1;
  gboolean log_x;
} Axes;

static double
place_x(const Axes *a, double x)
{
  const double t = a->log_x ? log2(x / a->x0) / log2(a->x1 / a->x0)
                            : (x - a->x0) / (a->x1 - a->x0);
  return LEFT + t * (CAP_EVAL_PLOT_WIDTH - LEFT - RIGHT);
}

static double
place_y(const Axes *a, double y)
{
  return CAP_EVAL_PLOT_HEIGHT - BOTTOM -
         (y - a->y0) / (a->y1 - a->y0) * (CAP_EVAL_PLOT_HEIGHT - TOP - BOTTOM);
}

static void
label(cairo_t *cr, double x, double y, CapAlign align, const char *text)
{
  const CapTextStyle style = {.size = 10, .colour = INK, .align = align};
  cap_draw_text(cr, x, y, &style, text);
}

static void
tick(const Axes *a, double value, gboolean on_x)
{
  g_autofree char *text = cap_eval_number(value, "%.6g");
  cap_draw_colour(a->cr, GRID, 1);
  cairo_set_line_width(a->cr, 0.5);
  if (on_x) {
    const double x = place_x(a, value);
    cairo_move_to(a->cr, x, place_y(a, a->y0));
    cairo_line_to(a->cr, x, place_y(a, a->y1));
    cairo_stroke(a->cr);
    label(a->cr, x, place_y(a, a->y0) + 3, CAP_ALIGN_CENTER, text);
  } else {
    const double y = place_y(a, value);
    cairo_move_to(a->cr, place_x(a, a->x0), y);
    cairo_line_to(a->cr, place_x(a, a->x1), y);
    cairo_stroke(a->cr);
    label(a->cr, LEFT - 4, y - 7, CAP_ALIGN_RIGHT, text);
  }
}

/* At the multiples of 1, 2 or 5 times a power of ten, some five of them. */
static void
linear_ticks(const Axes *a, double from, double to, gboolean on_x)
{
  const double power = pow(10, floor(log10((to - from) / 5)));
  const double share = (to - from) / 5 / power;
  const double step = power * (share < 1.5   ? 1
                               : share < 3.5 ? 2
                               : share < 7.5 ? 5
                                             : 10);
  for (double i = ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++)
    tick(a, i * step + 0.0, on_x); /* never −0 */
}

static void
frame(cairo_t *cr, guint colour)
{
  cap_draw_colour(cr, colour, 1);
  cairo_set_line_width(cr, 1);
  cairo_rectangle(cr, LEFT, TOP, CAP_EVAL_PLOT_WIDTH - LEFT - RIGHT,
                  CAP_EVAL_PLOT_HEIGHT - TOP - BOTTOM);
  cairo_stroke(cr);
}

static void
draw_axes(const Axes *a, const char *x_name, const char *y_name)
{
  for (double x = a->x0; a->log_x && x <= a->x1 * 1.001; x *= 2)
    tick(a, x, TRUE);
  if (!a->log_x)
    linear_ticks(a, a->x0, a->x1, TRUE);
  linear_ticks(a, a->y0, a->y1, FALSE);
  frame(a->cr, INK);
  label(a->cr, (place_x(a, a->x0) + place_x(a, a->x1)) / 2,
        CAP_EVAL_PLOT_HEIGHT - 20, CAP_ALIGN_CENTER, x_name);
  cairo_save(a->cr);
  cairo_translate(a->cr, 2, (place_y(a, a->y0) + place_y(a, a->y1)) / 2);
  cairo_rotate(a->cr, -G_PI / 2);
  label(a->cr, 0, 0, CAP_ALIGN_CENTER, y_name);
  cairo_restore(a->cr);
}

static void
draw_line(const Axes *a, const double *x, const double *y, int n, guint colour)
{
  for (int i = 0; i < n; i++)
    cairo_line_to(a->cr, place_x(a, x[i]), place_y(a, y[i]));
  cap_draw_colour(a->cr, colour, 1);
  cairo_set_line_width(a->cr, 1.6);
  cairo_stroke(a->cr);
}

static void
draw_straight(const Axes *a, double ax, double ay, double bx, double by,
              guint colour)
{
  static const double dashes[] = {4, 3};
  cairo_set_dash(a->cr, dashes, 2, 0);
  draw_line(a, (double[]){ax, bx}, (double[]){ay, by}, 2, colour);
  cairo_set_dash(a->cr, NULL, 0, 0);
}

static void
draw_dot(const Axes *a, double x, double y, double radius, guint colour)
{
  cairo_arc(a->cr, place_x(a, x), place_y(a, y), radius, 0, 2 * G_PI);
  cap_draw_colour(a->cr, colour, 0.8);
  cairo_fill(a->cr);
}

static void
say_empty(cairo_t *cr, const char *why)
{
  frame(cr, GRID);
  label(cr, CAP_EVAL_PLOT_WIDTH / 2.0, CAP_EVAL_PLOT_HEIGHT / 2.0 - 10,
        CAP_ALIGN_CENTER, why);
}

static void
draw_froc(cairo_t *cr, const CapEvalResults *r)
{
  const Axes a = {cr, 0.125, 8, 0, 1, TRUE};
  const CapFrocBand *b = r->band;
  draw_axes(&a, "false marks a scan", "sensitivity");
  for (int i = 0; i < b->n_points; i++)
    cairo_line_to(cr, place_x(&a, b->false_marks[i]), place_y(&a, b->low[i]));
  for (int i = b->n_points - 1; i >= 0; i--)
    cairo_line_to(cr, place_x(&a, b->false_marks[i]), place_y(&a, b->high[i]));
  cap_draw_colour(cr, BLUE, 0.2);
  cairo_fill(cr);
  g_autofree double *own = g_new(double, b->n_points);
  for (int i = 0; i < b->n_points; i++)
    own[i] = cap_froc_sensitivity(r->froc, b->false_marks[i]);
  draw_line(&a, b->false_marks, own, b->n_points, BLUE);
  for (int i = 0; i < CAP_FROC_N_POINTS; i++)
    draw_dot(&a, cap_froc_points[i], r->sensitivity[i], 2.5, BLUE);
}

static void
draw_roc_of(const Axes *a, const GArray *scores, const GArray *labels,
            guint colour)
{
  g_autoptr(GArray) curve = cap_roc_curve(
      (double *)scores->data, (guint8 *)labels->data, (int)scores->len);
  const CapRocPoint *p = (CapRocPoint *)curve->data;
  const CapRocPoint all = p[curve->len - 1];
  g_autofree double *x = g_new(double, curve->len);
  g_autofree double *y = g_new(double, curve->len);
  for (guint i = 0; i < curve->len; i++) {
    x[i] = (double)p[i].fp / all.fp;
    y[i] = (double)p[i].tp / all.tp;
  }
  draw_line(a, x, y, (int)curve->len, colour);
}

/* What the two colours are, in a lower corner. */
static void
name_scores(const Axes *a, double x, CapAlign align)
{
  const CapTextStyle blue = {.size = 10, .colour = BLUE, .align = align};
  const CapTextStyle orange = {.size = 10, .colour = ORANGE, .align = align};
  cap_draw_text(a->cr, place_x(a, x), place_y(a, 0.20), &blue, "network");
  cap_draw_text(a->cr, place_x(a, x), place_y(a, 0.12), &orange,
                "diameter alone");
}

static void
draw_roc(cairo_t *cr, const CapEvalResults *r)
{
  if (isnan(r->auc.auc)) {
    say_empty(cr, "no found nodules of both classes");
    return;
  }
  const Axes a = {cr, 0, 1, 0, 1, FALSE};
  draw_axes(&a, "1 − specificity", "sensitivity");
  draw_straight(&a, 0, 0, 1, 1, GUESS);
  draw_roc_of(&a, r->diameter, r->label, ORANGE);
  draw_roc_of(&a, r->malignancy, r->label, BLUE);
  name_scores(&a, 0.97, CAP_ALIGN_RIGHT);
}

/* Steps: precision between two corners is the latter's. */
static void
draw_precision_of(const Axes *a, const GArray *scores, const GArray *labels,
                  guint colour)
{
  g_autoptr(GArray) curve = cap_roc_precision_curve(
      (double *)scores->data, (guint8 *)labels->data, (int)scores->len);
  const CapRocPrecision *p = (CapRocPrecision *)curve->data;
  g_autofree double *x = g_new(double, 2 * curve->len);
  g_autofree double *y = g_new(double, 2 * curve->len);
  for (guint i = 0; i < curve->len; i++) {
    x[2 * i] = i > 0 ? p[i - 1].recall : 0;
    x[2 * i + 1] = p[i].recall;
    y[2 * i] = y[2 * i + 1] = p[i].precision;
  }
  draw_line(a, x, y, 2 * (int)curve->len, colour);
}

/* The broken line is what a guess would reach. */
static void
draw_precision(cairo_t *cr, const CapEvalResults *r)
{
  if (isnan(r->auc.auc)) {
    say_empty(cr, "no found nodules of both classes");
    return;
  }
  const Axes a = {cr, 0, 1, 0, 1, FALSE};
  const double share = (double)(r->table.tp + r->table.fn) / r->label->len;
  draw_axes(&a, "recall", "precision");
  draw_straight(&a, 0, share, 1, share, GUESS);
  draw_precision_of(&a, r->diameter, r->label, ORANGE);
  draw_precision_of(&a, r->malignancy, r->label, BLUE);
  name_scores(&a, 0.03, CAP_ALIGN_LEFT);
}

static void
draw_calibration(cairo_t *cr, const CapEvalResults *r)
{
  if (r->label->len == 0) {
    say_empty(cr, "no found nodules with a rating");
    return;
  }
  const Axes a = {cr, 0, 1, 0, 1, FALSE};
  draw_axes(&a, "mean probability", "share of positive nodules");
  draw_straight(&a, 0, 0, 1, 1, GUESS);
  for (int i = 0; i < r->calibration.n_bins; i++) {
    const CapRocBin *bin = &r->calibration.bins[i];
    if (bin->n > 0)
      draw_dot(&a, bin->mean_probability, bin->share_positive,
               2 + 6 * sqrt((double)bin->n / r->label->len), BLUE);
  }
}

static void
draw_volume(cairo_t *cr, const CapEvalResults *r)
{
  const int n = (int)r->volume.found->len;
  if (n == 0) {
    say_empty(cr, "no found nodules with outlines");
    return;
  }
  const double *f = (double *)r->volume.found->data;
  const double *t = (double *)r->volume.readers->data;
  const CapAgreement *g = &r->volume.agreement;
  double most = 1, reach = 1;
  for (int i = 0; i < n; i++) {
    most = fmax(most, (f[i] + t[i]) / 2);
    reach = fmax(reach, fabs(f[i] - t[i]));
  }
  if (isfinite(g->limit_low))
    reach = fmax(reach, fmax(fabs(g->limit_low), fabs(g->limit_high)));
  const Axes a = {cr, 0, most * 1.05, -reach * 1.1, reach * 1.1, FALSE};
  draw_axes(&a, "mean of both volumes, mm³", "found − readers, mm³");
  for (int i = 0; i < n; i++)
    draw_dot(&a, (f[i] + t[i]) / 2, f[i] - t[i], 2.5, BLUE);
  cairo_save(cr);
  cairo_rectangle(cr, LEFT, TOP, CAP_EVAL_PLOT_WIDTH - LEFT - RIGHT,
                  CAP_EVAL_PLOT_HEIGHT - TOP - BOTTOM);
  cairo_clip(cr);
  const double lines[] = {g->bias, g->limit_low, g->limit_high};
  for (int i = 0; i < 3; i++)
    if (isfinite(lines[i]))
      draw_straight(&a, a.x0, lines[i], a.x1, lines[i], i ? ORANGE : INK);
  cairo_restore(cr);
}

const char *
cap_eval_plot_title(CapEvalPlot plot)
{
  static const char *const titles[CAP_EVAL_N_PLOTS] = {
      "FROC with its 95 % band", "ROC of malignancy",
      "Precision and recall of malignancy", "Calibration of malignancy",
      "Agreement of volumes"};
  return titles[plot];
}

void
cap_eval_plot_draw(cairo_t *cr, CapEvalPlot plot, const CapEvalResults *results)
{
  static void (*const draw[CAP_EVAL_N_PLOTS])(
      cairo_t *, const CapEvalResults *) = {draw_froc, draw_roc, draw_precision,
                                            draw_calibration, draw_volume};
  cairo_save(cr);
  cairo_new_path(cr);
  draw[plot](cr, results);
  cairo_restore(cr);
}
