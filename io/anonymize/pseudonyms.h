/* CapPseudonyms: what stands for patients, UIDs and dates.
 *
 * Everything follows by HMAC-SHA256 (RFC 2104) from a secret key, so that the
 * same patient and the same image have the same pseudonym in every run with
 * that key, and nobody without it can go back or guess and compare. */
#pragma once

#include <gio/gio.h>

typedef struct CapPseudonyms CapPseudonyms;

#define CAP_PSEUDONYMS_KEY_MIN 16 /* bytes */

/* The key is what the file PATH holds, 16 bytes to 64 KiB of any kind. NULL
 * PATH: a random key that is forgotten afterwards. Returns; NULL with
 * CAP_ERROR_NO_INPUT, CAP_ERROR_DATA (too short, too long) or
 * CAP_ERROR_INTERNAL (no random numbers). */
CapPseudonyms *cap_pseudonyms_new(const char *path, GError **error);
void cap_pseudonyms_free(CapPseudonyms *pseudonyms);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapPseudonyms, cap_pseudonyms_free)

gboolean cap_pseudonyms_is_random(const CapPseudonyms *pseudonyms);
/* Eight hexadecimal digits that tell keys apart and say nothing about them. */
const char *cap_pseudonyms_key_name(const CapPseudonyms *pseudonyms);

/* Stands for the UID (surrounding spaces do not count): under 2.25 (PS3.5 B.2).
 * Caller frees. */
char *cap_pseudonyms_uid(const CapPseudonyms *pseudonyms, const char *uid);
/* Stand for a patient, who is what IDENTITY says, as number and as name:
 * "ANON-" and 12 digits, "ANON^" and the same. Callers free. */
char *cap_pseudonyms_patient_id(const CapPseudonyms *pseudonyms,
                                const char *identity);
char *cap_pseudonyms_patient_name(const CapPseudonyms *pseudonyms,
                                  const char *identity);
/* Days, 1 to 3653, by which the dates of that patient go back. */
int cap_pseudonyms_shift_days(const CapPseudonyms *pseudonyms,
                              const char *identity);
