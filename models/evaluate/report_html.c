/* The HTML report of an evaluation: see report.h. */
#include "models/evaluate/plots.h"
#include "models/evaluate/report.h"
#include "models/evaluate/tables.h"

#include <cairo-svg.h>
#include <string.h>

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<title>Capsight evaluation</title>\n<style>\n"
    "body{font:15px/1.45 sans-serif;color:#222;max-width:820px;margin:2em auto;"
    "padding:0 1em}\n"
    "table{border-collapse:collapse;margin:.5em 0 1.5em}\n"
    "caption{text-align:left;font-weight:bold;padding:.3em 0}\n"
    "td,th{border-bottom:1px solid #ccc;padding:.2em .8em .2em 0;"
    "text-align:left;vertical-align:top;overflow-wrap:anywhere}\n"
    "figure{display:inline-block;margin:.5em .5em 1em 0}\n"
    "figcaption{font-size:13px;white-space:pre-line;"
    "overflow-wrap:anywhere}\n"
    ".shot{width:200px;vertical-align:top}\n"
    "table{font-variant-numeric:tabular-nums}\n"
    ".notice{border:1px solid #d55e00;padding:.4em .8em}\n"
    "@media print{body{margin:0}}\n</style></head><body>\n"
    "<h1>Evaluation of nodule detection</h1>\n";

static void
add_text(GString *out, const char *text)
{
  g_autofree char *safe = g_markup_escape_text(text, -1);
  g_string_append(out, safe);
}

static void
add_table(GString *out, const CapEvalTable *table)
{
  g_string_append(out, "<table><caption>");
  add_text(out, table->title);
  g_string_append(out, "</caption>\n");
  for (guint i = 0; i < table->cells->len; i++) {
    const char *tag = i < (guint)table->n_columns ? "th" : "td";
    const guint column = i % (guint)table->n_columns;
    g_string_append_printf(out, "%s<%s>", column == 0 ? "<tr>" : "", tag);
    add_text(out, table->cells->pdata[i]);
    g_string_append_printf(out, "</%s>%s", tag,
                           column + 1 == (guint)table->n_columns ? "</tr>\n"
                                                                 : "");
  }
  g_string_append(out, "</table>\n");
}

static cairo_status_t
collect(void *closure, const unsigned char *bytes, unsigned int n)
{
  g_byte_array_append(closure, bytes, n);
  return CAIRO_STATUS_SUCCESS;
}

/* cairo numbers a drawing by how many surfaces the process made before; without
 * that number one evaluation and its merged shards give the same bytes. */
static char *
number_free(const char *svg, gsize length)
{
  g_autoptr(GRegex) id = g_regex_new("id=\"surface[0-9]+\"", 0, 0, NULL);
  return g_regex_replace_literal(id, svg, (gssize)length, 0, "id=\"surface\"",
                                 0, NULL);
}

/* As an image of its own: glyph names of two inline drawings would clash. */
static void
add_plot(GString *out, CapEvalPlot plot, const CapEvalResults *r)
{
  g_autoptr(GByteArray) svg = g_byte_array_new();
  cairo_surface_t *surface = cairo_svg_surface_create_for_stream(
      collect, svg, CAP_EVAL_PLOT_WIDTH, CAP_EVAL_PLOT_HEIGHT);
  cairo_t *cr = cairo_create(surface);
  cap_eval_plot_draw(cr, plot, r);
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
  g_autofree char *drawing = number_free((const char *)svg->data, svg->len);
  g_autofree char *text =
      g_base64_encode((const guchar *)drawing, strlen(drawing));
  g_string_append_printf(
      out,
      "<figure><img alt=\"%s\" width=\"%d\" height=\"%d\" "
      "src=\"data:image/svg+xml;base64,%s\"><figcaption>%s</figcaption>"
      "</figure>\n",
      cap_eval_plot_title(plot), CAP_EVAL_PLOT_WIDTH, CAP_EVAL_PLOT_HEIGHT,
      text, cap_eval_plot_title(plot));
}

static void
add_examples(GString *out, const char *title, const GPtrArray *examples,
             gboolean missed, const char *none)
{
  g_string_append_printf(out, "<h2>%s</h2>\n", title);
  if (examples->len == 0)
    g_string_append_printf(out, "<p>%s</p>\n", none);
  for (guint i = 0; i < examples->len; i++) {
    const CapEvalExample *e = examples->pdata[i];
    g_string_append(out, "<figure class=\"shot\">");
    if (e->picture != NULL)
      g_string_append_printf(
          out,
          "<img alt=\"axial plane\" width=\"200\" height=\"200\" "
          "src=\"data:image/png;base64,%s\">",
          e->picture);
    g_autofree char *text = cap_eval_example_text(e, missed);
    g_string_append(out, "<figcaption>");
    add_text(out, text);
    g_string_append(out, "</figcaption></figure>\n");
  }
}

/* A list under its heading; nothing when it is empty. */
static void
add_lines(GString *out, const char *title, const GPtrArray *lines)
{
  if (lines->len == 0)
    return;
  g_string_append_printf(out, "<h2>%s</h2>\n<ul>\n", title);
  for (guint i = 0; i < lines->len; i++) {
    g_string_append(out, "<li>");
    add_text(out, lines->pdata[i]);
    g_string_append(out, "</li>\n");
  }
  g_string_append(out, "</ul>\n");
}

char *
cap_eval_report_html(const CapEvalResults *r)
{
  GString *out = g_string_new(head);
  g_string_append(out, "<p class=\"notice\">" CAP_EVAL_NOTICE "</p>\n");
  g_autoptr(GPtrArray) tables = cap_eval_tables_new(r);
  add_table(out, tables->pdata[0]);
  for (int i = 0; i < CAP_EVAL_N_PLOTS; i++)
    add_plot(out, (CapEvalPlot)i, r);
  for (guint i = 1; i < tables->len; i++)
    add_table(out, tables->pdata[i]);
  add_examples(out, "Largest missed nodules", r->misses, TRUE,
               CAP_EVAL_NO_MISS);
  add_examples(out, "Most confident false marks", r->false_marks, FALSE,
               CAP_EVAL_NO_FALSE_MARK);
  add_lines(out, CAP_EVAL_FAILURES, r->failures);
  add_lines(out, CAP_EVAL_WARNINGS, r->warnings);
  g_string_append(out, "</body></html>\n");
  return g_string_free(out, FALSE);
}
