/* The DCMTK shim for compressed pixels, used inside the decoding worker only.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct CapDcmtkPixels CapDcmtkPixels;

/* Opens PATH. Returns; NULL with DCMTK's words in *WHY (caller frees). */
CapDcmtkPixels *cap_dcmtk_pixels_open(const char *path, char **why);
void cap_dcmtk_pixels_close(CapDcmtkPixels *pixels);

/* Bytes of one decoded frame as DCMTK delivers it; 0 when it cannot say. */
gsize cap_dcmtk_pixels_frame_bytes(CapDcmtkPixels *pixels);

/* Decodes FRAME (from 0) into BUFFER of N_BYTES (at least the frame's), stored
 * values in host order. */
gboolean cap_dcmtk_pixels_decode(CapDcmtkPixels *pixels, int frame,
                                 uint8_t *buffer, gsize n_bytes, char **why);

/* The undecoded bytes of FRAME, fragments joined (PS3.5 A.4). Returns. */
uint8_t *cap_dcmtk_pixels_codestream(CapDcmtkPixels *pixels, int frame,
                                     gsize *n_bytes, char **why);

#ifdef __cplusplus
}
#endif
