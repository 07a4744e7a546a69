/* Tubes of the phantom: vessels, airways and rods of bone as tapering segments.
 */
#pragma once

#include "core/image/volume.h"

#include <glib.h>

/* What a tube is made of, in the order of painting: later ones win. */
typedef enum {
  CAP_PHANTOM_NODE, /* soft tissue: lymph nodes, muscle strands */
  CAP_PHANTOM_OESOPHAGUS,
  CAP_PHANTOM_BAND, /* scars and plate atelectasis in the lung */
  CAP_PHANTOM_VEIN,
  CAP_PHANTOM_ARTERY,
  CAP_PHANTOM_AORTA,
  CAP_PHANTOM_AIRWAY_WALL,
  CAP_PHANTOM_AIRWAY, /* lumen */
  CAP_PHANTOM_BONE,
  CAP_PHANTOM_MARROW,
} CapPhantomMatter;

typedef struct {
  CapPoint a, b;
  float radius_a, radius_b;
  CapPhantomMatter matter;
  gboolean in_lung; /* shown only inside the lungs */
} CapPhantomTube;

/* Distance of P from the surface of TUBE, negative inside. */
double cap_phantom_tube_distance(const CapPhantomTube *tube, CapPoint p);

/* Appends N-1 spans through POINTS, each cut into smooth Catmull-Rom pieces,
 * with RADII at the points. */
void cap_phantom_tube_path(GArray *tubes, CapPhantomMatter matter, int n,
                           const CapPoint *points, const double *radii);

/* By matter, then as built: the painting order. */
void cap_phantom_tube_sort(GArray *tubes);
