/* The same patient or not: see patient.h. */
#include "core/image/patient.h"

#include "core/date.h"
#include "core/language.h"
#include "core/person.h"

#include <string.h>

/* Without case, and with what separates the parts of a name as one space:
 * archives differ in both (DICOM PS3.5 6.2.1). */
static char *
plain(const char *text)
{
  g_autofree char *folded = g_utf8_casefold(text, -1);
  GString *out = g_string_new(NULL);
  for (const char *p = folded; *p != '\0'; p++)
    if (strchr("^ ,", *p) == NULL)
      g_string_append_c(out, *p);
    else if (out->len > 0 && out->str[out->len - 1] != ' ')
      g_string_append_c(out, ' ');
  return g_strchomp(g_string_free(out, FALSE));
}

static gboolean
texts_differ(const char *a, const char *b)
{
  g_autofree char *x = plain(a), *y = plain(b);
  return *x != '\0' && *y != '\0' && !g_str_equal(x, y);
}

/* A name in one script says nothing against the same one in two of them (groups
 * with "=" between them, PS3.5 6.2), but two in different scripts do. */
static gboolean
names_differ(const char *a, const char *b)
{
  g_auto(GStrv) x = g_strsplit(a, "=", -1);
  g_auto(GStrv) y = g_strsplit(b, "=", -1);
  gboolean common = FALSE;
  for (int i = 0; x[i] != NULL && y[i] != NULL; i++) {
    if (texts_differ(x[i], y[i]))
      return TRUE;
    common |= *x[i] != '\0' && *y[i] != '\0';
  }
  return !common && texts_differ(a, b);
}

GPtrArray *
cap_patient_differences(const CapSource *a, const CapSource *b)
{
  const struct {
    const char *format, *a, *b;
    gboolean (*differ)(const char *, const char *);
    char *(*written)(const char *); /* as people write it */
  } facts[] = {
      {N_("Patient ID is %s here and %s there."), a->patient_id, b->patient_id,
       texts_differ, g_strdup},
      {N_("Name is %s here and %s there."), a->patient_name, b->patient_name,
       names_differ, cap_person_text},
      {N_("Birth date is %s here and %s there."), a->patient_birth_date,
       b->patient_birth_date, texts_differ, cap_date_text},
      {N_("Sex is %s here and %s there."), a->patient_sex, b->patient_sex,
       texts_differ, g_strdup},
  };
  GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < G_N_ELEMENTS(facts); i++) {
    if (!facts[i].differ(facts[i].a, facts[i].b))
      continue;
    g_autofree char *here = facts[i].written(facts[i].a);
    g_autofree char *there = facts[i].written(facts[i].b);
    const gboolean tells =
        !g_str_equal(here, there); /* it may be in the rest */
    g_ptr_array_add(list, g_strdup_printf(_(facts[i].format),
                                          tells ? here : facts[i].a,
                                          tells ? there : facts[i].b));
  }
  return list;
}
