/* The tables of reports for people: rows of a label and a value, shared by PDF
 * and HTML so that both say the same. */
#pragma once

#include "io/report/report.h"

#define CAP_WORDS_DOUBT "Do not trust this judgement."

typedef struct {
  char *label, *value; /* UTF-8 */
} CapWordsRow;

/* An empty list of CapWordsRow; caller unrefs. */
GPtrArray *cap_words_rows_new(void);
/* Takes VALUE, which may be NULL; an empty one is left out. */
void cap_words_rows_add(GPtrArray *rows, const char *label, char *value);

/* An empty table: of GStrv, all of one length, the first one its head. Caller
 * unrefs. */
GPtrArray *cap_words_table_new(void);

/* Lists of CapWordsRow; callers unref. Rows of which nothing is known are left
 * out. */
GPtrArray *cap_words_scan(const CapReport *report);       /* patient, study */
GPtrArray *cap_words_provenance(const CapReport *report); /* how it was made */
/* The slices that the reader marked, with his comments. */
GPtrArray *cap_words_key_images(const CapReport *report);
/* Sizes, density, where it lies. */
GPtrArray *cap_words_measures(const CapReport *report,
                              const CapFinding *finding);
/* What the network says, malignancy beside what size alone would give. */
GPtrArray *cap_words_judgement(const CapFinding *finding);

/* "Solid nodule, 8.4 mm, right upper lobe". Caller frees. */
char *cap_words_title(const CapFinding *finding);
/* A sentence or three on why. Caller frees. */
char *cap_words_explanation(const CapFinding *finding);
/* Why not to trust the judgement of F, a sentence each. Returns a GPtrArray of
 * char *, empty when there is no doubt. */
GPtrArray *cap_words_doubts(const CapFinding *f);

/* The table of findings. */
GPtrArray *cap_words_findings_table(const CapReport *report);
