/* CapDicomFile: the header facts of one DICOM file that series building needs.
 *
 * The prescan runs first, then DCMTK (io/dcmtk_read.cpp) reads the header; both
 * leave what they found wrong in `problems`. Immutable after
 * cap_dicom_file_read and reference counted, since scan and load share it
 * between threads. */
#pragma once

#include "core/irregularity.h"
#include "io/dicom/dicom_prescan.h"

/* Texts, all UTF-8 and never NULL. */
typedef enum {
  CAP_DICOM_PATIENT_ID,
  CAP_DICOM_PATIENT_NAME,
  CAP_DICOM_PATIENT_SEX,
  CAP_DICOM_PATIENT_BIRTH_DATE,
  CAP_DICOM_STUDY_UID,
  CAP_DICOM_STUDY_DATE,
  CAP_DICOM_STUDY_DESCRIPTION,
  CAP_DICOM_SERIES_UID,
  CAP_DICOM_SERIES_DESCRIPTION,
  CAP_DICOM_SERIES_NUMBER,
  CAP_DICOM_MODALITY,
  CAP_DICOM_FRAME_OF_REFERENCE_UID,
  CAP_DICOM_MANUFACTURER,
  CAP_DICOM_KERNEL,
  CAP_DICOM_SOP_CLASS_UID,
  CAP_DICOM_IMAGE_TYPE,  /* all values, joined by backslashes */
  CAP_DICOM_ACQUISITION, /* AcquisitionNumber */
  CAP_DICOM_ACQUISITION_TIME,
  CAP_DICOM_N_TEXTS,
} CapDicomText;

/* How the stored values become HU (PS3.3 C.7.6.3.1, C.7.5.1.1.2). */
typedef struct {
  int rows, columns, samples;
  int bits_allocated, bits_stored, high_bit;
  gboolean is_signed, big_endian;
  gboolean has_padding;
  int padding_from, padding_to; /* inclusive, stored values */
  gboolean clamp_air;           /* CT: below −1024 HU there is nothing */
} CapDicomPixels;

/* One frame: a classic file has one. */
typedef struct {
  int frame; /* from 0 */
  gboolean has_position, has_orientation, has_spacing, has_slope;
  double position_mm[3], orientation[6];
  double spacing_mm[2]; /* between rows, between columns (DICOM's order) */
  double thickness_mm;  /* 0 unknown */
  double tilt_degrees;  /* GantryDetectorTilt as the header states it */
  double slope, intercept;
  int temporal; /* TemporalPositionIndex, 0 unknown */
} CapDicomFrame;

typedef enum {
  CAP_DICOM_IMAGE,    /* usable */
  CAP_DICOM_DAMAGED,  /* header known, pixels are not: an absent plane */
  CAP_DICOM_BROKEN,   /* header not readable; series UID perhaps */
  CAP_DICOM_EXCLUDED, /* an image object without an image; see problems */
  CAP_DICOM_OTHER,    /* not an image, or not DICOM at all */
} CapDicomState;

typedef struct {
  int references;
  char *path; /* absolute */
  char *name; /* base name in UTF-8, for messages */
  CapDicomState state;
  CapPrescan prescan;
  char *text[CAP_DICOM_N_TEXTS]; /* GRefString, interned:
                                    cap_dicom_file_set_text */
  char *sop_uid;
  int instance_number;  /* G_MININT when absent */
  gboolean is_enhanced; /* has per-frame functional groups */
  CapDicomPixels pixels;
  CapDicomFrame *frames;
  int n_frames;
  GPtrArray *problems; /* of CapIrregularity */
} CapDicomFile;

/* Frames kept of one file; a file that declares more is left out (CASE-18). */
#define CAP_DICOM_MAX_FRAMES 5001

/* Nothing but the path known yet. Returns. */
CapDicomFile *cap_dicom_file_new(const char *path);
/* Reads the header of PATH. Returns, whatever the file is like. */
CapDicomFile *cap_dicom_file_read(const char *path);
/* Text I becomes UTF8 (copied; NULL lets it go). Thread-safe. */
void cap_dicom_file_set_text(CapDicomFile *file, int i, const char *utf8);
CapDicomFile *cap_dicom_file_ref(CapDicomFile *file);
void cap_dicom_file_unref(CapDicomFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapDicomFile, cap_dicom_file_unref)

/* TRUE when our decoders read UID. */
gboolean cap_dicom_syntax_is_supported(const char *uid);
/* Name of a transfer syntax UID, or "unknown"; static. */
const char *cap_dicom_syntax_name(const char *uid);
/* TRUE when pixels are plain bytes in the file: no decoder needed. */
gboolean cap_dicom_file_is_native(const CapDicomFile *file);
