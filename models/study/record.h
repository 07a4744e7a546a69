/* CapFoldRecord: what is kept of a trained fold beside its predictions, so that
 * a study can be repeated from both without the weights: fold.ini in the fold's
 * folder. */
#pragma once

#include <glib.h>

typedef struct {
  char *config; /* canonical, with the fold's patients held out; owned */
  char *weights_sha256;                     /* owned */
  gsize n_parameters, n_encoder_parameters; /* encoder: without decoder, mask */
  double macs;                              /* multiply-adds of a patch */
  double ms_per_patch; /* processor time in batches of 16, on the machine that
                          measured it */
} CapFoldRecord;

/* Loads the weights at PATH, counts and times them. Returns; NULL with the
 * errors of cap_detector_load. */
CapFoldRecord *cap_fold_record_measure(const char *path, GError **error);
void cap_fold_record_free(CapFoldRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapFoldRecord, cap_fold_record_free)

/* FALSE with CAP_ERROR_OUTPUT or CAP_ERROR_WRITE. */
gboolean cap_fold_record_write(const CapFoldRecord *record, const char *path,
                               GError **error);
/* Returns; NULL with CAP_ERROR_NO_INPUT when there is none, CAP_ERROR_DATA when
 * it cannot be read or lacks a value. */
CapFoldRecord *cap_fold_record_read(const char *path, GError **error);
