/* The attributes that de-identification deals with: table E.1-1 of DICOM PS3.15
 * (2026c), the Basic Application Level Confidentiality Profile, and of its
 * options those that we offer. */
#pragma once

#include <glib.h>

/* Table E.1-1a. Where a row leaves a choice, an X or Z holds where the IOD has
 * the attribute as type 3 or 2. */
typedef enum {
  CAP_PROFILE_D,   /* a dummy value that fits the VR */
  CAP_PROFILE_Z,   /* no value, or a dummy */
  CAP_PROFILE_X,   /* removed */
  CAP_PROFILE_U,   /* another UID, the same one everywhere */
  CAP_PROFILE_ZD,  /* Z unless D is needed */
  CAP_PROFILE_XZ,  /* X unless Z is needed */
  CAP_PROFILE_XD,  /* X unless D is needed */
  CAP_PROFILE_XZD, /* X unless Z or D is needed */
  CAP_PROFILE_XZU, /* X unless Z or other UIDs inside are needed */
} CapProfileAction;

/* Columns of the options; a row that has one is kept or cleaned under it. */
typedef enum {
  CAP_PROFILE_NONE = 0,
  CAP_PROFILE_DATES = 1 << 0,       /* E.3.6, modified dates: C */
  CAP_PROFILE_WORDS = 1 << 1,       /* E.3.5, clean descriptors: C */
  CAP_PROFILE_CONTENT = 1 << 2,     /* E.3.4, clean structured content: C */
  CAP_PROFILE_PATIENT = 1 << 3,     /* E.3.7, patient characteristics: K */
  CAP_PROFILE_PATIENT_C = 1 << 4,   /* the same: C */
  CAP_PROFILE_DEVICE = 1 << 5,      /* E.3.8, device identity: K. What that
                                       column cleans are AE titles: left basic */
  CAP_PROFILE_UIDS = 1 << 6,        /* E.3.9, UIDs: K */
  CAP_PROFILE_INSTITUTION = 1 << 7, /* E.3.11, institution identity: K */
  CAP_PROFILE_FULL_DATES = 1 << 8,  /* E.3.6, full dates: K in the rows that
                                       have DATES, which has no row of its own */
} CapProfileOption;

typedef struct {
  guint32 tag;         /* group << 16 | element */
  const char *keyword; /* PS3.6 */
  CapProfileAction action;
  unsigned options; /* of CapProfileOption */
} CapProfileRow;

/* The row of TAG, those of curves (50xx), overlays (60xx) and private
 * attributes included; NULL when the table has none. Static. */
const CapProfileRow *cap_profile_find(guint32 tag);
/* The N rows that are about one tag each, ascending; static. */
const CapProfileRow *cap_profile_rows(gsize *n);
/* "X/Z/D": as the standard writes it. */
const char *cap_profile_action_name(CapProfileAction action);
