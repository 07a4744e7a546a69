/* What guidelines ask about the patient: see context.h. */
#include "core/guidelines/context.h"

#include "core/date.h"
#include "core/error.h"
#include "core/language.h"

#include <stddef.h>
#include <string.h>

#define MOST_YEARS 120

static const char *const answers[] = {N_("unknown"), N_("no"), N_("yes"), NULL};
static const char *const sexes[] = {N_("unknown"), N_("female"), N_("male"),
                                    NULL};
static const char *const smokings[] = {N_("unknown"), N_("never"), N_("former"),
                                       N_("current"), NULL};
static const char *const settings[] = {N_("unknown"), N_("screening"),
                                       N_("incidental"), NULL};
static const char *const exams[] = {N_("unknown"), N_("baseline"),
                                    N_("follow-up"), NULL};
static const char *const risks[] = {N_("unknown"), N_("low"), N_("high"), NULL};

static const struct {
  const char *key, *title;
  const char *const *words; /* NULL: a number of years */
  size_t offset;
} fields[] = {
    {"age", N_("Age"), NULL, offsetof(CapPatientContext, age_years)},
    {"sex", N_("Sex"), sexes, offsetof(CapPatientContext, sex)},
    {"smoking", N_("Smoking"), smokings, offsetof(CapPatientContext, smoking)},
    {"family-history", N_("Family history of lung cancer"), answers,
     offsetof(CapPatientContext, family_history)},
    {"emphysema", N_("Emphysema"), answers,
     offsetof(CapPatientContext, emphysema)},
    {"cancer", N_("Known cancer"), answers,
     offsetof(CapPatientContext, cancer)},
    {"immunosuppression", N_("Immunosuppression"), answers,
     offsetof(CapPatientContext, immunosuppression)},
    {"setting", N_("Setting"), settings, offsetof(CapPatientContext, setting)},
    {"exam", N_("Examination"), exams, offsetof(CapPatientContext, exam)},
    {"risk", N_("Risk of lung cancer"), risks,
     offsetof(CapPatientContext, risk)},
};

enum { N_FIELDS = G_N_ELEMENTS(fields) };

const char *const *
cap_context_keys(void)
{
  static const char *keys[N_FIELDS + 1];
  for (int i = 0; i < N_FIELDS; i++)
    keys[i] = fields[i].key;
  return keys;
}

static int
find(const char *key)
{
  for (int i = 0; i < N_FIELDS; i++)
    if (g_str_equal(fields[i].key, key))
      return i;
  return -1;
}

const char *const *
cap_context_words(const char *key)
{
  const int i = find(key);
  return i >= 0 ? fields[i].words : NULL;
}

const char *
cap_context_title(const char *key)
{
  const int i = find(key);
  return i >= 0 ? fields[i].title : "";
}

static int *
value_of(CapPatientContext *context, int field)
{
  return (int *)((char *)context + fields[field].offset);
}

/* The years that WORD says; -1 where it is none that a person has. */
static int
parse_age(const char *word)
{
  guint64 years;
  if (g_str_equal(word, "unknown"))
    return 0;
  return g_ascii_string_to_unsigned(word, 10, 1, MOST_YEARS, &years, NULL)
             ? (int)years
             : -1;
}

static int
parse_word(const char *const *words, const char *word)
{
  for (int i = 0; words[i] != NULL; i++)
    if (g_ascii_strcasecmp(words[i], word) == 0)
      return i;
  return -1;
}

gboolean
cap_context_set(CapPatientContext *context, const char *key, const char *word,
                GError **error)
{
  const int i = find(key);
  if (i < 0) {
    g_autofree char *known = g_strjoinv(", ", (char **)cap_context_keys());
    g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                "“%s” is nothing that guidelines ask about the patient; they "
                "ask %s",
                key, known);
    return FALSE;
  }
  const char *given = *word != '\0' ? word : "unknown";
  const char *const *words = fields[i].words;
  const int value = words ? parse_word(words, given) : parse_age(given);
  if (value >= 0) {
    *value_of(context, i) = value;
    return TRUE;
  }
  g_autofree char *allowed =
      words
          ? g_strjoinv(", ", (char **)words)
          : g_strdup_printf("whole years from 1 to %d, or unknown", MOST_YEARS);
  g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE, "%s cannot be “%s”: it is %s",
              key, word, allowed);
  return FALSE;
}

char *
cap_context_get(const CapPatientContext *context, const char *key)
{
  const int i = find(key);
  if (i < 0)
    return g_strdup("unknown");
  const int value = *value_of((CapPatientContext *)context, i);
  if (fields[i].words != NULL)
    return g_strdup(fields[i].words[value]);
  return value > 0 ? g_strdup_printf("%d", value) : g_strdup("unknown");
}

gboolean
cap_context_parse(CapPatientContext *context, const char *list, GError **error)
{
  g_auto(GStrv) parts = g_strsplit(list, ",", -1);
  for (int i = 0; parts[i] != NULL; i++) {
    char *equals = strchr(parts[i], '=');
    if (equals == NULL) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                  "“%s” says nothing about the patient: write KEY=WORD, as in "
                  "age=67,sex=female,smoking=former",
                  parts[i]);
      return FALSE;
    }
    *equals = '\0';
    if (!cap_context_set(context, g_strstrip(parts[i]), g_strstrip(equals + 1),
                         error))
      return FALSE;
  }
  return TRUE;
}

void
cap_context_fill(CapPatientContext *to, const CapPatientContext *from)
{
  for (int i = 0; i < N_FIELDS; i++) {
    int *value = value_of(to, i);
    if (*value == 0)
      *value = *value_of((CapPatientContext *)from, i);
  }
}

CapPatientContext
cap_context_of_source(const CapSource *source)
{
  CapPatientContext context = {0};
  if (g_str_equal(source->patient_sex, "F"))
    context.sex = CAP_SEX_FEMALE;
  else if (g_str_equal(source->patient_sex, "M"))
    context.sex = CAP_SEX_MALE;
  int years;
  if (cap_date_years(source->patient_birth_date, source->study_date, &years) &&
      years >= 1 && years <= MOST_YEARS)
    context.age_years = years;
  return context;
}
