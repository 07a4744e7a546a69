/* Annotations of a slice view: cross-hair, orientation letters, texts in the
 * corners, scale bar. */
#pragma once

#include "ui/session/session.h"
#include "ui/view/label_layout.h"
#include "ui/view/text_cache.h"
#include "ui/view/viewport.h"

typedef struct {
  CapTextCache *texts; /* borrowed */
  gboolean detailed;   /* patient, study and series too: the large view */
} CapAnnotationStyle;

void cap_annotation_crosshair(GtkSnapshot *snapshot, const CapViewport *port,
                              CapPoint at_mm);
/* Orientation letters at the four edges. */
void cap_annotation_letters(GtkSnapshot *snapshot, const CapViewport *port,
                            CapTextCache *texts);
/* Labels that are placed after this keep off the letters. */
void cap_annotation_keep_letters(const CapViewport *port, CapTextCache *texts,
                                 CapLabelLayout *layout);
void cap_annotation_texts(GtkSnapshot *snapshot, const CapViewport *port,
                          CapSession *session, const CapAnnotationStyle *style);

/* "image 43": what the scanner calls the image that is that slice of VOLUME.
 * Returns; caller frees; NULL when nobody knows. */
char *cap_annotation_image(const CapVolume *volume, int slice);
/* "2.0 px/mm", or where nobody knows mm "2.0 ×". Caller frees. */
char *cap_annotation_zoom(const CapViewport *port);
/* "L 12.0  P 3.5  H 40.0 mm", where AT_MM lies in the patient, or, where nobody
 * knows that, "Column 12  Row 34". Caller frees. */
char *cap_annotation_place(const CapVolume *volume, CapPoint at_mm);
