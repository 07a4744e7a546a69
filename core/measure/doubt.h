/* CapDoubt: a reason not to trust what the network says of a finding.
 *
 * Each is a comparison with what the network was trained on; models/trust.h
 * makes them, findings.json keeps them, viewer and reports say them. */
#pragma once

#include <glib.h>

typedef enum {
  CAP_DOUBT_THICK_SLICES,   /* value and limit in mm */
  CAP_DOUBT_KERNEL,         /* neither */
  CAP_DOUBT_RECONSTRUCTION, /* HU: see CapFinding.reconstruction_error_hu */
  CAP_DOUBT_CONTRADICTION,  /* value: P(malignancy above 3) that its attributes
                               and size would give; limit: how far the
                               network's may be from that */
  CAP_DOUBT_UNFAMILIAR, /* distance to the nearest nodule trained on; in spreads
                         */
  CAP_N_DOUBTS,
} CapDoubtKind;

typedef struct {
  gboolean raised; /* else the rest means nothing */
  double value, limit;
  char kernel[24]; /* of CAP_DOUBT_KERNEL: the scan's, and those that were usual
                      in training, with commas; "" where that is not known */
  char usual[192];
} CapDoubt;

/* Copies KERNEL and USUAL into DOUBT, as far as there is room for them. */
void cap_doubt_set_kernel(CapDoubt *doubt, const char *kernel,
                          const char *usual);

/* "thick-slices", "kernel", …; static. And the reverse; FALSE when WORD is none
 * of them. */
const char *cap_doubt_name(CapDoubtKind kind);
gboolean cap_doubt_parse(const char *word, int *kind);
/* One sentence with the numbers, in the reader's language. Returns; g_free. */
char *cap_doubt_text(CapDoubtKind kind, const CapDoubt *doubt);
