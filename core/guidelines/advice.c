/* What a guideline says: see advice.h. */
#include "core/guidelines/advice.h"

#include "core/guidelines/fleischner.h"
#include "core/guidelines/lungrads.h"

#include <math.h>

static const struct {
  const char *word, *title;
} names[CAP_N_GUIDELINES] = {
    [CAP_LUNGRADS] = {"lung_rads", "Lung-RADS v2022"},
    [CAP_FLEISCHNER] = {"fleischner", "Fleischner 2017"},
    [CAP_BROCK] = {"brock", "Brock (PanCan)"},
};

CapAdvice *
cap_advice_new(CapGuideline guideline)
{
  CapAdvice *advice = g_new0(CapAdvice, 1);
  advice->guideline = guideline;
  advice->rule = g_strdup("");
  advice->numbers = g_strdup("");
  advice->assumed = g_ptr_array_new_with_free_func(g_free);
  return advice;
}

void
cap_advice_free(CapAdvice *advice)
{
  if (advice == NULL)
    return;
  g_free(advice->rule);
  g_free(advice->numbers);
  g_ptr_array_unref(advice->assumed);
  g_free(advice);
}

void
cap_advice_decide(CapAdvice *advice, const CapGuidelineCategory *category,
                  const char *rule)
{
  advice->category = category;
  g_free(advice->rule);
  advice->rule = g_strdup(rule);
}

void
cap_advice_assume(CapAdvice *advice, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_ptr_array_add(advice->assumed, g_strdup_vprintf(format, arguments));
  va_end(arguments);
}

void
cap_advice_number(CapAdvice *advice, const char *label, double value,
                  int decimals, const char *unit)
{
  g_autofree char *text =
      isfinite(value) ? g_strdup_printf("%.*f", decimals, value) : g_strdup("");
  char *joined = g_strconcat(
      advice->numbers, *advice->numbers != '\0' ? ", " : "", label,
      *text != '\0' ? " " : "", text, unit ? " " : "", unit ? unit : "", NULL);
  g_free(advice->numbers);
  advice->numbers = joined;
}

const char *
cap_guideline_title(CapGuideline guideline)
{
  return names[guideline].title;
}

const char *
cap_guideline_word(CapGuideline guideline)
{
  return names[guideline].word;
}

gboolean
cap_guideline_parse(const char *word, CapGuideline *guideline)
{
  for (int i = 0; i < CAP_N_GUIDELINES; i++)
    if (g_strcmp0(names[i].word, word) == 0) {
      *guideline = (CapGuideline)i;
      return TRUE;
    }
  return FALSE;
}

const CapGuidelineCategory *
cap_guideline_categories(CapGuideline guideline)
{
  static const CapGuidelineCategory none[] = {{NULL, NULL, NULL}};
  return guideline == CAP_LUNGRADS     ? cap_lungrads_categories()
         : guideline == CAP_FLEISCHNER ? cap_fleischner_categories()
                                       : none;
}

const CapGuidelineCategory *
cap_guideline_category(CapGuideline guideline, const char *word)
{
  for (const CapGuidelineCategory *c = cap_guideline_categories(guideline);
       c->word != NULL; c++)
    if (g_strcmp0(c->word, word) == 0)
      return c;
  return NULL;
}
