/* LIDC XML out: what four radiologists would have marked on a CT series.
 *
 * The format of the LIDC-IDRI collection (Armato et al., Med Phys 2011;
 * LidcReadMessage, version 1.8.1): nodules of 3 mm and more with outlines and
 * nine ratings, smaller ones as one point, non-nodules as one locus. */
#pragma once

#include "core/image/mask.h"

#define CAP_LIDC_N_RATINGS 9

/* Index of a rating, in the order of the file. */
typedef enum {
  CAP_LIDC_SUBTLETY,
  CAP_LIDC_INTERNAL_STRUCTURE,
  CAP_LIDC_CALCIFICATION,
  CAP_LIDC_SPHERICITY,
  CAP_LIDC_MARGIN,
  CAP_LIDC_LOBULATION,
  CAP_LIDC_SPICULATION,
  CAP_LIDC_TEXTURE,
  CAP_LIDC_MALIGNANCY,
} CapLidcRating;

typedef struct {
  char *id;                        /* "Nodule 001" */
  int ratings[CAP_LIDC_N_RATINGS]; /* all 0: smaller than 3 mm */
  CapMask *mask;                   /* 3 mm and more: its voxels; else NULL */
  int point[3];                    /* of a small one or a non-nodule: column,
                                      row, slice */
} CapLidcEntry;

typedef struct {
  char *reader;           /* servicingRadiologistID */
  GPtrArray *nodules;     /* of CapLidcEntry */
  GPtrArray *non_nodules; /* of CapLidcEntry; mask and ratings unused */
} CapLidcSession;

CapLidcEntry *cap_lidc_entry_new(const char *id);
CapLidcSession *cap_lidc_session_new(const char *reader);
void cap_lidc_session_free(CapLidcSession *session);

/* Writes SESSIONS (of CapLidcSession) over VOLUME, whose source must hold the
 * series, study and SOP instance UIDs, to PATH by rename. STAMP is when they
 * read, by ISO 8601 from the year to the second. Edge maps run through
 * the first pixels outside the mask and close on their first point; holes are
 * filled. FALSE with CAP_ERROR_OUTPUT or CAP_ERROR_WRITE. */
gboolean cap_lidc_write(const CapVolume *volume, const GPtrArray *sessions,
                        const char *stamp, const char *path, GError **error);

/* Closed outlines (GArray of int x, int y pairs, in pixels of the volume) of
 * MASK on SLICE of the volume: the ring of pixels just outside each connected
 * part, in order, first point repeated at the end. Returns; of GArray. */
GPtrArray *cap_lidc_outlines(const CapMask *mask, int slice);
