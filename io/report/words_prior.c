/* An earlier scan in words: see words_prior.h. */
#include "io/report/words_prior.h"

#include "core/language.h"
#include "core/measure/prior.h"
#include "io/report/words.h"
#include "io/report/words_tables.h"

#include <math.h>

#define DASH "–"

char *
cap_words_prior_scan(const CapFindings *findings)
{
  const CapPriorScan *scan = findings->prior_scan;
  if (scan == NULL)
    return g_strdup("");
  g_autofree char *date = cap_words_date(scan->date);
  g_autofree char *of = *date != '\0' ? g_strdup_printf("the CT of %s", date)
                                      : g_strdup("an earlier CT");
  return scan->days > 0 ? g_strdup_printf("%s, %d days before", of, scan->days)
                        : g_steal_pointer(&of);
}

/* "+64", "−5", "0": with its sign. */
static char *
change(double value, int decimals)
{
  g_autofree char *size = cap_words_number(fabs(value), decimals);
  const gboolean none = g_ascii_strtod(size, NULL) == 0;
  return g_strdup_printf("%s%s", none ? "" : value > 0 ? "+" : "−", size);
}

/* "+64 %": what RATIO adds. */
static char *
percent(double ratio)
{
  g_autofree char *text = change(100 * (ratio - 1), 0);
  return g_strdup_printf("%s %%", text);
}

/* "+64 % (95 %: +38 to +95 %)". */
static char *
volume_change(const CapFinding *f)
{
  CapGrowth g;
  if (!(f->prior.volume_mm3 > 0))
    return g_strdup("");
  g_autofree char *ratio = percent(f->volume_mm3 / f->prior.volume_mm3);
  if (!cap_prior_growth(f, &g))
    return g_steal_pointer(&ratio);
  g_autofree char *low = change(100 * (g.ratio_low - 1), 0);
  g_autofree char *high = percent(g.ratio_high);
  return g_strdup_printf(_("%s (95 %%: %s to %s)"), ratio, low, high);
}

/* "153 days (95 %: 113 to 234 days)"; "" where the days are not known. */
static char *
doubling_time(const CapFinding *f)
{
  CapGrowth g;
  if (!cap_prior_growth(f, &g))
    return g_strdup("");
  if (isinf(g.doubling_low))
    return g_strdup(_("no growth"));
  if (isinf(g.doubling_days))
    return g_strdup_printf(_("no growth (95 %%: %.0f days or more)"),
                           g.doubling_low);
  if (isinf(g.doubling_high))
    return g_strdup_printf(_("%.0f days (95 %%: %.0f or more, or no growth)"),
                           g.doubling_days, g.doubling_low);
  return g_strdup_printf(_("%.0f days (95 %%: %.0f to %.0f days)"),
                         g.doubling_days, g.doubling_low, g.doubling_high);
}

char *
cap_words_change(const CapFinding *f)
{
  if (f->prior.state == CAP_PRIOR_NEW)
    return g_strdup(_("new since the earlier CT"));
  g_autofree char *volume = volume_change(f);
  if (f->prior.state != CAP_PRIOR_MATCHED || *volume == '\0')
    return g_strdup("");
  g_autofree char *doubling = doubling_time(f);
  if (*doubling == '\0')
    return g_strdup_printf(_("volume %s since the earlier CT"), volume);
  return g_strdup_printf(_("volume %s in %d days, doubling time %s"), volume,
                         f->prior.days, doubling);
}

/* ---- tables ---- */

static char *
with_unit(double value, int decimals, const char *unit)
{
  g_autofree char *number = cap_words_number(value, decimals);
  return value > 0 ? g_strdup_printf("%s %s", number, unit) : g_strdup(DASH);
}

/* Takes the three texts. */
static void
add_row(GPtrArray *table, const char *label, char *then, char *now,
        char *changed)
{
  char **row = g_new0(char *, 5);
  row[0] = g_strdup(label);
  row[1] = then;
  row[2] = now;
  row[3] = changed;
  g_ptr_array_add(table, row);
}

/* "+2.2 mm (+35 %)". */
static char *
size_change(double then, double now)
{
  g_autofree char *mm = change(now - then, 1);
  g_autofree char *share = percent(then > 0 ? now / then : 1);
  return then > 0 ? g_strdup_printf("%s mm (%s)", mm, share)
                  : g_strdup_printf("%s mm", mm);
}

static void
add_sizes(GPtrArray *table, const CapFinding *f)
{
  const CapPrior *then = &f->prior;
  if (then->type != f->type)
    add_row(table, "Type", g_strdup(cap_words_type(then->type)),
            g_strdup(cap_words_type(f->type)), g_strdup("changed"));
  add_row(table, "Mean diameter", with_unit(then->mean_diameter_mm, 1, "mm"),
          with_unit(f->mean_diameter_mm, 1, "mm"),
          size_change(then->mean_diameter_mm, f->mean_diameter_mm));
  if (then->type == CAP_TYPE_PART_SOLID || f->type == CAP_TYPE_PART_SOLID)
    add_row(
        table, "Solid part, mean",
        with_unit(then->solid_mean_diameter_mm, 1, "mm"),
        with_unit(f->solid_mean_diameter_mm, 1, "mm"),
        size_change(then->solid_mean_diameter_mm, f->solid_mean_diameter_mm));
  add_row(table, "Volume", with_unit(then->volume_mm3, 0, "mm³"),
          with_unit(f->volume_mm3, 0, "mm³"), volume_change(f));
}

/* "2023-08-13, finding 7"; WORD where the day is not known. */
static char *
head_cell(const char *date, const char *word, int finding)
{
  g_autofree char *day = cap_words_date(date);
  return g_strdup_printf("%s, finding %d", *day != '\0' ? day : word, finding);
}

GPtrArray *
cap_words_prior_table(const CapReport *report, const CapFinding *f)
{
  const CapPriorScan *scan = report->findings->prior_scan;
  const CapVolume *v = report->volume;
  if (f->prior.state != CAP_PRIOR_MATCHED)
    return NULL;
  GPtrArray *table = cap_words_table_new();
  add_row(table, "", head_cell(scan ? scan->date : "", "Earlier", f->prior.id),
          head_cell(v ? v->source->study_date : "", "Now", f->id),
          g_strdup("Change"));
  add_sizes(table, f);
  if (f->prior.days > 0)
    add_row(table, "Doubling time", g_strdup(""), g_strdup(""),
            doubling_time(f));
  return table;
}

static char *
sizes_text(double diameter_mm, double volume_mm3)
{
  g_autofree char *mm = cap_words_number(diameter_mm, 1);
  g_autofree char *mm3 = cap_words_number(volume_mm3, 0);
  return g_strdup_printf("%s mm, %s mm³", mm, mm3);
}

GPtrArray *
cap_words_changes_table(const CapReport *report)
{
  static const char *const head[] = {"No.",           "Earlier",
                                     "Now",           "Change of volume (95 %)",
                                     "Doubling time", NULL};
  const GPtrArray *items = report->findings->items;
  if (report->findings->prior_scan == NULL || items->len == 0)
    return NULL;
  GPtrArray *table = cap_words_table_new();
  g_ptr_array_add(table, g_strdupv((char **)head));
  for (guint i = 0; i < items->len; i++) {
    const CapFinding *f = items->pdata[i];
    const gboolean was = f->prior.state == CAP_PRIOR_MATCHED;
    char **row = g_new0(char *, G_N_ELEMENTS(head));
    row[0] = g_strdup_printf("%d", f->id);
    row[1] = was ? sizes_text(f->prior.mean_diameter_mm, f->prior.volume_mm3)
                 : g_strdup(f->prior.state == CAP_PRIOR_NEW ? "new"
                                                            : "not compared");
    row[2] = sizes_text(f->mean_diameter_mm, f->volume_mm3);
    row[3] = was ? volume_change(f) : g_strdup("");
    row[4] = was ? doubling_time(f) : g_strdup("");
    g_ptr_array_add(table, row);
  }
  return table;
}
