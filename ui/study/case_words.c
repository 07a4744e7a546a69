/* Irregularities in words: see case_words.h. */
#include "ui/study/case_words.h"

#include "core/irregularity.h"
#include "core/language.h"

char *
cap_case_words(const GPtrArray *irregularities, const char *separator)
{
  GString *text = g_string_new(NULL);
  guint seen = 0; /* a bit for each number */
  for (guint i = 0; i < irregularities->len; i++) {
    const CapIrregularity *irregularity = irregularities->pdata[i];
    const guint bit = 1u << (irregularity->number & 31);
    if (irregularity->severity == CAP_SEVERITY_INFO || seen & bit)
      continue;
    seen |= bit;
    g_string_append_printf(text, "%s%s (%s)", text->len > 0 ? separator : "",
                           _(cap_irregularity_title(irregularity->number)),
                           cap_irregularity_code(irregularity->number));
  }
  return g_string_free(text, FALSE);
}

int
cap_case_words_number(const GPtrArray *irregularities)
{
  int n = 0;
  for (guint i = 0; i < irregularities->len; i++) {
    const CapIrregularity *irregularity = irregularities->pdata[i];
    n += irregularity->severity != CAP_SEVERITY_INFO;
  }
  return n;
}

char *
cap_case_words_count(int n)
{
  return g_strdup_printf(P_("⚠ %d irregularity", "⚠ %d irregularities", n), n);
}

char *
cap_case_words_summary(const GPtrArray *irregularities, gboolean *grave)
{
  const int n_grave = cap_case_words_number(irregularities);
  const int n_notes = (int)irregularities->len - n_grave;
  g_autofree char *count = cap_case_words_count(n_grave);
  g_autofree char *notes =
      g_strdup_printf(P_("%d note", "%d notes", n_notes), n_notes);
  *grave = n_grave > 0;
  if (n_grave == 0)
    return g_steal_pointer(&notes);
  return n_notes == 0 ? g_steal_pointer(&count)
                      : g_strconcat(count, ", ", notes, NULL);
}
