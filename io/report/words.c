/* Reports in words: see words.h. */
#include "io/report/words.h"

#include "core/image/unit.h"
#include "core/language.h"
#include <math.h>
#include <string.h>

static const char *const attribute_words[CAP_N_ATTRIBUTES] = {
    "Subtlety",   "Calcification", "Sphericity", "Margin",
    "Lobulation", "Spiculation",   "Texture",    "Internal structure"};

/* The readers' scales (Armato et al., Med Phys 2011, table 2). */
static const char *const level_words[CAP_N_ATTRIBUTES][CAP_MAX_LEVELS] = {
    [CAP_SUBTLETY] = {"extremely subtle", "moderately subtle", "fairly subtle",
                      "moderately obvious", "obvious"},
    [CAP_CALCIFICATION] = {"popcorn", "laminated", "solid", "non-central",
                           "central", "absent"},
    [CAP_SPHERICITY] = {"linear", "ovoid to linear", "ovoid", "ovoid to round",
                        "round"},
    [CAP_MARGIN] = {"poorly defined", "near poorly defined", "medium",
                    "near sharp", "sharp"},
    [CAP_LOBULATION] = {"none", "near none", "medium", "near marked", "marked"},
    [CAP_SPICULATION] = {"none", "near none", "medium", "near marked",
                         "marked"},
    [CAP_TEXTURE] = {"ground glass", "ground glass to mixed", "part-solid",
                     "solid to mixed", "solid"},
    [CAP_INTERNAL_STRUCTURE] = {"soft tissue", "fluid", "fat", "air"},
};

char *
cap_words_number(double value, int decimals)
{
  if (!isfinite(value) || fabs(value) < 0.5 * pow(10, -decimals))
    value = 0;
  return g_strdup_printf("%.*f", decimals, value);
}

int
cap_words_level(const CapRating *rating, CapAttributeKind kind)
{
  const int n = MIN(cap_attribute_levels(kind), CAP_MAX_LEVELS);
  return CLAMP(cap_attribute_is_classes(kind) ? cap_rating_likeliest(rating)
                                              : (int)lround(rating->expected),
               1, n);
}

char *
cap_words_rating(const CapRating *rating, CapAttributeKind kind)
{
  const int level = cap_words_level(rating, kind);
  const char *name = cap_words_level_name(kind, level);
  if (cap_attribute_is_classes(kind))
    return g_strdup_printf("%s %.0f %%", name, 100 * rating->p[level - 1]);
  g_autofree char *expected = cap_words_number(rating->expected, 1);
  g_autofree char *sd = cap_words_number(rating->sd, 1);
  return g_strdup_printf("%s (%s ± %s of %d)", name, expected, sd,
                         cap_attribute_levels(kind));
}

char *
cap_words_site(const CapFinding *finding)
{
  static const char *const sides[][4] = {
      [CAP_SIDE_RIGHT] = {N_("Right lung"), N_("Right upper lobe"),
                          N_("Right middle lobe"), N_("Right lower lobe")},
      [CAP_SIDE_LEFT] = {N_("Left lung"), N_("Left upper lobe"),
                         N_("Left middle lobe"), N_("Left lower lobe")},
  };
  return g_strdup(finding->side == CAP_SIDE_UNKNOWN
                      ? _("Site not known")
                      : _(sides[finding->side][finding->lobe]));
}

const char *
cap_words_attribute(CapAttributeKind kind)
{
  return attribute_words[kind];
}

const char *
cap_words_level_name(CapAttributeKind kind, int level)
{
  return level_words[kind][CLAMP(level, 1, cap_attribute_levels(kind)) - 1];
}

const char *
cap_words_type(CapNoduleType type)
{
  static const char *const words[] = {N_("Solid"), N_("Part-solid"),
                                      N_("Ground-glass"), N_("Calcified"),
                                      N_("Unclassified")};
  return _(words[type]);
}

const char *
cap_words_status(CapStatus status)
{
  static const char *const words[] = {"Unreviewed", "Accepted", "Rejected",
                                      "Uncertain"};
  return words[status];
}

char *
cap_words_slice(const CapReport *report, int slice)
{
  const int image = report->volume != NULL
                        ? cap_volume_image_number(report->volume, slice)
                        : G_MININT;
  return image != G_MININT ? g_strdup_printf("%d (image %d)", slice + 1, image)
                           : g_strdup_printf("%d", slice + 1);
}

/* Which slice of the volume MARKED is, and which image of the series. */
static void
add_place(GString *text, const CapReport *report, const CapReviewImage *marked)
{
  static const char axes[] = {'z', 'y', 'x'};
  const CapVolume *v = report->volume;
  const CapPoint p = marked->position_mm;
  const double at[] = {p.z, p.y, p.x};
  const CapReportImage *image = cap_report_marked_image(report, marked);
  g_autofree char *mm = cap_words_number(at[marked->plane], 1);
  if (v != NULL)
    g_string_append_printf(text, " slice %d of %d",
                           cap_slice_index(v, marked->plane, p) + 1,
                           cap_slice_count(v, marked->plane));
  if (!(report->findings->unknown & (CAP_UNKNOWN_PLACE | CAP_UNKNOWN_MM)))
    g_string_append_printf(text, ", %c %s mm", axes[marked->plane], mm);
  if (image != NULL && image->instance_number != G_MININT)
    g_string_append_printf(text, ", image %d", image->instance_number);
  if (image != NULL && image->frame > 0)
    g_string_append_printf(text, ", frame %d", image->frame);
}

char *
cap_words_key_image(const CapReport *report, const CapReviewImage *marked)
{
  static const char *const slabs[] = {"", "MIP", "average", "MinIP"};
  const unsigned unknown = report->findings->unknown;
  const char *unit = cap_unit_length(unknown);
  GString *text = g_string_new(cap_slice_plane_name(marked->plane, unknown));
  add_place(text, report, marked);
  if (marked->slab.kind != CAP_SLAB_OFF) {
    g_autofree char *mm = cap_words_number(marked->slab.thickness_mm, 1);
    g_string_append_printf(text, ", %s of %s %s", slabs[marked->slab.kind], mm,
                           unit);
  }
  if (marked->field.kind == CAP_FIELD_PART)
    g_string_append_printf(text, ", %.0f x %.0f %s of it",
                           marked->field.width_mm, marked->field.height_mm,
                           unit);
  g_string_append_printf(text, ", window %.0f, level %.0f", marked->window_hu,
                         marked->level_hu);
  return g_string_free(text, FALSE);
}

static char *
count(guint n, const char *what)
{
  return n == 1 ? g_strdup_printf("1 %s", what)
                : g_strdup_printf("%u %ss", n, what);
}

/* What a reader has done on a scan that nobody has searched. */
static void
add_marked(GPtrArray *list, const CapReport *report)
{
  const guint n_measured = report->findings->measurements->len;
  const guint n_marked = report->key_images->len;
  g_autofree char *measured = count(n_measured, "measurement");
  g_autofree char *marked = count(n_marked, "key image");
  if (n_measured > 0)
    g_ptr_array_add(list, g_strdup_printf("%s by the reader.", measured));
  if (n_marked > 0)
    g_ptr_array_add(list, g_strdup_printf("%s marked by the reader.", marked));
}

static void
add_result(GPtrArray *list, const CapReport *report)
{
  const int left_out = report->n_rejected + report->n_unreviewed;
  g_autofree char *nodules = count(report->findings->items->len, "lung nodule");
  switch (cap_report_result(report)) {
  case CAP_RESULT_NOT_EVALUABLE:
    g_ptr_array_add(list,
                    g_strdup_printf("This scan could not be evaluated: %s.",
                                    report->not_evaluable));
    break;
  case CAP_RESULT_NOT_SEARCHED:
    g_ptr_array_add(
        list, g_strdup("Nobody has searched this scan for lung nodules."));
    add_marked(list, report);
    break;
  case CAP_RESULT_NOTHING_FOUND:
    g_ptr_array_add(list,
                    g_strdup(left_out == 0 ? "No lung nodule was found."
                                           : "No finding was accepted as a "
                                             "nodule."));
    break;
  case CAP_RESULT_FINDINGS:
    g_ptr_array_add(list, g_strdup_printf("%s reported.", nodules));
    if (report->unreviewed)
      g_ptr_array_add(list, g_strdup("No reader has reviewed these findings: "
                                     "they are what the software marked."));
  }
}

static void
add_left_out(GPtrArray *list, const CapReport *report)
{
  if (report->n_unreviewed > 0) {
    g_autofree char *n = count((guint)report->n_unreviewed, "finding");
    g_ptr_array_add(list, g_strdup_printf("%s not yet accepted left out.", n));
  }
  if (report->n_rejected > 0) {
    g_autofree char *n = count((guint)report->n_rejected, "finding");
    g_ptr_array_add(list,
                    g_strdup_printf("%s rejected by the reader left out.", n));
  }
}

GPtrArray *
cap_words_summary(const CapReport *report)
{
  GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
  add_result(list, report);
  add_left_out(list, report);
  for (guint i = 0; i < report->findings->notes->len; i++)
    if (!g_str_equal(report->findings->notes->pdata[i], report->not_evaluable))
      g_ptr_array_add(list, g_strdup(report->findings->notes->pdata[i]));
  g_ptr_array_add(
      list, g_strdup(CAP_WORDS_NOT_DIAGNOSTIC
                     ": Capsight is research software, trained on readers' "
                     "opinions rather than pathology."));
  return list;
}

char *
cap_words_moment(const CapReport *report)
{
  static const char *const months[] = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  const char *d = report->date, *t = report->time;
  const int month = CLAMP((d[4] - '0') * 10 + d[5] - '0', 1, 12);
  const int day = (d[6] - '0') * 10 + d[7] - '0';
  return g_strdup_printf("%d %s %.4s, %.2s:%.2s", day, months[month - 1], d, t,
                         t + 2);
}

char *
cap_words_date(const char *date)
{
  if (strlen(date) != 8 || strspn(date, "0123456789") != 8)
    return g_strdup("");
  return g_strdup_printf("%.4s-%.2s-%.2s", date, date + 4, date + 6);
}

const char *
cap_words_subtitle(const CapReport *report)
{
  return report->findings->unknown & CAP_UNKNOWN_HU
             ? "Computer-aided reading"
             : "Chest CT, computer-aided reading";
}
