/* A structured report read back: its measurement groups, and what it says of
 * the search as a whole. */
#pragma once

#include "io/import/segmentation.h"

typedef struct {
  CapFindings *head; /* without items: algorithm, weights, settings, reader,
                        notes, candidates, measurements; owned */
  GPtrArray *groups; /* of CapImportGroup */
  gboolean verified; /* somebody signed it (PS3.3 C.17.2) */
} CapImportDocument;

/* Reads the document OBJECT; NAME is for messages. REMARKS as in
 * cap_import_group_read. Returns; NULL with CAP_ERROR_UNSUPPORTED when it is no
 * report with measurement groups by TID 1500, or the errors of
 * cap_content_read. */
CapImportDocument *cap_import_document_read(CapDcmtkObject *object,
                                            const char *name,
                                            const CapImportPlace *place,
                                            GPtrArray *remarks, GError **error);
/* The same for segmentations SEGS (of CapImportSeg) without a report. */
CapImportDocument *cap_import_document_of_segs(const GPtrArray *segs,
                                               GPtrArray *remarks);
void cap_import_document_free(CapImportDocument *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapImportDocument, cap_import_document_free)
