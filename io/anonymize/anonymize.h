/* De-identification of DICOM files by PS3.15 annex E: one file, and everything
 * at a path. */
#pragma once

#include "core/progress.h"
#include "io/anonymize/subject.h"
#include "io/dicom/decoder.h"

/* Patient, study and series that a file turned out to be of: pseudonyms. */
typedef struct {
  char *patient, *study_uid, *series_uid;
} CapAnonymizedPlace;
void cap_anonymized_place_clear(CapAnonymizedPlace *place);

/* Names the place of an output file in its folder; caller frees. */
typedef char *(*CapAnonymizeName)(const CapAnonymizedPlace *place,
                                  gpointer user_data);

/* De-identifies the DICOM file PATH into FOLDER as NAME (called once the file
 * is known to go out) says: pixel data byte for byte, what follows it dropped.
 * The output is read again and every attribute of it looked at. *OUTPUT is what
 * NAME said; *WARNING a phrase or NULL; callers free. FALSE with
 * CAP_ERROR_DATA (damaged), CAP_ERROR_UNSUPPORTED (left out, see exposure.h),
 * CAP_ERROR_LIMIT, CAP_ERROR_OUTPUT, CAP_ERROR_WRITE, CAP_ERROR_MEMORY or
 * CAP_ERROR_INTERNAL; messages name no one. */
typedef struct {
  const CapAnonymizer *anonymizer;
  const char *folder;
  CapAnonymizeName name;
  gpointer name_data;
  CapDecoder *decoder; /* looks at the pixels */
} CapAnonymizeTarget;

gboolean cap_anonymize_file(const CapAnonymizeTarget *target, const char *path,
                            CapAnonymizeLog *log, char **output, char **warning,
                            GError **error);

/* De-identifies every DICOM file at PATH (a file, or a folder with all below
 * it; DICOMDIRs and other files are passed over) into OUTPUT, which must be
 * empty or new and outside of PATH, as patient-001/study-01/series-01/
 * 000001.dcm and so on. What cannot go out is in the log with its reason.
 * Returns the log; NULL with CAP_ERROR_USAGE (OUTPUT inside PATH),
 * CAP_ERROR_NO_INPUT (nothing DICOM there), CAP_ERROR_OUTPUT, CAP_ERROR_WRITE
 * or CAP_ERROR_CANCELLED. */
CapAnonymizeLog *cap_anonymize_path(const CapAnonymizer *anonymizer,
                                    const char *path, const char *output,
                                    const CapProgress *progress,
                                    GError **error);
