/* CapPatientContext: what guidelines ask about the patient and the examination
 * that no image says. Whatever nobody has said stays unknown and is named as
 * such wherever a rule needed it. */
#pragma once

#include "core/image/volume.h"

/* Unknown is 0 in each of them, so that an empty context knows nothing. */
typedef enum { CAP_ANSWER_UNKNOWN, CAP_ANSWER_NO, CAP_ANSWER_YES } CapAnswer;
typedef enum { CAP_SEX_UNKNOWN, CAP_SEX_FEMALE, CAP_SEX_MALE } CapSex;
typedef enum {
  CAP_SMOKING_UNKNOWN,
  CAP_SMOKING_NEVER,
  CAP_SMOKING_FORMER,
  CAP_SMOKING_CURRENT,
} CapSmoking;
/* Why the scan was made: lung cancer screening, or the nodules are incidental.
 */
typedef enum {
  CAP_SETTING_UNKNOWN,
  CAP_SETTING_SCREENING,
  CAP_SETTING_INCIDENTAL,
} CapSetting;
typedef enum {
  CAP_EXAM_UNKNOWN,
  CAP_EXAM_BASELINE,  /* there is no earlier chest CT */
  CAP_EXAM_FOLLOW_UP, /* there is one */
} CapExam;
/* Of lung cancer, as the reader judges it. */
typedef enum { CAP_RISK_UNKNOWN, CAP_RISK_LOW, CAP_RISK_HIGH } CapRisk;

/* Zero everywhere: nothing known. Answers are CapAnswer, kept as int so that
 * one table serves every key. */
typedef struct {
  int age_years;         /* 1 … 120; 0: unknown */
  int sex;               /* CapSex */
  int smoking;           /* CapSmoking */
  int family_history;    /* CapAnswer: lung cancer in the family */
  int emphysema;         /* CapAnswer */
  int cancer;            /* CapAnswer: known primary cancer */
  int immunosuppression; /* CapAnswer */
  int setting;           /* CapSetting */
  int exam;              /* CapExam */
  int risk;              /* CapRisk */
} CapPatientContext;

/* The names of what a context holds ("age", "sex", "smoking", "family-history",
 * "emphysema", "cancer", "immunosuppression", "setting", "exam", "risk"), ended
 * by NULL; static. */
const char *const *cap_context_keys(void);
/* The words that KEY may have ("unknown" first), ended by NULL; static. NULL
 * for "age", which is a number, and for what is no key. */
const char *const *cap_context_words(const char *key);
/* What KEY is about, for people: "Family history of lung cancer"; static. */
const char *cap_context_title(const char *key);

/* Sets KEY to WORD ("67" for age; "unknown" or "" forgets). FALSE with
 * CAP_ERROR_USAGE that says what may be given. */
gboolean cap_context_set(CapPatientContext *context, const char *key,
                         const char *word, GError **error);
/* The word of KEY; "unknown" where nobody has said. Caller frees. */
char *cap_context_get(const CapPatientContext *context, const char *key);

/* LIST is KEY=WORD,KEY=WORD…; keys that it does not name stay as they are.
 * FALSE with CAP_ERROR_USAGE. */
gboolean cap_context_parse(CapPatientContext *context, const char *list,
                           GError **error);
/* Every key that TO does not know and FROM does. */
void cap_context_fill(CapPatientContext *to, const CapPatientContext *from);
/* Age at the study and sex, from SOURCE's birth date, study date and sex. */
CapPatientContext cap_context_of_source(const CapSource *source);
