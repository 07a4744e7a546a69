/* Adding up evaluated scans: see results.h. */
#include "models/evaluate/results.h"

#include "core/error.h"
#include "io/csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HALF 0.5
#define CURVE_POINTS 97

/* What is needed while cases are added. */
typedef struct {
  CapEvalResults *r;
  GArray *nodules, *marks; /* of CapFrocNodule, CapFrocMark */
  GHashTable *patients;    /* patient -> number + 1 */
  GChecksum *inputs, *images;
  CapEvalCase *first;
  double dice_sum;
} Sum;

/* ---- files ---- */

static int
compare_names(gconstpointer pa, gconstpointer pb)
{
  const char *a = *(char *const *)pa, *b = *(char *const *)pb;
  const int order = strcmp(strrchr(a, '/'), strrchr(b, '/'));
  return order != 0 ? order : strcmp(a, b);
}

static gboolean
list_cases(const char *folder, GPtrArray *paths, GError **error)
{
  g_autofree char *cases = g_build_filename(folder, "cases", NULL);
  g_autoptr(GDir) dir = g_dir_open(cases, 0, NULL);
  if (dir == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "%s holds no evaluation: it has no folder “cases”", folder);
    return FALSE;
  }
  for (const char *name; (name = g_dir_read_name(dir)) != NULL;)
    if (g_str_has_suffix(name, ".json"))
      g_ptr_array_add(paths, g_build_filename(cases, name, NULL));
  return TRUE;
}

static gboolean
same_bytes(const char *a, const char *b)
{
  g_autofree char *x = NULL, *y = NULL;
  gsize n = 0, m = 0;
  return g_file_get_contents(a, &x, &n, NULL) &&
         g_file_get_contents(b, &y, &m, NULL) && n == m && memcmp(x, y, n) == 0;
}

GPtrArray *
cap_eval_results_files(const GPtrArray *folders, GError **error)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < folders->len; i++)
    if (!list_cases(folders->pdata[i], all, error))
      return NULL;
  g_ptr_array_sort(all, compare_names);
  GPtrArray *kept = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < all->len; i++) {
    const char *path = all->pdata[i];
    const char *last = kept->len > 0 ? kept->pdata[kept->len - 1] : NULL;
    if (last == NULL || !g_str_equal(strrchr(last, '/'), strrchr(path, '/'))) {
      g_ptr_array_add(kept, g_strdup(path));
    } else if (!same_bytes(last, path)) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                  "%s and %s are different results of one series", last, path);
      g_ptr_array_unref(kept);
      return NULL;
    }
  }
  if (kept->len == 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "%s holds no evaluated case", (char *)folders->pdata[0]);
    g_clear_pointer(&kept, g_ptr_array_unref);
  }
  return kept;
}

/* ---- one case more ---- */

static void
csv_number(GString *csv, double value, const char *format)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  g_string_append_c(csv, ',');
  if (isfinite(value))
    g_string_append(csv, g_ascii_formatd(text, sizeof text, format, value));
}

static void
add_row(GString *csv, const CapEvalCase *c, const guint8 *fate,
        const char *images)
{
  int nodules = 0, found = 0, false_half = 0, false_all = 0;
  for (guint i = 0; i < c->truths->len; i++) {
    const CapEvalTruth *t = c->truths->pdata[i];
    nodules += !t->excluded;
    found += !t->excluded && t->hit_by >= 0;
  }
  for (guint i = 0; i < c->marks->len; i++) {
    const CapEvalMark *m = c->marks->pdata[i];
    false_all += fate[i] == CAP_FROC_FALSE;
    false_half += fate[i] == CAP_FROC_FALSE && m->probability >= HALF;
  }
  cap_csv_append(csv, c->series_uid);
  g_string_append_c(csv, ',');
  cap_csv_append(csv, c->patient);
  g_string_append_printf(csv, ",%s,",
                         c->error_code ? cap_error_name(c->error_code) : "ok");
  cap_csv_append(csv, c->error_text);
  g_string_append_printf(csv, ",%d", c->slices);
  for (int i = 0; i < 3; i++)
    csv_number(csv, c->error_code ? NAN : c->spacing_mm[i], "%.6f");
  g_string_append_printf(csv, ",%d,%d,%u,%d,%d,%s,%s,%s,%u,%s\n", nodules,
                         found, c->marks->len, false_all, false_half,
                         c->input_hash, c->weights_sha256, c->software,
                         c->sop_uids->len, images);
}

static void
add_example(GPtrArray *list, const CapEvalCase *c, CapPoint at, double weight,
            const char *picture)
{
  CapEvalExample *e = g_new0(CapEvalExample, 1);
  e->series_uid = g_strdup(c->series_uid);
  e->picture = g_strdup(picture);
  e->at_mm = at;
  e->weight = weight;
  guint place = list->len;
  while (place > 0 &&
         ((CapEvalExample *)list->pdata[place - 1])->weight < weight)
    place--;
  g_ptr_array_insert(list, (int)place, e);
  if (list->len > CAP_EVAL_N_PICTURES)
    g_ptr_array_set_size(list, CAP_EVAL_N_PICTURES);
}

static void
pairs_add(CapEvalPairs *pairs, double found, double readers)
{
  if (!isfinite(found) || !isfinite(readers))
    return;
  g_array_append_val(pairs->found, found);
  g_array_append_val(pairs->readers, readers);
}

static int
size_of(double diameter_mm)
{
  static const double from[] = {6, 8, 15};
  int i = 0;
  while (i < 3 && diameter_mm >= from[i])
    i++;
  return i;
}

/* Texture runs from 1, ground glass, to 5, solid; the mean of the readers. */
static int
texture_of(double mean)
{
  if (isnan(mean))
    return 3;
  return mean < 2.5 ? 0 : mean < 3.5 ? 1 : 2;
}

static void
add_to_stratum(CapEvalStratum *stratum, const CapEvalMark *hit)
{
  stratum->nodules++;
  stratum->found += hit != NULL;
  stratum->found_at_half += hit != NULL && hit->probability >= HALF;
}

static void
add_found(Sum *s, const CapEvalTruth *t, const CapEvalMark *hit, int patient)
{
  CapEvalResults *r = s->r;
  pairs_add(&r->volume, hit->volume_mm3, t->volume_mm3);
  pairs_add(&r->rating, hit->malignancy_expected, t->malignancy_mean);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    pairs_add(&r->attributes[a], hit->attributes[a], t->attribute_means[a]);
  if (isfinite(t->dice)) {
    s->dice_sum += t->dice;
    r->dice_min = r->n_dice == 0 ? t->dice : fmin(r->dice_min, t->dice);
    r->n_dice++;
  }
  if (isnan(t->malignancy_median) || t->malignancy_median == 3 ||
      !isfinite(hit->malignancy_probability) || !isfinite(hit->diameter_mm))
    return;
  const guint8 label = t->malignancy_median > 3;
  g_array_append_val(r->malignancy, hit->malignancy_probability);
  g_array_append_val(r->diameter, hit->diameter_mm);
  g_array_append_val(r->label, label);
  g_array_append_val(r->group, patient);
}

static int
patient_number(Sum *s, const char *patient)
{
  gpointer known = g_hash_table_lookup(s->patients, patient);
  if (known != NULL)
    return GPOINTER_TO_INT(known) - 1;
  const int n = (int)g_hash_table_size(s->patients);
  g_hash_table_insert(s->patients, g_strdup(patient), GINT_TO_POINTER(n + 1));
  return n;
}

static void
add_truths(Sum *s, const CapEvalCase *c, int scan)
{
  const int patient = patient_number(s, c->patient);
  for (guint i = 0; i < c->truths->len; i++) {
    const CapEvalTruth *t = c->truths->pdata[i];
    const CapFrocNodule nodule = {scan, t->center_mm, t->diameter_mm,
                                  t->excluded};
    g_array_append_val(s->nodules, nodule);
    if (t->excluded)
      continue;
    const CapEvalMark *hit = t->hit_by >= 0 ? c->marks->pdata[t->hit_by] : NULL;
    add_to_stratum(&s->r->sizes[size_of(t->diameter_mm)], hit);
    add_to_stratum(&s->r->textures[texture_of(t->attribute_means[CAP_TEXTURE])],
                   hit);
    s->r->tp_half += hit != NULL && hit->probability >= HALF;
    if (hit != NULL)
      add_found(s, t, hit, patient);
    else
      add_example(s->r->misses, c, t->center_mm, t->diameter_mm, t->picture);
  }
}

static void
add_marks(Sum *s, const CapEvalCase *c, const guint8 *fate, int scan)
{
  for (guint i = 0; i < c->marks->len; i++) {
    const CapEvalMark *m = c->marks->pdata[i];
    const CapFrocMark mark = {scan, m->center_mm, m->probability};
    g_array_append_val(s->marks, mark);
    if (fate[i] != CAP_FROC_FALSE)
      continue;
    s->r->fp_half += m->probability >= HALF;
    if (m->picture != NULL)
      add_example(s->r->false_marks, c, m->center_mm, m->probability,
                  m->picture);
  }
}

static gboolean
add_case(Sum *s, const char *path, GError **error)
{
  g_autoptr(CapEvalCase) c = cap_eval_case_load(path, error);
  if (c == NULL)
    return FALSE;
  if (s->first != NULL && !cap_eval_case_same_run(s->first, c)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s was made with other weights, settings or another version "
                "than %s: only results of one kind add up",
                path, s->first->series_uid);
    return FALSE;
  }
  g_autofree guint8 *fate = cap_eval_case_fates(c);
  g_autofree char *images = cap_eval_case_images_hash(c);
  g_checksum_update(s->inputs, (const guchar *)c->input_hash, -1);
  g_checksum_update(s->images, (const guchar *)images, -1);
  s->r->n_images += c->sop_uids->len;
  add_row(s->r->csv, c, fate, images);
  for (guint i = 0; i < c->warnings->len; i++)
    g_ptr_array_add(s->r->warnings,
                    g_strdup_printf("%s: %s", c->series_uid,
                                    (char *)c->warnings->pdata[i]));
  if (c->error_code != 0) {
    g_ptr_array_add(s->r->failures,
                    g_strdup_printf("%s: [%s] %s", c->series_uid,
                                    cap_error_name(c->error_code),
                                    c->error_text));
    s->r->failure_code =
        s->r->n_failed == 0 || s->r->failure_code == c->error_code
            ? c->error_code
            : 0;
    s->r->n_failed++;
  } else {
    const int scan = s->r->n_cases - s->r->n_failed;
    add_truths(s, c, scan);
    add_marks(s, c, fate, scan);
  }
  s->r->n_cases++;
  if (s->first == NULL)
    s->first = g_steal_pointer(&c);
  return TRUE;
}

/* ---- the whole ---- */

static void
example_free(gpointer data)
{
  CapEvalExample *e = data;
  g_free(e->series_uid);
  g_free(e->picture);
  g_free(e);
}

static void
pairs_init(CapEvalPairs *pairs)
{
  pairs->found = g_array_new(FALSE, FALSE, sizeof(double));
  pairs->readers = g_array_new(FALSE, FALSE, sizeof(double));
}

static void
pairs_clear(CapEvalPairs *pairs)
{
  g_array_unref(pairs->found);
  g_array_unref(pairs->readers);
}

static void
pairs_measure(CapEvalPairs *pairs, int n_levels)
{
  pairs->agreement = cap_agreement_measure((double *)pairs->found->data,
                                           (double *)pairs->readers->data,
                                           (int)pairs->found->len, n_levels);
}

static CapEvalResults *
results_new(void)
{
  static const char *const sizes[] = {"below 6 mm", "6 to 8 mm", "8 to 15 mm",
                                      "15 mm and more"};
  static const char *const textures[] = {"ground glass", "part-solid", "solid",
                                         "unrated"};
  CapEvalResults *r = g_new0(CapEvalResults, 1);
  for (int i = 0; i < CAP_EVAL_N_SIZES; i++)
    r->sizes[i].name = sizes[i];
  for (int i = 0; i < CAP_EVAL_N_TEXTURES; i++)
    r->textures[i].name = textures[i];
  r->failures = g_ptr_array_new_with_free_func(g_free);
  r->warnings = g_ptr_array_new_with_free_func(g_free);
  r->misses = g_ptr_array_new_with_free_func(example_free);
  r->false_marks = g_ptr_array_new_with_free_func(example_free);
  r->csv = g_string_new(
      "seriesuid,patient,status,message,slices,spacing_x_mm,spacing_y_mm,"
      "spacing_z_mm,nodules,found,marks,false_marks,false_marks_at_half,"
      "input_sha256,weights_sha256,software_version,sop_instances,"
      "sop_instances_sha256\n");
  r->malignancy = g_array_new(FALSE, FALSE, sizeof(double));
  r->diameter = g_array_new(FALSE, FALSE, sizeof(double));
  r->label = g_array_new(FALSE, FALSE, sizeof(guint8));
  r->group = g_array_new(FALSE, FALSE, sizeof(int));
  pairs_init(&r->volume);
  pairs_init(&r->rating);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    pairs_init(&r->attributes[a]);
  return r;
}

void
cap_eval_results_free(CapEvalResults *r)
{
  if (r == NULL)
    return;
  g_free(r->software);
  g_free(r->weights_sha256);
  g_free(r->settings);
  g_free(r->inputs_sha256);
  g_free(r->images_sha256);
  g_ptr_array_unref(r->failures);
  g_ptr_array_unref(r->warnings);
  g_ptr_array_unref(r->misses);
  g_ptr_array_unref(r->false_marks);
  g_string_free(r->csv, TRUE);
  cap_froc_free(r->froc);
  cap_froc_band_free(r->band);
  g_array_unref(r->malignancy);
  g_array_unref(r->diameter);
  g_array_unref(r->label);
  g_array_unref(r->group);
  cap_roc_calibration_clear(&r->calibration);
  pairs_clear(&r->volume);
  pairs_clear(&r->rating);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    pairs_clear(&r->attributes[a]);
  g_free(r);
}

static void
finish_malignancy(CapEvalResults *r, int n_samples, guint64 seed)
{
  const int n = (int)r->label->len;
  const double *p = (double *)r->malignancy->data;
  const double *mm = (double *)r->diameter->data;
  const guint8 *label = (guint8 *)r->label->data;
  const int *group = (int *)r->group->data;
  r->auc = cap_roc_delong(p, label, n, 0.95);
  r->auc_diameter = cap_roc_delong(mm, label, n, 0.95);
  r->auc_gain = cap_roc_delong_paired(p, mm, label, n, 0.95);
  cap_roc_bootstrap(p, label, group, n, n_samples, 0.95, seed,
                    r->auc_bootstrap);
  cap_roc_bootstrap(mm, label, group, n, n_samples, 0.95, seed,
                    r->auc_diameter_bootstrap);
  const gboolean both = isfinite(r->auc.auc); /* one class is no question */
  r->average_precision = both ? cap_roc_average_precision(p, label, n) : NAN;
  r->average_precision_diameter =
      both ? cap_roc_average_precision(mm, label, n) : NAN;
  r->table = cap_roc_table(p, label, n, HALF);
  r->calibration = cap_roc_calibration(p, label, n, 10);
}

static void
finish(Sum *s, int n_samples, guint64 seed)
{
  CapEvalResults *r = s->r;
  r->software = g_strdup(s->first->software);
  r->weights_sha256 = g_strdup(s->first->weights_sha256);
  r->settings = g_strdup(s->first->settings);
  r->inputs_sha256 = g_strdup(g_checksum_get_string(s->inputs));
  r->images_sha256 =
      g_strdup(r->n_images > 0 ? g_checksum_get_string(s->images) : "");
  r->froc = cap_froc_new((CapFrocNodule *)s->nodules->data,
                         (int)s->nodules->len, (CapFrocMark *)s->marks->data,
                         (int)s->marks->len, r->n_cases - r->n_failed, 100);
  r->cpm = cap_froc_score(r->froc, r->sensitivity);
  r->band = cap_froc_bootstrap(r->froc, n_samples, 0.95, CURVE_POINTS, seed);
  finish_malignancy(r, n_samples, seed);
  r->dice_mean = r->n_dice > 0 ? s->dice_sum / r->n_dice : NAN;
  pairs_measure(&r->volume, 0);
  pairs_measure(&r->rating, 5);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    pairs_measure(&r->attributes[a], cap_attribute_levels((CapAttributeKind)a));
}

CapEvalResults *
cap_eval_results_add_up(const GPtrArray *folders, int n_samples, guint64 seed,
                        GError **error)
{
  g_autoptr(GPtrArray) files = cap_eval_results_files(folders, error);
  if (files == NULL)
    return NULL;
  g_autoptr(CapEvalResults) r = results_new();
  Sum s = {.r = r,
           .nodules = g_array_new(FALSE, FALSE, sizeof(CapFrocNodule)),
           .marks = g_array_new(FALSE, FALSE, sizeof(CapFrocMark)),
           .patients =
               g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
           .inputs = g_checksum_new(G_CHECKSUM_SHA256),
           .images = g_checksum_new(G_CHECKSUM_SHA256)};
  gboolean ok = TRUE;
  for (guint i = 0; ok && i < files->len; i++)
    ok = add_case(&s, files->pdata[i], error);
  if (ok)
    finish(&s, n_samples, seed);
  g_array_unref(s.nodules);
  g_array_unref(s.marks);
  g_hash_table_unref(s.patients);
  g_checksum_free(s.inputs);
  g_checksum_free(s.images);
  cap_eval_case_free(s.first);
  return ok ? g_steal_pointer(&r) : NULL;
}
