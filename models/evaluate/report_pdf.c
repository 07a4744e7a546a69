/* The PDF report of an evaluation: see report.h. */
#include "core/error.h"
#include "io/findings/drawing.h"
#include "models/evaluate/plots.h"
#include "models/evaluate/report.h"
#include "models/evaluate/tables.h"

#include <cairo-pdf.h>
#include <string.h>

#define WIDTH 595.0 /* A4 in points */
#define HEIGHT 842.0
#define MARGIN 48.0
#define INK 0x222222

/* Where the next thing goes. */
typedef struct {
  cairo_t *cr;
  double y;
  int page;
} Sheet;

static const CapTextStyle small = {.size = 9, .colour = INK};

static void
new_page(Sheet *s)
{
  g_autofree char *text = g_strdup_printf(
      "Capsight " CAP_VERSION " · not for diagnostic use · page %d", s->page);
  const CapTextStyle foot = {
      .size = 8, .colour = 0x666666, .align = CAP_ALIGN_CENTER};
  cap_draw_text(s->cr, WIDTH / 2, HEIGHT - 30, &foot, text);
  cairo_show_page(s->cr);
  s->page++;
  s->y = MARGIN;
}

static void
make_room(Sheet *s, double height)
{
  if (s->y + height > HEIGHT - MARGIN)
    new_page(s);
}

static void
put_heading(Sheet *s, const char *text, double size)
{
  const CapTextStyle style = {.size = size, .colour = INK, .bold = TRUE};
  make_room(s, size * 4);
  s->y += cap_draw_text(s->cr, MARGIN, s->y, &style, text) + 4;
}

static void
put_paragraph(Sheet *s, const char *text)
{
  CapTextStyle style = small;
  style.width = WIDTH - 2 * MARGIN;
  make_room(s, 30);
  s->y += cap_draw_text(s->cr, MARGIN, s->y, &style, text) + 6;
}

/* Columns share the width: the second of two gets most of it, the first of more
 * (names) a little more than numbers. */
static double
column_share(int n, int i)
{
  if (n == 2)
    return i == 0 ? 0.25 : 0.75;
  return (i == 0 ? 1.4 : 1) / (n + 0.4);
}

static void
put_row(Sheet *s, const CapEvalTable *table, guint row)
{
  const double whole = WIDTH - 2 * MARGIN;
  const int n = table->n_columns;
  double tallest = 0, x = MARGIN;
  for (int i = 0; i < n; i++) {
    const double width = whole * column_share(n, i);
    CapTextStyle style = small;
    style.bold = row == 0;
    style.width = width - 6;
    const double height =
        cap_draw_text(s->cr, x, s->y, &style, table->cells->pdata[row * n + i]);
    tallest = MAX(tallest, height);
    x += width;
  }
  s->y += tallest + 2;
  cap_draw_colour(s->cr, 0xcccccc, 1);
  cairo_set_line_width(s->cr, 0.5);
  cairo_move_to(s->cr, MARGIN, s->y - 1);
  cairo_line_to(s->cr, WIDTH - MARGIN, s->y - 1);
  cairo_stroke(s->cr);
}

/* On one page: no table here has more rows than fit, and few of them have
 * cells of two lines. */
static void
put_table(Sheet *s, const CapEvalTable *table)
{
  const guint n_rows = table->cells->len / table->n_columns;
  make_room(s, 40 + 16.0 * n_rows);
  put_heading(s, table->title, 11);
  for (guint row = 0; row < n_rows; row++)
    put_row(s, table, row);
  s->y += 10;
}

/* Two beside each other. */
static void
put_plots(Sheet *s, const CapEvalResults *r)
{
  const double scale = (WIDTH - 2 * MARGIN - 12) / 2 / CAP_EVAL_PLOT_WIDTH;
  const double height = CAP_EVAL_PLOT_HEIGHT * scale + 22;
  for (int i = 0; i < CAP_EVAL_N_PLOTS; i++) {
    if (i % 2 == 0)
      make_room(s, height);
    const double x = MARGIN + (i % 2) * ((WIDTH - 2 * MARGIN - 12) / 2 + 12);
    cap_draw_text(s->cr, x, s->y, &small, cap_eval_plot_title((CapEvalPlot)i));
    cairo_save(s->cr);
    cairo_translate(s->cr, x, s->y + 14);
    cairo_scale(s->cr, scale, scale);
    cap_eval_plot_draw(s->cr, (CapEvalPlot)i, r);
    cairo_restore(s->cr);
    if (i % 2 == 1 || i + 1 == CAP_EVAL_N_PLOTS)
      s->y += height;
  }
}

/* What is left of a picture's bytes. */
typedef struct {
  const guchar *at;
  gsize left;
} Bytes;

static cairo_status_t
read_bytes(void *closure, unsigned char *out, unsigned int n)
{
  Bytes *bytes = closure;
  if (n > bytes->left)
    return CAIRO_STATUS_READ_ERROR;
  memcpy(out, bytes->at, n);
  bytes->at += n;
  bytes->left -= n;
  return CAIRO_STATUS_SUCCESS;
}

static void
put_picture(cairo_t *cr, const char *base64, double x, double y, double size)
{
  gsize n = 0;
  g_autofree guchar *png = g_base64_decode(base64, &n);
  Bytes bytes = {png, n};
  cairo_surface_t *image =
      cairo_image_surface_create_from_png_stream(read_bytes, &bytes);
  if (cairo_surface_status(image) == CAIRO_STATUS_SUCCESS &&
      cairo_image_surface_get_width(image) > 0) {
    const double scale = size / cairo_image_surface_get_width(image);
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, scale, scale);
    cairo_set_source_surface(cr, image, 0, 0);
    cairo_paint(cr);
    cairo_restore(cr);
  }
  cairo_surface_destroy(image);
}

static void
put_examples(Sheet *s, const char *title, const GPtrArray *examples,
             gboolean missed, const char *none)
{
  enum { ACROSS = 4 };
  const double step = (WIDTH - 2 * MARGIN) / ACROSS, size = step - 10;
  make_room(s, examples->len > 0 ? size + 90 : 40);
  put_heading(s, title, 13);
  if (examples->len == 0)
    put_paragraph(s, none);
  for (guint i = 0; i < examples->len; i++) {
    const CapEvalExample *e = examples->pdata[i];
    if (i % ACROSS == 0)
      make_room(s, size + 62);
    const double x = MARGIN + (i % ACROSS) * step;
    if (e->picture != NULL)
      put_picture(s->cr, e->picture, x, s->y, size);
    g_autofree char *text = cap_eval_example_text(e, missed);
    const CapTextStyle style = {.size = 7, .colour = INK, .width = size};
    cap_draw_text(s->cr, x, s->y + size + 2, &style, text);
    if (i % ACROSS == ACROSS - 1 || i + 1 == examples->len)
      s->y += size + 62;
  }
}

static void
set_metadata(cairo_surface_t *pdf)
{
  const char *epoch = g_getenv("SOURCE_DATE_EPOCH");
  g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(
      epoch ? g_ascii_strtoll(epoch, NULL, 10) : 0);
  g_autofree char *text =
      date ? g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ") : NULL;
  cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_TITLE,
                                 "Capsight evaluation");
  cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATOR,
                                 "Capsight " CAP_VERSION);
  if (text != NULL)
    cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATE_DATE, text);
}

static cairo_status_t
collect(void *closure, const unsigned char *bytes, unsigned int n)
{
  g_byte_array_append(closure, bytes, n);
  return CAIRO_STATUS_SUCCESS;
}

static void
put_lines(Sheet *s, const char *title, const GPtrArray *lines)
{
  if (lines->len > 0)
    put_heading(s, title, 13);
  for (guint i = 0; i < lines->len; i++)
    put_paragraph(s, lines->pdata[i]);
}

static void
put_all(Sheet *s, const CapEvalResults *r)
{
  g_autoptr(GPtrArray) tables = cap_eval_tables_new(r);
  put_heading(s, "Evaluation of nodule detection", 18);
  put_paragraph(s, CAP_EVAL_NOTICE);
  for (guint i = 0; i < tables->len; i++) {
    if (i == CAP_EVAL_N_DETECTION_TABLES)
      put_plots(s, r);
    put_table(s, tables->pdata[i]);
  }
  if (s->y > MARGIN)
    new_page(s);
  put_examples(s, "Largest missed nodules", r->misses, TRUE, CAP_EVAL_NO_MISS);
  s->y += 10;
  put_examples(s, "Most confident false marks", r->false_marks, FALSE,
               CAP_EVAL_NO_FALSE_MARK);
  put_lines(s, CAP_EVAL_FAILURES, r->failures);
  put_lines(s, CAP_EVAL_WARNINGS, r->warnings);
  new_page(s);
}

GByteArray *
cap_eval_report_pdf(const CapEvalResults *results, GError **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  cairo_surface_t *pdf =
      cairo_pdf_surface_create_for_stream(collect, bytes, WIDTH, HEIGHT);
  set_metadata(pdf);
  cairo_t *cr = cairo_create(pdf);
  Sheet sheet = {cr, MARGIN, 1};
  put_all(&sheet, results);
  const cairo_status_t status = cairo_status(cr);
  cairo_destroy(cr);
  cairo_surface_finish(pdf);
  cairo_surface_destroy(pdf);
  if (status == CAIRO_STATUS_SUCCESS)
    return g_steal_pointer(&bytes);
  g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY, "the PDF report: %s",
              cairo_status_to_string(status));
  return NULL;
}
