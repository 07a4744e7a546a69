/* CapDecoder: one frame of a DICOM file to HU.
 *
 * Plain pixels are read and converted here. Compressed ones go through a worker
 * process (capsight-dicom-worker) that has no network, cannot write or start
 * programs and hands its result over in shared memory: whatever a codec does to
 * itself on a malformed file costs that one slice. A decoder belongs to one
 * thread; make one per thread. */
#pragma once

#include "io/dicom/dicom_file.h"

typedef struct CapDecoder CapDecoder;

CapDecoder *cap_decoder_new(void);
void cap_decoder_free(CapDecoder *decoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapDecoder, cap_decoder_free)

typedef enum {
  CAP_DECODED,
  CAP_DECODE_FAILED, /* the slice is lost; the reason is in *WHY */
  CAP_DECODE_NO_WORKER,
} CapDecodeResult;

/* FRAME of FILE into HU (rows·columns). *WHY (caller frees) names the cause
 * when the result is not CAP_DECODED. A worker that dies is replaced by the
 * next call. */
CapDecodeResult cap_decoder_read(CapDecoder *decoder, const CapDicomFile *file,
                                 const CapDicomFrame *frame, int16_t *hu,
                                 char **why);

/* Where the worker program is: $CAPSIGHT_DICOM_WORKER, beside this program, in
 * the build tree, or installed. Returns; NULL when it is nowhere. */
char *cap_decoder_find_worker(void);
