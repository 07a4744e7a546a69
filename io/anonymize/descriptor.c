/* Descriptions by a list of allowed words: see descriptor.h. */
#include "io/anonymize/descriptor.h"

#include <stdlib.h>
#include <string.h>

/* Lower case, ascending. Some are names too (Small, Sharp): what names this
 * patient is looked for apart, see identity.h. */
static const char *const words[] = {
    "2d",           "3d",           "abd",
    "abdomen",      "abdominal",    "acquisition",
    "additional",   "adrenal",      "after",
    "air",          "and",          "angio",
    "angiogram",    "angiography",  "anterior",
    "aorta",        "aortic",       "ap",
    "arterial",     "artery",       "ascending",
    "asir",         "attenuation",  "average",
    "axial",        "base",         "baseline",
    "before",       "biopsy",       "body",
    "bolus",        "bone",         "both",
    "bottom",       "brain",        "breath",
    "bronchial",    "calcium",      "cardiac",
    "cervical",     "chest",        "collimation",
    "contrast",     "control",      "cor",
    "coronal",      "coronary",     "correction",
    "ct",           "cta",          "ctac",
    "cxr",          "delay",        "delayed",
    "detail",       "diaphragm",    "diffusion",
    "digital",      "dose",         "dual",
    "dynamic",      "early",        "ecg",
    "emphysema",    "enhanced",     "exam",
    "expiration",   "expiratory",   "fast",
    "fbp",          "fdg",          "filter",
    "filtered",     "first",        "flair",
    "follow",       "for",          "frontal",
    "full",         "fused",        "fusion",
    "gated",        "guided",       "head",
    "heart",        "helical",      "hepatic",
    "high",         "hilar",        "hilum",
    "hr",           "hrct",         "hu",
    "image",        "images",       "imaging",
    "in",           "iodine",       "iterative",
    "iv",           "kernel",       "kidney",
    "kv",           "kvp",          "large",
    "late",         "lateral",      "ldct",
    "left",         "lesion",       "limited",
    "liver",        "lobe",         "localiser",
    "localizer",    "low",          "lower",
    "lumbar",       "lung",         "lungs",
    "mas",          "max",          "maximum",
    "mean",         "mediastinal",  "mediastinum",
    "medium",       "min",          "minimum",
    "mip",          "mm",           "monitoring",
    "motion",       "mpr",          "mr",
    "mri",          "multi",        "multiphase",
    "nativ",        "native",       "neck",
    "nodule",       "noise",        "non",
    "nonenhanced",  "normal",       "oblique",
    "of",           "oral",         "other",
    "overview",     "pa",           "pancreas",
    "parenchyma",   "pelvis",       "perfusion",
    "pet",          "phase",        "plain",
    "pleura",       "portal",       "post",
    "posterior",    "pre",          "premonitoring",
    "prone",        "protocol",     "pulmonary",
    "quantitative", "recon",        "reconstruction",
    "reduced",      "reference",    "reformat",
    "reformatted",  "renal",        "resolution",
    "resp",         "respiratory",  "result",
    "right",        "routine",      "sag",
    "sagittal",     "scan",         "scout",
    "screening",    "segmentation", "series",
    "sharp",        "single",       "slab",
    "slice",        "slices",       "small",
    "smooth",       "soft",         "spine",
    "spiral",       "standard",     "stent",
    "subtraction",  "supine",       "t1",
    "t2",           "table",        "thick",
    "thickness",    "thin",         "thoracic",
    "thorax",       "time",         "tissue",
    "to",           "tomography",   "top",
    "topogram",     "total",        "trachea",
    "tumor",        "tumour",       "ultra",
    "unenhanced",   "up",           "upper",
    "vascular",     "vein",         "venous",
    "vessel",       "view",         "volume",
    "vrt",          "whole",        "window",
    "with",         "without",      "wo",
};

static const char *const units[] = {"mm", "cm", "ml", "kv", "kvp", "mas", "s"};

static int
by_text(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gboolean
is_word(const char *token)
{
  return bsearch(&token, words, G_N_ELEMENTS(words), sizeof *words, by_text) !=
         NULL;
}

static gboolean
is_unit(const char *token)
{
  for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
    if (g_str_equal(token, units[i]))
      return TRUE;
  return FALSE;
}

/* Where the number that TOKEN begins with ends: up to three digits and two
 * decimals, so that no date or record number passes; TOKEN itself when there is
 * none. */
static const char *
skip_number(const char *token)
{
  const char *at = token;
  while (g_ascii_isdigit(*at) && at - token < 4)
    at++;
  if (at == token || at - token > 3)
    return token;
  if (*at != '.')
    return at;
  const char *point = at++;
  while (g_ascii_isdigit(*at) && at - point < 4)
    at++;
  return at - point > 3 ? token : at;
}

/* "5mm", "1.25", or "5" before the unit NEXT. */
static gboolean
is_measure(const char *token, const char *next)
{
  const char *rest = skip_number(token);
  if (rest == token)
    return FALSE;
  if (*rest != '\0')
    return is_unit(rest);
  return strchr(token, '.') != NULL || (next != NULL && is_unit(next));
}

/* A convolution kernel as one vendor names them: B50f, Br40d. */
static gboolean
is_kernel(const char *token)
{
  if (strchr("bdhi", *token) == NULL || *token == '\0')
    return FALSE;
  token += token[1] == 'r' ? 2 : 1;
  if (!g_ascii_isdigit(token[0]) || !g_ascii_isdigit(token[1]))
    return FALSE;
  return token[2] == '\0' || (strchr("fds", token[2]) && token[3] == '\0');
}

static void
append_clean(GString *out, const char *text)
{
  g_auto(GStrv) tokens =
      g_strsplit_set(text, " \t\r\n,;:/_-+()[]{}&*=^\"'<>|", -1);
  g_autoptr(GPtrArray) used = g_ptr_array_new();
  for (int i = 0; tokens[i] != NULL; i++)
    if (*tokens[i] != '\0')
      g_ptr_array_add(used, tokens[i]);
  const gsize start = out->len;
  gboolean after_measure = FALSE;
  for (guint i = 0; i < used->len; i++) {
    g_autofree char *token = g_ascii_strdown(used->pdata[i], -1);
    g_autofree char *next =
        i + 1 < used->len ? g_ascii_strdown(used->pdata[i + 1], -1) : NULL;
    const gboolean measure = is_measure(token, next);
    if (measure || is_word(token) || is_kernel(token) ||
        (after_measure && is_unit(token)))
      g_string_append_printf(out, "%s%s", out->len > start ? " " : "",
                             (const char *)used->pdata[i]);
    after_measure = measure;
  }
}

char *
cap_descriptor_clean(const char *value)
{
  GString *out = g_string_new(NULL);
  g_auto(GStrv) parts = g_strsplit(value, "\\", -1);
  for (int i = 0; parts[i] != NULL; i++) {
    if (i > 0)
      g_string_append_c(out, '\\');
    append_clean(out, parts[i]);
  }
  if (out->str[strspn(out->str, "\\ ")] == '\0')
    g_string_truncate(out, 0);
  return g_string_free(out, FALSE);
}
