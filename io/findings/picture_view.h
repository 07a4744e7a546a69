/* One image of a picture: a plane through a finding with its marks. */
#pragma once

#include "core/image/slice.h"
#include "core/measure/finding.h"

#include <cairo.h>

typedef struct {
  const CapVolume *volume; /* borrowed, as is the finding */
  const CapFinding *finding;
  CapPlane plane;
  double field_mm;  /* width of what is shown */
  int size;         /* pixels, square */
  gboolean routing; /* the nodule capsule's routing map on top */
} CapPictureView;

/* Draws VIEW with its top left corner at (X, Y): pixels in the lung window,
 * outline of the mask, probability ring, orientation letters, scale bar. */
void cap_picture_view_draw(cairo_t *cr, double x, double y,
                           const CapPictureView *view);

/* The colour of a finding's marks. */
guint cap_picture_status_colour(CapStatus status);
/* A field of view that shows the finding and the network's patch around it. */
double cap_picture_field_mm(const CapFinding *finding);
