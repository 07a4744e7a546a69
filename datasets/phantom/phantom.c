/* The phantom: see phantom.h. */
#include "datasets/phantom/phantom.h"

#include "core/error.h"
#include "datasets/phantom/phantom_study.h"

#include <math.h>
#include <string.h>

static const char *const kind_names[CAP_PHANTOM_N_KINDS] = {
    "solid",      "part-solid", "ground-glass", "calcified",
    "spiculated", "lobulated",  "juxtapleural", "juxtavascular",
};

CapPhantomOptions
cap_phantom_options_default(void)
{
  return (CapPhantomOptions){
      .seed = 1, .size = 512, .slices = 240, .noise_hu = -1};
}

const char *
cap_phantom_kind_name(CapPhantomKind kind)
{
  return (unsigned)kind < CAP_PHANTOM_N_KINDS ? kind_names[kind] : "unknown";
}

static double
usual_diameter(CapPhantomKind kind, CapRandom *rng)
{
  static const double range[CAP_PHANTOM_N_KINDS][2] = {
      {5, 12}, {10, 22}, {8, 20}, {4, 9}, {13, 30}, {8, 22}, {5, 13}, {5, 11}};
  return exp(cap_random_between(rng, log(range[kind][0]), log(range[kind][1])));
}

static void
request(GArray *list, CapPhantomKind kind, double diameter_mm)
{
  const CapPhantomRequest r = {kind, diameter_mm};
  g_array_append_val(list, r);
}

GArray *
cap_phantom_usual_requests(gint64 seed, int n, int n_small)
{
  CapRandom rng = cap_random_start((guint64)seed, 2, 0);
  GArray *list = g_array_new(FALSE, FALSE, sizeof(CapPhantomRequest));
  for (int i = 0; i < n; i++) {
    const CapPhantomKind kind = (CapPhantomKind)(i % CAP_PHANTOM_N_KINDS);
    request(list, kind, usual_diameter(kind, &rng));
  }
  for (int i = 0; i < n_small; i++)
    request(list, CAP_PHANTOM_SOLID, cap_random_between(&rng, 2, 2.8));
  return list;
}

static gboolean
parse_one(const char *word, GArray *list, GError **error)
{
  g_auto(GStrv) parts = g_strsplit(word, ":", 2);
  double diameter = 10;
  if (parts[0] != NULL && parts[1] != NULL) {
    char *end;
    diameter = g_ascii_strtod(parts[1], &end);
    if (end == parts[1] || *end != '\0' || !(diameter >= 2 && diameter <= 40)) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                  "a nodule's diameter is a number from 2 to 40 mm, not “%s”",
                  parts[1]);
      return FALSE;
    }
  }
  for (int k = 0; k < CAP_PHANTOM_N_KINDS; k++)
    if (parts[0] != NULL && g_str_equal(g_strstrip(parts[0]), kind_names[k])) {
      request(list, (CapPhantomKind)k, diameter);
      return TRUE;
    }
  g_set_error(
      error, CAP_ERROR, CAP_ERROR_USAGE,
      "there is no kind of nodule “%s”; kinds are solid, part-solid, "
      "ground-glass, calcified, spiculated, lobulated, juxtapleural and "
      "juxtavascular",
      parts[0] ? parts[0] : "");
  return FALSE;
}

GArray *
cap_phantom_parse_nodules(const char *text, gint64 seed, GError **error)
{
  guint64 count;
  if (g_ascii_string_to_unsigned(text, 10, 0, 100, &count, NULL))
    return cap_phantom_usual_requests(seed, (int)count, 0);
  g_auto(GStrv) words = g_strsplit(text, ",", -1);
  g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(CapPhantomRequest));
  for (int i = 0; words[i] != NULL; i++)
    if (!parse_one(words[i], list, error))
      return NULL;
  if (list->len < 1 || list->len > 100) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                "a list of nodules names from 1 to 100, not %u", list->len);
    return NULL;
  }
  return g_steal_pointer(&list);
}

gboolean
cap_phantom_options_check(const CapPhantomOptions *o, GError **error)
{
  if (o->size < 64 || o->size > 1024)
    g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                "a phantom has from 64 to 1024 rows and columns, not %d",
                o->size);
  else if (o->slices < 16 || o->slices > 1200)
    g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                "a phantom has from 16 to 1200 slices, not %d", o->slices);
  else if (!(o->pixel_mm == 0 || (o->pixel_mm >= 0.3 && o->pixel_mm <= 8)))
    g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                "a pixel is from 0.3 to 8 mm wide, not %g", o->pixel_mm);
  else if (!(o->slice_mm == 0 || (o->slice_mm >= 0.3 && o->slice_mm <= 20)))
    g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                "a slice is from 0.3 to 20 mm thick, not %g", o->slice_mm);
  else if (!(o->noise_hu <= 200))
    g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                "noise is at most 200 HU, not %g", o->noise_hu);
  else
    return TRUE;
  return FALSE;
}

CapVolume *
cap_phantom_make(const CapPhantomOptions *options, GArray **truth,
                 const CapProgress *progress, GError **error)
{
  if (!cap_phantom_options_check(options, error))
    return NULL;
  g_autoptr(CapPhantomStudy) study =
      cap_phantom_study_new(options, progress, error);
  if (study == NULL)
    return NULL;
  if (truth != NULL) {
    *truth = cap_phantom_truth_tell(study, error);
    if (*truth == NULL)
      return NULL;
  }
  return g_steal_pointer(&study->volume);
}
