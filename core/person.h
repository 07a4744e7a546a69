/* Names of people as DICOM writes them: Family^Given^Middle^Prefix^Suffix, up
 * to three such groups with "=" between them (PS3.5 6.2, PN). */
#pragma once

/* "Family, Given" of NAME's first group. Caller frees. */
char *cap_person_text(const char *name);
