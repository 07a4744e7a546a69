/* CapPriorScan: the earlier scan of the same patient that findings were
 * compared with. */
#pragma once

#include <glib.h>

typedef struct {
  char *study_uid, *series_uid; /* "" when not known */
  char *date;                   /* of its study, YYYYMMDD; "" when not known */
  int days;                     /* from it to the present scan; 0: not known */
} CapPriorScan;

/* Strings are copied. Returns; caller frees. */
CapPriorScan *cap_prior_scan_new(const char *study_uid, const char *series_uid,
                                 const char *date, int days);
/* NULL of NULL. */
CapPriorScan *cap_prior_scan_copy(const CapPriorScan *from);
void cap_prior_scan_free(CapPriorScan *scan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapPriorScan, cap_prior_scan_free)
