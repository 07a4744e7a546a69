/* Pages of a printed report: see pdf_page.h. */
#include "io/report/pdf_page.h"

#include "io/report/words.h"
#include "io/report/words_tables.h"

#define MARGIN 46.0
#define FOOT 44.0
#define ROW_SIZE 9.0

void
cap_pdf_size(CapPaper paper, double *width, double *height)
{
  const gboolean letter = paper == CAP_PAPER_LETTER;
  *width = letter ? 612 : 595.276;
  *height = letter ? 792 : 841.89;
}

static void
draw_rule(CapPdfPage *page, double y, guint colour, double thickness)
{
  cap_draw_colour(page->cr, colour, 1);
  cairo_rectangle(page->cr, page->left, y, page->right - page->left, thickness);
  cairo_fill(page->cr);
}

static void
draw_foot(CapPdfPage *page)
{
  const double y = page->height - FOOT + 10;
  CapTextStyle style = {.size = 8, .colour = CAP_PAPER_WARN, .bold = TRUE};
  draw_rule(page, y - 6, CAP_PAPER_RULE, 0.6);
  cap_draw_text(page->cr, page->left, y, &style, CAP_WORDS_NOT_DIAGNOSTIC);
  style = (CapTextStyle){
      .size = 8, .colour = CAP_PAPER_DIM, .align = CAP_ALIGN_CENTER};
  const CapVolume *v = page->report->volume;
  g_autofree char *who =
      g_strdup_printf("Capsight " CAP_VERSION "%s%s",
                      v && *v->source->patient_id ? "  ·  patient " : "",
                      v ? v->source->patient_id : "");
  cap_draw_text(page->cr, page->width / 2, y, &style, who);
  g_autofree char *number =
      page->n_pages > 0
          ? g_strdup_printf("Page %d of %d", page->page, page->n_pages)
          : g_strdup_printf("Page %d", page->page);
  style.align = CAP_ALIGN_RIGHT;
  cap_draw_text(page->cr, page->right, y, &style, number);
}

static void
open_page(CapPdfPage *page)
{
  page->page++;
  page->y = MARGIN;
  cap_draw_colour(page->cr, 0xffffff, 1);
  cairo_paint(page->cr);
  draw_foot(page);
}

void
cap_pdf_begin(CapPdfPage *page, const CapReport *report, cairo_t *cr)
{
  page->report = report;
  page->cr = cr;
  page->page = 0;
  cap_pdf_size(report->paper, &page->width, &page->height);
  page->left = MARGIN;
  page->right = page->width - MARGIN;
  page->bottom = page->height - FOOT - 4;
  open_page(page);
}

void
cap_pdf_end(CapPdfPage *page)
{
  cairo_show_page(page->cr);
}

void
cap_pdf_next(CapPdfPage *page)
{
  cap_pdf_end(page);
  open_page(page);
}

void
cap_pdf_need(CapPdfPage *page, double height)
{
  if (page->y + height > page->bottom)
    cap_pdf_next(page);
}

void
cap_pdf_heading(CapPdfPage *page, const char *text)
{
  const CapTextStyle style = {
      .size = 11, .colour = CAP_PAPER_ACCENT, .bold = TRUE};
  cap_pdf_need(page, 60);
  page->y += 10;
  page->y += cap_draw_text(page->cr, page->left, page->y, &style, text) + 2;
  draw_rule(page, page->y, CAP_PAPER_RULE, 0.8);
  page->y += 7;
}

void
cap_pdf_paragraph(CapPdfPage *page, const char *text, double size, guint colour)
{
  const CapTextStyle style = {
      .size = size, .colour = colour, .width = page->right - page->left};
  cap_pdf_need(page, size * 2.5);
  page->y += cap_draw_text(page->cr, page->left, page->y, &style, text) + 3;
}

/* Returns the height that ROW takes. */
static double
draw_labelled(CapPdfPage *page, const CapWordsRow *row, double x, double y,
              const double widths[2])
{
  const CapTextStyle name = {.size = ROW_SIZE, .colour = CAP_PAPER_DIM};
  const CapTextStyle value = {
      .size = ROW_SIZE, .colour = CAP_PAPER_INK, .width = widths[1]};
  cap_draw_text(page->cr, x, y, &name, row->label);
  return cap_draw_text(page->cr, x + widths[0], y, &value, row->value) + 3;
}

double
cap_pdf_rows(CapPdfPage *page, const GPtrArray *rows, double x, double width,
             double label)
{
  const double widths[] = {label, width - label};
  double y = page->y;
  for (guint i = 0; i < rows->len; i++)
    y += draw_labelled(page, rows->pdata[i], x, y, widths);
  return y;
}

/* The same without anything to be seen of it. */
static double
height_of_row(CapPdfPage *page, const CapWordsRow *row, const double widths[2])
{
  cairo_push_group(page->cr);
  const double height = draw_labelled(page, row, page->left, page->y, widths);
  cairo_pattern_destroy(cairo_pop_group(page->cr));
  return height;
}

void
cap_pdf_list(CapPdfPage *page, const char *heading, const GPtrArray *rows)
{
  enum { LABEL = 105, HEADING = 34 };
  const double widths[] = {LABEL, page->right - page->left - LABEL};
  double all = HEADING;
  for (guint i = 0; i < rows->len; i++)
    all += height_of_row(page, rows->pdata[i], widths);
  cap_pdf_need(page, MIN(all, page->height / 2));
  cap_pdf_heading(page, heading);
  for (guint i = 0; i < rows->len; i++) {
    cap_pdf_need(page, height_of_row(page, rows->pdata[i], widths));
    page->y += draw_labelled(page, rows->pdata[i], page->left, page->y, widths);
  }
  page->y += 4;
}

/* Draws CELLS from the cursor on; returns the y below them. */
static double
draw_cells(CapPdfPage *page, char **cells, const double *shares, gboolean head)
{
  CapTextStyle style = {.size = 8.5,
                        .colour = head ? CAP_PAPER_DIM : CAP_PAPER_INK,
                        .bold = head};
  double x = page->left, lowest = page->y;
  for (int i = 0; cells[i] != NULL; i++) {
    const double width = shares[i] * (page->right - page->left);
    style.width = width - 4;
    lowest = MAX(lowest, page->y + cap_draw_text(page->cr, x, page->y, &style,
                                                 cells[i]));
    x += width;
  }
  return lowest;
}

static void
draw_row(CapPdfPage *page, char **cells, const double *shares, gboolean head)
{
  page->y = draw_cells(page, cells, shares, head) + 3;
  draw_rule(page, page->y, CAP_PAPER_RULE, head ? 0.8 : 0.4);
  page->y += 3.5;
}

void
cap_pdf_table(CapPdfPage *page, const GPtrArray *table, const double *shares)
{
  for (guint i = 0; i < table->len; i++) {
    cairo_push_group(page->cr); /* to learn its height */
    const double height =
        draw_cells(page, table->pdata[i], shares, i == 0) - page->y + 6.5;
    cairo_pattern_destroy(cairo_pop_group(page->cr));
    const int before = page->page;
    cap_pdf_need(page, height);
    if (i > 0 && page->page != before)
      draw_row(page, table->pdata[0], shares, TRUE);
    draw_row(page, table->pdata[i], shares, i == 0);
  }
}

void
cap_pdf_notice(CapPdfPage *page, const char *bold, const char *plain)
{
  enum { PAD = 8 };
  const double width = page->right - page->left;
  const CapTextStyle strong = {
      .size = 9.5, .colour = CAP_PAPER_WARN, .bold = TRUE};
  const CapTextStyle style = {
      .size = 9, .colour = CAP_PAPER_INK, .width = width - 2 * PAD - 6};
  cairo_t *cr = page->cr;
  cairo_push_group(cr); /* to learn its height */
  const double at = page->left + PAD + 6;
  double y = page->y + PAD;
  y += cap_draw_text(cr, at, y, &strong, bold) + 1;
  y += cap_draw_text(cr, at, y, &style, plain) + PAD;
  cairo_pattern_destroy(cairo_pop_group(cr));
  cap_draw_colour(cr, 0xfdf3ea, 1);
  cairo_rectangle(cr, page->left, page->y, width, y - page->y);
  cairo_fill(cr);
  cap_draw_colour(cr, CAP_PAPER_WARN, 1);
  cairo_rectangle(cr, page->left, page->y, 3, y - page->y);
  cairo_fill(cr);
  double inside = page->y + PAD;
  inside += cap_draw_text(cr, at, inside, &strong, bold) + 1;
  cap_draw_text(cr, at, inside, &style, plain);
  page->y = y + 6;
}
