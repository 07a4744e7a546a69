/* One plane of the phantom, painted without noise. */
#pragma once

#include "datasets/phantom/phantom_nodule.h"

/* Everything a scan is painted from. */
typedef struct {
  const CapPhantomAnatomy *anatomy;
  const GArray *tubes;   /* of CapPhantomTube, in painting order */
  const GArray *nodules; /* of CapPhantomShape */
  int size;
  double pixel_mm;
  CapPoint first; /* centre of pixel (0,0) of the lowest slice */
} CapPhantomScene;

/* HU of the plane at height Z into HU (size*size floats, borrows). Safe from
 * several threads. */
void cap_phantom_slice_paint(const CapPhantomScene *scene, double z, float *hu);

/* What bone makes of tissue HU at point P: q is its warped place, WALL the
 * distance from the inner chest wall there, DROP how far ribs have come down
 * between spine and sternum (0 … 1), ANGLE the way around from the spine
 * (0 … pi). Implemented in phantom_bone.c. */
float cap_phantom_bone(const CapPhantomAnatomy *anatomy, CapPoint q,
                       double wall, double drop, double angle, float hu);
/* DROP of a rib at ANGLE. */
double cap_phantom_bone_drop(double angle);
