/* Small DICOM files for tests, written byte by byte, so that every defect can
 * be made on purpose. Explicit little endian unless a slice says otherwise. */
#pragma once

#include <glib.h>
#include <stdint.h>

#define CAP_TEST_SERIES "1.2.826.0.1.3680043.10.1.1"

/* Stored value of a pixel: HU = slope·value + intercept is done by the caller's
 * choice of slice. X, Y, Z are the pixel's patient coordinates. */
typedef int (*CapTestPixel)(double x, double y, double z, gpointer user_data);

typedef struct {
  const char *series_uid, *sop_uid; /* NULL sop_uid: made from instance */
  const char *sop_class, *modality, *image_type, *transfer_syntax;
  const char *charset, *patient_name;
  const char *patient_id, *study_uid, *study_date; /* NULL: always the same */
  const char *study_description, *series_description, *kernel; /* likewise */
  const char *slope, *intercept; /* NULL: element absent */
  int instance, acquisition;
  int rows, columns;
  gboolean no_position, no_orientation;
  double position[3], orientation[6];
  double spacing[2]; /* {0,0}: element absent */
  int bits_stored, high_bit;
  gboolean is_signed;
  int padding, padding_limit; /* 0: element absent */
  gboolean implicit, big_endian, no_preamble, no_pixels;
  gboolean rows_as_ul;     /* the wrong VR */
  int frames;              /* 0: element absent */
  int extra_pixel_bytes;   /* may be negative */
  uint32_t pixel_length;   /* declared instead of the true one; 0 */
  const GByteArray *extra; /* raw elements put before group 0028 */
  CapTestPixel pixel;
  gpointer user_data;
} CapTestSlice;

/* Slice K (from 0) of a sound series: 32 x 32 pixels of 0.8 x 0.7 mm, 1 mm
 * apart along z, axial; every stored value is 1000 + K, intercept −1024. */
CapTestSlice cap_test_slice(int k);
GByteArray *cap_test_slice_bytes(const CapTestSlice *slice);
/* Writes FOLDER/NAME. */
void cap_test_slice_write(const CapTestSlice *slice, const char *folder,
                          const char *name);
/* N slices as "i000.dcm", … */
void cap_test_series_write(const char *folder, int n);

void cap_test_write(const char *folder, const char *name, const void *bytes,
                    gsize n_bytes);

/* An Enhanced CT file: frame i lies at z = Z[i], has slope SLOPES[i] and every
 * stored value STORED[i]. */
GByteArray *cap_test_enhanced_bytes(int n_frames, const double *z,
                                    const double *slopes, const int *stored);

/* A DICOMDIR that names N files (with backslashes). */
GByteArray *cap_test_dicomdir_bytes(const char *const *names, int n);

/* DEPTH sequences inside each other, in a private element (0021,1010). */
GByteArray *cap_test_nested_bytes(int depth);

/* Appends an element with a value of N_BYTES, padded to an even length, and a
 * sequence of one ITEM; explicit little endian. */
void cap_test_put_element(GByteArray *to, guint32 tag, const char *vr,
                          const void *value, gsize n_bytes);
void cap_test_put_item(GByteArray *to, guint32 tag, const GByteArray *item);
