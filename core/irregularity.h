/* Irregularities of a series, each with its stable code CASE-01 … CASE-30.
 *
 * They are facts about the input, not errors: the reader notes them, says what
 * it did instead, and every result carries them. */
#pragma once

#include <glib.h>

#define CAP_N_CASES 30

typedef enum {
  CAP_SEVERITY_INFO,
  CAP_SEVERITY_WARNING,
  CAP_SEVERITY_ERROR
} CapSeverity;

typedef struct {
  int number; /* 1 … CAP_N_CASES, printed as CASE-01 … */
  CapSeverity severity;
  char *file;   /* base name, or "" when it concerns the series */
  char *text;   /* what was found, one sentence, for people */
  char *effect; /* what was done: "slice 143 treated as missing" */
} CapIrregularity;

/* FILE and EFFECT may be NULL; strings are copied. Returns; caller frees. */
CapIrregularity *cap_irregularity_new(int number, CapSeverity severity,
                                      const char *file, const char *text,
                                      const char *effect);
CapIrregularity *cap_irregularity_copy(const CapIrregularity *irregularity);
void cap_irregularity_free(CapIrregularity *irregularity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapIrregularity, cap_irregularity_free)

/* "CASE-01"; static storage. "CASE-00" for another number. */
const char *cap_irregularity_code(int number);
/* One-line meaning of a case for man pages and banners; static. */
const char *cap_irregularity_title(int number);
/* "info", "warning", "error"; static. */
const char *cap_severity_name(CapSeverity severity);
