/* CapAdvice: what a guideline says about one nodule or about an examination,
 * with the rule and the numbers that say so and everything that had to be
 * assumed. Decision support, not a diagnosis. */
#pragma once

#include "core/guidelines/context.h"
#include "core/measure/finding.h"

/* A place in a guideline, least urgent first. */
typedef struct {
  const char *word;       /* "4A", "ct-6-12-months": in files */
  const char *title;      /* for people; "" where the word is the title */
  const char *management; /* in our own words, a sentence */
} CapGuidelineCategory;

typedef struct {
  CapGuideline guideline;
  const CapGuidelineCategory *category; /* NULL: none, RULE says why; NULL also
                                           for Brock, which has none */
  double probability; /* of cancer, Brock only; 0 where it says none */
  char *rule;         /* the row that fired and where it is printed, or why the
                         guideline does not apply */
  char *numbers;      /* what the rule looked at: "mean diameter 8.4 mm" */
  GPtrArray *assumed; /* of char *: what was missing and what was taken instead,
                         one sentence each */
} CapAdvice;

/* One nodule as guidelines look at it. */
typedef struct {
  CapNoduleType type;
  double long_axis_mm, mean_diameter_mm;
  double solid_diameter_mm; /* mean, of the solid part; 0: none */
  CapAnswer upper_lobe, spiculation;
  int n_nodules; /* in the scan that are not benign, this one among them */
  CapPrior prior;
} CapGuidelineNodule;

/* Returns advice without a category; caller frees. */
CapAdvice *cap_advice_new(CapGuideline guideline);
void cap_advice_free(CapAdvice *advice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapAdvice, cap_advice_free)
/* Sets (takes nothing) the rule of ADVICE and its category. */
void cap_advice_decide(CapAdvice *advice, const CapGuidelineCategory *category,
                       const char *rule);
void cap_advice_assume(CapAdvice *advice, const char *format, ...)
    G_GNUC_PRINTF(2, 3);
/* Appends to the numbers: "LABEL 8.4 mm". */
void cap_advice_number(CapAdvice *advice, const char *label, double value,
                       int decimals, const char *unit);

/* "Lung-RADS v2022"; static. */
const char *cap_guideline_title(CapGuideline guideline);
/* "lung_rads", "fleischner", "brock": in files; static. */
const char *cap_guideline_word(CapGuideline guideline);
gboolean cap_guideline_parse(const char *word, CapGuideline *guideline);

/* All categories of GUIDELINE, least urgent first, ended by one without a word;
 * static. Brock has none. */
const CapGuidelineCategory *cap_guideline_categories(CapGuideline guideline);
/* The one called WORD, or NULL. */
const CapGuidelineCategory *cap_guideline_category(CapGuideline guideline,
                                                   const char *word);
