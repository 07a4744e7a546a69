/* Errors: one domain, stable codes, one exit status for each.
 *
 * Whoever detects a problem writes the message (what happened, to which file,
 * what to do next); whoever passes it on adds nothing. The code's name
 * ("CAP-003") and exit status are promises to scripts: never renumber. */
#pragma once

#include <glib.h>

#define CAP_ERROR (cap_error_quark())

typedef enum {
  CAP_ERROR_USAGE = 1,    /* CAP-001, exit 2: wrong command line or setting */
  CAP_ERROR_DATA = 2,     /* CAP-002, exit 65: input is there but unusable */
  CAP_ERROR_NO_INPUT = 3, /* CAP-003, exit 66: input missing or unreadable */
  CAP_ERROR_UNSUPPORTED = 4, /* CAP-004, exit 66: a format we do not read */
  CAP_ERROR_WORKER = 5,      /* CAP-005, exit 69: no worker could be started */
  CAP_ERROR_INTERNAL = 6,    /* CAP-006, exit 70: our own fault */
  CAP_ERROR_OUTPUT = 7,      /* CAP-007, exit 73: output cannot be created */
  CAP_ERROR_WRITE = 8,       /* CAP-008, exit 74: output failed half-way */
  CAP_ERROR_CANCELLED = 9,   /* CAP-009, exit 130: interrupted by the user */
  CAP_ERROR_LIMIT = 10,      /* CAP-010, exit 65: over a declared limit */
  CAP_ERROR_MEMORY = 11,     /* CAP-011, exit 70: not enough memory for data */
  CAP_ERROR_WEIGHTS = 12, /* CAP-012, exit 65: weights do not fit or are cut */
  CAP_ERROR_CONFIG = 13,  /* CAP-013, exit 2: a configuration value is bad */
  CAP_ERROR_UNREACHABLE = 14, /* CAP-014, exit 69: no archive there, or it broke
                                 off */
  CAP_ERROR_ACCESS =
      15, /* CAP-015, exit 77: certificate or login not accepted */
  CAP_ERROR_ANSWER =
      16, /* CAP-016, exit 76: an archive's answer is of no use */
} CapErrorCode;

GQuark cap_error_quark(void);

/* Stable name of a code, "CAP-003"; "CAP-006" for anything unknown. Static. */
const char *cap_error_name(int code);

/* Process exit status for ERROR (any domain; foreign domains are 70, apart
 * from G_IO_ERROR_CANCELLED, which is 130). */
int cap_error_exit_status(const GError *error);
