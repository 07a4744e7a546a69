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

double
cap_pdf_rows(CapPdfPage *page, const GPtrArray *rows, double x, double width,
             double label)
{
  const CapTextStyle name = {.size = ROW_SIZE, .colour = CAP_PAPER_DIM};
  const CapTextStyle value = {
      .size = ROW_SIZE, .colour = CAP_PAPER_INK, .width = width - label};
  double y = page->y;
  for (guint i = 0; i < rows->len; i++) {
    const CapWordsRow *row = rows->pdata[i];
    cap_draw_text(page->cr, x, y, &name, row->label);
    y += cap_draw_text(page->cr, x + label, y, &value, row->value) + 3;
  }
  return y;
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
