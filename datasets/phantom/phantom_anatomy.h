/* Anatomy of the phantom as signed distances (mm, negative inside).
 *
 * Coordinates are patient LPS millimetres with the origin at the tracheal
 * bifurcation, in the middle of the chest: x to the left, y to the back, z to
 * the head. Everything here is smooth, so a slice samples it on a coarse grid.
 */
#pragma once

#include "core/random.h"
#include "datasets/phantom/phantom_noise.h"
#include "datasets/phantom/phantom_tube.h"

#include <glib.h>

/* A tube that pushes the lung aside, with the ball that holds it. */
typedef struct {
  CapPhantomTube tube;
  CapPoint middle;
  double reach;
} CapPhantomHull;

/* One drawn body. Lengths in mm; `scale` multiplies the reference anatomy
 * along x, y, z. */
typedef struct {
  uint64_t seed;
  gboolean female, contrast, emphysema;
  double scale[3];
  double fat_mm, muscle_mm;
  double apex_z, middle_z; /* top of the lungs; where the chest is widest */
  double chest_x, chest_y; /* half width and depth inside the ribs there */
  double spine_y, kyphosis, scoliosis;
  double dome_z[2];            /* right, left diaphragm */
  double rib_z, rib_step;      /* height of the first rib's head; spacing */
  double lung_hu, gradient_hu; /* parenchyma; extra HU from front to back */
  double blood_hu, artery_hu;  /* veins and heart; contrast raises both */
  GArray *tubes;               /* of CapPhantomTube: mediastinum and bones */
  GArray *hulls;               /* of CapPhantomHull: those of the mediastinum */
} CapPhantomAnatomy;

CapPhantomAnatomy *cap_phantom_anatomy_new(uint64_t seed);
void cap_phantom_anatomy_free(CapPhantomAnatomy *anatomy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapPhantomAnatomy, cap_phantom_anatomy_free)

/* Where the reference shapes have to be looked up for point P, so that no
 * contour is a perfect curve. */
CapPoint cap_phantom_anatomy_warp(const CapPhantomAnatomy *a, CapPoint p);

/* The following take a warped point. */
double cap_phantom_anatomy_skin(const CapPhantomAnatomy *a, CapPoint q);
/* Thickness of the muscles over the ribs, mm. */
double cap_phantom_anatomy_muscle(const CapPhantomAnatomy *a, CapPoint q);
/* Distance from the inner chest wall, negative inside. */
double cap_phantom_anatomy_wall(const CapPhantomAnatomy *a, CapPoint q);
double cap_phantom_anatomy_mediastinum(const CapPhantomAnatomy *a, CapPoint q);
double cap_phantom_anatomy_heart(const CapPhantomAnatomy *a, CapPoint q);
/* Heart chambers, which contrast shows. */
double cap_phantom_anatomy_chambers(const CapPhantomAnatomy *a, CapPoint q);
/* Positive below the diaphragm. */
double cap_phantom_anatomy_below(const CapPhantomAnatomy *a, CapPoint q);
/* Both lungs, from WALL, MEDIASTINUM and BELOW at q. */
double cap_phantom_anatomy_lungs(const CapPhantomAnatomy *a, CapPoint q,
                                 double wall, double mediastinum, double below);
/* Oblique fissure: signed distance, negative behind and below it. LEVEL
 * receives that of the horizontal fissure, which exists on the right side in
 * front of the oblique one; 99 on the left. */
double cap_phantom_anatomy_fissure(const CapPhantomAnatomy *a, CapPoint q,
                                   double *level);
/* 0 … 2: right upper, middle, lower; 3, 4: left upper, lower. */
int cap_phantom_anatomy_lobe(double x, double oblique, double level);
double cap_phantom_anatomy_spine_y(const CapPhantomAnatomy *a, double z);
double cap_phantom_anatomy_spine_x(const CapPhantomAnatomy *a, double z);

/* Distance from the lungs' surface at an unwarped point, negative inside. */
double cap_phantom_lung_distance(const CapPhantomAnatomy *a, CapPoint p);
