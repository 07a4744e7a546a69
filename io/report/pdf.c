/* report.pdf: the report for people. A page of summary, a page for each
 * finding with three planes; A4 or Letter, metadata, bookmarks. */
#include "io/report/formats.h"

#include "core/error.h"
#include "core/irregularity.h"
#include "io/atomic_file.h"
#include "io/findings/picture_view.h"
#include "io/report/key_picture.h"
#include "io/report/pdf_page.h"
#include "io/report/words.h"
#include "io/report/words_guidelines.h"
#include "io/report/words_measurements.h"
#include "io/report/words_prior.h"
#include "io/report/words_tables.h"

#include <cairo-pdf.h>
#include <math.h>

static void
draw_title(CapPdfPage *page)
{
  const CapTextStyle title = {
      .size = 22, .colour = CAP_PAPER_INK, .bold = TRUE};
  const CapTextStyle sub = {.size = 10, .colour = CAP_PAPER_DIM};
  page->y += cap_draw_text(page->cr, page->left, page->y, &title,
                           "Lung nodule report");
  page->y += cap_draw_text(page->cr, page->left, page->y, &sub,
                           cap_words_subtitle(page->report)) +
             10;
}

/* ROWS in two columns, the left one first. */
static void
draw_two_columns(CapPdfPage *page, const GPtrArray *rows)
{
  const double half = (page->right - page->left) / 2;
  GPtrArray *columns[2] = {g_ptr_array_new(), g_ptr_array_new()};
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add(columns[i >= (rows->len + 1) / 2], rows->pdata[i]);
  double y = page->y;
  for (int i = 0; i < 2; i++)
    y = MAX(y, cap_pdf_rows(page, columns[i], page->left + i * half, half - 12,
                            72));
  for (int i = 0; i < 2; i++)
    g_ptr_array_unref(columns[i]);
  page->y = y + 4;
}

static void
draw_table(CapPdfPage *page)
{
  static const double shares[] = {0.04, 0.115, 0.14,  0.105, 0.075, 0.09,
                                  0.06, 0.095, 0.095, 0.08,  0.105};
  g_autoptr(GPtrArray) table = cap_words_findings_table(page->report);
  cap_pdf_heading(page, "Findings");
  cap_pdf_table(page, table, shares);
  cap_pdf_paragraph(page,
                    "P(nodule): probability that it is a nodule. P(mal.): "
                    "probability that readers would rate its malignancy above "
                    "3 of 5; opinion, not pathology.",
                    7.5, CAP_PAPER_DIM);
}

/* "Compared with the CT of …". */
static void
draw_compared(CapPdfPage *page)
{
  g_autofree char *scan = cap_words_prior_scan(page->report->findings);
  g_autofree char *heading = g_strdup_printf("Compared with %s", scan);
  cap_pdf_heading(page, heading);
}

static void
draw_changes(CapPdfPage *page)
{
  static const double shares[] = {0.05, 0.18, 0.18, 0.27, 0.32};
  g_autoptr(GPtrArray) table = cap_words_changes_table(page->report);
  if (table == NULL)
    return;
  draw_compared(page);
  cap_pdf_table(page, table, shares);
}

/* FINDING beside what it was. */
static void
draw_prior(CapPdfPage *page, const CapFinding *finding)
{
  static const double shares[] = {0.17, 0.21, 0.21, 0.41};
  enum { HEIGHT = 110 }; /* kept together */
  g_autoptr(GPtrArray) table = cap_words_prior_table(page->report, finding);
  g_autofree char *words = cap_words_change(finding);
  if (*words == '\0')
    return;
  *words = g_ascii_toupper(*words);
  cap_pdf_need(page, table != NULL ? HEIGHT : 0);
  draw_compared(page);
  if (table != NULL)
    cap_pdf_table(page, table, shares);
  else
    cap_pdf_paragraph(page, words, 9, CAP_PAPER_INK);
}

static void
draw_irregularities(CapPdfPage *page)
{
  enum { MOST = 8 };
  const GPtrArray *list = page->report->findings->irregularities;
  if (list->len == 0)
    return;
  cap_pdf_heading(page, "About the images");
  for (guint i = 0; i < list->len && i < MOST; i++) {
    const CapIrregularity *note = list->pdata[i];
    g_autofree char *text =
        g_strdup_printf("%s  %s%s%s", cap_irregularity_code(note->number),
                        note->text, *note->effect ? "; " : "", note->effect);
    cap_pdf_paragraph(page, text, 8.5, CAP_PAPER_INK);
  }
  if (list->len > MOST) {
    g_autofree char *more = g_strdup_printf(
        "and %u more, listed by capsight info", list->len - MOST);
    cap_pdf_paragraph(page, more, 8.5, CAP_PAPER_DIM);
  }
}

static void
draw_summary(CapPdfPage *page)
{
  const CapReport *report = page->report;
  draw_title(page);
  g_autoptr(GPtrArray) scan = cap_words_scan(report);
  draw_two_columns(page, scan);
  cap_pdf_notice(page, CAP_WORDS_NOT_DIAGNOSTIC,
                 "Capsight is research software. Its judgements imitate the "
                 "opinions of radiologists, not pathology, and it misses "
                 "nodules and marks what is none.");
  cap_pdf_heading(page, "Result");
  g_autoptr(GPtrArray) words = cap_words_summary(report);
  for (guint i = 0; i + 1 < words->len; i++) /* the last is the notice above */
    cap_pdf_paragraph(page, words->pdata[i], i == 0 ? 12 : 9.5, CAP_PAPER_INK);
  g_autoptr(GPtrArray) exam =
      cap_words_exam(report->findings, report->not_evaluable, &report->pending);
  if (exam->len > 0)
    cap_pdf_list(page, "Guidelines", exam);
  if (report->findings->items->len > 0)
    draw_table(page);
  draw_changes(page);
  g_autoptr(GPtrArray) measurements = cap_words_measurements(report);
  if (measurements->len > 0)
    cap_pdf_list(page, "Measured by hand", measurements);
  g_autoptr(GPtrArray) keys = cap_words_key_images(report);
  if (keys->len > 0)
    cap_pdf_list(page, "Key images", keys);
  draw_irregularities(page);
  g_autoptr(GPtrArray) provenance = cap_words_provenance(report);
  cap_pdf_list(page, "How this report was made", provenance);
}

/* Three planes, and with a network's judgement their routing maps below, within
 * HEIGHT. */
static void
draw_pictures(CapPdfPage *page, const CapFinding *finding, double height)
{
  enum { GAP = 6, BELOW = 4, PIXELS = 330, LEAST = 92, MOST = 144 };
  const CapReport *report = page->report;
  const double third = (page->right - page->left - 2 * GAP) / 3;
  const double step = third + GAP;
  const int n_rows = cap_report_has_judged(report, finding) ? 2 : 1;
  const double size =
      CLAMP((height - BELOW) / n_rows - GAP, LEAST, MIN(third, MOST));
  for (int row = 0; row < n_rows && !page->dry; row++)
    for (int plane = 0; plane < 3; plane++) {
      const CapPictureView view = {.volume = report->volume,
                                   .finding = finding,
                                   .plane = (CapPlane)plane,
                                   .field_mm = cap_picture_field_mm(finding),
                                   .size = PIXELS,
                                   .routing = row == 1};
      cairo_save(page->cr);
      cairo_translate(page->cr, page->left + plane * step + (third - size) / 2,
                      page->y + row * (size + GAP));
      cairo_scale(page->cr, size / PIXELS, size / PIXELS);
      cap_picture_view_draw(page->cr, 0, 0, &view);
      cairo_restore(page->cr);
    }
  page->y += n_rows * (size + GAP) + BELOW;
}

/* Five bars, one for each rating, above the column X … X + WIDTH. */
static double
draw_bars(CapPdfPage *page, const CapFinding *finding, double x, double y,
          double width)
{
  enum { HEIGHT = 34 };
  const CapTextStyle style = {
      .size = 7.5, .colour = CAP_PAPER_DIM, .align = CAP_ALIGN_CENTER};
  const double step = width / 5;
  for (int i = 0; i < 5; i++) {
    const double p = CLAMP(finding->malignancy.p[i], 0.0, 1.0);
    const double left = x + i * step + 3;
    cap_draw_colour(page->cr, CAP_PAPER_PANEL, 1);
    cairo_rectangle(page->cr, left, y, step - 6, HEIGHT);
    cairo_fill(page->cr);
    cap_draw_colour(page->cr, CAP_PAPER_ACCENT, 1);
    cairo_rectangle(page->cr, left, y + HEIGHT * (1 - p), step - 6, HEIGHT * p);
    cairo_fill(page->cr);
    g_autofree char *level = g_strdup_printf("%d", i + 1);
    cap_draw_text(page->cr, left + step / 2 - 3, y + HEIGHT + 1, &style, level);
  }
  return y + HEIGHT + 14;
}

/* From LEFT on LENGTH wide: one standard deviation, the expected level. */
static void
draw_scale(CapPdfPage *page, const CapRating *rating, double left, double y,
           double length)
{
  const double scale = length / (MAX(rating->n_levels, 2) - 1);
  const double at = left + scale * (rating->expected - 1);
  const double from = MAX(left, at - scale * rating->sd);
  const double to = MIN(left + length, at + scale * rating->sd);
  cap_draw_colour(page->cr, CAP_PAPER_RULE, 1);
  cairo_rectangle(page->cr, left, y + 5, length, 1.4);
  cairo_fill(page->cr);
  cap_draw_colour(page->cr, CAP_PAPER_ACCENT, 0.3);
  cairo_rectangle(page->cr, from, y + 3.5, MAX(0, to - from), 4.4);
  cairo_fill(page->cr);
  cap_draw_colour(page->cr, CAP_PAPER_ACCENT, 1);
  cairo_arc(page->cr, at, y + 5.7, 2.6, 0, 2 * G_PI);
  cairo_fill(page->cr);
}

/* A cell for each class, the fuller the likelier. */
static void
draw_classes(CapPdfPage *page, const CapRating *rating, double left, double y,
             double length)
{
  const double step = length / MAX(rating->n_levels, 1);
  for (int i = 0; i < rating->n_levels; i++) {
    cap_draw_colour(page->cr, CAP_PAPER_RULE, 1);
    cairo_rectangle(page->cr, left + i * step, y + 3.5, step - 2, 4.4);
    cairo_fill(page->cr);
    cap_draw_colour(page->cr, CAP_PAPER_ACCENT, rating->p[i]);
    cairo_rectangle(page->cr, left + i * step, y + 3.5, step - 2, 4.4);
    cairo_fill(page->cr);
  }
}

/* What each attribute is expected to be, or the likeliest of its classes. */
static double
draw_attributes(CapPdfPage *page, const CapFinding *finding, double x, double y,
                double width)
{
  enum { LABEL = 84, WORD = 96 };
  const CapTextStyle name = {.size = 8.5, .colour = CAP_PAPER_DIM};
  const CapTextStyle word = {.size = 8.5, .colour = CAP_PAPER_INK};
  for (int i = 0; i < CAP_N_ATTRIBUTES; i++, y += 13) {
    const CapAttributeKind kind = (CapAttributeKind)i;
    const CapRating *rating = &finding->attributes[i];
    const double left = x + LABEL, length = width - LABEL - WORD - 8;
    const gboolean classes = cap_attribute_is_classes(kind);
    g_autofree char *value =
        classes ? cap_words_rating(rating, kind)
                : g_strdup(cap_words_level_name(kind,
                                                cap_words_level(rating, kind)));
    cap_draw_text(page->cr, x, y, &name, cap_words_attribute(kind));
    cap_draw_text(page->cr, left + length + 10, y, &word, value);
    (classes ? draw_classes : draw_scale)(page, rating, left, y, length);
  }
  return y;
}

static double
draw_subheading(CapPdfPage *page, double x, double y, const char *text)
{
  const CapTextStyle style = {
      .size = 10, .colour = CAP_PAPER_ACCENT, .bold = TRUE};
  return y + cap_draw_text(page->cr, x, y, &style, text) + 4;
}

/* Measurements and why on the left, the network's judgement on the right. */
static void
draw_facts(CapPdfPage *page, const CapFinding *finding)
{
  const double half = (page->right - page->left) / 2, top = page->y + 4;
  const double wide = half + 24, x = page->left + half - 24;
  page->y = draw_subheading(page, page->left, top, "Measured");
  g_autoptr(GPtrArray) measures = cap_words_measures(page->report, finding);
  double lowest = cap_pdf_rows(page, measures, page->left, half - 40, 88);
  if (cap_report_has_judged(page->report, finding)) {
    const CapTextStyle small = {
        .size = 8, .colour = CAP_PAPER_INK, .width = half - 44};
    g_autofree char *why = cap_words_explanation(finding);
    lowest += 8;
    lowest += cap_draw_text(page->cr, page->left, lowest, &small, why);
    page->y = draw_subheading(page, x, top, "Judged by the network");
    g_autoptr(GPtrArray) judgement = cap_words_judgement(finding);
    double y = cap_pdf_rows(page, judgement, x, wide, 112) + 4;
    y = draw_bars(page, finding, x, y, wide * 0.6);
    y = draw_attributes(page, finding, x, y + 2, wide);
    lowest = MAX(lowest, y);
  }
  page->y = lowest + 6;
}

/* What stands below the pictures of FINDING. */
static void
draw_words(CapPdfPage *page, const CapFinding *finding)
{
  draw_facts(page, finding);
  draw_prior(page, finding);
  if (*finding->comment != '\0') {
    g_autofree char *comment =
        g_strdup_printf("Comment of the reader: %s", finding->comment);
    cap_pdf_paragraph(page, comment, 9, CAP_PAPER_INK);
  }
  g_autoptr(GPtrArray) guidelines =
      cap_words_guidelines(page->report->findings, finding);
  cap_pdf_list(page, "Guidelines: decision support, not a diagnosis",
               guidelines);
}

/* The height of that, were the page as long as it takes. */
static double
height_of_words(CapPdfPage *page, const CapFinding *finding)
{
  CapPdfPage trial = *page;
  trial.bottom = INFINITY;
  cairo_push_group(page->cr);
  draw_words(&trial, finding);
  cairo_pattern_destroy(cairo_pop_group(page->cr));
  return trial.y - page->y;
}

static void
draw_doubts(CapPdfPage *page, const CapFinding *finding)
{
  g_autoptr(GPtrArray) doubts = cap_words_doubts(finding);
  if (doubts->len == 0)
    return;
  g_ptr_array_add(doubts, NULL);
  g_autofree char *text = g_strjoinv(" ", (char **)doubts->pdata);
  cap_pdf_notice(page, CAP_WORDS_DOUBT, text);
}

static void
draw_finding(CapPdfPage *page, const CapFinding *finding)
{
  const CapTextStyle big = {.size = 15, .colour = CAP_PAPER_INK, .bold = TRUE};
  const CapTextStyle sub = {.size = 9, .colour = CAP_PAPER_DIM};
  g_autofree char *title = cap_words_title(finding);
  g_autofree char *head =
      g_strdup_printf("Finding %d  ·  %s", finding->id, title);
  g_autofree char *status = g_strdup_printf(
      "%s%s", cap_words_status(finding->status),
      finding->status == CAP_STATUS_UNREVIEWED ? ": no reader has looked at it"
                                               : " by the reader");
  page->y += cap_draw_text(page->cr, page->left, page->y, &big, head);
  page->y += cap_draw_text(page->cr, page->left, page->y, &sub, status) + 8;
  if (finding->near_gap)
    cap_pdf_notice(page, "A slice is missing here",
                   "The sizes of this finding are not to be trusted.");
  if (cap_report_has_judged(page->report, finding))
    draw_doubts(page, finding);
  if (page->report->volume != NULL)
    draw_pictures(page, finding,
                  page->bottom - page->y - height_of_words(page, finding));
  draw_words(page, finding);
}

/* MARKED with what it is above it and the reader's comment below, two on a
 * page. */
static void
draw_key_image(CapPdfPage *page, guint index, const CapReviewImage *marked)
{
  enum { WORDS = 62 };
  const CapTextStyle head = {
      .size = 9.5, .colour = CAP_PAPER_INK, .bold = TRUE};
  const double most = (page->height - 160) / 2 - WORDS;
  int columns, rows;
  cap_key_picture_size(page->report, marked, &columns, &rows);
  const double scale = fmin((page->right - page->left) / columns, most / rows);
  g_autofree char *name = g_strdup_printf("Key image %u", index + 1);
  g_autofree char *words = cap_words_key_image(page->report, marked);
  cap_pdf_need(page, rows * scale + WORDS);
  page->y += cap_draw_text(page->cr, page->left, page->y, &head, name) + 2;
  cap_pdf_paragraph(page, words, 8.5, CAP_PAPER_DIM);
  if (!page->dry) {
    cairo_save(page->cr);
    cairo_translate(page->cr, page->left, page->y);
    cairo_scale(page->cr, scale, scale);
    cap_key_picture_draw(page->cr, page->report, marked);
    cairo_restore(page->cr);
  }
  page->y += rows * scale + 4;
  if (*marked->comment != '\0')
    cap_pdf_paragraph(page, marked->comment, 9, CAP_PAPER_INK);
  page->y += 10;
}

static void
draw_key_images(CapPdfPage *page)
{
  const GPtrArray *list = page->report->key_images;
  cap_pdf_heading(page, "Key images");
  for (guint i = 0; i < list->len; i++)
    draw_key_image(page, i, list->pdata[i]);
}

static void
add_bookmark(cairo_surface_t *surface, const CapPdfPage *page, const char *name)
{
  g_autofree char *link = g_strdup_printf("page=%d", page->page);
  cairo_pdf_surface_add_outline(surface, CAIRO_PDF_OUTLINE_ROOT, name, link, 0);
}

/* Draws everything; returns the number of pages. */
static int
draw_report(cairo_surface_t *surface, const CapReport *report, int n_pages)
{
  CapPdfPage page = {.n_pages = n_pages, .dry = n_pages == 0};
  cairo_t *cr = cairo_create(surface);
  cap_pdf_begin(&page, report, cr);
  draw_summary(&page);
  for (guint i = 0; i < report->findings->items->len; i++) {
    const CapFinding *finding = report->findings->items->pdata[i];
    cap_pdf_next(&page);
    g_autofree char *name = g_strdup_printf("Finding %d", finding->id);
    add_bookmark(surface, &page, name);
    draw_finding(&page, finding);
  }
  if (report->volume != NULL && report->key_images->len > 0) {
    cap_pdf_next(&page);
    add_bookmark(surface, &page, "Key images");
    draw_key_images(&page);
  }
  cap_pdf_end(&page);
  cairo_destroy(cr);
  return page.page;
}

static void
set_metadata(cairo_surface_t *surface, const CapReport *report)
{
  const CapVolume *v = report->volume;
  g_autofree char *title = g_strdup_printf(
      "Lung nodule report%s%s", v && *v->source->patient_id ? ", patient " : "",
      v ? v->source->patient_id : "");
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR,
                                 *report->reader ? report->reader : "Capsight");
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT,
                                 CAP_WORDS_NOT_DIAGNOSTIC);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_KEYWORDS,
                                 report->findings->series_uid);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR,
                                 "Capsight " CAP_VERSION);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                 report->stamp);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE,
                                 report->stamp);
}

static cairo_status_t
append_bytes(void *closure, const unsigned char *bytes, unsigned int length)
{
  g_byte_array_append(closure, bytes, length);
  return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *
new_surface(const CapReport *report, GByteArray *bytes)
{
  double width, height;
  cap_pdf_size(report->paper, &width, &height);
  return cairo_pdf_surface_create_for_stream(append_bytes, bytes, width,
                                             height);
}

GByteArray *
cap_report_pdf_bytes(const CapReport *report, GError **error)
{
  g_autoptr(GByteArray) counted = g_byte_array_new();
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  cairo_surface_t *surface = new_surface(report, counted);
  const int n_pages = draw_report(surface, report, 0);
  cairo_surface_destroy(surface);
  surface = new_surface(report, bytes);
  set_metadata(surface, report);
  draw_report(surface, report, n_pages);
  cairo_surface_finish(surface);
  const cairo_status_t status = cairo_surface_status(surface);
  cairo_surface_destroy(surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return g_steal_pointer(&bytes);
  g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY, "the PDF cannot be drawn: %s",
              cairo_status_to_string(status));
  return NULL;
}

gboolean
cap_report_write_pdf(const CapReport *report, const char *path, GError **error)
{
  g_autoptr(GByteArray) bytes = cap_report_pdf_bytes(report, error);
  return bytes != NULL &&
         cap_atomic_file_save(path, bytes->data, bytes->len, error);
}
