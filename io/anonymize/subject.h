/* CapSubject: whose object it is, and with that all that de-identification by
 * PS3.15 annex E needs to know to change it. */
#pragma once

#include "io/anonymize/log.h"

typedef struct {
  unsigned profile_options; /* of CapProfileOption: what is kept or cleaned */
  gboolean tolerate_pixels; /* pictures that may show text go out, with a word
                               of warning */
} CapAnonymizeOptions;

/* What all objects of a run share; borrows everything. */
typedef struct {
  CapAnonymizeOptions options;
  const CapPseudonyms *pseudonyms;
  CapMapping *mapping; /* NULL: the originals are forgotten */
} CapAnonymizer;

typedef struct CapSubject CapSubject;

/* The subject of OBJECT as it is before it is changed: its patient is told from
 * others by number and issuer, without a number by name, without a name by
 * study. Borrows ANONYMIZER's things. NULL with CAP_ERROR_INTERNAL. */
CapSubject *cap_subject_new(const CapAnonymizer *anonymizer,
                            CapDcmtkObject *object, GError **error);
void cap_subject_free(CapSubject *subject);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapSubject, cap_subject_free)
/* The pseudonym that is its patient's number from now on. Borrowed. */
const char *cap_subject_patient_id(const CapSubject *subject);
/* Days by which its dates go back where they are shifted. */
int cap_subject_shift_days(const CapSubject *subject);
/* TEXT has a name or number in it that OBJECT had (see identity.h). */
gboolean cap_subject_is_in(const CapSubject *subject, const char *text);

/* Changes OBJECT as the profile and the options say, adds the attributes that
 * say so (PS3.15 E.1.1; PS3.3 C.7.1.1, C.12.1) and counts in LOG. FALSE with
 * CAP_ERROR_INTERNAL. */
gboolean cap_subject_change(const CapSubject *subject, CapDcmtkObject *object,
                            CapAnonymizeLog *log, GError **error);
/* OBJECT, read again, has nothing left that would have to be changed. FALSE
 * with CAP_ERROR_INTERNAL, which names the element. */
gboolean cap_subject_check(const CapSubject *subject, CapDcmtkObject *object,
                           GError **error);
