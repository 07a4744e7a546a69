/* Guidelines in words: see words_guidelines.h. */
#include "io/report/words_guidelines.h"

#include "core/image/unit.h"
#include "core/language.h"
#include "core/told.h"
#include "io/report/words.h"
#include "io/report/words_prior.h"

#include <string.h>

/* "4A, suspicious"; the title alone where words are only for files. */
static char *
category_text(CapGuideline guideline, const CapGuidelineCategory *category)
{
  if (guideline != CAP_LUNGRADS)
    return g_strdup(_(category->title));
  char *text = g_strdup_printf("%s, %s", category->word, _(category->title));
  char *title = text + strlen(category->word) + 2;
  *title = g_ascii_tolower(*title);
  return text;
}

char *
cap_words_verdict(const CapAdvice *advice, const CapFinding *finding)
{
  const CapGuidelineCategory *verdict = cap_guideline_verdict(advice, finding);
  if (advice->probability > 0) {
    g_autofree char *percent = cap_words_number(100 * advice->probability, 1);
    return g_strdup_printf("%s %%", percent);
  }
  if (verdict == NULL)
    return g_strdup_printf(_("none: %s"), advice->rule);
  g_autofree char *text = category_text(advice->guideline, verdict);
  if (finding->overrides[advice->guideline] == NULL)
    return g_steal_pointer(&text);
  g_autofree char *rule =
      advice->category ? category_text(advice->guideline, advice->category)
                       : g_strdup(_("none"));
  return g_strdup_printf(_("%s (reader; the rule gives %s)"), text, rule);
}

char *
cap_words_rule(const CapAdvice *advice)
{
  if (*advice->numbers == '\0')
    return g_strdup("");
  return g_strdup_printf("%s (%s)", advice->rule, advice->numbers);
}

char *
cap_words_management(const CapAdvice *advice, const CapFinding *finding)
{
  const CapGuidelineCategory *verdict = cap_guideline_verdict(advice, finding);
  const CapOverride *override = finding->overrides[advice->guideline];
  if (verdict == NULL)
    return g_strdup("");
  if (override == NULL)
    return g_strdup(_(verdict->management));
  return g_strdup_printf(_("%s Reader's reason: %s%s%s."),
                         _(verdict->management), override->reason,
                         *override->by ? ", " : "", override->by);
}

static char *
join(const GPtrArray *sentences)
{
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < sentences->len; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? " " : "",
                           (const char *)sentences->pdata[i]);
  return g_string_free(text, FALSE);
}

/* PARTS (ended by NULL) that say something, as sentences. */
static char *
sentences(const char *const *parts)
{
  GString *text = g_string_new(NULL);
  for (; *parts != NULL; parts++) {
    if (**parts == '\0')
      continue;
    g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "", *parts);
    if (text->str[text->len - 1] != '.')
      g_string_append_c(text, '.');
  }
  return g_string_free(text, FALSE);
}

char *
cap_words_guideline(const CapFindings *findings, const CapFinding *finding,
                    CapGuideline guideline)
{
  g_autoptr(CapAdvice) advice =
      cap_guideline_judge(guideline, findings, finding);
  g_autofree char *verdict = cap_words_verdict(advice, finding);
  g_autofree char *rule = cap_words_rule(advice);
  g_autofree char *management = cap_words_management(advice, finding);
  g_autofree char *assumed = join(advice->assumed);
  g_autofree char *by =
      *rule != '\0' ? g_strdup_printf(_("Rule: %s"), rule) : g_strdup("");
  const char *const parts[] = {verdict, management, by, assumed, NULL};
  return sentences(parts);
}

GPtrArray *
cap_words_guidelines(const CapFindings *findings, const CapFinding *finding)
{
  GPtrArray *rows = cap_words_rows_new();
  for (int i = 0; i < CAP_N_GUIDELINES; i++)
    cap_words_rows_add(rows, cap_guideline_title((CapGuideline)i),
                       cap_words_guideline(findings, finding, (CapGuideline)i));
  return rows;
}

/* The title of KEY within a sentence. Languages differ in what begins with a
 * capital there: a translation is taken as it is. */
static char *
title_within(const char *key)
{
  const char *title = cap_context_title(key), *own = _(title);
  return own == title ? g_ascii_strdown(title, -1) : g_strdup(own);
}

/* "67 years, female, smoking former". */
static char *
context_text(const CapPatientContext *context)
{
  GString *text = g_string_new(NULL);
  for (const char *const *key = cap_context_keys(); *key != NULL; key++) {
    g_autofree char *word = cap_context_get(context, *key);
    g_autofree char *title = title_within(*key);
    if (g_str_equal(word, "unknown"))
      continue;
    g_string_append_printf(text, "%s%s %s", text->len > 0 ? ", " : "", title,
                           _(word));
  }
  return g_string_free(text, FALSE);
}

static char *
exam_text(CapGuideline guideline, const CapFindings *findings,
          const char *not_evaluable)
{
  const CapExamAdvice exam =
      cap_guideline_judge_exam(guideline, findings, not_evaluable);
  if (exam.unsearched)
    return g_strdup(_("none: nobody has searched this scan for nodules"));
  const char *why_not = cap_guideline_why_not(findings, NULL);
  if (exam.category == NULL && why_not != NULL &&
      cap_guideline_categories(guideline)->word != NULL)
    return g_strdup_printf(_("none: %s"), why_not);
  if (exam.category == NULL)
    return NULL;
  g_autofree char *category = category_text(guideline, exam.category);
  g_autofree char *by =
      exam.finding > 0
          ? g_strdup_printf(exam.overridden
                                ? _(" (finding %d, the reader's category)")
                                : _(" (finding %d)"),
                            exam.finding)
          : g_strdup("");
  g_autofree char *why = cap_told(not_evaluable);
  if (*why != '\0')
    return g_strdup_printf(_("%s. %s Reason: %s."), category,
                           _(exam.category->management), why);
  return g_strdup_printf("%s%s. %s", category, by,
                         _(exam.category->management));
}

/* TEXT (takes, may be NULL) and what HIGHEST, not reviewed, would make of it.
 */
static char *
add_pending(char *text, CapGuideline guideline, const CapExamAdvice *highest)
{
  if (highest->category == NULL)
    return text;
  g_autofree char *category = category_text(guideline, highest->category);
  g_autofree char *would =
      g_strdup_printf(_("Not yet reviewed: the highest would be %s (finding "
                        "%d)."),
                      category, highest->finding);
  if (text == NULL)
    return g_steal_pointer(&would);
  char *both = g_strdup_printf("%s%s %s", text,
                               g_str_has_suffix(text, ".") ? "" : ".", would);
  g_free(text);
  return both;
}

static char *
pending_text(int n)
{
  return n == 0 ? NULL
                : g_strdup_printf(P_("%d finding, which does not count here",
                                     "%d findings, which do not count here", n),
                                  n);
}

GPtrArray *
cap_words_exam(const CapFindings *findings, const char *not_evaluable,
               const CapPending *pending)
{
  GPtrArray *rows = cap_words_rows_new();
  for (int i = 0; i < CAP_N_GUIDELINES; i++)
    cap_words_rows_add(
        rows, cap_guideline_title((CapGuideline)i),
        add_pending(exam_text((CapGuideline)i, findings, not_evaluable),
                    (CapGuideline)i, &pending->highest[i]));
  cap_words_rows_add(rows, _("Not yet reviewed"), pending_text(pending->n));
  cap_words_rows_add(rows, _("Patient"), context_text(&findings->context));
  return rows;
}

char *
cap_words_finding_paragraph(const CapFindings *findings,
                            const CapFinding *finding)
{
  g_autofree char *title = cap_words_title(finding);
  g_autofree char *a = cap_words_number(finding->long_axis_mm, 1);
  g_autofree char *b = cap_words_number(finding->short_axis_mm, 1);
  g_autofree char *volume = cap_words_number(finding->volume_mm3, 0);
  const char *mm = cap_unit_length(finding->unknown);
  GString *text = g_string_new(NULL);
  g_autofree char *change = cap_words_change(finding);
  if (*change == '\0')
    g_string_append_printf(text, _("Finding %d: %s (%s × %s %s, %s %s³)."),
                           finding->id, title, a, b, mm, volume, mm);
  else
    g_string_append_printf(text, _("Finding %d: %s (%s × %s %s, %s %s³), %s."),
                           finding->id, title, a, b, mm, volume, mm, change);
  for (int i = 0; i < CAP_N_GUIDELINES; i++) {
    g_autofree char *says =
        cap_words_guideline(findings, finding, (CapGuideline)i);
    g_string_append_printf(text, " %s: %s",
                           cap_guideline_title((CapGuideline)i), says);
  }
  return g_string_free(text, FALSE);
}

char *
cap_words_exam_paragraph(const CapFindings *findings, const char *not_evaluable,
                         const CapPending *pending)
{
  g_autoptr(GPtrArray) rows = cap_words_exam(findings, not_evaluable, pending);
  GString *text = g_string_new(NULL);
  g_autofree char *why = cap_told(not_evaluable);
  if (*why != '\0')
    g_string_append_printf(text, _("This scan could not be evaluated: %s.\n"),
                           why);
  int n = 0;
  for (guint i = 0; i < findings->items->len; i++) {
    const CapFinding *finding = findings->items->pdata[i];
    if (!cap_guideline_counts(findings, finding))
      continue;
    g_autofree char *title = cap_words_title(finding);
    g_string_append_printf(text, _("Finding %d: %s.\n"), finding->id, title);
    n++;
  }
  if (n == 0 && *not_evaluable == '\0')
    g_string_append(text, cap_findings_are_searched(findings)
                              ? _("No lung nodule was found.\n")
                              : _("Nobody has searched this scan for lung "
                                  "nodules.\n"));
  for (guint i = 0; i < rows->len; i++) {
    const CapWordsRow *row = rows->pdata[i];
    g_string_append_printf(text, "%s: %s\n", row->label, row->value);
  }
  return g_string_free(text, FALSE);
}
