/* Items before and after an action, in words: see history_versions.h. */
#include "io/review/history_versions.h"

#include "core/guidelines/advice.h"
#include "core/image/point.h"
#include "core/image/unit.h"
#include "core/language.h"
#include "core/told.h"
#include "io/findings/finding_json.h"
#include "io/findings/findings_json.h"
#include "io/findings/measurement_json.h"
#include "io/report/words.h"
#include "io/report/words_measurements.h"
#include "io/review/review_private.h"

#include <string.h>

/* TEXT (taken) as one more of the words. */
static void
add(GString *words, char *text)
{
  g_string_append_printf(words, "%s%s", words->len > 0 ? ", " : "", text);
  g_free(text);
}

static void
add_place(GString *words, CapPoint p)
{
  g_autofree char *x = cap_words_number(p.x, 1);
  g_autofree char *y = cap_words_number(p.y, 1);
  g_autofree char *z = cap_words_number(p.z, 1);
  add(words, g_strdup_printf(_("at %s, %s, %s mm"), x, y, z));
}

static gboolean
is_apart(CapPoint a, CapPoint b)
{
  return cap_point_distance(a, b) >= 0.05; /* shows in the words */
}

static gboolean
differ(double a, double b, int decimals)
{
  g_autofree char *left = cap_words_number(a, decimals);
  g_autofree char *right = cap_words_number(b, decimals);
  return !g_str_equal(left, right);
}

/* ---- findings ---- */

static void
add_judgement(GString *words, const CapFinding *f, const CapFinding *other)
{
  if (f->unjudged) {
    add(words, g_strdup(_("not judged")));
    return;
  }
  if (differ(f->probability, other->probability, 2)) {
    g_autofree char *p = cap_words_number(f->probability, 2);
    add(words, g_strdup_printf(_("probability %s"), p));
  }
  if (differ(f->malignancy.expected, other->malignancy.expected, 1)) {
    g_autofree char *level = cap_words_number(f->malignancy.expected, 1);
    add(words, g_strdup_printf(_("malignancy %s"), level));
  }
}

static gboolean
same_override(const CapOverride *a, const CapOverride *b)
{
  return a == b ||
         (a != NULL && b != NULL && g_str_equal(a->category, b->category) &&
          g_str_equal(a->reason, b->reason));
}

static void
add_overrides(GString *words, const CapFinding *f, const CapFinding *other)
{
  for (int i = 0; i < CAP_N_GUIDELINES; i++) {
    const CapOverride *own = f->overrides[i];
    const char *title = cap_guideline_title((CapGuideline)i);
    if (same_override(own, other->overrides[i]))
      continue;
    add(words, own != NULL ? g_strdup_printf(_("%s: %s by the reader, “%s”"),
                                             title, own->category, own->reason)
                           : g_strdup_printf(_("%s by its rules"), title));
  }
}

static void
add_prior(GString *words, const CapPrior *now, const CapPrior *other)
{
  if (now->state == other->state && now->id == other->id)
    return;
  if (now->state == CAP_PRIOR_MATCHED)
    add(words, g_strdup_printf(_("pair of earlier finding %d"), now->id));
  else
    add(words, g_strdup(now->state == CAP_PRIOR_NEW
                            ? _("new since the earlier scan")
                            : _("compared with no earlier scan")));
}

/* OTHER: the version it is told beside, or NULL. */
static void
finding_words(GString *words, const CapFinding *f, const CapFinding *other)
{
  const char *unit = cap_unit_length(f->unknown);
  g_autofree char *mm = cap_words_number(f->mean_diameter_mm, 1);
  g_autofree char *mm3 = cap_words_number(f->volume_mm3, 0);
  add(words, g_strdup(_(cap_status_name(f->status))));
  add(words, g_strdup(_(cap_nodule_type_name(f->type))));
  add(words, g_strdup_printf("%s %s", mm, unit));
  add(words, g_strdup_printf("%s %s³", mm3, unit));
  add_judgement(words, f, other != NULL ? other : f);
  if (other != NULL) {
    if (is_apart(f->center_mm, other->center_mm))
      add_place(words, f->center_mm);
    add_overrides(words, f, other);
    add_prior(words, &f->prior, &other->prior);
  }
  if (*f->comment != '\0')
    add(words, g_strdup_printf("“%s”", f->comment));
}

/* ---- measurements, key images ---- */

static void
measurement_words(GString *words, const CapMeasurement *m,
                  const CapMeasurement *other)
{
  g_autofree char *numbers = cap_words_measurement(m);
  g_autofree char *name = cap_told(m->name);
  const char *title = *name != '\0' ? name : _(cap_words_measure_kind(m->kind));
  add(words, g_strdup_printf("%s: %s", title, numbers));
  const CapPoint middle = cap_measurement_middle(m);
  if (other != NULL && is_apart(middle, cap_measurement_middle(other)))
    add_place(words, middle);
}

static void
key_image_words(GString *words, const CapReviewImage *image)
{
  static const char *const planes[] = {N_("axial"), N_("coronal"),
                                       N_("sagittal")};
  add(words, g_strdup(_(planes[image->plane])));
  add_place(words, image->position_mm);
}

/* ---- the scan ---- */

static void
add_context(GString *words, const CapPatientContext *now,
            const CapPatientContext *other)
{
  for (const char *const *key = cap_context_keys(); *key != NULL; key++) {
    g_autofree char *word = cap_context_get(now, *key);
    g_autofree char *before = cap_context_get(other, *key);
    if (!g_str_equal(word, before))
      add(words,
          g_strdup_printf("%s: %s", _(cap_context_title(*key)), _(word)));
  }
}

static void
add_search(GString *words, const CapFindings *now, const CapFindings *other)
{
  if (g_str_equal(now->algorithm, other->algorithm) &&
      g_str_equal(now->algorithm_version, other->algorithm_version))
    return;
  add(words, *now->algorithm != '\0'
                 ? g_strdup_printf(_("searched by %s %s"), now->algorithm,
                                   now->algorithm_version)
                 : g_strdup(_("not searched by a program")));
}

static void
add_prior_scan(GString *words, const CapPriorScan *now,
               const CapPriorScan *other)
{
  if (now == other || (now != NULL && other != NULL &&
                       g_str_equal(now->series_uid, other->series_uid)))
    return;
  g_autofree char *date = cap_words_date(now != NULL ? now->date : "");
  add(words, now == NULL ? g_strdup(_("compared with no earlier scan"))
             : *date == '\0'
                 ? g_strdup(_("compared with an earlier scan"))
                 : g_strdup_printf(_("compared with the scan of %s"), date));
}

static void
scan_words(GString *words, const CapFindings *head, const CapFindings *other)
{
  static const char *const conclusions[] = {
      [CAP_CONCLUSION_NONE] = N_("no conclusion"),
      [CAP_CONCLUSION_NOTHING_FOUND] = N_("nothing found"),
      [CAP_CONCLUSION_NOT_EVALUABLE] = N_("not evaluable")};
  add(words, g_strdup(_(conclusions[head->conclusion])));
  if (*head->conclusion_reason != '\0')
    add(words, g_strdup_printf("“%s”", head->conclusion_reason));
  if (other == NULL)
    return;
  add_context(words, &head->context, &other->context);
  add_search(words, head, other);
  add_prior_scan(words, head->prior_scan, other->prior_scan);
}

/* ---- versions ---- */

/* JSON NULL: none. Otherwise NULL is one that cannot be read. */
static gpointer
parse(CapReviewEntity entity, const char *json)
{
  if (json == NULL)
    return NULL;
  switch (entity) {
  case CAP_REVIEW_SCAN:
    return cap_findings_json_parse(json, strlen(json), "review", NULL);
  case CAP_REVIEW_FINDING:
    return cap_finding_json_parse(json, "review", NULL);
  case CAP_REVIEW_MEASUREMENT:
    return cap_measurement_json_parse(json, "review", NULL);
  default:
    return cap_review_image_parse(json, "review", NULL);
  }
}

static char *
words_of(CapReviewEntity entity, const char *json, gconstpointer version,
         gconstpointer other)
{
  g_autoptr(GString) words = g_string_new(NULL);
  if (version == NULL)
    return g_strdup(json != NULL ? _("unreadable") : "");
  switch (entity) {
  case CAP_REVIEW_SCAN:
    scan_words(words, version, other);
    break;
  case CAP_REVIEW_FINDING:
    finding_words(words, version, other);
    break;
  case CAP_REVIEW_MEASUREMENT:
    measurement_words(words, version, other);
    break;
  default:
    key_image_words(words, version);
  }
  return g_strdup(words->str);
}

static gboolean
place_of(CapReviewEntity entity, gconstpointer version, CapPoint *at_mm)
{
  if (version == NULL || entity == CAP_REVIEW_SCAN)
    return FALSE;
  *at_mm = entity == CAP_REVIEW_FINDING
               ? ((const CapFinding *)version)->center_mm
           : entity == CAP_REVIEW_MEASUREMENT
               ? cap_measurement_middle(version)
               : ((const CapReviewImage *)version)->position_mm;
  return TRUE;
}

void
cap_history_versions(CapHistoryChange *change, const char *before,
                     const char *after)
{
  gpointer was = parse(change->entity, before);
  gpointer is = parse(change->entity, after);
  change->before = words_of(change->entity, before, was, is);
  change->after = words_of(change->entity, after, is, was);
  change->has_place =
      place_of(change->entity, is != NULL ? is : was, &change->at_mm);
  cap_review_content_free(change->entity, was);
  cap_review_content_free(change->entity, is);
}
