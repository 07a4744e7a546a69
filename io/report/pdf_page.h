/* Pages of a printed report: a cursor that runs down a page and goes on to the
 * next, with a head and a foot on every one. Lengths are points. */
#pragma once

#include "io/findings/drawing.h"
#include "io/report/report.h"

#define CAP_PAPER_INK 0x14181d
#define CAP_PAPER_DIM 0x58616c
#define CAP_PAPER_RULE 0xd3d9e0
#define CAP_PAPER_PANEL 0xf3f5f8
#define CAP_PAPER_ACCENT 0x0b4f8a
#define CAP_PAPER_WARN 0xa63d00

typedef struct {
  const CapReport *report;
  cairo_t *cr;
  double width, height;       /* of the paper */
  double left, right, bottom; /* of what is printed on */
  double y;                   /* where the next thing goes */
  int page, n_pages;          /* n_pages 0: not known yet */
  gboolean dry;               /* only counting pages: pictures are left out */
} CapPdfPage;

void cap_pdf_size(CapPaper paper, double *width, double *height);
/* Starts the first page on CR. */
void cap_pdf_begin(CapPdfPage *page, const CapReport *report, cairo_t *cr);
/* Ends the page that is open. */
void cap_pdf_end(CapPdfPage *page);
void cap_pdf_next(CapPdfPage *page);
/* Goes on to the next page unless HEIGHT is left on this one. */
void cap_pdf_need(CapPdfPage *page, double height);

/* Each moves the cursor below what it printed. */
void cap_pdf_heading(CapPdfPage *page, const char *text);
void cap_pdf_paragraph(CapPdfPage *page, const char *text, double size,
                       guint colour);
/* Rows (of CapWordsRow) between X and X + WIDTH, labels LABEL wide; returns the
 * y below them and leaves the cursor alone. */
double cap_pdf_rows(CapPdfPage *page, const GPtrArray *rows, double x,
                    double width, double label);
/* ROWS across the page under HEADING, kept together unless they are many. */
void cap_pdf_list(CapPdfPage *page, const char *heading, const GPtrArray *rows);
/* TABLE (words_tables.h) across the page, its head again on every page; SHARES
 * are those of the width that each column has. */
void cap_pdf_table(CapPdfPage *page, const GPtrArray *table,
                   const double *shares);
/* A shaded box around one bold and one plain text. */
void cap_pdf_notice(CapPdfPage *page, const char *bold, const char *plain);
