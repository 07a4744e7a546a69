/* report.html: the report for people as one page without anything outside it:
 * style within, pictures as data URIs, no script. */
#include "io/report/formats.h"

#include "core/irregularity.h"
#include "io/findings/picture_view.h"
#include "io/findings/slice_picture.h"
#include "io/report/dicom_common.h"
#include "io/report/key_picture.h"
#include "io/report/words.h"
#include "io/report/words_guidelines.h"
#include "io/report/words_measurements.h"
#include "io/report/words_prior.h"
#include "io/report/words_tables.h"

#include <string.h>

static const char style[] =
    "body{font:15px/1.45 system-ui,'Segoe UI',Roboto,'Noto Sans',sans-serif;"
    "color:#14181d;background:#eef1f4;margin:0}"
    "main{max-width:60rem;margin:2rem auto;background:#fff;padding:2.5rem 3rem;"
    "box-shadow:0 1px 4px #0003}"
    "h1{font-size:1.9rem;margin:0}"
    "h2{font-size:1.15rem;color:#0b4f8a;border-bottom:1px solid #d3d9e0;"
    "padding-bottom:.25rem;margin:2rem 0 .8rem}"
    "h3{font-size:1rem;color:#0b4f8a;margin:.8rem 0 .4rem}"
    ".sub,.note{color:#58616c}.note{font-size:.85rem}"
    ".warn{background:#fdf3ea;border-left:4px solid #a63d00;padding:.7rem 1rem;"
    "margin:1.2rem 0}.warn b{color:#a63d00}"
    ".lead{font-size:1.15rem;font-weight:600}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.2rem;"
    "margin:0}dt{color:#58616c}dd{margin:0;overflow-wrap:anywhere}"
    ".two{display:grid;grid-template-columns:1fr 1fr;gap:1rem 2.5rem}"
    "table{border-collapse:collapse;width:100%;font-variant-numeric:"
    "tabular-nums}th{text-align:left;color:#58616c;font-weight:600}"
    "th,td{padding:.35rem .5rem .35rem 0;border-bottom:1px solid #e4e8ec}"
    ".planes{display:grid;grid-template-columns:repeat(3,1fr);gap:.5rem}"
    ".planes img{width:100%;display:block;background:#0b0d10}"
    ".bars{display:flex;gap:.4rem;height:3.4rem;align-items:flex-end;"
    "margin:.6rem 0 1.6rem}"
    ".bars span{flex:1;background:#0b4f8a;position:relative;min-height:1px}"
    ".bars i{position:absolute;top:100%;left:0;right:0;text-align:center;"
    "font-style:normal;font-size:.8rem;color:#58616c}"
    "section{break-inside:avoid-page}"
    ".keys{break-inside:auto}"
    "figure{margin:0 0 1.4rem;break-inside:avoid-page}"
    "figure img{max-width:100%;display:block;background:#0b0d10}"
    "figcaption{color:#58616c;font-size:.9rem;margin-top:.4rem}"
    "figcaption p{color:#14181d;margin:.2rem 0 0}"
    "@media(max-width:45rem){main{margin:0;padding:1.2rem}.two{"
    "grid-template-columns:1fr}.wide{overflow-x:auto}}"
    "@media print{body{background:#fff}main{box-shadow:none;margin:0;padding:0;"
    "max-width:none}section.finding{break-before:page}}";

static void
put_text(GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  g_autofree char *safe = g_markup_escape_text(valid, -1);
  g_string_append(out, safe);
}

static void
put_element(GString *out, const char *element, const char *text)
{
  g_string_append_printf(out, "<%s>", element);
  put_text(out, text);
  g_string_append_printf(out, "</%.*s>\n", (int)strcspn(element, " "), element);
}

static void
put_rows(GString *out, const GPtrArray *rows)
{
  g_string_append(out, "<dl>\n");
  for (guint i = 0; i < rows->len; i++) {
    const CapWordsRow *row = rows->pdata[i];
    put_element(out, "dt", row->label);
    put_element(out, "dd", row->value);
  }
  g_string_append(out, "</dl>\n");
}

/* SURFACE (takes) as an image that reads ALT to who cannot see it. */
static void
put_image(GString *out, cairo_surface_t *surface, const char *alt)
{
  g_autofree char *base64 = cap_picture_base64(surface);
  g_autofree char *safe = g_markup_escape_text(alt, -1);
  if (base64 != NULL)
    g_string_append_printf(
        out, "<img alt=\"%s\" src=\"data:image/png;base64,%s\">\n", safe,
        base64);
  cairo_surface_destroy(surface);
}

static void
put_picture(GString *out, const CapPictureView *view)
{
  cairo_surface_t *surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, view->size, view->size);
  cairo_t *cr = cairo_create(surface);
  cap_picture_view_draw(cr, 0, 0, view);
  cairo_destroy(cr);
  g_autofree char *alt = g_strdup_printf(
      "%s%s of finding %d",
      cap_slice_plane_name(view->plane, view->volume->source->unknown),
      view->routing ? " routing map" : " plane", view->finding->id);
  put_image(out, surface, alt);
}

static void
put_pictures(GString *out, const CapReport *report, const CapFinding *finding)
{
  g_string_append(out, "<div class=\"planes\">\n");
  for (int row = 0; row < (cap_report_has_judged(report, finding) ? 2 : 1);
       row++)
    for (int plane = 0; plane < 3; plane++) {
      const CapPictureView view = {.volume = report->volume,
                                   .finding = finding,
                                   .plane = (CapPlane)plane,
                                   .field_mm = cap_picture_field_mm(finding),
                                   .size = 330,
                                   .routing = row == 1};
      put_picture(out, &view);
    }
  g_string_append(out, "</div>\n");
}

static void
put_judgement(GString *out, const CapFinding *f)
{
  g_autoptr(GPtrArray) rows = cap_words_judgement(f);
  put_element(out, "h3", "Judged by the network");
  put_rows(out, rows);
  g_string_append(out, "<div class=\"bars\" role=\"img\" aria-label=\""
                       "Probability of each malignancy rating\">");
  for (int i = 0; i < 5; i++) {
    g_autofree char *percent = cap_words_number(100 * f->malignancy.p[i], 1);
    g_string_append_printf(
        out, "<span style=\"height:%s%%\" title=\"%s %%\"><i>%d</i></span>",
        percent, percent, i + 1);
  }
  g_string_append(out, "</div>\n<dl>\n");
  for (int i = 0; i < CAP_N_ATTRIBUTES; i++) {
    const CapAttributeKind kind = (CapAttributeKind)i;
    g_autofree char *text = cap_words_rating(&f->attributes[i], kind);
    put_element(out, "dt", cap_words_attribute(kind));
    put_element(out, "dd", text);
  }
  g_string_append(out, "</dl>\n");
}

/* TABLE (words_tables.h); LINKED: its first column is the number of a finding.
 */
static void
put_table(GString *out, const GPtrArray *table, gboolean linked)
{
  char **head = table->pdata[0];
  g_string_append(out, "<div class=\"wide\"><table>\n<thead><tr>");
  for (int i = 0; head[i] != NULL; i++)
    put_element(out, "th scope=\"col\"", head[i]);
  g_string_append(out, "</tr></thead>\n<tbody>\n");
  for (guint k = 1; k < table->len; k++) {
    char **cells = table->pdata[k];
    g_string_append(out, "<tr>");
    for (int i = 0; cells[i] != NULL; i++)
      if (i == 0 && linked)
        g_string_append_printf(out, "<td><a href=\"#f%s\">%s</a></td>",
                               cells[i], cells[i]);
      else
        put_element(out, "td", cells[i]);
    g_string_append(out, "</tr>\n");
  }
  g_string_append(out, "</tbody></table></div>\n");
}

static void
put_findings(GString *out, const CapReport *report)
{
  g_autoptr(GPtrArray) table = cap_words_findings_table(report);
  put_element(out, "h2", "Findings");
  put_table(out, table, TRUE);
  put_element(out, "p class=\"note\"",
              "P(nodule): probability that it is a nodule. P(mal.): "
              "probability that readers would rate its malignancy above 3 of "
              "5; opinion, not pathology.");
}

/* "Compared with CT of …", as ELEMENT. */
static void
put_compared(GString *out, const char *element, const CapReport *report)
{
  g_autofree char *scan = cap_words_prior_scan(report->findings);
  g_autofree char *text = g_strdup_printf("Compared with %s", scan);
  put_element(out, element, text);
}

static void
put_changes(GString *out, const CapReport *report)
{
  g_autoptr(GPtrArray) table = cap_words_changes_table(report);
  if (table == NULL)
    return;
  put_compared(out, "h2", report);
  put_table(out, table, TRUE);
}

/* F beside what it was. */
static void
put_prior(GString *out, const CapReport *report, const CapFinding *f)
{
  g_autoptr(GPtrArray) table = cap_words_prior_table(report, f);
  g_autofree char *words = cap_words_change(f);
  if (*words == '\0')
    return;
  *words = g_ascii_toupper(*words);
  put_compared(out, "h3", report);
  if (table != NULL)
    put_table(out, table, FALSE);
  else
    put_element(out, "p", words);
}

static void
put_doubts(GString *out, const CapFinding *f)
{
  g_autoptr(GPtrArray) doubts = cap_words_doubts(f);
  if (doubts->len == 0)
    return;
  g_string_append(out, "<p class=\"warn\"><b>" CAP_WORDS_DOUBT "</b>");
  for (guint i = 0; i < doubts->len; i++) {
    g_string_append_c(out, ' ');
    put_text(out, doubts->pdata[i]);
  }
  g_string_append(out, "</p>\n");
}

static void
put_finding(GString *out, const CapReport *report, const CapFinding *f)
{
  g_autofree char *title = cap_words_title(f);
  g_autofree char *head = g_strdup_printf("Finding %d · %s", f->id, title);
  g_autoptr(GPtrArray) measures = cap_words_measures(report, f);
  g_string_append_printf(out, "<section class=\"finding\" id=\"f%d\">\n",
                         f->id);
  put_element(out, "h2", head);
  put_element(out, "p class=\"sub\"", cap_words_status(f->status));
  if (f->near_gap)
    g_string_append(out, "<p class=\"warn\"><b>A slice is missing here.</b> "
                         "The sizes of this finding are not to be trusted."
                         "</p>\n");
  if (cap_report_has_judged(report, f))
    put_doubts(out, f);
  if (report->volume != NULL)
    put_pictures(out, report, f);
  g_string_append(out, "<div class=\"two\"><div>\n");
  put_element(out, "h3", "Measured");
  put_rows(out, measures);
  g_string_append(out, "</div><div>\n");
  if (cap_report_has_judged(report, f))
    put_judgement(out, f);
  g_string_append(out, "</div></div>\n");
  if (*f->comment != '\0') {
    put_element(out, "h3", "Comment of the reader");
    put_element(out, "p", f->comment);
  }
  if (cap_report_has_judged(report, f)) {
    g_autofree char *why = cap_words_explanation(f);
    put_element(out, "p", why);
  }
  put_prior(out, report, f);
  g_autoptr(GPtrArray) guidelines = cap_words_guidelines(report->findings, f);
  put_element(out, "h3", "Guidelines: decision support, not a diagnosis");
  put_rows(out, guidelines);
  g_string_append(out, "</section>\n");
}

static void
put_key_image(GString *out, const CapReport *report,
              const CapReviewImage *marked)
{
  int width, height;
  cap_key_picture_size(report, marked, &width, &height);
  cairo_surface_t *surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
  cairo_t *cr = cairo_create(surface);
  cap_key_picture_draw(cr, report, marked);
  cairo_destroy(cr);
  g_autofree char *words = cap_words_key_image(report, marked);
  g_string_append(out, "<figure>\n");
  put_image(out, surface, words);
  g_string_append(out, "<figcaption>");
  put_text(out, words);
  if (*marked->comment != '\0')
    put_element(out, "p", marked->comment);
  g_string_append(out, "</figcaption>\n</figure>\n");
}

/* With pictures where there are images, else what can be said of them. */
static void
put_key_images(GString *out, const CapReport *report)
{
  if (report->key_images->len == 0)
    return;
  g_string_append(out, "<section class=\"keys\">\n");
  put_element(out, "h2", "Key images");
  if (report->volume != NULL) {
    for (guint i = 0; i < report->key_images->len; i++)
      put_key_image(out, report, report->key_images->pdata[i]);
  } else {
    g_autoptr(GPtrArray) rows = cap_words_key_images(report);
    put_rows(out, rows);
  }
  g_string_append(out, "</section>\n");
}

static void
put_irregularities(GString *out, const CapReport *report)
{
  const GPtrArray *list = report->findings->irregularities;
  if (list->len == 0)
    return;
  put_element(out, "h2", "About the images");
  g_string_append(out, "<ul>\n");
  for (guint i = 0; i < list->len; i++) {
    const CapIrregularity *note = list->pdata[i];
    g_autofree char *text =
        g_strdup_printf("%s %s%s%s", cap_irregularity_code(note->number),
                        note->text, *note->effect ? "; " : "", note->effect);
    put_element(out, "li", text);
  }
  g_string_append(out, "</ul>\n");
}

static void
put_summary(GString *out, const CapReport *report)
{
  g_autoptr(GPtrArray) scan = cap_words_scan(report);
  g_autoptr(GPtrArray) words = cap_words_summary(report);
  g_string_append(out, "<h1>Lung nodule report</h1>\n");
  put_element(out, "p class=\"sub\"", cap_words_subtitle(report));
  put_rows(out, scan);
  g_string_append(out, "<p class=\"warn\"><b>" CAP_WORDS_NOT_DIAGNOSTIC
                       ".</b> Capsight is research software. Its judgements "
                       "imitate the opinions of radiologists, not pathology, "
                       "and it misses nodules and marks what is none.</p>\n");
  put_element(out, "h2", "Result");
  for (guint i = 0; i + 1 < words->len; i++) /* the last is the notice above */
    put_element(out, i == 0 ? "p class=\"lead\"" : "p", words->pdata[i]);
}

gboolean
cap_report_write_html(const CapReport *report, const char *path, GError **error)
{
  g_autoptr(GString) out = g_string_new(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n"
      "<meta name=\"generator\" content=\"Capsight " CAP_VERSION "\">\n"
      "<title>Lung nodule report</title>\n<style>");
  g_string_append(out, style);
  g_string_append(out, "</style>\n</head>\n<body>\n<main>\n");
  put_summary(out, report);
  g_autoptr(GPtrArray) exam =
      cap_words_exam(report->findings, report->not_evaluable, &report->pending);
  if (exam->len > 0) {
    put_element(out, "h2", "Guidelines");
    put_rows(out, exam);
  }
  if (report->findings->items->len > 0)
    put_findings(out, report);
  put_changes(out, report);
  g_autoptr(GPtrArray) measurements = cap_words_measurements(report);
  if (measurements->len > 0) {
    put_element(out, "h2", "Measured by hand");
    put_rows(out, measurements);
  }
  put_irregularities(out, report);
  for (guint i = 0; i < report->findings->items->len; i++)
    put_finding(out, report, report->findings->items->pdata[i]);
  put_key_images(out, report);
  put_element(out, "h2", "How this report was made");
  g_autoptr(GPtrArray) provenance = cap_words_provenance(report);
  put_rows(out, provenance);
  g_string_append(out, "</main>\n</body>\n</html>\n");
  return cap_report_save_text(out->str, path, error);
}
