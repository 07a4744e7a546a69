/* Prescan: what the bytes of a file say before any DICOM library sees them.
 *
 * Plain C, reads element headers only (a few kilobytes of a CT file), never
 * recurses deeper than the limit. It answers: is this DICOM, is it whole, how
 * deep do its sequences nest, where do its pixels lie. */
#pragma once

#include <glib.h>
#include <stdint.h>

#define CAP_PRESCAN_MAX_DEPTH 64

typedef enum {
  CAP_PRESCAN_OK,
  CAP_PRESCAN_NOT_DICOM,     /* also empty files, FIFOs, devices */
  CAP_PRESCAN_UNREADABLE,    /* permission or I/O error */
  CAP_PRESCAN_HEADER_CUT,    /* CASE-15 */
  CAP_PRESCAN_LENGTH_BEYOND, /* CASE-16 */
  CAP_PRESCAN_TOO_DEEP,      /* CASE-25 */
} CapPrescanStatus;

typedef struct {
  CapPrescanStatus status;
  gboolean no_preamble;     /* CASE-13 */
  char transfer_syntax[65]; /* UID; "" when there is no meta header */
  char series_uid[65];      /* "" when not reached */
  gboolean implicit, big_endian, deflated; /* of the data set, by its bytes */
  gboolean has_pixels, encapsulated;
  gboolean pixels_cut;  /* CASE-14: the value runs past the end */
  guint64 pixel_offset; /* of the first byte of a native value */
  guint64 pixel_length; /* native: as declared; else sum of fragments */
  /* The whole pixel element, from its tag to behind its last byte or mark; of
   * the inflated data set where that is deflated. */
  guint64 pixel_start, pixel_end;
  guint64 file_size;
} CapPrescan;

/* Reads PATH without following anything; never fails, says so in the status. */
void cap_prescan_file(const char *path, CapPrescan *prescan);

/* The same for N_BYTES in memory (tests, fuzzing). */
void cap_prescan_bytes(const uint8_t *bytes, gsize n_bytes,
                       CapPrescan *prescan);

/* The data set of the deflated file PATH, inflated (PS3.5 A.5). Returns; NULL
 * when it is damaged, larger than 512 MiB, or the file is not deflated. */
GBytes *cap_prescan_inflate(const char *path);
